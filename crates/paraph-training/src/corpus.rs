//! The markup of the corpus, and what is checked over many documents.
//!
//! ```text
//! ---
//! id: t0001
//! title: Ferry crews and owners trade terms
//! ---
//! <s1 ferry-union>Marit Lunde</s1> <c1 reject>turned down</c1> <t1>the owners' offer</t1>,
//! <c2 condition s=1>adding</c2> <t2>that talks could go on only "in daylight"</t2>.
//! ```
//! `s`, `c` and `t` with a number mark speaker, cue and content of one statement; several pieces of a
//! role repeat the tag; tags nest and may cross. In the opening tag of a speaker stands the party, in
//! that of a cue the act, then `s=K` (the speaker is that of statement K), `neg` or `neg=content`, and
//! `contests=K`. A literal `<` is `&lt;`, a literal `&` is `&amp;`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use paraph_reading::{Act, Negation, TextSpan};

use crate::document::{Attribution, Document};

/// Something wrong in a marked text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in Unicode scalar values.
    pub column: u32,
    /// What is wrong, as a sentence without its full stop.
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// The fields of the front matter, in their order.
pub type Fields = Vec<(String, String)>;

/// A marked text taken apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Marked {
    /// `id`, `title`, `genre`, `region`, `topic`, `date` and whatever else the front matter has.
    pub fields: Fields,
    /// Text and statements; `id` is that of the front matter.
    pub document: Document,
}

impl Marked {
    /// A field of the front matter.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Debug, Clone, Default)]
struct Row {
    at: (u32, u32),
    roles: [Vec<TextSpan>; 3],
    party: Option<String>,
    act: Option<Act>,
    negated: Negation,
    contests: Option<u32>,
    speaker_of: Option<u32>,
}

struct Open {
    role: usize,
    number: u32,
    start: u32,
    at: (u32, u32),
}

struct Parser {
    line: u32,
    column: u32,
    text: String,
    length: u32,
    rows: BTreeMap<u32, Row>,
    open: Vec<Open>,
    problems: Vec<Problem>,
}

const ROLES: [&str; 3] = ["s", "c", "t"];
const ROLE_NAMES: [&str; 3] = ["speaker", "cue", "content"];

/// Takes a marked text apart, and names everything that is wrong with it.
///
/// Never stops at the first problem: what can be read is in the result. Any text is safe; time is
/// linear but for tags that stay open, which are looked through one by one up to 64.
pub fn parse(file: &str) -> (Marked, Vec<Problem>) {
    let mut parser = Parser {
        line: 1,
        column: 1,
        text: String::new(),
        length: 0,
        rows: BTreeMap::new(),
        open: Vec::new(),
        problems: Vec::new(),
    };
    let (fields, body) = parser.front_matter(file);
    parser.body(body);
    let document = parser.finish(&fields);
    let mut problems = parser.problems;
    problems.sort();
    (Marked { fields, document }, problems)
}

fn kebab(name: &str) -> bool {
    !name.is_empty()
        && name.split('-').all(|part| {
            !part.is_empty() && part.chars().all(|letter| letter.is_alphanumeric() && !letter.is_uppercase())
        })
}

impl Parser {
    fn problem(&mut self, (line, column): (u32, u32), message: impl Into<String>) {
        self.problems.push(Problem { line, column, message: message.into() });
    }

    fn front_matter<'f>(&mut self, file: &'f str) -> (Fields, &'f str) {
        let mut fields = Fields::new();
        let file = file.strip_prefix('\u{feff}').unwrap_or(file);
        let Some(mut rest) = file.strip_prefix("---\n") else {
            self.problem((1, 1), "the front matter is missing: the first line must be “---”");
            return (fields, file);
        };
        self.line = 2;
        loop {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            if line == "---" {
                rest = after;
                self.line += 1;
                break;
            }
            if rest.is_empty() {
                self.problem((self.line, 1), "the front matter is not closed by a line “---”");
                break;
            }
            match line.split_once(':') {
                Some((key, value)) if kebab(key.trim()) => {
                    let key = key.trim().to_owned();
                    if fields.iter().any(|(other, _)| *other == key) {
                        self.problem((self.line, 1), format!("the field “{key}” stands twice"));
                    }
                    fields.push((key, value.trim().to_owned()));
                }
                _ => self.problem((self.line, 1), "a line of the front matter is no “name: value”"),
            }
            rest = after;
            self.line += 1;
        }
        for needed in ["id", "title", "genre", "region", "topic", "date"] {
            if !fields.iter().any(|(key, value)| key == needed && !value.is_empty()) {
                self.problem((1, 1), format!("the field “{needed}” is missing from the front matter"));
            }
        }
        (fields, rest)
    }

    fn push(&mut self, letter: char) {
        self.text.push(letter);
        self.length = self.length.saturating_add(1);
    }

    fn step(&mut self, letter: char) {
        if letter == '\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
    }

    fn body(&mut self, body: &str) {
        let mut rest = body;
        while let Some(letter) = rest.chars().next() {
            let at = (self.line, self.column);
            if letter == '<'
                && let Some(end) =
                    rest[1..].find(['<', '>', '\n']).filter(|&end| rest[1 + end..].starts_with('>'))
            {
                let tag = &rest[1..1 + end];
                self.tag(tag, at);
                self.column += u32::try_from(tag.chars().count()).unwrap_or(0) + 2;
                rest = &rest[end + 2..];
                continue;
            }
            if letter == '<' {
                self.problem(at, "a tag is not closed by “>”; a literal “<” is written “&lt;”");
            }
            if letter == '&' {
                let known =
                    [("&lt;", '<'), ("&amp;", '&')].into_iter().find(|(name, _)| rest.starts_with(name));
                if let Some((name, meant)) = known {
                    self.push(meant);
                    self.column += u32::try_from(name.len()).unwrap_or(0);
                    rest = &rest[name.len()..];
                    continue;
                }
                self.problem(at, "a literal “&” is written “&amp;”");
            }
            self.push(letter);
            self.step(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }

    fn tag(&mut self, tag: &str, at: (u32, u32)) {
        let (closing, inner) = tag.strip_prefix('/').map_or((false, tag), |inner| (true, inner));
        let mut fields = inner.split(' ').filter(|field| !field.is_empty());
        let name = fields.next().unwrap_or("");
        let role = ROLES.iter().position(|role| name.starts_with(role));
        let number = name.get(1..).and_then(|digits| {
            digits.parse::<u32>().ok().filter(|number| *number > 0 && number.to_string() == digits)
        });
        let (Some(role), Some(number)) = (role, number) else {
            self.problem(at, format!("“<{tag}>” is no tag: s, c or t and a number are expected"));
            return;
        };
        if closing {
            self.close(role, number, at, fields.next().is_some());
            return;
        }
        if self.open.iter().any(|open| open.role == role && open.number == number) {
            self.problem(at, format!("<{name}> is opened inside itself"));
            return;
        }
        if self.open.len() >= 64 {
            self.problem(at, "more than 64 tags are open");
            return;
        }
        let fields: Vec<&str> = fields.collect();
        self.open.push(Open { role, number, start: self.length, at });
        let row = self.rows.entry(number).or_insert_with(|| Row { at, ..Row::default() });
        let again = !row.roles[role].is_empty();
        match role {
            0 => self.party(number, &fields, at),
            1 if !(again && fields.is_empty()) => self.act(number, &fields, at),
            2 if !fields.is_empty() => self.problem(at, format!("<{name}> takes nothing else")),
            _ => {}
        }
    }

    fn party(&mut self, number: u32, fields: &[&str], at: (u32, u32)) {
        let party = match fields {
            [] => return,
            [party] if kebab(party) => (*party).to_owned(),
            _ => {
                self.problem(at, format!("“{}” is no party in kebab case", fields.join(" ")));
                return;
            }
        };
        let row = self.rows.entry(number).or_default();
        match &row.party {
            Some(other) if *other != party => {
                let message = format!("statement {number} has the parties “{other}” and “{party}”");
                self.problem(at, message);
            }
            _ => row.party = Some(party),
        }
    }

    fn act(&mut self, number: u32, fields: &[&str], at: (u32, u32)) {
        // The act may stand before or after the other fields; it is the one word that is none of them.
        let Some(place) = fields.iter().position(|field| *field != "neg" && !field.contains('=')) else {
            self.problem(at, format!("<c{number}> has no act"));
            return;
        };
        let first = fields[place];
        let act = parse_act(first);
        if act.is_none() {
            self.problem(at, format!("“{first}” is no act"));
        }
        let mut row = std::mem::take(self.rows.entry(number).or_default());
        if row.act.is_some() && row.act != act {
            self.problem(at, format!("statement {number} has two acts"));
        }
        row.act = act;
        for field in fields.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, field)| field) {
            let reference =
                |prefix: &str| field.strip_prefix(prefix).and_then(|digits| digits.parse::<u32>().ok());
            if let Some(speaker) = reference("s=") {
                row.speaker_of = Some(speaker);
            } else if let Some(claim) = reference("contests=") {
                row.contests = Some(claim);
            } else if *field == "neg" {
                row.negated = if row.negated == Negation::Content { Negation::Both } else { Negation::Cue };
            } else if *field == "neg=content" {
                row.negated = if row.negated == Negation::Cue { Negation::Both } else { Negation::Content };
            } else {
                self.problem(at, format!("“{field}” is not known in <c{number}>"));
            }
        }
        self.rows.insert(number, row);
    }

    fn close(&mut self, role: usize, number: u32, at: (u32, u32), more: bool) {
        if more {
            self.problem(at, "a closing tag takes nothing else");
        }
        let Some(place) = self.open.iter().rposition(|open| open.role == role && open.number == number)
        else {
            self.problem(at, format!("</{}{number}> closes what was not opened", ROLES[role]));
            return;
        };
        let open = self.open.remove(place);
        let span = TextSpan { start: open.start, end: self.length };
        let words = self.tail(span);
        if words.trim().is_empty() {
            self.problem(open.at, format!("<{}{number}> marks no words", ROLES[role]));
            return;
        }
        if words.starts_with(char::is_whitespace) || words.ends_with(char::is_whitespace) {
            self.problem(open.at, format!("<{}{number}> begins or ends with white space", ROLES[role]));
        }
        self.rows.entry(number).or_default().roles[role].push(span);
    }

    /// The words of a span that ends where the text ends now.
    fn tail(&self, span: TextSpan) -> String {
        let mut letters: Vec<char> = self.text.chars().rev().take((span.end - span.start) as usize).collect();
        letters.reverse();
        letters.into_iter().collect()
    }

    fn finish(&mut self, fields: &Fields) -> Document {
        for open in std::mem::take(&mut self.open) {
            self.problem(open.at, format!("<{}{}> is never closed", ROLES[open.role], open.number));
        }
        let rows = std::mem::take(&mut self.rows);
        let mut before: Option<(u32, u32)> = None;
        let mut attributions = Vec::with_capacity(rows.len());
        for (&number, row) in &rows {
            let Some(cue) = row.roles[1].first() else {
                self.problem(row.at, format!("statement {number} has no cue"));
                continue;
            };
            if let Some((other, start)) = before
                && cue.start < start
            {
                let message =
                    format!("numbers rise with the cue’s place, but {number} stands before {other}");
                self.problem(row.at, message);
            }
            before = Some((number, cue.start));
            // "Both sides accepted.": an answer needs no content of its own.
            let bare = matches!(row.act, Some(Act::NoComment | Act::Accept | Act::Reject));
            if row.roles[2].is_empty() && !bare {
                let message =
                    format!("statement {number} has no content and is no comment, acceptance or refusal");
                self.problem(row.at, message);
            }
            let mut source = row.roles[0].clone();
            let mut party = row.party.clone();
            match row.speaker_of {
                Some(_) if !source.is_empty() => {
                    self.problem(row.at, format!("statement {number} has <s{number}> and s=…"));
                }
                Some(other) => match rows.get(&other).filter(|other| !other.roles[0].is_empty()) {
                    Some(other) => {
                        source.clone_from(&other.roles[0]);
                        party.clone_from(&other.party);
                    }
                    None => {
                        let message = format!("s={other} in statement {number}: no <s{other}> is marked");
                        self.problem(row.at, message);
                    }
                },
                None => {}
            }
            if let Some(claim) = row.contests
                && (claim == number || !rows.contains_key(&claim))
            {
                self.problem(
                    row.at,
                    format!("contests={claim} in statement {number} names no other statement"),
                );
            }
            for (role, spans) in row.roles.iter().enumerate() {
                if spans.windows(2).any(|pair| pair[0].end > pair[1].start) {
                    let message =
                        format!("two pieces of the {} of statement {number} overlap", ROLE_NAMES[role]);
                    self.problem(row.at, message);
                }
            }
            attributions.push(Attribution {
                id: Some(number.to_string()),
                source,
                cue: row.roles[1].clone(),
                content: row.roles[2].clone(),
                party,
                act: row.act,
                negated: row.negated,
                contests: row.contests.map(|claim| claim.to_string()),
            });
        }
        let id =
            fields.iter().find(|(key, _)| key == "id").map(|(_, value)| value.clone()).unwrap_or_default();
        Document { id, text: std::mem::take(&mut self.text), attributions }
    }
}

pub(crate) fn parse_act(word: &str) -> Option<Act> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

/// A run of words that two documents share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shared {
    /// The documents, by their place in the list.
    pub documents: (usize, usize),
    /// The words, names left out.
    pub words: String,
}

/// How many words two documents may not share in a row.
pub const SHARED_WORDS: usize = 8;

/// Runs of [`SHARED_WORDS`] or more words that stand in two documents, names left out.
///
/// Words are compared in lower case and without marks; words with a capital are names and are passed
/// over. Each pair of documents is reported with its first run only. Time and memory are linear in the
/// number of words, as long as few runs are shared.
pub fn shared_sequences(texts: &[&str]) -> Vec<Shared> {
    let mut seen: HashMap<[u8; 16], usize> = HashMap::new();
    let mut out: BTreeMap<(usize, usize), String> = BTreeMap::new();
    for (index, text) in texts.iter().enumerate() {
        let words: Vec<String> = plain_words(text).collect();
        for window in words.windows(SHARED_WORDS) {
            let joined = window.join(" ");
            let mut key = [0; 16];
            key.copy_from_slice(&blake3::hash(joined.as_bytes()).as_bytes()[..16]);
            let first = *seen.entry(key).or_insert(index);
            if first != index {
                out.entry((first, index)).or_insert(joined);
            }
        }
    }
    out.into_iter().map(|(documents, words)| Shared { documents, words }).collect()
}

fn plain_words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '\'' | '’' | '-')))
        .map(|word| word.trim_matches(['\'', '’', '-']))
        .filter(|word| !word.is_empty() && !word.starts_with(char::is_uppercase))
        .map(|word| word.replace('’', "'"))
}

/// What a corpus amounts to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Documents.
    pub documents: usize,
    /// Documents without a statement.
    pub empty: usize,
    /// Words, as white space parts them.
    pub words: usize,
    /// Statements.
    pub statements: usize,
    /// Distinct cues, in lower case.
    pub cues: BTreeSet<String>,
    /// Statements of each act.
    pub acts: BTreeMap<Act, usize>,
    /// Linked denials.
    pub contests: usize,
}

/// Counts documents, words, statements and distinct cues.
pub fn count<'d>(documents: impl IntoIterator<Item = &'d Document>) -> Counts {
    let mut counts = Counts::default();
    for document in documents {
        counts.documents += 1;
        counts.empty += usize::from(document.attributions.is_empty());
        counts.words += document.text.split_whitespace().count();
        counts.statements += document.attributions.len();
        let index = paraph_reading::SpanIndex::new(&document.text);
        for attribution in &document.attributions {
            if let Some(act) = attribution.act {
                *counts.acts.entry(act).or_default() += 1;
            }
            counts.contests += usize::from(attribution.contests.is_some());
            let words: Vec<&str> = attribution.cue.iter().filter_map(|&span| index.get(span)).collect();
            let cue = words.join(" ").to_lowercase();
            counts.cues.insert(cue.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    counts
}

/// The part of the cues of `test` that `training` does not have, from 0 to 1; 0 when there are none.
pub fn unseen_share(training: &Counts, test: &Counts) -> f64 {
    if test.cues.is_empty() {
        return 0.0;
    }
    test.cues.difference(&training.cues).count() as f64 / test.cues.len() as f64
}
