//! All that the brief shows.

use crate::admission::admit;
use crate::evidence::{cite_in_full, open_questions};
use crate::failure::Outcome;
use crate::lens::{self, Lens};
use crate::statements::Shelf;
use crate::{deals, diagrams, drafts, explanation, folder, frontier, matrix, robustness, stability};
use jiff::civil::Date;
use paraph_analysis::{
    self as analysis, Concept, ConceptResult, Deals, Model, Monitor, Options, Terms, adjacent_swaps,
};
use paraph_brief::view;
use paraph_case::{Case, Grounds, Party, Preferences};
use paraph_ledger::{Audience, Ledger, StatementFilter, Status};
use std::path::Path;

/// How many outcomes are explained in each scenario.
const MOST_EXPLAINED: usize = 12;
/// How many points of a frontier are drawn.
const MOST_MARKED: usize = 200;
/// Up to this many outcomes times swaps, neighbouring priorities are swapped.
const MOST_SWAPPED: u64 = 1 << 26;

/// Said where nobody can leave anything.
const EVERYTHING_HOLDS: &str =
    "Nobody can change an issue alone, so every outcome holds under every concept; nothing was worked out.";

/// What a brief is made of.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The scenarios beside the case as written; none: all there are.
    pub scenarios: &'a [String],
    /// The day of the matrix; none: the case's own.
    pub as_of: Option<Date>,
    /// For whom.
    pub audience: Audience,
    /// How many outcomes a list has at most.
    pub most: usize,
}

/// The whole brief of a case's folder.
///
/// # Errors
/// A case, ledger or draft that cannot be used, or work that was stopped.
pub fn whole(place: &Path, wanted: Wanted<'_>, monitor: &Monitor) -> Outcome<view::Brief> {
    let case = folder::case(place, None)?;
    let names = match wanted.scenarios {
        [] => paraph_case::scenarios(place),
        names => names.to_vec(),
    };
    let mut cases = vec![case];
    for name in &names {
        cases.push(folder::case(place, Some(name))?);
    }
    let ledger = folder::ledger(place)?;
    cases.iter_mut().for_each(|case| cite_in_full(case, &ledger));
    let case = &cases[0];
    let shown = matrix::positions(place, case, &ledger, wanted.as_of, wanted.audience)?;
    let mut all = record(case, &ledger, wanted.audience, shown)?;
    for case in &cases {
        let mut shown = scenario(case, wanted.most, monitor)?;
        // What is open on record is open whatever is assumed; it is asked once.
        if let Some(robustness) = shown.robustness.as_mut().filter(|_| all.scenarios.is_empty()) {
            robustness.questions = open_questions(&all.matrix);
        }
        all.scenarios.push(shown);
    }
    all.drafts =
        drafts::in_brief(place, case, &ledger, &all.statements, wanted.audience, wanted.most, monitor)?;
    Ok(all)
}

/// A brief without its analysis: the matrix with statements and sources.
///
/// # Errors
/// A ledger that cannot be read.
pub fn record(case: &Case, ledger: &Ledger, audience: Audience, shown: view::Matrix) -> Outcome<view::Brief> {
    let filter = StatementFilter {
        status: vec![Status::Proposed, Status::Confirmed, Status::Corrected],
        audience,
        ..StatementFilter::default()
    };
    let shelf = Shelf::take(ledger, &filter)?;
    let receipt = ledger.receipt()?;
    Ok(view::Brief {
        title: case.title.clone(),
        as_of: shown.as_of.clone(),
        audience: audience.as_str().to_owned(),
        summary: String::new(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        not_read: shown.not_read.clone(),
        matrix: shown,
        scenarios: Vec::new(),
        unlock: Vec::new(),
        drafts: None,
        statements: shelf.statements(Some(case)),
        sources: shelf.sources(),
        left_out: Vec::new(),
        // The head of the chain depends on what the public may not see.
        receipt: (receipt.count > 0 && audience != Audience::Public)
            .then(|| view::Receipt { head: receipt.head.clone(), records: receipt.count }),
    })
}

/// The whole analysis of one case, with or without a scenario: on tables of all outcomes, or on decision diagrams
/// where there are more outcomes than tables hold.
///
/// # Errors
/// When the work was stopped. What cannot be worked out says so in the view.
pub fn scenario(case: &Case, most: usize, monitor: &Monitor) -> Outcome<view::Scenario> {
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
    if diagrams::needed(case, &[]) {
        without_tables(case, most, &mut shown, monitor)?;
        return Ok(shown);
    }
    // Where nobody can leave anything, tables of ranks would be made for nothing.
    let everything = deals::Held::is_everything(case);
    let concepts: &[Concept] = if everything { &[] } else { &Concept::ALL };
    if let Err(refused) = admit(case, &[], concepts, true, None) {
        shown.not_determined.push(format!("Nothing was worked out: {refused}."));
        return Ok(shown);
    }
    let model = match Model::new(case, &Options::default(), monitor) {
        Ok(model) => model,
        Err(error) if error.is_interrupted() => return Err(error.into()),
        Err(error) => {
            shown.not_determined.push(format!("Nothing could be worked out: {error}."));
            return Ok(shown);
        }
    };
    let lens = Lens::new(&model, model.status_quo(), monitor)?;
    let results = analysis::stability(&model, concepts, monitor)?;
    if everything {
        shown.not_determined.push(EVERYTHING_HOLDS.to_owned());
    }
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
        Err(error) if error.is_interrupted() => return Err(error.into()),
        Err(error) => shown.not_determined.push(format!("What could be agreed is not determined: {error}.")),
        Ok(found) => agreed(&lens, &terms, &found, &results, most, &held, &mut shown, monitor)?,
    }
    shown.stability = (!everything).then_some(held);
    Ok(shown)
}

/// What decision diagrams say of a case with more outcomes than tables hold.
fn without_tables(case: &Case, most: usize, shown: &mut view::Scenario, monitor: &Monitor) -> Outcome<()> {
    let question = diagrams::Question { held: &[], filter: None, most, memory: None };
    match diagrams::deals(case, None, question, monitor) {
        Ok(found) => shown.deals.push(found),
        Err(failure) if monitor.stopped() => return Err(failure),
        Err(failure) => {
            shown.not_determined.push(format!("What could be agreed is not determined: {failure}."));
        }
    }
    if deals::Held::is_everything(case) {
        shown.not_determined.push(EVERYTHING_HOLDS.to_owned());
        return Ok(());
    }
    match diagrams::stability(case, &Concept::ALL, question, monitor) {
        Ok(found) => {
            for concept in found.concepts.iter().filter(|concept| !concept.computed) {
                let (name, reason) = (view::concept_name(&concept.concept), concept.reason.as_deref());
                shown.not_determined.push(format!(
                    "{name} is not determined: {}.",
                    reason.unwrap_or("decision diagrams do not carry it")
                ));
            }
            shown.stability = Some(found);
        }
        Err(failure) if monitor.stopped() => return Err(failure),
        Err(failure) => {
            shown.not_determined.push(format!("What would hold is not determined: {failure}."));
        }
    }
    shown.not_determined.push(
        "Efficient packages, picks, explanations and exchanges of priorities need a table of all outcomes; they were \
         not worked out."
            .to_owned(),
    );
    Ok(())
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
    let known = match results {
        [] => deals::Held::Everything,
        _ => deals::Held::Sets(&computed),
    };
    let mut agreed = deals::view(lens, &deals::Parts { deals: found, efficient: None, held: known, most });
    let consenting: Vec<usize> = found.disagreements.iter().map(|known| known.party).collect();
    let weighted = |&party: &usize| matches!(lens.case().parties[party].preferences, Preferences::Weights(_));
    if consenting.len() > 1 && consenting.iter().all(weighted) {
        agreed.frontier = Some(frontier::view(lens, found, &consenting, MOST_MARKED, monitor)?);
    }
    let concepts: Vec<Concept> = computed.iter().map(|(concept, _)| *concept).collect();
    let explained = if concepts.is_empty() { 0 } else { MOST_EXPLAINED };
    for (cell, title) in deals::worth_explaining(lens, found, explained) {
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
