//! `paraph search`

use super::Ending;
use crate::cli::{Format, Search};
use crate::output;
use paraph_brief::terminal;
use paraph_workbench::{Failure, Outcome, folder, record};
use std::path::Path;

/// Finds words in reports and statements.
pub(super) fn run(arguments: &Search) -> Outcome<Ending> {
    let (place, words) = match &arguments.places[..] {
        // A word alone is looked for here; a folder alone is looked for nothing.
        [only] if Path::new(only).join("case.toml").is_file() => {
            return Err(Failure::new("no words to look for").hint(format!("paraph search {only} WORDS")));
        }
        places => folder::split(places, None),
    };
    let ledger = folder::ledger(&place)?;
    let found = record::search(&ledger, &words.join(" "), arguments.audience, arguments.list.most())?;
    match arguments.format {
        Format::Json => output::json(&found)?,
        Format::Table => {
            output::data(&terminal::search(&found, output::style()))?;
            if found.truncated {
                output::note("there is more; `--list all` lists it");
            }
        }
    }
    Ok(Ending::Done)
}
