//! GraphML of the state graph.

use super::Exported;
use super::states::{MOST_STATES, listed};
use crate::error::Error;
use paraph_analysis::{ConceptResult, Model};
use quick_xml::escape::escape;
use std::fmt::Write;

/// The most moves that are drawn as arcs.
pub const MOST_ARCS: usize = 200_000;

/// Writes the feasible outcomes as nodes and everybody's moves as arcs. A node has its code, each
/// party's rank (one for its worst), whether it is the status quo, and for each concept given whether
/// it is an equilibrium; an arc has its mover and whether the mover prefers where it leads.
///
/// Concepts that could not be computed are left out and named.
///
/// # Errors
/// When there are more than [`MOST_STATES`] feasible outcomes or more than [`MOST_ARCS`] moves.
pub fn state_graph(model: &Model, concepts: &[ConceptResult]) -> Result<Exported, Error> {
    let case = model.case();
    let cells = listed(model)?;
    let mut not_held = Vec::new();
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
    );
    let mut key = |id: &str, on: &str, name: &str, kind: &str| {
        let _ = writeln!(
            text,
            "  <key id=\"{id}\" for=\"{on}\" attr.name=\"{}\" attr.type=\"{kind}\"/>",
            escape(clean(name))
        );
    };
    key("label", "node", "label", "string");
    key("status-quo", "node", "status quo", "boolean");
    for (at, party) in case.parties.iter().enumerate() {
        key(&format!("rank-{at}"), "node", &format!("rank for {}", party.name), "int");
    }
    let computed: Vec<_> = concepts
        .iter()
        .filter_map(|result| match &result.sets {
            Ok(sets) => Some((result.concept, sets)),
            Err(reason) => {
                not_held.push(format!("equilibria under {}: {reason}", result.concept.name()));
                None
            }
        })
        .collect();
    for (concept, _) in &computed {
        key(
            &format!("equilibrium-{}", concept.name()),
            "node",
            &format!("equilibrium: {}", concept.name()),
            "boolean",
        );
    }
    key("mover", "edge", "mover", "string");
    key("improvement", "edge", "improvement", "boolean");
    let _ = writeln!(text, "  <graph id=\"states\" edgedefault=\"directed\">");
    let status_quo = model.status_quo().map(|cell| model.representative(cell));
    for &cell in &cells {
        let _ = write!(
            text,
            "    <node id=\"s{cell}\"><data key=\"label\">{}</data>",
            escape(clean(&model.code(cell)))
        );
        if status_quo == Some(cell) {
            text.push_str("<data key=\"status-quo\">true</data>");
        }
        for party in 0..case.parties.len() {
            let _ = write!(text, "<data key=\"rank-{party}\">{}</data>", model.rank(party, cell));
        }
        for (concept, sets) in computed.iter().filter(|(_, sets)| sets.equilibria.contains(cell)) {
            debug_assert!(sets.equilibria.contains(cell));
            let _ = write!(text, "<data key=\"equilibrium-{}\">true</data>", concept.name());
        }
        text.push_str("</node>\n");
    }
    let mut arcs = 0usize;
    for &cell in &cells {
        for (party, declared) in case.parties.iter().enumerate() {
            for to in model.moves(party, cell) {
                arcs += 1;
                if arcs > MOST_ARCS {
                    return Err(Error::too_large(format!("more than {MOST_ARCS} moves"))
                        .hint(format!("the limits are {MOST_STATES} outcomes and {MOST_ARCS} moves")));
                }
                let better = model.rank(party, to) > model.rank(party, cell);
                let _ = writeln!(
                    text,
                    "    <edge source=\"s{cell}\" target=\"s{to}\"><data key=\"mover\">{}</data><data key=\"improvement\">{better}</data></edge>",
                    escape(clean(&declared.name))
                );
            }
        }
    }
    text.push_str("  </graph>\n</graphml>\n");
    Ok(Exported { text, not_held })
}

/// XML has no place for control characters.
fn clean(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
