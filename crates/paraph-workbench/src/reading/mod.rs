//! From files to the ledger: each report becomes text, the text is read, and what was found is proposed.
//!
//! ```
//! use paraph_ledger::{Ledger, Stamp};
//! use paraph_reading::{Names, Reader};
//! use paraph_workbench::reading::{Defaults, Engine, Intake, Received};
//!
//! let mut ledger = Ledger::in_memory()?;
//! let stamp = Stamp::new("Ana", "2031-03-04T10:00:00Z".parse().unwrap());
//! let reader = Reader::new(&Names::default());
//! let mut intake = Intake::new(&mut ledger, &stamp, Engine::BuiltIn(&reader), Defaults::default())?;
//! let words = b"The crews said that they would not sail before Monday.";
//! intake.take(vec![Received { name: "ferries.txt".to_owned(), bytes: Ok(words.to_vec()) }])?;
//! let summary = intake.finish()?;
//! assert_eq!(summary.stored[0].proposed, 1);
//! # Ok::<(), paraph_workbench::Failure>(())
//! ```
//!
//! [`Report`] is one file made ready, [`Intake`] takes many in, and [`read_folder`] does so with a case's
//! reports, in parallel and in batches, so that memory does not grow with their number.

mod compare;
mod outside;
mod report;
mod same;

pub use compare::{Comparison, Pair, compare};
pub use outside::{Answered, Outside, OutsideReader, Question};
pub(crate) use report::body;
pub use report::{Defaults, ENDINGS, Report, how_to_convert, read_text};

use crate::failure::{Failure, Outcome};
use crate::folder;
use paraph_analysis::Monitor;
use paraph_ledger::{Ledger, NewReading, NewSource, Stamp, source_id};
use paraph_reading::{Reader, Reading};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::Path;

/// How the names of built-in readers begin, whatever their version and weights.
const BUILT_IN: [&str; 2] = ["built-in ", "rules "];

/// At most so many reports are in hand at once.
const BATCH: usize = 64;
/// And not many more bytes than these, unless one report alone has more.
const BATCH_BYTES: u64 = 8 << 20;

/// What became of one report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stored {
    /// The name of its file.
    pub report: String,
    /// Its source in the ledger.
    pub source: String,
    /// False when it was read before, and nothing was done.
    pub new: bool,
    /// How many statements were proposed.
    pub proposed: usize,
    /// How many events were proposed.
    pub events: usize,
    /// How many sentences look attributed and were not understood.
    pub unmapped: usize,
    /// Its day of publication, if it is known.
    pub date: Option<String>,
}

/// A report that could not be read; the others were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The name of its file.
    pub report: String,
    /// Why, in a sentence.
    pub why: String,
    /// Whether its name says that it is a report; other files merely lie beside the reports.
    pub report_file: bool,
}

/// What became of all reports.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Summary {
    /// The reports that are in the ledger, in the order they were given.
    pub stored: Vec<Stored>,
    /// Those that could not be read.
    pub refused: Vec<Refused>,
    /// How many statements were linked to the same statement in an earlier report.
    pub linked: usize,
    /// What was left out or not understood, in sentences.
    pub remarks: Vec<String>,
    /// Somebody asked to stop before all were read; what is listed was stored.
    pub stopped: bool,
}

/// A file on its way in: its name, and its bytes or why they could not be had.
#[derive(Debug)]
pub struct Received {
    /// The name, with the ending that says what it is.
    pub name: String,
    /// The bytes.
    pub bytes: Outcome<Vec<u8>>,
}

/// What reads.
#[derive(Debug)]
pub enum Engine<'a> {
    /// The built-in reader, in parallel.
    BuiltIn(&'a Reader),
    /// An outside reader, one report after the other.
    Outside(&'a mut OutsideReader),
}

/// Takes reports in, batch by batch.
pub struct Intake<'a> {
    ledger: &'a mut Ledger,
    stamp: &'a Stamp,
    engine: Engine<'a>,
    defaults: Defaults,
    known: BTreeSet<String>,
    fresh: same::Fresh,
    summary: Summary,
}

impl std::fmt::Debug for Intake<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Intake").field("summary", &self.summary).finish_non_exhaustive()
    }
}

/// A report that was read and is not stored yet.
struct Ready {
    name: String,
    bytes: Vec<u8>,
    report: Report,
    reading: Reading,
}

enum Step {
    Ready(Box<Ready>),
    Before { name: String, source: String },
    Refused(Refused),
}

impl<'a> Intake<'a> {
    /// Gets ready to take reports in.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn new(
        ledger: &'a mut Ledger,
        stamp: &'a Stamp,
        engine: Engine<'a>,
        defaults: Defaults,
    ) -> Outcome<Self> {
        // What a person or another reader found in a report does not keep this one from reading it.
        let mut known = BTreeSet::new();
        match &engine {
            Engine::BuiltIn(_) => {
                for name in BUILT_IN {
                    known.extend(ledger.sources_read_by(name)?);
                }
            }
            Engine::Outside(outside) => known = ledger.sources_read_by(outside.name())?,
        }
        let (fresh, summary) = Default::default();
        Ok(Intake { ledger, stamp, engine, defaults, known, fresh, summary })
    }

    /// Reads some reports in parallel and stores what was found in one action. A report that cannot be read
    /// is noted in the summary and keeps no other from being stored; one whose bytes were read before adds nothing.
    ///
    /// # Errors
    /// When the ledger cannot be written; nothing of these reports is stored then.
    pub fn take(&mut self, received: Vec<Received>) -> Outcome<()> {
        let (defaults, known) = (&self.defaults, &self.known);
        let steps: Vec<Step> = match &mut self.engine {
            Engine::BuiltIn(reader) => {
                let read = |_: &str, report: &mut Report| Ok(report.read(reader));
                received.into_par_iter().map(|received| step(received, read, defaults, known)).collect()
            }
            Engine::Outside(outside) => received
                .into_iter()
                .map(|received| {
                    let read = |name: &str, report: &mut Report| {
                        let answered = outside.read(name, report)?;
                        report.remarks.extend(answered.remark(name, outside.name()));
                        Ok(answered.reading)
                    };
                    step(received, read, defaults, known)
                })
                .collect(),
        };
        let ready = |step: &Step| matches!(step, Step::Ready(_));
        let readings: Vec<NewReading<'_>> = steps
            .iter()
            .filter_map(|step| match step {
                Step::Ready(ready) => Some(NewReading {
                    source: NewSource {
                        bytes: &ready.bytes,
                        text: Some(&ready.report.text),
                        extractor: ready.report.extractor.clone(),
                        meta: ready.report.meta.clone(),
                    },
                    statements: &ready.reading.statements,
                    events: &ready.reading.events,
                }),
                Step::Before { .. } | Step::Refused(_) => None,
            })
            .collect();
        let added = if steps.iter().any(ready) {
            self.ledger.add_readings(self.stamp, &readings)?
        } else {
            Vec::new()
        };
        drop(readings);
        let mut added = added.into_iter();
        for step in steps {
            match step {
                Step::Refused(refused) => self.summary.refused.push(refused),
                Step::Before { name, source } => self.summary.stored.push(Stored {
                    report: name,
                    source,
                    new: false,
                    proposed: 0,
                    events: 0,
                    unmapped: 0,
                    date: None,
                }),
                Step::Ready(ready) => {
                    let Some(added) = added.next() else { continue };
                    let day = ready.report.meta.published;
                    self.fresh.note(
                        &added.source.id,
                        &ready.report.text,
                        day,
                        &ready.reading.statements,
                        &added.statements.added,
                    );
                    self.known.insert(added.source.id.clone());
                    self.summary.remarks.extend(ready.report.remarks);
                    self.summary.stored.push(Stored {
                        report: ready.name,
                        source: added.source.id,
                        new: added.source.new || !added.statements.added.is_empty(),
                        proposed: added.statements.added.len(),
                        events: added.events.added.len(),
                        unmapped: ready.reading.unmapped.len(),
                        date: day.map(|day| day.to_string()),
                    });
                }
            }
        }
        Ok(())
    }

    /// Links statements that are the same as one in an earlier report, in one action, and says what became
    /// of everything.
    ///
    /// # Errors
    /// When the ledger cannot be read or written; the reports are stored all the same.
    pub fn finish(mut self) -> Outcome<Summary> {
        self.summary.linked = self.fresh.link(self.ledger, self.stamp)?;
        Ok(self.summary)
    }
}

fn step(
    received: Received,
    read: impl FnOnce(&str, &mut Report) -> Outcome<Reading>,
    defaults: &Defaults,
    known: &BTreeSet<String>,
) -> Step {
    let Received { name, bytes } = received;
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(failure) => return Step::Refused(refused(name, &failure)),
    };
    let source = source_id(&bytes);
    if known.contains(&source) {
        return Step::Before { name, source };
    }
    let ready = Report::open(&name, &bytes, defaults).and_then(|mut report| {
        let reading = read(&name, &mut report)?;
        Ok((report, reading))
    });
    match ready {
        Ok((report, reading)) => Step::Ready(Box::new(Ready { name, bytes, report, reading })),
        Err(failure) => Step::Refused(refused(name, &failure)),
    }
}

fn refused(report: String, failure: &Failure) -> Refused {
    let hints: Vec<String> = failure.hints().iter().map(|hint| format!(" ({hint})")).collect();
    Refused { report, why: format!("{failure}{}", hints.concat()), report_file: true }
}

/// Reads every report of a case's folder into its ledger.
///
/// Reports are read in parallel and stored in batches of one action each, in the order of their names; the
/// monitor counts them and can ask to stop after a batch. Memory is that of one batch and some hundred bytes
/// for each statement. Running it again adds nothing twice.
///
/// # Errors
/// When the folder cannot be listed, or the ledger cannot be written; what was stored before stays.
pub fn read_folder(
    place: &Path,
    ledger: &mut Ledger,
    stamp: &Stamp,
    engine: Engine<'_>,
    defaults: Defaults,
    monitor: &Monitor,
) -> Outcome<Summary> {
    let (reports, others) = folder::reports(place)?;
    let mut intake = Intake::new(ledger, stamp, engine, defaults)?;
    monitor.begin("reading reports", reports.len() as u64);
    let mut rest = &reports[..];
    while !rest.is_empty() && !monitor.stopped() {
        let mut size = 0;
        let count = rest
            .iter()
            .take(BATCH)
            .take_while(|report| {
                // A file that cannot be looked at says so when it is read.
                let fits = size < BATCH_BYTES;
                size += std::fs::metadata(&report.path).map_or(0, |data| data.len());
                fits
            })
            .count()
            .max(1);
        let (batch, after) = rest.split_at(count);
        rest = after;
        let received: Vec<Received> = batch
            .par_iter()
            .map(|report| Received { name: report.name.clone(), bytes: report.bytes() })
            .collect();
        intake.take(received)?;
        monitor.advance(count as u64);
    }
    intake.summary.stopped = !rest.is_empty();
    intake.summary.refused.extend(others.into_iter().map(|name| {
        let ending = Path::new(&name).extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let why = format!("{name}: {}", how_to_convert(ending.as_deref().unwrap_or_default()));
        Refused { report: name, why, report_file: false }
    }));
    monitor.begin("comparing statements", 0);
    intake.finish()
}
