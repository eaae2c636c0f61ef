//! Any bytes as a portable journal: refused, or a ledger that verifies.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paraph_fuzz::journal(bytes));
