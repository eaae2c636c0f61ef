//! What was done last, the whole log, and taking it back.

use crate::answer::{Fields, Shown, inside};
use crate::shared::{Shared, hash};
use crate::trouble::{Fallible, Trouble};
use crate::views::model;
use paraph_ledger::{EntryKind, LogLine};
use serde::Serialize;

/// How many entries of the journal the log shows.
const MOST: usize = 300;

/// The latest action that can be taken back.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Last {
    /// What it did.
    what: String,
    /// What it was about.
    about: String,
    /// By whom.
    author: String,
}

/// The log.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Log {
    /// The latest entries first.
    entries: Vec<Entry>,
    /// Whether older ones are left out.
    truncated: bool,
}

/// One entry of the journal.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Entry {
    /// Its identifier.
    id: String,
    /// The action it belongs to.
    action: String,
    /// What kind of thing happened.
    what: String,
    /// What it was about.
    about: String,
    /// Who did it.
    author: String,
    /// When.
    time: String,
    /// Whether it was taken back.
    undone: bool,
}

/// Shows the log.
pub(crate) fn show(shared: &Shared, _: &Fields) -> Fallible<Shown> {
    let lines = shared.read(|ledger| Ok(ledger.log(Some(MOST + 1))?))?;
    let truncated = lines.len() > MOST;
    let entries = lines.iter().take(MOST).map(|line| Entry {
        id: line.id.clone(),
        action: line.action.clone(),
        what: words(line.kind),
        about: line.about.clone(),
        author: line.author.clone(),
        time: line.time.to_string(),
        undone: line.undone,
    });
    Ok(Shown::new("log", "Log", "log.html", Log { entries: entries.collect(), truncated }))
}

/// The latest action that can be taken back, in the ledger or in the model.
pub(crate) fn last(shared: &Shared) -> Fallible<Option<Last>> {
    let line = latest(shared)?;
    if let Some(what) = shared.latest_edit(line.as_ref().map(|line| line.id.as_str())) {
        return Ok(Some(Last { what, about: "case.toml".to_owned(), author: String::new() }));
    }
    Ok(line.map(|line| Last { what: words(line.kind), about: line.about, author: line.author }))
}

/// The latest entry of the journal whose action is not undone and is no undo.
pub(crate) fn latest(shared: &Shared) -> Fallible<Option<LogLine>> {
    for most in [24, 400, usize::MAX] {
        let lines = shared.read(|ledger| Ok(ledger.log(Some(most))?))?;
        let all = lines.len() < most;
        let found = lines.into_iter().find(|line| {
            let final_ = matches!(line.kind, EntryKind::Undone | EntryKind::Merged | EntryKind::Shredded);
            !line.undone && !final_ && !line.shredded
        });
        if found.is_some() || all {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Takes the latest action back, or one that is named.
pub(crate) fn undo(shared: &Shared, fields: &Fields) -> Fallible<String> {
    let back = fields.get("back").and_then(inside);
    let back = back.unwrap_or("/matrix").to_owned();
    if let Some(action) = fields.get("action") {
        shared.act(|ledger, stamp| Ok(ledger.undo(stamp, Some(action))?))?;
        return Ok(back);
    }
    let newest = latest(shared)?;
    if shared.latest_edit(newest.as_ref().map(|line| line.id.as_str())).is_some() {
        let Some((before, after)) = shared.earlier() else { return Ok(back) };
        let now = model::text(shared)?;
        if hash(&now) != after {
            return Err(Trouble::stale(
                "`case.toml` was changed by another program; the edit was not taken back.",
                now,
                before,
            ));
        }
        model::store(shared, &before)?;
        shared.taken_back()?;
        return Ok(back);
    }
    shared.act(|ledger, stamp| Ok(ledger.undo(stamp, None)?))?;
    Ok(back)
}

/// The kind of an entry, in words.
fn words(kind: EntryKind) -> String {
    paraph_workbench::statements::word(kind).replace('-', " ")
}
