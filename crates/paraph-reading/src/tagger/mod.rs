//! A tagger trained on marked texts: a chain that finds cues, and one that finds the speaker and the
//! content of each cue.
//!
//! The decoder and what it sees live here; the trainer is a crate of its own. [`Prepared`] gives a
//! trainer the features and [`Model`] takes its weights. The two stages follow the cue-first design of
//! the verifiability taggers of Newell, Cheung and Ruths (2018).

pub mod acts;
pub mod crf;
mod features;
pub mod model;

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use crf::{Chain, LABELS, best_path};
pub use model::Model;
use model::{CUE_LABELS, ROLE_LABELS};

use crate::act::act;
use crate::attributing::LIST;
use crate::attribution::{Draft, Evidence, Finder, Range};
use crate::lexicon::{Class, Form, LEXICON};
use crate::names::{Gazetteer, Names};
use crate::reader::Switches;
use crate::record::Act;
use crate::record::TextSpan;
use crate::speaker::{Speaker, Speakers};
use crate::token::{Document, Sentence, Token};
use features::Features;

/// The weights that come with this crate, trained on the project's own corpus.
pub(crate) static BUILT_IN: LazyLock<Arc<Model>> = LazyLock::new(|| {
    let bytes = include_bytes!("../../data/tagger.weights");
    Arc::new(Model::read(bytes).expect("the embedded weights are whole, as a test holds"))
});

/// The bytes of the weights that come with this crate.
pub fn built_in_weights() -> &'static [u8] {
    include_bytes!("../../data/tagger.weights")
}

/// A sequence of tokens with the features of each.
#[derive(Debug, Clone, Default)]
pub struct Sequence {
    /// Index of the first token in the text.
    pub start: usize,
    /// Features of all tokens, one after the other.
    pub features: Vec<u32>,
    /// Where the features of each token end.
    pub ends: Vec<u32>,
}

impl Sequence {
    /// Number of tokens.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no token.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The features of one token.
    pub fn at(&self, token: usize) -> &[u32] {
        let start = token.checked_sub(1).map_or(0, |before| self.ends[before]) as usize;
        &self.features[start..self.ends[token] as usize]
    }

    fn close(&mut self) {
        self.ends.push(u32::try_from(self.features.len()).unwrap_or(u32::MAX));
    }
}

/// A text made ready for training: tokens, and features from words, names and rules.
#[derive(Debug)]
pub struct Prepared<'t> {
    document: Document<'t>,
    drafts: Vec<Draft>,
    gazetteer: Cow<'static, Gazetteer>,
}

impl<'t> Prepared<'t> {
    /// Takes a text apart and lets the rules propose; linear in the text.
    pub fn new(text: &'t str, names: &Names) -> Self {
        let gazetteer = Gazetteer::new(names);
        let document = Document::new(text);
        let mut drafts = Finder::new(&document, &gazetteer, Switches::default()).run();
        drafts.retain(|draft| draft.content.iter().all(|range| range.0 < range.1));
        Prepared { document, drafts, gazetteer }
    }

    /// The tokens' spans, in order.
    pub fn tokens(&self) -> Vec<TextSpan> {
        self.document.tokens.iter().map(|token| TextSpan { start: token.start, end: token.end }).collect()
    }

    /// One sequence a sentence for stage one, and for each of the given cues (half-open ranges of
    /// tokens) one for stage two.
    ///
    /// # Panics
    /// When a cue is empty or past the end of the text.
    pub fn sequences(&self, cues: &[(usize, usize)]) -> (Vec<Sequence>, Vec<Sequence>) {
        let features = Features::new(&self.document, &self.drafts, &self.gazetteer);
        let stage_one = self.stage_one(&features);
        let stage_two = cues
            .iter()
            .map(|&cue| {
                assert!(cue.0 < cue.1 && cue.1 <= self.document.tokens.len(), "a cue is a range of tokens");
                let window = features.window(cue);
                let roles = features.roles(cue, window, cues);
                let mut sequence = Sequence { start: window.0, ..Sequence::default() };
                for at in window.0..window.1 {
                    features.role_base(at, &mut sequence.features);
                    roles.token(at, &mut sequence.features);
                    sequence.close();
                }
                sequence
            })
            .collect();
        (stage_one, stage_two)
    }

    /// The sequences of stage one with some of the rarer words made unknown, drawn from `seed`: what they
    /// teach holds for cues that no training text has.
    pub fn with_unknown_words(&self, seed: u64) -> Vec<Sequence> {
        let features = Features::new(&self.document, &self.drafts, &self.gazetteer);
        self.stage_one(&features.with_unknown_words(seed))
    }

    fn stage_one(&self, features: &Features<'_, '_>) -> Vec<Sequence> {
        let sentence = |sentence: &Sentence| {
            let mut sequence = Sequence { start: sentence.start, ..Sequence::default() };
            for at in sentence.start..sentence.end {
                features.cue(at, &mut sequence.features);
                sequence.close();
            }
            sequence
        };
        self.document.sentences.iter().map(sentence).collect()
    }
}

impl Prepared<'_> {
    /// The features of the acts of marked statements, each by the tokens of its cue, its speaker and its
    /// content, as [`crate::tagger::acts`] has them.
    ///
    /// # Panics
    /// When a range is empty or past the end of the text.
    pub fn acts(&self, rows: &[MarkedStatement]) -> Vec<Vec<u32>> {
        let mut speakers = Speakers::new(&self.document, &self.gazetteer, Switches::default());
        let sentence_of = |at: usize| {
            self.document
                .sentences
                .partition_point(|sentence| sentence.end <= at)
                .min(self.document.sentences.len().saturating_sub(1))
        };
        rows.iter()
            .map(|row| {
                let sentence = sentence_of(row.cue.0);
                let rule =
                    self.drafts.iter().find(|draft| draft.cue.0 < row.cue.1 && row.cue.0 < draft.cue.1);
                let draft = match rule {
                    Some(rule) => Draft {
                        source: row.source,
                        content: row.content.clone(),
                        cue: row.cue,
                        ..rule.clone()
                    },
                    None => {
                        let found = Found {
                            source: row.source,
                            content: row.content.clone(),
                            sure: 1.0,
                            start: row.cue.0,
                            likely: Vec::new(),
                        };
                        fresh(&self.document, row.cue, found, sentence)
                    }
                };
                let draft = Draft { sentence, ..draft };
                let speaker = speakers.of(&draft);
                let tokens = &self.document.tokens;
                let act = act(&draft, tokens, speaker.party.as_deref(), speaker.kind, &self.gazetteer);
                let mut features = Vec::new();
                acts::features(&draft, tokens, act, speaker.kind, speaker.party.is_some(), &mut features);
                features
            })
            .collect()
    }
}

/// A marked statement by its tokens: half-open ranges.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MarkedStatement {
    /// The speaker's mention.
    pub source: Option<(usize, usize)>,
    /// The cue.
    pub cue: (usize, usize),
    /// The content, in order.
    pub content: Vec<(usize, usize)>,
}

/// How the tagger and the rules are put together; chosen by cross-validation on the training part of
/// the corpus.
mod blend {
    /// A cue that no rule proposed counts from this probability on.
    pub(super) const NEW_CUE: f64 = 0.5;
    /// A cue that a rule proposed is dropped below this probability.
    pub(super) const RULE_CUE: f64 = 0.003;
    /// The speaker that a rule found gives way when the tagger's is likelier by more than this.
    pub(super) const SPEAKER: f64 = 0.7;
    /// The content that a rule found gives way when the tagger's is likelier by more than this.
    pub(super) const CONTENT: f64 = 0.97;
    /// The act that the rules found gives way to one that is likelier than this.
    pub(super) const ACT: f64 = 0.3;
    /// And one that the cue's own entry gives, then.
    pub(super) const RULED_ACT: f64 = 0.45;
    /// And one that a rule read out of the content (a condition, a forecast, a no-comment), only then.
    pub(super) const READ_ACT: f64 = 0.8;
    /// Beyond this many cues in a sentence, the rules' proposals are kept as they are and others are
    /// not looked at, so that a text of nothing but cues takes linear time.
    pub(super) const CUES: usize = 12;
}

/// Puts the tagger's proposals in place of, beside or after the rules'.
///
/// Linear in the text: windows are bounded and the number of cues in them is bounded by their tokens.
pub(crate) fn tag(
    document: &Document<'_>,
    drafts: Vec<Draft>,
    gazetteer: &Gazetteer,
    model: &Model,
    stage_two: bool,
) -> Vec<Draft> {
    let features = Features::new(document, &drafts, gazetteer);
    let mut work = Work { document, features: &features, model, chain: Chain::default() };
    let mut cues: Vec<(Range, f64)> = Vec::new();
    for sentence in &document.sentences {
        work.cues((sentence.start, sentence.end), &mut cues);
    }
    let ranges: Vec<Range> = cues.iter().map(|&(range, _)| range).collect();
    let mut base: Vec<Option<[i32; LABELS]>> = vec![None; document.tokens.len()];
    let mut out: Vec<Draft> = Vec::with_capacity(cues.len());
    // Where each of the rules' proposals went.
    let mut kept: Vec<Option<usize>> = vec![None; drafts.len()];
    let mut used = vec![false; drafts.len()];
    // The drafts lie in the order of their sentences, the cues too.
    let mut first = 0;
    let (mut sentence_before, mut in_sentence) = (usize::MAX, 0);
    for (index, &(cue, probability)) in cues.iter().enumerate() {
        let sentence = features.sentence_of(cue.0);
        while first < drafts.len() && drafts[first].sentence < sentence {
            first += 1;
        }
        let rule = (first..drafts.len())
            .take_while(|&at| drafts[at].sentence == sentence)
            .find(|&at| drafts[at].cue.0 < cue.1 && cue.0 < drafts[at].cue.1);
        if let Some(rule) = rule
            && std::mem::replace(&mut used[rule], true)
        {
            continue;
        }
        in_sentence = if sentence == sentence_before { in_sentence + 1 } else { 1 };
        sentence_before = sentence;
        let near = index.saturating_sub(64)..ranges.len().min(index + 64);
        let found =
            (stage_two && in_sentence <= blend::CUES).then(|| work.roles(cue, &ranges[near], &mut base));
        let own = rule.map(|rule| &drafts[rule]);
        // What holds a statement of its own is kept whole: the tagger tends to stop where the inner one
        // begins.
        let nests = own.is_some_and(|own| {
            (first..drafts.len()).take_while(|&at| drafts[at].sentence == sentence).any(|at| {
                let inner = drafts[at].cue;
                own.content.iter().any(|range| range.0 <= inner.0 && inner.1 <= range.1)
            })
        });
        if let Some(draft) = join(document, (cue, probability), own, nests, found, sentence) {
            if let Some(rule) = rule {
                kept[rule] = Some(out.len());
            }
            out.push(draft);
        }
    }
    let finder = Finder::new(document, gazetteer, Switches::default());
    for draft in &mut out {
        // "which", "who": whom the pronoun stands for.
        if let Some(source) = draft.source
            && source.1 == source.0 + 1
            && document.tokens[source.0].any(&["who", "which"])
            && let Some(range) = finder.antecedent(source.0, document.sentences[draft.sentence])
        {
            draft.source = Some(range);
        }
        draft.host = draft.host.and_then(|host| kept[host]);
    }
    hosts(&mut out);
    out
}

/// The act of a statement, with the rules' own proposal where the tagger is not sure of another.
pub(crate) fn learnt_act(
    model: &Model,
    draft: &Draft,
    tokens: &[Token<'_>],
    rule: Act,
    speaker: &Speaker,
) -> Act {
    if model.acts.is_empty() {
        return rule;
    }
    let mut features = Vec::with_capacity(96);
    acts::features(draft, tokens, rule, speaker.kind, speaker.party.is_some(), &mut features);
    let (act, probability) = model.acts.best(&features);
    let needed = match rule {
        Act::State | Act::Characterise => blend::ACT,
        Act::Condition | Act::PredictAcceptance | Act::AnnounceEvent | Act::NoComment => blend::READ_ACT,
        _ => blend::RULED_ACT,
    };
    if probability > needed && (act != Act::Accept || accepts(draft, tokens)) { act } else { rule }
}

/// Whether the words of a statement allow that it accepts something: its cue accepts, and what follows is
/// not only more talk. Readiness to talk and support for a plan are never taken for acceptance.
fn accepts(draft: &Draft, tokens: &[Token<'_>]) -> bool {
    let cue = &tokens[draft.cue.0..draft.cue.1];
    let taken = |token: &Token<'_>| token.cue.is_some_and(|cue| LEXICON.accepts(cue));
    let listed = (draft.cue.0..draft.cue.1).any(|at| LIST.accepts(&tokens[at..]));
    let mut content = draft.content.iter().flat_map(|&(start, end)| &tokens[start..end]).take(8);
    let talk = content.clone().next().is_some_and(|first| first.is("to"))
        && content.any(|token| token.has(Class::Process) && !token.has(Class::Plan));
    (cue.iter().any(taken) || listed) && !talk && !draft.cue_negated
}

/// What stage two found for a cue.
struct Found {
    source: Option<Range>,
    content: Vec<Range>,
    /// Mean probability of the labels of the speaker and the content.
    sure: f64,
    /// First token of the window.
    start: usize,
    /// Probability of each token of the window to be of the speaker and of the content.
    likely: Vec<[f64; 2]>,
}

impl Found {
    /// How much likelier one reading of a role is than the other, from −1 to 1: the mean over the tokens
    /// that only one of them has.
    fn gain(&self, role: usize, own: &[Range], other: &[Range]) -> f64 {
        let inside =
            |at: usize, ranges: &[Range]| ranges.iter().any(|range| (range.0..range.1).contains(&at));
        let (mut sum, mut count) = (0.0, 0u32);
        for (place, likely) in self.likely.iter().enumerate() {
            let at = self.start + place;
            match (inside(at, own), inside(at, other)) {
                (true, false) => sum += 2.0 * likely[role] - 1.0,
                (false, true) => sum += 1.0 - 2.0 * likely[role],
                _ => continue,
            }
            count += 1;
        }
        // One word at the edge is a matter of convention.
        if count < 2 { 0.0 } else { sum / f64::from(count) }
    }
}

struct Work<'a, 'b, 't> {
    document: &'a Document<'t>,
    features: &'a Features<'b, 't>,
    model: &'a Model,
    chain: Chain,
}

impl Work<'_, '_, '_> {
    /// Cues of a sentence with their probabilities: runs of tokens that are likely inside one, and
    /// what the rules proposed.
    fn cues(&mut self, (start, end): Range, out: &mut Vec<(Range, f64)>) {
        let stage = &self.model.cues;
        let mut buffer = Vec::with_capacity(64);
        let scores: Vec<[f64; LABELS]> = (start..end)
            .map(|at| {
                buffer.clear();
                self.features.cue(at, &mut buffer);
                let mut sum = [0; LABELS];
                stage.add(&mut sum, &buffer);
                sum.map(|sum| f64::from(sum) * f64::from(stage.unit))
            })
            .collect();
        self.chain.run(&scores, &stage.transitions);
        debug_assert_eq!(stage.transitions.labels, CUE_LABELS);
        let mut at = start;
        while at < end {
            let [_, begin, inside, ..] = self.chain.marginal(at - start);
            let limit = if self.features.rule_cue(at) == 1 { blend::RULE_CUE } else { blend::NEW_CUE };
            if begin + inside < limit {
                at += 1;
                continue;
            }
            let (mut stop, mut best) = (at + 1, begin + inside);
            while stop < end {
                let [_, begin, inside, ..] = self.chain.marginal(stop - start);
                let goes_on = self.features.rule_cue(stop) == 2;
                if !goes_on && (begin > inside || begin + inside < 0.5) {
                    break;
                }
                best = best.max(begin + inside);
                stop += 1;
            }
            out.push(((at, stop), best));
            at = stop;
        }
    }

    fn roles(&mut self, cue: Range, others: &[Range], base: &mut [Option<[i32; LABELS]>]) -> Found {
        let stage = &self.model.roles;
        let window = self.features.window(cue);
        let view = self.features.roles(cue, window, others);
        let mut buffer = Vec::with_capacity(64);
        let scores: Vec<[f64; LABELS]> = (window.0..window.1)
            .map(|at| {
                let mut sum = *base[at].get_or_insert_with(|| {
                    buffer.clear();
                    self.features.role_base(at, &mut buffer);
                    let mut sum = [0; LABELS];
                    stage.add(&mut sum, &buffer);
                    sum
                });
                buffer.clear();
                view.token(at, &mut buffer);
                stage.add(&mut sum, &buffer);
                sum.map(|sum| f64::from(sum) * f64::from(stage.unit))
            })
            .collect();
        let path = best_path(&scores, &stage.transitions);
        self.chain.run(&scores, &stage.transitions);
        debug_assert_eq!(stage.transitions.labels, ROLE_LABELS);
        let mut spans: [Vec<Range>; 2] = [Vec::new(), Vec::new()];
        let (mut sum, mut count) = (0.0, 0u32);
        let likely = (0..path.len())
            .map(|place| {
                let row = self.chain.marginal(place);
                [row[1] + row[2], row[3] + row[4]]
            })
            .collect();
        for (place, &label) in path.iter().enumerate() {
            let at = window.0 + place;
            if label == 0 {
                continue;
            }
            // The probability of the role, whether it begins or goes on here.
            let role = usize::from(label - 1) / 2;
            let row = self.chain.marginal(place);
            sum += row[1 + 2 * role] + row[2 + 2 * role];
            count += 1;
            match spans[role].last_mut() {
                Some(last) if label.is_multiple_of(2) && last.1 == at => last.1 = at + 1,
                _ => spans[role].push((at, at + 1)),
            }
        }
        let [sources, content] = spans;
        let apart =
            |range: &Range| if range.1 <= cue.0 { cue.0 - range.1 } else { range.0.saturating_sub(cue.1) };
        let content = tidy(self.document, content, cue);
        let source = sources.into_iter().min_by_key(apart).and_then(|range| speaker(self.document, range));
        let sure = if count == 0 { 0.0 } else { sum / f64::from(count) };
        Found { source, content, sure, start: window.0, likely }
    }
}

/// A speaker's mention without marks at its ends.
fn speaker(document: &Document<'_>, (mut start, mut end): Range) -> Option<Range> {
    let tokens = &document.tokens;
    while start < end && !tokens[start].word {
        start += 1;
    }
    while start < end && !tokens[end - 1].word && !matches!(tokens[end - 1].text, ")" | "]") {
        end -= 1;
    }
    (start < end).then_some((start, end))
}

/// Contents without the cue, without stray marks at their ends, snapped to their quotation marks.
fn tidy(document: &Document<'_>, ranges: Vec<Range>, cue: Range) -> Vec<Range> {
    let tokens = &document.tokens;
    let mut out: Vec<Range> = Vec::with_capacity(ranges.len());
    for (mut start, mut end) in ranges {
        if start < cue.1 && cue.0 < end {
            continue;
        }
        // The mark at either edge belongs to what is said.
        if let Some(quote) = (tokens[start].quote as usize).checked_sub(1).map(|at| document.quotes[at])
            && quote.open < start
            && start - quote.open <= 2
            && (quote.open >= cue.1 || start < cue.0)
        {
            start = quote.open;
        }
        if let Some(quote) = (tokens[end - 1].quote as usize).checked_sub(1).map(|at| document.quotes[at])
            && quote.close >= end
            && quote.close - end <= 1
        {
            end = quote.close + 1;
        }
        while start < end
            && !tokens[start].word
            && tokens[start].quote == 0
            && !matches!(tokens[start].text, "(" | "$")
        {
            start += 1;
        }
        while start < end
            && !tokens[end - 1].word
            && tokens[end - 1].quote == 0
            && !matches!(tokens[end - 1].text, ")" | "]" | "%")
        {
            end -= 1;
        }
        if start < end && out.last().is_none_or(|last| last.1 <= start) {
            out.push((start, end));
        }
    }
    out
}

/// One statement from what the rules and the tagger have to say about a cue.
fn join(
    document: &Document<'_>,
    (cue, probability): (Range, f64),
    rule: Option<&Draft>,
    nests: bool,
    found: Option<Found>,
    sentence: usize,
) -> Option<Draft> {
    let usable = found.filter(|found| !found.content.is_empty());
    let sure = usable.as_ref().map_or(0.5, |found| found.sure);
    let whole = probability * sure;
    let mut draft = match (rule, usable) {
        (None, None) => return None,
        (Some(rule), None) => rule.clone(),
        (Some(rule), Some(found)) => {
            let mut draft = rule.clone();
            if !nests && found.gain(1, &found.content, &rule.content) > blend::CONTENT {
                draft.content = found.content.clone();
            }
            if let Some(source) = found.source
                && found.gain(0, &[source], rule.source.as_slice()) > blend::SPEAKER
            {
                draft.inherited = draft.inherited && draft.source == found.source;
                draft.source = found.source;
            }
            draft
        }
        (None, Some(found)) => fresh(document, cue, found, sentence),
    };
    if rule.is_some() {
        // The tagger's cue is wider ("has said"), the rule's may reach further right.
        draft.cue = (draft.cue.0.min(cue.0), draft.cue.1.max(cue.1));
        let clear = |range: &Range| range.1 <= draft.cue.0 || draft.cue.1 <= range.0;
        if !(draft.content.iter().all(clear) && draft.source.iter().all(clear)) {
            draft.cue = rule.map_or(cue, |rule| rule.cue);
        }
    }
    draft.probability = Some(whole);
    Some(draft)
}

/// A statement that no rule proposed.
fn fresh(document: &Document<'_>, cue: Range, found: Found, sentence: usize) -> Draft {
    let tokens = &document.tokens;
    let head = (cue.0..cue.1).rev().find(|&at| tokens[at].cue.is_some());
    let entry = head.and_then(|at| tokens[at].cue).map(|cue| &LEXICON.entries[cue]);
    let noun = entry.is_some_and(|entry| entry.forms.iter().all(|&form| form == Form::Noun))
        || head.is_some_and(|head| {
            entry.is_some_and(|entry| entry.is(Form::Noun))
                && head > 0
                && (tokens[head - 1].has(Class::Determiner.or(Class::Possessive))
                    || tokens[head - 1].is_possessive_mark())
        });
    let sense = entry.and_then(|entry| {
        let (own, other) =
            if noun { (&entry.noun_senses, &entry.senses) } else { (&entry.senses, &entry.noun_senses) };
        own.first().or(other.first()).copied()
    });
    let first = found.content.first().map(|&(start, _)| &tokens[start]);
    let evidence = match first {
        Some(first) if first.quote != 0 => Evidence::Quote,
        Some(first) if first.is("that") => Evidence::That,
        Some(first) if first.is("to") => Evidence::Infinitive,
        _ if tokens[cue.0].is("according") => Evidence::According,
        _ if found.content.first().is_some_and(|range| range.1 <= cue.0) => Evidence::Tail,
        _ => Evidence::Bare,
    };
    let lead = cue.0.saturating_sub(2).max(document.sentences[sentence].start);
    let negated = |token: &Token<'_>| token.has(Class::Negation);
    let inside = tokens[cue.0..cue.1].iter().any(negated);
    let beside = tokens[lead..cue.0].iter().any(negated)
        && tokens[lead..cue.0].iter().all(|token| token.word && token.quote == 0);
    let refuses = entry.is_some_and(|entry| matches!(&*entry.lemma, "decline" | "refuse"));
    Draft {
        sentence,
        source: found.source,
        cue,
        content: found.content,
        sense,
        lemma: entry.map_or_else(|| tokens[cue.1 - 1].lower.to_string(), |entry| entry.lemma.clone()),
        cue_negated: inside || beside || refuses,
        aside: None,
        host: None,
        inherited: false,
        evidence,
        nominal: noun,
        learnt: true,
        probability: None,
    }
}

/// Finds out again who reports whom: a statement inside the content of one before it in the same
/// sentence, by a speaker who is inside it too.
fn hosts(drafts: &mut [Draft]) {
    for index in 0..drafts.len() {
        let (cue, source, sentence) = (drafts[index].cue, drafts[index].source, drafts[index].sentence);
        let inside = |range: Range, ranges: &[Range]| {
            ranges.iter().any(|other| other.0 <= range.0 && range.1 <= other.1)
        };
        let host = drafts[..index]
            .iter()
            .enumerate()
            .rev()
            .take_while(|(_, draft)| draft.sentence == sentence)
            .find(|(_, draft)| {
                inside(cue, &draft.content) && source.is_some_and(|source| inside(source, &draft.content))
            })
            .map(|(host, _)| host);
        drafts[index].host = drafts[index].host.filter(|&host| host < index).or(host);
    }
}
