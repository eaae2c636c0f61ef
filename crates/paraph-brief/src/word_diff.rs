//! Two wordings laid over each other, word by word, for marking what is old and what is new.

use crate::view::{DiffRun, RunKind};

/// Product of the numbers of words up to which wordings are compared in the middle.
const MOST_CELLS: usize = 4_000_000;

/// The runs of words that are in both wordings, only in the old one, or only in the new one.
///
/// Words are what white space parts, so every mark and bracket stays: joined by spaces, the runs that are
/// not `New` give the old words and those that are not `Old` the new ones. The common words are a longest
/// common subsequence (Wagner and Fischer 1974); where two texts have more than four million pairs of
/// words between their common beginning and end, all between counts as changed. Time and memory grow with
/// the number of those pairs.
///
/// ```
/// use paraph_brief::{view::RunKind, word_diff};
/// let runs = word_diff("within [30/60] days", "within 30 days");
/// let shown: Vec<_> = runs.iter().map(|run| (run.kind, run.words.as_str())).collect();
/// assert_eq!(shown, [(RunKind::Same, "within"), (RunKind::Old, "[30/60]"), (RunKind::New, "30"),
///                    (RunKind::Same, "days")]);
/// ```
#[must_use]
pub fn word_diff(old: &str, new: &str) -> Vec<DiffRun> {
    let old: Vec<&str> = old.split_whitespace().collect();
    let new: Vec<&str> = new.split_whitespace().collect();
    let head = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail =
        old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(one, other)| one == other).count();
    let (old_rest, new_rest) = (&old_rest[..old_rest.len() - tail], &new_rest[..new_rest.len() - tail]);
    let mut runs = Runs::default();
    runs.extend(RunKind::Same, &old[..head]);
    if old_rest.len().saturating_mul(new_rest.len()) > MOST_CELLS {
        runs.extend(RunKind::Old, old_rest);
        runs.extend(RunKind::New, new_rest);
    } else {
        middle(old_rest, new_rest, &mut runs);
    }
    runs.extend(RunKind::Same, &old[old.len() - tail..]);
    runs.finish()
}

fn middle<'a>(old: &[&'a str], new: &[&'a str], runs: &mut Runs<'a>) {
    // `common[i * wide + j]`: the longest common subsequence of what follows `i` and `j`.
    let wide = new.len() + 1;
    let mut common = vec![0_u32; (old.len() + 1) * wide];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * wide + j] = if old[i] == new[j] {
                common[(i + 1) * wide + j + 1] + 1
            } else {
                common[(i + 1) * wide + j].max(common[i * wide + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            runs.extend(RunKind::Same, &old[i..=i]);
            (i, j) = (i + 1, j + 1);
        } else if common[(i + 1) * wide + j] >= common[i * wide + j + 1] {
            runs.extend(RunKind::Old, &old[i..=i]);
            i += 1;
        } else {
            runs.extend(RunKind::New, &new[j..=j]);
            j += 1;
        }
    }
    runs.extend(RunKind::Old, &old[i..]);
    runs.extend(RunKind::New, &new[j..]);
}

/// Runs under construction: between common words the old ones come first, then the new ones.
#[derive(Default)]
struct Runs<'a> {
    done: Vec<DiffRun>,
    same: Vec<&'a str>,
    old: Vec<&'a str>,
    new: Vec<&'a str>,
}

impl<'a> Runs<'a> {
    fn extend(&mut self, kind: RunKind, words: &[&'a str]) {
        if words.is_empty() {
            return;
        }
        match kind {
            RunKind::Same => {
                self.flush_changes();
                self.same.extend(words);
            }
            RunKind::Old => {
                self.flush_same();
                self.old.extend(words);
            }
            RunKind::New => {
                self.flush_same();
                self.new.extend(words);
            }
        }
    }

    fn flush_same(&mut self) {
        if !self.same.is_empty() {
            self.done.push(DiffRun { kind: RunKind::Same, words: self.same.join(" ") });
            self.same.clear();
        }
    }

    fn flush_changes(&mut self) {
        for (kind, words) in [(RunKind::Old, &mut self.old), (RunKind::New, &mut self.new)] {
            if !words.is_empty() {
                self.done.push(DiffRun { kind, words: words.join(" ") });
                words.clear();
            }
        }
    }

    fn finish(mut self) -> Vec<DiffRun> {
        self.flush_same();
        self.flush_changes();
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_wordings_come_back_from_the_runs() {
        // All pairs of texts of up to four words over three words.
        let mut texts = vec![String::new()];
        for length in 1..=4_u32 {
            for code in 0..3_usize.pow(length) {
                let words: Vec<&str> =
                    (0..length).map(|at| ["a", "b", "[c"][code / 3_usize.pow(at) % 3]).collect();
                texts.push(words.join(" "));
            }
        }
        for old in &texts {
            for new in &texts {
                let runs = word_diff(old, new);
                let side = |without: RunKind| {
                    let kept = runs.iter().filter(|run| run.kind != without);
                    kept.map(|run| run.words.as_str()).collect::<Vec<_>>().join(" ")
                };
                assert_eq!((&side(RunKind::New), &side(RunKind::Old)), (old, new));
                assert!(old != new || runs.iter().all(|run| run.kind == RunKind::Same));
            }
        }
    }
}
