//! Many requests at once.

use super::client::Page;

#[test]
fn two_hundred_requests_at_once_are_all_answered() {
    let page = Page::of("harbour");
    let addresses =
        ["/matrix", "/matrix.json", "/reports", "/timeline", "/search?text=fees", "/assets/page.css"];
    std::thread::scope(|scope| {
        for at in 0..200 {
            let page = &page;
            scope.spawn(move || {
                for turn in 0..3 {
                    let address = addresses[(at + turn) % addresses.len()];
                    let answer = page.get(address);
                    assert_eq!(answer.status, 200, "{address}: {}", answer.body);
                }
            });
        }
    });
}

#[test]
fn edits_from_many_sides_are_all_kept() {
    let page = Page::of("harbour");
    let before = page.get("/log.json").json()["entries"].as_array().unwrap().len();
    std::thread::scope(|scope| {
        for at in 0..12 {
            let page = &page;
            scope.spawn(move || {
                let words = format!("North said on day {at} that it rejects fees.");
                let taken = page.post("/reports", &[("text", &words), ("title", &format!("Day {at}"))]);
                assert_eq!(taken.status, 303, "{}", taken.body);
            });
        }
    });
    let reports = page.get("/reports.json").json();
    let titles: Vec<&str> =
        reports["reports"].as_array().unwrap().iter().filter_map(|one| one["title"].as_str()).collect();
    for at in 0..12 {
        assert!(titles.contains(&format!("Day {at}").as_str()), "{titles:?}");
    }
    assert!(page.get("/log.json").json()["entries"].as_array().unwrap().len() >= before + 12);
}
