//! The one error type of the crate.

use std::fmt;

/// Why an analysis could not be done. Opaque; ask with the predicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Model,
    TooLarge,
    Interrupted,
}

impl Error {
    pub(crate) fn model(message: impl Into<String>) -> Self {
        Error { kind: Kind::Model, message: message.into() }
    }

    pub(crate) fn too_large(message: impl Into<String>) -> Self {
        Error { kind: Kind::TooLarge, message: message.into() }
    }

    pub(crate) fn interrupted() -> Self {
        Error { kind: Kind::Interrupted, message: "interrupted".to_owned() }
    }

    /// The model contradicts itself, for instance a ranking that leaves an outcome out.
    pub fn is_model(&self) -> bool {
        self.kind == Kind::Model
    }

    /// The model is sound but does not fit into memory or the index range.
    pub fn is_too_large(&self) -> bool {
        self.kind == Kind::TooLarge
    }

    /// Somebody asked the work to stop.
    pub fn is_interrupted(&self) -> bool {
        self.kind == Kind::Interrupted
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
