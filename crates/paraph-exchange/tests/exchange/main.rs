//! Tests of the crate from outside, in one binary.

mod cardinal;
mod cases;
mod common;
mod exports;
mod formats;
mod hostile;
mod scenarios;
