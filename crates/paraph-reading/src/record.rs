//! What a reader hands over: attributed statements and events, with exact offsets.
//!
//! The field names are those of `paraph read --format jsonl`. Unknown things
//! are left out when written, never guessed.

use serde::{Deserialize, Serialize};

/// A half-open range of Unicode scalar values of the stored text, written as `[start, end]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(u32, u32)", into = "(u32, u32)")]
pub struct TextSpan {
    /// First scalar value.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

impl From<(u32, u32)> for TextSpan {
    fn from((start, end): (u32, u32)) -> Self {
        TextSpan { start, end }
    }
}

impl From<TextSpan> for (u32, u32) {
    fn from(span: TextSpan) -> Self {
        (span.start, span.end)
    }
}

/// Who said or did what, in which exact words of a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// Ten base32 characters of a hash of (source hash, cue span, content span) as first proposed.
    pub id: String,
    /// The speaker's mention; empty when the words name nobody.
    pub source: Vec<TextSpan>,
    /// The words that attribute.
    pub cue: Vec<TextSpan>,
    /// What is said.
    pub content: Vec<TextSpan>,
    /// Parts inside quotation marks, the marks included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub direct_quote: Vec<TextSpan>,
    /// The speaker as the words name it ("his office").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// The mention that a pronoun speaker ("he", "his office") was taken to stand for; absent when
    /// the speaker is no pronoun or when it is not clear whom it stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands_for: Option<TextSpan>,
    /// The party the speaker belongs to: a party of the case, else the gazetteer's kebab-case name.
    pub party: Option<String>,
    /// Who reports whom, the reporter first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<Hop>,
    /// The speech act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Act>,
    /// Whether the cue or the content is negated.
    #[serde(default, skip_serializing_if = "Negation::is_none")]
    pub negated: Negation,
    /// "in a post on Telegram", "on social media", as the words say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// When, as the words say it, and the interval it resolves to, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    /// What it is about: issues, options ("patrols = joint"), `process`, `plan`, `unmapped`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<String>,
    /// The words that spoke for each entry of `about` when it was proposed; a correction leaves them as they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matched: Vec<Matched>,
    /// The claim that a denial is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contests: Option<String>,
    /// From the reader, to order the review; never shown as truth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// What proposed it.
    pub reader: String,
}

/// Why a statement was taken to be about something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Matched {
    /// The entry of `about`.
    pub about: String,
    /// The statement's own words that spoke for it, in the order of the text.
    pub words: Vec<String>,
    /// How strongly, two decimals; comparable within one case only.
    pub score: f32,
}

/// One hop of an attribution chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// The name as the words give it, or `reporter`.
    pub name: String,
    /// What kind of speaker it is.
    pub kind: SpeakerKind,
    /// The party it belongs to, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
}

/// How a speaker is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpeakerKind {
    /// The report's own voice.
    Reporter,
    /// A person by name.
    Named,
    /// A role without a name ("a spokesman").
    Role,
    /// An institution, a government, a ministry, a state.
    Institution,
    /// Several without names ("European nations").
    Collective,
    /// Nobody in particular ("sources", "officials").
    Anonymous,
}

/// The speech act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are the field's own words; reading.md lists them")]
pub enum Act {
    State,
    Support,
    Commit,
    Demand,
    Offer,
    Concede,
    Accept,
    Reject,
    Condition,
    Concern,
    Confirm,
    Deny,
    NoComment,
    Characterise,
    PredictAcceptance,
    AnnounceEvent,
    ReportClaim,
}

impl Act {
    /// All, in the order in which people choose from them and in which learnt weights are kept.
    pub const ALL: [Act; 17] = [
        Act::State,
        Act::Support,
        Act::Commit,
        Act::Demand,
        Act::Offer,
        Act::Concede,
        Act::Accept,
        Act::Reject,
        Act::Condition,
        Act::Concern,
        Act::Confirm,
        Act::Deny,
        Act::NoComment,
        Act::Characterise,
        Act::PredictAcceptance,
        Act::AnnounceEvent,
        Act::ReportClaim,
    ];
}

/// Negation on the cue ("did not say") and on the content, kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Negation {
    /// Neither.
    #[default]
    None,
    /// The cue.
    Cue,
    /// The content.
    Content,
    /// Both.
    Both,
}

impl Negation {
    /// Nothing is negated.
    pub fn is_none(&self) -> bool {
        *self == Negation::None
    }
}

/// A time phrase and what it resolves to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// As the words say it.
    pub phrase: String,
    /// First and last day (ISO 8601), when the source's date allows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<(String, String)>,
}

/// Something that happened, is expected, or is claimed or denied to have happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Ten base32 characters of a hash of (source hash, trigger span).
    pub id: String,
    /// What kind of event.
    pub kind: EventKind,
    /// The words that name it.
    pub trigger: Vec<TextSpan>,
    /// Who took part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<TextSpan>,
    /// Where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub place: Vec<TextSpan>,
    /// When, as the words say it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<TextSpan>,
    /// Who vouches for it.
    pub status: EventStatus,
    /// The statement that claims, expects or denies it; absent in the reporter's own voice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// What proposed it.
    pub reader: String,
}

/// What kind of event is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the field's own words; reading.md lists them")]
pub enum EventKind {
    #[serde(rename = "meeting")]
    Meeting,
    #[serde(rename = "talks")]
    Talks,
    #[serde(rename = "visit")]
    Visit,
    #[serde(rename = "call")]
    Call,
    #[serde(rename = "delivery of a draft")]
    DeliveryOfADraft,
    #[serde(rename = "drafting")]
    Drafting,
    #[serde(rename = "decision")]
    Decision,
    #[serde(rename = "vote")]
    Vote,
    #[serde(rename = "signature")]
    Signature,
    #[serde(rename = "ceasefire")]
    Ceasefire,
    #[serde(rename = "attack")]
    Attack,
    #[serde(rename = "advance")]
    Advance,
    #[serde(rename = "withdrawal")]
    Withdrawal,
    #[serde(rename = "exchange")]
    Exchange,
    #[serde(rename = "sanction")]
    Sanction,
    #[serde(rename = "payment")]
    Payment,
    #[serde(rename = "election")]
    Election,
    #[serde(rename = "other")]
    Other,
}

/// Who vouches for an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventStatus {
    /// The report says so in its own voice.
    Happened,
    /// A speaker says so.
    Claimed,
    /// A speaker or the report says that it did not happen.
    Denied,
    /// It is to come.
    Expected,
}
