//! What can come about from an outcome: by moves, by improvements alone, in how many steps.

use crate::error::Error;
use crate::fibre::{Fibres, LANES, NEUTRAL, each_tile};
use crate::model::Model;
use crate::monitor::Monitor;
use crate::paths::Steps;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// For each number of steps how many outcomes are reached first after so many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Index 0: the outcome itself, so always 1.
    pub by_steps: Vec<u64>,
}

impl Reach {
    /// How many outcomes can be reached, the start included.
    pub fn total(&self) -> u64 {
        self.by_steps.iter().sum()
    }
}

/// Counts what can be reached from an outcome by legal sequences of everybody's moves or improvements,
/// within its setting of the issues that nobody can change alone. Breadth first over the whole table:
/// O(outcomes × parties × steps), four bytes an outcome.
///
/// # Errors
/// When stopped. Merged outcomes and the explicit form are searched outcome by outcome.
pub fn reach(model: &Model, from: usize, steps: Steps, monitor: &Monitor) -> Result<Reach, Error> {
    if model.case.explicit.is_some() || !model.classes.is_empty() {
        return search(model, from, steps, monitor);
    }
    model.rank_all(monitor)?;
    let movers: Vec<(usize, Fibres)> = (0..model.case.parties.len())
        .map(|party| (party, Fibres::new(&model.case, &model.space.axes, party)))
        .filter(|(_, fibres)| fibres.moves())
        .collect();
    let length = model.space.size();
    let distance: Vec<AtomicU32> = (0..length).into_par_iter().map(|_| AtomicU32::new(NEUTRAL)).collect();
    distance[from].store(0, Relaxed);
    let mut by_steps = vec![1u64];
    loop {
        let step = by_steps.len() as u32;
        let found = std::sync::atomic::AtomicU64::new(0);
        for (mover, fibres) in &movers {
            let ranks = &model.ranks[*mover].of;
            each_tile::<LANES, _>(
                fibres,
                monitor,
                || vec![[NEUTRAL; LANES]; fibres.offsets.len()],
                |rows, bases| {
                    // Per position the lowest rank from which this step can start; NEUTRAL: none.
                    fibres.gather(rows, bases, |cell| {
                        if distance[cell].load(Relaxed) == step - 1 { ranks[cell] } else { NEUTRAL }
                    });
                    if rows.iter().all(|row| row[..bases.len()].iter().all(|&rank| rank == NEUTRAL)) {
                        return;
                    }
                    fibres.close_backwards(rows, u32::min);
                    fibres.scatter(rows, bases, |cell, lowest| {
                        let legal = match steps {
                            Steps::Moves => lowest != NEUTRAL,
                            Steps::Improvements => lowest != NEUTRAL && lowest < ranks[cell],
                        };
                        if legal && ranks[cell] != 0 && distance[cell].load(Relaxed) == NEUTRAL {
                            distance[cell].store(step, Relaxed);
                            found.fetch_add(1, Relaxed);
                        }
                    });
                },
            )?;
        }
        match found.into_inner() {
            0 => return Ok(Reach { by_steps }),
            more => by_steps.push(more),
        }
    }
}

fn search(model: &Model, from: usize, steps: Steps, monitor: &Monitor) -> Result<Reach, Error> {
    use std::collections::{HashMap, HashSet};
    type Visit = (usize, Option<usize>);
    let mut seen: HashSet<Visit> = HashSet::from([(from, None)]);
    let mut first: HashMap<usize, usize> = HashMap::from([(from, 0)]);
    let mut front: Vec<Visit> = vec![(from, None)];
    let mut by_steps = vec![1u64];
    while !front.is_empty() {
        let mut next = Vec::new();
        let mut found = 0;
        for (cell, last) in front {
            monitor.check()?;
            for party in (0..model.case.parties.len()).filter(|&party| Some(party) != last) {
                let moves = match steps {
                    Steps::Moves => model.moves(party, cell),
                    Steps::Improvements => model.improvements(party, cell),
                };
                for to in moves {
                    if seen.insert((to, Some(party))) {
                        next.push((to, Some(party)));
                        if first.insert(to, by_steps.len()).is_none() {
                            found += 1;
                        }
                    }
                }
            }
        }
        if found > 0 || !next.is_empty() {
            by_steps.push(found);
        }
        front = next;
    }
    while by_steps.last() == Some(&0) {
        by_steps.pop();
    }
    Ok(Reach { by_steps })
}
