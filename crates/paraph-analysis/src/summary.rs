//! What a large set of outcomes has in common, and which of them matter.

use crate::bitmap::Bitmap;
use crate::error::Error;
use crate::model::Model;
use crate::monitor::Monitor;
use paraph_case::formula::Formula;
use rayon::prelude::*;

/// Bins of a histogram of ranks.
pub const BINS: usize = 20;

/// A set of outcomes in numbers; merged outcomes count once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// How many outcomes.
    pub count: u64,
    /// For each issue and option in how many of them it is chosen; empty in the explicit form.
    pub options: Vec<Vec<u64>>,
    /// For each party the outcomes of the set that it ranks highest: one of them, and how many tie.
    pub best_for: Vec<Option<(usize, u64)>>,
    /// For each party how many outcomes of the set fall into each twentieth of its ranks, worst first.
    pub histograms: Vec<[u64; BINS]>,
}

/// Works out a set's summary. O(outcomes × options / 64 + members × parties).
///
/// # Errors
/// When stopped.
pub fn summarise(model: &Model, set: &Bitmap, monitor: &Monitor) -> Result<Summary, Error> {
    let mut counted = set.clone();
    if let Some(counts) = &model.counted {
        counted.intersect(counts);
    }
    let mut options = Vec::new();
    if model.case.explicit.is_none() {
        for (issue, declared) in model.case.issues.iter().enumerate() {
            let mut counts = Vec::new();
            for option in 0..declared.options.len() {
                let mut holding = model.holding(&Formula::Is { issue, option }, monitor)?;
                holding.intersect(&counted);
                counts.push(holding.count());
            }
            options.push(counts);
        }
    }
    let mut best_for = Vec::new();
    let mut histograms = Vec::new();
    for ranks in &model.ranks {
        monitor.check()?;
        let bin = |rank: u32| (u64::from(rank - 1) * BINS as u64 / u64::from(ranks.distinct.max(1))) as usize;
        type Part = (Option<(u32, std::cmp::Reverse<usize>, u64)>, [u64; BINS]);
        let join = |mut a: Part, b: Part| -> Part {
            a.1.iter_mut().zip(b.1).for_each(|(a, b)| *a += b);
            a.0 = match (a.0, b.0) {
                (Some(x), Some(y)) if x.0 == y.0 => Some((x.0, x.1.max(y.1), x.2 + y.2)),
                (x, y) => x.max(y),
            };
            a
        };
        let (best, histogram) = counted
            .words()
            .par_iter()
            .enumerate()
            .fold(
                || (None, [0u64; BINS]),
                |mut part: Part, (at, &word)| {
                    let mut rest = word;
                    while rest != 0 {
                        let cell = at * 64 + rest.trailing_zeros() as usize;
                        rest &= rest - 1;
                        let rank = ranks.of[cell];
                        part.1[bin(rank)] += 1;
                        part.0 = match part.0 {
                            Some(best) if best.0 > rank => Some(best),
                            Some(best) if best.0 == rank => Some((rank, best.1, best.2 + 1)),
                            _ => Some((rank, std::cmp::Reverse(cell), 1)),
                        };
                    }
                    part
                },
            )
            .reduce(|| (None, [0u64; BINS]), join);
        best_for.push(best.map(|(_, cell, ties)| (cell.0, ties)));
        histograms.push(histogram);
    }
    Ok(Summary { count: counted.count(), options, best_for, histograms })
}

/// The member of a set that differs from `from` in the fewest issues, and in how many; among equals the
/// first cell. `None` for an empty set and in the explicit form. O(members × issues).
pub fn nearest(model: &Model, set: &Bitmap, from: usize) -> Option<(usize, usize)> {
    if model.case.explicit.is_some() {
        return None;
    }
    let axes = &model.space.axes;
    let binary = axes.iter().all(|axis| axis.radix <= 2);
    let distance = |cell: usize| {
        if binary {
            return (cell ^ from).count_ones() as usize;
        }
        axes.iter().filter(|axis| cell / axis.stride % axis.radix != from / axis.stride % axis.radix).count()
    };
    set.words()
        .par_iter()
        .enumerate()
        .filter_map(|(at, &word)| {
            let mut rest = word;
            std::iter::from_fn(|| {
                let cell = (rest != 0).then(|| at * 64 + rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                Some((distance(cell), cell))
            })
            .min()
        })
        .min()
        .map(|(distance, cell)| (model.representative(cell), distance))
}
