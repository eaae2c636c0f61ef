//! Any bytes as a `.docx` file.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paraph_fuzz::document(bytes));
