//! The matrix of positions: what it shows, and how its cells are put together.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::model::{Audience, Setting, Stance};
use crate::position::{Candidate, Outcome};

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
    /// How many more stand beside it: [`Ledger::history`](crate::Ledger::history) lists them all.
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

/// Party, issue and setting of a cell.
pub(crate) type Key = (String, String, Setting);

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
