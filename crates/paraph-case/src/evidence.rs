//! Whether what a case says of preferences is borne out by the statements it cites.
//!
//! The rules are those of the ledger: a `stated` preference or red line needs a confirmed statement
//! by that very party; and whatever is cited should exist, be confirmed, uncontested, made by the
//! party, and not later than the case's date. Besides, nothing should contradict the party's
//! recorded position. Where the statements come from is the caller's business: [`Evidence`].
//!
//! # When a preference contradicts a position
//! The position speaks of one issue and of some of its options.
//!
//! - *Demands* or *accepts* these options: a preference or red line that holds in no outcome in which
//!   the issue has one of them contradicts it. *Offers* and *accepts if* concede something that the
//!   party need not prefer, so they contradict red lines only.
//! - *Rejects* these options, or has *reserved* its position on them: a preference or red line that
//!   holds only where the issue has one of them contradicts it.
//! - Weights contradict *demands* when another option weighs more than every demanded one, and
//!   *rejects* when a rejected option weighs more than every other.
//!
//! Rankings, and formulas over issues with more than 2¹⁶ settings, are not compared with positions.

use crate::diagnostic::{Diagnostic, Sink};
use crate::formula::Formula;
use crate::model::*;
use crate::space::{Budget, Space};
use crate::span::Span;
use crate::suggest;
use crate::syntax::shortened;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Statements and positions on record.
pub trait Evidence {
    /// The statement with this identifier, or the only one whose identifier begins with it.
    fn statement(&self, id_or_prefix: &str) -> Found;

    /// The position that a party is on record as holding on an issue, by their identifiers.
    fn position(&self, party: &str, issue: &str) -> Option<Position>;
}

/// What looking for a statement gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// There is none.
    Missing,
    /// Several identifiers begin like this.
    Ambiguous(Vec<String>),
    /// There is exactly one.
    One(Statement),
}

/// What matters of a statement here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its full identifier.
    pub id: String,
    /// How far it has been checked.
    pub status: Status,
    /// The identifier of the party that made it; `None` when that is not known, or when it was
    /// relayed by others.
    pub party: Option<String>,
    /// Whether another party denies it.
    pub contested: bool,
    /// When it was made, else when it was published.
    pub date: Option<Date>,
}

/// How far a statement has been checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Read out of a source by a program; nobody has looked at it.
    Proposed,
    /// A person has confirmed it.
    Confirmed,
    /// A person has corrected it, which confirms what it says now.
    Corrected,
    /// A person has rejected it.
    Rejected,
}

/// A recorded position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// How the party stands to the options.
    pub stance: Stance,
    /// The options it speaks of; empty when its words name none.
    pub options: Vec<String>,
}

/// How a party stands to some options of an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stance {
    /// It accepts one of them.
    Accepts,
    /// It accepts one of them under a condition.
    AcceptsIf,
    /// It demands one of them.
    Demands,
    /// It offers one of them.
    Offers,
    /// It has concerns about them.
    Reserved,
    /// It rejects them.
    Rejects,
    /// It will talk about the issue.
    WillDiscuss,
    /// It would not comment.
    NoComment,
    /// Nothing is on record.
    NoRecord,
}

impl Stance {
    /// The word used in the matrix of positions.
    pub fn word(self) -> &'static str {
        match self {
            Stance::Accepts => "accepts",
            Stance::AcceptsIf => "accepts if",
            Stance::Demands => "demands",
            Stance::Offers => "offers",
            Stance::Reserved => "reserved",
            Stance::Rejects => "rejects",
            Stance::WillDiscuss => "will discuss",
            Stance::NoComment => "no comment",
            Stance::NoRecord => "no record",
        }
    }
}

/// Compares what the case cites with what is on record. The list is in order of files and places.
/// [`Parsed::check_with`](crate::Parsed::check_with) does the same with carets under the statements.
pub fn check(case: &Case, evidence: &dyn Evidence) -> Vec<Diagnostic> {
    check_at(case, evidence, &BTreeMap::new())
}

/// [`check`], given where grounds cite their statements.
pub(crate) fn check_at(
    case: &Case,
    evidence: &dyn Evidence,
    places: &BTreeMap<Span, Vec<Span>>,
) -> Vec<Diagnostic> {
    let (budget, positions) = (Budget::new(), BTreeMap::new());
    let mut checker = Checker { case, evidence, places, budget, positions, sink: Sink::default() };
    for party in &case.parties {
        for line in &party.red_lines {
            checker.grounds(party, &line.grounds, "red line");
            checker.formula(party, &line.that, line.grounds.span, true);
        }
        match &party.preferences {
            Preferences::None => {}
            Preferences::Priorities(priorities) => {
                for priority in priorities {
                    checker.grounds(party, &priority.grounds, "preference");
                    checker.formula(party, &priority.that, priority.grounds.span, false);
                }
            }
            Preferences::Weights(weights) => {
                checker.grounds(party, &weights.grounds, "preference");
                checker.weights(party, weights);
                for formula in &weights.formulas {
                    checker.grounds(party, &formula.grounds, "preference");
                    if formula.weight > crate::Rational::ZERO {
                        checker.formula(party, &formula.that, formula.grounds.span, false);
                    }
                }
            }
            Preferences::Ranking(ranking) => checker.grounds(party, &ranking.grounds, "preference"),
        }
    }
    if checker.budget.exceeded {
        let message = "not every preference was compared with the positions, as the formulas are too long";
        checker.sink.push(Diagnostic::without_place("not-enumerated", message));
    }
    checker.sink.finish()
}

/// The most settings of a formula's issues that are looked at.
const MOST_SETTINGS: usize = 1 << 16;

struct Checker<'a> {
    case: &'a Case,
    evidence: &'a dyn Evidence,
    /// Where grounds cite their statements, by the grounds' own place.
    places: &'a BTreeMap<Span, Vec<Span>>,
    budget: Budget,
    /// Positions that were asked for, by party and issue.
    positions: BTreeMap<(String, usize), Option<Position>>,
    sink: Sink,
}

impl Checker<'_> {
    fn grounds(&mut self, party: &Party, grounds: &Grounds, what: &str) {
        let mut own_confirmed = false;
        let reported = self.sink.count();
        let places = self.places.get(&grounds.span).filter(|places| places.len() == grounds.because.len());
        for (index, cited) in grounds.because.iter().enumerate() {
            let place = places.map(|places| places[index]);
            own_confirmed |= self.cited(party, grounds, cited, place);
        }
        if grounds.basis == Basis::Stated && !own_confirmed && !grounds.because.is_empty() {
            let message =
                format!("the {what} is called stated, but cites no confirmed statement of `{}`", party.id);
            let mut diagnostic = Diagnostic::new("stated-without-statement", grounds.span, message);
            if self.sink.count() == reported {
                diagnostic = diagnostic.hint("write `inferred` or `assumed`, or cite the party's own words");
            }
            self.sink.push(diagnostic);
        }
    }

    /// Checks one cited statement; says whether it is a confirmed one of the party itself, in time.
    fn cited(&mut self, party: &Party, grounds: &Grounds, cited: &str, place: Option<Span>) -> bool {
        let at = |id: &'static str, message: String| match place {
            Some(place) => Diagnostic::new(id, place, message).also(grounds.span, "rests on it"),
            None => Diagnostic::new(id, grounds.span, message),
        };
        let shown = shortened(cited);
        let statement = match self.evidence.statement(cited) {
            Found::One(statement) => statement,
            Found::Missing => {
                let message = format!("the ledger has no statement `{shown}`");
                self.sink.push(at("evidence-missing", message));
                return false;
            }
            Found::Ambiguous(ids) => {
                let message = format!("`{shown}` could be any of {} statements", ids.len());
                let few: Vec<&String> = ids.iter().take(5).collect();
                self.sink.push(
                    at("evidence-ambiguous", message)
                        .hint(format!("give more letters; among them are {}", suggest::list(&few))),
                );
                return false;
            }
        };
        let mut sound = true;
        let mut report = |id: &'static str, message: String, hint: Option<String>| {
            sound = false;
            self.sink.push(at(id, message).maybe_hint(hint));
        };
        match statement.status {
            Status::Proposed => report(
                "evidence-unconfirmed",
                format!("nobody has confirmed the statement `{shown}`"),
                Some(format!("look at it, then run `paraph statements confirm {shown}`")),
            ),
            Status::Rejected => {
                report("evidence-rejected", format!("the statement `{shown}` was rejected"), None)
            }
            Status::Confirmed | Status::Corrected => {}
        }
        match &statement.party {
            Some(own) if *own == party.id => {}
            Some(other) => report(
                "evidence-of-another-party",
                format!("the statement `{shown}` was made by `{other}`, not by `{}`", party.id),
                None,
            ),
            // A statement of nobody in particular can be what something was inferred from.
            None if grounds.basis == Basis::Stated => report(
                "evidence-of-another-party",
                format!("the statement `{shown}` is not known to be made by `{}`", party.id),
                None,
            ),
            None => {}
        }
        if let (Some(date), Some(as_of)) = (statement.date, self.case.as_of)
            && date > as_of
        {
            report(
                "evidence-too-late",
                format!("the statement `{shown}` was made on {date}, after the case's date, {as_of}"),
                Some("move `as-of`, or cite an earlier statement".to_owned()),
            );
        }
        let sound = sound;
        if statement.contested {
            let message = format!("another party denies the statement `{shown}`");
            self.sink.push(at("evidence-contested", message));
        }
        sound && statement.party.as_deref() == Some(party.id.as_str())
    }

    /// The options that the position of a party on an issue speaks of, with its stance.
    fn position(&mut self, party: &Party, issue: usize) -> Option<(Stance, Vec<usize>)> {
        let declared = &self.case.issues[issue];
        let position = self
            .positions
            .entry((party.id.clone(), issue))
            .or_insert_with(|| self.evidence.position(&party.id, &declared.id))
            .as_ref()?;
        let options: Vec<usize> = position
            .options
            .iter()
            .filter_map(|name| declared.options.iter().position(|option| option == name))
            .collect();
        (!options.is_empty()).then_some((position.stance, options))
    }

    fn formula(&mut self, party: &Party, formula: &Formula, span: Span, red_line: bool) {
        let issues = formula.issues();
        let mut conflicts = Vec::new();
        for &issue in &issues {
            let Some((stance, options)) = self.position(party, issue) else { continue };
            let against = match stance {
                Stance::Demands | Stance::Accepts => false,
                Stance::Offers | Stance::AcceptsIf if red_line => false,
                Stance::Rejects | Stance::Reserved => true,
                _ => continue,
            };
            let Some(space) = Space::new(&self.case.issues, issues.clone()) else { continue };
            if space.size > MOST_SETTINGS {
                continue;
            }
            let Some(holds) = space.holds(formula, &mut self.budget) else { continue };
            if holds.is_empty() {
                continue;
            }
            let left =
                options.iter().fold(holds.clone(), |left, &option| left.and_not(&space.is(issue, option)));
            // For: it holds nowhere among these options. Against: it holds nowhere else.
            if if against { left.is_empty() } else { left == holds } {
                conflicts.push((issue, stance, options));
            }
        }
        for (issue, stance, options) in conflicts {
            let what = if red_line { "the red line" } else { "the preference" };
            self.contradiction(party, span, what, issue, stance, &options);
        }
    }

    fn weights(&mut self, party: &Party, weights: &Weights) {
        for (issue, weighed) in weights.options.iter().enumerate() {
            let Some((stance, options)) = self.position(party, issue) else { continue };
            let greatest = |named: bool| {
                (0..weighed.len())
                    .filter(|option| options.contains(option) == named)
                    .map(|option| weighed[option])
                    .max()
            };
            let (Some(named), Some(others)) = (greatest(true), greatest(false)) else { continue };
            let conflict = match stance {
                Stance::Demands => named < others,
                Stance::Rejects => named > others,
                _ => false,
            };
            if conflict {
                self.contradiction(party, weights.grounds.span, "the weights", issue, stance, &options);
            }
        }
    }

    fn contradiction(
        &mut self,
        party: &Party,
        span: Span,
        what: &str,
        issue: usize,
        stance: Stance,
        options: &[usize],
    ) {
        let declared = &self.case.issues[issue];
        let names: Vec<&str> = options.iter().map(|&option| declared.options[option].as_str()).collect();
        let verb = if what.ends_with('s') { "contradict" } else { "contradicts" };
        let message = format!(
            "{what} {verb} the recorded position of `{}` on `{}`: {} {}",
            party.id,
            declared.id,
            stance.word(),
            suggest::list(&names)
        );
        self.sink.push(Diagnostic::new("contradicts-position", span, message));
    }
}
