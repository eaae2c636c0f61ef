//! `paraph check`

use super::Ending;
use crate::cli::{Check, CheckFormat};
use crate::output;
use paraph_case::render::{self, Style};
use paraph_case::span::Files;
use paraph_case::{Diagnostic, Severity};
use paraph_ledger::Ledger;
use paraph_workbench::Outcome;
use paraph_workbench::evidence::Record;
use paraph_workbench::folder;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What was found in the case, or in the case with a scenario over it.
struct Found {
    scenario: Option<String>,
    diagnostics: Vec<Diagnostic>,
    files: Files,
}

/// Checks the case and its scenarios.
pub(super) fn run(arguments: &Check) -> Outcome<Ending> {
    let place = folder::existing(&arguments.case.folder)?;
    let ledger = folder::ledger(place)?;
    let layers: Vec<Option<String>> = match &arguments.scenario {
        Some(name) => vec![Some(name.clone())],
        None => std::iter::once(None).chain(paraph_case::scenarios(place).into_iter().map(Some)).collect(),
    };
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut all: Vec<Found> = Vec::new();
    for layer in layers {
        let mut found = look(place, &ledger, layer.as_deref())?;
        // What the case says by itself is not said again for each scenario.
        found.diagnostics.retain(|diagnostic| seen.insert(key(diagnostic, &found.files)));
        all.push(found);
    }
    let diagnostics: Vec<Diagnostic> = all.iter().flat_map(|found| found.diagnostics.clone()).collect();
    let errors = diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
    match arguments.format {
        CheckFormat::Json => output::json(&answer(&all, &diagnostics))?,
        CheckFormat::Concise => {
            let lines = all.iter().map(|found| render::concise(&found.diagnostics, &found.files));
            output::data(&lines.collect::<String>())?;
        }
        CheckFormat::Table => {
            let style = if output::style().color { Style::Ansi } else { Style::Plain };
            let texts = all.iter().filter(|found| !found.diagnostics.is_empty()).map(|found| {
                let heading = found.scenario.as_ref().map(|name| format!("With the scenario `{name}`:\n\n"));
                heading.unwrap_or_default() + &render::human(&found.diagnostics, &found.files, style)
            });
            output::data(&texts.collect::<String>())?;
            output::talk(&render::summary(&diagnostics));
        }
    }
    Ok(if errors > 0 { Ending::Problems } else { Ending::Done })
}

fn look(place: &std::path::Path, ledger: &Ledger, scenario: Option<&str>) -> Outcome<Found> {
    let parsed = paraph_case::load(place, scenario);
    let diagnostics = match &parsed.case {
        Some(case) => parsed.check_with(&Record::new(ledger, case)?),
        None => parsed.check(),
    };
    Ok(Found { scenario: scenario.map(str::to_owned), diagnostics, files: parsed.files })
}

/// What makes two diagnostics the same, whichever scenario was laid over the case. A remark without a place
/// of its own is a new one in each scenario only if it says something else.
fn key(diagnostic: &Diagnostic, files: &Files) -> String {
    let place = diagnostic.span().and_then(|span| files.place(span));
    let place = place.map(|place| format!("{}:{}:{}", place.file, place.line, place.column));
    format!("{} {} {}", diagnostic.id, place.unwrap_or_default(), diagnostic.message)
}

fn answer(all: &[Found], diagnostics: &[Diagnostic]) -> Value {
    let count = |severity: Severity| diagnostics.iter().filter(|found| found.severity == severity).count();
    let listed: Vec<Value> = all
        .iter()
        .flat_map(|found| {
            let mut list = match render::json(&found.diagnostics, &found.files) {
                Value::Array(list) => list,
                _ => Vec::new(),
            };
            for one in list.iter_mut().filter_map(Value::as_object_mut) {
                one.insert("scenario".to_owned(), json!(found.scenario));
            }
            list
        })
        .collect();
    json!({
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
        "notes": count(Severity::Note),
        "diagnostics": listed,
    })
}
