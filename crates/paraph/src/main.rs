//! The command line of paraph: from the case's folder to matrix, deals, stability and brief.
//!
//! This crate joins the others and works nothing out itself: `commands` has one file for each command,
//! `assemble` fills the views of `paraph-brief` from the case, the ledger and the analysis.
#![forbid(unsafe_code)]

mod admission;
mod assemble;
mod cli;
mod commands;
mod drafts;
mod failure;
mod folder;
mod output;
mod progress;
mod quote;
mod stamp;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output and are no fault; a closed pipe is none either.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match commands::run(cli.command) {
        Ok(commands::Ending::Done) => ExitCode::SUCCESS,
        Ok(commands::Ending::Problems) => ExitCode::from(1),
        Err(failure) => {
            failure.print();
            ExitCode::from(2)
        }
    }
}
