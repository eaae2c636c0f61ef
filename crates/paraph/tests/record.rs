//! The ledger's commands from outside: two collators, review by keys, destruction, exchange.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const REPORT: &str = "---\ntitle: Morning brief\npublisher: The Marrow Courier (invented)\ndate: 2031-05-06\nhandling: public\n---\n\
Foreign Minister Odo Fennimarsh said that North Marrow rejects joint patrols. \
“South Marrow will not open Kettle Bay,” President Ilsabet Crowmoss said. \
Fennimarsh said that the lighthouse keeper hums in zanzibarian.\n";

const CASE: &str = r#"
[case]
title = "Harbour access talks"

[party.north]
name = "North Marrow"
consents = true
people = ["Odo Fennimarsh"]

[party.south]
name = "South Marrow"
consents = true
people = ["Ilsabet Crowmoss"]

[issue.access]
title = "Northern ships in Kettle Bay"
options = ["closed", "by-day", "any-hour"]
status-quo = "closed"
words = ["Kettle Bay"]

[issue.patrols]
title = "Patrols in the strait"
options = ["none", "observers", "joint"]
status-quo = "none"
words = ["patrols", "observers"]
"#;

/// A case with one report that was read in.
fn case() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let talks = folder.path().join("talks");
    fs::create_dir_all(talks.join("reports")).unwrap();
    fs::write(talks.join("case.toml"), CASE).unwrap();
    fs::write(talks.join("reports/morning.txt"), REPORT).unwrap();
    done(folder.path(), "Ana", &["read", "talks"]);
    (folder, talks)
}

fn command(inside: &Path, author: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paraph"));
    command
        .current_dir(inside)
        .args(arguments)
        .env("PARAPH_AUTHOR", author)
        .env("PARAPH_NOW", "2031-06-01T08:00:00Z")
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1");
    command
}

fn run(inside: &Path, author: &str, arguments: &[&str]) -> Output {
    command(inside, author, arguments).output().unwrap()
}

/// Runs what has to succeed, and gives back what it printed.
fn done(inside: &Path, author: &str, arguments: &[&str]) -> String {
    let output = run(inside, author, arguments);
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {talk}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(inside: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&done(inside, "Ana", arguments)).unwrap()
}

/// Statuses of all statements, by identifier.
fn statuses(inside: &Path, case: &str) -> BTreeMap<String, String> {
    let list = json(inside, &["statements", "list", case, "--audience", "restricted", "--format", "json"]);
    let statements = list["statements"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    statements.iter().map(|statement| (text(&statement["id"]), text(&statement["status"]))).collect()
}

/// Feeds keys to a review, all at once.
fn review(inside: &Path, keys: &str) -> Vec<String> {
    let mut child = command(inside, "Ana", &["review", "talks"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(keys.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn a_review_decides_key_by_key_and_undoes() {
    let (folder, _talks) = case();
    let inside = folder.path();
    let all = statuses(inside, "talks").len();
    assert!(all >= 3, "the reader proposes at least three statements");
    let decided = review(inside, "cr");
    assert_eq!(decided.len(), 2);
    let (first, second) = (decided[0].split(' ').next().unwrap(), decided[1].split(' ').next().unwrap());
    let now = statuses(inside, "talks");
    assert_eq!((now[first].as_str(), now[second].as_str()), ("confirmed", "rejected"));
    assert_eq!(now.values().filter(|status| *status == "proposed").count(), all - 2);
    // What was decided does not come again; a correction, its undo, a skip, an unknown key, and leaving.
    let decided = review(inside, "sbunéqc");
    assert_eq!(decided.len(), 2, "{decided:?}");
    assert!(decided[0].ends_with(" corrected") && decided[1].ends_with(" undone"));
    assert_eq!(statuses(inside, "talks"), now, "undone, and nothing after q counts");
}

#[test]
fn every_key_of_a_review_is_on_disk_before_the_next_is_read() {
    let (folder, talks) = case();
    let mut child = command(folder.path(), "Ana", &["review", "talks"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut keys = child.stdin.take().unwrap();
    let mut answers = std::io::BufReader::new(child.stdout.take().unwrap());
    for count in 1..=2 {
        keys.write_all(b"c").unwrap();
        keys.flush().unwrap();
        let mut line = String::new();
        std::io::BufRead::read_line(&mut answers, &mut line).unwrap();
        let id = line.split(' ').next().unwrap().to_owned();
        // The walk goes on; another process sees the decision already.
        let reader = paraph_ledger::Ledger::open_readonly(&talks).unwrap();
        assert_eq!(reader.statement(&id).unwrap().status, paraph_ledger::Status::Confirmed, "key {count}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(statuses(folder.path(), "talks").values().filter(|status| *status == "confirmed").count(), 2);
}

#[test]
fn keys_trim_words_set_acts_and_link_issues() {
    let (folder, _talks) = case();
    let inside = folder.path();
    let decided = review(inside, "w]].ah");
    let id = decided[0].split(' ').next().unwrap();
    assert_eq!(decided, [format!("{id} corrected"), format!("{id} corrected")]);
    let shown = json(inside, &["statements", "show", "talks/", id, "--format", "json"]);
    assert_eq!(shown[0]["act"], "reject");
    let before = done(inside, "Ana", &["log", "talks", "--list", "all", "--format", "json"]);
    let proposed: Value = serde_json::from_str(&before).unwrap();
    let lengths: Vec<u64> = proposed
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["about"] == format!("statement {id}"))
        .filter_map(|line| {
            let details = &line["details"];
            let spans = details["patch"]["content"].as_array().or(details["record"]["content"].as_array())?;
            let last = spans.last()?.as_array()?;
            last[1].as_u64()
        })
        .collect();
    assert!(lengths[0] < lengths[1], "the words end earlier than proposed: {lengths:?}");
    let decided = review(inside, "ibb");
    let id = decided[0].split(' ').next().unwrap();
    let shown = json(inside, &["statements", "show", "talks/", id, "--format", "json"]);
    let options = shown[0]["options"].as_array().unwrap();
    assert!(options.iter().any(|option| option == "patrols = observers"), "{options:?}");
}

#[test]
fn two_collators_merge_and_nothing_silently_wins() {
    let (folder, talks) = case();
    let inside = folder.path();
    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            let target = to.join(path.file_name().unwrap());
            if path.is_dir() {
                copy(&path, &target);
            } else {
                fs::copy(&path, &target).unwrap();
            }
        }
    }
    copy(&talks, &inside.join("ben"));
    let ids: Vec<String> = statuses(inside, "talks").into_keys().collect();
    done(inside, "Ana", &["statements", "confirm", "talks", &ids[0], &ids[1]]);
    done(inside, "Ben", &["statements", "reject", "ben", &ids[0], "--reason", "the report's own voice"]);
    done(inside, "Ben", &["statements", "confirm", "ben", &ids[2]]);
    let receipt = done(inside, "Ben", &["verify", "ben"]);
    let report: Value =
        serde_json::from_str(&done(inside, "Ana", &["merge", "talks", "ben", "--format", "json"])).unwrap();
    assert_eq!(report["new_entries"], 2);
    let conflicts = report["conflicts"].as_array().unwrap();
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0]["about"], ids[0]);
    let now = statuses(inside, "talks");
    assert_eq!(
        (now[&ids[0]].as_str(), now[&ids[1]].as_str(), now[&ids[2]].as_str()),
        ("proposed", "confirmed", "confirmed"),
        "what is in conflict counts as proposed"
    );
    // Both journals verify: the other side's receipt holds of the joined ledger.
    done(inside, "Ana", &["verify", "talks", "--receipt", receipt.trim()]);
    let queue = json(inside, &["queue", "talks", "--format", "json"]);
    assert_eq!(queue["conflicts"].as_array().unwrap().len(), 1);
    done(inside, "Cleo", &["statements", "confirm", "talks", &ids[0]]);
    let queue = json(inside, &["queue", "talks", "--format", "json"]);
    assert!(queue["conflicts"].as_array().unwrap().is_empty());
    // The other way round, from the exported journal: the same picture.
    let journal = inside.join("talks.jsonl");
    done(inside, "Ana", &["export", "talks", "-o", journal.to_str().unwrap()]);
    done(inside, "Ben", &["merge", "ben", "talks.jsonl"]);
    assert_eq!(statuses(inside, "ben"), statuses(inside, "talks"));
    assert_eq!(
        json(inside, &["matrix", "ben", "--format", "json"])["cells"],
        json(inside, &["matrix", "talks", "--format", "json"])["cells"]
    );
}

/// Every file under a folder that holds some words.
fn holding(folder: &Path, words: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, words));
        } else if fs::read(&path).unwrap().windows(words.len()).any(|window| window == words.as_bytes()) {
            found.push(path);
        }
    }
    found
}

#[test]
fn after_a_shred_a_byte_search_of_the_folder_finds_nothing() {
    let (folder, talks) = case();
    let inside = folder.path();
    done(inside, "Ana", &["statements", "confirm", "talks", "--all-from", "morning"]);
    done(inside, "Ana", &["export", "talks", "-o", "talks/journal.jsonl"]);
    assert!(!holding(&talks, "zanzibarian").is_empty());
    let preview =
        run(inside, "Ana", &["shred", "talks", "--source", "morning", "--reason", "asked for", "--files"]);
    assert!(String::from_utf8_lossy(&preview.stderr).contains("Nothing was changed"));
    assert_eq!(holding(&talks, "zanzibarian").len(), 3, "report, ledger and journal");
    done(
        inside,
        "Ana",
        &["shred", "talks", "--source", "morning", "--reason", "asked for", "--files", "--yes"],
    );
    assert_eq!(holding(&talks, "zanzibarian"), Vec::<PathBuf>::new());
    done(inside, "Ana", &["verify", "talks"]);
    assert!(statuses(inside, "talks").is_empty());
    assert!(done(inside, "Ana", &["log", "talks"]).contains("shredded"));
}

#[test]
fn a_shred_names_the_lines_of_other_files_that_quote_it() {
    let (folder, talks) = case();
    let inside = folder.path();
    let notes = "# Notes\n\nHe said that the\tlighthouse keeper hums in zanzibarian.\n";
    fs::create_dir(talks.join("papers")).unwrap();
    fs::write(talks.join("papers/notes.md"), notes).unwrap();
    fs::write(talks.join("papers/other.md"), "The lighthouse keeper is another one.\n").unwrap();
    let shred = ["shred", "talks", "--source", "morning", "--reason", "asked for", "--files"];
    for yes in [false, true] {
        let arguments: Vec<&str> = shred.into_iter().chain(yes.then_some("--yes")).collect();
        let output = run(inside, "Ana", &arguments);
        let talk = String::from_utf8_lossy(&output.stderr).replace('\\', "/");
        assert!(talk.contains("talks/papers/notes.md, line 3"), "{talk}");
        assert!(!talk.contains("other.md"), "{talk}");
    }
    assert_eq!(holding(&talks, "zanzibarian"), [talks.join("papers/notes.md")]);
    assert_eq!(fs::read_to_string(talks.join("papers/notes.md")).unwrap(), notes);
}

#[test]
fn the_matrix_as_it_was_known_at_a_time() {
    let (folder, _talks) = case();
    let inside = folder.path();
    let confirm = ["statements", "confirm", "talks", "--all-from", "morning"];
    let confirmed =
        command(inside, "Ana", &confirm).env("PARAPH_NOW", "2031-06-03T09:30:00.25Z").output().unwrap();
    assert_eq!(confirmed.status.code(), Some(0));
    let filled = |known: &str| {
        let matrix = json(inside, &["matrix", "talks", "--known-at", known, "--format", "json"]);
        let cells = matrix["cells"].as_array().unwrap();
        let filled = cells.iter().filter(|cell| cell["position"] != "no record").count();
        (filled, matrix["known_at"].as_str().unwrap().to_owned())
    };
    assert_eq!(filled("2031-06-02").0, 0);
    assert_eq!(filled("2031-06-03T09:29:59Z"), (0, "2031-06-03T09:29:59Z".to_owned()));
    // The journal counts finer than people write.
    assert!(filled("2031-06-03T09:30:00Z").0 > 0);
    assert_eq!(filled("2031-06-03").1, "2031-06-03T23:59:59Z");
    assert!(filled("2031-06-03").0 > 0);
    assert!(json(inside, &["matrix", "talks", "--format", "json"]).get("known_at").is_none());
    let table = done(inside, "Ana", &["matrix", "talks", "--known-at", "2031-06-02"]);
    assert!(table.contains("as known at 2031-06-02T23:59:59Z"), "{table}");
    let waiting = |known: &str| {
        let queue = run(inside, "Ana", &["queue", "talks", "--known-at", known]);
        String::from_utf8(queue.stdout).unwrap()
    };
    assert_ne!(waiting("2031-06-02"), waiting("2031-06-03"));
    let unfit = run(inside, "Ana", &["matrix", "talks", "--known-at", "yesterday"]);
    assert!(String::from_utf8_lossy(&unfit.stderr).contains("write a day such as"));
}

#[test]
fn parquet_is_written_or_refused_in_a_sentence() {
    let (folder, _talks) = case();
    let inside = folder.path();
    let output = run(inside, "Ana", &["export", "talks", "--to", "statements-parquet", "-o", "tables"]);
    if cfg!(feature = "parquet") {
        assert_eq!(output.status.code(), Some(0));
        for name in ["statements.parquet", "positions.parquet"] {
            assert!(fs::read(inside.join("tables").join(name)).unwrap().starts_with(b"PAR1"), "{name}");
        }
    } else {
        let talk = String::from_utf8_lossy(&output.stderr);
        assert_ne!(output.status.code(), Some(0));
        assert!(talk.contains("built without Parquet") && talk.contains("--features parquet"), "{talk}");
        assert!(!inside.join("tables").exists());
    }
}

#[test]
fn a_note_is_restricted_unless_said_otherwise() {
    let (folder, _talks) = case();
    let inside = folder.path();
    let words = "Odo Fennimarsh said that North Marrow accepts observers in the strait.";
    let id = done(
        inside,
        "Ana",
        &["note", "talks", "--present", "the envoy", "--date", "2031-05-07", "--text", words],
    );
    let seen = |audience: &str| {
        let found =
            json(inside, &["search", "talks", "observers", "--audience", audience, "--format", "json"]);
        found["found"].as_array().unwrap().len()
    };
    assert_eq!((seen("public"), seen("team")), (0, 0));
    assert!(seen("restricted") >= 1);
    done(inside, "Ana", &["sources", "describe", "talks", id.trim(), "--handling", "team"]);
    assert!(seen("team") >= 1);
    assert_eq!(seen("public"), 0);
    let listed = json(inside, &["sources", "list", "talks", "--format", "json"]);
    let note = listed.as_array().unwrap().iter().find(|source| source["id"] == id.trim()).unwrap().clone();
    assert_eq!(
        (note["setting"].as_str(), note["conversation"]["noted_by"].as_str()),
        (Some("private"), Some("Ana"))
    );
}

#[test]
fn what_changed_since_the_last_brief() {
    let (folder, _talks) = case();
    let inside = folder.path();
    let ids: Vec<String> = statuses(inside, "talks").into_keys().collect();
    done(inside, "Ana", &["brief", "talks"]);
    let since = |what: &str| json(inside, &["matrix", "talks", "--since", what, "--format", "json"]);
    assert_eq!(since("last-brief")["changes"], Value::Array(Vec::new()));
    done(
        inside,
        "Ana",
        &[
            "positions",
            "set",
            "talks",
            "south",
            "patrols",
            "accepts if",
            "--option",
            "observers",
            "--condition",
            "the port stays open",
            "--reason",
            "letter",
            "--evidence",
            &ids[0],
        ],
    );
    for what in ["last-brief", "talks-brief.html"] {
        let changes = since(what);
        let changes = changes["changes"].as_array().unwrap();
        assert_eq!(changes.len(), 1, "{what}");
        assert_eq!(changes[0]["after"]["position"], "accepts if");
        assert_eq!(changes[0]["before"]["position"], "no record");
    }
    done(inside, "Ana", &["positions", "clear", "talks", "south", "patrols", "--reason", "a draft"]);
    assert_eq!(since("last-brief")["changes"], Value::Array(Vec::new()));
    let wrong = format!("3:{}", "0".repeat(64));
    let output = run(inside, "Ana", &["matrix", "talks", "--since", &wrong]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no state that this ledger was ever in"));
}

#[test]
fn statements_go_out_and_come_back_in_three_forms() {
    let (folder, _talks) = case();
    let inside = folder.path();
    done(inside, "Ana", &["export", "talks", "--to", "annotations", "-o", "out.json"]);
    done(inside, "Ana", &["export", "talks", "--to", "statements", "-o", "table"]);
    done(inside, "Ana", &["export", "talks", "--to", "brat", "-o", "brat"]);
    let package: Value =
        serde_json::from_slice(&fs::read(inside.join("table/datapackage.json")).unwrap()).unwrap();
    assert_eq!(package["resources"][0]["path"], "statements.csv");
    let annotated: Vec<String> = fs::read_dir(inside.join("brat"))
        .unwrap()
        .map(|entry| entry.unwrap().path().to_string_lossy().into_owned())
        .filter(|path| path.ends_with(".ann"))
        .collect();
    let wanted: Vec<String> = statuses(inside, "talks").into_keys().collect();
    let forms: [(&str, Vec<&str>); 3] = [
        ("json", vec!["out.json"]),
        ("csv", vec!["table/statements.csv"]),
        ("brat", annotated.iter().map(String::as_str).collect()),
    ];
    for (name, files) in forms {
        // Another case with the same report, of which nobody has read anything yet.
        let other = inside.join(name);
        fs::create_dir_all(&other).unwrap();
        fs::write(other.join("case.toml"), CASE).unwrap();
        let mut ledger = paraph_ledger::Ledger::open(&other).unwrap();
        let stamp = paraph_ledger::Stamp::new("Ana", "2031-06-01T08:00:00Z".parse().unwrap());
        let source = paraph_ledger::NewSource::plain_text(REPORT.as_bytes(), Default::default());
        ledger.add_source(&stamp, &source).unwrap();
        drop(ledger);
        let mut arguments = vec!["import", name];
        arguments.extend(&files);
        arguments.extend(["--format", "json"]);
        let report = json(inside, &arguments);
        let mut added: Vec<String> =
            report["added"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect();
        added.sort();
        assert_eq!(added, wanted, "{name}: {report}");
        assert!(report["orphans"].as_array().unwrap().is_empty(), "{name}");
    }
}

#[test]
fn a_redacted_journal_names_no_withheld_author() {
    let (folder, _talks) = case();
    let inside = folder.path();
    let ids: Vec<String> = statuses(inside, "talks").into_keys().collect();
    done(inside, "Zebedee Quill", &["statements", "confirm", "talks", &ids[0]]);
    done(inside, "Ana", &["export", "talks", "--redact", "author=Zebedee Quill", "-o", "copy.jsonl"]);
    assert!(holding(inside, "Zebedee").iter().all(|path| !path.ends_with("copy.jsonl")));
    done(inside, "Ana", &["export", "talks", "--redact", "source=morning", "-o", "empty.jsonl"]);
    assert!(!fs::read_to_string(inside.join("empty.jsonl")).unwrap().contains("zanzibarian"));
    fs::create_dir(inside.join("copy")).unwrap();
    fs::write(inside.join("copy/case.toml"), CASE).unwrap();
    done(inside, "Ana", &["import", "copy", "copy.jsonl"]);
    assert_eq!(statuses(inside, "copy"), statuses(inside, "talks"));
    let output = run(inside, "Ana", &["export", "talks", "--redact", "party=north"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_folder_that_a_program_synchronises_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("Dropbox");
    fs::create_dir(&inside).unwrap();
    let output = run(&inside, "Ana", &["new", "talks"]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("Dropbox seems to copy this folder"));
}

#[test]
fn the_matrix_opens_in_a_word_processor() {
    let (folder, _talks) = case();
    let inside = folder.path();
    done(inside, "Ana", &["statements", "confirm", "talks", "--all-from", "morning"]);
    done(inside, "Ana", &["matrix", "talks", "--format", "docx", "-o", "matrix.docx"]);
    let profile = format!("-env:UserInstallation=file://{}", inside.join("profile").display());
    let converted = Command::new("soffice")
        .current_dir(inside)
        .args([&profile, "--headless", "--convert-to", "txt:Text", "matrix.docx"])
        .output();
    let Ok(converted) = converted else {
        println!("no LibreOffice here: the document was not opened");
        return;
    };
    assert!(converted.status.success(), "{converted:?}");
    let text = fs::read_to_string(inside.join("matrix.txt")).unwrap();
    for part in ["North Marrow", "✗ rejects", "Patrols in the strait", "no record"] {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
}
