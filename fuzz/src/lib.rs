//! What is fuzzed: one function a parser, each over any bytes. None may panic, hang or take memory out of proportion.
//!
//! With a nightly compiler and cargo-fuzz, guided by coverage:
//!
//! ```text
//! cargo +nightly fuzz run page fuzz/corpus/page fuzz/seeds/page
//! ```
//!
//! On the stable compiler, without either: `crates/paraph-workbench/tests/seeds.rs` compiles this very file, replays
//! the seeds in `seeds/` and as many seeded mutations of each as a test can afford, on every run of the tests.
//! `PARAPH_FUZZ_SECONDS` gives every target more time:
//!
//! ```text
//! PARAPH_FUZZ_SECONDS=30 cargo test -p paraph-workbench --test seeds -- --nocapture
//! ```
//!
//! What broke something once is kept in `seeds/` under the target's name.

use paraph_case::render::{Style, human};
use paraph_case::{Overlay, parse, parse_with_scenario};
use paraph_drafts::{align, docx_text, read_bytes};
use paraph_exchange::{Options, import};
use paraph_ledger::Ledger;
use paraph_reading::tagger::Model;
use paraph_reading::{Names, Source, SpanIndex, decode, html, read};
use paraph_training::{brat, json_lines};
use std::io::{Cursor, Write};

/// What takes any bytes.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: [(&str, Target); 9] = [
    ("case", case),
    ("corpus", corpus),
    ("document", document),
    ("draft", draft),
    ("exchange", exchange),
    ("journal", journal),
    ("page", page),
    ("report", report),
    ("word", word),
];

/// Any bytes as `case.toml`, and what stands behind a form feed as a scenario laid over it.
pub fn case(bytes: &[u8]) {
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
}

/// Any bytes as marked texts: the corpus's own markup, JSON Lines, brat standoff, and weights.
pub fn corpus(bytes: &[u8]) {
    let _ = Model::read(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (marked, _) = paraph_training::corpus::parse(text);
    assert!(marked.document.is_sound());
    if let Ok(documents) = json_lines(text) {
        assert!(documents.iter().all(|document| document.is_sound()));
    }
    if let Some((body, annotations)) = text.split_once('\0')
        && let Ok(document) = brat("fuzzed", body, annotations)
    {
        assert!(document.is_sound());
    }
}

/// Any bytes as a `.docx` file, and what is read out of its text.
pub fn document(bytes: &[u8]) {
    if let Ok(text) = docx_text("report.docx", bytes) {
        spans(&text);
    }
}

/// Any bytes as the text inside a `.docx` file.
pub fn word(bytes: &[u8]) {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive
        .start_file("word/document.xml", zip::write::SimpleFileOptions::default())
        .expect("memory takes a file");
    archive.write_all(bytes).expect("memory takes bytes");
    document(&archive.finish().expect("memory takes an archive").into_inner());
}

/// Any bytes as a draft, compared with itself.
pub fn draft(bytes: &[u8]) {
    let Ok(draft) = read_bytes("draft.md", bytes) else { return };
    let _ = align(&draft, &draft, &[]);
}

/// Any bytes as another tool's case.
pub fn exchange(bytes: &[u8]) {
    if let Ok(imported) = import(&[("case", bytes)], &Options::default()) {
        let parsed = paraph_case::parse(&imported.case_toml, "case.toml");
        assert!(!parsed.has_errors(), "what is written can be read");
    }
}

/// Any bytes as a portable journal: refused, or a ledger that verifies.
pub fn journal(bytes: &[u8]) {
    let mut ledger = Ledger::in_memory().expect("a ledger in memory can be opened");
    if ledger.import_journal(bytes).is_ok() {
        ledger.verify().expect("what was imported can be verified");
    }
}

/// Any bytes as a web page, and what is read out of its text.
pub fn page(bytes: &[u8]) {
    let Ok(source) = decode(bytes) else { return };
    let page = html::text(&source);
    spans(&page.text);
}

/// Any bytes as a report.
pub fn report(bytes: &[u8]) {
    let Ok(text) = decode(bytes) else { return };
    spans(&text);
}

/// Every span that is read out of a text is words of it.
fn spans(text: &str) {
    let reading = read(&Source::new(text), &Names::default());
    let index = SpanIndex::new(text);
    for statement in &reading.statements {
        for span in statement.source.iter().chain(&statement.cue).chain(&statement.content) {
            assert!(index.get(*span).is_some_and(|words| !words.is_empty()), "a span within the text");
        }
    }
}
