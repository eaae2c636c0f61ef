//! From the case, the ledger and the analysis to the views of `paraph-brief`.
//!
//! Nothing is computed here that the libraries could say, and nothing is printed: each module turns
//! results into the plain structs whose JSON is the documented interface.

pub(crate) mod brief;
pub(crate) mod deals;
pub(crate) mod drafts;
pub(crate) mod evidence;
pub(crate) mod explanation;
pub(crate) mod lens;
pub(crate) mod matrix;
pub(crate) mod names;
pub(crate) mod robustness;
pub(crate) mod stability;
pub(crate) mod statements;
