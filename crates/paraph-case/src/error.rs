//! The error of reading a code, a pattern or a formula outside a file.

use std::fmt;

/// A code, pattern, formula or name given by hand could not be read.
///
/// Files are never refused with this: what is wrong with them is a list of
/// [diagnostics](crate::diagnostic::Diagnostic).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub(crate) kind: Kind,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Length,
    Option,
    Formula,
}

impl Error {
    pub(crate) fn new(kind: Kind, message: impl Into<String>, hint: Option<String>) -> Error {
        Error { kind, message: message.into(), hint }
    }

    /// Whether a code names too few or too many options.
    pub fn is_wrong_length(&self) -> bool {
        self.kind == Kind::Length
    }

    /// Whether a code names something that is no option of the issue in that place.
    pub fn is_unknown_option(&self) -> bool {
        self.kind == Kind::Option
    }

    /// Whether a formula could not be read.
    pub fn is_formula(&self) -> bool {
        self.kind == Kind::Formula
    }

    /// What to do about it, if there is something to say.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
