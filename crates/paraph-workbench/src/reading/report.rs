//! From the bytes of a report to its text.

use crate::failure::{Failure, Outcome};
use jiff::civil::Date;
use paraph_ledger::{Extractor, SourceMeta, front_matter};
use paraph_reading::{Reader, Reading, Source, decode, html};
use std::path::Path;

/// The endings of the files that can be read.
pub const ENDINGS: [&str; 5] = ["txt", "md", "html", "htm", "docx"];

/// Raised whenever the same `.docx` file may give another text than before.
const DOCX_VERSION: &str = "1";

/// What is said of reports that say nothing themselves.
#[derive(Debug, Clone, Default)]
pub struct Defaults {
    /// The day of publication.
    pub date: Option<Date>,
    /// The publisher.
    pub publisher: Option<String>,
}

/// A report made ready to be read: its text, and what is known about it.
#[derive(Debug, Clone)]
pub struct Report {
    /// The text; every offset counts its Unicode scalar values.
    pub text: String,
    /// What the report says about itself, with what is said of all of them where it says nothing.
    pub meta: SourceMeta,
    /// What made the text.
    pub extractor: Extractor,
    /// What was not understood, or left out, in sentences.
    pub remarks: Vec<String>,
}

impl Report {
    /// Makes a report ready, by the ending of its name: plain text, Markdown, a web page, a Word document.
    ///
    /// Linear in the bytes.
    ///
    /// # Errors
    /// A sentence with a hint when the bytes are not what the name says, when they hold no text, and for
    /// endings that are not read ([`ENDINGS`]).
    pub fn open(name: &str, bytes: &[u8], defaults: &Defaults) -> Outcome<Self> {
        let path = Path::new(name);
        let ending =
            path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        let mut report = match ending.as_str() {
            "txt" | "md" => plain(name, bytes, &ending)?,
            "html" | "htm" => page(name, bytes)?,
            "docx" => document(name, bytes)?,
            _ => {
                return Err(Failure::new(format!("`{name}` is no report that can be read"))
                    .hint(how_to_convert(&ending)));
            }
        };
        report.meta.published = report.meta.published.or(defaults.date);
        report.meta.publisher = report.meta.publisher.take().or_else(|| defaults.publisher.clone());
        if report.meta.title.is_none() {
            report.meta.title = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        }
        Ok(report)
    }

    /// What a reader finds. Offsets count from the beginning of the stored text.
    #[must_use]
    pub fn read(&self, reader: &Reader) -> Reading {
        read_text(&self.text, &self.meta, reader)
    }
}

/// What a reader finds in a stored text, without what the text says of itself at its beginning.
#[must_use]
pub fn read_text(text: &str, meta: &SourceMeta, reader: &Reader) -> Reading {
    let hash = Source::new(text).hash;
    let body = body(text, meta);
    reader.read(&Source { text: &body, date: meta.published, hash })
}

/// The text with its front matter blanked out, so that every place stays.
pub(crate) fn body<'t>(text: &'t str, meta: &SourceMeta) -> std::borrow::Cow<'t, str> {
    let start = meta.body_start as usize;
    if start == 0 {
        return text.into();
    }
    let blank = |(at, letter)| if at < start && letter != '\n' { ' ' } else { letter };
    text.chars().enumerate().map(blank).collect::<String>().into()
}

/// What to do with a file that is not read.
#[must_use]
pub fn how_to_convert(ending: &str) -> String {
    match ending {
        "pdf" => {
            "PDF is not read yet: convert it to text first, for instance with `pdftotext -layout FILE.pdf`"
        }
        "doc" | "odt" | "rtf" => "save it as .docx or as plain text first",
        _ => "reports are .txt, .md, .html or .docx files",
    }
    .to_owned()
}

fn plain(name: &str, bytes: &[u8], ending: &str) -> Outcome<Report> {
    let text = decode(bytes).map_err(|error| Failure::new(format!("`{name}`: {error}")))?;
    let split = front_matter::split(&text);
    let remarks = split
        .problems
        .iter()
        .map(|problem| format!("{name}:{}: {}; the line was left out", problem.line, problem.message))
        .collect();
    let mut meta = split.meta;
    if ending == "md" {
        "text/markdown".clone_into(&mut meta.media_type);
    }
    Ok(Report { text, meta, extractor: Extractor::plain_text(), remarks })
}

fn page(name: &str, bytes: &[u8]) -> Outcome<Report> {
    let source = decode(bytes).map_err(|error| Failure::new(format!("`{name}`: {error}")))?;
    let page = html::text(&source);
    if page.text.trim().is_empty() {
        return Err(Failure::new(format!("`{name}` holds no text that a page would show"))
            .hint("open it in a browser, copy the report and save it as .txt"));
    }
    let remarks = if page.left_out > 0 {
        let words = if page.left_out == 1 { "word" } else { "words" };
        vec![format!("{name}: {} {words} around the report were left out", page.left_out)]
    } else {
        Vec::new()
    };
    let meta = SourceMeta {
        title: page.title,
        publisher: page.publisher,
        published: page.published,
        address: page.address,
        language: page.language,
        media_type: "text/html".to_owned(),
        ..SourceMeta::default()
    };
    let extractor = Extractor { name: "html".to_owned(), version: html::VERSION.to_owned() };
    Ok(Report { text: page.text, meta, extractor, remarks })
}

fn document(name: &str, bytes: &[u8]) -> Outcome<Report> {
    let text = paraph_drafts::docx_text(name, bytes).map_err(|error| Failure::new(error.to_string()))?;
    if text.trim().is_empty() {
        return Err(Failure::new(format!("`{name}` holds no text")));
    }
    let meta = SourceMeta {
        media_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document".to_owned(),
        ..SourceMeta::default()
    };
    let extractor = Extractor { name: "docx".to_owned(), version: DOCX_VERSION.to_owned() };
    Ok(Report { text, meta, extractor, remarks: Vec::new() })
}
