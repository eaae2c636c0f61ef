//! The lines of `paraph read --format jsonl`.

use serde::{Deserialize, Serialize};

/// One hop of an attribution chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AttributionHop {
    /// The name as it stands in the text.
    pub name: String,
    /// What it is: reporter, named, role, institution, collective or anonymous.
    pub kind: String,
    /// The party it belongs to, when resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
}

/// When something was said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AttributionWhen {
    /// The words in the text.
    pub phrase: String,
    /// The first and the last day they can mean; absent when not resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<(String, String)>,
}

/// One attributed statement. Spans are `[start, end)` in Unicode scalar values of the stored text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Attribution {
    /// The statement's identifier.
    pub id: String,
    /// The mention of the speaker.
    pub source: Vec<(u32, u32)>,
    /// The words that introduce the statement.
    pub cue: Vec<(u32, u32)>,
    /// What is said.
    pub content: Vec<(u32, u32)>,
    /// The stretches inside quotation marks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub direct_quote: Vec<(u32, u32)>,
    /// The speaker as named in the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// The mention that a pronoun speaker was taken to stand for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands_for: Option<(u32, u32)>,
    /// A party of the case, else the gazetteer's kebab-case name, else null.
    pub party: Option<String>,
    /// Who reports whom, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<AttributionHop>,
    /// The speech act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<String>,
    /// Where a negation stands: on the cue, the content or both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub negated: Option<String>,
    /// Through which channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// When it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<AttributionWhen>,
    /// The issues it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<String>,
    /// The words that spoke for each entry of `about`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matched: Vec<AttributionTopic>,
    /// The claim it denies, by identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contests: Option<String>,
    /// The reader's own confidence; it orders the review and says nothing about truth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// What proposed it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reader: String,
}

/// Why a statement was taken to be about something.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AttributionTopic {
    /// The entry of `about`.
    pub about: String,
    /// The statement's own words that spoke for it, in the order of the text.
    pub words: Vec<String>,
    /// How strongly; comparable within one case only.
    pub score: f32,
}

/// Something that is said to have happened, or to come. Spans are as in [`Attribution`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReportedEvent {
    /// The event's identifier.
    pub id: String,
    /// What kind of event: meeting, talks, visit, call, delivery of a draft, drafting, decision, vote,
    /// signature, ceasefire, attack, advance, withdrawal, exchange, sanction, payment, election or other.
    pub kind: String,
    /// The words that name it.
    pub trigger: Vec<(u32, u32)>,
    /// Who took part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<(u32, u32)>,
    /// Where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub place: Vec<(u32, u32)>,
    /// When, as the words say it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<(u32, u32)>,
    /// Who vouches for it: happened (the report itself), claimed, denied or expected.
    pub status: String,
    /// The statement that claims, expects or denies it, by identifier; absent in the report's own voice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// What proposed it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reader: String,
}

/// One line of `paraph read --format jsonl`: what was read out of one file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Reading {
    /// The file's name without its extension.
    pub id: String,
    /// The statements, in the order of the text.
    pub attributions: Vec<Attribution>,
    /// The events, in the order of the text.
    #[serde(default)]
    pub events: Vec<ReportedEvent>,
    /// Sentences that the report says in its own voice, attributed to nobody.
    #[serde(default)]
    pub narration: Vec<(u32, u32)>,
    /// Sentences that look attributed or quoted and that were not understood.
    #[serde(default)]
    pub unmapped: Vec<(u32, u32)>,
}
