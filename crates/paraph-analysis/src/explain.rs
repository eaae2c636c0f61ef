//! Why an outcome is or is not stable.

use crate::error::Error;
use crate::model::Model;
use crate::monitor::Monitor;
use crate::product::Least;
use crate::simultaneous::Settings;
use crate::stability::{Concept, Engine};
use std::collections::{HashMap, VecDeque};

/// One party, one concept, one outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Index of the party.
    pub party: usize,
    /// The concept.
    pub concept: Concept,
    /// Whether the outcome is stable for the party, or the reason why that cannot be worked out.
    pub stable: Result<bool, String>,
    /// Unstable: the most preferred improvement that nothing sanctions. Stable: the most preferred
    /// improvement, which the sanction answers. `None` when the party has no improvement.
    pub improvement: Option<usize>,
    /// The answer to the improvement: who moves where, in order; for SIM all from the outcome itself
    /// and at once. Empty when the outcome is unstable, or when already the improvement leaves the
    /// party where it can be held.
    pub sanction: Vec<(usize, usize)>,
}

/// Explains an outcome, party by party and concept by concept.
///
/// Costs what the concepts cost for all outcomes, plus a search for the shortest sanction.
///
/// # Errors
/// When the work was stopped.
pub fn explain(
    model: &Model,
    cell: usize,
    concepts: &[Concept],
    monitor: &Monitor,
) -> Result<Vec<Verdict>, Error> {
    let cell = model.representative(cell);
    let sequential = concepts.iter().any(|concept| matches!(concept, Concept::Seq | Concept::SymmetricSeq));
    let engine = Engine::new(model, sequential, monitor)?;
    let settings = Settings::new(model);
    let mut verdicts = Vec::new();
    for party in 0..model.case.parties.len() {
        let rank = model.rank(party, cell);
        let mut improvements = model.improvements(party, cell);
        improvements.sort_by_key(|&to| std::cmp::Reverse(model.rank(party, to)));
        let mut highest = None;
        for &concept in concepts {
            let mut verdict =
                Verdict { party, concept, stable: Ok(true), improvement: None, sanction: Vec::new() };
            if concept == Concept::Sim {
                match &settings {
                    Ok(settings) => simultaneous(settings, model, cell, &mut verdict),
                    Err(why) => verdict.stable = Err(why.clone()),
                }
                verdicts.push(verdict);
                continue;
            }
            if improvements.is_empty() {
                verdicts.push(verdict);
                continue;
            }
            let symmetric = matches!(concept, Concept::Smr | Concept::SymmetricSeq);
            let improving = matches!(concept, Concept::Seq | Concept::SymmetricSeq);
            let least = if concept == Concept::Nash {
                Least::Own
            } else {
                if symmetric && highest.is_none() {
                    highest = Some(engine.highest(party, monitor)?);
                }
                let values = match &highest {
                    Some(highest) if symmetric => highest,
                    _ => &model.ranks[party].of,
                };
                engine.reach(party, values, &engine.answers(party, improving), monitor)?.0
            };
            let open = improvements.iter().find(|&&to| least.at(to, model.rank(party, to)) > rank);
            match open {
                Some(&to) => {
                    verdict.stable = Ok(false);
                    verdict.improvement = Some(to);
                }
                None => {
                    verdict.improvement = Some(improvements[0]);
                    verdict.sanction =
                        sanction(model, party, rank, improvements[0], improving, symmetric, monitor)?;
                }
            }
            verdicts.push(verdict);
        }
    }
    Ok(verdicts)
}

fn simultaneous(settings: &Settings<'_>, model: &Model, cell: usize, verdict: &mut Verdict) {
    let mut answers = settings.sanctions(verdict.party, cell);
    answers.sort_by_key(|(to, answer)| (answer.is_some(), std::cmp::Reverse(model.rank(verdict.party, *to))));
    if let Some((to, answer)) = answers.into_iter().next() {
        verdict.improvement = Some(to);
        verdict.stable = Ok(answer.is_some());
        verdict.sanction = answer.unwrap_or_default();
    }
}

/// A shortest legal sequence of the others' moves (improvements) from `start` to where the party is no
/// better off than `rank`, and, if `symmetric`, cannot better that by a move of its own. Breadth first
/// over outcomes and last movers.
fn sanction(
    model: &Model,
    party: usize,
    rank: u32,
    start: usize,
    improving: bool,
    symmetric: bool,
    monitor: &Monitor,
) -> Result<Vec<(usize, usize)>, Error> {
    let held = |cell: usize| {
        model.rank(party, cell) <= rank
            && (!symmetric || model.moves(party, cell).iter().all(|&to| model.rank(party, to) <= rank))
    };
    type Visit = (usize, Option<usize>);
    let mut from: HashMap<Visit, Visit> = HashMap::new();
    let mut queue: VecDeque<Visit> = VecDeque::from([(start, None)]);
    while let Some((cell, last)) = queue.pop_front() {
        monitor.check()?;
        if held(cell) {
            let mut path = Vec::new();
            let mut at = (cell, last);
            while let (cell, Some(mover)) = at {
                path.push((mover, cell));
                at = from[&at];
            }
            path.reverse();
            return Ok(path);
        }
        for mover in (0..model.case.parties.len()).filter(|&mover| mover != party && Some(mover) != last) {
            let moves = if improving { model.improvements(mover, cell) } else { model.moves(mover, cell) };
            for to in moves {
                let next = (to, Some(mover));
                if let std::collections::hash_map::Entry::Vacant(entry) = from.entry(next) {
                    entry.insert((cell, last));
                    queue.push_back(next);
                }
            }
        }
    }
    Ok(Vec::new())
}
