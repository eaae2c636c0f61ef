//! The brief, the matrix and drafts for a word processor: the brief and the matrix with their evidence as footnotes,
//! drafts side by side and as a redline with tracked changes.
//!
//! The files hold only what WordprocessingML (ECMA-376, part 1) asks for. The same view gives the same
//! bytes: no clock and no machine shows in them. Text that XML cannot hold is replaced.

mod brief;
mod matrix;

pub use brief::brief;
pub use matrix::matrix;

use std::fmt::{self, Write as _};
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::svg::escape;
use crate::text::{date_words, list_words};
use crate::view::{
    Agreement, DiffRun, DraftCell, DraftColumns, DraftDiff, DraftPiece, PointDiff, RunKind, change_sign,
};
use crate::word_diff::{trimmed, word_diff};

/// A document could not be packed.
///
/// It is packed in memory, so this does not depend on the drafts but on their size alone.
#[derive(Debug)]
pub struct WriteError(zip::result::ZipError);

impl fmt::Display for WriteError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the document cannot be packed: {}", self.0)
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// Up to this many drafts stand on a page of A4; more have A3.
const MOST_ON_A4: usize = 3;
/// Rows with fewer bytes of words in their longest cell are not parted between pages.
const LONGEST_WHOLE: usize = 1_200;
/// Nested pieces of a point beyond this number are paired by their place alone.
const MOST_PIECES: usize = 300;
/// Share of common words from which pieces are versions of each other.
const ALIKE: f64 = 0.4;
/// Words only in the new version, in the colour of the page.
const NEW: &str = "1F4E79";
/// Words only in the old version.
const OLD: &str = "A32A1A";
/// Small print.
const MUTED: &str = "59616A";

/// Twentieths of a point.
struct Sheet {
    width: usize,
    height: usize,
    margin: usize,
    landscape: bool,
}

const A4: Sheet = Sheet { width: 11_906, height: 16_838, margin: 1_134, landscape: false };
const A4_WIDE: Sheet = Sheet { width: 16_838, height: 11_906, margin: 850, landscape: true };
const A3_WIDE: Sheet = Sheet { width: 23_811, height: 16_838, margin: 850, landscape: true };

/// The beginning of a table with a fixed layout, up to its columns.
const TABLE: &str = r#"<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders><w:top w:val="single" w:sz="8" w:color="1D2125"/><w:bottom w:val="single" w:sz="8" w:color="1D2125"/><w:insideH w:val="single" w:sz="4" w:color="C6CCD2"/><w:insideV w:val="single" w:sz="4" w:color="E3E7EA"/></w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="85" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>"#;

/// How a run of text looks.
#[derive(Clone, Copy, Default)]
struct Look {
    bold: bool,
    italic: bool,
    underline: bool,
    strike: bool,
    color: Option<&'static str>,
    /// Half points; the style's own when absent.
    size: Option<usize>,
}

impl Look {
    const PLAIN: Look =
        Look { bold: false, italic: false, underline: false, strike: false, color: None, size: None };

    fn properties(self) -> String {
        let mut out = String::new();
        if self.bold {
            out.push_str("<w:b/>");
        }
        if self.italic {
            out.push_str("<w:i/>");
        }
        if self.strike {
            out.push_str("<w:strike/>");
        }
        if let Some(color) = self.color {
            let _ = write!(out, r#"<w:color w:val="{color}"/>"#);
        }
        if let Some(size) = self.size {
            let _ = write!(out, r#"<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>"#);
        }
        if self.underline {
            out.push_str(r#"<w:u w:val="single"/>"#);
        }
        if out.is_empty() { out } else { format!("<w:rPr>{out}</w:rPr>") }
    }
}

/// A run of text; line ends become breaks.
fn run(text: &str, look: Look) -> String {
    run_as(text, look, "w:t")
}

fn run_as(text: &str, look: Look, element: &str) -> String {
    let properties = look.properties();
    let mut out = String::new();
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            let _ = write!(out, "<w:r>{properties}<w:br/></w:r>");
        }
        if !line.is_empty() {
            let _ = write!(
                out,
                r#"<w:r>{properties}<{element} xml:space="preserve">{}</{element}></w:r>"#,
                escape(line)
            );
        }
    }
    out
}

fn paragraph(style: &str, runs: &str) -> String {
    format!(r#"<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>"#)
}

/// A file of parts.
struct Package {
    body: String,
    sheet: Sheet,
    title: String,
    /// The texts of the footnotes, the first numbered 1.
    footnotes: Vec<String>,
}

impl Package {
    fn new(sheet: Sheet, title: &str) -> Self {
        Self { body: String::new(), sheet, title: title.to_owned(), footnotes: Vec::new() }
    }

    fn width(&self) -> usize {
        self.sheet.width - 2 * self.sheet.margin
    }

    fn finish(self) -> Result<Vec<u8>, WriteError> {
        const MAIN: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main""#;
        const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
        let Sheet { width, height, margin, landscape } = self.sheet;
        let orientation = if landscape { r#" w:orient="landscape""# } else { "" };
        let section = format!(
            r#"<w:sectPr><w:footerReference xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" w:type="default" r:id="rId2"/><w:pgSz w:w="{width}" w:h="{height}"{orientation}/><w:pgMar w:top="{margin}" w:right="{margin}" w:bottom="{margin}" w:left="{margin}" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>"#
        );
        let document =
            format!("{HEAD}<w:document {MAIN}><w:body>{}{section}</w:body></w:document>", self.body);
        let field =
            |name: &str| format!(r#"<w:fldSimple w:instr="{name}"><w:r><w:t>1</w:t></w:r></w:fldSimple>"#);
        let footer = format!(
            r#"{HEAD}<w:ftr {MAIN}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{}{}{}{}</w:p></w:ftr>"#,
            run(&format!("{}  ·  ", self.title), Look::PLAIN),
            field("PAGE"),
            run(" / ", Look::PLAIN),
            field("NUMPAGES"),
        );
        let core = format!(
            r#"{HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{}</dc:title></cp:coreProperties>"#,
            escape(&self.title)
        );
        let (noted, note_type, note_relation) = if self.footnotes.is_empty() {
            (None, "", "")
        } else {
            (
                Some(format!("{HEAD}<w:footnotes {MAIN}>{}</w:footnotes>", footnotes(&self.footnotes))),
                r#"<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/>"#,
                r#"<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" Target="footnotes.xml"/>"#,
            )
        };
        let mut parts = vec![
            (
                "[Content_Types].xml",
                format!(
                    r#"{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>{note_type}<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"#
                ),
            ),
            (
                "_rels/.rels",
                format!(
                    r#"{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#
                ),
            ),
            ("docProps/core.xml", core),
            (
                "word/_rels/document.xml.rels",
                format!(
                    r#"{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/>{note_relation}</Relationships>"#
                ),
            ),
            ("word/styles.xml", format!("{HEAD}<w:styles {MAIN}>{STYLES}</w:styles>")),
            ("word/footer1.xml", footer),
            ("word/document.xml", document),
        ];
        parts.extend(noted.map(|text| ("word/footnotes.xml", text)));
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        for (name, text) in parts {
            archive.start_file(name, options).map_err(WriteError)?;
            archive.write_all(text.as_bytes()).map_err(|error| WriteError(error.into()))?;
        }
        Ok(archive.finish().map_err(WriteError)?.into_inner())
    }
}

/// The footnotes of a document, behind the two separators that every word processor asks for.
fn footnotes(texts: &[String]) -> String {
    let mut out = String::from(
        r#"<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote><w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>"#,
    );
    for (at, text) in texts.iter().enumerate() {
        let _ = write!(
            out,
            r#"<w:footnote w:id="{}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr><w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>{}</w:p></w:footnote>"#,
            at + 1,
            run(&format!(" {}", text.split_whitespace().collect::<Vec<_>>().join(" ")), Look::PLAIN)
        );
    }
    out
}

/// Paragraph styles: a sans face that word processors everywhere have or replace.
const STYLES: &str = concat!(
    r#"<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial" w:eastAsia="Arial"/><w:sz w:val="20"/><w:szCs w:val="20"/><w:lang w:val="en-GB"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>"#,
    r#"<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>"#,
    r#"<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:after="60"/></w:pPr><w:rPr><w:b/><w:sz w:val="30"/><w:szCs w:val="30"/></w:rPr></w:style>"#,
    r#"<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="360" w:after="100"/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="26"/><w:szCs w:val="26"/></w:rPr></w:style>"#,
    r#"<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="220" w:after="80"/><w:outlineLvl w:val="1"/></w:pPr><w:rPr><w:b/><w:sz w:val="21"/><w:szCs w:val="21"/></w:rPr></w:style>"#,
    r#"<w:style w:type="paragraph" w:styleId="Note"><w:name w:val="Note"/><w:basedOn w:val="Normal"/><w:rPr><w:color w:val="59616A"/><w:sz w:val="17"/><w:szCs w:val="17"/></w:rPr></w:style>"#,
    r#"<w:style w:type="paragraph" w:styleId="CellHead"><w:name w:val="Cell head"/><w:basedOn w:val="Normal"/><w:pPr><w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/></w:pPr><w:rPr><w:b/><w:sz w:val="16"/><w:szCs w:val="16"/></w:rPr></w:style>"#,
    r#"<w:style w:type="paragraph" w:styleId="Cell"><w:name w:val="Cell"/><w:basedOn w:val="Normal"/><w:pPr><w:spacing w:after="40" w:line="247" w:lineRule="auto"/></w:pPr><w:rPr><w:sz w:val="17"/><w:szCs w:val="17"/></w:rPr></w:style>"#,
    r#"<w:style w:type="paragraph" w:styleId="Point"><w:name w:val="Point"/><w:basedOn w:val="Normal"/><w:pPr><w:tabs><w:tab w:val="left" w:pos="567"/></w:tabs><w:ind w:left="567" w:hanging="567"/></w:pPr></w:style>"#,
    r#"<w:style w:type="paragraph" w:styleId="Point2"><w:name w:val="Point 2"/><w:basedOn w:val="Normal"/><w:pPr><w:tabs><w:tab w:val="left" w:pos="1134"/></w:tabs><w:ind w:left="1134" w:hanging="567"/></w:pPr></w:style>"#,
    r#"<w:style w:type="paragraph" w:styleId="Point3"><w:name w:val="Point 3"/><w:basedOn w:val="Normal"/><w:pPr><w:tabs><w:tab w:val="left" w:pos="1701"/></w:tabs><w:ind w:left="1701" w:hanging="567"/></w:pPr></w:style>"#,
    r#"<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>"#,
    r#"<w:style w:type="paragraph" w:styleId="FootnoteText"><w:name w:val="footnote text"/><w:basedOn w:val="Normal"/><w:pPr><w:spacing w:after="20" w:line="240" w:lineRule="auto"/></w:pPr><w:rPr><w:sz w:val="16"/><w:szCs w:val="16"/></w:rPr></w:style>"#,
    r#"<w:style w:type="paragraph" w:styleId="Footer"><w:name w:val="footer"/><w:basedOn w:val="Normal"/><w:pPr><w:spacing w:after="0"/><w:jc w:val="right"/></w:pPr><w:rPr><w:color w:val="59616A"/><w:sz w:val="15"/><w:szCs w:val="15"/></w:rPr></w:style>"#,
);

/// The drafts side by side: one column a draft, then the compromise text, then how far it is agreed.
///
/// Changes are marked by colour and by sign: `+` before words that a draft has over the one it is told
/// against, `−` before words that went, and `=`, `~`, `+`, `−`, `±` or `↷` at the head of each cell.
///
/// # Errors
/// When the file cannot be packed.
pub fn columns(columns: &DraftColumns) -> Result<Vec<u8>, WriteError> {
    let sheet = if columns.columns.len() > MOST_ON_A4 { A3_WIDE } else { A4_WIDE };
    let mut package = Package::new(sheet, &columns.title);
    package.body.push_str(&paragraph("Title", &run(&columns.title, Look::PLAIN)));
    let told: Vec<String> = columns
        .columns
        .iter()
        .filter_map(|column| {
            column.base.as_ref().map(|base| format!("{} is told against {base}", column.draft))
        })
        .collect();
    let mut note =
        "Drafts side by side. At the head of a cell: = kept, ~ changed, + added, − deleted, ± replaced, \
                    ↷ moved or renumbered. In the words: + only in this draft, − only in the one before."
            .to_owned();
    if !told.is_empty() {
        let _ = write!(note, " {}.", capitalised_list(&told));
    }
    package.body.push_str(&paragraph("Note", &run(&note, Look::PLAIN)));
    let status = 1_150;
    let each = (package.width() - status) / (columns.columns.len() + 1).max(1);
    let mut widths = vec![each; columns.columns.len() + 1];
    widths.push(package.width() - each * widths.len());
    let mut out = String::from(TABLE);
    for width in &widths {
        let _ = write!(out, r#"<w:gridCol w:w="{width}"/>"#);
    }
    out.push_str("</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    for (column, width) in columns.columns.iter().zip(&widths) {
        let mut facts: Vec<String> = vec![column.draft.clone()];
        facts.extend(column.by.clone());
        facts.extend(column.date.as_deref().map(date_words));
        let text = paragraph("CellHead", &run(&column.title, Look::PLAIN))
            + &paragraph("CellHead", &run(&facts.join(" · "), Look { color: Some(MUTED), ..Look::PLAIN }));
        cell(&mut out, *width, Some("EEF1F3"), &text);
    }
    for (name, width) in ["Compromise text", "Status"].into_iter().zip(&widths[columns.columns.len()..]) {
        cell(&mut out, *width, Some("EEF1F3"), &paragraph("CellHead", &run(name, Look::PLAIN)));
    }
    out.push_str("</w:tr>");
    for row in &columns.rows {
        // A row that would fill a page may be parted, others stay whole.
        let longest = row.cells.iter().map(|cell| cell.words.iter().map(String::len).sum::<usize>()).max();
        let whole = longest.unwrap_or(0).max(row.compromise.len()) < LONGEST_WHOLE;
        out.push_str(if whole { "<w:tr><w:trPr><w:cantSplit/></w:trPr>" } else { "<w:tr>" });
        for (draft, width) in row.cells.iter().zip(&widths) {
            cell(&mut out, *width, None, &draft_cell(draft));
        }
        let mut compromise = String::new();
        if !row.compromise.is_empty() {
            if row.compromise_from != "recorded" && !row.compromise_from.is_empty() {
                let from = format!("as in {}", row.compromise_from);
                compromise.push_str(&paragraph(
                    "CellHead",
                    &run(&from, Look { color: Some(MUTED), ..Look::PLAIN }),
                ));
            }
            compromise.push_str(&paragraph("Cell", &run(&row.compromise, Look::PLAIN)));
        }
        cell(&mut out, widths[columns.columns.len()], Some("FAFBFC"), &compromise);
        let (fill, sign) = match row.agreement {
            Agreement::Agreed => ("E2EDE6", "✓ "),
            Agreement::ObjectiveAgreed => ("F6EFD8", "◐ "),
            Agreement::Open => ("FFFFFF", "○ "),
        };
        let mut words = paragraph("CellHead", &run(&format!("{sign}{}", row.agreement.word()), Look::PLAIN));
        let plain = row.agreement.word().replace(' ', "-");
        if !row.status.is_empty() && row.status != plain {
            let look = Look { color: Some(MUTED), ..Look::PLAIN };
            words.push_str(&paragraph("Cell", &run(&row.status.replace('-', " "), look)));
        }
        cell(&mut out, widths[columns.columns.len() + 1], Some(fill), &words);
        out.push_str("</w:tr>");
    }
    out.push_str("</w:tbl>");
    // A table is followed by a paragraph, or some word processors call the file damaged.
    out.push_str(r#"<w:p/>"#);
    package.body.push_str(&out);
    package.finish()
}

fn capitalised_list(parts: &[String]) -> String {
    list_words(parts)
}

fn cell(out: &mut String, width: usize, fill: Option<&str>, content: &str) {
    let _ = write!(out, r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>"#);
    if let Some(fill) = fill {
        let _ = write!(out, r#"<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>"#);
    }
    out.push_str("</w:tcPr>");
    out.push_str(if content.is_empty() {
        r#"<w:p><w:pPr><w:pStyle w:val="Cell"/></w:pPr></w:p>"#
    } else {
        content
    });
    out.push_str("</w:tc>");
}

fn draft_cell(cell: &DraftCell) -> String {
    let became = cell.became.as_deref().unwrap_or("");
    if became.is_empty() && cell.points.is_empty() {
        return String::new();
    }
    let sign = change_sign(became);
    let color = match sign {
        "+" => Some(NEW),
        "−" => Some(OLD),
        _ => None,
    };
    let head: Vec<&str> = [sign, became].into_iter().filter(|part| !part.is_empty()).collect();
    let mut runs = run(&cell.points.join(", "), Look::PLAIN);
    if !head.is_empty() {
        let gap = if cell.points.is_empty() { "" } else { "   " };
        runs.push_str(&run(
            &format!("{gap}{}", head.join(" ")),
            Look { color: color.or(Some(MUTED)), ..Look::PLAIN },
        ));
    }
    let mut out = paragraph("CellHead", &runs);
    if cell.diff.is_empty() {
        let look = match sign {
            "+" => Look { color: Some(NEW), underline: true, ..Look::PLAIN },
            _ => Look::PLAIN,
        };
        for words in &cell.words {
            out.push_str(&paragraph("Cell", &run(words, look)));
        }
    } else {
        let mut runs = String::new();
        for (at, part) in cell.diff.iter().enumerate() {
            if at > 0 && part.kind == RunKind::New && cell.diff[at - 1].kind == RunKind::Old {
                runs.push_str(&run(" ", Look::PLAIN));
            }
            runs.push_str(&marked(part));
        }
        out.push_str(&paragraph("Cell", &runs));
    }
    out
}

/// Words with their sign and colour.
fn marked(part: &DiffRun) -> String {
    let (lead, words, trail) = trimmed(&part.words);
    let (sign, look) = match part.kind {
        RunKind::Old => ("−", Look { strike: true, color: Some(OLD), ..Look::PLAIN }),
        RunKind::New => ("+", Look { underline: true, color: Some(NEW), ..Look::PLAIN }),
        RunKind::Same => return run(&part.words, Look::PLAIN),
    };
    if words.is_empty() {
        return run(&part.words, Look::PLAIN);
    }
    let space = |text: &str| if text.is_empty() { String::new() } else { run(text, Look::PLAIN) };
    let sign = run(sign, Look { bold: true, color: look.color, ..Look::PLAIN });
    space(lead) + &sign + &run(words, look) + &space(trail)
}

/// Who made tracked changes, and the next number of one.
struct Tracker {
    author: String,
    date: Option<String>,
    next: usize,
}

impl Tracker {
    fn attributes(&mut self) -> String {
        self.next += 1;
        let date = self.date.as_ref().map(|date| format!(r#" w:date="{date}""#)).unwrap_or_default();
        format!(r#"w:id="{}" w:author="{}"{date}"#, self.next, escape(&self.author))
    }

    fn track(&mut self, kind: RunKind, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        match kind {
            RunKind::Same => run(text, Look::PLAIN),
            RunKind::Old => {
                format!("<w:del {}>{}</w:del>", self.attributes(), run_as(text, Look::PLAIN, "w:delText"))
            }
            RunKind::New => format!("<w:ins {}>{}</w:ins>", self.attributes(), run(text, Look::PLAIN)),
        }
    }

    /// A paragraph whose end is new, old, or neither.
    fn paragraph(&mut self, piece: &DraftPiece, kind: RunKind, runs: &str) -> String {
        let style = match piece.depth {
            _ if piece.label.is_empty() => "Normal",
            0 => "Point",
            1 => "Point2",
            _ => "Point3",
        };
        let mark = match kind {
            RunKind::Same => String::new(),
            RunKind::Old => format!("<w:rPr><w:del {}/></w:rPr>", self.attributes()),
            RunKind::New => format!("<w:rPr><w:ins {}/></w:rPr>", self.attributes()),
        };
        format!(r#"<w:p><w:pPr><w:pStyle w:val="{style}"/>{mark}</w:pPr>{runs}</w:p>"#)
    }

    /// Whole pieces of one kind, a paragraph each.
    fn pieces(&mut self, pieces: &[DraftPiece], kind: RunKind) -> String {
        let mut out = String::new();
        for piece in pieces {
            let words = words(piece);
            if words.is_empty() && piece.label.is_empty() {
                continue;
            }
            let label = self.label(kind, &piece.label);
            let text = self.track(kind, &words);
            out.push_str(&self.paragraph(piece, kind, &(label + &text)));
        }
        out
    }

    fn label(&mut self, kind: RunKind, label: &str) -> String {
        if label.is_empty() { String::new() } else { self.track(kind, label) + "<w:r><w:tab/></w:r>" }
    }
}

/// Heading and words of a piece on one line.
fn words(piece: &DraftPiece) -> String {
    let parts = [piece.heading.trim(), piece.words.trim()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A redline: the new draft with tracked insertions and deletions against the old one.
///
/// Accepting all changes leaves the new draft's words, rejecting them the old one's (points that were
/// moved stand at their new place either way, and are listed at the top).
///
/// # Errors
/// When the file cannot be packed.
pub fn redline(diff: &DraftDiff) -> Result<Vec<u8>, WriteError> {
    let title = format!("{} → {}", diff.old.title, diff.new.title);
    let mut package = Package::new(A4, &title);
    let whole_day = |date: &String| {
        let numbers = date.split('-').map(str::len).collect::<Vec<_>>() == [4, 2, 2];
        (numbers && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'))
            .then(|| format!("{date}T00:00:00Z"))
    };
    let mut tracker = Tracker {
        author: diff.new.by.clone().unwrap_or_else(|| diff.new.name.clone()),
        date: diff.new.date.as_ref().and_then(whole_day),
        next: 0,
    };
    package.body.push_str(&paragraph("Title", &run(&diff.new.title, Look::PLAIN)));
    let mut note = format!("Changes against {} ({}).", diff.old.title, diff.old.name);
    let moved: Vec<String> = diff
        .points
        .iter()
        .filter(|point| point.relation.moved)
        .map(|point| format!("{} (was {})", point.relation.new.join(", "), point.relation.old.join(", ")))
        .collect();
    if !moved.is_empty() {
        let _ = write!(note, " Moved: {}.", moved.join("; "));
    }
    package.body.push_str(&paragraph("Note", &run(&note, Look::PLAIN)));
    for point in &diff.points {
        let text = redlined(point, &mut tracker);
        package.body.push_str(&text);
    }
    package.finish()
}

fn redlined(point: &PointDiff, tracker: &mut Tracker) -> String {
    match (point.old.is_empty(), point.new.is_empty()) {
        (true, _) => return tracker.pieces(&point.new, RunKind::New),
        (false, true) => return tracker.pieces(&point.old, RunKind::Old),
        (false, false) => {}
    }
    let same_words = point.old.iter().map(words).eq(point.new.iter().map(words));
    if same_words {
        let mut out = String::new();
        for (old, new) in point.old.iter().zip(&point.new) {
            let label = labels(&old.label, &new.label, tracker);
            let text = words(new);
            if !label.is_empty() || !text.is_empty() {
                let runs = label + &run(&text, Look::PLAIN);
                out.push_str(&tracker.paragraph(new, RunKind::Same, &runs));
            }
        }
        return out;
    }
    let mut out = String::new();
    for pair in pairs(point) {
        match pair {
            (Some(old), None) => out.push_str(&tracker.pieces(std::slice::from_ref(old), RunKind::Old)),
            (None, Some(new)) => out.push_str(&tracker.pieces(std::slice::from_ref(new), RunKind::New)),
            (Some(old), Some(new)) => {
                let runs = word_diff(&words(old), &words(new));
                let mut text = labels(&old.label, &new.label, tracker);
                for run in runs {
                    text.push_str(&tracker.track(run.kind, &run.words));
                }
                if !text.is_empty() {
                    out.push_str(&tracker.paragraph(new, RunKind::Same, &text));
                }
            }
            (None, None) => {}
        }
    }
    out
}

/// A piece of the old version, a piece of the new one, or both versions of one piece.
type Pair<'a> = (Option<&'a DraftPiece>, Option<&'a DraftPiece>);

/// The pieces of both versions in one order: versions of one piece together, the others alone.
///
/// The pairs have the greatest sum of likenesses among those that keep the order; a point that was
/// replaced is no version of what stood there.
fn pairs(point: &PointDiff) -> Vec<Pair<'_>> {
    let (old, new) = (&point.old, &point.new);
    if point.relation.became == "replaced" {
        let gone = old.iter().map(|piece| (Some(piece), None));
        return gone.chain(new.iter().map(|piece| (None, Some(piece)))).collect();
    }
    if old.len() > MOST_PIECES || new.len() > MOST_PIECES {
        return (0..old.len().max(new.len())).map(|at| (old.get(at), new.get(at))).collect();
    }
    let wide = new.len() + 1;
    let mut best = vec![0.0_f64; (old.len() + 1) * wide];
    let likeness: Vec<f64> =
        old.iter().flat_map(|one| new.iter().map(move |other| alike(&words(one), &words(other)))).collect();
    // The beginnings of a point belong together whatever their words.
    let like = |i: usize, j: usize| {
        let like = likeness[i * new.len() + j];
        if (i, j) == (0, 0) { like.max(ALIKE) } else { like }
    };
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let apart = best[(i + 1) * wide + j].max(best[i * wide + j + 1]);
            let pair = if like(i, j) >= ALIKE { like(i, j) + best[(i + 1) * wide + j + 1] } else { 0.0 };
            best[i * wide + j] = apart.max(pair);
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < old.len() && j < new.len() {
        let here = best[i * wide + j];
        if like(i, j) >= ALIKE && here <= like(i, j) + best[(i + 1) * wide + j + 1] {
            pairs.push((Some(&old[i]), Some(&new[j])));
            (i, j) = (i + 1, j + 1);
        } else if here <= best[(i + 1) * wide + j] {
            pairs.push((Some(&old[i]), None));
            i += 1;
        } else {
            pairs.push((None, Some(&new[j])));
            j += 1;
        }
    }
    pairs.extend(old[i..].iter().map(|piece| (Some(piece), None)));
    pairs.extend(new[j..].iter().map(|piece| (None, Some(piece))));
    pairs
}

/// Share of common words, each counted as often as it stands in both (Dice 1945); 1 for two empty texts.
fn alike(one: &str, other: &str) -> f64 {
    let sorted = |text: &str| {
        let mut words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        words.sort_unstable();
        words
    };
    let (one, other) = (sorted(one), sorted(other));
    if one.is_empty() && other.is_empty() {
        return 1.0;
    }
    let (mut i, mut j, mut common) = (0, 0, 0_usize);
    while i < one.len() && j < other.len() {
        match one[i].cmp(&other[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, common) = (i + 1, j + 1, common + 1),
        }
    }
    2.0 * common as f64 / (one.len() + other.len()) as f64
}

fn labels(old: &str, new: &str, tracker: &mut Tracker) -> String {
    if old == new {
        return tracker.label(RunKind::Same, new);
    }
    let mut out = tracker.track(RunKind::Old, old);
    out.push_str(&tracker.track(RunKind::New, new));
    if !out.is_empty() {
        out.push_str("<w:r><w:tab/></w:r>");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(label: &str, words: &str) -> DraftPiece {
        DraftPiece {
            address: label.into(),
            label: label.into(),
            words: words.into(),
            ..DraftPiece::default()
        }
    }

    #[test]
    fn a_deleted_nested_point_is_a_paragraph_of_its_own() {
        let old = [
            ("1.", "Terms:"),
            ("(a)", "ships by day"),
            ("(b)", "nets are marked"),
            ("(c)", "fees due at noon"),
        ];
        let new = [("1.", "These terms:"), ("(a)", "ships by night"), ("(b)", "fees due at dusk")];
        let all = |list: &[(&str, &str)]| list.iter().map(|(label, words)| piece(label, words)).collect();
        let point = PointDiff {
            relation: crate::view::PointRelation { became: "changed".into(), ..Default::default() },
            old: all(&old),
            new: all(&new),
            ..PointDiff::default()
        };
        let shown: Vec<(&str, &str)> = pairs(&point)
            .into_iter()
            .map(|(old, new)| (old.map_or("", |piece| &piece.label), new.map_or("", |piece| &piece.label)))
            .collect();
        assert_eq!(shown, [("1.", "1."), ("(a)", "(a)"), ("(b)", ""), ("(c)", "(b)")]);
    }

    #[test]
    fn text_cannot_leave_its_element() {
        let text = run("a</w:t>\u{1}&\nb", Look::PLAIN);
        assert!(!text.contains("a</w:t>\u{1}"), "{text}");
        assert!(text.contains("a&lt;/w:t&gt;\u{FFFD}&amp;") && text.contains("<w:br/>"), "{text}");
    }
}
