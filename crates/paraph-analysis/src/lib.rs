//! Exact analysis of a negotiation.
#![forbid(unsafe_code)]
mod bitmap;
mod error;
mod evaluate;
mod explain;
mod explicit;
mod fibre;
mod model;
mod monitor;
mod moves;
mod product;
mod rank;
mod reason;
mod simultaneous;
mod space;
mod stability;

pub use bitmap::Bitmap;
pub use error::Error;
pub use explain::{Verdict, explain};
pub use model::{Model, Options};
pub use monitor::Monitor;
pub use reason::Reason;
pub use space::{MOST_CELLS, Space};
pub use stability::{Concept, ConceptResult, SIM_MOST, StableSets, stability};
