//! Pictures of outcomes and moves, as places for the templates to draw.

use crate::trouble::Fallible;
use paraph_analysis::{Concept, Model, Monitor, Options, stability};
use paraph_brief::view;
use paraph_case::{Case, Direction};
use serde::Serialize;
use std::collections::BTreeMap;

/// Cases with more outcomes have no map.
const MOST_NODES: u64 = 64;
/// An explanation with more moves is told in sentences alone.
const MOST_CHAINS: usize = 10;
/// The distance between neighbouring nodes, in units of the drawing.
const STEP: (i64, i64) = (128, 92);
/// The height of a node.
const TALL: i64 = 26;
/// The width of a letter of a code.
const LETTER: i64 = 8;

/// The outcomes of a small case and who would leave which of them for which.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Map {
    width: i64,
    height: i64,
    /// The width of a node.
    wide: i64,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    parties: Vec<String>,
    /// Whether nodes are numbered, because codes are too long to be drawn.
    numbered: bool,
}

/// An outcome on the map.
#[derive(Debug, Clone, Serialize)]
struct Node {
    code: String,
    label: String,
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
}

/// The map of a case, unless it is too large to read.
///
/// Places follow from the codes alone: the issues take turns in doubling the grid to the right and downwards, so that
/// neighbours differ in one issue and nothing moves when preferences do. Merged outcomes stand where their first
/// member does.
pub(crate) fn map(case: &Case) -> Fallible<Option<Map>> {
    if case.explicit.is_some() || case.all_outcomes().is_none_or(|all| all > MOST_NODES) {
        return Ok(None);
    }
    let monitor = Monitor::new();
    let model = Model::new(case, &Options::default(), &monitor)?;
    let results = stability(&model, &[Concept::Nash, Concept::Seq], &monitor)?;
    let mut members: BTreeMap<usize, Vec<Vec<usize>>> = BTreeMap::new();
    for cell in model.feasible_set().iter() {
        members.entry(model.representative(cell)).or_default().push(model.options(cell));
    }
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
    let codes: Vec<String> = members.keys().map(|&cell| model.code(cell)).collect();
    let numbered = codes.iter().any(|code| code.chars().count() > LONGEST_CODE);
    let longest = if numbered { 2 } else { codes.iter().map(|code| code.chars().count()).max().unwrap_or(0) };
    let wide = (longest as i64 * LETTER + 22).max(44);
    let place = |options: &[usize]| {
        let sum = |pick: fn(&(i64, i64)) -> i64| {
            options.iter().zip(&weights).map(|(&option, weight)| option as i64 * pick(weight)).sum::<i64>()
        };
        let (column, row) = (sum(|weight| weight.0), sum(|weight| weight.1));
        // Every other column stands a little lower, so that lines past a neighbour do not run behind it.
        (column * STEP.0 + STEP.0 / 2, row * STEP.1 + STEP.1 / 2 + (column % 2) * STEP.1 / 3)
    };
    let nodes: Vec<Node> = members
        .iter()
        .zip(codes)
        .enumerate()
        .map(|(at, ((&cell, outcomes), code))| {
            let (x, y) = place(&outcomes[0]);
            let holds = results
                .iter()
                .filter(|result| result.sets.as_ref().is_ok_and(|sets| sets.equilibria.contains(cell)));
            Node {
                label: if numbered { (at + 1).to_string() } else { code.clone() },
                code,
                holds: holds.map(|result| view::concept_name(result.concept.name())).collect(),
                status_quo: model.status_quo().map(|now| model.representative(now)) == Some(cell),
                x,
                y,
            }
        })
        .collect();
    let mut edges = Vec::new();
    for (from, (&left, befores)) in members.iter().enumerate() {
        for (to, (&reached, afters)) in members.iter().enumerate() {
            for party in 0..case.parties.len() {
                let moves =
                    |before: &Vec<usize>| afters.iter().any(|after| can_move(case, party, before, after));
                let improves = model.rank(party, reached) > model.rank(party, left);
                if from != to && improves && befores.iter().any(moves) {
                    edges.push(edge(&nodes, wide, party, from, to));
                }
            }
        }
    }
    // Where a constraint forbids everything, nothing is drawn either.
    let far = |pick: fn(&Node) -> i64| nodes.iter().map(pick).max().unwrap_or_default();
    Ok(Some(Map {
        width: far(|node| node.x) + STEP.0 / 2 + 10,
        height: far(|node| node.y) + STEP.1 / 2 + 10,
        wide,
        parties: case.parties.iter().map(|party| party.name.clone()).collect(),
        nodes,
        edges,
        numbered,
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

fn edge(nodes: &[Node], wide: i64, party: usize, from: usize, to: usize) -> Edge {
    let (one, other) = (&nodes[from], &nodes[to]);
    let (x, y) = ((other.x - one.x) as f64, (other.y - one.y) as f64);
    let length = x.hypot(y).max(1.0);
    // Each party's lines bend by their own amount, so that two parties' lines between the same nodes stay apart; long
    // ones bend more, past the nodes between.
    let bend = 8.0 + 8.0 * party as f64 + 0.1 * length;
    let middle = (
        f64::midpoint(one.x as f64, other.x as f64) - y / length * bend,
        f64::midpoint(one.y as f64, other.y as f64) + x / length * bend,
    );
    // Where the line from the middle of a node towards the bend leaves the node, with some room for the arrow.
    let rim = |node: &Node, room: f64| {
        let (x, y) = (middle.0 - node.x as f64, middle.1 - node.y as f64);
        let (half, tall) = (wide as f64 / 2.0 + room, TALL as f64 / 2.0 + room);
        let share = (half / x.abs().max(1e-9)).min(tall / y.abs().max(1e-9)).min(1.0);
        (node.x as f64 + x * share, node.y as f64 + y * share)
    };
    let (start, end) = (rim(one, 1.0), rim(other, 5.0));
    let at = |value: f64| value.round() as i64;
    let path = format!(
        "M{} {} Q{} {} {} {}",
        at(start.0),
        at(start.1),
        at(middle.0),
        at(middle.1),
        at(end.0),
        at(end.1)
    );
    Edge { party, from, to, path }
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
    /// The same by their places in the case.
    parties: Vec<usize>,
}

/// The moves of an explanation: each improvement with the answers to it, told once however many concepts share it.
pub(crate) fn chains(explanation: &view::Explanation) -> Vec<Chain> {
    let name = |id: &str| paraph_brief::sentences::party_name(&explanation.parties, id).to_owned();
    let place = |id: &str| explanation.parties.iter().position(|party| party.id == id).unwrap_or_default();
    let mut chains: Vec<Chain> = Vec::new();
    for row in &explanation.rows {
        let Some(improvement) = &row.improvement else { continue };
        let mut codes = vec![explanation.outcome.clone(), improvement.clone()];
        let mut movers = vec![name(&row.party)];
        let mut parties = vec![place(&row.party)];
        for step in &row.sanction {
            codes.push(step.to.clone());
            movers.push(name(&step.mover));
            parties.push(place(&step.mover));
        }
        let concept = view::concept_name(&row.concept).to_owned();
        let known = chains
            .iter_mut()
            .find(|chain| chain.codes == codes && chain.movers == movers && chain.stable == row.stable);
        match known {
            Some(chain) => chain.concepts.push(concept),
            None => {
                chains.push(Chain { concepts: vec![concept], stable: row.stable, codes, movers, parties })
            }
        }
    }
    chains.truncate(MOST_CHAINS);
    chains
}

/// The width of a column and the height of a row of [`Moves`], in units of the drawing.
const CELL: (i64, i64) = (232, 62);
/// The box of an outcome.
const BOX: (i64, i64) = (112, 28);
/// The room for what a chain comes to.
const VERDICT: i64 = 190;
/// Codes with more letters are drawn as a number and written out in the key.
const LONGEST_CODE: usize = 13;
/// Names with more letters are cut in the drawing; the text beside it has them in full.
const LONGEST_NAME: usize = 13;

/// An outcome, the improvements from it, and the answers to each: a tree from left to right.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Moves {
    width: i64,
    height: i64,
    spots: Vec<Spot>,
    arrows: Vec<Arrow>,
    verdicts: Vec<Verdict>,
    /// What a number stands for, where codes are too long to be drawn.
    key: Vec<(String, String)>,
    /// The same in words.
    told: String,
}

/// An outcome in the tree.
#[derive(Debug, Clone, Serialize)]
struct Spot {
    label: String,
    x: i64,
    y: i64,
    /// How many moves lead to it.
    depth: usize,
}

/// A move: an improvement by the party that is asked about, or an answer by others.
#[derive(Debug, Clone, Serialize)]
struct Arrow {
    party: usize,
    mover: String,
    answer: bool,
    path: String,
    label_x: i64,
    label_y: i64,
}

/// What a chain comes to: the mover stays or leaves, under which concepts.
#[derive(Debug, Clone, Serialize)]
struct Verdict {
    stays: bool,
    concepts: String,
    x: i64,
    y: i64,
    /// The line that leads to it, where no box does.
    path: String,
}

/// Draws chains; none where there is nothing to draw. Places follow from the order of the chains alone.
pub(crate) fn moves(chains: &[Chain]) -> Option<Moves> {
    let root = chains.first()?.codes.first()?;
    let mut key: Vec<(String, String)> = Vec::new();
    let long = chains.iter().flat_map(|chain| &chain.codes).any(|code| code.chars().count() > LONGEST_CODE);
    let mut label = |code: &str| {
        if !long {
            return code.to_owned();
        }
        if let Some((number, _)) = key.iter().find(|(_, known)| known == code) {
            return number.clone();
        }
        let number = format!("outcome {}", key.len() + 1);
        key.push((number.clone(), code.to_owned()));
        number
    };
    // Chains that begin with the same improvement share its box.
    let mut groups: Vec<Vec<&Chain>> = Vec::new();
    for chain in chains {
        let same = |known: &&Chain| known.codes[1] == chain.codes[1] && known.parties[0] == chain.parties[0];
        match groups.iter_mut().find(|group| group.iter().any(same)) {
            Some(group) => group.push(chain),
            None => groups.push(vec![chain]),
        }
    }
    let columns = chains.iter().map(|chain| chain.codes.len()).max().unwrap_or(1) as i64;
    let rows = chains.len() as i64;
    let place = |column: i64| column * CELL.0 + BOX.0 / 2 + 2;
    let height = rows * CELL.1;
    let middle = height / 2;
    let (mut spots, mut arrows, mut verdicts) = (Vec::new(), Vec::new(), Vec::new());
    spots.push(Spot { label: label(root), x: place(0), y: middle, depth: 0 });
    let mut row = 0i64;
    for group in groups {
        let first = row * CELL.1 + CELL.1 / 2;
        let last = first + (group.len() as i64 - 1) * CELL.1;
        let shared = (first + last) / 2;
        let lead = group[0];
        spots.push(Spot { label: label(&lead.codes[1]), x: place(1), y: shared, depth: 1 });
        arrows.push(arrow(lead, 0, (place(0), middle), (place(1), shared)));
        for chain in group {
            let y = row * CELL.1 + CELL.1 / 2;
            row += 1;
            let mut from = (place(1), shared);
            for step in 2..chain.codes.len() {
                let to = (place(step as i64), y);
                spots.push(Spot { label: label(&chain.codes[step]), x: to.0, y, depth: step });
                arrows.push(arrow(chain, step - 1, from, to));
                from = to;
            }
            let right = from.0 + BOX.0 / 2;
            let (x, path) = if from.1 == y {
                (right + 10, String::new())
            } else {
                let turn = right + 14;
                (turn + 14, format!("M{right} {} L{turn} {} L{turn} {y} L{} {y}", from.1, from.1, turn + 10))
            };
            verdicts.push(Verdict { stays: chain.stable, concepts: chain.concepts.join(", "), x, y, path });
        }
    }
    let told: Vec<String> = chains
        .iter()
        .map(|chain| {
            let mut words = format!("{} can move to {}", chain.movers[0], chain.codes[1]);
            for step in 2..chain.codes.len() {
                words += &format!(", {} answers with {}", chain.movers[step - 1], chain.codes[step]);
            }
            let end = if chain.stable { "so it stays" } else { "so it leaves" };
            format!("{words}: {end} ({})", chain.concepts.join(", "))
        })
        .collect();
    let told = format!("From {root}: {}.", told.join("; "));
    Some(Moves {
        width: (columns - 1) * CELL.0 + BOX.0 + VERDICT,
        height,
        spots,
        arrows,
        verdicts,
        key,
        told,
    })
}

/// A move between two boxes.
fn arrow(chain: &Chain, step: usize, from: (i64, i64), to: (i64, i64)) -> Arrow {
    let (left, right) = (from.0 + BOX.0 / 2, to.0 - BOX.0 / 2 - 3);
    let turn = left + 14;
    let name = &chain.movers[step];
    let cut = name.chars().count() > LONGEST_NAME;
    let mover = if cut { name.chars().take(LONGEST_NAME - 1).chain(['…']).collect() } else { name.clone() };
    Arrow {
        party: chain.parties[step],
        mover,
        answer: step > 0,
        path: format!("M{left} {} L{turn} {} L{turn} {} L{right} {}", from.1, from.1, to.1, to.1),
        label_x: turn + 5,
        label_y: to.1 - 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_has_a_line_wherever_somebody_would_leave() {
        for example in ["cuban-missiles", "elmira"] {
            let folder =
                std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(example);
            let case = paraph_case::load(&folder, None).case.expect("the example can be used");
            let map = map(&case).expect("it is worked out").expect("the example is small");
            assert!(map.nodes.len() > 8 && map.edges.len() > 8, "{example}");
            let monitor = Monitor::new();
            let model = Model::new(&case, &Options::default(), &monitor).expect("a model");
            let nash = stability(&model, &[Concept::Nash], &monitor).expect("it is worked out");
            let stable = &nash[0].sets.as_ref().expect("Nash is always worked out").by_party;
            for (at, node) in map.nodes.iter().enumerate() {
                let cell = model.cell(&node.code).expect("a node is an outcome");
                for (party, stable) in stable.iter().enumerate() {
                    let leaves = map.edges.iter().any(|edge| edge.from == at && edge.party == party);
                    assert_eq!(stable.contains(cell), !leaves, "{example}, {}, party {party}", node.code);
                }
                let apart =
                    |other: &Node| (node.x - other.x).abs() >= map.wide || (node.y - other.y).abs() >= TALL;
                assert!(map.nodes[at + 1..].iter().all(apart), "{example}: no node lies on another");
            }
        }
    }

    fn chain(codes: &[&str], stable: bool, concept: &str) -> Chain {
        Chain {
            concepts: vec![concept.to_owned()],
            stable,
            codes: codes.iter().map(|code| (*code).to_owned()).collect(),
            movers: vec!["North".to_owned(); codes.len() - 1],
            parties: vec![0; codes.len() - 1],
        }
    }

    #[test]
    fn an_improvement_is_drawn_once_and_every_chain_has_its_end() {
        let chains = [
            chain(&["NN", "YN"], false, "Nash"),
            chain(&["NN", "YN", "YY"], true, "GMR"),
            chain(&["NN", "NY", "YY"], true, "GMR"),
        ];
        let drawn = moves(&chains).expect("there is something to draw");
        assert_eq!(drawn.spots.iter().filter(|spot| spot.depth == 1).count(), 2);
        assert_eq!((drawn.verdicts.len(), drawn.arrows.len()), (3, 4));
        assert!(drawn.told.contains("North can move to YN, North answers with YY: so it stays (GMR)"));
        for (at, spot) in drawn.spots.iter().enumerate() {
            let apart = |other: &Spot| {
                (spot.x - other.x).abs() >= BOX.0
                    || (spot.y - other.y).abs() >= BOX.1
                    || spot.x == other.x && spot.y == other.y
            };
            assert!(drawn.spots[at + 1..].iter().all(apart), "no box lies on another: {spot:?}");
            assert!(spot.x + BOX.0 / 2 <= drawn.width && spot.y + BOX.1 / 2 <= drawn.height);
        }
        assert!(moves(&[]).is_none());
    }

    #[test]
    fn long_codes_are_numbered() {
        let code = "Y".repeat(28);
        let drawn = moves(&[chain(&[&code, &"N".repeat(28)], false, "Nash")]).expect("it is drawn");
        assert_eq!(drawn.key[0], ("outcome 1".to_owned(), code));
        assert_eq!(drawn.spots[1].label, "outcome 2");
    }
}
