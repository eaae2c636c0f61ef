//! The commands about drafts: runs on the examples as snapshots, and the work on the text in fresh folders.
//!
//! `TRYCMD=overwrite cargo test -p paraph --test drafts` writes the snapshots again.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Output};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");

#[test]
fn runs_on_the_examples_read_as_reviewed() {
    trycmd::TestCases::new().case("tests/drafts/*.trycmd").env("COLUMNS", "100").env("NO_COLOR", "1");
}

fn paraph(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_paraph"))
        .current_dir(folder)
        .args(arguments)
        .env("PARAPH_AUTHOR", "Test")
        .env("PARAPH_NOW", "2031-05-20T10:00:00Z")
        .env("COLUMNS", "120")
        .output()
        .expect("the program runs")
}

fn done(folder: &Path, arguments: &[&str]) -> String {
    let output = paraph(folder, arguments);
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {talk}");
    String::from_utf8(output.stdout).expect("text")
}

/// The harbour's case with two drafts of its own and no ledger.
fn case() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let from = Path::new(EXAMPLES).join("harbour/case.toml");
    let text = std::fs::read_to_string(from).expect("the example");
    std::fs::write(folder.path().join("case.toml"), text).expect("a file");
    std::fs::create_dir(folder.path().join("drafts")).expect("a folder");
    draft(
        &folder,
        "first",
        "---\ndate: 2031-05-10\n---\n1. Ships may enter Kettle Bay by day.\n2. Observers shall watch the strait.\n3. Licences shall be issued to southern boats.\n",
    );
    folder
}

fn draft(folder: &tempfile::TempDir, name: &str, text: &str) {
    std::fs::write(folder.path().join(format!("drafts/{name}.md")), text).expect("a file");
}

fn register(folder: &Path) -> serde_json::Value {
    serde_json::from_str(&done(folder, &["drafts", "register", ".", "--format", "json"])).expect("JSON")
}

#[test]
fn initials_cover_words_until_they_change() {
    let folder = case();
    let here = folder.path();
    done(here, &["initial", "./", "1", "--party", "north", "--draft", "first", "--date", "2031-05-12"]);
    done(here, &["drafts", "initial", "./", "2", "--party", "south", "--draft", "first"]);
    let initials = |point: usize| register(here)["points"][point]["initials"][0].clone();
    assert_eq!(initials(0)["covers"], true);
    assert_eq!(initials(0)["date"], "2031-05-12");

    // A later draft renumbers the first point, keeps its words, and changes the second.
    draft(
        &folder,
        "second",
        "---\ndate: 2031-05-14\nbased-on: first\n---\n1. Pilots shall speak the common tongue.\n2. Ships may enter Kettle Bay by day.\n3. Observers may watch the strait.\n4. Licences shall be issued to southern boats.\n",
    );
    let points = register(here)["points"].clone();
    let of = |address: &str| {
        let found = points.as_array().expect("points").iter().find(|point| {
            point["places"][1]["points"]
                .as_array()
                .is_some_and(|places| places.iter().any(|place| place == address))
        });
        found.expect("the point").clone()
    };
    assert_eq!(of("2")["initials"][0]["covers"], true, "renumbering leaves the words alone");
    assert_eq!(of("3")["initials"][0]["covers"], false);
    assert_eq!(of("3")["initials"][0]["reason"], "second has other words in point 3");

    // Changing the initialled file itself shows too.
    draft(
        &folder,
        "first",
        "---\ndate: 2031-05-10\n---\n1. Ships may enter Kettle Bay by night.\n2. Observers shall watch the strait.\n3. Licences shall be issued to southern boats.\n",
    );
    let first = register(here)["points"]
        .as_array()
        .expect("points")
        .iter()
        .find(|point| !point["initials"].as_array().expect("a list").is_empty())
        .expect("initials")
        .clone();
    assert_eq!(first["initials"][0]["covers"], false);
    assert!(first["initials"][0]["reason"].as_str().expect("words").contains("changed since"), "{first}");
}

#[test]
fn all_consenting_parties_initials_make_a_point_initialled_and_undo_takes_it_back() {
    let folder = case();
    let here = folder.path();
    let status = || register(here)["points"][0]["status"].clone();
    for party in ["north", "south"] {
        assert_eq!(status(), "open");
        done(here, &["initial", "./", "1", "--party", party, "--draft", "first"]);
    }
    assert_eq!(status(), "initialled");
    let columns: serde_json::Value =
        serde_json::from_str(&done(here, &["drafts", "columns", "./", "--format", "json"])).expect("JSON");
    assert_eq!(columns["rows"][0]["agreement"], "agreed");
    assert_eq!(columns["rows"][0]["compromise"], "Ships may enter Kettle Bay by day.");
    done(here, &["undo", "."]);
    assert_eq!(status(), "open");
    // Undoing the undo does it again, and the journal verifies.
    let log = done(here, &["log", ".", "--format", "json"]);
    let log: serde_json::Value = serde_json::from_str(&log).expect("JSON");
    done(here, &["undo", "./", log[0]["id"].as_str().expect("an id")]);
    assert_eq!(status(), "initialled");
    done(here, &["verify", "."]);
    assert!(log.to_string().contains("initials of south under point 1 of first"), "{log}");
}

#[test]
fn the_register_keeps_what_was_put_in_and_undo_takes_one_thing_back() {
    let folder = case();
    let here = folder.path();
    done(
        here,
        &[
            "drafts",
            "point",
            "./",
            "2",
            "--status",
            "objective-agreed",
            "--owner",
            "Legal group",
            "--next",
            "Ask the pilots",
            "--concern",
            "south: who pays is open",
        ],
    );
    let ask = done(
        here,
        &[
            "drafts",
            "put",
            ".",
            "--party",
            "north",
            "--kind",
            "ask",
            "--text",
            "entry at any hour",
            "--point",
            "1",
        ],
    );
    done(
        here,
        &[
            "drafts",
            "put",
            ".",
            "--party",
            "south",
            "--kind",
            "offer",
            "--text",
            "entry by day",
            "--point",
            "1",
            "--date",
            "2031-05-12",
            "--source",
            "round 2",
        ],
    );
    done(here, &["drafts", "settle", "./", ask.trim(), "--as", "rejected", "--date", "2031-05-13"]);
    let shown = register(here);
    assert_eq!(shown["points"][1]["status"], "objective-agreed");
    assert_eq!(shown["points"][1]["owner"], "Legal group");
    assert_eq!(shown["points"][1]["concerns"][0]["party"], "south");
    let put = shown["contributions"].as_array().expect("a list");
    let brief: Vec<[&str; 4]> = put
        .iter()
        .map(|one| ["party", "kind", "text", "fate"].map(|field| one[field].as_str().expect("words")))
        .collect();
    assert_eq!(
        brief,
        [["north", "ask", "entry at any hour", "rejected"], ["south", "offer", "entry by day", "put-in"]]
    );
    // The last action was the settling; without it the ask lies on the table again.
    done(here, &["undo", "."]);
    assert_eq!(register(here)["contributions"][0]["fate"], "put-in");
    // A journal carries the work into another folder.
    let journal = done(here, &["export", "."]);
    let other = case();
    std::fs::write(other.path().join("journal.txt"), journal).expect("a file");
    done(other.path(), &["import", "./", "journal.txt"]);
    assert_eq!(register(other.path()), register(here));
}

#[test]
fn an_agreed_point_says_when_its_words_change() {
    let folder = case();
    let here = folder.path();
    done(here, &["drafts", "point", "./", "2", "--status", "agreed"]);
    assert_eq!(register(here)["points"][1]["words_changed_since"], false);
    draft(
        &folder,
        "second",
        "---\nbased-on: first\n---\n1. Ships may enter Kettle Bay by day.\n2. Observers shall watch the strait and the bay.\n3. Licences shall be issued to southern boats.\n",
    );
    assert_eq!(register(here)["points"][1]["words_changed_since"], true);
}

#[test]
fn what_is_not_there_is_named() {
    let folder = case();
    let fails = |arguments: &[&str], words: &str| {
        let output = paraph(folder.path(), arguments);
        let talk = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {talk}");
        assert!(talk.contains(words), "{arguments:?}: {talk}");
    };
    fails(&["drafts", "show", "./", "third"], "there is no draft `third`");
    fails(&["drafts", "show", "./", "first", "9"], "draft first has no point `9`");
    fails(&["drafts", "diff", "./", "first", "third"], "the case has: first");
    fails(&["initial", "./", "1", "--party", "west", "--draft", "first"], "no party `west`");
    fails(&["drafts", "clean", "./", "first", "--take", "keep 0 in 1"], "is no choice");
    fails(&["drafts", "settle", "./", "zzzz", "--as", "rejected"], "zzzz");
    std::fs::write(folder.path().join("drafts/links.toml"), "[[link]]\nfrom = \"first\"\n").expect("a file");
    fails(&["drafts", "list", "./"], "links.toml");
    std::fs::write(folder.path().join("drafts/links.toml"), "").expect("a file");
    std::fs::write(
        folder.path().join("drafts/issues.toml"),
        "[[choice]]\ndraft = \"first\"\nissue = \"acces\"\noptions = [\"by-day\"]\n",
    )
    .expect("a file");
    fails(&["drafts", "assess", "./"], "there is no issue `acces`");
}

#[test]
fn links_and_answers_of_people_go_first() {
    let folder = case();
    let here = folder.path();
    draft(
        &folder,
        "second",
        "---\nbased-on: first\n---\n1. Wholly other words about lanterns.\n2. Observers shall watch the strait.\n",
    );
    std::fs::write(
        here.join("drafts/links.toml"),
        "[[link]]\nfrom = \"first\"\npoints = [\"3\"]\nto = \"second\"\nbecomes = [\"1\"]\nbecause = \"the delegation says so\"\n",
    )
    .expect("a file");
    let aligned: serde_json::Value =
        serde_json::from_str(&done(here, &["drafts", "align", "./", "--format", "json"])).expect("JSON");
    let relations = aligned["alignments"][0]["relations"].as_array().expect("a list").clone();
    let by_hand = relations.iter().find(|relation| relation["by_hand"] == true).expect("the link");
    assert_eq!((&by_hand["old"][0], &by_hand["new"][0]), (&"3".into(), &"1".into()));

    std::fs::write(
        here.join("drafts/issues.toml"),
        "[[choice]]\ndraft = \"second\"\nissue = \"access\"\noptions = [\"by-day\"]\nhow = \"conditionally\"\npoints = [\"1\"]\n\n\
         [[choice]]\ndraft = \"second\"\nissue = \"dredging\"\noptions = [\"no\", \"yes\"]\n",
    )
    .expect("a file");
    let told: serde_json::Value =
        serde_json::from_str(&done(here, &["drafts", "assess", ".", "--format", "json"])).expect("JSON");
    let second = &told["drafts"][1];
    let choice = |issue: &str| {
        let all = second["choices"].as_array().expect("a list");
        all.iter().find(|choice| choice["issue"] == issue).expect("the issue").clone()
    };
    assert_eq!(choice("access")["stance"], "conditionally");
    assert_eq!(choice("access")["possible"], serde_json::json!(["closed", "by-day"]));
    assert_eq!(choice("access")["points"][0]["basis"], "confirmed");
    assert_eq!(choice("dredging")["stance"], "open");
    // The link leads fishing and inspections to a point without their words: not determined, all options.
    for issue in ["fishing", "inspections"] {
        assert_eq!(choice(issue)["stance"], "unclear");
        assert_eq!(choice(issue)["points"][0]["basis"], "carried");
        assert_eq!(choice(issue)["possible"], serde_json::json!(["no", "yes"]));
    }
    assert_eq!(choice("patrols")["possible"], serde_json::json!(["observers"]));
    // Conditionally, open, and twice not determined: two options each, and one for all else.
    assert_eq!(second["packages"], 16);
    assert_eq!(second["looked_at"], 16);
}

/// The words of a document with the tracked changes of one kind taken out.
fn words(document: &[u8], without: &str) -> Vec<String> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(document)).expect("an archive");
    let mut xml = String::new();
    archive.by_name("word/document.xml").expect("the document").read_to_string(&mut xml).expect("text");
    let (open, close) = (format!("<w:{without} "), format!("</w:{without}>"));
    let mut kept = String::new();
    let mut rest = xml.as_str();
    while let Some(at) = rest.find(&open) {
        kept.push_str(&rest[..at]);
        let tag_end = at + rest[at..].find('>').expect("the tag ends");
        rest = if rest[..tag_end].ends_with('/') {
            &rest[tag_end + 1..]
        } else {
            &rest[at + rest[at..].find(&close).expect("it is closed") + close.len()..]
        };
    }
    kept.push_str(rest);
    let mut text = String::new();
    for part in kept.split('<').skip(1) {
        let (tag, after) = part.split_once('>').unwrap_or((part, ""));
        if tag == "/w:p" || tag == "w:tab/" {
            text.push(' ');
        } else if tag.starts_with("w:t ") || tag.starts_with("w:delText") {
            text.push_str(after);
        }
    }
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn accepting_a_redline_gives_the_new_draft_and_rejecting_it_the_old_one() {
    let folder = Path::new(EXAMPLES).join("28-points");
    let output = paraph(&folder, &["drafts", "diff", "./", "us-28", "e3-27", "--format", "docx"]);
    assert!(output.status.success());
    let document = output.stdout;
    let own = |name: &str| {
        let text = std::fs::read(folder.join(format!("drafts/{name}.md"))).expect("the draft");
        let draft = paraph_drafts::read_bytes(name, &text).expect("a draft");
        let units = draft.units();
        units
            .iter()
            .flat_map(|unit| draft.wording(*unit).split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .collect::<Vec<_>>()
    };
    let labels = |words: Vec<String>| -> Vec<String> {
        // Numbers and letters of points are no words of theirs.
        let label = |word: &String| {
            let bare = word.trim_matches(['(', ')', '.']);
            word.len() > bare.len() && (bare.len() == 1 || bare.parse::<u32>().is_ok()) && word != "a"
        };
        words.into_iter().filter(|word| !label(word)).collect()
    };
    for (without, name) in [("del", "e3-27"), ("ins", "us-28")] {
        let found = labels(words(&document, without)).join(" ");
        let wanted = labels(own(name)).join(" ").replace("'", "&#39;");
        assert!(found.contains(&wanted), "{name} is not what is left:\n{found}\n\n{wanted}");
    }
}

/// The values of an attribute in an XML part.
fn attributes(xml: &str, element: &str, name: &str) -> Vec<String> {
    let (open, head) = (format!("<{element} "), format!("{name}=\""));
    xml.match_indices(&open)
        .filter_map(|(at, _)| {
            let tag = xml[at..].split('>').next()?;
            let from = tag.find(&head)? + head.len();
            Some(tag[from..].split('"').next()?.to_owned())
        })
        .collect()
}

/// The two documents of the larger example: side by side, and the redline.
fn documents() -> [Vec<u8>; 2] {
    let folder = Path::new(EXAMPLES).join("28-points");
    [["columns", "./", "", ""], ["diff", "./", "us-28", "e3-27"]].map(|[command, case, old, new]| {
        let mut arguments = vec!["drafts", command, case, old, new, "--format", "docx"];
        arguments.retain(|argument| !argument.is_empty());
        let output = paraph(&folder, &arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    })
}

#[test]
fn every_part_of_a_document_has_a_type_and_every_relation_leads_to_a_part() {
    for document in documents() {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(document)).expect("an archive");
        let mut parts = std::collections::BTreeMap::new();
        for at in 0..archive.len() {
            let mut part = archive.by_index(at).expect("a part");
            let name = part.name().expect("a name in UTF-8").into_owned();
            let mut text = String::new();
            part.read_to_string(&mut text).expect("text");
            parts.insert(name, text);
        }
        let types = &parts["[Content_Types].xml"];
        let by_ending = attributes(types, "Default", "Extension");
        let by_name = attributes(types, "Override", "PartName");
        for part in parts.keys().filter(|part| *part != "[Content_Types].xml") {
            let ending = part.rsplit('.').next().expect("an ending").to_owned();
            assert!(
                by_ending.contains(&ending) || by_name.contains(&format!("/{part}")),
                "{part} has no type"
            );
        }
        for named in by_name {
            assert!(parts.contains_key(named.trim_start_matches('/')), "{named} has a type and is not there");
        }
        let mut relations = 0;
        for (name, text) in parts.iter().filter(|(name, _)| name.ends_with(".rels")) {
            let folder = name.split_once("_rels/").expect("a folder").0;
            for target in attributes(text, "Relationship", "Target") {
                relations += 1;
                let path = target.strip_prefix('/').map_or(format!("{folder}{target}"), str::to_owned);
                assert!(parts.contains_key(&path), "{name} leads to {target}, which is not there");
            }
        }
        assert!(relations >= 2);
        // What the document refers to by number is among its relations.
        let own = attributes(&parts["word/_rels/document.xml.rels"], "Relationship", "Id");
        for used in parts["word/document.xml"].split("r:id=\"").skip(1) {
            let id = used.split('"').next().expect("a value").to_owned();
            assert!(own.contains(&id), "relation {id} is not there");
        }
    }
}

#[test]
fn libre_office_opens_the_documents() {
    if Command::new("soffice").arg("--version").output().is_err() {
        println!("skipped: no soffice here");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    for (name, document) in ["columns", "redline"].into_iter().zip(documents()) {
        std::fs::write(folder.path().join(format!("{name}.docx")), document).expect("a file");
    }
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
    let output = Command::new("soffice")
        .current_dir(folder.path())
        .args([&profile, "--headless", "--convert-to", "pdf", "columns.docx", "redline.docx"])
        .output()
        .expect("it runs");
    for name in ["columns", "redline"] {
        let pdf = std::fs::read(folder.path().join(format!("{name}.pdf"))).unwrap_or_default();
        assert!(
            pdf.starts_with(b"%PDF") && pdf.len() > 10_000,
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
