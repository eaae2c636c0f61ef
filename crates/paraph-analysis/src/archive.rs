//! The efficient ones among many points.
//!
//! [`efficient`] takes points in any number of dimensions. It goes through them by falling sum, so
//! that nothing later dominates anything earlier, and asks an archive of what was kept so far whether
//! it dominates the next one. The archive keeps blocks of 4,096 points, and for every dimension and
//! each of 64 levels the set of the block's points that reach the level, as a bitmap. The points of a
//! block that may dominate are then the intersection of one bitmap per dimension: 64 words each,
//! whatever the points look like. Trees of boxes prune less the more dimensions there are; this does
//! not prune at all, but costs a few dozen nanoseconds per block and dimension.

use rayon::prelude::*;

/// Points in a block.
const BLOCK: usize = 4096;
/// Words of a bitmap of a block's points.
const WORDS: usize = BLOCK / 64;
/// Levels per dimension for which there is a bitmap.
const LEVELS: usize = 64;
/// Points that are compared with a block while it lies in the cache.
const BATCH: usize = 1024;

/// Which of the points no other dominates: is at least as high in every dimension and higher in one.
/// Equal points do not dominate each other, and are kept or dropped together.
///
/// `points` holds the coordinates of one point after the other, `width` each. O(n × k / 4096 × width)
/// for n points of which k are efficient, with 64 words of work in the innermost step; memory for the
/// archive is `width` × 8 words and the coordinates per efficient point.
///
/// # Errors
/// Whatever `check` returns, which is called every so often.
pub(crate) fn efficient<E: Send>(
    points: &[u32],
    width: usize,
    check: impl Fn() -> Result<(), E>,
) -> Result<Vec<bool>, E> {
    let count = points.len().checked_div(width).unwrap_or(0);
    let point = |at: usize| &points[at * width..(at + 1) * width];
    let sum = |at: usize| point(at).iter().map(|&value| u64::from(value)).sum::<u64>();
    let mut order: Vec<(u64, u32)> = (0..count).map(|at| (sum(at), at as u32)).collect();
    order.par_sort_unstable_by(|a, b| {
        b.0.cmp(&a.0).then_with(|| point(b.1 as usize).cmp(point(a.1 as usize))).then(a.1.cmp(&b.1))
    });
    let levels = levels(points, width, count);
    let mut kept = vec![false; count];
    let mut archive = Archive { width, blocks: Vec::new() };
    let mut alive: Vec<bool> = Vec::new();
    let mut reached: Vec<u8> = Vec::new();
    let mut last: Option<(usize, bool)> = None;
    for batch in order.chunks(BATCH) {
        check()?;
        reached.clear();
        for &(_, at) in batch {
            for (dimension, &value) in point(at as usize).iter().enumerate() {
                let of = &levels[dimension * LEVELS..(dimension + 1) * LEVELS];
                // The lowest level is the least value of all, so there is always one.
                reached.push((of.partition_point(|&level| level <= value) - 1) as u8);
            }
        }
        // Full blocks change no more, so the points of a batch are independent there.
        let full = archive.blocks.len().saturating_sub(1);
        alive.clear();
        alive.resize(batch.len(), true);
        let blocks = &archive.blocks[..full];
        alive.par_chunks_mut(BATCH / 16).enumerate().for_each(|(chunk, alive)| {
            for block in blocks {
                for (offset, alive) in alive.iter_mut().enumerate().filter(|(_, alive)| **alive) {
                    let at = chunk * (BATCH / 16) + offset;
                    let reached = &reached[at * width..(at + 1) * width];
                    *alive = !block.dominates(point(batch[at].1 as usize), reached);
                }
            }
        });
        for (offset, &(_, at)) in batch.iter().enumerate() {
            let at = at as usize;
            // Equal points follow each other.
            if let Some((before, decided)) = last
                && point(before) == point(at)
            {
                kept[at] = decided;
                continue;
            }
            let reached = &reached[offset * width..(offset + 1) * width];
            let decided = alive[offset]
                && !archive.blocks[full..].iter().any(|block| block.dominates(point(at), reached));
            if decided {
                archive.insert(point(at), reached);
            }
            kept[at] = decided;
            last = Some((at, decided));
        }
    }
    Ok(kept)
}

/// For each dimension ascending levels, the first being the least value of all.
fn levels(points: &[u32], width: usize, count: usize) -> Vec<u32> {
    let mut levels = Vec::with_capacity(width * LEVELS);
    for dimension in 0..width {
        let mut values: Vec<u32> = (0..count).map(|at| points[at * width + dimension]).collect();
        values.par_sort_unstable();
        levels.extend((0..LEVELS).map(|level| values.get(level * count / LEVELS).copied().unwrap_or(0)));
    }
    levels
}

struct Archive {
    width: usize,
    blocks: Vec<Block>,
}

impl Archive {
    fn insert(&mut self, point: &[u32], reached: &[u8]) {
        if self.blocks.last().is_none_or(|block| block.count == BLOCK) {
            self.blocks.push(Block {
                count: 0,
                points: Vec::with_capacity(BLOCK * self.width),
                reaching: vec![[0; WORDS]; self.width * LEVELS],
            });
        }
        if let Some(block) = self.blocks.last_mut() {
            block.insert(point, reached);
        }
    }
}

struct Block {
    count: usize,
    points: Vec<u32>,
    /// For each dimension and level the points that reach it.
    reaching: Vec<[u64; WORDS]>,
}

impl Block {
    fn insert(&mut self, point: &[u32], reached: &[u8]) {
        let (word, bit) = (self.count / 64, 1u64 << (self.count % 64));
        for (dimension, &reached) in reached.iter().enumerate() {
            for row in &mut self.reaching[dimension * LEVELS..=dimension * LEVELS + usize::from(reached)] {
                row[word] |= bit;
            }
        }
        self.points.extend_from_slice(point);
        self.count += 1;
    }

    /// Whether some point of the block is at least as high everywhere. `reached` are the highest levels
    /// that the point reaches, so the bitmaps hold all points as high as it, and a few more.
    fn dominates(&self, point: &[u32], reached: &[u8]) -> bool {
        let words = self.count.div_ceil(64);
        let mut may = [u64::MAX; WORDS];
        for (dimension, &reached) in reached.iter().enumerate() {
            let row = &self.reaching[dimension * LEVELS + usize::from(reached)];
            for (may, word) in may[..words].iter_mut().zip(row) {
                *may &= word;
            }
        }
        may[..words].iter().enumerate().any(|(word, &bits)| {
            let mut rest = bits;
            while rest != 0 {
                let at = word * 64 + rest.trailing_zeros() as usize;
                rest &= rest - 1;
                let known = &self.points[at * point.len()..(at + 1) * point.len()];
                if known.iter().zip(point).all(|(known, value)| known >= value) {
                    return true;
                }
            }
            false
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(seed: u64) -> impl FnMut(u64) -> u64 {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        move |bound| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) % bound
        }
    }

    fn never() -> Result<(), ()> {
        Ok(())
    }

    /// Straight from the definition.
    fn slowly<T: PartialOrd>(points: &[Vec<T>]) -> Vec<bool> {
        let dominates = |a: &Vec<T>, b: &Vec<T>| a.iter().zip(b).all(|(a, b)| a >= b) && a != b;
        points.iter().map(|point| !points.iter().any(|other| dominates(other, point))).collect()
    }

    #[test]
    fn efficient_points_are_those_of_the_definition() {
        for seed in 1..200 {
            let mut below = random(seed);
            let width = 1 + below(8) as usize;
            let count = below(400) as usize;
            let most = [2, 5, 100, 1 << 30][below(4) as usize];
            let points: Vec<Vec<u32>> =
                (0..count).map(|_| (0..width).map(|_| below(most) as u32).collect()).collect();
            let flat: Vec<u32> = points.iter().flatten().copied().collect();
            assert_eq!(efficient(&flat, width, never).unwrap(), slowly(&points), "seed {seed}");
        }
    }

    #[test]
    fn more_points_than_a_block_holds() {
        // On the plane where coordinates sum to a constant nothing dominates; one step below, everything is.
        let mut flat = Vec::new();
        for x in 0..120u32 {
            for y in 0..120u32 {
                flat.extend([x + 1, y + 1, 301 - x - y]);
                flat.extend([x, y + 1, 301 - x - y]);
            }
        }
        let kept = efficient(&flat, 3, never).unwrap();
        assert!(kept.iter().enumerate().all(|(at, kept)| *kept == (at % 2 == 0)));
    }

    #[test]
    fn work_can_be_stopped() {
        assert_eq!(efficient(&[1, 2, 3], 1, || Err("stop")), Err("stop"));
    }
}
