//! The tables against the slow reference, on exhaustive small worlds and many random ones.

use paraph_analysis::{
    Bitmap, Concept, Model, Monitor, Options, Reason, Rule, Terms, Verdict, deals, explain, stability,
};
use paraph_case::model::Case;
use paraph_reference::generate::{self, Limits};
use paraph_reference::{Concept as Slow, Reference, Tables};
use rayon::prelude::*;

const CONCEPTS: [(Concept, Slow); 6] = [
    (Concept::Nash, Slow::Nash),
    (Concept::Gmr, Slow::Gmr),
    (Concept::Smr, Slow::Smr),
    (Concept::Seq, Slow::Seq),
    (Concept::SymmetricSeq, Slow::SymmetricSeq),
    (Concept::Sim, Slow::Sim),
];

fn model(case: &Case) -> Model {
    Model::new(case, &Options::default(), &Monitor::new()).expect("generated cases are sound")
}

fn codes(model: &Model, set: &Bitmap) -> Vec<String> {
    model.list(set, usize::MAX).into_iter().map(|cell| model.code(cell)).collect()
}

fn same_stability(case: &Case, what: &str) {
    let model = model(case);
    let slow: Tables = Reference::new(case).expect("generated cases are sound").stability();
    let fast = stability(&model, &Concept::ALL, &Monitor::new()).expect("nobody stops it");
    assert_eq!(model.feasible_count(), slow.states.len() as u64, "{what}: feasible outcomes");
    for ((concept, slow_concept), result) in CONCEPTS.into_iter().zip(&fast) {
        assert_eq!(result.concept, concept);
        match (&result.sets, slow.of(slow_concept)) {
            (Ok(sets), Some(expected)) => {
                for (party, expected) in expected.iter().enumerate() {
                    assert_eq!(
                        codes(&model, &sets.by_party[party]),
                        slow.codes(expected),
                        "{what}: {} for party {party} in {case:#?}",
                        concept.name()
                    );
                    let count = expected.iter().filter(|stable| **stable).count();
                    assert_eq!(
                        model.count(&sets.by_party[party]),
                        count as u64,
                        "{what}: {}",
                        concept.name()
                    );
                }
                let expected = slow.equilibria(slow_concept).expect("the concept is there");
                assert_eq!(
                    codes(&model, &sets.equilibria),
                    slow.codes(&expected),
                    "{what}: {}",
                    concept.name()
                );
            }
            (Err(_), None) => assert_eq!(concept, Concept::Sim),
            (fast, slow) => {
                panic!("{what}: {}: one can, the other cannot: {fast:?} {slow:?}", concept.name())
            }
        }
    }
}

/// All 75² pairs of weak orders of two parties over two yes / no issues.
#[test]
fn every_pair_of_weak_orders_over_two_issues() {
    let cases: Vec<Case> = generate::all_two_issue_cases().collect();
    assert_eq!(cases.len(), 75 * 75);
    cases.par_iter().enumerate().for_each(|(number, case)| same_stability(case, &format!("pair {number}")));
}

#[test]
fn sampled_weak_orders_over_three_issues() {
    (0..20_000u64).into_par_iter().for_each(|seed| {
        same_stability(&generate::random_three_issue_case(seed), &format!("three issues, seed {seed}"));
    });
}

#[test]
fn random_cases() {
    (0..100_000u64).into_par_iter().for_each(|seed| {
        same_stability(&generate::random_case(seed, &Limits::default()), &format!("seed {seed}"));
    });
}

/// More movers than a byte has bits for, too.
#[test]
fn random_cases_with_merged_outcomes_and_many_parties() {
    let limits = Limits {
        parties: 10,
        issues: 7,
        outcomes: 128,
        explicit_percent: 0,
        merged_percent: 100,
        ..Limits::default()
    };
    let many = (0..5_000u64).into_par_iter().filter(|&seed| {
        let case = generate::random_case(seed, &limits);
        same_stability(&case, &format!("seed {seed}"));
        case.parties.len() > 7 && !case.same.is_empty()
    });
    assert!(many.count() > 500);
}

fn same_deals(case: &Case, what: &str) {
    let model = model(case);
    let reference = Reference::new(case).expect("generated cases are sound");
    let slow = match reference.deals() {
        Ok(slow) => slow,
        Err(_) => {
            assert!(deals(&model, &Terms::default(), &Monitor::new()).is_err(), "{what}: {case:#?}");
            return;
        }
    };
    let fast = deals(&model, &Terms::default(), &Monitor::new())
        .unwrap_or_else(|error| panic!("{what}: {error} in {case:#?}"));
    let sets = [
        ("packages", &fast.packages, slow.packages.clone()),
        ("acceptable", &fast.acceptable, slow.acceptable.clone()),
        ("deals", &fast.deals, slow.deals.clone()),
        ("efficient", &fast.efficient, slow.efficient.clone()),
        ("efficient deals", &fast.efficient_deals, slow.efficient_deals()),
    ];
    for (name, fast, expected) in sets {
        assert_eq!(codes(&model, fast), slow.codes(&expected), "{what}: {name} in {case:#?}");
    }
    for (state, cell) in model.list(&model.feasible_set(), usize::MAX).into_iter().enumerate() {
        let refusals = fast.refusals(&model, cell);
        let expected = &slow.refusals[state];
        let shape = |party: usize, lines: &[usize], lower: bool| (party, lines.to_vec(), lower);
        assert_eq!(
            refusals.iter().map(|r| shape(r.party, &r.red_lines, r.ranks_lower)).collect::<Vec<_>>(),
            expected.iter().map(|r| shape(r.party, &r.red_lines, r.ranks_lower)).collect::<Vec<_>>(),
            "{what}: refusals of {} in {case:#?}",
            model.code(cell)
        );
        for (fast, slow) in refusals.iter().zip(expected) {
            let priority = match fast.reason {
                Some(Reason::Priority(at)) => Some(at),
                _ => None,
            };
            assert_eq!(priority, slow.preference, "{what}: the preference behind {}", model.code(cell));
        }
    }
    assert_eq!(fast.picks.len(), slow.picks.len(), "{what}: rules in {case:#?}");
    for (fast_pick, slow_pick) in fast.picks.iter().zip(&slow.picks) {
        assert_eq!(fast_pick.rule.name(), rule(slow_pick.rule), "{what}");
        let expected: Vec<String> =
            slow_pick.outcomes.iter().map(|&state| slow.states[state].clone()).collect();
        assert_eq!(
            codes(&model, &fast_pick.outcomes),
            expected,
            "{what}: {} in {case:#?}",
            fast_pick.rule.name()
        );
        if fast_pick.rule == Rule::Fallback {
            let depths: Vec<u64> =
                slow.depths.iter().map(|depths| depths[slow_pick.outcomes[0]] as u64).collect();
            assert_eq!(fast_pick.depths, depths, "{what}: depths");
        } else {
            assert_eq!(fast_pick.left_out, slow_pick.left_out, "{what}: left out");
        }
    }
}

fn rule(rule: paraph_reference::Rule) -> &'static str {
    use paraph_reference::Rule as Slow;
    match rule {
        Slow::Fallback => Rule::Fallback.name(),
        Slow::Nash => Rule::Nash.name(),
        Slow::KalaiSmorodinsky => Rule::KalaiSmorodinsky.name(),
        Slow::Egalitarian => Rule::Egalitarian.name(),
        Slow::Utilitarian => Rule::Utilitarian.name(),
    }
}

#[test]
fn random_deals() {
    (0..40_000u64).into_par_iter().for_each(|seed| {
        same_deals(&generate::random_case(seed, &Limits::default()), &format!("seed {seed}"));
    });
}

/// What an explanation says can be checked step by step: improvements improve, sanctions are legal and
/// hurt, and where nothing sanctions nothing does.
#[test]
fn explanations_are_legal() {
    (0..3_000u64).into_par_iter().for_each(|seed| {
        let case = generate::random_case(seed, &Limits { outcomes: 48, ..Limits::default() });
        let model = model(&case);
        let sets = stability(&model, &Concept::ALL, &Monitor::new()).expect("nobody stops it");
        for cell in model.list(&model.feasible_set(), usize::MAX) {
            for verdict in explain(&model, cell, &Concept::ALL, &Monitor::new()).expect("nobody stops it") {
                let what = format!(
                    "seed {seed}, {} {} party {}",
                    model.code(cell),
                    verdict.concept.name(),
                    verdict.party
                );
                let result = sets.iter().find(|result| result.concept == verdict.concept).expect("asked for");
                let Ok(sets) = &result.sets else {
                    assert!(verdict.stable.is_err(), "{what}");
                    continue;
                };
                let stable = *verdict.stable.as_ref().expect("the concept can be worked out");
                assert_eq!(stable, sets.by_party[verdict.party].contains(cell), "{what}");
                check_verdict(&model, cell, &verdict, stable, &what);
            }
        }
    });
}

fn check_verdict(model: &Model, cell: usize, verdict: &Verdict, stable: bool, what: &str) {
    let party = verdict.party;
    let rank = model.rank(party, cell);
    let improvements = model.improvements(party, cell);
    let Some(to) = verdict.improvement else {
        assert!(stable && improvements.is_empty(), "{what}");
        return;
    };
    assert!(improvements.contains(&to), "{what}: the improvement is one");
    if !stable || verdict.concept == Concept::Nash {
        assert!(!stable && verdict.sanction.is_empty(), "{what}: nothing answers");
        return;
    }
    if verdict.concept == Concept::Sim {
        for &(mover, to) in &verdict.sanction {
            assert!(
                mover != party && model.improvements(mover, cell).contains(&to),
                "{what}: {mover} improves"
            );
        }
        return;
    }
    let improving = matches!(verdict.concept, Concept::Seq | Concept::SymmetricSeq);
    let (mut at, mut last) = (to, None);
    for &(mover, to) in &verdict.sanction {
        assert!(mover != party && Some(mover) != last, "{what}: no one moves twice running");
        let legal = if improving { model.improvements(mover, at) } else { model.moves(mover, at) };
        assert!(legal.contains(&to), "{what}: {mover} can go to {}", model.code(to));
        (at, last) = (to, Some(mover));
    }
    assert!(model.rank(party, at) <= rank, "{what}: the sanction hurts");
    if matches!(verdict.concept, Concept::Smr | Concept::SymmetricSeq) {
        assert!(model.moves(party, at).iter().all(|&to| model.rank(party, to) <= rank), "{what}: no escape");
    }
}

/// The published disputes, whose tables the reference is held to in its own tests.
#[test]
fn published_disputes() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of disputes can be read") {
        let path = entry.expect("its entries too").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if !name.ends_with(".toml") || name.ends_with(".expected.toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a dispute can be read");
        let parsed = paraph_case::parse(&text, &name);
        let case = parsed.complete().unwrap_or_else(|| panic!("{name} has errors"));
        same_stability(case, &name);
        seen += 1;
    }
    assert!(seen >= 7, "only {seen} disputes were found");
}
