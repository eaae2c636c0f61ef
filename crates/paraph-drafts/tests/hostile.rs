//! Any bytes in: no panic, no hang, offsets always valid.

#[path = "common/chance.rs"]
mod chance;

use std::io::Write;
use std::path::Path;

use chance::Chance;
use paraph_drafts::{
    Choice, Draft, Span, align, changes, clean, compare, read, read_bytes, read_docx, read_links,
};

fn sources() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut texts = Vec::new();
    for part in ["styles", "pairs"] {
        let mut files: Vec<_> =
            std::fs::read_dir(folder.join(part)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        texts.extend(files.iter().map(|file| std::fs::read_to_string(file).unwrap()));
    }
    texts.push(
        "---\ntitle: A\n---\n[1. Option 1: It [shall/should] open[^1].\nOption 2: ~~No~~ – [North: [X] \
         days]]\n(a) größer; (b) Ärger\n§ 2 [… – Party A]\n| 3 | Zelle |\n[^1]: North reserves its position.\n"
            .to_owned(),
    );
    texts
}

fn check_spans(draft: &Draft) {
    let count = draft.text().chars().count();
    assert_eq!(count, draft.characters());
    let valid = |span: Span| assert!(span.start <= span.end && span.end <= count, "{span:?} of {count}");
    let mut last = 0;
    for point in draft.points() {
        valid(point.whole);
        valid(point.body);
        assert!(point.whole.contains(point.body) || point.body.is_empty(), "{point:?}");
        assert!(point.whole.start >= last, "points stand in the order of the text");
        last = point.whole.start;
        if let Some(label) = &point.label {
            assert_eq!(draft.slice(label.span), label.written);
        }
        if let Some(heading) = point.heading {
            valid(heading);
        }
    }
    for mark in &draft.brackets().marks {
        valid(mark.span);
        valid(mark.words);
        assert!(mark.span.contains(mark.words), "{mark:?}");
        assert!(mark.alternatives.iter().all(|part| mark.span.contains(*part)));
        if let Some(parent) = mark.parent {
            assert!(draft.brackets().marks[parent].span.contains(mark.span));
        }
    }
    for remark in draft.diagnostics() {
        valid(remark.span);
    }
    let mut addresses: Vec<&str> = draft.points().iter().map(|point| point.address.as_str()).collect();
    addresses.sort_unstable();
    let all = addresses.len();
    addresses.dedup();
    assert_eq!(addresses.len(), all, "addresses are unique");
}

fn mutate(text: &str, chance: &mut Chance) -> Vec<u8> {
    const BITS: [&str; 34] = [
        "\nOP1. ",
        "\nPP2 bis ",
        "\nArticle One\nTitle\n\n",
        "\nالمادة ١ ",
        "\nA.1 ",
        "\nANNEX A\n",
        "22:00",
        "\n1 Bare\n2 Bare\n3 Bare\n",
        "[",
        "]",
        "[[",
        "~~",
        "\n",
        "\n\n",
        "1. ",
        "(a) ",
        "Article 9 ",
        "Option 1: ",
        "/",
        " – ",
        ":",
        "§ ",
        "---\n",
        "\u{feff}",
        "é",
        "𝔸",
        "\r",
        "\\",
        "[^1]",
        "[^1]: ",
        "|",
        "## ",
        "**",
        "\t",
    ];
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..1 + chance.below(12) {
        let at = chance.below(bytes.len() + 1);
        match chance.below(5) {
            0 => {
                let to = (at + chance.below(40)).min(bytes.len());
                bytes.drain(at..to);
            }
            1 => {
                if at < bytes.len() {
                    bytes[at] = chance.below(256) as u8;
                }
            }
            2 => {
                let to = (at + chance.below(200)).min(bytes.len());
                let piece = bytes[at..to].to_vec();
                let place = chance.below(bytes.len() + 1);
                bytes.splice(place..place, piece);
            }
            _ => {
                let bit = chance.pick(&BITS);
                bytes.splice(at..at, bit.bytes());
            }
        }
    }
    bytes
}

#[test]
fn mutated_drafts_are_read_compared_and_cleaned() {
    let sources = sources();
    let mut chance = Chance::new(42);
    let choices: Vec<Choice> = ["Option 1", "alternative 1", "North", "keep", "drop struck", "7 for X"]
        .iter()
        .map(|choice| Choice::parse(choice).unwrap())
        .collect();
    let mut read_so_far = 0;
    for round in 0..2_500 {
        let source = chance.pick(&sources).clone();
        let bytes = mutate(&source, &mut chance);
        let text = match read_bytes("draft", &bytes) {
            Ok(draft) => draft.render(),
            Err(error) => {
                assert!(error.is_encoding());
                String::from_utf8_lossy(&bytes).into_owned()
            }
        };
        let draft = read("draft", &text).unwrap();
        read_so_far += 1;
        assert_eq!(draft.render(), text);
        check_spans(&draft);
        let counts = draft.bracket_counts();
        assert!(counts.total.bracketed_characters <= draft.characters());
        let cleaned = clean(&draft, &choices).unwrap();
        check_spans(&cleaned.draft);
        if round % 5 == 0 {
            let base = read("base", &source).unwrap();
            let alignment = align(&base, &draft, &[]).unwrap();
            let mut old: Vec<usize> = alignment.relations.iter().flat_map(|r| r.old.clone()).collect();
            old.sort_unstable();
            assert_eq!(old, base.units(), "every old point stands in one relation");
            let mut new: Vec<usize> = alignment.relations.iter().flat_map(|r| r.new.clone()).collect();
            new.sort_unstable();
            assert_eq!(new, draft.units(), "every new point stands in one relation");
            for point in changes(&base, &draft, &alignment, &[]) {
                for change in point.changes {
                    for (draft, mention) in [(&base, change.old), (&draft, change.new)] {
                        if let Some(mention) = mention {
                            assert!(mention.span.end <= draft.characters() && !mention.span.is_empty());
                        }
                    }
                }
            }
            compare(&[base, draft], &[], &[]).unwrap();
        }
    }
    assert_eq!(read_so_far, 2_500);
}

/// Work that grew with the square of these lengths would not come to an end; how it does grow is
/// measured by `benches/drafts.py`.
#[test]
fn monotonous_texts_are_read_to_the_end() {
    for (name, piece) in [
        ("opening brackets", "["),
        ("pairs", "[]"),
        ("closing brackets", "]"),
        ("nested", "[[[[ a ]]]]"),
        ("struck", "~~a"),
        ("one line", "word "),
        ("points", "1. a\n"),
        ("nested points", "1. a\n(a) b\n(i) c\n"),
        ("articles", "Article 1\n\n"),
        ("headings", "# a\n## b\n"),
        ("options", "[Option 1: a / b]"),
        ("free options", "Option 1: a\n"),
        ("notes", "[^1]: a\n[^1] "),
        ("attributed", "[A: b – C] "),
        ("slashes", "[a/b/c"),
        ("empty lines", "\n"),
        ("tables", "| 1 | a |\n"),
        ("sharp", "é[ü"),
    ] {
        let text = piece.repeat(250_000);
        let draft = read("draft", &text).unwrap();
        assert_eq!(draft.render(), text, "{name}");
        let counts = draft.bracket_counts();
        assert!(counts.total.bracketed_characters <= draft.characters(), "{name}");
    }
    // A million brackets, and ten megabytes on one line.
    for text in ["1. ".to_owned() + &"[".repeat(1_000_000), "1. ".to_owned() + &"word [a] ".repeat(1_200_000)]
    {
        let draft = read("draft", &text).unwrap();
        check_spans(&draft);
    }
}

#[test]
fn long_points_are_compared_coarsely() {
    let words: String = (0..60_000).map(|at| format!("word{} ", at % 977)).collect();
    let other: String = (0..60_000).map(|at| format!("word{} ", at % 983)).collect();
    let old = read("old", &format!("1. {words}\n")).unwrap();
    let new = read("new", &format!("1. {other}\n")).unwrap();
    let alignment = align(&old, &new, &[]).unwrap();
    let found = changes(&old, &new, &alignment, &[]);
    assert!(found.iter().all(|point| point.coarse), "the bound is told");
    let negations = "not if no unless shall may. ".repeat(900);
    let old = read("old", &format!("1. {negations}\n")).unwrap();
    let new = read("new", &format!("1. {}\n", "may no shall, not unless if; ".repeat(900))).unwrap();
    let alignment = align(&old, &new, &[]).unwrap();
    let found = changes(&old, &new, &alignment, &[]);
    assert!(found.len() <= 1);
}

#[test]
fn too_many_points_are_an_error_that_names_the_limit() {
    let many = read("many", &"1. a b c\n".repeat(2_001)).unwrap();
    let error = align(&many, &many, &[]).unwrap_err();
    assert!(error.is_too_large());
    assert!(error.to_string().contains("2000"), "{error}");
}

#[test]
fn mutated_archives_and_links_give_an_error_or_a_result() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    archive
        .write_all(b"<w:document><w:body><w:p><w:r><w:t>1. One &amp; two [X].</w:t></w:r></w:p></w:body></w:document>")
        .unwrap();
    let bytes = archive.finish().unwrap().into_inner();
    let draft = read_docx("draft", &bytes).unwrap();
    assert_eq!(draft.wording(0), "One & two [X].");
    let mut chance = Chance::new(7);
    let mut broken = 0;
    for _ in 0..2_000 {
        let mut bytes = bytes.clone();
        for _ in 0..1 + chance.below(6) {
            let at = chance.below(bytes.len());
            bytes[at] = chance.below(256) as u8;
        }
        if chance.in_hundred(50) {
            bytes.truncate(bytes.len() - chance.below(20));
        }
        match read_docx("draft", &bytes) {
            Ok(draft) => check_spans(&draft),
            Err(error) => {
                assert!(error.is_container() || error.is_too_large());
                broken += 1;
            }
        }
    }
    assert!(broken > 100, "some archives break: {broken}");
    let links = "[[link]]\nfrom = \"a\"\npoints = [\"1\"]\nto = \"b\"\nbecomes = []\n";
    for _ in 0..500 {
        let bytes = mutate(links, &mut chance);
        match read_links(&String::from_utf8_lossy(&bytes)) {
            Ok(links) => {
                assert!(links.iter().all(|link| !(link.points.is_empty() && link.becomes.is_empty())))
            }
            Err(error) => assert!(error.is_links()),
        }
    }
}
