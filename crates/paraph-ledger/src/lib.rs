//! ledger
#![forbid(unsafe_code)]

mod derive;
mod error;
mod ids;
mod image;
mod journal;
mod jsonl;
mod ledger;
mod matrix;
mod model;
mod position;
mod query;
mod store;
mod text;

pub use error::{Error, Result};
pub use journal::EntryKind;
pub use ledger::{Added, Ledger, Proposal, Proposed, files, source_id};
pub use matrix::{
    Beside, BesideKind, Cell, CellStatus, Contested, Contradiction, HandMark, HistoryItem, Matrix, Reading,
    Silence,
};
pub use model::{
    Anchor, Audience, Conversation, Correction, Extractor, Grade, HandPosition, Handling, Link, NewSource,
    Note, Relation, Roster, RosterIssue, RosterParty, Ruling, Setting, Source, SourceMeta, Stamp, Stance,
    Status, StoredStatement, Verdict, View,
};
pub use query::{Counts, Found, LogLine, Receipt, StatementFilter};
pub use store::{JOURNAL_FILE, LEDGER_FILE};
pub use text::Words;
