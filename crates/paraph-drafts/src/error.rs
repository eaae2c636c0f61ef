//! The one error of this crate.

/// Why a draft or a file of links could not be read, or drafts not compared.
///
/// Slips inside a draft are [`Diagnostic`](crate::Diagnostic)s, not errors.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: Kind,
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Encoding,
    TooLarge,
    Container,
    Links,
    Choice,
    Composition,
    UnknownPlace,
}

impl Error {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Error { kind, message: message.into() }
    }

    /// The bytes are not UTF-8; the message names the first bad byte.
    #[must_use]
    pub fn is_encoding(&self) -> bool {
        self.kind == Kind::Encoding
    }

    /// A stated limit is exceeded; the message names it.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.kind == Kind::TooLarge
    }

    /// A `.docx` file that is no archive, or that holds no readable document.
    #[must_use]
    pub fn is_container(&self) -> bool {
        self.kind == Kind::Container
    }

    /// `links.toml` does not parse.
    #[must_use]
    pub fn is_links(&self) -> bool {
        self.kind == Kind::Links
    }

    /// A sentence of choice such as "Option 2 in 7" is not understood.
    #[must_use]
    pub fn is_choice(&self) -> bool {
        self.kind == Kind::Choice
    }

    /// Points given to [`compose`](crate::compose) would not read back as given.
    #[must_use]
    pub fn is_composition(&self) -> bool {
        self.kind == Kind::Composition
    }

    /// A link names a draft or a point that is not there.
    #[must_use]
    pub fn is_unknown_place(&self) -> bool {
        self.kind == Kind::UnknownPlace
    }
}
