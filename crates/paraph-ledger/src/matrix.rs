//! The matrix of positions, computed from the ledger for one view.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use paraph_reading::record::{Act, Statement};
use rusqlite::params;
use serde::Serialize;

use crate::derive;
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::merge;
use crate::model::{
    Audience, HandPosition, Relation, Roster, Ruling, Setting, SourceMeta, Stance, Verdict, View,
};
use crate::position::{
    Candidate, DateRange, Judged, Outcome, Standing, decide, named_options, ruling_on, speaker, stance_of,
    standing,
};
use crate::query::{parse_record, parse_time};
use crate::text::Words;
use crate::timeline::{DatedBy, TimelineItem, TimelineKind};

/// Who is on record as holding what, for one view.
///
/// Serialises as `{"as_of", "known_at", "audience", "sources", "cells": […]}`,
/// cells by issue and then by party in the roster's order, the public cell of
/// a pair before its private one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Matrix {
    /// Up to which day words count; `None` for everything.
    pub as_of: Option<Date>,
    /// Up to which time of the journal; `None` for everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_at: Option<Timestamp>,
    /// For whom it was computed.
    pub audience: Audience,
    /// How many sources it rests on: seen by the audience, not withdrawn, published up to `as_of` or undated.
    pub sources: usize,
    /// One public cell for every party and issue, and a private one where something private is on record.
    pub cells: Vec<Cell>,
}

/// What one party is on record as holding on one issue, in one setting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// The party.
    pub party: String,
    /// The issue.
    pub issue: String,
    /// Said in public, or at the table.
    pub setting: Setting,
    /// The stance to show. With [`Cell::contradiction`], one of several: show all [`Cell::readings`].
    #[serde(rename = "position")]
    pub stance: Stance,
    /// The options it is about; empty reads "option not stated".
    pub options: Vec<String>,
    /// The condition, in the words of the source or of the person who set it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The draft it is about, where a person said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft: Option<String>,
    /// On what it rests.
    pub status: CellStatus,
    /// The statements behind it: those that stand, or the evidence of a position set by hand.
    pub statements: Vec<String>,
    /// Every position that stands; more than one when they contradict or concern different options.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<Reading>,
    /// What stands beside the cell and never in it; of each kind at most [`MOST_BESIDE`], the latest ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Beside>,
    /// How many more stand beside it: [`Ledger::history`] lists them all.
    #[serde(skip_serializing_if = "is_zero")]
    pub beside_more: usize,
    /// Standing statements contradict each other and no person has ruled.
    pub contradiction: bool,
    /// Another party denies a claim that this cell shows, or this party denies another's.
    pub contested: bool,
    /// The denials.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contested_by: Vec<String>,
    /// The party held something else before; [`Cell::previous`] says what.
    pub changed: bool,
    /// The latest position that gave way to this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Reading>,
    /// Set by a person, with the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_by_hand: Option<HandMark>,
    /// Positions that two sides of a merge set by hand differently; none counts until a person decides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hands_in_conflict: Vec<HandMark>,
    /// The shown statement has no date, neither of utterance nor of publication.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub undated: bool,
    /// How many proposed statements about this pair nobody has looked at, of whatever day.
    #[serde(skip_serializing_if = "is_zero")]
    pub awaiting: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Cell {
    /// A cell of which nothing is on record.
    pub(crate) fn empty(party: &str, issue: &str, setting: Setting) -> Cell {
        Cell {
            party: party.to_owned(),
            issue: issue.to_owned(),
            setting,
            stance: Stance::NoRecord,
            options: Vec::new(),
            condition: None,
            draft: None,
            status: CellStatus::NoRecord,
            statements: Vec::new(),
            readings: Vec::new(),
            beside: Vec::new(),
            beside_more: 0,
            contradiction: false,
            contested: false,
            contested_by: Vec::new(),
            changed: false,
            previous: None,
            set_by_hand: None,
            hands_in_conflict: Vec::new(),
            undated: false,
            awaiting: 0,
        }
    }

    /// The stance names at least one option.
    pub fn option_stated(&self) -> bool {
        !self.options.is_empty()
    }

    /// Something fills the cell: a stance of the party's own, or one set by hand. A no-comment does not.
    pub fn is_filled(&self) -> bool {
        !matches!(self.stance, Stance::NoRecord | Stance::NoComment)
    }
}

/// On what a cell rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellStatus {
    /// A person set it by hand.
    SetByHand,
    /// Confirmed statements of the party itself.
    Confirmed,
    /// Nothing is on record.
    NoRecord,
}

/// One position with the statements that hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// The stance.
    pub stance: Stance,
    /// The options; empty reads "option not stated".
    pub options: Vec<String>,
    /// The condition, in the words of the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The statements, the latest first.
    pub statements: Vec<String>,
    /// The day of the latest statement (the last day it can have been uttered), if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

/// A statement that concerns a cell and does not set it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Beside {
    /// The statement.
    pub statement: String,
    /// Why it stands beside.
    pub kind: BesideKind,
    /// The party that reports or forecasts, if another one is known to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What it would make the party hold, if it were the party's own word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stance: Option<Stance>,
}

/// How many statements of one kind a cell lists beside itself: relayed, anonymous, forecast, denial or mention.
///
/// What was said after a position set by hand, and no-comments that came after the stance, are all listed.
pub const MOST_BESIDE: usize = 5;

/// Why a statement stands beside a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BesideKind {
    /// Somebody else reports it.
    Relayed,
    /// Somebody anonymous reports it.
    Anonymous,
    /// A forecast of what a party will accept. It stands in the row of the party it is
    /// about, where a link says which that is, else of the party that makes it.
    Forecast,
    /// The party was asked and did not say, not before the shown position.
    NoComment,
    /// A denial of another party's claim.
    Denial,
    /// The party's own word about the issue, which takes no position.
    Mention,
    /// The party's own word that differs from the position set by hand and is not older.
    AfterHand,
}

/// A position set by hand, in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandMark {
    /// Why.
    pub reason: String,
    /// By whom.
    pub author: String,
    /// When it was set.
    pub time: Timestamp,
    /// The entry of the journal.
    pub entry: String,
    /// From which day it holds.
    pub date: Date,
}

/// A pair of which nothing is on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Silence {
    /// The party.
    pub party: String,
    /// The issue.
    pub issue: String,
    /// In how many sources.
    pub sources: usize,
    /// Up to which day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub up_to: Option<Date>,
}

impl std::fmt::Display for Silence {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plural = if self.sources == 1 { "" } else { "s" };
        write!(formatter, "no record in {} source{plural}", self.sources)?;
        match self.up_to {
            Some(date) => write!(formatter, " up to {date}"),
            None => Ok(()),
        }
    }
}

impl Matrix {
    /// The cell of a pair in a setting; in public there is one for every pair of the roster.
    pub fn cell(&self, party: &str, issue: &str, setting: Setting) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.party == party && cell.issue == issue && cell.setting == setting)
    }

    /// The pairs of which nothing is on record, in public or at the table.
    pub fn silences(&self) -> Vec<Silence> {
        let spoken: BTreeSet<(&str, &str)> = self
            .cells
            .iter()
            .filter(|cell| cell.stance != Stance::NoRecord)
            .map(|cell| (cell.party.as_str(), cell.issue.as_str()))
            .collect();
        self.cells
            .iter()
            .filter(|cell| cell.setting == Setting::Public)
            .filter(|cell| !spoken.contains(&(cell.party.as_str(), cell.issue.as_str())))
            .map(|cell| Silence {
                party: cell.party.clone(),
                issue: cell.issue.clone(),
                sources: self.sources,
                up_to: self.as_of,
            })
            .collect()
    }
}

/// Statements of one party that contradict each other, waiting for a ruling.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contradiction {
    /// The party.
    pub party: String,
    /// The issue.
    pub issue: String,
    /// In which setting.
    pub setting: Setting,
    /// The positions that stand against each other.
    pub readings: Vec<Reading>,
}

impl Contradiction {
    /// The contradictions that a matrix shows, in its order.
    pub(crate) fn of(matrix: Matrix) -> Vec<Contradiction> {
        matrix
            .cells
            .into_iter()
            .filter(|cell| cell.contradiction)
            .map(|cell| Contradiction {
                party: cell.party,
                issue: cell.issue,
                setting: cell.setting,
                readings: cell.readings,
            })
            .collect()
    }
}

/// A claim and those who deny it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Contested {
    /// The claim.
    pub claim: String,
    /// Who claims it.
    pub claimed_by: String,
    /// The denial.
    pub denial: String,
    /// Who denies it.
    pub denied_by: String,
}

/// One step of a cell's history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryItem {
    /// The last day the words can have been uttered, or from which a position set by hand holds.
    pub date: Option<Date>,
    /// In which setting.
    pub setting: Setting,
    /// The statement; nothing for a position set by hand.
    pub statement: Option<String>,
    /// The stance it takes or would take.
    pub stance: Option<Stance>,
    /// The options it is about.
    pub options: Vec<String>,
    /// Why it stands beside the cell; nothing when it speaks for the party.
    pub beside: Option<BesideKind>,
    /// For a position set by hand: by whom and why.
    pub by_hand: Option<HandMark>,
}

/// A confirmed statement with everything the rules look at.
struct Sighting {
    id: String,
    record: Statement,
    words: Words,
    accepts: Option<bool>,
    setting: Setting,
    range: DateRange,
    links: Vec<(Relation, String)>,
    group: Option<usize>,
}

impl Sighting {
    fn about(&self) -> impl Iterator<Item = &str> {
        self.record.about.iter().map(String::as_str).chain(
            self.links
                .iter()
                .filter(|(relation, _)| *relation == Relation::Issue)
                .map(|(_, target)| target.as_str()),
        )
    }

    /// The party in whose row it stands when it is not that party's own word.
    fn concerns(&self) -> Option<&str> {
        self.links
            .iter()
            .rev()
            .find(|(relation, _)| *relation == Relation::AboutParty)
            .map(|(_, target)| target.as_str())
            .or(self.record.party.as_deref())
    }
}

/// What a statement is to a cell.
enum Part {
    Own(Candidate),
    Aside(Beside),
}

pub(crate) struct Hand {
    pub(crate) record: Option<HandPosition>,
    pub(crate) party: String,
    pub(crate) issue: String,
    pub(crate) setting: Setting,
    pub(crate) mark: HandMark,
}

/// Everything of one view, loaded once.
struct Picture {
    sightings: Vec<Sighting>,
    hands: Vec<Hand>,
    hand_conflicts: BTreeMap<Key, BTreeSet<String>>,
    rulings: Vec<Judged>,
    contested: Vec<Contested>,
    awaiting: BTreeMap<(String, String, Setting), usize>,
    sources: usize,
}

impl Ledger {
    /// The same matrix as [`Ledger::positions`], worked out rule by rule from every confirmed statement.
    ///
    /// Slow, and the measure of the fast way: tests compare the two.
    ///
    /// # Errors
    /// As for [`Ledger::positions`].
    pub fn positions_rule_by_rule(&self, roster: &Roster, view: &View) -> Result<Matrix> {
        if let Some(known_at) = view.known_at {
            let then = self.as_known_at(known_at)?;
            let mut matrix = then.positions_rule_by_rule(roster, &View { known_at: None, ..*view })?;
            matrix.known_at = Some(known_at);
            return Ok(matrix);
        }
        let picture = self.picture(view)?;
        let mut parts = picture.parts(roster);
        let mut cells = Vec::new();
        for issue in &roster.issues {
            for party in &roster.parties {
                for setting in [Setting::Public, Setting::Private] {
                    let key = (party.id.clone(), issue.id.clone(), setting);
                    let (candidates, beside) = parts.remove(&key).unwrap_or_default();
                    let hand = picture.hand(&key, view.as_of);
                    if setting == Setting::Private
                        && candidates.is_empty()
                        && beside.is_empty()
                        && hand.is_none()
                    {
                        continue;
                    }
                    cells.push(picture.cell(key, candidates, beside, hand));
                }
            }
        }
        self.store.still_the_same()?;
        Ok(Matrix {
            as_of: view.as_of,
            known_at: None,
            audience: view.audience,
            sources: picture.sources,
            cells,
        })
    }

    /// The contradictions that wait for a ruling: the queue of a reviewer.
    ///
    /// # Errors
    /// As for [`Ledger::positions`].
    pub fn contradictions(&self, roster: &Roster, view: &View) -> Result<Vec<Contradiction>> {
        Ok(Contradiction::of(self.positions(roster, view)?))
    }

    /// Every claim that another party denies, claim and denial side by side.
    ///
    /// Both must be confirmed and visible. Says nothing about who is right. A
    /// pair that was ruled compatible is listed, and marks no cell.
    ///
    /// # Errors
    /// As for [`Ledger::positions`].
    pub fn contested(&self, view: &View) -> Result<Vec<Contested>> {
        match view.known_at {
            Some(known_at) => self.as_known_at(known_at)?.contested(&View { known_at: None, ..*view }),
            None => {
                let mut contested = self.picture(view)?.contested;
                contested.sort();
                Ok(contested)
            }
        }
    }

    /// Everything on record about one pair, oldest first, undated words last.
    ///
    /// # Errors
    /// `is_not_found` when the roster has no such party or issue; else as for [`Ledger::positions`].
    pub fn history(
        &self,
        roster: &Roster,
        party: &str,
        issue: &str,
        view: &View,
    ) -> Result<Vec<HistoryItem>> {
        if let Some(known_at) = view.known_at {
            return self.as_known_at(known_at)?.history(
                roster,
                party,
                issue,
                &View { known_at: None, ..*view },
            );
        }
        let pair = Roster {
            parties: roster.parties.iter().filter(|known| known.id == party).cloned().collect(),
            issues: roster.issues.iter().filter(|known| known.id == issue).cloned().collect(),
        };
        if pair.parties.is_empty() || pair.issues.is_empty() {
            let missing = if pair.parties.is_empty() { ("party", party) } else { ("issue", issue) };
            return Err(Error::not_found(format!("there is no {} `{}`", missing.0, missing.1)));
        }
        let picture = self.picture(view)?;
        let ranges: BTreeMap<&str, DateRange> =
            picture.sightings.iter().map(|sighting| (sighting.id.as_str(), sighting.range)).collect();
        let mut items = Vec::new();
        for ((_, _, setting), (candidates, beside)) in picture.parts(&pair) {
            for candidate in candidates {
                items.push(HistoryItem {
                    date: candidate.range.last,
                    setting,
                    stance: Some(candidate.stance),
                    options: candidate.options.into_iter().collect(),
                    beside: None,
                    by_hand: None,
                    statement: Some(candidate.id),
                });
            }
            for aside in beside {
                items.push(HistoryItem {
                    date: ranges.get(aside.statement.as_str()).and_then(|range| range.last),
                    setting,
                    stance: aside.stance,
                    options: Vec::new(),
                    beside: Some(aside.kind),
                    by_hand: None,
                    statement: Some(aside.statement),
                });
            }
        }
        for hand in picture.hands.iter().filter(|hand| hand.party == party && hand.issue == issue) {
            items.push(HistoryItem {
                date: Some(hand.mark.date),
                setting: hand.setting,
                stance: hand.record.as_ref().map(|record| record.stance),
                options: hand.record.as_ref().map(|record| record.options.clone()).unwrap_or_default(),
                beside: None,
                by_hand: Some(hand.mark.clone()),
                statement: None,
            });
        }
        items.sort_by(|one, other| {
            (one.date.is_none(), one.date, &one.statement).cmp(&(
                other.date.is_none(),
                other.date,
                &other.statement,
            ))
        });
        Ok(items)
    }

    fn picture(&self, view: &View) -> Result<Picture> {
        let level = derive::level(view.audience);
        let links = self.links()?;
        let groups = self.same_groups()?;
        let mut sightings = Vec::new();
        let mut visible = BTreeMap::new();
        let awaiting = self.awaiting(level)?;
        let mut sources: BTreeMap<String, (DateRange, Setting)> = BTreeMap::new();
        let mut counted = 0;
        {
            let mut query = self
                .connection()
                .prepare_cached("SELECT id, meta FROM source WHERE handling <= ?1 AND NOT withdrawn")?;
            let mut rows = query.query([level])?;
            while let Some(row) = rows.next()? {
                let (id, meta): (String, String) = (row.get(0)?, row.get(1)?);
                let meta: SourceMeta = serde_json::from_str(&meta).map_err(|error| {
                    Error::corrupt(format!("the description of source {id} cannot be read")).because(error)
                })?;
                let range = DateRange::of(None, meta.published, meta.retrieved);
                counted += usize::from(range.by(view.as_of));
                sources.insert(id, (range, meta.setting));
            }
        }
        let published: BTreeMap<&str, (DateRange, Setting)> =
            sources.iter().map(|(id, known)| (id.as_str(), *known)).collect();
        let mut query = self.connection().prepare_cached(
            "SELECT id, source, record, words, accepts FROM statement
             WHERE status IN ('confirmed', 'corrected') ORDER BY position",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let source: String = row.get(1)?;
            let Some((source_range, setting)) = published.get(source.as_str()) else { continue };
            let id: String = row.get(0)?;
            let record: String = row.get(2)?;
            let record = parse_record(&id, &record)?;
            let publication = source_range.first.and(source_range.last);
            let retrieved = if publication.is_none() { source_range.last } else { None };
            let range = DateRange::of(record.when.as_ref(), publication, retrieved);
            if !range.by(view.as_of) {
                continue;
            }
            let words: String = row.get(3)?;
            visible.insert(id.clone(), record.party.clone());
            sightings.push(Sighting {
                words: serde_json::from_str(&words).map_err(|error| {
                    Error::corrupt(format!("the words of statement {id} cannot be read")).because(error)
                })?,
                record,
                accepts: row.get(4)?,
                setting: *setting,
                range,
                links: links.get(&id).cloned().unwrap_or_default(),
                group: groups.get(&id).copied(),
                id,
            });
        }
        let mut contested = Vec::new();
        for denial in &sightings {
            let claims = denial.record.contests.iter().chain(
                denial.links.iter().filter(|(relation, _)| *relation == Relation::Contests).map(|(_, id)| id),
            );
            let mut claims: Vec<&String> = claims.collect();
            claims.sort();
            claims.dedup();
            for claim in claims {
                let claimed_by = visible.get(claim).and_then(Option::as_ref);
                if let (Some(claimed_by), Some(denied_by)) = (claimed_by, &denial.record.party)
                    && claimed_by != denied_by
                {
                    contested.push(Contested {
                        claim: claim.clone(),
                        claimed_by: claimed_by.clone(),
                        denial: denial.id.clone(),
                        denied_by: denied_by.clone(),
                    });
                }
            }
        }
        let hands = self.hands(view, &visible)?;
        let merges = merge::Merges::load(self.connection())?;
        let hand_conflicts = merge::hand_conflicts(self.connection(), &merges)?
            .into_iter()
            .map(|(key, sides)| (key, sides.into_iter().map(|side| side.entry).collect()))
            .collect();
        let rulings = self.judged(&merges)?;
        Ok(Picture { sightings, hands, hand_conflicts, rulings, contested, awaiting, sources: counted })
    }

    /// How many proposed statements wait for review, by cell.
    fn awaiting(&self, level: i64) -> Result<BTreeMap<Key, usize>> {
        let mut query = self.connection().prepare_cached(
            "SELECT party, issue, private, count(DISTINCT statement.position)
             FROM statement
             JOIN source ON source.id = statement.source
             JOIN about ON about.statement = statement.position
             WHERE status = 'proposed' AND party IS NOT NULL AND handling <= ?1 AND NOT withdrawn
             GROUP BY party, issue, private",
        )?;
        let mut rows = query.query([level])?;
        let mut awaiting = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let setting = if row.get(2)? { Setting::Private } else { Setting::Public };
            let count: i64 = row.get(3)?;
            awaiting.insert((row.get(0)?, row.get(1)?, setting), usize::try_from(count).unwrap_or_default());
        }
        Ok(awaiting)
    }

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

pub(crate) type Key = (String, String, Setting);

impl Picture {
    /// Sorts every statement into the cells it concerns.
    fn parts(&self, roster: &Roster) -> BTreeMap<Key, (Vec<Candidate>, Vec<Beside>)> {
        let mut parts: BTreeMap<Key, (Vec<Candidate>, Vec<Beside>)> = BTreeMap::new();
        let parties: BTreeMap<&str, _> =
            roster.parties.iter().map(|party| (party.id.as_str(), party)).collect();
        for sighting in &self.sightings {
            for issue in &roster.issues {
                let Some(named) = named_options(sighting.about(), issue) else { continue };
                let standing = standing(&sighting.record);
                let (stance, options) =
                    stance_of(&sighting.record, &sighting.words, sighting.accepts, &named);
                let own_party = sighting.record.party.as_deref().and_then(|party| parties.get(party));
                let part = match (&standing, sighting.record.act) {
                    (_, Some(Act::PredictAcceptance)) => {
                        let by = match &standing {
                            Standing::Relayed(by) => by.clone(),
                            _ => sighting.record.party.clone(),
                        };
                        Part::Aside(Beside {
                            statement: sighting.id.clone(),
                            kind: BesideKind::Forecast,
                            by,
                            stance: None,
                        })
                    }
                    (Standing::Own, act) => match (stance, own_party) {
                        (Some(stance), Some(party)) => Part::Own(Candidate {
                            id: sighting.id.clone(),
                            condition: (stance == Stance::AcceptsIf || act == Some(Act::Condition))
                                .then(|| sighting.words.content_line()),
                            stance,
                            options,
                            range: sighting.range,
                            speaker: speaker(&sighting.record, &sighting.words, party),
                            group: sighting.group,
                        }),
                        _ => {
                            let kind =
                                if act == Some(Act::Deny) { BesideKind::Denial } else { BesideKind::Mention };
                            Part::Aside(Beside {
                                statement: sighting.id.clone(),
                                kind,
                                by: None,
                                stance: None,
                            })
                        }
                    },
                    (Standing::Relayed(by), _) => Part::Aside(Beside {
                        statement: sighting.id.clone(),
                        kind: BesideKind::Relayed,
                        by: by.clone(),
                        stance,
                    }),
                    (Standing::Anonymous, _) => Part::Aside(Beside {
                        statement: sighting.id.clone(),
                        kind: BesideKind::Anonymous,
                        by: None,
                        stance,
                    }),
                    (Standing::Unattributed, _) => continue,
                };
                let party = match &part {
                    Part::Own(_) => sighting.record.party.as_deref(),
                    Part::Aside(_) => sighting.concerns(),
                };
                let Some(party) = party.filter(|party| parties.contains_key(party)) else { continue };
                let key = (party.to_owned(), issue.id.clone(), sighting.setting);
                let place = parts.entry(key).or_default();
                match part {
                    Part::Own(candidate) => place.0.push(candidate),
                    Part::Aside(beside) => place.1.push(beside),
                }
            }
        }
        parts
    }

    /// The last position that a person set by that day, unless it was cleared since.
    fn hand(&self, key: &Key, as_of: Option<Date>) -> Option<&Hand> {
        if self.hand_conflicts.contains_key(key) {
            return None;
        }
        let (party, issue, setting) = key;
        self.hands
            .iter()
            .rev()
            .find(|hand| {
                hand.party == *party
                    && hand.issue == *issue
                    && hand.setting == *setting
                    && as_of.is_none_or(|as_of| hand.mark.date <= as_of)
            })
            .filter(|hand| hand.record.is_some())
    }

    fn cell(
        &self,
        key: Key,
        candidates: Vec<Candidate>,
        mut beside: Vec<Beside>,
        hand: Option<&Hand>,
    ) -> Cell {
        let awaiting = self.awaiting.get(&key).copied().unwrap_or_default();
        let hands_in_conflict = self.hand_conflicts.get(&key).map_or_else(Vec::new, |entries| {
            let marks = self.hands.iter().map(|hand| &hand.mark);
            marks.filter(|mark| entries.contains(&mark.entry)).cloned().collect()
        });
        let (party, issue, setting) = key;
        let (no_comments, setters): (Vec<Candidate>, Vec<Candidate>) =
            candidates.into_iter().partition(|candidate| candidate.stance == Stance::NoComment);
        let mut cell = Cell { awaiting, hands_in_conflict, ..Cell::empty(&party, &issue, setting) };
        let mut shown_range: Option<DateRange> = None;
        if let Some((hand, record)) = hand.and_then(|hand| Some((hand, hand.record.as_ref()?))) {
            cell.status = CellStatus::SetByHand;
            cell.stance = record.stance;
            cell.options.clone_from(&record.options);
            cell.condition.clone_from(&record.condition);
            cell.draft.clone_from(&record.draft);
            cell.statements.clone_from(&record.evidence);
            cell.set_by_hand = Some(hand.mark.clone());
            let range = DateRange { first: Some(hand.mark.date), last: Some(hand.mark.date) };
            shown_range = Some(range);
            for candidate in &setters {
                let same = candidate.stance == record.stance
                    && candidate.options.iter().eq(record.options.iter().collect::<BTreeSet<_>>());
                if !same && !candidate.range.before(&range) && !record.evidence.contains(&candidate.id) {
                    beside.push(Beside {
                        statement: candidate.id.clone(),
                        kind: BesideKind::AfterHand,
                        by: None,
                        stance: Some(candidate.stance),
                    });
                }
            }
        } else {
            let comments_speak = setters.is_empty();
            let spoken = if comments_speak { &no_comments } else { &setters };
            let outcome = decide(spoken, &self.rulings);
            if let Some(&shown) = outcome.standing.first() {
                let shown = &spoken[shown];
                shown_range = Some(shown.range);
                cell.status = CellStatus::Confirmed;
                cell.undated = shown.range.undated();
                cell.readings = readings(spoken, &outcome);
                let first = cell.readings.first();
                cell.stance = shown.stance;
                cell.options = shown.options.iter().cloned().collect();
                cell.condition = first.and_then(|reading| reading.condition.clone());
                cell.statements =
                    cell.readings.iter().flat_map(|reading| reading.statements.iter().cloned()).collect();
                // A no-comment beside another one is not a contradiction.
                cell.contradiction = outcome.contradiction && !comments_speak;
                if let Some(previous) = outcome.previous.filter(|_| !comments_speak) {
                    cell.changed = true;
                    cell.previous = Some(reading(&[&spoken[previous]]));
                }
            }
        }
        if !setters.is_empty() || cell.set_by_hand.is_some() {
            for comment in &no_comments {
                if !shown_range.is_some_and(|shown| comment.range.before(&shown)) {
                    beside.push(Beside {
                        statement: comment.id.clone(),
                        kind: BesideKind::NoComment,
                        by: None,
                        stance: Some(Stance::NoComment),
                    });
                }
            }
        }
        beside.sort();
        let shown: BTreeSet<&str> = cell
            .statements
            .iter()
            .map(String::as_str)
            .chain(beside.iter().map(|beside| beside.statement.as_str()))
            .collect();
        let denials: BTreeSet<&String> = self
            .contested
            .iter()
            .filter(|contested| {
                shown.contains(contested.claim.as_str()) || shown.contains(contested.denial.as_str())
            })
            // A person found that claim and denial are not about the same thing.
            .filter(|contested| {
                ruling_on(&self.rulings, &contested.claim, &contested.denial) != Some(&Verdict::Compatible)
            })
            .map(|contested| &contested.denial)
            .collect();
        cell.contested_by = denials.into_iter().cloned().collect();
        cell.contested = !cell.contested_by.is_empty();
        let before = beside.len();
        cell.beside = self.latest_of_each_kind(beside);
        cell.beside_more = before - cell.beside.len();
        cell
    }

    /// At most [`MOST_BESIDE`] of each kind, the latest; order as it was.
    fn latest_of_each_kind(&self, beside: Vec<Beside>) -> Vec<Beside> {
        let ranges: BTreeMap<&str, DateRange> =
            self.sightings.iter().map(|sighting| (sighting.id.as_str(), sighting.range)).collect();
        let mut latest: Vec<&Beside> = beside.iter().collect();
        latest.sort_by_key(|beside| {
            let range = ranges.get(beside.statement.as_str()).copied().unwrap_or_default();
            std::cmp::Reverse((
                range.last.is_none(),
                range.last,
                range.first,
                std::cmp::Reverse(&beside.statement),
            ))
        });
        let mut counts: BTreeMap<BesideKind, usize> = BTreeMap::new();
        let mut kept: BTreeSet<&Beside> = BTreeSet::new();
        for beside in latest {
            let count = counts.entry(beside.kind).or_default();
            if matches!(beside.kind, BesideKind::NoComment | BesideKind::AfterHand) || *count < MOST_BESIDE {
                *count += 1;
                kept.insert(beside);
            }
        }
        beside.iter().filter(|beside| kept.contains(beside)).cloned().collect()
    }
}

pub(crate) fn reading(candidates: &[&Candidate]) -> Reading {
    let first = candidates.first();
    Reading {
        stance: first.map_or(Stance::NoRecord, |candidate| candidate.stance),
        options: first.map(|candidate| candidate.options.iter().cloned().collect()).unwrap_or_default(),
        condition: candidates.iter().find_map(|candidate| candidate.condition.clone()),
        statements: candidates.iter().map(|candidate| candidate.id.clone()).collect(),
        date: candidates.iter().filter_map(|candidate| candidate.range.last).max(),
    }
}

/// Groups the standing statements by position, in the order they are to be shown.
pub(crate) fn readings(candidates: &[Candidate], outcome: &Outcome) -> Vec<Reading> {
    let mut grouped: Vec<Vec<&Candidate>> = Vec::new();
    for &index in &outcome.standing {
        let candidate = &candidates[index];
        match grouped
            .iter_mut()
            .find(|group| group[0].stance == candidate.stance && group[0].options == candidate.options)
        {
            Some(group) => group.push(candidate),
            None => grouped.push(vec![candidate]),
        }
    }
    grouped.iter().map(|group| reading(group)).collect()
}
