//! The frontier of additive utilities, issue by issue.
//!
//! A package's utility is a sum over issues: what is dominated among the settings of the first issues
//! stays so whatever is added. So the frontier grows issue by issue, and only what is efficient so far is
//! kept, with the ways that lead there (the usual dynamic programme of multi-objective combinatorial
//! optimisation; Ehrgott, *Multicriteria Optimization*, 2005, section 9.1).

use crate::archive;
use crate::error::Error;
use crate::monitor::Monitor;
use crate::sums::Sums;
use rayon::prelude::*;

/// The efficient points of additive utilities, and which packages are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frontier {
    width: usize,
    /// The utilities of one point after the other; points ascend lexicographically.
    utilities: Vec<i64>,
    layers: Vec<Layer>,
}

/// One issue: for each of its points the ways to get there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Layer {
    /// Where each point's ways begin; one more than points.
    starts: Vec<u32>,
    /// The point of the layer before, and the option.
    ways: Vec<(u32, u32)>,
    /// What each option adds to the number of a cell.
    offsets: Vec<usize>,
}

impl Frontier {
    /// The frontier of all packages. Some issue without options: no points.
    ///
    /// Time and memory go with the sizes of the frontiers of the first issues times the options of the
    /// next one, not with the number of packages, which has to be below 2³².
    pub(crate) fn of(sums: &Sums, monitor: &Monitor) -> Result<Frontier, Error> {
        let width = sums.width;
        let mut utilities = vec![0i64; width];
        let mut layers = Vec::with_capacity(sums.issues.len());
        for choices in &sums.issues {
            monitor.check()?;
            let before = utilities.len() / width;
            // Every way to a point of this layer, brought together by its sums.
            let mut all: Vec<i64> = Vec::with_capacity(before * choices.len() * width);
            for point in utilities.chunks(width) {
                for choice in choices {
                    all.extend(point.iter().zip(&choice.worth).map(|(sum, worth)| sum + worth));
                }
            }
            let at = |way: u32| &all[way as usize * width..(way as usize + 1) * width];
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
            let ranks = ranks(points, width, |point, party| at(order[starts[point] as usize])[party]);
            let kept = archive::efficient(&ranks, width, || monitor.check())?;
            drop(ranks);
            let mut next = Vec::new();
            let mut layer = Layer {
                starts: vec![0],
                ways: Vec::new(),
                offsets: choices.iter().map(|choice| choice.offset).collect(),
            };
            for (point, _) in kept.iter().enumerate().filter(|(_, kept)| **kept) {
                let ways = &order[starts[point] as usize..starts[point + 1] as usize];
                next.extend_from_slice(at(ways[0]));
                let size = choices.len() as u32;
                layer.ways.extend(ways.iter().map(|&way| (way / size, way % size)));
                layer.starts.push(layer.ways.len() as u32);
            }
            utilities = next;
            layers.push(layer);
        }
        Ok(Frontier { width, utilities, layers })
    }

    /// How many efficient points there are.
    pub(crate) fn points(&self) -> usize {
        self.utilities.len() / self.width
    }

    /// Each party's utility at a point, in units of its own scale.
    pub(crate) fn utilities(&self, point: usize) -> &[i64] {
        &self.utilities[point * self.width..(point + 1) * self.width]
    }

    /// Visits the cell of every package at a point, in no particular order.
    pub(crate) fn each_cell(&self, point: usize, visit: &mut dyn FnMut(usize)) {
        self.walk(self.layers.len(), point, 0, visit);
    }

    fn walk(&self, depth: usize, point: usize, cell: usize, visit: &mut dyn FnMut(usize)) {
        let Some(layer) = depth.checked_sub(1).map(|at| &self.layers[at]) else { return visit(cell) };
        for &(from, option) in &layer.ways[layer.starts[point] as usize..layer.starts[point + 1] as usize] {
            self.walk(depth - 1, from as usize, cell + layer.offsets[option as usize], visit);
        }
    }
}

/// For each point and party how many smaller values there are, one point after the other.
fn ranks(points: usize, width: usize, value: impl Fn(usize, usize) -> i64 + Sync) -> Vec<u32> {
    let mut ranks = vec![0u32; points * width];
    for party in 0..width {
        let mut order: Vec<u32> = (0..points as u32).collect();
        order.par_sort_unstable_by_key(|&point| value(point as usize, party));
        let mut rank = 0;
        for (position, &point) in order.iter().enumerate() {
            if position > 0 && value(order[position - 1] as usize, party) != value(point as usize, party) {
                rank += 1;
            }
            ranks[point as usize * width + party] = rank;
        }
    }
    ranks
}
