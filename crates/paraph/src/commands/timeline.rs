//! `paraph timeline`

use super::Ending;
use crate::cli::{Timeline, TimelineFormat};
use crate::output;
use paraph_brief::terminal;
use paraph_ledger::{TimelineKind, View, to_icalendar};
use paraph_workbench::record::{self, TimelineWanted};
use paraph_workbench::{Outcome, folder};

/// Shows what happened when.
pub(super) fn run(arguments: &Timeline) -> Outcome<Ending> {
    let place = &arguments.case.folder;
    let case = folder::case(place, None)?;
    let ledger = super::ledger_known(place, &arguments.knowing)?;
    let asked = View {
        as_of: arguments.looking.as_of.or(case.as_of),
        known_at: None,
        audience: arguments.looking.audience,
    };
    let wanted = TimelineWanted {
        party: arguments.party.clone(),
        issue: arguments.issue.clone(),
        kinds: arguments.kind.clone(),
        place: arguments.place.clone(),
        since: arguments.since,
        proposed: arguments.proposed,
    };
    let found = record::timeline(place, &case, &ledger, &asked, &wanted)?;
    match arguments.format {
        TimelineFormat::Json => output::json(&found.view)?,
        TimelineFormat::Table => output::data(&terminal::timeline(&found.view, output::style()))?,
        TimelineFormat::Ics => {
            let calendar = to_icalendar(&found.items);
            output::data(&calendar)?;
            let events = found.items.iter().filter(|item| item.kind == TimelineKind::Event).count();
            output::talk(&format!(
                "{} of {events} events are announced and have a day; the others are left out.",
                calendar.matches("BEGIN:VEVENT").count()
            ));
        }
    }
    Ok(Ending::Done)
}
