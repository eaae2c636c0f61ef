//! Cases with more outcomes than tables hold, from the command line.

use serde_json::Value;
use std::fmt::Write as _;
use std::process::{Command, Output};

/// Sixty-four points, every other one decided by each side; each wants its own granted exactly when the one beside it
/// is. South has a red line.
fn case() -> String {
    let mut text = String::from("[case]\ntitle = \"Sixty-four points\"\n[party.north]\n[party.south]\n");
    text.push_str("[[party.south.red-line]]\nthat = \"not (p0 and p2)\"\nbasis = \"assumed\"\n");
    for point in 0..64 {
        let mover = if point % 2 == 0 { "north" } else { "south" };
        let _ = write!(
            text,
            "[issue.p{point}]\nstatus-quo = \"no\"\nmoved-by = [\"{mover}\"]\n\
             [[party.{mover}.prefers]]\nthat = \"p{point} iff p{}\"\nbasis = \"assumed\"\n",
            point ^ 1
        );
    }
    let yes = (0..64).map(|point| format!("p{point} = \"yes\"")).collect::<Vec<_>>().join(", ");
    let _ = write!(text, "[[package]]\nname = \"everything\"\ntitle = \"Everything\"\nsets = {{ {yes} }}\n");
    text
}

fn run(folder: &std::path::Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_paraph"))
        .arg(arguments[0])
        .arg(folder)
        .args(&arguments[1..])
        .output()
        .expect("the program runs")
}

fn json(folder: &std::path::Path, arguments: &[&str]) -> Value {
    let output = run(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("decision diagrams"), "{said}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn sixty_four_issues_are_answered_exactly() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("case.toml"), case()).expect("written");
    let found = json(folder.path(), &["stability", "--format", "json", "--where", "p0 and p1"]);
    assert_eq!(found["method"], "decision-diagrams");
    let nash = &found["concepts"][0];
    // Each of the 32 pairs is granted together or kept together; the formula settles one of them.
    assert_eq!(
        (nash["concept"].as_str(), nash["equilibria"]["count"].as_u64()),
        (Some("nash"), Some(1 << 31))
    );
    let sequential = &found["concepts"][3];
    assert_eq!(
        (sequential["concept"].as_str(), sequential["computed"].as_bool()),
        (Some("seq"), Some(false))
    );

    let deals = json(folder.path(), &["deals", "--format", "json"]);
    assert_eq!(deals["efficient"]["not_computed"], true);
    let package = &deals["packages"][0];
    assert_eq!(package["not_accepted_by"][0]["party"], "south");
    assert_eq!(package["not_accepted_by"][0]["red_lines"][0], 0);

    let table = run(folder.path(), &["deals"]);
    let text = String::from_utf8_lossy(&table.stdout).into_owned();
    assert!(text.contains("efficient: not worked out"), "{text}");
}

#[test]
fn what_needs_a_table_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("case.toml"), case()).expect("written");
    let refused = run(folder.path(), &["stability", "--reach"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("need a table of all outcomes"));
    let held = run(folder.path(), &["stability", "--memory", "4KiB"]);
    assert_eq!(held.status.code(), Some(0), "a small case of this size needs few nodes");
}
