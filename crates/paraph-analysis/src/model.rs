//! A case made ready for analysis: cells, feasibility, classes, ranks.

use crate::bitmap::Bitmap;
use crate::error::Error;
use crate::evaluate::Tiles;
use crate::monitor::Monitor;
use crate::rank::{self, Ranks, Utility};
use crate::space::Space;
use crate::sums;
use crate::table::Table;
use paraph_case::formula::Formula;
use paraph_case::model::{Case, Preferences, Ranked, Ranking};
use rayon::prelude::*;
use std::cmp::Ordering;

/// The option of an issue that a state of the explicit form leaves open.
pub const OPEN: usize = usize::MAX;

/// A case made ready for analysis. Building it costs a few passes over the outcomes; every analysis
/// takes it by reference.
///
/// The ranks of parties without preferences, or with weights for single options only, wait until they are
/// asked for where there are no constraints and no merged outcomes: [`deals`](crate::deals()) answers
/// without them.
#[derive(Debug, Clone)]
pub struct Model {
    pub(crate) case: Case,
    pub(crate) space: Space,
    /// What the constraints leave; `None`: everything.
    pub(crate) feasible: Option<Bitmap>,
    /// Merged outcomes.
    pub(crate) classes: Vec<Class>,
    /// For each cell 0, or 1 + the index of its class; empty when nothing is merged.
    pub(crate) class_of: Vec<u8>,
    /// One cell of every class and every other feasible cell; `None`: all cells.
    pub(crate) counted: Option<Bitmap>,
    /// Of parties with weights for options alone, where every outcome is feasible, made on first use.
    pub(crate) ranks: Vec<Table>,
    pub(crate) utilities: Vec<Option<Utility>>,
}

/// Feasible cells that count once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Class {
    pub(crate) name: String,
    /// Ascending by index in order of declaration; the first stands for the class in lists.
    pub(crate) members: Vec<usize>,
}

/// How a model is built.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Issues that keep one option, as (issue, option).
    pub held: Vec<(usize, usize)>,
}

impl Model {
    /// Makes a case ready.
    ///
    /// # Errors
    /// When the tables would be too large, when merged classes overlap, when members of a class are
    /// told apart by somebody's preferences, when a ranking leaves a feasible outcome out or names one
    /// twice, and when the work was stopped.
    pub fn new(case: &Case, options: &Options, monitor: &Monitor) -> Result<Self, Error> {
        let space = match &case.explicit {
            Some(explicit) => Space::explicit(explicit.states.len()),
            None => Space::new(case, &options.held)?,
        };
        let feasible = feasible(case, &space, monitor)?;
        let mut model = Model {
            case: case.clone(),
            space,
            feasible,
            classes: Vec::new(),
            class_of: Vec::new(),
            counted: None,
            ranks: Vec::new(),
            utilities: Vec::new(),
        };
        model.merge(monitor)?;
        for party in 0..case.parties.len() {
            monitor.check()?;
            monitor.begin(
                &format!("ranking outcomes for {}", case.parties[party].name),
                model.space.size() as u64,
            );
            let (ranks, utility) = model.table(party, monitor)?;
            model.ranks.push(ranks);
            model.utilities.push(utility);
        }
        model.check_classes()?;
        Ok(model)
    }

    /// The case the model was built from.
    pub fn case(&self) -> &Case {
        &self.case
    }

    /// The space of cells.
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// The product of the numbers of options (of states, in the explicit form).
    pub fn all(&self) -> u64 {
        self.space.size() as u64
    }

    /// How many outcomes the constraints leave, merged ones counted once.
    pub fn feasible_count(&self) -> u64 {
        self.counted.as_ref().map_or(self.all(), Bitmap::count)
    }

    /// What the constraints leave.
    pub fn feasible_set(&self) -> Bitmap {
        self.feasible.clone().unwrap_or_else(|| Bitmap::full(self.space.size()))
    }

    /// Whether the constraints leave the cell.
    pub fn is_feasible(&self, cell: usize) -> bool {
        self.feasible.as_ref().is_none_or(|feasible| feasible.contains(cell))
    }

    /// How many settings there are of the issues that nobody can change alone; stability compares
    /// outcomes within one setting only.
    pub fn settings(&self) -> u64 {
        if self.case.explicit.is_some() {
            return 1;
        }
        self.space
            .axes
            .iter()
            .filter(|axis| self.case.issues[axis.issue].moved_by.is_empty())
            .map(|axis| axis.radix as u64)
            .product()
    }

    /// A party's rank of an outcome: 1 for its worst, 0 for an infeasible cell; ties share a rank.
    pub fn rank(&self, party: usize, cell: usize) -> u32 {
        self.ranks[party].of[cell]
    }

    /// How an outcome compares with another one for a party: greater is better. The same as comparing
    /// ranks, but no table is made for it.
    pub fn compare(&self, party: usize, cell: usize, with: usize) -> Ordering {
        if self.ranks[party].waits() {
            // Everybody whose table waits and who has no weights ties everything.
            return self.utility_units(party, cell).cmp(&self.utility_units(party, with));
        }
        self.rank(party, cell).cmp(&self.rank(party, with))
    }

    /// Makes every table of ranks that waits still.
    ///
    /// # Errors
    /// When stopped.
    pub fn rank_all(&self, monitor: &Monitor) -> Result<(), Error> {
        for (table, party) in self.ranks.iter().zip(&self.case.parties) {
            if table.waits() {
                monitor.begin(&format!("ranking outcomes for {}", party.name), self.space.size() as u64);
                table.make(monitor)?;
            }
        }
        Ok(())
    }

    /// How many different ranks a party has.
    pub fn distinct_ranks(&self, party: usize) -> u32 {
        self.ranks[party].distinct
    }

    /// The sum of a party's ranks: one read of its table with all threads, which is what the speed of a pass
    /// is measured against.
    pub fn rank_sum(&self, party: usize) -> u64 {
        self.ranks[party]
            .of
            .par_chunks(1 << 14)
            .map(|ranks| ranks.iter().map(|&rank| u64::from(rank)).sum::<u64>())
            .sum()
    }

    /// A party's utility of an outcome, where its preferences are weights.
    pub fn utility(&self, party: usize, cell: usize) -> Option<paraph_case::rational::Rational> {
        let utility = self.utilities[party].as_ref()?;
        paraph_case::rational::Rational::new(
            i128::from(self.utility_units(party, cell)?),
            i128::from(utility.scale),
        )
    }

    pub(crate) fn utility_units(&self, party: usize, cell: usize) -> Option<i64> {
        let utility = self.utilities[party].as_ref()?;
        let Preferences::Weights(weights) = &self.case.parties[party].preferences else { return None };
        let options = self.options(cell);
        let mut sum: i64 = options
            .iter()
            .enumerate()
            .filter_map(|(issue, &option)| utility.options[issue].get(option))
            .sum();
        for (weighted, weight) in weights.formulas.iter().zip(&utility.formulas) {
            if weighted.that.holds(&options) {
                sum += weight;
            }
        }
        Some(sum)
    }

    /// The options of an outcome, one per issue in order of declaration. In the explicit form those of
    /// the state's code; an issue that the code leaves open has [`OPEN`].
    pub fn options(&self, cell: usize) -> Vec<usize> {
        match &self.case.explicit {
            None => self.space.options(cell),
            Some(explicit) => match &explicit.codes {
                Some(codes) => codes[cell].iter().map(|option| option.unwrap_or(OPEN)).collect(),
                None => vec![OPEN; self.case.issues.len()],
            },
        }
    }

    /// The code of an outcome, a merged class's name, or the state's name.
    pub fn code(&self, cell: usize) -> String {
        if let Some(explicit) = &self.case.explicit {
            return explicit.states[cell].clone();
        }
        match self.class(cell) {
            Some(class) => self.classes[class].name.clone(),
            None => self.case.code(&self.space.options(cell)),
        }
    }

    /// The cell of a code: an outcome, a merged class (its first member), or a state of the explicit
    /// form. `None` when there is no such outcome or an issue is held at another option.
    pub fn cell(&self, code: &str) -> Option<usize> {
        if let Some(explicit) = &self.case.explicit {
            return explicit.states.iter().position(|state| state == code);
        }
        if let Some(class) = self.classes.iter().find(|class| class.name == code) {
            return class.members.first().copied();
        }
        let options: Vec<usize> = if self.case.is_binary() {
            code.chars()
                .map(|letter| match letter {
                    'Y' => Some(1),
                    'N' => Some(0),
                    _ => None,
                })
                .collect::<Option<_>>()?
        } else {
            let names: Vec<&str> = code.split('/').collect();
            if names.len() != self.case.issues.len() {
                return None;
            }
            self.case
                .issues
                .iter()
                .zip(names)
                .map(|(issue, name)| issue.options.iter().position(|option| option == name))
                .collect::<Option<_>>()?
        };
        if options.len() != self.case.issues.len() {
            return None;
        }
        self.space.cell(&options)
    }

    /// The cell of the status quo, when there is one.
    pub fn status_quo(&self) -> Option<usize> {
        match &self.case.explicit {
            Some(explicit) => explicit.status_quo,
            None => self.space.cell(&self.case.status_quo()?),
        }
    }

    /// The first `most` outcomes of a set, merged ones once, ascending with the first issue fastest.
    pub fn list(&self, set: &Bitmap, most: usize) -> Vec<usize> {
        let counted = |&cell: &usize| self.counted.as_ref().is_none_or(|counted| counted.contains(cell));
        if self.space.is_in_order() {
            return set.iter().filter(counted).take(most).collect();
        }
        // Sparse sets are sorted; in dense ones the first few are found sooner by walking in order.
        if set.count() <= 1 << 22 {
            let mut cells: Vec<usize> = set.iter().filter(counted).collect();
            cells.sort_by_cached_key(|&cell| self.space.index(cell));
            cells.truncate(most);
            return cells;
        }
        (0..self.space.size())
            .map(|index| self.space.cell_of_index(index))
            .filter(|&cell| set.contains(cell))
            .filter(counted)
            .take(most)
            .collect()
    }

    /// How many outcomes a set holds, merged ones counted once.
    pub fn count(&self, set: &Bitmap) -> u64 {
        match &self.counted {
            None => set.count(),
            Some(counted) => {
                set.words().iter().zip(counted.words()).map(|(a, b)| u64::from((a & b).count_ones())).sum()
            }
        }
    }

    /// The merged class of a cell.
    pub(crate) fn class(&self, cell: usize) -> Option<usize> {
        let tag = *self.class_of.get(cell)?;
        (tag > 0).then(|| usize::from(tag) - 1)
    }

    /// All cells that count as the same outcome.
    pub(crate) fn members(&self, cell: usize) -> Vec<usize> {
        match self.class(cell) {
            Some(class) => self.classes[class].members.clone(),
            None => vec![cell],
        }
    }

    /// The cells in which a formula holds, feasible or not.
    ///
    /// # Errors
    /// When a state of the explicit form leaves open an issue that the formula names, and when stopped.
    pub fn holding(&self, formula: &Formula, monitor: &Monitor) -> Result<Bitmap, Error> {
        let Some(explicit) = &self.case.explicit else { return holding(&self.space, formula, monitor) };
        let named = formula.issues();
        let mut set = Bitmap::new(self.space.size());
        for (state, name) in explicit.states.iter().enumerate() {
            let options = self.options(state);
            if let Some(&issue) = named.iter().find(|&&issue| options[issue] == OPEN) {
                return Err(Error::model(format!(
                    "a formula names `{}`, but the state `{name}` has no option for it (`[explicit.codes]`)",
                    self.case.issues[issue].id
                )));
            }
            if formula.holds(&options) {
                set.insert(state);
            }
        }
        Ok(set)
    }

    fn merge(&mut self, monitor: &Monitor) -> Result<(), Error> {
        if self.case.same.is_empty() {
            self.counted = self.feasible.clone();
            return Ok(());
        }
        if self.case.same.len() > 255 {
            return Err(Error::too_large("more than 255 merged classes"));
        }
        self.class_of = vec![0; self.space.size()];
        let mut counted = self.feasible.clone().unwrap_or_else(|| Bitmap::full(self.space.size()));
        for (number, same) in self.case.same.iter().enumerate() {
            let mut set = holding(&self.space, &same.that, monitor)?;
            if let Some(feasible) = &self.feasible {
                set.intersect(feasible);
            }
            let mut members: Vec<usize> = set.iter().collect();
            members.sort_by_cached_key(|&cell| self.space.index(cell));
            for &member in &members {
                if let Some(other) = self.class(member) {
                    return Err(Error::model(format!(
                        "the outcome {} belongs to both `{}` and `{}`; merged classes may not overlap",
                        self.case.code(&self.space.options(member)),
                        self.classes[other].name,
                        same.name,
                    )));
                }
                self.class_of[member] = number as u8 + 1;
            }
            members.iter().skip(1).for_each(|&member| counted.remove(member));
            self.classes.push(Class { name: same.name.clone(), members });
        }
        self.counted = Some(counted);
        Ok(())
    }

    /// A party's table of ranks, which may wait, and its utility where it has weights.
    fn table(&self, party: usize, monitor: &Monitor) -> Result<(Table, Option<Utility>), Error> {
        let declared = &self.case.parties[party];
        if self.case.explicit.is_none()
            && self.feasible.is_none()
            && self.classes.is_empty()
            && sums::is_additive(declared)
        {
            let utility = match &declared.preferences {
                Preferences::Weights(weights) => Some(Utility::new(weights, &declared.id)?),
                _ => None,
            };
            return Ok((Table::waiting(&self.space, utility.as_ref()), utility));
        }
        let (ranks, utility) = self.rank_outcomes(party, monitor)?;
        Ok((ranks.into(), utility))
    }

    pub(crate) fn rank_outcomes(
        &self,
        party: usize,
        monitor: &Monitor,
    ) -> Result<(Ranks, Option<Utility>), Error> {
        if self.case.explicit.is_some() {
            return self.rank_states(party, monitor);
        }
        let feasible = self.feasible.as_ref();
        let tiles = Tiles::new(&self.space);
        let party = &self.case.parties[party];
        Ok(match &party.preferences {
            Preferences::None => (rank::indifferent(self.space.size(), feasible), None),
            Preferences::Priorities(list) => (rank::priorities(&tiles, feasible, list, monitor)?, None),
            Preferences::Weights(weights) => {
                let utility = Utility::new(weights, &party.id)?;
                let formulas: Vec<_> =
                    weights.formulas.iter().map(|weighted| tiles.compile(&weighted.that)).collect();
                (rank::weights(&tiles, feasible, &utility, &formulas, monitor)?, Some(utility))
            }
            Preferences::Ranking(ranking) => (self.ranking(&party.id, ranking)?, None),
        })
    }

    /// The explicit form: a handful of states, ranked one by one.
    fn rank_states(&self, party: usize, monitor: &Monitor) -> Result<(Ranks, Option<Utility>), Error> {
        let states = 0..self.space.size();
        let party = &self.case.parties[party];
        Ok(match &party.preferences {
            Preferences::None => (rank::indifferent(self.space.size(), None), None),
            Preferences::Ranking(ranking) => (self.ranking(&party.id, ranking)?, None),
            Preferences::Priorities(list) => {
                let columns = list
                    .iter()
                    .map(|priority| self.holding(&priority.that, monitor))
                    .collect::<Result<Vec<Bitmap>, Error>>()?;
                let vector =
                    |state| columns.iter().map(|column| column.contains(state)).collect::<Vec<bool>>();
                (rank::of_keys(&states.map(vector).collect::<Vec<_>>()), None)
            }
            Preferences::Weights(weights) => {
                let utility = Utility::new(weights, &party.id)?;
                let mut units = vec![0i64; self.space.size()];
                let mut add = |formula: &Formula, weight: i64| -> Result<(), Error> {
                    if weight != 0 {
                        self.holding(formula, monitor)?.iter().for_each(|state| units[state] += weight);
                    }
                    Ok(())
                };
                for (issue, options) in utility.options.iter().enumerate() {
                    for (option, &weight) in options.iter().enumerate() {
                        add(&Formula::Is { issue, option }, weight)?;
                    }
                }
                for (weighted, &weight) in weights.formulas.iter().zip(&utility.formulas) {
                    add(&weighted.that, weight)?;
                }
                (rank::of_keys(&units), Some(utility))
            }
        })
    }

    fn ranking(&self, party: &str, ranking: &Ranking) -> Result<Ranks, Error> {
        let mut of = vec![0u32; self.space.size()];
        let mut rank = ranking.groups.len() as u32;
        for group in &ranking.groups {
            for entry in group {
                let cells = match entry {
                    Ranked::State(state) => vec![*state],
                    Ranked::Class(class) => self.classes[*class].members.clone(),
                    // A code that holds one of the issues elsewhere is an outcome of the whole case
                    // that this table leaves out.
                    Ranked::Outcome(options) => self.space.cell(options).into_iter().collect(),
                };
                for cell in cells {
                    if !self.is_feasible(cell) {
                        return Err(Error::model(format!(
                            "the ranking of `{party}` names {}, which the constraints rule out",
                            self.code(cell)
                        )));
                    }
                    if of[cell] != 0 {
                        return Err(Error::model(format!(
                            "the ranking of `{party}` names {} twice",
                            self.code(cell)
                        )));
                    }
                    of[cell] = rank;
                }
            }
            rank -= 1;
        }
        if let Some(cell) = (0..of.len()).find(|&cell| of[cell] == 0 && self.is_feasible(cell)) {
            return Err(Error::model(format!("the ranking of `{party}` leaves out {}", self.code(cell))));
        }
        let mut present: Vec<u32> = of.iter().copied().filter(|&rank| rank > 0).collect();
        present.sort_unstable();
        present.dedup();
        of.iter_mut()
            .filter(|rank| **rank > 0)
            .for_each(|rank| *rank = 1 + present.partition_point(|other| *other < *rank) as u32);
        Ok(Ranks { of, distinct: present.len() as u32 })
    }

    pub(crate) fn check_classes(&self) -> Result<(), Error> {
        for class in &self.classes {
            let Some((&first, rest)) = class.members.split_first() else { continue };
            for (party, ranks) in self.case.parties.iter().zip(&self.ranks) {
                if let Some(&other) = rest.iter().find(|&&other| ranks.of[other] != ranks.of[first]) {
                    let code = |cell| self.case.code(&self.space.options(cell));
                    return Err(Error::model(format!(
                        "`{}` counts as one outcome, but the preferences of `{}` tell {} and {} apart",
                        class.name,
                        party.id,
                        code(first),
                        code(other),
                    )));
                }
            }
        }
        Ok(())
    }
}

/// What the constraints leave.
fn feasible(case: &Case, space: &Space, monitor: &Monitor) -> Result<Option<Bitmap>, Error> {
    if case.constraints.is_empty() || case.explicit.is_some() {
        return Ok(None);
    }
    let always = Formula::And(case.constraints.iter().map(|constraint| constraint.always.clone()).collect());
    Ok(Some(holding(space, &always, monitor)?))
}

fn holding(space: &Space, formula: &Formula, monitor: &Monitor) -> Result<Bitmap, Error> {
    let tiles = Tiles::new(space);
    let programs = [tiles.compile(formula)];
    if tiles.length.is_multiple_of(64) {
        let mut words = vec![0u64; space.size() / 64];
        words.par_chunks_mut(tiles.words).enumerate().try_for_each_init(
            || tiles.stack(&programs),
            |stack, (tile, out)| {
                monitor.check()?;
                tiles.run(&programs[0], tile, stack, out);
                Ok(())
            },
        )?;
        return Ok(Bitmap::from_words(words, space.size()));
    }
    // Tiles that do not end on a word: shift each tile's bits into place.
    let mut set = Bitmap::new(space.size());
    let mut stack = tiles.stack(&programs);
    let mut bits = vec![0u64; tiles.words];
    let rest = tiles.length % 64;
    for tile in 0..tiles.count {
        monitor.check()?;
        tiles.run(&programs[0], tile, &mut stack, &mut bits);
        if let Some(last) = bits.last_mut() {
            *last &= (1u64 << rest) - 1;
        }
        let start = tile * tiles.length;
        let (word, shift) = (start / 64, start % 64);
        let target = set.words_mut();
        for (at, &value) in bits.iter().enumerate() {
            target[word + at] |= value << shift;
            if shift != 0 && value >> (64 - shift) != 0 {
                target[word + at + 1] |= value >> (64 - shift);
            }
        }
    }
    Ok(set)
}
