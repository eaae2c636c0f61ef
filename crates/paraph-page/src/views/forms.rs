//! What forms offer to choose from.

use paraph_brief::view;
use paraph_case::Case;
use paraph_reading::Act;
use paraph_workbench::{names, statements::word};
use serde::Serialize;

/// The case's names and the acts, for choosing.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Choices {
    /// The parties.
    #[cfg_attr(test, schemars(with = "Vec<crate::tests::schema::Party>"))]
    pub(crate) parties: Vec<view::Party>,
    /// The issues with their options.
    #[cfg_attr(test, schemars(with = "Vec<crate::tests::schema::Issue>"))]
    pub(crate) issues: Vec<view::Issue>,
    /// The speech acts.
    pub(crate) acts: Vec<String>,
}

impl Choices {
    pub(crate) fn of(case: &Case) -> Self {
        Choices {
            parties: names::parties(case),
            issues: names::issues(case),
            acts: Act::ALL.into_iter().map(word).collect(),
        }
    }
}

/// What a statement can be about besides the case's issues.
pub(crate) const BESIDES: [&str; 3] = ["process", "plan", "unmapped"];

/// The act of a word.
pub(crate) fn act(text: &str) -> Option<Act> {
    Act::ALL.into_iter().find(|act| word(*act) == text)
}
