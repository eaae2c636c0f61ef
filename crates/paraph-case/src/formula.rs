//! Formulas over issues and options.
//!
//! The language is described in [the reference](crate::keys) and parsed by
//! [`Case::parse_formula`](crate::Case::parse_formula); [`Formula::display`] is its inverse up to
//! logical equivalence.

use crate::model::Case;
use crate::syntax;

/// A formula with names resolved to indexes.
///
/// `if` and `iff` are kept as written so that a formula can be shown the way
/// its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Formula {
    /// Always true or always false.
    Constant(bool),
    /// The issue has this option.
    Is {
        /// Index into the case's issues.
        issue: usize,
        /// Index into the issue's options.
        option: usize,
    },
    /// Negation.
    Not(Box<Formula>),
    /// All hold; true when empty.
    And(Vec<Formula>),
    /// At least one holds; false when empty.
    Or(Vec<Formula>),
    /// "`then` if `when`": `then` holds whenever `when` does.
    If {
        /// The consequence.
        then: Box<Formula>,
        /// The condition.
        when: Box<Formula>,
    },
    /// Both hold or neither does.
    Iff(Box<Formula>, Box<Formula>),
}

impl Formula {
    /// The truth value in an outcome given as an option index per issue. Linear in the formula's length.
    ///
    /// # Panics
    /// When the outcome has fewer issues than the formula names.
    pub fn holds(&self, outcome: &[usize]) -> bool {
        match self {
            Formula::Constant(value) => *value,
            Formula::Is { issue, option } => outcome[*issue] == *option,
            Formula::Not(inner) => !inner.holds(outcome),
            Formula::And(parts) => parts.iter().all(|part| part.holds(outcome)),
            Formula::Or(parts) => parts.iter().any(|part| part.holds(outcome)),
            Formula::If { then, when } => !when.holds(outcome) || then.holds(outcome),
            Formula::Iff(left, right) => left.holds(outcome) == right.holds(outcome),
        }
    }

    /// The number of operators, names and constants in the formula.
    pub fn length(&self) -> u64 {
        match self {
            Formula::Constant(_) | Formula::Is { .. } => 1,
            Formula::Not(inner) => 1 + inner.length(),
            Formula::And(parts) | Formula::Or(parts) => parts.iter().fold(1, |sum, part| sum + part.length()),
            Formula::If { then: left, when: right } | Formula::Iff(left, right) => {
                1 + left.length() + right.length()
            }
        }
    }

    /// The formula in the language of `case.toml`, with no more parentheses than it needs. Reading the
    /// text again gives a formula that is true in the same outcomes.
    ///
    /// ```
    /// let case = paraph_case::parse("[issue.a]\n[issue.b]\noptions = ['no', 'maybe so']", "case.toml").case.unwrap();
    /// let formula = case.parse_formula("((a) & (b = 'maybe so')) -> (a | - a)").unwrap();
    /// assert_eq!(formula.display(&case), "a or not a if a and b = 'maybe so'");
    /// ```
    ///
    /// # Panics
    /// When the formula names issues or options that the case does not have.
    pub fn display(&self, case: &Case) -> String {
        let mut text = String::new();
        self.write(case, Tightness::Iff, &mut text);
        text
    }

    /// Writes the formula as a part that binds at least as tightly as `least`.
    fn write(&self, case: &Case, least: Tightness, text: &mut String) {
        if let Formula::And(parts) | Formula::Or(parts) = self
            && let [only] = parts.as_slice()
        {
            return only.write(case, least, text);
        }
        let own = self.tightness();
        let parentheses = own < least;
        if parentheses {
            text.push('(');
        }
        match self {
            Formula::Constant(value) => text.push_str(if *value { "true" } else { "false" }),
            Formula::Is { issue, option } => {
                let issue = &case.issues[*issue];
                text.push_str(&issue.id);
                if !(issue.binary && *option == 1) {
                    text.push_str(" = ");
                    text.push_str(&syntax::quoted(&issue.options[*option]));
                }
            }
            Formula::Not(inner) => {
                text.push_str("not ");
                inner.write(case, Tightness::Not, text);
            }
            Formula::And(parts) if parts.is_empty() => text.push_str("true"),
            Formula::Or(parts) if parts.is_empty() => text.push_str("false"),
            Formula::And(parts) | Formula::Or(parts) => {
                let word = if own == Tightness::And { " and " } else { " or " };
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        text.push_str(word);
                    }
                    part.write(case, own, text);
                }
            }
            Formula::If { then, when } => {
                then.write(case, Tightness::Or, text);
                text.push_str(" if ");
                when.write(case, Tightness::Or, text);
            }
            Formula::Iff(left, right) => {
                left.write(case, Tightness::If, text);
                text.push_str(" iff ");
                right.write(case, Tightness::If, text);
            }
        }
        if parentheses {
            text.push(')');
        }
    }

    fn tightness(&self) -> Tightness {
        match self {
            Formula::Constant(_) | Formula::Is { .. } => Tightness::Operand,
            Formula::Not(_) => Tightness::Not,
            Formula::And(parts) | Formula::Or(parts) if parts.is_empty() => Tightness::Operand,
            Formula::And(_) => Tightness::And,
            Formula::Or(_) => Tightness::Or,
            Formula::If { .. } => Tightness::If,
            Formula::Iff(..) => Tightness::Iff,
        }
    }

    /// The issues that the formula names, ascending, each once.
    pub fn issues(&self) -> Vec<usize> {
        fn walk(formula: &Formula, into: &mut Vec<usize>) {
            match formula {
                Formula::Constant(_) => {}
                Formula::Is { issue, .. } => into.push(*issue),
                Formula::Not(inner) => walk(inner, into),
                Formula::And(parts) | Formula::Or(parts) => {
                    parts.iter().for_each(|part| walk(part, into));
                }
                Formula::If { then: left, when: right } | Formula::Iff(left, right) => {
                    walk(left, into);
                    walk(right, into);
                }
            }
        }
        let mut found = Vec::new();
        walk(self, &mut found);
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// How tightly an operator binds, loosest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tightness {
    Iff,
    If,
    Or,
    And,
    Not,
    Operand,
}
