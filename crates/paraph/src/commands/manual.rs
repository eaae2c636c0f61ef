//! `paraph completions` and `paraph man`: both come from the declaration of the command line.

use super::Ending;
use crate::cli::{Cli, Completions, Man};
use crate::output;
use clap::CommandFactory;
use paraph_workbench::{Failure, Outcome};

/// Writes completions for a shell.
pub(super) fn completions(arguments: &Completions) -> Outcome<Ending> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "paraph", &mut script);
    output::bytes(&script)?;
    Ok(Ending::Done)
}

/// Writes a man page for each command.
pub(super) fn man(arguments: &Man) -> Outcome<Ending> {
    let folder = &arguments.folder;
    let failed = |error: std::io::Error| {
        Failure::new(format!("the pages cannot be written to `{}`: {error}", folder.display()))
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(failed)?;
    output::data(&format!("{}\n", folder.display()))?;
    Ok(Ending::Done)
}
