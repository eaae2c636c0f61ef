//! Merged outcomes, and moves that lead through them, improvements or not.
//!
//! By such moves a party can come back to the merged outcome that it left, so nobody's moves compose any more,
//! and what can follow is kept apart at every cell by who makes the first move. Nearly everywhere the lowest
//! value of all can be reached, whoever begins. That is a question of yes or no, which passes over bytes
//! answer, a bit for each mover; passes over numbers finish what is left.

use crate::cells::Cells;
use crate::error::Error;
use crate::fibre::{Fibres, LANES, NEUTRAL, WIDE, each_tile};
use crate::fold::Fold;
use crate::model::Model;
use crate::monitor::Monitor;
use crate::pass::{Dirt, settle};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// In the byte of a cell, beside a bit for each mover that can begin: the cell has the lowest value itself.
const LOWEST: u8 = 1 << 6;

/// The cell is infeasible.
const NEVER: u8 = 1 << 7;

/// Cells at which it does not matter who begins.
const ENDS: u8 = LOWEST | NEVER;

/// How many movers have a bit.
const MOVERS: usize = 6;

/// What `start` can be brought down to by legal sequences of some movers' moves, whose fibres these are; cells
/// without a value are NEUTRAL. `fold` folds away all that these movers change together. O(cells × movers) a
/// pass, some ten over bytes, and passes over numbers where these leave something.
pub(crate) fn by_moves(
    model: &Model,
    movers: &[&Fibres],
    fold: &Fold,
    start: &[u32],
    monitor: &Monitor,
) -> Result<Vec<u32>, Error> {
    let lowest = lowest(model, fold, start);
    let mut reached = fold.table(|cell, place| match start[cell] {
        NEUTRAL => NEVER,
        value if value == lowest[place] => LOWEST,
        _ => 0,
    });
    let bits: Vec<u8> = (0..movers.len()).map(|mover| 1u8.checked_shl(mover as u32).unwrap_or(0)).collect();
    if movers.len() <= MOVERS {
        spread(model, movers, &bits, &mut reached, monitor)?;
        if !is_open(model, movers, &bits, &mut reached, monitor)? {
            return Ok(fold.table(|cell, place| match reached[cell] {
                0 => start[cell],
                NEVER => NEUTRAL,
                _ => lowest[place],
            }));
        }
    }
    let mut first = Vec::new();
    let mut dirt = Vec::new();
    for bit in bits {
        first.push(fold.table(|cell, place| if reached[cell] & bit == 0 { NEUTRAL } else { lowest[place] }));
        let open: Vec<u8> = fold.table(|cell, _| u8::from(reached[cell] & (bit | ENDS) == 0));
        dirt.push(Dirt::of(&open));
    }
    drop(reached);
    finish(model, movers, start, &mut first, dirt, monitor)?;
    Ok(fold.table(|cell, _| first.iter().map(|table| table[cell]).fold(start[cell], u32::min)))
}

/// For each place of the fold a value that nothing within reach from its cells goes below: the lowest there,
/// and at all places that merged outcomes lead to.
fn lowest(model: &Model, fold: &Fold, start: &[u32]) -> Vec<u32> {
    let mut lowest = fold.least(start);
    let places: Vec<Vec<usize>> = model
        .classes
        .iter()
        .map(|class| {
            let mut places: Vec<usize> = class.members.iter().map(|&cell| fold.index(cell)).collect();
            places.sort_unstable();
            places.dedup();
            places
        })
        .collect();
    let mut changed = true;
    while changed {
        changed = false;
        for places in &places {
            let least = places.iter().map(|&place| lowest[place]).min().unwrap_or(NEUTRAL);
            for &place in places {
                changed |= std::mem::replace(&mut lowest[place], least) != least;
            }
        }
    }
    lowest
}

/// Finds who can begin a legal sequence that ends at a cell marked [`LOWEST`].
#[expect(unsafe_code, reason = "tiles share no cell")]
fn spread(
    model: &Model,
    movers: &[&Fibres],
    bits: &[u8],
    reached: &mut [u8],
    monitor: &Monitor,
) -> Result<(), Error> {
    let mut of_class = vec![0u8; model.classes.len()];
    let (mut quiet, mut at) = (0, 0);
    while quiet < movers.len() {
        let (fibres, bit) = (movers[at], bits[at]);
        let grew = AtomicBool::new(false);
        let cells = Cells::new(reached);
        others::<u8, WIDE>(
            model,
            fibres,
            |rows, spare, bases| {
                // SAFETY: the cells of a tile are its own during a pass.
                unsafe { load_bytes(fibres, bases, &cells, spare) };
                // Where the mover arrives, somebody else has to go on.
                let mut left = 0u8;
                for (row, reached) in rows.iter_mut().zip(spare.iter()) {
                    for (value, reached) in row.iter_mut().zip(reached) {
                        left |= u8::from(reached & (bit | ENDS) == 0);
                        *value = u8::from(reached & !(bit | NEVER) != 0).wrapping_sub(1);
                    }
                }
                left != 0
            },
            |rows, reached, bases| {
                let mut changed = 0u8;
                for (reached, row) in reached.iter_mut().zip(rows) {
                    for (reached, value) in reached.iter_mut().zip(row) {
                        let begins = u8::from(*value == 0) & u8::from(*reached & NEVER == 0);
                        let with = *reached | bit & begins.wrapping_neg();
                        changed |= std::mem::replace(reached, with) ^ with;
                    }
                }
                if changed != 0 {
                    grew.store(true, Relaxed);
                    // SAFETY: as above.
                    unsafe { fibres.store(reached, bases, &cells) };
                }
            },
            monitor,
        )?;
        quiet = if grew.into_inner() { 1 } else { quiet + 1 };
        for (of_class, class) in of_class.iter_mut().zip(&model.classes) {
            if *of_class & bit == 0 && class.members.iter().any(|&cell| reached[cell] & bit != 0) {
                *of_class |= bit;
                class.members.iter().for_each(|&cell| reached[cell] |= bit);
            }
        }
        at = (at + 1) % movers.len();
    }
    Ok(())
}

/// Whether somewhere a mover that can begin does not get to the lowest value.
#[expect(unsafe_code, reason = "tiles share no cell")]
fn is_open(
    model: &Model,
    movers: &[&Fibres],
    bits: &[u8],
    reached: &mut [u8],
    monitor: &Monitor,
) -> Result<bool, Error> {
    let open = AtomicBool::new(false);
    let cells = Cells::new(reached);
    for (fibres, bit) in movers.iter().zip(bits) {
        others::<u8, WIDE>(
            model,
            fibres,
            |rows, spare, bases| {
                // SAFETY: nobody writes.
                unsafe { load_bytes(fibres, bases, &cells, spare) };
                let mut left = 0u8;
                for (row, reached) in rows.iter_mut().zip(spare.iter()) {
                    for (value, reached) in row.iter_mut().zip(reached) {
                        left |= u8::from(reached & (bit | ENDS) == 0);
                        *value = u8::from(reached & NEVER == 0).wrapping_sub(1);
                    }
                }
                left != 0 && !open.load(Relaxed)
            },
            |rows, reached, _| {
                let mut begins = 0u8;
                for (reached, row) in reached.iter().zip(rows) {
                    for (reached, value) in reached.iter().zip(row) {
                        begins |= u8::from(*value == 0) & u8::from(reached & (bit | ENDS) == 0);
                    }
                }
                if begins != 0 {
                    open.store(true, Relaxed);
                }
            },
            monitor,
        )?;
    }
    Ok(open.into_inner())
}

/// The bytes of a tile; lanes beyond the last fibre are infeasible.
///
/// # Safety
/// Nobody else writes the tile's cells meanwhile.
#[expect(unsafe_code, reason = "the caller promises that the tile is its own")]
unsafe fn load_bytes(fibres: &Fibres, bases: &[usize], cells: &Cells<'_, u8>, rows: &mut Rows<u8, WIDE>) {
    if bases.len() < WIDE {
        rows.fill([NEVER; WIDE]);
    }
    // SAFETY: promised by the caller.
    unsafe { fibres.load_own(rows, bases, cells) };
}

/// Lowers the tables `first`, for each mover the least that comes of its moving first, until they stay.
#[expect(unsafe_code, reason = "tiles share no cell")]
fn finish(
    model: &Model,
    movers: &[&Fibres],
    start: &[u32],
    first: &mut [Vec<u32>],
    dirt: Vec<Dirt>,
    monitor: &Monitor,
) -> Result<(), Error> {
    settle(dirt, start.len(), monitor, |mover, dirt, marks| {
        let fibres = movers[mover];
        let mut table = std::mem::take(&mut first[mover]);
        // What others can go on to from where the mover arrives.
        let after: Vec<&[u32]> = first.iter().filter(|table| !table.is_empty()).map(Vec::as_slice).collect();
        let cells = Cells::new(&mut table);
        others::<u32, LANES>(
            model,
            fibres,
            |rows, spare, bases| {
                if dirt.of_tile(fibres, bases) == 0 {
                    return false;
                }
                fibres.load(rows, bases, start);
                for table in &after {
                    fibres.load(spare, bases, table);
                    for (row, with) in rows.iter_mut().zip(spare.iter()) {
                        row.iter_mut().zip(with).for_each(|(value, with)| *value = (*value).min(*with));
                    }
                }
                true
            },
            |rows, spare, bases| {
                // SAFETY: the cells of a tile are its own during a pass.
                unsafe { fibres.load_own(spare, bases, &cells) };
                let mut lower = false;
                for ((known, row), offset) in spare.iter_mut().zip(rows).zip(&fibres.offsets) {
                    for (lane, base) in bases.iter().enumerate() {
                        let cell = base + offset;
                        let there = || model.feasible.as_ref().is_none_or(|feasible| feasible.contains(cell));
                        if row[lane] < known[lane] && there() {
                            known[lane] = row[lane];
                            lower = true;
                            marks.iter().for_each(|dirt| dirt.mark(cell, 1));
                        }
                    }
                }
                if lower {
                    // SAFETY: as above.
                    unsafe { fibres.store(spare, bases, &cells) };
                }
            },
            monitor,
        )?;
        for class in &model.classes {
            let least = class.members.iter().map(|&cell| table[cell]).min().unwrap_or(NEUTRAL);
            for &cell in &class.members {
                if std::mem::replace(&mut table[cell], least) != least {
                    marks.iter().for_each(|dirt| dirt.mark(cell, 1));
                }
            }
        }
        first[mover] = table;
        Ok(())
    })?;
    Ok(())
}

/// A number, or yes (0) and no.
trait Value: Copy + Ord + Send {
    /// What no minimum takes.
    const NONE: Self;
}

impl Value for u8 {
    const NONE: Self = u8::MAX;
}

impl Value for u32 {
    const NONE: Self = NEUTRAL;
}

/// Rows of a tile.
type Rows<T, const WIDTH: usize> = [[T; WIDTH]];

/// Puts in place of every value of a tile the least over the mover's moves from there to *other* outcomes.
/// `load` fills the rows, or says that the tile can be left out; `store` takes what came of them. Both see one
/// spare tile, in which `load` can leave something to `store`.
fn others<T: Value, const WIDTH: usize>(
    model: &Model,
    fibres: &Fibres,
    load: impl Fn(&mut Rows<T, WIDTH>, &mut Rows<T, WIDTH>, &[usize]) -> bool + Sync + Send,
    store: impl Fn(&Rows<T, WIDTH>, &mut Rows<T, WIDTH>, &[usize]) + Sync + Send,
    monitor: &Monitor,
) -> Result<(), Error> {
    let length = fibres.offsets.len();
    each_tile::<WIDTH, _>(
        fibres,
        monitor,
        || {
            let rows = || vec![[T::NONE; WIDTH]; length];
            (rows(), rows(), rows(), vec![[0u8; WIDTH]; length], Within::new(fibres))
        },
        |(values, row, spare, tags, within), bases| {
            if !load(values, spare, bases) {
                return;
            }
            within.take(fibres, values.iter().copied());
            for (position, (row, values)) in row.iter_mut().zip(values.iter()).enumerate() {
                let Two([least, second]) = within.of(fibres, position);
                for lane in 0..WIDTH {
                    // Whoever is the least itself takes the second. Both are read first, or no vectors come of it.
                    let (least, second) = (least[lane], second[lane]);
                    row[lane] = if values[lane] == least { second } else { least };
                }
            }
            fibres.load(tags, bases, &model.class_of);
            for class in classes(tags) {
                // A class does not answer to itself, whichever of its members is asked.
                let apart = values.iter().zip(tags.iter()).map(|(values, tags)| {
                    let mut apart = *values;
                    for lane in 0..WIDTH {
                        apart[lane] = if tags[lane] == class { T::NONE } else { apart[lane] };
                    }
                    apart
                });
                within.take(fibres, apart);
                for (position, (row, tags)) in row.iter_mut().zip(tags.iter()).enumerate() {
                    let Two([least, _]) = within.of(fibres, position);
                    for lane in 0..WIDTH {
                        let (least, kept) = (least[lane], row[lane]);
                        row[lane] = if tags[lane] == class { least } else { kept };
                    }
                }
            }
            store(row, spare, bases);
        },
    )
}

/// The tags of the classes that have members in a tile, ascending.
fn classes<const WIDTH: usize>(tags: &Rows<u8, WIDTH>) -> impl Iterator<Item = u8> + use<WIDTH> {
    let mut here = [false; 1 + u8::MAX as usize];
    for tags in tags.iter().filter(|tags| tags.iter().fold(0, |any, tag| any | tag) != 0) {
        tags.iter().for_each(|&tag| here[usize::from(tag)] = true);
    }
    (1..=u8::MAX).filter(move |&class| here[usize::from(class)])
}

/// The two least values of some cells, the same one twice where two cells have it.
#[derive(Clone, Copy)]
struct Two<T, const WIDTH: usize>([[T; WIDTH]; 2]);

impl<T: Value, const WIDTH: usize> Two<T, WIDTH> {
    const NONE: Self = Two([[T::NONE; WIDTH]; 2]);

    #[inline(always)]
    fn take(&mut self, values: &[T; WIDTH]) {
        let [least, second] = &mut self.0;
        for lane in 0..WIDTH {
            second[lane] = second[lane].min(least[lane].max(values[lane]));
            least[lane] = least[lane].min(values[lane]);
        }
    }

    /// Those of what both have together, which is no cell twice.
    fn join(&mut self, other: &Self) {
        other.0.iter().for_each(|values| self.take(values));
    }
}

/// The two least values within reach, for each setting of a mover's one-way issues.
struct Within<T, const WIDTH: usize> {
    at: Vec<Two<T, WIDTH>>,
    reach: Vec<Two<T, WIDTH>>,
}

impl<T: Value, const WIDTH: usize> Within<T, WIDTH> {
    fn new(fibres: &Fibres) -> Self {
        Within { at: vec![Two::NONE; fibres.settings()], reach: vec![Two::NONE; fibres.settings()] }
    }

    fn take(&mut self, fibres: &Fibres, rows: impl Iterator<Item = [T; WIDTH]>) {
        let Some(one_way) = &fibres.one_way else {
            let mut all = Two::NONE;
            rows.for_each(|row| all.take(&row));
            self.reach[0] = all;
            return;
        };
        self.at.fill(Two::NONE);
        rows.zip(&one_way.of).for_each(|(row, &setting)| self.at[usize::from(setting)].take(&row));
        self.reach.fill(Two::NONE);
        for (at, from) in self.at.iter().zip(&one_way.reached_from) {
            from.iter().for_each(|&from| self.reach[usize::from(from)].join(at));
        }
    }

    fn of(&self, fibres: &Fibres, position: usize) -> &Two<T, WIDTH> {
        &self.reach[fibres.one_way.as_ref().map_or(0, |one_way| usize::from(one_way.of[position]))]
    }
}
