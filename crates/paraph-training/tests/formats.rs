//! Markup, JSON Lines and standoff: what is read, and what is refused with its place.

use paraph_reading::{Act, Negation, SpanIndex, TextSpan};
use paraph_training::{Attribution, Document, Options, brat, corpus, json_lines, read_all, train};
use proptest::prelude::*;

const HEAD: &str =
    "---\nid: t1\ntitle: A\ngenre: dispatch\nregion: none\ntopic: water\ndate: 2031-03-14\n---\n";

fn parse(body: &str) -> (Document, Vec<String>) {
    let (marked, problems) = corpus::parse(&format!("{HEAD}{body}"));
    (marked.document, problems.iter().map(ToString::to_string).collect())
}

fn words(document: &Document, spans: &[TextSpan]) -> String {
    SpanIndex::new(&document.text).join(spans).unwrap().into_owned()
}

#[test]
fn a_marked_text_gives_text_and_statements() {
    let (document, problems) = parse(
        "<s1 crews>Åsa &amp; her crew</s1> <c1 reject>turned</c1> <t1>the offer</t1> <c1>down</c1>, \
         <c2 condition s=1 neg=content>adding</c2> <t2>that <s3>owners</s3> <c3 neg deny contests=1>never \
         said</c3> <t3>“5 &lt; 6”</t3></t2>.",
    );
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(document.text, "Åsa & her crew turned the offer down, adding that owners never said “5 < 6”.");
    let [first, second, third] = &document.attributions[..] else { panic!("three statements") };
    assert_eq!(words(&document, &first.source), "Åsa & her crew");
    assert_eq!(words(&document, &first.cue), "turned … down");
    assert_eq!((first.act, first.party.as_deref()), (Some(Act::Reject), Some("crews")));
    // The speaker and the party are taken over.
    assert_eq!((&second.source, &second.party), (&first.source, &first.party));
    assert_eq!(second.negated, Negation::Content);
    assert_eq!(words(&document, &second.content), "that owners never said “5 < 6”");
    assert_eq!((third.negated, third.contests.as_deref()), (Negation::Cue, Some("1")));
    assert_eq!(words(&document, &third.content), "“5 < 6”");
}

#[test]
fn crossing_tags_are_fine() {
    let (document, problems) = parse(
        "<t1>Rain is <s2>late</t1>, <s1>she</s1></s2> <c1 state>said</c1> <c2 state>said</c2> <t2>so</t2>.",
    );
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(words(&document, &document.attributions[1].source), "late, she");
}

#[test]
fn broken_markup_is_named_with_its_place() {
    let cases = [
        ("<c1 state>said <t1>x</t1>", "9:1: <c1> is never closed"),
        ("x</c1>", "9:2: </c1> closes what was not opened"),
        ("<q1>x</q1>", "9:1: “<q1>” is no tag"),
        ("<c01 state>x</c01>", "“<c01 state>” is no tag"),
        ("<c1 shout>said</c1> <t1>x</t1>", "“shout” is no act"),
        ("<c1>said</c1> <t1>x</t1>", "<c1> has no act"),
        ("<c1 neg s=1>said</c1> <t1>x</t1>", "<c1> has no act"),
        ("<c1 state loud>said</c1> <t1>x</t1>", "“loud” is not known in <c1>"),
        ("<c1 state s=2>said</c1> <t1>x</t1>", "no <s2> is marked"),
        ("<c1 deny contests=1>said</c1> <t1>x</t1>", "contests=1 in statement 1"),
        ("<c1 deny contests=7>said</c1> <t1>x</t1>", "contests=7 in statement 1"),
        ("<s1>A</s1> <c1 state s=1>said</c1> <t1>x</t1>", "has <s1> and s="),
        ("<c1 state>said</c1>", "statement 1 has no content"),
        ("<t1>x</t1>", "statement 1 has no cue"),
        ("<c1 state>said </c1><t1>x</t1>", "begins or ends with white space"),
        ("<c1 state></c1><t1>x</t1>", "marks no words"),
        ("<s1 The Crews>A</s1> <c1 state>said</c1> <t1>x</t1>", "is no party in kebab case"),
        ("<c2 state>said</c2> <t2>x</t2> <c1 state>said</c1> <t1>y</t1>", "numbers rise"),
        ("a < b", "9:3: a tag is not closed"),
        ("a & b", "9:3: a literal “&”"),
        ("line\nx <t1>y", "10:3: <t1> is never closed"),
        ("<t1>a <t1>b</t1></t1> <c1 state>c</c1>", "opened inside itself"),
    ];
    for (body, wanted) in cases {
        let (_, problems) = parse(body);
        assert!(problems.iter().any(|problem| problem.contains(wanted)), "{body}: {problems:?}");
    }
    let (_, problems) = corpus::parse("no front matter");
    assert!(problems[0].message.contains("front matter is missing"));
    let (_, problems) = corpus::parse("---\nid: a\n");
    assert!(problems.iter().any(|problem| problem.message.contains("not closed")));
}

#[test]
fn eight_words_in_a_row_are_found_and_seven_are_not() {
    let one = "In May the owners of seven small ferries left the quiet harbour at dawn.";
    let other = "Yesterday the owners of seven Norlandic small ferries left the square.";
    let third = "Still the owners of seven small ferries left a mark.";
    let shared = corpus::shared_sequences(&[one, other, third]);
    assert_eq!(shared.len(), 1, "{shared:?}");
    assert_eq!(shared[0].documents, (0, 1));
    assert_eq!(shared[0].words, "the owners of seven small ferries left the");
    assert!(corpus::shared_sequences(&[one, "Nothing of that kind"]).is_empty());
}

#[test]
fn json_lines_are_read_and_bad_lines_are_named() {
    let good = r#"{"id": "a", "text": "She said so.", "attributions": [{"source": [[0, 3]], "cue": [[4, 8]], "content": [[9, 11]]}]}"#;
    let documents = json_lines(&format!("{good}\n\n{good}\n")).unwrap();
    assert_eq!(documents.len(), 2);
    assert_eq!(documents[0].attributions[0].cue, [TextSpan { start: 4, end: 8 }]);
    for bad in ["{", "[]", &good.replace("[9, 11]", "[9, 99]"), &good.replace("[4, 8]", "[8, 8]")] {
        let error = json_lines(&format!("{good}\n{bad}")).unwrap_err();
        assert!(error.is_format() && error.to_string().starts_with("line 2: "), "{error}");
    }
}

#[test]
fn standoff_is_joined_by_events_and_by_relations() {
    let text = "Ana said that it rains. According to Bo it does.";
    let annotations = "T1\tSource 0 3\tAna\nT2\tCue 4 8\tsaid\nT3\tContent 9 13;14 22\tthat it rains\n\
        E1\tCue:T2 Source:T1 Content:T3\nT4\tcue 24 36\tAccording to\nT5\tsource 37 39\tBo\n\
        T6\tContent 40 47\tit does\nR1\tsays Arg1:T4 Arg2:T5\nR2\tsays Arg1:T4 Arg2:T6\n#1\tNote\tT1\tfine\n";
    let document = brat("a", text, annotations).unwrap();
    let spans = |list: &[(u32, u32)]| list.iter().map(|&span| TextSpan::from(span)).collect::<Vec<_>>();
    let [one, other] = &document.attributions[..] else { panic!("two statements") };
    assert_eq!((&one.source, &one.content), (&spans(&[(0, 3)]), &spans(&[(9, 13), (14, 22)])));
    assert_eq!((&other.source, &other.content), (&spans(&[(37, 39)]), &spans(&[(40, 47)])));
    assert!(brat("a", text, "T1\tCue 4 800\tx").unwrap_err().to_string().contains("line 1"));
    assert!(brat("a", text, "R1\tsays Arg1:T1 Arg2:T2").unwrap_err().is_format());
    assert!(brat("a", text, "").unwrap().attributions.is_empty());
}

#[test]
fn the_three_formats_train_the_same_weights() {
    let body = "<s1>The crews</s1> <c1 reject>turned down</c1> <t1>the offer</t1>. \
        <s2>Ana</s2> <c2 state>said</c2> <t2>it was late</t2>.";
    let (marked, problems) = parse(body);
    assert_eq!(problems, Vec::<String>::new());
    let folder = std::env::temp_dir().join(format!("paraph-formats-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("brat")).unwrap();
    let write = |name: &str, content: &str| std::fs::write(folder.join(name), content).unwrap();
    write("a.txt", &format!("{HEAD}{body}"));
    write("b.jsonl", &serde_json::to_string(&marked).unwrap());
    write("brat/c.txt", &marked.text);
    let mut annotations = String::new();
    for (at, row) in marked.attributions.iter().enumerate() {
        let name = |role: usize| at * 3 + role;
        for (role, kind, spans) in
            [(1, "Source", &row.source), (2, "Cue", &row.cue), (3, "Content", &row.content)]
        {
            annotations += &format!("T{}\t{kind} {} {}\tx\n", name(role), spans[0].start, spans[0].end);
        }
        annotations += &format!("E{at}\tCue:T{} Source:T{} Content:T{}\n", name(2), name(1), name(3));
    }
    write("brat/c.ann", &annotations);
    let weights = |name: &str| {
        let documents = read_all(&[folder.join(name)]).unwrap();
        assert_eq!(documents.len(), 1);
        train(&documents, &Options::default()).unwrap().write()
    };
    assert!(weights("a.txt") == weights("b.jsonl"));
    // Standoff has no acts.
    let mut actless = marked;
    actless.attributions.iter_mut().for_each(|row| row.act = None);
    write("actless.jsonl", &serde_json::to_string(&actless).unwrap());
    assert!(weights("actless.jsonl") == weights("brat"));
    assert!(read_all(&[folder.join("none.txt")]).unwrap_err().is_io());
    write("d.txt", &format!("{HEAD}<t1>x"));
    let error = read_all(&[folder.join("d.txt")]).unwrap_err();
    assert!(error.is_markup() && error.to_string().contains("9:1: <t1> is never closed"), "{error}");
    write("e.csv", "");
    assert!(read_all(&[folder.join("e.csv")]).unwrap_err().is_format());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn nothing_to_learn_from_is_said() {
    assert!(train(&[], &Options::default()).unwrap_err().is_empty());
    let bare = Document { text: "Rain.".to_owned(), ..Document::default() };
    assert!(train(&[bare], &Options::default()).unwrap_err().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_251_122),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_markup_gives_spans_within_the_text(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "<s1 a>", "</s1>", "<c1 state>", "</c1>", "<t1>", "</t1>", "<s2>", "</s2>", "<c2 deny contests=1>",
                "</c2>", "<t2>", "</t2>", "said ", "é", "\n", "&lt;", "&", "<", ">", "</", "<c3 state s=2 neg>",
                "</c3>", "---\n", " ", "😀", "<c99999999999 state>",
            ]),
            0..40,
        ),
        head in any::<bool>(),
    ) {
        let text = format!("{}{}", if head { HEAD } else { "" }, pieces.concat());
        let (marked, _) = corpus::parse(&text);
        prop_assert!(marked.document.is_sound());
    }

    #[test]
    fn any_lines_are_read_or_refused(text in "[TER#0-9a-zA-Z:;\\t\\n \\[\\]{},\"]{0,120}") {
        if let Ok(document) = brat("a", "some text", &text) {
            prop_assert!(document.is_sound());
        }
        let _ = json_lines(&text);
    }

    /// Spans that fit no token still train, and what is trained can be written and read again.
    #[test]
    fn any_spans_train(starts in prop::collection::vec((0u32..30, 1u32..12), 6..12)) {
        let text = "“It rains,” said Ana — who left. Bo agreed.".to_owned();
        let length = u32::try_from(text.chars().count()).unwrap();
        let spans: Vec<TextSpan> = starts
            .iter()
            .map(|&(start, width)| TextSpan { start, end: (start + width).min(length) })
            .collect();
        let rows = spans
            .chunks(3)
            .filter(|chunk| chunk.len() == 3)
            .map(|chunk| Attribution {
                source: vec![chunk[0]],
                cue: vec![chunk[1]],
                content: vec![chunk[2]],
                ..Attribution::default()
            })
            .collect();
        let document = Document { id: "a".to_owned(), text, attributions: rows };
        prop_assert!(document.is_sound());
        let options = Options { passes: 1, ..Options::default() };
        if let Ok(model) = train(&[document], &options) {
            prop_assert_eq!(paraph_reading::tagger::Model::read(&model.write()).unwrap(), model);
        }
    }
}
