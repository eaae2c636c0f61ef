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
use crate::fibre::{Dirt, Fibres, LANES, NEUTRAL, Order, each_tile};
use crate::model::Model;
use crate::monitor::Monitor;
use paraph_case::model::Direction;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// The tables of a product-form model that every party's analysis shares.
pub(crate) struct Product<'a> {
    model: &'a Model,
    pub(crate) fibres: Vec<Fibres>,
    orders: Vec<Option<Order>>,
}

/// X of the module's text, for every cell.
pub(crate) enum Least {
    /// The party's own rank: nobody answers.
    Own,
    /// One value a cell.
    Cells(Vec<u32>),
    /// The value depends on some axes only: one value per setting of those.
    Folded { values: Vec<u32>, strides: Vec<usize> },
}

pub(crate) fn table(length: usize, value: impl Fn(usize) -> u32 + Sync + Send) -> Vec<AtomicU32> {
    (0..length).into_par_iter().map(|cell| AtomicU32::new(value(cell))).collect()
}

pub(crate) fn plain(table: Vec<AtomicU32>) -> Vec<u32> {
    table.into_iter().map(AtomicU32::into_inner).collect()
}

impl Least {
    /// The value at a cell; `own` is the party's rank there.
    pub(crate) fn at(&self, model: &Model, cell: usize, own: u32) -> u32 {
        match self {
            Least::Own => own,
            Least::Cells(cells) => cells[cell],
            Least::Folded { values, strides } => values[folded_index(model, strides, cell)],
        }
    }
}

impl<'a> Product<'a> {
    pub(crate) fn new(model: &'a Model) -> Self {
        let fibres: Vec<Fibres> =
            (0..model.case.parties.len()).map(|party| Fibres::new(model, party)).collect();
        let orders = fibres.iter().map(|_| None).collect();
        Product { model, fibres, orders }
    }

    /// Orders every moving party's fibres by its rank; needed before [`Product::by_improvements`].
    pub(crate) fn sort(&mut self, monitor: &Monitor) -> Result<(), Error> {
        for party in 0..self.fibres.len() {
            if self.fibres[party].moves() && self.orders[party].is_none() {
                monitor.begin("ordering moves", 1);
                self.orders[party] =
                    Some(Order::new(&self.fibres[party], &self.model.ranks[party].of, monitor)?);
            }
        }
        Ok(())
    }

    fn ranks(&self, party: usize) -> &[u32] {
        &self.model.ranks[party].of
    }

    fn merged(&self) -> bool {
        !self.model.classes.is_empty()
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
        if self.merged() {
            let start = |cell| if self.ranks(party)[cell] == 0 { NEUTRAL } else { values[cell] };
            return self
                .with_last_mover(party, start, |mover, from, to| self.least_other(mover, from, to, monitor));
        }
        if self.model.feasible.is_none() {
            return Ok(self.fold(party, values));
        }
        let ranks = self.ranks(party);
        let cells = table(values.len(), |cell| if ranks[cell] == 0 { NEUTRAL } else { values[cell] });
        let opponents = self.opponents(party);
        let mut quiet = 0;
        let mut next = 0;
        while quiet < opponents.len() {
            let fibres = &self.fibres[opponents[next % opponents.len()]];
            let changed = std::sync::atomic::AtomicBool::new(false);
            each_tile(
                fibres,
                monitor,
                || vec![[0u32; LANES]; fibres.offsets.len()],
                |buffer, _, bases| {
                    fibres.gather(buffer, bases, |cell| cells[cell].load(Relaxed));
                    fibres.close(buffer, u32::min);
                    fibres.scatter(buffer, bases, |cell, value| {
                        if ranks[cell] != 0 && cells[cell].load(Relaxed) != value {
                            cells[cell].store(value, Relaxed);
                            changed.store(true, Relaxed);
                        }
                    });
                },
            )?;
            quiet = if changed.into_inner() { 1 } else { quiet + 1 };
            next += 1;
        }
        Ok(Least::Cells(plain(cells)))
    }

    /// Without constraints and merging everything the others can move comes down to one value: fold
    /// their axes away; along their one-way axes, take the least over what lies ahead.
    fn fold(&self, party: usize, values: &[u32]) -> Least {
        let model = self.model;
        let moved = |issue: usize| model.case.issues[issue].moved_by.iter().any(|&mover| mover != party);
        let axes = &model.space.axes;
        let gone: Vec<bool> = axes
            .iter()
            .map(|axis| moved(axis.issue) && model.case.issues[axis.issue].changes == Direction::Any)
            .collect();
        // Runs of neighbouring axes that go, as (stride, how many), outermost first.
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for axis in axes.iter().rev().filter(|axis| gone[model.space.axis_of[axis.issue]] && axis.radix > 1) {
            match runs.last_mut() {
                Some((stride, count)) if axis.stride * axis.radix == *stride => {
                    (*stride, *count) = (axis.stride, *count * axis.radix);
                }
                _ => runs.push((axis.stride, axis.radix)),
            }
        }
        let mut folded: Option<Vec<u32>> = None;
        for (stride, count) in runs {
            folded = Some(fold_run(folded.as_deref().unwrap_or(values), stride, count));
        }
        let mut folded = folded.unwrap_or_else(|| values.to_vec());
        let mut strides = vec![0; axes.len()];
        let mut place = 1;
        for (at, axis) in axes.iter().enumerate() {
            if gone[at] {
                continue;
            }
            strides[at] = place;
            let direction = model.case.issues[axis.issue].changes;
            if moved(axis.issue) && direction != Direction::Any {
                let block = place;
                folded.par_chunks_mut(block * axis.radix).for_each(|group| {
                    let mut join = |into: usize, from: usize| {
                        for at in 0..block {
                            group[into * block + at] = group[into * block + at].min(group[from * block + at]);
                        }
                    };
                    match direction {
                        Direction::Down => (1..axis.radix).for_each(|digit| join(digit, digit - 1)),
                        _ => (0..axis.radix - 1).rev().for_each(|digit| join(digit, digit + 1)),
                    }
                });
            }
            place *= axis.radix;
        }
        Least::Folded { values: folded, strides }
    }

    /// What each of `values` can be brought down to by legal sequences of the others' improvements.
    /// Several at once share the passes.
    pub(crate) fn by_improvements<const WIDTH: usize>(
        &self,
        party: usize,
        values: [&[u32]; WIDTH],
        monitor: &Monitor,
    ) -> Result<([Least; WIDTH], u32), Error> {
        let ranks = self.ranks(party);
        let order = |mover: usize| self.orders[mover].as_ref().expect("`sort` ran before");
        if self.merged() {
            let mut done = Vec::with_capacity(WIDTH);
            for values in values {
                let start = |cell| if ranks[cell] == 0 { NEUTRAL } else { values[cell] };
                done.push(self.with_last_mover(party, start, |mover, from, to| {
                    order(mover).pull(&self.fibres[mover], from, to, monitor)
                })?);
            }
            let done =
                done.try_into().unwrap_or_else(|_| unreachable!("one result for each of WIDTH inputs"));
            return Ok((done, 0));
        }
        let mut cells = values.map(|values| {
            let start = |(&value, &rank): (&u32, &u32)| if rank == 0 { NEUTRAL } else { value };
            values.par_iter().zip(ranks).map(start).collect::<Vec<u32>>()
        });
        let opponents = self.opponents(party);
        let mut dirt: Vec<Dirt> = opponents.iter().map(|_| Dirt::everything()).collect();
        let mut sweeps = 0u32;
        {
            let arrays = cells.each_mut().map(|cells| Cells::new(cells));
            // A party's own pass leaves it nothing to do: improvements compose.
            while let Some(next) = (0..opponents.len())
                .map(|step| (sweeps as usize + step) % opponents.len())
                .find(|&at| !dirt[at].is_clean())
            {
                let now = std::mem::replace(&mut dirt[next], Dirt::nothing(ranks.len()));
                let marks: Vec<&Dirt> =
                    (0..opponents.len()).filter(|&at| at != next).map(|at| &dirt[at]).collect();
                let mover = opponents[next];
                order(mover).sweep(&self.fibres[mover], &arrays, &now, &marks, monitor)?;
                sweeps += 1;
            }
        }
        Ok((cells.map(Least::Cells), sweeps))
    }

    /// The fixed point with the last mover kept apart: merged outcomes make moves that do not compose.
    /// `pull(mover, from, to)` lowers `to` to the least of `from` over the mover's moves.
    fn with_last_mover(
        &self,
        party: usize,
        start: impl Fn(usize) -> u32 + Sync + Send,
        pull: impl Fn(usize, &[AtomicU32], &[AtomicU32]) -> Result<bool, Error>,
    ) -> Result<Least, Error> {
        let length = self.model.space.size();
        let opponents = self.opponents(party);
        // For each opponent, the least reachable when it makes the first move.
        let first: Vec<Vec<AtomicU32>> = opponents.iter().map(|_| table(length, |_| NEUTRAL)).collect();
        let after = |cell: usize, last: Option<usize>| {
            let others = first.iter().enumerate().filter(|(at, _)| Some(*at) != last);
            others.map(|(_, table)| table[cell].load(Relaxed)).fold(start(cell), u32::min)
        };
        let (mut quiet, mut next) = (0, 0);
        while quiet < opponents.len() {
            let at = next % opponents.len();
            let from = table(length, |cell| after(cell, Some(at)));
            let mut changed = pull(opponents[at], &from, &first[at])?;
            for class in &self.model.classes {
                let least =
                    class.members.iter().map(|&cell| first[at][cell].load(Relaxed)).min().unwrap_or(NEUTRAL);
                for &cell in &class.members {
                    changed |= first[at][cell].swap(least, Relaxed) != least;
                }
            }
            quiet = if changed { 0 } else { quiet + 1 };
            next += 1;
        }
        Ok(Least::Cells((0..length).into_par_iter().map(|cell| after(cell, None)).collect()))
    }

    /// Lowers `to` to the least of `from` over one party's moves to *other* outcomes.
    fn least_other(
        &self,
        mover: usize,
        from: &[AtomicU32],
        to: &[AtomicU32],
        monitor: &Monitor,
    ) -> Result<bool, Error> {
        // The least two over *different* outcomes, with the name of the first: whoever is the least
        // itself takes the second.
        type Two = (u32, usize, u32);
        fn join(a: Two, b: Two) -> Two {
            let (low, high) = if (a.0, a.1) <= (b.0, b.1) { (a, b) } else { (b, a) };
            (low.0, low.1, if low.1 == high.1 { low.2.min(high.2) } else { low.2.min(high.0) })
        }
        let fibres = &self.fibres[mover];
        let ranks = self.ranks(mover);
        let size = self.model.space.size();
        let name = |cell: usize| self.model.class(cell).map_or(cell, |class| size + class);
        let changed = std::sync::atomic::AtomicBool::new(false);
        each_tile(
            fibres,
            monitor,
            || vec![[(NEUTRAL, 0, NEUTRAL); LANES]; fibres.offsets.len()],
            |buffer, _, bases| {
                fibres.gather(buffer, bases, |cell| {
                    let value = if ranks[cell] == 0 { NEUTRAL } else { from[cell].load(Relaxed) };
                    (value, name(cell), NEUTRAL)
                });
                fibres.close(buffer, join);
                fibres.scatter(buffer, bases, |cell, (least, who, second)| {
                    let value = if who == name(cell) { second } else { least };
                    if ranks[cell] != 0 && to[cell].fetch_min(value, Relaxed) > value {
                        changed.store(true, Relaxed);
                    }
                });
            },
        )?;
        Ok(changed.into_inner())
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
            Least::Folded { strides, .. } => {
                fibres.offsets.iter().map(|&offset| folded_index(model, strides, offset)).collect()
            }
        };
        each_tile(
            fibres,
            monitor,
            || (vec![[0u32; LANES]; fibres.offsets.len()], vec![[0u32; LANES]; fibres.offsets.len()]),
            |(own, rows), _, bases| {
                fibres.load(own, bases, ranks);
                match least {
                    Least::Own => rows.copy_from_slice(own),
                    Least::Cells(cells) => {
                        fibres.load(rows, bases, cells);
                        for (row, own) in rows.iter_mut().zip(own.iter()) {
                            row.iter_mut().zip(own).for_each(|(value, own)| *value = (*value).min(*own));
                        }
                    }
                    Least::Folded { values, strides } => {
                        let mut starts = [0; LANES];
                        for (start, &base) in starts.iter_mut().zip(bases) {
                            *start = folded_index(model, strides, base);
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
                    if unstable != 0 && fibres.lanes_are_neighbours() {
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

fn folded_index(model: &Model, strides: &[usize], cell: usize) -> usize {
    model.space.axes.iter().zip(strides).map(|(axis, stride)| cell / axis.stride % axis.radix * stride).sum()
}

/// The least over `count` values at distance `stride`: an array `count` times shorter.
fn fold_run(values: &[u32], stride: usize, count: usize) -> Vec<u32> {
    const CHUNK: usize = 4096;
    let mut out = vec![NEUTRAL; values.len() / count];
    if values.len() / count >= CHUNK {
        // Many results: each thread makes some of them.
        let blocks = out.par_chunks_mut(stride).with_min_len(CHUNK.div_ceil(stride));
        blocks.zip(values.par_chunks(stride * count)).for_each(|(out, block)| {
            out.par_chunks_mut(CHUNK).enumerate().for_each(|(part, out)| {
                for row in block.chunks_exact(stride) {
                    let row = &row[part * CHUNK..];
                    out.iter_mut().zip(row).for_each(|(least, value)| *least = (*least).min(*value));
                }
            });
        });
        return out;
    }
    // Few results: each thread runs over a part of the values, and the parts are joined.
    for (block, out) in values.chunks_exact(stride * count).zip(out.chunks_exact_mut(stride)) {
        let part = (count / 64).max(1) * stride;
        let least = block
            .par_chunks(part)
            .map(|part| {
                let mut least = vec![NEUTRAL; stride];
                for row in part.chunks_exact(stride) {
                    least.iter_mut().zip(row).for_each(|(least, value)| *least = (*least).min(*value));
                }
                least
            })
            .reduce(
                || vec![NEUTRAL; stride],
                |mut a, b| {
                    a.iter_mut().zip(b).for_each(|(a, b)| *a = (*a).min(b));
                    a
                },
            );
        out.copy_from_slice(&least);
    }
    out
}
