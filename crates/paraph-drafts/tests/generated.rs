//! Perturbed drafts with known truth: points are renumbered, moved, split, merged,
//! deleted, inserted, lightly paraphrased and changed in their terms.

#[path = "common/chance.rs"]
mod chance;
#[path = "common/score.rs"]
mod score;

use std::path::Path;

use chance::Chance;
use paraph_drafts::{
    Alignment, ChangeKind, Draft, FrontMatter, NewPoint, RelationKind, align, changes, compose, read,
};
use score::{Tally, overlap, tally};

/// A point of a source text: two sentences without their full stops.
type Sentences = Vec<String>;

fn styles() -> Vec<Vec<Sentences>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/styles");
    ["labour", "trade", "climate", "constitution"]
        .iter()
        .map(|style| {
            let text = std::fs::read_to_string(folder.join(format!("{style}.md"))).unwrap();
            let draft = read(style, &text).unwrap();
            assert!(draft.diagnostics().is_empty(), "{:?}", draft.diagnostics());
            let points: Vec<Sentences> = draft
                .points()
                .iter()
                .map(|point| {
                    let words = draft.slice(point.body).trim_end_matches('.');
                    words.split(". ").map(str::to_owned).collect()
                })
                .collect();
            assert_eq!(points.len(), 40);
            assert!(points.iter().all(|point: &Sentences| point.len() == 2));
            points
        })
        .collect()
}

#[derive(Debug, Clone, PartialEq)]
struct Truth {
    kind: ChangeKind,
    old: String,
    new: String,
}

/// A point of the new draft and where it comes from.
struct Made {
    sentences: Sentences,
    from: Vec<usize>,
    changes: Vec<Truth>,
}

struct World {
    old: Draft,
    new: Draft,
    /// Links as (class, old place, new place); a missing side is `usize::MAX`.
    links: Vec<(&'static str, usize, usize)>,
    /// Typed changes by old place.
    changes: Vec<(usize, Truth)>,
}

const SYNONYMS: &[(&str, &str)] = &[
    ("workers", "employees"),
    ("worker", "employee"),
    ("free of charge", "at no cost"),
    ("provided", "supplied"),
    ("provide", "supply"),
    ("every", "each"),
    ("before", "ahead of the time when"),
    ("needed", "required"),
    ("paid", "remunerated"),
    ("begin", "start"),
    ("protected", "safeguarded"),
    ("notified", "reported"),
    ("removed", "taken away"),
    ("allowed", "permitted"),
    ("forbidden", "not permitted by this text"),
    ("prohibited", "banned"),
    ("published", "made public"),
    ("goods", "merchandise"),
    ("exchanged", "swapped"),
    ("decides", "rules"),
    ("large", "big"),
    ("help", "assistance"),
    ("aid", "assistance"),
    ("choose", "select"),
    ("offered", "made available"),
    ("members", "participants"),
    ("data", "figures"),
    ("given", "granted"),
    ("two", "a pair of"),
    ("disputes", "conflicts"),
    ("created", "set up"),
    ("shared", "divided"),
    ("state", "country"),
    ("appears", "comes out"),
    ("equal", "the same"),
    ("prepare", "draw up"),
    ("closed", "shut"),
    ("repaired", "mended"),
    ("refused", "turned down"),
    ("kept", "retained"),
    ("remain", "stay"),
    ("remains", "stays"),
    ("people", "population"),
    ("elected", "voted in"),
    ("officials", "civil servants"),
    ("law", "statute"),
    ("rules", "provisions"),
    ("lorries", "trucks"),
    ("holidays", "days off"),
    ("compensation", "indemnity"),
    ("compensated", "indemnified"),
];

fn paraphrase(sentence: &str, chance: &mut Chance) -> String {
    let mut out = sentence.to_owned();
    for (word, other) in SYNONYMS {
        if chance.in_hundred(75) {
            out = swap_word(&out, word, other).unwrap_or(out);
        }
    }
    if chance.in_hundred(25) {
        out = match out.split_once(". ") {
            Some(_) => out,
            None => format!("It is understood that {}", lower_first(&out)),
        };
    }
    out
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or(String::new(), |first| first.to_lowercase().chain(characters).collect())
}

/// The sentence with the first whole occurrence of a word exchanged.
fn swap_word(sentence: &str, word: &str, other: &str) -> Option<String> {
    for (at, _) in sentence.match_indices(word) {
        let before = sentence[..at].chars().next_back();
        let after = sentence[at + word.len()..].chars().next();
        let whole = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        if whole(before) && whole(after) {
            return Some(format!("{}{other}{}", &sentence[..at], &sentence[at + word.len()..]));
        }
    }
    None
}

const TIME: [&str; 8] = ["days", "hours", "months", "years", "weeks", "month", "year", "day"];

/// Changes one term of a point; `None` where the point has no such term.
fn change_term(sentences: &mut Sentences, chance: &mut Chance, spare: &mut Vec<Sentences>) -> Option<Truth> {
    let truth = |kind, old: &str, new: &str| Some(Truth { kind, old: old.to_owned(), new: new.to_owned() });
    match chance.below(9) {
        0 | 1 => {
            for sentence in sentences.iter_mut() {
                let words: Vec<String> = sentence.split(' ').map(str::to_owned).collect();
                let found = words.iter().position(|word| {
                    word.chars().all(|c| c.is_ascii_digit()) && !word.is_empty() && word.len() < 4
                });
                let Some(at) = found else { continue };
                let old: usize = words[at].parse().ok()?;
                let new = (old + 1 + chance.below(9)).to_string();
                let unit = words.get(at + 1).cloned().unwrap_or_default();
                let kind = if TIME.contains(&unit.as_str()) { ChangeKind::Date } else { ChangeKind::Number };
                if unit == "April" {
                    return None;
                }
                let mut changed = words.clone();
                changed[at].clone_from(&new);
                *sentence = changed.join(" ");
                return truth(kind, &old.to_string(), &new);
            }
            None
        }
        2 => {
            let swaps = [
                ("shall", "should"),
                ("shall", "may"),
                ("must", "should"),
                ("may", "shall"),
                ("should", "must"),
                ("shall", "is expected to"),
            ];
            let (old, new) = *chance.pick(&swaps);
            let at = chance.below(2);
            let swapped = swap_word(&sentences[at], old, new)?;
            if sentences[at].contains("may not") || sentences[at].contains("shall not") {
                return None;
            }
            sentences[at] = swapped;
            truth(ChangeKind::Modal, old, new)
        }
        3 => {
            let phrases = [
                " in peacetime",
                " where possible",
                " as a rule",
                " in principle",
                " in coastal districts",
                " under supervision",
                " on a voluntary basis",
                " with due care",
                " at all times",
                " within reason",
            ];
            let phrase = chance.pick(&phrases);
            let at = chance.below(2);
            sentences[at].push_str(phrase);
            truth(ChangeKind::Qualifier, "", phrase.trim())
        }
        4 => {
            let at = chance.below(2);
            let modal = ["shall", "may", "must"].into_iter().find(|modal| {
                sentences[at].contains(&format!(" {modal} "))
                    && !sentences[at].contains(" not ")
                    && !sentences[at].starts_with("Nobody")
            })?;
            sentences[at] = swap_word(&sentences[at], modal, &format!("{modal} not"))?;
            truth(ChangeKind::Negation, "", "not")
        }
        5 => {
            let conditions = [
                ", if both sides agree",
                ", unless the inspectors object",
                ", provided that money is available",
                ", subject to approval",
                ", except in an emergency",
                " only if the weather allows it",
            ];
            let condition = chance.pick(&conditions);
            let at = chance.below(2);
            sentences[at].push_str(condition);
            truth(ChangeKind::Condition, "", condition.trim_start_matches(", ").trim())
        }
        6 => {
            let (words, name) = *chance.pick(&[
                ("the employer", "the Harbour Authority"),
                ("the union", "the Guild of Smiths"),
                ("the ministry", "the Northern Office"),
                ("the secretariat", "the Trade Bureau"),
                ("parliament", "Eastfold"),
            ]);
            for sentence in sentences.iter_mut() {
                if let Some(swapped) = swap_word(sentence, words, name) {
                    *sentence = swapped;
                    return truth(ChangeKind::Party, words, name);
                }
            }
            let at = chance.below(2);
            sentences[at].push_str(" with Eastfold");
            truth(ChangeKind::Party, "", "Eastfold")
        }
        7 => {
            let gone = sentences.pop()?;
            truth(ChangeKind::Clause, &gone, "")
        }
        _ => {
            let extra = spare.pop()?;
            sentences.push(extra[0].clone());
            truth(ChangeKind::Clause, "", &extra[0])
        }
    }
}

fn draft(name: &str, points: &[Sentences], marks: &str) -> Draft {
    let points: Vec<NewPoint> = points
        .iter()
        .enumerate()
        .map(|(at, sentences)| NewPoint {
            label: marks.replace('#', &(at + 1).to_string()),
            depth: 0,
            words: format!("{}.", sentences.join(". ")),
        })
        .collect();
    compose(name, &FrontMatter::default(), &points).unwrap()
}

fn world(seed: u64, styles: &[Vec<Sentences>], paraphrased: bool) -> World {
    let mut chance = Chance::new(seed + 1);
    let count = 10 + chance.below(51);
    let first = chance.below(styles.len());
    let mut pool: Vec<Sentences> = styles[first].clone();
    let second = (first + 1 + chance.below(styles.len() - 1)) % styles.len();
    let mut rest: Vec<Sentences> = styles[second].clone();
    shuffle(&mut pool, &mut chance);
    shuffle(&mut rest, &mut chance);
    // A quarter of the first style stays out, to be put in later.
    let mut spare: Vec<Sentences> = pool.split_off(30);
    pool.extend(rest);
    spare.extend(pool.split_off(count));
    shuffle(&mut spare, &mut chance);
    let base = pool;
    let mut made: Vec<Made> = Vec::new();
    let mut links: Vec<(&'static str, usize, usize)> = Vec::new();
    let mut deleted_above = false;
    let mut at = 0;
    while at < base.len() {
        let mut sentences = base[at].clone();
        let action = chance.below(100);
        let mut deleted = false;
        match action {
            0..=5 => {
                links.push(("deleted", at, usize::MAX));
                deleted = true;
            }
            6..=9 => {
                for sentence in sentences {
                    made.push(Made { sentences: vec![sentence], from: vec![at], changes: Vec::new() });
                }
            }
            10..=12 if at + 1 < base.len() => {
                sentences.extend(base[at + 1].clone());
                made.push(Made { sentences, from: vec![at, at + 1], changes: Vec::new() });
                at += 1;
            }
            13..=50 => {
                let mut changes = Vec::new();
                let often = 1 + chance.below(2);
                for _ in 0..often {
                    if changes.iter().any(|truth: &Truth| truth.kind == ChangeKind::Clause) {
                        break;
                    }
                    // One change of a kind, so that what was done can be told from what is seen.
                    let mut trial = sentences.clone();
                    if let Some(truth) = change_term(&mut trial, &mut chance, &mut spare)
                        && (truth.kind != ChangeKind::Clause || changes.is_empty())
                        && changes.iter().all(|known: &Truth| known.kind != truth.kind)
                    {
                        changes.push(truth);
                        sentences = trial;
                    }
                }
                made.push(Made { sentences, from: vec![at], changes });
            }
            _ => made.push(Made { sentences, from: vec![at], changes: Vec::new() }),
        }
        // Something new; never where something went, which would be a replacement.
        if !deleted
            && !deleted_above
            && chance.in_hundred(6)
            && made.last().is_some_and(|last| last.from == [at])
            && let Some(sentences) = spare.pop()
        {
            made.push(Made { sentences, from: Vec::new(), changes: Vec::new() });
            // The point below may be deleted only if nothing was put in here.
            at += 1;
            if at < base.len() {
                made.push(Made { sentences: base[at].clone(), from: vec![at], changes: Vec::new() });
            }
        }
        deleted_above = deleted;
        at += 1;
    }
    // Some points leave their place.
    for _ in 0..1 + made.len() / 15 {
        if chance.in_hundred(60) {
            let from = chance.below(made.len());
            if made[from].from.len() == 1 {
                let moved = made.remove(from);
                let to = chance.below(made.len() + 1);
                made.insert(to, moved);
            }
        }
    }
    let mut truths = Vec::new();
    for (new, point) in made.iter().enumerate() {
        let siblings = made.iter().filter(|other| !point.from.is_empty() && other.from == point.from).count();
        let class = match (point.from.len(), siblings) {
            (0, _) => "added",
            (1, 1) => "pair",
            (1, _) => "split",
            _ => "merged",
        };
        if point.from.is_empty() {
            links.push((class, usize::MAX, new));
        }
        for old in &point.from {
            links.push((class, *old, new));
        }
        truths.extend(point.changes.iter().map(|truth| (point.from[0], truth.clone())));
    }
    let new_points: Vec<Sentences> = made
        .iter()
        .map(|point| {
            point
                .sentences
                .iter()
                .map(
                    |sentence| if paraphrased { paraphrase(sentence, &mut chance) } else { sentence.clone() },
                )
                .collect()
        })
        .collect();
    let marks = *chance.pick(&["#.", "#)", "Article #.", "Point #:"]);
    let other = *chance.pick(&["#.", "#)", "Article #.", "Point #:"]);
    World { old: draft("old", &base, marks), new: draft("new", &new_points, other), links, changes: truths }
}

fn shuffle<T>(list: &mut [T], chance: &mut Chance) {
    for at in (1..list.len()).rev() {
        list.swap(at, chance.below(at + 1));
    }
}

fn said_links(alignment: &Alignment) -> Vec<(&'static str, usize, usize)> {
    let mut links = Vec::new();
    for relation in &alignment.relations {
        let class = match relation.kind {
            RelationKind::Kept | RelationKind::Changed => "pair",
            RelationKind::Split => "split",
            RelationKind::Merged => "merged",
            RelationKind::Replaced => "replaced",
            RelationKind::Deleted => "deleted",
            RelationKind::Added => "added",
        };
        let none = [usize::MAX];
        let old = if relation.old.is_empty() { &none[..] } else { &relation.old[..] };
        let new = if relation.new.is_empty() { &none[..] } else { &relation.new[..] };
        for one in old {
            for other in new {
                links.push((class, *one, *other));
            }
        }
    }
    links
}

fn words_fit(expected: &str, found: &str) -> bool {
    expected.is_empty() == found.is_empty() && (expected.is_empty() || overlap(expected, found))
}

fn run(seeds: std::ops::Range<u64>, paraphrased: bool) -> (Tally, Tally) {
    let styles = styles();
    let show = std::env::var_os("PARAPH_SHOW").is_some();
    let (mut links, mut typed) = (Tally::default(), Tally::default());
    for seed in seeds {
        let world = world(seed, &styles, paraphrased);
        let alignment = align(&world.old, &world.new, &[]).unwrap();
        let said = said_links(&alignment);
        let (tally_links, wrong, missing) = tally(&world.links, &said, |a, b| a == b);
        links.add(tally_links);
        if show && !(wrong.is_empty() && missing.is_empty()) {
            println!("seed {seed}");
            for at in wrong {
                println!("  said {:?}", said[at]);
            }
            for at in missing {
                let (class, old, new) = world.links[at];
                println!("  want {class} {old} {new}");
                if old != usize::MAX {
                    println!("     old {}", world.old.wording(old));
                }
                if new != usize::MAX {
                    println!("     new {}", world.new.wording(new));
                }
            }
        }
        let found: Vec<(usize, Truth)> = changes(&world.old, &world.new, &alignment, &[])
            .into_iter()
            .flat_map(|point| {
                let old = alignment.relations[point.relation].old[0];
                point.changes.into_iter().map(move |change| {
                    let words = |mention: Option<paraph_drafts::Mention>| {
                        mention.map(|mention| mention.words).unwrap_or_default()
                    };
                    (old, Truth { kind: change.kind, old: words(change.old), new: words(change.new) })
                })
            })
            .filter(|(_, truth)| truth.kind != ChangeKind::Wording)
            .collect();
        let same = |expected: &(usize, Truth), found: &(usize, Truth)| {
            expected.0 == found.0
                && expected.1.kind == found.1.kind
                && words_fit(&expected.1.old, &found.1.old)
                && words_fit(&expected.1.new, &found.1.new)
        };
        let (tally_typed, wrong, missing) = tally(&world.changes, &found, same);
        typed.add(tally_typed);
        if show && !paraphrased {
            for at in wrong {
                println!("  seed {seed} typed said {:?}", found[at]);
            }
            for at in missing {
                println!("  seed {seed} typed want {:?}", world.changes[at]);
            }
        }
    }
    (links, typed)
}

#[test]
fn a_thousand_pairs_without_paraphrase() {
    let (links, typed) = run(0..1_000, false);
    println!("alignment {links:?} F1 {:.4}; typed changes {typed:?} F1 {:.4}", links.f1(), typed.f1());
    assert!(links.right > 20_000, "the generator makes work: {links:?}");
    assert!(typed.right > 5_000, "the generator changes terms: {typed:?}");
    assert!(links.f1() >= 0.95, "alignment {links:?}");
    assert!(typed.f1() >= 0.90, "typed changes {typed:?}");
}

#[test]
fn a_thousand_pairs_with_light_paraphrase() {
    let (links, _) = run(10_000..11_000, true);
    println!("alignment with paraphrase {links:?} F1 {:.4}", links.f1());
    assert!(links.right > 20_000, "the generator makes work: {links:?}");
    assert!(links.f1() >= 0.85, "alignment {links:?}");
}
