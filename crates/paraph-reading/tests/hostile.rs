//! Any text gives a result: spans in range, words as recorded, in time that grows with the text.

use std::time::Duration;

use paraph_reading::{Names, Reader, Reading, Source, SpanIndex, TextSpan, decode, read};
use proptest::prelude::*;

const REPORT: &str = "Norland’s envoy, Ana Brandt, said on Monday that “no draft is final.” She did not comment on the map, \
    but her office noted that talks with Sudria would resume.\r\n\r\n“We will stay,” said Marko Ilic of Sudria. “That is all.” \
    Sudria denied Norlandic claims of shots near the bridge, according to a statement.\nThe river rose.";

/// Every span is in range and every sentence is accounted for.
fn check(text: &str, reading: &Reading) {
    let words = SpanIndex::new(text);
    let hold = |spans: &[TextSpan]| {
        for span in spans {
            assert!(span.start < span.end, "an empty span in {text:?}");
            let found = words.get(*span).unwrap_or_else(|| panic!("{span:?} is out of {text:?}"));
            assert!(!found.is_empty());
            assert!(
                !found.starts_with(char::is_whitespace) && !found.ends_with(char::is_whitespace),
                "{found:?}"
            );
        }
    };
    let mut covered = vec![false; words.len() as usize];
    let cover = |covered: &mut Vec<bool>, spans: &[TextSpan]| {
        spans.iter().for_each(|span| covered[span.start as usize..span.end as usize].fill(true));
    };
    for statement in &reading.statements {
        for spans in [&statement.source, &statement.cue, &statement.content, &statement.direct_quote] {
            hold(spans);
            cover(&mut covered, spans);
        }
        hold(statement.stands_for.as_slice());
        assert_eq!(statement.id.len(), 10);
        assert!(statement.id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7')));
        assert!(!statement.cue.is_empty() && !statement.content.is_empty());
        if let (Some(speaker), [first, ..]) = (&statement.speaker, &statement.source[..]) {
            assert_eq!(words.get(*first), Some(speaker.as_str()));
        }
        if let Some(channel) = &statement.channel {
            assert!(text.contains(channel.as_str()));
        }
        if let Some(claim) = &statement.contests {
            assert!(reading.statements.iter().any(|other| other.id == *claim));
        }
    }
    for event in &reading.events {
        for spans in [&event.trigger, &event.participants, &event.place, &event.when] {
            hold(spans);
        }
        cover(&mut covered, &event.trigger);
    }
    hold(&reading.narration);
    hold(&reading.unmapped);
    let left: Vec<TextSpan> = reading.narration.iter().chain(&reading.unmapped).copied().collect();
    for span in &left {
        assert!(!covered[span.start as usize..span.end as usize].contains(&true), "both read and left over");
    }
    cover(&mut covered, &left);
    // Between two covered places of one line there may be uncovered words, but no line of words is lost.
    let letters: Vec<char> = text.chars().collect();
    for line in lines(&letters) {
        let some_word = letters[line.0..line.1].iter().any(|letter| letter.is_alphanumeric());
        assert!(!some_word || covered[line.0..line.1].contains(&true), "a line was lost");
    }
}

fn lines(letters: &[char]) -> Vec<(usize, usize)> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (at, letter) in letters.iter().enumerate() {
        if *letter == '\n' {
            lines.push((start, at));
            start = at + 1;
        }
    }
    lines.push((start, letters.len()));
    lines
}

fn checked(text: &str) -> Reading {
    let reading = read(&Source::new(text), &Names::default());
    check(text, &reading);
    reading
}

#[test]
fn the_plain_report_is_read() {
    let reading = checked(REPORT);
    assert!(reading.statements.len() >= 6, "{:#?}", reading.statements.len());
    assert!(reading.statements.iter().any(|statement| statement.contests.is_some()));
    assert!(reading.narration.len() == 1);
}

#[test]
fn the_same_text_gives_the_same_bytes() {
    let bytes = || serde_json::to_string(&checked(REPORT)).unwrap();
    assert_eq!(bytes(), bytes());
}

#[test]
fn carriage_returns_move_offsets_and_nothing_else() {
    let words = |text: &str| -> Vec<String> {
        let index = SpanIndex::new(text);
        checked(text).statements.iter().map(|row| index.join(&row.content).unwrap().into_owned()).collect()
    };
    let unix = REPORT.replace("\r\n", "\n");
    assert_eq!(words(REPORT), words(&unix));
}

/// Parts of attributions, marks that break them, and letters of many scripts.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "“", "”", "\"", "‘", "’", "''", "«", "»", "said", "that", ", ", ". ", "\r\n", "\n\n", " ", "according to ", "denied ",
            "Russian claims of ", "Zelenskiy’s", "who ", "and ", "but ", "-", "—", ":", "(", ")", "he ", "did not ", "Kremlin ",
            "told ", "in a statement ", "U.S.", "emphasizing", "with ", "by ", "as ", "perceived ", "talks ", "meeting ", "’s",
        ]).prop_map(str::to_owned),
        2 => "\\PC{0,8}",
        1 => prop::sample::select(vec!["e\u{301}", "\u{202e}", "שלום", "مرحبا", "👩‍👩‍👧‍👦", "🇺🇦", "\u{200d}", "\u{feff}", "ﬀ", "İ", "ẞ", "\0", "\u{2028}", "漢字"])
            .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.join(""))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 3_000,
        rng_algorithm: prop::test_runner::RngAlgorithm::ChaCha,
        rng_seed: prop::test_runner::RngSeed::Fixed(20_251_122),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn random_texts_give_spans_in_range(text in pieces()) {
        checked(&text);
    }

    #[test]
    fn random_bytes_decode_or_name_the_place(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        match decode(&bytes) {
            Ok(text) => { checked(&text); }
            Err(error) => {
                prop_assert!(error.offset() < bytes.len());
                prop_assert!(std::str::from_utf8(&bytes[..error.offset()]).is_ok());
                prop_assert!(error.line() >= 1 && error.column() >= 1);
            }
        }
    }
}

/// A small generator of its own, so that the mutations are the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

const MARKS: &[u8] = b"\"'\n\r,.;:() \xE2\x80\x9C";

#[test]
fn two_thousand_mutations_of_a_report() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut bytes_refused = 0;
    for _ in 0..2_000 {
        let mut bytes = REPORT.as_bytes().to_vec();
        for _ in 0..=dice.roll(6) {
            if bytes.len() < 2 {
                break;
            }
            let at = dice.roll(bytes.len());
            match dice.roll(5) {
                0 => {
                    bytes.remove(at);
                }
                1 => bytes.insert(at, MARKS[dice.roll(MARKS.len())]),
                2 => bytes[at] = dice.roll(256) as u8,
                3 => {
                    let end = (at + dice.roll(60)).min(bytes.len());
                    let copy = bytes[at..end].to_vec();
                    let to = dice.roll(bytes.len());
                    bytes.splice(to..to, copy);
                }
                _ => bytes.truncate(at.max(1)),
            }
        }
        match decode(&bytes) {
            Ok(text) => {
                checked(&text);
            }
            Err(_) => bytes_refused += 1,
        }
        // What is not UTF-8 is read once it is made so.
        checked(&String::from_utf8_lossy(&bytes));
    }
    assert!(bytes_refused > 0);
}

#[test]
fn bad_bytes_are_named_by_line_column_and_offset() {
    let error = decode("\u{feff}Łódź\nsaid \u{e9}".as_bytes().split_last().unwrap().1).unwrap_err();
    assert_eq!((error.line(), error.column(), error.offset()), (2, 6, 16));
    assert!(error.to_string().contains("line 2, column 6"));
    assert_eq!(decode(b"\xEF\xBB\xBFa\r\nb").unwrap(), "a\r\nb");
    assert_eq!(decode(b"").unwrap(), "");
}

/// Processor time of this thread, which other work on the machine does not lengthen; `None` where the system
/// does not tell.
fn processor_time() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

fn time(reader: &Reader, text: &str) -> Option<Duration> {
    let source = Source::new(text);
    let fastest = (0..3).map(|_| {
        let before = processor_time()?;
        std::hint::black_box(reader.read(&source));
        Some(processor_time()? - before)
    });
    fastest.min().flatten()
}

#[test]
fn time_grows_with_the_text() {
    let reader = Reader::new(&Names::default());
    let patterns: &[(&str, &str)] = &[
        ("one line without a full stop", "Norland said that the talks with Sudria were open and "),
        ("quote marks", "\""),
        ("open quotes", "“"),
        ("cues", "said "),
        ("commas and cues", "and said, but Ana, who said, "),
        ("conjunctions", "Ana and Bob and "),
        ("possessives", "Ana’s "),
        ("hyphens", "a-"),
        ("full stops", "A."),
        ("one word", "a"),
        ("nested speech", "“Ana said ‘Bob said "),
        ("quoted lines", "“We will stay.\n"),
        ("denials", "Norland denied Russian claims of claims of "),
        ("meetings", "a meeting with Ana and Bob in Oslo, "),
        ("colons", "Minister: said:\n"),
        ("marks of direction", "\u{202e}\u{301}"),
    ];
    for (name, pattern) in patterns {
        let text = |size: usize| pattern.repeat(size / pattern.len());
        let (small, large) = (text(100_000), text(800_000));
        let (Some(large), Some(small)) = (time(&reader, &large), time(&reader, &small)) else {
            println!("skipped: the system does not tell processor time");
            return;
        };
        // The system's count moves on by some milliseconds at a time.
        let ratio = large.as_secs_f64() / small.as_secs_f64().max(4e-3);
        println!("{name}: eight times the text takes {ratio:.1} times as long");
        // Quadratic work would take sixty-four times as long; other tests run at the same time.
        assert!(ratio < 30.0, "{name}: {ratio:.1}");
    }
}

#[test]
fn ten_megabytes_in_one_line_and_a_million_quote_marks() {
    let reader = Reader::new(&Names::default());
    let line = REPORT.replace(['\r', '\n'], " ").repeat(10_000_000 / REPORT.len());
    let endless = line.replace(['.', '“', '”'], "");
    for text in [line.as_str(), endless.as_str(), &"\"".repeat(1_000_000), &"“ ".repeat(1_000_000)] {
        let reading = reader.read(&Source::new(text));
        println!("{} bytes: {} statements", text.len(), reading.statements.len());
        let end = text.chars().count() as u32;
        assert!(reading.statements.iter().flat_map(|row| &row.content).all(|span| span.end <= end));
    }
}
