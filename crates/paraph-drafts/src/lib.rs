//! ```
//! use paraph_drafts::{ChangeKind, RelationKind, align, changes, read};
//!
//! let first = read("first", "1. The port opens within 30 days.\n2. Fees are [5/10] dinars.\n")?;
//! let second = read("second", "1. Observers arrive.\n2. The port opens within 60 days.\n3. Fees are 5 dinars.\n")?;
//!
//! let alignment = align(&first, &second, &[])?;
//! let port = &alignment.relations[1];
//! assert_eq!((port.kind, &port.old_addresses[0], &port.new_addresses[0]),
//!            (RelationKind::Changed, &"1".to_string(), &"2".to_string()));
//!
//! let change = &changes(&first, &second, &alignment, &[])[0].changes[0];
//! assert_eq!(change.kind, ChangeKind::Date);
//! assert_eq!(change.sentence, "date or period: within 30 days → within 60 days");
//! assert_eq!(first.bracket_counts().total.brackets, 1);
//! # Ok::<(), paraph_drafts::Error>(())
//! ```
//!
//! Numbered drafts as diplomats, lawyers and unions write them. The main types:
//!
//! * [`Draft`]: a text with its points, brackets and oddities, from [`read`],
//!   [`read_bytes`] or [`read_docx`]; [`clean`] resolves its brackets by choices.
//! * [`Alignment`]: what became of every point from one draft to the next, from [`align`];
//!   [`Link`]s made by hand go before what words say.
//! * [`PointChanges`]: numbers, dates, modal verbs, conditions, parties, clauses that
//!   changed in a point, from [`changes`].
//! * [`Comparison`]: any number of drafts side by side, a row a point, from [`compare`].
//! * [`DraftPackage`]: what a draft says on the issues, from [`package`] and [`propose_links`].
//!
//! What it does not do: it knows no case, no ledger and no clock; parties and issues come
//! in as words ([`PartyWords`], [`IssueWords`]). It reads English cues only; points are
//! aligned in any language. It gives no verdict on who gains by a change. It rests on
//! words: a point that says the same in wholly other words is reported as replaced, or as
//! deleted and added, until a person links it.
//!
//! All spans count Unicode scalar values of the draft's text.

#![forbid(unsafe_code)]

mod align;
mod assignment;
mod bracket;
mod change;
mod clean;
mod compare;
mod docx;
mod error;
mod issues;
mod label;
mod lexicon;
mod links;
mod read;
mod similarity;
mod text;
mod words;

pub use align::{Alignment, MOST_UNITS, Relation, RelationKind, align};
pub use bracket::{
    BracketCount, BracketCounts, Brackets, BurnDown, DEEPEST_BRACKET, Footnote, Mark, MarkKind, burn_down,
};
pub use change::{
    Change, ChangeKind, DiffKind, DiffPart, Direction, Mention, PartyWords, PointChanges, changes,
};
pub use clean::{Choice, Cleaned, Take, clean};
pub use compare::{Cell, Column, Comparison, Row, compare};
pub use docx::{docx_text, read_docx};
pub use error::Error;
pub use issues::{
    DraftPackage, IssueChoice, IssueLink, IssueWords, Match, OptionWords, Stance, package, propose_links,
};
pub use label::{Label, Ordinal, Shape};
pub use lexicon::ModalStrength;
pub use links::{Link, read_links, write_links};
pub use read::{
    DEEPEST_NESTING, Draft, FrontMatter, LARGEST_DRAFT, NewPoint, Point, PointKind, compose, read, read_bytes,
};
pub use text::{Diagnostic, Severity, Span};
