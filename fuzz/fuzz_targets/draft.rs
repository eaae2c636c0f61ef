//! Any bytes as a draft, compared with itself.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paraph_fuzz::draft(bytes));
