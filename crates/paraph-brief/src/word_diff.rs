//! Two wordings laid over each other, word by word, for marking what is old and what is new.

use crate::view::{DiffRun, RunKind};

/// Product of the numbers of words up to which wordings are compared in the middle.
const MOST_CELLS: usize = 8_000_000;

/// A word, or a mark that stands for itself, and where it stands in its text.
struct Piece<'a> {
    text: &'a str,
    from: usize,
    to: usize,
}

/// The runs of words that are in both wordings, only in the old one, or only in the new one.
///
/// Brackets and marks at the ends of words stand for themselves, so that a bracket that goes takes no
/// word with it. White space is kept: written one behind the other, the runs that are not `New` give the
/// old wording and those that are not `Old` the new one. The common words are a longest common subsequence
/// (Wagner and Fischer 1974), marks counting less than words; where two texts have more than eight million
/// pairs of words between their common beginning and end, all between counts as changed. Time and memory
/// grow with the number of those pairs.
///
/// ```
/// use paraph_brief::{view::RunKind, word_diff};
/// let runs = word_diff("within [30] days", "within 30 days");
/// let shown: Vec<_> = runs.iter().map(|run| (run.kind, run.words.as_str())).collect();
/// assert_eq!(shown, [(RunKind::Same, "within "), (RunKind::Old, "["), (RunKind::Same, "30"),
///                    (RunKind::Old, "]"), (RunKind::Same, " days")]);
/// ```
#[must_use]
pub fn word_diff(old: &str, new: &str) -> Vec<DiffRun> {
    let (a, b) = (pieces(old), pieces(new));
    let mut runs = Runs::default();
    let (mut at_old, mut at_new) = (0, 0);
    for (i, j) in common(&a, &b) {
        let (before, after) = (&old[at_old..a[i].from], &new[at_new..b[j].from]);
        if let Some((kind, rest)) = whole_sentence(before, after, a[i].text) {
            runs.push(RunKind::Same, a[i].text);
            runs.push(kind, rest);
            runs.push(kind, a[i].text);
        } else {
            runs.between(before, after);
            runs.push(RunKind::Same, a[i].text);
        }
        (at_old, at_new) = (a[i].to, b[j].to);
    }
    runs.between(&old[at_old..], &new[at_new..]);
    runs.done
}

/// Where one side alone has `. A sentence` before a common full stop, the stop before the sentence is
/// the common one, so that the sentence goes or comes with its own: its kind, and it without its stops.
fn whole_sentence<'a>(old: &'a str, new: &'a str, stop: &str) -> Option<(RunKind, &'a str)> {
    if !matches!(stop, "." | ";") {
        return None;
    }
    match (old, new) {
        (words, "") => Some((RunKind::Old, words.strip_prefix(stop)?)),
        ("", words) => Some((RunKind::New, words.strip_prefix(stop)?)),
        _ => None,
    }
}

/// Words, with brackets and the marks around words apart.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let is_bracket = |c: char| matches!(c, '[' | ']' | '(' | ')' | '/' | '“' | '”' | '"' | '~');
    let mut pieces = Vec::new();
    let mut push = |from: usize, to: usize| {
        if from < to {
            pieces.push(Piece { text: &text[from..to], from, to });
        }
    };
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let to = at + c.len_utf8();
        let mark = matches!(c, ',' | ';' | ':' | '.' | '!' | '?')
            && text[to..]
                .chars()
                .next()
                .is_none_or(|next| next.is_whitespace() || is_bracket(next) || next == '.');
        if c.is_whitespace() {
            push(from, at);
            from = to;
        } else if is_bracket(c) || mark {
            push(from, at);
            push(at, to);
            from = to;
        }
    }
    push(from, text.len());
    pieces
}

/// Places of the common pieces, ascending on both sides.
fn common(old: &[Piece<'_>], new: &[Piece<'_>]) -> Vec<(usize, usize)> {
    let same = |i: usize, j: usize| old[i].text == new[j].text;
    let head = (0..old.len().min(new.len())).take_while(|at| same(*at, *at)).count();
    let left = old.len().min(new.len()) - head;
    let tail = (1..=left).take_while(|back| same(old.len() - back, new.len() - back)).count();
    let (rows, columns) = (old.len() - head - tail, new.len() - head - tail);
    let mut found: Vec<(usize, usize)> = (0..head).map(|at| (at, at)).collect();
    if rows.saturating_mul(columns) <= MOST_CELLS {
        // `best[i * wide + j]`: the weight of the best common subsequence of what follows `i` and `j`.
        let wide = columns + 1;
        let mut best = vec![0_u32; (rows + 1) * wide];
        let worth: Vec<u32> = old[head..head + rows]
            .iter()
            .map(|piece| if piece.text.contains(char::is_alphanumeric) { 4 } else { 1 })
            .collect();
        for i in (0..rows).rev() {
            for j in (0..columns).rev() {
                best[i * wide + j] = if same(head + i, head + j) {
                    best[(i + 1) * wide + j + 1] + worth[i]
                } else {
                    best[(i + 1) * wide + j].max(best[i * wide + j + 1])
                };
            }
        }
        let (mut i, mut j) = (0, 0);
        let (mut skipped_old, mut skipped_new) = (0, 0);
        while i < rows && j < columns {
            if same(head + i, head + j) {
                found.push((head + i, head + j));
                (i, j) = (i + 1, j + 1);
                (skipped_old, skipped_new) = (0, 0);
                continue;
            }
            // Of two ways alike, the one that goes on evenly, so that the next word in common is near.
            let (down, right) = (best[(i + 1) * wide + j], best[i * wide + j + 1]);
            if down > right || (down == right && skipped_old <= skipped_new) {
                i += 1;
                skipped_old += 1;
            } else {
                j += 1;
                skipped_new += 1;
            }
        }
    }
    found.extend((1..=tail).rev().map(|back| (old.len() - back, new.len() - back)));
    found
}

/// Runs under construction: between common words the old ones come first, then the new ones.
#[derive(Default)]
struct Runs {
    done: Vec<DiffRun>,
}

impl Runs {
    fn push(&mut self, kind: RunKind, words: &str) {
        if words.is_empty() {
            return;
        }
        match self.done.last_mut() {
            Some(last) if last.kind == kind => last.words.push_str(words),
            _ => self.done.push(DiffRun { kind, words: words.to_owned() }),
        }
    }

    /// What stands between two common words on each side; white space at both ends that both sides
    /// have is common too.
    fn between(&mut self, old: &str, new: &str) {
        let space = |text: &str| text.len() - text.trim_start().len();
        let lead = common_prefix(&old[..space(old)], &new[..space(new)]);
        let (before, old, new) = (&old[..lead], &old[lead..], &new[lead..]);
        let space = |text: &str| text.trim_end().len();
        let trail = common_suffix(&old[space(old)..], &new[space(new)..]);
        let (old, behind) = old.split_at(old.len() - trail);
        self.push(RunKind::Same, before);
        self.push(RunKind::Old, old);
        self.push(RunKind::New, &new[..new.len() - trail]);
        self.push(RunKind::Same, behind);
    }
}

/// Bytes of the longest common beginning.
fn common_prefix(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}

/// Bytes of the longest common end.
fn common_suffix(one: &str, other: &str) -> usize {
    one.chars().rev().zip(other.chars().rev()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}

/// The words of a run without white space at their ends, and that white space.
pub(crate) fn trimmed(words: &str) -> (&str, &str, &str) {
    let lead = words.len() - words.trim_start().len();
    let end = lead + words[lead..].trim_end().len();
    (&words[..lead], &words[lead..end], &words[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> String {
        let signs = |run: &DiffRun| match run.kind {
            RunKind::Same => run.words.clone(),
            RunKind::Old => format!("<-{}>", run.words),
            RunKind::New => format!("<+{}>", run.words),
        };
        word_diff(old, new).iter().map(signs).collect()
    }

    #[test]
    fn both_wordings_come_back_from_the_runs() {
        // All pairs of texts of up to four words over four words, marks and gaps among them.
        let mut texts = vec![String::new()];
        for length in 1..=4_u32 {
            for code in 0..4_usize.pow(length) {
                texts.push(
                    (0..length).map(|at| ["a ", "b", "[c", ", "][code / 4_usize.pow(at) % 4]).collect(),
                );
            }
        }
        for old in &texts {
            for new in &texts {
                let runs = word_diff(old, new);
                let side = |without: RunKind| {
                    runs.iter().filter(|run| run.kind != without).map(|run| run.words.as_str()).collect()
                };
                let both: (String, String) = (side(RunKind::New), side(RunKind::Old));
                assert_eq!((&both.0, &both.1), (old, new));
                assert!(old != new || runs.iter().all(|run| run.kind == RunKind::Same));
            }
        }
    }

    #[test]
    fn brackets_go_without_their_words() {
        for (old, new, expected) in [
            ("open [under guard];", "open under guard;", "open <-[>under guard<-]>;"),
            ("[deep][grave] fear", "grave fear", "<-[deep][>grave<-]> fear"),
            ("by 1.5 per cent, then", "by 2.5 per cent. Then", "by <-1.5><+2.5> per cent<-, then><+. Then>"),
            ("within 100 days of it", "as soon as it", "<-within 100 days of><+as soon as> it"),
            ("One. Two. Three.", "One.", "One.<- Two. Three.>"),
            ("a", "a", "a"),
            ("", "new words", "<+new words>"),
        ] {
            assert_eq!(shown(old, new), expected);
        }
    }
}
