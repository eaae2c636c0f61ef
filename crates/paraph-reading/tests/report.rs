//! Scores the report in `../shared` where it is there; prints a note where it is not.

mod common;

use std::path::PathBuf;

use common::{Row, score};
use paraph_reading::{Names, Source, TextSpan, read};
use serde_json::Value;

fn gold() -> Option<Value> {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reports/28-point-plan.gold.jsonl");
    let Ok(file) = std::fs::read_to_string(&path) else {
        println!("skipped: the marked report is not beside this checkout");
        return None;
    };
    Some(serde_json::from_str(file.lines().next().unwrap()).unwrap())
}

fn spans(value: &Value) -> Vec<TextSpan> {
    if value.is_null() { Vec::new() } else { serde_json::from_value(value.clone()).unwrap() }
}

#[test]
fn finds_the_statements_of_the_report() {
    let Some(gold) = gold() else { return };
    let text = gold["text"].as_str().unwrap();
    let field = |row: &Value, name: &str| row[name].as_str().map(str::to_owned);
    let expected: Vec<Row> = gold["attributions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| Row {
            id: field(row, "id").unwrap(),
            source: spans(&row["source"]),
            cue: spans(&row["cue"]),
            content: spans(&row["content"]),
            party: field(row, "party"),
            act: field(row, "act"),
            contests: field(row, "contests"),
        })
        .collect();
    let reading = read(&Source::new(text), &Names::default());
    let proposed: Vec<Row> = reading.statements.iter().map(Row::from).collect();
    let score = score(text, &expected, &proposed);
    println!("{score:?} F1 {:.3}", score.f1());
    assert!(score.found >= 23, "found {}", score.found);
    assert!(score.proposed - score.found <= 4, "{} extra", score.proposed - score.found);
    assert!(score.act_right >= 23, "acts {}", score.act_right);
    assert_eq!(score.party_wrong, 0);
    assert_eq!((score.links_found, score.links_expected), (1, 1));
    // The report has no date of its own, so nothing is dated.
    assert!(
        reading
            .statements
            .iter()
            .filter_map(|statement| statement.when.as_ref())
            .all(|when| when.interval.is_none())
    );
}

#[test]
fn finds_the_events_of_the_report() {
    let Some(gold) = gold() else { return };
    let text = gold["text"].as_str().unwrap();
    let reading = read(&Source::new(text), &Names::default());
    let overlap = |one: &[TextSpan], other: &[TextSpan]| {
        one.iter().any(|a| other.iter().any(|b| a.start < b.end && b.start < a.end))
    };
    let mut found = 0;
    for event in gold["events"].as_array().unwrap() {
        let participants = spans(&event["participants"]);
        found += usize::from(reading.events.iter().any(|proposed| {
            overlap(&proposed.trigger, &spans(&event["trigger"]))
                && participants.iter().all(|one| overlap(&[*one], &proposed.participants))
                && serde_json::to_value(proposed.kind).unwrap() == event["kind"]
                && serde_json::to_value(proposed.status).unwrap() == event["status"]
        }));
    }
    println!(
        "events: {found} of 6 with kind, trigger, all participants and status; {} proposed",
        reading.events.len()
    );
    assert_eq!(found, 6);
    assert!(reading.events.len() - found == 0);
}
