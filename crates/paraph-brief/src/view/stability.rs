//! Which outcomes hold, under which concept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ByParty, Difference, OutcomeCounts, OutcomeDetail, OutcomeList, Party, RestsOn};

/// The stable outcomes under one concept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ConceptStability {
    /// The concept: `nash`, `gmr`, `smr`, `seq`, `symmetric-seq`, `sim`.
    pub concept: String,
    /// Whether it was computed.
    pub computed: bool,
    /// Why it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The outcomes that are stable for every party; absent when not computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equilibria: Option<OutcomeList>,
    /// How many outcomes are stable for each party; absent when not computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stable: Option<ByParty<u128>>,
    /// The first of them, when asked for by party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stable_listed: Option<ByParty<Vec<String>>>,
    /// Where it was not computed for every outcome: for the listed outcomes, the status quo and the packages on the
    /// table, by code, whether they are stable for every party. Those that could not be settled are left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub asked: BTreeMap<String, bool>,
    /// What the equilibria have in common, when more are there than are listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<EquilibriaSummary>,
}

/// What the equilibria of one concept have in common, where they are too many to read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EquilibriaSummary {
    /// For every issue in how many of them each option is chosen.
    pub options: Vec<IssueCounts>,
    /// For every party an equilibrium that it ranks highest, and how many tie there.
    pub best_for: ByParty<BestFor>,
    /// The one that differs from the status quo in the fewest issues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nearest_status_quo: Option<Nearest>,
    /// For each package on the table the one that differs from it in the fewest issues.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nearest_packages: Vec<Nearest>,
    /// For every party how many of them fall into each twentieth of its ranks, its worst first.
    pub histograms: ByParty<Vec<u64>>,
}

/// In how many outcomes each option of an issue is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct IssueCounts {
    /// The issue.
    pub issue: String,
    /// Its options.
    pub options: Vec<String>,
    /// The counts, in the order of the options.
    pub counts: Vec<u64>,
}

/// An outcome that a party ranks highest among some.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BestFor {
    /// The outcome's code.
    pub outcome: String,
    /// How many it ranks as high, this one included.
    pub ties: u64,
}

/// An outcome near to another one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Nearest {
    /// What it is near to: `status-quo` or a package's name.
    pub to: String,
    /// The outcome's code.
    pub outcome: String,
    /// In how many issues the two differ.
    pub differs_in: usize,
}

/// How many outcomes can be reached from the status quo, by the number of steps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StepCounts {
    /// By moves of any kind: first reached after 0, 1, 2 … steps.
    pub moves: Vec<u64>,
    /// By improvements alone.
    pub improvements: Vec<u64>,
}

/// One state of the literature's table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StabilityTableRow {
    /// The outcome's code.
    pub outcome: String,
    /// For every party, the concepts under which the outcome is stable for it.
    pub stable: ByParty<Vec<String>>,
    /// The concepts under which it is an equilibrium.
    pub equilibrium: Vec<String>,
}

/// The literature's table: states by parties and concepts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StabilityTable {
    /// One row for every listed state, in the order of the codes.
    pub rows: Vec<StabilityTableRow>,
    /// Whether some states are not listed.
    pub truncated: bool,
}

/// The answer of `paraph stability --format json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Stability {
    /// How many outcomes there are.
    pub outcomes: OutcomeCounts,
    /// One entry for every concept asked for, in the order asked for.
    pub concepts: Vec<ConceptStability>,
    /// How it was worked out, where not on tables of all outcomes: `decision-diagrams`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The scenario, when one was laid over the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// The formula that all counted and listed outcomes fulfil, when one was given.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// What can be reached from the status quo, when asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<StepCounts>,
    /// The code of the status quo; absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_quo: Option<String>,
    /// The parties, in the order of the case file.
    #[serde(default)]
    pub parties: Vec<Party>,
    /// How many settings the issues have that nobody moves alone; counts cover all of them.
    #[serde(default = "one")]
    pub settings: u128,
    /// What each listed equilibrium needs by agreement, where it needs something.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_agreement: BTreeMap<String, Vec<Difference>>,
    /// What is known about each listed outcome, by code.
    #[serde(default)]
    pub details: BTreeMap<String, OutcomeDetail>,
    /// How many preferences of each basis the result rests on.
    #[serde(default)]
    pub rests_on: RestsOn,
    /// The literature's table, when asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<StabilityTable>,
}

fn one() -> u128 {
    1
}
