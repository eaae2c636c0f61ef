//! The committed JSON Schemas say what the types say.

use std::path::Path;

use schemars::{JsonSchema, schema_for};

use super::*;

fn holds<T: JsonSchema>(name: &str) {
    let mut text = serde_json::to_string_pretty(&schema_for!(T)).expect("a schema is JSON");
    text.push('\n');
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(format!("{name}.schema.json"));
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        std::fs::write(&path, &text).expect("the schema can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "schemas/{name}.schema.json is out of date; run the tests with UPDATE=1");
}

#[test]
fn schemas_are_up_to_date() {
    holds::<Stability>("stability");
    holds::<Deals>("deals");
    holds::<Matrix>("matrix");
    holds::<Explanation>("explain");
    holds::<Reading>("read");
    holds::<Statements>("statements");
    holds::<Check>("check");
    holds::<DraftList>("drafts-list");
    holds::<DraftText>("drafts-show");
    holds::<DraftAlignments>("drafts-align");
    holds::<DraftDiff>("drafts-diff");
    holds::<DraftColumns>("drafts-columns");
    holds::<DraftBrackets>("drafts-brackets");
    holds::<DraftAssessments>("drafts-assess");
    holds::<DraftCleaned>("drafts-clean");
    holds::<DraftRegister>("drafts-register");
    holds::<Search>("search");
    holds::<Timeline>("timeline");
    holds::<MatrixChanges>("matrix-changes");
    holds::<CellHistory>("matrix-history");
    holds::<Queue>("queue");
    holds::<Network>("network");
    holds::<Frontier>("frontier");
    holds::<Brief>("brief");
    holds::<Coverage>("coverage");
    holds::<Actors>("actors");
}
