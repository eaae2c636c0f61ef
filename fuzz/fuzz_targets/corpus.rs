//! Any bytes as marked texts: the corpus's own markup, JSON Lines, brat standoff, and weights.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paraph_fuzz::corpus(bytes));
