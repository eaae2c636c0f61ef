//! What named rules pick among the deals.

use crate::bitmap::Bitmap;
use crate::disagreement::Disagreement;
use crate::error::Error;
use crate::frontier;
use crate::layers::Frontier;
use crate::model::Model;
use crate::monitor::Monitor;
use crate::rank::{Utility, gcd};
use crate::sums::{Above, Bar, Sums};
use paraph_case::rational::Rational;
use rayon::prelude::*;
use std::cmp::Ordering;

/// A rule that picks among deals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Fallback bargaining (Brams and Kilgour 2001): a party's depth at a package is one plus the number
    /// of packages it prefers; the vector of depths, worst first, is lexicographically least.
    Fallback,
    /// The product of gains is greatest (Nash 1950).
    Nash,
    /// The gains, each over the party's best acceptable gain, least first, are lexicographically
    /// greatest (Kalai and Smorodinsky 1975; ties of the least broken as by Imai 1983).
    KalaiSmorodinsky,
    /// The gains, least first, are lexicographically greatest (Kalai 1977).
    Egalitarian,
    /// The sum of utilities is greatest.
    Utilitarian,
}

impl Rule {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Fallback => "fallback",
            Rule::Nash => "nash",
            Rule::KalaiSmorodinsky => "kalai-smorodinsky",
            Rule::Egalitarian => "egalitarian",
            Rule::Utilitarian => "utilitarian",
        }
    }

    /// The formula in words.
    pub fn formula(self) -> &'static str {
        match self {
            Rule::Fallback => {
                "minimise the depths, worst first; depth = 1 + number of packages the party prefers"
            }
            Rule::Nash => "maximise the product of gains over the disagreement points",
            Rule::KalaiSmorodinsky => {
                "maximise the gains, each over the party's best acceptable gain, least first"
            }
            Rule::Egalitarian => "maximise the gains, least first",
            Rule::Utilitarian => "maximise the sum of utilities",
        }
    }
}

/// What a rule picks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// The rule.
    pub rule: Rule,
    /// All deals that the rule puts first.
    pub outcomes: Bitmap,
    /// One of them: the first in the order of outcomes.
    pub first: usize,
    /// For fallback bargaining the depth of each consenting party at `first`.
    pub depths: Vec<u64>,
    /// With weights, each consenting party's utility at `first`.
    pub utilities: Vec<Rational>,
    /// Consenting parties that gain in no deal and are therefore left out (Nash, Kalai–Smorodinsky).
    pub left_out: Vec<usize>,
}

/// The picks; none without a deal, the cardinal ones only when every consenting party has weights.
pub(crate) fn picks(
    model: &Model,
    disagreements: &[Disagreement],
    packages: &Bitmap,
    acceptable: &Bitmap,
    deals: &Bitmap,
    monitor: &Monitor,
) -> Result<Vec<Pick>, Error> {
    if deals.count() == 0 {
        return Ok(Vec::new());
    }
    // Of two deals of which one dominates the other, every rule puts the dominating one first.
    let candidates = undominated(model, disagreements, deals, monitor)?;
    let mut found = vec![fallback(model, disagreements, packages, &candidates, monitor)?];
    if disagreements.iter().all(|known| model.utilities[known.party].is_some()) {
        found.extend(cardinal(model, disagreements, acceptable, &candidates, monitor)?);
    }
    Ok(found)
}

/// The same from a frontier: that of the packages that break no red line and no direction.
///
/// Whatever these rules pick among the deals is efficient: of two acceptable packages of which one
/// dominates the other, each puts the dominating one strictly first. (A party that Nash and
/// Kalai–Smorodinsky leave out gains nothing in any acceptable package, so it does not tell the two
/// apart.) And what is efficient among the acceptable packages is efficient among all that can be agreed,
/// as whatever dominates an acceptable package is acceptable itself. So the points of the frontier that
/// are deals hold every pick, with all packages that tie.
///
/// `packages` are those that the directions allow, which fallback bargaining counts.
pub(crate) fn picks_on_frontier(
    model: &Model,
    disagreements: &[Disagreement],
    bars: &[Bar],
    packages: &Sums,
    frontier: &Frontier,
    monitor: &Monitor,
) -> Result<Vec<Pick>, Error> {
    let takes = |point: usize, from: fn(&Bar) -> i64| {
        bars.iter().zip(frontier.utilities(point)).map(move |(bar, &units)| units >= from(bar))
    };
    let acceptable: Vec<usize> = (0..frontier.points())
        .filter(|&point| takes(point, |bar| bar.accepts_from).all(|accepts| accepts))
        .collect();
    let deals: Vec<usize> = acceptable
        .iter()
        .copied()
        .filter(|&point| takes(point, |bar| bar.gains_from).any(|gains| gains))
        .collect();
    if deals.is_empty() {
        return Ok(Vec::new());
    }
    let outcomes = |points: &[usize]| {
        let mut set = Bitmap::new(model.space.size());
        points.iter().for_each(|&point| frontier.each_cell(point, &mut |cell| set.insert(cell)));
        set
    };
    let depths = Depths { above: (0..packages.width).map(|at| packages.above(at)).collect() };
    let points = fallback_points(&depths, frontier, &deals, monitor)?;
    let set = outcomes(&points);
    let first = first(model, &set);
    let mut found = vec![Pick {
        rule: Rule::Fallback,
        outcomes: set,
        first,
        depths: depths.at(&units(model, disagreements, first)),
        utilities: Vec::new(),
        left_out: Vec::new(),
    }];
    if disagreements.iter().all(|known| model.utilities[known.party].is_some()) {
        let most = |at: usize| acceptable.iter().map(|&point| frontier.utilities(point)[at]).max();
        let scores = Scores::new(model, disagreements, most)?;
        for rule in CARDINAL {
            let best = best_points(&deals, monitor, |point| scores.of(rule, frontier.utilities(point)))?;
            found.push(scores.pick(model, disagreements, rule, outcomes(&best)));
        }
    }
    Ok(found)
}

/// The rules that need utilities, in the order in which they are shown.
const CARDINAL: [Rule; 4] = [Rule::Nash, Rule::KalaiSmorodinsky, Rule::Egalitarian, Rule::Utilitarian];

fn fallback(
    model: &Model,
    disagreements: &[Disagreement],
    packages: &Bitmap,
    candidates: &Bitmap,
    monitor: &Monitor,
) -> Result<Pick, Error> {
    let mut preferred = Vec::new();
    for known in disagreements {
        preferred.push(Preferred::new(model, known.party, candidates, packages, monitor)?);
    }
    let depth = |at: usize, cell: usize| 1 + preferred[at].to(model.rank(disagreements[at].party, cell));
    let parties = disagreements.len();
    let outcomes = best(
        candidates,
        monitor,
        |cell| std::cmp::Reverse((0..parties).map(|at| depth(at, cell)).max()),
        |cell| {
            let mut depths: Vec<u64> = (0..parties).map(|at| depth(at, cell)).collect();
            depths.sort_unstable_by(|a, b| b.cmp(a));
            std::cmp::Reverse(depths)
        },
    )?;
    let first = first(model, &outcomes);
    Ok(Pick {
        rule: Rule::Fallback,
        outcomes,
        first,
        depths: (0..parties).map(|at| depth(at, first)).collect(),
        utilities: Vec::new(),
        left_out: Vec::new(),
    })
}

/// The depths that fallback bargaining compares.
struct Depths {
    above: Vec<Above>,
}

impl Depths {
    /// Each party's depth at its utility: one more than how many packages it prefers.
    fn at(&self, units: &[i64]) -> Vec<u64> {
        self.above.iter().zip(units).map(|(above, &units)| 1 + above.count(units)).collect()
    }
}

/// The points that fallback bargaining picks.
///
/// An exact depth takes a pass over the square root of the packages. So every party's depths are worked
/// out at a few hundred of its utilities first: between two of those any other is bracketed, and only
/// points whose bracket reaches the best are worked out.
fn fallback_points(
    depths: &Depths,
    frontier: &Frontier,
    deals: &[usize],
    monitor: &Monitor,
) -> Result<Vec<usize>, Error> {
    const KNOWN: usize = 512;
    let mut least = vec![0u64; deals.len()];
    let mut most = vec![0u64; deals.len()];
    for (at, above) in depths.above.iter().enumerate() {
        monitor.check()?;
        let of = |point: usize| frontier.utilities(point)[at];
        let mut values: Vec<i64> = deals.iter().map(|&point| of(point)).collect();
        values.sort_unstable();
        values.dedup();
        let step = values.len().div_ceil(KNOWN).max(1);
        let last = values.last().copied();
        let mut known: Vec<i64> = values.into_iter().step_by(step).collect();
        known.extend(last.filter(|last| known.last() != Some(last)));
        let known: Vec<(i64, u64)> =
            known.into_par_iter().map(|units| (units, 1 + above.count(units))).collect();
        for ((least, most), &point) in least.iter_mut().zip(&mut most).zip(deals) {
            // The lowest and the highest utility are known, so there is one on either side.
            let upper = known.partition_point(|(units, _)| *units < of(point));
            let lower = if known[upper].0 == of(point) { upper } else { upper - 1 };
            *least = (*least).max(known[upper].1);
            *most = (*most).max(known[lower].1);
        }
    }
    let bound = most.iter().copied().min().unwrap_or(u64::MAX);
    let open: Vec<usize> =
        deals.iter().zip(&least).filter(|(_, least)| **least <= bound).map(|(&point, _)| point).collect();
    best_points(&open, monitor, |point| {
        let mut depths = depths.at(frontier.utilities(point));
        depths.sort_unstable_by(|a, b| b.cmp(a));
        std::cmp::Reverse(depths)
    })
}

/// How many packages a party prefers to some outcomes.
struct Preferred {
    /// The ranks of the outcomes asked for, ascending.
    ranks: Vec<u32>,
    /// For each of them how many packages rank higher.
    above: Vec<u64>,
}

impl Preferred {
    /// One pass over the party's ranks. O(packages × log of how many ranks asked for lie close together);
    /// merged outcomes count once.
    fn new(
        model: &Model,
        party: usize,
        asked: &Bitmap,
        packages: &Bitmap,
        monitor: &Monitor,
    ) -> Result<Self, Error> {
        /// Words of the packages' bitmap in a chunk of parallel work.
        const WORDS: usize = 1 << 12;
        /// Parts of the ranks, so that a rank's place among those asked for is found near at hand.
        const PARTS: usize = 1 << 12;
        let all = &model.ranks[party];
        let mut present = Bitmap::new(all.distinct as usize + 1);
        asked.iter().for_each(|cell| present.insert(all.of[cell] as usize));
        let ranks: Vec<u32> = present.iter().map(|rank| rank as u32).collect();
        let shift = (present.length() / PARTS).max(1).next_power_of_two().trailing_zeros();
        let starts: Vec<usize> = (0..=present.length() >> shift)
            .map(|part| ranks.partition_point(|&rank| (rank as usize) < part << shift))
            .chain([ranks.len()])
            .collect();
        let none = || vec![0u64; ranks.len() + 1];
        let words = packages.words().par_chunks(WORDS).enumerate();
        let counts = words
            .try_fold(none, |mut counts, (chunk, words)| {
                monitor.check()?;
                for (at, &word) in words.iter().enumerate() {
                    let word_at = chunk * WORDS + at;
                    let mut rest =
                        word & model.counted.as_ref().map_or(!0, |counted| counted.words()[word_at]);
                    while rest != 0 {
                        let rank = all.of[word_at * 64 + rest.trailing_zeros() as usize];
                        rest &= rest - 1;
                        let part = rank as usize >> shift;
                        let near = &ranks[starts[part]..starts[part + 1]];
                        counts[starts[part] + near.partition_point(|&asked| asked < rank)] += 1;
                    }
                }
                Ok::<_, Error>(counts)
            })
            .try_reduce(none, |mut a, b| {
                a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
                Ok(a)
            })?;
        // What ranks above so many of those asked for ranks above each of them.
        let mut sum = 0;
        let mut above: Vec<u64> = counts[1..]
            .iter()
            .rev()
            .map(|count| {
                sum += count;
                sum
            })
            .collect();
        above.reverse();
        Ok(Preferred { ranks, above })
    }

    /// How many packages the party prefers to an outcome of a rank that was asked for.
    fn to(&self, rank: u32) -> u64 {
        self.above[self.ranks.partition_point(|&asked| asked < rank)]
    }
}

/// Each consenting party's utility of an outcome, in units of its own scale.
fn units(model: &Model, disagreements: &[Disagreement], cell: usize) -> Vec<i64> {
    disagreements.iter().map(|known| model.utility_units(known.party, cell).unwrap_or(0)).collect()
}

/// What the cardinal rules compare: gains of every consenting party as integers of one scale.
struct Scores {
    /// What one unit of each party's utility is, in units of the common scale.
    factors: Vec<i128>,
    /// Utility at the disagreement point, in units of the common scale.
    fallbacks: Vec<i128>,
    /// The best acceptable gain of each.
    best: Vec<i128>,
    /// Positions of the parties that gain in some acceptable package.
    gainers: Vec<usize>,
    /// The other parties.
    left_out: Vec<usize>,
}

/// A score by one of the rules; only those of one rule are ever compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Score {
    /// How many gain, and the product of their gains.
    Product(usize, Product),
    /// Shares of the best gain, least first.
    Parts(Vec<Part>),
    /// Gains, least first.
    Gains(Vec<i128>),
    Sum(i128),
}

impl Scores {
    /// `most` gives the highest utility of a party, by its position, among the acceptable packages.
    fn new(
        model: &Model,
        disagreements: &[Disagreement],
        most: impl Fn(usize) -> Option<i64>,
    ) -> Result<Self, Error> {
        let overflow = || {
            Error::too_large(
                "the weights of all parties together need too fine a scale to be compared exactly",
            )
        };
        let mut scale = 1i128;
        let mut join = |denominator: i128| -> Result<(), Error> {
            scale = (scale / gcd(scale, denominator))
                .checked_mul(denominator)
                .filter(|&n| n < 1 << 62)
                .ok_or_else(overflow)?;
            Ok(())
        };
        let unit =
            |party: usize| model.utilities[party].as_ref().map_or(1, |utility| i128::from(utility.scale));
        for known in disagreements {
            join(unit(known.party))?;
            join(known.utility.map_or(1, Rational::denominator))?;
        }
        let factors: Vec<i128> = disagreements.iter().map(|known| scale / unit(known.party)).collect();
        // Sums over all parties have to fit into 127 bits, with room for a thousand of them.
        let fits = |number: &i128| number.unsigned_abs() < 1 << 116;
        for (known, factor) in disagreements.iter().zip(&factors) {
            let widest = model.utilities[known.party].as_ref().map_or(0, Utility::widest);
            widest.checked_mul(*factor).filter(fits).ok_or_else(overflow)?;
        }
        let fallbacks: Vec<i128> = disagreements
            .iter()
            .zip(&factors)
            .map(|(known, factor)| match (known.utility, known.cell) {
                (Some(utility), _) => {
                    let scaled = utility.numerator().checked_mul(scale / utility.denominator());
                    scaled.filter(fits).ok_or_else(overflow)
                }
                (None, Some(cell)) => {
                    Ok(i128::from(model.utility_units(known.party, cell).unwrap_or(0)) * factor)
                }
                (None, None) => Ok(0),
            })
            .collect::<Result<_, Error>>()?;
        let parties = 0..disagreements.len();
        let best: Vec<i128> = parties
            .clone()
            .map(|at| most(at).map_or(0, |units| i128::from(units) * factors[at] - fallbacks[at]))
            .collect();
        let gainers: Vec<usize> = parties.filter(|&at| best[at] > 0).collect();
        let left_out =
            disagreements.iter().zip(&best).filter(|(_, best)| **best <= 0).map(|(known, _)| known.party);
        let left_out = left_out.collect();
        Ok(Scores { factors, fallbacks, best, gainers, left_out })
    }

    /// The score of the parties' utilities, each in units of its own scale.
    fn of(&self, rule: Rule, units: &[i64]) -> Score {
        let utility = |at: usize| i128::from(units[at]) * self.factors[at];
        let gain = |at: usize| utility(at) - self.fallbacks[at];
        match rule {
            Rule::Nash => {
                // Where somebody gains nothing the product is zero; then more gainers come first.
                let gains = || self.gainers.iter().map(|&at| gain(at)).filter(|&gain| gain > 0);
                Score::Product(gains().count(), Product::of(gains().map(i128::unsigned_abs)))
            }
            Rule::KalaiSmorodinsky => {
                let part = |&at: &usize| Part { gain: gain(at), best: self.best[at] };
                let mut parts: Vec<Part> = self.gainers.iter().map(part).collect();
                parts.sort_unstable();
                Score::Parts(parts)
            }
            Rule::Utilitarian => Score::Sum((0..units.len()).map(utility).sum()),
            Rule::Egalitarian | Rule::Fallback => {
                let mut gains: Vec<i128> = (0..units.len()).map(gain).collect();
                gains.sort_unstable();
                Score::Gains(gains)
            }
        }
    }

    fn pick(&self, model: &Model, disagreements: &[Disagreement], rule: Rule, outcomes: Bitmap) -> Pick {
        let first = first(model, &outcomes);
        let utilities = disagreements.iter().filter_map(|known| model.utility(known.party, first)).collect();
        let leaves_out = matches!(rule, Rule::Nash | Rule::KalaiSmorodinsky);
        let left_out = if leaves_out { self.left_out.clone() } else { Vec::new() };
        Pick { rule, outcomes, first, depths: Vec::new(), utilities, left_out }
    }
}

fn cardinal(
    model: &Model,
    disagreements: &[Disagreement],
    acceptable: &Bitmap,
    candidates: &Bitmap,
    monitor: &Monitor,
) -> Result<Vec<Pick>, Error> {
    let most = |at: usize| {
        // The best acceptable gain is at the highest acceptable rank.
        let party = disagreements[at].party;
        highest(model, party, acceptable).and_then(|cell| model.utility_units(party, cell))
    };
    let scores = Scores::new(model, disagreements, most)?;
    CARDINAL
        .into_iter()
        .map(|rule| {
            let score = |cell: usize| scores.of(rule, &units(model, disagreements, cell));
            let outcomes = best(candidates, monitor, |_| (), score)?;
            Ok(scores.pick(model, disagreements, rule, outcomes))
        })
        .collect()
}

/// A gain as a share of the best one, compared exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    gain: i128,
    best: i128,
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Part {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.gain.checked_mul(other.best), other.gain.checked_mul(self.best)) {
            (Some(own), Some(its)) => own.cmp(&its),
            _ => {
                let fraction = |part: &Part| Rational::new(part.gain, part.best);
                fraction(self).cmp(&fraction(other))
            }
        }
    }
}

/// A product of positive integers of any size.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Product {
    /// How many 32-bit digits there are; more digits is more.
    length: usize,
    /// Most significant first.
    digits: Vec<u32>,
}

impl Product {
    fn of(factors: impl Iterator<Item = u128>) -> Self {
        let mut digits: Vec<u32> = vec![1];
        for factor in factors {
            let parts: Vec<u64> = (0..4).map(|at| (factor >> (32 * at)) as u32 as u64).collect();
            let mut next = vec![0u32; digits.len() + 4];
            for (shift, part) in parts.iter().enumerate() {
                let mut carry = 0u64;
                for at in 0..next.len() - shift {
                    let digit = u64::from(digits.get(at).copied().unwrap_or(0));
                    let sum = u64::from(next[at + shift]) + digit * part + carry;
                    next[at + shift] = sum as u32;
                    carry = sum >> 32;
                }
            }
            while next.len() > 1 && next.last() == Some(&0) {
                next.pop();
            }
            digits = next;
        }
        digits.reverse();
        Product { length: digits.len(), digits }
    }
}

/// The members of `set` with the greatest score. `rough` comes first and must not contradict it: whoever
/// is greater by it is greater by `score`. The score itself is worked out only where `rough` ties.
fn best<R: Ord + Copy + Send, S: Ord + Send>(
    set: &Bitmap,
    monitor: &Monitor,
    rough: impl Fn(usize) -> R + Sync + Send,
    score: impl Fn(usize) -> S + Sync + Send,
) -> Result<Bitmap, Error> {
    const CHUNK: usize = 1024;
    type Top<R, S> = Option<(R, S, Vec<usize>)>;
    let found = set
        .words()
        .par_chunks(CHUNK)
        .enumerate()
        .map(|(chunk, words)| {
            monitor.check()?;
            let mut top: Top<R, S> = None;
            for (at, &word) in words.iter().enumerate() {
                let mut rest = word;
                while rest != 0 {
                    let cell = (chunk * CHUNK + at) * 64 + rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    let near = rough(cell);
                    if top.as_ref().is_some_and(|(most, ..)| near < *most) {
                        continue;
                    }
                    let score = score(cell);
                    match &mut top {
                        Some((most, exact, cells)) if near == *most => match score.cmp(exact) {
                            Ordering::Less => {}
                            Ordering::Equal => cells.push(cell),
                            Ordering::Greater => top = Some((near, score, vec![cell])),
                        },
                        _ => top = Some((near, score, vec![cell])),
                    }
                }
            }
            Ok(top)
        })
        .try_reduce(
            || None,
            |a: Top<R, S>, b| {
                Ok(match (a, b) {
                    (None, other) | (other, None) => other,
                    (Some(mut a), Some(mut b)) => Some(match (a.0, &a.1).cmp(&(b.0, &b.1)) {
                        Ordering::Less => b,
                        Ordering::Greater => a,
                        Ordering::Equal => {
                            a.2.append(&mut b.2);
                            a
                        }
                    }),
                })
            },
        )?;
    let mut winners = Bitmap::new(set.length());
    for cell in found.map(|(.., cells)| cells).unwrap_or_default() {
        winners.insert(cell);
    }
    Ok(winners)
}

/// The points with the greatest score.
fn best_points<S: Ord + Send>(
    points: &[usize],
    monitor: &Monitor,
    score: impl Fn(usize) -> S + Sync,
) -> Result<Vec<usize>, Error> {
    type Top<S> = Option<(S, Vec<usize>)>;
    let better = |a: Top<S>, b: Top<S>| match (a, b) {
        (None, other) | (other, None) => other,
        (Some(mut a), Some(mut b)) => Some(match a.0.cmp(&b.0) {
            Ordering::Less => b,
            Ordering::Greater => a,
            Ordering::Equal => {
                a.1.append(&mut b.1);
                a
            }
        }),
    };
    let top = points
        .par_chunks(1024)
        .map(|points| {
            monitor.check()?;
            Ok(points.iter().map(|&point| Some((score(point), vec![point]))).fold(None, better))
        })
        .try_reduce(|| None, |a, b| Ok(better(a, b)))?;
    Ok(top.map(|(_, points)| points).unwrap_or_default())
}

/// An outcome of the set that the party ranks highest.
fn highest(model: &Model, party: usize, set: &Bitmap) -> Option<usize> {
    let ranks = &model.ranks[party].of;
    set.words()
        .par_iter()
        .enumerate()
        .filter_map(|(at, &word)| {
            let mut rest = word;
            std::iter::from_fn(|| {
                let cell = (rest != 0).then(|| at * 64 + rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                Some(cell)
            })
            .max_by_key(|&cell| (ranks[cell], std::cmp::Reverse(cell)))
        })
        .max_by_key(|&cell| (ranks[cell], std::cmp::Reverse(cell)))
}

/// The deals that no other deal dominates for the consenting parties: every rule's score rises with every
/// gain, so no rule picks another where all parties count.
fn undominated(
    model: &Model,
    disagreements: &[Disagreement],
    deals: &Bitmap,
    monitor: &Monitor,
) -> Result<Bitmap, Error> {
    let parties: Vec<usize> = disagreements.iter().map(|known| known.party).collect();
    frontier::efficient_within(model, &parties, deals, monitor).map(|(set, _)| set)
}

fn first(model: &Model, set: &Bitmap) -> usize {
    model.list(set, 1).first().copied().unwrap_or_default()
}
