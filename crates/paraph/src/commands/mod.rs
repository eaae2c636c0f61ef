//! One file for each command.

mod bench;
mod brief;
mod check;
mod deals;
mod drafts;
mod explain;
mod export;
mod import;
mod log;
mod manual;
mod matrix;
mod new;
mod path;
mod read;
mod stability;
mod statements;
mod undo;
mod verify;

use crate::cli::Command;
use crate::output;
use paraph_workbench::Outcome;
use paraph_workbench::folder::{ledger, not_read};
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
        Command::Statements(arguments) => statements::run(arguments),
        Command::Matrix(arguments) => matrix::run(&arguments),
        Command::Deals(arguments) => deals::run(&arguments),
        Command::Stability(arguments) => stability::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Path(arguments) => path::run(&arguments),
        Command::Drafts(arguments) => drafts::run(arguments),
        Command::Initial(arguments) => drafts::initial(&arguments),
        Command::Brief(arguments) => brief::run(&arguments),
        Command::Log(arguments) => log::run(&arguments),
        Command::Undo(arguments) => undo::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Completions(arguments) => manual::completions(&arguments),
        Command::Man(arguments) => manual::man(&arguments),
    }
}

/// Says which reports of a folder nobody has read in; results that rest on the case alone are not changed by it.
fn mention_not_read(folder: &Path) -> Outcome<()> {
    let names = not_read(folder, &ledger(folder)?)?;
    if !names.is_empty() {
        output::note(&format!("not read in yet: {} (`paraph read` does that)", names.join(", ")));
    }
    Ok(())
}
