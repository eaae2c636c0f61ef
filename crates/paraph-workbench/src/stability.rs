//! Which outcomes hold.

use crate::lens::{self, Lens};
use crate::names;
use paraph_analysis::{
    Bitmap, Concept, ConceptResult, Error, Monitor, SIM_MOST, StableSets, nearest, simultaneous_at, summarise,
};
use paraph_brief::view;
use std::collections::{BTreeMap, BTreeSet};

/// How much is shown.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// How many outcomes a list has at most.
    pub most: usize,
    /// Also what is stable for each party.
    pub by_party: bool,
    /// Also the literature's table.
    pub table: bool,
}

/// The sets of the concepts that were worked out.
pub fn computed(results: &[ConceptResult]) -> Vec<(Concept, &StableSets)> {
    results.iter().filter_map(|result| Some((result.concept, result.sets.as_ref().ok()?))).collect()
}

/// The view of what holds.
///
/// # Errors
/// When the work was stopped.
pub fn view(
    lens: &Lens<'_>,
    results: &[ConceptResult],
    shown: Shown,
    monitor: &Monitor,
) -> Result<view::Stability, Error> {
    let case = lens.case();
    let model = lens.model;
    let computed = computed(results);
    let mut listed: BTreeSet<usize> = BTreeSet::new();
    let mut concepts = results
        .iter()
        .map(|result| {
            let concept = result.concept.name().to_owned();
            let sets = match &result.sets {
                Ok(sets) => sets,
                Err(reason) => {
                    return Ok(view::ConceptStability {
                        concept,
                        computed: false,
                        reason: Some(reason.clone()),
                        ..view::ConceptStability::default()
                    });
                }
            };
            listed.extend(model.list(&sets.equilibria, shown.most));
            let by_party = || case.parties.iter().zip(&sets.by_party);
            let stable = by_party().map(|(party, set)| (party.id.clone(), model.count(set).into())).collect();
            let stable_listed = shown.by_party.then(|| {
                by_party().map(|(party, set)| (party.id.clone(), lens.list(set, shown.most).listed)).collect()
            });
            let equilibria = lens.list(&sets.equilibria, shown.most);
            let summary = match equilibria.truncated && case.explicit.is_none() {
                true => Some(summary(lens, &sets.equilibria, monitor)?),
                false => None,
            };
            Ok(view::ConceptStability {
                concept,
                computed: true,
                reason: None,
                equilibria: Some(equilibria),
                stable: Some(stable),
                stable_listed,
                summary,
                ..view::ConceptStability::default()
            })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    let asked = ask_for_sim(lens, results, &listed, &mut concepts, monitor)?;
    let mut by_agreement = BTreeMap::new();
    let mut details = BTreeMap::new();
    let agreed: BTreeSet<&str> = case
        .issues
        .iter()
        .filter(|issue| issue.moved_by.is_empty() && case.explicit.is_none())
        .map(|issue| issue.id.as_str())
        .collect();
    for &cell in &listed {
        let differs = lens.differences(cell);
        let needs: Vec<_> =
            differs.iter().filter(|change| agreed.contains(change.issue.as_str())).cloned().collect();
        if lens.base.is_some() && !needs.is_empty() {
            by_agreement.insert(lens.code(cell), needs);
        }
        let mut equilibrium_under = lens.equilibrium_under(cell, &computed);
        if asked.get(&cell) == Some(&true) {
            equilibrium_under.push(Concept::Sim.name().to_owned());
        }
        let detail = view::OutcomeDetail {
            differs,
            equilibrium_under,
            ranks: lens.places(cell),
            ..view::OutcomeDetail::default()
        };
        details.insert(lens.code(cell), detail);
    }
    Ok(view::Stability {
        outcomes: lens.counts(),
        filter: None,
        method: None,
        reach: None,
        concepts,
        scenario: case.scenario.as_ref().map(|scenario| scenario.name.clone()),
        status_quo: lens.base.map(|cell| lens.code(cell)),
        parties: names::parties(case),
        settings: model.settings().into(),
        by_agreement,
        details,
        rests_on: lens::moves_rest_on(case),
        table: shown.table.then(|| table(lens, &computed, shown.most)),
    })
}

/// Where there are too many outcomes to work SIM out for all of them: those that somebody looks at.
fn ask_for_sim(
    lens: &Lens<'_>,
    results: &[ConceptResult],
    listed: &BTreeSet<usize>,
    concepts: &mut [view::ConceptStability],
    monitor: &Monitor,
) -> Result<BTreeMap<usize, bool>, Error> {
    let (case, model) = (lens.case(), lens.model);
    let missing = |result: &ConceptResult| result.concept == Concept::Sim && result.sets.is_err();
    let Some(at) = results.iter().position(missing).filter(|_| model.all() > SIM_MOST) else {
        return Ok(BTreeMap::new());
    };
    let packages = case.packages.iter().filter_map(|package| lens.cell(&package.outcome));
    let cells: BTreeSet<usize> = packages
        .chain(lens.base)
        .filter(|&cell| model.is_feasible(cell))
        .map(|cell| model.representative(cell))
        .chain(listed.iter().copied())
        .collect();
    let cells: Vec<usize> = cells.into_iter().collect();
    let Ok(settled) = simultaneous_at(model, &cells, monitor)? else { return Ok(BTreeMap::new()) };
    let asked: BTreeMap<usize, bool> =
        cells.into_iter().zip(settled).filter_map(|(cell, stable)| Some((cell, stable?))).collect();
    concepts[at].asked = asked.iter().map(|(&cell, &stable)| (lens.code(cell), stable)).collect();
    Ok(asked)
}

/// What too many equilibria to read have in common, and which of them matter.
fn summary(lens: &Lens<'_>, set: &Bitmap, monitor: &Monitor) -> Result<view::EquilibriaSummary, Error> {
    let (case, model) = (lens.case(), lens.model);
    let found = summarise(model, set, monitor)?;
    let near = |to: &str, from: usize| {
        nearest(model, set, from).map(|(cell, differs_in)| view::Nearest {
            to: to.to_owned(),
            outcome: lens.code(cell),
            differs_in,
        })
    };
    let parties = || case.parties.iter().map(|party| party.id.clone());
    Ok(view::EquilibriaSummary {
        options: case
            .issues
            .iter()
            .zip(found.options)
            .map(|(issue, counts)| view::IssueCounts {
                issue: issue.id.clone(),
                options: issue.options.clone(),
                counts,
            })
            .collect(),
        best_for: parties()
            .zip(found.best_for)
            .filter_map(|(party, best)| {
                best.map(|(cell, ties)| (party, view::BestFor { outcome: lens.code(cell), ties }))
            })
            .collect(),
        nearest_status_quo: lens.base.and_then(|cell| near("status-quo", cell)),
        nearest_packages: case
            .packages
            .iter()
            .filter_map(|package| near(&package.name, model.space().cell(&package.outcome)?))
            .collect(),
        histograms: parties().zip(found.histograms).map(|(party, bins)| (party, bins.to_vec())).collect(),
    })
}

/// The literature's table: one row for every feasible state, as many as may be shown.
fn table(lens: &Lens<'_>, computed: &[(Concept, &StableSets)], most: usize) -> view::StabilityTable {
    let feasible = lens.model.feasible_set();
    let rows: Vec<view::StabilityTableRow> = lens
        .model
        .list(&feasible, most)
        .into_iter()
        .map(|cell| view::StabilityTableRow {
            outcome: lens.code(cell),
            stable: lens
                .case()
                .parties
                .iter()
                .enumerate()
                .map(|(at, party)| {
                    let holds = computed
                        .iter()
                        .filter(|(_, sets)| sets.by_party[at].contains(cell))
                        .map(|(concept, _)| concept.name().to_owned());
                    (party.id.clone(), holds.collect())
                })
                .collect(),
            equilibrium: lens.equilibrium_under(cell, computed),
        })
        .collect();
    let truncated = (rows.len() as u64) < lens.model.feasible_count();
    view::StabilityTable { rows, truncated }
}
