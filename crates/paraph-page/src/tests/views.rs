//! Every view, with friendly and hostile contents.

use super::client::Page;

/// Every view that shows something of the example.
const VIEWS: [&str; 15] = [
    "/matrix",
    "/reports",
    "/review",
    "/search?text=fees",
    "/timeline?proposed=yes",
    "/actors",
    "/drafts",
    "/model",
    "/agree",
    "/what-if",
    "/hold",
    "/hold/status-quo",
    "/brief",
    "/log",
    "/help",
];

/// Waits for what is worked out beside the requests.
pub(crate) fn settled(page: &Page, address: &str) -> super::client::Answer {
    for _ in 0..600 {
        let answer = page.get(address);
        if answer.status != 202 {
            return answer;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{address} is never done");
}

fn twin(address: &str) -> String {
    match address.split_once('?') {
        Some((path, query)) => format!("{path}.json?{query}"),
        None => format!("{address}.json"),
    }
}

#[test]
fn every_view_has_a_page_and_a_twin() {
    let page = Page::of("harbour");
    let before = std::fs::read_dir(&page.folder).expect("the case").count();
    for address in VIEWS {
        let shown = settled(&page, address);
        assert_eq!(shown.status, 200, "{address}: {}", shown.body);
        for part in ["<html lang=\"en\">", "<main id=\"main\"", "aria-label=\"Views\"", "<h1", "</html>"] {
            assert!(shown.body.contains(part), "{address} has no {part}");
        }
        let twin = settled(&page, &twin(address));
        assert_eq!(twin.status, 200, "{address}");
        assert_eq!(twin.header("content-type"), Some("application/json; charset=utf-8"), "{address}");
        assert!(twin.json().is_object(), "{address}");
        let part = page.ask("GET", address, "X-Paraph-Part: main\r\n", "");
        assert!(part.body.contains("data-part=\"contents\"") && !part.body.contains("<nav"), "{address}");
    }
    assert_eq!(std::fs::read_dir(&page.folder).expect("the case").count(), before, "looking changes nothing");
}

#[test]
fn cells_reports_and_statements_are_shown() {
    let page = Page::of("harbour");
    let matrix = page.get("/matrix.json").json();
    let cell = matrix["cells"]
        .as_array()
        .and_then(|cells| cells.iter().find(|cell| cell["statements"][0].is_string()))
        .expect("the example has a cell with words")
        .clone();
    let (issue, party) = (cell["issue"].as_str().unwrap(), cell["party"].as_str().unwrap());
    let shown = page.get(&format!("/cells/{issue}/{party}.json")).json();
    let statement = &shown["inside"][0];
    let (id, source) = (statement["id"].as_str().unwrap(), statement["source"].as_str().unwrap());
    assert_eq!(page.get(&format!("/cells/{issue}/{party}")).status, 200);
    assert_eq!(page.get(&format!("/actors/{party}")).status, 200);
    let card = page.get(&format!("/statements/{id}.json")).json();
    assert_eq!(card["statement"]["words"], statement["words"]);
    // The text of the report is whole, and what is marked as content are the statement's own words.
    let report = page.get(&format!("/reports/{source}.json?statement={id}")).json();
    let mut marked = String::new();
    for line in report["lines"].as_array().expect("lines") {
        let words: String =
            line["pieces"].as_array().unwrap().iter().map(|piece| piece["text"].as_str().unwrap()).collect();
        assert!(words.ends_with('\n') || line == report["lines"].as_array().unwrap().last().unwrap());
        for piece in line["pieces"].as_array().unwrap() {
            let here = piece["statements"].as_array().unwrap().iter().any(|one| one == id);
            if here && piece["kind"] == "content" {
                marked.push_str(piece["text"].as_str().unwrap());
            }
        }
    }
    assert_eq!(
        marked.split_whitespace().collect::<String>(),
        statement["words"].as_str().unwrap().replace('…', "").split_whitespace().collect::<String>()
    );
    assert_eq!(report["chosen"]["statement"]["id"], id);
}

#[test]
fn nothing_in_a_case_or_a_report_runs() {
    const EVIL: &str = r#"</script><script>alert(1)</script><img src=x onerror=alert(1)>"><svg/onload=alert(1)>'`{{7*7}}{% raw %}&lt;"#;
    let page = Page::changed("harbour", |folder| {
        let text = std::fs::read_to_string(folder.join("case.toml")).expect("the case");
        let evil = EVIL.replace('\\', "\\\\").replace('"', "\\\"");
        let text = text
            .replacen("[case]", "[case]\ncaveat = \"CAVEAT\"", usize::from(!text.contains("caveat")))
            .replacen("name = \"", &format!("name = \"{evil}"), 1)
            .replacen(
                "[issue.",
                "[issue.evil]\ntitle = \"EVIL\"\noptions = [\"a\", \"b\"]\nstatus-quo = \"b\"\n\n[issue.",
                1,
            )
            .replace("EVIL", &evil)
            .replace("CAVEAT", &evil);
        std::fs::write(folder.join("case.toml"), text).expect("it can be written");
        std::fs::write(
            folder.join("drafts").join("evil.md"),
            format!("---\ntitle: {EVIL}\n---\n1. {EVIL} shall be.\n2. Javascript:alert(1)\n"),
        )
        .expect("a draft");
    });
    let words = format!(
        "---\ntitle: {EVIL}\npublisher: {EVIL}\naddress: javascript:alert(1)\n---\n{EVIL} said that {EVIL} rejects “{EVIL}”.\n"
    );
    let taken = page.post("/reports", &[("text", &words)]);
    assert_eq!(taken.status, 303, "{}", taken.body);
    let report = taken.header("location").expect("it leads to the report").to_owned();
    page.post(
        "/cells/evil/north",
        &[("stance", "accepts"), ("option", "a"), ("reason", EVIL), ("condition", EVIL)],
    );
    let mut all =
        vec![report, format!("/search?text={}", super::client::escaped(EVIL)), "/brief/preview".to_owned()];
    all.extend(VIEWS.iter().map(|view| (*view).to_owned()));
    let mut seen = 0;
    for address in all {
        if address == "/brief/preview" {
            settled(&page, "/brief");
        }
        let shown = settled(&page, &address);
        assert!(shown.status == 200, "{address}: {} {}", shown.status, shown.body);
        for bad in ["<script>alert", "<img src=x", "<svg/onload", "href=\"javascript:", "49&lt;"] {
            assert!(!shown.body.contains(bad), "{address} shows {bad}");
        }
        seen += usize::from(shown.body.contains("&lt;script&gt;alert(1)"));
    }
    assert!(seen > 5, "the payload is shown as text in {seen} views");
    // A sentence that repeats what was asked is escaped too.
    let wrong = page.get("/matrix?as-of=%3Cscript%3Ealert(1)%3C/script%3E");
    assert!(wrong.status == 400 && !wrong.body.contains("<script>alert"));
}

#[test]
fn a_broken_case_says_so_and_can_be_mended() {
    let page = Page::changed("harbour", |folder| {
        std::fs::write(folder.join("case.toml"), "[case]\ntitle = \n[party.a\n").expect("it can be written");
    });
    let matrix = page.get("/matrix");
    assert_eq!(matrix.status, 422);
    assert!(matrix.body.contains("the case cannot be used"), "{}", matrix.body);
    let model = page.get("/model.json");
    assert_eq!(model.status, 200);
    let model = model.json();
    assert!(model["diagnostics"].as_array().is_some_and(|all| !all.is_empty()));
    let seen = model["seen"].as_str().expect("a version");
    let fixed = "[case]\ntitle = \"Mended\"\n[party.a]\nname = \"A\"\n[issue.x]\ntitle = \"X\"\nstatus-quo = \"no\"\n";
    assert_eq!(page.post("/model", &[("do", "text"), ("seen", seen), ("text", fixed)]).status, 303);
    assert_eq!(page.get("/matrix").status, 200);
}
