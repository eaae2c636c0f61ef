//! The outcomes that one party can reach, all at once.
//!
//! A party moves from an outcome to any other that differs only in issues it
//! can change: together they are the *fibre* through that outcome. The table
//! falls into fibres of one size, and a pass over it treats some neighbouring
//! fibres at a time, one a *lane*, so that what is read together lies together.

use crate::cells::Cells;
use crate::error::Error;
use crate::monitor::Monitor;
use crate::room;
use crate::space::Axis;
use paraph_case::model::{Case, Direction};
use rayon::prelude::*;

/// How many fibres a pass over numbers of four bytes treats side by side: a line of memory each row.
pub(crate) const LANES: usize = 16;

/// How many fibres a pass over bytes treats side by side: a line of memory each row.
pub(crate) const WIDE: usize = 64;

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
    pub(crate) one_way: Option<OneWay>,
    /// Whether the cells of every fibre follow one upon the other.
    contiguous: bool,
    /// Whether threads share a pass.
    shared: bool,
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
pub(crate) struct OneWay {
    /// The setting at each position.
    pub(crate) of: Vec<u16>,
    /// For each setting, those from which it can be reached, itself included.
    pub(crate) reached_from: Vec<Vec<u16>>,
}

/// Calls `work` on every tile of `WIDTH` fibres, in parallel, with its fibres' first cells; `scratch` is made
/// once per thread.
pub(crate) fn each_tile<const WIDTH: usize, S: Send>(
    fibres: &Fibres,
    monitor: &Monitor,
    scratch: impl Fn() -> S + Sync + Send,
    work: impl Fn(&mut S, &[usize]) + Sync + Send,
) -> Result<(), Error> {
    let tiles = fibres.count.div_ceil(WIDTH);
    // Enough tiles at once that the bookkeeping vanishes, few enough that a stop is noticed.
    let batch = (1usize << 16).div_ceil(fibres.offsets.len() * WIDTH).max(1);
    let work = |scratch: &mut S, at: usize| {
        monitor.check()?;
        let mut bases = [0usize; WIDTH];
        for tile in at * batch..((at + 1) * batch).min(tiles) {
            let lanes = WIDTH.min(fibres.count - tile * WIDTH);
            for (lane, base) in bases[..lanes].iter_mut().enumerate() {
                *base = fibres.base(tile * WIDTH + lane);
            }
            work(scratch, &bases[..lanes]);
        }
        monitor.advance((batch * WIDTH * fibres.offsets.len()) as u64);
        Ok(())
    };
    let batches = 0..tiles.div_ceil(batch);
    if fibres.shared && batches.len() > 1 {
        return batches.into_par_iter().try_for_each_init(scratch, work);
    }
    let mut scratch = scratch();
    batches.into_iter().try_for_each(|at| work(&mut scratch, at))
}

impl Fibres {
    /// The fibres of a party in a table with these axes.
    pub(crate) fn new(case: &Case, table: &[Axis], party: usize) -> Self {
        let moves = |issue: usize| case.issues[issue].moved_by.contains(&party);
        let mut offsets = vec![0usize];
        let mut axes = Vec::new();
        let mut rest: Vec<(usize, usize)> = Vec::new();
        for axis in table.iter().filter(|axis| axis.radix > 1) {
            if moves(axis.issue) {
                axes.push(FibreAxis {
                    radix: axis.radix,
                    place: offsets.len(),
                    direction: case.issues[axis.issue].changes,
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
        let count = rest.iter().map(|(count, _)| count).product();
        let one_way = OneWay::new(&axes, offsets.len());
        let contiguous = offsets.iter().enumerate().all(|(position, &offset)| position == offset);
        Fibres { offsets, count, rest, axes, one_way, contiguous, shared: true }
    }

    /// The same fibres for passes that one thread does alone.
    pub(crate) fn alone(self) -> Self {
        Fibres { shared: false, ..self }
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

    /// Whether the bases of every tile of `width` fibres follow one upon the other. All strides above the
    /// innermost axes that stay put are then multiples of `width`, and so are the first cells of all rows.
    pub(crate) fn neighbours(&self, width: usize) -> bool {
        self.rest.first().is_some_and(|&(count, stride)| stride == 1 && count.is_multiple_of(width))
    }

    /// Whether the cells of every fibre follow one upon the other.
    pub(crate) fn is_contiguous(&self) -> bool {
        self.contiguous
    }

    /// How many settings the party's one-way issues have; 1 without any.
    pub(crate) fn settings(&self) -> usize {
        self.one_way.as_ref().map_or(1, |one_way| one_way.reached_from.len())
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
        let mut out: Vec<u32> = room::zeros(values.len());
        let cells = Cells::new(&mut out);
        each_tile::<LANES, _>(
            self,
            monitor,
            || vec![[0u32; LANES]; self.offsets.len()],
            |rows, bases| {
                self.load(rows, bases, values);
                self.close(rows, u32::max);
                // SAFETY: the cells of a tile are its own during a pass.
                unsafe { self.store(rows, bases, &cells) };
            },
        )?;
        Ok(out)
    }

    /// Copies the values of a tile's fibres, a row for each position.
    pub(crate) fn load<T: Copy, const WIDTH: usize>(
        &self,
        rows: &mut [[T; WIDTH]],
        bases: &[usize],
        values: &[T],
    ) {
        if self.neighbours(WIDTH) {
            for (row, offset) in rows.iter_mut().zip(&self.offsets) {
                let first = bases[0] + offset;
                row.copy_from_slice(&values[first..first + WIDTH]);
            }
        } else if self.contiguous {
            for (lane, &base) in bases.iter().enumerate() {
                let fibre = &values[base..base + self.offsets.len()];
                rows.iter_mut().zip(fibre).for_each(|(row, &value)| row[lane] = value);
            }
        } else {
            for (row, offset) in rows.iter_mut().zip(&self.offsets) {
                row.iter_mut().zip(bases).for_each(|(slot, base)| *slot = values[base + offset]);
            }
        }
    }

    /// The same from an array that others write to as well.
    ///
    /// # Safety
    /// Nobody else writes the tile's cells meanwhile.
    #[expect(unsafe_code, reason = "the caller promises that the tile is its own")]
    pub(crate) unsafe fn load_own<T: Copy, const WIDTH: usize>(
        &self,
        rows: &mut [[T; WIDTH]],
        bases: &[usize],
        cells: &Cells<'_, T>,
    ) {
        if self.contiguous {
            for (lane, &base) in bases.iter().enumerate() {
                // SAFETY: promised by the caller.
                let fibre = unsafe { cells.run(base, self.offsets.len()) };
                rows.iter_mut().zip(fibre).for_each(|(row, &mut value)| row[lane] = value);
            }
            return;
        }
        for (row, offset) in rows.iter_mut().zip(&self.offsets) {
            if self.neighbours(WIDTH) {
                // SAFETY: promised by the caller.
                *row = *unsafe { cells.row(bases[0] + offset) };
            } else {
                for (slot, base) in row.iter_mut().zip(bases) {
                    // SAFETY: as above.
                    [*slot] = *unsafe { cells.row(base + offset) };
                }
            }
        }
    }

    /// Copies rows back to the cells of a tile.
    ///
    /// # Safety
    /// Nobody else reads or writes the tile's cells meanwhile.
    #[expect(unsafe_code, reason = "the caller promises that the tile is its own")]
    pub(crate) unsafe fn store<T: Copy, const WIDTH: usize>(
        &self,
        rows: &[[T; WIDTH]],
        bases: &[usize],
        cells: &Cells<'_, T>,
    ) {
        if self.contiguous {
            for (lane, &base) in bases.iter().enumerate() {
                // SAFETY: promised by the caller.
                let fibre = unsafe { cells.run(base, self.offsets.len()) };
                rows.iter().zip(fibre).for_each(|(row, cell)| *cell = row[lane]);
            }
            return;
        }
        for (row, offset) in rows.iter().zip(&self.offsets) {
            if self.neighbours(WIDTH) {
                // SAFETY: promised by the caller.
                *unsafe { cells.row(bases[0] + offset) } = *row;
            } else {
                for (&value, base) in row.iter().zip(bases) {
                    // SAFETY: as above.
                    *unsafe { cells.row(base + offset) } = [value];
                }
            }
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
