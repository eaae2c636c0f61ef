//! Why an outcome is or is not stable.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Difference, OutcomeDetail, Party, RestsOn};

/// One step of an answer to an improvement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sanction {
    /// The party that moves.
    pub mover: String,
    /// The outcome it moves to.
    pub to: String,
}

/// Why an outcome is stable, or is not, for one party under one concept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ExplanationRow {
    /// The party's identifier.
    pub party: String,
    /// The concept.
    pub concept: String,
    /// Whether the outcome is stable for the party under the concept.
    pub stable: bool,
    /// The improvement in question; null when the party has none.
    pub improvement: Option<String>,
    /// The answer by others that leaves the mover no better off; empty when there is none.
    pub sanction: Vec<Sanction>,
    /// How the improvement changes the outcome, issue by issue: `from` is the option it leaves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Difference>,
    /// The first preference that holds after the improvement and not before, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefers_because: Option<String>,
    /// Whether the answer leaves the mover exactly as well off as before, not worse.
    #[serde(default)]
    pub sanction_ties: bool,
    /// Where the mover can go after the answer to be better off than before; SMR and symmetric SEQ only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escape: Option<String>,
}

/// The answer of `paraph explain --format json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Explanation {
    /// The outcome asked about.
    pub outcome: String,
    /// One row for every party, concept and improvement; a row without an improvement where there is none.
    pub rows: Vec<ExplanationRow>,
    /// The scenario, when one was laid over the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// The outcome's name where the case gives it one, such as a package's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The parties, in the order of the case file.
    #[serde(default)]
    pub parties: Vec<Party>,
    /// What is known about each outcome that is named, by code.
    #[serde(default)]
    pub details: BTreeMap<String, OutcomeDetail>,
    /// How many preferences of each basis the answer rests on.
    #[serde(default)]
    pub rests_on: RestsOn,
}
