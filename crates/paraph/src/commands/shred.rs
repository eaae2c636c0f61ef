//! `paraph shred`

use super::{Ending, plural};
use crate::cli::Shred;
use crate::output;
use paraph_ledger::{Audience, JOURNAL_FILE, LEDGER_FILE, Ledger, Source, StatementFilter, front_matter};
use paraph_workbench::{Failure, Outcome, folder, stamp};
use std::collections::BTreeSet;
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
    // What is to be destroyed can be looked for only while it is there.
    let quoting = quoting(place, &words(&ledger, source.as_ref(), arguments.statement.as_deref())?, &copies);
    if !arguments.yes {
        return preview(arguments, &ledger, source.as_ref(), &copies, &quoting);
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
    for (file, line) in &quoting {
        output::note(&format!("{}, line {line}, quotes it and is left as it is: edit it", file.display()));
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
    quoting: &[(PathBuf, usize)],
) -> Outcome<Ending> {
    let what = match (source, &arguments.statement, &arguments.entry) {
        (Some(source), _, _) => {
            let title = source.meta.title.as_deref().unwrap_or("untitled");
            let statements = plural(ledger.count(&within(source))?, "statement", "statements");
            format!("source {} ({title}) and {statements} in it", source.id)
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
    for (file, line) in quoting {
        output::talk(&format!("{}, line {line}: quotes it and would be left as it is", file.display()));
    }
    output::talk("Nothing was changed; `--yes` does it, and nothing undoes it.");
    Ok(Ending::Done)
}

/// Every statement in a source, whatever became of either.
fn within(source: &Source) -> StatementFilter {
    StatementFilter {
        source: Some(source.id.clone()),
        audience: Audience::Restricted,
        with_withdrawn_sources: true,
        ..StatementFilter::default()
    }
}

/// Pieces of what is to be destroyed that are long enough to know it by: sentences of a source, what its statements
/// say, or what one statement says.
fn words(ledger: &Ledger, source: Option<&Source>, statement: Option<&str>) -> Outcome<BTreeSet<String>> {
    const SHORTEST: usize = 16;
    let (mut pieces, statements) = match (source, statement) {
        (Some(source), _) => {
            let text = ledger.source_text(&source.id)?;
            let sentences =
                front_matter::body(&text).split(['.', '!', '?', '\n', '“', '”', '"', ';']).map(on_one_line);
            (sentences.collect(), ledger.statements(&within(source))?)
        }
        (None, Some(statement)) => (BTreeSet::new(), vec![ledger.statement(statement)?]),
        (None, None) => (BTreeSet::new(), Vec::new()),
    };
    pieces.extend(statements.iter().flat_map(|known| &known.words.content).map(|words| on_one_line(words)));
    pieces.retain(|piece| piece.chars().count() >= SHORTEST);
    Ok(pieces)
}

fn on_one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Files in the folder that hold one of the pieces in a line, with the first such line; not the ledger itself, nor
/// what is dealt with anyway. What cannot be read, links, hidden folders and what is large are passed over.
fn quoting(place: &Path, pieces: &BTreeSet<String>, copies: &[PathBuf]) -> Vec<(PathBuf, usize)> {
    const LARGEST: u64 = 16 << 20;
    const DEEPEST: usize = 6;
    let mut found = Vec::new();
    let mut folders = vec![(place.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let Ok(kind) = entry.file_type() else { continue };
            let name = name.to_string_lossy();
            if kind.is_dir() && depth < DEEPEST && !name.starts_with('.') {
                folders.push((path, depth + 1));
            } else if kind.is_file()
                && !name.starts_with(LEDGER_FILE)
                && !copies.contains(&path)
                && entry.metadata().is_ok_and(|metadata| metadata.len() <= LARGEST)
                && let Ok(bytes) = std::fs::read(&path)
            {
                let text = String::from_utf8_lossy(&bytes);
                let quotes = |line: &str| pieces.iter().any(|piece| line.contains(piece.as_str()));
                let line = text.lines().position(|line| quotes(&on_one_line(line)));
                found.extend(line.map(|line| (path, line + 1)));
            }
        }
    }
    found.sort();
    found
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
