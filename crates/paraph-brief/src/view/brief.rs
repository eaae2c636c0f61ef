//! All that the brief shows.

use serde::{Deserialize, Serialize};

use super::{Basis, Deals, Drafts, Explanation, Matrix, Robustness, Source, Stability, Statement};

/// A preference or a red line as written in the case file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Preference {
    /// The formula, or the weights or ranking in words.
    pub that: String,
    /// What it stands on.
    pub basis: Basis,
    /// The statements it cites.
    #[serde(default)]
    pub because: Vec<String>,
    /// A note, such as the law a red line comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What is written down of one party.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PreferenceList {
    /// The party's identifier.
    pub party: String,
    /// Its red lines.
    #[serde(default)]
    pub red_lines: Vec<Preference>,
    /// Its preferences, the weightiest first.
    #[serde(default)]
    pub preferences: Vec<Preference>,
}

/// The analysis of the case under one scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Scenario {
    /// The name in the case folder; empty for the case as written.
    pub name: String,
    /// The title people read.
    pub title: String,
    /// What the scenario assumes, in a sentence or two.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// What is written down of every party.
    #[serde(default)]
    pub preferences: Vec<PreferenceList>,
    /// What could be agreed; one entry for every disagreement point looked at. Empty when it could not be
    /// computed; then `not_determined` says why.
    #[serde(default)]
    pub deals: Vec<Deals>,
    /// What would hold; absent when it could not be computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stability: Option<Stability>,
    /// Why chosen outcomes are or are not stable: the status quo, picks, packages.
    #[serde(default)]
    pub explanations: Vec<Explanation>,
    /// How sure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub robustness: Option<Robustness>,
    /// What could not be determined and why, one sentence each.
    #[serde(default)]
    pub not_determined: Vec<String>,
}

/// What proves that nothing of the ledger was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Receipt {
    /// The hash of the journal's last record.
    pub head: String,
    /// How many records the journal has.
    pub records: u64,
}

/// All that the brief shows. The `html` module turns it into one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Brief {
    /// The case's title.
    pub title: String,
    /// The date it holds for, as `YYYY-MM-DD`; absent when none was set.
    pub as_of: Option<String>,
    /// For whom it is made; printed on every page.
    pub audience: String,
    /// A paragraph about the case; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// The version of the program.
    pub version: String,
    /// Where everybody stands; also the parties and issues of the case.
    pub matrix: Matrix,
    /// The analysis, the case as written first, then each scenario.
    pub scenarios: Vec<Scenario>,
    /// What the brief cannot say yet about smallest changes; a sentence of its own is printed when empty.
    #[serde(default)]
    pub unlock: Vec<String>,
    /// The drafts; absent where the case has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drafts: Option<Drafts>,
    /// Every statement that the audience may see, rejected ones left out.
    pub statements: Vec<Statement>,
    /// Every source that the audience may see.
    pub sources: Vec<Source>,
    /// Reports that lie in the folder and nobody has read in.
    #[serde(default)]
    pub not_read: Vec<String>,
    /// What was left out, skipped or truncated, one sentence each.
    #[serde(default)]
    pub left_out: Vec<String>,
    /// What proves completeness; absent without a ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
}
