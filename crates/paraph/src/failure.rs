//! Why a command could not run: a sentence, and a hint what to do about it.

use std::fmt;

/// A sentence with hints.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    hints: Vec<String>,
    /// Diagnostics that were found, already rendered; shown before the sentence.
    details: String,
}

/// What a command gives back.
pub(crate) type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// A sentence without a hint.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Failure { message: message.into(), hints: Vec::new(), details: String::new() }
    }

    /// Adds a hint.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds text that is shown before the sentence.
    pub(crate) fn details(mut self, details: String) -> Self {
        self.details = details;
        self
    }

    /// Writes it to standard error.
    pub(crate) fn print(&self) {
        if !self.details.is_empty() {
            crate::output::talk(self.details.trim_end());
        }
        crate::output::talk(&format!("\x1b[1;31merror\x1b[0m: {}", self.message));
        for hint in &self.hints {
            crate::output::talk(&format!("  \x1b[1;36mhint\x1b[0m: {hint}"));
        }
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
