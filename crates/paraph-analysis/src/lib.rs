//! Exact analysis of a negotiation.
#![deny(unsafe_code)]
mod bitmap;
mod cells;
mod deals;
mod error;
mod evaluate;
mod explain;
mod explicit;
mod fibre;
mod frontier;
mod model;
mod monitor;
mod moves;
mod paths;
mod picks;
mod product;
mod rank;
mod reason;
mod robustness;
mod simultaneous;
mod space;
pub mod synthetic;
mod stability;

pub use bitmap::Bitmap;
pub use deals::{Deals, Disagreement, Need, Refusal, Terms, deals};
pub use error::Error;
pub use explain::{Verdict, explain};
pub use model::{Model, OPEN, Options};
pub use monitor::Monitor;
pub use paths::{Step, Steps, shortest_path};
pub use picks::{Pick, Rule};
pub use reason::Reason;
pub use robustness::{Conclusion, Robustness, Swap, Tested, adjacent_swaps};
pub use space::{MOST_CELLS, Space};
pub use stability::{Concept, ConceptResult, SIM_MOST, StableSets, stability};
