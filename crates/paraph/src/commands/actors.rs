//! `paraph actors`

use super::Ending;
use crate::cli::{Actors, Format};
use crate::output;
use paraph_brief::terminal;
use paraph_ledger::{NamesJudged, Work};
use paraph_workbench::{Failure, Outcome, actors, folder, stamp};

/// Lists who speaks, or records that two names are one or two.
pub(super) fn run(arguments: &Actors) -> Outcome<Ending> {
    let place = &arguments.case.folder;
    let (names, same) = match (&arguments.apart[..], &arguments.together[..]) {
        ([], []) => return list(arguments),
        (apart, []) => (apart, false),
        (_, together) => (together, true),
    };
    let [one, other] = names else { return Err(Failure::new("two names are needed")) };
    let mut ledger = folder::ledger_to_change(place)?;
    let known = actors::actors(&ledger, paraph_ledger::Audience::Restricted)?;
    for name in [one, other] {
        let met = known.actors.iter().any(|actor| {
            actor.name == *name || actor.spellings.iter().any(|spelling| spelling.words == *name)
        });
        if !met {
            return Err(Failure::new(format!("no report names a speaker `{name}`"))
                .hint("write the name as `paraph actors` lists it"));
        }
    }
    let stamp = stamp(arguments.author.name())?;
    let (one, other) = if one <= other { (one, other) } else { (other, one) };
    let work = Work::Names(NamesJudged { one: one.clone(), other: other.clone(), same });
    ledger.record_work(&stamp, &[work])?;
    output::talk(&format!("{one} and {other} are kept {}", if same { "together" } else { "apart" }));
    Ok(Ending::Done)
}

fn list(arguments: &Actors) -> Outcome<Ending> {
    let ledger = folder::ledger(&arguments.case.folder)?;
    let shown = actors::actors(&ledger, arguments.audience)?;
    match arguments.format {
        Format::Json => output::json(&shown)?,
        Format::Table => output::data(&terminal::actors(&shown, output::style()))?,
    }
    Ok(Ending::Done)
}
