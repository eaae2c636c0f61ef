//! Shredding: the words are gone, the trace and the chain stay.

use std::path::Path;

use paraph_ledger::{Audience, JOURNAL_FILE, LEDGER_FILE, Ledger, NewSource, Note, SourceMeta, View};

use crate::support::{DISPATCH, Fill, dispatch_statements, roster, stamp, statement};

/// The files of a folder that hold these bytes, in UTF-8 or in UTF-16.
fn holding(folder: &Path, words: &str) -> Vec<String> {
    let wide: Vec<u8> = words.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let bytes = std::fs::read(entry.path()).unwrap().to_ascii_lowercase();
        let holds =
            |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle.to_ascii_lowercase());
        if holds(words.as_bytes()) || holds(&wide) {
            found.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    found
}

const SECRET: &str =
    "Zephyrine whispered that the lagoon fortress would be dismantled. Quicksilver Ode nodded.";
const WORDS: [&str; 9] = [
    "zephyrine",
    "whispered",
    "lagoon",
    "fortress",
    "dismantled",
    "quicksilver",
    "nodded",
    "Evergreen",
    "marshland",
];

fn with_secret(folder: &Path) -> (Ledger, String) {
    let mut ledger = Ledger::open(folder).unwrap();
    let kept = ledger
        .add_source(&stamp(0), &NewSource::plain_text(DISPATCH.as_bytes(), SourceMeta::default()))
        .unwrap()
        .id;
    ledger.propose(&stamp(1), &kept, &dispatch_statements()).unwrap();
    let meta = SourceMeta { title: Some("Evergreen memorandum".to_owned()), ..SourceMeta::default() };
    let secret = ledger.add_source(&stamp(2), &NewSource::plain_text(SECRET.as_bytes(), meta)).unwrap().id;
    let record =
        statement(SECRET, "z1", "Zephyrine", "whispered", "that the lagoon fortress would be dismantled").by(
            "north",
            "Zephyrine",
            paraph_reading::record::SpeakerKind::Named,
        );
    let undone = statement(SECRET, "z2", "Quicksilver Ode", "nodded", "Quicksilver");
    ledger.propose(&stamp(3), &secret, &[record]).unwrap();
    ledger.propose(&stamp(4), &secret, &[undone]).unwrap();
    ledger.undo(&stamp(5), None).unwrap();
    ledger.confirm(&stamp(6), &["z1", "d02"]).unwrap();
    ledger.reject(&stamp(7), &["z1"], Some("the marshland report says otherwise")).unwrap();
    (ledger, secret)
}

#[test]
fn a_byte_search_finds_nothing_of_a_shredded_source() {
    let folder = tempfile::tempdir().unwrap();
    let (mut ledger, secret) = with_secret(folder.path());
    for word in &WORDS[..3] {
        assert!(!holding(folder.path(), word).is_empty(), "{word} must be there before");
    }
    let before = ledger.receipt().unwrap();
    let shredded = ledger.shred_source(&stamp(8), &secret[..6], "asked for by the source").unwrap();
    assert_eq!(shredded.original, Some(blake3_of(SECRET)));
    assert_eq!(shredded.quoting, Vec::<String>::new());
    for word in WORDS {
        assert_eq!(holding(folder.path(), word), Vec::<String>::new(), "{word}");
    }
    // The trace is there, the chain holds, and everything before it can be vouched for.
    let verification = ledger.verify().unwrap();
    assert!(verification.holds(), "{:?}", verification.problems);
    assert_eq!(verification.shredded, shredded.entries.len() as u64);
    assert!(ledger.verify_receipt(&before).unwrap().holds());
    let line = &ledger.log(Some(1)).unwrap()[0];
    assert_eq!(line.details.as_ref().unwrap()["reason"], "asked for by the source");
    assert!(ledger.source(&secret).unwrap_err().is_not_found());
    assert!(ledger.search("lagoon", Audience::Restricted, 9).unwrap().is_empty());
    // What was confirmed along with it stays confirmed.
    assert!(ledger.statement("d02").unwrap().status.is_confirmed());
    assert!(ledger.undo(&stamp(9), Some(&line.id)).unwrap_err().is_conflict());
    assert!(ledger.shred_source(&stamp(9), &secret, "again").unwrap_err().is_not_found());
    // The portable journal holds nothing of it either, and carries the trace along.
    let journal = ledger.export_journal().unwrap();
    std::fs::write(folder.path().join(JOURNAL_FILE), &journal).unwrap();
    let matrix = ledger.positions(&roster(), &View::default()).unwrap();
    drop(ledger);
    for word in WORDS {
        assert_eq!(holding(folder.path(), word), Vec::<String>::new(), "{word}");
    }
    std::fs::remove_file(folder.path().join(LEDGER_FILE)).unwrap();
    let copy = Ledger::open(folder.path()).unwrap();
    assert!(copy.verify().unwrap().holds());
    assert_eq!(copy.export_journal().unwrap(), journal);
    assert_eq!(copy.positions(&roster(), &View::default()).unwrap(), matrix);
}

fn blake3_of(text: &str) -> String {
    let mut ledger = Ledger::in_memory().unwrap();
    let id = ledger
        .add_source(&stamp(0), &NewSource::plain_text(text.as_bytes(), SourceMeta::default()))
        .unwrap()
        .id;
    ledger.source(&id).unwrap().hash
}

#[test]
fn entries_that_quote_the_shredded_words_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let (mut ledger, secret) = with_secret(folder.path());
    let note =
        Note::new("She told us that the lagoon fortress would be dismantled, no less", "Ana", Vec::new());
    ledger.note(&stamp(8), &note).unwrap();
    let reason = "because Zephyrine whispered that the lagoon fortress would be dismantled";
    let hand = serde_json::json!({"party": "north", "issue": "pier", "stance": "offers", "reason": reason});
    ledger.set_position(&stamp(8), &serde_json::from_value(hand).unwrap()).unwrap();
    let shredded = ledger.shred_source(&stamp(9), &secret, "asked for").unwrap();
    assert_eq!(shredded.quoting.len(), 2);
    assert!(!holding(folder.path(), "lagoon").is_empty());
    for entry in &shredded.quoting {
        ledger.shred_entry(&stamp(10), entry, "it quotes what was shredded").unwrap();
    }
    assert_eq!(holding(folder.path(), "lagoon"), Vec::<String>::new());
    assert!(ledger.verify().unwrap().holds());
    assert!(
        ledger
            .shred_entry(&stamp(11), &ledger.log(Some(1)).unwrap()[0].id.clone(), "x")
            .unwrap_err()
            .is_conflict()
    );
    assert!(ledger.shred_source(&stamp(11), "zz", "x").unwrap_err().is_not_found());
    assert!(ledger.shred_source(&stamp(11), "a", " ").unwrap_err().is_invalid());
}

#[test]
fn one_statement_can_be_shredded_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (mut ledger, secret) = with_secret(folder.path());
    ledger.shred_statement(&stamp(8), "z2", "a mistake").unwrap();
    assert_eq!(ledger.source_text(&secret).unwrap(), SECRET);
    ledger.shred_statement(&stamp(9), "z1", "a mistake").unwrap();
    assert!(ledger.statement("z1").unwrap_err().is_not_found());
    assert!(ledger.verify().unwrap().holds());
    assert_eq!(holding(folder.path(), "marshland"), Vec::<String>::new());
}

#[test]
fn a_shred_beside_a_reader_is_completed_later() {
    let folder = tempfile::tempdir().unwrap();
    let (mut ledger, secret) = with_secret(folder.path());
    ledger.set_patience(std::time::Duration::from_millis(20)).unwrap();
    let reader = rusqlite::Connection::open(folder.path().join(LEDGER_FILE)).unwrap();
    reader.execute_batch("BEGIN").unwrap();
    let _: i64 = reader.query_row("SELECT count(*) FROM journal", [], |row| row.get(0)).unwrap();
    let error = ledger.shred_source(&stamp(8), &secret, "asked for").unwrap_err();
    assert!(error.is_busy(), "{error}");
    assert!(error.to_string().contains("purge"), "{error}");
    assert!(ledger.source(&secret).unwrap_err().is_not_found(), "the shred itself is recorded");
    reader.execute_batch("COMMIT").unwrap();
    drop(reader);
    drop(ledger);
    let ledger = Ledger::open(folder.path()).unwrap();
    for word in WORDS {
        assert_eq!(holding(folder.path(), word), Vec::<String>::new(), "{word}");
    }
    assert!(ledger.verify().unwrap().holds());
}
