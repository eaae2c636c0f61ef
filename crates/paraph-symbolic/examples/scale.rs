//! How far decision diagrams carry: issues, structure, nodes, seconds, as a table.
//!
//! `cargo run --release -p paraph-symbolic --example scale [NODES]`

use paraph_analysis::synthetic::{self, Recipe};
use paraph_case::formula::Formula;
use paraph_case::model::{Case, Preferences};
use paraph_case::rational::Rational;
use paraph_reference::generate::Generator;
use paraph_symbolic::{Concept, Error, Limits, Stop, Symbolic, Terms};
use std::time::Instant;

/// Formulas over issues at most `reach` apart; every third issue's neighbours are bound by a constraint.
fn neighbours(issues: usize, parties: usize, reach: usize, seed: u64) -> Case {
    let mut case = synthetic::case(&Recipe::even(issues, parties, seed));
    let mut generator = Generator::new(seed);
    // Movers take turns, so that neighbours belong to different parties.
    for (at, issue) in case.issues.iter_mut().enumerate() {
        issue.moved_by = vec![at % parties];
    }
    for party in &mut case.parties {
        let Preferences::Priorities(list) = &mut party.preferences else { continue };
        for priority in list.iter_mut() {
            let first = generator.below(issues);
            let near = |generator: &mut Generator| {
                let issue = (first + generator.below(reach + 1)).min(issues - 1);
                let is = Formula::Is { issue, option: 1 };
                if generator.chance(50) { is } else { Formula::Not(Box::new(is)) }
            };
            let (a, b, c) = (near(&mut generator), near(&mut generator), near(&mut generator));
            priority.that = Formula::Iff(Box::new(a), Box::new(Formula::Or(vec![b, c])));
        }
    }
    case
}

fn small_weights(issues: usize, parties: usize, most: usize, seed: u64) -> Case {
    let mut case = synthetic::case(&Recipe { weights: true, ..Recipe::even(issues, parties, seed) });
    let mut generator = Generator::new(seed);
    for party in &mut case.parties {
        let Preferences::Weights(weights) = &mut party.preferences else { continue };
        let mut draw = || Rational::new(generator.between(0, most) as i128, 1).unwrap_or(Rational::ZERO);
        weights.options.iter_mut().flatten().for_each(|weight| *weight = draw());
        weights.formulas.iter_mut().for_each(|weighted| weighted.weight = draw());
    }
    case
}

fn row(name: &str, case: &Case, limits: &Limits) {
    let stop = Stop::new();
    let started = Instant::now();
    let Ok(symbolic) = Symbolic::new(case, limits, &stop) else { return };
    let line = |what: &str, started: Instant, answer: Result<String, Error>| {
        let answer = answer.unwrap_or_else(|error| error.to_string());
        println!(
            "| {} | {name} | {what} | {} | {:.2} | {answer} |",
            case.issues.len(),
            symbolic.nodes(),
            started.elapsed().as_secs_f64()
        );
    };
    line("feasible", started, Ok(symbolic.counts().feasible.to_string()));
    for concept in [Concept::Nash, Concept::Gmr, Concept::Smr] {
        let started = Instant::now();
        let answer = symbolic.stability(concept, &stop).map(|sets| sets.equilibria.count().to_string());
        line(concept.name(), started, answer);
    }
    let started = Instant::now();
    line("deals", started, symbolic.deals(&Terms::default(), &stop).map(|d| d.deals.count().to_string()));
}

fn main() {
    let nodes = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let limits = nodes.map_or_else(Limits::default, |nodes| Limits { nodes });
    println!("| issues | structure | question | nodes stored | seconds | count |\n|---|---|---|---|---|---|");
    for issues in [40, 50, 64] {
        row("priorities, reach 3", &neighbours(issues, 4, 3, 1), &limits);
        row("priorities, reach 6", &neighbours(issues, 4, 6, 1), &limits);
        row("weights to 10", &small_weights(issues, 4, 10, 1), &limits);
        row("weights to 100", &small_weights(issues, 4, 100, 1), &limits);
    }
    for issues in [28, 32, 36, 40] {
        row("random priorities", &synthetic::case(&Recipe::even(issues, 4, 1)), &limits);
    }
}
