//! Words of a unit, their stems, and the clauses they stand in.

use std::collections::HashMap;

use unicode_segmentation::UnicodeSegmentation;

use crate::bracket::MarkKind;
use crate::read::Draft;
use crate::text::Span;

/// What stands between a word and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gap {
    /// White space at most.
    None,
    /// A comma, a dash, a bracket.
    Comma,
    /// The end of a clause: a semicolon, a full stop, another nested point.
    Clause,
}

#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) span: Span,
    /// In small letters, straight apostrophes, without a possessive ending.
    pub(crate) lower: String,
    pub(crate) stem: u32,
    pub(crate) gap: Gap,
    pub(crate) clause: usize,
    /// First of a sentence.
    pub(crate) opens: bool,
    pub(crate) capital: bool,
    pub(crate) acronym: bool,
    /// Stands in a placeholder such as `[X]`.
    pub(crate) placeholder: bool,
    /// Currency sign before, or percent sign behind.
    pub(crate) sign: Option<char>,
    pub(crate) possessive: bool,
}

/// Stems by number, shared by all drafts that are compared.
#[derive(Debug, Default)]
pub(crate) struct Stems {
    ids: HashMap<String, u32>,
    stops: Vec<bool>,
    names: Vec<String>,
}

impl Stems {
    pub(crate) fn id(&mut self, lower: &str) -> u32 {
        let stem = stem(lower);
        if let Some(id) = self.ids.get(stem.as_str()) {
            return *id;
        }
        let id = self.names.len() as u32;
        self.stops.push(is_stop(lower));
        self.names.push(stem.clone());
        self.ids.insert(stem, id);
        id
    }

    pub(crate) fn is_stop(&self, id: u32) -> bool {
        self.stops[id as usize]
    }
}

const STOPS: &[&str] = &[
    "a", "an", "the", "of", "and", "or", "to", "in", "on", "at", "by", "for", "from", "with", "as", "is",
    "are", "be", "been", "being", "was", "were", "has", "have", "had", "it", "its", "their", "they", "them",
    "this", "that", "these", "those", "which", "who", "whose", "shall", "will", "should", "may", "must",
    "can", "would", "any", "each", "all", "such", "other", "into", "than", "there", "also", "both", "every",
    "he", "she", "his", "her", "him", "we", "our", "under", "upon", "per", "if", "not", "no", "do", "does",
    "so", "but",
];

pub(crate) fn is_stop(lower: &str) -> bool {
    STOPS.contains(&lower)
}

fn is_parameter(stem: &str) -> bool {
    const TIMES: [&str; 22] = [
        "day",
        "week",
        "month",
        "year",
        "hour",
        "minut",
        "soon",
        "possibl",
        "practicabl",
        "within",
        "after",
        "before",
        "until",
        "since",
        "signatur",
        "sign",
        "immediate",
        "annual",
        "annua",
        "million",
        "billion",
        "cent",
    ];
    stem.starts_with(|c: char| c.is_ascii_digit()) || TIMES.contains(&stem)
}

/// A light stem: plural, past and progressive endings go. Only for comparing.
fn stem(lower: &str) -> String {
    if !lower.is_ascii() || lower.len() < 4 || lower.bytes().any(|byte| byte.is_ascii_digit()) {
        return lower.to_owned();
    }
    let mut word = lower;
    let mut tail = "";
    for (ending, keep, put) in
        [("ies", 2, "y"), ("sses", 3, "ss"), ("ss", 2, "ss"), ("us", 3, "us"), ("s", 3, "")]
    {
        if let Some(head) = word.strip_suffix(ending)
            && head.len() >= keep
        {
            word = head;
            tail = put;
            break;
        }
    }
    let mut out = format!("{word}{tail}");
    for ending in ["ing", "ed", "ly"] {
        if let Some(head) = out.strip_suffix(ending)
            && head.len() >= 4
        {
            out = head.to_owned();
            break;
        }
    }
    if out.len() > 4 && out.ends_with('e') {
        out.pop();
    }
    let bytes = out.as_bytes();
    let count = bytes.len();
    if count > 4 && bytes[count - 1] == bytes[count - 2] && !matches!(bytes[count - 1], b's' | b'l') {
        out.pop();
    }
    out
}

/// Stretches of the draft that are no words of the text: attributions, names of
/// options, struck words and references to notes; sorted, in characters.
pub(crate) fn hidden(draft: &Draft) -> Vec<Span> {
    let mut hidden = Vec::new();
    for mark in &draft.brackets().marks {
        match mark.kind {
            MarkKind::Struck => hidden.push(mark.span),
            MarkKind::Attributed | MarkKind::Option => {
                hidden.push(Span { start: mark.span.start, end: mark.words.start });
                hidden.push(Span { start: mark.words.end, end: mark.span.end });
            }
            _ => {}
        }
    }
    for note in &draft.brackets().footnotes {
        hidden.extend(note.references.iter().map(|(span, _)| *span));
    }
    hidden.retain(|span| !span.is_empty());
    hidden.sort();
    hidden
}

/// The tokens of the given spans of a draft, which ascend.
pub(crate) fn tokens(draft: &Draft, spans: &[Span], hidden: &[Span], stems: &mut Stems) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut clause = 0;
    let placeholders: Vec<Span> = match (spans.first(), spans.last()) {
        (Some(first), Some(last)) => {
            let marks = &draft.brackets().marks;
            let from = marks.partition_point(|mark| mark.span.start < first.start);
            marks[from..]
                .iter()
                .take_while(|mark| mark.span.start < last.end)
                .filter(|mark| mark.kind == MarkKind::Placeholder)
                .map(|mark| mark.span)
                .collect()
        }
        _ => Vec::new(),
    };
    // The words of an option begin a sentence, whatever stands before its name.
    let options: Vec<usize> = match (spans.first(), spans.last()) {
        (Some(first), Some(last)) => {
            let marks = &draft.brackets().marks;
            let from = marks.partition_point(|mark| mark.span.start < first.start);
            marks[from..]
                .iter()
                .take_while(|mark| mark.span.start < last.end)
                .filter(|mark| mark.kind == MarkKind::Option)
                .map(|mark| mark.words.start)
                .collect()
        }
        _ => Vec::new(),
    };
    for span in spans {
        let range = draft.text.range(*span);
        let slice = &draft.text()[range.clone()];
        let mut previous_end = 0;
        let mut first = true;
        for (at, word) in slice.unicode_word_indices() {
            let between = &slice[previous_end..at];
            let place = draft.text.span(range.start + at, range.start + at + word.len());
            let behind = hidden.partition_point(|span| span.start <= place.start);
            if behind > 0 && place.start < hidden[behind - 1].end {
                continue;
            }
            let capital = word.starts_with(char::is_uppercase);
            let digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
            if between == ":"
                && word.len() == 2
                && digits(word)
                && let Some(hour) = tokens.last_mut()
                && hour.span.end + 1 == place.start
                && hour.lower.len() <= 2
                && digits(&hour.lower)
            {
                // A time of day, 22:00, is one word.
                hour.span.end = place.end;
                hour.lower = format!("{}:{word}", hour.lower);
                hour.stem = stems.id(&hour.lower);
                previous_end = at + word.len();
                continue;
            }
            let before_word = tokens.last().map(|token| token.lower.as_str());
            let mut gap = gap_of(between, before_word, capital || word.starts_with(char::is_numeric));
            let mut opens = gap == Gap::Clause && !between.contains(';');
            // "[Requests][Invites] the secretariat": each alternative begins the sentence.
            let alternative = between.contains('[')
                && between.chars().all(|c| matches!(c, '[' | ']') || c.is_whitespace())
                && tokens.last().is_some_and(|token| token.opens);
            opens |= alternative;
            if options.binary_search(&place.start).is_ok() {
                gap = Gap::Clause;
                opens = true;
            }
            if first {
                gap = Gap::Clause;
                opens = true;
                first = false;
            }
            if gap == Gap::Clause && !tokens.is_empty() {
                clause += 1;
            }
            previous_end = at + word.len();
            let letters = word.chars().filter(|c| c.is_alphabetic()).count();
            let acronym = letters >= 2 && word.chars().all(|c| !c.is_lowercase());
            let straight = word.to_lowercase().replace('’', "'");
            let possessive = straight.ends_with("'s") || straight.ends_with('\'');
            let lower = straight.trim_end_matches("'s").trim_end_matches('\'').to_owned();
            let before_char = between.chars().next_back();
            // "2.5 %" is written with and without a space.
            let behind = &slice[previous_end..];
            let after_char = behind.trim_start_matches([' ', '\u{a0}', '\u{202f}']).chars().next();
            let after_char = if after_char == Some('%') { after_char } else { behind.chars().next() };
            let sign = match (before_char, after_char) {
                (_, Some('%')) => Some('%'),
                (_, Some('°')) => Some('°'),
                (Some(sign @ ('$' | '€' | '£' | '¥')), _) => Some(sign),
                _ => None,
            };
            let held = placeholders.partition_point(|span| span.start <= place.start);
            tokens.push(Token {
                span: place,
                stem: stems.id(&lower),
                lower,
                gap,
                clause,
                opens,
                capital,
                acronym,
                placeholder: held > 0 && place.end <= placeholders[held - 1].end,
                sign,
                possessive,
            });
        }
    }
    tokens
}

fn gap_of(between: &str, before: Option<&str>, sentence_may_start: bool) -> Gap {
    if between.contains(';')
        || has_empty_line(between)
        || between.contains('|')
        || between.contains("\n- ")
        || between.contains("\n* ")
    {
        return Gap::Clause;
    }
    if between.contains(['.', '!', '?']) {
        const SHORT: [&str; 14] =
            ["art", "no", "nos", "st", "mr", "mrs", "ms", "dr", "para", "paras", "e.g", "i.e", "u.s", "cf"];
        let shortened = before.is_some_and(|word| SHORT.contains(&word) || word.chars().count() == 1);
        let spaced = between.contains(char::is_whitespace);
        if spaced && sentence_may_start && !shortened {
            return Gap::Clause;
        }
    }
    if between.contains([',', ':', '(', ')', '–', '—', '[', ']', '/', '"', '“', '”']) {
        Gap::Comma
    } else {
        Gap::None
    }
}

fn has_empty_line(between: &str) -> bool {
    between.matches('\n').count() >= 2
}

/// A weight for each stem over a set of units: `ln(1 + units / units with it)`,
/// three tenths of that for stop words and for numbers and times (Spärck Jones, 1972).
///
/// Numbers and times are what successive drafts change in a point; they say less
/// than its other words about which point it is.
#[derive(Debug)]
pub(crate) struct Weights {
    weights: Vec<f64>,
}

impl Weights {
    pub(crate) fn new(stems: &Stems, units: &[&[Token]]) -> Self {
        let mut found = vec![0_u32; stems.names.len()];
        let mut last = vec![usize::MAX; stems.names.len()];
        for (index, unit) in units.iter().enumerate() {
            for token in *unit {
                let id = token.stem as usize;
                if last[id] != index {
                    last[id] = index;
                    found[id] += 1;
                }
            }
        }
        let count = units.len() as f64;
        let weights = found
            .iter()
            .enumerate()
            .map(|(id, found)| {
                let weight = (1.0 + count / f64::from((*found).max(1))).ln();
                let light = stems.stops[id] || is_parameter(&stems.names[id]);
                if light { 0.3 * weight } else { weight }
            })
            .collect();
        Weights { weights }
    }

    pub(crate) fn of(&self, stem: u32) -> f64 {
        self.weights.get(stem as usize).copied().unwrap_or(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_bring_forms_of_a_word_together() {
        for (one, other) in [
            ("guarantees", "guarantee"),
            ("compensated", "compensates"),
            ("parties", "party"),
            ("lifting", "lifted"),
            ("withdrawing", "withdraws"),
            ("planned", "planning"),
        ] {
            assert_eq!(stem(one), stem(other), "{one} {other}");
        }
        assert_ne!(stem("force"), stem("form"));
    }
}
