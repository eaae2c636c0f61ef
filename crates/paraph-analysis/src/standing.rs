//! Improvements: where every cell stands among those that a party can choose from.
//!
//! A cell's *standing* is how many cells of its fibre the party strictly prefers to it, infeasible ones
//! last. It is all that improvements need to know about ranks, and takes one byte where a fibre has up to
//! 256 cells. Two passes rest on it: one that spreads *whether* a set can be reached, many cells in one
//! instruction, and one that finds the least of some values over all that is better.

use crate::cells::Cells;
use crate::error::Error;
use crate::fibre::{Fibres, LANES, NEUTRAL, OneWay, WIDE, each_tile};
use crate::merged::Merged;
use crate::monitor::Monitor;
use crate::pass::{Better, Dirt, pass};
use crate::room;
use crate::slabs::Slabs;
use std::ops::{BitOr, Range};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// The standings of one party, one, two or four bytes each.
#[derive(Clone)]
pub(crate) enum Standings {
    Byte(Vec<u8>),
    Short(Vec<u16>),
    Long(Vec<u32>),
}

/// Some of them.
pub(crate) enum View<'a> {
    Byte(&'a [u8]),
    Short(&'a [u16]),
    Long(&'a [u32]),
}

pub(crate) trait Standing: Copy + Ord + Send + Sync + Default + BitOr<Output = Self> {
    /// No standing is worse; where one reaches it, no cell of its fibre is.
    const LAST: Self;
    /// The last standing for a byte of ones, the first for 0.
    fn masked(byte: u8) -> Self;
    fn of(standing: usize) -> Self;
    fn index(self) -> usize;
}

macro_rules! standing {
    ($($type:ty),*) => {$(
        impl Standing for $type {
            const LAST: Self = <$type>::MAX;
            fn masked(byte: u8) -> Self {
                byte as i8 as $type
            }
            fn of(standing: usize) -> Self {
                standing as $type
            }
            fn index(self) -> usize {
                self as usize
            }
        }
    )*};
}
standing!(u8, u16, u32);

/// How many bytes a standing takes in fibres of so many cells.
pub(crate) fn width(cells: u64) -> u64 {
    match cells {
        0..=0x100 => 1,
        0x101..=0x1_0000 => 2,
        _ => 4,
    }
}

impl Standings {
    /// O(cells × log of a fibre's length).
    pub(crate) fn new(fibres: &Fibres, ranks: &[u32], monitor: &Monitor) -> Result<Self, Error> {
        Ok(match width(fibres.offsets.len() as u64) {
            1 => Standings::Byte(standings(fibres, ranks, monitor)?),
            2 => Standings::Short(standings(fibres, ranks, monitor)?),
            _ => Standings::Long(standings(fibres, ranks, monitor)?),
        })
    }

    /// The same slab by slab.
    pub(crate) fn rearranged(&self, slabs: &Slabs<'_>) -> Self {
        match self {
            Standings::Byte(of) => Standings::Byte(slabs.laid_out(|cell| of[cell])),
            Standings::Short(of) => Standings::Short(slabs.laid_out(|cell| of[cell])),
            Standings::Long(of) => Standings::Long(slabs.laid_out(|cell| of[cell])),
        }
    }

    /// Those of some cells.
    pub(crate) fn part(&self, cells: Range<usize>) -> View<'_> {
        match self {
            Standings::Byte(of) => View::Byte(&of[cells]),
            Standings::Short(of) => View::Short(&of[cells]),
            Standings::Long(of) => View::Long(&of[cells]),
        }
    }
}

impl View<'_> {
    /// Adds to a set every cell from which the party can improve to a member: `open` is 0 for members and
    /// all ones for the rest. Says whether the set grew. O(cells), some sixteen in one instruction.
    pub(crate) fn spread(
        &self,
        fibres: &Fibres,
        open: &Cells<'_, u8>,
        monitor: &Monitor,
    ) -> Result<bool, Error> {
        match self {
            View::Byte(of) => spread(of, fibres, open, monitor),
            View::Short(of) => spread(of, fibres, open, monitor),
            View::Long(of) => spread(of, fibres, open, monitor),
        }
    }

    /// One pass by the mover's improvements; see [`pass`].
    pub(crate) fn pass(
        &self,
        mover: (usize, &Fibres),
        values: &Cells<'_>,
        merged: Option<&Merged<'_>>,
        dirt: &Dirt,
        marks: &[&Dirt],
        monitor: &Monitor,
    ) -> Result<(), Error> {
        match self {
            View::Byte(of) => pass(of, mover, values, merged, dirt, marks, monitor),
            View::Short(of) => pass(of, mover, values, merged, dirt, marks, monitor),
            View::Long(of) => pass(of, mover, values, merged, dirt, marks, monitor),
        }
    }
}

#[expect(unsafe_code, reason = "tiles share no cell")]
fn standings<P: Standing>(fibres: &Fibres, ranks: &[u32], monitor: &Monitor) -> Result<Vec<P>, Error> {
    let length = fibres.offsets.len();
    let mut table: Vec<P> = room::zeros(ranks.len());
    let cells = Cells::new(&mut table);
    each_tile::<LANES, _>(
        fibres,
        monitor,
        || (vec![0u64; length], vec![[0u32; LANES]; length], vec![[P::default(); LANES]; length]),
        |(keys, rows, standings), bases| {
            fibres.load(rows, bases, ranks);
            for lane in 0..bases.len() {
                for (position, (key, row)) in keys.iter_mut().zip(rows.iter()).enumerate() {
                    *key = u64::from(!row[lane]) << 32 | position as u64;
                }
                keys.sort_unstable();
                let (mut standing, mut before) = (0, u32::MAX);
                for (step, &key) in keys.iter().enumerate() {
                    let rank = (key >> 32) as u32;
                    if step == 0 || rank != before {
                        (standing, before) = (step, rank);
                    }
                    standings[key as u32 as usize][lane] = P::of(standing);
                }
            }
            // SAFETY: the cells of a tile are its own during a pass.
            unsafe { fibres.store(standings, bases, &cells) };
        },
    )?;
    Ok(table)
}

#[expect(unsafe_code, reason = "tiles share no cell")]
fn spread<P: Standing>(
    of: &[P],
    fibres: &Fibres,
    open: &Cells<'_, u8>,
    monitor: &Monitor,
) -> Result<bool, Error> {
    let length = fibres.offsets.len();
    let along = fibres.one_way.is_none() && fibres.is_contiguous();
    let grew = AtomicBool::new(false);
    each_tile::<WIDE, _>(
        fibres,
        monitor,
        || Spread::<P>::new(if along { 0 } else { length }, fibres.settings()),
        |scratch, bases| {
            if along {
                let mut hit = false;
                for &base in bases {
                    // SAFETY: the cells of a tile are its own during a pass.
                    hit |= spread_along(&of[base..base + length], unsafe { open.run(base, length) });
                }
                if hit {
                    grew.store(true, Relaxed);
                }
                return;
            }
            if bases.len() < WIDE {
                // Lanes beyond the last fibre count as members, which change nothing.
                scratch.open.fill([0; WIDE]);
            }
            // SAFETY: as above.
            unsafe { fibres.load_own(&mut scratch.open, bases, open) };
            if scratch.open.iter().flatten().fold(0, |left, open| left | open) == 0 {
                return;
            }
            fibres.load(&mut scratch.standings, bases, of);
            if !scratch.spread(fibres.one_way.as_ref()) {
                return;
            }
            grew.store(true, Relaxed);
            // SAFETY: as above.
            unsafe { fibres.store(&scratch.open, bases, open) };
        },
    )?;
    Ok(grew.into_inner())
}

/// A tile of fibres side by side, one per thread.
struct Spread<P> {
    open: Vec<[u8; WIDE]>,
    standings: Vec<[P; WIDE]>,
    /// For each setting of the one-way issues the best standing of a member that has it.
    best: Vec<[P; WIDE]>,
    /// The same of a member within reach from it.
    within_reach: Vec<[P; WIDE]>,
}

impl<P: Standing> Spread<P> {
    fn new(length: usize, settings: usize) -> Self {
        Spread {
            open: vec![[0; WIDE]; length],
            standings: vec![[P::LAST; WIDE]; length],
            best: vec![[P::LAST; WIDE]; settings],
            within_reach: vec![[P::LAST; WIDE]; settings],
        }
    }

    fn spread(&mut self, one_way: Option<&OneWay>) -> bool {
        let setting = |position: usize| one_way.map_or(0, |one_way| usize::from(one_way.of[position]));
        self.best.fill([P::LAST; WIDE]);
        for (position, (standings, open)) in self.standings.iter().zip(&self.open).enumerate() {
            let best = &mut self.best[setting(position)];
            for lane in 0..WIDE {
                best[lane] = best[lane].min(standings[lane] | P::masked(open[lane]));
            }
        }
        let best = match one_way {
            None => &self.best,
            Some(one_way) => {
                self.within_reach.fill([P::LAST; WIDE]);
                for (best, from) in self.best.iter().zip(&one_way.reached_from) {
                    for &from in from {
                        let reach = &mut self.within_reach[usize::from(from)];
                        reach.iter_mut().zip(best).for_each(|(reach, best)| *reach = (*reach).min(*best));
                    }
                }
                &self.within_reach
            }
        };
        let mut any = 0u8;
        for (position, (standings, open)) in self.standings.iter().zip(&mut self.open).enumerate() {
            let best = &best[setting(position)];
            for lane in 0..WIDE {
                let kept = open[lane] & u8::from(standings[lane] > best[lane]).wrapping_sub(1);
                any |= kept ^ open[lane];
                open[lane] = kept;
            }
        }
        any != 0
    }
}

/// The same for one fibre whose cells follow one upon the other.
fn spread_along<P: Standing>(standings: &[P], open: &mut [u8]) -> bool {
    if open.iter().fold(0, |left, open| left | open) == 0 {
        return false;
    }
    let member = |(&standing, &open): (&P, &u8)| standing | P::masked(open);
    let best = standings.iter().zip(open.iter()).map(member).fold(P::LAST, P::min);
    if best == P::LAST {
        return false;
    }
    let mut any = 0u8;
    for (standing, open) in standings.iter().zip(open) {
        let kept = *open & u8::from(*standing > best).wrapping_sub(1);
        any |= kept ^ *open;
        *open = kept;
    }
    any != 0
}

/// Where a tile's standings, and what is known of the better ones, are kept, one per thread.
pub(crate) struct Scratch<P> {
    standings: Vec<[P; LANES]>,
    /// For each standing the least value of the cells that have it, then of those above it.
    least: Vec<[u32; LANES]>,
    steps: Vec<usize>,
    taken: Vec<usize>,
    running: Vec<u32>,
}

impl<P: Standing> Better for &[P] {
    type Scratch = Scratch<P>;

    fn scratch(&self, fibres: &Fibres) -> Scratch<P> {
        let length = fibres.offsets.len();
        Scratch {
            standings: vec![[P::LAST; LANES]; length],
            least: vec![[NEUTRAL; LANES]; length],
            steps: vec![0; length],
            taken: vec![0; length],
            running: vec![NEUTRAL; fibres.settings()],
        }
    }

    fn better(
        &self,
        fibres: &Fibres,
        bases: &[usize],
        lanes: u64,
        values: &[[u32; LANES]],
        scratch: &mut Scratch<P>,
        out: &mut [[u32; LANES]],
    ) {
        fibres.load(&mut scratch.standings, bases, self);
        let lanes = (0..bases.len()).filter(|lane| lanes >> lane & 1 == 1);
        match &fibres.one_way {
            None => scratch.any_way(lanes, values, out),
            Some(one_way) => lanes.for_each(|lane| scratch.one_way(one_way, lane, values, out)),
        }
    }
}

impl<P: Standing> Scratch<P> {
    /// By standing instead of by position, what is better comes first, and all lanes take their minima
    /// together.
    fn any_way(
        &mut self,
        lanes: impl Iterator<Item = usize> + Clone,
        values: &[[u32; LANES]],
        out: &mut [[u32; LANES]],
    ) {
        self.least.fill([NEUTRAL; LANES]);
        for lane in lanes.clone() {
            for (standings, values) in self.standings.iter().zip(values) {
                let least = &mut self.least[standings[lane].index()][lane];
                *least = (*least).min(values[lane]);
            }
        }
        let mut above = [NEUTRAL; LANES];
        for row in &mut self.least {
            for (above, least) in above.iter_mut().zip(row) {
                let with = (*above).min(*least);
                *least = std::mem::replace(above, with);
            }
        }
        for lane in lanes {
            for (standings, out) in self.standings.iter().zip(out.iter_mut()) {
                out[lane] = self.least[standings[lane].index()][lane];
            }
        }
    }

    /// Where some issues change one way only, what counts for a position is both better and within reach:
    /// one minimum is kept for each setting of the one-way issues. With w binary ones (3/2)^w updates a
    /// position.
    fn one_way(&mut self, one_way: &OneWay, lane: usize, values: &[[u32; LANES]], out: &mut [[u32; LANES]]) {
        self.taken.fill(0);
        for (position, standings) in self.standings.iter().enumerate() {
            let standing = standings[lane].index();
            self.steps[standing + self.taken[standing]] = position;
            self.taken[standing] += 1;
        }
        self.running.fill(NEUTRAL);
        let mut first = 0;
        while first < self.steps.len() {
            // A tie is asked as a whole before any of it counts.
            let tie = &self.steps[first..first + self.taken[first]];
            for &position in tie {
                out[position][lane] = self.running[usize::from(one_way.of[position])];
            }
            for &position in tie {
                for &from in &one_way.reached_from[usize::from(one_way.of[position])] {
                    let running = &mut self.running[usize::from(from)];
                    *running = (*running).min(values[position][lane]);
                }
            }
            first += tie.len();
        }
    }
}
