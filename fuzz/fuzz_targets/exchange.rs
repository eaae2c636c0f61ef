//! Any bytes as another tool's case.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paraph_fuzz::exchange(bytes));
