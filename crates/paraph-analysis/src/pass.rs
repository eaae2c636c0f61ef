//! Passes: what one party's moves make of the values of the cells, over and over until nothing changes.

use crate::bitmap::Bitmap;
use crate::cells::Cells;
use crate::error::Error;
use crate::fibre::{Fibres, LANES, NEUTRAL, each_tile};
use crate::fold::CHUNK;
use crate::merged::Merged;
use crate::monitor::Monitor;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What a mover can make of a cell.
pub(crate) trait Better: Sync {
    /// What a thread works with.
    type Scratch: Send;

    fn scratch(&self, fibres: &Fibres) -> Self::Scratch;

    /// For every position of the `lanes` asked for, the least of `values` over the cells that the mover goes
    /// to from there. Other lanes may be left as they are.
    fn better(
        &self,
        fibres: &Fibres,
        bases: &[usize],
        lanes: u64,
        values: &[[u32; LANES]],
        scratch: &mut Self::Scratch,
        out: &mut [[u32; LANES]],
    );
}

/// All moves, improvements or not. A cell's own value counts with the others', which changes nothing where
/// the minimum with it is taken anyway.
pub(crate) struct Moves<'a> {
    pub(crate) feasible: Option<&'a Bitmap>,
}

impl Better for Moves<'_> {
    type Scratch = ();

    fn scratch(&self, _: &Fibres) {}

    fn better(
        &self,
        fibres: &Fibres,
        bases: &[usize],
        _: u64,
        values: &[[u32; LANES]],
        (): &mut (),
        out: &mut [[u32; LANES]],
    ) {
        out.copy_from_slice(values);
        fibres.close(out, u32::min);
        if let Some(feasible) = self.feasible {
            for (row, offset) in out.iter_mut().zip(&fibres.offsets) {
                for (value, base) in row.iter_mut().zip(bases) {
                    if !feasible.contains(base + offset) {
                        *value = NEUTRAL;
                    }
                }
            }
        }
    }
}

/// Which cells changed since a party's last pass, so that the next one looks at their fibres only.
pub(crate) struct Dirt {
    /// A bit for each cell; `None`: everything.
    cells: Option<Vec<AtomicU64>>,
}

impl Dirt {
    pub(crate) fn everything() -> Self {
        Dirt { cells: None }
    }

    pub(crate) fn nothing(cells: usize) -> Self {
        Dirt { cells: Some(std::iter::repeat_with(AtomicU64::default).take(cells.div_ceil(64)).collect()) }
    }

    /// The cells whose byte is not zero.
    pub(crate) fn of(open: &[u8]) -> Self {
        let word = |bytes: &[u8]| {
            bytes.iter().enumerate().fold(0u64, |word, (at, &open)| word | u64::from(open != 0) << at)
        };
        Dirt {
            cells: Some(
                open.par_chunks(64)
                    .with_min_len(CHUNK / 64)
                    .map(|bytes| AtomicU64::new(word(bytes)))
                    .collect(),
            ),
        }
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.cells.as_ref().is_some_and(|cells| {
            cells.par_iter().with_min_len(CHUNK / 64).all(|word| word.load(Relaxed) == 0)
        })
    }

    /// Marks some of up to [`LANES`] cells from `first` on, all within one word.
    pub(crate) fn mark(&self, first: usize, lanes: u64) {
        self.mark_word((first / 64, lanes << (first % 64)));
    }

    /// Marks the cells whose bits are set in a word.
    pub(crate) fn mark_word(&self, (at, bits): (usize, u64)) {
        if let Some(cells) = &self.cells {
            // Reading first spares the locked write where all are marked already.
            if cells[at].load(Relaxed) & bits != bits {
                cells[at].fetch_or(bits, Relaxed);
            }
        }
    }

    /// Whether one of `count` cells from `first` on is marked.
    fn any(&self, first: usize, count: usize) -> bool {
        let Some(cells) = &self.cells else { return true };
        let (last, bit) = ((first + count - 1) / 64, first % 64);
        // The bits of the first word below `first`, and of the last one above the last cell, do not count.
        (first / 64..=last).any(|at| {
            let from = if at == first / 64 { !0 << bit } else { !0 };
            let to = if at == last { !0 >> (63 - (first + count - 1) % 64) } else { !0 };
            cells[at].load(Relaxed) & from & to != 0
        })
    }

    /// Which of the [`LANES`] cells from `first` on, all within one word, are marked.
    fn lanes(&self, first: usize) -> u64 {
        match &self.cells {
            Some(cells) => cells[first / 64].load(Relaxed) >> (first % 64) & ((1 << LANES) - 1),
            None => (1 << LANES) - 1,
        }
    }

    /// In which lanes of a tile a cell is marked.
    pub(crate) fn of_tile(&self, fibres: &Fibres, bases: &[usize]) -> u64 {
        if fibres.neighbours(LANES) {
            return fibres.offsets.iter().fold(0, |lanes, offset| lanes | self.lanes(bases[0] + offset));
        }
        let lane = |base: &usize| match fibres.is_contiguous() {
            true => self.any(*base, fibres.offsets.len()),
            false => fibres.offsets.iter().any(|offset| self.lanes(base + offset) & 1 == 1),
        };
        bases.iter().rev().fold(0, |lanes, base| lanes << 1 | u64::from(lane(base)))
    }
}

/// One pass: every cell takes the minimum with what the mover makes of it, in place. Tiles in which nothing
/// is marked in `dirt` are left out; what changes is marked in `marks`. Merged outcomes keep what they take
/// apart.
#[expect(unsafe_code, reason = "tiles share no cell")]
pub(crate) fn pass<B: Better>(
    how: &B,
    (mover, fibres): (usize, &Fibres),
    values: &Cells<'_>,
    merged: Option<&Merged<'_>>,
    dirt: &Dirt,
    marks: &[&Dirt],
    monitor: &Monitor,
) -> Result<(), Error> {
    let length = fibres.offsets.len();
    let neighbours = fibres.neighbours(LANES);
    let rows = || vec![[NEUTRAL; LANES]; length];
    each_tile::<LANES, _>(
        fibres,
        monitor,
        || (rows(), rows(), how.scratch(fibres)),
        |(local, better, scratch), bases| {
            let first = bases[0];
            let dirty = dirt.of_tile(fibres, bases);
            if dirty == 0 {
                return;
            }
            // Rows are copied to where no two of them compete for a cache set, worked on there, and copied back.
            // SAFETY: the cells of a tile are its own during a pass.
            unsafe { fibres.load_own(local, bases, values) };
            let members = merged.map_or(Vec::new(), |merged| merged.load(fibres, bases, mover, local));
            how.better(fibres, bases, dirty, local, scratch, better);
            if let Some(merged) = merged {
                merged.keep(mover, dirty, &members, better);
            }
            for ((row, better), offset) in local.iter_mut().zip(better.iter()).zip(&fibres.offsets) {
                let mut changed = 0u64;
                for lane in 0..LANES {
                    let takes = dirty >> lane & 1 == 1 && better[lane] < row[lane];
                    changed |= u64::from(takes) << lane;
                    row[lane] = if takes { better[lane] } else { row[lane] };
                }
                if changed == 0 {
                    continue;
                }
                if neighbours {
                    // SAFETY: as above.
                    *unsafe { values.row(first + offset) } = *row;
                    marks.iter().for_each(|dirt| dirt.mark(first + offset, changed));
                } else {
                    for (lane, base) in bases.iter().enumerate().filter(|(lane, _)| changed >> lane & 1 == 1)
                    {
                        // SAFETY: as above.
                        *unsafe { values.row(base + offset) } = [row[lane]];
                        marks.iter().for_each(|dirt| dirt.mark(base + offset, 1));
                    }
                }
            }
        },
    )
}

/// Lets the movers pass in turn, wherever something is marked, until nothing is; returns the number of passes.
/// `pass(mover, dirt, marks)` is one.
pub(crate) fn settle(
    mut dirt: Vec<Dirt>,
    cells: usize,
    monitor: &Monitor,
    mut pass: impl FnMut(usize, &Dirt, &[&Dirt]) -> Result<(), Error>,
) -> Result<u32, Error> {
    let mut passes = 0u32;
    // A mover's own pass leaves it nothing to do: moves compose.
    while let Some(next) =
        (0..dirt.len()).map(|step| (passes as usize + step) % dirt.len()).find(|&at| !dirt[at].is_clean())
    {
        monitor.check()?;
        let now = std::mem::replace(&mut dirt[next], Dirt::nothing(cells));
        let marks: Vec<&Dirt> =
            dirt.iter().enumerate().filter(|&(at, _)| at != next).map(|(_, dirt)| dirt).collect();
        pass(next, &now, &marks)?;
        passes += 1;
    }
    Ok(passes)
}
