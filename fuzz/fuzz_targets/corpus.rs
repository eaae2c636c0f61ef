//! Any bytes as marked texts: the corpus's own markup, JSON Lines, brat standoff, and weights.
//!
//! Run with `cargo +nightly fuzz run corpus fuzz/corpus/marked corpus/train`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use paraph_reading::tagger::Model;
use paraph_training::{brat, corpus, json_lines};

fuzz_target!(|bytes: &[u8]| {
    let _ = Model::read(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (marked, _) = corpus::parse(text);
    assert!(marked.document.is_sound());
    if let Ok(documents) = json_lines(text) {
        assert!(documents.iter().all(|document| document.is_sound()));
    }
    if let Some((body, annotations)) = text.split_once('\0')
        && let Ok(document) = brat("fuzzed", body, annotations)
    {
        assert!(document.is_sound());
    }
});
