//! Reads the model of a negotiation from `case.toml` and says, all at once and with places, what is
//! wrong or doubtful about it.
//!
//! ```
//! use paraph_case::render::{Style, human};
//!
//! let parsed = paraph_case::parse(
//!     r#"
//! [case]
//! title = "Harbour access talks"
//!
//! [party.north]
//! [[party.north.prefers]]
//! that = "not patrol = joint"
//! basis = "assumed"
//!
//! [issue.patrols]
//! options = ["none", "observers", "joint"]
//! status-quo = "none"
//! moved-by = ["north"]
//! "#,
//!     "case.toml",
//! );
//! assert!(parsed.complete().is_none());
//! assert_eq!(parsed.case.as_ref().unwrap().issues[0].options.len(), 3);
//! assert_eq!(
//!     human(&parsed.diagnostics, &parsed.files, Style::Plain).trim_end(),
//!     r#"
//! error[unknown-issue]: no issue `patrol`
//!  --> case.toml:7:13
//!   |
//! 7 | that = "not patrol = joint"
//!   |             ^^^^^^
//!   |
//!   = hint: did you mean `patrols`?"#.trim_start()
//! );
//! ```
//!
//! - [`Case`] is the model as plain data, with every name resolved to an index: [`Party`], [`Issue`],
//!   [`Preferences`], packages, constraints. Outcomes are option indexes, and
//!   [`Case::code`] and [`Case::parse_code`] write and read them.
//! - [`Formula`] is a proposition over issues and options.
//! - [`Parsed`] is what [`parse`], [`parse_with_scenario`] and [`load`] return: the case as far as it
//!   can be read, and every [`Diagnostic`]. [`Parsed::check`] adds the contradictions that [`lint`]
//!   finds, [`Parsed::check_with`] those between the case and the [`evidence`] on record.
//! - [`render`] shows diagnostics to people, editors and programs.
//! - [`keys`] describes every key once; the reader, [`schema`] and [`reference`](mod@reference) follow it.
//!
//! The crate does not store anything, knows no statements or positions of its own, computes no deals
//! and no stability, and writes no files.
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
