//! Events, the timeline, the calendar.

use jiff::civil::date;
use paraph_ledger::{
    Anchor, Audience, DatedBy, Handling, Ledger, RosterParty, SourceMeta, Status, TimelineFilter,
    TimelineKind, View, to_icalendar,
};
use paraph_reading::record::{Act, Event, SpeakerKind, When};

use crate::cells::{lively, views};
use crate::support::{Fill, span, stamp, statement, with_source};

const TEXT: &str = "The envoys met in the pier house. Brandt says talks with the League, all of them, will follow on Friday in Évian; \
                    sources say the navy left.";

fn event(id: &str, kind: &str, trigger: &str, participants: &[&str], place: &[&str], status: &str) -> Event {
    let spans = |words: &[&str]| words.iter().map(|words| span(TEXT, words)).collect::<Vec<_>>();
    let record = serde_json::json!({
        "id": id, "kind": kind, "trigger": spans(&[trigger]), "participants": spans(participants),
        "place": spans(place), "status": status, "reader": "test",
    });
    serde_json::from_value(record).unwrap()
}

fn with_events() -> (Ledger, String) {
    let meta = SourceMeta {
        published: Some(date(2025, 11, 18)),
        title: Some("Envoys".to_owned()),
        ..SourceMeta::default()
    };
    let (mut ledger, source) = with_source(TEXT, meta);
    let mut announcement =
        statement(TEXT, "a1", "Brandt", "says", "talks with the League, all of them, will follow on Friday")
            .by("north", "Brandt", SpeakerKind::Named)
            .act(Act::AnnounceEvent)
            .about(&["process"]);
    announcement.when = Some(When {
        phrase: "on Friday".to_owned(),
        interval: Some(("2025-11-21".to_owned(), "2025-11-21".to_owned())),
    });
    ledger.propose(&stamp(1), &source, &[announcement]).unwrap();
    let mut talks = event("e2", "talks", "talks", &["the League, all of them"], &["Évian"], "expected");
    talks.statement = Some("a1".to_owned());
    let events = [
        event("e1", "meeting", "met", &["The envoys"], &["the pier house"], "happened"),
        talks,
        event("e3", "withdrawal", "left", &["the navy"], &[], "claimed"),
    ];
    assert_eq!(ledger.propose_events(&stamp(2), &source, &events).unwrap().added.len(), 3);
    assert_eq!(ledger.propose_events(&stamp(2), &source, &events).unwrap().already.len(), 3);
    (ledger, source)
}

#[test]
fn events_are_proposed_confirmed_and_rejected() {
    let (mut ledger, source) = with_events();
    ledger.confirm_events(&stamp(3), &["e1", "e2"]).unwrap();
    ledger.reject_events(&stamp(4), &["e3"], Some("nobody saw it")).unwrap();
    let events = ledger.events(&[], Audience::Team).unwrap();
    assert_eq!(
        events.iter().map(|event| event.review).collect::<Vec<_>>(),
        [Status::Confirmed, Status::Confirmed, Status::Rejected]
    );
    assert_eq!(
        (events[0].words.place.as_slice(), events[0].anchor),
        (["the pier house".to_owned()].as_slice(), Anchor::Exact)
    );
    ledger.undo(&stamp(5), None).unwrap();
    assert_eq!(ledger.events(&[Status::Proposed], Audience::Team).unwrap()[0].record.id, "e3");
    assert!(ledger.confirm_events(&stamp(6), &["e"]).unwrap_err().is_ambiguous());
    assert!(ledger.verify().unwrap().holds());
    let mut copy = Ledger::in_memory().unwrap();
    copy.import_journal(&ledger.export_journal().unwrap()).unwrap();
    assert_eq!(copy.events(&[], Audience::Team).unwrap(), ledger.events(&[], Audience::Team).unwrap());
    // A restricted source hides its events, a withdrawn or a shredded one has none.
    let meta = SourceMeta { handling: Handling::Restricted, ..SourceMeta::default() };
    copy.describe_source(&stamp(7), &source, &meta).unwrap();
    assert!(copy.events(&[], Audience::Team).unwrap().is_empty());
    ledger.shred_source(&stamp(8), &source, "asked for").unwrap();
    assert!(ledger.events(&[], Audience::Restricted).unwrap().is_empty());
    assert!(!String::from_utf8(ledger.export_journal().unwrap()).unwrap().contains("pier house"));
    assert!(ledger.verify().unwrap().holds());
}

#[test]
fn a_timeline_orders_what_was_said_and_done_and_decided() {
    let (mut ledger, _) = with_events();
    ledger.confirm_events(&stamp(3), &["e1", "e2"]).unwrap();
    ledger.confirm(&stamp(3), &["a1"]).unwrap();
    let hand = serde_json::json!({"party": "north", "issue": "pier", "stance": "offers", "reason": "a letter", "date": "2025-11-20"});
    ledger.set_position(&stamp(4), &serde_json::from_value(hand).unwrap()).unwrap();
    let line = |filter: &TimelineFilter, view: &View| {
        let items = ledger.timeline(view, filter).unwrap();
        items
            .iter()
            .map(|item| (item.label.clone(), item.until.map(|date| date.day()), item.dated_by))
            .collect::<Vec<_>>()
    };
    let all = line(&TimelineFilter::default(), &View::default());
    let expected = [
        ("meeting", Some(18), DatedBy::Publication),
        ("announce-event", Some(18), DatedBy::Publication),
        ("source", Some(18), DatedBy::Publication),
        ("offers", Some(20), DatedBy::Journal),
        ("talks", Some(21), DatedBy::Words),
    ];
    let expected: Vec<_> = expected.iter().map(|(label, day, by)| ((*label).to_owned(), *day, *by)).collect();
    assert_eq!(all, expected);
    let with = |change: &dyn Fn(&mut TimelineFilter)| {
        let mut filter = TimelineFilter::default();
        change(&mut filter);
        line(&filter, &View::default()).into_iter().map(|(label, _, _)| label).collect::<Vec<_>>()
    };
    assert_eq!(with(&|filter| filter.with_proposed = true).len(), 6);
    assert_eq!(with(&|filter| filter.kinds = vec![TimelineKind::Event]), ["meeting", "talks"]);
    assert_eq!(with(&|filter| filter.place = Some("évian".to_owned())), ["talks"]);
    assert_eq!(with(&|filter| filter.issue = Some("pier".to_owned())), ["offers"]);
    assert_eq!(with(&|filter| filter.since = Some(date(2025, 11, 19))), ["offers", "talks"]);
    let league =
        RosterParty { id: "league".to_owned(), names: vec!["League".to_owned()], authority: Vec::new() };
    assert_eq!(with(&|filter| filter.party = Some(league.clone())), ["talks"]);
    // As of a day, what was expected then is still shown.
    let view = View { as_of: Some(date(2025, 11, 18)), ..View::default() };
    assert_eq!(line(&TimelineFilter::default(), &view).len(), 4);
    assert!(
        ledger
            .timeline(&View { audience: Audience::Public, ..View::default() }, &TimelineFilter::default())
            .unwrap()
            .is_empty()
    );
}

#[test]
fn announced_events_make_a_calendar() {
    let (ledger, _) = with_events();
    let items = ledger
        .timeline(&View::default(), &TimelineFilter { with_proposed: true, ..TimelineFilter::default() })
        .unwrap();
    let calendar = to_icalendar(&items);
    assert_eq!(
        calendar,
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//paraph//timeline//EN\r\nBEGIN:VEVENT\r\nUID:e2@paraph\r\n\
         DTSTAMP:20251121T000000Z\r\nDTSTART;VALUE=DATE:20251121\r\nDTEND;VALUE=DATE:20251122\r\n\
         SUMMARY:talks (the League\\, all of them)\r\nDESCRIPTION:Announced: talks\r\nLOCATION:Évian\r\n\
         STATUS:TENTATIVE\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    let mut long = items.iter().find(|item| item.id == "e2").unwrap().clone();
    long.text = "é".repeat(200);
    assert!(to_icalendar(&[long]).split("\r\n").all(|line| line.len() <= 75));
}

/// All pages of a timeline one behind the other are the timeline itself, the latest first.
fn pages(ledger: &Ledger, told: &str) -> usize {
    let north =
        RosterParty { id: "north".to_owned(), names: vec!["the North".to_owned()], authority: Vec::new() };
    let filters = [
        TimelineFilter::default(),
        TimelineFilter { with_proposed: true, ..TimelineFilter::default() },
        TimelineFilter { party: Some(north), with_proposed: true, ..TimelineFilter::default() },
        TimelineFilter { issue: Some("patrols".to_owned()), ..TimelineFilter::default() },
        TimelineFilter { kinds: vec![TimelineKind::Statement], ..TimelineFilter::default() },
        TimelineFilter { since: Some(date(2025, 11, 9)), with_proposed: true, ..TimelineFilter::default() },
        TimelineFilter { place: Some("pier".to_owned()), with_proposed: true, ..TimelineFilter::default() },
    ];
    let mut lines = 0;
    for view in views() {
        for filter in &filters {
            let (mut whole, undated): (Vec<_>, Vec<_>) =
                ledger.timeline(&view, filter).unwrap().into_iter().partition(|item| item.until.is_some());
            whole.reverse();
            whole.extend(undated);
            for limit in [1, 3, 1000] {
                let mut found = Vec::new();
                loop {
                    let page = ledger.timeline_page(&view, filter, found.len(), limit).unwrap();
                    found.extend(page.items);
                    if !page.more {
                        break;
                    }
                }
                assert_eq!(found, whole, "{told}, {view:?}, {filter:?}, {limit} at a time");
            }
            lines += whole.len();
        }
    }
    lines
}

#[test]
fn the_pages_of_a_timeline_are_the_timeline() {
    let mut ledgers = vec![with_events().0];
    ledgers.extend((0..12).map(|seed| lively(seed, 40)));
    let lines: usize =
        ledgers.iter().enumerate().map(|(at, ledger)| pages(ledger, &format!("ledger {at}"))).sum();
    assert!(lines > 1000, "only {lines} lines");
}
