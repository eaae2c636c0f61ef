//! The ledger's tests, in one program.

mod journal;
mod positions;
mod storage;
mod support;
