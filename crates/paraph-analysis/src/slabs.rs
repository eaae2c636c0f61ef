//! What the others' improvements bring a party's values down to.
//!
//! The opponents leave the issues alone that only the party can change. So the table falls into slabs, one for
//! each setting of these, and no improvement leads from one to another. Each slab is laid out as a piece, small
//! enough for a processor's caches, and settled by itself. From nearly everywhere in a slab its lowest value can
//! be reached; from where it can is a question of yes or no, which passes over bytes answer. No cell that is
//! left can improve to one that is not, so the same is done for what is left, until passes over the values
//! finish it.

use crate::cells::Cells;
use crate::error::Error;
use crate::fibre::{Fibres, NEUTRAL};
use crate::model::Model;
use crate::monitor::Monitor;
use crate::pass::{Dirt, settle};
use crate::room;
use crate::space::Axis;
use crate::standing::{Standings, View};
use rayon::prelude::*;
use std::borrow::Cow;

/// Passes over the values finish what is left when less than one cell in so many is.
const FEW: usize = 64;

/// How many cells of a slab are copied at once, so that the lines they lie in are still at hand for the next
/// slab.
const BLOCK: usize = 1 << 9;

/// The slabs of one party.
pub(crate) struct Slabs<'a> {
    /// Where each slab's first cell is in the table.
    starts: Vec<usize>,
    /// How far from there a slab's cells are: the sum of a block's distance and one within it.
    blocks: Vec<usize>,
    within: Vec<usize>,
    movers: Vec<Mover<'a>>,
}

struct Mover<'a> {
    fibres: Fibres,
    /// Slab after slab.
    standings: Cow<'a, Standings>,
}

impl<'a> Slabs<'a> {
    /// Lays the opponents' standings out slab by slab. O(cells × opponents).
    pub(crate) fn new(model: &Model, opponents: &[(usize, &'a Standings)]) -> Self {
        let moved = |issue: usize| {
            model.case.issues[issue].moved_by.iter().any(|by| opponents.iter().any(|(at, _)| at == by))
        };
        let (mut starts, mut blocks, mut within) = (vec![0], vec![0], vec![0]);
        let mut axes: Vec<Axis> = Vec::new();
        let mut place = 1;
        for axis in &model.space.axes {
            let half = if !moved(axis.issue) {
                &mut starts
            } else {
                axes.push(Axis { stride: place, ..axis.clone() });
                place *= axis.radix;
                if blocks.len() == 1 && within.len() * axis.radix <= BLOCK {
                    &mut within
                } else {
                    &mut blocks
                }
            };
            *half = (0..axis.radix)
                .flat_map(|digit| half.iter().map(move |index| index + digit * axis.stride))
                .collect();
        }
        let mut slabs = Slabs { starts, blocks, within, movers: Vec::new() };
        let alone = slabs.starts.len() >= 2 * rayon::current_num_threads();
        let movers = opponents.iter().map(|&(party, standings)| {
            let fibres = Fibres::new(&model.case, &axes, party);
            Mover {
                fibres: if alone { fibres.alone() } else { fibres },
                standings: match slabs.are_laid_out() {
                    true => Cow::Borrowed(standings),
                    false => Cow::Owned(standings.rearranged(&slabs)),
                },
            }
        });
        slabs.movers = movers.collect();
        slabs
    }

    /// Whether the table lies slab by slab already.
    fn are_laid_out(&self) -> bool {
        let size = self.size();
        let steps = |distances: &[usize], step: usize| {
            distances.iter().enumerate().all(|(at, &far)| far == at * step)
        };
        steps(&self.starts, size) && steps(&self.within, 1) && steps(&self.blocks, self.within.len())
    }

    /// How many cells a slab has.
    fn size(&self) -> usize {
        self.blocks.len() * self.within.len()
    }

    /// A table slab by slab.
    pub(crate) fn laid_out<T: Copy + Default + Send + Sync>(
        &self,
        value: impl Fn(usize) -> T + Sync,
    ) -> Vec<T> {
        let size = self.size();
        let mut out: Vec<T> = room::zeros(size * self.starts.len());
        // The cells of some slabs lie in one line; not so many at once that threads are idle.
        let together = (64 / size_of::<T>()).min(self.starts.len().div_ceil(8));
        out.par_chunks_mut(size * together).zip(self.starts.par_chunks(together)).for_each(
            |(out, starts)| {
                for (at, block) in self.blocks.iter().enumerate() {
                    for (slab, start) in starts.iter().enumerate() {
                        let first = slab * size + at * self.within.len();
                        let out = &mut out[first..first + self.within.len()];
                        for (slot, within) in out.iter_mut().zip(&self.within) {
                            *slot = value(start + block + within);
                        }
                    }
                }
            },
        );
        out
    }

    /// The table of what lies slab by slab.
    #[expect(unsafe_code, reason = "blocks share no cell")]
    fn put_back(&self, slabs: Vec<u32>) -> Vec<u32> {
        if self.are_laid_out() {
            return slabs;
        }
        let size = self.size();
        let mut out: Vec<u32> = room::zeros(slabs.len());
        let cells = Cells::new(&mut out);
        self.blocks.par_iter().enumerate().for_each(|(at, block)| {
            for (slab, start) in self.starts.iter().enumerate() {
                let first = slab * size + at * self.within.len();
                for (&value, within) in slabs[first..first + self.within.len()].iter().zip(&self.within) {
                    // SAFETY: every cell is in one slab and one block, and a block is one thread's.
                    *unsafe { cells.row(start + block + within) } = [value];
                }
            }
        });
        out
    }

    /// For every cell the least of `values` within reach by the opponents' improvements; cells without a
    /// rank have no value. Also how many passes it took, on the average of the slabs.
    pub(crate) fn least(
        &self,
        values: &[u32],
        ranks: &[u32],
        monitor: &Monitor,
    ) -> Result<(Vec<u32>, u32), Error> {
        let value = |cell: usize| if ranks[cell] == 0 { NEUTRAL } else { values[cell] };
        let mut least = self.laid_out(value);
        let size = self.size();
        let slab = |open: &mut Vec<u8>, (number, values): (usize, &mut [u32])| {
            self.settle(number * size, values, open, monitor).map(u64::from)
        };
        let open = || vec![0u8; size];
        let passes = if self.starts.len() >= 2 * rayon::current_num_threads() {
            let slabs = least.par_chunks_mut(size).enumerate();
            slabs.map_init(open, slab).try_reduce(|| 0, |a, b| Ok(a + b))?
        } else {
            let mut open = open();
            least
                .chunks_mut(size)
                .enumerate()
                .map(|values| slab(&mut open, values))
                .sum::<Result<u64, Error>>()?
        };
        Ok((self.put_back(least), passes.div_ceil(self.starts.len() as u64) as u32))
    }

    /// One slab, in place. `open` has a byte for each of its cells, whatever is in them.
    fn settle(
        &self,
        first: usize,
        values: &mut [u32],
        open: &mut [u8],
        monitor: &Monitor,
    ) -> Result<u32, Error> {
        let movers: Vec<(&Fibres, View<'_>)> = self
            .movers
            .iter()
            .map(|mover| (&mover.fibres, mover.standings.part(first..first + values.len())))
            .collect();
        // What cannot be at all answers for nothing: it is worse than everything in its fibre.
        for (open, &value) in open.iter_mut().zip(&*values) {
            *open = if value == NEUTRAL { 0 } else { u8::MAX };
        }
        let mut left = values.len();
        let mut passes = 0;
        loop {
            // Earlier rounds gave lower values, to cells that are closed.
            let lowest =
                values.iter().zip(&*open).map(|(&value, &open)| if open == 0 { NEUTRAL } else { value });
            let lowest = lowest.min().unwrap_or(NEUTRAL);
            let still = open.to_vec();
            for (open, &value) in open.iter_mut().zip(&*values) {
                *open = if value == lowest { 0 } else { *open };
            }
            passes += spread(&movers, open, monitor)?;
            for ((value, &open), &before) in values.iter_mut().zip(&*open).zip(&still) {
                *value = if open < before { lowest } else { *value };
            }
            let before = std::mem::replace(&mut left, open.iter().map(|&open| usize::from(open & 1)).sum());
            if left == 0 {
                return Ok(passes);
            }
            if left <= values.len() / FEW || left > before / 8 * 7 {
                break;
            }
        }
        let dirt = movers.iter().map(|_| Dirt::of(open)).collect();
        let cells = Cells::new(values);
        passes += settle(dirt, open.len(), monitor, |mover, dirt, marks| {
            let (fibres, standings) = &movers[mover];
            standings.pass((mover, fibres), &cells, None, dirt, marks, monitor)
        })?;
        Ok(passes)
    }
}

/// Closes a set under "some opponent can improve to a member"; see [`View::spread`].
fn spread(movers: &[(&Fibres, View<'_>)], open: &mut [u8], monitor: &Monitor) -> Result<u32, Error> {
    let open = Cells::new(open);
    let (mut quiet, mut passes) = (0, 0);
    for (fibres, standings) in movers.iter().cycle() {
        // A mover's own pass leaves it nothing to do: improvements compose.
        if quiet == movers.len() {
            break;
        }
        let grew = standings.spread(fibres, &open, monitor)?;
        quiet = if grew { 1 } else { quiet + 1 };
        passes += 1;
    }
    Ok(passes)
}
