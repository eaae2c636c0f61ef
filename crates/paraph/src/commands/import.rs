//! `paraph import`

use super::Ending;
use crate::cli::Import;
use crate::failure::{Failure, Outcome};
use crate::{folder, output};
use paraph_ledger::{JOURNAL_FILE, Ledger};
use std::path::Path;

/// Fills an empty ledger from a journal.
pub(super) fn run(arguments: &Import) -> Outcome<Ending> {
    let (place, rest) = folder::split(&arguments.places, Some(1));
    let file = rest.first().map(Path::new).unwrap_or(Path::new(JOURNAL_FILE));
    let bytes = std::fs::read(file)
        .map_err(|error| Failure::new(format!("`{}` cannot be read: {error}", file.display())))?;
    // Looked through in memory first: a journal that does not hold leaves no empty ledger behind.
    Ledger::in_memory()?.import_journal(&bytes)?;
    let own = place.join(JOURNAL_FILE);
    let mut ledger = folder::ledger_to_change(&place)?;
    let same = own.is_file() && std::fs::read(&own).is_ok_and(|known| known == bytes);
    // Opening a folder that has a journal and no ledger imports that journal already.
    let receipt = if same && ledger.export_journal()? == bytes {
        ledger.receipt()?
    } else {
        ledger.import_journal(&bytes)?
    };
    output::data(&format!("{receipt}\n"))?;
    output::talk(&format!("Imported {} entries; nothing was dropped.", receipt.count));
    Ok(Ending::Done)
}
