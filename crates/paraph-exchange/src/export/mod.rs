//! Writing cases for other tools.
pub mod table;
