//! The outcomes that one party can reach, all at once.
//!
//! A party moves from an outcome to any other that differs only in issues it
//! can change: together they are the *fibre* through that outcome. The table
//! falls into fibres of one size, and a pass over it treats some neighbouring
//! fibres at a time, one a *lane*, so that what is read together lies together.

use crate::error::Error;
use crate::model::Model;
use crate::monitor::Monitor;
use paraph_case::model::Direction;
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

/// How many fibres a pass treats side by side.
pub(crate) const LANES: usize = 16;

/// The value that no minimum takes: a cell that cannot be reached or does not exist.
pub(crate) const NEUTRAL: u32 = u32::MAX;

/// How one party's moves cut the table.
pub(crate) struct Fibres {
    /// Distance from a fibre's base to each of its positions.
    pub(crate) offsets: Vec<usize>,
    /// How many fibres there are.
    pub(crate) count: usize,
    /// The axes that stay put, as (how many, stride), innermost first; neighbours are merged.
    rest: Vec<(usize, usize)>,
    /// The axes that move.
    axes: Vec<FibreAxis>,
    one_way: Option<OneWay>,
}

/// A moving axis, within the fibre.
#[derive(Clone, Copy)]
struct FibreAxis {
    radix: usize,
    /// Distance between neighbouring positions.
    place: usize,
    direction: Direction,
}

/// Settings of the one-way issues among a party's own.
struct OneWay {
    /// The setting at each position.
    of: Vec<u16>,
    /// For each setting, those from which it can be reached, itself included.
    reached_from: Vec<Vec<u16>>,
}

/// Calls `work` on every tile of lanes, in parallel; `scratch` is made once per thread.
pub(crate) fn each_tile<S: Send>(
    fibres: &Fibres,
    monitor: &Monitor,
    scratch: impl Fn() -> S + Sync + Send,
    work: impl Fn(&mut S, usize, &[usize]) + Sync + Send,
) -> Result<(), Error> {
    let tiles = fibres.count.div_ceil(LANES);
    // Enough tiles at once that the bookkeeping vanishes, few enough that a stop is noticed.
    let batch = (1usize << 16).div_ceil(fibres.offsets.len() * LANES).max(1);
    (0..tiles.div_ceil(batch)).into_par_iter().try_for_each_init(scratch, |scratch, at| {
        monitor.check()?;
        let mut bases = [0usize; LANES];
        for tile in at * batch..((at + 1) * batch).min(tiles) {
            let lanes = LANES.min(fibres.count - tile * LANES);
            for (lane, base) in bases[..lanes].iter_mut().enumerate() {
                *base = fibres.base(tile * LANES + lane);
            }
            work(scratch, tile, &bases[..lanes]);
        }
        monitor.advance((batch * LANES * fibres.offsets.len()) as u64);
        Ok(())
    })
}

impl Fibres {
    pub(crate) fn new(model: &Model, party: usize) -> Self {
        let moves = |issue: usize| model.case.issues[issue].moved_by.contains(&party);
        let mut offsets = vec![0usize];
        let mut axes = Vec::new();
        let mut rest: Vec<(usize, usize)> = Vec::new();
        for axis in model.space.axes.iter().filter(|axis| axis.radix > 1) {
            if moves(axis.issue) {
                axes.push(FibreAxis {
                    radix: axis.radix,
                    place: offsets.len(),
                    direction: model.case.issues[axis.issue].changes,
                });
                offsets = (0..axis.radix)
                    .flat_map(|digit| offsets.iter().map(move |offset| offset + digit * axis.stride))
                    .collect();
            } else {
                match rest.last_mut() {
                    Some((count, stride)) if *count * *stride == axis.stride => *count *= axis.radix,
                    _ => rest.push((axis.radix, axis.stride)),
                }
            }
        }
        let count = model.space.size() / offsets.len();
        let one_way = OneWay::new(&axes, offsets.len());
        Fibres { offsets, count, rest, axes, one_way }
    }

    /// Whether the party can change anything at all.
    pub(crate) fn moves(&self) -> bool {
        self.offsets.len() > 1
    }

    /// The first cell of a fibre.
    fn base(&self, fibre: usize) -> usize {
        let (mut base, mut left) = (0, fibre);
        for &(count, stride) in &self.rest {
            base += left % count * stride;
            left /= count;
        }
        base
    }

    /// Replaces every position's values by the best over what can be reached from it, itself included.
    /// `values` holds [`LANES`] values a position; `better` must be associative, commutative and
    /// idempotent. O(positions × axes).
    pub(crate) fn close<T: Copy>(&self, values: &mut [T], better: impl Fn(T, T) -> T + Copy) {
        for axis in &self.axes {
            let block = axis.place * LANES;
            for group in values.chunks_mut(block * axis.radix) {
                let join = |group: &mut [T], into: usize, from: usize| {
                    for at in 0..block {
                        group[into * block + at] = better(group[into * block + at], group[from * block + at]);
                    }
                };
                match axis.direction {
                    Direction::Up => {
                        (0..axis.radix - 1).rev().for_each(|digit| join(group, digit, digit + 1))
                    }
                    Direction::Down => (1..axis.radix).for_each(|digit| join(group, digit, digit - 1)),
                    Direction::Any => {
                        (1..axis.radix).for_each(|digit| join(group, 0, digit));
                        (1..axis.radix).for_each(|digit| group.copy_within(0..block, digit * block));
                    }
                }
            }
        }
    }

    /// For every cell the best over what the party can reach from it, itself included, of `values`.
    pub(crate) fn highest(&self, values: &[u32], out: &[AtomicU32], monitor: &Monitor) -> Result<(), Error> {
        each_tile(
            self,
            monitor,
            || vec![0u32; self.offsets.len() * LANES],
            |buffer, _, bases| {
                self.gather(buffer, bases, |cell| values[cell]);
                self.close(buffer, u32::max);
                self.scatter(buffer, bases, |cell, value| out[cell].store(value, Relaxed));
            },
        )
    }

    pub(crate) fn gather<T>(&self, buffer: &mut [T], bases: &[usize], value: impl Fn(usize) -> T) {
        for (row, offset) in buffer.chunks_exact_mut(LANES).zip(&self.offsets) {
            for (slot, base) in row.iter_mut().zip(bases) {
                *slot = value(base + offset);
            }
        }
    }

    pub(crate) fn scatter<T: Copy>(&self, buffer: &[T], bases: &[usize], mut store: impl FnMut(usize, T)) {
        for (row, offset) in buffer.chunks_exact(LANES).zip(&self.offsets) {
            for (&value, base) in row.iter().zip(bases) {
                store(base + offset, value);
            }
        }
    }
}

impl OneWay {
    fn new(axes: &[FibreAxis], positions: usize) -> Option<Self> {
        let directed: Vec<&FibreAxis> = axes.iter().filter(|axis| axis.direction != Direction::Any).collect();
        if directed.is_empty() {
            return None;
        }
        let settings: usize = directed.iter().map(|axis| axis.radix).product();
        let of = (0..positions)
            .map(|position| {
                let (mut setting, mut place) = (0, 1);
                for axis in &directed {
                    setting += position / axis.place % axis.radix * place;
                    place *= axis.radix;
                }
                setting as u16
            })
            .collect();
        let reaches = |from: usize, to: usize| {
            let mut place = 1;
            directed.iter().all(|axis| {
                let (a, b) = (from / place % axis.radix, to / place % axis.radix);
                place *= axis.radix;
                if axis.direction == Direction::Up { b >= a } else { b <= a }
            })
        };
        let reached_from = (0..settings)
            .map(|to| (0..settings).filter(|&from| reaches(from, to)).map(|from| from as u16).collect())
            .collect();
        Some(OneWay { of, reached_from })
    }
}

/// Every fibre's positions, best first by the party's own rank, kept for the passes that look for
/// improvements: one, two or four bytes an outcome and a bit for ties.
pub(crate) enum Order {
    Byte(Sorted<u8>),
    Short(Sorted<u16>),
    Long(Sorted<u32>),
}

/// Positions by tile, step and lane, and by tile and step the lanes tied with the step before.
pub(crate) struct Sorted<P> {
    positions: Vec<P>,
    tied: Vec<u16>,
}

pub(crate) trait Position: Copy + Send + Sync + Default {
    fn of(position: usize) -> Self;
    fn index(self) -> usize;
}

macro_rules! position {
    ($($type:ty),*) => {$(
        impl Position for $type {
            fn of(position: usize) -> Self {
                position as $type
            }
            fn index(self) -> usize {
                self as usize
            }
        }
    )*};
}
position!(u8, u16, u32);

impl Order {
    pub(crate) fn new(fibres: &Fibres, ranks: &[u32], monitor: &Monitor) -> Result<Self, Error> {
        Ok(match fibres.offsets.len() {
            0..=0x100 => Order::Byte(Sorted::new(fibres, ranks, monitor)?),
            0x101..=0x1_0000 => Order::Short(Sorted::new(fibres, ranks, monitor)?),
            _ => Order::Long(Sorted::new(fibres, ranks, monitor)?),
        })
    }

    /// One pass by improvements: every cell takes the minimum over the strictly better cells that the
    /// party can reach from it. With `out` the minima go there (neutral where there is nothing
    /// better), else into `values` itself. Says whether anything became smaller.
    pub(crate) fn sweep<const WIDTH: usize>(
        &self,
        fibres: &Fibres,
        values: [&[AtomicU32]; WIDTH],
        out: Option<[&[AtomicU32]; WIDTH]>,
        monitor: &Monitor,
    ) -> Result<bool, Error> {
        match self {
            Order::Byte(sorted) => sorted.sweep(fibres, values, out, monitor),
            Order::Short(sorted) => sorted.sweep(fibres, values, out, monitor),
            Order::Long(sorted) => sorted.sweep(fibres, values, out, monitor),
        }
    }
}

impl<P: Position> Sorted<P> {
    fn new(fibres: &Fibres, ranks: &[u32], monitor: &Monitor) -> Result<Self, Error> {
        let length = fibres.offsets.len();
        let tiles = fibres.count.div_ceil(LANES);
        let mut positions = vec![P::default(); tiles * length * LANES];
        let mut tied = vec![0u16; tiles * length];
        positions
            .par_chunks_mut(length * LANES)
            .zip(tied.par_chunks_mut(length))
            .enumerate()
            .try_for_each_init(
                || vec![0u64; length],
                |keys, (tile, (positions, tied))| {
                    monitor.check()?;
                    for lane in 0..LANES.min(fibres.count - tile * LANES) {
                        let base = fibres.base(tile * LANES + lane);
                        for (position, (key, offset)) in keys.iter_mut().zip(&fibres.offsets).enumerate() {
                            *key = u64::from(!ranks[base + offset]) << 32 | position as u64;
                        }
                        keys.sort_unstable();
                        for (step, &key) in keys.iter().enumerate() {
                            positions[step * LANES + lane] = P::of(key as u32 as usize);
                            if step > 0 && keys[step - 1] >> 32 == key >> 32 {
                                tied[step] |= 1 << lane;
                            }
                        }
                    }
                    Ok(())
                },
            )?;
        Ok(Sorted { positions, tied })
    }

    fn sweep<const WIDTH: usize>(
        &self,
        fibres: &Fibres,
        values: [&[AtomicU32]; WIDTH],
        out: Option<[&[AtomicU32]; WIDTH]>,
        monitor: &Monitor,
    ) -> Result<bool, Error> {
        let changed = AtomicBool::new(false);
        let settings = fibres.one_way.as_ref().map_or(1, |one_way| one_way.reached_from.len());
        let length = fibres.offsets.len();
        each_tile(
            fibres,
            monitor,
            || (vec![[[NEUTRAL; LANES]; WIDTH]; settings], vec![[[NEUTRAL; LANES]; WIDTH]; settings]),
            |(running, better), tile, bases| {
                running.fill([[NEUTRAL; LANES]; WIDTH]);
                better.fill([[NEUTRAL; LANES]; WIDTH]);
                let steps = &self.positions[tile * length * LANES..(tile + 1) * length * LANES];
                let tied = &self.tied[tile * length..(tile + 1) * length];
                let mut differs = 0;
                for (step, &tied) in steps.chunks_exact(LANES).zip(tied) {
                    for (lane, (&position, &base)) in step.iter().zip(bases).enumerate() {
                        let position = position.index();
                        let cell = base + fibres.offsets[position];
                        let same = tied >> lane & 1 == 1;
                        match &fibres.one_way {
                            None => {
                                for array in 0..WIDTH {
                                    let known = &mut better[0][array][lane];
                                    let seen = &mut running[0][array][lane];
                                    *known = if same { *known } else { *seen };
                                    let value = values[array][cell].load(Relaxed);
                                    let least = value.min(*known);
                                    differs |= take(value, least, *known, array, cell, values, out);
                                    // In place, what the cell itself now reaches counts for worse ones.
                                    *seen = (*seen).min(if out.is_some() { value } else { least });
                                }
                            }
                            Some(one_way) => {
                                let here = usize::from(one_way.of[position]);
                                for array in 0..WIDTH {
                                    if !same {
                                        for setting in 0..settings {
                                            better[setting][array][lane] = running[setting][array][lane];
                                        }
                                    }
                                    let known = better[here][array][lane];
                                    let value = values[array][cell].load(Relaxed);
                                    let least = value.min(known);
                                    differs |= take(value, least, known, array, cell, values, out);
                                    let counts = if out.is_some() { value } else { least };
                                    for &from in &one_way.reached_from[here] {
                                        let seen = &mut running[usize::from(from)][array][lane];
                                        *seen = (*seen).min(counts);
                                    }
                                }
                            }
                        }
                    }
                }
                if differs != 0 {
                    changed.store(true, Relaxed);
                }
            },
        )?;
        Ok(changed.into_inner())
    }
}

/// Stores what a cell takes and says, as non-zero bits, whether it differs from what was there.
#[inline(always)]
fn take<const WIDTH: usize>(
    value: u32,
    least: u32,
    known: u32,
    array: usize,
    cell: usize,
    values: [&[AtomicU32]; WIDTH],
    out: Option<[&[AtomicU32]; WIDTH]>,
) -> u32 {
    match out {
        None => {
            values[array][cell].store(least, Relaxed);
            value ^ least
        }
        Some(out) => {
            let before = out[array][cell].load(Relaxed);
            out[array][cell].store(before.min(known), Relaxed);
            before ^ before.min(known)
        }
    }
}
