//! Public scenarios of the automated-negotiation community, read and compared with what a careful
//! reader of the formats computes. Skipped where the shared folder is not there.

use crate::common::{case_of, deals_of, import_paths, model_of, pick, shared};
use paraph_analysis::{Model, Rule};
use serde_json::Value;
use std::collections::HashSet;
use std::path::PathBuf;

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-9
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// The files of a scenario: the domain, if it has one, then the profiles in their order.
fn files(folder: &std::path::Path, expected: &Value) -> Vec<PathBuf> {
    let profiles: Vec<PathBuf> = expected["party_files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| folder.join(name.as_str().unwrap()))
        .collect();
    let mut all: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| !profiles.contains(path));
    all.sort();
    all.extend(profiles);
    all
}

#[test]
fn every_scenario_is_read_as_expected() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("scenarios");
    let expected: Value =
        serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let mut faults = Vec::new();
    for (name, expected) in expected.as_object().unwrap() {
        let start = std::time::Instant::now();
        faults.extend(compare(&folder.join(name), name, expected));
        println!("{name}: {:.2} s", start.elapsed().as_secs_f64());
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn compare(folder: &std::path::Path, name: &str, expected: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let imported = import_paths(&files(folder, expected));
    let case = case_of(&imported);
    let model = model_of(&case);
    let deals = deals_of(&model);
    let parties = case.parties.len();
    let mut same = |what: &str, found: f64, key: &str| {
        let wanted = expected[key].as_f64().unwrap();
        if !close(found, wanted) {
            faults.push(format!("{name}: {what} {found}, expected {wanted}"));
        }
    };
    let gains = |utilities: &[f64]| -> Vec<f64> {
        utilities
            .iter()
            .zip(numbers(&expected["reservation"]))
            .map(|(utility, none)| utility - none)
            .collect()
    };
    same("outcomes", imported.as_read.outcomes.unwrap() as f64, "outcomes");
    same("parties", parties as f64, "parties");
    same("efficient packages", model.count(&deals.efficient) as f64, "pareto_packages");
    same("efficient points", deals.efficient_points as f64, "pareto_unique_points");
    same("acceptable packages", model.count(&deals.acceptable) as f64, "zopa_count");
    let strict = deals
        .acceptable
        .iter()
        .filter(|&cell| deals.disagreements.iter().all(|known| known.is_exceeded_by(&model, cell)))
        .count();
    same("packages that all gain in", strict as f64, "zopa_strict_count");
    let mut among = deals.efficient.clone();
    among.intersect(&deals.acceptable);
    same("efficient acceptable packages", among.count() as f64, "zopa_pareto_packages");
    let points: HashSet<Vec<u32>> =
        among.iter().map(|cell| (0..parties).map(|party| model.rank(party, cell)).collect()).collect();
    same("efficient acceptable points", points.len() as f64, "zopa_pareto_unique_points");
    let (nash, ties) = pick(&deals, Rule::Nash);
    same("Nash product", gains(&nash).iter().product(), "nash_product");
    same("Nash ties", ties as f64, "nash_ties");
    let (kalai, ties) = pick(&deals, Rule::KalaiSmorodinsky);
    let best = best_gains(&model, &deals.acceptable, &numbers(&expected["reservation"]));
    let least = gains(&kalai).iter().zip(&best).map(|(gain, best)| gain / best).fold(f64::INFINITY, f64::min);
    same("Kalai-Smorodinsky ratio", least, "ks_minratio");
    same("Kalai-Smorodinsky ties", ties as f64, "ks_ties");
    let (egalitarian, ties) = pick(&deals, Rule::Egalitarian);
    same("least gain", gains(&egalitarian).iter().copied().fold(f64::INFINITY, f64::min), "egal_min_gain");
    same("egalitarian ties", ties as f64, "egal_ties");
    let (utilitarian, ties) = pick(&deals, Rule::Utilitarian);
    same("greatest sum", utilitarian.iter().sum(), "welfare_max");
    same("utilitarian ties", ties as f64, "welfare_ties");
    if expected["nash_ties"] == 1 {
        let first = deals.picks.iter().find(|pick| pick.rule == Rule::Nash).unwrap().first;
        for (issue, option) in imported.as_read.issues.iter().zip(model.options(first)) {
            let wanted = &expected["nash_package"][&issue.name];
            let wanted = wanted.as_str().map_or_else(|| wanted.to_string(), str::to_owned);
            if issue.options[option] != wanted {
                faults.push(format!("{name}: Nash has {}, expected {wanted}", issue.options[option]));
            }
        }
    }
    for (found, key) in [
        (&nash, "nash_utils"),
        (&kalai, "ks_utils"),
        (&egalitarian, "egal_utils"),
        (&utilitarian, "welfare_utils"),
    ] {
        let wanted = numbers(&expected[key]);
        if !found.iter().zip(&wanted).all(|(a, b)| close(*a, *b)) {
            faults.push(format!("{name}: {key} {found:?}, expected {wanted:?}"));
        }
    }
    for (at, party) in imported.as_read.parties.iter().enumerate() {
        let (low, high) = party.range.unwrap();
        for (found, key) in [
            (low.to_f64(), "utility_min"),
            (high.to_f64(), "utility_max"),
            (party.walk_away.unwrap().to_f64(), "reservation"),
        ] {
            let wanted = numbers(&expected[key])[at];
            if !close(found, wanted) {
                faults.push(format!("{name}: {key} of {} {found}, expected {wanted}", party.id));
            }
        }
        // The report counts by sums of halves, the analysis one by one.
        let one_by_one = (0..model.space().size())
            .filter(|&cell| deals.disagreements[at].is_met_by(&model, cell))
            .count() as u64;
        if party.acceptable != Some(one_by_one) {
            faults.push(format!("{name}: {} accepts {:?}, not {one_by_one}", party.id, party.acceptable));
        }
    }
    let sizes: Vec<u64> = case.issues.iter().map(|issue| issue.options.len() as u64).collect();
    let wanted: Vec<u64> =
        expected["issues"].as_array().unwrap().iter().map(|size| size.as_u64().unwrap()).collect();
    if sizes != wanted {
        faults.push(format!("{name}: options {sizes:?}, expected {wanted:?}"));
    }
    let names: Vec<&str> = imported.as_read.issues.iter().map(|issue| issue.name.as_str()).collect();
    let wanted: Vec<&str> =
        expected["issue_names"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    if names != wanted {
        faults.push(format!("{name}: issues {names:?}, expected {wanted:?}"));
    }
    let discounted = numbers(&expected["discount"]).iter().any(|&factor| factor != 1.0);
    let said = imported.as_read.dropped.iter().any(|dropped| dropped.what.contains("discount factor"));
    if discounted != said {
        faults.push(format!("{name}: the discount factor is not reported as it is"));
    }
    faults
}

/// For each party its best gain among the acceptable packages.
fn best_gains(model: &Model, acceptable: &paraph_analysis::Bitmap, none: &[f64]) -> Vec<f64> {
    none.iter()
        .enumerate()
        .map(|(party, none)| {
            let top = acceptable.iter().max_by_key(|&cell| model.rank(party, cell)).unwrap();
            model.utility(party, top).unwrap().to_f64() - none
        })
        .collect()
}
