//! Why a party prefers one outcome to another.

use crate::model::Model;
use paraph_case::model::Preferences;
use paraph_case::rational::Rational;

/// What makes the difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The first of the party's priorities (by index) that holds in one and not in the other.
    Priority(usize),
    /// Utilities differ: what each issue (by index) and each weighted formula (by index) adds,
    /// largest first; the sum is the difference.
    Weights {
        /// Issues whose chosen options weigh differently.
        issues: Vec<(usize, Rational)>,
        /// Weighted formulas that hold in only one of the two.
        formulas: Vec<(usize, Rational)>,
    },
    /// The ranking says so.
    Ranking,
}

impl Model {
    /// Why `party` prefers `better` to `worse`; `None` when it does not.
    pub fn reason(&self, party: usize, better: usize, worse: usize) -> Option<Reason> {
        if self.compare(party, better, worse).is_le() {
            return None;
        }
        let (a, b) = (self.options(better), self.options(worse));
        match &self.case.parties[party].preferences {
            Preferences::None => None,
            Preferences::Ranking(_) => Some(Reason::Ranking),
            Preferences::Priorities(list) => list
                .iter()
                .position(|priority| priority.that.holds(&a) != priority.that.holds(&b))
                .map(Reason::Priority),
            Preferences::Weights(weights) => {
                let utility = self.utilities[party].as_ref()?;
                let part = |units: i64| Rational::new(i128::from(units), i128::from(utility.scale));
                let falls = |mut list: Vec<(usize, Rational)>| {
                    list.retain(|(_, part)| *part != Rational::ZERO);
                    list.sort_by(|x, y| y.1.cmp(&x.1).then(x.0.cmp(&y.0)));
                    list
                };
                let issues = (0..a.len())
                    .filter_map(|issue| {
                        let options = &utility.options[issue];
                        let weight = |option: usize| options.get(option).copied().unwrap_or(0);
                        Some((issue, part(weight(a[issue]) - weight(b[issue]))?))
                    })
                    .collect();
                let formulas = weights
                    .formulas
                    .iter()
                    .zip(&utility.formulas)
                    .enumerate()
                    .filter_map(|(at, (weighted, &weight))| {
                        let there = i64::from(weighted.that.holds(&a)) - i64::from(weighted.that.holds(&b));
                        Some((at, part(there * weight)?))
                    })
                    .collect();
                Some(Reason::Weights { issues: falls(issues), formulas: falls(formulas) })
            }
        }
    }
}
