//! Deals of additive preferences, worked out from the weights of the options alone, against the tables of
//! ranks and against the slow reference.
//!
//! A constraint that rules nothing out makes the same case go by the tables.

use paraph_analysis::{
    Bitmap, Deals, Model, Monitor, Options, Places, Terms, deals, distinct, efficient, points,
};
use paraph_case::formula::Formula;
use paraph_case::model::{
    Basis, Case, Constraint, Direction, Grounds, Preferences, RedLine, WalkAway, Weights,
};
use paraph_case::rational::Rational;
use paraph_case::span::Span;
use paraph_reference::Reference;
use paraph_reference::generate::{self, Generator};
use rayon::prelude::*;

fn grounds() -> Grounds {
    Grounds { basis: Basis::Assumed, because: Vec::new(), note: None, span: Span::default() }
}

fn case(issues: &[usize], weights: &[Vec<Vec<Rational>>]) -> Case {
    Case {
        title: "Additive".to_owned(),
        as_of: None,
        caveat: None,
        scenario: None,
        parties: weights
            .iter()
            .enumerate()
            .map(|(at, options)| {
                let mut party = generate::party(&format!("p{at}"));
                if !options.is_empty() {
                    party.preferences = Preferences::Weights(Weights {
                        options: options.clone(),
                        formulas: Vec::new(),
                        grounds: grounds(),
                    });
                }
                party
            })
            .collect(),
        issues: issues
            .iter()
            .enumerate()
            .map(|(at, &n)| generate::issue(&format!("i{at}"), n, &[]))
            .collect(),
        constraints: Vec::new(),
        same: Vec::new(),
        packages: Vec::new(),
        explicit: None,
    }
}

fn model(case: &Case) -> Model {
    Model::new(case, &Options::default(), &Monitor::new()).expect("the case is sound")
}

/// The same case, with a constraint that nothing breaks.
fn constrained(case: &Case) -> Case {
    let always = Formula::Or(vec![
        Formula::Is { issue: 0, option: 0 },
        Formula::Not(Box::new(Formula::Is { issue: 0, option: 0 })),
    ]);
    let mut case = case.clone();
    case.constraints.push(Constraint {
        always,
        text: "always anything".to_owned(),
        because: None,
        span: Span::default(),
    });
    case
}

/// Everything that both ways give has to be the same; returns it.
fn same_both_ways(case: &Case, what: &str) -> Option<(Model, Deals)> {
    let (direct, tabled) = (model(case), model(&constrained(case)));
    let monitor = Monitor::new();
    let by_tables = deals(&tabled, &Terms::default(), &monitor);
    let found = match (deals(&direct, &Terms::default(), &monitor), by_tables) {
        (Err(one), Err(other)) => {
            assert_eq!(one, other, "{what}");
            return None;
        }
        (Ok(found), Ok(by_tables)) => {
            let sets: fn(&Deals) -> [&Bitmap; 5] = |deals| {
                [&deals.packages, &deals.acceptable, &deals.deals, &deals.efficient, &deals.efficient_deals]
            };
            assert_eq!(sets(&found), sets(&by_tables), "{what}: {case:#?}");
            let counts = |deals: &Deals| (deals.efficient_points, deals.efficient_deal_points);
            assert_eq!(counts(&found), counts(&by_tables), "{what}: {case:#?}");
            assert_eq!(found.picks, by_tables.picks, "{what}: {case:#?}");
            for cell in 0..direct.space().size() {
                assert_eq!(
                    found.refusals(&direct, cell),
                    by_tables.refusals(&tabled, cell),
                    "{what}: {case:#?}"
                );
            }
            found
        }
        (one, other) => panic!("{what}: one way only: {one:?} {other:?} in {case:#?}"),
    };
    let everybody: Vec<usize> = (0..case.parties.len()).collect();
    assert_eq!(
        efficient(&direct, &everybody, &monitor).expect("nobody stops it"),
        efficient(&tabled, &everybody, &monitor).expect("nobody stops it"),
        "{what}: {case:#?}"
    );
    assert_eq!(
        points(&direct, &everybody, &found.acceptable),
        points(&tabled, &everybody, &found.acceptable),
        "{what}"
    );
    Some((direct, found))
}

/// The slow reference agrees too.
fn same_as_reference(case: &Case, what: &str) {
    let slow = Reference::new(case).expect("the case is sound").deals();
    let Some((model, found)) = same_both_ways(case, what) else {
        assert!(slow.is_err(), "{what}: {case:#?}");
        return;
    };
    let slow = slow.unwrap_or_else(|error| panic!("{what}: {error} in {case:#?}"));
    let codes = |set: &Bitmap| -> Vec<String> {
        model.list(set, usize::MAX).into_iter().map(|cell| model.code(cell)).collect()
    };
    for (name, fast, expected) in [
        ("packages", &found.packages, slow.packages.clone()),
        ("acceptable", &found.acceptable, slow.acceptable.clone()),
        ("deals", &found.deals, slow.deals.clone()),
        ("efficient", &found.efficient, slow.efficient.clone()),
        ("efficient deals", &found.efficient_deals, slow.efficient_deals()),
    ] {
        assert_eq!(codes(fast), slow.codes(&expected), "{what}: {name} in {case:#?}");
    }
    assert_eq!(found.picks.len(), slow.picks.len(), "{what}: rules in {case:#?}");
    for (fast, slow_pick) in found.picks.iter().zip(&slow.picks) {
        let expected: Vec<&String> = slow_pick.outcomes.iter().map(|&state| &slow.states[state]).collect();
        assert_eq!(
            codes(&fast.outcomes).iter().collect::<Vec<_>>(),
            expected,
            "{what}: {:?} in {case:#?}",
            fast.rule
        );
        assert_eq!(fast.left_out, slow_pick.left_out, "{what}: {:?} in {case:#?}", fast.rule);
    }
}

fn whole(number: i128) -> Rational {
    Rational::new(number, 1).expect("small")
}

/// Two parties, two yes / no issues, every weight from −1 to 2 and every walk-away from 0 to 2.
#[test]
fn every_pair_of_small_weights() {
    let cases: Vec<(i128, i128, i128, i128, i128, i128)> = (0..4i128.pow(4) * 9)
        .map(|at| {
            let digit = |place: u32| at / 4i128.pow(place) % 4 - 1;
            (digit(0), digit(1), digit(2), digit(3), at / 256 % 3, at / 768)
        })
        .collect();
    cases.into_par_iter().for_each(|(a, b, c, d, one, other)| {
        let options = |x, y| vec![vec![whole(0), whole(x)], vec![whole(0), whole(y)]];
        let mut case = case(&[2, 2], &[options(a, b), options(c, d)]);
        case.parties[0].walk_away = Some(WalkAway::Utility(whole(one)));
        case.parties[1].walk_away = Some(WalkAway::Utility(whole(other)));
        same_as_reference(&case, &format!("{a} {b} {c} {d} against {one} {other}"));
    });
}

/// A random additive case of at most so many outcomes.
fn random(seed: u64, most_parties: usize, most_outcomes: usize) -> Case {
    let mut draw = Generator::new(seed);
    let mut sizes = Vec::new();
    let mut outcomes = 1;
    for _ in 0..draw.between(1, 7) {
        let size = [2, 2, 3, 4, 12][draw.below(5)];
        if outcomes * size <= most_outcomes {
            sizes.push(size);
            outcomes *= size;
        }
    }
    let parties = draw.between(1, most_parties);
    // Few different weights make ties and thousands of equivalent packages; the last kind differs in the
    // last place only.
    let kind = draw.below(5);
    let weights: Vec<Vec<Vec<Rational>>> = (0..parties)
        .map(|_| {
            if draw.chance(6) {
                // No preferences on record.
                return Vec::new();
            }
            let indifferent = draw.chance(6);
            sizes
                .iter()
                .map(|&size| {
                    (0..size)
                        .map(|_| match kind {
                            _ if indifferent => whole(1),
                            0 => whole(draw.below(2) as i128),
                            1 => whole(draw.below(5) as i128 - 2),
                            2 => Rational::new(draw.below(1000) as i128 - 200, 100).expect("small"),
                            3 => Rational::new(draw.below(90) as i128, 1 + draw.below(12) as i128)
                                .expect("small"),
                            _ => Rational::new(500_000_000_000 + draw.below(3) as i128, 1_000_000_000_000)
                                .expect("small"),
                        })
                        .collect()
                })
                .collect()
        })
        .collect();
    let mut case = case(&sizes, &weights);
    if sizes.is_empty() {
        return self::case(&[2], &[vec![vec![whole(0), whole(1)]]]);
    }
    let status_quo = draw.chance(60);
    let now: Vec<usize> = sizes.iter().map(|&size| draw.below(size)).collect();
    for (issue, &option) in case.issues.iter_mut().zip(&now) {
        issue.status_quo = status_quo.then_some(option);
        issue.changes = match draw.below(8) {
            0 => Direction::Up,
            1 => Direction::Down,
            _ => Direction::Any,
        };
        if draw.chance(30) {
            // Movers change the order of the cells.
            issue.moved_by = vec![draw.below(parties)];
        }
    }
    let any = |draw: &mut Generator| {
        let issue = draw.below(sizes.len());
        Formula::Is { issue, option: draw.below(sizes[issue]) }
    };
    for party in &mut case.parties {
        party.consents = draw.chance(90);
        let weighted = matches!(party.preferences, Preferences::Weights(_));
        party.walk_away = match draw.below(4) {
            0 if weighted => Some(WalkAway::Utility(match kind {
                2 | 3 => Rational::new(draw.below(1500) as i128 - 200, 100).expect("small"),
                4 => Rational::new(
                    sizes.len() as i128 * 500_000_000_000 + draw.below(5) as i128,
                    1_000_000_000_000,
                )
                .expect("small"),
                _ => whole(draw.below(4) as i128 - 1),
            })),
            1 => Some(WalkAway::Outcome(sizes.iter().map(|&size| draw.below(size)).collect())),
            2 => {
                let that = any(&mut draw);
                Some(WalkAway::Formula { that, text: "something".to_owned() })
            }
            _ if !status_quo && weighted => Some(WalkAway::Utility(whole(0))),
            _ => None,
        };
        for _ in 0..draw.below(3).saturating_sub(1) {
            let (a, b) = (any(&mut draw), any(&mut draw));
            let that = match draw.below(6) {
                0 => Formula::And(vec![a, Formula::Not(Box::new(b))]),
                1 => Formula::Not(Box::new(Formula::Or(vec![a, b]))),
                // Not a condition on one issue each: goes by the tables.
                2 => Formula::Or(vec![a, b]),
                3 => Formula::Constant(draw.chance(80)),
                4 => Formula::Iff(Box::new(a), Box::new(Formula::Constant(true))),
                _ => Formula::Not(Box::new(a)),
            };
            party.red_lines.push(RedLine { that, text: "a line".to_owned(), grounds: grounds() });
        }
    }
    case
}

#[test]
fn random_additive_cases() {
    (0..6_000u64).into_par_iter().for_each(|seed| {
        same_as_reference(&random(seed, 5, 96), &format!("seed {seed}"));
    });
}

#[test]
fn twelve_parties() {
    (0..300u64).into_par_iter().for_each(|seed| {
        same_as_reference(&random(0x12_0000 + seed, 12, 64), &format!("seed {seed}"));
    });
}

/// Larger than the slow reference takes in short time: the two fast ways against each other. Tiles end
/// within words, and several make a chunk.
#[test]
fn thousands_of_packages() {
    (0..60u64).into_par_iter().for_each(|seed| {
        same_both_ways(&random(0x1000_0000 + seed, 4, 60_000), &format!("seed {seed}"));
    });
}

/// Issues with so many options that no two fit into a tile.
#[test]
fn long_issues() {
    let mut draw = Generator::new(3);
    for seed in 0..3 {
        let sizes = [5000, 7, 3];
        let weights: Vec<Vec<Vec<Rational>>> = (0..3)
            .map(|_| {
                sizes
                    .iter()
                    .map(|&size| (0..size).map(|_| whole(draw.below(4000) as i128)).collect())
                    .collect()
            })
            .collect();
        let mut case = case(&sizes, &weights);
        for party in &mut case.parties {
            party.walk_away = Some(WalkAway::Utility(whole(draw.below(5000) as i128)));
        }
        same_both_ways(&case, &format!("long {seed}"));
    }
}

#[test]
fn held_issues_stay() {
    for seed in 0..200 {
        let case = random(0x77 + seed, 3, 96);
        let held = Options { held: vec![(0, case.issues[0].options.len() - 1)] };
        let monitor = Monitor::new();
        let build = |case: &Case| Model::new(case, &held, &monitor).expect("the case is sound");
        let (direct, tabled) = (build(&case), build(&constrained(&case)));
        match (deals(&direct, &Terms::default(), &monitor), deals(&tabled, &Terms::default(), &monitor)) {
            (Ok(one), Ok(other)) => {
                assert_eq!((one.picks, one.efficient), (other.picks, other.efficient), "seed {seed}");
            }
            (Err(one), Err(other)) => assert_eq!(one, other, "seed {seed}"),
            (one, other) => panic!("seed {seed}: one way only: {one:?} {other:?}"),
        }
    }
}

/// Comparing outcomes and placing them gives the same with and without tables.
#[test]
fn places_need_no_table() {
    for seed in 0..100 {
        let case = random(0x9999 + seed, 3, 48);
        let (direct, tabled) = (model(&case), model(&constrained(&case)));
        for party in 0..case.parties.len() {
            for one in 0..direct.space().size() {
                for other in 0..direct.space().size() {
                    assert_eq!(
                        direct.compare(party, one, other),
                        tabled.compare(party, one, other),
                        "seed {seed}"
                    );
                }
            }
            for cell in 0..direct.space().size() {
                assert_eq!(direct.rank(party, cell), tabled.rank(party, cell), "seed {seed}");
            }
        }
        let (places, by_tables) = (Places::new(&direct), Places::new(&tabled));
        for party in 0..case.parties.len() {
            for cell in 0..direct.space().size() {
                let better = (0..direct.space().size())
                    .filter(|&other| direct.compare(party, other, cell).is_gt())
                    .count() as u64;
                assert_eq!(places.place(party, cell), 1 + better, "seed {seed}");
                assert_eq!(by_tables.place(party, cell), 1 + better, "seed {seed}");
            }
        }
        for party in 0..case.parties.len() {
            for places in [&places, &by_tables] {
                let (worst, best) = places.ends(party).expect("there are outcomes");
                assert_eq!(places.place(party, best), 1, "seed {seed}");
                assert!(
                    (0..direct.space().size()).all(|cell| direct.compare(party, cell, worst).is_ge()),
                    "seed {seed}"
                );
            }
            let all = direct.feasible_set();
            let cells = distinct(&direct, &[party], &all);
            assert!(cells.is_sorted_by(|&a, &b| direct.compare(party, a, b).is_lt()), "seed {seed}");
            assert_eq!(cells.len(), tabled.distinct_ranks(party) as usize, "seed {seed}");
        }
        let monitor = Monitor::new();
        if let (Ok(one), Ok(other)) =
            (deals(&direct, &Terms::default(), &monitor), deals(&tabled, &Terms::default(), &monitor))
        {
            for (one, other) in one.disagreements.iter().zip(&other.disagreements) {
                let exceeding =
                    (0..direct.space().size()).filter(|&cell| one.is_exceeded_by(&direct, cell)).count();
                assert_eq!(places.of_disagreement(one), Some(1 + exceeding as u64), "seed {seed}");
                assert_eq!(by_tables.of_disagreement(other), places.of_disagreement(one), "seed {seed}");
            }
        }
    }
}

#[test]
fn work_can_be_stopped() {
    let case = random(5, 3, 96);
    let stopped = Monitor::new();
    stopped.stop();
    let model = model(&case);
    let error = deals(&model, &Terms::default(), &stopped).expect_err("stopped");
    assert!(error.is_interrupted(), "{error}");
}
