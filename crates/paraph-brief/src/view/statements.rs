//! Statements and the sources they are in.

use serde::{Deserialize, Serialize};

/// What has become of a statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum StatementStatus {
    /// Proposed by a reader; nobody has looked at it.
    #[default]
    Proposed,
    /// A person confirmed that the words say so; never that they are true.
    Confirmed,
    /// A person corrected the reading.
    Corrected,
    /// A person rejected the reading.
    Rejected,
}

impl StatementStatus {
    /// The word itself.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Confirmed => "confirmed",
            Self::Corrected => "corrected",
            Self::Rejected => "rejected",
        }
    }
}

/// What a stretch of quoted context is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FragmentKind {
    /// Words around the statement.
    #[default]
    Plain,
    /// The mention of the speaker.
    Speaker,
    /// The words that introduce the statement.
    Cue,
    /// What is said.
    Content,
}

/// A stretch of text of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fragment {
    /// The words, exactly as they stand in the source.
    pub text: String,
    /// What they are.
    pub kind: FragmentKind,
}

/// The exact words of a statement in what surrounds them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Context {
    /// The text, cut where its kind changes.
    pub fragments: Vec<Fragment>,
    /// Whether the source goes on before the first fragment.
    pub cut_before: bool,
    /// Whether the source goes on after the last fragment.
    pub cut_after: bool,
}

impl Context {
    /// The words at `marks` in `text`, with up to `around` further scalar values on either side.
    ///
    /// A mark is `(start, end, kind)` in Unicode scalar values, `start` inclusive; marks out of range are
    /// cut to the text and empty ones dropped. Where marks overlap, content outranks cue, and cue speaker.
    /// The surroundings end at white space where there is some in the last quarter. Time and memory
    /// are linear in the text and in the number of marks.
    ///
    /// ```
    /// use paraph_brief::view::{Context, FragmentKind};
    /// let text = "On Monday North said it accepts observers. Talks go on.";
    /// let context = Context::around(text, &[(10, 15, FragmentKind::Speaker), (24, 41, FragmentKind::Content)], 100);
    /// assert_eq!(context.fragments[1].text, "North");
    /// assert_eq!(context.fragments[3].text, "accepts observers");
    /// assert_eq!(context.words(), "accepts observers");
    /// ```
    #[must_use]
    pub fn around(text: &str, marks: &[(usize, usize, FragmentKind)], around: usize) -> Self {
        let characters: Vec<char> = text.chars().collect();
        let length = characters.len();
        let marks: Vec<_> = marks
            .iter()
            .map(|&(start, end, kind)| (start.min(length), end.min(length), kind))
            .filter(|&(start, end, _)| start < end)
            .collect();
        let (Some(first), Some(last)) =
            (marks.iter().map(|mark| mark.0).min(), marks.iter().map(|mark| mark.1).max())
        else {
            return Self::default();
        };
        let mut from = first.saturating_sub(around);
        let mut to = last.saturating_add(around).min(length);
        let slack = around / 4;
        if from > 0
            && let Some(space) = (from..(from + slack).min(first)).find(|&at| characters[at].is_whitespace())
        {
            from = space + 1;
        }
        if to < length
            && let Some(space) =
                (to.saturating_sub(slack).max(last)..to).rev().find(|&at| characters[at].is_whitespace())
        {
            to = space;
        }
        let mut kinds = vec![FragmentKind::Plain; to - from];
        for &(start, end, kind) in &marks {
            for slot in &mut kinds[start.max(from) - from..end.min(to) - from] {
                *slot = (*slot).max(kind);
            }
        }
        let mut fragments: Vec<Fragment> = Vec::new();
        for (&character, &kind) in characters[from..to].iter().zip(&kinds) {
            match fragments.last_mut() {
                Some(fragment) if fragment.kind == kind => fragment.text.push(character),
                _ => fragments.push(Fragment { text: character.to_string(), kind }),
            }
        }
        Self { fragments, cut_before: from > 0, cut_after: to < length }
    }

    /// The words of the content alone, stretches joined by " … ".
    #[must_use]
    pub fn words(&self) -> String {
        let content: Vec<_> = self
            .fragments
            .iter()
            .filter(|fragment| fragment.kind == FragmentKind::Content)
            .map(|fragment| fragment.text.trim())
            .collect();
        content.join(" … ")
    }
}

/// Who said or did what, about what, in which exact words of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Statement {
    /// The identifier in the ledger.
    pub id: String,
    /// The source's identifier.
    pub source: String,
    /// The speaker as named in the source; absent when not resolved.
    pub speaker: Option<String>,
    /// The party the speaker belongs to; absent when not resolved.
    pub party: Option<String>,
    /// The speech act; absent when not determined.
    pub act: Option<String>,
    /// What has become of it.
    pub status: StatementStatus,
    /// The content's exact words; stretches joined by " … ".
    pub words: String,
    /// The issues it is about, by identifier, and `process`, `plan`, `unmapped`.
    #[serde(default)]
    pub about: Vec<String>,
    /// The options it names, by issue in the order of `about`, as "issue = option".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// By which of its words a reader took it to be about what `about` still says; empty for what a person said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matched: Vec<MatchedTopic>,
    /// Who reports whom, outermost first: "agency", "an official of South", "North".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<String>,
    /// Through which channel, such as "in a post".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// When it was said, as `YYYY-MM-DD` or an interval; absent when not resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The claim it denies, by identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contests: Option<String>,
    /// The statements that deny it, by identifier.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contested_by: Vec<String>,
    /// Whether the words are reported as denied or not said: "did not say".
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub negated: bool,
    /// What proposed it.
    #[serde(default)]
    pub reader: String,
    /// Who decided on its status last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The words in their surroundings.
    #[serde(default)]
    pub context: Context,
    /// Where the words stand, as "line 12".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Whether the exact words could not be found again in the source.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub orphan: bool,
    /// Public or private, where the source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// The same statement in other reports; all of them count once. The first of all lists every other, the
    /// others name the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same: Vec<SameStatement>,
}

/// Why a reader took a statement to be about something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MatchedTopic {
    /// An issue, "issue = option", `process` or `plan`.
    pub about: String,
    /// The statement's own words that spoke for it, in the order of the text.
    pub words: Vec<String>,
}

/// A statement as another report has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SameStatement {
    /// Its own identifier.
    pub id: String,
    /// The title of the report.
    pub title: String,
    /// The day of the report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Whether it is the first of all, by the days of the reports; of one day, the one read in first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first: bool,
    /// Its content, where the words differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// A report, communiqué, transcript or letter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Source {
    /// The identifier in the ledger.
    pub id: String,
    /// Its title, or the file's name.
    pub title: String,
    /// Who published it; absent when not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// When it was published, as `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Where it was found; shown as a link only when it is http or https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The hash of its bytes.
    #[serde(default)]
    pub hash: String,
    /// The Admiralty grade, such as "B2".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
    /// The language and translator, where it is translated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translated: Option<String>,
    /// Public or private.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// How many statements it holds.
    #[serde(default)]
    pub statements: u64,
}

/// The answer of `paraph statements --format json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Statements {
    /// The statements, in the order of the sources and then of the words.
    pub statements: Vec<Statement>,
    /// The sources they are in.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// Reports that lie in the folder and nobody has read in.
    #[serde(default)]
    pub not_read: Vec<String>,
}
