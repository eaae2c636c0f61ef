//! `journal.jsonl`: the portable, lossless form of a ledger.
//!
//! The first line names the format, then comes one line per entry, then a last
//! line with the number of entries and the hash of the last. A source's bytes
//! stand in the entry that brings them, as text where they are UTF-8, else in
//! base64. There is exactly one way to write a journal, and an import takes no
//! other: a file that differs in one byte is either the same journal or none.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::bulk::Batch;
use crate::derive::{self, Cache, ENTRY_COLUMNS, read_entry};
use crate::error::{Error, Result};
use crate::journal::{Entry, EntryKind, GENESIS, Happened, Sealed, hex, unhex};
use crate::ledger::{Ledger, check_author, insert_entry, located, store_content};
use crate::query::Receipt;
use crate::store;

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Opening {
    #[serde(rename = "paraph-journal")]
    version: u32,
}

/// The version of the format that is written.
const FORMAT_VERSION: u32 = 1;

/// One entry as a line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'line> {
    #[serde(borrow)]
    id: Cow<'line, str>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    action: Option<Cow<'line, str>>,
    kind: EntryKind,
    #[serde(borrow)]
    author: Cow<'line, str>,
    #[serde(borrow)]
    time: Cow<'line, str>,
    /// Absent once shredded, like the salt.
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    payload: Option<&'line RawValue>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    salt: Option<Cow<'line, str>>,
    #[serde(borrow)]
    digest: Cow<'line, str>,
    #[serde(borrow)]
    hash: Cow<'line, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    contents: Vec<Content>,
}

/// Bytes that an entry brings along.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    hash: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
}

impl Content {
    fn new(hash: &str, bytes: Vec<u8>) -> Content {
        let hash = hash.to_owned();
        match String::from_utf8(bytes) {
            Ok(text) => Content { hash, text: Some(text), base64: None },
            Err(error) => {
                Content { hash, text: None, base64: Some(data_encoding::BASE64.encode(error.as_bytes())) }
            }
        }
    }

    fn bytes(&self) -> Result<Vec<u8>> {
        let bytes = match (&self.text, &self.base64) {
            (Some(text), None) => text.clone().into_bytes(),
            (None, Some(base64)) => data_encoding::BASE64
                .decode(base64.as_bytes())
                .map_err(|error| Error::corrupt("the base64 of a content cannot be read").because(error))?,
            _ => return Err(Error::corrupt("a content has either `text` or `base64`")),
        };
        if blake3::hash(&bytes).to_hex().as_str() != self.hash {
            return Err(Error::corrupt(format!(
                "the bytes of content {} are not those that were stored",
                self.hash
            )));
        }
        Ok(bytes)
    }
}

fn write_line(out: &mut Vec<u8>, line: &impl Serialize) -> Result<()> {
    serde_json::to_writer(&mut *out, line)
        .map_err(|error| Error::corrupt("an entry cannot be written as JSON").because(error))?;
    out.push(b'\n');
    Ok(())
}

/// Renders entries one by one; the same function writes an export and checks an import.
pub(crate) struct Writer {
    out: Vec<u8>,
    written: BTreeSet<String>,
    count: u64,
    head: [u8; 32],
}

impl Writer {
    fn new() -> Result<Writer> {
        let mut out = Vec::new();
        write_line(&mut out, &Opening { version: FORMAT_VERSION })?;
        Ok(Writer { out, written: BTreeSet::new(), count: 0, head: GENESIS })
    }

    fn entry(&mut self, entry: &Entry, mut find: impl FnMut(&str) -> Result<Option<Vec<u8>>>) -> Result<()> {
        let mut contents = Vec::new();
        if let Some(event) = entry.event()? {
            for hash in event.contents() {
                if self.written.insert(hash.to_owned()) {
                    let bytes = find(hash)?.ok_or_else(|| {
                        Error::corrupt(format!("entry {}: the bytes of {hash} are missing", entry.id))
                    })?;
                    contents.push(Content::new(hash, bytes));
                }
            }
        }
        let payload = entry
            .sealed
            .as_ref()
            .map(|sealed| serde_json::from_str::<&RawValue>(&sealed.payload))
            .transpose()
            .map_err(|error| {
                Error::corrupt(format!("entry {}: its details are no JSON", entry.id)).because(error)
            })?;
        let line = Line {
            id: Cow::Borrowed(&entry.id),
            action: entry.action.as_deref().map(Cow::Borrowed),
            kind: entry.kind,
            author: Cow::Borrowed(&entry.author),
            time: entry.time.to_string().into(),
            payload,
            salt: entry.sealed.as_ref().map(|sealed| hex(&sealed.salt).into()),
            digest: hex(&entry.digest).into(),
            hash: hex(&entry.hash).into(),
            contents,
        };
        write_line(&mut self.out, &line)?;
        self.count += 1;
        self.head = entry.hash;
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<u8>> {
        write_line(&mut self.out, &Receipt { count: self.count, head: hex(&self.head) })?;
        Ok(self.out)
    }
}

/// One entry of a foreign journal with the bytes it brings along, checked.
pub(crate) struct Imported {
    pub(crate) entry: Entry,
    pub(crate) event: Option<Happened>,
    pub(crate) contents: Vec<(String, Vec<u8>)>,
}

/// Walks a journal file, checks the chain and every seal, and hands each entry over.
pub(crate) fn walk(bytes: &[u8], mut each: impl FnMut(Imported) -> Result<()>) -> Result<Receipt> {
    let mut lines = Lines { rest: bytes, number: 0 };
    let opening =
        lines.next()?.ok_or_else(|| Error::corrupt("the journal is empty, without even a first line"))?;
    let version =
        serde_json::from_str::<Opening>(opening).map(|opening| opening.version).map_err(|error| {
            Error::corrupt(
                "line 1: this is no journal of paraph; it should begin with {\"paraph-journal\":1}",
            )
            .because(error)
        })?;
    if version > FORMAT_VERSION {
        return Err(Error::new(
            crate::error::Kind::NewerVersion,
            format!(
                "the journal was written by a newer version of paraph (format {version}); use the newer program"
            ),
        ));
    }
    same_line(opening, &Opening { version: FORMAT_VERSION }, 1)?;
    let mut head = GENESIS;
    let mut count = 0_u64;
    let mut ids = HashSet::new();
    let mut seen: HashSet<String> = HashSet::new();
    loop {
        let text = lines.next()?.ok_or_else(|| {
            Error::corrupt(format!(
                "the journal breaks off after line {}: its last line (count and head) is missing",
                lines.number
            ))
        })?;
        let number = lines.number;
        if text.starts_with("{\"count\"") {
            let receipt: Receipt = serde_json::from_str(text).map_err(|error| {
                Error::corrupt(format!("line {number}: cannot be read ({error})")).because(error)
            })?;
            same_line(text, &receipt, number)?;
            if receipt.count != count || receipt.head != hex(&head) {
                return Err(Error::corrupt(format!(
                    "line {number}: the journal should have {} entries up to {}, and has {count}",
                    receipt.count, receipt.head
                )));
            }
            if lines.next()?.is_some() {
                return Err(Error::corrupt(format!(
                    "line {}: nothing may follow the last line",
                    lines.number
                )));
            }
            return Ok(receipt);
        }
        let imported =
            read_line(text, &head, &mut seen).map_err(|error| error.at(format!("line {number}")))?;
        if !ids.insert(imported.entry.id.clone()) {
            return Err(Error::corrupt(format!("line {number}: entry {} occurs twice", imported.entry.id)));
        }
        head = imported.entry.hash;
        count += 1;
        each(imported).map_err(|error| error.at(format!("line {number}")))?;
    }
}

/// How many entries pass from one thread to the other together, and how many such groups wait at most.
const TOGETHER: usize = 256;
const WAITING: usize = 4;

/// The same as [`walk`], with the reading and checking on a thread of its own, a little ahead of `each`.
///
/// What fails first in the order of the lines is what is reported, as if one thread did both.
fn read_ahead(bytes: &[u8], mut each: impl FnMut(Imported) -> Result<()>) -> Result<Receipt> {
    // The line before the entries tells the format.
    let mut number = 1;
    let (sender, receiver) = std::sync::mpsc::sync_channel::<Vec<Imported>>(WAITING);
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || {
            let mut group = Vec::with_capacity(TOGETHER);
            // The other side hangs up only when it has failed, and then its error is the one that counts.
            let gone = || Error::conflict("the import has ended");
            let receipt = walk(bytes, |imported| {
                group.push(imported);
                if group.len() == TOGETHER {
                    let full = std::mem::replace(&mut group, Vec::with_capacity(TOGETHER));
                    sender.send(full).map_err(|_| gone())?;
                }
                Ok(())
            });
            // What was read before a broken line comes before it.
            match sender.send(group) {
                Ok(()) => receipt,
                Err(_) => receipt.and_then(|_| Err(gone())),
            }
        });
        for imported in receiver.into_iter().flatten() {
            number += 1;
            each(imported).map_err(|error| error.at(format!("line {number}")))?;
        }
        reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn same_line(text: &str, line: &impl Serialize, number: usize) -> Result<()> {
    let mut again = Vec::with_capacity(text.len() + 1);
    write_line(&mut again, line)?;
    again.pop();
    if again != text.as_bytes() {
        return Err(Error::corrupt(format!("line {number}: it is not written the way a journal is written")));
    }
    Ok(())
}

fn read_line(text: &str, head: &[u8; 32], seen: &mut HashSet<String>) -> Result<Imported> {
    let line: Line<'_> = serde_json::from_str(text)
        .map_err(|error| Error::corrupt(format!("cannot be read ({error})")).because(error))?;
    same_line(text, &line, 0)
        .map_err(|_| Error::corrupt("it is not written the way a journal is written"))?;
    check_author(&line.author).map_err(|error| Error::corrupt(error.to_string()))?;
    let time: Timestamp = line
        .time
        .parse()
        .map_err(|error: jiff::Error| Error::corrupt("its time cannot be read").because(error))?;
    if time.to_string() != line.time {
        return Err(Error::corrupt("its time is not written the way a journal writes it"));
    }
    let sealed = match (line.payload, &line.salt) {
        (None, None) => None,
        (Some(payload), Some(salt)) => Some(Sealed { payload: payload.get().to_owned(), salt: unhex(salt)? }),
        _ => return Err(Error::corrupt("payload and salt are destroyed together or not at all")),
    };
    let entry = Entry {
        id: line.id.into_owned(),
        action: line.action.map(Cow::into_owned),
        kind: line.kind,
        author: line.author.into_owned(),
        time,
        sealed,
        digest: unhex(&line.digest)?,
        hash: unhex(&line.hash)?,
    };
    entry.check(head)?;
    let event = entry.event()?;
    let mut wanted = Vec::new();
    for hash in event.as_ref().map(Happened::contents).unwrap_or_default() {
        if seen.insert(hash.to_owned()) {
            wanted.push(hash);
        }
    }
    if !line.contents.iter().map(|content| content.hash.as_str()).eq(wanted.iter().copied()) {
        return Err(Error::corrupt("the bytes that come with it are not those it speaks of"));
    }
    let contents = line
        .contents
        .iter()
        .map(|content| Ok((content.hash.clone(), content.bytes()?)))
        .collect::<Result<_>>()?;
    Ok(Imported { entry, event, contents })
}

struct Lines<'bytes> {
    rest: &'bytes [u8],
    number: usize,
}

impl<'bytes> Lines<'bytes> {
    /// The next complete line; a carriage return before the line feed is forgiven.
    fn next(&mut self) -> Result<Option<&'bytes str>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') else {
            return Err(Error::corrupt(format!(
                "line {}: the journal breaks off in the middle of it",
                self.number
            )));
        };
        let (line, rest) = self.rest.split_at(end);
        self.rest = &rest[1..];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        std::str::from_utf8(line)
            .map(Some)
            .map_err(|error| Error::corrupt(format!("line {}: it is not UTF-8", self.number)).because(error))
    }
}

impl Ledger {
    /// The whole ledger as a portable journal. The same ledger gives the same bytes.
    ///
    /// # Errors
    /// `is_corrupt` when an entry or the bytes of a source cannot be read; `is_busy`, `is_storage`.
    pub fn export_journal(&self) -> Result<Vec<u8>> {
        let place = self.store.place.clone();
        self.export_here().map_err(|error| located(error, &place))
    }

    fn export_here(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::new()?;
        let mut query =
            self.connection().prepare(&format!("SELECT {ENTRY_COLUMNS} FROM journal ORDER BY position"))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (_, entry) = read_entry(row)?;
            writer.entry(&entry, |hash| derive::content(self.connection(), hash))?;
        }
        self.store.still_the_same()?;
        writer.finish()
    }

    /// Fills an empty ledger from a portable journal, in one transaction, after checking its chain.
    ///
    /// Exporting again gives the same bytes (with plain line feeds).
    ///
    /// # Errors
    /// `is_corrupt` with the line when anything is not as it was written;
    /// `is_newer_version`; `is_conflict` when the ledger is not empty; else as for every action.
    pub fn import_journal(&mut self, bytes: &[u8]) -> Result<Receipt> {
        self.writable()?;
        store::room(self.connection(), store::IMPORT_ROOM)?;
        let imported = self.import_here(bytes);
        store::room(self.connection(), store::ROOM)?;
        imported
    }

    fn import_here(&mut self, bytes: &[u8]) -> Result<Receipt> {
        let cache = self.cache.get_mut();
        *cache = Cache::default();
        let transaction =
            self.store.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        if crate::ledger::head(&transaction)?.0 != 0 {
            return Err(Error::conflict("the ledger is not empty; merge the journal into it instead"));
        }
        let mut batch = Batch::begin(&transaction)?;
        let mut position = 0;
        let receipt = read_ahead(bytes, |imported| {
            position += 1;
            for (hash, bytes) in &imported.contents {
                store_content(&transaction, hash, bytes)?;
            }
            insert_entry(&transaction, position, &imported.entry)?;
            match imported.event {
                Some(event) => batch.apply(&transaction, cache, position, imported.entry, event),
                None => Ok(()),
            }
        })?;
        batch.flush(&transaction, cache)?;
        transaction.commit()?;
        Ok(receipt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{NewSource, SourceMeta, Stamp};

    /// More entries than may wait between the two threads.
    const ENTRIES: usize = TOGETHER * (WAITING + 3);

    type Walk<'walk> = &'walk dyn Fn(&mut dyn FnMut(Imported) -> Result<()>) -> Result<Receipt>;

    fn long_journal() -> Vec<u8> {
        let mut ledger = Ledger::in_memory().unwrap();
        let stamp = Stamp::new("ana", "2026-03-01T08:00:00Z".parse().unwrap());
        for number in 0..ENTRIES {
            let text = format!("Report {number}.");
            ledger
                .add_source(&stamp, &NewSource::plain_text(text.as_bytes(), SourceMeta::default()))
                .unwrap();
        }
        ledger.export_journal().unwrap()
    }

    #[test]
    fn reading_ahead_gives_the_entries_and_the_errors_of_a_walk() {
        let whole = long_journal();
        let line =
            |number: usize| whole.split(|byte| *byte == b'\n').take(number - 1).map(|l| l.len() + 1).sum();
        for (broken, refused) in [
            (None, None),
            (None, Some(2)),
            (None, Some(ENTRIES + 1)),
            (Some(3), None),
            (Some(ENTRIES + 1), None),
            (Some(900), Some(901)),
            (Some(901), Some(900)),
            (Some(900), Some(2)),
        ] {
            let mut journal = whole.clone();
            if let Some(number) = broken {
                let start: usize = line(number);
                journal[start] = b'[';
            }
            let follow = |walk: Walk<'_>| {
                let mut taken = Vec::new();
                let end = walk(&mut |imported| {
                    if Some(taken.len() + 2) == refused {
                        return Err(Error::conflict("refused"));
                    }
                    taken.push(imported.entry.hash);
                    Ok(())
                });
                (taken, end.map_err(|error| error.to_string()))
            };
            let plain = follow(&|each| walk(&journal, each));
            assert_eq!(plain.1.is_err(), broken.is_some() || refused.is_some());
            assert_eq!(follow(&|each| read_ahead(&journal, each)), plain, "{broken:?} {refused:?}");
        }
    }
}
