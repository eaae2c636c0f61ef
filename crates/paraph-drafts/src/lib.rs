//! drafts
#![forbid(unsafe_code)]
mod align;
mod assignment;
mod bracket;
mod change;
mod clean;
mod error;
mod label;
mod lexicon;
mod links;
mod read;
mod similarity;
mod text;
mod words;
pub use align::*;
pub use bracket::*;
pub use change::*;
pub use lexicon::ModalStrength;
pub use links::*;
pub use clean::*;
pub use error::Error;
pub use label::{Label, Ordinal, Shape};
pub use read::*;
pub use text::{Diagnostic, Severity, Span};
