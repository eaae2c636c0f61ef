//! Statements in other tools' forms: W3C Web Annotation, CSV with `datapackage.json`, Parquet, brat standoff.
//!
//! None of these holds everything a ledger holds (the portable journal does):
//! they hold statements with their words and places. Every importer lists what
//! it dropped and why, and nothing it brings in counts before a person
//! confirms it.

use std::collections::{BTreeMap, BTreeSet};

use paraph_reading::record::{Act, Negation, Statement, TextSpan};
use serde::Serialize;
use serde_json::{Value, json};

mod brat;
#[cfg(feature = "parquet")]
mod parquet;

pub use brat::{BRAT_CONFIGURATION, BratDocument, BratFile};

use crate::derive::act_word;
use crate::error::{Error, Result};
use crate::ids::{ID_LENGTH, base32};
use crate::ledger::{Ledger, Proposal};
use crate::model::{Audience, Source, Stamp, StoredStatement};
use crate::query::StatementFilter;
use crate::text::{TextIndex, Words};

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ImportReport {
    /// Ids of statements that are new, as proposals.
    pub added: Vec<String>,
    /// Ids that were there already and stay as they are.
    pub already: Vec<String>,
    /// Those of the new ones whose words are not where they say.
    pub orphans: Vec<String>,
    /// What was left out, one sentence each, with the place in the input.
    pub dropped: Vec<String>,
}

/// How many characters before and after a quote are kept to recognise it.
const CONTEXT: u32 = 32;

const ANNOTATION_CONTEXT: &str = "http://www.w3.org/ns/anno.jsonld";
const STATEMENT_URN: &str = "urn:paraph:statement:";
const SOURCE_URN: &str = "urn:paraph:source:";

impl Ledger {
    /// Statements as a W3C Web Annotation page (JSON-LD), one annotation each.
    ///
    /// Targets are the content's spans, by quote (with 32 characters around)
    /// and by position in Unicode code points. The body holds the whole record
    /// as JSON, and party, act and issues as tags for tools that know no more.
    ///
    /// # Errors
    /// `is_corrupt`, `is_busy`, `is_storage`.
    pub fn export_web_annotations(&self, filter: &StatementFilter) -> Result<String> {
        let mut items = Vec::new();
        let mut text: Option<(String, TextIndex)> = None;
        for statement in self.statements(filter)? {
            if text.as_ref().is_none_or(|(id, _)| *id != statement.source_id) {
                let stored = self.source_text(&statement.source_id)?;
                text = Some((statement.source_id.clone(), TextIndex::new(stored)));
            }
            if let Some((_, index)) = &text {
                items.push(annotation(&statement, index));
            }
        }
        let page = json!({ "@context": ANNOTATION_CONTEXT, "type": "AnnotationPage", "items": items });
        Ok(pretty(&page))
    }

    /// Takes statements from Web Annotations, as proposals.
    ///
    /// A target must name a source of this ledger (by `urn:paraph:source:…`,
    /// its address, or its hash). A position is taken as it is; where the quote
    /// beside it says other words, the statement is an orphan. A quote without
    /// a position is taken only if it occurs exactly once with its context.
    ///
    /// # Errors
    /// `is_invalid` when the text is no JSON or holds no annotations; else as for every action.
    pub fn import_web_annotations(&mut self, stamp: &Stamp, text: &str) -> Result<ImportReport> {
        let page: Value = serde_json::from_str(text).map_err(|error| {
            Error::invalid(format!("the annotations are no JSON ({error})")).because(error)
        })?;
        let items = match &page {
            Value::Array(items) => items.as_slice(),
            Value::Object(fields) => match fields.get("items") {
                Some(Value::Array(items)) => items.as_slice(),
                _ if fields.contains_key("target") => std::slice::from_ref(&page),
                _ => return Err(Error::invalid("there are no annotations: `items` is missing")),
            },
            _ => return Err(Error::invalid("there are no annotations")),
        };
        let sources = Lookup::of(self)?;
        let mut report = ImportReport::default();
        let mut proposals: BTreeMap<String, Vec<Proposal>> = BTreeMap::new();
        for (number, item) in items.iter().enumerate() {
            let place = format!("annotation {}", number + 1);
            match self.read_annotation(item, &sources, &place, &mut report.dropped) {
                Ok((source, proposal)) => proposals.entry(source).or_default().push(proposal),
                Err(why) => report.dropped.push(format!("{place}: {why}")),
            }
        }
        self.propose_all(stamp, proposals, &mut report)?;
        Ok(report)
    }

    fn read_annotation(
        &self,
        item: &Value,
        sources: &Lookup,
        place: &str,
        dropped: &mut Vec<String>,
    ) -> std::result::Result<(String, Proposal), String> {
        let Value::Object(fields) = item else { return Err("it is no object".to_owned()) };
        let known = ["@context", "id", "type", "motivation", "created", "creator", "body", "target"];
        for field in fields.keys().filter(|field| !known.contains(&field.as_str())) {
            dropped.push(format!("{place}: `{field}` is not understood and was left out"));
        }
        let targets: Vec<&Value> = match fields.get("target") {
            Some(Value::Array(targets)) => targets.iter().collect(),
            Some(target) => vec![target],
            None => return Err("it has no target".to_owned()),
        };
        let mut source_id: Option<String> = None;
        for target in &targets {
            let name = match target {
                Value::String(name) => Some(name.as_str()),
                _ => target
                    .get("source")
                    .and_then(|source| source.as_str().or_else(|| source.get("id")?.as_str())),
            };
            let name = name.ok_or("a target names no source")?;
            let found = sources.find(name).ok_or_else(|| format!("no source here is `{name}`"))?;
            if source_id.get_or_insert_with(|| found.clone()) != &found {
                return Err("its targets lie in different sources".to_owned());
            }
        }
        let source_id = source_id.ok_or("it has no target")?;
        let stored = self.source_text(&source_id).map_err(|error| error.to_string())?;
        let index = TextIndex::new(stored);
        let mut content = Vec::new();
        let mut quotes = Vec::new();
        for target in &targets {
            let (span, quote) = select(target, &index)?;
            quotes.push(quote.unwrap_or_else(|| index.words(span).unwrap_or_default().to_owned()));
            content.push(span);
        }
        let bodies: Vec<&Value> = match fields.get("body") {
            Some(Value::Array(bodies)) => bodies.iter().collect(),
            Some(body) => vec![body],
            None => Vec::new(),
        };
        let whole = bodies.iter().find_map(|body| {
            let is_record = body.get("format").and_then(Value::as_str) == Some("application/json");
            is_record.then(|| serde_json::from_str::<Statement>(body.get("value")?.as_str()?).ok())?
        });
        let record = match whole {
            Some(record) if record.content == content => record,
            Some(_) => return Err("its record and its targets name different places".to_owned()),
            None => {
                for body in &bodies {
                    dropped.push(format!(
                        "{place}: a body that is no record of ours was left out: {}",
                        short(body)
                    ));
                }
                bare_statement(&sources.hash(&source_id), content, "web-annotation")
            }
        };
        let mut words = Words::take(&index, &record).unwrap_or_default();
        words.content = quotes;
        Ok((source_id, Proposal { record, words }))
    }

    fn propose_all(
        &mut self,
        stamp: &Stamp,
        proposals: BTreeMap<String, Vec<Proposal>>,
        report: &mut ImportReport,
    ) -> Result<()> {
        for (source, proposals) in proposals {
            match self.propose_foreign(stamp, &source, &proposals) {
                Ok(proposed) => {
                    report.added.extend(proposed.added);
                    report.already.extend(proposed.already);
                }
                Err(error) if error.is_invalid() || error.is_conflict() => {
                    report.dropped.push(format!("source {source}: {error}; none of its statements came in"));
                }
                Err(error) => return Err(error),
            }
        }
        for id in &report.added {
            if self.statement(id)?.anchor == crate::model::Anchor::Orphan {
                report.orphans.push(id.clone());
            }
        }
        Ok(())
    }

    /// Statements as CSV (RFC 4180, UTF-8, one header line), a row each.
    ///
    /// Spans are written as `start-end`, several with spaces between. A cell
    /// that a spreadsheet would run as a formula is written behind an
    /// apostrophe, which the import takes away.
    ///
    /// # Errors
    /// `is_corrupt`, `is_busy`, `is_storage`.
    pub fn export_statements_csv(&self, filter: &StatementFilter) -> Result<String> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let unwritable = |error: csv::Error| Error::storage("the table cannot be written").because(error);
        writer.write_record(COLUMNS.map(|(name, _, _)| name)).map_err(unwritable)?;
        for statement in self.statements(filter)? {
            writer.write_record(row(&statement).map(|cell| guarded(&cell))).map_err(unwritable)?;
        }
        let bytes = writer
            .into_inner()
            .map_err(|error| Error::storage(format!("the table cannot be written: {error}")))?;
        String::from_utf8(bytes).map_err(|error| Error::corrupt("the table is not UTF-8").because(error))
    }

    /// Takes statements from a CSV table with the columns of [`Ledger::export_statements_csv`], as proposals.
    ///
    /// `source` and `content_spans` are needed; of the others, what is there is
    /// taken. Columns that are not known are listed as dropped, and so are
    /// status, author and time: an import decides nothing.
    ///
    /// # Errors
    /// `is_invalid` when the header lacks a needed column; else as for every action.
    pub fn import_statements_csv(&mut self, stamp: &Stamp, table: &str) -> Result<ImportReport> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(table.as_bytes());
        let unreadable =
            |error: csv::Error| Error::invalid(format!("the table cannot be read ({error})")).because(error);
        let header: Vec<String> = reader.headers().map_err(unreadable)?.iter().map(str::to_owned).collect();
        let mut report = ImportReport::default();
        for needed in ["source", "content_spans"] {
            if !header.iter().any(|name| name == needed) {
                return Err(Error::invalid(format!("the table has no column `{needed}`")));
            }
        }
        for name in &header {
            match COLUMNS.iter().find(|(known, _, _)| known == name) {
                None => report.dropped.push(format!("column `{name}` is not known and was left out")),
                Some((_, _, Use::Shown)) => {
                    report.dropped.push(format!("column `{name}` is shown only and was left out"));
                }
                Some(_) => {}
            }
        }
        let sources = Lookup::of(self)?;
        let mut proposals: BTreeMap<String, Vec<Proposal>> = BTreeMap::new();
        let mut index: Option<(String, TextIndex)> = None;
        for (number, record) in reader.records().enumerate() {
            let place = format!("row {}", number + 2);
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    report.dropped.push(format!("{place}: it cannot be read ({error})"));
                    continue;
                }
            };
            let cells: BTreeMap<&str, &str> = header
                .iter()
                .map(String::as_str)
                .zip(record.iter().map(unguarded))
                .filter(|(_, cell)| !cell.is_empty())
                .collect();
            let source = cells.get("source").and_then(|name| sources.find(name));
            let Some(source) = source else {
                report.dropped.push(format!("{place}: it names no source of this ledger"));
                continue;
            };
            if index.as_ref().is_none_or(|(id, _)| *id != source) {
                index = Some((source.clone(), TextIndex::new(self.source_text(&source)?)));
            }
            let Some((_, text)) = &index else { continue };
            match read_row(&cells, &sources.hash(&source), text) {
                Ok(proposal) => proposals.entry(source).or_default().push(proposal),
                Err(why) => report.dropped.push(format!("{place}: {why}")),
            }
        }
        self.propose_all(stamp, proposals, &mut report)?;
        Ok(report)
    }
}

/// Pretty JSON with a line feed at the end.
fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

fn short(value: &Value) -> String {
    short_text(&value.to_string())
}

/// The beginning of some words, for a message.
fn short_text(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn annotation(statement: &StoredStatement, index: &TextIndex) -> Value {
    let record = &statement.record;
    let target: Vec<Value> = record
        .content
        .iter()
        .zip(&statement.words.content)
        .map(|(span, words)| {
            let length = u32::try_from(index.length()).unwrap_or(u32::MAX);
            let around = |start: u32, end: u32| {
                let span = TextSpan { start: start.min(length), end: end.min(length) };
                index.words(span).unwrap_or_default().to_owned()
            };
            json!({
                "source": format!("{SOURCE_URN}{}", statement.source_id),
                "selector": [
                    {
                        "type": "TextQuoteSelector",
                        "exact": words,
                        "prefix": around(span.start.saturating_sub(CONTEXT), span.start),
                        "suffix": around(span.end, span.end.saturating_add(CONTEXT)),
                    },
                    { "type": "TextPositionSelector", "start": span.start, "end": span.end },
                ],
            })
        })
        .collect();
    let mut body = vec![json!({
        "type": "TextualBody",
        "purpose": "describing",
        "format": "application/json",
        "value": serde_json::to_string(record).unwrap_or_default(),
    })];
    let tags =
        record.party.iter().cloned().chain(record.act.map(act_word)).chain(record.about.iter().cloned());
    for tag in tags.chain([statement.status.to_string()]) {
        body.push(json!({ "type": "TextualBody", "purpose": "tagging", "value": tag }));
    }
    json!({
        "id": format!("{STATEMENT_URN}{}", record.id),
        "type": "Annotation",
        "motivation": "describing",
        "created": statement.time.to_string(),
        "creator": { "type": "Person", "name": statement.author },
        "body": body,
        "target": target,
    })
}

/// The span that a target's selectors choose, and the words they expect there.
fn select(target: &Value, index: &TextIndex) -> std::result::Result<(TextSpan, Option<String>), String> {
    let selectors: Vec<&Value> = match target.get("selector") {
        Some(Value::Array(selectors)) => selectors.iter().collect(),
        Some(selector) => vec![selector],
        None => return Err("a target has no selector: it is about the whole source".to_owned()),
    };
    let of_type = |name: &str| {
        selectors.iter().find(|selector| selector.get("type").and_then(Value::as_str) == Some(name)).copied()
    };
    let quote = of_type("TextQuoteSelector");
    let text = |field: &str| quote.and_then(|quote| quote.get(field)).and_then(Value::as_str);
    if let Some(position) = of_type("TextPositionSelector") {
        let number =
            |field: &str| position.get(field).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
        let (Some(start), Some(end)) = (number("start"), number("end")) else {
            return Err("a position has no start or no end".to_owned());
        };
        if start > end || end as usize > index.length() {
            return Err("a position lies outside the text".to_owned());
        }
        return Ok((TextSpan { start, end }, text("exact").map(str::to_owned)));
    }
    let exact = text("exact").ok_or("it has neither a position nor a quote")?;
    if exact.is_empty() {
        return Err("a quote is empty".to_owned());
    }
    let (prefix, suffix) = (text("prefix").unwrap_or_default(), text("suffix").unwrap_or_default());
    let whole = format!("{prefix}{exact}{suffix}");
    let mut places = index.text().match_indices(&whole);
    match (places.next(), places.next()) {
        (Some((at, _)), None) => {
            let start = index.text()[..at].chars().count() + prefix.chars().count();
            let start = u32::try_from(start).map_err(|_| "the text is too long".to_owned())?;
            let length =
                u32::try_from(exact.chars().count()).map_err(|_| "the quote is too long".to_owned())?;
            Ok((TextSpan { start, end: start + length }, Some(exact.to_owned())))
        }
        (None, _) => Err("its quote does not occur in the source".to_owned()),
        (Some(_), Some(_)) => {
            Err("its quote occurs more than once, and no position says which is meant".to_owned())
        }
    }
}

/// A statement of which only the place is known.
fn bare_statement(hash: &str, content: Vec<TextSpan>, reader: &str) -> Statement {
    let mut hasher = blake3::Hasher::new();
    hasher.update(hash.as_bytes());
    for span in &content {
        hasher.update(&span.start.to_le_bytes());
        hasher.update(&span.end.to_le_bytes());
    }
    Statement {
        id: base32(hasher.finalize().as_bytes(), ID_LENGTH),
        source: Vec::new(),
        cue: Vec::new(),
        content,
        direct_quote: Vec::new(),
        speaker: None,
        stands_for: None,
        party: None,
        chain: Vec::new(),
        act: None,
        negated: Negation::None,
        channel: None,
        when: None,
        about: Vec::new(),
        matched: Vec::new(),
        contests: None,
        confidence: None,
        reader: reader.to_owned(),
    }
}

/// Finds a source by what outsiders call it.
struct Lookup {
    by_name: BTreeMap<String, String>,
    hashes: BTreeMap<String, String>,
}

impl Lookup {
    fn of(ledger: &Ledger) -> Result<Lookup> {
        let mut lookup = Lookup { by_name: BTreeMap::new(), hashes: BTreeMap::new() };
        let mut ambiguous = BTreeSet::new();
        for Source { id, hash, meta, .. } in ledger.sources(Audience::Restricted)? {
            if let Some(address) = meta.address
                && let Some(other) = lookup.by_name.insert(address.clone(), id.clone())
                && other != id
            {
                ambiguous.insert(address);
            }
            lookup.by_name.insert(format!("{SOURCE_URN}{id}"), id.clone());
            lookup.by_name.insert(hash.clone(), id.clone());
            lookup.by_name.insert(id.clone(), id.clone());
            lookup.hashes.insert(id, hash);
        }
        for address in ambiguous {
            lookup.by_name.remove(&address);
        }
        Ok(lookup)
    }

    fn find(&self, name: &str) -> Option<String> {
        self.by_name.get(name).cloned()
    }

    fn hash(&self, id: &str) -> String {
        self.hashes.get(id).cloned().unwrap_or_default()
    }
}

/// Whether an import takes a column.
#[derive(Clone, Copy)]
enum Use {
    Taken,
    Shown,
}

/// The columns of the table: name, what it holds, whether an import takes it.
const COLUMNS: [(&str, &str, Use); 20] = [
    ("id", "The statement's id", Use::Taken),
    ("source", "The source's id", Use::Taken),
    ("status", "proposed, confirmed, corrected, rejected or withdrawn", Use::Shown),
    ("anchor", "exact, or orphan when the words are not where they say", Use::Shown),
    ("party", "The speaker's party", Use::Taken),
    ("speaker", "The speaker as the words name it", Use::Taken),
    ("act", "The speech act", Use::Taken),
    ("negated", "What is negated: cue, content, both, or nothing", Use::Taken),
    ("about", "Issues and options, with semicolons between", Use::Taken),
    ("channel", "Through which channel", Use::Taken),
    ("when", "The time phrase", Use::Shown),
    ("content", "What is said", Use::Taken),
    ("content_spans", "Where it stands, in Unicode scalar values of the stored text", Use::Taken),
    ("cue", "The attributing words", Use::Taken),
    ("cue_spans", "Where they stand", Use::Taken),
    ("mention", "The speaker's mention", Use::Taken),
    ("mention_spans", "Where it stands", Use::Taken),
    ("reader", "What proposed it", Use::Taken),
    ("author", "Who decided last", Use::Shown),
    ("time", "When", Use::Shown),
];

/// `datapackage.json` (Frictionless Data Package) for a table written by [`Ledger::export_statements_csv`].
pub fn statements_datapackage(file_name: &str) -> String {
    let fields: Vec<Value> = COLUMNS
        .iter()
        .map(|(name, what, _)| json!({ "name": name, "type": "string", "description": what }))
        .collect();
    pretty(&json!({
        "name": "statements",
        "resources": [{
            "name": "statements",
            "path": file_name,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": { "fields": fields, "primaryKey": ["id"] },
        }],
    }))
}

fn spans(spans: &[TextSpan]) -> String {
    spans.iter().map(|span| format!("{}-{}", span.start, span.end)).collect::<Vec<_>>().join(" ")
}

fn row(statement: &StoredStatement) -> [String; 20] {
    let record = &statement.record;
    let negated = match record.negated {
        Negation::None => "",
        Negation::Cue => "cue",
        Negation::Content => "content",
        Negation::Both => "both",
    };
    [
        record.id.clone(),
        statement.source_id.clone(),
        statement.status.to_string(),
        statement.anchor.to_string(),
        record.party.clone().unwrap_or_default(),
        record.speaker.clone().unwrap_or_default(),
        record.act.map(act_word).unwrap_or_default(),
        negated.to_owned(),
        record.about.join("; "),
        record.channel.clone().unwrap_or_default(),
        record.when.as_ref().map(|when| when.phrase.clone()).unwrap_or_default(),
        statement.words.content_line(),
        spans(&record.content),
        statement.words.cue_line(),
        spans(&record.cue),
        statement.words.source_line(),
        spans(&record.source),
        record.reader.clone(),
        statement.author.clone(),
        statement.time.to_string(),
    ]
}

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

fn guarded(cell: &str) -> String {
    if cell.starts_with(FORMULA) || cell.starts_with('\'') { format!("'{cell}") } else { cell.to_owned() }
}

fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(FORMULA) || rest.starts_with('\'') => rest,
        _ => cell,
    }
}

fn read_spans(text: &str) -> std::result::Result<Vec<TextSpan>, String> {
    text.split_whitespace()
        .map(|part| {
            let unfit = || format!("`{part}` is no span; write it as 12-34");
            let (start, end) = part.split_once('-').ok_or_else(unfit)?;
            let span = TextSpan {
                start: start.parse().map_err(|_| unfit())?,
                end: end.parse().map_err(|_| unfit())?,
            };
            if span.start <= span.end { Ok(span) } else { Err(unfit()) }
        })
        .collect()
}

fn read_row(
    cells: &BTreeMap<&str, &str>,
    hash: &str,
    index: &TextIndex,
) -> std::result::Result<Proposal, String> {
    let text = |name: &str| cells.get(name).map(|cell| (*cell).to_owned());
    let places = |name: &str| cells.get(name).map_or_else(|| Ok(Vec::new()), |cell| read_spans(cell));
    let content = places("content_spans")?;
    if content.is_empty() {
        return Err("it has no place for its content".to_owned());
    }
    let mut record = bare_statement(hash, content, "csv");
    if let Some(id) = text("id") {
        record.id = id;
    }
    record.cue = places("cue_spans")?;
    record.source = places("mention_spans")?;
    record.party = text("party");
    record.speaker = text("speaker");
    record.channel = text("channel");
    if let Some(reader) = text("reader") {
        record.reader = reader;
    }
    if let Some(act) = cells.get("act") {
        let act: Act = serde_json::from_value(Value::String((*act).to_owned()))
            .map_err(|_| format!("`{act}` is no speech act"))?;
        record.act = Some(act);
    }
    record.negated = match cells.get("negated").copied() {
        None => Negation::None,
        Some("cue") => Negation::Cue,
        Some("content") => Negation::Content,
        Some("both") => Negation::Both,
        Some(other) => return Err(format!("`{other}` is neither cue nor content nor both")),
    };
    if let Some(about) = cells.get("about") {
        record.about =
            about.split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
    }
    let words = Words::take(index, &record).ok_or("a span lies outside the text")?;
    // Where the table's words differ from those in the text, the table's author saw another text.
    let differs = |name: &str, line: String| cells.get(name).is_some_and(|cell| *cell != line);
    let mut words = words;
    if differs("content", words.content_line()) {
        words.content = vec![text("content").unwrap_or_default()];
    }
    if differs("cue", words.cue_line()) {
        words.cue = vec![text("cue").unwrap_or_default()];
    }
    if differs("mention", words.source_line()) {
        words.source = vec![text("mention").unwrap_or_default()];
    }
    Ok(Proposal { record, words })
}

/// A source's text with a fragment that leads a browser to some words (`#:~:text=`).
///
/// Nothing when the source has no web address. See the URL Fragment Text
/// Directives draft of the WICG.
pub fn text_fragment_link(source: &Source, words: &str) -> Option<String> {
    let address = source.meta.address.as_deref()?;
    if !address.starts_with("https://") && !address.starts_with("http://") {
        return None;
    }
    let address = address.split('#').next().unwrap_or(address);
    let encode = |text: &str| {
        let mut out = String::new();
        for byte in text.bytes() {
            // Commas, hyphens and ampersands have a meaning in the directive itself.
            if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~') {
                out.push(char::from(byte));
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
        out
    };
    let all: Vec<&str> = words.split_whitespace().collect();
    if all.is_empty() {
        return None;
    }
    let fragment = if all.len() > 10 {
        format!("{},{}", encode(&all[..4].join(" ")), encode(&all[all.len() - 4..].join(" ")))
    } else {
        encode(&all.join(" "))
    };
    Some(format!("{address}#:~:text={fragment}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_guarded_and_come_back() {
        for cell in ["=1+1", "'=1", "'", "plain", "-5", "@x", "\tx", ""] {
            assert_eq!(unguarded(&guarded(cell)), cell, "{cell:?}");
        }
        assert!(!guarded("=HYPERLINK()").starts_with('='));
    }
}
