//! Stability straight from the definitions.
//!
//! Sources: Fang, Hipel and Kilgour, *Interactive Decision Making* (1993), chapter 3; Xu, Hipel,
//! Kilgour and Chen, *Conflict Resolution Using the Graph Model* (2018), for symmetric sequential
//! stability and reach by legal sequences.

use crate::set::StateSet;
use crate::world::World;

/// A stability concept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concept {
    /// Nash stability (R): no improvement.
    Nash,
    /// General metarationality: every improvement is sanctioned by some legal sequence of the others' moves.
    Gmr,
    /// Symmetric metarationality: as GMR, and the party cannot escape the sanction.
    Smr,
    /// Sequential stability: as GMR, by improvements of the others only.
    Seq,
    /// Symmetric sequential stability: as SEQ, and the party cannot escape the sanction.
    SymmetricSeq,
    /// Simultaneous stability: the others move at the same time as the party.
    Sim,
}

impl Concept {
    /// All concepts, in the order of [`Tables::stable`].
    pub const ALL: [Concept; 6] =
        [Concept::Nash, Concept::Gmr, Concept::Smr, Concept::Seq, Concept::SymmetricSeq, Concept::Sim];

    /// The name used in files and output.
    pub fn word(self) -> &'static str {
        match self {
            Concept::Nash => "nash",
            Concept::Gmr => "gmr",
            Concept::Smr => "smr",
            Concept::Seq => "seq",
            Concept::SymmetricSeq => "symmetric-seq",
            Concept::Sim => "sim",
        }
    }
}

/// Which states are stable, under every concept, for every party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// A code per state, ascending.
    pub states: Vec<String>,
    /// The parties' identifiers.
    pub parties: Vec<String>,
    /// For each concept of [`Concept::ALL`], each party and each state: stable or not. `None` for
    /// [`Concept::Sim`] when it cannot be computed.
    pub stable: Vec<Option<Vec<Vec<bool>>>>,
    /// Why [`Concept::Sim`] cannot be computed.
    pub sim_reason: Option<String>,
}

impl Tables {
    /// For each party and state whether it is stable.
    pub fn of(&self, concept: Concept) -> Option<&Vec<Vec<bool>>> {
        self.stable[concept as usize].as_ref()
    }

    /// For each state whether it is stable for every party.
    pub fn equilibria(&self, concept: Concept) -> Option<Vec<bool>> {
        let stable = self.of(concept)?;
        Some((0..self.states.len()).map(|state| stable.iter().all(|party| party[state])).collect())
    }

    /// The codes of the states for which `chosen` is true.
    pub fn codes(&self, chosen: &[bool]) -> Vec<String> {
        self.states.iter().zip(chosen).filter(|(_, chosen)| **chosen).map(|(code, _)| code.clone()).collect()
    }
}

/// What the others reach after a party's move, remembered per state.
struct Answers<'a> {
    world: &'a World,
    opponents: Vec<usize>,
    by_moves: Vec<Option<StateSet>>,
    by_improvements: Vec<Option<StateSet>>,
}

impl World {
    /// Everything that a group reaches from a state by legal sequences of one or more moves, no party
    /// moving twice running; with `improvements_only`, each move is an improvement for its own mover at
    /// the state where it moves. The state itself is in the result only when a sequence returns to it.
    pub fn reach(&self, group: &[usize], from: usize, improvements_only: bool) -> StateSet {
        let arcs = if improvements_only { &self.improvements } else { &self.moves };
        let mut reached = StateSet::empty(self.len());
        // A node of the search is a state together with who moved last.
        let mut seen = vec![StateSet::empty(self.len()); group.len()];
        let mut waiting: Vec<(usize, Option<usize>)> = vec![(from, None)];
        while let Some((state, last)) = waiting.pop() {
            for (position, &mover) in group.iter().enumerate() {
                if last == Some(position) {
                    continue;
                }
                let new = arcs[mover][state].difference(&seen[position]);
                seen[position].extend(&new);
                reached.extend(&new);
                waiting.extend(new.iter().map(|next| (next, Some(position))));
            }
        }
        reached
    }

    /// Whether the steps, each a mover and where it moves to, form a legal sequence of the group.
    pub fn is_legal_sequence(
        &self,
        group: &[usize],
        from: usize,
        steps: &[(usize, usize)],
        improvements_only: bool,
    ) -> bool {
        let arcs = if improvements_only { &self.improvements } else { &self.moves };
        let mut here = from;
        let mut last = None;
        steps.iter().all(|&(mover, to)| {
            let legal = group.contains(&mover) && last != Some(mover) && arcs[mover][here].contains(to);
            (here, last) = (to, Some(mover));
            legal
        })
    }

    /// Everyone but the party.
    pub fn opponents(&self, party: usize) -> Vec<usize> {
        (0..self.parties.len()).filter(|&other| other != party).collect()
    }

    /// The states that all movers' changes from `state` can give together: one own improvement or
    /// staying for each opponent of the party, and the party's own change to `improvement`.
    /// Infeasible combinations and conflicting settings of one issue give nothing.
    ///
    /// # Errors
    /// The reason when changes cannot be combined.
    pub fn simultaneous(&self, party: usize, state: usize, improvement: usize) -> Result<StateSet, &str> {
        let space = CombinationSpace::new(self)?;
        let others = space.opponents_changes(self, party, state);
        Ok(space.with_own_change(self, &others, state, improvement))
    }

    /// The states that sanction the party's improvement from `state` to `improvement` under the concept;
    /// `None` when the concept cannot be computed. Empty: the improvement is unsanctioned.
    pub fn sanctions(
        &self,
        concept: Concept,
        party: usize,
        state: usize,
        improvement: usize,
    ) -> Option<StateSet> {
        let not_better = &self.not_better[party][state];
        let opponents = self.opponents(party);
        let sanctions = match concept {
            Concept::Nash => StateSet::empty(self.len()),
            Concept::Gmr => self.reach(&opponents, improvement, false).intersection(not_better),
            Concept::Smr => self.inescapable(
                party,
                state,
                &self.reach(&opponents, improvement, false).intersection(not_better),
            ),
            Concept::Seq => self.reach(&opponents, improvement, true).intersection(not_better),
            Concept::SymmetricSeq => self.inescapable(
                party,
                state,
                &self.reach(&opponents, improvement, true).intersection(not_better),
            ),
            Concept::Sim => self.simultaneous(party, state, improvement).ok()?.intersection(not_better),
        };
        Some(sanctions)
    }

    /// The improvements of the party from the state that nothing sanctions; the state is stable for the
    /// party exactly when there is none. `None` when the concept cannot be computed.
    pub fn unsanctioned(&self, concept: Concept, party: usize, state: usize) -> Option<Vec<usize>> {
        let mut left = Vec::new();
        for improvement in self.improvements[party][state].iter() {
            if self.sanctions(concept, party, state, improvement)?.is_empty() {
                left.push(improvement);
            }
        }
        if concept == Concept::Sim && self.simultaneous.is_err() { None } else { Some(left) }
    }

    /// Those of the sanctions from which the party cannot move to anything better than `state`.
    fn inescapable(&self, party: usize, state: usize, sanctions: &StateSet) -> StateSet {
        let not_better = &self.not_better[party][state];
        let mut lasting = StateSet::empty(self.len());
        for sanction in sanctions.iter().filter(|&t| self.moves[party][t].is_subset(not_better)) {
            lasting.insert(sanction);
        }
        lasting
    }

    /// All six concepts for every party and state.
    pub fn stability(&self) -> Tables {
        let per_party = |is_stable: &dyn Fn(usize, usize) -> bool| -> Vec<Vec<bool>> {
            (0..self.parties.len()).map(|i| (0..self.len()).map(|s| is_stable(i, s)).collect()).collect()
        };
        let mut gmr = per_party(&|_, _| true);
        let (mut smr, mut seq, mut symmetric_seq) = (gmr.clone(), gmr.clone(), gmr.clone());
        for party in 0..self.parties.len() {
            let mut answers = Answers::new(self, party);
            for state in 0..self.len() {
                let not_better = &self.not_better[party][state];
                for improvement in self.improvements[party][state].iter() {
                    let by_moves = answers.by_moves(improvement).intersection(not_better);
                    gmr[party][state] &= !by_moves.is_empty();
                    smr[party][state] &= !self.inescapable(party, state, &by_moves).is_empty();
                    let credible = answers.by_improvements(improvement).intersection(not_better);
                    seq[party][state] &= !credible.is_empty();
                    symmetric_seq[party][state] &= !self.inescapable(party, state, &credible).is_empty();
                }
            }
        }
        let nash = per_party(&|party, state| self.improvements[party][state].is_empty());
        let (sim, sim_reason) = match CombinationSpace::new(self) {
            Err(reason) => (None, Some(reason.to_owned())),
            Ok(space) => {
                let is_stable = |party: usize, state: usize| {
                    let improvements = &self.improvements[party][state];
                    if improvements.is_empty() {
                        return true;
                    }
                    let others = space.opponents_changes(self, party, state);
                    improvements.iter().all(|q| {
                        let together = space.with_own_change(self, &others, state, q);
                        !together.intersection(&self.not_better[party][state]).is_empty()
                    })
                };
                (Some(per_party(&is_stable)), None)
            }
        };
        Tables {
            states: self.codes.clone(),
            parties: self.parties.clone(),
            stable: vec![Some(nash), Some(gmr), Some(smr), Some(seq), Some(symmetric_seq), sim],
            sim_reason,
        }
    }
}

impl<'a> Answers<'a> {
    fn new(world: &'a World, party: usize) -> Answers<'a> {
        let nothing = vec![None; world.len()];
        Answers {
            world,
            opponents: world.opponents(party),
            by_moves: nothing.clone(),
            by_improvements: nothing,
        }
    }

    fn by_moves(&mut self, from: usize) -> &StateSet {
        self.by_moves[from].get_or_insert_with(|| self.world.reach(&self.opponents, from, false))
    }

    fn by_improvements(&mut self, from: usize) -> &StateSet {
        self.by_improvements[from].get_or_insert_with(|| self.world.reach(&self.opponents, from, true))
    }
}

/// All combinations of options, feasible or not, where changes of several movers are put together.
struct CombinationSpace {
    /// For each combination its options, the first issue varying fastest.
    combinations: Vec<Vec<usize>>,
    /// For each combination its state, if it is feasible.
    state: Vec<Option<usize>>,
    /// For each state its combination.
    combination: Vec<usize>,
    /// By how much an option of each issue counts in a combination's number.
    strides: Vec<usize>,
}

impl CombinationSpace {
    fn new(world: &World) -> Result<CombinationSpace, &str> {
        let options = world.simultaneous.as_ref().map_err(String::as_str)?;
        let mut strides = Vec::new();
        let mut all = 1;
        for count in options {
            strides.push(all);
            all *= count;
        }
        let combinations = (0..all)
            .map(|n| options.iter().zip(&strides).map(|(d, stride)| n / stride % d).collect())
            .collect();
        // States and points are the same here, as nothing is merged.
        let combination: Vec<usize> = world
            .points
            .iter()
            .map(|point| point.iter().zip(&strides).map(|(option, stride)| option * stride).sum())
            .collect();
        let mut state = vec![None; all];
        combination.iter().enumerate().for_each(|(s, &n)| state[n] = Some(s));
        Ok(CombinationSpace { combinations, state, combination, strides })
    }

    /// Both changes from `origin` applied to it; `None` when they set an issue differently.
    fn combine(&self, origin: usize, one: usize, other: usize) -> Option<usize> {
        let (origin, one, other) =
            (&self.combinations[origin], &self.combinations[one], &self.combinations[other]);
        let mut number = 0;
        for (issue, stride) in self.strides.iter().enumerate() {
            let (from, a, b) = (origin[issue], one[issue], other[issue]);
            let option = match (a != from, b != from) {
                (true, true) if a != b => return None,
                (true, _) => a,
                (false, _) => b,
            };
            number += option * stride;
        }
        Some(number)
    }

    /// Every combination that the opponents' choices from the state give.
    fn opponents_changes(&self, world: &World, party: usize, state: usize) -> StateSet {
        let origin = self.combination[state];
        let mut changes = StateSet::empty(self.combinations.len());
        changes.insert(origin);
        for opponent in world.opponents(party) {
            let mut with_opponent = changes.clone();
            for improvement in world.improvements[opponent][state].iter() {
                for change in changes.iter() {
                    if let Some(both) = self.combine(origin, change, self.combination[improvement]) {
                        with_opponent.insert(both);
                    }
                }
            }
            changes = with_opponent;
        }
        changes
    }

    fn with_own_change(
        &self,
        world: &World,
        others: &StateSet,
        state: usize,
        improvement: usize,
    ) -> StateSet {
        let (origin, own) = (self.combination[state], self.combination[improvement]);
        let mut states = StateSet::empty(world.len());
        for change in others.iter() {
            if let Some(feasible) = self.combine(origin, change, own).and_then(|n| self.state[n]) {
                states.insert(feasible);
            }
        }
        states
    }
}
