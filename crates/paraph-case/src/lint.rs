//! Contradictions and doubtful places that show only when the whole model is looked at.
//!
//! [`check`] needs no ledger. What can be decided by looking at outcomes is decided exactly, over the
//! issues that a formula names and those that constraints connect with them; where these have more
//! than 2²⁰ settings, or the formulas are too long, the check is skipped and a note says so.
//!
//! What "a preference that never discriminates" and the like mean:
//!
//! - a formula is *constant* when it holds in every feasible outcome or in none;
//! - a priority is *idle* when feasible outcomes that agree on all earlier priorities agree on it;
//! - a constraint is *idle* when the others imply it;
//! - an issue is *stuck* when no party can move it, and either nobody's consent is asked for, or every
//!   feasible outcome that breaks no consenting party's red line and that the issues' directions allow
//!   from the status quo gives it one and the same option.

use crate::diagnostic::{Diagnostic, Sink};
use crate::formula::Formula;
use crate::model::*;
use crate::rational::Rational;
use crate::space::{Bits, Budget, Components, LARGEST, Space};
use crate::span::Span;
use crate::suggest;
use std::collections::BTreeMap;

/// Looks for contradictions and doubtful places. The list is in order of files and places.
///
/// Takes at most about a second, whatever the case; typically a few milliseconds.
///
/// ```
/// let parsed = paraph_case::parse("[case]\ntitle = 'x'\n[issue.a]\n[[constraint]]\nnever = 'a or not a'\n", "case.toml");
/// let found = paraph_case::lint::check(&parsed.case.unwrap());
/// assert_eq!(found[0].id, "no-feasible-outcome");
/// ```
pub fn check(case: &Case) -> Vec<Diagnostic> {
    let mut components = Components::new(case.issues.len());
    for constraint in &case.constraints {
        components.connect(&constraint.always.issues());
    }
    let mut lint = Lint {
        case,
        components,
        budget: Budget::new(),
        known: BTreeMap::new(),
        skipped: 0,
        sink: Sink::default(),
    };
    if case.explicit.is_none() {
        if lint.constraints() {
            lint.classes();
            lint.agreement();
            case.parties.iter().for_each(|party| lint.party(party));
        }
    } else {
        lint.explicit_rankings();
    }
    lint.names();
    lint.idle_parties();
    lint.not_on_record();
    if lint.skipped > 0 || lint.budget.exceeded {
        let message = "some contradictions were not looked for, as there are too many outcomes or formulas";
        lint.sink.push(Diagnostic::without_place("not-enumerated", message));
    }
    lint.sink.finish()
}

/// Whether a diagnostic of [`check`] says that something is missing, which may only be unreadable.
pub(crate) fn is_about_absence(id: &str) -> bool {
    ["not-on-record", "incomplete-ranking", "idle-party", "stuck-issue", "constant-preference"].contains(&id)
}

/// The issues on which a party's preferences say something: those that its formulas name, or whose
/// options it weighs differently, or all with a ranking. Red lines do not count. One truth value per
/// issue of the case.
pub fn on_record(case: &Case, party: &Party) -> Vec<bool> {
    let mut touched = vec![false; case.issues.len()];
    let mut touch = |formula: &Formula| formula.issues().into_iter().for_each(|issue| touched[issue] = true);
    match &party.preferences {
        Preferences::None => {}
        Preferences::Priorities(priorities) => priorities.iter().for_each(|priority| touch(&priority.that)),
        Preferences::Weights(weights) => {
            weights.formulas.iter().for_each(|formula| touch(&formula.that));
            for (touched, options) in touched.iter_mut().zip(&weights.options) {
                *touched |= options.windows(2).any(|pair| pair[0] != pair[1]);
            }
        }
        Preferences::Ranking(_) => touched.fill(true),
    }
    touched
}

/// How many sets of feasible outcomes are kept; each has at most 128 KiB.
const MOST_KNOWN: usize = 64;

struct Lint<'a> {
    case: &'a Case,
    /// Issues connected by constraints.
    components: Components,
    budget: Budget,
    /// The feasible outcomes of spaces, by their issues.
    known: BTreeMap<Vec<usize>, Bits>,
    /// Checks that were left out.
    skipped: usize,
    sink: Sink,
}

impl<'a> Lint<'a> {
    /// The space around some issues, or a skipped check.
    fn space(&mut self, issues: Vec<usize>) -> Option<Space<'a>> {
        let space = Space::new(&self.case.issues, issues);
        self.skipped += usize::from(space.is_none());
        space
    }

    /// The outcomes of a space that constraints allow. The space must hold whole components.
    fn feasible(&mut self, space: &Space<'_>) -> Option<Bits> {
        if let Some(known) = self.known.get(&space.chosen) {
            return Some(known.clone());
        }
        let mut feasible = space.everything();
        for constraint in &self.case.constraints {
            if space.covers(&constraint.always.issues()) {
                feasible = feasible.and(&space.holds(&constraint.always, &mut self.budget)?);
            }
        }
        if self.known.len() >= MOST_KNOWN {
            self.known.clear();
        }
        self.known.insert(space.chosen.clone(), feasible.clone());
        Some(feasible)
    }

    /// A space around a formula, what is feasible in it, and where the formula holds among that.
    fn around(&mut self, formula: &Formula) -> Option<(Space<'a>, Bits, Bits)> {
        let issues = self.components.around(&formula.issues());
        let space = self.space(issues)?;
        let feasible = self.feasible(&space)?;
        let holds = space.holds(formula, &mut self.budget)?.and(&feasible);
        Some((space, feasible, holds))
    }

    /// Whether some outcome is feasible, as far as can be told.
    fn constraints(&mut self) -> bool {
        let mut possible = true;
        // Constraints without issues belong to no component.
        for constraint in &self.case.constraints {
            if constraint.always.issues().is_empty() && !constraint.always.holds(&[]) {
                possible = false;
                let message = "the constraint holds in no outcome";
                self.sink.push(Diagnostic::new("no-feasible-outcome", constraint.span, message));
            }
        }
        for component in self.components.all() {
            let own: Vec<&Constraint> = self
                .case
                .constraints
                .iter()
                .filter(|constraint| {
                    constraint.always.issues().first().is_some_and(|first| component.contains(first))
                })
                .collect();
            if own.is_empty() {
                continue;
            }
            let Some(space) = self.space(component) else { continue };
            if let Some(found) = self.component(&space, &own) {
                possible &= found;
            }
        }
        possible
    }

    /// The constraints of one component: together they leave something, and none is implied by the others.
    fn component(&mut self, space: &Space<'_>, own: &[&Constraint]) -> Option<bool> {
        if !self.budget.take((own.len() * space.size.div_ceil(16)) as u64) {
            return None;
        }
        let mut sets = Vec::with_capacity(own.len());
        for constraint in own {
            sets.push(space.holds(&constraint.always, &mut self.budget)?);
        }
        // What the constraints after each one leave together.
        let mut after = vec![space.everything()];
        for set in sets.iter().rev() {
            let next = after[after.len() - 1].clone().and(set);
            after.push(next);
        }
        if after[own.len()].is_empty() {
            let mut diagnostic = Diagnostic::new(
                "no-feasible-outcome",
                own[0].span,
                if own.len() == 1 {
                    "the constraint leaves no outcome"
                } else {
                    "these constraints together leave no outcome"
                },
            );
            for constraint in own.iter().skip(1).take(5) {
                diagnostic = diagnostic.also(constraint.span, "");
            }
            self.sink.push(diagnostic);
            return Some(false);
        }
        let mut before = space.everything();
        for (index, constraint) in own.iter().enumerate() {
            let others = before.clone().and(&after[own.len() - 1 - index]);
            if others.and_not(&sets[index]).is_empty() {
                let message = "the constraint forbids nothing that the others leave";
                self.sink.push(Diagnostic::new("idle-constraint", constraint.span, message));
                // The next one may be idle only because of this one.
                continue;
            }
            before = before.and(&sets[index]);
        }
        Some(true)
    }

    fn classes(&mut self) {
        let same = &self.case.same;
        for (index, class) in same.iter().enumerate() {
            if let Some((_, _, holds)) = self.around(&class.that)
                && holds.is_empty()
            {
                let message = format!("no feasible outcome belongs to the class `{}`", class.name);
                self.sink.push(Diagnostic::new("empty-class", class.span, message));
            }
            for other in &same[..index] {
                let both = Formula::And(vec![other.that.clone(), class.that.clone()]);
                if !self.budget.take(1 << 10) {
                    return;
                }
                if let Some((_, _, holds)) = self.around(&both)
                    && !holds.is_empty()
                {
                    let message =
                        format!("an outcome would belong both to `{}` and to `{}`", other.name, class.name);
                    self.sink.push(
                        Diagnostic::new("overlapping-classes", class.span, message)
                            .also(other.span, "the other class")
                            .hint("add to one of the formulas what tells the classes apart"),
                    );
                }
            }
        }
    }

    /// What the red lines of those who consent leave: nothing at all, or one option of an issue.
    fn agreement(&mut self) {
        let case = self.case;
        let consenting = || case.parties.iter().filter(|party| party.consents);
        let lines: Vec<&RedLine> = consenting().flat_map(|party| &party.red_lines).collect();
        let mut components = self.components.clone();
        for line in &lines {
            components.connect(&line.that.issues());
        }
        let nobody = consenting().next().is_none();
        for component in components.all() {
            let own: Vec<&&RedLine> = lines
                .iter()
                .filter(|line| line.that.issues().first().is_some_and(|first| component.contains(first)))
                .collect();
            let open: Vec<usize> =
                component.iter().copied().filter(|&issue| case.issues[issue].moved_by.is_empty()).collect();
            if own.is_empty() && open.is_empty() {
                continue;
            }
            let Some(space) = self.space(component) else { continue };
            let Some(feasible) = self.feasible(&space) else { continue };
            let mut kept = feasible.clone();
            let mut readable = true;
            for line in &own {
                match space.holds(&line.that, &mut self.budget) {
                    Some(holds) => kept = kept.and(&holds),
                    None => readable = false,
                }
            }
            if !readable {
                continue;
            }
            if kept.is_empty() {
                let mut diagnostic = Diagnostic::new(
                    "red-lines-exclude-all",
                    own[0].grounds.span,
                    "the red lines of those who consent leave no feasible outcome: no deal can exist",
                );
                for line in own.iter().skip(1).take(5) {
                    diagnostic = diagnostic.also(line.grounds.span, "");
                }
                self.sink.push(diagnostic);
                continue;
            }
            self.stuck(&space, kept, &open, nobody);
        }
    }

    fn stuck(&mut self, space: &Space<'_>, mut kept: Bits, open: &[usize], nobody: bool) {
        for &issue in &space.chosen {
            let declared = &self.case.issues[issue];
            let Some(now) = declared.status_quo else { continue };
            for option in 0..declared.options.len() {
                let closed = match declared.changes {
                    Direction::Any => false,
                    Direction::Up => option < now,
                    Direction::Down => option > now,
                };
                if closed && self.budget.take(space.size.div_ceil(8) as u64) {
                    kept = kept.and_not(&space.is(issue, option));
                }
            }
        }
        for &issue in open {
            let declared = &self.case.issues[issue];
            if nobody {
                let message =
                    format!("nobody can move `{}` alone, and no party's consent is asked for", declared.id);
                self.sink.push(
                    Diagnostic::new("stuck-issue", declared.span, message)
                        .hint("say who can move it with `moved-by`, or who consents"),
                );
                continue;
            }
            if !self.budget.take((declared.options.len() * space.size.div_ceil(8)) as u64) {
                return;
            }
            let mut left =
                (0..declared.options.len()).filter(|&option| !space.is(issue, option).and(&kept).is_empty());
            if let (Some(only), None) = (left.next(), left.next()) {
                let message = format!(
                    "nobody can move `{}` alone, and no deal can settle it: only `{}` is left",
                    declared.id, declared.options[only]
                );
                self.sink.push(Diagnostic::new("stuck-issue", declared.span, message).hint(
                    "constraints, directions and red lines of those who consent leave no other option; if that is meant, the issue need not be negotiated",
                ));
            }
        }
    }

    fn party(&mut self, party: &Party) {
        for line in &party.red_lines {
            self.constant(&line.that, line.grounds.span, "the red line");
        }
        match &party.preferences {
            Preferences::None => {}
            Preferences::Priorities(priorities) => self.priorities(priorities),
            Preferences::Weights(weights) => {
                for formula in &weights.formulas {
                    self.constant(&formula.that, formula.grounds.span, "the formula");
                    if formula.weight == Rational::ZERO {
                        let message = "a weight of zero tells no outcomes apart";
                        self.sink.push(Diagnostic::new("constant-preference", formula.grounds.span, message));
                    }
                }
                let equal = |options: &Vec<Rational>| options.windows(2).all(|pair| pair[0] == pair[1]);
                if weights.formulas.is_empty() && weights.options.iter().all(equal) {
                    let message = "the weights tell no outcomes apart";
                    self.sink.push(Diagnostic::new("constant-preference", weights.grounds.span, message));
                }
            }
            Preferences::Ranking(ranking) => self.ranking(ranking),
        }
        if let Some(WalkAway::Formula { that, text }) = &party.walk_away
            && let Some((_, _, holds)) = self.around(that)
            && holds.is_empty()
        {
            let message = format!("no feasible outcome satisfies the walk-away of `{}`, `{text}`", party.id);
            self.sink.push(Diagnostic::new("empty-walk-away", party.span, message));
        }
    }

    /// Reports a formula that holds everywhere or nowhere; says whether it did.
    fn constant(&mut self, formula: &Formula, span: Span, what: &str) -> bool {
        let Some((_, feasible, holds)) = self.around(formula) else { return false };
        let message = if holds.is_empty() {
            format!("{what} holds in no feasible outcome")
        } else if holds == feasible {
            format!("{what} holds in every feasible outcome")
        } else {
            return false;
        };
        self.sink
            .push(Diagnostic::new("constant-preference", span, message).label("tells no outcomes apart"));
        true
    }

    fn priorities(&mut self, priorities: &[Priority]) {
        let constant: Vec<bool> = priorities
            .iter()
            .map(|priority| self.constant(&priority.that, priority.grounds.span, "the preference"))
            .collect();
        let mut issues: Vec<usize> = priorities.iter().flat_map(|priority| priority.that.issues()).collect();
        issues.sort_unstable();
        issues.dedup();
        let around = self.components.around(&issues);
        match Space::new(&self.case.issues, around) {
            Some(space) => {
                self.refine(&space, priorities, &constant);
            }
            None => self.repeats(priorities, &constant),
        }
    }

    /// Splits the feasible outcomes by one priority after the other; one that splits nothing is idle.
    fn refine(&mut self, space: &Space<'_>, priorities: &[Priority], constant: &[bool]) -> Option<()> {
        let feasible = self.feasible(space)?;
        let outcomes: Vec<usize> = feasible.iter().collect();
        let mut class: Vec<u32> = vec![0; outcomes.len()];
        let mut classes = 1usize;
        let mut earlier: Vec<(Bits, Span)> = Vec::new();
        for (priority, &constant) in priorities.iter().zip(constant) {
            if !self.budget.take(outcomes.len() as u64) {
                return None;
            }
            let holds = space.holds(&priority.that, &mut self.budget)?.and(&feasible);
            // For each class and truth value the class it becomes.
            let mut next: Vec<[u32; 2]> = vec![[u32::MAX; 2]; classes];
            let mut found = 0u32;
            for (&outcome, class) in outcomes.iter().zip(&mut class) {
                let place = &mut next[*class as usize][usize::from(holds.get(outcome))];
                if *place == u32::MAX {
                    *place = found;
                    found += 1;
                }
                *class = *place;
            }
            let split = found as usize > classes;
            classes = found as usize;
            if !split && !constant && !earlier.is_empty() {
                self.idle(
                    priority,
                    earlier.iter().find(|(bits, _)| same_or_opposite(bits, &holds, &feasible)),
                );
            }
            if !constant && self.budget.take(space.size.div_ceil(64) as u64) {
                earlier.push((holds, priority.grounds.span));
            }
        }
        Some(())
    }

    fn idle(&mut self, priority: &Priority, same: Option<&(Bits, Span)>) {
        let message = "the preference never decides: the ones before it settle it";
        let mut diagnostic = Diagnostic::new("idle-preference", priority.grounds.span, message);
        if let Some((_, span)) = same {
            diagnostic = diagnostic.also(*span, "says the same, or the opposite");
        }
        self.sink.push(diagnostic);
    }

    /// With too many outcomes to split: looks for priorities that repeat or reverse a single earlier one.
    fn repeats(&mut self, priorities: &[Priority], constant: &[bool]) {
        self.skipped += 1;
        for (index, priority) in priorities.iter().enumerate().filter(|(index, _)| !constant[*index]) {
            for (other, _) in priorities[..index].iter().zip(constant).filter(|(_, constant)| !**constant) {
                if !self.budget.take(1 << 10) {
                    return;
                }
                let mut issues = priority.that.issues();
                issues.extend(other.that.issues());
                let around = self.components.around(&issues);
                let Some(space) = Space::new(&self.case.issues, around) else { continue };
                let Some(feasible) = self.feasible(&space) else { return };
                let Some(one) = space.holds(&priority.that, &mut self.budget) else { return };
                let Some(two) = space.holds(&other.that, &mut self.budget) else { return };
                let two = two.and(&feasible);
                if same_or_opposite(&two, &one.and(&feasible), &feasible) {
                    self.idle(priority, Some(&(two, other.grounds.span)));
                    break;
                }
            }
        }
    }

    fn ranking(&mut self, ranking: &Ranking) {
        let whole: Vec<usize> = (0..self.case.issues.len()).collect();
        let Some(space) = self.space(whole) else { return };
        let Some(mut missing) = self.feasible(&space) else { return };
        let mut members: Vec<Option<Bits>> = Vec::new();
        let mut merged: Option<Bits> = Some(space.nothing());
        for same in &self.case.same {
            let holds = space.holds(&same.that, &mut self.budget).map(|bits| bits.and(&missing));
            merged = merged.zip(holds.as_ref()).map(|(merged, bits)| union(merged, bits));
            members.push(holds);
        }
        let Some(merged) = merged else { return };
        let span = ranking.grounds.span;
        let mut ranked = space.nothing();
        for entry in ranking.groups.iter().flatten() {
            match entry {
                Ranked::Outcome(outcome) => {
                    let index = space.index(outcome);
                    if merged.get(index) {
                        let class =
                            members.iter().position(|bits| bits.as_ref().is_some_and(|bits| bits.get(index)));
                        let class = class.map_or("", |class| self.case.same[class].name.as_str());
                        let message = format!(
                            "`{}` belongs to the class `{class}` and is ranked under that name",
                            self.case.code(outcome)
                        );
                        self.sink.push(Diagnostic::new("repeated-rank", span, message));
                    }
                    ranked.set(index);
                }
                Ranked::Class(class) => {
                    if let Some(Some(bits)) = members.get(*class) {
                        ranked = union(ranked, bits);
                    }
                }
                Ranked::State(_) => {}
            }
        }
        missing = missing.and_not(&ranked);
        let names: Vec<String> = missing
            .iter()
            .map(|index| {
                let outcome: Vec<usize> =
                    (0..self.case.issues.len()).map(|place| space.option(index, place)).collect();
                let class = members.iter().position(|bits| bits.as_ref().is_some_and(|bits| bits.get(index)));
                class.map_or_else(|| self.case.code(&outcome), |class| self.case.same[class].name.clone())
            })
            .take(5)
            .collect();
        let mut distinct = names.clone();
        distinct.dedup();
        if !distinct.is_empty() {
            let more = missing.iter().count() - names.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let message = format!("the ranking leaves out {}{more}", suggest::list(&distinct));
            self.sink.push(
                Diagnostic::new("incomplete-ranking", span, message)
                    .hint("every feasible outcome is ranked once"),
            );
        }
        if ranking.groups.len() == 1 && space.size > 1 && distinct.is_empty() {
            let message = "the ranking tells no outcomes apart";
            self.sink.push(Diagnostic::new("constant-preference", span, message));
        }
    }

    fn explicit_rankings(&mut self) {
        let Some(explicit) = &self.case.explicit else { return };
        for party in &self.case.parties {
            let Preferences::Ranking(ranking) = &party.preferences else { continue };
            let mut ranked = vec![false; explicit.states.len()];
            for entry in ranking.groups.iter().flatten() {
                if let Ranked::State(state) = entry {
                    ranked[*state] = true;
                }
            }
            let missing: Vec<&str> = ranked
                .iter()
                .zip(&explicit.states)
                .filter(|(ranked, _)| !**ranked)
                .map(|(_, state)| state.as_str())
                .collect();
            if !missing.is_empty() {
                let shown = &missing[..missing.len().min(5)];
                let more = missing.len() - shown.len();
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                let message = format!("the ranking leaves out {}{more}", suggest::list(shown));
                self.sink.push(
                    Diagnostic::new("incomplete-ranking", ranking.grounds.span, message)
                        .hint("every state is ranked once"),
                );
            }
        }
    }

    fn names(&mut self) {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for (index, party) in self.case.parties.iter().enumerate() {
            let own = std::iter::once(&party.name).chain(&party.also_called).chain(&party.people);
            for name in own {
                let folded = name.trim().to_lowercase();
                let first = *seen.entry(folded).or_insert(index);
                if first != index {
                    let other = &self.case.parties[first];
                    let message = format!("`{name}` could be `{}` or `{}`", other.id, party.id);
                    self.sink.push(
                        Diagnostic::new("ambiguous-name", party.span, message)
                            .also(other.span, "")
                            .hint("reports that use the name are ascribed to neither; give one of them another name"),
                    );
                }
            }
        }
    }

    fn idle_parties(&mut self) {
        for (index, party) in self.case.parties.iter().enumerate() {
            let moves = match &self.case.explicit {
                Some(explicit) => explicit.moves.get(index).is_some_and(|moves| !moves.is_empty()),
                None => self.case.issues.iter().any(|issue| issue.moved_by.contains(&index)),
            };
            if !moves && !party.consents && party.preferences == Preferences::None {
                let message = format!("`{}` moves nothing, need not consent and prefers nothing", party.id);
                self.sink.push(Diagnostic::new("idle-party", party.span, message));
            }
        }
    }

    fn not_on_record(&mut self) {
        if self.case.explicit.is_some() {
            return;
        }
        for party in self.case.parties.iter().filter(|party| party.consents) {
            let touched = on_record(self.case, party);
            let missing: Vec<&str> = touched
                .iter()
                .zip(&self.case.issues)
                .filter(|(touched, _)| !**touched)
                .map(|(_, issue)| issue.id.as_str())
                .collect();
            if missing.is_empty() {
                continue;
            }
            let message = if missing.len() == touched.len() {
                format!("`{}` has to consent, but none of its preferences are on record", party.id)
            } else {
                format!("`{}` has to consent, but is not on record on {}", party.id, suggest::list(&missing))
            };
            self.sink.push(Diagnostic::new("not-on-record", party.span, message));
        }
    }
}

fn union(mut bits: Bits, other: &Bits) -> Bits {
    other.iter().for_each(|outcome| bits.set(outcome));
    bits
}

/// Whether two sets of feasible outcomes are equal, or complements of each other.
fn same_or_opposite(one: &Bits, other: &Bits, feasible: &Bits) -> bool {
    one == other || feasible.clone().and_not(one) == *other
}

const _: () = assert!(LARGEST <= u32::MAX as usize, "classes of outcomes are counted in 32 bits");
