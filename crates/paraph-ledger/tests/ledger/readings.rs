//! Many reports in one action, and statements that are the same.

use std::collections::{BTreeMap, BTreeSet};

use paraph_ledger::{Ledger, Link, NewReading, NewSource, Relation, SourceMeta, StatementFilter};

use crate::support::{Dice, stamp, statement};

fn reading<'a>(text: &'a str, statements: &'a [paraph_reading::record::Statement]) -> NewReading<'a> {
    NewReading {
        source: NewSource::plain_text(text.as_bytes(), SourceMeta::default()),
        statements,
        events: &[],
    }
}

#[test]
fn readings_come_in_together_or_not_at_all() {
    let texts = ["North says no.", "North says yes.", "North says maybe."];
    let found: Vec<_> = ["a1", "b1", "c1"]
        .iter()
        .zip(texts)
        .zip(["no", "yes", "maybe"])
        .map(|((id, text), words)| vec![statement(text, id, "North", "says", words)])
        .collect();
    let mut ledger = Ledger::in_memory().unwrap();
    let all: Vec<_> = texts.iter().zip(&found).map(|(text, found)| reading(text, found)).collect();
    // One span outside its text: nothing of all three is stored.
    let mut broken = found.clone();
    broken[2][0].content[0].end = 900;
    let wrong: Vec<_> = texts.iter().zip(&broken).map(|(text, found)| reading(text, found)).collect();
    assert!(ledger.add_readings(&stamp(1), &wrong).unwrap_err().is_invalid());
    assert!(ledger.is_empty().unwrap());

    let added = ledger.add_readings(&stamp(1), &all).unwrap();
    assert!(added.iter().all(|one| one.source.new && one.statements.added.len() == 1));
    let entries = ledger.counts().unwrap().entries;
    assert_eq!(entries, 6);
    // Again, and with the same bytes under two names: nothing is added.
    let twice: Vec<_> = all.iter().chain(&all).cloned().collect();
    let again = ledger.add_readings(&stamp(2), &twice).unwrap();
    assert!(again.iter().all(|one| !one.source.new && one.statements.added.is_empty()));
    assert_eq!(ledger.counts().unwrap().entries, entries);
    assert!(ledger.verify().unwrap().holds());
    // One action: one undo takes all of it back.
    ledger.undo(&stamp(3), None).unwrap();
    assert!(ledger.statements(&StatementFilter::default()).unwrap().is_empty());
}

/// Groups by following links until nothing changes, from the definition.
fn slow_groups(pairs: &BTreeMap<(usize, usize), bool>, count: usize) -> BTreeSet<BTreeSet<usize>> {
    let mut groups: Vec<usize> = (0..count).collect();
    loop {
        let mut changed = false;
        for (&(one, other), &same) in pairs {
            let least = groups[one].min(groups[other]);
            if same && (groups[one] != least || groups[other] != least) {
                (groups[one], groups[other]) = (least, least);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    let of = |number: usize| (0..count).filter(|&at| groups[at] == number).collect::<BTreeSet<_>>();
    (0..count).map(of).filter(|group| group.len() > 1).collect()
}

#[test]
fn groups_are_those_of_the_definition() {
    let mut dice = Dice(7);
    for _ in 0..30 {
        let count = 9;
        let text = "North says no.";
        let found: Vec<_> =
            (0..count).map(|at| statement(text, &format!("s{at}"), "North", "says", "no")).collect();
        let mut ledger = Ledger::in_memory().unwrap();
        ledger.add_readings(&stamp(1), &[reading(text, &found)]).unwrap();
        let mut pairs = BTreeMap::new();
        for _ in 0..dice.below(14) {
            let (one, other) = (dice.below(count), dice.below(count));
            if one == other {
                continue;
            }
            let same = dice.below(3) > 0;
            pairs.insert((one.min(other), one.max(other)), same);
            let relation = if same { Relation::Same } else { Relation::Distinct };
            ledger.link(&stamp(2), &Link::new(format!("s{one}"), relation, format!("s{other}"))).unwrap();
        }
        let mut groups: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (id, group) in ledger.same_groups().unwrap().iter() {
            groups.entry(*group).or_default().insert(id[1..].parse().unwrap());
        }
        assert_eq!(groups.into_values().collect::<BTreeSet<_>>(), slow_groups(&pairs, count));
    }
}
