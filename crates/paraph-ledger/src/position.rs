//! From confirmed statements to positions: the rules, without any store.
//!
//! Everything here is a pure function of records. The rules, in order:
//!
//! 1. A position set by hand stands; else the latest confirmed statement of the party itself.
//! 2. A statement speaks for a party only when its speaker is that party, named
//!    or institutional or its collective voice, and nobody anonymous and nobody
//!    else reports it. All other statements stand beside the cell.
//! 3. The act decides the stance (see [`stance_of`]).
//! 4. A no-comment erases nothing.
//! 5. A later, differing statement by the same speaker or a higher authority is
//!    a change; differing statements whose order (in time, or of authority) is
//!    not known contradict each other until a person rules.
//! 6. A claim that another party denies is contested.

use std::collections::BTreeSet;

use jiff::civil::Date;
use paraph_reading::record::{Act, Negation, SpeakerKind, Statement, When};

use crate::derive::issue_and_option;
use crate::model::{RosterIssue, RosterParty, Stance, Verdict};
use crate::text::Words;

/// When words were uttered, as exactly as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct DateRange {
    /// Not before this day.
    pub(crate) first: Option<Date>,
    /// Not after this day.
    pub(crate) last: Option<Date>,
}

impl DateRange {
    /// The time of utterance, else of publication; an undated text was uttered at the latest when it was retrieved.
    ///
    /// A time phrase that lies after publication is about the future, so it
    /// cannot be when the words were said, and publication counts.
    pub(crate) fn of(when: Option<&When>, published: Option<Date>, retrieved: Option<Date>) -> DateRange {
        let interval = when
            .and_then(|when| when.interval.as_ref())
            .and_then(|(first, last)| Some((first.parse::<Date>().ok()?, last.parse::<Date>().ok()?)))
            .filter(|(first, last)| first <= last && published.is_none_or(|published| *first <= published));
        match (interval, published) {
            (Some((first, last)), _) => {
                let last = published.map_or(last, |published| last.min(published));
                DateRange { first: Some(first), last: Some(last) }
            }
            (None, Some(published)) => DateRange { first: Some(published), last: Some(published) },
            (None, None) => DateRange { first: None, last: retrieved },
        }
    }

    /// Whether every day of this range lies before every day of the other.
    pub(crate) fn before(&self, other: &DateRange) -> bool {
        match (self.last, other.first) {
            (Some(last), Some(first)) => last < first,
            _ => false,
        }
    }

    /// Whether the words belong to a picture as of a day. Undated words do, and are marked.
    pub(crate) fn by(&self, as_of: Option<Date>) -> bool {
        match (as_of, self.first, self.last) {
            (Some(as_of), Some(_), Some(last)) => last <= as_of,
            _ => true,
        }
    }

    /// Whether no day is known at all.
    pub(crate) fn undated(&self) -> bool {
        self.first.is_none()
    }
}

/// Whether a record speaks for its party (rule 2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The party itself.
    Own,
    /// Somebody else reports it: the party that does, if known.
    Relayed(Option<String>),
    /// Somebody anonymous stands in the chain.
    Anonymous,
    /// The record names no party, or the words no speaker.
    Unattributed,
}

pub(crate) fn standing(record: &Statement) -> Standing {
    let Some(party) = record.party.as_deref() else { return Standing::Unattributed };
    let hops: Vec<_> = record.chain.iter().filter(|hop| hop.kind != SpeakerKind::Reporter).collect();
    if hops.iter().any(|hop| hop.kind == SpeakerKind::Anonymous) {
        return Standing::Anonymous;
    }
    let Some((speaker, reporters)) = hops.split_last() else {
        let nobody = record.source.is_empty() && record.speaker.is_none();
        return if nobody { Standing::Unattributed } else { Standing::Own };
    };
    for hop in reporters {
        // Whose party is unknown may be another's.
        if hop.party.as_deref() != Some(party) {
            return Standing::Relayed(hop.party.clone());
        }
    }
    match speaker.party.as_deref() {
        Some(other) if other != party => Standing::Relayed(speaker.party.clone()),
        _ => Standing::Own,
    }
}

/// The stance that an act gives its party on an issue (rule 3), with the options it is about.
///
/// | act | stance |
/// |---|---|
/// | accept | accepts |
/// | condition | *accepts if* where the words accept a named option, else demands |
/// | demand | demands |
/// | offer, concede | offers |
/// | concern | reserved |
/// | reject | rejects |
/// | commit | *will discuss*, where the words are about talks |
/// | no-comment | no comment |
/// | every other | none |
///
/// An act whose cue is negated ("did not accept") did not happen and gives no
/// stance. Where the content is negated ("accepts that there be no …") the
/// named option is not what is accepted: the stance stands with *option not
/// stated*.
pub(crate) fn stance_of(
    record: &Statement,
    words: &Words,
    accepts: Option<bool>,
    named: &BTreeSet<String>,
) -> (Option<Stance>, BTreeSet<String>) {
    let Some(act) = record.act else { return (None, BTreeSet::new()) };
    let cue_negated = matches!(record.negated, Negation::Cue | Negation::Both);
    let content_negated = matches!(record.negated, Negation::Content | Negation::Both);
    if act == Act::NoComment {
        return (Some(Stance::NoComment), named.clone());
    }
    if cue_negated {
        return (None, BTreeSet::new());
    }
    let options = if content_negated { BTreeSet::new() } else { named.clone() };
    let stance = match act {
        Act::Accept => Some(Stance::Accepts),
        Act::Condition => {
            let accepted = !options.is_empty() && accepts.unwrap_or_else(|| words_accept(words, &options));
            Some(if accepted { Stance::AcceptsIf } else { Stance::Demands })
        }
        Act::Demand => Some(Stance::Demands),
        Act::Offer | Act::Concede => Some(Stance::Offers),
        Act::Concern => Some(Stance::Reserved),
        Act::Reject => Some(Stance::Rejects),
        Act::Commit if about_talks(record, words) => Some(Stance::WillDiscuss),
        _ => None,
    };
    // Willingness to talk fills no option.
    let options = if stance == Some(Stance::WillDiscuss) { BTreeSet::new() } else { options };
    (stance, options)
}

/// Words that begin a condition, in English.
const CONDITIONALS: [&str; 14] = [
    "if",
    "unless",
    "provided",
    "providing",
    "once",
    "until",
    "when",
    "conditional",
    "contingent",
    "subject",
    "exchange",
    "return",
    "long",
    "condition",
];

/// Words that accept, in English.
const ACCEPTING: [&str; 26] = [
    "accept",
    "accepts",
    "accepted",
    "accepting",
    "agree",
    "agrees",
    "agreed",
    "agreeing",
    "approve",
    "approves",
    "allow",
    "allows",
    "permit",
    "permits",
    "consent",
    "consents",
    "endorse",
    "endorses",
    "tolerate",
    "take",
    "join",
    "sign",
    "support",
    "supports",
    "ready",
    "willing",
];

/// Whether the words of a condition accept one of the named options: an accepting word outside the
/// conditional clause, and the option's name not only inside it.
///
/// Works on English words alone. Where it cannot tell it says no, so that a
/// condition is never shown as an acceptance that nobody gave; a person may
/// say otherwise with [`Correction::accepts`](crate::Correction::accepts).
pub(crate) fn words_accept(words: &Words, options: &BTreeSet<String>) -> bool {
    let content = words.content_line().to_lowercase();
    let cue = words.cue_line().to_lowercase();
    let content: Vec<&str> =
        content.split(|letter: char| !letter.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let begins = content.iter().position(|word| CONDITIONALS.contains(word));
    let (main, clause): (&[&str], &[&str]) = match begins {
        // "If … , they would accept …": the clause ends where the accepting word begins.
        Some(0) => {
            let end = content.iter().position(|word| ACCEPTING.contains(word)).unwrap_or(content.len());
            (&content[end..], &content[..end])
        }
        Some(at) => (&content[..at], &content[at..]),
        None => (&content, &[]),
    };
    let accepting = |words: &[&str]| {
        words.iter().enumerate().any(|(at, word)| {
            ACCEPTING.contains(word)
                && !words[at.saturating_sub(3)..at]
                    .iter()
                    .any(|before| ["not", "never", "no", "t", "cannot"].contains(before))
        })
    };
    let cue: Vec<&str> = cue.split(|letter: char| !letter.is_alphanumeric()).collect();
    if !accepting(main) && !accepting(&cue) {
        return false;
    }
    options.iter().any(|option| {
        let parts: Vec<String> = option
            .to_lowercase()
            .split(|letter: char| !letter.is_alphanumeric())
            .map(str::to_owned)
            .collect();
        let names = |words: &[&str]| parts.iter().all(|part| words.iter().any(|word| same_stem(word, part)));
        // An option that neither part names in so many words was put to the main clause by whoever confirmed it.
        names(main) || !names(clause)
    })
}

/// "observer" and "observers", "cede" and "ceded".
fn same_stem(word: &str, part: &str) -> bool {
    let stem = |text: &str| {
        let text = text.strip_suffix("ed").or_else(|| text.strip_suffix("es")).unwrap_or(text);
        text.trim_end_matches(['s', 'd', 'e']).to_owned()
    };
    word == part || (part.len() > 3 && stem(word) == stem(part))
}

/// Beginnings of words that speak of talks, in English.
const TALKS: [&str; 12] = [
    "talk", "discuss", "negotiat", "dialogue", "consult", "meet", "convers", "parley", "mediat", "work on",
    "address", "engage",
];

/// Whether a commitment is one to talk (rule 3: then and only then *will discuss*).
pub(crate) fn about_talks(record: &Statement, words: &Words) -> bool {
    if record.about.iter().any(|about| about.trim() == "process") {
        return true;
    }
    let text = format!("{} {}", words.cue_line(), words.content_line()).to_lowercase();
    TALKS.iter().any(|beginning| {
        text.match_indices(beginning)
            .any(|(at, _)| !text[..at].chars().next_back().is_some_and(char::is_alphanumeric))
    })
}

/// What `about` may say besides issues: about the talks, the plan as a whole, or nothing that was mapped.
pub(crate) const NO_ISSUES: [&str; 3] = ["process", "plan", "unmapped"];

/// The options of an issue that a record names, with those that links add.
pub(crate) fn named_options<'a>(
    about: impl Iterator<Item = &'a str>,
    issue: &RosterIssue,
) -> Option<BTreeSet<String>> {
    let mut touched = false;
    let mut options = BTreeSet::new();
    for entry in about {
        let (name, option) = issue_and_option(entry);
        if name == issue.id && !NO_ISSUES.contains(&name) {
            touched = true;
            if !option.is_empty()
                && (issue.options.is_empty() || issue.options.iter().any(|known| known == option))
            {
                options.insert(option.to_owned());
            }
        }
    }
    touched.then_some(options)
}

/// Who speaks, so that two statements can be told to be by the same speaker; nothing when it is not known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Speaker {
    pub(crate) key: String,
    /// Rank of authority, 0 the highest.
    rank: Option<usize>,
}

fn normalised(name: &str) -> String {
    let name = name.trim().to_lowercase();
    let name = name.strip_prefix("the ").unwrap_or(&name);
    name.strip_suffix("'s").or_else(|| name.strip_suffix("’s")).unwrap_or(name).to_owned()
}

const PRONOUNS: [&str; 12] =
    ["he", "she", "it", "they", "we", "i", "his", "her", "its", "their", "our", "who"];

/// Who speaks, for one party: the name as it is compared, with the party's own names and authorities told apart.
pub(crate) fn speaker(record: &Statement, words: &Words, party: &RosterParty) -> Option<Speaker> {
    let (name, named) = speaker_name(record, words)?;
    Some(speaker_of(&name, named, party))
}

/// The speaker's name as it is compared, and whether it is a person's; nothing when it is not known.
pub(crate) fn speaker_name(record: &Statement, words: &Words) -> Option<(String, bool)> {
    let hop = record.chain.iter().rev().find(|hop| hop.kind != SpeakerKind::Reporter);
    let name = match hop {
        Some(hop) => hop.name.clone(),
        None => record.speaker.clone().unwrap_or_else(|| words.source_line()),
    };
    let mut name = normalised(&name);
    let mut named = hop.is_some_and(|hop| hop.kind == SpeakerKind::Named);
    if PRONOUNS.contains(&name.split_whitespace().next()?) {
        // "He" is whoever the reader found behind it, "his office" that person's office; else nobody in particular.
        let behind = normalised(words.stands_for.as_deref()?);
        name = match name.split_once(char::is_whitespace) {
            None => behind,
            Some((_, office)) => {
                named = false;
                format!("{office} of {}", behind.split_whitespace().next_back()?)
            }
        };
    }
    Some((name, named))
}

/// The speaker of that name, for one party.
pub(crate) fn speaker_of(name: &str, named: bool, party: &RosterParty) -> Speaker {
    let itself = name == party.id.to_lowercase() || party.names.iter().any(|known| normalised(known) == name);
    let surname = name.split_whitespace().next_back().unwrap_or(name);
    let rank = party.authority.iter().position(|names| {
        names
            .iter()
            .map(|known| normalised(known))
            .any(|known| known == name || (named && known.split_whitespace().next_back() == Some(surname)))
    });
    let key = match rank {
        // One entry of the list of authorities is one speaker, by whichever name.
        Some(rank) => format!("rank {rank}"),
        None if itself => "the party".to_owned(),
        None if named => format!("named {surname}"),
        None => format!("office {name}"),
    };
    Speaker { key, rank }
}

/// A statement that says something about one cell and is the party's own.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) id: String,
    pub(crate) stance: Stance,
    pub(crate) options: BTreeSet<String>,
    pub(crate) condition: Option<String>,
    pub(crate) range: DateRange,
    pub(crate) speaker: Option<Speaker>,
    /// Links of the kind *same* make one group.
    pub(crate) group: Option<usize>,
}

fn favours(stance: Stance) -> Option<bool> {
    match stance {
        Stance::Accepts | Stance::AcceptsIf | Stance::Demands | Stance::Offers => Some(true),
        Stance::Reserved | Stance::Rejects => Some(false),
        Stance::WillDiscuss | Stance::NoComment | Stance::NoRecord => None,
    }
}

/// Whether two positions of one party differ in a way that both cannot be its position at once.
///
/// Differing stances, or the same stance on other options, differ. Two
/// positions on options that have nothing in common are no difference when one
/// refuses its options ("rejects *joint*") and the other favours or refuses
/// its own ("demands *observers*", "rejects *none*"): they are positions on
/// different options.
pub(crate) fn differ(one: &Candidate, other: &Candidate) -> bool {
    if one.group.is_some() && one.group == other.group {
        return false;
    }
    if one.stance == other.stance && one.options == other.options {
        return false;
    }
    let apart =
        !one.options.is_empty() && !other.options.is_empty() && one.options.is_disjoint(&other.options);
    let refusing = favours(one.stance) == Some(false) || favours(other.stance) == Some(false);
    let comparable = favours(one.stance).is_some() && favours(other.stance).is_some();
    !(apart && refusing && comparable)
}

/// A person's ruling, as ids.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    pub(crate) statements: BTreeSet<String>,
    pub(crate) verdict: Verdict,
}

/// The latest ruling on both of two statements.
pub(crate) fn ruling_on<'a>(rulings: &'a [Judged], one: &str, other: &str) -> Option<&'a Verdict> {
    rulings
        .iter()
        .rev()
        .find(|ruling| ruling.statements.contains(one) && ruling.statements.contains(other))
        .map(|ruling| &ruling.verdict)
}

/// What the party's own statements come to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    /// Indices of the statements that stand, the one to show first.
    pub(crate) standing: Vec<usize>,
    /// Some of them contradict each other and no person has ruled.
    pub(crate) contradiction: bool,
    /// The latest statement that gave way and differs from what is shown.
    pub(crate) previous: Option<usize>,
}

/// Decides between the statements of one cell (rules 1 and 5).
///
/// Takes time quadratic in the number of *distinct speakers and positions*,
/// and otherwise `n log n`: statements that a later one of the same speaker or
/// the same position replaces are set aside first.
pub(crate) fn decide(candidates: &[Candidate], rulings: &[Judged]) -> Outcome {
    // Only what a ruling or a later statement does not settle needs to be compared pair by pair.
    let ruled = |one: &Candidate, other: &Candidate| -> Option<Option<&String>> {
        match ruling_on(rulings, &one.id, &other.id)? {
            Verdict::Prevails(id) => Some(Some(id)),
            Verdict::Compatible => Some(None),
            // Looked at and left as it is: the words go on standing against each other.
            Verdict::StaysContested => None,
        }
    };
    let replaces = |later: &Candidate, earlier: &Candidate| -> bool {
        match ruled(later, earlier) {
            Some(Some(prevails)) if *prevails == later.id => return true,
            Some(Some(prevails)) if *prevails == earlier.id => return false,
            Some(None) => return false,
            _ => {}
        }
        if !earlier.range.before(&later.range) {
            return false;
        }
        if !differ(later, earlier) {
            return true;
        }
        match (&later.speaker, &earlier.speaker) {
            (Some(later), Some(earlier)) if later.key == earlier.key => true,
            (Some(Speaker { rank: Some(later), .. }), Some(Speaker { rank: Some(earlier), .. })) => {
                later < earlier
            }
            _ => false,
        }
    };
    let in_ruling: BTreeSet<&str> =
        rulings.iter().flat_map(|ruling| ruling.statements.iter().map(String::as_str)).collect();
    let mut kept: Vec<usize> = Vec::new();
    {
        // Same position, or same speaker: whatever lies before the latest beginning is replaced by it.
        let mut by_position = std::collections::BTreeMap::new();
        let mut by_speaker = std::collections::BTreeMap::new();
        for candidate in candidates.iter().filter(|candidate| !in_ruling.contains(candidate.id.as_str())) {
            if let Some(first) = candidate.range.first {
                let position = (candidate.stance, &candidate.options);
                let latest = by_position.entry(position).or_insert(first);
                *latest = first.max(*latest);
                if let Some(speaker) = &candidate.speaker {
                    let latest = by_speaker.entry(&speaker.key).or_insert(first);
                    *latest = first.max(*latest);
                }
            }
        }
        for (index, candidate) in candidates.iter().enumerate() {
            let position = by_position.get(&(candidate.stance, &candidate.options));
            let speaker = candidate.speaker.as_ref().and_then(|speaker| by_speaker.get(&speaker.key));
            let latest = position.max(speaker);
            let replaced = match (candidate.range.last, latest) {
                (Some(last), Some(latest)) => last < *latest,
                _ => false,
            };
            if !replaced || in_ruling.contains(candidate.id.as_str()) {
                kept.push(index);
            }
        }
    }
    let mut standing: Vec<usize> = kept
        .iter()
        .copied()
        .filter(|&index| {
            !kept.iter().any(|&other| other != index && replaces(&candidates[other], &candidates[index]))
        })
        .collect();
    if standing.is_empty() {
        // Rulings that go round in a circle settle nothing.
        standing = kept;
    }
    standing.sort_by(|&one, &other| {
        let key = |index: usize| {
            let candidate = &candidates[index];
            (candidate.range.last, candidate.range.first, std::cmp::Reverse(&candidate.id))
        };
        key(other).cmp(&key(one))
    });
    let contradiction = standing.iter().enumerate().any(|(at, &one)| {
        standing[at + 1..].iter().any(|&other| {
            differ(&candidates[one], &candidates[other])
                && ruled(&candidates[one], &candidates[other]).is_none()
        })
    });
    let stands: BTreeSet<usize> = standing.iter().copied().collect();
    let previous = standing.first().and_then(|&shown| {
        (0..candidates.len())
            .filter(|index| !stands.contains(index) && differ(&candidates[shown], &candidates[*index]))
            .max_by(|&one, &other| {
                let key = |index: usize| {
                    let candidate = &candidates[index];
                    (candidate.range.last, candidate.range.first, std::cmp::Reverse(&candidate.id))
                };
                key(one).cmp(&key(other))
            })
    });
    Outcome { standing, contradiction, previous }
}
