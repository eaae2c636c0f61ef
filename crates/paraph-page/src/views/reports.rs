//! The reports: what was read in, what lies there unread, and how a new one comes in.

use crate::answer::{Fields, Shown};
use crate::shared::Shared;
use crate::trouble::{Fallible, Trouble};
use crate::views::upload;
use paraph_ledger::{Audience, By, StatementFilter, Status};
use paraph_workbench::reading::ENDINGS;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// How many reports a page of the list has.
const MOST: usize = 200;

/// The list of reports.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Reports {
    /// What was read in, the latest first; one page of it.
    reports: Vec<Line>,
    /// How many there are in all.
    count: usize,
    /// How many later ones stand before this page.
    from: usize,
    /// Files in `reports/` that nobody has read in.
    not_read: Vec<String>,
    /// Files in `reports/` that cannot be read in.
    skipped: Vec<String>,
}

/// One report.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Line {
    /// Its identifier.
    id: String,
    /// Its title.
    title: String,
    /// Who published it, if known.
    publisher: Option<String>,
    /// When, if known.
    date: Option<String>,
    /// Public or private.
    setting: String,
    /// Whether it was withdrawn.
    withdrawn: bool,
    /// How many statements wait for a person.
    proposed: u64,
    /// How many a person confirmed, as read or corrected.
    confirmed: u64,
    /// How many a person rejected.
    rejected: u64,
}

/// Which reports a page shows: from a place to another.
fn page(fields: &Fields, count: usize) -> Fallible<(usize, usize)> {
    let from = fields.parsed::<usize>("from")?.unwrap_or(0);
    if from > 0 && from >= count {
        return Err(Trouble::not_found("There are not so many reports."));
    }
    Ok((from, count.min(from.saturating_add(MOST))))
}

/// Shows the reports.
pub(crate) fn show(shared: &Shared, fields: &Fields) -> Fallible<Shown> {
    let look = shared.watch.look()?;
    let (mut sources, counts, not_read) = shared.read(|ledger| {
        let mut counts: BTreeMap<String, [u64; 3]> = BTreeMap::new();
        let filter = StatementFilter {
            audience: Audience::Restricted,
            with_withdrawn_sources: true,
            ..StatementFilter::default()
        };
        for tally in ledger.tally(&filter, &[By::Source, By::Status])? {
            let [Some(source), Some(status)] = &tally.values[..] else { continue };
            let at = match status.parse() {
                Ok(Status::Proposed) => 0,
                Ok(Status::Confirmed | Status::Corrected) => 1,
                _ => 2,
            };
            counts.entry(source.clone()).or_default()[at] += tally.count;
        }
        Ok((ledger.sources(Audience::Restricted)?, counts, look.not_read(ledger)?))
    })?;
    sources.reverse();
    let reports = sources.into_iter().map(|source| {
        let [proposed, confirmed, rejected] = counts.get(&source.id).copied().unwrap_or_default();
        Line {
            title: source.meta.title.unwrap_or_else(|| "untitled".to_owned()),
            publisher: source.meta.publisher,
            date: source.meta.published.map(|date| date.to_string()),
            setting: source.meta.setting.as_str().to_owned(),
            withdrawn: source.withdrawn,
            id: source.id,
            proposed,
            confirmed,
            rejected,
        }
    });
    let found: Vec<Line> = reports.collect();
    let count = found.len();
    let (from, until) = page(fields, count)?;
    let view = Reports {
        reports: found.into_iter().skip(from).take(until - from).collect(),
        count,
        from,
        not_read,
        skipped: look.skipped.clone(),
    };
    let endings = ENDINGS.map(|ending| format!(".{ending}")).join(",");
    let shape = json!({ "endings": endings, "earlier": from.checked_sub(MOST), "later": (until < count).then_some(until) });
    Ok(Shown::new("reports", "Reports", "reports.html", view).with(shape))
}

/// Takes a report that was pasted, or reads in what lies in the folder.
pub(crate) fn take(shared: &Shared, fields: &Fields) -> Fallible<String> {
    if fields.get("do") == Some("read") {
        return upload::read_folder(shared);
    }
    upload::pasted(shared, fields)
}
