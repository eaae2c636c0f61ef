//! Laws that every case obeys, on random cases.

use paraph_case::model::Case;
use paraph_reference::generate::{self, Generator, Limits};
use paraph_reference::{Concept, Reference, StateSet, Tables};

const CASES: u64 = 3_000;

fn tables(case: &Case) -> Tables {
    Reference::new(case).expect("a random case is valid").stability()
}

fn random_cases() -> impl Iterator<Item = (u64, Case)> {
    (0..CASES).map(|seed| (seed, generate::random_case(seed, &Limits::default())))
}

fn within(inner: &[bool], outer: &[bool]) -> bool {
    inner.iter().zip(outer).all(|(inner, outer)| !inner || *outer)
}

#[test]
fn stronger_concepts_are_stable_in_fewer_states() {
    use Concept::{Gmr, Nash, Seq, Sim, Smr, SymmetricSeq};
    let pairs = [
        (Nash, SymmetricSeq),
        (SymmetricSeq, Seq),
        (SymmetricSeq, Smr),
        (Nash, Seq),
        (Seq, Gmr),
        (Nash, Smr),
        (Smr, Gmr),
        (Nash, Sim),
    ];
    // A law that holds with equality everywhere would say nothing about the difference.
    let mut strict = vec![0; pairs.len()];
    for (seed, case) in random_cases() {
        let tables = tables(&case);
        for (law, (inner, outer)) in pairs.into_iter().enumerate() {
            let (Some(inner_table), Some(outer_table)) = (tables.of(inner), tables.of(outer)) else {
                continue;
            };
            for (party, (a, b)) in inner_table.iter().zip(outer_table).enumerate() {
                assert!(within(a, b), "seed {seed}, party {party}: {inner:?} is not within {outer:?}");
                strict[law] += usize::from(a != b);
            }
        }
    }
    assert!(strict.iter().all(|&count| count > 0), "every inclusion is strict somewhere: {strict:?}");
}

#[test]
fn an_idle_party_changes_nothing() {
    for (seed, case) in random_cases() {
        let with_idle = generate::with_idle_party(&case);
        let (before, after) = (tables(&case), tables(&with_idle));
        assert_eq!(before.states, after.states, "seed {seed}");
        for concept in Concept::ALL {
            assert_eq!(before.equilibria(concept), after.equilibria(concept), "seed {seed}, {concept:?}");
            let others = after.of(concept).map(|parties| parties[..case.parties.len()].to_vec());
            assert_eq!(before.of(concept).cloned(), others, "seed {seed}, {concept:?}");
        }
        let deals = |case: &Case| Reference::new(case).expect("valid").deals().expect("a disagreement point");
        assert_eq!(deals(&case), deals(&with_idle), "seed {seed}");
    }
}

#[test]
fn reordering_parties_permutes_the_answer() {
    for (seed, case) in random_cases() {
        let mut place: Vec<usize> = (0..case.parties.len()).collect();
        Generator::new(seed).shuffle(&mut place);
        let other = generate::with_parties_reordered(&case, &place);
        let (before, after) = (tables(&case), tables(&other));
        for concept in Concept::ALL {
            let moved = before.of(concept).map(|parties| generate::reordered(parties, &place));
            assert_eq!(moved.as_ref(), after.of(concept), "seed {seed}, {concept:?}");
        }
        let before = Reference::new(&case).expect("valid").deals().expect("a disagreement point");
        let after = Reference::new(&other).expect("valid").deals().expect("a disagreement point");
        assert_eq!(before.acceptable, after.acceptable, "seed {seed}");
        assert_eq!(before.deals, after.deals, "seed {seed}");
        assert_eq!(before.efficient, after.efficient, "seed {seed}");
        for (a, b) in before.picks.iter().zip(&after.picks) {
            assert_eq!((a.rule, &a.outcomes), (b.rule, &b.outcomes), "seed {seed}");
        }
        assert_eq!(before.picks.len(), after.picks.len(), "seed {seed}");
    }
}

#[test]
fn reordering_issues_permutes_the_answer() {
    for (seed, case) in random_cases() {
        let mut place: Vec<usize> = (0..case.issues.len()).collect();
        Generator::new(!seed).shuffle(&mut place);
        let other = generate::with_issues_reordered(&case, &place);
        let before = Reference::new(&case).expect("valid");
        let after = Reference::new(&other).expect("valid");
        // Where each state of the original has gone.
        let gone: Vec<usize> = (0..before.world.len())
            .map(|state| {
                let point = &before.world.points[before.world.members[state][0]];
                if case.explicit.is_some() {
                    state
                } else {
                    after.world.state_of(&generate::reordered(point, &place)).expect("still feasible")
                }
            })
            .collect();
        assert_eq!(before.world.len(), after.world.len(), "seed {seed}");
        let (first, second) = (before.stability(), after.stability());
        for concept in Concept::ALL {
            let moved = first.of(concept).map(|parties| {
                parties.iter().map(|stable| generate::reordered(stable, &gone)).collect::<Vec<Vec<bool>>>()
            });
            assert_eq!(moved.as_ref(), second.of(concept), "seed {seed}, {concept:?}");
        }
        let (first, second) = (before.deals().expect("deals"), after.deals().expect("deals"));
        assert_eq!(generate::reordered(&first.acceptable, &gone), second.acceptable, "seed {seed}");
        assert_eq!(generate::reordered(&first.deals, &gone), second.deals, "seed {seed}");
        assert_eq!(generate::reordered(&first.efficient, &gone), second.efficient, "seed {seed}");
        for (a, b) in first.picks.iter().zip(&second.picks) {
            let mut outcomes: Vec<usize> = a.outcomes.iter().map(|&state| gone[state]).collect();
            outcomes.sort_unstable();
            assert_eq!((a.rule, &outcomes), (b.rule, &b.outcomes), "seed {seed}");
        }
    }
}

/// Every sequence of at most `length` steps, written out one by one.
fn reach_by_enumeration(
    reference: &Reference,
    group: &[usize],
    from: usize,
    improvements: bool,
    length: usize,
) -> StateSet {
    fn walk(
        reference: &Reference,
        (group, improvements): (&[usize], bool),
        (here, last): (usize, Option<usize>),
        left: usize,
        into: &mut StateSet,
    ) {
        if left == 0 {
            return;
        }
        let world = &reference.world;
        for &mover in group.iter().filter(|&&mover| Some(mover) != last) {
            let arcs = if improvements { &world.improvements } else { &world.moves };
            for next in arcs[mover][here].iter() {
                into.insert(next);
                walk(reference, (group, improvements), (next, Some(mover)), left - 1, into);
            }
        }
    }
    let mut reached = StateSet::empty(reference.world.len());
    walk(reference, (group, improvements), (from, None), length, &mut reached);
    reached
}

#[test]
fn reach_is_what_all_legal_sequences_give() {
    // A search over five states and two last movers has ten nodes, so ten steps reach everything.
    let limits = Limits { parties: 3, states: 5, explicit_percent: 100, ..Limits::default() };
    let mut last_mover_matters = 0;
    for seed in 0..400 {
        let case = generate::random_case(seed, &limits);
        let reference = Reference::new(&case).expect("valid");
        for party in 0..case.parties.len() {
            let opponents = reference.world.opponents(party);
            for from in 0..reference.world.len() {
                for improvements in [false, true] {
                    let reach = reference.world.reach(&opponents, from, improvements);
                    let listed = reach_by_enumeration(&reference, &opponents, from, improvements, 10);
                    assert_eq!(listed, reach, "seed {seed}, party {party}, from {from}");
                    // One opponent alone cannot walk on: it reaches what a single move gives.
                    if let [opponent] = opponents[..] {
                        let arcs =
                            if improvements { &reference.world.improvements } else { &reference.world.moves };
                        assert_eq!(reach, arcs[opponent][from], "seed {seed}");
                        last_mover_matters += usize::from(
                            arcs[opponent][from].iter().any(|t| !arcs[opponent][t].is_subset(&reach)),
                        );
                    }
                }
            }
        }
    }
    assert!(last_mover_matters > 0, "some arcs are not transitive");
}

#[test]
fn unsanctioned_improvements_explain_the_tables() {
    for (seed, case) in random_cases().take(500) {
        let reference = Reference::new(&case).expect("valid");
        let tables = reference.stability();
        for concept in Concept::ALL {
            for party in 0..case.parties.len() {
                for state in 0..reference.world.len() {
                    let left = reference.world.unsanctioned(concept, party, state);
                    let stable = tables.of(concept).map(|stable| stable[party][state]);
                    assert_eq!(left.map(|left| left.is_empty()), stable, "seed {seed}, {concept:?}");
                }
            }
        }
    }
}
