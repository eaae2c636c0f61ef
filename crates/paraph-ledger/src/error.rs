//! The one error type of this crate.

use std::fmt;

/// What went wrong, where, and what to do about it.
///
/// The kind is private on purpose: ask through the predicates, print through
/// [`std::fmt::Display`]. Messages are whole sentences.
#[derive(thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: Kind,
    message: String,
    candidates: Vec<String>,
    #[source]
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What every fallible function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    NotFound,
    Ambiguous,
    Busy,
    NewerVersion,
    Corrupt,
    ReadOnly,
    Invalid,
    Conflict,
    Storage,
}

impl Error {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Error { kind, message: message.into(), candidates: Vec::new(), cause: None }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Error::new(Kind::Invalid, message)
    }

    pub(crate) fn corrupt(message: impl Into<String>) -> Self {
        Error::new(Kind::Corrupt, message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Error::new(Kind::NotFound, message)
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Error::new(Kind::Conflict, message)
    }

    pub(crate) fn storage(message: impl Into<String>) -> Self {
        Error::new(Kind::Storage, message)
    }

    pub(crate) fn because(mut self, cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.cause = Some(Box::new(cause));
        self
    }

    pub(crate) fn with_candidates(mut self, candidates: Vec<String>) -> Self {
        self.candidates = candidates;
        self
    }

    /// Puts the name of the place (a file, a line) in front of the message.
    pub(crate) fn at(mut self, place: impl fmt::Display) -> Self {
        self.message = format!("{place}: {}", self.message);
        self
    }

    /// A name or a prefix of one fits nothing in the ledger.
    pub fn is_not_found(&self) -> bool {
        self.kind == Kind::NotFound
    }

    /// A prefix fits more than one record; [`Error::candidates`] lists them.
    pub fn is_ambiguous(&self) -> bool {
        self.kind == Kind::Ambiguous
    }

    /// Another process holds the ledger, or changed it while it was being read. Trying again helps.
    pub fn is_busy(&self) -> bool {
        self.kind == Kind::Busy
    }

    /// The ledger was written by a newer version of the program. It has not been touched.
    pub fn is_newer_version(&self) -> bool {
        self.kind == Kind::NewerVersion
    }

    /// Stored bytes are not what they were when they were written.
    pub fn is_corrupt(&self) -> bool {
        self.kind == Kind::Corrupt
    }

    /// The ledger was opened for reading only, or lies where nothing can be written.
    pub fn is_read_only(&self) -> bool {
        self.kind == Kind::ReadOnly
    }

    /// What was asked for makes no sense (a span outside the text, an empty author). Nothing was stored.
    pub fn is_invalid(&self) -> bool {
        self.kind == Kind::Invalid
    }

    /// What was asked for clashes with what is stored (already undone, same id with other words). Nothing was stored.
    pub fn is_conflict(&self) -> bool {
        self.kind == Kind::Conflict
    }

    /// The file system failed: no such folder, no permission, disk full, a failing disk. Nothing was stored.
    pub fn is_storage(&self) -> bool {
        self.kind == Kind::Storage
    }

    /// The ids that a prefix could have meant, in order; empty unless the error is about a prefix.
    pub fn candidates(&self) -> &[String] {
        &self.candidates
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Error");
        shown.field("kind", &self.kind).field("message", &self.message);
        if let Some(cause) = &self.cause {
            shown.field("cause", cause);
        }
        shown.finish()
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{
            CannotOpen, DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase,
            PermissionDenied, ReadOnly, SystemIoFailure,
        };
        let kind_and_message = match &error {
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                DatabaseBusy | DatabaseLocked => (
                    Kind::Busy,
                    "another process is writing to the ledger; wait for it to finish and try again",
                ),
                DatabaseCorrupt | NotADatabase => (
                    Kind::Corrupt,
                    "the ledger is damaged: its pages do not fit together; keep the file, restore a copy or import a \
                     journal.jsonl",
                ),
                DiskFull => (
                    Kind::Storage,
                    "the disk is full, so nothing of this action was saved; free some space and repeat it",
                ),
                SystemIoFailure => (
                    Kind::Storage,
                    "the disk failed while the ledger was in use, so this action was not saved; repeat it, and verify \
                     the ledger",
                ),
                CannotOpen => (Kind::Storage, "the ledger cannot be opened"),
                ReadOnly | PermissionDenied => {
                    (Kind::ReadOnly, "the ledger cannot be written to: the folder or the file is read-only")
                }
                _ => (Kind::Storage, "the store refused the operation"),
            },
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..)
            | rusqlite::Error::QueryReturnedNoRows => {
                (Kind::Corrupt, "a stored value is not of the kind it was written as: the ledger is damaged")
            }
            _ => (Kind::Storage, "the store refused the operation"),
        };
        let (kind, message) = kind_and_message;
        Error::new(kind, format!("{message} ({error})")).because(error)
    }
}
