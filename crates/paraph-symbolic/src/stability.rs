//! Which outcomes hold.

use crate::diagrams::Diagrams;
use crate::engine::{End, Engine, Extreme, Ladder, Work};
use crate::error::Error;
use crate::stop::Stop;
use paraph_case::model::Direction;

/// A solution concept of the graph model (Fang, Hipel, Kilgour 1993).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Concept {
    /// Nash stability (R): the party has no improvement.
    Nash,
    /// General metarationality: every improvement can be sanctioned by the others' moves.
    Gmr,
    /// Symmetric metarationality: the same, and the party cannot escape the sanction.
    Smr,
    /// Sequential stability: every improvement is sanctioned by the others' improvements. Not carried.
    Seq,
    /// Symmetric sequential stability. Not carried.
    SymmetricSeq,
    /// Simultaneous stability. Not carried.
    Sim,
}

impl Concept {
    /// All, in the literature's order.
    pub const ALL: [Concept; 6] =
        [Concept::Nash, Concept::Gmr, Concept::Smr, Concept::Seq, Concept::SymmetricSeq, Concept::Sim];

    /// The name on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Concept::Nash => "nash",
            Concept::Gmr => "gmr",
            Concept::Smr => "smr",
            Concept::Seq => "seq",
            Concept::SymmetricSeq => "symmetric-seq",
            Concept::Sim => "sim",
        }
    }

    /// The concept in a sentence.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Concept::Nash => "Nash stability",
            Concept::Gmr => "general metarationality",
            Concept::Smr => "symmetric metarationality",
            Concept::Seq => "sequential stability",
            Concept::SymmetricSeq => "symmetric sequential stability",
            Concept::Sim => "simultaneous stability",
        }
    }

    /// Refuses what no case makes possible here.
    pub(crate) fn check(self) -> Result<(), Error> {
        match self {
            Concept::Nash | Concept::Gmr | Concept::Smr => Ok(()),
            Concept::Seq | Concept::SymmetricSeq => Err(Error::unsupported(
                self.words(),
                "what improvements can reach is a relation between two whole outcomes, for which these diagrams hold no second copy",
            )),
            Concept::Sim => Err(Error::unsupported(
                self.words(),
                "every combination of the others' improvements would have to be told apart",
            )),
        }
    }
}

/// The outcomes that are stable for one party.
///
/// Nash: an outcome is stable when its ladder is the highest over the party's own moves. The other two
/// have one shape: an outcome is stable unless some move of its own leads to where even the lowest that
/// the others can then reach is above the outcome's ladder; for SMR, the lowest not of the ladders but of
/// what the party can make of them by one more move.
pub(crate) fn stable<D: Diagrams>(
    engine: &Engine<D>,
    concept: Concept,
    party: usize,
    stop: &Stop,
) -> Result<D::Function, Error> {
    let name = &engine.case.parties[party].name;
    let work = Work::new(engine, stop, format!("{} for {name}", concept.words()));
    let own = engine.moved_by(party);
    if concept == Concept::Nash {
        let ladder = work.ladder(party, &own)?;
        return Ok(work.extreme(&own, &ladder, End::Highest)?.at_the_end);
    }
    let anybody: Vec<bool> = engine.case.issues.iter().map(|issue| !issue.moved_by.is_empty()).collect();
    let ladder = work.ladder(party, &anybody)?;
    let sanctioned = match concept {
        Concept::Smr => work.extreme(&own, &ladder, End::Highest)?.values,
        _ => ladder.clone(),
    };
    let mut lowest = lowest_by_others(&work, concept, party, &sanctioned)?;
    if concept == Concept::Smr {
        // What the party escapes to may be above where it moved; such a move is no worse for that.
        lowest = work.lower(&lowest, &ladder)?;
    }
    let Extreme { values, .. } = work.extreme(&own, &lowest, End::Highest)?;
    work.without(&engine.feasible, &work.above(&values, &ladder)?)
}

/// The lowest ladder that the others can reach by moves.
fn lowest_by_others<D: Diagrams>(
    work: &Work<'_, D>,
    concept: Concept,
    party: usize,
    ladder: &Ladder<D::Function>,
) -> Result<Ladder<D::Function>, Error> {
    let engine = work.engine;
    let case = &engine.case;
    let others: Vec<Vec<bool>> =
        (0..case.parties.len()).filter(|&other| other != party).map(|other| engine.moved_by(other)).collect();
    let moved: Vec<bool> =
        (0..case.issues.len()).map(|issue| others.iter().any(|marked| marked[issue])).collect();
    let among = |that: &dyn Fn(usize) -> bool| (0..moved.len()).find(|&issue| moved[issue] && that(issue));
    let constrained = among(&|issue| engine.constrained[issue]);
    let one_way = among(&|issue| case.issues[issue].changes != Direction::Any);
    match (constrained, one_way) {
        // Nothing is in the way: one after the other, the others can change all their issues at will.
        (None, _) => Ok(work.extreme(&moved, ladder, End::Lowest)?.values),
        (Some(_), None) => work.lowest_reached(&others, ladder),
        (Some(constrained), Some(one_way)) => Err(Error::unsupported(
            concept.words(),
            &format!(
                "the opponents of `{}` move issues that constraints bind, such as `{}`, and issues that change one way only, such as `{}`",
                case.parties[party].id, case.issues[constrained].id, case.issues[one_way].id
            ),
        )),
    }
}
