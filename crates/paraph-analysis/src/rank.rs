//! From preferences to ranks: one number per outcome and party.
//!
//! Rank 0 marks an infeasible cell; feasible ones are numbered from 1 without
//! gaps, a higher rank being preferred and equal ranks being ties. Since only
//! the order matters, every kind of preference ends up here.

use crate::bitmap::Bitmap;
use crate::error::Error;
use crate::evaluate::{Program, Tiles};
use crate::monitor::Monitor;
use crate::room;
use paraph_case::model::{Priority, Weights};
use paraph_case::rational::Rational;
use rayon::prelude::*;

/// The ranks of one party, and how many different ones there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ranks {
    /// One per cell.
    pub(crate) of: Vec<u32>,
    /// The highest rank: the number of indifference classes.
    pub(crate) distinct: u32,
}

/// Everybody ties.
pub(crate) fn indifferent(length: usize, feasible: Option<&Bitmap>) -> Ranks {
    let mut of = vec![1; length];
    if let Some(feasible) = feasible {
        of.iter_mut().enumerate().for_each(|(cell, rank)| *rank = u32::from(feasible.contains(cell)));
    }
    Ranks { distinct: of.iter().copied().max().unwrap_or(0), of }
}

/// Ranks of a few keys, by sorting.
pub(crate) fn of_keys<K: Ord>(keys: &[K]) -> Ranks {
    let mut sorted: Vec<&K> = keys.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let of = keys.iter().map(|key| 1 + sorted.partition_point(|other| *other < key) as u32).collect();
    Ranks { of, distinct: sorted.len() as u32 }
}

/// Lexicographic comparison of truth vectors, the first formula weighing most (option prioritisation:
/// Peng, Hipel, Kilgour, Fang 1997). Formulas are appended bit by bit; when the number outgrows its
/// room the ranks that occur are renumbered and the appending goes on, so any number of formulas fits.
///
/// O(outcomes × formulas / 64) word operations for the formulas, O(outcomes × formulas / 8) for the ranks.
pub(crate) fn priorities(
    tiles: &Tiles<'_>,
    feasible: Option<&Bitmap>,
    priorities: &[Priority],
    monitor: &Monitor,
) -> Result<Ranks, Error> {
    let length = tiles.length * tiles.count;
    let mut keys: Vec<u32> = room::zeros(length);
    // Renumbering costs one bit per possible key: a few times the table is enough room to append in.
    let room = (usize::BITS - length.leading_zeros() + 3).clamp(22, 32);
    let mut used = 0;
    let mut rest: Vec<Program> = priorities.iter().map(|priority| tiles.compile(&priority.that)).collect();
    while !rest.is_empty() {
        let take = rest.len().min((room - used) as usize);
        let now: Vec<Program> = rest.drain(..take).collect();
        append(tiles, &now, &mut keys, monitor)?;
        used += take as u32;
        if !rest.is_empty() {
            let distinct = renumber(&mut keys, feasible, used, monitor)?;
            used = u32::BITS - distinct.leading_zeros();
            keys.par_iter_mut().for_each(|key| *key = key.saturating_sub(1));
        }
    }
    let distinct = renumber(&mut keys, feasible, used.max(1), monitor)?;
    Ok(Ranks { of: keys, distinct })
}

/// Shifts one bit per formula into every key. Eight formulas at a time: their words for 64 outcomes are
/// turned, as eight 8 × 8 matrices of bits, into a byte for each outcome.
fn append(tiles: &Tiles<'_>, programs: &[Program], keys: &mut [u32], monitor: &Monitor) -> Result<(), Error> {
    keys.par_chunks_mut(tiles.length).enumerate().try_for_each_init(
        || (tiles.stack(programs), vec![vec![0u64; tiles.words]; 8]),
        |(stack, bits), (tile, keys)| {
            monitor.check()?;
            for programs in programs.chunks(8) {
                for (program, bits) in programs.iter().zip(bits.iter_mut()) {
                    tiles.run(program, tile, stack, bits);
                }
                let width = programs.len();
                for (word, keys) in keys.chunks_mut(64).enumerate() {
                    // Eight matrices at once, the first eight outcomes' first; a formula's word gives each a row.
                    let mut matrices = [[0u8; 8]; 8];
                    for (row, bits) in bits[..width].iter().rev().enumerate() {
                        for (matrix, byte) in matrices.iter_mut().zip(bits[word].to_le_bytes()) {
                            matrix[row] = byte;
                        }
                    }
                    let columns = matrices.map(|matrix| transpose(u64::from_le_bytes(matrix)).to_le_bytes());
                    for (key, &byte) in keys.iter_mut().zip(columns.as_flattened()) {
                        *key = *key << width | u32::from(byte);
                    }
                }
            }
            monitor.advance(keys.len() as u64);
            Ok(())
        },
    )
}

/// Transposes an 8 × 8 matrix of bits, a row a byte (Warren, Hacker's Delight, 2nd edition 2012, section 7-3).
fn transpose(rows: u64) -> u64 {
    let swap = |x: u64, mask: u64, shift: u32| {
        let differ = (x ^ (x >> shift)) & mask;
        x ^ differ ^ (differ << shift)
    };
    let x = swap(rows, 0x00aa_00aa_00aa_00aa, 7);
    let x = swap(x, 0x0000_cccc_0000_cccc, 14);
    swap(x, 0x0000_0000_f0f0_f0f0, 28)
}

/// Replaces every key below 2^`bits` by 1 + the number of smaller keys that occur at a feasible cell,
/// infeasible cells by 0. Returns the number of keys that occur. One presence bit per possible key.
fn renumber(keys: &mut [u32], feasible: Option<&Bitmap>, bits: u32, monitor: &Monitor) -> Result<u32, Error> {
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
    const CHUNK: usize = 1 << 14;
    let possible = (1usize << bits).div_ceil(64);
    let mut present: Vec<AtomicU64> = room::empty(possible);
    present.resize_with(possible, AtomicU64::default);
    keys.par_chunks(CHUNK).enumerate().try_for_each(|(chunk, keys)| {
        monitor.check()?;
        for (at, &key) in keys.iter().enumerate() {
            if feasible.is_none_or(|feasible| feasible.contains(chunk * CHUNK + at)) {
                let (word, bit) = (&present[key as usize / 64], 1u64 << (key % 64));
                // Most keys are there already: reading first spares the locked write.
                if word.load(Relaxed) & bit == 0 {
                    word.fetch_or(bit, Relaxed);
                }
            }
        }
        Ok(())
    })?;
    let mut below = room::empty(possible);
    let mut distinct = 0u32;
    for word in &present {
        below.push(distinct);
        distinct += word.load(Relaxed).count_ones();
    }
    keys.par_chunks_mut(CHUNK).enumerate().try_for_each(|(chunk, keys)| {
        monitor.check()?;
        for (at, key) in keys.iter_mut().enumerate() {
            let word = *key as usize / 64;
            let smaller = present[word].load(Relaxed) & ((1u64 << (*key % 64)) - 1);
            let there = feasible.is_none_or(|feasible| feasible.contains(chunk * CHUNK + at));
            *key = if there { 1 + below[word] + smaller.count_ones() } else { 0 };
        }
        Ok(())
    })?;
    Ok(distinct)
}

/// Additive utilities as integers: weights are brought to one denominator, so sums and comparisons
/// are exact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Utility {
    /// Per issue and option.
    pub(crate) options: Vec<Vec<i64>>,
    /// One per weighted formula.
    pub(crate) formulas: Vec<i64>,
    /// What one unit of utility is, as a divisor: utility = integer / scale.
    pub(crate) scale: i64,
}

impl Utility {
    /// The smallest common denominator of all weights. An error when a sum could leave 62 bits.
    pub(crate) fn new(weights: &Weights, party: &str) -> Result<Self, Error> {
        let all = || {
            weights
                .options
                .iter()
                .flatten()
                .copied()
                .chain(weights.formulas.iter().map(|weighted| weighted.weight))
        };
        let too_fine = || {
            Error::too_large(format!(
                "the weights of `{party}` need a common denominator beyond 62 bits; round them to fewer decimals"
            ))
        };
        let scale = all()
            .try_fold(1i128, |scale, weight| {
                let d = weight.denominator();
                (scale / gcd(scale, d)).checked_mul(d).filter(|&n| n < 1 << 62)
            })
            .ok_or_else(too_fine)?;
        let whole = |weight: Rational| -> Result<i64, Error> {
            weight
                .numerator()
                .checked_mul(scale / weight.denominator())
                .and_then(|n| i64::try_from(n).ok())
                .ok_or_else(too_fine)
        };
        let options = weights
            .options
            .iter()
            .map(|options| options.iter().map(|&weight| whole(weight)).collect())
            .collect::<Result<Vec<Vec<i64>>, Error>>()?;
        let formulas = weights
            .formulas
            .iter()
            .map(|weighted| whole(weighted.weight))
            .collect::<Result<Vec<i64>, Error>>()?;
        let utility = Utility { options, formulas, scale: scale as i64 };
        if utility.widest() >= 1 << 62 {
            return Err(too_fine());
        }
        Ok(utility)
    }

    /// What no sum of weights exceeds, whatever its sign.
    pub(crate) fn widest(&self) -> i128 {
        self.options
            .iter()
            .map(|options| options.iter().map(|w| i128::from(w.unsigned_abs())).max().unwrap_or(0))
            .chain(self.formulas.iter().map(|w| i128::from(w.unsigned_abs())))
            .sum()
    }

    /// What no sum of weights goes below or above.
    fn bounds(&self) -> (i64, i64) {
        let mut bounds = (0, 0);
        for options in &self.options {
            bounds.0 += options.iter().copied().min().unwrap_or(0);
            bounds.1 += options.iter().copied().max().unwrap_or(0);
        }
        for &weight in &self.formulas {
            bounds.0 += weight.min(0);
            bounds.1 += weight.max(0);
        }
        bounds
    }

    /// The utility of every cell of a tile.
    pub(crate) fn tile(
        &self,
        tiles: &Tiles<'_>,
        programs: &[Program],
        tile: usize,
        stack: &mut [u64],
        bits: &mut [u64],
        out: &mut [i64],
    ) {
        out.fill(0);
        let start = tile * tiles.length;
        for axis in &tiles.space.axes {
            let weights = &self.options[axis.issue];
            if weights.iter().all(|&weight| weight == 0) {
                continue;
            }
            if axis.stride >= tiles.length {
                let weight = weights[axis.first + start / axis.stride % axis.radix];
                out.iter_mut().for_each(|value| *value += weight);
            } else {
                let mut at = 0;
                'tile: loop {
                    for digit in 0..axis.radix {
                        if at >= out.len() {
                            break 'tile;
                        }
                        let weight = weights[axis.first + digit];
                        out[at..at + axis.stride].iter_mut().for_each(|value| *value += weight);
                        at += axis.stride;
                    }
                }
            }
        }
        for (program, &weight) in programs.iter().zip(&self.formulas) {
            tiles.run(program, tile, stack, bits);
            for (values, &word) in out.chunks_mut(64).zip(bits.iter()) {
                for (bit, value) in values.iter_mut().enumerate() {
                    *value += weight * (word >> bit & 1) as i64;
                }
            }
        }
    }
}

/// Ranks of additive utilities. When the utilities that can occur span less room than the table, as
/// one presence bit each; else by sorting.
pub(crate) fn weights(
    tiles: &Tiles<'_>,
    feasible: Option<&Bitmap>,
    utility: &Utility,
    formulas: &[Program],
    monitor: &Monitor,
) -> Result<Ranks, Error> {
    let length = tiles.length * tiles.count;
    let (least, most) = utility.bounds();
    let span = (most - least) as u64;
    // Utilities that span not much more than the table has cells are counted off, one presence bit each.
    if span < (length as u64).saturating_mul(16).clamp(1 << 22, 1 << 32) {
        let mut keys: Vec<u32> = room::zeros(length);
        keys.par_chunks_mut(tiles.length).enumerate().try_for_each_init(
            || (tiles.stack(formulas), vec![0u64; tiles.words], vec![0i64; tiles.length]),
            |(stack, bits, values), (tile, keys)| {
                monitor.check()?;
                utility.tile(tiles, formulas, tile, stack, bits, values);
                keys.iter_mut().zip(values.iter()).for_each(|(key, value)| *key = (value - least) as u32);
                Ok(())
            },
        )?;
        let bits = (u64::BITS - span.leading_zeros()).max(1);
        let distinct = renumber(&mut keys, feasible, bits, monitor)?;
        return Ok(Ranks { of: keys, distinct });
    }
    let mut values: Vec<i64> = room::zeros(length);
    values.par_chunks_mut(tiles.length).enumerate().try_for_each_init(
        || (tiles.stack(formulas), vec![0u64; tiles.words]),
        |(stack, bits), (tile, values)| {
            monitor.check()?;
            utility.tile(tiles, formulas, tile, stack, bits, values);
            Ok(())
        },
    )?;
    let mut sorted: Vec<i64> = match feasible {
        None => values.clone(),
        Some(feasible) => feasible.iter().map(|cell| values[cell]).collect(),
    };
    sorted.par_sort_unstable();
    sorted.dedup();
    monitor.check()?;
    let of = values
        .par_iter()
        .enumerate()
        .map(|(cell, value)| match feasible {
            Some(feasible) if !feasible.contains(cell) => 0,
            _ => 1 + sorted.partition_point(|other| other < value) as u32,
        })
        .collect();
    Ok(Ranks { of, distinct: sorted.len() as u32 })
}

/// The greatest common divisor of two numbers that are not negative.
pub(crate) fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_of_bits_is_turned() {
        let bit = |matrix: u64, row: usize, column: usize| matrix >> (8 * row + column) & 1;
        for seed in 1..200u64 {
            let rows = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ seed << 32;
            let columns = transpose(rows);
            for row in 0..8 {
                for column in 0..8 {
                    assert_eq!(bit(rows, row, column), bit(columns, column, row));
                }
            }
        }
    }
}
