//! Where tables of all outcomes end: the questions that decision diagrams answer, as the same views.

use crate::failure::{Failure, Outcome};
use crate::{lens, names};
use paraph_analysis::{Concept, Monitor, estimate};
use paraph_brief::view;
use paraph_case::{Case, Formula};
use paraph_symbolic::{Limits, Set, Stop, Symbolic};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How the answer was come by, as the views name it.
const METHOD: &str = "decision-diagrams";

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
        let mut listed: BTreeMap<String, (Vec<usize>, Vec<String>)> = BTreeMap::new();
        let mut shown = Vec::new();
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
            let codes = equilibria
                .list(question.most, stop)?
                .into_iter()
                .map(|outcome| {
                    let code = case.code(&outcome);
                    let entry = listed.entry(code.clone()).or_insert_with(|| (outcome, Vec::new()));
                    entry.1.push(name.clone());
                    code
                })
                .collect();
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
                .map(|(code, (outcome, equilibrium_under))| {
                    let differs = changes(case, now.as_deref(), &outcome);
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
