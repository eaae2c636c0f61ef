//! The drafts: their points beside each other, linked to issues, and what each amounts to.

use crate::answer::{Fields, Found, Outcome, Shown, internal, worked};
use crate::shared::Shared;
use crate::trouble::Fallible;
use crate::views::agree::{MOST, brief_of, cited};
use paraph_brief::html::{self, Part};
use paraph_brief::view;
use paraph_ledger::{Audience, StatementFilter};
use paraph_workbench::statements::Shelf;
use paraph_workbench::{drafts, folder};
use serde_json::json;
use std::sync::Arc;

/// Shows the drafts.
pub(crate) fn show(shared: &Shared, _: &Fields) -> Fallible<Outcome> {
    let case = cited(shared, None)?;
    let brief = brief_of(&case);
    let place = shared.folder.clone();
    let asked = shared.works.ask(&format!("drafts {}", shared.state()?), "The drafts", move |monitor| {
        let ledger = folder::ledger(&place)?;
        let filter = StatementFilter { audience: Audience::Restricted, ..StatementFilter::default() };
        let spoken = Shelf::take(&ledger, &filter)?.statements(Some(&case));
        let found = drafts::in_brief(&place, &case, &ledger, &spoken, Audience::Restricted, MOST, monitor)?;
        Ok(found.unwrap_or_else(|| drafts::page(&place, Some(&case))))
    })?;
    worked(asked, |found: Arc<view::Drafts>| {
        let none = found.list.as_ref().is_none_or(|list| list.drafts.is_empty());
        let brief = view::Brief { drafts: (!none).then(|| (*found).clone()), ..brief };
        let drawn = html::part(&brief, Part::Drafts, "/statements/").map_err(|error| internal(&error))?;
        Ok(Shown::new("drafts", "Drafts", "drafts_view.html", Found(found))
            .with(json!({ "drawn": drawn, "empty": none })))
    })
}
