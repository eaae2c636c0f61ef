//! Two collators: everything lands once, and nothing silently wins.

use paraph_ledger::{
    Audience, ConflictKind, Correction, Handling, Ledger, NewSource, ReceiptCheck, Setting, SourceMeta,
    Stamp, Stance, StatementFilter, Status, View,
};
use paraph_reading::record::{Act, SpeakerKind};

use crate::support::{Fill, play, roster, stamp, statement};

const TEXT: &str = "Ode says no. Varga says yes.";

fn bo(minutes: i64) -> Stamp {
    Stamp::new("Bo", stamp(minutes).time)
}

/// Two ledgers with the same beginning: one source, two statements.
fn pair() -> (Ledger, Ledger) {
    let mut ours = Ledger::in_memory().unwrap();
    let source = ours
        .add_source(&stamp(0), &NewSource::plain_text(TEXT.as_bytes(), SourceMeta::default()))
        .unwrap()
        .id;
    let make = |id: &str, name: &str, content: &str, act| {
        statement(TEXT, id, name, "says", content)
            .by("north", name, SpeakerKind::Named)
            .act(act)
            .about(&["patrols = joint"])
    };
    ours.propose(
        &stamp(1),
        &source,
        &[make("a1", "Ode", "no", Act::Reject), make("b1", "Varga", "yes", Act::Accept)],
    )
    .unwrap();
    let mut theirs = Ledger::in_memory().unwrap();
    theirs.import_journal(&ours.export_journal().unwrap()).unwrap();
    (ours, theirs)
}

fn status(ledger: &Ledger, id: &str) -> Status {
    ledger.statement(id).unwrap().status
}

#[test]
fn everything_lands_once_and_both_journals_stay_verifiable() {
    let (mut ours, mut theirs) = pair();
    ours.confirm(&stamp(2), &["a1"]).unwrap();
    theirs.confirm(&bo(3), &["b1"]).unwrap();
    let other = NewSource::plain_text(b"A second report.", SourceMeta::default());
    theirs.add_source(&bo(4), &other).unwrap();
    let (our_receipt, their_receipt) = (ours.receipt().unwrap(), theirs.receipt().unwrap());
    let report = ours.merge(&stamp(9), &theirs.export_journal().unwrap()).unwrap();
    assert_eq!((report.new_entries, report.known_entries, report.conflicts.len()), (2, 3, 0));
    assert_eq!((status(&ours, "a1"), status(&ours, "b1")), (Status::Confirmed, Status::Confirmed));
    assert_eq!(ours.counts().unwrap().sources, 2);
    assert_eq!(ours.verify_receipt(&our_receipt).unwrap(), ReceiptCheck::Grown { by: 3 });
    assert_eq!(ours.verify_receipt(&their_receipt).unwrap(), ReceiptCheck::Merged);
    assert!(ours.verify().unwrap().holds(), "{:?}", ours.verify().unwrap().problems);
    // Again: nothing. A later state of theirs: what is new.
    let again = ours.merge(&stamp(10), &theirs.export_journal().unwrap()).unwrap();
    assert_eq!((again.new_entries, again.known_entries), (0, 5));
    theirs.reject(&bo(11), &["b1"], Some("misheard")).unwrap();
    let later = ours.merge(&stamp(12), &theirs.export_journal().unwrap()).unwrap();
    assert_eq!((later.new_entries, later.conflicts.len()), (1, 0));
    assert_eq!(status(&ours, "b1"), Status::Rejected);
    // And back: both hold the same.
    theirs.merge(&bo(13), &ours.export_journal().unwrap()).unwrap();
    assert_eq!(status(&theirs, "a1"), Status::Confirmed);
    assert!(theirs.verify().unwrap().holds(), "{:?}", theirs.verify().unwrap().problems);
    // The joined journal is portable.
    let mut copy = Ledger::in_memory().unwrap();
    copy.import_journal(&theirs.export_journal().unwrap()).unwrap();
    assert!(copy.verify().unwrap().holds());
    // Known before the merge: only what we knew then, whatever time their entries carry.
    let then = View { known_at: Some(stamp(8).time), ..View::default() };
    let before = ours.positions(&roster(), &then).unwrap();
    assert_eq!(before.cell("north", "patrols", Setting::Public).unwrap().statements, ["a1"]);
}

#[test]
fn differing_verdicts_wait_for_a_decision() {
    let (mut ours, mut theirs) = pair();
    ours.confirm(&stamp(2), &["a1", "b1"]).unwrap();
    theirs.reject(&bo(3), &["a1"], Some("not his words")).unwrap();
    theirs.correct(&bo(4), "b1", &Correction::new().act(Some(Act::Offer)), None).unwrap();
    let report = ours.merge(&stamp(9), &theirs.export_journal().unwrap()).unwrap();
    assert_eq!(report.conflicts.len(), 2);
    let conflict = &report.conflicts[0];
    assert_eq!((conflict.kind, conflict.about.as_str()), (ConflictKind::Statement, "a1"));
    assert_eq!(conflict.sides.iter().map(|side| side.author.as_str()).collect::<Vec<_>>(), ["Ana", "Bo"]);
    for id in ["a1", "b1"] {
        assert_eq!(status(&ours, id), Status::Proposed, "neither side wins");
    }
    assert_eq!(ours.statement("b1").unwrap().record.act, Some(Act::Accept));
    // The same from the other side.
    let mut mirror = Ledger::in_memory().unwrap();
    mirror.import_journal(&theirs.export_journal().unwrap()).unwrap();
    assert!(mirror.verify().unwrap().holds());
    // A decision settles it, for the other side too once it merges.
    ours.confirm(&stamp(10), &["a1"]).unwrap();
    assert_eq!(ours.conflicts().unwrap().len(), 1);
    ours.reject(&stamp(11), &["b1"], None).unwrap();
    assert!(ours.conflicts().unwrap().is_empty());
    assert!(ours.verify().unwrap().holds(), "{:?}", ours.verify().unwrap().problems);
    let back = theirs.merge(&bo(12), &ours.export_journal().unwrap()).unwrap();
    assert_eq!(back.conflicts, []);
    assert_eq!((status(&theirs, "a1"), status(&theirs, "b1")), (Status::Confirmed, Status::Rejected));
    assert!(theirs.verify().unwrap().holds());
}

#[test]
fn the_same_verdict_on_both_sides_is_no_conflict() {
    let (mut ours, mut theirs) = pair();
    ours.confirm(&stamp(2), &["a1"]).unwrap();
    theirs.reject(&bo(3), &["a1"], None).unwrap();
    theirs.confirm(&bo(4), &["a1"]).unwrap();
    assert!(ours.merge(&stamp(9), &theirs.export_journal().unwrap()).unwrap().conflicts.is_empty());
    assert_eq!(status(&ours, "a1"), Status::Confirmed);
}

#[test]
fn positions_and_rulings_in_conflict_do_not_count() {
    let (mut ours, mut theirs) = pair();
    let hand = |stance: &str| {
        let hand =
            serde_json::json!({"party": "north", "issue": "pier", "stance": stance, "reason": "a letter"});
        serde_json::from_value(hand).unwrap()
    };
    let ruling = |prevails: &str| {
        let ruling = serde_json::json!({"statements": ["a1", "b1"], "verdict": {"prevails": prevails}, "reason": "minutes"});
        serde_json::from_value(ruling).unwrap()
    };
    ours.confirm(&stamp(2), &["a1", "b1"]).unwrap();
    theirs.confirm(&bo(2), &["a1", "b1"]).unwrap();
    ours.set_position(&stamp(3), &hand("offers")).unwrap();
    theirs.set_position(&bo(3), &hand("rejects")).unwrap();
    ours.rule(&stamp(4), &ruling("a1")).unwrap();
    theirs.rule(&bo(4), &ruling("b1")).unwrap();
    let cell = |ledger: &Ledger, issue: &str| {
        ledger
            .positions(&roster(), &View::default())
            .unwrap()
            .cell("north", issue, Setting::Public)
            .unwrap()
            .clone()
    };
    assert!(!cell(&ours, "patrols").contradiction);
    let report = ours.merge(&stamp(9), &theirs.export_journal().unwrap()).unwrap();
    let kinds: Vec<_> = report.conflicts.iter().map(|conflict| conflict.kind).collect();
    assert_eq!(kinds, [ConflictKind::Position, ConflictKind::Ruling]);
    let pier = cell(&ours, "pier");
    assert_eq!((pier.stance, pier.hands_in_conflict.len()), (Stance::NoRecord, 2));
    assert!(cell(&ours, "patrols").contradiction, "no ruling counts");
    ours.set_position(&stamp(10), &hand("offers")).unwrap();
    ours.rule(&stamp(11), &ruling("b1")).unwrap();
    assert!(ours.conflicts().unwrap().is_empty());
    assert_eq!(cell(&ours, "pier").stance, Stance::Offers);
    assert_eq!(cell(&ours, "patrols").stance, Stance::Accepts);
}

#[test]
fn a_source_described_differently_is_handled_as_the_stricter_side_says() {
    let mut ours = Ledger::in_memory().unwrap();
    let mut theirs = Ledger::in_memory().unwrap();
    let add = |ledger: &mut Ledger, stamp: Stamp, handling| {
        let meta = SourceMeta { handling, ..SourceMeta::default() };
        ledger.add_source(&stamp, &NewSource::plain_text(TEXT.as_bytes(), meta)).unwrap().id
    };
    let id = add(&mut ours, stamp(0), Handling::Public);
    assert_eq!(add(&mut theirs, bo(0), Handling::Restricted), id, "each of them, alone");
    let report = ours.merge(&stamp(1), &theirs.export_journal().unwrap()).unwrap();
    assert_eq!(report.conflicts[0].kind, ConflictKind::Source);
    assert_eq!(ours.source(&id).unwrap().meta.handling, Handling::Restricted);
    assert!(ours.sources(Audience::Team).unwrap().is_empty());
    ours.describe_source(&stamp(2), &id, &SourceMeta::default()).unwrap();
    assert!(ours.conflicts().unwrap().is_empty());
    assert_eq!(ours.source(&id).unwrap().meta.handling, Handling::Team);
    assert!(ours.verify().unwrap().holds());
}

#[test]
fn what_the_other_side_shredded_is_shredded_here() {
    let folder = tempfile::tempdir().unwrap();
    let mut ours = Ledger::open(folder.path()).unwrap();
    let source = ours
        .add_source(&stamp(0), &NewSource::plain_text(b"The quetzal flies at dawn.", SourceMeta::default()))
        .unwrap()
        .id;
    let mut theirs = Ledger::in_memory().unwrap();
    theirs.import_journal(&ours.export_journal().unwrap()).unwrap();
    let whole = theirs.export_journal().unwrap();
    theirs.shred_source(&bo(1), &source, "asked for").unwrap();
    let report = ours.merge(&stamp(2), &theirs.export_journal().unwrap()).unwrap();
    assert_eq!(report.shredded, 1);
    let bytes = std::fs::read(folder.path().join(paraph_ledger::LEDGER_FILE)).unwrap();
    assert!(!bytes.windows(7).any(|window| window == b"quetzal"));
    assert!(ours.verify().unwrap().holds(), "{:?}", ours.verify().unwrap().problems);
    // A journal from before the shred does not bring the words back.
    ours.merge(&stamp(3), &whole).unwrap();
    assert!(ours.source(&source).unwrap_err().is_not_found());
    assert!(ours.verify().unwrap().holds());
}

#[test]
fn a_broken_journal_merges_nothing() {
    let (mut ours, mut theirs) = pair();
    theirs.confirm(&bo(3), &["b1"]).unwrap();
    let mut journal = theirs.export_journal().unwrap();
    let middle = journal.len() / 2;
    journal[middle] ^= 1;
    let before = ours.receipt().unwrap();
    assert!(ours.merge(&stamp(4), &journal).unwrap_err().is_corrupt());
    assert_eq!(ours.receipt().unwrap(), before);
}

/// Random scripts on two copies: merging either way verifies, and both sides come to the same statements.
#[test]
fn random_ledgers_merge_both_ways() {
    for seed in 0..30 {
        let mut ours = Ledger::in_memory().unwrap();
        play(&mut ours, seed, 12);
        let mut theirs = Ledger::in_memory().unwrap();
        theirs.import_journal(&ours.export_journal().unwrap()).unwrap();
        play(&mut ours, seed + 1_000, 15);
        play(&mut theirs, seed + 2_000, 15);
        let (our_journal, their_journal) = (ours.export_journal().unwrap(), theirs.export_journal().unwrap());
        ours.merge(&stamp(100), &their_journal).unwrap();
        theirs.merge(&bo(100), &our_journal).unwrap();
        let all = StatementFilter {
            with_withdrawn_sources: true,
            audience: Audience::Restricted,
            ..StatementFilter::default()
        };
        let seen = |ledger: &Ledger| {
            let mut statements: Vec<_> = ledger
                .statements(&all)
                .unwrap()
                .into_iter()
                .map(|statement| {
                    let record = serde_json::to_string(&statement.record).unwrap();
                    (statement.status, record, statement.words.content_line(), statement.anchor)
                })
                .collect();
            statements.sort();
            let mut sources: Vec<_> = ledger.sources(Audience::Restricted).unwrap();
            sources.sort_by(|one, other| one.id.cmp(&other.id));
            let sources: Vec<_> =
                sources.into_iter().map(|source| (source.id, source.meta, source.withdrawn)).collect();
            (statements, sources)
        };
        assert_eq!(seen(&ours), seen(&theirs), "seed {seed}");
        for ledger in [&ours, &theirs] {
            let verification = ledger.verify().unwrap();
            assert!(verification.holds(), "seed {seed}: {:?}", verification.problems);
        }
        // And once more, each taking in the other's merge.
        let (our_journal, their_journal) = (ours.export_journal().unwrap(), theirs.export_journal().unwrap());
        ours.merge(&stamp(101), &their_journal).unwrap();
        theirs.merge(&bo(101), &our_journal).unwrap();
        for ledger in [&ours, &theirs] {
            assert!(ledger.verify().unwrap().holds(), "seed {seed}");
        }
    }
}
