//! Any page gives a text that can be read, with places that hold, and broken pages end.

use paraph_reading::{Names, Source, SpanIndex, html, read};
use proptest::prelude::*;

/// Pieces of pages, and of what pages should not be.
fn piece() -> impl Strategy<Value = String> {
    let tags = prop::sample::select(vec![
        "<p>",
        "</p>",
        "<div hidden>",
        "</div>",
        "<article>",
        "</article>",
        "<nav>",
        "</nav>",
        "<a href='x'>",
        "</a>",
        "<script>",
        "</script>",
        "<br>",
        "<!--",
        "-->",
        "<title>",
        "</title>",
        "<td>",
        "<li>",
        "&amp;",
        "&#x1F600;",
        "&#0;",
        "<![CDATA[",
        "]]>",
        "<svg/>",
        "<p a=\"",
        "\">",
        "</",
        "<",
        ">",
        "<meta name=date content=2031-02-30>",
    ]);
    prop_oneof![
        tags.prop_map(str::to_owned),
        Just("Norland’s envoy said that “no draft is final.” ".to_owned()),
        // Combining marks, letters from right to left, pictures of several scalar values.
        Just("e\u{301}\u{323} שלום العربية 👩‍👩‍👧‍👦 said that 🇺🇳 agreed. ".to_owned()),
        "\\PC{0,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_page_gives_a_text_whose_places_hold(pieces in prop::collection::vec(piece(), 0..40)) {
        let page = html::text(&pieces.concat());
        let index = SpanIndex::new(&page.text);
        let letters: Vec<char> = page.text.chars().collect();
        let reading = read(&Source::new(&page.text), &Names::default());
        for statement in &reading.statements {
            for span in statement.source.iter().chain(&statement.cue).chain(&statement.content) {
                let by_scalars: String = letters[span.start as usize..span.end as usize].iter().collect();
                prop_assert_eq!(index.get(*span), Some(by_scalars.as_str()));
            }
        }
        // The text holds no markup of its own, and reading it again as a page with no tags changes no word.
        prop_assert!(!page.text.contains("\n\n\n"));
        prop_assert_eq!(html::text(&pieces.concat()), page);
    }
}
