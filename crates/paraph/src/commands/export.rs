//! `paraph export`

use super::Ending;
use crate::cli::{Export, ExportForm};
use crate::failure::Outcome;
use crate::{folder, output};

/// Writes the ledger as a portable file.
pub(super) fn run(arguments: &Export) -> Outcome<Ending> {
    let ledger = folder::ledger(&arguments.case.folder)?;
    let bytes = match arguments.to {
        ExportForm::Journal => ledger.export_journal()?,
    };
    match &arguments.output {
        None => output::bytes(&bytes)?,
        Some(path) => {
            output::file(path, &bytes)?;
            output::data(&format!("{}\n", path.display()))?;
        }
    }
    Ok(Ending::Done)
}
