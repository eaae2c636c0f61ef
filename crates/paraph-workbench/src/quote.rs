//! Finds words that a person quotes in the text they come from.

use crate::failure::{Failure, Outcome};
use paraph_reading::Source;
use paraph_reading::record::TextSpan;

/// Stands for words left out.
const GAP: &str = "…";

/// Where the parts of a statement stand.
#[derive(Debug, PartialEq, Eq)]
pub struct Places {
    /// Who speaks.
    pub speaker: Vec<TextSpan>,
    /// The words that say that something is said.
    pub cue: Vec<TextSpan>,
    /// What is said.
    pub content: Vec<TextSpan>,
}

/// The occurrence of words that begins closest to a scalar position; ` … ` stands for words left out.
///
/// # Errors
/// When the words do not occur.
pub fn near(text: &str, words: &str, position: usize) -> Outcome<Vec<TextSpan>> {
    let found = occurrences(text, words);
    let distance = |spans: &Vec<TextSpan>| {
        spans.first().map_or(usize::MAX, |span| position.abs_diff(span.start as usize))
    };
    found.into_iter().min_by_key(distance).ok_or_else(|| {
        let shown: String = words.chars().take(60).collect();
        Failure::new(format!("the report does not say “{shown}”")).hint(
            "the words must stand there exactly so, quotation marks included; ` … ` may stand for a gap",
        )
    })
}

/// Content, cue and speaker where they stand closest together.
///
/// # Errors
/// When one of them does not occur.
pub fn together(text: &str, content: &str, cue: &str, speaker: Option<&str>) -> Outcome<Places> {
    // Each must occur; the first that does not is named.
    near(text, content, 0)?;
    let mut best: Option<(usize, Places)> = None;
    for content in occurrences(text, content) {
        let at = content.first().map_or(0, |span| span.start as usize);
        let cue = near(text, cue, at)?;
        let cue_at = cue.first().map_or(0, |span| span.start as usize);
        let speaker = match speaker {
            Some(speaker) => near(text, speaker, cue_at)?,
            None => Vec::new(),
        };
        let apart =
            at.abs_diff(cue_at) + speaker.first().map_or(0, |span| cue_at.abs_diff(span.start as usize));
        if best.as_ref().is_none_or(|(known, _)| apart < *known) {
            best = Some((apart, Places { speaker, cue, content }));
        }
    }
    best.map(|(_, places)| places).ok_or_else(|| Failure::new("the report does not say so"))
}

/// Every place where the words stand, in order; with gaps, each part at the first place behind the one before.
fn occurrences(text: &str, words: &str) -> Vec<Vec<TextSpan>> {
    let parts: Vec<&str> = words.split(GAP).map(str::trim).filter(|part| !part.is_empty()).collect();
    let Some((first, rest)) = parts.split_first() else { return Vec::new() };
    let mut found = Vec::new();
    // Scalars are counted along, so that the whole takes one pass over the text for each occurrence.
    let (mut byte, mut scalar) = (0, 0u32);
    for (at, _) in text.match_indices(first) {
        scalar += count(&text[byte..at]);
        byte = at;
        let mut spans = vec![TextSpan { start: scalar, end: scalar + count(first) }];
        let mut end = at + first.len();
        let mut passed = spans[0].end;
        for part in rest {
            let Some(offset) = text[end..].find(part) else { break };
            let start = passed + count(&text[end..end + offset]);
            passed = start + count(part);
            spans.push(TextSpan { start, end: passed });
            end += offset + part.len();
        }
        if spans.len() == parts.len() {
            found.push(spans);
        }
    }
    found
}

fn count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// The identifier of a statement with these spans, as the reader would give it.
pub fn id(text: &str, cue: &[TextSpan], content: &[TextSpan]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"paraph statement\0");
    hasher.update(&Source::new(text).hash);
    for list in [cue, content] {
        hasher.update(&u32::try_from(list.len()).unwrap_or(u32::MAX).to_le_bytes());
        for span in list {
            hasher.update(&span.start.to_le_bytes());
            hasher.update(&span.end.to_le_bytes());
        }
    }
    let hash = hasher.finalize();
    let bits = hash.as_bytes()[..7].iter().fold(0u64, |bits, &byte| bits << 8 | u64::from(byte));
    (0..10)
        .map(|place| {
            char::from(b"abcdefghijklmnopqrstuvwxyz234567"[(bits >> (51 - 5 * place) & 31) as usize])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use paraph_reading::{Names, read};

    const TEXT: &str = "He said so. “No,” Ana said. Later Ana said that no ship comes in. “No,” she added.";

    #[test]
    fn words_are_found_where_they_stand_together() {
        let places = together(TEXT, "“No,”", "added", Some("she")).unwrap();
        let letters: Vec<char> = TEXT.chars().collect();
        let words = |spans: &[TextSpan]| -> String {
            letters[spans[0].start as usize..spans[0].end as usize].iter().collect()
        };
        assert_eq!(words(&places.cue), "added");
        assert_eq!(words(&places.speaker), "she");
        assert!(places.content[0].start > 50, "the second “No,” is the one next to the cue");
        assert!(near(TEXT, "no boat", 0).is_err());
        let gap = near(TEXT, "that … ship", 0).unwrap();
        assert_eq!((gap.len(), words(&gap[1..])), (2, "ship".to_owned()));
    }

    #[test]
    fn identifiers_are_those_of_the_reader() {
        let reading = read(&Source::new(TEXT), &Names::default());
        assert!(!reading.statements.is_empty());
        for statement in reading.statements {
            assert_eq!(id(TEXT, &statement.cue, &statement.content), statement.id);
        }
    }
}
