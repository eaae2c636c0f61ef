//! Files: opening, refusing, sharing, damage.

use std::collections::BTreeMap;
use std::path::Path;

use paraph_ledger::{
    Audience, JOURNAL_FILE, LEDGER_FILE, Ledger, NewSource, ReceiptCheck, SourceMeta, Status, View,
};

use crate::support::{DISPATCH, Dice, dispatch_statements, play, roster, stamp};

/// Every file of a folder with its bytes.
fn listing(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

fn filled(folder: &Path) -> Ledger {
    let mut ledger = Ledger::open(folder).unwrap();
    let source = ledger
        .add_source(&stamp(0), &NewSource::plain_text(DISPATCH.as_bytes(), SourceMeta::default()))
        .unwrap()
        .id;
    ledger.propose(&stamp(1), &source, &dispatch_statements()).unwrap();
    ledger.confirm(&stamp(2), &["d02"]).unwrap();
    ledger
}

fn matrix(ledger: &Ledger) -> String {
    serde_json::to_string(&ledger.positions(&roster(), &View::default()).unwrap()).unwrap()
}

#[test]
fn what_was_reported_is_there_when_the_file_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = filled(folder.path());
    let (receipt, before) = (ledger.receipt().unwrap(), matrix(&ledger));
    drop(ledger);
    assert_eq!(
        listing(folder.path()).keys().collect::<Vec<_>>(),
        [LEDGER_FILE],
        "a closed ledger is one file"
    );
    let ledger = Ledger::open(folder.path()).unwrap();
    assert_eq!((ledger.receipt().unwrap(), matrix(&ledger)), (receipt, before));
    assert!(ledger.verify().unwrap().holds());
}

#[test]
fn reading_changes_nothing_in_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    // An empty folder, then a journal alone, then a closed ledger, then one that is open elsewhere.
    let read = |expected: u64| {
        let before = listing(folder.path());
        let ledger = Ledger::open_readonly(folder.path()).unwrap();
        assert_eq!(ledger.receipt().unwrap().count, expected);
        let seen = matrix(&ledger);
        ledger.search("pier", Audience::Team, 3).unwrap();
        assert!(ledger.verify().unwrap().holds());
        drop(ledger);
        assert_eq!(listing(folder.path()), before);
        seen
    };
    let empty = read(0);
    let elsewhere = tempfile::tempdir().unwrap();
    let source = filled(elsewhere.path());
    std::fs::write(folder.path().join(JOURNAL_FILE), source.export_journal().unwrap()).unwrap();
    let from_journal = read(15);
    assert_ne!(empty, from_journal);
    let mut open = Ledger::open(folder.path()).unwrap();
    assert_eq!(open.receipt().unwrap(), source.receipt().unwrap(), "opening took the journal in");
    assert_eq!(read(15), from_journal);
    open.confirm(&stamp(3), &["d01"]).unwrap();
    assert!(listing(folder.path()).keys().any(|name| name.ends_with("-wal")), "the log is beside the ledger");
    read(16);
    let mut reader = Ledger::open_readonly(folder.path()).unwrap();
    assert!(reader.confirm(&stamp(4), &["d03"]).unwrap_err().is_read_only());
    assert!(reader.rebuild().unwrap_err().is_read_only());
    drop(open);
    read(16);
}

#[test]
fn a_log_left_by_a_crash_is_read_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let crashed = tempfile::tempdir().unwrap();
    let ledger = filled(folder.path());
    // What a crash leaves: the files as they are while the ledger is open.
    for (name, bytes) in listing(folder.path()) {
        std::fs::write(crashed.path().join(name), bytes).unwrap();
    }
    let before = listing(crashed.path());
    assert!(before[&format!("{LEDGER_FILE}-wal")].len() > 10_000);
    let reader = Ledger::open_readonly(crashed.path()).unwrap();
    assert_eq!(reader.receipt().unwrap(), ledger.receipt().unwrap());
    assert_eq!(listing(crashed.path()), before);
    // A log whose last frames are torn: what was committed before them counts, as SQLite itself has it.
    let whole = before[&format!("{LEDGER_FILE}-wal")].clone();
    for cut in (0..whole.len()).step_by(4_001) {
        std::fs::write(crashed.path().join(format!("{LEDGER_FILE}-wal")), &whole[..cut]).unwrap();
        let ours = Ledger::open_readonly(crashed.path()).and_then(|ledger| ledger.receipt());
        let copy = tempfile::tempdir().unwrap();
        std::fs::write(copy.path().join(LEDGER_FILE), &before[LEDGER_FILE]).unwrap();
        std::fs::write(copy.path().join(format!("{LEDGER_FILE}-wal")), &whole[..cut]).unwrap();
        let theirs = Ledger::open(copy.path()).unwrap().receipt();
        assert_eq!(ours.unwrap(), theirs.unwrap(), "cut at {cut}");
    }
}

#[test]
fn a_newer_ledger_is_refused_and_left_untouched() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path()));
    let path = folder.path().join(LEDGER_FILE);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[60..64].copy_from_slice(&99u32.to_be_bytes());
    std::fs::write(&path, &bytes).unwrap();
    for opened in [Ledger::open(folder.path()), Ledger::open_readonly(folder.path())] {
        let error = opened.unwrap_err();
        assert!(error.is_newer_version(), "{error}");
        assert!(error.to_string().contains(LEDGER_FILE) && error.to_string().contains("99"), "{error}");
    }
    assert_eq!(listing(folder.path()), BTreeMap::from([(LEDGER_FILE.to_owned(), bytes)]));
}

#[test]
fn files_that_are_no_ledger_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(LEDGER_FILE);
    for bytes in [b"not a ledger".to_vec(), vec![0; 4096], vec![0xff; 100_000], b"SQLite format 3\0".to_vec()]
    {
        std::fs::write(&path, &bytes).unwrap();
        assert!(Ledger::open(folder.path()).unwrap_err().is_corrupt());
        assert!(Ledger::open_readonly(folder.path()).unwrap_err().is_corrupt());
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }
    // Another program's SQLite file.
    std::fs::remove_file(&path).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("PRAGMA user_version = 1; CREATE TABLE t (x)").unwrap();
    drop(other);
    assert!(Ledger::open(folder.path()).unwrap_err().to_string().contains("not a ledger"));
    // A folder that is not there, and a journal that is broken.
    assert!(Ledger::open(&folder.path().join("nowhere")).unwrap_err().is_not_found());
    assert!(Ledger::open_readonly(&folder.path().join("nowhere")).unwrap_err().is_not_found());
    std::fs::remove_file(&path).unwrap();
    std::fs::write(folder.path().join(JOURNAL_FILE), "{}\n").unwrap();
    let error = Ledger::open_readonly(folder.path()).unwrap_err();
    assert!(error.is_corrupt() && error.to_string().contains(JOURNAL_FILE), "{error}");
    assert!(Ledger::open(folder.path()).unwrap_err().is_corrupt());
    // Once the journal is whole, opening takes it in after all.
    std::fs::write(folder.path().join(JOURNAL_FILE), Ledger::in_memory().unwrap().export_journal().unwrap())
        .unwrap();
    assert!(Ledger::open(folder.path()).unwrap().is_empty().unwrap());
}

/// The first page may be torn; the journal beside it says that there was nothing before.
#[test]
fn a_ledger_that_lost_power_while_it_was_made_is_an_empty_one() {
    let folder = tempfile::tempdir().unwrap();
    let (path, journal) =
        (folder.path().join(LEDGER_FILE), folder.path().join(format!("{LEDGER_FILE}-journal")));
    let mut torn = vec![0; 4096];
    torn[512..1024].fill(7);
    let mut header = vec![0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    for number in [0u32, 1234, 0, 512, 4096] {
        header.extend(number.to_be_bytes());
    }
    header.resize(512, 0);
    std::fs::write(&path, &torn).unwrap();
    std::fs::write(&journal, &header).unwrap();
    let before = listing(folder.path());
    assert_eq!(Ledger::open_readonly(folder.path()).unwrap().receipt().unwrap().count, 0);
    assert_eq!(listing(folder.path()), before, "reading changes nothing");
    drop(filled(folder.path()));
    let ledger = Ledger::open_readonly(folder.path()).unwrap();
    assert_eq!(ledger.receipt().unwrap().count, 15);
    assert!(ledger.verify().unwrap().holds());
    drop(ledger);
    // A journal that speaks of pages there were, or none: the torn page is damage.
    header[19] = 3;
    std::fs::write(&path, &torn).unwrap();
    std::fs::write(&journal, &header).unwrap();
    assert!(Ledger::open_readonly(folder.path()).unwrap_err().is_corrupt());
    std::fs::remove_file(&journal).unwrap();
    assert!(Ledger::open_readonly(folder.path()).unwrap_err().is_corrupt());
    assert!(Ledger::open(folder.path()).unwrap_err().is_corrupt());
    assert_eq!(std::fs::read(&path).unwrap(), torn);
}

/// Users with every right (as in many build containers) may write anywhere; the test needs one who may not.
#[cfg(unix)]
#[test]
fn a_read_only_folder_can_be_read_and_says_why_it_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path()));
    let path = folder.path().join(LEDGER_FILE);
    let set = |mode_of_file: u32, mode_of_folder: u32| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode_of_file)).unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode_of_folder)).unwrap();
    };
    set(0o444, 0o555);
    assert_eq!(Ledger::open_readonly(folder.path()).unwrap().receipt().unwrap().count, 15);
    if std::fs::write(folder.path().join("probe"), "").is_err() {
        let error = Ledger::open(folder.path()).unwrap_err();
        assert!(error.is_read_only() || error.is_storage(), "{error:?}");
        assert!(error.to_string().contains(LEDGER_FILE), "{error}");
    } else {
        eprintln!("this user may write to a read-only folder: only reading was tested");
        std::fs::remove_file(folder.path().join("probe")).unwrap();
    }
    set(0o644, 0o755);
}

#[test]
fn two_writers_of_one_folder_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    drop(Ledger::open(folder.path()).unwrap());
    let write = |name: u64| {
        let path = folder.path().to_owned();
        std::thread::spawn(move || {
            let mut ledger = Ledger::open(&path).unwrap();
            let mut receipts = Vec::new();
            for number in 0..40 {
                let text = format!("Writer {name} says {number}.");
                ledger
                    .add_source(
                        &stamp(number),
                        &NewSource::plain_text(text.as_bytes(), SourceMeta::default()),
                    )
                    .unwrap();
                receipts.push(ledger.receipt().unwrap());
            }
            receipts
        })
    };
    let writers: Vec<_> = (0..3).map(write).collect();
    let receipts: Vec<_> = writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
    let ledger = Ledger::open(folder.path()).unwrap();
    assert_eq!(ledger.counts().unwrap().sources, 120);
    assert!(ledger.verify().unwrap().holds());
    for receipt in receipts {
        assert!(ledger.verify_receipt(&receipt).unwrap().holds(), "{receipt}");
    }
}

#[test]
fn a_held_ledger_says_who_is_busy() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = filled(folder.path());
    ledger.set_patience(std::time::Duration::from_millis(50)).unwrap();
    let other = rusqlite::Connection::open(folder.path().join(LEDGER_FILE)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let before = ledger.receipt().unwrap();
    let error = ledger.confirm(&stamp(3), &["d01"]).unwrap_err();
    assert!(error.is_busy() && error.to_string().contains(LEDGER_FILE), "{error}");
    assert_eq!(ledger.receipt().unwrap(), before);
    other.execute_batch("ROLLBACK").unwrap();
    ledger.confirm(&stamp(3), &["d01"]).unwrap();
    assert_eq!(ledger.verify_receipt(&before).unwrap(), ReceiptCheck::Grown { by: 1 });
}

/// Flips one bit after the other (seeded) in a small ledger: `verify` names the damage, or nothing changed.
///
/// `PARAPH_LEDGER_FLIPS` sets how many (2,000 unless set); `all` flips one bit of every byte.
#[test]
fn flipped_bits_of_the_file_are_found_or_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path()).unwrap();
    play(&mut ledger, 7, 12);
    let (receipt, before) = (ledger.receipt().unwrap(), matrix(&ledger));
    let journal = ledger.export_journal().unwrap();
    let hits = ledger.search("says", Audience::Restricted, 99).unwrap();
    drop(ledger);
    let path = folder.path().join(LEDGER_FILE);
    let whole = std::fs::read(&path).unwrap();
    let mut dice = Dice(2025);
    let (mut refused, mut found, mut harmless) = (0, 0, 0);
    let wanted = std::env::var("PARAPH_LEDGER_FLIPS").unwrap_or_else(|_| "2000".to_owned());
    let bits: Vec<usize> = if wanted == "all" {
        (0..whole.len()).map(|byte| byte * 8 + dice.below(8)).collect()
    } else {
        (0..wanted.parse().unwrap()).map(|_| dice.below(whole.len() * 8)).collect()
    };
    for bit in bits {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(&path, &flipped).unwrap();
        let Ok(ledger) = Ledger::open_readonly(folder.path()) else {
            refused += 1;
            continue;
        };
        match ledger.verify() {
            Err(_) => refused += 1,
            Ok(verification) if !verification.holds() => found += 1,
            Ok(verification) => {
                harmless += 1;
                assert_eq!(verification.receipt, receipt, "bit {bit}");
                assert_eq!(matrix(&ledger), before, "bit {bit}");
                assert_eq!(ledger.export_journal().unwrap(), journal, "bit {bit}");
                assert_eq!(ledger.search("says", Audience::Restricted, 99).unwrap(), hits, "bit {bit}");
            }
        }
        // Whatever is broken, every other question gets an answer or an error, never a panic.
        let _ = (ledger.export_journal(), ledger.log(None), ledger.search("no", Default::default(), 9));
        let _ = ledger.positions(&roster(), &View::default());
    }
    println!("{} bytes: {refused} refused, {found} found by verify, {harmless} harmless", whole.len());
    assert!(found * 40 > refused + found + harmless, "the test must be able to fail");
}

/// A ledger of every version that was ever written opens, verifies, and says what it said.
///
/// `tests/versions/N.db` was written by the program of version N, `N.jsonl` is the journal it exported then.
#[test]
fn ledgers_of_every_version_open() {
    let versions = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/versions");
    let mut count = 0;
    for entry in std::fs::read_dir(versions).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "db") {
            continue;
        }
        count += 1;
        let journal = std::fs::read(path.with_extension("jsonl")).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(LEDGER_FILE);
        std::fs::copy(&path, &file).unwrap();
        let before = std::fs::read(&file).unwrap();
        // Reading brings it up to date in memory only; writing does so in the file.
        let reader = Ledger::open_readonly(folder.path()).unwrap();
        assert!(reader.verify().unwrap().holds(), "{:?}", reader.verify().unwrap().problems);
        assert_eq!(reader.export_journal().unwrap(), journal);
        assert_eq!(std::fs::read(&file).unwrap(), before, "reading changes nothing");
        let mut ledger = Ledger::open(folder.path()).unwrap();
        assert!(ledger.verify().unwrap().holds());
        assert_eq!(matrix(&ledger), matrix(&reader));
        assert_eq!(ledger.rebuild().unwrap(), Vec::<&str>::new(), "the tables are those of a rebuild");
        let mut again = Ledger::in_memory().unwrap();
        again.import_journal(&journal).unwrap();
        assert_eq!(matrix(&again), matrix(&ledger));
        ledger.add_source(&stamp(500), &NewSource::plain_text(b"After.", SourceMeta::default())).unwrap();
        assert!(ledger.verify().unwrap().holds());
    }
    assert!(count > 0, "there is at least one file");
}

#[test]
fn a_rebuild_names_the_tables_it_put_right() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = filled(folder.path());
    assert_eq!(ledger.rebuild().unwrap(), Vec::<&str>::new());
    let other = rusqlite::Connection::open(folder.path().join(LEDGER_FILE)).unwrap();
    other
        .execute_batch("UPDATE statement SET status = 'confirmed' WHERE id = 'd05'; DELETE FROM about")
        .unwrap();
    assert!(!ledger.verify().unwrap().holds());
    assert_eq!(ledger.statement("d05").unwrap().status, Status::Confirmed);
    let changed = ledger.rebuild().unwrap();
    assert!(changed.contains(&"about") && changed.contains(&"statement"), "{changed:?}");
    assert!(ledger.verify().unwrap().holds());
    assert_eq!(ledger.statement("d05").unwrap().status, Status::Proposed);
}
