//! From a speaker's mention to a party, a kind of speaker and a chain.

use std::collections::HashMap;

use crate::attribution::{Draft, Range};
use crate::lexicon::Class;
use crate::names::{Gazetteer, NameKind, is_name_word, kebab};
use crate::reader::Switches;
use crate::record::{Hop, SpeakerKind};
use crate::token::{Document, Token};

/// Bodies that are a side of their own, whatever state or body they name themselves after.
const OWN_SIDE: &[&str] = &[
    "association",
    "associations",
    "bank",
    "bloc",
    "caucus",
    "chamber",
    "club",
    "conference",
    "consortium",
    "exchange",
    "faction",
    "federation",
    "foundation",
    "institute",
    "league",
    "network",
    "society",
    "syndicate",
    "union",
    "unions",
    "university",
    "wing",
    "counterparts",
    "companies",
    "firms",
    "makers",
    "workers",
    "producers",
    "exporters",
    "importers",
    "farmers",
    "growers",
    "voters",
    "citizens",
    "journalists",
];

/// Words that tell to which body somebody belongs, and not for which side they speak.
const BELONGS: &[&str] = &[
    "member",
    "members",
    "lawmaker",
    "nominee",
    "candidate",
    "former",
    "ally",
    "supporter",
    "led",
    "leads",
    "left",
    "founded",
    "who",
    "whose",
    "which",
];

/// What is known about one speaker's mention.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Speaker {
    pub(crate) kind: SpeakerKind,
    pub(crate) party: Option<String>,
    /// The mention a pronoun was taken to stand for.
    pub(crate) stands_for: Option<Range>,
    /// Anonymous people of an institution: the party is a second hop.
    pub(crate) through: bool,
}

/// People of this document, by surname, with the party that the text itself gives them.
///
/// A surname that the text gives to two parties has none.
#[derive(Debug, Default)]
pub(crate) struct People {
    surnames: HashMap<String, Option<String>>,
}

impl People {
    /// Collects full names beside a body, a seat or a demonym: "Kremlin spokesman Dmitry Peskov",
    /// "Ana Brandt, Norland's envoy". Linear in the text.
    pub(crate) fn new(document: &Document<'_>, gazetteer: &Gazetteer) -> Self {
        let mut people = People::default();
        let tokens = &document.tokens;
        let mut at = 0;
        while at < tokens.len() {
            if !is_name_word(&tokens[at]) {
                at += 1;
                continue;
            }
            let mut end = at + 1;
            while end < tokens.len()
                && end - at < 16
                && (is_name_word(&tokens[end]) || tokens[end].has(Class::Role))
                && tokens[end].spaced
                && !tokens[end].breaks
            {
                end += 1;
            }
            people.add(tokens, (at, end), gazetteer);
            at = end;
        }
        people
    }

    fn add(&mut self, tokens: &[Token<'_>], (start, end): Range, gazetteer: &Gazetteer) {
        // The name is what follows the last title, institution or lower-case role.
        let mut name = start;
        let mut party: Option<String> = None;
        let mut at = start;
        while at < end {
            if let Some(found) = gazetteer.find(&tokens[at..end])
                && found.length > 1
                && tokens[at + found.length - 1].has(Class::Institution)
            {
                // "the European Commission", then "the Commission".
                self.note(&tokens[at + found.length - 1], &found.party);
            }
            // "the Council of Ministers": "the Council" alone may be that one.
            let other = tokens[at].has(Class::Institution)
                && tokens[at].capital
                && gazetteer.find(&tokens[at..end]).is_none()
                && (at > name
                    || tokens.get(at + 1).is_some_and(|next| next.is("of"))
                        && tokens.get(at + 2).is_some_and(|next| next.capital));
            if other {
                self.surnames.insert(tokens[at].lower.to_string(), None);
            }
            if let Some(found) = gazetteer.find(&tokens[at..end])
                && matches!(found.kind, NameKind::Body | NameKind::Demonym | NameKind::Seat)
            {
                party.get_or_insert(found.party);
                at += found.length;
                name = at;
                continue;
            }
            if tokens[at].has(Class::Role.or(Class::Institution))
                || tokens[at].any(&["foreign", "defence", "defense", "press", "interior", "trade", "special"])
            {
                name = at + 1;
            }
            at += 1;
        }
        // "Norland's envoy Ana Brandt", "Norwegian envoy Ana Brandt": what stands right before.
        if party.is_none() && start >= 2 && tokens[start].spaced {
            let before = (start.saturating_sub(4)..start).find_map(|at| {
                let found = gazetteer.find(&tokens[at..start])?;
                let linked = tokens[at + found.length..start]
                    .iter()
                    .all(|token| token.is_possessive_mark() || token.has(Class::Role.or(Class::Institution)));
                (found.kind != NameKind::Surname && found.kind != NameKind::Person && linked)
                    .then_some(found.party)
            });
            party = before;
        }
        if end - name < 2 {
            return;
        }
        // "Kirill Dmitriev, the special envoy for the Russian president".
        if party.is_none() && end + 2 < tokens.len() && tokens[end].text == "," {
            let aside = &tokens[end + 1..tokens.len().min(end + 12)];
            let stop = aside
                .iter()
                .position(|token| token.text == "," || token.ends_sentence())
                .unwrap_or(aside.len());
            if aside[..stop].iter().any(|token| token.has(Class::Role))
                && !aside[..stop].iter().any(|token| token.any(BELONGS))
            {
                party = party_of(&aside[..stop], gazetteer, None);
            }
        }
        let Some(party) = party else { return };
        self.note(&tokens[end - 1], &party);
    }

    fn note(&mut self, name: &Token<'_>, party: &str) {
        let entry = self.surnames.entry(name.lower.to_string()).or_insert_with(|| Some(party.to_owned()));
        if entry.as_deref() != Some(party) {
            *entry = None;
        }
    }

    fn party(&self, token: &Token<'_>) -> Option<String> {
        if !token.capital {
            return None;
        }
        self.surnames.get(&*token.lower).cloned().flatten()
    }
}

/// The party that the words of a mention name: the first body, seat, demonym or person in it.
///
/// A name after "to", "on" or "with" is whom the speaker deals with, and one before "allies" or
/// "critics" is whose allies they are; neither is the speaker's own.
pub(crate) fn party_of(
    tokens: &[Token<'_>],
    gazetteer: &Gazetteer,
    people: Option<&People>,
) -> Option<String> {
    let mut at = 0;
    let mut at_place: Option<String> = None;
    while at < tokens.len() {
        let Some(found) = gazetteer.find(&tokens[at..]) else {
            // "Ana Brandt": known from elsewhere in the text.
            let plain = !tokens[at].has(Class::Institution) || tokens.len() <= 2;
            if let Some(party) = people.and_then(|people| people.party(&tokens[at])).filter(|_| plain) {
                return Some(party);
            }
            at += 1;
            continue;
        };
        let before = at.checked_sub(1).map(|at| &tokens[at]);
        let length = found.length;
        let after = tokens.get(at + length..).unwrap_or(&[]);
        let of_others = after.iter().take(4).any(|token| {
            token.any(&[
                "allies",
                "ally",
                "critics",
                "opponents",
                "neighbours",
                "neighbors",
                "rivals",
                "partners",
                "creditors",
                "donors",
            ])
        }) && (found.kind == NameKind::Demonym
            || after.first().is_some_and(Token::is_possessive_mark));
        let hyphenated = after.first().is_some_and(|token| token.text == "-");
        // "George Washington", "Chad Wolf": a word of somebody's name, not a state.
        let part_of_name = found.length == 1
            && matches!(found.kind, NameKind::Body | NameKind::Seat)
            && (after.first().is_some_and(|next| {
                is_name_word(next)
                    && next.spaced
                    && !next.has(Class::Role.or(Class::Institution))
                    && gazetteer.find(after).is_none()
            }) && !tokens[at].text.chars().all(char::is_uppercase)
                && after.get(1).is_none_or(|next| !is_name_word(next))
                || before.is_some_and(|before| {
                    is_name_word(before)
                        && !before.has(Class::Role.or(Class::Institution))
                        && !before.any(&["north", "south", "press"])
                }));
        if other_side(tokens, at, length) {
            return None;
        }
        // A surname alone that this text uses for somebody else.
        let own = (found.kind == NameKind::Surname)
            .then(|| people.and_then(|people| people.surnames.get(&*tokens[at].lower).cloned()))
            .flatten();
        if of_others {
            // "Israeli critics of the Indian government": neither is whose they are.
            return None;
        }
        if hyphenated || part_of_name {
            at += length;
            continue;
        }
        if before.is_some_and(|before| before.any(&["to", "on", "with", "against", "about", "over"])) {
            at += length;
            continue;
        }
        if found.kind == NameKind::Surname
            && before.is_some_and(|before| is_name_word(before) && !before.has(Class::Role))
            && own.is_none()
        {
            // "Melania Trump", "Hunter Fidan": another person of that name.
            at += length;
            continue;
        }
        if before.is_some_and(|before| before.any(&["in", "at", "near"])) {
            // Where somebody is says less than whose they are.
            at_place.get_or_insert(found.party);
            at += length;
            continue;
        }
        return match own {
            Some(party) => party,
            None => Some(found.party),
        };
    }
    let _ = at_place;
    None
}

/// Whether a mention that names a body at `at` is of another side: of a body named after it ("the Norwegian
/// Polar Institute", "the Alliance's Renewal Bloc"), or of somebody who belongs to it ("Ana Brandt, a member
/// of the Alliance").
fn other_side(tokens: &[Token<'_>], at: usize, length: usize) -> bool {
    let bound = |token: &Token<'_>| token.text == "," || token.has(Class::Relative);
    let after = &tokens[at + length..];
    let stop = after.iter().position(bound).unwrap_or(after.len());
    let named_after = after[..stop]
        .iter()
        .take_while(|token| !token.has(Class::Preposition) || token.has(Class::Determiner))
        .any(|token| token.any(OWN_SIDE));
    let of = at >= 2
        && tokens[..at].iter().rev().take(2).any(|token| token.is("of"))
        && tokens[..at].iter().any(|token| token.capital && token.any(OWN_SIDE));
    let opens = tokens[..at].iter().rposition(bound);
    let belongs = opens.is_some_and(|opens| {
        let end =
            tokens[at..].iter().position(|token| token.text == ",").map_or(tokens.len(), |end| at + end);
        tokens[opens..end].iter().any(|token| token.any(BELONGS))
    });
    named_after || of || belongs
}

/// Looks at mentions in the order of the text, and remembers who spoke.
pub(crate) struct Speakers<'a, 't> {
    document: &'a Document<'t>,
    gazetteer: &'a Gazetteer,
    people: People,
    pronouns: bool,
    /// The last persons and bodies that spoke or acted: mention, sentence, party, person.
    last: Vec<(Range, usize, Option<String>, SpeakerKind)>,
}

impl<'a, 't> Speakers<'a, 't> {
    pub(crate) fn new(document: &'a Document<'t>, gazetteer: &'a Gazetteer, switches: Switches) -> Self {
        let people =
            if switches.name_clusters { People::new(document, gazetteer) } else { People::default() };
        Speakers { document, gazetteer, people, pronouns: switches.pronouns, last: Vec::new() }
    }

    /// The speaker of a draft; call in the order of the text.
    pub(crate) fn of(&mut self, draft: &Draft) -> Speaker {
        let Some(range) = draft.source else {
            return Speaker { kind: SpeakerKind::Anonymous, party: None, stands_for: None, through: false };
        };
        let speaker = self.mention(range, draft.sentence);
        // What only the tagger takes for a speaker is none that a pronoun could stand for, unless a word
        // in it is a name or a role.
        let tokens = &self.document.tokens[range.0..range.1];
        let opens = self.document.sentences[draft.sentence].start == range.0;
        let someone = tokens.iter().enumerate().any(|(at, token)| {
            token.has(Class::Role.or(Class::Institution).or(Class::Collective).or(Class::Anonymous))
                || is_name_word(token) && (at > 0 || !opens || tokens.len() > 1)
                || self.gazetteer.find(&tokens[at..]).is_some()
        });
        let remembered = speaker.stands_for.is_none() && !draft.nominal && (someone || !draft.learnt);
        if remembered && !self.document.tokens[range.0].has(Class::Pronoun)
            || self.document.tokens[range.0].has(Class::Possessive)
        {
            self.last.push((range, draft.sentence, speaker.party.clone(), speaker.kind));
        }
        speaker
    }

    pub(crate) fn mention(&self, range: Range, sentence: usize) -> Speaker {
        let tokens = &self.document.tokens[range.0..range.1];
        let first = &tokens[0];
        let pronoun = first.has(Class::Pronoun) && tokens.len() == 1;
        let possessive = first.has(Class::Possessive) && (tokens.len() > 1);
        // "its delegate Kofi Brandt": the name tells more than the pronoun.
        let named = possessive.then(|| party_of(tokens, self.gazetteer, Some(&self.people))).flatten();
        if (pronoun || possessive) && named.is_none() {
            return self.pronoun(first, tokens, possessive, sentence);
        }
        let mut party = party_of(tokens, self.gazetteer, Some(&self.people)).filter(|_| !self.joint(tokens));
        let mut kind = kind_of(tokens, self.gazetteer);
        let mut through = false;
        if party.is_none() && kind == SpeakerKind::Collective {
            let opens = self.document.sentences[sentence].start == range.0;
            party = collective(tokens, opens);
        }
        if kind == SpeakerKind::Anonymous && party.is_none() && first.is("officials") && tokens.len() == 1 {
            // "During a meeting of European Union foreign ministers, officials …": theirs, when the
            // same sentence names one body's meeting before them.
            party = self.meeting_of(sentence, range.0);
            through = party.is_some();
        } else if kind == SpeakerKind::Anonymous && party.is_some() {
            through = true;
        }
        if kind == SpeakerKind::Anonymous
            && tokens.iter().any(|token| token.has(Class::Role))
            && party.is_some()
            && !tokens.iter().any(|token| token.has(Class::Anonymous))
        {
            kind = SpeakerKind::Role;
        }
        Speaker { kind, party, stands_for: None, through }
    }

    /// "Norland and Sudria", "officials from Norland and Sudria", "the government and the Front": two
    /// sides in one mention, so neither is the party.
    fn joint(&self, tokens: &[Token<'_>]) -> bool {
        let end = tokens
            .iter()
            .position(|token| token.text == "," || token.has(Class::Relative))
            .unwrap_or(tokens.len());
        let Some(and) = tokens[..end].iter().position(|token| token.is("and")).filter(|&and| and > 0) else {
            return false;
        };
        let party = |range: &[Token<'_>]| party_of(range, self.gazetteer, Some(&self.people));
        let (before, after) = (party(&tokens[..and]), party(&tokens[and + 1..end]));
        let named_alone = |range: &[Token<'_>]| range.len() <= 3 && range.iter().all(is_name_word);
        match (before, after) {
            (Some(one), Some(other)) => one != other,
            (None, Some(_)) => true,
            (Some(_), None) => named_alone(&tokens[..and]) && named_alone(&tokens[and + 1..end]),
            (None, None) => false,
        }
    }

    fn meeting_of(&self, sentence: usize, before: usize) -> Option<String> {
        let start = self.document.sentences[sentence].start;
        let lead = &self.document.tokens[start..before];
        let meeting =
            lead.iter().position(|token| token.any(&["meeting", "summit", "session", "gathering"]))?;
        let of = lead.get(meeting + 1).filter(|token| token.any(&["of", "at"]))?;
        let _ = of;
        party_of(&lead[meeting + 2..], self.gazetteer, Some(&self.people))
    }

    /// "he", "it", "his office": the last fitting speaker, and nobody when two would fit.
    fn pronoun(&self, first: &Token<'_>, tokens: &[Token<'_>], possessive: bool, sentence: usize) -> Speaker {
        let kind = if possessive && tokens.iter().any(|token| token.has(Class::Institution)) {
            SpeakerKind::Institution
        } else if possessive {
            SpeakerKind::Role
        } else if first.any(&["they"]) {
            SpeakerKind::Collective
        } else {
            SpeakerKind::Named
        };
        let blank = Speaker { kind, party: None, stands_for: None, through: false };
        if first
            .any(&["we", "i", "you", "our", "my", "your", "this", "that", "these", "those", "i'm", "we're"])
        {
            return Speaker { kind: SpeakerKind::Anonymous, ..blank };
        }
        if !self.pronouns {
            return blank;
        }
        let person = first.any(&["he", "she", "his", "her"]);
        let thing = first.any(&["it", "its"]);
        let gender = gender_of_pronoun(first);
        let body = Class::Institution.or(Class::Role).or(Class::Collective).or(Class::Anonymous);
        let head_end = tokens
            .iter()
            .position(|token| token.has(Class::Preposition) || token.text == ",")
            .unwrap_or(tokens.len());
        if possessive
            && !tokens[..head_end]
                .iter()
                .any(|token| token.has(body) || token.capital && !token.has(Class::Possessive))
        {
            // "her submission", "its report": a thing, whoever owns it.
            return blank;
        }
        let plural = first.any(&["they", "their"]);
        let mut fitting = self.last.iter().rev().take(6).filter(|(range, at, _, kind)| {
            let named = &self.document.tokens[range.0..range.1];
            // "it" and "they" go back to the subject of the sentence before, or within their own.
            if !person && *at != sentence && !(*at + 1 == sentence && self.leads(*range, *at)) {
                return false;
            }
            if plural && *kind == SpeakerKind::Institution && !plural_head(named) {
                return false;
            }
            if let (Some(gender), Some(other)) = (gender, gender_of_name(named))
                && gender != other
            {
                return false;
            }
            let fits = match kind {
                SpeakerKind::Named | SpeakerKind::Role => person,
                SpeakerKind::Institution => thing || first.any(&["they", "their"]),
                SpeakerKind::Collective | SpeakerKind::Anonymous => first.any(&["they", "their"]),
                SpeakerKind::Reporter => false,
            };
            fits && sentence - at <= 3
        });
        let Some((range, at, party, kind_before)) = fitting.next().cloned() else {
            return self.subject_before(sentence, person, thing, gender).map_or(
                blank,
                |(range, mut speaker)| {
                    if possessive {
                        speaker.kind = kind;
                    }
                    Speaker { stands_for: Some(range), ..speaker }
                },
            );
        };
        // Two different speakers in the same sentence leave it open.
        let rival = self.last.iter().rev().take(6).any(|(other, other_at, other_party, kind)| {
            *other != range && *other_at == at && *other_party != party && *kind == kind_before
        });
        // And so does one who spoke since then and may be meant as well.
        let since = self.last.iter().rev().take_while(|(other, ..)| *other != range).any(
            |(other, _, other_party, kind)| {
                let named = &self.document.tokens[other.0..other.1];
                let apart = gender.is_some() && gender_of_name(named).is_some_and(|one| Some(one) != gender);
                *other_party != party
                    && person
                    && !apart
                    && matches!(kind, SpeakerKind::Anonymous | SpeakerKind::Named | SpeakerKind::Role)
                    && !plural_head(named)
            },
        );
        if rival || since {
            return blank;
        }
        let kind = if possessive { kind } else { kind_before };
        Speaker { kind, party, stands_for: Some(range), through: false }
    }

    /// Whether a mention opens its sentence, small words aside.
    fn leads(&self, range: Range, sentence: usize) -> bool {
        let start = self.document.sentences[sentence].start;
        self.document.tokens[start..range.0.max(start)]
            .iter()
            .all(|token| !token.word || token.has(Class::Conjunction.or(Class::Adverb).or(Class::Determiner)))
    }

    /// When nobody has spoken yet: the name that opens the sentence before, and does something there.
    fn subject_before(
        &self,
        sentence: usize,
        person: bool,
        thing: bool,
        gender: Option<bool>,
    ) -> Option<(Range, Speaker)> {
        let before = self.document.sentences[sentence.checked_sub(1)?];
        let tokens = &self.document.tokens;
        let mut end = before.start;
        while end < before.end
            && end - before.start < 12
            && (is_name_word(&tokens[end])
                || tokens[end].is_possessive_mark()
                || tokens[end].has(Class::Role.or(Class::Institution))
                || end == before.start && tokens[end].is("the"))
        {
            end += 1;
        }
        let acts = tokens.get(end).is_some_and(|next| {
            next.has(Class::Auxiliary.or(Class::Verb)) || next.cue.is_some() || next.lower.ends_with("ed")
        });
        if end == before.start || !acts {
            return None;
        }
        let range = (before.start, end);
        let speaker = self.mention(range, sentence - 1);
        let fits = match speaker.kind {
            SpeakerKind::Named | SpeakerKind::Role => person,
            SpeakerKind::Institution => thing,
            _ => false,
        };
        let other = gender_of_name(&tokens[range.0..range.1]);
        (fits && !(gender.is_some() && other.is_some() && gender != other)).then_some((range, speaker))
    }

    /// The reporter first, then whoever reports whom.
    pub(crate) fn chain(&self, speaker: &Speaker, name: &str, host: Option<&[Hop]>) -> Vec<Hop> {
        let reporter = Hop { name: "reporter".to_owned(), kind: SpeakerKind::Reporter, party: None };
        let mut chain = host.map_or_else(|| vec![reporter], <[Hop]>::to_vec);
        chain.push(Hop { name: name.to_owned(), kind: speaker.kind, party: speaker.party.clone() });
        if speaker.through
            && let Some(party) = &speaker.party
        {
            chain.push(Hop {
                name: party.clone(),
                kind: SpeakerKind::Institution,
                party: Some(party.clone()),
            });
        }
        chain
    }
}

fn kind_of(tokens: &[Token<'_>], gazetteer: &Gazetteer) -> SpeakerKind {
    let head_end = (1..tokens.len())
        .find(|&at| tokens[at].has(Class::Preposition) || tokens[at].text == ",")
        .unwrap_or(tokens.len());
    let head = &tokens[..head_end];
    let last = head.iter().rev().find(|token| token.word);
    let Some(last) = last else { return SpeakerKind::Anonymous };
    // "Sources", "Officials": a capital at the start of a sentence makes no name.
    let group = head.len() == 1 && last.has(Class::Anonymous.or(Class::Collective));
    if last.capital && !group {
        let found = (0..head.len())
            .rev()
            .find_map(|at| gazetteer.find(&head[at..]).filter(|found| at + found.length == head.len()));
        return match found.map(|found| found.kind) {
            Some(NameKind::Body | NameKind::Seat | NameKind::Demonym) => SpeakerKind::Institution,
            Some(NameKind::Person | NameKind::Surname) => SpeakerKind::Named,
            None if last.has(Class::Institution) => SpeakerKind::Institution,
            None if last.has(Class::Role) && head.len() == 1 => SpeakerKind::Role,
            None => SpeakerKind::Named,
        };
    }
    if last.has(Class::Institution) {
        SpeakerKind::Institution
    } else if last.has(Class::Anonymous) {
        SpeakerKind::Anonymous
    } else if last.has(Class::Collective) {
        SpeakerKind::Collective
    } else if last.has(Class::Role) {
        SpeakerKind::Role
    } else if tokens[0].any(&["the", "this", "that", "its"]) {
        // "the network", "the report": one body that the text has named.
        SpeakerKind::Institution
    } else {
        SpeakerKind::Anonymous
    }
}

/// "several European nations" is `european-nations`: a group with a name of its own, and no state.
///
/// `opens` says that the mention opens its sentence, where a capital tells nothing.
fn collective(tokens: &[Token<'_>], opens: bool) -> Option<String> {
    let start = tokens
        .iter()
        .position(|token| token.word && !token.has(Class::Determiner) && !token.has(Class::Adverb))?;
    let end = (start..tokens.len())
        .find(|&at| tokens[at].has(Class::Preposition) || tokens[at].text == ",")
        .unwrap_or(tokens.len());
    let named = (start..end).any(|at| {
        let token = &tokens[at];
        let owner = tokens.get(at + 1).is_some_and(Token::is_possessive_mark);
        token.capital && (at > 0 || !opens || owner || token.has(Class::Region))
    });
    let words: Vec<&str> = tokens[start..end].iter().map(|token| token.text).collect();
    // "Civic members", "the Alliance's leaders": some of a body, whose name they do not bear.
    let peers = tokens[start..end].iter().any(|token| {
        token.any(&[
            "nations",
            "countries",
            "states",
            "governments",
            "capitals",
            "allies",
            "partners",
            "neighbours",
            "neighbors",
            "powers",
        ])
    });
    (named && peers).then(|| kebab(&words.join(" ").replace(" ’s", "s").replace(" 's", "s")))
}

/// Whether the noun of a mention is plural, by its ending.
fn plural_head(tokens: &[Token<'_>]) -> bool {
    let end = (1..tokens.len())
        .find(|&at| tokens[at].has(Class::Preposition.or(Class::Relative)) || tokens[at].text == ",")
        .unwrap_or(tokens.len());
    tokens[..end].iter().rev().find(|token| token.word).is_some_and(|head| {
        head.lower.ends_with('s') && !head.lower.ends_with("ss") || head.any(&["people", "men", "women"])
    })
}

/// Whether a pronoun is for a woman.
fn gender_of_pronoun(token: &Token<'_>) -> Option<bool> {
    if token.any(&["she", "her"]) { Some(true) } else { token.any(&["he", "his"]).then_some(false) }
}

/// Whether a mention is of a woman, as far as a title or a given name tells.
fn gender_of_name(tokens: &[Token<'_>]) -> Option<bool> {
    tokens.iter().find_map(|token| {
        if token.has(Class::Woman) { Some(true) } else { token.has(Class::Man).then_some(false) }
    })
}
