//! Any bytes as a web page, and what is read out of its text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paraph_fuzz::page(bytes));
