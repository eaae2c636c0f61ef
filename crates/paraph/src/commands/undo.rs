//! `paraph undo`

use super::Ending;
use crate::cli::Undo;
use crate::output;
use paraph_workbench::Outcome;
use paraph_workbench::folder;
use paraph_workbench::stamp;
use std::path::Path;

/// Takes an action back.
pub(super) fn run(arguments: &Undo) -> Outcome<Ending> {
    let alone = arguments.places.first().filter(|_| arguments.places.len() == 1);
    let (place, rest) = match alone {
        // One argument is a folder if there is such a folder, else an entry.
        Some(place) if Path::new(place).is_dir() => (place.into(), Vec::new()),
        _ => folder::split(&arguments.places, Some(1)),
    };
    let stamp = stamp(arguments.author.name())?;
    let mut ledger = folder::ledger_to_change(&place)?;
    let undone = ledger.undo(&stamp, rest.first().map(String::as_str))?;
    output::data(&format!("{undone}\n"))?;
    let entries = ledger.log_of(&undone)?;
    // The latest stands first in a log.
    if let Some((first, others)) = entries.split_last() {
        let more = match others.len() {
            0 => String::new(),
            1 => ", and 1 more entry of the same action".to_owned(),
            number => format!(", and {number} more entries of the same action"),
        };
        output::talk(&format!("Undone: {} of {} by {}{more}", first.kind, first.about, first.author));
    }
    Ok(Ending::Done)
}
