//! Reading the ledger: sources, statements, the log, search.

use jiff::Timestamp;
use paraph_reading::record::Statement;
use rusqlite::{OptionalExtension, params};
use serde::Serialize;

use crate::derive::{self, read_entry};
use crate::error::{Error, Result};
use crate::journal::{EntryKind, Happened, hex};
use crate::ledger::{Ledger, Name, resolve};
use crate::model::{Anchor, Audience, Source, Status, StoredEvent, StoredStatement};

/// Which statements to list. Everything that is `None` or empty selects all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatementFilter {
    /// Only these fates.
    pub status: Vec<Status>,
    /// Only from this source (its id in full).
    pub source: Option<String>,
    /// Only by this party.
    pub party: Option<String>,
    /// Only about this issue.
    pub issue: Option<String>,
    /// Only orphans, or only statements whose words stand where they say.
    pub anchor: Option<Anchor>,
    /// Also statements of withdrawn sources.
    pub with_withdrawn_sources: bool,
    /// For whom.
    pub audience: Audience,
    /// In which order.
    pub order: Order,
    /// At most so many; `None` for all.
    pub limit: Option<usize>,
}

/// In which order statements are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// As the sources came in, and within a source as they were proposed.
    #[default]
    Place,
    /// The most uncertain first: without a party or an act, then by the reader's confidence; then by place.
    Uncertainty,
}

/// What statements are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The source they stand in, by its id.
    Source,
    /// What became of them.
    Status,
    /// The party they are by.
    Party,
    /// Who speaks, as the reader named them.
    Speaker,
}

impl By {
    fn column(self) -> &'static str {
        match self {
            By::Source => "statement.source",
            By::Status => "statement.status",
            By::Party => "statement.party",
            By::Speaker => "json_extract(record, '$.speaker')",
        }
    }
}

/// How many statements share these values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tally {
    /// The values in the order asked for; nothing where a statement has none.
    pub values: Vec<Option<String>>,
    /// How many statements.
    pub count: u64,
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogLine {
    /// The entry's id.
    pub id: String,
    /// The action it belongs to: the id of the action's first entry.
    pub action: String,
    /// What kind of thing happened.
    pub kind: EntryKind,
    /// Who did it.
    pub author: String,
    /// When.
    pub time: Timestamp,
    /// What it was about: a statement, a source, a party and an issue.
    pub about: String,
    /// Whether it is undone.
    pub undone: bool,
    /// Whether its details were destroyed.
    pub shredded: bool,
    /// Its details as in the journal; nothing once shredded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<serde_json::Value>,
}

/// Something that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Found {
    /// A statement.
    Statement {
        /// Its id.
        id: String,
        /// The source it stands in.
        source: String,
        /// Its words on one line.
        words: String,
    },
    /// A source, by title or text.
    Source {
        /// Its id.
        id: String,
        /// Its title.
        title: Option<String>,
        /// Some words around the first place.
        words: String,
    },
}

pub(crate) fn parse_record(id: &str, text: &str) -> Result<Statement> {
    serde_json::from_str(text).map_err(|error| {
        Error::corrupt(format!("the record of statement {id} cannot be read")).because(error)
    })
}

fn parse<T: serde::de::DeserializeOwned>(what: &str, id: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| {
        Error::corrupt(format!("the {what} of {id} cannot be read ({error})")).because(error)
    })
}

pub(crate) fn parse_time(id: &str, text: &str) -> Result<Timestamp> {
    text.parse().map_err(|error: jiff::Error| {
        Error::corrupt(format!("the time of {id} cannot be read")).because(error)
    })
}

const SOURCE_COLUMNS: &str = "id, original, bytes, meta, extractor, withdrawn, author, time";

fn read_source(row: &rusqlite::Row<'_>) -> Result<Source> {
    let id: String = row.get(0)?;
    let bytes: i64 = row.get(2)?;
    let (meta, extractor, time): (String, String, String) = (row.get(3)?, row.get(4)?, row.get(7)?);
    Ok(Source {
        hash: row.get(1)?,
        bytes: u64::try_from(bytes)
            .map_err(|_| Error::corrupt(format!("the length of source {id} is negative")))?,
        meta: parse("description", &id, &meta)?,
        extractor: parse("extractor", &id, &extractor)?,
        withdrawn: row.get(5)?,
        author: row.get(6)?,
        added: parse_time(&id, &time)?,
        id,
    })
}

pub(crate) const STATEMENT_COLUMNS: &str = "statement.id, statement.source, statement.status, exact, record, words, \
                                 statement.author, statement.time, reason, accepts";

pub(crate) fn read_statement(row: &rusqlite::Row<'_>) -> Result<StoredStatement> {
    let id: String = row.get(0)?;
    let (status, record, words, time): (String, String, String, String) =
        (row.get(2)?, row.get(4)?, row.get(5)?, row.get(7)?);
    Ok(StoredStatement {
        record: parse_record(&id, &record)?,
        source_id: row.get(1)?,
        words: parse("words", &id, &words)?,
        status: status
            .parse()
            .map_err(|_| Error::corrupt(format!("the status of statement {id} cannot be read")))?,
        anchor: if row.get(3)? { Anchor::Exact } else { Anchor::Orphan },
        author: row.get(6)?,
        time: parse_time(&id, &time)?,
        reason: row.get(8)?,
        accepts: row.get(9)?,
    })
}

impl Ledger {
    /// Every source the audience may see, in the order they came in.
    ///
    /// # Errors
    /// `is_corrupt`, `is_busy`, `is_storage`.
    pub fn sources(&self, audience: Audience) -> Result<Vec<Source>> {
        let mut query = self.connection().prepare_cached(&format!(
            "SELECT {SOURCE_COLUMNS} FROM source WHERE handling <= ?1 ORDER BY position"
        ))?;
        let mut rows = query.query([derive::level(audience)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read_source(row)?);
        }
        self.store.still_the_same()?;
        Ok(found)
    }

    /// One source by a unique prefix of its id.
    ///
    /// # Errors
    /// `is_not_found`, `is_ambiguous`; else as for [`Ledger::sources`].
    pub fn source(&self, prefix: &str) -> Result<Source> {
        let id = resolve(self.connection(), Name::Source, prefix)?;
        let mut query = self
            .connection()
            .prepare_cached(&format!("SELECT {SOURCE_COLUMNS} FROM source WHERE id = ?1"))?;
        let mut rows = query.query([id])?;
        match rows.next()? {
            Some(row) => read_source(row),
            None => Err(Error::not_found("the source is gone")),
        }
    }

    /// The source with exactly these bytes, if it is in the ledger: tells which reports nobody has read in yet.
    ///
    /// # Errors
    /// As for [`Ledger::sources`].
    pub fn source_of(&self, bytes: &[u8]) -> Result<Option<Source>> {
        let hash = blake3::hash(bytes).to_hex().to_string();
        let mut query = self
            .connection()
            .prepare_cached(&format!("SELECT {SOURCE_COLUMNS} FROM source WHERE original = ?1"))?;
        let mut rows = query.query([hash])?;
        rows.next()?.map(read_source).transpose()
    }

    /// The stored text of a source: what spans refer to.
    ///
    /// # Errors
    /// `is_not_found`, `is_ambiguous`; `is_corrupt` when the text is missing; else as for [`Ledger::sources`].
    pub fn source_text(&self, prefix: &str) -> Result<String> {
        let bytes = self.stored(prefix, "text")?;
        String::from_utf8(bytes)
            .map_err(|error| Error::corrupt("the stored text is not UTF-8").because(error))
    }

    /// The original bytes of a source.
    ///
    /// # Errors
    /// As for [`Ledger::source_text`].
    pub fn source_bytes(&self, prefix: &str) -> Result<Vec<u8>> {
        self.stored(prefix, "original")
    }

    fn stored(&self, prefix: &str, column: &str) -> Result<Vec<u8>> {
        let id = resolve(self.connection(), Name::Source, prefix)?;
        let hash: String = self
            .connection()
            .prepare_cached(&format!("SELECT {column} FROM source WHERE id = ?1"))?
            .query_row([&id], |row| row.get(0))?;
        derive::content(self.connection(), &hash)?
            .ok_or_else(|| Error::corrupt(format!("the bytes of source {id} are missing")))
    }

    /// One statement by a unique prefix of its id, for whoever may see it.
    ///
    /// # Errors
    /// `is_not_found`, `is_ambiguous`; else as for [`Ledger::sources`].
    pub fn statement(&self, prefix: &str) -> Result<StoredStatement> {
        let id = resolve(self.connection(), Name::Statement, prefix)?;
        let mut query = self
            .connection()
            .prepare_cached(&format!("SELECT {STATEMENT_COLUMNS} FROM statement WHERE id = ?1"))?;
        let mut rows = query.query([id])?;
        match rows.next()? {
            Some(row) => read_statement(row),
            None => Err(Error::not_found("the statement is gone")),
        }
    }

    /// The statements that a filter selects, in the order it asks for.
    ///
    /// # Errors
    /// As for [`Ledger::sources`].
    pub fn statements(&self, filter: &StatementFilter) -> Result<Vec<StoredStatement>> {
        let order = match filter.order {
            Order::Place => "",
            Order::Uncertainty => "party IS NOT NULL AND act IS NOT NULL, coalesce(confidence, 0),",
        };
        let mut query = self.connection().prepare_cached(&format!(
            "SELECT {STATEMENT_COLUMNS} FROM statement JOIN source ON source.id = statement.source
             WHERE {} ORDER BY {order} source.position, statement.position LIMIT ?5",
            conditions(filter)
        ))?;
        let limit = filter.limit.and_then(|limit| i64::try_from(limit).ok()).unwrap_or(-1);
        let mut rows = query.query(params![
            derive::level(filter.audience),
            filter.source,
            filter.party,
            filter.issue,
            limit
        ])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read_statement(row)?);
        }
        self.store.still_the_same()?;
        Ok(found)
    }

    /// How many statements a filter selects; its limit and order do not matter.
    ///
    /// # Errors
    /// As for [`Ledger::sources`].
    pub fn count(&self, filter: &StatementFilter) -> Result<usize> {
        let by_fate = StatementFilter {
            status: filter.status.clone(),
            with_withdrawn_sources: filter.with_withdrawn_sources,
            audience: filter.audience,
            order: filter.order,
            limit: filter.limit,
            ..StatementFilter::default()
        };
        if *filter == by_fate {
            return self.count_by_fate(filter);
        }
        let mut query = self.connection().prepare_cached(&format!(
            "SELECT count(*) FROM statement JOIN source ON source.id = statement.source WHERE {}",
            conditions(filter)
        ))?;
        // Only those parameters are bound that the conditions name.
        let (level, last) = (derive::level(filter.audience), query.parameter_count());
        let given: [&dyn rusqlite::ToSql; 4] = [&level, &filter.source, &filter.party, &filter.issue];
        let number: i64 = query.query_row(&given[..last], |row| row.get(0))?;
        Ok(usize::try_from(number).unwrap_or_default())
    }

    /// How many statements have some fates, when a filter asks for nothing else: all of them, less those in sources
    /// that are not seen. The first are counted in an index alone, and most sources are seen.
    fn count_by_fate(&self, filter: &StatementFilter) -> Result<usize> {
        let fates = fates(&filter.status).map(|fates| format!(" AND {fates}")).unwrap_or_default();
        let hidden = if filter.with_withdrawn_sources {
            "source.handling > ?1"
        } else {
            "(source.handling > ?1 OR source.withdrawn)"
        };
        let mut query = self.connection().prepare_cached(&format!(
            "SELECT (SELECT count(*) FROM statement WHERE true{fates})
                  - (SELECT count(*) FROM (SELECT DISTINCT source AS id FROM statement) AS place
                     LEFT JOIN source ON source.id = place.id
                     CROSS JOIN statement ON statement.source = place.id
                     WHERE (source.id IS NULL OR {hidden}){fates})"
        ))?;
        let number: i64 = query.query_row([derive::level(filter.audience)], |row| row.get(0))?;
        Ok(usize::try_from(number).unwrap_or_default())
    }

    /// How many of the statements that a filter selects share each combination of values, in ascending order of the
    /// values; the filter's limit and order do not matter.
    ///
    /// One pass over the selected statements, and none of their words is read.
    ///
    /// # Errors
    /// As for [`Ledger::sources`].
    pub fn tally(&self, filter: &StatementFilter, by: &[By]) -> Result<Vec<Tally>> {
        let columns: Vec<&str> = by.iter().map(|by| by.column()).collect();
        let places: Vec<String> = (1..=by.len()).map(|at| at.to_string()).collect();
        let (columns, places) = (columns.join(", "), places.join(", "));
        if by.is_empty() {
            return Ok(vec![Tally { values: Vec::new(), count: self.count(filter)? as u64 }]);
        }
        let mut query = self.connection().prepare_cached(&format!(
            "SELECT {columns}, count(*) FROM statement JOIN source ON source.id = statement.source
             WHERE {} GROUP BY {places} ORDER BY {places}",
            conditions(filter)
        ))?;
        // Only those parameters are bound that the conditions name.
        let (level, last) = (derive::level(filter.audience), query.parameter_count());
        let given: [&dyn rusqlite::ToSql; 4] = [&level, &filter.source, &filter.party, &filter.issue];
        let mut rows = query.query(&given[..last])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let values = (0..by.len()).map(|at| row.get(at)).collect::<std::result::Result<_, _>>()?;
            let count: i64 = row.get(by.len())?;
            found.push(Tally { values, count: count.unsigned_abs() });
        }
        self.store.still_the_same()?;
        Ok(found)
    }

    /// The hashes of the original bytes of every source, withdrawn ones included.
    ///
    /// # Errors
    /// As for [`Ledger::sources`].
    pub fn originals(&self) -> Result<std::collections::BTreeSet<String>> {
        let mut query = self.connection().prepare_cached("SELECT original FROM source")?;
        let found = query.query_map([], |row| row.get(0))?.collect::<std::result::Result<_, _>>()?;
        self.store.still_the_same()?;
        Ok(found)
    }

    /// The events that the audience may see, of these fates (all of them when empty), in the order they came in.
    ///
    /// # Errors
    /// As for [`Ledger::sources`].
    pub fn events(&self, status: &[Status], audience: Audience) -> Result<Vec<StoredEvent>> {
        let mut query = self.connection().prepare_cached(
            "SELECT event.id, event.source, event.status, exact, record, words, event.author, event.time, reason
             FROM event JOIN source ON source.id = event.source
             WHERE source.handling <= ?1 AND NOT source.withdrawn ORDER BY source.position, event.position",
        )?;
        let mut rows = query.query([derive::level(audience)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            let (review, record, words, time): (String, String, String, String) =
                (row.get(2)?, row.get(4)?, row.get(5)?, row.get(7)?);
            let review = review
                .parse()
                .map_err(|_| Error::corrupt(format!("the status of event {id} cannot be read")))?;
            if !status.is_empty() && !status.contains(&review) {
                continue;
            }
            found.push(StoredEvent {
                record: parse("record", &id, &record)?,
                source_id: row.get(1)?,
                words: parse("words", &id, &words)?,
                review,
                anchor: if row.get(3)? { Anchor::Exact } else { Anchor::Orphan },
                author: row.get(6)?,
                time: parse_time(&id, &time)?,
                reason: row.get(8)?,
            });
        }
        self.store.still_the_same()?;
        Ok(found)
    }

    /// How many events of a fate the audience may see.
    ///
    /// # Errors
    /// As for [`Ledger::sources`].
    pub fn count_events(&self, status: Status, audience: Audience) -> Result<usize> {
        let mut query = self.connection().prepare_cached(
            "SELECT count(*) FROM event JOIN source ON source.id = event.source
             WHERE source.handling <= ?1 AND NOT source.withdrawn AND event.status = ?2",
        )?;
        let number: i64 =
            query.query_row(params![derive::level(audience), status.as_str()], |row| row.get(0))?;
        Ok(usize::try_from(number).unwrap_or_default())
    }

    /// The journal from the latest entry back, at most `limit` lines.
    ///
    /// # Errors
    /// As for [`Ledger::sources`].
    pub fn log(&self, limit: Option<usize>) -> Result<Vec<LogLine>> {
        let limit = limit.and_then(|limit| i64::try_from(limit).ok()).unwrap_or(-1);
        self.log_lines("ORDER BY position DESC LIMIT ?1", params![limit])
    }

    /// The journal's lines of one action, the latest first; none if there is no such action.
    ///
    /// Found by an index: takes as long as the action is large.
    ///
    /// # Errors
    /// As for [`Ledger::sources`].
    pub fn log_of(&self, action: &str) -> Result<Vec<LogLine>> {
        self.log_lines("WHERE id = ?1 OR action = ?1 ORDER BY position DESC", params![action])
    }

    fn log_lines(&self, which: &str, given: &[&dyn rusqlite::ToSql]) -> Result<Vec<LogLine>> {
        let mut query = self.connection().prepare_cached(&format!(
            "SELECT position, id, action, kind, author, time, payload, salt, digest, hash,
                    EXISTS (SELECT 1 FROM undone WHERE undone.action = coalesce(journal.action, journal.id))
             FROM journal {which}"
        ))?;
        let mut rows = query.query(given)?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            let (_, entry) = read_entry(row)?;
            let event = entry.event()?;
            lines.push(LogLine {
                action: entry.action_id().to_owned(),
                kind: entry.kind,
                author: entry.author,
                time: entry.time,
                about: event.as_ref().map(about).unwrap_or_default(),
                undone: row.get(10)?,
                shredded: entry.sealed.is_none(),
                details: entry
                    .sealed
                    .as_ref()
                    .map(|sealed| parse("details", &entry.id, &sealed.payload))
                    .transpose()?,
                id: entry.id,
            });
        }
        self.store.still_the_same()?;
        Ok(lines)
    }

    /// Full-text search over sources and statements, the latest first.
    ///
    /// All words must occur; words in double quotes must occur together. Every
    /// other character only separates words, so no input is a syntax error.
    ///
    /// # Errors
    /// As for [`Ledger::sources`].
    pub fn search(&self, text: &str, audience: Audience, limit: usize) -> Result<Vec<Found>> {
        let terms = search_terms(text);
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        let expression = terms.iter().map(|term| format!("\"{term}\"")).collect::<Vec<_>>().join(" AND ");
        let mut query = self
            .connection()
            .prepare_cached("SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY rowid DESC")?;
        let mut rows = query.query([expression])?;
        let mut found = Vec::new();
        while found.len() < limit
            && let Some(row) = rows.next()?
        {
            let position: i64 = row.get(0)?;
            if let Some(hit) = self.found(position, &terms, audience)? {
                found.push(hit);
            }
        }
        self.store.still_the_same()?;
        Ok(found)
    }

    fn found(&self, position: i64, terms: &[String], audience: Audience) -> Result<Option<Found>> {
        let statement: Option<(String, String, String)> = self
            .connection()
            .prepare_cached(
                "SELECT statement.id, statement.source, words FROM statement
                 JOIN source ON source.id = statement.source
                 WHERE statement.position = ?1 AND source.handling <= ?2",
            )?
            .query_row(params![position, derive::level(audience)], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        if let Some((id, source, words)) = statement {
            let words: crate::text::Words = parse("words", &id, &words)?;
            return Ok(Some(Found::Statement { words: words.content_line(), id, source }));
        }
        let source: Option<(String, String, String)> = self
            .connection()
            .prepare_cached("SELECT id, meta, text FROM source WHERE position = ?1 AND handling <= ?2")?
            .query_row(params![position, derive::level(audience)], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        let Some((id, meta, hash)) = source else { return Ok(None) };
        let meta: crate::model::SourceMeta = parse("description", &id, &meta)?;
        let text = self.cache.borrow_mut().text(self.connection(), &hash)?;
        let words = text.map(|text| around(text.text(), terms)).unwrap_or_default();
        Ok(Some(Found::Source { id, title: meta.title, words }))
    }

    /// The sources in which a reader whose name begins so has proposed a statement, whatever became of it.
    ///
    /// # Errors
    /// As for [`Ledger::sources`].
    pub fn sources_read_by(&self, reader: &str) -> Result<std::collections::BTreeSet<String>> {
        let mut query = self.connection().prepare_cached(
            "SELECT DISTINCT source FROM statement
             WHERE substr(json_extract(record, '$.reader'), 1, length(?1)) = ?1",
        )?;
        let found = query.query_map([reader], |row| row.get(0))?.collect::<Result<_, _>>()?;
        self.store.still_the_same()?;
        Ok(found)
    }

    /// How many sources, statements and journal entries there are.
    ///
    /// # Errors
    /// As for [`Ledger::sources`].
    pub fn counts(&self) -> Result<Counts> {
        let count = |table: &str| -> Result<u64> {
            let number: i64 =
                self.connection()
                    .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?;
            Ok(number.unsigned_abs())
        };
        Ok(Counts { sources: count("source")?, statements: count("statement")?, entries: count("journal")? })
    }
}

/// That a statement has one of some fates; nothing when any will do.
pub(crate) fn fates(status: &[Status]) -> Option<String> {
    let words: Vec<_> = status.iter().map(|status| format!("'{status}'")).collect();
    (!words.is_empty()).then(|| format!("statement.status IN ({})", words.join(", ")))
}

/// The conditions of a filter, for SQL: ?1 is the level of the audience, ?2 the source, ?3 the party, ?4 the issue.
fn conditions(filter: &StatementFilter) -> String {
    let mut conditions = vec!["source.handling <= ?1".to_owned()];
    if !filter.with_withdrawn_sources {
        conditions.push("NOT source.withdrawn".to_owned());
    }
    conditions.extend(fates(&filter.status));
    for (given, condition) in [
        (filter.source.is_some(), "statement.source = ?2"),
        (filter.party.is_some(), "statement.party = ?3"),
        (filter.issue.is_some(), "statement.position IN (SELECT statement FROM about WHERE issue = ?4)"),
    ] {
        if given {
            conditions.push(condition.to_owned());
        }
    }
    match filter.anchor {
        None => {}
        Some(Anchor::Exact) => conditions.push("exact".to_owned()),
        Some(Anchor::Orphan) => conditions.push("NOT exact".to_owned()),
    }
    conditions.join(" AND ")
}

/// How much a ledger holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Sources, withdrawn ones included.
    pub sources: u64,
    /// Statements, whatever became of them.
    pub statements: u64,
    /// Entries of the journal.
    pub entries: u64,
}

/// What an entry is about, in a few words.
fn about(event: &Happened) -> String {
    match event {
        Happened::SourceAdded(detail) => format!("source {}", detail.source),
        Happened::SourceDescribed(detail) => format!("source {}", detail.source),
        Happened::SourceExtracted(detail) => format!("source {}", detail.source),
        Happened::StatementProposed(detail) => format!("statement {}", detail.record.id),
        Happened::StatementConfirmed(detail) | Happened::StatementRejected(detail) => {
            format!("statement {}", detail.statement)
        }
        Happened::StatementCorrected(detail) => format!("statement {}", detail.statement),
        Happened::EventProposed(detail) => format!("event {}", detail.record.id),
        Happened::EventConfirmed(detail) | Happened::EventRejected(detail) => {
            format!("event {}", detail.event)
        }
        Happened::PositionSet(detail) => format!("{} on {}: {}", detail.party, detail.issue, detail.stance),
        Happened::PositionCleared(detail) => format!("{} on {}", detail.party, detail.issue),
        Happened::ContradictionJudged(detail) => format!("statements {}", detail.statements.join(", ")),
        Happened::LinkMade(detail) => {
            format!("statement {} to {} {}", detail.statement, detail.relation, detail.target)
        }
        Happened::WorkRecorded(work) => work.about(),
        Happened::RecordWithdrawn(detail) => match (&detail.source, &detail.statement) {
            (Some(source), _) => format!("source {source}"),
            (None, Some(statement)) => format!("statement {statement}"),
            (None, None) => String::new(),
        },
        Happened::Undone(detail) => format!("action {}", detail.action),
        Happened::Merged(detail) => format!("{} entries up to {}", detail.entries.len(), &detail.head),
        Happened::Shredded(detail) => format!("{} entries", detail.entries.len()),
    }
}

/// Splits a search into words and quoted phrases, free of anything the index would read as syntax.
fn search_terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    for (number, part) in text.split(['"', '“', '”', '„']).enumerate() {
        let words: Vec<String> = part
            .split(|character: char| !character.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        if number % 2 == 1 {
            if !words.is_empty() {
                terms.push(words.join(" "));
            }
        } else {
            terms.extend(words);
        }
    }
    terms.truncate(64);
    terms
}

/// Some words around the first place where a term occurs, on one line.
fn around(text: &str, terms: &[String]) -> String {
    const BEFORE: usize = 40;
    const LENGTH: usize = 120;
    let lower: Vec<char> =
        text.chars().map(|character| character.to_lowercase().next().unwrap_or(character)).collect();
    let first = terms
        .iter()
        .filter_map(|term| {
            let term: Vec<char> = term.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect();
            lower.windows(term.len().max(1)).position(|window| window == term)
        })
        .min()
        .unwrap_or(0);
    let start = first.saturating_sub(BEFORE);
    let mut line: String = text
        .chars()
        .skip(start)
        .take(LENGTH)
        .map(|character| if character.is_whitespace() { ' ' } else { character })
        .collect();
    if start > 0 {
        line.insert(0, '…');
    }
    if lower.len() > start + LENGTH {
        line.push('…');
    }
    line
}

/// Head hash and record count: what proves, kept elsewhere, that nothing was cut off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// How many entries the journal has.
    pub count: u64,
    /// Hash of the last one, in hexadecimal; zeros for an empty journal.
    pub head: String,
}

impl std::fmt::Display for Receipt {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.count, self.head)
    }
}

impl std::str::FromStr for Receipt {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let unfit =
            || Error::invalid(format!("`{text}` is no receipt; it looks like 12:9f…, a count and a hash"));
        let (count, head) = text.trim().split_once(':').ok_or_else(unfit)?;
        let head = head.to_ascii_lowercase();
        crate::journal::unhex::<32>(&head).map_err(|_| unfit())?;
        Ok(Receipt { count: count.parse().map_err(|_| unfit())?, head })
    }
}

impl Ledger {
    /// The receipt of the journal as it stands: head hash and record count.
    ///
    /// # Errors
    /// As for [`Ledger::sources`].
    pub fn receipt(&self) -> Result<Receipt> {
        // One statement, one state: another process may write between two.
        let found: Option<(i64, Vec<u8>)> = self
            .connection()
            .prepare_cached(
                "SELECT (SELECT count(*) FROM journal), hash FROM journal ORDER BY position DESC LIMIT 1",
            )?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(match found {
            None => Receipt { count: 0, head: hex(&crate::journal::GENESIS) },
            Some((count, hash)) => Receipt { count: count.unsigned_abs(), head: hex(&hash) },
        })
    }
}
