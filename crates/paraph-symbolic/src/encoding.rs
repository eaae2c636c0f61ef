//! Options as bits: which variables stand for which issue.

use crate::order;
use paraph_case::formula::Formula;
use paraph_case::model::{Case, Direction, Preferences};

/// The variables of a case. An issue with d options has ⌈log₂ d⌉ bits, most significant first, side by
/// side; an issue that changes one way and that somebody moves has a second copy of each, right below,
/// for the option that a move started from.
pub(crate) struct Encoding {
    /// For each issue, its number of options.
    pub(crate) options: Vec<usize>,
    /// For each issue, the variables of its option.
    pub(crate) now: Vec<Vec<u32>>,
    /// For each issue, the variables of the option that a move started from; empty unless it changes one
    /// way and somebody moves it.
    pub(crate) start: Vec<Vec<u32>>,
    /// How many variables there are, both kinds.
    pub(crate) variables: u32,
    /// How many stand for options.
    pub(crate) bits: u32,
    /// For each issue its place from the top.
    pub(crate) place: Vec<usize>,
}

impl Encoding {
    pub(crate) fn new(case: &Case) -> Encoding {
        let order = order::arrange(case.issues.len(), &together(case));
        let mut encoding = Encoding {
            options: case.issues.iter().map(|issue| issue.options.len()).collect(),
            now: vec![Vec::new(); case.issues.len()],
            start: vec![Vec::new(); case.issues.len()],
            variables: 0,
            bits: 0,
            place: vec![0; case.issues.len()],
        };
        for (place, &issue) in order.iter().enumerate() {
            encoding.place[issue] = place;
            let declared = &case.issues[issue];
            let one_way = declared.changes != Direction::Any && !declared.moved_by.is_empty();
            for _ in 0..bits_for(declared.options.len()) {
                encoding.now[issue].push(encoding.variables);
                encoding.variables += 1;
                encoding.bits += 1;
                if one_way {
                    encoding.start[issue].push(encoding.variables);
                    encoding.variables += 1;
                }
            }
        }
        encoding
    }

    /// The bits of an option, with the variables given.
    pub(crate) fn code<'a>(
        &self,
        variables: &'a [u32],
        option: usize,
    ) -> impl DoubleEndedIterator<Item = (u32, bool)> + use<'a> {
        let last = variables.len();
        variables
            .iter()
            .enumerate()
            .map(move |(at, &variable)| (variable, option >> (last - 1 - at) & 1 == 1))
    }

    /// An outcome as values of all the variables that stand for options.
    pub(crate) fn values(&self, outcome: &[usize]) -> Vec<(u32, bool)> {
        outcome.iter().zip(&self.now).flat_map(|(&option, variables)| self.code(variables, option)).collect()
    }
}

/// How many bits tell this many options apart.
fn bits_for(options: usize) -> u32 {
    usize::BITS - options.saturating_sub(1).leading_zeros()
}

/// The groups of issues that occur in one formula.
fn together(case: &Case) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut add = |formula: &Formula| groups.push(formula.issues());
    case.constraints.iter().for_each(|constraint| add(&constraint.always));
    for party in &case.parties {
        party.red_lines.iter().for_each(|line| add(&line.that));
        match &party.preferences {
            Preferences::Priorities(list) => list.iter().for_each(|priority| add(&priority.that)),
            Preferences::Weights(weights) => {
                weights.formulas.iter().for_each(|weighted| add(&weighted.that));
            }
            Preferences::None | Preferences::Ranking(_) => {}
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_tell_options_apart() {
        let bits: Vec<u32> = (0..=9).map(bits_for).collect();
        assert_eq!(bits, [0, 0, 1, 2, 2, 3, 3, 3, 3, 4]);
    }
}
