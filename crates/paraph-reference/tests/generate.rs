//! The generator makes what it promises.

use paraph_case::model::{Direction, Preferences, WalkAway};
use paraph_reference::generate::{self, Generator, Limits};
use paraph_reference::{Concept, Reference, Rule};
use std::collections::BTreeMap;

#[test]
fn random_cases_are_valid_small_and_of_every_kind() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut outcomes, mut largest) = (0, 0);
    let cases = 4_000;
    for seed in 0..cases {
        let case = generate::random_case(seed, &Limits::default());
        let reference = Reference::new(&case).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let deals = reference.deals().unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let world = &reference.world;
        assert!(world.all <= 256 && !world.is_empty(), "seed {seed}");
        assert!((2..=5).contains(&case.parties.len()) && case.issues.len() <= 6, "seed {seed}");
        outcomes += world.all;
        largest = largest.max(world.all);
        let movers = |party: usize| case.issues.iter().any(|issue| issue.moved_by.contains(&party));
        let product = case.explicit.is_none();
        let parties = || case.parties.iter();
        let explicit = case.explicit.as_ref();
        for (kind, is_so) in [
            ("merged", world.members.iter().any(|points| points.len() > 1)),
            ("constrained", product && (world.points.len() as u64) < world.all),
            ("explicit without codes", explicit.is_some_and(|explicit| explicit.codes.is_none())),
            ("explicit with codes", explicit.is_some_and(|explicit| explicit.codes.is_some())),
            (
                "explicit with open codes",
                explicit.is_some_and(|e| e.codes.is_some()) && world.open.contains(&true),
            ),
            ("one-way up", case.issues.iter().any(|issue| issue.changes == Direction::Up)),
            ("one-way down", case.issues.iter().any(|issue| issue.changes == Direction::Down)),
            ("shared issue", case.issues.iter().any(|issue| issue.moved_by.len() > 1)),
            ("issue that nobody moves", product && case.issues.iter().any(|issue| issue.moved_by.is_empty())),
            ("party without moves", product && (0..case.parties.len()).any(|party| !movers(party))),
            ("more than two options", case.issues.iter().any(|issue| issue.options.len() > 2)),
            (
                "ties",
                world
                    .ranks
                    .iter()
                    .any(|ranks| (ranks.iter().max().map_or(0, |&r| r as usize)) + 1 < world.len()),
            ),
            ("no preferences", parties().any(|party| party.preferences == Preferences::None)),
            ("priorities", parties().any(|party| matches!(party.preferences, Preferences::Priorities(_)))),
            ("weights", parties().any(|party| matches!(party.preferences, Preferences::Weights(_)))),
            ("ranking", parties().any(|party| matches!(party.preferences, Preferences::Ranking(_)))),
            ("red line", parties().any(|party| !party.red_lines.is_empty())),
            ("walk-away formula", parties().any(|p| matches!(p.walk_away, Some(WalkAway::Formula { .. })))),
            ("walk-away outcome", parties().any(|p| matches!(p.walk_away, Some(WalkAway::Outcome(_))))),
            ("walk-away number", parties().any(|p| matches!(p.walk_away, Some(WalkAway::Utility(_))))),
            ("no status quo", world.status_quo.is_none()),
            ("someone without a veto", parties().any(|party| !party.consents)),
            ("deals", deals.deals.contains(&true)),
            ("no deals", !deals.deals.contains(&true)),
            ("packages limited by directions", world.packages.contains(&false)),
            ("cardinal picks", deals.pick(Rule::Nash).is_some()),
            (
                "someone left out of a product",
                deals.pick(Rule::Nash).is_some_and(|pick| !pick.left_out.is_empty()),
            ),
            (
                "refusal by red line",
                deals.refusals.iter().flatten().any(|refusal| !refusal.red_lines.is_empty()),
            ),
            (
                "refusal by priority",
                deals.refusals.iter().flatten().any(|refusal| refusal.preference.is_some()),
            ),
        ] {
            *seen.entry(kind).or_default() += usize::from(is_so);
        }
    }
    let mean = outcomes as f64 / cases as f64;
    println!("mean {mean:.1}, largest {largest}, {seen:?}");
    assert!((20.0..64.0).contains(&mean), "mean number of outcomes {mean}");
    assert_eq!(largest, 256);
    for (kind, count) in seen {
        assert!(count >= cases as usize / 200, "only {count} of {cases} cases: {kind}");
    }
}

#[test]
fn the_same_seed_gives_the_same_case() {
    for seed in 0..200 {
        let limits = Limits::default();
        assert_eq!(generate::random_case(seed, &limits), generate::random_case(seed, &limits));
    }
    assert_ne!(generate::random_case(1, &Limits::default()), generate::random_case(2, &Limits::default()));
}

#[test]
fn weak_orders_are_counted_by_the_fubini_numbers() {
    let counts: Vec<usize> = (0..7).map(|count| generate::all_weak_orders(count).len()).collect();
    assert_eq!(counts, [1, 1, 3, 13, 75, 541, 4683]);
    let mut orders = generate::all_weak_orders(5);
    orders.sort();
    orders.dedup();
    assert_eq!(orders.len(), 541);
}

#[test]
fn random_weak_orders_are_drawn_evenly() {
    let all = generate::all_weak_orders(4);
    let mut generator = Generator::new(7);
    let mut counts = vec![0; all.len()];
    for _ in 0..75_000 {
        let order = generate::random_weak_order(&mut generator, 4);
        counts[all.iter().position(|other| *other == order).expect("a weak order")] += 1;
    }
    // A thousand each; five standard deviations are about 158.
    assert!(counts.iter().all(|count| (842..1158).contains(count)), "{counts:?}");
}

#[test]
fn two_issue_worlds_are_all_there_and_differ() {
    let mut equilibria: BTreeMap<usize, usize> = BTreeMap::new();
    let mut worlds = 0;
    for case in generate::all_two_issue_cases() {
        let tables = Reference::new(&case).expect("a valid case").stability();
        let count =
            tables.equilibria(Concept::Nash).expect("computed").iter().filter(|&&holds| holds).count();
        *equilibria.entry(count).or_default() += 1;
        worlds += 1;
    }
    assert_eq!(worlds, 75 * 75);
    assert_eq!(equilibria.keys().copied().collect::<Vec<usize>>(), [0, 1, 2, 3, 4]);
}

#[test]
fn three_issue_worlds_are_valid() {
    for seed in 0..500 {
        let case = generate::random_three_issue_case(seed);
        assert_eq!(Reference::new(&case).expect("a valid case").world.len(), 8, "seed {seed}");
    }
}
