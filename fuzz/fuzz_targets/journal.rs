//! Any bytes as a portable journal: refused, or a ledger that verifies.
//!
//! Run with `cargo +nightly fuzz run journal fuzz/corpus/journal`; an example's `journal.jsonl` is a seed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use paraph_ledger::Ledger;

fuzz_target!(|bytes: &[u8]| {
    let mut ledger = Ledger::in_memory().expect("a ledger in memory can be opened");
    if ledger.import_journal(bytes).is_ok() {
        ledger.verify().expect("what was imported can be verified");
    }
});
