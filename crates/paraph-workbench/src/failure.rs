//! Why something could not be done: a sentence, and a hint what to do about it.

use paraph_case::Diagnostic;
use paraph_case::span::Files;
use std::fmt;

/// A sentence with hints, and the diagnostics that it sums up.
#[derive(Debug)]
pub struct Failure {
    message: String,
    hints: Vec<String>,
    diagnostics: Option<Box<(Vec<Diagnostic>, Files)>>,
}

/// What work on a case's folder gives back.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// A sentence without a hint.
    pub fn new(message: impl Into<String>) -> Self {
        Failure { message: message.into(), hints: Vec::new(), diagnostics: None }
    }

    /// Adds a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds the diagnostics that the sentence sums up, with the files they point into.
    pub fn diagnosed(mut self, diagnostics: Vec<Diagnostic>, files: Files) -> Self {
        self.diagnostics = Some(Box::new((diagnostics, files)));
        self
    }

    /// What to do about it.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// The diagnostics that the sentence sums up, with the files they point into.
    pub fn diagnostics(&self) -> Option<(&[Diagnostic], &Files)> {
        self.diagnostics.as_deref().map(|(found, files)| (found.as_slice(), files))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<paraph_ledger::Error> for Failure {
    fn from(error: paraph_ledger::Error) -> Self {
        let hint = if error.is_busy() {
            Some("another program is using the ledger; try again when it is done")
        } else if error.is_corrupt() {
            Some(
                "`paraph verify` says what is wrong; a journal exported before can be imported into a new folder",
            )
        } else if error.is_read_only() {
            Some("the folder or the ledger cannot be written to; check its permissions")
        } else {
            None
        };
        let failure = Failure::new(error.to_string());
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

impl From<paraph_analysis::Error> for Failure {
    fn from(error: paraph_analysis::Error) -> Self {
        if error.is_interrupted() {
            return Failure::new("interrupted: the work was stopped, and nothing was written");
        }
        let too_large = error.is_too_large();
        let failure = Failure::new(error.to_string());
        if too_large {
            failure.hint(
                "hold some issues at one option with `--fix issue=option`, or group issues in `case.toml`",
            )
        } else {
            failure
        }
    }
}

impl From<paraph_case::Error> for Failure {
    fn from(error: paraph_case::Error) -> Self {
        let hint = error.hint().map(str::to_owned);
        let failure = Failure::new(error.to_string());
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

impl From<paraph_exchange::Error> for Failure {
    fn from(error: paraph_exchange::Error) -> Self {
        let hint = if error.is_strict() { Some("leave `--strict` out to drop it") } else { error.advice() };
        let failure = Failure::new(error.to_string());
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

impl From<paraph_drafts::Error> for Failure {
    fn from(error: paraph_drafts::Error) -> Self {
        let hint = if error.is_unknown_place() {
            Some("`paraph drafts show CASE DRAFT` lists the points; links stand in `drafts/links.toml`")
        } else {
            None
        };
        let failure = Failure::new(error.to_string());
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}
