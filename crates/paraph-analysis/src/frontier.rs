//! Efficient outcomes: nothing feasible is better for one party and worse for none.
//!
//! Only the vectors of ranks count. A sample yields some strong vectors; one
//! pass drops every outcome that one of them dominates, sixteen outcomes at a
//! time. The few that are left are reduced to their distinct vectors, and those
//! to the efficient ones through the archive. No list of all outcomes is ever
//! made.

use crate::archive;
use crate::bitmap::Bitmap;
use crate::error::Error;
use crate::model::Model;
use crate::monitor::Monitor;
use rayon::prelude::*;
use std::collections::HashSet;

/// Strong vectors that every outcome is compared with, at most.
const SENTINELS: usize = 192;

/// Outcomes compared at once.
const BLOCK: usize = 16;

/// So many cells of a block are compared one by one.
const FEW: u32 = 6;

/// Words of the candidates' bitmap in a chunk of parallel work.
const CHUNK: usize = 256;

/// The efficient outcomes for the given parties, and how many different rank vectors they have.
pub(crate) fn efficient(model: &Model, parties: &[usize], monitor: &Monitor) -> Result<(Bitmap, u64), Error> {
    efficient_within(model, parties, &model.feasible_set(), monitor)
}

/// The same among the outcomes of a set.
pub(crate) fn efficient_within(
    model: &Model,
    parties: &[usize],
    among: &Bitmap,
    monitor: &Monitor,
) -> Result<(Bitmap, u64), Error> {
    if parties.is_empty() {
        // Nobody can be better off: everything is efficient, at one point.
        return Ok((among.clone(), u64::from(among.count() > 0)));
    }
    let ranks: Vec<&[u32]> = parties.iter().map(|&party| model.ranks[party].of.as_slice()).collect();
    let sentinels = sentinels(among, &ranks, monitor)?;
    let mut candidates = among.clone();
    candidates.words_mut().par_chunks_mut(CHUNK).enumerate().try_for_each(|(chunk, words)| {
        monitor.check()?;
        for (at, word) in words.iter_mut().enumerate() {
            if *word != 0 {
                *word &= !dominated(&sentinels, &ranks, (chunk * CHUNK + at) * 64);
            }
        }
        Ok(())
    })?;
    let width = ranks.len();
    let points = candidates
        .words()
        .par_chunks(CHUNK)
        .enumerate()
        .map(|(chunk, words)| {
            let mut found: HashSet<Box<[u32]>> = HashSet::new();
            each(words, chunk * CHUNK * 64, |cell| {
                found.insert(vector(&ranks, cell));
            });
            let mut points: Vec<Box<[u32]>> = found.into_iter().collect();
            points.sort_unstable();
            thin(points.concat(), width, monitor)
        })
        .try_reduce(Vec::new, |mut a, mut b| {
            a.append(&mut b);
            // What grew together is thinned together, so that no join is large.
            if a.len() > width << 17 { thin(a, width, monitor) } else { Ok(a) }
        })?;
    let points = thin(points, width, monitor)?;
    let archive: HashSet<&[u32]> = points.chunks_exact(width).collect();
    candidates.words_mut().par_chunks_mut(CHUNK).enumerate().try_for_each(|(chunk, words)| {
        monitor.check()?;
        let mut now = vec![0u32; ranks.len()];
        for (at, word) in words.iter_mut().enumerate() {
            let mut left = *word;
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                let cell = (chunk * CHUNK + at) * 64 + bit as usize;
                now.iter_mut().zip(&ranks).for_each(|(slot, ranks)| *slot = ranks[cell]);
                if !archive.contains(now.as_slice()) {
                    *word &= !(1 << bit);
                }
            }
        }
        Ok(())
    })?;
    let count = archive.len() as u64;
    Ok((candidates, count))
}

fn each(words: &[u64], start: usize, mut visit: impl FnMut(usize)) {
    for (at, &word) in words.iter().enumerate() {
        let mut left = word;
        while left != 0 {
            visit(start + at * 64 + left.trailing_zeros() as usize);
            left &= left - 1;
        }
    }
}

fn vector(ranks: &[&[u32]], cell: usize) -> Box<[u32]> {
    ranks.iter().map(|ranks| ranks[cell]).collect()
}

/// Which of the 64 cells from `start` on are dominated by a sentinel.
fn dominated(sentinels: &[Box<[u32]>], ranks: &[&[u32]], start: usize) -> u64 {
    let mut bits = 0u64;
    for block in 0..64 / BLOCK {
        let first = start + block * BLOCK;
        let Some(here) =
            ranks.iter().map(|ranks| ranks.get(first..first + BLOCK)).collect::<Option<Vec<&[u32]>>>()
        else {
            // The table ends within the block.
            for lane in 0..BLOCK {
                let cell = first + lane;
                if ranks.first().is_some_and(|ranks| cell < ranks.len()) {
                    let now = vector(ranks, cell);
                    bits |= u64::from(sentinels.iter().any(|strong| dominates(strong, &now)))
                        << (block * BLOCK + lane);
                }
            }
            continue;
        };
        let mut gone = [0u32; BLOCK];
        for (at, strong) in sentinels.iter().enumerate() {
            let (mut within, mut below) = ([u32::MAX; BLOCK], [0u32; BLOCK]);
            for (ranks, &most) in here.iter().zip(strong.iter()) {
                for lane in 0..BLOCK {
                    within[lane] &= u32::from(ranks[lane] <= most).wrapping_neg();
                    below[lane] |= ranks[lane] ^ most;
                }
            }
            for lane in 0..BLOCK {
                gone[lane] |= within[lane] & u32::from(below[lane] != 0).wrapping_neg();
            }
            let left: u32 = gone.iter().map(|gone| 1 - (gone & 1)).sum();
            if left <= FEW {
                // The rest of the sentinels against the rest of the cells, one by one.
                for (lane, gone) in gone.iter_mut().enumerate().filter(|(_, gone)| **gone == 0) {
                    let below = |strong: &[u32]| {
                        let mut differs = false;
                        strong.iter().zip(&here).all(|(&most, ranks)| {
                            differs |= ranks[lane] < most;
                            ranks[lane] <= most
                        }) && differs
                    };
                    *gone = u32::from(sentinels[at + 1..].iter().any(|strong| below(strong)));
                }
                break;
            }
        }
        for (lane, gone) in gone.iter().enumerate() {
            bits |= u64::from(gone & 1) << (block * BLOCK + lane);
        }
    }
    bits
}

/// At least as high everywhere and higher somewhere.
fn dominates(a: &[u32], b: &[u32]) -> bool {
    a.iter().zip(b).all(|(a, b)| a >= b) && a != b
}

/// The points that no other dominates.
fn thin(points: Vec<u32>, width: usize, monitor: &Monitor) -> Result<Vec<u32>, Error> {
    let kept = archive::efficient(&points, width, || monitor.check())?;
    Ok(points
        .chunks_exact(width)
        .zip(kept)
        .filter(|(_, kept)| *kept)
        .flat_map(|(point, _)| point)
        .copied()
        .collect())
}

/// Vectors that dominate much: the efficient ones of an evenly spread sample, those that dominate most of
/// the sample first.
fn sentinels(among: &Bitmap, ranks: &[&[u32]], monitor: &Monitor) -> Result<Vec<Box<[u32]>>, Error> {
    let length = among.length();
    // An odd step meets every option of every issue, whatever the strides are.
    let step = (length >> 15).max(1) | 1;
    let mut sample: Vec<Box<[u32]>> = (0..length)
        .step_by(step)
        .filter(|&cell| among.contains(cell))
        .map(|cell| vector(ranks, cell))
        .collect();
    sample.sort_unstable();
    sample.dedup();
    let mut rest: Vec<&Box<[u32]>> = sample.iter().step_by((sample.len() / 1024).max(1)).collect();
    let efficient = thin(sample.concat(), ranks.len(), monitor)?;
    let mut strong: Vec<Box<[u32]>> = efficient.chunks_exact(ranks.len()).map(Box::from).collect();
    let mut chosen = Vec::new();
    while chosen.len() < SENTINELS && !strong.is_empty() {
        // Greedy: whoever dominates most of what is not dominated yet.
        let kills = |vector: &[u32]| rest.iter().filter(|other| dominates(vector, other)).count();
        let Some((at, most)) = strong
            .par_iter()
            .map(|vector| kills(vector))
            .enumerate()
            .max_by_key(|&(at, kills)| (kills, std::cmp::Reverse(at)))
        else {
            break;
        };
        if most == 0 {
            break;
        }
        let vector = strong.swap_remove(at);
        rest.retain(|other| !dominates(&vector, other));
        chosen.push(vector);
    }
    Ok(chosen)
}
