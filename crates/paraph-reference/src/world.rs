//! The explicit graph of a case: states, moves, ranks.

use crate::error::Error;
use crate::set::StateSet;
use paraph_case::formula::Formula;
use paraph_case::model::{Case, Direction, Party, Preferences, Ranked, Weights};
use paraph_case::rational::Rational;

/// The largest product of options that [`World::from_case`] enumerates.
pub const MAXIMUM_OUTCOMES: usize = 1 << 16;

/// The largest number of feasible outcomes, or of explicit states.
pub const MAXIMUM_STATES: usize = 1 << 12;

/// A case as an explicit graph: every state, every move and every rank written out.
///
/// A *point* is an option index for every issue. In the product form the points are the feasible
/// outcomes in ascending order, the first issue varying fastest; every point belongs to one state,
/// and a state has several points when `[[same]]` merges them. In the explicit form point and state
/// are the same, and an option that a state leaves open is listed in [`World::open`].
#[derive(Debug, Clone)]
pub struct World {
    /// The parties' identifiers, in order of declaration.
    pub parties: Vec<String>,
    /// Product of the numbers of options; in the explicit form the number of states.
    pub all: u64,
    /// A code per state: its outcome's, its class's name, or its name in the explicit form.
    pub codes: Vec<String>,
    /// The points.
    pub points: Vec<Vec<usize>>,
    /// For each point its state.
    pub state_of_point: Vec<usize>,
    /// For each state its points, ascending.
    pub members: Vec<Vec<usize>>,
    /// Issues that some state of the explicit form leaves open; all of them without codes.
    pub open: Vec<bool>,
    /// For each party and state its rank: equal for ties, higher is better, 0, 1, 2, … without gaps.
    pub ranks: Vec<Vec<u32>>,
    /// For each party with weights, and each state, the utility in units of 1 / [`World::scale`].
    pub utilities: Vec<Option<Vec<i128>>>,
    /// The common denominator of all weights and walk-away utilities.
    pub scale: i128,
    /// For each party and state s, where the party can move from s: R_i(s).
    pub moves: Vec<Vec<StateSet>>,
    /// For each party and state s, its improvements from s: R⁺_i(s).
    pub improvements: Vec<Vec<StateSet>>,
    /// For each party and state s, the states q with q ≼_i s.
    pub not_better: Vec<Vec<StateSet>>,
    /// The status quo's state, when the case has a feasible one.
    pub status_quo: Option<usize>,
    /// For each state, whether the directions of the issues allow it as a package from the status quo.
    pub packages: Vec<bool>,
    /// Why simultaneous sanctioning cannot be computed, or the number of options per issue.
    pub(crate) simultaneous: Result<Vec<usize>, String>,
}

impl World {
    /// Writes the case out. Quadratic in the number of feasible outcomes, times parties and issues.
    ///
    /// # Errors
    /// [`Error::is_too_large`] above [`MAXIMUM_OUTCOMES`] or [`MAXIMUM_STATES`] or when utilities
    /// exceed 128 bits; [`Error::is_merging`] when classes overlap or a party tells members of a
    /// class apart; [`Error::is_preference`] when a preference does not rank every state exactly once.
    pub fn from_case(case: &Case) -> Result<World, Error> {
        let all = match &case.explicit {
            Some(explicit) => explicit.states.len() as u64,
            None => case.all_outcomes().filter(|&n| n <= MAXIMUM_OUTCOMES as u64).ok_or_else(|| {
                Error::too_large(format!("more than {MAXIMUM_OUTCOMES} outcomes before constraints"))
            })?,
        };
        let (points, open) = match &case.explicit {
            None => (feasible_points(case), vec![false; case.issues.len()]),
            Some(explicit) => match &explicit.codes {
                None => {
                    (vec![vec![0; case.issues.len()]; explicit.states.len()], vec![true; case.issues.len()])
                }
                Some(codes) => (
                    codes
                        .iter()
                        .map(|code| code.iter().map(|option| option.unwrap_or(0)).collect())
                        .collect(),
                    (0..case.issues.len()).map(|k| codes.iter().any(|code| code[k].is_none())).collect(),
                ),
            },
        };
        if points.len() > MAXIMUM_STATES {
            return Err(Error::too_large(format!("more than {MAXIMUM_STATES} feasible outcomes")));
        }

        let class_of_point = classes(case, &points)?;
        let mut state_of_point: Vec<usize> = Vec::new();
        let mut members: Vec<Vec<usize>> = Vec::new();
        let mut state_of_class: Vec<Option<usize>> = vec![None; case.same.len()];
        for (point, class) in class_of_point.iter().enumerate() {
            let state = match class.and_then(|class| state_of_class[class]) {
                Some(state) => state,
                None => {
                    members.push(Vec::new());
                    members.len() - 1
                }
            };
            if let Some(class) = *class {
                state_of_class[class] = Some(state);
            }
            members[state].push(point);
            state_of_point.push(state);
        }
        let codes: Vec<String> = members
            .iter()
            .map(|points_of_state| {
                let first = points_of_state[0];
                match (&case.explicit, class_of_point[first]) {
                    (Some(explicit), _) => explicit.states[first].clone(),
                    (None, Some(class)) => case.same[class].name.clone(),
                    (None, None) => case.code(&points[first]),
                }
            })
            .collect();

        let scale = common_denominator(case)?;
        let mut ranks = Vec::new();
        let mut utilities = Vec::new();
        for party in &case.parties {
            let by_point = rank_points(case, party, &points, &open, &class_of_point, scale)?;
            for points_of_state in &members {
                let first = points_of_state[0];
                if let Some(&other) =
                    points_of_state.iter().find(|&&point| by_point.ranks[point] != by_point.ranks[first])
                {
                    return Err(Error::merging(format!(
                        "{} does not rank {} and {} alike, which are merged",
                        party.id,
                        case.code(&points[first]),
                        case.code(&points[other]),
                    )));
                }
            }
            let of_state = |values: &[i128]| members.iter().map(|m| values[m[0]]).collect::<Vec<i128>>();
            ranks.push(members.iter().map(|m| by_point.ranks[m[0]]).collect::<Vec<u32>>());
            utilities.push(by_point.utilities.as_deref().map(of_state));
        }

        let moves = match &case.explicit {
            None => product_moves(case, &points, &state_of_point, members.len()),
            Some(explicit) => explicit_moves(&explicit.moves, case.parties.len(), members.len()),
        };
        let not_better: Vec<Vec<StateSet>> = ranks
            .iter()
            .map(|ranks| {
                (0..ranks.len()).map(|s| StateSet::from_fn(ranks.len(), |q| ranks[q] <= ranks[s])).collect()
            })
            .collect();
        let improvements = moves
            .iter()
            .zip(&not_better)
            .map(|(moves, not_better)| {
                moves.iter().zip(not_better).map(|(r, worse)| r.difference(worse)).collect()
            })
            .collect();

        let status_quo = match &case.explicit {
            Some(explicit) => explicit.status_quo,
            None => case
                .status_quo()
                .and_then(|outcome| points.iter().position(|point| *point == outcome))
                .map(|point| state_of_point[point]),
        };
        let packages = match status_quo {
            Some(status_quo) if case.explicit.is_none() => members
                .iter()
                .map(|to| {
                    members[status_quo]
                        .iter()
                        .any(|&from| to.iter().any(|&to| directions_allow(case, &points[from], &points[to])))
                })
                .collect(),
            _ => vec![true; members.len()],
        };
        let simultaneous = simultaneous_form(case, &points, &members, &open);
        Ok(World {
            parties: case.parties.iter().map(|party| party.id.clone()).collect(),
            all,
            codes,
            points,
            state_of_point,
            members,
            open,
            ranks,
            utilities,
            scale,
            moves,
            improvements,
            not_better,
            status_quo,
            packages,
            simultaneous,
        })
    }

    /// The number of states.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether nothing is feasible.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The state with this code.
    pub fn state(&self, code: &str) -> Option<usize> {
        self.codes.iter().position(|other| other == code)
    }

    /// The state that an outcome belongs to; `None` when it is not feasible. Product form only.
    pub fn state_of(&self, outcome: &[usize]) -> Option<usize> {
        self.points.iter().position(|point| point == outcome).map(|point| self.state_of_point[point])
    }

    /// The truth value of a formula at every point.
    ///
    /// # Errors
    /// [`Error::is_preference`] when it names an issue that some state leaves open.
    pub fn truth(&self, formula: &Formula) -> Result<Vec<bool>, Error> {
        truth(formula, &self.points, &self.open)
    }
}

/// All outcomes that no constraint forbids, ascending, the first issue fastest.
pub(crate) fn feasible_points(case: &Case) -> Vec<Vec<usize>> {
    let mut feasible = Vec::new();
    let mut outcome = vec![0; case.issues.len()];
    loop {
        if case.constraints.iter().all(|constraint| constraint.always.holds(&outcome)) {
            feasible.push(outcome.clone());
        }
        // Count up like an odometer whose first wheel turns fastest.
        let Some(wheel) = (0..outcome.len()).find(|&k| outcome[k] + 1 < case.issues[k].options.len()) else {
            return feasible;
        };
        outcome[wheel] += 1;
        outcome[..wheel].fill(0);
    }
}

/// For each point the class that it belongs to.
fn classes(case: &Case, points: &[Vec<usize>]) -> Result<Vec<Option<usize>>, Error> {
    if case.explicit.is_some() && !case.same.is_empty() {
        return Err(Error::merging("the states of the explicit form cannot be merged further"));
    }
    points
        .iter()
        .map(|point| {
            let mut holding = (0..case.same.len()).filter(|&class| case.same[class].that.holds(point));
            match (holding.next(), holding.next()) {
                (Some(first), Some(second)) => Err(Error::merging(format!(
                    "{} belongs to both {} and {}",
                    case.code(point),
                    case.same[first].name,
                    case.same[second].name
                ))),
                (class, _) => Ok(class),
            }
        })
        .collect()
}

fn truth(formula: &Formula, points: &[Vec<usize>], open: &[bool]) -> Result<Vec<bool>, Error> {
    if open.contains(&true)
        && let Some(issue) = formula.issues().into_iter().find(|&issue| open[issue])
    {
        return Err(Error::preference(format!("issue {issue} is left open by some state")));
    }
    Ok(points.iter().map(|point| formula.holds(point)).collect())
}

struct PointRanks {
    ranks: Vec<u32>,
    utilities: Option<Vec<i128>>,
}

fn rank_points(
    case: &Case,
    party: &Party,
    points: &[Vec<usize>],
    open: &[bool],
    class_of_point: &[Option<usize>],
    scale: i128,
) -> Result<PointRanks, Error> {
    match &party.preferences {
        Preferences::None => Ok(PointRanks { ranks: vec![0; points.len()], utilities: None }),
        Preferences::Priorities(priorities) => {
            let columns = priorities
                .iter()
                .map(|priority| truth(&priority.that, points, open))
                .collect::<Result<Vec<Vec<bool>>, Error>>()?;
            let vectors: Vec<Vec<bool>> =
                (0..points.len()).map(|point| columns.iter().map(|column| column[point]).collect()).collect();
            Ok(PointRanks { ranks: dense_ranks(&vectors), utilities: None })
        }
        Preferences::Weights(weights) => {
            let utilities = utilities(weights, points, open, scale)?;
            Ok(PointRanks { ranks: dense_ranks(&utilities), utilities: Some(utilities) })
        }
        Preferences::Ranking(ranking) => {
            let mut group_of_point: Vec<Option<usize>> = vec![None; points.len()];
            for (group, entries) in ranking.groups.iter().enumerate() {
                for entry in entries {
                    let ranked: Vec<usize> = match entry {
                        Ranked::Outcome(outcome) => {
                            (0..points.len()).filter(|&p| points[p] == *outcome).collect()
                        }
                        Ranked::Class(class) => {
                            (0..points.len()).filter(|&p| class_of_point[p] == Some(*class)).collect()
                        }
                        Ranked::State(state) => vec![*state],
                    };
                    if ranked.is_empty() {
                        return Err(Error::preference(format!("{} ranks what is not feasible", party.id)));
                    }
                    for point in ranked {
                        if group_of_point[point].replace(group).is_some() {
                            return Err(Error::preference(format!("{} ranks an outcome twice", party.id)));
                        }
                    }
                }
            }
            let groups = group_of_point.into_iter().collect::<Option<Vec<usize>>>().ok_or_else(|| {
                let subject = if case.explicit.is_some() { "a state" } else { "a feasible outcome" };
                Error::preference(format!("{} leaves {subject} unranked", party.id))
            })?;
            let best_last: Vec<usize> = groups.iter().map(|group| ranking.groups.len() - group).collect();
            Ok(PointRanks { ranks: dense_ranks(&best_last), utilities: None })
        }
    }
}

/// 0 for the smallest key, 1 for the next larger one, and so on; equal keys share a rank.
fn dense_ranks<K: Ord>(keys: &[K]) -> Vec<u32> {
    let mut distinct: Vec<&K> = keys.iter().collect();
    distinct.sort();
    distinct.dedup();
    keys.iter().map(|key| distinct.partition_point(|other| *other < key) as u32).collect()
}

fn overflow() -> Error {
    Error::too_large("the weights exceed exact 128-bit arithmetic")
}

/// The least common denominator of everything that is compared as a utility.
fn common_denominator(case: &Case) -> Result<i128, Error> {
    let mut scale = 1i128;
    let mut include = |value: &Rational| -> Result<(), Error> {
        let (mut a, mut b) = (scale, value.denominator());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        scale = scale.checked_mul(value.denominator() / a).ok_or_else(overflow)?;
        Ok(())
    };
    for party in &case.parties {
        if let Preferences::Weights(weights) = &party.preferences {
            weights.options.iter().flatten().try_for_each(&mut include)?;
            weights.formulas.iter().try_for_each(|weighted| include(&weighted.weight))?;
        }
        if let Some(paraph_case::model::WalkAway::Utility(value)) = &party.walk_away {
            include(value)?;
        }
    }
    Ok(scale)
}

/// A rational in units of 1 / `scale`, which its denominator divides.
pub(crate) fn scaled(value: Rational, scale: i128) -> Result<i128, Error> {
    value.numerator().checked_mul(scale / value.denominator()).ok_or_else(overflow)
}

fn utilities(
    weights: &Weights,
    points: &[Vec<usize>],
    open: &[bool],
    scale: i128,
) -> Result<Vec<i128>, Error> {
    let mut totals = vec![0i128; points.len()];
    for (issue, by_option) in weights.options.iter().enumerate() {
        if open[issue] && by_option.iter().any(|weight| *weight != by_option[0]) {
            return Err(Error::preference(format!(
                "issue {issue} has weights but is left open by some state"
            )));
        }
        let by_option =
            by_option.iter().map(|&weight| scaled(weight, scale)).collect::<Result<Vec<_>, _>>()?;
        for (total, point) in totals.iter_mut().zip(points) {
            *total = total.checked_add(by_option[point[issue]]).ok_or_else(overflow)?;
        }
    }
    for weighted in &weights.formulas {
        let weight = scaled(weighted.weight, scale)?;
        for (total, holds) in totals.iter_mut().zip(truth(&weighted.that, points, open)?) {
            if holds {
                *total = total.checked_add(weight).ok_or_else(overflow)?;
            }
        }
    }
    Ok(totals)
}

fn direction_allows(direction: Direction, from: usize, to: usize) -> bool {
    match direction {
        Direction::Any => true,
        Direction::Up => to > from,
        Direction::Down => to < from,
    }
}

/// Whether every issue that differs changes in its direction.
fn directions_allow(case: &Case, from: &[usize], to: &[usize]) -> bool {
    case.issues
        .iter()
        .enumerate()
        .all(|(k, issue)| from[k] == to[k] || direction_allows(issue.changes, from[k], to[k]))
}

/// A party moves from one point to another when it can move every issue in which they differ.
fn product_moves(
    case: &Case,
    points: &[Vec<usize>],
    state_of_point: &[usize],
    states: usize,
) -> Vec<Vec<StateSet>> {
    let mut moves = vec![vec![StateSet::empty(states); states]; case.parties.len()];
    let movable: Vec<Vec<bool>> = (0..case.parties.len())
        .map(|party| case.issues.iter().map(|issue| issue.moved_by.contains(&party)).collect())
        .collect();
    for (from, &from_state) in points.iter().zip(state_of_point) {
        for (to, &to_state) in points.iter().zip(state_of_point) {
            if from_state == to_state || !directions_allow(case, from, to) {
                continue;
            }
            for party in 0..case.parties.len() {
                if (0..from.len()).all(|issue| from[issue] == to[issue] || movable[party][issue]) {
                    moves[party][from_state].insert(to_state);
                }
            }
        }
    }
    moves
}

fn explicit_moves(listed: &[Vec<(usize, usize)>], parties: usize, states: usize) -> Vec<Vec<StateSet>> {
    let mut moves = vec![vec![StateSet::empty(states); states]; parties];
    for (party, pairs) in listed.iter().enumerate() {
        for &(from, to) in pairs {
            if from != to {
                moves[party][from].insert(to);
            }
        }
    }
    moves
}

/// Numbers of options per issue when changes of several movers can be combined; else the reason.
fn simultaneous_form(
    case: &Case,
    points: &[Vec<usize>],
    members: &[Vec<usize>],
    open: &[bool],
) -> Result<Vec<usize>, String> {
    if let Some(explicit) = &case.explicit {
        if explicit.codes.is_none() {
            return Err("the states have no option codes".into());
        }
        if open.contains(&true) {
            return Err("some state leaves an option open".into());
        }
        let mut sorted: Vec<&Vec<usize>> = points.iter().collect();
        sorted.sort();
        if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err("two states have the same option code".into());
        }
        if case.all_outcomes().is_none_or(|n| n > MAXIMUM_OUTCOMES as u64) {
            return Err("too many combinations of options".into());
        }
    } else if members.iter().any(|points| points.len() > 1) {
        return Err("outcomes are merged".into());
    }
    Ok(case.issues.iter().map(|issue| issue.options.len()).collect())
}
