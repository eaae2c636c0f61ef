//! The one error type of the crate.

use std::fmt;

/// Why a file could not be read, or a case not be written. Opaque; ask with the predicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    file: Option<String>,
    place: Option<(usize, usize)>,
    message: String,
    hint: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The bytes are not what the format asks for.
    Malformed,
    /// Well-formed, but of no format that is known.
    Unknown,
    /// Of a known format, but with something that cannot be kept.
    Unsupported,
    /// Well-formed, but built to exhaust the reader.
    Hostile,
    /// Beyond a limit.
    TooLarge,
    /// Something would be dropped, and that was forbidden.
    Strict,
    /// Writing to the caller's sink failed.
    Write,
}

impl Error {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Error {
        Error { kind, file: None, place: None, message: message.into(), hint: None }
    }

    pub(crate) fn malformed(message: impl Into<String>) -> Error {
        Error::new(Kind::Malformed, message)
    }

    pub(crate) fn unsupported(message: impl Into<String>) -> Error {
        Error::new(Kind::Unsupported, message)
    }

    pub(crate) fn too_large(message: impl Into<String>) -> Error {
        Error::new(Kind::TooLarge, message)
    }

    pub(crate) fn hostile(message: impl Into<String>) -> Error {
        Error::new(Kind::Hostile, message)
    }

    /// Names the file, unless it is named already.
    pub(crate) fn in_file(mut self, file: &str) -> Error {
        self.file.get_or_insert_with(|| file.to_owned());
        self
    }

    /// Says where, unless it is said already. Lines and columns count from one.
    pub(crate) fn at(mut self, line: usize, column: usize) -> Error {
        self.place.get_or_insert((line, column));
        self
    }

    /// Says where by a byte offset into the text.
    pub(crate) fn at_offset(self, text: &str, offset: usize) -> Error {
        let (line, column) = place(text, offset);
        self.at(line, column)
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Error {
        self.hint = Some(hint.into());
        self
    }

    /// The file is not well-formed, or lacks what its format needs.
    pub fn is_malformed(&self) -> bool {
        self.kind == Kind::Malformed
    }

    /// The file is of no format that is known.
    pub fn is_unknown_format(&self) -> bool {
        self.kind == Kind::Unknown
    }

    /// The file, or the case, holds something that cannot be kept.
    pub fn is_unsupported(&self) -> bool {
        self.kind == Kind::Unsupported
    }

    /// The file declares entities, refers to others, or nests without end.
    pub fn is_hostile(&self) -> bool {
        self.kind == Kind::Hostile
    }

    /// The file or the case is beyond a limit.
    pub fn is_too_large(&self) -> bool {
        self.kind == Kind::TooLarge
    }

    /// Something would be dropped, and dropping was forbidden.
    pub fn is_strict(&self) -> bool {
        self.kind == Kind::Strict
    }

    /// Writing the result failed.
    pub fn is_write(&self) -> bool {
        self.kind == Kind::Write
    }

    /// The name of the file that the error is about.
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// Line and column, both counted from one, columns in characters.
    pub fn place(&self) -> Option<(usize, usize)> {
        self.place
    }

    /// What to do about it, if there is something to say.
    pub fn advice(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    /// `file:line:column: message`, as far as each is known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:")?;
        }
        if let Some((line, column)) = self.place {
            write!(f, "{line}:{column}:")?;
        }
        if self.file.is_some() || self.place.is_some() {
            f.write_str(" ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Line and column of a byte offset, both from one, columns in characters. Linear in the offset.
pub(crate) fn place(text: &str, offset: usize) -> (usize, usize) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (line, before[start..].chars().count() + 1)
}

/// A text of the file for a message: at most forty characters.
pub(crate) fn shown(text: &str) -> String {
    let mut short: String =
        text.chars().take(40).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if text.chars().nth(40).is_some() {
        short.push('…');
    }
    short
}
