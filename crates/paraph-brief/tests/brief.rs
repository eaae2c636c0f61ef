//! The renderers on an invented brief and on a large hostile one.

use std::collections::{BTreeMap, BTreeSet};

use paraph_brief::terminal::{self, Style};
use paraph_brief::view::{Brief, Statements};
use paraph_brief::{csv, html};
use unicode_width::UnicodeWidthStr;

mod fixture;

fn page(brief: &Brief) -> String {
    html::render(brief).expect("the templates are sound")
}

/// The values of an attribute, wherever it stands.
fn attribute<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let pattern = format!(" {name}=\"");
    page.match_indices(&pattern)
        .map(|(at, _)| page[at + pattern.len()..].split('"').next().unwrap_or(""))
        .collect()
}

/// Tags in order, without their attributes; text between quotation marks in a tag cannot end it.
fn tags(page: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let mut quoted = false;
        let end = rest
            .char_indices()
            .find(|&(_, character)| {
                quoted ^= character == '"';
                character == '>' && !quoted
            })
            .map_or(rest.len(), |(at, _)| at);
        let tag = &rest[..end];
        let name: String =
            tag.chars().take_while(|character| !character.is_whitespace() && *character != '>').collect();
        if !tag.ends_with('/') && !name.starts_with('!') {
            out.push(name);
        }
        rest = &rest[end..];
    }
    out
}

fn well_formed(page: &str) {
    const VOID: [&str; 2] = ["meta", "br"];
    let mut open: Vec<String> = Vec::new();
    for tag in tags(page) {
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "a tag is closed that was not open");
        } else if !VOID.contains(&tag.as_str()) {
            open.push(tag);
        }
    }
    assert!(open.is_empty(), "never closed: {open:?}");
}

fn loads_nothing(page: &str) {
    let known: BTreeSet<&str> = [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "a",
        "svg",
        "symbol",
        "use",
        "path",
        "circle",
        "line",
        "text",
        "desc",
        "div",
        "header",
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "dl",
        "dt",
        "dd",
        "nav",
        "ol",
        "ul",
        "li",
        "main",
        "section",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "b",
        "bdi",
        "em",
        "span",
        "figure",
        "figcaption",
        "blockquote",
        "code",
        "aside",
        "article",
        "footer",
        "mark",
        "br",
    ]
    .into_iter()
    .collect();
    for tag in tags(page) {
        let name = tag.trim_start_matches('/');
        assert!(known.contains(name), "an element that the templates do not have: <{name}>");
    }
    assert!(attribute(page, "src").is_empty());
    for href in attribute(page, "href") {
        assert!(href.starts_with('#') || href.starts_with("http"), "{href}");
    }
    let styles: Vec<&str> =
        page.split("<style>").skip(1).map(|rest| &rest[..rest.find("</style>").unwrap_or(0)]).collect();
    assert!(!styles.is_empty());
    for style in styles {
        assert!(!style.contains("url(") && !style.contains("@import"), "a style sheet loads something");
    }
}

fn links_arrive(page: &str) {
    let mut ids = BTreeMap::new();
    for id in attribute(page, "id") {
        *ids.entry(id).or_insert(0) += 1;
    }
    let twice: Vec<_> = ids.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "identifiers used twice: {twice:?}");
    let inner: Vec<&str> =
        attribute(page, "href").into_iter().filter_map(|href| href.strip_prefix('#')).collect();
    assert!(inner.len() > 20);
    for target in inner {
        assert!(ids.contains_key(target), "a link leads to #{target}, which is not there");
    }
}

#[test]
fn the_page_is_sound_and_loads_nothing() {
    for brief in [fixture::harbour(), fixture::stress(), Brief::default()] {
        let page = page(&brief);
        well_formed(&page);
        loads_nothing(&page);
        assert_eq!(page, self::page(&brief), "the same brief gave other bytes");
    }
    links_arrive(&page(&fixture::harbour()));
    links_arrive(&page(&fixture::stress()));
}

#[test]
fn the_page_stays_small() {
    let typical = page(&fixture::harbour()).len();
    assert!(typical < 200_000, "a small brief has {typical} bytes");
    let stress = page(&fixture::stress()).len();
    assert!(stress < 1_000_000, "12 parties and 60 issues have {stress} bytes");
}

#[test]
fn the_sections_come_in_the_order_of_the_questions() {
    let page = page(&fixture::harbour());
    let places: Vec<usize> = [
        "Where they stand</h2>",
        "Common ground and clash</h2>",
        "What could be agreed</h2>",
        "What would change that</h2>",
        "What would hold</h2>",
        "How sure</h2>",
        "What was given</h2>",
        "Evidence</h2>",
    ]
    .iter()
    .map(|heading| page.find(heading).expect(heading))
    .collect();
    assert!(places.is_sorted());
    // Pairs that are not on record stand above the deals that depend on them.
    let agreed = &page[places[2]..places[3]];
    assert!(
        agreed.find("Not on record.").expect("the gaps")
            < agreed.find("Efficient deals</h4>").expect("the deals")
    );
}

#[test]
fn every_position_is_a_word_a_shape_and_a_link_to_its_words() {
    let brief = fixture::harbour();
    let page = page(&brief);
    for cell in &brief.matrix.cells {
        let word = cell.position.word();
        let link = format!(
            "<use href=\"#p-{}\"/></svg> <a href=\"#s-{}\">{word}</a>",
            cell.position.key(),
            cell.statements[0]
        );
        assert!(page.contains(&link), "{link}");
    }
    for words in ["a blockade by another name", "contested", "contradiction", "no comment", "no record"] {
        assert!(page.contains(words), "{words}");
    }
    assert!(page.contains("<mark>would accept observers in the strait if the guns fall silent first</mark>"));
}

#[test]
fn audience_and_date_are_printed_on_every_page() {
    let page = page(&fixture::harbour());
    let rule = page.split("@top-right { content: \"").nth(1).expect("a running header");
    let content = rule.split('"').next().expect("a string");
    assert!(content.contains("team") && content.contains("22 November 2025"), "{content}");
}

#[test]
fn the_templates_judge_nothing() {
    let page = page(&fixture::harbour()).to_lowercase();
    for word in ["fair", "unfair", "best ", "recommend", "probability", "likely", "should "] {
        assert!(!page.contains(word), "the page says {word:?}");
    }
}

#[test]
fn nothing_on_record_reads_not_determined() {
    let page = page(&Brief::default());
    assert!(page.matches("ot determined").count() >= 5, "{page}");
}

#[test]
fn text_from_outside_stays_text() {
    let brief = fixture::stress();
    let page = page(&brief);
    assert!(page.contains("&lt;script&gt;"));
    assert!(!page.contains("<script") && !page.contains("<img"));
    assert!(page.contains("{{ 7 * 7 }}"), "a name was taken for a template");
    assert!(!page.contains("javascript:alert(1)\""), "an address that is no web address became a link");
}

/// The contrast ratio of WCAG 2.2 between two `#rrggbb` colours.
fn contrast(one: &str, other: &str) -> f64 {
    let luminance = |color: &str| {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).expect("a colour")) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn text_stands_out_from_what_is_behind_it() {
    let page = page(&fixture::harbour());
    let palettes: Vec<BTreeMap<&str, &str>> = page
        .split(":root {")
        .skip(1)
        .map(|rest| {
            rest[..rest.find('}').expect("the end of the rule")]
                .split(';')
                .filter_map(|line| line.trim().split_once(": "))
                .filter(|(_, value)| value.starts_with('#'))
                .collect()
        })
        .filter(|palette: &BTreeMap<&str, &str>| palette.contains_key("--paper"))
        .collect();
    assert_eq!(palettes.len(), 2, "light and dark");
    for palette in palettes {
        let mut pairs = vec![("--mark-ink", "--mark")];
        for text in ["--ink", "--muted", "--accent", "--for", "--ask", "--against", "--talk", "--flag"] {
            pairs.push((text, "--paper"));
        }
        for ground in
            ["--for-soft", "--ask-soft", "--against-soft", "--talk-soft", "--flag-soft", "--accent-soft"]
        {
            pairs.extend([("--ink", ground), ("--muted", ground), ("--flag", "--flag-soft")]);
        }
        for stance in ["for", "ask", "against", "talk"] {
            let (text, ground) = match stance {
                "for" => ("--for", "--for-soft"),
                "ask" => ("--ask", "--ask-soft"),
                "against" => ("--against", "--against-soft"),
                _ => ("--talk", "--talk-soft"),
            };
            pairs.push((text, ground));
        }
        for (text, ground) in pairs {
            let ratio = contrast(palette[text], palette[ground]);
            assert!(ratio >= 4.5, "{text} on {ground} has {ratio:.2}");
        }
    }
}

#[test]
fn terminal_tables_fit_every_width() {
    for brief in [fixture::harbour(), fixture::stress()] {
        let all = Statements { statements: brief.statements.clone(), ..Statements::default() };
        for width in [40, 80, 133, 200] {
            let style = Style { width, color: false };
            let mut texts = vec![terminal::matrix(&brief.matrix, style), terminal::statements(&all, style)];
            for scenario in &brief.scenarios {
                texts.extend(scenario.deals.iter().map(|deals| terminal::deals(deals, style)));
                texts.extend(scenario.stability.iter().map(|view| terminal::stability(view, style)));
                texts.extend(scenario.stability.iter().map(|view| terminal::stability_table(view, style)));
                texts.extend(scenario.explanations.iter().map(|view| terminal::explanation(view, style)));
            }
            for text in texts {
                assert!(!text.contains('\u{1b}'));
                for line in text.lines() {
                    assert!(line.width() <= width, "{} columns in {width}: {line}", line.width());
                }
            }
        }
    }
}

#[test]
fn terminal_output_reads_as_reviewed() {
    let brief = fixture::harbour();
    let style = Style { width: 100, color: false };
    let scenario = &brief.scenarios[0];
    let stability = scenario.stability.as_ref().expect("the fixture has one");
    let all = Statements {
        statements: brief.statements.clone(),
        sources: brief.sources.clone(),
        not_read: Vec::new(),
    };
    insta::assert_snapshot!("matrix", terminal::matrix(&brief.matrix, style));
    insta::assert_snapshot!("deals", terminal::deals(&brief.scenarios[1].deals[0], style));
    insta::assert_snapshot!("stability", terminal::stability(stability, style));
    insta::assert_snapshot!("stability_table", terminal::stability_table(stability, style));
    insta::assert_snapshot!("statements", terminal::statements(&all, style));
    insta::assert_snapshot!("explanation", terminal::explanation(&fixture::explanation(), style));
}

#[test]
fn values_read_as_reviewed() {
    let brief = fixture::harbour();
    let deals = &brief.scenarios[0].deals[0];
    insta::assert_snapshot!(
        "outcomes_csv",
        csv::outcomes(&deals.efficient_deals, &deals.details, &deals.parties)
    );
    // Every record of the hostile matrix has as many cells as the header, counted outside quotation marks.
    let table = csv::matrix(&fixture::stress().matrix);
    let (mut quoted, mut commas, mut counts) = (false, 0, BTreeSet::new());
    for character in table.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => commas += 1,
            '\n' if !quoted => {
                counts.insert(std::mem::take(&mut commas));
            }
            _ => {}
        }
    }
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), [11]);
    assert!(table.contains("'=cmd|"), "a name that is a formula was not guarded");
}

#[test]
fn the_machine_interface_has_its_documented_names() {
    let brief = fixture::harbour();
    let scenario = &brief.scenarios[0];
    let json = serde_json::to_value(&scenario.deals[0]).expect("a view is JSON");
    for key in ["status_quo", "acceptable", "efficient", "efficient_deals", "picks", "holding", "packages"] {
        assert!(json.get(key).is_some(), "{key}");
    }
    let refusal = &json["packages"][1]["not_accepted_by"][0];
    for key in ["party", "red_lines", "preference", "because"] {
        assert!(refusal.get(key).is_some(), "{key}");
    }
    assert_eq!(refusal["preference"]["that"], "fees = high or guarantees");
    let json = serde_json::to_value(scenario.stability.as_ref()).expect("a view is JSON");
    assert_eq!(json["outcomes"]["all"], 216);
    assert_eq!(json["concepts"][0]["equilibria"]["truncated"], false);
    assert_eq!(json["concepts"][5]["computed"], false);
    assert!(json["concepts"][5]["reason"].is_string());
    let json = serde_json::to_value(&brief.matrix).expect("a view is JSON");
    assert_eq!(json["cells"][0]["position"], "accepts if");
    for key in ["party", "issue", "position", "status", "statements", "contradiction", "contested"] {
        assert!(json["cells"][0].get(key).is_some(), "{key}");
    }
    let json = serde_json::to_value(fixture::explanation()).expect("a view is JSON");
    assert!(json["rows"][0]["improvement"].is_null());
    assert_eq!(json["rows"][5]["sanction"][0]["mover"], "north");
    let text = serde_json::to_string(&brief).expect("a view is JSON");
    assert_eq!(serde_json::from_str::<Brief>(&text).expect("and back"), brief);
}
