//! Why a case has no answer here.

/// Why the reference cannot answer; the message is a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: Kind,
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    TooLarge,
    Merging,
    Preference,
    Disagreement,
}

impl Error {
    pub(crate) fn too_large(message: impl Into<String>) -> Error {
        Error { kind: Kind::TooLarge, message: message.into() }
    }

    pub(crate) fn merging(message: impl Into<String>) -> Error {
        Error { kind: Kind::Merging, message: message.into() }
    }

    pub(crate) fn preference(message: impl Into<String>) -> Error {
        Error { kind: Kind::Preference, message: message.into() }
    }

    pub(crate) fn disagreement(message: impl Into<String>) -> Error {
        Error { kind: Kind::Disagreement, message: message.into() }
    }

    /// The case has more outcomes, or longer numbers, than this reference is meant for.
    pub fn is_too_large(&self) -> bool {
        self.kind == Kind::TooLarge
    }

    /// Classes of merged outcomes overlap, or a preference tells the members of one apart.
    pub fn is_merging(&self) -> bool {
        self.kind == Kind::Merging
    }

    /// A preference or red line cannot be evaluated on every state: a ranking with gaps or
    /// repetitions, or a formula over an option that a state leaves open.
    pub fn is_preference(&self) -> bool {
        self.kind == Kind::Preference
    }

    /// A consenting party has no disagreement point, or one that does not exist.
    pub fn is_disagreement(&self) -> bool {
        self.kind == Kind::Disagreement
    }
}
