//! What named rules pick among the deals.

use crate::bitmap::Bitmap;
use crate::deals::Disagreement;
use crate::error::Error;
use crate::frontier;
use crate::model::Model;
use crate::monitor::Monitor;
use crate::rank::gcd;
use paraph_case::rational::Rational;
use rayon::prelude::*;
use std::cmp::Ordering;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

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
    let mut found = vec![fallback(model, disagreements, packages, deals, monitor)?];
    if disagreements.iter().all(|known| model.utilities[known.party].is_some()) {
        found.extend(cardinal(model, disagreements, acceptable, deals, monitor)?);
    }
    Ok(found)
}

fn fallback(
    model: &Model,
    disagreements: &[Disagreement],
    packages: &Bitmap,
    deals: &Bitmap,
    monitor: &Monitor,
) -> Result<Pick, Error> {
    let mut above = Vec::new();
    for known in disagreements {
        above.push(higher(model, known.party, packages, monitor)?);
    }
    let depth =
        |at: usize, cell: usize| -> u32 { 1 + above[at][model.rank(disagreements[at].party, cell) as usize] };
    let parties = disagreements.len();
    let outcomes = best(
        deals,
        monitor,
        |cell| std::cmp::Reverse((0..parties).map(|at| depth(at, cell)).max()),
        |cell| {
            let mut depths: Vec<u32> = (0..parties).map(|at| depth(at, cell)).collect();
            depths.sort_unstable_by(|a, b| b.cmp(a));
            std::cmp::Reverse(depths)
        },
    )?;
    let first = first(model, &outcomes);
    Ok(Pick {
        rule: Rule::Fallback,
        outcomes,
        first,
        depths: (0..parties).map(|at| u64::from(depth(at, first))).collect(),
        utilities: Vec::new(),
        left_out: Vec::new(),
    })
}

/// For each rank of a party how many packages it ranks higher, merged outcomes counted once.
fn higher(model: &Model, party: usize, packages: &Bitmap, monitor: &Monitor) -> Result<Vec<u32>, Error> {
    let counts: Vec<AtomicU32> =
        (0..model.distinct_ranks(party) as usize + 2).map(|_| AtomicU32::new(0)).collect();
    packages.words().par_iter().enumerate().try_for_each(|(at, &word)| {
        if at % 1024 == 0 {
            monitor.check()?;
        }
        let mut rest = match &model.counted {
            Some(counted) => word & counted.words()[at],
            None => word,
        };
        while rest != 0 {
            let cell = at * 64 + rest.trailing_zeros() as usize;
            rest &= rest - 1;
            counts[model.rank(party, cell) as usize].fetch_add(1, Relaxed);
        }
        Ok(())
    })?;
    let mut table: Vec<u32> = counts.into_iter().map(AtomicU32::into_inner).collect();
    let mut sum = 0;
    for slot in table.iter_mut().rev() {
        sum += std::mem::replace(slot, sum);
    }
    Ok(table)
}

/// Gains of every consenting party as integers of one scale.
struct Gains<'a> {
    model: &'a Model,
    disagreements: &'a [Disagreement],
    /// What one unit of each party's utility is, in units of the common scale.
    factors: Vec<i128>,
    /// Utility at the disagreement point, in units of the common scale.
    fallbacks: Vec<i128>,
}

impl<'a> Gains<'a> {
    fn new(model: &'a Model, disagreements: &'a [Disagreement]) -> Result<Self, Error> {
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
        let fallbacks = disagreements
            .iter()
            .zip(&factors)
            .map(|(known, factor)| match (known.utility, known.cell) {
                (Some(utility), _) => {
                    utility.numerator().checked_mul(scale / utility.denominator()).ok_or_else(overflow)
                }
                (None, Some(cell)) => {
                    Ok(i128::from(model.utility_units(known.party, cell).unwrap_or(0)) * factor)
                }
                (None, None) => Ok(0),
            })
            .collect::<Result<_, Error>>()?;
        Ok(Gains { model, disagreements, factors, fallbacks })
    }

    fn utility(&self, at: usize, cell: usize) -> i128 {
        i128::from(self.model.utility_units(self.disagreements[at].party, cell).unwrap_or(0))
            * self.factors[at]
    }

    fn of(&self, cell: usize) -> Vec<i128> {
        (0..self.disagreements.len()).map(|at| self.utility(at, cell) - self.fallbacks[at]).collect()
    }
}

fn cardinal(
    model: &Model,
    disagreements: &[Disagreement],
    acceptable: &Bitmap,
    deals: &Bitmap,
    monitor: &Monitor,
) -> Result<Vec<Pick>, Error> {
    let gains = Gains::new(model, disagreements)?;
    let best_gain: Vec<i128> = (0..disagreements.len())
        .map(|at| {
            // The best acceptable gain is at the highest acceptable rank.
            let party = disagreements[at].party;
            let top = highest(model, party, acceptable);
            top.map_or(0, |cell| gains.utility(at, cell) - gains.fallbacks[at])
        })
        .collect();
    let gainers: Vec<usize> = (0..disagreements.len()).filter(|&at| best_gain[at] > 0).collect();
    let left_out: Vec<usize> =
        (0..disagreements.len()).filter(|&at| best_gain[at] <= 0).map(|at| disagreements[at].party).collect();
    let sorted = |mut vector: Vec<i128>| {
        vector.sort_unstable();
        vector
    };
    let candidates = undominated(model, disagreements, deals, monitor)?;
    let mut picks = Vec::new();
    let mut keep = |rule: Rule, outcomes: Bitmap, left_out: &[usize]| {
        let first = first(model, &outcomes);
        let utilities = disagreements.iter().filter_map(|known| model.utility(known.party, first)).collect();
        picks.push(Pick {
            rule,
            outcomes,
            first,
            depths: Vec::new(),
            utilities,
            left_out: left_out.to_vec(),
        });
    };
    let nash = |cell: usize| {
        let gains = gains.of(cell);
        let among: Vec<i128> = gainers.iter().map(|&at| gains[at]).collect();
        // Where somebody gains nothing the product is zero; then more gainers come first.
        let positive = among.iter().filter(|&&gain| gain > 0).count();
        (positive, Product::of(among.iter().filter(|&&gain| gain > 0).map(|gain| gain.unsigned_abs())))
    };
    let kalai = |cell: usize| {
        let gains = gains.of(cell);
        let mut parts: Vec<Part> =
            gainers.iter().map(|&at| Part { gain: gains[at], best: best_gain[at] }).collect();
        parts.sort_unstable();
        parts
    };
    let sum = |cell: usize| -> i128 { (0..disagreements.len()).map(|at| gains.utility(at, cell)).sum() };
    // A party that no deal makes better off is left out of two of the rules: then an outcome may tie with
    // one that dominates it, and all deals are scored.
    let all = if left_out.is_empty() { &candidates } else { deals };
    keep(Rule::Nash, best(all, monitor, |_| (), nash)?, &left_out);
    keep(Rule::KalaiSmorodinsky, best(all, monitor, |_| (), kalai)?, &left_out);
    keep(Rule::Egalitarian, best(&candidates, monitor, |_| (), |cell| sorted(gains.of(cell)))?, &[]);
    keep(Rule::Utilitarian, best(&candidates, monitor, |_| (), sum)?, &[]);
    Ok(picks)
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
        let fraction = |part: &Part| Rational::new(part.gain, part.best);
        fraction(self).cmp(&fraction(other))
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
