//! Which act a statement is, learnt: multinomial logistic regression over hashed features.
//!
//! What the rules of `act` say is among the features, so the weights say how far each of them
//! is to be believed.

use super::features::{hash, mix, plain_stem};
use super::model::{Input, number};
use crate::attributing::LIST;
use crate::attribution::{Draft, Evidence, sense};
use crate::lexicon::Class;
use crate::record::{Act, SpeakerKind};
use crate::text::Error;
use crate::token::Token;

/// The acts, in the order of the weights.
pub const ACTS: [Act; 17] = Act::ALL;

/// Buckets of hashed features are this power of two.
const BITS: u32 = 15;
/// Number of buckets.
pub const ACT_BUCKETS: usize = 1 << BITS;

/// The weights for acts: 8 bits each.
#[derive(Debug, Clone, PartialEq)]
pub struct ActStage {
    /// What one unit of a weight is worth, in nats; 0 when nothing was learnt.
    pub unit: f32,
    /// A row of weights for each bucket, one weight for each of [`ACTS`].
    pub rows: Vec<[i8; ACTS.len()]>,
}

impl ActStage {
    /// Weights that know nothing.
    #[must_use]
    pub fn empty() -> Self {
        ActStage { unit: 0.0, rows: vec![[0; ACTS.len()]; ACT_BUCKETS] }
    }

    /// Whether no act was marked in what the model was trained on.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.unit == 0.0
    }

    /// The likeliest act and its probability; the first of equal ones.
    pub(crate) fn best(&self, features: &[u32]) -> (Act, f64) {
        let mut sums = [0i32; ACTS.len()];
        for &feature in features {
            for (sum, &weight) in sums.iter_mut().zip(&self.rows[feature as usize & (ACT_BUCKETS - 1)]) {
                *sum += i32::from(weight);
            }
        }
        let scores = sums.map(|sum| f64::from(sum) * f64::from(self.unit));
        let probabilities = softmax(&scores);
        let mut best = 0;
        for (at, probability) in probabilities.iter().enumerate() {
            if *probability > probabilities[best] {
                best = at;
            }
        }
        (ACTS[best], probabilities[best])
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.unit.to_le_bytes());
        for row in &self.rows {
            // Most rows are empty: a bit says which are not.
            out.push(u8::from(row.iter().any(|&weight| weight != 0)));
            if row.iter().any(|&weight| weight != 0) {
                out.extend(row.iter().map(|weight| weight.to_le_bytes()[0]));
            }
        }
    }

    pub(super) fn read(input: &mut Input<'_>) -> Result<Self, Error> {
        let mut stage = ActStage::empty();
        stage.unit = number(input)?;
        for row in &mut stage.rows {
            match input.take::<1>()?[0] {
                0 => {}
                1 => {
                    for weight in row {
                        *weight = i8::from_le_bytes(input.take()?);
                    }
                }
                _ => return Err(Error::weights("a row in them is marked wrongly")),
            }
        }
        Ok(stage)
    }
}

/// Probabilities from scores in nats.
#[must_use]
pub fn softmax(scores: &[f64; ACTS.len()]) -> [f64; ACTS.len()] {
    let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights = scores.map(|score| libm::exp((score - best).max(-40.0)));
    let total: f64 = weights.iter().sum();
    weights.map(|weight| weight / total)
}

struct Bag<'a>(&'a mut Vec<u32>);

impl Bag<'_> {
    fn one(&mut self, template: u64, value: u64) {
        let hash = mix(template.wrapping_mul(0x9FB2_1C65_1E98_DF25), value);
        self.0.push((hash >> (64 - BITS)) as u32);
    }
    fn three(&mut self, template: u64, one: u64, two: u64, three: u64) {
        self.one(template, mix(mix(one, two), three));
    }
    fn two(&mut self, template: u64, one: u64, other: u64) {
        self.one(template, mix(one, other));
    }
}

fn word(token: &Token<'_>) -> u64 {
    hash(token.lower.bytes())
}

/// Words that show what is wanted, meant or feared, whatever the verb.
const TELLING: &[&str] = &[
    "must", "should", "will", "would", "could", "can", "may", "might", "shall", "need", "needs", "have",
    "has", "not", "never", "no", "if", "unless", "only", "until", "provided", "ready", "willing", "prepared",
    "want", "wants", "hope", "hopes", "fear", "fears", "concern", "concerns", "risk", "afraid", "support",
    "welcome", "reject", "refuse", "accept", "agree", "agreed", "deny", "false", "true", "untrue", "comment",
    "meeting", "talks", "plan", "to", "like", "as", "too",
];

/// The features of one statement: its cue, what the rules hold it to be, who speaks, and how its
/// content begins.
pub(crate) fn features(
    draft: &Draft,
    tokens: &[Token<'_>],
    rule: Act,
    kind: SpeakerKind,
    party: bool,
    out: &mut Vec<u32>,
) {
    let mut bag = Bag(out);
    let lemma = plain_stem(&draft.lemma);
    let rule = rule as u64;
    let from_cue = sense(draft).map_or(99, |sense| sense.act as u64);
    let evidence = match draft.evidence {
        Evidence::Object => 0,
        Evidence::Infinitive => 1,
        Evidence::Bare => 2,
        Evidence::Tail => 3,
        Evidence::That => 4,
        Evidence::According => 5,
        Evidence::Quote => 6,
    };
    let negated = u64::from(draft.cue_negated);
    bag.one(1, 0);
    bag.one(2, rule);
    bag.one(3, lemma);
    bag.one(4, from_cue);
    bag.two(5, from_cue, evidence);
    bag.two(6, lemma, negated);
    bag.two(7, rule, evidence);
    bag.two(8, rule, kind as u64);
    bag.two(9, rule, negated);
    bag.two(10, kind as u64, u64::from(party));
    bag.two(11, u64::from(draft.nominal), u64::from(draft.learnt) << 1 | u64::from(draft.inherited));
    let cue = &tokens[draft.cue.0..draft.cue.1];
    for token in cue.iter().take(8) {
        bag.one(12, plain_stem(&token.lower));
        bag.one(13, word(token));
    }
    for pair in cue.windows(2).take(8) {
        bag.two(14, word(&pair[0]), word(&pair[1]));
    }
    // What kinds of attribution the words of the cue make: this holds for cues that were never met.
    let phrase =
        LIST.find(&tokens[draft.cue.0..]).filter(|&(length, _)| length > 1).map_or(0, |(_, kind)| kind);
    let mut kinds = [0u64; 3];
    for token in cue.iter().take(8).filter(|token| !token.has(Class::Auxiliary)) {
        let own = LIST.of(&token.lower);
        for (kind, found) in kinds.iter_mut().zip([own.verb, own.noun, own.adjective]) {
            *kind = if found == 0 { *kind } else { u64::from(found) };
        }
    }
    let [verb, noun, adjective] = kinds;
    let whole = if phrase == 0 { verb } else { 32 + u64::from(phrase) };
    let denies = negated << 1 | u64::from(cue.iter().any(|token| token.has(Class::Negation)));
    bag.two(33, u64::from(phrase), denies);
    bag.two(34, verb, denies);
    bag.two(35, noun, adjective);
    bag.three(36, verb, noun, denies);
    bag.two(37, whole, rule);
    bag.three(38, whole, evidence, denies);
    if let Some(next) = tokens.get(draft.cue.1) {
        bag.two(39, whole, word(next));
        bag.one(15, word(next));
        bag.two(16, lemma, word(next));
    }
    if let Some(source) = draft.source {
        let mention = &tokens[source.0..source.1];
        let class = |class: Class| u64::from(mention.iter().any(|token| token.has(class)));
        bag.two(17, class(Class::Anonymous) << 1 | class(Class::Collective), class(Class::Institution));
    } else {
        bag.one(18, 0);
    }
    let content: Vec<&Token<'_>> =
        draft.content.iter().flat_map(|&(start, end)| &tokens[start..end]).take(40).collect();
    let words: Vec<&Token<'_>> = content.iter().copied().filter(|token| token.word).collect();
    if let Some(first) = words.first() {
        bag.one(19, word(first));
        bag.two(20, lemma, word(first));
        bag.two(21, rule, word(first));
        bag.two(40, whole, word(first));
    } else {
        bag.one(22, lemma);
    }
    for pair in words.windows(2).take(3) {
        bag.two(23, word(pair[0]), word(pair[1]));
    }
    for token in words.iter().take(12) {
        bag.one(24, plain_stem(&token.lower));
    }
    let mut seen = [false; 64];
    for token in words.iter().take(30) {
        if let Some(at) = TELLING.iter().position(|&telling| token.is(telling))
            && !std::mem::replace(&mut seen[at], true)
        {
            bag.one(25, at as u64);
            bag.two(26, rule, at as u64);
            bag.two(27, lemma, at as u64);
            bag.two(41, whole, at as u64);
        }
    }
    // Who is to do it: the speaker's own side, or another.
    let modal = words.iter().position(|token| token.has(Class::Auxiliary)).unwrap_or(words.len()).min(8);
    let subject = words[..modal].iter().rev().find(|token| !token.has(Class::Adverb));
    if let Some(subject) = subject {
        let who = if subject.has(Class::Pronoun) {
            word(subject)
        } else {
            u64::from(subject.has(Class::Plan)) << 2 | u64::from(subject.has(Class::Process)) << 1 | 1
        };
        let does = words.get(modal).map_or(0, |token| word(token));
        let not = words.iter().skip(modal).take(3).any(|token| token.has(Class::Negation));
        bag.two(28, who, does);
        bag.one(29, who);
        bag.three(42, does, u64::from(not), verb);
        bag.two(43, does, u64::from(not));
    }
    // What the content itself does, by its first verb of a kind.
    let inner = words.iter().take(8).find_map(|token| match LIST.of(&token.lower).verb {
        0 => None,
        kind => Some(u64::from(kind)),
    });
    bag.two(44, inner.unwrap_or(0), verb);
    bag.one(45, inner.unwrap_or(0));
    let length = match words.len() {
        0 => 0,
        1..=3 => 1,
        4..=9 => 2,
        _ => 3,
    };
    bag.two(30, length, evidence);
    let quoted = content.first().is_some_and(|token| token.quote != 0);
    bag.two(31, u64::from(quoted), from_cue);
    let class = |class: Class| u64::from(content.iter().any(|token| token.has(class)));
    bag.one(32, class(Class::Plan) << 1 | class(Class::Process));
}
