//! Drafts as part of the brief, and as a page of their own.

use std::collections::BTreeMap;

use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error};
use serde::{Deserialize, Serialize};

use super::{RenderError, environment};
use crate::svg;
use crate::view::{DraftStance, Drafts, Effect, change_sign};

/// What the templates need of the drafts.
#[derive(Serialize)]
pub(super) struct DraftsPart {
    view: Drafts,
    picture: Option<String>,
    /// Names of parties by identifier.
    names: BTreeMap<String, String>,
    /// Where a statement's words stand on the page, by identifier.
    links: BTreeMap<String, String>,
}

impl DraftsPart {
    pub(super) fn new(view: &Drafts, links: BTreeMap<String, String>) -> Self {
        let parties = view.assessments.iter().flat_map(|all| &all.parties);
        let parties = parties.chain(view.register.iter().flat_map(|register| &register.parties));
        let names = parties.map(|party| (party.id.clone(), party.name.clone())).collect();
        let picture = view.brackets.as_ref().filter(|all| all.drafts.len() > 1).map(|all| {
            let marks: Vec<svg::BurnDownMark> = all
                .drafts
                .iter()
                .map(|draft| svg::BurnDownMark {
                    label: draft.draft.clone(),
                    brackets: draft.total.brackets,
                    open_points: draft.points.saturating_sub(draft.clean_points),
                })
                .collect();
            svg::burn_down("Brackets and open points by draft", &marks)
        });
        Self { view: view.clone(), picture, names, links }
    }
}

/// What the templates of the drafts call.
pub(super) fn add_functions(environment: &mut Environment<'_>) {
    environment.add_function("sign", |became: String| change_sign(&became));
    environment.add_function("party_name", |names: Value, id: String| -> String {
        let known = names.get_attr(&id).ok();
        known.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or(id)
    });
    environment.add_function("stance", |stance: Value| -> Result<String, Error> {
        Ok(DraftStance::deserialize(stance)?.word().to_owned())
    });
    environment.add_function("effect_words", |effect: Value| -> Result<String, Error> {
        Ok(Effect::deserialize(effect)?.words())
    });
}

#[derive(Serialize)]
struct Alone {
    css: String,
    part: DraftsPart,
}

/// Renders drafts as one HTML file that needs no script and loads nothing.
///
/// The same view gives the same bytes. Time and size are linear in the view.
///
/// # Errors
/// When a template fails, which would be a fault of this crate and not of the drafts.
pub fn drafts(view: &Drafts) -> Result<String, RenderError> {
    let environment = environment()?;
    let part = DraftsPart::new(view, BTreeMap::new());
    let page = Value::from(Serde(Alone { css: super::css(), part }));
    environment
        .get_template("drafts_page.html")
        .and_then(|template| template.render(page))
        .map_err(RenderError)
}
