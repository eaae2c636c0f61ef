//! The command line of paraph: from the case's folder to matrix, deals, stability and brief.
//!
//! This crate works nothing out itself: `commands` has one file for each command, which asks
//! `paraph-workbench` and prints what it gives.
#![forbid(unsafe_code)]

mod cli;
mod commands;
mod output;
mod progress;

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
            output::failure(&failure);
            ExitCode::from(2)
        }
    }
}
