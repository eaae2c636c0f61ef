//! Cases of 40 to 64 issues whose answers follow from their construction.

use paraph_analysis::{self as table, Model, Monitor, Options};
use paraph_case::formula::Formula;
use paraph_case::model::{Case, Party, Preferences, Weighted, Weights};
use paraph_case::rational::Rational;
use paraph_reference::generate;
use paraph_symbolic::{Concept, Limits, Stop, Symbolic, Terms};
use std::collections::BTreeMap;
use std::time::Duration;

const LIMITS: Limits = Limits { nodes: 1 << 20 };

fn shift(formula: &Formula, by: usize) -> Formula {
    let all = |parts: &[Formula]| parts.iter().map(|part| shift(part, by)).collect();
    let one = |part: &Formula| Box::new(shift(part, by));
    match formula {
        Formula::Constant(value) => Formula::Constant(*value),
        Formula::Is { issue, option } => Formula::Is { issue: issue + by, option: *option },
        Formula::Not(inner) => Formula::Not(one(inner)),
        Formula::And(parts) => Formula::And(all(parts)),
        Formula::Or(parts) => Formula::Or(all(parts)),
        Formula::If { then, when } => Formula::If { then: one(then), when: one(when) },
        Formula::Iff(left, right) => Formula::Iff(one(left), one(right)),
    }
}

/// Puts a second case beside the first: the same parties, independent issues, the first case's preferences
/// before the second's, or, with weights, added to them.
fn beside(mut case: Case, other: &Case) -> Case {
    let by = case.issues.len();
    for (at, issue) in other.issues.iter().enumerate() {
        let mut issue = issue.clone();
        issue.id = format!("issue-{}", by + at);
        case.issues.push(issue);
    }
    for rule in &other.constraints {
        let mut rule = rule.clone();
        rule.always = shift(&rule.always, by);
        case.constraints.push(rule);
    }
    for (party, added) in case.parties.iter_mut().zip(&other.parties) {
        match (&mut party.preferences, &added.preferences) {
            (Preferences::Priorities(list), Preferences::Priorities(more)) => {
                list.extend(more.iter().cloned().map(|mut priority| {
                    priority.that = shift(&priority.that, by);
                    priority
                }));
            }
            (Preferences::Weights(weights), Preferences::Weights(more)) => {
                weights.options.extend(more.options.iter().cloned());
                weights.formulas.extend(
                    more.formulas
                        .iter()
                        .map(|weighted| Weighted { that: shift(&weighted.that, by), ..weighted.clone() }),
                );
            }
            _ => panic!("both of one kind"),
        }
        party.red_lines.extend(added.red_lines.iter().cloned().map(|mut line| {
            line.that = shift(&line.that, by);
            line
        }));
    }
    case
}

/// Small games with an acceptable status quo and exactly three parties whose preferences are all of the
/// kind wanted, with a Nash equilibrium each.
fn games(weights: bool, issues: usize) -> Vec<Case> {
    let limits = generate::Limits {
        parties: 3,
        issues: 5,
        explicit_percent: 0,
        merged_percent: 0,
        ..generate::Limits::default()
    };
    let mut found: Vec<Case> = Vec::new();
    let mut total = 0;
    for seed in 0.. {
        let mut case = generate::random_case(seed, &limits);
        let wanted = case.parties.len() == 3
            && (2..=issues - total).contains(&case.issues.len())
            && case.status_quo().is_some()
            && case.parties.iter().all(|party| match &party.preferences {
                Preferences::Priorities(_) => !weights,
                Preferences::Weights(Weights { .. }) => weights,
                _ => false,
            });
        // A remainder of one issue could not be filled.
        if !wanted || issues - total - case.issues.len() == 1 {
            continue;
        }
        for party in &mut case.parties {
            party.walk_away = None;
            party.consents = true;
        }
        if weights {
            // Whole sums over two parties are few enough to be joined game after game.
            case.parties[2].consents = false;
            case.parties.iter_mut().for_each(round);
        }
        let model = Model::new(&case, &Options::default(), &Monitor::new()).unwrap();
        // Whatever the other games do, what is in force here can be agreed, and something holds.
        let deals = table::deals(&model, &table::Terms::default(), &Monitor::new()).unwrap();
        if nash(&model).0 == 0 || !deals.acceptable.contains(model.status_quo().unwrap()) {
            continue;
        }
        total += case.issues.len();
        found.push(case);
        if total == issues {
            break;
        }
    }
    found
}

/// Makes weights whole.
fn round(party: &mut Party) {
    let Preferences::Weights(weights) = &mut party.preferences else { return };
    let options = weights.options.iter_mut().flatten();
    let formulas = weights.formulas.iter_mut().map(|weighted| &mut weighted.weight);
    for weight in options.chain(formulas) {
        *weight = Rational::new(weight.numerator() / weight.denominator(), 1).unwrap();
    }
}

/// Counts of Nash equilibria and of each party's stable outcomes, from the table.
fn nash(model: &Model) -> (u128, Vec<u128>) {
    let result = table::stability(model, &[table::Concept::Nash], &Monitor::new()).unwrap().remove(0);
    let sets = result.sets.unwrap();
    let count = |set| u128::from(model.count(set));
    (count(&sets.equilibria), sets.by_party.iter().map(count).collect())
}

fn product_of_games(weights: bool, issues: usize) {
    let games = games(weights, issues);
    let stop = Stop::new();
    let case = games[1..].iter().fold(games[0].clone(), beside);
    assert_eq!(case.issues.len(), issues);
    let models: Vec<Model> =
        games.iter().map(|case| Model::new(case, &Options::default(), &Monitor::new()).unwrap()).collect();
    let symbolic = Symbolic::new(&case, &LIMITS, &stop).unwrap();
    assert_eq!(symbolic.counts().all, models.iter().map(|model| u128::from(model.all())).product());
    assert_eq!(
        symbolic.counts().feasible,
        models.iter().map(|model| u128::from(model.feasible_count())).product()
    );
    // Stable in the product is stable in every game.
    let found = symbolic.nash(&stop).unwrap();
    let known: Vec<(u128, Vec<u128>)> = models.iter().map(nash).collect();
    assert_eq!(found.equilibria.count(), known.iter().map(|(count, _)| count).product());
    for (party, set) in found.by_party.iter().enumerate() {
        assert_eq!(set.count(), known.iter().map(|(_, parties)| parties[party]).product(), "party {party}");
    }
    // The first equilibrium is made of the games' first ones; all that are listed hold game by game.
    let firsts: Vec<Vec<Vec<usize>>> = models
        .iter()
        .map(|model| {
            let result = table::stability(model, &[table::Concept::Nash], &Monitor::new()).unwrap().remove(0);
            let set = result.sets.unwrap().equilibria;
            model.list(&set, usize::MAX).into_iter().map(|cell| model.options(cell)).collect()
        })
        .collect();
    let listed = found.equilibria.list(20, &stop).unwrap();
    assert_eq!(listed[0], firsts.iter().flat_map(|list| list[0].clone()).collect::<Vec<_>>());
    assert_eq!(listed.len() as u128, found.equilibria.count().min(20));
    for outcome in &listed {
        let mut rest = &outcome[..];
        for list in &firsts {
            let (own, others) = rest.split_at(list[0].len());
            assert!(list.iter().any(|known| known == own), "{own:?}");
            rest = others;
        }
    }
    let ascending = listed.windows(2).all(|pair| pair[0].iter().rev().lt(pair[1].iter().rev()));
    assert!(ascending, "{listed:?}");
    let (acceptable, deals) = if weights { sums(&games) } else { comparisons(&games) };
    let found = symbolic.deals(&Terms::default(), &stop).unwrap();
    assert_eq!(found.acceptable.count(), acceptable);
    assert_eq!(found.deals.count(), deals);
    assert!(0 < deals && deals < found.packages.count());
    println!(
        "{issues} issues, weights {weights}: {} games, {} equilibria, {deals} deals, {} nodes",
        games.len(),
        symbolic.nash(&stop).unwrap().equilibria.count(),
        symbolic.nodes()
    );
}

/// The packages of a game that cross nobody's red lines, as options.
fn packages(game: &Case) -> (Model, Vec<usize>) {
    let model = Model::new(game, &Options::default(), &Monitor::new()).unwrap();
    let deals = table::deals(&model, &table::Terms::default(), &Monitor::new()).unwrap();
    let cells = model.list(&deals.packages, usize::MAX);
    let fine = |cell: &usize| {
        let outcome = model.options(*cell);
        let asked = game.parties.iter().filter(|party| party.consents);
        asked.flat_map(|party| &party.red_lines).all(|line| line.that.holds(&outcome))
    };
    let cells = cells.into_iter().filter(fine).collect();
    (model, cells)
}

/// With priorities, each party compares game by game: counts of packages by how every party compares them
/// with the status quo, joined game after game.
fn comparisons(games: &[Case]) -> (u128, u128) {
    let mut counts: BTreeMap<Vec<i8>, u128> = BTreeMap::from([(vec![0; 3], 1)]);
    for game in games {
        let (model, cells) = packages(game);
        let now = model.status_quo().unwrap();
        let mut next: BTreeMap<Vec<i8>, u128> = BTreeMap::new();
        for cell in cells {
            for (before, count) in &counts {
                let after = (0..3)
                    .map(|party| match before[party] {
                        0 => model.rank(party, cell).cmp(&model.rank(party, now)) as i8,
                        settled => settled,
                    })
                    .collect();
                *next.entry(after).or_default() += count;
            }
        }
        counts = next;
    }
    accepted(counts.iter().map(|(signs, count)| (signs.clone(), *count)))
}

/// With weights, gains over the status quo add up.
fn sums(games: &[Case]) -> (u128, u128) {
    let mut counts: BTreeMap<[i128; 2], u128> = BTreeMap::from([([0; 2], 1)]);
    for game in games {
        let (model, cells) = packages(game);
        let now = model.status_quo().unwrap();
        let mut next: BTreeMap<[i128; 2], u128> = BTreeMap::new();
        for cell in cells {
            let gains = [0, 1].map(|party| {
                let part = |cell| {
                    let utility: Rational = model.utility(party, cell).unwrap();
                    assert_eq!(utility.denominator(), 1);
                    utility.numerator()
                };
                part(cell) - part(now)
            });
            for (before, count) in &counts {
                *next.entry([before[0] + gains[0], before[1] + gains[1]]).or_default() += count;
            }
        }
        counts = next;
    }
    let sign = |gains: &[i128; 2]| gains.iter().map(|gain| gain.signum() as i8).collect::<Vec<i8>>();
    accepted(counts.iter().map(|(gains, count)| (sign(gains), *count)))
}

/// How many packages nobody asked likes less, and how many of them somebody likes better.
fn accepted(counts: impl Iterator<Item = (Vec<i8>, u128)>) -> (u128, u128) {
    let mut totals = (0, 0);
    for (signs, count) in counts.filter(|(signs, _)| signs.iter().all(|sign| *sign >= 0)) {
        totals.0 += count;
        totals.1 += if signs.iter().any(|sign| *sign > 0) { count } else { 0 };
    }
    totals
}

#[test]
fn forty_issues_by_priority() {
    product_of_games(false, 40);
}

#[test]
fn fifty_issues_by_priority() {
    product_of_games(false, 50);
}

#[test]
fn sixty_four_issues_by_priority() {
    product_of_games(false, 64);
}

#[test]
fn forty_issues_by_weight() {
    product_of_games(true, 40);
}

/// Issues that nobody's preferences mention multiply every count, under every concept.
#[test]
fn indifferent_issues_multiply_the_counts() {
    let mut checked = 0;
    for seed in 0..200 {
        let limits =
            generate::Limits { explicit_percent: 0, merged_percent: 0, ..generate::Limits::default() };
        let mut case = generate::random_case(seed, &limits);
        if case.parties.iter().any(|party| matches!(party.preferences, Preferences::Ranking(_))) {
            continue;
        }
        let model = Model::new(&case, &Options::default(), &Monitor::new()).unwrap();
        let concepts = [table::Concept::Nash, table::Concept::Gmr, table::Concept::Smr];
        let known = table::stability(&model, &concepts, &Monitor::new()).unwrap();
        let missing = 50 - case.issues.len();
        for at in 0..missing {
            let movers: &[usize] = [&[0][..], &[1], &[0, 1], &[]][at % 4];
            let mut issue = generate::issue(&format!("more-{at}"), 2, movers);
            issue.status_quo = case.issues[0].status_quo.map(|_| 0);
            // Spread through the declaration as well: formulas keep their meaning as these come last.
            case.issues.push(issue);
        }
        for party in &mut case.parties {
            if let Preferences::Weights(weights) = &mut party.preferences {
                weights.options.resize(50, vec![Rational::ZERO; 2]);
            }
        }
        let stop = Stop::new();
        let symbolic = Symbolic::new(&case, &LIMITS, &stop).unwrap();
        for (concept, known) in [Concept::Nash, Concept::Gmr, Concept::Smr].into_iter().zip(known) {
            let known = known.sets.unwrap();
            let Ok(found) = symbolic.stability(concept, &stop) else { continue };
            let expected = u128::from(model.count(&known.equilibria)) << missing;
            assert_eq!(found.equilibria.count(), expected, "seed {seed}: {}", concept.name());
            for (found, known) in found.by_party.iter().zip(&known.by_party) {
                assert_eq!(found.count(), u128::from(model.count(known)) << missing, "seed {seed}");
            }
            checked += 1;
        }
    }
    assert!(checked >= 100, "only {checked}");
}

/// Seeded cases that tie issues together at random outgrow a small limit, and say so; again and again the
/// same, and the same diagrams answer a smaller question afterwards.
#[test]
fn too_large_is_said() {
    let recipe = table::synthetic::Recipe::even(48, 3, 5);
    let case = table::synthetic::case(&recipe);
    let stop = Stop::new();
    let symbolic = Symbolic::new(&case, &Limits { nodes: 1 << 13 }, &stop).unwrap();
    let error = symbolic.nash(&stop).expect_err("too small a limit");
    assert!(error.is_too_large(), "{error}");
    assert!(error.to_string().starts_with("too large, because the decision diagrams of Nash stability"));
    assert_eq!(symbolic.nash(&stop).expect_err("still too small"), error);
    let formula = Formula::Is { issue: 3, option: 1 };
    assert_eq!(symbolic.holding(&formula, &stop).unwrap().count(), 1 << 47);
}

#[test]
fn more_than_128_bits_are_refused() {
    let mut case = generate::random_case(1, &generate::Limits { explicit_percent: 0, ..Default::default() });
    case.same.clear();
    case.parties.iter_mut().for_each(|party| party.preferences = Preferences::None);
    while case.issues.len() < 200 {
        case.issues.push(generate::issue(&format!("more-{}", case.issues.len()), 3, &[0]));
    }
    let error = Symbolic::new(&case, &LIMITS, &Stop::new()).expect_err("3^200 outcomes");
    assert!(error.is_too_large(), "{error}");
    // 64 issues of three options take 128 bits, and 101.4 bits of outcomes.
    case.issues.drain(0..136);
    case.constraints.clear();
    let symbolic = Symbolic::new(&case, &LIMITS, &Stop::new()).unwrap();
    assert_eq!(symbolic.counts().feasible, 3u128.pow(64));
    assert_eq!(symbolic.nash(&Stop::new()).unwrap().equilibria.count(), 3u128.pow(64));
}

#[test]
fn a_flag_stops_the_work_at_once() {
    let case = table::synthetic::case(&table::synthetic::Recipe::even(60, 4, 1));
    let stop = Stop::new();
    let symbolic = Symbolic::new(&case, &LIMITS, &stop).unwrap();
    let flag = stop.clone();
    let timer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(5));
        flag.stop();
    });
    let answer = symbolic.nash(&stop);
    timer.join().unwrap();
    assert!(answer.is_err_and(|error| error.is_interrupted()));
    assert!(symbolic.nash(&stop).is_err_and(|error| error.is_interrupted()));
}
