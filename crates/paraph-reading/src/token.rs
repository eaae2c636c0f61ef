//! Tokens, quotations and sentences with exact offsets.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use crate::lexicon::{Class, LEXICON};

/// A word, a number or a mark.
#[derive(Debug, Clone)]
pub(crate) struct Token<'t> {
    pub(crate) text: &'t str,
    pub(crate) lower: Cow<'t, str>,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Byte offset of the start.
    pub(crate) byte: usize,
    pub(crate) class: Class,
    pub(crate) cue: Option<usize>,
    /// One more than the index of the quotation it is in; 0 outside.
    pub(crate) quote: u32,
    /// White space comes before it.
    pub(crate) spaced: bool,
    /// A line break comes before it.
    pub(crate) breaks: bool,
    pub(crate) word: bool,
    pub(crate) capital: bool,
}

impl Token<'_> {
    pub(crate) fn is(&self, word: &str) -> bool {
        self.lower == word
    }
    pub(crate) fn any(&self, words: &[&str]) -> bool {
        words.contains(&&*self.lower)
    }
    pub(crate) fn has(&self, class: Class) -> bool {
        self.class.has(class)
    }
    pub(crate) fn is_possessive_mark(&self) -> bool {
        matches!(self.text, "’s" | "'s" | "’" | "'")
    }
    pub(crate) fn is_quote_mark(&self) -> bool {
        matches!(self.text, "“" | "”" | "\"" | "''" | "``" | "«" | "»" | "„" | "‟" | "‘" | "’")
    }
    pub(crate) fn is_dash(&self) -> bool {
        matches!(self.text, "—" | "–" | "-" | "--" | "―")
    }
    pub(crate) fn ends_sentence(&self) -> bool {
        matches!(self.text, "." | "?" | "!" | "…")
    }
}

/// A pair of quotation marks, by token index.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quote {
    pub(crate) open: usize,
    /// The closing mark, or the last token of the paragraph in a quotation that goes on in the next.
    pub(crate) close: usize,
}

/// A sentence, as a range of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// A text taken apart.
#[derive(Debug)]
pub(crate) struct Document<'t> {
    pub(crate) tokens: Vec<Token<'t>>,
    pub(crate) quotes: Vec<Quote>,
    pub(crate) sentences: Vec<Sentence>,
}

/// No sentence is longer than this many tokens; a longer one is cut, so that work stays linear.
pub(crate) const LONGEST_SENTENCE: usize = 256;

impl<'t> Document<'t> {
    /// Takes a text apart; linear in its length.
    pub(crate) fn new(text: &'t str) -> Self {
        let mut tokens = tokens(text);
        let quotes = quotes(&mut tokens);
        let sentences = sentences(&tokens);
        Document { tokens, quotes, sentences }
    }
}

fn make(text: &str, byte: usize, start: u32, end: u32) -> Token<'_> {
    let capital = text.chars().next().is_some_and(char::is_uppercase);
    let lower: Cow<'_, str> = if text.contains('’') || text.chars().any(char::is_uppercase) {
        Cow::Owned(text.to_lowercase().replace('’', "'"))
    } else {
        Cow::Borrowed(text)
    };
    let word = text.chars().next().is_some_and(char::is_alphanumeric);
    let mut class = Class::default();
    let mut cue = None;
    if word {
        class = LEXICON.class(&lower);
        if lower.ends_with("n't") {
            class = class.or(Class::Auxiliary).or(Class::Negation);
        } else if lower.split_once('\'').is_some_and(|(head, _)| LEXICON.class(head).has(Class::Pronoun)) {
            class = class.or(Class::Pronoun);
        }
        cue = LEXICON.cue(&lower);
    }
    Token { text, lower, start, end, byte, class, cue, quote: 0, spaced: false, breaks: false, word, capital }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::with_capacity(text.len() / 5 + 1);
    let (mut scalar, mut spaced, mut breaks) = (0u32, true, true);
    let count = |part: &str| u32::try_from(part.chars().count()).unwrap_or(u32::MAX);
    let mut parts = text.split_word_bound_indices().peekable();
    while let Some((byte, part)) = parts.next() {
        // A space can bear a combining mark or a format character, and is then one segment with it.
        let bare = part.trim_start();
        let space = &part[..part.len() - bare.len()];
        if !space.is_empty() {
            spaced = true;
            breaks |= space.contains(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}']);
            scalar = scalar.saturating_add(count(space));
        }
        if bare.is_empty() {
            continue;
        }
        let (byte, part) = (byte + space.len(), bare);
        let mut end = byte + part.len();
        let start = scalar;
        scalar = scalar.saturating_add(count(part));
        // Two apostrophes or two grave accents stand for a quotation mark.
        if let ("'" | "`", Some(&(_, next))) = (part, parts.peek())
            && next == part
        {
            parts.next();
            scalar = scalar.saturating_add(1);
            end += 1;
        }
        let first = part.chars().next();
        if first.is_some_and(char::is_alphanumeric) {
            // "US-backed", "28-point", "nearly-four-year": one word.
            while let Some(&(_, mark @ ("-" | "‑"))) = parts.peek() {
                let after = &text[end + mark.len()..];
                if !after.chars().next().is_some_and(char::is_alphanumeric) {
                    break;
                }
                parts.next();
                let next = parts.next().map_or("", |(_, next)| next);
                scalar = scalar.saturating_add(1 + count(next));
                end += mark.len() + next.len();
            }
            // "U.S.", "Mr.", "J.": the full stop belongs to the word.
            if let (Some(&(_, ".")), true) = (parts.peek(), end - byte <= 12) {
                let so_far = &text[byte..end];
                let initials = so_far.split('.').all(|piece| piece.chars().count() == 1)
                    && so_far.chars().all(|letter| letter == '.' || letter.is_uppercase());
                let short = LEXICON.class(&so_far.to_lowercase()).has(Class::Abbreviation)
                    && (so_far.chars().next().is_some_and(char::is_uppercase) || so_far.contains('.'));
                if initials || short {
                    parts.next();
                    scalar = scalar.saturating_add(1);
                    end += 1;
                }
            }
        }
        let whole = &text[byte..end];
        let head = ["’s", "'s", "’S", "'S"].into_iter().find_map(|tail| whole.strip_suffix(tail));
        match head.filter(|head| !head.is_empty()) {
            // "Zelenskiy’s", "it's": the ending is a token of its own.
            Some(head) => {
                let middle = scalar - 2;
                let mut token = make(head, byte, start, middle);
                (token.spaced, token.breaks) = (spaced, breaks);
                let pronoun = token.has(Class::Pronoun);
                tokens.push(token);
                let mut ending = make(&whole[head.len()..], byte + head.len(), middle, scalar);
                if pronoun {
                    ending.class = Class::Auxiliary.or(Class::Copula);
                }
                tokens.push(ending);
            }
            None => {
                let mut token = make(whole, byte, start, scalar);
                (token.spaced, token.breaks) = (spaced, breaks);
                tokens.push(token);
            }
        }
        (spaced, breaks) = (false, false);
    }
    tokens
}

/// Pairs quotation marks within paragraphs, and marks the tokens inside.
///
/// A mark that opens while another is open shows that the first was never closed: the first is
/// dropped. A quotation still open at the end of a paragraph counts to that end when the next
/// paragraph opens with a mark too, as is the custom for long quotations; otherwise it is dropped.
fn quotes(tokens: &mut [Token<'_>]) -> Vec<Quote> {
    let mut quotes = Vec::new();
    let mut open: Option<(usize, char)> = None;
    for at in 0..tokens.len() {
        let token = &tokens[at];
        if token.breaks
            && let Some((from, _)) = open.take()
            && opens(tokens, at)
            && (from == 0 || tokens[from].breaks || tokens[from].spaced)
        {
            quotes.push(Quote { open: from, close: at - 1 });
        }
        if !token.is_quote_mark() {
            continue;
        }
        let mark = match token.text {
            "''" => '"',
            "``" => '“',
            text => text.chars().next().unwrap_or('"'),
        };
        match (open, mark) {
            (_, '“' | '«' | '„' | '‟') => open = Some((at, mark)),
            (Some((from, '“' | '„' | '‟')), '”' | '"') | (Some((from, '«')), '»') => {
                quotes.push(Quote { open: from, close: at });
                open = None;
            }
            (Some((from, '"')), '"') => {
                if opens(tokens, at) && !closes(tokens, at) {
                    open = Some((at, '"'));
                } else {
                    quotes.push(Quote { open: from, close: at });
                    open = None;
                }
            }
            (None, '"') if opens(tokens, at) || !closes(tokens, at) => open = Some((at, '"')),
            (None, '‘') if opens(tokens, at) => open = Some((at, '‘')),
            (Some((from, '‘')), '’') if closes(tokens, at) => {
                quotes.push(Quote { open: from, close: at });
                open = None;
            }
            _ => {}
        }
    }
    for (index, quote) in quotes.iter().enumerate() {
        for token in &mut tokens[quote.open..=quote.close] {
            token.quote = u32::try_from(index + 1).unwrap_or(u32::MAX);
        }
    }
    quotes
}

fn opens(tokens: &[Token<'_>], at: usize) -> bool {
    let token = &tokens[at];
    let before = token.spaced
        || token.breaks
        || at == 0
        || matches!(tokens[at - 1].text, "(" | "[" | "—" | "–" | "‘" | "“");
    let after = tokens.get(at + 1).is_some_and(|next| !next.spaced && !next.breaks);
    token.is_quote_mark() && before && after
}

fn closes(tokens: &[Token<'_>], at: usize) -> bool {
    let token = &tokens[at];
    let before = !token.spaced && !token.breaks && at > 0;
    let after = tokens.get(at + 1).is_none_or(|next| next.spaced || next.breaks || !next.word);
    before && after
}

fn sentences(tokens: &[Token<'_>]) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for at in 0..tokens.len() {
        let next = tokens.get(at + 1);
        let ends = match next {
            None => true,
            Some(next) if next.breaks => true,
            Some(next) => {
                // After the full stop come closing marks, which still belong to the sentence.
                let mut stop = at;
                while stop > start
                    && !tokens[stop].spaced
                    && (tokens[stop].is_quote_mark() || matches!(tokens[stop].text, ")" | "]"))
                {
                    stop -= 1;
                }
                tokens[stop].ends_sentence()
                    && next.spaced
                    && (!next.word || next.capital || next.text.starts_with(|c: char| c.is_numeric()))
                    || at + 1 - start >= LONGEST_SENTENCE
            }
        };
        if ends {
            sentences.push(Sentence { start, end: at + 1 });
            start = at + 1;
        }
    }
    sentences
}
