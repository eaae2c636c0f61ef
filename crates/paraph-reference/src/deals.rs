//! Deals, efficient outcomes and picks straight from the definitions.
//!
//! Sources: Brams and Kilgour 2001 (fallback bargaining); Nash 1950; Kalai and Smorodinsky 1975, with
//! ties of the worst-off broken lexicographically as in Imai 1983; Kalai 1977 (egalitarian).

use crate::error::Error;
use crate::natural::Natural;
use crate::stability::{Concept, Tables};
use crate::world::{World, scaled};
use paraph_case::model::{Case, Party, Preferences, WalkAway};
use paraph_case::rational::Rational;
use std::cmp::Reverse;

/// A rule that picks among deals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The vector of depths, worst first, is lexicographically least. A party's depth at a package is one
    /// plus the number of packages that it strictly prefers.
    Fallback,
    /// The product of gains over the disagreement points is greatest.
    Nash,
    /// The vector of gains, each divided by the party's greatest gain over all acceptable packages, sorted
    /// least first, is lexicographically greatest.
    KalaiSmorodinsky,
    /// The vector of gains, sorted least first, is lexicographically greatest.
    Egalitarian,
    /// The sum of utilities is greatest.
    Utilitarian,
}

/// What a rule picks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// The rule.
    pub rule: Rule,
    /// All deals that the rule ranks first, ascending.
    pub outcomes: Vec<usize>,
    /// Consenting parties that gain strictly in no deal and are therefore left out of the rule (Nash and
    /// Kalai–Smorodinsky only).
    pub left_out: Vec<usize>,
}

/// The point that a consenting party falls back on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disagreement {
    /// States, all of one rank: the status quo, the walk-away outcome, or the best states in which the
    /// walk-away formula holds.
    States(Vec<usize>),
    /// A utility in units of 1 / [`World::scale`].
    Utility(i128),
}

/// Why a consenting party does not accept a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The party.
    pub party: usize,
    /// Indexes of its red lines that the state breaks.
    pub red_lines: Vec<usize>,
    /// Whether the party ranks the state below its disagreement point.
    pub ranks_lower: bool,
    /// Index of the first priority that holds at the disagreement point and not at the state.
    pub preference: Option<usize>,
}

/// Everything about deals; vectors of truth values have an entry per state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealTables {
    /// A code per state, ascending.
    pub states: Vec<String>,
    /// The status quo.
    pub status_quo: Option<usize>,
    /// Indexes of the consenting parties.
    pub consenting: Vec<usize>,
    /// For each consenting party, in their order, what it falls back on.
    pub disagreement: Vec<Disagreement>,
    /// What the issues' directions allow to be agreed, coming from the status quo.
    pub packages: Vec<bool>,
    /// Packages that break no consenting party's red line and that each ranks at least as high as its
    /// disagreement point.
    pub acceptable: Vec<bool>,
    /// Acceptable packages that a consenting party strictly prefers to its disagreement point.
    pub deals: Vec<bool>,
    /// No feasible outcome is better for one consenting party and worse for none.
    pub efficient: Vec<bool>,
    /// For each consenting party and state the depth: one plus the number of packages strictly preferred.
    pub depths: Vec<Vec<usize>>,
    /// For each state, who does not accept it and why; empty exactly when every consenting party accepts.
    pub refusals: Vec<Vec<Refusal>>,
    /// Issues that no consenting party can move, though somebody can, and that differ from the status quo:
    /// the parties that could move one of them. One list per state; empty in the explicit form.
    pub needs: Vec<Vec<usize>>,
    /// The rules' picks; none without a deal, and the cardinal ones only when every consenting party has weights.
    pub picks: Vec<Pick>,
}

impl DealTables {
    /// Deals that are efficient among all feasible outcomes.
    pub fn efficient_deals(&self) -> Vec<bool> {
        self.deals.iter().zip(&self.efficient).map(|(deal, efficient)| *deal && *efficient).collect()
    }

    /// How many deals are equilibria under the concept, which must be of the same case.
    pub fn holding(&self, tables: &Tables, concept: Concept) -> Option<usize> {
        let equilibria = tables.equilibria(concept)?;
        Some(self.deals.iter().zip(equilibria).filter(|(deal, holds)| **deal && *holds).count())
    }

    /// The pick of a rule.
    pub fn pick(&self, rule: Rule) -> Option<&Pick> {
        self.picks.iter().find(|pick| pick.rule == rule)
    }

    /// The codes of the states for which `chosen` is true.
    pub fn codes(&self, chosen: &[bool]) -> Vec<String> {
        self.states.iter().zip(chosen).filter(|(_, chosen)| **chosen).map(|(code, _)| code.clone()).collect()
    }
}

/// A consenting party's view: how every state compares with its disagreement point.
struct View {
    disagreement: Disagreement,
    at_least: Vec<bool>,
    strictly: Vec<bool>,
    /// Gains in units of 1 / scale, when the party has weights.
    gains: Option<Vec<i128>>,
}

impl World {
    /// Deals, efficient outcomes and picks of the case that this world was made from. Quadratic in the
    /// number of states.
    ///
    /// # Errors
    /// [`Error::is_disagreement`] when the status quo is not feasible, or a consenting party has no
    /// disagreement point or one that does not exist; [`Error::is_preference`] when a formula names an
    /// issue that some state leaves open; [`Error::is_too_large`] when gains exceed 128 bits.
    pub fn deals(&self, case: &Case) -> Result<DealTables, Error> {
        let given = case.explicit.as_ref().map_or(case.status_quo().is_some(), |e| e.status_quo.is_some());
        if given && self.status_quo.is_none() {
            return Err(Error::disagreement("the status quo is not feasible"));
        }
        let consenting: Vec<usize> = (0..case.parties.len()).filter(|&i| case.parties[i].consents).collect();
        let views = consenting.iter().map(|&i| self.view(case, i)).collect::<Result<Vec<View>, Error>>()?;

        let mut refusals: Vec<Vec<Refusal>> = vec![Vec::new(); self.len()];
        for (view, &party) in views.iter().zip(&consenting) {
            let broken = self.broken_red_lines(&case.parties[party])?;
            for state in 0..self.len() {
                let ranks_lower = !view.at_least[state];
                let red_lines: Vec<usize> = (0..broken.len()).filter(|&k| broken[k][state]).collect();
                if ranks_lower || !red_lines.is_empty() {
                    let preference =
                        if ranks_lower { self.lost_priority(case, party, view, state)? } else { None };
                    refusals[state].push(Refusal { party, red_lines, ranks_lower, preference });
                }
            }
        }
        let acceptable: Vec<bool> =
            (0..self.len()).map(|s| self.packages[s] && refusals[s].is_empty()).collect();
        let deals: Vec<bool> =
            (0..self.len()).map(|s| acceptable[s] && views.iter().any(|view| view.strictly[s])).collect();
        let efficient: Vec<bool> = (0..self.len())
            .map(|s| {
                !(0..self.len()).any(|other| {
                    consenting.iter().any(|&i| self.ranks[i][other] > self.ranks[i][s])
                        && consenting.iter().all(|&i| self.ranks[i][other] >= self.ranks[i][s])
                })
            })
            .collect();
        let depths: Vec<Vec<usize>> = consenting
            .iter()
            .map(|&i| {
                let ranks = &self.ranks[i];
                (0..self.len())
                    .map(|s| 1 + (0..self.len()).filter(|&q| self.packages[q] && ranks[q] > ranks[s]).count())
                    .collect()
            })
            .collect();
        let picks = picks(&deals, &acceptable, &depths, &consenting, &views)?;
        Ok(DealTables {
            states: self.codes.clone(),
            status_quo: self.status_quo,
            needs: (0..self.len()).map(|state| self.needs(case, state)).collect(),
            disagreement: views.into_iter().map(|view| view.disagreement).collect(),
            consenting,
            packages: self.packages.clone(),
            acceptable,
            deals,
            efficient,
            depths,
            refusals,
            picks,
        })
    }

    fn view(&self, case: &Case, index: usize) -> Result<View, Error> {
        let party = &case.parties[index];
        let nowhere = |what: &str| Error::disagreement(format!("{}: {what}", party.id));
        let ranks = &self.ranks[index];
        let disagreement = match &party.walk_away {
            None => Disagreement::States(vec![
                self.status_quo.ok_or_else(|| nowhere("neither a walk-away nor a status quo"))?,
            ]),
            Some(WalkAway::Outcome(outcome)) => {
                let state =
                    if case.explicit.is_some() { outcome.first().copied() } else { self.state_of(outcome) };
                Disagreement::States(vec![state.ok_or_else(|| nowhere("the walk-away is not feasible"))?])
            }
            Some(WalkAway::Formula { that, .. }) => {
                let holds = self.truth(that)?;
                let states: Vec<usize> =
                    (0..self.len()).filter(|&s| self.members[s].iter().any(|&point| holds[point])).collect();
                let best = states
                    .iter()
                    .map(|&state| ranks[state])
                    .max()
                    .ok_or_else(|| nowhere("the walk-away holds in no feasible outcome"))?;
                Disagreement::States(states.into_iter().filter(|&state| ranks[state] == best).collect())
            }
            Some(WalkAway::Utility(value)) => Disagreement::Utility(scaled(*value, self.scale)?),
        };
        let utilities = self.utilities[index].as_ref();
        let level = match &disagreement {
            Disagreement::States(states) => utilities.map(|utilities| utilities[states[0]]),
            Disagreement::Utility(value) => Some(*value),
        };
        let gains = match (utilities, level) {
            (Some(utilities), Some(level)) => Some(
                utilities
                    .iter()
                    .map(|utility| utility.checked_sub(level))
                    .collect::<Option<Vec<i128>>>()
                    .ok_or_else(|| Error::too_large("the gains exceed exact 128-bit arithmetic"))?,
            ),
            _ => None,
        };
        let (at_least, strictly) = match (&disagreement, &gains) {
            (Disagreement::States(states), _) => {
                let level = ranks[states[0]];
                (ranks.iter().map(|&r| r >= level).collect(), ranks.iter().map(|&r| r > level).collect())
            }
            (Disagreement::Utility(_), Some(gains)) => {
                (gains.iter().map(|&g| g >= 0).collect(), gains.iter().map(|&g| g > 0).collect())
            }
            (Disagreement::Utility(_), None) => return Err(nowhere("a number as walk-away needs weights")),
        };
        Ok(View { disagreement, at_least, strictly, gains })
    }

    /// For each red line and state whether it is broken: whether some member of the state breaks it.
    fn broken_red_lines(&self, party: &Party) -> Result<Vec<Vec<bool>>, Error> {
        party
            .red_lines
            .iter()
            .map(|line| {
                let holds = self.truth(&line.that)?;
                Ok(self.members.iter().map(|points| points.iter().any(|&point| !holds[point])).collect())
            })
            .collect()
    }

    /// The first priority that holds at the disagreement point and fails at the state.
    fn lost_priority(
        &self,
        case: &Case,
        party: usize,
        view: &View,
        state: usize,
    ) -> Result<Option<usize>, Error> {
        let (Preferences::Priorities(priorities), Disagreement::States(states)) =
            (&case.parties[party].preferences, &view.disagreement)
        else {
            return Ok(None);
        };
        let (here, there) = (self.members[state][0], self.members[states[0]][0]);
        for (index, priority) in priorities.iter().enumerate() {
            let holds = self.truth(&priority.that)?;
            if holds[there] && !holds[here] {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    fn needs(&self, case: &Case, state: usize) -> Vec<usize> {
        let Some(status_quo) = self.status_quo.filter(|_| case.explicit.is_none()) else {
            return Vec::new();
        };
        let (from, to) = (&self.points[self.members[status_quo][0]], &self.points[self.members[state][0]]);
        let mut parties: Vec<usize> = case
            .issues
            .iter()
            .enumerate()
            .filter(|(k, issue)| {
                state != status_quo
                    && from[*k] != to[*k]
                    && issue.moved_by.iter().all(|&party| !case.parties[party].consents)
            })
            .flat_map(|(_, issue)| issue.moved_by.iter().copied())
            .collect();
        parties.sort_unstable();
        parties.dedup();
        parties
    }
}

/// The deals with the greatest key, ascending; all of them when several share it.
fn greatest<K: Ord>(deals: &[usize], key: impl Fn(usize) -> K) -> Vec<usize> {
    let keys: Vec<K> = deals.iter().map(|&deal| key(deal)).collect();
    let best = keys.iter().max();
    deals.iter().zip(&keys).filter(|(_, key)| Some(*key) == best).map(|(deal, _)| *deal).collect()
}

fn picks(
    is_deal: &[bool],
    acceptable: &[bool],
    depths: &[Vec<usize>],
    consenting: &[usize],
    views: &[View],
) -> Result<Vec<Pick>, Error> {
    let deals: Vec<usize> = (0..is_deal.len()).filter(|&s| is_deal[s]).collect();
    if deals.is_empty() {
        return Ok(Vec::new());
    }
    let worst_first = |state: usize| -> Vec<usize> {
        let mut vector: Vec<usize> = depths.iter().map(|depths| depths[state]).collect();
        vector.sort_unstable_by_key(|&depth| Reverse(depth));
        vector
    };
    let mut picks = vec![Pick {
        rule: Rule::Fallback,
        outcomes: greatest(&deals, |deal| Reverse(worst_first(deal))),
        left_out: Vec::new(),
    }];
    let Some(gains) = views.iter().map(|view| view.gains.as_ref()).collect::<Option<Vec<&Vec<i128>>>>()
    else {
        return Ok(picks);
    };
    let (gaining, idle): (Vec<usize>, Vec<usize>) =
        (0..gains.len()).partition(|&i| deals.iter().any(|&deal| gains[i][deal] > 0));
    let left_out: Vec<usize> = idle.iter().map(|&i| consenting[i]).collect();

    // In a deal no consenting party loses, so gains are never negative here. Where some deal lets all
    // gain, it has the most gainers: the count then changes nothing.
    let gainers = |deal: usize| -> Vec<u128> {
        gaining.iter().map(|&i| gains[i][deal]).filter(|&gain| gain > 0).map(i128::unsigned_abs).collect()
    };
    picks.push(Pick {
        rule: Rule::Nash,
        outcomes: greatest(&deals, |deal| {
            let gains = gainers(deal);
            (gains.len(), Natural::product(gains))
        }),
        left_out: left_out.clone(),
    });

    let best: Vec<i128> = gains
        .iter()
        .map(|gains| (0..gains.len()).filter(|&s| acceptable[s]).map(|s| gains[s]).max().unwrap_or(0))
        .collect();
    let normalised = |deal: usize| -> Vec<Rational> {
        let mut ratios: Vec<Rational> =
            gaining.iter().filter_map(|&i| Rational::new(gains[i][deal], best[i])).collect();
        ratios.sort();
        ratios
    };
    picks.push(Pick { rule: Rule::KalaiSmorodinsky, outcomes: greatest(&deals, normalised), left_out });

    let least_first = |deal: usize| -> Vec<i128> {
        let mut vector: Vec<i128> = gains.iter().map(|gains| gains[deal]).collect();
        vector.sort_unstable();
        vector
    };
    picks.push(Pick {
        rule: Rule::Egalitarian,
        outcomes: greatest(&deals, least_first),
        left_out: Vec::new(),
    });

    // Gains and utilities differ by a constant per party, so their sums have the same maxima.
    let sum = |deal: usize| gains.iter().try_fold(0i128, |total, gains| total.checked_add(gains[deal]));
    if deals.iter().any(|&deal| sum(deal).is_none()) {
        return Err(Error::too_large("the sum of gains exceeds exact 128-bit arithmetic"));
    }
    picks.push(Pick { rule: Rule::Utilitarian, outcomes: greatest(&deals, sum), left_out: Vec::new() });
    Ok(picks)
}
