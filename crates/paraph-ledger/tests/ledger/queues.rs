//! The queues of a team, and the ledger as it was when a receipt was written.

use paraph_ledger::{Ledger, Order, Ruling, SourceMeta, StatementFilter, Status, Verdict, View};
use paraph_reading::record::{Act, SpeakerKind};

use crate::support::{DISPATCH, Fill, dispatch_statements, play, roster, stamp, statement, with_source};

const TEXT: &str = "North said no to joint patrols. North said yes to joint patrols. South denied it.";

fn disputed() -> Ledger {
    let (mut ledger, source) = with_source(TEXT, SourceMeta::default());
    let make = |id: &str, cue: &str, content: &str, act: Act| {
        statement(TEXT, id, "North", cue, content)
            .by("north", "North", SpeakerKind::Institution)
            .act(act)
            .about(&["patrols = joint"])
    };
    let mut denial = statement(TEXT, "q3", "South", "denied", "it")
        .by("south", "South", SpeakerKind::Institution)
        .act(Act::Deny);
    denial.contests = Some("q2".to_owned());
    let records = [
        make("q1", "said no", "joint patrols", Act::Reject),
        make("q2", "said yes", "joint patrols. North", Act::Accept),
        denial,
    ];
    ledger.propose(&stamp(1), &source, &records).unwrap();
    ledger.confirm(&stamp(2), &["q1", "q2", "q3"]).unwrap();
    ledger
}

fn ruling(statements: &[&str], verdict: Verdict) -> Ruling {
    Ruling {
        statements: statements.iter().map(|id| (*id).to_owned()).collect(),
        verdict,
        reason: "read again".to_owned(),
    }
}

#[test]
fn a_queue_holds_what_waits_and_says_what_was_decided() {
    let mut ledger = disputed();
    let queues = ledger.queues(&roster(), &View::default()).unwrap();
    assert_eq!((queues.proposed, queues.contradictions.len(), queues.contested.len()), (0, 1, 1));
    assert_eq!(queues.contested[0].ruling, None);
    assert_eq!(queues.silences.len(), 14, "every pair but north on patrols");
    // Looked at, and left as it is: still a contradiction, still contested, with the verdict beside it.
    ledger.rule(&stamp(3), &ruling(&["q1", "q2"], Verdict::StaysContested)).unwrap();
    ledger.rule(&stamp(3), &ruling(&["q2", "q3"], Verdict::StaysContested)).unwrap();
    let queues = ledger.queues(&roster(), &View::default()).unwrap();
    assert_eq!((queues.contradictions.len(), queues.rulings.len()), (1, 2));
    let verdict = queues.contested[0].ruling.as_ref().unwrap();
    assert_eq!(
        (&verdict.verdict, verdict.reason.as_str(), verdict.author.as_str()),
        (&Verdict::StaysContested, "read again", "Ana")
    );
    // The denial was about something else: the pair is listed with its verdict, and marks no cell.
    ledger.rule(&stamp(4), &ruling(&["q2", "q3"], Verdict::Compatible)).unwrap();
    let matrix = ledger.positions(&roster(), &View::default()).unwrap();
    assert!(matrix.cells.iter().all(|cell| !cell.contested));
    let queues = ledger.queues(&roster(), &View::default()).unwrap();
    assert_eq!(queues.contested[0].ruling.as_ref().unwrap().verdict, Verdict::Compatible);
    ledger.rule(&stamp(5), &ruling(&["q1", "q2"], Verdict::Prevails("q1".to_owned()))).unwrap();
    assert!(ledger.queues(&roster(), &View::default()).unwrap().contradictions.is_empty());
    // The latest verdict counts: what was settled can be opened again.
    ledger.rule(&stamp(6), &ruling(&["q1", "q2"], Verdict::StaysContested)).unwrap();
    assert_eq!(ledger.queues(&roster(), &View::default()).unwrap().contradictions.len(), 1);
}

#[test]
fn nobody_prevails_over_another_party() {
    let mut ledger = disputed();
    let error =
        ledger.rule(&stamp(3), &ruling(&["q2", "q3"], Verdict::Prevails("q3".to_owned()))).unwrap_err();
    assert!(error.is_invalid() && error.to_string().contains("nothing is adjudicated"), "{error}");
}

#[test]
fn the_most_uncertain_proposals_come_first() {
    let (mut ledger, source) = with_source(DISPATCH, SourceMeta::default());
    let mut records = dispatch_statements();
    for (number, record) in records.iter_mut().enumerate() {
        record.confidence = Some([0.9, 0.2, 0.5][number % 3]);
    }
    records[3].act = None;
    ledger.propose(&stamp(1), &source, &records).unwrap();
    ledger.confirm(&stamp(2), &["d02"]).unwrap();
    let filter = StatementFilter {
        status: vec![Status::Proposed],
        order: Order::Uncertainty,
        limit: Some(4),
        ..StatementFilter::default()
    };
    let found = ledger.statements(&filter).unwrap();
    let ids: Vec<&str> = found.iter().map(|statement| statement.id()).collect();
    assert_eq!(
        ids,
        ["d04", "d05", "d08", "d11"],
        "without an act; then confidence 0.2 in the order of places"
    );
    assert_eq!(ledger.count(&filter).unwrap(), 12);
    assert_eq!(
        ledger
            .count(&StatementFilter { party: Some("south".to_owned()), ..StatementFilter::default() })
            .unwrap(),
        4
    );
}

#[test]
fn a_receipt_leads_back_to_the_ledger_it_was_written_for() {
    let mut ledger = Ledger::in_memory().unwrap();
    play(&mut ledger, 4, 40);
    let then = (ledger.receipt().unwrap(), ledger.positions(&roster(), &View::default()).unwrap());
    play(&mut ledger, 5, 40);
    let again = ledger.as_of_receipt(&then.0).unwrap();
    assert_eq!((again.receipt().unwrap(), again.positions(&roster(), &View::default()).unwrap()), then);
    let mut other = then.0.clone();
    other.count += 1;
    assert!(ledger.as_of_receipt(&other).unwrap_err().is_not_found());
    assert!(again.as_of_receipt(&ledger.receipt().unwrap()).unwrap_err().is_not_found());
}

#[test]
fn the_last_action_is_known_and_can_be_undone_alone() {
    let mut ledger = disputed();
    let confirmed = ledger.last_action().unwrap().to_owned();
    ledger.reject(&stamp(3), &["q1"], None).unwrap();
    assert_ne!(ledger.last_action().unwrap(), confirmed);
    ledger.undo(&stamp(4), Some(&confirmed)).unwrap();
    assert_eq!(ledger.statement("q2").unwrap().status, Status::Proposed);
    assert_eq!(ledger.statement("q1").unwrap().status, Status::Rejected);
}
