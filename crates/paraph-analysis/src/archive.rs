//! The efficient ones among many points, and the frontier of additive utilities without going through
//! all packages.
//!
//! [`efficient`] takes points in any number of dimensions. It goes through them by falling sum, so
//! that nothing later dominates anything earlier, and asks an archive of what was kept so far whether
//! it dominates the next one. The archive keeps blocks of 4,096 points, and for every dimension and
//! each of 64 levels the set of the block's points that reach the level, as a bitmap. The points of a
//! block that may dominate are then the intersection of one bitmap per dimension: 64 words each,
//! whatever the points look like. Trees of boxes prune less the more dimensions there are; this does
//! not prune at all, but costs a few dozen nanoseconds per block and dimension.
//!
//! [`additive_frontier`] uses that a package's utility is a sum over issues: what is dominated among
//! the settings of the first issues stays so whatever is added. So it goes issue by issue and keeps
//! only what is efficient so far, with the number of packages there (the usual dynamic programme of
//! multi-objective combinatorial optimisation; Ehrgott, *Multicriteria Optimization*, 2005, section
//! 9.1). It holds only where every package is feasible.
//!
//! [`reaching`] tells which packages give every party at least a given utility, and which of them give
//! somebody more, from sums alone: no table of ranks is kept. [`above`] counts packages that a party
//! prefers to a given utility.
//!
//! These three are all that deals and picks need where preferences are weights and every package is
//! feasible. Whatever Nash, Kalai–Smorodinsky, egalitarian, utilitarian and fallback bargaining pick
//! among the deals is efficient: of two acceptable packages of which one dominates the other, each
//! rule puts the dominating one strictly first. (A party whom Nash and Kalai–Smorodinsky leave out
//! gains nothing in any acceptable package, so it cannot be the one that tells the two apart.) And
//! what is efficient among the acceptable ones is efficient among all, as whatever dominates an
//! acceptable package is acceptable itself. So the picks are found among the frontier's points that
//! are acceptable, each with its number of packages.

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

/// The efficient points of additive utilities, and which packages are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AdditiveFrontier {
    /// Parties.
    pub(crate) width: usize,
    /// The utilities of one point after the other, `width` each; points ascend lexicographically.
    pub(crate) utilities: Vec<i64>,
    /// How many packages have each point's utilities; saturating.
    pub(crate) packages: Vec<u64>,
    /// For each issue and each of its layer's points the ways to get there: a range of `ways`.
    layers: Vec<Layer>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Layer {
    /// Where each point's ways begin; one more than points.
    starts: Vec<u32>,
    /// The point of the layer before, and the option.
    ways: Vec<(u32, u16)>,
}

/// The frontier of packages that are each the sum of one option per issue: `options[issue][option]`
/// has one utility per party, as whole numbers of the party's own scale.
///
/// Time and memory go with the sizes of the frontiers of the first issues, times the options of the
/// next, not with the number of packages.
///
/// # Errors
/// Whatever `check` returns, which is called every so often. `None` when more than 2³² points would
/// have to be compared at once.
pub(crate) fn additive_frontier<E: Send>(
    options: &[Vec<Vec<i64>>],
    width: usize,
    check: impl Fn() -> Result<(), E>,
) -> Result<Option<AdditiveFrontier>, E> {
    let mut frontier =
        AdditiveFrontier { width, utilities: vec![0; width], packages: vec![1], layers: Vec::new() };
    if width == 0 {
        return Ok(None);
    }
    for choices in options {
        check()?;
        let before = frontier.packages.len();
        if before.checked_mul(choices.len()).is_none_or(|count| count > u32::MAX as usize)
            || choices.len() > 1 << 16
        {
            return Ok(None);
        }
        // Every way to a point of this layer, brought together by its sums.
        let mut sums: Vec<i64> = Vec::with_capacity(before * choices.len() * width);
        for point in frontier.utilities.chunks(width) {
            for choice in choices {
                sums.extend(point.iter().zip(choice).map(|(sum, worth)| sum + worth));
            }
        }
        let at = |way: u32| &sums[way as usize * width..(way as usize + 1) * width];
        let mut order: Vec<u32> = (0..(before * choices.len()) as u32).collect();
        order.par_sort_unstable_by(|&a, &b| at(a).cmp(at(b)).then(a.cmp(&b)));
        let mut starts: Vec<u32> = Vec::new();
        for (position, &way) in order.iter().enumerate() {
            if position == 0 || at(order[position - 1]) != at(way) {
                starts.push(position as u32);
            }
        }
        let points = starts.len();
        starts.push(order.len() as u32);
        let mut ranks = vec![0u32; points * width];
        for dimension in 0..width {
            let value = |point: usize| at(order[starts[point] as usize])[dimension];
            let mut sorted: Vec<u32> = (0..points as u32).collect();
            sorted.par_sort_unstable_by_key(|&point| value(point as usize));
            let mut rank = 0;
            for (position, &point) in sorted.iter().enumerate() {
                if position > 0 && value(sorted[position - 1] as usize) != value(point as usize) {
                    rank += 1;
                }
                ranks[point as usize * width + dimension] = rank;
            }
        }
        let kept = efficient(&ranks, width, &check)?;
        let mut next =
            AdditiveFrontier { width, utilities: Vec::new(), packages: Vec::new(), layers: Vec::new() };
        let mut layer = Layer { starts: vec![0], ways: Vec::new() };
        for (point, _) in kept.iter().enumerate().filter(|(_, kept)| **kept) {
            let ways = &order[starts[point] as usize..starts[point + 1] as usize];
            next.utilities.extend_from_slice(at(ways[0]));
            let mut packages = 0u64;
            for &way in ways {
                let (from, option) = (way as usize / choices.len(), way as usize % choices.len());
                packages = packages.saturating_add(frontier.packages[from]);
                layer.ways.push((from as u32, option as u16));
            }
            next.packages.push(packages);
            layer.starts.push(layer.ways.len() as u32);
        }
        next.layers = std::mem::take(&mut frontier.layers);
        next.layers.push(layer);
        frontier = next;
    }
    Ok(Some(frontier))
}

impl AdditiveFrontier {
    /// How many efficient points there are.
    pub(crate) fn points(&self) -> usize {
        self.packages.len()
    }

    /// Visits every package at a point, as one option per issue. Packages come in no particular order.
    pub(crate) fn each_package(&self, point: usize, visit: &mut dyn FnMut(&[usize])) {
        let mut chosen = vec![0usize; self.layers.len()];
        self.walk(self.layers.len(), point, &mut chosen, visit);
    }

    fn walk(&self, depth: usize, point: usize, chosen: &mut Vec<usize>, visit: &mut dyn FnMut(&[usize])) {
        let Some(issue) = depth.checked_sub(1) else { return visit(chosen) };
        let layer = &self.layers[issue];
        for way in layer.starts[point] as usize..layer.starts[point + 1] as usize {
            let (from, option) = layer.ways[way];
            chosen[issue] = usize::from(option);
            self.walk(issue, from as usize, chosen, visit);
        }
    }
}

/// Sums of the settings of some issues, the first fastest, for one party.
fn sums<'a>(issues: impl Iterator<Item = &'a [i64]>) -> Vec<i64> {
    let mut all = vec![0i64];
    for worth in issues {
        all = worth.iter().flat_map(|worth| all.iter().map(move |sum| sum + worth)).collect();
    }
    all
}

/// Packages that are gone through together: settings of the first issues, up to so many.
const TILE: usize = 1 << 13;

/// Which packages give every party at least `least`, and which of these give some party more: two
/// bitmaps over the packages in order, the first issue fastest. `options[issue][option]` has one
/// utility per party.
///
/// O(packages × parties) comparisons, without a table of sums: those of the first issues are worked
/// out once, and compared with what the other issues leave to be reached.
///
/// # Errors
/// Whatever `check` returns, which is called every so often.
pub(crate) fn reaching<E>(
    options: &[Vec<Vec<i64>>],
    least: &[i64],
    check: impl Fn() -> Result<(), E>,
) -> Result<(Vec<u64>, Vec<u64>), E> {
    let width = least.len();
    let sizes: Vec<usize> = options.iter().map(Vec::len).collect();
    let all: usize = sizes.iter().product();
    let (mut split, mut tile) = (0, 1);
    while split < sizes.len() && tile * sizes[split] <= TILE {
        tile *= sizes[split];
        split += 1;
    }
    let worth = |issues: std::ops::Range<usize>, party: usize| -> Vec<i64> {
        let columns: Vec<Vec<i64>> = options[issues]
            .iter()
            .map(|choices| choices.iter().map(|worth| worth[party]).collect())
            .collect();
        sums(columns.iter().map(Vec::as_slice))
    };
    let low: Vec<Vec<i64>> = (0..width).map(|party| worth(0..split, party)).collect();
    let most: Vec<i64> = low.iter().map(|sums| sums.iter().copied().max().unwrap_or(0)).collect();
    let (mut reach, mut gain) = (vec![0u64; all.div_ceil(64)], vec![0u64; all.div_ceil(64)]);
    let mut digits = vec![0usize; sizes.len() - split];
    let mut wanted = vec![0i64; width];
    let mut mask = vec![0u8; tile];
    for start in (0..all).step_by(tile.max(1)) {
        if start / tile % 64 == 0 {
            check()?;
        }
        for (party, wanted) in wanted.iter_mut().enumerate() {
            let outer = digits.iter().enumerate().map(|(at, &digit)| options[split + at][digit][party]);
            *wanted = least[party] - outer.sum::<i64>();
        }
        if wanted.iter().zip(&most).all(|(wanted, most)| wanted <= most) {
            // One byte per package: whether it is still acceptable (1), and whether anybody gains (2).
            mask.fill(1);
            for (sums, &wanted) in low.iter().zip(&wanted) {
                for (mask, &sum) in mask.iter_mut().zip(sums) {
                    *mask = (*mask & (u8::from(sum >= wanted) | 2)) | u8::from(sum > wanted) << 1;
                }
            }
            for (at, &mask) in mask.iter().enumerate() {
                let (word, bit) = ((start + at) / 64, (start + at) % 64);
                reach[word] |= u64::from(mask & 1) << bit;
                gain[word] |= u64::from(mask == 3) << bit;
            }
        }
        for (digit, &size) in digits.iter_mut().zip(&sizes[split..]) {
            *digit += 1;
            if *digit < size {
                break;
            }
            *digit = 0;
        }
    }
    Ok((reach, gain))
}

/// For each of the values how many packages have a greater sum. `options[issue]` has the utilities of
/// one party.
///
/// The sums of either half of the issues are sorted, and each value is one pass over both: time and
/// memory go with the square root of the number of packages.
pub(crate) fn above(options: &[Vec<i64>], values: &[i64]) -> Vec<u64> {
    let mut halves: [Vec<&[i64]>; 2] = [Vec::new(), Vec::new()];
    let mut sizes = [1usize, 1];
    let mut order: Vec<&Vec<i64>> = options.iter().collect();
    order.sort_by_key(|worth| std::cmp::Reverse(worth.len()));
    for worth in order {
        let smaller = usize::from(sizes[1] < sizes[0]);
        sizes[smaller] *= worth.len();
        halves[smaller].push(worth);
    }
    let [mut left, mut right] = halves.map(|half| sums(half.into_iter()));
    left.sort_unstable();
    right.sort_unstable();
    let count = |value: i64| -> u64 {
        // As the left sum grows, ever more of the right half goes beyond the value.
        let (mut from, mut found) = (right.len(), 0u64);
        for &sum in &left {
            while from > 0 && sum + right[from - 1] > value {
                from -= 1;
            }
            found += (right.len() - from) as u64;
        }
        found
    };
    values.iter().map(|&value| count(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

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
    fn frontiers_of_sums_are_those_of_all_packages() {
        for seed in 1..120 {
            let mut below = random(seed);
            let width = 1 + below(5) as usize;
            let issues = 1 + below(4) as usize;
            let most = [3, 50, 1 << 40][below(3) as usize];
            let options: Vec<Vec<Vec<i64>>> = (0..issues)
                .map(|_| {
                    let count = 1 + below(5);
                    (0..count).map(|_| (0..width).map(|_| below(most) as i64 - 1).collect()).collect()
                })
                .collect();
            let mut packages: Vec<(Vec<usize>, Vec<i64>)> = vec![(Vec::new(), vec![0; width])];
            for choices in &options {
                packages = packages
                    .iter()
                    .flat_map(|(chosen, sums)| {
                        choices.iter().enumerate().map(move |(option, worth)| {
                            let chosen = chosen.iter().copied().chain([option]).collect();
                            (chosen, sums.iter().zip(worth).map(|(a, b)| a + b).collect())
                        })
                    })
                    .collect();
            }
            let sums: Vec<Vec<i64>> = packages.iter().map(|(_, sums)| sums.clone()).collect();
            let mut wanted: BTreeMap<Vec<i64>, Vec<Vec<usize>>> = BTreeMap::new();
            for ((chosen, sums), kept) in packages.into_iter().zip(slowly(&sums)) {
                if kept {
                    wanted.entry(sums).or_default().push(chosen);
                }
            }
            let frontier = additive_frontier(&options, width, never).unwrap().unwrap();
            assert_eq!(frontier.points(), wanted.len(), "seed {seed}");
            for (point, (sums, mut chosen)) in wanted.into_iter().enumerate() {
                assert_eq!(frontier.utilities[point * width..(point + 1) * width], sums, "seed {seed}");
                assert_eq!(frontier.packages[point], chosen.len() as u64, "seed {seed}");
                let mut found = Vec::new();
                frontier.each_package(point, &mut |package| found.push(package.to_vec()));
                found.sort();
                chosen.sort();
                assert_eq!(found, chosen, "seed {seed}");
            }
        }
    }

    #[test]
    fn acceptable_packages_are_those_of_the_definition() {
        for seed in 1..150 {
            let mut below = random(seed);
            let width = 1 + below(4) as usize;
            let issues = 1 + below(5) as usize;
            // Some issues with many options, so that a tile ends between issues.
            let options: Vec<Vec<Vec<i64>>> = (0..issues)
                .map(|_| {
                    let most = [3, 12, 30][below(3) as usize];
                    let count = 1 + below(most);
                    (0..count).map(|_| (0..width).map(|_| below(6) as i64 - 2).collect()).collect()
                })
                .collect();
            let all: usize = options.iter().map(Vec::len).product();
            if all > 200_000 {
                continue;
            }
            let least: Vec<i64> = (0..width).map(|_| below(8) as i64 - 3).collect();
            let (reach, gain) = reaching(&options, &least, never).unwrap();
            let mut greater = [0u64; 12];
            for package in 0..all {
                let (mut rest, mut sums) = (package, vec![0i64; width]);
                for choices in &options {
                    let worth = &choices[rest % choices.len()];
                    rest /= choices.len();
                    sums.iter_mut().zip(worth).for_each(|(sum, worth)| *sum += worth);
                }
                let accepted = sums.iter().zip(&least).all(|(sum, least)| sum >= least);
                let bit = |words: &[u64]| words[package / 64] >> (package % 64) & 1 == 1;
                assert_eq!(bit(&reach), accepted, "seed {seed}");
                assert_eq!(bit(&gain), accepted && sums != least, "seed {seed}");
                for (at, greater) in greater.iter_mut().enumerate() {
                    *greater += u64::from(sums[0] > at as i64 - 4);
                }
            }
            let column: Vec<Vec<i64>> =
                options.iter().map(|choices| choices.iter().map(|worth| worth[0]).collect()).collect();
            let values: Vec<i64> = (0..12).map(|at| at - 4).collect();
            assert_eq!(above(&column, &values), greater, "seed {seed}");
        }
    }

    #[test]
    fn work_can_be_stopped() {
        assert_eq!(reaching(&[vec![vec![1]]], &[0], || Err("stop")), Err("stop"));
        assert_eq!(efficient(&[1, 2, 3], 1, || Err("stop")), Err("stop"));
        assert_eq!(additive_frontier(&[vec![vec![1]]], 1, || Err("stop")), Err("stop"));
    }
}
