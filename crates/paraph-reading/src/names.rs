//! Who is meant: the caller's parties first, then the gazetteer.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use crate::lexicon::Class;
use crate::token::Token;

/// What the caller knows: parties and issues of a case, or nothing.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Known parties; their identifiers are used in place of the gazetteer's.
    pub parties: Vec<Party>,
    /// Known issues.
    pub issues: Vec<Issue>,
}

/// A party as reports name it.
#[derive(Debug, Clone, Default)]
pub struct Party {
    /// Identifier, as in `party.ID` of a case.
    pub id: String,
    /// Its name and what else reports call it.
    pub names: Vec<String>,
    /// People who speak for it, by full name, with or without a title.
    pub people: Vec<String>,
}

/// An issue as reports speak of it.
#[derive(Debug, Clone, Default)]
pub struct Issue {
    /// Identifier, as in `issue.ID` of a case.
    pub id: String,
    /// Its title; its words count, though less than `words`.
    pub title: String,
    /// Words and phrases that show that a statement is about it; forms of a word count too.
    pub words: Vec<String>,
    /// Its options.
    pub options: Vec<String>,
    /// What drafts say on it: the text of each point.
    pub points: Vec<String>,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NameKind {
    /// A state, an organisation or a party by its own name.
    Body,
    /// An adjective or a people: "Russian", "Ukrainians".
    Demonym,
    /// A capital, a palace, an institution: "the Kremlin".
    Seat,
    /// A person by full name.
    Person,
    /// A person by surname alone.
    Surname,
}

#[derive(Debug, Clone)]
struct Entry {
    words: Vec<String>,
    kind: NameKind,
    party: String,
    /// Written in capitals only ("US", "WHO"): lower case must not match.
    exact: Option<String>,
    known: bool,
}

/// All names, by their first word.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gazetteer {
    entries: HashMap<String, Vec<Entry>>,
}

static BUILT_IN: LazyLock<Gazetteer> = LazyLock::new(|| {
    let mut gazetteer = Gazetteer::default();
    let file = include_str!("../data/gazetteer.txt");
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('|').map(str::trim).collect();
        let [sort, party, rest @ ..] = &fields[..] else { continue };
        let kinds: &[NameKind] = match *sort {
            "person" => &[NameKind::Person],
            _ => &[NameKind::Body, NameKind::Demonym, NameKind::Seat],
        };
        for (list, kind) in rest.iter().zip(kinds) {
            for name in list.split(';').map(str::trim).filter(|name| !name.is_empty()) {
                gazetteer.add(name, *kind, party, false);
            }
        }
    }
    gazetteer
});

/// A name found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) length: usize,
    pub(crate) kind: NameKind,
    pub(crate) party: String,
}

impl Gazetteer {
    /// The caller's names above the built-in ones.
    ///
    /// Where a caller's party bears a built-in name ("Ukraine"), everything built-in of that party
    /// (demonyms, capital, office holders) goes to the caller's identifier.
    pub(crate) fn new(names: &Names) -> Cow<'static, Gazetteer> {
        if names.parties.is_empty() {
            return Cow::Borrowed(&BUILT_IN);
        }
        let mut gazetteer = BUILT_IN.clone();
        let mut renamed: HashMap<String, String> = HashMap::new();
        for party in &names.parties {
            let mut own = vec![party.id.replace(['-', '_'], " ")];
            own.extend(party.names.iter().cloned());
            for name in &own {
                let words = words(name);
                let entries = words.first().and_then(|first| BUILT_IN.entries.get(first));
                for entry in entries.into_iter().flatten() {
                    if entry.words == words && entry.kind == NameKind::Body {
                        renamed.insert(entry.party.clone(), party.id.clone());
                    }
                }
            }
        }
        #[expect(
            clippy::iter_over_hash_type,
            reason = "every entry is changed by itself, so the order does not show"
        )]
        for entries in gazetteer.entries.values_mut() {
            for entry in entries {
                if let Some(new) = renamed.get(&entry.party) {
                    entry.party.clone_from(new);
                }
            }
        }
        for party in &names.parties {
            gazetteer.add(&party.id.replace(['-', '_'], " "), NameKind::Body, &party.id, true);
            for name in &party.names {
                gazetteer.add(name, NameKind::Body, &party.id, true);
            }
            for person in &party.people {
                gazetteer.add(person, NameKind::Person, &party.id, true);
            }
        }
        Cow::Owned(gazetteer)
    }

    /// Only the caller's names.
    pub(crate) fn without_built_in(mut self) -> Cow<'static, Gazetteer> {
        self.entries.retain(|_, entries| {
            entries.retain(|entry| entry.known);
            !entries.is_empty()
        });
        Cow::Owned(self)
    }

    fn add(&mut self, name: &str, kind: NameKind, party: &str, known: bool) {
        let words = words(name);
        let Some(first) = words.first().cloned() else { return };
        let shout = name.chars().all(|letter| letter.is_uppercase() || letter == '.');
        let exact = shout.then(|| name.to_owned());
        let entry = Entry { words: words.clone(), kind, party: party.to_owned(), exact, known };
        self.entries.entry(first).or_default().push(entry);
        if kind == NameKind::Person && words.len() > 1 {
            let surname = words.last().cloned().unwrap_or_default();
            let entry = Entry {
                words: vec![surname.clone()],
                kind: NameKind::Surname,
                party: party.to_owned(),
                exact: None,
                known,
            };
            self.entries.entry(surname).or_default().push(entry);
        }
    }

    /// The longest name that starts at a token; the caller's names win ties.
    pub(crate) fn find(&self, tokens: &[Token<'_>]) -> Option<Found> {
        let first = tokens.first()?;
        if !first.word {
            return None;
        }
        let mut best: Option<(&Entry, usize)> = None;
        for entry in self.entries.get(&*first.lower)? {
            if let Some(exact) = &entry.exact
                && first.text.trim_end_matches('.') != exact.trim_end_matches('.')
            {
                continue;
            }
            // A name starts with a capital, unless a caller wrote it small.
            if !first.capital && !entry.known && !first.is("the") {
                continue;
            }
            let length = entry.words.len();
            let fits = length <= tokens.len()
                && entry.words.iter().zip(tokens).all(|(word, token)| *word == token.lower)
                && (length == 1
                    || entry.known
                    || tokens[length - 1].capital
                    || tokens[length - 1].is_possessive_mark());
            let rank = |entry: &Entry| (entry.words.len(), entry.known, entry.kind != NameKind::Surname);
            if fits && best.is_none_or(|(other, _)| rank(entry) > rank(other)) {
                best = Some((entry, length));
            }
        }
        best.map(|(entry, length)| Found { length, kind: entry.kind, party: entry.party.clone() })
    }
}

/// The lower-case words of a name, as the tokens of a text have them.
fn words(name: &str) -> Vec<String> {
    crate::token::Document::new(name).tokens.iter().map(|token| token.lower.to_string()).collect()
}

/// Letters and digits in lower case, joined by hyphens.
pub(crate) fn kebab(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_alphanumeric() {
            out.extend(letter.to_lowercase());
        } else if !matches!(letter, '’' | '\'') && !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

/// Whether a token can be part of somebody's proper name.
pub(crate) fn is_name_word(token: &Token<'_>) -> bool {
    token.word
        && token.capital
        && !token.has(Class::Determiner.or(Class::Pronoun).or(Class::Preposition).or(Class::Conjunction))
        && !token.has(Class::Subordinator)
        && !(token.has(Class::Auxiliary) || token.has(Class::Time) && !token.is("may"))
}
