//! Events: what is reported to have happened or to be about to happen.

use crate::attribution::{Draft, Range};
use crate::lexicon::{Class, LEXICON, Trigger};
use crate::names::{Gazetteer, NameKind, is_name_word};
use crate::record::{Act, EventKind, EventStatus};
use crate::token::{Document, Sentence, Token};

/// An event before it is turned into a record.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) kind: EventKind,
    pub(crate) trigger: Range,
    pub(crate) participants: Vec<Range>,
    pub(crate) place: Vec<Range>,
    pub(crate) when: Vec<Range>,
    pub(crate) status: EventStatus,
    pub(crate) draft: Option<usize>,
}

/// All events of a text; `acts` are the acts of the drafts.
pub(crate) fn find(
    document: &Document<'_>,
    gazetteer: &Gazetteer,
    drafts: &[Draft],
    acts: &[Act],
) -> Vec<Found> {
    let tokens = &document.tokens;
    let mut events: Vec<Found> = Vec::new();
    let mut next_draft = 0;
    for (index, &sentence) in document.sentences.iter().enumerate() {
        while next_draft < drafts.len() && drafts[next_draft].sentence < index {
            next_draft += 1;
        }
        let here = next_draft
            ..next_draft + drafts[next_draft..].iter().take_while(|draft| draft.sentence == index).count();
        let from = events.len();
        for at in sentence.start..sentence.end {
            let token = &tokens[at];
            if !token.word || token.capital && at > sentence.start {
                continue;
            }
            let Some(&(kind, sort)) =
                LEXICON.events(&token.lower).iter().find(|(_, sort)| fits(tokens, at, sentence, *sort))
            else {
                continue;
            };
            let mut event = Found {
                kind,
                trigger: (at, at + 1),
                participants: Vec::new(),
                place: Vec::new(),
                when: Vec::new(),
                status: EventStatus::Happened,
                draft: None,
            };
            if sort == Trigger::Noun {
                noun(tokens, sentence, at, gazetteer, &mut event);
            } else {
                verb(tokens, sentence, at, gazetteer, &mut event);
            }
            let inside = here
                .clone()
                .rev()
                .find(|&draft| drafts[draft].content.iter().any(|range| range.0 <= at && at < range.1));
            event.draft = inside;
            event.status = status(tokens, sentence, at, inside.map(|draft| acts[draft]));
            // Words that name nobody and no time report no event of their own.
            if event.participants.is_empty() {
                continue;
            }
            when(tokens, sentence, at, &mut event);
            // "Talks … meeting" in one breath, or the same talks named again.
            let again = definite(tokens, at, sentence)
                && events.iter().rev().take(12).any(|other| {
                    other.kind == kind && same(tokens, &other.participants, &event.participants)
                });
            let beside =
                events[from..].iter().any(|other| other.kind == kind && at - other.trigger.1.min(at) < 6);
            if !again && !beside {
                events.push(event);
            }
        }
    }
    events
}

fn fits(tokens: &[Token<'_>], at: usize, sentence: Sentence, sort: Trigger) -> bool {
    let before = (at > sentence.start).then(|| &tokens[at - 1]);
    let after = tokens.get(at + 1).filter(|_| at + 1 < sentence.end);
    let marker = before.is_some_and(|before| {
        before.has(Class::Determiner.or(Class::Possessive)) || before.is_possessive_mark()
    });
    match sort {
        Trigger::Noun => {
            // "meeting the minister", "to call": verbs. "attack on", "a vote": nouns.
            let verbal =
                before.is_some_and(|before| before.any(&["to", "will", "would", "not", "can", "could"]));
            let object = after.is_some_and(|after| {
                after.has(Class::Pronoun.or(Class::Possessive)) && !after.has(Class::Relative)
            });
            !verbal && !object
        }
        Trigger::Verb => !marker && !before.is_some_and(|before| before.has(Class::Preposition)),
        Trigger::Text => {
            !marker
                && (at + 1..sentence.end.min(at + 6)).any(|next| {
                    tokens[next].any(&[
                        "plan",
                        "draft",
                        "proposal",
                        "text",
                        "document",
                        "offer",
                        "framework",
                        "letter",
                    ])
                })
        }
    }
}

/// "meeting with X in Y", "talks between A and B", "a meeting of ministers": who, and where.
fn noun(tokens: &[Token<'_>], sentence: Sentence, at: usize, gazetteer: &Gazetteer, event: &mut Found) {
    // A modifier belongs to the trigger: "backchannel discussions", "phone call".
    if at > sentence.start
        && tokens[at - 1].any(&[
            "backchannel",
            "bilateral",
            "peace",
            "phone",
            "telephone",
            "trilateral",
            "direct",
            "indirect",
            "drone",
            "missile",
            "air",
            "rocket",
            "prisoner",
        ])
    {
        event.trigger.0 = at - 1;
    }
    let mut next = at + 1;
    let mut with = false;
    while next < sentence.end && next < at + 24 {
        let token = &tokens[next];
        if !token.word && token.text != "," {
            break;
        }
        if token.any(&["with", "between", "of", "by"]) {
            with |= token.is("with");
            let end = people(tokens, next + 1, sentence, gazetteer, &mut event.participants);
            if end == next + 1 {
                break;
            }
            next = end;
        } else if token.any(&["in", "at", "near"]) {
            let end = name_end(tokens, next + 1, sentence);
            if end > next + 1 && !tokens[next + 1].has(Class::Time) {
                event.place.push((next + 1, end));
                next = end;
            } else {
                break;
            }
        } else if token.has(Class::Time) || token.any(&["on", "and"]) && event.participants.len() == 1 && with
        {
            next += 1;
        } else {
            break;
        }
    }
    // "X, following a meeting with Y": X took part too.
    if event.participants.len() < 2 && (with || event.participants.is_empty()) {
        let mut own: Vec<Range> = Vec::new();
        let mut back = at;
        while back > sentence.start {
            back -= 1;
            if is_name_word(&tokens[back]) && gazetteer_word(tokens, back, gazetteer) {
                let end = back + 1;
                let mut start = back;
                while start > sentence.start && is_name_word(&tokens[start - 1]) {
                    start -= 1;
                }
                own.push((start, end));
                break;
            }
            if tokens[back].any(&["he", "she", "they"]) {
                own.push((back, back + 1));
                break;
            }
            if tokens[back].ends_sentence() || at - back > 24 {
                break;
            }
        }
        if let Some(&range) = own.first() {
            event.participants.insert(0, range);
        }
    }
}

fn gazetteer_word(tokens: &[Token<'_>], at: usize, gazetteer: &Gazetteer) -> bool {
    let found = gazetteer.find(&tokens[at..]);
    found.is_none_or(|found| found.kind != NameKind::Demonym)
}

/// The end of a place name.
fn name_end(tokens: &[Token<'_>], start: usize, sentence: Sentence) -> usize {
    let mut end = start;
    while end < sentence.end && is_name_word(&tokens[end]) {
        end += 1;
    }
    end
}

/// Names, roles and groups from `start` on, joined by "and" and commas; returns where they end.
fn people(
    tokens: &[Token<'_>],
    start: usize,
    sentence: Sentence,
    gazetteer: &Gazetteer,
    into: &mut Vec<Range>,
) -> usize {
    let mut at = start;
    while at < sentence.end && at < start + 30 {
        let from = at;
        while at < sentence.end {
            let token = &tokens[at];
            let part = is_name_word(token)
                || token.has(
                    Class::Role
                        .or(Class::Collective)
                        .or(Class::Institution)
                        .or(Class::Determiner)
                        .or(Class::Possessive),
                )
                || token.is_possessive_mark()
                || token.any(&["foreign", "defence", "defense", "special", "senior", "union", "press"]);
            if !part || !token.word && !token.is_possessive_mark() || token.is("that") {
                break;
            }
            at += 1;
        }
        if at == from {
            return from.max(start);
        }
        let range = (from, at);
        let words = &tokens[from..at];
        let somebody = words.iter().any(is_name_word)
            || words
                .last()
                .is_some_and(|last| last.has(Class::Role.or(Class::Collective).or(Class::Institution)));
        let demonym_only = at - from == 1
            && gazetteer.find(&tokens[from..at]).is_some_and(|found| found.kind == NameKind::Demonym);
        if somebody && !demonym_only {
            into.push(range);
        } else {
            return from;
        }
        let joined = at + 1 < sentence.end
            && (tokens[at].is("and") || tokens[at].text == ",")
            && is_name_word(&tokens[at + 1]);
        if !joined {
            return at;
        }
        at += 1;
    }
    at
}

/// The subject before a verb, and a named object after it.
fn verb(tokens: &[Token<'_>], sentence: Sentence, at: usize, gazetteer: &Gazetteer, event: &mut Found) {
    let mut end = at;
    while end > sentence.start
        && (tokens[end - 1].has(Class::Auxiliary.or(Class::Adverb))
            && !tokens[end - 1].has(Class::Determiner)
            || tokens[end - 1].lower.ends_with("ly"))
    {
        end -= 1;
    }
    let mut start = end;
    while start > sentence.start && end - start < 20 {
        let token = &tokens[start - 1];
        let part = is_name_word(token)
            || token.is_possessive_mark()
            || token.word
                && token.has(Class::Role.or(Class::Institution).or(Class::Collective).or(Class::Determiner))
                && !token.is("that")
            || token.is("and") && start < end
            || token.any(&["special", "foreign", "forces", "troops", "he", "she", "they", "of"]);
        if !part {
            break;
        }
        start -= 1;
    }
    while start < end && tokens[start].any(&["and", "of", "the", "a"]) {
        start += 1;
    }
    let mut from = start;
    for split in start..=end {
        if split == end || tokens[split].is("and") {
            let words = &tokens[from..split];
            if words.iter().any(|token| {
                token.capital
                    || token.has(Class::Role.or(Class::Collective).or(Class::Institution))
                    || token.any(&["forces", "troops", "he", "she", "they"])
            }) {
                event.participants.push((from, split));
            }
            from = split + 1;
        }
    }
    if !event.participants.is_empty()
        && event.kind != EventKind::Drafting
        && event.kind != EventKind::DeliveryOfADraft
    {
        let object = name_end(tokens, at + 1, sentence);
        if object > at + 1 && gazetteer_word(tokens, object - 1, gazetteer) {
            event.participants.push((at + 1, object));
        }
        let place = (object..sentence.end.min(object + 4)).find(|&at| tokens[at].any(&["in", "at", "near"]));
        if let Some(place) = place {
            let end = name_end(tokens, place + 1, sentence);
            if end > place + 1 {
                event.place.push((place + 1, end));
            }
        }
    }
}

fn definite(tokens: &[Token<'_>], at: usize, sentence: Sentence) -> bool {
    (sentence.start.max(at.saturating_sub(3))..at)
        .any(|at| tokens[at].any(&["the", "these", "those", "this"]))
}

/// Whether two lists of participants share a surname.
fn same(tokens: &[Token<'_>], one: &[Range], other: &[Range]) -> bool {
    let last = |range: &Range| tokens[range.1 - 1].lower.to_string();
    other
        .iter()
        .any(|range| tokens[range.1 - 1].capital && one.iter().any(|known| last(known) == last(range)))
}

fn status(tokens: &[Token<'_>], sentence: Sentence, at: usize, act: Option<Act>) -> EventStatus {
    let near = &tokens[at..sentence.end.min(at + 14)];
    let before = &tokens[sentence.start.max(at.saturating_sub(4))..at];
    let future = near
        .iter()
        .take(12)
        .any(|token| token.any(&["expected", "will", "planned", "scheduled", "due", "would"]))
        || before.iter().any(|token| {
            token.any(&["upcoming", "planned", "future", "coming", "will", "would", "next", "to"])
        });
    let negated = near.iter().take(5).any(|token| token.has(Class::Negation))
        || before.iter().any(|token| token.has(Class::Negation));
    match act {
        _ if future && !negated => EventStatus::Expected,
        Some(Act::Deny) => EventStatus::Denied,
        _ if negated => EventStatus::Denied,
        Some(_) => EventStatus::Claimed,
        None => EventStatus::Happened,
    }
}

/// The time phrase nearest after the trigger, else nearest before it.
fn when(tokens: &[Token<'_>], sentence: Sentence, at: usize, event: &mut Found) {
    let after = sentence.end.min(at + 16);
    if let Some(found) = crate::when::find(&tokens[at..after], None) {
        event.when.push((at + found.start, at + found.end));
        return;
    }
    let mut before = sentence.start.max(at.saturating_sub(10));
    // A time before "and" or "but" belongs to the other clause.
    before = (before..at)
        .rev()
        .find(|&at| tokens[at].any(&["and", "but", ";", "while"]))
        .map_or(before, |at| at + 1);
    if let Some(found) = crate::when::find(&tokens[before..at], None) {
        event.when.push((before + found.start, before + found.end));
    }
}
