//! `paraph queue`

use super::Ending;
use crate::cli::{Format, Queue};
use crate::output;
use paraph_brief::terminal;
use paraph_ledger::View;
use paraph_workbench::{Outcome, folder, record};

/// Lists what waits for a person's decision.
pub(super) fn run(arguments: &Queue) -> Outcome<Ending> {
    let place = &arguments.case.folder;
    let case = folder::case(place, None)?;
    let ledger = super::ledger_known(place, &arguments.knowing)?;
    let asked = View {
        as_of: arguments.looking.as_of.or(case.as_of),
        known_at: None,
        audience: arguments.looking.audience,
    };
    let found = record::queue(&case, &ledger, &asked)?;
    match arguments.format {
        Format::Json => output::json(&found)?,
        Format::Table => output::data(&terminal::queue(&found, output::style()))?,
    }
    Ok(Ending::Done)
}
