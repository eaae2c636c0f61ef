//! A ledger for one negotiation: sources as received, who said what in them,
//! what people decided about it, and which positions follow.
//!
//! ```
//! use jiff::Timestamp;
//! use paraph_ledger::{Ledger, NewSource, Roster, RosterIssue, RosterParty, Setting, SourceMeta, Stamp, Stance, View};
//! use paraph_reading::record::Statement;
//!
//! let mut ledger = Ledger::in_memory()?;
//! let stamp = Stamp::new("Ana", "2025-11-22T10:00:00Z".parse::<Timestamp>().unwrap());
//!
//! // A report comes in, byte for byte, and a reader proposes what it found in it.
//! let report = NewSource::plain_text(b"North rejects joint patrols.", SourceMeta::default());
//! let source = ledger.add_source(&stamp, &report)?.id;
//! let record: Statement = serde_json::from_str(
//!     r#"{"id": "m2c7", "source": [[0, 5]], "cue": [[6, 13]], "content": [[14, 27]], "party": "north",
//!         "act": "reject", "about": ["patrols = joint"], "reader": "example"}"#,
//! ).unwrap();
//! ledger.propose(&stamp, &source, &[record])?;
//!
//! // Until a person confirms that the words say so, nothing follows from them.
//! let roster = Roster {
//!     parties: vec![RosterParty::new("north"), RosterParty::new("south")],
//!     issues: vec![RosterIssue::new("patrols", ["none", "observers", "joint"])],
//! };
//! assert_eq!(ledger.positions(&roster, &View::default())?.cells[0].stance, Stance::NoRecord);
//! ledger.confirm(&stamp, &["m2"])?;
//! let matrix = ledger.positions(&roster, &View::default())?;
//! let cell = matrix.cell("north", "patrols", Setting::Public).unwrap();
//! assert_eq!((cell.stance, cell.options.as_slice()), (Stance::Rejects, ["joint".to_owned()].as_slice()));
//! assert_eq!(matrix.silences()[0].to_string(), "no record in 1 source");
//!
//! // The journal holds everything, chained; the receipt, kept elsewhere, proves it complete.
//! assert!(ledger.verify()?.holds());
//! let elsewhere = ledger.export_journal()?;
//! let mut copy = Ledger::in_memory()?;
//! copy.import_journal(&elsewhere)?;
//! assert_eq!(copy.receipt()?, ledger.receipt()?);
//! # Ok::<(), paraph_ledger::Error>(())
//! ```
//!
//! The main types: [`Ledger`] is the store and everything one can do with it;
//! [`Stamp`] says who acts and when; [`StoredStatement`] is a reader's record
//! with what people made of it; [`View`] chooses as of which day, as known at
//! which time and for whom; [`Matrix`] is what follows.
//!
//! # What it promises
//! - What an action reports as done is on disk (one transaction each, synced).
//! - Nothing is deleted but by a shred; everything else is a new entry.
//! - The current tables follow from the journal alone, and can be derived again at any time.
//! - A statement's words stand where it says, or it is called an orphan. Nothing is moved.
//! - The same journal gives the same bytes: no clock, no order of a hash table, no random number shows in a result.
//!
//! # What it does not do
//! It does not read texts (it takes statements from whoever proposes them), it
//! knows no case beyond ids of parties and issues, it judges no claim, and it
//! does not keep secrets from whoever holds the file: `handling` decides what
//! a result shows, not who can open `ledger.db`.
#![forbid(unsafe_code)]

mod bulk;
mod cells;
mod changes;
mod decisions;
mod derive;
mod earlier;
mod error;
mod exchange;
pub mod front_matter;
mod ids;
mod image;
mod journal;
mod jsonl;
mod ledger;
mod matrix;
mod merge;
mod model;
mod network;
mod picture;
mod position;
mod query;
mod queues;
mod redact;
mod same;
mod shred;
mod store;
mod synced;
mod text;
mod timeline;
mod verify;
mod voice;
mod work;

pub use changes::{CellChange, ChangeKind};
pub use error::{Error, Result};
pub use exchange::{
    BRAT_CONFIGURATION, BratDocument, BratFile, ImportReport, statements_datapackage, text_fragment_link,
};
pub use journal::EntryKind;
pub use ledger::{Added, AddedReading, Ledger, NewReading, Proposal, Proposed, files, source_id};
pub use matrix::{
    Beside, BesideKind, Cell, CellStatus, Contested, Contradiction, HandMark, HistoryItem, MOST_BESIDE,
    Matrix, Reading, Silence,
};
pub use merge::{Conflict, ConflictKind, MergeReport, Side};
pub use model::{
    Anchor, Audience, Conversation, Correction, Extractor, Grade, HandPosition, Handling, Link, NewSource,
    Note, Relation, Roster, RosterIssue, RosterParty, Ruling, Setting, Source, SourceMeta, Stamp, Stance,
    Status, StoredStatement, Verdict, View,
};
pub use network::{Edge, EdgeKind, Network, to_graphml};
pub use query::{By, Counts, Found, LogLine, Order, Receipt, StatementFilter, Tally};
pub use queues::{ContestedClaim, Queues, RulingLine};
pub use redact::{Redacted, Redaction};
pub use same::{Groups, Twins};
pub use shred::Shredded;
pub use store::{JOURNAL_FILE, LEDGER_FILE};
pub use synced::synced_by;
pub use text::{EventWords, Words};
pub use timeline::{DatedBy, TimelineFilter, TimelineItem, TimelineKind, TimelinePage, to_icalendar};
pub use verify::{ReceiptCheck, Verification};
pub use work::{
    Concern, Contribution, ContributionKind, DraftPoint, Fate, Initials, NamesJudged, PointNote, PointStatus,
    Settlement, Work, WorkEntry,
};
