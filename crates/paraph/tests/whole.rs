//! The program from outside: what it leaves behind, what it exits with, what its JSON holds.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A fresh copy of an example.
fn example(name: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join(name);
    copy_folder(&root().join("examples").join(name), &copy);
    (folder, copy)
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        // What somebody who tried the examples left there is no part of them.
        if name.to_string_lossy().starts_with("ledger.db") {
            continue;
        }
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to.join(name));
        } else {
            fs::copy(entry.path(), to.join(name)).unwrap();
        }
    }
}

/// Every file of a folder with its bytes.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

fn command(inside: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paraph"));
    command
        .current_dir(inside)
        .env("PARAPH_AUTHOR", "tester")
        .env("PARAPH_NOW", "2031-06-01T08:00:00Z")
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1");
    command
}

fn run(inside: &Path, arguments: &[&str]) -> Output {
    command(inside).args(arguments).output().unwrap()
}

/// Runs what has to succeed, and gives back what it printed.
fn done(inside: &Path, arguments: &[&str]) -> String {
    let output = run(inside, arguments);
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {talk}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs what has to fail in a certain way, and gives back what it said.
fn fails(inside: &Path, arguments: &[&str], code: i32) -> String {
    let output = run(inside, arguments);
    let talk = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {talk}");
    talk
}

fn json(inside: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&done(inside, arguments)).unwrap()
}

#[test]
fn the_brief_has_the_same_bytes_twice_and_the_folder_stays_as_it_was() {
    for name in ["harbour", "28-points", "elmira", "cuban-missiles"] {
        let (folder, _) = example(name);
        let before = contents(folder.path());
        let elsewhere = tempfile::tempdir().unwrap();
        let case = folder.path().join(name);
        let case = case.to_str().unwrap();
        assert_eq!(done(elsewhere.path(), &["brief", case]), format!("{name}-brief.html\n"));
        let first = fs::read(elsewhere.path().join(format!("{name}-brief.html"))).unwrap();
        let second = done(elsewhere.path(), &["brief", case, "-o", "-"]);
        assert!(first == second.as_bytes(), "the brief of {name} differs from itself");
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1, "nothing else is written");
        assert!(contents(folder.path()) == before, "`brief` changed {name}");
        let page = String::from_utf8(first).unwrap();
        assert!(!page.contains("src=\"http") && !page.contains("@import"), "the page loads something");
    }
}

#[test]
fn the_brief_is_the_same_with_a_ledger_and_with_its_journal() {
    let (folder, case) = example("harbour");
    let from_journal = done(folder.path(), &["brief", "harbour", "-o", "-"]);
    // Opening the ledger to write fills it from the journal; undoing twice leaves what there was, but two entries.
    fs::write(case.join("copy.jsonl"), fs::read(case.join("journal.jsonl")).unwrap()).unwrap();
    fs::remove_file(case.join("journal.jsonl")).unwrap();
    done(folder.path(), &["import", "harbour", "harbour/copy.jsonl"]);
    assert!(case.join("ledger.db").is_file());
    assert!(from_journal == done(folder.path(), &["brief", "harbour", "-o", "-"]));
}

#[test]
fn what_only_looks_changes_nothing() {
    let (folder, _) = example("harbour");
    let before = contents(folder.path());
    for arguments in [
        &["check", "harbour"][..],
        &["matrix", "harbour"],
        &["matrix", "harbour", "--format", "html"],
        &["matrix", "harbour", "--why", "north", "patrols"],
        &["deals", "harbour"],
        &["deals", "harbour", "--parties", "all"],
        &["stability", "harbour", "--table"],
        &["explain", "harbour", "status-quo"],
        &["path", "harbour", "league-2"],
        &["statements", "list", "harbour"],
        &["statements", "show", "harbour", "sp6u7xh5rv"],
        &["log", "harbour"],
        &["verify", "harbour"],
        &["export", "harbour"],
        &["read", "--format", "jsonl", "harbour"],
        &["read", "--format", "jsonl", "harbour/reports/2031-05-06-gullcastle.txt"],
    ] {
        done(folder.path(), arguments);
        assert!(contents(folder.path()) == before, "{arguments:?} changed the folder");
    }
}

/// Looks for what a JSON Schema requires: types, required keys, enumerations. Enough for the committed ones.
fn holds(schema: &Value, whole: &Value, value: &Value, place: &str) {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = reference.rsplit('/').next().unwrap();
        return holds(&whole["$defs"][name], whole, value, place);
    }
    if let Some(any) = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array) {
        // Only "this or null" and lists of constants occur.
        if value.is_null() && any.iter().any(|one| one["type"] == "null") {
            return;
        }
        if any.iter().any(|one| one.get("const") == Some(value)) {
            return;
        }
        let rest: Vec<_> =
            any.iter().filter(|one| one["type"] != "null" && one.get("const").is_none()).collect();
        assert_eq!(rest.len(), 1, "{place}: {value} is none of {any:?}");
        return holds(rest[0], whole, value, place);
    }
    if let Some(list) = schema.get("enum").and_then(Value::as_array) {
        assert!(list.contains(value), "{place}: {value} is none of {list:?}");
    }
    let types: Vec<&str> = match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let is = |kind: &str| match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the schema has a type {other}"),
    };
    assert!(types.is_empty() || types.iter().any(|kind| is(kind)), "{place}: {value} is no {types:?}");
    if let Some(object) = value.as_object() {
        for key in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            assert!(object.contains_key(key.as_str().unwrap()), "{place}: {key} is missing");
        }
        for (key, value) in object {
            let inside = schema["properties"].get(key).or_else(|| schema.get("additionalProperties"));
            if let Some(inside) = inside.filter(|inside| inside.is_object()) {
                holds(inside, whole, value, &format!("{place}.{key}"));
            }
        }
    }
    if let (Some(list), Some(items)) = (value.as_array(), schema.get("items")) {
        for (at, value) in list.iter().enumerate() {
            holds(items, whole, value, &format!("{place}[{at}]"));
        }
    }
}

#[test]
fn json_answers_hold_to_the_committed_schemas() {
    let (folder, _) = example("harbour");
    for (name, schema, arguments) in [
        ("check", "check", &["harbour", "--format", "json"][..]),
        ("matrix", "matrix", &["harbour", "--format", "json"]),
        ("deals", "deals", &["harbour", "--format", "json"]),
        ("deals", "deals", &["harbour", "--format", "json", "--scenario", "weights", "--list", "all"]),
        ("stability", "stability", &["harbour", "--format", "json", "--by-party", "--table"]),
        ("explain", "explain", &["harbour", "league-1", "--format", "json"]),
        ("statements", "statements", &["harbour", "--format", "json"]),
    ] {
        let path = root().join("schemas").join(format!("{schema}.schema.json"));
        let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let mut all = vec![name];
        all.extend(arguments);
        holds(&schema, &schema, &json(folder.path(), &all), name);
    }
    let path = root().join("schemas/read.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    for line in done(folder.path(), &["read", "--format", "jsonl", "harbour"]).lines() {
        holds(&schema, &schema, &serde_json::from_str(line).unwrap(), "read");
    }
}

#[test]
fn a_reading_gives_one_line_for_each_file_with_offsets_in_scalar_values() {
    let folder = tempfile::tempdir().unwrap();
    let text = "“Für uns – nein,” Ana Brandt said. Norway’s minister rejected the plan.";
    fs::write(folder.path().join("one.txt"), text).unwrap();
    let with_front = format!("---\ndate: 2031-05-06\n---\n{text}");
    fs::write(folder.path().join("two.txt"), &with_front).unwrap();
    let lines = done(folder.path(), &["read", "--format", "jsonl", "one.txt", "two.txt"]);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["id"], &lines[1]["id"]), (&Value::from("one"), &Value::from("two")));
    for (line, text) in lines.iter().zip([text, with_front.as_str()]) {
        let letters: Vec<char> = text.chars().collect();
        let rejects: Vec<&Value> =
            line["attributions"].as_array().unwrap().iter().filter(|one| one["party"] == "norway").collect();
        assert_eq!(rejects.len(), 1, "{line}");
        let span = &rejects[0]["cue"][0];
        let range = span[0].as_u64().unwrap() as usize..span[1].as_u64().unwrap() as usize;
        assert_eq!(letters[range].iter().collect::<String>(), "rejected");
        assert_eq!(rejects[0]["act"], "reject");
        for key in ["events", "narration", "unmapped"] {
            assert!(line[key].is_array(), "{key}");
        }
    }
}

#[test]
fn exit_codes_are_as_documented() {
    let (folder, case) = example("harbour");
    done(folder.path(), &["--help"]);
    done(folder.path(), &["--version"]);
    fails(folder.path(), &[], 2);
    fails(folder.path(), &["frobnicate"], 2);
    fails(folder.path(), &["deals", "harbour", "--list", "many"], 2);
    fails(folder.path(), &["check", "nowhere"], 2);
    let good = done(folder.path(), &["verify", "harbour"]);
    assert!(done(folder.path(), &["verify", "harbour", "--receipt", good.trim()]).contains(good.trim()));
    let other = format!("{}:{}", 3, "00".repeat(32));
    assert!(fails(folder.path(), &["verify", "harbour", "--receipt", &other], 1).contains("does not hold"));
    // A broken case: `check` has found problems, every other command cannot run and shows them.
    let broken = fs::read_to_string(case.join("case.toml"))
        .unwrap()
        .replace("not patrols = joint", "not patrol = joint");
    fs::write(case.join("case.toml"), broken).unwrap();
    let output = run(folder.path(), &["check", "harbour", "--format", "concise"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("case.toml:16:") && text.contains("did you mean `patrols`"), "{text}");
    let talk = fails(folder.path(), &["deals", "harbour"], 2);
    assert!(talk.contains("did you mean `patrols`") && talk.contains("cannot be used: 1 error"), "{talk}");
    assert_eq!(json_of(run(folder.path(), &["check", "harbour", "--format", "json"]))["errors"], 1);
}

fn json_of(output: Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    let (folder, _) = example("28-points");
    let mut child = command(folder.path())
        .args(["statements", "28-points", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty());
}

/// From a pasted report to the first matrix, deals, stability and brief, as the README tells it.
#[test]
fn from_a_pasted_report_to_a_brief() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    done(here, &["new", "talks", "--title", "Talks \"about\" a harbour"]);
    assert_eq!(json(here, &["check", "talks", "--format", "json"])["errors"], 0);
    assert!(fails(here, &["new", "talks"], 2).contains("exists already"));
    assert!(fails(here, &["read", "talks"], 2).contains("holds no reports"));
    fs::write(
        here.join("talks/reports/monday.txt"),
        "North demanded that the harbour be open to its ships. South rejected free access to the harbour.\n",
    )
    .unwrap();
    let told = String::from_utf8(run(here, &["deals", "talks"]).stderr).unwrap();
    assert!(told.contains("not read in yet: monday.txt"), "{told}");
    assert!(
        done(here, &["read", "talks", "--date", "2031-05-06"])
            .contains("2 statements proposed, of 2031-05-06")
    );
    assert!(done(here, &["read", "talks"]).contains("read before"));
    let matrix = json(here, &["matrix", "talks", "--format", "json"]);
    let filled = |matrix: &Value| {
        let cells = matrix["cells"].as_array().unwrap();
        cells.iter().filter(|cell| cell["position"] != "no record").count()
    };
    assert_eq!(filled(&matrix), 0, "nothing counts until a person has looked");
    let ids = done(here, &["statements", "confirm", "talks", "--all-from", "monday"]);
    assert_eq!(ids.lines().count(), 2);
    let matrix = json(here, &["matrix", "talks", "--format", "json"]);
    assert_eq!(filled(&matrix), 2, "{matrix}");
    let ids: Vec<&str> = ids.lines().collect();
    done(here, &["statements", "correct", "talks", &ids[0][..6], "--about", "access=by-day"]);
    let matrix = json(here, &["matrix", "talks", "--format", "json"]);
    let north = matrix["cells"].as_array().unwrap().iter().find(|cell| cell["party"] == "north").unwrap();
    assert_eq!((&north["position"], &north["options"]), (&"demands".into(), &serde_json::json!(["by-day"])));
    assert_eq!(north["status"], "corrected");
    done(here, &["deals", "talks"]);
    done(here, &["stability", "talks"]);
    assert_eq!(done(here, &["brief", "talks"]), "talks-brief.html\n");
    // Inside the folder its name may be left out.
    let inside = here.join("talks");
    assert_eq!(matrix, json(&inside, &["matrix", "--format", "json"]));
    done(&inside, &["statements", "show", ids[0]]);
}

#[test]
fn statements_are_decided_about_and_decisions_undone() {
    let (folder, _) = example("harbour");
    let here = folder.path();
    let position = |party: &str, issue: &str| {
        let matrix = json(here, &["matrix", "harbour", "--format", "json"]);
        let cells = matrix["cells"].as_array().unwrap().clone();
        cells.into_iter().find(|cell| cell["party"] == party && cell["issue"] == issue).unwrap()
    };
    assert_eq!(position("south", "patrols")["contradiction"], true);
    done(
        here,
        &[
            "statements",
            "rule",
            "harbour",
            "y2leffd57n",
            "j6naxuo4a7",
            "sp6u7xh5rv",
            "--prevails",
            "y2le",
            "--reason",
            "she is the president",
        ],
    );
    let ruled = position("south", "patrols");
    assert_eq!((&ruled["contradiction"], &ruled["position"]), (&Value::from(false), &Value::from("accepts")));
    done(here, &["undo", "harbour"]);
    assert_eq!(position("south", "patrols")["contradiction"], true);
    done(here, &["statements", "reject", "harbour", "i36bim2373", "--reason", "a test"]);
    assert_eq!(position("league", "dredging")["position"], "no record");
    // A statement by hand: its words are looked for, and it may be added once.
    let add = [
        "statements",
        "add",
        "harbour",
        "--report",
        "2031-05-14",
        "--party",
        "league",
        "--act",
        "offer",
        "--speaker",
        "Envoy Tamsin Oarlock",
        "--cue",
        "offered",
        "--content",
        "dredging if Kettle Bay is opened",
        "--about",
        "dredging = yes",
    ];
    let id = done(here, &add);
    assert_eq!(position("league", "dredging")["statements"], serde_json::json!([id.trim()]));
    assert!(fails(here, &add, 2).contains("in the ledger already"));
    let mut wrong = add;
    wrong[14] = "dredging whatever comes";
    assert!(fails(here, &wrong, 2).contains("the report does not say"));
    wrong[14] = add[14];
    wrong[16] = "dredgin";
    assert!(fails(here, &wrong, 2).contains("did you mean `dredging`"));
    // Relayed words stand beside the cell.
    done(here, &["statements", "correct", "harbour", id.trim(), "--reported-by", "Crowmoss=south"]);
    assert_eq!(position("league", "dredging")["position"], "no record");
    let kinds: Vec<Value> = position("league", "dredging")["beside"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["kind"].clone())
        .collect();
    assert_eq!(kinds, ["relayed"]);
    assert!(done(here, &["verify", "harbour"]).contains(':'));
}

#[test]
fn an_exported_journal_comes_back_byte_for_byte() {
    let (folder, case) = example("harbour");
    let here = folder.path();
    done(here, &["statements", "confirm", "harbour", "24hsxqtagq"]);
    let journal = run(here, &["export", "harbour", "--to", "journal"]).stdout;
    assert_ne!(journal, fs::read(case.join("journal.jsonl")).unwrap());
    done(here, &["new", "other"]);
    fs::write(here.join("moved.jsonl"), &journal).unwrap();
    done(here, &["import", "other", "moved.jsonl"]);
    assert!(run(here, &["export", "other"]).stdout == journal);
    // A journal that was tampered with is refused, and leaves nothing behind.
    let tampered = String::from_utf8(journal).unwrap().replacen("example", "exampel", 1);
    fs::write(here.join("tampered.jsonl"), tampered).unwrap();
    done(here, &["new", "third"]);
    fails(here, &["import", "third", "tampered.jsonl"], 2);
    assert!(!here.join("third/ledger.db").exists());
}

#[test]
fn hostile_reports_give_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    done(here, &["new", "talks"]);
    let report = here.join("talks/reports/odd.txt");
    fs::write(&report, b"North said \xff\xfe.").unwrap();
    let talk = fails(here, &["read", "talks"], 1);
    assert!(talk.contains("odd.txt") && talk.contains("line 1, column 12"), "{talk}");
    fs::write(&report, "North said \u{1b}[31mred\u{1b}[0m. “South “said” “so").unwrap();
    fs::write(here.join("talks/reports/picture.png"), [0, 1, 2]).unwrap();
    let output = run(here, &["read", "talks"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("picture.png"));
    for arguments in [&["statements", "talks"][..], &["brief", "talks", "-o", "-"]] {
        assert!(!done(here, arguments).contains('\u{1b}'), "a report steers the terminal");
    }
    fs::write(here.join("talks/case.toml"), [0xff, 0, 0x0a]).unwrap();
    for name in ["deals", "stability", "matrix", "brief"] {
        fails(here, &[name, "talks"], 2);
    }
    fails(here, &["check", "talks"], 1);
}

#[test]
fn what_the_public_may_not_see_is_left_out() {
    let (folder, case) = example("harbour");
    let report = case.join("reports/2031-05-15-private.txt");
    fs::write(
        &report,
        "---\ndate: 2031-05-14\nhandling: restricted\n---\nNorth Marrow accepted arbitration.\n",
    )
    .unwrap();
    let here = folder.path();
    let unread = done(here, &["brief", "harbour", "-o", "-", "--audience", "public"]);
    assert!(!unread.contains("2031-05-15-private"), "the public is not told what nobody has read");
    done(here, &["read", "harbour"]);
    done(here, &["statements", "confirm", "harbour", "--all-from", "2031-05-15"]);
    let cell = |audience: &str| {
        let matrix = json(here, &["matrix", "harbour", "--format", "json", "--audience", audience]);
        let cells = matrix["cells"].as_array().unwrap().clone();
        cells.into_iter().find(|cell| cell["party"] == "north" && cell["issue"] == "arbitration").unwrap()
    };
    assert_ne!(cell("restricted")["statements"], cell("team")["statements"]);
    let public = done(here, &["brief", "harbour", "-o", "-", "--audience", "public"]);
    assert_eq!(public, unread, "what is restricted shows in the public brief");
}

#[test]
fn completions_and_man_pages_are_written() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(done(folder.path(), &["completions", shell]).contains("stability"), "{shell}");
    }
    done(folder.path(), &["man", "pages"]);
    for page in ["paraph.1", "paraph-brief.1", "paraph-statements-correct.1"] {
        assert!(folder.path().join("pages").join(page).is_file(), "{page}");
    }
}
