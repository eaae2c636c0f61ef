//! ```
//! use paraph_reading::{Names, Source, SpanIndex, read};
//!
//! let text = "Norway’s foreign minister said that the talks would resume on Monday.";
//! let reading = read(&Source::new(text), &Names::default());
//! let statement = &reading.statements[0];
//! let words = SpanIndex::new(text);
//! assert_eq!(words.get(statement.source[0]), Some("Norway’s foreign minister"));
//! assert_eq!(words.get(statement.cue[0]), Some("said"));
//! assert_eq!(words.get(statement.content[0]), Some("that the talks would resume on Monday"));
//! assert_eq!(statement.party.as_deref(), Some("norway"));
//! ```
//!
//! From plain text to proposed statements: who said what, in which exact words. [`read`] takes a
//! [`Source`] and the [`Names`] that a caller knows, and gives a [`Reading`]: [`Statement`]s and
//! [`Event`]s with offsets, what the report says in its own voice, and what was left unmapped.
//! [`decode`] turns stored bytes into text, and [`SpanIndex`] turns offsets back into words.
//!
//! Rules over a lexicon of cues (`data/cues.txt`) and a gazetteer (`data/gazetteer.txt`) propose; a
//! [`tagger`] trained on the project's own corpus weighs what they propose, adds what they miss, and
//! says how sure it is.
//!
//! A reader proposes and a person decides: nothing here is true because it was read. English only.
//! No document formats, no clock, no store; weights are trained elsewhere. A speaker that cannot be
//! placed has no party, and a pronoun that could mean two people means nobody.
#![forbid(unsafe_code)]

pub mod about;
mod act;
pub mod actors;
mod attributing;
mod attribution;
mod channel;
mod contested;
mod events;
pub mod html;
mod lexicon;
mod names;
mod reader;
pub mod record;
pub mod same;
mod speaker;
pub mod spelling;
pub mod tagger;
mod text;
mod token;
mod when;

pub use jiff::civil::Date;
pub use names::{Issue, Names, Party};
pub use reader::{READER, Reader, Reading, Source, Switches, read, sentences};
pub use record::{
    Act, Event, EventKind, EventStatus, Hop, Matched, Negation, SpeakerKind, Statement, TextSpan, When,
};
pub use text::{Error, SpanIndex, decode};
