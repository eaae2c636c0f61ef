//! What people confirmed, corrected and rejected, as texts to learn from.

use crate::failure::Outcome;
use paraph_ledger::{Anchor, Audience, Ledger, StatementFilter, Status, StoredStatement};
use paraph_reading::SpanIndex;
use paraph_reading::record::TextSpan;
use paraph_training::{Attribution, Document};

/// Passages with every statement in them decided.
#[derive(Debug, Default)]
pub struct Verdicts {
    /// The passages, in the order of sources and places.
    pub documents: Vec<Document>,
    /// How many confirmed and corrected statements stand in them.
    pub confirmed: usize,
    /// How many statements in them were rejected: words that say no such thing.
    pub rejected: usize,
    /// How many passages were left out because something in them is undecided.
    pub left_out: usize,
}

/// Paragraphs of a ledger's sources in which people decided about every statement, and about one at least.
///
/// Paragraphs that a statement joins stay together. A corrected statement counts as it stands now; a rejected
/// one is left out, so that its words are learnt to say nothing. Statements that people added count as
/// well. Orphans and withdrawn records are left out. Linear in the texts and statements.
///
/// # Errors
/// When the ledger cannot be read.
pub fn documents(ledger: &Ledger) -> Outcome<Verdicts> {
    let mut verdicts = Verdicts::default();
    for source in ledger.sources(Audience::Restricted)? {
        if source.withdrawn {
            continue;
        }
        let filter = StatementFilter {
            source: Some(source.id.clone()),
            audience: Audience::Restricted,
            ..StatementFilter::default()
        };
        let statements = ledger.statements(&filter)?;
        if statements.iter().any(|statement| decided(statement.status)) {
            let text = ledger.source_text(&source.id)?;
            passages(&source.id, &text, &statements, &mut verdicts);
        }
    }
    Ok(verdicts)
}

fn decided(status: Status) -> bool {
    status.is_confirmed() || status == Status::Rejected
}

fn spans(statement: &StoredStatement) -> impl Iterator<Item = TextSpan> + '_ {
    let record = &statement.record;
    record.source.iter().chain(&record.cue).chain(&record.content).copied()
}

/// Start and end of every paragraph, in scalar values; together they cover the text.
fn paragraphs(text: &str) -> Vec<(u32, u32)> {
    let (mut out, mut start, mut blank, mut any) = (Vec::new(), 0, true, false);
    let mut at = 0u32;
    for letter in text.chars() {
        if letter == '\n' {
            if blank && any {
                out.push((start, at));
                (start, any) = (at, false);
            }
            blank = true;
        } else if !letter.is_whitespace() {
            (blank, any) = (false, true);
        }
        at += 1;
    }
    if start < at {
        out.push((start, at));
    }
    out
}

fn passages(source: &str, text: &str, statements: &[StoredStatement], verdicts: &mut Verdicts) {
    let paragraphs = paragraphs(text);
    let Some(last_paragraph) = paragraphs.len().checked_sub(1) else { return };
    let place = |at: u32| paragraphs.partition_point(|&(_, end)| end <= at).min(last_paragraph);
    let kept = statements
        .iter()
        .filter(|statement| statement.anchor == Anchor::Exact && statement.status != Status::Withdrawn);
    // Which paragraphs a statement joins to the one before.
    let mut joined = vec![false; paragraphs.len()];
    let mut inside: Vec<Vec<&StoredStatement>> = vec![Vec::new(); paragraphs.len()];
    for statement in kept {
        let Some(first) = spans(statement).map(|span| place(span.start)).min() else { continue };
        let last = spans(statement).map(|span| place(span.end.saturating_sub(1))).max().unwrap_or(first);
        joined[first..=last].iter_mut().skip(1).for_each(|joined| *joined = true);
        inside[first].push(statement);
    }
    let index = SpanIndex::new(text);
    let mut from = 0;
    while from < paragraphs.len() {
        let mut to = from + 1;
        while to < paragraphs.len() && joined[to] {
            to += 1;
        }
        let found: Vec<&StoredStatement> = inside[from..to].iter().flatten().copied().collect();
        let span = TextSpan { start: paragraphs[from].0, end: paragraphs[to - 1].1 };
        from = to;
        if !found.iter().any(|statement| decided(statement.status)) {
            continue;
        }
        if found.iter().any(|statement| !decided(statement.status)) {
            verdicts.left_out += 1;
            continue;
        }
        let Some(words) = index.get(span) else { continue };
        let moved = |spans: &[TextSpan]| -> Vec<TextSpan> {
            let back = |one: &TextSpan| TextSpan { start: one.start - span.start, end: one.end - span.start };
            spans.iter().map(back).collect()
        };
        let mut document = Document {
            id: format!("{source}-{}", span.start),
            text: words.to_owned(),
            attributions: Vec::new(),
        };
        for statement in found {
            if statement.status == Status::Rejected {
                verdicts.rejected += 1;
                continue;
            }
            verdicts.confirmed += 1;
            let record = &statement.record;
            document.attributions.push(Attribution {
                source: moved(&record.source),
                cue: moved(&record.cue),
                content: moved(&record.content),
                ..Attribution::from(record)
            });
        }
        document.attributions.sort_by(|one, other| one.cue.cmp(&other.cue));
        verdicts.documents.push(document);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use paraph_ledger::{Correction, NewSource, SourceMeta, Stamp};
    use paraph_reading::{Act, Names, Source, read};

    #[test]
    fn verdicts_become_passages_and_what_is_undecided_is_left_out() {
        let text = "North said that no ship comes in.\n\nSouth said that the port stays open.\n\n\
                    East said that it rains.\n\nWest said that it snows. East said that it hails.\n";
        let mut ledger = Ledger::in_memory().unwrap();
        let stamp = Stamp::new("Ana", "2031-03-04T10:00:00Z".parse().unwrap());
        let new = NewSource::plain_text(text.as_bytes(), SourceMeta::default());
        let source = ledger.add_source(&stamp, &new).unwrap();
        let reading = read(&Source::new(text), &Names::default());
        let ids = ledger.propose(&stamp, &source.id, &reading.statements).unwrap().added;
        assert_eq!(ids.len(), 5);
        ledger.confirm(&stamp, &ids[..1]).unwrap();
        ledger.correct(&stamp, &ids[1], &Correction::new().act(Some(Act::Reject)), None).unwrap();
        ledger.reject(&stamp, &ids[2..4], None).unwrap();
        let learnt = documents(&ledger).unwrap();
        assert_eq!((learnt.confirmed, learnt.rejected, learnt.left_out), (2, 1, 1));
        let texts: Vec<&str> = learnt.documents.iter().map(|document| document.text.trim()).collect();
        assert_eq!(
            texts,
            [
                "North said that no ship comes in.",
                "South said that the port stays open.",
                "East said that it rains."
            ]
        );
        assert!(learnt.documents.iter().all(Document::is_sound));
        let row = &learnt.documents[1].attributions[0];
        assert_eq!(row.act, Some(Act::Reject));
        assert_eq!(SpanIndex::new(&learnt.documents[1].text).get(row.cue[0]), Some("said"));
        assert!(learnt.documents[2].attributions.is_empty(), "rejected words are learnt to say nothing");
    }
}
