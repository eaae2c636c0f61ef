//! The text of a report that came as a web page.
//!
//! ```
//! let page = paraph_reading::html::text(
//!     "<title>Ferries</title><nav><a href=/>Home</a></nav><article><p>The crews said that \
//!      they would not sail before Monday &amp; asked for talks.</p></article>",
//! );
//! assert_eq!(page.title.as_deref(), Some("Ferries"));
//! assert_eq!(page.text, "The crews said that they would not sail before Monday & asked for talks.\n");
//! ```

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

/// Raised whenever the same page may give another text than before.
pub const VERSION: &str = "1";

/// A page without its surroundings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// The main text: a paragraph a line, with an empty line between two.
    pub text: String,
    /// Its title.
    pub title: Option<String>,
    /// The name of the site.
    pub publisher: Option<String>,
    /// The day it was published, as the page says it (ISO 8601).
    pub published: Option<jiff::civil::Date>,
    /// Its canonical address.
    pub address: Option<String>,
    /// Its language (BCP 47).
    pub language: Option<String>,
    /// How many words stood in menus, lists of links, forms and the like, and were left out.
    pub left_out: usize,
}

/// Elements whose text is never part of a report.
const SILENT: &[&str] = &[
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "canvas", "audio", "video",
    "select", "button", "textarea", "nav", "aside", "footer", "form", "dialog", "menu", "head",
];
/// Elements that stand on lines of their own.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "section",
    "article",
    "main",
    "header",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "table",
    "tr",
    "td",
    "th",
    "caption",
    "figure",
    "figcaption",
    "hr",
    "address",
    "body",
    "html",
    "center",
    "details",
    "summary",
    "fieldset",
    "tbody",
    "thead",
    "tfoot",
];
/// Elements without an end.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];
/// Elements in which the report itself stands where a page has them.
const BODIES: &[&str] = &["article", "main"];

/// A stretch of text that stands on its own.
#[derive(Debug, Clone, Default)]
struct Block {
    text: String,
    words: usize,
    /// Words inside links.
    linked: usize,
    heading: bool,
    /// The innermost `article` or `main` around it, by number from 1.
    body: usize,
    silent: bool,
}

impl Block {
    fn density(&self) -> f64 {
        if self.words == 0 { 0.0 } else { self.linked as f64 / self.words as f64 }
    }
}

/// Takes the text of a report out of a page.
///
/// Where the page has an `article` or `main` element with text, the one with the most words outside links is the
/// report; else blocks are kept or left by their words and links and those of their neighbours, with
/// the decision tree of Kohlschütter, Fankhauser and Nejdl (2010, figure 3). Menus, forms, scripts and
/// whatever the page hides are left out, and counted. When nothing would be left, everything that is shown is kept.
///
/// Any text is fine, tags may be broken or nested without end: time and memory are linear in the page.
#[must_use]
pub fn text(html: &str) -> Page {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut walk = Walk::default();
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => walk.open(&tag),
            Token::EndTag(tag) => walk.close(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => walk.text(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    walk.page()
}

/// An element that is open.
struct Open {
    name: String,
    silent: bool,
    body: usize,
}

#[derive(Default)]
struct Walk {
    open: Vec<Open>,
    /// How many elements of a name are open, so that an end without a beginning costs nothing.
    counts: std::collections::BTreeMap<String, usize>,
    links: usize,
    bodies: usize,
    blocks: Vec<Block>,
    now: Block,
    title: String,
    in_title: bool,
    meta_title: Option<String>,
    page: Page,
}

impl Walk {
    fn silent(&self) -> bool {
        self.open.last().is_some_and(|open| open.silent)
    }

    fn open(&mut self, tag: &StartTag<()>) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        let get = |key: &str| {
            let value = tag.attributes.get(key.as_bytes())?;
            Some(String::from_utf8_lossy(value).trim().to_owned()).filter(|value| !value.is_empty())
        };
        match name.as_str() {
            "meta" => {
                self.meta(get("property").or_else(|| get("name")).or_else(|| get("itemprop")), get("content"))
            }
            "html" => self.page.language = self.page.language.take().or_else(|| get("lang")),
            "link" if get("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) => {
                let address = get("href").filter(|href| href.starts_with("http"));
                self.page.address = self.page.address.take().or(address);
            }
            "time" => {
                let day = get("datetime").and_then(|time| day(&time));
                self.page.published = self.page.published.take().or(day);
            }
            "br" => self.now.text.push('\n'),
            "title" if self.title.is_empty() => self.in_title = true,
            _ => {}
        }
        if BLOCKS.contains(&name.as_str()) {
            self.flush();
        } else if matches!(name.as_str(), "img" | "input") {
            self.now.text.push(' ');
        }
        if VOID.contains(&name.as_str())
            || tag.self_closing && !BLOCKS.contains(&name.as_str()) && name != "a"
        {
            return;
        }
        // A paragraph, an item or a cell ends where the next begins.
        if matches!(name.as_str(), "p" | "li" | "dt" | "dd" | "tr" | "td" | "th" | "option")
            && self.open.last().is_some_and(|open| open.name == name)
        {
            self.close(&name);
        }
        let hidden = tag.attributes.contains_key(&b"hidden"[..])
            || get("aria-hidden").is_some_and(|value| value.eq_ignore_ascii_case("true"))
            || get("style").is_some_and(|style| {
                let style: String = style.to_ascii_lowercase().split_whitespace().collect();
                style.contains("display:none") || style.contains("visibility:hidden")
            });
        let role = get("role").unwrap_or_default();
        let apart =
            matches!(role.as_str(), "navigation" | "banner" | "contentinfo" | "complementary" | "search");
        let is_body = BODIES.contains(&name.as_str())
            || role == "main"
            || get("itemprop").is_some_and(|value| value == "articleBody");
        if is_body {
            self.bodies += 1;
        }
        let above = self.open.last();
        let body = if is_body { self.bodies } else { above.map_or(0, |open| open.body) };
        let silent =
            above.is_some_and(|open| open.silent) || hidden || apart || SILENT.contains(&name.as_str());
        if name == "a" {
            self.links += 1;
        }
        *self.counts.entry(name.clone()).or_default() += 1;
        self.open.push(Open { name, silent, body });
    }

    fn close(&mut self, name: &str) {
        if name == "title" {
            self.in_title = false;
        }
        if BLOCKS.contains(&name) {
            self.flush();
        }
        if self.counts.get(name).is_none_or(|&count| count == 0) {
            return;
        }
        while let Some(open) = self.open.pop() {
            if let Some(count) = self.counts.get_mut(&open.name) {
                *count -= 1;
            }
            if open.name == "a" {
                self.links -= 1;
            }
            if open.name == name {
                break;
            }
            if BLOCKS.contains(&open.name.as_str()) {
                self.flush();
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_title {
            self.title.push_str(text);
            return;
        }
        let words = text.split_whitespace().count();
        if self.now.words == 0 || self.now.text.trim().is_empty() {
            let heading = self.open.iter().rev().take(4).any(|open| {
                open.name.len() == 2 && open.name.starts_with('h') && open.name.as_bytes()[1].is_ascii_digit()
            });
            self.now.heading = heading;
            self.now.silent = self.silent();
            self.now.body = self.open.last().map_or(0, |open| open.body);
        } else if self.now.silent != self.silent() {
            // A hidden or silent part inside a line.
            self.flush();
            return self.text(text);
        }
        self.now.words += words;
        if self.links > 0 {
            self.now.linked += words;
        }
        self.now.text.push_str(text);
    }

    /// Ends the block that is being read.
    fn flush(&mut self) {
        let mut block = std::mem::take(&mut self.now);
        let lines: Vec<String> = block
            .text
            .split('\n')
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|line| !line.is_empty())
            .collect();
        if lines.is_empty() {
            return;
        }
        block.text = lines.join(" ");
        self.blocks.push(block);
    }

    fn meta(&mut self, name: Option<String>, content: Option<String>) {
        let (Some(name), Some(content)) = (name, content) else { return };
        match name.to_ascii_lowercase().as_str() {
            "og:title" => self.meta_title = self.meta_title.take().or(Some(content)),
            "og:site_name" => self.page.publisher = self.page.publisher.take().or(Some(content)),
            "article:published_time"
            | "datepublished"
            | "date"
            | "dc.date"
            | "dcterms.created"
            | "pubdate" => {
                // What the head of the page says goes before a `time` in its text.
                self.page.published = self.page.published.take().or_else(|| day(&content));
            }
            _ => {}
        }
    }

    fn page(mut self) -> Page {
        self.flush();
        let blocks = &self.blocks;
        let kept = chosen(blocks);
        let mut page = self.page;
        let title = self.title.split_whitespace().collect::<Vec<_>>().join(" ");
        page.title = self.meta_title.or(Some(title)).filter(|title| !title.is_empty());
        for (block, keep) in blocks.iter().zip(kept) {
            if keep {
                if !page.text.is_empty() {
                    page.text.push('\n');
                }
                page.text.push_str(&block.text);
                page.text.push('\n');
            } else {
                page.left_out += block.words;
            }
        }
        page
    }
}

/// Which blocks are the report.
fn chosen(blocks: &[Block]) -> Vec<bool> {
    let mut plain: Vec<usize> = Vec::new();
    for block in blocks.iter().filter(|block| block.body > 0 && !block.silent) {
        if plain.len() <= block.body {
            plain.resize(block.body + 1, 0);
        }
        plain[block.body] += block.words - block.linked.min(block.words);
    }
    let best = (1..plain.len()).max_by_key(|&body| (plain[body], std::cmp::Reverse(body)));
    let shown: Vec<usize> = (0..blocks.len()).filter(|&at| !blocks[at].silent).collect();
    let mut kept = vec![false; blocks.len()];
    if let Some(best) = best.filter(|&best| plain[best] >= 10) {
        // What stands between two blocks of the report belongs to it unless it is made of links.
        for &at in &shown {
            let block = &blocks[at];
            kept[at] = block.body == best && (block.density() <= 0.5 || block.words > 40);
        }
        return kept;
    }
    for (place, &at) in shown.iter().enumerate() {
        let block = &blocks[at];
        let none = Block::default();
        let before = place.checked_sub(1).map_or(&none, |place| &blocks[shown[place]]);
        let after = shown.get(place + 1).map_or(&none, |&at| &blocks[at]);
        kept[at] = is_content(before, block, after);
    }
    // A heading stays with the text under it.
    for pair in shown.windows(2).rev() {
        if blocks[pair[0]].heading && kept[pair[1]] {
            kept[pair[0]] = true;
        }
    }
    if shown.iter().all(|&at| !kept[at]) {
        for at in shown {
            kept[at] = true;
        }
    }
    kept
}

/// The tree over the number of words and the density of links.
fn is_content(before: &Block, block: &Block, after: &Block) -> bool {
    if block.density() > 1.0 / 3.0 {
        return false;
    }
    if before.density() > 5.0 / 9.0 {
        return block.words > 40 || after.words > 17;
    }
    block.words > 16 || after.words > 15 || before.words > 4
}

/// The day at the beginning of a time.
fn day(text: &str) -> Option<jiff::civil::Date> {
    text.get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAGRAPH: &str = "The port authority said on Monday that the crews would not sail before the two \
                             sides had met again in the harbour office.";

    #[test]
    fn the_article_is_found_among_menus_and_links() {
        let page = text(&format!(
            "<!doctype html><html lang=en><head><title>Ferries | The Tide</title>\
             <meta property='og:title' content='No ferries before Monday'><meta property='og:site_name' content='The Tide'>\
             <meta property='article:published_time' content='2031-03-04T10:00:00Z'>\
             <link rel=canonical href='https://tide.example/ferries'><script>var a = '<p>no</p>';</script></head>\
             <body><header><a href=/>Home</a> <a href=/x>World</a></header><nav><ul><li><a>Sport</a><li><a>Sea</a></ul></nav>\
             <main><article><h1>No ferries<br>before Monday</h1><p>{PARAGRAPH}<p>Asked <em>twice</em>, \
             the crews&rsquo; union said: &ldquo;No.&rdquo;<span hidden> Subscribe!</span></p>\
             <ul class=related><li><a>Another story with a long headline</a></ul></article></main>\
             <footer>All rights reserved, 2031</footer>"
        ));
        assert_eq!(page.title.as_deref(), Some("No ferries before Monday"));
        assert_eq!(page.publisher.as_deref(), Some("The Tide"));
        assert_eq!(page.published, Some(jiff::civil::date(2031, 3, 4)));
        assert_eq!(page.address.as_deref(), Some("https://tide.example/ferries"));
        assert_eq!(page.language.as_deref(), Some("en"));
        assert_eq!(
            page.text,
            format!("No ferries before Monday\n\n{PARAGRAPH}\n\nAsked twice, the crews’ union said: “No.”\n")
        );
        assert!(page.left_out > 8);
    }

    #[test]
    fn without_an_article_words_and_links_decide() {
        let page = text(&format!(
            "<div><a>One</a> <a>Two</a> <a>Three</a></div><h2>Ferries</h2><div>{PARAGRAPH}</div>\
             <div>{PARAGRAPH}</div><div><a>Terms of use</a> <a>Privacy</a></div>"
        ));
        assert_eq!(page.text, format!("Ferries\n\n{PARAGRAPH}\n\n{PARAGRAPH}\n"));
        // Where everything looks like surroundings, everything is kept rather than nothing.
        assert_eq!(text("<p>No.</p><p>Yes.</p>").text, "No.\n\nYes.\n");
        assert_eq!(text("plain words").text, "plain words\n");
        assert_eq!(text("").text, "");
    }

    #[test]
    fn broken_and_endless_pages_give_something() {
        for page in [
            "<",
            "</",
            "<!--",
            "<p",
            "<p a='",
            "&",
            "&#xFFFFFFFF;",
            "<script>",
            "<title>",
            "</p></p></div>",
            "\0",
        ] {
            let _ = text(page);
        }
        // Every end closes nothing, or everything: linear either way, which a quadratic walk would not survive.
        let deep = "<div>".repeat(300_000) + "Words here." + &"</div></b>".repeat(300_000);
        assert_eq!(text(&deep).text, "Words here.\n");
        let crossed = "<a><p>".repeat(200_000) + &"</a>".repeat(200_000);
        let _ = text(&crossed);
        let unclosed = "<nav>".to_owned() + &"<p>word ".repeat(100_000);
        assert_eq!(text(&unclosed).text, "");
    }
}
