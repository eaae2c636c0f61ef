//! The parties and their people, each with everything on record.

use crate::answer::{Fields, Shown};
use crate::shared::Shared;
use crate::trouble::{Fallible, Trouble};
use crate::views::timeline::{self, Timeline};
use paraph_brief::view;
use paraph_ledger::{Audience, By, StatementFilter, Status, Tally, TimelineFilter};
use paraph_workbench::{matrix, names};
use serde::Serialize;
use std::collections::BTreeMap;

/// All actors.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Actors {
    /// The parties.
    parties: Vec<Summary>,
    /// Who speaks in the reports without belonging to a party of the case, the most quoted first.
    others: Vec<Other>,
}

/// A party in short.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Summary {
    /// The party.
    #[cfg_attr(test, schemars(with = "crate::tests::schema::Party"))]
    party: view::Party,
    /// How reports name it.
    also_called: Vec<String>,
    /// Its people, as the case names them.
    people: Vec<String>,
    /// How many statements are by it.
    statements: u64,
}

/// A speaker of no party.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Other {
    /// The speaker as named.
    name: String,
    /// How many statements.
    statements: u64,
}

/// Everything on record about one party.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Actor {
    /// The party in short.
    summary: Summary,
    /// Who spoke for it, in the reports' words, and how often.
    speakers: Vec<Other>,
    /// Its positions.
    cells: Vec<Held>,
    /// What it said and did, and what happened with it.
    timeline: Timeline,
}

/// A position of a party.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Held {
    /// The issue.
    #[cfg_attr(test, schemars(with = "crate::tests::schema::Issue"))]
    issue: view::Issue,
    /// The position.
    position: String,
    /// The key of the position, for its sign.
    key: String,
    /// The options it names.
    options: Vec<String>,
}

/// Statements that nobody rejected.
fn standing(party: Option<String>) -> StatementFilter {
    StatementFilter {
        status: vec![Status::Proposed, Status::Confirmed, Status::Corrected],
        party,
        audience: Audience::Restricted,
        ..StatementFilter::default()
    }
}

/// The most quoted first.
fn ranked(names: impl Iterator<Item = (String, u64)>) -> Vec<Other> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for (name, count) in names {
        *counts.entry(name).or_default() += count;
    }
    let mut all: Vec<Other> =
        counts.into_iter().map(|(name, statements)| Other { name, statements }).collect();
    all.sort_by(|one, other| other.statements.cmp(&one.statements).then_with(|| one.name.cmp(&other.name)));
    all
}

/// Shows all actors.
pub(crate) fn show(shared: &Shared, _: &Fields) -> Fallible<Shown> {
    let case = shared.case(None)?;
    let tallies = shared.read(|ledger| Ok(ledger.tally(&standing(None), &[By::Party, By::Speaker])?))?;
    let of = |tally: &Tally| tally.values[0].clone();
    let parties = case.parties.iter().zip(names::parties(&case)).map(|(party, view)| Summary {
        statements: tallies
            .iter()
            .filter(|tally| of(tally).as_ref() == Some(&party.id))
            .map(|tally| tally.count)
            .sum(),
        also_called: party.also_called.clone(),
        people: party.people.clone(),
        party: view,
    });
    let strangers = tallies
        .iter()
        .filter(|tally| of(tally).is_none_or(|party| case.party(&party).is_none()))
        .filter_map(|tally| Some((tally.values[1].clone()?, tally.count)));
    let mut others = ranked(strangers);
    others.truncate(100);
    Ok(Shown::new("actors", "Actors", "actors.html", Actors { parties: parties.collect(), others }))
}

/// Shows one party.
pub(crate) fn one(shared: &Shared, fields: &Fields, id: &str) -> Fallible<Shown> {
    let case = shared.case(None)?;
    let at = case.party(id).ok_or_else(|| Trouble::not_found("The case has no such party."))?;
    let party = &case.parties[at];
    let roster = names::for_positions(&case).parties.into_iter().find(|known| known.id == party.id);
    let view = names::parties(&case).swap_remove(at);
    let actor = shared.read(|ledger| {
        let tallies = ledger.tally(&standing(Some(party.id.clone())), &[By::Speaker])?;
        let named = tallies.iter().filter_map(|tally| Some((tally.values[0].clone()?, tally.count)));
        let matrix = matrix::positions_beside(&case, ledger, None, Audience::Restricted, Vec::new())?;
        let cells = matrix.issues.iter().filter_map(|issue| {
            let cell = matrix.cell(&party.id, &issue.id)?;
            (cell.position != view::Position::NoRecord).then(|| Held {
                issue: issue.clone(),
                position: cell.position.word().to_owned(),
                key: cell.position.key().to_owned(),
                options: cell.options.clone(),
            })
        });
        let lines = TimelineFilter { party: roster, with_proposed: true, ..TimelineFilter::default() };
        Ok(Actor {
            speakers: ranked(named),
            cells: cells.collect(),
            timeline: timeline::timeline(ledger, &case, &lines, fields)?,
            summary: Summary {
                statements: tallies.iter().map(|tally| tally.count).sum(),
                also_called: party.also_called.clone(),
                people: party.people.clone(),
                party: view,
            },
        })
    })?;
    Ok(Shown::new("actors", actor.summary.party.name.clone(), "actor.html", actor))
}
