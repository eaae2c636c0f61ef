//! Diagnostics of the files in `tests/diagnostics`, as people see them.
//!
//! `NAME.toml` is read and checked; beside it may lie `NAME.scenario` (a scenario laid over it) and
//! `NAME.json` (statements and positions to compare it with). `NAME.txt` is what is expected;
//! `UPDATE=1` rewrites it.

use paraph_case::evidence::{Evidence, Found, Position, Stance, Statement, Status};
use paraph_case::render::{Style, human, summary};
use paraph_case::{Overlay, diagnostic, parse, parse_with_scenario};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics")
}

fn cases() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    paths
}

/// Statements and positions out of a JSON file.
struct Recorded(Value);

impl Evidence for Recorded {
    fn statement(&self, id_or_prefix: &str) -> Found {
        let all = self.0["statements"].as_object().unwrap();
        let found: Vec<&String> = all.keys().filter(|id| id.starts_with(id_or_prefix)).collect();
        match found[..] {
            [] => Found::Missing,
            [id] => {
                let statement = &all[id];
                let status = match statement["status"].as_str().unwrap() {
                    "proposed" => Status::Proposed,
                    "confirmed" => Status::Confirmed,
                    "corrected" => Status::Corrected,
                    "rejected" => Status::Rejected,
                    other => unreachable!("{other}"),
                };
                Found::One(Statement {
                    id: id.clone(),
                    status,
                    party: statement["party"].as_str().map(str::to_owned),
                    contested: statement["contested"].as_bool().unwrap_or(false),
                    date: statement["date"].as_str().map(|date| date.parse().unwrap()),
                })
            }
            _ => Found::Ambiguous(found.into_iter().cloned().collect()),
        }
    }

    fn position(&self, party: &str, issue: &str) -> Option<Position> {
        let position = self.0["positions"].get(party)?.get(issue)?;
        let stance = match position["stance"].as_str().unwrap() {
            "accepts" => Stance::Accepts,
            "accepts if" => Stance::AcceptsIf,
            "demands" => Stance::Demands,
            "offers" => Stance::Offers,
            "reserved" => Stance::Reserved,
            "rejects" => Stance::Rejects,
            other => unreachable!("{other}"),
        };
        let options = position["options"].as_array().unwrap();
        Some(Position { stance, options: options.iter().map(|o| o.as_str().unwrap().to_owned()).collect() })
    }
}

/// What is said about a case, for people.
fn report(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let parsed = match std::fs::read_to_string(path.with_extension("scenario")) {
        Ok(over) => {
            let overlay = Overlay { name: "other", file_name: "scenarios/other.toml", text: &over };
            parse_with_scenario(&text, "case.toml", overlay)
        }
        Err(_) => parse(&text, "case.toml"),
    };
    let diagnostics = match std::fs::read_to_string(path.with_extension("json")) {
        Ok(recorded) => parsed.check_with(&Recorded(serde_json::from_str(&recorded).unwrap())),
        Err(_) => parsed.check(),
    };
    format!("{}{}\n", human(&diagnostics, &parsed.files, Style::Plain), summary(&diagnostics))
}

#[test]
fn what_people_see() {
    let mut different = Vec::new();
    let cases = cases();
    assert!(cases.len() >= 10);
    for path in cases {
        let shown = report(&path);
        let expected = path.with_extension("txt");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&expected, &shown).unwrap();
        }
        if std::fs::read_to_string(&expected).unwrap_or_default() != shown {
            eprintln!("{}:\n{shown}", path.display());
            different.push(path);
        }
    }
    assert!(different.is_empty(), "other than expected (UPDATE=1 rewrites): {different:#?}");
}

/// Every diagnostic that the text of a case can give is shown by some file here.
#[test]
fn every_diagnostic_is_shown() {
    // Those about whole files and about size have tests of their own.
    let elsewhere = [
        "missing-file",
        "unknown-scenario",
        "unreadable-file",
        "not-utf8",
        "too-large",
        "too-many",
        "formula-too-deep",
        "not-enumerated",
    ];
    let all: String = cases().iter().map(|path| report(path)).collect();
    let missing: Vec<&str> = diagnostic::ALL
        .iter()
        .map(|known| known.id)
        .filter(|id| !elsewhere.contains(id) && !all.contains(&format!("[{id}]")))
        .collect();
    assert!(missing.is_empty(), "no file shows {missing:?}");
}
