//! Any bytes as a report.
//!
//! Run with `cargo +nightly fuzz run report fuzz/corpus/report crates/paraph-reading/tests/samples`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use paraph_reading::{Names, Source, SpanIndex, decode, read};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = decode(bytes) else { return };
    let reading = read(&Source::new(&text), &Names::default());
    let index = SpanIndex::new(&text);
    for statement in &reading.statements {
        for span in statement.source.iter().chain(&statement.cue).chain(&statement.content) {
            assert!(span.start < span.end && span.end <= index.len(), "a span within the text");
        }
    }
});
