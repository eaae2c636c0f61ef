//! Labels of points: `1.`, `1)`, `(a)`, `Article 1`, `§ 1`, `IV.`, `2.3`.

use serde::{Deserialize, Serialize};

use crate::lexicon::MONTHS;

/// What counts a point.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ordinal {
    /// `7`, `7.2`, `7bis`, `7a`: the parts, and the suffix in lower case.
    Number {
        /// The numbers between the dots, at least one.
        parts: Vec<u32>,
        /// `bis`, `ter`, `quater`, `alt` or letters directly behind the number; mostly empty.
        suffix: String,
    },
    /// `a`, `B`, `aa`: in lower case.
    Letter(String),
    /// A Roman numeral's value.
    Roman(u32),
}

impl Ordinal {
    /// Whether `self` comes directly behind `before` in counting.
    #[must_use]
    pub fn follows(&self, before: &Ordinal) -> bool {
        match (before, self) {
            (Ordinal::Number { parts: old, suffix: old_suffix }, Ordinal::Number { parts: new, suffix }) => {
                let same_head = old.len() == new.len() && old[..old.len() - 1] == new[..new.len() - 1];
                let (last_old, last_new) = (old[old.len() - 1], new[new.len() - 1]);
                same_head
                    && ((suffix.is_empty() && last_old.checked_add(1) == Some(last_new))
                        || (last_old == last_new && !suffix.is_empty() && follows_suffix(old_suffix, suffix)))
            }
            (Ordinal::Letter(old), Ordinal::Letter(new)) => {
                letter_value(old).zip(letter_value(new)).is_some_and(|(old, new)| old + 1 == new)
            }
            (Ordinal::Roman(old), Ordinal::Roman(new)) => old + 1 == *new,
            _ => false,
        }
    }

    /// Whether counting starts here: `1`, `a`, `i`.
    #[must_use]
    pub fn is_first(&self) -> bool {
        match self {
            Ordinal::Number { parts, suffix } => parts[parts.len() - 1] == 1 && suffix.is_empty(),
            Ordinal::Letter(letter) => letter == "a",
            Ordinal::Roman(value) => *value == 1,
        }
    }

    /// Position in counting: the last number, the letter's place, the numeral's value.
    #[must_use]
    pub fn value(&self) -> u32 {
        match self {
            Ordinal::Number { parts, .. } => parts[parts.len() - 1],
            Ordinal::Letter(letter) => letter_value(letter).unwrap_or(0),
            Ordinal::Roman(value) => *value,
        }
    }
}

fn follows_suffix(old: &str, new: &str) -> bool {
    const LATIN: [&str; 5] = ["", "bis", "ter", "quater", "quinquies"];
    let place = |suffix: &str| LATIN.iter().position(|known| *known == suffix);
    match (place(old), place(new)) {
        (Some(old), Some(new)) => old + 1 == new,
        _ => match (letter_value(old), letter_value(new)) {
            (None, Some(new)) => old.is_empty() && new == 1,
            (Some(old), Some(new)) => old + 1 == new,
            _ => false,
        },
    }
}

/// a … z are 1 … 26, aa … zz 27 … 52.
fn letter_value(letters: &str) -> Option<u32> {
    let mut bytes = letters.bytes();
    let first = bytes.next().filter(u8::is_ascii_lowercase)?;
    let place = u32::from(first - b'a') + 1;
    match bytes.next() {
        None => Some(place),
        Some(second) if second == first && bytes.next().is_none() => Some(26 + place),
        Some(_) => None,
    }
}

/// How an ordinal stands in the text; siblings share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// `(a)`
    Enclosed,
    /// `a)`
    Closed,
    /// `1.` or `1:`
    Dotted,
    /// `Article 1`, `2.3`
    Bare,
}

/// A label as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Its place, from the word or the number to its closing mark.
    pub span: crate::Span,
    /// The label's words, `Article 4.` for instance.
    pub written: String,
    /// The word before the number in lower case: `article`, `point`, `§`.
    pub word: Option<String>,
    /// The number.
    pub ordinal: Ordinal,
    /// How the number stands.
    pub shape: Shape,
    /// Whether a letter or a Roman numeral is in capitals.
    pub capital: bool,
}

impl Label {
    /// The ordinal as written, without word and marks: `4`, `iv`, `2.3`.
    #[must_use]
    pub fn number(&self) -> String {
        match &self.ordinal {
            Ordinal::Number { parts, suffix } => {
                let parts: Vec<String> = parts.iter().map(u32::to_string).collect();
                format!("{}{suffix}", parts.join("."))
            }
            Ordinal::Letter(letters) if self.capital => letters.to_uppercase(),
            Ordinal::Letter(letters) => letters.clone(),
            Ordinal::Roman(value) => {
                let numeral = roman_numeral(*value);
                if self.capital { numeral } else { numeral.to_lowercase() }
            }
        }
    }
}

/// Words that name a point, in lower case, with whether they name a part that holds points.
const WORDS: &[(&str, &str, bool)] = &[
    ("article", "article", false),
    ("artikel", "article", false),
    ("artículo", "article", false),
    ("articolo", "article", false),
    ("artigo", "article", false),
    ("статья", "article", false),
    ("стаття", "article", false),
    ("المادة", "article", false),
    ("مادة", "article", false),
    ("madde", "article", false),
    ("пункт", "point", false),
    ("punkt", "point", false),
    ("punto", "point", false),
    ("art.", "article", false),
    ("art", "article", false),
    ("point", "point", false),
    ("paragraph", "paragraph", false),
    ("para.", "paragraph", false),
    ("para", "paragraph", false),
    ("clause", "clause", false),
    ("section", "section", false),
    ("sec.", "section", false),
    ("rule", "rule", false),
    ("principle", "principle", false),
    ("item", "item", false),
    ("no.", "number", false),
    ("pp", "pp", false),
    ("op", "op", false),
    ("§", "§", false),
    ("part", "part", true),
    ("chapter", "chapter", true),
    ("title", "title", true),
    ("book", "book", true),
    ("annex", "annex", true),
    ("appendix", "annex", true),
    ("schedule", "annex", true),
];

/// Whether the word counts the paragraphs of a resolution, preambular (PP) or operative
/// (OP). Both count from 1 in one text, so they belong to the point's name.
pub(crate) fn is_paragraph_kind(word: Option<&str>) -> bool {
    matches!(word, Some("pp" | "op"))
}

pub(crate) fn is_container(word: Option<&str>) -> bool {
    word.is_some_and(|word| WORDS.iter().any(|(_, name, container)| *name == word && *container))
}

/// A label found at the start of a line; bytes count from the line's start.
#[derive(Debug, Clone)]
pub(crate) struct RawLabel {
    /// First byte of the point: an opening bracket before the label belongs to it.
    pub(crate) lead: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// First byte of the words behind the label.
    pub(crate) rest: usize,
    pub(crate) indent: usize,
    /// Level of a Markdown heading, 0 for none.
    pub(crate) heading: usize,
    pub(crate) word: Option<&'static str>,
    pub(crate) shape: Shape,
    pub(crate) capital: bool,
    /// One reading, or two where `(i)` may be a letter or a numeral.
    pub(crate) readings: Vec<Ordinal>,
}

/// Level and byte offset behind the hashes, when the line is a Markdown heading.
pub(crate) fn heading(line: &str) -> Option<(usize, usize)> {
    let trimmed = line.trim_start_matches(' ');
    let hashes = trimmed.bytes().take_while(|byte| *byte == b'#').count();
    if !(1..=6).contains(&hashes) {
        return None;
    }
    let after = &trimmed[hashes..];
    if !after.is_empty() && !after.starts_with([' ', '\t']) {
        return None;
    }
    let skip = line.len() - after.trim_start().len();
    Some((hashes, skip))
}

/// Columns of white space before the first mark; a tab counts four.
pub(crate) fn indent(line: &str) -> usize {
    line.bytes()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .map(|byte| if byte == b'\t' { 4 } else { 1 })
        .sum()
}

/// Reads the label at the start of `line` from byte `from`; O(length of the label).
pub(crate) fn read_label(line: &str) -> Option<RawLabel> {
    let columns = indent(line);
    let (level, mut at) =
        heading(line).unwrap_or((0, line.len() - line.trim_start_matches([' ', '\t']).len()));
    let mut table = false;
    if line[at..].starts_with('|') {
        table = true;
        at = skip_spaces(line, at + 1);
    }
    let mut lead = at;
    let mut bold = false;
    // Decoration and opening brackets stand before the label; a handful is enough.
    for _ in 0..8 {
        let rest = &line[at..];
        if rest.starts_with("**") || rest.starts_with("__") || rest.starts_with("~~") {
            bold |= !rest.starts_with("~~");
            if bold && !rest.starts_with("~~") && lead == at {
                lead = at;
            }
            at += 2;
        } else if rest.starts_with('[') && !rest.starts_with("[^") {
            at = skip_spaces(line, at + 1);
        } else {
            break;
        }
    }
    let start = at;
    let (word, container, after_word) = read_word(line, at);
    at = after_word;
    let enclosed = word.is_none() && line[at..].starts_with('(');
    if enclosed {
        at += 1;
    }
    let spelled = word.and_then(|_| read_spelled(line, at));
    let (readings, capital, after) = match spelled {
        Some((ordinal, end)) => (vec![ordinal], false, end),
        None => read_ordinal(line, at)?,
    };
    let lettered = capital && matches!(readings[0], Ordinal::Number { .. });
    at = after;
    let mut shape = Shape::Bare;
    let next = line[at..].chars().next();
    match next {
        Some(')') => {
            shape = if enclosed { Shape::Enclosed } else { Shape::Closed };
            at += 1;
        }
        _ if enclosed => return None,
        Some('.' | ':') => {
            shape = Shape::Dotted;
            at += 1;
        }
        _ => {}
    }
    let end = at;
    let is_dotted_number = matches!(&readings[0], Ordinal::Number { parts, .. } if parts.len() > 1);
    let ends_cell = table && line[skip_spaces(line, at)..].starts_with('|');
    let ends_tab = line[at..].starts_with('\t');
    if word.is_none() && shape == Shape::Bare && !is_dotted_number && !lettered && !ends_cell && !ends_tab {
        return None;
    }
    if bold && (line[at..].starts_with("**") || line[at..].starts_with("__")) {
        at += 2;
        if line[at..].starts_with(['.', ':']) {
            at += 1;
        }
    }
    let behind = &line[at..];
    let separated = behind.is_empty()
        || behind.starts_with(char::is_whitespace)
        || behind.starts_with(['[', '—', '–', ']', '~']);
    if !separated {
        return None;
    }
    at = skip_spaces(line, at);
    if ends_cell {
        at = skip_spaces(line, at + 1);
    } else if word.is_some() {
        // "Article 4 — Guarantees": the dash separates, it says nothing.
        for dash in ["—", "–", "- ", ": "] {
            if line[at..].starts_with(dash) {
                at = skip_spaces(line, at + dash.len());
                break;
            }
        }
    }
    let word_shape = if word.is_some() { Shape::Bare } else { shape };
    if container && level == 0 && shape == Shape::Bare {
        // "Part of the agreement": the numeral has to stand alone or open a title.
        let behind = line[end..].trim_start();
        if behind.starts_with(char::is_lowercase) {
            return None;
        }
    }
    Some(RawLabel {
        lead,
        start,
        end,
        rest: at.min(line.len()),
        indent: columns,
        heading: level,
        word,
        shape: if word.is_some() && shape == Shape::Bare { word_shape } else { shape },
        capital,
        readings,
    })
}

/// Reads a number without a mark behind it, `3 The parties …`. Prose has such lines too,
/// so the caller asks for a row of them that counts from 1.
pub(crate) fn read_bare_number(line: &str) -> Option<RawLabel> {
    let start = line.len() - line.trim_start_matches([' ', '\t']).len();
    let digits = line[start..].bytes().take(4).take_while(u8::is_ascii_digit).count();
    let end = start + digits;
    let rest = skip_spaces(line, end);
    let words = &line[rest..];
    let named = words.starts_with(|c: char| c.is_uppercase() || matches!(c, '[' | '"' | '“'));
    let first = words.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    if !(1..=3).contains(&digits) || rest == end || !named || MONTHS.contains(&first.as_str()) {
        return None;
    }
    let value = line[start..end].parse().ok()?;
    Some(RawLabel {
        lead: start,
        start,
        end,
        rest,
        indent: indent(line),
        heading: 0,
        word: None,
        shape: Shape::Bare,
        capital: false,
        readings: vec![Ordinal::Number { parts: vec![value], suffix: String::new() }],
    })
}

fn skip_spaces(line: &str, at: usize) -> usize {
    let at = at.min(line.len());
    line.len() - line[at..].trim_start_matches([' ', '\t', '\u{a0}']).len()
}

fn read_word(line: &str, at: usize) -> (Option<&'static str>, bool, usize) {
    let rest = &line[at..];
    for (written, name, container) in WORDS {
        let Some(head) = rest.get(..written.len()) else { continue };
        if !head.eq_ignore_ascii_case(written) && (head.is_ascii() || head.to_lowercase() != *written) {
            continue;
        }
        let after = skip_spaces(line, at + written.len());
        let joined = is_paragraph_kind(Some(name));
        if joined && !head.bytes().all(|byte| byte.is_ascii_uppercase()) {
            continue;
        }
        let spaced = after > at + written.len() || *written == "§" || written.ends_with('.') || joined;
        let counted = |c: char| {
            if joined { c.is_ascii_digit() } else { c.is_ascii_alphanumeric() || digit_value(c).is_some() }
        };
        if spaced && line[after..].starts_with(counted) {
            return (Some(name), *container, after);
        }
    }
    (None, false, at)
}

/// Value of an Arabic-Indic or Persian digit.
fn digit_value(c: char) -> Option<u32> {
    match c {
        '\u{660}'..='\u{669}' => Some(u32::from(c) - 0x660),
        '\u{6f0}'..='\u{6f9}' => Some(u32::from(c) - 0x6f0),
        _ => None,
    }
}

/// Numbers in words, as in "Article One".
const SPELLED: [&str; 20] = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// Reads a number in words behind a label's word, and its end.
fn read_spelled(line: &str, at: usize) -> Option<(Ordinal, usize)> {
    let length = line[at..].bytes().take_while(u8::is_ascii_alphabetic).count();
    let word = &line[at..at + length];
    let place = SPELLED.iter().position(|known| known.eq_ignore_ascii_case(word))?;
    Some((Ordinal::Number { parts: vec![place as u32 + 1], suffix: String::new() }, at + length))
}

fn read_ordinal(line: &str, at: usize) -> Option<(Vec<Ordinal>, bool, usize)> {
    let bytes = line.as_bytes();
    let foreign: Vec<u32> = line[at..].chars().take(5).map_while(digit_value).collect();
    if !foreign.is_empty() && foreign.len() <= 4 {
        let value = foreign.iter().fold(0, |value, digit| 10 * value + digit);
        let end = at + line[at..].chars().take(foreign.len()).map(char::len_utf8).sum::<usize>();
        return Some((vec![Ordinal::Number { parts: vec![value], suffix: String::new() }], false, end));
    }
    // "A.1" in annex A counts its points from 1.
    if bytes.get(at).is_some_and(u8::is_ascii_uppercase) && bytes.get(at + 1) == Some(&b'.') {
        let digits = bytes[at + 2..].iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
        let end = at + 2 + digits;
        if (1..=3).contains(&digits) && line[end..].starts_with([' ', '\t']) {
            let value = line[at + 2..end].parse().ok()?;
            return Some((vec![Ordinal::Number { parts: vec![value], suffix: String::new() }], true, end));
        }
    }
    let run = |from: usize, test: fn(&u8) -> bool| {
        bytes[from..].iter().take(12).take_while(|byte| test(byte)).count()
    };
    let digits = run(at, u8::is_ascii_digit);
    if digits > 0 {
        if digits > 4 {
            return None;
        }
        let mut parts = vec![line[at..at + digits].parse::<u32>().ok()?];
        let mut end = at + digits;
        while parts.len() < 6 && bytes.get(end) == Some(&b'.') {
            let more = run(end + 1, u8::is_ascii_digit);
            if more == 0 || more > 4 {
                break;
            }
            parts.push(line[end + 1..end + 1 + more].parse().ok()?);
            end += 1 + more;
        }
        let mut suffix = String::new();
        for latin in ["bis", "ter", "quater", "quinquies", "alt"] {
            let from = skip_spaces(line, end);
            if suffix.is_empty()
                && line.get(from..from + latin.len()).is_some_and(|word| word.eq_ignore_ascii_case(latin))
                && !(latin == "alt" && is_option_name(&line[from + latin.len()..]))
                && !line[from + latin.len()..].starts_with(char::is_alphanumeric)
            {
                suffix = latin.to_owned();
                end = from + latin.len();
            }
        }
        if suffix.is_empty() {
            let letters = run(end, u8::is_ascii_alphabetic);
            if letters == 1 {
                suffix = line[end..=end].to_lowercase();
                end += 1;
            } else if letters > 1 {
                return None;
            }
        }
        return Some((vec![Ordinal::Number { parts, suffix }], false, end));
    }
    let letters = run(at, u8::is_ascii_alphabetic);
    if letters == 0 || letters > 8 {
        return None;
    }
    let end = at + letters;
    if line[end..].starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let written = &line[at..end];
    let capital = written.bytes().all(|byte| byte.is_ascii_uppercase());
    if !capital && !written.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let lower = written.to_lowercase();
    let mut readings = Vec::new();
    // Numerals beyond sixty are words and letters far more often than labels.
    if let Some(value) = roman_value(&lower).filter(|value| *value <= 60) {
        readings.push(Ordinal::Roman(value));
    }
    if letter_value(&lower).is_some() {
        readings.push(Ordinal::Letter(lower));
    }
    if readings.is_empty() { None } else { Some((readings, capital, end)) }
}

/// Whether a number follows `Alt`, so that it names an option: `Alt. 1: …`.
fn is_option_name(behind: &str) -> bool {
    behind.trim_start_matches(['.', ' ', '\u{a0}']).starts_with(|c: char| c.is_ascii_digit())
}

const NUMERALS: [(u32, &str); 13] = [
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
];

/// The numeral in capitals; empty for 0.
pub(crate) fn roman_numeral(mut value: u32) -> String {
    let mut out = String::new();
    for (worth, numeral) in NUMERALS {
        while value >= worth && out.len() < 32 {
            out.push_str(numeral);
            value -= worth;
        }
    }
    out
}

/// The value of a numeral in lower case, in its one proper spelling.
fn roman_value(lower: &str) -> Option<u32> {
    let mut rest = lower;
    let mut value = 0_u32;
    for (worth, numeral) in NUMERALS {
        let numeral = numeral.to_lowercase();
        while let Some(behind) = rest.strip_prefix(numeral.as_str()) {
            value += worth;
            rest = behind;
        }
    }
    let proper = rest.is_empty() && value > 0 && roman_numeral(value).eq_ignore_ascii_case(lower);
    proper.then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> Option<(Option<&'static str>, Shape, Vec<Ordinal>, &str)> {
        read_label(line).map(|label| (label.word, label.shape, label.readings, &line[label.rest..]))
    }

    fn number(value: u32) -> Vec<Ordinal> {
        vec![Ordinal::Number { parts: vec![value], suffix: String::new() }]
    }

    #[test]
    fn the_usual_labels_are_read() {
        assert_eq!(shown("1. Text"), Some((None, Shape::Dotted, number(1), "Text")));
        assert_eq!(shown("12) Text"), Some((None, Shape::Closed, number(12), "Text")));
        assert_eq!(shown("(3) Text"), Some((None, Shape::Enclosed, number(3), "Text")));
        assert_eq!(
            shown("Article 4 — Guarantees"),
            Some((Some("article"), Shape::Bare, number(4), "Guarantees"))
        );
        assert_eq!(shown("Art. 4. X"), Some((Some("article"), Shape::Dotted, number(4), "X")));
        assert_eq!(shown("§ 7 Text"), Some((Some("§"), Shape::Bare, number(7), "Text")));
        assert_eq!(shown("Point 9: Text"), Some((Some("point"), Shape::Dotted, number(9), "Text")));
        assert_eq!(shown("IV. Text"), Some((None, Shape::Dotted, vec![Ordinal::Roman(4)], "Text")));
        assert_eq!(
            shown("(i) Text").map(|found| found.2),
            Some(vec![Ordinal::Roman(1), Ordinal::Letter("i".into())])
        );
        assert_eq!(
            shown("2.3 Text").map(|found| found.2),
            Some(vec![Ordinal::Number { parts: vec![2, 3], suffix: String::new() }])
        );
        assert_eq!(
            shown("7 bis. Text").map(|found| found.2),
            Some(vec![Ordinal::Number { parts: vec![7], suffix: "bis".into() }])
        );
        assert_eq!(shown("OP1. Decides"), Some((Some("op"), Shape::Dotted, number(1), "Decides")));
        assert_eq!(shown("[PP 3 Noting"), Some((Some("pp"), Shape::Bare, number(3), "Noting")));
        assert_eq!(
            shown("OP4 alt. Urges").map(|found| found.2),
            Some(vec![Ordinal::Number { parts: vec![4], suffix: "alt".into() }])
        );
        assert_eq!(shown("OP5 Alt. 1: Urges").map(|found| found.3), Some("Alt. 1: Urges"));
        assert_eq!(shown("[5. Text]").map(|found| found.3), Some("Text]"));
        assert_eq!(shown("## 5. Text").map(|found| found.3), Some("Text"));
        assert_eq!(shown("**5.** Text").map(|found| found.3), Some("Text"));
        assert_eq!(shown("| 5 | Text |").map(|found| found.3), Some("Text |"));
    }

    #[test]
    fn prose_is_no_label() {
        for line in [
            "1.5% of output",
            "2025 was",
            "[X] days",
            "a man",
            "(and so on) he",
            "Partly. So",
            "op. 1 is lost",
            "OPEN 1. Door",
            "Part of it",
            "10,000. So",
            "(see Article 4) so",
            "i.e. so",
            "",
        ] {
            let found = shown(line);
            assert!(found.is_none(), "{line}: {found:?}");
        }
    }

    #[test]
    fn numerals_go_there_and_back() {
        for value in 1..400 {
            assert_eq!(roman_value(&roman_numeral(value).to_lowercase()), Some(value));
        }
        assert_eq!(roman_value("iiii"), None);
        assert_eq!(roman_value("vx"), None);
    }
}
