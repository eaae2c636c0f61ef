//! What could be agreed, in every scenario or in two side by side.

use crate::answer::{Fields, Outcome, Shown, internal, worked};
use crate::shared::Shared;
use crate::trouble::{Fallible, Trouble};
use crate::views::what_if;
use minijinja::context;
use minijinja::value::{Serde, Value};
use paraph_analysis::Monitor;
use paraph_brief::html::Part;
use paraph_brief::{html, view};
use paraph_case::Case;
use paraph_workbench::{brief, evidence, names};
use serde::Serialize;

/// How many outcomes a list has at most.
pub(crate) const MOST: usize = 24;

/// What the scenarios give, each with deals, stability and explanations.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Scenarios {
    /// The scenarios that are shown, the case as written first.
    #[cfg_attr(test, schemars(with = "Vec<crate::tests::schema::Scenario>"))]
    scenarios: Vec<view::Scenario>,
    /// The names of all there are.
    names: Vec<String>,
}

/// Shows what could be agreed.
pub(crate) fn show(shared: &Shared, fields: &Fields) -> Fallible<Outcome> {
    let case = shared.case(None)?;
    let controls = what_if::controls(&case);
    scenarios(shared, fields, "agree", "What could be agreed", "agree.html", Part::Agree, controls)
}

/// The scenarios that an address asks for, as a part of the brief; none named: all.
pub(crate) fn scenarios(
    shared: &Shared,
    fields: &Fields,
    under: &'static str,
    title: &'static str,
    template: &'static str,
    part: Part,
    beside: impl Serialize,
) -> Fallible<Outcome> {
    let (names, chosen) = chosen(shared, fields)?;
    let mut cases = Vec::new();
    for name in &chosen {
        cases.push(cited(shared, Some(name.as_str()).filter(|name| !name.is_empty()))?);
    }
    let view = brief_of(&cases[0]);
    let key = format!("scenarios {chosen:?} {}", shared.state()?);
    let asked = shared.works.ask(&key, title, move |monitor| worked_out(&cases, monitor))?;
    worked(asked, |found| {
        let brief = view::Brief { scenarios: found.to_vec(), ..view };
        let drawn = html::part(&brief, part, "/statements/").map_err(|error| internal(&error))?;
        let explained = |scenario: &view::Scenario| {
            let one = |known: &view::Explanation| (known.outcome.clone(), known.title.clone());
            scenario.explanations.iter().map(one).collect::<Vec<_>>()
        };
        let known: Vec<_> = found.iter().flat_map(explained).collect();
        let gap = |scenario: &view::Scenario| (scenario.title.clone(), scenario.not_determined.clone());
        let gaps: Vec<_> = found.iter().map(gap).filter(|(_, gaps)| !gaps.is_empty()).collect();
        let shape = context! { drawn, chosen, known, gaps, names => names.clone(), beside => Value::from(Serde(&beside)) };
        let view = Scenarios { scenarios: brief.scenarios, names };
        Ok(Shown::new(under, title, template, view).drawn(shape))
    })
}

/// All scenarios by name, and those that an address asks for; the case as written has the empty name.
pub(crate) fn chosen(shared: &Shared, fields: &Fields) -> Fallible<(Vec<String>, Vec<String>)> {
    let mut names = vec![String::new()];
    names.extend(paraph_case::scenarios(&shared.folder));
    let mut chosen: Vec<String> = Vec::new();
    for name in fields.all("scenario") {
        let name = if name == "as-written" { "" } else { name };
        if !names.iter().any(|known| known == name) {
            return Err(Trouble::not_found("The case has no such scenario."));
        }
        if !chosen.iter().any(|known| known == name) {
            chosen.push(name.to_owned());
        }
    }
    if chosen.is_empty() {
        chosen.clone_from(&names);
    }
    Ok((names, chosen))
}

/// The case with what it cites written out in full.
pub(crate) fn cited(shared: &Shared, scenario: Option<&str>) -> Fallible<Case> {
    let mut case = shared.case(scenario)?;
    shared.read(|ledger| {
        evidence::cite_in_full(&mut case, ledger);
        Ok(())
    })?;
    Ok(case)
}

/// A brief of a case that holds its names and nothing else.
pub(crate) fn brief_of(case: &Case) -> view::Brief {
    view::Brief {
        title: case.title.clone(),
        matrix: view::Matrix {
            parties: names::parties(case),
            issues: names::issues(case),
            ..view::Matrix::default()
        },
        ..view::Brief::default()
    }
}

fn worked_out(cases: &[Case], monitor: &Monitor) -> Fallible<Vec<view::Scenario>> {
    cases.iter().map(|case| Ok(brief::scenario(case, MOST, monitor)?)).collect()
}
