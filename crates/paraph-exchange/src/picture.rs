//! Frontier pictures as data: the utility space of two parties, and parallel coordinates of all.
//!
//! Only numbers are given here, and CSV of them; drawing is somebody else's.

use crate::error::{Error, Kind};
use paraph_analysis::{Deals, Model};
use paraph_case::Preferences;
use std::collections::BTreeMap;

/// What a point or line stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// No outcome is better for one of the two parties and worse for neither.
    Frontier,
    /// No outcome is better for one consenting party and worse for none.
    Efficient,
    /// The outcome that counts as the status quo.
    StatusQuo,
    /// What a named rule picks.
    Pick(&'static str),
    /// A package on the table, by its name.
    OnTheTable(String),
}

impl Mark {
    /// The word for tables and legends.
    pub fn word(&self) -> String {
        match self {
            Mark::Frontier => "frontier".to_owned(),
            Mark::Efficient => "efficient".to_owned(),
            Mark::StatusQuo => "status quo".to_owned(),
            Mark::Pick(rule) => format!("pick: {rule}"),
            Mark::OnTheTable(name) => format!("package: {name}"),
        }
    }
}

/// A point of a utility space.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// What it stands for.
    pub mark: Mark,
    /// The first party's utility, or rank.
    pub x: f64,
    /// The second party's utility, or rank.
    pub y: f64,
    /// The code of an outcome there.
    pub outcome: String,
}

/// The utility space of two parties.
#[derive(Debug, Clone, PartialEq)]
pub struct UtilitySpace {
    /// Names of the two parties.
    pub parties: [String; 2],
    /// Whether each axis holds utilities; else ranks, one for the worst.
    pub utilities: [bool; 2],
    /// Lowest and highest value of each axis over all feasible outcomes.
    pub ranges: [(f64, f64); 2],
    /// What each party can have without a deal, where it is known: a line across the picture.
    pub disagreement: [Option<f64>; 2],
    /// Points by mark, then by `x`.
    pub points: Vec<Point>,
    /// How many points of the frontier and how many efficient points there are, of which at most as
    /// many as were asked for are among [`points`](Self::points).
    pub counts: (usize, usize),
}

/// The points of a picture of two parties; at most `most` of the frontier and of the efficient ones
/// each, thinned evenly. O(outcomes).
pub fn utility_space(model: &Model, deals: &Deals, parties: [usize; 2], most: usize) -> UtilitySpace {
    let [x, y] = parties;
    let value = |party: usize, cell: usize| value(model, party, cell);
    let point = |mark: Mark, cell: usize| Point {
        mark,
        x: value(x, cell),
        y: value(y, cell),
        outcome: model.code(cell),
    };
    // For each rank of the first party, the best of the second.
    let mut best: Vec<Option<(u32, usize)>> = vec![None; model.distinct_ranks(x) as usize + 1];
    let mut ends = [[usize::MAX; 2]; 2];
    for cell in model.feasible_set().iter() {
        let (rank, other) = (model.rank(x, cell), model.rank(y, cell));
        let slot = &mut best[rank as usize];
        if slot.is_none_or(|(known, _)| other > known) {
            *slot = Some((other, cell));
        }
        for (ends, party) in ends.iter_mut().zip(parties) {
            let rank = model.rank(party, cell);
            if ends[0] == usize::MAX || rank < model.rank(party, ends[0]) {
                ends[0] = cell;
            }
            if ends[1] == usize::MAX || rank > model.rank(party, ends[1]) {
                ends[1] = cell;
            }
        }
    }
    let mut frontier = Vec::new();
    let mut highest = 0;
    for (rank, cell) in best.into_iter().rev().flatten() {
        if rank > highest {
            highest = rank;
            frontier.push(cell);
        }
    }
    frontier.reverse();
    let mut distinct: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for cell in deals.efficient.iter() {
        distinct.entry((model.rank(x, cell), model.rank(y, cell))).or_insert(cell);
    }
    let efficient: Vec<usize> = distinct.into_values().collect();
    let counts = (frontier.len(), efficient.len());
    let mut points: Vec<Point> =
        thinned(&frontier, most).into_iter().map(|cell| point(Mark::Frontier, cell)).collect();
    points.extend(thinned(&efficient, most).into_iter().map(|cell| point(Mark::Efficient, cell)));
    points.extend(marked(model, deals).into_iter().map(|(mark, cell)| point(mark, cell)));
    let range = |at: usize| match ends[at] {
        [usize::MAX, _] => (0.0, 0.0),
        [low, high] => (value(parties[at], low), value(parties[at], high)),
    };
    UtilitySpace {
        parties: parties.map(|party| model.case().parties[party].name.clone()),
        utilities: parties.map(|party| is_weighted(model, party)),
        ranges: [range(0), range(1)],
        disagreement: parties.map(|party| disagreement(model, deals, party)),
        points,
        counts,
    }
}

impl UtilitySpace {
    /// The points as CSV: mark, x, y, outcome.
    ///
    /// # Errors
    /// Never in practice: writing to memory does not fail.
    pub fn csv(&self) -> Result<String, Error> {
        let head =
            ["mark".to_owned(), self.parties[0].clone(), self.parties[1].clone(), "outcome".to_owned()];
        let rows = self.points.iter().map(|point| {
            vec![point.mark.word(), point.x.to_string(), point.y.to_string(), point.outcome.clone()]
        });
        csv_text(&head, rows)
    }
}

/// A line of parallel coordinates.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it stands for.
    pub mark: Mark,
    /// One value per axis: a utility, or a rank.
    pub values: Vec<f64>,
    /// The same between zero (the party's worst feasible outcome) and one (its best).
    pub heights: Vec<f64>,
    /// The code of an outcome there.
    pub outcome: String,
}

/// Parallel coordinates: one axis per consenting party.
#[derive(Debug, Clone, PartialEq)]
pub struct ParallelCoordinates {
    /// Names of the parties, one per axis.
    pub parties: Vec<String>,
    /// Whether each axis holds utilities; else ranks, one for the worst.
    pub utilities: Vec<bool>,
    /// Lowest and highest value of each axis over all feasible outcomes.
    pub ranges: Vec<(f64, f64)>,
    /// What each party can have without a deal, where it is known.
    pub disagreement: Vec<Option<f64>>,
    /// Efficient deals, then the status quo, picks and packages on the table.
    pub lines: Vec<Line>,
    /// How many different efficient deals there are, of which at most as many as were asked for are
    /// among [`lines`](Self::lines).
    pub count: usize,
}

/// The lines of a picture of all consenting parties; at most `most` efficient deals, thinned evenly
/// in the order of the first party's values. O(outcomes × parties).
pub fn parallel_coordinates(model: &Model, deals: &Deals, most: usize) -> ParallelCoordinates {
    let parties: Vec<usize> = deals.disagreements.iter().map(|known| known.party).collect();
    let mut ends: Vec<Option<(usize, usize)>> = vec![None; parties.len()];
    for cell in model.feasible_set().iter() {
        for (ends, &party) in ends.iter_mut().zip(&parties) {
            let (low, high) = ends.get_or_insert((cell, cell));
            if model.rank(party, cell) < model.rank(party, *low) {
                *low = cell;
            }
            if model.rank(party, cell) > model.rank(party, *high) {
                *high = cell;
            }
        }
    }
    let ranges: Vec<(f64, f64)> = ends
        .iter()
        .zip(&parties)
        .map(|(ends, &party)| {
            ends.map_or((0.0, 0.0), |(low, high)| (value(model, party, low), value(model, party, high)))
        })
        .collect();
    let line = |mark: Mark, cell: usize| {
        let values: Vec<f64> = parties.iter().map(|&party| value(model, party, cell)).collect();
        let heights = values
            .iter()
            .zip(&ranges)
            .map(|(value, (low, high))| if high > low { (value - low) / (high - low) } else { 1.0 })
            .collect();
        Line { mark, values, heights, outcome: model.code(cell) }
    };
    let mut distinct: BTreeMap<Vec<u32>, usize> = BTreeMap::new();
    for cell in deals.efficient_deals.iter() {
        let ranks = parties.iter().map(|&party| model.rank(party, cell)).collect();
        distinct.entry(ranks).or_insert(cell);
    }
    let efficient: Vec<usize> = distinct.into_values().collect();
    let mut lines: Vec<Line> =
        thinned(&efficient, most).into_iter().map(|cell| line(Mark::Efficient, cell)).collect();
    lines.extend(marked(model, deals).into_iter().map(|(mark, cell)| line(mark, cell)));
    ParallelCoordinates {
        parties: parties.iter().map(|&party| model.case().parties[party].name.clone()).collect(),
        utilities: parties.iter().map(|&party| is_weighted(model, party)).collect(),
        disagreement: parties.iter().map(|&party| disagreement(model, deals, party)).collect(),
        ranges,
        lines,
        count: efficient.len(),
    }
}

impl ParallelCoordinates {
    /// The lines as CSV: mark, one column per party, outcome.
    ///
    /// # Errors
    /// Never in practice: writing to memory does not fail.
    pub fn csv(&self) -> Result<String, Error> {
        let mut head = vec!["mark".to_owned()];
        head.extend(self.parties.iter().cloned());
        head.push("outcome".to_owned());
        let rows = self.lines.iter().map(|line| {
            let mut row = vec![line.mark.word()];
            row.extend(line.values.iter().map(f64::to_string));
            row.push(line.outcome.clone());
            row
        });
        csv_text(&head, rows)
    }
}

fn is_weighted(model: &Model, party: usize) -> bool {
    matches!(model.case().parties[party].preferences, Preferences::Weights(_))
}

fn value(model: &Model, party: usize, cell: usize) -> f64 {
    match model.utility(party, cell) {
        Some(utility) => utility.to_f64(),
        None => f64::from(model.rank(party, cell)),
    }
}

fn disagreement(model: &Model, deals: &Deals, party: usize) -> Option<f64> {
    let known = deals.disagreements.iter().find(|known| known.party == party)?;
    match known.utility {
        Some(utility) => Some(utility.to_f64()),
        None => known.cell.map(|cell| value(model, party, cell)),
    }
}

/// The status quo, the first of each pick, and the packages on the table.
fn marked(model: &Model, deals: &Deals) -> Vec<(Mark, usize)> {
    let mut found = Vec::new();
    found.extend(deals.status_quo.map(|cell| (Mark::StatusQuo, cell)));
    found.extend(deals.picks.iter().map(|pick| (Mark::Pick(pick.rule.name()), pick.first)));
    found.extend(model.case().packages.iter().filter_map(|package| {
        let cell = model.space().cell(&package.outcome).filter(|&cell| model.is_feasible(cell))?;
        Some((Mark::OnTheTable(package.name.clone()), cell))
    }));
    found
}

/// At most so many, evenly, with the first and the last.
fn thinned(cells: &[usize], most: usize) -> Vec<usize> {
    if cells.len() <= most {
        return cells.to_vec();
    }
    match most {
        0 => Vec::new(),
        1 => vec![cells[0]],
        _ => (0..most).map(|at| cells[at * (cells.len() - 1) / (most - 1)]).collect(),
    }
}

fn csv_text(head: &[String], rows: impl Iterator<Item = Vec<String>>) -> Result<String, Error> {
    let failed = |error: String| Error::new(Kind::Write, format!("the table could not be written: {error}"));
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(head).map_err(|error| failed(error.to_string()))?;
    for row in rows {
        table.write_record(&row).map_err(|error| failed(error.to_string()))?;
    }
    let bytes = table.into_inner().map_err(|error| failed(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| failed(error.to_string()))
}
