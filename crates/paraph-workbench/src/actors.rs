//! Who speaks in a case, as the reports name them.

use crate::failure::Outcome;
use paraph_brief::view;
use paraph_ledger::{Audience, Ledger, StatementFilter, Status, StoredStatement, Work};
use paraph_reading::actors::{Named, groups, mention};
use paraph_reading::{SpanIndex, SpeakerKind};
use std::collections::{BTreeMap, BTreeSet};

/// A statement with the speaker as far as the words name one.
struct Spoken {
    statement: StoredStatement,
    named: Named,
    /// The whole mention.
    words: String,
    roles: Vec<String>,
}

/// The speakers of all statements that are neither rejected nor withdrawn and that the audience may see.
///
/// A pronoun counts for the mention that it stands for; where it stands for none, the statement is counted as
/// unresolved. Names are put together as [`paraph_reading::actors::groups`] has it.
///
/// # Errors
/// When the ledger cannot be read.
pub fn actors(ledger: &Ledger, audience: Audience) -> Outcome<view::Actors> {
    let filter = StatementFilter {
        status: vec![Status::Proposed, Status::Confirmed, Status::Corrected],
        audience,
        ..StatementFilter::default()
    };
    let mut spoken: Vec<Spoken> = Vec::new();
    let mut shown = view::Actors::default();
    let mut last: Option<(String, String)> = None;
    for statement in ledger.statements(&filter)? {
        let record = &statement.record;
        let kind = record.chain.iter().rfind(|hop| hop.kind != SpeakerKind::Reporter).map(|hop| hop.kind);
        let mut kind = kind.unwrap_or(SpeakerKind::Anonymous);
        let mut words = record.speaker.clone().unwrap_or_default();
        if let Some(span) = record.stands_for {
            if last.as_ref().is_none_or(|(source, _)| *source != statement.source_id) {
                last = Some((statement.source_id.clone(), ledger.source_text(&statement.source_id)?));
            }
            let text = last.as_ref().map(|(_, text)| text.as_str()).unwrap_or_default();
            words = SpanIndex::new(text).get(span).unwrap_or_default().to_owned();
        } else if is_pronoun(&words) {
            shown.unresolved += 1;
            continue;
        }
        let taken = mention(&words);
        // "Upland's water minister, Petar Vale": the role has a name.
        if kind == SpeakerKind::Role && taken.name.as_ref().is_some_and(|name| name.contains(' ')) {
            kind = SpeakerKind::Named;
        }
        // An anonymous hop in the chain: who it is was not said, whatever body it belongs to.
        if record.chain.iter().any(|hop| hop.kind == SpeakerKind::Anonymous) {
            kind = SpeakerKind::Anonymous;
        }
        let name = match (&taken.name, kind) {
            (Some(name), SpeakerKind::Named) => name.clone(),
            _ => words.clone(),
        };
        let roles = if kind == SpeakerKind::Named { taken.roles } else { Vec::new() };
        let named = Named { name, kind, party: record.party.clone() };
        spoken.push(Spoken { statement, named, words, roles });
    }
    let mut judged: BTreeMap<(String, String), bool> = BTreeMap::new();
    for entry in ledger.work()? {
        if let Work::Names(names) = entry.work {
            judged.insert((names.one, names.other), names.same);
        }
    }
    let pairs: Vec<(String, String, bool)> =
        judged.into_iter().map(|((one, other), same)| (one, other, same)).collect();
    let mentions: Vec<Named> = spoken.iter().map(|spoken| spoken.named.clone()).collect();
    let mut members: BTreeMap<usize, Vec<&Spoken>> = BTreeMap::new();
    for (group, spoken) in groups(&mentions, &pairs).into_iter().zip(&spoken) {
        members.entry(group).or_default().push(spoken);
    }
    let same = ledger.same_groups()?;
    for group in members.into_values() {
        let actor = actor(&group, &same);
        let nameless = group.iter().all(|spoken| spoken.named.kind == SpeakerKind::Anonymous);
        if nameless { shown.nameless.push(actor) } else { shown.actors.push(actor) }
    }
    shown.actors.sort_by(|one, other| (other.statements, &one.name).cmp(&(one.statements, &other.name)));
    shown.judged =
        pairs.into_iter().map(|(one, other, same)| view::JudgedNames { one, other, same }).collect();
    Ok(shown)
}

fn actor(group: &[&Spoken], same: &BTreeMap<String, usize>) -> view::Actor {
    let mut spellings: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut roles, mut parties, mut sources) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let (mut counted, mut met) = (0, BTreeSet::new());
    for spoken in group {
        let shown = if spoken.named.kind == SpeakerKind::Named { &spoken.named.name } else { &spoken.words };
        *spellings.entry(shown).or_default() += 1;
        roles.extend(spoken.roles.iter().cloned());
        parties.extend(spoken.named.party.clone());
        sources.insert(&spoken.statement.source_id);
        let alone = same.get(spoken.statement.id()).is_none_or(|group| met.insert(*group));
        counted += u64::from(alone);
    }
    let words = |name: &str| name.split_whitespace().count();
    let mut spellings: Vec<(&str, u64)> = spellings.into_iter().collect();
    spellings.sort_by_key(|&(name, count)| (std::cmp::Reverse(count), name));
    let longest = spellings.iter().map(|(name, _)| words(name)).max().unwrap_or(0);
    let name = spellings.iter().find(|(name, _)| words(name) == longest).map(|(name, _)| (*name).to_owned());
    view::Actor {
        name: name.filter(|name| !name.is_empty()).unwrap_or_else(|| "unnamed".to_owned()),
        kind: group.first().map(|spoken| crate::statements::word(spoken.named.kind)).unwrap_or_default(),
        parties: parties.into_iter().collect(),
        roles: roles.into_iter().collect(),
        spellings: spellings
            .into_iter()
            .filter(|(words, _)| !words.is_empty())
            .map(|(words, statements)| view::Spelling { words: words.to_owned(), statements })
            .collect(),
        statements: counted,
        sources: sources.len() as u64,
    }
}

fn is_pronoun(words: &str) -> bool {
    const PRONOUNS: &[&str] = &[
        "he", "she", "it", "they", "we", "i", "you", "who", "which", "that", "this", "his", "her", "its",
        "their",
    ];
    PRONOUNS.contains(&words.trim().to_lowercase().as_str())
}
