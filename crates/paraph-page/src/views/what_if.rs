//! What changes when a priority moves, an issue is held, or a constraint is dropped.

use crate::answer::{Fields, Found, Outcome, Shown, worked};
use crate::shared::Shared;
use crate::trouble::{Fallible, Trouble};
use crate::views::agree::{MOST, cited};
use axum::http::StatusCode;
use paraph_analysis::{self as analysis, Model, Monitor, Options, Terms};
use paraph_brief::{sentences, view};
use paraph_case::{Case, Preferences};
use paraph_workbench::admission::admit;
use paraph_workbench::lens::Lens;
use paraph_workbench::{deals, diagrams, names, part};
use serde::Serialize;
use std::sync::Arc;

/// The deals as written and as changed.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct WhatIf {
    /// What was changed, in sentences.
    changed: Vec<String>,
    /// What follows, in sentences.
    follows: Vec<String>,
    /// The deals of the case as written.
    #[cfg_attr(test, schemars(with = "crate::tests::schema::Deals"))]
    before: Found<view::Deals>,
    /// The deals with the changes; absent when they cannot be worked out, and `follows` says why.
    #[cfg_attr(test, schemars(with = "Option<crate::tests::schema::Deals>"))]
    after: Option<Found<view::Deals>>,
    /// What can be changed, as it stands now.
    controls: Controls,
}

/// What can be changed.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Controls {
    /// The scenario; empty for the case as written.
    scenario: String,
    /// The priorities of every party that has some.
    parties: Vec<Priorities>,
    /// The issues and the option that each is held at.
    issues: Vec<Held>,
    /// The constraints.
    constraints: Vec<Dropped>,
}

/// The priorities of a party.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Priorities {
    /// The party.
    #[cfg_attr(test, schemars(with = "crate::tests::schema::Party"))]
    party: view::Party,
    /// Its formulas in the order that counts, each with its place in the case.
    list: Vec<(usize, String)>,
    /// That order, as the address writes it.
    order: String,
    /// Whether it differs from the case's.
    moved: bool,
}

/// An issue that may be held.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Held {
    /// The issue.
    #[cfg_attr(test, schemars(with = "crate::tests::schema::Issue"))]
    issue: view::Issue,
    /// The option it is held at.
    at: Option<String>,
}

/// A constraint that may be dropped.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Dropped {
    /// Its place in the case.
    at: usize,
    /// What it says.
    text: String,
    /// Whether it is dropped.
    dropped: bool,
}

/// What an address changes in a case.
struct Changes {
    orders: Vec<(usize, Vec<usize>)>,
    hold: Vec<String>,
    drop: Vec<usize>,
}

impl Changes {
    fn of(case: &Case, fields: &Fields) -> Fallible<Self> {
        let wrong = |what: &str| Trouble::malformed(format!("The address changes {what} that is not there."));
        let mut orders = Vec::new();
        for given in fields.all("order").filter(|given| !given.is_empty()) {
            let (party, list) = given.split_once(':').ok_or_else(|| wrong("a party"))?;
            let party = case.party(party).ok_or_else(|| wrong("a party"))?;
            let Preferences::Priorities(known) = &case.parties[party].preferences else {
                return Err(wrong("a priority"));
            };
            let order: Vec<usize> = list
                .split(',')
                .map(|at| at.parse().map_err(|_| wrong("a priority")))
                .collect::<Fallible<_>>()?;
            let mut sorted = order.clone();
            sorted.sort_unstable();
            if sorted != (0..known.len()).collect::<Vec<_>>() {
                return Err(wrong("a priority"));
            }
            if !order.is_sorted() {
                orders.push((party, order));
            }
        }
        let mut drop = Vec::new();
        for given in fields.all("drop").filter(|given| !given.is_empty()) {
            let at: usize = given.parse().map_err(|_| wrong("a constraint"))?;
            if at >= case.constraints.len() {
                return Err(wrong("a constraint"));
            }
            drop.push(at);
        }
        drop.sort_unstable();
        drop.dedup();
        let hold = fields.all("hold").filter(|given| !given.is_empty()).map(str::to_owned).collect();
        Ok(Changes { orders, hold, drop })
    }

    fn is_empty(&self) -> bool {
        self.orders.is_empty() && self.hold.is_empty() && self.drop.is_empty()
    }

    /// The changed case and what is held in it.
    fn apply(&self, case: &Case) -> Fallible<(Case, Options)> {
        let mut changed = case.clone();
        for (party, order) in &self.orders {
            if let Preferences::Priorities(list) = &mut changed.parties[*party].preferences {
                *list = order.iter().map(|&at| list[at].clone()).collect();
            }
        }
        for &at in self.drop.iter().rev() {
            changed.constraints.remove(at);
        }
        let options = part::held(&changed, None, &self.hold)?;
        // What is held is so without a deal too; otherwise nobody would have anything to compare with.
        for &(issue, option) in &options.held {
            changed.issues[issue].status_quo = Some(option);
        }
        Ok((changed, options))
    }

    fn told(&self, case: &Case) -> Vec<String> {
        let mut told = Vec::new();
        for (party, order) in &self.orders {
            let party = &case.parties[*party];
            if let Preferences::Priorities(list) = &party.preferences {
                let first = order.iter().enumerate().find(|(at, from)| at != *from);
                if let Some((at, &from)) = first {
                    told.push(format!(
                        "{}: “{}” stands in place {} of its priorities.",
                        party.name,
                        list[from].text,
                        at + 1
                    ));
                }
            }
        }
        told.extend(self.hold.iter().map(|hold| format!("Held, also without a deal: {hold}.")));
        told.extend(
            self.drop.iter().map(|&at| format!("Without the constraint “{}”.", case.constraints[at].text)),
        );
        told
    }
}

/// The controls of a case as written.
pub(crate) fn controls(case: &Case) -> Controls {
    controls_of(case, &Changes { orders: Vec::new(), hold: Vec::new(), drop: Vec::new() })
}

fn controls_of(case: &Case, changes: &Changes) -> Controls {
    let parties =
        case.parties.iter().enumerate().zip(names::parties(case)).filter_map(|((at, party), view)| {
            let Preferences::Priorities(list) = &party.preferences else { return None };
            let moved = changes.orders.iter().find(|(party, _)| *party == at).map(|(_, order)| order.clone());
            let order = moved.clone().unwrap_or_else(|| (0..list.len()).collect());
            Some(Priorities {
                list: order.iter().map(|&at| (at, list[at].text.clone())).collect(),
                order: order.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
                moved: moved.is_some(),
                party: view,
            })
        });
    let issues = names::issues(case).into_iter().map(|issue| {
        let held = |hold: &String| {
            let (known, option) = hold.split_once('=')?;
            (known.trim() == issue.id).then(|| option.trim().to_owned())
        };
        Held { at: changes.hold.iter().find_map(held), issue }
    });
    let constraints = case.constraints.iter().enumerate().map(|(at, constraint)| Dropped {
        at,
        text: constraint.text.clone(),
        dropped: changes.drop.contains(&at),
    });
    Controls {
        scenario: case.scenario.as_ref().map(|scenario| scenario.name.clone()).unwrap_or_default(),
        parties: parties.collect(),
        issues: issues.collect(),
        constraints: constraints.collect(),
    }
}

/// Shows what changes.
pub(crate) fn show(shared: &Shared, fields: &Fields) -> Fallible<Outcome> {
    let scenario = fields.get("scenario").filter(|name| *name != "as-written");
    let case = cited(shared, scenario)?;
    let changes = Changes::of(&case, fields)?;
    let (changed, options) = changes.apply(&case)?;
    let controls = controls_of(&case, &changes);
    let told = changes.told(&case);
    let same = changes.is_empty();
    let state = shared.state()?;
    let base_key = format!("deals {scenario:?} {state}");
    let base = case.clone();
    let before = shared
        .works
        .ask(&base_key, "The deals as written", move |monitor| found(&base, &Options::default(), monitor))?;
    let before = match before {
        crate::work::Asked::Found(value) => value,
        crate::work::Asked::Running(progress) => return Ok(Outcome::Running(progress)),
    };
    let key = if same {
        base_key
    } else {
        format!("deals {scenario:?} {:?} {:?} {:?} {state}", changes.orders, changes.hold, changes.drop)
    };
    let after = shared
        .works
        .ask(&key, "The deals with the changes", move |monitor| found(&changed, &options, monitor));
    let shown = |follows, after| {
        let view = WhatIf { follows, changed: told, before: Found(Arc::clone(&before)), after, controls };
        Shown::new("agree", "What if", "what_if.html", view)
    };
    // What cannot be worked out keeps the form, so that the change can be taken back.
    let after = match after {
        Err(trouble) if trouble.status == StatusCode::UNPROCESSABLE_ENTITY => {
            let mut follows = vec![format!("Not worked out: {}.", trouble.said.error)];
            follows.extend(trouble.said.hints);
            return Ok(shown(follows, None).into());
        }
        after => after?,
    };
    worked(after, |after| Ok(shown(follows(&before, &after), Some(Found(after)))))
}

fn found(case: &Case, options: &Options, monitor: &Monitor) -> Fallible<view::Deals> {
    if diagrams::needed(case, &options.held) {
        let question = diagrams::Question { held: &options.held, filter: None, most: MOST, memory: None };
        return Ok(diagrams::deals(case, None, question, monitor)?);
    }
    admit(case, &options.held, &[], true, None)?;
    let model = Model::new(case, options, monitor)?;
    let found = analysis::deals(&model, &Terms::default(), monitor)?;
    let lens = Lens::new(&model, found.status_quo, monitor)?;
    let parts = deals::Parts { deals: &found, efficient: None, held: deals::Held::Sets(&[]), most: MOST };
    Ok(deals::view(&lens, &parts))
}

/// What differs between two answers, in sentences; one that says so when nothing does.
fn follows(before: &view::Deals, after: &view::Deals) -> Vec<String> {
    let mut told = Vec::new();
    let mut count = |what: &str, before: u128, after: u128| {
        if before != after {
            told.push(format!("{what}: {after} instead of {before}."));
        }
    };
    count("Outcomes looked at", before.outcomes.feasible, after.outcomes.feasible);
    count("Acceptable packages", before.acceptable.count, after.acceptable.count);
    count("Deals that someone strictly prefers", before.gains.count, after.gains.count);
    if !before.efficient_deals.not_computed && !after.efficient_deals.not_computed {
        count("Efficient deals", before.efficient_deals.count, after.efficient_deals.count);
    }
    let against = |deals: &view::Deals, package: &view::Package| -> Vec<String> {
        let name = |party: &str| sentences::party_name(&deals.parties, party).to_owned();
        package.not_accepted_by.iter().map(|reason| name(&reason.party)).collect()
    };
    for package in &after.packages {
        let Some(earlier) = before.packages.iter().find(|known| known.name == package.name) else { continue };
        let title = if package.title.is_empty() { &package.name } else { &package.title };
        match (&earlier.infeasible, &package.infeasible) {
            (None, Some(why)) => told.push(format!("“{title}” is excluded now: {why}")),
            (Some(_), None) => told.push(format!("“{title}” is no longer excluded.")),
            _ => {}
        }
        let (was, is) = (against(before, earlier), against(after, package));
        if was == is || package.infeasible.is_some() {
            continue;
        }
        told.push(match (was.is_empty(), is.is_empty()) {
            (_, true) => format!(
                "“{title}” is acceptable to all who must consent; before, {} did not accept it.",
                was.join(", ")
            ),
            (true, false) => {
                format!("“{title}” is not accepted by {}; before, all accepted it.", is.join(", "))
            }
            _ => format!("“{title}” is not accepted by {}; before, by {}.", is.join(", "), was.join(", ")),
        });
    }
    let codes = |deals: &view::Deals| deals.efficient_deals.listed.clone();
    let gone: Vec<String> = codes(before).into_iter().filter(|code| !codes(after).contains(code)).collect();
    let come: Vec<String> = codes(after).into_iter().filter(|code| !codes(before).contains(code)).collect();
    if !before.efficient_deals.truncated && !after.efficient_deals.truncated {
        if !come.is_empty() {
            told.push(format!("Efficient deals that come: {}.", come.join(", ")));
        }
        if !gone.is_empty() {
            told.push(format!("Efficient deals that go: {}.", gone.join(", ")));
        }
    }
    if told.is_empty() {
        told.push("Nothing that is shown here changes.".to_owned());
    }
    told
}
