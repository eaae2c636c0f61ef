//! What could be agreed.

use crate::bitmap::Bitmap;
use crate::error::Error;
use crate::evaluate::Tiles;
use crate::frontier;
use crate::model::Model;
use crate::monitor::Monitor;
use crate::picks::{self, Pick};
use crate::reason::Reason;
use paraph_case::formula::Formula;
use paraph_case::model::{Direction, Preferences, WalkAway};
use paraph_case::rational::Rational;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Whose agreement is asked and what they compare with.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// The outcome that counts as the status quo, instead of the case's.
    pub against: Option<usize>,
    /// Parties whose agreement is asked, instead of the case's consenting ones.
    pub consenting: Option<Vec<usize>>,
}

/// What a consenting party falls back on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The party.
    pub party: usize,
    /// The outcome: the status quo, the walk-away outcome, or a best-ranked outcome in which the
    /// walk-away formula holds. `None` for a utility.
    pub cell: Option<usize>,
    /// The utility, where the walk-away is one.
    pub utility: Option<Rational>,
    /// Ranks from this one on are at least as good as the disagreement point.
    pub accepts_from: u32,
    /// Ranks from this one on are better than the disagreement point.
    pub gains_from: u32,
}

/// Why a party does not accept a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The party.
    pub party: usize,
    /// Indexes of its red lines that the package breaks.
    pub red_lines: Vec<usize>,
    /// Whether it ranks the package below its disagreement point.
    pub ranks_lower: bool,
    /// What makes the difference to the disagreement point, when it ranks the package lower and the
    /// disagreement point is an outcome.
    pub reason: Option<Reason>,
}

/// A party that does not consent, but alone can change an issue that the package changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The issue.
    pub issue: usize,
    /// Parties that can change it, none of which consents.
    pub movers: Vec<usize>,
}

/// Everything about deals. Sets hold all members of merged outcomes; count and list them through
/// [`Model::count`] and [`Model::list`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deals {
    /// The outcome that counts as the status quo.
    pub status_quo: Option<usize>,
    /// The consenting parties and what each falls back on.
    pub disagreements: Vec<Disagreement>,
    /// Feasible outcomes that the issues' directions allow to be agreed.
    pub packages: Bitmap,
    /// Packages that break no consenting party's red line and that every consenting party ranks at
    /// least as high as its disagreement point.
    pub acceptable: Bitmap,
    /// Acceptable packages that some consenting party prefers to its disagreement point.
    pub deals: Bitmap,
    /// No feasible outcome is better for one consenting party and worse for none.
    pub efficient: Bitmap,
    /// How many different rank vectors the efficient outcomes have.
    pub efficient_points: u64,
    /// Deals that are efficient.
    pub efficient_deals: Bitmap,
    /// What named rules pick among the deals.
    pub picks: Vec<Pick>,
}

/// Works out the deals.
///
/// O(outcomes × consenting parties) and, for the efficient ones, the number of outcomes that survive a
/// first comparison times the size of the frontier.
///
/// # Errors
/// When there is no status quo and a consenting party has no walk-away, when the status quo or a
/// walk-away outcome is not feasible, when nothing satisfies a walk-away formula, and when stopped.
pub fn deals(model: &Model, terms: &Terms, monitor: &Monitor) -> Result<Deals, Error> {
    let case = model.case();
    let status_quo = terms.against.or_else(|| model.status_quo());
    if let Some(cell) = status_quo.filter(|&cell| !model.is_feasible(cell)) {
        return Err(Error::model(format!("the constraints rule out the status quo, {}", model.code(cell))));
    }
    let consenting = terms
        .consenting
        .clone()
        .unwrap_or_else(|| (0..case.parties.len()).filter(|&party| case.parties[party].consents).collect());
    monitor.begin("deals", 4);
    let disagreements = consenting
        .iter()
        .map(|&party| disagreement(model, party, status_quo, monitor))
        .collect::<Result<Vec<_>, Error>>()?;
    let packages = packages(model, status_quo, monitor)?;
    monitor.advance(1);
    let (acceptable, deals) = acceptable(model, &disagreements, &packages, monitor)?;
    monitor.advance(1);
    let (efficient, efficient_points) = frontier::efficient(model, &consenting, monitor)?;
    monitor.advance(1);
    let mut efficient_deals = efficient.clone();
    efficient_deals.intersect(&deals);
    let picks = picks::picks(model, &disagreements, &packages, &acceptable, &deals, monitor)?;
    Ok(Deals {
        status_quo,
        disagreements,
        packages,
        acceptable,
        deals,
        efficient,
        efficient_points,
        efficient_deals,
        picks,
    })
}

impl Deals {
    /// Who does not accept a package and why; empty exactly when every consenting party accepts.
    pub fn refusals(&self, model: &Model, package: usize) -> Vec<Refusal> {
        let members = model.members(package);
        self.disagreements
            .iter()
            .filter_map(|disagreement| {
                let party = disagreement.party;
                let red_lines: Vec<usize> = model.case().parties[party]
                    .red_lines
                    .iter()
                    .enumerate()
                    .filter(|(_, line)| members.iter().any(|&cell| !line.that.holds(&model.options(cell))))
                    .map(|(at, _)| at)
                    .collect();
                let ranks_lower = model.rank(party, package) < disagreement.accepts_from;
                if red_lines.is_empty() && !ranks_lower {
                    return None;
                }
                let reason = disagreement
                    .cell
                    .filter(|_| ranks_lower)
                    .and_then(|fallback| model.reason(party, fallback, package));
                Some(Refusal { party, red_lines, ranks_lower, reason })
            })
            .collect()
    }

    /// Issues that a package changes and that only parties without consent can change alone.
    pub fn needs(&self, model: &Model, package: usize) -> Vec<Need> {
        let Some(status_quo) = self.status_quo.filter(|_| model.case().explicit.is_none()) else {
            return Vec::new();
        };
        let consents = |party: &usize| self.disagreements.iter().any(|known| known.party == *party);
        model
            .case()
            .issues
            .iter()
            .enumerate()
            .filter(|(issue, declared)| {
                !declared.moved_by.is_empty()
                    && !declared.moved_by.iter().any(consents)
                    && model.space().option(package, *issue) != model.space().option(status_quo, *issue)
            })
            .map(|(issue, declared)| Need { issue, movers: declared.moved_by.clone() })
            .collect()
    }
}

fn disagreement(
    model: &Model,
    party: usize,
    status_quo: Option<usize>,
    monitor: &Monitor,
) -> Result<Disagreement, Error> {
    let declared = &model.case().parties[party];
    let at = |cell: usize| Disagreement {
        party,
        cell: Some(cell),
        utility: None,
        accepts_from: model.rank(party, cell),
        gains_from: model.rank(party, cell) + 1,
    };
    match &declared.walk_away {
        None => status_quo.map(at).ok_or_else(|| {
            Error::model(format!(
                "`{}` consents, but has no disagreement point: give every issue a `status-quo`, or the party a `walk-away`",
                declared.id
            ))
        }),
        Some(WalkAway::Outcome(options)) => {
            let cell = match &model.case().explicit {
                Some(_) => options.first().copied(),
                None => model.space().cell(options),
            };
            match cell.filter(|&cell| model.is_feasible(cell)) {
                Some(cell) => Ok(at(model.representative(cell))),
                None => Err(Error::model(format!("the constraints rule out the walk-away outcome of `{}`", declared.id))),
            }
        }
        Some(WalkAway::Formula { that, text }) => {
            let mut holding = model.holding(that, monitor)?;
            holding.intersect(&model.feasible_set());
            // The best it can have; among ties the first in the order of outcomes.
            let best = holding.iter().max_by_key(|&cell| {
                (model.rank(party, cell), std::cmp::Reverse(model.space().index(cell)))
            });
            best.map(|cell| at(model.representative(cell))).ok_or_else(|| {
                Error::model(format!("the walk-away of `{}`, `{text}`, holds in no feasible outcome", declared.id))
            })
        }
        Some(WalkAway::Utility(wanted)) => {
            let (accepts_from, gains_from) = utility_ranks(model, party, *wanted, monitor)?;
            Ok(Disagreement { party, cell: None, utility: Some(*wanted), accepts_from, gains_from })
        }
    }
}

/// The lowest ranks at which the utility is at least, and more than, a number.
fn utility_ranks(
    model: &Model,
    party: usize,
    wanted: Rational,
    monitor: &Monitor,
) -> Result<(u32, u32), Error> {
    let none = model.distinct_ranks(party) + 1;
    let (Some(utility), Preferences::Weights(weights)) =
        (&model.utilities[party], &model.case().parties[party].preferences)
    else {
        return Err(Error::model(format!(
            "the walk-away of `{}` is a number, but its preferences are not weights",
            model.case().parties[party].id
        )));
    };
    // utility = units / scale, so it is compared with wanted as units × d against n × scale.
    let overflow = || Error::too_large("a walk-away with too many digits");
    let target = wanted.numerator().checked_mul(i128::from(utility.scale)).ok_or_else(overflow)?;
    let denominator = wanted.denominator();
    let floor = i64::try_from(target.div_euclid(denominator)).map_err(|_| overflow())?;
    let exact = target.rem_euclid(denominator) == 0;
    let compare = |found: &mut (u32, u32), units: i64, rank: u32| {
        if units > floor || (exact && units == floor) {
            found.0 = found.0.min(rank);
        }
        if units > floor {
            found.1 = found.1.min(rank);
        }
    };
    if model.case().explicit.is_some() {
        let mut found = (none, none);
        for state in 0..model.space().size() {
            compare(&mut found, model.utility_units(party, state).unwrap_or(0), model.rank(party, state));
        }
        return Ok(found);
    }
    let tiles = Tiles::new(model.space());
    let programs: Vec<_> = weights.formulas.iter().map(|weighted| tiles.compile(&weighted.that)).collect();
    let ranks = &model.ranks[party].of;
    ranks
        .par_chunks(tiles.length)
        .enumerate()
        .map_init(
            || (tiles.stack(&programs), vec![0u64; tiles.words], vec![0i64; tiles.length]),
            |(stack, bits, units), (tile, ranks)| {
                monitor.check()?;
                utility.tile(&tiles, &programs, tile, stack, bits, units);
                let mut found = (none, none);
                for (&units, &rank) in units.iter().zip(ranks).filter(|(_, rank)| **rank > 0) {
                    compare(&mut found, units, rank);
                }
                Ok(found)
            },
        )
        .try_reduce(|| (none, none), |a, b| Ok((a.0.min(b.0), a.1.min(b.1))))
}

/// What can be agreed, coming from the status quo: an issue that changes one way only cannot be agreed
/// the other way.
fn packages(model: &Model, status_quo: Option<usize>, monitor: &Monitor) -> Result<Bitmap, Error> {
    let mut packages = model.feasible_set();
    if model.case().explicit.is_some() {
        return Ok(packages);
    }
    let Some(status_quo) = status_quo else { return Ok(packages) };
    let one_way: Vec<usize> = (0..model.case().issues.len())
        .filter(|&at| model.case().issues[at].changes != Direction::Any)
        .collect();
    // A merged status quo is all its members: what any of them allows can be agreed.
    let starts: BTreeSet<Vec<usize>> = model
        .members(status_quo)
        .into_iter()
        .map(|cell| one_way.iter().map(|&issue| model.space().option(cell, issue)).collect())
        .collect();
    let from_any = starts.iter().map(|now| {
        let within = one_way.iter().zip(now).map(|(&issue, &now)| {
            let declared = &model.case().issues[issue];
            let options =
                if declared.changes == Direction::Up { now..declared.options.len() } else { 0..now + 1 };
            Formula::Or(options.map(|option| Formula::Is { issue, option }).collect())
        });
        Formula::And(within.collect())
    });
    packages.intersect(&model.holding(&Formula::Or(from_any.collect()), monitor)?);
    whole_classes(model, &mut packages, false);
    Ok(packages)
}

/// A merged outcome is one outcome: in with all members, or out. `all`: in only if all are.
fn whole_classes(model: &Model, set: &mut Bitmap, all: bool) {
    for class in &model.classes {
        let inside = class.members.iter().filter(|&&cell| set.contains(cell)).count();
        let keep = if all { inside == class.members.len() } else { inside > 0 };
        for &cell in &class.members {
            if keep { set.insert(cell) } else { set.remove(cell) }
        }
    }
}

fn acceptable(
    model: &Model,
    disagreements: &[Disagreement],
    packages: &Bitmap,
    monitor: &Monitor,
) -> Result<(Bitmap, Bitmap), Error> {
    let mut inside = packages.clone();
    let lines: Vec<Formula> = disagreements
        .iter()
        .flat_map(|known| &model.case().parties[known.party].red_lines)
        .map(|line| line.that.clone())
        .collect();
    if !lines.is_empty() {
        inside.intersect(&model.holding(&Formula::And(lines), monitor)?);
        whole_classes(model, &mut inside, true);
    }
    let length = inside.length();
    let (acceptable, deals): (Vec<u64>, Vec<u64>) = inside
        .words()
        .par_iter()
        .enumerate()
        .map(|(at, &word)| {
            let (mut rest, mut takes, mut gains) = (word, word, 0u64);
            while rest != 0 {
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                let cell = at * 64 + bit as usize;
                let mut gain = false;
                for known in disagreements {
                    let rank = model.rank(known.party, cell);
                    if rank < known.accepts_from {
                        takes &= !(1 << bit);
                        break;
                    }
                    gain |= rank >= known.gains_from;
                }
                gains |= u64::from(gain) << bit;
            }
            (takes, takes & gains)
        })
        .unzip();
    monitor.check()?;
    Ok((Bitmap::from_words(acceptable, length), Bitmap::from_words(deals, length)))
}
