//! The one error type of the crate.

/// Why a question has no answer here. Opaque; ask with the predicates. The message is a sentence for
/// people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: Kind,
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Model,
    Unsupported,
    TooLarge,
    Interrupted,
}

impl Error {
    pub(crate) fn model(message: impl Into<String>) -> Error {
        Error { kind: Kind::Model, message: message.into() }
    }

    /// `what` is not worked out on decision diagrams; `why` completes "because".
    pub(crate) fn unsupported(what: &str, why: &str) -> Error {
        Error {
            kind: Kind::Unsupported,
            message: format!("{what} cannot be worked out on decision diagrams, because {why}"),
        }
    }

    /// `why` completes "too large, because".
    pub(crate) fn too_large(why: impl AsRef<str>) -> Error {
        Error { kind: Kind::TooLarge, message: format!("too large, because {}", why.as_ref()) }
    }

    pub(crate) fn interrupted() -> Error {
        Error { kind: Kind::Interrupted, message: "interrupted".to_owned() }
    }

    /// The case contradicts itself, or lacks what the question needs, such as a status quo.
    pub fn is_model(&self) -> bool {
        self.kind == Kind::Model
    }

    /// The case has a form that decision diagrams do not carry here, however small it is.
    pub fn is_unsupported(&self) -> bool {
        self.kind == Kind::Unsupported
    }

    /// The diagrams outgrew the limit, or a number does not fit.
    pub fn is_too_large(&self) -> bool {
        self.kind == Kind::TooLarge
    }

    /// Somebody asked the work to stop.
    pub fn is_interrupted(&self) -> bool {
        self.kind == Kind::Interrupted
    }
}
