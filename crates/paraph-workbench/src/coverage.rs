//! Every sentence of a report with what the ledger has of it.

use crate::failure::Outcome;
use crate::{names, reading};
use paraph_brief::view;
use paraph_case::Case;
use paraph_ledger::{Anchor, Audience, Ledger, StatementFilter, Status};
use paraph_reading::record::TextSpan;
use paraph_reading::{Reader, SpanIndex, sentences};
use std::collections::BTreeSet;

/// Goes through a report that was read in, sentence by sentence.
///
/// A sentence that overlaps a statement or an event of the ledger is recorded; one that the reader takes for the
/// report's own voice is narration; every other one is unmapped. Rejected and withdrawn statements, and orphans, cover
/// nothing. Linear in the text and its records, and the time of reading it once.
///
/// # Errors
/// When the source is not there or the ledger cannot be read.
pub fn coverage(case: &Case, ledger: &Ledger, source: &str) -> Outcome<view::Coverage> {
    let source = ledger.source(source)?;
    let text = ledger.source_text(&source.id)?;
    let filter = StatementFilter {
        source: Some(source.id.clone()),
        audience: Audience::Restricted,
        ..StatementFilter::default()
    };
    let mut marks: Vec<(TextSpan, Mark)> = Vec::new();
    for statement in ledger.statements(&filter)? {
        let counts = !matches!(statement.status, Status::Rejected | Status::Withdrawn);
        if !counts || statement.anchor == Anchor::Orphan {
            continue;
        }
        let record = &statement.record;
        for span in record.source.iter().chain(&record.cue).chain(&record.content) {
            marks.push((*span, Mark::Statement(record.id.clone())));
        }
    }
    for event in ledger.events(&[], Audience::Restricted)? {
        if event.source_id == source.id && event.review != Status::Rejected && event.anchor == Anchor::Exact {
            for span in &event.record.trigger {
                marks.push((*span, Mark::Event(event.record.id.clone())));
            }
        }
    }
    let body = reading::body(&text, &source.meta);
    let reader = Reader::new(&names::without_drafts(case));
    let told: BTreeSet<TextSpan> =
        reading::read_text(&text, &source.meta, &reader).narration.into_iter().collect();
    let (index, all) = (SpanIndex::new(&text), sentences(&body));
    // A statement may run over many sentences: marks are laid on the sentences they touch, one by one.
    let mut covered: Vec<(BTreeSet<String>, BTreeSet<String>)> = vec![Default::default(); all.len()];
    for (span, mark) in marks {
        let first = all.partition_point(|sentence| sentence.end <= span.start);
        for (at, sentence) in all.iter().enumerate().skip(first) {
            if sentence.start >= span.end {
                break;
            }
            match &mark {
                Mark::Statement(id) => covered[at].0.insert(id.clone()),
                Mark::Event(id) => covered[at].1.insert(id.clone()),
            };
        }
    }
    let (mut line, mut counted) = (1, 0);
    let sentences = all
        .into_iter()
        .zip(covered)
        .map(|(span, (statements, events))| {
            let at = index.byte(span.start).unwrap_or(counted).max(counted);
            line += text[counted..at].matches('\n').count();
            counted = at;
            let kind = if !statements.is_empty() || !events.is_empty() {
                view::SentenceKind::Recorded
            } else if told.contains(&span) {
                view::SentenceKind::Narration
            } else {
                view::SentenceKind::Unmapped
            };
            view::CoveredSentence {
                words: index.get(span).unwrap_or_default().to_owned(),
                line: line as u64,
                span: (span.start, span.end),
                kind,
                statements: statements.into_iter().collect(),
                events: events.into_iter().collect(),
            }
        })
        .collect();
    Ok(view::Coverage {
        source: source.id,
        report: source.meta.title.unwrap_or_else(|| "untitled".to_owned()),
        sentences,
    })
}

#[derive(Clone)]
enum Mark {
    Statement(String),
    Event(String),
}
