//! A report sentence by sentence.

use serde::{Deserialize, Serialize};

/// What became of a sentence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SentenceKind {
    /// A statement or an event of the ledger rests on it.
    Recorded,
    /// The report says it in its own voice, attributed to nobody.
    Narration,
    /// Nothing rests on it, though it looks attributed or quoted.
    #[default]
    Unmapped,
}

impl SentenceKind {
    /// The word itself.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Narration => "narration",
            Self::Unmapped => "unmapped",
        }
    }
}

/// One sentence with what rests on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CoveredSentence {
    /// Its exact words.
    pub words: String,
    /// The line it begins in, from 1.
    pub line: u64,
    /// Its place, in Unicode scalar values of the stored text.
    pub span: (u32, u32),
    /// What became of it.
    pub kind: SentenceKind,
    /// The statements that rest on it, by identifier.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<String>,
    /// The events that rest on it, by identifier.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
}

/// A report sentence by sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Coverage {
    /// The source's identifier.
    pub source: String,
    /// The title of the report.
    pub report: String,
    /// Every sentence, in order.
    pub sentences: Vec<CoveredSentence>,
}
