//! What could not be done, as a sentence with a status.

use axum::http::StatusCode;
use paraph_workbench::Failure;
use serde::Serialize;

/// A sentence, what to do about it, and the status it goes out under.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) status: StatusCode,
    pub(crate) said: Said,
    /// What both sides of a stale edit hold: what was sent, and what is there now.
    pub(crate) both: Option<Both>,
}

/// The `.json` twin of trouble.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Said {
    /// One sentence.
    pub(crate) error: String,
    /// What to do about it.
    pub(crate) hints: Vec<String>,
}

/// Two versions of the same thing.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Both {
    /// What is stored now.
    pub(crate) stored: String,
    /// What was sent, and not stored.
    pub(crate) sent: String,
}

/// What a view or an action gives back.
pub(crate) type Fallible<T> = Result<T, Trouble>;

impl Trouble {
    pub(crate) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Trouble { status, said: Said { error: error.into(), hints: Vec::new() }, both: None }
    }

    /// Nothing lies at an address.
    pub(crate) fn not_found(error: impl Into<String>) -> Self {
        Trouble::new(StatusCode::NOT_FOUND, error)
    }

    /// A request that cannot be understood.
    pub(crate) fn malformed(error: impl Into<String>) -> Self {
        Trouble::new(StatusCode::BAD_REQUEST, error)
    }

    /// Somebody else was faster.
    pub(crate) fn stale(error: impl Into<String>, stored: String, sent: String) -> Self {
        let mut trouble = Trouble::new(StatusCode::CONFLICT, error);
        trouble.both = Some(Both { stored, sent });
        trouble
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.said.hints.push(hint.into());
        self
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        let mut trouble = Trouble::new(StatusCode::UNPROCESSABLE_ENTITY, failure.to_string());
        trouble.said.hints = failure.hints().to_vec();
        if let Some((diagnostics, files)) = failure.diagnostics() {
            let told = paraph_case::render::concise(diagnostics, files);
            trouble.said.hints.extend(told.lines().map(str::to_owned));
        }
        trouble
    }
}

impl From<paraph_ledger::Error> for Trouble {
    fn from(error: paraph_ledger::Error) -> Self {
        let status = if error.is_not_found() {
            StatusCode::NOT_FOUND
        } else if error.is_conflict() || error.is_busy() {
            StatusCode::CONFLICT
        } else if error.is_invalid() || error.is_ambiguous() {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::INTERNAL_SERVER_ERROR
        };
        let mut trouble = Trouble::from(Failure::from(error));
        trouble.status = status;
        trouble
    }
}

impl From<paraph_analysis::Error> for Trouble {
    fn from(error: paraph_analysis::Error) -> Self {
        Failure::from(error).into()
    }
}
