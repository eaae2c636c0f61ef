//! brat standoff: a text file and an annotation file for every source.
//!
//! The format: <https://brat.nlplab.org/standoff.html>. A statement becomes an
//! event `Statement` whose trigger is the cue (of a statement without a cue:
//! the content), with the arguments `Speaker` and `Content`, attributes `Act`
//! and `Negated`, and notes: what it is about for people, and the whole record
//! for us.

use std::collections::BTreeMap;
use std::fmt::Write;

use paraph_reading::record::{Act, Negation, Statement, TextSpan};

use super::{ImportReport, Lookup, bare_statement, short_text};
use crate::derive::act_word;
use crate::error::Result;
use crate::ledger::{Ledger, Proposal};
use crate::model::{Stamp, StoredStatement};
use crate::query::StatementFilter;
use crate::text::{TextIndex, Words};

/// The two files of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BratDocument {
    /// The source, whose id is the files' name: `ID.txt`, `ID.ann`.
    pub source: String,
    /// The text as it is stored.
    pub text: String,
    /// The annotations.
    pub annotations: String,
}

/// An annotation file to be imported.
#[derive(Debug, Clone, Copy)]
pub struct BratFile<'a> {
    /// What the file is called, without its folder; its beginning may be a source's id.
    pub name: &'a str,
    /// The annotations.
    pub annotations: &'a str,
    /// The text that lies beside them, if any: its bytes say which source they are about.
    pub text: Option<&'a [u8]>,
}

/// The `annotation.conf` that brat needs beside exported files.
pub const BRAT_CONFIGURATION: &str = "\
[entities]
Speaker
Content

[relations]

[events]
Statement\tSpeaker?:Speaker, Content:Content

[attributes]
Act\tArg:Statement, Value:state|support|commit|demand|offer|concede|accept|reject|condition|concern|confirm|deny|no-comment|characterise|predict-acceptance|announce-event|report-claim
Negated\tArg:Statement, Value:cue|content|both
";

impl Ledger {
    /// Statements as brat standoff, a pair of files for every source that has some.
    ///
    /// Offsets are in Unicode scalar values, as brat counts. A span is parted
    /// at line ends, which brat does not allow within one.
    ///
    /// # Errors
    /// `is_corrupt`, `is_busy`, `is_storage`.
    pub fn export_brat(&self, filter: &StatementFilter) -> Result<Vec<BratDocument>> {
        let mut documents: Vec<BratDocument> = Vec::new();
        let mut writer: Option<(TextIndex, Writer)> = None;
        for statement in self.statements(filter)? {
            if documents.last().is_none_or(|last| last.source != statement.source_id) {
                let text = self.source_text(&statement.source_id)?;
                finish(&mut documents, writer.take());
                writer = Some((TextIndex::new(text.clone()), Writer::default()));
                documents.push(BratDocument {
                    source: statement.source_id.clone(),
                    text,
                    annotations: String::new(),
                });
            }
            if let Some((index, writer)) = &mut writer {
                writer.statement(&statement, index);
            }
        }
        finish(&mut documents, writer);
        Ok(documents)
    }

    /// Takes statements from brat standoff, as proposals.
    ///
    /// A file belongs to the source whose bytes lie beside it, else to the one
    /// whose id its name begins with. An event with a `Content` argument
    /// becomes a statement; where a note holds the whole record and its places
    /// are those of the annotations, the record comes in as it was. Everything
    /// else is dropped and listed.
    ///
    /// # Errors
    /// As for every action.
    pub fn import_brat(&mut self, stamp: &Stamp, files: &[BratFile<'_>]) -> Result<ImportReport> {
        let sources = Lookup::of(self)?;
        let mut report = ImportReport::default();
        let mut proposals: BTreeMap<String, Vec<Proposal>> = BTreeMap::new();
        for file in files {
            let by_bytes = match file.text {
                Some(bytes) => self.source_of(bytes)?.map(|source| source.id),
                None => None,
            };
            let stem = file.name.split('.').next().unwrap_or(file.name);
            let Some(source) = by_bytes.or_else(|| sources.find(stem)) else {
                report.dropped.push(format!(
                    "{}: no source of this ledger has the text beside it or the id `{stem}`",
                    file.name
                ));
                continue;
            };
            let index = TextIndex::new(self.source_text(&source)?);
            let found = read(file, &sources.hash(&source), &index, &mut report.dropped);
            proposals.entry(source).or_default().extend(found);
        }
        self.propose_all(stamp, proposals, &mut report)?;
        Ok(report)
    }
}

fn finish(documents: &mut [BratDocument], writer: Option<(TextIndex, Writer)>) {
    if let (Some(document), Some((_, writer))) = (documents.last_mut(), writer) {
        document.annotations = writer.out;
    }
}

/// Numbers entities, events, attributes and notes while they are written.
#[derive(Default)]
struct Writer {
    out: String,
    entities: usize,
    events: usize,
    attributes: usize,
    notes: usize,
}

impl Writer {
    /// Writes a text-bound annotation; nothing when there is no word to bind it to.
    fn entity(&mut self, kind: &str, spans: &[TextSpan], index: &TextIndex) -> Option<usize> {
        let parts: Vec<(TextSpan, &str)> = spans.iter().flat_map(|span| lines(*span, index)).collect();
        if parts.is_empty() {
            return None;
        }
        self.entities += 1;
        let places: Vec<String> =
            parts.iter().map(|(span, _)| format!("{} {}", span.start, span.end)).collect();
        let words: Vec<&str> = parts.iter().map(|(_, words)| *words).collect();
        let _ = writeln!(self.out, "T{}\t{kind} {}\t{}", self.entities, places.join(";"), words.join(" "));
        Some(self.entities)
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.attributes += 1;
        let _ = writeln!(self.out, "A{}\t{name} E{} {value}", self.attributes, self.events);
    }

    fn note(&mut self, kind: &str, text: &str) {
        self.notes += 1;
        let _ = writeln!(self.out, "#{}\t{kind} E{}\t{text}", self.notes, self.events);
    }

    fn statement(&mut self, statement: &StoredStatement, index: &TextIndex) {
        let record = &statement.record;
        let Some(content) = self.entity("Content", &record.content, index) else { return };
        let trigger = self.entity("Statement", &record.cue, index);
        let trigger = trigger.or_else(|| self.entity("Statement", &record.content, index)).unwrap_or(content);
        let speaker = self.entity("Speaker", &record.source, index);
        self.events += 1;
        let mut line = format!("E{}\tStatement:T{trigger} Content:T{content}", self.events);
        if let Some(speaker) = speaker {
            let _ = write!(line, " Speaker:T{speaker}");
        }
        let _ = writeln!(self.out, "{line}");
        if let Some(act) = record.act {
            self.attribute("Act", &act_word(act));
        }
        match record.negated {
            Negation::None => {}
            Negation::Cue => self.attribute("Negated", "cue"),
            Negation::Content => self.attribute("Negated", "content"),
            Negation::Both => self.attribute("Negated", "both"),
        }
        let party = record.party.as_deref().unwrap_or("party not determined");
        self.note(
            "AnnotatorNotes",
            &format!("{}; {party}; about {}", statement.status, one_line(&record.about.join(", "))),
        );
        self.note("Record", &serde_json::to_string(record).unwrap_or_default());
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The parts of a span that lie on one line each, without white space around them.
fn lines(span: TextSpan, index: &TextIndex) -> Vec<(TextSpan, &str)> {
    let Some(words) = index.words(span) else { return Vec::new() };
    let mut parts = Vec::new();
    let mut at = span.start;
    for line in words.split(is_line_end) {
        let length = scalars(line);
        let lead = scalars(&line[..line.len() - line.trim_start().len()]);
        let trimmed = line.trim();
        if !trimmed.is_empty() {
            let start = at + lead;
            parts.push((TextSpan { start, end: start + scalars(trimmed) }, trimmed));
        }
        at += length + 1;
    }
    parts
}

fn is_line_end(letter: char) -> bool {
    matches!(letter, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn scalars(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// One text-bound annotation as read.
struct Bound {
    kind: String,
    spans: Vec<TextSpan>,
    words: String,
    used: bool,
}

/// One event as read, with what speaks of it.
struct Told {
    trigger: String,
    arguments: Vec<(String, String)>,
    act: Option<Act>,
    negated: Negation,
    record: Option<Statement>,
}

/// Reads one annotation file.
fn read(file: &BratFile<'_>, hash: &str, index: &TextIndex, dropped: &mut Vec<String>) -> Vec<Proposal> {
    let mut bounds: BTreeMap<String, Bound> = BTreeMap::new();
    let mut events: Vec<(String, Told)> = Vec::new();
    let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
    let mut later: Vec<(String, &str)> = Vec::new();
    for (number, line) in file.annotations.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = format!("{}, line {}", file.name, number + 1);
        let (id, rest) = line.split_once('\t').unwrap_or((line, ""));
        match id.chars().next() {
            Some('T') => match bound(rest) {
                Ok(found) => {
                    bounds.insert(id.to_owned(), found);
                }
                Err(why) => dropped.push(format!("{place}: {why}")),
            },
            Some('E') => {
                let mut parts = rest.split_whitespace().filter_map(|part| part.split_once(':'));
                let Some((_, trigger)) = parts.next() else {
                    dropped.push(format!("{place}: an event without a trigger"));
                    continue;
                };
                let told = Told {
                    trigger: trigger.to_owned(),
                    arguments: parts.map(|(role, id)| (role.to_owned(), id.to_owned())).collect(),
                    act: None,
                    negated: Negation::None,
                    record: None,
                };
                by_id.insert(id.to_owned(), events.len());
                events.push((id.to_owned(), told));
            }
            // What speaks of an event may stand before it.
            Some('A' | 'M' | '#') => later.push((place, rest)),
            _ => dropped.push(format!("{place}: `{}` is not understood and was left out", short_text(line))),
        }
    }
    for (place, rest) in later {
        let (head, text) = rest.split_once('\t').unwrap_or((rest, ""));
        let mut words = head.split_whitespace();
        let (kind, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let value = words.next().unwrap_or_default();
        let Some(told) = by_id.get(target).and_then(|at| events.get_mut(*at)).map(|(_, told)| told) else {
            dropped.push(format!("{place}: `{kind}` speaks of `{target}`, which is no event here"));
            continue;
        };
        // What cannot be read takes nothing away that could.
        let known = match kind {
            "Act" => {
                let act = serde_json::from_value(serde_json::Value::from(value)).ok();
                told.act = act.or(told.act);
                act.is_some()
            }
            "Negated" => {
                let negated = match value {
                    "cue" => Some(Negation::Cue),
                    "content" => Some(Negation::Content),
                    "both" => Some(Negation::Both),
                    _ => None,
                };
                told.negated = negated.unwrap_or(told.negated);
                negated.is_some()
            }
            "Record" => {
                let record: Option<Statement> = serde_json::from_str(text).ok();
                let readable = record.is_some();
                told.record = record.or(told.record.take());
                readable
            }
            // Written for people by the export.
            "AnnotatorNotes" => text.contains("; about "),
            _ => false,
        };
        if !known {
            dropped.push(format!("{place}: `{}` is not understood and was left out", short_text(rest)));
        }
    }
    let mut proposals = Vec::new();
    for (id, told) in events {
        match proposal(&told, &mut bounds, hash, index) {
            Ok(proposal) => proposals.push(proposal),
            Err(why) => dropped.push(format!("{}: event {id}: {why}", file.name)),
        }
    }
    for (id, left) in bounds.into_iter().filter(|(_, bound)| !bound.used) {
        dropped.push(format!("{}: {id} ({}) belongs to no statement", file.name, short_text(&left.kind)));
    }
    proposals
}

/// Reads the rest of a line like `T1⇥Content 0 5;8 12⇥some words`.
fn bound(rest: &str) -> std::result::Result<Bound, String> {
    let (head, words) = rest.split_once('\t').ok_or("it has no words")?;
    let (kind, places) = head.split_once(' ').ok_or("it has no place")?;
    let mut spans = Vec::new();
    for place in places.split(';') {
        let numbers: Vec<u32> = place.split_whitespace().filter_map(|number| number.parse().ok()).collect();
        match numbers[..] {
            [start, end] if start <= end => spans.push(TextSpan { start, end }),
            _ => return Err(format!("`{}` is no place", short_text(place))),
        }
    }
    Ok(Bound { kind: kind.to_owned(), spans, words: words.to_owned(), used: false })
}

fn proposal(
    told: &Told,
    bounds: &mut BTreeMap<String, Bound>,
    hash: &str,
    index: &TextIndex,
) -> std::result::Result<Proposal, String> {
    let mut take = |id: &str| -> std::result::Result<(Vec<TextSpan>, String), String> {
        let bound = bounds.get_mut(id).ok_or_else(|| format!("`{id}` is not in the file"))?;
        bound.used = true;
        if bound.spans.iter().any(|span| index.words(*span).is_none()) {
            return Err(format!("`{id}` lies outside the text"));
        }
        Ok((bound.spans.clone(), bound.words.clone()))
    };
    let (cue, _) = take(&told.trigger)?;
    let mut content = None;
    let mut speaker = None;
    for (role, id) in &told.arguments {
        match role.trim_end_matches(|letter: char| letter.is_ascii_digit()) {
            "Content" if content.is_none() => content = Some(take(id)?),
            "Speaker" if speaker.is_none() => speaker = Some(take(id)?),
            other => return Err(format!("its argument `{other}` is not understood")),
        }
    }
    let (content, words_there) = content.ok_or("it has no `Content`")?;
    // Parted at line ends or not, the words between are the same.
    let parted = |spans: &[TextSpan]| -> Vec<TextSpan> {
        spans.iter().flat_map(|span| lines(*span, index)).map(|(span, _)| span).collect()
    };
    let whole = told.record.clone().filter(|record| parted(&record.content) == content);
    if told.record.is_some() && whole.is_none() {
        return Err("its record and its annotations name different places".to_owned());
    }
    let record = whole.unwrap_or_else(|| {
        let mut record = bare_statement(hash, content.clone(), "brat");
        record.act = told.act;
        record.negated = told.negated;
        record.cue = if cue == content { Vec::new() } else { cue };
        if let Some((spans, words)) = speaker {
            record.source = spans;
            record.speaker = Some(words);
        }
        record
    });
    let mut words = Words::take(index, &record).ok_or("a place lies outside the text")?;
    let here: Vec<&str> = content.iter().filter_map(|span| index.words(*span)).collect();
    if one_line(&here.join(" ")) != one_line(&words_there) {
        // Its author saw another text.
        words.content = vec![words_there];
    }
    Ok(Proposal { record, words })
}
