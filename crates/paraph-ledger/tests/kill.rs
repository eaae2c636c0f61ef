//! Kills a writing process at random moments, again and again, and looks at what is left.
//!
//! The test runs itself as the child: with `PARAPH_LEDGER_KILL_FOLDER` set it
//! plays a script of actions on that folder and reports each one, with the
//! receipt after it, once the ledger has said that it is saved.
//! `PARAPH_LEDGER_KILLS` sets the number of kills (50 unless set).

#[path = "ledger/support.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod support;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use paraph_ledger::{Ledger, Receipt};
use support::{Dice, one_action};

const FOLDER: &str = "PARAPH_LEDGER_KILL_FOLDER";
const SEED: &str = "PARAPH_LEDGER_KILL_SEED";

fn main() {
    match std::env::var_os(FOLDER) {
        Some(folder) => write(Path::new(&folder)),
        None => {
            let kills = libtest_mimic::Trial::test("everything_reported_saved_survives_a_kill", || {
                kill_and_look();
                Ok(())
            });
            let two = libtest_mimic::Trial::test("processes_at_once_lose_nothing", || {
                several_at_once();
                Ok(())
            });
            libtest_mimic::run(&libtest_mimic::Arguments::from_args(), vec![kills, two]).exit();
        }
    }
}

/// The child: acts until it is killed, and reports what is saved.
fn write(folder: &Path) {
    let seed: u64 = std::env::var(SEED).unwrap().parse().unwrap();
    let mut dice = Dice(seed);
    let mut ledger = Ledger::open(folder).unwrap();
    let mut out = std::io::stdout().lock();
    for number in 0.. {
        let _ = one_action(&mut ledger, &mut dice, seed, number);
        // Whoever listens may have heard enough.
        if writeln!(out, "{}", ledger.receipt().unwrap()).and_then(|()| out.flush()).is_err() {
            return;
        }
    }
}

fn kill_and_look() {
    let kills: u64 = std::env::var("PARAPH_LEDGER_KILLS").map_or(50, |kills| kills.parse().unwrap());
    let mut dice = Dice(1);
    let mut folder = tempfile::tempdir().unwrap();
    let (mut saved, mut with_log) = (0_u64, 0);
    for kill in 0..kills {
        // Some kills hit a young ledger, most hit one that was killed before.
        if kill % 10 == 0 {
            folder = tempfile::tempdir().unwrap();
        }
        let mut child = Command::new(std::env::current_exe().unwrap())
            .env(FOLDER, folder.path())
            .env(SEED, (1_000 + kill).to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut reports = BufReader::new(child.stdout.take().unwrap());
        let mut last: Option<Receipt> = None;
        // A few actions, then a moment: the kill hits wherever the child then is.
        for _ in 0..dice.below(12) {
            let mut line = String::new();
            reports.read_line(&mut line).unwrap();
            last = Some(line.trim().parse().unwrap());
            saved += 1;
        }
        std::thread::sleep(Duration::from_micros(dice.below(20_000) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        // Reports that were on their way count, too, if they are whole.
        for line in reports.lines() {
            if let Ok(receipt) = line.unwrap().parse() {
                last = Some(receipt);
                saved += 1;
            }
        }
        with_log += u32::from(folder.path().join("ledger.db-wal").exists());
        let reader = Ledger::open_readonly(folder.path()).unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        for ledger in [&reader, &ledger] {
            let verification = ledger.verify().unwrap();
            assert!(verification.holds(), "kill {kill}: {:?}", verification.problems);
            if let Some(last) = &last {
                assert!(ledger.verify_receipt(last).unwrap().holds(), "kill {kill}: {last} is lost");
            }
        }
        assert_eq!(reader.receipt().unwrap(), ledger.receipt().unwrap(), "kill {kill}");
    }
    println!("{kills} kills, {saved} actions reported saved, {with_log} logs left behind");
    assert!(saved > kills && with_log > 0, "the test must hit a ledger in use");
}

/// Three processes write one ledger at the same time; all get on, and what each reported saved is there.
fn several_at_once() {
    const ACTIONS: usize = 30;
    let folder = tempfile::tempdir().unwrap();
    let mut children: Vec<_> = (0..3)
        .map(|seed: u64| {
            Command::new(std::env::current_exe().unwrap())
                .env(FOLDER, folder.path())
                .env(SEED, (9_000 + seed).to_string())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let readers: Vec<_> = children
        .iter_mut()
        .map(|child| {
            let out = BufReader::new(child.stdout.take().unwrap());
            std::thread::spawn(move || {
                out.lines()
                    .take(ACTIONS)
                    .map(|line| line.unwrap().parse::<Receipt>().unwrap())
                    .collect::<Vec<_>>()
            })
        })
        .collect();
    let saved: Vec<Vec<Receipt>> = readers.into_iter().map(|reader| reader.join().unwrap()).collect();
    for child in &mut children {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let ledger = Ledger::open(folder.path()).unwrap();
    let verification = ledger.verify().unwrap();
    assert!(verification.holds(), "{:?}", verification.problems);
    for (process, receipts) in saved.iter().enumerate() {
        assert_eq!(receipts.len(), ACTIONS, "process {process} got on");
        for receipt in receipts {
            assert!(ledger.verify_receipt(receipt).unwrap().holds(), "process {process}: {receipt} is lost");
        }
    }
    println!("3 processes, {ACTIONS} reports of each, {} entries", ledger.counts().unwrap().entries);
}
