//! Efficient outcomes: nothing feasible is better for one party and worse for none.
//!
//! Only the vectors of ranks count. They are streamed against a few strong
//! vectors first, which settles most; what is left is sorted by its sum, so
//! that nothing later can dominate anything earlier, and compared with an
//! archive of what was found efficient so far.

use crate::bitmap::Bitmap;
use crate::error::Error;
use crate::model::Model;
use crate::monitor::Monitor;
use rayon::prelude::*;
use std::collections::HashSet;

/// Strong vectors to compare every outcome with first.
const SENTINELS: usize = 48;

/// Cells in a chunk of parallel work.
const CHUNK: usize = 1 << 14;

/// The efficient outcomes for the given parties, and how many different rank vectors they have.
pub(crate) fn efficient(model: &Model, parties: &[usize], monitor: &Monitor) -> Result<(Bitmap, u64), Error> {
    let length = model.space.size();
    let ranks: Vec<&[u32]> = parties.iter().map(|&party| model.ranks[party].of.as_slice()).collect();
    let sentinels = sentinels(model, &ranks);
    let mut candidates: Vec<Box<[u32]>> = (0..length.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            monitor.check()?;
            let mut found: HashSet<Box<[u32]>> = HashSet::new();
            let mut vector = vec![0u32; ranks.len()];
            for cell in chunk * CHUNK..((chunk + 1) * CHUNK).min(length) {
                if !model.is_feasible(cell) {
                    continue;
                }
                for (slot, ranks) in vector.iter_mut().zip(&ranks) {
                    *slot = ranks[cell];
                }
                if !sentinels.iter().any(|strong| dominates(strong, &vector))
                    && !found.contains(vector.as_slice())
                {
                    found.insert(vector.clone().into_boxed_slice());
                }
            }
            let mut found: Vec<Box<[u32]>> = found.into_iter().collect();
            found.sort_unstable();
            Ok(found)
        })
        .try_reduce(Vec::new, |mut a, mut b| {
            a.append(&mut b);
            Ok(a)
        })?;
    candidates.par_sort_unstable_by(|a, b| sum(b).cmp(&sum(a)).then_with(|| b.cmp(a)));
    candidates.dedup();
    let mut archive: Vec<Box<[u32]>> = Vec::new();
    for vector in candidates {
        monitor.check()?;
        // Whoever dominated last is likely to dominate next.
        match archive.iter().position(|known| dominates(known, &vector)) {
            Some(at) if at > 0 => archive.swap(at, at / 2),
            Some(_) => {}
            None => archive.push(vector),
        }
    }
    let points: HashSet<&[u32]> = archive.iter().map(|vector| &**vector).collect();
    let words = (0..length.div_ceil(64))
        .into_par_iter()
        .map_init(
            || vec![0u32; ranks.len()],
            |vector, word| {
                let mut bits = 0u64;
                for cell in word * 64..(word * 64 + 64).min(length) {
                    if !model.is_feasible(cell) {
                        continue;
                    }
                    for (slot, ranks) in vector.iter_mut().zip(&ranks) {
                        *slot = ranks[cell];
                    }
                    if !sentinels.iter().take(8).any(|strong| dominates(strong, vector))
                        && points.contains(vector.as_slice())
                    {
                        bits |= 1 << (cell % 64);
                    }
                }
                bits
            },
        )
        .collect();
    monitor.check()?;
    Ok((Bitmap::from_words(words, length), archive.len() as u64))
}

/// At least as high everywhere and higher somewhere.
fn dominates(a: &[u32], b: &[u32]) -> bool {
    a.iter().zip(b).all(|(a, b)| a >= b) && a != b
}

fn sum(vector: &[u32]) -> u64 {
    vector.iter().map(|&rank| u64::from(rank)).sum()
}

/// Vectors that dominate much: the greatest by sums with various weights, from a sample spread evenly.
fn sentinels(model: &Model, ranks: &[&[u32]]) -> Vec<Vec<u32>> {
    let length = model.space.size();
    let step = (length / (1 << 16)).max(1);
    let sample: Vec<Vec<u32>> = (0..length)
        .step_by(step)
        .filter(|&cell| model.is_feasible(cell))
        .map(|cell| ranks.iter().map(|ranks| ranks[cell]).collect())
        .collect();
    let scale: Vec<f64> = (0..ranks.len())
        .map(|at| sample.iter().map(|vector| vector[at]).max().unwrap_or(1).max(1).into())
        .collect();
    let mut chosen: Vec<Vec<u32>> = (0..SENTINELS)
        .filter_map(|round| {
            // A low-discrepancy walk over the weights: the first round weighs all alike.
            let weights: Vec<f64> = (0..ranks.len())
                .map(|at| {
                    if round == 0 {
                        1.0
                    } else {
                        0.05 + ((round * (2 * at + 3)) as f64 * 0.618_033_988_75).fract()
                    }
                })
                .collect();
            let score = |vector: &Vec<u32>| -> f64 {
                vector
                    .iter()
                    .zip(&scale)
                    .zip(&weights)
                    .map(|((&rank, scale), weight)| weight * f64::from(rank) / scale)
                    .sum()
            };
            sample.iter().max_by(|a, b| score(a).total_cmp(&score(b)).then_with(|| a.cmp(b))).cloned()
        })
        .collect();
    let mut seen = HashSet::new();
    chosen.retain(|vector| seen.insert(vector.clone()));
    chosen
}
