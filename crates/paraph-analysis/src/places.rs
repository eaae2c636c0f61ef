//! Where a party places outcomes: one more than how many it prefers.

use crate::disagreement::{Asks, Disagreement, utility_bar};
use crate::model::Model;
use crate::sums::{Above, Choice, Sums};

/// For each party how many outcomes are better than a given one. Where a party has weights for single
/// options and every outcome is feasible, nothing is counted off beforehand, and a question takes the
/// square root of the number of outcomes.
#[derive(Debug)]
pub struct Places<'a> {
    model: &'a Model,
    of: Vec<Counts>,
}

#[derive(Debug)]
enum Counts {
    /// For each rank, how many outcomes rank higher.
    Ranked(Vec<u64>),
    Summed(Above),
}

impl<'a> Places<'a> {
    /// O(outcomes) for every party whose ranks have to be counted off. Merged outcomes count once.
    pub fn new(model: &'a Model) -> Self {
        let counts = |party: usize| match Sums::of(model, &[party]) {
            Some(sums) => Counts::Summed(sums.above(0)),
            None => Counts::Ranked(higher(model, party)),
        };
        Places { model, of: (0..model.case().parties.len()).map(counts).collect() }
    }

    /// One more than how many outcomes the party prefers.
    pub fn place(&self, party: usize, cell: usize) -> u64 {
        1 + match &self.of[party] {
            Counts::Ranked(above) => above[self.model.rank(party, cell) as usize],
            Counts::Summed(above) => above.count(self.model.utility_units(party, cell).unwrap_or(0)),
        }
    }

    /// An outcome that the party likes least and one that it likes most; `None` without any outcome.
    /// O(outcomes) where ranks have to be looked through.
    pub fn ends(&self, party: usize) -> Option<(usize, usize)> {
        if let Some(sums) = Sums::of(self.model, &[party]) {
            // The ends of a sum are at the ends of its parts.
            let worth = |choice: &&Choice| choice.worth[0];
            let least = sums.issues.iter().map(|issue| issue.iter().min_by_key(worth).map(|c| c.offset));
            let most = sums.issues.iter().map(|issue| issue.iter().max_by_key(worth).map(|c| c.offset));
            return least.sum::<Option<usize>>().zip(most.sum());
        }
        let rank = |cell: &usize| self.model.rank(party, *cell);
        let cells = || (0..self.model.space().size()).filter(|&cell| self.model.is_feasible(cell));
        cells().min_by_key(rank).zip(cells().max_by_key(rank))
    }

    /// The place of what a party falls back on, an outcome or a utility.
    pub fn of_disagreement(&self, known: &Disagreement) -> Option<u64> {
        if let Some(cell) = known.cell {
            return Some(self.place(known.party, cell));
        }
        Some(
            1 + match (&self.of[known.party], known.asks) {
                (Counts::Ranked(above), Asks::Ranks { gains_from, .. }) => {
                    *above.get(gains_from as usize - 1)?
                }
                (Counts::Ranked(_), Asks::Units(_)) => return None,
                (Counts::Summed(above), _) => {
                    above.count(utility_bar(self.model, known.party, known.utility?).ok()?.gains_from - 1)
                }
            },
        )
    }
}

/// For each rank of a party, how many outcomes rank higher.
fn higher(model: &Model, party: usize) -> Vec<u64> {
    let mut above = vec![0u64; model.distinct_ranks(party) as usize + 1];
    let mut count = |cell: usize| above[model.rank(party, cell) as usize] += 1;
    match &model.counted {
        Some(counted) => counted.iter().for_each(&mut count),
        None => (0..model.space().size()).for_each(&mut count),
    }
    let mut sum = 0;
    for count in above.iter_mut().rev() {
        sum += std::mem::replace(count, sum);
    }
    above
}
