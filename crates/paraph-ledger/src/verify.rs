//! Checking that a ledger is what it was written as.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::{OptionalExtension, TransactionBehavior};
use serde::Serialize;

use crate::derive::{self, ENTRY_COLUMNS, read_entry};
use crate::error::{Error, Result};
use crate::journal::{Entry, GENESIS, Happened, Merged, chain, hex};
use crate::ledger::{Ledger, insert_entry, store_content};
use crate::query::Receipt;
use crate::store::{Mode, Store};

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Head hash and record count. Kept elsewhere, it proves that nothing was cut off.
    pub receipt: Receipt,
    /// Everything that is not as it was written, as sentences. Empty means that the ledger holds.
    pub problems: Vec<String>,
    /// Statements whose words are not where they say: honest, and no damage.
    pub orphans: Vec<String>,
    /// Entries whose time lies before that of the entry before them: a clock went backwards, or a merge.
    pub out_of_order: Vec<String>,
    /// How many entries were shredded.
    pub shredded: u64,
}

impl Verification {
    /// Whether nothing is wrong.
    pub fn holds(&self) -> bool {
        self.problems.is_empty()
    }
}

/// How a ledger compares with a receipt taken earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "result")]
pub enum ReceiptCheck {
    /// The ledger is the one that the receipt was taken from, and nothing was added since.
    Current,
    /// The ledger begins with everything that the receipt vouches for.
    Grown {
        /// How many entries came after.
        by: u64,
    },
    /// A merge brought in everything that the receipt vouches for.
    Merged,
    /// Entries are missing: the ledger has fewer than the receipt says.
    Missing {
        /// How many there are.
        found: u64,
    },
    /// The ledger is another one, or its past was rewritten.
    Different,
}

impl ReceiptCheck {
    /// Whether everything the receipt vouches for is there.
    pub fn holds(&self) -> bool {
        matches!(self, ReceiptCheck::Current | ReceiptCheck::Grown { .. } | ReceiptCheck::Merged)
    }
}

impl std::fmt::Display for ReceiptCheck {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ReceiptCheck::Current => write!(formatter, "the ledger is exactly as the receipt says"),
            ReceiptCheck::Grown { by } => write!(
                formatter,
                "everything the receipt vouches for is there; {by} {} added since",
                if *by == 1 { "entry was" } else { "entries were" }
            ),
            ReceiptCheck::Merged => write!(formatter, "everything the receipt vouches for was merged in"),
            ReceiptCheck::Missing { found } => {
                write!(formatter, "entries are missing: the ledger has {found}, fewer than the receipt says")
            }
            ReceiptCheck::Different => {
                write!(formatter, "the ledger does not contain what the receipt vouches for")
            }
        }
    }
}

/// How many problems of one kind are listed before the rest is only counted.
const LISTED: usize = 100;

struct Problems {
    found: Vec<String>,
    more: usize,
}

impl Problems {
    fn add(&mut self, problem: impl Into<String>) {
        if self.found.len() < LISTED {
            self.found.push(problem.into());
        } else {
            self.more += 1;
        }
    }

    fn finish(mut self) -> Vec<String> {
        if self.more > 0 {
            self.found.push(format!("and {} more", self.more));
        }
        self.found
    }
}

impl Ledger {
    /// Walks the chain, checks every seal, every stored byte and every anchor,
    /// and compares the derived tables with a rebuild.
    ///
    /// Damage is listed in the result and is no error. Needs memory for a
    /// second copy of the ledger; time linear in its size.
    ///
    /// # Errors
    /// `is_busy`, `is_storage`; damage so deep that nothing can be walked is a problem, not an error.
    pub fn verify(&self) -> Result<Verification> {
        let mut problems = Problems { found: Vec::new(), more: 0 };
        let mut verification = Verification {
            receipt: Receipt { count: 0, head: hex(&GENESIS) },
            problems: Vec::new(),
            orphans: Vec::new(),
            out_of_order: Vec::new(),
            shredded: 0,
        };
        self.check_pages(&mut problems)?;
        match self.check_journal(&mut problems, &mut verification) {
            Ok(entries) => {
                if let Err(error) = self.check_derived(entries, &mut problems) {
                    pass_on(error, &mut problems)?;
                }
            }
            Err(error) => pass_on(error, &mut problems)?,
        }
        match self.orphans() {
            Ok(orphans) => verification.orphans = orphans,
            Err(error) => pass_on(error, &mut problems)?,
        }
        self.store.still_the_same()?;
        verification.problems = problems.finish();
        Ok(verification)
    }

    /// Compares the ledger with a receipt taken earlier.
    ///
    /// Checks where the chain stands, not each link: use it after [`Ledger::verify`].
    ///
    /// # Errors
    /// `is_corrupt`, `is_busy`, `is_storage`.
    pub fn verify_receipt(&self, receipt: &Receipt) -> Result<ReceiptCheck> {
        let now = self.receipt()?;
        if *receipt == now {
            return Ok(ReceiptCheck::Current);
        }
        let merged = self.merges()?.iter().any(|merged| {
            merged.head == receipt.head && u64::try_from(merged.entries.len()) == Ok(receipt.count)
        });
        if merged {
            return Ok(ReceiptCheck::Merged);
        }
        if receipt.count > now.count {
            return Ok(ReceiptCheck::Missing { found: now.count });
        }
        let there = if receipt.count == 0 {
            Some(GENESIS.to_vec())
        } else {
            self.connection()
                .prepare_cached("SELECT hash FROM journal ORDER BY position LIMIT 1 OFFSET ?1")?
                .query_row([i64::try_from(receipt.count - 1).unwrap_or(i64::MAX)], |row| {
                    row.get::<_, Vec<u8>>(0)
                })
                .optional()?
        };
        Ok(match there {
            Some(hash) if hex(&hash) == receipt.head => ReceiptCheck::Grown { by: now.count - receipt.count },
            _ => ReceiptCheck::Different,
        })
    }

    fn orphans(&self) -> Result<Vec<String>> {
        let mut query =
            self.connection().prepare_cached("SELECT id FROM statement WHERE NOT exact ORDER BY position")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    fn merges(&self) -> Result<Vec<Merged>> {
        let mut query = self.connection().prepare_cached(&format!(
            "SELECT {ENTRY_COLUMNS} FROM journal WHERE kind = 'merged' ORDER BY position"
        ))?;
        let mut rows = query.query([])?;
        let mut merges = Vec::new();
        while let Some(row) = rows.next()? {
            if let Some(Happened::Merged(merged)) = read_entry(row)?.1.event()? {
                merges.push(merged);
            }
        }
        Ok(merges)
    }

    /// The file's own structure, and that its tables are the ones this program makes.
    fn check_pages(&self, problems: &mut Problems) -> Result<()> {
        let checked = (|| -> Result<()> {
            let mut query = self.connection().prepare("PRAGMA main.integrity_check(20)")?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                let line: String = row.get(0)?;
                if line != "ok" {
                    problems.add(format!("the file's structure: {line}"));
                }
            }
            let expected = Store::memory(Path::new(""), Mode::Write)?;
            let schema = |connection: &rusqlite::Connection| -> Result<BTreeSet<(String, String)>> {
                let mut query =
                    connection.prepare("SELECT name, coalesce(sql, '') FROM main.sqlite_schema")?;
                let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
                Ok(rows.collect::<Result<_, _>>()?)
            };
            if schema(self.connection())? != schema(&expected.connection)? {
                problems.add("the file's tables are not those that this program makes");
            }
            Ok(())
        })();
        checked.or_else(|error| pass_on(error, problems))
    }

    /// The chain, the seals and the stored bytes. Returns what a rebuild needs.
    fn check_journal(
        &self,
        problems: &mut Problems,
        verification: &mut Verification,
    ) -> Result<Vec<(i64, Entry, Option<Happened>)>> {
        let mut query =
            self.connection().prepare(&format!("SELECT {ENTRY_COLUMNS} FROM journal ORDER BY position"))?;
        let mut rows = query.query([])?;
        let mut head = GENESIS;
        let mut expected = 0;
        let mut entries = Vec::new();
        let mut spoken_of = BTreeSet::new();
        let mut before: Option<jiff::Timestamp> = None;
        while let Some(row) = rows.next()? {
            let (position, entry) = read_entry(row)?;
            expected += 1;
            if position != expected {
                problems
                    .add(format!("entry {}: it stands at place {position} instead of {expected}", entry.id));
                expected = position;
            }
            if let Err(error) = entry.check(&head) {
                problems.add(error.to_string());
            }
            head = entry.hash;
            if before.is_some_and(|before| entry.time < before) {
                verification.out_of_order.push(entry.id.clone());
            }
            before = Some(entry.time);
            let event = match entry.event() {
                Ok(event) => event,
                Err(error) => {
                    problems.add(format!("entry {}: {error}", entry.id));
                    None
                }
            };
            for hash in event.as_ref().map(Happened::contents).unwrap_or_default() {
                spoken_of.insert(hash.to_owned());
            }
            verification.shredded += u64::from(entry.sealed.is_none());
            entries.push((position, entry, event));
        }
        verification.receipt =
            Receipt { count: u64::try_from(entries.len()).unwrap_or(u64::MAX), head: hex(&head) };
        self.check_contents(spoken_of, problems)?;
        check_shreds(&entries, problems);
        check_merges(&entries, problems);
        Ok(entries)
    }

    fn check_contents(&self, mut spoken_of: BTreeSet<String>, problems: &mut Problems) -> Result<()> {
        let mut query = self.connection().prepare("SELECT hash, bytes FROM content ORDER BY hash")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let hash: String = row.get(0)?;
            let bytes: Vec<u8> = row.get(1)?;
            if !spoken_of.remove(&hash) {
                problems.add(format!("stored bytes {hash}: no entry of the journal speaks of them"));
            }
            if blake3::hash(&bytes).to_hex().as_str() != hash {
                problems.add(format!("stored bytes {hash}: they are not those that were stored"));
            }
        }
        for hash in spoken_of {
            problems.add(format!("stored bytes {hash}: they are missing"));
        }
        Ok(())
    }

    /// Derives everything again in memory and compares.
    fn check_derived(
        &self,
        entries: Vec<(i64, Entry, Option<Happened>)>,
        problems: &mut Problems,
    ) -> Result<()> {
        let mut again = Store::memory(Path::new(""), Mode::Write)?;
        let transaction = again.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (position, entry, event) in &entries {
            // A duplicate or an unreadable place is a problem that the walk has named.
            if insert_entry(&transaction, *position, entry).is_err() {
                continue;
            }
            for hash in event.as_ref().map(Happened::contents).unwrap_or_default() {
                if let Some(bytes) = derive::content(self.connection(), hash)? {
                    store_content(&transaction, hash, &bytes)?;
                }
            }
        }
        drop(entries);
        derive::rebuild(&transaction)?;
        transaction.commit()?;
        let wanted = derive::digests(&again.connection)?;
        let found = derive::digests(self.connection())?;
        for (table, digest) in wanted {
            if found.get(table) != Some(&digest) {
                problems.add(format!(
                    "table `{table}`: it does not follow from the journal; rebuild the ledger to derive it again"
                ));
            }
        }
        Ok(())
    }
}

/// Damage is a finding; a busy or failing disk is an error.
fn pass_on(error: Error, problems: &mut Problems) -> Result<()> {
    if error.is_busy() {
        return Err(error);
    }
    problems.add(error.to_string());
    Ok(())
}

/// An entry without details must have been shredded by a later entry.
fn check_shreds(entries: &[(i64, Entry, Option<Happened>)], problems: &mut Problems) {
    let mut shredded: BTreeSet<&str> = BTreeSet::new();
    for (_, _, event) in entries {
        if let Some(Happened::Shredded(detail)) = event {
            shredded.extend(detail.entries.iter().map(String::as_str));
        }
    }
    for (_, entry, _) in entries {
        if entry.sealed.is_none() && !shredded.contains(entry.id.as_str()) {
            problems.add(format!("entry {}: its details are gone, and no shred says why", entry.id));
        }
        if entry.sealed.is_some() && shredded.contains(entry.id.as_str()) {
            problems.add(format!("entry {}: it was shredded, and its details are there again", entry.id));
        }
    }
}

/// The journals that were merged in can be walked on their own.
fn check_merges(entries: &[(i64, Entry, Option<Happened>)], problems: &mut Problems) {
    let by_id: BTreeMap<&str, &Entry> =
        entries.iter().map(|(_, entry, _)| (entry.id.as_str(), entry)).collect();
    let mut own_from = 0;
    for (at, (_, entry, event)) in entries.iter().enumerate() {
        let Some(Happened::Merged(merged)) = event else { continue };
        let known: BTreeSet<&str> = merged.entries.iter().map(String::as_str).collect();
        let new = usize::try_from(merged.new).unwrap_or(usize::MAX);
        let brought = entries.iter().skip(at + 1).take(new);
        // A merge that a merge brought was made in another journal, where other entries followed it.
        if at >= own_from {
            own_from = at.saturating_add(new).saturating_add(1);
            let foreign = brought.clone().any(|(_, entry, _)| !known.contains(entry.id.as_str()));
            if foreign || brought.count() != new {
                problems.add(format!("entry {}: what follows it is not what it merged", entry.id));
            }
        }
        let mut head = GENESIS;
        for id in &merged.entries {
            match by_id.get(id.as_str()) {
                Some(found) => {
                    head = chain(
                        &head,
                        found.action.as_deref(),
                        found.kind,
                        &found.author,
                        &found.time.to_string(),
                        &found.digest,
                    );
                }
                None => {
                    problems.add(format!("entry {}: it merged entry {id}, which is missing", entry.id));
                    return;
                }
            }
        }
        if hex(&head) != merged.head {
            problems.add(format!("entry {}: the journal it merged does not lead to its head", entry.id));
        }
    }
}
