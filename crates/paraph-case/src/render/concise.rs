//! One line per diagnostic, for editors and `grep`.

use crate::diagnostic::Diagnostic;
use crate::span::Files;

/// `file:line:column: severity[id]: message` for each diagnostic, each line ended; without a place the
/// first part is missing. Hints follow in parentheses.
pub fn concise(diagnostics: &[Diagnostic], files: &Files) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        if let Some(place) = diagnostic.span().and_then(|span| files.place(span)) {
            text.push_str(&format!("{}:{}:{}: ", place.file, place.line, place.column));
        }
        text.push_str(&format!(
            "{}[{}]: {}",
            diagnostic.severity.word(),
            diagnostic.id,
            one_line(&diagnostic.message)
        ));
        if !diagnostic.hints.is_empty() {
            text.push_str(&format!(" ({})", one_line(&diagnostic.hints.join("; "))));
        }
        text.push('\n');
    }
    text
}

/// Names out of the file may hold anything; one diagnostic stays on one line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_each() {
        let parsed = crate::parse("[case]\ntitle = 1\n\"a\\nb\" = 2\n", "talks/case.toml");
        assert_eq!(
            concise(&parsed.diagnostics, &parsed.files),
            "talks/case.toml:2:9: error[wrong-type]: `title` should be a string\n\
             talks/case.toml:3:1: error[unknown-key]: unknown key `a b` in [case] (the keys here: `title`, `as-of` and `caveat`)\n"
        );
    }
}
