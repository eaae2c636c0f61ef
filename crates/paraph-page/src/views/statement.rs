//! One statement: its words, what a person made of it, and deciding about it.

use crate::answer::{Fields, Shown, inside};
use crate::shared::{Shared, hash};
use crate::trouble::{Fallible, Trouble};
use crate::views::forms::{self, Choices};
use paraph_brief::view;
use paraph_case::Case;
use paraph_ledger::{Audience, Correction, Ledger, StoredStatement};
use paraph_reading::record::TextSpan;
use paraph_reading::{Hop, Negation, SpeakerKind, Statement};
use paraph_workbench::quote;
use paraph_workbench::statements::Shelf;
use serde::Serialize;

/// A statement with everything needed to decide about it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Card {
    /// The statement.
    #[cfg_attr(test, schemars(with = "crate::tests::schema::Statement"))]
    pub(crate) statement: view::Statement,
    /// The title of its report.
    pub(crate) report: String,
    /// The speaker's own words in the report.
    pub(crate) speaker: String,
    /// Where its first words stand, in Unicode scalar values of the text.
    pub(crate) near: usize,
    /// The reason that was given for the last decision.
    pub(crate) reason: Option<String>,
    /// What tells this version from a later one; an edit sends it along.
    pub(crate) seen: String,
    /// What can be chosen.
    pub(crate) choices: Choices,
    /// The first issue that it is about, if that is one of the case's, and the option.
    pub(crate) about: (String, String),
}

/// Shows a statement.
pub(crate) fn show(shared: &Shared, _: &Fields, id: &str) -> Fallible<Shown> {
    let case = shared.case(None)?;
    let card = shared.read(|ledger| card(ledger, &case, id))?;
    Shown::new("reports", "A statement", "statement.html", card)
}

/// A statement as it is looked at.
pub(crate) fn card(ledger: &Ledger, case: &Case, id: &str) -> Fallible<Card> {
    let stored = ledger.statement(id)?;
    let source = ledger.source(&stored.source_id)?;
    let report = source.meta.title.unwrap_or_else(|| "untitled".to_owned());
    let shelf = Shelf::with(ledger, vec![stored.clone()], Audience::Restricted)?;
    let statement = shelf.statements(Some(case)).into_iter().next();
    let statement = statement.ok_or_else(|| Trouble::not_found("There is no such statement."))?;
    let about = stored.record.about.iter().find_map(|about| {
        let (issue, option) = about.split_once('=').unwrap_or((about, ""));
        case.issue(issue.trim()).map(|_| (issue.trim().to_owned(), option.trim().to_owned()))
    });
    Ok(Card {
        report,
        speaker: stored.words.source_line(),
        near: near(&stored.record),
        reason: stored.reason.clone(),
        seen: seen(&stored),
        choices: Choices::of(case),
        about: about.unwrap_or_default(),
        statement,
    })
}

fn near(record: &Statement) -> usize {
    record.cue.iter().chain(&record.content).map(|span| span.start as usize).min().unwrap_or(0)
}

/// What changes with every decision about a statement.
fn seen(stored: &StoredStatement) -> String {
    let record = serde_json::to_string(&stored.record).unwrap_or_default();
    hash(&format!("{} {} {} {record}", stored.status, stored.time, stored.author))
}

/// Confirms, corrects or rejects a statement; leads back to where it was looked at.
pub(crate) fn decide(shared: &Shared, fields: &Fields, id: &str) -> Fallible<String> {
    let case = shared.case(None)?;
    let back = fields.get("back").and_then(inside);
    let (stored, text) = shared.read(|ledger| {
        let stored = ledger.statement(id)?;
        let text = match fields.get("do") {
            Some("correct") => ledger.source_text(&stored.source_id)?,
            _ => String::new(),
        };
        Ok((stored, text))
    })?;
    let id = stored.id();
    let address = back.map_or_else(|| format!("/statements/{id}"), str::to_owned);
    if fields.get("seen").is_some_and(|given| given != seen(&stored)) {
        return Err(Trouble::stale(
            "Somebody decided about this statement in the meantime; nothing was saved.",
            told(&stored),
            sent(fields),
        )
        .hint("Look at it as it is now, then decide again."));
    }
    let reason = fields.get("reason");
    match fields.need("do")? {
        "confirm" => shared.act(|ledger, stamp| {
            ledger.confirm(stamp, &[id])?;
            Ok(())
        })?,
        "reject" => shared.act(|ledger, stamp| {
            ledger.reject(stamp, &[id], reason)?;
            Ok(())
        })?,
        "correct" => {
            let patch = patch(&case, &stored.record, &text, fields)?;
            shared.act(|ledger, stamp| {
                if patch.is_empty() {
                    ledger.confirm(stamp, &[id])?;
                } else {
                    ledger.correct(stamp, id, &patch, reason)?;
                }
                Ok(())
            })?;
        }
        _ => return Err(Trouble::malformed("A statement can be confirmed, corrected or rejected.")),
    }
    Ok(address)
}

fn told(stored: &StoredStatement) -> String {
    let record = &stored.record;
    let act = record.act.map(paraph_workbench::statements::word).unwrap_or_default();
    format!(
        "{} by {}: {}, {}, about {}, “{}”",
        stored.status,
        stored.author,
        record.party.as_deref().unwrap_or("no party"),
        act,
        record.about.join(", "),
        stored.words.content_line()
    )
}

fn sent(fields: &Fields) -> String {
    let hidden = ["seen", "back", "near"];
    let shown = fields.0.iter().filter(|(name, value)| !value.is_empty() && !hidden.contains(&name.as_str()));
    shown.map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(", ")
}

/// What a person changes in a record; fields left as they are change nothing.
fn patch(case: &Case, record: &Statement, text: &str, fields: &Fields) -> Fallible<Correction> {
    let mut patch = Correction::new();
    let at = fields.parsed::<usize>("near")?.unwrap_or_else(|| near(record));
    let mut chain = record.chain.clone();
    if let Some(words) = fields.get("content") {
        let spans = spans(text, words, at)?;
        if spans != record.content {
            patch = patch.content(&spans);
        }
    }
    if let Some(words) = fields.get("speaker") {
        let spans = spans(text, words, near(record))?;
        if spans != record.source {
            patch = patch.source(&spans).speaker(Some(words));
            words.clone_into(&mut speaking(&mut chain).name);
        }
    }
    if let Some(given) = fields.get("party") {
        let party = (given != "none").then(|| given.to_owned());
        if let Some(party) = &party
            && case.party(party).is_none()
        {
            return Err(Trouble::malformed(format!("The case has no party `{party}`.")));
        }
        if party != record.party {
            patch = patch.party(party.as_deref());
            speaking(&mut chain).party = party;
        }
    }
    if chain != record.chain {
        patch = patch.chain(&chain);
    }
    if let Some(word) = fields.get("act") {
        let act = forms::act(word).ok_or_else(|| Trouble::malformed(format!("`{word}` is no act.")))?;
        if record.act != Some(act) {
            patch = patch.act(Some(act));
        }
    }
    if let Some(given) = fields.get("negated") {
        let negated = match given {
            "none" => Negation::None,
            "cue" => Negation::Cue,
            "content" => Negation::Content,
            "both" => Negation::Both,
            _ => return Err(Trouble::malformed("A negation stands on the cue, the content or both.")),
        };
        if negated != record.negated {
            patch = patch.negated(negated);
        }
    }
    let about = topics(case, fields)?;
    if !about.is_empty() && about != record.about {
        patch = patch.about(&about);
    }
    Ok(patch)
}

/// What the form links the statement to, checked against the case.
pub(crate) fn topics(case: &Case, fields: &Fields) -> Fallible<Vec<String>> {
    let Some(issue) = fields.get("issue") else { return Ok(Vec::new()) };
    if ["process", "plan", "unmapped"].contains(&issue) {
        return Ok(vec![issue.to_owned()]);
    }
    let known = case.issues.iter().find(|known| known.id == issue);
    let known = known.ok_or_else(|| Trouble::malformed(format!("The case has no issue `{issue}`.")))?;
    match fields.get("option") {
        None => Ok(vec![issue.to_owned()]),
        Some(option) if known.options.iter().any(|known| known == option) => {
            Ok(vec![format!("{issue} = {option}")])
        }
        Some(option) => Err(Trouble::malformed(format!("`{option}` is no option of `{issue}`."))),
    }
}

/// Where words stand in a text; forms write the ends of lines in two characters.
fn spans(text: &str, words: &str, near: usize) -> Fallible<Vec<TextSpan>> {
    Ok(quote::near(text, &words.replace("\r\n", "\n"), near)?)
}

/// The hop of the chain that speaks, made where there is none.
fn speaking(chain: &mut Vec<Hop>) -> &mut Hop {
    let at = match chain.iter().rposition(|hop| hop.kind != SpeakerKind::Reporter) {
        Some(at) => at,
        None => {
            if chain.is_empty() {
                chain.push(Hop { name: "reporter".to_owned(), kind: SpeakerKind::Reporter, party: None });
            }
            chain.push(Hop { name: "unnamed".to_owned(), kind: SpeakerKind::Named, party: None });
            chain.len() - 1
        }
    };
    &mut chain[at]
}

/// Adds a statement that the reader missed, as confirmed; leads to it in its report.
pub(crate) fn add(shared: &Shared, fields: &Fields, source: &str) -> Fallible<String> {
    let case = shared.case(None)?;
    let need = |name: &str, what: &str| {
        fields.get(name).map(|words| words.replace("\r\n", "\n")).ok_or_else(|| {
            Trouble::malformed(format!("A statement needs {what}."))
                .hint("Give the words exactly as they stand in the report.")
        })
    };
    let content = need("content", "the words that say it")?;
    let cue = need("cue", "the words that introduce it")?;
    let act = fields.need("act")?;
    let act = forms::act(act).ok_or_else(|| Trouble::malformed(format!("`{act}` is no act.")))?;
    let party = fields.get("party").filter(|party| *party != "none").map(str::to_owned);
    if party.as_deref().is_some_and(|party| case.party(party).is_none()) {
        return Err(Trouble::malformed("The case has no such party."));
    }
    let speaker = fields.get("speaker").map(str::to_owned);
    let about = topics(&case, fields)?;
    let text = shared.read(|ledger| Ok(ledger.source_text(source)?))?;
    let found = quote::together(&text, &content, &cue, speaker.as_deref())?;
    let mut chain = Vec::new();
    let hop = speaking(&mut chain);
    hop.party.clone_from(&party);
    if let Some(speaker) = &speaker {
        hop.name.clone_from(speaker);
    }
    let id = quote::id(&text, &found.cue, &found.content);
    shared.act(|ledger, stamp| {
        let record = Statement {
            id: id.clone(),
            source: found.speaker,
            cue: found.cue,
            content: found.content,
            direct_quote: Vec::new(),
            speaker,
            stands_for: None,
            party,
            chain,
            act: Some(act),
            negated: Negation::None,
            channel: None,
            when: None,
            about,
            matched: Vec::new(),
            contests: None,
            confidence: None,
            reader: stamp.author.clone(),
        };
        let proposed = ledger.propose(stamp, source, std::slice::from_ref(&record))?;
        if proposed.added.is_empty() {
            return Err(Trouble::new(
                axum::http::StatusCode::CONFLICT,
                format!("The statement is in the ledger already, as {}.", record.id),
            ));
        }
        ledger.confirm(stamp, &[&record.id])?;
        Ok(())
    })?;
    Ok(format!("/reports/{source}?statement={id}"))
}
