//! Writing cases for other tools.
//!
//! Each function gives an [`Exported`]: the text, and a list of what the format could not hold. What a
//! format does hold comes back the same when the text is [imported](crate::import) again.

#[cfg(feature = "parquet")]
mod columns;
mod gambit;
mod graph_model;
mod graphml;
mod states;
mod table;

#[cfg(feature = "parquet")]
pub use columns::outcomes_parquet;
pub use gambit::{MOST_CONTINGENCIES, strategic_game};
pub use graph_model::graph_model;
pub use graphml::{MOST_ARCS, state_graph};
pub use states::{MOST_STATES, states_and_arcs};
pub use table::outcomes_csv;

use paraph_analysis::Model;
use paraph_case::{Case, Preferences};

/// A case in another format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The text of the file.
    pub text: String,
    /// What of the case the format could not hold, in sentences; empty when nothing was lost.
    pub not_held: Vec<String>,
}

/// What no graph model holds; formats add their own.
fn not_held_by_graph_models(case: &Case) -> Vec<String> {
    let mut lost = Vec::new();
    let mut say = |condition: bool, what: &str| {
        if condition {
            lost.push(what.to_owned());
        }
    };
    let any = |test: &dyn Fn(&paraph_case::Party) -> bool| case.parties.iter().any(test);
    say(case.as_of.is_some() || case.caveat.is_some(), "the date and the caveat");
    say(any(&|party| party.id != party.name), "keys of parties beside their names");
    say(
        any(&|party| !party.also_called.is_empty() || !party.people.is_empty()),
        "other names and people of parties",
    );
    say(any(&|party| party.consents), "whose consent a deal needs");
    say(any(&|party| party.walk_away.is_some()), "walk-aways");
    say(any(&|party| !party.red_lines.is_empty()), "red lines");
    say(!case.packages.is_empty(), "packages on the table");
    say(
        case.issues
            .iter()
            .any(|issue| issue.note.is_some() || !issue.words.is_empty() || !issue.points.is_empty()),
        "words, points and notes of issues",
    );
    say(any(&|party| !matches!(party.preferences, Preferences::None)), "what preferences rest on");
    say(
        any(&|party| matches!(party.preferences, Preferences::Weights(_))),
        "weights: only their order is kept",
    );
    lost
}

/// A party's outcomes from best to worst; ties together, ascending.
fn groups(model: &Model, party: usize, cells: &[usize]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by_key(|&at| (std::cmp::Reverse(model.rank(party, cells[at])), at));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for at in order {
        match groups.last_mut() {
            Some(group) if model.rank(party, cells[group[0]]) == model.rank(party, cells[at]) => {
                group.push(at)
            }
            _ => groups.push(vec![at]),
        }
    }
    groups
}

/// A ranking in which single members stand bare and ties in a list.
fn ranking_json(groups: &[Vec<usize>], name: impl Fn(usize) -> serde_json::Value) -> serde_json::Value {
    let entries = groups.iter().map(|group| match group.as_slice() {
        [only] => name(*only),
        several => serde_json::Value::Array(several.iter().map(|&at| name(at)).collect()),
    });
    serde_json::Value::Array(entries.collect())
}
