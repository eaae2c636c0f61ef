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

use crate::cli::{Command, Part};
use crate::failure::{Failure, Outcome};
use crate::output;
use paraph_analysis::{Model, Options};
use paraph_case::Case;
use paraph_ledger::Ledger;
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

/// Which issues are held, so that only a part of the outcomes is looked at.
fn held(case: &Case, part: &Part) -> Outcome<Options> {
    let mut held: Vec<(usize, usize)> = Vec::new();
    let mut hold = |issue: usize, option: usize| -> Outcome<()> {
        match held.iter().find(|(known, _)| *known == issue) {
            Some((_, other)) if *other != option => Err(Failure::new(format!(
                "`{}` cannot be both `{}` and `{}`",
                case.issues[issue].id, case.issues[issue].options[*other], case.issues[issue].options[option]
            ))),
            Some(_) => Ok(()),
            None => {
                held.push((issue, option));
                Ok(())
            }
        }
    };
    if (part.within.is_some() || !part.fix.is_empty()) && case.explicit.is_some() {
        return Err(Failure::new("a case in explicit form has states, not issues that could be held"));
    }
    if let Some(pattern) = &part.within {
        for (issue, option) in case.parse_pattern(pattern)?.into_iter().enumerate() {
            if let Some(option) = option.filter(|_| case.issues[issue].moved_by.is_empty()) {
                hold(issue, option)?;
            }
        }
    }
    for fix in &part.fix {
        // An issue and an option are a formula of the smallest kind; its parser knows the names and the hints.
        match case.parse_formula(fix)? {
            paraph_case::Formula::Is { issue, option } => hold(issue, option)?,
            _ => {
                return Err(Failure::new(format!("`{fix}` names no issue and option"))
                    .hint("write it as `--fix issue=option`"));
            }
        }
    }
    Ok(Options { held })
}

/// The outcome that a code, a package's name or `status-quo` means.
fn outcome(model: &Model, text: &str) -> Outcome<usize> {
    let case = model.case();
    let found = if text == "status-quo" {
        let now = model.status_quo();
        Some(now.ok_or_else(|| Failure::new("the case has no status quo"))?)
    } else if let Some(cell) = model.cell(text) {
        Some(cell)
    } else {
        let package = case.packages.iter().find(|package| package.name == text && case.explicit.is_none());
        package.and_then(|package| model.space().cell(&package.outcome))
    };
    let Some(cell) = found else {
        // The case knows why the text is no code, and which one may have been meant.
        let failure = match case.parse_ranked(text) {
            Err(error) => Failure::from(error),
            Ok(_) => {
                Failure::new(format!("`{text}` lies outside the part of the outcomes that is looked at"))
            }
        };
        let example = model.list(&model.feasible_set(), 1).first().map(|&cell| model.code(cell));
        return Err(match example {
            Some(example) if case.explicit.is_none() => {
                failure.hint(format!("a code looks like {example}: the options in the order of `case.toml`"))
            }
            _ => failure,
        });
    };
    if !model.is_feasible(cell) {
        let options = model.options(cell);
        let broken: Vec<String> = case
            .constraints
            .iter()
            .filter(|constraint| !constraint.always.holds(&options))
            .map(|constraint| format!("`{}`", constraint.text))
            .collect();
        return Err(Failure::new(format!(
            "{text} is no outcome: a constraint forbids it ({})",
            broken.join(", ")
        )));
    }
    Ok(model.representative(cell))
}

/// Reports in the folder that the ledger does not hold. They are compared by their bytes.
fn not_read(folder: &Path, ledger: &Ledger) -> Outcome<Vec<String>> {
    let mut names = Vec::new();
    for report in crate::folder::reports(folder)?.0 {
        if ledger.source_of(&report.bytes()?)?.is_none() {
            names.push(report.name);
        }
    }
    Ok(names)
}

/// Says which reports of a folder nobody has read in; results that rest on the case alone are not changed by it.
fn mention_not_read(folder: &Path) -> Outcome<()> {
    let names = not_read(folder, &crate::folder::ledger(folder)?)?;
    if !names.is_empty() {
        output::note(&format!("not read in yet: {} (`paraph read` does that)", names.join(", ")));
    }
    Ok(())
}
