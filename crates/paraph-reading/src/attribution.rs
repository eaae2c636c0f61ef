//! Who says what: cues, their speakers and their contents, by rules of English attribution.
//!
//! Every rule looks at one sentence, and no sentence is longer than
//! [`LONGEST_SENTENCE`](crate::token::LONGEST_SENTENCE) tokens, so the whole is linear in the text.

use std::cell::RefCell;

use crate::lexicon::{Class, Cue, Form, Frames, LEXICON, Sense};
use crate::names::{Gazetteer, NameKind, is_name_word};
use crate::reader::Switches;
use crate::token::{Document, LONGEST_SENTENCE, Sentence, Token};

/// Tokens `[start, end)`.
pub(crate) type Range = (usize, usize);

/// An attribution before it is turned into a record.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) sentence: usize,
    pub(crate) source: Option<Range>,
    pub(crate) cue: Range,
    pub(crate) content: Vec<Range>,
    pub(crate) sense: Option<usize>,
    pub(crate) lemma: String,
    pub(crate) cue_negated: bool,
    /// Where the channel ("on social media") may stand, besides the start of the sentence.
    pub(crate) aside: Option<Range>,
    /// The draft whose speaker reports this one.
    pub(crate) host: Option<usize>,
    /// The speaker was taken over from another cue or clause.
    pub(crate) inherited: bool,
    pub(crate) evidence: Evidence,
    /// A claim named by a noun ("Russian claims of"), not by a verb.
    pub(crate) nominal: bool,
    /// No rule proposed it.
    pub(crate) learnt: bool,
    /// How likely the tagger holds it to be right; nothing when only rules have spoken.
    pub(crate) probability: Option<f64>,
}

/// What shows that a cue attributes; the order is from weak to strong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Evidence {
    Object,
    Infinitive,
    Bare,
    Tail,
    That,
    According,
    Quote,
}

struct Found {
    content: Vec<Range>,
    evidence: Evidence,
    sense: usize,
    aside: Option<Range>,
    cue_end: usize,
}

pub(crate) struct Finder<'a, 't> {
    pub(crate) tokens: &'a [Token<'t>],
    document: &'a Document<'t>,
    gazetteer: &'a Gazetteer,
    pub(crate) drafts: Vec<Draft>,
    switches: Switches,
    /// For the sentence in hand: whether the words from a place on leave what was said.
    leaves: RefCell<[Option<bool>; LONGEST_SENTENCE]>,
}

const ADVERBIAL_LIMIT: usize = 24;

/// Heads that take a plural verb without an "-s".
const PLURAL: &[&str] = &[
    "people", "we", "they", "i", "you", "others", "who", "police", "most", "many", "few", "those", "critics",
    "men", "women",
];

impl<'a, 't> Finder<'a, 't> {
    pub(crate) fn new(document: &'a Document<'t>, gazetteer: &'a Gazetteer, switches: Switches) -> Self {
        Finder {
            tokens: &document.tokens,
            document,
            gazetteer,
            drafts: Vec::new(),
            switches,
            leaves: RefCell::new([None; LONGEST_SENTENCE]),
        }
    }

    /// All attributions of a text, in its order.
    pub(crate) fn run(mut self) -> Vec<Draft> {
        for index in 0..self.document.sentences.len() {
            self.sentence(index);
        }
        if self.switches.continued_quotes {
            self.continue_quotes();
        }
        self.drafts
    }

    fn sentence(&mut self, index: usize) {
        let sentence = self.document.sentences[index];
        let first = self.drafts.len();
        self.leaves.borrow_mut().fill(None);
        self.headline(index, sentence);
        for at in sentence.start..sentence.end {
            let token = &self.tokens[at];
            if token.is_dash()
                && token.quote == 0
                && let Some(mut draft) = self.signature(sentence, at)
            {
                draft.sentence = index;
                self.settle(draft, first);
            }
            if !token.word || self.in_speech(at) {
                continue;
            }
            let draft = if token.is("according") && self.is(at + 1, "to", sentence) {
                self.according(sentence, at)
            } else if let Some(cue) = token.cue {
                let cue = &LEXICON.entries[cue];
                self.verb(sentence, at, Some(cue), first)
                    .or_else(|| self.adjective(sentence, at, cue, first))
                    .or_else(|| self.nominal(sentence, at, cue))
            } else {
                self.verb(sentence, at, None, first)
            };
            if let Some(mut draft) = draft {
                draft.sentence = index;
                self.settle(draft, first);
            }
        }
    }

    /// Adds a draft unless it is part of what another one says and not clearly a report of its own.
    fn settle(&mut self, mut draft: Draft, first: usize) {
        let inside =
            |ranges: &[Range]| ranges.iter().any(|range| range.0 <= draft.cue.0 && draft.cue.1 <= range.1);
        // "X denied Y, Z said": Z says all of it, and X's words end where Z comes in.
        if draft.evidence == Evidence::Tail
            && let Some(&(start, end)) = draft.content.first()
        {
            for other in self.drafts[first..].iter_mut().rev().take(8) {
                if start <= other.cue.0
                    && other.cue.1 < end
                    && let Some(last) = other.content.last_mut()
                    && last.0 < end
                    && end < last.1
                {
                    last.1 = end;
                }
            }
        }
        if let Some(at) = (first..self.drafts.len()).rev().find(|&at| inside(&self.drafts[at].content)) {
            let own = draft.source.is_some_and(|source| inside_range(source, &self.drafts[at].content));
            let strong = matches!(draft.evidence, Evidence::That | Evidence::Quote | Evidence::According);
            let denied = draft.nominal;
            if !(denied || own && strong && !draft.inherited) {
                return;
            }
            if draft.evidence != Evidence::According {
                draft.host = Some(at);
            }
        }
        if self.drafts[first..].iter().any(|other| other.cue.0 < draft.cue.1 && draft.cue.0 < other.cue.1) {
            return;
        }
        self.drafts.push(draft);
    }

    // ---- small questions -------------------------------------------------

    fn is(&self, at: usize, word: &str, sentence: Sentence) -> bool {
        at < sentence.end && self.tokens[at].is(word)
    }

    /// Inside a quotation that is more than a word or two.
    fn in_speech(&self, at: usize) -> bool {
        self.tokens[at].quote != 0
    }

    fn verb_like(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        if !token.word || token.capital {
            return false;
        }
        if token.has(Class::Auxiliary.or(Class::Verb)) {
            return true;
        }
        let before_is_noun_marker = at > 0
            && (self.tokens[at - 1].has(Class::Determiner.or(Class::Possessive).or(Class::Preposition))
                || self.tokens[at - 1].is_possessive_mark());
        let Some(cue) = token.cue.map(|cue| &LEXICON.entries[cue]) else { return false };
        (cue.is(Form::Past) || cue.is(Form::Third) && cue.noun_senses.is_empty()) && !before_is_noun_marker
    }

    /// Left end of the noun phrase that ends before `end`, if there is one.
    fn phrase_before(&self, end: usize, sentence: Sentence) -> Option<Range> {
        let mut at = end;
        let quote = |at: usize| self.tokens[at].quote;
        while at > sentence.start {
            let token = &self.tokens[at - 1];
            if quote(at - 1) != 0
                && (at == end || quote(at - 1) != quote(at) || token.is_quote_mark())
                && token.is_quote_mark()
            {
                break;
            }
            if token.is_possessive_mark() || matches!(token.text, "&" | "/" | "%" | "$" | "#" | "@") {
                at -= 1;
                continue;
            }
            if !token.word {
                break;
            }
            if token.has(Class::Pronoun) && !token.has(Class::Determiner)
                || token.has(Class::Relative) && at < end
            {
                if at == end {
                    at -= 1;
                }
                break;
            }
            if token.has(Class::Conjunction) {
                let joins = at < end
                    && at >= 2 + sentence.start
                    && token.any(&["and", "or"])
                    && self.joins_names(at - 1, sentence);
                if !joins {
                    break;
                }
            } else if token.has(Class::Subordinator)
                && !token.has(Class::Preposition)
                && !token.has(Class::Determiner)
                || token.has(Class::Question) && !token.has(Class::Determiner)
                || self.verb_like(at - 1)
            {
                break;
            } else if token.is("that")
                || token.has(Class::Adverb) && at == end && !token.has(Class::Determiner)
            {
                at -= usize::from(token.is("that") && at == end);
                break;
            }
            at -= 1;
        }
        let mut start = at;
        // What stands in front of the noun phrase: "Meanwhile", "with", "On Monday".
        while start < end {
            let token = &self.tokens[start];
            let skip = !token.word
                || token.has(Class::Preposition) && !token.has(Class::Determiner)
                || token.has(Class::Conjunction)
                || token.has(Class::Adverb) && !token.has(Class::Determiner)
                || token.has(Class::Time) && !token.capital
                || token.lower.ends_with("ly") && start + 1 < end;
            if !skip {
                break;
            }
            start += 1;
        }
        (start < end).then_some((start, end))
    }

    /// Whether a conjunction joins two names or nouns of one phrase: no verb on its left in the clause.
    fn joins_names(&self, conjunction: usize, sentence: Sentence) -> bool {
        let mut at = conjunction;
        let lower = sentence.start.max(conjunction.saturating_sub(20));
        if !self.tokens[conjunction - 1].word {
            return false;
        }
        while at > lower {
            let token = &self.tokens[at - 1];
            if !token.word && !token.is_possessive_mark() {
                return true;
            }
            if token.has(Class::Subordinator) && !token.has(Class::Preposition) {
                return true;
            }
            if self.verb_like(at - 1) || token.has(Class::Pronoun) && !token.has(Class::Determiner) {
                return false;
            }
            at -= 1;
        }
        true
    }

    /// Right end of the noun phrase that starts at `start`.
    fn phrase_after(&self, start: usize, sentence: Sentence) -> Option<Range> {
        let mut at = start;
        while at < sentence.end {
            let token = &self.tokens[at];
            if token.is_quote_mark() && token.quote != 0 {
                break;
            }
            if token.is_possessive_mark() || matches!(token.text, "&" | "/" | "%" | "$" | "#" | "@") {
                at += 1;
                continue;
            }
            let next = self.tokens.get(at + 1).filter(|_| at + 1 < sentence.end);
            if token.text == "," {
                // An apposition: "Dmitriev, the special envoy for the president".
                let apposed = at > start
                    && next.is_some_and(|next| {
                        next.any(&["a", "an", "the", "who"]) || next.has(Class::Role) && !next.capital
                    });
                if !apposed || next.is_some_and(|next| next.is("who")) {
                    break;
                }
                let end = self.phrase_after(at + 1, sentence).map_or(at, |range| range.1);
                let has_role = self.tokens[at + 1..end]
                    .iter()
                    .any(|token| token.has(Class::Role.or(Class::Institution)));
                return Some((start, if has_role { end } else { at }));
            }
            if !token.word {
                break;
            }
            if token.has(Class::Pronoun) && !token.has(Class::Determiner) {
                if at == start {
                    at += 1;
                }
                break;
            }
            if token.has(Class::Conjunction) {
                if !(at > start
                    && token.is("and")
                    && next.is_some_and(|next| next.capital || next.has(Class::Determiner.or(Class::Role))))
                {
                    break;
                }
            } else if token.has(Class::Preposition) && !token.has(Class::Determiner) {
                let binds = token.any(&["of", "for", "from", "at", "in", "to", "with", "on", "under"])
                    && at > start
                    && next.is_some_and(|next| {
                        next.word
                            && !next.has(Class::Time)
                            && !next.has(Class::Subordinator)
                            && !next.lower.ends_with("ing")
                    })
                    && !self.channel_at(at, sentence);
                if !binds {
                    break;
                }
            } else if token.has(Class::Subordinator.or(Class::Question)) && !token.has(Class::Determiner)
                || token.is("that")
                || self.verb_like(at)
                || at > start
                    && (token.has(Class::Time) && !token.is("may")
                        || token.has(Class::Adverb) && !token.has(Class::Determiner))
            {
                break;
            }
            at += 1;
        }
        (at > start).then_some((start, at))
    }

    /// A preposition that opens a channel: "in a statement", "on social media", "at a briefing".
    fn channel_at(&self, at: usize, sentence: Sentence) -> bool {
        crate::channel::channel(&self.tokens[at..sentence.end.min(at + 12)]).is_some()
    }

    /// Somebody who can speak, as far as the words tell.
    fn animate(&self, range: Range) -> bool {
        let tokens = &self.tokens[range.0..range.1];
        let Some(first) = tokens.first() else { return false };
        if first.any(&["this", "these", "those", "there", "what"]) && tokens.len() == 1 {
            return false;
        }
        if first.has(Class::Pronoun) && tokens.len() == 1 {
            return true;
        }
        let head_end = (0..tokens.len())
            .find(|&at| at > 0 && (tokens[at].has(Class::Preposition) || tokens[at].text == ","))
            .unwrap_or(tokens.len());
        let head = &tokens[..head_end];
        let last = head.iter().rev().find(|token| token.word);
        // A party by a name of the caller's, which may be written small ("the operator").
        if (0..head.len())
            .any(|at| self.gazetteer.find(&head[at..]).is_some_and(|found| at + found.length == head.len()))
        {
            return true;
        }
        head.iter().any(|token| {
            token.has(Class::Role.or(Class::Anonymous).or(Class::Collective).or(Class::Institution))
        }) || last.is_some_and(|token| token.capital)
    }

    // ---- speakers --------------------------------------------------------

    /// The subject of a verb group that starts at `group`: found beside it, and whether a relative
    /// pronoun stands between.
    fn subject(&self, group: usize, sentence: Sentence) -> Option<Range> {
        let mut end = group;
        end = self.before_time(end, sentence);
        let mut apposition: Option<usize> = None;
        for _ in 0..if self.switches.asides { 3 } else { 0 } {
            if end <= sentence.start {
                return None;
            }
            let mark = &self.tokens[end - 1];
            if mark.quote != 0 && mark.is_quote_mark() {
                return None;
            }
            let opener: &[&str] = match mark.text {
                "," => &[","],
                ")" => &["("],
                "—" | "–" | "--" | "-" => &["—", "–", "--", "-"],
                _ => break,
            };
            let open = (sentence.start..end - 1)
                .rev()
                .take(60)
                .find(|&at| opener.contains(&self.tokens[at].text) && self.tokens[at].quote == 0)?;
            let aside = (open + 1, end - 1);
            let apposed = self.is_apposition(aside);
            if !(mark.text == ")" || apposed || self.is_aside(aside)) {
                return None;
            }
            if apposed && apposition.is_none() {
                apposition = Some(aside.1);
            }
            end = open;
        }
        let relative = end > sentence.start && self.tokens[end - 1].has(Class::Relative) && {
            let before = end.checked_sub(2).map(|at| &self.tokens[at]);
            before.is_some_and(|before| end - 1 > sentence.start && (before.text == "," || before.word))
        };
        if relative && !self.tokens[end - 1].is("that") {
            let mut antecedent = end - 1;
            if self.tokens[antecedent - 1].text == "," {
                antecedent -= 1;
            }
            let range = self.phrase_before(antecedent, sentence)?;
            // "resistance from several nations, which": those nearest who can speak.
            let nearer = (range.0 + 1..range.1).rev().find(|&at| self.tokens[at - 1].has(Class::Preposition));
            return match nearer {
                Some(start) if !self.animate(range) && self.animate((start, range.1)) => {
                    Some((start, range.1))
                }
                _ => Some(range),
            };
        }
        let found = self.phrase_before(end, sentence)?;
        Some((found.0, apposition.unwrap_or(found.1)))
    }

    /// The mention that a relative pronoun stands for: the noun phrase before it.
    pub(crate) fn antecedent(&self, pronoun: usize, sentence: Sentence) -> Option<Range> {
        let mut end = pronoun;
        if end > sentence.start && self.tokens[end - 1].text == "," {
            end -= 1;
        }
        if end <= sentence.start {
            return None;
        }
        self.phrase_before(end, sentence).filter(|range| range.1 == end)
    }

    /// Steps over "on Monday", "earlier this week" on the left of a verb.
    fn before_time(&self, mut end: usize, sentence: Sentence) -> usize {
        let start = end;
        while end > sentence.start {
            let token = &self.tokens[end - 1];
            let number = token.word && token.text.chars().all(|letter| letter.is_ascii_digit());
            let lead = token.any(&["on", "in", "this", "late", "early", "last", "next", "of", "the", "at"]);
            if !(token.has(Class::Time) && !token.is("may") || end < start && (number || lead)) {
                break;
            }
            end -= 1;
        }
        if end == sentence.start { start } else { end }
    }

    fn is_apposition(&self, (start, end): Range) -> bool {
        let tokens = &self.tokens[start..end];
        let Some(first) = tokens.first() else { return false };
        if first.has(Class::Preposition.or(Class::Subordinator).or(Class::Conjunction))
            && !first.has(Class::Determiner)
        {
            return false;
        }
        let determined = first.any(&["a", "an", "the", "one", "his", "her", "its", "their"]);
        let joins = |token: &Token<'_>| is_name_word(token) || token.any(&["of", "for", "from", "at", "the"]);
        let named = first.capital && tokens.len() > 1 && tokens.iter().all(joins);
        let owned = first.capital && tokens.iter().take(4).any(Token::is_possessive_mark);
        (determined || first.has(Class::Role) || named || owned)
            && !(start..end).any(|at| self.verb_like(at) && !self.tokens[at].lower.ends_with("ed"))
    }

    fn is_aside(&self, (start, end): Range) -> bool {
        let Some(first) = self.tokens[start..end].first() else { return false };
        first.has(Class::Preposition.or(Class::Relative)) && !first.is("that")
            || first.lower.ends_with("ing")
            || first.lower.ends_with("ed") && !first.capital
            || first.any(&[
                "as", "when", "while", "now", "then", "though", "although", "however", "who", "citing",
                "himself", "herself", "too",
            ])
            || first.has(Class::Adverb) && end - start <= 3
            || first.text.chars().all(|letter| letter.is_ascii_digit())
    }

    /// The subject of the sentence: of the first verb in it that has one.
    fn main_subject(&self, sentence: Sentence, before: usize) -> Option<Range> {
        let verb = (sentence.start..before).find(|&at| {
            let token = &self.tokens[at];
            token.quote == 0
                && (self.verb_like(at)
                    || token.word
                        && !token.capital
                        && token.lower.ends_with("ed")
                        && at > sentence.start
                        && !self.tokens[at - 1].has(Class::Determiner.or(Class::Preposition)))
                && self.subject(at, sentence).is_some()
        })?;
        let range = self.subject(verb, sentence)?;
        (self.animate(range) && !self.tokens[range.0].has(Class::Relative)).then_some(range)
    }

    // ---- kinds of cue ----------------------------------------------------

    /// "Name: what they say", at the start of a paragraph.
    fn headline(&mut self, index: usize, sentence: Sentence) {
        let tokens = self.tokens;
        if !tokens[sentence.start].breaks {
            return;
        }
        let Some(colon) =
            (sentence.start..sentence.end.min(sentence.start + 8)).find(|&at| tokens[at].text == ":")
        else {
            return;
        };
        let speaker = &tokens[sentence.start..colon];
        let named = !speaker.is_empty()
            && speaker.iter().all(|token| is_name_word(token) || token.has(Class::Role))
            && colon + 2 < sentence.end;
        if !named {
            return;
        }
        // A name that nobody knows may be a heading ("Breaking", "Sources").
        let known = speaker.iter().any(|token| token.has(Class::Role))
            || (0..speaker.len()).any(|at| self.gazetteer.find(&speaker[at..]).is_some());
        if !known {
            return;
        }
        let content = vec![(colon + 1, self.trim_end(sentence.end, colon + 1))];
        let draft = self.draft((colon, colon + 1), Some((sentence.start, colon)), content, Evidence::Bare);
        self.drafts.push(Draft { sentence: index, lemma: ":".to_owned(), ..draft });
    }

    /// "“…” — Ana Brandt, negotiator": a quotation and who signs it, at the end of a paragraph.
    fn signature(&self, sentence: Sentence, at: usize) -> Option<Draft> {
        let before = at.checked_sub(1)?;
        let mark = &self.tokens[before];
        let quote = (mark.quote as usize).checked_sub(1).map(|quote| self.document.quotes[quote])?;
        let last = self.tokens.get(sentence.end).is_none_or(|next| next.breaks);
        let name = self.tokens.get(at + 1).filter(|_| at + 1 < sentence.end)?;
        let fits = quote.close == before && last && is_name_word(name) && sentence.end - at <= 16;
        if !fits || (at + 1..sentence.end).any(|at| self.verb_like(at)) {
            return None;
        }
        let source = (at + 1, self.trim_end(sentence.end, at + 1));
        let draft =
            self.draft((at, at + 1), Some(source), vec![(quote.open, quote.close + 1)], Evidence::Quote);
        Some(Draft { lemma: "—".to_owned(), ..draft })
    }

    fn draft(&self, cue: Range, source: Option<Range>, content: Vec<Range>, evidence: Evidence) -> Draft {
        Draft {
            sentence: 0,
            source,
            cue,
            content,
            sense: None,
            lemma: String::new(),
            cue_negated: false,
            aside: None,
            host: None,
            inherited: false,
            evidence,
            nominal: false,
            learnt: false,
            probability: None,
        }
    }

    fn according(&self, sentence: Sentence, at: usize) -> Option<Draft> {
        let source = self.phrase_after(at + 2, sentence)?;
        let mut before_end = at;
        while before_end > sentence.start
            && !self.tokens[before_end - 1].word
            && !self.tokens[before_end - 1].is_quote_mark()
        {
            before_end -= 1;
        }
        let mut content = Vec::new();
        let lead = &self.tokens[sentence.start..before_end];
        let fronted = lead.is_empty() || lead.len() == 1 && lead[0].has(Class::Conjunction.or(Class::Adverb));
        if !fronted {
            let start = self.clause_start(before_end, sentence);
            content.push((start, before_end));
        }
        let comma = (source.1..sentence.end.min(source.1 + 12)).find(|&at| self.tokens[at].text == ",");
        if fronted {
            let start = comma.map_or(source.1, |comma| comma + 1);
            content.push((start, self.clause_end(start, sentence)));
        } else if comma == Some(source.1) {
            let rest = (source.1 + 1, self.trim_end(sentence.end, source.1 + 1));
            let first = &self.tokens[rest.0.min(sentence.end - 1)];
            if !first.any(&["which", "who", "while", "but"]) {
                content.push(rest);
            }
        }
        content.retain(|range| range.0 < range.1);
        if content.is_empty() {
            return None;
        }
        let mut draft = self.draft((at, at + 2), Some(source), content, Evidence::According);
        "according to".clone_into(&mut draft.lemma);
        Some(draft)
    }

    /// Where the clause begins that ends at `end`: the start of the sentence, or of the quotation
    /// that it is a part of.
    fn clause_start(&self, end: usize, sentence: Sentence) -> usize {
        let mut start = sentence.start;
        // After another attribution in the same sentence, only what follows it.
        for draft in self.drafts.iter().rev().take(8) {
            if draft.cue.0 >= sentence.start && draft.cue.0 < end {
                let used =
                    draft.content.iter().map(|range| range.1).chain([draft.cue.1]).max().unwrap_or(start);
                if used < end {
                    start = start.max(used);
                }
            }
        }
        while start < end
            && (!self.tokens[start].word && !self.tokens[start].is_quote_mark()
                || self.tokens[start].any(&["but", "and", "while"]))
        {
            start += 1;
        }
        // "They agreed on A but not on B, X said": what has no subject of its own is no clause.
        let first = &self.tokens[start.min(end.saturating_sub(1))];
        let subjectless = first.any(&["not", "never"])
            || first.has(Class::Auxiliary)
            || first.has(Class::Adverb) && !first.has(Class::Determiner);
        if subjectless && first.quote == 0 && start > sentence.start && self.tokens[start - 1].word {
            start = sentence.start;
        }
        let quote = self.tokens[start.min(end.saturating_sub(1))].quote;
        if quote != 0 {
            let open = self.document.quotes[quote as usize - 1].open;
            if open < start {
                return open;
            }
        }
        start
    }

    fn adjective(&self, sentence: Sentence, at: usize, cue: &Cue, first: usize) -> Option<Draft> {
        if !cue.is(Form::Adjective) {
            return None;
        }
        let group = self.group(at, sentence);
        let copula = self.tokens[group..at].iter().any(|token| token.has(Class::Copula));
        if !copula {
            return None;
        }
        let (source, inherited) = self.speaker(group, at, sentence, first)?;
        if !self.animate(source) && !self.tokens[source.0].has(Class::Relative) {
            return None;
        }
        let found = cue.senses.iter().find_map(|&sense| {
            let frames = &LEXICON.senses[sense].frames;
            self.complement(at + 1, sentence, frames, sense, true)
        })?;
        let mut draft = self.draft((at, at + 1), Some(source), found.content, found.evidence);
        draft.sense = Some(found.sense);
        draft.inherited = inherited;
        draft.lemma.clone_from(&cue.lemma);
        draft.cue_negated = self.tokens[group..at].iter().any(|token| token.has(Class::Negation));
        Some(draft)
    }

    /// "Russian claims of …", "the union's demand that …", "the claim by X that …".
    fn nominal(&self, sentence: Sentence, at: usize, cue: &Cue) -> Option<Draft> {
        if cue.noun_senses.is_empty() || at == sentence.start || !self.switches.nominal_cues {
            return None;
        }
        let before = &self.tokens[at - 1];
        let (mut source, mut after) = (None, at + 1);
        if before.is_possessive_mark() {
            source = self.phrase_before(at - 1, sentence).filter(|&range| self.animate(range));
        } else if before.has(Class::Possessive) {
            source = Some((at - 1, at));
        } else if let Some(found) = self.gazetteer.find(&self.tokens[at - 1..sentence.end])
            && !matches!(found.kind, NameKind::Person | NameKind::Surname)
            && found.length == 1
        {
            source = Some((at - 1, at));
        }
        if source.is_none() && before.capital && is_name_word(before) && at - 1 > sentence.start {
            // An adjective of a people that no list has: whose claim it is stays without a party.
            source = Some((at - 1, at));
        }
        if source.is_none() && before.has(Class::Determiner) && self.is(at + 1, "by", sentence) {
            source = self.phrase_after(at + 2, sentence).filter(|&range| self.animate(range));
            after = source?.1;
        }
        let source = source?;
        cue.noun_senses.iter().find_map(|&sense| {
            let frames = &LEXICON.senses[sense].frames;
            let token = self.tokens.get(after).filter(|_| after < sentence.end)?;
            let start = if token.is("that") && frames.that || token.is("to") && frames.to {
                after
            } else if frames.prepositions.iter().any(|word| token.is(word)) {
                after + 1
            } else {
                return None;
            };
            let end = self.clause_end(start, sentence);
            if end <= start {
                return None;
            }
            let evidence = if token.is("that") { Evidence::That } else { Evidence::Object };
            let mut draft = self.draft((at, at + 1), Some(source), vec![(start, end)], evidence);
            draft.sense = Some(sense);
            draft.nominal = true;
            draft.lemma.clone_from(&cue.lemma);
            Some(draft)
        })
    }

    /// First token of the verb group that `head` ends: auxiliaries, adverbs and negations.
    fn group(&self, head: usize, sentence: Sentence) -> usize {
        let mut at = head;
        while at > sentence.start && head - at < 8 {
            let token = &self.tokens[at - 1];
            let part = token.quote == 0
                && token.word
                && (token.has(Class::Auxiliary.or(Class::Negation).or(Class::Copula))
                    || token.has(Class::Adverb) && !token.has(Class::Determiner)
                    || token.lower.ends_with("ly") && !token.capital
                    || token.is("both")
                    || token.is("all"))
                || token.has(Class::Auxiliary) && !token.word && token.quote == 0;
            if !part {
                break;
            }
            at -= 1;
        }
        at
    }

    /// The speaker of a verb: beside it, or taken over from before.
    fn speaker(&self, group: usize, head: usize, sentence: Sentence, first: usize) -> Option<(Range, bool)> {
        let participle = head == group && self.tokens[head].lower.ends_with("ing");
        let before = (group > sentence.start).then(|| &self.tokens[group - 1]);
        if participle {
            // "with Trump expressing support": a clause of its own.
            if before.is_some_and(|before| before.word) {
                if let Some(range) = self.phrase_before(group, sentence)
                    && range.0 > sentence.start
                    && self.tokens[range.0 - 1].is("with")
                {
                    return Some((range, false));
                }
                let by = before.is_some_and(|before| {
                    before.any(&["by", "in", "while", "when", "before", "after", "and", "without"])
                });
                if !by {
                    return None;
                }
            } else if before.is_none() {
                return None;
            }
            return self.take_over(sentence, group, first).map(|range| (range, true));
        }
        if let Some(range) = self.subject(group, sentence) {
            return Some((range, false));
        }
        let joined = before.is_some_and(|before| before.any(&["and", "but", "or", "then", ",", "nor"]));
        if joined {
            return self.take_over(sentence, group, first).map(|range| (range, true));
        }
        None
    }

    fn take_over(&self, sentence: Sentence, before: usize, first: usize) -> Option<Range> {
        if !self.switches.inheritance {
            return None;
        }
        let earlier = self.drafts[first..]
            .iter()
            .rev()
            .find(|draft| draft.cue.0 < before && !draft.nominal && draft.host.is_none());
        earlier.and_then(|draft| draft.source).or_else(|| self.main_subject(sentence, before))
    }

    fn verb(&self, sentence: Sentence, at: usize, cue: Option<&Cue>, first: usize) -> Option<Draft> {
        let token = &self.tokens[at];
        if token.capital
            && at > sentence.start
            && !(self.tokens[at - 1].capital && self.tokens[sentence.start].breaks)
        {
            return None;
        }
        if let Some(cue) = cue {
            if cue.forms.iter().all(|&form| form >= Form::Adjective) {
                return None;
            }
        } else if !token.lower.ends_with("ed") || token.lower.len() < 5 || token.has(Class::NotAVerb) {
            // An unknown word counts only as a past tense beside "that" or a quotation.
            return None;
        }
        let before = (at > sentence.start).then(|| &self.tokens[at - 1]);
        if before.is_some_and(|before| {
            before.has(Class::Determiner.or(Class::Possessive))
                && !before.has(Class::Relative.or(Class::Pronoun))
                || before.is_possessive_mark() && !before.has(Class::Auxiliary)
                || before.has(Class::Preposition)
                    && !token.lower.ends_with("ing")
                    && !before.has(Class::Adverb.or(Class::Time))
        }) {
            return None;
        }
        let group = self.group(at, sentence);
        let words = &self.tokens[group..at];
        let auxiliary = words.iter().any(|token| token.has(Class::Auxiliary));
        let be = words.iter().rev().find(|token| token.has(Class::Auxiliary));
        let passive_auxiliary = be.is_some_and(|token| token.has(Class::Copula));
        let past = cue.is_none_or(|cue| cue.is(Form::Past) || cue.is(Form::Participle));
        let ing = cue.is_some_and(|cue| cue.is(Form::Ing));
        let negated = words.iter().any(|token| token.has(Class::Negation));
        if past && (passive_auxiliary || self.is(at + 1, "by", sentence)) {
            return self.passive(sentence, group, at, cue?);
        }
        let inverted = self.inverted(sentence, at, cue);
        let (source, inherited, inverted) = match inverted {
            Some(range) => (range, false, true),
            None => {
                let (range, inherited) = self.speaker(group, at, sentence, first)?;
                (range, inherited, false)
            }
        };
        let tokens = &self.tokens[source.0..source.1];
        let head = self.head(source);
        if let Some(cue) = cue
            && !past
            && !ing
            && !inherited
            && !inverted
        {
            let ends_in_s = head.is_some_and(|head| head.lower.ends_with('s') && !head.lower.ends_with("ss"));
            let plural_head = ends_in_s && head.is_some_and(|head| !head.capital)
                || head.is_some_and(|head| head.any(PLURAL) || head.has(Class::Anonymous) && head.is("some"))
                || tokens.iter().any(|token| token.is("and"));
            // A name in "-s" may be one person or many ("Reuters", "Democrats").
            let may_be_plural = plural_head || ends_in_s;
            let demonym = !tokens.is_empty()
                && self
                    .gazetteer
                    .find(&self.tokens[source.1 - 1..sentence.end])
                    .is_some_and(|found| found.kind == NameKind::Demonym && found.length == 1);
            let fits = if cue.is(Form::Base) {
                auxiliary || may_be_plural
            } else {
                !plural_head || head.is_some_and(|head| head.is("who"))
            };
            if !fits || demonym && !auxiliary {
                return None;
            }
        }
        let content_from = if inverted { source.1 } else { at + 1 };
        let animate = self.animate(source);
        let found =
            self.content(sentence, group, at, cue, source, inherited, inverted, content_from, animate)?;
        if cue.is_none()
            && !(matches!(found.evidence, Evidence::Quote)
                || matches!(found.evidence, Evidence::That) && animate)
        {
            return None;
        }
        if !animate && found.evidence < Evidence::Infinitive {
            return None;
        }
        let start =
            (group..at).find(|&at| self.tokens[at].has(Class::Auxiliary.or(Class::Negation))).unwrap_or(at);
        let mut draft =
            self.draft((start, found.cue_end.max(at + 1)), Some(source), found.content, found.evidence);
        draft.sense = cue.map(|_| found.sense);
        draft.inherited = inherited;
        draft.aside = found.aside;
        let nobody = tokens.first().is_some_and(|first| first.any(&["neither", "no", "none", "nobody"]));
        draft.cue_negated =
            negated || nobody || cue.is_some_and(|cue| cue.lemma == "decline" || cue.lemma == "refuse");
        draft.lemma = cue.map_or_else(|| token.lower.to_string(), |cue| cue.lemma.clone());
        // "with Trump expressing": what the speaker before it adds.
        if source.0 > sentence.start && self.tokens[source.0 - 1].is("with") && ing {
            draft.host = (first..self.drafts.len()).next_back();
        }
        Some(draft)
    }

    fn head(&self, (start, end): Range) -> Option<&Token<'t>> {
        let tokens = &self.tokens[start..end];
        let stop = (1..tokens.len())
            .find(|&at| tokens[at].has(Class::Preposition) || tokens[at].text == ",")
            .unwrap_or(tokens.len());
        tokens[..stop].iter().rev().find(|token| token.word)
    }

    /// "“…,” said the minister": the speaker after the cue.
    fn inverted(&self, sentence: Sentence, at: usize, cue: Option<&Cue>) -> Option<Range> {
        let cue = cue?;
        if !cue.senses.iter().any(|&sense| LEXICON.senses[sense].frames.quote)
            || cue.is(Form::Ing)
            || at == sentence.start
        {
            return None;
        }
        let before = &self.tokens[at - 1];
        let closes = before.quote != 0 && before.is_quote_mark();
        let plain = cue.senses.iter().any(|&sense| LEXICON.senses[sense].frames.clause);
        if !closes && (before.text != "," || !plain || self.subject(at, sentence).is_some()) {
            return None;
        }
        let range = self.phrase_after(at + 1, sentence)?;
        if !self.animate(range) || self.tokens[range.0].any(&["him", "her", "them", "me", "us"]) {
            return None;
        }
        let next = self.tokens.get(range.1).filter(|_| range.1 < sentence.end);
        let fits = closes
            || next.is_none_or(|next| {
                !next.word || next.has(Class::Preposition.or(Class::Time).or(Class::Subordinator))
            });
        fits.then_some(range)
    }

    /// "perceived by Ukraine’s allies as …", "rejected by the union".
    fn passive(&self, sentence: Sentence, group: usize, at: usize, cue: &Cue) -> Option<Draft> {
        if !self.is(at + 1, "by", sentence) || !self.switches.passives {
            return None;
        }
        let source = self.phrase_after(at + 2, sentence).filter(|&range| self.animate(range))?;
        let subject = self.subject(group, sentence)?;
        let subject = if self.tokens[subject.0].has(Class::Relative) { return None } else { subject };
        let sense = *cue.senses.iter().find(|&&sense| {
            let frames = &LEXICON.senses[sense].frames;
            frames.object || frames.as_
        })?;
        let frames = &LEXICON.senses[sense].frames;
        let mut content = vec![subject];
        if source.1 < sentence.end && self.tokens[source.1].any(&["as", "for"]) {
            content.push((source.1, self.clause_end(source.1, sentence)));
        } else if !frames.object {
            return None;
        }
        let mut draft = self.draft((at, at + 1), Some(source), content, Evidence::Object);
        draft.sense = Some(sense);
        draft.lemma.clone_from(&cue.lemma);
        draft.cue_negated = self.tokens[group..at].iter().any(|token| token.has(Class::Negation));
        Some(draft)
    }

    // ---- contents --------------------------------------------------------

    #[expect(clippy::too_many_arguments, reason = "one place weighs all that is known about a cue")]
    fn content(
        &self,
        sentence: Sentence,
        group: usize,
        at: usize,
        cue: Option<&Cue>,
        source: Range,
        inherited: bool,
        inverted: bool,
        from: usize,
        animate: bool,
    ) -> Option<Found> {
        static OPEN: std::sync::LazyLock<Frames> =
            std::sync::LazyLock::new(|| Frames { that: true, quote: true, ..Frames::default() });
        let senses = cue.map_or(&[][..], |cue| &cue.senses[..]);
        // What follows, sense by sense, the best evidence first.
        let mut best: Option<Found> = None;
        if !inverted {
            let open = (cue.is_none()).then_some((usize::MAX, &*OPEN));
            for (sense, frames) in
                senses.iter().map(|&sense| (sense, &LEXICON.senses[sense].frames)).chain(open)
            {
                if let Some(found) = self.complement(from, sentence, frames, sense, animate)
                    && best.as_ref().is_none_or(|best| found.evidence > best.evidence)
                {
                    best = Some(found);
                }
            }
            if let Some(mut found) = best.take_if(|found| found.evidence >= Evidence::That) {
                // "“A,” X said, “and B.”": both parts.
                let comma = self.tokens.get(at + 1).is_some_and(|next| next.text == ",");
                if comma
                    && found.evidence == Evidence::Quote
                    && source.0 > sentence.start
                    && let Some(before) = self.before(sentence, source.0, cue, true)
                    && self.tokens[before.1 - 1].quote != 0
                {
                    found.content.insert(0, before);
                }
                return Some(found);
            }
        }
        // What comes before: "…, X said", "“…,” said X".
        let can_follow = cue.is_none() || senses.iter().any(|&sense| LEXICON.senses[sense].frames.quote);
        if can_follow && !inherited {
            let edge = if inverted { at } else { source.0.min(group) };
            let after_cue = if inverted { source.1 } else { at + 1 };
            let medial = self.tokens.get(after_cue).is_some_and(|next| next.text == ",")
                && after_cue + 1 < sentence.end;
            if let Some(before) = self.before(sentence, edge, cue, medial) {
                let sense = senses
                    .iter()
                    .copied()
                    .find(|&sense| LEXICON.senses[sense].frames.quote)
                    .unwrap_or(usize::MAX);
                let mut end = if inverted { source.1 } else { at + 1 };
                if !inverted
                    && senses.iter().any(|&sense| LEXICON.senses[sense].frames.person)
                    && let Some(told) = self.phrase_after(end, sentence)
                {
                    end = told.1;
                }
                let quoted = self.tokens[before.1 - 1].quote != 0;
                // "On the programme “Today,” the minister said it was": what follows is what is said.
                let whole = quoted && self.tokens[before.0].is_quote_mark() && edge > sentence.start;
                if best.is_some() && !whole && !medial {
                    return best;
                }
                let (rest, aside) = self.after_tail(end, sentence);
                // In "A, X said B" without quotation marks, the words after the cue are what is said.
                if quoted || rest.is_some_and(|rest| rest.1) || best.is_none() {
                    let mut content = vec![before];
                    if let Some((range, true)) = rest {
                        content.push(range);
                    }
                    let evidence = if quoted { Evidence::Quote } else { Evidence::Tail };
                    if quoted || rest.is_some_and(|rest| rest.1) || rest.is_none() {
                        return Some(Found { content, evidence, sense, aside, cue_end: at + 1 });
                    }
                }
            }
        }
        best
    }

    /// The words before "X said", when they are what is said: they end with a comma or a quotation
    /// mark right before the speaker.
    fn before(&self, sentence: Sentence, edge: usize, cue: Option<&Cue>, medial: bool) -> Option<Range> {
        let quotes = &self.document.quotes;
        if edge == sentence.start {
            // "“Why?” X asked": the quotation was a sentence of its own.
            let last = edge.checked_sub(1)?;
            let token = &self.tokens[last];
            let quote = (token.quote as usize).checked_sub(1)?;
            let same_line = !self.tokens[edge].breaks;
            return (token.is_quote_mark() && same_line).then_some((quotes[quote].open, last + 1));
        }
        let mark = &self.tokens[edge - 1];
        let mut end = edge;
        if mark.text == "," || mark.is_dash() {
            end -= 1;
        } else if !(mark.is_quote_mark() && mark.quote != 0) {
            return None;
        }
        let last = end.checked_sub(1).filter(|&last| last >= sentence.start)?;
        if self.tokens[last].quote == 0 && cue.is_none() {
            return None;
        }
        let start = self.clause_start(end, sentence);
        if start >= end {
            return None;
        }
        if self.tokens[last].quote == 0 {
            // Without quotation marks, only a whole clause counts: not "On Monday, X said …".
            let words = end - start;
            let first = &self.tokens[start];
            let opens_clause = !(first.has(Class::Preposition.or(Class::Subordinator))
                && !first.has(Class::Determiner)
                || first.lower.ends_with("ing"));
            let has_verb = (start..end).any(|at| {
                self.tokens[at].has(Class::Auxiliary.or(Class::Verb))
                    || self.tokens[at].lower.ends_with("ed")
                    || self.tokens[at].lower.ends_with('s')
            });
            if !(medial && opens_clause) && (words < 3 || !has_verb || !opens_clause && words < 6) {
                return None;
            }
        }
        Some((start, end))
    }

    /// What follows a cue whose content came before: nothing, an aside, or more of what is said.
    /// The flag says whether the range is content.
    fn after_tail(&self, from: usize, sentence: Sentence) -> (Option<(Range, bool)>, Option<Range>) {
        let end = self.trim_end(sentence.end, from);
        if from >= end {
            return (None, None);
        }
        let after = self.after_adverbials(from, sentence);
        let aside = (after > from).then_some((from, after));
        if after >= end {
            return (None, aside);
        }
        let token = &self.tokens[after];
        if token.any(&[",", ":", ";"]) || token.is_dash() {
            let start = after + 1;
            if start >= end {
                return (None, aside);
            }
            let next = &self.tokens[start];
            let ing = next.lower.ends_with("ing") && next.quote == 0;
            let aside_clause =
                next.any(&["who", "which", "while", "when", "as", "referring", "according"]) || ing;
            if next.quote != 0 {
                let quote = self.document.quotes[next.quote as usize - 1];
                return (Some(((start, (quote.close + 1).max(start + 1)), true)), aside);
            }
            if aside_clause || next.has(Class::Preposition) {
                // "…,” she said, smiling, “…”": what is said goes on behind the aside.
                let quote =
                    (start..end).find(|&at| self.tokens[at].is_quote_mark() && self.tokens[at].quote != 0);
                let goes_on = quote.filter(|&at| self.tokens[at - 1].text == ",").map(|at| {
                    let quote = self.document.quotes[self.tokens[at].quote as usize - 1];
                    ((at, quote.close + 1), true)
                });
                return (goes_on, Some((from, end)));
            }
            return (Some(((start, self.clause_end(start, sentence)), true)), aside);
        }
        if token.has(
            Class::Preposition
                .or(Class::Subordinator)
                .or(Class::Time)
                .or(Class::Adverb)
                .or(Class::Conjunction),
        ) && !token.is("that")
        {
            return (None, Some((from, end)));
        }
        (Some(((after, end), false)), aside)
    }

    /// Steps over adverbs, times and phrases such as "on social media" or "to reporters".
    fn after_adverbials(&self, from: usize, sentence: Sentence) -> usize {
        let mut at = from;
        while at < sentence.end && at - from < ADVERBIAL_LIMIT {
            let token = &self.tokens[at];
            if !token.word || token.quote != 0 {
                break;
            }
            if token.has(Class::Time)
                || token.has(Class::Adverb) && !token.has(Class::Determiner)
                || token.lower.ends_with("ly")
            {
                at += 1;
                continue;
            }
            let numbers = token.text.chars().all(|letter| letter.is_ascii_digit());
            if numbers && at > from {
                at += 1;
                continue;
            }
            if !token.has(Class::Preposition) || token.has(Class::Determiner) {
                break;
            }
            let mut end = at + 1;
            while end < sentence.end && end - at < 12 {
                let next = &self.tokens[end];
                let stop = next.quote != 0
                    || !next.word && !next.is_possessive_mark()
                    || next.is("that")
                    || next.has(Class::Preposition) && !next.is("of") && !next.has(Class::Determiner)
                    || self.verb_like(end)
                    || next.has(Class::Pronoun) && !next.has(Class::Determiner) && end > at + 1
                    || next.has(Class::Conjunction) && !next.is("and")
                    || next.has(Class::Subordinator) && !next.has(Class::Determiner);
                if stop {
                    break;
                }
                end += 1;
            }
            if end == at + 1 {
                break;
            }
            at = end;
        }
        at
    }

    /// What is said, in the words after a cue.
    fn complement(
        &self,
        from: usize,
        sentence: Sentence,
        frames: &Frames,
        sense: usize,
        animate: bool,
    ) -> Option<Found> {
        let limit = self.trim_end(sentence.end, from);
        if from >= limit {
            // "The minister continued:" and the quotation in the next paragraph.
            let colon = (from..sentence.end).any(|at| self.tokens[at].text == ":");
            let next = self
                .tokens
                .get(sentence.end)
                .filter(|next| colon && next.quote != 0 && next.is_quote_mark())?;
            let quote = self.document.quotes[next.quote as usize - 1];
            return frames.quote.then(|| Found {
                content: vec![(quote.open, quote.close + 1)],
                evidence: Evidence::Quote,
                sense,
                aside: None,
                cue_end: from,
            });
        }
        let found = |content: Range, evidence: Evidence, aside: Option<Range>, cue_end: usize| {
            (content.0 < content.1).then(|| Found { content: vec![content], evidence, sense, aside, cue_end })
        };
        // Somebody told comes first.
        let mut start = from;
        let mut told = false;
        if frames.person
            && self.tokens[from].quote == 0
            && !self.tokens[from].any(&["that", ":", ","])
            && !self.tokens[from].has(Class::Negation)
            && let Some(person) = self.phrase_after(from, sentence)
        {
            told = true;
            // "warned them to leave", "told parliament about the visit": the person ends there.
            start = (person.0 + 1..person.1)
                .find(|&at| self.tokens[at].any(&["to", "about"]))
                .unwrap_or(person.1);
        }
        let after = self.after_adverbials(start, sentence).min(limit);
        let aside = (after > start).then_some((start, after));
        if told && after >= limit && start >= limit {
            return None;
        }
        let mut at = after;
        let mut marked = false;
        while at < limit && matches!(self.tokens[at].text, "," | ":" | "—" | "–") {
            marked = true;
            at += 1;
        }
        if at < limit {
            let token = &self.tokens[at];
            if frames.quote && token.quote != 0 && token.is_quote_mark() {
                let quote = self.document.quotes[token.quote as usize - 1];
                if quote.open == at {
                    let end = self.quote_or_clause_end(quote.close + 1, sentence);
                    return found((at, end), Evidence::Quote, aside, from);
                }
            }
            if frames.quote && marked && self.tokens[at - 1].text == ":" {
                return found((at, limit), Evidence::Quote, aside, from);
            }
            // "that request.": a word that points, not one that opens a clause.
            let points = token.is("that")
                && self.tokens.get(at + 2).is_none_or(|next| {
                    at + 2 >= limit
                        || !next.word
                            && next.quote == 0
                            && next.text != ","
                            && !next.is_possessive_mark()
                            && !next.is_dash()
                });
            if points && sense == usize::MAX {
                return None;
            }
            let that = token.is("that") && !marked
                || marked && token.is("that")
                || token.has(Class::Question)
                    && !marked
                    && !token.is("when")
                    && (frames.that || frames.person);
            if (frames.that || frames.person) && that {
                return found((at, self.clause_end(at, sentence)), Evidence::That, aside, from);
            }
        }
        if frames.person && told {
            if start < limit && self.tokens[start].is("to") {
                return found((start, self.clause_end(start, sentence)), Evidence::That, None, from);
            }
            if start < limit
                && (self.tokens[start].has(Class::Determiner.or(Class::Pronoun))
                    || self.tokens[start].capital)
            {
                return found((start, self.clause_end(start, sentence)), Evidence::Bare, None, from);
            }
        }
        if frames.person_of {
            let person = self.phrase_after(from, sentence)?;
            let of = (person.0..sentence.end.min(person.1 + 1)).find(|&at| self.tokens[at].is("of"))?;
            let _ = of;
            return found((from, self.clause_end(from, sentence)), Evidence::Infinitive, None, from);
        }
        let token = &self.tokens[from];
        if frames.as_
            && let Some(range) = self.phrase_after(from, sentence)
        {
            let end = self.clause_end(range.0, sentence);
            let linked =
                (range.0..end).take(20).any(|at| self.tokens[at].any(&["as"]) || self.tokens[at].quote != 0);
            if linked {
                return found((range.0, end), Evidence::Infinitive, None, from);
            }
        }
        if frames.to && token.is("to") {
            return found((from, self.phrase_end(from, sentence)), Evidence::Infinitive, None, from);
        }
        if let Some(word) = frames.prepositions.iter().find(|word| token.is(word)) {
            let _ = word;
            let part_of_cue = !token.any(&["on", "about"]);
            let begin = if part_of_cue { from + 1 } else { from };
            let begin = if token.is("out") { from + 1 } else { begin };
            let cue_end = if part_of_cue { from + 1 } else { from };
            return found((begin, self.phrase_end(from + 1, sentence)), Evidence::Infinitive, None, cue_end);
        }
        if frames.that && token.is("out") && self.is(from + 1, "that", sentence) {
            return found((from + 1, self.clause_end(from + 1, sentence)), Evidence::That, None, from + 1);
        }
        let noun_phrase = token.has(Class::Determiner.or(Class::Possessive).or(Class::Pronoun))
            || token.word
                && !token.has(
                    Class::Preposition
                        .or(Class::Subordinator)
                        .or(Class::Conjunction)
                        .or(Class::Time)
                        .or(Class::Auxiliary),
                );
        // "said after the meeting it would".
        if frames.clause && after > start && after < limit && !told {
            let token = &self.tokens[after];
            let subject = token.any(&["he", "she", "it", "they", "we", "i", "there"])
                || (token.capital || token.has(Class::Determiner))
                    && self
                        .phrase_after(after, sentence)
                        .is_some_and(|range| range.1 < limit && self.verb_like(range.1));
            if subject && !self.tokens[after - 1].has(Class::Conjunction) {
                return found((after, self.clause_end(after, sentence)), Evidence::Bare, aside, from);
            }
        }
        // A clause without "that": a noun phrase, and a verb after it.
        if frames.clause && token.word && token.quote == 0 && noun_phrase {
            let clause = self.phrase_after(from, sentence).is_some_and(|range| {
                range.1 < limit
                    && (self.verb_like(range.1)
                        || self.tokens[range.1].quote != 0
                        || self.tokens[range.1].lower.ends_with("ed")
                        || self.tokens[range.1].has(Class::Auxiliary.or(Class::Adverb)))
                    || (range.0..range.1).any(|at| at > range.0 && self.tokens[at].lower.ends_with("ed"))
                    || token.has(Class::Pronoun) && !token.has(Class::Determiner)
            });
            if clause || !frames.object {
                return found((from, self.clause_end(from, sentence)), Evidence::Bare, None, from);
            }
        }
        if frames.object && (token.quote != 0 || animate && noun_phrase) {
            // "expressed support for": the bare noun carries the verb's meaning.
            let light = token.has(Class::Light)
                && self.tokens[from - 1].cue.is_some_and(|cue| {
                    matches!(&*LEXICON.entries[cue].lemma, "express" | "voice" | "convey")
                });
            if light {
                let end = self.clause_end(from, sentence);
                let begin = if from + 1 < end { from + 1 } else { from };
                return found((begin, end), Evidence::Infinitive, None, begin);
            }
            return found((from, self.phrase_end(from, sentence)), Evidence::Object, None, from);
        }
        None
    }

    /// After a quotation: its end, or the end of the clause that goes on behind it.
    fn quote_or_clause_end(&self, after: usize, sentence: Sentence) -> usize {
        if after >= sentence.end {
            return after;
        }
        let token = &self.tokens[after];
        let inner = self.tokens[after - 2].text;
        if !token.word || matches!(inner, "." | "," | "?" | "!") || after < sentence.start {
            return after;
        }
        self.clause_end(after, sentence)
    }

    /// Without the marks at the end of a sentence that are outside quotations.
    fn trim_end(&self, end: usize, start: usize) -> usize {
        let mut end = end;
        while end > start
            && !self.tokens[end - 1].word
            && self.tokens[end - 1].quote == 0
            && !matches!(self.tokens[end - 1].text, ")" | "]" | "%")
        {
            end -= 1;
        }
        end
    }

    /// Where what is said ends: at the next cue that is not part of it, at a gloss, or with the sentence.
    fn clause_end(&self, start: usize, sentence: Sentence) -> usize {
        let mut at = start;
        while at < sentence.end {
            let token = &self.tokens[at];
            if token.quote != 0 {
                let close = self.document.quotes[token.quote as usize - 1].close;
                // A comma before the closing mark and a gloss after it: "“root causes,” a phrase …".
                let next = close + 1;
                if next < sentence.end && self.tokens[close - 1].text == "," {
                    let follow = &self.tokens[next];
                    // "a “bully,” a “liar”" goes on, a gloss has no quotation of its own.
                    let listed = (next..sentence.end.min(next + 4)).any(|at| self.tokens[at].quote != 0);
                    if follow.any(&["a", "an", "the"]) && !listed || self.leaves(next, sentence) {
                        return next;
                    }
                }
                at = next.max(at + 1);
                if at >= sentence.end {
                    return at;
                }
                continue;
            }
            if at > start {
                if token.text == "," && at + 1 < sentence.end && self.leaves(at + 1, sentence) {
                    return at;
                }
                if token.text == ";" {
                    return at;
                }
                if token.any(&["but", "and", "while", "according", "adding"]) && self.leaves(at, sentence) {
                    return self.trim_end(at, start);
                }
            }
            at += 1;
        }
        self.trim_end(sentence.end.max(start), start)
    }

    /// The end of a noun phrase or an infinitive that is said: [`Self::clause_end`], or an earlier comma
    /// behind which the report goes on in its own voice.
    fn phrase_end(&self, start: usize, sentence: Sentence) -> usize {
        let end = self.clause_end(start, sentence);
        let own_voice = (start + 1..end.saturating_sub(1)).find(|&at| {
            let next = &self.tokens[at + 1];
            self.tokens[at].text == ","
                && self.tokens[at].quote == 0
                && (self.new_clause(at + 1, sentence)
                    || next.any(&[
                        "but", "yet", "which", "who", "while", "although", "though", "after", "when", "as",
                        "so", "because", "even",
                    ])
                    || next.lower.ends_with("ing") && next.quote == 0)
        });
        let bare_but = (start + 1..end).find(|&at| self.tokens[at].is("but") && self.tokens[at].quote == 0);
        let since = (start + 1..end).find(|&at| self.tokens[at].is("since") && self.tokens[at].quote == 0);
        let end = since.unwrap_or(end);
        let timeless = self.before_time(end, Sentence { start, end });
        let end = if timeless > start { timeless } else { end };
        own_voice.unwrap_or(end).min(end).min(bare_but.map_or(end, |at| self.trim_end(at, start)))
    }

    /// "and the other side is …": a conjunction, a subject and a verb.
    fn new_clause(&self, at: usize, sentence: Sentence) -> bool {
        self.tokens[at].any(&["and", "or"])
            && at + 1 < sentence.end
            && self.phrase_after(at + 1, sentence).is_some_and(|range| {
                range.1 < sentence.end && self.tokens[range.1].word && self.verb_like(range.1)
            })
    }

    /// Whether the words from `at` on leave what was said: "emphasising that", "with Trump expressing",
    /// "according to", "but indicated", "while Y said".
    ///
    /// Asked again for the same place by every cue of a sentence, so the answer is kept.
    fn leaves(&self, at: usize, sentence: Sentence) -> bool {
        let place = at - sentence.start;
        let known = self.leaves.borrow().get(place).copied().flatten();
        known.unwrap_or_else(|| {
            let answer = self.find_leaves(at, sentence);
            if let Some(slot) = self.leaves.borrow_mut().get_mut(place) {
                *slot = Some(answer);
            }
            answer
        })
    }

    fn find_leaves(&self, at: usize, sentence: Sentence) -> bool {
        let token = &self.tokens[at];
        if token.is("according") && self.is(at + 1, "to", sentence) {
            return true;
        }
        let verb = |at: usize, form: &[Form]| {
            at < sentence.end
                && self.tokens[at].quote == 0
                && self.tokens[at].cue.is_some_and(|cue| {
                    let cue = &LEXICON.entries[cue];
                    form.iter().any(|&form| cue.is(form))
                })
        };
        // A cue with "that", a quotation or a colon right behind it leaves for certain.
        let opens = |at: usize| {
            (at + 1..sentence.end.min(at + 4)).any(|next| {
                let next = &self.tokens[next];
                next.is("that") || next.is_quote_mark() && next.quote != 0 || next.text == ":"
            })
        };
        if verb(at, &[Form::Ing]) {
            let cue = &LEXICON.entries[token.cue.unwrap_or(0)];
            return opens(at)
                || cue.senses.iter().any(|&sense| {
                    let frames = &LEXICON.senses[sense].frames;
                    frames.clause || frames.quote || frames.person
                });
        }
        if token.is("with") {
            return (at + 2..sentence.end.min(at + 8)).any(|at| verb(at, &[Form::Ing]));
        }
        let mut next = at;
        if token.any(&["and", "but", "while"]) {
            next += 1;
            if next < sentence.end && self.tokens[next].any(&["that", "to"]) {
                return false;
            }
        } else if self.tokens[at - 1].text != "," || token.has(Class::Relative) {
            return false;
        }
        let joined = next > at;
        // "but indicated", "and later said".
        while next < sentence.end
            && (self.tokens[next].has(Class::Adverb.or(Class::Auxiliary))
                && !self.tokens[next].has(Class::Determiner))
            && next < at + 4
        {
            next += 1;
        }
        if joined && (verb(next, &[Form::Past]) || verb(next, &[Form::Third]) && token.is("but")) {
            return true;
        }
        if joined && verb(next, &[Form::Ing]) && opens(next) {
            return true;
        }
        // "while the other side said that".
        let Some(range) = (next < sentence.end).then(|| self.phrase_after(next, sentence)).flatten() else {
            return false;
        };
        if !self.animate(range) {
            return false;
        }
        let mut head = range.1;
        while head < sentence.end
            && self.tokens[head].has(Class::Adverb.or(Class::Auxiliary).or(Class::Negation))
            && head < range.1 + 4
        {
            head += 1;
        }
        verb(head, &[Form::Past, Form::Third, Form::Base])
            && (opens(head) || token.any(&["but", "while"]) || joined && verb(head, &[Form::Past]))
    }

    // ---- quotations over several sentences -------------------------------

    /// Gives quotations that nobody was found for to the speaker of the quotation before them, when
    /// nothing else stands between.
    fn continue_quotes(&mut self) {
        let mut owner: Vec<Option<usize>> = vec![None; self.document.quotes.len()];
        for (index, draft) in self.drafts.iter().enumerate() {
            for &(start, end) in &draft.content {
                for at in [start, end - 1] {
                    let quote = self.tokens[at].quote as usize;
                    if quote > 0 {
                        owner[quote - 1].get_or_insert(index);
                    }
                }
            }
        }
        let mut last: Option<(usize, usize)> = None;
        let mut by_sentence = vec![false; self.document.sentences.len()];
        for draft in &self.drafts {
            by_sentence[draft.sentence] = true;
        }
        let mut sentence = 0;
        for (index, quote) in self.document.quotes.iter().enumerate() {
            while self.document.sentences[sentence].end <= quote.open {
                sentence += 1;
            }
            if let Some(draft) = owner[index] {
                let end = sentence_of(&self.document.sentences, sentence, quote.close)
                    .max(self.drafts[draft].sentence);
                last = Some((draft, end));
                continue;
            }
            let Some((draft, after)) = last else { continue };
            let end = sentence_of(&self.document.sentences, sentence, quote.close);
            let starts = self.document.sentences[sentence].start == quote.open;
            let near = sentence <= after + 1 && sentence > 0;
            let free = !by_sentence[sentence..=end].contains(&true);
            let long = quote.close - quote.open > 4;
            if starts && near && free && long {
                self.drafts[draft].content.push((quote.open, quote.close + 1));
                last = Some((draft, end));
            }
        }
    }
}

fn sentence_of(sentences: &[Sentence], from: usize, token: usize) -> usize {
    from + sentences[from..].iter().take_while(|sentence| sentence.end <= token).count()
}

fn inside_range(range: Range, ranges: &[Range]) -> bool {
    ranges.iter().any(|other| other.0 <= range.0 && range.1 <= other.1)
}

/// The sense of a draft.
pub(crate) fn sense(draft: &Draft) -> Option<&'static Sense> {
    draft.sense.and_then(|sense| LEXICON.senses.get(sense))
}
