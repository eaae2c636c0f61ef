//! `paraph positions`

use super::Ending;
use crate::cli::{PositionClear, PositionCommand, PositionSet, Positions};
use crate::output;
use paraph_case::Case;
use paraph_ledger::{HandPosition, Stance};
use paraph_workbench::{Failure, Outcome, folder, stamp};
use std::path::PathBuf;

/// Runs one of the commands about positions set by hand.
pub(super) fn run(arguments: Positions) -> Outcome<Ending> {
    match arguments.command {
        PositionCommand::Set(arguments) => set(&arguments),
        PositionCommand::Clear(arguments) => clear(&arguments),
    }
}

/// The folder, where it is named, and the `wanted` words behind it.
fn named(places: &[String], wanted: usize) -> (PathBuf, Vec<String>) {
    if places.len() == wanted {
        (PathBuf::from("."), places.to_vec())
    } else {
        folder::split(places, Some(wanted))
    }
}

/// Party and issue have to be in the case, and options in the issue.
fn known(case: &Case, party: &str, issue: &str, options: &[String]) -> Outcome<()> {
    if !case.parties.iter().any(|known| known.id == party) {
        let names: Vec<&str> = case.parties.iter().map(|party| party.id.as_str()).collect();
        return Err(
            Failure::new(format!("no party `{party}`")).hint(format!("the case has: {}", names.join(", ")))
        );
    }
    let Some(at) = case.issue(issue) else {
        let names: Vec<&str> = case.issues.iter().map(|issue| issue.id.as_str()).collect();
        return Err(
            Failure::new(format!("no issue `{issue}`")).hint(format!("the case has: {}", names.join(", ")))
        );
    };
    match options.iter().find(|option| !case.issues[at].options.contains(option)) {
        Some(option) => Err(Failure::new(format!("`{issue}` has no option `{option}`"))
            .hint(format!("it has: {}", case.issues[at].options.join(", ")))),
        None => Ok(()),
    }
}

fn set(arguments: &PositionSet) -> Outcome<Ending> {
    let (place, words) = named(&arguments.places, 3);
    let [party, issue, stance] = &words[..] else {
        return Err(Failure::new("a position needs a party, an issue and a stance"));
    };
    let case = folder::case(&place, None)?;
    known(&case, party, issue, &arguments.option)?;
    // Stances of two words may be written with a hyphen.
    let stance: Stance = stance.replace('-', " ").parse()?;
    let stamp = stamp(arguments.author.name())?;
    let mut ledger = folder::ledger_to_change(&place)?;
    ledger.set_position(
        &stamp,
        &HandPosition {
            party: party.clone(),
            issue: issue.clone(),
            options: arguments.option.clone(),
            stance,
            condition: arguments.condition.clone(),
            draft: arguments.draft.clone(),
            setting: arguments.setting,
            handling: arguments.handling,
            date: arguments.date,
            reason: arguments.reason.clone(),
            evidence: arguments.evidence.clone(),
        },
    )?;
    output::data(&format!("{}\n", ledger.last_action().unwrap_or_default()))?;
    output::talk(&format!("{party} on {issue}: {stance}, set by hand"));
    Ok(Ending::Done)
}

fn clear(arguments: &PositionClear) -> Outcome<Ending> {
    let (place, words) = named(&arguments.places, 2);
    let [party, issue] = &words[..] else {
        return Err(Failure::new("a position is that of a party on an issue"));
    };
    let case = folder::case(&place, None)?;
    known(&case, party, issue, &[])?;
    let stamp = stamp(arguments.author.name())?;
    let mut ledger = folder::ledger_to_change(&place)?;
    ledger.clear_position(&stamp, party, issue, arguments.setting, &arguments.reason)?;
    output::data(&format!("{}\n", ledger.last_action().unwrap_or_default()))?;
    output::talk(&format!("{party} on {issue}: the statements speak again"));
    Ok(Ending::Done)
}
