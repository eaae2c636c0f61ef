//! How alike two units are in their words.

use std::collections::{BTreeMap, HashMap};

use crate::words::{Stems, Token, Weights};

/// Shares of the three kinds of features in the likeness of two units.
const STEMS: f64 = 0.5;
const PAIRS: f64 = 0.15;
const GRAMS: f64 = 0.35;

/// Units as vectors of length 1: stems and pairs of neighbouring stems weighted by
/// how rare they are, and runs of four characters of words that are no stop words.
#[derive(Debug)]
pub(crate) struct Vectors {
    units: Vec<Vec<(u32, f64)>>,
}

/// Numbers for features, given out in the order in which they are met.
#[derive(Debug, Default)]
pub(crate) struct Features {
    pairs: HashMap<(u32, u32), u32>,
    grams: HashMap<[char; 4], u32>,
    count: u32,
}

impl Features {
    fn fresh(count: &mut u32) -> u32 {
        *count += 1;
        *count - 1
    }
}

impl Vectors {
    pub(crate) fn new(units: &[&[Token]], stems: &Stems, weights: &Weights, features: &mut Features) -> Self {
        let mut out = Vec::with_capacity(units.len());
        for unit in units {
            let mut words = BTreeMap::<u32, f64>::new();
            let mut pairs = BTreeMap::<u32, f64>::new();
            let mut grams = BTreeMap::<u32, f64>::new();
            for (at, token) in unit.iter().enumerate() {
                // Features of the three kinds take numbers 3k, 3k + 1, 3k + 2.
                *words.entry(token.stem * 3).or_default() += weights.of(token.stem);
                if let Some(next) = unit.get(at + 1) {
                    let count = &mut features.count;
                    let id = *features
                        .pairs
                        .entry((token.stem, next.stem))
                        .or_insert_with(|| Features::fresh(count));
                    *pairs.entry(id * 3 + 1).or_default() +=
                        (weights.of(token.stem) * weights.of(next.stem)).sqrt();
                }
                if stems.is_stop(token.stem) {
                    continue;
                }
                let mut run = [' '; 4];
                for character in token.lower.chars().take(40).chain([' ']) {
                    run.rotate_left(1);
                    run[3] = character;
                    if run[1] == ' ' && run[2] == ' ' {
                        continue;
                    }
                    let count = &mut features.count;
                    let id = *features.grams.entry(run).or_insert_with(|| Features::fresh(count));
                    *grams.entry(id * 3 + 2).or_default() += 1.0;
                }
            }
            let mut vector = Vec::with_capacity(words.len() + pairs.len() + grams.len());
            for (group, share) in [(words, STEMS), (pairs, PAIRS), (grams, GRAMS)] {
                // Words said often weigh less than in proportion.
                let damped: Vec<(u32, f64)> =
                    group.into_iter().map(|(id, weight)| (id, weight.sqrt())).collect();
                let length = damped.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
                if length > 0.0 {
                    let scale = share.sqrt() / length;
                    vector.extend(damped.into_iter().map(|(id, weight)| (id, weight * scale)));
                }
            }
            out.push(vector);
        }
        Vectors { units: out }
    }

    /// Likeness of each unit to each unit of `other`, between 0 and 1.
    ///
    /// O(features × units that share them), through an index of features.
    pub(crate) fn table(&self, other: &Vectors) -> Vec<Vec<f64>> {
        let mut holders: Vec<Vec<(u32, f64)>> = Vec::new();
        for (unit, vector) in other.units.iter().enumerate() {
            for (id, weight) in vector {
                let id = *id as usize;
                if holders.len() <= id {
                    holders.resize(id + 1, Vec::new());
                }
                holders[id].push((unit as u32, *weight));
            }
        }
        self.units
            .iter()
            .map(|vector| {
                let mut row = vec![0.0; other.units.len()];
                for (id, weight) in vector {
                    for (unit, theirs) in holders.get(*id as usize).map_or(&[][..], Vec::as_slice) {
                        row[*unit as usize] += weight * theirs;
                    }
                }
                row
            })
            .collect()
    }
}

/// Weighted stems of a text, as a multiset.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bag {
    counts: BTreeMap<u32, u32>,
}

impl Bag {
    pub(crate) fn of<'a>(tokens: impl IntoIterator<Item = &'a Token>) -> Self {
        let mut counts = BTreeMap::new();
        for token in tokens {
            *counts.entry(token.stem).or_insert(0) += 1;
        }
        Bag { counts }
    }

    pub(crate) fn weight(&self, weights: &Weights) -> f64 {
        self.counts.iter().map(|(stem, count)| weights.of(*stem) * f64::from(*count)).sum()
    }

    /// Weight of what both hold.
    pub(crate) fn shared(&self, other: &Bag, weights: &Weights) -> f64 {
        self.counts
            .iter()
            .filter_map(|(stem, count)| {
                let theirs = other.counts.get(stem)?;
                Some(weights.of(*stem) * f64::from(*count.min(theirs)))
            })
            .sum()
    }

    /// Number of different words that both hold.
    pub(crate) fn common(&self, other: &Bag) -> usize {
        self.counts.keys().filter(|stem| other.counts.contains_key(stem)).count()
    }

    /// What is left when the words of `other` are taken away.
    pub(crate) fn without(&self, other: &Bag) -> Bag {
        let counts = self
            .counts
            .iter()
            .filter_map(|(stem, count)| {
                let left = count.saturating_sub(other.counts.get(stem).copied().unwrap_or(0));
                (left > 0).then_some((*stem, left))
            })
            .collect();
        Bag { counts }
    }

    /// The part of the weight that `other` holds too; 0 for an empty bag.
    pub(crate) fn covered_by(&self, other: &Bag, weights: &Weights) -> f64 {
        let weight = self.weight(weights);
        if weight > 0.0 { self.shared(other, weights) / weight } else { 0.0 }
    }
}
