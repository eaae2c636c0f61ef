//! Exact answers about cases with far more outcomes than a table can hold.
//!
//! ```
//! use paraph_symbolic::{Limits, Stop, Symbolic, Terms};
//!
//! // Forty points, every other one decided by each side. Each wants a point of its own granted exactly when
//! // the other side's beside it is, and then the other's granted.
//! let mut text = String::from("[party.north]\n[party.south]\n");
//! for point in 0..40 {
//!     let (mover, other) = if point % 2 == 0 { ("north", "south") } else { ("south", "north") };
//!     text += &format!("[issue.p{point}]\nstatus-quo = 'no'\nmoved-by = ['{mover}']\n");
//!     text += &format!("[[party.{mover}.prefers]]\nthat = 'p{point} iff p{}'\nbasis = 'assumed'\n", point ^ 1);
//!     text += &format!("[[party.{other}.prefers]]\nthat = 'p{point}'\nbasis = 'assumed'\n");
//! }
//! let case = paraph_case::parse(&text, "case.toml").case.unwrap();
//!
//! let stop = Stop::new();
//! let symbolic = Symbolic::new(&case, &Limits { nodes: 1 << 16 }, &stop)?;
//! assert_eq!(symbolic.counts().all, 1 << 40);
//! let nash = symbolic.nash(&stop)?;
//! // Each of the twenty pairs is granted together or kept together.
//! assert_eq!(nash.equilibria.count(), 1 << 20);
//! assert_eq!(case.code(&nash.equilibria.list(2, &stop)?[1]), format!("YY{}", "N".repeat(38)));
//! let deals = symbolic.deals(&Terms::default(), &stop)?;
//! assert!(deals.deals.contains(&[1; 40]));
//! # Ok::<(), paraph_symbolic::Error>(())
//! ```
//!
//! - [`Symbolic`] is a case made ready; it answers [`nash`](Symbolic::nash),
//!   [`stability`](Symbolic::stability), [`deals`](Symbolic::deals) and [`holding`](Symbolic::holding).
//! - [`Set`] is a set of outcomes as a decision diagram: counted, asked, listed from the start,
//!   intersected.
//! - [`StableSets`] and [`Deals`] are answers made of sets.
//! - [`Limits`] bounds the diagrams, [`Stop`] breaks off.
//! - [`Error`] says why there is no answer: it never stands beside half of one.
//!
//! Outcomes are encoded in bits and sets of them kept as reduced ordered decision diagrams (Bryant 1986).
//! A preference is a list of truth values that compare lexicographically: priorities are one already, and
//! weights become one as the binary digits of their sum. The best that a move can reach is then settled
//! digit by digit, with one quantification each, so that no relation between two whole outcomes is needed.
//! How large the diagrams get depends on how the preferences tie issues together, not on the number of
//! outcomes: priorities over a few neighbouring issues and small whole weights stay small at 64 issues;
//! many priorities over issues drawn at random, or large uneven weights, do not. Answers are the same
//! whatever else runs, and so are refusals.
//!
//! It does not carry sequential and simultaneous stability, efficient packages and picks, rankings, merged
//! outcomes and cases given state by state, nor, for general and symmetric metarationality, opponents whose
//! issues are both bound by constraints and one-way; each is refused with its reason. It reads no files
//! and no clock. It is slower than the tables of `paraph-analysis` where these fit.
#![forbid(unsafe_code)]

mod deals;
mod diagrams;
mod encoding;
mod engine;
mod error;
mod order;
mod stability;
mod stop;
mod store;
mod symbolic;

pub use deals::{Disagreement, Need, Reason, Refusal, Terms};
pub use error::Error;
pub use stability::Concept;
pub use stop::Stop;
pub use symbolic::{Counts, Deals, Limits, Set, StableSets, Symbolic};
