//! Reads the marked texts in `tests/samples` and holds each to its floor.

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::{Row, score};
use paraph_reading::{Names, Party, Source, TextSpan, read};

struct Sample {
    floor: f64,
    names: Names,
    text: String,
    rows: Vec<Row>,
}

/// Takes head and marks apart; says where a mark is broken.
fn parse(file: &str) -> Result<Sample, String> {
    let (head, body) = file.split_once("\n---\n").ok_or("no line “---” between head and text")?;
    let (mut floor, mut names) = (None, Names::default());
    for line in head.lines() {
        let (key, value) = line.split_once(':').ok_or_else(|| format!("“{line}” is no “key: value”"))?;
        let value = value.trim();
        match key {
            "floor" => floor = value.parse().ok(),
            "genre" => {}
            "party" => {
                let (id, rest) = value.split_once('=').ok_or("a party is “id = names | people”")?;
                let (called, people) = rest.split_once('|').unwrap_or((rest, ""));
                let list = |text: &str| -> Vec<String> {
                    text.split(';')
                        .map(|name| name.trim().to_owned())
                        .filter(|name| !name.is_empty())
                        .collect()
                };
                names.parties.push(Party {
                    id: id.trim().to_owned(),
                    names: list(called),
                    people: list(people),
                });
            }
            other => return Err(format!("unknown key “{other}”")),
        }
    }
    let mut text = String::new();
    let mut rows: BTreeMap<u32, Row> = BTreeMap::new();
    let mut open: Vec<(char, u32, u32)> = Vec::new();
    let mut at = 0u32;
    let mut letters = body.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '{' => {
                let mark: String = letters.by_ref().take_while(|&letter| letter != ':').collect();
                letters
                    .next()
                    .filter(|&space| space == ' ')
                    .ok_or_else(|| format!("“{{{mark}:” needs a space after the colon"))?;
                let mut fields = mark.split_whitespace();
                let name = fields.next().ok_or("an empty mark")?;
                let kind = name
                    .chars()
                    .next()
                    .filter(|kind| "sct".contains(*kind))
                    .ok_or_else(|| format!("“{name}” is no mark"))?;
                let number: u32 = name[1..].parse().map_err(|_| format!("“{name}” has no number"))?;
                let row = rows.entry(number).or_default();
                row.id = number.to_string();
                for (place, field) in fields.enumerate() {
                    match (place, field.split_once('=')) {
                        (_, Some(("contests", claim))) => row.contests = Some(claim.to_owned()),
                        (0, _) => row.act = Some(field.to_owned()),
                        (_, _) => row.party = (field != "-").then(|| field.to_owned()),
                    }
                }
                open.push((kind, number, at));
            }
            '}' => {
                let (kind, number, start) = open.pop().ok_or("“}” without “{”")?;
                let row = rows.get_mut(&number).ok_or("no such number")?;
                let spans = match kind {
                    's' => &mut row.source,
                    'c' => &mut row.cue,
                    _ => &mut row.content,
                };
                spans.push(TextSpan { start, end: at });
            }
            other => {
                text.push(other);
                at += 1;
            }
        }
    }
    if !open.is_empty() {
        return Err("“{” without “}”".to_owned());
    }
    // Without cue or content it is no whole statement.
    let rows = rows.into_values().filter(|row| !row.cue.is_empty() && !row.content.is_empty()).collect();
    Ok(Sample { floor: floor.ok_or("no floor")?, names, text, rows })
}

#[test]
fn every_sample_stays_above_its_floor() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    assert!(files.len() >= 6, "the samples are not where they should be");
    let mut below = Vec::new();
    for path in files {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let sample =
            parse(&std::fs::read_to_string(&path).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let reading = read(&Source::new(&sample.text), &sample.names);
        let proposed: Vec<Row> = reading.statements.iter().map(Row::from).collect();
        let score = score(&sample.text, &sample.rows, &proposed);
        println!(
            "{name}: {} of {} found, {} proposed; precision {:.2}, recall {:.2}, F1 {:.2} (floor {:.2}); acts {}, parties {} right and {} wrong, links {} of {}",
            score.found,
            score.expected,
            score.proposed,
            score.precision(),
            score.recall(),
            score.f1(),
            sample.floor,
            score.act_right,
            score.party_right,
            score.party_wrong,
            score.links_found,
            score.links_expected,
        );
        if std::env::var_os("SHOW").is_some() {
            let words = paraph_reading::SpanIndex::new(&sample.text);
            for row in &proposed {
                println!(
                    "    {} | {} | {} | {:?} {:?} {:?}",
                    words.join(&row.source).unwrap(),
                    words.join(&row.cue).unwrap(),
                    words.join(&row.content).unwrap(),
                    row.party,
                    row.act,
                    row.contests
                );
            }
        }
        if score.f1() < sample.floor {
            below.push(name);
        }
    }
    assert!(below.is_empty(), "below their floors: {below:?}");
}

#[test]
fn broken_marks_are_named() {
    assert!(parse("floor: 1\n---\n{s1: open").is_err_and(|error| error.contains("without")));
    assert!(parse("floor: 1\n---\n{q1: word}").is_err_and(|error| error.contains("no mark")));
    assert!(parse("genre: none").is_err());
}
