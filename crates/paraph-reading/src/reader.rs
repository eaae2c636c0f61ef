//! From a text to records.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::about::Topics;
use crate::act::act;
use crate::attribution::{Draft, Evidence, Finder, Range};
use crate::channel::channel;
use crate::events;
use crate::lexicon::Class;
use crate::names::{Gazetteer, Names};
use crate::record::{Act, Event, Hop, Negation, Statement, TextSpan, When};
use crate::speaker::{Speaker, Speakers};
use crate::token::{Document, Token};
use crate::when;

/// The name that this reader's proposals bear.
pub const READER: &str = concat!("rules ", env!("CARGO_PKG_VERSION"));

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
/// of more than 256 tokens are cut. Never fails and never panics, whatever the text.
pub fn read(source: &Source<'_>, names: &Names) -> Reading {
    Reader::new(names).read(source)
}

/// The names of a case, made ready once for reading many texts.
#[derive(Debug, Clone)]
pub struct Reader {
    gazetteer: Cow<'static, Gazetteer>,
    topics: Topics,
}

impl Reader {
    /// Makes the caller's names ready; they go before the built-in ones.
    pub fn new(names: &Names) -> Self {
        Reader { gazetteer: Gazetteer::new(names), topics: Topics::new(names) }
    }

    /// Reads one text; see [`read`].
    pub fn read(&self, source: &Source<'_>) -> Reading {
        let document = Document::new(source.text);
        let mut drafts = Finder::new(&document, &self.gazetteer).run();
        drafts.retain(|draft| draft.content.iter().all(|range| range.0 < range.1));
        Work { reader: self, source, document: &document, drafts: &drafts }.records()
    }
}

struct Work<'a, 't> {
    reader: &'a Reader,
    source: &'a Source<'t>,
    document: &'a Document<'t>,
    drafts: &'a [Draft],
}

impl Work<'_, '_> {
    fn records(&self) -> Reading {
        let tokens = &self.document.tokens;
        let mut speakers = Speakers::new(self.document, &self.reader.gazetteer);
        let mut statements: Vec<Statement> = Vec::with_capacity(self.drafts.len());
        let mut acts = Vec::with_capacity(self.drafts.len());
        for draft in self.drafts {
            let speaker = speakers.of(draft);
            let act = act(draft, tokens, speaker.party.as_deref(), speaker.kind, &self.reader.gazetteer);
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
        for (index, draft) in self.drafts.iter().enumerate() {
            // A denial of "Russian claims of …": two records, and the first is about the second.
            if acts[index] != Act::Deny {
                continue;
            }
            let claim = self.drafts[index + 1..]
                .iter()
                .take_while(|other| other.sentence == draft.sentence)
                .position(|other| other.host == Some(index) && (other.nominal || acts[index] == Act::Deny));
            let claim = claim
                .map(|offset| index + 1 + offset)
                .or_else(|| self.denied_before(index, &acts, &statements));
            if let Some(claim) = claim {
                statements[index].contests = Some(statements[claim].id.clone());
            }
        }
        let events = self.events(&acts, &statements);
        let (narration, unmapped) = self.rest(&events);
        let mut order: Vec<usize> = (0..statements.len()).collect();
        order.sort_by_key(|&index| statements[index].cue.clone());
        let mut seen = BTreeSet::new();
        let statements = order
            .into_iter()
            .map(|index| statements[index].clone())
            .filter(|statement| seen.insert(statement.id.clone()))
            .collect();
        Reading { statements, events, narration, unmapped }
    }

    /// "The union denied that.", "disputes this figure": the claim of somebody else right before, when
    /// what is denied only points back to it.
    fn denied_before(&self, denial: usize, acts: &[Act], statements: &[Statement]) -> Option<usize> {
        let [(start, end)] = self.drafts[denial].content[..] else { return None };
        let content = &self.document.tokens[start..end];
        let points = content[0].any(&["it", "this", "that", "these", "those", "the"])
            && (content.len() == 1
                || content.len() <= 3
                    && content[1..].iter().any(|token| {
                        token.any(&[
                            "claim",
                            "claims",
                            "account",
                            "figure",
                            "figures",
                            "charge",
                            "charges",
                            "accusation",
                        ]) || token.any(&[
                            "accusations",
                            "allegation",
                            "allegations",
                            "report",
                            "reports",
                            "version",
                        ])
                    }));
        let claim = denial.checked_sub(1)?;
        let near = self.drafts[denial].sentence - self.drafts[claim].sentence <= 1;
        let other = match (&statements[denial].party, &statements[claim].party) {
            (Some(one), Some(other)) => one != other,
            _ => false,
        };
        let says = matches!(acts[claim], Act::State | Act::ReportClaim | Act::Characterise | Act::Concern);
        let bare_article = content.len() == 1 && content[0].is("the");
        (points && near && other && says && !bare_article).then_some(claim)
    }

    fn words(&self, (start, end): Range) -> &str {
        let tokens = &self.document.tokens;
        let from = tokens[start].byte;
        let last = &tokens[end - 1];
        &self.source.text[from..last.byte + last.text.len()]
    }

    fn span(&self, (start, end): Range) -> TextSpan {
        let tokens = &self.document.tokens;
        TextSpan { start: tokens[start].start, end: tokens[end - 1].end }
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
        let mut about = self.reader.topics.of(&head);
        if act == Act::Support && about == ["unmapped"] && head.iter().any(|token| token.is("it")) {
            about = vec!["plan".to_owned()];
        }
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
        let confidence = match draft.evidence {
            Evidence::Quote => 0.9,
            Evidence::According => 0.85,
            Evidence::That => 0.85,
            Evidence::Tail => 0.75,
            Evidence::Bare => 0.65,
            Evidence::Infinitive => 0.6,
            Evidence::Object => 0.5,
        } - if draft.inherited { 0.1 } else { 0.0 }
            - if speaker.stands_for.is_some() { 0.05 } else { 0.0 };
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
            channel: self.channel(draft, (sentence.start, sentence.end)),
            when,
            about,
            contests: None,
            confidence: Some(confidence),
            reader: READER.to_owned(),
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
                reader: READER.to_owned(),
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
