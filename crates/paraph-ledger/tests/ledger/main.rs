//! The ledger's tests, in one program.

mod exchange;
mod journal;
mod merge;
mod positions;
mod shred;
mod storage;
mod support;
mod timeline;
