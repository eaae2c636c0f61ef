//! What could be agreed.

use crate::diagrams::Diagrams;
use crate::engine::{Engine, Ladder, Scaled, Utility, Work};
use crate::error::Error;
use crate::stop::Stop;
use paraph_case::model::{Case, Direction, Preferences, WalkAway, Weights};
use paraph_case::rational::Rational;
use std::cmp::Ordering;

/// Whose agreement is asked and what they compare with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// The outcome that counts as the status quo, instead of the case's: an option index for every issue.
    pub against: Option<Vec<usize>>,
    /// Parties whose agreement is asked, by index, instead of the case's consenting ones.
    pub consenting: Option<Vec<usize>>,
}

/// What a consenting party falls back on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The party.
    pub party: usize,
    /// The outcome: the status quo, the walk-away outcome, or the first of the outcomes that the party
    /// likes best among those in which the walk-away formula holds. `None` for a utility.
    pub outcome: Option<Vec<usize>>,
    /// The utility, where the walk-away is one.
    pub utility: Option<Rational>,
}

/// Why a party does not accept a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The party.
    pub party: usize,
    /// Indexes of its red lines that the package breaks.
    pub red_lines: Vec<usize>,
    /// Whether it ranks the package below its disagreement point.
    pub ranks_lower: bool,
    /// What makes the difference to the disagreement point, when it ranks the package lower and the
    /// disagreement point is an outcome.
    pub reason: Option<Reason>,
}

/// What makes the difference between two outcomes for a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The first of the party's priorities (by index) that holds in the better outcome only.
    Priority(usize),
    /// Utilities differ: what each issue and each weighted formula (by index) adds to the better outcome,
    /// largest first; the sum is the difference.
    Weights {
        /// Issues whose chosen options weigh differently.
        issues: Vec<(usize, Rational)>,
        /// Weighted formulas that hold in only one of the two.
        formulas: Vec<(usize, Rational)>,
    },
}

/// An issue that a package changes, and that only parties whose agreement is not asked can change alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The issue.
    pub issue: usize,
    /// Parties that can change it.
    pub movers: Vec<usize>,
}

/// What was found, as functions.
pub(crate) struct Found<F> {
    pub(crate) status_quo: Option<Vec<usize>>,
    pub(crate) disagreements: Vec<Disagreement>,
    pub(crate) packages: F,
    pub(crate) acceptable: F,
    pub(crate) deals: F,
}

pub(crate) fn deals<D: Diagrams>(
    engine: &Engine<D>,
    terms: &Terms,
    stop: &Stop,
) -> Result<Found<D::Function>, Error> {
    let case = &engine.case;
    let status_quo = match &terms.against {
        Some(outcome) => Some(outcome.clone()),
        None => engine.status_quo(),
    };
    if let Some(outcome) = &status_quo
        && !engine.is_feasible(outcome)
    {
        return Err(Error::model("what counts as the status quo is no feasible outcome"));
    }
    let consenting: Vec<usize> = match &terms.consenting {
        Some(parties) => parties.clone(),
        None => (0..case.parties.len()).filter(|&party| case.parties[party].consents).collect(),
    };
    if let Some(party) = consenting.iter().find(|&&party| party >= case.parties.len()) {
        return Err(Error::model(format!("there is no party {party}")));
    }
    let work = Work::new(engine, stop, "the packages");
    let packages = packages(&work, status_quo.as_deref())?;
    let mut acceptable = packages.clone();
    for line in consenting.iter().flat_map(|&party| &case.parties[party].red_lines) {
        acceptable = work.and(&acceptable, &work.formula(&line.that)?)?;
    }
    let mut gains = work.constant(false);
    let mut disagreements = Vec::new();
    for &party in &consenting {
        let work = Work::new(engine, stop, format!("the deals of {}", case.parties[party].name));
        let view = view(&work, party, status_quo.as_deref())?;
        disagreements.push(view.disagreement);
        acceptable = work.and(&acceptable, &view.accepts)?;
        // Of no use outside what everybody accepts so far, and smaller inside.
        gains = work.or(&gains, &view.gains)?;
        gains = work.and(&gains, &acceptable)?;
    }
    Ok(Found { status_quo, disagreements, packages, acceptable, deals: gains })
}

/// What the directions of the issues allow, coming from the status quo.
fn packages<D: Diagrams>(work: &Work<'_, D>, status_quo: Option<&[usize]>) -> Result<D::Function, Error> {
    let engine = work.engine;
    let mut packages = engine.feasible.clone();
    let Some(status_quo) = status_quo else { return Ok(packages) };
    for (issue, (declared, &now)) in engine.case.issues.iter().zip(status_quo).enumerate() {
        let variables = &engine.encoding.now[issue];
        let allowed = match declared.changes {
            Direction::Any => continue,
            Direction::Up => work.not(&work.below(variables, now)?)?,
            Direction::Down => work.below(variables, now + 1)?,
        };
        packages = work.and(&packages, &allowed)?;
    }
    Ok(packages)
}

/// A consenting party's disagreement point, and where it is at least matched and surpassed.
struct View<F> {
    disagreement: Disagreement,
    accepts: F,
    gains: F,
}

fn view<D: Diagrams>(
    work: &Work<'_, D>,
    party: usize,
    status_quo: Option<&[usize]>,
) -> Result<View<D::Function>, Error> {
    let engine = work.engine;
    let declared = &engine.case.parties[party];
    let everything = vec![true; engine.case.issues.len()];
    if let Some(WalkAway::Utility(wanted)) = &declared.walk_away {
        let Preferences::Weights(weights) = &declared.preferences else {
            return Err(Error::model(format!(
                "the walk-away of `{}` is a number, but its preferences are not weights",
                declared.id
            )));
        };
        let utility = work.utility(party, weights, &everything)?;
        let (accepts_from, gains_from) = utility.levels(*wanted).ok_or_else(|| {
            Error::too_large(format!("the walk-away of `{}` has too many digits", declared.id))
        })?;
        return Ok(View {
            disagreement: Disagreement { party, outcome: None, utility: Some(*wanted) },
            accepts: number_at_least(work, &utility.digits, accepts_from)?,
            gains: number_at_least(work, &utility.digits, gains_from)?,
        });
    }
    let ladder = work.ladder(party, &everything)?;
    let outcome = match &declared.walk_away {
        None => status_quo.map(<[usize]>::to_vec).ok_or_else(|| {
            Error::model(format!(
                "`{}` consents, but has no disagreement point: give every issue a `status-quo`, or the party a `walk-away`",
                declared.id
            ))
        })?,
        Some(WalkAway::Outcome(outcome)) if engine.is_feasible(outcome) => outcome.clone(),
        Some(WalkAway::Outcome(_)) => {
            return Err(Error::model(format!(
                "the walk-away outcome of `{}` is no feasible outcome",
                declared.id
            )));
        }
        Some(WalkAway::Formula { that, text }) => {
            let mut best = work.and(&engine.feasible, &work.formula(that)?)?;
            for rung in &ladder {
                let better = work.and(&best, rung)?;
                if !work.is_never(&better) {
                    best = better;
                }
            }
            work.list(&best, 1)?.pop().ok_or_else(|| {
                Error::model(format!(
                    "the walk-away of `{}`, `{text}`, holds in no feasible outcome",
                    declared.id
                ))
            })?
        }
        Some(WalkAway::Utility(_)) => unreachable!("answered above"),
    };
    let values = engine.encoding.values(&outcome);
    let level: Vec<bool> = ladder.iter().map(|rung| engine.store.holds(rung, &values)).collect();
    Ok(View {
        disagreement: Disagreement { party, outcome: Some(outcome), utility: None },
        accepts: compared(work, &ladder, &level, true)?,
        gains: compared(work, &ladder, &level, false)?,
    })
}

/// Where a ladder is above fixed truth values, or equal when `ties`.
fn compared<D: Diagrams>(
    work: &Work<'_, D>,
    ladder: &Ladder<D::Function>,
    level: &[bool],
    ties: bool,
) -> Result<D::Function, Error> {
    let mut above = work.constant(ties);
    for (rung, &level) in ladder.iter().zip(level).rev() {
        above = if level { work.and(rung, &above)? } else { work.or(rung, &above)? };
    }
    Ok(above)
}

/// Where the number that the digits make is at least this one.
fn number_at_least<D: Diagrams>(
    work: &Work<'_, D>,
    digits: &Ladder<D::Function>,
    least: i128,
) -> Result<D::Function, Error> {
    if least <= 0 {
        return Ok(work.constant(true));
    }
    if digits.len() < 127 && least >> digits.len() > 0 {
        return Ok(work.constant(false));
    }
    let level: Vec<bool> = (0..digits.len()).rev().map(|digit| least >> digit & 1 == 1).collect();
    compared(work, digits, &level, true)
}

impl<F> Utility<F> {
    /// The least numbers for which the utility is at least, and more than, the one wanted.
    fn levels(&self, wanted: Rational) -> Option<(i128, i128)> {
        let target = wanted.numerator().checked_mul(self.scale)?;
        let floor = target.div_euclid(wanted.denominator());
        let exact = target.rem_euclid(wanted.denominator()) == 0;
        let number = |units: i128| -> Option<i128> {
            // Rounded up: the first number at which the utility is at least this many units.
            let above = units.checked_sub(self.base)?;
            Some(above.div_euclid(self.step) + i128::from(above.rem_euclid(self.step) != 0))
        };
        let more = floor.checked_add(1)?;
        Some((number(if exact { floor } else { more })?, number(more)?))
    }
}

/// How a party ranks one outcome against another.
pub(crate) fn rank(preferences: &Preferences, left: &[usize], right: &[usize]) -> Ordering {
    match preferences {
        Preferences::None | Preferences::Ranking(_) => Ordering::Equal,
        Preferences::Priorities(list) => list
            .iter()
            .map(|priority| priority.that.holds(left).cmp(&priority.that.holds(right)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal),
        Preferences::Weights(weights) => units(weights, left).cmp(&units(weights, right)),
    }
}

/// A utility times the scale of its weights, and the scale; `None` when the weights do not fit, in which
/// case no question is answered.
fn units(weights: &Weights, outcome: &[usize]) -> Option<(i128, i128)> {
    let scaled = Scaled::new(weights)?;
    let options = outcome.iter().enumerate().map(|(issue, &option)| {
        scaled.options.get(issue).and_then(|options| options.get(option)).copied().unwrap_or(0)
    });
    let formulas = weights
        .formulas
        .iter()
        .zip(&scaled.formulas)
        .map(|(weighted, &weight)| if weighted.that.holds(outcome) { weight } else { 0 });
    Some((options.chain(formulas).sum(), scaled.scale))
}

fn reason(preferences: &Preferences, better: &[usize], worse: &[usize]) -> Option<Reason> {
    match preferences {
        Preferences::None | Preferences::Ranking(_) => None,
        Preferences::Priorities(list) => list
            .iter()
            .position(|priority| priority.that.holds(better) != priority.that.holds(worse))
            .map(Reason::Priority),
        Preferences::Weights(weights) => {
            let scaled = Scaled::new(weights)?;
            let part = |units: i128| Rational::new(units, scaled.scale);
            let falls = |mut list: Vec<(usize, Rational)>| {
                list.retain(|(_, part)| *part != Rational::ZERO);
                list.sort_by(|x, y| y.1.cmp(&x.1).then(x.0.cmp(&y.0)));
                list
            };
            let issues = scaled
                .options
                .iter()
                .enumerate()
                .filter_map(|(issue, options)| {
                    let weight = |outcome: &[usize]| options.get(outcome[issue]).copied().unwrap_or(0);
                    Some((issue, part(weight(better) - weight(worse))?))
                })
                .collect();
            let formulas = weights
                .formulas
                .iter()
                .zip(&scaled.formulas)
                .enumerate()
                .filter_map(|(at, (weighted, &weight))| {
                    let sign =
                        i128::from(weighted.that.holds(better)) - i128::from(weighted.that.holds(worse));
                    Some((at, part(sign * weight)?))
                })
                .collect();
            Some(Reason::Weights { issues: falls(issues), formulas: falls(formulas) })
        }
    }
}

/// Who does not accept a feasible outcome and why.
pub(crate) fn refusals(case: &Case, disagreements: &[Disagreement], package: &[usize]) -> Vec<Refusal> {
    disagreements
        .iter()
        .filter_map(|disagreement| {
            let party = disagreement.party;
            let declared = &case.parties[party];
            let red_lines: Vec<usize> = declared
                .red_lines
                .iter()
                .enumerate()
                .filter(|(_, line)| !line.that.holds(package))
                .map(|(at, _)| at)
                .collect();
            let ranks_lower = match (&disagreement.outcome, &disagreement.utility, &declared.preferences) {
                (Some(outcome), ..) => rank(&declared.preferences, package, outcome).is_lt(),
                (None, Some(wanted), Preferences::Weights(weights)) => units(weights, package)
                    .and_then(|(units, scale)| Rational::new(units, scale))
                    .is_some_and(|utility| utility < *wanted),
                _ => false,
            };
            if red_lines.is_empty() && !ranks_lower {
                return None;
            }
            let reason = disagreement
                .outcome
                .as_deref()
                .filter(|_| ranks_lower)
                .and_then(|outcome| reason(&declared.preferences, outcome, package));
            Some(Refusal { party, red_lines, ranks_lower, reason })
        })
        .collect()
}

/// Issues that a package changes and that only parties whose agreement is not asked can change alone.
pub(crate) fn needs(
    case: &Case,
    status_quo: Option<&[usize]>,
    disagreements: &[Disagreement],
    package: &[usize],
) -> Vec<Need> {
    let Some(status_quo) = status_quo else { return Vec::new() };
    let consents = |party: &usize| disagreements.iter().any(|known| known.party == *party);
    case.issues
        .iter()
        .enumerate()
        .filter(|(issue, declared)| {
            !declared.moved_by.is_empty()
                && !declared.moved_by.iter().any(consents)
                && package[*issue] != status_quo[*issue]
        })
        .map(|(issue, declared)| Need { issue, movers: declared.moved_by.clone() })
        .collect()
}
