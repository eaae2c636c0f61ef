//! From the bytes of a draft to its points, and back.

use serde::{Deserialize, Serialize};

use crate::bracket::{self, Brackets};
use crate::error::{Error, Kind};
use crate::label::{self, Label, Ordinal, RawLabel, Shape};
use crate::text::{Diagnostic, Severity, Span, Text, squeeze};

/// Largest draft that is read, in bytes; larger ones are an error that says so.
pub const LARGEST_DRAFT: usize = 64 << 20;

/// What stands in the front matter of a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrontMatter {
    /// Title; without one in the front matter, the first first-level heading, or a
    /// first line in capitals.
    pub title: Option<String>,
    /// Who put the draft forward.
    pub by: Option<String>,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, as written.
    pub date: Option<String>,
    /// Name of the draft that this one was made from (the file's stem).
    pub based_on: Option<String>,
    /// All other keys with their values, in their order.
    pub other: Vec<(String, String)>,
}

/// What a piece of a draft is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PointKind {
    /// Text before the first number.
    Preamble,
    /// A heading, or a part that holds points: "Part II", "## Security". A capital
    /// numeral or letter with no more than a title, over points with plain numbers
    /// ("II. Security", then "4.", "5."), is a part too.
    Section,
    /// A numbered point, at any depth.
    Numbered,
    /// Text that belongs to no number, after the first number.
    Unnumbered,
    /// A footnote's text: `[^1]: Party A reserves its position.`
    Footnote,
}

/// One piece of a draft. Points stand in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// What it is.
    pub kind: PointKind,
    /// How it is named: `7`, `7(a)(i)`, `2.3`, `preamble`, `note-1`; unique in
    /// the draft, a repeated one ends in `#2`, `#3` and so on.
    pub address: String,
    /// The label as written, for numbered points and parts.
    pub label: Option<Label>,
    /// Index of the piece that holds this one.
    pub parent: Option<usize>,
    /// Number of numbered points around this one.
    pub depth: usize,
    /// The heading's words, without their marks.
    pub heading: Option<Span>,
    /// Its own words behind label and heading, before the first nested point; may be empty.
    pub body: Span,
    /// From the label to the end of the last nested point.
    pub whole: Span,
}

/// A draft as it was read: its text, its points, its brackets, and what is odd about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub(crate) name: String,
    pub(crate) text: Text,
    pub(crate) front: FrontMatter,
    pub(crate) points: Vec<Point>,
    pub(crate) brackets: Brackets,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Draft {
    /// The name it was read under: the file's stem, unique among the drafts of a case.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The title, or the name where there is none.
    #[must_use]
    pub fn title(&self) -> &str {
        self.front.title.as_deref().unwrap_or(&self.name)
    }

    /// The front matter.
    #[must_use]
    pub fn front(&self) -> &FrontMatter {
        &self.front
    }

    /// The whole text that all spans count in. For `.docx` it is the text taken
    /// from the document: a paragraph a line, a row of a table between bars.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.as_str()
    }

    /// Number of characters of the text; no span ends behind it.
    #[must_use]
    pub fn characters(&self) -> usize {
        self.text.characters()
    }

    /// The words of a span; a span of another draft is clamped to this text.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.slice(span)
    }

    /// All pieces in the order of the text.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The brackets, options, placeholders, struck text and reservations.
    #[must_use]
    pub fn brackets(&self) -> &Brackets {
        &self.brackets
    }

    /// Everything odd about the draft, in the order of the text.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Index of the point with this address; `Article 7` and `7` mean the same.
    #[must_use]
    pub fn find(&self, address: &str) -> Option<usize> {
        let wanted = address.trim();
        let exact = self.points.iter().position(|point| point.address == wanted);
        exact.or_else(|| {
            let wanted = squeeze(wanted).to_lowercase();
            self.points.iter().position(|point| {
                point.address.to_lowercase() == wanted
                    || point.label.as_ref().is_some_and(|label| {
                        let written = squeeze(&label.written).to_lowercase();
                        written.trim_end_matches(['.', ':', ')']) == wanted
                    })
            })
        })
    }

    /// The text again: `read(render(draft)) == draft`, byte for byte.
    #[must_use]
    pub fn render(&self) -> String {
        self.text.as_str().to_owned()
    }

    /// Indices of the units of comparison: the outermost numbered points, and
    /// unnumbered pieces with words of their own. Nested points belong to their unit.
    #[must_use]
    pub fn units(&self) -> Vec<usize> {
        let mut inside = vec![false; self.points.len()];
        let mut units = Vec::new();
        for (index, point) in self.points.iter().enumerate() {
            inside[index] = point
                .parent
                .is_some_and(|parent| inside[parent] || self.points[parent].kind == PointKind::Numbered);
            if inside[index] {
                continue;
            }
            let counts = match point.kind {
                PointKind::Numbered => true,
                PointKind::Preamble | PointKind::Unnumbered | PointKind::Section => {
                    !self.slice(point.body).trim().is_empty()
                }
                PointKind::Footnote => false,
            };
            if counts {
                units.push(index);
            }
        }
        units
    }

    /// The words of a unit with its heading and nested points, without labels,
    /// as pieces in the order of the text.
    #[must_use]
    pub fn words_of(&self, index: usize) -> Vec<Span> {
        let whole = self.points[index].whole;
        let mut spans = Vec::new();
        for (at, point) in self.points.iter().enumerate().skip(index) {
            if at != index && point.whole.start >= whole.end {
                break;
            }
            if at != index && !self.holds(index, at) {
                continue;
            }
            spans.extend(point.heading.filter(|span| !span.is_empty()));
            if !point.body.is_empty() {
                spans.push(point.body);
            }
        }
        // A section's own words end where its points begin.
        if self.points[index].kind == PointKind::Section {
            spans.truncate(
                usize::from(self.points[index].heading.is_some_and(|span| !span.is_empty()))
                    + usize::from(!self.points[index].body.is_empty()),
            );
        }
        spans
    }

    fn holds(&self, outer: usize, inner: usize) -> bool {
        let mut at = self.points[inner].parent;
        while let Some(parent) = at {
            if parent == outer {
                return true;
            }
            if parent < outer {
                return false;
            }
            at = self.points[parent].parent;
        }
        false
    }

    /// The brackets that open before the label of a point and so hold it with its label,
    /// `[` for `[7. Words.]`; mostly empty.
    #[must_use]
    pub fn lead(&self, index: usize) -> String {
        let point = &self.points[index];
        let Some(label) = &point.label else { return String::new() };
        let before = Span { start: point.whole.start, end: label.span.start };
        self.slice(before).chars().filter(|c| *c == '[').collect()
    }

    /// The words of a unit as one line, brackets and all, without labels.
    #[must_use]
    pub fn wording(&self, index: usize) -> String {
        let parts: Vec<String> =
            self.words_of(index).into_iter().map(|span| squeeze(self.slice(span))).collect();
        format!("{}{}", self.lead(index), parts.join(" "))
    }
}

/// Reads a draft from the bytes of a Markdown or plain text file.
///
/// Any text gives a draft; what is odd about it is in [`Draft::diagnostics`].
/// Time grows linearly with the length (times the depth of nesting for labels,
/// which stays below [`DEEPEST_NESTING`]).
///
/// # Errors
/// Bytes that are not UTF-8 (with the place of the first bad one), or more than
/// [`LARGEST_DRAFT`] bytes.
pub fn read_bytes(name: &str, bytes: &[u8]) -> Result<Draft, Error> {
    if bytes.len() > LARGEST_DRAFT {
        return Err(Error::new(
            Kind::TooLarge,
            format!("{name} has {} bytes; drafts of up to {LARGEST_DRAFT} are read", bytes.len()),
        ));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(read_text(name, text.to_owned())),
        Err(error) => {
            let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
            Err(Error::new(
                Kind::Encoding,
                format!(
                    "{name} is not UTF-8: byte {} (line {}) begins no character; \
                     save the file as UTF-8",
                    error.valid_up_to(),
                    line + 1
                ),
            ))
        }
    }
}

/// Reads a draft from its text, at most [`LARGEST_DRAFT`] bytes of it.
///
/// # Errors
/// A longer text.
pub fn read(name: &str, text: &str) -> Result<Draft, Error> {
    read_bytes(name, text.as_bytes())
}

/// Deepest nesting of labels; deeper ones are read as siblings.
pub const DEEPEST_NESTING: usize = 12;

/// A piece while it is being read: places are bytes.
struct Piece {
    kind: PointKind,
    label: Option<RawPlace>,
    parent: Option<usize>,
    depth: usize,
    heading: Option<(usize, usize)>,
    whole_start: usize,
    body_start: usize,
    body_end: usize,
    note: Option<String>,
}

struct RawPlace {
    start: usize,
    end: usize,
    word: Option<&'static str>,
    ordinal: Ordinal,
    shape: Shape,
    capital: bool,
}

/// What stands above a line that may open a point.
#[derive(Clone, Copy)]
struct Above {
    /// An empty line, a heading, or a label without words.
    strong: bool,
    /// A line that ends a sentence or a clause.
    stop: bool,
    /// A line that opened a point.
    label: bool,
}

#[derive(Clone, PartialEq)]
struct Key {
    word: Option<&'static str>,
    shape: Shape,
    class: u8,
    dots: usize,
    capital: bool,
    heading: bool,
}

struct Level {
    piece: usize,
    key: Key,
    ordinal: Ordinal,
    indent: usize,
    heading: usize,
}

struct Reader {
    pieces: Vec<Piece>,
    stack: Vec<Level>,
    current: Option<usize>,
    section: Option<usize>,
    numbered_yet: bool,
    /// A piece whose label stands alone on its line; its title may stand on the next.
    untitled: Option<usize>,
}

fn key_of(raw: &RawLabel, ordinal: &Ordinal) -> Key {
    let (class, dots) = match ordinal {
        Ordinal::Number { parts, .. } => (0, parts.len()),
        Ordinal::Letter(_) => (1, 0),
        Ordinal::Roman(_) => (2, 0),
    };
    let shape = if raw.word.is_some() { Shape::Bare } else { raw.shape };
    // "1.2." and "1.2" are the same style.
    let shape = if dots > 1 { Shape::Bare } else { shape };
    Key { word: raw.word, shape, class, dots, capital: raw.capital, heading: raw.heading > 0 }
}

impl Reader {
    fn push(&mut self, piece: Piece) -> usize {
        self.pieces.push(piece);
        let index = self.pieces.len() - 1;
        self.current = Some(index);
        index
    }

    fn depth_below(&self, parent: Option<usize>) -> usize {
        parent.map_or(0, |parent| {
            self.pieces[parent].depth + usize::from(self.pieces[parent].kind == PointKind::Numbered)
        })
    }

    /// Chooses the reading of a label and the place in the stack where it goes:
    /// the number of levels that stay. `None`: no plausible label here.
    fn place(&self, raw: &RawLabel, above: Above) -> Option<(Ordinal, usize)> {
        let (strong, after_stop) = (above.strong, above.stop);
        let mut best: Option<(i32, Ordinal, usize)> = None;
        for (rank, reading) in raw.readings.iter().enumerate() {
            let key = key_of(raw, reading);
            let (score, keep) = self.place_reading(raw, reading, &key);
            let score = score - rank as i32;
            if best.as_ref().is_none_or(|(old, ..)| score > *old) {
                best = Some((score, reading.clone(), keep));
            }
        }
        let (score, ordinal, keep) = best?;
        let follows = score >= 20;
        let plausible = match (&ordinal, raw.word) {
            _ if raw.heading > 0 => true,
            (Ordinal::Number { .. }, None) if raw.capital => strong || follows || after_stop || above.label,
            (_, Some(_)) if label::is_paragraph_kind(raw.word) => strong || follows || after_stop,
            (_, Some(_)) => strong || (follows && (raw.shape != Shape::Bare || after_stop)),
            (Ordinal::Number { parts, .. }, _) => {
                follows
                    || (parts[0] < 1000 && strong)
                    || (parts[0] < 1000 && after_stop)
                    || (above.label && parts.len() == 1 && self.is_near(raw, &ordinal))
            }
            // A single capital is a person's initial as often as a label.
            (Ordinal::Letter(_), _) if raw.shape != Shape::Enclosed => {
                let deeper = self.stack.last().is_some_and(|level| raw.indent > level.indent + 1);
                follows || (ordinal.is_first() && (strong || (after_stop && deeper)))
            }
            _ => follows || strong || after_stop,
        };
        plausible.then_some((ordinal, keep))
    }

    /// Whether a sibling of the same style has a number close to this one, so that a
    /// list without full stops may skip or repeat numbers.
    fn is_near(&self, raw: &RawLabel, ordinal: &Ordinal) -> bool {
        let key = key_of(raw, ordinal);
        self.stack
            .iter()
            .any(|level| level.key == key && ordinal.value().abs_diff(level.ordinal.value()) <= 5)
    }

    fn place_reading(&self, raw: &RawLabel, reading: &Ordinal, key: &Key) -> (i32, usize) {
        // A heading closes every deeper or equal heading and all that hangs below.
        let floor = if raw.heading > 0 {
            self.stack
                .iter()
                .position(|level| level.heading == 0 || level.heading >= raw.heading)
                .unwrap_or(self.stack.len())
        } else {
            self.stack.len()
        };
        if raw.heading > 0 {
            let follows = self.stack.iter().any(|level| level.key == *key && reading.follows(&level.ordinal));
            return (if follows { 20 } else { 5 }, floor);
        }
        if let Ordinal::Number { parts, .. } = reading
            && parts.len() > 1
        {
            let head = &parts[..parts.len() - 1];
            for (at, level) in self.stack.iter().enumerate().rev() {
                if let Ordinal::Number { parts: above, suffix } = &level.ordinal {
                    if above.as_slice() == head && suffix.is_empty() {
                        let last = self.stack.get(at + 1).map(|level| &level.ordinal);
                        let next = last.map_or_else(|| reading.is_first(), |last| reading.follows(last));
                        return (if next { 20 } else { 8 }, at + 1);
                    }
                    if level.key == *key {
                        return (if reading.follows(&level.ordinal) { 20 } else { 6 }, at);
                    }
                }
            }
        }
        let near = |level: &Level| level.indent.abs_diff(raw.indent) <= 1;
        // A sibling that counts on, then any sibling, the nearest indentation first.
        let mut follows = None;
        let mut sibling = None;
        for (at, level) in self.stack.iter().enumerate().rev() {
            if level.key == *key {
                if reading.follows(&level.ordinal)
                    && follows.is_none_or(|(_, close): (usize, bool)| !close && near(level))
                {
                    follows = Some((at, near(level)));
                }
                if sibling.is_none_or(|(_, close): (usize, bool)| !close && near(level)) {
                    sibling = Some((at, near(level)));
                }
            }
        }
        if let Some((at, _)) = follows {
            return (20, at);
        }
        // "Point 10.", "11)", "(12)": another style that counts on where a list stands.
        if matches!(reading, Ordinal::Number { parts, .. } if parts.len() == 1 && parts[0] > 1)
            && sibling.is_none()
        {
            let counted = |level: &Level| {
                !label::is_container(level.key.word)
                    && matches!(&level.ordinal, Ordinal::Number { parts, .. } if parts.len() == 1)
                    && reading.follows(&level.ordinal)
            };
            if let Some(at) = self.stack.iter().rposition(counted) {
                return (12, at);
            }
        }
        let deeper = self.stack.last().is_none_or(|level| raw.indent > level.indent + 1);
        let starts = reading.is_first();
        if let Some((at, close)) = sibling {
            if !close && deeper && starts {
                return (10, self.stack.len());
            }
            // "1." again under another kind of label restarts there, not below.
            return (8, at);
        }
        // A new style: named points stand above unnamed ones, parts above all.
        let keep = if raw.word.is_some() {
            let container = label::is_container(raw.word);
            self.stack
                .iter()
                .position(|level| {
                    let holds = label::is_container(level.key.word);
                    let inside = level.key.word.is_some() && raw.indent > level.indent + 1;
                    let below = level.heading > 0 && level.key.word.is_none();
                    container || !(holds || inside || below)
                })
                .unwrap_or(self.stack.len())
        } else {
            self.stack.len()
        };
        (if starts { 12 } else { 2 }, keep)
    }
}

fn is_closing(line: &str) -> bool {
    let line = line.trim_start();
    ["Done at ", "DONE at ", "In witness whereof", "IN WITNESS WHEREOF", "Signed at ", "Signed by "]
        .iter()
        .any(|opening| line.starts_with(opening))
}

fn is_capital_heading(line: &str) -> bool {
    let line = line.trim();
    line.len() <= 120
        && line.chars().filter(|c| c.is_alphabetic()).count() >= 4
        && line.chars().all(|c| !c.is_lowercase())
        && !line.ends_with(['.', ';', ',', ':'])
        && !line.contains(['|', '['])
        && line.split_whitespace().count() <= 12
}

/// Whether a line can be the title of the label that stands alone above it: short,
/// without an end mark, and told apart from the words below.
fn is_title_line(source: &str, lines: &[(usize, usize)], index: usize, blank_above: bool) -> bool {
    let line_at = |index: usize| lines.get(index).map(|(start, end)| source[*start..*end].trim());
    let Some(line) = line_at(index) else { return false };
    let short = line.chars().count() <= 90 && line.split_whitespace().count() <= 12;
    let named = line.starts_with(|c: char| c.is_uppercase() || c == '[' || c == '(' || !c.is_ascii());
    if !short || !named || line.ends_with(['.', ';', ',', ':', '!', '?']) {
        return false;
    }
    let is_label = |line: &str| label::read_label(line);
    match line_at(index + 1) {
        None => false,
        Some("") => {
            let further =
                (index + 2..lines.len().min(index + 6)).filter_map(line_at).find(|line| !line.is_empty());
            // A line between two empty ones names what is counted below it, or what is said.
            further.is_some_and(|further| match is_label(further) {
                Some(next) => next.word.is_none() && next.heading == 0,
                None => !blank_above && label::heading(further).is_none(),
            })
        }
        Some(below) if is_label(below).is_some() => true,
        Some(below) => line.chars().count() < 45 && below.starts_with(|c: char| c.is_uppercase() || c == '['),
    }
}

/// Lines that open with a number without a mark, where they count from 1 to 3 at least
/// and no line has a number with a mark; ascending.
fn bare_numbers(source: &str, lines: &[(usize, usize)], first: usize) -> Vec<usize> {
    let mut found = Vec::new();
    for (at, (start, end)) in lines.iter().enumerate() {
        let line = &source[*start..*end];
        let numbered = |raw: RawLabel| matches!(&raw.readings[0], Ordinal::Number { .. }) && !raw.capital;
        if label::read_label(line).is_some_and(numbered) {
            return Vec::new();
        }
        if label::read_bare_number(line)
            .is_some_and(|raw| raw.readings[0].value() as usize == found.len() + 1)
        {
            found.push(first + at);
        }
    }
    if found.len() < 3 { Vec::new() } else { found }
}

/// Whether a capital numeral or letter with a title names a part that holds points:
/// "II. The state" over "Article 3", or "IV. THE PRESIDENT" over "8.".
fn names_part(raw: &RawLabel, line: &str, next_label: Option<&str>) -> bool {
    let counts = raw.capital && !raw.readings.iter().any(|one| matches!(one, Ordinal::Number { .. }));
    let title = line[raw.rest..].trim();
    let titled = !title.is_empty()
        && title.split_whitespace().count() <= 12
        && !title.ends_with(['.', ';', ',', ':', '!', '?']);
    let Some(next) = next_label.and_then(label::read_label).filter(|_| counts && titled) else {
        return false;
    };
    let number = next.readings.iter().any(|one| matches!(one, Ordinal::Number { .. }));
    match next.word {
        Some(_) => !label::is_container(next.word),
        None => number && is_capital_heading(title),
    }
}

fn footnote(line: &str) -> Option<(&str, usize)> {
    let indent = line.len() - line.trim_start().len();
    let rest = line[indent..].strip_prefix("[^")?;
    let close = rest.find(']')?;
    if close == 0 || close > 32 || !rest[close + 1..].starts_with(':') {
        return None;
    }
    let after = indent + 2 + close + 2;
    Some((&rest[..close], after + line[after..].len() - line[after..].trim_start().len()))
}

/// Byte ranges of the lines, without their ends.
fn lines(text: &str) -> Vec<(usize, usize)> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let trimmed = if text[start..end].ends_with('\r') { end - 1 } else { end };
        lines.push((start, trimmed));
        start = end + 1;
    }
    lines
}

fn read_front(text: &str, lines: &[(usize, usize)], notes: &mut Vec<Note>) -> (FrontMatter, usize) {
    let mut front = FrontMatter::default();
    let first = lines
        .iter()
        .position(|(start, end)| !text[*start..*end].trim_start_matches('\u{feff}').trim().is_empty());
    let Some(first) = first else { return (front, 0) };
    let (start, end) = lines[first];
    let fence = text[start..end].trim_start_matches('\u{feff}').trim_end();
    if fence != "---" && fence != "+++" {
        return (front, 0);
    }
    let close = lines[first + 1..]
        .iter()
        .take(200)
        .position(|(start, end)| {
            let line = text[*start..*end].trim_end();
            line == fence || line == "..."
        })
        .map(|at| first + 1 + at);
    let Some(close) = close else {
        notes.push((
            Severity::Error,
            "open-front-matter",
            format!("the front matter that `{fence}` opens is never closed"),
            start,
            end,
            Some(format!("put a line `{fence}` behind the last key; all was read as text")),
        ));
        return (front, 0);
    };
    for (start, end) in &lines[first + 1..close] {
        let line = &text[*start..*end];
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        let Some(at) = line.find([':', '=']) else {
            notes.push((
                Severity::Warning,
                "front-matter-line",
                "this line of the front matter has no key".to_owned(),
                *start,
                *end,
                Some("write it as `key: value`".to_owned()),
            ));
            continue;
        };
        let key = line[..at].trim().to_lowercase().replace('_', "-");
        let value = line[at + 1..].trim();
        let value = ['"', '\'']
            .iter()
            .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
            .unwrap_or(value)
            .to_owned();
        let slot = match key.as_str() {
            "title" => &mut front.title,
            "by" | "author" => &mut front.by,
            "date" => &mut front.date,
            "based-on" => &mut front.based_on,
            _ => {
                front.other.push((key, value));
                continue;
            }
        };
        if slot.is_some() {
            notes.push((
                Severity::Warning,
                "repeated-key",
                format!("`{key}` stands twice in the front matter; the first one counts"),
                *start,
                *end,
                None,
            ));
        } else if !value.is_empty() {
            if key == "date" && !is_date(&value) {
                notes.push((
                    Severity::Warning,
                    "odd-date",
                    format!("the date `{value}` is not in the form 2025-11-24"),
                    *start,
                    *end,
                    Some("write year, month and day with dashes between them".to_owned()),
                ));
            }
            *slot = Some(value);
        }
    }
    (front, close + 1)
}

fn is_date(value: &str) -> bool {
    let parts: Vec<&str> = value.split('-').collect();
    let widths = [4, 2, 2];
    parts.len() <= 3
        && parts
            .iter()
            .zip(widths)
            .all(|(part, width)| part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit()))
        && parts.get(1).is_none_or(|month| (1..=12).contains(&month.parse::<u32>().unwrap_or(0)))
        && parts.get(2).is_none_or(|day| (1..=31).contains(&day.parse::<u32>().unwrap_or(0)))
}

pub(crate) fn read_text(name: &str, source: String) -> Draft {
    let mut notes: Vec<Note> = Vec::new();
    let lines = lines(&source);
    let (mut front, first_line) = read_front(&source, &lines, &mut notes);
    let mut reader = Reader {
        pieces: Vec::new(),
        stack: Vec::new(),
        current: None,
        section: None,
        numbered_yet: false,
        untitled: None,
    };
    // What stood on the line above: nothing, or text that may run on.
    let mut blank_above = true;
    let mut firm_above = true;
    let mut stop_above = false;
    let mut label_above = false;
    let mut fenced = false;
    // The next labelled line below each line, for `1. (a) …`.
    let mut next_labels: Vec<Option<usize>> = vec![None; lines.len()];
    let mut below = None;
    for index in (first_line..lines.len()).rev() {
        next_labels[index] = below;
        let (start, end) = lines[index];
        if label::read_label(&source[start..end]).is_some() {
            below = Some(index);
        }
    }
    let bare = bare_numbers(&source, &lines[first_line..], first_line);
    for index in first_line..lines.len() {
        let (start, end) = lines[index];
        let mut line = &source[start..end];
        let mut offset = start;
        if index == 0
            && let Some(behind) = line.strip_prefix('\u{feff}')
        {
            offset += line.len() - behind.len();
            line = behind;
        }
        if line.trim().is_empty() {
            blank_above = true;
            stop_above = false;
            continue;
        }
        let trimmed = line.trim();
        if trimmed.starts_with("```") {
            fenced = !fenced;
        }
        let is_rule = trimmed.len() >= 3
            && (trimmed.bytes().all(|byte| byte == b'-')
                || trimmed.bytes().all(|byte| byte == b'*')
                || trimmed.bytes().all(|byte| byte == b'_' || byte == b'='));
        let is_table_rule =
            trimmed.starts_with('|') && trimmed.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' '));
        if is_rule || is_table_rule {
            blank_above = true;
            continue;
        }
        let strong = blank_above || firm_above;
        let mut taken = false;
        let untitled = reader.untitled.take();
        if !fenced && let Some((id, behind)) = footnote(line) {
            let piece = Piece {
                kind: PointKind::Footnote,
                label: None,
                parent: None,
                depth: 0,
                heading: None,
                whole_start: offset,
                body_start: offset + behind,
                body_end: offset + line.trim_end().len().max(behind),
                note: Some(id.to_owned()),
            };
            reader.push(piece);
            taken = true;
            firm_above = true;
        }
        if !taken
            && !fenced
            && let Some(raw) = label::read_label(line)
                .or_else(|| label::read_bare_number(line).filter(|_| bare.binary_search(&index).is_ok()))
        {
            taken = take_label(
                &mut reader,
                raw,
                &source,
                line,
                offset,
                Above { strong, stop: stop_above, label: label_above && !blank_above },
                next_labels[index].map(|next| &source[lines[next].0..lines[next].1]),
                lines.get(index + 1).map_or("", |(start, end)| &source[*start..*end]),
                lines.get(index + 2).map_or("", |(start, end)| &source[*start..*end]),
            );
            if taken {
                let last = reader.pieces.last();
                firm_above = last.is_some_and(|piece| piece.body_start == piece.body_end);
            }
        }
        let label_here = taken;
        if !taken && !fenced {
            let md = label::heading(line);
            let below_blank =
                lines.get(index + 1).is_none_or(|(start, end)| source[*start..*end].trim().is_empty());
            let bold = trimmed.len() > 4
                && trimmed.starts_with("**")
                && trimmed.ends_with("**")
                && !trimmed[2..trimmed.len() - 2].contains("**");
            let title_of =
                untitled.filter(|_| md.is_none() && is_title_line(&source, &lines, index, blank_above));
            let heading = if let Some((level, skip)) = md {
                let text = line[skip..].trim_end().trim_end_matches('#').trim_end();
                Some((level, skip, skip + text.len()))
            } else if blank_above && below_blank && bold {
                let lead = line.len() - line.trim_start().len();
                Some((6, lead + 2, lead + trimmed.len() - 2))
            } else if blank_above && below_blank && is_capital_heading(line) {
                let lead = line.len() - line.trim_start().len();
                Some((6, lead, lead + trimmed.len()))
            } else {
                None
            };
            if let Some(at) = title_of {
                let lead = line.len() - line.trim_start().len();
                let span = (offset + lead, offset + line.trim_end().len());
                let piece = &mut reader.pieces[at];
                piece.heading = Some(span);
                (piece.body_start, piece.body_end) = (span.1, span.1);
                taken = true;
                firm_above = true;
            } else if let Some((level, from, to)) = heading {
                let title = squeeze(&source[offset + from..offset + to.max(from)]);
                let is_title = level == 1 && reader.pieces.is_empty();
                let in_capitals = md.is_none() && !bold && reader.pieces.is_empty() && title != "PREAMBLE";
                if (is_title || in_capitals) && front.title.is_none() && !title.is_empty() {
                    front.title = Some(title);
                }
                while reader.stack.last().is_some_and(|last| last.heading == 0 || last.heading >= level) {
                    reader.stack.pop();
                }
                let parent = reader.stack.last().map(|last| last.piece);
                let depth = reader.depth_below(parent);
                let at = reader.push(Piece {
                    kind: PointKind::Section,
                    label: None,
                    parent,
                    depth,
                    heading: Some((offset + from, offset + to.max(from))),
                    whole_start: offset,
                    body_start: offset + line.trim_end().len(),
                    body_end: offset + line.trim_end().len(),
                    note: None,
                });
                if is_title {
                    // The words below a title are the preamble, not the title's.
                    reader.current = None;
                } else {
                    reader.section = Some(at);
                }
                taken = true;
                firm_above = true;
            }
        }
        if !taken {
            let columns = label::indent(line);
            let lead = line.len() - line.trim_start().len();
            let (from, to) = (offset + lead, offset + line.trim_end().len());
            if blank_above && is_closing(line) && reader.numbered_yet {
                reader.stack.clear();
                reader.current = None;
            } else if blank_above
                && let Some(top) = reader.stack.last()
                && columns < top.indent
                && reader.current.is_some_and(|at| reader.pieces[at].kind != PointKind::Footnote)
            {
                // Text set further left than a nested point belongs to what holds it.
                while reader.stack.last().is_some_and(|top| top.indent > columns) {
                    reader.stack.pop();
                }
                let parent = reader.stack.last().map(|top| top.piece);
                let depth = reader.depth_below(parent);
                reader.push(Piece {
                    kind: PointKind::Unnumbered,
                    label: None,
                    parent,
                    depth,
                    heading: None,
                    whole_start: from,
                    body_start: from,
                    body_end: to,
                    note: None,
                });
            } else if blank_above
                && reader.current.is_some_and(|at| reader.pieces[at].kind == PointKind::Footnote)
            {
                reader.current = None;
            }
            match reader.current {
                Some(at) => {
                    let piece = &mut reader.pieces[at];
                    if piece.body_start == piece.body_end {
                        piece.body_start = from;
                    }
                    piece.body_end = to;
                }
                None => {
                    let kind = if reader.numbered_yet || reader.section.is_some() {
                        PointKind::Unnumbered
                    } else {
                        PointKind::Preamble
                    };
                    reader.push(Piece {
                        kind,
                        label: None,
                        parent: None,
                        depth: 0,
                        heading: None,
                        whole_start: from,
                        body_start: from,
                        body_end: to,
                        note: None,
                    });
                }
            }
            firm_above = false;
        }
        let last = trimmed.trim_end_matches(['*', '_', '"', '”', '’', '~']);
        stop_above = last.ends_with(['.', ';', ':', '?', '!', ')', ']', '|'])
            || last.ends_with("; and")
            || last.ends_with("; or")
            || last.ends_with(", and")
            || last.ends_with(", or");
        blank_above = false;
        label_above = label_here;
    }
    finish(name, source, front, reader.pieces, notes)
}

#[expect(clippy::too_many_arguments, reason = "one step of the line reader, with all it may look at")]
fn take_label(
    reader: &mut Reader,
    mut raw: RawLabel,
    source: &str,
    line: &str,
    offset: usize,
    above: Above,
    next_label: Option<&str>,
    below: &str,
    further: &str,
) -> bool {
    let unnamed = raw.word.is_none();
    if unnamed && names_part(&raw, line, next_label) {
        raw.word = Some("part");
    }
    if !unnamed && raw.word.is_some() && raw.shape == Shape::Bare && raw.heading == 0 {
        // "Article 5 applies": a name without a mark opens a point only before a capital.
        let behind = line[raw.rest..].trim_start_matches(['[', '*', '"', '“', '~']);
        let opens =
            behind.is_empty() || behind.starts_with(|c: char| c.is_uppercase() || c.is_numeric() || c == '(');
        let dashed = line[raw.end..raw.rest].contains(['–', '—', '-']);
        if !opens && !dashed {
            return false;
        }
    }
    let Some((ordinal, keep)) = reader.place(&raw, above) else { return false };
    let keep = keep.min(DEEPEST_NESTING - 1);
    reader.stack.truncate(keep);
    let mut parent = reader.stack.last().map(|level| level.piece);
    if parent.is_none()
        && !label::is_container(raw.word)
        && let Some(section) = reader.section
    {
        parent = Some(section);
    }
    let depth = reader.depth_below(parent);
    let container = label::is_container(raw.word);
    let text_end = line.trim_end().trim_end_matches('|').trim_end().len().max(raw.rest);
    let mut heading = None;
    let mut body = (raw.rest, text_end);
    let rest = &line[raw.rest..text_end];
    let words = rest.split_whitespace().count();
    let ends_open = !rest.ends_with(['.', ';', ',', ':', '!', '?', ']']);
    let below_blank = below.trim().is_empty();
    let text_follows = if below_blank {
        let further = further.trim();
        !further.is_empty()
            && label::read_label(further).is_none_or(|next| {
                next.shape == Shape::Enclosed || next.word != raw.word || raw.word.is_some()
            })
    } else {
        // A line that goes on in small letters below is a sentence, not a title.
        !below.trim_start().starts_with(char::is_lowercase)
    };
    let lead_in = rest
        .strip_prefix("**")
        .and_then(|inner| inner.find("**").map(|close| &inner[..close]))
        .filter(|inner| !inner.is_empty() && inner.split_whitespace().count() <= 12);
    if raw.heading > 0 {
        heading =
            Some((raw.rest, raw.rest + rest.trim_end_matches('#').trim_end().trim_end_matches("**").len()));
        body = (text_end, text_end);
    } else if let Some(inner) = rest.strip_suffix("**").filter(|inner| {
        // The label is bold with its title: "**Article 1 – Purpose**".
        line[..raw.start].ends_with("**") && !inner.is_empty() && !inner.contains("**")
    }) {
        heading = Some((raw.rest, raw.rest + inner.trim_end().len()));
        body = (text_end, text_end);
    } else if let Some(inner) = lead_in {
        let title = inner.trim_end_matches(['.', ':', ' ']).len();
        heading = Some((raw.rest + 2, raw.rest + 2 + title));
        let mut from = raw.rest + 4 + inner.len();
        from += line[from..text_end].len()
            - line[from..text_end].trim_start_matches(['.', ':', ' ', '–', '—']).len();
        body = (from.min(text_end), text_end);
    } else if container
        || (words > 0
            && words <= 12
            && ends_open
            && text_follows
            && (raw.word.is_some()
                || (below_blank
                    && label::indent(further) >= raw.indent
                    && label::read_label(further).is_none_or(|next| next.shape == Shape::Enclosed))))
    {
        heading = Some((raw.rest, text_end));
        body = (text_end, text_end);
    }
    let bare = rest.trim().is_empty() && raw.word.is_some();
    let at = reader.push(Piece {
        kind: if container { PointKind::Section } else { PointKind::Numbered },
        label: Some(RawPlace {
            start: offset + raw.start,
            end: offset + raw.end,
            word: raw.word.filter(|_| !unnamed),
            ordinal: ordinal.clone(),
            shape: raw.shape,
            capital: raw.capital,
        }),
        parent,
        depth,
        heading: heading.filter(|(from, to)| from < to).map(|(from, to)| (offset + from, offset + to)),
        whole_start: offset + raw.lead,
        body_start: offset + body.0,
        body_end: offset + body.1,
        note: None,
    });
    if container {
        reader.section = None;
    } else {
        reader.numbered_yet = true;
    }
    reader.untitled = bare.then_some(at);
    let key = key_of(&raw, &ordinal);
    reader.stack.push(Level { piece: at, key, ordinal, indent: raw.indent, heading: raw.heading });
    // `1. (a) …` opens two points when `(b)` follows on a line of its own.
    if heading.is_none()
        && line[raw.rest..].starts_with('(')
        && reader.stack.len() < DEEPEST_NESTING
        && let Some(inner) = label::read_label(&line[raw.rest..])
        && inner.readings.iter().any(Ordinal::is_first)
        && let Some(next) = next_label.and_then(label::read_label)
        && next.shape == Shape::Enclosed
        && let Some(first) = inner
            .readings
            .iter()
            .find(|first| first.is_first() && next.readings.iter().any(|next| next.follows(first)))
    {
        let base = offset + raw.rest;
        reader.pieces[at].body_end = base;
        reader.pieces[at].body_start = base;
        let depth = reader.depth_below(Some(at));
        let end = reader.pieces[at].body_start.max(offset + text_end);
        let key = key_of(&inner, first);
        let nested = reader.push(Piece {
            kind: PointKind::Numbered,
            label: Some(RawPlace {
                start: base + inner.start,
                end: base + inner.end,
                word: None,
                ordinal: first.clone(),
                shape: inner.shape,
                capital: inner.capital,
            }),
            parent: Some(at),
            depth,
            heading: None,
            whole_start: base + inner.lead,
            body_start: (base + inner.rest).min(end),
            body_end: end,
            note: None,
        });
        let indent = label::indent(next_label.unwrap_or_default());
        reader.stack.push(Level { piece: nested, key, ordinal: first.clone(), indent, heading: 0 });
    }
    debug_assert!(source.is_char_boundary(offset + body.0), "labels end between characters");
    true
}

type Note = (Severity, &'static str, String, usize, usize, Option<String>);

fn finish(
    name: &str,
    source: String,
    front: FrontMatter,
    mut pieces: Vec<Piece>,
    mut notes: Vec<Note>,
) -> Draft {
    make_parts(&source, &mut pieces);
    let text = Text::new(source);
    let mut ends: Vec<usize> = pieces
        .iter()
        .map(|piece| {
            let label_end = piece.label.as_ref().map_or(0, |label| label.end);
            let heading_end = piece.heading.map_or(0, |(_, to)| to);
            piece.body_end.max(label_end).max(heading_end).max(piece.whole_start)
        })
        .collect();
    for index in (0..pieces.len()).rev() {
        if let Some(parent) = pieces[index].parent {
            ends[parent] = ends[parent].max(ends[index]);
        }
    }
    // A section reaches to what it holds only; its points follow it in the list.
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    let mut taken = std::collections::BTreeSet::new();
    let mut points: Vec<Point> = Vec::with_capacity(pieces.len());
    let (mut sections, mut texts, mut preambles) = (0, 0, 0);
    for (index, piece) in pieces.iter().enumerate() {
        let label = piece.label.as_ref().map(|raw| Label {
            span: text.span(raw.start, raw.end),
            written: text.as_str()[raw.start..raw.end].to_owned(),
            word: raw.word.map(str::to_owned),
            ordinal: raw.ordinal.clone(),
            shape: raw.shape,
            capital: raw.capital,
        });
        let address = match (&label, piece.kind) {
            (Some(label), PointKind::Section) => {
                format!("{} {}", label.word.as_deref().unwrap_or("part"), label.number())
            }
            (Some(label), _) => {
                let number = match label.word.as_deref() {
                    Some(word) if label::is_paragraph_kind(Some(word)) => {
                        format!("{}{}", word.to_uppercase(), label.number())
                    }
                    _ => label.number(),
                };
                let holder = piece
                    .parent
                    .map(|parent| &points[parent])
                    .filter(|parent| parent.kind == PointKind::Numbered);
                match holder {
                    None => number,
                    Some(_) if number.contains('.') => number,
                    Some(holder) => match label.ordinal {
                        Ordinal::Number { .. } if label::is_paragraph_kind(label.word.as_deref()) => number,
                        Ordinal::Number { .. } if label.shape != Shape::Enclosed => {
                            format!("{}.{number}", holder.address)
                        }
                        _ => format!("{}({number})", holder.address),
                    },
                }
            }
            (None, PointKind::Section) => {
                sections += 1;
                format!("section-{sections}")
            }
            (None, PointKind::Footnote) => {
                format!("note-{}", piece.note.as_deref().unwrap_or_default())
            }
            (None, PointKind::Preamble) => {
                preambles += 1;
                if preambles == 1 { "preamble".to_owned() } else { format!("preamble-{preambles}") }
            }
            (None, _) => {
                texts += 1;
                format!("text-{texts}")
            }
        };
        let part = piece.parent.map(|parent| &points[parent]).filter(|parent| {
            parent.kind == PointKind::Section && parent.label.is_some() && piece.label.is_some()
        });
        // Annexes count from 1 again; their points are called by the annex too, and
        // points of other parts where their number stands elsewhere already.
        let is_annex = |label: &Label| label.word.as_deref() == Some("annex");
        let address = match part {
            Some(part) if part.label.as_ref().is_some_and(is_annex) => format!("{} {address}", part.address),
            _ => address,
        };
        let times = seen.entry(address.clone()).or_insert(0);
        *times += 1;
        let address = match part {
            _ if *times == 1 => address,
            Some(part)
                if !address.starts_with(&part.address)
                    && !taken.contains(&format!("{} {address}", part.address)) =>
            {
                format!("{} {address}", part.address)
            }
            _ => format!("{address}#{times}"),
        };
        let address = unused(&mut taken, address);
        points.push(Point {
            kind: piece.kind,
            address,
            label,
            parent: piece.parent,
            depth: piece.depth,
            heading: piece.heading.map(|(from, to)| text.span(from, to)),
            body: text.span(piece.body_start, piece.body_end.max(piece.body_start)),
            whole: text.span(piece.whole_start, ends[index]),
        });
    }
    check_numbers(&points, &pieces, &mut notes);
    let mut diagnostics: Vec<Diagnostic> = notes
        .into_iter()
        .map(|(severity, id, message, start, end, hint)| Diagnostic {
            severity,
            id: id.to_owned(),
            message,
            span: text.span(start, end),
            hint,
        })
        .collect();
    let brackets = bracket::read_brackets(&text, &points, &mut diagnostics);
    diagnostics.sort_by(|a, b| (a.span, &a.id).cmp(&(b.span, &b.id)));
    Draft { name: name.to_owned(), text, front, points, brackets, diagnostics }
}

/// Makes parts of what is only a title over points with plain numbers.
fn make_parts(source: &str, pieces: &mut [Piece]) {
    for index in 0..pieces.len() {
        let plain = pieces[index].label.as_ref().is_some_and(|label| {
            label.word.is_none()
                && matches!(&label.ordinal, Ordinal::Number { parts, .. }
                    if parts.len() > 1 || label.shape == Shape::Dotted)
        });
        let Some(parent) = pieces[index].parent.filter(|_| plain) else { continue };
        let holder = &pieces[parent];
        let numeral = holder.kind == PointKind::Numbered
            && holder.label.as_ref().is_some_and(|label| label.capital && label.word.is_none());
        let words = source[holder.body_start..holder.body_end.max(holder.body_start)].trim();
        let titled = words.split_whitespace().count() <= 12 && !words.ends_with(['.', ';', ',', ':']);
        if numeral && titled {
            let holder = &mut pieces[parent];
            holder.kind = PointKind::Section;
            if holder.heading.is_none() && !words.is_empty() {
                holder.heading = Some((holder.body_start, holder.body_end));
                holder.body_start = holder.body_end;
            }
        }
    }
    for index in 0..pieces.len() {
        pieces[index].depth = pieces[index].parent.map_or(0, |parent| {
            pieces[parent].depth + usize::from(pieces[parent].kind == PointKind::Numbered)
        });
    }
}

/// The address itself, or, where a footnote's mark looks like one, with a stroke behind.
fn unused(taken: &mut std::collections::BTreeSet<String>, mut address: String) -> String {
    while !taken.insert(address.clone()) {
        address.push('\'');
    }
    address
}

/// Reports missing, repeated and misplaced numbers among siblings of one style.
fn check_numbers(points: &[Point], pieces: &[Piece], notes: &mut Vec<Note>) {
    use std::collections::BTreeMap;
    type Style = (Option<usize>, Option<String>, u8, bool);
    let mut last: BTreeMap<Style, (usize, Option<usize>)> = BTreeMap::new();
    let mut used: BTreeMap<Style, BTreeMap<String, usize>> = BTreeMap::new();
    for (index, point) in points.iter().enumerate() {
        let Some(label) = &point.label else { continue };
        let holder = point.parent.filter(|parent| points[*parent].kind == PointKind::Numbered);
        let section = point.parent.filter(|parent| points[*parent].kind == PointKind::Section);
        let class = match label.ordinal {
            Ordinal::Number { .. } => 0,
            Ordinal::Letter(_) => 1,
            Ordinal::Roman(_) => 2,
        };
        let style = (holder, label.word.clone(), class, label.capital);
        let raw = pieces[index].label.as_ref().expect("a point with a label came from one");
        let number = label.number();
        let previous = last.get(&style).copied();
        let restarts =
            label.ordinal.is_first() && previous.is_some_and(|(_, old_section)| old_section != section);
        if restarts {
            used.remove(&style);
        }
        let numbers = used.entry(style.clone()).or_default();
        let mut report = |id, message: String, hint: &str| {
            notes.push((Severity::Warning, id, message, raw.start, raw.end, Some(hint.to_owned())));
        };
        if let Some(first) = numbers.get(&number) {
            report(
                "repeated-number",
                format!(
                    "number {number} stands here again; it was first used for {}",
                    points[*first].address
                ),
                "both are kept; the second is called by its number and #2",
            );
        } else if !restarts && let Some((before, _)) = previous {
            let old = &points[before].label.as_ref().expect("listed points have labels").ordinal;
            if !label.ordinal.follows(old) && same_head(old, &label.ordinal) {
                let (old_value, value) = (old.value(), label.ordinal.value());
                if value > old_value + 1 {
                    let missing = if value - old_value == 2 {
                        "one number is".to_owned()
                    } else {
                        format!("{} numbers are", value - old_value - 1)
                    };
                    report(
                        "missing-number",
                        format!(
                            "{missing} missing between {} and {number}",
                            points[before].label.as_ref().map(Label::number).unwrap_or_default()
                        ),
                        "the numbering is kept as it is",
                    );
                } else if value < old_value {
                    report(
                        "number-out-of-order",
                        format!(
                            "number {number} stands behind {}",
                            points[before].label.as_ref().map(Label::number).unwrap_or_default()
                        ),
                        "the order of the text is kept",
                    );
                }
            }
        } else if !label.ordinal.is_first()
            && same_head(&label.ordinal, &label.ordinal)
            && previous.is_none()
            && label.ordinal.value() > 1
            && class == 0
            && holder.is_none()
            && point.kind == PointKind::Numbered
            && !last.values().any(|(before, _)| {
                points[*before].label.as_ref().is_some_and(|old| label.ordinal.follows(&old.ordinal))
            })
        {
            report(
                "missing-number",
                format!("the numbering begins with {number}"),
                "the numbering is kept as it is",
            );
        }
        numbers.entry(number).or_insert(index);
        last.insert(style, (index, section));
    }
}

fn same_head(old: &Ordinal, new: &Ordinal) -> bool {
    match (old, new) {
        (Ordinal::Number { parts: old, .. }, Ordinal::Number { parts: new, .. }) => {
            old.len() == new.len() && old[..old.len() - 1] == new[..new.len() - 1]
        }
        _ => true,
    }
}

/// A point to be written by [`compose`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPoint {
    /// The label as it is to stand, `7.` or `(a)`; empty for unnumbered text,
    /// which may stand before the first number only.
    pub label: String,
    /// Nesting: 0 for outermost points.
    pub depth: usize,
    /// The words; line breaks become spaces.
    pub words: String,
}

/// Writes a draft: front matter, then each point as a paragraph, nested ones indented
/// by four spaces a level. The points of the result have the given labels, depths and
/// words in the given order.
///
/// # Errors
/// When the words would not read back as given, because one of them is empty or
/// looks like a label or a heading.
pub fn compose(name: &str, front: &FrontMatter, points: &[NewPoint]) -> Result<Draft, Error> {
    let mut out = String::new();
    let mut keys: Vec<(&str, &str)> = Vec::new();
    for (key, value) in
        [("title", &front.title), ("by", &front.by), ("date", &front.date), ("based-on", &front.based_on)]
    {
        if let Some(value) = value {
            keys.push((key, value));
        }
    }
    keys.extend(front.other.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    if !keys.is_empty() {
        out.push_str("---\n");
        for (key, value) in &keys {
            out.push_str(&format!("{key}: {}\n", squeeze(value)));
        }
        out.push_str("---\n\n");
    }
    for point in points {
        for _ in 0..point.depth {
            out.push_str("    ");
        }
        if !point.label.is_empty() {
            out.push_str(&point.label);
            out.push(' ');
        }
        out.push_str(&squeeze(&point.words));
        out.push_str("\n\n");
    }
    let draft = read(name, &out)?;
    let wanted = points.iter().filter(|point| !(point.label.is_empty() && squeeze(&point.words).is_empty()));
    let read_back: Vec<&Point> = draft.points.iter().collect();
    let mut count = 0;
    for (index, point) in wanted.enumerate() {
        count += 1;
        let same = read_back.get(index).is_some_and(|found| {
            let label = found.label.as_ref().map_or("", |label| &label.written);
            let body = squeeze(draft.slice(found.body));
            label == point.label && found.depth == point.depth && body == squeeze(&point.words)
        });
        if !same {
            return Err(Error::new(
                Kind::Composition,
                format!(
                    "point {} of the new draft, `{} {}`, would not read back as given",
                    index + 1,
                    point.label,
                    point.words.chars().take(60).collect::<String>()
                ),
            ));
        }
    }
    if count != read_back.len() || draft.front != *front {
        return Err(Error::new(
            Kind::Composition,
            "the new draft would read back with other front matter or more points than given",
        ));
    }
    Ok(draft)
}
