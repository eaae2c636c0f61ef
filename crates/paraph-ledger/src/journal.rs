//! Entries of the journal, and the chain that holds them together.
//!
//! An entry's payload is sealed by a *salted digest*,
//! `digest = BLAKE3(domain, salt, payload)`, and the chain runs over digests:
//! `hash = BLAKE3(domain, previous hash, action, kind, author, time, digest)`,
//! every part preceded by its length. So a shred can destroy payload and salt
//! (without the salt the digest of guessed words cannot be compared) while
//! the chain still verifies.

use std::sync::LazyLock;

use jiff::Timestamp;
use paraph_reading::record::Statement;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::ids::{ID_LENGTH, base32};
use crate::model::{Correction, Extractor, HandPosition, Link, Ruling, SourceMeta, words_of};
use crate::text::{EventWords, Words};
use crate::work::Work;

/// BLAKE3 key derivation contexts: they keep the two uses of the hash apart.
const DIGEST_CONTEXT: &str = "paraph ledger 2025 journal entry payload digest, version 1";
const CHAIN_CONTEXT: &str = "paraph ledger 2025 journal chain, version 1";

/// The hash before the first entry.
pub(crate) const GENESIS: [u8; 32] = [0; 32];

/// How many bytes of salt each entry has.
pub(crate) const SALT_LENGTH: usize = 16;

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// A source came in.
    SourceAdded,
    /// What is known about a source changed.
    SourceDescribed,
    /// The text of a source was extracted anew.
    SourceExtracted,
    /// A reader or a person proposed a statement.
    StatementProposed,
    /// A person confirmed a statement.
    StatementConfirmed,
    /// A person corrected a statement.
    StatementCorrected,
    /// A person rejected a statement.
    StatementRejected,
    /// A reader or a person proposed an event.
    EventProposed,
    /// A person confirmed an event.
    EventConfirmed,
    /// A person rejected an event.
    EventRejected,
    /// A person set a position.
    PositionSet,
    /// A person took a position set by hand away.
    PositionCleared,
    /// A person ruled on a contradiction.
    ContradictionJudged,
    /// A link was made.
    LinkMade,
    /// Something about the work on the text was recorded.
    WorkRecorded,
    /// A source or a statement was taken back.
    RecordWithdrawn,
    /// An action was undone.
    Undone,
    /// Another ledger of the same case was joined in.
    Merged,
    /// Payload and salt of earlier entries were destroyed.
    Shredded,
}
words_of!(
    EntryKind, "kind of entry",
    EntryKind::SourceAdded => "source-added",
    EntryKind::SourceDescribed => "source-described",
    EntryKind::SourceExtracted => "source-extracted",
    EntryKind::StatementProposed => "statement-proposed",
    EntryKind::StatementConfirmed => "statement-confirmed",
    EntryKind::StatementCorrected => "statement-corrected",
    EntryKind::StatementRejected => "statement-rejected",
    EntryKind::EventProposed => "event-proposed",
    EntryKind::EventConfirmed => "event-confirmed",
    EntryKind::EventRejected => "event-rejected",
    EntryKind::PositionSet => "position-set",
    EntryKind::PositionCleared => "position-cleared",
    EntryKind::ContradictionJudged => "contradiction-judged",
    EntryKind::LinkMade => "link-made",
    EntryKind::WorkRecorded => "work-recorded",
    EntryKind::RecordWithdrawn => "record-withdrawn",
    EntryKind::Undone => "undone",
    EntryKind::Merged => "merged",
    EntryKind::Shredded => "shredded",
);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceAdded {
    pub(crate) source: String,
    /// Hexadecimal BLAKE3 of the original bytes.
    pub(crate) original: String,
    /// Hexadecimal BLAKE3 of the extracted text; the same as `original` for plain text.
    pub(crate) text: String,
    pub(crate) bytes: u64,
    pub(crate) extractor: Extractor,
    pub(crate) meta: SourceMeta,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceDescribed {
    pub(crate) source: String,
    pub(crate) meta: SourceMeta,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceExtracted {
    pub(crate) source: String,
    pub(crate) text: String,
    pub(crate) extractor: Extractor,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatementProposed {
    pub(crate) source: String,
    pub(crate) record: Statement,
    pub(crate) words: Words,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatementDecided {
    pub(crate) statement: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatementCorrected {
    pub(crate) statement: String,
    pub(crate) patch: Correction,
    /// The words of the corrected spans, when the patch moves any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) words: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventProposed {
    pub(crate) source: String,
    pub(crate) record: paraph_reading::record::Event,
    pub(crate) words: EventWords,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventDecided {
    pub(crate) event: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PositionCleared {
    pub(crate) party: String,
    pub(crate) issue: String,
    pub(crate) setting: crate::model::Setting,
    pub(crate) reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordWithdrawn {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) statement: Option<String>,
    pub(crate) reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Undone {
    /// The id of the first entry of the action.
    pub(crate) action: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Merged {
    /// The other journal's head, in hexadecimal.
    pub(crate) head: String,
    /// How many of them were new: they follow this entry directly.
    pub(crate) new: u64,
    /// Every entry of the other journal, by id, in its own order.
    pub(crate) entries: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shredded {
    /// The entries whose payload and salt were destroyed.
    pub(crate) entries: Vec<String>,
    pub(crate) reason: String,
}

/// What happened, with its details.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Happened {
    SourceAdded(SourceAdded),
    SourceDescribed(SourceDescribed),
    SourceExtracted(SourceExtracted),
    StatementProposed(Box<StatementProposed>),
    StatementConfirmed(StatementDecided),
    StatementCorrected(StatementCorrected),
    StatementRejected(StatementDecided),
    EventProposed(Box<EventProposed>),
    EventConfirmed(EventDecided),
    EventRejected(EventDecided),
    PositionSet(HandPosition),
    PositionCleared(PositionCleared),
    ContradictionJudged(Ruling),
    LinkMade(Link),
    WorkRecorded(Box<Work>),
    RecordWithdrawn(RecordWithdrawn),
    Undone(Undone),
    Merged(Merged),
    Shredded(Shredded),
}

impl Happened {
    pub(crate) fn kind(&self) -> EntryKind {
        match self {
            Happened::SourceAdded(_) => EntryKind::SourceAdded,
            Happened::SourceDescribed(_) => EntryKind::SourceDescribed,
            Happened::SourceExtracted(_) => EntryKind::SourceExtracted,
            Happened::StatementProposed(_) => EntryKind::StatementProposed,
            Happened::StatementConfirmed(_) => EntryKind::StatementConfirmed,
            Happened::StatementCorrected(_) => EntryKind::StatementCorrected,
            Happened::StatementRejected(_) => EntryKind::StatementRejected,
            Happened::EventProposed(_) => EntryKind::EventProposed,
            Happened::EventConfirmed(_) => EntryKind::EventConfirmed,
            Happened::EventRejected(_) => EntryKind::EventRejected,
            Happened::PositionSet(_) => EntryKind::PositionSet,
            Happened::PositionCleared(_) => EntryKind::PositionCleared,
            Happened::ContradictionJudged(_) => EntryKind::ContradictionJudged,
            Happened::LinkMade(_) => EntryKind::LinkMade,
            Happened::WorkRecorded(_) => EntryKind::WorkRecorded,
            Happened::RecordWithdrawn(_) => EntryKind::RecordWithdrawn,
            Happened::Undone(_) => EntryKind::Undone,
            Happened::Merged(_) => EntryKind::Merged,
            Happened::Shredded(_) => EntryKind::Shredded,
        }
    }

    pub(crate) fn payload(&self) -> Result<String> {
        match self {
            Happened::SourceAdded(detail) => serde_json::to_string(detail),
            Happened::SourceDescribed(detail) => serde_json::to_string(detail),
            Happened::SourceExtracted(detail) => serde_json::to_string(detail),
            Happened::StatementProposed(detail) => serde_json::to_string(detail),
            Happened::StatementConfirmed(detail) | Happened::StatementRejected(detail) => {
                serde_json::to_string(detail)
            }
            Happened::StatementCorrected(detail) => serde_json::to_string(detail),
            Happened::EventProposed(detail) => serde_json::to_string(detail),
            Happened::EventConfirmed(detail) | Happened::EventRejected(detail) => {
                serde_json::to_string(detail)
            }
            Happened::PositionSet(detail) => serde_json::to_string(detail),
            Happened::PositionCleared(detail) => serde_json::to_string(detail),
            Happened::ContradictionJudged(detail) => serde_json::to_string(detail),
            Happened::LinkMade(detail) => serde_json::to_string(detail),
            Happened::WorkRecorded(detail) => serde_json::to_string(detail),
            Happened::RecordWithdrawn(detail) => serde_json::to_string(detail),
            Happened::Undone(detail) => serde_json::to_string(detail),
            Happened::Merged(detail) => serde_json::to_string(detail),
            Happened::Shredded(detail) => serde_json::to_string(detail),
        }
        .map_err(|error| Error::invalid("the record cannot be written as JSON").because(error))
    }

    pub(crate) fn parse(kind: EntryKind, payload: &str) -> Result<Happened> {
        fn read<'a, T: Deserialize<'a>>(payload: &'a str) -> Result<T, serde_json::Error> {
            serde_json::from_str(payload)
        }
        let parsed = match kind {
            EntryKind::SourceAdded => read(payload).map(Happened::SourceAdded),
            EntryKind::SourceDescribed => read(payload).map(Happened::SourceDescribed),
            EntryKind::SourceExtracted => read(payload).map(Happened::SourceExtracted),
            EntryKind::StatementProposed => read(payload).map(Happened::StatementProposed),
            EntryKind::StatementConfirmed => read(payload).map(Happened::StatementConfirmed),
            EntryKind::StatementCorrected => read(payload).map(Happened::StatementCorrected),
            EntryKind::StatementRejected => read(payload).map(Happened::StatementRejected),
            EntryKind::EventProposed => read(payload).map(Happened::EventProposed),
            EntryKind::EventConfirmed => read(payload).map(Happened::EventConfirmed),
            EntryKind::EventRejected => read(payload).map(Happened::EventRejected),
            EntryKind::PositionSet => read(payload).map(Happened::PositionSet),
            EntryKind::PositionCleared => read(payload).map(Happened::PositionCleared),
            EntryKind::ContradictionJudged => read(payload).map(Happened::ContradictionJudged),
            EntryKind::LinkMade => read(payload).map(Happened::LinkMade),
            EntryKind::WorkRecorded => read(payload).map(Happened::WorkRecorded),
            EntryKind::RecordWithdrawn => read(payload).map(Happened::RecordWithdrawn),
            EntryKind::Undone => read(payload).map(Happened::Undone),
            EntryKind::Merged => read(payload).map(Happened::Merged),
            EntryKind::Shredded => read(payload).map(Happened::Shredded),
        };
        parsed.map_err(|error| {
            Error::corrupt(format!("the details of a `{kind}` entry cannot be read ({error})")).because(error)
        })
    }

    /// The contents (by hexadecimal hash) that this entry brings along.
    pub(crate) fn contents(&self) -> Vec<&str> {
        match self {
            Happened::SourceAdded(added) if added.text == added.original => vec![&added.original],
            Happened::SourceAdded(added) => vec![&added.original, &added.text],
            Happened::SourceExtracted(extracted) => vec![&extracted.text],
            _ => Vec::new(),
        }
    }
}

/// One entry of the journal as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) id: String,
    /// The id of the first entry of the same human action, unless this is it.
    pub(crate) action: Option<String>,
    pub(crate) kind: EntryKind,
    pub(crate) author: String,
    pub(crate) time: Timestamp,
    /// Payload and salt; nothing once shredded.
    pub(crate) sealed: Option<Sealed>,
    pub(crate) digest: [u8; 32],
    pub(crate) hash: [u8; 32],
}

/// What a shred destroys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) payload: String,
    pub(crate) salt: [u8; SALT_LENGTH],
}

/// Hashers with their keys derived once: an import needs two of them for every entry.
static DIGEST: LazyLock<blake3::Hasher> = LazyLock::new(|| blake3::Hasher::new_derive_key(DIGEST_CONTEXT));
static CHAIN: LazyLock<blake3::Hasher> = LazyLock::new(|| blake3::Hasher::new_derive_key(CHAIN_CONTEXT));

impl Sealed {
    pub(crate) fn digest(&self) -> [u8; 32] {
        let mut hasher = DIGEST.clone();
        hasher.update(&self.salt);
        hasher.update(self.payload.as_bytes());
        *hasher.finalize().as_bytes()
    }
}

impl Entry {
    /// The id of the human action this entry belongs to.
    pub(crate) fn action_id(&self) -> &str {
        self.action.as_deref().unwrap_or(&self.id)
    }

    /// The event, or nothing once shredded.
    pub(crate) fn event(&self) -> Result<Option<Happened>> {
        match &self.sealed {
            None => Ok(None),
            Some(sealed) => Happened::parse(self.kind, &sealed.payload).map(Some),
        }
    }

    /// Checks that the entry's own parts fit together and that it follows `previous`.
    pub(crate) fn check(&self, previous: &[u8; 32]) -> Result<()> {
        if let Some(sealed) = &self.sealed
            && sealed.digest() != self.digest
        {
            return Err(Error::corrupt(format!(
                "entry {}: its details are not those that were sealed",
                self.id
            )));
        }
        if self.id != entry_id(&self.digest) {
            return Err(Error::corrupt(format!("entry {}: its id does not follow from its digest", self.id)));
        }
        let expected = chain(
            previous,
            self.action.as_deref(),
            self.kind,
            &self.author,
            &self.time.to_string(),
            &self.digest,
        );
        if expected != self.hash {
            return Err(Error::corrupt(format!("entry {}: the chain breaks here", self.id)));
        }
        Ok(())
    }
}

pub(crate) fn entry_id(digest: &[u8; 32]) -> String {
    base32(digest, ID_LENGTH)
}

pub(crate) fn chain(
    previous: &[u8; 32],
    action: Option<&str>,
    kind: EntryKind,
    author: &str,
    time: &str,
    digest: &[u8; 32],
) -> [u8; 32] {
    let mut hasher = CHAIN.clone();
    hasher.update(previous);
    for part in [action.unwrap_or(""), kind.as_str(), author, time] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.update(digest);
    *hasher.finalize().as_bytes()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

pub(crate) fn unhex<const LENGTH: usize>(text: &str) -> Result<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    let fits =
        text.len() == 2 * LENGTH && data_encoding::HEXLOWER.decode_mut(text.as_bytes(), &mut bytes).is_ok();
    fits.then_some(bytes)
        .ok_or_else(|| Error::corrupt(format!("`{text}` is not {LENGTH} bytes in lower-case hexadecimal")))
}
