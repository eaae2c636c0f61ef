//! One statement in several reports, on rewrites and near misses: `tests/same/choose.txt` was looked at while the
//! thresholds were chosen, `measure.txt` was not.

use paraph_reading::same::Saying;
use paraph_reading::{Names, Party, Reader, Source, SpanIndex};

/// A sentence of a report, made ready as reading makes it.
struct Told {
    mark: char,
    group: usize,
    saying: Saying,
}

fn names() -> Names {
    let party = |id: &str, people: &[&str]| Party {
        id: id.to_lowercase(),
        names: vec![id.to_owned()],
        people: people.iter().map(ToString::to_string).collect(),
    };
    Names {
        parties: vec![party("Norland", &["Ana Brandt", "Ode Lind"]), party("Sudria", &["Kofi Reyes"])],
        issues: Vec::new(),
    }
}

fn read(text: &str, dated: bool) -> Vec<Told> {
    let reader = Reader::new(&names());
    let mut told: Vec<Told> = Vec::new();
    let mut group = 0;
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let mark = line.chars().next().expect("a mark");
        let (day, text) = line[2..].split_once(' ').expect("a day and the words");
        group += usize::from(mark == '=');
        let day: paraph_reading::Date = day.parse().expect("a day");
        let reading = reader.read(&Source { date: Some(day), ..Source::new(text) });
        let length =
            |spans: &[paraph_reading::TextSpan]| spans.iter().map(|span| span.end - span.start).sum::<u32>();
        let row = reading.statements.iter().max_by_key(|row| length(&row.content)).expect(text);
        let content = SpanIndex::new(text).join(&row.content).expect("words").into_owned();
        let report = u32::try_from(told.len()).expect("few");
        let saying = Saying::new(row, &content, report, dated.then_some(day));
        told.push(Told { mark, group, saying });
    }
    told
}

#[derive(Default, Debug)]
struct Counts {
    /// Pairs that are one statement, and those of them that are taken for one.
    pairs: usize,
    found: usize,
    /// Near misses, and those taken for one statement.
    misses: usize,
    wrong: usize,
}

fn rate(text: &str, dated: bool) -> Counts {
    let told = read(text, dated);
    let mut counts = Counts::default();
    for (at, one) in told.iter().enumerate() {
        for other in told[at + 1..].iter().filter(|other| other.group == one.group) {
            if one.mark == '-' {
                continue;
            }
            let same = one.saying.is_same(&other.saying);
            assert_eq!(same, other.saying.is_same(&one.saying), "order changes nothing");
            if other.mark == '-' {
                counts.misses += 1;
                counts.wrong += usize::from(same);
            } else {
                counts.pairs += 1;
                counts.found += usize::from(same);
            }
        }
    }
    counts
}

#[test]
fn rewrites_are_found_and_near_misses_are_not() {
    for (text, dated, found, wrong) in [
        (include_str!("same/choose.txt"), true, 25, 0),
        (include_str!("same/choose.txt"), false, 15, 0),
        (include_str!("same/measure.txt"), true, 18, 2),
        (include_str!("same/measure.txt"), false, 11, 2),
    ] {
        let counts = rate(text, dated);
        assert!(counts.found >= found && counts.wrong <= wrong, "dated {dated}: {counts:?}");
        assert!(counts.pairs > 20 && counts.misses > 50, "{counts:?}");
    }
}
