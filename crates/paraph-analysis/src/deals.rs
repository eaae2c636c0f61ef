//! What could be agreed.

use crate::bitmap::Bitmap;
use crate::error::Error;
use crate::evaluate::Tiles;
use crate::frontier;
use crate::layers::Frontier;
use crate::model::Model;
use crate::monitor::Monitor;
use crate::picks::{self, Pick};
use crate::reason::Reason;
use crate::sums::{self, Bar, Sums};
use paraph_case::formula::Formula;
use paraph_case::model::{Direction, Preferences, WalkAway};
use paraph_case::rational::Rational;
use rayon::prelude::*;
use std::collections::{BTreeSet, HashSet};

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
    /// From where on an outcome is as good, and better.
    asks: Asks,
}

/// From where on an outcome is as good as a disagreement point, and better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    Ranks { accepts_from: u32, gains_from: u32 },
    Units(Bar),
}

impl Disagreement {
    /// Whether an outcome is at least as good for the party.
    pub fn is_met_by(&self, model: &Model, cell: usize) -> bool {
        match self.asks {
            Asks::Ranks { accepts_from, .. } => model.rank(self.party, cell) >= accepts_from,
            Asks::Units(bar) => model.utility_units(self.party, cell).unwrap_or(0) >= bar.accepts_from,
        }
    }

    /// Whether an outcome is better for the party.
    pub fn is_exceeded_by(&self, model: &Model, cell: usize) -> bool {
        match self.asks {
            Asks::Ranks { gains_from, .. } => model.rank(self.party, cell) >= gains_from,
            Asks::Units(bar) => model.utility_units(self.party, cell).unwrap_or(0) >= bar.gains_from,
        }
    }
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
    /// How many different points they are: outcomes that no consenting party tells apart are at one point.
    pub efficient_points: u64,
    /// Deals that are efficient.
    pub efficient_deals: Bitmap,
    /// How many different points these are.
    pub efficient_deal_points: u64,
    /// What named rules pick among the deals.
    pub picks: Vec<Pick>,
}

/// Works out the deals.
///
/// Where every outcome is feasible and counts for itself, every consenting party has weights for single
/// options or no preferences, and whatever red lines and directions rule out is ruled out issue by issue
/// (a conjunction of conditions on one issue each), no table of ranks is made or read: two bits per
/// outcome for what is acceptable, and the frontier issue by issue, whose time and memory go with the
/// sizes of the frontiers of the first issues. Otherwise O(outcomes × consenting parties) on the tables
/// and, for the efficient ones, the number of outcomes that survive a first comparison times the size of
/// the frontier. Both give the same answer.
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
    let additive = Additive::of(model, &consenting, status_quo);
    if additive.is_none() {
        model.rank_all(monitor)?;
    }
    monitor.begin("deals", 4);
    let disagreements = consenting
        .iter()
        .map(|&party| disagreement(model, party, status_quo, additive.is_some(), monitor))
        .collect::<Result<Vec<_>, Error>>()?;
    let packages = packages(model, status_quo, monitor)?;
    monitor.advance(1);
    match additive {
        Some(additive) => additive.deals(model, status_quo, disagreements, packages, monitor),
        None => by_tables(model, status_quo, disagreements, packages, monitor),
    }
}

/// The feasible outcomes than which no feasible one is better for one of the parties and worse for none,
/// and how many different points they are. As in [`deals()`], without tables where the parties' weights
/// allow it.
///
/// # Errors
/// When stopped.
pub fn efficient(model: &Model, parties: &[usize], monitor: &Monitor) -> Result<(Bitmap, u64), Error> {
    match Sums::of(model, parties) {
        Some(sums) => {
            let frontier = Frontier::of(&sums, monitor)?;
            Ok((on_frontier(model, &frontier), frontier.points() as u64))
        }
        None => {
            model.rank_all(monitor)?;
            frontier::efficient(model, parties, monitor)
        }
    }
}

/// How many different points the outcomes of a set are: those that none of the parties tells apart are at
/// one point. O(members × parties) with a hash table of the points.
pub fn points(model: &Model, parties: &[usize], set: &Bitmap) -> u64 {
    if parties.iter().any(|&party| model.ranks[party].waits()) {
        let units = |cell: usize| -> Vec<i64> {
            parties.iter().map(|&party| model.utility_units(party, cell).unwrap_or(0)).collect()
        };
        return set.iter().map(units).collect::<HashSet<_>>().len() as u64;
    }
    let ranks = |cell: usize| -> Vec<u32> { parties.iter().map(|&party| model.rank(party, cell)).collect() };
    set.iter().map(ranks).collect::<HashSet<_>>().len() as u64
}

fn by_tables(
    model: &Model,
    status_quo: Option<usize>,
    disagreements: Vec<Disagreement>,
    packages: Bitmap,
    monitor: &Monitor,
) -> Result<Deals, Error> {
    let consenting: Vec<usize> = disagreements.iter().map(|known| known.party).collect();
    let inside = unbroken(model, &disagreements, &packages, monitor)?;
    let (acceptable, deals) = acceptable(model, &disagreements, &inside, monitor)?;
    monitor.advance(1);
    let (efficient, efficient_points) = frontier::efficient(model, &consenting, monitor)?;
    monitor.advance(1);
    let mut efficient_deals = efficient.clone();
    efficient_deals.intersect(&deals);
    let efficient_deal_points = points(model, &consenting, &efficient_deals);
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
        efficient_deal_points,
        picks,
    })
}

/// What is needed to work out deals from the weights of the options alone.
struct Additive {
    /// All packages.
    all: Sums,
    /// What the directions allow, where they rule anything out.
    directed: Option<Sums>,
    /// What red lines and directions leave, where they rule anything out.
    agreeable: Option<Sums>,
}

impl Additive {
    /// `None` where tables are needed.
    fn of(model: &Model, consenting: &[usize], status_quo: Option<usize>) -> Option<Additive> {
        let all = Sums::of(model, consenting)?;
        let mut directed = sums::by_issue(model, std::iter::empty())?;
        let red_lines = consenting.iter().flat_map(|&party| &model.case().parties[party].red_lines);
        let mut agreeable = sums::by_issue(model, red_lines.map(|line| &line.that))?;
        if let Some(status_quo) = status_quo {
            sums::keep_to_directions(model, status_quo, &mut directed);
            sums::keep_to_directions(model, status_quo, &mut agreeable);
        }
        let part = |allowed: Vec<Vec<bool>>| {
            allowed.iter().flatten().any(|allowed| !allowed).then(|| all.within(model, &allowed))
        };
        let (directed, agreeable) = (part(directed), part(agreeable));
        Some(Additive { all, directed, agreeable })
    }

    fn deals(
        &self,
        model: &Model,
        status_quo: Option<usize>,
        disagreements: Vec<Disagreement>,
        packages: Bitmap,
        monitor: &Monitor,
    ) -> Result<Deals, Error> {
        let bars: Vec<Bar> = disagreements
            .iter()
            .filter_map(|known| match known.asks {
                Asks::Units(bar) => Some(bar),
                Asks::Ranks { .. } => None,
            })
            .collect();
        let (mut acceptable, mut deals) = self.all.reaching(&bars, monitor)?;
        if self.agreeable.is_some() {
            let inside = unbroken(model, &disagreements, &packages, monitor)?;
            acceptable.intersect(&inside);
            deals.intersect(&inside);
        }
        monitor.advance(1);
        let frontier = Frontier::of(&self.all, monitor)?;
        let mut efficient = Bitmap::new(model.space().size());
        let mut efficient_deal_points = 0;
        for point in 0..frontier.points() {
            let mut agreed = false;
            frontier.each_cell(point, &mut |cell| {
                efficient.insert(cell);
                agreed |= deals.contains(cell);
            });
            efficient_deal_points += u64::from(agreed);
        }
        monitor.advance(1);
        let mut efficient_deals = efficient.clone();
        efficient_deals.intersect(&deals);
        let efficient_points = frontier.points() as u64;
        let frontier = match &self.agreeable {
            Some(agreeable) => Frontier::of(agreeable, monitor)?,
            None => frontier,
        };
        let counted = self.directed.as_ref().unwrap_or(&self.all);
        let picks = picks::picks_on_frontier(model, &disagreements, &bars, counted, &frontier, monitor)?;
        Ok(Deals {
            status_quo,
            disagreements,
            packages,
            acceptable,
            deals,
            efficient,
            efficient_points,
            efficient_deals,
            efficient_deal_points,
            picks,
        })
    }
}

/// The cells of all packages on a frontier.
fn on_frontier(model: &Model, frontier: &Frontier) -> Bitmap {
    let mut set = Bitmap::new(model.space().size());
    for point in 0..frontier.points() {
        frontier.each_cell(point, &mut |cell| set.insert(cell));
    }
    set
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
                let ranks_lower = !disagreement.is_met_by(model, package);
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

/// `additive`: whether utilities are compared in units, without a look at any rank.
fn disagreement(
    model: &Model,
    party: usize,
    status_quo: Option<usize>,
    additive: bool,
    monitor: &Monitor,
) -> Result<Disagreement, Error> {
    let declared = &model.case().parties[party];
    let at = |cell: usize| {
        let asks = if additive {
            let units = model.utility_units(party, cell).unwrap_or(0);
            Asks::Units(Bar { accepts_from: units, gains_from: units + 1 })
        } else {
            let rank = model.rank(party, cell);
            Asks::Ranks { accepts_from: rank, gains_from: rank + 1 }
        };
        Disagreement { party, cell: Some(cell), utility: None, asks }
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
            let best = holding.iter().max_by(|&one, &other| {
                let index = |cell| model.space().index(cell);
                model.compare(party, one, other).then(index(other).cmp(&index(one)))
            });
            best.map(|cell| at(model.representative(cell))).ok_or_else(|| {
                Error::model(format!("the walk-away of `{}`, `{text}`, holds in no feasible outcome", declared.id))
            })
        }
        Some(WalkAway::Utility(wanted)) => {
            let bar = utility_bar(model, party, *wanted)?;
            let asks = if additive { Asks::Units(bar) } else { utility_ranks(model, party, bar, monitor)? };
            Ok(Disagreement { party, cell: None, utility: Some(*wanted), asks })
        }
    }
}

/// From how many units on a utility is at least, and more than, a number.
fn utility_bar(model: &Model, party: usize, wanted: Rational) -> Result<Bar, Error> {
    let Some(utility) = &model.utilities[party] else {
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
    let above = floor.checked_add(1).ok_or_else(overflow)?;
    let exact = target.rem_euclid(denominator) == 0;
    Ok(Bar { accepts_from: if exact { floor } else { above }, gains_from: above })
}

/// The lowest ranks with so many units.
fn utility_ranks(model: &Model, party: usize, bar: Bar, monitor: &Monitor) -> Result<Asks, Error> {
    let none = model.distinct_ranks(party) + 1;
    let asks = |(accepts_from, gains_from)| Asks::Ranks { accepts_from, gains_from };
    let (Some(utility), Preferences::Weights(weights)) =
        (&model.utilities[party], &model.case().parties[party].preferences)
    else {
        return Ok(asks((none, none)));
    };
    let compare = |found: &mut (u32, u32), units: i64, rank: u32| {
        if units >= bar.accepts_from {
            found.0 = found.0.min(rank);
        }
        if units >= bar.gains_from {
            found.1 = found.1.min(rank);
        }
    };
    if model.case().explicit.is_some() {
        let mut found = (none, none);
        for state in 0..model.space().size() {
            compare(&mut found, model.utility_units(party, state).unwrap_or(0), model.rank(party, state));
        }
        return Ok(asks(found));
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
        .map(asks)
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

/// The packages that break no consenting party's red line.
fn unbroken(
    model: &Model,
    disagreements: &[Disagreement],
    packages: &Bitmap,
    monitor: &Monitor,
) -> Result<Bitmap, Error> {
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
    Ok(inside)
}

/// Among packages that break no red line those that every consenting party accepts, and those of them
/// that some party prefers to its disagreement point.
fn acceptable(
    model: &Model,
    disagreements: &[Disagreement],
    inside: &Bitmap,
    monitor: &Monitor,
) -> Result<(Bitmap, Bitmap), Error> {
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
                    if !known.is_met_by(model, cell) {
                        takes &= !(1 << bit);
                        break;
                    }
                    gain |= known.is_exceeded_by(model, cell);
                }
                gains |= u64::from(gain) << bit;
            }
            (takes, takes & gains)
        })
        .unzip();
    monitor.check()?;
    Ok((Bitmap::from_words(acceptable, length), Bitmap::from_words(deals, length)))
}
