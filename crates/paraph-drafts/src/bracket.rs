//! Brackets of negotiating text: what is not agreed yet, and who wants it.
//!
//! # Grammar
//! ```text
//! text        = { words | mark }
//! mark        = bracket | struck | option | note-ref
//! bracket     = "[" content "]"                    nested up to 64 deep
//! content     = placeholder
//!             | party { ("," | "/" | "&" | "and") party } ":" text    [Party A: …]
//!             | text dash party { … }                             [… – Party A]
//!             | option { option }                                 [Option 1: … Option 2: …]
//!             | text { "/" text }                                 [shall/should], [30/60]
//!             | text
//! placeholder = "" | "X" | "XX" | "N" | "#" | "…" | "..." | "__" | "●" | "TBD"
//!             | "placeholder" | "number" | "amount" | "date" | "name" | …    [X] days
//! option      = ("Option" | "Alternative" | "Alt." | "Alt" | "Variant") name (":" | "." | ")") text
//! struck      = "~~" text "~~"
//! note-ref    = "[^" id "]"       reservation = "[^" id "]:" text at the start of a line
//! dash        = " – " | " — " | " - "
//! ```
//! * A party is one to eight words in capitals or with capital initials (small
//!   words such as "of" may stand between), or one of the nouns of labour and
//!   mediation ("union", "employer", "mediator", …) in small letters.
//! * A slash separates alternatives where it stands between spaces, or between two
//!   words of a bracket; `and/or`, dates and addresses are left whole.
//! * Outside brackets an option stands at the start of a line, and reaches to the
//!   next option, the next empty line, or the end of the point. Inside a bracket it
//!   reaches to the next option or the closing bracket.
//! * A bracket may hold nested points of the point that it opens in. It may reach over
//!   other points only if it opens before a label or as the first mark behind one:
//!   `[7. …` and `7. [ …`.
//! * `\[`, `\]` and `\~` are plain characters; `[words](address)` is a link.
//! * A bracket that is never closed, or closed without being opened, is reported with
//!   its place; it is then read as plain words, and all other brackets stay as they are.

use serde::{Deserialize, Serialize};

use crate::read::{Draft, Point, PointKind};
use crate::text::{Diagnostic, Severity, Span, Text, squeeze};

/// Deepest nesting of brackets; deeper ones are reported and read as plain words.
pub const DEEPEST_BRACKET: usize = 64;

/// How many unbalanced brackets are reported one by one; the others are counted.
const REPORTED: usize = 100;

/// What a mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkKind {
    /// Words in brackets, by nobody in particular.
    Plain,
    /// Words in brackets with the party that wants them.
    Attributed,
    /// Words in brackets that stand for each other, parted by slashes.
    Alternatives,
    /// A bracket that holds named options.
    Options,
    /// Something still to be filled in.
    Placeholder,
    /// One named option; inside a bracket, or free at the start of a line.
    Option,
    /// Words struck out between `~~`.
    Struck,
}

/// A bracket, an option, or struck words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// What it says.
    pub kind: MarkKind,
    /// Its place, with its brackets.
    pub span: Span,
    /// The words it holds, without brackets, attribution and option name.
    pub words: Span,
    /// Index of the piece of the draft that it opens in.
    pub point: usize,
    /// Index of the mark around it.
    pub parent: Option<usize>,
    /// Number of marks around it.
    pub depth: usize,
    /// Who wants the words; several where they are named together.
    pub parties: Vec<String>,
    /// The alternatives parted by slashes; empty for other kinds.
    pub alternatives: Vec<Span>,
    /// The option's name, `1` or `B`.
    pub name: Option<String>,
}

/// A footnote, with the places that refer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footnote {
    /// Its mark, without brackets.
    pub id: String,
    /// Index of the piece with its words, if there is one.
    pub point: Option<usize>,
    /// Places and pieces that refer to it.
    pub references: Vec<(Span, usize)>,
    /// Whether its words reserve a position.
    pub reservation: bool,
    /// The parties that it names before the word that reserves.
    pub parties: Vec<String>,
}

/// All marks of a draft in the order of the text, and its footnotes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brackets {
    /// Brackets, options and struck words.
    pub marks: Vec<Mark>,
    /// Footnotes in the order of their first mention.
    pub footnotes: Vec<Footnote>,
}

/// How much is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BracketCount {
    /// Pairs of square brackets of every kind, nested ones too.
    pub brackets: usize,
    /// Placeholders among them.
    pub placeholders: usize,
    /// Named options and alternatives parted by slashes.
    pub options: usize,
    /// Passages struck out.
    pub struck: usize,
    /// Footnotes that reserve a position.
    pub reservations: usize,
    /// Characters that stand inside any bracket, each counted once.
    pub bracketed_characters: usize,
    /// Deepest nesting of square brackets.
    pub deepest: usize,
}

impl BracketCount {
    /// Whether nothing is open.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.brackets == 0 && self.options == 0 && self.struck == 0 && self.reservations == 0
    }
}

/// Counts by point, by party and for the whole draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BracketCounts {
    /// The whole draft.
    pub total: BracketCount,
    /// Units of comparison with something open, by address, in the order of the text.
    pub by_point: Vec<(String, BracketCount)>,
    /// What each party wants, by name in the order of the alphabet.
    pub by_party: Vec<(String, BracketCount)>,
}

struct Open {
    at: usize,
    point: usize,
    /// Opened as the first mark of its point, so that it may reach over others.
    wide: bool,
}

struct Balance<'a> {
    text: &'a Text,
    diagnostics: &'a mut Vec<Diagnostic>,
    unreported: usize,
    reported: usize,
}

impl Balance<'_> {
    fn report(&mut self, id: &str, at: usize, width: usize, message: String, hint: &str) {
        if self.reported == REPORTED {
            self.unreported += 1;
            return;
        }
        self.reported += 1;
        self.diagnostics.push(Diagnostic {
            severity: Severity::Error,
            id: id.to_owned(),
            message,
            span: self.text.span(at, at + width),
            hint: Some(hint.to_owned()),
        });
    }
}

/// Reads all marks; O(n log n) in the length of the text.
pub(crate) fn read_brackets(text: &Text, points: &[Point], diagnostics: &mut Vec<Diagnostic>) -> Brackets {
    let source = text.as_str();
    let bytes = source.as_bytes();
    let starts: Vec<usize> = points.iter().map(|point| text.range(point.whole).start).collect();
    let bodies: Vec<(usize, usize)> = points
        .iter()
        .map(|point| {
            let range = text.range(point.body);
            let from = point.heading.map_or(range.start, |span| text.range(span).start.min(range.start));
            (from, range.end)
        })
        .collect();
    let Some(first) = starts.first().copied() else { return Brackets::default() };
    let mut balance = Balance { text, diagnostics, unreported: 0, reported: 0 };
    let mut open: Vec<Open> = Vec::new();
    let mut too_deep = 0_usize;
    let mut struck: Option<(usize, usize)> = None;
    let mut closed: Vec<(usize, usize, usize, bool)> = Vec::new();
    let mut references: Vec<(usize, usize, usize)> = Vec::new();
    let mut point = 0;
    let mut at = first;
    while at < bytes.len() {
        while point + 1 < starts.len() && at >= starts[point + 1] {
            point += 1;
            close_at_boundary(&mut open, points, point, &mut balance);
            too_deep = 0;
            if let Some((from, _)) = struck.take() {
                balance.report(
                    "open-struck",
                    from,
                    2,
                    "`~~` opens struck words that never end".to_owned(),
                    "end them with `~~` before the next point; they were read as plain words",
                );
            }
        }
        match bytes[at] {
            b'\\' => at += 1,
            b'~' if bytes.get(at + 1) == Some(&b'~') => {
                if let Some((from, _)) = struck.take() {
                    closed.push((from, at + 2, point, true));
                } else {
                    struck = Some((at, point));
                }
                at += 1;
            }
            b'[' => {
                if let Some(end) = note_reference(source, at) {
                    if source.as_bytes().get(end) != Some(&b':') || starts[point] != line_start(source, at) {
                        references.push((at, end, point));
                    }
                    at = end;
                    continue;
                }
                if open.len() >= DEEPEST_BRACKET {
                    if too_deep == 0 {
                        balance.report(
                            "deep-brackets",
                            at,
                            1,
                            format!("brackets are nested deeper than {DEEPEST_BRACKET} here"),
                            "the deeper ones were read as plain words",
                        );
                    }
                    too_deep += 1;
                } else {
                    let (body, _) = bodies[point];
                    let wide = at < body || source[body..at].trim().is_empty() || at == starts[point];
                    open.push(Open { at, point, wide });
                }
            }
            b']' => {
                if too_deep > 0 {
                    too_deep -= 1;
                } else if let Some(opened) = open.pop() {
                    closed.push((opened.at, at + 1, opened.point, false));
                } else {
                    balance.report(
                        "stray-bracket",
                        at,
                        1,
                        format!("`]` in {} closes nothing", place(points, point)),
                        "put `[` where the bracketed words begin, or remove it",
                    );
                }
            }
            _ => {}
        }
        at += 1;
    }
    for opened in open {
        report_open(&opened, points, &mut balance);
    }
    if let Some((from, _)) = struck {
        balance.report(
            "open-struck",
            from,
            2,
            "`~~` opens struck words that never end".to_owned(),
            "end them with `~~`; they were read as plain words",
        );
    }
    let unreported = balance.unreported;
    if unreported > 0 {
        diagnostics.push(Diagnostic {
            severity: Severity::Error,
            id: "more-unbalanced".to_owned(),
            message: format!("{unreported} more brackets are unbalanced"),
            span: text.span(first, first),
            hint: None,
        });
    }
    // Links are no brackets; marks that cross each other are not read.
    closed.retain(|(_, end, _, is_struck)| *is_struck || !is_link(source, *end));
    closed.sort_by_key(|(from, to, ..)| (*from, std::cmp::Reverse(*to)));
    let mut raw: Vec<RawMark> = Vec::new();
    let mut around: Vec<usize> = Vec::new();
    for (from, to, point, is_struck) in closed {
        while around.last().is_some_and(|outer| raw[*outer].to <= from) {
            around.pop();
        }
        if let Some(outer) = around.last()
            && raw[*outer].to < to
        {
            diagnostics.push(Diagnostic {
                severity: Severity::Warning,
                id: "crossing-marks".to_owned(),
                message: "struck words and a bracket cross each other here".to_owned(),
                span: text.span(from, from + 1),
                hint: Some("end the inner one before the outer one".to_owned()),
            });
            continue;
        }
        raw.push(RawMark { from, to, point, is_struck, parent: around.last().copied() });
        around.push(raw.len() - 1);
    }
    let children = children_of(&raw);
    let mut marks: Vec<Mark> = Vec::new();
    for (index, mark) in raw.iter().enumerate() {
        let mut read = describe(text, source, &raw, &children[index], mark);
        let options = if mark.is_struck {
            Vec::new()
        } else {
            find_options(source, mark.from + 1, mark.to - 1, &children[index], &raw, true)
        };
        if !options.is_empty() {
            read.kind = MarkKind::Options;
            read.alternatives.clear();
        }
        marks.push(read);
        for option in options {
            marks.push(option_mark(text, source, &option, mark.point));
        }
    }
    // Options that stand free in a point.
    let mut outer: Vec<usize> = (0..raw.len()).filter(|index| raw[*index].parent.is_none()).collect();
    outer.sort_by_key(|index| raw[*index].from);
    let mut next_outer = 0;
    for (index, (from, to)) in bodies.iter().enumerate() {
        if points[index].kind == PointKind::Footnote {
            continue;
        }
        while next_outer < outer.len() && raw[outer[next_outer]].to <= *from {
            next_outer += 1;
        }
        let mut held = Vec::new();
        let mut probe = next_outer;
        while probe < outer.len() && raw[outer[probe]].from < *to {
            held.push(outer[probe]);
            probe += 1;
        }
        for option in find_options(source, *from, *to, &held, &raw, false) {
            marks.push(option_mark(text, source, &option, index));
        }
    }
    marks.sort_by_key(|mark| {
        (mark.span.start, std::cmp::Reverse(mark.span.end), mark.kind == MarkKind::Option)
    });
    let mut around: Vec<usize> = Vec::new();
    for index in 0..marks.len() {
        while around.last().is_some_and(|outer| marks[*outer].span.end <= marks[index].span.start) {
            around.pop();
        }
        // Marks stay nested: an option that a bracket crosses ends where they meet.
        while let Some(outer) = around.last().copied()
            && marks[outer].span.end < marks[index].span.end
        {
            let cut = if marks[index].kind == MarkKind::Option {
                marks[outer].span.end
            } else {
                marks[index].span.start
            };
            let shorter = if marks[index].kind == MarkKind::Option { index } else { outer };
            marks[shorter].span.end = cut;
            let words = marks[shorter].words;
            marks[shorter].words = Span { start: words.start.min(cut), end: words.end.min(cut) };
            if shorter == index {
                break;
            }
            around.pop();
        }
        marks[index].parent = around.last().copied();
        marks[index].depth = around.len();
        around.push(index);
    }
    let footnotes = read_footnotes(text, source, points, &references, diagnostics);
    Brackets { marks, footnotes }
}

struct RawMark {
    from: usize,
    to: usize,
    point: usize,
    is_struck: bool,
    parent: Option<usize>,
}

fn children_of(raw: &[RawMark]) -> Vec<Vec<usize>> {
    let mut children = vec![Vec::new(); raw.len()];
    for (index, mark) in raw.iter().enumerate() {
        if let Some(parent) = mark.parent {
            children[parent].push(index);
        }
    }
    children
}

fn line_start(source: &str, at: usize) -> usize {
    let line = source[..at].rfind('\n').map_or(0, |end| end + 1);
    at - source[line..at].trim_start().len()
}

fn place(points: &[Point], index: usize) -> String {
    match points[index].kind {
        PointKind::Numbered => format!("point {}", points[index].address),
        _ => format!("`{}`", points[index].address),
    }
}

fn report_open(opened: &Open, points: &[Point], balance: &mut Balance<'_>) {
    balance.report(
        "open-bracket",
        opened.at,
        1,
        format!("`[` in {} is never closed", place(points, opened.point)),
        "put `]` where the bracketed words end, before the next point; \
         a bracket around several points opens before the first one's number",
    );
}

fn close_at_boundary(open: &mut Vec<Open>, points: &[Point], point: usize, balance: &mut Balance<'_>) {
    let mut kept = Vec::with_capacity(open.len());
    for opened in open.drain(..) {
        let start = points[point].whole.start;
        let holds = points[opened.point].whole.start < start && start < points[opened.point].whole.end;
        if opened.wide || holds {
            kept.push(opened);
        } else {
            report_open(&opened, points, balance);
        }
    }
    *open = kept;
}

fn note_reference(source: &str, at: usize) -> Option<usize> {
    let rest = source[at..].strip_prefix("[^")?;
    let window = rest.as_bytes();
    let close = window.iter().take(33).position(|byte| *byte == b']')?;
    let plain = rest[..close].chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '*'));
    (close > 0 && plain).then_some(at + 2 + close + 1)
}

fn is_link(source: &str, end: usize) -> bool {
    let Some(rest) = source[end..].strip_prefix('(') else { return false };
    let target: String = rest.chars().take(12).collect();
    target.starts_with('#')
        || target.starts_with("http:")
        || target.starts_with("https:")
        || target.starts_with("mailto:")
        || target.starts_with("./")
        || target.starts_with("../")
}

fn describe(text: &Text, source: &str, raw: &[RawMark], children: &[usize], mark: &RawMark) -> Mark {
    let width = if mark.is_struck { 2 } else { 1 };
    let (from, to) = trim(source, mark.from + width, mark.to - width);
    let mut found = Mark {
        kind: if mark.is_struck { MarkKind::Struck } else { MarkKind::Plain },
        span: text.span(mark.from, mark.to),
        words: text.span(from, to),
        point: mark.point,
        parent: None,
        depth: 0,
        parties: Vec::new(),
        alternatives: Vec::new(),
        name: None,
    };
    if mark.is_struck {
        return found;
    }
    let content = &source[from..to];
    if children.is_empty() && is_placeholder(content) {
        found.kind = MarkKind::Placeholder;
        return found;
    }
    let (mut from, mut to) = (from, to);
    if option_name(source, from, to).is_none() {
        if let Some((parties, behind)) = leading_party(source, from, to, children, raw) {
            found.kind = MarkKind::Attributed;
            found.parties = parties;
            from = behind;
        } else if let Some((parties, before)) = trailing_party(source, from, to, children, raw) {
            found.kind = MarkKind::Attributed;
            found.parties = parties;
            to = before;
        }
    }
    let (from, to) = trim(source, from, to.max(from));
    found.words = text.span(from, to);
    let cuts = slashes(source, from, to, children, raw);
    if !cuts.is_empty() {
        let mut start = from;
        for cut in cuts.iter().copied().chain([to]) {
            let (left, right) = trim(source, start, cut);
            found.alternatives.push(text.span(left, right));
            start = cut + 1;
        }
        if found.kind == MarkKind::Plain {
            found.kind = MarkKind::Alternatives;
        }
    }
    found
}

fn trim(source: &str, from: usize, to: usize) -> (usize, usize) {
    let slice = &source[from..to];
    let lead = slice.len() - slice.trim_start().len();
    (from + lead, from + lead + slice.trim().len())
}

/// Whether the words of a bracket stand for something to be filled in.
fn is_placeholder(content: &str) -> bool {
    const NOUNS: [&str; 30] = [
        "placeholder",
        "number",
        "amount",
        "date",
        "name",
        "place",
        "percentage",
        "year",
        "month",
        "sum",
        "currency",
        "city",
        "country",
        "figure",
        "rate",
        "days",
        "tbd",
        "tbc",
        "title",
        "to be determined",
        "to be decided",
        "to be confirmed",
        "to be completed",
        "to be agreed",
        "to be inserted",
        "to be discussed",
        "blank",
        "number of days",
        "time frame",
        "insert",
    ];
    let lower = squeeze(content).to_lowercase();
    if content
        .chars()
        .all(|c| matches!(c, '_' | '.' | '…' | '●' | '•' | '*' | '#' | '?' | '-' | '–' | ' ' | '\n'))
    {
        return true;
    }
    let head = lower.split(' ').next().unwrap_or_default();
    let is_letter = !head.is_empty()
        && head.len() <= 3
        && content.trim_start().starts_with(['X', 'Y', 'Z', 'N', 'x'])
        && head.bytes().all(|byte| byte == head.as_bytes()[0])
        && content.split_whitespace().count() <= 3;
    is_letter
        || NOUNS.contains(&lower.as_str())
        || lower.starts_with("insert ")
        || lower.starts_with("to be determined")
        || lower.starts_with("placeholder")
}

const SMALL: [&str; 14] =
    ["of", "the", "and", "for", "de", "du", "la", "on", "in", "&", "behalf", "et", "von", "der"];

/// Nouns that name a side without capitals.
const SIDES: [&str; 18] = [
    "union",
    "unions",
    "employer",
    "employers",
    "management",
    "workers",
    "mediator",
    "facilitator",
    "chair",
    "co-chair",
    "co-chairs",
    "secretariat",
    "government",
    "opposition",
    "company",
    "tenants",
    "landlord",
    "host",
];

const NO_PARTY: [&str; 22] = [
    "option",
    "alternative",
    "alt",
    "alt.",
    "variant",
    "note",
    "placeholder",
    "text",
    "title",
    "article",
    "point",
    "footnote",
    "nb",
    "todo",
    "agreed",
    "new",
    "moved",
    "deleted",
    "see",
    "comment",
    "paragraph",
    "annex",
];

/// The parties in a phrase, when it can be nothing but parties.
fn parties_in(phrase: &str) -> Option<Vec<String>> {
    let phrase = squeeze(phrase);
    if phrase.is_empty() || phrase.len() > 160 || phrase.contains(['.', ';', '?', '!', '[', ']', '"']) {
        return None;
    }
    let mut parties = Vec::new();
    for comma in phrase.split([',', '/', '&']) {
        for name in comma.split(" and ") {
            let name = name.trim().trim_start_matches("and ").trim();
            if name.is_empty() {
                continue;
            }
            let bare = name.strip_prefix("the ").unwrap_or(name);
            let words: Vec<&str> = bare.split(' ').collect();
            let lower = words[0].to_lowercase();
            if words.len() > 8 || NO_PARTY.contains(&lower.as_str()) {
                return None;
            }
            let side =
                words.len() <= 2 && words.iter().all(|word| SIDES.contains(&word.to_lowercase().as_str()));
            let named = words[0].starts_with(char::is_uppercase)
                && words.iter().all(|word| {
                    let word = word.trim_matches(['(', ')', '’', '\'']);
                    SMALL.contains(&word) || word.starts_with(|c: char| c.is_uppercase() || c.is_numeric())
                });
            if !side && !named {
                return None;
            }
            parties.push(name.to_owned());
        }
    }
    (!parties.is_empty()).then_some(parties)
}

/// Whether a byte lies inside one of the nested marks; `children` ascend.
fn nested(at: usize, children: &[usize], raw: &[RawMark]) -> bool {
    let behind = children.partition_point(|child| raw[*child].from <= at);
    behind > 0 && at < raw[children[behind - 1]].to
}

fn leading_party(
    source: &str,
    from: usize,
    to: usize,
    children: &[usize],
    raw: &[RawMark],
) -> Option<(Vec<String>, usize)> {
    let colon = source[from..to].bytes().take(164).position(|byte| byte == b':')? + from;
    if nested(colon, children, raw) {
        return None;
    }
    Some((parties_in(&source[from..colon])?, colon + 1))
}

fn trailing_party(
    source: &str,
    from: usize,
    to: usize,
    children: &[usize],
    raw: &[RawMark],
) -> Option<(Vec<String>, usize)> {
    let slice = &source[from..to];
    let window = slice.len().saturating_sub(170);
    let window = (window..=slice.len()).find(|at| slice.is_char_boundary(*at))?;
    let mut best: Option<(usize, usize)> = None;
    for dash in ["–", "—", "-"] {
        if let Some(at) = slice[window..].rfind(dash).map(|at| at + window) {
            let spaced = slice[..at].ends_with(char::is_whitespace)
                && slice[at + dash.len()..].starts_with(char::is_whitespace);
            if spaced && best.is_none_or(|(old, _)| at > old) {
                best = Some((at, dash.len()));
            }
        }
    }
    let (at, width) = best?;
    if nested(from + at, children, raw) {
        return None;
    }
    Some((parties_in(&slice[at + width..])?, from + at))
}

/// Places of the slashes that part alternatives.
fn slashes(source: &str, from: usize, to: usize, children: &[usize], raw: &[RawMark]) -> Vec<usize> {
    let bytes = source.as_bytes();
    let slice = &source[from..to];
    if slice.contains("://") {
        return Vec::new();
    }
    let one_word = !slice.contains(char::is_whitespace);
    let only_numbers =
        slice.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'/' | b' ' | b'.' | b','));
    (from..to)
        .filter(|at| bytes[*at] == b'/' && !nested(*at, children, raw))
        .filter(|at| {
            let before = source[from..*at].chars().next_back();
            let after = source[*at + 1..to].chars().next();
            let (Some(before), Some(after)) = (before, after) else { return false };
            if before.is_whitespace() && after.is_whitespace() {
                return true;
            }
            let and_or =
                source[from..*at].to_lowercase_end("and") && source[*at + 1..to].get(..2) == Some("or");
            let numeric = before.is_numeric() || after.is_numeric();
            !and_or
                && (only_numbers
                    || (!numeric
                        && (one_word
                            || before.is_alphabetic() && after.is_alphabetic()
                            || before == ']'
                            || after == '[')))
        })
        .collect()
}

trait EndsWithWord {
    fn to_lowercase_end(&self, word: &str) -> bool;
}

impl EndsWithWord for str {
    fn to_lowercase_end(&self, word: &str) -> bool {
        let tail = self.len().checked_sub(word.len());
        tail.and_then(|at| self.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(word))
    }
}

struct RawOption {
    from: usize,
    to: usize,
    words: usize,
    name: String,
}

/// The name of the option that begins at `at`, and where its words begin.
fn option_name(source: &str, at: usize, to: usize) -> Option<(String, usize)> {
    const WORDS: [&str; 6] = ["option", "alternative", "alt.", "alt", "variant", "opt."];
    let rest = &source[at..to];
    for word in WORDS {
        let Some(head) = rest.get(..word.len()) else { continue };
        if !head.eq_ignore_ascii_case(word) {
            continue;
        }
        let behind = &rest[word.len()..];
        let spaces = behind.len() - behind.trim_start_matches([' ', '\u{a0}']).len();
        let name: String = behind[spaces..].chars().take_while(char::is_ascii_alphanumeric).take(4).collect();
        let letters = name.bytes().all(|byte| byte.is_ascii_digit())
            || (name.len() == 1)
            || (name.len() <= 3 && name.bytes().all(|byte| matches!(byte, b'I' | b'V' | b'X')));
        if name.is_empty() || !letters || (spaces == 0 && !word.ends_with('.')) {
            continue;
        }
        let after = word.len() + spaces + name.len();
        let mark = rest[after..].chars().next();
        if let Some(mark @ (':' | '.' | ')')) = mark {
            return Some((name, at + after + mark.len_utf8()));
        }
        let dashed = rest[after..].trim_start();
        for dash in ["–", "—", "- "] {
            if let Some(behind) = dashed.strip_prefix(dash) {
                return Some((name, to - behind.len()));
            }
        }
    }
    None
}

fn find_options(
    source: &str,
    from: usize,
    to: usize,
    children: &[usize],
    raw: &[RawMark],
    bracketed: bool,
) -> Vec<RawOption> {
    let mut found: Vec<RawOption> = Vec::new();
    let bytes = source.as_bytes();
    let mut word_start = true;
    let mut line_start = true;
    let mut child = 0;
    let mut at = from;
    while at < to {
        while child < children.len() && raw[children[child]].to <= at {
            child += 1;
        }
        if child < children.len() && raw[children[child]].from <= at {
            at = raw[children[child]].to.max(at + 1);
            (word_start, line_start) = (true, false);
            continue;
        }
        let here = if bracketed { word_start } else { line_start };
        if here
            && matches!(bytes[at], b'O' | b'o' | b'A' | b'a' | b'V' | b'v')
            && let Some((name, words)) = option_name(source, at, to)
        {
            found.push(RawOption { from: at, to, words, name });
            at = words.max(at + 1);
            (word_start, line_start) = (true, false);
            continue;
        }
        match bytes[at] {
            b'\n' => (word_start, line_start) = (true, true),
            b' ' | b'\t' | b'\r' | b'*' | b'-' if line_start => word_start = true,
            b' ' | b'\t' | b'\r' | b'/' | b';' | b'|' => word_start = true,
            _ => (word_start, line_start) = (false, false),
        }
        at += 1;
    }
    let limits: Vec<usize> = found.iter().skip(1).map(|option| option.from).chain([to]).collect();
    for (option, limit) in found.iter_mut().zip(limits) {
        let mut end = limit.max(option.words);
        if !bracketed && let Some(gap) = empty_line(&source[option.words..end]) {
            end = option.words + gap;
        }
        let trimmed = source[option.words..end]
            .trim_end_matches(|c: char| c.is_whitespace() || (bracketed && matches!(c, '/' | ';' | ',')));
        option.to = option.words + trimmed.len();
    }
    found
}

/// Where the first empty line begins.
fn empty_line(text: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(end) = text[at..].find('\n') {
        let next = at + end + 1;
        let line = text[next..].split('\n').next().unwrap_or_default();
        if line.trim().is_empty() {
            return Some(at + end);
        }
        at = next;
    }
    None
}

fn option_mark(text: &Text, source: &str, option: &RawOption, point: usize) -> Mark {
    let (from, to) = trim(source, option.words, option.to.max(option.words));
    Mark {
        kind: MarkKind::Option,
        span: text.span(option.from, option.to.max(option.words)),
        words: text.span(from, to),
        point,
        parent: None,
        depth: 0,
        parties: Vec::new(),
        alternatives: Vec::new(),
        name: Some(option.name.clone()),
    }
}

fn read_footnotes(
    text: &Text,
    source: &str,
    points: &[Point],
    references: &[(usize, usize, usize)],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Footnote> {
    let mut notes: Vec<Footnote> = Vec::new();
    let mut places = std::collections::BTreeMap::new();
    let mut slot = |notes: &mut Vec<Footnote>, id: &str| -> usize {
        *places.entry(id.to_owned()).or_insert_with(|| {
            notes.push(Footnote {
                id: id.to_owned(),
                point: None,
                references: Vec::new(),
                reservation: false,
                parties: Vec::new(),
            });
            notes.len() - 1
        })
    };
    for (from, to, point) in references {
        let index = slot(&mut notes, &source[from + 2..to - 1]);
        notes[index].references.push((text.span(*from, *to), *point));
    }
    for (index, point) in points.iter().enumerate() {
        if point.kind != PointKind::Footnote {
            continue;
        }
        let id = point.address.strip_prefix("note-").unwrap_or(&point.address);
        let id = id.split('#').next().unwrap_or(id);
        let note = slot(&mut notes, id);
        let note = &mut notes[note];
        note.point.get_or_insert(index);
        let words = squeeze(text.slice(point.body));
        let lower = words.to_lowercase();
        let cue = ["reserv", "subject to confirmation", "does not agree", "scrutiny", "pending"]
            .iter()
            .filter_map(|cue| lower.find(cue))
            .min();
        note.reservation |= cue.is_some();
        if let Some(cue) = cue {
            // The parties stand before the verb: "Party A and Party B reserve …".
            let head = words.get(..cue).unwrap_or_default().trim();
            let head = head.strip_suffix("'s").or_else(|| head.strip_suffix("’s")).unwrap_or(head);
            let head = head.strip_prefix("The ").unwrap_or(head);
            if let Some(parties) = parties_in(head.trim_end_matches(" has").trim_end_matches(" have")) {
                note.parties = parties;
            }
        }
    }
    for note in &notes {
        if note.point.is_none()
            && let Some((span, _)) = note.references.first()
        {
            diagnostics.push(Diagnostic {
                severity: Severity::Warning,
                id: "missing-footnote".to_owned(),
                message: format!("footnote {} has no words", note.id),
                span: *span,
                hint: Some(format!("write them on a line of their own: `[^{}]: …`", note.id)),
            });
        }
    }
    notes
}

impl Draft {
    /// How much is open in each unit of comparison, for each party, and in all.
    ///
    /// A bracket counts where it opens. O(marks × log units).
    #[must_use]
    pub fn bracket_counts(&self) -> BracketCounts {
        let units = self.units();
        let unit_of = |span: Span| -> Option<usize> {
            let behind = units.partition_point(|unit| self.points[*unit].whole.start <= span.start);
            behind.checked_sub(1).map(|at| units[at])
        };
        let mut total = BracketCount::default();
        let mut by_point = std::collections::BTreeMap::<usize, BracketCount>::new();
        let mut by_party = std::collections::BTreeMap::<String, BracketCount>::new();
        let mut square: Vec<usize> = vec![0; self.brackets.marks.len()];
        for (index, mark) in self.brackets.marks.iter().enumerate() {
            let is_square = !matches!(mark.kind, MarkKind::Option | MarkKind::Struck);
            let outer = mark.parent.map_or(0, |parent| square[parent]);
            square[index] = outer + usize::from(is_square);
            let count = BracketCount {
                brackets: usize::from(is_square),
                placeholders: usize::from(mark.kind == MarkKind::Placeholder),
                options: usize::from(mark.kind == MarkKind::Option) + mark.alternatives.len(),
                struck: usize::from(mark.kind == MarkKind::Struck),
                reservations: 0,
                bracketed_characters: if is_square && outer == 0 { mark.span.len() } else { 0 },
                deepest: square[index],
            };
            add(&mut total, &count);
            if let Some(unit) = unit_of(mark.span) {
                add(by_point.entry(unit).or_default(), &count);
            }
            for party in &mark.parties {
                let own = BracketCount { bracketed_characters: mark.span.len(), ..count };
                add(by_party.entry(party.clone()).or_default(), &own);
            }
        }
        for note in self.brackets.footnotes.iter().filter(|note| note.reservation) {
            let count = BracketCount { reservations: 1, ..BracketCount::default() };
            add(&mut total, &count);
            let mut seen = Vec::new();
            for (span, _) in &note.references {
                if let Some(unit) = unit_of(*span)
                    && !seen.contains(&unit)
                {
                    seen.push(unit);
                    add(by_point.entry(unit).or_default(), &count);
                }
            }
            for party in &note.parties {
                add(by_party.entry(party.clone()).or_default(), &count);
            }
        }
        BracketCounts {
            total,
            by_point: by_point
                .into_iter()
                .map(|(unit, count)| (self.points[unit].address.clone(), count))
                .collect(),
            by_party: by_party.into_iter().collect(),
        }
    }
}

pub(crate) fn add(sum: &mut BracketCount, count: &BracketCount) {
    sum.brackets += count.brackets;
    sum.placeholders += count.placeholders;
    sum.options += count.options;
    sum.struck += count.struck;
    sum.reservations += count.reservations;
    sum.bracketed_characters += count.bracketed_characters;
    sum.deepest = sum.deepest.max(count.deepest);
}

/// How much is open in one of several drafts: a column of the burn-down picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BurnDown {
    /// Name of the draft.
    pub draft: String,
    /// Its date, as its front matter gives it.
    pub date: Option<String>,
    /// Number of units of comparison.
    pub points: usize,
    /// Number of them with nothing open.
    pub clean_points: usize,
    /// How much is open.
    pub counts: BracketCounts,
}

/// How much is open in each draft, in the order given.
#[must_use]
pub fn burn_down(drafts: &[Draft]) -> Vec<BurnDown> {
    drafts
        .iter()
        .map(|draft| {
            let counts = draft.bracket_counts();
            let points = draft.units().len();
            BurnDown {
                draft: draft.name().to_owned(),
                date: draft.front().date.clone(),
                points,
                clean_points: points
                    .saturating_sub(counts.by_point.iter().filter(|(_, count)| !count.is_clean()).count()),
                counts,
            }
        })
        .collect()
}
