//! Tables with some axes folded away.

use crate::fibre::NEUTRAL;
use crate::room;
use crate::space::{Axis, Space};
use rayon::prelude::*;

/// How many cells a thread takes at a time, at least.
pub(crate) const CHUNK: usize = 1 << 12;

/// Which axes of a space are folded away, so that one value stands for all cells that differ in nothing else.
pub(crate) struct Fold {
    /// Runs of neighbouring axes that go, as (stride, how many), outermost first.
    runs: Vec<(usize, usize)>,
    /// For each axis its stride in the smaller table; 0: it goes.
    strides: Vec<usize>,
    /// A cell's index is the sum of what its place within a block and its block say.
    block: usize,
    within: Vec<usize>,
    blocks: Vec<usize>,
}

impl Fold {
    /// Folds away the axes of the issues for which `goes` holds.
    pub(crate) fn new(space: &Space, goes: impl Fn(usize) -> bool) -> Self {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for axis in space.axes.iter().rev().filter(|axis| axis.radix > 1 && goes(axis.issue)) {
            match runs.last_mut() {
                Some((stride, count)) if axis.stride * axis.radix == *stride => {
                    (*stride, *count) = (axis.stride, *count * axis.radix);
                }
                _ => runs.push((axis.stride, axis.radix)),
            }
        }
        let mut place = 1;
        let mut strides = Vec::with_capacity(space.axes.len());
        let (mut within, mut blocks) = (vec![0], vec![0]);
        for axis in &space.axes {
            let stride = if goes(axis.issue) { 0 } else { place };
            if stride > 0 {
                place *= axis.radix;
            }
            strides.push(stride);
            let half = if blocks.len() == 1 && within.len() * axis.radix <= CHUNK {
                &mut within
            } else {
                &mut blocks
            };
            *half = (0..axis.radix)
                .flat_map(|digit| half.iter().map(move |index| index + digit * stride))
                .collect();
        }
        Fold { runs, strides, block: within.len(), within, blocks }
    }

    /// Where a cell's value stands.
    pub(crate) fn index(&self, cell: usize) -> usize {
        self.within[cell % self.block] + self.blocks[cell / self.block]
    }

    /// A table of what `of` says of every cell, in the form (cell, place in the smaller table). O(cells).
    pub(crate) fn table<T: Copy + Default + Send>(&self, of: impl Fn(usize, usize) -> T + Sync) -> Vec<T> {
        let mut table = room::zeros(self.block * self.blocks.len());
        let chunks = table.par_chunks_mut(self.block).enumerate().zip(&self.blocks);
        chunks.with_min_len(CHUNK.div_ceil(self.block)).for_each(|((at, chunk), block)| {
            for ((offset, slot), within) in chunk.iter_mut().enumerate().zip(&self.within) {
                *slot = of(at * self.block + offset, block + within);
            }
        });
        table
    }

    /// The axes that stay, with their strides in the smaller table.
    pub(crate) fn kept<'a>(&self, space: &'a Space) -> impl Iterator<Item = (usize, &'a Axis)> {
        let stays = |(&stride, axis): (&usize, &'a Axis)| (stride > 0).then_some((stride, axis));
        self.strides.iter().zip(&space.axes).filter_map(stays).collect::<Vec<_>>().into_iter()
    }

    /// The least over everything that is folded away. O(cells).
    pub(crate) fn least(&self, values: &[u32]) -> Vec<u32> {
        let mut folded: Option<Vec<u32>> = None;
        for &(stride, count) in &self.runs {
            folded = Some(fold_run(folded.as_deref().unwrap_or(values), stride, count));
        }
        folded.unwrap_or_else(|| values.to_vec())
    }
}

/// The least over `count` values at distance `stride`: an array `count` times shorter.
fn fold_run(values: &[u32], stride: usize, count: usize) -> Vec<u32> {
    let mut out = vec![NEUTRAL; values.len() / count];
    if values.len() / count >= CHUNK {
        // Many results: each thread makes some of them.
        let blocks = out.par_chunks_mut(stride).with_min_len(CHUNK.div_ceil(stride));
        blocks.zip(values.par_chunks(stride * count)).for_each(|(out, block)| {
            out.par_chunks_mut(CHUNK).enumerate().for_each(|(part, out)| {
                for row in block.chunks_exact(stride) {
                    let row = &row[part * CHUNK..];
                    out.iter_mut().zip(row).for_each(|(least, value)| *least = (*least).min(*value));
                }
            });
        });
        return out;
    }
    // Few results: each thread runs over a part of the values, and the parts are joined.
    for (block, out) in values.chunks_exact(stride * count).zip(out.chunks_exact_mut(stride)) {
        let part = (count / 64).max(CHUNK.div_ceil(stride)) * stride;
        let least = block
            .par_chunks(part)
            .map(|part| {
                let mut least = vec![NEUTRAL; stride];
                for row in part.chunks_exact(stride) {
                    least.iter_mut().zip(row).for_each(|(least, value)| *least = (*least).min(*value));
                }
                least
            })
            .reduce(
                || vec![NEUTRAL; stride],
                |mut a, b| {
                    a.iter_mut().zip(b).for_each(|(a, b)| *a = (*a).min(b));
                    a
                },
            );
        out.copy_from_slice(&least);
    }
    out
}
