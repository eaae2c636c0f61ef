//! Copies of a ledger without chosen sources and authors' names.

use std::collections::{BTreeMap, BTreeSet};

use crate::derive::{ENTRY_COLUMNS, read_entry};
use crate::error::Result;
use crate::journal::Happened;
use crate::ledger::{Ledger, check_author, resolve, store_content};
use crate::model::{Audience, Stamp};

/// What a redacted copy leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Redaction {
    /// Sources to leave out, by id in full, with everything in them.
    pub sources: Vec<String>,
    /// Authors whose names are replaced.
    pub authors: Vec<String>,
    /// Leave out every source that this audience may not see.
    pub audience: Option<Audience>,
}

/// A redacted copy of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// The copy's portable journal, with a chain of its own.
    pub journal: Vec<u8>,
    /// What was left out or changed, one sentence each. It names records that are not in the copy: keep it.
    pub dropped: Vec<String>,
    /// Free text that stayed (reasons, conditions) and may speak of what was left out, by entry of this ledger.
    pub to_check: Vec<String>,
}

/// What stands in place of an author's name.
const NAMELESS: &str = "(withheld)";

impl Ledger {
    /// Builds a copy without chosen sources and authors' names.
    ///
    /// The copy holds what counts now: actions that were undone, and the undos,
    /// are left out, and so are the traces of merges and shreds. It has new
    /// salts and a new chain, so that nothing in it can be compared with this
    /// ledger's entries; its times stay.
    ///
    /// # Errors
    /// `is_not_found` for a source that is not there; `is_corrupt`, `is_busy`, `is_storage`.
    pub fn export_redacted(&self, redaction: &Redaction) -> Result<Redacted> {
        let mut hidden: BTreeSet<String> = BTreeSet::new();
        for source in &redaction.sources {
            hidden.insert(resolve(self.connection(), crate::ledger::Name::Source, source)?);
        }
        if let Some(audience) = redaction.audience {
            let sources = self.sources(Audience::Restricted)?;
            hidden.extend(
                sources
                    .into_iter()
                    .filter(|source| !audience.may_see(source.meta.handling))
                    .map(|source| source.id),
            );
        }
        let mut statements_hidden: BTreeSet<String> = BTreeSet::new();
        let mut query = self.connection().prepare("SELECT id, source FROM statement ORDER BY position")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (id, source): (String, String) = (row.get(0)?, row.get(1)?);
            if hidden.contains(&source) {
                statements_hidden.insert(id);
            }
        }
        let mut events_hidden: BTreeSet<String> = BTreeSet::new();
        let mut query = self.connection().prepare("SELECT id, source FROM event ORDER BY position")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (id, source): (String, String) = (row.get(0)?, row.get(1)?);
            if hidden.contains(&source) {
                events_hidden.insert(id);
            }
        }
        let cut = Cut { sources: hidden, statements: statements_hidden, events: events_hidden };
        let mut redacted = Redacted { journal: Vec::new(), dropped: Vec::new(), to_check: Vec::new() };
        let mut copy = Ledger::in_memory()?;
        let mut query = self.connection().prepare(&format!(
            "SELECT {ENTRY_COLUMNS} FROM journal
             WHERE payload IS NOT NULL AND kind NOT IN ('undone', 'merged', 'shredded')
               AND coalesce(action, id) NOT IN (SELECT action FROM undone) ORDER BY position"
        ))?;
        let mut rows = query.query([])?;
        let mut renamed: BTreeMap<String, usize> = BTreeMap::new();
        // Entries of one action stay together: one transaction, one new action.
        let mut pending: Option<(String, Stamp, Vec<Happened>)> = None;
        while let Some(row) = rows.next()? {
            let (_, entry) = read_entry(row)?;
            let Some(event) = entry.event()? else { continue };
            let Some(event) = cut.keep(&entry.id, event, &mut redacted) else { continue };
            for hash in event.contents() {
                if let Some(bytes) = crate::derive::content(self.connection(), hash)? {
                    store_content(copy.connection(), hash, &bytes)?;
                }
            }
            let mut author = entry.author.clone();
            if redaction.authors.contains(&author) {
                *renamed.entry(author).or_default() += 1;
                author = NAMELESS.to_owned();
            }
            check_author(&author)?;
            let action = entry.action_id().to_owned();
            match &mut pending {
                Some((same, _, events)) if *same == action => events.push(event),
                _ => {
                    flush(&mut copy, pending.take())?;
                    pending = Some((action, Stamp::new(author, entry.time), vec![event]));
                }
            }
        }
        flush(&mut copy, pending)?;
        for (author, entries) in renamed {
            redacted.dropped.push(format!("author {author}: the name was withheld in {entries} entries"));
        }
        self.store.still_the_same()?;
        redacted.journal = copy.export_journal()?;
        Ok(redacted)
    }
}

fn flush(copy: &mut Ledger, action: Option<(String, Stamp, Vec<Happened>)>) -> Result<()> {
    match action {
        Some((_, stamp, events)) => copy.act(&stamp, |_, _| Ok((events, ()))),
        None => Ok(()),
    }
}

/// The records that a redaction leaves out.
struct Cut {
    sources: BTreeSet<String>,
    statements: BTreeSet<String>,
    events: BTreeSet<String>,
}

impl Cut {
    /// What is left of an event, if anything.
    fn keep(&self, entry: &str, event: Happened, redacted: &mut Redacted) -> Option<Happened> {
        let (source, statement) = (&self.sources, &self.statements);
        let cut = match &event {
            Happened::SourceAdded(detail) => {
                source.contains(&detail.source).then(|| format!("source {}", detail.source))
            }
            Happened::SourceDescribed(detail) => {
                source.contains(&detail.source).then(|| format!("a description of source {}", detail.source))
            }
            Happened::SourceExtracted(detail) => {
                source.contains(&detail.source).then(|| format!("a text of source {}", detail.source))
            }
            Happened::StatementProposed(detail) => {
                source.contains(&detail.source).then(|| format!("statement {}", detail.record.id))
            }
            Happened::StatementConfirmed(detail) | Happened::StatementRejected(detail) => statement
                .contains(&detail.statement)
                .then(|| format!("a verdict on statement {}", detail.statement)),
            Happened::StatementCorrected(detail) => statement
                .contains(&detail.statement)
                .then(|| format!("a correction of statement {}", detail.statement)),
            Happened::EventProposed(detail) => {
                source.contains(&detail.source).then(|| format!("event {}", detail.record.id))
            }
            Happened::EventConfirmed(detail) | Happened::EventRejected(detail) => {
                self.events.contains(&detail.event).then(|| format!("a verdict on event {}", detail.event))
            }
            Happened::LinkMade(link) => (statement.contains(&link.statement)
                || statement.contains(&link.target))
            .then(|| format!("a link of statement {}", link.statement)),
            Happened::RecordWithdrawn(detail) => {
                (detail.source.as_ref().is_some_and(|id| source.contains(id))
                    || detail.statement.as_ref().is_some_and(|id| statement.contains(id)))
                .then(|| "a withdrawal".to_owned())
            }
            Happened::ContradictionJudged(ruling) => {
                let left = ruling.statements.iter().filter(|id| !statement.contains(*id)).count();
                (left < ruling.statements.len())
                    .then(|| "a ruling that rests on what was left out".to_owned())
            }
            Happened::PositionSet(hand) => {
                let rests =
                    !hand.evidence.is_empty() && hand.evidence.iter().all(|id| statement.contains(id));
                rests.then(|| {
                    format!("a position of {} on {}: all its evidence was left out", hand.party, hand.issue)
                })
            }
            // Where such a record was said is free text: it goes when it names what goes.
            Happened::WorkRecorded(work) => {
                let payload = serde_json::to_string(work).unwrap_or_default();
                source
                    .iter()
                    .chain(statement)
                    .any(|id| payload.contains(&format!("\"{id}\"")))
                    .then(|| "work on the text that rests on what was left out".to_owned())
            }
            Happened::PositionCleared(_)
            | Happened::Undone(_)
            | Happened::Merged(_)
            | Happened::Shredded(_) => None,
        };
        if let Some(what) = cut {
            redacted.dropped.push(format!("entry {entry}: {what}"));
            return None;
        }
        match event {
            Happened::PositionSet(mut hand) => {
                let before = hand.evidence.len();
                hand.evidence.retain(|id| !statement.contains(id));
                if hand.evidence.len() < before {
                    redacted.dropped.push(format!(
                        "entry {entry}: {} of {before} pieces of evidence for {} on {}",
                        before - hand.evidence.len(),
                        hand.party,
                        hand.issue
                    ));
                }
                redacted.to_check.push(entry.to_owned());
                Some(Happened::PositionSet(hand))
            }
            Happened::WorkRecorded(_)
            | Happened::PositionCleared(_)
            | Happened::ContradictionJudged(_)
            | Happened::RecordWithdrawn(_) => {
                redacted.to_check.push(entry.to_owned());
                Some(event)
            }
            Happened::StatementRejected(ref detail) if detail.reason.is_some() => {
                redacted.to_check.push(entry.to_owned());
                Some(event)
            }
            event => Some(event),
        }
    }
}
