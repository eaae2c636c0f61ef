//! What could be agreed.

use crate::additive::Additive;
use crate::bitmap::Bitmap;
use crate::disagreement::{Disagreement, disagreement};
use crate::error::Error;
use crate::frontier;
use crate::layers::Frontier;
use crate::model::Model;
use crate::monitor::Monitor;
use crate::picks::{self, Pick};
use crate::reason::Reason;
use crate::sums::Sums;
use paraph_case::formula::Formula;
use paraph_case::model::Direction;
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};

/// Whose agreement is asked and what they compare with.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// The outcome that counts as the status quo, instead of the case's.
    pub against: Option<usize>,
    /// Parties whose agreement is asked, instead of the case's consenting ones.
    pub consenting: Option<Vec<usize>>,
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

/// One outcome of a set, the first by cell, for each of its different points, those that some of the
/// parties tell apart; ascending by what the first party prefers, then the second, and so on.
///
/// O(members × parties) and a sort of the points, with a hash table of the points.
pub fn distinct(model: &Model, parties: &[usize], set: &Bitmap) -> Vec<usize> {
    let point = |cell: usize| -> Vec<i64> {
        let level = |&party: &usize| match model.ranks[party].waits() {
            true => model.utility_units(party, cell).unwrap_or(0),
            false => i64::from(model.rank(party, cell)),
        };
        parties.iter().map(level).collect()
    };
    let mut first: HashMap<Vec<i64>, usize> = HashMap::new();
    for cell in set.iter() {
        first.entry(point(cell)).or_insert(cell);
    }
    let mut points: Vec<(Vec<i64>, usize)> = first.into_iter().collect();
    points.sort_unstable();
    points.into_iter().map(|(_, cell)| cell).collect()
}

/// How many different points the outcomes of a set are: those that none of the parties tells apart are at
/// one point. As [`distinct`].
pub fn points(model: &Model, parties: &[usize], set: &Bitmap) -> u64 {
    distinct(model, parties, set).len() as u64
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
pub(crate) fn unbroken(
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
            let cells = at * 64..(at * 64 + 64).min(length);
            let (mut takes, mut gains) = (word, 0u64);
            for known in disagreements {
                if takes == 0 {
                    break;
                }
                let (met, exceeded) = known.met(model, cells.clone());
                takes &= met;
                gains |= exceeded;
            }
            (takes, takes & gains)
        })
        .unzip();
    monitor.check()?;
    Ok((Bitmap::from_words(acceptable, length), Bitmap::from_words(deals, length)))
}
