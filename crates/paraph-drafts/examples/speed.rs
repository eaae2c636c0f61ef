//! Times alignment and comparison: two drafts of 500 points, ten of 60.
//!
//! `cargo run --release -p paraph-drafts --example speed`

use std::time::Instant;

use paraph_drafts::{Draft, FrontMatter, NewPoint, align, changes, compare, compose};

const SUBJECTS: [&str; 20] = [
    "the commission",
    "each member",
    "the secretariat",
    "every province",
    "the employer",
    "the fund",
    "the harbour office",
    "the court",
    "a joint patrol",
    "the mediator",
    "the railway",
    "the union",
    "the council",
    "a panel of experts",
    "the bank",
    "the observers",
    "the ministry",
    "the ferry line",
    "the tribunal",
    "the academy",
];
const VERBS: [&str; 20] = [
    "publishes",
    "inspects",
    "finances",
    "restores",
    "registers",
    "escorts",
    "measures",
    "protects",
    "licenses",
    "reviews",
    "translates",
    "stores",
    "repairs",
    "trains",
    "insures",
    "counts",
    "maps",
    "monitors",
    "audits",
    "collects",
];
const OBJECTS: [&str; 25] = [
    "bridges",
    "fishing permits",
    "archives",
    "school books",
    "water meters",
    "grain stocks",
    "mine fields",
    "border posts",
    "wage tables",
    "museum loans",
    "bus routes",
    "crop seeds",
    "tax returns",
    "power lines",
    "prison visits",
    "news studios",
    "forest tracks",
    "ice roads",
    "oil tanks",
    "patient files",
    "flood walls",
    "tram depots",
    "wine labels",
    "radio masts",
    "cable cars",
];

fn draft(name: &str, count: usize, round: usize) -> Draft {
    let points: Vec<NewPoint> = (0..count)
        .filter(|at| (at + round) % 23 != 5)
        .enumerate()
        .map(|(number, at)| {
            let pick =
                |list: &[&str], step: usize| list[(at * step + at / list.len()) % list.len()].to_owned();
            let days = 10 + (at * 7 + round * (at % 3)) % 90;
            NewPoint {
                label: format!("{}.", number + 1),
                depth: 0,
                words: format!(
                    "In chapter {at} {} {} {} within {days} days. The costs of {} are shared, and {} shall \
                     report on {} to {}.",
                    pick(&SUBJECTS, 7),
                    pick(&VERBS, 3),
                    pick(&OBJECTS, 11),
                    pick(&OBJECTS, 3),
                    pick(&SUBJECTS, 13),
                    pick(&OBJECTS, 7),
                    pick(&SUBJECTS, 3),
                ),
            }
        })
        .collect();
    compose(name, &FrontMatter::default(), &points).expect("the points read back as given")
}

fn main() {
    let (old, new) = (draft("old", 500, 0), draft("new", 500, 1));
    let start = Instant::now();
    let alignment = align(&old, &new, &[]).expect("500 points are within the limit");
    let aligned = start.elapsed();
    let typed: usize = changes(&old, &new, &alignment, &[]).iter().map(|point| point.changes.len()).sum();
    println!(
        "two drafts of 500 points: {} relations in {aligned:?}; {typed} changes, all in {:?}",
        alignment.relations.len(),
        start.elapsed()
    );
    let drafts: Vec<Draft> = (0..10).map(|round| draft(&format!("draft-{round}"), 60, round)).collect();
    let start = Instant::now();
    let comparison = compare(&drafts, &[], &[]).expect("60 points are within the limit");
    println!("ten drafts of 60 points: {} rows in {:?}", comparison.rows.len(), start.elapsed());
}
