//! The diagrams against the tables, on everything that both can do.

use paraph_analysis::synthetic::{self, Recipe};
use paraph_analysis::{self as table, Bitmap, Model, Monitor, Options};
use paraph_case::formula::Formula;
use paraph_case::model::{Basis, Case, Direction, Grounds, Preferences, Ranked, Weighted, Weights};
use paraph_case::rational::Rational;
use paraph_case::span::Span;
use paraph_reference::generate::{self, Generator};
use paraph_symbolic::{Concept, Deals, Limits, Reason, Set, Stop, Symbolic, Terms};
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

const SMALL: Limits = Limits { nodes: 1 << 16 };

const CONCEPTS: [(Concept, table::Concept); 3] = [
    (Concept::Nash, table::Concept::Nash),
    (Concept::Gmr, table::Concept::Gmr),
    (Concept::Smr, table::Concept::Smr),
];

/// How often something was compared.
#[derive(Debug, Default)]
struct Compared {
    cases: AtomicUsize,
    gmr: AtomicUsize,
    refused_gmr: AtomicUsize,
    deals: AtomicUsize,
    refusals: AtomicUsize,
}

fn add(to: &AtomicUsize) {
    to.fetch_add(1, Ordering::Relaxed);
}

fn cells(model: &Model, set: &Bitmap) -> Vec<Vec<usize>> {
    model.list(set, usize::MAX).into_iter().map(|cell| model.options(cell)).collect()
}

/// The same outcomes in the same order, the same count, and no other outcome is contained.
fn same_set(model: &Model, expected: &Bitmap, set: &Set, what: &str) {
    let stop = Stop::new();
    assert_eq!(set.count(), u128::from(model.count(expected)), "{what}: count in {:#?}", model.case());
    let expected_list = cells(model, expected);
    assert_eq!(set.list(usize::MAX, &stop).unwrap(), expected_list, "{what} in {:#?}", model.case());
    let few = set.list(3, &stop).unwrap();
    assert_eq!(few, expected_list[..expected_list.len().min(3)], "{what}: the first three");
    for cell in (0..model.space().size()).step_by(7) {
        assert_eq!(set.contains(&model.options(cell)), expected.contains(cell), "{what}");
    }
}

/// Whether some party's opponents move both an issue that a constraint mentions and a one-way issue: then
/// GMR and SMR are refused, and only then.
fn reach_is_refused(case: &Case) -> bool {
    (0..case.parties.len()).any(|party| {
        let moved = |issue: &usize| case.issues[*issue].moved_by.iter().any(|&mover| mover != party);
        let issues: Vec<usize> = (0..case.issues.len()).filter(moved).collect();
        issues.iter().any(|&issue| case.issues[issue].changes != Direction::Any)
            && case.constraints.iter().any(|rule| rule.always.issues().iter().any(|i| issues.contains(i)))
    })
}

fn same(case: &Case, what: &str, compared: &Compared) {
    let (stop, monitor) = (Stop::new(), Monitor::new());
    let model = Model::new(case, &Options::default(), &monitor).expect("the cases are sound");
    let symbolic = Symbolic::new(case, &SMALL, &stop).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(symbolic.counts().all, u128::from(model.all()), "{what}");
    assert_eq!(symbolic.counts().feasible, u128::from(model.feasible_count()), "{what}");
    assert_eq!(symbolic.counts().settings, u128::from(model.settings()), "{what}");
    same_set(&model, &model.feasible_set(), &symbolic.feasible(), what);
    let concepts = CONCEPTS.map(|(_, concept)| concept);
    let results = table::stability(&model, &concepts, &monitor).expect("nobody stops it");
    let mut equilibria = Vec::new();
    for ((concept, _), result) in CONCEPTS.into_iter().zip(&results) {
        let expected = result.sets.as_ref().expect("tables carry these");
        let found = match symbolic.stability(concept, &stop) {
            Ok(found) => found,
            Err(error) => {
                assert!(error.is_unsupported(), "{what}: {error}");
                assert!(concept != Concept::Nash && reach_is_refused(case), "{what}: {error}");
                add(&compared.refused_gmr);
                continue;
            }
        };
        assert!(concept == Concept::Nash || !reach_is_refused(case), "{what}: no case for an answer");
        for (party, (set, expected)) in found.by_party.iter().zip(&expected.by_party).enumerate() {
            same_set(&model, expected, set, &format!("{what}: {} for {party}", concept.name()));
        }
        same_set(&model, &expected.equilibria, &found.equilibria, &format!("{what}: {}", concept.name()));
        if concept == Concept::Gmr {
            add(&compared.gmr);
        }
        equilibria.push((found.equilibria, expected.equilibria.clone()));
    }
    add(&compared.cases);
    let expected = table::deals(&model, &table::Terms::default(), &monitor);
    let found = symbolic.deals(&Terms::default(), &stop);
    let (expected, found) = match (expected, found) {
        (Ok(expected), Ok(found)) => (expected, found),
        (Err(_), Err(error)) => {
            assert!(error.is_model(), "{what}: {error}");
            return;
        }
        (expected, found) => panic!("{what}: {:?} {:?}", expected.err(), found.err()),
    };
    add(&compared.deals);
    same_set(&model, &expected.packages, &found.packages, &format!("{what}: packages"));
    same_set(&model, &expected.acceptable, &found.acceptable, &format!("{what}: acceptable"));
    same_set(&model, &expected.deals, &found.deals, &format!("{what}: deals"));
    for (found, expected) in found.disagreements.iter().zip(&expected.disagreements) {
        let outcome = expected.cell.map(|cell| model.options(cell));
        assert_eq!((found.party, &found.outcome), (expected.party, &outcome), "{what}");
        assert_eq!(found.utility, expected.utility, "{what}");
    }
    assert_eq!(found.disagreements.len(), expected.disagreements.len(), "{what}");
    same_refusals(&model, &expected, &found, what, compared);
    for (set, bitmap) in equilibria {
        let held = set.intersection(&found.deals, &stop).unwrap();
        let mut expected_held = bitmap;
        expected_held.intersect(&expected.deals);
        assert_eq!(held.count(), u128::from(model.count(&expected_held)), "{what}: deals that hold");
    }
}

fn same_refusals(model: &Model, expected: &table::Deals, found: &Deals, what: &str, compared: &Compared) {
    for cell in model.list(&model.feasible_set(), usize::MAX) {
        let outcome = model.options(cell);
        let reason = |reason: &Option<table::Reason>| match reason {
            None => None,
            Some(table::Reason::Priority(at)) => Some(Reason::Priority(*at)),
            Some(table::Reason::Weights { issues, formulas }) => {
                Some(Reason::Weights { issues: issues.clone(), formulas: formulas.clone() })
            }
            Some(table::Reason::Ranking) => panic!("no rankings here"),
        };
        let expected_refusals: Vec<_> = expected
            .refusals(model, cell)
            .iter()
            .map(|r| (r.party, r.red_lines.clone(), r.ranks_lower, reason(&r.reason)))
            .collect();
        let found_refusals: Vec<_> = found
            .refusals(&outcome)
            .unwrap()
            .into_iter()
            .map(|r| (r.party, r.red_lines, r.ranks_lower, r.reason))
            .collect();
        assert_eq!(found_refusals, expected_refusals, "{what}: {outcome:?} in {:#?}", model.case());
        compared.refusals.fetch_add(found_refusals.len(), Ordering::Relaxed);
        let needs: Vec<_> = found.needs(&outcome).unwrap().into_iter().map(|n| (n.issue, n.movers)).collect();
        let expected_needs: Vec<_> =
            expected.needs(model, cell).into_iter().map(|n| (n.issue, n.movers)).collect();
        assert_eq!(needs, expected_needs, "{what}: {outcome:?}");
    }
}

/// Rankings become weights of one formula an outcome that say the same: a hard case for binary sums.
fn without_rankings(mut case: Case) -> Case {
    for party in &mut case.parties {
        let Preferences::Ranking(ranking) = &party.preferences else { continue };
        let grounds =
            Grounds { basis: Basis::Assumed, because: Vec::new(), note: None, span: Span::default() };
        let worst = ranking.groups.len();
        let formulas = ranking
            .groups
            .iter()
            .enumerate()
            .flat_map(|(group, entries)| entries.iter().map(move |entry| (group, entry)))
            .map(|(group, entry)| {
                let Ranked::Outcome(outcome) = entry else { panic!("nothing is merged") };
                let parts = outcome.iter().enumerate();
                let that =
                    Formula::And(parts.map(|(issue, &option)| Formula::Is { issue, option }).collect());
                let weight = Rational::new((worst - group) as i128, 3).unwrap();
                Weighted { text: format!("{that:?}"), that, weight, grounds: grounds.clone() }
            })
            .collect();
        let options = case.issues.iter().map(|issue| vec![Rational::ZERO; issue.options.len()]).collect();
        party.preferences = Preferences::Weights(Weights { options, formulas, grounds });
    }
    case
}

#[test]
fn random_cases() {
    let (compared, refused) = (Compared::default(), AtomicUsize::new(0));
    (0..3_000u64).into_par_iter().for_each(|seed| {
        let case = generate::random_case(seed, &generate::Limits::default());
        if case.explicit.is_some() || !case.same.is_empty() {
            let error = Symbolic::new(&case, &SMALL, &Stop::new()).expect_err("not carried");
            assert!(error.is_unsupported() && error.to_string().contains("because"), "{error}");
            add(&refused);
            return;
        }
        if case.parties.iter().any(|party| matches!(party.preferences, Preferences::Ranking(_))) {
            let error = Symbolic::new(&case, &SMALL, &Stop::new()).expect_err("not carried");
            assert!(error.is_unsupported(), "{error}");
        }
        same(&without_rankings(case), &format!("seed {seed}"), &compared);
    });
    println!("{compared:?}, {refused:?} refused");
    assert!(compared.cases.into_inner() >= 2_000);
    assert!(compared.gmr.into_inner() >= 1_500);
    assert!(compared.refused_gmr.into_inner() >= 100);
    assert!(compared.deals.into_inner() >= 1_500);
    assert!(compared.refusals.into_inner() >= 10_000);
    assert!(refused.into_inner() >= 200);
}

/// Larger ones, with more formulas, constraints that remove a lot, and large uneven weights.
#[test]
fn synthetic_cases() {
    let mut recipes = Vec::new();
    for seed in 0..30 {
        let mut generator = Generator::new(seed);
        let parties = generator.between(2, 4);
        let mut recipe = Recipe::even(generator.between(5, 11), parties, seed);
        recipe.options = if generator.chance(30) { generator.between(3, 5) } else { 2 };
        if recipe.options > 2 {
            recipe.issues = recipe.issues.min(7);
            recipe.split = Recipe::even(recipe.issues, parties, seed).split;
        }
        if generator.chance(30) {
            recipe.split.pop();
        }
        recipe.one_way = if generator.chance(40) { generator.between(1, 3) } else { 0 };
        recipe.removed = if recipe.issues > 10 { [0.0, 0.3, 0.7][generator.below(3)] } else { 0.0 };
        recipe.weights = generator.chance(40);
        recipes.push(recipe);
    }
    let compared = Compared::default();
    recipes.par_iter().for_each(|recipe| {
        same(&synthetic::case(recipe), &format!("{recipe:?}"), &compared);
    });
    assert_eq!(compared.cases.into_inner(), 30);
}

/// `--where`, `--fix`, `--against` and `--consenting`, as the tables have them.
#[test]
fn held_issues_terms_and_formulas() {
    let mut answered = 0;
    for seed in 0..300u64 {
        let case = generate::random_case(seed, &generate::Limits::default());
        if case.explicit.is_some() || !case.same.is_empty() {
            continue;
        }
        let case = without_rankings(case);
        let mut generator = Generator::new(seed);
        let issue = generator.below(case.issues.len());
        let held = [(issue, generator.below(case.issues[issue].options.len()))];
        let (stop, monitor) = (Stop::new(), Monitor::new());
        let model = Model::new(&case, &Options { held: held.to_vec() }, &monitor).unwrap();
        let symbolic = Symbolic::with_held(&case, &held, &SMALL, &stop).unwrap();
        assert_eq!(symbolic.counts().all, u128::from(model.all()));
        assert_eq!(symbolic.counts().settings, u128::from(model.settings()));
        same_set(&model, &model.feasible_set(), &symbolic.feasible(), &format!("held, seed {seed}"));
        let nash = table::stability(&model, &[table::Concept::Nash], &monitor).unwrap().remove(0);
        let expected = nash.sets.unwrap();
        same_set(&model, &expected.equilibria, &symbolic.nash(&stop).unwrap().equilibria, "held");
        if let Some(rule) = case.constraints.first() {
            let not = Formula::Not(Box::new(Formula::Iff(
                Box::new(rule.always.clone()),
                Box::new(Formula::Is { issue, option: 0 }),
            )));
            let mut expected = model.holding(&not, &monitor).unwrap();
            expected.intersect(&model.feasible_set());
            same_set(&model, &expected, &symbolic.holding(&not, &stop).unwrap(), "a formula");
        }
        let feasible = model.list(&model.feasible_set(), usize::MAX);
        if feasible.is_empty() {
            continue;
        }
        let against = feasible[generator.below(feasible.len())];
        let consenting: Vec<usize> = (0..case.parties.len()).filter(|_| generator.chance(60)).collect();
        let terms = table::Terms { against: Some(against), consenting: Some(consenting.clone()) };
        let expected = table::deals(&model, &terms, &monitor);
        let terms = Terms { against: Some(model.options(against)), consenting: Some(consenting) };
        match (expected, symbolic.deals(&terms, &stop)) {
            (Ok(expected), Ok(found)) => {
                same_set(&model, &expected.acceptable, &found.acceptable, &format!("terms, seed {seed}"));
                same_set(&model, &expected.deals, &found.deals, &format!("terms, seed {seed}"));
                answered += 1;
            }
            (Err(_), Err(error)) => assert!(error.is_model(), "{error}"),
            (expected, found) => panic!("seed {seed}: {:?} {:?}", expected.err(), found.err()),
        }
    }
    assert!(answered >= 100, "only {answered}");
}
