//! From text to a [`Case`], with every problem at once.
//!
//! # What a broken file yields
//! Reading never stops at the first problem. A party, issue, formula or outcome that cannot be read
//! is left out of the case and reported; the rest is there, and every index in it is in range.
//! [`Parsed::complete`] gives the case only when nothing was left out.
//!
//! # Laying a scenario over a case
//! A scenario's file holds a `title` and a `note`, then the same tables as `case.toml`:
//!
//! - keys of `[case]`, of a party and of an issue replace the keys of the same name; so
//!   `[issue.x] status-quo = "…"` changes what is in force, and `[party.x] consents = false` takes a
//!   party's veto away;
//! - a party that is given any of `prefers`, `weights`, `weighs` or `ranking` loses all the
//!   preferences it had in `case.toml`, of whatever kind, with what they rest on; an empty
//!   `prefers = []` leaves it without any;
//! - a party that is given `red-line` loses the red lines it had; `red-line = []` leaves none;
//! - `[[constraint]]`, `[[same]]` and `[[package]]` are added; a package with the name of an existing
//!   one takes its place at the end of the list;
//! - parties and issues with new names are added after the others;
//! - keys of `[explicit]` replace those of the same name, but `moves` does so party by party.
//!
//! Nothing is removed from a case otherwise. Spans in the scenario's file have [`Span::file`] 1.
//!
//! # Limits
//! A file has at most 16 MiB; a case at most 256 parties, 1,024 issues, 256 options per issue and
//! 4,096 in all, 10,000 packages, and formulas nest at most 128 levels deep. What is beyond is an
//! error, never cut silently. Reading takes time proportional to the text's length times the length
//! of what names are looked up in.

use crate::code;
use crate::diagnostic::{self, Diagnostic, Sink};
use crate::evidence::{self, Evidence};
use crate::formula::Formula;
use crate::keys::{self, Kind, Shape};
use crate::lint;
use crate::model::*;
use crate::rational::Rational;
use crate::space::Budget;
use crate::span::{Files, Span};
use crate::syntax::{self, Names};
use crate::tree::{self, Entry, Node, Table, Text, Value};
use crate::{error, suggest};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The largest file that is read, in bytes.
pub(crate) const LARGEST_FILE: usize = 16 << 20;
const MOST_PARTIES: usize = 256;
const MOST_ISSUES: usize = 1024;
const MOST_OPTIONS: usize = 256;
const MOST_OPTIONS_IN_ALL: usize = 4096;
const MOST_PACKAGES: usize = 10_000;

/// What reading gave.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// What could be read; `None` when there was no file to read.
    pub case: Option<Case>,
    /// Everything that is wrong or doubtful, in order of files and places.
    pub diagnostics: Vec<Diagnostic>,
    /// The files, for showing where.
    pub files: Files,
    /// Where the statements are cited that grounds rest on, by the grounds' own place.
    pub(crate) cited: BTreeMap<Span, Vec<Span>>,
}

impl Parsed {
    /// Whether any diagnostic is an error, so that the case is not as its author means it.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// The case, unless there are errors: the one to analyse.
    pub fn complete(&self) -> Option<&Case> {
        if self.has_errors() { None } else { self.case.as_ref() }
    }

    /// What reading found and what [`lint::check`] finds, in order of files and places: all that can
    /// be said without a ledger. While there are errors, nothing is said about what is missing from
    /// the case, since it may only be unreadable.
    pub fn check(&self) -> Vec<Diagnostic> {
        let mut found = self.diagnostics.clone();
        if let Some(case) = &self.case {
            let broken = self.has_errors();
            found.extend(
                lint::check(case).into_iter().filter(|lint| !broken || !lint::is_about_absence(lint.id)),
            );
        }
        diagnostic::in_order(&mut found);
        found
    }

    /// [`Parsed::check`] and what [`evidence::check`] finds, with carets under the statements cited.
    pub fn check_with(&self, evidence: &dyn Evidence) -> Vec<Diagnostic> {
        let mut found = self.check();
        if let Some(case) = &self.case {
            found.extend(evidence::check_at(case, evidence, &self.cited));
        }
        diagnostic::in_order(&mut found);
        found
    }
}

/// A scenario's file.
#[derive(Debug, Clone, Copy)]
pub struct Overlay<'a> {
    /// The scenario's name, which is its file's stem.
    pub name: &'a str,
    /// The name shown in diagnostics, such as `scenarios/talks-fail.toml`.
    pub file_name: &'a str,
    /// The file's text.
    pub text: &'a str,
}

/// Reads the text of a `case.toml`; `file_name` is what diagnostics call it.
///
/// ```
/// let parsed = paraph_case::parse("[case]\ntitle = \"Talks\"\n[issue.access]\n", "case.toml");
/// assert!(parsed.diagnostics.is_empty());
/// assert_eq!(parsed.case.unwrap().issues[0].options, ["no", "yes"]);
/// ```
pub fn parse(case_toml: &str, file_name: &str) -> Parsed {
    read(case_toml, file_name, None, Sink::default())
}

/// Reads a case with a scenario laid over it, by the rules of the [module](self).
pub fn parse_with_scenario(case_toml: &str, file_name: &str, overlay: Overlay<'_>) -> Parsed {
    read(case_toml, file_name, Some(overlay), Sink::default())
}

pub(crate) fn read(case_toml: &str, file_name: &str, overlay: Option<Overlay<'_>>, mut sink: Sink) -> Parsed {
    let mut files = Files::default();
    let mut table = open(case_toml, file_name, &mut files, &mut sink);
    let scenario = overlay.map(|overlay| {
        let mut over = open(overlay.text, overlay.file_name, &mut files, &mut sink);
        let head =
            Table { entries: ["title", "note"].into_iter().filter_map(|key| over.take(key)).collect() };
        check_top(&mut over, &[&keys::SCENARIO, &keys::CASE], &mut sink);
        let fields = Fields { table: &head, shape: &keys::SCENARIO, at: Span { file: 1, start: 0, end: 0 } };
        let title =
            fields.text("title", &mut sink).map_or(overlay.name, |text| text.value.as_str()).to_owned();
        let note = fields.text("note", &mut sink).map(|text| text.value.clone());
        (Scenario { name: overlay.name.to_owned(), title, note }, over)
    });
    check_top(&mut table, &[&keys::CASE], &mut sink);
    let scenario = scenario.map(|(scenario, over)| {
        tree::lay_over(&mut table, over);
        scenario
    });
    let mut reader = Reader {
        sink,
        parties: BTreeMap::new(),
        issues: BTreeMap::new(),
        unclear: Vec::new(),
        budget: Budget::new(),
        given_status_quo: Vec::new(),
        given_state: false,
        cited: BTreeMap::new(),
        case: Case {
            title: String::new(),
            as_of: None,
            caveat: None,
            scenario,
            parties: Vec::new(),
            issues: Vec::new(),
            constraints: Vec::new(),
            same: Vec::new(),
            packages: Vec::new(),
            explicit: None,
        },
    };
    reader.case(&table);
    Parsed { case: Some(reader.case), diagnostics: reader.sink.finish(), files, cited: reader.cited }
}

/// Reads a file into a tree, unless it is too large.
fn open(text: &str, name: &str, files: &mut Files, sink: &mut Sink) -> Table {
    if text.len() > LARGEST_FILE {
        files.add(name, "");
        sink.push(too_large_file(name));
        return Table::default();
    }
    let file = files.add(name, text);
    tree::parse(text, file, sink)
}

pub(crate) fn too_large_file(name: &str) -> Diagnostic {
    Diagnostic::without_place("too-large", format!("`{name}` is larger than 16 MiB"))
}

/// Reports and drops what is not one of the top tables, or not of its kind.
fn check_top(table: &mut Table, shapes: &[&Shape], sink: &mut Sink) {
    check_keys(table, shapes, sink);
    table.entries.retain(|entry| {
        let Some(key) = keys::CASE.key(&entry.key) else { return false };
        let fits = match key.kind {
            Kind::Tables(_) => matches!(entry.node.value, Value::Array(_)),
            _ => matches!(entry.node.value, Value::Table(_)),
        };
        if !fits {
            let mut diagnostic = wrong_type(&entry.node, &format!("`{}`", entry.key), key.kind.expected());
            if matches!(key.kind, Kind::Tables(_)) {
                diagnostic = diagnostic.hint(format!("write `[[{}]]` in double brackets", entry.key));
            }
            sink.push(diagnostic);
        }
        fits
    });
}

/// Reports keys that none of the shapes knows.
fn check_keys(table: &Table, shapes: &[&Shape], sink: &mut Sink) {
    for entry in &table.entries {
        if shapes.iter().any(|shape| shape.key(&entry.key).is_some()) {
            continue;
        }
        let heading = shapes.first().map_or("", |shape| shape.heading);
        let place = if heading.is_empty() {
            "at the top".to_owned()
        } else {
            format!("in {}", heading.replace(", ", " or "))
        };
        let hint = if sink.full() {
            None
        } else {
            let known = shapes.iter().flat_map(|shape| shape.keys).map(|key| key.name);
            suggest::hint(&entry.key, "the keys here", known)
        };
        let message = format!("unknown key `{}` {place}", syntax::shortened(&entry.key));
        sink.push(Diagnostic::new("unknown-key", entry.key_span, message).maybe_hint(hint));
    }
}

fn wrong_type(node: &Node, what: &str, expected: &str) -> Diagnostic {
    Diagnostic::new("wrong-type", node.span, format!("{what} should be {expected}"))
        .label(format!("this is {}", node.value.kind()))
}

/// A table whose unknown keys have been reported.
#[derive(Clone, Copy)]
struct Fields<'a> {
    table: &'a Table,
    shape: &'static Shape,
    at: Span,
}

impl<'a> Fields<'a> {
    fn open(node: &'a Node, what: &str, shape: &'static Shape, sink: &mut Sink) -> Option<Fields<'a>> {
        let Value::Table(table) = &node.value else {
            sink.push(wrong_type(node, what, "a table"));
            return None;
        };
        check_keys(table, &[shape], sink);
        Some(Fields { table, shape, at: node.span })
    }

    /// The value of a key that the shape knows.
    fn get(&self, name: &str) -> Option<&'a Node> {
        debug_assert!(self.shape.key(name).is_some(), "{name} is missing from the shape {}", self.shape.name);
        self.table.get(name).map(|entry| &entry.node)
    }

    fn wrong(&self, name: &str, node: &Node, sink: &mut Sink) {
        let expected = self.shape.key(name).map_or("another kind", |key| key.kind.expected());
        sink.push(wrong_type(node, &format!("`{name}`"), expected));
    }

    fn missing(&self, name: &str, sink: &mut Sink) {
        let heading = if self.shape.heading.is_empty() { "the file" } else { self.shape.heading };
        sink.push(Diagnostic::new("missing-key", self.at, format!("{heading} needs the key `{name}`")));
    }

    fn string(&self, name: &str, sink: &mut Sink) -> Option<(&'a Text, &'a Node)> {
        let node = self.get(name)?;
        match &node.value {
            Value::Text(text) => Some((text, node)),
            _ => {
                self.wrong(name, node, sink);
                None
            }
        }
    }

    /// A string with something in it.
    fn text(&self, name: &str, sink: &mut Sink) -> Option<&'a Text> {
        let (text, node) = self.string(name, sink)?;
        if text.value.trim().is_empty() {
            sink.push(Diagnostic::new("invalid-value", node.span, format!("`{name}` is empty")));
            return None;
        }
        Some(text)
    }

    fn boolean(&self, name: &str, sink: &mut Sink) -> Option<bool> {
        let node = self.get(name)?;
        match node.value {
            Value::Boolean(value) => Some(value),
            _ => {
                self.wrong(name, node, sink);
                None
            }
        }
    }

    /// One of a fixed list of words, as its index in the list.
    fn word(&self, name: &str, sink: &mut Sink) -> Option<usize> {
        let (text, node) = self.string(name, sink)?;
        let Some(Kind::Word(words)) = self.shape.key(name).map(|key| key.kind) else { return None };
        let found = words.iter().position(|word| *word == text.value);
        if found.is_none() {
            let message = format!("`{name}` cannot be `{}`", syntax::shortened(&text.value));
            let hint = suggest::hint(&text.value, "it is one of", words.iter().copied());
            sink.push(Diagnostic::new("invalid-value", node.span, message).maybe_hint(hint));
        }
        found
    }

    /// The strings of a list, with their nodes; what is no string is reported.
    fn texts(&self, name: &str, sink: &mut Sink) -> Vec<(&'a str, &'a Node)> {
        let Some(node) = self.get(name) else { return Vec::new() };
        let Value::Array(items) = &node.value else {
            self.wrong(name, node, sink);
            return Vec::new();
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match &item.value {
                Value::Text(text) => texts.push((text.value.as_str(), item)),
                _ => sink.push(wrong_type(item, &format!("each of `{name}`"), "a string")),
            }
        }
        texts
    }

    fn strings(&self, name: &str, sink: &mut Sink) -> Vec<String> {
        self.texts(name, sink).into_iter().map(|(text, _)| text.to_owned()).collect()
    }

    /// The tables of a list of tables.
    fn tables(&self, name: &str, sink: &mut Sink) -> Vec<Fields<'a>> {
        let Some(node) = self.get(name) else { return Vec::new() };
        let Some(Kind::Tables(shape)) = self.shape.key(name).map(|key| key.kind) else { return Vec::new() };
        let Value::Array(items) = &node.value else {
            self.wrong(name, node, sink);
            return Vec::new();
        };
        items.iter().filter_map(|item| Fields::open(item, &format!("each `{name}`"), shape, sink)).collect()
    }
}

struct Reader {
    sink: Sink,
    case: Case,
    parties: BTreeMap<String, usize>,
    issues: BTreeMap<String, usize>,
    /// Issues whose options could not be read.
    unclear: Vec<bool>,
    /// What may still be spent on testing outcomes against constraints.
    budget: Budget,
    /// For each issue whether the file gives it a status quo, readable or not.
    given_status_quo: Vec<bool>,
    /// Whether the explicit form gives the state in force, readable or not.
    given_state: bool,
    cited: BTreeMap<Span, Vec<Span>>,
}

impl Reader {
    fn case(&mut self, table: &Table) {
        let top = Fields { table, shape: &keys::CASE, at: Span::default() };
        self.head(top);
        // Names first, so that anything may refer to anything.
        let parties = self.names(top, "party", MOST_PARTIES);
        let issues = self.names(top, "issue", MOST_ISSUES);
        self.parties = index(&parties);
        self.issues = index(&issues);
        for (entry, node) in &issues {
            self.issue(entry, node);
        }
        self.limit_options();
        self.check_status_quo();
        if let Some(node) = top.get("explicit")
            && let Some(fields) = Fields::open(node, "`explicit`", &keys::EXPLICIT, &mut self.sink)
        {
            self.explicit(fields);
        }
        for fields in top.tables("constraint", &mut self.sink) {
            self.constraint(fields);
        }
        self.check_status_quo_is_feasible();
        for fields in top.tables("same", &mut self.sink) {
            self.same(fields);
        }
        self.packages(top);
        for (entry, node) in &parties {
            self.party(entry, node);
        }
        if let Some(node) = top.get("explicit")
            && let Value::Table(table) = &node.value
        {
            self.moves(Fields { table, shape: &keys::EXPLICIT, at: node.span });
        }
        self.check_walk_aways();
        if self.budget.exceeded {
            let message = "the constraints are too long to test every named outcome against them";
            self.sink.push(Diagnostic::without_place("not-enumerated", message));
        }
    }

    fn head(&mut self, top: Fields<'_>) {
        let Some(node) = top.get("case") else {
            let message = "the table `[case]` with a `title` is missing";
            self.sink.push(
                Diagnostic::new("missing-key", top.at, message)
                    .hint("begin the file with `[case]` and `title = \"…\"`"),
            );
            return;
        };
        let Some(fields) = Fields::open(node, "`case`", &keys::HEAD, &mut self.sink) else { return };
        match fields.text("title", &mut self.sink) {
            Some(title) => self.case.title = title.value.clone(),
            None if fields.get("title").is_none() => fields.missing("title", &mut self.sink),
            None => {}
        }
        self.case.as_of = fields.get("as-of").and_then(|node| self.date(node));
        self.case.caveat = fields.text("caveat", &mut self.sink).map(|text| text.value.clone());
    }

    fn date(&mut self, node: &Node) -> Option<Date> {
        let read = match &node.value {
            Value::Date(date) if date.time.is_none() && date.offset.is_none() => date.date.and_then(|date| {
                Date::new(i16::try_from(date.year).ok()?, date.month as i8, date.day as i8).ok()
            }),
            Value::Date(_) => None,
            Value::Text(text) => text.value.parse().ok().filter(|_| text.value.len() == 10),
            _ => {
                self.sink.push(wrong_type(node, "`as-of`", Kind::Date.expected()));
                return None;
            }
        };
        if read.is_none() {
            let message = "`as-of` is no date of the calendar without a time";
            self.sink.push(
                Diagnostic::new("invalid-value", node.span, message)
                    .hint("write year-month-day, as in 2025-11-22"),
            );
        }
        read
    }

    /// The tables under `[party.…]` or `[issue.…]` whose names are valid.
    fn names<'a>(&mut self, top: Fields<'a>, what: &str, most: usize) -> Vec<(&'a Entry, &'a Node)> {
        let Some(Node { value: Value::Table(table), .. }) = top.get(what) else { return Vec::new() };
        let mut found = Vec::new();
        for entry in &table.entries {
            if !is_name(&entry.key, what == "issue") {
                let mut diagnostic = Diagnostic::new(
                    "invalid-name",
                    entry.key_span,
                    format!(
                        "`{}` cannot name {} {what}",
                        syntax::shortened(&entry.key),
                        if what == "issue" { "an" } else { "a" }
                    ),
                );
                let better = kebab(&entry.key);
                if is_name(&better, what == "issue") {
                    diagnostic = diagnostic.hint(format!("write `{better}`"));
                } else {
                    diagnostic = diagnostic.hint("use small letters and digits, with hyphens between, and no word of the formula language");
                }
                self.sink.push(diagnostic);
                // What cannot be named anywhere is left out altogether; other names are read on, so
                // that what refers to them is not reported too.
                if entry.key.is_empty() || syntax::WORDS.contains(&entry.key.as_str()) {
                    continue;
                }
            }
            if found.len() == most {
                let message = format!("more than {most} tables `[{what}.…]`");
                self.sink.push(Diagnostic::new("too-large", entry.key_span, message));
                break;
            }
            found.push((entry, &entry.node));
        }
        found
    }

    fn issue(&mut self, entry: &Entry, node: &Node) {
        let mut issue = Issue {
            id: entry.key.clone(),
            title: entry.key.clone(),
            options: vec!["no".to_owned(), "yes".to_owned()],
            binary: true,
            status_quo: None,
            moved_by: Vec::new(),
            changes: Direction::Any,
            words: Vec::new(),
            points: Vec::new(),
            note: None,
            span: entry.key_span,
        };
        let what = format!("`issue.{}`", syntax::shortened(&entry.key));
        let Some(fields) = Fields::open(node, &what, &keys::ISSUE, &mut self.sink) else {
            self.case.issues.push(issue);
            self.unclear.push(true);
            self.given_status_quo.push(true);
            return;
        };
        let mut unclear = false;
        if let Some(options) = fields.get("options") {
            let before = self.sink.count();
            let given = self.options(fields, options);
            unclear = self.sink.count() > before;
            if given.len() >= 2 {
                issue.options = given;
            }
        }
        issue.binary = issue.options == ["no", "yes"];
        if let Some(title) = fields.text("title", &mut self.sink) {
            issue.title = title.value.clone();
        }
        if let Some((text, node)) = fields.string("status-quo", &mut self.sink) {
            issue.status_quo = issue.options.iter().position(|option| *option == text.value);
            if issue.status_quo.is_none() && !unclear {
                let message = format!("`{}` has no option `{}`", entry.key, syntax::shortened(&text.value));
                let hint =
                    suggest::hint(&text.value, "its options", issue.options.iter().map(String::as_str));
                self.sink.push(Diagnostic::new("unknown-option", node.span, message).maybe_hint(hint));
            }
        }
        for (name, node) in fields.texts("moved-by", &mut self.sink) {
            if let Some(party) = self.party_index(name, node.part(0, name.len()))
                && !issue.moved_by.contains(&party)
            {
                issue.moved_by.push(party);
            }
        }
        issue.changes = match fields.word("changes", &mut self.sink) {
            Some(1) => Direction::Up,
            Some(2) => Direction::Down,
            _ => Direction::Any,
        };
        issue.words = fields.strings("words", &mut self.sink);
        issue.points = self.points(fields);
        issue.note = fields.text("note", &mut self.sink).map(|text| text.value.clone());
        self.case.issues.push(issue);
        self.unclear.push(unclear);
        self.given_status_quo.push(fields.get("status-quo").is_some());
    }

    fn options(&mut self, fields: Fields<'_>, list: &Node) -> Vec<String> {
        let mut options: Vec<String> = Vec::new();
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for (option, node) in fields.texts("options", &mut self.sink) {
            let fault = if option.is_empty() {
                Some("an option's name cannot be empty")
            } else if option.contains('/') {
                Some("an option's name cannot hold a slash, as outcomes are written with slashes")
            } else if option.trim() != option || option.chars().any(char::is_control) {
                Some("an option's name cannot have blanks around it or control characters in it")
            } else if option == "-" {
                Some("an option cannot be named `-`, which stands for either in patterns")
            } else {
                None
            };
            if let Some(fault) = fault {
                self.sink.push(Diagnostic::new("invalid-option", node.span, fault));
            } else if let Some(&first) = seen.get(option) {
                let message = format!("the option `{}` is listed twice", syntax::shortened(option));
                self.sink.push(
                    Diagnostic::new("invalid-option", node.span, message).also(first, "listed here first"),
                );
            } else if options.len() == MOST_OPTIONS {
                let message = format!("an issue has at most {MOST_OPTIONS} options");
                self.sink.push(Diagnostic::new("too-large", node.span, message));
                break;
            } else {
                seen.insert(option, node.span);
                options.push(option.to_owned());
            }
        }
        if let Value::Array(items) = &list.value
            && items.len() < 2
        {
            let message = "an issue has at least two options";
            self.sink.push(
                Diagnostic::new("invalid-option", list.span, message)
                    .hint("leave `options` out for a yes-or-no issue, or add what else could be decided"),
            );
        }
        options
    }

    /// Keeps the sum of all options bounded, as every party may weigh each of them.
    fn limit_options(&mut self) {
        let mut sum = 0;
        for issue in &mut self.case.issues {
            sum += issue.options.len();
            if sum > MOST_OPTIONS_IN_ALL {
                let message = format!("a case has at most {MOST_OPTIONS_IN_ALL} options in all");
                self.sink.push(Diagnostic::new("too-large", issue.span, message));
                let kept = self.case.issues.iter().scan(0, |sum, issue| {
                    *sum += issue.options.len();
                    (*sum <= MOST_OPTIONS_IN_ALL).then_some(())
                });
                let kept = kept.count();
                self.case.issues.truncate(kept);
                self.unclear.truncate(kept);
                self.given_status_quo.truncate(kept);
                self.issues.retain(|_, index| *index < kept);
                return;
            }
        }
    }

    fn points(&mut self, fields: Fields<'_>) -> Vec<String> {
        let Some(node) = fields.get("points") else { return Vec::new() };
        let Value::Array(items) = &node.value else {
            fields.wrong("points", node, &mut self.sink);
            return Vec::new();
        };
        let mut points = Vec::with_capacity(items.len());
        for item in items {
            match &item.value {
                Value::Text(text) => points.push(text.value.clone()),
                Value::Number(number) if number.bytes().all(|b| b.is_ascii_digit()) => {
                    points.push(number.clone())
                }
                _ => self.sink.push(wrong_type(item, "each of `points`", "a string or a whole number")),
            }
        }
        points
    }

    fn check_status_quo(&mut self) {
        let given: Vec<&Issue> = self.case.issues.iter().filter(|issue| issue.status_quo.is_some()).collect();
        let missing: Vec<&Issue> = self
            .case
            .issues
            .iter()
            .zip(&self.given_status_quo)
            .filter(|(_, given)| !**given)
            .map(|(issue, _)| issue)
            .collect();
        if let (Some(given), Some(first)) = (given.first(), missing.first()) {
            let names: Vec<&str> = missing.iter().take(10).map(|issue| issue.id.as_str()).collect();
            let more =
                if missing.len() > 10 { format!(" and {} more", missing.len() - 10) } else { String::new() };
            let message = format!("no status quo is given for {}{more}", suggest::list(&names));
            self.sink.push(
                Diagnostic::new("partial-status-quo", first.span, message)
                    .label("has no `status-quo`")
                    .also(given.span, "has one")
                    .hint("give the option in force now for all issues, or for none"),
            );
        }
    }

    fn party_index(&mut self, name: &str, span: Span) -> Option<usize> {
        let found = self.parties.get(name).copied();
        if found.is_none() {
            let hint = if self.sink.full() {
                None
            } else {
                suggest::hint(name, "the parties", self.parties.keys().map(String::as_str))
            };
            let message = format!("no party `{}`", syntax::shortened(name));
            self.sink.push(Diagnostic::new("unknown-party", span, message).maybe_hint(hint));
        }
        found
    }

    fn issue_index(&mut self, name: &str, span: Span) -> Option<usize> {
        let found = self.issues.get(name).copied();
        if found.is_none() {
            let hint = if self.sink.full() {
                None
            } else {
                suggest::hint(name, "the issues", self.case.issues.iter().map(|issue| issue.id.as_str()))
            };
            let message = format!("no issue `{}`", syntax::shortened(name));
            self.sink.push(Diagnostic::new("unknown-issue", span, message).maybe_hint(hint));
        }
        found
    }

    fn option_index(&mut self, issue: usize, name: &str, span: Span) -> Option<usize> {
        let declared = &self.case.issues[issue];
        let found = declared.options.iter().position(|option| option == name);
        if found.is_none() && !self.unclear[issue] {
            let message = format!("`{}` has no option `{}`", declared.id, syntax::shortened(name));
            let hint = suggest::hint(name, "its options", declared.options.iter().map(String::as_str));
            self.sink.push(Diagnostic::new("unknown-option", span, message).maybe_hint(hint));
        }
        found
    }

    /// A formula under a key; `None` when it is absent or cannot be read.
    fn formula(&mut self, fields: Fields<'_>, name: &str) -> Option<(Formula, String, Span)> {
        let node = fields.get(name)?;
        let Value::Text(text) = &node.value else {
            fields.wrong(name, node, &mut self.sink);
            return None;
        };
        let formula = self.formula_in(text, node)?;
        Some((formula, text.value.trim().to_owned(), node.span))
    }

    fn formula_in(&mut self, text: &Text, node: &Node) -> Option<Formula> {
        if text.value.trim().is_empty() {
            self.sink.push(Diagnostic::new("formula-syntax", node.span, "the formula is empty"));
            return None;
        }
        let names = Names { issues: &self.case.issues, by_id: &self.issues, unclear: &self.unclear };
        let (formula, faults) = syntax::parse(&text.value, &names);
        for fault in faults {
            let mut diagnostic = fault.diagnostic;
            let at_end = fault.start == fault.end;
            let span = node.part(fault.start, fault.end);
            diagnostic.labels[0].span = if at_end && span.start > node.span.start {
                // At the end of the formula: the closing quote, so that there is something under the caret.
                Span { end: (span.end + 1).min(node.span.end), ..span }
            } else {
                span
            };
            self.sink.push(diagnostic);
        }
        formula
    }

    /// `that`, which has to be there.
    fn that(&mut self, fields: Fields<'_>) -> Option<(Formula, String, Span)> {
        if fields.get("that").is_none() {
            fields.missing("that", &mut self.sink);
        }
        self.formula(fields, "that")
    }

    /// `basis`, `because` and `note` of a table; `span` is what they are the grounds of.
    fn grounds(&mut self, fields: Fields<'_>, span: Span) -> Grounds {
        let basis = match fields.word("basis", &mut self.sink) {
            Some(0) => Basis::Stated,
            Some(1) => Basis::Inferred,
            Some(_) => Basis::Assumed,
            None => {
                if fields.get("basis").is_none() {
                    self.sink
                        .push(missing_basis(span, "`basis = \"stated\"`, `\"inferred\"` or `\"assumed\"`"));
                }
                Basis::Assumed
            }
        };
        let (mut because, mut cited): (Vec<String>, Vec<Span>) = (Vec::new(), Vec::new());
        for (id, node) in fields.texts("because", &mut self.sink) {
            if id.trim().is_empty() {
                self.sink.push(Diagnostic::new(
                    "invalid-value",
                    node.span,
                    "a statement's identifier is empty",
                ));
            } else {
                because.push(id.to_owned());
                cited.push(node.span);
            }
        }
        self.cited.insert(span, cited);
        if basis == Basis::Stated && because.is_empty() {
            let at = fields.get("basis").map_or(span, |node| node.span);
            self.sink.push(
                Diagnostic::new("stated-without-statement", at, "`stated` cites no statement")
                    .also(span, "what was stated")
                    .hint("name it in `because`, or write `inferred` or `assumed`"),
            );
        }
        let note = fields.text("note", &mut self.sink).map(|text| text.value.clone());
        Grounds { basis, because, note, span }
    }

    fn constraint(&mut self, fields: Fields<'_>) {
        let because = fields.text("because", &mut self.sink).map(|text| text.value.clone());
        let never = self.formula(fields, "never");
        let always = self.formula(fields, "always");
        match (fields.get("never"), fields.get("always")) {
            (None, None) => {
                let message = "a constraint needs `never` or `always`";
                self.sink.push(Diagnostic::new("missing-key", fields.at, message));
            }
            (Some(_), Some(second)) => {
                let message = "a constraint has `never` or `always`, not both";
                self.sink.push(
                    Diagnostic::new("invalid-value", second.span, message).hint("write two constraints"),
                );
            }
            _ => {}
        }
        for (read, word) in [(never, "never"), (always, "always")] {
            let Some((formula, text, span)) = read else { continue };
            let always = if word == "never" { Formula::Not(Box::new(formula)) } else { formula };
            let text = format!("{word} {text}");
            self.case.constraints.push(Constraint { always, text, because: because.clone(), span });
        }
    }

    /// The place of the first constraint that an outcome breaks.
    fn forbidden(&mut self, outcome: &[usize]) -> Option<Span> {
        // In the explicit form the states are what is feasible.
        if self.case.explicit.is_some() {
            return None;
        }
        for constraint in &self.case.constraints {
            if !self.budget.take(constraint.always.length()) {
                return None;
            }
            if !constraint.always.holds(outcome) {
                return Some(constraint.span);
            }
        }
        None
    }

    fn check_status_quo_is_feasible(&mut self) {
        let Some(status_quo) = self.case.status_quo() else { return };
        if self.case.explicit.is_some() {
            return;
        }
        let code = self.case.code(&status_quo);
        for constraint in &self.case.constraints {
            if !constraint.always.holds(&status_quo) {
                let message =
                    format!("the constraint forbids the status quo, `{}`", syntax::shortened(&code));
                self.sink.push(
                    Diagnostic::new("status-quo-excluded", constraint.span, message)
                        .hint("what is in force is feasible: mend the constraint, or the `status-quo` of the issues it names"),
                );
            }
        }
    }

    fn infeasible(&mut self, id: &'static str, what: &str, span: Span, outcome: &[usize]) {
        if let Some(constraint) = self.forbidden(outcome) {
            let message = format!("{what} is forbidden by a constraint");
            self.sink.push(Diagnostic::new(id, span, message).also(constraint, "the constraint"));
        }
    }

    fn same(&mut self, fields: Fields<'_>) {
        let that = self.that(fields);
        let Some((name, node)) = fields.string("name", &mut self.sink) else {
            if fields.get("name").is_none() {
                fields.missing("name", &mut self.sink);
            }
            return;
        };
        let name = &name.value;
        if name.trim() != name || name.is_empty() {
            let message = "the name of a class cannot be empty or have blanks around it";
            self.sink.push(Diagnostic::new("invalid-value", node.span, message));
            return;
        }
        if let Some(first) = self.case.same.iter().find(|same| same.name == *name) {
            let message = format!("two classes are named `{}`", syntax::shortened(name));
            self.sink
                .push(Diagnostic::new("duplicate-name", node.span, message).also(first.span, "the first"));
            return;
        }
        if !self.case.issues.is_empty() && code::parse_pattern(&self.case.issues, name).is_ok() {
            let message =
                format!("`{}` names a class, but is the code of an outcome too", syntax::shortened(name));
            self.sink.push(Diagnostic::new("class-named-like-an-outcome", node.span, message));
            return;
        }
        if let Some((that, text, _)) = that {
            self.case.same.push(Same { name: name.clone(), that, text, span: node.span });
        }
    }

    fn packages(&mut self, top: Fields<'_>) {
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        for fields in top.tables("package", &mut self.sink) {
            if seen.len() == MOST_PACKAGES {
                let message = format!("a case has at most {MOST_PACKAGES} packages");
                self.sink.push(Diagnostic::new("too-large", fields.at, message));
                break;
            }
            let name = fields.text("name", &mut self.sink).map(|text| text.value.clone());
            let span = fields.get("name").map_or(fields.at, |node| node.span);
            if fields.get("name").is_none() {
                fields.missing("name", &mut self.sink);
            }
            let title = fields.text("title", &mut self.sink).map(|text| text.value.clone());
            let sets = self.sets(fields);
            let Some(name) = name else { continue };
            if let Some(&first) = seen.get(&name) {
                let message = format!("two packages are named `{}`", syntax::shortened(&name));
                self.sink.push(Diagnostic::new("duplicate-name", span, message).also(first, "the first"));
                continue;
            }
            seen.insert(name.clone(), span);
            if let Some((outcome, named)) = sets {
                self.infeasible("infeasible-package", "the package", span, &outcome);
                let title = title.unwrap_or_else(|| name.clone());
                self.case.packages.push(Package { name, title, outcome, named, span });
            }
        }
    }

    fn sets(&mut self, fields: Fields<'_>) -> Option<(Vec<usize>, Vec<usize>)> {
        let Some(node) = fields.get("sets") else {
            fields.missing("sets", &mut self.sink);
            return None;
        };
        let Value::Table(table) = &node.value else {
            fields.wrong("sets", node, &mut self.sink);
            return None;
        };
        let mut chosen: Vec<Option<usize>> = vec![None; self.case.issues.len()];
        let mut readable = true;
        for entry in &table.entries {
            let issue = self.issue_index(&entry.key, entry.key_span);
            let Value::Text(text) = &entry.node.value else {
                let mut diagnostic = wrong_type(
                    &entry.node,
                    &format!("`{}`", syntax::shortened(&entry.key)),
                    "an option in quotes",
                );
                if let Value::Boolean(yes) = entry.node.value {
                    diagnostic = diagnostic.hint(format!("write \"{}\"", if yes { "yes" } else { "no" }));
                }
                self.sink.push(diagnostic);
                readable = false;
                continue;
            };
            match issue
                .and_then(|issue| Some((issue, self.option_index(issue, &text.value, entry.node.span)?)))
            {
                Some((issue, option)) => chosen[issue] = Some(option),
                None => readable = false,
            }
        }
        if !readable {
            return None;
        }
        let named: Vec<usize> = (0..chosen.len()).filter(|&issue| chosen[issue].is_some()).collect();
        let open: Vec<usize> = (0..chosen.len())
            .filter(|&issue| chosen[issue].is_none() && self.case.issues[issue].status_quo.is_none())
            .collect();
        if !open.is_empty() {
            let names: Vec<&str> =
                open.iter().take(10).map(|&issue| self.case.issues[issue].id.as_str()).collect();
            let more = if open.len() > 10 { format!(" and {} more", open.len() - 10) } else { String::new() };
            // When the status quo is partial or broken, that was reported already.
            if !self.given_status_quo.contains(&true) {
                let message = format!(
                    "the package leaves {}{more} open, and there is no status quo",
                    suggest::list(&names)
                );
                self.sink.push(
                    Diagnostic::new("missing-status-quo", node.span, message)
                        .hint("name an option for every issue, or give the status quo of all issues"),
                );
            }
            return None;
        }
        let outcome =
            chosen.iter().zip(&self.case.issues).filter_map(|(option, issue)| option.or(issue.status_quo));
        Some((outcome.collect(), named))
    }

    fn party(&mut self, entry: &Entry, node: &Node) {
        let mut party = Party {
            id: entry.key.clone(),
            name: entry.key.clone(),
            consents: true,
            walk_away: None,
            also_called: Vec::new(),
            people: Vec::new(),
            red_lines: Vec::new(),
            preferences: Preferences::None,
            span: entry.key_span,
        };
        let what = format!("`party.{}`", syntax::shortened(&entry.key));
        let Some(fields) = Fields::open(node, &what, &keys::PARTY, &mut self.sink) else {
            self.case.parties.push(party);
            return;
        };
        if let Some(name) = fields.text("name", &mut self.sink) {
            party.name = name.value.clone();
        }
        party.consents = fields.boolean("consents", &mut self.sink).unwrap_or(true);
        party.also_called = fields.strings("also-called", &mut self.sink);
        party.people = fields.strings("people", &mut self.sink);
        for line in fields.tables("red-line", &mut self.sink) {
            let that = self.that(line);
            let span = line.get("that").map_or(line.at, |node| node.span);
            let grounds = self.grounds(line, span);
            if let Some((that, text, _)) = that {
                party.red_lines.push(RedLine { that, text, grounds });
            }
        }
        party.preferences = self.preferences(fields);
        party.walk_away = self.walk_away(fields, &party.preferences);
        self.case.parties.push(party);
    }

    fn preferences(&mut self, fields: Fields<'_>) -> Preferences {
        let priorities = self.priorities(fields);
        let weights = self.weights(fields);
        let ranking = self.ranking(fields);
        let mut given: Vec<(&str, &Node)> = Vec::new();
        for key in ["prefers", "weights", "weighs", "ranking"] {
            if let Some(node) = fields.get(key)
                && !matches!(&node.value, Value::Array(items) if items.is_empty())
                && !(key == "weighs" && given.iter().any(|(key, _)| *key == "weights"))
            {
                given.push((key, node));
            }
        }
        if let [(first, place), (second, span), ..] = given[..] {
            let message = format!("preferences are given both by `{first}` and by `{second}`");
            self.sink.push(
                Diagnostic::new("mixed-preferences", span.span, message)
                    .also(place.span, format!("`{first}`"))
                    .hint("keep one of `prefers`, `weights` with `weighs`, or `ranking`"),
            );
        }
        for (key, of) in [("weights-rest-on", "weights"), ("ranking-rests-on", "ranking")] {
            if let Some(node) = fields.get(key)
                && fields.get(of).is_none()
            {
                let message = format!("`{key}` is given, but no `{of}`");
                self.sink.push(Diagnostic::new("grounds-without-preference", node.span, message));
                if let Some(inner) = Fields::open(node, &format!("`{key}`"), &keys::GROUNDS, &mut self.sink) {
                    self.grounds(inner, node.span);
                }
            }
        }
        match given.first() {
            Some(("prefers", _)) => priorities.map_or(Preferences::None, Preferences::Priorities),
            Some(("weights" | "weighs", _)) => weights.map_or(Preferences::None, Preferences::Weights),
            Some(("ranking", _)) => ranking.map_or(Preferences::None, Preferences::Ranking),
            _ => Preferences::None,
        }
    }

    fn priorities(&mut self, fields: Fields<'_>) -> Option<Vec<Priority>> {
        fields.get("prefers")?;
        let mut priorities = Vec::new();
        for line in fields.tables("prefers", &mut self.sink) {
            let that = self.that(line);
            let span = line.get("that").map_or(line.at, |node| node.span);
            let grounds = self.grounds(line, span);
            if let Some((that, text, _)) = that {
                priorities.push(Priority { that, text, grounds });
            }
        }
        (!priorities.is_empty()).then_some(priorities)
    }

    /// The table that says what weights or a ranking rest on; `key` is absent for weights given by
    /// formulas alone, which have grounds of their own.
    fn grounds_under(&mut self, fields: Fields<'_>, name: &str, subject: Option<Span>) -> Grounds {
        let span = subject.unwrap_or(fields.at);
        if let Some(node) = fields.get(name)
            && let Some(inner) = Fields::open(node, &format!("`{name}`"), &keys::GROUNDS, &mut self.sink)
        {
            return self.grounds(inner, span);
        }
        if subject.is_some() && fields.get(name).is_none() {
            self.sink.push(missing_basis(
                span,
                &format!("`{name} = {{ basis = \"assumed\" }}`, or the like, to the party"),
            ));
        }
        Grounds { basis: Basis::Assumed, because: Vec::new(), note: None, span }
    }

    fn weights(&mut self, fields: Fields<'_>) -> Option<Weights> {
        if fields.get("weights").is_none() && fields.get("weighs").is_none() {
            return None;
        }
        let mut options: Vec<Vec<Rational>> =
            self.case.issues.iter().map(|issue| vec![Rational::ZERO; issue.options.len()]).collect();
        if let Some(node) = fields.get("weights") {
            match &node.value {
                Value::Table(table) => self.option_weights(table, &mut options),
                _ => fields.wrong("weights", node, &mut self.sink),
            }
        }
        let key_span = fields.table.get("weights").map(|entry| entry.key_span);
        let grounds = self.grounds_under(fields, "weights-rest-on", key_span);
        let mut formulas = Vec::new();
        for line in fields.tables("weighs", &mut self.sink) {
            let that = self.that(line);
            let weight = match line.get("weight") {
                Some(node) => self.number(node, "`weight`"),
                None => {
                    line.missing("weight", &mut self.sink);
                    None
                }
            };
            let span = line.get("that").map_or(line.at, |node| node.span);
            let grounds = self.grounds(line, span);
            if let (Some((that, text, _)), Some(weight)) = (that, weight) {
                formulas.push(Weighted { that, text, weight, grounds });
            }
        }
        Some(Weights { options, formulas, grounds })
    }

    fn option_weights(&mut self, table: &Table, options: &mut [Vec<Rational>]) {
        for entry in &table.entries {
            let Some(issue) = self.issue_index(&entry.key, entry.key_span) else { continue };
            match &entry.node.value {
                Value::Table(inner) => {
                    for weight in &inner.entries {
                        let option = self.option_index(issue, &weight.key, weight.key_span);
                        let number = self.number(
                            &weight.node,
                            &format!("the weight of `{}`", syntax::shortened(&weight.key)),
                        );
                        if let (Some(option), Some(number)) = (option, number) {
                            options[issue][option] = number;
                        }
                    }
                }
                Value::Number(_) | Value::Text(_) if self.case.issues[issue].binary => {
                    if let Some(number) = self.number(&entry.node, &format!("the weight of `{}`", entry.key))
                    {
                        options[issue][1] = number;
                    }
                }
                Value::Number(_) if !self.unclear[issue] => {
                    let declared = &self.case.issues[issue];
                    let message = format!("`{}` is no yes-or-no issue: weigh its options", declared.id);
                    let hint =
                        format!("write `{} = {{ {} = … }}`", declared.id, declared.options.join(" = …, "));
                    self.sink.push(Diagnostic::new("wrong-type", entry.node.span, message).hint(hint));
                }
                _ if self.unclear[issue] => {}
                _ => self.sink.push(wrong_type(
                    &entry.node,
                    &format!("the weight of `{}`", entry.key),
                    "a table with a weight per option",
                )),
            }
        }
    }

    fn number(&mut self, node: &Node, what: &str) -> Option<Rational> {
        let text = match &node.value {
            Value::Number(text) => text,
            Value::Text(text) => &text.value,
            _ => {
                self.sink.push(wrong_type(node, what, Kind::Number.expected()));
                return None;
            }
        };
        let number = Rational::parse(text);
        if number.is_none() {
            let message = format!("{what} is no number that can be kept exactly");
            self.sink.push(
                Diagnostic::new("invalid-value", node.span, message)
                    .hint("write a number such as 2.5, or a fraction such as \"3/7\", of at most 38 digits"),
            );
        }
        number
    }

    fn ranking(&mut self, fields: Fields<'_>) -> Option<Ranking> {
        let node = fields.get("ranking")?;
        let key_span = fields.table.get("ranking").map(|entry| entry.key_span);
        let grounds = self.grounds_under(fields, "ranking-rests-on", key_span);
        let Value::Array(items) = &node.value else {
            fields.wrong("ranking", node, &mut self.sink);
            return None;
        };
        let states = self.state_names();
        let classes: BTreeMap<String, usize> =
            self.case.same.iter().enumerate().map(|(index, same)| (same.name.clone(), index)).collect();
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        let mut groups = Vec::with_capacity(items.len());
        for item in items {
            let members = match &item.value {
                Value::Array(members) => members.as_slice(),
                _ => std::slice::from_ref(item),
            };
            let mut group = Vec::with_capacity(members.len());
            for member in members {
                let Value::Text(text) = &member.value else {
                    self.sink.push(wrong_type(
                        member,
                        "each entry of `ranking`",
                        "an outcome's code in quotes",
                    ));
                    continue;
                };
                if let Some(&first) = seen.get(&text.value) {
                    let message = format!("`{}` is ranked twice", syntax::shortened(&text.value));
                    self.sink.push(
                        Diagnostic::new("repeated-rank", member.span, message).also(first, "here first"),
                    );
                    continue;
                }
                seen.insert(text.value.clone(), member.span);
                group.extend(self.ranked(&text.value, member, states.as_ref(), &classes));
            }
            if !group.is_empty() {
                groups.push(group);
            }
        }
        (!groups.is_empty()).then_some(Ranking { groups, grounds })
    }

    fn state_names(&self) -> Option<BTreeMap<String, usize>> {
        let states = &self.case.explicit.as_ref()?.states;
        Some(states.iter().enumerate().map(|(index, state)| (state.clone(), index)).collect())
    }

    fn ranked(
        &mut self,
        text: &str,
        node: &Node,
        states: Option<&BTreeMap<String, usize>>,
        classes: &BTreeMap<String, usize>,
    ) -> Option<Ranked> {
        if let Some(states) = states {
            return self.state(text, node, states).map(Ranked::State);
        }
        if let Some(&class) = classes.get(text) {
            return Some(Ranked::Class(class));
        }
        match code::parse_code(&self.case.issues, text) {
            Ok(outcome) => {
                let what = format!("`{}`", syntax::shortened(text));
                self.infeasible("infeasible-outcome", &what, node.span, &outcome);
                Some(Ranked::Outcome(outcome))
            }
            Err(error) => {
                self.invalid_code(error, node);
                None
            }
        }
    }

    fn invalid_code(&mut self, error: error::Error, node: &Node) {
        if !self.unclear.contains(&true) {
            self.sink.push(Diagnostic::new("invalid-code", node.span, error.message).maybe_hint(error.hint));
        }
    }

    fn state(&mut self, name: &str, node: &Node, states: &BTreeMap<String, usize>) -> Option<usize> {
        let found = states.get(name).copied();
        if found.is_none() {
            let hint = if self.sink.full() {
                None
            } else {
                suggest::hint(name, "the states", states.keys().map(String::as_str))
            };
            let message = format!("no state `{}`", syntax::shortened(name));
            self.sink.push(Diagnostic::new("unknown-state", node.span, message).maybe_hint(hint));
        }
        found
    }

    fn walk_away(&mut self, fields: Fields<'_>, preferences: &Preferences) -> Option<WalkAway> {
        let node = fields.get("walk-away")?;
        let text = match &node.value {
            Value::Number(_) => {
                let number = self.number(node, "`walk-away`")?;
                if !matches!(preferences, Preferences::Weights(_)) {
                    let message = "a number as walk-away needs weights to be compared with";
                    self.sink.push(
                        Diagnostic::new("walk-away-kind", node.span, message)
                            .hint("give `weights`, or name an outcome or a formula"),
                    );
                    return None;
                }
                return Some(WalkAway::Utility(number));
            }
            Value::Text(text) => text,
            _ => {
                fields.wrong("walk-away", node, &mut self.sink);
                return None;
            }
        };
        if text.value == "status-quo" {
            return None;
        }
        if let Some(states) = self.state_names()
            && let Some(&state) = states.get(&text.value)
        {
            return Some(WalkAway::Outcome(vec![state]));
        }
        // A code is tried first: an issue may be named `yn`, but not `YN`.
        if !self.case.issues.is_empty()
            && self.case.explicit.is_none()
            && let Ok(outcome) = code::parse_code(&self.case.issues, &text.value)
            && !self.issues.contains_key(&text.value)
        {
            self.infeasible("infeasible-outcome", "the walk-away", node.span, &outcome);
            return Some(WalkAway::Outcome(outcome));
        }
        if let Some(error) = self.looks_like_a_code(&text.value) {
            self.invalid_code(error, node);
            return None;
        }
        let that = self.formula_in(text, node)?;
        Some(WalkAway::Formula { that, text: text.value.trim().to_owned() })
    }

    /// What is wrong with a text that is no code, but was probably meant as one.
    fn looks_like_a_code(&self, text: &str) -> Option<error::Error> {
        if self.case.issues.is_empty() || self.case.explicit.is_some() || self.issues.contains_key(text) {
            return None;
        }
        let meant = if self.case.is_binary() {
            text.chars().all(|c| matches!(c, 'N' | 'Y' | '-'))
        } else {
            text.contains('/') && !text.contains(['=', '('])
        };
        if meant { code::parse_code(&self.case.issues, text).err() } else { None }
    }

    fn check_walk_aways(&mut self) {
        let given = match &self.case.explicit {
            Some(_) => self.given_state,
            // A partial status quo was reported; what is missing then is not the walk-away.
            None => self.given_status_quo.contains(&true),
        };
        if given || (self.case.issues.is_empty() && self.case.explicit.is_none()) {
            return;
        }
        for party in &self.case.parties {
            if party.consents && party.walk_away.is_none() {
                let message = format!("`{}` has no walk-away, and there is no status quo", party.id);
                self.sink.push(
                    Diagnostic::new("missing-walk-away", party.span, message)
                        .hint("give `walk-away`, the status quo of all issues, or `consents = false`"),
                );
            }
        }
    }

    fn explicit(&mut self, fields: Fields<'_>) {
        let mut explicit = Explicit { states: Vec::new(), status_quo: None, moves: Vec::new(), codes: None };
        if fields.get("states").is_none() {
            fields.missing("states", &mut self.sink);
        }
        let mut seen: BTreeMap<String, (usize, Span)> = BTreeMap::new();
        for (name, node) in fields.texts("states", &mut self.sink) {
            if name.trim() != name || name.is_empty() {
                let message = "the name of a state cannot be empty or have blanks around it";
                self.sink.push(Diagnostic::new("invalid-value", node.span, message));
            } else if let Some(&(_, first)) = seen.get(name) {
                let message = format!("two states are named `{}`", syntax::shortened(name));
                self.sink
                    .push(Diagnostic::new("duplicate-name", node.span, message).also(first, "the first"));
            } else {
                seen.insert(name.to_owned(), (explicit.states.len(), node.span));
                explicit.states.push(name.to_owned());
            }
        }
        let states: BTreeMap<String, usize> =
            seen.into_iter().map(|(name, (index, _))| (name, index)).collect();
        if let Some((text, node)) = fields.string("status-quo", &mut self.sink) {
            explicit.status_quo = self.state(&text.value, node, &states);
        }
        self.given_state = fields.get("status-quo").is_some();
        explicit.codes = self.codes(fields, &explicit.states, &states);
        self.case.explicit = Some(explicit);
    }

    fn codes(
        &mut self,
        fields: Fields<'_>,
        names: &[String],
        states: &BTreeMap<String, usize>,
    ) -> Option<Vec<Vec<Option<usize>>>> {
        let node = fields.get("codes")?;
        let Value::Table(table) = &node.value else {
            fields.wrong("codes", node, &mut self.sink);
            return None;
        };
        if self.case.issues.is_empty() {
            let message = "codes say which options a state has, but no issue is declared";
            self.sink.push(Diagnostic::new("missing-code", node.span, message).hint("declare the issues"));
            return None;
        }
        let mut codes: Vec<Option<Vec<Option<usize>>>> = vec![None; names.len()];
        let mut readable = true;
        for entry in &table.entries {
            let state =
                self.state(&entry.key, &Node { value: Value::Boolean(true), span: entry.key_span }, states);
            let Value::Text(text) = &entry.node.value else {
                self.sink.push(wrong_type(&entry.node, "each of `codes`", "an outcome's code in quotes"));
                readable = false;
                continue;
            };
            match code::parse_pattern(&self.case.issues, &text.value) {
                Ok(pattern) => {
                    if let Some(state) = state {
                        codes[state] = Some(pattern);
                    }
                }
                Err(error) => {
                    self.invalid_code(error, &entry.node);
                    readable = false;
                }
            }
        }
        let missing: Vec<&str> = codes
            .iter()
            .zip(names)
            .filter(|(code, name)| code.is_none() && table.get(name).is_none())
            .map(|(_, name)| name.as_str())
            .take(11)
            .collect();
        if !missing.is_empty() {
            let (shown, more) =
                (&missing[..missing.len().min(10)], if missing.len() > 10 { " and others" } else { "" });
            let message = format!("no code is given for {}{more}", suggest::list(shown));
            let span = fields.table.get("codes").map_or(node.span, |entry| entry.key_span);
            self.sink.push(
                Diagnostic::new("missing-code", span, message).hint("every state needs a code, or none"),
            );
            return None;
        }
        if !readable {
            return None;
        }
        codes.into_iter().collect()
    }

    fn moves(&mut self, fields: Fields<'_>) {
        let Some(states) = self.state_names() else { return };
        let mut moves: Vec<Vec<(usize, usize)>> = vec![Vec::new(); self.case.parties.len()];
        if let Some(node) = fields.get("moves") {
            let Value::Table(table) = &node.value else {
                fields.wrong("moves", node, &mut self.sink);
                return;
            };
            for entry in &table.entries {
                let party = self.party_index(&entry.key, entry.key_span);
                let Value::Array(pairs) = &entry.node.value else {
                    self.sink.push(wrong_type(
                        &entry.node,
                        &format!("the moves of `{}`", syntax::shortened(&entry.key)),
                        "a list of pairs of states",
                    ));
                    continue;
                };
                let mut seen = BTreeSet::new();
                for pair in pairs {
                    if let Some(step) = self.one_move(pair, &states)
                        && seen.insert(step)
                        && let Some(party) = party
                        && let Some(into) = moves.get_mut(party)
                    {
                        into.push(step);
                    }
                }
            }
        }
        if let Some(explicit) = &mut self.case.explicit {
            explicit.moves = moves;
        }
    }

    fn one_move(&mut self, pair: &Node, states: &BTreeMap<String, usize>) -> Option<(usize, usize)> {
        let Value::Array(ends) = &pair.value else {
            self.sink.push(wrong_type(pair, "each move", "a pair of states, as in [\"s1\", \"s2\"]"));
            return None;
        };
        let [from, to] = ends.as_slice() else {
            let message = format!("a move is a pair of states; this has {}", ends.len());
            self.sink.push(Diagnostic::new("invalid-move", pair.span, message));
            return None;
        };
        let mut end = |node: &Node| match &node.value {
            Value::Text(text) => self.state(&text.value, node, states),
            _ => {
                self.sink.push(wrong_type(node, "each end of a move", "a state's name"));
                None
            }
        };
        let (from, to) = (end(from), end(to));
        let (from, to) = (from?, to?);
        if from == to {
            let message = "a move leads to another state";
            self.sink.push(Diagnostic::new("invalid-move", pair.span, message));
            return None;
        }
        Some((from, to))
    }
}

fn missing_basis(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new("missing-basis", span, "this does not say how it is known, and counts as assumed")
        .hint(format!("add {what}"))
}

fn index(names: &[(&Entry, &Node)]) -> BTreeMap<String, usize> {
    names.iter().enumerate().map(|(index, (entry, _))| (entry.key.clone(), index)).collect()
}

/// Letters, digits and single hyphens between; issues may not be named like words of the language.
fn is_name(name: &str, issue: bool) -> bool {
    let letters = name
        .split('-')
        .all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() && !c.is_uppercase()));
    letters && !(issue && syntax::WORDS.contains(&name))
}

fn kebab(name: &str) -> String {
    let lower = name.to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-")
}
