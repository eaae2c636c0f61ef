//! Search across everything: reports, statements, the case and the drafts.

use crate::answer::{Fields, Shown};
use crate::shared::Shared;
use crate::trouble::Fallible;
use paraph_ledger::{Audience, Found};
use paraph_workbench::desk::Desk;
use serde::Serialize;

/// How many hits are listed.
const MOST: usize = 200;

/// What a search found.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Search {
    /// What was searched for.
    text: String,
    /// The hits: parties and issues, then drafts, then statements and reports, the latest first.
    hits: Vec<Hit>,
    /// Whether there are more.
    truncated: bool,
}

/// One hit.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Hit {
    /// What it is.
    kind: &'static str,
    /// The address it leads to.
    address: String,
    /// Its title.
    title: String,
    /// Some of its words.
    words: String,
}

/// Shows what is found.
pub(crate) fn show(shared: &Shared, fields: &Fields) -> Fallible<Shown> {
    let text = fields.get("text").unwrap_or_default().trim().to_owned();
    let mut hits = Vec::new();
    if !text.is_empty() {
        hits = in_case(shared, &text)?;
        hits.extend(in_drafts(shared, &text));
        let found = shared.read(|ledger| Ok(ledger.search(&text, Audience::Restricted, MOST + 1)?))?;
        hits.extend(found.into_iter().map(|found| match found {
            Found::Statement { id, source, words } => Hit {
                kind: "statement",
                address: format!("/reports/{source}?statement={id}"),
                title: id,
                words,
            },
            Found::Source { id, title, words } => Hit {
                kind: "report",
                address: format!("/reports/{id}"),
                title: title.unwrap_or_else(|| "untitled".to_owned()),
                words,
            },
        }));
    }
    let truncated = hits.len() > MOST;
    hits.truncate(MOST);
    Ok(Shown::new("search", "Search", "search.html", Search { text, hits, truncated }))
}

fn in_case(shared: &Shared, text: &str) -> Fallible<Vec<Hit>> {
    let case = shared.case(None)?;
    let words: Vec<String> = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let says = |parts: &[&str]| {
        let all = parts.join(" ").to_lowercase();
        words.iter().all(|word| all.contains(word))
    };
    let mut hits = Vec::new();
    for party in &case.parties {
        let mut parts = vec![party.id.as_str(), party.name.as_str()];
        parts.extend(party.also_called.iter().chain(&party.people).map(String::as_str));
        if says(&parts) {
            hits.push(Hit {
                kind: "party",
                address: format!("/actors/{}", party.id),
                title: party.name.clone(),
                words: party.people.join(", "),
            });
        }
    }
    for issue in &case.issues {
        let mut parts = vec![issue.id.as_str(), issue.title.as_str()];
        parts.extend(issue.options.iter().chain(&issue.words).map(String::as_str));
        if says(&parts) {
            hits.push(Hit {
                kind: "issue",
                address: format!("/timeline?issue={}", issue.id),
                title: issue.title.clone(),
                words: issue.options.join(", "),
            });
        }
    }
    Ok(hits)
}

fn in_drafts(shared: &Shared, text: &str) -> Vec<Hit> {
    let Ok(desk) = Desk::read(&shared.folder) else { return Vec::new() };
    let words: Vec<String> = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let mut hits = Vec::new();
    for draft in &desk.drafts {
        for (at, point) in draft.points().iter().enumerate() {
            let wording = draft.wording(at);
            let said = wording.to_lowercase();
            if words.iter().all(|word| said.contains(word)) {
                hits.push(Hit {
                    kind: "draft",
                    address: "/drafts".to_owned(),
                    title: format!("{}, {}", draft.name(), point.address),
                    words: paraph_workbench::drafts::squeezed(&wording).chars().take(240).collect(),
                });
            }
        }
    }
    hits
}
