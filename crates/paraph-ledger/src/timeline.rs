//! What happened when.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use paraph_reading::record::{Act, EventKind, EventStatus};
use serde::Serialize;

use crate::derive::{act_word, issue_and_option};
use crate::error::Result;
use crate::ledger::Ledger;
use crate::model::{RosterParty, Source, SourceMeta, Status, StoredEvent, StoredStatement, View};
use crate::position::DateRange;
use crate::query::{STATEMENT_COLUMNS, StatementFilter, fates, read_statement};
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
    fn wants(&self, kind: TimelineKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// The fates of the statements and events that it selects.
    fn fates(&self) -> Vec<Status> {
        let looked_at = [Status::Confirmed, Status::Corrected, Status::Proposed];
        looked_at[..if self.with_proposed { 3 } else { 2 }].to_vec()
    }

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
            && self.wants(item.kind)
            && self
                .place
                .as_ref()
                .is_none_or(|place| item.places.iter().any(|known| lower(known).contains(&lower(place))))
            && self.since.is_none_or(|since| item.until.is_some_and(|until| until >= since))
            && (self.with_proposed || item.confirmed)
    }
}

/// Some lines of a timeline, the latest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimelinePage {
    /// The lines.
    pub items: Vec<TimelineItem>,
    /// Whether there are more behind them.
    pub more: bool,
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
        let sources = self.sources(view.audience)?;
        let metas = metas(&sources);
        let mut items = self.lines_beside_statements(view, filter, &metas)?;
        if filter.wants(TimelineKind::Statement) {
            let statements = self.statements(&StatementFilter {
                status: filter.fates(),
                audience: view.audience,
                ..StatementFilter::default()
            })?;
            for statement in &statements {
                let Some(meta) = metas.get(statement.source_id.as_str()) else { continue };
                items.push(statement_line(statement, meta));
            }
        }
        items.retain(|item| filter.takes(item) && by(item, view));
        items.sort_by(in_time);
        Ok(items)
    }

    /// Some lines of [`Ledger::timeline`], the latest first and the undated ones last: `limit` of them behind the
    /// first `skip`.
    ///
    /// No words are later than their source, so that sources are read from the latest back, and only until there are
    /// enough lines: besides all sources' descriptions and all events that the filter selects, a page costs what lies
    /// before its end, and everything that stands in sources without a day.
    ///
    /// # Errors
    /// As for [`Ledger::timeline`].
    pub fn timeline_page(
        &self,
        view: &View,
        filter: &TimelineFilter,
        skip: usize,
        limit: usize,
    ) -> Result<TimelinePage> {
        if let Some(known_at) = view.known_at {
            let view = View { known_at: None, ..*view };
            return self.as_known_at(known_at)?.timeline_page(&view, filter, skip, limit);
        }
        let sources = self.sources(view.audience)?;
        let metas = metas(&sources);
        let mut items = self.lines_beside_statements(view, filter, &metas)?;
        items.retain(|item| filter.takes(item) && by(item, view));
        // Lines that are not later than the sources still to be read, by their days.
        let mut open: BTreeMap<Date, usize> = BTreeMap::new();
        for until in items.iter().filter_map(|item| item.until) {
            *open.entry(until).or_default() += 1;
        }
        let enough = skip.saturating_add(limit).saturating_add(1);
        let mut settled = 0;
        let mut order: Vec<(&str, &SourceMeta)> = metas.iter().map(|(id, meta)| (*id, *meta)).collect();
        // Sources without a day first: their words may be of any day.
        order.sort_by_key(|(_, meta)| (meta.published.is_some(), std::cmp::Reverse(meta.published)));
        // Words of a statement name no place.
        let reads = filter.wants(TimelineKind::Statement) && filter.place.is_none();
        for (id, meta) in order.into_iter().filter(|_| reads) {
            if let Some(published) = meta.published {
                while let Some(latest) = open.last_entry().filter(|latest| *latest.key() > published) {
                    settled += latest.remove();
                }
                if settled >= enough || filter.since.is_some_and(|since| published < since) {
                    break;
                }
            }
            for statement in self.statements_for_timeline(id, filter)? {
                let item = statement_line(&statement, meta);
                if filter.takes(&item) && by(&item, view) {
                    if let Some(until) = item.until {
                        *open.entry(until).or_default() += 1;
                    }
                    items.push(item);
                }
            }
        }
        self.store.still_the_same()?;
        items.sort_by(in_time);
        let undated = items.split_off(items.partition_point(|item| item.until.is_some()));
        let mut rest = items.into_iter().rev().chain(undated).skip(skip);
        let items = rest.by_ref().take(limit).collect();
        Ok(TimelinePage { items, more: rest.next().is_some() })
    }

    /// The statements of a source that a filter of lines may select: no fewer than it does.
    fn statements_for_timeline(&self, source: &str, filter: &TimelineFilter) -> Result<Vec<StoredStatement>> {
        let mut query = self.connection().prepare_cached(&format!(
            "SELECT {STATEMENT_COLUMNS} FROM statement
             WHERE statement.source = ?1 AND {} AND (?2 IS NULL OR statement.party = ?2)
               AND (?3 IS NULL OR EXISTS (SELECT 1 FROM about WHERE issue = ?3 AND statement = statement.position))
             ORDER BY statement.position",
            fates(&filter.fates()).unwrap_or_else(|| "true".to_owned()),
        ))?;
        let party = filter.party.as_ref().map(|party| party.id.as_str());
        let mut rows = query.query((source, party, filter.issue.as_deref()))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read_statement(row)?);
        }
        Ok(found)
    }

    /// Every line that is no statement, of the kinds a filter wants.
    fn lines_beside_statements(
        &self,
        view: &View,
        filter: &TimelineFilter,
        metas: &BTreeMap<&str, &SourceMeta>,
    ) -> Result<Vec<TimelineItem>> {
        let mut items = Vec::new();
        if filter.wants(TimelineKind::Source) {
            items.extend(metas.iter().map(|(id, meta)| source_line(id, meta)));
        }
        if filter.wants(TimelineKind::Event) {
            for event in self.events(&filter.fates(), view.audience)? {
                let Some(meta) = metas.get(event.source_id.as_str()) else { continue };
                let said = event.record.statement.as_deref().map(|id| self.announcement(id)).transpose()?;
                let said = said.flatten().filter(|said| metas.contains_key(said.source_id.as_str()));
                items.push(event_line(&event, meta, said.as_ref()));
            }
        }
        if filter.wants(TimelineKind::Ruling) || filter.wants(TimelineKind::Position) {
            items.extend(self.timeline_of_decisions(view)?);
        }
        Ok(items)
    }

    /// The statement that announces or claims an event, unless somebody rejected or withdrew it.
    fn announcement(&self, id: &str) -> Result<Option<StoredStatement>> {
        let mut query = self
            .connection()
            .prepare_cached(&format!("SELECT {STATEMENT_COLUMNS} FROM statement WHERE id = ?1"))?;
        let mut rows = query.query([id])?;
        let found = rows.next()?.map(read_statement).transpose()?;
        Ok(found.filter(|statement| !matches!(statement.status, Status::Rejected | Status::Withdrawn)))
    }
}

/// The descriptions of the sources that are not withdrawn, by their ids.
fn metas(sources: &[Source]) -> BTreeMap<&str, &SourceMeta> {
    let standing = sources.iter().filter(|source| !source.withdrawn);
    standing.map(|source| (source.id.as_str(), &source.meta)).collect()
}

/// What lies after the day of the picture is left out, save what was expected by then.
fn by(item: &TimelineItem, view: &View) -> bool {
    item.standing == Some(EventStatus::Expected)
        || match (view.as_of, item.until) {
            (Some(as_of), Some(until)) => until <= as_of,
            _ => true,
        }
}

/// The oldest first, undated lines last.
fn in_time(one: &TimelineItem, other: &TimelineItem) -> Ordering {
    let key = |item: &TimelineItem| (item.until.is_none(), item.until, item.date, item.kind);
    key(one).cmp(&key(other)).then_with(|| one.id.cmp(&other.id))
}

fn source_line(id: &str, meta: &SourceMeta) -> TimelineItem {
    TimelineItem {
        date: meta.published,
        until: meta.published,
        dated_by: if meta.published.is_some() { DatedBy::Publication } else { DatedBy::Nothing },
        kind: TimelineKind::Source,
        label: "source".to_owned(),
        standing: None,
        id: id.to_owned(),
        parties: Vec::new(),
        participants: Vec::new(),
        issues: Vec::new(),
        places: Vec::new(),
        source: None,
        confirmed: true,
        text: meta.title.clone().or_else(|| meta.publisher.clone()).unwrap_or_default(),
    }
}

fn statement_line(statement: &StoredStatement, meta: &SourceMeta) -> TimelineItem {
    let record = &statement.record;
    // An announcement's time phrase is about what it announces.
    let when = record.when.as_ref().filter(|_| record.act != Some(Act::AnnounceEvent));
    let range = DateRange::of(when, meta.published, meta.retrieved);
    let by_words = when.is_some() && range != DateRange::of(None, meta.published, meta.retrieved);
    let issues: BTreeSet<&str> = record.about.iter().map(|about| issue_and_option(about).0).collect();
    TimelineItem {
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
        issues: issues.into_iter().map(str::to_owned).collect(),
        places: Vec::new(),
        source: Some(statement.source_id.clone()),
        confirmed: statement.status.is_confirmed(),
        text: statement.words.content_line(),
    }
}

fn event_line(event: &StoredEvent, meta: &SourceMeta, said: Option<&StoredStatement>) -> TimelineItem {
    let when = said.and_then(|said| said.record.when.as_ref());
    let interval = when.and_then(|when| when.interval.as_ref());
    let interval = interval.and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
    let (date, until, dated_by) = match (interval, event.record.status, meta.published) {
        (Some((first, last)), _, _) => (Some(first), Some(last), DatedBy::Words),
        (None, EventStatus::Expected, _) | (None, _, None) => (None, None, DatedBy::Nothing),
        (None, _, Some(published)) => (None, Some(published), DatedBy::Publication),
    };
    TimelineItem {
        date,
        until,
        dated_by,
        kind: TimelineKind::Event,
        label: event_word(event.record.kind),
        standing: Some(event.record.status),
        id: event.record.id.clone(),
        parties: said.and_then(|said| said.record.party.clone()).into_iter().collect(),
        participants: event.words.participants.clone(),
        issues: Vec::new(),
        places: event.words.place.clone(),
        source: Some(event.source_id.clone()),
        confirmed: event.review.is_confirmed(),
        text: event.words.trigger.join(" … "),
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
