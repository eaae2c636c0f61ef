//! The brief for a word processor: what its page says, in the same order, with the evidence as footnotes.

use std::fmt::Write;

use super::matrix::{Notes, tables};
use super::{A3_WIDE, A4_WIDE, Look, MUTED, Package, TABLE, WriteError, cell, paragraph, run};
use crate::sentences;
use crate::text::{count_words, date_words, thousands};
use crate::view::{Brief, Deals, OutcomeDetail, OutcomeList, Scenario, Source, Stability, concept_name};

/// Up to this many parties the pages are A4.
const MOST_ON_A4: usize = 5;

/// The brief as a document.
///
/// It holds the matrix, what could be agreed and what would hold under every scenario, what is not determined, and
/// the sources; each statement behind a cell or a refusal is quoted in a footnote. Pictures and the texts of drafts
/// are left to the page and to [`columns`](super::columns).
///
/// # Errors
/// When the file cannot be packed.
pub fn brief(brief: &Brief) -> Result<Vec<u8>, WriteError> {
    let sheet = if brief.matrix.parties.len() > MOST_ON_A4 { A3_WIDE } else { A4_WIDE };
    let mut package = Package::new(sheet, &brief.title);
    let mut notes = Notes::new(&brief.statements, &brief.sources);
    text(&mut package, "Title", &brief.title);
    let mut facts = vec!["Brief".to_owned()];
    facts.extend(brief.as_of.as_deref().map(|day| format!("as of {}", date_words(day))));
    facts.push(format!(
        "resting on {} in {}",
        count_words(brief.matrix.statements, "statement", "statements"),
        count_words(brief.matrix.sources, "source", "sources")
    ));
    if !brief.audience.is_empty() {
        facts.push(format!("for: {}", brief.audience));
    }
    text(&mut package, "Note", &format!("{}.", facts.join(", ")));
    for told in [Some(&brief.summary), brief.matrix.caveat.as_ref()].into_iter().flatten() {
        if !told.is_empty() {
            text(&mut package, "Normal", told);
        }
    }
    text(&mut package, "Heading1", "Where they stand");
    text(
        &mut package,
        "Note",
        "A cell holds what the party itself is on record as saying; what others relay or forecast stands beside it.",
    );
    tables(&mut package, &brief.matrix, &mut notes);
    for scenario in &brief.scenarios {
        agreed(&mut package, scenario, &mut notes);
        held(&mut package, scenario);
        if !scenario.not_determined.is_empty() {
            text(&mut package, "Heading2", "Not determined");
            for told in &scenario.not_determined {
                text(&mut package, "Normal", told);
            }
        }
    }
    sources(&mut package, &brief.sources);
    if let Some(receipt) = &brief.receipt {
        let told = format!("From a ledger of {} records; head {}.", thousands(receipt.records), receipt.head);
        text(&mut package, "Note", &told);
    }
    package.footnotes = notes.written;
    package.finish()
}

fn text(package: &mut Package, style: &str, words: &str) {
    package.body.push_str(&paragraph(style, &run(words, Look::PLAIN)));
}

/// A table of columns with their share of the width, and rows of cells that are written already.
fn table(package: &mut Package, columns: &[(&str, usize)], rows: &[Vec<String>]) {
    let whole: usize = columns.iter().map(|(_, share)| share).sum();
    let widths: Vec<usize> =
        columns.iter().map(|(_, share)| package.width() * share / whole.max(1)).collect();
    let mut out = String::from(TABLE);
    for width in &widths {
        let _ = write!(out, r#"<w:gridCol w:w="{width}"/>"#);
    }
    out.push_str("</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    for ((head, _), width) in columns.iter().zip(&widths) {
        cell(&mut out, *width, Some("EEF1F3"), &paragraph("CellHead", &run(head, Look::PLAIN)));
    }
    out.push_str("</w:tr>");
    for row in rows {
        out.push_str("<w:tr>");
        for (content, width) in row.iter().zip(&widths) {
            cell(&mut out, *width, None, content);
        }
        out.push_str("</w:tr>");
    }
    // A table is followed by a paragraph, or some word processors call the file damaged.
    out.push_str("</w:tbl><w:p/>");
    package.body.push_str(&out);
}

fn words(text: &str) -> String {
    paragraph("Cell", &run(text, Look::PLAIN))
}

/// The code of an outcome with what it changes.
fn outcome(code: &str, detail: Option<&OutcomeDetail>) -> String {
    let mut out = paragraph("CellHead", &run(code, Look::PLAIN));
    let differs = detail.map(|detail| detail.differs.as_slice()).unwrap_or_default();
    for change in differs {
        let from = change.from.as_deref().map(|from| format!(" instead of {from}")).unwrap_or_default();
        out.push_str(&words(&format!("{}: {}{from}", change.title, change.to)));
    }
    if differs.is_empty() {
        out.push_str(&paragraph(
            "Cell",
            &run("no difference from the status quo", Look { color: Some(MUTED), ..Look::PLAIN }),
        ));
    }
    out
}

/// The line below a list that is cut off, where it is.
fn rest(package: &mut Package, list: &OutcomeList) {
    if list.truncated && !list.not_computed {
        let told = format!("{} in all, the first {} listed.", thousands(list.count), list.listed.len());
        text(package, "Note", &told);
    }
}

fn agreed(package: &mut Package, scenario: &Scenario, notes: &mut Notes<'_>) {
    text(package, "Heading1", &format!("What could be agreed: {}", scenario.title));
    if !scenario.note.is_empty() {
        text(package, "Note", &scenario.note);
    }
    for deals in &scenario.deals {
        text(package, "Normal", &sentences::verdict(deals));
        text(package, "Note", &format!("Without a deal: {}.", sentences::disagreement(deals)));
        packages(package, deals, notes);
        if !deals.picks.is_empty() {
            text(package, "Heading2", "What rules pick");
            let rows: Vec<Vec<String>> = deals
                .picks
                .iter()
                .map(|pick| {
                    let picked = pick.outcomes.iter().map(|code| outcome(code, deals.details.get(code)));
                    let rule = paragraph("CellHead", &run(sentences::rule_name(&pick.rule), Look::PLAIN));
                    vec![rule + &words(&pick.sentence), picked.collect()]
                })
                .collect();
            table(package, &[("Rule", 2), ("Outcome", 3)], &rows);
        }
        let (title, list) = if deals.efficient_deals.count > 0 {
            ("Efficient deals", &deals.efficient_deals)
        } else {
            ("Acceptable packages", &deals.acceptable)
        };
        if !list.listed.is_empty() {
            text(package, "Heading2", title);
            let rows: Vec<Vec<String>> =
                list.listed.iter().map(|code| vec![outcome(code, deals.details.get(code))]).collect();
            table(package, &[("Outcome", 1)], &rows);
            rest(package, list);
        }
    }
    if scenario.deals.is_empty() {
        text(package, "Normal", "Not determined.");
    }
}

fn packages(package: &mut Package, deals: &Deals, notes: &mut Notes<'_>) {
    if deals.packages.is_empty() {
        return;
    }
    text(package, "Heading2", "Packages on the table");
    let mut rows = Vec::new();
    for known in &deals.packages {
        let title = if known.title.is_empty() { &known.name } else { &known.title };
        let mut first = paragraph("CellHead", &run(title, Look::PLAIN));
        first.push_str(&outcome(&known.package, deals.details.get(&known.package)));
        let mut told = String::new();
        match &known.infeasible {
            Some(why) => told.push_str(&words(&format!("✗ excluded: {why}"))),
            None if known.not_accepted_by.is_empty() => {
                told.push_str(&words("✓ acceptable to all who must consent"));
            }
            None => {
                for reason in &known.not_accepted_by {
                    let mut runs =
                        run(&format!("✗ {}", sentences::not_accepted(reason, &deals.parties)), Look::PLAIN);
                    for id in &reason.because {
                        runs.push_str(&notes.mark(id));
                    }
                    told.push_str(&paragraph("Cell", &runs));
                }
            }
        }
        rows.push(vec![first, told]);
    }
    table(package, &[("Package", 2), ("Who does not accept it, and why", 3)], &rows);
}

fn held(package: &mut Package, scenario: &Scenario) {
    let Some(stability) = &scenario.stability else { return };
    text(package, "Heading1", &format!("What would hold: {}", scenario.title));
    let mut rows = Vec::new();
    for concept in &stability.concepts {
        let name = paragraph("CellHead", &run(concept_name(&concept.concept), Look::PLAIN));
        let told = match (&concept.equilibria, &concept.reason) {
            (Some(list), _) if concept.computed => {
                let more = if list.truncated { ", …" } else { "" };
                words(&thousands(list.count)) + &words(&format!("{}{more}", list.listed.join(", ")))
            }
            (_, Some(reason)) => words(&format!("not computed: {reason}")),
            _ => words("not computed"),
        };
        rows.push(vec![name, told]);
    }
    table(package, &[("Concept", 1), ("Outcomes that hold", 4)], &rows);
    differences(package, stability);
    for explanation in &scenario.explanations {
        let title = explanation.title.as_deref().unwrap_or("An outcome");
        text(package, "Heading2", &format!("{title} ({})", explanation.outcome));
        for told in sentences::explanation(explanation) {
            text(package, "Normal", &told);
        }
    }
}

/// What the outcomes that hold change, each told once.
fn differences(package: &mut Package, stability: &Stability) {
    let mut listed: Vec<&str> = Vec::new();
    for list in stability.concepts.iter().filter_map(|concept| concept.equilibria.as_ref()) {
        for code in &list.listed {
            if !listed.contains(&code.as_str()) {
                listed.push(code);
            }
        }
    }
    let rows: Vec<Vec<String>> =
        listed.into_iter().map(|code| vec![outcome(code, stability.details.get(code))]).collect();
    if !rows.is_empty() {
        table(package, &[("What they change", 1)], &rows);
    }
}

fn sources(package: &mut Package, sources: &[Source]) {
    if sources.is_empty() {
        return;
    }
    text(package, "Heading1", "Sources");
    let rows: Vec<Vec<String>> = sources
        .iter()
        .map(|source| {
            let publisher = source.publisher.as_deref().unwrap_or("publisher not known");
            let day = source.date.as_deref().map_or_else(|| "date not known".to_owned(), date_words);
            vec![words(&source.title), words(publisher), words(&day), words(&source.statements.to_string())]
        })
        .collect();
    table(package, &[("Title", 5), ("Publisher", 3), ("Day", 2), ("Statements", 1)], &rows);
}
