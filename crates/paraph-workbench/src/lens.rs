//! Outcomes of a model in the terms of the views: codes, differences, places, what a result rests on.

use paraph_analysis::{Bitmap, Concept, Disagreement, Model, Monitor, OPEN, Places, StableSets};
use paraph_brief::view;
use paraph_case::{Basis, Case, Grounds, Party, Preferences};
use std::collections::BTreeMap;

/// A merged class with more members than this is not compared issue by issue.
const MOST_MEMBERS: usize = 1 << 16;

/// A model seen from one outcome: the status quo, or what takes its place.
pub struct Lens<'a> {
    /// The model.
    pub model: &'a Model,
    /// What differences are measured from.
    pub base: Option<usize>,
    /// Its options; those of the case's status quo where that lies outside the part that is looked at.
    base_options: Option<Vec<Option<usize>>>,
    places: Places<'a>,
    /// For each merged class by name, the option that all members share for each issue.
    shared: BTreeMap<String, Vec<Option<usize>>>,
}

impl<'a> Lens<'a> {
    /// Counts the outcomes of every rank once, where ranks have to be counted.
    pub fn new(
        model: &'a Model,
        base: Option<usize>,
        monitor: &Monitor,
    ) -> Result<Self, paraph_analysis::Error> {
        let case = model.case();
        let feasible = model.feasible_set();
        let mut shared = BTreeMap::new();
        for same in &case.same {
            let mut members = model.holding(&same.that, monitor)?;
            members.intersect(&feasible);
            shared.insert(same.name.clone(), common_options(model, &members));
        }
        let mut lens = Lens { model, base, base_options: None, places: Places::new(model), shared };
        lens.base_options = match base {
            Some(cell) => Some(lens.options(cell)),
            None => case.status_quo().map(|options| options.into_iter().map(Some).collect()),
        };
        Ok(lens)
    }

    /// The case.
    pub fn case(&self) -> &Case {
        self.model.case()
    }

    /// The code of an outcome.
    pub fn code(&self, cell: usize) -> String {
        self.model.code(cell)
    }

    /// The option of every issue, where it is the same in all that counts as this outcome.
    pub fn options(&self, cell: usize) -> Vec<Option<usize>> {
        if !self.shared.is_empty()
            && let Some(options) = self.shared.get(&self.model.code(cell))
        {
            return options.clone();
        }
        self.model.options(cell).into_iter().map(|option| (option != OPEN).then_some(option)).collect()
    }

    /// The outcome with these options, if it lies in the part that is looked at. States of the explicit
    /// form are found by their codes.
    pub fn cell(&self, options: &[usize]) -> Option<usize> {
        match &self.case().explicit {
            None => self.model.space().cell(options),
            Some(explicit) => (0..explicit.states.len()).find(|&state| self.model.options(state) == options),
        }
    }

    /// What changes between two outcomes, issue by issue.
    pub fn changes(&self, from: usize, to: usize) -> Vec<view::Difference> {
        self.between(Some(&self.options(from)), to)
    }

    fn between(&self, before: Option<&[Option<usize>]>, to: usize) -> Vec<view::Difference> {
        let issues = self.case().issues.iter().enumerate().zip(self.options(to));
        issues
            .filter_map(|((at, issue), option)| {
                let option = option?;
                let from = match before {
                    None => None,
                    Some(before) => Some(before[at].filter(|&before| before != option)?),
                };
                Some(view::Difference {
                    issue: issue.id.clone(),
                    title: issue.title.clone(),
                    to: issue.options[option].clone(),
                    from: from.map(|from| issue.options[from].clone()),
                })
            })
            .collect()
    }

    /// How an outcome differs from the status quo.
    pub fn differences(&self, cell: usize) -> Vec<view::Difference> {
        self.between(self.base_options.as_deref(), cell)
    }

    /// The first outcomes of a set, by code.
    pub fn list(&self, set: &Bitmap, most: usize) -> view::OutcomeList {
        let listed = self.model.list(set, most).into_iter().map(|cell| self.code(cell)).collect();
        view::OutcomeList::counted(self.model.count(set), listed)
    }

    /// One more than how many outcomes the party prefers.
    pub fn place(&self, party: usize, cell: usize) -> u64 {
        self.places.place(party, cell)
    }

    /// The place of what a party falls back on.
    pub fn place_of(&self, known: &Disagreement) -> Option<u64> {
        self.places.of_disagreement(known)
    }

    /// An outcome that a party likes least and one that it likes most.
    pub fn ends(&self, party: usize) -> Option<(usize, usize)> {
        self.places
            .ends(party)
            .map(|(worst, best)| (self.model.representative(worst), self.model.representative(best)))
    }

    /// The place of every party that has preferences.
    pub fn places(&self, cell: usize) -> view::ByParty<u64> {
        let parties = self.case().parties.iter().enumerate();
        parties
            .filter(|(_, party)| party.preferences != Preferences::None)
            .map(|(at, party)| (party.id.clone(), self.place(at, cell)))
            .collect()
    }

    /// How many outcomes there are.
    pub fn counts(&self) -> view::OutcomeCounts {
        view::OutcomeCounts { all: self.model.all().into(), feasible: self.model.feasible_count().into() }
    }

    /// The concepts under which an outcome is an equilibrium.
    pub fn equilibrium_under(&self, cell: usize, found: &[(Concept, &StableSets)]) -> Vec<String> {
        found
            .iter()
            .filter(|(_, sets)| sets.equilibria.contains(cell))
            .map(|(concept, _)| concept.name().to_owned())
            .collect()
    }
}

fn common_options(model: &Model, members: &Bitmap) -> Vec<Option<usize>> {
    let mut common: Option<Vec<Option<usize>>> = None;
    if members.count() > MOST_MEMBERS as u64 {
        return vec![None; model.case().issues.len()];
    }
    for cell in members.iter() {
        let options = model.options(cell);
        match &mut common {
            None => common = Some(options.into_iter().map(Some).collect()),
            Some(common) => common.iter_mut().zip(options).for_each(|(known, option)| {
                if *known != Some(option) {
                    *known = None;
                }
            }),
        }
    }
    common.unwrap_or_else(|| vec![None; model.case().issues.len()])
}

/// Counts one ground.
pub fn count(into: &mut view::RestsOn, grounds: &Grounds) {
    match grounds.basis {
        Basis::Stated => into.stated += 1,
        Basis::Inferred => into.inferred += 1,
        Basis::Assumed => into.assumed += 1,
    }
}

/// On how many preferences of each basis a party's order rests; a list of weights, and a ranking, count once.
fn count_preferences(into: &mut view::RestsOn, party: &Party) {
    match &party.preferences {
        Preferences::None => {}
        Preferences::Priorities(list) => list.iter().for_each(|priority| count(into, &priority.grounds)),
        Preferences::Weights(weights) => {
            if weights.options.iter().any(|options| options.windows(2).any(|pair| pair[0] != pair[1])) {
                count(into, &weights.grounds);
            }
            weights.formulas.iter().for_each(|formula| count(into, &formula.grounds));
        }
        Preferences::Ranking(ranking) => count(into, &ranking.grounds),
    }
}

/// What a result about agreement rests on: preferences and red lines of the parties that must consent.
pub fn consent_rests_on(case: &Case) -> view::RestsOn {
    let mut rests_on = view::RestsOn::default();
    for party in case.parties.iter().filter(|party| party.consents) {
        count_preferences(&mut rests_on, party);
        party.red_lines.iter().for_each(|line| count(&mut rests_on, &line.grounds));
    }
    rests_on
}

/// What a result about stability rests on: everybody's preferences. Red lines bind nobody's moves.
pub fn moves_rest_on(case: &Case) -> view::RestsOn {
    let mut rests_on = view::RestsOn::default();
    case.parties.iter().for_each(|party| count_preferences(&mut rests_on, party));
    rests_on
}

/// The basis, for people.
pub fn basis(basis: Basis) -> view::Basis {
    match basis {
        Basis::Stated => view::Basis::Stated,
        Basis::Inferred => view::Basis::Inferred,
        Basis::Assumed => view::Basis::Assumed,
    }
}
