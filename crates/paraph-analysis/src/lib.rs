//! Exact analysis of a negotiation: what could be agreed, what would hold, and why.
//!
//! ```
//! use paraph_analysis::{Concept, Model, Monitor, Options, Terms, deals, stability};
//!
//! // Two parties that can each arm or not; both would rather that nobody does than that both do.
//! let parsed = paraph_case::parse(
//!     r#"
//!     [case]
//!     title = "Two neighbours"
//!     [party.east]
//!     ranking = ["YN", "NN", "YY", "NY"]
//!     [party.west]
//!     ranking = ["NY", "NN", "YY", "YN"]
//!     [issue.east-arms]
//!     status-quo = "yes"
//!     moved-by = ["east"]
//!     [issue.west-arms]
//!     status-quo = "yes"
//!     moved-by = ["west"]
//!     "#,
//!     "case.toml",
//! );
//! let case = parsed.complete().expect("the case has no errors");
//! let monitor = Monitor::new();
//! let model = Model::new(case, &Options::default(), &monitor)?;
//!
//! let found = deals(&model, &Terms::default(), &monitor)?;
//! let codes = |set| model.list(set, 10).into_iter().map(|cell| model.code(cell)).collect::<Vec<_>>();
//! assert_eq!(codes(&found.deals), ["NN"]);
//!
//! let results = stability(&model, &[Concept::Nash, Concept::Seq], &monitor)?;
//! let equilibria = |at: usize| codes(&results[at].sets.as_ref().expect("computed").equilibria);
//! assert_eq!(equilibria(0), ["YY"]);
//! assert_eq!(equilibria(1), ["NN", "YY"]);
//! # Ok::<(), paraph_analysis::Error>(())
//! ```
//!
//! The main types:
//! - [`Model`]: a case made ready, with a cell for every outcome and a rank for every outcome and party;
//! - [`deals()`] and [`Deals`]: what every consenting party would take, what is efficient, what named rules
//!   pick, and who refuses what for which reason;
//! - [`stability()`] and [`Concept`]: which outcomes are stable for whom; [`explain()`] says why;
//! - [`Bitmap`]: a set of outcomes; [`Model::list`] and [`Model::count`] read it;
//! - [`Monitor`]: how far the work is, and how to stop it.
//!
//! Further: [`shortest_path`] and [`reach()`] for how outcomes come about, [`summarise`] for what large sets
//! have in common, [`adjacent_swaps`] for what survives small changes, [`estimate()`] for what an analysis
//! will take.
//!
//! The crate reads no files, no clock and no JSON, and prints nothing. It does not know where preferences
//! come from or what an outcome means; it never calls one fair or best.
#![deny(unsafe_code)]

mod additive;
mod archive;
mod bitmap;
mod cells;
mod deals;
mod disagreement;
mod error;
mod estimate;
mod evaluate;
mod explain;
mod explicit;
mod fibre;
mod fold;
mod frontier;
mod layers;
mod merged;
mod merged_moves;
mod model;
mod monitor;
mod moves;
mod pass;
mod paths;
mod picks;
mod places;
mod product;
mod rank;
mod reach;
mod reason;
mod robustness;
mod room;
mod simultaneous;
mod slabs;
mod space;
mod stability;
mod standing;
mod summary;
mod sums;
pub mod synthetic;
mod table;

pub use bitmap::Bitmap;
pub use deals::{Deals, Need, Refusal, Terms, deals, distinct, efficient, points};
pub use disagreement::Disagreement;
pub use error::Error;
pub use estimate::{Estimate, estimate};
pub use explain::{Verdict, explain};
pub use model::{Model, OPEN, Options};
pub use monitor::Monitor;
pub use paths::{Step, Steps, shortest_path};
pub use picks::{Pick, Rule};
pub use places::Places;
pub use reach::{Reach, reach};
pub use reason::Reason;
pub use robustness::{Conclusion, Robustness, Swap, Tested, adjacent_swaps};
pub use simultaneous::{SIM_MOST_COMBINATIONS, simultaneous_at};
pub use space::{MOST_CELLS, Space};
pub use stability::{Concept, ConceptResult, SIM_MOST, StableSets, stability};
pub use summary::{BINS, Summary, nearest, summarise};
