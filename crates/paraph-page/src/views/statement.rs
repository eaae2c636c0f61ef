//! One statement: its words, what a person made of it, and deciding about it.

use crate::answer::{Fields, Shown, inside};
use crate::shared::{Shared, hash};
use crate::trouble::{Fallible, Trouble};
use crate::views::forms::{self, Choices};
use paraph_brief::view;
use paraph_case::Case;
use paraph_ledger::{Audience, Ledger, StoredStatement};
use paraph_reading::Negation;
use paraph_workbench::correction;
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
    Ok(Shown::new("reports", "A statement", "statement.html", card))
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
        near: correction::place(&stored.record),
        reason: stored.reason.clone(),
        seen: seen(&stored),
        choices: Choices::of(case),
        about: about.unwrap_or_default(),
        statement,
    })
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
    let stored = shared.read(|ledger| Ok(ledger.statement(id)?))?;
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
            let given = given(fields)?;
            shared.act(|ledger, stamp| {
                correction::correct(ledger, stamp, &case, id, &given, reason)?;
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

/// What the form says of a statement. Forms write the ends of lines in two characters.
fn given(fields: &Fields) -> Fallible<correction::Fields> {
    let words = |name: &str| fields.get(name).map(|words| words.replace("\r\n", "\n"));
    let act = match fields.get("act") {
        Some(word) => {
            Some(forms::act(word).ok_or_else(|| Trouble::malformed(format!("`{word}` is no act.")))?)
        }
        None => None,
    };
    let negated = match fields.get("negated") {
        None => None,
        Some("none") => Some(Negation::None),
        Some("cue") => Some(Negation::Cue),
        Some("content") => Some(Negation::Content),
        Some("both") => Some(Negation::Both),
        Some(_) => return Err(Trouble::malformed("A negation stands on the cue, the content or both.")),
    };
    let about = fields.get("issue").map(|issue| match fields.get("option") {
        Some(option) if !forms::BESIDES.contains(&issue) => format!("{issue} = {option}"),
        _ => issue.to_owned(),
    });
    Ok(correction::Fields {
        party: fields.get("party").map(str::to_owned),
        act,
        about: about.into_iter().collect(),
        speaker: words("speaker"),
        cue: words("cue"),
        content: words("content"),
        near: fields.parsed("near")?,
        negated,
        ..correction::Fields::default()
    })
}

/// Adds a statement that the reader missed, as confirmed; leads to it in its report.
pub(crate) fn add(shared: &Shared, fields: &Fields, source: &str) -> Fallible<String> {
    let case = shared.case(None)?;
    let given = given(fields)?;
    let id = shared.act(|ledger, stamp| Ok(correction::add(ledger, stamp, &case, source, &given)?))?;
    Ok(format!("/reports/{source}?statement={id}"))
}
