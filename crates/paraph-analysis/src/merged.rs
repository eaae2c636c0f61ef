//! Merged outcomes, and improvements that lead through them.
//!
//! A party's moves compose: where two lead, one does. Through a merged outcome they do not, for it may be left
//! from another member than it was entered by, and nobody moves twice running. By improvements it is enough to
//! keep apart, for the merged outcomes alone, who makes the first move from there; a mover that arrives sees
//! what the others make of it. Every other cell needs one value: whatever its own mover could do next from
//! there, it could have done at once. Moves that are no improvements are another matter: see
//! [`merged_moves`](crate::merged_moves).

use crate::fibre::{Fibres, LANES, NEUTRAL};
use crate::model::{Class, Model};
use crate::pass::Dirt;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

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
