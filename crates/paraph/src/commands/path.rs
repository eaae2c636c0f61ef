//! `paraph path`

use super::Ending;
use crate::cli::{Format, PathTo};
use crate::output;
use crate::progress::Watch;
use paraph_analysis::{Model, Options, Step, Steps, shortest_path};
use paraph_workbench::folder;
use paraph_workbench::lens::Lens;
use paraph_workbench::part::outcome;
use paraph_workbench::{Failure, Outcome};
use serde_json::{Value, json};

/// Finds shortest ways to an outcome.
pub(super) fn run(arguments: &PathTo) -> Outcome<Ending> {
    let (place, rest) = folder::split(&arguments.places, Some(1));
    let code = rest.first().map(String::as_str).unwrap_or_default();
    let case = folder::case(&place, arguments.scenario.as_deref())?;
    let watch = Watch::begin();
    let monitor = watch.monitor();
    let model = Model::new(&case, &Options::default(), monitor)?;
    let to = outcome(&model, code)?;
    let from = model.status_quo().filter(|&cell| model.is_feasible(cell)).ok_or_else(|| {
        Failure::new("the case has no status quo to start from").hint("give every issue a `status-quo`")
    })?;
    let lens = Lens::new(&model, Some(from), monitor)?;
    let by_moves = shortest_path(&model, from, to, Steps::Moves, monitor)?;
    let by_improvements = shortest_path(&model, from, to, Steps::Improvements, monitor)?;
    drop(watch);
    if arguments.format == Format::Json {
        output::json(&json!({
            "from": lens.code(from),
            "to": lens.code(to),
            "by_moves": steps(&lens, by_moves.as_deref()),
            "by_improvements": steps(&lens, by_improvements.as_deref()),
        }))?;
        return Ok(Ending::Done);
    }
    let mut text = format!("From {} to {}\n", lens.code(from), lens.code(to));
    for (heading, found) in [("By moves", &by_moves), ("By improvements only", &by_improvements)] {
        text.push_str(&format!("\n{heading}\n"));
        match found {
            None => text.push_str("  cannot be reached\n"),
            Some(found) if found.is_empty() => text.push_str("  it is where things stand\n"),
            Some(found) => {
                let mut before = from;
                for (at, step) in found.iter().enumerate() {
                    let who = match step {
                        Step::Move { party, .. } => case.parties[*party].name.as_str(),
                        Step::Agreement { .. } => "by agreement",
                    };
                    let changes: Vec<String> = lens
                        .changes(before, step.to())
                        .iter()
                        .map(paraph_brief::view::Difference::words)
                        .collect();
                    text.push_str(&format!(
                        "  {}. {who}: {} ({})\n",
                        at + 1,
                        lens.code(step.to()),
                        changes.join("; ")
                    ));
                    before = step.to();
                }
            }
        }
    }
    output::data(&text)?;
    Ok(Ending::Done)
}

/// A list of steps, or null where there is no way.
fn steps(lens: &Lens<'_>, path: Option<&[Step]>) -> Value {
    let Some(path) = path else { return Value::Null };
    path.iter()
        .map(|step| {
            let mover = match step {
                Step::Move { party, .. } => Value::from(lens.case().parties[*party].id.as_str()),
                Step::Agreement { .. } => Value::Null,
            };
            json!({ "mover": mover, "by_agreement": mover.is_null(), "to": lens.code(step.to()) })
        })
        .collect()
}
