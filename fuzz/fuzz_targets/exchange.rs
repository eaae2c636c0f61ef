//! Any bytes as another tool's case.
//!
//! Run with `cargo +nightly fuzz run exchange fuzz/corpus/exchange`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use paraph_exchange::{Options, import};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(imported) = import(&[("case", bytes)], &Options::default()) {
        let parsed = paraph_case::parse(&imported.case_toml, "case.toml");
        assert!(!parsed.has_errors(), "what is written can be read");
    }
});
