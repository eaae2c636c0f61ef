//! Destroying words for good, and leaving the trace that it was done.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::derive::{self, ENTRY_COLUMNS, read_entry};
use crate::error::{Error, Kind, Result};
use crate::front_matter;
use crate::ids::choose;
use crate::journal::{self, Happened};
use crate::ledger::{Ledger, Name, append, check_author, located, resolve};
use crate::model::Stamp;

/// What a shred did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Shredded {
    /// The entries whose details were destroyed.
    pub entries: Vec<String>,
    /// Hash of the original bytes, where a source was shredded: the file in `reports/` with this hash
    /// (BLAKE3, hexadecimal) holds the same words and is not the ledger's to delete.
    pub original: Option<String>,
    /// Entries that are still there and hold a sentence of what was shredded: reasons, conditions,
    /// notes that quote it. They can be shredded one by one.
    pub quoting: Vec<String>,
}

impl Ledger {
    /// Destroys a source for good: its bytes, its text, every statement in it and every entry about them.
    ///
    /// What stays is the trace: that there were entries, of which kind, by
    /// whom and when, and that they were shredded, by whom and why. The chain
    /// still verifies, as it runs over salted digests and the salts are
    /// destroyed with the words. Full-text index, write-ahead log and free
    /// pages are purged, so that no byte of the words is left in `ledger.db`.
    /// Copies outside it are not touched: the report's file, an exported
    /// `journal.jsonl` (export it again), backups, blocks that a file system
    /// or a disk keeps.
    ///
    /// Derives everything again and writes the whole file anew: takes time
    /// linear in the size of the ledger.
    ///
    /// # Errors
    /// `is_invalid` without a reason; `is_not_found`, `is_ambiguous`;
    /// `is_busy` when another process reads or writes: then the shred is
    /// recorded, and [`Ledger::purge`] (or opening the ledger again) completes
    /// it; else as for every action.
    pub fn shred_source(&mut self, stamp: &Stamp, source: &str, reason: &str) -> Result<Shredded> {
        self.shred(stamp, reason, |connection| {
            let source = touched(connection, "source", source)?;
            let mut entries = entries_touching(connection, &format!("source {source}"))?;
            // Statements of the source, whatever became of them, undone ones included.
            let mut query = connection.prepare(&format!(
                "SELECT {ENTRY_COLUMNS} FROM journal WHERE kind IN ('statement-proposed', 'event-proposed') AND payload IS NOT NULL"
            ))?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                let key = match read_entry(row)?.1.event()? {
                    Some(Happened::StatementProposed(detail)) if detail.source == source => {
                        format!("statement {}", detail.record.id)
                    }
                    Some(Happened::EventProposed(detail)) if detail.source == source => {
                        format!("event {}", detail.record.id)
                    }
                    _ => continue,
                };
                entries.extend(entries_touching(connection, &key)?);
            }
            Ok(entries)
        })
    }

    /// Destroys one statement for good: every entry about it. Its source stays, and with it the words.
    ///
    /// # Errors
    /// As for [`Ledger::shred_source`].
    pub fn shred_statement(&mut self, stamp: &Stamp, statement: &str, reason: &str) -> Result<Shredded> {
        self.shred(stamp, reason, |connection| {
            let statement = touched(connection, "statement", statement)?;
            entries_touching(connection, &format!("statement {statement}"))
        })
    }

    /// Destroys the details of one entry, for instance a reason that quotes what was shredded.
    ///
    /// # Errors
    /// `is_conflict` for the trace of a shred or a merge, which stay; else as for [`Ledger::shred_source`].
    pub fn shred_entry(&mut self, stamp: &Stamp, entry: &str, reason: &str) -> Result<Shredded> {
        self.shred(stamp, reason, |connection| {
            let id = resolve(connection, Name::Entry, entry)?;
            let kind: String =
                connection.query_row("SELECT kind FROM journal WHERE id = ?1", [&id], |row| row.get(0))?;
            if kind == "shredded" || kind == "merged" {
                return Err(Error::conflict(format!("entry {id} is a trace of what was {kind}, and stays")));
            }
            Ok(BTreeSet::from([id]))
        })
    }

    fn shred(
        &mut self,
        stamp: &Stamp,
        reason: &str,
        choose: impl FnOnce(&Connection) -> Result<BTreeSet<String>>,
    ) -> Result<Shredded> {
        if reason.trim().is_empty() {
            return Err(Error::invalid("a shred needs a reason: one sentence will do"));
        }
        check_author(&stamp.author)?;
        self.writable()?;
        let place = self.store.place.clone();
        let shredded = self.shred_here(stamp, reason, choose).map_err(|error| located(error, &place))?;
        self.purge()?;
        Ok(shredded)
    }

    fn shred_here(
        &mut self,
        stamp: &Stamp,
        reason: &str,
        choose: impl FnOnce(&Connection) -> Result<BTreeSet<String>>,
    ) -> Result<Shredded> {
        let cache = self.cache.get_mut();
        *cache = derive::Cache::default();
        let transaction = self.store.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let chosen = choose(&transaction)?;
        let mut entries = Vec::new();
        let mut sentences = BTreeSet::new();
        let mut original = None;
        for id in &chosen {
            let mut query =
                transaction.prepare_cached(&format!("SELECT {ENTRY_COLUMNS} FROM journal WHERE id = ?1"))?;
            let mut rows = query.query([id])?;
            let Some(row) = rows.next()? else { continue };
            let (_, entry) = read_entry(row)?;
            match entry.event()? {
                None => continue,
                Some(Happened::SourceAdded(added)) => {
                    if let Some(text) = cache.text(&transaction, &added.text)? {
                        sentences.extend(sentences_of(front_matter::body(text.text())));
                    }
                    original = Some(added.original);
                }
                Some(Happened::StatementProposed(proposed)) => {
                    for words in &proposed.words.content {
                        sentences.extend(sentences_of(words));
                    }
                }
                _ => {}
            }
            entries.push(id.clone());
        }
        if entries.is_empty() {
            return Err(Error::not_found("there is nothing left to shred"));
        }
        destroy(&transaction, &entries)?;
        let event =
            Happened::Shredded(journal::Shredded { entries: entries.clone(), reason: reason.to_owned() });
        append(&transaction, cache, stamp, vec![event])?;
        derive::rebuild(&transaction)?;
        let quoting = quoting(&transaction, &sentences)?;
        transaction.commit()?;
        *cache = derive::Cache::default();
        Ok(Shredded { entries, original, quoting })
    }

    /// Completes a shred that another process kept from purging the file.
    ///
    /// Does nothing when no purge is due. Opening the ledger for writing tries
    /// it, too.
    ///
    /// # Errors
    /// `is_busy` while another process reads or writes; `is_storage`.
    pub fn purge(&mut self) -> Result<()> {
        self.writable()?;
        let place = self.store.place.clone();
        let connection = &self.store.connection;
        purge(connection).map_err(|error| located(error, &place))
    }
}

/// Destroys payloads and salts, and the bytes that no entry speaks of any more; leaves a note that a purge is due.
pub(crate) fn destroy(connection: &Connection, entries: &[String]) -> Result<()> {
    for id in entries {
        connection
            .prepare_cached("UPDATE journal SET payload = NULL, salt = NULL WHERE id = ?1")?
            .execute([id])?;
    }
    let mut spoken_of = BTreeSet::new();
    let mut query = connection.prepare(&format!(
        "SELECT {ENTRY_COLUMNS} FROM journal WHERE kind IN ('source-added', 'source-extracted') AND payload IS NOT NULL"
    ))?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(event) = read_entry(row)?.1.event()? {
            spoken_of.extend(event.contents().into_iter().map(str::to_owned));
        }
    }
    let stored: Vec<String> = connection
        .prepare("SELECT hash FROM content")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for hash in stored.iter().filter(|hash| !spoken_of.contains(*hash)) {
        connection.prepare_cached("DELETE FROM content WHERE hash = ?1")?.execute([hash])?;
    }
    connection.execute("INSERT INTO purge (due) VALUES (1)", [])?;
    Ok(())
}

/// Writes the file anew without free pages, and empties the write-ahead log.
pub(crate) fn purge(connection: &Connection) -> Result<()> {
    let due: bool = connection.query_row("SELECT EXISTS (SELECT 1 FROM purge)", [], |row| row.get(0))?;
    if !due {
        return Ok(());
    }
    let empty_log = || -> Result<()> {
        let busy: bool = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy {
            return Err(Error::new(
                Kind::Busy,
                "the shred is recorded, but another process still reads the ledger, so the file could not be purged; \
                 close it and purge again",
            ));
        }
        Ok(())
    };
    connection.execute_batch("VACUUM")?;
    empty_log()?;
    connection.execute("DELETE FROM purge", [])?;
    empty_log()
}

/// The id of a record by a prefix, whatever became of it: undone and rejected ones can be shredded, too.
fn touched(connection: &Connection, what: &str, prefix: &str) -> Result<String> {
    let prefix = prefix.trim();
    if prefix.is_empty() {
        return Err(Error::invalid(format!("say which {what} by the first characters of its id")));
    }
    let key = format!("{what} {prefix}");
    let mut query = connection.prepare(
        "SELECT DISTINCT substr(object, ?3) FROM touch WHERE object >= ?1 AND object < ?2 ORDER BY object LIMIT 9",
    )?;
    let after = format!("{key}{}", char::MAX);
    let begin = i64::try_from(what.len() + 2).unwrap_or(1);
    let found =
        query.query_map(rusqlite::params![key, after, begin], |row| row.get(0))?.collect::<Result<_, _>>()?;
    choose(what, prefix, found)
}

fn entries_touching(connection: &Connection, key: &str) -> Result<BTreeSet<String>> {
    let mut query = connection.prepare_cached(
        "SELECT journal.id FROM touch JOIN journal ON journal.position = touch.position WHERE touch.object = ?1",
    )?;
    Ok(query.query_map([key], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Pieces of text long enough that another text holding one of them quotes it.
fn sentences_of(text: &str) -> Vec<String> {
    const SHORTEST: usize = 16;
    text.split(['.', '!', '?', '\n', '“', '”', '"', ';'])
        .map(str::trim)
        .filter(|sentence| sentence.chars().count() >= SHORTEST)
        .map(str::to_owned)
        .collect()
}

/// Entries whose details still hold one of the sentences.
fn quoting(connection: &Connection, sentences: &BTreeSet<String>) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut query =
        connection.prepare("SELECT id, payload FROM journal WHERE payload IS NOT NULL ORDER BY position")?;
    let mut contents = connection.prepare("SELECT bytes FROM content WHERE hash = ?1")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (id, payload): (String, String) = (row.get(0)?, row.get(1)?);
        // Words in a payload are written as JSON writes them.
        let value: serde_json::Value = serde_json::from_str(&payload).map_err(|error| {
            Error::corrupt(format!("the details of entry {id} cannot be read")).because(error)
        })?;
        let mut held = strings_of(&value);
        for hash in ["original", "text"].iter().filter_map(|field| value.get(*field)?.as_str()) {
            let bytes: Option<Vec<u8>> = contents.query_row([hash], |row| row.get(0)).optional()?;
            held.extend(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
        }
        if held.iter().any(|held| sentences.iter().any(|sentence| held.contains(sentence.as_str()))) {
            found.push(id);
        }
    }
    Ok(found)
}

fn strings_of(value: &serde_json::Value) -> Vec<String> {
    use serde_json::Value;
    let mut strings = Vec::new();
    // Payloads come from serde_json, which bounds their depth.
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => strings.push(text.clone()),
            Value::Array(items) => open.extend(items),
            Value::Object(fields) => open.extend(fields.values()),
            _ => {}
        }
    }
    strings
}
