//! Any bytes as a web page, and what is read out of its text.
//!
//! Run with `cargo +nightly fuzz run page`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use paraph_reading::{Names, Source, SpanIndex, decode, html, read};

fuzz_target!(|bytes: &[u8]| {
    let Ok(source) = decode(bytes) else { return };
    let page = html::text(&source);
    let reading = read(&Source::new(&page.text), &Names::default());
    let index = SpanIndex::new(&page.text);
    for statement in &reading.statements {
        for span in statement.source.iter().chain(&statement.cue).chain(&statement.content) {
            assert!(index.get(*span).is_some_and(|words| !words.is_empty()), "a span within the text");
        }
    }
});
