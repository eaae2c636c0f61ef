//! Any bytes as a report.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paraph_fuzz::report(bytes));
