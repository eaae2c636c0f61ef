//! What the tagger sees of a text, hashed.
//!
//! A feature is a template and the values in it, mixed into 64 bits of which the upper ones name a
//! bucket ("the hashing trick", Weinberger et al. 2009). What the rules propose is among the features,
//! so that the weights say how far each rule is to be believed.

use super::model::BITS;
use crate::attributing::LIST;
use crate::attribution::{Draft, Evidence, Range};
use crate::lexicon::{Class, LEXICON};
use crate::names::{Gazetteer, is_name_word};
use crate::token::{Document, Token};

/// Mixes a value into a hash (the finaliser of SplitMix64, Steele et al. 2014).
pub(super) fn mix(hash: u64, value: u64) -> u64 {
    let mut z = (hash ^ value).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// FNV-1a over bytes.
pub(super) fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

/// Collects the features of one token.
struct Bag<'a>(&'a mut Vec<u32>);

impl Bag<'_> {
    fn one(&mut self, template: u64, value: u64) {
        let hash = mix(template.wrapping_mul(0x2545_F491_4F6C_DD1D), value);
        self.0.push((hash >> (64 - BITS)) as u32);
    }
    fn two(&mut self, template: u64, one: u64, other: u64) {
        self.one(template, mix(one, other));
    }
    fn three(&mut self, template: u64, one: u64, two: u64, three: u64) {
        self.one(template, mix(mix(one, two), three));
    }
}

/// One token as the templates see it.
#[derive(Debug, Clone, Copy, Default)]
struct Look {
    word: u64,
    stem: u64,
    suffix: u64,
    prefix: u64,
    shape: u64,
    class: u64,
    /// Forms, act and frames in the lexicon of cues; 0 outside it.
    cue: u64,
    /// 1 begins, 2 goes on: a name of the gazetteer; 3: another capitalised name.
    name: u64,
    /// Inside a quotation, or one of its marks.
    quote: u64,
    /// Cue of a rule: 0 no, else 2 times its evidence, plus 1 after the first token.
    rule: u64,
    /// In a speaker (1) or a content (2) of some rule's proposal.
    role: u64,
    /// What the long list of attributing words says.
    wide: u64,
    /// Kind of the verb in that list, and its forms.
    kind: u64,
    forms: u64,
    /// In a set phrase: twice its kind, plus 1 after the first token.
    phrase: u64,
    /// What stands before the verb group that the token would end, and how the group is built.
    anchor: u64,
    group: u64,
    /// What follows, adverbs and particles aside.
    follower: u64,
}

/// Counts of things before each token, so that "between" is a difference.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    commas: u32,
    quotes: u32,
    verbs: u32,
    links: u32,
    rules: u32,
}

/// The features of a whole text.
#[derive(Debug)]
pub(crate) struct Features<'a, 't> {
    document: &'a Document<'t>,
    drafts: &'a [Draft],
    looks: Vec<Look>,
    counts: Vec<Count>,
    /// Sentence of each token.
    sentence: Vec<u32>,
    /// For each sentence, its drafts.
    by_sentence: Vec<Vec<usize>>,
    /// For each token, the last one before it in its sentence that may open a clause, and how that clause opens.
    openers: Vec<(u32, u64)>,
}

fn shape(token: &Token<'_>) -> u64 {
    let mut letters = token.text.chars();
    let Some(first) = letters.next() else { return 0 };
    if !token.word {
        return 16 + u64::from(first as u32 % 256) % 64;
    }
    if token.text.chars().all(char::is_numeric) {
        return 1;
    }
    if first.is_numeric() {
        return 2;
    }
    if !token.capital {
        return if token.text.contains('-') { 4 } else { 3 };
    }
    if token.text.chars().count() > 1 && token.text.chars().all(|letter| !letter.is_lowercase()) {
        return 5;
    }
    if token.text.contains('-') { 7 } else { 6 }
}

fn look(token: &Token<'_>) -> Look {
    let word = hash(token.lower.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte }));
    let letters: Vec<char> =
        if token.word { token.lower.chars().rev().take(24).collect() } else { Vec::new() };
    let suffix = letters.iter().take(3).fold(17, |hash, &letter| mix(hash, u64::from(letter as u32)));
    let prefix = letters.iter().rev().take(4).fold(29, |hash, &letter| mix(hash, u64::from(letter as u32)));
    let entry = token.cue.map(|cue| &LEXICON.entries[cue]);
    let wide = if token.word { LIST.of(&token.lower) } else { Default::default() };
    let stem = entry.map_or_else(|| plain_stem(&token.lower), |entry| hash(entry.lemma.bytes()));
    let cue = entry.map_or(0, |entry| {
        let forms = entry.forms.iter().fold(0u64, |bits, &form| bits | 1 << form as u64);
        let sense = entry.senses.first().or(entry.noun_senses.first()).map(|&sense| &LEXICON.senses[sense]);
        let (act, frames) = sense.map_or((0, 0), |sense| {
            let frames = &sense.frames;
            let bits = [
                frames.clause,
                frames.that,
                frames.quote,
                frames.object,
                frames.as_,
                frames.to,
                frames.person,
                !frames.prepositions.is_empty(),
            ];
            (sense.act as u64, bits.iter().fold(0u64, |all, &bit| all << 1 | u64::from(bit)))
        });
        1 | forms << 1 | frames << 9 | act << 18
    });
    Look {
        word,
        stem,
        suffix,
        prefix,
        shape: shape(token),
        class: u64::from(token.class.0) | u64::from(token.word) << 40,
        cue,
        name: 0,
        quote: u64::from(token.quote != 0) | u64::from(token.is_quote_mark()) << 1,
        rule: 0,
        role: 0,
        wide: wide.code(),
        kind: u64::from(wide.verb),
        forms: u64::from(wide.forms),
        phrase: 0,
        anchor: 0,
        group: 0,
        follower: 0,
    }
}

const PARTICLES: &[&str] = &[
    "out", "up", "down", "back", "off", "away", "aside", "forward", "over", "in", "on", "through", "around",
];

/// What a noun phrase or a clause before a verb ends in, coarse enough to be met again.
fn ends_in(token: &Token<'_>, look: &Look) -> u64 {
    match &*token.lower {
        "he" | "she" => 1,
        "they" | "we" | "i" | "you" => 2,
        "it" => 3,
        "who" | "which" | "that" => 4,
        "to" => 5,
        "and" | "but" | "or" | "then" => 6,
        "," => 7,
        "by" => 8,
        "as" | "when" | "while" | "if" | "because" | "although" | "though" => 9,
        _ if token.is_quote_mark() => 10,
        _ if token.is_dash() => 11,
        _ if token.is_possessive_mark() => 12,
        _ if !token.word => 13,
        _ if look.name >= 4 => 14,
        _ if token.has(Class::Role) => 15,
        _ if token.has(Class::Institution) => 16,
        _ if token.has(Class::Anonymous.or(Class::Collective)) => 17,
        _ if token.has(Class::Pronoun) && !token.has(Class::Determiner) => 18,
        _ if token.has(Class::Determiner.or(Class::Possessive)) => 19,
        _ if token.has(Class::Preposition) => 20,
        _ if token.has(Class::Time) => 21,
        _ if look.name != 0 => 22,
        _ if look.cue != 0 || look.kind != 0 => 23,
        _ if token.lower.ends_with("ed") || token.lower.ends_with("ing") => 24,
        _ if token.lower.ends_with('s') => 25,
        _ => 26,
    }
}

/// How the auxiliaries before a verb make its group: a bit for each sort.
fn auxiliary(token: &Token<'_>) -> u64 {
    match &*token.lower {
        "have" | "has" | "had" | "having" | "'ve" => 1,
        "is" | "are" | "was" | "were" | "be" | "been" | "being" | "am" | "'re" => 2,
        _ if token.has(Class::Negation) => 4,
        _ if token.has(Class::Auxiliary) => 8,
        _ => 0,
    }
}

/// A word without a regular ending, so that forms of one verb share a feature.
pub(super) fn plain_stem(lower: &str) -> u64 {
    let head = ["ing", "ed", "es", "s", "d"]
        .into_iter()
        .find_map(|ending| lower.strip_suffix(ending).filter(|head| head.len() >= 3))
        .unwrap_or(lower);
    let head = head.strip_suffix('e').unwrap_or(head);
    let mut bytes = head.bytes().collect::<Vec<u8>>();
    // "planned", "planning".
    if let [.., one, other] = bytes[..]
        && one == other
        && bytes.len() > 4
        && one.is_ascii_alphabetic()
    {
        bytes.pop();
    }
    hash(bytes.into_iter())
}

fn evidence(draft: &Draft) -> u64 {
    1 + match draft.evidence {
        Evidence::Object => 0,
        Evidence::Infinitive => 1,
        Evidence::Bare => 2,
        Evidence::Tail => 3,
        Evidence::That => 4,
        Evidence::According => 5,
        Evidence::Quote => 6,
    } + if draft.inherited { 7 } else { 0 }
        + if draft.nominal { 14 } else { 0 }
}

fn few(count: u32) -> u64 {
    u64::from(count.min(3))
}

/// What stands beside a cue, in classes coarse enough to be met again.
fn neighbour(token: Option<&Token<'_>>) -> u64 {
    let Some(token) = token else { return 0 };
    match &*token.lower {
        "that" => 1,
        "to" => 2,
        "," => 3,
        ":" => 4,
        "." | "?" | "!" => 5,
        "of" => 6,
        "on" | "about" | "over" => 7,
        "for" => 8,
        "as" => 9,
        "by" => 10,
        "who" | "which" => 11,
        "and" | "but" => 12,
        "if" | "whether" | "how" | "why" | "what" => 13,
        _ if token.is_quote_mark() => 14,
        _ if token.is_dash() => 15,
        _ if token.has(Class::Auxiliary) => 16,
        _ if token.has(Class::Pronoun) && !token.has(Class::Determiner) => 17,
        _ if token.has(Class::Possessive) => 18,
        _ if token.has(Class::Determiner) => 19,
        _ if token.has(Class::Time) => 20,
        _ if token.has(Class::Preposition) => 21,
        _ if token.capital => 22,
        _ if token.has(Class::Role.or(Class::Institution).or(Class::Anonymous).or(Class::Collective)) => 23,
        _ if token.lower.ends_with("ly") || token.has(Class::Adverb) => 24,
        _ if token.lower.ends_with("ing") => 25,
        _ if token.lower.ends_with("ed") => 26,
        _ if token.word => 27,
        _ => 28,
    }
}

/// Where clauses may open: at commas, dashes and words that join.
fn openers(document: &Document<'_>, looks: &[Look]) -> Vec<(u32, u64)> {
    let tokens = &document.tokens;
    let mut out = vec![(0, 0); tokens.len()];
    for sentence in &document.sentences {
        let mut last = (u32::try_from(sentence.start).unwrap_or(u32::MAX), 0);
        for at in sentence.start..sentence.end {
            let token = &tokens[at];
            let opens = token.has(Class::Conjunction.or(Class::Subordinator).or(Class::Relative))
                || !token.word && matches!(token.text, "," | ";" | ":" | "(" | ")")
                || token.is_dash();
            if opens {
                let joined = at > sentence.start && !tokens[at - 1].word && tokens[at - 1].text == ",";
                let next = tokens.get(at + 1).filter(|_| at + 1 < sentence.end);
                let verb = looks.get(at + 1).map_or(0, |next| u64::from(next.kind != 0 || next.cue != 0));
                let word = if token.word { hash(token.lower.bytes()) } else { neighbour(Some(token)) };
                last = (
                    u32::try_from(at).unwrap_or(u32::MAX),
                    mix(mix(word, neighbour(next)), verb << 1 | u64::from(joined)),
                );
            }
            out[at] = last;
        }
    }
    out
}

/// Fills in what depends on the sentence: set phrases, and what stands around the verb group that each
/// token would end. Linear: no look goes further than a few tokens.
fn surroundings(tokens: &[Token<'_>], looks: &mut [Look]) {
    let mut at = 0;
    while at < tokens.len() {
        let Some((length, kind)) = LIST.find(&tokens[at..]) else {
            at += 1;
            continue;
        };
        for (place, look) in looks[at..at + length].iter_mut().enumerate() {
            look.phrase = 2 * u64::from(kind) + u64::from(place > 0);
        }
        at += length;
    }
    for at in 0..tokens.len() {
        if !tokens[at].word {
            continue;
        }
        let (mut before, mut group) = (at, 0);
        while before > 0 && at - before < 6 {
            let token = &tokens[before - 1];
            let part = token.word
                && (token.has(Class::Auxiliary.or(Class::Negation))
                    || token.has(Class::Adverb) && !token.has(Class::Determiner)
                    || token.lower.ends_with("ly") && !token.capital)
                || token.has(Class::Auxiliary) && token.is_possessive_mark();
            if !part {
                break;
            }
            group |= auxiliary(token);
            before -= 1;
        }
        looks[at].group = group;
        looks[at].anchor = before.checked_sub(1).map_or(0, |before| ends_in(&tokens[before], &looks[before]));
        let mut next = at + 1;
        let mut particle = 0;
        while next < tokens.len() && next - at <= 3 {
            let token = &tokens[next];
            if next == at + 1 && token.any(PARTICLES) {
                particle = 1;
            } else if !(token.has(Class::Adverb) && !token.has(Class::Determiner)
                || token.lower.ends_with("ly") && token.word)
            {
                break;
            }
            next += 1;
        }
        looks[at].follower = neighbour(tokens.get(next)) << 1 | particle;
    }
}

impl<'a, 't> Features<'a, 't> {
    /// Looks at every token once; linear in the text.
    pub(crate) fn new(document: &'a Document<'t>, drafts: &'a [Draft], gazetteer: &Gazetteer) -> Self {
        let tokens = &document.tokens;
        let mut looks: Vec<Look> = tokens.iter().map(look).collect();
        let mut at = 0;
        while at < tokens.len() {
            let found =
                if tokens[at].word { gazetteer.find(&tokens[at..tokens.len().min(at + 12)]) } else { None };
            match found {
                Some(found) => {
                    let kind = 4 + 2 * found.kind as u64;
                    for (place, look) in looks[at..at + found.length].iter_mut().enumerate() {
                        look.name = kind + u64::from(place > 0);
                    }
                    at += found.length;
                }
                None => {
                    looks[at].name = u64::from(is_name_word(&tokens[at]));
                    at += 1;
                }
            }
        }
        let mut sentence = vec![0u32; tokens.len()];
        for (index, range) in document.sentences.iter().enumerate() {
            sentence[range.start..range.end].fill(u32::try_from(index).unwrap_or(u32::MAX));
            surroundings(&tokens[range.start..range.end], &mut looks[range.start..range.end]);
        }
        let mut by_sentence = vec![Vec::new(); document.sentences.len()];
        for (index, draft) in drafts.iter().enumerate() {
            by_sentence[sentence[draft.cue.0] as usize].push(index);
            for (place, look) in looks[draft.cue.0..draft.cue.1].iter_mut().enumerate() {
                look.rule = 2 * evidence(draft) + u64::from(place > 0);
            }
            if let Some((start, end)) = draft.source {
                looks[start..end].iter_mut().for_each(|look| look.role |= 1);
            }
            for &(start, end) in &draft.content {
                looks[start..end].iter_mut().for_each(|look| look.role |= 2);
            }
        }
        let mut counts = Vec::with_capacity(tokens.len() + 1);
        let mut count = Count::default();
        for (token, look) in tokens.iter().zip(&looks) {
            counts.push(count);
            count.commas += u32::from(token.text == "," || token.text == ";" || token.is_dash());
            count.quotes += u32::from(token.is_quote_mark() && token.quote != 0);
            count.verbs +=
                u32::from(token.has(Class::Verb.or(Class::Auxiliary)) || look.cue & 0b11_1110 != 0);
            count.links +=
                u32::from(token.has(Class::Subordinator.or(Class::Conjunction).or(Class::Relative)));
            count.rules += u32::from(look.rule != 0 && look.rule & 1 == 0);
        }
        counts.push(count);
        let openers = openers(document, &looks);
        Features { document, drafts, looks, counts, sentence, by_sentence, openers }
    }

    /// The same text with some of its rarer words made unknown, as most cues of a new text are: hidden from the
    /// lists of cues and met nowhere else, with their endings and their kinds left.
    ///
    /// Which words is drawn from `seed`, one in three of those that are long and in no list of small words.
    pub(crate) fn with_unknown_words(mut self, seed: u64) -> Self {
        let tokens = &self.document.tokens;
        for (index, sentence) in self.document.sentences.iter().enumerate() {
            let mut hidden = false;
            for (at, token) in tokens.iter().enumerate().take(sentence.end).skip(sentence.start) {
                let dice = mix(mix(seed, index as u64), at as u64);
                let small = token.class.0 & !Class::Light.0 != 0;
                if !token.word || token.capital || small || token.text.len() < 4 || dice % 100 >= 33 {
                    continue;
                }
                let look = &mut self.looks[at];
                hidden |= look.rule != 0;
                (look.word, look.stem, look.prefix) = (dice, mix(dice, 1), mix(dice, 2));
                (look.cue, look.rule) = (0, 0);
            }
            if hidden {
                self.looks[sentence.start..sentence.end].iter_mut().for_each(|look| look.role = 0);
            }
        }
        self
    }

    /// The features of token `at` in stage one.
    pub(crate) fn cue(&self, at: usize, out: &mut Vec<u32>) {
        let tokens = &self.document.tokens;
        let range = self.document.sentences[self.sentence[at] as usize];
        let none = Look { word: 1, ..Look::default() };
        let near = |offset: isize| {
            at.checked_add_signed(offset)
                .filter(|at| (range.start..range.end).contains(at))
                .map_or(none, |at| self.looks[at])
        };
        let (before2, before, own, after, after2) = (near(-2), near(-1), near(0), near(1), near(2));
        let mut bag = Bag(out);
        bag.one(1, 0);
        bag.one(2, own.word);
        bag.one(3, before.word);
        bag.one(4, after.word);
        bag.one(5, before2.word);
        bag.one(6, after2.word);
        bag.two(7, before.word, own.word);
        bag.two(8, own.word, after.word);
        bag.one(9, own.stem);
        bag.two(10, own.stem, own.suffix);
        bag.one(11, own.suffix);
        bag.one(12, own.prefix);
        bag.two(13, own.shape, own.suffix);
        bag.three(14, before.shape, own.shape, after.shape);
        bag.one(15, own.class);
        bag.two(16, before.class, own.class);
        bag.two(17, own.class, after.class);
        bag.three(18, before.class, own.suffix, after.class);
        bag.one(19, own.cue);
        bag.two(20, own.cue, before.class);
        bag.two(21, own.cue, after.class);
        bag.three(22, own.cue >> 9, before.name, after.class);
        bag.two(23, own.stem, neighbour(tokens.get(at + 1)));
        bag.two(24, own.stem, own.quote);
        bag.three(25, own.quote, before.quote, after.quote);
        bag.three(26, own.cue & 0xFF, before.quote | before.name << 4, after.quote);
        bag.one(27, own.rule);
        bag.two(28, own.rule, own.stem);
        bag.three(29, before.rule, own.rule, after.rule);
        bag.two(30, own.rule, own.role);
        bag.three(31, own.role, own.cue & 0xFF, own.quote);
        bag.two(32, before.rule, own.class);
        bag.two(33, after.rule, own.class);
        bag.two(34, before.name, own.cue);
        bag.two(35, after.name, own.cue);
        bag.two(36, near(-2).name | before.name << 8, own.suffix);
        bag.three(37, before2.class, before.class, own.cue & 0xFF);
        bag.three(38, own.cue & 0xFF, after.class, after2.class);
        // "that", a quotation or a colon soon after.
        let soon = (at + 1..range.end.min(at + 6)).find_map(|next| {
            let kind = neighbour(tokens.get(next));
            matches!(kind, 1 | 2 | 3 | 4 | 13 | 14).then_some(kind * 8 + (next - at) as u64)
        });
        bag.two(39, soon.unwrap_or(0), own.suffix);
        bag.two(40, soon.unwrap_or(0) / 8, own.cue & 0xFF);
        let rules = self.counts[range.end].rules - self.counts[range.start].rules;
        bag.three(41, few(rules), own.cue & 0xFF, own.role);
        bag.two(42, u64::from(at == range.start) | u64::from(at + 1 == range.end) << 1, own.shape);
        bag.three(43, own.stem, before.name.min(4), neighbour(tokens.get(at + 1)));
        bag.three(44, near(-3).role | before.role << 2, own.cue & 0xFF, after.role);
        bag.one(45, own.wide);
        bag.three(46, own.kind, own.forms, own.follower);
        bag.two(47, own.wide, before.class);
        bag.three(48, own.kind, own.anchor, own.follower);
        bag.three(49, own.forms | u64::from(own.wide != 0) << 8, own.anchor, own.group);
        bag.one(50, own.phrase);
        bag.three(51, before.phrase, own.phrase, after.phrase);
        bag.two(52, own.phrase, own.anchor);
        bag.three(53, own.suffix, own.anchor, own.group);
        bag.three(54, own.suffix, own.anchor, own.follower);
        bag.two(55, own.stem, own.anchor);
        bag.three(56, before.kind, before.anchor, own.class);
        bag.three(57, after.kind | after2.kind << 5, own.class, own.anchor);
        bag.three(58, own.anchor, own.group, own.follower);
        bag.three(59, own.kind, own.quote, own.rule);
        bag.two(60, own.wide, before.wide);
        bag.two(61, own.phrase, own.rule);
    }

    /// The features of token `at` in stage two that hold for every cue.
    pub(crate) fn role_base(&self, at: usize, out: &mut Vec<u32>) {
        let tokens = self.document.tokens.len();
        let none = Look { word: 1, ..Look::default() };
        let near = |offset: isize| {
            at.checked_add_signed(offset).filter(|&at| at < tokens).map_or(none, |at| self.looks[at])
        };
        let (before2, before, own, after, after2) = (near(-2), near(-1), near(0), near(1), near(2));
        let mut bag = Bag(out);
        bag.one(101, 0);
        bag.one(102, own.word);
        bag.one(103, before.word);
        bag.one(104, after.word);
        bag.two(105, before.word, own.word);
        bag.two(106, own.word, after.word);
        bag.one(107, own.class);
        bag.two(108, before.class, own.class);
        bag.two(109, own.class, after.class);
        bag.two(110, own.shape, own.suffix);
        bag.three(111, before.shape, own.shape, after.shape);
        bag.three(112, before.quote, own.quote, after.quote);
        bag.three(113, before.name, own.name, after.name);
        bag.three(114, before.role, own.role, after.role);
        bag.three(115, before2.class, before.class, own.class);
        bag.three(116, own.class, after.class, after2.class);
        bag.two(117, own.cue & 0xFF, own.rule);
    }

    /// The part of the text in which the speaker and the content of a cue are looked for.
    ///
    /// The sentence of the cue, the one before it, and what belongs to a quotation that reaches into
    /// it or follows it; never more than a few hundred tokens.
    pub(crate) fn window(&self, cue: Range) -> Range {
        let sentences = &self.document.sentences;
        let tokens = &self.document.tokens;
        let own = self.sentence[cue.0] as usize;
        let quoted = |index: usize| {
            let sentence = sentences[index];
            tokens[sentence.start].quote != 0
        };
        let (mut first, mut last) = (own, own);
        // The quotation before "he said" may fill several sentences.
        while first > 0
            && own - first < 6
            && (quoted(first)
                && tokens[sentences[first].start].quote == tokens[sentences[first].start - 1].quote
                || first == own)
        {
            first -= 1;
        }
        while last + 1 < sentences.len() && last - own < 6 && quoted(last + 1) {
            last += 1;
        }
        let start = sentences[first].start.max(cue.0.saturating_sub(128));
        let end = sentences[last].end.min(cue.1 + 192).max(cue.1);
        (start, end)
    }

    /// The sentence of a token.
    pub(crate) fn sentence_of(&self, at: usize) -> usize {
        self.sentence[at] as usize
    }

    /// Whether the cue of a rule's proposal begins (1) or goes on (2) at a token.
    pub(crate) fn rule_cue(&self, at: usize) -> u8 {
        match self.looks[at].rule {
            0 => 0,
            rule => 1 + u8::from(rule & 1 == 1),
        }
    }

    /// The rules' proposal for a cue.
    fn draft(&self, cue: Range) -> Option<&Draft> {
        self.by_sentence[self.sentence[cue.0] as usize]
            .iter()
            .map(|&index| &self.drafts[index])
            .find(|draft| draft.cue.0 < cue.1 && cue.0 < draft.cue.1)
    }

    /// Features of the tokens of a window in stage two that depend on the cue.
    pub(crate) fn roles<'b>(&'b self, cue: Range, window: Range, others: &[Range]) -> Roles<'b, 'a, 't> {
        let tokens = &self.document.tokens;
        let draft = self.draft(cue);
        let mut rule = vec![0u8; window.1 - window.0 + 2];
        if let Some(draft) = draft {
            let mut mark = |(start, end): Range, label: u8| {
                for at in start.max(window.0)..end.min(window.1) {
                    rule[at - window.0 + 1] = label + u8::from(at > start);
                }
            };
            for &range in &draft.content {
                mark(range, 3);
            }
            if let Some(range) = draft.source {
                mark(range, 1);
            }
        }
        let head = (cue.0..cue.1)
            .rev()
            .find(|&at| self.looks[at].cue != 0)
            .unwrap_or_else(|| cue.1.saturating_sub(1).max(cue.0));
        let mut other = vec![0u32; window.1 - window.0 + 1];
        for &(start, end) in others {
            if (start, end) == cue || end <= window.0 || start >= window.1 {
                continue;
            }
            other[start.max(window.0) - window.0 + 1] += 1;
        }
        for at in 1..other.len() {
            other[at] += other[at - 1];
        }
        let frame =
            neighbour(tokens.get(cue.1)) << 8 | neighbour(cue.0.checked_sub(1).and_then(|at| tokens.get(at)));
        let quote_before = cue.0.checked_sub(1).map_or(0, |at| tokens[at].quote);
        let quote_after = tokens.get(cue.1).map_or(0, |token| token.quote);
        Roles {
            features: self,
            cue,
            window,
            rule,
            evidence: draft.map_or(0, evidence),
            head: self.looks[head],
            frame,
            other,
            quotes: [quote_before, quote_after],
        }
    }
}

/// The view from one cue.
pub(crate) struct Roles<'b, 'a, 't> {
    features: &'b Features<'a, 't>,
    cue: Range,
    window: Range,
    /// Labels of the rules' proposal, shifted by one.
    rule: Vec<u8>,
    evidence: u64,
    head: Look,
    frame: u64,
    /// Other cues that start before the end of each token, from the start of the window.
    other: Vec<u32>,
    quotes: [u32; 2],
}

impl Roles<'_, '_, '_> {
    pub(crate) fn token(&self, at: usize, out: &mut Vec<u32>) {
        let features = self.features;
        let tokens = &features.document.tokens;
        let (own, head) = (features.looks[at], self.head);
        let near = |offset: isize| {
            at.checked_add_signed(offset).and_then(|at| features.looks.get(at)).copied().unwrap_or_default()
        };
        let place = at - self.window.0 + 1;
        let (side, far, from, to) = if at < self.cue.0 {
            (0u64, self.cue.0 - at, at + 1, self.cue.0)
        } else if at < self.cue.1 {
            (1, 0, at, at)
        } else {
            (2, at + 1 - self.cue.1, self.cue.1, at)
        };
        let far = far as u64;
        let distance = match far {
            0..=6 => far,
            7..=9 => 7,
            10..=14 => 8,
            15..=24 => 9,
            25..=49 => 10,
            _ => 11,
        };
        let sentences = i64::from(features.sentence[at]) - i64::from(features.sentence[self.cue.0]);
        let sentences = u64::try_from(sentences.clamp(-3, 3) + 3).unwrap_or(0);
        let (one, other) = (features.counts[from], features.counts[to]);
        let commas = few(other.commas - one.commas);
        let quotes = few(other.quotes - one.quotes);
        let verbs = few(other.verbs - one.verbs);
        let links = few(other.links - one.links);
        let cues = if at < self.cue.0 {
            self.other[self.cue.0 - self.window.0] - self.other[place]
        } else {
            self.other[place]
                - self.other[(self.cue.1 - self.window.0).min(self.other.len() - 1)].min(self.other[place])
        };
        let cues = few(cues);
        let in_other_cue = u64::from(self.other[place] > self.other[place - 1]);
        let rules = [self.rule[place - 1], self.rule[place], self.rule[place + 1]].map(u64::from);
        let place_of = side << 8 | sentences;
        let token = &tokens[at];
        let same_quote = u64::from(token.quote != 0 && token.quote == self.quotes[0])
            | u64::from(token.quote != 0 && token.quote == self.quotes[1]) << 1;
        let mut bag = Bag(out);
        bag.two(201, side, distance);
        bag.one(202, place_of);
        bag.three(203, place_of, commas, quotes);
        bag.two(204, rules[1], self.evidence);
        bag.three(205, rules[0], rules[1], rules[2]);
        bag.three(206, rules[1], rules[0], mix(own.class, side));
        bag.three(207, rules[1], rules[2], own.word);
        bag.three(208, side, head.stem, own.quote);
        bag.three(209, side, head.cue & 0xFF, distance);
        if distance <= 3 {
            bag.three(210, side, own.class, distance);
            bag.three(211, side << 4 | distance, own.shape, own.name);
        }
        bag.two(212, place_of, own.word);
        bag.three(213, side, near(-1).word, own.word);
        bag.three(214, place_of, mix(verbs, links), rules[1]);
        bag.three(215, side, head.stem, distance);
        bag.three(216, self.frame, place_of, commas);
        bag.three(217, self.frame >> 8, place_of, distance);
        bag.three(218, self.frame & 0xFF, place_of, distance);
        bag.three(219, place_of, mix(same_quote, own.quote), quotes);
        bag.three(220, side, mix(own.name, near(1).name), distance.min(4));
        bag.three(221, place_of, near(-1).shape, mix(own.shape, commas));
        bag.three(222, place_of, mix(cues, in_other_cue), rules[1]);
        bag.three(223, place_of, mix(own.role, near(-1).role), rules[1]);
        bag.three(224, place_of, mix(head.cue & 0xFF, self.frame >> 8), commas);
        bag.three(225, side, mix(near(-1).class, own.class), near(1).class);
        bag.three(226, mix(self.evidence, place_of), mix(verbs, commas), own.quote);
        bag.three(227, mix(head.cue >> 9, side), own.class, near(1).class);
        bag.three(228, mix(self.frame, side), own.shape, own.name);
        let path = if far <= 4 && side != 1 {
            (from..to).fold(far, |hash, at| mix(hash, features.looks[at].class))
        } else {
            0
        };
        bag.three(229, path, side, own.class);
        bag.two(230, mix(place_of, rules[1]), near(1).word);
        bag.three(231, side, head.wide, distance);
        bag.three(232, mix(head.kind, self.frame), place_of, commas);
        bag.three(233, mix(head.kind, side), own.class, near(1).class);
        bag.three(234, mix(head.phrase >> 1, side), distance.min(4), own.class);
        let opener = features.openers[at];
        let (inside, word) = if opener.0 as usize >= self.cue.1.min(at + 1) || at < self.cue.0 {
            (1, opener.1)
        } else {
            (0, 0)
        };
        bag.three(235, place_of, inside, word);
        bag.three(236, mix(side, inside), word, rules[1]);
        bag.three(237, mix(head.kind, side), word, commas);
        bag.three(238, mix(self.frame, side), word, u64::from(opener.0 as usize == at));
    }
}
