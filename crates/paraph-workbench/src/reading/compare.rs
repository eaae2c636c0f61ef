//! Two readings of one report side by side.

use super::outside::Answered;
use super::report::Report;
use paraph_reading::record::TextSpan;
use paraph_reading::{Reading, SpanIndex, Statement};
use serde::Serialize;

/// What two readers found in one report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The report.
    pub report: String,
    /// The name of the built-in reader.
    pub built_in: String,
    /// The name of the outside reader.
    pub outside: String,
    /// What both found, and where they differ.
    pub both: Vec<Pair>,
    /// What only the built-in reader found: speaker, cue and content, joined by " | ".
    pub only_built_in: Vec<String>,
    /// What only the outside reader found.
    pub only_outside: Vec<String>,
    /// How many statements of the outside reader were dropped because their words do not stand in the report.
    pub dropped: usize,
}

/// One statement that both found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// Speaker, cue and content as the built-in reader has them, joined by " | ".
    pub words: String,
    /// Where the outside reader differs, in words; empty when it does not.
    pub differ: Vec<String>,
}

/// Sets two readings side by side: a statement is found by both when the cues overlap and the contents share at
/// least half of the characters that either has. Each statement is matched at most once, the first that fits.
///
/// Quadratic in the statements of one report.
#[must_use]
pub fn compare(
    id: &str,
    report: &Report,
    built_in: &Reading,
    built_in_name: &str,
    answered: &Answered,
    outside_name: &str,
) -> Comparison {
    let index = SpanIndex::new(&report.text);
    let words = |spans: &[TextSpan]| index.join(spans).unwrap_or_default().into_owned();
    let line =
        |one: &Statement| format!("{} | {} | {}", words(&one.source), words(&one.cue), words(&one.content));
    let mut left: Vec<&Statement> = answered.reading.statements.iter().collect();
    let mut compared = Comparison {
        report: id.to_owned(),
        built_in: built_in_name.to_owned(),
        outside: outside_name.to_owned(),
        both: Vec::new(),
        only_built_in: Vec::new(),
        only_outside: Vec::new(),
        dropped: answered.dropped,
    };
    for own in &built_in.statements {
        let twin = left.iter().position(|other| {
            let common = overlap(&own.content, &other.content);
            let all = length(&own.content) + length(&other.content) - common;
            overlap(&own.cue, &other.cue) > 0 && 2 * common >= all
        });
        let Some(twin) = twin else {
            compared.only_built_in.push(line(own));
            continue;
        };
        let other = left.remove(twin);
        let mut differ = Vec::new();
        let mut note = |what: &str, one: String, other: String| {
            if one != other {
                differ.push(format!("{what}: {one} / {other}"));
            }
        };
        note("speaker", words(&own.source), words(&other.source));
        note("content", words(&own.content), words(&other.content));
        let party = |one: &Statement| one.party.clone().unwrap_or_else(|| "–".to_owned());
        note("party", party(own), party(other));
        let act = |one: &Statement| one.act.map_or_else(|| "–".to_owned(), crate::statements::word);
        note("act", act(own), act(other));
        compared.both.push(Pair { words: line(own), differ });
    }
    compared.only_outside = left.into_iter().map(line).collect();
    compared
}

fn length(spans: &[TextSpan]) -> u32 {
    spans.iter().map(|span| span.end - span.start).sum()
}

fn overlap(one: &[TextSpan], other: &[TextSpan]) -> u32 {
    let shared =
        |one: &TextSpan, other: &TextSpan| one.end.min(other.end).saturating_sub(one.start.max(other.start));
    one.iter().map(|one| other.iter().map(|other| shared(one, other)).sum::<u32>()).sum()
}
