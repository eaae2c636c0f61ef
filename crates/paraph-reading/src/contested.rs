//! Which claim a denial is about: two records, one link.

use std::collections::BTreeSet;

use crate::about::stem;
use crate::attribution::Draft;
use crate::lexicon::Class;
use crate::record::{Act, Statement};
use crate::token::Document;

/// Nouns that name somebody's claim.
const CLAIMS: &[&str] = &[
    "claim",
    "claims",
    "account",
    "accounts",
    "figure",
    "figures",
    "charge",
    "charges",
    "accusation",
    "accusations",
    "allegation",
    "allegations",
    "report",
    "reports",
    "version",
    "suggestion",
    "assertion",
    "assertions",
    "rumour",
    "rumours",
    "story",
    "talk",
    "reading",
    "insinuation",
];

/// A claim further back is not what a denial points to.
const SENTENCES: usize = 3;
/// Nor one before so many other statements.
const STATEMENTS: usize = 6;

/// The claim that the denial at `denial` is about, among the statements of the same text.
///
/// First a claim inside the denial's own sentence ("denied Russian claims of …"); then one right before it by
/// somebody else, when what is denied only points back; then one of the last few by somebody else, when it
/// shares at least two words with what is denied; then a claim about others right before. Bounded work.
pub(crate) fn claim_of(
    denial: usize,
    drafts: &[Draft],
    acts: &[Act],
    statements: &[Statement],
    document: &Document<'_>,
) -> Option<usize> {
    let own = &drafts[denial];
    let nested = drafts[denial + 1..]
        .iter()
        .take_while(|other| other.sentence == own.sentence)
        .position(|other| other.host == Some(denial));
    if let Some(offset) = nested {
        return Some(denial + 1 + offset);
    }
    let near = |claim: usize, most: usize| {
        drafts[claim].sentence <= own.sentence && own.sentence - drafts[claim].sentence <= most
    };
    let others = |claim: usize| {
        let (one, other) = (&statements[denial], &statements[claim]);
        match (&one.party, &other.party) {
            (Some(one), Some(other)) => one != other,
            _ => one.speaker.is_some() && other.speaker.is_some() && one.speaker != other.speaker,
        }
    };
    let claims = |claim: usize| {
        matches!(
            acts[claim],
            Act::State | Act::ReportClaim | Act::Characterise | Act::Concern | Act::Confirm | Act::Demand
        )
    };
    let before: Vec<usize> =
        (denial.saturating_sub(STATEMENTS)..denial).rev().filter(|&claim| near(claim, SENTENCES)).collect();
    let last = before.first().copied();
    if let Some(claim) = last
        && points_back(own, document)
        && near(claim, 1)
        && others(claim)
        && claims(claim)
    {
        return Some(claim);
    }
    let words = stems(own, document);
    let shared = before
        .iter()
        .copied()
        .filter(|&claim| others(claim) && claims(claim))
        .map(|claim| (words.intersection(&stems(&drafts[claim], document)).count(), claim))
        .filter(|&(shared, _)| shared >= 2)
        .max();
    shared
        .map(|(_, claim)| claim)
        .or_else(|| last.filter(|&claim| acts[claim] == Act::ReportClaim && others(claim)))
}

/// "denied it", "disputes this figure", "rejected the accusation".
fn points_back(denial: &Draft, document: &Document<'_>) -> bool {
    let [(start, end)] = denial.content[..] else { return false };
    let content = &document.tokens[start..end];
    let pointer = content[0].any(&["it", "this", "that", "these", "those"]) && content.len() == 1;
    let named = content[0].any(&["this", "that", "these", "those", "the", "such", "any"])
        && (2..=3).contains(&content.len())
        && content[1..].iter().any(|token| token.any(CLAIMS));
    pointer || named
}

/// The stems of the longer words of what a draft says.
fn stems(draft: &Draft, document: &Document<'_>) -> BTreeSet<String> {
    draft
        .content
        .iter()
        .flat_map(|&(start, end)| &document.tokens[start..end])
        .take(64)
        .filter(|token| token.word && token.lower.len() >= 4)
        .filter(|token| {
            !token.has(Class::Auxiliary.or(Class::Pronoun).or(Class::Preposition).or(Class::Adverb))
        })
        .filter(|token| !token.has(Class::Determiner.or(Class::Question).or(Class::Conjunction)))
        .map(|token| stem(&token.lower))
        .collect()
}
