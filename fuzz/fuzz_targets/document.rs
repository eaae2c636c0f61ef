//! Any bytes as a `.docx` file.
//!
//! Run with `cargo +nightly fuzz run document`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use paraph_drafts::docx_text;

fuzz_target!(|bytes: &[u8]| {
    let _ = docx_text("report.docx", bytes);
});
