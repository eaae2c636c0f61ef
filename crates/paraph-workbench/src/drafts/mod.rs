//! Drafts: their texts, what changed, what they mean, and the work on them.

pub mod assess;
pub mod register;
pub mod said;

use crate::desk::{Desk, numbered, party_words, unit_of};
use crate::failure::Outcome;
use paraph_analysis::Monitor;
use paraph_brief::{view, word_diff};
use paraph_case::Case;
use paraph_drafts::{
    Alignment, BracketCount, Change, ChangeKind, Comparison, Direction, Draft, PointChanges, Relation,
    Severity, changes,
};
use paraph_ledger::{Audience, Ledger};
use std::collections::BTreeMap;
use std::path::Path;

/// All that the brief shows of the drafts; nothing where there are none.
///
/// # Errors
/// A folder, draft or ledger that cannot be used, or work that was stopped.
pub fn in_brief(
    place: &Path,
    case: &Case,
    ledger: &Ledger,
    spoken: &[view::Statement],
    audience: Audience,
    most: usize,
    monitor: &Monitor,
) -> Outcome<Option<view::Drafts>> {
    let desk = Desk::read(place)?;
    if desk.drafts.is_empty() && desk.not_read.is_empty() {
        return Ok(None);
    }
    let side = desk.compare(&party_words(Some(case)))?;
    let mut assessments = assess::assessment(case, &desk, most, monitor)?;
    (assessments.said, assessments.said_of_no_draft) = said::said(&desk, spoken, &ledger.draft_links()?);
    let seen: Vec<&str> = spoken.iter().map(|statement| statement.id.as_str()).collect();
    assessments.said.retain(|one| seen.contains(&one.statement.as_str()));
    // The register is the team's own; what is worked out for the public leaves it out.
    let work = if audience == Audience::Public { Vec::new() } else { ledger.work()? };
    let (register, notes) = register::view(&desk, &side, Some(case), &work);
    let several = desk.drafts.len() > 1;
    Ok(Some(view::Drafts {
        list: Some(list(&desk)),
        columns: several.then(|| columns(&case.title, &side, &notes)),
        brackets: Some(brackets(&desk)),
        assessments: Some(assessments),
        register: (!work.is_empty()).then_some(register),
        ..page(place, Some(case))
    }))
}

/// A page about the drafts of a folder, still empty.
pub fn page(place: &Path, case: Option<&Case>) -> view::Drafts {
    let whole = place.canonicalize().unwrap_or_else(|_| place.to_path_buf());
    let name = whole.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    view::Drafts {
        title: case.map_or(name, |case| case.title.clone()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..view::Drafts::default()
    }
}

/// How much is open.
pub fn open(count: &BracketCount) -> view::OpenCount {
    view::OpenCount {
        brackets: count.brackets as u64,
        placeholders: count.placeholders as u64,
        options: count.options as u64,
        struck: count.struck as u64,
        reservations: count.reservations as u64,
        bracketed_characters: count.bracketed_characters as u64,
        deepest: count.deepest as u64,
    }
}

fn remarks(draft: &Draft, only_errors: bool) -> Vec<view::DraftRemark> {
    // Diagnostics stand in the order of the text, so one walk finds all lines.
    let mut line = 1;
    let mut at = 0;
    let mut characters = draft.text().chars();
    draft
        .diagnostics()
        .iter()
        .filter(|found| !only_errors || found.severity == Severity::Error)
        .map(|found| {
            while at < found.span.start {
                match characters.next() {
                    Some('\n') => line += 1,
                    Some(_) => {}
                    None => break,
                }
                at += 1;
            }
            view::DraftRemark {
                severity: match found.severity {
                    Severity::Note => "note",
                    Severity::Warning => "warning",
                    Severity::Error => "error",
                }
                .to_owned(),
                id: found.id.clone(),
                message: found.message.clone(),
                line,
                hint: found.hint.clone(),
            }
        })
        .collect()
}

/// One draft in short.
pub fn summary(draft: &Draft) -> view::DraftSummary {
    let front = draft.front();
    view::DraftSummary {
        name: draft.name().to_owned(),
        title: draft.title().to_owned(),
        by: front.by.clone(),
        date: front.date.clone(),
        based_on: front.based_on.clone(),
        points: numbered(draft),
        open: open(&draft.bracket_counts().total),
        remarks: remarks(draft, false),
    }
}

/// The drafts of a case.
pub fn list(desk: &Desk) -> view::DraftList {
    view::DraftList { drafts: desk.drafts.iter().map(summary).collect(), not_read: desk.not_read.clone() }
}

/// Words on one line.
pub fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn piece(draft: &Draft, index: usize) -> view::DraftPiece {
    let point = &draft.points()[index];
    view::DraftPiece {
        address: point.address.clone(),
        label: point.label.as_ref().map(|label| squeezed(&label.written)).unwrap_or_default(),
        depth: point.depth as u64,
        heading: point.heading.map(|span| squeezed(draft.slice(span))).unwrap_or_default(),
        words: format!("{}{}", draft.lead(index), squeezed(draft.slice(point.body))),
        span: (point.whole.start as u64, point.whole.end as u64),
        ..view::DraftPiece::default()
    }
}

/// A point with all points nested in it, in the order of the text.
fn whole(draft: &Draft, index: usize) -> Vec<usize> {
    let points = draft.points();
    let mut inside = vec![index];
    for (at, point) in points.iter().enumerate().skip(index + 1) {
        match point.parent {
            Some(parent) if inside.binary_search(&parent).is_ok() => inside.push(at),
            _ => {}
        }
    }
    inside
}

fn pieces_of(draft: &Draft, units: &[usize]) -> Vec<view::DraftPiece> {
    let mut pieces = Vec::new();
    for unit in units {
        // A section's own words end where its points begin.
        let section = draft.points()[*unit].kind == paraph_drafts::PointKind::Section;
        let inside = if section { vec![*unit] } else { whole(draft, *unit) };
        pieces.extend(inside.into_iter().map(|at| piece(draft, at)));
    }
    pieces
}

/// One draft, or one point of it, with its links to issues.
pub fn text(draft: &Draft, point: Option<usize>, links: &[view::PointIssue]) -> view::DraftText {
    let counts: BTreeMap<String, BracketCount> = draft.bracket_counts().by_point.into_iter().collect();
    let all: Vec<usize> = match point {
        Some(point) => whole(draft, point),
        None => (0..draft.points().len()).collect(),
    };
    let pieces = all
        .into_iter()
        .map(|at| {
            let point = &draft.points()[at];
            let mut piece = piece(draft, at);
            piece.open = counts.get(&point.address).map(open).unwrap_or_default();
            piece.issues = links.iter().filter(|link| link.point == point.address).cloned().collect();
            piece
        })
        .collect();
    view::DraftText { draft: summary(draft), pieces, said: Vec::new() }
}

fn percent(score: f64) -> u64 {
    (score * 100.0).round().clamp(0.0, 100.0) as u64
}

/// What became of a point.
fn relation(relation: &Relation) -> view::PointRelation {
    view::PointRelation {
        became: relation.headline().to_owned(),
        old: relation.old_addresses.clone(),
        new: relation.new_addresses.clone(),
        renumbered: relation.renumbered,
        moved: relation.moved,
        by_hand: relation.manual,
        score: percent(relation.score),
        reason: relation.reason.clone(),
    }
}

fn counts(alignment: &Alignment) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for relation in &alignment.relations {
        *counts.entry(relation.headline().to_owned()).or_insert(0) += 1;
    }
    counts
}

/// What became of every point between two drafts.
pub fn alignment(found: &Alignment) -> view::DraftAlignment {
    view::DraftAlignment {
        old: found.old.clone(),
        new: found.new.clone(),
        counts: counts(found),
        relations: found.relations.iter().map(relation).collect(),
    }
}

fn typed(change: &Change) -> view::TypedChange {
    view::TypedChange {
        kind: match change.kind {
            ChangeKind::Clause => "clause",
            ChangeKind::Condition => "condition",
            ChangeKind::Date => "date",
            ChangeKind::Number => "number",
            ChangeKind::Modal => "modal",
            ChangeKind::Bracket => "bracket",
            ChangeKind::Negation => "negation",
            ChangeKind::Party => "party",
            ChangeKind::Qualifier => "qualifier",
            ChangeKind::Wording => "wording",
        }
        .to_owned(),
        direction: match change.direction {
            Direction::Gained => "gained",
            Direction::Lost => "lost",
            Direction::Changed => "changed",
        }
        .to_owned(),
        old: change.old.as_ref().map(|mention| mention.words.clone()),
        new: change.new.as_ref().map(|mention| mention.words.clone()),
        sentence: change.sentence.clone(),
    }
}

/// Word by word with every mark and bracket; what was replaced is no version of what stood there.
fn runs(became: &str, old: &[String], new: &[String]) -> Vec<view::DiffRun> {
    let (old, new) = (old.join(" "), new.join(" "));
    if became == "replaced" {
        let run = |kind, words: &str| view::DiffRun { kind, words: squeezed(words) };
        return vec![run(view::RunKind::Old, &old), run(view::RunKind::New, &new)];
    }
    word_diff(&old, &new)
}

/// What changed between two drafts, every point of both once.
pub fn diff(
    old: &Draft,
    new: &Draft,
    found: &Alignment,
    parties: &[paraph_drafts::PartyWords],
) -> view::DraftDiff {
    let mut told: BTreeMap<usize, PointChanges> =
        changes(old, new, found, parties).into_iter().map(|change| (change.relation, change)).collect();
    let points = found
        .relations
        .iter()
        .enumerate()
        .map(|(at, between)| {
            let change = told.remove(&at);
            view::PointDiff {
                relation: relation(between),
                old: pieces_of(old, &between.old),
                new: pieces_of(new, &between.new),
                changes: change.iter().flat_map(|change| &change.changes).map(typed).collect(),
                diff: if change.is_some() {
                    let wordings = |draft: &Draft, units: &[usize]| {
                        units.iter().map(|unit| draft.wording(*unit)).collect::<Vec<_>>()
                    };
                    runs(between.headline(), &wordings(old, &between.old), &wordings(new, &between.new))
                } else {
                    Vec::new()
                },
                coarse: change.is_some_and(|change| change.coarse),
            }
        })
        .collect();
    view::DraftDiff { old: summary(old), new: summary(new), counts: counts(found), points }
}

/// Drafts side by side, with compromise text and status from the register.
pub fn columns(title: &str, side: &Comparison, notes: &[register::Note]) -> view::DraftColumns {
    let columns = side
        .columns
        .iter()
        .map(|column| view::DraftColumn {
            draft: column.draft.clone(),
            title: column.title.clone(),
            by: column.by.clone(),
            date: column.date.clone(),
            base: column.base.map(|base| side.columns[base].draft.clone()),
        })
        .collect();
    let rows = side
        .rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let note = notes.get(at).cloned().unwrap_or_default();
            view::DraftRow {
                cells: row
                    .cells
                    .iter()
                    .zip(&side.columns)
                    .map(|(cell, column)| view::DraftCell {
                        points: cell.addresses.clone(),
                        words: cell.words.clone(),
                        became: cell.became.clone(),
                        changes: cell.changes.iter().map(typed).collect(),
                        diff: match (column.base, &cell.became) {
                            (Some(base), Some(became)) if !cell.diff.is_empty() => {
                                runs(became, &row.cells[base].words, &cell.words)
                            }
                            _ => Vec::new(),
                        },
                        open: open(&cell.open),
                    })
                    .collect(),
                compromise: note.compromise,
                compromise_from: note.compromise_from,
                agreement: view::Agreement::of(&note.status),
                status: note.status,
                unnumbered: row.unnumbered,
            }
        })
        .collect();
    view::DraftColumns { title: title.to_owned(), columns, rows }
}

/// What is open in each draft.
pub fn brackets(desk: &Desk) -> view::DraftBrackets {
    let of = |list: &[(String, BracketCount)]| {
        list.iter().map(|(of, count)| view::OpenOf { of: of.clone(), open: open(count) }).collect()
    };
    let drafts = paraph_drafts::burn_down(&desk.drafts)
        .into_iter()
        .zip(&desk.drafts)
        .map(|(step, draft)| view::DraftOpen {
            draft: step.draft,
            date: step.date,
            points: step.points as u64,
            clean_points: step.clean_points as u64,
            total: open(&step.counts.total),
            by_point: of(&step.counts.by_point),
            by_party: of(&step.counts.by_party),
            errors: remarks(draft, true),
        })
        .collect();
    view::DraftBrackets { drafts }
}

/// The row of a comparison that a point of a draft stands in.
pub fn row_of(side: &Comparison, desk: &Desk, draft: usize, point: usize) -> Option<usize> {
    let unit = unit_of(&desk.drafts[draft], point)?;
    side.rows.iter().position(|row| row.cells[draft].points.contains(&unit))
}
