//! Resolving brackets by choices: "Option 2 in 7".

use serde::{Deserialize, Serialize};

use crate::bracket::MarkKind;
use crate::error::{Error, Kind};
use crate::read::{Draft, read};
use crate::text::squeeze;

/// What to do with marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Take {
    /// The named option; the others go.
    Option(String),
    /// The alternative at this place, counted from 1: between slashes, or among brackets
    /// that stand side by side, `[30][60]`.
    Alternative(usize),
    /// The words attributed to this party; words attributed to others go.
    Party(String),
    /// Plain and attributed words in brackets stay, without the brackets.
    Keep,
    /// Plain and attributed words in brackets go.
    Drop,
    /// Placeholders become these words.
    Value(String),
    /// Struck words go.
    AcceptStruck,
    /// Struck words stay, without their marks.
    RestoreStruck,
}

/// One choice: what to take, where, and which mark of that place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What to do.
    pub take: Take,
    /// Address of a point; nested points follow it. `None`: the whole draft.
    pub point: Option<String>,
    /// Only the n-th mark that fits, counted from 1 inside the point.
    pub nth: Option<usize>,
}

/// A draft with choices carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned {
    /// The text after all choices, read again.
    pub draft: Draft,
    /// For each choice, how many marks it settled; 0 means that it found nothing.
    pub settled: Vec<usize>,
}

impl Choice {
    /// Reads a choice as people write it: `Option 2 in 7`, `alternative 1 in 3`,
    /// `Party A in 4`, `keep in 5`, `keep 2 in 5` (the second bracket), `drop in 5`,
    /// `800,000 for X in 6`, `drop struck`, `keep struck in 9`. Without `in …`
    /// a choice holds for the whole draft.
    ///
    /// # Errors
    /// When nothing is chosen; the message names the forms.
    pub fn parse(sentence: &str) -> Result<Choice, Error> {
        let sentence = squeeze(sentence);
        let (head, point) = match sentence.rfind(" in ") {
            Some(at) => (&sentence[..at], Some(sentence[at + 4..].trim().to_owned())),
            None => (sentence.as_str(), None),
        };
        let lower = head.to_lowercase();
        let words: Vec<&str> = head.split(' ').collect();
        let number = |at: usize| words.get(at).and_then(|word| word.parse::<usize>().ok());
        let misread = || {
            Error::new(
                Kind::Choice,
                format!(
                    "`{sentence}` is no choice; write `Option 2 in 7`, `alternative 1 in 3`, \
                     `Party A in 4`, `keep in 5`, `drop 2 in 5`, `800,000 for X in 6` \
                     or `drop struck`"
                ),
            )
        };
        let mut nth = None;
        let take = if head.is_empty() || point.as_deref() == Some("") {
            return Err(misread());
        } else if let Some(at) = lower.find(" for ") {
            let value = head.get(..at).ok_or_else(misread)?;
            Take::Value(value.trim().to_owned())
        } else {
            match (lower.split(' ').next().unwrap_or_default(), words.len()) {
                ("option" | "alt." | "variant", 2) => Take::Option(words[1].to_owned()),
                ("alternative" | "alt", 2) => match number(1) {
                    Some(place) if place > 0 => Take::Alternative(place),
                    _ => Take::Option(words[1].to_owned()),
                },
                ("keep" | "drop", 2) if words[1].eq_ignore_ascii_case("struck") => {
                    if lower.starts_with("keep") { Take::RestoreStruck } else { Take::AcceptStruck }
                }
                (verb @ ("keep" | "drop"), count @ (1 | 2)) => {
                    if count == 2 {
                        nth = Some(number(1).filter(|place| *place > 0).ok_or_else(misread)?);
                    }
                    if verb == "keep" { Take::Keep } else { Take::Drop }
                }
                _ => Take::Party(head.to_owned()),
            }
        };
        Ok(Choice { take, point, nth })
    }
}

#[derive(Clone)]
enum Decision {
    Leave,
    Unwrap,
    Drop,
    Put(String),
}

/// Carries out choices, the first one that fits a mark deciding, and reads the result.
///
/// Marks that no choice fits stay as they are. `Option N` settles a bracket that holds
/// options, single options in brackets of their own, and free ones; it leaves alone
/// groups without an option of that name.
///
/// # Errors
/// A choice that names a point which is not there, or a result over the size limit.
pub fn clean(draft: &Draft, choices: &[Choice]) -> Result<Cleaned, Error> {
    let marks = &draft.brackets.marks;
    let mut decisions = vec![Decision::Leave; marks.len()];
    let mut decided = vec![false; marks.len()];
    let mut settled = Vec::with_capacity(choices.len());
    let named: std::collections::BTreeSet<(usize, String)> = marks
        .iter()
        .filter(|mark| mark.kind == MarkKind::Option)
        .filter_map(|mark| Some((mark.point, mark.name.as_ref()?.to_lowercase())))
        .collect();
    let rows = rows(draft);
    for choice in choices {
        let range = match &choice.point {
            None => None,
            Some(address) => {
                let index = draft.find(address).ok_or_else(|| {
                    Error::new(Kind::UnknownPlace, format!("draft {} has no point {address}", draft.name()))
                })?;
                Some(draft.points[index].whole)
            }
        };
        let mut matching = 0;
        let mut count = 0;
        for index in 0..marks.len() {
            let mark = &marks[index];
            if range.is_some_and(|range| mark.span.start < range.start || mark.span.start >= range.end) {
                continue;
            }
            let decision = match (&choice.take, mark.kind) {
                (Take::Option(name), MarkKind::Option) => {
                    let same = |other: &str| other.eq_ignore_ascii_case(name);
                    if !named.contains(&(mark.point, name.to_lowercase())) {
                        continue;
                    }
                    if mark.name.as_deref().is_some_and(same) { Decision::Unwrap } else { Decision::Drop }
                }
                (Take::Alternative(place), _) if mark.alternatives.len() >= *place => {
                    Decision::Put(squeeze(draft.slice(mark.alternatives[place - 1])))
                }
                (
                    Take::Alternative(place),
                    MarkKind::Plain | MarkKind::Attributed | MarkKind::Placeholder,
                ) if rows[index].1 >= (*place).max(2) => {
                    if rows[index].0 == *place {
                        Decision::Unwrap
                    } else {
                        Decision::Drop
                    }
                }
                (Take::Party(party), MarkKind::Attributed) => {
                    if mark.parties.iter().any(|known| known.eq_ignore_ascii_case(party)) {
                        Decision::Unwrap
                    } else {
                        Decision::Drop
                    }
                }
                (Take::Keep, MarkKind::Plain | MarkKind::Attributed) => Decision::Unwrap,
                (Take::Drop, MarkKind::Plain | MarkKind::Attributed) => Decision::Drop,
                (Take::Value(value), MarkKind::Placeholder) => Decision::Put(value.clone()),
                (Take::AcceptStruck, MarkKind::Struck) => Decision::Drop,
                (Take::RestoreStruck, MarkKind::Struck) => Decision::Unwrap,
                _ => continue,
            };
            matching += 1;
            if choice.nth.is_some_and(|nth| nth != matching) || decided[index] {
                continue;
            }
            decided[index] = true;
            decisions[index] = decision;
            count += 1;
            // A bracket that holds nothing but options goes with their choice.
            if mark.kind == MarkKind::Option
                && let Some(parent) = mark.parent
                && marks[parent].kind == MarkKind::Options
                && !decided[parent]
            {
                decided[parent] = true;
                decisions[parent] = Decision::Unwrap;
            }
        }
        settled.push(count);
    }
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); marks.len()];
    let mut roots = Vec::new();
    for (index, mark) in marks.iter().enumerate() {
        match mark.parent {
            Some(parent) => children[parent].push(index),
            None => roots.push(index),
        }
    }
    // A bracket whose options all went goes with them.
    for (index, mark) in marks.iter().enumerate() {
        let dropped = |option: &usize| matches!(decisions[*option], Decision::Drop);
        if mark.kind == MarkKind::Options
            && matches!(decisions[index], Decision::Unwrap)
            && children[index].iter().all(dropped)
        {
            decisions[index] = Decision::Drop;
        }
    }
    let mut writer = Writer { draft, decisions: &decisions, children: &children, out: String::new() };
    writer.write(0, draft.text().len(), &roots);
    let draft = read(draft.name(), &writer.out)?;
    Ok(Cleaned { draft, settled })
}

/// For each mark its place, from 1, in the row of brackets that stand side by side, and how
/// many the row has. O(marks).
fn rows(draft: &Draft) -> Vec<(usize, usize)> {
    let marks = &draft.brackets.marks;
    let mut rows = vec![(1, 1); marks.len()];
    let mut last: std::collections::BTreeMap<Option<usize>, usize> = std::collections::BTreeMap::new();
    for (index, mark) in marks.iter().enumerate() {
        if !matches!(mark.kind, MarkKind::Plain | MarkKind::Attributed | MarkKind::Placeholder) {
            last.remove(&mark.parent);
            continue;
        }
        if let Some(before) = last.insert(mark.parent, index) {
            let between = crate::Span { start: marks[before].span.end, end: mark.span.start };
            if between.len() <= 1 && draft.slice(between).chars().all(|c| c == ' ') {
                rows[index].0 = rows[before].0 + 1;
            }
        }
    }
    // The last of a row knows how many there are.
    let mut next: std::collections::BTreeMap<Option<usize>, (usize, usize)> =
        std::collections::BTreeMap::new();
    for index in (0..marks.len()).rev() {
        let place = rows[index].0;
        rows[index].1 = match next.get(&marks[index].parent) {
            Some((behind, count)) if *behind == place + 1 => *count,
            _ => place,
        };
        next.insert(marks[index].parent, rows[index]);
    }
    rows
}

struct Writer<'a> {
    draft: &'a Draft,
    decisions: &'a [Decision],
    children: &'a [Vec<usize>],
    out: String,
}

impl Writer<'_> {
    /// Writes a byte range with the marks in it; as deep as brackets are nested.
    fn write(&mut self, from: usize, to: usize, marks: &[usize]) {
        let source = self.draft.text();
        let mut at = from;
        for index in marks {
            let mark = &self.draft.brackets.marks[*index];
            let span = self.draft.text.range(mark.span);
            let words = self.draft.text.range(mark.words);
            if span.start < at || span.end > to {
                continue;
            }
            self.text(&source[at..span.start]);
            let inner: Vec<usize> = self.children[*index].clone();
            match &self.decisions[*index] {
                Decision::Leave => {
                    self.text(&source[span.start..words.start]);
                    self.write(words.start, words.end, &inner);
                    self.text(&source[words.end..span.end]);
                }
                Decision::Unwrap if mark.kind == MarkKind::Options => {
                    for option in inner {
                        if matches!(self.decisions[option], Decision::Drop) {
                            continue;
                        }
                        let range = self.draft.text.range(self.draft.brackets.marks[option].span);
                        self.write(range.start, range.end, &[option]);
                    }
                }
                Decision::Unwrap => self.write(words.start, words.end, &inner),
                Decision::Drop => {
                    let open_line = self.out.is_empty() || self.out.ends_with('\n');
                    let next = source[span.end..].chars().next();
                    let closes = next
                        .is_none_or(|c| c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | ')' | ']'));
                    if closes && !open_line {
                        let kept = self.out.trim_end_matches([' ', '\t']).len();
                        self.out.truncate(kept);
                    }
                }
                Decision::Put(value) => self.text(value),
            }
            at = span.end;
        }
        self.text(&source[at..to]);
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }
}
