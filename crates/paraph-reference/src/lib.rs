//! ```
//! use paraph_reference::{Concept, Reference, generate};
//!
//! // The prisoner's dilemma: "Y" is to cooperate. Ranks per outcome NN, YN, NY, YY; higher is better.
//! let case = generate::ranked_case(&[0, 1], &[vec![1, 0, 3, 2], vec![1, 3, 0, 2]]);
//! let reference = Reference::new(&case)?;
//! let tables = reference.stability();
//! let nash = tables.equilibria(Concept::Nash).unwrap_or_default();
//! assert_eq!(tables.codes(&nash), ["NN"]);
//! let seq = tables.equilibria(Concept::Seq).unwrap_or_default();
//! assert_eq!(tables.codes(&seq), ["NN", "YY"]);
//! # Ok::<(), paraph_reference::Error>(())
//! ```
//!
//! The types to know: [`Reference`] holds a case beside its [`World`], the explicit graph of states and
//! moves; [`Tables`] says which states are stable under which [`Concept`]; [`DealTables`] says what could
//! be agreed. [`generate`] makes random cases, families of small worlds, and changes to a case that must
//! not change the answer; [`expected`] reads what must come out of a published dispute.
//!
//! This crate does not try to be fast: it writes the definitions down one after the other, for at most a
//! few thousand states, so that quick methods have something independent to be compared with. It shares
//! no code with them, reads no files and is not published.
//!
//! Where the definitions leave a choice, this is what is computed here:
//!
//! - A return to the state that was left counts as a sanction, and so does any state of equal rank.
//! - A merged class moves where any of its members moves; it is a package when any member is one, coming
//!   from any member of the status quo's class; it breaks a red line when any member breaks it; and a
//!   walk-away formula holds in it when it holds in any member.
//! - Red lines bind the status quo too: it can be unacceptable.
//! - The directions of issues limit packages in the product form only; without a status quo, and in the
//!   explicit form, every state is a package.
//! - Efficiency is among all feasible outcomes, packages or not.
#![forbid(unsafe_code)]

mod deals;
mod error;
pub mod expected;
pub mod generate;
mod natural;
mod set;
mod stability;
mod world;

pub use deals::{DealTables, Disagreement, Pick, Refusal, Rule};
pub use error::Error;
pub use set::StateSet;
pub use stability::{Concept, Tables};
pub use world::{MAXIMUM_OUTCOMES, MAXIMUM_STATES, World};

use paraph_case::model::Case;

/// A case and its world.
#[derive(Debug, Clone)]
pub struct Reference<'a> {
    /// The case.
    pub case: &'a Case,
    /// Its explicit graph.
    pub world: World,
}

impl<'a> Reference<'a> {
    /// Writes the case's world out.
    ///
    /// # Errors
    /// As [`World::from_case`].
    pub fn new(case: &'a Case) -> Result<Reference<'a>, Error> {
        Ok(Reference { case, world: World::from_case(case)? })
    }

    /// All concepts for every party and state.
    pub fn stability(&self) -> Tables {
        self.world.stability()
    }

    /// Deals, efficient outcomes and picks.
    ///
    /// # Errors
    /// As [`World::deals`].
    pub fn deals(&self) -> Result<DealTables, Error> {
        self.world.deals(self.case)
    }
}
