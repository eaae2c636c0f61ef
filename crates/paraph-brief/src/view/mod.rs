//! Plain view structs whose JSON is the documented machine interface.
//!
//! The command line fills them from the case, the ledger and the analysis;
//! the renderers of this crate read them and nothing else. Field names are
//! stable. Maps are ordered by key and lists keep the order they were given
//! in, so equal views give equal bytes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

mod actors;
/// A number as JSON has it.
pub use serde_json::Number;

mod brief;
mod check;
mod coverage;
mod deals;
mod drafts;
mod explanation;
mod frontier;
mod matrix;
mod reading;
mod record;
mod robustness;
mod stability;
mod statements;

#[cfg(test)]
mod schema_tests;

pub use actors::{Actor, Actors, JudgedNames, Spelling};
pub use brief::{Brief, Preference, PreferenceList, Receipt, Scenario};
pub use check::{Check, Diagnostic, Severity};
pub use coverage::{Coverage, CoveredSentence, SentenceKind};
pub use deals::{
    Ask, Deals, Disagreement, Need, NotAccepted, NotOnRecord, OutcomeDetail, Package, Pick, PreferenceBroken,
    RedLineBroken,
};
pub use drafts::{
    Agreement, DiffRun, DraftAlignment, DraftAlignments, DraftAssessment, DraftAssessments, DraftBrackets,
    DraftCell, DraftChoice, DraftCleaned, DraftColumn, DraftColumns, DraftDiff, DraftEffects, DraftList,
    DraftNotRead, DraftOpen, DraftPackage, DraftPiece, DraftRegister, DraftRemark, DraftRow, DraftStance,
    DraftSummary, DraftText, Drafts, Effect, EffectDirection, IssueEffect, LinkBasis, OpenCount, OpenOf,
    PartyOrder, PointDiff, PointIssue, PointRelation, RankedTogether, RegisterConcern, RegisterContribution,
    RegisterInitials, RegisterPlace, RegisterPoint, RunKind, SaidOfDraft, TakenChoice, TypedChange,
    change_sign,
};
pub use explanation::{Explanation, ExplanationRow, Sanction};
pub use frontier::{Frontier, FrontierAxis, FrontierKey, FrontierKind, FrontierMark, FrontierScale};
pub use matrix::{Beside, BesideKind, Cell, CellStatus, Issue, Matrix, Position};
pub use reading::{Attribution, AttributionHop, AttributionTopic, AttributionWhen, Reading, ReportedEvent};
pub use record::{
    CellHistory, CellStep, MatrixChange, MatrixChanges, Network, Queue, QueueConflict, QueueContested,
    QueueContradiction, QueueReading, QueueRuling, QueueSilence, Search, SearchHit, Tie, Timeline,
    TimelineLine,
};
pub use robustness::{Conclusion, Question, Robustness, Swap};
pub use stability::{
    BestFor, ConceptStability, EquilibriaSummary, IssueCounts, Nearest, Stability, StabilityTable,
    StabilityTableRow, StepCounts,
};
pub use statements::{
    Context, Fragment, FragmentKind, MatchedTopic, SameStatement, Source, Statement, StatementStatus,
    Statements,
};

/// A party, named by the identifier of the case file and by its display name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Party {
    /// The identifier in the case file.
    pub id: String,
    /// The name people read.
    pub name: String,
    /// Whether any deal needs this party's consent.
    pub consents: bool,
}

/// Some of the members of a set, with how many there are in all.
///
/// `listed.len() <= count`, and `truncated` holds exactly when they differ or nothing was worked out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OutcomeList {
    /// How many outcomes the set holds.
    pub count: u128,
    /// At how many different points of utility (or rank) they are, where that was counted: outcomes that
    /// no party concerned tells apart are at one point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<u64>,
    /// The codes of the first of them; they ascend with the first issue fastest.
    pub listed: Vec<String>,
    /// Whether some are not listed.
    pub truncated: bool,
    /// Whether the set was not worked out: its count then means nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_computed: bool,
}

impl OutcomeList {
    /// The list of all of `codes`, cut after `limit` (`None`: not cut).
    ///
    /// ```
    /// use paraph_brief::view::OutcomeList;
    /// let codes = ["NN", "YN", "YY"].map(String::from);
    /// let list = OutcomeList::new(codes, Some(2));
    /// assert_eq!((list.count, list.listed.len(), list.truncated), (3, 2, true));
    /// ```
    pub fn new(codes: impl IntoIterator<Item = String>, limit: Option<usize>) -> Self {
        let mut list = Self::default();
        for code in codes {
            list.count += 1;
            if limit.is_none_or(|limit| list.listed.len() < limit) {
                list.listed.push(code);
            }
        }
        list.truncated = list.count > list.listed.len() as u128;
        list
    }

    /// A list whose total was counted elsewhere.
    #[must_use]
    pub fn counted(count: impl Into<u128>, listed: Vec<String>) -> Self {
        let count = count.into();
        let truncated = count > listed.len() as u128;
        Self { count, listed, truncated, ..Self::default() }
    }

    /// The list of a set that was not worked out.
    #[must_use]
    pub fn not_computed() -> Self {
        Self { truncated: true, not_computed: true, ..Self::default() }
    }

    /// Says at how many different points the outcomes are.
    #[must_use]
    pub fn at_points(self, points: u64) -> Self {
        Self { points: Some(points), ..self }
    }
}

/// How many outcomes a case has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OutcomeCounts {
    /// The product of the numbers of options.
    pub all: u128,
    /// How many are left after constraints and merging.
    pub feasible: u128,
}

/// One issue on which an outcome differs from the status quo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Difference {
    /// The issue's identifier.
    pub issue: String,
    /// The issue's title.
    pub title: String,
    /// The option in this outcome.
    pub to: String,
    /// The option in the status quo; absent when the case has no status quo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

impl Difference {
    /// The difference in words: "Joint patrols: observers instead of none".
    #[must_use]
    pub fn words(&self) -> String {
        match &self.from {
            Some(from) => format!("{}: {} instead of {from}", self.title, self.to),
            None => format!("{}: {}", self.title, self.to),
        }
    }
}

/// On how many preferences and red lines of each basis a result rests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RestsOn {
    /// Backed by a confirmed statement of the party itself.
    pub stated: u64,
    /// Concluded by the analyst from what is on record.
    pub inferred: u64,
    /// Assumed, without anything on record.
    pub assumed: u64,
}

impl RestsOn {
    /// The count in words: "3 stated, 1 inferred, 7 assumed".
    #[must_use]
    pub fn words(&self) -> String {
        format!("{} stated, {} inferred, {} assumed", self.stated, self.inferred, self.assumed)
    }

    /// Whether nothing at all is counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stated == 0 && self.inferred == 0 && self.assumed == 0
    }
}

/// What a preference or red line stands on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Backed by a confirmed statement of the party itself.
    Stated,
    /// Concluded by the analyst from what is on record.
    Inferred,
    /// Assumed, without anything on record.
    #[default]
    Assumed,
}

impl Basis {
    /// The word itself.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Inferred => "inferred",
            Self::Assumed => "assumed",
        }
    }
}

/// Something keyed by a party's identifier, in the identifiers' order.
pub type ByParty<T> = BTreeMap<String, T>;

/// The name a concept is printed under: "GMR" for `gmr`, "symmetric SEQ" for `symmetric-seq`.
///
/// A concept this crate does not know keeps its own identifier.
#[must_use]
pub fn concept_name(concept: &str) -> &str {
    match concept {
        "nash" => "Nash",
        "gmr" => "GMR",
        "smr" => "SMR",
        "seq" => "SEQ",
        "symmetric-seq" => "symmetric SEQ",
        "sim" => "SIM",
        other => other,
    }
}

/// The place of a concept in the literature's order; unknown ones come last.
pub(crate) fn concept_order(concept: &str) -> usize {
    const ORDER: [&str; 6] = ["nash", "gmr", "smr", "seq", "symmetric-seq", "sim"];
    ORDER.iter().position(|known| *known == concept).unwrap_or(ORDER.len())
}

/// One sentence that says what a concept asks of an outcome; empty for an unknown concept.
///
/// Definitions: Fang, Hipel and Kilgour, *Interactive Decision Making* (1993);
/// symmetric SEQ: Rêgo and Vieira (2017).
#[must_use]
pub fn concept_sentence(concept: &str) -> &'static str {
    match concept {
        "nash" => "No party has a move to anything it prefers.",
        "gmr" => {
            "Every improvement can be answered by others, at any cost to themselves, so that the mover is no better off."
        }
        "smr" => "As GMR, and the mover cannot escape the answer by moving once more.",
        "seq" => {
            "Every improvement can be answered by others, with improvements of their own, so that the mover is no better off."
        }
        "symmetric-seq" => "As SEQ, and the mover cannot escape the answer by moving once more.",
        "sim" => "Every improvement leaves the mover no better off when others improve at the same moment.",
        _ => "",
    }
}
