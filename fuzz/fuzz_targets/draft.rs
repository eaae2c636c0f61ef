//! Any bytes as a draft, compared with itself.
//!
//! Run with `cargo +nightly fuzz run draft fuzz/corpus/draft crates/paraph-drafts/tests/pairs`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use paraph_drafts::{align, read_bytes};

fuzz_target!(|bytes: &[u8]| {
    let Ok(draft) = read_bytes("draft.md", bytes) else { return };
    let _ = align(&draft, &draft, &[]);
});
