//! Which mentions name the same person or body.

use std::collections::{BTreeMap, BTreeSet};

use crate::lexicon::Class;
use crate::names::is_name_word;
use crate::record::SpeakerKind;
use crate::spelling::{skeleton, skeletons};
use crate::token::{Document, Token};

/// A mention taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mention {
    /// The name in it, as the words have it; nothing when there is none.
    pub name: Option<String>,
    /// Roles and affiliations beside the name, as the words have them.
    pub roles: Vec<String>,
}

/// Takes a mention apart: "Foreign Minister Ana Brandt, a close ally" has the name "Ana Brandt" and the roles
/// "Foreign Minister" and "a close ally". Linear in the words.
///
/// ```
/// use paraph_reading::actors::mention;
/// let taken = mention("Norland’s foreign minister Ana Brandt");
/// assert_eq!(taken.name.as_deref(), Some("Ana Brandt"));
/// assert_eq!(taken.roles, ["Norland’s foreign minister"]);
/// assert_eq!(mention("a diplomat close to the talks").name, None);
/// ```
#[must_use]
pub fn mention(words: &str) -> Mention {
    let document = Document::new(words);
    let tokens = &document.tokens;
    let role = |token: &Token<'_>| token.has(Class::Role.or(Class::Institution).or(Class::Anonymous));
    let title = |at: usize| {
        role(&tokens[at])
            || tokens[at].any(&[
                "foreign", "defence", "defense", "press", "interior", "trade", "prime", "special", "vice",
            ])
    };
    // The first run of capitalised words that are no title; before a comma it is the name itself.
    let mut best: Option<(usize, usize)> = None;
    let mut at = 0;
    while at < tokens.len() {
        let initial = |token: &Token<'_>| token.text == "." || token.is("-");
        if !is_name_word(&tokens[at]) || title(at) {
            at += 1;
            continue;
        }
        let start = at;
        at += 1;
        while at < tokens.len()
            && !(title(at) && at + 1 < tokens.len() && tokens[at + 1..].iter().any(is_name_word))
            && (is_name_word(&tokens[at])
                || initial(&tokens[at]) && tokens.get(at + 1).is_some_and(is_name_word)
                || tokens[at].any(&["al", "bin", "de", "van", "von", "der", "el", "da", "di"])
                    && tokens[at + 1..].iter().take(2).any(is_name_word))
        {
            at += 1;
        }
        let owner = tokens.get(at).is_some_and(Token::is_possessive_mark);
        let longer = best.is_none_or(|(from, to)| at - start > to - from);
        if !owner && (longer || best.is_none()) {
            best = Some((start, at));
        }
    }
    let piece = |from: usize, to: usize| {
        let (mut from, mut to) = (from, to);
        while from < to && !tokens[from].word {
            from += 1;
        }
        while from < to && !tokens[to - 1].word {
            to -= 1;
        }
        (from < to).then(|| {
            let last = &tokens[to - 1];
            words[tokens[from].byte..last.byte + last.text.len()].to_owned()
        })
    };
    let Some((start, end)) = best else {
        return Mention { name: None, roles: piece(0, tokens.len()).into_iter().collect() };
    };
    let roles = [piece(0, start), piece(end, tokens.len())];
    let is_article = |words: &String| matches!(words.to_lowercase().as_str(), "the" | "a" | "an");
    Mention {
        name: piece(start, end),
        roles: roles.into_iter().flatten().filter(|words| !is_article(words)).collect(),
    }
}

/// A mention on its way into a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name of a person, or the whole mention of a body.
    pub name: String,
    /// How the speaker is named.
    pub kind: SpeakerKind,
    /// The party it speaks for.
    pub party: Option<String>,
}

/// The number of the group of each mention, from 0 in the order of their first mentions.
///
/// Mentions of persons are one when their names are, letter for letter or in another transliteration
/// ([`skeleton`]): the whole name, or the surname where all whole names with that surname are one and
/// no two parties have it. Bodies, roles and groups are one when all their words are and their party
/// is. Speakers without a name are never put together. `judged` says of two names whether a person
/// holds them to be one; that goes before everything else.
#[must_use]
pub fn groups(mentions: &[Named], judged: &[(String, String, bool)]) -> Vec<usize> {
    let keys: Vec<Vec<String>> = mentions.iter().map(|mention| skeletons(&mention.name)).collect();
    let key_of = |name: &str| skeletons(name);
    // Names that a person keeps apart are told apart letter for letter.
    let apart: Vec<(Vec<String>, Vec<String>, &str, &str)> = judged
        .iter()
        .filter(|(_, _, same)| !same)
        .map(|(one, other, _)| (key_of(one), key_of(other), one.as_str(), other.as_str()))
        .collect();
    let exact: BTreeSet<&str> = apart.iter().flat_map(|(_, _, one, other)| [*one, *other]).collect();
    // Whole names by surname: with which given names and parties it is met.
    let mut surnames: BTreeMap<&str, (BTreeSet<&[String]>, BTreeSet<&str>)> = BTreeMap::new();
    for (mention, key) in mentions.iter().zip(&keys) {
        if mention.kind == SpeakerKind::Named
            && let Some(last) = key.last()
        {
            let known = surnames.entry(last).or_default();
            if key.len() > 1 {
                known.0.insert(key);
            }
            known.1.extend(mention.party.as_deref());
        }
    }
    // A group's key: what all its mentions have.
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut next = 0;
    let mut out: Vec<usize> = Vec::with_capacity(mentions.len());
    for (mention, key) in mentions.iter().zip(&keys) {
        let nameless =
            matches!(mention.kind, SpeakerKind::Anonymous | SpeakerKind::Reporter) || key.is_empty();
        if nameless {
            out.push(next);
            next += 1;
            continue;
        }
        let party = mention.party.as_deref().unwrap_or_default();
        let id = if exact.contains(mention.name.as_str()) {
            format!("letters {}", mention.name)
        } else if mention.kind == SpeakerKind::Named {
            let last = key.last().map(String::as_str).unwrap_or_default();
            let (whole, parties) = &surnames[last];
            match whole.iter().next() {
                Some(only) if key.len() == 1 && whole.len() == 1 && parties.len() <= 1 => {
                    format!("person {}", only.join(" "))
                }
                _ if key.len() == 1 => format!("surname {last} {party}"),
                _ => format!("person {}", key.join(" ")),
            }
        } else {
            format!("body {} {party}", key.join(" "))
        };
        let number = *numbers.entry(id).or_insert_with(|| {
            next += 1;
            next - 1
        });
        out.push(number);
    }
    // What a person put together: the groups of the two names become one.
    for (one, other, _) in judged.iter().filter(|(_, _, same)| *same) {
        let of = |name: &str| {
            mentions
                .iter()
                .zip(&out)
                .find(|(mention, _)| mention.name == name)
                .or_else(|| {
                    let key = key_of(name);
                    mentions.iter().zip(&out).zip(&keys).find(|(_, own)| **own == key).map(|(found, _)| found)
                })
                .map(|(_, &group)| group)
        };
        if let (Some(one), Some(other)) = (of(one), of(other)) {
            let (least, most) = (one.min(other), one.max(other));
            out.iter_mut().filter(|group| **group == most).for_each(|group| *group = least);
        }
    }
    out
}

/// Whether two names are one in different spellings, and not letter for letter.
#[must_use]
pub fn is_respelling(one: &str, other: &str) -> bool {
    one != other && skeleton(one) == skeleton(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_taken_apart() {
        for (words, name, roles) in [
            ("President Ana Brandt", Some("Ana Brandt"), &["President"][..]),
            ("Foreign Minister Ode Lind of Norland", Some("Ode Lind"), &["Foreign Minister", "of Norland"]),
            ("Ana Brandt, Norland’s envoy", Some("Ana Brandt"), &["Norland’s envoy"]),
            ("Brandt", Some("Brandt"), &[]),
            ("the foreign ministry", None, &["the foreign ministry"]),
            ("a senior official", None, &["a senior official"]),
            ("spokeswoman Maria van der Berg", Some("Maria van der Berg"), &["spokeswoman"]),
            ("", None, &[]),
        ] {
            let taken = mention(words);
            assert_eq!(
                (taken.name.as_deref(), &taken.roles[..]),
                (name, &roles.iter().map(|role| (*role).to_owned()).collect::<Vec<_>>()[..]),
                "{words}"
            );
        }
    }

    fn named(list: &[(&str, SpeakerKind, Option<&str>)]) -> Vec<Named> {
        list.iter()
            .map(|&(name, kind, party)| Named {
                name: name.to_owned(),
                kind,
                party: party.map(str::to_owned),
            })
            .collect()
    }

    #[test]
    fn spellings_meet_surnames_follow_and_the_nameless_stay_alone() {
        use SpeakerKind::{Anonymous, Institution, Named as Person};
        let mentions = named(&[
            ("Volodar Zelenko", Person, Some("north")),
            ("Volodar Zelenko", Person, None),
            ("Zelenko", Person, Some("north")),
            ("Zelyenko", Person, Some("north")),
            ("officials", Anonymous, Some("north")),
            ("officials", Anonymous, Some("north")),
            ("the Kremlin", Institution, Some("east")),
            ("Kremlin", Institution, Some("east")),
            ("Ana Brandt", Person, Some("north")),
            ("Eva Brandt", Person, Some("south")),
            ("Brandt", Person, None),
        ]);
        assert_eq!(groups(&mentions, &[]), [0, 0, 0, 0, 1, 2, 3, 3, 4, 5, 6]);
        // A person says otherwise, and may take it back.
        let apart = ("Zelenko".to_owned(), "Zelyenko".to_owned(), false);
        let parted = groups(&mentions, std::slice::from_ref(&apart));
        assert_ne!(parted[2], parted[3]);
        let together = ("Eva Brandt".to_owned(), "Brandt".to_owned(), true);
        let joined = groups(&mentions, &[together]);
        assert_eq!(joined[9], joined[10]);
        assert_ne!(joined[8], joined[10]);
    }
}
