//! Gambit `.nfg`: the one-shot game.

use super::Exported;
use crate::error::Error;
use paraph_analysis::Model;
use paraph_case::Preferences;
use std::fmt::Write;

/// The most combinations of strategies that are written.
pub const MOST_CONTINGENCIES: u64 = 65_536;

/// Writes the game in which every party chooses once, all together: a strategy is a setting of all the
/// issues that the party alone can move. Payoffs are utilities where a party's preferences are
/// weights, else ranks (one for the worst), of which only the order means anything.
///
/// Issues that nobody moves alone stay at the status quo. Directions and sequences of moves are not
/// in a one-shot game; that is said.
///
/// # Errors
/// When the case lists states and moves, when two parties can move one issue, when an issue that
/// nobody moves has no status quo, when a combination is infeasible, or beyond
/// [`MOST_CONTINGENCIES`].
pub fn strategic_game(model: &Model) -> Result<Exported, Error> {
    let case = model.case();
    if case.explicit.is_some() {
        return Err(Error::unsupported("states and moves that are listed are no one-shot game"));
    }
    if let Some(issue) = case.issues.iter().find(|issue| issue.moved_by.len() > 1) {
        return Err(Error::unsupported(format!(
            "`{}` can be moved by several parties, which a one-shot game cannot say",
            issue.id
        )));
    }
    let mut start = vec![0usize; case.issues.len()];
    for (at, issue) in case.issues.iter().enumerate().filter(|(_, issue)| issue.moved_by.is_empty()) {
        start[at] = issue.status_quo.ok_or_else(|| {
            Error::unsupported(format!("nobody moves `{}` alone, and it has no status quo", issue.id))
        })?;
    }
    let players: Vec<(usize, Vec<usize>)> = (0..case.parties.len())
        .map(|party| {
            (party, (0..case.issues.len()).filter(|&at| case.issues[at].moved_by == [party]).collect())
        })
        .collect();
    let sizes: Vec<u64> = players
        .iter()
        .map(|(_, own)| {
            own.iter().map(|&at| case.issues[at].options.len() as u64).try_fold(1u64, |a, b| a.checked_mul(b))
        })
        .collect::<Option<_>>()
        .ok_or_else(too_large)?;
    let all =
        sizes.iter().try_fold(1u64, |product, &size| product.checked_mul(size)).ok_or_else(too_large)?;
    if all > MOST_CONTINGENCIES {
        return Err(too_large());
    }
    let mut not_held =
        vec!["who moves after whom, and moves that cannot be undone: everybody chooses once".to_owned()];
    if case.issues.iter().any(|issue| issue.moved_by.is_empty()) {
        not_held.push("issues that change only by agreement: they stay at the status quo".to_owned());
    }
    if case.parties.iter().any(|party| !matches!(party.preferences, Preferences::Weights(_))) {
        not_held.push(
            "payoffs of parties without weights are ranks, of which only the order means anything".to_owned(),
        );
    }
    let mut text = format!("NFG 1 R {} {{", quoted(&case.title));
    for (party, _) in &players {
        let _ = write!(text, " {}", quoted(&case.parties[*party].name));
    }
    text.push_str(" }\n\n{");
    for ((_, own), &size) in players.iter().zip(&sizes) {
        text.push_str(" {");
        for strategy in 0..size {
            let chosen = digits(strategy, own, model);
            let name = if own.iter().all(|&at| case.issues[at].binary) {
                chosen.iter().map(|&(_, option)| if option == 1 { 'Y' } else { 'N' }).collect()
            } else {
                chosen
                    .iter()
                    .map(|&(at, option)| case.issues[at].options[option].as_str())
                    .collect::<Vec<_>>()
                    .join("/")
            };
            let _ = write!(text, " {}", quoted(if name.is_empty() { "(none)" } else { &name }));
        }
        text.push_str(" }");
    }
    text.push_str(" }\n\"\"\n\n{\n");
    for contingency in 0..all {
        let mut rest = contingency;
        for ((_, own), &size) in players.iter().zip(&sizes) {
            for (at, option) in digits(rest % size, own, model) {
                start[at] = option;
            }
            rest /= size;
        }
        let cell = model.space().cell(&start).filter(|&cell| model.is_feasible(cell)).ok_or_else(|| {
            Error::unsupported(format!(
                "{} is infeasible, but in a one-shot game every combination can come about",
                case.code(&start)
            ))
        })?;
        let payoffs: Vec<String> = (0..case.parties.len())
            .map(|party| match model.utility(party, cell) {
                Some(utility) => utility.to_string(),
                None => model.rank(party, cell).to_string(),
            })
            .collect();
        let _ = writeln!(text, "{{ {} {} }}", quoted(&model.code(cell)), payoffs.join(", "));
    }
    text.push_str("}\n");
    let numbers: Vec<String> = (1..=all).map(|number| number.to_string()).collect();
    text.push_str(&numbers.join(" "));
    text.push('\n');
    Ok(Exported { text, not_held })
}

fn too_large() -> Error {
    Error::too_large(format!("more than {MOST_CONTINGENCIES} combinations of strategies"))
}

/// The options that a strategy sets, the first issue fastest.
fn digits(mut strategy: u64, own: &[usize], model: &Model) -> Vec<(usize, usize)> {
    own.iter()
        .map(|&at| {
            let size = model.case().issues[at].options.len() as u64;
            let option = strategy % size;
            strategy /= size;
            (at, option as usize)
        })
        .collect()
}

fn quoted(text: &str) -> String {
    let clean: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    format!("\"{}\"", clean.replace('\\', "\\\\").replace('"', "\\\""))
}
