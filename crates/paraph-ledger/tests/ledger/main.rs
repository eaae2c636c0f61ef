//! The ledger's tests, in one program.

mod cells;
mod exchange;
mod journal;
mod merge;
mod network;
mod positions;
mod queues;
mod readings;
mod shred;
mod storage;
mod support;
#[cfg(feature = "parquet")]
mod tables;
mod timeline;
