//! Moves and improvements from one outcome, on demand.

use crate::model::Model;
use paraph_case::model::Direction;

impl Model {
    /// Where a party can move from an outcome, ascending by index, merged outcomes once (as the
    /// class's first member), never the outcome itself. O(size of the fibre), times the members of a
    /// merged outcome.
    pub fn moves(&self, party: usize, cell: usize) -> Vec<usize> {
        let mut found = Vec::new();
        if let Some(explicit) = &self.case.explicit {
            found.extend(
                explicit.moves[party]
                    .iter()
                    .filter(|(from, to)| *from == cell && to != from)
                    .map(|(_, to)| *to),
            );
        } else {
            for member in self.members(cell) {
                self.fibre_moves(party, member, &mut found);
            }
            if !self.classes.is_empty() {
                let own = self.class(cell);
                found.retain(|&to| own.is_none() || self.class(to) != own);
                found.iter_mut().for_each(|to| *to = self.representative(*to));
            }
        }
        found.sort_by_cached_key(|&to| self.space.index(to));
        found.dedup();
        found
    }

    /// The moves that the party prefers to staying.
    pub fn improvements(&self, party: usize, cell: usize) -> Vec<usize> {
        let mut moves = self.moves(party, cell);
        moves.retain(|&to| self.rank(party, to) > self.rank(party, cell));
        moves
    }

    /// The cell that stands for an outcome in lists: the first member of its class, else itself.
    pub fn representative(&self, cell: usize) -> usize {
        self.class(cell).map_or(cell, |class| self.classes[class].members[0])
    }

    fn fibre_moves(&self, party: usize, cell: usize, found: &mut Vec<usize>) {
        let start = found.len();
        found.push(cell);
        for axis in &self.space.axes {
            let issue = &self.case.issues[axis.issue];
            if axis.radix == 1 || !issue.moved_by.contains(&party) {
                continue;
            }
            let digit = cell / axis.stride % axis.radix;
            let reach = match issue.changes {
                Direction::Any => 0..axis.radix,
                Direction::Up => digit..axis.radix,
                Direction::Down => 0..digit + 1,
            };
            for at in start..found.len() {
                for other in reach.clone().filter(|&other| other != digit) {
                    found.push(found[at] - digit * axis.stride + other * axis.stride);
                }
            }
        }
        let mut at = 0;
        found.retain(|&to| {
            at += 1;
            at <= start || (to != cell && self.is_feasible(to))
        });
    }
}
