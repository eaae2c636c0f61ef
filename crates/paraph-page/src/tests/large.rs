//! Cases with more outcomes than tables hold, and than a 64-bit number counts.

use super::client::Page;
use super::views::settled;
use std::fmt::Write;

/// Pairs of issues that two parties would settle alike; the first is on the table.
fn case(issues: usize) -> String {
    let mut text = String::from(
        "[case]\ntitle = 'Many points'\n[party.north]\nname = 'North'\n[party.south]\nname = 'South'\n",
    );
    for point in 0..issues {
        let mover = if point % 2 == 0 { "north" } else { "south" };
        write!(text, "[issue.p{point}]\nstatus-quo = 'no'\nmoved-by = ['{mover}']\n").unwrap();
        write!(text, "[[party.{mover}.prefers]]\nthat = 'p{point} and p{}'\nbasis = 'assumed'\n", point ^ 1)
            .unwrap();
    }
    text.push_str(
        "[[package]]\nname = 'first'\ntitle = 'The first pair'\nsets = { p0 = 'yes', p1 = 'yes' }\n",
    );
    text
}

#[test]
fn counts_above_two_to_the_sixty_four_are_shown() {
    for issues in [64, 100] {
        let page = Page::changed("harbour", |folder| {
            for inside in ["scenarios", "drafts"] {
                std::fs::remove_dir_all(folder.join(inside)).ok();
            }
            std::fs::write(folder.join("case.toml"), case(issues)).unwrap();
        });
        let all = (1u128 << issues).to_string();
        for address in ["/agree", "/what-if", "/hold"] {
            let shown = settled(&page, address);
            assert_eq!(shown.status, 200, "{issues} issues, {address}: {}", shown.body);
            let twin = settled(&page, &format!("{address}.json"));
            assert_eq!(twin.status, 200, "{issues} issues, {address}: {}", twin.body);
            assert!(twin.body.contains(&all), "{issues} issues, {address} counts all");
        }
        let agree = settled(&page, "/agree");
        for words in ["The first pair", "efficient was not worked out", "need a table of all outcomes"] {
            assert!(agree.body.contains(words), "{words}");
        }
        assert!(settled(&page, "/hold").body.contains("decision diagrams do not carry it"));
        // Holding all but a few issues leads back to tables.
        let held: Vec<String> = (2..issues).map(|point| format!("hold=p{point}+%3D+no")).collect();
        let few = settled(&page, &format!("/what-if?{}", held.join("&")));
        assert_eq!(few.status, 200, "{}", few.body);
        let explained = settled(&page, "/hold/status-quo");
        assert!(explained.status == 422 && explained.body.contains("outcomes"), "{}", explained.body);
        let brief = settled(&page, "/brief.json");
        assert!(brief.status == 200 && brief.body.contains(&all), "{}", brief.status);
    }
}
