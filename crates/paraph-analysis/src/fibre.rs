//! The outcomes that one party can reach, all at once.
//!
//! A party moves from an outcome to any other that differs only in issues it
//! can change: together they are the *fibre* through that outcome. The table
//! falls into fibres of one size, and a pass over it treats some neighbouring
//! fibres at a time, one a *lane*, so that what is read together lies together.

use crate::cells::Cells;
use crate::error::Error;
use crate::model::Model;
use crate::monitor::Monitor;
use paraph_case::model::Direction;
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};

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

    /// Whether the bases of a tile follow one upon the other. All strides above the innermost axes that
    /// stay put are then multiples of [`LANES`], and so are the first cells of all rows.
    pub(crate) fn lanes_are_neighbours(&self) -> bool {
        self.rest.first().is_some_and(|&(count, stride)| stride == 1 && count.is_multiple_of(LANES))
    }

    /// Replaces every position's values by the best over what can be reached from it, itself included.
    /// `better` must be associative, commutative and idempotent. O(positions × axes).
    pub(crate) fn close<T: Copy>(&self, rows: &mut [[T; LANES]], better: impl Fn(T, T) -> T + Copy) {
        self.close_along(rows, better, |direction| direction);
    }

    /// The same over what each position can be reached from.
    pub(crate) fn close_backwards<T: Copy>(
        &self,
        rows: &mut [[T; LANES]],
        better: impl Fn(T, T) -> T + Copy,
    ) {
        self.close_along(rows, better, |direction| match direction {
            Direction::Any => Direction::Any,
            Direction::Up => Direction::Down,
            Direction::Down => Direction::Up,
        });
    }

    fn close_along<T: Copy>(
        &self,
        rows: &mut [[T; LANES]],
        better: impl Fn(T, T) -> T + Copy,
        towards: impl Fn(Direction) -> Direction,
    ) {
        for axis in &self.axes {
            let place = axis.place;
            for group in rows.chunks_mut(place * axis.radix) {
                let join = |group: &mut [[T; LANES]], into: usize, from: usize| {
                    for at in 0..place {
                        let other = group[from * place + at];
                        for (value, other) in group[into * place + at].iter_mut().zip(other) {
                            *value = better(*value, other);
                        }
                    }
                };
                match towards(axis.direction) {
                    Direction::Up => {
                        (0..axis.radix - 1).rev().for_each(|digit| join(group, digit, digit + 1))
                    }
                    Direction::Down => (1..axis.radix).for_each(|digit| join(group, digit, digit - 1)),
                    Direction::Any => {
                        (1..axis.radix).for_each(|digit| join(group, 0, digit));
                        (1..axis.radix).for_each(|digit| group.copy_within(0..place, digit * place));
                    }
                }
            }
        }
    }

    /// For every cell the best over what the party can reach from it, itself included, of `values`.
    #[expect(unsafe_code, reason = "tiles share no cell")]
    pub(crate) fn highest(&self, values: &[u32], monitor: &Monitor) -> Result<Vec<u32>, Error> {
        let mut out = vec![0; values.len()];
        let cells = Cells::new(&mut out);
        each_tile(
            self,
            monitor,
            || vec![[0u32; LANES]; self.offsets.len()],
            |rows, _, bases| {
                self.load(rows, bases, values);
                self.close(rows, u32::max);
                for (row, offset) in rows.iter().zip(&self.offsets) {
                    if self.lanes_are_neighbours() {
                        // SAFETY: the cells of a tile are its own during a pass.
                        *unsafe { cells.row(bases[0] + offset) } = *row;
                    } else {
                        for (&value, base) in row.iter().zip(bases) {
                            // SAFETY: as above.
                            *unsafe { cells.row(base + offset) } = [value];
                        }
                    }
                }
            },
        )?;
        Ok(out)
    }

    /// Copies the values of a tile's fibres, a row for each position.
    pub(crate) fn load(&self, rows: &mut [[u32; LANES]], bases: &[usize], values: &[u32]) {
        if self.lanes_are_neighbours() {
            for (row, offset) in rows.iter_mut().zip(&self.offsets) {
                let first = bases[0] + offset;
                row.copy_from_slice(&values[first..first + LANES]);
            }
        } else {
            self.gather(rows, bases, |cell| values[cell]);
        }
    }

    pub(crate) fn gather<T>(&self, rows: &mut [[T; LANES]], bases: &[usize], value: impl Fn(usize) -> T) {
        for (row, offset) in rows.iter_mut().zip(&self.offsets) {
            for (slot, base) in row.iter_mut().zip(bases) {
                *slot = value(base + offset);
            }
        }
    }

    pub(crate) fn scatter<T: Copy>(
        &self,
        rows: &[[T; LANES]],
        bases: &[usize],
        mut store: impl FnMut(usize, T),
    ) {
        for (row, offset) in rows.iter().zip(&self.offsets) {
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

/// Fibre after fibre its positions, best first, and a bit for each that ties with the one before.
pub(crate) struct Sorted<P> {
    positions: Vec<P>,
    tied: Vec<u64>,
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
        Dirt { cells: Some((0..cells.div_ceil(64)).map(|_| AtomicU64::new(0)).collect()) }
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.cells.as_ref().is_some_and(|cells| cells.par_iter().all(|word| word.load(Relaxed) == 0))
    }

    /// Marks some of up to [`LANES`] cells from `first` on, all within one word.
    fn mark(&self, first: usize, lanes: u64) {
        if let Some(cells) = &self.cells {
            cells[first / 64].fetch_or(lanes << (first % 64), Relaxed);
        }
    }

    /// Which of the [`LANES`] cells from `first` on, all within one word, are marked.
    fn lanes(&self, first: usize) -> u64 {
        match &self.cells {
            Some(cells) => cells[first / 64].load(Relaxed) >> (first % 64) & ((1 << LANES) - 1),
            None => (1 << LANES) - 1,
        }
    }
}

impl Order {
    pub(crate) fn new(fibres: &Fibres, ranks: &[u32], monitor: &Monitor) -> Result<Self, Error> {
        Ok(match fibres.offsets.len() {
            0..=0x100 => Order::Byte(Sorted::new(fibres, ranks, monitor)?),
            0x101..=0x1_0000 => Order::Short(Sorted::new(fibres, ranks, monitor)?),
            _ => Order::Long(Sorted::new(fibres, ranks, monitor)?),
        })
    }

    /// One pass by improvements: every cell takes the minimum over the strictly better cells that the
    /// party can reach from it, in place. Tiles without a dirty line are left out; what changes is marked
    /// in `marks`.
    pub(crate) fn sweep<const WIDTH: usize>(
        &self,
        fibres: &Fibres,
        values: &[Cells<'_>; WIDTH],
        dirt: &Dirt,
        marks: &[&Dirt],
        monitor: &Monitor,
    ) -> Result<(), Error> {
        match self {
            Order::Byte(sorted) => sorted.sweep(fibres, values, dirt, marks, monitor),
            Order::Short(sorted) => sorted.sweep(fibres, values, dirt, marks, monitor),
            Order::Long(sorted) => sorted.sweep(fibres, values, dirt, marks, monitor),
        }
    }

    /// The same out of place: `out` is lowered to the minimum of `values` over the strictly better cells,
    /// the cell's own value left out. Says whether anything became smaller.
    pub(crate) fn pull(
        &self,
        fibres: &Fibres,
        values: &[AtomicU32],
        out: &[AtomicU32],
        monitor: &Monitor,
    ) -> Result<bool, Error> {
        match self {
            Order::Byte(sorted) => sorted.pull(fibres, values, out, monitor),
            Order::Short(sorted) => sorted.pull(fibres, values, out, monitor),
            Order::Long(sorted) => sorted.pull(fibres, values, out, monitor),
        }
    }
}

/// Where one-way fibres keep what they have seen, one per thread.
struct Scratch<const WIDTH: usize> {
    local: [Vec<[u32; LANES]>; WIDTH],
    running: Vec<[u32; WIDTH]>,
    pending: Vec<[u32; WIDTH]>,
}

impl<const WIDTH: usize> Scratch<WIDTH> {
    fn new(fibres: &Fibres) -> Self {
        let settings = fibres.one_way.as_ref().map_or(0, |one_way| one_way.reached_from.len());
        let ties = if settings == 0 { 0 } else { fibres.offsets.len() };
        Scratch {
            local: std::array::from_fn(|_| vec![[NEUTRAL; LANES]; fibres.offsets.len()]),
            running: vec![[NEUTRAL; WIDTH]; settings],
            pending: vec![[NEUTRAL; WIDTH]; ties],
        }
    }
}

impl<P: Position> Sorted<P> {
    fn new(fibres: &Fibres, ranks: &[u32], monitor: &Monitor) -> Result<Self, Error> {
        let length = fibres.offsets.len();
        let words = length.div_ceil(64);
        let mut positions = vec![P::default(); fibres.count * length];
        let mut tied = vec![0u64; fibres.count * words];
        // Neighbouring fibres lie in the same lines of memory: one thread takes some at a time.
        positions
            .par_chunks_mut(length * LANES)
            .zip(tied.par_chunks_mut(words * LANES))
            .enumerate()
            .try_for_each_init(
                || (vec![0u64; length], vec![[0u32; LANES]; length]),
                |(keys, rows), (tile, (positions, tied))| {
                    monitor.check()?;
                    let lanes = fibres.count.min((tile + 1) * LANES) - tile * LANES;
                    let mut bases = [0; LANES];
                    for (lane, base) in bases[..lanes].iter_mut().enumerate() {
                        *base = fibres.base(tile * LANES + lane);
                    }
                    fibres.load(rows, &bases[..lanes], ranks);
                    let fibres = positions.chunks_exact_mut(length).zip(tied.chunks_exact_mut(words));
                    for (lane, (positions, tied)) in fibres.enumerate() {
                        for (position, (key, row)) in keys.iter_mut().zip(rows.iter()).enumerate() {
                            *key = u64::from(!row[lane]) << 32 | position as u64;
                        }
                        keys.sort_unstable();
                        let mut before = None;
                        for (step, (&key, position)) in keys.iter().zip(positions).enumerate() {
                            *position = P::of(key as u32 as usize);
                            tied[step / 64] |= u64::from(before == Some(key >> 32)) << (step % 64);
                            before = Some(key >> 32);
                        }
                    }
                    Ok(())
                },
            )?;
        Ok(Sorted { positions, tied })
    }

    fn fibre(&self, fibre: usize, length: usize) -> (&[P], &[u64]) {
        let words = length.div_ceil(64);
        (
            &self.positions[fibre * length..(fibre + 1) * length],
            &self.tied[fibre * words..(fibre + 1) * words],
        )
    }

    #[expect(unsafe_code, reason = "tiles share no cell")]
    fn sweep<const WIDTH: usize>(
        &self,
        fibres: &Fibres,
        values: &[Cells<'_>; WIDTH],
        dirt: &Dirt,
        marks: &[&Dirt],
        monitor: &Monitor,
    ) -> Result<(), Error> {
        let length = fibres.offsets.len();
        let neighbours = fibres.lanes_are_neighbours();
        each_tile(
            fibres,
            monitor,
            || Scratch::<WIDTH>::new(fibres),
            |scratch, tile, bases| {
                let first = bases[0];
                let dirty = if neighbours {
                    fibres.offsets.iter().fold(0, |lanes, offset| lanes | dirt.lanes(first + offset))
                } else {
                    let lane =
                        |base: &usize| fibres.offsets.iter().any(|offset| dirt.lanes(base + offset) & 1 == 1);
                    bases.iter().rev().fold(0, |lanes, base| lanes << 1 | u64::from(lane(base)))
                };
                if dirty == 0 {
                    return;
                }
                // Neighbouring fibres are copied to where no two rows compete for a cache set, worked on there,
                // and copied back.
                for (array, local) in values.iter().zip(&mut scratch.local) {
                    for (row, offset) in local.iter_mut().zip(&fibres.offsets) {
                        if neighbours {
                            // SAFETY: the cells of a tile are its own during a pass.
                            *row = *unsafe { array.row(first + offset) };
                        } else {
                            for (slot, base) in row.iter_mut().zip(bases) {
                                // SAFETY: as above.
                                [*slot] = *unsafe { array.row(base + offset) };
                            }
                        }
                    }
                }
                let mut differs = 0;
                for lane in (0..bases.len()).filter(|lane| dirty >> lane & 1 == 1) {
                    let (steps, tied) = self.fibre(tile * LANES + lane, length);
                    differs |= match &fibres.one_way {
                        None => any_way::<P, WIDTH, true>(&mut scratch.local, lane, steps, tied),
                        Some(one_way) => one_way.sweep::<P, WIDTH, true>(scratch, lane, steps, tied),
                    };
                }
                if differs == 0 {
                    return;
                }
                for (array, local) in values.iter().zip(&scratch.local) {
                    for (row, offset) in local.iter().zip(&fibres.offsets) {
                        if neighbours {
                            // SAFETY: as above.
                            let cells: &mut [u32; LANES] = unsafe { array.row(first + offset) };
                            let lanes = differ(cells, row);
                            if lanes != 0 {
                                *cells = *row;
                                marks.iter().for_each(|dirt| dirt.mark(first + offset, lanes));
                            }
                        } else {
                            for (value, base) in row.iter().zip(bases) {
                                // SAFETY: as above.
                                let [cell] = unsafe { array.row(base + offset) };
                                if cell != value {
                                    *cell = *value;
                                    marks.iter().for_each(|dirt| dirt.mark(base + offset, 1));
                                }
                            }
                        }
                    }
                }
            },
        )
    }

    fn pull(
        &self,
        fibres: &Fibres,
        values: &[AtomicU32],
        out: &[AtomicU32],
        monitor: &Monitor,
    ) -> Result<bool, Error> {
        let changed = AtomicBool::new(false);
        let length = fibres.offsets.len();
        each_tile(
            fibres,
            monitor,
            || Scratch::<1>::new(fibres),
            |scratch, tile, bases| {
                for (row, offset) in scratch.local[0].iter_mut().zip(&fibres.offsets) {
                    for (slot, base) in row.iter_mut().zip(bases) {
                        *slot = values[base + offset].load(Relaxed);
                    }
                }
                for lane in 0..bases.len() {
                    let (steps, tied) = self.fibre(tile * LANES + lane, length);
                    match &fibres.one_way {
                        None => any_way::<P, 1, false>(&mut scratch.local, lane, steps, tied),
                        Some(one_way) => one_way.sweep::<P, 1, false>(scratch, lane, steps, tied),
                    };
                }
                for (row, offset) in scratch.local[0].iter().zip(&fibres.offsets) {
                    for (&value, base) in row.iter().zip(bases) {
                        if out[base + offset].load(Relaxed) > value {
                            out[base + offset].store(value, Relaxed);
                            changed.store(true, Relaxed);
                        }
                    }
                }
            },
        )?;
        Ok(changed.into_inner())
    }
}

/// The lanes in which two rows differ.
#[inline(always)]
fn differ(a: &[u32; LANES], b: &[u32; LANES]) -> u64 {
    (0..LANES).fold(0, |lanes, lane| lanes | u64::from(a[lane] != b[lane]) << lane)
}

/// One fibre without one-way issues, its positions taken best first: each takes the least over the
/// strictly better ones. In place the result is the minimum with the position's own value, and non-zero is
/// returned when one differs; out of place the own value is left out.
#[inline(always)]
fn any_way<P: Position, const WIDTH: usize, const IN_PLACE: bool>(
    local: &mut [Vec<[u32; LANES]>; WIDTH],
    lane: usize,
    steps: &[P],
    tied: &[u64],
) -> u32 {
    let local = local.each_mut().map(Vec::as_mut_slice);
    let mut running = [NEUTRAL; WIDTH];
    let mut better = [NEUTRAL; WIDTH];
    let mut differs = 0;
    for (steps, &tied) in steps.chunks(64).zip(tied) {
        let mut tied = tied;
        for position in steps {
            let same = tied & 1 == 1;
            tied >>= 1;
            for array in 0..WIDTH {
                let slot = &mut local[array][position.index()][lane];
                let value = *slot;
                better[array] = if same { better[array] } else { running[array] };
                let least = value.min(better[array]);
                differs |= value ^ least;
                *slot = if IN_PLACE { least } else { better[array] };
                // What the position reaches through better ones is in the running minimum already.
                running[array] = running[array].min(value);
            }
        }
    }
    differs
}

impl OneWay {
    /// The same where some issues change one way only: what counts for a position is both better and
    /// within reach, so one running minimum is kept for each setting of the one-way issues. With w binary
    /// one-way issues (3/2)^w updates an outcome.
    #[inline(always)]
    fn sweep<P: Position, const WIDTH: usize, const IN_PLACE: bool>(
        &self,
        scratch: &mut Scratch<WIDTH>,
        lane: usize,
        steps: &[P],
        tied: &[u64],
    ) -> u32 {
        let Scratch { local, running, pending } = scratch;
        running.fill([NEUTRAL; WIDTH]);
        let ties = |step: usize| tied[step / 64] >> (step % 64) & 1 == 1;
        let mut differs = 0;
        let mut first = 0;
        while first < steps.len() {
            let mut end = first + 1;
            while end < steps.len() && ties(end) {
                end += 1;
            }
            // A tie is asked as a whole before any of it counts.
            for (position, pending) in steps[first..end].iter().zip(pending.iter_mut()) {
                *pending = running[usize::from(self.of[position.index()])];
            }
            for (position, better) in steps[first..end].iter().zip(pending.iter()) {
                let position = position.index();
                for array in 0..WIDTH {
                    let slot = &mut local[array][position][lane];
                    let value = *slot;
                    let least = value.min(better[array]);
                    differs |= value ^ least;
                    *slot = if IN_PLACE { least } else { better[array] };
                    for &from in &self.reached_from[usize::from(self.of[position])] {
                        let seen = &mut running[usize::from(from)][array];
                        *seen = (*seen).min(value);
                    }
                }
            }
            first = end;
        }
        differs
    }
}
