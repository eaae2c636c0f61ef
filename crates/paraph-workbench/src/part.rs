//! Which part of the outcomes is looked at, and which outcome a text means.

use crate::failure::{Failure, Outcome};
use paraph_analysis::{Model, Options};
use paraph_case::Case;

/// Which issues are held, so that only a part of the outcomes is looked at.
pub fn held(case: &Case, within: Option<&str>, fix: &[String]) -> Outcome<Options> {
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
    if (within.is_some() || !fix.is_empty()) && case.explicit.is_some() {
        return Err(Failure::new("a case in explicit form has states, not issues that could be held"));
    }
    if let Some(pattern) = within {
        for (issue, option) in case.parse_pattern(pattern)?.into_iter().enumerate() {
            if let Some(option) = option.filter(|_| case.issues[issue].moved_by.is_empty()) {
                hold(issue, option)?;
            }
        }
    }
    for fix in fix {
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
pub fn outcome(model: &Model, text: &str) -> Outcome<usize> {
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
