//! What the ledger holds besides the matrix: what happened when, what changed, what waits for a person,
//! who talks to whom, what a search finds.

use serde::{Deserialize, Serialize};

use super::{Cell, Issue, Party, Statement};

/// The answer of `paraph search --format json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Search {
    /// What was looked for, as it was typed.
    pub query: String,
    /// For whom.
    pub audience: String,
    /// What was found, the latest first.
    pub found: Vec<SearchHit>,
    /// Whether there may be more than is listed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}

/// A statement or a source that a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SearchHit {
    /// `statement` or `source`.
    pub kind: String,
    /// Its identifier.
    pub id: String,
    /// The title of the source, or the one the statement stands in.
    pub title: String,
    /// The party that speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// What has become of a statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// When it was said or published, as `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The words of the statement, or some around the first place in a source.
    pub words: String,
}

/// The answer of `paraph timeline --format json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Timeline {
    /// Up to which day, as `YYYY-MM-DD`; announced events after it are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// For whom.
    pub audience: String,
    /// The lines, the oldest first, undated ones last.
    pub lines: Vec<TimelineLine>,
    /// How many lines nobody has confirmed and are left out for that.
    #[serde(default)]
    pub proposed_left_out: u64,
}

/// One thing that was said, done, received or decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TimelineLine {
    /// The first day it can have been; absent when not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The last day it can have been; absent when not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// What the dates come from: words, publication, journal, nothing, or draft.
    pub dated_by: String,
    /// statement, event, source, draft, ruling or position.
    pub kind: String,
    /// The act, the kind of event, the verdict or the stance.
    pub label: String,
    /// For an event: happened, claimed, denied or expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<String>,
    /// The identifier of the record.
    pub id: String,
    /// The parties it is by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<String>,
    /// Who took part in an event, as the words name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<String>,
    /// The issues it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<String>,
    /// Where an event was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// The source it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Whether a person has confirmed it.
    pub confirmed: bool,
    /// The words, the title or the reason.
    pub text: String,
}

/// The answer of `paraph matrix --since … --format json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MatrixChanges {
    /// What the matrix is compared with, in words: a day, or a brief.
    pub since: String,
    /// The day the later matrix holds for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// For whom.
    pub audience: String,
    /// The parties, in the order of the case file.
    pub parties: Vec<Party>,
    /// The issues, in the order of the case file.
    pub issues: Vec<Issue>,
    /// The cells that show something else, in the matrix's order.
    pub changes: Vec<MatrixChange>,
    /// Sources that came in between.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub new_sources: Vec<String>,
}

/// A cell that shows something else than before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MatrixChange {
    /// The party.
    pub party: String,
    /// The issue.
    pub issue: String,
    /// public or private.
    pub setting: String,
    /// What differs: stance, options, condition, contradiction, contested, by-hand, evidence, beside.
    pub kinds: Vec<String>,
    /// The cell before; absent when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Cell>,
    /// The cell now; absent when it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Cell>,
}

/// The answer of `paraph matrix --history PARTY ISSUE --format json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CellHistory {
    /// The party.
    pub party: String,
    /// The issue.
    pub issue: String,
    /// Everything on record about the pair, the oldest first, undated words last.
    pub steps: Vec<CellStep>,
    /// The statements behind it.
    pub statements: Vec<Statement>,
}

/// One step of a cell's history.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CellStep {
    /// The last day the words can have been uttered, or from which a position set by hand holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// public or private.
    pub setting: String,
    /// The stance it takes or would take, with its options, in words; empty when it takes none.
    pub position: String,
    /// Why it stands beside the cell; absent when it speaks for the party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<String>,
    /// The statement; absent for a position set by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// The reason of a position set by hand, with its author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<String>,
}

/// The answer of `paraph queue --format json`: what waits for a person's decision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Queue {
    /// For whom.
    pub audience: String,
    /// How many statements are proposed and nobody has looked at.
    pub proposed: u64,
    /// Statements of one party that stand against each other.
    pub contradictions: Vec<QueueContradiction>,
    /// Claims and their denials.
    pub contested: Vec<QueueContested>,
    /// What two sides of a merge decided differently.
    pub conflicts: Vec<QueueConflict>,
    /// Verdicts so far, the oldest first.
    pub rulings: Vec<QueueRuling>,
    /// Pairs of party and issue of which nothing is on record.
    pub silences: Vec<QueueSilence>,
    /// The statements that are spoken of.
    pub statements: Vec<Statement>,
}

/// Statements of one party that contradict each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct QueueContradiction {
    /// The party.
    pub party: String,
    /// The issue.
    pub issue: String,
    /// public or private.
    pub setting: String,
    /// The positions that stand against each other: in words, and the statements behind each.
    pub readings: Vec<QueueReading>,
}

/// One of the positions of a contradiction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct QueueReading {
    /// The stance and its options, in words.
    pub position: String,
    /// The day of the latest statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The statements, the latest first.
    pub statements: Vec<String>,
}

/// A claim and its denial.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct QueueContested {
    /// The claim.
    pub claim: String,
    /// Who claims it.
    pub claimed_by: String,
    /// The denial.
    pub denial: String,
    /// Who denies it.
    pub denied_by: String,
    /// The latest verdict on the two, if somebody gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruling: Option<QueueRuling>,
}

/// A verdict of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct QueueRuling {
    /// The statements that were judged.
    pub statements: Vec<String>,
    /// What was found, in words.
    pub verdict: String,
    /// Why.
    pub reason: String,
    /// By whom.
    pub author: String,
    /// When, as a time stamp.
    pub time: String,
}

/// Something that two sides of a merge decided differently.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct QueueConflict {
    /// statement, event, source, position or ruling.
    pub kind: String,
    /// What it is about.
    pub about: String,
    /// The decisions, each as "statement-confirmed by Ana".
    pub sides: Vec<String>,
    /// How to decide it, as a command.
    pub decide: String,
}

/// A pair of which nothing is on record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct QueueSilence {
    /// The party.
    pub party: String,
    /// The party's name.
    pub name: String,
    /// The issue.
    pub issue: String,
    /// The issue's title.
    pub title: String,
    /// In how many sources.
    pub sources: u64,
}

/// The answer of `paraph network --format json`: who is on record as talking to whom, and about whom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Network {
    /// The parties, in the order of the case file.
    pub parties: Vec<Party>,
    /// The ties between them.
    pub ties: Vec<Tie>,
    /// Confirmed events of talks in whose words fewer than two parties are named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events_left_out: Vec<String>,
    /// Up to which day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// For whom.
    pub audience: String,
}

/// A tie between two parties.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tie {
    /// Who speaks; of two that talked, either.
    pub from: String,
    /// With whom or about whom.
    pub to: String,
    /// talks, relays, denies, forecasts or speaks-about.
    pub kind: String,
    /// Whether somebody anonymous stands in between.
    pub anonymous: bool,
    /// For talks: happened, claimed, denied or expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<String>,
    /// The statements and events it rests on.
    pub evidence: Vec<String>,
}

impl Tie {
    /// The tie in words: "talks, claimed, anonymous source".
    #[must_use]
    pub fn words(&self) -> String {
        let kind = match self.kind.as_str() {
            "relays" => "relays the words of",
            "denies" => "denies a claim of",
            "forecasts" => "forecasts what is acceptable to",
            "speaks-about" => "speaks about",
            other => other,
        };
        let mut words = vec![kind.to_owned()];
        words.extend(self.standing.clone());
        if self.anonymous {
            words.push("anonymous source".to_owned());
        }
        words.join(", ")
    }
}
