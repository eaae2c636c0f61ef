//! One statement in several reports.

use std::collections::{BTreeMap, HashMap};

use crate::about::stem;
use crate::lexicon::Class;
use crate::record::{SpeakerKind, Statement};
use crate::spelling::skeletons;
use crate::token::Document;
use jiff::civil::Date;

/// Contents are the same from this Jaccard index of their stems on, when both reports are dated.
const DATED: (usize, usize) = (3, 5);
/// And from this one on when a report has no date.
const UNDATED: (usize, usize) = (4, 5);
/// Reports of one statement lie at most this many days apart.
const DAYS: i64 = 3;
/// Contents with fewer stems must have the same ones.
const FEW: usize = 4;
/// Words of a speaker without a name are the same only when at least so many stems are, and all of them.
const COPIED: usize = 6;
/// Words that make a content hold only if something else does.
const CONDITIONS: [&str; 6] = ["if", "unless", "provided", "providing", "until", "once"];
/// Words that say that it holds whatever else does.
const CONCESSIONS: [&str; 7] =
    ["although", "though", "whatever", "whether", "regardless", "despite", "nevertheless"];
/// Of a long content so many stems are looked at.
const LONG: usize = 200;

/// What a statement says and who says it, made ready for comparison: some hundred bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Saying {
    report: u32,
    day: Option<Date>,
    voice: Voice,
    /// Hashes of the stems, ascending.
    stems: Vec<u32>,
    /// Hashes of the numbers, days and months among them, ascending.
    numbers: Vec<u32>,
    negated: bool,
    /// Whether it holds under a condition, and whether it holds in spite of something.
    condition: (bool, bool),
    /// Where one thing is set against another ("but", "not"), the stems as they come: it matters which is which.
    order: Vec<u32>,
}

/// Whose words they are.
#[derive(Debug, Clone, PartialEq)]
enum Voice {
    /// A party, or a name; and the surname where a person is named.
    Known { who: u64, person: Option<u64> },
    /// Nobody in particular, as the words have it.
    Nameless(u64),
}

impl Saying {
    /// A hash of all that [`is_same`](Self::is_same) wants to be equal.
    fn kind(&self) -> u64 {
        let (nameless, who) = match self.voice {
            Voice::Known { who, .. } => (false, who),
            Voice::Nameless(who) => (true, who),
        };
        let mut kind = who.rotate_left(1) ^ u64::from(self.negated) ^ (u64::from(nameless) << 40);
        for number in &self.numbers {
            kind = (kind.rotate_left(7) ^ u64::from(*number)).wrapping_mul(0x0100_0000_01b3);
        }
        kind ^ u64::from(self.condition.0) << 41 ^ u64::from(self.condition.1) << 42
    }

    /// Makes a statement ready: its record, the words of its content, which report it is in, and the
    /// day of that report. Linear in the words.
    #[must_use]
    pub fn new(record: &Statement, content: &str, report: u32, day: Option<Date>) -> Self {
        let document = Document::new(content);
        let grammar = Class::Determiner
            .or(Class::Pronoun)
            .or(Class::Preposition)
            .or(Class::Conjunction)
            .or(Class::Auxiliary)
            .or(Class::Copula)
            .or(Class::Subordinator)
            .or(Class::Relative);
        let (mut stems, mut numbers, mut denials) = (Vec::new(), Vec::new(), 0u32);
        let (mut condition, mut contrast, mut before) = ((false, false), false, "");
        for token in document.tokens.iter().filter(|token| token.word) {
            if token.has(Class::Negation) {
                denials += 1;
            }
            contrast |= token.has(Class::Negation) || token.any(&["but", "while", "whereas"]);
            condition.0 |= token.any(&CONDITIONS) && !(token.is("if") && before == "even");
            condition.1 |= token.any(&CONCESSIONS) || token.is("if") && before == "even";
            before = &token.lower;
            let digits = number(&token.lower);
            if let Some(digits) = digits {
                numbers.push(hash32(digits));
            } else if token.has(grammar) {
                continue;
            }
            stems.push(digits.map_or_else(|| hash32(&stem(&token.lower)), hash32));
            if stems.len() == LONG {
                break;
            }
        }
        let order = if contrast { stems.clone() } else { Vec::new() };
        for list in [&mut stems, &mut numbers] {
            list.sort_unstable();
            list.dedup();
        }
        Saying {
            report,
            day,
            voice: voice(record),
            stems,
            numbers,
            negated: denials % 2 == 1,
            condition,
            order,
        }
    }

    /// Whether two sayings are one statement in two reports.
    ///
    /// The speaker is the same (by party, else by name; two persons of different surnames are two), the
    /// reports are two and at most three days apart, the numbers, ordinals, weekdays and months are the same, an odd
    /// number of negations stands in both or in neither, and so do a condition ("if", "unless") and a concession
    /// ("even if", "although"); where one thing is set against another ("but", "not"), what both share comes in one
    /// order; and the Jaccard index of the stems of the content's
    /// words, without grammatical ones, is at least 0.6 (0.8 where a report has no date; 1 where there are
    /// fewer than four stems). Words of speakers without a name must be copied: all of at least six stems.
    #[must_use]
    pub fn is_same(&self, other: &Saying) -> bool {
        if self.report == other.report
            || self.numbers != other.numbers
            || (self.negated, self.condition) != (other.negated, other.condition)
        {
            return false;
        }
        let (share, of) = match (self.day, other.day) {
            (Some(one), Some(other)) => {
                let apart = (one - other).get_days();
                if i64::from(apart).abs() > DAYS {
                    return false;
                }
                DATED
            }
            _ => UNDATED,
        };
        let fewest = self.stems.len().min(other.stems.len());
        let equal = || self.stems == other.stems;
        match (&self.voice, &other.voice) {
            (Voice::Known { who, person }, Voice::Known { who: other_who, person: other_person }) => {
                let two = matches!((person, other_person), (Some(one), Some(other)) if one != other);
                if who != other_who || two {
                    return false;
                }
            }
            (Voice::Nameless(who), Voice::Nameless(other_who)) => {
                return who == other_who
                    && fewest >= COPIED
                    && equal()
                    && in_order(&self.order, &other.order);
            }
            _ => return false,
        }
        if fewest < FEW {
            return fewest >= 2 && equal();
        }
        let common = common(&self.stems, &other.stems);
        common * of >= share * (self.stems.len() + other.stems.len() - common)
            && in_order(&self.order, &other.order)
    }
}

/// For each saying, the first of the earlier ones that it is the same as and that is itself the same as
/// no earlier one.
///
/// So every group has a leader, and links to it are at most as many as there are sayings. A saying is compared only
/// with leaders of the same speaker, numbers and denial that stand in the window of days and share one of its rarest
/// stems (prefix filtering: Chaudhuri, Ganti and Kaushik 2006); [`Saying::is_same`] holds for no others. Time is
/// linear in the sayings times how many leaders there are of one speaker in one week that share a rare stem.
#[must_use]
pub fn leaders(sayings: &[Saying]) -> Vec<Option<usize>> {
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for stem in sayings.iter().flat_map(|saying| &saying.stems) {
        *counts.entry(*stem).or_default() += 1;
    }
    // Leaders by what has to be equal and a rare stem, then by day; those without a day last.
    let mut holding: HashMap<(u64, u32), BTreeMap<i64, Vec<u32>>> = HashMap::new();
    let mut found = Vec::with_capacity(sayings.len());
    let (mut rare, mut near): (Vec<(u32, u32)>, Vec<u32>) = Default::default();
    for (at, saying) in sayings.iter().enumerate() {
        let kind = saying.kind();
        rare.clear();
        rare.extend(saying.stems.iter().map(|stem| (counts[stem], *stem)));
        rare.sort_unstable();
        // Two sets that share six tenths of their stems share one of these.
        let all = rare.len();
        rare.truncate(all - (all * DATED.0).div_ceil(DATED.1) + usize::from(all > 0));
        near.clear();
        for (_, stem) in &rare {
            let Some(days) = holding.get(&(kind, *stem)) else { continue };
            match saying.day.map(day_number) {
                None => near.extend(days.values().flatten()),
                Some(day) => {
                    near.extend(days.range(day - DAYS..=day + DAYS).flat_map(|(_, leaders)| leaders));
                    near.extend(days.get(&UNDATED_DAY).into_iter().flatten());
                }
            }
        }
        near.sort_unstable();
        near.dedup();
        let leader =
            near.iter().map(|&leader| leader as usize).find(|&leader| sayings[leader].is_same(saying));
        if leader.is_none()
            && let Ok(at) = u32::try_from(at)
        {
            let day = saying.day.map_or(UNDATED_DAY, day_number);
            for (_, stem) in &rare {
                holding.entry((kind, *stem)).or_default().entry(day).or_default().push(at);
            }
        }
        found.push(leader);
    }
    found
}

/// The place of sayings without a day.
const UNDATED_DAY: i64 = i64::MAX;

/// Days since a day long ago; far from [`UNDATED_DAY`].
fn day_number(day: Date) -> i64 {
    i64::from((day - Date::constant(1, 1, 1)).get_days())
}

fn voice(record: &Statement) -> Voice {
    let kind = record.chain.last().map(|hop| hop.kind);
    // Officials of a body come as two hops: the people, then the body.
    let anonymous =
        record.chain.iter().any(|hop| matches!(hop.kind, SpeakerKind::Anonymous | SpeakerKind::Collective));
    let mention = skeletons(record.speaker.as_deref().unwrap_or_default());
    let named = matches!(kind, Some(SpeakerKind::Named));
    let name = crate::actors::mention(record.speaker.as_deref().unwrap_or_default()).name;
    let surname = name
        .filter(|_| named && record.stands_for.is_none())
        .and_then(|name| skeletons(&name).last().map(|surname| hash64(surname)));
    if anonymous || record.speaker.is_none() && record.party.is_none() {
        let mut words = mention;
        words.extend(record.party.clone());
        return Voice::Nameless(hash64(&words.join(" ")));
    }
    let who = match (&record.party, surname) {
        (Some(party), _) => hash64(party),
        (None, Some(surname)) => surname,
        (None, None) => hash64(&mention.join(" ")),
    };
    Voice::Known { who, person: surname }
}

/// Whether what both say comes in one order, where it was kept for both: the longest common subsequence of the stems
/// that both have is at least nine tenths of them. Quadratic in the stems of one content.
fn in_order(one: &[u32], other: &[u32]) -> bool {
    if one.is_empty() || other.is_empty() {
        return true;
    }
    let shared = |own: &[u32], other: &[u32]| -> Vec<u32> {
        own.iter().copied().filter(|stem| other.contains(stem)).collect()
    };
    let (one, other) = (shared(one, other), shared(other, one));
    let mut row = vec![0usize; other.len() + 1];
    for stem in &one {
        let mut corner = 0;
        for (at, word) in other.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if stem == word { corner + 1 } else { above.max(row[at]) };
            corner = above;
        }
    }
    10 * row[other.len()] >= 9 * one.len().min(other.len())
}

/// What has to be the same in both: a number in figures or in a small word, an ordinal, a weekday, a month.
fn number(word: &str) -> Option<&str> {
    const WORDS: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    const FIGURES: [&str; 13] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];
    const NAMED: [&str; 29] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
    ];
    if word.starts_with(|letter: char| letter.is_ascii_digit()) || NAMED.contains(&word) && word != "may" {
        return Some(word);
    }
    if word == "both" {
        return Some("2");
    }
    // "one" is a pronoun more often than a number, "may" a verb more often than a month.
    WORDS.iter().position(|&known| known == word).filter(|&at| at != 1).map(|at| FIGURES[at])
}

fn common(one: &[u32], other: &[u32]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while i < one.len() && j < other.len() {
        match one[i].cmp(&other[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, count) = (i + 1, j + 1, count + 1),
        }
    }
    count
}

/// FNV-1a, 64 bits (Fowler, Noll and Vo 1991).
fn hash64(word: &str) -> u64 {
    word.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn hash32(word: &str) -> u32 {
    let hash = hash64(word);
    (hash ^ (hash >> 32)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Hop;

    fn record(party: Option<&str>, speaker: &str, kind: SpeakerKind) -> Statement {
        let hop = |name: &str, kind| Hop { name: name.to_owned(), kind, party: party.map(str::to_owned) };
        Statement {
            id: "a".to_owned(),
            source: Vec::new(),
            cue: Vec::new(),
            content: Vec::new(),
            direct_quote: Vec::new(),
            speaker: Some(speaker.to_owned()),
            stands_for: None,
            party: party.map(str::to_owned),
            chain: vec![hop("reporter", SpeakerKind::Reporter), hop(speaker, kind)],
            act: None,
            negated: crate::record::Negation::None,
            channel: None,
            when: None,
            about: Vec::new(),
            matched: Vec::new(),
            contests: None,
            confidence: None,
            reader: "test".to_owned(),
        }
    }

    fn brandt(words: &str, report: u32, day: i8) -> Saying {
        let day = (day > 0).then(|| jiff::civil::date(2031, 3, day));
        Saying::new(&record(Some("north"), "Ana Brandt", SpeakerKind::Named), words, report, day)
    }

    #[test]
    fn rewrites_are_the_same_and_other_words_are_not() {
        let first = brandt("that the ferries would sail again on Monday if both ports agreed", 0, 4);
        for (words, report, day, same) in [
            ("the ferries will sail again Monday if the two ports agree", 1, 5, true),
            ("ferries will sail again on Monday unless both ports agree", 1, 5, true),
            ("ferries will sail again on Monday even if both ports agree", 1, 5, false),
            ("ferries will sail again on Monday when both ports agree", 1, 5, false),
            ("ferries will sail again on Friday if both ports agree", 1, 5, false),
            ("ferries will sail again on Monday if both ports agree", 1, 5, true),
            ("“The ferries will sail again on Monday, if both of the ports agree.”", 1, 5, true),
            // The other way round, another figure, another time, the same report.
            ("that the ferries would not sail again on Monday if both ports agreed", 1, 5, false),
            ("that the 3 ferries would sail again on Monday if both ports agreed", 1, 5, false),
            ("that the ferries would sail again on Monday if both ports agreed", 1, 9, false),
            ("that the ferries would sail again on Monday if both ports agreed", 0, 4, false),
            ("that the ferries would sail again on Monday if both ports agreed", 1, 0, true),
            ("that the harbour would be dredged", 1, 5, false),
        ] {
            assert_eq!(first.is_same(&brandt(words, report, day)), same, "{words}");
        }
    }

    #[test]
    fn speakers_count() {
        let words = "that the ferries would sail again on Monday if both ports agreed";
        let say = |party: Option<&str>, speaker: &str, kind, report| {
            Saying::new(&record(party, speaker, kind), words, report, None)
        };
        let first = say(Some("north"), "Ana Brandt", SpeakerKind::Named, 0);
        assert!(first.is_same(&say(Some("north"), "the capital", SpeakerKind::Institution, 1)));
        assert!(first.is_same(&say(Some("north"), "President Brandt", SpeakerKind::Named, 1)));
        assert!(first.is_same(&say(Some("north"), "Ana Brandt of Norland", SpeakerKind::Named, 1)));
        assert!(!first.is_same(&say(Some("north"), "Ode Lind", SpeakerKind::Named, 1)));
        assert!(!first.is_same(&say(Some("south"), "Ana Brandt", SpeakerKind::Named, 1)));
        let nameless = say(None, "a person close to the talks", SpeakerKind::Anonymous, 0);
        assert!(nameless.is_same(&say(None, "a person close to the talks", SpeakerKind::Anonymous, 1)));
        assert!(!nameless.is_same(&say(None, "officials", SpeakerKind::Anonymous, 1)));
        assert!(!first.is_same(&nameless) && !nameless.is_same(&first));
    }

    /// Every pair is looked at, straight from the definition.
    fn slow(sayings: &[Saying]) -> Vec<Option<usize>> {
        let mut found: Vec<Option<usize>> = Vec::new();
        for (at, saying) in sayings.iter().enumerate() {
            found.push((0..at).find(|&earlier| found[earlier].is_none() && sayings[earlier].is_same(saying)));
        }
        found
    }

    #[test]
    fn no_leader_is_missed() {
        let mut dice = 0x2545_F491_4F6C_DD1Du64;
        let mut throw = |sides: u64| {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            dice % sides
        };
        let mut linked = 0;
        for _ in 0..120 {
            let sayings: Vec<Saying> = (0..60)
                .map(|_| {
                    let mut stems: Vec<u32> = (0..throw(9)).map(|_| throw(8) as u32).collect();
                    stems.sort_unstable();
                    stems.dedup();
                    let person = (throw(6) == 0).then(|| throw(2));
                    Saying {
                        report: throw(20) as u32,
                        day: (throw(4) > 0).then(|| jiff::civil::date(2031, 3, 1 + throw(8) as i8)),
                        voice: if throw(5) == 0 {
                            Voice::Nameless(throw(2))
                        } else {
                            Voice::Known { who: throw(2), person }
                        },
                        stems,
                        numbers: if throw(4) == 0 { vec![throw(2) as u32] } else { Vec::new() },
                        negated: throw(9) == 0,
                        condition: (throw(9) == 0, false),
                        order: Vec::new(),
                    }
                })
                .collect();
            let found = leaders(&sayings);
            assert_eq!(found, slow(&sayings));
            linked += found.iter().flatten().count();
        }
        assert!(linked > 300, "only {linked} links: the worlds are too thin to show anything");
    }
}
