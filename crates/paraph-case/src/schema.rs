//! JSON Schemas of `case.toml` and of scenarios, for editors: they complete keys, explain them and
//! underline what is misspelt. Made from [`crate::keys`]; `schemas/` holds committed copies.

use crate::keys::{CASE, Key, Kind, SCENARIO, SHAPES, Shape};
use serde_json::{Map, Value, json};

/// The schema of `case.toml`, in draft 7, which editors of TOML understand best.
pub fn case() -> Value {
    document("case.toml of a paraph case", CASE.text, &[&CASE], true)
}

/// The schema of `scenarios/NAME.toml`: the same tables, none of which has to be complete, and a
/// title and a note.
pub fn scenario() -> Value {
    document("scenarios/NAME.toml of a paraph case", SCENARIO.text, &[&SCENARIO, &CASE], false)
}

fn document(title: &str, text: &str, tops: &[&Shape], complete: bool) -> Value {
    let mut properties = Map::new();
    for top in tops {
        properties.extend(top.keys.iter().map(|key| (key.name.to_owned(), property(key))));
    }
    let mut definitions = Map::new();
    for shape in SHAPES.iter().filter(|shape| !shape.heading.is_empty()) {
        // A table of a scenario may hold just the keys that differ, but lists of tables are whole.
        let required = complete || shape.heading.starts_with("[[");
        definitions.insert(shape.name.to_owned(), object(shape, required));
    }
    let mut document = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": title,
        "description": text,
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    });
    if complete {
        document["required"] = json!(["case"]);
    }
    document["definitions"] = Value::Object(definitions);
    document
}

fn object(shape: &Shape, complete: bool) -> Value {
    let properties: Map<String, Value> =
        shape.keys.iter().map(|key| (key.name.to_owned(), property(key))).collect();
    let mut object = json!({
        "title": shape.heading,
        "description": shape.text,
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    });
    let required: Vec<&str> = shape.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    if complete && !required.is_empty() {
        object["required"] = json!(required);
    }
    if shape.name == "constraint" {
        object["oneOf"] = json!([{ "required": ["never"] }, { "required": ["always"] }]);
    }
    object
}

fn property(key: &Key) -> Value {
    let mut property = kind(key.kind);
    property["description"] = json!(key.text);
    property
}

fn kind(kind: Kind) -> Value {
    let text = || json!({ "type": "string" });
    let number = || json!({ "type": ["number", "string"] });
    let reference = |shape: &Shape| json!({ "$ref": format!("#/definitions/{}", shape.name) });
    match kind {
        Kind::Text | Kind::Formula => text(),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Word(words) => json!({ "enum": words }),
        Kind::Texts => json!({ "type": "array", "items": text() }),
        Kind::Points => json!({ "type": "array", "items": { "type": ["string", "integer"] } }),
        Kind::Number | Kind::WalkAway => number(),
        Kind::Weights => json!({
            "type": "object",
            "additionalProperties": {
                "anyOf": [number(), { "type": "object", "additionalProperties": number() }],
            },
        }),
        Kind::Sets | Kind::Codes => json!({ "type": "object", "additionalProperties": text() }),
        Kind::Ranking => json!({
            "type": "array",
            "items": { "anyOf": [text(), { "type": "array", "items": text() }] },
        }),
        Kind::Moves => json!({
            "type": "object",
            "additionalProperties": {
                "type": "array",
                "items": { "type": "array", "items": text(), "minItems": 2, "maxItems": 2 },
            },
        }),
        // Next to a reference other words have no effect, so it stands in a list of its own.
        Kind::Table(shape) => json!({ "allOf": [reference(shape)] }),
        Kind::Tables(shape) => json!({ "type": "array", "items": reference(shape) }),
        Kind::Named(shape) => json!({ "type": "object", "additionalProperties": reference(shape) }),
    }
}
