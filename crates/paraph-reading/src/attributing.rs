//! Words and set phrases that may attribute, by the kind of attribution they make.
//!
//! The list is far longer than that of the cues for which there are rules, and says less about each word: it is
//! what the tagger knows about a cue that it has never met.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::lexicon::{Class, Form, inflect};
use crate::token::Token;

/// What the list says about one word; 0 everywhere for a word outside it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Attributing {
    /// Kind as a verb, from 1.
    pub(crate) verb: u8,
    /// Forms of the verb that the word can be, a bit each.
    pub(crate) forms: u8,
    /// Kind as a noun, from 1.
    pub(crate) noun: u8,
    /// Kind as an adjective, from 1.
    pub(crate) adjective: u8,
}

impl Attributing {
    /// All of it in one number.
    pub(crate) fn code(self) -> u64 {
        u64::from(u32::from_le_bytes([self.verb, self.noun, self.adjective, 0]))
    }
}

/// A word of a set phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Word(String),
    /// At most this many words.
    Some(usize),
}

#[derive(Debug)]
struct Phrase {
    kind: u8,
    /// What follows the first word.
    rest: Vec<Part>,
}

#[derive(Debug, Default)]
pub(crate) struct List {
    words: HashMap<String, Attributing>,
    /// Infinitives of a form.
    verbs: HashMap<String, Vec<String>>,
    /// By first word or infinitive, then by second word; "" for what goes on otherwise.
    phrases: HashMap<String, HashMap<String, Vec<Phrase>>>,
    /// The kind of what accepts.
    accept: u8,
}

pub(crate) static LIST: LazyLock<List> =
    LazyLock::new(|| List::load(include_str!("../data/attributing.txt")));

/// No phrase reaches over more tokens.
const REACH: usize = 12;

impl List {
    pub(crate) fn of(&self, lower: &str) -> Attributing {
        self.words.get(lower).copied().unwrap_or_default()
    }

    /// Whether the first token accepts something, or begins a set phrase that does.
    pub(crate) fn accepts(&self, tokens: &[Token<'_>]) -> bool {
        let word = tokens.first().map(|token| self.of(&token.lower)).unwrap_or_default();
        [word.verb, word.noun, word.adjective].contains(&self.accept)
            || self.find(tokens).is_some_and(|(_, kind)| kind == self.accept)
    }

    fn load(file: &str) -> List {
        let mut list = List::default();
        let mut kinds: Vec<&str> = Vec::new();
        let mut irregular: HashMap<&str, &str> = HashMap::new();
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            let Some((head, words)) = line.split_once(": ") else { continue };
            if head == "irregular" {
                for word in words.split_whitespace() {
                    let base = word.split(':').next().unwrap_or(word);
                    irregular.insert(base, word);
                    list.note(base, word);
                }
                continue;
            }
            let Some((class, name)) = head.split_once(' ') else { continue };
            let kind = kinds.iter().position(|known| *known == name).unwrap_or_else(|| {
                kinds.push(name);
                kinds.len() - 1
            });
            let kind = u8::try_from(kind + 1).unwrap_or(u8::MAX);
            match class {
                "verb" => {
                    for word in words.split_whitespace() {
                        let spelling = irregular.get(word).copied().unwrap_or(word);
                        let base = word.trim_end_matches('+');
                        for (form, text) in list.note(base, spelling) {
                            let entry = list.words.entry(text).or_default();
                            entry.forms |= 1 << form as u8;
                            if entry.verb == 0 {
                                entry.verb = kind;
                            }
                        }
                    }
                }
                "noun" => {
                    for word in words.split_whitespace() {
                        for text in [word.to_owned(), plural(word)] {
                            let entry = list.words.entry(text).or_default();
                            if entry.noun == 0 {
                                entry.noun = kind;
                            }
                        }
                    }
                }
                "adjective" => {
                    for word in words.split_whitespace() {
                        let entry = list.words.entry(word.to_owned()).or_default();
                        if entry.adjective == 0 {
                            entry.adjective = kind;
                        }
                    }
                }
                _ => words.split(" ; ").for_each(|phrase| list.phrase(kind, phrase.trim())),
            }
        }
        let accept = kinds.iter().position(|kind| *kind == "accept");
        list.accept = accept.map_or(0, |at| u8::try_from(at + 1).unwrap_or(u8::MAX));
        // A phrase may begin with a verb that does not attribute by itself.
        let mut firsts: Vec<String> = list.phrases.keys().cloned().collect();
        firsts.sort_unstable();
        for first in firsts {
            if !irregular.contains_key(&*first) {
                list.note(&first, &first);
            }
        }
        list
    }

    /// Remembers the forms of a verb.
    fn note(&mut self, base: &str, spelling: &str) -> Vec<(Form, String)> {
        let forms = inflect(spelling);
        for (_, text) in &forms {
            let known = self.verbs.entry(text.clone()).or_default();
            if !known.iter().any(|known| known == base) {
                known.push(base.to_owned());
            }
        }
        forms
    }

    fn phrase(&mut self, kind: u8, phrase: &str) {
        let mut parts = phrase.trim_start_matches('~').split_whitespace();
        let Some(first) = parts.next() else { return };
        let rest: Vec<Part> = parts
            .map(|word| match word {
                "*" => Part::Some(3),
                "_" => Part::Some(1),
                word => Part::Word(word.to_owned()),
            })
            .collect();
        let second = match rest.first() {
            Some(Part::Word(word)) => word.clone(),
            _ => String::new(),
        };
        let phrases = self.phrases.entry(first.to_owned()).or_default().entry(second).or_default();
        phrases.push(Phrase { kind, rest });
    }

    /// The longest set phrase that begins at a token: where it ends, and its kind.
    ///
    /// Bounded work: twelve tokens are looked at, and the phrases that begin with the same two words.
    pub(crate) fn find(&self, tokens: &[Token<'_>]) -> Option<(usize, u8)> {
        let first = tokens.first().filter(|token| token.word)?;
        let head = first.lower.strip_suffix("n't").unwrap_or(&first.lower);
        let own = self.phrases.get(head);
        let of_verb = self
            .verbs
            .get(head)
            .into_iter()
            .flatten()
            .filter(|verb| *verb != head)
            .filter_map(|verb| self.phrases.get(verb));
        let mut words: Vec<(&str, usize)> = Vec::new();
        let mut best: Option<(usize, u8)> = None;
        for by_second in own.into_iter().chain(of_verb) {
            if words.is_empty() {
                words = spread(tokens);
            }
            // "is also opposed to": an adverb after the first word does not break the phrase.
            let skipped = tokens.get(1).is_some_and(|next| {
                next.word
                    && (next.has(Class::Adverb) || next.lower.ends_with("ly"))
                    && !next.has(Class::Determiner)
            });
            let starts: &[usize] = if skipped { &[0, 1] } else { &[0] };
            for &from in starts {
                let Some(rest) = words.get(from..) else { continue };
                let second = rest.first().map_or("", |(word, _)| *word);
                let candidates =
                    [second, ""].into_iter().filter_map(|second| by_second.get(second)).flatten();
                for phrase in candidates {
                    if let Some(used) = fits(&phrase.rest, rest) {
                        let end = if used == 0 { 1 } else { rest[used - 1].1 + 1 };
                        if best.is_none_or(|(before, _)| end > before) {
                            best = Some((end, phrase.kind));
                        }
                    }
                }
            }
        }
        best
    }
}

/// The words after the first token with the index of their token, "n't" as a word of its own.
fn spread<'t>(tokens: &'t [Token<'_>]) -> Vec<(&'t str, usize)> {
    let mut words = Vec::with_capacity(REACH);
    for (at, token) in tokens.iter().enumerate().take(REACH) {
        let head = token.lower.strip_suffix("n't");
        if at > 0 {
            // A mark ends every phrase.
            if !token.word && !token.is_possessive_mark() {
                break;
            }
            words.push((head.unwrap_or(&token.lower), at));
        }
        if head.is_some() {
            words.push(("not", at));
        }
    }
    words
}

/// How many words a phrase takes, if it fits: gaps take as few as they can.
fn fits(parts: &[Part], words: &[(&str, usize)]) -> Option<usize> {
    let Some((part, rest)) = parts.split_first() else { return Some(0) };
    match part {
        Part::Word(word) => {
            let (first, others) = words.split_first()?;
            (first.0 == word).then(|| fits(rest, others)).flatten().map(|used| used + 1)
        }
        Part::Some(most) => (0..=*most).find_map(|gap| fits(rest, words.get(gap..)?).map(|used| used + gap)),
    }
}

fn plural(word: &str) -> String {
    match word.strip_suffix('y').filter(|head| !head.ends_with(['a', 'e', 'o', 'u'])) {
        Some(head) => format!("{head}ies"),
        None if word.ends_with(['s', 'x']) || word.ends_with("ch") || word.ends_with("sh") => {
            format!("{word}es")
        }
        None => format!("{word}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::Document;

    fn kind(name: &str) -> u8 {
        let own = LIST.of(name);
        own.verb.max(own.noun).max(own.adjective)
    }

    fn found(text: &str) -> Option<(usize, u8)> {
        LIST.find(&Document::new(text).tokens)
    }

    #[test]
    fn words_are_known_in_every_form() {
        for word in ["rebut", "rebuts", "rebutted", "rebutting"] {
            assert_eq!(LIST.of(word).verb, kind("repudiate"), "{word}");
        }
        assert_eq!(LIST.of("foresaw").verb, LIST.of("foresee").verb);
        assert_eq!(LIST.of("denials").noun, LIST.of("rebuttal").noun);
        assert_eq!(LIST.of("adamant").adjective, LIST.of("insistent").adjective);
        assert_eq!(LIST.of("porridge"), Attributing::default());
    }

    #[test]
    fn phrases_are_found_in_every_form_of_their_verb() {
        assert_eq!(found("poured cold water on the idea").map(|found| found.0), Some(4));
        assert_eq!(found("is also opposed to any change").map(|found| found.0), Some(4));
        assert_eq!(found("threw her full support behind him").map(|found| found.0), Some(5));
        assert_eq!(found("didn't comment on the plan").map(|found| found.0), Some(3));
        assert_eq!(found("poured milk on the floor"), None);
        assert_eq!(found("gave, short shrift to it"), None);
    }

    #[test]
    fn the_longest_phrase_wins_and_long_texts_are_safe() {
        assert_eq!(found("decline to comment on it").map(|found| found.0), Some(3));
        let long = "give a a a a a a a a a a a a a a a a a a a a a a a a".repeat(50);
        assert_eq!(found(&long), None);
    }
}
