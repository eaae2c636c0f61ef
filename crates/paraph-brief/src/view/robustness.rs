//! How far conclusions hold when preferences are changed a little.

use serde::{Deserialize, Serialize};

use super::RestsOn;

/// Two adjacent priorities of one party, exchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Swap {
    /// The party's identifier.
    pub party: String,
    /// The place of the weightier of the two in the party's list, from 0.
    pub index: u64,
    /// The formula that weighs more as written.
    pub first: String,
    /// The formula that weighs less as written.
    pub second: String,
}

/// A conclusion, and whether every tried swap leaves it standing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Conclusion {
    /// The conclusion, one sentence.
    pub text: String,
    /// Whether it survives every swap tried.
    pub survives: bool,
    /// The swaps that overturn it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overturned_by: Vec<Swap>,
    /// How many preferences of each basis it rests on.
    #[serde(default)]
    pub rests_on: RestsOn,
}

/// A question whose answer would change what is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Question {
    /// The question, one sentence.
    pub text: String,
    /// Why it is worth asking, one sentence.
    #[serde(default)]
    pub why: String,
}

/// Which conclusions survive swapping any two adjacent priorities of any party.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Robustness {
    /// How many swaps were tried.
    pub swaps: u64,
    /// Why swaps were left out, if any were; absent when all were tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<String>,
    /// The conclusions.
    pub conclusions: Vec<Conclusion>,
    /// What is not known, one sentence each.
    #[serde(default)]
    pub unknowns: Vec<String>,
    /// What to ask next, the weightiest first.
    #[serde(default)]
    pub questions: Vec<Question>,
}
