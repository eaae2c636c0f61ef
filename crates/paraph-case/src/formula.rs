//! Formulas over issues and options.

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
