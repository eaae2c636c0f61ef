//! Reach and stability on states and moves given one by one.
//!
//! Small graphs as published: lists of arcs, which need not be transitive, so
//! that who moved last is kept apart throughout.

use crate::bitmap::Bitmap;
use crate::fibre::NEUTRAL;
use crate::model::Model;

/// The arcs of an explicit model.
pub(crate) struct Arcs<'a> {
    model: &'a Model,
    /// For each party and state, where it can move; ascending, without the state itself.
    to: Vec<Vec<Vec<usize>>>,
}

impl<'a> Arcs<'a> {
    pub(crate) fn new(model: &'a Model) -> Self {
        let states = model.space.size();
        let mut to = vec![vec![Vec::new(); states]; model.case.parties.len()];
        if let Some(explicit) = &model.case.explicit {
            for (party, moves) in explicit.moves.iter().enumerate() {
                for &(from, into) in moves.iter().filter(|(from, into)| from != into) {
                    to[party][from].push(into);
                }
            }
        }
        to.iter_mut().flatten().for_each(|targets| {
            targets.sort_unstable();
            targets.dedup();
        });
        Arcs { model, to }
    }

    pub(crate) fn ranks(&self, party: usize) -> &[u32] {
        &self.model.ranks[party].of
    }

    /// The highest rank a party can reach from each state by one move or by staying.
    pub(crate) fn highest(&self, party: usize) -> Vec<u32> {
        let ranks = &self.model.ranks[party].of;
        (0..ranks.len())
            .map(|state| self.to[party][state].iter().map(|&into| ranks[into]).fold(ranks[state], u32::max))
            .collect()
    }

    /// What `values` can be brought down to by legal sequences of the others' moves, or improvements.
    pub(crate) fn reach(&self, party: usize, values: &[u32], improving: bool) -> Vec<u32> {
        let others: Vec<usize> = (0..self.to.len()).filter(|&other| other != party).collect();
        // For each opponent, the least reachable when it makes the first move.
        let mut first = vec![vec![NEUTRAL; values.len()]; others.len()];
        let after = |first: &[Vec<u32>], state: usize, last: Option<usize>| {
            let rest = first.iter().enumerate().filter(|(at, _)| Some(*at) != last);
            rest.map(|(_, table)| table[state]).fold(values[state], u32::min)
        };
        loop {
            let mut changed = false;
            for at in 0..others.len() {
                let ranks = &self.model.ranks[others[at]].of;
                for state in 0..values.len() {
                    let targets = self.to[others[at]][state].iter();
                    let least = targets
                        .filter(|&&into| !improving || ranks[into] > ranks[state])
                        .map(|&into| after(&first, into, Some(at)))
                        .fold(first[at][state], u32::min);
                    changed |= least != first[at][state];
                    first[at][state] = least;
                }
            }
            if !changed {
                return (0..values.len()).map(|state| after(&first, state, None)).collect();
            }
        }
    }

    /// Where the party is stable: the maximum of min(X, rank) over what it can reach does not exceed
    /// the rank.
    pub(crate) fn stable(&self, party: usize, least: &[u32]) -> Bitmap {
        let ranks = &self.model.ranks[party].of;
        let mut stable = Bitmap::new(ranks.len());
        for state in 0..ranks.len() {
            if self.to[party][state].iter().all(|&into| least[into].min(ranks[into]) <= ranks[state]) {
                stable.insert(state);
            }
        }
        stable
    }
}
