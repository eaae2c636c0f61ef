//! A report on its way into the case: pasted, dropped as a file, or put into the folder.

use crate::answer::{Fields, Outcome, Shown, blocking, worked};
use crate::shared::Shared;
use crate::trouble::{Fallible, Trouble};
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use jiff::civil::Date;
use paraph_ledger::front_matter;
use paraph_reading::Reader;
use paraph_workbench::reading::{
    self, Defaults, ENDINGS, Engine, Intake, Received, Report, Summary, how_to_convert,
};
use paraph_workbench::{folder, names, stamp};
use serde::Serialize;
use std::io::Write;
use std::sync::Arc;

/// The largest file that is taken, in bytes.
const LARGEST: u64 = 64 << 20;
/// How often a name is varied before giving up.
const MOST_NAMES: usize = 1000;

/// Stores a report that was pasted, reads it, and leads to it.
pub(crate) fn pasted(shared: &Shared, fields: &Fields) -> Fallible<String> {
    let text = fields.get("text").unwrap_or_default().replace("\r\n", "\n");
    if text.trim().is_empty() {
        return Err(
            Trouble::malformed("There is no text in the report.").hint("Paste the words of the report.")
        );
    }
    let title = fields.get("title").map(line);
    let publisher = fields.get("publisher").map(line);
    let date = fields.parsed::<Date>("date")?;
    let setting = fields.parsed::<paraph_ledger::Setting>("setting")?.unwrap_or_default();
    let mut whole = String::new();
    // What the text says about itself stays; the form adds only to a text that says nothing.
    if front_matter::split(&text).meta.body_start == 0 {
        let mut lines = Vec::new();
        lines.extend(title.as_ref().map(|title| format!("title: {title}")));
        lines.extend(publisher.map(|publisher| format!("publisher: {publisher}")));
        lines.extend(date.map(|date| format!("date: {date}")));
        if setting != paraph_ledger::Setting::default() {
            lines.push(format!("setting: {setting}"));
        }
        if !lines.is_empty() {
            whole = format!("---\n{}\n---\n", lines.join("\n"));
        }
    }
    whole.push_str(&text);
    if !whole.ends_with('\n') {
        whole.push('\n');
    }
    let first =
        text.lines().map(str::trim).find(|line| !line.is_empty() && *line != "---").unwrap_or("report");
    let mut name = file_name(title.as_deref().unwrap_or(first), "report");
    if let Some(date) = date {
        name = format!("{date}-{name}");
    }
    let name = format!("{name}.txt");
    store(shared, &name, whole.as_bytes())?;
    let source = read_in(shared, name, whole.into_bytes())?;
    Ok(format!("/reports/{source}"))
}

/// Takes a file as its bytes come in, and says under which address it is shown. It is read on the spot, unless it is
/// one of many, which are read together afterwards; one that cannot be read is refused, and does not stay.
pub(crate) async fn file(shared: Arc<Shared>, name: String, later: bool, body: Body) -> Response {
    let name = match named(&name) {
        Ok(name) => name,
        Err(trouble) => return refused(&trouble),
    };
    let mut stream = body.into_data_stream();
    let reports = shared.folder.join("reports");
    let begun = tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(&reports)?;
        tempfile::Builder::new().prefix(".upload-").tempfile_in(&reports)
    });
    let mut file = match begun.await {
        Ok(Ok(file)) => file,
        Ok(Err(error)) => return refused(&unwritable(&error)),
        Err(_) => {
            return refused(&Trouble::new(StatusCode::INTERNAL_SERVER_ERROR, "The upload ended early."));
        }
    };
    let mut length = 0u64;
    while let Some(piece) = stream.next().await {
        let Ok(piece) = piece else {
            return refused(&Trouble::malformed("The upload broke off; nothing was kept."));
        };
        length += piece.len() as u64;
        if length > LARGEST {
            return refused(
                &Trouble::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "The file is larger than 64 MiB; nothing was kept.",
                )
                .hint("Split it into parts."),
            );
        }
        // A piece is what the socket had ready: some kilobytes, which the system takes without waiting for the disk.
        if let Err(error) = file.write_all(&piece) {
            return refused(&unwritable(&error));
        }
    }
    blocking(move || match take(&shared, file, &name, later) {
        Ok(told) => (StatusCode::CREATED, axum::Json(told)).into_response(),
        Err(trouble) => refused(&trouble),
    })
    .await
}

fn take(
    shared: &Shared,
    file: tempfile::NamedTempFile,
    name: &str,
    later: bool,
) -> Fallible<serde_json::Value> {
    let bytes = std::fs::read(file.path()).map_err(|error| unwritable(&error))?;
    // What is no report is refused before it has a name in the folder.
    let report = Report::open(name, &bytes, &Defaults::default())?;
    if report.text.trim().is_empty() {
        let sentence = "There are no words in the report; it was not taken.";
        return Err(Trouble::new(StatusCode::UNPROCESSABLE_ENTITY, sentence));
    }
    keep(shared, file, name, &bytes)?;
    if later {
        return Ok(serde_json::json!({ "report": null, "address": "/reports" }));
    }
    let source = read_in(shared, name.to_owned(), bytes)?;
    Ok(serde_json::json!({ "report": source, "address": format!("/reports/{source}") }))
}

fn refused(trouble: &Trouble) -> Response {
    (trouble.status, axum::Json(&trouble.said)).into_response()
}

/// A file's own name: no folder, nothing hidden, an ending that is read.
fn named(name: &str) -> Fallible<String> {
    let wrong =
        |why: &str| Trouble::new(StatusCode::UNPROCESSABLE_ENTITY, format!("The file was not taken: {why}."));
    if name.chars().any(|c| c == '/' || c == '\\' || c.is_control())
        || name.starts_with('.')
        || name.len() > 200
    {
        return Err(wrong("its name is no plain file name"));
    }
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let ending = ending.to_ascii_lowercase();
    if !ENDINGS.contains(&ending.as_str()) {
        return Err(wrong("it is no report that can be read").hint(how_to_convert(&ending)));
    }
    Ok(format!("{}.{ending}", file_name(stem, "report")))
}

/// A name that is a plain file name everywhere.
fn file_name(text: &str, otherwise: &str) -> String {
    let mut name = String::new();
    for letter in text.chars().take(60) {
        if letter.is_alphanumeric() {
            name.extend(letter.to_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_matches('-');
    if name.is_empty() { otherwise.to_owned() } else { name.to_owned() }
}

fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes bytes under a name that is free, unless a file of that name holds them already.
fn store(shared: &Shared, name: &str, bytes: &[u8]) -> Fallible<()> {
    let reports = shared.folder.join("reports");
    std::fs::create_dir_all(&reports).map_err(|error| unwritable(&error))?;
    let mut file = tempfile::Builder::new()
        .prefix(".upload-")
        .tempfile_in(&reports)
        .map_err(|error| unwritable(&error))?;
    file.write_all(bytes).map_err(|error| unwritable(&error))?;
    keep(shared, file, name, bytes)
}

/// Gives a whole file its name, once it is on disk. Nothing that exists is overwritten.
fn keep(shared: &Shared, file: tempfile::NamedTempFile, name: &str, bytes: &[u8]) -> Fallible<()> {
    let reports = shared.folder.join("reports");
    file.as_file().sync_all().map_err(|error| unwritable(&error))?;
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "txt"));
    let mut file = file;
    for at in 1..=MOST_NAMES {
        let name = if at == 1 { name.to_owned() } else { format!("{stem}-{at}.{ending}") };
        let path = reports.join(name);
        if std::fs::read(&path).is_ok_and(|known| known == bytes) {
            return Ok(());
        }
        match file.persist_noclobber(&path) {
            Ok(kept) => {
                let folder = std::fs::File::open(&reports).and_then(|folder| folder.sync_all());
                kept.sync_all().and(folder).map_err(|error| unwritable(&error))?;
                return Ok(());
            }
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => file = error.file,
            Err(error) => return Err(unwritable(&error.error)),
        }
    }
    Err(Trouble::new(StatusCode::CONFLICT, "Too many reports have this name."))
}

fn unwritable(error: &std::io::Error) -> Trouble {
    Trouble::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        format!("The folder `reports/` cannot be written to: {error}."),
    )
}

/// Reads one report in, unless it was before; gives its identifier in the ledger.
fn read_in(shared: &Shared, name: String, bytes: Vec<u8>) -> Fallible<String> {
    let case = shared.case(None)?;
    let reader = Reader::new(&names::for_reading(&case, &shared.folder));
    shared.act(|ledger, stamp| {
        let mut intake = Intake::new(ledger, stamp, Engine::BuiltIn(&reader), Defaults::default())?;
        intake.take(vec![Received { name, bytes: Ok(bytes) }])?;
        let summary = intake.finish()?;
        let refused = summary.refused.into_iter().next().map(|refused| refused.why);
        match summary.stored.into_iter().next() {
            Some(stored) => Ok(stored.source),
            None => Err(Trouble::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                format!("The report was not read: {}.", refused.unwrap_or_default()),
            )),
        }
    })
}

/// The work of reading what lies in the folder; there is one at a time.
const READING: &str = "reading reports";

/// Begins to read in every report of the folder that nobody has read in; leads to how far it is.
pub(crate) fn read_folder(shared: &Shared) -> Fallible<String> {
    let case = shared.case(None)?;
    let (place, author) = (shared.folder.clone(), shared.author.clone());
    shared.works.forget(READING);
    shared.works.ask(READING, "Reading reports", move |monitor| {
        // A connection of its own, so that everything else goes on beside it.
        let mut ledger = folder::ledger_to_change(&place)?;
        let stamp = stamp(author.as_deref())?;
        let reader = Reader::new(&names::for_reading(&case, &place));
        let engine = Engine::BuiltIn(&reader);
        Ok(reading::read_folder(&place, &mut ledger, &stamp, engine, Defaults::default(), monitor)?)
    })?;
    Ok("/reports/reading".to_owned())
}

/// What became of the reports that were read in last.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Intaken {
    /// Those in the ledger, in the order of their names.
    stored: Vec<Taken>,
    /// How many of them are new.
    new: usize,
    /// How many statements are proposed in them.
    proposed: usize,
    /// How many events are proposed in them.
    events: usize,
    /// How many statements were linked to the same statement in an earlier report.
    linked: usize,
    /// Reports that could not be read, each with its name and why; the others were.
    refused: Vec<String>,
    /// What was left out or not understood.
    remarks: Vec<String>,
    /// Somebody stopped it before all were read.
    stopped: bool,
}

/// A report that was read in.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Taken {
    /// Its file.
    name: String,
    /// Its identifier.
    report: String,
    /// How many statements were proposed.
    proposed: usize,
    /// How many events were proposed.
    events: usize,
}

/// Shows how far reading is, or what came of it.
pub(crate) fn progress(shared: &Shared, _: &Fields) -> Fallible<Outcome> {
    let asked = shared.works.look::<Summary>(READING);
    let asked = asked.ok_or_else(|| {
        Trouble::not_found("No reports were read in since the page was started.")
            .hint("Put files into `reports/`.")
    })?;
    worked(asked?, |summary| {
        let fresh = summary.stored.iter().filter(|one| one.new);
        let refused = summary.refused.iter().filter(|one| one.report_file);
        let view = Intaken {
            stored: fresh
                .clone()
                .map(|one| Taken {
                    name: one.report.clone(),
                    report: one.source.clone(),
                    proposed: one.proposed,
                    events: one.events,
                })
                .collect(),
            new: fresh.clone().count(),
            proposed: fresh.clone().map(|one| one.proposed).sum(),
            events: fresh.map(|one| one.events).sum(),
            linked: summary.linked,
            refused: refused.map(|one| one.why.clone()).collect(),
            remarks: summary.remarks.clone(),
            stopped: summary.stopped,
        };
        Ok(Shown::new("reports", "Reports read in", "reading.html", view))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_taken() {
        assert_eq!(named("Third round.TXT").unwrap(), "third-round.txt");
        assert_eq!(named("été.md").unwrap(), "été.md");
        assert_eq!(named("Page 1.HTML").unwrap(), "page-1.html");
        for bad in ["../x.txt", "a/b.md", "a\\b.md", ".hidden.txt", "x.exe", "noending", "a\0.txt", ""] {
            assert!(named(bad).is_err(), "{bad:?}");
        }
    }
}
