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

/// The text of a file: UTF-8, or UTF-16 where its mark says so. What guesses would be needed for is refused.
fn text(name: &str, bytes: &[u8]) -> Outcome<String> {
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        _ => {
            let sample = &bytes[..bytes.len().min(4096)];
            if sample.contains(&0) {
                return Err(Failure::new(format!("`{name}` is no text: there are zero bytes in it"))
                    .hint("if it is a text, it may be UTF-16 without a mark: save it as UTF-8"));
            }
            return decode(bytes).map_err(|error| {
                Failure::new(format!("`{name}`: {error}")).hint(format!(
                    "a text of an older Windows or Unix becomes UTF-8 with `iconv -f WINDOWS-1252 -t UTF-8 {name}`"
                ))
            });
        }
    };
    text.ok_or_else(|| {
        Failure::new(format!("`{name}` begins like UTF-16 and does not go on so")).hint("save it as UTF-8")
    })
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<String, _>>();
    text.ok().filter(|_| rest.is_empty())
}

/// Whether the bytes begin with the mark of UTF-16.
fn is_utf_16(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF])
}

fn plain(name: &str, bytes: &[u8], ending: &str) -> Outcome<Report> {
    let text = text(name, bytes)?;
    let split = front_matter::split(&text);
    let start = split.meta.body_start as usize;
    if text.chars().skip(start).all(char::is_whitespace) {
        return Err(Failure::new(format!("`{name}` holds no text")));
    }
    let remarks = split
        .problems
        .iter()
        .map(|problem| format!("{name}:{}: {}; the line was left out", problem.line, problem.message))
        .collect();
    let mut meta = split.meta;
    if ending == "md" {
        "text/markdown".clone_into(&mut meta.media_type);
    }
    let extractor = if is_utf_16(bytes) {
        Extractor { name: "utf-16".to_owned(), version: "1".to_owned() }
    } else {
        Extractor::plain_text()
    };
    Ok(Report { text, meta, extractor, remarks })
}

fn page(name: &str, bytes: &[u8]) -> Outcome<Report> {
    let source = text(name, bytes)?;
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
