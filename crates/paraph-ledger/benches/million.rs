//! A ledger of a million statements: how long it takes to import, open, show, search and confirm.
//!
//! `cargo bench -p paraph-ledger --bench million` builds one in a folder of its
//! own; `PARAPH_LEDGER_STATEMENTS` sets the number (1,000,000 unless set),
//! `PARAPH_LEDGER_FOLDER` a folder to keep it in between runs: delete its
//! `ledger.db` to import the kept `generated.jsonl` again. The content is
//! generated from a fixed seed: reports of twenty statements by eight parties
//! about twenty-eight issues over three years, three in ten of them confirmed.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::civil::date;
use jiff::{Timestamp, ToSpan};
use paraph_ledger::{
    Audience, LEDGER_FILE, Ledger, NewSource, Roster, RosterIssue, RosterParty, SourceMeta, Stamp, View,
};
use paraph_reading::record::{Act, Hop, Negation, SpeakerKind, Statement, TextSpan};

const PARTIES: usize = 8;
const ISSUES: usize = 28;
const PER_REPORT: usize = 20;

struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }
}

const WORDS: [&str; 40] = [
    "harbour",
    "patrol",
    "ceasefire",
    "pier",
    "border",
    "convoy",
    "envoy",
    "draft",
    "clause",
    "guarantee",
    "fishing",
    "customs",
    "water",
    "bridge",
    "prisoner",
    "election",
    "monitor",
    "zone",
    "coast",
    "guard",
    "rail",
    "grain",
    "corridor",
    "sanction",
    "asset",
    "fund",
    "school",
    "language",
    "church",
    "council",
    "mayor",
    "veto",
    "deadline",
    "annex",
    "map",
    "island",
    "strait",
    "fortress",
    "lighthouse",
    "ferry",
];

/// One report with its statements, as a reader would propose them.
fn report(number: usize, dice: &mut Dice) -> (String, Vec<Statement>) {
    let mut text = format!("Report {number}.");
    let mut at = text.len() as u32;
    let mut statements = Vec::with_capacity(PER_REPORT);
    for index in 0..PER_REPORT {
        let party = dice.below(PARTIES);
        let speaker = format!("Speaker{}", dice.below(4));
        let content: Vec<&str> = (0..12).map(|_| WORDS[dice.below(WORDS.len())]).collect();
        let content = content.join(" ");
        let sentence = format!(" {speaker} said {content}.");
        let span = |start: usize, length: usize| TextSpan {
            start: at + start as u32,
            end: at + (start + length) as u32,
        };
        let source = span(1, speaker.len());
        let cue = span(2 + speaker.len(), 4);
        let said = span(7 + speaker.len(), content.len());
        at += sentence.len() as u32;
        text.push_str(&sentence);
        let party_name = format!("party-{party}");
        let mut chain = vec![
            Hop { name: "reporter".to_owned(), kind: SpeakerKind::Reporter, party: None },
            Hop { name: speaker.clone(), kind: SpeakerKind::Named, party: Some(party_name.clone()) },
        ];
        match dice.below(10) {
            0 => chain[1].kind = SpeakerKind::Anonymous,
            1 => chain.insert(
                1,
                Hop {
                    name: "an official".to_owned(),
                    kind: SpeakerKind::Role,
                    party: Some(format!("party-{}", (party + 1) % PARTIES)),
                },
            ),
            _ => {}
        }
        let acts = [
            Act::State,
            Act::State,
            Act::State,
            Act::Demand,
            Act::Reject,
            Act::Concern,
            Act::Offer,
            Act::Accept,
            Act::NoComment,
            Act::PredictAcceptance,
        ];
        let issue = dice.below(ISSUES);
        let about = match dice.below(3) {
            0 => format!("issue-{issue}"),
            option => format!("issue-{issue} = option-{option}"),
        };
        statements.push(Statement {
            id: format!("{:05x}{index:02}", number),
            source: vec![source],
            cue: vec![cue],
            content: vec![said],
            direct_quote: Vec::new(),
            speaker: Some(speaker),
            stands_for: None,
            party: Some(party_name),
            chain,
            act: Some(acts[dice.below(acts.len())]),
            negated: Negation::None,
            channel: None,
            when: None,
            about: vec![about],
            matched: Vec::new(),
            contests: None,
            confidence: Some(dice.below(1000) as f32 / 1000.0),
            reader: "bench".to_owned(),
        });
    }
    (text, statements)
}

fn stamp(second: usize) -> Stamp {
    Stamp::new("bench", Timestamp::from_second(1_760_000_000 + second as i64).unwrap())
}

fn generate(ledger: &mut Ledger, statements: usize) {
    let mut dice = Dice(28);
    for number in 0..statements / PER_REPORT {
        let (text, records) = report(number, &mut dice);
        let day = date(2023, 1, 1) + ((number * 1000 / (statements / PER_REPORT).max(1)) as i64).days();
        let meta = SourceMeta {
            published: Some(day),
            title: Some(format!("Report {number}")),
            ..SourceMeta::default()
        };
        let source =
            ledger.add_source(&stamp(number), &NewSource::plain_text(text.as_bytes(), meta)).unwrap().id;
        ledger.propose(&stamp(number), &source, &records).unwrap();
        let confirmed: Vec<&str> =
            records.iter().filter(|_| dice.below(10) < 3).map(|record| record.id.as_str()).collect();
        ledger.confirm(&stamp(number), &confirmed).unwrap();
    }
}

/// Time that this thread has had on a processor, where the system tells (Linux): what a busy machine leaves as it is.
fn on_processor() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn timed<T>(what: &str, limit: Option<Duration>, run: impl FnOnce() -> T) -> T {
    let (begun, before) = (Instant::now(), on_processor());
    let result = run();
    line(what, begun.elapsed(), spent(before), limit);
    result
}

fn spent(before: Option<Duration>) -> Option<Duration> {
    Some(on_processor()?.saturating_sub(before?))
}

/// One line: what, wall time, processor time, and the target. `benches/ledger.py` reads it.
fn line(what: &str, wall: Duration, processor: Option<Duration>, limit: Option<Duration>) {
    let processor = processor.map_or_else(|| "–".to_owned(), |time| format!("{time:.3?}"));
    let limit = limit.map_or_else(|| "–".to_owned(), |limit| format!("{limit:?}"));
    println!("{what} | {wall:.3?} | {processor} | {limit}");
}

fn main() {
    let statements: usize =
        std::env::var("PARAPH_LEDGER_STATEMENTS").map_or(1_000_000, |number| number.parse().unwrap());
    let scratch = tempfile::tempdir().unwrap();
    let folder =
        std::env::var_os("PARAPH_LEDGER_FOLDER").map_or_else(|| scratch.path().to_owned(), PathBuf::from);
    std::fs::create_dir_all(&folder).unwrap();
    if !folder.join(LEDGER_FILE).exists() {
        let kept = folder.join("generated.jsonl");
        let journal = std::fs::read(&kept).unwrap_or_else(|_| {
            let mut memory = Ledger::in_memory().unwrap();
            timed("generate, one action at a time", None, || generate(&mut memory, statements));
            let journal = timed("export the journal", None, || memory.export_journal().unwrap());
            std::fs::write(&kept, &journal).unwrap();
            journal
        });
        println!("# the journal has {} MB", journal.len() >> 20);
        let mut ledger = Ledger::open(&folder).unwrap();
        let (begun, before) = (Instant::now(), on_processor());
        ledger.import_journal(&journal).unwrap();
        let limit = Duration::from_micros(statements as u64 * 1_000_000 / 20_000);
        let (wall, processor) = (begun.elapsed(), spent(before));
        line("import the journal", wall, processor, Some(limit));
        let rate = |time: Duration| statements as f64 / time.as_secs_f64();
        println!(
            "# {:.0} statements a second, {:.0} a processor second",
            rate(wall),
            rate(processor.unwrap_or(wall))
        );
    }
    let size = std::fs::metadata(folder.join(LEDGER_FILE)).unwrap().len();
    println!("# the ledger has {} MB", size >> 20);
    let second = Duration::from_secs(1);
    let tenth = Duration::from_millis(100);
    let mut ledger = timed("open for writing", Some(second), || Ledger::open(&folder).unwrap());
    let roster = Roster {
        parties: (0..PARTIES).map(|party| RosterParty::new(format!("party-{party}"))).collect(),
        issues: (0..ISSUES)
            .map(|issue| RosterIssue::new(format!("issue-{issue}"), ["option-0", "option-1", "option-2"]))
            .collect(),
    };
    for run in ["first", "second"] {
        let matrix = timed(&format!("matrix, {run}"), Some(tenth), || {
            ledger.positions(&roster, &View::default()).unwrap()
        });
        assert_eq!(matrix.cells.len(), PARTIES * ISSUES);
    }
    let view = View { as_of: Some(date(2024, 6, 1)), ..View::default() };
    timed("matrix as of an earlier day", Some(tenth), || ledger.positions(&roster, &view).unwrap());
    for text in ["lighthouse", "lighthouse ferry veto", "\"annex map\"", "nothing-of-the-kind", "Report 4711"]
    {
        timed(&format!("search: {text}"), Some(tenth), || ledger.search(text, Audience::Team, 50).unwrap());
    }
    let ids: Vec<String> = (0..20).map(|number| format!("{:05x}07", number * 97)).collect();
    let (begun, before) = (Instant::now(), on_processor());
    for id in &ids {
        ledger.confirm(&stamp(2_000_000), &[id]).unwrap();
    }
    let each = Duration::from_millis(20);
    line(
        "confirm one, mean of 20, synced",
        begun.elapsed() / 20,
        spent(before).map(|time| time / 20),
        Some(each),
    );
    drop(ledger);
    let reader = timed("open for reading", Some(second), || Ledger::open_readonly(&folder).unwrap());
    let fast = timed("matrix from a read-only ledger", Some(tenth), || {
        reader.positions(&roster, &View::default()).unwrap()
    });
    timed("statements of one source", None, || {
        let filter = paraph_ledger::StatementFilter {
            source: Some(reader.statement("0000007").unwrap().source_id),
            ..paraph_ledger::StatementFilter::default()
        };
        assert_eq!(reader.statements(&filter).unwrap().len(), PER_REPORT);
    });
    let slow = timed("the same rule by rule (the reference)", None, || {
        reader.positions_rule_by_rule(&roster, &View::default()).unwrap()
    });
    assert_eq!(fast, slow);
}
