//! Questions put to decision diagrams: formulas, utilities, moves, and the highest and lowest of a
//! vector of truth values over what a move can reach.

use crate::diagrams::{Diagrams, Full};
use crate::encoding::Encoding;
use crate::error::Error;
use crate::stop::Stop;
use paraph_case::formula::Formula;
use paraph_case::model::{Case, Direction, Preferences, Weights};

/// A case with its variables and what its constraints leave.
pub(crate) struct Engine<D: Diagrams> {
    pub(crate) case: Case,
    pub(crate) encoding: Encoding,
    pub(crate) store: D,
    /// Issues that keep one option.
    pub(crate) held: Vec<Option<usize>>,
    /// Issues that some constraint mentions.
    pub(crate) constrained: Vec<bool>,
    /// Outcomes that obey all constraints, have an option for every issue, and keep what is held.
    pub(crate) feasible: D::Function,
    pub(crate) limit: usize,
}

/// One question being worked out: checks the flag before every operation and says what was being done
/// when the diagrams outgrow their limit.
pub(crate) struct Work<'a, D: Diagrams> {
    pub(crate) engine: &'a Engine<D>,
    stop: &'a Stop,
    what: String,
}

/// A preference as truth values, the first weighing most: outcomes compare by them lexicographically.
pub(crate) type Ladder<F> = Vec<F>;

/// Additive utilities in binary, over all terms that were asked for.
pub(crate) struct Utility<F> {
    /// The digits, most significant first.
    pub(crate) digits: Ladder<F>,
    /// The utility times `scale` is `base` plus `step` times the number that the digits make.
    pub(crate) base: i128,
    pub(crate) step: i128,
    pub(crate) scale: i128,
}

/// Which end is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Highest,
    Lowest,
}

/// The highest or lowest ladder over what one move can reach.
pub(crate) struct Extreme<F> {
    /// Its values, as functions of where the move started.
    pub(crate) values: Ladder<F>,
    /// Outcomes that a move of their own cannot take beyond their own ladder.
    pub(crate) at_the_end: F,
}

impl<D: Diagrams> Engine<D> {
    /// Makes a case ready on an empty store.
    pub(crate) fn new(
        case: &Case,
        encoding: Encoding,
        store: D,
        held: Vec<Option<usize>>,
        limit: usize,
        stop: &Stop,
    ) -> Result<Engine<D>, Error> {
        let mut constrained = vec![false; case.issues.len()];
        for constraint in &case.constraints {
            constraint.always.issues().into_iter().for_each(|issue| constrained[issue] = true);
        }
        let feasible = store.constant(true);
        let mut engine = Engine { case: case.clone(), encoding, store, held, constrained, feasible, limit };
        engine.feasible = Work::new(&engine, stop, "the constraints").feasible()?;
        Ok(engine)
    }

    /// The status quo, unless an issue is held at another option.
    pub(crate) fn status_quo(&self) -> Option<Vec<usize>> {
        self.case.status_quo().filter(|outcome| self.keeps_held(outcome))
    }

    pub(crate) fn keeps_held(&self, outcome: &[usize]) -> bool {
        outcome.iter().zip(&self.held).all(|(option, held)| held.is_none_or(|held| held == *option))
    }

    /// Whether an outcome has an option of the case for every issue and is feasible.
    pub(crate) fn is_feasible(&self, outcome: &[usize]) -> bool {
        self.contains(&self.feasible, outcome)
    }

    /// Whether a set of feasible outcomes holds this one.
    pub(crate) fn contains(&self, set: &D::Function, outcome: &[usize]) -> bool {
        outcome.len() == self.encoding.options.len()
            && outcome.iter().zip(&self.encoding.options).all(|(option, options)| option < options)
            && self.store.holds(set, &self.encoding.values(outcome))
    }

    /// Which issues a party can change alone.
    pub(crate) fn moved_by(&self, party: usize) -> Vec<bool> {
        self.case.issues.iter().map(|issue| issue.moved_by.contains(&party)).collect()
    }
}

impl<'a, D: Diagrams> Work<'a, D> {
    /// `what` is being worked out, as in "the diagrams of `what` outgrew".
    pub(crate) fn new(engine: &'a Engine<D>, stop: &'a Stop, what: impl Into<String>) -> Work<'a, D> {
        Work { engine, stop, what: what.into() }
    }

    /// Every operation on diagrams goes through here.
    fn done(&self, operation: impl FnOnce(&D) -> Result<D::Function, Full>) -> Result<D::Function, Error> {
        self.check()?;
        operation(&self.engine.store).map_err(|Full| {
            Error::too_large(format!(
                "the decision diagrams of {} outgrew {} nodes; holding some issues at one option makes them smaller",
                self.what, self.engine.limit
            ))
        })
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.stop.stopped() { Err(Error::interrupted()) } else { Ok(()) }
    }

    pub(crate) fn constant(&self, value: bool) -> D::Function {
        self.engine.store.constant(value)
    }

    pub(crate) fn is_never(&self, function: &D::Function) -> bool {
        *function == self.constant(false)
    }

    fn variable(&self, variable: u32) -> Result<D::Function, Error> {
        self.done(|store| store.variable(variable))
    }

    pub(crate) fn not(&self, function: &D::Function) -> Result<D::Function, Error> {
        self.done(|store| store.not(function))
    }

    pub(crate) fn and(&self, left: &D::Function, right: &D::Function) -> Result<D::Function, Error> {
        self.done(|store| store.and(left, right))
    }

    pub(crate) fn or(&self, left: &D::Function, right: &D::Function) -> Result<D::Function, Error> {
        self.done(|store| store.or(left, right))
    }

    fn differ(&self, left: &D::Function, right: &D::Function) -> Result<D::Function, Error> {
        self.done(|store| store.differ(left, right))
    }

    fn choose(
        &self,
        when: &D::Function,
        then: &D::Function,
        otherwise: &D::Function,
    ) -> Result<D::Function, Error> {
        self.done(|store| store.choose(when, then, otherwise))
    }

    fn some(
        &self,
        variables: &D::Function,
        left: &D::Function,
        right: &D::Function,
    ) -> Result<D::Function, Error> {
        self.done(|store| store.some(variables, left, right))
    }

    /// `left` and not `right`.
    pub(crate) fn without(&self, left: &D::Function, right: &D::Function) -> Result<D::Function, Error> {
        self.and(left, &self.not(right)?)
    }

    /// How many outcomes a set of feasible outcomes holds.
    pub(crate) fn count(&self, set: &D::Function) -> Result<u128, Error> {
        self.check()?;
        let counted = self.engine.store.count(set, self.engine.encoding.bits);
        counted.ok_or_else(|| Error::too_large("a count does not fit into 128 bits"))
    }

    /// The conjunction of literals, built from the bottom of the order up.
    fn literals(&self, mut literals: Vec<(u32, bool)>) -> Result<D::Function, Error> {
        literals.sort_unstable();
        let mut product = self.constant(true);
        for (variable, value) in literals.into_iter().rev() {
            let mut literal = self.variable(variable)?;
            if !value {
                literal = self.not(&literal)?;
            }
            product = self.and(&literal, &product)?;
        }
        Ok(product)
    }

    /// The issue has the option.
    pub(crate) fn is(&self, issue: usize, option: usize) -> Result<D::Function, Error> {
        let encoding = &self.engine.encoding;
        self.literals(encoding.code(&encoding.now[issue], option).collect())
    }

    /// The options that the constraints allow, see [`Engine::feasible`].
    fn feasible(&self) -> Result<D::Function, Error> {
        let engine = self.engine;
        let mut feasible = self.constant(true);
        for (issue, &options) in engine.encoding.options.iter().enumerate() {
            let own = match engine.held[issue] {
                Some(option) => self.is(issue, option)?,
                None => self.below(&engine.encoding.now[issue], options)?,
            };
            feasible = self.and(&feasible, &own)?;
        }
        // Short rules first keep the intermediate diagrams small.
        let mut rules: Vec<&Formula> = engine.case.constraints.iter().map(|rule| &rule.always).collect();
        rules.sort_by_key(|rule| rule.issues().len());
        for rule in rules {
            feasible = self.and(&feasible, &self.formula(rule)?)?;
        }
        Ok(feasible)
    }

    /// The number that the variables make is below `bound`.
    pub(crate) fn below(&self, variables: &[u32], bound: usize) -> Result<D::Function, Error> {
        if bound >> variables.len() > 0 {
            return Ok(self.constant(true));
        }
        let mut below = self.constant(false);
        for (at, &variable) in variables.iter().rev().enumerate() {
            let bit = self.not(&self.variable(variable)?)?;
            below = if bound >> at & 1 == 1 { self.or(&bit, &below)? } else { self.and(&bit, &below)? };
        }
        Ok(below)
    }

    /// The number that `left` makes is at most the number that `right` makes.
    fn at_most(&self, left: &[u32], right: &[u32]) -> Result<D::Function, Error> {
        let mut at_most = self.constant(true);
        for (&left, &right) in left.iter().zip(right).rev() {
            let (left, right) = (self.variable(left)?, self.variable(right)?);
            let differ = self.differ(&left, &right)?;
            at_most = self.choose(&differ, &right, &at_most)?;
        }
        Ok(at_most)
    }

    /// Where a formula holds, feasible or not.
    pub(crate) fn formula(&self, formula: &Formula) -> Result<D::Function, Error> {
        match formula {
            Formula::Constant(value) => Ok(self.constant(*value)),
            Formula::Is { issue, option } => self.is(*issue, *option),
            Formula::Not(inner) => self.not(&self.formula(inner)?),
            Formula::And(parts) => {
                parts.iter().try_fold(self.constant(true), |all, part| self.and(&all, &self.formula(part)?))
            }
            Formula::Or(parts) => {
                parts.iter().try_fold(self.constant(false), |any, part| self.or(&any, &self.formula(part)?))
            }
            Formula::If { then, when } => {
                let when = self.not(&self.formula(when)?)?;
                self.or(&when, &self.formula(then)?)
            }
            Formula::Iff(left, right) => self.not(&self.differ(&self.formula(left)?, &self.formula(right)?)?),
        }
    }

    /// A party's preference as far as it depends on the issues marked: formulas that mention none of them
    /// are left out, as no change of a marked issue changes them.
    pub(crate) fn ladder(&self, party: usize, marked: &[bool]) -> Result<Ladder<D::Function>, Error> {
        match &self.engine.case.parties[party].preferences {
            Preferences::None | Preferences::Ranking(_) => Ok(Vec::new()),
            Preferences::Priorities(list) => list
                .iter()
                .filter(|priority| mentions(&priority.that, marked))
                .map(|priority| self.formula(&priority.that))
                .collect(),
            Preferences::Weights(weights) => Ok(self.utility(party, weights, marked)?.digits),
        }
    }

    /// A party's utility, summed over the marked issues and the formulas that mention one of them.
    ///
    /// The sum is made by adding binary numbers whose digits are functions of the outcome. A digit's
    /// diagram has at most as many nodes on a level as there are different partial sums.
    pub(crate) fn utility(
        &self,
        party: usize,
        weights: &Weights,
        marked: &[bool],
    ) -> Result<Utility<D::Function>, Error> {
        let place = &self.engine.encoding.place;
        let too_fine = || {
            Error::too_large(format!(
                "the weights of `{}` have too many digits; round them",
                self.engine.case.parties[party].id
            ))
        };
        let scaled = Scaled::new(weights).ok_or_else(too_fine)?;
        // What is added up: for each term its place in the order, and the amounts it can add, which are
        // never negative, with where it adds them.
        let mut terms: Vec<(usize, Vec<(i128, Amount<'_>)>)> = Vec::new();
        let mut base = 0i128;
        for (issue, options) in scaled.options.iter().enumerate().filter(|(issue, _)| marked[*issue]) {
            let least = options.iter().copied().min().unwrap_or(0);
            base += least;
            let amounts: Vec<(i128, Amount<'_>)> = options
                .iter()
                .enumerate()
                .filter(|(_, weight)| **weight > least)
                .map(|(option, &weight)| (weight - least, Amount::Option(issue, option)))
                .collect();
            if !amounts.is_empty() {
                terms.push((place[issue], amounts));
            }
        }
        for (weighted, &weight) in weights.formulas.iter().zip(&scaled.formulas) {
            if weight == 0 || !mentions(&weighted.that, marked) {
                continue;
            }
            let amount =
                if weight > 0 { Amount::Holds(&weighted.that) } else { Amount::Fails(&weighted.that) };
            base += weight.min(0);
            let last = weighted.that.issues().into_iter().map(|issue| place[issue]).max().unwrap_or(0);
            terms.push((last, vec![(weight.abs(), amount)]));
        }
        let step =
            terms.iter().flat_map(|(_, amounts)| amounts).fold(0, |step, (amount, _)| gcd(step, *amount));
        let step = step.max(1);
        // Along the order, so that a partial sum is a sum over neighbours.
        terms.sort_by_key(|(place, _)| *place);
        let mut sum: Vec<D::Function> = Vec::new();
        for (_, amounts) in terms {
            let mut addend: Vec<D::Function> = Vec::new();
            for (amount, when) in amounts {
                let when = match when {
                    Amount::Option(issue, option) => self.is(issue, option)?,
                    Amount::Holds(formula) => self.formula(formula)?,
                    Amount::Fails(formula) => self.not(&self.formula(formula)?)?,
                };
                let mut rest = amount / step;
                for digit in 0.. {
                    if rest == 0 {
                        break;
                    }
                    if addend.len() == digit {
                        addend.push(self.constant(false));
                    }
                    if rest & 1 == 1 {
                        addend[digit] = self.or(&addend[digit], &when)?;
                    }
                    rest >>= 1;
                }
            }
            self.add(&mut sum, &addend)?;
        }
        sum.reverse();
        Ok(Utility { digits: sum, base, step, scale: scaled.scale })
    }

    /// Adds binary numbers, least significant digit first.
    fn add(&self, sum: &mut Vec<D::Function>, addend: &[D::Function]) -> Result<(), Error> {
        let zero = self.constant(false);
        let mut carry = zero.clone();
        let mut digit = 0;
        while digit < addend.len() || carry != zero {
            if sum.len() == digit {
                sum.push(zero.clone());
            }
            let other = addend.get(digit).unwrap_or(&zero);
            let differ = self.differ(&sum[digit], other)?;
            let next = self.choose(&differ, &carry, other)?;
            sum[digit] = self.differ(&differ, &carry)?;
            carry = next;
            digit += 1;
        }
        Ok(())
    }

    /// One ladder is above another.
    pub(crate) fn above(
        &self,
        left: &Ladder<D::Function>,
        right: &Ladder<D::Function>,
    ) -> Result<D::Function, Error> {
        let mut above = self.constant(false);
        for (left, right) in left.iter().zip(right).rev() {
            let differ = self.differ(left, right)?;
            above = self.choose(&differ, left, &above)?;
        }
        Ok(above)
    }

    /// The lower of two ladders.
    pub(crate) fn lower(
        &self,
        left: &Ladder<D::Function>,
        right: &Ladder<D::Function>,
    ) -> Result<Ladder<D::Function>, Error> {
        let above = self.above(left, right)?;
        left.iter().zip(right).map(|(left, right)| self.choose(&above, right, left)).collect()
    }

    /// The highest or lowest ladder over everything feasible that differs from an outcome only in the
    /// issues marked, each changed in its direction, the outcome included.
    ///
    /// The truth values are settled one after the other, first the one that weighs most: of what is left,
    /// either something has the value wanted, and the rest drops out, or nothing has. Only issues that
    /// change one way need a second copy of their variables, for where the move started. As many
    /// conjunctions and quantifications as the ladder has truth values.
    pub(crate) fn extreme(
        &self,
        marked: &[bool],
        ladder: &Ladder<D::Function>,
        end: End,
    ) -> Result<Extreme<D::Function>, Error> {
        let encoding = &self.engine.encoding;
        let issues: Vec<usize> = (0..marked.len()).filter(|&issue| marked[issue]).collect();
        let moved = self.product(issues.iter().flat_map(|&issue| &encoding.now[issue]))?;
        let mut left = self.engine.feasible.clone();
        // Where the move started is where it ends.
        let mut stayed = self.constant(true);
        let mut starts: Vec<(u32, u32)> = Vec::new();
        for &issue in &issues {
            let (now, start) = (&encoding.now[issue], &encoding.start[issue]);
            let allowed = match self.engine.case.issues[issue].changes {
                Direction::Any => continue,
                Direction::Up => self.at_most(start, now)?,
                Direction::Down => self.at_most(now, start)?,
            };
            left = self.and(&left, &allowed)?;
            stayed = self.and(&stayed, &self.at_most(start, now)?)?;
            stayed = self.and(&stayed, &self.at_most(now, start)?)?;
            starts.extend(start.iter().copied().zip(now.iter().copied()));
        }
        let mut values = Vec::with_capacity(ladder.len());
        for rung in ladder {
            let wanted = match end {
                End::Highest => rung.clone(),
                End::Lowest => self.not(rung)?,
            };
            let possible = self.some(&moved, &left, &wanted)?;
            left = self.and(&left, &self.or(&self.not(&possible)?, &wanted)?)?;
            let from_start =
                if starts.is_empty() { possible } else { self.done(|s| s.rename(&possible, &starts))? };
            values.push(match end {
                End::Highest => from_start,
                End::Lowest => self.not(&from_start)?,
            });
        }
        let at_the_end = if starts.is_empty() {
            left
        } else {
            let started = self.product(starts.iter().map(|(start, _)| start))?;
            self.some(&started, &left, &stayed)?
        };
        Ok(Extreme { values, at_the_end })
    }

    /// The lowest ladder over everything that the groups of issues, each moved by one party, can reach by
    /// moves through feasible outcomes, as a function of where they start. Every issue must change both
    /// ways: reach is then symmetric, so that the parts within which everything reaches everything are
    /// settled as a whole, truth value by truth value, by spreading backwards until nothing changes.
    pub(crate) fn lowest_reached(
        &self,
        groups: &[Vec<bool>],
        ladder: &Ladder<D::Function>,
    ) -> Result<Ladder<D::Function>, Error> {
        let encoding = &self.engine.encoding;
        let feasible = &self.engine.feasible;
        let moved = groups
            .iter()
            .map(|marked| {
                let issues = (0..marked.len()).filter(|&issue| marked[issue]);
                self.product(issues.flat_map(|issue| &encoding.now[issue]))
            })
            .collect::<Result<Vec<_>, Error>>()?;
        let mut left = feasible.clone();
        let mut values = Vec::with_capacity(ladder.len());
        for rung in ladder {
            let mut reach = self.without(&left, rung)?;
            // Spread by one party after the other until a whole round adds nothing.
            let mut spread = true;
            while spread {
                spread = false;
                for moved in &moved {
                    let more = self.and(feasible, &self.some(moved, &reach, feasible)?)?;
                    spread |= more != reach;
                    reach = more;
                }
            }
            left = self.without(&left, &self.and(&reach, rung)?)?;
            values.push(self.not(&reach)?);
        }
        Ok(values)
    }

    /// The conjunction of variables, as quantification wants it.
    fn product<'v>(&self, variables: impl Iterator<Item = &'v u32>) -> Result<D::Function, Error> {
        self.literals(variables.map(|&variable| (variable, true)).collect())
    }

    /// The first `most` outcomes of a set of feasible outcomes, ascending with the first issue fastest.
    /// At most as many restrictions an outcome as there are options in all, each linear in the diagram.
    pub(crate) fn list(&self, set: &D::Function, most: usize) -> Result<Vec<Vec<usize>>, Error> {
        let mut found = Vec::new();
        let mut outcome = vec![0; self.engine.encoding.options.len()];
        self.descend(set, outcome.len(), most, &mut outcome, &mut found)?;
        Ok(found)
    }

    fn descend(
        &self,
        set: &D::Function,
        issues: usize,
        most: usize,
        outcome: &mut [usize],
        found: &mut Vec<Vec<usize>>,
    ) -> Result<(), Error> {
        if self.is_never(set) || found.len() >= most {
            return Ok(());
        }
        let Some(issue) = issues.checked_sub(1) else {
            found.push(outcome.to_vec());
            return Ok(());
        };
        for option in 0..self.engine.encoding.options[issue] {
            if found.len() >= most {
                break;
            }
            outcome[issue] = option;
            let literals = self.is(issue, option)?;
            let rest = self.done(|store| store.restrict(set, &literals))?;
            self.descend(&rest, issue, most, outcome, found)?;
        }
        Ok(())
    }
}

/// Where an amount is added.
enum Amount<'a> {
    Option(usize, usize),
    Holds(&'a Formula),
    Fails(&'a Formula),
}

/// Weights as whole numbers.
pub(crate) struct Scaled {
    pub(crate) options: Vec<Vec<i128>>,
    pub(crate) formulas: Vec<i128>,
    /// A weight of one is this many.
    pub(crate) scale: i128,
}

impl Scaled {
    /// `None` when the common denominator or the sum of all weights does not fit.
    pub(crate) fn new(weights: &Weights) -> Option<Scaled> {
        const MOST: i128 = 1 << 62;
        let all = weights.options.iter().flatten().copied();
        let all = all.chain(weights.formulas.iter().map(|weighted| weighted.weight));
        let scale = all.clone().try_fold(1i128, |scale, weight| {
            let denominator = weight.denominator();
            (scale / gcd(scale, denominator)).checked_mul(denominator).filter(|&scale| scale < MOST)
        })?;
        let mut widest = 0i128;
        for weight in all {
            let whole = weight.numerator().checked_mul(scale / weight.denominator())?;
            widest = widest.checked_add(whole.checked_abs()?).filter(|&widest| widest < MOST)?;
        }
        let whole = |weight: paraph_case::Rational| weight.numerator() * (scale / weight.denominator());
        Some(Scaled {
            options: weights
                .options
                .iter()
                .map(|o| o.iter().map(|&weight| whole(weight)).collect())
                .collect(),
            formulas: weights.formulas.iter().map(|weighted| whole(weighted.weight)).collect(),
            scale,
        })
    }
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}

fn mentions(formula: &Formula, marked: &[bool]) -> bool {
    formula.issues().into_iter().any(|issue| marked[issue])
}
