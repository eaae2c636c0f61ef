//! One tree for JSON and YAML, in which every value knows where it stands and every number keeps its
//! digits.

use crate::error::{Error, shown};
use crate::number::{self, Read};
use jsonc_parser::ast::{ObjectPropName, Value as Parsed};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle};
use std::collections::BTreeMap;

/// How deep JSON and YAML may nest.
pub(crate) const DEEPEST: usize = 64;
/// Entries of one table: more than any case has, and few enough to be searched one by one.
const MOST_ENTRIES: usize = 20_000;
/// The longest YAML file, in bytes: YAML is slow to scan, and cases in it are small.
const LONGEST_YAML: usize = 4 << 20;

/// A value and where it begins: line and column, both from one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tree {
    pub(crate) place: (usize, usize),
    pub(crate) node: Node,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Null,
    Boolean(bool),
    /// The digits as written.
    Number(String),
    Text(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

impl Tree {
    fn kind(&self) -> &'static str {
        match self.node {
            Node::Null => "nothing",
            Node::Boolean(_) => "true or false",
            Node::Number(_) => "a number",
            Node::Text(_) => "a text",
            Node::List(_) => "a list",
            Node::Map(_) => "a table",
        }
    }

    /// An error about this value.
    pub(crate) fn fault(&self, message: impl Into<String>) -> Error {
        Error::malformed(message).at(self.place.0, self.place.1)
    }

    pub(crate) fn unsupported(&self, message: impl Into<String>) -> Error {
        Error::unsupported(message).at(self.place.0, self.place.1)
    }

    fn wrong(&self, what: &str, expected: &str) -> Error {
        self.fault(format!("{what} should be {expected}, but is {}", self.kind()))
    }

    /// The value under a key, unless it is absent or null.
    pub(crate) fn get(&self, key: &str) -> Option<&Tree> {
        let Node::Map(entries) = &self.node else { return None };
        entries
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
            .filter(|value| value.node != Node::Null)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(crate) fn need(&self, key: &str) -> Result<&Tree, Error> {
        self.get(key).ok_or_else(|| self.fault(format!("`{key}` is missing here")))
    }

    pub(crate) fn map(&self, what: &str) -> Result<&[(String, Tree)], Error> {
        match &self.node {
            Node::Map(entries) => Ok(entries),
            _ => Err(self.wrong(what, "a table")),
        }
    }

    pub(crate) fn list(&self, what: &str) -> Result<&[Tree], Error> {
        match &self.node {
            Node::List(items) => Ok(items),
            _ => Err(self.wrong(what, "a list")),
        }
    }

    pub(crate) fn text(&self, what: &str) -> Result<&str, Error> {
        match &self.node {
            Node::Text(text) => Ok(text),
            _ => Err(self.wrong(what, "a text")),
        }
    }

    /// A text, or a number or truth value as it is written.
    pub(crate) fn word(&self, what: &str) -> Result<String, Error> {
        match &self.node {
            Node::Text(text) | Node::Number(text) => Ok(text.clone()),
            Node::Boolean(value) => Ok(value.to_string()),
            _ => Err(self.wrong(what, "a text or a number")),
        }
    }

    pub(crate) fn boolean(&self, what: &str) -> Result<bool, Error> {
        match self.node {
            Node::Boolean(value) => Ok(value),
            _ => Err(self.wrong(what, "true or false")),
        }
    }

    /// A number, or a text that is one.
    pub(crate) fn number(&self, what: &str) -> Result<Read, Error> {
        match &self.node {
            Node::Number(text) | Node::Text(text) => number::read(text).ok_or_else(|| {
                self.fault(format!("{what} is no number that can be kept: `{}`", shown(text)))
            }),
            _ => Err(self.wrong(what, "a number")),
        }
    }

    /// A whole number from zero to a bound.
    pub(crate) fn index(&self, what: &str, most: usize) -> Result<usize, Error> {
        let (Node::Number(text) | Node::Text(text)) = &self.node else {
            return Err(self.wrong(what, "a whole number"));
        };
        text.trim().parse().ok().filter(|&number| number <= most).ok_or_else(|| {
            self.fault(format!("{what} should be a whole number from 0 to {most}, but is `{}`", shown(text)))
        })
    }
}

/// Reads JSON, strictly, nested at most [`DEEPEST`] deep.
pub(crate) fn json(text: &str) -> Result<Tree, Error> {
    // Counted before parsing, so that no parser's stack is asked to hold what is refused anyway.
    refuse_nesting(text)?;
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: true,
        allow_extended_string_escapes: false,
    };
    let parsed = jsonc_parser::parse_to_ast(text, &CollectOptions::default(), &strict).map_err(|error| {
        let message = format!("this is not JSON: {}", error.kind());
        Error::malformed(message).at(error.line_display(), error.column_display())
    })?;
    let Some(value) = parsed.value else { return Err(Error::malformed("the file is empty").at(1, 1)) };
    from_json(value, &mut Lines::new(text))
}

fn refuse_nesting(text: &str) -> Result<(), Error> {
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(
                        Error::hostile(format!("nested more than {DEEPEST} deep")).at_offset(text, at)
                    );
                }
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// Places of ascending byte offsets, each found from the one before.
struct Lines<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
    column: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Lines { text, offset: 0, line: 1, column: 1 }
    }

    fn place(&mut self, offset: usize) -> (usize, usize) {
        if offset < self.offset {
            return crate::error::place(self.text, offset);
        }
        let between = self.text.get(self.offset..offset).unwrap_or_default();
        match between.rfind('\n') {
            Some(last) => {
                self.line += between.bytes().filter(|&byte| byte == b'\n').count();
                self.column = 1 + between[last + 1..].chars().count();
            }
            None => self.column += between.chars().count(),
        }
        self.offset = offset;
        (self.line, self.column)
    }
}

fn from_json(value: Parsed<'_>, lines: &mut Lines<'_>) -> Result<Tree, Error> {
    let place = lines.place(value.start());
    let node = match value {
        Parsed::NullKeyword(_) => Node::Null,
        Parsed::BooleanLit(literal) => Node::Boolean(literal.value),
        Parsed::NumberLit(literal) => Node::Number(literal.value.to_owned()),
        Parsed::StringLit(literal) => Node::Text(literal.value.into_owned()),
        Parsed::Array(array) => {
            let items = array.elements.into_iter().map(|item| from_json(item, lines));
            Node::List(items.collect::<Result<_, Error>>()?)
        }
        Parsed::Object(object) => {
            let mut entries = Entries::default();
            for property in object.properties {
                let place = lines.place(property.range.start);
                let key = match property.name {
                    ObjectPropName::String(literal) => literal.value.into_owned(),
                    ObjectPropName::Word(literal) => literal.value.to_owned(),
                };
                let value = from_json(property.value, lines)?;
                entries.push(key, place, value)?;
            }
            Node::Map(entries.all)
        }
    };
    Ok(Tree { place, node })
}

/// The entries of a table, in order, each key once.
#[derive(Default)]
struct Entries {
    all: Vec<(String, Tree)>,
    seen: BTreeMap<String, (usize, usize)>,
}

impl Entries {
    fn push(&mut self, key: String, place: (usize, usize), value: Tree) -> Result<(), Error> {
        if self.all.len() == MOST_ENTRIES {
            let message = format!("a table of more than {MOST_ENTRIES} entries");
            return Err(Error::too_large(message).at(place.0, place.1));
        }
        if let Some((line, column)) = self.seen.insert(key.clone(), place) {
            let message = format!("`{}` is given twice; first at {line}:{column}", shown(&key));
            return Err(Error::malformed(message).at(place.0, place.1));
        }
        self.all.push((key, value));
        Ok(())
    }
}

/// Reads one YAML document, nested at most [`DEEPEST`] deep. Anchors and aliases are refused: they
/// can make a small file stand for an endless one.
pub(crate) fn yaml(text: &str) -> Result<Tree, Error> {
    if text.len() > LONGEST_YAML {
        return Err(Error::too_large("a YAML file may have 4 MiB"));
    }
    /// A list or table that is not closed yet.
    enum Open {
        List(Vec<Tree>),
        Map(Entries, Option<(String, (usize, usize))>),
    }
    let mut open: Vec<((usize, usize), Open)> = Vec::new();
    let mut document: Option<Tree> = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let (line, column) = at(error.marker());
            Error::malformed(format!("this is not YAML: {}", error.info())).at(line, column)
        })?;
        let place = at(&span.start);
        let fault = |message: &str| Error::malformed(message).at(place.0, place.1);
        let finished = match event {
            Event::Alias(_) => {
                return Err(Error::hostile("aliases are refused: write the value out").at(place.0, place.1));
            }
            Event::Scalar(_, _, anchor, _)
            | Event::SequenceStart(anchor, _)
            | Event::MappingStart(anchor, _)
                if anchor != 0 =>
            {
                return Err(Error::hostile("anchors are refused: write the value out").at(place.0, place.1));
            }
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() == DEEPEST => {
                return Err(Error::hostile(format!("nested more than {DEEPEST} deep")).at(place.0, place.1));
            }
            Event::SequenceStart(..) => {
                open.push((place, Open::List(Vec::new())));
                continue;
            }
            Event::MappingStart(..) => {
                open.push((place, Open::Map(Entries::default(), None)));
                continue;
            }
            Event::SequenceEnd => match open.pop() {
                Some((place, Open::List(items))) => Tree { place, node: Node::List(items) },
                _ => return Err(fault("a list ends that did not begin")),
            },
            Event::MappingEnd => match open.pop() {
                Some((place, Open::Map(entries, None))) => Tree { place, node: Node::Map(entries.all) },
                _ => return Err(fault("a table ends where a value is missing")),
            },
            Event::Scalar(value, style, _, _) => Tree { place, node: scalar(&value, style) },
            Event::DocumentStart(_) if document.is_some() => {
                return Err(fault("a file with a case holds one YAML document"));
            }
            _ => continue,
        };
        match open.last_mut() {
            None => document = Some(finished),
            Some((_, Open::List(items))) => items.push(finished),
            Some((_, Open::Map(_, key @ None))) => {
                *key = Some((finished.word("a key")?, finished.place));
            }
            Some((_, Open::Map(entries, key))) => {
                if let Some((key, place)) = key.take() {
                    entries.push(key, place, finished)?;
                }
            }
        }
    }
    document.ok_or_else(|| Error::malformed("the file is empty").at(1, 1))
}

fn at(marker: &Marker) -> (usize, usize) {
    (marker.line().max(1), marker.col() + 1)
}

/// What an unquoted word is by the core schema of YAML 1.2.
fn scalar(value: &str, style: ScalarStyle) -> Node {
    if style != ScalarStyle::Plain {
        return Node::Text(value.to_owned());
    }
    match value {
        "" | "~" | "null" | "Null" | "NULL" => Node::Null,
        "true" | "True" | "TRUE" => Node::Boolean(true),
        "false" | "False" | "FALSE" => Node::Boolean(false),
        _ if value.parse::<f64>().is_ok() && value.bytes().any(|byte| byte.is_ascii_digit()) => {
            Node::Number(value.to_owned())
        }
        ".inf" | "-.inf" | "+.inf" | ".Inf" | "-.Inf" | ".INF" | "-.INF" | ".nan" | ".NaN" | ".NAN" => {
            Node::Number(value.to_owned())
        }
        _ => Node::Text(value.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_yaml_give_the_same_tree() {
        let from_json = json("{\"a\": [1.50, \"x\", null],\n \"b\": {\"c\": true}}").unwrap();
        let from_yaml = yaml("a:\n  - 1.50\n  - x\n  - ~\nb: {c: true}\n").unwrap();
        fn bare(tree: &Tree) -> String {
            match &tree.node {
                Node::List(items) => format!("[{}]", items.iter().map(bare).collect::<Vec<_>>().join(",")),
                Node::Map(entries) => {
                    entries.iter().map(|(key, value)| format!("{key}={};", bare(value))).collect()
                }
                node => format!("{node:?}"),
            }
        }
        assert_eq!(bare(&from_json), bare(&from_yaml));
        assert_eq!(from_json.get("b").unwrap().get("c").unwrap().place, (2, 13));
        assert_eq!(from_yaml.get("b").unwrap().get("c").unwrap().place, (5, 8));
    }

    #[test]
    fn faults_have_places() {
        for (text, place) in [("{\"a\": }", (1, 7)), ("{\n \"a\": 1,\n \"a\": 2}", (3, 2)), ("", (1, 1))] {
            assert_eq!(json(text).unwrap_err().place(), Some(place), "{text}");
        }
        assert_eq!(yaml("a: 1\na: 2\n").unwrap_err().place(), Some((2, 1)));
        assert!(yaml("a: &x [1]\nb: *x\n").unwrap_err().is_hostile());
        assert!(yaml("a: [1\nb: 2").unwrap_err().place().is_some());
    }

    #[test]
    fn nesting_is_refused_at_once() {
        let deep = "[".repeat(100 << 20);
        assert!(json(&deep).unwrap_err().is_hostile());
        let deep = "[".repeat(1 << 20);
        assert!(yaml(&deep).unwrap_err().place().is_some());
        let deep = "- ".repeat(1 << 20);
        assert!(yaml(&deep).unwrap_err().is_hostile());
        // Brackets in texts do not nest.
        assert!(json(&format!("\"{}\"", "[".repeat(1000))).is_ok());
    }
}
