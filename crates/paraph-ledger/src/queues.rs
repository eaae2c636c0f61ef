//! What waits for a person: the queues of a team.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rusqlite::params;
use serde::Serialize;

use crate::derive;
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::matrix::{Contested, Contradiction, Silence};
use crate::merge::Conflict;
use crate::model::{Roster, Ruling, Status, Verdict, View};
use crate::query::{StatementFilter, parse_time};

/// Everything that waits for a person's decision, and what was decided.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Queues {
    /// How many statements are proposed and nobody has looked at.
    pub proposed: usize,
    /// Statements of one party that contradict each other, without a ruling that settles it.
    pub contradictions: Vec<Contradiction>,
    /// Claims and their denials; those that were looked at carry the verdict.
    pub contested: Vec<ContestedClaim>,
    /// What two sides of a merge decided differently.
    pub conflicts: Vec<Conflict>,
    /// Rulings so far, the oldest first.
    pub rulings: Vec<RulingLine>,
    /// Pairs of party and issue of which nothing is on record.
    pub silences: Vec<Silence>,
}

/// A claim, its denial, and the latest verdict on both, if somebody gave one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ContestedClaim {
    /// Claim and denial.
    #[serde(flatten)]
    pub pair: Contested,
    /// The latest ruling on the two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruling: Option<RulingLine>,
}

/// A ruling, with who gave it, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RulingLine {
    /// The entry of the journal.
    pub entry: String,
    /// The statements that were judged.
    pub statements: Vec<String>,
    /// What was found.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// By whom.
    pub author: String,
    /// When.
    pub time: Timestamp,
}

impl Ledger {
    /// The rulings that the audience may see, the oldest first.
    ///
    /// A ruling is seen when every statement it is about may be seen.
    ///
    /// # Errors
    /// `is_corrupt`, `is_busy`, `is_storage`.
    pub fn rulings(&self, view: &View) -> Result<Vec<RulingLine>> {
        if let Some(known_at) = view.known_at {
            return self.as_known_at(known_at)?.rulings(&View { known_at: None, ..*view });
        }
        let mut query = self
            .connection()
            .prepare_cached("SELECT entry, record, author, time FROM ruling ORDER BY position")?;
        let mut rows = query.query([])?;
        let mut rulings = Vec::new();
        while let Some(row) = rows.next()? {
            let (entry, record, time): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(3)?);
            let ruling: Ruling = serde_json::from_str(&record)
                .map_err(|error| Error::corrupt(format!("ruling {entry} cannot be read")).because(error))?;
            if ruling.statements.iter().any(|id| self.hidden(id, view.audience, &BTreeMap::new())) {
                continue;
            }
            rulings.push(RulingLine {
                time: parse_time(&entry, &time)?,
                entry,
                statements: ruling.statements,
                verdict: ruling.verdict,
                reason: ruling.reason,
                author: row.get(2)?,
            });
        }
        Ok(rulings)
    }

    /// Everything that waits for a decision, for one view.
    ///
    /// Conflicts of a merge are left out where the audience may not see what they are about.
    ///
    /// # Errors
    /// As for [`Ledger::positions`].
    pub fn queues(&self, roster: &Roster, view: &View) -> Result<Queues> {
        if let Some(known_at) = view.known_at {
            return self.as_known_at(known_at)?.queues(roster, &View { known_at: None, ..*view });
        }
        let matrix = self.positions(roster, view)?;
        let rulings = self.rulings(view)?;
        let contested = self
            .contested(view)?
            .into_iter()
            .map(|pair| {
                let on_both = |ruling: &&RulingLine| {
                    ruling.statements.contains(&pair.claim) && ruling.statements.contains(&pair.denial)
                };
                let ruling = rulings.iter().rev().find(on_both).cloned();
                ContestedClaim { pair, ruling }
            })
            .collect();
        let proposed = StatementFilter {
            status: vec![Status::Proposed],
            audience: view.audience,
            ..StatementFilter::default()
        };
        let mut conflicts = self.conflicts()?;
        conflicts.retain(|conflict| self.may_see_conflict(conflict, view));
        Ok(Queues {
            proposed: self.count(&proposed)?,
            silences: matrix.silences(),
            contradictions: Contradiction::of(matrix),
            contested,
            conflicts,
            rulings,
        })
    }

    /// Whether the audience may see the record that a conflict is about.
    fn may_see_conflict(&self, conflict: &Conflict, view: &View) -> bool {
        use crate::merge::ConflictKind;
        match conflict.kind {
            ConflictKind::Statement | ConflictKind::Ruling => {
                conflict.about.split(", ").all(|id| !self.hidden(id, view.audience, &BTreeMap::new()))
            }
            ConflictKind::Source => {
                self.source(&conflict.about).is_ok_and(|source| view.audience.may_see(source.meta.handling))
            }
            ConflictKind::Event => self
                .connection()
                .query_row(
                    "SELECT source.handling <= ?2 FROM event JOIN source ON source.id = event.source
                     WHERE event.id = ?1",
                    params![conflict.about, derive::level(view.audience)],
                    |row| row.get(0),
                )
                .unwrap_or(true),
            ConflictKind::Position => self.hands(view, &BTreeMap::new()).is_ok_and(|hands| {
                let seen: BTreeSet<&str> = hands.iter().map(|hand| hand.mark.entry.as_str()).collect();
                conflict.sides.iter().all(|side| seen.contains(side.entry.as_str()))
            }),
        }
    }
}
