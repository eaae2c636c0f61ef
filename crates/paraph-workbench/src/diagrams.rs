//! Where tables of all outcomes end: the questions that decision diagrams answer, as the same views.

use crate::failure::{Failure, Outcome};
use crate::{deals, explanation, lens, names};
use paraph_analysis::{Concept, Monitor, Reason, Refusal, estimate};
use paraph_brief::view;
use paraph_case::{Case, Formula, Package, Preferences, Rational};
use paraph_symbolic::{Deals, Limits, Set, Stop, Symbolic, Terms};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How the answer was come by, as the views name it.
const METHOD: &str = "decision-diagrams";

/// Said where somebody could expect to read which deals hold.
const NOT_HELD: &str =
    "Which deals hold was not worked out on decision diagrams; `paraph stability` says which outcomes do.";

/// The most memory for diagrams where nobody says otherwise, in bytes.
const MEMORY: u64 = 2 << 30;

/// How often a stop is looked for.
const TICK: Duration = Duration::from_millis(20);

/// Whether a case has more outcomes than tables hold, however much memory there is.
pub fn needed(case: &Case, held: &[(usize, usize)]) -> bool {
    case.explicit.is_none() && estimate(case, held, &[], false).is_err_and(|error| error.is_too_large())
}

/// What is looked at, and how much of it is shown.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Issues that are held, with the option of each.
    pub held: &'a [(usize, usize)],
    /// Only outcomes in which this formula holds are counted and listed, with its text.
    pub filter: Option<(&'a str, &'a Formula)>,
    /// How many outcomes a list has at most.
    pub most: usize,
    /// The most memory to take, in bytes; none: a share that leaves room for others.
    pub memory: Option<u64>,
}

/// Which outcomes hold, without a table: Nash, GMR and SMR; every other concept says why it is missing.
///
/// # Errors
/// A case that diagrams do not carry or that outgrows the memory, with the reason; work that was stopped.
pub fn stability(
    case: &Case,
    concepts: &[Concept],
    question: Question<'_>,
    monitor: &Monitor,
) -> Outcome<view::Stability> {
    stoppable(monitor, |stop| {
        let symbolic = ready(case, question, stop)?;
        let filter = match question.filter {
            Some((_, formula)) => Some(symbolic.holding(formula, stop)?),
            None => None,
        };
        let within = |set: &Set| match &filter {
            Some(filter) => set.intersection(filter, stop),
            None => Ok(set.clone()),
        };
        let mut listed: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut shown = Vec::new();
        let mut found: Vec<(String, Set)> = Vec::new();
        for &concept in concepts {
            monitor.begin(concept.name(), 1);
            let name = concept.name().to_owned();
            let sets = match on_diagrams(concept) {
                Some(known) => match symbolic.stability(known, stop) {
                    Err(error) if error.is_interrupted() => return Err(error),
                    Err(error) => Err(error.to_string()),
                    Ok(sets) => Ok(sets),
                },
                None => Err("decision diagrams do not carry it, and tables end at 2³² outcomes".to_owned()),
            };
            let sets = match sets {
                Ok(sets) => sets,
                Err(reason) => {
                    shown.push(view::ConceptStability {
                        concept: name,
                        reason: Some(reason),
                        ..view::ConceptStability::default()
                    });
                    continue;
                }
            };
            let equilibria = within(&sets.equilibria)?;
            let outcomes = equilibria.list(question.most, stop)?;
            let codes: Vec<String> = outcomes.iter().map(|outcome| case.code(outcome)).collect();
            listed.extend(codes.iter().cloned().zip(outcomes));
            found.push((name.clone(), equilibria.clone()));
            let stable = case
                .parties
                .iter()
                .zip(&sets.by_party)
                .map(|(party, set)| Ok((party.id.clone(), within(set)?.count())))
                .collect::<Result<_, paraph_symbolic::Error>>()?;
            shown.push(view::ConceptStability {
                concept: name,
                computed: true,
                equilibria: Some(view::OutcomeList::counted(equilibria.count(), codes)),
                stable: Some(stable),
                ..view::ConceptStability::default()
            });
        }
        let counts = symbolic.counts();
        let now = case.status_quo();
        Ok(view::Stability {
            outcomes: view::OutcomeCounts { all: counts.all, feasible: counts.feasible },
            concepts: shown,
            method: Some(METHOD.to_owned()),
            scenario: case.scenario.as_ref().map(|scenario| scenario.name.clone()),
            filter: question.filter.map(|(text, _)| text.to_owned()),
            status_quo: now.as_ref().map(|options| case.code(options)),
            parties: names::parties(case),
            settings: counts.settings,
            details: listed
                .into_iter()
                .map(|(code, outcome)| {
                    let differs = changes(case, now.as_deref(), &outcome);
                    let holds = found.iter().filter(|(_, equilibria)| equilibria.contains(&outcome));
                    let equilibrium_under = holds.map(|(name, _)| name.clone()).collect();
                    let detail =
                        view::OutcomeDetail { differs, equilibrium_under, ..view::OutcomeDetail::default() };
                    (code, detail)
                })
                .collect(),
            rests_on: lens::moves_rest_on(case),
            ..view::Stability::default()
        })
    })
}

/// What could be agreed, without a table: counts of acceptable packages and deals, the first of them, and who does not
/// accept what is on the table. Efficient packages and picks are not worked out.
///
/// # Errors
/// A case that diagrams do not carry or that outgrows the memory, with the reason; work that was stopped.
pub fn deals(
    case: &Case,
    against: Option<Vec<usize>>,
    question: Question<'_>,
    monitor: &Monitor,
) -> Outcome<view::Deals> {
    stoppable(monitor, |stop| {
        let symbolic = ready(case, question, stop)?;
        let found = symbolic.deals(&Terms { against, consenting: None }, stop)?;
        let now = found.status_quo.as_deref();
        let mut listed: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut list = |set: &Set| -> Result<view::OutcomeList, paraph_symbolic::Error> {
            let outcomes = set.list(question.most, stop)?;
            let codes = outcomes.iter().map(|outcome| case.code(outcome)).collect::<Vec<_>>();
            listed.extend(codes.iter().cloned().zip(outcomes));
            Ok(view::OutcomeList::counted(set.count(), codes))
        };
        let acceptable = list(&found.acceptable)?;
        let gains = list(&found.deals)?;
        let packages = case.packages.iter().map(|package| on_the_table(case, &symbolic, &found, package));
        let packages = packages.collect::<Result<Vec<_>, _>>()?;
        let feasible = symbolic.feasible();
        let told = case.packages.iter().filter(|package| feasible.contains(&package.outcome));
        listed.extend(told.map(|package| (case.code(&package.outcome), package.outcome.clone())));
        let silent = deals::not_on_record(case);
        let details = listed
            .into_iter()
            .map(|(code, outcome)| Ok((code, detail(case, &found, &silent, &outcome)?)))
            .collect::<Result<_, paraph_symbolic::Error>>()?;
        let counts = symbolic.counts();
        Ok(view::Deals {
            status_quo: now.map(|now| case.code(now)),
            acceptable,
            efficient: view::OutcomeList::not_computed(),
            efficient_deals: view::OutcomeList::not_computed(),
            holding_note: Some(NOT_HELD.to_owned()),
            packages,
            deal_exists: gains.count > 0,
            gains,
            method: Some(METHOD.to_owned()),
            scenario: case.scenario.as_ref().map(|scenario| scenario.name.clone()),
            outcomes: view::OutcomeCounts { all: counts.all, feasible: counts.feasible },
            parties: names::parties(case),
            disagreement: found
                .disagreements
                .iter()
                .map(|known| {
                    let party = &case.parties[known.party];
                    let is = match (&known.outcome, &known.utility) {
                        (Some(outcome), _)
                            if known.outcome == found.status_quo && party.walk_away.is_none() =>
                        {
                            format!("the status quo, {}", case.code(outcome))
                        }
                        (Some(outcome), _) => case.code(outcome),
                        (None, Some(utility)) => format!("a utility of {utility}"),
                        (None, None) => String::new(),
                    };
                    view::Disagreement { party: party.id.clone(), is, rank: None }
                })
                .collect(),
            not_on_record: silent,
            details,
            rests_on: lens::consent_rests_on(case),
            ..view::Deals::default()
        })
    })
}

/// What there is to say about a package.
fn detail(
    case: &Case,
    found: &Deals,
    silent: &[view::NotOnRecord],
    outcome: &[usize],
) -> Result<view::OutcomeDetail, paraph_symbolic::Error> {
    let differs = changes(case, found.status_quo.as_deref(), outcome);
    let changed = |pair: &&view::NotOnRecord| differs.iter().any(|change| change.issue == pair.issue);
    let untested = match found.acceptable.contains(outcome) {
        true => silent.iter().filter(changed).cloned().collect(),
        false => Vec::new(),
    };
    let movers: BTreeSet<usize> = found.needs(outcome)?.into_iter().flat_map(|need| need.movers).collect();
    let needs =
        movers.into_iter().map(|party| view::Need { party: case.parties[party].id.clone(), likes: None });
    Ok(view::OutcomeDetail { needs: needs.collect(), untested, differs, ..view::OutcomeDetail::default() })
}

/// A package on the table, who does not accept it, and why.
fn on_the_table(
    case: &Case,
    symbolic: &Symbolic,
    found: &Deals,
    package: &Package,
) -> Result<view::Package, paraph_symbolic::Error> {
    let mut shown = view::Package {
        package: case.code(&package.outcome),
        name: package.name.clone(),
        title: package.title.clone(),
        ..view::Package::default()
    };
    if !symbolic.feasible().contains(&package.outcome) {
        shown.infeasible = Some("a constraint or an issue that is held forbids it".to_owned());
        return Ok(shown);
    }
    if !found.packages.contains(&package.outcome) {
        shown.infeasible = Some("an issue would have to change back, which it cannot".to_owned());
        return Ok(shown);
    }
    let refusals = found.refusals(&package.outcome)?;
    if refusals.is_empty() {
        shown.rests_on = lens::consent_rests_on(case);
    }
    for refusal in refusals {
        let known = found.disagreements.iter().find(|known| known.party == refusal.party);
        let wanted = known.and_then(|known| known.utility);
        let utilities = utility(case, refusal.party, &package.outcome).zip(wanted);
        let refusal = Refusal {
            party: refusal.party,
            red_lines: refusal.red_lines,
            ranks_lower: refusal.ranks_lower,
            reason: refusal.reason.map(|reason| match reason {
                paraph_symbolic::Reason::Priority(at) => Reason::Priority(at),
                paraph_symbolic::Reason::Weights { issues, formulas } => Reason::Weights { issues, formulas },
            }),
        };
        shown.not_accepted_by.push(deals::refusal_view(case, &refusal, utilities, &mut shown.rests_on));
    }
    Ok(shown)
}

/// The utility of an outcome for a party with weights.
fn utility(case: &Case, party: usize, outcome: &[usize]) -> Option<Rational> {
    let Preferences::Weights(weights) = &case.parties[party].preferences else { return None };
    let options = weights.options.iter().zip(outcome).map(|(options, &option)| options[option]);
    let formulas =
        weights.formulas.iter().filter(|formula| formula.that.holds(outcome)).map(|formula| formula.weight);
    options.chain(formulas).try_fold(Rational::ZERO, explanation::add)
}

/// How an outcome differs from the status quo, issue by issue; all of it where there is none.
fn changes(case: &Case, now: Option<&[usize]>, outcome: &[usize]) -> Vec<view::Difference> {
    let issues = case.issues.iter().enumerate().zip(outcome);
    issues
        .filter(|((at, _), option)| now.is_none_or(|now| now[*at] != **option))
        .map(|((at, issue), &option)| view::Difference {
            issue: issue.id.clone(),
            title: issue.title.clone(),
            to: issue.options[option].clone(),
            from: now.map(|now| issue.options[now[at]].clone()),
        })
        .collect()
}

fn on_diagrams(concept: Concept) -> Option<paraph_symbolic::Concept> {
    match concept {
        Concept::Nash => Some(paraph_symbolic::Concept::Nash),
        Concept::Gmr => Some(paraph_symbolic::Concept::Gmr),
        Concept::Smr => Some(paraph_symbolic::Concept::Smr),
        Concept::Seq | Concept::SymmetricSeq | Concept::Sim => None,
    }
}

fn ready(case: &Case, question: Question<'_>, stop: &Stop) -> Result<Symbolic, paraph_symbolic::Error> {
    let limits = Limits::within(question.memory.unwrap_or(MEMORY));
    Symbolic::with_held(case, question.held, &limits, stop)
}

/// Runs work that a monitor can stop.
fn stoppable<T>(
    monitor: &Monitor,
    work: impl FnOnce(&Stop) -> Result<T, paraph_symbolic::Error>,
) -> Outcome<T> {
    monitor.begin("decision diagrams", 1);
    let stop = Stop::new();
    let over = AtomicBool::new(false);
    let done = std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                if monitor.stopped() {
                    stop.stop();
                }
                std::thread::park_timeout(TICK);
            }
        });
        let done = work(&stop);
        over.store(true, Ordering::Relaxed);
        watcher.thread().unpark();
        done
    });
    done.map_err(|error| {
        if error.is_interrupted() {
            return Failure::new("interrupted: the work was stopped, and nothing was written");
        }
        let failure = Failure::new(format!(
            "there are more outcomes than tables hold, and decision diagrams do not carry the case: {error}"
        ));
        failure
            .hint("hold some issues at one option with `--fix issue=option`, or group issues in `case.toml`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use paraph_analysis::{Model, Options, stability as on_tables, synthetic};

    #[test]
    fn both_ways_give_one_answer() {
        for seed in 0..12 {
            let recipe = synthetic::Recipe { removed: 0.2, ..synthetic::Recipe::even(7, 3, seed) };
            let case = synthetic::case(&recipe);
            assert!(!needed(&case, &[]));
            let monitor = Monitor::new();
            let concepts = [Concept::Nash, Concept::Gmr, Concept::Smr];
            let question = Question { held: &[], filter: None, most: 1000, memory: None };
            let view = stability(&case, &concepts, question, &monitor).unwrap();
            let model = Model::new(&case, &Options::default(), &monitor).unwrap();
            assert_eq!(view.outcomes.feasible, u128::from(model.feasible_count()));
            let results = on_tables(&model, &concepts, &monitor).unwrap();
            for (shown, result) in view.concepts.iter().zip(&results) {
                let sets = result.sets.as_ref().unwrap();
                let codes: Vec<String> =
                    model.list(&sets.equilibria, 1000).into_iter().map(|cell| model.code(cell)).collect();
                assert_eq!(
                    shown.equilibria.as_ref().unwrap().listed,
                    codes,
                    "seed {seed}, {}",
                    shown.concept
                );
                for (party, set) in case.parties.iter().zip(&sets.by_party) {
                    assert_eq!(shown.stable.as_ref().unwrap()[&party.id], u128::from(model.count(set)));
                }
            }
        }
    }

    #[test]
    fn deals_are_those_of_the_tables() {
        for seed in 0..12 {
            let weights = seed % 2 == 1;
            let recipe = synthetic::Recipe { removed: 0.2, weights, ..synthetic::Recipe::even(7, 3, seed) };
            let case = synthetic::case(&recipe);
            let monitor = Monitor::new();
            let question = Question { held: &[], filter: None, most: 1000, memory: None };
            let view = super::deals(&case, None, question, &monitor).unwrap();
            let model = Model::new(&case, &Options::default(), &monitor).unwrap();
            let found = paraph_analysis::deals(&model, &paraph_analysis::Terms::default(), &monitor).unwrap();
            for (shown, set) in [(&view.acceptable, &found.acceptable), (&view.gains, &found.deals)] {
                let codes: Vec<String> =
                    model.list(set, 1000).into_iter().map(|cell| model.code(cell)).collect();
                assert_eq!(shown.listed, codes, "seed {seed}");
            }
            assert!(view.efficient.not_computed && view.method.is_some());
        }
    }

    #[test]
    fn sixty_four_issues_are_too_many_for_tables_alone() {
        let mut text = String::from("[party.north]\n[party.south]\n");
        for point in 0..64 {
            let mover = if point % 2 == 0 { "north" } else { "south" };
            text += &format!("[issue.p{point}]\nstatus-quo = 'no'\nmoved-by = ['{mover}']\n");
            text += &format!(
                "[[party.{mover}.prefers]]\nthat = 'p{point} iff p{}'\nbasis = 'assumed'\n",
                point ^ 1
            );
        }
        let case = paraph_case::parse(&text, "case.toml").case.unwrap();
        assert!(needed(&case, &[]));
        let formula = case.parse_formula("p0 and p1").unwrap();
        let question = Question { held: &[], filter: Some(("p0 and p1", &formula)), most: 2, memory: None };
        let view = stability(&case, &[Concept::Nash, Concept::Seq], question, &Monitor::new()).unwrap();
        assert_eq!(view.outcomes.all, 1 << 64);
        // Each of the 32 pairs is granted together or kept together; one of them is settled by the formula.
        assert_eq!(view.concepts[0].equilibria.as_ref().unwrap().count, 1 << 31);
        assert!(!view.concepts[1].computed && view.concepts[1].reason.is_some());
        let stopped = Monitor::new();
        stopped.stop();
        let error = stability(&case, &[Concept::Nash], question, &stopped).unwrap_err();
        assert!(error.to_string().starts_with("interrupted"), "{error}");
    }
}
