//! Spans of Unicode scalar values in a stored text.

use paraph_reading::record::TextSpan;
use serde::{Deserialize, Serialize};

/// How many scalar values lie between two remembered byte positions.
const STRIDE: usize = 128;

/// Finds the bytes of a scalar position in constant time, after one pass over the text.
pub(crate) struct TextIndex {
    text: String,
    marks: Vec<usize>,
    length: usize,
}

impl TextIndex {
    pub(crate) fn new(text: String) -> Self {
        let mut marks = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut length = 0;
        for (at, _) in text.char_indices() {
            if length % STRIDE == 0 {
                marks.push(at);
            }
            length += 1;
        }
        TextIndex { text, marks, length }
    }

    /// How many scalar values the text has.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// The text itself.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    fn byte(&self, position: usize) -> Option<usize> {
        if position == self.length {
            return Some(self.text.len());
        }
        let mark = *self.marks.get(position / STRIDE)?;
        let (offset, _) = self.text.get(mark..)?.char_indices().nth(position % STRIDE)?;
        Some(mark + offset)
    }

    /// The words of a span, or nothing when the span does not lie in the text.
    pub(crate) fn words(&self, span: TextSpan) -> Option<&str> {
        if span.start > span.end {
            return None;
        }
        self.text.get(self.byte(span.start as usize)?..self.byte(span.end as usize)?)
    }

    fn all(&self, spans: &[TextSpan]) -> Option<Vec<String>> {
        spans.iter().map(|span| self.words(*span).map(str::to_owned)).collect()
    }
}

/// The exact words of a statement's spans, kept with the record.
///
/// With the spans they make the anchor: a statement whose words are not found
/// at their place any more is an *orphan*, and nothing moves it elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// The speaker's mention, one string per span.
    pub source: Vec<String>,
    /// The attributing words, one string per span.
    pub cue: Vec<String>,
    /// What is said, one string per span.
    pub content: Vec<String>,
    /// The mention that a pronoun speaker stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands_for: Option<String>,
}

impl Words {
    /// Takes the words of a record from its text; nothing when a span lies outside.
    pub(crate) fn take(index: &TextIndex, record: &paraph_reading::record::Statement) -> Option<Words> {
        for span in &record.direct_quote {
            index.words(*span)?;
        }
        Some(Words {
            source: index.all(&record.source)?,
            cue: index.all(&record.cue)?,
            content: index.all(&record.content)?,
            stands_for: match record.stands_for {
                Some(span) => Some(index.words(span)?.to_owned()),
                None => None,
            },
        })
    }

    /// Whether they are what [`Words::take`] takes from the text.
    pub(crate) fn stand_in(&self, index: &TextIndex, record: &paraph_reading::record::Statement) -> bool {
        let same = |words: &[String], spans: &[TextSpan]| {
            words.len() == spans.len()
                && words.iter().zip(spans).all(|(words, span)| index.words(*span) == Some(words.as_str()))
        };
        same(&self.source, &record.source)
            && same(&self.cue, &record.cue)
            && same(&self.content, &record.content)
            && record.direct_quote.iter().all(|span| index.words(*span).is_some())
            && match (&self.stands_for, record.stands_for) {
                (None, None) => true,
                (Some(words), Some(span)) => index.words(span) == Some(words.as_str()),
                _ => false,
            }
    }

    /// The content as one line, gaps shown as "…".
    pub fn content_line(&self) -> String {
        self.content.join(" … ")
    }

    /// The speaker's mention as one line.
    pub fn source_line(&self) -> String {
        self.source.join(" … ")
    }

    /// The cue as one line.
    pub fn cue_line(&self) -> String {
        self.cue.join(" … ")
    }

    /// Everything that a search should find.
    pub(crate) fn searchable(&self) -> String {
        let mut all = self.source.join(" ");
        for part in self.cue.iter().chain(&self.content) {
            all.push('\n');
            all.push_str(part);
        }
        all
    }
}

/// Whether some words hold a name as whole words, whatever the case of the letters.
pub(crate) fn mentions(words: &str, name: &str) -> bool {
    let (words, name) = (words.to_lowercase(), name.trim().to_lowercase());
    !name.is_empty()
        && words.match_indices(&name).any(|(at, found)| {
            let before = words[..at].chars().next_back();
            let after = words[at + found.len()..].chars().next();
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
}

/// The exact words of an event's spans, kept with the record like those of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventWords {
    /// The words that name it, one string per span.
    pub trigger: Vec<String>,
    /// Who took part.
    pub participants: Vec<String>,
    /// Where.
    pub place: Vec<String>,
    /// When.
    pub when: Vec<String>,
}

impl EventWords {
    /// Takes the words of a record from its text; nothing when a span lies outside.
    pub(crate) fn take(index: &TextIndex, record: &paraph_reading::record::Event) -> Option<EventWords> {
        Some(EventWords {
            trigger: index.all(&record.trigger)?,
            participants: index.all(&record.participants)?,
            place: index.all(&record.place)?,
            when: index.all(&record.when)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_where_they_were_taken() {
        let index = TextIndex::new("North said yes. She said no.".to_owned());
        let span = |start, end| TextSpan { start, end };
        let record = |content: [u32; 2], stands_for: Option<[u32; 2]>, quote: [u32; 2]| {
            let stands_for = stands_for.map(|[start, end]| serde_json::json!([start, end]));
            serde_json::from_value::<paraph_reading::record::Statement>(serde_json::json!({
                "id": "a", "source": [[0, 5]], "cue": [[6, 10]], "content": [content], "stands_for": stands_for,
                "direct_quote": [quote], "reader": "test",
            }))
            .unwrap()
        };
        assert_eq!(index.words(span(11, 14)), Some("yes"));
        let whole = record([11, 14], Some([0, 5]), [11, 14]);
        let words = Words::take(&index, &whole).unwrap();
        let others = [
            record([25, 27], Some([0, 5]), [11, 14]),
            record([11, 14], Some([16, 19]), [11, 14]),
            record([11, 14], None, [11, 14]),
            record([11, 14], Some([0, 5]), [11, 99]),
            record([11, 99], Some([0, 5]), [11, 14]),
        ];
        assert!(words.stand_in(&index, &whole));
        for other in &others {
            assert!(!words.stand_in(&index, other), "{other:?}");
            assert_ne!(Words::take(&index, other).as_ref(), Some(&words), "{other:?}");
        }
    }

    #[test]
    fn spans_count_scalar_values() {
        let text = "é“x”".repeat(200);
        let index = TextIndex::new(text);
        assert_eq!(index.length(), 800);
        assert_eq!(index.words(TextSpan { start: 1, end: 4 }), Some("“x”"));
        assert_eq!(index.words(TextSpan { start: 796, end: 800 }), Some("é“x”"));
        assert_eq!(index.words(TextSpan { start: 800, end: 800 }), Some(""));
        assert_eq!(index.words(TextSpan { start: 799, end: 801 }), None);
        assert_eq!(index.words(TextSpan { start: 3, end: 2 }), None);
    }
}
