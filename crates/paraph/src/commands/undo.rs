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
    let what = ledger.log(None)?.into_iter().find(|line| line.id == undone);
    if let Some(line) = what {
        output::talk(&format!("Undone: {} of {} by {}", line.kind, line.about, line.author));
    }
    Ok(Ending::Done)
}
