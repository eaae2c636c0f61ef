//! Pictures of outcomes and moves, as places for the templates to draw.

use crate::trouble::Fallible;
use paraph_analysis::{Concept, Model, Monitor, Options, stability};
use paraph_brief::view;
use paraph_case::{Case, Direction};
use serde::Serialize;

/// Cases with more outcomes have no map.
const MOST_NODES: u64 = 64;
/// An explanation with more moves is told in sentences alone.
const MOST_CHAINS: usize = 10;
/// The distance between neighbouring nodes, in units of the drawing.
const STEP: i64 = 84;

/// The outcomes of a small case and who would leave which of them for which.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Map {
    width: i64,
    height: i64,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    parties: Vec<String>,
}

/// An outcome on the map.
#[derive(Debug, Clone, Serialize)]
struct Node {
    code: String,
    x: i64,
    y: i64,
    /// Concepts under which it holds.
    holds: Vec<&'static str>,
    status_quo: bool,
}

/// A unilateral improvement.
#[derive(Debug, Clone, Serialize)]
struct Edge {
    party: usize,
    from: usize,
    to: usize,
    /// A curve between the rims of the two nodes.
    path: String,
    label_x: i64,
    label_y: i64,
}

/// The map of a case, unless it is too large to read or merges outcomes.
///
/// Places follow from the codes alone: the issues take turns in doubling the grid to the right and downwards, so that
/// neighbours differ in one issue and nothing moves when preferences do.
pub(crate) fn map(case: &Case) -> Fallible<Option<Map>> {
    if case.explicit.is_some()
        || !case.same.is_empty()
        || case.all_outcomes().is_none_or(|all| all > MOST_NODES)
    {
        return Ok(None);
    }
    let monitor = Monitor::new();
    let model = Model::new(case, &Options::default(), &monitor)?;
    let results = stability(&model, &[Concept::Nash, Concept::Seq], &monitor)?;
    let cells: Vec<usize> = model.feasible_set().iter().collect();
    let options: Vec<Vec<usize>> = cells.iter().map(|&cell| model.options(cell)).collect();
    let (mut across, mut down) = (1i64, 1i64);
    let mut weights = Vec::new();
    for (at, issue) in case.issues.iter().enumerate() {
        let many = issue.options.len() as i64;
        if at % 2 == 0 {
            weights.push((across, 0));
            across *= many;
        } else {
            weights.push((0, down));
            down *= many;
        }
    }
    let place = |options: &[usize]| {
        let sum = |pick: fn(&(i64, i64)) -> i64| {
            options.iter().zip(&weights).map(|(&option, weight)| option as i64 * pick(weight)).sum::<i64>()
        };
        let (column, row) = (sum(|weight| weight.0), sum(|weight| weight.1));
        // Every other column stands a little lower, so that few lines run through a node.
        (column * STEP + STEP / 2 + (row % 2) * 16, row * STEP + STEP / 2 + (column % 2) * 22)
    };
    let nodes: Vec<Node> = cells
        .iter()
        .zip(&options)
        .map(|(&cell, options)| {
            let (x, y) = place(options);
            let holds = results
                .iter()
                .filter(|result| result.sets.as_ref().is_ok_and(|sets| sets.equilibria.contains(cell)));
            Node {
                code: model.code(cell),
                holds: holds.map(|result| view::concept_name(result.concept.name())).collect(),
                status_quo: model.status_quo() == Some(cell),
                x,
                y,
            }
        })
        .collect();
    let mut edges = Vec::new();
    for (from, before) in options.iter().enumerate() {
        for (to, after) in options.iter().enumerate() {
            for party in 0..case.parties.len() {
                let improves = model.rank(party, cells[to]) > model.rank(party, cells[from]);
                if from != to && improves && can_move(case, party, before, after) {
                    edges.push(edge(&nodes, party, from, to));
                }
            }
        }
    }
    Ok(Some(Map {
        width: across * STEP + 20,
        height: down * STEP + 30,
        parties: case.parties.iter().map(|party| party.name.clone()).collect(),
        nodes,
        edges,
    }))
}

/// Whether a party can change one outcome into another alone.
fn can_move(case: &Case, party: usize, before: &[usize], after: &[usize]) -> bool {
    case.issues.iter().enumerate().all(|(at, issue)| {
        let (before, after) = (before[at], after[at]);
        before == after
            || issue.moved_by.contains(&party)
                && match issue.changes {
                    Direction::Any => true,
                    Direction::Up => after > before,
                    Direction::Down => after < before,
                }
    })
}

fn edge(nodes: &[Node], party: usize, from: usize, to: usize) -> Edge {
    let (one, other) = (&nodes[from], &nodes[to]);
    let (dx, dy) = ((other.x - one.x) as f64, (other.y - one.y) as f64);
    let length = dx.hypot(dy).max(1.0);
    let (ux, uy) = (dx / length, dy / length);
    // Each party's lines bend by their own amount, so that two parties' lines between the same nodes stay apart.
    let bend = 10.0 + 9.0 * party as f64;
    let (mx, my) = (
        f64::midpoint(one.x as f64, other.x as f64) - uy * bend,
        f64::midpoint(one.y as f64, other.y as f64) + ux * bend,
    );
    let rim = 17.0;
    let at = |value: f64| value.round() as i64;
    Edge {
        party,
        from,
        to,
        path: format!(
            "M{} {} Q{} {} {} {}",
            at(one.x as f64 + ux * rim),
            at(one.y as f64 + uy * rim),
            at(mx),
            at(my),
            at(other.x as f64 - ux * (rim + 5.0)),
            at(other.y as f64 - uy * (rim + 5.0))
        ),
        label_x: at(mx),
        label_y: at(my),
    }
}

/// An improvement and the answers to it, from left to right.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Chain {
    /// The concepts it is told for.
    concepts: Vec<String>,
    /// Whether the mover stays because of it.
    stable: bool,
    /// The outcomes along the chain.
    codes: Vec<String>,
    /// Who moves between them.
    movers: Vec<String>,
}

/// The moves of an explanation: each improvement with the answers to it, told once however many concepts share it.
pub(crate) fn chains(explanation: &view::Explanation) -> Vec<Chain> {
    let name = |id: &str| paraph_brief::sentences::party_name(&explanation.parties, id).to_owned();
    let mut chains: Vec<Chain> = Vec::new();
    for row in &explanation.rows {
        let Some(improvement) = &row.improvement else { continue };
        let mut codes = vec![explanation.outcome.clone(), improvement.clone()];
        let mut movers = vec![name(&row.party)];
        for step in &row.sanction {
            codes.push(step.to.clone());
            movers.push(name(&step.mover));
        }
        let concept = view::concept_name(&row.concept).to_owned();
        let known = chains
            .iter_mut()
            .find(|chain| chain.codes == codes && chain.movers == movers && chain.stable == row.stable);
        match known {
            Some(chain) => chain.concepts.push(concept),
            None => chains.push(Chain { concepts: vec![concept], stable: row.stable, codes, movers }),
        }
    }
    chains.truncate(MOST_CHAINS);
    chains
}
