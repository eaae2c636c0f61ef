//! Public negotiation scenarios through the command line: imported, analysed, and compared with what a
//! careful reader of their formats computes. Skipped where the folder of shared material is not there.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

fn run(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_paraph")).args(arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
}

/// The files of a scenario: the domain, if it has one, then the profiles in their order.
fn files(folder: &Path, expected: &Value) -> Vec<PathBuf> {
    let names = expected["party_files"].as_array().unwrap().iter();
    let profiles: Vec<PathBuf> = names.map(|name| folder.join(name.as_str().unwrap())).collect();
    let mut all: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| !profiles.contains(path));
    all.sort();
    all.extend(profiles);
    all
}

/// A decimal or a fraction.
fn number(text: &Value) -> f64 {
    let text = text.as_str().unwrap();
    match text.split_once('/') {
        Some((above, below)) => above.parse::<f64>().unwrap() / below.parse::<f64>().unwrap(),
        None => text.parse().unwrap(),
    }
}

fn close(found: f64, expected: &Value) -> bool {
    (found - expected.as_f64().unwrap()).abs() <= 1e-9
}

fn compare(folder: &Path, name: &str, expected: &Value) -> Vec<String> {
    let place = tempfile::tempdir().unwrap();
    let case = place.path().join("case");
    let case = case.to_str().unwrap();
    let files = files(folder, expected);
    let mut arguments = vec!["import", "--format", "json", "-o", case];
    arguments.extend(files.iter().map(|file| file.to_str().unwrap()));
    let read = run(&arguments);
    let deals = run(&["deals", case, "--format", "json", "--list", "3"]);
    let parties: Vec<&str> =
        deals["parties"].as_array().unwrap().iter().map(|party| party["id"].as_str().unwrap()).collect();
    let mut faults = Vec::new();
    for (key, found) in [
        ("outcomes", &read["outcomes"]["all"]),
        ("outcomes", &deals["outcomes"]["all"]),
        ("pareto_packages", &deals["efficient"]["count"]),
        ("pareto_unique_points", &deals["efficient"]["points"]),
        ("zopa_count", &deals["acceptable"]["count"]),
        ("zopa_pareto_packages", &deals["efficient_deals"]["count"]),
        ("zopa_pareto_unique_points", &deals["efficient_deals"]["points"]),
    ] {
        if *found != expected[key] {
            faults.push(format!("{name}: {key} is {found}, expected {}", expected[key]));
        }
    }
    for (at, party) in read["parties"].as_array().unwrap().iter().enumerate() {
        for (key, found) in
            [("utility_min", "lowest"), ("utility_max", "highest"), ("reservation", "walk_away")]
        {
            if !close(number(&party[found]), &expected[key][at]) {
                faults.push(format!("{name}: {found} of {} is {}", party["id"], party[found]));
            }
        }
    }
    for (rule, key) in [
        ("nash-product", "nash"),
        ("kalai-smorodinsky", "ks"),
        ("egalitarian", "egal"),
        ("utilitarian", "welfare"),
    ] {
        let pick = deals["picks"].as_array().unwrap().iter().find(|pick| pick["rule"] == rule);
        let Some(pick) = pick else {
            faults.push(format!("{name}: {rule} picks nothing"));
            continue;
        };
        let ties = &expected[format!("{key}_ties")];
        if pick["ties"] != *ties {
            faults.push(format!("{name}: {} tie by {rule}, expected {ties}", pick["ties"]));
        }
        for (at, party) in parties.iter().enumerate() {
            let found = pick["utilities"][party].as_f64().unwrap();
            if !close(found, &expected[format!("{key}_utils")][at]) {
                faults.push(format!("{name}: {rule} gives {party} {found}"));
            }
        }
    }
    faults
}

#[test]
fn every_scenario_comes_out_as_expected() {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/scenarios");
    let Ok(text) = std::fs::read(scenarios.join("expected.json")) else {
        println!("skipped: there is no folder `shared` beside the project");
        return;
    };
    let expected: Value = serde_json::from_slice(&text).unwrap();
    let mut faults = Vec::new();
    for (name, expected) in expected.as_object().unwrap() {
        faults.extend(compare(&scenarios.join(name), name, expected));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
