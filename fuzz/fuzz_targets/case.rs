//! Any bytes as `case.toml`, and what stands behind a form feed as a scenario laid over it.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paraph_fuzz::case(bytes));
