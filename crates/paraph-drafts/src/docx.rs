//! The text of `.docx` drafts: paragraphs, automatic numbers, tables, tracked
//! deletions and footnotes.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::error::{Error, Kind};
use crate::label::{read_label, roman_numeral};
use crate::read::{Draft, LARGEST_DRAFT, read};

/// Reads a draft from the bytes of a `.docx` file.
///
/// The text is one line a paragraph and one a row of a table, with bars between the
/// cells. Numbers that the word processor makes are written out as they would be shown;
/// headings get `#` marks; words deleted under tracked changes stand between `~~`;
/// footnotes stand at the end as `[^2]: …`. Numbers that hang on paragraph styles alone,
/// text boxes, headers and footers are not read. All spans count in this text. Linear
/// in the size of the unpacked document, which may have at most [`LARGEST_DRAFT`] bytes.
///
/// # Errors
/// Bytes that are no archive, an archive without `word/document.xml`, XML that does
/// not parse, or a document over the limit.
pub fn read_docx(name: &str, bytes: &[u8]) -> Result<Draft, Error> {
    read(name, &docx_text(name, bytes)?)
}

/// The text of a `.docx` file, whatever it is, as [`read_docx`] has it.
///
/// # Errors
/// As for [`read_docx`].
pub fn docx_text(name: &str, bytes: &[u8]) -> Result<String, Error> {
    let broken = |what: &str| Error::new(Kind::Container, format!("{name} is no readable .docx: {what}"));
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&format!("{error}")))?;
    let mut part = |path: &str| -> Result<Option<String>, Error> {
        let Ok(file) = archive.by_name(path) else { return Ok(None) };
        let mut unpacked = Vec::new();
        file.take(LARGEST_DRAFT as u64 + 1)
            .read_to_end(&mut unpacked)
            .map_err(|error| broken(&format!("{path}: {error}")))?;
        if unpacked.len() > LARGEST_DRAFT {
            return Err(Error::new(
                Kind::TooLarge,
                format!("{name}: {path} unpacks to more than {LARGEST_DRAFT} bytes"),
            ));
        }
        String::from_utf8(unpacked).map(Some).map_err(|_| broken(&format!("{path} is not UTF-8")))
    };
    let document = part("word/document.xml")?.ok_or_else(|| broken("it has no word/document.xml"))?;
    let numbering = part("word/numbering.xml")?;
    let notes = part("word/footnotes.xml")?;
    let wrap = |error: String| broken(&error);
    let mut numbers = match numbering {
        Some(xml) => Numbering::read(&xml).map_err(wrap)?,
        None => Numbering::default(),
    };
    let mut text = body_text(&document, &mut numbers).map_err(wrap)?;
    if let Some(xml) = notes {
        let notes = footnote_lines(&xml).map_err(wrap)?;
        if !notes.is_empty() {
            text.push('\n');
            text.push_str(&notes);
        }
    }
    Ok(text)
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element.attributes().filter_map(Result::ok).find_map(|attribute| {
        let key: &str = attribute.key.local_name().into_inner();
        (key == name).then(|| attribute.value.into_owned())
    })
}

fn local<'a>(element: &'a BytesStart<'a>) -> &'a str {
    element.local_name().into_inner()
}

/// One level of a list: how its numbers look and where they begin.
#[derive(Clone, Default)]
struct ListLevel {
    format: String,
    text: String,
    start: u32,
}

#[derive(Default)]
struct Numbering {
    levels: BTreeMap<String, BTreeMap<usize, ListLevel>>,
    lists: BTreeMap<String, String>,
    counters: BTreeMap<String, Vec<u32>>,
}

impl Numbering {
    fn read(xml: &str) -> Result<Self, String> {
        let mut reader = Reader::from_str(xml);
        let mut numbering = Numbering::default();
        let (mut abstract_id, mut list, mut level) = (String::new(), String::new(), 0_usize);
        loop {
            let event = reader.read_event().map_err(|error| error.to_string())?;
            match event {
                Event::Eof => return Ok(numbering),
                Event::Start(element) | Event::Empty(element) => {
                    let value = attribute(&element, "val").unwrap_or_default();
                    match local(&element) {
                        "abstractNum" => {
                            abstract_id = attribute(&element, "abstractNumId").unwrap_or_default();
                        }
                        "lvl" => {
                            level =
                                attribute(&element, "ilvl").and_then(|level| level.parse().ok()).unwrap_or(0);
                        }
                        "num" => list = attribute(&element, "numId").unwrap_or_default(),
                        "abstractNumId" => {
                            numbering.lists.insert(list.clone(), value);
                        }
                        tag @ ("numFmt" | "lvlText" | "start") if level < 9 => {
                            let levels = numbering.levels.entry(abstract_id.clone()).or_default();
                            let entry = levels.entry(level).or_default();
                            match tag {
                                "numFmt" => entry.format = value,
                                "lvlText" => entry.text = value,
                                _ => entry.start = value.parse().unwrap_or(1),
                            }
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
    }

    /// The label that the next paragraph of this list and level shows.
    fn next(&mut self, list: &str, level: usize) -> Option<String> {
        let id = self.lists.get(list)?;
        let levels = self.levels.get(id)?;
        let own = levels.get(&level)?;
        if own.format == "bullet" || own.format == "none" {
            return (own.format == "bullet").then(|| "-".to_owned());
        }
        let counters = self.counters.entry(id.clone()).or_insert_with(|| vec![0; 9]);
        let begin = own.start.max(1);
        counters[level] = if counters[level] == 0 { begin } else { counters[level].saturating_add(1) };
        for deeper in counters.iter_mut().skip(level + 1) {
            *deeper = 0;
        }
        let mut out = String::new();
        let mut characters = own.text.chars().peekable();
        while let Some(character) = characters.next() {
            let place = (character == '%')
                .then(|| characters.peek().and_then(|digit| digit.to_digit(10)))
                .flatten()
                .filter(|place| (1..=9).contains(place));
            match place {
                Some(place) => {
                    characters.next();
                    let at = place as usize - 1;
                    let format = levels.get(&at).map_or("decimal", |level| level.format.as_str());
                    out.push_str(&formatted(counters[at].max(1), format));
                }
                None => out.push(character),
            }
        }
        Some(out)
    }
}

fn formatted(value: u32, format: &str) -> String {
    let letter = |base: u8| {
        let place = (value - 1) % 26;
        let times = ((value - 1) / 26 + 1).min(4) as usize;
        char::from(base + place as u8).to_string().repeat(times)
    };
    match format {
        "lowerLetter" => letter(b'a'),
        "upperLetter" => letter(b'A'),
        "lowerRoman" => roman_numeral(value.min(3999)).to_lowercase(),
        "upperRoman" => roman_numeral(value.min(3999)),
        _ => value.to_string(),
    }
}

/// The text of a character or general entity; unknown ones are kept as written.
fn entity(name: &str) -> String {
    match name {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        _ => format!("&{name};"),
    }
}

#[derive(Default)]
struct Paragraph {
    text: String,
    style: String,
    list: Option<String>,
    level: usize,
}

impl Paragraph {
    /// The paragraph as a line, with its number, its heading mark, its indentation.
    /// The first paragraph of a document, set as a heading and no point, is its title.
    fn line(self, numbers: &mut Numbering, first: bool) -> String {
        let words = self.text.trim();
        let label = self.list.as_deref().and_then(|list| numbers.next(list, self.level));
        let mut out = String::new();
        let style = self.style.to_lowercase();
        let titles = first && style == "heading1" && label.is_none() && read_label(words).is_none();
        if style == "title" || titles {
            out.push_str("# ");
        } else if let Some(level) = style.strip_prefix("heading") {
            let level: usize = level.trim().parse().unwrap_or(1);
            out.push_str(&"#".repeat((level + 1).clamp(2, 6)));
            out.push(' ');
        } else if self.list.is_some() {
            out.push_str(&"    ".repeat(self.level.min(8)));
        }
        if let Some(label) = label
            && !words.is_empty()
        {
            out.push_str(label.trim());
            out.push(' ');
        }
        out.push_str(words);
        if words.is_empty() { String::new() } else { out }
    }
}

fn body_text(xml: &str, numbers: &mut Numbering) -> Result<String, String> {
    let mut reader = Reader::from_str(xml);
    let mut out = String::new();
    let mut paragraph = Paragraph::default();
    // Tables inside tables come as rows of their own.
    let mut rows: Vec<Vec<String>> = Vec::new();
    let (mut in_text, mut deleted) = (false, 0_usize);
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match event {
            Event::Eof => return Ok(out),
            Event::Start(element) => match local(&element) {
                "t" | "delText" => in_text = true,
                "del" => {
                    deleted += 1;
                    if deleted == 1 {
                        paragraph.text.push_str("~~");
                    }
                }
                "tr" => rows.push(Vec::new()),
                "tc" => {
                    if let Some(row) = rows.last_mut() {
                        row.push(String::new());
                    }
                }
                "pStyle" => paragraph.style = attribute(&element, "val").unwrap_or_default(),
                _ => {}
            },
            Event::Empty(element) => match local(&element) {
                "tab" => paragraph.text.push(' '),
                "br" | "cr" => paragraph.text.push('\n'),
                "noBreakHyphen" => paragraph.text.push('-'),
                "pStyle" => paragraph.style = attribute(&element, "val").unwrap_or_default(),
                "numId" => {
                    paragraph.list = attribute(&element, "val").filter(|list| list != "0");
                }
                "ilvl" => {
                    paragraph.level = attribute(&element, "val")
                        .and_then(|level| level.parse().ok())
                        .filter(|level| *level < 9)
                        .unwrap_or(0);
                }
                "footnoteReference" => {
                    if let Some(id) = attribute(&element, "id") {
                        paragraph.text.push_str(&format!("[^{id}]"));
                    }
                }
                _ => {}
            },
            Event::Text(text) if in_text => paragraph.text.push_str(&text.xml10_content()),
            Event::CData(text) if in_text => paragraph.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) if in_text => match reference.resolve_char_ref().ok().flatten() {
                Some(character) => paragraph.text.push(character),
                None => paragraph.text.push_str(&entity(&reference)),
            },
            Event::End(element) => match element.local_name().into_inner() {
                "t" | "delText" => in_text = false,
                "del" => {
                    deleted = deleted.saturating_sub(1);
                    if deleted == 0 {
                        paragraph.text.push_str("~~");
                    }
                }
                "p" => {
                    if deleted > 0 {
                        // A deletion may run over the end of a paragraph.
                        paragraph.text.push_str("~~");
                    }
                    let line =
                        std::mem::take(&mut paragraph).line(numbers, out.is_empty() && rows.is_empty());
                    match rows.last_mut().and_then(|row| row.last_mut()) {
                        Some(cell) => {
                            if !cell.is_empty() && !line.is_empty() {
                                cell.push(' ');
                            }
                            cell.push_str(line.trim());
                        }
                        None if line.is_empty() => {}
                        None => {
                            out.push_str(&line);
                            out.push_str("\n\n");
                        }
                    }
                    if deleted > 0 {
                        paragraph.text.push_str("~~");
                    }
                }
                "tr" => {
                    if let Some(row) = rows.pop() {
                        let row = format!("| {} |", row.join(" | "));
                        match rows.last_mut().and_then(|row| row.last_mut()) {
                            Some(cell) => cell.push_str(&row),
                            None => {
                                out.push_str(&row);
                                out.push('\n');
                            }
                        }
                    }
                }
                "tbl" if rows.is_empty() => out.push('\n'),
                _ => {}
            },
            _ => {}
        }
    }
}

fn footnote_lines(xml: &str) -> Result<String, String> {
    let mut reader = Reader::from_str(xml);
    let mut out = String::new();
    let (mut id, mut words, mut in_text) = (None, String::new(), false);
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Eof => return Ok(out),
            Event::Start(element) => match local(&element) {
                "footnote" => {
                    // Separators have a type; notes have none.
                    id = attribute(&element, "id").filter(|_| attribute(&element, "type").is_none());
                    words.clear();
                }
                "t" => in_text = true,
                _ => {}
            },
            Event::Text(text) if in_text => words.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) if in_text => match reference.resolve_char_ref().ok().flatten() {
                Some(character) => words.push(character),
                None => words.push_str(&entity(&reference)),
            },
            Event::End(element) => match element.local_name().into_inner() {
                "t" => in_text = false,
                "p" => words.push(' '),
                "footnote" => {
                    if let Some(id) = id.take() {
                        out.push_str(&format!("[^{id}]: {}\n\n", crate::text::squeeze(&words)));
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
}
