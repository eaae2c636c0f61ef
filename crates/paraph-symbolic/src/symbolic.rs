//! The face of the crate: questions in, sets out.

use crate::deals::{self, Disagreement, Need, Refusal, Terms};
use crate::diagrams::Diagrams;
use crate::encoding::Encoding;
use crate::engine::{Engine, Work};
use crate::error::Error;
use crate::stability::{self, Concept};
use crate::stop::Stop;
use crate::store::Store;
use paraph_case::formula::Formula;
use paraph_case::model::{Case, Preferences};
use std::fmt;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

type Function = <Store as Diagrams>::Function;

/// How large the diagrams may get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Most nodes that may be stored at one time, dead ones included; taken as at least 2¹² and at most
    /// 2³⁰. A node takes about [`Limits::BYTES_A_NODE`] bytes with everything that belongs to it. The
    /// same limit gives the same answer, or the same refusal, every time.
    pub nodes: usize,
}

impl Limits {
    /// Bytes of memory for each node of the limit, in the worst case: the node, its place in the table
    /// of all nodes, and the cache of results.
    pub const BYTES_A_NODE: usize = 64;

    /// What fits into this many bytes.
    pub fn within(bytes: u64) -> Limits {
        Limits { nodes: usize::try_from(bytes / Self::BYTES_A_NODE as u64).unwrap_or(usize::MAX) }
    }
}

impl Default for Limits {
    /// 2²³ nodes, about half a gibibyte.
    fn default() -> Limits {
        Limits { nodes: 1 << 23 }
    }
}

/// How many outcomes there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// The product of the numbers of options, held issues counting one.
    pub all: u128,
    /// How many the constraints leave.
    pub feasible: u128,
    /// How many settings there are of the issues that nobody can change alone; stability compares
    /// outcomes within one setting only.
    pub settings: u128,
}

/// A case made ready for questions.
///
/// Cloning is cheap and shares the diagrams. Questions asked from several threads wait for each other.
#[derive(Clone)]
pub struct Symbolic {
    shared: Arc<Shared>,
}

struct Shared {
    engine: Engine<Store>,
    counts: Counts,
    /// One question at a time, so that the limit means the same for each.
    turn: Mutex<()>,
}

/// A set of feasible outcomes, which may be far too many to list. Equal sets of one [`Symbolic`] compare
/// equal at once.
#[derive(Clone)]
pub struct Set {
    shared: Arc<Shared>,
    function: Function,
    count: u128,
}

/// The stable outcomes of one concept.
#[derive(Debug, Clone, PartialEq)]
pub struct StableSets {
    /// The concept.
    pub concept: Concept,
    /// Stable for every party.
    pub equilibria: Set,
    /// Stable for each party.
    pub by_party: Vec<Set>,
}

/// What could be agreed.
#[derive(Debug, Clone, PartialEq)]
pub struct Deals {
    /// The outcome that counts as the status quo.
    pub status_quo: Option<Vec<usize>>,
    /// The parties whose agreement is asked and what each falls back on.
    pub disagreements: Vec<Disagreement>,
    /// Feasible outcomes that the issues' directions allow to be agreed, coming from the status quo.
    pub packages: Set,
    /// Packages that break no red line of a party asked, and that each ranks at least as high as its
    /// disagreement point.
    pub acceptable: Set,
    /// Acceptable packages that some party asked prefers to its disagreement point.
    pub deals: Set,
}

impl Symbolic {
    /// Makes a case ready.
    ///
    /// # Errors
    /// [`Error::is_unsupported`] for a case given state by state, with merged outcomes or with a ranking;
    /// [`Error::is_too_large`] from 2¹²⁸ outcomes on, or when the constraints' diagrams outgrow the limit;
    /// [`Error::is_interrupted`] when stopped.
    pub fn new(case: &Case, limits: &Limits, stop: &Stop) -> Result<Symbolic, Error> {
        Symbolic::with_held(case, &[], limits, stop)
    }

    /// Makes a case ready with some issues held at one option, as (issue, option).
    ///
    /// # Errors
    /// As [`Symbolic::new`], and [`Error::is_model`] when an issue or option does not exist or an issue is
    /// held at two options.
    pub fn with_held(
        case: &Case,
        held: &[(usize, usize)],
        limits: &Limits,
        stop: &Stop,
    ) -> Result<Symbolic, Error> {
        carried(case)?;
        let mut kept: Vec<Option<usize>> = vec![None; case.issues.len()];
        for &(issue, option) in held {
            let options = case.issues.get(issue).map_or(0, |issue| issue.options.len());
            if option >= options {
                return Err(Error::model(format!("there is no option {option} of an issue {issue} to hold")));
            }
            if kept[issue].replace(option).is_some_and(|other| other != option) {
                return Err(Error::model(format!("`{}` is held at two options", case.issues[issue].id)));
            }
        }
        let product = |which: &dyn Fn(usize) -> bool| {
            let sizes = case.issues.iter().enumerate().filter(|(at, _)| kept[*at].is_none() && which(*at));
            sizes.map(|(_, issue)| issue.options.len() as u128).try_fold(1u128, u128::checked_mul)
        };
        let too_many =
            || Error::too_large(format!("{} issues make 2^128 outcomes or more", case.issues.len()));
        let all = product(&|_| true).ok_or_else(too_many)?;
        let settings = product(&|at| case.issues[at].moved_by.is_empty()).ok_or_else(too_many)?;
        let (case, limit) = (case.clone(), limits.nodes);
        let shared = apart(stop, move |stop| {
            let encoding = Encoding::new(&case);
            let store = Store::new(encoding.variables, limit);
            let engine = Engine::new(&case, encoding, store, kept, limit, stop)?;
            let feasible = Work::new(&engine, stop, "the constraints").count(&engine.feasible)?;
            Ok(Shared { engine, counts: Counts { all, feasible, settings }, turn: Mutex::new(()) })
        })?;
        Ok(Symbolic { shared: Arc::new(shared) })
    }

    /// The case the diagrams were made from.
    pub fn case(&self) -> &Case {
        &self.shared.engine.case
    }

    /// How many outcomes there are.
    pub fn counts(&self) -> Counts {
        self.shared.counts
    }

    /// What the constraints leave.
    pub fn feasible(&self) -> Set {
        let shared = Arc::clone(&self.shared);
        Set { function: shared.engine.feasible.clone(), count: shared.counts.feasible, shared }
    }

    /// The feasible outcomes in which a formula holds.
    ///
    /// # Errors
    /// [`Error::is_model`] when the formula names an issue or option that the case does not have,
    /// [`Error::is_too_large`], [`Error::is_interrupted`].
    pub fn holding(&self, formula: &Formula, stop: &Stop) -> Result<Set, Error> {
        known(&self.shared.engine.case, formula)?;
        let formula = formula.clone();
        self.ask(stop, move |engine, stop| {
            let work = Work::new(engine, stop, "the formula");
            counted(&work, work.and(&engine.feasible, &work.formula(&formula)?)?)
        })
        .map(|set| self.set(set))
    }

    /// Nash stability; see [`Symbolic::stability`].
    ///
    /// # Errors
    /// As [`Symbolic::stability`].
    pub fn nash(&self, stop: &Stop) -> Result<StableSets, Error> {
        self.stability(Concept::Nash, stop)
    }

    /// The outcomes stable under a concept, for each party and for all.
    ///
    /// Nash takes a conjunction and a quantification for each of a party's preferences that mentions an
    /// issue of its own, GMR and SMR several for each that mentions an issue which somebody moves. What an
    /// operation costs is the size of the diagrams, which no rule bounds in advance: small where each
    /// preference ties a few issues that are close in the order, or weights are small whole numbers.
    ///
    /// # Errors
    /// [`Error::is_unsupported`] for SEQ, symmetric SEQ and SIM, and for GMR and SMR when the opponents of
    /// some party move issues that constraints bind and issues that change one way only;
    /// [`Error::is_too_large`] when the diagrams outgrow the limit; [`Error::is_interrupted`].
    pub fn stability(&self, concept: Concept, stop: &Stop) -> Result<StableSets, Error> {
        concept.check()?;
        let (equilibria, by_party) = self.ask(stop, move |engine, stop| {
            let mut by_party = Vec::new();
            for party in 0..engine.case.parties.len() {
                let work = Work::new(engine, stop, concept.words());
                by_party.push(counted(&work, stability::stable(engine, concept, party, stop)?)?);
            }
            let work = Work::new(engine, stop, format!("the equilibria of {}", concept.words()));
            // The sparsest sets first, which keeps what follows small.
            let mut order: Vec<&(Function, u128)> = by_party.iter().collect();
            order.sort_by_key(|(_, count)| *count);
            let mut equilibria = engine.feasible.clone();
            for (set, _) in order {
                equilibria = work.and(&equilibria, set)?;
            }
            Ok((counted(&work, equilibria)?, by_party))
        })?;
        Ok(StableSets {
            concept,
            equilibria: self.set(equilibria),
            by_party: by_party.into_iter().map(|set| self.set(set)).collect(),
        })
    }

    /// What could be agreed. Efficient packages and picks are not worked out here: both compare every
    /// package with every other.
    ///
    /// As many operations as there are preferences and red lines of the parties asked, each linear in the
    /// sizes of its diagrams.
    ///
    /// # Errors
    /// [`Error::is_model`] when there is no status quo and a party asked has no walk-away, when the status
    /// quo or a walk-away outcome is not feasible, when nothing satisfies a walk-away formula, or when a
    /// walk-away is a number and the preferences are not weights; [`Error::is_too_large`];
    /// [`Error::is_interrupted`].
    pub fn deals(&self, terms: &Terms, stop: &Stop) -> Result<Deals, Error> {
        let terms = terms.clone();
        let (found, sets) = self.ask(stop, move |engine, stop| {
            let found = deals::deals(engine, &terms, stop)?;
            let work = Work::new(engine, stop, "the deals");
            let sets = [&found.packages, &found.acceptable, &found.deals];
            let sets = sets.into_iter().map(|set| counted(&work, set.clone()));
            let sets = sets.collect::<Result<Vec<_>, Error>>()?;
            Ok((found, sets))
        })?;
        let mut sets = sets.into_iter().map(|set| self.set(set));
        let mut next = || sets.next().unwrap_or_else(|| unreachable!("three sets were counted"));
        Ok(Deals {
            status_quo: found.status_quo,
            disagreements: found.disagreements,
            packages: next(),
            acceptable: next(),
            deals: next(),
        })
    }

    /// How many nodes are stored now, dead ones included.
    pub fn nodes(&self) -> usize {
        self.shared.engine.store.nodes()
    }

    fn set(&self, (function, count): (Function, u128)) -> Set {
        Set { shared: Arc::clone(&self.shared), function, count }
    }

    fn ask<T: Send + 'static>(
        &self,
        stop: &Stop,
        question: impl FnOnce(&Engine<Store>, &Stop) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        ask(&self.shared, stop, question)
    }
}

fn ask<T: Send + 'static>(
    shared: &Arc<Shared>,
    stop: &Stop,
    question: impl FnOnce(&Engine<Store>, &Stop) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let shared = Arc::clone(shared);
    apart(stop, move |stop| {
        let _turn = shared.turn.lock().unwrap_or_else(PoisonError::into_inner);
        question(&shared.engine, stop)
    })
}

/// Does work on a thread of its own and leaves when asked to stop: an operation on large diagrams cannot
/// be broken off, so the thread is left to find the flag set when its operation ends.
fn apart<T: Send + 'static>(
    stop: &Stop,
    work: impl FnOnce(&Stop) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (sender, receiver) = channel();
    let flag = stop.clone();
    let thread = std::thread::Builder::new()
        .name("decision diagrams".to_owned())
        .stack_size(64 << 20)
        .spawn(move || {
            // Nobody listens any more when the flag was set: then there is nothing to tell.
            let _ = sender.send(work(&flag));
        })
        .map_err(|error| Error::too_large(format!("no thread could be started ({error})")))?;
    loop {
        match receiver.recv_timeout(Duration::from_millis(20)) {
            Ok(answer) => return answer,
            Err(RecvTimeoutError::Timeout) if stop.stopped() => return Err(Error::interrupted()),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => match thread.join() {
                Ok(()) => unreachable!("the thread sends before it ends"),
                Err(panic) => std::panic::resume_unwind(panic),
            },
        }
    }
}

fn counted<D: Diagrams>(work: &Work<'_, D>, set: D::Function) -> Result<(D::Function, u128), Error> {
    let count = work.count(&set)?;
    Ok((set, count))
}

/// Refuses the forms of a case that are not carried.
fn carried(case: &Case) -> Result<(), Error> {
    if case.explicit.is_some() {
        return Err(Error::unsupported(
            "a case given state by state",
            "they stand for products of options; its states are few enough for a table",
        ));
    }
    if let Some(class) = case.same.first() {
        return Err(Error::unsupported(
            "a case with merged outcomes",
            &format!("moves to and from `{}` are those of all its members at once", class.name),
        ));
    }
    if let Some(party) = case.parties.iter().find(|p| matches!(p.preferences, Preferences::Ranking(_))) {
        return Err(Error::unsupported(
            "a ranking",
            &format!("that of `{}` names every outcome one by one; a table holds it", party.id),
        ));
    }
    Ok(())
}

/// Refuses a formula about something else.
fn known(case: &Case, formula: &Formula) -> Result<(), Error> {
    match formula {
        Formula::Constant(_) => Ok(()),
        Formula::Is { issue, option } => match case.issues.get(*issue) {
            Some(declared) if *option < declared.options.len() => Ok(()),
            _ => Err(Error::model(format!("the case has no option {option} of an issue {issue}"))),
        },
        Formula::Not(inner) => known(case, inner),
        Formula::And(parts) | Formula::Or(parts) => parts.iter().try_for_each(|part| known(case, part)),
        Formula::If { then: left, when: right } | Formula::Iff(left, right) => {
            known(case, left)?;
            known(case, right)
        }
    }
}

impl Set {
    /// How many outcomes the set holds.
    pub fn count(&self) -> u128 {
        self.count
    }

    /// Whether the set holds none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether the set holds the outcome, an option index for every issue. Linear in the number of issues.
    pub fn contains(&self, outcome: &[usize]) -> bool {
        self.shared.engine.contains(&self.function, outcome)
    }

    /// The first `most` outcomes, ascending with the first issue fastest, as option indexes. The list is
    /// complete exactly when it has [`Set::count`] entries. Of each outcome it costs at most as many
    /// operations as there are options in all, each linear in the diagram's size.
    ///
    /// # Errors
    /// [`Error::is_too_large`], [`Error::is_interrupted`].
    pub fn list(&self, most: usize, stop: &Stop) -> Result<Vec<Vec<usize>>, Error> {
        let function = self.function.clone();
        ask(&self.shared, stop, move |engine, stop| Work::new(engine, stop, "a list").list(&function, most))
    }

    /// The outcomes in both sets.
    ///
    /// # Errors
    /// [`Error::is_model`] when the sets come from two [`Symbolic`]s, [`Error::is_too_large`],
    /// [`Error::is_interrupted`].
    pub fn intersection(&self, other: &Set, stop: &Stop) -> Result<Set, Error> {
        if !Arc::ptr_eq(&self.shared, &other.shared) {
            return Err(Error::model("the two sets are about different cases"));
        }
        let (left, right) = (self.function.clone(), other.function.clone());
        let (function, count) = ask(&self.shared, stop, move |engine, stop| {
            let work = Work::new(engine, stop, "an intersection");
            counted(&work, work.and(&left, &right)?)
        })?;
        Ok(Set { shared: Arc::clone(&self.shared), function, count })
    }
}

impl Deals {
    /// Who does not accept an outcome and why; empty exactly when every party asked accepts it.
    ///
    /// # Errors
    /// [`Error::is_model`] when there is no such feasible outcome.
    pub fn refusals(&self, package: &[usize]) -> Result<Vec<Refusal>, Error> {
        self.feasible(package)?;
        Ok(deals::refusals(&self.packages.shared.engine.case, &self.disagreements, package))
    }

    /// Issues that a package changes and that only parties whose agreement is not asked can change alone.
    ///
    /// # Errors
    /// [`Error::is_model`] when there is no such feasible outcome.
    pub fn needs(&self, package: &[usize]) -> Result<Vec<Need>, Error> {
        self.feasible(package)?;
        let case = &self.packages.shared.engine.case;
        Ok(deals::needs(case, self.status_quo.as_deref(), &self.disagreements, package))
    }

    fn feasible(&self, package: &[usize]) -> Result<(), Error> {
        if self.packages.shared.engine.is_feasible(package) {
            Ok(())
        } else {
            Err(Error::model("the package is no feasible outcome"))
        }
    }
}

impl PartialEq for Set {
    fn eq(&self, other: &Set) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared) && self.function == other.function
    }
}

impl fmt::Debug for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Set").field("count", &self.count).finish_non_exhaustive()
    }
}

impl fmt::Debug for Symbolic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = &self.shared.engine.case.title;
        f.debug_struct("Symbolic")
            .field("case", title)
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}
