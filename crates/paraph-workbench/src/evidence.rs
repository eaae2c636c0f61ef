//! What the ledger has to say about what a case cites.

use crate::failure::Outcome;
use crate::names;
use paraph_brief::view;
use paraph_case::evidence::{Evidence, Found, Position, Stance, Statement, Status};
use paraph_case::{Case, Grounds, Preferences};
use paraph_ledger::{self as ledger, Ledger, Setting, View};
use paraph_reading::SpeakerKind;
use std::collections::BTreeSet;

/// A ledger's statements and positions, for one case.
pub struct Record<'a> {
    ledger: &'a Ledger,
    matrix: ledger::Matrix,
    contested: BTreeSet<String>,
}

impl<'a> Record<'a> {
    /// Works out the positions once.
    pub fn new(ledger: &'a Ledger, case: &Case) -> Outcome<Self> {
        let view = View { as_of: case.as_of, known_at: None, audience: ledger::Audience::Restricted };
        let matrix = ledger.positions(&names::for_positions(case), &view)?;
        let contested = ledger.contested(&view)?.into_iter().map(|pair| pair.claim).collect();
        Ok(Record { ledger, matrix, contested })
    }
}

impl Evidence for Record<'_> {
    fn statement(&self, id_or_prefix: &str) -> Found {
        let stored = match self.ledger.statement(id_or_prefix) {
            Ok(stored) => stored,
            Err(error) if error.is_ambiguous() => return Found::Ambiguous(error.candidates().to_vec()),
            Err(_) => return Found::Missing,
        };
        let record = &stored.record;
        let hops: Vec<_> = record.chain.iter().filter(|hop| hop.kind != SpeakerKind::Reporter).collect();
        let anonymous = hops.iter().any(|hop| hop.kind == SpeakerKind::Anonymous);
        let relayed = hops.iter().any(|hop| hop.party != record.party);
        let uttered = record
            .when
            .as_ref()
            .and_then(|when| when.interval.as_ref())
            .and_then(|(first, _)| first.parse().ok());
        let published = self.ledger.source(&stored.source_id).ok().and_then(|source| source.meta.published);
        Found::One(Statement {
            status: match stored.status {
                ledger::Status::Proposed => Status::Proposed,
                ledger::Status::Confirmed => Status::Confirmed,
                ledger::Status::Corrected => Status::Corrected,
                ledger::Status::Rejected | ledger::Status::Withdrawn => Status::Rejected,
            },
            party: record.party.clone().filter(|_| !anonymous && !relayed),
            contested: self.contested.contains(stored.id()),
            // Words about a day to come were said when they were published.
            date: match (uttered, published) {
                (Some(uttered), Some(published)) if uttered > published => Some(published),
                (uttered, published) => uttered.or(published),
            },
            id: stored.record.id,
        })
    }

    fn position(&self, party: &str, issue: &str) -> Option<Position> {
        let cell = self.matrix.cell(party, issue, Setting::Public)?;
        // While statements contradict each other, there is no one position to compare with.
        if cell.contradiction {
            return None;
        }
        let stance = match cell.stance {
            ledger::Stance::Accepts => Stance::Accepts,
            ledger::Stance::AcceptsIf => Stance::AcceptsIf,
            ledger::Stance::Demands => Stance::Demands,
            ledger::Stance::Offers => Stance::Offers,
            ledger::Stance::Reserved => Stance::Reserved,
            ledger::Stance::Rejects => Stance::Rejects,
            ledger::Stance::WillDiscuss => Stance::WillDiscuss,
            ledger::Stance::NoComment => Stance::NoComment,
            ledger::Stance::NoRecord => Stance::NoRecord,
        };
        Some(Position { stance, options: cell.options.clone() })
    }
}

/// Writes the identifiers that a case cites out in full, where the ledger knows which statement is meant.
pub fn cite_in_full(case: &mut Case, ledger: &Ledger) {
    let full = |grounds: &mut Grounds| {
        for cited in &mut grounds.because {
            if let Ok(id) = ledger.resolve_statement(cited) {
                *cited = id;
            }
        }
    };
    for party in &mut case.parties {
        party.red_lines.iter_mut().for_each(|line| full(&mut line.grounds));
        match &mut party.preferences {
            Preferences::None => {}
            Preferences::Priorities(list) => list.iter_mut().for_each(|priority| full(&mut priority.grounds)),
            Preferences::Weights(weights) => {
                full(&mut weights.grounds);
                weights.formulas.iter_mut().for_each(|formula| full(&mut formula.grounds));
            }
            Preferences::Ranking(ranking) => full(&mut ranking.grounds),
        }
    }
}

/// What a person could settle by asking or ruling: cells in which a party contradicts itself or is contested.
pub fn open_questions(matrix: &view::Matrix) -> Vec<view::Question> {
    let title = |issue: &str| {
        let known = matrix.issues.iter().find(|known| known.id == issue);
        known.map_or_else(|| issue.to_owned(), |known| known.title.clone())
    };
    let mut questions = Vec::new();
    for cell in &matrix.cells {
        let (party, issue) = (matrix.party_name(&cell.party), title(&cell.issue));
        if cell.contradiction {
            questions.push(view::Question {
                text: format!("Which of its own statements is the position of {party} on “{issue}”?"),
                why: "They contradict each other, and nobody has ruled.".to_owned(),
            });
        }
        if cell.contested {
            questions.push(view::Question {
                text: format!(
                    "What does {party} hold on “{issue}”, now that another party denies the claim?"
                ),
                why: "The claim is contested, and both sides of it are shown.".to_owned(),
            });
        }
    }
    questions
}
