//! The case's parties and issues as the reader, the ledger and the views know them.

use paraph_brief::view;
use paraph_case::Case;
use paraph_ledger::{Roster, RosterIssue, RosterParty};
use paraph_reading::{Issue, Names, Party};

/// What the reader needs to recognise parties and issues in a report.
pub fn for_reading(case: &Case) -> Names {
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
