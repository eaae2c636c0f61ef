//! The matrix from the derived parts against the same rules applied to every statement.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::date;
use paraph_ledger::{
    Audience, By, Correction, HandPosition, Handling, Ledger, Link, MOST_BESIDE, NewSource, Relation, Roster,
    RosterIssue, RosterParty, Ruling, Setting, SourceMeta, Stance, StatementFilter, Status, Tally, Verdict,
    View,
};
use paraph_reading::record::{Act, Negation, SpeakerKind, Statement, When};

use crate::support::{Dice, hop, play, roster, stamp, statement};

const TEXT: &str = "Ana Brandt of the North said yes, if observers come, and she would accept joint patrols. \
                    Sources said no. The South denied it; talks follow. North says nothing.";

const ACTS: [Act; 13] = [
    Act::Accept,
    Act::Reject,
    Act::Demand,
    Act::Condition,
    Act::Condition,
    Act::Offer,
    Act::Concern,
    Act::Commit,
    Act::NoComment,
    Act::Deny,
    Act::State,
    Act::PredictAcceptance,
    Act::ReportClaim,
];

/// A record with everything varied that the rules look at.
fn record(dice: &mut Dice, id: String, others: &[String]) -> Statement {
    let contents = ["yes, if observers come", "she would accept joint patrols", "no", "talks follow"];
    let mut record = statement(TEXT, &id, "Ana Brandt", "said", contents[dice.below(4)]);
    let party = ["north", "south", "league", "stranger"][dice.below(4)];
    let (name, kind) = [
        ("Ana Brandt", SpeakerKind::Named),
        ("Minister Ode", SpeakerKind::Named),
        ("the North", SpeakerKind::Institution),
        ("a spokesman", SpeakerKind::Role),
        ("Sources", SpeakerKind::Anonymous),
    ][dice.below(5)];
    record.party = (dice.below(12) > 0).then(|| party.to_owned());
    record.chain =
        vec![hop("reporter", SpeakerKind::Reporter, None), hop(name, kind, record.party.as_deref())];
    if dice.below(6) == 0 {
        let by = ["north", "south"][dice.below(2)];
        record.chain.insert(1, hop("an official", SpeakerKind::Role, (dice.below(3) > 0).then_some(by)));
    }
    record.act = (dice.below(15) > 0).then(|| ACTS[dice.below(ACTS.len())]);
    record.negated =
        [Negation::None, Negation::None, Negation::None, Negation::Cue, Negation::Content][dice.below(5)];
    for _ in 0..dice.below(3) {
        let topics = [
            "patrols",
            "patrols = joint",
            "patrols = observers",
            "patrols = armed",
            "pier",
            "pier = ceded",
            "plan",
            "elsewhere",
        ];
        record.about.push(topics[dice.below(topics.len())].to_owned());
    }
    if dice.below(3) == 0 {
        let first = date(2025, 11, 1) + (dice.below(20) as i64).days();
        let last = first + (dice.below(4) as i64).days();
        record.when =
            Some(When { phrase: "then".to_owned(), interval: Some((first.to_string(), last.to_string())) });
    }
    if !others.is_empty() && dice.below(8) == 0 {
        record.contests = Some(others[dice.below(others.len())].clone());
    }
    record
}

/// A ledger in which everything happens that can change a matrix.
pub(crate) fn lively(seed: u64, actions: usize) -> Ledger {
    let mut dice = Dice(seed);
    let mut ledger = Ledger::in_memory().unwrap();
    let mut ids: Vec<String> = Vec::new();
    for number in 0..actions {
        let stamp = stamp(number as i64);
        let all = ledger.sources(Audience::Restricted).unwrap();
        if all.is_empty() || dice.below(9) == 0 {
            let text = format!("{TEXT} ({number})");
            let meta = SourceMeta {
                handling: Handling::ALL[dice.below(3)],
                setting: Setting::ALL[dice.below(2)],
                published: (dice.below(4) > 0).then(|| date(2025, 11, 1) + (dice.below(25) as i64).days()),
                retrieved: (dice.below(2) > 0).then(|| date(2025, 11, 20)),
                ..SourceMeta::default()
            };
            ledger.add_source(&stamp, &NewSource::plain_text(text.as_bytes(), meta)).unwrap();
            continue;
        }
        let source = all[dice.below(all.len())].clone();
        if ids.is_empty() || dice.below(3) == 0 {
            let fresh: Vec<Statement> = (0..1 + dice.below(6))
                .map(|at| record(&mut dice, format!("{seed}x{number}x{at}"), &ids))
                .collect();
            ledger.propose(&stamp, &source.id, &fresh).unwrap();
            let new: Vec<String> = fresh.into_iter().map(|record| record.id).collect();
            if dice.below(4) > 0 {
                ledger.confirm(&stamp, &new).unwrap();
            }
            ids.extend(new);
            continue;
        }
        let (one, two) = (ids[dice.below(ids.len())].clone(), ids[dice.below(ids.len())].clone());
        // What a ledger refuses is part of it.
        let _ = match dice.below(16) {
            0..=2 => ledger.confirm(&stamp, &[&one, &two]).map(drop),
            3 => ledger.reject(&stamp, &[&one], None).map(drop),
            4 => {
                let act = ACTS[dice.below(ACTS.len())];
                ledger.correct(&stamp, &one, &Correction::new().act(Some(act)), None).map(drop)
            }
            5 => ledger.correct(&stamp, &one, &Correction::new().party(Some("south")), None).map(drop),
            6 => {
                let accepts = Some(dice.below(2) == 0);
                ledger.correct(&stamp, &one, &Correction::new().accepts(accepts), None).map(drop)
            }
            7 => ledger.link(&stamp, &Link::new(&one, Relation::Same, &two)),
            8 => ledger.link(&stamp, &Link::new(&one, Relation::Issue, "patrols = joint")),
            9 => {
                ledger.link(&stamp, &Link::new(&one, Relation::AboutParty, ["north", "south"][dice.below(2)]))
            }
            10 => ledger.link(&stamp, &Link::new(&one, Relation::Contests, &two)),
            11 => {
                let verdict = [Verdict::Compatible, Verdict::StaysContested, Verdict::Prevails(one.clone())]
                    [dice.below(3)]
                .clone();
                ledger.rule(&stamp, &Ruling { statements: vec![one, two], verdict, reason: "r".to_owned() })
            }
            12 => {
                let (party, issue) = (["north", "south"][dice.below(2)], ["patrols", "pier"][dice.below(2)]);
                let stance = ["rejects", "accepts if", "will discuss"][dice.below(3)];
                let options: &[&str] = if dice.below(2) == 0 { &["joint"] } else { &[] };
                let evidence: Vec<String> = if dice.below(2) == 0 { vec![one] } else { Vec::new() };
                let day = (date(2025, 11, 1) + (dice.below(25) as i64).days()).to_string();
                let hand = serde_json::json!({
                    "party": party, "issue": issue, "stance": stance, "reason": "r", "options": options,
                    "evidence": evidence, "date": day,
                });
                let hand: HandPosition = serde_json::from_value(hand).unwrap();
                ledger.set_position(&stamp, &hand)
            }
            13 => {
                let log = ledger.log(None).unwrap();
                let entry = log[dice.below(log.len())].id.clone();
                ledger.undo(&stamp, Some(&entry)).map(drop)
            }
            14 => {
                let mut meta = source.meta.clone();
                meta.handling = Handling::ALL[dice.below(3)];
                meta.setting = Setting::ALL[dice.below(2)];
                meta.published =
                    (dice.below(3) > 0).then(|| date(2025, 11, 1) + (dice.below(25) as i64).days());
                ledger.describe_source(&stamp, &source.id, &meta)
            }
            _ if dice.below(5) == 0 => ledger.withdraw_source(&stamp, &source.id, "w").map(drop),
            _ => ledger.withdraw_statement(&stamp, &one, "w").map(drop),
        };
    }
    ledger
}

fn rosters() -> Vec<Roster> {
    let names = |id: &str, names: &[&str], authority: &[&[&str]]| RosterParty {
        id: id.to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        authority: authority
            .iter()
            .map(|rank| rank.iter().map(|name| (*name).to_owned()).collect())
            .collect(),
    };
    let whole = Roster {
        parties: vec![
            names("north", &["the North"], &[&["Ana Brandt"], &["Ode"]]),
            names("south", &[], &[]),
            names("league", &["the League"], &[]),
        ],
        issues: vec![
            RosterIssue::new("patrols", ["none", "observers", "joint"]),
            RosterIssue::new("pier", ["kept", "ceded"]),
        ],
    };
    let part = Roster {
        parties: whole.parties[..1].to_vec(),
        issues: vec![
            RosterIssue::new("patrols", ["observers"]),
            RosterIssue::new("elsewhere", Vec::<String>::new()),
        ],
    };
    vec![whole, part]
}

pub(crate) fn views() -> Vec<View> {
    let mut views = Vec::new();
    for audience in [Audience::Public, Audience::Team, Audience::Restricted] {
        for as_of in [None, Some(date(2025, 11, 9)), Some(date(2025, 11, 18))] {
            views.push(View { as_of, known_at: None, audience });
        }
    }
    views
}

fn agrees(ledger: &Ledger, told: &str) -> usize {
    let mut filled = 0;
    for (at, roster) in rosters().iter().enumerate() {
        for view in views() {
            let slow = ledger.positions_rule_by_rule(roster, &view).unwrap();
            let fast = ledger.positions(roster, &view).unwrap();
            for (slow, fast) in slow.cells.iter().zip(&fast.cells) {
                assert_eq!(fast, slow, "{told}, roster {at}, {view:?}");
                filled += usize::from(slow.is_filled());
            }
            assert_eq!(fast, slow, "{told}, roster {at}, {view:?}");
        }
    }
    for audience in [Audience::Public, Audience::Team, Audience::Restricted] {
        counts(ledger, audience, told);
    }
    filled
}

/// What is counted is as many as are listed.
fn counts(ledger: &Ledger, audience: Audience, told: &str) {
    let stands = [Status::Proposed, Status::Confirmed, Status::Corrected];
    for status in [&stands[..], &[], &[Status::Rejected], &stands[1..2]] {
        for with_withdrawn_sources in [false, true] {
            let filter = StatementFilter {
                status: status.to_vec(),
                audience,
                with_withdrawn_sources,
                ..StatementFilter::default()
            };
            let listed = ledger.statements(&filter).unwrap().len();
            assert_eq!(ledger.count(&filter).unwrap(), listed, "{told}, {filter:?}");
        }
    }
    let filter = StatementFilter { audience, ..StatementFilter::default() };
    let groups = ledger.same_groups().unwrap();
    let (mut repeated, mut met) = (0, BTreeSet::new());
    for statement in ledger.statements(&filter).unwrap() {
        let counts = !matches!(statement.status, Status::Rejected | Status::Withdrawn);
        if let Some(group) = groups.get(statement.id()).filter(|_| counts) {
            repeated += usize::from(!met.insert(group));
        }
    }
    assert_eq!(ledger.repeated(audience).unwrap(), repeated, "{told}, {audience:?}");
}

/// `PARAPH_LEDGER_RANDOM` sets how many random ledgers are tried (60 unless set).
#[test]
fn random_ledgers_show_what_the_rules_say() {
    let ledgers: u64 = std::env::var("PARAPH_LEDGER_RANDOM").map_or(60, |ledgers| ledgers.parse().unwrap());
    let mut filled = 0;
    for seed in 0..ledgers {
        let mut ledger = lively(seed, 20 + (seed as usize % 5) * 25);
        filled += agrees(&ledger, &format!("seed {seed}"));
        assert!(ledger.verify().unwrap().holds(), "seed {seed}: {:?}", ledger.verify().unwrap().problems);
        assert_eq!(ledger.rebuild().unwrap(), Vec::<&str>::new(), "seed {seed}: a rebuild changes no table");
        if seed % 4 == 0 {
            // Joined with another that knows some of the same.
            let mut other = Ledger::in_memory().unwrap();
            other.import_journal(&ledger.export_journal().unwrap()).unwrap();
            play(&mut other, seed, 15);
            play(&mut ledger, seed + 7_000, 15);
            ledger.merge(&stamp(900), &other.export_journal().unwrap()).unwrap();
            filled += agrees(&ledger, &format!("seed {seed}, merged"));
            assert!(ledger.verify().unwrap().holds(), "seed {seed}, merged");
        }
    }
    println!("{ledgers} random ledgers, {filled} filled cells agree");
    assert!(filled as u64 > ledgers * 10, "the ledgers must say something");
}

#[test]
fn the_history_of_a_pair_leaves_nothing_out() {
    let mut told = 0;
    for seed in 400..430 {
        let ledger = lively(seed, 60);
        let roster = &rosters()[0];
        for as_of in [None, Some(date(2025, 11, 15))] {
            let view = View { as_of, known_at: None, audience: Audience::Restricted };
            for (party, issue) in
                roster.parties.iter().flat_map(|party| roster.issues.iter().map(move |issue| (party, issue)))
            {
                let quick = ledger.history(roster, &party.id, &issue.id, &view).unwrap();
                let slow = ledger.history_rule_by_rule(roster, &party.id, &issue.id, &view).unwrap();
                assert_eq!(quick, slow, "seed {seed}, {} on {}", party.id, issue.id);
                told += quick.len();
            }
        }
    }
    assert!(told > 500, "the histories must tell something: {told}");
}

#[test]
fn a_matrix_changes_on_no_other_days() {
    let mut changes = 0;
    for seed in 300..330 {
        let ledger = lively(seed, 60);
        for audience in [Audience::Public, Audience::Restricted] {
            let days = ledger.days(audience).unwrap();
            let cells = |as_of| {
                let view = View { as_of: Some(as_of), known_at: None, audience };
                ledger.positions(&rosters()[0], &view).unwrap().cells
            };
            let mut before = cells(date(2025, 10, 31));
            for day in (1..=30).map(|day| date(2025, 11, day)) {
                let now = cells(day);
                assert!(now == before || days.contains(&day), "seed {seed}, {audience}: {day} of {days:?}");
                changes += usize::from(now != before);
                before = now;
            }
        }
    }
    assert!(changes > 100, "the matrices change: {changes}");
}

#[test]
fn tallies_are_what_counting_one_by_one_gives() {
    for seed in 400..420 {
        let ledger = lively(seed, 80);
        let filters = [
            StatementFilter { audience: Audience::Restricted, ..StatementFilter::default() },
            StatementFilter {
                status: vec![Status::Proposed, Status::Corrected],
                ..StatementFilter::default()
            },
            StatementFilter { party: Some("north".to_owned()), ..StatementFilter::default() },
            StatementFilter {
                issue: Some("patrols".to_owned()),
                with_withdrawn_sources: true,
                ..StatementFilter::default()
            },
        ];
        for filter in filters {
            let statements = ledger.statements(&filter).unwrap();
            for by in [&[By::Source, By::Status][..], &[By::Party, By::Speaker], &[By::Speaker], &[]] {
                let mut counts: BTreeMap<Vec<Option<String>>, u64> = BTreeMap::new();
                for statement in &statements {
                    let value = |by: &By| match by {
                        By::Source => Some(statement.source_id.clone()),
                        By::Status => Some(statement.status.to_string()),
                        By::Party => statement.record.party.clone(),
                        By::Speaker => statement.record.speaker.clone(),
                    };
                    *counts.entry(by.iter().map(value).collect()).or_default() += 1;
                }
                if by.is_empty() {
                    counts.entry(Vec::new()).or_default();
                }
                let slow: Vec<Tally> =
                    counts.into_iter().map(|(values, count)| Tally { values, count }).collect();
                assert_eq!(ledger.tally(&filter, by).unwrap(), slow, "seed {seed}, {by:?}");
            }
        }
        let sources = ledger.sources(Audience::Restricted).unwrap();
        assert_eq!(ledger.originals().unwrap(), sources.into_iter().map(|source| source.hash).collect());
    }
}

#[test]
fn a_cell_lists_the_latest_of_many_and_counts_the_others() {
    let mut ledger = Ledger::in_memory().unwrap();
    for day in 1..=20 {
        let text = format!("{TEXT} ({day})");
        let meta = SourceMeta { published: Some(date(2025, 11, day)), ..SourceMeta::default() };
        let source = ledger.add_source(&stamp(0), &NewSource::plain_text(text.as_bytes(), meta)).unwrap().id;
        let mut anonymous = record(&mut Dice(1), format!("d{day:02}"), &[]);
        anonymous.party = Some("north".to_owned());
        anonymous.chain = vec![
            hop("Sources", SpeakerKind::Anonymous, None),
            hop("North", SpeakerKind::Institution, Some("north")),
        ];
        (anonymous.act, anonymous.negated, anonymous.when) = (Some(Act::Reject), Negation::None, None);
        anonymous.about = vec!["patrols = joint".to_owned()];
        ledger.propose(&stamp(0), &source, &[anonymous]).unwrap();
        ledger.confirm(&stamp(0), &[format!("d{day:02}")]).unwrap();
    }
    let matrix = ledger.positions(&roster(), &View::default()).unwrap();
    let cell = matrix.cell("north", "patrols", Setting::Public).unwrap();
    assert_eq!((cell.stance, cell.beside_more), (Stance::NoRecord, 20 - MOST_BESIDE));
    let listed: Vec<&str> = cell.beside.iter().map(|beside| beside.statement.as_str()).collect();
    assert_eq!(listed, ["d16", "d17", "d18", "d19", "d20"]);
    let history = ledger.history(&roster(), "north", "patrols", &View::default()).unwrap();
    assert_eq!(history.len(), 20);
    assert_eq!(ledger.statements(&StatementFilter::default()).unwrap().len(), 20);
}
