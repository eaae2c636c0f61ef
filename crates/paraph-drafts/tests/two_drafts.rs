//! The main example: the draft of 28 points and the draft of 27.

use std::path::Path;

use paraph_drafts::{
    Alignment, Change, ChangeKind, Direction, Draft, PointKind, RelationKind, align, changes, compare, read,
};

fn load(name: &str) -> Draft {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples/28-points/drafts")
        .join(format!("{name}.md"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    read(name, &text).unwrap()
}

/// Old address, new address and kind of every numbered point.
fn shown(alignment: &Alignment, old: &Draft, new: &Draft) -> Vec<(String, String, RelationKind)> {
    alignment
        .relations
        .iter()
        .filter(|relation| {
            relation.old.iter().all(|at| old.points()[*at].kind == PointKind::Numbered)
                && relation.new.iter().all(|at| new.points()[*at].kind == PointKind::Numbered)
        })
        .map(|relation| (relation.old_addresses.join("+"), relation.new_addresses.join("+"), relation.kind))
        .collect()
}

/// The relation of each US point as the table of facts has it.
fn expected(number: u32) -> RelationKind {
    match number {
        3 => RelationKind::Deleted,
        7 | 14 | 21 | 26 => RelationKind::Replaced,
        2 | 4 | 5 | 6 | 8 | 9 | 10 | 13 | 15 | 20 | 25 | 27 | 28 => RelationKind::Changed,
        _ => RelationKind::Kept,
    }
}

#[test]
fn the_deleted_point_and_the_four_replacements_are_found() {
    let (old, new) = (load("us-28"), load("e3-27"));
    let alignment = align(&old, &new, &[]).unwrap();
    let found = shown(&alignment, &old, &new);
    let wanted: Vec<(String, String, RelationKind)> = (1..=28)
        .map(|number| {
            let kind = expected(number);
            let after = if number == 3 { String::new() } else { number.to_string() };
            (number.to_string(), after, kind)
        })
        .collect();
    let mut sorted = found.clone();
    sorted.sort_by_key(|(old, ..)| old.parse::<u32>().unwrap_or(0));
    assert_eq!(sorted, wanted);
    assert!(alignment.relations.iter().all(|relation| !relation.renumbered && !relation.moved));
}

#[test]
fn every_change_of_the_table_is_found_and_none_is_invented() {
    let (old, new) = (load("us-28"), load("e3-27"));
    let alignment = align(&old, &new, &[]).unwrap();
    let mut found: Vec<(String, ChangeKind, Direction, String, String)> = Vec::new();
    for point in changes(&old, &new, &alignment, &[]) {
        let relation = &alignment.relations[point.relation];
        if old.points()[relation.old[0]].kind != PointKind::Numbered {
            continue;
        }
        for Change { kind, direction, old: before, new: after, .. } in point.changes {
            for (draft, mention) in [(&old, &before), (&new, &after)] {
                if let Some(mention) = mention {
                    let words: Vec<&str> = draft.slice(mention.span).split_whitespace().collect();
                    assert_eq!(words.join(" "), mention.words, "a mention's span holds its words");
                }
            }
            let words = |mention: Option<paraph_drafts::Mention>| {
                mention.map(|mention| mention.words).unwrap_or_default()
            };
            found.push((relation.old_addresses[0].clone(), kind, direction, words(before), words(after)));
        }
    }
    use ChangeKind::{Clause, Condition, Date, Number, Party, Qualifier};
    use Direction::{Changed, Gained, Lost};
    let wanted: Vec<(&str, ChangeKind, Direction, &str, &str)> = vec![
        ("2", Party, Changed, "Europe", "NATO"),
        ("4", Party, Lost, "United States", ""),
        ("4", Condition, Gained, "", "After a peace agreement has been signed"),
        ("5", Qualifier, Changed, "reliable", "robust"),
        ("6", Number, Changed, "600,000 personnel", "800,000 personnel"),
        ("6", Qualifier, Gained, "", "in peacetime"),
        ("8", Qualifier, Gained, "", "permanently"),
        ("8", Qualifier, Gained, "", "under its command"),
        ("8", Qualifier, Gained, "", "in peacetime"),
        ("9", Party, Changed, "European", "NATO"),
        ("10", Qualifier, Gained, "", "that mirrors Article 5"),
        (
            "10",
            Clause,
            Lost,
            "The guarantee lapses if Ukraine, without cause, launches a missile against Moscow or St Petersburg",
            "",
        ),
        ("13", Qualifier, Gained, "", "progressively"),
        ("15", Party, Gained, "", "Ukraine"),
        ("15", Party, Gained, "", "Europeans"),
        ("20", Clause, Lost, "Education programmes for tolerance shall be introduced", ""),
        ("20", Clause, Lost, "Discrimination in education and in the media shall end", ""),
        ("20", Clause, Lost, "Nazi ideology and activity shall be rejected and prohibited", ""),
        ("25", Date, Changed, "within 100 days", "as soon as possible after signature"),
        ("27", Party, Changed, "Peace Council", "Board of Peace"),
        ("28", Clause, Gained, "", "and it shall be monitored under the supervision of the United States"),
    ];
    let mut wanted: Vec<(String, ChangeKind, Direction, String, String)> = wanted
        .into_iter()
        .map(|(point, kind, direction, old, new)| {
            (point.to_owned(), kind, direction, old.to_owned(), new.to_owned())
        })
        .collect();
    wanted.sort();
    found.sort();
    assert_eq!(found, wanted);
}

/// The second draft numbered from 1 to 27, as some outlets have it.
fn renumbered(draft: &Draft) -> Draft {
    let mut number = 0;
    let mut out = String::new();
    for line in draft.text().lines() {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && line[digits..].starts_with(". ") {
            number += 1;
            out.push_str(&format!("{number}{}\n", &line[digits..]));
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    assert_eq!(number, 27);
    read(draft.name(), &out).unwrap()
}

#[test]
fn renumbering_gives_the_same_alignment() {
    let (old, new) = (load("us-28"), load("e3-27"));
    let other = renumbered(&new);
    assert!(other.diagnostics().is_empty());
    let pairs = |draft: &Draft| -> Vec<(Vec<usize>, Vec<usize>, RelationKind)> {
        align(&old, draft, &[])
            .unwrap()
            .relations
            .into_iter()
            .map(|relation| (relation.old, relation.new, relation.kind))
            .collect()
    };
    // Points have the same indices in both, since only numbers differ.
    assert_eq!(pairs(&new), pairs(&other));
    let headlines: Vec<&str> =
        align(&old, &other, &[]).unwrap().relations.iter().map(|relation| relation.headline()).collect();
    assert!(headlines.contains(&"renumbered"));
}

#[test]
fn the_gap_in_the_numbers_is_reported() {
    let new = load("e3-27");
    let ids: Vec<&str> = new.diagnostics().iter().map(|remark| remark.id.as_str()).collect();
    assert_eq!(ids, ["missing-number"]);
    assert!(load("us-28").diagnostics().is_empty());
}

#[test]
fn side_by_side_every_point_has_its_row() {
    let drafts = [load("us-28"), load("e3-27")];
    let table = compare(&drafts, &[], &[]).unwrap();
    let numbered: Vec<_> = table.rows.iter().filter(|row| !row.unnumbered).collect();
    assert_eq!(numbered.len(), 28);
    assert_eq!(numbered[2].cells[0].addresses, ["3"]);
    assert!(numbered[2].cells[1].addresses.is_empty());
    assert_eq!(numbered[2].cells[1].became.as_deref(), Some("deleted"));
    assert_eq!(numbered[13].cells[1].became.as_deref(), Some("replaced"));
}
