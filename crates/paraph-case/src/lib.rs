//! The model of a negotiation.
pub mod formula;
pub mod model;
pub mod rational;
pub mod span;
