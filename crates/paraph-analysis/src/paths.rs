//! How an outcome can come about: shortest legal sequences of moves.

use crate::error::Error;
use crate::model::Model;
use crate::monitor::Monitor;
use std::collections::{HashMap, VecDeque};

/// One step of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A party moves alone.
    Move {
        /// The party.
        party: usize,
        /// Where to.
        to: usize,
    },
    /// Issues that nobody can change alone are settled together.
    Agreement {
        /// Where to.
        to: usize,
    },
}

impl Step {
    /// The outcome after the step.
    pub fn to(self) -> usize {
        match self {
            Step::Move { to, .. } | Step::Agreement { to } => to,
        }
    }
}

/// What counts as a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steps {
    /// Any move.
    Moves,
    /// Only moves that the mover prefers.
    Improvements,
}

/// A shortest legal sequence from one outcome to another, no party moving twice running. Where the two
/// differ in issues that nobody can change alone, one step "by agreement" sets those issues as in the
/// destination; it is taken at the earliest place on a shortest path. `None`: it cannot be reached.
///
/// Breadth first over outcomes and last movers: O(outcomes × parties × fibre) at worst.
///
/// # Errors
/// When stopped.
pub fn shortest_path(
    model: &Model,
    from: usize,
    to: usize,
    steps: Steps,
    monitor: &Monitor,
) -> Result<Option<Vec<Step>>, Error> {
    let (from, to) = (model.representative(from), model.representative(to));
    type Visit = (usize, Option<usize>);
    let mut came: HashMap<Visit, (Visit, Step)> = HashMap::new();
    let start: Visit = (from, None);
    let mut queue = VecDeque::from([start]);
    while let Some(visit) = queue.pop_front() {
        monitor.check()?;
        let (cell, last) = visit;
        if cell == to {
            let mut path = Vec::new();
            let mut at = visit;
            while let Some(&(before, step)) = came.get(&at) {
                path.push(step);
                at = before;
            }
            path.reverse();
            return Ok(Some(path));
        }
        let mut visits = Vec::new();
        if let Some(agreed) = agreed(model, cell, to) {
            visits.push(((agreed, None), Step::Agreement { to: agreed }));
        }
        for party in (0..model.case.parties.len()).filter(|&party| Some(party) != last) {
            let moves = match steps {
                Steps::Moves => model.moves(party, cell),
                Steps::Improvements => model.improvements(party, cell),
            };
            visits
                .extend(moves.into_iter().map(|next| ((next, Some(party)), Step::Move { party, to: next })));
        }
        for (next, step) in visits {
            if next != start && !came.contains_key(&next) {
                came.insert(next, (visit, step));
                queue.push_back(next);
            }
        }
    }
    Ok(None)
}

/// The outcome with the issues that nobody can change alone set as in `to`; `None` when they are already,
/// or when constraints forbid it.
fn agreed(model: &Model, cell: usize, to: usize) -> Option<usize> {
    if model.case.explicit.is_some() {
        return None;
    }
    let mut options = model.space.options(cell);
    let mut changes = false;
    for (issue, declared) in model.case.issues.iter().enumerate() {
        let wanted = model.space.option(to, issue);
        if declared.moved_by.is_empty() && options[issue] != wanted {
            options[issue] = wanted;
            changes = true;
        }
    }
    let agreed = model.space.cell(&options).filter(|_| changes)?;
    model.is_feasible(agreed).then(|| model.representative(agreed))
}
