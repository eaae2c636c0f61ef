//! `paraph note`

use super::{Ending, plural};
use crate::cli::Note;
use crate::output;
use paraph_ledger::Conversation;
use paraph_reading::{Reader, Source};
use paraph_workbench::{Failure, Outcome, folder, names, stamp};
use std::io::Read as _;

/// Records an unwritten conversation and proposes what was said in it.
pub(super) fn run(arguments: &Note) -> Outcome<Ending> {
    let place = &arguments.case.folder;
    let case = folder::case(place, None)?;
    let words = match (&arguments.text, &arguments.file) {
        (Some(words), _) => words.clone(),
        (None, Some(path)) => {
            let bytes = folder::read(path)?;
            paraph_reading::decode(&bytes)
                .map_err(|error| Failure::new(format!("`{}`: {error}", path.display())))?
        }
        (None, None) => {
            let mut words = String::new();
            std::io::stdin()
                .read_to_string(&mut words)
                .map_err(|error| Failure::new(format!("the words cannot be read: {error}")))?;
            words
        }
    };
    let stamp = stamp(arguments.author.name())?;
    let mut ledger = folder::ledger_to_change(place)?;
    let note = paraph_ledger::Note {
        text: &words,
        title: arguments.title.clone(),
        conversation: Conversation {
            present: arguments.present.clone(),
            noted_by: arguments.noted_by.clone().unwrap_or_else(|| stamp.author.clone()),
            verbatim: arguments.verbatim,
        },
        date: arguments.date,
        setting: arguments.setting,
        handling: arguments.handling,
    };
    let added = ledger.note(&stamp, &note)?;
    output::data(&format!("{}\n", added.id))?;
    if !added.new {
        output::note("the same words are a source already; nothing was recorded");
        return Ok(Ending::Done);
    }
    let text = ledger.source_text(&added.id)?;
    let reader = Reader::new(&names::for_reading(&case, place));
    let source = Source { date: arguments.date, ..Source::new(&text) };
    let reading = reader.read(&source);
    let proposed = ledger.propose(&stamp, &added.id, &reading.statements)?;
    ledger.propose_events(&stamp, &added.id, &reading.events)?;
    output::talk(&format!(
        "Recorded as a {}, {} source; {} proposed.",
        arguments.setting,
        arguments.handling,
        plural(proposed.added.len(), "statement", "statements")
    ));
    Ok(Ending::Done)
}
