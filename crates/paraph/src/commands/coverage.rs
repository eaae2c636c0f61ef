//! `paraph coverage`

use super::Ending;
use crate::cli::{Coverage, Format};
use crate::output;
use paraph_brief::terminal;
use paraph_workbench::{Failure, Outcome, coverage, folder};

/// Goes through a report sentence by sentence.
pub(super) fn run(arguments: &Coverage) -> Outcome<Ending> {
    let (place, names) = folder::split(&arguments.places, Some(1));
    let name = names.first().ok_or_else(|| Failure::new("no report is named"))?;
    let case = folder::case(&place, None)?;
    let ledger = folder::ledger(&place)?;
    let source = folder::source(&place, &ledger, name)?;
    let shown = coverage::coverage(&case, &ledger, &source)?;
    match arguments.format {
        Format::Json => output::json(&shown)?,
        Format::Table => output::data(&terminal::coverage(&shown, output::style()))?,
    }
    Ok(Ending::Done)
}
