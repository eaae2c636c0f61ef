//! The ledger's tests, in one program.

mod exchange;
mod journal;
mod merge;
mod positions;
mod readings;
mod shred;
mod storage;
mod support;
mod timeline;
