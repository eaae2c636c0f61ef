//! `paraph read`

use super::Ending;
use crate::cli::{Read, ReadFormat};
use crate::output;
use paraph_ledger::{Extractor, Ledger, NewSource, SourceMeta, Stamp, StatementFilter, front_matter};
use paraph_reading::{Names, Reader, Reading, Source, decode};
use paraph_workbench::folder;
use paraph_workbench::names;
use paraph_workbench::stamp;
use paraph_workbench::{Failure, Outcome};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Reads reports.
pub(super) fn run(arguments: &Read) -> Outcome<Ending> {
    if arguments.format == ReadFormat::Jsonl {
        return print(arguments);
    }
    let here = [PathBuf::from(".")];
    let place = match &arguments.places[..] {
        [] => &here[0],
        [place] if !place.is_file() => place,
        _ => {
            return Err(Failure::new("`read` takes one case's folder").hint(
                "put the files into its `reports/`, or add `--format jsonl` to read them without a case",
            ));
        }
    };
    store(place, arguments)
}

/// A report made ready to be read.
struct Ready {
    text: String,
    meta: SourceMeta,
}

impl Ready {
    /// Decodes a report and takes off what it says about itself; what was not understood is said aloud.
    fn new(name: &str, path: &Path, bytes: &[u8], arguments: &Read) -> Outcome<Self> {
        let text = decode(bytes).map_err(|error| Failure::new(format!("`{name}`: {error}")))?;
        let split = front_matter::split(&text);
        for problem in &split.problems {
            output::note(&format!("{name}:{}: {}; the line was left out", problem.line, problem.message));
        }
        let mut meta = split.meta;
        meta.published = meta.published.or(arguments.date);
        meta.publisher = meta.publisher.take().or_else(|| arguments.publisher.clone());
        if meta.title.is_none() {
            meta.title = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        }
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md")) {
            "text/markdown".clone_into(&mut meta.media_type);
        }
        Ok(Ready { text, meta })
    }

    /// What the reader finds. Offsets count from the beginning of the stored text.
    fn read(&self, reader: &Reader) -> Reading {
        let hash = Source::new(&self.text).hash;
        // The report's words about itself are no report: they are blanked out, and every place stays.
        let body = self.meta.body_start as usize;
        let blanked: String = self
            .text
            .chars()
            .enumerate()
            .map(|(at, letter)| if at < body && letter != '\n' { ' ' } else { letter })
            .collect();
        reader.read(&Source { text: &blanked, date: self.meta.published, hash })
    }
}

/// One line of `--format jsonl`.
#[derive(Serialize)]
struct Line<'a> {
    id: String,
    attributions: &'a [paraph_reading::Statement],
    events: &'a [paraph_reading::Event],
    narration: &'a [paraph_reading::TextSpan],
    unmapped: &'a [paraph_reading::TextSpan],
}

/// Prints readings and stores nothing.
fn print(arguments: &Read) -> Outcome<Ending> {
    let mut names = Names::default();
    let mut files: Vec<PathBuf> = Vec::new();
    for (at, place) in arguments.places.iter().enumerate() {
        if at == 0 && place.join("case.toml").is_file() {
            names = names::for_reading(&folder::case(place, None)?);
            if arguments.places.len() == 1 {
                files.extend(folder::reports(place)?.0.into_iter().map(|report| report.path));
            }
        } else {
            files.push(place.clone());
        }
    }
    if files.is_empty() {
        return Err(Failure::new("there is nothing to read")
            .hint("name the files: `paraph read --format jsonl FILE…`"));
    }
    let reader = Reader::new(&names);
    for path in &files {
        let shown = path.display().to_string();
        let bytes = folder::read(path)?;
        let ready = Ready::new(&shown, path, &bytes, arguments)?;
        let reading = ready.read(&reader);
        let line = Line {
            id: path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
            attributions: &reading.statements,
            events: &reading.events,
            narration: &reading.narration,
            unmapped: &reading.unmapped,
        };
        let mut text = serde_json::to_string(&line)
            .map_err(|error| Failure::new(format!("`{shown}` cannot be written as JSON: {error}")))?;
        text.push('\n');
        output::data(&text)?;
    }
    Ok(Ending::Done)
}

/// What became of one report.
#[derive(Serialize)]
struct Stored {
    report: String,
    source: String,
    new: bool,
    proposed: usize,
    events: usize,
    unmapped: usize,
    date: Option<String>,
}

/// Stores the reports of a case and proposes what is found in them.
fn store(place: &Path, arguments: &Read) -> Outcome<Ending> {
    let case = folder::case(place, None)?;
    let (reports, skipped) = folder::reports(place)?;
    if reports.is_empty() {
        return Err(Failure::new(format!("`{}` holds no reports", place.join("reports").display()))
            .hint("put .txt or .md files there, then run `paraph read` again"));
    }
    let stamp = stamp(arguments.author.name())?;
    super::mention_synced(place);
    let mut ledger = folder::ledger_to_change(place)?;
    let reader = Reader::new(&names::for_reading(&case));
    let mut stored = Vec::new();
    for report in &reports {
        let bytes = report.bytes()?;
        let ready = Ready::new(&report.name, &report.path, &bytes, arguments)?;
        stored.push(one(&mut ledger, &stamp, &reader, &report.name, &bytes, &ready)?);
    }
    if !skipped.is_empty() {
        output::note(&format!("not read, as only .txt and .md are: {}", skipped.join(", ")));
    }
    if arguments.format == ReadFormat::Json {
        output::json(&serde_json::json!({ "reports": stored, "skipped": skipped }))?;
        return Ok(Ending::Done);
    }
    let width = stored.iter().map(|one| one.report.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for one in &stored {
        let name = format!("{:width$}", one.report);
        let count =
            |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        let what = if one.new {
            let unmapped = match one.unmapped {
                0 => String::new(),
                some => format!(", {} not understood", count(some, "sentence", "sentences")),
            };
            let date = one.date.as_deref().map_or(", no date".to_owned(), |date| format!(", of {date}"));
            format!("{} proposed{unmapped}{date}", count(one.proposed, "statement", "statements"))
        } else {
            "read before".to_owned()
        };
        text.push_str(&format!("{name}  {}  {what}\n", one.source));
    }
    output::data(&text)?;
    let proposed: usize = stored.iter().map(|one| one.proposed).sum();
    if proposed > 0 {
        output::talk(&format!(
            "Nothing counts until a person has looked: `paraph statements list {} --status proposed`",
            place.display()
        ));
    }
    Ok(Ending::Done)
}

fn one(
    ledger: &mut Ledger,
    stamp: &Stamp,
    reader: &Reader,
    name: &str,
    bytes: &[u8],
    ready: &Ready,
) -> Outcome<Stored> {
    let source = NewSource {
        bytes,
        text: Some(&ready.text),
        extractor: Extractor::plain_text(),
        meta: ready.meta.clone(),
    };
    let added = ledger.add_source(stamp, &source)?;
    // A source without statements may be one whose reading was cut off.
    let empty = StatementFilter {
        source: Some(added.id.clone()),
        audience: paraph_ledger::Audience::Restricted,
        with_withdrawn_sources: true,
        limit: Some(1),
        ..StatementFilter::default()
    };
    let fresh = added.new || ledger.statements(&empty)?.is_empty();
    let mut stored = Stored {
        report: name.to_owned(),
        source: added.id.clone(),
        new: fresh,
        proposed: 0,
        events: 0,
        unmapped: 0,
        date: ready.meta.published.map(|date| date.to_string()),
    };
    if fresh {
        let reading = ready.read(reader);
        let proposed = ledger.propose(stamp, &added.id, &reading.statements)?;
        stored.proposed = proposed.added.len();
        stored.events = reading.events.len();
        stored.unmapped = reading.unmapped.len();
    }
    Ok(stored)
}
