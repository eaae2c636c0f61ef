//! A text with its statements, as training and scoring need it.

use paraph_reading::{Act, Negation, TextSpan};
use serde::{Deserialize, Serialize};

/// A text and who says what in it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// What the document is called.
    pub id: String,
    /// The text; offsets count its Unicode scalar values.
    #[serde(default)]
    pub text: String,
    /// The statements.
    pub attributions: Vec<Attribution>,
}

/// One statement: roles as lists of spans, empty where a role is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    /// Its name within the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The speaker's mention.
    #[serde(default)]
    pub source: Vec<TextSpan>,
    /// The words that attribute.
    #[serde(default)]
    pub cue: Vec<TextSpan>,
    /// What is said.
    #[serde(default)]
    pub content: Vec<TextSpan>,
    /// The party the speaker belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// The speech act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Act>,
    /// What is negated.
    #[serde(default, skip_serializing_if = "Negation::is_none")]
    pub negated: Negation,
    /// The name of the claim that a denial is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contests: Option<String>,
}

impl From<&paraph_reading::Statement> for Attribution {
    fn from(statement: &paraph_reading::Statement) -> Self {
        Attribution {
            id: Some(statement.id.clone()),
            source: statement.source.clone(),
            cue: statement.cue.clone(),
            content: statement.content.clone(),
            party: statement.party.clone(),
            act: statement.act,
            negated: statement.negated,
            contests: statement.contests.clone(),
        }
    }
}

impl Document {
    /// Whether every span lies in the text and is not empty.
    pub fn is_sound(&self) -> bool {
        let length = u32::try_from(self.text.chars().count()).unwrap_or(u32::MAX);
        self.attributions
            .iter()
            .flat_map(|row| row.source.iter().chain(&row.cue).chain(&row.content))
            .all(|span| span.start < span.end && span.end <= length)
    }
}
