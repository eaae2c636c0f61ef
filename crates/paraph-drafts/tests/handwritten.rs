//! Pairs of short drafts written by hand, with the alignment and the typed changes that
//! a reader expects. The files in `tests/pairs` were written before the code was tuned.

#[path = "common/score.rs"]
mod score;

use std::path::Path;

use paraph_drafts::{ChangeKind, Draft, RelationKind, align, changes, read};
use score::{Tally, overlap, tally};

struct Pair {
    old: Draft,
    new: Draft,
    relations: Vec<(String, String, String)>,
    changes: Vec<Expected>,
}

#[derive(Debug)]
struct Expected {
    place: String,
    kind: String,
    old: String,
    new: String,
}

fn load(text: &str) -> Pair {
    let section = |name: &str| -> &str {
        let head = format!("=== {name}\n");
        let from = text.find(&head).unwrap() + head.len();
        let to = text[from..].find("\n=== ").map_or(text.len(), |at| from + at + 1);
        &text[from..to]
    };
    let relations = section("alignment")
        .lines()
        .map(|line| {
            let (old, behind) = line.split_once(" -> ").unwrap();
            // The address of a point of an annex has a space in it.
            let (new, kind) = behind.trim_end_matches(" moved").rsplit_once(' ').unwrap();
            (old.to_owned(), new.to_owned(), kind.to_owned())
        })
        .collect();
    let changes = section("changes")
        .lines()
        .map(|line| {
            let (place, behind) = line.split_once(": ").unwrap();
            let (kind, sides) = behind.split_once(' ').unwrap();
            let (old, new) = sides.split_once(" -> ").unwrap();
            let words =
                |side: &str| if side == "-" { String::new() } else { side.trim_matches('"').to_owned() };
            Expected {
                place: place.split(" -> ").next().unwrap().to_owned(),
                kind: kind.to_owned(),
                old: words(old),
                new: words(new),
            }
        })
        .collect();
    Pair {
        old: read("old", section("old")).unwrap(),
        new: read("new", section("new")).unwrap(),
        relations,
        changes,
    }
}

fn kind_name(kind: ChangeKind) -> String {
    serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn twenty_pairs_written_by_hand() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pairs");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 20);
    let (mut relations, mut typed) = (Tally::default(), Tally::default());
    for file in files {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let pair = load(&std::fs::read_to_string(&file).unwrap());
        let alignment = align(&pair.old, &pair.new, &[]).unwrap();
        let join = |addresses: &[String]| {
            if addresses.is_empty() { "-".to_owned() } else { addresses.join("+") }
        };
        let said: Vec<(String, String, String)> = alignment
            .relations
            .iter()
            .map(|relation| {
                let kind = match relation.kind {
                    RelationKind::Kept => "kept",
                    _ => relation.headline(),
                };
                (join(&relation.old_addresses), join(&relation.new_addresses), kind.to_owned())
            })
            .collect();
        let (score, wrong, missing) = tally(&pair.relations, &said, |a, b| a == b);
        relations.add(score);
        for at in wrong {
            println!("{name}: said {:?}", said[at]);
        }
        for at in missing {
            println!("{name}: expected {:?}", pair.relations[at]);
        }
        let found: Vec<Expected> = changes(&pair.old, &pair.new, &alignment, &[])
            .into_iter()
            .flat_map(|point| {
                let place = join(&alignment.relations[point.relation].old_addresses);
                point.changes.into_iter().map(move |change| Expected {
                    place: place.clone(),
                    kind: kind_name(change.kind),
                    old: change.old.map(|mention| mention.words).unwrap_or_default(),
                    new: change.new.map(|mention| mention.words).unwrap_or_default(),
                })
            })
            .collect();
        let fits = |expected: &str, found: &str| {
            expected.is_empty() == found.is_empty() && (expected.is_empty() || overlap(expected, found))
        };
        // Wording is what no type claims: neither asked for nor counted against.
        let typed_only = |list: Vec<Expected>| -> Vec<Expected> {
            list.into_iter().filter(|change| change.kind != "wording").collect()
        };
        let (expected, found) = (typed_only(pair.changes), typed_only(found));
        let (score, wrong, missing) = tally(&expected, &found, |one, other| {
            one.place == other.place
                && one.kind == other.kind
                && fits(&one.old, &other.old)
                && fits(&one.new, &other.new)
        });
        typed.add(score);
        for at in wrong {
            println!("{name}: said {:?}", found[at]);
        }
        for at in missing {
            println!("{name}: expected {:?}", expected[at]);
        }
    }
    println!(
        "alignment {relations:?} F1 {:.3}; typed changes {typed:?} F1 {:.3}",
        relations.f1(),
        typed.f1()
    );
    assert!(relations.f1() >= 0.85, "alignment {relations:?}");
    assert!(typed.f1() >= 0.75, "typed changes {typed:?}");
}
