//! Outcomes as a table.

use crate::error::{Error, Kind};
use paraph_analysis::{Model, OPEN};
use std::io::Write;

/// Writes every feasible outcome as a line of CSV: its code, its option on each issue, and for each
/// party its rank (one for its worst) and, with weights, its utility. Lines ascend with the first
/// issue fastest; merged outcomes are one line. Nothing is kept in memory but the line.
///
/// # Errors
/// When writing fails.
pub fn outcomes_csv(model: &Model, to: &mut dyn Write) -> Result<(), Error> {
    let failed =
        |error: csv::Error| Error::new(Kind::Write, format!("the table could not be written: {error}"));
    let case = model.case();
    let mut table = csv::Writer::from_writer(to);
    let mut line: Vec<String> = vec!["outcome".to_owned()];
    line.extend(case.issues.iter().map(|issue| issue.id.clone()));
    let weighted: Vec<bool> = case
        .parties
        .iter()
        .map(|party| matches!(party.preferences, paraph_case::Preferences::Weights(_)))
        .collect();
    for (party, &weighted) in case.parties.iter().zip(&weighted) {
        line.push(format!("rank {}", party.id));
        if weighted {
            line.push(format!("utility {}", party.id));
        }
    }
    table.write_record(&line).map_err(failed)?;
    each_outcome(model, &mut |cell| {
        line.clear();
        line.push(model.code(cell));
        for (issue, option) in case.issues.iter().zip(model.options(cell)) {
            line.push(if option == OPEN { "-".to_owned() } else { issue.options[option].clone() });
        }
        for (party, &weighted) in weighted.iter().enumerate() {
            line.push(model.rank(party, cell).to_string());
            if weighted {
                line.push(model.utility(party, cell).map(|utility| utility.to_string()).unwrap_or_default());
            }
        }
        table.write_record(&line).map_err(failed)
    })?;
    table.flush().map_err(|error| Error::new(Kind::Write, format!("the table could not be written: {error}")))
}

/// Visits every feasible outcome, ascending with the first issue fastest, merged ones once.
pub(super) fn each_outcome(
    model: &Model,
    visit: &mut dyn FnMut(usize) -> Result<(), Error>,
) -> Result<(), Error> {
    let case = model.case();
    if case.explicit.is_some() {
        return (0..model.space().size()).try_for_each(visit);
    }
    // In the order of declaration, which is not that of the cells.
    let mut outcome = vec![0usize; case.issues.len()];
    for _ in 0..model.all() {
        if let Some(cell) = model.space().cell(&outcome)
            && model.is_feasible(cell)
            && model.representative(cell) == cell
        {
            visit(cell)?;
        }
        for (option, issue) in outcome.iter_mut().zip(&case.issues) {
            *option += 1;
            if *option < issue.options.len() {
                break;
            }
            *option = 0;
        }
    }
    Ok(())
}
