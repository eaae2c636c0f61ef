//! All that the brief shows.

use crate::assemble::lens::{self, Lens};
use crate::assemble::{deals, explanation, robustness, stability};
use paraph_analysis::{
    self as analysis, Concept, ConceptResult, Deals, Model, Monitor, Options, Terms, adjacent_swaps,
};
use paraph_brief::view;
use paraph_case::{Case, Grounds, Party, Preferences};

/// How many outcomes are explained in each scenario.
const MOST_EXPLAINED: usize = 12;
/// Up to this many outcomes times swaps, neighbouring priorities are swapped.
const MOST_SWAPPED: u64 = 1 << 26;

/// The whole analysis of one case, with or without a scenario.
///
/// # Errors
/// When the work was stopped. What cannot be worked out says so in the view.
pub(crate) fn scenario(
    case: &Case,
    most: usize,
    monitor: &Monitor,
) -> Result<view::Scenario, analysis::Error> {
    let mut shown = view::Scenario {
        name: case.scenario.as_ref().map(|scenario| scenario.name.clone()).unwrap_or_default(),
        title: case
            .scenario
            .as_ref()
            .map_or_else(|| "The case as written".to_owned(), |known| known.title.clone()),
        note: case.scenario.as_ref().and_then(|scenario| scenario.note.clone()).unwrap_or_default(),
        preferences: case.parties.iter().map(preferences).collect(),
        ..view::Scenario::default()
    };
    let model = match Model::new(case, &Options::default(), monitor) {
        Ok(model) => model,
        Err(error) if error.is_interrupted() => return Err(error),
        Err(error) => {
            shown.not_determined.push(format!("Nothing could be worked out: {error}."));
            return Ok(shown);
        }
    };
    let lens = Lens::new(&model, model.status_quo(), monitor)?;
    let results = analysis::stability(&model, &Concept::ALL, monitor)?;
    for result in &results {
        if let Err(reason) = &result.sets {
            let concept = view::concept_name(result.concept.name());
            shown.not_determined.push(format!("{concept} is not determined: {reason}."));
        }
    }
    let held =
        stability::view(&lens, &results, stability::Shown { most, by_party: false, table: false }, monitor)?;
    let terms = Terms::default();
    match analysis::deals(&model, &terms, monitor) {
        Err(error) if error.is_interrupted() => return Err(error),
        Err(error) => shown.not_determined.push(format!("What could be agreed is not determined: {error}.")),
        Ok(found) => agreed(&lens, &terms, &found, &results, most, &held, &mut shown, monitor)?,
    }
    shown.stability = Some(held);
    Ok(shown)
}

#[expect(clippy::too_many_arguments, reason = "one step of `scenario`, told apart for its length alone")]
fn agreed(
    lens: &Lens<'_>,
    terms: &Terms,
    found: &Deals,
    results: &[ConceptResult],
    most: usize,
    held: &view::Stability,
    shown: &mut view::Scenario,
    monitor: &Monitor,
) -> Result<(), analysis::Error> {
    let computed = stability::computed(results);
    let agreed = deals::view(lens, &deals::Parts { deals: found, efficient: None, stable: &computed, most });
    let concepts: Vec<Concept> = computed.iter().map(|(concept, _)| *concept).collect();
    for (cell, title) in deals::worth_explaining(lens, found, MOST_EXPLAINED) {
        let verdicts = analysis::explain(lens.model, cell, &concepts, monitor)?;
        shown.explanations.push(explanation::view(lens, cell, title, &verdicts).0);
    }
    let swaps: u64 = lens
        .case()
        .parties
        .iter()
        .map(|party| match &party.preferences {
            Preferences::Priorities(list) => list.len().saturating_sub(1) as u64,
            _ => 0,
        })
        .sum();
    if swaps.saturating_mul(lens.model.all()) > MOST_SWAPPED {
        shown.not_determined.push(format!(
            "Whether the conclusions survive exchanging adjacent priorities was not tried: {swaps} exchanges over {} \
             outcomes are too many for a brief.",
            lens.model.all()
        ));
    } else {
        let (asked, told): (Vec<usize>, Vec<(String, bool)>) = lens
            .case()
            .packages
            .iter()
            .filter_map(|package| {
                let cell = lens.cell(&package.outcome).filter(|&cell| lens.model.is_feasible(cell))?;
                Some((cell, (package.title.clone(), found.deals.contains(cell))))
            })
            .unzip();
        let tested = adjacent_swaps(lens.model, terms, &asked, &concepts, monitor)?;
        shown.robustness = Some(robustness::view(lens.model, &tested, &told, &agreed, held));
    }
    shown.deals.push(agreed);
    Ok(())
}

fn preferences(party: &Party) -> view::PreferenceList {
    let one = |that: String, grounds: &Grounds| view::Preference {
        that,
        basis: lens::basis(grounds.basis),
        because: grounds.because.clone(),
        note: grounds.note.clone(),
    };
    let preferences = match &party.preferences {
        Preferences::None => Vec::new(),
        Preferences::Priorities(list) => {
            list.iter().map(|priority| one(priority.text.clone(), &priority.grounds)).collect()
        }
        Preferences::Weights(weights) => {
            let mut list = Vec::new();
            if weights.options.iter().any(|options| options.windows(2).any(|pair| pair[0] != pair[1])) {
                list.push(one("weights for the options of issues".to_owned(), &weights.grounds));
            }
            list.extend(weights.formulas.iter().map(|weighted| {
                one(format!("{} (weight {})", weighted.text, weighted.weight), &weighted.grounds)
            }));
            list
        }
        Preferences::Ranking(ranking) => {
            let groups = ranking.groups.len();
            vec![one(format!("a ranking of the outcomes in {groups} groups"), &ranking.grounds)]
        }
    };
    view::PreferenceList {
        party: party.id.clone(),
        red_lines: party.red_lines.iter().map(|line| one(line.text.clone(), &line.grounds)).collect(),
        preferences,
    }
}
