//! Who says what about which issue, kept ready for the matrix.
//!
//! Two derived tables: `voice` has a row for every statement and issue it is
//! about, with its days; `part` has a row for every group of them that the
//! rules cannot tell apart (one cell, one speaker, one act, the same options),
//! with their number and their latest days. Both follow from the tables of
//! statements, sources and links, and change with every one of their rows; the
//! matrix then looks at the parts and at the few statements that can still
//! stand, not at all that was ever said.

use std::collections::BTreeMap;

use jiff::civil::Date;
use paraph_reading::record::{Act, Negation, Statement};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::derive::{Cache, issue_and_option};
use crate::error::{Error, Result};
use crate::model::{Relation, RosterIssue, SourceMeta, Stance, Status, View};
use crate::position::{DateRange, NO_ISSUES, Standing, about_talks, speaker_name, standing, words_accept};
use crate::query::parse_record;
use crate::text::Words;

/// The first day of words of which none is known.
pub(crate) const NO_FIRST: i64 = i64::MIN;
/// The last day of words of which none is known: they are older than nothing.
pub(crate) const NO_LAST: i64 = i64::MAX;

/// A day as a number that grows with it.
pub(crate) fn day(date: Date) -> i64 {
    (i64::from(date.year()) * 16 + i64::from(date.month())) * 32 + i64::from(date.day())
}

/// The day that a number stands for.
pub(crate) fn date(day: i64) -> Option<Date> {
    if day == NO_FIRST || day == NO_LAST {
        return None;
    }
    let year = i16::try_from(day.div_euclid(512)).ok()?;
    let rest = day.rem_euclid(512);
    Date::new(year, i8::try_from(rest / 32).ok()?, i8::try_from(rest % 32).ok()?).ok()
}

/// What a statement is to the cell it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Proposed: nobody has looked.
    Awaiting,
    /// The party's own word, which takes a position.
    Own,
    /// As `Own`, in the row of another party that a link names: counts only where its own party has no row.
    Elsewhere,
    Relayed,
    Anonymous,
    Forecast,
    Denial,
    Mention,
}

/// What all statements of a part have in common, as far as the rules can tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Look {
    pub(crate) kind: Kind,
    /// Who relays or forecasts; of a word elsewhere, whose it is.
    pub(crate) by: Option<String>,
    act: Option<Act>,
    negated: Negation,
    /// The words speak of talks.
    talks: bool,
    /// The options as they are named, and whether the words of a condition accept each.
    options: Vec<(String, bool)>,
    /// The speaker's name as the rules compare it, and whether it is a person's.
    pub(crate) speaker: Option<(String, bool)>,
}

impl Look {
    fn bare(kind: Kind, by: Option<String>) -> Look {
        Look {
            kind,
            by,
            act: None,
            negated: Negation::None,
            talks: false,
            options: Vec::new(),
            speaker: None,
        }
    }

    /// The stance on an issue (rule 3) with the options that the case knows.
    pub(crate) fn stance(&self, issue: &RosterIssue) -> (Option<Stance>, std::collections::BTreeSet<String>) {
        let known = |option: &String| issue.options.is_empty() || issue.options.contains(option);
        let named = || self.options.iter().filter(|(option, _)| known(option));
        let options = || named().map(|(option, _)| option.clone()).collect();
        let Some(act) = self.act else { return (None, Default::default()) };
        if act == Act::NoComment {
            return (Some(Stance::NoComment), options());
        }
        if matches!(self.negated, Negation::Cue | Negation::Both) {
            return (None, Default::default());
        }
        let content_negated = matches!(self.negated, Negation::Content | Negation::Both);
        let accepted = !content_negated && named().any(|(_, accepted)| *accepted);
        let stance = match act {
            Act::Accept => Stance::Accepts,
            Act::Condition if accepted => Stance::AcceptsIf,
            Act::Condition | Act::Demand => Stance::Demands,
            Act::Offer | Act::Concede => Stance::Offers,
            Act::Concern => Stance::Reserved,
            Act::Reject => Stance::Rejects,
            Act::Commit if self.talks => return (Some(Stance::WillDiscuss), Default::default()),
            _ => return (None, Default::default()),
        };
        (Some(stance), if content_negated { Default::default() } else { options() })
    }

    /// Whether its readings carry the words of a condition.
    pub(crate) fn conditional(&self) -> bool {
        self.act == Some(Act::Condition)
    }
}

/// What the rules look at of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceFacts {
    private: bool,
    level: i64,
    withdrawn: bool,
    published: Option<Date>,
    retrieved: Option<Date>,
}

impl SourceFacts {
    pub(crate) fn load(connection: &Connection, source: &str) -> Result<Option<SourceFacts>> {
        let row: Option<(bool, i64, bool, String)> = connection
            .prepare_cached("SELECT private, handling, withdrawn, meta FROM source WHERE id = ?1")?
            .query_row([source], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .optional()?;
        let Some((private, level, withdrawn, meta)) = row else { return Ok(None) };
        let meta: SourceMeta = serde_json::from_str(&meta).map_err(|error| {
            Error::corrupt(format!("the description of source {source} cannot be read")).because(error)
        })?;
        let (published, retrieved) = (meta.published, meta.retrieved);
        Ok(Some(SourceFacts { private, level, withdrawn, published, retrieved }))
    }

    /// When a record of the source was uttered, as exactly as is known.
    pub(crate) fn range(&self, record: &Statement) -> DateRange {
        DateRange::of(record.when.as_ref(), self.published, self.retrieved)
    }

    /// Whether a view sees a record of the source.
    pub(crate) fn counts(&self, record: &Statement, view: &View) -> bool {
        !self.withdrawn
            && self.level <= crate::derive::level(view.audience)
            && self.range(record).by(view.as_of)
    }
}

/// A statement as its row has it.
pub(crate) struct Said<'a> {
    pub(crate) id: &'a str,
    pub(crate) source: &'a str,
    pub(crate) status: Status,
    pub(crate) record: &'a Statement,
    pub(crate) words: &'a Words,
    pub(crate) accepts: Option<bool>,
}

/// What statements say about issues, gathered to be written in the order of the tables.
#[derive(Default)]
pub(crate) struct Voices {
    /// Part, last and first day, and position of the statement.
    rows: Vec<(PartId, i64, i64, i64)>,
    parts: BTreeMap<PartId, NewPart>,
}

/// A part as far as the gathered rows make it.
struct NewPart {
    issue: String,
    party: String,
    private: bool,
    level: i64,
    look: String,
    count: i64,
    latest: i64,
    last: i64,
}

impl Voices {
    /// Adds the rows of a statement that has none yet.
    pub(crate) fn gather(
        &mut self,
        connection: &Connection,
        cache: &mut Cache,
        position: i64,
        said: &Said<'_>,
    ) -> Result<()> {
        let confirmed = matches!(said.status, Status::Confirmed | Status::Corrected);
        if !confirmed && said.status != Status::Proposed {
            return Ok(());
        }
        let Some(facts) = cache.source_facts(connection, said.source)?.filter(|facts| !facts.withdrawn)
        else {
            return Ok(());
        };
        let range = facts.range(said.record);
        let days = (range.first.map_or(NO_FIRST, day), range.last.map_or(NO_LAST, day));
        let links: Vec<(Relation, String)> = if confirmed { links(connection, said.id)? } else { Vec::new() };
        let linked = links.iter().filter(|(relation, _)| *relation == Relation::Issue);
        let topics = said.record.about.iter().chain(linked.map(|(_, target)| target));
        let mut issues: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for topic in topics {
            let (issue, option) = issue_and_option(topic);
            let options = issues.entry(issue).or_default();
            if !option.is_empty() && !options.contains(&option) {
                options.push(option);
            }
        }
        for (issue, mut options) in issues {
            options.sort_unstable();
            let looks = if confirmed {
                looks(said, issue, &options, &links)
            } else {
                let row = said.record.party.clone();
                row.map(|row| (row, Look::bare(Kind::Awaiting, None))).into_iter().collect()
            };
            for (party, look) in looks {
                self.add(issue, &party, &facts, &look, days, position)?;
            }
        }
        Ok(())
    }

    fn add(
        &mut self,
        issue: &str,
        party: &str,
        facts: &SourceFacts,
        look: &Look,
        (first, last): (i64, i64),
        position: i64,
    ) -> Result<()> {
        let look = serde_json::to_string(look)
            .map_err(|error| Error::invalid("a record cannot be written as JSON").because(error))?;
        let id = part_id(issue, party, facts, &look);
        self.rows.push((id, last, first, position));
        let part = self.parts.entry(id).or_insert_with(|| NewPart {
            issue: issue.to_owned(),
            party: party.to_owned(),
            private: facts.private,
            level: facts.level,
            look,
            count: 0,
            latest: first,
            last,
        });
        part.count += 1;
        part.latest = part.latest.max(first);
        part.last = part.last.max(last);
        Ok(())
    }

    /// Writes what was gathered.
    pub(crate) fn write(mut self, connection: &Connection) -> Result<()> {
        self.rows.sort_unstable();
        let mut query = connection
            .prepare_cached("INSERT INTO voice (part, last, first, statement) VALUES (?1, ?2, ?3, ?4)")?;
        for row in self.rows {
            query.execute(row)?;
        }
        let mut query = connection.prepare_cached(
            "INSERT INTO part (id, issue, party, private, level, look, count, latest, last)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (id) DO UPDATE SET count = count + excluded.count, latest = max(latest, excluded.latest),
                                            last = max(last, excluded.last)",
        )?;
        for (id, part) in self.parts {
            let NewPart { issue, party, private, level, look, count, latest, last } = part;
            query.execute(params![id, issue, party, private, level, look, count, latest, last])?;
        }
        Ok(())
    }
}

/// Brings the rows of a statement up to date; `known` says whether it may have some already.
pub(crate) fn derive(
    connection: &Connection,
    cache: &mut Cache,
    position: i64,
    said: Option<&Said<'_>>,
    known: bool,
) -> Result<()> {
    if known {
        remove(connection, position)?;
    }
    let Some(said) = said else { return Ok(()) };
    let mut voices = Voices::default();
    voices.gather(connection, cache, position, said)?;
    voices.write(connection)
}

fn links(connection: &Connection, statement: &str) -> Result<Vec<(Relation, String)>> {
    let mut query = connection
        .prepare_cached("SELECT relation, target FROM link WHERE statement = ?1 ORDER BY position")?;
    let mut rows = query.query([statement])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let relation: String = row.get(0)?;
        let relation = relation
            .parse()
            .map_err(|error: Error| Error::corrupt("the kind of a link cannot be read").because(error))?;
        found.push((relation, row.get(1)?));
    }
    Ok(found)
}

/// The rows in which a confirmed statement stands, and as what.
fn looks(
    said: &Said<'_>,
    issue: &str,
    options: &[&str],
    links: &[(Relation, String)],
) -> Vec<(String, Look)> {
    if NO_ISSUES.contains(&issue) {
        return Vec::new();
    }
    let record = said.record;
    let concerns = links
        .iter()
        .rev()
        .find(|(relation, _)| *relation == Relation::AboutParty)
        .map(|(_, target)| target.clone())
        .or_else(|| record.party.clone());
    let whole = |kind: Kind, by: Option<String>| {
        let accepted = |option: &str| {
            record.act == Some(Act::Condition)
                && said.accepts.unwrap_or_else(|| {
                    words_accept(said.words, &std::iter::once(option.to_owned()).collect())
                })
        };
        Look {
            kind,
            by,
            act: record.act,
            negated: record.negated,
            talks: record.act == Some(Act::Commit) && about_talks(record, said.words),
            options: options.iter().map(|option| ((*option).to_owned(), accepted(option))).collect(),
            speaker: None,
        }
    };
    let at = |party: Option<String>, look: Look| party.map(|party| (party, look)).into_iter().collect();
    let standing = standing(record);
    if record.act == Some(Act::PredictAcceptance) {
        let by = match standing {
            Standing::Relayed(by) => by,
            _ => record.party.clone(),
        };
        return at(concerns, Look::bare(Kind::Forecast, by));
    }
    match standing {
        Standing::Unattributed => Vec::new(),
        Standing::Relayed(by) => at(concerns, whole(Kind::Relayed, by)),
        Standing::Anonymous => at(concerns, whole(Kind::Anonymous, None)),
        Standing::Own => {
            let mut own = whole(Kind::Own, None);
            // Which stance it is may depend on the case's options; whether there is one does not.
            if own.stance(&RosterIssue::default()).0.is_none() {
                let kind = if record.act == Some(Act::Deny) { Kind::Denial } else { Kind::Mention };
                return at(concerns, Look::bare(kind, None));
            }
            own.speaker = speaker_name(record, said.words);
            let mut found: Vec<(String, Look)> = at(record.party.clone(), own);
            if concerns != record.party {
                found
                    .extend(concerns.map(|party| (party, Look::bare(Kind::Elsewhere, record.party.clone()))));
            }
            found
        }
    }
}

/// The name of a part: what it is, hashed.
pub(crate) type PartId = [u8; 16];

fn part_id(issue: &str, party: &str, facts: &SourceFacts, look: &str) -> PartId {
    let mut hasher = blake3::Hasher::new();
    for text in [issue, party, look] {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.update(&[u8::from(facts.private)]);
    hasher.update(&facts.level.to_le_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    id
}

/// Takes the rows of a statement away.
fn remove(connection: &Connection, position: i64) -> Result<()> {
    let parts: Vec<PartId> = connection
        .prepare_cached("SELECT part FROM voice WHERE statement = ?1")?
        .query_map([position], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    if parts.is_empty() {
        return Ok(());
    }
    connection.prepare_cached("DELETE FROM voice WHERE statement = ?1")?.execute([position])?;
    for part in parts {
        let left = connection
            .prepare_cached("UPDATE part SET count = count - 1 WHERE id = ?1 RETURNING count")?
            .query_row([&part], |row| row.get::<_, i64>(0))
            .optional()?;
        if left == Some(0) {
            connection.prepare_cached("DELETE FROM part WHERE id = ?1")?.execute([&part])?;
            continue;
        }
        connection
            .prepare_cached(
                "UPDATE part SET (latest, last) = (SELECT max(first), max(last) FROM voice WHERE part = ?1)
                 WHERE id = ?1",
            )?
            .execute([&part])?;
    }
    Ok(())
}

/// Brings the rows of a statement up to date after its source or its links changed.
pub(crate) fn refresh(connection: &Connection, cache: &mut Cache, id: &str) -> Result<()> {
    let row: Option<(i64, String, String, String, String, Option<bool>)> = connection
        .prepare_cached(
            "SELECT position, source, status, record, words, accepts FROM statement WHERE id = ?1",
        )?
        .query_row([id], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
        })
        .optional()?;
    let Some((position, source, status, record, words, accepts)) = row else { return Ok(()) };
    let unreadable = |what: &str| Error::corrupt(format!("the {what} of statement {id} cannot be read"));
    let status: Status = status.parse().map_err(|_| unreadable("status"))?;
    let record = parse_record(id, &record)?;
    let words: Words = serde_json::from_str(&words).map_err(|error| unreadable("words").because(error))?;
    let said = Said { id, source: &source, status, record: &record, words: &words, accepts };
    derive(connection, cache, position, Some(&said), true)
}

/// As [`refresh`], for every statement of a source.
pub(crate) fn refresh_source(connection: &Connection, cache: &mut Cache, source: &str) -> Result<()> {
    let statements: Vec<String> = connection
        .prepare_cached("SELECT id FROM statement WHERE source = ?1 ORDER BY position")?
        .query_map([source], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    statements.iter().try_for_each(|statement| refresh(connection, cache, statement))
}

/// Fills the tables of a ledger that had none.
pub(crate) fn fill(connection: &Connection) -> Result<()> {
    let mut cache = Cache::default();
    let statements: Vec<String> = connection
        .prepare("SELECT id FROM statement ORDER BY position")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    statements.iter().try_for_each(|statement| refresh(connection, &mut cache, statement))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_keep_their_order_and_come_back() {
        let dates = ["-0044-03-15", "0001-01-01", "2024-02-29", "2024-03-01", "2024-12-31", "2025-01-01"];
        let dates: Vec<Date> = dates
            .iter()
            .map(|text| match text.strip_prefix('-') {
                Some(_) => Date::new(-44, 3, 15).unwrap(),
                None => text.parse().unwrap(),
            })
            .collect();
        assert!(dates.windows(2).all(|pair| day(pair[0]) < day(pair[1])));
        assert!(dates.iter().all(|known| date(day(*known)) == Some(*known)));
        assert_eq!((date(NO_FIRST), date(NO_LAST)), (None, None));
    }
}
