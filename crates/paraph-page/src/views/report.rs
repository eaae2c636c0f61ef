//! A report with its statements marked in the text.

use crate::answer::{Fields, Shown};
use crate::shared::Shared;
use crate::trouble::{Fallible, Trouble};
use crate::views::forms::Choices;
use crate::views::statement::{self, Card};
use paraph_brief::view::FragmentKind;
use paraph_ledger::{Anchor, Audience, Ledger, StatementFilter, Status, StoredStatement};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;

/// At most so many statements are named on one stretch of text, the shortest first.
const MOST_AT_ONCE: usize = 6;

/// A report: what is known of it, its text with marks, and the statement that is looked at.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Report {
    /// Its identifier.
    id: String,
    /// Its title.
    title: String,
    /// Who published it, if known.
    publisher: Option<String>,
    /// When, if known.
    date: Option<String>,
    /// Where it was found, if known.
    address: Option<String>,
    /// Public or private.
    setting: String,
    /// Whether it was withdrawn.
    withdrawn: bool,
    /// The text, line by line.
    lines: Vec<Line>,
    /// Its statements in the order of the text.
    statements: Vec<Mark>,
    /// The statement that is looked at.
    chosen: Option<Card>,
}

/// One line of a report.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Line {
    /// Its place in the text, in Unicode scalar values.
    start: usize,
    /// Its stretches, which together are the line.
    pieces: Vec<Piece>,
}

/// A stretch of text under the same marks.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Piece {
    /// The words.
    text: String,
    /// What they are: plain, speaker, cue or content.
    kind: &'static str,
    /// The statements they belong to, the shortest first.
    statements: Vec<String>,
    /// What became of the first of them.
    status: &'static str,
    /// The statement whose first words these are.
    begins: Option<String>,
}

/// A statement in short.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Mark {
    /// Its identifier.
    id: String,
    /// Who speaks, act and status, for those who do not see the marks.
    told: String,
    /// What became of it.
    status: String,
    /// Its words.
    words: String,
    /// Whether its words were not found in the text.
    orphan: bool,
}

/// Shows a report.
pub(crate) fn show(shared: &Shared, fields: &Fields, id: &str) -> Fallible<Shown> {
    let case = shared.case(None)?;
    let report = shared.read(|ledger| {
        let mut report = report(ledger, id)?;
        if let Some(statement) = fields.get("statement") {
            report.chosen = Some(statement::card(ledger, &case, statement)?);
        }
        Ok(report)
    })?;
    let told: std::collections::BTreeMap<&str, &str> =
        report.statements.iter().map(|mark| (mark.id.as_str(), mark.told.as_str())).collect();
    let shape = json!({ "told": told, "choices": Choices::of(&case) });
    Ok(Shown::new("reports", report.title.clone(), "report.html", report).with(shape))
}

fn report(ledger: &Ledger, id: &str) -> Fallible<Report> {
    let source = ledger.source(id)?;
    if source.id != id {
        return Err(Trouble::not_found("There is no such report."));
    }
    let text = ledger.source_text(id)?;
    let filter = StatementFilter {
        source: Some(id.to_owned()),
        audience: Audience::Restricted,
        with_withdrawn_sources: true,
        ..StatementFilter::default()
    };
    let mut statements = ledger.statements(&filter)?;
    statements.retain(|statement| statement.status != Status::Withdrawn);
    statements.sort_by_cached_key(|statement| (first(statement), statement.record.id.clone()));
    Ok(Report {
        title: source.meta.title.unwrap_or_else(|| "untitled".to_owned()),
        publisher: source.meta.publisher,
        date: source.meta.published.map(|date| date.to_string()),
        address: source.meta.address,
        setting: source.meta.setting.as_str().to_owned(),
        withdrawn: source.withdrawn,
        lines: lines(&text, source.meta.body_start as usize, &statements),
        statements: statements.iter().map(mark).collect(),
        chosen: None,
        id: source.id,
    })
}

fn first(statement: &StoredStatement) -> u32 {
    let record = &statement.record;
    let spans = record.source.iter().chain(&record.cue).chain(&record.content);
    spans.map(|span| span.start).min().unwrap_or(0)
}

fn mark(statement: &StoredStatement) -> Mark {
    let record = &statement.record;
    let who = record.party.as_deref().or(record.speaker.as_deref()).unwrap_or("speaker not determined");
    let act = record.act.map_or_else(|| "act not determined".to_owned(), paraph_workbench::statements::word);
    Mark {
        id: record.id.clone(),
        told: format!("{who}, {act}, {}", statement.status),
        status: statement.status.as_str().to_owned(),
        words: statement.words.content_line(),
        orphan: statement.anchor == Anchor::Orphan,
    }
}

/// A span of a statement.
struct Span {
    start: usize,
    end: usize,
    kind: FragmentKind,
    statement: usize,
}

/// The text from a place on, cut into lines and these where the marks change. Linear in the text and, but for sorting,
/// in the number of marks.
fn lines(text: &str, from: usize, statements: &[StoredStatement]) -> Vec<Line> {
    let letters: Vec<char> = text.chars().collect();
    let mut spans = Vec::new();
    let mut lengths = vec![0usize; statements.len()];
    for (at, statement) in statements.iter().enumerate() {
        if statement.anchor == Anchor::Orphan {
            continue;
        }
        let record = &statement.record;
        for (list, kind) in [
            (&record.source, FragmentKind::Speaker),
            (&record.cue, FragmentKind::Cue),
            (&record.content, FragmentKind::Content),
        ] {
            for span in list {
                let (start, end) = (span.start as usize, (span.end as usize).min(letters.len()));
                if start < end && start >= from {
                    spans.push(Span { start, end, kind, statement: at });
                    lengths[at] += end - start;
                }
            }
        }
    }
    let mut cuts: Vec<usize> = spans.iter().flat_map(|span| [span.start, span.end]).collect();
    cuts.extend([from, letters.len()]);
    cuts.extend((from..letters.len()).filter(|&at| letters[at] == '\n').map(|at| at + 1));
    cuts.sort_unstable();
    cuts.dedup();
    let mut opening: Vec<usize> = (0..spans.len()).collect();
    opening.sort_by_key(|&span| spans[span].start);
    let mut closing: Vec<usize> = (0..spans.len()).collect();
    closing.sort_by_key(|&span| spans[span].end);
    let (mut opening, mut closing) = (opening.into_iter().peekable(), closing.into_iter().peekable());
    // What is open, the shortest statement first.
    let mut open: BTreeSet<(usize, usize, usize)> = BTreeSet::new();
    let mut begun = vec![false; statements.len()];
    let mut found: Vec<Line> = Vec::new();
    let mut fresh = true;
    for pair in cuts.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        while let Some(span) = closing.next_if(|&span| spans[span].end <= start) {
            open.remove(&(lengths[spans[span].statement], spans[span].statement, span));
        }
        while let Some(span) = opening.next_if(|&span| spans[span].start <= start) {
            open.insert((lengths[spans[span].statement], spans[span].statement, span));
        }
        if fresh {
            found.push(Line { start, pieces: Vec::new() });
        }
        fresh = letters[end - 1] == '\n';
        let Some(line) = found.last_mut() else { continue };
        let mut here: Vec<usize> =
            open.iter().take(MOST_AT_ONCE).map(|&(_, statement, _)| statement).collect();
        here.dedup();
        let kind =
            open.iter().take(MOST_AT_ONCE).map(|&(_, _, span)| spans[span].kind).max().unwrap_or_default();
        // A link needs words to be seen.
        let blank = letters[start..end].iter().all(|letter| letter.is_whitespace());
        let begins = here.iter().copied().find(|&statement| !begun[statement] && !blank);
        if let Some(statement) = begins {
            begun[statement] = true;
        }
        line.pieces.push(Piece {
            text: letters[start..end].iter().collect(),
            kind: match kind {
                FragmentKind::Plain => "plain",
                FragmentKind::Speaker => "speaker",
                FragmentKind::Cue => "cue",
                FragmentKind::Content => "content",
            },
            status: here.first().map_or("", |&statement| statements[statement].status.as_str()),
            begins: begins.map(|statement| statements[statement].record.id.clone()),
            statements: here.into_iter().map(|statement| statements[statement].record.id.clone()).collect(),
        });
    }
    found
}
