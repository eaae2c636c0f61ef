//! The matrix of positions for a word processor: parties as columns, issues as rows, evidence as footnotes.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{A3_WIDE, A4_WIDE, Look, MUTED, Package, TABLE, WriteError, cell, paragraph, run};
use crate::sentences::quoted;
use crate::terminal::symbol;
use crate::text::{count_words, date_words, list_words};
use crate::view::{Cell, CellStatus, Matrix, Position, Source, Statement};

/// How many parties fit side by side on a page.
const MOST_SIDE_BY_SIDE: usize = 8;
/// How many parties still fit on A4.
const MOST_ON_A4: usize = 5;

/// The matrix as a document.
///
/// Each cell says the position in a word, with a sign and a colour, its
/// options and its condition; a footnote for every statement behind it gives
/// the quoted words, who said them, where and when. What stands beside a cell
/// is told below it in small type, with its own footnotes. Parties that do not
/// fit side by side go into further tables.
///
/// # Errors
/// When the file cannot be packed.
pub fn matrix(
    title: &str,
    matrix: &Matrix,
    statements: &[Statement],
    sources: &[Source],
) -> Result<Vec<u8>, WriteError> {
    let sheet = if matrix.parties.len() > MOST_ON_A4 { A3_WIDE } else { A4_WIDE };
    let mut package = Package::new(sheet, title);
    package.body.push_str(&paragraph("Title", &run(title, Look::PLAIN)));
    let mut facts = vec!["Matrix of positions".to_owned()];
    facts.extend(matrix.as_of.as_deref().map(|day| format!("as of {}", date_words(day))));
    facts.extend(matrix.known_at.as_deref().map(|time| format!("as known at {time}")));
    facts.push(format!(
        "resting on {} in {}",
        count_words(matrix.statements, "statement", "statements"),
        count_words(matrix.sources, "source", "sources")
    ));
    if !matrix.audience.is_empty() {
        facts.push(format!("for: {}", matrix.audience));
    }
    let mut note = format!("{}.", facts.join(", "));
    if let Some(caveat) = &matrix.caveat {
        let _ = write!(note, " {caveat}");
    }
    note.push_str(
        " A cell holds what the party itself is on record as saying; what others relay or forecast stands beside it.",
    );
    package.body.push_str(&paragraph("Note", &run(&note, Look::PLAIN)));
    let mut notes = Notes::new(statements, sources);
    tables(&mut package, matrix, &mut notes);
    package.footnotes = notes.written;
    package.finish()
}

/// The matrix as tables, with what nobody has read in told below.
pub(super) fn tables(package: &mut Package, matrix: &Matrix, notes: &mut Notes<'_>) {
    for parties in matrix.parties.chunks(MOST_SIDE_BY_SIDE) {
        let each = package.width() / (parties.len() + 1);
        let first = package.width() - each * parties.len();
        let mut out = String::from(TABLE);
        let _ = write!(out, r#"<w:gridCol w:w="{first}"/>"#);
        for _ in parties {
            let _ = write!(out, r#"<w:gridCol w:w="{each}"/>"#);
        }
        out.push_str("</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
        cell(&mut out, first, Some("EEF1F3"), &paragraph("CellHead", &run("Issue", Look::PLAIN)));
        for party in parties {
            let mut head = paragraph("CellHead", &run(&party.name, Look::PLAIN));
            if !party.consents {
                head.push_str(&paragraph(
                    "CellHead",
                    &run("no veto", Look { color: Some(MUTED), ..Look::PLAIN }),
                ));
            }
            cell(&mut out, each, Some("EEF1F3"), &head);
        }
        out.push_str("</w:tr>");
        for issue in &matrix.issues {
            out.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            let mut head = paragraph("CellHead", &run(&issue.title, Look::PLAIN));
            if let Some(now) = &issue.status_quo {
                head.push_str(&paragraph(
                    "Cell",
                    &run(&format!("now: {now}"), Look { color: Some(MUTED), ..Look::PLAIN }),
                ));
            }
            cell(&mut out, first, Some("FAFBFC"), &head);
            for party in parties {
                let known = matrix.cell(&party.id, &issue.id);
                let fill = known.map_or("FFFFFF", |known| fill(known.position));
                cell(&mut out, each, Some(fill), &position(known, notes));
            }
            out.push_str("</w:tr>");
        }
        // A table is followed by a paragraph, or some word processors call the file damaged.
        out.push_str("</w:tbl><w:p/>");
        package.body.push_str(&out);
    }
    if !matrix.not_read.is_empty() {
        let told = format!("Reports that nobody has read in: {}.", list_words(&matrix.not_read));
        package.body.push_str(&paragraph("Note", &run(&told, Look::PLAIN)));
    }
}

/// The ground of a cell: the same families of colour as on the page.
fn fill(position: Position) -> &'static str {
    match position {
        Position::Accepts | Position::AcceptsIf | Position::Offers => "E1EBF3",
        Position::Demands => "F6EFD8",
        Position::Reserved | Position::Rejects => "F5E2DE",
        Position::WillDiscuss => "ECE6F2",
        Position::NoComment | Position::NoRecord => "FFFFFF",
    }
}

/// Footnotes as they are called for: the second call of one refers to the first.
#[derive(Default)]
pub(super) struct Notes<'a> {
    statements: BTreeMap<&'a str, &'a Statement>,
    sources: BTreeMap<&'a str, &'a Source>,
    numbers: BTreeMap<String, usize>,
    pub(super) written: Vec<String>,
}

impl<'a> Notes<'a> {
    pub(super) fn new(statements: &'a [Statement], sources: &'a [Source]) -> Self {
        Notes {
            statements: statements.iter().map(|statement| (statement.id.as_str(), statement)).collect(),
            sources: sources.iter().map(|source| (source.id.as_str(), source)).collect(),
            ..Notes::default()
        }
    }

    /// The mark of a footnote for a statement.
    pub(super) fn mark(&mut self, id: &str) -> String {
        let text = match (self.numbers.get(id), self.statements.get(id)) {
            (Some(number), _) => format!("See note {number}."),
            (None, Some(statement)) => {
                evidence(statement, self.sources.get(statement.source.as_str()).copied())
            }
            (None, None) => format!("Statement {id}."),
        };
        self.written.push(text);
        let number = self.written.len();
        self.numbers.entry(id.to_owned()).or_insert(number);
        format!(
            r#"<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteReference w:id="{number}"/></w:r>"#
        )
    }
}

/// The quoted words with who said them, where and when.
fn evidence(statement: &Statement, source: Option<&Source>) -> String {
    let words = quoted(&statement.words);
    let who = statement.speaker.as_deref().or(statement.party.as_deref()).unwrap_or("speaker not determined");
    let mut facts = vec![who.to_owned()];
    if let Some(source) = source {
        facts.push(source.title.clone());
        facts.extend(source.publisher.clone());
    }
    facts.extend(statement.date.as_deref().map(date_words));
    facts.extend(statement.place.clone());
    if statement.orphan {
        facts.push("its words are not where it says".to_owned());
    }
    format!("{words} {} [{}]", facts.join(", "), statement.id)
}

/// The inside of a cell.
fn position(cell: Option<&Cell>, notes: &mut Notes<'_>) -> String {
    let muted = Look { color: Some(MUTED), ..Look::PLAIN };
    let Some(cell) = cell.filter(|cell| cell.position != Position::NoRecord || !cell.beside.is_empty())
    else {
        let told = format!("{} no record", symbol(Position::NoRecord));
        return paragraph("Cell", &run(&told, muted));
    };
    let mut head = run(
        &format!("{} {}", symbol(cell.position), cell.position.word()),
        Look { bold: true, ..Look::PLAIN },
    );
    for (at, id) in cell.statements.iter().enumerate() {
        if at > 0 {
            // Numbers side by side would read as one.
            head.push_str(r#"<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:t>,</w:t></w:r>"#);
        }
        head.push_str(&notes.mark(id));
    }
    let mut out = paragraph("Cell", &head);
    let mut line = |text: &str, look: Look| out.push_str(&paragraph("Cell", &run(text, look)));
    if !cell.options.is_empty() {
        line(&list_words(&cell.options), Look::PLAIN);
    } else if cell.position.is_for() || cell.position.is_against() {
        line("option not stated", muted);
    }
    if let Some(condition) = &cell.condition {
        line(&format!("if {}", quoted(condition)), Look { italic: true, ..Look::PLAIN });
    }
    if let Some(date) = &cell.date {
        line(&date_words(date), muted);
    }
    if cell.status == CellStatus::ByHand {
        line(&format!("set by hand: {}", cell.reason.as_deref().unwrap_or_default()), muted);
    }
    if cell.contradiction {
        line("contradicted by the party itself", Look { bold: true, ..Look::PLAIN });
    }
    if cell.contested {
        line("contested", Look { bold: true, ..Look::PLAIN });
    }
    for beside in &cell.beside {
        let told = match beside.note.as_str() {
            "" => format!("beside: {}", beside.kind.word()),
            note => format!("beside: {} ({note})", beside.kind.word()),
        };
        let mark = notes.mark(&beside.statement);
        out.push_str(&paragraph("Cell", &(run(&told, muted) + &mark)));
    }
    if cell.beside_more > 0 {
        out.push_str(&paragraph("Cell", &run(&format!("beside: {} more", cell.beside_more), muted)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Issue, Party};
    use std::io::{Cursor, Read};

    fn part(bytes: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn every_statement_of_a_cell_has_a_footnote_with_its_words() {
        let statement = |id: &str| Statement {
            id: id.into(),
            source: "s".into(),
            words: "never <joint>\npatrols".into(),
            ..Statement::default()
        };
        let cell = |issue: &str, statements: &[&str]| Cell {
            party: "north".into(),
            issue: issue.into(),
            position: Position::Rejects,
            status: CellStatus::Confirmed,
            statements: statements.iter().map(|id| (*id).to_owned()).collect(),
            ..Cell::default()
        };
        let issue = |id: &str| Issue { id: id.into(), title: id.into(), ..Issue::default() };
        let shown = Matrix {
            parties: vec![Party { id: "north".into(), name: "North".into(), consents: true }],
            issues: vec![issue("patrols"), issue("pier"), issue("silent")],
            cells: vec![cell("patrols", &["a", "b"]), cell("pier", &["a"])],
            ..Matrix::default()
        };
        let source = Source { id: "s".into(), title: "Report".into(), ..Source::default() };
        let bytes = matrix("Talks", &shown, &[statement("a"), statement("b")], &[source]).unwrap();
        let (document, notes) = (part(&bytes, "word/document.xml"), part(&bytes, "word/footnotes.xml"));
        let mentioned: Vec<usize> = (1..9)
            .filter(|number| document.contains(&format!("<w:footnoteReference w:id=\"{number}\"/>")))
            .collect();
        assert_eq!(mentioned, [1, 2, 3]);
        assert_eq!(notes.matches("<w:footnote w:id=").count(), 3);
        assert!(
            notes.contains("“never &lt;joint&gt; patrols” speaker not determined, Report [a]"),
            "{notes}"
        );
        assert!(notes.contains("See note 1."), "the same statement is quoted once");
        assert!(document.contains("no record") && document.contains("option not stated"));
        assert!(part(&bytes, "[Content_Types].xml").contains("footnotes+xml"));
        assert!(part(&bytes, "word/_rels/document.xml.rels").contains("footnotes.xml"));
    }

    #[test]
    fn many_parties_go_into_further_tables() {
        let parties =
            (0..19).map(|at| Party { id: format!("p{at}"), name: format!("P{at}"), consents: true });
        let shown = Matrix {
            parties: parties.collect(),
            issues: vec![Issue { id: "i".into(), title: "I".into(), ..Issue::default() }],
            ..Matrix::default()
        };
        let bytes = matrix("Talks", &shown, &[], &[]).unwrap();
        let document = part(&bytes, "word/document.xml");
        assert_eq!(document.matches("<w:tbl>").count(), 3);
        assert!((0..19).all(|at| document.contains(&format!(">P{at}<"))));
    }
}
