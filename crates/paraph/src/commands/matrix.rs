//! `paraph matrix`

use super::Ending;
use crate::cli::{Looking, Matrix, MatrixFormat};
use crate::output;
use paraph_brief::{csv, docx, html, terminal, view};
use paraph_case::Case;
use paraph_ledger::{Ledger, View};
use paraph_workbench::record::{self, Since};
use paraph_workbench::statements::Shelf;
use paraph_workbench::{Failure, Outcome, brief, folder, matrix};

/// Shows who holds what.
pub(super) fn run(arguments: &Matrix) -> Outcome<Ending> {
    let place = &arguments.case.folder;
    let case = folder::case(place, None)?;
    let ledger = super::ledger_known(place, &arguments.knowing)?;
    if let Some(since) = &arguments.since {
        return changes(&case, &ledger, arguments, since);
    }
    if let [party, issue] = &arguments.history[..] {
        return history(&case, &ledger, arguments, party, issue);
    }
    let mut shown =
        matrix::positions(place, &case, &ledger, arguments.looking.as_of, arguments.looking.audience)?;
    shown.known_at = arguments.knowing.known_at.map(|known| known.to_string());
    if let [party, issue] = &arguments.why[..] {
        return why(&case, &ledger, arguments, &shown, party, issue);
    }
    let to = &arguments.output;
    match arguments.format {
        MatrixFormat::Json => output::json_to(to, &shown)?,
        MatrixFormat::Csv => output::write(to, csv::matrix(&shown).as_bytes())?,
        MatrixFormat::Html => {
            output::write(to, page(&case, &ledger, &arguments.looking, shown)?.as_bytes())?;
        }
        MatrixFormat::Docx => output::document(to, &document(&case, &ledger, &arguments.looking, &shown)?)?,
        MatrixFormat::Table => output::write(to, terminal::matrix(&shown, output::style()).as_bytes())?,
    }
    Ok(Ending::Done)
}

/// Only the forms that hold more than the matrix itself.
fn two_forms(arguments: &Matrix) -> Outcome<()> {
    match arguments.format {
        MatrixFormat::Table | MatrixFormat::Json => Ok(()),
        _ => Err(Failure::new("changes and histories are written as `table` or `json`")),
    }
}

/// What the matrix shows differently than before.
fn changes(case: &Case, ledger: &Ledger, arguments: &Matrix, since: &str) -> Outcome<Ending> {
    two_forms(arguments)?;
    let since = Since::read(since, &arguments.case.folder)?;
    let looking = &arguments.looking;
    let found = record::changes(case, ledger, &since, looking.as_of, looking.audience)?;
    match arguments.format {
        MatrixFormat::Json => output::json_to(&arguments.output, &found)?,
        _ => output::write(&arguments.output, terminal::matrix_changes(&found, output::style()).as_bytes())?,
    }
    Ok(Ending::Done)
}

/// Everything that was ever on record about one cell.
fn history(case: &Case, ledger: &Ledger, arguments: &Matrix, party: &str, issue: &str) -> Outcome<Ending> {
    two_forms(arguments)?;
    let asked = View {
        as_of: arguments.looking.as_of.or(case.as_of),
        known_at: None,
        audience: arguments.looking.audience,
    };
    let found = record::history(case, ledger, party, issue, &asked)?;
    match arguments.format {
        MatrixFormat::Json => output::json_to(&arguments.output, &found)?,
        _ => output::write(&arguments.output, terminal::cell_history(&found, output::style()).as_bytes())?,
    }
    Ok(Ending::Done)
}

/// The matrix for a word processor, with the words of every statement that it shows.
fn document(case: &Case, ledger: &Ledger, looking: &Looking, shown: &view::Matrix) -> Outcome<Vec<u8>> {
    let mut ids: Vec<&String> = Vec::new();
    for cell in &shown.cells {
        ids.extend(cell.statements.iter().chain(cell.beside.iter().map(|beside| &beside.statement)));
    }
    ids.sort();
    ids.dedup();
    let chosen = ids.iter().map(|id| Ok(ledger.statement(id)?)).collect::<Outcome<Vec<_>>>()?;
    let shelf = Shelf::with(ledger, chosen, looking.audience)?;
    let statements = shelf.statements(Some(case));
    docx::matrix(&case.title, shown, &statements, &shelf.sources())
        .map_err(|error| Failure::new(format!("the document cannot be made: {error}")))
}

/// The quoted words behind a cell.
fn why(
    case: &Case,
    ledger: &Ledger,
    arguments: &Matrix,
    shown: &view::Matrix,
    party: &str,
    issue: &str,
) -> Outcome<Ending> {
    let known = |what: &str, name: &str, names: Vec<&str>| {
        if names.contains(&name) {
            return Ok(());
        }
        Err(Failure::new(format!("no {what} `{name}`")).hint(format!("the case has: {}", names.join(", "))))
    };
    known("party", party, case.parties.iter().map(|party| party.id.as_str()).collect())?;
    known("issue", issue, case.issues.iter().map(|issue| issue.id.as_str()).collect())?;
    let cell = shown.cell(party, issue).cloned().unwrap_or_default();
    let mut ids: Vec<&String> = cell.statements.iter().collect();
    ids.extend(cell.beside.iter().map(|beside| &beside.statement));
    let mut chosen = Vec::new();
    for id in ids {
        let statement = ledger.statement(id)?;
        if !chosen.contains(&statement) {
            chosen.push(statement);
        }
    }
    let shelf = Shelf::with(ledger, chosen, arguments.looking.audience)?;
    let statements = shelf.statements(Some(case));
    if arguments.format == MatrixFormat::Json {
        output::json(&serde_json::json!({ "cell": cell, "statements": statements }))?;
        return Ok(Ending::Done);
    }
    let mut text = format!("{} on {}: {}", shown.party_name(party), issue, cell.position.word());
    if !cell.options.is_empty() {
        text.push_str(&format!(" {}", cell.options.join(" or ")));
    } else if cell.position != view::Position::NoRecord {
        text.push_str(" (option not stated)");
    }
    if cell.position == view::Position::NoRecord {
        text.push_str(&format!(" in {} sources", shown.sources));
    }
    if cell.contradiction {
        text.push_str(", contradicted by the party itself");
    }
    text.push('\n');
    if let Some(reason) = &cell.reason {
        text.push_str(&format!("Set by hand: {reason}\n"));
    }
    for (heading, inside) in [("In the cell", true), ("Beside it", false)] {
        let part: Vec<&view::Statement> =
            statements.iter().filter(|known| cell.statements.contains(&known.id) == inside).collect();
        if part.is_empty() {
            continue;
        }
        text.push_str(&format!("\n{heading}:\n"));
        for statement in part {
            let note =
                cell.beside.iter().find(|beside| beside.statement == statement.id && !inside).map(|beside| {
                    match beside.note.as_str() {
                        "" => beside.kind.word().to_owned(),
                        note => format!("{} ({note})", beside.kind.word()),
                    }
                });
            text.push_str(&super::statements::shown(statement, &shelf.sources(), note.as_deref()));
        }
    }
    output::data(&text)?;
    Ok(Ending::Done)
}

/// The matrix as a page of its own: a brief without analysis.
fn page(case: &Case, ledger: &Ledger, looking: &Looking, shown: view::Matrix) -> Outcome<String> {
    let brief = brief::record(case, ledger, looking.audience, shown)?;
    html::render(&brief).map_err(|error| Failure::new(error.to_string()))
}
