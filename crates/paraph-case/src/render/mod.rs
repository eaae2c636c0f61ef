//! Diagnostics for people and programs: one renderer per file.

mod concise;
mod human;
mod json;

pub use concise::concise;
pub use human::{Style, human};
pub use json::json;

use crate::diagnostic::{Diagnostic, Severity};

/// How many diagnostics there are of each severity, in words: "2 errors and 1 warning", or "no problems".
///
/// ```
/// let parsed = paraph_case::parse("[case]\n", "case.toml");
/// assert_eq!(paraph_case::render::summary(&parsed.diagnostics), "1 error");
/// ```
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let counted: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .filter_map(|severity| {
            let count = diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
            let plural = if count == 1 { "" } else { "s" };
            (count > 0).then(|| format!("{count} {}{plural}", severity.word()))
        })
        .collect();
    match counted.split_last() {
        None => "no problems".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}
