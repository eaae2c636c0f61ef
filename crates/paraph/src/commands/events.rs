//! `paraph events`

use super::Ending;
use crate::cli::{EventCommand, EventList, Events, Format};
use crate::output;
use paraph_ledger::{Anchor, Status};
use paraph_workbench::statements::word;
use paraph_workbench::{Outcome, folder, stamp};

/// Runs one of the commands about events.
pub(super) fn run(arguments: Events) -> Outcome<Ending> {
    match arguments.command.unwrap_or(EventCommand::List(arguments.list)) {
        EventCommand::List(arguments) => list(&arguments),
        EventCommand::Confirm(arguments) => {
            let (place, ids) = folder::split(&arguments.places, None);
            let stamp = stamp(arguments.author.name())?;
            let mut ledger = folder::ledger_to_change(&place)?;
            say(&ledger.confirm_events(&stamp, &ids)?, "confirmed")
        }
        EventCommand::Reject(arguments) => {
            let (place, ids) = folder::split(&arguments.places, None);
            let stamp = stamp(arguments.author.name())?;
            let mut ledger = folder::ledger_to_change(&place)?;
            say(&ledger.reject_events(&stamp, &ids, arguments.reason.as_deref())?, "rejected")
        }
    }
}

fn say(ids: &[String], what: &str) -> Outcome<Ending> {
    output::data(&ids.iter().map(|id| format!("{id}\n")).collect::<String>())?;
    let plural = if ids.len() == 1 { "event" } else { "events" };
    output::talk(&format!("{} {plural} {what}", ids.len()));
    Ok(Ending::Done)
}

fn list(arguments: &EventList) -> Outcome<Ending> {
    let ledger = folder::ledger(&arguments.case.folder)?;
    let wanted: &[Status] = if arguments.proposed { &[Status::Proposed] } else { &[] };
    let events = ledger.events(wanted, arguments.audience)?;
    if arguments.format == Format::Json {
        output::json(&events)?;
        return Ok(Ending::Done);
    }
    let mut text = String::new();
    for event in &events {
        let words = &event.words;
        let mut facts = vec![word(event.record.kind), word(event.record.status)];
        if !words.participants.is_empty() {
            facts.push(format!("with {}", words.participants.join(", ")));
        }
        if !words.place.is_empty() {
            facts.push(format!("at {}", words.place.join(", ")));
        }
        if !words.when.is_empty() {
            facts.push(words.when.join(", "));
        }
        if event.anchor == Anchor::Orphan {
            facts.push("its words are not where it says".to_owned());
        }
        let facts = paraph_brief::terminal::plain(&format!(
            "{}: “{}”, source {}",
            facts.join(", "),
            words.trigger.join(" … "),
            event.source_id
        ));
        text.push_str(&format!("{}  {:9}  {facts}\n", event.record.id, event.review));
    }
    output::data(&text)?;
    output::talk(&format!("{} events", events.len()));
    Ok(Ending::Done)
}
