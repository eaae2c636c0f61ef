//! What is done on the page, what is saved, and what two browsers do to each other.

use super::client::Page;
use paraph_ledger::{Audience, Ledger, StatementFilter, Status};

const REPORT: &str = "South rejects joint patrols, its minister Ana Brandt said on Monday. North said that it accepts observers.";

/// A page over the example with one report pasted; gives the report's identifier and its statements.
fn pasted() -> (Page, String, Vec<String>) {
    let page = Page::of("harbour");
    let taken = page.post("/reports", &[("text", REPORT), ("title", "Pasted"), ("date", "2025-11-24")]);
    assert_eq!(taken.status, 303, "{}", taken.body);
    let source = taken.header("location").unwrap().trim_start_matches("/reports/").to_owned();
    let report = page.get(&format!("/reports/{source}.json")).json();
    let ids: Vec<String> = report["statements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mark| mark["id"].as_str().unwrap().to_owned())
        .collect();
    assert!(!ids.is_empty(), "the reader found something in {report}");
    (page, source, ids)
}

fn status(page: &Page, id: &str) -> Status {
    // Another connection sees only what was stored.
    let ledger = Ledger::open_readonly(&page.folder).expect("the ledger is there");
    ledger.statement(id).expect("the statement is in it").status
}

fn seen(page: &Page, id: &str) -> String {
    page.get(&format!("/statements/{id}.json")).json()["seen"].as_str().unwrap().to_owned()
}

#[test]
fn a_pasted_report_is_stored_and_read_on_the_spot() {
    let (page, source, ids) = pasted();
    let file = page.folder.join("reports/2025-11-24-pasted.txt");
    let stored = std::fs::read_to_string(file).expect("it lies in the folder");
    assert!(stored.ends_with(&format!("{REPORT}\n")) && stored.contains("title: Pasted"));
    let filter = StatementFilter {
        audience: Audience::Restricted,
        source: Some(source),
        ..StatementFilter::default()
    };
    let ledger = Ledger::open_readonly(&page.folder).unwrap();
    assert_eq!(ledger.statements(&filter).unwrap().len(), ids.len());
    // The same again is the same report, not a second one.
    let again = page.post("/reports", &[("text", REPORT), ("title", "Pasted"), ("date", "2025-11-24")]);
    assert_eq!(again.status, 303);
    assert!(!page.folder.join("reports/2025-11-24-pasted-2.txt").exists());
}

#[test]
fn a_statement_is_confirmed_corrected_rejected_and_taken_back() {
    let (page, _, ids) = pasted();
    let id = &ids[0];
    let decide = |fields: &[(&str, &str)]| page.post(&format!("/statements/{id}"), fields);
    assert_eq!(decide(&[("do", "confirm"), ("seen", &seen(&page, id))]).status, 303);
    assert_eq!(status(&page, id), Status::Confirmed);
    let corrected = decide(&[
        ("do", "correct"),
        ("seen", &seen(&page, id)),
        ("party", "south"),
        ("act", "concern"),
        ("content", "joint patrols"),
        ("reason", "closer"),
    ]);
    assert_eq!(corrected.status, 303, "{}", corrected.body);
    assert_eq!(status(&page, id), Status::Corrected);
    let card = page.get(&format!("/statements/{id}.json")).json();
    assert_eq!(
        (&card["statement"]["words"], &card["statement"]["party"]),
        (&"joint patrols".into(), &"south".into())
    );
    assert_eq!(page.post("/undo", &[("back", "/review")]).header("location"), Some("/review"));
    assert_eq!(status(&page, id), Status::Confirmed);
    page.post("/undo", &[]);
    assert_eq!(status(&page, id), Status::Proposed);
    assert_eq!(decide(&[("do", "reject"), ("seen", &seen(&page, id))]).status, 303);
    assert_eq!(status(&page, id), Status::Rejected);
    // Words that do not stand in the report are refused, and nothing is stored.
    let wrong = decide(&[("do", "correct"), ("content", "no such words at all")]);
    assert_eq!(wrong.status, 422);
    assert_eq!(status(&page, id), Status::Rejected);
}

#[test]
fn an_address_to_go_back_to_stays_on_the_page() {
    let (page, _, ids) = pasted();
    for bad in ["https://evil.example", "//evil.example", "javascript:alert(1)", "/\\evil\r\nX: y"] {
        let answer = page.post(&format!("/statements/{}", ids[0]), &[("do", "confirm"), ("back", bad)]);
        let to = answer.header("location").unwrap_or_default();
        assert!(to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\"), "{bad}: {to}");
        assert!(answer.header("x").is_none());
    }
}

#[test]
fn a_stale_decision_says_so_and_shows_both() {
    let (page, _, ids) = pasted();
    let id = &ids[0];
    let old = seen(&page, id);
    assert_eq!(page.post(&format!("/statements/{id}"), &[("do", "confirm"), ("seen", &old)]).status, 303);
    let late =
        page.post(&format!("/statements/{id}"), &[("do", "reject"), ("seen", &old), ("reason", "my reason")]);
    assert_eq!(late.status, 409);
    for words in ["As it is now", "confirmed by Ana", "As it was sent", "my reason"] {
        assert!(late.body.contains(words), "{words}: {}", late.body);
    }
    assert_eq!(status(&page, id), Status::Confirmed);
}

#[test]
fn a_position_is_set_by_hand_with_a_reason() {
    let page = Page::of("harbour");
    let matrix = page.get("/matrix.json").json();
    let issue = matrix["issues"][0].clone();
    let (id, option) = (issue["id"].as_str().unwrap(), issue["options"][0].as_str().unwrap());
    let party = matrix["parties"][0]["id"].as_str().unwrap();
    let address = format!("/cells/{id}/{party}");
    let seen = page.get(&format!("{address}.json")).json()["seen"].as_str().unwrap().to_owned();
    let set =
        [("stance", "accepts"), ("option", option), ("reason", "told at lunch"), ("seen", seen.as_str())];
    assert_eq!(page.post(&address, &set[..2]).status, 400, "a reason is needed");
    assert_eq!(page.post(&address, &set).status, 303);
    let cell = page.get(&format!("{address}.json")).json();
    assert_eq!(
        (&cell["cell"]["status"], &cell["cell"]["reason"]),
        (&"by-hand".into(), &"told at lunch".into())
    );
    let late = page.post(&address, &set);
    assert!(late.status == 409 && late.body.contains("told at lunch"), "{}", late.body);
    assert_eq!(page.post(&address, &[("do", "clear"), ("reason", "it was not so")]).status, 303);
    let cell = page.get(&format!("{address}.json")).json();
    assert_ne!(cell["cell"]["status"], "by-hand");
}

#[test]
fn the_model_is_edited_as_text_and_as_forms_and_taken_back() {
    let page = Page::of("harbour");
    let file = page.folder.join("case.toml");
    let before = std::fs::read_to_string(&file).unwrap();
    let seen = || page.get("/model.json").json()["seen"].as_str().unwrap().to_owned();
    let first = seen();
    let form =
        [("do", "party"), ("id", "east"), ("name", "East"), ("consents", "no"), ("seen", first.as_str())];
    assert_eq!(page.post("/model", &form).status, 303);
    let after = std::fs::read_to_string(&file).unwrap();
    assert!(after.contains("[party.east]") && after.starts_with(before.lines().next().unwrap()));
    // Another browser still has the old version.
    let late =
        page.post("/model", &[("do", "text"), ("seen", &first), ("text", &format!("{before}# mine\n"))]);
    assert_eq!(late.status, 409);
    assert!(late.body.contains("As it is now") && late.body.contains("# mine"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), after);
    // What could not be used is not stored.
    let broken = page.post("/model", &[("do", "text"), ("seen", &seen()), ("text", "[case\n")]);
    assert_eq!(broken.status, 422);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), after);
    let told =
        page.post("/model/check", &[("text", "[case]\ntitle = \"x\"\n[issue.a]\nmoved-by = [\"nobody\"]\n")]);
    assert!(
        told.status == 200 && told.body.contains("no party") && told.body.contains("nobody"),
        "{}",
        told.body
    );
    assert_eq!(page.post("/undo", &[]).status, 303);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
}

#[test]
fn an_edit_of_the_model_is_taken_back_by_a_server_that_was_started_later() {
    let page = Page::of("harbour");
    let file = page.folder.join("case.toml");
    let before = std::fs::read_to_string(&file).unwrap();
    let edit = |page: &Page, name: &str| {
        let seen = page.get("/model.json").json()["seen"].as_str().unwrap().to_owned();
        let fields = [("do", "party"), ("id", "east"), ("name", name), ("consents", "no"), ("seen", &seen)];
        assert_eq!(page.post("/model", &fields).status, 303);
        std::fs::read_to_string(&file).unwrap()
    };
    let one = edit(&page, "East");
    edit(&page, "Far East");
    let later = page.beside();
    assert!(later.get("/matrix").body.contains("Edited the party Far East"), "it is offered");
    assert_eq!(later.post("/undo", &[]).status, 303);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), one);
    // The one that ran all along knows of it, and goes on from there.
    assert_eq!(page.post("/undo", &[]).status, 303);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
    // What another program made of the file is left alone, and both are shown.
    edit(&page, "East");
    std::fs::write(&file, format!("{before}# by another program\n")).unwrap();
    let late = page.beside().post("/undo", &[]);
    assert!(late.status == 409 && late.body.contains("# by another program"), "{}", late.body);
}

#[test]
fn files_are_taken_as_they_come() {
    let page = Page::of("harbour");
    let taken = page.ask("PUT", "/reports/files/Third%20round.TXT", "", REPORT);
    assert_eq!(taken.status, 201, "{}", taken.body);
    let address = taken.json()["address"].as_str().unwrap().to_owned();
    assert_eq!(page.get(&address).status, 200);
    assert_eq!(std::fs::read_to_string(page.folder.join("reports/third-round.txt")).unwrap(), REPORT);
    // Another report of the same name stands beside it.
    let other = page.ask("PUT", "/reports/files/third-round.txt", "", "North said no.");
    assert_eq!(other.status, 201);
    assert!(page.folder.join("reports/third-round-2.txt").exists());
    // A report that waits in the folder is read in by a button.
    std::fs::write(page.folder.join("reports/waiting.md"), "South offered fees.").unwrap();
    assert!(page.get("/reports.json").json()["not_read"].as_array().unwrap().contains(&"waiting.md".into()));
    let begun = page.post("/reports", &[("do", "read")]);
    assert_eq!((begun.status, begun.header("location")), (303, Some("/reports/reading")));
    let done = super::views::settled(&page, "/reports/reading.json").json();
    assert_eq!((&done["new"], &done["stored"][0]["name"]), (&1.into(), &"waiting.md".into()), "{done}");
    assert!(page.get("/reports.json").json()["not_read"].as_array().unwrap().is_empty());
}

#[test]
fn many_files_are_read_together_and_a_broken_one_keeps_none_from_being_read() {
    let page = Page::of("harbour");
    assert_eq!(page.get("/reports/reading").status, 404, "nothing has been read yet");
    let html =
        "<html><title>Talks</title><body><p>North said that it rejects joint patrols.</p></body></html>";
    for (name, body) in [
        ("one.txt", REPORT),
        ("two.md", "# Round\n\nSouth offers fees, its envoy said."),
        ("three.html", html),
    ] {
        let taken = page.ask("PUT", &format!("/reports/files/{name}?later=yes"), "", body);
        assert_eq!(taken.status, 201, "{name}: {}", taken.body);
    }
    // What is not what its name says is refused with a sentence and does not stay.
    for (name, body) in
        [("broken.docx", "no zip"), ("empty.html", "<html></html>"), ("empty.txt", " \n"), ("x.pdf", "%PDF")]
    {
        let refused = page.ask("PUT", &format!("/reports/files/{name}?later=yes"), "", body);
        assert_eq!(refused.status, 422, "{name}: {}", refused.body);
        assert!(!page.folder.join("reports").join(name).exists(), "{name}");
    }
    // One that lies in the folder already is named, and the rest is read.
    std::fs::write(page.folder.join("reports/bad.docx"), "no zip").unwrap();
    page.post("/reports", &[("do", "read")]);
    let done = super::views::settled(&page, "/reports/reading.json").json();
    assert_eq!(done["new"], 3, "{done}");
    let refused = done["refused"].as_array().unwrap();
    assert!(refused.len() == 1 && refused[0].as_str().unwrap().contains("bad.docx"), "{done}");
    assert_eq!(page.get("/reports/reading").status, 200);
    let reports = page.get("/reports.json").json();
    assert_eq!(reports["not_read"].as_array().unwrap().len(), 1, "{}", reports["not_read"]);
    assert!(page.folder.join("reports/bad.docx").exists(), "what lay there is left alone");
}

#[test]
fn events_are_stored_and_the_same_statement_is_linked() {
    let page = Page::of("harbour");
    let words = "Troops from North shelled the pier on Monday. North said that it will never accept joint patrols in the strait.";
    let again = format!("{words} Nothing else happened.");
    for (title, text) in [("First", words), ("Second", again.as_str())] {
        assert_eq!(
            page.post("/reports", &[("text", text), ("title", title), ("date", "2025-11-24")]).status,
            303
        );
    }
    let ledger = Ledger::open_readonly(&page.folder).unwrap();
    let events = ledger.events(&[Status::Proposed], Audience::Restricted).unwrap();
    assert!(events.len() >= 2, "each report's event is there: {}", events.len());
    let id = &events[0].record.id;
    assert_eq!(page.get("/review.json").json()["events"], events.len());
    let decide =
        |what: &str| page.post(&format!("/events/{id}"), &[("do", what), ("back", "/timeline?kind=event")]);
    assert_eq!(decide("confirm").header("location"), Some("/timeline?kind=event"));
    let late = decide("reject");
    assert!(late.status == 409 && late.body.contains("confirmed by Ana"), "{}", late.body);
    assert_eq!(page.post("/undo", &[]).status, 303);
    assert_eq!(decide("reject").status, 303);
    assert_eq!(page.post("/events/none", &[("do", "confirm")]).status, 404);
    assert!(!ledger.same_groups().unwrap().is_empty(), "the two are known to be one");
}

#[test]
fn a_missed_statement_is_added_with_its_exact_words() {
    let (page, source, _) = pasted();
    let added = page.post(
        &format!("/reports/{source}"),
        &[
            ("content", "it accepts"),
            ("cue", "said that"),
            ("speaker", "North"),
            ("party", "north"),
            ("act", "accept"),
        ],
    );
    assert_eq!(added.status, 303, "{}", added.body);
    let id = added.header("location").unwrap().rsplit_once('=').unwrap().1.to_owned();
    assert_eq!(status(&page, &id), Status::Confirmed);
    let missing = page.post(
        &format!("/reports/{source}"),
        &[("content", "it never said"), ("cue", "said"), ("act", "state")],
    );
    assert_eq!(missing.status, 422);
}

#[test]
fn what_if_says_what_changes_and_stores_nothing() {
    let page = Page::of("harbour");
    let before = std::fs::read(page.folder.join("case.toml")).unwrap();
    let same = page.get("/what-if.json").json();
    assert_eq!(same["before"], same["after"]);
    let issue = &same["controls"]["issues"][0]["issue"];
    let hold = format!("{} = {}", issue["id"].as_str().unwrap(), issue["options"][0].as_str().unwrap());
    let held = page.get(&format!("/what-if.json?hold={}", super::client::escaped(&hold))).json();
    assert_eq!(held["changed"][0], format!("Held, also without a deal: {hold}."));
    // Every option can be held, also those that are not so now.
    let mut worked = 0;
    for option in issue["options"].as_array().unwrap() {
        let hold = format!("{} = {}", issue["id"].as_str().unwrap(), option.as_str().unwrap());
        let address = format!("/what-if.json?hold={}", super::client::escaped(&hold));
        let held = super::views::settled(&page, &address).json();
        // Unless the constraints leave nothing to compare with, which is said, and the form stays.
        let told = held["follows"].to_string();
        let excluded = held["after"].is_null() && told.contains("the constraints rule out the status quo");
        assert!(excluded || held["after"]["outcomes"]["feasible"].is_u64(), "{hold}: {told}");
        worked += usize::from(!excluded);
    }
    assert!(worked > 1, "one beside the status quo");
    let options = issue["options"].as_array().unwrap().len() as u64;
    // Every outcome has one option of the issue, so holding it leaves the outcomes with that one.
    let (all, left) = (&same["before"]["outcomes"]["all"], &held["after"]["outcomes"]["feasible"]);
    assert!(left.as_u64().unwrap() <= all.as_u64().unwrap() / options, "{left} of {all}");
    assert_eq!(std::fs::read(page.folder.join("case.toml")).unwrap(), before);
}
