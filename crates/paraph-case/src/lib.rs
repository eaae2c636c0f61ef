//! The model of a negotiation.
#![forbid(unsafe_code)]
mod code;
pub mod diagnostic;
mod error;
pub mod evidence;
mod folder;
pub mod formula;
pub mod keys;
pub mod lint;
pub mod model;
pub mod rational;
pub mod read;
pub mod reference;
pub mod render;
pub mod schema;
mod space;
pub mod span;
mod suggest;
mod syntax;
mod tree;

pub use diagnostic::{Diagnostic, Label, Severity};
pub use error::Error;
pub use folder::{load, scenarios};
pub use formula::Formula;
pub use model::*;
pub use rational::Rational;
pub use read::{Overlay, Parsed, parse, parse_with_scenario};
pub use span::{Files, Span};
