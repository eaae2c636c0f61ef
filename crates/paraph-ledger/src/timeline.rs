//! What happened when.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use paraph_reading::record::{Act, EventKind, EventStatus};
use serde::Serialize;

use crate::derive::{act_word, issue_and_option};
use crate::error::Result;
use crate::ledger::Ledger;
use crate::model::{RosterParty, SourceMeta, Status, View};
use crate::position::DateRange;
use crate::query::StatementFilter;
use crate::text::mentions;

/// One line of a timeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimelineItem {
    /// The first day it can have been, if known.
    pub date: Option<Date>,
    /// The last day it can have been, if known.
    pub until: Option<Date>,
    /// What the dates come from.
    pub dated_by: DatedBy,
    /// What kind of thing it is.
    pub kind: TimelineKind,
    /// Act of a statement, kind of an event, verdict of a ruling, stance of a position, in words.
    pub label: String,
    /// Happened, claimed, denied or expected, for an event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<EventStatus>,
    /// The id of the statement, event, source or entry.
    pub id: String,
    /// The parties it is by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<String>,
    /// Who took part in an event, as the words name them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<String>,
    /// The issues it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<String>,
    /// Where an event was, as the words say it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// The source it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Whether a person has confirmed it.
    pub confirmed: bool,
    /// The words, the title or the reason.
    pub text: String,
}

/// What a date comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DatedBy {
    /// The words themselves say when.
    Words,
    /// The day the source was published.
    Publication,
    /// The day of the entry in the journal.
    Journal,
    /// Nothing says when.
    Nothing,
}

/// What kind of thing a line of a timeline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimelineKind {
    /// Somebody said something.
    Statement,
    /// Something happened, or is expected, claimed or denied.
    Event,
    /// A source was published.
    Source,
    /// A person ruled on a contradiction.
    Ruling,
    /// A person set a position by hand, or cleared one.
    Position,
}

/// Which lines of a timeline to show. Everything that is `None` or empty selects all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TimelineFilter {
    /// Only what this party says, or what one of its names takes part in.
    pub party: Option<RosterParty>,
    /// Only what is about this issue.
    pub issue: Option<String>,
    /// Only these kinds.
    pub kinds: Vec<TimelineKind>,
    /// Only events at a place whose words contain this, whatever the case of its letters.
    pub place: Option<String>,
    /// Only from this day on; undated lines are left out then.
    pub since: Option<Date>,
    /// Also what nobody has confirmed yet.
    pub with_proposed: bool,
}

impl TimelineFilter {
    fn takes(&self, item: &TimelineItem) -> bool {
        let lower = |text: &str| text.to_lowercase();
        let party = self.party.as_ref().is_none_or(|party| {
            item.parties.contains(&party.id)
                || item
                    .participants
                    .iter()
                    .any(|participant| party.names.iter().any(|name| mentions(participant, name)))
        });
        party
            && self.issue.as_ref().is_none_or(|issue| item.issues.contains(issue))
            && (self.kinds.is_empty() || self.kinds.contains(&item.kind))
            && self
                .place
                .as_ref()
                .is_none_or(|place| item.places.iter().any(|known| lower(known).contains(&lower(place))))
            && self.since.is_none_or(|since| item.until.is_some_and(|until| until >= since))
            && (self.with_proposed || item.confirmed)
    }
}

impl Ledger {
    /// Statements, events, sources, rulings and positions set by hand, the oldest first, undated ones last.
    ///
    /// A statement is dated by its own words, else by publication. An event is
    /// dated by the statement that announces or claims it, where that says
    /// when; one in the reporter's own voice happened at the latest when the
    /// source was published. `view` decides what is seen, and up to which day.
    ///
    /// # Errors
    /// `is_corrupt`, `is_busy`, `is_storage`.
    pub fn timeline(&self, view: &View, filter: &TimelineFilter) -> Result<Vec<TimelineItem>> {
        if let Some(known_at) = view.known_at {
            return self.as_known_at(known_at)?.timeline(&View { known_at: None, ..*view }, filter);
        }
        let mut items = Vec::new();
        let sources = self.sources(view.audience)?;
        let metas: BTreeMap<&str, &SourceMeta> = sources
            .iter()
            .filter(|source| !source.withdrawn)
            .map(|source| (source.id.as_str(), &source.meta))
            .collect();
        for source in sources.iter().filter(|source| !source.withdrawn) {
            items.push(TimelineItem {
                date: source.meta.published,
                until: source.meta.published,
                dated_by: if source.meta.published.is_some() {
                    DatedBy::Publication
                } else {
                    DatedBy::Nothing
                },
                kind: TimelineKind::Source,
                label: "source".to_owned(),
                standing: None,
                id: source.id.clone(),
                parties: Vec::new(),
                participants: Vec::new(),
                issues: Vec::new(),
                places: Vec::new(),
                source: None,
                confirmed: true,
                text: source.meta.title.clone().or_else(|| source.meta.publisher.clone()).unwrap_or_default(),
            });
        }
        let looked_at = [Status::Proposed, Status::Confirmed, Status::Corrected];
        let statements = self.statements(&StatementFilter {
            status: looked_at.to_vec(),
            audience: view.audience,
            ..StatementFilter::default()
        })?;
        let mut when_of = BTreeMap::new();
        for statement in &statements {
            let Some(meta) = metas.get(statement.source_id.as_str()) else { continue };
            let record = &statement.record;
            if let Some(when) = &record.when {
                when_of.insert(statement.id(), when);
            }
            // An announcement's time phrase is about what it announces.
            let when = record.when.as_ref().filter(|_| record.act != Some(Act::AnnounceEvent));
            let range = DateRange::of(when, meta.published, meta.retrieved);
            let by_words = when.is_some() && range != DateRange::of(None, meta.published, meta.retrieved);
            items.push(TimelineItem {
                date: range.first,
                until: range.last,
                dated_by: match (by_words, range.undated()) {
                    (true, _) => DatedBy::Words,
                    (false, false) => DatedBy::Publication,
                    (false, true) => DatedBy::Nothing,
                },
                kind: TimelineKind::Statement,
                label: record.act.map(act_word).unwrap_or_default(),
                standing: None,
                id: record.id.clone(),
                parties: record.party.iter().cloned().collect(),
                participants: Vec::new(),
                issues: record
                    .about
                    .iter()
                    .map(|about| issue_and_option(about).0.to_owned())
                    .collect::<BTreeSet<_>>()
                    .into_iter()
                    .collect(),
                places: Vec::new(),
                source: Some(statement.source_id.clone()),
                confirmed: statement.status.is_confirmed(),
                text: statement.words.content_line(),
            });
        }
        let parties: BTreeMap<&str, &String> = statements
            .iter()
            .filter_map(|statement| Some((statement.id(), statement.record.party.as_ref()?)))
            .collect();
        for event in self.events(&looked_at, view.audience)? {
            let Some(meta) = metas.get(event.source_id.as_str()) else { continue };
            let statement = event.record.statement.as_deref();
            let said = statement.and_then(|id| when_of.get(id)).and_then(|when| when.interval.as_ref());
            let said = said.and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
            let (date, until, dated_by) = match (said, event.record.status, meta.published) {
                (Some((first, last)), _, _) => (Some(first), Some(last), DatedBy::Words),
                (None, EventStatus::Expected, _) | (None, _, None) => (None, None, DatedBy::Nothing),
                (None, _, Some(published)) => (None, Some(published), DatedBy::Publication),
            };
            items.push(TimelineItem {
                date,
                until,
                dated_by,
                kind: TimelineKind::Event,
                label: event_word(event.record.kind),
                standing: Some(event.record.status),
                id: event.record.id.clone(),
                parties: statement
                    .and_then(|id| parties.get(id))
                    .map(|party| (*party).clone())
                    .into_iter()
                    .collect(),
                participants: event.words.participants.clone(),
                issues: Vec::new(),
                places: event.words.place.clone(),
                source: Some(event.source_id.clone()),
                confirmed: event.review.is_confirmed(),
                text: event.words.trigger.join(" … "),
            });
        }
        items.extend(self.timeline_of_decisions(view)?);
        items.retain(|item| filter.takes(item));
        // What lies after the day of the picture is left out, save what was expected by then.
        items.retain(|item| {
            item.standing == Some(EventStatus::Expected)
                || match (view.as_of, item.until) {
                    (Some(as_of), Some(until)) => until <= as_of,
                    _ => true,
                }
        });
        items.sort_by(|one, other| {
            let key = |item: &TimelineItem| {
                (item.until.is_none(), item.until, item.date, item.kind, item.id.clone())
            };
            key(one).cmp(&key(other))
        });
        Ok(items)
    }
}

/// The kind of an event as the record's JSON writes it.
fn event_word(kind: EventKind) -> String {
    match serde_json::to_value(kind) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Announced events with a day as iCalendar (RFC 5545); all others are left out.
///
/// There is no clock here, so the time stamp of each entry is midnight of the first day.
pub fn to_icalendar(items: &[TimelineItem]) -> String {
    let mut out = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//paraph//timeline//EN\r\n");
    let announced = items
        .iter()
        .filter(|item| item.kind == TimelineKind::Event && item.standing == Some(EventStatus::Expected));
    for item in announced {
        let (Some(first), Some(last)) = (item.date, item.until) else { continue };
        let day = |date: Date| format!("{:04}{:02}{:02}", date.year(), date.month(), date.day());
        let Ok(after) = last.tomorrow() else { continue };
        let who = if item.participants.is_empty() {
            String::new()
        } else {
            format!(" ({})", item.participants.join(", "))
        };
        out.push_str("BEGIN:VEVENT\r\n");
        for line in [
            format!("UID:{}@paraph", item.id),
            format!("DTSTAMP:{}T000000Z", day(first)),
            format!("DTSTART;VALUE=DATE:{}", day(first)),
            format!("DTEND;VALUE=DATE:{}", day(after)),
            format!("SUMMARY:{}", calendar_text(&format!("{}{who}", item.label))),
            format!("DESCRIPTION:{}", calendar_text(&format!("Announced: {}", item.text))),
            format!("LOCATION:{}", calendar_text(&item.places.join(", "))),
            "STATUS:TENTATIVE".to_owned(),
        ] {
            fold(&mut out, &line);
        }
        out.push_str("END:VEVENT\r\n");
    }
    out.push_str("END:VCALENDAR\r\n");
    out
}

fn calendar_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            other if other.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

/// Writes a line of at most 75 octets, continued on lines that begin with a space.
fn fold(out: &mut String, line: &str) {
    let mut width = 0;
    for character in line.chars() {
        if width + character.len_utf8() > 75 {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(character);
        width += character.len_utf8();
    }
    out.push_str("\r\n");
}
