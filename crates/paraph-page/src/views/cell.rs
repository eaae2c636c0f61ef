//! One cell of the matrix: the words it rests on, what stands beside it, how it came about; and setting it by hand.

use crate::answer::{Fields, Shown};
use crate::shared::{Shared, hash};
use crate::trouble::{Fallible, Trouble};
use crate::views::matrix::{day, pair};
use paraph_brief::view;
use paraph_ledger::{Audience, HandPosition, Setting, Stance, View};
use paraph_workbench::statements::Shelf;
use paraph_workbench::{matrix, names};
use serde::Serialize;

/// A cell with everything on record about it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Cell {
    /// The issue.
    #[cfg_attr(test, schemars(with = "crate::tests::schema::Issue"))]
    issue: view::Issue,
    /// The party.
    #[cfg_attr(test, schemars(with = "crate::tests::schema::Party"))]
    party: view::Party,
    /// The day it is shown as of.
    as_of: Option<String>,
    /// The position, and what it rests on.
    #[cfg_attr(test, schemars(with = "crate::tests::schema::Cell"))]
    cell: view::Cell,
    /// The statements that the cell rests on.
    #[cfg_attr(test, schemars(with = "Vec<crate::tests::schema::Statement>"))]
    inside: Vec<view::Statement>,
    /// What stands beside it, each with the reason why it does.
    beside: Vec<Beside>,
    /// What was said and set, the oldest first.
    history: Vec<Step>,
    /// What tells this version of the cell from a later one; an edit sends it along.
    seen: String,
}

/// A statement that stands beside a cell and not in it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Beside {
    /// Why it stands beside.
    why: String,
    /// The statement.
    #[cfg_attr(test, schemars(with = "crate::tests::schema::Statement"))]
    statement: view::Statement,
}

/// One step in how a cell came about.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Step {
    /// The day, if known.
    date: Option<String>,
    /// The position it takes, in words.
    position: String,
    /// The key of the position, for its sign.
    key: String,
    /// The options it names.
    options: Vec<String>,
    /// The statement, unless it was set by hand.
    statement: Option<String>,
    /// By whom and why it was set by hand.
    by_hand: Option<String>,
    /// Why it stands beside the cell, when it does not speak for the party.
    beside: Option<String>,
}

/// Shows a cell.
pub(crate) fn show(shared: &Shared, fields: &Fields, issue: &str, party: &str) -> Fallible<Shown> {
    let found = cell(shared, fields, issue, party)?;
    let title = format!("{} on {}", found.party.name, found.issue.title);
    Ok(Shown::new("matrix", title, "cell.html", found))
}

fn cell(shared: &Shared, fields: &Fields, issue: &str, party: &str) -> Fallible<Cell> {
    let case = shared.case(None)?;
    let (issue, party) = pair(&case, issue, party)?;
    let day = day(fields)?;
    let (matrix, history, shelf) = shared.read(|ledger| {
        let matrix = matrix::of_issue(&case, ledger, day, Audience::Restricted, &issue.id)?;
        let view = View { as_of: day.or(case.as_of), known_at: None, audience: Audience::Restricted };
        let history = ledger.history(&names::for_positions(&case), &party.id, &issue.id, &view)?;
        let cell = matrix.cell(&party.id, &issue.id);
        let mut wanted: Vec<&str> = Vec::new();
        if let Some(cell) = cell {
            wanted.extend(cell.statements.iter().map(String::as_str));
            wanted.extend(cell.beside.iter().map(|beside| beside.statement.as_str()));
        }
        wanted.sort_unstable();
        wanted.dedup();
        let statements = wanted.into_iter().filter_map(|id| ledger.statement(id).ok()).collect();
        let shelf = Shelf::with(ledger, statements, Audience::Restricted)?;
        Ok((matrix, history, shelf))
    })?;
    let shown = matrix.cell(&party.id, &issue.id).cloned().unwrap_or_else(|| view::Cell {
        party: party.id.clone(),
        issue: issue.id.clone(),
        ..view::Cell::default()
    });
    let statements = shelf.statements(Some(&case));
    let find = |id: &str| statements.iter().find(|statement| statement.id == id).cloned();
    let inside = shown.statements.iter().filter_map(|id| find(id)).collect();
    let beside = shown
        .beside
        .iter()
        .filter_map(|beside| {
            let why = match beside.note.as_str() {
                "" => beside.kind.word().to_owned(),
                note => format!("{}: {note}", beside.kind.word()),
            };
            Some(Beside { why, statement: find(&beside.statement)? })
        })
        .collect();
    let seen = hash(&serde_json::to_string(&shown).unwrap_or_default());
    Ok(Cell {
        issue: matrix.issues.iter().find(|known| known.id == issue.id).cloned().unwrap_or_default(),
        party: matrix.parties.iter().find(|known| known.id == party.id).cloned().unwrap_or_default(),
        as_of: matrix.as_of.clone(),
        inside,
        beside,
        history: history.iter().map(step).collect(),
        cell: shown,
        seen,
    })
}

fn step(item: &paraph_ledger::HistoryItem) -> Step {
    let word = item.stance.unwrap_or(Stance::NoRecord).as_str();
    let position = view::Position::from_word(word).unwrap_or_default();
    Step {
        date: item.date.map(|date| date.to_string()),
        position: word.to_owned(),
        key: position.key().to_owned(),
        options: item.options.clone(),
        statement: item.statement.clone(),
        by_hand: item.by_hand.as_ref().map(|mark| format!("{}: {}", mark.author, mark.reason)),
        beside: item.beside.map(paraph_workbench::statements::word),
    }
}

/// Sets a cell by hand, or clears what was set; leads back to it.
pub(crate) fn set(shared: &Shared, fields: &Fields, issue: &str, party: &str) -> Fallible<String> {
    let case = shared.case(None)?;
    let (issue, party) = pair(&case, issue, party)?;
    let address = format!("/cells/{}/{}", issue.id, party.id);
    let reason = fields
        .get("reason")
        .ok_or_else(|| {
            Trouble::malformed("A position that is set by hand needs its reason.")
                .hint("Say in a sentence where it is known from.")
        })?
        .to_owned();
    let now = cell(shared, &Fields::default(), &issue.id, &party.id)?;
    if fields.get("seen").is_some_and(|seen| seen != now.seen) {
        return Err(Trouble::stale(
            "The cell was changed in the meantime; nothing was saved.",
            told(&now.cell),
            sent(fields, &reason),
        )
        .hint(format!("Look at {address} as it is now, then decide again.")));
    }
    let setting = fields.parsed::<Setting>("setting")?.unwrap_or_default();
    if fields.get("do") == Some("clear") {
        shared
            .act(|ledger, stamp| Ok(ledger.clear_position(stamp, &party.id, &issue.id, setting, &reason)?))?;
        return Ok(address);
    }
    let stance: Stance = fields
        .need("stance")?
        .parse()
        .map_err(|error: paraph_ledger::Error| Trouble::malformed(error.to_string()))?;
    let options: Vec<String> =
        fields.all("option").filter(|option| !option.is_empty()).map(str::to_owned).collect();
    if let Some(unknown) = options.iter().find(|option| !issue.options.contains(option)) {
        return Err(Trouble::malformed(format!("`{unknown}` is no option of the issue.")));
    }
    let position = HandPosition {
        party: party.id.clone(),
        issue: issue.id.clone(),
        options,
        stance,
        condition: fields.get("condition").map(str::to_owned),
        draft: None,
        setting,
        handling: paraph_ledger::Handling::default(),
        date: fields.parsed("date")?.or(case.as_of),
        reason,
        evidence: Vec::new(),
    };
    shared.act(|ledger, stamp| Ok(ledger.set_position(stamp, &position)?))?;
    Ok(address)
}

fn told(cell: &view::Cell) -> String {
    let mut words = vec![cell.position.word().to_owned()];
    words.extend(cell.options.iter().cloned());
    words.extend(cell.reason.iter().cloned());
    words.join(", ")
}

fn sent(fields: &Fields, reason: &str) -> String {
    let mut words = vec![fields.get("stance").unwrap_or("cleared").to_owned()];
    words.extend(fields.all("option").map(str::to_owned));
    words.push(reason.to_owned());
    words.join(", ")
}
