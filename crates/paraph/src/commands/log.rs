//! `paraph log`

use super::Ending;
use crate::cli::{Format, Log};
use crate::output;
use paraph_workbench::Outcome;
use paraph_workbench::folder;

/// Lists what happened, the latest first.
pub(super) fn run(arguments: &Log) -> Outcome<Ending> {
    let ledger = folder::ledger(&arguments.case.folder)?;
    let lines = ledger.log(arguments.list.0)?;
    if arguments.format == Format::Json {
        output::json(&lines)?;
        return Ok(Ending::Done);
    }
    let mut text = String::new();
    for line in &lines {
        let marks = match (line.undone, line.shredded) {
            (true, _) => " (undone)",
            (_, true) => " (destroyed)",
            _ => "",
        };
        text.push_str(&format!(
            "{}  {}  {:19}  {}  {}{marks}\n",
            line.id, line.time, line.kind, line.author, line.about
        ));
    }
    output::data(&text)?;
    let all = ledger.counts()?.entries;
    if (lines.len() as u64) < all {
        output::note(&format!(
            "{} earlier entries are not listed (`--list all` lists them)",
            all - lines.len() as u64
        ));
    }
    Ok(Ending::Done)
}
