//! Small sets of outcomes as bits, for checks that look at all of them.
//!
//! Issues that no constraint connects are independent of each other, so a formula need be looked at
//! only over its own issues and those that constraints connect with them. This keeps the checks exact
//! for cases whose outcomes as a whole are far too many to list.

use crate::formula::Formula;
use crate::model::Issue;

/// The most outcomes that are listed.
pub(crate) const LARGEST: usize = 1 << 20;

/// Words of 64 outcomes that all checks of one case may touch, about a second's work.
const BUDGET: u64 = 1 << 29;

/// How much more may be computed, so that no input can make the checks hang.
#[derive(Debug)]
pub(crate) struct Budget {
    left: u64,
    /// Whether something was left out.
    pub(crate) exceeded: bool,
}

impl Budget {
    pub(crate) fn new() -> Budget {
        Budget { left: BUDGET, exceeded: false }
    }

    /// Takes work from the budget, if there is enough.
    pub(crate) fn take(&mut self, work: u64) -> bool {
        match self.left.checked_sub(work) {
            Some(left) => {
                self.left = left;
                true
            }
            None => {
                self.exceeded = true;
                false
            }
        }
    }
}

/// Which issues are connected by rules.
#[derive(Debug, Clone)]
pub(crate) struct Components {
    parent: Vec<usize>,
}

impl Components {
    pub(crate) fn new(issues: usize) -> Components {
        Components { parent: (0..issues).collect() }
    }

    pub(crate) fn connect(&mut self, issues: &[usize]) {
        for pair in issues.windows(2) {
            let (a, b) = (self.root(pair[0]), self.root(pair[1]));
            self.parent[a.max(b)] = a.min(b);
        }
    }

    fn root(&mut self, mut issue: usize) -> usize {
        while self.parent[issue] != issue {
            self.parent[issue] = self.parent[self.parent[issue]];
            issue = self.parent[issue];
        }
        issue
    }

    /// All issues that are connected with any of these, ascending.
    pub(crate) fn around(&mut self, issues: &[usize]) -> Vec<usize> {
        let mut roots: Vec<usize> = issues.iter().map(|&issue| self.root(issue)).collect();
        roots.sort_unstable();
        (0..self.parent.len()).filter(|&issue| roots.binary_search(&self.root(issue)).is_ok()).collect()
    }

    /// The components, each ascending, in order of their first issue.
    pub(crate) fn all(&mut self) -> Vec<Vec<usize>> {
        let mut found: Vec<Vec<usize>> = vec![Vec::new(); self.parent.len()];
        for issue in 0..self.parent.len() {
            let root = self.root(issue);
            found[root].push(issue);
        }
        found.retain(|component| !component.is_empty());
        found
    }
}

/// One bit per outcome of a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
    size: usize,
}

impl Bits {
    fn all(size: usize) -> Bits {
        let mut bits = Bits { words: vec![u64::MAX; size.div_ceil(64)], size };
        bits.trim();
        bits
    }

    fn none(size: usize) -> Bits {
        Bits { words: vec![0; size.div_ceil(64)], size }
    }

    /// Clears what lies beyond the last outcome.
    fn trim(&mut self) {
        if let (Some(last), used @ 1..) = (self.words.last_mut(), self.size % 64) {
            *last &= (1 << used) - 1;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    pub(crate) fn get(&self, outcome: usize) -> bool {
        self.words[outcome / 64] >> (outcome % 64) & 1 == 1
    }

    pub(crate) fn set(&mut self, outcome: usize) {
        self.words[outcome / 64] |= 1 << (outcome % 64);
    }

    fn set_range(&mut self, start: usize, end: usize) {
        let mut at = start;
        while at < end {
            let until = end.min((at / 64 + 1) * 64);
            let mask = if until - at == 64 { u64::MAX } else { ((1 << (until - at)) - 1) << (at % 64) };
            self.words[at / 64] |= mask;
            at = until;
        }
    }

    fn combine(mut self, other: &Bits, with: impl Fn(u64, u64) -> u64) -> Bits {
        self.words.iter_mut().zip(&other.words).for_each(|(word, &other)| *word = with(*word, other));
        self.trim();
        self
    }

    pub(crate) fn and(self, other: &Bits) -> Bits {
        self.combine(other, |a, b| a & b)
    }

    pub(crate) fn and_not(self, other: &Bits) -> Bits {
        self.combine(other, |a, b| a & !b)
    }

    fn not(mut self) -> Bits {
        self.words.iter_mut().for_each(|word| *word = !*word);
        self.trim();
        self
    }

    /// The outcomes of the set, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(index, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    index * 64 + bit
                })
            })
        })
    }
}

/// All settings of some issues; the first issue varies fastest.
#[derive(Debug)]
pub(crate) struct Space<'a> {
    issues: &'a [Issue],
    pub(crate) chosen: Vec<usize>,
    strides: Vec<usize>,
    pub(crate) size: usize,
}

impl<'a> Space<'a> {
    /// `None` when there are more than [`LARGEST`] settings.
    pub(crate) fn new(issues: &'a [Issue], chosen: Vec<usize>) -> Option<Space<'a>> {
        let (mut strides, mut size) = (Vec::with_capacity(chosen.len()), 1usize);
        for &issue in &chosen {
            strides.push(size);
            size = size.checked_mul(issues[issue].options.len()).filter(|&size| size <= LARGEST)?;
        }
        Some(Space { issues, chosen, strides, size })
    }

    pub(crate) fn covers(&self, issues: &[usize]) -> bool {
        issues.iter().all(|issue| self.chosen.binary_search(issue).is_ok())
    }

    /// The outcomes in which an issue of the space has an option.
    pub(crate) fn is(&self, issue: usize, option: usize) -> Bits {
        let mut bits = Bits::none(self.size);
        let Ok(place) = self.chosen.binary_search(&issue) else { return bits };
        let (stride, count) = (self.strides[place], self.issues[issue].options.len());
        if self.repeats(stride * count) {
            let mut word = 0u64;
            for start in (option * stride..64).step_by(stride * count) {
                word |= ((1 << stride) - 1) << start;
            }
            bits.words.fill(word);
            bits.trim();
            return bits;
        }
        for start in (option * stride..self.size).step_by(stride * count) {
            bits.set_range(start, start + stride);
        }
        bits
    }

    pub(crate) fn everything(&self) -> Bits {
        Bits::all(self.size)
    }

    pub(crate) fn nothing(&self) -> Bits {
        Bits::none(self.size)
    }

    /// The outcomes in which a formula over issues of the space holds; `None` when it costs too much.
    pub(crate) fn holds(&self, formula: &Formula, budget: &mut Budget) -> Option<Bits> {
        budget.take(self.cost(formula)).then(|| self.evaluate(formula))
    }

    /// Whether the outcomes of an issue's options, which recur after this many, do so in every word alike.
    fn repeats(&self, period: usize) -> bool {
        period < 64 && 64 % period == 0
    }

    /// About how many words [`Space::evaluate`] touches.
    fn cost(&self, formula: &Formula) -> u64 {
        let words = self.size.div_ceil(64) as u64;
        match formula {
            Formula::Constant(_) => words,
            Formula::Is { issue, .. } => {
                let Ok(place) = self.chosen.binary_search(issue) else { return words };
                let period = self.strides[place] * self.issues[*issue].options.len();
                if self.repeats(period) { words } else { words.max((self.size / period) as u64 * 4) }
            }
            Formula::Not(inner) => words + self.cost(inner),
            Formula::And(parts) | Formula::Or(parts) => {
                parts.iter().fold(words, |sum, part| sum.saturating_add(words + self.cost(part)))
            }
            Formula::If { then: left, when: right } | Formula::Iff(left, right) => {
                words.saturating_add(self.cost(left)).saturating_add(self.cost(right))
            }
        }
    }

    fn evaluate(&self, formula: &Formula) -> Bits {
        match formula {
            Formula::Constant(true) => self.everything(),
            Formula::Constant(false) => self.nothing(),
            Formula::Is { issue, option } => self.is(*issue, *option),
            Formula::Not(inner) => self.evaluate(inner).not(),
            Formula::And(parts) => {
                parts.iter().fold(self.everything(), |bits, part| bits.and(&self.evaluate(part)))
            }
            Formula::Or(parts) => parts
                .iter()
                .fold(self.nothing(), |bits, part| bits.combine(&self.evaluate(part), |a, b| a | b)),
            Formula::If { then, when } => {
                self.evaluate(then).combine(&self.evaluate(when), |then, when| then | !when)
            }
            Formula::Iff(left, right) => {
                self.evaluate(left).combine(&self.evaluate(right), |left, right| !(left ^ right))
            }
        }
    }

    /// The place of a whole outcome in the space.
    pub(crate) fn index(&self, outcome: &[usize]) -> usize {
        self.chosen.iter().zip(&self.strides).map(|(&issue, &stride)| outcome[issue] * stride).sum()
    }

    /// The option that an issue of the space has in an outcome of the space.
    pub(crate) fn option(&self, outcome: usize, place: usize) -> usize {
        outcome / self.strides[place] % self.issues[self.chosen[place]].options.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_agree_with_the_formula_in_every_outcome() {
        let case = crate::parse(
            "[issue.a]\n[issue.b]\noptions=['x','y','z']\n[issue.c]\n[issue.d]\noptions=['1','2','3','4','5']\n[issue.e]\n",
            "case.toml",
        );
        let case = case.case.unwrap();
        let space = Space::new(&case.issues, (0..5).collect()).unwrap();
        for text in [
            "a",
            "b = y",
            "d != 3",
            "a or b = z and not c",
            "a if d = 5",
            "c iff b = x",
            "true",
            "false",
            "e",
        ] {
            let formula = case.parse_formula(text).unwrap();
            let bits = space.holds(&formula, &mut Budget::new()).unwrap();
            for index in 0..space.size {
                let outcome: Vec<usize> = (0..5).map(|place| space.option(index, place)).collect();
                assert_eq!(space.index(&outcome), index);
                assert_eq!(bits.get(index), formula.holds(&outcome), "{text} in {outcome:?}");
            }
            assert!(bits.iter().all(|outcome| outcome < space.size && bits.get(outcome)));
        }
    }

    #[test]
    fn components_follow_connections() {
        let mut components = Components::new(6);
        components.connect(&[1, 3]);
        components.connect(&[3, 4]);
        assert_eq!(components.around(&[4]), [1, 3, 4]);
        assert_eq!(components.all(), [vec![0], vec![1, 3, 4], vec![2], vec![5]]);
    }
}
