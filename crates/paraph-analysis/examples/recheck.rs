//! Rechecks the tables at any size: laws over all outcomes, and outcomes drawn at random worked out again from the
//! definitions, one by one.
//!
//! ```sh
//! cargo run --release -p paraph-analysis --example recheck -- 28 4 10000
//! ```
//!
//! The arguments are the number of yes / no issues, of parties, and of outcomes drawn (a twentieth of them for the
//! sequential concepts), and a seed. Nothing here uses
//! folds, sorted fibres or sweeps: moves are enumerated issue by issue, preferences are compared formula by formula,
//! and what the others can reach is searched for step by step. A search that would take more steps than its budget is
//! given up and counted as such. Ends with an error when anything disagrees.

use paraph_analysis::synthetic::{self, Recipe};
use paraph_analysis::{Bitmap, Concept, Model, Monitor, Options, StableSets, stability};
use paraph_case::model::Preferences;
use rayon::prelude::*;
use std::collections::{HashSet, VecDeque};
use std::process::ExitCode;

const CONCEPTS: [Concept; 5] =
    [Concept::Nash, Concept::Gmr, Concept::Smr, Concept::Seq, Concept::SymmetricSeq];

/// A stable outcome of the first concept is stable under the second.
const LAWS: [(Concept, Concept); 7] = [
    (Concept::Nash, Concept::Smr),
    (Concept::Smr, Concept::Gmr),
    (Concept::Nash, Concept::SymmetricSeq),
    (Concept::SymmetricSeq, Concept::Seq),
    (Concept::Seq, Concept::Gmr),
    (Concept::SymmetricSeq, Concept::Smr),
    (Concept::Nash, Concept::Seq),
];

/// Most outcomes that one search may visit.
const BUDGET: usize = 1 << 22;

/// Most outcomes that one search by improvements may visit: each asks for all improvements of all others.
const BUDGET_OF_IMPROVEMENTS: usize = 1 << 13;

/// A small generator (splitmix64: Steele, Lea, Flood 2014).
fn roll(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

struct World<'a> {
    model: &'a Model,
    /// For each party the cells' bits that it can change.
    masks: Vec<usize>,
}

impl World<'_> {
    /// Whether a party prefers one outcome to another: the first formula that holds in one of them only decides.
    fn prefers(&self, party: usize, one: usize, other: usize) -> bool {
        let Preferences::Priorities(list) = &self.model.case().parties[party].preferences else {
            unreachable!("the synthetic case has priorities")
        };
        let (one, other) = (self.model.options(one), self.model.options(other));
        let deciding = list.iter().find(|priority| priority.that.holds(&one) != priority.that.holds(&other));
        deciding.is_some_and(|priority| priority.that.holds(&one))
    }

    /// All settings of the bits in a mask, with the others as in a cell, the cell itself left out.
    fn moves(&self, mask: usize, from: usize) -> impl Iterator<Item = usize> {
        let rest = from & !mask;
        let mut part = mask;
        let mut over = false;
        std::iter::from_fn(move || {
            loop {
                if over {
                    return None;
                }
                let to = rest | part;
                if part == 0 {
                    over = true;
                } else {
                    part = (part - 1) & mask;
                }
                if to != from {
                    return Some(to);
                }
            }
        })
    }

    /// Whether the party is stable at an outcome; `None` when a search was given up.
    fn stable(&self, concept: Concept, party: usize, at: usize) -> Option<bool> {
        let rank = |cell: usize| self.model.rank(party, cell);
        let here = rank(at);
        let symmetric = matches!(concept, Concept::Smr | Concept::SymmetricSeq);
        let sanctions = |cell: usize| {
            rank(cell) <= here
                && (!symmetric || self.moves(self.masks[party], cell).all(|to| rank(to) <= here))
        };
        let mut given_up = false;
        for improvement in self.moves(self.masks[party], at).filter(|&to| rank(to) > here) {
            let sanctioned = match concept {
                Concept::Nash => Some(false),
                Concept::Gmr | Concept::Smr => {
                    let others: usize = (0..self.masks.len())
                        .filter(|&other| other != party)
                        .fold(0, |mask, other| mask | self.masks[other]);
                    self.any(self.moves(others, improvement), sanctions)
                }
                _ => self.by_improvements(party, improvement, sanctions),
            };
            match sanctioned {
                Some(true) => {}
                Some(false) => return Some(false),
                None => given_up = true,
            }
        }
        (!given_up).then_some(true)
    }

    fn any(&self, mut cells: impl Iterator<Item = usize>, wanted: impl Fn(usize) -> bool) -> Option<bool> {
        for _ in 0..BUDGET {
            match cells.next() {
                None => return Some(false),
                Some(cell) if wanted(cell) => return Some(true),
                Some(_) => {}
            }
        }
        None
    }

    /// Breadth first over sequences of the others' improvements.
    fn by_improvements(&self, party: usize, from: usize, wanted: impl Fn(usize) -> bool) -> Option<bool> {
        let mut seen = HashSet::from([from]);
        let mut queue = VecDeque::from([from]);
        while let Some(cell) = queue.pop_front() {
            for mover in (0..self.masks.len()).filter(|&mover| mover != party) {
                let rank = self.model.rank(mover, cell);
                for to in self.moves(self.masks[mover], cell) {
                    if self.model.rank(mover, to) > rank && seen.insert(to) {
                        if wanted(to) {
                            return Some(true);
                        }
                        queue.push_back(to);
                    }
                }
            }
            if seen.len() > BUDGET_OF_IMPROVEMENTS {
                return None;
            }
        }
        Some(false)
    }
}

fn within(one: &Bitmap, other: &Bitmap) -> bool {
    let mut both = one.clone();
    both.intersect(other);
    both == *one
}

fn main() -> ExitCode {
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let number = |at: usize, otherwise: u64| numbers.get(at).copied().unwrap_or(otherwise);
    let (issues, parties, draws, seed) = (number(0, 20), number(1, 4), number(2, 10_000), number(3, 1));
    let case = synthetic::case(&Recipe::even(issues as usize, parties as usize, seed));
    let monitor = Monitor::new();
    let model = Model::new(&case, &Options::default(), &monitor).expect("the case is sound");
    let results = stability(&model, &CONCEPTS, &monitor).expect("nobody stops it");
    let sets: Vec<&StableSets> =
        results.iter().map(|result| result.sets.as_ref().expect("all five are worked out")).collect();
    let of = |concept: Concept| {
        sets[CONCEPTS.iter().position(|known| *known == concept).expect("one of the five")]
    };
    let mut wrong = 0u64;
    println!("{} outcomes, {parties} parties, seed {seed}", model.all());
    for (narrow, wide) in LAWS {
        let (one, other) = (of(narrow), of(wide));
        let mut pairs =
            one.by_party.iter().zip(&other.by_party).chain([(&one.equilibria, &other.equilibria)]);
        let holds = pairs.all(|(one, other)| within(one, other));
        println!(
            "{} within {}: {}",
            narrow.name(),
            wide.name(),
            if holds { "holds everywhere" } else { "BROKEN" }
        );
        wrong += u64::from(!holds);
    }
    let masks = (0..parties as usize)
        .map(|party| {
            let moved = case.issues.iter().enumerate().filter(|(_, issue)| issue.moved_by.contains(&party));
            moved.fold(0, |mask, (issue, _)| {
                let mut options = vec![0; case.issues.len()];
                options[issue] = 1;
                mask | model.space().cell(&options).expect("an outcome")
            })
        })
        .collect();
    let world = World { model: &model, masks };
    let size = model.space().size() as u64;
    let disagree = (0..draws)
        .into_par_iter()
        .filter(|draw| {
            let mut state = seed ^ (draw << 20);
            let (one, other) = ((roll(&mut state) % size) as usize, (roll(&mut state) % size) as usize);
            let party = (roll(&mut state) % parties) as usize;
            world.prefers(party, one, other) != (model.rank(party, one) > model.rank(party, other))
        })
        .count() as u64;
    println!("{draws} pairs of outcomes compared formula by formula: {disagree} disagree with the ranks");
    wrong += disagree;
    for (at, concept) in CONCEPTS.into_iter().enumerate() {
        // Searching through improvements takes some thousand times as long as looking for a sanction by moves.
        let sequential = matches!(concept, Concept::Seq | Concept::SymmetricSeq);
        let draws = if sequential { draws / 20 } else { draws };
        let verdicts: Vec<Option<bool>> = (0..draws)
            .into_par_iter()
            .map(|draw| {
                let mut state = seed ^ (draw << 20) ^ (at as u64 + 1);
                let cell = (roll(&mut state) % size) as usize;
                let party = (roll(&mut state) % parties) as usize;
                let stable = world.stable(concept, party, cell)?;
                Some(stable == sets[at].by_party[party].contains(cell))
            })
            .collect();
        let given_up = verdicts.iter().filter(|verdict| verdict.is_none()).count();
        let disagree = verdicts.iter().filter(|verdict| **verdict == Some(false)).count();
        println!(
            "{}: {} outcomes worked out from the definition, {disagree} disagree, {given_up} given up",
            concept.name(),
            verdicts.len() - given_up,
        );
        wrong += disagree as u64;
    }
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
