//! The journal: chain, portable form, undo, corrections, search.

use jiff::civil::date;
use paraph_ledger::{
    Anchor, Audience, Concern, Conversation, Correction, DraftPoint, EntryKind, Extractor, Found, Handling,
    Ledger, Link, NewSource, Note, Proposal, Receipt, ReceiptCheck, Relation, Setting, SourceMeta, Stamp,
    StatementFilter, Status, Words, Work,
};
use paraph_reading::record::{Act, SpeakerKind, TextSpan};

use crate::support::{DISPATCH, Fill, dispatch_statements, stamp, statement, with_source};

/// A small ledger with every kind of entry but merges and shreds.
fn eventful() -> Ledger {
    let (mut ledger, source) = with_source(DISPATCH, SourceMeta::default());
    ledger.propose(&stamp(1), &source, &dispatch_statements()).unwrap();
    ledger.confirm(&stamp(2), &["d01", "d02", "d03"]).unwrap();
    ledger.reject(&stamp(3), &["d05"], Some("he did not say so")).unwrap();
    ledger
        .correct(
            &stamp(4),
            "d09",
            &Correction::new().act(Some(Act::Demand)).about(&["pier".to_owned()]),
            None,
        )
        .unwrap();
    let picture = NewSource {
        bytes: &[0x89, b'P', b'N', b'G', 0, 255],
        text: Some("North said no."),
        extractor: Extractor { name: "ocr".to_owned(), version: "3".to_owned() },
        meta: SourceMeta {
            media_type: "image/png".to_owned(),
            grade: Some("B2".parse().unwrap()),
            ..SourceMeta::default()
        },
    };
    let picture = ledger.add_source(&stamp(5), &picture).unwrap().id;
    let described = SourceMeta { published: Some(date(2025, 11, 20)), ..SourceMeta::default() };
    ledger.describe_source(&stamp(6), &picture, &described).unwrap();
    ledger
        .extract_again(
            &stamp(7),
            &picture,
            "North said no!",
            &Extractor { name: "ocr".to_owned(), version: "4".to_owned() },
        )
        .unwrap();
    let hand = serde_json::from_str(
        r#"{"party": "south", "issue": "pier", "stance": "rejects", "options": ["ceded"], "reason": "their letter", "evidence": ["d09"]}"#,
    )
    .unwrap();
    ledger.set_position(&stamp(8), &hand).unwrap();
    ledger.clear_position(&stamp(9), "south", "pier", Setting::Public, "a forgery").unwrap();
    let ruling = serde_json::from_str(
        r#"{"statements": ["d01", "d03"], "verdict": {"prevails": "d03"}, "reason": "later"}"#,
    )
    .unwrap();
    ledger.rule(&stamp(10), &ruling).unwrap();
    let link = Link::new("d02", Relation::DraftPoint, "first/7");
    ledger.link(&stamp(11), &link).unwrap();
    ledger.withdraw_statement(&stamp(12), "d13", "not ours to quote").unwrap();
    ledger.undo(&stamp(13), None).unwrap();
    ledger
        .note(&stamp(14), &Note::new("They will wait.", "Ana", vec!["Ana".to_owned(), "Ode".to_owned()]))
        .unwrap();
    let event = |id: &str| {
        let trigger = crate::support::span(DISPATCH, "talk about the strait");
        let event = serde_json::json!({"id": id, "kind": "talks", "trigger": [trigger], "status": "expected", "reader": "test"});
        serde_json::from_value(event).unwrap()
    };
    ledger.propose_events(&stamp(14), &source, &[event("e1"), event("e2")]).unwrap();
    ledger.confirm_events(&stamp(14), &["e1"]).unwrap();
    ledger.reject_events(&stamp(14), &["e2"], Some("the same again")).unwrap();
    let at = DraftPoint { draft: "first".to_owned(), point: "7".to_owned() };
    let concern =
        Concern { at, party: "south".to_owned(), text: "The pier.".to_owned(), date: None, source: None };
    ledger.record_work(&stamp(14), &[Work::Concern(concern)]).unwrap();
    ledger.withdraw_source(&stamp(15), &picture, "unreadable").unwrap();
    ledger
}

#[test]
fn import_of_export_is_the_same_ledger() {
    let ledger = eventful();
    let journal = ledger.export_journal().unwrap();
    let mut copy = Ledger::in_memory().unwrap();
    assert_eq!(copy.import_journal(&journal).unwrap(), ledger.receipt().unwrap());
    assert_eq!(copy.export_journal().unwrap(), journal);
    for ledger in [&ledger, &copy] {
        let verification = ledger.verify().unwrap();
        assert!(verification.holds(), "{:?}", verification.problems);
    }
    assert_eq!(copy.log(None).unwrap(), ledger.log(None).unwrap());
    let kinds: std::collections::BTreeSet<EntryKind> =
        ledger.log(None).unwrap().iter().map(|line| line.kind).collect();
    let missing: Vec<EntryKind> =
        EntryKind::ALL.iter().copied().filter(|kind| !kinds.contains(kind)).collect();
    assert_eq!(missing, [EntryKind::Merged, EntryKind::Shredded], "these two have tests of their own");
    // Line feeds that a checkout turned into carriage returns and line feeds are forgiven.
    let text = String::from_utf8(journal.clone()).unwrap();
    let mut windows = Ledger::in_memory().unwrap();
    windows.import_journal(text.replace('\n', "\r\n").as_bytes()).unwrap();
    assert_eq!(windows.export_journal().unwrap(), journal);
    // Into a ledger that is not empty, nothing is imported.
    assert!(copy.import_journal(&journal).unwrap_err().is_conflict());
}

#[test]
fn an_empty_ledger_has_a_journal_too() {
    let journal = Ledger::in_memory().unwrap().export_journal().unwrap();
    let mut copy = Ledger::in_memory().unwrap();
    assert_eq!(copy.import_journal(&journal).unwrap().count, 0);
    assert!(copy.is_empty().unwrap());
    for bytes in [
        &b""[..],
        b"\n",
        b"{}\n",
        b"\xff\xfe",
        b"[[[[[[[[",
        b"{\"paraph-journal\":1}\n",
        b"{\"paraph-journal\":\"1\"}\n",
    ] {
        assert!(copy.import_journal(bytes).unwrap_err().is_corrupt(), "{bytes:?}");
    }
    assert!(copy.import_journal(b"{\"paraph-journal\":2}\n").unwrap_err().is_newer_version());
}

fn small_journal() -> Vec<u8> {
    let text = "North rejects joint patrols.";
    let (mut ledger, source) =
        with_source(text, SourceMeta { title: Some("Strait".to_owned()), ..SourceMeta::default() });
    let record = statement(text, "m2c7", "North", "rejects", "joint patrols")
        .by("north", "North", SpeakerKind::Institution)
        .act(Act::Reject)
        .about(&["patrols = joint"]);
    ledger.propose(&stamp(1), &source, &[record]).unwrap();
    ledger.confirm(&stamp(2), &["m2c7"]).unwrap();
    ledger.reject(&stamp(3), &["m2c7"], Some("not North's")).unwrap();
    ledger.undo(&stamp(4), None).unwrap();
    let note = Note::new("They will wait for the thaw.", "Ana", vec!["Ode".to_owned()]);
    ledger.note(&stamp(5), &note).unwrap();
    for (minute, target) in [(6, "strait"), (7, "observers")] {
        let link = Link::new("m2", Relation::Issue, target);
        ledger.link(&stamp(minute), &link).unwrap();
    }
    ledger.export_journal().unwrap()
}

#[test]
fn a_journal_cut_anywhere_is_detected() {
    let journal = small_journal();
    assert!((3_500..5_000).contains(&journal.len()), "{} bytes", journal.len());
    let mut ledger = Ledger::in_memory().unwrap();
    for length in 0..journal.len() {
        let error = ledger.import_journal(&journal[..length]).unwrap_err();
        assert!(error.is_corrupt(), "cut at {length}: {error}");
        assert!(ledger.is_empty().unwrap(), "nothing of a broken journal stays");
    }
    ledger.import_journal(&journal).unwrap();
}

#[test]
fn every_flipped_bit_of_a_journal_is_detected() {
    let journal = small_journal();
    let mut ledger = Ledger::in_memory().unwrap();
    for bit in 0..journal.len() * 8 {
        let mut flipped = journal.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        // There is one way to write a journal, so no flipped bit is harmless.
        match ledger.import_journal(&flipped) {
            Err(error) => assert!(error.is_corrupt() || error.is_newer_version(), "bit {bit}: {error}"),
            Ok(_) => panic!("bit {bit} was flipped, and nobody noticed"),
        }
    }
    ledger.import_journal(&journal).unwrap();
}

#[test]
fn a_receipt_proves_that_nothing_was_cut_off() {
    let mut ledger = eventful();
    let early = ledger.receipt().unwrap();
    assert_eq!(ledger.verify_receipt(&early).unwrap(), ReceiptCheck::Current);
    let text = early.to_string();
    assert_eq!(text.parse::<Receipt>().unwrap(), early);
    for nonsense in ["", "3", "x:00", "3:00", "-1:"] {
        assert!(nonsense.parse::<Receipt>().unwrap_err().is_invalid(), "{nonsense}");
    }
    ledger.confirm(&stamp(20), &["d04"]).unwrap();
    assert_eq!(ledger.verify_receipt(&early).unwrap(), ReceiptCheck::Grown { by: 1 });
    let late = ledger.receipt().unwrap();
    let missing = Receipt { count: late.count + 3, head: late.head.clone() };
    assert_eq!(ledger.verify_receipt(&missing).unwrap(), ReceiptCheck::Missing { found: late.count });
    let other = eventful();
    assert_eq!(
        other.verify_receipt(&early).unwrap(),
        ReceiptCheck::Different,
        "salts make every ledger its own"
    );
}

#[test]
fn undo_is_a_new_entry_and_can_be_undone() {
    let (mut ledger, source) = with_source(DISPATCH, SourceMeta::default());
    let status = |ledger: &Ledger| ledger.statement("d01").map(|statement| statement.status);
    ledger.propose(&stamp(1), &source, &dispatch_statements()).unwrap();
    ledger.confirm(&stamp(2), &["d01", "d02"]).unwrap();
    let confirmed = ledger.undo(&stamp(3), None).unwrap();
    assert_eq!(status(&ledger).unwrap(), Status::Proposed);
    assert_eq!(ledger.statement("d02").unwrap().status, Status::Proposed, "one action, undone as one");
    assert!(ledger.undo(&stamp(4), Some(&confirmed)).unwrap_err().is_conflict());
    let the_undo = ledger.log(Some(1)).unwrap()[0].id.clone();
    ledger.undo(&stamp(5), Some(&the_undo)).unwrap();
    assert_eq!(status(&ledger).unwrap(), Status::Confirmed);
    // Undoing everything leaves an empty ledger with a full journal.
    while ledger.undo(&stamp(6), None).is_ok() {}
    assert!(status(&ledger).unwrap_err().is_not_found());
    assert_eq!(ledger.counts().unwrap().sources, 0);
    assert!(ledger.undo(&stamp(7), None).unwrap_err().is_not_found());
    assert!(ledger.verify().unwrap().holds());
    // The same statements can be proposed again.
    assert!(ledger.resolve_source(&source).is_err());
    let again = ledger
        .add_source(&stamp(8), &NewSource::plain_text(DISPATCH.as_bytes(), SourceMeta::default()))
        .unwrap();
    assert!(again.new);
    assert_eq!(ledger.propose(&stamp(9), &source, &dispatch_statements()).unwrap().added.len(), 13);
    assert!(ledger.verify().unwrap().holds());
}

#[test]
fn the_same_thing_twice_is_stored_once() {
    let (mut ledger, source) = with_source(DISPATCH, SourceMeta::default());
    let statements = dispatch_statements();
    assert_eq!(ledger.propose(&stamp(1), &source, &statements).unwrap().added.len(), statements.len());
    let before = ledger.receipt().unwrap();
    let again = ledger.propose(&stamp(2), &source, &statements).unwrap();
    assert_eq!((again.added.len(), again.already.len()), (0, statements.len()));
    let added = ledger
        .add_source(&stamp(3), &NewSource::plain_text(DISPATCH.as_bytes(), SourceMeta::default()))
        .unwrap();
    assert_eq!((added.id, added.new), (source.clone(), false));
    assert_eq!(ledger.receipt().unwrap(), before, "and no entry says so");
    // A rejected statement stays rejected when a reader finds it again.
    ledger.reject(&stamp(4), &["d01"], None).unwrap();
    ledger.propose(&stamp(5), &source, &statements).unwrap();
    assert_eq!(ledger.statement("d01").unwrap().status, Status::Rejected);
    assert_eq!(ledger.source_of(DISPATCH.as_bytes()).unwrap().unwrap().id, source);
    assert_eq!(ledger.source_of(b"other").unwrap(), None);
}

#[test]
fn a_correction_keeps_the_id_and_says_what_changed() {
    let (mut ledger, source) = with_source(DISPATCH, SourceMeta::default());
    ledger.propose(&stamp(1), &source, &dispatch_statements()).unwrap();
    let before = ledger.statement("d02").unwrap();
    let shorter = TextSpan { start: before.record.content[0].start, end: before.record.content[0].end - 8 };
    let patch = Correction::new().content(&[shorter]).party(None).speaker(Some("several island states"));
    ledger.correct(&stamp(2), "d02", &patch, Some("the pier is another matter")).unwrap();
    let after = ledger.statement("d02").unwrap();
    assert_eq!(
        (after.status, after.anchor, after.record.party.clone()),
        (Status::Corrected, Anchor::Exact, None)
    );
    assert_eq!(after.words.content_line(), "that the plan may cost the south its coast guard and ");
    assert_eq!(after.record.cue, before.record.cue);
    ledger.confirm(&stamp(3), &["d02"]).unwrap();
    assert_eq!(ledger.statement("d02").unwrap().status, Status::Corrected);
    ledger.undo(&stamp(4), None).unwrap();
    ledger.undo(&stamp(5), None).unwrap();
    assert_eq!(ledger.statement("d02").unwrap(), before);
    let outside = Correction::new().cue(&[TextSpan { start: 5, end: 100_000 }]);
    assert!(ledger.correct(&stamp(6), "d02", &outside, None).unwrap_err().is_invalid());
    assert!(ledger.correct(&stamp(6), "d02", &Correction::new(), None).unwrap_err().is_invalid());
    for patch in [r#"{"id": "x"}"#, r#"{"reader": "me"}"#, r#"{"act": "shrug"}"#, r#"{"cue": 3}"#] {
        let patch: Correction = serde_json::from_str(patch).unwrap();
        assert!(ledger.correct(&stamp(6), "d02", &patch, None).unwrap_err().is_invalid(), "{patch:?}");
    }
}

#[test]
fn words_that_are_not_there_make_orphans_and_nothing_moves() {
    let text = "North said no. Later, North said no.";
    let (mut ledger, source) = with_source(text, SourceMeta::default());
    let record = statement(text, "m2c7", "North", "said", "no");
    ledger.propose(&stamp(1), &source, std::slice::from_ref(&record)).unwrap();
    assert_eq!(ledger.statement("m2").unwrap().anchor, Anchor::Exact);
    let ocr = |version: &str| Extractor { name: "ocr".to_owned(), version: version.to_owned() };
    // The words still occur, one character on: an orphan all the same.
    let orphans = ledger.extract_again(&stamp(2), &source, &format!(" {text}"), &ocr("2")).unwrap();
    assert_eq!(orphans, ["m2c7"]);
    let orphan = ledger.statement("m2").unwrap();
    assert_eq!((orphan.anchor, orphan.record.cue), (Anchor::Orphan, record.cue));
    assert_eq!(ledger.verify().unwrap().orphans, ["m2c7"]);
    assert!(ledger.verify().unwrap().holds(), "an orphan is honest");
    assert_eq!(ledger.extract_again(&stamp(3), &source, text, &ocr("3")).unwrap(), Vec::<String>::new());
    // A statement from elsewhere whose author saw other words.
    let foreign = Proposal {
        record: statement(text, "x9", "North", "said", "no"),
        words: Words {
            source: vec!["North".to_owned()],
            cue: vec!["said".to_owned()],
            content: vec!["yes".to_owned()],
            stands_for: None,
        },
    };
    ledger.propose_foreign(&stamp(4), &source, &[foreign]).unwrap();
    assert_eq!(ledger.statement("x9").unwrap().anchor, Anchor::Orphan);
    let filter = StatementFilter { anchor: Some(Anchor::Orphan), ..StatementFilter::default() };
    assert_eq!(ledger.statements(&filter).unwrap().len(), 1);
    // Spans outside the text are refused, and with them the whole action.
    let mut outside = statement(text, "x10", "North", "said", "no");
    outside.content[0].end = 4_000_000_000;
    let fine = statement(text, "x11", "North", "said", "no");
    assert!(ledger.propose(&stamp(5), &source, &[fine, outside]).unwrap_err().is_invalid());
    assert!(ledger.statement("x11").unwrap_err().is_not_found());
}

#[test]
fn prefixes_name_one_record_or_list_the_candidates() {
    let (mut ledger, source) = with_source(DISPATCH, SourceMeta::default());
    ledger.propose(&stamp(1), &source, &dispatch_statements()).unwrap();
    let error = ledger.confirm(&stamp(2), &["d02", "d1"]).unwrap_err();
    assert!(error.is_ambiguous());
    assert_eq!(error.candidates(), ["d10", "d11", "d12", "d13"]);
    assert_eq!(ledger.statement("d02").unwrap().status, Status::Proposed, "nothing of the action is stored");
    assert!(ledger.confirm(&stamp(2), &["e"]).unwrap_err().is_not_found());
    assert!(ledger.confirm(&stamp(2), &[""]).unwrap_err().is_invalid());
    assert_eq!(ledger.confirm(&stamp(2), &["d02", "d02"]).unwrap(), ["d02"]);
    let nobody = Stamp::new("  ", stamp(0).time);
    assert!(ledger.confirm(&nobody, &["d02"]).unwrap_err().is_invalid());
    let two_lines = Stamp::new("Ana\nBo", stamp(0).time);
    assert!(ledger.confirm(&two_lines, &["d02"]).unwrap_err().is_invalid());
}

#[test]
fn a_source_that_is_no_text_needs_its_text() {
    let mut ledger = Ledger::in_memory().unwrap();
    let bytes = b"fine until \xff here";
    let error =
        ledger.add_source(&stamp(0), &NewSource::plain_text(bytes, SourceMeta::default())).unwrap_err();
    assert!(error.is_invalid() && error.to_string().contains("byte 11"), "{error}");
    let source = NewSource {
        bytes,
        text: Some("fine until here"),
        extractor: Extractor::plain_text(),
        meta: SourceMeta::default(),
    };
    let id = ledger.add_source(&stamp(0), &source).unwrap().id;
    assert_eq!(ledger.source_bytes(&id).unwrap(), bytes);
    assert_eq!(ledger.source_text(&id).unwrap(), "fine until here");
    // An empty source is a source, too.
    let empty = ledger.add_source(&stamp(1), &NewSource::plain_text(b"", SourceMeta::default())).unwrap().id;
    assert_eq!(ledger.source_text(&empty).unwrap(), "");
    let mut copy = Ledger::in_memory().unwrap();
    copy.import_journal(&ledger.export_journal().unwrap()).unwrap();
    assert_eq!(copy.source_bytes(&id).unwrap(), bytes);
}

#[test]
fn a_note_is_restricted_unless_said_otherwise() {
    let mut ledger = Ledger::in_memory().unwrap();
    let note = Note::new("He hinted at observers.", "Ana", vec!["Ode".to_owned(), "Ana".to_owned()]);
    let id = ledger.note(&stamp(0), &note).unwrap().id;
    let source = ledger.source(&id).unwrap();
    assert_eq!((source.meta.handling, source.meta.setting), (Handling::Restricted, Setting::Private));
    let expected = Conversation {
        present: vec!["Ode".to_owned(), "Ana".to_owned()],
        noted_by: "Ana".to_owned(),
        verbatim: false,
    };
    assert_eq!(source.meta.conversation, Some(expected));
    assert!(ledger.sources(Audience::Team).unwrap().is_empty());
    assert!(ledger.search("observers", Audience::Team, 10).unwrap().is_empty());
    assert_eq!(ledger.search("observers", Audience::Restricted, 10).unwrap().len(), 1);
    assert!(ledger.note(&stamp(1), &Note::new(" \n", "Ana", Vec::new())).unwrap_err().is_invalid());
}

#[test]
fn search_finds_words_and_phrases_and_takes_any_input() {
    let (mut ledger, source) =
        with_source(DISPATCH, SourceMeta { title: Some("Évian round".to_owned()), ..SourceMeta::default() });
    ledger.propose(&stamp(1), &source, &dispatch_statements()).unwrap();
    let found = |text: &str| ledger.search(text, Audience::Team, 100).unwrap();
    assert_eq!(found("evian"), found("Évian"));
    assert_eq!(found("evian").len(), 1);
    assert_eq!(found("pier").len(), 3, "two statements and the source");
    assert_eq!(found("\"coast guard\" pier").len(), 2);
    assert!(found("\"guard coast\"").is_empty());
    match &found("\"inner harbour\" claims")[0] {
        Found::Statement { id, words, .. } => {
            assert_eq!((id.as_str(), words.as_str()), ("d11", "the inner harbour"));
        }
        other => panic!("{other:?}"),
    }
    match &found("mediator")[found("mediator").len() - 1] {
        Found::Source { words, .. } => {
            assert!(words.contains("The mediator called") && words.starts_with('…'), "{words}")
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(ledger.search("the", Audience::Team, 2).unwrap().len(), 2);
    for text in
        ["", "\"", "AND", "OR NOT", "a*", "text:x", "(((", "'; DROP TABLE words", "\u{0}", "^x NEAR(", "-"]
    {
        let _ = found(text);
    }
    let _ = found(&"x ".repeat(100_000));
}

#[test]
fn a_clock_that_goes_backwards_loses_nothing() {
    let (mut ledger, source) = with_source(DISPATCH, SourceMeta::default());
    ledger.propose(&stamp(100), &source, &dispatch_statements()).unwrap();
    ledger.confirm(&stamp(-500), &["d01"]).unwrap();
    let verification = ledger.verify().unwrap();
    assert!(verification.holds());
    assert_eq!(verification.out_of_order.len(), 1);
    assert_eq!(ledger.statement("d01").unwrap().status, Status::Confirmed);
    let mut copy = Ledger::in_memory().unwrap();
    copy.import_journal(&ledger.export_journal().unwrap()).unwrap();
    assert_eq!(copy.receipt().unwrap(), ledger.receipt().unwrap());
}

/// `PARAPH_LEDGER_RANDOM` sets how many random ledgers are tried (60 unless set).
#[test]
fn random_scripts_survive_export_import_and_rebuild() {
    let ledgers: u64 = std::env::var("PARAPH_LEDGER_RANDOM").map_or(60, |ledgers| ledgers.parse().unwrap());
    println!("{ledgers} random ledgers");
    for seed in 0..ledgers {
        let mut ledger = Ledger::in_memory().unwrap();
        crate::support::play(&mut ledger, seed, 40);
        let journal = ledger.export_journal().unwrap();
        let mut copy = Ledger::in_memory().unwrap();
        copy.import_journal(&journal).unwrap();
        assert_eq!(copy.export_journal().unwrap(), journal, "seed {seed}");
        let verification = ledger.verify().unwrap();
        assert!(verification.holds(), "seed {seed}: {:?}", verification.problems);
        assert!(copy.verify().unwrap().holds(), "seed {seed}");
        let all = StatementFilter {
            with_withdrawn_sources: true,
            audience: Audience::Restricted,
            ..StatementFilter::default()
        };
        let before = ledger.statements(&all).unwrap();
        assert_eq!(copy.statements(&all).unwrap(), before, "seed {seed}");
        assert_eq!(ledger.rebuild().unwrap(), Vec::<&str>::new(), "seed {seed}: a rebuild changes no table");
        assert_eq!(ledger.statements(&all).unwrap(), before, "seed {seed}");
        assert_eq!(ledger.export_journal().unwrap(), journal, "seed {seed}: a rebuild touches no entry");
    }
}
