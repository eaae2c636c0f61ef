//! Labels, nesting, front matter, oddities, offsets, and the way back.

use paraph_drafts::{Draft, FrontMatter, NewPoint, PointKind, compose, read, read_bytes};
use proptest::prelude::*;

fn addresses(text: &str) -> Vec<String> {
    read("draft", text).unwrap().points().iter().map(|point| point.address.clone()).collect()
}

fn ids(draft: &Draft) -> Vec<&str> {
    draft.diagnostics().iter().map(|remark| remark.id.as_str()).collect()
}

#[test]
fn every_style_of_label_opens_a_point() {
    for (text, expected) in [
        ("1. One.\n2. Two.\n", vec!["1", "2"]),
        ("1) One.\n2) Two.\n", vec!["1", "2"]),
        ("(1) One.\n(2) Two.\n", vec!["1", "2"]),
        ("Article 1\nOne.\n\nArticle 2\nTwo.\n", vec!["1", "2"]),
        ("Art. 1 One.\n\nArt. 2 Two.\n", vec!["1", "2"]),
        ("Art. 1. One.\nArt. 2. Two.\n", vec!["1", "2"]),
        ("§ 1 One.\n\n§ 2 Two.\n", vec!["1", "2"]),
        ("Point 1: One.\nPoint 2: Two.\n", vec!["1", "2"]),
        ("I. One.\nII. Two.\nIII. Three.\n", vec!["I", "II", "III"]),
        ("## 1. One\nWords.\n\n## 2. Two\nWords.\n", vec!["1", "2"]),
        ("**1.** One.\n\n**2.** Two.\n", vec!["1", "2"]),
        ("1 bis. One.\n", vec!["1bis"]),
        ("[1. One.]\n[2. Two.]\n", vec!["1", "2"]),
        ("| 1 | One. |\n| 2 | Two. |\n", vec!["1", "2"]),
        (
            "1. One:\n(a) a;\n(b) b:\n(i) i;\n(ii) ii;\n(c) c.\n2. Two.\n",
            vec!["1", "1(a)", "1(b)", "1(b)(i)", "1(b)(ii)", "1(c)", "2"],
        ),
        ("1. (a) a;\n(b) b.\n2. Two.\n", vec!["1", "1(a)", "1(b)", "2"]),
        ("1. One.\n1.1 First.\n1.2 Second.\n2. Two.\n", vec!["1", "1.1", "1.2", "2"]),
        ("Article 1\n1. One.\n2. Two.\n\nArticle 2\n1. One.\n", vec!["1", "1.1", "1.2", "2", "2.1"]),
        ("1. One:\n    1. Inner.\n    2. Inner.\n2. Two.\n", vec!["1", "1.1", "1.2", "2"]),
        ("Part I\n\n1. One.\n\nPart II\n\n2. Two.\n", vec!["part I", "1", "part II", "2"]),
        (
            "Part I\n\n1. One.\n\nAnnex A\n\n1. Tariff:\n(a) a;\n(b) b.\n",
            vec!["part I", "1", "annex A", "annex A 1", "annex A 1(a)", "annex A 1(b)"],
        ),
        (
            "Section 8.1 Wages rise by 3%.\nSection 8.2 Shifts:\n  A. Second.\n  B. Third.\n",
            vec!["8.1", "8.2", "8.2(A)", "8.2(B)"],
        ),
        (
            "I. SECURITY\n\n1. One.\n2. Two.\n\nII. MONEY\n\n3. Three.\n",
            vec!["part I", "1", "2", "part II", "3"],
        ),
        ("## 1. Economy\n\n## 2. Transport\n\n1. Trains.\n2. Buses.\n", vec!["1", "2", "2.1", "2.2"]),
        ("(g) G.\n(h) H.\n(i) I.\n(j) J.\n", vec!["g", "h", "i", "j"]),
        (
            "The Conference,\n\nPP1 Noting one,\n\n[PP2 Noting two,]\n\nOP1. Decides;\nOP2. Asks:\n(a) a;\n(b) b.\n",
            vec!["preamble", "PP1", "PP2", "OP1", "OP2", "OP2(a)", "OP2(b)"],
        ),
        ("OP4 Urges one;\n\nOP4 alt. Invites one;\n\nOP4 bis. Asks;\n", vec!["OP4", "OP4alt", "OP4bis"]),
        ("Article One. Peace.\nArticle Two. Trade.\n", vec!["1", "2"]),
        ("Artikel 1\nEins.\n\nArtikel 2\nZwei.\n", vec!["1", "2"]),
        ("Статья 1. Раз.\n\nСтатья 2. Два.\n", vec!["1", "2"]),
        ("المادة ١\nأول.\n\nالمادة ٢\nثان.\n", vec!["1", "2"]),
        ("١. أول.\n٢. ثان.\n", vec!["1", "2"]),
        ("1 The first.\n2 The second.\n3 The third.\n", vec!["1", "2", "3"]),
        ("Point 1. One.\n\n2) Two.\n\n(3) Three.\n", vec!["1", "2", "3"]),
        (
            "I. General\n\n1.1 One.\n1.2 Two.\n\nII. Money\n\n2.1 Three.\n",
            vec!["part I", "1.1", "1.2", "part II", "2.1"],
        ),
        (
            "I. RIGHTS\n\nArticle 1\nOne.\n\nII. THE STATE\n\nArticle 2\nTwo.\n",
            vec!["part I", "1", "part II", "2"],
        ),
        ("PART I: RIGHTS\n\n1. One.\n\nII. THE STATE\n\n2. Two.\n", vec!["part I", "1", "part II", "2"]),
        ("Article I\nPeace.\n\nAnnex A\n\n1. A line.\n", vec!["I", "annex A", "annex A 1"]),
        ("Annex A\n\nA.1 A line.\nA.2 A bridge.\n", vec!["annex A", "annex A 1", "annex A 2"]),
    ] {
        assert_eq!(addresses(text), expected, "{text}");
    }
}

#[test]
fn prose_that_looks_like_a_label_stays_prose() {
    for text in [
        "1. The budget of\n2025. was agreed late\nand spent.\n",
        "1. They follow\nArticle 5 of the treaty.\n",
        "1. About 3.5 percent\n4.2 of which is new.\n",
        "1. Done by\nA. Brandt and others.\n",
        "Section 1 Overtime beyond the day\nis paid as in\nSection 2 Of the rules.\n",
        "1. The talks of\n1 May and\n2 Envoys met.\n",
        "1. The clause\nArticle One of the old treaty stays.\n",
    ] {
        assert_eq!(addresses(text), ["1"], "{text}");
    }
}

#[test]
fn missing_repeated_and_misplaced_numbers_are_kept_and_reported() {
    assert!(ids(&read("draft", "Chapter 9\nTRADE\n\nArticle 9.1: Scope\nOne.\n").unwrap()).is_empty());
    let draft = read("draft", "1. One.\n2. Two.\n2. Again.\n5. Five.\n4. Four.\n").unwrap();
    let found: Vec<&str> = draft.points().iter().map(|point| point.address.as_str()).collect();
    assert_eq!(found, ["1", "2", "2#2", "5", "4"]);
    assert_eq!(ids(&draft), ["repeated-number", "missing-number", "number-out-of-order"]);
    assert_eq!(draft.slice(draft.diagnostics()[0].span), "2.");
    // Numbers that start again in another part are no repetition.
    let draft = read("draft", "## First\n\n1. One.\n2. Two.\n\n## Second\n\n1. One.\n2. Two.\n").unwrap();
    assert_eq!(ids(&draft), [""; 0]);
}

#[test]
fn front_matter_preamble_headings_and_closing_are_told_apart() {
    let text = "---\ntitle: \"A plan\"\nby: North\ndate: 2025-11-20\nbased-on: zero\nstatus: open\n---\n\
                The sides,\nhaving met,\n\n## Security\n\n1. One.\n\n## Money\nAmounts are gross.\n\n2. Two.\n\n\
                Done at the port.\n";
    let draft = read("draft", text).unwrap();
    let front = draft.front();
    assert_eq!(front.title.as_deref(), Some("A plan"));
    assert_eq!(front.by.as_deref(), Some("North"));
    assert_eq!(front.based_on.as_deref(), Some("zero"));
    assert_eq!(front.other, [("status".to_owned(), "open".to_owned())]);
    let kinds: Vec<PointKind> = draft.points().iter().map(|point| point.kind).collect();
    use PointKind::{Numbered, Preamble, Section, Unnumbered};
    assert_eq!(kinds, [Preamble, Section, Numbered, Section, Numbered, Unnumbered]);
    assert_eq!(draft.slice(draft.points()[0].body), "The sides,\nhaving met,");
    assert_eq!(draft.slice(draft.points()[3].body), "Amounts are gross.");
    assert_eq!(draft.slice(draft.points()[2].body), "One.");
    assert_eq!(draft.units().len(), 5);
}

#[test]
fn open_front_matter_and_odd_dates_are_reported() {
    let draft = read("draft", "---\ntitle: A\n\n1. One.\n").unwrap();
    assert_eq!(ids(&draft), ["open-front-matter"]);
    let draft = read("draft", "---\ndate: 24 November\nno key here\n---\n1. One.\n").unwrap();
    assert_eq!(ids(&draft), ["odd-date", "front-matter-line"]);
}

#[test]
fn offsets_count_characters() {
    let draft = read("draft", "1. Größe über 5 €.\n2. Żółw – [ß].\n").unwrap();
    let text: Vec<char> = draft.text().chars().collect();
    let point = &draft.points()[1];
    let body: String = text[point.body.start..point.body.end].iter().collect();
    assert_eq!(body, "Żółw – [ß].");
    assert_eq!(draft.slice(point.body), body);
    let mark = &draft.brackets().marks[0];
    assert_eq!(text[mark.span.start..mark.span.end].iter().collect::<String>(), "[ß]");
}

#[test]
fn bytes_that_are_no_text_are_an_error_with_the_place() {
    let error = read_bytes("draft", b"1. One.\n2. T\xffwo.\n").unwrap_err();
    assert!(error.is_encoding());
    assert!(error.to_string().contains("byte 12 (line 2)"), "{error}");
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_do_no_harm() {
    let draft = read("draft", "\u{feff}---\r\ntitle: A\r\n---\r\n1. One.\r\n2. Two\r\nmore.\r\n").unwrap();
    assert_eq!(draft.front().title.as_deref(), Some("A"));
    assert_eq!(draft.slice(draft.points()[0].body), "One.");
    assert_eq!(draft.wording(1), "Two more.");
    let bare = read("draft", "\u{feff}1. One.\n").unwrap();
    assert_eq!(bare.points()[0].address, "1");
}

#[test]
fn a_title_may_stand_below_its_label() {
    let text = "TREATY OF ORM\n\nArticle I\nTruce\n\n1. It begins at noon.\n\nArticle II\nPrisoners\n\n\
                They are freed.\n\nArticle III\nEntry into force\nIt enters into force in May.\n\n\
                Article IV\nThe annex is part\nof the treaty\n\nANNEX A\nThe line\n\n1. It follows the river.\n";
    let draft = read("draft", text).unwrap();
    let shown: Vec<(&str, Option<&str>, &str)> = draft
        .points()
        .iter()
        .map(|point| {
            (point.address.as_str(), point.heading.map(|span| draft.slice(span)), draft.slice(point.body))
        })
        .collect();
    assert_eq!(draft.title(), "TREATY OF ORM");
    assert_eq!(
        shown[1..],
        [
            ("I", Some("Truce"), ""),
            ("I.1", None, "It begins at noon."),
            ("II", Some("Prisoners"), "They are freed."),
            ("III", Some("Entry into force"), "It enters into force in May."),
            ("IV", None, "The annex is part\nof the treaty"),
            ("annex A", Some("The line"), ""),
            ("annex A 1", None, "It follows the river."),
        ]
    );
    let bold = read("draft", "**Article 1 – Purpose**\n\nPeace.\n").unwrap();
    assert_eq!(bold.slice(bold.points()[0].heading.unwrap()), "Purpose");
}

#[test]
fn headings_of_articles_and_lead_ins_are_no_body() {
    let draft = read("draft", "Article 1 — Scope\nIt applies.\n\n2. **Money.** It flows.\n").unwrap();
    let heading = |at: usize| draft.slice(draft.points()[at].heading.unwrap());
    assert_eq!((heading(0), draft.slice(draft.points()[0].body)), ("Scope", "It applies."));
    assert_eq!((heading(1), draft.slice(draft.points()[1].body)), ("Money", "It flows."));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// What is composed reads back, and rendering and reading again changes nothing.
    #[test]
    fn composing_rendering_and_reading_agree(
        points in prop::collection::vec((0_usize..3, "[A-Z][a-z]{2,9}( [a-z\\[\\]\\-é0-9]{1,9}){1,8}\\."), 1..20),
        title in prop::option::of("[A-Z][a-z]{1,9}( [a-z]{1,9}){0,3}"),
    ) {
        let mut counters = [0_u32; 3];
        let mut last = 0;
        let points: Vec<NewPoint> = points
            .into_iter()
            .enumerate()
            .map(|(at, (depth, words))| {
                let depth = if at == 0 { 0 } else { depth.min(last + 1) };
                last = depth;
                counters[depth] += 1;
                counters[depth + 1..].fill(0);
                let label = match depth {
                    0 => format!("{}.", counters[0]),
                    1 => format!("({})", char::from(b'a' + ((counters[1] - 1) % 8) as u8)),
                    _ => format!("{})", counters[2]),
                };
                NewPoint { label, depth, words }
            })
            .collect();
        let front = FrontMatter { title, ..FrontMatter::default() };
        let draft = compose("draft", &front, &points).unwrap();
        let again = read("draft", &draft.render()).unwrap();
        prop_assert_eq!(&again, &draft);
    }

    #[test]
    fn any_text_reads_back_as_itself(text in "(\\PC|\n|\\[|\\]|[0-9]\\. |\\(a\\) |Article [0-9]|~~){0,200}") {
        let draft = read("draft", &text).unwrap();
        let rendered = draft.render();
        prop_assert_eq!(&rendered, &text);
        prop_assert_eq!(read("draft", &rendered).unwrap(), draft);
    }
}
