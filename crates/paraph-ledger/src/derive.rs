//! The current tables, derived from the journal.
//!
//! Every row of a derived table is a pure function of the journal's entries
//! that touch its object and are not undone. An action derives again the
//! objects it touches, a rebuild derives everything: both take the same way,
//! so both give the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use paraph_reading::record::Statement;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::journal::{Entry, EntryKind, EventProposed, Happened, Sealed, SourceAdded};
use crate::merge::{ConflictKind, Decision, Merges, Resolved, Side, resolve};
use crate::model::{Anchor, Audience, Extractor, Setting, SourceMeta, Status};
use crate::same::Groups;
use crate::store::DERIVED;
use crate::text::{EventWords, TextIndex, Words};
use crate::voice::{self, Said, SourceFacts, Voices};

/// What an entry is about, as the key under which its entries are found again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Object {
    Source(String),
    Statement(String),
    Event(String),
    /// Links, positions and rulings: each stands for itself, under its entry's id.
    Entry(String),
}

impl Object {
    pub(crate) fn key(&self) -> String {
        match self {
            Object::Source(id) => format!("source {id}"),
            Object::Statement(id) => format!("statement {id}"),
            Object::Event(id) => format!("event {id}"),
            Object::Entry(id) => format!("entry {id}"),
        }
    }

    pub(crate) fn parse(key: &str) -> Option<Object> {
        let (kind, id) = key.split_once(' ')?;
        match kind {
            "source" => Some(Object::Source(id.to_owned())),
            "statement" => Some(Object::Statement(id.to_owned())),
            "event" => Some(Object::Event(id.to_owned())),
            "entry" => Some(Object::Entry(id.to_owned())),
            _ => None,
        }
    }
}

pub(crate) fn object_of(entry: &str, event: &Happened) -> Option<Object> {
    match event {
        Happened::SourceAdded(detail) => Some(Object::Source(detail.source.clone())),
        Happened::SourceDescribed(detail) => Some(Object::Source(detail.source.clone())),
        Happened::SourceExtracted(detail) => Some(Object::Source(detail.source.clone())),
        Happened::StatementProposed(detail) => Some(Object::Statement(detail.record.id.clone())),
        Happened::StatementConfirmed(detail) | Happened::StatementRejected(detail) => {
            Some(Object::Statement(detail.statement.clone()))
        }
        Happened::StatementCorrected(detail) => Some(Object::Statement(detail.statement.clone())),
        Happened::EventProposed(detail) => Some(Object::Event(detail.record.id.clone())),
        Happened::EventConfirmed(detail) | Happened::EventRejected(detail) => {
            Some(Object::Event(detail.event.clone()))
        }
        Happened::RecordWithdrawn(detail) => match (&detail.source, &detail.statement) {
            (Some(source), _) => Some(Object::Source(source.clone())),
            (None, Some(statement)) => Some(Object::Statement(statement.clone())),
            (None, None) => None,
        },
        Happened::PositionSet(_)
        | Happened::PositionCleared(_)
        | Happened::ContradictionJudged(_)
        | Happened::LinkMade(_) => Some(Object::Entry(entry.to_owned())),
        // Records of work are read from the journal itself: no table is derived from them.
        Happened::WorkRecorded(_) | Happened::Undone(_) | Happened::Merged(_) | Happened::Shredded(_) => None,
    }
}

/// The last text that was needed, with its index: statements come in by source.
#[derive(Default)]
pub(crate) struct Cache {
    last: Option<(String, Arc<TextIndex>)>,
    merges: Option<Arc<Merges>>,
    facts: Option<(String, Option<SourceFacts>)>,
    /// The hash of the last source's text.
    text_of: Option<(String, Option<String>)>,
    /// The hash of the journal's last entry, and which statements were the same then.
    pub(crate) groups: Option<(Vec<u8>, Groups)>,
}

impl Cache {
    /// Who knew what when: loaded again when another merge was noted.
    fn merges(&mut self, connection: &Connection) -> Result<Arc<Merges>> {
        let last = Merges::last(connection)?;
        match &self.merges {
            Some(merges) if merges.is_up_to(last) => Ok(Arc::clone(merges)),
            _ => {
                let merges = Arc::new(Merges::load(connection)?);
                self.merges = Some(Arc::clone(&merges));
                Ok(merges)
            }
        }
    }

    /// Forgets what another process may have changed since the last transaction.
    pub(crate) fn begin(&mut self) {
        (self.facts, self.text_of) = (None, None);
    }

    /// What the rules look at of a source, or nothing when there is none.
    pub(crate) fn source_facts(
        &mut self,
        connection: &Connection,
        source: &str,
    ) -> Result<Option<SourceFacts>> {
        match &self.facts {
            Some((last, facts)) if last == source => Ok(facts.clone()),
            _ => {
                let facts = SourceFacts::load(connection, source)?;
                self.facts = Some((source.to_owned(), facts.clone()));
                Ok(facts)
            }
        }
    }

    /// The text with this hash, or nothing when it is not stored (shredded) or is no text.
    pub(crate) fn text(&mut self, connection: &Connection, hash: &str) -> Result<Option<Arc<TextIndex>>> {
        if let Some((last, index)) = &self.last
            && last == hash
        {
            return Ok(Some(Arc::clone(index)));
        }
        let Some(bytes) = content(connection, hash)? else { return Ok(None) };
        let Ok(text) = String::from_utf8(bytes) else { return Ok(None) };
        let index = Arc::new(TextIndex::new(text));
        self.last = Some((hash.to_owned(), Arc::clone(&index)));
        Ok(Some(index))
    }
}

/// Stored bytes by their hexadecimal hash.
pub(crate) fn content(connection: &Connection, hash: &str) -> Result<Option<Vec<u8>>> {
    Ok(connection
        .prepare_cached("SELECT bytes FROM content WHERE hash = ?1")?
        .query_row([hash], |row| row.get(0))
        .optional()?)
}

/// Columns of `journal` in the order that [`read_entry`] expects.
pub(crate) const ENTRY_COLUMNS: &str =
    "position, id, action, kind, author, time, payload, salt, digest, hash";

/// Reads one row of the journal.
pub(crate) fn read_entry(row: &rusqlite::Row<'_>) -> Result<(i64, Entry)> {
    let id: String = row.get(1)?;
    let damaged = |what: &str| Error::corrupt(format!("entry {id}: its {what} cannot be read"));
    let kind: String = row.get(3)?;
    let kind: EntryKind = kind.parse().map_err(|_| damaged("kind"))?;
    let time: String = row.get(5)?;
    let time: Timestamp = time.parse().map_err(|_| damaged("time"))?;
    let payload: Option<String> = row.get(6)?;
    let salt: Option<Vec<u8>> = row.get(7)?;
    let sealed = match (payload, salt) {
        (None, None) => None,
        (Some(payload), Some(salt)) => {
            Some(Sealed { payload, salt: salt.try_into().map_err(|_| damaged("salt"))? })
        }
        _ => return Err(damaged("details")),
    };
    let digest: Vec<u8> = row.get(8)?;
    let hash: Vec<u8> = row.get(9)?;
    let entry = Entry {
        action: row.get(2)?,
        kind,
        author: row.get(4)?,
        time,
        sealed,
        digest: digest.try_into().map_err(|_| damaged("digest"))?,
        hash: hash.try_into().map_err(|_| damaged("hash"))?,
        id: id.clone(),
    };
    Ok((row.get(0)?, entry))
}

/// The entries that touch an object, in order, without those that are undone or shredded.
fn entries_of(connection: &Connection, object: &Object) -> Result<Vec<(i64, Entry, Happened)>> {
    let mut query = connection.prepare_cached(
        "SELECT journal.position, id, action, kind, author, time, payload, salt, digest, hash
         FROM touch JOIN journal ON journal.position = touch.position
         WHERE touch.object = ?1
           AND NOT EXISTS (SELECT 1 FROM undone WHERE undone.action = coalesce(journal.action, journal.id))
         ORDER BY journal.position",
    )?;
    let mut rows = query.query([object.key()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (position, entry) = read_entry(row)?;
        if let Some(event) = entry.event()? {
            found.push((position, entry, event));
        }
    }
    Ok(found)
}

/// Brings the derived tables up to date with an entry that was just written.
pub(crate) fn apply(
    connection: &Connection,
    cache: &mut Cache,
    position: i64,
    entry: &Entry,
    event: &Happened,
) -> Result<()> {
    match event {
        Happened::Undone(_) | Happened::Shredded(_) => derive_undone(connection, cache),
        Happened::Merged(_) => note_merge(connection, position),
        Happened::StatementProposed(detail) => {
            let object = Object::Statement(detail.record.id.clone());
            let known: bool = connection
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM touch WHERE object = ?1)")?
                .query_row([object.key()], |row| row.get(0))?;
            touch(connection, position, entry, event)?;
            let undone: bool = connection
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM undone WHERE action = ?1)")?
                .query_row([entry.action_id()], |row| row.get(0))?;
            if known || undone {
                return derive(connection, cache, &object);
            }
            // The usual case of an import: nothing else is known of it, so nothing needs to be looked up.
            let decision = (position, entry.clone(), event.clone());
            write_statement(connection, cache, &detail.record.id, &[decision])
        }
        _ => match touch(connection, position, entry, event)? {
            Some(object) => derive(connection, cache, &object),
            None => Ok(()),
        },
    }
}

/// Notes that an entry is a merge.
pub(crate) fn note_merge(connection: &Connection, position: i64) -> Result<()> {
    connection.prepare_cached("INSERT INTO merge (position) VALUES (?1)")?.execute([position])?;
    Ok(())
}

/// Notes which object an entry touches.
pub(crate) fn touch(
    connection: &Connection,
    position: i64,
    entry: &Entry,
    event: &Happened,
) -> Result<Option<Object>> {
    let Some(object) = object_of(&entry.id, event) else { return Ok(None) };
    connection
        .prepare_cached("INSERT OR IGNORE INTO touch (object, position) VALUES (?1, ?2)")?
        .execute(params![object.key(), position])?;
    Ok(Some(object))
}

/// Which actions are undone: an undo counts unless it is undone itself.
fn undone_actions(connection: &Connection) -> Result<BTreeSet<String>> {
    let mut query = connection.prepare_cached(&format!(
        "SELECT {ENTRY_COLUMNS} FROM journal WHERE kind = 'undone' AND payload IS NOT NULL ORDER BY position DESC"
    ))?;
    let mut rows = query.query([])?;
    let mut undone = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let (_, entry) = read_entry(row)?;
        if undone.contains(entry.action_id()) {
            continue;
        }
        if let Some(Happened::Undone(detail)) = entry.event()? {
            undone.insert(detail.action);
        }
    }
    Ok(undone)
}

/// Derives the set of undone actions again, and every object that a difference touches.
pub(crate) fn derive_undone(connection: &Connection, cache: &mut Cache) -> Result<()> {
    let wanted = undone_actions(connection)?;
    let stored: BTreeSet<String> = connection
        .prepare_cached("SELECT action FROM undone")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut touched = BTreeSet::new();
    for action in wanted.symmetric_difference(&stored) {
        let mut query = connection
            .prepare_cached(&format!("SELECT {ENTRY_COLUMNS} FROM journal WHERE id = ?1 OR action = ?1"))?;
        let mut rows = query.query([action])?;
        while let Some(row) = rows.next()? {
            let (_, entry) = read_entry(row)?;
            // An entry whose payload was shredded counts no more, undone or not.
            touched.extend(entry.event()?.and_then(|event| object_of(&entry.id, &event)));
        }
        let change = if wanted.contains(action) {
            "INSERT INTO undone (action) VALUES (?1)"
        } else {
            "DELETE FROM undone WHERE action = ?1"
        };
        connection.prepare_cached(change)?.execute([action])?;
    }
    // Sources first (they sort so): statements look at them.
    for object in &touched {
        derive(connection, cache, object)?;
    }
    Ok(())
}

pub(crate) fn derive(connection: &Connection, cache: &mut Cache, object: &Object) -> Result<()> {
    match object {
        Object::Source(id) => derive_source(connection, cache, id),
        Object::Statement(id) => derive_statement(connection, cache, id),
        Object::Event(id) => derive_event(connection, cache, id),
        Object::Entry(id) => derive_entry(connection, cache, id),
    }
}

#[derive(Clone)]
struct SourceState {
    position: i64,
    added: SourceAdded,
    meta: SourceMeta,
    text: String,
    extractor: Extractor,
    withdrawn: bool,
    author: String,
    time: Timestamp,
}

/// What the entries about a source come to.
fn resolve_source(merges: &Merges, entries: &[Decision]) -> Option<Resolved<SourceState>> {
    let base = entries.iter().find_map(|(position, entry, event)| match event {
        Happened::SourceAdded(added) => Some(SourceState {
            position: *position,
            meta: added.meta.clone(),
            text: added.text.clone(),
            extractor: added.extractor.clone(),
            withdrawn: false,
            author: entry.author.clone(),
            time: entry.time,
            added: added.clone(),
        }),
        _ => None,
    })?;
    let decisions: Vec<&Decision> =
        entries.iter().filter(|(position, _, _)| *position >= base.position).collect();
    let mut resolved = resolve(
        merges,
        &decisions,
        base,
        |state, (_, _, event)| match event {
            // Both sides may have added the same bytes: in one journal the first to do so has described them.
            Happened::SourceAdded(added) => {
                state.meta.clone_from(&added.meta);
                state.text.clone_from(&added.text);
                state.extractor.clone_from(&added.extractor);
            }
            Happened::SourceDescribed(detail) => state.meta.clone_from(&detail.meta),
            Happened::SourceExtracted(detail) => {
                state.text.clone_from(&detail.text);
                state.extractor.clone_from(&detail.extractor);
            }
            Happened::RecordWithdrawn(_) => state.withdrawn = true,
            _ => {}
        },
        |one, other| one.meta == other.meta && one.text == other.text && one.withdrawn == other.withdrawn,
    );
    // Until somebody decides, the strictest of all that was said protects the source.
    for state in &resolved.against {
        resolved.state.meta.handling = resolved.state.meta.handling.max(state.meta.handling);
    }
    Some(resolved)
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| Error::invalid("a record cannot be written as JSON").because(error))
}

fn derive_source(connection: &Connection, cache: &mut Cache, id: &str) -> Result<()> {
    let entries = entries_of(connection, &Object::Source(id.to_owned()))?;
    let merges = cache.merges(connection)?;
    let state = resolve_source(&merges, &entries).map(|resolved| resolved.state);
    let facts_before = SourceFacts::load(connection, id)?;
    let before: Option<(i64, String)> = connection
        .prepare_cached("SELECT position, text FROM source WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((position, _)) = &before {
        connection.prepare_cached("DELETE FROM source WHERE position = ?1")?.execute([position])?;
        connection.prepare_cached("DELETE FROM words WHERE rowid = ?1")?.execute([position])?;
    }
    if let Some(state) = &state {
        connection
            .prepare_cached(
                "INSERT INTO source (position, id, original, text, bytes, meta, extractor, published, handling,
                                     private, withdrawn, author, time)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )?
            .execute(params![
                state.position,
                id,
                state.added.original,
                state.text,
                i64::try_from(state.added.bytes).unwrap_or(i64::MAX),
                json(&state.meta)?,
                json(&state.extractor)?,
                state.meta.published.map(|date| date.to_string()),
                state.meta.handling as u8,
                state.meta.setting == Setting::Private,
                state.withdrawn,
                state.author,
                state.time.to_string(),
            ])?;
        let title = state.meta.title.clone().unwrap_or_default();
        let text = cache.text(connection, &state.text)?;
        let words = format!("{title}\n{}", text.as_deref().map_or("", TextIndex::text));
        connection
            .prepare_cached("INSERT INTO words (rowid, text) VALUES (?1, ?2)")?
            .execute(params![state.position, words])?;
    }
    cache.begin();
    if SourceFacts::load(connection, id)? != facts_before {
        voice::refresh_source(connection, cache, id)?;
    }
    // Statements are anchored in the text: when it changes, so may their anchors.
    if before.map(|(_, text)| text) != state.map(|state| state.text) {
        let statements: Vec<String> = connection
            .prepare_cached("SELECT id FROM statement WHERE source = ?1 ORDER BY position")?
            .query_map([id], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for statement in statements {
            derive_statement(connection, cache, &statement)?;
        }
        let events: Vec<String> = connection
            .prepare_cached("SELECT id FROM event WHERE source = ?1 ORDER BY position")?
            .query_map([id], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for event in events {
            derive_event(connection, cache, &event)?;
        }
    }
    Ok(())
}

#[derive(Clone)]
struct StatementState {
    position: i64,
    source: String,
    record: Statement,
    words: Words,
    status: Status,
    author: String,
    time: Timestamp,
    reason: Option<String>,
    accepts: Option<bool>,
    corrected: bool,
}

impl StatementState {
    fn said<'a>(&'a self, id: &'a str) -> Said<'a> {
        Said {
            id,
            source: &self.source,
            status: self.status,
            record: &self.record,
            words: &self.words,
            accepts: self.accepts,
        }
    }
}

/// Applies a merge patch (RFC 7396) to a record; `accepts` is kept beside it.
pub(crate) fn patched(record: &Statement, patch: &crate::model::Correction) -> Result<Statement> {
    let unfit = |error: serde_json::Error| {
        Error::invalid(format!("the correction does not fit statement {} ({error})", record.id))
            .because(error)
    };
    let mut value = serde_json::to_value(record).map_err(unfit)?;
    if let Value::Object(fields) = &mut value {
        for (field, change) in &patch.0 {
            match (field.as_str(), change) {
                ("accepts", _) => {}
                ("id" | "reader", _) => {
                    return Err(Error::invalid(format!("a correction keeps a statement's {field}")));
                }
                (_, Value::Null) => {
                    fields.shift_remove(field);
                }
                (_, change) => {
                    fields.insert(field.clone(), change.clone());
                }
            }
        }
    }
    serde_json::from_value(value).map_err(unfit)
}

/// What the entries about a statement come to.
fn resolve_statement(merges: &Merges, entries: &[Decision]) -> Option<Resolved<StatementState>> {
    // The same words proposed on two sides by two readers: the earlier proposal stands, whichever came in first.
    let (position, _, _) =
        entries.iter().find(|(_, _, event)| matches!(event, Happened::StatementProposed(_)))?;
    let base = entries
        .iter()
        .filter_map(|(_, entry, event)| match event {
            Happened::StatementProposed(detail) => Some((entry, detail)),
            _ => None,
        })
        .min_by_key(|(entry, _)| (entry.time, &entry.id))
        .map(|(entry, detail)| StatementState {
            position: *position,
            source: detail.source.clone(),
            record: detail.record.clone(),
            words: detail.words.clone(),
            status: Status::Proposed,
            author: entry.author.clone(),
            time: entry.time,
            reason: None,
            accepts: None,
            corrected: false,
        })?;
    let decisions: Vec<&Decision> = entries
        .iter()
        .filter(|(at, _, event)| at > position && !matches!(event, Happened::StatementProposed(_)))
        .collect();
    Some(resolve(merges, &decisions, base, decide_statement, |one, other| {
        (one.status, &one.record, &one.words, one.accepts)
            == (other.status, &other.record, &other.words, other.accepts)
    }))
}

fn decide_statement(state: &mut StatementState, (_, entry, event): &Decision) {
    match event {
        Happened::StatementConfirmed(detail) => {
            state.status = if state.corrected { Status::Corrected } else { Status::Confirmed };
            state.reason.clone_from(&detail.reason);
        }
        Happened::StatementCorrected(detail) => {
            // A patch was checked when it was made; one that no longer fits (an earlier
            // correction undone) leaves the record as it is.
            let Ok(record) = patched(&state.record, &detail.patch) else { return };
            state.record = record;
            if let Some(words) = &detail.words {
                state.words.clone_from(words);
            }
            if let Some(accepts) = detail.patch.0.get("accepts") {
                state.accepts = accepts.as_bool();
            }
            state.corrected = true;
            state.status = Status::Corrected;
            state.reason.clone_from(&detail.reason);
        }
        Happened::StatementRejected(detail) => {
            state.status = Status::Rejected;
            state.reason.clone_from(&detail.reason);
        }
        Happened::RecordWithdrawn(detail) => {
            state.status = Status::Withdrawn;
            state.reason = Some(detail.reason.clone());
        }
        _ => return,
    }
    state.author.clone_from(&entry.author);
    state.time = entry.time;
}

/// What was decided differently about an object by people who did not know of each other.
pub(crate) fn object_conflict(
    connection: &Connection,
    merges: &Merges,
    object: &Object,
) -> Result<Option<(ConflictKind, String, Vec<Side>)>> {
    let entries = entries_of(connection, object)?;
    let (kind, id, sides) = match object {
        Object::Source(id) => {
            (ConflictKind::Source, id, resolve_source(merges, &entries).map(|resolved| resolved.sides))
        }
        Object::Statement(id) => {
            (ConflictKind::Statement, id, resolve_statement(merges, &entries).map(|resolved| resolved.sides))
        }
        Object::Event(id) => {
            (ConflictKind::Event, id, resolve_event(merges, &entries).map(|resolved| resolved.sides))
        }
        Object::Entry(_) => return Ok(None),
    };
    Ok(sides.filter(|sides| !sides.is_empty()).map(|sides| (kind, id.clone(), sides)))
}

/// An `about` entry split into issue and option.
pub(crate) fn issue_and_option(about: &str) -> (&str, &str) {
    match about.split_once('=') {
        Some((issue, option)) => (issue.trim(), option.trim()),
        None => (about.trim(), ""),
    }
}

/// Whether the kept words stand at their spans in the text.
pub(crate) fn anchor(text: Option<&TextIndex>, record: &Statement, words: &Words) -> Anchor {
    let exact = text.is_some_and(|index| words.stand_in(index, record));
    if exact { Anchor::Exact } else { Anchor::Orphan }
}

fn derive_statement(connection: &Connection, cache: &mut Cache, id: &str) -> Result<()> {
    let entries = entries_of(connection, &Object::Statement(id.to_owned()))?;
    write_statement(connection, cache, id, &entries)
}

/// Writes the row of a statement as its entries have it.
fn write_statement(connection: &Connection, cache: &mut Cache, id: &str, entries: &[Decision]) -> Result<()> {
    let merges = cache.merges(connection)?;
    let state = resolve_statement(&merges, entries).map(|resolved| resolved.state);
    let before: Option<(i64, String, String, String)> = connection
        .prepare_cached("SELECT position, words, record, source FROM statement WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let written = state
        .as_ref()
        .map(|state| Ok::<_, Error>((json(&state.words)?, json(&state.record)?)))
        .transpose()?;
    let same_words = match (&before, &state, &written) {
        (Some((position, old, _, _)), Some(state), Some((new, _))) => {
            *position == state.position && old == new
        }
        _ => false,
    };
    if let (true, Some(state), Some((_, _, old_record, old_source)), Some((_, record))) =
        (same_words, &state, &before, &written)
        && (old_record, old_source) == (record, &state.source)
    {
        // A verdict: nothing that is indexed changes but the status.
        let text = current_text(connection, cache, &state.source)?;
        connection
            .prepare_cached(
                "UPDATE statement SET status = ?2, exact = ?3, accepts = ?4, author = ?5, time = ?6, reason = ?7
                 WHERE position = ?1",
            )?
            .execute(params![
                state.position,
                state.status.as_str(),
                anchor(text.as_deref(), &state.record, &state.words) == Anchor::Exact,
                state.accepts,
                state.author,
                state.time.to_string(),
                state.reason,
            ])?;
        return voice::derive(connection, cache, state.position, Some(&state.said(id)), true);
    }
    if let Some((position, ..)) = &before {
        connection.prepare_cached("DELETE FROM about WHERE statement = ?1")?.execute([position])?;
        connection.prepare_cached("DELETE FROM statement WHERE position = ?1")?.execute([position])?;
        if !same_words {
            connection.prepare_cached("DELETE FROM words WHERE rowid = ?1")?.execute([position])?;
        }
    }
    let (Some(state), Some((words, record_text))) = (state, written) else {
        return match before {
            Some((position, ..)) => voice::derive(connection, cache, position, None, true),
            None => Ok(()),
        };
    };
    if let Some((position, ..)) = &before
        && *position != state.position
    {
        voice::derive(connection, cache, *position, None, true)?;
    }
    insert_statement(connection, cache, id, &state, (&words, &record_text))?;
    if !same_words {
        index_words(connection, &state)?;
    }
    voice::derive(connection, cache, state.position, Some(&state.said(id)), before.is_some())
}

/// Writes the row of a statement of which nothing is stored yet, and gathers what it says about each issue.
pub(crate) fn write_new_statement(
    connection: &Connection,
    cache: &mut Cache,
    id: &str,
    entries: &[Decision],
    voices: &mut Voices,
) -> Result<()> {
    let merges = cache.merges(connection)?;
    let Some(Resolved { state, .. }) = resolve_statement(&merges, entries) else { return Ok(()) };
    insert_statement(connection, cache, id, &state, (&json(&state.words)?, &json(&state.record)?))?;
    index_words(connection, &state)?;
    voices.gather(connection, cache, state.position, &state.said(id))
}

fn index_words(connection: &Connection, state: &StatementState) -> Result<()> {
    connection
        .prepare_cached("INSERT INTO words (rowid, text) VALUES (?1, ?2)")?
        .execute(params![state.position, state.words.searchable()])?;
    Ok(())
}

/// Inserts the row of a statement, and what it is about; its words and its record come as JSON, too.
fn insert_statement(
    connection: &Connection,
    cache: &mut Cache,
    id: &str,
    state: &StatementState,
    (words, record_text): (&str, &str),
) -> Result<()> {
    let text = current_text(connection, cache, &state.source)?;
    let record = &state.record;
    connection
        .prepare_cached(
            "INSERT INTO statement (position, id, source, status, exact, party, act, confidence, contests, accepts,
                                    record, words, author, time, reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?
        .execute(params![
            state.position,
            id,
            state.source,
            state.status.as_str(),
            anchor(text.as_deref(), record, &state.words) == Anchor::Exact,
            record.party,
            record.act.map(act_word),
            record.confidence.filter(|confidence| confidence.is_finite()),
            record.contests,
            state.accepts,
            record_text,
            words,
            state.author,
            state.time.to_string(),
            state.reason,
        ])?;
    let mut about = connection
        .prepare_cached("INSERT OR IGNORE INTO about (issue, statement, option) VALUES (?1, ?2, ?3)")?;
    for entry in &record.about {
        let (issue, option) = issue_and_option(entry);
        about.execute(params![issue, state.position, option])?;
    }
    Ok(())
}

#[derive(Clone)]
struct EventState {
    position: i64,
    proposed: EventProposed,
    status: Status,
    author: String,
    time: Timestamp,
    reason: Option<String>,
}

/// What the entries about an event come to.
fn resolve_event(merges: &Merges, entries: &[Decision]) -> Option<Resolved<EventState>> {
    let proposals = entries.iter().filter_map(|(position, entry, event)| match event {
        Happened::EventProposed(detail) => Some((position, entry, detail)),
        _ => None,
    });
    let position = *proposals.clone().next()?.0;
    let (_, entry, detail) = proposals.min_by_key(|(_, entry, _)| (entry.time, &entry.id))?;
    let base = EventState {
        position,
        proposed: (**detail).clone(),
        status: Status::Proposed,
        author: entry.author.clone(),
        time: entry.time,
        reason: None,
    };
    let decisions: Vec<&Decision> = entries
        .iter()
        .filter(|(at, _, event)| *at > position && !matches!(event, Happened::EventProposed(_)))
        .collect();
    let decide = |state: &mut EventState, (_, entry, event): &Decision| {
        let (status, detail) = match event {
            Happened::EventConfirmed(detail) => (Status::Confirmed, detail),
            Happened::EventRejected(detail) => (Status::Rejected, detail),
            _ => return,
        };
        state.status = status;
        state.reason.clone_from(&detail.reason);
        state.author.clone_from(&entry.author);
        state.time = entry.time;
    };
    Some(resolve(merges, &decisions, base, decide, |one, other| one.status == other.status))
}

fn derive_event(connection: &Connection, cache: &mut Cache, id: &str) -> Result<()> {
    let entries = entries_of(connection, &Object::Event(id.to_owned()))?;
    let merges = cache.merges(connection)?;
    connection.prepare_cached("DELETE FROM event WHERE id = ?1")?.execute([id])?;
    let Some(EventState { position, proposed, status, author, time, reason }) =
        resolve_event(&merges, &entries).map(|resolved| resolved.state)
    else {
        return Ok(());
    };
    let text = current_text(connection, cache, &proposed.source)?;
    let found = text.and_then(|index| EventWords::take(&index, &proposed.record));
    connection
        .prepare_cached(
            "INSERT INTO event (position, id, source, status, exact, record, words, author, time, reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            position,
            id,
            proposed.source,
            status.as_str(),
            found.as_ref() == Some(&proposed.words),
            json(&proposed.record)?,
            json(&proposed.words)?,
            author,
            time.to_string(),
            reason,
        ])?;
    Ok(())
}

/// The text of a source as it is extracted now.
fn current_text(connection: &Connection, cache: &mut Cache, source: &str) -> Result<Option<Arc<TextIndex>>> {
    let hash = match &cache.text_of {
        Some((last, hash)) if last == source => hash.clone(),
        _ => {
            let hash: Option<String> = connection
                .prepare_cached("SELECT text FROM source WHERE id = ?1")?
                .query_row([source], |row| row.get(0))
                .optional()?;
            cache.text_of = Some((source.to_owned(), hash.clone()));
            hash
        }
    };
    match hash {
        Some(hash) => cache.text(connection, &hash),
        None => Ok(None),
    }
}

/// The act as the record's JSON writes it.
pub(crate) fn act_word(act: paraph_reading::record::Act) -> String {
    match serde_json::to_value(act) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

fn derive_entry(connection: &Connection, cache: &mut Cache, id: &str) -> Result<()> {
    let linked = || -> Result<Option<String>> {
        Ok(connection
            .prepare_cached("SELECT statement FROM link WHERE entry = ?1")?
            .query_row([id], |row| row.get(0))
            .optional()?)
    };
    let before = linked()?;
    for table in ["link", "hand", "ruling"] {
        connection.prepare_cached(&format!("DELETE FROM {table} WHERE entry = ?1"))?.execute([id])?;
    }
    for (position, entry, event) in entries_of(connection, &Object::Entry(id.to_owned()))? {
        let time = entry.time.to_string();
        match event {
            Happened::LinkMade(link) => {
                connection
                    .prepare_cached(
                        "INSERT INTO link (position, entry, statement, relation, target, author, time)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    )?
                    .execute(params![
                        position,
                        id,
                        link.statement,
                        link.relation.as_str(),
                        link.target,
                        entry.author,
                        time
                    ])?;
            }
            Happened::PositionSet(hand) => {
                connection
                    .prepare_cached(
                        "INSERT INTO hand (position, entry, party, issue, record, author, time)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    )?
                    .execute(params![
                        position,
                        id,
                        hand.party,
                        hand.issue,
                        json(&hand)?,
                        entry.author,
                        time
                    ])?;
            }
            Happened::PositionCleared(cleared) => {
                connection
                    .prepare_cached(
                        "INSERT INTO hand (position, entry, party, issue, clears, author, time)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    )?
                    .execute(params![
                        position,
                        id,
                        cleared.party,
                        cleared.issue,
                        json(&cleared)?,
                        entry.author,
                        time
                    ])?;
            }
            Happened::ContradictionJudged(ruling) => {
                connection
                    .prepare_cached(
                        "INSERT INTO ruling (position, entry, record, author, time) VALUES (?1, ?2, ?3, ?4, ?5)",
                    )?
                    .execute(params![position, id, json(&ruling)?, entry.author, time])?;
            }
            _ => {}
        }
    }
    // A link can put a statement into another row.
    if let Some(statement) = linked()?.or(before) {
        voice::refresh(connection, cache, &statement)?;
    }
    Ok(())
}

/// Empties the derived tables and fills them from the journal alone.
pub(crate) fn rebuild(connection: &Connection) -> Result<()> {
    for (table, _) in DERIVED {
        connection.execute_batch(&format!("DELETE FROM {table}"))?;
    }
    connection.execute_batch("DROP TABLE words")?;
    connection.execute_batch(crate::store::WORDS_TABLE)?;
    let mut cache = Cache::default();
    for action in undone_actions(connection)? {
        connection.execute("INSERT INTO undone (action) VALUES (?1)", [action])?;
    }
    let mut query = connection.prepare(&format!("SELECT {ENTRY_COLUMNS} FROM journal ORDER BY position"))?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (position, entry) = read_entry(row)?;
        match entry.event()? {
            None | Some(Happened::Undone(_) | Happened::Shredded(_)) => {}
            Some(event) => apply(connection, &mut cache, position, &entry, &event)?,
        }
    }
    Ok(())
}

/// One hash over every row of every derived table, the search index included.
pub(crate) fn digests(connection: &Connection) -> Result<BTreeMap<&'static str, [u8; 32]>> {
    let mut digests = BTreeMap::new();
    for (table, order) in DERIVED {
        let query = format!("SELECT * FROM {table} ORDER BY {order}");
        digests.insert(table, rows_digest(connection, &query)?);
    }
    // The index is compared as what it holds, not as the pages it happens to lie in.
    connection.execute_batch(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.word_list USING fts5vocab(main, words, instance)",
    )?;
    digests.insert("words", rows_digest(connection, "SELECT term, doc, col, offset FROM temp.word_list")?);
    connection.execute_batch("DROP TABLE temp.word_list")?;
    Ok(digests)
}

fn rows_digest(connection: &Connection, query: &str) -> Result<[u8; 32]> {
    use rusqlite::types::ValueRef;
    let mut hasher = blake3::Hasher::new();
    let mut statement = connection.prepare(query)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            let (tag, bytes): (u8, &[u8]) = match row.get_ref(column)? {
                ValueRef::Null => (0, &[]),
                ValueRef::Integer(number) => {
                    hasher.update(&[1]);
                    hasher.update(&number.to_le_bytes());
                    continue;
                }
                ValueRef::Real(number) => {
                    hasher.update(&[2]);
                    hasher.update(&number.to_le_bytes());
                    continue;
                }
                ValueRef::Text(text) => (3, text),
                ValueRef::Blob(blob) => (4, blob),
            };
            hasher.update(&[tag]);
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        }
    }
    Ok(*hasher.finalize().as_bytes())
}

/// The lowest handling level an audience may see, for SQL.
pub(crate) fn level(audience: Audience) -> i64 {
    i64::from(audience.level())
}
