//! The rules for positions, on an invented dispatch and on a marked report.

use std::path::Path;

use crate::support::{DISPATCH, Fill, dispatch_statements, hop, roster, stamp, statement, with_source};
use jiff::civil::date;
use paraph_ledger::{
    Audience, BesideKind, Cell, CellStatus, Correction, HandPosition, Handling, Ledger, Link, Matrix,
    NewSource, Relation, Roster, RosterIssue, RosterParty, Ruling, Setting, SourceMeta, Stance, Verdict,
    View,
};
use paraph_reading::record::{Act, Hop, Negation, SpeakerKind, Statement, TextSpan, When};

fn filled(matrix: &Matrix) -> Vec<(&str, &str, Stance)> {
    matrix
        .cells
        .iter()
        .filter(|cell| cell.is_filled())
        .map(|cell| (cell.party.as_str(), cell.issue.as_str(), cell.stance))
        .collect()
}

fn cell<'matrix>(matrix: &'matrix Matrix, party: &str, issue: &str) -> &'matrix Cell {
    matrix.cell(party, issue, Setting::Public).unwrap()
}

#[test]
fn a_dispatch_full_of_statements_fills_two_cells() {
    let (mut ledger, source) = with_source(DISPATCH, SourceMeta::default());
    let statements = dispatch_statements();
    ledger.propose(&stamp(1), &source, &statements).unwrap();
    assert_eq!(filled(&ledger.positions(&roster(), &View::default()).unwrap()), []);
    let ids: Vec<&str> = statements.iter().map(|statement| statement.id.as_str()).collect();
    ledger.confirm(&stamp(2), &ids).unwrap();
    let matrix = ledger.positions(&roster(), &View::default()).unwrap();
    assert_eq!(
        filled(&matrix),
        [("islands", "pier", Stance::Reserved), ("islands", "forces", Stance::Reserved)]
    );
    let islands = cell(&matrix, "islands", "pier");
    assert_eq!(islands.statements, ["d02"]);
    assert!(!islands.option_stated());
    // Relayed, anonymous and forecast words stand beside.
    let south = cell(&matrix, "south", "patrols");
    assert_eq!(south.stance, Stance::NoRecord);
    assert_eq!((south.beside[0].kind, south.beside[0].by.as_deref()), (BesideKind::Relayed, Some("north")));
    assert_eq!(south.beside[0].stance, Some(Stance::Accepts));
    assert_eq!(cell(&matrix, "south", "pier").beside[0].kind, BesideKind::Anonymous);
    assert_eq!(cell(&matrix, "mediator", "patrols").beside[0].kind, BesideKind::Forecast);
    assert_eq!(cell(&matrix, "league", "patrols").beside[0].kind, BesideKind::Anonymous);
    // A claim and its denial, side by side.
    let contested = ledger.contested(&View::default()).unwrap();
    assert_eq!(contested.len(), 1);
    assert_eq!((contested[0].claim.as_str(), contested[0].denied_by.as_str()), ("d11", "south"));
    // Thirteen silences: every pair but the two.
    let silences = matrix.silences();
    assert_eq!(silences.len(), 13);
    assert_eq!(silences[0].to_string(), "no record in 1 source");
}

/// The marked report lies outside the project; the test is skipped, with a note, where it does not.
#[test]
fn the_marked_report_fills_two_cells() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reports");
    let Ok(marked) = std::fs::read_to_string(shared.join("28-point-plan.gold.jsonl")) else {
        eprintln!("skipped: {} is not there", shared.display());
        return;
    };
    let marked: serde_json::Value = serde_json::from_str(marked.lines().next().unwrap()).unwrap();
    let report = std::fs::read(shared.join("28-point-plan.txt")).unwrap();
    let parties =
        ["ukraine", "russia", "united-states", "european-nations", "european-union", "ukraines-allies"];
    let named = |name: &str| -> Hop {
        match name {
            "reporter" => hop(name, SpeakerKind::Reporter, None),
            "anonymous" => hop(name, SpeakerKind::Anonymous, None),
            "european-nations" | "ukraines-allies" => hop(name, SpeakerKind::Collective, Some(name)),
            name if parties.contains(&name) => hop(name, SpeakerKind::Institution, Some(name)),
            name => hop(name, SpeakerKind::Named, None),
        }
    };
    let statements: Vec<Statement> = marked["attributions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let mut record = serde_json::Map::new();
            for field in [
                "id",
                "source",
                "cue",
                "content",
                "direct_quote",
                "party",
                "act",
                "channel",
                "contests",
                "negated",
            ] {
                if let Some(value) = row.get(field) {
                    record.insert(field.to_owned(), value.clone());
                }
            }
            let chain: Vec<Hop> =
                row["chain"].as_array().unwrap().iter().map(|name| named(name.as_str().unwrap())).collect();
            record.insert("chain".to_owned(), serde_json::to_value(chain).unwrap());
            let about: Vec<&str> = row["about"].as_str().unwrap().split("; ").collect();
            record.insert("about".to_owned(), about.into());
            record.insert("reader".to_owned(), "a person".into());
            serde_json::from_value(record.into()).unwrap()
        })
        .collect();
    assert_eq!(statements.len(), 23);
    let mut ledger = Ledger::in_memory().unwrap();
    let source =
        ledger.add_source(&stamp(0), &NewSource::plain_text(&report, SourceMeta::default())).unwrap().id;
    ledger.propose(&stamp(1), &source, &statements).unwrap();
    let ids: Vec<String> = statements.iter().map(|statement| statement.id.clone()).collect();
    ledger.confirm(&stamp(2), &ids).unwrap();
    for (row, id) in marked["attributions"].as_array().unwrap().iter().zip(&ids) {
        assert_eq!(ledger.statement(id).unwrap().words.content_line(), row["content_text"].as_str().unwrap());
    }
    let issues = [
        "territory",
        "armed-forces",
        "guarantees",
        "alliance",
        "sanctions",
        "assets",
        "elections",
        "process",
        "plan",
        "principles",
        "control of Kupiansk",
        "control of Pokrovsk",
    ];
    let roster = Roster {
        parties: parties.map(RosterParty::new).to_vec(),
        issues: issues.map(|issue| RosterIssue::new(issue, ["no", "yes"])).to_vec(),
    };
    let matrix = ledger.positions(&roster, &View::default()).unwrap();
    assert_eq!(
        filled(&matrix),
        [
            ("european-nations", "territory", Stance::Reserved),
            ("european-nations", "armed-forces", Stance::Reserved),
        ]
    );
    let kupiansk = ledger.contested(&View::default()).unwrap();
    assert_eq!((kupiansk[0].claim.as_str(), kupiansk[0].denial.as_str()), ("g19", "g18"));
}

/// A bench for the rules: one statement after the other by one party about one issue.
struct Bench {
    ledger: Ledger,
    sources: usize,
    statements: usize,
}

impl Bench {
    fn new() -> Bench {
        Bench { ledger: Ledger::in_memory().unwrap(), sources: 0, statements: 0 }
    }

    fn source(&mut self, meta: SourceMeta, text: &str) -> String {
        self.sources += 1;
        let text = format!("{text} ({})", self.sources);
        self.ledger.add_source(&stamp(0), &NewSource::plain_text(text.as_bytes(), meta)).unwrap().id
    }

    /// A statement of its own source; returns its id.
    fn say(
        &mut self,
        day: Option<i8>,
        name: &str,
        kind: SpeakerKind,
        act: Act,
        about: &[&str],
        words: &str,
    ) -> String {
        let meta = SourceMeta { published: day.map(|day| date(2025, 11, day)), ..SourceMeta::default() };
        self.say_in(meta, name, kind, act, about, words)
    }

    fn say_in(
        &mut self,
        meta: SourceMeta,
        name: &str,
        kind: SpeakerKind,
        act: Act,
        about: &[&str],
        words: &str,
    ) -> String {
        let text = format!("{name} says {words}");
        let source = self.source(meta, &text);
        self.statements += 1;
        let id = format!("s{:03}", self.statements);
        let record = statement(&text, &id, name, "says", words).by("north", name, kind).act(act).about(about);
        self.ledger.propose(&stamp(1), &source, &[record]).unwrap();
        self.ledger.confirm(&stamp(2), &[&id]).unwrap();
        id
    }

    fn cell(&self) -> Cell {
        self.cell_in(&View::default(), Setting::Public)
    }

    fn cell_in(&self, view: &View, setting: Setting) -> Cell {
        let mut roster = roster();
        roster.parties[0].names = vec!["North".to_owned(), "the capital".to_owned()];
        roster.parties[0].authority =
            vec![vec!["President Brandt".to_owned()], vec!["Minister Ode".to_owned()]];
        self.ledger.positions(&roster, view).unwrap().cell("north", "patrols", setting).unwrap().clone()
    }
}

use SpeakerKind::{Anonymous, Institution, Named, Role};

#[test]
fn each_act_gives_its_stance() {
    type Row = (Act, &'static [&'static str], &'static str, Option<(Stance, &'static [&'static str])>);
    let table: [Row; 22] = [
        (Act::Accept, &["patrols = joint"], "joint patrols are fine", Some((Stance::Accepts, &["joint"]))),
        (Act::Accept, &["patrols"], "something on patrols is fine", Some((Stance::Accepts, &[]))),
        (
            Act::Condition,
            &["patrols = joint"],
            "they would accept joint patrols if the strait is open",
            Some((Stance::AcceptsIf, &["joint"])),
        ),
        (
            Act::Condition,
            &["patrols = joint"],
            "if the strait is open, they agree to joint patrols",
            Some((Stance::AcceptsIf, &["joint"])),
        ),
        // A condition that makes an option the price is a demand for it.
        (
            Act::Condition,
            &["patrols = joint"],
            "they would agree to a ceasefire only if patrols are joint",
            Some((Stance::Demands, &["joint"])),
        ),
        (
            Act::Condition,
            &["patrols = joint"],
            "they would not accept joint patrols unless paid",
            Some((Stance::Demands, &["joint"])),
        ),
        (Act::Condition, &["patrols"], "they would accept patrols if paid", Some((Stance::Demands, &[]))),
        (Act::Demand, &["patrols = none"], "patrols must end", Some((Stance::Demands, &["none"]))),
        (Act::Offer, &["patrols = observers"], "observers may come", Some((Stance::Offers, &["observers"]))),
        (Act::Concede, &["patrols = observers"], "observers then", Some((Stance::Offers, &["observers"]))),
        (Act::Concern, &["patrols"], "patrols are worrying", Some((Stance::Reserved, &[]))),
        (
            Act::Reject,
            &["patrols = joint", "patrols = observers"],
            "no patrols",
            Some((Stance::Rejects, &["joint", "observers"])),
        ),
        (Act::Commit, &["patrols"], "they will discuss patrols", Some((Stance::WillDiscuss, &[]))),
        (Act::Commit, &["patrols", "process"], "they will come", Some((Stance::WillDiscuss, &[]))),
        (Act::Commit, &["patrols"], "they will guard the strait", None),
        (Act::NoComment, &["patrols"], "nothing on patrols", Some((Stance::NoComment, &[]))),
        (Act::State, &["patrols = joint"], "patrols exist", None),
        (Act::Support, &["patrols"], "the plan is good", None),
        (Act::Characterise, &["patrols"], "patrols are odd", None),
        (Act::PredictAcceptance, &["patrols"], "all will accept", None),
        (Act::ReportClaim, &["patrols"], "patrols came", None),
        (Act::AnnounceEvent, &["patrols"], "talks on patrols on Monday", None),
    ];
    for (act, about, words, expected) in table {
        let mut bench = Bench::new();
        bench.say(Some(1), "Ode", Named, act, about, words);
        let cell = bench.cell();
        let found = (cell.stance != Stance::NoRecord).then_some(cell.stance);
        assert_eq!(found, expected.map(|(stance, _)| stance), "{act:?} {words}");
        if let Some((_, options)) = expected {
            assert_eq!(cell.options, options, "{act:?} {words}");
        }
    }
}

#[test]
fn a_person_says_whether_a_condition_accepts() {
    let mut bench = Bench::new();
    let id = bench.say(Some(1), "Ode", Named, Act::Condition, &["patrols = joint"], "sous conditions, oui");
    assert_eq!(bench.cell().stance, Stance::Demands);
    bench.ledger.correct(&stamp(3), &id, &Correction::new().accepts(Some(true)), None).unwrap();
    let cell = bench.cell();
    assert_eq!((cell.stance, cell.condition.as_deref()), (Stance::AcceptsIf, Some("sous conditions, oui")));
}

#[test]
fn negation_gives_no_stance_and_no_option() {
    for (negated, stance, options) in [
        (Negation::Cue, Stance::NoRecord, 0),
        (Negation::Both, Stance::NoRecord, 0),
        (Negation::Content, Stance::Accepts, 0),
        (Negation::None, Stance::Accepts, 1),
    ] {
        let mut bench = Bench::new();
        let id = bench.say(Some(1), "Ode", Named, Act::Accept, &["patrols = joint"], "joint patrols");
        bench.ledger.correct(&stamp(3), &id, &Correction::new().negated(negated), None).unwrap();
        let cell = bench.cell();
        assert_eq!((cell.stance, cell.options.len()), (stance, options), "{negated:?}");
    }
}

#[test]
fn an_option_the_case_does_not_know_fills_none() {
    let mut bench = Bench::new();
    bench.say(Some(1), "Ode", Named, Act::Demand, &["patrols = submarines"], "submarines");
    let cell = bench.cell();
    assert_eq!((cell.stance, cell.option_stated()), (Stance::Demands, false));
}

#[test]
fn only_the_party_itself_sets_a_cell() {
    let own = |chain: Vec<Hop>| {
        let mut bench = Bench::new();
        let id = bench.say(Some(1), "Ode", Named, Act::Reject, &["patrols = joint"], "no joint patrols");
        bench.ledger.correct(&stamp(3), &id, &Correction::new().chain(&chain), None).unwrap();
        let cell = bench.cell();
        (cell.stance, cell.beside.first().map(|beside| beside.kind))
    };
    let reporter = || hop("reporter", SpeakerKind::Reporter, None);
    let own_kinds = [Named, Role, Institution, SpeakerKind::Collective];
    for kind in own_kinds {
        assert_eq!(own(vec![reporter(), hop("x", kind, Some("north"))]), (Stance::Rejects, None), "{kind:?}");
        assert_eq!(own(vec![reporter(), hop("x", kind, None)]), (Stance::Rejects, None), "{kind:?}");
    }
    // A spokesman who reports the president: one party, so its own word.
    let both = vec![reporter(), hop("spokesman", Role, Some("north")), hop("Brandt", Named, Some("north"))];
    assert_eq!(own(both), (Stance::Rejects, None));
    let relayed = Some(BesideKind::Relayed);
    assert_eq!(
        own(vec![hop("minister", Role, Some("south")), hop("Brandt", Named, Some("north"))]),
        (Stance::NoRecord, relayed)
    );
    assert_eq!(
        own(vec![hop("somebody", Named, None), hop("Brandt", Named, Some("north"))]),
        (Stance::NoRecord, relayed)
    );
    assert_eq!(own(vec![reporter(), hop("minister", Role, Some("south"))]), (Stance::NoRecord, relayed));
    let anonymous = Some(BesideKind::Anonymous);
    assert_eq!(
        own(vec![reporter(), hop("sources", Anonymous, Some("north"))]),
        (Stance::NoRecord, anonymous)
    );
    assert_eq!(
        own(vec![reporter(), hop("sources", Anonymous, None), hop("Brandt", Named, Some("north"))]),
        (Stance::NoRecord, anonymous)
    );
}

#[test]
fn a_later_word_of_the_same_speaker_is_a_change() {
    let mut bench = Bench::new();
    let first =
        bench.say(Some(1), "Anna Varga", Named, Act::Reject, &["patrols = joint"], "no joint patrols");
    let second =
        bench.say(Some(5), "Minister Varga", Named, Act::Accept, &["patrols = joint"], "joint patrols");
    let cell = bench.cell();
    assert_eq!((cell.stance, cell.changed, cell.contradiction), (Stance::Accepts, true, false));
    assert_eq!(cell.statements, [second]);
    assert_eq!(cell.previous.unwrap().statements, [first]);
    // As of the day between, the first word stands.
    let between = View { as_of: Some(date(2025, 11, 3)), ..View::default() };
    let cell = bench.cell_in(&between, Setting::Public);
    assert_eq!((cell.stance, cell.changed), (Stance::Rejects, false));
    let before = View { as_of: Some(date(2025, 10, 31)), ..View::default() };
    assert_eq!(bench.cell_in(&before, Setting::Public).stance, Stance::NoRecord);
}

#[test]
fn authority_decides_between_speakers_of_one_party() {
    // The president after the minister: a change.
    let mut bench = Bench::new();
    bench.say(Some(1), "Minister Ode", Named, Act::Reject, &["patrols = joint"], "no joint patrols");
    bench.say(Some(5), "Ana Brandt", Named, Act::Accept, &["patrols = joint"], "joint patrols");
    let cell = bench.cell();
    assert_eq!((cell.stance, cell.changed, cell.contradiction), (Stance::Accepts, true, false));
    // The minister after the president: a contradiction, the latest shown first.
    let mut bench = Bench::new();
    bench.say(Some(1), "Ana Brandt", Named, Act::Reject, &["patrols = joint"], "no joint patrols");
    bench.say(Some(5), "Minister Ode", Named, Act::Accept, &["patrols = joint"], "joint patrols");
    let cell = bench.cell();
    assert_eq!((cell.stance, cell.contradiction, cell.readings.len()), (Stance::Accepts, true, 2));
    // Two speakers of whom nothing is known: a contradiction, too.
    let mut bench = Bench::new();
    bench.say(Some(1), "Varga", Named, Act::Reject, &["patrols = joint"], "no joint patrols");
    bench.say(Some(5), "Lind", Named, Act::Accept, &["patrols = joint"], "joint patrols");
    assert!(bench.cell().contradiction);
    // The party itself, under two of its names, is one speaker.
    let mut bench = Bench::new();
    bench.say(Some(1), "North", Institution, Act::Reject, &["patrols = joint"], "no joint patrols");
    bench.say(Some(5), "The capital", Institution, Act::Accept, &["patrols = joint"], "joint patrols");
    let cell = bench.cell();
    assert_eq!((cell.contradiction, cell.changed), (false, true));
    // A pronoun is nobody in particular.
    let mut bench = Bench::new();
    bench.say(Some(1), "He", Named, Act::Reject, &["patrols = joint"], "no joint patrols");
    bench.say(Some(5), "He", Named, Act::Accept, &["patrols = joint"], "joint patrols");
    assert!(bench.cell().contradiction);
}

#[test]
fn a_pronoun_that_the_reader_resolved_is_that_speaker() {
    let text = "Varga was calm. He says no. Later he says yes. His office says yes.";
    for (later, contradiction) in [("he says", false), ("His office says", true)] {
        let mut ledger = Ledger::in_memory().unwrap();
        let mut record = |day: i8, id: &str, subject: &str, content: &str, act: Act| {
            let text = format!("{text} ({day})");
            let meta = SourceMeta { published: Some(date(2025, 11, day)), ..SourceMeta::default() };
            let source =
                ledger.add_source(&stamp(0), &NewSource::plain_text(text.as_bytes(), meta)).unwrap().id;
            let speaker = subject.trim_end_matches(" says");
            let mut record = statement(&text, id, subject, subject, content)
                .by("north", speaker, Named)
                .act(act)
                .about(&["patrols"]);
            record.stands_for = Some(crate::support::span(&text, "Varga"));
            ledger.propose(&stamp(1), &source, &[record]).unwrap();
            ledger.confirm(&stamp(2), &[id]).unwrap();
        };
        record(1, "p1", "He says", "no", Act::Reject);
        record(5, "p2", later, "yes", Act::Accept);
        let matrix = ledger.positions(&roster(), &View::default()).unwrap();
        assert_eq!(cell(&matrix, "north", "patrols").contradiction, contradiction, "{later}");
    }
}

#[test]
fn words_of_equal_or_unknown_date_contradict_until_a_person_rules() {
    for (one, other) in [(Some(1), Some(1)), (None, None), (Some(1), None), (None, Some(1))] {
        let mut bench = Bench::new();
        let never = bench.say(one, "Ode", Named, Act::Reject, &["patrols = joint"], "no joint patrols");
        let well = bench.say(other, "Ode", Named, Act::Accept, &["patrols = joint"], "joint patrols");
        let cell = bench.cell();
        assert!(cell.contradiction, "{one:?} {other:?}");
        assert_eq!(cell.readings.len(), 2);
        let queue = bench.ledger.contradictions(&roster(), &View::default()).unwrap();
        assert_eq!(queue.len(), 1);
        let ruling = |verdict| Ruling {
            statements: vec![never.clone(), well.clone()],
            verdict,
            reason: "the minutes say which came last".to_owned(),
        };
        bench.ledger.rule(&stamp(4), &ruling(Verdict::Prevails(never.clone()))).unwrap();
        let cell = bench.cell();
        assert_eq!((cell.stance, cell.contradiction, cell.changed), (Stance::Rejects, false, true));
        assert_eq!(cell.statements, std::slice::from_ref(&never));
        // A later ruling on the same pair counts instead.
        bench.ledger.rule(&stamp(5), &ruling(Verdict::Compatible)).unwrap();
        let cell = bench.cell();
        assert_eq!((cell.contradiction, cell.readings.len()), (false, 2));
        bench.ledger.undo(&stamp(6), None).unwrap();
        bench.ledger.undo(&stamp(7), None).unwrap();
        assert!(bench.cell().contradiction, "both rulings are undone");
    }
}

#[test]
fn positions_on_different_options_do_not_contradict() {
    let mut bench = Bench::new();
    bench.say(Some(1), "Ode", Named, Act::Reject, &["patrols = joint"], "no joint patrols");
    bench.say(Some(1), "Varga", Named, Act::Demand, &["patrols = observers"], "observers only");
    let cell = bench.cell();
    assert_eq!((cell.contradiction, cell.readings.len()), (false, 2));
    // Two demands on one issue cannot both be met.
    let mut bench = Bench::new();
    bench.say(Some(1), "Ode", Named, Act::Demand, &["patrols = joint"], "joint patrols");
    bench.say(Some(1), "Varga", Named, Act::Demand, &["patrols = observers"], "observers only");
    assert!(bench.cell().contradiction);
}

#[test]
fn public_and_private_words_stand_side_by_side() {
    let mut bench = Bench::new();
    bench.say(Some(1), "Brandt", Named, Act::Reject, &["patrols = joint"], "never joint patrols");
    let private =
        SourceMeta { published: Some(date(2025, 11, 1)), setting: Setting::Private, ..SourceMeta::default() };
    bench.say_in(
        private,
        "Brandt",
        Named,
        Act::Condition,
        &["patrols = joint"],
        "they accept joint patrols if paid",
    );
    let public = bench.cell();
    let table = bench.cell_in(&View::default(), Setting::Private);
    assert_eq!((public.stance, public.contradiction), (Stance::Rejects, false));
    assert_eq!((table.stance, table.contradiction), (Stance::AcceptsIf, false));
}

#[test]
fn a_no_comment_erases_nothing() {
    let mut bench = Bench::new();
    let early = bench.say(Some(1), "Brandt", Named, Act::NoComment, &["patrols"], "nothing on patrols");
    assert_eq!((bench.cell().stance, bench.cell().statements), (Stance::NoComment, vec![early]));
    bench.say(Some(5), "Brandt", Named, Act::Reject, &["patrols = joint"], "no joint patrols");
    assert!(bench.cell().beside.is_empty(), "the earlier no-comment is history");
    let late = bench.say(Some(9), "Brandt", Named, Act::NoComment, &["patrols"], "nothing more on patrols");
    let cell = bench.cell();
    assert_eq!(cell.stance, Stance::Rejects);
    assert_eq!((cell.beside[0].kind, &cell.beside[0].statement), (BesideKind::NoComment, &late));
}

#[test]
fn a_denied_claim_is_contested_in_both_rows() {
    let text = "Ode said South had agreed to joint patrols. South denied that.";
    let (mut ledger, source) = with_source(text, SourceMeta::default());
    let mut claim = statement(text, "c1", "Ode", "said", "South had agreed to joint patrols")
        .by("south", "South", Institution)
        .act(Act::Accept)
        .about(&["patrols = joint"]);
    claim.chain.insert(1, hop("Ode", Named, Some("north")));
    claim.party = Some("north".to_owned());
    let mut denial = statement(text, "c2", "South denied", "denied", "that.")
        .by("south", "South", Institution)
        .act(Act::Deny)
        .about(&["patrols = joint"]);
    denial.contests = Some("c1".to_owned());
    ledger.propose(&stamp(1), &source, &[claim, denial]).unwrap();
    ledger.confirm(&stamp(2), &["c1"]).unwrap();
    assert!(ledger.contested(&View::default()).unwrap().is_empty(), "an unconfirmed denial denies nothing");
    ledger.confirm(&stamp(3), &["c2"]).unwrap();
    let matrix = ledger.positions(&roster(), &View::default()).unwrap();
    for party in ["north", "south"] {
        let cell = cell(&matrix, party, "patrols");
        assert!(cell.contested, "{party}");
        assert_eq!(cell.contested_by, ["c2"]);
        assert_eq!(cell.stance, Stance::NoRecord, "{party}");
    }
}

#[test]
fn a_hand_stands_before_everything_and_shows_what_came_after() {
    let mut bench = Bench::new();
    let id = bench.say(Some(1), "Ode", Named, Act::Reject, &["patrols = joint"], "no joint patrols");
    let hand = HandPosition {
        party: "north".to_owned(),
        issue: "patrols".to_owned(),
        options: vec!["observers".to_owned()],
        stance: Stance::AcceptsIf,
        condition: Some("paid".to_owned()),
        draft: None,
        setting: Setting::Public,
        handling: Handling::Team,
        date: Some(date(2025, 11, 4)),
        reason: "the communiqué of the second round".to_owned(),
        evidence: vec![id[..4].to_owned()],
    };
    bench.ledger.set_position(&stamp(4), &hand).unwrap();
    let cell = bench.cell();
    assert_eq!((cell.stance, cell.status, cell.beside.len()), (Stance::AcceptsIf, CellStatus::SetByHand, 0));
    assert_eq!(cell.statements, [id]);
    let later = bench.say(Some(9), "Ode", Named, Act::Demand, &["patrols = none"], "no patrols");
    let cell = bench.cell();
    assert_eq!((cell.stance, &cell.beside[0].statement), (Stance::AcceptsIf, &later));
    assert_eq!(cell.beside[0].kind, BesideKind::AfterHand);
    // Not yet on the day before, not for an audience below its handling, and not once cleared.
    let before = View { as_of: Some(date(2025, 11, 3)), ..View::default() };
    assert_eq!(bench.cell_in(&before, Setting::Public).stance, Stance::Rejects);
    let everybody = View { audience: Audience::Public, ..View::default() };
    assert_eq!(bench.cell_in(&everybody, Setting::Public).stance, Stance::NoRecord);
    bench
        .ledger
        .clear_position(&stamp(5), "north", "patrols", Setting::Public, "withdrawn by the mediator")
        .unwrap();
    assert_eq!(bench.cell().status, CellStatus::Confirmed);
}

#[test]
fn an_audience_sees_only_what_it_may() {
    let mut bench = Bench::new();
    for (day, handling, act) in [
        (1, Handling::Public, Act::Reject),
        (2, Handling::Team, Act::Concern),
        (3, Handling::Restricted, Act::Accept),
    ] {
        let meta = SourceMeta { published: Some(date(2025, 11, day)), handling, ..SourceMeta::default() };
        bench.say_in(meta, "Brandt", Named, act, &["patrols = joint"], "joint patrols");
    }
    for (audience, stance, sources) in [
        (Audience::Public, Stance::Rejects, 1),
        (Audience::Team, Stance::Reserved, 2),
        (Audience::Restricted, Stance::Accepts, 3),
    ] {
        let view = View { audience, ..View::default() };
        assert_eq!(bench.cell_in(&view, Setting::Public).stance, stance);
        assert_eq!(bench.ledger.positions(&roster(), &view).unwrap().sources, sources);
    }
}

#[test]
fn what_an_audience_may_not_see_leaves_no_trace() {
    let report = |ledger: &mut Ledger, text: &str, handling, id: &str| {
        let meta = SourceMeta { handling, ..SourceMeta::default() };
        let source = ledger.add_source(&stamp(0), &NewSource::plain_text(text.as_bytes(), meta)).unwrap().id;
        let record = statement(text, id, "Ode", "says", "no")
            .by("north", "Ode", Named)
            .act(Act::Reject)
            .about(&["patrols"]);
        ledger.propose(&stamp(1), &source, &[record]).unwrap();
        ledger.confirm(&stamp(2), &[id]).unwrap();
    };
    let mut with = Ledger::in_memory().unwrap();
    let mut without = Ledger::in_memory().unwrap();
    report(&mut with, "Ode says no, quietly.", Handling::Restricted, "hidden");
    for ledger in [&mut with, &mut without] {
        report(ledger, "Ode says no.", Handling::Public, "shown");
    }
    let view = View { audience: Audience::Team, ..View::default() };
    let bytes = |ledger: &Ledger| {
        let filter = paraph_ledger::StatementFilter::default();
        serde_json::to_string(&(
            ledger.positions(&roster(), &view).unwrap(),
            ledger.statements(&filter).unwrap(),
            ledger.search("no", Audience::Team, 10).unwrap(),
            ledger.sources(Audience::Team).unwrap(),
        ))
        .unwrap()
    };
    assert_eq!(bytes(&with), bytes(&without));
}

#[test]
fn the_time_of_utterance_comes_before_that_of_publication() {
    let mut bench = Bench::new();
    let when = |first: &str, last: &str| When {
        phrase: "then".to_owned(),
        interval: Some((first.to_owned(), last.to_owned())),
    };
    // Published on the ninth, said on the second; the other way round for the change.
    let old = bench.say(Some(9), "Brandt", Named, Act::Reject, &["patrols = joint"], "no joint patrols");
    bench
        .ledger
        .correct(&stamp(3), &old, &Correction::new().when(Some(&when("2025-11-02", "2025-11-02"))), None)
        .unwrap();
    bench.say(Some(5), "Brandt", Named, Act::Accept, &["patrols = joint"], "joint patrols");
    let cell = bench.cell();
    assert_eq!((cell.stance, cell.changed, cell.contradiction), (Stance::Accepts, true, false));
    let early = View { as_of: Some(date(2025, 11, 3)), ..View::default() };
    assert_eq!(bench.cell_in(&early, Setting::Public).stance, Stance::Rejects);
    // A phrase about the future is not when the words were said.
    bench
        .ledger
        .correct(&stamp(4), &old, &Correction::new().when(Some(&when("2025-12-01", "2025-12-01"))), None)
        .unwrap();
    assert_eq!(bench.cell().stance, Stance::Rejects);
}

#[test]
fn known_at_goes_by_the_journal() {
    let mut bench = Bench::new();
    bench.say(Some(1), "Brandt", Named, Act::Reject, &["patrols = joint"], "no joint patrols");
    let then = View { known_at: Some(stamp(2).time), ..View::default() };
    let earlier = View { known_at: Some(stamp(1).time), ..View::default() };
    bench.ledger.undo(&stamp(9), None).unwrap();
    assert_eq!(bench.cell().stance, Stance::NoRecord);
    assert_eq!(bench.cell_in(&then, Setting::Public).stance, Stance::Rejects);
    assert_eq!(bench.cell_in(&earlier, Setting::Public).stance, Stance::NoRecord);
}

#[test]
fn links_add_issues_parties_and_sameness() {
    let mut bench = Bench::new();
    let one = bench.say(Some(1), "Ode", Named, Act::Demand, &["unmapped"], "joint patrols, wrote one");
    let link = |statement: &str, relation, target: &str| Link::new(statement, relation, target);
    bench.ledger.link(&stamp(3), &link(&one, Relation::Issue, "patrols = joint")).unwrap();
    assert_eq!((bench.cell().stance, bench.cell().options), (Stance::Demands, vec!["joint".to_owned()]));
    // The same words in another report, read a little differently: no contradiction once they are linked.
    let two = bench.say(Some(1), "Ode", Named, Act::Reject, &["patrols"], "joint patrols, wrote another");
    assert!(bench.cell().contradiction);
    bench.ledger.link(&stamp(4), &link(&two, Relation::Same, &one)).unwrap();
    assert!(!bench.cell().contradiction);
    // A person takes it back, and says so again; the last word counts.
    bench.ledger.link(&stamp(4), &link(&one, Relation::Distinct, &two)).unwrap();
    assert!(bench.cell().contradiction);
    assert!(bench.ledger.same_groups().unwrap().is_empty());
    bench.ledger.link(&stamp(4), &link(&one, Relation::Same, &two)).unwrap();
    assert!(!bench.cell().contradiction);
    // A forecast goes to the row of the party it is about.
    let forecast =
        bench.say(Some(2), "Ode", Named, Act::PredictAcceptance, &["patrols = joint"], "South will take it");
    bench.ledger.link(&stamp(5), &link(&forecast, Relation::AboutParty, "south")).unwrap();
    let matrix = bench.ledger.positions(&roster(), &View::default()).unwrap();
    let south = cell(&matrix, "south", "patrols");
    assert_eq!((south.stance, south.beside[0].kind), (Stance::NoRecord, BesideKind::Forecast));
    assert_eq!(south.beside[0].by.as_deref(), Some("north"));
}

#[test]
fn the_json_of_a_cell_is_the_documented_one() {
    let mut bench = Bench::new();
    let id = bench.say(
        Some(1),
        "Ode",
        Named,
        Act::Condition,
        &["patrols = joint"],
        "they accept joint patrols if paid",
    );
    let json = serde_json::to_value(bench.cell()).unwrap();
    for (field, value) in [
        ("party", serde_json::json!("north")),
        ("issue", "patrols".into()),
        ("position", "accepts if".into()),
        ("status", "confirmed".into()),
        ("statements", serde_json::json!([id])),
        ("contradiction", false.into()),
        ("contested", false.into()),
    ] {
        assert_eq!(json[field], value);
    }
    let matrix = bench
        .ledger
        .positions(&roster(), &View { as_of: Some(date(2025, 11, 2)), ..View::default() })
        .unwrap();
    assert_eq!(serde_json::to_value(&matrix).unwrap()["as_of"], "2025-11-02");
    assert_eq!(matrix.cells.len(), 15);
}

#[test]
fn ten_thousand_statements_in_one_cell_are_decided_quickly() {
    let text = "Ode says no. ".repeat(10_000);
    let mut ledger = Ledger::in_memory().unwrap();
    let source = ledger
        .add_source(&stamp(0), &NewSource::plain_text(text.as_bytes(), SourceMeta::default()))
        .unwrap()
        .id;
    let statements: Vec<Statement> = (0..10_000u32)
        .map(|number| {
            let at = number * 13;
            let mut record = statement("Ode says no", &format!("m{number:05}"), "Ode", "says", "no")
                .by("north", ["Ode", "Varga", "Lind"][number as usize % 3], Named)
                .act([Act::Reject, Act::Demand][number as usize % 2])
                .about(&["patrols = joint"]);
            for spans in [&mut record.source, &mut record.cue, &mut record.content] {
                spans[0] = TextSpan { start: spans[0].start + at, end: spans[0].end + at };
            }
            record
        })
        .collect();
    ledger.propose(&stamp(1), &source, &statements).unwrap();
    let ids: Vec<&str> = statements.iter().map(|statement| statement.id.as_str()).collect();
    ledger.confirm(&stamp(2), &ids).unwrap();
    let begun = std::time::Instant::now();
    let matrix = ledger.positions(&roster(), &View::default()).unwrap();
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    assert!(cell(&matrix, "north", "patrols").contradiction);
}

#[test]
fn a_matrix_says_what_changed_since_an_earlier_one() {
    use paraph_ledger::ChangeKind;
    let mut bench = Bench::new();
    bench.say(Some(1), "Brandt", Named, Act::Reject, &["patrols = joint"], "no joint patrols");
    bench.say(Some(5), "Brandt", Named, Act::Accept, &["patrols = joint"], "joint patrols");
    bench.say(Some(6), "Brandt", Named, Act::State, &["pier"], "the pier is old");
    let matrix = |day| {
        let view = View { as_of: Some(date(2025, 11, day)), ..View::default() };
        bench.ledger.positions(&roster(), &view).unwrap()
    };
    let changes = matrix(9).changes_since(&matrix(3));
    let shown: Vec<_> =
        changes.iter().map(|change| (change.issue.as_str(), change.kinds.as_slice())).collect();
    assert_eq!(
        shown,
        [
            ("patrols", [ChangeKind::Stance, ChangeKind::Evidence].as_slice()),
            ("pier", [ChangeKind::Beside].as_slice()),
        ]
    );
    assert_eq!(changes[0].before.as_ref().unwrap().stance, Stance::Rejects);
    assert_eq!(changes[0].after.as_ref().unwrap().stance, Stance::Accepts);
    assert!(matrix(3).changes_since(&matrix(4)).is_empty());
    // A roster with one issue less: the cells are gone.
    let mut small = roster();
    small.issues.truncate(1);
    let less = bench.ledger.positions(&small, &View::default()).unwrap();
    let gone = less.changes_since(&bench.ledger.positions(&roster(), &View::default()).unwrap());
    assert_eq!(gone.len(), 1, "a cell that held nothing is not missed");
    assert!(gone[0].after.is_none());
}
