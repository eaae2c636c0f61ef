//! A report on its way into the case: pasted, dropped as a file, or put into the folder.

use crate::answer::{Fields, blocking};
use crate::shared::Shared;
use crate::trouble::{Fallible, Trouble};
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use jiff::civil::Date;
use paraph_ledger::{Extractor, Ledger, NewSource, SourceMeta, Stamp, StatementFilter, front_matter};
use paraph_reading::{Reader, Source, decode};
use paraph_workbench::{Failure, folder, names};
use std::io::Write;
use std::path::{Path, PathBuf};
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
    let path = store(shared, &format!("{name}.txt"), whole.as_bytes())?;
    let source = read_in(shared, &path)?;
    Ok(format!("/reports/{source}"))
}

/// Reads in every report of the folder that nobody has read in.
pub(crate) fn read_folder(shared: &Shared) -> Fallible<String> {
    let waiting = shared.read(|ledger| Ok(folder::not_read(&shared.folder, ledger)?))?;
    for report in folder::reports(&shared.folder)?.0 {
        if waiting.contains(&report.name) {
            read_in(shared, &report.path)?;
        }
    }
    Ok("/reports".to_owned())
}

/// Takes a file as its bytes come in, reads it, and says under which address it is shown.
pub(crate) async fn file(shared: Arc<Shared>, name: String, body: Body) -> Response {
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
    blocking(move || {
        let kept = named(&name).and_then(|name| keep(&shared, file, &name)).and_then(|path| {
            // What cannot be read in does not stay behind.
            read_in(&shared, &path).inspect_err(|_| drop(std::fs::remove_file(&path)))
        });
        match kept {
            Ok(source) => {
                let told = serde_json::json!({ "report": source, "address": format!("/reports/{source}") });
                (StatusCode::CREATED, axum::Json(told)).into_response()
            }
            Err(trouble) => refused(&trouble),
        }
    })
    .await
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
    let (stem, ending) = name.rsplit_once('.').ok_or_else(|| wrong("only .txt and .md are read"))?;
    let ending = ending.to_ascii_lowercase();
    if !["txt", "md"].contains(&ending.as_str()) {
        return Err(wrong("only .txt and .md are read"));
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

/// Writes bytes under a name that is free, or finds the file that holds them already.
fn store(shared: &Shared, name: &str, bytes: &[u8]) -> Fallible<PathBuf> {
    let reports = shared.folder.join("reports");
    std::fs::create_dir_all(&reports).map_err(|error| unwritable(&error))?;
    let mut file = tempfile::Builder::new()
        .prefix(".upload-")
        .tempfile_in(&reports)
        .map_err(|error| unwritable(&error))?;
    file.write_all(bytes).map_err(|error| unwritable(&error))?;
    keep(shared, file, name)
}

/// Gives a whole file its name, once it is on disk. Nothing that exists is overwritten.
fn keep(shared: &Shared, file: tempfile::NamedTempFile, name: &str) -> Fallible<PathBuf> {
    let reports = shared.folder.join("reports");
    file.as_file().sync_all().map_err(|error| unwritable(&error))?;
    let bytes = std::fs::read(file.path()).map_err(|error| unwritable(&error))?;
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "txt"));
    let mut file = file;
    for at in 1..=MOST_NAMES {
        let name = if at == 1 { name.to_owned() } else { format!("{stem}-{at}.{ending}") };
        let path = reports.join(name);
        if std::fs::read(&path).is_ok_and(|known| known == bytes) {
            return Ok(path);
        }
        match file.persist_noclobber(&path) {
            Ok(kept) => {
                let folder = std::fs::File::open(&reports).and_then(|folder| folder.sync_all());
                kept.sync_all().and(folder).map_err(|error| unwritable(&error))?;
                return Ok(path);
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

/// Reads a report of the folder in, unless it was before; gives its identifier in the ledger.
fn read_in(shared: &Shared, path: &Path) -> Fallible<String> {
    let bytes = folder::read(path)?;
    let ready = Ready::new(path, &bytes)?;
    let case = shared.case(None)?;
    shared.act(|ledger, stamp| {
        ready.store(ledger, stamp, &Reader::new(&names::for_reading(&case, &shared.folder)), &bytes)
    })
}

/// A report made ready to be read.
struct Ready {
    text: String,
    meta: SourceMeta,
}

impl Ready {
    fn new(path: &Path, bytes: &[u8]) -> Fallible<Self> {
        let text =
            decode(bytes).map_err(|error| Failure::new(format!("The report cannot be read: {error}")))?;
        if text.trim().is_empty() {
            return Err(Trouble::malformed("There are no words in the report; it was not taken."));
        }
        let mut meta = front_matter::split(&text).meta;
        if meta.title.is_none() {
            meta.title = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        }
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md")) {
            "text/markdown".clone_into(&mut meta.media_type);
        }
        Ok(Ready { text, meta })
    }

    fn store(&self, ledger: &mut Ledger, stamp: &Stamp, reader: &Reader, bytes: &[u8]) -> Fallible<String> {
        let source = NewSource {
            bytes,
            text: Some(&self.text),
            extractor: Extractor::plain_text(),
            meta: self.meta.clone(),
        };
        let added = ledger.add_source(stamp, &source)?;
        // A source without statements may be one whose reading was cut off.
        let any = StatementFilter {
            source: Some(added.id.clone()),
            audience: paraph_ledger::Audience::Restricted,
            with_withdrawn_sources: true,
            limit: Some(1),
            ..StatementFilter::default()
        };
        if added.new || ledger.statements(&any)?.is_empty() {
            let body = self.meta.body_start as usize;
            // The report's words about itself are no report: they are blanked out, and every place stays.
            let blanked: String = self
                .text
                .chars()
                .enumerate()
                .map(|(at, letter)| if at < body && letter != '\n' { ' ' } else { letter })
                .collect();
            let hash = Source::new(&self.text).hash;
            let reading = reader.read(&Source { text: &blanked, date: self.meta.published, hash });
            ledger.propose(stamp, &added.id, &reading.statements)?;
        }
        Ok(added.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_taken() {
        assert_eq!(named("Third round.TXT").unwrap(), "third-round.txt");
        assert_eq!(named("été.md").unwrap(), "été.md");
        for bad in ["../x.txt", "a/b.md", "a\\b.md", ".hidden.txt", "x.exe", "noending", "a\0.txt", ""] {
            assert!(named(bad).is_err(), "{bad:?}");
        }
    }
}
