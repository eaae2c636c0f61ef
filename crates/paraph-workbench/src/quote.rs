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
    Ok(nearest(&found(text, words)?, position).clone())
}

/// Content, cue and speaker where they stand closest together.
///
/// # Errors
/// When one of them does not occur.
pub fn together(text: &str, content: &str, cue: &str, speaker: Option<&str>) -> Outcome<Places> {
    // Each must occur; the first that does not is named.
    let contents = found(text, content)?;
    let cues = found(text, cue)?;
    let speakers = speaker.map(|speaker| found(text, speaker)).transpose()?;
    let mut best: Option<(usize, Places)> = None;
    for content in contents {
        let at = start(&content);
        let cue = nearest(&cues, at);
        let cue_at = start(cue);
        let speaker = speakers.as_ref().map(|speakers| nearest(speakers, cue_at));
        let apart = at.abs_diff(cue_at) + speaker.map_or(0, |speaker| cue_at.abs_diff(start(speaker)));
        if best.as_ref().is_none_or(|(known, _)| apart < *known) {
            let speaker = speaker.cloned().unwrap_or_default();
            best = Some((apart, Places { speaker, cue: cue.clone(), content }));
        }
    }
    best.map(|(_, places)| places).ok_or_else(|| Failure::new("the report does not say so"))
}

fn start(spans: &[TextSpan]) -> usize {
    spans.first().map_or(usize::MAX, |span| span.start as usize)
}

/// The occurrences of words, of which there must be one.
fn found(text: &str, words: &str) -> Outcome<Vec<Vec<TextSpan>>> {
    let found = occurrences(text, words);
    if found.is_empty() {
        let shown: String = words.chars().take(60).collect();
        return Err(Failure::new(format!("the report does not say “{shown}”")).hint(
            "the words must stand there exactly so, quotation marks included; ` … ` may stand for a gap",
        ));
    }
    Ok(found)
}

/// The occurrence that begins closest to a position, the earlier of two; they ascend, and there is one.
fn nearest(occurrences: &[Vec<TextSpan>], position: usize) -> &Vec<TextSpan> {
    let after = occurrences.partition_point(|spans| start(spans) < position).min(occurrences.len() - 1);
    let before = after.saturating_sub(1);
    let closer =
        position.abs_diff(start(&occurrences[before])) <= position.abs_diff(start(&occurrences[after]));
    &occurrences[if closer { before } else { after }]
}

/// Words with more gaps are found nowhere.
const MOST_PARTS: usize = 64;

/// Every place where the words stand, in order; with gaps, each part at the first place behind the one before.
/// Linear in the text for each part.
fn occurrences(text: &str, words: &str) -> Vec<Vec<TextSpan>> {
    let parts: Vec<&str> = words.split(GAP).map(str::trim).filter(|part| !part.is_empty()).collect();
    let Some((first, rest)) = parts.split_first() else { return Vec::new() };
    if parts.len() > MOST_PARTS {
        return Vec::new();
    }
    let mut found = Vec::new();
    // Where each part was found last, in bytes and scalars: it is looked for on from there, never twice in one place.
    let mut places: Vec<Option<(usize, u32)>> = vec![None; rest.len()];
    let (mut byte, mut scalar) = (0, 0u32);
    'first: for (at, _) in text.match_indices(first) {
        scalar += count(&text[byte..at]);
        byte = at;
        let mut spans = vec![TextSpan { start: scalar, end: scalar + count(first) }];
        let (mut end, mut passed) = (at + first.len(), spans[0].end);
        for (part, place) in rest.iter().zip(&mut places) {
            let (start, starts) = match *place {
                Some((start, starts)) if start >= end => (start, starts),
                _ => {
                    // What is not behind this place is behind no later one.
                    let Some(offset) = text[end..].find(part) else { break 'first };
                    let (from, counted) = match *place {
                        Some((start, starts)) if start > at => (start, starts),
                        _ => (end, passed),
                    };
                    let start = end + offset;
                    (start, counted + count(&text[from..start]))
                }
            };
            *place = Some((start, starts));
            (end, passed) = (start + part.len(), starts + count(part));
            spans.push(TextSpan { start: starts, end: passed });
        }
        found.push(spans);
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
    fn short_words_in_a_long_text_take_no_time() {
        let text = format!("{}“No,” Ana said.", "b said é ".repeat(100_000));
        let places = together(&text, "b", "said", Some("é")).unwrap();
        assert_eq!(places.content[0].start + 2, places.cue[0].start);
        assert!(together(&text, "b … nowhere", "said", None).is_err());
        let far = near(&text, "b … “No,”", 900_000).unwrap();
        assert_eq!(far[1].start, 900_000);
        assert!(near(&text, &"b…".repeat(10_000), 0).is_err());
    }

    #[test]
    fn gaps_are_filled_as_looking_anew_each_time_would() {
        let mut seed = 7u64;
        let mut below = |limit: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % limit
        };
        for _ in 0..2_000 {
            let text: String = (0..24).map(|_| ['a', 'b', 'é'][below(3) as usize]).collect();
            let part =
                |letters: u64| (0..letters).map(|_| ['a', 'b', 'é'][below(3) as usize]).collect::<String>();
            let parts: Vec<String> = [1, 2, 1].map(part).to_vec();
            let letters: Vec<char> = text.chars().collect();
            let at = |part: &str, from: usize| {
                let wanted: Vec<char> = part.chars().collect();
                (from..=letters.len().saturating_sub(wanted.len()))
                    .find(|&at| letters[at..].starts_with(&wanted))
            };
            let mut slow = Vec::new();
            let mut from = 0;
            while let Some(first) = at(&parts[0], from) {
                let mut spans = Vec::new();
                let mut place = Some(first);
                let mut end = first;
                for part in &parts {
                    place = if spans.is_empty() { place } else { at(part, end) };
                    let Some(start) = place else { break };
                    end = start + part.chars().count();
                    spans.push(TextSpan { start: start as u32, end: end as u32 });
                }
                if spans.len() == parts.len() {
                    slow.push(spans);
                }
                from = first + 1;
            }
            assert_eq!(occurrences(&text, &parts.join(" … ")), slow, "{text}: {parts:?}");
        }
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
