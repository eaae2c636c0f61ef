//! What was read, for a terminal.

use super::{Cell, Paint, Style, table};
use crate::text::count_words;
use crate::view::{Actor, Actors, Coverage, SentenceKind};

/// A report sentence by sentence, and last the list of what is unmapped.
#[must_use]
pub fn coverage(coverage: &Coverage, style: Style) -> String {
    let mut out = String::new();
    style.heading(&mut out, &coverage.report);
    let header = ["Line", "Sentence", "Records"].map(String::from);
    let rows: Vec<Vec<Cell>> = coverage
        .sentences
        .iter()
        .map(|sentence| {
            let records: Vec<String> = match sentence.kind {
                SentenceKind::Recorded => {
                    sentence.statements.iter().chain(&sentence.events).cloned().collect()
                }
                other => vec![other.word().to_owned()],
            };
            vec![
                Cell::new(&sentence.line.to_string()),
                Cell::new(&sentence.words),
                Cell::of(records, Paint::None),
            ]
        })
        .collect();
    out.push_str(&table(style, &header, &rows));
    out.push('\n');
    let of = |kind: SentenceKind| coverage.sentences.iter().filter(move |sentence| sentence.kind == kind);
    let count = |kind: SentenceKind| of(kind).count() as u64;
    style.paragraph(
        &mut out,
        0,
        &format!(
            "{}: {} with records, {} in the report’s own voice, {} unmapped.",
            count_words(coverage.sentences.len() as u64, "sentence", "sentences"),
            count(SentenceKind::Recorded),
            count(SentenceKind::Narration),
            count(SentenceKind::Unmapped)
        ),
    );
    if count(SentenceKind::Unmapped) > 0 {
        style.heading(&mut out, "Left unmapped");
        for sentence in of(SentenceKind::Unmapped) {
            style.item(&mut out, 0, &format!("line {}: {}", sentence.line, sentence.words));
        }
    }
    out
}

/// Who speaks.
#[must_use]
pub fn actors(actors: &Actors, style: Style) -> String {
    let mut out = String::new();
    let header = ["Name", "Kind", "Party", "Roles", "Spellings", "Statements", "Reports"].map(String::from);
    let row = |actor: &Actor| {
        let spelling = |one: &crate::view::Spelling| format!("{} ({})", one.words, one.statements);
        let parties =
            if actor.parties.is_empty() { vec!["not determined".to_owned()] } else { actor.parties.clone() };
        vec![
            Cell::of(vec![actor.name.clone()], Paint::Bold),
            Cell::new(&actor.kind),
            Cell::of(parties, Paint::None),
            Cell::of(actor.roles.clone(), Paint::None),
            Cell::of(actor.spellings.iter().map(spelling).collect(), Paint::None),
            Cell::new(&actor.statements.to_string()),
            Cell::new(&actor.sources.to_string()),
        ]
    };
    if !actors.actors.is_empty() {
        out.push_str(&table(style, &header, &actors.actors.iter().map(row).collect::<Vec<_>>()));
        out.push('\n');
    }
    style.paragraph(&mut out, 0, &format!("{}.", count_words(actors.actors.len() as u64, "actor", "actors")));
    if !actors.nameless.is_empty() {
        style.heading(&mut out, "Without a name; each statement for itself");
        for actor in &actors.nameless {
            let party = actor.parties.first().map_or_else(String::new, |party| format!(" ({party})"));
            style.item(&mut out, 0, &format!("{}{party}", actor.name));
        }
    }
    if actors.unresolved > 0 {
        style.paragraph(
            &mut out,
            0,
            &format!(
                "{} a speaker that could not be told from the words.",
                count_words(actors.unresolved, "statement has", "statements have")
            ),
        );
    }
    for judged in &actors.judged {
        let word = if judged.same { "together" } else { "apart" };
        style.paragraph(&mut out, 0, &format!("Kept {word} by hand: {} and {}.", judged.one, judged.other));
    }
    out
}
