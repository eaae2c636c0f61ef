//! TOML as a tree in which every key and value knows its bytes, and laying one tree over another.

use crate::diagnostic::{Diagnostic, Sink};
use crate::span::Span;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) value: Value,
    /// For a table with a header, the header.
    pub(crate) span: Span,
}

#[derive(Debug, Clone)]
pub(crate) enum Value {
    Text(Text),
    /// A number as written, without underscores.
    Number(String),
    Boolean(bool),
    Date(Datetime),
    Array(Vec<Node>),
    Table(Table),
}

/// A string, with what is needed to find the bytes of its parts.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) value: String,
    offsets: Offsets,
}

/// How a string's bytes lie in the file.
#[derive(Debug, Clone)]
enum Offsets {
    /// One after another from this byte on.
    Plain(u32),
    /// By steps: from the first number's byte of the value on, bytes of the file from the second on.
    Steps(Vec<(u32, u32)>),
    /// Not known; every part is the whole.
    Whole,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) node: Node,
}

impl Table {
    /// Linear; only for the tables whose keys are few.
    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    pub(crate) fn take(&mut self, key: &str) -> Option<Entry> {
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(at))
    }

    fn places(&self) -> BTreeMap<String, usize> {
        self.entries.iter().enumerate().map(|(at, entry)| (entry.key.clone(), at)).collect()
    }
}

impl Value {
    /// The kind in words, with an article.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::Text(_) => "a string",
            Value::Number(_) => "a number",
            Value::Boolean(_) => "a truth value",
            Value::Date(_) => "a date",
            Value::Array(_) => "a list",
            Value::Table(_) => "a table",
        }
    }
}

impl Node {
    /// The bytes of a part of a string, given as bytes of its value.
    pub(crate) fn part(&self, start: usize, end: usize) -> Span {
        let Value::Text(text) = &self.value else { return self.span };
        let find = |byte: usize| -> Option<u32> {
            let byte = u32::try_from(byte).ok()?;
            match &text.offsets {
                Offsets::Plain(first) => first.checked_add(byte),
                Offsets::Steps(steps) => {
                    let after = steps.partition_point(|step| step.0 <= byte);
                    let (value, file) = steps[after.checked_sub(1)?];
                    file.checked_add(byte - value)
                }
                Offsets::Whole => None,
            }
        };
        match (find(start), find(end)) {
            (Some(start), Some(end)) if start <= end && end <= self.span.end => {
                Span { file: self.span.file, start, end }
            }
            _ => self.span,
        }
    }
}

/// Reads a file into a tree; what is not TOML is reported and the rest is kept.
pub(crate) fn parse(text: &str, file: u32, sink: &mut Sink) -> Table {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        if sink.full() {
            sink.push(Diagnostic::without_place("syntax", ""));
            continue;
        }
        let range = error.span().unwrap_or(0..0);
        let span = span(file, &range);
        sink.push(
            Diagnostic::new("syntax", span, error.message().trim_end())
                .maybe_hint(syntax_hint(error.message())),
        );
    }
    convert_table(table.get_ref(), text, file)
}

fn syntax_hint(message: &str) -> Option<String> {
    (message == "duplicate key").then(|| "a table or key may be given once; merge the two".to_owned())
}

fn span(file: u32, range: &std::ops::Range<usize>) -> Span {
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { file, start: number(range.start), end: number(range.end) }
}

fn convert_table(table: &DeTable<'_>, source: &str, file: u32) -> Table {
    let entries = table.iter().map(|(key, value)| Entry {
        key: key.get_ref().clone().into_owned(),
        key_span: span(file, &key.span()),
        node: convert(value, source, file),
    });
    Table { entries: entries.collect() }
}

/// Recurses no deeper than the TOML parser allowed, which stops at 80 levels.
fn convert(value: &Spanned<DeValue<'_>>, source: &str, file: u32) -> Node {
    let range = value.span();
    let converted = match value.get_ref() {
        DeValue::String(text) => {
            let offsets = offsets(source.get(range.clone()).unwrap_or(""), range.start, text);
            Value::Text(Text { value: text.clone().into_owned(), offsets })
        }
        DeValue::Integer(number) if number.radix() == 10 => Value::Number(number.as_str().to_owned()),
        DeValue::Integer(number) => Value::Number(
            i128::from_str_radix(number.as_str(), number.radix())
                .map_or_else(|_| number.to_string(), |n| n.to_string()),
        ),
        DeValue::Float(number) => Value::Number(number.as_str().to_owned()),
        DeValue::Boolean(value) => Value::Boolean(*value),
        DeValue::Datetime(date) => Value::Date(*date),
        DeValue::Array(items) => Value::Array(items.iter().map(|item| convert(item, source, file)).collect()),
        DeValue::Table(table) => Value::Table(convert_table(table, source, file)),
    };
    Node { value: converted, span: span(file, &range) }
}

/// Where the bytes of a string's value lie, from its raw text with the quotes.
fn offsets(raw: &str, start: usize, value: &str) -> Offsets {
    let Ok(start) = u32::try_from(start) else { return Offsets::Whole };
    let (quote, basic) = match raw.as_bytes() {
        [b'"', b'"', b'"', ..] if raw.len() >= 6 => (3, true),
        [b'\'', b'\'', b'\'', ..] if raw.len() >= 6 => (3, false),
        [b'"', ..] if raw.len() >= 2 => (1, true),
        [b'\'', ..] if raw.len() >= 2 => (1, false),
        _ => return Offsets::Whole,
    };
    // A string that is no TOML may hold anything where quotes or escapes should be.
    let Some(inner) = raw.get(quote..raw.len() - quote) else { return Offsets::Whole };
    if inner == value {
        return Offsets::Plain(start + quote as u32);
    }
    // Walk value and raw text together; a character that stands for itself needs no step.
    let mut steps: Vec<(u32, u32)> = Vec::new();
    let (mut at, mut wanted) = (0usize, value.char_indices());
    if quote == 3 {
        at += if inner.starts_with("\r\n") { 2 } else { usize::from(inner.starts_with('\n')) };
    }
    let mut expected = None;
    let mut next = wanted.next();
    while let Some((byte, character)) = next {
        let Some(rest) = inner.get(at..) else { return Offsets::Whole };
        let Some(written) = rest.chars().next() else { return Offsets::Whole };
        let length = if basic && written == '\\' {
            match rest.as_bytes().get(1) {
                Some(b'u') => 6,
                Some(b'U') => 10,
                Some(b'x') => 4,
                Some(b'b' | b't' | b'n' | b'f' | b'r' | b'e' | b'"' | b'\\') => 2,
                // A backslash before a line's end: it stands for nothing, with all blanks after it.
                Some(_) if quote == 3 => {
                    let blanks =
                        rest[1..].len() - rest[1..].trim_start_matches([' ', '\t', '\r', '\n']).len();
                    if blanks == 0 {
                        return Offsets::Whole;
                    }
                    at += 1 + blanks;
                    expected = None;
                    continue;
                }
                _ => return Offsets::Whole,
            }
        } else if written == character {
            written.len_utf8()
        } else if written == '\r' && rest.starts_with("\r\n") && character == '\n' {
            2
        } else {
            return Offsets::Whole;
        };
        if expected != Some(at) {
            steps.push((byte as u32, start + (quote + at) as u32));
        }
        at += length;
        expected = (length == character.len_utf8()).then_some(at);
        if inner.get(at..).is_none() {
            return Offsets::Whole;
        }
        next = wanted.next();
    }
    steps.push((value.len() as u32, start + (quote + at) as u32));
    Offsets::Steps(steps)
}

/// Lays a scenario's tables over the case's, by the rules in the documentation of [`crate::read`].
/// Both must hold only tables of the kinds that [`crate::read`] expects at the top.
pub(crate) fn lay_over(base: &mut Table, overlay: Table) {
    for entry in overlay.entries {
        match entry.key.as_str() {
            "party" => lay_each(base, entry, lay_party),
            "issue" => lay_each(base, entry, lay_keys),
            "case" => lay_table(base, entry, lay_keys),
            "explicit" => lay_table(base, entry, lay_explicit),
            "constraint" | "same" => append(base, entry),
            "package" => lay_packages(base, entry),
            _ => base.entries.push(entry),
        }
    }
}

fn lay_table(base: &mut Table, entry: Entry, lay: impl Fn(&mut Table, Table)) {
    let Some(old) = base.entries.iter_mut().find(|old| old.key == entry.key) else {
        base.entries.push(entry);
        return;
    };
    match (&mut old.node.value, entry.node.value) {
        (Value::Table(old), Value::Table(new)) => lay(old, new),
        (old, new) => *old = new,
    }
}

fn lay_each(base: &mut Table, entry: Entry, lay: impl Fn(&mut Table, Table)) {
    lay_table(base, entry, |old, new| {
        let places = old.places();
        for entry in new.entries {
            let Some(&at) = places.get(&entry.key) else {
                old.entries.push(entry);
                continue;
            };
            match (&mut old.entries[at].node.value, entry.node) {
                (Value::Table(old), Node { value: Value::Table(new), .. }) => lay(old, new),
                (_, node) => old.entries[at].node = node,
            }
        }
    });
}

fn lay_keys(old: &mut Table, new: Table) {
    let places = old.places();
    for entry in new.entries {
        match places.get(&entry.key) {
            Some(&at) => old.entries[at] = entry,
            None => old.entries.push(entry),
        }
    }
}

/// The keys that say what a party prefers, in all their kinds.
const PREFERENCES: [&str; 4] = ["prefers", "weights", "weighs", "ranking"];

fn lay_party(old: &mut Table, new: Table) {
    if new.entries.iter().any(|entry| PREFERENCES.contains(&entry.key.as_str())) {
        old.entries.retain(|entry| {
            !PREFERENCES.contains(&entry.key.as_str())
                && !matches!(entry.key.as_str(), "weights-rest-on" | "ranking-rests-on")
        });
    }
    lay_keys(old, new);
}

fn lay_explicit(old: &mut Table, new: Table) {
    let mut new = new;
    if let Some(moves) = new.take("moves") {
        lay_table(old, moves, lay_keys);
    }
    lay_keys(old, new);
}

fn append(base: &mut Table, entry: Entry) {
    let Some(old) = base.entries.iter_mut().find(|old| old.key == entry.key) else {
        base.entries.push(entry);
        return;
    };
    match (&mut old.node.value, entry.node.value) {
        (Value::Array(old), Value::Array(new)) => old.extend(new),
        (old, new) => *old = new,
    }
}

fn lay_packages(base: &mut Table, entry: Entry) {
    fn name(node: &Node) -> Option<&str> {
        let Value::Table(table) = &node.value else { return None };
        match &table.get("name")?.node.value {
            Value::Text(text) => Some(&text.value),
            _ => None,
        }
    }
    let new: Vec<String> = match &entry.node.value {
        Value::Array(items) => items.iter().filter_map(name).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let replaced: std::collections::BTreeSet<String> = new.into_iter().collect();
    if let Some(Entry { node: Node { value: Value::Array(old), .. }, .. }) =
        base.entries.iter_mut().find(|old| old.key == "package")
    {
        old.retain(|node| name(node).is_none_or(|name| !replaced.contains(name)));
    }
    append(base, entry);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_strings_are_found_again() {
        for (source, part) in [
            (r#"a = "one two""#, "two"),
            (r#"a = 'one two'"#, "two"),
            (r#"a = "\u00e9\tone two""#, "two"),
            ("a = \"\"\"\nx\r\none \\\n   two\"\"\"", "two"),
            ("a = '''\r\none two'''", "two"),
        ] {
            let mut sink = Sink::default();
            let table = parse(source, 0, &mut sink);
            assert_eq!(sink.count(), 0, "{source}");
            let node = &table.entries[0].node;
            let Value::Text(text) = &node.value else { unreachable!() };
            let at = text.value.find(part).unwrap();
            let span = node.part(at, at + part.len());
            assert_eq!(&source[span.start as usize..span.end as usize], part, "{source}");
        }
    }
}
