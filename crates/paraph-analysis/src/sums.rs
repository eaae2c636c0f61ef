//! Utilities as sums of what each issue's option is worth, for several parties at once.

use crate::bitmap::Bitmap;
use crate::error::Error;
use crate::model::Model;
use crate::monitor::Monitor;
use paraph_case::formula::Formula;
use paraph_case::model::{Case, Direction, Party, Preferences};
use rayon::prelude::*;

/// One option of an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    /// What it adds to the number of a cell.
    pub(crate) offset: usize,
    /// What it adds to each party's utility, in units of the party's own scale.
    pub(crate) worth: Vec<i64>,
}

/// Packages as one choice per issue. The issues follow the axes of the space, so that with all options
/// the packages are the cells, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sums {
    /// How many parties there are.
    pub(crate) width: usize,
    /// Per issue its options.
    pub(crate) issues: Vec<Vec<Choice>>,
}

/// What each party asks for, in units of its utility.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bar {
    /// It accepts this much and more.
    pub(crate) accepts_from: i64,
    /// It gains from this much on.
    pub(crate) gains_from: i64,
}

/// Packages that are gone through together: settings of the first issues, up to so many. Their places in
/// order have to fit into 15 bits.
const TILE: usize = 1 << 13;

impl Sums {
    /// The packages of a model for some parties: where every outcome is feasible and counts for itself,
    /// and every party has weights for single options only, or no preferences. `None` otherwise.
    pub(crate) fn of(model: &Model, parties: &[usize]) -> Option<Sums> {
        if model.case.explicit.is_some()
            || model.feasible.is_some()
            || !model.classes.is_empty()
            || parties.is_empty()
        {
            return None;
        }
        if !parties.iter().all(|&party| is_additive(&model.case.parties[party])) {
            return None;
        }
        let worth = |party: usize, issue: usize, option: usize| -> i64 {
            model.utilities[party]
                .as_ref()
                .and_then(|utility| utility.options[issue].get(option).copied())
                .unwrap_or(0)
        };
        let issues = model.space.axes.iter().map(|axis| {
            let choice = |digit: usize| Choice {
                offset: digit * axis.stride,
                worth: parties.iter().map(|&party| worth(party, axis.issue, axis.first + digit)).collect(),
            };
            (0..axis.radix).map(choice).collect()
        });
        Some(Sums { width: parties.len(), issues: issues.collect() })
    }

    /// Only the packages that keep to the options marked, per issue of the case.
    pub(crate) fn within(&self, model: &Model, allowed: &[Vec<bool>]) -> Sums {
        let issues = self.issues.iter().zip(&model.space.axes).map(|(choices, axis)| {
            let marked = choices.iter().enumerate().filter(|(at, _)| allowed[axis.issue][axis.first + at]);
            marked.map(|(_, choice)| choice.clone()).collect()
        });
        Sums { width: self.width, issues: issues.collect() }
    }

    /// The cells in which every party accepts, and those among them in which some party gains; of sums
    /// over all options of the space.
    ///
    /// O(packages × parties) comparisons of 16 bits, less where a whole tile is decided at once: the sums
    /// of the first issues are sorted once, and what the other issues leave to be reached is looked up
    /// among them, so only places in an order are compared. Memory: two bits per package.
    pub(crate) fn reaching(&self, bars: &[Bar], monitor: &Monitor) -> Result<(Bitmap, Bitmap), Error> {
        let sizes: Vec<usize> = self.issues.iter().map(Vec::len).collect();
        let all: usize = sizes.iter().product();
        let (mut split, mut tile) = (0, 1);
        while split < sizes.len() && tile * sizes[split] <= TILE {
            tile *= sizes[split];
            split += 1;
        }
        let low: Vec<Order> =
            (0..self.width).map(|party| Order::of(&sums(self.column(0..split, party)))).collect();
        let mut accept = vec![0u64; all.div_ceil(64)];
        let mut gain = vec![0u64; all.div_ceil(64)];
        // 64 tiles fill whole words, so every chunk is its thread's own.
        let words = accept.par_chunks_mut(tile).zip(gain.par_chunks_mut(tile)).enumerate();
        words.try_for_each_init(
            || (vec![0i16; tile], vec![0i16; tile]),
            |(yes, more), (chunk, (accept, gain))| {
                monitor.check()?;
                for at in 0..64 {
                    let number = chunk * 64 + at;
                    if number * tile >= all {
                        break;
                    }
                    let mut rest = number;
                    let mut high = vec![0i64; self.width];
                    for choices in &self.issues[split..] {
                        let worth = &choices[rest % choices.len()].worth;
                        high.iter_mut().zip(worth).for_each(|(sum, worth)| *sum += worth);
                        rest /= choices.len();
                    }
                    let bounds: Vec<(i16, i16)> = low
                        .iter()
                        .zip(bars)
                        .zip(&high)
                        .map(|((low, bar), high)| {
                            let place = |from: i64| low.place(i128::from(from) - i128::from(*high));
                            (place(bar.accepts_from), place(bar.gains_from))
                        })
                        .collect();
                    if low.iter().zip(&bounds).any(|(low, bound)| low.distinct() <= bound.0) {
                        // Somebody accepts nothing here.
                        continue;
                    }
                    yes.fill(-1);
                    more.fill(0);
                    for (low, &(accepts, gains)) in low.iter().zip(&bounds) {
                        if accepts > 0 {
                            let places = yes.iter_mut().zip(&low.of);
                            places.for_each(|(yes, &place)| *yes &= -i16::from(place >= accepts));
                        }
                        if gains == 0 {
                            more.fill(-1);
                        } else if gains < low.distinct() {
                            let places = more.iter_mut().zip(&low.of);
                            places.for_each(|(more, &place)| *more |= -i16::from(place >= gains));
                        }
                    }
                    more.iter_mut().zip(yes.iter()).for_each(|(more, &yes)| *more &= yes);
                    set_bits(accept, at * tile, yes);
                    set_bits(gain, at * tile, more);
                }
                Ok(())
            },
        )?;
        Ok((Bitmap::from_words(accept, all), Bitmap::from_words(gain, all)))
    }

    /// What one party's options are worth, for some of the issues.
    fn column(&self, issues: std::ops::Range<usize>, party: usize) -> impl Iterator<Item = Vec<i64>> + '_ {
        self.issues[issues]
            .iter()
            .map(move |choices| choices.iter().map(|choice| choice.worth[party]).collect())
    }

    /// How many packages are worth more to a party than any given number.
    pub(crate) fn above(&self, party: usize) -> Above {
        Above::new(self.column(0..self.issues.len(), party).collect())
    }
}

/// Whether a party's preferences are a sum over issues: weights for single options, or none.
pub(crate) fn is_additive(party: &Party) -> bool {
    match &party.preferences {
        Preferences::None => true,
        Preferences::Weights(weights) => weights.formulas.is_empty(),
        Preferences::Priorities(_) | Preferences::Ranking(_) => false,
    }
}

/// Puts into a bitmap, from a place on, which of the numbers are not zero.
fn set_bits(words: &mut [u64], start: usize, flags: &[i16]) {
    let (mut word, shift) = (start / 64, start % 64);
    for flags in flags.chunks(64) {
        let bits = flags.iter().enumerate().fold(0u64, |bits, (at, &flag)| bits | ((flag as u64) & 1) << at);
        words[word] |= bits << shift;
        if shift != 0 && bits >> (64 - shift) != 0 {
            words[word + 1] |= bits >> (64 - shift);
        }
        word += 1;
    }
}

/// Sums of all settings of some issues, the first fastest.
fn sums(issues: impl Iterator<Item = Vec<i64>>) -> Vec<i64> {
    let mut all = vec![0i64];
    for worth in issues {
        all = worth.iter().flat_map(|worth| all.iter().map(move |sum| sum + worth)).collect();
    }
    all
}

/// The places of some sums in their order.
struct Order {
    sorted: Vec<i64>,
    /// For each sum how many smaller ones there are.
    of: Vec<i16>,
}

impl Order {
    fn of(sums: &[i64]) -> Self {
        let mut sorted = sums.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let of = sums.iter().map(|sum| sorted.partition_point(|other| other < sum) as i16).collect();
        Order { sorted, of }
    }

    fn distinct(&self) -> i16 {
        self.sorted.len() as i16
    }

    /// The place from which on sums reach a number.
    fn place(&self, from: i128) -> i16 {
        self.sorted.partition_point(|&sum| i128::from(sum) < from) as i16
    }
}

/// How many packages are worth more to one party than a number, without a list of the packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Above {
    /// The sums of either half of the issues, ascending.
    left: Vec<i64>,
    right: Vec<i64>,
}

impl Above {
    /// Time and memory go with the square root of the number of packages where the issues divide evenly.
    fn new(mut issues: Vec<Vec<i64>>) -> Self {
        issues.sort_by_key(|worth| std::cmp::Reverse(worth.len()));
        let mut halves = [vec![0i64], vec![0i64]];
        for worth in issues {
            let smaller = usize::from(halves[1].len() < halves[0].len());
            let half = std::mem::take(&mut halves[smaller]);
            halves[smaller] =
                worth.iter().flat_map(|worth| half.iter().map(move |sum| sum + worth)).collect();
        }
        let [mut left, mut right] = halves;
        left.sort_unstable();
        right.sort_unstable();
        Above { left, right }
    }

    /// How many packages are worth more than the number: one pass over both halves.
    pub(crate) fn count(&self, number: i64) -> u64 {
        let number = i128::from(number);
        let (mut from, mut found) = (self.right.len(), 0u64);
        for &sum in &self.left {
            // As the left sum grows, ever more of the right half goes beyond the number.
            while from > 0 && i128::from(sum) + i128::from(self.right[from - 1]) > number {
                from -= 1;
            }
            found += (self.right.len() - from) as u64;
        }
        found
    }
}

/// The options that conditions leave to each issue, where every condition is one on a single issue or
/// several such joined by "and"; `None` where some condition joins issues otherwise.
pub(crate) fn by_issue<'a>(
    case: &Case,
    conditions: impl Iterator<Item = &'a Formula>,
) -> Option<Vec<Vec<bool>>> {
    let mut allowed: Vec<Vec<bool>> =
        case.issues.iter().map(|issue| vec![true; issue.options.len()]).collect();
    for condition in conditions {
        restrict(condition, true, &mut allowed)?;
    }
    Some(allowed)
}

fn restrict(formula: &Formula, wanted: bool, allowed: &mut [Vec<bool>]) -> Option<()> {
    match (formula, wanted) {
        (Formula::And(parts), true) | (Formula::Or(parts), false) => {
            if let Some(all) = single(formula) {
                return keep(formula, wanted, all, allowed);
            }
            parts.iter().try_for_each(|part| restrict(part, wanted, allowed))
        }
        (Formula::Not(inner), _) => restrict(inner, !wanted, allowed),
        _ => keep(formula, wanted, single(formula)?, allowed),
    }
}

/// The only issue that a formula names, if it names one or none.
fn single(formula: &Formula) -> Option<Option<usize>> {
    match formula.issues().as_slice() {
        [] => Some(None),
        [issue] => Some(Some(*issue)),
        _ => None,
    }
}

fn keep(formula: &Formula, wanted: bool, issue: Option<usize>, allowed: &mut [Vec<bool>]) -> Option<()> {
    let mut outcome = vec![0usize; allowed.len()];
    match issue {
        Some(issue) => {
            for option in 0..allowed[issue].len() {
                outcome[issue] = option;
                allowed[issue][option] &= formula.holds(&outcome) == wanted;
            }
        }
        // Always true, or never.
        None if formula.holds(&outcome) != wanted => {
            allowed.iter_mut().for_each(|options| options.fill(false));
        }
        None => {}
    }
    Some(())
}

/// Takes away the options that directions keep from being agreed, coming from an outcome.
pub(crate) fn keep_to_directions(model: &Model, status_quo: usize, allowed: &mut [Vec<bool>]) {
    for (issue, declared) in model.case.issues.iter().enumerate() {
        let now = model.space.option(status_quo, issue);
        for (option, allowed) in allowed[issue].iter_mut().enumerate() {
            *allowed &= match declared.changes {
                Direction::Any => true,
                Direction::Up => option >= now,
                Direction::Down => option <= now,
            };
        }
    }
}
