//! The matrix of positions.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Party;

/// What a party is on record as holding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Position {
    /// Accepts a named option.
    #[serde(rename = "accepts")]
    Accepts,
    /// Accepts a named option under a stated condition.
    #[serde(rename = "accepts if")]
    AcceptsIf,
    /// Demands an option, or demands something as a condition.
    #[serde(rename = "demands")]
    Demands,
    /// Offers or concedes an option.
    #[serde(rename = "offers")]
    Offers,
    /// Voices concern without rejecting.
    #[serde(rename = "reserved")]
    Reserved,
    /// Rejects an option.
    #[serde(rename = "rejects")]
    Rejects,
    /// Commits to talks about the issue; not acceptance.
    #[serde(rename = "will discuss")]
    WillDiscuss,
    /// Declined to comment.
    #[serde(rename = "no comment")]
    NoComment,
    /// Nothing on record.
    #[default]
    #[serde(rename = "no record")]
    NoRecord,
}

impl Position {
    /// All positions, in the order of a legend.
    pub const ALL: [Self; 9] = [
        Self::Accepts,
        Self::AcceptsIf,
        Self::Offers,
        Self::WillDiscuss,
        Self::Demands,
        Self::Reserved,
        Self::Rejects,
        Self::NoComment,
        Self::NoRecord,
    ];

    /// The word for it, as in the JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepts => "accepts",
            Self::AcceptsIf => "accepts if",
            Self::Demands => "demands",
            Self::Offers => "offers",
            Self::Reserved => "reserved",
            Self::Rejects => "rejects",
            Self::WillDiscuss => "will discuss",
            Self::NoComment => "no comment",
            Self::NoRecord => "no record",
        }
    }

    /// The word with hyphens, for class names and identifiers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::AcceptsIf => "accepts-if",
            Self::WillDiscuss => "will-discuss",
            Self::NoComment => "no-comment",
            Self::NoRecord => "no-record",
            other => other.word(),
        }
    }

    /// The position that `word` names, written with spaces or hyphens.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|position| position.word() == word || position.key() == word)
    }

    /// Whether the party is on record as taking the option, in some way.
    #[must_use]
    pub fn is_for(self) -> bool {
        matches!(self, Self::Accepts | Self::AcceptsIf | Self::Demands | Self::Offers)
    }

    /// Whether the party is on record as not taking the option.
    #[must_use]
    pub fn is_against(self) -> bool {
        matches!(self, Self::Rejects | Self::Reserved)
    }
}

/// Where a cell's content comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CellStatus {
    /// A confirmed statement of the party itself.
    Confirmed,
    /// A confirmed statement whose reading a person corrected.
    Corrected,
    /// Set by hand, with a reason.
    ByHand,
    /// Nothing on record.
    #[default]
    NoRecord,
}

impl CellStatus {
    /// The words for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Corrected => "corrected",
            Self::ByHand => "set by hand",
            Self::NoRecord => "no record",
        }
    }
}

/// Why something stands beside a cell and not in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum BesideKind {
    /// Another party, or an unnamed source, relays what this party is said to hold.
    Relayed,
    /// Somebody says what this party will do or accept.
    Forecast,
    /// An anonymous source.
    Anonymous,
    /// The party declined to comment.
    NoComment,
    /// Somebody denies a claim.
    Denial,
    /// A statement nobody has confirmed.
    Proposed,
    /// An earlier stance, replaced since.
    Earlier,
    /// One of the statements of an unresolved contradiction.
    Contradicting,
    /// A position taken in private beside a public one, or the reverse.
    OtherSetting,
    /// Anything else that bears on the cell.
    #[default]
    Other,
}

impl BesideKind {
    /// The words for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Relayed => "relayed",
            Self::Forecast => "forecast by another",
            Self::Anonymous => "anonymous",
            Self::NoComment => "no comment",
            Self::Denial => "denial",
            Self::Proposed => "proposed, not confirmed",
            Self::Earlier => "earlier",
            Self::Contradicting => "contradicting",
            Self::OtherSetting => "other setting",
            Self::Other => "see also",
        }
    }
}

/// Something that stands beside a cell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Beside {
    /// Why it is not in the cell.
    pub kind: BesideKind,
    /// The statement's identifier.
    pub statement: String,
    /// A note in words, such as "says an official of South"; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// One party's position on one issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Cell {
    /// The party's identifier.
    pub party: String,
    /// The issue's identifier.
    pub issue: String,
    /// What the party holds.
    pub position: Position,
    /// Where that comes from.
    pub status: CellStatus,
    /// The statements it rests on.
    pub statements: Vec<String>,
    /// Whether statements of the party contradict each other and nobody has ruled.
    pub contradiction: bool,
    /// Whether another party denies a claim the cell rests on.
    pub contested: bool,
    /// The options it is about; empty when the words name none.
    #[serde(default)]
    pub options: Vec<String>,
    /// The condition, in the words of the source, for *accepts if*.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The date of the utterance or else of publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The reason given for a position set by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What stands beside the cell; of each kind the latest few.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Beside>,
    /// How many more stand beside it and are not listed here.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub beside_more: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// An issue, with what a reader needs to follow the matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Issue {
    /// The identifier in the case file.
    pub id: String,
    /// The title people read.
    pub title: String,
    /// The names of the options.
    pub options: Vec<String>,
    /// The option that holds now; absent when the case has no status quo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_quo: Option<String>,
}

/// The matrix of positions: issue by party, as of a date.
///
/// `cells` holds at most one entry per pair; a pair without an entry reads as
/// *no record*.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Matrix {
    /// The date the matrix holds for, as `YYYY-MM-DD`; absent when none was set.
    pub as_of: Option<String>,
    /// The time of the journal up to which it was known, in UTC; absent for everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_at: Option<String>,
    /// The cells, in the order of issues and then of parties.
    pub cells: Vec<Cell>,
    /// The parties, in the order of the case file.
    #[serde(default)]
    pub parties: Vec<Party>,
    /// The issues, in the order of the case file.
    #[serde(default)]
    pub issues: Vec<Issue>,
    /// How many sources were looked at; *no record* reads "no record in N sources".
    #[serde(default)]
    pub sources: u64,
    /// How many statements were looked at.
    #[serde(default)]
    pub statements: u64,
    /// For whom the matrix was made.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub audience: String,
    /// The reservation the case asks for, such as "nothing is agreed until everything is agreed".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caveat: Option<String>,
    /// Reports that lie in the folder and nobody has read in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_read: Vec<String>,
}

impl Matrix {
    /// The cell of a pair, if there is one. Linear in the number of cells.
    #[must_use]
    pub fn cell(&self, party: &str, issue: &str) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.party == party && cell.issue == issue)
    }

    /// The party's name, or its identifier when the matrix does not list it.
    #[must_use]
    pub fn party_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.parties.iter().find(|party| party.id == id).map_or(id, |party| &party.name)
    }

    /// How many pairs of party and issue have anything on record.
    #[must_use]
    pub fn on_record(&self) -> u64 {
        let pairs: BTreeSet<_> = self
            .cells
            .iter()
            .filter(|cell| cell.position != Position::NoRecord)
            .map(|cell| (&cell.party, &cell.issue))
            .collect();
        pairs.len() as u64
    }
}
