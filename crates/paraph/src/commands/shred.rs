//! `paraph shred`

use super::Ending;
use crate::cli::Shred;
use crate::output;
use paraph_ledger::{JOURNAL_FILE, Ledger, Source};
use paraph_workbench::{Failure, Outcome, folder, stamp};
use std::path::{Path, PathBuf};

/// Destroys words for good.
pub(super) fn run(arguments: &Shred) -> Outcome<Ending> {
    let place = &arguments.case.folder;
    let stamp = stamp(arguments.author.name())?;
    let mut ledger = folder::ledger_to_change(place)?;
    let source = match &arguments.source {
        Some(name) => Some(ledger.source(&folder::source(place, &ledger, name)?)?),
        None => None,
    };
    let copies = copies(place, source.as_ref())?;
    if !arguments.yes {
        return preview(arguments, &ledger, source.as_ref(), &copies);
    }
    let shredded = match (&source, &arguments.statement, &arguments.entry) {
        (Some(source), _, _) => ledger.shred_source(&stamp, &source.id, &arguments.reason)?,
        (None, Some(statement), _) => ledger.shred_statement(&stamp, statement, &arguments.reason)?,
        (None, None, Some(entry)) => ledger.shred_entry(&stamp, entry, &arguments.reason)?,
        (None, None, None) => return Err(Failure::new("say what: `--source`, `--statement` or `--entry`")),
    };
    output::data(&shredded.entries.iter().map(|entry| format!("{entry}\n")).collect::<String>())?;
    output::talk(&format!("Destroyed: the details of {} entries.", shredded.entries.len()));
    for copy in &copies {
        if !arguments.files {
            output::note(&format!("still holds the words: {}", copy.display()));
        } else if copy.file_name().is_some_and(|name| name == JOURNAL_FILE) {
            // The journal is written anew without what was destroyed: it is what others may read.
            output::file(copy, &ledger.export_journal()?)?;
            output::talk(&format!("Written anew: {}", copy.display()));
        } else {
            std::fs::remove_file(copy)
                .map_err(|error| Failure::new(format!("`{}` cannot be deleted: {error}", copy.display())))?;
            output::talk(&format!("Deleted: {}", copy.display()));
        }
    }
    for entry in &shredded.quoting {
        output::note(&format!(
            "entry {entry} quotes a sentence of it: `paraph shred --entry {entry} …` destroys that, too"
        ));
    }
    Ok(Ending::Done)
}

/// Says what would be destroyed, and changes nothing.
fn preview(
    arguments: &Shred,
    ledger: &Ledger,
    source: Option<&Source>,
    copies: &[PathBuf],
) -> Outcome<Ending> {
    let what = match (source, &arguments.statement, &arguments.entry) {
        (Some(source), _, _) => {
            let filter = paraph_ledger::StatementFilter {
                source: Some(source.id.clone()),
                audience: paraph_ledger::Audience::Restricted,
                with_withdrawn_sources: true,
                ..paraph_ledger::StatementFilter::default()
            };
            let title = source.meta.title.as_deref().unwrap_or("untitled");
            format!("source {} ({title}) and {} statements in it", source.id, ledger.count(&filter)?)
        }
        (None, Some(statement), _) => format!("statement {}", ledger.resolve_statement(statement)?),
        (None, None, entry) => format!("the details of entry {}", entry.as_deref().unwrap_or_default()),
    };
    output::talk(&format!("Would destroy for good: {what}."));
    for copy in copies {
        let fate = match (arguments.files, copy.file_name().is_some_and(|name| name == JOURNAL_FILE)) {
            (true, true) => "would be written anew",
            (true, false) => "would be deleted",
            (false, _) => "would still hold the words (`--files` takes care of it)",
        };
        output::talk(&format!("{}: {fate}", copy.display()));
    }
    output::talk("Nothing was changed; `--yes` does it, and nothing undoes it.");
    Ok(Ending::Done)
}

/// Files of the folder that hold the same words: the report itself, and an exported journal.
fn copies(place: &Path, source: Option<&Source>) -> Outcome<Vec<PathBuf>> {
    let mut copies = Vec::new();
    if let Some(source) = source {
        for report in folder::reports(place)?.0 {
            if paraph_ledger::source_id(&report.bytes()?) == source.id {
                copies.push(report.path);
            }
        }
    }
    let journal = place.join(JOURNAL_FILE);
    if journal.is_file() {
        copies.push(journal);
    }
    Ok(copies)
}
