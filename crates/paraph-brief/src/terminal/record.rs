//! What the ledger holds besides the matrix, for a terminal.

use super::{Cell, Paint, Style, position_cell, table};
use crate::sentences::{self, party_name};
use crate::text::{count_words, date_words, printable};
use crate::view::{CellHistory, MatrixChanges, Network, Queue, QueueRuling, Search, Statement, Timeline};

/// What a search found, the latest first.
#[must_use]
pub fn search(search: &Search, style: Style) -> String {
    let mut out = String::new();
    for hit in &search.found {
        let mut facts = vec![style.paint(Paint::Bold, &printable(&hit.id)), hit.kind.clone()];
        facts.extend(hit.status.clone());
        facts.extend(hit.party.clone());
        facts.push(hit.title.clone());
        facts.extend(hit.date.as_deref().map(date_words));
        out.push_str(&facts.iter().map(|fact| fact_text(fact)).collect::<Vec<_>>().join("  "));
        out.push('\n');
        style.paragraph(&mut out, 2, &hit.words);
    }
    if search.found.is_empty() {
        out.push_str("Nothing is on record with these words.\n");
    }
    out
}

/// A fact on one line; what was painted already keeps its colour.
fn fact_text(fact: &str) -> String {
    if fact.starts_with('\u{1b}') { fact.to_owned() } else { printable(fact) }
}

/// What happened when, the oldest first.
#[must_use]
pub fn timeline(timeline: &Timeline, style: Style) -> String {
    let header = ["Day", "What", "Who", "About", "Words", "Id"].map(String::from);
    let rows: Vec<Vec<Cell>> = timeline
        .lines
        .iter()
        .map(|line| {
            let day = match (&line.date, &line.until) {
                (Some(date), Some(until)) if date == until => date.clone(),
                (Some(date), Some(until)) => format!("{date} to {until}"),
                (None, Some(until)) => format!("up to {until}"),
                (Some(date), None) => format!("from {date}"),
                (None, None) => "undated".to_owned(),
            };
            let mut what = vec![if line.label == line.kind || line.label.is_empty() {
                line.kind.clone()
            } else {
                format!("{}: {}", line.kind, line.label)
            }];
            what.extend(line.standing.clone());
            if !line.confirmed {
                what.push("not confirmed".to_owned());
            }
            let mut who = line.parties.clone();
            who.extend(line.participants.clone());
            let mut about = line.issues.clone();
            about.extend(line.places.iter().map(|place| format!("at {place}")));
            let paint = if line.confirmed { Paint::None } else { Paint::Dim };
            vec![
                Cell::of(vec![day], paint),
                Cell::of(what, paint),
                Cell::of(vec![who.join(", ")], paint),
                Cell::of(vec![about.join(", ")], paint),
                Cell::of(vec![line.text.clone()], paint),
                Cell::of(vec![line.id.clone()], Paint::Bold),
            ]
        })
        .collect();
    let mut out = table(style, &header, &rows);
    out.push('\n');
    let mut told = format!("{}.", count_words(timeline.lines.len() as u64, "line", "lines"));
    if timeline.proposed_left_out > 0 {
        told.push_str(&format!(
            " {} that nobody has confirmed left out (`--proposed` shows them).",
            count_words(timeline.proposed_left_out, "line", "lines")
        ));
    }
    style.paragraph(&mut out, 0, &told);
    out
}

/// Which cells show something else than before: before and after side by side.
#[must_use]
pub fn matrix_changes(changes: &MatrixChanges, style: Style) -> String {
    let mut out = String::new();
    style.heading(&mut out, &format!("What changed since {}", changes.since));
    if changes.changes.is_empty() {
        out.push_str("No cell shows anything else.\n");
    } else {
        let header = ["Issue", "Party", "Before", "Now", "What differs"].map(String::from);
        let rows: Vec<Vec<Cell>> = changes
            .changes
            .iter()
            .map(|change| {
                let title = changes.issues.iter().find(|issue| issue.id == change.issue);
                let party = changes.parties.iter().find(|party| party.id == change.party);
                vec![
                    Cell::new(title.map_or(&change.issue, |issue| &issue.title)),
                    Cell::of(
                        std::iter::once(party.map_or(&change.party, |party| &party.name).clone())
                            .chain((change.setting != "public").then(|| format!("in {}", change.setting)))
                            .collect(),
                        Paint::None,
                    ),
                    position_cell(change.before.as_ref()),
                    position_cell(change.after.as_ref()),
                    Cell::of(change.kinds.clone(), Paint::None),
                ]
            })
            .collect();
        out.push_str(&table(style, &header, &rows));
    }
    if !changes.new_sources.is_empty() {
        style.heading(&mut out, "Sources that came in");
        for source in &changes.new_sources {
            style.item(&mut out, 0, source);
        }
    }
    out
}

/// Everything on record about one cell, the oldest first.
#[must_use]
pub fn cell_history(history: &CellHistory, style: Style) -> String {
    let mut out = String::new();
    style.heading(&mut out, &format!("{} on {}: everything on record", history.party, history.issue));
    if history.steps.is_empty() {
        out.push_str("Nothing is on record.\n");
        return out;
    }
    let header = ["Day", "Position", "How", "Words", "Id"].map(String::from);
    let rows: Vec<Vec<Cell>> = history
        .steps
        .iter()
        .map(|step| {
            let words = step.statement.as_ref().and_then(|id| find(&history.statements, id));
            let mut how = vec![match (&step.beside, &step.by_hand) {
                (Some(beside), _) => format!("beside: {beside}"),
                (None, Some(_)) => "set by hand".to_owned(),
                (None, None) => "the party itself".to_owned(),
            }];
            if step.setting != "public" {
                how.push(format!("in {}", step.setting));
            }
            vec![
                Cell::new(step.date.as_deref().unwrap_or("undated")),
                Cell::new(if step.position.is_empty() { "–" } else { &step.position }),
                Cell::of(how, if step.beside.is_some() { Paint::Dim } else { Paint::None }),
                Cell::new(
                    step.by_hand.as_deref().or(words.map(|found| found.words.as_str())).unwrap_or_default(),
                ),
                Cell::of(vec![step.statement.clone().unwrap_or_default()], Paint::Bold),
            ]
        })
        .collect();
    out.push_str(&table(style, &header, &rows));
    out
}

fn find<'a>(statements: &'a [Statement], id: &str) -> Option<&'a Statement> {
    statements.iter().find(|statement| statement.id == id)
}

fn ruling_words(ruling: &QueueRuling) -> String {
    format!("{}, {} on {}: {}", ruling.verdict, ruling.author, day(&ruling.time), ruling.reason)
}

/// The day of a time stamp.
fn day(time: &str) -> &str {
    time.split('T').next().unwrap_or(time)
}

/// What waits for a person's decision, section by section; sections without anything say so in one line.
#[must_use]
pub fn queue(queue: &Queue, style: Style) -> String {
    let mut out = String::new();
    let quoted = |id: &String| match find(&queue.statements, id) {
        Some(statement) => {
            let who = statement.speaker.as_ref().or(statement.party.as_ref());
            let who = who.map_or_else(String::new, |who| format!("{who}: "));
            let date = statement.date.as_ref().map_or_else(String::new, |date| format!(" ({date})"));
            let words = sentences::quoted(&statement.words);
            format!("{id}  {who}{words}{date}")
        }
        None => id.clone(),
    };
    style.heading(&mut out, "Proposed statements");
    style.paragraph(
        &mut out,
        0,
        &match queue.proposed {
            0 => "None waits.".to_owned(),
            count => {
                format!("{} to look at: `paraph review`.", count_words(count, "statement", "statements"))
            }
        },
    );
    style.heading(&mut out, "Contradictions");
    if queue.contradictions.is_empty() {
        out.push_str("None.\n");
    }
    for found in &queue.contradictions {
        let setting = if found.setting == "public" { "" } else { ", in private" };
        style.item(&mut out, 0, &format!("{} on {}{setting}", found.party, found.issue));
        for reading in &found.readings {
            style.paragraph(&mut out, 2, &reading.position);
            for id in &reading.statements {
                style.paragraph(&mut out, 4, &quoted(id));
            }
        }
        let ids = found.readings.iter().flat_map(|reading| &reading.statements);
        let ids: Vec<&str> = ids.map(String::as_str).collect();
        style.paragraph(
            &mut out,
            2,
            &format!(
                "decide: paraph statements rule {} --prevails ID | --compatible | --stays-contested --reason …",
                ids.join(" ")
            ),
        );
    }
    style.heading(&mut out, "Contested claims");
    if queue.contested.is_empty() {
        out.push_str("None.\n");
    }
    for found in &queue.contested {
        style.item(&mut out, 0, &format!("{} claims, {} denies", found.claimed_by, found.denied_by));
        style.paragraph(&mut out, 2, &quoted(&found.claim));
        style.paragraph(&mut out, 2, &quoted(&found.denial));
        style.paragraph(
            &mut out,
            2,
            &match &found.ruling {
                Some(ruling) => ruling_words(ruling),
                None => format!(
                    "note a verdict: paraph statements rule {} {} --stays-contested | --compatible --reason …",
                    found.claim, found.denial
                ),
            },
        );
    }
    style.heading(&mut out, "Decided differently by two sides of a merge");
    if queue.conflicts.is_empty() {
        out.push_str("Nothing.\n");
    }
    for found in &queue.conflicts {
        style.item(&mut out, 0, &format!("{} {}: {}", found.kind, found.about, found.sides.join("; ")));
        style.paragraph(&mut out, 2, &format!("decide: {}", found.decide));
    }
    style.heading(&mut out, "Verdicts so far");
    if queue.rulings.is_empty() {
        out.push_str("None.\n");
    }
    for ruling in &queue.rulings {
        style.item(&mut out, 0, &format!("{}: {}", ruling.statements.join(", "), ruling_words(ruling)));
    }
    style.heading(&mut out, "Not on record");
    let sources = queue.silences.first().map_or(0, |silence| silence.sources);
    if queue.silences.is_empty() {
        out.push_str("Every party is on record on every issue.\n");
    } else {
        style.paragraph(&mut out, 0, &format!("In {}:", count_words(sources, "source", "sources")));
    }
    let mut at = 0;
    while let Some(first) = queue.silences.get(at) {
        let rest = &queue.silences[at..];
        let same = rest.iter().take_while(|silence| silence.issue == first.issue).count();
        let names: Vec<&str> = rest[..same].iter().map(|silence| silence.name.as_str()).collect();
        style.item(&mut out, 0, &format!("on {}: {}", first.title, names.join(", ")));
        at += same;
    }
    out
}

/// Who is on record as talking to whom, and as speaking about whom.
#[must_use]
pub fn network(network: &Network, style: Style) -> String {
    let parties = &network.parties;
    let header = ["From", "Tie", "To", "Rests on"].map(String::from);
    let rows: Vec<Vec<Cell>> = network
        .ties
        .iter()
        .map(|tie| {
            vec![
                Cell::new(party_name(parties, &tie.from)),
                Cell::of(vec![tie.words()], if tie.anonymous { Paint::Dim } else { Paint::None }),
                Cell::new(party_name(parties, &tie.to)),
                Cell::new(&tie.evidence.join(" ")),
            ]
        })
        .collect();
    let mut out = if rows.is_empty() {
        "Nobody is on record as talking to or about anybody.\n".to_owned()
    } else {
        table(style, &header, &rows)
    };
    if !network.events_left_out.is_empty() {
        out.push('\n');
        style.paragraph(
            &mut out,
            0,
            &format!(
                "Talks in whose words fewer than two parties of the case are named, left out: {}.",
                network.events_left_out.join(", ")
            ),
        );
    }
    out
}
