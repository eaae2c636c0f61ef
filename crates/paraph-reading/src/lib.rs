//! From plain text to proposed statements.
pub mod record;
