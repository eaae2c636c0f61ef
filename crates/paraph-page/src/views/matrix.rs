//! The matrix: who holds what on which issue, as of a day.

use crate::answer::{Fields, Shown};
use crate::shared::Shared;
use crate::trouble::{Fallible, Trouble};
use jiff::civil::Date;
use minijinja::value::{Serde, Value};
use paraph_brief::{html, view};
use paraph_case::Case;
use paraph_ledger::{Audience, StatementFilter, Status};
use paraph_workbench::matrix;
use serde::Serialize;

/// The matrix, arranged as rows for the template.
#[derive(Serialize)]
struct Arranged<'a> {
    parties: Vec<&'a view::Party>,
    rows: Vec<Row<'a>>,
    all_rows: usize,
    days: Vec<String>,
    legend: Vec<(&'static str, &'static str, &'static str)>,
    on_record: u64,
    pairs: usize,
    proposed: usize,
    as_of: &'a Option<String>,
}

#[derive(Serialize)]
struct Row<'a> {
    issue: &'a view::Issue,
    cells: Vec<Place<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    party: &'a view::Party,
    key: &'static str,
    word: &'static str,
    cell: Option<&'a view::Cell>,
    address: String,
}

/// Shows the matrix.
pub(crate) fn show(shared: &Shared, fields: &Fields) -> Fallible<Shown> {
    let case = shared.case(None)?;
    let day = day(fields)?;
    let (matrix, days, proposed) = shared.read(|ledger| {
        let not_read = shared.watch.look()?.not_read(ledger)?;
        let matrix = matrix::positions_beside(&case, ledger, day, Audience::Restricted, not_read)?;
        let filter = StatementFilter {
            status: vec![Status::Proposed],
            audience: Audience::Restricted,
            ..StatementFilter::default()
        };
        let days = ledger.days(Audience::Restricted)?.into_iter().map(|day| day.to_string()).collect();
        Ok((matrix, days, ledger.count(&filter)?))
    })?;
    let shape = Value::from(Serde(arranged(&matrix, fields, days, proposed)?));
    Ok(Shown::new("matrix", "Who holds what", "matrix.html", matrix).with(shape))
}

/// The day that an address asks for.
pub(crate) fn day(fields: &Fields) -> Fallible<Option<Date>> {
    fields.parsed("as-of")
}

fn arranged<'a>(
    matrix: &'a view::Matrix,
    fields: &Fields,
    days: Vec<String>,
    proposed: usize,
) -> Fallible<Arranged<'a>> {
    let chosen: Vec<&str> = fields.all("party").filter(|party| !party.is_empty()).collect();
    let parties: Vec<&view::Party> = matrix
        .parties
        .iter()
        .filter(|party| chosen.is_empty() || chosen.contains(&party.id.as_str()))
        .collect();
    let words = fields.get("issue").unwrap_or_default().to_lowercase();
    let stance = match fields.get("stance") {
        None => None,
        Some("contested" | "contradiction" | "open") => fields.get("stance"),
        Some(word) if view::Position::from_word(word).is_some() => Some(word),
        Some(_) => return Err(Trouble::malformed("The filter names no position.")),
    };
    let rows: Vec<Row<'_>> = matrix
        .issues
        .iter()
        .filter(|issue| {
            words.is_empty()
                || issue.title.to_lowercase().contains(&words)
                || issue.id.to_lowercase().contains(&words)
        })
        .map(|issue| Row { issue, cells: parties.iter().map(|party| place(matrix, issue, party)).collect() })
        .filter(|row| stance.is_none_or(|stance| row.cells.iter().any(|place| takes(place, stance))))
        .collect();
    Ok(Arranged {
        pairs: matrix.parties.len() * matrix.issues.len(),
        on_record: matrix.on_record(),
        all_rows: matrix.issues.len(),
        legend: legend(),
        as_of: &matrix.as_of,
        parties,
        rows,
        days,
        proposed,
    })
}

/// Key, word and meaning of every position.
pub(crate) fn legend() -> Vec<(&'static str, &'static str, &'static str)> {
    let one = |position: view::Position| (position.key(), position.word(), html::meaning_of(position));
    view::Position::ALL.into_iter().map(one).collect()
}

fn place<'a>(matrix: &'a view::Matrix, issue: &view::Issue, party: &'a view::Party) -> Place<'a> {
    let cell = matrix.cell(&party.id, &issue.id);
    let position = cell.map_or(view::Position::NoRecord, |cell| cell.position);
    let as_of = matrix.as_of.as_deref().map(|day| format!("?as-of={day}")).unwrap_or_default();
    Place {
        party,
        key: position.key(),
        word: position.word(),
        cell,
        address: format!("/cells/{}/{}{as_of}", issue.id, party.id),
    }
}

fn takes(place: &Place<'_>, stance: &str) -> bool {
    match stance {
        "contested" => place.cell.is_some_and(|cell| cell.contested),
        "contradiction" => place.cell.is_some_and(|cell| cell.contradiction),
        "open" => place.key == "no-record",
        word => place.word == word || place.key == word,
    }
}

/// Checks that a case has a party and an issue of these names.
pub(crate) fn pair<'a>(
    case: &'a Case,
    issue: &str,
    party: &str,
) -> Fallible<(&'a paraph_case::Issue, &'a paraph_case::Party)> {
    let issue = case
        .issues
        .iter()
        .find(|known| known.id == issue)
        .ok_or_else(|| Trouble::not_found("The case has no such issue."))?;
    let party = case
        .parties
        .iter()
        .find(|known| known.id == party)
        .ok_or_else(|| Trouble::not_found("The case has no such party."))?;
    Ok((issue, party))
}
