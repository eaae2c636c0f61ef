//! States and arcs as JSON.

use super::{Exported, groups, not_held_by_graph_models, ranking_json};
use crate::error::Error;
use paraph_analysis::{Model, OPEN};
use paraph_case::model::Direction;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The most states that are written one by one.
pub const MOST_STATES: u64 = 4096;

/// Writes a case as states, moves and rankings, whatever its form.
///
/// The feasible outcomes are numbered from one, ascending with the first issue fastest; states that
/// have names of their own keep them. With yes-or-no issues every state also has its options; else its
/// code stands as a label. Time and size go with the number of moves.
///
/// # Errors
/// When there are more than [`MOST_STATES`] feasible outcomes.
pub fn states_and_arcs(model: &Model) -> Result<Exported, Error> {
    let case = model.case();
    let cells = listed(model)?;
    let mut not_held = not_held_by_graph_models(case);
    let binary = case.is_binary() && !case.issues.is_empty();
    let coded = case.explicit.as_ref().is_none_or(|explicit| explicit.codes.is_some());
    let names: Vec<Value> = cells
        .iter()
        .enumerate()
        .map(|(at, &cell)| match &case.explicit {
            Some(explicit) => match explicit.states[cell].parse::<u32>() {
                Ok(number) if number.to_string() == explicit.states[cell] => json!(number),
                _ => json!(explicit.states[cell]),
            },
            None => json!(at + 1),
        })
        .collect();
    let at_cell: BTreeMap<usize, usize> = cells.iter().enumerate().map(|(at, &cell)| (cell, at)).collect();
    let states: Vec<Value> = cells
        .iter()
        .zip(&names)
        .map(|(&cell, name)| {
            if binary && coded {
                json!({ "n": name, "yn": letters(model, cell) })
            } else {
                json!({ "n": name, "label": model.code(cell) })
            }
        })
        .collect();
    let (mut moves, mut rankings) = (Map::new(), Map::new());
    for (party, declared) in case.parties.iter().enumerate() {
        let mut steps = Vec::new();
        for (at, &cell) in cells.iter().enumerate() {
            for to in model.moves(party, cell) {
                steps.push(json!([names[at], names[at_cell[&to]]]));
            }
        }
        moves.insert(declared.name.clone(), Value::Array(steps));
        if !matches!(declared.preferences, paraph_case::Preferences::None) {
            let ranking = ranking_json(&groups(model, party, &cells), |at| names[at].clone());
            rankings.insert(declared.name.clone(), ranking);
        }
    }
    let mut file = Map::new();
    file.insert("title".to_owned(), json!(case.title));
    let dms: Vec<&str> = case.parties.iter().map(|party| party.name.as_str()).collect();
    file.insert("dms".to_owned(), json!(dms));
    if moves.len() < dms.len() {
        return Err(Error::unsupported("two parties have the same name, which the format goes by"));
    }
    if binary && coded {
        let mut shared = false;
        let options: Vec<Value> = case
            .issues
            .iter()
            .enumerate()
            .map(|(at, issue)| {
                let mut option = json!({ "n": at + 1, "name": issue.title });
                match issue.moved_by.as_slice() {
                    [owner] => option["owner"] = json!(case.parties[*owner].name),
                    [] => {}
                    _ => shared = true,
                }
                match issue.changes {
                    Direction::Any => {}
                    Direction::Up => option["direction"] = json!("fwd"),
                    Direction::Down => option["direction"] = json!("back"),
                }
                option
            })
            .collect();
        file.insert("options".to_owned(), Value::Array(options));
        if shared {
            not_held.push(
                "that several parties can move one option: it has no owner; the moves are all there"
                    .to_owned(),
            );
        }
    } else if !case.issues.is_empty() {
        not_held.push("which options a state has: its code stands as a label".to_owned());
    }
    file.insert("states".to_owned(), Value::Array(states));
    file.insert("ranking_most_to_least".to_owned(), Value::Object(rankings));
    file.insert("moves".to_owned(), Value::Object(moves));
    if let Some(at) = model.status_quo().and_then(|cell| at_cell.get(&model.representative(cell))) {
        file.insert("status_quo".to_owned(), json!({ "status_quo": names[*at] }));
    }
    if case.explicit.is_none() {
        not_held.push(
            "constraints and formulas: the states and rankings that follow from them are written".to_owned(),
        );
    }
    Ok(Exported { text: pretty(&Value::Object(file)), not_held })
}

/// The feasible outcomes, ascending, merged ones once.
pub(super) fn listed(model: &Model) -> Result<Vec<usize>, Error> {
    let count = model.feasible_count();
    if count > MOST_STATES {
        return Err(Error::too_large(format!(
            "{count} feasible outcomes; at most {MOST_STATES} are written one by one"
        )));
    }
    Ok(model.list(&model.feasible_set(), usize::MAX))
}

/// Y and N in the order of the issues; a hyphen where members of a merged outcome differ.
fn letters(model: &Model, cell: usize) -> String {
    let merged = model.case().same.iter().find(|same| same.name == model.code(cell));
    let members: Vec<Vec<usize>> = match merged {
        Some(_) => (0..model.space().size())
            .filter(|&other| model.is_feasible(other) && model.representative(other) == cell)
            .map(|other| model.options(other))
            .collect(),
        None => vec![model.options(cell)],
    };
    (0..model.case().issues.len())
        .map(|issue| {
            let mut options = members.iter().map(|options| options[issue]);
            let first = options.next().unwrap_or(OPEN);
            match first {
                0 | 1 if options.all(|option| option == first) => {
                    if first == 1 {
                        'Y'
                    } else {
                        'N'
                    }
                }
                _ => '-',
            }
        })
        .collect()
}

/// JSON with one entry of the top lists per line: readable, and short enough for version control.
pub(super) fn pretty(value: &Value) -> String {
    let Value::Object(entries) = value else { return value.to_string() };
    let mut text = String::from("{\n");
    for (at, (key, value)) in entries.iter().enumerate() {
        let comma = if at + 1 < entries.len() { "," } else { "" };
        text.push_str(&format!("  {}: ", Value::from(key.as_str())));
        let rows: Vec<String> = match value {
            Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
                items.iter().map(Value::to_string).collect()
            }
            Value::Object(entries) if !entries.is_empty() => {
                entries.iter().map(|(key, value)| format!("{}: {value}", Value::from(key.as_str()))).collect()
            }
            _ => Vec::new(),
        };
        if rows.is_empty() {
            text.push_str(&format!("{value}{comma}\n"));
        } else {
            let (open, close) = if value.is_array() { ('[', ']') } else { ('{', '}') };
            text.push_str(&format!("{open}\n    {}\n  {close}{comma}\n", rows.join(",\n    ")));
        }
    }
    text.push_str("}\n");
    text
}
