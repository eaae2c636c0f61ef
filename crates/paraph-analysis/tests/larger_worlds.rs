//! Worlds beyond the slow reference: a second, independent way to the same sets, laws over full tables,
//! and the same bytes whatever the number of threads.
//!
//! The second way writes out the graph of (outcome, last mover), condenses its strongly connected
//! components and propagates minima along them. `PARAPH_LARGE=16` lets the worlds grow to 2¹⁶ outcomes.

use paraph_analysis::synthetic::{self, Recipe};
use paraph_analysis::{
    Bitmap, Concept, Model, Monitor, Options, Steps, Terms, deals, nearest, reach, simultaneous_at,
    stability, summarise,
};
use paraph_case::model::Case;
use paraph_reference::generate::{self, Limits};
use std::collections::{BTreeMap, VecDeque};

const FIVE: [Concept; 5] = [Concept::Nash, Concept::Gmr, Concept::Smr, Concept::Seq, Concept::SymmetricSeq];

fn model(case: &Case) -> Model {
    Model::new(case, &Options::default(), &Monitor::new()).expect("synthetic cases are sound")
}

/// The least value reachable from every outcome, with the last mover kept apart.
fn least_reachable(model: &Model, others: &[usize], improving: bool, values: &[u32]) -> Vec<u32> {
    let states = model.space().size();
    let width = others.len() + 1;
    // Node: outcome × who moved last; the last column is "nobody yet".
    let node = |cell: usize, last: usize| cell * width + last;
    let mut edges: Vec<Vec<usize>> = vec![Vec::new(); states * width];
    for cell in (0..states).filter(|&cell| model.is_feasible(cell)) {
        for (at, &mover) in others.iter().enumerate() {
            let moves = if improving { model.improvements(mover, cell) } else { model.moves(mover, cell) };
            for last in (0..width).filter(|&last| last != at) {
                edges[node(cell, last)].extend(moves.iter().map(|&to| node(to, at)));
            }
        }
    }
    let component = components(&edges);
    // Components come out in reverse topological order: successors first.
    let count = component.iter().max().map_or(0, |most| most + 1);
    let mut least = vec![u32::MAX; count];
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); count];
    component.iter().enumerate().for_each(|(at, &which)| members[which].push(at));
    for which in 0..count {
        for &at in &members[which] {
            least[which] = least[which].min(values[at / width]);
            for &to in &edges[at] {
                least[which] = least[which].min(least[component[to]]);
            }
        }
    }
    (0..states).map(|cell| least[component[node(cell, width - 1)]]).collect()
}

/// Strongly connected components, numbered so that edges go to lower numbers (Tarjan 1972, without
/// recursion).
fn components(edges: &[Vec<usize>]) -> Vec<usize> {
    const NEW: usize = usize::MAX;
    let (mut index, mut low) = (vec![NEW; edges.len()], vec![0; edges.len()]);
    let mut component = vec![NEW; edges.len()];
    let (mut next, mut count) = (0, 0);
    let mut path = Vec::new();
    for root in 0..edges.len() {
        if index[root] != NEW {
            continue;
        }
        let mut calls = vec![(root, 0)];
        while let Some((at, step)) = calls.pop() {
            if step == 0 {
                (index[at], low[at]) = (next, next);
                next += 1;
                path.push(at);
            } else {
                low[at] = low[at].min(low[edges[at][step - 1]]);
            }
            let mut step = step;
            let mut descended = false;
            while step < edges[at].len() {
                let to = edges[at][step];
                step += 1;
                if index[to] == NEW {
                    calls.push((at, step));
                    calls.push((to, 0));
                    descended = true;
                    break;
                }
                if component[to] == NEW {
                    low[at] = low[at].min(index[to]);
                }
            }
            if !descended && low[at] == index[at] {
                while let Some(member) = path.pop() {
                    component[member] = count;
                    if member == at {
                        break;
                    }
                }
                count += 1;
            }
        }
    }
    component
}

fn second_way(model: &Model, concept: Concept, party: usize) -> Bitmap {
    let states = model.space().size();
    let ranks: Vec<u32> = (0..states).map(|cell| model.rank(party, cell)).collect();
    let highest: Vec<u32> = (0..states)
        .map(|cell| model.moves(party, cell).iter().map(|&to| ranks[to]).fold(ranks[cell], u32::max))
        .collect();
    let others: Vec<usize> = (0..model.case().parties.len()).filter(|&other| other != party).collect();
    let least = match concept {
        Concept::Nash => ranks.clone(),
        Concept::Gmr => least_reachable(model, &others, false, &ranks),
        Concept::Smr => least_reachable(model, &others, false, &highest),
        Concept::Seq => least_reachable(model, &others, true, &ranks),
        _ => least_reachable(model, &others, true, &highest),
    };
    let mut stable = Bitmap::new(states);
    for cell in (0..states).filter(|&cell| model.is_feasible(cell)) {
        if model.improvements(party, cell).iter().all(|&to| least[to] <= ranks[cell]) {
            stable.insert(cell);
        }
    }
    stable
}

#[test]
fn a_second_way_gives_the_same_sets() {
    let most: usize = std::env::var("PARAPH_LARGE").ok().and_then(|most| most.parse().ok()).unwrap_or(10);
    let recipes = (0..6u64).flat_map(|seed| {
        let even = Recipe::even(most, 4, seed);
        [
            even.clone(),
            Recipe { one_way: 3, ..even.clone() },
            Recipe { removed: 0.5, issues: most + 1, ..even.clone() },
            Recipe { merged: 2, ..even.clone() },
            Recipe { parties: 3, split: vec![most - 4, 2, 1], ..even.clone() },
            Recipe { parties: 5, split: vec![3, 0, 2, 2, 1], options: 3, issues: most - 2, ..even },
        ]
    });
    for recipe in recipes {
        let model = model(&synthetic::case(&recipe));
        let fast = stability(&model, &FIVE, &Monitor::new()).expect("nobody stops it");
        for result in fast {
            let sets = result.sets.expect("the five can always be worked out");
            for party in 0..recipe.parties {
                let mut slow = second_way(&model, result.concept, party);
                // The second way looks at each class through its first member.
                slow.intersect(&represented(&model));
                let mut fast = sets.by_party[party].clone();
                fast.intersect(&represented(&model));
                assert!(fast == slow, "{} for party {party} of {recipe:?}", result.concept.name());
            }
        }
    }
}

fn represented(model: &Model) -> Bitmap {
    let mut set = Bitmap::new(model.space().size());
    (0..model.space().size())
        .filter(|&cell| model.representative(cell) == cell)
        .for_each(|cell| set.insert(cell));
    set
}

#[test]
fn laws_hold_over_full_tables() {
    for recipe in [Recipe::even(16, 4, 7), Recipe { one_way: 4, ..Recipe::even(15, 3, 8) }] {
        let model = model(&synthetic::case(&recipe));
        let sets: BTreeMap<Concept, _> = stability(&model, &FIVE, &Monitor::new())
            .expect("nobody stops it")
            .into_iter()
            .map(|result| (result.concept, result.sets.expect("computed")))
            .collect();
        for party in 0..recipe.parties {
            let of = |concept| &sets[&concept].by_party[party];
            for (narrow, wide) in [
                (Concept::Nash, Concept::Seq),
                (Concept::Seq, Concept::Gmr),
                (Concept::Nash, Concept::Smr),
                (Concept::Smr, Concept::Gmr),
                (Concept::Nash, Concept::SymmetricSeq),
                (Concept::SymmetricSeq, Concept::Seq),
                (Concept::SymmetricSeq, Concept::Smr),
            ] {
                assert!(of(narrow).is_subset(of(wide)), "{} ⊆ {}", narrow.name(), wide.name());
            }
        }
    }
}

#[test]
fn the_same_bytes_with_one_two_and_eight_threads() {
    let recipe = Recipe { removed: 0.2, one_way: 2, ..Recipe::even(14, 4, 3) };
    let case = synthetic::case(&recipe);
    let work = || {
        let model = model(&case);
        let results = stability(&model, &FIVE, &Monitor::new()).expect("nobody stops it");
        let found = deals(&model, &Terms::default(), &Monitor::new()).expect("nobody stops it");
        (results, found)
    };
    let answers: Vec<_> = [1, 2, 8]
        .into_iter()
        .map(|threads| {
            let pool =
                rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool of threads");
            pool.install(work)
        })
        .collect();
    assert!(answers[0] == answers[1] && answers[1] == answers[2]);
}

#[test]
fn a_stopped_analysis_says_so() {
    let case = synthetic::case(&Recipe::even(16, 4, 1));
    let monitor = Monitor::new();
    let model = Model::new(&case, &Options::default(), &monitor).expect("not stopped yet");
    monitor.stop();
    assert!(stability(&model, &FIVE, &monitor).expect_err("stopped").is_interrupted());
    assert!(deals(&model, &Terms::default(), &monitor).expect_err("stopped").is_interrupted());
    assert!(Model::new(&case, &Options::default(), &monitor).expect_err("stopped").is_interrupted());
}

#[test]
fn reach_counts_what_a_search_finds() {
    for seed in 0..2_000u64 {
        let case = generate::random_case(seed, &Limits::default());
        let model = model(&case);
        let Some(start) = model.list(&model.feasible_set(), 1).first().copied() else { continue };
        for steps in [Steps::Moves, Steps::Improvements] {
            let found = reach(&model, start, steps, &Monitor::new()).expect("nobody stops it");
            // Breadth first over (outcome, last mover), outcome by outcome.
            let mut distance = BTreeMap::from([(start, 0usize)]);
            let mut seen = std::collections::BTreeSet::from([(start, None)]);
            let mut queue = VecDeque::from([(start, None, 0usize)]);
            while let Some((cell, last, steps_so_far)) = queue.pop_front() {
                for party in (0..case.parties.len()).filter(|&party| Some(party) != last) {
                    let moves = match steps {
                        Steps::Moves => model.moves(party, cell),
                        Steps::Improvements => model.improvements(party, cell),
                    };
                    for to in moves {
                        if seen.insert((to, Some(party))) {
                            distance.entry(to).or_insert(steps_so_far + 1);
                            queue.push_back((to, Some(party), steps_so_far + 1));
                        }
                    }
                }
            }
            let mut expected = vec![0u64; distance.values().max().map_or(0, |most| most + 1)];
            distance.values().for_each(|&steps| expected[steps] += 1);
            assert_eq!(found.by_steps, expected, "seed {seed} {steps:?}");
        }
    }
}

#[test]
fn summaries_count_what_is_there() {
    for seed in 0..500u64 {
        let case = generate::random_case(seed, &Limits::default());
        let model = model(&case);
        let set = model.feasible_set();
        let cells = model.list(&set, usize::MAX);
        let summary = summarise(&model, &set, &Monitor::new()).expect("nobody stops it");
        assert_eq!(summary.count, cells.len() as u64);
        for (issue, counts) in summary.options.iter().enumerate() {
            for (option, &count) in counts.iter().enumerate() {
                let expected = cells.iter().filter(|&&cell| model.options(cell)[issue] == option).count();
                assert_eq!(count, expected as u64, "seed {seed}");
            }
        }
        for (party, best) in summary.best_for.iter().enumerate() {
            let most = cells.iter().map(|&cell| model.rank(party, cell)).max();
            let ties = cells.iter().filter(|&&cell| Some(model.rank(party, cell)) == most).count();
            assert_eq!(
                best.map(|(cell, ties)| (model.rank(party, cell), ties)),
                most.map(|most| (most, ties as u64))
            );
            assert_eq!(summary.histograms[party].iter().sum::<u64>(), cells.len() as u64);
        }
        if let (Some(&start), None) = (cells.first(), &case.explicit) {
            let differ = |a: usize, b: usize| {
                model.options(a).iter().zip(model.options(b)).filter(|(a, b)| **a != *b).count()
            };
            let found = nearest(&model, &set, start).expect("the set holds the start");
            let expected = set.iter().map(|cell| differ(cell, start)).min();
            assert_eq!(Some(found.1), expected, "seed {seed}");
        }
    }
}

/// All outcomes tied, no feasible outcome, a party that cannot move: defined and unremarkable.
#[test]
fn corners_are_defined() {
    let mut case = synthetic::case(&Recipe::even(4, 2, 1));
    for party in &mut case.parties {
        party.preferences = paraph_case::model::Preferences::None;
    }
    let tied = model(&case);
    let results = stability(&tied, &Concept::ALL, &Monitor::new()).expect("nobody stops it");
    for result in results {
        assert_eq!(
            tied.count(&result.sets.expect("computed").equilibria),
            16,
            "everybody is content everywhere"
        );
    }
    let found = deals(&tied, &Terms::default(), &Monitor::new()).expect("nobody stops it");
    assert_eq!((found.deals.count(), found.efficient.count()), (0, 16));
    case.issues.iter_mut().for_each(|issue| issue.status_quo = None);
    case.parties.iter_mut().for_each(|party| party.consents = false);
    case.constraints.push(paraph_case::model::Constraint {
        always: paraph_case::formula::Formula::Constant(false),
        text: "always false".to_owned(),
        because: None,
        span: paraph_case::span::Span::default(),
    });
    let none = model(&case);
    assert_eq!(none.feasible_count(), 0);
    for result in stability(&none, &FIVE, &Monitor::new()).expect("nobody stops it") {
        assert_eq!(result.sets.expect("computed").equilibria.count(), 0);
    }
    let found = deals(&none, &Terms::default(), &Monitor::new()).expect("nobody stops it");
    assert_eq!((found.deals.count(), found.efficient.count(), found.picks.len()), (0, 0, 0));
}

#[test]
fn simultaneous_stability_on_chosen_outcomes_is_that_on_all() {
    for seed in 0..20 {
        let recipe = Recipe { removed: 0.3, one_way: seed as usize % 3, ..Recipe::even(8, 3, seed) };
        let model = model(&synthetic::case(&recipe));
        let all = stability(&model, &[Concept::Sim], &Monitor::new()).expect("nobody stops it");
        let stable = &all[0].sets.as_ref().expect("small").equilibria;
        let cells: Vec<usize> = model.feasible_set().iter().collect();
        let settled =
            simultaneous_at(&model, &cells, &Monitor::new()).expect("nobody stops it").expect("no merging");
        for (&cell, settled) in cells.iter().zip(settled) {
            assert_eq!(settled, Some(stable.contains(cell)), "seed {seed}, {}", model.code(cell));
        }
    }
}
