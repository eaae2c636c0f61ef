//! Other tools' forms, and redacted copies.

use paraph_ledger::{
    Anchor, Audience, BratFile, Correction, Handling, Ledger, NewSource, Redaction, SourceMeta, Stamp,
    StatementFilter, Status, statements_datapackage, text_fragment_link,
};
use paraph_reading::record::{Act, Negation, SpeakerKind};

use crate::support::{DISPATCH, Fill, dispatch_statements, play, stamp, statement, with_source};

fn filled() -> (Ledger, String) {
    let (mut ledger, source) = with_source(DISPATCH, SourceMeta::default());
    ledger.propose(&stamp(1), &source, &dispatch_statements()).unwrap();
    ledger.confirm(&stamp(2), &["d01", "d02"]).unwrap();
    (ledger, source)
}

fn records(ledger: &Ledger) -> Vec<paraph_reading::record::Statement> {
    ledger
        .statements(&StatementFilter::default())
        .unwrap()
        .into_iter()
        .map(|statement| statement.record)
        .collect()
}

#[test]
fn web_annotations_come_back_as_they_went() {
    let (ledger, _) = filled();
    let page = ledger.export_web_annotations(&StatementFilter::default()).unwrap();
    let value: serde_json::Value = serde_json::from_str(&page).unwrap();
    let first = &value["items"][0];
    assert_eq!(first["target"][0]["selector"][0]["exact"], "North is ready to talk about the strait");
    assert_eq!(first["target"][0]["selector"][0]["suffix"], ", President Ana Brandt said on T");
    let (mut other, _) = with_source(DISPATCH, SourceMeta::default());
    let report = other.import_web_annotations(&stamp(5), &page).unwrap();
    assert_eq!((report.added.len(), report.dropped, report.orphans), (13, Vec::new(), Vec::new()));
    assert_eq!(records(&other), records(&ledger));
    assert_eq!(other.statement("d02").unwrap().status, Status::Proposed, "an import decides nothing");
    assert_eq!(other.import_web_annotations(&stamp(6), &page).unwrap().already.len(), 13);
}

#[test]
fn outside_annotations_are_taken_or_dropped_with_a_reason() {
    let text = "North said no. Later, North said no. South said yes.";
    let meta = SourceMeta { address: Some("https://gazette.example/1".to_owned()), ..SourceMeta::default() };
    let (mut ledger, _) = with_source(text, meta);
    let target = |source: &str, selector: serde_json::Value| serde_json::json!({"type": "Annotation", "target": {"source": source, "selector": selector}});
    let here = "https://gazette.example/1";
    let quote = |exact: &str| serde_json::json!({"type": "TextQuoteSelector", "exact": exact});
    let mut with_body = target(here, quote("South said yes"));
    with_body["body"] = serde_json::json!({"type": "TextualBody", "value": "interesting"});
    with_body["stylesheet"] = "x".into();
    let page = serde_json::json!({"items": [
        with_body,
        target(here, quote("North said no")),
        target(here, quote("East said no")),
        target("https://gazette.example/2", quote("North said no")),
        target(here, serde_json::json!([{"type": "TextPositionSelector", "start": 0, "end": 5}, {"type": "TextQuoteSelector", "exact": "South"}])),
        target(here, serde_json::json!({"type": "TextPositionSelector", "start": 0, "end": 500})),
        target(here, serde_json::json!({"type": "TextQuoteSelector", "exact": "North", "prefix": "Later, "})),
        {"type": "Annotation"},
        7,
    ]});
    let report = ledger.import_web_annotations(&stamp(1), &page.to_string()).unwrap();
    assert_eq!((report.added.len(), report.orphans.len()), (3, 1));
    let dropped = report.dropped.join("\n");
    for part in [
        "annotation 1: `stylesheet`",
        "annotation 1: a body",
        "annotation 2: its quote occurs more than once",
        "annotation 3: its quote does not occur",
        "annotation 4: no source here",
        "annotation 6: a position lies outside",
        "annotation 8: it has no target",
        "annotation 9: it is no object",
    ] {
        assert!(dropped.contains(part), "{part} is missing in:\n{dropped}");
    }
    assert_eq!(ledger.statement(&report.orphans[0]).unwrap().anchor, Anchor::Orphan);
    let later = ledger.statements(&StatementFilter::default()).unwrap();
    assert!(
        later.iter().any(|statement| statement.record.content[0].start == 22),
        "the second North, by its prefix"
    );
    for nonsense in ["", "[", "3", "{}", "{\"items\": 3}"] {
        assert!(ledger.import_web_annotations(&stamp(2), nonsense).unwrap_err().is_invalid(), "{nonsense}");
    }
}

#[test]
fn a_table_of_statements_comes_back() {
    let (mut ledger, _) = filled();
    ledger
        .correct(&stamp(3), "d03", &Correction::new().speaker(Some("=cmd|x!A1")).act(Some(Act::Offer)), None)
        .unwrap();
    let table = ledger.export_statements_csv(&StatementFilter::default()).unwrap();
    assert!(table.contains("'=cmd|x!A1"), "no spreadsheet runs it");
    let (mut other, _) = with_source(DISPATCH, SourceMeta::default());
    let report = other.import_statements_csv(&stamp(5), &table).unwrap();
    assert_eq!((report.added.len(), report.orphans.len()), (13, 0));
    assert_eq!(report.dropped.len(), 5, "{:?}", report.dropped);
    // The table has no place for chain, quotes, contested claims: the rest comes back.
    for (was, is) in records(&ledger).into_iter().zip(records(&other)) {
        let mut was = was;
        was.chain.clear();
        was.direct_quote.clear();
        was.contests = None;
        was.confidence = None;
        was.when = None;
        assert_eq!(is, was);
    }
    let package: serde_json::Value = serde_json::from_str(&statements_datapackage("statements.csv")).unwrap();
    let header: Vec<&str> = table.lines().next().unwrap().split(',').collect();
    let fields: Vec<&str> = package["resources"][0]["schema"]["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["name"].as_str().unwrap())
        .collect();
    assert_eq!(header, fields);
}

#[test]
fn a_broken_table_is_taken_row_by_row() {
    let (mut ledger, source) = with_source(DISPATCH, SourceMeta::default());
    let table = format!(
        "source,content_spans,act,content,colour\n{source},0-5,reject,North,red\nnowhere,0-5,,,\n{source},5-0,,,\n{source},,,,\n\
         {source},0-5,shrug,,\n{source},0-99999,,,\n{source},6-8,,was,\n\"{source}\"\n"
    );
    let report = ledger.import_statements_csv(&stamp(1), &table).unwrap();
    assert_eq!(
        (report.added.len(), report.orphans.len(), report.dropped.len()),
        (2, 1, 7),
        "{:?}",
        report.dropped
    );
    for nonsense in ["", "a,b\n1,2\n", "\"", "source\nx\n"] {
        assert!(ledger.import_statements_csv(&stamp(2), nonsense).unwrap_err().is_invalid(), "{nonsense:?}");
    }
}

#[test]
fn a_redacted_copy_holds_nothing_of_what_was_left_out() {
    let (mut ledger, _) = filled();
    let secret = "The cormorant memorandum names the price.";
    let meta = SourceMeta {
        handling: Handling::Restricted,
        title: Some("Cormorant".to_owned()),
        ..SourceMeta::default()
    };
    let hidden = ledger
        .add_source(&Stamp::new("Bo", stamp(3).time), &NewSource::plain_text(secret.as_bytes(), meta))
        .unwrap()
        .id;
    let record = crate::support::statement(secret, "z1", "The cormorant memorandum", "names", "the price");
    ledger.propose(&stamp(4), &hidden, &[record]).unwrap();
    ledger.confirm(&stamp(5), &["z1", "d03"]).unwrap();
    let hand = serde_json::json!({"party": "north", "issue": "pier", "stance": "offers", "reason": "both", "evidence": ["z1", "d03"]});
    ledger.set_position(&stamp(6), &serde_json::from_value(hand).unwrap()).unwrap();
    for redaction in [
        Redaction { sources: vec![hidden.clone()], authors: vec!["Bo".to_owned()], audience: None },
        Redaction { audience: Some(Audience::Team), authors: vec!["Bo".to_owned()], ..Redaction::default() },
    ] {
        let redacted = ledger.export_redacted(&redaction).unwrap();
        let text = String::from_utf8(redacted.journal.clone()).unwrap().to_lowercase();
        for word in ["cormorant", "price", "\"bo\"", "z1", &hidden] {
            assert!(!text.contains(word), "{word}");
        }
        assert_eq!(redacted.to_check.len(), 1);
        assert!(redacted.dropped.iter().any(|line| line.contains("statement z1")), "{:?}", redacted.dropped);
        let mut copy = Ledger::in_memory().unwrap();
        copy.import_journal(&redacted.journal).unwrap();
        assert!(copy.verify().unwrap().holds());
        assert_eq!(copy.counts().unwrap().sources, 1);
        assert_eq!(copy.statement("d03").unwrap().status, Status::Confirmed);
        assert_eq!(copy.log(None).unwrap().len(), 1 + 13 + 2 + 1 + 1);
    }
    let nobody = Redaction { sources: vec!["nowhere".to_owned()], ..Redaction::default() };
    assert!(ledger.export_redacted(&nobody).unwrap_err().is_not_found());
}

#[test]
fn a_copy_without_redactions_says_the_same() {
    for seed in 0..10 {
        let mut ledger = Ledger::in_memory().unwrap();
        play(&mut ledger, seed, 40);
        let mut copy = Ledger::in_memory().unwrap();
        copy.import_journal(&ledger.export_redacted(&Redaction::default()).unwrap().journal).unwrap();
        assert!(copy.verify().unwrap().holds());
        let all = StatementFilter {
            audience: Audience::Restricted,
            with_withdrawn_sources: true,
            ..StatementFilter::default()
        };
        assert_eq!(copy.statements(&all).unwrap(), ledger.statements(&all).unwrap(), "seed {seed}");
    }
}

#[test]
fn a_link_leads_to_the_words() {
    let meta =
        SourceMeta { address: Some("https://gazette.example/1#top".to_owned()), ..SourceMeta::default() };
    let (ledger, source) = with_source("x", meta);
    let source = ledger.source(&source).unwrap();
    assert_eq!(
        text_fragment_link(&source, "joint patrols – now").unwrap(),
        "https://gazette.example/1#:~:text=joint%20patrols%20%E2%80%93%20now"
    );
    assert_eq!(
        text_fragment_link(&source, "one two three four five six seven, eight nine ten e-leven").unwrap(),
        "https://gazette.example/1#:~:text=one%20two%20three%20four,eight%20nine%20ten%20e%2Dleven"
    );
    assert_eq!(text_fragment_link(&source, "  "), None);
    let (ledger, source) = with_source(
        "x",
        SourceMeta { address: Some("javascript:alert(1)".to_owned()), ..SourceMeta::default() },
    );
    assert_eq!(text_fragment_link(&ledger.source(&source).unwrap(), "x"), None);
}

#[test]
fn brat_standoff_comes_back_as_it_went() {
    let text = "Report\n\nNorth\nBay said that it\n  rejects joint patrols. South “said” yes.";
    let (mut ledger, source) = with_source(text, SourceMeta::default());
    let mut first = statement(text, "b1", "North\nBay", "said", "that it\n  rejects joint patrols")
        .by("north", "North Bay", SpeakerKind::Institution)
        .act(Act::Reject)
        .about(&["patrols = joint"]);
    first.negated = Negation::Content;
    let mut second = statement(text, "b2", "South", "said", "yes");
    second.cue = Vec::new();
    ledger.propose(&stamp(1), &source, &[first, second]).unwrap();
    let documents = ledger.export_brat(&StatementFilter::default()).unwrap();
    let [document] = &documents[..] else { panic!("{documents:?}") };
    assert!(
        document.annotations.contains("T1\tContent 23 30;33 54\tthat it rejects joint patrols\n"),
        "{}",
        document.annotations
    );
    assert!(
        document
            .annotations
            .contains("E1\tStatement:T2 Content:T1 Speaker:T3\nA1\tAct E1 reject\nA2\tNegated E1 content\n")
    );
    // Every place is the words it is said to be, line by line.
    let letters: Vec<char> = document.text.chars().collect();
    for line in document.annotations.lines().filter(|line| line.starts_with('T')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let words: Vec<String> = fields[1]
            .split_once(' ')
            .unwrap()
            .1
            .split(';')
            .map(|place| {
                let (start, end) = place.split_once(' ').unwrap();
                letters[start.parse().unwrap()..end.parse().unwrap()].iter().collect()
            })
            .collect();
        assert_eq!(words.join(" "), fields[2]);
    }
    let (mut other, _) = with_source(text, SourceMeta::default());
    let name = format!("{}.ann", document.source);
    let file = BratFile { name: &name, annotations: &document.annotations, text: None };
    let report = other.import_brat(&stamp(5), &[file]).unwrap();
    assert_eq!((report.added.len(), report.dropped, report.orphans), (2, Vec::new(), Vec::new()));
    assert_eq!(records(&other), records(&ledger));
    let renamed = BratFile { name: "x.ann", text: Some(text.as_bytes()), ..file };
    assert_eq!(other.import_brat(&stamp(6), &[renamed]).unwrap().already.len(), 2);
}

#[test]
fn outside_brat_files_are_taken_or_dropped_with_a_reason() {
    let text = "North said no. South said yes.";
    let (mut ledger, source) = with_source(text, SourceMeta::default());
    let annotations = "T1\tContent 11 13\tno\nT2\tStatement 6 10\tsaid\nT3\tSpeaker 0 5\tNorth\nT4\tPlace 0 5\tNorth\n\
        T5\tContent 26 300\tyes\nT6\tContent x\tyes\nT7\tContent 26 29\tperhaps\n\
        E1\tStatement:T2 Content:T1 Speaker:T3\nE2\tStatement:T2 Content:T5\nE3\tStatement:T2\nE4\nE5\tStatement:T7 Content:T7\n\
        A1\tAct E1 reject\nA2\tAct E1 sings\nA3\tMood E9 bad\n#1\tAnnotatorNotes E1\tdoubtful\nR1\tNear Arg1:T1 Arg2:T2\n";
    let name = format!("{source}.ann");
    let report = ledger
        .import_brat(
            &stamp(1),
            &[
                BratFile { name: &name, annotations, text: None },
                BratFile { name: "elsewhere.ann", annotations, text: None },
            ],
        )
        .unwrap();
    assert_eq!((report.added.len(), report.orphans.len()), (2, 1));
    let dropped = report.dropped.join("\n");
    for part in [
        "line 6: `x` is no place",
        "line 11: an event without a trigger",
        "line 14: `Act E1 sings` is not understood",
        "line 15: `Mood` speaks of `E9`",
        "line 16: `AnnotatorNotes E1",
        "line 17: `R1",
        "event E2: `T5` lies outside the text",
        "event E3: it has no `Content`",
        "T4 (Place) belongs to no statement",
        "elsewhere.ann: no source of this ledger",
    ] {
        assert!(dropped.contains(part), "{part} is missing in:\n{dropped}");
    }
    let taken = report
        .added
        .iter()
        .map(|id| ledger.statement(id).unwrap())
        .find(|found| found.anchor == Anchor::Exact)
        .unwrap();
    assert_eq!((taken.record.act, taken.record.speaker.as_deref()), (Some(Act::Reject), Some("North")));
    assert_eq!(ledger.statement(&report.orphans[0]).unwrap().words.content, ["perhaps"]);
}
