//! Reach and stability on the product of issues, without building an arc.
//!
//! Every concept but SIM has one shape: an outcome s is stable for a party i
//! when the maximum over s and i's moves q from s of min(X(q), rank(q)) does
//! not exceed rank(s). X(q) is the least, over what the opponents can make of
//! q, of what i then has; capping it with the rank makes every q that is no
//! improvement harmless.

use crate::bitmap::Bitmap;
use crate::cells::Cells;
use crate::error::Error;
use crate::fibre::{Fibres, LANES, NEUTRAL, each_tile};
use crate::fold::{CHUNK, Fold};
use crate::merged::Merged;
use crate::merged_moves;
use crate::model::Model;
use crate::monitor::Monitor;
use crate::pass::{Dirt, Moves, pass, settle};
use crate::slabs::Slabs;
use crate::standing::Standings;
use paraph_case::model::Direction;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The tables of a product-form model that every party's analysis shares.
pub(crate) struct Product<'a> {
    model: &'a Model,
    pub(crate) fibres: Vec<Fibres>,
    standings: Vec<Option<Standings>>,
}

/// X of the module's text, for every cell.
pub(crate) enum Least {
    /// The party's own rank: nobody answers.
    Own,
    /// One value a cell.
    Cells(Vec<u32>),
    /// The value depends on some axes only: one value per setting of those.
    Folded { values: Vec<u32>, fold: Fold },
}

impl Least {
    /// The value at a cell; `own` is the party's rank there.
    pub(crate) fn at(&self, cell: usize, own: u32) -> u32 {
        match self {
            Least::Own => own,
            Least::Cells(cells) => cells[cell],
            Least::Folded { values, fold } => values[fold.index(cell)],
        }
    }
}

impl<'a> Product<'a> {
    pub(crate) fn new(model: &'a Model) -> Self {
        let fibres: Vec<Fibres> = (0..model.case.parties.len())
            .map(|party| Fibres::new(&model.case, &model.space.axes, party))
            .collect();
        let standings = fibres.iter().map(|_| None).collect();
        Product { model, fibres, standings }
    }

    /// Orders every moving party's fibres by its rank; needed before [`Product::by_improvements`].
    pub(crate) fn sort(&mut self, monitor: &Monitor) -> Result<(), Error> {
        for party in 0..self.fibres.len() {
            if self.fibres[party].moves() && self.standings[party].is_none() {
                monitor.begin("ordering moves", self.model.all());
                self.standings[party] =
                    Some(Standings::new(&self.fibres[party], &self.model.ranks[party].of, monitor)?);
            }
        }
        Ok(())
    }

    fn ranks(&self, party: usize) -> &[u32] {
        &self.model.ranks[party].of
    }

    /// Parties other than `party` that can move, by the memory they share a boundary with.
    fn opponents(&self, party: usize) -> Vec<usize> {
        (0..self.fibres.len()).filter(|&other| other != party && self.fibres[other].moves()).collect()
    }

    /// The highest rank that a party can reach from each cell by one move or by staying.
    pub(crate) fn highest(&self, party: usize, monitor: &Monitor) -> Result<Vec<u32>, Error> {
        let mut out = self.fibres[party].highest(self.ranks(party), monitor)?;
        for class in &self.model.classes {
            let most = class.members.iter().map(|&cell| out[cell]).max().unwrap_or(0);
            class.members.iter().for_each(|&cell| out[cell] = most);
        }
        Ok(out)
    }

    /// What `values` can be brought down to by legal sequences of the others' moves, from each cell.
    pub(crate) fn by_moves(&self, party: usize, values: &[u32], monitor: &Monitor) -> Result<Least, Error> {
        let opponents = self.opponents(party);
        if self.model.feasible.is_none() && self.model.classes.is_empty() {
            return Ok(self.fold_moves(&opponents, values));
        }
        let ranks = self.ranks(party);
        let start = |(&value, &rank): (&u32, &u32)| if rank == 0 { NEUTRAL } else { value };
        let mut cells: Vec<u32> = values.par_iter().with_min_len(CHUNK).zip(ranks).map(start).collect();
        if !self.model.classes.is_empty() {
            let fibres: Vec<&Fibres> = opponents.iter().map(|&mover| &self.fibres[mover]).collect();
            let fold = Fold::new(&self.model.space, self.moved_by(&opponents));
            return Ok(Least::Cells(merged_moves::by_moves(self.model, &fibres, &fold, &cells, monitor)?));
        }
        let everything = opponents.iter().map(|_| Dirt::everything()).collect();
        let length = cells.len();
        let array = Cells::new(&mut cells);
        settle(everything, length, monitor, |at, dirt, marks| {
            let how = Moves { feasible: self.model.feasible.as_ref() };
            pass(&how, (opponents[at], &self.fibres[opponents[at]]), &array, None, dirt, marks, monitor)
        })?;
        Ok(Least::Cells(cells))
    }

    /// Whether one of these can change an issue.
    fn moved_by(&self, movers: &[usize]) -> impl Fn(usize) -> bool {
        let issues = &self.model.case.issues;
        move |issue| issues[issue].moved_by.iter().any(|mover| movers.contains(mover))
    }

    /// Without constraints and merging everything the others can move comes down to one value: fold
    /// their axes away; along their one-way axes, take the least over what lies ahead.
    fn fold_moves(&self, opponents: &[usize], values: &[u32]) -> Least {
        let issues = &self.model.case.issues;
        let moved = self.moved_by(opponents);
        let fold =
            Fold::new(&self.model.space, |issue| moved(issue) && issues[issue].changes == Direction::Any);
        let mut folded = fold.least(values);
        for (stride, axis) in fold.kept(&self.model.space) {
            let direction = issues[axis.issue].changes;
            if moved(axis.issue) && direction != Direction::Any {
                folded.par_chunks_mut(stride * axis.radix).for_each(|group| {
                    let mut join = |into: usize, from: usize| {
                        for at in 0..stride {
                            group[into * stride + at] =
                                group[into * stride + at].min(group[from * stride + at]);
                        }
                    };
                    match direction {
                        Direction::Down => (1..axis.radix).for_each(|digit| join(digit, digit - 1)),
                        _ => (0..axis.radix - 1).rev().for_each(|digit| join(digit, digit + 1)),
                    }
                });
            }
        }
        Least::Folded { values: folded, fold }
    }

    fn standings(&self, party: usize) -> &Standings {
        self.standings[party].as_ref().expect("`sort` ran before")
    }

    /// What [`Product::by_improvements`] of the party's opponents is worked out on.
    pub(crate) fn slabs(&self, party: usize) -> Slabs<'_> {
        let opponents = self.opponents(party);
        let standings: Vec<(usize, &Standings)> =
            opponents.into_iter().map(|mover| (mover, self.standings(mover))).collect();
        Slabs::new(self.model, &standings)
    }

    /// What `values` can be brought down to by legal sequences of the others' improvements, and in how many
    /// passes that was found.
    pub(crate) fn by_improvements(
        &self,
        party: usize,
        slabs: &Slabs<'_>,
        values: &[u32],
        monitor: &Monitor,
    ) -> Result<(Least, u32), Error> {
        let (mut cells, mut passes) = slabs.least(values, self.ranks(party), monitor)?;
        let Some(merged) = Merged::of(self.model, values) else { return Ok((Least::Cells(cells), passes)) };
        // So far every cell was taken for itself, which is not wrong, but through merged outcomes there are
        // more ways, from slab to slab too.
        let length = cells.len();
        let opponents = self.opponents(party);
        {
            let array = Cells::new(&mut cells);
            let dirt = opponents.iter().map(|_| merged.members(length)).collect();
            passes += settle(dirt, length, monitor, |at, dirt, marks| {
                let mover = opponents[at];
                let place = (mover, &self.fibres[mover]);
                let standings = self.standings(mover).part(0..length);
                standings.pass(place, &array, Some(&merged), dirt, marks, monitor)?;
                let others = opponents.iter().filter(|&&other| other != mover);
                merged.tell(others.copied().zip(marks.iter().copied()));
                Ok(())
            })?;
        }
        merged.finish(&mut cells);
        Ok((Least::Cells(cells), passes))
    }

    /// Where the party is stable, X given: the maximum of min(X, rank) over what it can reach does not
    /// exceed the rank.
    pub(crate) fn stable(&self, party: usize, least: &Least, monitor: &Monitor) -> Result<Bitmap, Error> {
        let (model, fibres, ranks) = (self.model, &self.fibres[party], self.ranks(party));
        let full = model.feasible_set();
        let words: Vec<AtomicU64> = full.words().iter().map(|&word| AtomicU64::new(word)).collect();
        // Digits of a fibre's base and of its offsets never meet, so folded places add up.
        let folded: Vec<usize> = match least {
            Least::Own | Least::Cells(_) => Vec::new(),
            Least::Folded { fold, .. } => fibres.offsets.iter().map(|&offset| fold.index(offset)).collect(),
        };
        each_tile::<LANES, _>(
            fibres,
            monitor,
            || (vec![[0u32; LANES]; fibres.offsets.len()], vec![[0u32; LANES]; fibres.offsets.len()]),
            |(own, rows), bases| {
                fibres.load(own, bases, ranks);
                match least {
                    Least::Own => rows.copy_from_slice(own),
                    Least::Cells(cells) => {
                        fibres.load(rows, bases, cells);
                        for (row, own) in rows.iter_mut().zip(own.iter()) {
                            row.iter_mut().zip(own).for_each(|(value, own)| *value = (*value).min(*own));
                        }
                    }
                    Least::Folded { values, fold } => {
                        let mut starts = [0; LANES];
                        for (start, &base) in starts.iter_mut().zip(bases) {
                            *start = fold.index(base);
                        }
                        let together = starts[..bases.len()].iter().all(|&start| start == starts[0]);
                        for ((row, own), folded) in rows.iter_mut().zip(own.iter()).zip(&folded) {
                            if together {
                                let value = values[starts[0] + folded];
                                row.iter_mut().zip(own).for_each(|(slot, own)| *slot = value.min(*own));
                            } else {
                                for ((slot, own), start) in
                                    row.iter_mut().zip(own).zip(&starts[..bases.len()])
                                {
                                    *slot = values[start + folded].min(*own);
                                }
                            }
                        }
                    }
                }
                fibres.close(rows, u32::max);
                for ((row, own), offset) in rows.iter().zip(own.iter()).zip(&fibres.offsets) {
                    let unstable =
                        (0..LANES).fold(0u64, |bits, lane| bits | u64::from(row[lane] > own[lane]) << lane);
                    let first = bases[0] + offset;
                    if unstable != 0 && fibres.neighbours(LANES) {
                        words[first / 64].fetch_and(!(unstable << (first % 64)), Relaxed);
                    } else if unstable != 0 {
                        for (_, base) in
                            bases.iter().enumerate().filter(|(lane, _)| unstable >> lane & 1 == 1)
                        {
                            let cell = base + offset;
                            words[cell / 64].fetch_and(!(1 << (cell % 64)), Relaxed);
                        }
                    }
                }
            },
        )?;
        let mut stable =
            Bitmap::from_words(words.into_iter().map(AtomicU64::into_inner).collect(), model.space.size());
        for class in &model.classes {
            if class.members.iter().any(|&cell| !stable.contains(cell)) {
                class.members.iter().for_each(|&cell| stable.remove(cell));
            }
        }
        Ok(stable)
    }
}
