//! `paraph import`

use super::Ending;
use crate::cli::{Format, Import};
use crate::output;
use paraph_exchange as exchange;
use paraph_ledger::{JOURNAL_FILE, Ledger};
use paraph_workbench::folder;
use paraph_workbench::{Failure, Outcome};
use std::path::Path;

/// Makes a case of another tool's files, or fills an empty ledger from a journal.
pub(super) fn run(arguments: &Import) -> Outcome<Ending> {
    match &arguments.output {
        Some(folder) => case(arguments, folder),
        None => journal(arguments),
    }
}

/// Reads another tool's files into a case's folder.
fn case(arguments: &Import, into: &Path) -> Outcome<Ending> {
    let file = into.join("case.toml");
    if file.exists() {
        return Err(Failure::new(format!("`{}` exists already", file.display()))
            .hint("nothing was changed; choose another folder"));
    }
    let contents = arguments
        .places
        .iter()
        .map(|place| {
            std::fs::read(place).map_err(|error| Failure::new(format!("`{place}` cannot be read: {error}")))
        })
        .collect::<Outcome<Vec<_>>>()?;
    // Names are for people, and go into the case: where the files lay is nobody's business.
    let name = |place: &str| -> String {
        Path::new(place)
            .file_name()
            .map_or_else(|| place.to_owned(), |name| name.to_string_lossy().into_owned())
    };
    let names: Vec<String> = arguments.places.iter().map(|place| name(place)).collect();
    let files: Vec<(&str, &[u8])> =
        names.iter().zip(&contents).map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let options = exchange::Options { strict: arguments.strict, levels: usize::from(arguments.levels) };
    let imported = exchange::import(&files, &options)?;
    for folder in ["reports", "scenarios"] {
        let folder = into.join(folder);
        std::fs::create_dir_all(&folder)
            .map_err(|error| Failure::new(format!("`{}` cannot be made: {error}", folder.display())))?;
    }
    output::file(&file, imported.case_toml.as_bytes())?;
    match arguments.format {
        Format::Json => output::json(&imported.as_read.json())?,
        Format::Table => output::data(&imported.as_read.to_string())?,
    }
    output::talk(&format!("Written: {}. `paraph check {}` looks it over.", file.display(), into.display()));
    Ok(Ending::Done)
}

/// Fills an empty ledger from a journal.
fn journal(arguments: &Import) -> Outcome<Ending> {
    if arguments.places.len() > 2 {
        return Err(Failure::new("a journal is one file, after the case's folder")
            .hint("to make a case of another tool's files, say where with `-o CASE`"));
    }
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
