//! Any bytes as `case.toml`, and what stands behind a form feed as a scenario laid over it.
//!
//! Run with `cargo +nightly fuzz run case fuzz/corpus/case crates/paraph-case/tests/diagnostics`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use paraph_case::render::{Style, human};
use paraph_case::{Overlay, parse, parse_with_scenario};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let parsed = match text.split_once('\u{c}') {
        Some((case, over)) => {
            let overlay = Overlay { name: "over", file_name: "scenarios/over.toml", text: over };
            parse_with_scenario(case, "case.toml", overlay)
        }
        None => parse(&text, "case.toml"),
    };
    human(&parsed.check(), &parsed.files, Style::Plain);
    let Some(case) = parsed.case else { return };
    let first = vec![0; case.issues.len()];
    for constraint in &case.constraints {
        let again = case.parse_formula(&constraint.always.display(&case)).expect("what is shown can be read");
        assert_eq!(again.holds(&first), constraint.always.holds(&first));
    }
});
