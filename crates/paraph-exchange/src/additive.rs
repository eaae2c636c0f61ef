//! Additive utilities of several parties, brought to numbers that compare exactly.
//!
//! The analysis compares utilities as whole numbers of at most 62 bits, on one scale for all parties.
//! Files of other tools hold weights with seventeen digits, evaluations that are divided by their
//! maximum, and weights that should sum to one but miss it in the last place: taken together they
//! often need more. What fits is kept exactly. Else the issues' *weights* are rounded to 15, 14, 13
//! or 12 decimals, whichever is the first that fits, and multiplied by the evaluations exactly; so
//! options that are worth the same stay so. Only when that does not fit either are the options' own
//! weights rounded, to 15 decimals. Each step is said.

use crate::draft::{Draft, Party, Preferences};
use crate::error::Error;
use crate::number;
use paraph_case::Rational;

/// Bits that all parties' utilities have together; one less than the analysis takes.
const BITS: u32 = 61;

/// One party's utility as a file gives it.
#[derive(Debug, Clone)]
pub(crate) struct Additive {
    pub(crate) name: String,
    /// One weight per issue.
    pub(crate) weights: Vec<Rational>,
    /// For each issue and option what it is worth, before the issue's weight.
    pub(crate) values: Vec<Vec<Rational>>,
    pub(crate) constant: Rational,
    pub(crate) walk_away: Option<Rational>,
    /// Divide the weights by their sum.
    pub(crate) normalise: bool,
    pub(crate) note: String,
}

/// How weights are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grid {
    Exact,
    /// Issue weights to so many decimals.
    Weights(u32),
    /// Option weights to so many decimals.
    Options(u32),
}

/// Puts the parties into the draft.
///
/// # Errors
/// When numbers are too large to be kept at all.
pub(crate) fn settle(draft: &mut Draft, mut parties: Vec<Additive>) -> Result<(), Error> {
    for party in &mut parties {
        normalise(draft, party)?;
    }
    let grids = [Grid::Exact]
        .into_iter()
        .chain((12..=15).rev().map(Grid::Weights))
        .chain((6..=15).rev().map(Grid::Options));
    for grid in grids {
        let Some(settled) = fit(&parties, grid) else { continue };
        if grid != Grid::Exact {
            draft.approximate(sentence(grid, &parties));
        }
        for (party, (options, constant, walk_away)) in parties.into_iter().zip(settled) {
            draft.parties.push(Party {
                name: party.name,
                consents: true,
                walk_away,
                preferences: Preferences::Weights { options, constant },
                scale: scale(grid, party.normalise),
                note: party.note,
            });
        }
        return Ok(());
    }
    Err(Error::too_large("the utilities are too large, or have too many digits, to be compared exactly"))
}

fn scale(grid: Grid, normalised: bool) -> String {
    let sum = if normalised { "weights that sum to one" } else { "weights as written" };
    match grid {
        Grid::Exact => format!("{sum}, exact"),
        Grid::Weights(decimals) => format!("{sum}, rounded to {decimals} decimals"),
        Grid::Options(decimals) => format!("{sum}, options' weights rounded to {decimals} decimals"),
    }
}

fn sentence(grid: Grid, parties: &[Additive]) -> String {
    let issues = parties.iter().map(|party| party.weights.len()).max().unwrap_or(0);
    let why = "so that utilities compare as whole numbers of 62 bits";
    match grid {
        Grid::Exact => String::new(),
        Grid::Weights(decimals) => format!(
            "issues' weights are rounded to {decimals} decimals, {why}; a utility is off by at most {issues} halves of the last"
        ),
        Grid::Options(decimals) => format!(
            "options' weights are rounded to {decimals} decimals, {why}; a utility is off by at most {issues} halves of the last"
        ),
    }
}

/// Divides the weights by their sum, where the party asks for it and the sum is not one.
fn normalise(draft: &mut Draft, party: &mut Additive) -> Result<(), Error> {
    if !party.normalise {
        return Ok(());
    }
    let too_long =
        || Error::too_large(format!("the weights of \"{}\" have too many digits to be added", party.name));
    let total = number::sum(party.weights.iter().copied())
        .or_else(|| number::sum(party.weights.iter().filter_map(|&weight| number::round(weight, 17))))
        .ok_or_else(too_long)?;
    if total == Rational::ZERO {
        if !party.weights.is_empty() {
            draft.note(format!("all weights of \"{}\" are zero: it is indifferent", party.name));
        }
        return Ok(());
    }
    if total == number::one() {
        return Ok(());
    }
    let off = number::subtract(total, number::one()).ok_or_else(too_long)?;
    let magnitude = if off < Rational::ZERO { number::subtract(Rational::ZERO, off) } else { Some(off) };
    let last_place = Rational::new(1, 1_000_000_000_000).unwrap_or(Rational::ZERO);
    if magnitude.is_some_and(|magnitude| magnitude <= last_place) {
        draft.note(format!(
            "the weights of \"{}\" sum to one but for rounding in their last digits, and are kept as written",
            party.name
        ));
        return Ok(());
    }
    draft.note(format!("the weights of \"{}\" sum to {total}, and are divided by it", party.name));
    for weight in &mut party.weights {
        // What cannot be divided exactly is kept to 17 decimals, more than any file's own.
        *weight = number::divide(*weight, total)
            .or_else(|| {
                let (weight, total) = (number::round(*weight, 17)?, number::round(total, 17)?);
                number::divide(weight, total).and_then(|share| number::round(share, 17))
            })
            .ok_or_else(too_long)?;
    }
    Ok(())
}

/// The weight of every option, the constant and the walk-away.
type Settled = (Vec<Vec<Rational>>, Rational, Option<Rational>);

/// All weights on a grid, when they fit into the bits on one scale.
fn fit(parties: &[Additive], grid: Grid) -> Option<Vec<Settled>> {
    let mut scale = 1i128;
    let mut settled = Vec::with_capacity(parties.len());
    for party in parties {
        let mut options = Vec::with_capacity(party.values.len());
        let mut reach = Rational::ZERO;
        for (values, &weight) in party.values.iter().zip(&party.weights) {
            let weight =
                if let Grid::Weights(decimals) = grid { number::round(weight, decimals)? } else { weight };
            let mut worth = Vec::with_capacity(values.len());
            let mut most = Rational::ZERO;
            for &value in values {
                let product = number::multiply(weight, value);
                let product = match grid {
                    Grid::Options(decimals) => match product {
                        Some(product) => number::round(product, decimals)?,
                        None => number::round(
                            number::multiply(number::round(weight, 18)?, number::round(value, 15)?)?,
                            decimals,
                        )?,
                    },
                    _ => product?,
                };
                scale = number::common(scale, product.denominator(), BITS)?;
                let size = if product < Rational::ZERO {
                    number::subtract(Rational::ZERO, product)?
                } else {
                    product
                };
                most = most.max(size);
                worth.push(product);
            }
            reach = number::add(reach, number::round_up(most))?;
            options.push(worth);
        }
        let constant = match grid {
            Grid::Options(decimals) => number::round(party.constant, decimals)?,
            _ => party.constant,
        };
        scale = number::common(scale, constant.denominator(), BITS)?;
        let walk_away = match (party.walk_away, grid) {
            (Some(utility), Grid::Options(decimals)) => Some(number::round(utility, decimals)?),
            (walk_away, _) => walk_away,
        };
        if let Some(utility) = walk_away {
            scale = number::common(scale, utility.denominator(), BITS)?;
        }
        reach = number::add(reach, number::round_up(constant))?;
        // Sums of whole numbers on the common scale have to stay in range too.
        reach.numerator().checked_add(1)?.checked_mul(scale).filter(|&most| most < 1i128 << 62)?;
        settled.push((options, constant, walk_away));
    }
    Some(settled)
}
