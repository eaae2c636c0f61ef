//! One file for each command.

mod actors;
mod bench;
mod brief;
mod check;
mod coverage;
mod deals;
mod drafts;
mod events;
mod explain;
mod export;
mod import;
mod ledger;
mod log;
mod manual;
mod matrix;
mod merge;
mod network;
mod new;
mod note;
mod path;
mod positions;
mod queue;
mod read;
mod review;
mod search;
mod serve;
mod shred;
mod sources;
mod stability;
mod statements;
mod timeline;
mod train;
mod undo;
mod verify;

use crate::cli::{Command, Knowing};
use crate::output;
use paraph_ledger::{Ledger, synced_by};
use paraph_workbench::Outcome;
use paraph_workbench::folder::{self, not_read};
use std::path::Path;

/// How a command that ran came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// As it should.
    Done,
    /// It did what it does, and found something wrong.
    Problems,
}

/// Runs a command.
pub(crate) fn run(command: Command) -> Outcome<Ending> {
    match command {
        Command::New(arguments) => new::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Read(arguments) => read::run(&arguments),
        Command::Train(arguments) => train::run(&arguments),
        Command::Coverage(arguments) => coverage::run(&arguments),
        Command::Actors(arguments) => actors::run(&arguments),
        Command::Statements(arguments) => statements::run(arguments),
        Command::Review(arguments) => review::run(&arguments),
        Command::Events(arguments) => events::run(arguments),
        Command::Sources(arguments) => sources::run(arguments),
        Command::Note(arguments) => note::run(&arguments),
        Command::Positions(arguments) => positions::run(arguments),
        Command::Matrix(arguments) => matrix::run(&arguments),
        Command::Queue(arguments) => queue::run(&arguments),
        Command::Timeline(arguments) => timeline::run(&arguments),
        Command::Network(arguments) => network::run(&arguments),
        Command::Search(arguments) => search::run(&arguments),
        Command::Deals(arguments) => deals::run(&arguments),
        Command::Stability(arguments) => stability::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Path(arguments) => path::run(&arguments),
        Command::Drafts(arguments) => drafts::run(arguments),
        Command::Initial(arguments) => drafts::initial(&arguments),
        Command::Brief(arguments) => brief::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Log(arguments) => log::run(&arguments),
        Command::Undo(arguments) => undo::run(&arguments),
        Command::Merge(arguments) => merge::run(&arguments),
        Command::Shred(arguments) => shred::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Ledger(arguments) => ledger::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Completions(arguments) => manual::completions(&arguments),
        Command::Man(arguments) => manual::man(&arguments),
    }
}

/// The ledger for reading, as it is or as it was known at a time; then it says so.
fn ledger_known(place: &Path, knowing: &Knowing) -> Outcome<Ledger> {
    let ledger = folder::ledger(place)?;
    let Some(known) = knowing.known_at else { return Ok(ledger) };
    let then = ledger.as_known_at(known.time)?;
    let (now, then_entries) = (ledger.counts()?.entries, then.counts()?.entries);
    output::note(&format!("as known at {known}: {then_entries} of {now} entries of the journal"));
    Ok(then)
}

/// Warns of a folder that some program copies elsewhere while it is used.
fn mention_synced(place: &Path) {
    if let Some(program) = synced_by(place) {
        output::note(&format!(
            "{program} seems to copy this folder to other machines; it may copy the ledger half written, and two machines \
             may write it at once. Keep the case on a local disk, and pass `paraph export` journals around: `paraph merge` \
             joins them"
        ));
    }
}

/// Says which reports of a folder nobody has read in; results that rest on the case alone are not changed by it.
fn mention_not_read(place: &Path) -> Outcome<()> {
    let names = not_read(place, &folder::ledger(place)?)?;
    if !names.is_empty() {
        output::note(&format!("not read in yet: {} (`paraph read` does that)", names.join(", ")));
    }
    Ok(())
}

/// A number with its noun.
fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
