//! What would hold, and why an outcome does or does not.

use crate::answer::{Fields, Found, Outcome, Shown, worked};
use crate::pictures;
use crate::shared::Shared;
use crate::trouble::Fallible;
use crate::views::agree::{self, cited};
use paraph_analysis::{self as analysis, Concept, Model, Options};
use paraph_brief::html::Part;
use paraph_brief::{sentences, view};
use paraph_workbench::lens::Lens;
use paraph_workbench::{explanation, part};
use serde::Serialize;
use serde_json::json;
use std::sync::Arc;

/// An outcome explained.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Explained {
    /// The explanation.
    #[cfg_attr(test, schemars(with = "crate::tests::schema::Explanation"))]
    explanation: view::Explanation,
    /// The same in sentences.
    sentences: Vec<String>,
    /// What could not be worked out.
    not_determined: Vec<String>,
}

/// Shows what would hold.
pub(crate) fn show(shared: &Shared, fields: &Fields) -> Fallible<Outcome> {
    let case = shared.case(None)?;
    let map = pictures::map(&case)?;
    agree::scenarios(shared, fields, "hold", "What would hold", "hold.html", Part::Hold, map)
}

/// Explains one outcome.
pub(crate) fn explain(shared: &Shared, fields: &Fields, code: &str) -> Fallible<Outcome> {
    let scenario = fields.get("scenario").filter(|name| *name != "as-written").map(str::to_owned);
    let case = cited(shared, scenario.as_deref())?;
    let key = format!("explanation {code} {scenario:?} {}", shared.state()?);
    let asked = code.to_owned();
    let asked = shared.works.ask(&key, "Why it holds or not", move |monitor| {
        let model = Model::new(&case, &Options::default(), monitor)?;
        let cell = part::outcome(&model, &asked)?;
        let lens = Lens::new(&model, model.status_quo(), monitor)?;
        let verdicts = analysis::explain(&model, cell, &Concept::ALL, monitor)?;
        let packages = case.packages.iter();
        let mut named = packages
            .filter(|known| lens.cell(&known.outcome).map(|at| model.representative(at)) == Some(cell));
        let title = named.next().map(|package| package.title.clone());
        let title = title.or_else(|| (model.status_quo() == Some(cell)).then(|| "The status quo".to_owned()));
        let (explanation, not_determined) = explanation::view(&lens, cell, title, &verdicts);
        let told = sentences::explanation(&explanation);
        Ok(Explained { explanation, sentences: told, not_determined })
    })?;
    worked(asked, |explained: Arc<Explained>| {
        let chains = pictures::chains(&explained.explanation);
        let rows = sentences::explanation_told(&explained.explanation)
            .into_iter()
            .map(|told| json!({ "stable": told.stable, "text": told.text }));
        let moves = pictures::moves(&chains);
        let shape = json!({ "chains": chains, "moves": moves, "rows": rows.collect::<Vec<_>>() });
        let title =
            explained.explanation.title.clone().unwrap_or_else(|| explained.explanation.outcome.clone());
        Ok(Shown::new("hold", title, "explain.html", Found(explained)).with(shape))
    })
}
