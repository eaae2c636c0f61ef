//! Graph-model JSON, as gmcr-py and GMCR+ read it.

use super::{Exported, groups, not_held_by_graph_models, ranking_json};
use crate::error::Error;
use paraph_analysis::{Model, Monitor};
use paraph_case::model::Direction;
use paraph_case::{Case, Formula, Preferences};
use serde_json::{Value, json};

/// Conjunctions that one statement may fall apart into.
const MOST_PARTS: usize = 4096;
/// Feasible states that may be ranked one by one.
const MOST_RANKED: u64 = 4096;

/// An option per issue, `None` for either.
type Pattern = Vec<Option<usize>>;

/// Writes a case of yes-or-no issues as a graph model: options with their directions, decision makers
/// with their options, infeasible patterns, and preferences as statements in order of priority.
///
/// When all parties have priorities, or none, statements are written, each as the conjunctions that
/// it falls apart into; else every party gets a ranking of its states, numbered as the format does
/// (feasible states, ascending, the first option being the lowest bit).
///
/// # Errors
/// When an issue has other options than no and yes, when states and moves are given one by one, when
/// a statement falls apart into more than 4,096 conjunctions, or when more than 4,096 states would
/// have to be ranked.
pub fn graph_model(case: &Case) -> Result<Exported, Error> {
    if case.explicit.is_some() || case.issues.is_empty() {
        return Err(Error::unsupported("the format has options, but the case lists states and moves")
            .hint("export states and arcs instead"));
    }
    if let Some(issue) = case.issues.iter().find(|issue| !issue.binary) {
        return Err(Error::unsupported(format!(
            "the format knows yes and no only, but `{}` has other options",
            issue.id
        ))
        .hint("export states and arcs instead"));
    }
    let mut not_held = not_held_by_graph_models(case);
    if case.issues.iter().any(|issue| issue.id != issue.title) {
        not_held.push("keys of issues beside their titles".to_owned());
    }
    if case.status_quo().is_some() {
        not_held.push("the status quo".to_owned());
    }
    if !case.same.is_empty() {
        not_held.push("merged outcomes: their members are told apart".to_owned());
    }
    if case.constraints.iter().any(|constraint| constraint.because.is_some()) {
        not_held.push("why outcomes are infeasible".to_owned());
    }
    let count = case.issues.len();
    let mut infeasibles = Vec::new();
    for constraint in &case.constraints {
        for pattern in parts(&constraint.always, false, count)? {
            infeasibles.push(conjunction(&pattern));
        }
    }
    let statements = case
        .parties
        .iter()
        .all(|party| matches!(party.preferences, Preferences::Priorities(_) | Preferences::None));
    let rankings = if statements { None } else { Some(rankings(case)?) };
    let makers = case
        .parties
        .iter()
        .enumerate()
        .map(|(at, party)| {
            let options: Vec<usize> =
                (0..count).filter(|&issue| case.issues[issue].moved_by.contains(&at)).collect();
            let mut maker = json!({ "name": party.name, "options": options });
            let list = match &party.preferences {
                Preferences::Priorities(list) => list
                    .iter()
                    .map(|priority| Ok(statement(&parts(&priority.that, true, count)?)))
                    .collect::<Result<Vec<_>, Error>>()?,
                _ => Vec::new(),
            };
            maker["preferences"] = Value::Array(list);
            if let Some(rankings) = &rankings {
                maker["preferenceRanking"] = rankings[at].clone();
            }
            Ok(maker)
        })
        .collect::<Result<Vec<Value>, Error>>()?;
    let options: Vec<Value> = case
        .issues
        .iter()
        .map(|issue| {
            let direction = match issue.changes {
                Direction::Any => "both",
                Direction::Up => "fwd",
                Direction::Down => "back",
            };
            json!({ "name": issue.title, "permittedDirection": direction })
        })
        .collect();
    let coalitions: Vec<usize> = (0..case.parties.len()).collect();
    let model = json!({
        "program": "paraph",
        "version": env!("CARGO_PKG_VERSION"),
        "title": case.title,
        "options": options,
        "decisionMakers": makers,
        "infeasibles": infeasibles,
        "useManualPreferenceRanking": rankings.is_some(),
        "coalitions": coalitions,
    });
    Ok(Exported { text: super::states::pretty(&model), not_held })
}

fn rankings(case: &Case) -> Result<Vec<Value>, Error> {
    if case.all_outcomes().is_none_or(|all| all > 1 << 20) {
        return Err(Error::too_large("states are ranked one by one only up to 20 issues"));
    }
    let monitor = Monitor::new();
    // Merged outcomes are told apart in the format, and their members tie.
    let apart = Case { same: Vec::new(), packages: Vec::new(), ..case.clone() };
    let model = Model::new(&apart, &paraph_analysis::Options::default(), &monitor)
        .map_err(|error| Error::unsupported(error.to_string()))?;
    if model.feasible_count() > MOST_RANKED {
        return Err(Error::too_large(format!(
            "{} states would have to be ranked one by one; at most {MOST_RANKED} are",
            model.feasible_count()
        )));
    }
    let cells = model.list(&model.feasible_set(), usize::MAX);
    Ok((0..case.parties.len())
        .map(|party| ranking_json(&groups(&model, party, &cells), |at| json!(at + 1)))
        .collect())
}

fn conjunction(pattern: &Pattern) -> Value {
    let conditions = pattern.iter().enumerate().filter_map(|(issue, option)| {
        option.map(|option| json!([issue, if option == 1 { "Y" } else { "N" }]))
    });
    Value::Array(conditions.collect())
}

fn statement(patterns: &[Pattern]) -> Value {
    match patterns {
        [only] => conjunction(only),
        several => {
            json!({ "compound": true, "members": several.iter().map(conjunction).collect::<Vec<_>>() })
        }
    }
}

/// The conjunctions of which one holds exactly when the formula does (or, with `holds` false, does not).
fn parts(formula: &Formula, holds: bool, count: usize) -> Result<Vec<Pattern>, Error> {
    let both = |left: Vec<Pattern>, right: Vec<Pattern>| -> Result<Vec<Pattern>, Error> {
        if left.len().saturating_mul(right.len()) > MOST_PARTS {
            return Err(Error::too_large(format!(
                "a statement falls apart into more than {MOST_PARTS} conjunctions"
            )));
        }
        let mut all: Vec<Pattern> = Vec::new();
        for a in &left {
            for b in &right {
                let merged: Option<Pattern> = a
                    .iter()
                    .zip(b)
                    .map(|pair| match pair {
                        (Some(a), Some(b)) if a != b => None,
                        (Some(known), _) | (None, Some(known)) => Some(Some(*known)),
                        (None, None) => Some(None),
                    })
                    .collect();
                if let Some(merged) = merged.filter(|merged| !all.contains(merged)) {
                    all.push(merged);
                }
            }
        }
        Ok(all)
    };
    let either = |mut left: Vec<Pattern>, right: Vec<Pattern>| -> Result<Vec<Pattern>, Error> {
        for pattern in right {
            if !left.contains(&pattern) {
                left.push(pattern);
            }
        }
        if left.len() > MOST_PARTS {
            return Err(Error::too_large(format!(
                "a statement falls apart into more than {MOST_PARTS} conjunctions"
            )));
        }
        Ok(left)
    };
    let everything = || vec![vec![None; count]];
    match formula {
        Formula::Constant(value) => Ok(if *value == holds { everything() } else { Vec::new() }),
        Formula::Is { issue, option } => {
            let mut pattern = vec![None; count];
            pattern[*issue] = Some(if holds { *option } else { 1 - *option });
            Ok(vec![pattern])
        }
        Formula::Not(inner) => parts(inner, !holds, count),
        Formula::And(list) | Formula::Or(list) => {
            let joined = matches!(formula, Formula::And(_)) == holds;
            let start = if joined { everything() } else { Vec::new() };
            list.iter().try_fold(start, |sum, part| {
                let part = parts(part, holds, count)?;
                if joined { both(sum, part) } else { either(sum, part) }
            })
        }
        Formula::If { then, when } => {
            if holds {
                either(parts(then, true, count)?, parts(when, false, count)?)
            } else {
                both(parts(when, true, count)?, parts(then, false, count)?)
            }
        }
        Formula::Iff(left, right) => {
            let same = both(parts(left, true, count)?, parts(right, holds, count)?)?;
            either(same, both(parts(left, false, count)?, parts(right, !holds, count)?)?)
        }
    }
}
