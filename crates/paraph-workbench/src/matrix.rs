//! The matrix of positions.

use crate::failure::Outcome;
use crate::folder::not_read;
use crate::names;
use jiff::civil::Date;
use paraph_brief::view;
use paraph_case::Case;
use paraph_ledger::{
    Audience, BesideKind, Cell, CellStatus, Ledger, Matrix, Setting, Stance, StatementFilter, Status, View,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The matrix of a case as an audience may see it, as of a day or else the case's own date.
///
/// # Errors
/// A ledger or a folder that cannot be read.
pub fn positions(
    place: &Path,
    case: &Case,
    ledger: &Ledger,
    day: Option<Date>,
    audience: Audience,
) -> Outcome<view::Matrix> {
    // The names of reports that nobody has read in are the team's business.
    let not_read = match audience {
        Audience::Public => Vec::new(),
        _ => not_read(place, ledger)?,
    };
    positions_beside(case, ledger, day, audience, not_read)
}

/// The same for a caller who knows which reports nobody has read in.
///
/// # Errors
/// A ledger that cannot be read.
pub fn positions_beside(
    case: &Case,
    ledger: &Ledger,
    day: Option<Date>,
    audience: Audience,
    not_read: Vec<String>,
) -> Outcome<view::Matrix> {
    let as_of = day.or(case.as_of);
    let asked = View { as_of, known_at: None, audience };
    let found = ledger.positions(&names::for_positions(case), &asked)?;
    let corrected = corrected(ledger, audience)?;
    let counted = StatementFilter {
        status: vec![Status::Proposed, Status::Confirmed, Status::Corrected],
        audience,
        ..StatementFilter::default()
    };
    // One statement in several reports counts once.
    let rest = Rest {
        statements: (ledger.count(&counted)? - ledger.repeated(audience)?) as u64,
        corrected,
        not_read,
    };
    Ok(view(case, &found, rest))
}

/// The same for one issue alone, without what stands below a matrix: how many statements there are and which
/// reports nobody has read in.
///
/// # Errors
/// As for [`positions`].
pub fn of_issue(
    case: &Case,
    ledger: &Ledger,
    day: Option<Date>,
    audience: Audience,
    issue: &str,
) -> Outcome<view::Matrix> {
    let mut roster = names::for_positions(case);
    roster.issues.retain(|known| known.id == issue);
    let found = ledger.positions(&roster, &View { as_of: day.or(case.as_of), known_at: None, audience })?;
    let rest = Rest { statements: 0, corrected: corrected(ledger, audience)?, not_read: Vec::new() };
    Ok(view(case, &found, rest))
}

/// The statements that a person corrected, by their identifiers.
pub(crate) fn corrected(ledger: &Ledger, audience: Audience) -> Outcome<BTreeSet<String>> {
    let filter = StatementFilter { status: vec![Status::Corrected], audience, ..StatementFilter::default() };
    let found = ledger.statements(&filter)?;
    Ok(found.into_iter().map(|statement| statement.record.id).collect())
}

/// What the ledger's matrix leaves to say.
pub struct Rest {
    /// How many statements the audience may see.
    pub statements: u64,
    /// Identifiers of statements that a person corrected.
    pub corrected: BTreeSet<String>,
    /// Reports that nobody has read in.
    pub not_read: Vec<String>,
}

/// The view of the matrix. A pair has one entry: its public position, with what was said at the table
/// beside it; or the private one where nothing is public.
pub fn view(case: &Case, matrix: &Matrix, rest: Rest) -> view::Matrix {
    let mut pairs: BTreeMap<(&str, &str), Vec<&Cell>> = BTreeMap::new();
    for cell in &matrix.cells {
        pairs.entry((cell.issue.as_str(), cell.party.as_str())).or_default().push(cell);
    }
    let mut cells = Vec::new();
    for issue in &case.issues {
        for party in &case.parties {
            let Some(pair) = pairs.get(&(issue.id.as_str(), party.id.as_str())) else { continue };
            let of = |setting: Setting| pair.iter().copied().find(|cell| cell.setting == setting);
            let spoken = |cell: &&Cell| cell.stance != Stance::NoRecord;
            let public = of(Setting::Public).filter(spoken);
            let private = of(Setting::Private).filter(spoken);
            let Some(shown) = public.or(private).or(pair.first().copied()) else { continue };
            let other = if public.is_some() { private } else { None };
            cells.push(cell(shown, other, &rest.corrected));
        }
    }
    view::Matrix {
        as_of: matrix.as_of.map(|date| date.to_string()),
        known_at: matrix.known_at.map(|time| time.to_string()),
        cells,
        parties: names::parties(case),
        issues: names::issues(case),
        sources: matrix.sources as u64,
        statements: rest.statements,
        audience: matrix.audience.as_str().to_owned(),
        caveat: case.caveat.clone(),
        not_read: rest.not_read,
    }
}

pub(crate) fn cell(shown: &Cell, other: Option<&Cell>, corrected: &BTreeSet<String>) -> view::Cell {
    let status = match shown.status {
        CellStatus::SetByHand => view::CellStatus::ByHand,
        CellStatus::NoRecord => view::CellStatus::NoRecord,
        CellStatus::Confirmed if shown.statements.iter().any(|id| corrected.contains(id)) => {
            view::CellStatus::Corrected
        }
        CellStatus::Confirmed => view::CellStatus::Confirmed,
    };
    let mut beside: Vec<view::Beside> = shown.beside.iter().map(beside_view).collect();
    // Every position that stands is told; the first is the one shown in the cell.
    for reading in shown.readings.iter().skip(1) {
        let (kind, also) = if shown.contradiction {
            (view::BesideKind::Contradicting, "")
        } else {
            (view::BesideKind::Other, "also ")
        };
        beside.extend(reading.statements.iter().map(|id| view::Beside {
            kind,
            statement: id.clone(),
            note: format!("{also}{}", stance_words(reading.stance, &reading.options)),
        }));
    }
    if let Some(previous) = &shown.previous {
        beside.extend(previous.statements.first().map(|id| view::Beside {
            kind: view::BesideKind::Earlier,
            statement: id.clone(),
            note: stance_words(previous.stance, &previous.options),
        }));
    }
    for denial in &shown.contested_by {
        if !beside.iter().any(|known| known.statement == *denial) {
            beside.push(view::Beside {
                kind: view::BesideKind::Denial,
                statement: denial.clone(),
                note: String::new(),
            });
        }
    }
    if let Some(other) = other {
        beside.extend(other.statements.first().map(|id| view::Beside {
            kind: view::BesideKind::OtherSetting,
            statement: id.clone(),
            note: format!("in {}: {}", other.setting, stance_words(other.stance, &other.options)),
        }));
    }
    let date = shown
        .set_by_hand
        .as_ref()
        .map(|mark| mark.date)
        .or_else(|| shown.readings.first().and_then(|reading| reading.date));
    view::Cell {
        party: shown.party.clone(),
        issue: shown.issue.clone(),
        position: position(shown.stance),
        status,
        statements: shown.statements.clone(),
        contradiction: shown.contradiction,
        contested: shown.contested,
        options: shown.options.clone(),
        condition: shown.condition.as_deref().map(unquoted),
        date: date.map(|date| date.to_string()),
        reason: shown.set_by_hand.as_ref().map(|mark| mark.reason.clone()),
        beside,
        beside_more: shown.beside_more as u64,
    }
}

fn beside_view(beside: &paraph_ledger::Beside) -> view::Beside {
    let kind = match beside.kind {
        BesideKind::Relayed => view::BesideKind::Relayed,
        BesideKind::Anonymous => view::BesideKind::Anonymous,
        BesideKind::Forecast => view::BesideKind::Forecast,
        BesideKind::NoComment => view::BesideKind::NoComment,
        BesideKind::Denial => view::BesideKind::Denial,
        BesideKind::Mention | BesideKind::AfterHand => view::BesideKind::Other,
    };
    let mut note = Vec::new();
    if let Some(stance) = beside.stance {
        note.push(format!("would be: {stance}"));
    }
    if let Some(by) = &beside.by {
        note.push(format!("by {by}"));
    }
    if beside.kind == BesideKind::AfterHand {
        note.push("not older than the position set by hand".to_owned());
    }
    view::Beside { kind, statement: beside.statement.clone(), note: note.join(", ") }
}

/// Words without the quotation marks around the whole of them, since the views put their own.
fn unquoted(words: &str) -> String {
    let inside = words.strip_prefix('“').and_then(|rest| rest.strip_suffix('”'));
    inside.filter(|inside| !inside.contains(['“', '”'])).unwrap_or(words).to_owned()
}

fn stance_words(stance: Stance, options: &[String]) -> String {
    if options.is_empty() { stance.to_string() } else { format!("{stance} {}", options.join(" or ")) }
}

/// The position, for people.
pub fn position(stance: Stance) -> view::Position {
    match stance {
        Stance::Accepts => view::Position::Accepts,
        Stance::AcceptsIf => view::Position::AcceptsIf,
        Stance::Demands => view::Position::Demands,
        Stance::Offers => view::Position::Offers,
        Stance::Reserved => view::Position::Reserved,
        Stance::Rejects => view::Position::Rejects,
        Stance::WillDiscuss => view::Position::WillDiscuss,
        Stance::NoComment => view::Position::NoComment,
        Stance::NoRecord => view::Position::NoRecord,
    }
}
