//! Counting right, wrong and missing answers.

/// Right answers, answers that are wrong, and expected ones that are missing.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) right: usize,
    pub(crate) wrong: usize,
    pub(crate) missing: usize,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Tally) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missing += other.missing;
    }

    /// The harmonic mean of precision and recall; 1 when nothing was expected or said.
    pub(crate) fn f1(self) -> f64 {
        let sum = 2 * self.right + self.wrong + self.missing;
        if sum == 0 { 1.0 } else { 2.0 * self.right as f64 / sum as f64 }
    }
}

/// Counts each expected answer at most once.
pub(crate) fn tally<T>(
    expected: &[T],
    said: &[T],
    same: impl Fn(&T, &T) -> bool,
) -> (Tally, Vec<usize>, Vec<usize>) {
    let mut used = vec![false; expected.len()];
    let mut wrong = Vec::new();
    for (at, answer) in said.iter().enumerate() {
        match (0..expected.len()).find(|place| !used[*place] && same(&expected[*place], answer)) {
            Some(place) => used[place] = true,
            None => wrong.push(at),
        }
    }
    let missing: Vec<usize> = (0..expected.len()).filter(|at| !used[*at]).collect();
    let tally = Tally { right: said.len() - wrong.len(), wrong: wrong.len(), missing: missing.len() };
    (tally, wrong, missing)
}

/// Words without marks, for comparing what was found with what was expected.
pub(crate) fn plain(words: &str) -> Vec<String> {
    words
        .to_lowercase()
        .split(|c: char| !(c.is_alphanumeric() || c == '.' || c == ','))
        .map(|word| word.trim_matches(['.', ',']).to_owned())
        .filter(|word| !word.is_empty() && !matches!(word.as_str(), "the" | "a" | "an" | "and" | "or" | "of"))
        .collect()
}

/// Whether one of two wordings holds most words of the other.
pub(crate) fn overlap(one: &str, other: &str) -> bool {
    let (one, other) = (plain(one), plain(other));
    let shared = one.iter().filter(|word| other.contains(word)).count();
    let shorter = one.len().min(other.len());
    shorter > 0 && 2 * shared > shorter
}
