//! What could be agreed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Basis, ByParty, Difference, Frontier, Number, OutcomeCounts, OutcomeList, Party, RestsOn};

/// What one party would have to give relative to the status quo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Ask {
    /// The party's identifier.
    pub party: String,
    /// What is asked of it, one phrase each: a change it moves, or a preference that is not met.
    pub what: Vec<String>,
}

/// A party outside the consenting ones whose move an outcome needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Need {
    /// The party's identifier.
    pub party: String,
    /// Whether it likes the outcome at least as well as the status quo; absent when not determined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likes: Option<bool>,
}

/// What there is to say about a listed outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OutcomeDetail {
    /// The differences from the status quo; empty for the status quo itself.
    pub differs: Vec<Difference>,
    /// The concepts under which it is an equilibrium.
    #[serde(default)]
    pub equilibrium_under: Vec<String>,
    /// Pairs not on record on which its being a deal depends; it is *untested* when there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub untested: Vec<NotOnRecord>,
    /// What it asks of whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<Ask>,
    /// Parties outside the consenting ones whose move it needs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Need>,
    /// 1 + the number of feasible outcomes the party strictly prefers; 1 is what it likes most.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ranks: ByParty<u64>,
}

/// A consenting party that is not on record on an issue: no preference of it touches the issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NotOnRecord {
    /// The party's identifier.
    pub party: String,
    /// The issue's identifier.
    pub issue: String,
}

/// What a consenting party has without a deal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Disagreement {
    /// The party's identifier.
    pub party: String,
    /// In words: "status quo", a formula, an outcome's code, or a number.
    pub is: String,
    /// Its place in the party's order: 1 + the number of feasible outcomes strictly preferred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u64>,
}

/// Outcomes that a named formula picks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Pick {
    /// The rule: `fallback`, `nash-product`, `kalai-smorodinsky`, `egalitarian`, `utilitarian`.
    pub rule: String,
    /// The outcomes it picks; several when tied.
    pub outcomes: Vec<String>,
    /// How many packages tie in all: one where the rule picks a single package.
    #[serde(default)]
    pub ties: u64,
    /// For fallback bargaining: 1 + how many packages the party strictly prefers, at the first outcome listed.
    #[serde(default)]
    pub depths: ByParty<u64>,
    /// The utility of each consenting party with weights at the first outcome listed, to the precision of
    /// a double.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub utilities: ByParty<Number>,
    /// The same exactly, as a decimal or a fraction.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub exact: ByParty<String>,
    /// The formula, in symbols and words.
    #[serde(default)]
    pub formula: String,
    /// A sentence that says what the rule does.
    #[serde(default)]
    pub sentence: String,
    /// Parties the rule leaves out because no deal gains them anything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

/// A preference that an unaccepted package fails.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PreferenceBroken {
    /// The preference's place in the party's list, from 0.
    pub index: u64,
    /// Its formula.
    pub that: String,
    /// What it stands on.
    #[serde(default)]
    pub basis: Basis,
}

/// A red line that a package breaks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RedLineBroken {
    /// The red line's place in the party's list, from 0.
    pub index: u64,
    /// Its formula.
    pub that: String,
    /// What it stands on.
    #[serde(default)]
    pub basis: Basis,
    /// A note, such as the law it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A consenting party that does not accept a package, given what is written down of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NotAccepted {
    /// The party's identifier.
    pub party: String,
    /// The places of the red lines the package breaks, from 0.
    pub red_lines: Vec<u64>,
    /// The first preference that holds at the disagreement point and not in the package.
    pub preference: Option<PreferenceBroken>,
    /// The statements these cite.
    pub because: Vec<String>,
    /// The red lines in full, in the order of `red_lines`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub red_lines_broken: Vec<RedLineBroken>,
    /// With weights: the utility of the disagreement point and of the package, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<String>,
}

/// A proposal on the table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Package {
    /// The outcome's code; several packages may share one.
    pub package: String,
    /// The name in the case file.
    pub name: String,
    /// Who does not accept it; empty when it is acceptable.
    pub not_accepted_by: Vec<NotAccepted>,
    /// The title people read.
    #[serde(default)]
    pub title: String,
    /// Why the package is no outcome at all (a constraint excludes it); absent when it is feasible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub infeasible: Option<String>,
    /// How many preferences of each basis this answer rests on.
    #[serde(default)]
    pub rests_on: RestsOn,
}

/// The answer of `paraph deals --format json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Deals {
    /// The code of the status quo, or null when there is none.
    pub status_quo: Option<String>,
    /// Packages that break no red line and that every consenting party likes at least as well as its
    /// disagreement point.
    pub acceptable: OutcomeList,
    /// Feasible outcomes than which none is better for one consenting party and worse for none.
    pub efficient: OutcomeList,
    /// Acceptable packages that are efficient.
    pub efficient_deals: OutcomeList,
    /// What each rule picks.
    pub picks: Vec<Pick>,
    /// For each concept, how many deals are equilibria.
    pub holding: BTreeMap<String, u128>,
    /// What there is to say about `holding`: why it was not worked out, or why every deal holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holding_note: Option<String>,
    /// The proposals on the table, in the order of the case file.
    pub packages: Vec<Package>,
    /// Whether some acceptable package is strictly preferred to the disagreement point by a consenting party.
    #[serde(default)]
    pub deal_exists: bool,
    /// The acceptable packages that at least one consenting party strictly prefers to its disagreement point.
    #[serde(default)]
    pub gains: OutcomeList,
    /// How it was worked out, where not on tables of all outcomes: `decision-diagrams`. Efficiency and picks
    /// are then not worked out, and the places of outcomes are unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The scenario, when one was laid over the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// How many outcomes there are.
    #[serde(default)]
    pub outcomes: OutcomeCounts,
    /// The parties, in the order of the case file.
    #[serde(default)]
    pub parties: Vec<Party>,
    /// What each consenting party has without a deal.
    #[serde(default)]
    pub disagreement: Vec<Disagreement>,
    /// Consenting parties that are not on record on an issue.
    #[serde(default)]
    pub not_on_record: Vec<NotOnRecord>,
    /// What is known about each listed outcome, by code.
    #[serde(default)]
    pub details: BTreeMap<String, OutcomeDetail>,
    /// Where the frontier lies, in a brief of parties that all have weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frontier: Option<Frontier>,
    /// How many preferences of each basis the result rests on.
    #[serde(default)]
    pub rests_on: RestsOn,
}
