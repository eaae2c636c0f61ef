//! The work on the text: what people record about points of drafts.
//!
//! Each record is one entry of the journal, under an action that can be undone. Nothing is
//! merged here: what holds of a point follows from the records that are not undone, in
//! their order, and whoever shows them knows the drafts.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::derive::{ENTRY_COLUMNS, read_entry};
use crate::error::{Error, Result};
use crate::journal::Happened;
use crate::ledger::{Ledger, Name, resolve};
use crate::model::{Stamp, words_of};

/// Where a point stands between the first proposal and the initials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum PointStatus {
    /// Nobody has put words forward that others took up.
    #[default]
    Open,
    /// Words are on the table.
    Proposed,
    /// What the point shall reach is agreed, its words are not.
    ObjectiveAgreed,
    /// Negotiators agree; their principals have not said so.
    AgreedByNegotiators,
    /// Agreed.
    Agreed,
    /// Initialled.
    Initialled,
    /// Taken off the table.
    Withdrawn,
}
words_of!(
    PointStatus, "status of a point",
    PointStatus::Open => "open", PointStatus::Proposed => "proposed",
    PointStatus::ObjectiveAgreed => "objective-agreed",
    PointStatus::AgreedByNegotiators => "agreed-by-negotiators", PointStatus::Agreed => "agreed",
    PointStatus::Initialled => "initialled", PointStatus::Withdrawn => "withdrawn",
);

/// What a party put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContributionKind {
    /// A thought without words for the text.
    Idea,
    /// Words for the text.
    Amendment,
    /// What it asks of others.
    Ask,
    /// What it would give.
    Offer,
    /// What it has given.
    Concession,
}
words_of!(
    ContributionKind, "kind of contribution",
    ContributionKind::Idea => "idea", ContributionKind::Amendment => "amendment",
    ContributionKind::Ask => "ask", ContributionKind::Offer => "offer",
    ContributionKind::Concession => "concession",
);

/// What became of a contribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Fate {
    /// It lies on the table.
    #[default]
    PutIn,
    /// It went into the text.
    TakenUp,
    /// It went into another contribution.
    Merged,
    /// It was turned down.
    Rejected,
    /// Its party took it back.
    Withdrawn,
}
words_of!(
    Fate, "fate of a contribution",
    Fate::PutIn => "put-in", Fate::TakenUp => "taken-up", Fate::Merged => "merged",
    Fate::Rejected => "rejected", Fate::Withdrawn => "withdrawn",
);

/// A point of a draft, by the names that the draft's file gives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftPoint {
    /// The draft's name.
    pub draft: String,
    /// The point's address in it.
    pub point: String,
}

/// What the register says of a point; absent fields leave as it was what was said before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointNote {
    /// The point.
    pub at: DraftPoint,
    /// Its status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<PointStatus>,
    /// Who looks after it; empty takes the owner away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What is to be done next; empty: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_action: Option<String>,
    /// Hexadecimal BLAKE3 of the words that the status was set for, white space made single.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Words for a compromise; empty takes them away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compromise: Option<String>,
    /// Since when, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Where it was said: a statement's id, a report, a meeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A concern of a party about a point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concern {
    /// The point.
    pub at: DraftPoint,
    /// The party's id.
    pub party: String,
    /// The concern, in a sentence.
    pub text: String,
    /// When it was raised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Where it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// An idea, amendment, ask, offer or concession of a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contribution {
    /// The party's id.
    pub party: String,
    /// What it is.
    pub kind: ContributionKind,
    /// In words.
    pub text: String,
    /// The point it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DraftPoint>,
    /// When it was put in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Where it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// What became of a contribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settlement {
    /// The entry that recorded the contribution; any unique prefix, stored in full.
    pub contribution: String,
    /// What became of it.
    pub fate: Fate,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Where it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// Initials under one version of one point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Initials {
    /// The point and the draft whose words were initialled.
    pub at: DraftPoint,
    /// The party's id.
    pub party: String,
    /// Hexadecimal BLAKE3 of the words, white space made single.
    pub words: String,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Where it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// What a person holds of two names of speakers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamesJudged {
    /// One of them, as the reports write it.
    pub one: String,
    /// The other.
    pub other: String,
    /// Whether they are one speaker.
    pub same: bool,
}

/// One record of the work on the text and on who speaks in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Work {
    /// What the register says of a point.
    Point(PointNote),
    /// A party's concern about a point.
    Concern(Concern),
    /// What a party put in.
    Contribution(Contribution),
    /// What became of it.
    Settlement(Settlement),
    /// Initials under a version of a point.
    Initials(Initials),
    /// Whether two names are one speaker.
    Names(NamesJudged),
}

impl Work {
    /// What it is about, in a few words.
    pub(crate) fn about(&self) -> String {
        let place = |at: &DraftPoint| format!("{} of {}", at.point, at.draft);
        match self {
            Work::Point(note) => match note.status {
                Some(status) => format!("point {}: {status}", place(&note.at)),
                None => format!("point {}", place(&note.at)),
            },
            Work::Concern(concern) => {
                format!("concern of {} about point {}", concern.party, place(&concern.at))
            }
            Work::Contribution(put) => match &put.at {
                Some(at) => format!("{} of {} on point {}", put.kind, put.party, place(at)),
                None => format!("{} of {}", put.kind, put.party),
            },
            Work::Settlement(settled) => format!("contribution {}: {}", settled.contribution, settled.fate),
            Work::Initials(initials) => {
                format!("initials of {} under point {}", initials.party, place(&initials.at))
            }
            Work::Names(names) => {
                let word = if names.same { "one" } else { "two" };
                format!("names {} and {}: {word}", names.one, names.other)
            }
        }
    }
}

/// A record with who made it, when, and the id that names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkEntry {
    /// The entry's id.
    pub id: String,
    /// Who recorded it.
    pub author: String,
    /// When it was recorded.
    pub time: Timestamp,
    /// The record.
    pub work: Work,
}

impl Ledger {
    /// Records work on the text, all of it as one action. Returns the ids of the entries.
    ///
    /// # Errors
    /// `is_invalid` for empty words, names or a hash that is none; `is_not_found`, `is_ambiguous` or
    /// `is_conflict` for a settlement of what is no contribution or is undone; else as for every action.
    pub fn record_work(&mut self, stamp: &Stamp, work: &[Work]) -> Result<Vec<String>> {
        let before = self.counts()?.entries;
        let count = self.act(stamp, |connection, _| {
            let mut events = Vec::with_capacity(work.len());
            for work in work {
                check(work)?;
                let mut work = work.clone();
                if let Work::Settlement(settled) = &mut work {
                    settled.contribution = contribution(connection, &settled.contribution)?;
                }
                events.push(Happened::WorkRecorded(Box::new(work)));
            }
            let count = events.len();
            Ok((events, count))
        })?;
        let mut query = self
            .connection()
            .prepare_cached("SELECT id FROM journal WHERE position > ?1 ORDER BY position LIMIT ?2")?;
        let after = i64::try_from(before).unwrap_or(i64::MAX);
        let limit = i64::try_from(count).unwrap_or(i64::MAX);
        Ok(query.query_map([after, limit], |row| row.get(0))?.collect::<std::result::Result<_, _>>()?)
    }

    /// All records of the work on the text that are neither undone nor shredded, in the journal's order.
    ///
    /// # Errors
    /// As for every reading method: `is_corrupt`, `is_busy`, `is_storage`.
    pub fn work(&self) -> Result<Vec<WorkEntry>> {
        let mut query = self.connection().prepare_cached(&format!(
            "SELECT {ENTRY_COLUMNS} FROM journal
             WHERE kind = 'work-recorded' AND payload IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM undone WHERE undone.action = coalesce(journal.action, journal.id))
             ORDER BY position"
        ))?;
        let mut rows = query.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let (_, entry) = read_entry(row)?;
            if let Some(Happened::WorkRecorded(work)) = entry.event()? {
                found.push(WorkEntry { id: entry.id, author: entry.author, time: entry.time, work: *work });
            }
        }
        Ok(found)
    }

    /// The points of drafts that people linked statements to: statement and target, in the journal's order.
    ///
    /// # Errors
    /// As for every reading method.
    pub fn draft_links(&self) -> Result<Vec<(String, String)>> {
        let mut query = self.connection().prepare_cached(
            "SELECT statement, target FROM link WHERE relation = 'draft-point' ORDER BY position",
        )?;
        Ok(query
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<std::result::Result<_, _>>()?)
    }
}

/// The full id of an entry that records a contribution and is not undone.
fn contribution(connection: &Connection, prefix: &str) -> Result<String> {
    let id = resolve(connection, Name::Entry, prefix)?;
    let mut query = connection.prepare_cached(&format!(
        "SELECT {ENTRY_COLUMNS},
                EXISTS (SELECT 1 FROM undone WHERE undone.action = coalesce(journal.action, journal.id))
         FROM journal WHERE id = ?1"
    ))?;
    let (entry, undone) = query.query_row([&id], |row| Ok((read_entry(row), row.get::<_, bool>(10)?)))?;
    let (_, entry) = entry?;
    match entry.event()? {
        Some(Happened::WorkRecorded(work)) if matches!(*work, Work::Contribution(_)) => {}
        _ => {
            return Err(Error::conflict(format!(
                "entry {id} records no idea, amendment, ask, offer or concession"
            )));
        }
    }
    if undone {
        return Err(Error::conflict(format!("entry {id} is undone; undo that first")));
    }
    Ok(id)
}

fn check(work: &Work) -> Result<()> {
    let filled = |text: &str, what: &str| {
        if text.trim().is_empty() { Err(Error::invalid(format!("{what} is missing"))) } else { Ok(()) }
    };
    let hash = |words: &str| {
        let invalid = || Error::invalid("the hash of the words has 64 hexadecimal digits");
        crate::journal::unhex::<32>(words).map(|_| ()).map_err(|_| invalid())
    };
    let place =
        |at: &DraftPoint| filled(&at.draft, "the draft").and_then(|()| filled(&at.point, "the point"));
    match work {
        Work::Point(note) => {
            place(&note.at)?;
            note.words.as_deref().map_or(Ok(()), hash)?;
            let said = note.status.is_some()
                || note.owner.is_some()
                || note.next_action.is_some()
                || note.compromise.is_some();
            if said { Ok(()) } else { Err(Error::invalid("nothing is said of the point")) }
        }
        Work::Concern(concern) => {
            place(&concern.at)?;
            filled(&concern.party, "the party")?;
            filled(&concern.text, "the concern")
        }
        Work::Contribution(put) => {
            put.at.as_ref().map_or(Ok(()), place)?;
            filled(&put.party, "the party")?;
            filled(&put.text, "what was put in")
        }
        Work::Settlement(_) => Ok(()),
        Work::Initials(initials) => {
            place(&initials.at)?;
            filled(&initials.party, "the party")?;
            hash(&initials.words)
        }
        Work::Names(names) => {
            filled(&names.one, "a name")?;
            filled(&names.other, "a name")?;
            if names.one == names.other {
                Err(Error::invalid("a name cannot be told from itself"))
            } else {
                Ok(())
            }
        }
    }
}
