//! Reads cases that other negotiation tools wrote, says exactly how it read them, and writes cases
//! for other tools.
//!
//! ```
//! use paraph_exchange::{Options, import};
//!
//! let north = r#"{ "reservationValue": 0.4, "issueWeights": { "port": 0.75, "toll": 0.25 },
//!     "issues": { "port": { "open": 1.0, "closed": 0.0 }, "toll": { "low": 0.2, "high": 1.0 } } }"#;
//! let south = r#"{ "reservationValue": 0.0, "issueWeights": { "port": 0.5, "toll": 0.5 },
//!     "issues": { "port": { "open": 0.0, "closed": 1.0 }, "toll": { "low": 1.0, "high": 0.0 } } }"#;
//! let files = [("north.json", north.as_bytes()), ("south.json", south.as_bytes())];
//! let imported = import(&files, &Options::default()).unwrap();
//! assert_eq!(imported.as_read.outcomes, Some(4));
//! // Half of the packages are worth at least 0.4 to North.
//! assert_eq!(imported.as_read.parties[0].acceptable, Some(2));
//! let parsed = paraph_case::parse(&imported.case_toml, "case.toml");
//! assert_eq!(parsed.complete().unwrap().parties[0].id, "north");
//! ```
//!
//! - [`import`] recognises the format by content and gives an [`Imported`]: the text of a
//!   `case.toml`, and the [`AsRead`] report of what it read, what it approximated and what it
//!   dropped. [`Options`] make a drop an error and set how fine real numbers are cut.
//! - [`Format`] lists what is read.
//! - [`export`] writes cases as graph models, states and arcs, GraphML, strategic games and tables,
//!   each as an [`Exported`](export::Exported) that lists what the format could not hold.
//! - [`Error`] says what is wrong, and where.
//!
//! The crate opens no files and draws nothing. Parquet of outcomes is behind the feature `parquet`, as the
//! library it takes would be much of a build. It reads additive utilities, not those of constraints
//! between issues, and no discounting.
#![forbid(unsafe_code)]

mod additive;
mod as_read;
mod draft;
mod error;
pub mod export;
mod import;
mod names;
mod number;
mod read;
mod tree;
mod xml;

pub use as_read::{AsRead, IssueAsRead, PartyAsRead};
pub use error::Error;
pub use import::{Dropped, Format, Imported, Options, import};
