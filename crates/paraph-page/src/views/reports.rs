//! The reports: what was read in, what lies there unread, and how a new one comes in.

use crate::answer::{Fields, Shown};
use crate::shared::Shared;
use crate::trouble::Fallible;
use crate::views::upload;
use paraph_ledger::{Audience, StatementFilter, Status};
use paraph_workbench::folder;
use serde::Serialize;
use std::collections::BTreeMap;

/// The list of reports.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Reports {
    /// What was read in, the latest first.
    reports: Vec<Line>,
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

/// Shows the reports.
pub(crate) fn show(shared: &Shared, _: &Fields) -> Fallible<Shown> {
    let (mut sources, counts, not_read) = shared.read(|ledger| {
        let mut counts: BTreeMap<String, [u64; 3]> = BTreeMap::new();
        let filter = StatementFilter {
            audience: Audience::Restricted,
            with_withdrawn_sources: true,
            ..StatementFilter::default()
        };
        for statement in ledger.statements(&filter)? {
            let at = match statement.status {
                Status::Proposed => 0,
                Status::Confirmed | Status::Corrected => 1,
                Status::Rejected | Status::Withdrawn => 2,
            };
            counts.entry(statement.source_id).or_default()[at] += 1;
        }
        Ok((ledger.sources(Audience::Restricted)?, counts, folder::not_read(&shared.folder, ledger)?))
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
    let view = Reports { reports: reports.collect(), not_read, skipped: folder::reports(&shared.folder)?.1 };
    Shown::new("reports", "Reports", "reports.html", view)
}

/// Takes a report that was pasted, or reads in what lies in the folder.
pub(crate) fn take(shared: &Shared, fields: &Fields) -> Fallible<String> {
    if fields.get("do") == Some("read") {
        return upload::read_folder(shared);
    }
    upload::pasted(shared, fields)
}
