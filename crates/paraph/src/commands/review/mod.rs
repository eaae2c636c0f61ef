//! `paraph review`

mod walk;

use super::Ending;
use crate::cli::Review;
use crate::output;
use paraph_ledger::{Audience, Order, StatementFilter, Status};
use paraph_workbench::{Failure, Outcome, folder};
use std::io::{IsTerminal, Read as _};
use walk::Walk;

/// Walks the proposed statements, a key at a time.
pub(super) fn run(arguments: &Review) -> Outcome<Ending> {
    let place = &arguments.case.folder;
    let case = folder::case(place, None)?;
    let ledger = folder::ledger_to_change(place)?;
    let filter = StatementFilter {
        status: vec![Status::Proposed],
        source: match &arguments.report {
            Some(report) => Some(folder::source(place, &ledger, report)?),
            None => None,
        },
        party: arguments.party.clone(),
        issue: arguments.issue.clone(),
        // Who may write the ledger holds its file, and sees everything in it.
        audience: Audience::Restricted,
        order: Order::Uncertainty,
        ..StatementFilter::default()
    };
    let queue: Vec<String> =
        ledger.statements(&filter)?.into_iter().map(|statement| statement.record.id).collect();
    if queue.is_empty() {
        output::talk("Nothing waits for review.");
        return Ok(Ending::Done);
    }
    let mut walk = Walk::begin(&case, ledger, queue, arguments.author.name(), output::error_colours())?;
    output::talk(&walk.screen()?);
    let mut keys = Keys::open();
    while let Some(key) = keys.next()? {
        let step = walk.key(key)?;
        for line in &step.decided {
            output::data(&format!("{line}\n"))?;
        }
        if !step.told.is_empty() {
            output::talk(&step.told);
        }
        if step.over {
            break;
        }
        if step.show {
            output::talk(&walk.screen()?);
        }
    }
    output::talk(&walk.summary());
    Ok(Ending::Done)
}

/// Where keys come from: a terminal, key by key, or whatever standard input is.
enum Keys {
    Terminal(console::Term),
    Input,
}

impl Keys {
    fn open() -> Keys {
        if std::io::stdin().is_terminal() {
            return Keys::Terminal(console::Term::stderr());
        }
        Keys::Input
    }

    /// The next key; nothing when there will be none.
    fn next(&mut self) -> Outcome<Option<char>> {
        match self {
            Keys::Terminal(terminal) => loop {
                return Ok(match terminal.read_key() {
                    Ok(console::Key::Char(key)) => Some(key),
                    Ok(console::Key::Enter) => Some('\n'),
                    Ok(console::Key::Escape) => Some('\u{1b}'),
                    Ok(console::Key::CtrlC) => None,
                    Ok(_) => continue,
                    // Interrupted, or the terminal is gone: what was decided is on disk.
                    Err(_) => None,
                });
            },
            Keys::Input => {
                // One key at a time, so that whoever feeds them sees each decided before sending the next.
                let mut bytes = [0_u8; 4];
                for filled in 1..=bytes.len() {
                    let read = std::io::stdin()
                        .read(&mut bytes[filled - 1..filled])
                        .map_err(|error| Failure::new(format!("the keys cannot be read: {error}")))?;
                    if read == 0 {
                        return Ok(None);
                    }
                    if let Ok(text) = std::str::from_utf8(&bytes[..filled]) {
                        return Ok(text.chars().next());
                    }
                }
                Err(Failure::new("the keys are no UTF-8 text"))
            }
        }
    }
}
