//! The ledger: opening it and acting on it.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use paraph_reading::record::Statement;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::derive::{self, Cache};
use crate::error::{Error, Kind, Result};
use crate::ids::{ID_LENGTH, base32, choose};
use crate::journal::{self, Entry, Happened, SALT_LENGTH, Sealed, chain, entry_id, hex};
use crate::model::{
    Correction, HandPosition, Link, NewSource, Note, Relation, Ruling, Setting, SourceMeta, Stamp, Stance,
    Verdict,
};
use crate::store::{JOURNAL_FILE, LEDGER_FILE, Mode, Store};
use crate::text::{EventWords, Words};

/// The ledger of one case.
///
/// Every method that acts is one transaction: when it returns `Ok`, what it
/// did is on disk; when it returns an error, nothing was stored. A ledger is
/// used by one thread at a time; several processes may open the same folder,
/// and wait for each other up to ten seconds.
pub struct Ledger {
    pub(crate) store: Store,
    pub(crate) cache: RefCell<Cache>,
    /// The action that this handle wrote last.
    pub(crate) last_action: Option<String>,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Ledger")
            .field("place", &self.store.place)
            .field("mode", &self.store.mode)
            .finish()
    }
}

/// What adding a source did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// The source's id.
    pub id: String,
    /// False when the same bytes were in the ledger already; nothing was stored then.
    pub new: bool,
}

/// What proposing statements did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proposed {
    /// Ids that are new.
    pub added: Vec<String>,
    /// Ids that were there already and stay as they are.
    pub already: Vec<String>,
}

/// A source on its way into the ledger together with what a reader found in it.
#[derive(Debug, Clone)]
pub struct NewReading<'input> {
    /// The source.
    pub source: NewSource<'input>,
    /// Statements found in its text.
    pub statements: &'input [Statement],
    /// Events found in its text.
    pub events: &'input [paraph_reading::record::Event],
}

/// What adding a reading did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedReading {
    /// The source.
    pub source: Added,
    /// The statements.
    pub statements: Proposed,
    /// The events.
    pub events: Proposed,
}

/// A statement from elsewhere, which brings its own idea of the words at its spans.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The record.
    pub record: Statement,
    /// The words that the record's author saw; where the stored text says otherwise, the statement is an orphan.
    pub words: Words,
}

impl Ledger {
    /// Opens the ledger of a case's folder for reading and writing.
    ///
    /// Creates `ledger.db` when there is none, and fills it from
    /// `journal.jsonl` if that lies in the folder.
    ///
    /// # Errors
    /// `is_newer_version` (the file is left untouched), `is_corrupt`,
    /// `is_read_only`, `is_busy`, `is_not_found` (no such folder), `is_storage`.
    pub fn open(folder: &Path) -> Result<Ledger> {
        if !folder.is_dir() {
            return Err(Error::not_found(format!("{}: there is no such folder", folder.display())));
        }
        let path = folder.join(LEDGER_FILE);
        let store = Store::write(&path)?;
        let mut ledger = Ledger::over(store);
        match ledger.purge() {
            // Whoever holds the ledger now keeps the purge waiting; it stays due.
            Err(error) if error.is_busy() => {}
            purged => purged?,
        }
        let journal = folder.join(JOURNAL_FILE);
        if journal.is_file() && ledger.is_empty()? {
            let bytes = std::fs::read(&journal)
                .map_err(|error| Error::from_io(&error, &journal, "read").because(error))?;
            ledger.import_journal(&bytes).map_err(|error| error.at(journal.display()))?;
        }
        Ok(ledger)
    }

    /// Opens what a folder holds for reading, and changes nothing in it.
    ///
    /// Takes `ledger.db` if there is one, else `journal.jsonl` (its chain is
    /// checked), else an empty ledger. No side file appears in the folder.
    ///
    /// # Errors
    /// `is_newer_version`, `is_corrupt`, `is_busy` (another process keeps
    /// writing), `is_not_found` (no such folder), `is_storage`.
    pub fn open_readonly(folder: &Path) -> Result<Ledger> {
        if !folder.is_dir() {
            return Err(Error::not_found(format!("{}: there is no such folder", folder.display())));
        }
        let path = folder.join(LEDGER_FILE);
        if path.is_file() {
            return Ok(Ledger::over(Store::read(&path)?));
        }
        let journal = folder.join(JOURNAL_FILE);
        let mut ledger = Ledger::over(Store::memory(&journal, Mode::Write)?);
        if journal.is_file() {
            let bytes = std::fs::read(&journal)
                .map_err(|error| Error::from_io(&error, &journal, "read").because(error))?;
            ledger.import_journal(&bytes).map_err(|error| error.at(journal.display()))?;
        }
        ledger.store.mode = Mode::Read;
        Ok(ledger)
    }

    /// An empty ledger in memory, for reading without storing and for tests.
    ///
    /// # Errors
    /// Only when memory cannot be had.
    pub fn in_memory() -> Result<Ledger> {
        Ok(Ledger::over(Store::memory(Path::new("(memory)"), Mode::Write)?))
    }

    /// How long an action waits while another process writes; ten seconds unless set.
    ///
    /// # Errors
    /// `is_storage` only.
    pub fn set_patience(&mut self, patience: std::time::Duration) -> Result<()> {
        Ok(self.store.connection.busy_timeout(patience)?)
    }

    /// The file that is read or written; for a folder with a journal only, the journal.
    pub fn place(&self) -> &Path {
        &self.store.place
    }

    /// Whether nothing was ever recorded.
    ///
    /// # Errors
    /// As for every reading method: `is_corrupt`, `is_busy`, `is_storage`.
    pub fn is_empty(&self) -> Result<bool> {
        Ok(!self
            .connection()
            .query_row("SELECT EXISTS (SELECT 1 FROM journal)", [], |row| row.get::<_, bool>(0))?)
    }

    pub(crate) fn over(store: Store) -> Ledger {
        Ledger { store, cache: RefCell::default(), last_action: None }
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.store.connection
    }

    /// Runs one human action: `make` says what happens, and all of it is stored or nothing.
    pub(crate) fn act<T>(
        &mut self,
        stamp: &Stamp,
        make: impl FnOnce(&Connection, &mut Cache) -> Result<(Vec<Happened>, T)>,
    ) -> Result<T> {
        let place = self.store.place.clone();
        self.act_here(stamp, make).map_err(|error| located(error, &place))
    }

    fn act_here<T>(
        &mut self,
        stamp: &Stamp,
        make: impl FnOnce(&Connection, &mut Cache) -> Result<(Vec<Happened>, T)>,
    ) -> Result<T> {
        check_author(&stamp.author)?;
        self.writable()?;
        let cache = self.cache.get_mut();
        let transaction = self.store.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        cache.begin();
        let (events, result) = make(&transaction, cache)?;
        let entries = append(&transaction, cache, stamp, events)?;
        transaction.commit()?;
        if let Some(first) = entries.into_iter().next() {
            self.last_action = Some(first);
        }
        Ok(result)
    }

    /// The action that was written last through this handle: what [`Ledger::undo`] takes to undo just that.
    pub fn last_action(&self) -> Option<&str> {
        self.last_action.as_deref()
    }

    pub(crate) fn writable(&self) -> Result<()> {
        if self.store.mode == Mode::Read {
            return Err(Error::new(Kind::ReadOnly, "the ledger was opened for reading only"));
        }
        Ok(())
    }

    /// Stores a source, byte for byte.
    ///
    /// The same bytes twice are one source: the second time nothing is stored
    /// and [`Added::new`] is false.
    ///
    /// # Errors
    /// `is_invalid` when no text is given and the bytes are not UTF-8 (the
    /// message says at which byte), or the text is longer than 2³² − 1 scalar
    /// values; else as for every action.
    pub fn add_source(&mut self, stamp: &Stamp, source: &NewSource<'_>) -> Result<Added> {
        let prepared = PreparedSource::new(source)?;
        self.act(stamp, |connection, _| {
            let (added, event) = prepared.store(connection)?;
            Ok((event.into_iter().collect(), added))
        })
    }

    /// Stores sources with what a reader found in each, all in one action.
    ///
    /// One result a reading, in the same order. Bytes that are stored already stay as they are, and
    /// what is found in them is proposed all the same: a statement or an event whose id is known adds
    /// nothing. Linear in the sources and what was found in them; memory is that of the readings given.
    ///
    /// # Errors
    /// As for [`Ledger::add_source`] and [`Ledger::propose`]. On any error nothing of all the readings
    /// is stored.
    pub fn add_readings(&mut self, stamp: &Stamp, readings: &[NewReading<'_>]) -> Result<Vec<AddedReading>> {
        let prepared = readings
            .iter()
            .map(|reading| PreparedSource::new(&reading.source))
            .collect::<Result<Vec<_>>>()?;
        self.act(stamp, |connection, cache| {
            let mut results = Vec::with_capacity(readings.len());
            let mut events = Vec::new();
            let mut brought = std::collections::BTreeSet::new();
            for (reading, prepared) in readings.iter().zip(prepared) {
                let id = prepared.added.source.clone();
                if !brought.insert(id.clone()) {
                    // The same bytes under two names: everything is there from the first of them.
                    results.push(AddedReading {
                        source: Added { id, new: false },
                        statements: Proposed::default(),
                        events: Proposed::default(),
                    });
                    continue;
                }
                let text = prepared.added.text.clone();
                let (source, added) = prepared.store(connection)?;
                let stored = if source.new { text } else { text_of(connection, &id)? };
                events.extend(added);
                let records = reading.statements.iter().map(|record| (record, None));
                let (statements, more) = proposals(connection, cache, &id, &stored, records)?;
                events.extend(more);
                let (found, more) = event_proposals(connection, cache, &id, &stored, reading.events)?;
                events.extend(more);
                results.push(AddedReading { source, statements, events: found });
            }
            Ok((events, results))
        })
    }

    /// Records an unwritten conversation as a source of its own.
    ///
    /// # Errors
    /// `is_invalid` when the text is empty; else as for [`Ledger::add_source`].
    pub fn note(&mut self, stamp: &Stamp, note: &Note<'_>) -> Result<Added> {
        if note.text.trim().is_empty() {
            return Err(Error::invalid("a note needs words"));
        }
        let meta = SourceMeta {
            title: note.title.clone(),
            published: note.date,
            setting: note.setting,
            handling: note.handling,
            conversation: Some(note.conversation.clone()),
            ..SourceMeta::default()
        };
        self.add_source(stamp, &NewSource::plain_text(note.text.as_bytes(), meta))
    }

    /// Replaces what is known about a source; its bytes stay.
    ///
    /// # Errors
    /// `is_not_found`, `is_ambiguous`; else as for every action.
    pub fn describe_source(&mut self, stamp: &Stamp, source: &str, meta: &SourceMeta) -> Result<()> {
        self.act(stamp, |connection, _| {
            let source = resolve(connection, Name::Source, source)?;
            Ok((vec![Happened::SourceDescribed(journal::SourceDescribed { source, meta: meta.clone() })], ()))
        })
    }

    /// Stores a new extraction of a source's text.
    ///
    /// Statements whose words do not stand at their place in the new text
    /// become orphans; none is moved. Returns the ids that are orphans now.
    ///
    /// # Errors
    /// `is_not_found`, `is_ambiguous`; else as for every action.
    pub fn extract_again(
        &mut self,
        stamp: &Stamp,
        source: &str,
        text: &str,
        extractor: &crate::model::Extractor,
    ) -> Result<Vec<String>> {
        let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
        let id = self.act(stamp, |connection, _| {
            let source = resolve(connection, Name::Source, source)?;
            store_content(connection, &hash, text.as_bytes())?;
            let extracted =
                journal::SourceExtracted { source: source.clone(), text: hash, extractor: extractor.clone() };
            Ok((vec![Happened::SourceExtracted(extracted)], source))
        })?;
        let mut query = self
            .connection()
            .prepare_cached("SELECT id FROM statement WHERE source = ?1 AND exact = 0 ORDER BY position")?;
        Ok(query.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// Proposes statements found in a source. A statement whose id is known adds nothing.
    ///
    /// The exact words of every span are taken from the stored text and kept.
    ///
    /// # Errors
    /// `is_invalid` when a span lies outside the text or a statement has an
    /// unusable id; `is_not_found`, `is_ambiguous` for the source; else as for
    /// every action. On any error nothing is stored.
    pub fn propose(&mut self, stamp: &Stamp, source: &str, statements: &[Statement]) -> Result<Proposed> {
        self.propose_with(stamp, source, statements.iter().map(|record| (record, None)))
    }

    /// Proposes statements from elsewhere with the words that their author saw.
    ///
    /// Where the stored text says otherwise the statement is stored as an
    /// orphan and stays one until a person corrects its spans.
    ///
    /// # Errors
    /// As for [`Ledger::propose`], except that spans outside the text make orphans.
    pub fn propose_foreign(
        &mut self,
        stamp: &Stamp,
        source: &str,
        proposals: &[Proposal],
    ) -> Result<Proposed> {
        self.propose_with(
            stamp,
            source,
            proposals.iter().map(|proposal| (&proposal.record, Some(&proposal.words))),
        )
    }

    fn propose_with<'a>(
        &mut self,
        stamp: &Stamp,
        source: &str,
        statements: impl Iterator<Item = (&'a Statement, Option<&'a Words>)>,
    ) -> Result<Proposed> {
        self.act(stamp, |connection, cache| {
            let source = resolve(connection, Name::Source, source)?;
            let text = text_of(connection, &source)?;
            let (proposed, events) = proposals(connection, cache, &source, &text, statements)?;
            Ok((events, proposed))
        })
    }

    /// A person says that the words of these statements say so. Returns the full ids.
    ///
    /// # Errors
    /// `is_not_found` or `is_ambiguous` for any of the prefixes; `is_conflict`
    /// for a withdrawn statement; else as for every action.
    pub fn confirm<Prefix: AsRef<str>>(
        &mut self,
        stamp: &Stamp,
        statements: &[Prefix],
    ) -> Result<Vec<String>> {
        self.decide(stamp, statements, None, Happened::StatementConfirmed)
    }

    /// A person says that the words of these statements do not say so. Returns the full ids.
    ///
    /// # Errors
    /// As for [`Ledger::confirm`].
    pub fn reject<Prefix: AsRef<str>>(
        &mut self,
        stamp: &Stamp,
        statements: &[Prefix],
        reason: Option<&str>,
    ) -> Result<Vec<String>> {
        self.decide(stamp, statements, reason, Happened::StatementRejected)
    }

    fn decide<Prefix: AsRef<str>>(
        &mut self,
        stamp: &Stamp,
        statements: &[Prefix],
        reason: Option<&str>,
        event: impl Fn(journal::StatementDecided) -> Happened,
    ) -> Result<Vec<String>> {
        self.act(stamp, |connection, _| {
            let mut ids = Vec::new();
            for prefix in statements {
                let id = resolve(connection, Name::Statement, prefix.as_ref())?;
                not_withdrawn(connection, &id)?;
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            let events = ids
                .iter()
                .map(|id| {
                    event(journal::StatementDecided {
                        statement: id.clone(),
                        reason: reason.map(str::to_owned),
                    })
                })
                .collect();
            Ok((events, ids))
        })
    }

    /// Proposes events found in a source. An event whose id is known adds nothing.
    ///
    /// # Errors
    /// As for [`Ledger::propose`].
    pub fn propose_events(
        &mut self,
        stamp: &Stamp,
        source: &str,
        events: &[paraph_reading::record::Event],
    ) -> Result<Proposed> {
        self.act(stamp, |connection, cache| {
            let source = resolve(connection, Name::Source, source)?;
            let text = text_of(connection, &source)?;
            let (proposed, proposals) = event_proposals(connection, cache, &source, &text, events)?;
            Ok((proposals, proposed))
        })
    }

    /// A person says that the words of these events say so. Returns the full ids.
    ///
    /// # Errors
    /// `is_not_found` or `is_ambiguous` for any of the prefixes; else as for every action.
    pub fn confirm_events<Prefix: AsRef<str>>(
        &mut self,
        stamp: &Stamp,
        events: &[Prefix],
    ) -> Result<Vec<String>> {
        self.decide_events(stamp, events, None, Happened::EventConfirmed)
    }

    /// A person says that the words of these events do not say so. Returns the full ids.
    ///
    /// # Errors
    /// As for [`Ledger::confirm_events`].
    pub fn reject_events<Prefix: AsRef<str>>(
        &mut self,
        stamp: &Stamp,
        events: &[Prefix],
        reason: Option<&str>,
    ) -> Result<Vec<String>> {
        self.decide_events(stamp, events, reason, Happened::EventRejected)
    }

    fn decide_events<Prefix: AsRef<str>>(
        &mut self,
        stamp: &Stamp,
        events: &[Prefix],
        reason: Option<&str>,
        decision: impl Fn(journal::EventDecided) -> Happened,
    ) -> Result<Vec<String>> {
        self.act(stamp, |connection, _| {
            let mut ids = Vec::new();
            for prefix in events {
                let id = resolve(connection, Name::Event, prefix.as_ref())?;
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            let decided =
                |id: &String| journal::EventDecided { event: id.clone(), reason: reason.map(str::to_owned) };
            Ok((ids.iter().map(|id| decision(decided(id))).collect(), ids))
        })
    }

    /// A person changes fields of a statement and thereby confirms it. Returns the full id, which stays.
    ///
    /// # Errors
    /// `is_invalid` when the patch is empty, does not fit the record or moves
    /// a span outside the text; `is_not_found`, `is_ambiguous`,
    /// `is_conflict` (withdrawn); else as for every action.
    pub fn correct(
        &mut self,
        stamp: &Stamp,
        statement: &str,
        patch: &Correction,
        reason: Option<&str>,
    ) -> Result<String> {
        if patch.is_empty() {
            return Err(Error::invalid("the correction changes nothing; confirm the statement instead"));
        }
        self.act(stamp, |connection, cache| {
            let id = resolve(connection, Name::Statement, statement)?;
            not_withdrawn(connection, &id)?;
            let (record, source): (String, String) = connection
                .prepare_cached("SELECT record, source FROM statement WHERE id = ?1")?
                .query_row([&id], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let record = crate::query::parse_record(&id, &record)?;
            let corrected = derive::patched(&record, patch)?;
            let mut patch = patch.clone();
            if let Some(contests) = &corrected.contests
                && patch.0.contains_key("contests")
            {
                let contests = resolve(connection, Name::Statement, contests)?;
                patch.0.insert("contests".to_owned(), contests.into());
            }
            let moves =
                ["source", "cue", "content", "direct_quote"].iter().any(|field| patch.0.contains_key(*field));
            let words = if moves {
                let text_hash: Option<String> = connection
                    .prepare_cached("SELECT text FROM source WHERE id = ?1")?
                    .query_row([&source], |row| row.get(0))
                    .optional()?;
                let text = match text_hash {
                    Some(hash) => cache.text(connection, &hash)?,
                    None => None,
                }
                .ok_or_else(|| {
                    Error::conflict(format!("the text of source {source} is not in the ledger"))
                })?;
                Some(Words::take(&text, &corrected).ok_or_else(|| outside(&id, text.length()))?)
            } else {
                None
            };
            let event = Happened::StatementCorrected(journal::StatementCorrected {
                statement: id.clone(),
                patch,
                words,
                reason: reason.map(str::to_owned),
            });
            Ok((vec![event], id))
        })
    }

    /// Sets a position by hand. Returns the id of the entry.
    ///
    /// # Errors
    /// `is_invalid` without a reason or for the stance *no record*;
    /// `is_not_found`, `is_ambiguous` for evidence; else as for every action.
    pub fn set_position(&mut self, stamp: &Stamp, position: &HandPosition) -> Result<()> {
        reasoned(&position.reason, "a position set by hand")?;
        if position.stance == Stance::NoRecord {
            return Err(Error::invalid("*no record* cannot be set by hand; clear the position instead"));
        }
        self.act(stamp, |connection, _| {
            let mut position = position.clone();
            position.evidence = position
                .evidence
                .iter()
                .map(|prefix| resolve(connection, Name::Statement, prefix))
                .collect::<Result<_>>()?;
            Ok((vec![Happened::PositionSet(position)], ()))
        })
    }

    /// Takes a position set by hand away, so that the statements speak again.
    ///
    /// # Errors
    /// `is_invalid` without a reason; else as for every action.
    pub fn clear_position(
        &mut self,
        stamp: &Stamp,
        party: &str,
        issue: &str,
        setting: Setting,
        reason: &str,
    ) -> Result<()> {
        reasoned(reason, "clearing a position")?;
        let cleared = journal::PositionCleared {
            party: party.to_owned(),
            issue: issue.to_owned(),
            setting,
            reason: reason.to_owned(),
        };
        self.act(stamp, |_, _| Ok((vec![Happened::PositionCleared(cleared)], ())))
    }

    /// Rules on a contradiction, with a reason. Nothing is overwritten: the statements stay as they are.
    ///
    /// # Errors
    /// `is_invalid` without a reason, with fewer than two statements, when the
    /// prevailing one is not among them, or when it would prevail over another
    /// party's words (between parties nothing is adjudicated); `is_not_found`,
    /// `is_ambiguous`; else as for every action.
    pub fn rule(&mut self, stamp: &Stamp, ruling: &Ruling) -> Result<()> {
        reasoned(&ruling.reason, "a ruling")?;
        self.act(stamp, |connection, _| {
            let mut statements = std::collections::BTreeSet::new();
            for prefix in &ruling.statements {
                statements.insert(resolve(connection, Name::Statement, prefix)?);
            }
            if statements.len() < 2 {
                return Err(Error::invalid("a ruling is about two statements or more"));
            }
            let verdict = match &ruling.verdict {
                Verdict::Compatible | Verdict::StaysContested => ruling.verdict.clone(),
                Verdict::Prevails(prefix) => {
                    let id = resolve(connection, Name::Statement, prefix)?;
                    if !statements.contains(&id) {
                        return Err(Error::invalid(format!(
                            "statement {id} is not among those that are judged"
                        )));
                    }
                    let mut parties = std::collections::BTreeSet::new();
                    for statement in &statements {
                        let party: Option<String> = connection
                            .prepare_cached("SELECT party FROM statement WHERE id = ?1")?
                            .query_row([statement], |row| row.get(0))?;
                        parties.extend(party);
                    }
                    if parties.len() > 1 {
                        return Err(Error::invalid(
                            "these are words of several parties, and between parties nothing is adjudicated: say that \
                             they are compatible, or that they stay contested",
                        ));
                    }
                    Verdict::Prevails(id)
                }
            };
            let statements = statements.into_iter().collect();
            Ok((
                vec![Happened::ContradictionJudged(Ruling {
                    statements,
                    verdict,
                    reason: ruling.reason.clone(),
                })],
                (),
            ))
        })
    }

    /// Links a statement to an issue, a point of a draft, a claim it denies, the same statement elsewhere, a party.
    ///
    /// # Errors
    /// `is_not_found`, `is_ambiguous`, `is_invalid` (an empty target); else as for every action.
    pub fn link(&mut self, stamp: &Stamp, link: &Link) -> Result<()> {
        self.link_all(stamp, std::slice::from_ref(link))
    }

    /// Makes several links in one action.
    ///
    /// # Errors
    /// As for [`Ledger::link`]; on any error none is made.
    pub fn link_all(&mut self, stamp: &Stamp, links: &[Link]) -> Result<()> {
        self.act(stamp, |connection, _| {
            let events = links.iter().map(|link| {
                if link.target.trim().is_empty() {
                    return Err(Error::invalid("a link needs something to point to"));
                }
                let statement = resolve(connection, Name::Statement, &link.statement)?;
                let target = match link.relation {
                    Relation::Same | Relation::Distinct | Relation::Contests => {
                        resolve(connection, Name::Statement, &link.target)?
                    }
                    _ => link.target.trim().to_owned(),
                };
                if target == statement {
                    return Err(Error::invalid("a statement cannot be linked to itself"));
                }
                Ok(Happened::LinkMade(Link { statement, target, ..link.clone() }))
            });
            Ok((events.collect::<Result<_>>()?, ()))
        })
    }

    /// Takes a statement back: it is kept and used nowhere. Returns the full id.
    ///
    /// # Errors
    /// `is_invalid` without a reason; `is_not_found`, `is_ambiguous`; else as for every action.
    pub fn withdraw_statement(&mut self, stamp: &Stamp, statement: &str, reason: &str) -> Result<String> {
        reasoned(reason, "withdrawing a statement")?;
        self.act(stamp, |connection, _| {
            let id = resolve(connection, Name::Statement, statement)?;
            not_withdrawn(connection, &id)?;
            let event = journal::RecordWithdrawn {
                source: None,
                statement: Some(id.clone()),
                reason: reason.to_owned(),
            };
            Ok((vec![Happened::RecordWithdrawn(event)], id))
        })
    }

    /// Takes a source back, and with it every statement in it: kept and used nowhere. Returns the full id.
    ///
    /// # Errors
    /// `is_invalid` without a reason; `is_not_found`, `is_ambiguous`; else as for every action.
    pub fn withdraw_source(&mut self, stamp: &Stamp, source: &str, reason: &str) -> Result<String> {
        reasoned(reason, "withdrawing a source")?;
        self.act(stamp, |connection, _| {
            let id = resolve(connection, Name::Source, source)?;
            let event = journal::RecordWithdrawn {
                source: Some(id.clone()),
                statement: None,
                reason: reason.to_owned(),
            };
            Ok((vec![Happened::RecordWithdrawn(event)], id))
        })
    }

    /// Undoes an action, by a new entry; undoing an undo does the action again.
    ///
    /// `action` is a unique prefix of the id of any entry of the action (see
    /// [`Ledger::log`]), or `None` for the latest action that is not undone
    /// and is no undo itself. Returns the action's id.
    ///
    /// # Errors
    /// `is_not_found` when there is nothing to undo; `is_conflict` when it is
    /// undone already or cannot be undone (a shred, a merge); else as for every action.
    pub fn undo(&mut self, stamp: &Stamp, action: Option<&str>) -> Result<String> {
        self.act(stamp, |connection, _| {
            let id = match action {
                Some(prefix) => {
                    let entry = resolve(connection, Name::Entry, prefix)?;
                    connection
                        .prepare_cached("SELECT coalesce(action, id) FROM journal WHERE id = ?1")?
                        .query_row([entry], |row| row.get::<_, String>(0))?
                }
                None => connection
                    .prepare_cached(
                        "SELECT coalesce(action, id) FROM journal
                         WHERE kind NOT IN ('undone', 'merged', 'shredded') AND payload IS NOT NULL
                           AND coalesce(action, id) NOT IN (SELECT action FROM undone)
                         ORDER BY position DESC LIMIT 1",
                    )?
                    .query_row([], |row| row.get(0))
                    .optional()?
                    .ok_or_else(|| Error::not_found("there is nothing left to undo"))?,
            };
            let (kind, undone): (String, bool) = connection
                .prepare_cached(
                    "SELECT kind, EXISTS (SELECT 1 FROM undone WHERE action = ?1) FROM journal WHERE id = ?1",
                )?
                .query_row([&id], |row| Ok((row.get(0)?, row.get(1)?)))?;
            if undone {
                return Err(Error::conflict(format!(
                    "action {id} is undone already; undo that undo to do it again"
                )));
            }
            if kind == "shredded" || kind == "merged" {
                return Err(Error::conflict(format!("action {id} cannot be undone: it {kind} records")));
            }
            Ok((vec![Happened::Undone(journal::Undone { action: id.clone() })], id))
        })
    }

    /// Derives every current table from the journal again, in one transaction.
    ///
    /// Returns the names of the tables that came out differently, in order:
    /// none, unless one was damaged or written to from outside. Linear in the
    /// ledger.
    ///
    /// # Errors
    /// `is_corrupt` when an entry cannot be read (the tables stay as they were); else as for every action.
    pub fn rebuild(&mut self) -> Result<Vec<&'static str>> {
        let place = self.store.place.clone();
        self.writable()?;
        self.cache = RefCell::default();
        let rebuilt = (|| {
            let transaction =
                self.store.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            // Tables so damaged that they cannot be read count as different.
            let before = derive::digests(&transaction).unwrap_or_default();
            derive::rebuild(&transaction)?;
            let after = derive::digests(&transaction)?;
            transaction.commit()?;
            let changed = after.into_iter().filter(|(table, digest)| before.get(table) != Some(digest));
            Ok(changed.map(|(table, _)| table).collect())
        })();
        rebuilt.map_err(|error| located(error, &place))
    }

    /// The full id of the statement that a prefix means.
    ///
    /// # Errors
    /// `is_not_found`, or `is_ambiguous` with [`Error::candidates`].
    pub fn resolve_statement(&self, prefix: &str) -> Result<String> {
        resolve(self.connection(), Name::Statement, prefix)
    }

    /// The full id of the source that a prefix means.
    ///
    /// # Errors
    /// `is_not_found`, or `is_ambiguous` with [`Error::candidates`].
    pub fn resolve_source(&self, prefix: &str) -> Result<String> {
        resolve(self.connection(), Name::Source, prefix)
    }
}

/// A source checked and hashed, before anything is stored.
struct PreparedSource<'input> {
    bytes: &'input [u8],
    text: &'input str,
    added: journal::SourceAdded,
}

impl<'input> PreparedSource<'input> {
    fn new(source: &NewSource<'input>) -> Result<Self> {
        let text = match source.text {
            Some(text) => text,
            None => std::str::from_utf8(source.bytes).map_err(|error| {
                Error::invalid(format!(
                    "the source is not UTF-8 text: byte {} cannot be read; convert it, or give its text apart",
                    error.valid_up_to()
                ))
                .because(error)
            })?,
        };
        if u32::try_from(text.len()).is_err() {
            return Err(Error::invalid("the source's text is longer than four gigabytes"));
        }
        let original = blake3::hash(source.bytes);
        let text_hash =
            if text.as_bytes() == source.bytes { original } else { blake3::hash(text.as_bytes()) };
        let added = journal::SourceAdded {
            source: base32(original.as_bytes(), ID_LENGTH),
            original: original.to_hex().to_string(),
            text: text_hash.to_hex().to_string(),
            bytes: source.bytes.len() as u64,
            extractor: source.extractor.clone(),
            meta: source.meta.clone(),
        };
        Ok(PreparedSource { bytes: source.bytes, text, added })
    }

    /// Stores bytes and text, unless they are there.
    fn store(self, connection: &Connection) -> Result<(Added, Option<Happened>)> {
        let id = self.added.source.clone();
        let stored: Option<String> = connection
            .prepare_cached("SELECT original FROM source WHERE id = ?1")?
            .query_row([&id], |row| row.get(0))
            .optional()?;
        match stored {
            Some(hash) if hash == self.added.original => return Ok((Added { id, new: false }, None)),
            Some(_) => {
                return Err(Error::conflict(format!("another source already has the id {id}")));
            }
            None => {}
        }
        store_content(connection, &self.added.original, self.bytes)?;
        store_content(connection, &self.added.text, self.text.as_bytes())?;
        Ok((Added { id, new: true }, Some(Happened::SourceAdded(self.added))))
    }
}

/// The hash of the stored text of a source.
fn text_of(connection: &Connection, source: &str) -> Result<String> {
    Ok(connection
        .prepare_cached("SELECT text FROM source WHERE id = ?1")?
        .query_row([source], |row| row.get(0))?)
}

/// What is to be proposed in a source with this text, with the words of every span.
fn proposals<'a>(
    connection: &Connection,
    cache: &mut Cache,
    source: &str,
    text_hash: &str,
    statements: impl Iterator<Item = (&'a Statement, Option<&'a Words>)>,
) -> Result<(Proposed, Vec<Happened>)> {
    let text = cache
        .text(connection, text_hash)?
        .ok_or_else(|| Error::corrupt(format!("the text of source {source} is missing")))?;
    let mut known = connection.prepare_cached("SELECT source FROM statement WHERE id = ?1")?;
    let mut seen = std::collections::BTreeSet::new();
    let mut proposed = Proposed::default();
    let mut events = Vec::new();
    for (record, words) in statements {
        check_statement(record)?;
        let place: Option<String> = known.query_row([&record.id], |row| row.get(0)).optional()?;
        if let Some(place) = &place
            && *place != source
        {
            return Err(Error::conflict(format!(
                "statement {} belongs to source {place}, not to {source}",
                record.id
            )));
        }
        if place.is_some() || !seen.insert(record.id.clone()) {
            proposed.already.push(record.id.clone());
            continue;
        }
        let words = match words {
            Some(words) => words.clone(),
            None => Words::take(&text, record).ok_or_else(|| outside(&record.id, text.length()))?,
        };
        proposed.added.push(record.id.clone());
        events.push(Happened::StatementProposed(Box::new(journal::StatementProposed {
            source: source.to_owned(),
            record: record.clone(),
            words,
        })));
    }
    Ok((proposed, events))
}

/// As [`proposals`], for events.
fn event_proposals(
    connection: &Connection,
    cache: &mut Cache,
    source: &str,
    text_hash: &str,
    events: &[paraph_reading::record::Event],
) -> Result<(Proposed, Vec<Happened>)> {
    let text = cache
        .text(connection, text_hash)?
        .ok_or_else(|| Error::corrupt(format!("the text of source {source} is missing")))?;
    let mut known = connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM event WHERE id = ?1)")?;
    let mut seen = std::collections::BTreeSet::new();
    let mut proposed = Proposed::default();
    let mut proposals = Vec::new();
    for record in events {
        check_id(&record.id)?;
        let is_known: bool = known.query_row([&record.id], |row| row.get(0))?;
        if is_known || !seen.insert(record.id.clone()) {
            proposed.already.push(record.id.clone());
            continue;
        }
        let words = EventWords::take(&text, record).ok_or_else(|| outside(&record.id, text.length()))?;
        proposed.added.push(record.id.clone());
        proposals.push(Happened::EventProposed(Box::new(journal::EventProposed {
            source: source.to_owned(),
            record: record.clone(),
            words,
        })));
    }
    Ok((proposed, proposals))
}

/// The id that a source with these bytes has in every ledger.
pub fn source_id(bytes: &[u8]) -> String {
    base32(blake3::hash(bytes).as_bytes(), ID_LENGTH)
}

/// Names the file in messages about the store itself; messages about the input need none.
pub(crate) fn located(error: Error, place: &Path) -> Error {
    if error.is_busy() || error.is_storage() || error.is_corrupt() || error.is_read_only() {
        error.at(place.display())
    } else {
        error
    }
}

pub(crate) fn check_author(author: &str) -> Result<()> {
    if author.trim().is_empty() {
        return Err(Error::invalid("an action needs an author: say who acts"));
    }
    if author.chars().any(char::is_control) {
        return Err(Error::invalid("an author's name is one line without control characters"));
    }
    Ok(())
}

fn reasoned(reason: &str, what: &str) -> Result<()> {
    if reason.trim().is_empty() {
        return Err(Error::invalid(format!("{what} needs a reason: one sentence will do")));
    }
    Ok(())
}

fn check_id(id: &str) -> Result<()> {
    if id.is_empty() || id.len() > 64 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        return Err(Error::invalid(format!("`{id}` cannot be an id: use letters, digits and hyphens")));
    }
    Ok(())
}

fn check_statement(record: &Statement) -> Result<()> {
    let id = &record.id;
    check_id(id)?;
    if record.confidence.is_some_and(|confidence| !confidence.is_finite()) {
        return Err(Error::invalid(format!("the confidence of statement {id} is not a finite number")));
    }
    Ok(())
}

fn outside(id: &str, length: usize) -> Error {
    Error::invalid(format!("statement {id} has a span outside its text, which has {length} characters"))
}

fn not_withdrawn(connection: &Connection, id: &str) -> Result<()> {
    let withdrawn: bool = connection
        .prepare_cached("SELECT status = 'withdrawn' FROM statement WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    if withdrawn {
        return Err(Error::conflict(format!("statement {id} was withdrawn; undo that first")));
    }
    Ok(())
}

pub(crate) fn store_content(connection: &Connection, hash: &str, bytes: &[u8]) -> Result<()> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO content (hash, bytes) VALUES (?1, ?2)")?
        .execute(params![hash, bytes])?;
    Ok(())
}

/// The kinds of records that people name by a prefix.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Name {
    Source,
    Statement,
    Event,
    Entry,
}

/// Finds the one id that a prefix means.
pub(crate) fn resolve(connection: &Connection, name: Name, prefix: &str) -> Result<String> {
    let (what, table) = match name {
        Name::Source => ("source", "source"),
        Name::Statement => ("statement", "statement"),
        Name::Event => ("event", "event"),
        Name::Entry => ("entry", "journal"),
    };
    let prefix = prefix.trim();
    if prefix.is_empty() {
        return Err(Error::invalid(format!("say which {what} by the first characters of its id")));
    }
    // The smallest string after every string with this prefix.
    let after = format!("{prefix}{}", char::MAX);
    let mut query = connection
        .prepare_cached(&format!("SELECT id FROM {table} WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 9"))?;
    let found = query.query_map([prefix, &after], |row| row.get(0))?.collect::<Result<_, _>>()?;
    choose(what, prefix, found)
}

/// Writes the entries of one action, chained to the head, and derives what they touch.
pub(crate) fn append(
    connection: &Connection,
    cache: &mut Cache,
    stamp: &Stamp,
    events: Vec<Happened>,
) -> Result<Vec<String>> {
    let (mut position, mut head) = head(connection)?;
    let time = stamp.time.to_string();
    let mut action: Option<String> = None;
    let mut ids = Vec::with_capacity(events.len());
    for event in events {
        let payload = event.payload()?;
        let mut taken = connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM journal WHERE id = ?1)")?;
        let (sealed, digest, id) = loop {
            let salt: Vec<u8> = connection
                .prepare_cached("SELECT randomblob(?1)")?
                .query_row([SALT_LENGTH as i64], |row| row.get(0))?;
            let salt = salt.try_into().map_err(|_| Error::storage("the store gave no random numbers"))?;
            let sealed = Sealed { payload: payload.clone(), salt };
            let digest = sealed.digest();
            let id = entry_id(&digest);
            // Fifty bits: two entries in a million ledgers of this size meet; another salt parts them.
            if !taken.query_row([&id], |row| row.get::<_, bool>(0))? {
                break (sealed, digest, id);
            }
        };
        position += 1;
        head = chain(&head, action.as_deref(), event.kind(), &stamp.author, &time, &digest);
        let entry = Entry {
            id: id.clone(),
            action: action.clone(),
            kind: event.kind(),
            author: stamp.author.clone(),
            time: stamp.time,
            sealed: Some(sealed),
            digest,
            hash: head,
        };
        insert_entry(connection, position, &entry)?;
        derive::apply(connection, cache, position, &entry, &event)?;
        action.get_or_insert_with(|| id.clone());
        ids.push(id);
    }
    Ok(ids)
}

/// Position and hash of the last entry.
pub(crate) fn head(connection: &Connection) -> Result<(i64, [u8; 32])> {
    let last: Option<(i64, Vec<u8>)> = connection
        .prepare_cached("SELECT position, hash FROM journal ORDER BY position DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match last {
        None => Ok((0, journal::GENESIS)),
        Some((position, hash)) => {
            let hash = hash.try_into().map_err(|hash: Vec<u8>| {
                Error::corrupt(format!(
                    "the hash of the last entry is {} bytes long: {}",
                    hash.len(),
                    hex(&hash)
                ))
            })?;
            Ok((position, hash))
        }
    }
}

pub(crate) fn insert_entry(connection: &Connection, position: i64, entry: &Entry) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO journal (position, id, action, kind, author, time, payload, salt, digest, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            position,
            entry.id,
            entry.action,
            entry.kind.as_str(),
            entry.author,
            entry.time.to_string(),
            entry.sealed.as_ref().map(|sealed| &sealed.payload),
            entry.sealed.as_ref().map(|sealed| sealed.salt.as_slice()),
            entry.digest.as_slice(),
            entry.hash.as_slice(),
        ])?;
    Ok(())
}

/// Where a case's ledger and journal lie.
pub fn files(folder: &Path) -> (PathBuf, PathBuf) {
    (folder.join(LEDGER_FILE), folder.join(JOURNAL_FILE))
}
