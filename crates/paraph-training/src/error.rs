//! What can go wrong in reading a corpus.

use std::path::{Path, PathBuf};

/// Why a corpus could not be used.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Kind);

#[derive(Debug, thiserror::Error)]
enum Kind {
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("{}: the markup is broken:\n{problems}", path.display())]
    Markup { path: PathBuf, problems: String },
    #[error("{}{message}", place(path.as_deref(), *line))]
    Format { path: Option<PathBuf>, line: usize, message: String },
    #[error("there is nothing to train on: no document has a statement with a cue")]
    Empty,
}

fn place(path: Option<&Path>, line: usize) -> String {
    let path = path.map(|path| format!("{}: ", path.display())).unwrap_or_default();
    if line == 0 { path } else { format!("{path}line {line}: ") }
}

impl Error {
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        Error(Kind::Io { path: path.to_owned(), source })
    }

    pub(crate) fn markup(path: &Path, problems: String) -> Self {
        Error(Kind::Markup { path: path.to_owned(), problems })
    }

    pub(crate) fn format(path: &Path, message: impl Into<String>) -> Self {
        Error(Kind::Format { path: Some(path.to_owned()), line: 0, message: message.into() })
    }

    pub(crate) fn line(line: usize, message: impl Into<String>) -> Self {
        Error(Kind::Format { path: None, line, message: message.into() })
    }

    pub(crate) fn empty() -> Self {
        Error(Kind::Empty)
    }

    pub(crate) fn in_file(self, file: &Path) -> Self {
        match self.0 {
            Kind::Format { path: None, line, message } => {
                Error(Kind::Format { path: Some(file.to_owned()), line, message })
            }
            other => Error(other),
        }
    }

    /// A file could not be opened or read.
    pub fn is_io(&self) -> bool {
        matches!(self.0, Kind::Io { .. })
    }

    /// The corpus's own markup is broken; the message names every problem with its place.
    pub fn is_markup(&self) -> bool {
        matches!(self.0, Kind::Markup { .. })
    }

    /// A file is not of the format its name says.
    pub fn is_format(&self) -> bool {
        matches!(self.0, Kind::Format { .. })
    }

    /// No document has anything to learn from.
    pub fn is_empty(&self) -> bool {
        matches!(self.0, Kind::Empty)
    }
}
