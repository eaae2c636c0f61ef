//! What happened and what was said, day by day.

use crate::answer::{Fields, Shown, inside};
use crate::shared::Shared;
use crate::trouble::{Fallible, Trouble};
use crate::views::forms::Choices;
use paraph_case::Case;
use paraph_ledger::{Audience, Ledger, Status, TimelineFilter, TimelineItem, TimelineKind, View};
use paraph_workbench::names;
use serde::Serialize;

/// How many lines one page shows.
const MOST: usize = 200;

/// The timeline.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Timeline {
    /// The days, the latest first; what has no date comes last. One page of them.
    pub(crate) days: Vec<Day>,
    /// How many later lines stand before this page.
    pub(crate) from: usize,
    /// Where the page of later lines starts, if there is one.
    pub(crate) newer: Option<usize>,
    /// Where the page of older lines starts, if there is one.
    pub(crate) older: Option<usize>,
    /// What can be filtered by.
    pub(crate) choices: Choices,
}

/// One day.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Day {
    /// The last day it can have been, if known.
    date: Option<String>,
    /// What is dated to it.
    lines: Vec<Line>,
}

/// One thing that was said or happened.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Line {
    /// What kind of thing it is.
    kind: String,
    /// Act, kind of event, verdict or position, in words.
    label: String,
    /// Who it is by.
    parties: Vec<String>,
    /// The issues it is about.
    issues: Vec<String>,
    /// The words.
    text: String,
    /// Whether a person confirmed it.
    confirmed: bool,
    /// Happened, claimed, denied or expected, for an event.
    standing: Option<String>,
    /// The first day it can have been, where it may have been before its day; `earlier` where no first day is known.
    since: Option<String>,
    /// What the date comes from.
    dated_by: String,
    /// Where the words stand.
    address: Option<String>,
    /// The event, when it waits for a person to decide about it.
    event: Option<String>,
}

/// Shows the timeline.
pub(crate) fn show(shared: &Shared, fields: &Fields) -> Fallible<Shown> {
    let case = shared.case(None)?;
    let timeline = shared.read(|ledger| timeline(ledger, &case, &filter(&case, fields)?, fields))?;
    Ok(Shown::new("timeline", "Timeline", "timeline.html", timeline))
}

fn filter(case: &Case, fields: &Fields) -> Fallible<TimelineFilter> {
    let party = match fields.get("party") {
        None => None,
        Some(id) => Some(
            names::for_positions(case)
                .parties
                .into_iter()
                .find(|party| party.id == id)
                .ok_or_else(|| Trouble::not_found("The case has no such party."))?,
        ),
    };
    let kinds = match fields.get("kind") {
        None => Vec::new(),
        Some("statement") => vec![TimelineKind::Statement],
        Some("event") => vec![TimelineKind::Event],
        Some("source") => vec![TimelineKind::Source],
        Some("ruling") => vec![TimelineKind::Ruling],
        Some("position") => vec![TimelineKind::Position],
        Some(_) => return Err(Trouble::malformed("The filter names no kind of line.")),
    };
    Ok(TimelineFilter {
        party,
        issue: fields.get("issue").map(str::to_owned),
        kinds,
        place: fields.get("place").map(str::to_owned),
        since: fields.parsed("since")?,
        with_proposed: fields.get("proposed").is_some(),
    })
}

/// Confirms or rejects an event that nobody has decided about; leads back to where it was looked at.
pub(crate) fn decide(shared: &Shared, fields: &Fields, id: &str) -> Fallible<String> {
    let back = fields.get("back").and_then(inside).unwrap_or("/timeline?kind=event&proposed=yes").to_owned();
    let known = shared.read(|ledger| Ok(ledger.events(&[], Audience::Restricted)?))?;
    let known = known.into_iter().find(|event| event.record.id == id);
    let known = known.ok_or_else(|| Trouble::not_found("There is no such event."))?;
    let wanted = fields.need("do")?;
    if known.review != Status::Proposed {
        let stored = format!("{} by {}", known.review, known.author);
        return Err(Trouble::stale(
            "Somebody decided about this event in the meantime; nothing was saved.",
            stored,
            wanted.to_owned(),
        )
        .hint("The log takes a decision back."));
    }
    match wanted {
        "confirm" => shared.act(|ledger, stamp| Ok(ledger.confirm_events(stamp, &[id])?))?,
        "reject" => {
            shared.act(|ledger, stamp| Ok(ledger.reject_events(stamp, &[id], fields.get("reason"))?))?
        }
        _ => return Err(Trouble::malformed("An event can be confirmed or rejected.")),
    };
    Ok(back)
}

/// The timeline that a filter selects.
pub(crate) fn timeline(
    ledger: &Ledger,
    case: &Case,
    filter: &TimelineFilter,
    fields: &Fields,
) -> Fallible<Timeline> {
    let view = View { as_of: fields.parsed("until")?, known_at: None, audience: Audience::Restricted };
    let from = fields.parsed::<usize>("from")?.unwrap_or(0);
    let page = ledger.timeline_page(&view, filter, from, MOST)?;
    if from > 0 && page.items.is_empty() {
        return Err(Trouble::not_found("There are not so many lines."));
    }
    let mut days: Vec<Day> = Vec::new();
    for item in page.items {
        let date = item.until.map(|date| date.to_string());
        match days.last_mut().filter(|day| day.date == date) {
            Some(day) => day.lines.push(line(case, &item)),
            None => days.push(Day { date, lines: vec![line(case, &item)] }),
        }
    }
    Ok(Timeline {
        days,
        from,
        newer: (from > 0).then(|| from.saturating_sub(MOST)),
        older: page.more.then_some(from.saturating_add(MOST)),
        choices: Choices::of(case),
    })
}

fn line(case: &Case, item: &TimelineItem) -> Line {
    let party = |id: &String| case.party(id).map_or_else(|| id.clone(), |at| case.parties[at].name.clone());
    let issue = |id: &String| case.issue(id).map_or_else(|| id.clone(), |at| case.issues[at].title.clone());
    let address = match (item.kind, &item.source) {
        (TimelineKind::Statement, Some(source)) => Some(format!("/reports/{source}?statement={}", item.id)),
        (TimelineKind::Source, _) => Some(format!("/reports/{}", item.id)),
        (_, Some(source)) => Some(format!("/reports/{source}")),
        _ => None,
    };
    let mut parties: Vec<String> = item.parties.iter().map(party).collect();
    parties.extend(item.participants.iter().cloned());
    Line {
        kind: paraph_workbench::statements::word(item.kind),
        label: item.label.clone(),
        parties,
        issues: item.issues.iter().map(issue).collect(),
        text: item.text.clone(),
        confirmed: item.confirmed,
        standing: item.standing.map(paraph_workbench::statements::word),
        since: item.until.and_then(|until| match item.date {
            Some(first) => (first < until).then(|| first.to_string()),
            None => Some("earlier".to_owned()),
        }),
        dated_by: paraph_workbench::statements::word(item.dated_by),
        address,
        event: (item.kind == TimelineKind::Event && !item.confirmed).then(|| item.id.clone()),
    }
}
