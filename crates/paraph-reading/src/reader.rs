//! From a text to records.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::about::Topics;
use crate::act::act;
use crate::attribution::{Draft, Evidence, Finder, Range};
use crate::channel::channel;
use crate::contested::claim_of;
use crate::events;
use crate::lexicon::Class;
use crate::names::{Gazetteer, Names};
use crate::record::{Act, Event, Hop, Matched, Negation, Statement, TextSpan, When};
use crate::speaker::{Speaker, Speakers};
use crate::tagger::{self, Model};
use crate::token::{Document, Token};
use crate::when;

/// The name that this reader's proposals bear.
pub const READER: &str = concat!("built-in ", env!("CARGO_PKG_VERSION"));

/// A stored text to read.
#[derive(Debug, Clone, Copy)]
pub struct Source<'t> {
    /// The text as stored; all offsets count its Unicode scalar values.
    pub text: &'t str,
    /// The day of the report, for "on Thursday"; without it, such phrases stay unresolved.
    pub date: Option<Date>,
    /// The hash of the source, part of every identifier.
    pub hash: [u8; 32],
}

impl<'t> Source<'t> {
    /// A text without a date, hashed with BLAKE3 over its UTF-8 bytes.
    pub fn new(text: &'t str) -> Self {
        Source { text, date: None, hash: *blake3::hash(text.as_bytes()).as_bytes() }
    }
}

/// What was read out of a text.
///
/// Every sentence overlaps a record, or its span is in `narration` or in `unmapped`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Reading {
    /// Attributed statements, in the order of their cues.
    pub statements: Vec<Statement>,
    /// Events, in the order of their triggers.
    pub events: Vec<Event>,
    /// Sentences that the report says in its own voice, attributed to nobody.
    pub narration: Vec<TextSpan>,
    /// Sentences that look attributed or quoted and for which no rule found who says what.
    pub unmapped: Vec<TextSpan>,
}

/// Reads one text with the given names; for many texts, keep a [`Reader`].
///
/// Time is linear in the length of the text: no rule looks further than one sentence, and sentences
/// of more than 256 tokens are cut. What is held beside the result is bounded: a text of more than 2²⁰ bytes is
/// read in pieces, cut at blank lines, line breaks or spaces. Never fails and never panics, whatever the text.
pub fn read(source: &Source<'_>, names: &Names) -> Reading {
    Reader::new(names).read(source)
}

/// The sentences of a text, in order, as every reading has them; linear in the text.
#[must_use]
pub fn sentences(text: &str) -> Vec<TextSpan> {
    let mut sentences = Vec::new();
    for (base, piece) in pieces(text, LONGEST_PIECE) {
        let document = Document::new(piece);
        sentences.extend(document.sentences.iter().map(|sentence| TextSpan {
            start: base + document.tokens[sentence.start].start,
            end: base + document.tokens[sentence.end - 1].end,
        }));
    }
    sentences
}

/// A text is read in pieces of at most this many bytes, so that what is held for every token is bounded. Only what
/// goes beyond a piece (a surname, a pronoun, a quotation over paragraphs) is lost, in texts longer than any report.
const LONGEST_PIECE: usize = 1 << 20;

/// A text in pieces of at most `longest` bytes (at least four), each with the number of scalar values before it.
///
/// A piece ends behind the last blank line in its second half, else behind the last line break, else behind the last
/// white space, else where it has to. Linear in the text.
fn pieces(text: &str, longest: usize) -> impl Iterator<Item = (u32, &str)> {
    let (mut rest, mut base) = (text, 0u32);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, after) = rest.split_at(end_of_piece(rest, longest.max(4)));
        let start = base;
        // The last piece may be the whole of a long text, and nobody asks for its length.
        if !after.is_empty() {
            base = base.saturating_add(u32::try_from(piece.chars().count()).unwrap_or(u32::MAX));
        }
        rest = after;
        Some((start, piece))
    })
}

fn end_of_piece(text: &str, longest: usize) -> usize {
    if text.len() <= longest {
        return text.len();
    }
    let most = text.floor_char_boundary(longest);
    let half = text.floor_char_boundary(longest / 2);
    let window = &text[half..most];
    let behind = |mark: &str| window.rfind(mark).map(|at| half + at + mark.len());
    behind("\n\n")
        .or_else(|| behind("\r\n\r\n"))
        .or_else(|| behind("\n"))
        .or_else(|| {
            let (at, space) = window.char_indices().rfind(|(_, letter)| letter.is_whitespace())?;
            Some(half + at + space.len_utf8())
        })
        .unwrap_or(most)
}

/// Parts of the reader that can be switched off, so that the worth of each is a number.
///
/// Everything is on by default; a case is read with everything on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switches {
    /// Rules propose statements at all; without them the tagger reads alone.
    pub rules: bool,
    /// The tagger: cues, speakers and contents learnt from the corpus.
    pub tagger: bool,
    /// Stage two of the tagger; without it only cues that a rule proposed are kept, as the rule has them.
    pub stage_two: bool,
    /// Participles and conjuncts take over the subject before them.
    pub inheritance: bool,
    /// A clause or an apposition between subject and cue is skipped.
    pub asides: bool,
    /// Passives: "rejected by the union".
    pub passives: bool,
    /// Claims named by a noun: "Russian claims of".
    pub nominal_cues: bool,
    /// Quotations that go on over sentences and paragraphs stay with their speaker.
    pub continued_quotes: bool,
    /// Acts from the cue's lexicon and the content; without it every statement is a `state`.
    pub acts: bool,
    /// The tagger has a say in which act a statement is.
    pub learnt_acts: bool,
    /// A denial is linked with the claim it denies.
    pub contested: bool,
    /// Channels: "in a post on Telegram".
    pub channels: bool,
    /// Date phrases.
    pub dates: bool,
    /// The built-in gazetteer of states, capitals, demonyms and institutions.
    pub gazetteer: bool,
    /// Pronouns are taken to stand for a speaker before them.
    pub pronouns: bool,
    /// Surnames get the party that their full mention has.
    pub name_clusters: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Switches {
            rules: true,
            tagger: true,
            stage_two: true,
            inheritance: true,
            asides: true,
            passives: true,
            nominal_cues: true,
            continued_quotes: true,
            acts: true,
            learnt_acts: true,
            contested: true,
            channels: true,
            dates: true,
            gazetteer: true,
            pronouns: true,
            name_clusters: true,
        }
    }
}

/// The names of a case and the weights of a tagger, made ready once for reading many texts.
#[derive(Debug, Clone)]
pub struct Reader {
    gazetteer: Cow<'static, Gazetteer>,
    topics: Topics,
    model: Arc<Model>,
    switches: Switches,
    precision: f32,
    name: String,
}

impl Reader {
    /// Makes the caller's names ready; they go before the built-in ones.
    pub fn new(names: &Names) -> Self {
        Reader {
            gazetteer: Gazetteer::new(names),
            topics: Topics::new(names),
            model: Arc::clone(&tagger::BUILT_IN),
            switches: Switches::default(),
            precision: 0.0,
            name: READER.to_owned(),
        }
    }

    /// Reads with other names, and keeps weights and settings.
    #[must_use]
    pub fn with_names(self, names: &Names) -> Self {
        let other = Reader::new(names);
        Reader { model: self.model, precision: self.precision, name: self.name, ..other }
            .with_switches(self.switches)
    }

    /// Reads with other weights than the built-in ones; proposals then bear the beginning of the hash of what
    /// the weights were trained on.
    #[must_use]
    pub fn with_model(self, model: Arc<Model>) -> Self {
        let mark: String = model.trained_on[..4].iter().map(|byte| format!("{byte:02x}")).collect();
        let name = if *model == **tagger::BUILT_IN {
            READER.to_owned()
        } else {
            format!("{READER}, weights {mark}")
        };
        Reader { model, name, ..self }
    }

    /// The name that its proposals bear.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Switches parts off, to measure what they are worth.
    #[must_use]
    pub fn with_switches(mut self, switches: Switches) -> Self {
        if !switches.gazetteer {
            self.gazetteer = self.gazetteer.into_owned().without_built_in();
        }
        Reader { switches, ..self }
    }

    /// Trades recall for certainty: statements with a confidence below `precision` are not proposed.
    ///
    /// From 0 (the default: what gives the best balance on the corpus) to 1 (nothing is proposed).
    #[must_use]
    pub fn with_precision(self, precision: f32) -> Self {
        Reader { precision: if precision.is_nan() { 0.0 } else { precision.clamp(0.0, 1.0) }, ..self }
    }

    /// Reads one text; see [`read`].
    pub fn read(&self, source: &Source<'_>) -> Reading {
        self.read_in_pieces(source, LONGEST_PIECE)
    }

    fn read_in_pieces(&self, source: &Source<'_>, longest: usize) -> Reading {
        let mut whole = Reading::default();
        for (base, text) in pieces(source.text, longest) {
            let reading = self.read_piece(&Source { text, ..*source }, base);
            whole.statements.extend(reading.statements);
            whole.events.extend(reading.events);
            whole.narration.extend(reading.narration);
            whole.unmapped.extend(reading.unmapped);
        }
        whole
    }

    /// Reads a piece that `base` scalar values stand before.
    fn read_piece(&self, source: &Source<'_>, base: u32) -> Reading {
        let document = Document::new(source.text);
        let mut drafts = Vec::new();
        if self.switches.rules {
            drafts = Finder::new(&document, &self.gazetteer, self.switches).run();
            drafts.retain(|draft| draft.content.iter().all(|range| range.0 < range.1));
        }
        if self.switches.tagger {
            let stage_two = self.switches.stage_two;
            drafts = tagger::tag(&document, drafts, &self.gazetteer, &self.model, stage_two);
        }
        if self.precision > 0.0 {
            drafts = certain(drafts, self.precision);
        }
        Work { reader: self, source, base, document: &document, drafts: &drafts }.records()
    }
}

/// Drafts with at least this confidence; what an unlikely speaker would report stands on its own then.
fn certain(drafts: Vec<Draft>, precision: f32) -> Vec<Draft> {
    let mut kept = Vec::with_capacity(drafts.len());
    let mut place = vec![None; drafts.len()];
    for (index, mut draft) in drafts.into_iter().enumerate() {
        if confidence(&draft) < precision {
            continue;
        }
        draft.host = draft.host.and_then(|host| place.get(host).copied().flatten());
        place[index] = Some(kept.len());
        kept.push(draft);
    }
    kept
}

/// The tagger's probability; without the tagger, how strong the evidence of a rule is.
fn confidence(draft: &Draft) -> f32 {
    if let Some(probability) = draft.probability {
        return (probability as f32).clamp(0.0, 1.0);
    }
    let evidence = match draft.evidence {
        Evidence::Quote => 0.9,
        Evidence::According => 0.85,
        Evidence::That => 0.85,
        Evidence::Tail => 0.75,
        Evidence::Bare => 0.65,
        Evidence::Infinitive => 0.6,
        Evidence::Object => 0.5,
    };
    evidence - if draft.inherited { 0.1 } else { 0.0 }
}

struct Work<'a, 't> {
    reader: &'a Reader,
    source: &'a Source<'t>,
    /// Scalar values before the text that is read.
    base: u32,
    document: &'a Document<'t>,
    drafts: &'a [Draft],
}

impl Work<'_, '_> {
    fn records(&self) -> Reading {
        let tokens = &self.document.tokens;
        let mut speakers = Speakers::new(self.document, &self.reader.gazetteer, self.reader.switches);
        let mut statements: Vec<Statement> = Vec::with_capacity(self.drafts.len());
        let mut acts = Vec::with_capacity(self.drafts.len());
        for draft in self.drafts {
            let speaker = speakers.of(draft);
            let act = if self.reader.switches.acts {
                let rule = act(draft, tokens, speaker.party.as_deref(), speaker.kind, &self.reader.gazetteer);
                if self.reader.switches.tagger && self.reader.switches.learnt_acts {
                    tagger::learnt_act(&self.reader.model, draft, tokens, rule, &speaker)
                } else {
                    rule
                }
            } else {
                Act::State
            };
            acts.push(act);
            let host = draft.host.and_then(|host| statements.get(host)).map(|host| host.chain.clone());
            let name = match (speaker.stands_for, draft.source) {
                (Some(range), Some(own)) if tokens[own.0].has(Class::Possessive) => {
                    format!("{} ({})", self.words(own), self.words(range))
                }
                (Some(range), _) | (None, Some(range)) => self.words(range).to_owned(),
                (None, None) => "unnamed".to_owned(),
            };
            let chain = speakers.chain(&speaker, &name, host.as_deref());
            statements.push(self.statement(draft, speaker, act, chain));
        }
        for index in 0..self.drafts.len() {
            // A denial of "Russian claims of …": two records, and the first is about the second.
            if acts[index] != Act::Deny || !self.reader.switches.contested {
                continue;
            }
            let claim = claim_of(index, self.drafts, &acts, &statements, self.document);
            if let Some(claim) = claim {
                statements[index].contests = Some(statements[claim].id.clone());
            }
        }
        let events = self.events(&acts, &statements);
        let (narration, unmapped) = self.rest(&events);
        let mut order: Vec<usize> = (0..statements.len()).collect();
        order.sort_by_key(|&index| statements[index].cue.clone());
        let mut seen = BTreeSet::new();
        let mut statements: Vec<Option<Statement>> = statements.into_iter().map(Some).collect();
        let statements = order
            .into_iter()
            .filter_map(|index| statements[index].take())
            .filter(|statement| seen.insert(statement.id.clone()))
            .collect();
        Reading { statements, events, narration, unmapped }
    }

    fn words(&self, (start, end): Range) -> &str {
        let tokens = &self.document.tokens;
        let from = tokens[start].byte;
        let last = &tokens[end - 1];
        &self.source.text[from..last.byte + last.text.len()]
    }

    fn span(&self, (start, end): Range) -> TextSpan {
        let tokens = &self.document.tokens;
        TextSpan { start: self.base + tokens[start].start, end: self.base + tokens[end - 1].end }
    }

    fn statement(&self, draft: &Draft, speaker: Speaker, act: Act, chain: Vec<Hop>) -> Statement {
        let tokens = &self.document.tokens;
        let cue = vec![self.span(draft.cue)];
        let content: Vec<TextSpan> = draft.content.iter().map(|&range| self.span(range)).collect();
        let sentence = self.document.sentences[draft.sentence];
        let content_tokens = || draft.content.iter().flat_map(|&(start, end)| &tokens[start..end]);
        let negated_content = content_tokens().take(64).any(|token| token.has(Class::Negation));
        let negated = match (draft.cue_negated, negated_content) {
            (false, false) => Negation::None,
            (true, false) => Negation::Cue,
            (false, true) => Negation::Content,
            (true, true) => Negation::Both,
        };
        // About and when are read from the first words of a long content only.
        let head: Vec<Token<'_>> = content_tokens().take(256).cloned().collect();
        let mut matched = self.reader.topics.of_tokens(&head);
        if act == Act::Support
            && matched[0].about == "unmapped"
            && let Some(it) = head.iter().find(|token| token.is("it"))
        {
            matched[0] = Matched { about: "plan".to_owned(), words: vec![it.text.to_owned()], score: 0.0 };
        }
        let about = matched.iter().map(|matched| matched.about.clone()).collect();
        matched.retain(|matched| !matched.words.is_empty());
        let when = when::find(&head, self.source.date).map(|found| When {
            phrase: self.phrase(&head[found.start..found.end]),
            interval: found.interval,
        });
        let when = when.or_else(|| {
            let aside = draft.aside?;
            let found = when::find(&tokens[aside.0..aside.1], self.source.date)?;
            let range = (aside.0 + found.start, aside.0 + found.end);
            Some(When { phrase: self.words(range).to_owned(), interval: found.interval })
        });
        let mut direct_quote: Vec<TextSpan> = Vec::new();
        let mut at = None;
        for &(start, end) in &draft.content {
            for token in &tokens[start..end] {
                if token.quote != 0 && at != Some(token.quote) {
                    at = Some(token.quote);
                    let quote = self.document.quotes[token.quote as usize - 1];
                    direct_quote.push(self.span((quote.open.max(start), (quote.close + 1).min(end))));
                }
            }
        }
        let confidence = (confidence(draft) - if speaker.stands_for.is_some() { 0.05 } else { 0.0 }).max(0.0);
        Statement {
            id: self.id(b"statement", &[&cue, &content]),
            source: draft
                .source
                .into_iter()
                .chain(self.relative(draft))
                .map(|range| self.span(range))
                .collect(),
            cue,
            content,
            direct_quote,
            speaker: draft.source.map(|range| self.words(range).to_owned()),
            stands_for: speaker.stands_for.map(|range| self.span(range)),
            party: speaker.party,
            chain,
            act: Some(act),
            negated,
            channel: self
                .reader
                .switches
                .channels
                .then(|| self.channel(draft, (sentence.start, sentence.end)))
                .flatten(),
            when: when.filter(|_| self.reader.switches.dates),
            about,
            matched,
            contests: None,
            confidence: Some(confidence),
            reader: self.reader.name.clone(),
        }
    }

    /// "nations, which are concerned": the pronoun that carries the speaker to the cue.
    fn relative(&self, draft: &Draft) -> Option<Range> {
        let tokens = &self.document.tokens;
        let (_, end) = draft.source?;
        let pronoun = (end..(end + 2).min(draft.cue.0)).find(|&at| tokens[at].any(&["who", "which"]))?;
        let direct = draft.cue.0 - pronoun < 8 && tokens[pronoun..draft.cue.0].iter().all(|token| token.word);
        direct.then_some((pronoun, pronoun + 1))
    }

    fn phrase(&self, tokens: &[Token<'_>]) -> String {
        let mut phrase = String::new();
        for token in tokens {
            if token.spaced && !phrase.is_empty() {
                phrase.push(' ');
            }
            phrase.push_str(token.text);
        }
        phrase
    }

    /// "In a post on Telegram, X …", "X stated on social media …".
    fn channel(&self, draft: &Draft, (start, _): Range) -> Option<String> {
        let tokens = &self.document.tokens;
        let first = draft.source.map_or(draft.cue.0, |range| range.0.min(draft.cue.0));
        let find = |(from, to): Range| {
            (from..to).find_map(|at| {
                channel(&tokens[at..to]).map(|length| self.words((at, at + length)).to_owned())
            })
        };
        let told = || {
            // "told the broadcaster".
            (draft.lemma == "tell").then(|| {
                let after = draft.cue.1;
                let end = draft.content.iter().map(|range| range.0).filter(|&at| at > after).min()?;
                (end - after <= 8).then(|| self.words((draft.cue.0, end)).to_owned())
            })?
        };
        draft
            .aside
            .and_then(find)
            .or_else(|| (first > start && first - start < 24).then(|| find((start, first))).flatten())
            .or_else(told)
    }

    fn events(&self, acts: &[Act], statements: &[Statement]) -> Vec<Event> {
        let found = events::find(self.document, &self.reader.gazetteer, self.drafts, acts);
        let mut out: Vec<Event> = Vec::with_capacity(found.len());
        for event in found {
            let trigger = vec![self.span(event.trigger)];
            let spans = |ranges: &[Range]| ranges.iter().map(|&range| self.span(range)).collect::<Vec<_>>();
            out.push(Event {
                id: self.id(b"event", &[&trigger]),
                kind: event.kind,
                trigger,
                participants: spans(&event.participants),
                place: spans(&event.place),
                when: spans(&event.when),
                status: event.status,
                statement: event.draft.map(|draft| statements[draft].id.clone()),
                reader: self.reader.name.clone(),
            });
        }
        out
    }

    /// What no record covers: the report's own voice, and what a rule should have caught.
    fn rest(&self, events: &[Event]) -> (Vec<TextSpan>, Vec<TextSpan>) {
        let mut covered: Vec<TextSpan> = Vec::new();
        for draft in self.drafts {
            covered.extend(
                draft.source.iter().chain([&draft.cue]).chain(&draft.content).map(|&range| self.span(range)),
            );
        }
        for event in events {
            covered.extend(&event.trigger);
        }
        covered.sort();
        let (mut narration, mut unmapped) = (Vec::new(), Vec::new());
        let (mut next, mut reach) = (0, 0);
        for sentence in &self.document.sentences {
            let span = self.span((sentence.start, sentence.end));
            while next < covered.len() && covered[next].start < span.end {
                reach = reach.max(covered[next].end);
                next += 1;
            }
            if reach > span.start {
                continue;
            }
            let tokens = &self.document.tokens[sentence.start..sentence.end];
            let attributed = tokens.iter().any(|token| token.quote != 0 || token.cue.is_some());
            if attributed { unmapped.push(span) } else { narration.push(span) }
        }
        (narration, unmapped)
    }

    /// The first ten base32 characters (a–z, 2–7) of BLAKE3 over: `paraph `, the kind of record, a
    /// zero byte, the 32 bytes of the source's hash, then for each list of spans its length and each
    /// start and end, all as little-endian 32-bit numbers.
    fn id(&self, kind: &[u8], lists: &[&[TextSpan]]) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"paraph ");
        hasher.update(kind);
        hasher.update(b"\0");
        hasher.update(&self.source.hash);
        for list in lists {
            hasher.update(&u32::try_from(list.len()).unwrap_or(u32::MAX).to_le_bytes());
            for span in *list {
                hasher.update(&span.start.to_le_bytes());
                hasher.update(&span.end.to_le_bytes());
            }
        }
        let hash = hasher.finalize();
        let bits = hash.as_bytes()[..7].iter().fold(0u64, |bits, &byte| bits << 8 | u64::from(byte));
        // 7 bytes are 56 bits; the first 50 make ten characters.
        (0..10)
            .map(|place| {
                char::from(b"abcdefghijklmnopqrstuvwxyz234567"[(bits >> (51 - 5 * place) & 31) as usize])
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SpanIndex;
    use proptest::prelude::*;

    const REPORT: &str =
        "Norland’s envoy, Ana Brandt, said that no draft was final.\n\nSudria denied that shots fell.";

    #[test]
    fn pieces_end_at_paragraphs_where_they_can() {
        let cut =
            |text: &'static str, longest| pieces(text, longest).map(|(_, piece)| piece).collect::<Vec<_>>();
        assert_eq!(cut("one\n\ntwo three\nfour", 9), ["one\n\n", "two three", "\nfour"]);
        assert_eq!(cut("one\n\ntwo three\nfour", 12), ["one\n\ntwo ", "three\nfour"]);
        assert_eq!(cut("one two three", 9), ["one two ", "three"]);
        assert_eq!(cut("äöüäöü", 5), ["äö", "üä", "öü"]);
        assert_eq!(cut("short", 9), ["short"]);
        assert!(cut("", 9).is_empty());
    }

    #[test]
    fn a_long_text_is_read_as_its_pieces_are() {
        let long = [REPORT; 40].join("\n\n");
        let reader = Reader::new(&Names::default());
        let source = Source::new(&long);
        let whole = reader.read(&source);
        for longest in [120, 500, 3_000] {
            let cut = reader.read_in_pieces(&source, longest);
            assert_eq!(cut.narration, whole.narration, "{longest}");
            assert_eq!(cut.unmapped, whole.unmapped, "{longest}");
            let rows = |reading: &Reading| -> Vec<(String, Vec<TextSpan>)> {
                reading.statements.iter().map(|row| (row.id.clone(), row.content.clone())).collect()
            };
            assert_eq!(rows(&cut), rows(&whole), "{longest}");
        }
    }

    proptest! {
        #[test]
        fn pieces_are_the_text_and_never_too_long(text in "(\\PC|\n| ){0,60}", longest in 0usize..40) {
            let mut at = 0;
            let mut whole = String::new();
            for (base, piece) in pieces(&text, longest) {
                prop_assert_eq!(base, at);
                prop_assert!(!piece.is_empty() && piece.len() <= longest.max(4));
                at += piece.chars().count() as u32;
                whole.push_str(piece);
            }
            prop_assert_eq!(whole, text);
        }

        #[test]
        fn spans_of_pieces_are_words_of_the_text(start in 0usize..90, longest in 4usize..200) {
            let text: String = [REPORT, "שלום e\u{301}", REPORT].join(" ").chars().skip(start).collect();
            let reading = Reader::new(&Names::default()).read_in_pieces(&Source::new(&text), longest);
            let index = SpanIndex::new(&text);
            for row in &reading.statements {
                for span in row.source.iter().chain(&row.cue).chain(&row.content) {
                    let words = index.get(*span).expect("a span within the text");
                    prop_assert!(!words.is_empty() && words.trim() == words, "{words:?}");
                }
                if let [span] = row.source[..] {
                    prop_assert_eq!(index.get(span), row.speaker.as_deref());
                }
            }
        }
    }
}
