//! What people decided about cells: positions set by hand, rulings and links.

use std::collections::BTreeMap;

use rusqlite::params;

use crate::derive;
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::matrix::HandMark;
use crate::merge;
use crate::model::{Audience, HandPosition, Relation, Ruling, Setting, Verdict, View};
use crate::position::Judged;
use crate::query::parse_time;
use crate::timeline::{DatedBy, TimelineItem, TimelineKind};

/// A position that was set by hand, or its clearing.
pub(crate) struct Hand {
    pub(crate) record: Option<HandPosition>,
    pub(crate) party: String,
    pub(crate) issue: String,
    pub(crate) setting: Setting,
    pub(crate) mark: HandMark,
}

impl Ledger {
    pub(crate) fn links(&self) -> Result<BTreeMap<String, Vec<(Relation, String)>>> {
        let mut query = self
            .connection()
            .prepare_cached("SELECT statement, relation, target FROM link ORDER BY position")?;
        let mut rows = query.query([])?;
        let mut links: BTreeMap<String, Vec<(Relation, String)>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let relation: String = row.get(1)?;
            let relation = relation
                .parse()
                .map_err(|error: Error| Error::corrupt("the kind of a link cannot be read").because(error))?;
            links.entry(row.get(0)?).or_default().push((relation, row.get(2)?));
        }
        Ok(links)
    }

    pub(crate) fn judged(&self, merges: &merge::Merges) -> Result<Vec<Judged>> {
        let in_conflict = merge::ruling_conflicts(self.connection(), merges)?;
        let mut query =
            self.connection().prepare_cached("SELECT entry, record FROM ruling ORDER BY position")?;
        let mut rows = query.query([])?;
        let mut rulings = Vec::new();
        while let Some(row) = rows.next()? {
            let (entry, record): (String, String) = (row.get(0)?, row.get(1)?);
            let ruling: Ruling = serde_json::from_str(&record)
                .map_err(|error| Error::corrupt(format!("ruling {entry} cannot be read")).because(error))?;
            if in_conflict.contains_key(&ruling.statements) {
                continue;
            }
            rulings.push(Judged {
                statements: ruling.statements.into_iter().collect(),
                verdict: ruling.verdict,
            });
        }
        Ok(rulings)
    }

    /// Positions set by hand and rulings, for a timeline.
    pub(crate) fn timeline_of_decisions(&self, view: &View) -> Result<Vec<TimelineItem>> {
        let blank = TimelineItem {
            date: None,
            until: None,
            dated_by: DatedBy::Journal,
            kind: TimelineKind::Position,
            label: String::new(),
            standing: None,
            id: String::new(),
            parties: Vec::new(),
            participants: Vec::new(),
            issues: Vec::new(),
            places: Vec::new(),
            source: None,
            confirmed: true,
            text: String::new(),
        };
        let mut items = Vec::new();
        for hand in self.hands(view, &BTreeMap::new())? {
            items.push(TimelineItem {
                date: Some(hand.mark.date),
                until: Some(hand.mark.date),
                label: hand
                    .record
                    .as_ref()
                    .map_or_else(|| "cleared".to_owned(), |record| record.stance.to_string()),
                id: hand.mark.entry,
                parties: vec![hand.party],
                issues: vec![hand.issue],
                text: hand.mark.reason,
                ..blank.clone()
            });
        }
        let mut query =
            self.connection().prepare_cached("SELECT entry, record, time FROM ruling ORDER BY position")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (entry, record, time): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let ruling: Ruling = serde_json::from_str(&record)
                .map_err(|error| Error::corrupt(format!("ruling {entry} cannot be read")).because(error))?;
            if ruling.statements.iter().any(|id| self.hidden(id, view.audience, &BTreeMap::new())) {
                continue;
            }
            let day = parse_time(&entry, &time)?.to_zoned(jiff::tz::TimeZone::UTC).date();
            items.push(TimelineItem {
                date: Some(day),
                until: Some(day),
                kind: TimelineKind::Ruling,
                label: match &ruling.verdict {
                    Verdict::Prevails(id) => format!("{id} prevails"),
                    Verdict::Compatible => "compatible".to_owned(),
                    Verdict::StaysContested => "stays contested".to_owned(),
                },
                id: entry,
                text: ruling.reason,
                ..blank.clone()
            });
        }
        Ok(items)
    }

    /// Positions set by hand, in the order they were set; those the audience may not see or whose evidence it may
    /// not see are left out.
    pub(crate) fn hands(&self, view: &View, visible: &BTreeMap<String, Option<String>>) -> Result<Vec<Hand>> {
        let mut query = self.connection().prepare_cached(
            "SELECT entry, party, issue, record, clears, author, time FROM hand ORDER BY position",
        )?;
        let mut rows = query.query(params![])?;
        let mut hands = Vec::new();
        while let Some(row) = rows.next()? {
            let entry: String = row.get(0)?;
            let unreadable = |error: serde_json::Error| {
                Error::corrupt(format!("the position of entry {entry} cannot be read")).because(error)
            };
            let time: String = row.get(6)?;
            let time = parse_time(&entry, &time)?;
            let day = time.to_zoned(jiff::tz::TimeZone::UTC).date();
            let record: Option<String> = row.get(3)?;
            let record: Option<HandPosition> =
                record.map(|record| serde_json::from_str(&record)).transpose().map_err(unreadable)?;
            let clears: Option<String> = row.get(4)?;
            let clears: Option<crate::journal::PositionCleared> =
                clears.map(|clears| serde_json::from_str(&clears)).transpose().map_err(unreadable)?;
            let (setting, reason, date) = match (&record, &clears) {
                (Some(record), _) => (record.setting, record.reason.clone(), record.date.unwrap_or(day)),
                (None, Some(clears)) => (clears.setting, clears.reason.clone(), day),
                (None, None) => {
                    return Err(Error::corrupt(format!("the position of entry {entry} is missing")));
                }
            };
            if let Some(record) = &record {
                let hidden = record.evidence.iter().any(|id| self.hidden(id, view.audience, visible));
                if hidden || !view.audience.may_see(record.handling) {
                    continue;
                }
            }
            let mark = HandMark { reason, author: row.get(5)?, time, entry, date };
            hands.push(Hand { record, party: row.get(1)?, issue: row.get(2)?, setting, mark });
        }
        Ok(hands)
    }

    /// Whether a statement exists in a source that the audience may not see.
    pub(crate) fn hidden(
        &self,
        id: &str,
        audience: Audience,
        visible: &BTreeMap<String, Option<String>>,
    ) -> bool {
        if visible.contains_key(id) {
            return false;
        }
        self.connection()
            .query_row(
                "SELECT source.handling > ?2 FROM statement JOIN source ON source.id = statement.source
                 WHERE statement.id = ?1",
                params![id, derive::level(audience)],
                |row| row.get(0),
            )
            .unwrap_or(false)
    }
}
