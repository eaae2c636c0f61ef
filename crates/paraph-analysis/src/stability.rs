//! Which outcomes hold: solution concepts for every outcome and party.

use crate::bitmap::Bitmap;
use crate::error::Error;
use crate::explicit::Arcs;
use crate::model::Model;
use crate::monitor::Monitor;
use crate::product::{Least, Product};
use crate::simultaneous;
use crate::slabs::Slabs;
use paraph_case::model::Party;

/// A solution concept of the graph model (Fang, Hipel, Kilgour 1993).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Concept {
    /// Nash stability (R): the party has no improvement.
    Nash,
    /// General metarationality: every improvement can be sanctioned by the others' moves.
    Gmr,
    /// Symmetric metarationality: the same, and the party cannot escape the sanction.
    Smr,
    /// Sequential stability: every improvement is sanctioned by the others' improvements.
    Seq,
    /// Symmetric sequential stability: as sequential, and the party cannot escape the sanction.
    SymmetricSeq,
    /// Simultaneous stability: every improvement is sanctioned by what the others change at once.
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

    /// The name in a sentence.
    pub fn title(self) -> &'static str {
        match self {
            Concept::Nash => "Nash",
            Concept::Gmr => "GMR",
            Concept::Smr => "SMR",
            Concept::Seq => "SEQ",
            Concept::SymmetricSeq => "symmetric SEQ",
            Concept::Sim => "SIM",
        }
    }

    /// The concept of a name.
    pub fn parse(name: &str) -> Option<Concept> {
        Concept::ALL.into_iter().find(|concept| concept.name() == name)
    }
}

/// What was found for one concept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConceptResult {
    /// The concept.
    pub concept: Concept,
    /// The stable sets, or the reason why there are none.
    pub sets: Result<StableSets, String>,
    /// How many passes over the table the others' improvements took, all parties together; 0 for concepts
    /// that need none and for forms that do not count them.
    pub sweeps: u32,
}

/// The stable outcomes of one concept. Merged outcomes are in with all their members; count and list
/// them through [`Model::count`] and [`Model::list`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StableSets {
    /// Stable for every party.
    pub equilibria: Bitmap,
    /// Stable for each party.
    pub by_party: Vec<Bitmap>,
}

/// Most outcomes on which SIM is worked out for all of them.
pub const SIM_MOST: u64 = 1 << 16;

/// Reach and stability in whichever form the model has.
pub(crate) enum Engine<'a> {
    Product(Product<'a>),
    Explicit(Arcs<'a>),
}

/// What the opponents of a party may do.
pub(crate) enum Answers<'a> {
    Moves,
    /// With what the product form needs for it.
    Improvements(Option<Slabs<'a>>),
}

impl<'a> Engine<'a> {
    /// `sequential`: whether improvements of the others will be asked for.
    pub(crate) fn new(model: &'a Model, sequential: bool, monitor: &Monitor) -> Result<Self, Error> {
        if model.case.explicit.is_some() {
            return Ok(Engine::Explicit(Arcs::new(model)));
        }
        model.rank_all(monitor)?;
        let mut product = Product::new(model);
        if sequential {
            product.sort(monitor)?;
        }
        Ok(Engine::Product(product))
    }

    /// The highest rank that the party can reach from each outcome by one move or by staying.
    pub(crate) fn highest(&self, party: usize, monitor: &Monitor) -> Result<Vec<u32>, Error> {
        match self {
            Engine::Product(product) => product.highest(party, monitor),
            Engine::Explicit(arcs) => Ok(arcs.highest(party)),
        }
    }

    /// How a party's opponents answer: by moves, or by improvements only.
    pub(crate) fn answers(&self, party: usize, improving: bool) -> Answers<'_> {
        match self {
            Engine::Product(product) if improving => Answers::Improvements(Some(product.slabs(party))),
            Engine::Explicit(_) if improving => Answers::Improvements(None),
            _ => Answers::Moves,
        }
    }

    /// What the others can bring `values` down to by their answers, and the number of passes over the table
    /// that finding it took; 0 where none are counted.
    pub(crate) fn reach(
        &self,
        party: usize,
        values: &[u32],
        answers: &Answers<'_>,
        monitor: &Monitor,
    ) -> Result<(Least, u32), Error> {
        match (self, answers) {
            (Engine::Product(product), Answers::Improvements(Some(slabs))) => {
                product.by_improvements(party, slabs, values, monitor)
            }
            (Engine::Product(product), _) => Ok((product.by_moves(party, values, monitor)?, 0)),
            (Engine::Explicit(arcs), answers) => {
                let improving = matches!(answers, Answers::Improvements(_));
                Ok((Least::Cells(arcs.reach(party, values, improving)), 0))
            }
        }
    }

    fn stable(&self, party: usize, least: &Least, monitor: &Monitor) -> Result<Bitmap, Error> {
        match (self, least) {
            (Engine::Product(product), least) => product.stable(party, least, monitor),
            (Engine::Explicit(arcs), Least::Cells(cells)) => Ok(arcs.stable(party, cells)),
            (Engine::Explicit(arcs), Least::Own) => Ok(arcs.stable(party, arcs.ranks(party))),
            (Engine::Explicit(_), Least::Folded { .. }) => unreachable!("only product tables are folded"),
        }
    }
}

/// Works out the concepts asked for, for every outcome and party.
///
/// Product form, n outcomes, p parties, fibres of f outcomes: Nash, GMR and SMR O(n p log f); SEQ and
/// symmetric SEQ O(n p) a pass over bytes, some ten for each party and opponent, and passes over numbers where
/// these leave something; SIM in the worst case the
/// product of everybody's improvements at every outcome. Explicit form: O(states × arcs) a round.
///
/// # Errors
/// Only when the work was stopped; a concept that cannot be worked out says so in its result.
pub fn stability(
    model: &Model,
    concepts: &[Concept],
    monitor: &Monitor,
) -> Result<Vec<ConceptResult>, Error> {
    if concepts.is_empty() {
        return Ok(Vec::new());
    }
    let wants = |concept: Concept| concepts.contains(&concept);
    let sequential = wants(Concept::Seq) || wants(Concept::SymmetricSeq);
    let symmetric = wants(Concept::Smr) || wants(Concept::SymmetricSeq);
    let engine = Engine::new(model, sequential, monitor)?;
    let mut sets: Vec<Vec<Bitmap>> = vec![Vec::new(); Concept::ALL.len()];
    let mut sweeps = [0u32; Concept::ALL.len()];
    for (party, Party { name, .. }) in model.case.parties.iter().enumerate() {
        let ranks = &model.ranks[party].of;
        let mut keep = |concept: Concept, passes: u64, least: &dyn Fn() -> Result<(Least, u32), Error>| {
            if wants(concept) {
                monitor.begin(&format!("{} for {name}", concept.title()), model.all() * passes);
                let (least, count) = least()?;
                sets[concept as usize].push(engine.stable(party, &least, monitor)?);
                sweeps[concept as usize] += count;
            }
            Ok::<(), Error>(())
        };
        let passes = 3 * model.case.parties.len() as u64;
        let moves = Answers::Moves;
        let improvements = if sequential { engine.answers(party, true) } else { Answers::Moves };
        keep(Concept::Nash, 1, &|| Ok((Least::Own, 0)))?;
        keep(Concept::Gmr, 2, &|| engine.reach(party, ranks, &moves, monitor))?;
        keep(Concept::Seq, passes, &|| engine.reach(party, ranks, &improvements, monitor))?;
        if symmetric {
            let highest = engine.highest(party, monitor)?;
            keep(Concept::Smr, 2, &|| engine.reach(party, &highest, &moves, monitor))?;
            keep(Concept::SymmetricSeq, passes, &|| engine.reach(party, &highest, &improvements, monitor))?;
        }
    }
    let mut reason = None;
    if wants(Concept::Sim) {
        match simultaneous::every_outcome(model, monitor)? {
            Ok(stable) => sets[Concept::Sim as usize] = stable,
            Err(why) => reason = Some(why),
        }
    }
    let mut results: Vec<ConceptResult> = Vec::new();
    for &concept in concepts {
        if results.iter().any(|result| result.concept == concept) {
            continue;
        }
        let sets = match (&reason, concept) {
            (Some(why), Concept::Sim) => Err(why.clone()),
            _ => Ok(StableSets::new(model, std::mem::take(&mut sets[concept as usize]))),
        };
        results.push(ConceptResult { concept, sets, sweeps: sweeps[concept as usize] });
    }
    Ok(results)
}

impl StableSets {
    fn new(model: &Model, by_party: Vec<Bitmap>) -> Self {
        let mut equilibria = model.feasible_set();
        by_party.iter().for_each(|set| equilibria.intersect(set));
        StableSets { equilibria, by_party }
    }
}
