//! One case's folder, opened: what every command and every view of the page stand on.
//!
//! ```
//! use paraph_workbench::{folder, names};
//!
//! let refused = folder::case("no such folder".as_ref(), None).unwrap_err();
//! assert_eq!(refused.to_string(), "there is no folder `no such folder`");
//! assert!(refused.hints()[0].starts_with("begin a case with `paraph new"));
//! ```
//!
//! - [`folder`] finds the case, the ledger and the reports, [`desk`] the drafts;
//! - [`reading`] takes reports in: file, text, statements, ledger;
//! - [`correction`] is what a person changes in a statement or adds to a report;
//! - [`part`] and [`admission`] say which outcomes are looked at and whether the analysis fits, [`diagrams`] answers
//!   where tables of all outcomes end;
//! - [`brief`], [`matrix`], [`coverage`], [`actors`], [`statements`], [`deals`], [`frontier`], [`stability`], [`explanation`], [`robustness`] and [`drafts`]
//!   turn the case, the ledger and the analysis into the views of `paraph-brief`, whose JSON is the documented interface;
//! - [`record`] is what the ledger holds besides the matrix: search, timeline, changes, queues, network;
//! - [`stamp()`] says who acts and when, [`Failure`] is a sentence with hints, for whoever shows it.
//!
//! Nothing is computed here that the libraries could say, nothing is printed, and nothing is asked of a terminal.
#![forbid(unsafe_code)]

pub mod actors;
pub mod admission;
pub mod brief;
pub mod correction;
pub mod coverage;
pub mod deals;
pub mod desk;
pub mod diagrams;
pub mod drafts;
pub mod evidence;
pub mod explanation;
mod failure;
pub mod folder;
pub mod frontier;
pub mod lens;
pub mod matrix;
pub mod names;
pub mod part;
pub mod quote;
pub mod reading;
pub mod record;
pub mod robustness;
pub mod stability;
mod stamp;
pub mod statements;
pub mod verdicts;

pub use failure::{Failure, Outcome};
pub use stamp::stamp;
