//! Diagnostics as JSON.

use crate::diagnostic::Diagnostic;
use crate::span::{Files, Span};
use serde_json::{Map, Value, json as object};

/// A list with one object per diagnostic: `id`, `severity`, `message`, `file`, `line`, `column`,
/// `end_line`, `end_column` (null without a place), `label` (the words under the carets, or null),
/// `hints`, and `related`, a list of further places with the same five keys and a `label`.
///
/// Lines and columns count from one, columns in Unicode scalar values; the end is one past the last
/// character.
pub fn json(diagnostics: &[Diagnostic], files: &Files) -> Value {
    diagnostics.iter().map(|diagnostic| one(diagnostic, files)).collect()
}

fn one(diagnostic: &Diagnostic, files: &Files) -> Value {
    let mut object = Map::new();
    object.insert("id".to_owned(), diagnostic.id.into());
    object.insert("severity".to_owned(), diagnostic.severity.word().into());
    object.insert("message".to_owned(), diagnostic.message.as_str().into());
    object.extend(place(diagnostic.span(), files));
    let label = diagnostic.labels.first().map_or("", |label| label.text.as_str());
    object.insert("label".to_owned(), words(label));
    object.insert("hints".to_owned(), diagnostic.hints.clone().into());
    let related: Vec<Value> = diagnostic
        .labels
        .iter()
        .skip(1)
        .map(|label| {
            let mut related = place(Some(label.span), files);
            related.insert("label".to_owned(), words(&label.text));
            Value::Object(related)
        })
        .collect();
    object.insert("related".to_owned(), related.into());
    Value::Object(object)
}

fn words(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}

fn place(span: Option<Span>, files: &Files) -> Map<String, Value> {
    let place = span.and_then(|span| files.place(span));
    let object = object!({
        "file": place.map(|place| place.file),
        "line": place.map(|place| place.line),
        "column": place.map(|place| place.column),
        "end_line": place.map(|place| place.end_line),
        "end_column": place.map(|place| place.end_column),
    });
    match object {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_places() {
        let parsed = crate::parse("[case]\ntitle = \"é\"\n[issue.a]\nmoved-by = [\"é\"]\n", "case.toml");
        assert_eq!(
            json(&parsed.diagnostics, &parsed.files),
            object!([{
                "id": "unknown-party", "severity": "error", "message": "no party `é`",
                "file": "case.toml", "line": 4, "column": 14, "end_line": 4, "end_column": 15,
                "label": null, "hints": [], "related": [],
            }])
        );
        let none = crate::load(std::path::Path::new("no/such/folder"), None);
        assert_eq!(json(&none.diagnostics, &none.files)[0]["line"], Value::Null);
    }
}
