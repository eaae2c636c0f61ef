//! The committed schemas and the reader agree with the table of keys.

use paraph_case::keys::{CASE, Kind, Shape};
use paraph_case::{parse, schema};
use std::path::Path;

/// Rewritten with `UPDATE=1`.
#[test]
fn the_committed_schemas_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    for (name, schema) in [("case.schema.json", schema::case()), ("scenario.schema.json", schema::scenario())]
    {
        let path = folder.join(name);
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == text, "{} is out of date: run the tests with UPDATE=1", path.display());
    }
}

/// For every key of every table: a value of a kind that the key does not take.
fn wrong(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "'x'",
        Kind::Date | Kind::Number | Kind::WalkAway => "[]",
        _ => "true",
    }
}

/// The table's heading, as it is written in a file that has a party `p` and an issue `i`.
fn heading(shape: &Shape, of: &str) -> String {
    let inner = shape.heading.split(", ").next().unwrap();
    if shape.name == "grounds" {
        return format!("[party.p.{of}]");
    }
    inner.replace("party.NAME", "party.p").replace("issue.NAME", "issue.i")
}

/// Everything in the table of keys is read: a wrong value is noticed wherever it stands.
#[test]
fn every_key_is_read() {
    fn visit(shape: &'static Shape, of: &'static str, seen: &mut usize) {
        for key in shape.keys {
            let text = if shape.heading.is_empty() {
                format!("{} = {}\n", key.name, wrong(key.kind))
            } else {
                format!("{}\n{} = {}\n", heading(shape, of), key.name, wrong(key.kind))
            };
            let parsed = parse(&text, "case.toml");
            let expected = key.kind.expected();
            let found = parsed
                .diagnostics
                .iter()
                .any(|diagnostic| diagnostic.id == "wrong-type" && diagnostic.message.contains(expected));
            assert!(found, "{} in {}: {:#?}", key.name, shape.heading, parsed.diagnostics);
            *seen += 1;
            if let Kind::Table(inner) | Kind::Tables(inner) | Kind::Named(inner) = key.kind {
                visit(inner, key.name, seen);
            }
        }
    }
    let mut seen = 0;
    visit(&CASE, "", &mut seen);
    assert!(seen > 40, "only {seen} keys were tried");
}

/// An unknown key is an error in every table.
#[test]
fn unknown_keys_are_errors_everywhere() {
    fn visit(shape: &'static Shape, of: &'static str) {
        let text = if shape.heading.is_empty() {
            "no-such-key = 1\n".to_owned()
        } else {
            format!("{}\nno-such-key = 1\n", heading(shape, of))
        };
        let parsed = parse(&text, "case.toml");
        assert!(parsed.diagnostics.iter().any(|d| d.id == "unknown-key"), "{text}");
        for key in shape.keys {
            if let Kind::Table(inner) | Kind::Tables(inner) | Kind::Named(inner) = key.kind {
                visit(inner, key.name);
            }
        }
    }
    visit(&CASE, "");
}
