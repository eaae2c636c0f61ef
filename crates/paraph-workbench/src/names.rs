//! The case's parties and issues as the reader, the ledger and the views know them.

use crate::desk::{Desk, party_words};
use crate::drafts::assess;
use crate::failure::Outcome;
use paraph_brief::view::{self, LinkBasis};
use paraph_case::Case;
use paraph_ledger::{Roster, RosterIssue, RosterParty};
use paraph_reading::{Issue, Names, Party};
use std::path::Path;

/// What the reader needs to recognise parties and issues in a report, with what drafts say on the issues.
///
/// A draft that cannot be read says nothing: the commands on drafts tell why. Linear in the drafts' text times the
/// number of drafts, for their comparison.
pub fn for_reading(case: &Case, place: &Path) -> Names {
    let mut names = without_drafts(case);
    for (issue, points) in names.issues.iter_mut().zip(points(case, place).unwrap_or_default()) {
        issue.points = points;
    }
    names
}

/// The texts of the points that people gave to each issue, in all drafts.
fn points(case: &Case, place: &Path) -> Outcome<Vec<Vec<String>>> {
    let desk = Desk::read(place)?;
    let mut points = vec![Vec::new(); case.issues.len()];
    if desk.drafts.is_empty() {
        return Ok(points);
    }
    let side = desk.compare(&party_words(Some(case)))?;
    for (draft, links) in desk.drafts.iter().zip(assess::links(case, &desk, &side)) {
        // What was itself proposed by words would only repeat them.
        for link in links.iter().filter(|link| link.basis != LinkBasis::Proposed) {
            if let (Some(issue), Some(point)) = (case.issue(&link.issue), draft.find(&link.point)) {
                points[issue].push(draft.slice(draft.points()[point].whole).to_owned());
            }
        }
    }
    Ok(points)
}

/// The same from the case alone.
pub fn without_drafts(case: &Case) -> Names {
    Names {
        parties: case
            .parties
            .iter()
            .map(|party| Party {
                id: party.id.clone(),
                names: std::iter::once(party.name.clone()).chain(party.also_called.iter().cloned()).collect(),
                people: party.people.clone(),
            })
            .collect(),
        issues: case
            .issues
            .iter()
            .map(|issue| Issue {
                id: issue.id.clone(),
                title: issue.title.clone(),
                words: issue.words.clone(),
                options: issue.options.clone(),
                points: Vec::new(),
            })
            .collect(),
    }
}

/// What the matrix of positions covers. `people` is no order of authority, so none is claimed: two people
/// of one party who differ contradict each other until somebody rules.
pub fn for_positions(case: &Case) -> Roster {
    Roster {
        parties: case
            .parties
            .iter()
            .map(|party| RosterParty {
                id: party.id.clone(),
                names: std::iter::once(party.name.clone()).chain(party.also_called.iter().cloned()).collect(),
                authority: Vec::new(),
            })
            .collect(),
        issues: case
            .issues
            .iter()
            .map(|issue| RosterIssue::new(issue.id.clone(), issue.options.iter().cloned()))
            .collect(),
    }
}

/// The parties, for people.
pub fn parties(case: &Case) -> Vec<view::Party> {
    case.parties
        .iter()
        .map(|party| view::Party { id: party.id.clone(), name: party.name.clone(), consents: party.consents })
        .collect()
}

/// The issues, for people.
pub fn issues(case: &Case) -> Vec<view::Issue> {
    case.issues
        .iter()
        .map(|issue| view::Issue {
            id: issue.id.clone(),
            title: issue.title.clone(),
            options: issue.options.clone(),
            status_quo: issue.status_quo.map(|option| issue.options[option].clone()),
        })
        .collect()
}
