//! What a statement is about: issues proposed by their words, with the words that spoke for each.
//!
//! ```
//! use paraph_reading::about::Topics;
//! use paraph_reading::{Issue, Names};
//!
//! let patrols = Issue {
//!     id: "patrols".to_owned(),
//!     title: "Patrols in the strait".to_owned(),
//!     words: vec!["coast guard".to_owned()],
//!     options: vec!["none".to_owned(), "joint".to_owned()],
//!     points: vec!["Joint patrols shall keep watch, with a pilot on board.".to_owned()],
//! };
//! let topics = Topics::new(&Names { issues: vec![patrols], ..Names::default() });
//! let found = topics.of("that both coast guards would send joint patrols");
//! assert_eq!(found[0].about, "patrols = joint");
//! assert_eq!(found[0].words, ["coast guards", "joint patrols"]);
//! assert_eq!(topics.of("that the ferries were late")[0].about, "unmapped");
//! ```
//!
//! [`Topics`] holds the issues' terms, [`Matched`] says what was found and by which words. What is found is a
//! proposal; nothing here knows what a person decided.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::lexicon::Class;
use crate::names::{Issue, Names};
use crate::record::Matched;
use crate::token::{Document, Token};

/// An issue that none of its own `words` name is proposed from this score on. Chosen on
/// `tests/about/choose-*.txt`.
const ENOUGH: f64 = 1.3;
/// How fast more of the same term stops to count (k₁ of BM25).
const SATURATION: f64 = 1.2;
/// How much of a long text's length counts against its terms (b of BM25).
const LENGTH: f64 = 0.5;
/// What a term of the title counts for, against one of a draft point.
const TITLE: f64 = 2.0;
/// A statement has at most so many issues that are proposed without one of their `words`.
const MOST: usize = 2;

/// In how many texts of the background a stem stands.
struct Background {
    texts: f64,
    counts: BTreeMap<&'static str, f64>,
}

static BACKGROUND: LazyLock<Background> = LazyLock::new(|| {
    let mut background = Background { texts: 1.0, counts: BTreeMap::new() };
    for line in include_str!("../data/background.txt").lines().filter(|line| !line.starts_with('#')) {
        let Some((stem, count)) = line.split_once(' ') else { continue };
        let count = count.parse().unwrap_or(0.0);
        if stem == "=" {
            background.texts = count;
        } else {
            background.counts.insert(stem, count);
        }
    }
    background
});

impl Background {
    /// From 0 for a stem that every text has to 1 for one that hardly any has.
    fn rarity(&self, stem: &str) -> f64 {
        let count = self.counts.get(stem).copied().unwrap_or(0.0);
        1.0 - libm::log(1.0 + count) / libm::log(1.0 + self.texts)
    }
}

/// The terms of the known issues, made ready once for many statements.
#[derive(Debug, Clone, Default)]
pub struct Topics {
    topics: Vec<Topic>,
    /// `words` by their first stem: the topic and the place among its phrases.
    phrases: BTreeMap<String, Vec<(usize, usize)>>,
    /// Single terms: the topic and what the term adds to its score.
    terms: BTreeMap<String, Vec<(usize, Term)>>,
}

#[derive(Debug, Clone)]
struct Topic {
    id: String,
    phrases: Vec<Phrase>,
    options: Vec<(String, Phrase)>,
}

/// Stems that have to stand one after the other, grammatical words between them left out; all words where there are
/// only grammatical ones ("all for all").
#[derive(Debug, Clone)]
struct Phrase {
    stems: Vec<String>,
    grammatical: bool,
    /// How few issues have it: 1 for a phrase of one issue, less for one of several.
    rarity: f64,
}

#[derive(Debug, Clone, Copy)]
struct Term {
    score: f64,
    title: bool,
}

/// A word on its way to be matched.
struct Word {
    stem: String,
    /// Of which token it is.
    token: usize,
    /// A small word that phrases may have or lack; "no" and "not" are none, since "no-cap" is not "cap".
    grammatical: bool,
    negation: bool,
}

/// What a content and a topic's title, options and points have in common.
#[derive(Default)]
struct Shared<'w> {
    tokens: BTreeSet<usize>,
    stems: BTreeSet<&'w str>,
    score: f64,
    /// One of the stems stands in the title.
    title: bool,
}

impl Word {
    fn is_term(&self) -> bool {
        !self.grammatical && !self.negation
    }
}

impl Topics {
    /// Makes the caller's issues ready. Linear in the words of titles, `words`, options and points.
    #[must_use]
    pub fn new(names: &Names) -> Self {
        let mut topics = Topics::default();
        let parties: BTreeSet<String> = names
            .parties
            .iter()
            .flat_map(|party| std::iter::once(&party.id).chain(&party.names).chain(&party.people))
            .flat_map(|name| words(&Document::new(&name.replace(['-', '_'], " ")).tokens))
            .map(|word| word.stem)
            .collect();
        let mut fields: Vec<[BTreeMap<String, f64>; 2]> = Vec::new();
        for issue in &names.issues {
            let topic = Topic::new(issue);
            let mut title: BTreeMap<String, f64> = BTreeMap::new();
            count(&issue.title, &mut title);
            let mut text: BTreeMap<String, f64> = BTreeMap::new();
            for point in &issue.points {
                count(point, &mut text);
            }
            for phrase in topic.phrases.iter().chain(topic.options.iter().map(|(_, phrase)| phrase)) {
                if phrase.stems.len() > 1 && !phrase.grammatical {
                    for stem in &phrase.stems {
                        *text.entry(stem.clone()).or_default() += 1.0;
                    }
                }
            }
            for field in [&mut title, &mut text] {
                field
                    .retain(|stem, _| !parties.contains(stem) && !stem.starts_with(|c: char| c.is_numeric()));
            }
            fields.push([title, text]);
            topics.topics.push(topic);
        }
        topics.weigh_phrases();
        topics.weigh_terms(&fields);
        topics
    }

    fn weigh_phrases(&mut self) {
        let mut holders: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        for topic in &self.topics {
            let own: BTreeSet<&Vec<String>> = topic.phrases.iter().map(|phrase| &phrase.stems).collect();
            for stems in own {
                *holders.entry(stems.clone()).or_default() += 1;
            }
        }
        let all = self.topics.len();
        for (at, topic) in self.topics.iter_mut().enumerate() {
            for (place, phrase) in topic.phrases.iter_mut().enumerate() {
                phrase.rarity = inverse(all, holders[&phrase.stems]);
                self.phrases.entry(phrase.stems[0].clone()).or_default().push((at, place));
            }
        }
    }

    fn weigh_terms(&mut self, fields: &[[BTreeMap<String, f64>; 2]]) {
        let lengths: Vec<f64> = fields.iter().map(|[_, text]| text.values().sum()).collect();
        let mean = (lengths.iter().sum::<f64>() / lengths.len().max(1) as f64).max(1.0);
        let mut holders: BTreeMap<&str, usize> = BTreeMap::new();
        for [title, text] in fields {
            let own: BTreeSet<&String> = title.keys().chain(text.keys()).collect();
            for stem in own {
                *holders.entry(stem).or_default() += 1;
            }
        }
        for (stem, &count) in &holders {
            let rarity = inverse(fields.len(), count) * BACKGROUND.rarity(stem);
            for (at, [title, text]) in fields.iter().enumerate() {
                let long = 1.0 - LENGTH + LENGTH * lengths[at] / mean;
                let in_title = title.get(*stem).copied().unwrap_or(0.0);
                let often = TITLE * in_title + text.get(*stem).copied().unwrap_or(0.0) / long;
                if often > 0.0 {
                    let score = rarity * often * (SATURATION + 1.0) / (SATURATION + often);
                    let term = Term { score, title: in_title > 0.0 };
                    self.terms.entry((*stem).to_owned()).or_default().push((at, term));
                }
            }
        }
    }

    /// What a statement with this content is about: issues in the caller's order, as "issue = option" where an
    /// option's own words stand there too; else `process`, `plan` or `unmapped`. Never empty.
    ///
    /// An issue is proposed when one of its `words` stands in the content, in any of its forms and with nothing but
    /// grammatical words between the words of a phrase; or when the words that the content shares with the issue's
    /// title, options and draft points score enough by BM25 over fields (Robertson, Zaragoza and Taylor 2004). There
    /// a term counts for the more, the fewer of the case's issues have it and the fewer texts of the project's own
    /// training corpus do; a single word is enough only if it stands in the title; names of parties and numbers
    /// count for nothing.
    ///
    /// Linear in the words of the content times the number of issues that share one.
    #[must_use]
    pub fn of(&self, content: &str) -> Vec<Matched> {
        self.of_tokens(&Document::new(content).tokens)
    }

    pub(crate) fn of_tokens(&self, tokens: &[Token<'_>]) -> Vec<Matched> {
        let all = words(tokens);
        let content: Vec<&Word> = all.iter().filter(|word| !word.grammatical).collect();
        let every: Vec<&Word> = all.iter().collect();
        // By topic: the tokens that speak for it, and the score.
        let mut named: BTreeMap<usize, (BTreeSet<usize>, f64)> = BTreeMap::new();
        let mut said: BTreeSet<(usize, usize)> = BTreeSet::new();
        for (sequence, grammatical) in [(&content, false), (&every, true)] {
            for at in 0..sequence.len() {
                for &(topic, place) in self.phrases.get(&sequence[at].stem).into_iter().flatten() {
                    let phrase = &self.topics[topic].phrases[place];
                    if phrase.grammatical != grammatical || !phrase.stands(&sequence[at..]) {
                        continue;
                    }
                    let (tokens, score) = named.entry(topic).or_default();
                    tokens.extend(sequence[at..at + phrase.stems.len()].iter().map(|word| word.token));
                    if said.insert((topic, place)) {
                        *score += ENOUGH * phrase.rarity.max(0.1) * (1.0 + phrase.stems.len() as f64) / 2.0;
                    }
                }
            }
        }
        let mut shared: BTreeMap<usize, Shared<'_>> = BTreeMap::new();
        for word in content.iter().filter(|word| !word.negation) {
            for (topic, term) in self.terms.get(&word.stem).into_iter().flatten() {
                let shared = shared.entry(*topic).or_default();
                shared.tokens.insert(word.token);
                if shared.stems.insert(&word.stem) {
                    shared.score += term.score;
                    shared.title |= term.title;
                }
            }
        }
        let mut weak: Vec<(usize, f64)> = shared
            .iter()
            .filter(|(topic, shared)| {
                let enough = shared.score >= ENOUGH && (shared.stems.len() > 1 || shared.title);
                enough && !named.contains_key(topic)
            })
            .map(|(topic, shared)| (*topic, shared.score))
            .collect();
        weak.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        weak.truncate(MOST);
        let mut proposed: BTreeSet<usize> = named.keys().copied().collect();
        proposed.extend(weak.into_iter().map(|(topic, _)| topic));
        let mut found = Vec::new();
        for topic in proposed {
            let (mut spoke, mut score) = named.remove(&topic).unwrap_or_default();
            if let Some(shared) = shared.remove(&topic) {
                spoke.extend(shared.tokens);
                score += shared.score;
            }
            self.topics[topic].propose(tokens, (&content, &every), &spoke, score, &mut found);
        }
        if found.is_empty() {
            found.push(otherwise(tokens));
        }
        found
    }
}

impl Topic {
    fn new(issue: &Issue) -> Self {
        let phrases: BTreeMap<Vec<String>, Phrase> = issue
            .words
            .iter()
            .filter_map(|words| Phrase::new(words))
            .map(|phrase| (phrase.stems.clone(), phrase))
            .collect();
        let options = issue.options.iter().filter(|option| !matches!(option.as_str(), "yes" | "no"));
        let options = options
            .filter_map(|option| Some((option.clone(), Phrase::new(&option.replace(['-', '_'], " "))?)))
            .collect();
        Topic { id: issue.id.clone(), phrases: phrases.into_values().collect(), options }
    }

    /// One proposal for each option that is named, or one for the issue.
    fn propose(
        &self,
        tokens: &[Token<'_>],
        (content, every): (&[&Word], &[&Word]),
        spoke: &BTreeSet<usize>,
        score: f64,
        found: &mut Vec<Matched>,
    ) {
        let score = (libm::round(score * 100.0) / 100.0) as f32;
        let before = found.len();
        for (option, phrase) in &self.options {
            let sequence = if phrase.grammatical { every } else { content };
            let at = (0..sequence.len()).find(|&at| phrase.stands(&sequence[at..]));
            let Some(at) = at else { continue };
            let mut spoke = spoke.clone();
            spoke.extend(sequence[at..at + phrase.stems.len()].iter().map(|word| word.token));
            let about = format!("{} = {option}", self.id);
            found.push(Matched { about, words: together(tokens, &spoke), score });
        }
        if found.len() == before {
            found.push(Matched { about: self.id.clone(), words: together(tokens, spoke), score });
        }
    }
}

impl Phrase {
    fn new(text: &str) -> Option<Self> {
        let document = Document::new(text);
        let all = words(&document.tokens);
        let grammatical = all.iter().all(|word| word.grammatical);
        let stems: Vec<String> =
            all.into_iter().filter(|word| grammatical || !word.grammatical).map(|word| word.stem).collect();
        (!stems.is_empty()).then_some(Phrase { stems, grammatical, rarity: 1.0 })
    }

    fn stands(&self, words: &[&Word]) -> bool {
        words.len() >= self.stems.len() && self.stems.iter().zip(words).all(|(stem, word)| *stem == word.stem)
    }
}

/// `process`, `plan` or `unmapped`, with the word that says so.
fn otherwise(tokens: &[Token<'_>]) -> Matched {
    for (class, about) in [(Class::Process, "process"), (Class::Plan, "plan")] {
        if let Some(token) = tokens.iter().find(|token| token.has(class)) {
            return Matched { about: about.to_owned(), words: vec![token.text.to_owned()], score: 0.0 };
        }
    }
    Matched { about: "unmapped".to_owned(), words: Vec::new(), score: 0.0 }
}

/// How few of all issues have a term, from 1 for one of them towards 0 for all: the inverse document frequency of
/// BM25 over that of a term of one issue.
fn inverse(all: usize, holders: usize) -> f64 {
    let (all, holders) = (all as f64, holders as f64);
    let frequency = |count: f64| libm::log(1.0 + (all - count + 0.5) / (count + 0.5));
    frequency(holders) / frequency(1.0)
}

fn count(text: &str, into: &mut BTreeMap<String, f64>) {
    for word in words(&Document::new(text).tokens).into_iter().filter(Word::is_term) {
        *into.entry(word.stem).or_default() += 1.0;
    }
}

/// The words by which topics are found: stems, without marks; "cap-600,000" is two words, "600,000" is "600000".
fn words(tokens: &[Token<'_>]) -> Vec<Word> {
    let grammar = Class::Determiner
        .or(Class::Pronoun)
        .or(Class::Possessive)
        .or(Class::Preposition)
        .or(Class::Conjunction)
        .or(Class::Auxiliary)
        .or(Class::Copula)
        .or(Class::Subordinator)
        .or(Class::Relative);
    let mut words = Vec::with_capacity(tokens.len());
    for (token, found) in tokens.iter().enumerate().filter(|(_, found)| found.word) {
        for part in found.lower.split(['-', '‑']).filter(|part| !part.is_empty()) {
            let number = part.starts_with(|letter: char| letter.is_ascii_digit());
            let stem = if number { part.replace(',', "") } else { stem(part) };
            let negation = found.has(Class::Negation);
            words.push(Word { stem, token, grammatical: found.has(grammar) && !negation, negation });
        }
    }
    words
}

/// The words of some tokens in order, those that stand side by side as one.
fn together(tokens: &[Token<'_>], places: &BTreeSet<usize>) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    let mut before = None;
    for &at in places {
        let token = &tokens[at];
        match told.last_mut() {
            Some(last) if before.is_some_and(|before| before + 1 == at) => {
                last.push(' ');
                last.push_str(token.text);
            }
            _ => told.push(token.text.to_owned()),
        }
        before = Some(at);
    }
    let mut met = BTreeSet::new();
    told.retain(|words| met.insert(words.to_lowercase()));
    told
}

/// The stems of a text's words without grammatical ones and negations, each once: what a text adds to the background
/// (`data/background.txt`). Linear in the text.
#[must_use]
pub fn content_stems(text: &str) -> BTreeSet<String> {
    words(&Document::new(text).tokens).into_iter().filter(Word::is_term).map(|word| word.stem).collect()
}

/// A light stem: plural, past, "-ing" and a few noun endings come off words that stay long enough.
pub(crate) fn stem(word: &str) -> String {
    let mut word = word.to_owned();
    for (ending, put) in [("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", "")] {
        if let Some(head) = word.strip_suffix(ending)
            && head.chars().count() >= 3
            && !(ending == "s" && head.ends_with(['s', 'u', 'i']))
        {
            word = format!("{head}{put}");
            break;
        }
    }
    let mut letters: Vec<char> = word.chars().collect();
    if let [.., a, b] = letters[..]
        && a == b
        && !matches!(a, 's' | 'e' | 'o')
    {
        letters.pop();
    }
    if letters.len() > 3 && letters.last() == Some(&'e') {
        letters.pop();
    }
    letters.into_iter().collect()
}
