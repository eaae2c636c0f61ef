//! `paraph merge`

use super::{Ending, plural};
use crate::cli::{Format, Merge};
use crate::output;
use paraph_ledger::{LEDGER_FILE, Ledger};
use paraph_workbench::{Failure, Outcome, folder, record, stamp};
use std::path::Path;

/// Joins another ledger of the same case into this one.
pub(super) fn run(arguments: &Merge) -> Outcome<Ending> {
    let (place, rest) = match &arguments.places[..] {
        [other] => (".".into(), vec![other.clone()]),
        places => folder::split(places, Some(1)),
    };
    let other = rest.first().ok_or_else(|| Failure::new("say which ledger to join"))?;
    let journal = other_journal(Path::new(other))?;
    let stamp = stamp(arguments.author.name())?;
    let mut ledger = folder::ledger_to_change(&place)?;
    let report = ledger.merge(&stamp, &journal)?;
    let conflicts: Vec<_> = report.conflicts.iter().map(record::conflict).collect();
    if arguments.format == Format::Json {
        output::json(&serde_json::json!({
            "other": report.other.to_string(),
            "new_entries": report.new_entries,
            "known_entries": report.known_entries,
            "shredded": report.shredded,
            "conflicts": conflicts,
            "receipt": ledger.receipt()?.to_string(),
        }))?;
        return Ok(Ending::Done);
    }
    output::data(&format!("{}\n", ledger.receipt()?))?;
    output::talk(&format!(
        "Of {other}, {} came in; {} were here already.",
        plural(report.new_entries as usize, "new entry", "new entries"),
        report.known_entries
    ));
    if report.shredded > 0 {
        output::talk(&format!(
            "{} entries were destroyed here, too, as the other side destroyed them.",
            report.shredded
        ));
    }
    if conflicts.is_empty() {
        output::talk("Nothing was decided differently.");
    } else {
        output::talk(&format!(
            "Decided differently by the two sides, and not counted until a person decides ({}):",
            conflicts.len()
        ));
        for conflict in &conflicts {
            output::talk(&format!("  {} {}: {}", conflict.kind, conflict.about, conflict.sides.join("; ")));
            output::talk(&format!("    {}", conflict.decide));
        }
        output::talk("`paraph queue` lists them again.");
    }
    Ok(Ending::Done)
}

/// The journal of a folder, a `ledger.db` or an exported journal; none of them is changed.
fn other_journal(other: &Path) -> Outcome<Vec<u8>> {
    if other.is_dir() {
        return Ok(folder::ledger(other)?.export_journal()?);
    }
    if other.file_name().is_some_and(|name| name == LEDGER_FILE) {
        let folder = other.parent().filter(|folder| !folder.as_os_str().is_empty());
        return Ok(Ledger::open_readonly(folder.unwrap_or(Path::new(".")))?.export_journal()?);
    }
    std::fs::read(other).map_err(|error| {
        Failure::new(format!("`{}` cannot be read: {error}", other.display()))
            .hint("name the other case's folder, its `ledger.db`, or a journal that `paraph export` wrote")
    })
}
