//! `paraph ledger`

use super::Ending;
use crate::cli::{LedgerCare, LedgerCommand};
use crate::output;
use paraph_workbench::{Outcome, folder};

/// Looks after the ledger's file.
pub(super) fn run(arguments: &LedgerCare) -> Outcome<Ending> {
    let LedgerCommand::Rebuild(arguments) = &arguments.command;
    let mut ledger = folder::ledger_to_change(&arguments.case.folder)?;
    let changed = ledger.rebuild()?;
    output::data(&changed.iter().map(|table| format!("{table}\n")).collect::<String>())?;
    output::talk(&if changed.is_empty() {
        "Derived again from the journal: every table came out as it was.".to_owned()
    } else {
        format!("Derived again from the journal; put right: {}.", changed.join(", "))
    });
    Ok(Ending::Done)
}
