//! `paraph import`

use super::{Ending, plural};
use crate::cli::{Format, Import};
use crate::output;
use paraph_exchange as exchange;
use paraph_ledger::{BratFile, JOURNAL_FILE, Ledger};
use paraph_workbench::{Failure, Outcome, folder, stamp};
use std::path::Path;

/// Makes a case of another tool's files, or fills an empty ledger from a journal.
pub(super) fn run(arguments: &Import) -> Outcome<Ending> {
    match &arguments.output {
        Some(folder) => case(arguments, folder),
        None => into_ledger(arguments),
    }
}

/// Reads a journal or statements into the case's ledger, by the ending of the files.
fn into_ledger(arguments: &Import) -> Outcome<Ending> {
    let ending = |file: &str| {
        Path::new(file).extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
    };
    let is_file = |place: &String| ["json", "jsonld", "csv", "ann"].contains(&ending(place).as_str());
    match arguments.places.last() {
        Some(last) if is_file(last) => statements(arguments, &ending(last)),
        Some(last) if ["xml", "yml", "yaml", "gmcr"].contains(&ending(last).as_str()) => {
            Err(Failure::new(format!("`{last}` is neither a journal nor statements"))
                .hint("to make a case of another tool's files, say where with `-o CASE`"))
        }
        _ => journal(arguments),
    }
}

/// Reads statements, as proposals, and lists what was dropped.
fn statements(arguments: &Import, ending: &str) -> Outcome<Ending> {
    let (place, files) = match arguments.places.split_first() {
        Some((first, files)) if Path::new(first).is_dir() => (Path::new(first), files),
        _ => (Path::new("."), &arguments.places[..]),
    };
    if files.is_empty() || (ending != "ann" && files.len() > 1) {
        return Err(Failure::new("one file at a time, after the case's folder")
            .hint("only brat's .ann files come several at once"));
    }
    let text = |file: &str| -> Outcome<String> {
        let bytes = folder::read(Path::new(file))?;
        String::from_utf8(bytes).map_err(|error| Failure::new(format!("`{file}` is not UTF-8: {error}")))
    };
    let stamp = stamp(arguments.author.name())?;
    let mut ledger = folder::ledger_to_change(place)?;
    let report = match ending {
        "csv" => ledger.import_statements_csv(&stamp, &text(&files[0])?)?,
        "ann" => {
            let mut read = Vec::new();
            for file in files {
                let path = Path::new(file);
                let beside = path.with_extension("txt");
                let bytes = if beside.is_file() { Some(folder::read(&beside)?) } else { None };
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
                read.push((name.unwrap_or_default(), text(file)?, bytes));
            }
            let files: Vec<BratFile<'_>> = read
                .iter()
                .map(|(name, annotations, text)| BratFile { name, annotations, text: text.as_deref() })
                .collect();
            ledger.import_brat(&stamp, &files)?
        }
        _ => ledger.import_web_annotations(&stamp, &text(&files[0])?)?,
    };
    if arguments.format == Format::Json {
        output::json(&report)?;
        return Ok(Ending::Done);
    }
    output::data(&report.added.iter().map(|id| format!("{id}\n")).collect::<String>())?;
    for dropped in &report.dropped {
        output::note(&format!("dropped: {dropped}"));
    }
    if !report.orphans.is_empty() {
        output::note(&format!("their words are not where they say: {}", report.orphans.join(", ")));
    }
    output::talk(&format!(
        "{} proposed, {} here already, {} dropped.",
        plural(report.added.len(), "statement", "statements"),
        report.already.len(),
        plural(report.dropped.len(), "thing", "things")
    ));
    Ok(Ending::Done)
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
