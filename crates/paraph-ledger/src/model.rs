//! The plain words of the ledger: who acts, what a source is, what a person decided.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use paraph_reading::record::{Act, Hop, Negation, Statement, TextSpan, When};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::text::{EventWords, Words};

/// Who acts, and when. The library has no clock and no idea of users: the caller says both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The author's name, one line, not empty.
    pub author: String,
    /// The time of the action.
    pub time: Timestamp,
}

impl Stamp {
    /// Author and time of one action.
    pub fn new(author: impl Into<String>, time: Timestamp) -> Self {
        Stamp { author: author.into(), time }
    }
}

macro_rules! words_of {
    ($type:ty, $what:literal, $($variant:path => $word:literal),+ $(,)?) => {
        impl $type {
            /// The word for it, as written in files and tables.
            pub fn as_str(self) -> &'static str {
                match self { $($variant => $word),+ }
            }
            /// Every value, in order.
            pub const ALL: &'static [$type] = &[$($variant),+];
        }
        impl std::fmt::Display for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }
        impl std::str::FromStr for $type {
            type Err = $crate::error::Error;
            fn from_str(text: &str) -> $crate::error::Result<Self> {
                match text {
                    $($word => Ok($variant),)+
                    _ => Err($crate::error::Error::invalid(format!(
                        concat!("`{}` is no ", $what, "; choose one of: {}"),
                        text,
                        [$($word),+].join(", "),
                    ))),
                }
            }
        }
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use words_of;

/// Where words were spoken: for everybody, or at the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Setting {
    /// Said in public.
    #[default]
    Public,
    /// Said in private; never contradicts what is said in public.
    Private,
}
words_of!(Setting, "setting", Setting::Public => "public", Setting::Private => "private");

/// Who may see a source and everything that rests on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Handling {
    /// Everybody.
    Public,
    /// The team.
    #[default]
    Team,
    /// Only those who are let in.
    Restricted,
}
words_of!(
    Handling, "handling",
    Handling::Public => "public", Handling::Team => "team", Handling::Restricted => "restricted",
);

/// For whom a result is computed. What the audience may not see is left out before anything is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Audience {
    /// Sees public sources only.
    Public,
    /// Sees public and team sources.
    #[default]
    Team,
    /// Sees everything.
    Restricted,
}
words_of!(
    Audience, "audience",
    Audience::Public => "public", Audience::Team => "team", Audience::Restricted => "restricted",
);

impl Audience {
    /// Whether this audience may see what is handled so.
    pub fn may_see(self, handling: Handling) -> bool {
        self.level() >= handling as u8
    }

    pub(crate) fn level(self) -> u8 {
        self as u8
    }
}

/// What has become of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// A reader proposed it and no person has looked.
    Proposed,
    /// A person says that the words say so (never that they are true).
    Confirmed,
    /// A person changed the record and thereby confirmed it.
    Corrected,
    /// A person says that the words do not say so.
    Rejected,
    /// Taken back, with its source or alone; kept, and used nowhere.
    Withdrawn,
}
words_of!(
    Status, "status",
    Status::Proposed => "proposed", Status::Confirmed => "confirmed", Status::Corrected => "corrected",
    Status::Rejected => "rejected", Status::Withdrawn => "withdrawn",
);

impl Status {
    /// A person has vouched for the record: confirmed as it was, or corrected.
    pub fn is_confirmed(self) -> bool {
        matches!(self, Status::Confirmed | Status::Corrected)
    }
}

/// Whether a statement's words are where it says they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Anchor {
    /// The exact words stand at the exact place of the stored text.
    Exact,
    /// They do not, or not any more. Nothing is moved to a lookalike.
    Orphan,
}
words_of!(Anchor, "anchor", Anchor::Exact => "exact", Anchor::Orphan => "orphan");

/// The Admiralty grade: reliability of the source A–F, credibility of the information 1–6.
///
/// Two ordinal judgements; they are never averaged or added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Grade {
    reliability: u8,
    credibility: u8,
}

impl Grade {
    /// The letter for the source, `A` (completely reliable) to `F` (cannot be judged).
    pub fn reliability(self) -> char {
        char::from(self.reliability)
    }

    /// The digit for the information, 1 (confirmed) to 6 (cannot be judged).
    pub fn credibility(self) -> u8 {
        self.credibility
    }
}

impl FromStr for Grade {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.as_bytes() {
            [letter @ b'A'..=b'F', digit @ b'1'..=b'6'] => {
                Ok(Grade { reliability: *letter, credibility: digit - b'0' })
            }
            _ => Err(Error::invalid(format!(
                "`{text}` is no grade; write a letter A to F for the source and a digit 1 to 6 for the information, \
                 for instance B2"
            ))),
        }
    }
}

impl TryFrom<String> for Grade {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Grade> for String {
    fn from(grade: Grade) -> Self {
        grade.to_string()
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.reliability(), self.credibility)
    }
}

/// What is known about a source besides its bytes. Unknown things stay `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceMeta {
    /// Headline or title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// Where it was found (usually a URL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Language of the words, as a BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Who translated it; quotes of a translated source are marked so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translator: Option<String>,
    /// Day of publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Date>,
    /// Day of retrieval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrieved: Option<Date>,
    /// Media type of the original bytes.
    pub media_type: String,
    /// Public words, or words at the table.
    pub setting: Setting,
    /// Who may see it.
    pub handling: Handling,
    /// Admiralty grade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// Where the report itself begins, in scalar values of the stored text (0 unless it opens with front matter).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub body_start: u32,
    /// For the record of an unwritten conversation: who was present, and how it was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<Conversation>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Default for SourceMeta {
    fn default() -> Self {
        SourceMeta {
            title: None,
            publisher: None,
            address: None,
            language: None,
            translator: None,
            published: None,
            retrieved: None,
            media_type: "text/plain".to_owned(),
            setting: Setting::default(),
            handling: Handling::default(),
            grade: None,
            body_start: 0,
            conversation: None,
        }
    }
}

/// An unwritten conversation, as somebody noted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversation {
    /// Who was present.
    pub present: Vec<String>,
    /// By whom it was noted.
    pub noted_by: String,
    /// True when the words are verbatim, false for a summary.
    pub verbatim: bool,
}

/// The program that turned original bytes into text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extractor {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Extractor {
    /// For plain UTF-8 text, where the bytes are the text.
    pub fn plain_text() -> Self {
        Extractor { name: "plain-text".to_owned(), version: "1".to_owned() }
    }
}

/// A source on its way into the ledger.
#[derive(Debug, Clone)]
pub struct NewSource<'input> {
    /// The original bytes, stored as they are.
    pub bytes: &'input [u8],
    /// The extracted text; `None` when the bytes are the text, in UTF-8.
    pub text: Option<&'input str>,
    /// What extracted it.
    pub extractor: Extractor,
    /// What is known about it.
    pub meta: SourceMeta,
}

impl<'input> NewSource<'input> {
    /// A plain text with what is known about it.
    pub fn plain_text(bytes: &'input [u8], meta: SourceMeta) -> Self {
        NewSource { bytes, text: None, extractor: Extractor::plain_text(), meta }
    }
}

/// A source as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Ten base32 characters of the hash of the original bytes.
    pub id: String,
    /// BLAKE3 of the original bytes, in hexadecimal.
    pub hash: String,
    /// What is known about it.
    #[serde(flatten)]
    pub meta: SourceMeta,
    /// What extracted the text.
    pub extractor: Extractor,
    /// Length of the original, in bytes.
    pub bytes: u64,
    /// Who added it.
    pub author: String,
    /// When it was added.
    pub added: Timestamp,
    /// Taken back: kept, and used nowhere.
    pub withdrawn: bool,
}

/// A statement as stored: the reader's record with what people made of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoredStatement {
    /// The record, with corrections applied.
    #[serde(flatten)]
    pub record: Statement,
    /// The source it stands in.
    pub source_id: String,
    /// The exact words of its spans.
    pub words: Words,
    /// What has become of it.
    pub status: Status,
    /// Whether its words are where it says.
    pub anchor: Anchor,
    /// Who proposed or last decided about it.
    pub author: String,
    /// When.
    pub time: Timestamp,
    /// Why it was rejected or withdrawn, if somebody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// A person's judgement whether the words of a condition accept the option they name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepts: Option<bool>,
}

impl StoredStatement {
    /// The statement's id.
    pub fn id(&self) -> &str {
        &self.record.id
    }
}

/// An event as stored: the reader's record with what people made of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoredEvent {
    /// The record. Its own `status` (happened, claimed, denied, expected) says who vouches for the event.
    pub record: paraph_reading::record::Event,
    /// The source it stands in.
    pub source_id: String,
    /// The exact words of its spans.
    pub words: EventWords,
    /// What has become of the record: proposed, confirmed or rejected.
    pub review: Status,
    /// Whether its words are where it says.
    pub anchor: Anchor,
    /// Who proposed or last decided about it.
    pub author: String,
    /// When.
    pub time: Timestamp,
    /// Why it was rejected, if somebody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A change to some fields of a statement. The id and the reader stay.
///
/// Stored as a JSON merge patch (RFC 7396) over the record, so the journal
/// says exactly what a person changed.
///
/// ```
/// use paraph_ledger::Correction;
/// use paraph_reading::record::Act;
///
/// let patch = Correction::new().party(Some("north")).act(Some(Act::Demand));
/// assert_eq!(serde_json::to_string(&patch).unwrap(), r#"{"party":"north","act":"demand"}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Correction(pub(crate) Map<String, Value>);

impl Correction {
    /// Changes nothing yet.
    pub fn new() -> Self {
        Correction::default()
    }

    fn set(mut self, field: &str, value: impl Serialize) -> Self {
        // Every type passed in is plain data; serialising it cannot fail.
        let value = serde_json::to_value(value).unwrap_or(Value::Null);
        self.0.insert(field.to_owned(), value);
        self
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The speaker's mention.
    pub fn source(self, spans: &[TextSpan]) -> Self {
        self.set("source", spans)
    }

    /// The attributing words.
    pub fn cue(self, spans: &[TextSpan]) -> Self {
        self.set("cue", spans)
    }

    /// What is said.
    pub fn content(self, spans: &[TextSpan]) -> Self {
        self.set("content", spans)
    }

    /// The parts inside quotation marks.
    pub fn direct_quote(self, spans: &[TextSpan]) -> Self {
        self.set("direct_quote", spans)
    }

    /// The speaker as the words name it.
    pub fn speaker(self, speaker: Option<&str>) -> Self {
        self.set("speaker", speaker)
    }

    /// The speaker's party.
    pub fn party(self, party: Option<&str>) -> Self {
        self.set("party", party)
    }

    /// Who reports whom.
    pub fn chain(self, chain: &[Hop]) -> Self {
        self.set("chain", chain)
    }

    /// The speech act.
    pub fn act(self, act: Option<Act>) -> Self {
        self.set("act", act)
    }

    /// What is negated.
    pub fn negated(self, negated: Negation) -> Self {
        self.set("negated", negated)
    }

    /// The channel.
    pub fn channel(self, channel: Option<&str>) -> Self {
        self.set("channel", channel)
    }

    /// The time.
    pub fn when(self, when: Option<&When>) -> Self {
        self.set("when", when)
    }

    /// Issues and options.
    pub fn about(self, about: &[String]) -> Self {
        self.set("about", about)
    }

    /// The claim that a denial is about.
    pub fn contests(self, contests: Option<&str>) -> Self {
        self.set("contests", contests)
    }

    /// A person's judgement whether the words of a condition accept the option they name.
    pub fn accepts(self, accepts: Option<bool>) -> Self {
        self.set("accepts", accepts)
    }
}

/// What a party holds on an issue, in one of nine words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stance {
    /// Takes it.
    Accepts,
    /// Takes a named option on a condition.
    AcceptsIf,
    /// Wants it, or sets a condition that accepts no named option.
    Demands,
    /// Puts it on the table, or gives way.
    Offers,
    /// Voices concern.
    Reserved,
    /// Will not have it.
    Rejects,
    /// Will talk about it; this is not acceptance.
    WillDiscuss,
    /// Was asked, and did not say.
    NoComment,
    /// Nothing is on record.
    NoRecord,
}
words_of!(
    Stance, "stance",
    Stance::Accepts => "accepts", Stance::AcceptsIf => "accepts if", Stance::Demands => "demands",
    Stance::Offers => "offers", Stance::Reserved => "reserved", Stance::Rejects => "rejects",
    Stance::WillDiscuss => "will discuss", Stance::NoComment => "no comment", Stance::NoRecord => "no record",
);

/// A position that a person sets by hand, with the reason and the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandPosition {
    /// The party.
    pub party: String,
    /// The issue.
    pub issue: String,
    /// The options it is about; empty when the words name none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// The stance; `no record` is not one a person can set.
    pub stance: Stance,
    /// The condition, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The draft it is about, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<String>,
    /// Said in public or at the table.
    #[serde(default)]
    pub setting: Setting,
    /// Who may see it.
    #[serde(default)]
    pub handling: Handling,
    /// From which day it holds; the day of the action when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Why: a sentence, not empty.
    pub reason: String,
    /// Ids of the statements it rests on (any unique prefix; stored in full).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

/// A person's ruling on statements of one party that seem to contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ruling {
    /// The statements that were judged, two or more (any unique prefix; stored in full).
    pub statements: Vec<String>,
    /// What was found.
    pub verdict: Verdict,
    /// Why: a sentence, not empty.
    pub reason: String,
}

/// What a person finds about seemingly contradictory statements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// This one is the party's position; the others gave way to it (a change of position, or less authority).
    Prevails(String),
    /// They can all be held at once; of a claim and its denial: they are not about the same thing.
    Compatible,
    /// Nothing here decides between them: they stay side by side, and were looked at.
    StaysContested,
}

/// A link from a statement to something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The statement (any unique prefix; stored in full).
    pub statement: String,
    /// What kind of link it is.
    pub relation: Relation,
    /// What it points to: an issue or `issue = option`, `draft/point`, a statement's id, a party.
    pub target: String,
    /// What proposed it; absent when a person made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reader: Option<String>,
}

impl Link {
    /// A link that a person makes.
    pub fn new(statement: impl Into<String>, relation: Relation, target: impl Into<String>) -> Self {
        Link { statement: statement.into(), relation, target: target.into(), reader: None }
    }
}

/// What a link says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The statement is about this issue or option, besides those in its record.
    Issue,
    /// The statement is about this point of a draft.
    DraftPoint,
    /// The same statement in another report: shown with all its sources, counted once.
    Same,
    /// Not the same statement, whatever was linked before: takes *same* between the two away.
    Distinct,
    /// The statement denies this claim.
    Contests,
    /// The statement is a forecast or a claim about this party.
    AboutParty,
}
words_of!(
    Relation, "relation",
    Relation::Issue => "issue", Relation::DraftPoint => "draft-point", Relation::Same => "same",
    Relation::Distinct => "distinct", Relation::Contests => "contests", Relation::AboutParty => "about-party",
);

/// An unwritten conversation on its way into the ledger; becomes a source.
#[derive(Debug, Clone)]
pub struct Note<'input> {
    /// The words, or the summary.
    pub text: &'input str,
    /// A title, if wanted.
    pub title: Option<String>,
    /// Who was present, and how it was noted.
    pub conversation: Conversation,
    /// The day of the conversation.
    pub date: Option<Date>,
    /// Private unless said otherwise.
    pub setting: Setting,
    /// Restricted unless said otherwise.
    pub handling: Handling,
}

impl<'input> Note<'input> {
    /// A private, restricted summary.
    pub fn new(text: &'input str, noted_by: impl Into<String>, present: Vec<String>) -> Self {
        Note {
            text,
            title: None,
            conversation: Conversation { present, noted_by: noted_by.into(), verbatim: false },
            date: None,
            setting: Setting::Private,
            handling: Handling::Restricted,
        }
    }
}

/// The parties and issues that a matrix covers, as plain ids.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roster {
    /// The rows or columns, in the order they are to appear.
    pub parties: Vec<RosterParty>,
    /// The issues, in the order they are to appear.
    pub issues: Vec<RosterIssue>,
}

/// A party of the case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RosterParty {
    /// Its id, as in the `party` field of statements.
    pub id: String,
    /// What reports call the party itself (not its people); words by any of these are by one speaker.
    pub names: Vec<String>,
    /// People and offices by authority, the highest first; one inner list holds the names of one of them.
    pub authority: Vec<Vec<String>>,
}

impl RosterParty {
    /// A party of which only the id is known.
    pub fn new(id: impl Into<String>) -> Self {
        RosterParty { id: id.into(), ..RosterParty::default() }
    }
}

/// An issue of the case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RosterIssue {
    /// Its id, as in the `about` field of statements.
    pub id: String,
    /// Its options.
    pub options: Vec<String>,
}

impl RosterIssue {
    /// An issue with these options.
    pub fn new<Name: Into<String>>(id: impl Into<String>, options: impl IntoIterator<Item = Name>) -> Self {
        RosterIssue { id: id.into(), options: options.into_iter().map(Into::into).collect() }
    }
}

/// What a source's and statement's selection is made for: which day, what was known, who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct View {
    /// Only what was uttered (else published) up to this day; `None` for everything. Undated words are always in, marked.
    pub as_of: Option<Date>,
    /// Only what the journal held up to this time; `None` for everything.
    pub known_at: Option<Timestamp>,
    /// For whom.
    pub audience: Audience,
}
