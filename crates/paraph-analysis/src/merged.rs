//! Merged outcomes.
//!
//! A party's moves compose: where two lead, one does. Through a merged outcome they do not, for it may be left
//! from another member than it was entered by, and nobody moves twice running. By improvements it is enough to
//! keep apart, for the merged outcomes alone, who makes the first move from there; a mover that arrives sees
//! what the others make of it. Every other cell needs one value: whatever its own mover could do next from
//! there, it could have done at once. Moves that are no improvements can come back to the merged outcome
//! itself, so by these every cell is kept apart.

use crate::cells::Cells;
use crate::error::Error;
use crate::fibre::{Fibres, LANES, NEUTRAL, each_tile};
use crate::fold::CHUNK;
use crate::model::{Class, Model};
use crate::monitor::Monitor;
use crate::pass::Dirt;
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

/// The values of the merged outcomes while passes run.
pub(crate) struct Merged<'a> {
    class_of: &'a [u8],
    classes: &'a [Class],
    /// What staying gives, for each class.
    start: Vec<u32>,
    /// For each mover and class the least that comes of the mover's moves from there.
    first: Vec<Vec<AtomicU32>>,
    /// For each mover and class what the mover's fibres have been told of.
    told: Vec<Vec<AtomicU32>>,
}

/// A cell of a tile that belongs to a class.
pub(crate) struct Member {
    position: usize,
    lane: usize,
    class: usize,
}

impl<'a> Merged<'a> {
    /// `None` where nothing is merged. `values` are what staying gives, the same for all members.
    pub(crate) fn of(model: &'a Model, values: &[u32]) -> Option<Self> {
        if model.classes.is_empty() {
            return None;
        }
        let start: Vec<u32> = model
            .classes
            .iter()
            .map(|class| class.members.first().map_or(NEUTRAL, |&cell| values[cell]))
            .collect();
        let movers = model.case.parties.len();
        let nothing = || start.iter().map(|_| AtomicU32::new(NEUTRAL)).collect();
        let stay = || start.iter().map(|&value| AtomicU32::new(value)).collect();
        Some(Merged {
            class_of: &model.class_of,
            classes: &model.classes,
            first: (0..movers).map(|_| nothing()).collect(),
            told: (0..movers).map(|_| stay()).collect(),
            start,
        })
    }

    /// All members of all classes, of `cells` cells.
    pub(crate) fn members(&self, cells: usize) -> Dirt {
        let dirt = Dirt::nothing(cells);
        self.classes.iter().flat_map(|class| &class.members).for_each(|&cell| dirt.mark(cell, 1));
        dirt
    }

    /// What a class is worth to a mover that arrives: anybody else may go on from there.
    fn after(&self, mover: usize, class: usize) -> u32 {
        let others = self.first.iter().enumerate().filter(|&(other, _)| other != mover);
        others.map(|(_, first)| first[class].load(Relaxed)).fold(self.start[class], u32::min)
    }

    /// Gives the members in a tile the values that the mover sees.
    pub(crate) fn load(
        &self,
        fibres: &Fibres,
        bases: &[usize],
        mover: usize,
        rows: &mut [[u32; LANES]],
    ) -> Vec<Member> {
        let mut members = Vec::new();
        let neighbours = fibres.neighbours(LANES);
        for (position, (row, offset)) in rows.iter_mut().zip(&fibres.offsets).enumerate() {
            let first = bases[0] + offset;
            if neighbours && self.class_of[first..first + LANES].iter().fold(0, |any, tag| any | tag) == 0 {
                continue;
            }
            for (lane, base) in bases.iter().enumerate() {
                if let Some(class) = self.class_of[base + offset].checked_sub(1) {
                    let class = usize::from(class);
                    row[lane] = self.after(mover, class);
                    members.push(Member { position, lane, class });
                }
            }
        }
        members
    }

    /// Keeps what the mover makes of the members in the lanes `dirty`, and takes it out of `better`. A class
    /// does not answer to itself: its members tie, and what is better counts only.
    pub(crate) fn keep(&self, mover: usize, dirty: u64, members: &[Member], better: &mut [[u32; LANES]]) {
        for member in members.iter().filter(|member| dirty >> member.lane & 1 == 1) {
            let value = std::mem::replace(&mut better[member.position][member.lane], NEUTRAL);
            self.first[mover][member.class].fetch_min(value, Relaxed);
        }
    }

    /// After a pass: marks the members of classes that are worth less to a mover than it has seen. `dirt` is
    /// what the other movers have to look at.
    pub(crate) fn tell<'b>(&self, dirt: impl Iterator<Item = (usize, &'b Dirt)>) {
        for (mover, dirt) in dirt {
            for (class, members) in self.classes.iter().enumerate() {
                let now = self.after(mover, class);
                if self.told[mover][class].swap(now, Relaxed) != now {
                    members.members.iter().for_each(|&cell| dirt.mark(cell, 1));
                }
            }
        }
    }

    /// Writes what the classes come to into all their members.
    pub(crate) fn finish(&self, values: &mut [u32]) {
        for (class, members) in self.classes.iter().enumerate() {
            let first = self.first.iter().map(|first| first[class].load(Relaxed));
            let least = first.fold(self.start[class], u32::min);
            members.members.iter().for_each(|&cell| values[cell] = least);
        }
    }
}

/// What `start` can be brought down to by legal sequences of some movers' moves, whose fibres these are; cells
/// without a value are NEUTRAL. What can follow is kept apart by who makes the first move: a table for each
/// mover.
pub(crate) fn by_moves(
    model: &Model,
    movers: &[&Fibres],
    start: &[u32],
    monitor: &Monitor,
) -> Result<Vec<u32>, Error> {
    // For each mover the least that comes of its moving first.
    let mut first: Vec<Vec<u32>> = movers.iter().map(|_| vec![NEUTRAL; start.len()]).collect();
    let (mut quiet, mut next) = (0, 0);
    while quiet < movers.len() {
        let mover = next % movers.len();
        let mut table = std::mem::take(&mut first[mover]);
        // What others can go on to from where the mover arrives.
        let after: Vec<&[u32]> =
            first.iter().filter(|table| !table.is_empty()).map(Vec::as_slice).chain([start]).collect();
        let mut changed = others(model, movers[mover], &after, &mut table, monitor)?;
        for class in &model.classes {
            let least = class.members.iter().map(|&cell| table[cell]).min().unwrap_or(NEUTRAL);
            for &cell in &class.members {
                changed |= std::mem::replace(&mut table[cell], least) != least;
            }
        }
        first[mover] = table;
        quiet = if changed { 0 } else { quiet + 1 };
        next += 1;
    }
    let least = |cell: usize| first.iter().map(|table| table[cell]).fold(start[cell], u32::min);
    Ok((0..start.len()).into_par_iter().with_min_len(CHUNK).map(least).collect())
}

/// The two least values of some cells, the same one twice where two cells have it.
#[derive(Clone, Copy)]
struct Two([[u32; LANES]; 2]);

impl Two {
    const NONE: Self = Two([[NEUTRAL; LANES]; 2]);

    #[inline(always)]
    fn take(&mut self, values: &[u32; LANES]) {
        let [least, second] = &mut self.0;
        for lane in 0..LANES {
            second[lane] = second[lane].min(least[lane].max(values[lane]));
            least[lane] = least[lane].min(values[lane]);
        }
    }

    /// Those of what both have together, which is no cell twice.
    fn join(&mut self, other: &Two) {
        other.0.iter().for_each(|values| self.take(values));
    }
}

/// Lowers `table` to the least over one mover's moves to *other* outcomes of what the tables `after` say.
#[expect(unsafe_code, reason = "tiles share no cell")]
fn others(
    model: &Model,
    fibres: &Fibres,
    after: &[&[u32]],
    table: &mut [u32],
    monitor: &Monitor,
) -> Result<bool, Error> {
    let length = fibres.offsets.len();
    let changed = AtomicBool::new(false);
    let cells = Cells::new(table);
    each_tile::<LANES, _>(
        fibres,
        monitor,
        || {
            let rows = || vec![[NEUTRAL; LANES]; length];
            (rows(), rows(), rows(), vec![[0u8; LANES]; length], Within::new(fibres))
        },
        |(values, row, apart, tags, within), bases| {
            values.fill([NEUTRAL; LANES]);
            for table in after {
                fibres.load(row, bases, table);
                for (values, row) in values.iter_mut().zip(row.iter()) {
                    values.iter_mut().zip(row).for_each(|(value, with)| *value = (*value).min(*with));
                }
            }
            tags.fill([0; LANES]);
            fibres.load(tags, bases, &model.class_of);
            within.take(fibres, values.iter());
            for (position, (row, values)) in row.iter_mut().zip(values.iter()).enumerate() {
                let Two([least, second]) = within.of(fibres, position);
                for lane in 0..LANES {
                    // Whoever is the least itself takes the second.
                    row[lane] = if values[lane] == least[lane] { second[lane] } else { least[lane] };
                }
            }
            let mut here = [false; 1 + u8::MAX as usize];
            if tags.iter().flatten().fold(0, |any, tag| any | tag) != 0 {
                tags.iter().flatten().for_each(|&tag| here[usize::from(tag)] = true);
            }
            for class in (1..=u8::MAX).filter(|&class| here[usize::from(class)]) {
                // A class does not answer to itself, whichever of its members is asked.
                for ((apart, values), tags) in apart.iter_mut().zip(values.iter()).zip(tags.iter()) {
                    for lane in 0..LANES {
                        apart[lane] = if tags[lane] == class { NEUTRAL } else { values[lane] };
                    }
                }
                within.take(fibres, apart.iter());
                for (position, (row, tags)) in row.iter_mut().zip(tags.iter()).enumerate() {
                    let Two([least, _]) = within.of(fibres, position);
                    for lane in (0..LANES).filter(|&lane| tags[lane] == class) {
                        row[lane] = least[lane];
                    }
                }
            }
            if let Some(feasible) = &model.feasible {
                for (row, offset) in row.iter_mut().zip(&fibres.offsets) {
                    for (value, base) in row.iter_mut().zip(bases) {
                        *value = if feasible.contains(base + offset) { *value } else { NEUTRAL };
                    }
                }
            }
            // SAFETY: the cells of a tile are its own during a pass.
            unsafe { fibres.load_own(apart, bases, &cells) };
            let mut lower = 0;
            for (known, row) in apart.iter_mut().zip(row.iter()) {
                for lane in 0..bases.len() {
                    lower |= u32::from(row[lane] < known[lane]);
                    known[lane] = known[lane].min(row[lane]);
                }
            }
            if lower != 0 {
                changed.store(true, Relaxed);
                // SAFETY: as above.
                unsafe { fibres.store(apart, bases, &cells) };
            }
        },
    )?;
    Ok(changed.into_inner())
}

/// The two least values within reach, for each setting of a mover's one-way issues.
struct Within {
    at: Vec<Two>,
    reach: Vec<Two>,
}

impl Within {
    fn new(fibres: &Fibres) -> Self {
        Within { at: vec![Two::NONE; fibres.settings()], reach: vec![Two::NONE; fibres.settings()] }
    }

    fn take<'r>(&mut self, fibres: &Fibres, rows: impl Iterator<Item = &'r [u32; LANES]>) {
        self.at.fill(Two::NONE);
        let Some(one_way) = &fibres.one_way else {
            rows.for_each(|row| self.at[0].take(row));
            self.reach.copy_from_slice(&self.at);
            return;
        };
        rows.zip(&one_way.of).for_each(|(row, &setting)| self.at[usize::from(setting)].take(row));
        self.reach.fill(Two::NONE);
        for (at, from) in self.at.iter().zip(&one_way.reached_from) {
            from.iter().for_each(|&from| self.reach[usize::from(from)].join(at));
        }
    }

    fn of(&self, fibres: &Fibres, position: usize) -> &Two {
        &self.reach[fibres.one_way.as_ref().map_or(0, |one_way| usize::from(one_way.of[position]))]
    }
}
