//! drafts
#![forbid(unsafe_code)]
mod bracket;
mod clean;
mod error;
mod label;
mod read;
mod text;
pub use bracket::*;
pub use clean::*;
pub use error::Error;
pub use label::{Label, Ordinal, Shape};
pub use read::*;
pub use text::{Diagnostic, Severity, Span};
