//! The keys, and what the words mean.

use crate::answer::{Fields, Shown};
use crate::shared::Shared;
use crate::trouble::Fallible;
use crate::views::matrix::legend;
use serde::Serialize;

/// The help.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Help {
    /// Each key with what it does.
    keys: Vec<(&'static str, &'static str)>,
    /// Each position with its sign and what it means.
    positions: Vec<(&'static str, &'static str, &'static str)>,
}

/// Every key that the page's scripts listen to; single letters only outside of fields.
const KEYS: [(&str, &str); 13] = [
    ("?", "this help"),
    ("/", "search"),
    ("u", "take the last action back"),
    (
        "g then m, r, q, t, a, w, e, b",
        "matrix, reports, review, timeline, agreement, what holds, the model, brief",
    ),
    ("arrows, Home, End", "from cell to cell of the matrix"),
    ("Enter", "open the cell or the statement"),
    ("Escape", "leave the panel, back to where it was opened"),
    ("n, p", "the next or previous statement of a report"),
    ("c", "confirm the statement that is looked at"),
    ("x", "reject it"),
    ("e", "correct it"),
    ("t", "take the words that are selected in the report as its content"),
    ("j, k", "the next or previous statement of the review queue"),
];

/// Shows the help.
pub(crate) fn show(_: &Shared, _: &Fields) -> Fallible<Shown> {
    Ok(Shown::new("help", "Help", "help.html", Help { keys: KEYS.to_vec(), positions: legend() }))
}
