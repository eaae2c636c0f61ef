//! What a party falls back on without a deal.

use crate::error::Error;
use crate::evaluate::Tiles;
use crate::model::Model;
use crate::monitor::Monitor;
use crate::sums::Bar;
use paraph_case::model::{Preferences, WalkAway};
use paraph_case::rational::Rational;
use rayon::prelude::*;
use std::ops::Range;

/// What a consenting party falls back on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The party.
    pub party: usize,
    /// The outcome: the status quo, the walk-away outcome, or a best-ranked outcome in which the
    /// walk-away formula holds. `None` for a utility.
    pub cell: Option<usize>,
    /// The utility, where the walk-away is one.
    pub utility: Option<Rational>,
    /// From where on an outcome is as good, and better.
    pub(crate) asks: Asks,
}

/// From where on an outcome is as good as a disagreement point, and better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
    Ranks { accepts_from: u32, gains_from: u32 },
    Units(Bar),
}

impl Disagreement {
    /// Whether an outcome is at least as good for the party.
    pub fn is_met_by(&self, model: &Model, cell: usize) -> bool {
        match self.asks {
            Asks::Ranks { accepts_from, .. } => model.rank(self.party, cell) >= accepts_from,
            Asks::Units(bar) => model.utility_units(self.party, cell).unwrap_or(0) >= bar.accepts_from,
        }
    }

    /// Which of up to 64 neighbouring outcomes are at least as good for the party, and which are better.
    pub(crate) fn met(&self, model: &Model, cells: Range<usize>) -> (u64, u64) {
        let mut bits = (0u64, 0u64);
        match self.asks {
            Asks::Ranks { accepts_from, gains_from } => {
                for (at, &rank) in model.ranks[self.party].of[cells].iter().enumerate() {
                    bits.0 |= u64::from(rank >= accepts_from) << at;
                    bits.1 |= u64::from(rank >= gains_from) << at;
                }
            }
            Asks::Units(_) => {
                for (at, cell) in cells.enumerate() {
                    bits.0 |= u64::from(self.is_met_by(model, cell)) << at;
                    bits.1 |= u64::from(self.is_exceeded_by(model, cell)) << at;
                }
            }
        }
        bits
    }

    /// Whether an outcome is better for the party.
    pub fn is_exceeded_by(&self, model: &Model, cell: usize) -> bool {
        match self.asks {
            Asks::Ranks { gains_from, .. } => model.rank(self.party, cell) >= gains_from,
            Asks::Units(bar) => model.utility_units(self.party, cell).unwrap_or(0) >= bar.gains_from,
        }
    }
}

/// `additive`: whether utilities are compared in units, without a look at any rank.
pub(crate) fn disagreement(
    model: &Model,
    party: usize,
    status_quo: Option<usize>,
    additive: bool,
    monitor: &Monitor,
) -> Result<Disagreement, Error> {
    let declared = &model.case().parties[party];
    let at = |cell: usize| {
        let asks = if additive {
            let units = model.utility_units(party, cell).unwrap_or(0);
            Asks::Units(Bar { accepts_from: units, gains_from: units + 1 })
        } else {
            let rank = model.rank(party, cell);
            Asks::Ranks { accepts_from: rank, gains_from: rank + 1 }
        };
        Disagreement { party, cell: Some(cell), utility: None, asks }
    };
    match &declared.walk_away {
        None => status_quo.map(at).ok_or_else(|| {
            Error::model(format!(
                "`{}` consents, but has no disagreement point: give every issue a `status-quo`, or the party a `walk-away`",
                declared.id
            ))
        }),
        Some(WalkAway::Outcome(options)) => {
            let cell = match &model.case().explicit {
                Some(_) => options.first().copied(),
                None => model.space().cell(options),
            };
            match cell.filter(|&cell| model.is_feasible(cell)) {
                Some(cell) => Ok(at(model.representative(cell))),
                None => Err(Error::model(format!("the constraints rule out the walk-away outcome of `{}`", declared.id))),
            }
        }
        Some(WalkAway::Formula { that, text }) => {
            let mut holding = model.holding(that, monitor)?;
            holding.intersect(&model.feasible_set());
            // The best it can have; among ties the first in the order of outcomes.
            let best = holding.iter().max_by(|&one, &other| {
                let index = |cell| model.space().index(cell);
                model.compare(party, one, other).then(index(other).cmp(&index(one)))
            });
            best.map(|cell| at(model.representative(cell))).ok_or_else(|| {
                Error::model(format!("the walk-away of `{}`, `{text}`, holds in no feasible outcome", declared.id))
            })
        }
        Some(WalkAway::Utility(wanted)) => {
            let bar = utility_bar(model, party, *wanted)?;
            let asks = if additive { Asks::Units(bar) } else { utility_ranks(model, party, bar, monitor)? };
            Ok(Disagreement { party, cell: None, utility: Some(*wanted), asks })
        }
    }
}

/// From how many units on a utility is at least, and more than, a number.
pub(crate) fn utility_bar(model: &Model, party: usize, wanted: Rational) -> Result<Bar, Error> {
    let Some(utility) = &model.utilities[party] else {
        return Err(Error::model(format!(
            "the walk-away of `{}` is a number, but its preferences are not weights",
            model.case().parties[party].id
        )));
    };
    // utility = units / scale, so it is compared with wanted as units × d against n × scale.
    let overflow = || Error::too_large("a walk-away with too many digits");
    let target = wanted.numerator().checked_mul(i128::from(utility.scale)).ok_or_else(overflow)?;
    let denominator = wanted.denominator();
    let floor = i64::try_from(target.div_euclid(denominator)).map_err(|_| overflow())?;
    let above = floor.checked_add(1).ok_or_else(overflow)?;
    let exact = target.rem_euclid(denominator) == 0;
    Ok(Bar { accepts_from: if exact { floor } else { above }, gains_from: above })
}

/// The lowest ranks with so many units.
fn utility_ranks(model: &Model, party: usize, bar: Bar, monitor: &Monitor) -> Result<Asks, Error> {
    let none = model.distinct_ranks(party) + 1;
    let asks = |(accepts_from, gains_from)| Asks::Ranks { accepts_from, gains_from };
    let (Some(utility), Preferences::Weights(weights)) =
        (&model.utilities[party], &model.case().parties[party].preferences)
    else {
        return Ok(asks((none, none)));
    };
    let compare = |found: &mut (u32, u32), units: i64, rank: u32| {
        if units >= bar.accepts_from {
            found.0 = found.0.min(rank);
        }
        if units >= bar.gains_from {
            found.1 = found.1.min(rank);
        }
    };
    if model.case().explicit.is_some() {
        let mut found = (none, none);
        for state in 0..model.space().size() {
            compare(&mut found, model.utility_units(party, state).unwrap_or(0), model.rank(party, state));
        }
        return Ok(asks(found));
    }
    let tiles = Tiles::new(model.space());
    let programs: Vec<_> = weights.formulas.iter().map(|weighted| tiles.compile(&weighted.that)).collect();
    let ranks = &model.ranks[party].of;
    ranks
        .par_chunks(tiles.length)
        .enumerate()
        .map_init(
            || (tiles.stack(&programs), vec![0u64; tiles.words], vec![0i64; tiles.length]),
            |(stack, bits, units), (tile, ranks)| {
                monitor.check()?;
                utility.tile(&tiles, &programs, tile, stack, bits, units);
                let mut found = (none, none);
                for (&units, &rank) in units.iter().zip(ranks).filter(|(_, rank)| **rank > 0) {
                    compare(&mut found, units, rank);
                }
                Ok(found)
            },
        )
        .try_reduce(|| (none, none), |a, b| Ok((a.0.min(b.0), a.1.min(b.1))))
        .map(asks)
}
