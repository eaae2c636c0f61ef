//! `openapi.json` says what the page does: it is written from the table below, the types and the brief's schemas, and
//! compared with the routes and with real answers.

use super::client::Page;
use crate::views::{
    actors, agree, cell, help, history, hold, model, report, reports, review, search, statement, timeline,
    upload, what_if,
};
use crate::work::Progress;
use schemars::{JsonSchema, schema_for};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// A view: its address, what it shows, what its address may ask for, and the schema of its twin.
fn views() -> Vec<(&'static str, &'static str, &'static [&'static str], Value)> {
    vec![
        ("/matrix", "Who holds what on which issue", &["as-of", "issue", "party", "stance"], brief("Matrix")),
        (
            "/cells/{issue}/{party}",
            "One cell, with everything on record about it",
            &["as-of"],
            own::<cell::Cell>("Cell"),
        ),
        ("/reports", "The reports", &["from"], own::<reports::Reports>("Reports")),
        (
            "/reports/{report}",
            "A report with its statements marked",
            &["statement"],
            own::<report::Report>("Report"),
        ),
        (
            "/reports/reading",
            "What became of the reports read in last",
            &[],
            own::<upload::Intaken>("Intaken"),
        ),
        ("/statements/{statement}", "One statement", &[], own::<statement::Card>("Card")),
        ("/review", "What waits for a person", &["statement"], own::<review::Review>("Review")),
        ("/search", "Search across everything", &["text"], own::<search::Search>("Search")),
        (
            "/timeline",
            "What was said and what happened",
            &["party", "issue", "kind", "place", "since", "until", "proposed", "from"],
            own::<timeline::Timeline>("Timeline"),
        ),
        ("/actors", "Who negotiates and who is quoted", &[], own::<actors::Actors>("Actors")),
        (
            "/actors/{party}",
            "Everything on record about a party",
            &["until", "from"],
            own::<actors::Actor>("Actor"),
        ),
        ("/drafts", "The drafts", &[], brief("Drafts")),
        ("/model", "The model", &[], own::<model::Model>("Model")),
        ("/agree", "What could be agreed", &["scenario"], own::<agree::Scenarios>("Scenarios")),
        (
            "/what-if",
            "What changes when something is changed",
            &["scenario", "order", "hold", "drop"],
            own::<what_if::WhatIf>("WhatIf"),
        ),
        ("/hold", "What would hold", &["scenario"], own::<agree::Scenarios>("Scenarios")),
        (
            "/hold/{outcome}",
            "Why an outcome holds or not",
            &["scenario"],
            own::<hold::Explained>("Explained"),
        ),
        ("/brief", "The whole brief", &["audience", "as-of"], brief("Brief")),
        ("/log", "What was done", &[], own::<history::Log>("Log")),
        ("/help", "Keys and words", &[], own::<help::Help>("Help")),
        ("/work/{number}", "How far a piece of work is", &[], own::<Progress>("Progress")),
    ]
}

/// A form: its address, what it does, and its fields.
const FORMS: [(&str, &str, &[&str]); 9] = [
    (
        "/cells/{issue}/{party}",
        "Sets a position by hand, or clears it",
        &["do", "stance", "option", "condition", "date", "setting", "reason", "seen"],
    ),
    (
        "/reports",
        "Stores and reads a report that is pasted, or what lies in the folder",
        &["do", "text", "title", "publisher", "date", "setting"],
    ),
    (
        "/reports/{report}",
        "Adds a statement that was missed",
        &["content", "cue", "speaker", "party", "act", "issue", "option"],
    ),
    (
        "/statements/{statement}",
        "Confirms, corrects or rejects a statement",
        &[
            "do", "party", "act", "issue", "option", "speaker", "content", "near", "negated", "reason",
            "seen", "back",
        ],
    ),
    ("/events/{event}", "Confirms or rejects an event", &["do", "reason", "back"]),
    (
        "/model",
        "Edits the model, as text or by a form",
        &[
            "do",
            "seen",
            "text",
            "id",
            "name",
            "consents",
            "also-called",
            "people",
            "title",
            "options",
            "status-quo",
            "moved-by",
            "words",
            "list",
            "that",
            "basis",
            "because",
            "at",
            "from",
            "to",
        ],
    ),
    ("/model/check", "Says what is wrong with a model that is not stored", &["text"]),
    ("/undo", "Takes the latest action back, or one that is named", &["action", "back"]),
    ("/work/{number}/stop", "Stops a piece of work", &[]),
];

/// Addresses that show no view: files, frames and streams.
const WITHOUT_TWIN: [&str; 7] = [
    "/",
    "/assets/{name}",
    "/brief/files/{name}",
    "/brief/preview",
    "/openapi",
    "/reports/files/{name}",
    "/work/{number}/events",
];

fn brief(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn own<T: JsonSchema>(name: &str) -> Value {
    json!({ "own": name, "schema": schema_for!(T) })
}

/// Points every reference of a schema to where its target lies in the document.
fn pointed(value: &mut Value, prefix: &str) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                match inner {
                    Value::String(text) if key == "$ref" => {
                        if let Some(name) = text.strip_prefix("#/$defs/") {
                            *text = format!("#/components/schemas/{prefix}{name}");
                        }
                    }
                    inner => pointed(inner, prefix),
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|inner| pointed(inner, prefix)),
        _ => {}
    }
}

/// Adds a schema and what it defines to the document.
fn add(components: &mut Map<String, Value>, name: &str, prefix: &str, mut schema: Value) {
    pointed(&mut schema, prefix);
    let map = schema.as_object_mut().expect("a schema is an object");
    map.remove("$schema");
    for (inner, value) in map.remove("$defs").and_then(|defs| defs.as_object().cloned()).unwrap_or_default() {
        components.entry(format!("{prefix}{inner}")).or_insert(value);
    }
    components.entry(name.to_owned()).or_insert(schema);
}

fn parameters(address: &str, query: &[&str]) -> Vec<Value> {
    let inside = address.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let inside = inside
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
    let behind =
        query.iter().map(|name| json!({ "name": name, "in": "query", "schema": { "type": "string" } }));
    inside.chain(behind).collect()
}

fn document() -> Value {
    let mut components = Map::new();
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    for name in ["brief", "matrix", "deals", "explain"] {
        let text =
            std::fs::read_to_string(schemas.join(format!("{name}.schema.json"))).expect("a committed schema");
        let schema: Value = serde_json::from_str(&text).expect("it is JSON");
        let title = schema["title"].as_str().expect("it has a title").to_owned();
        add(&mut components, &title, "", schema);
    }
    add(&mut components, "Trouble", "", json!(schema_for!(crate::trouble::Said)));
    let trouble = json!({
        "description": "A sentence that says why not",
        "content": { "application/json": { "schema": brief("Trouble") } },
    });
    let mut paths: Map<String, Value> = Map::new();
    for (address, summary, query, schema) in views() {
        let schema = match schema.get("own").and_then(Value::as_str) {
            Some(name) => {
                add(
                    &mut components,
                    &format!("page.{name}"),
                    &format!("page.{name}."),
                    schema["schema"].clone(),
                );
                brief(&format!("page.{name}"))
            }
            None => schema,
        };
        let get = json!({
            "summary": summary,
            "parameters": parameters(address, query),
            "responses": {
                "200": { "description": summary, "content": { "application/json": { "schema": schema } } },
                "202": { "description": "It is being worked out", "content": { "application/json": { "schema": brief("page.Progress") } } },
                "4XX": trouble,
            },
        });
        paths.insert(format!("{address}.json"), json!({ "get": get }));
    }
    for (address, summary, fields) in FORMS {
        let fields: Map<String, Value> =
            fields.iter().map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect();
        let post = json!({
            "summary": summary,
            "parameters": parameters(address, &[]),
            "requestBody": { "content": { "application/x-www-form-urlencoded": { "schema": { "type": "object", "properties": fields } } } },
            "responses": {
                "303": { "description": "Done, and on disk; leads to where it shows" },
                "409": { "description": "Somebody else was faster; nothing was saved" },
                "4XX": { "description": "A sentence that says why not; nothing was saved" },
            },
        });
        paths.insert(address.to_owned(), json!({ "post": post }));
    }
    let file = json!({ "put": {
        "summary": "Stores and reads a file, as it is",
        "parameters": parameters("/reports/files/{name}", &["later"]),
        "requestBody": { "content": { "application/octet-stream": {} } },
        "responses": { "201": { "description": "Stored, and read in unless it is to be read later" }, "4XX": trouble },
    } });
    paths.insert("/reports/files/{name}".to_owned(), file);
    paths.sort_keys();
    components.sort_keys();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "The page of a paraph case",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Every view has its data at the same address with `.json` appended. The cookie that the token sets must be sent along.",
        },
        "components": {
            "schemas": components,
            "securitySchemes": { "cookie": { "type": "apiKey", "in": "cookie", "name": "paraph-PORT" } },
        },
        "security": [{ "cookie": [] }],
        "paths": paths,
    })
}

#[test]
fn the_description_is_up_to_date() {
    let mut text = serde_json::to_string_pretty(&document()).expect("it is JSON");
    text.push('\n');
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/openapi.json");
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        std::fs::write(&path, &text).expect("it can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "assets/openapi.json is out of date; run the tests with UPDATE=1");
}

#[test]
fn the_description_names_every_address() {
    let routes = include_str!("../routes.rs");
    let served: BTreeSet<&str> = routes
        .split(".route(\"")
        .skip(1)
        .filter_map(|after| after.split('"').next())
        .filter(|address| !WITHOUT_TWIN.contains(address))
        .collect();
    let mut described: BTreeSet<&str> = views().into_iter().map(|(address, ..)| address).collect();
    described.extend(FORMS.iter().map(|(address, ..)| *address));
    assert_eq!(served, described);
}

/// Says where a value does not fit its schema: unknown keys, missing keys, wrong types.
fn misfit(value: &Value, schema: &Value, document: &Value, place: &str) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let target = document.pointer(name.trim_start_matches('#'));
        let target = target.unwrap_or_else(|| panic!("{name} is not in the document"));
        return misfit(value, target, document, place);
    }
    if let Some(any) = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array()) {
        let misfits: Vec<String> = any.iter().map_while(|one| misfit(value, one, document, place)).collect();
        return (misfits.len() == any.len()).then(|| misfits.join(" or "));
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let fits = |kind: &&str| match *kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    };
    if !kinds.is_empty() && !kinds.iter().any(fits) {
        return Some(format!("{place} is no {kinds:?}"));
    }
    match value {
        Value::Object(map) => {
            let properties = schema["properties"].as_object();
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            if let Some(missing) = required.into_iter().find(|key| !map.contains_key(*key)) {
                return Some(format!("{place} has no {missing}"));
            }
            map.iter().find_map(|(key, inner)| {
                let place = format!("{place}.{key}");
                match properties.and_then(|properties| properties.get(key)) {
                    Some(schema) => misfit(inner, schema, document, &place),
                    None if schema["additionalProperties"].is_object() => {
                        misfit(inner, &schema["additionalProperties"], document, &place)
                    }
                    None if properties.is_some() => Some(format!("{place} is not described")),
                    None => None,
                }
            })
        }
        Value::Array(all) if schema["items"].is_object() => all
            .iter()
            .enumerate()
            .find_map(|(at, inner)| misfit(inner, &schema["items"], document, &format!("{place}[{at}]"))),
        _ => None,
    }
}

#[test]
fn twins_say_what_the_description_promises() {
    let page = Page::of("harbour");
    let document: Value = page.get("/openapi.json").json();
    let matrix = page.get("/matrix.json").json();
    let first = |list: &str| matrix[list][0]["id"].as_str().expect("the example has some").to_owned();
    let report = page.get("/reports.json").json()["reports"][0]["id"].as_str().expect("a report").to_owned();
    let statement = page.get(&format!("/reports/{report}.json")).json()["statements"][0]["id"]
        .as_str()
        .expect("a statement")
        .to_owned();
    page.post("/reports", &[("do", "read")]);
    let mut looked = 0;
    for (address, ..) in views() {
        let asked = address
            .replace("{issue}", &first("issues"))
            .replace("{party}", &first("parties"))
            .replace("{report}", &report)
            .replace("{statement}", &statement)
            .replace("{outcome}", "status-quo");
        if asked.contains('{') {
            continue;
        }
        let mut answer = page.get(&format!("{asked}.json"));
        while answer.status == 202 {
            std::thread::sleep(std::time::Duration::from_millis(50));
            answer = page.get(&format!("{asked}.json"));
        }
        let schema = &document["paths"][format!("{address}.json")]["get"]["responses"]["200"]["content"]["application/json"]
            ["schema"];
        assert!(schema.is_object(), "{address} is described");
        assert_eq!(misfit(&answer.json(), schema, &document, address), None);
        looked += 1;
    }
    assert!(looked >= 19, "{looked} twins were looked at");
    // What does not fit is found.
    assert!(misfit(&json!({ "error": 1 }), &brief("Trouble"), &document, "x").is_some());
}

#[test]
fn scripts_are_small() {
    // Uncompressed, and so surely compressed: 60 kB in all.
    let size: usize = crate::assets::SCRIPTS.iter().map(|(_, text)| text.len()).sum();
    assert!(size <= 60_000, "the scripts have {size} bytes");
    for (name, text) in crate::assets::SCRIPTS {
        for bad in ["innerHTML", "eval(", "document.write", "http://", "https://"] {
            assert!(!text.contains(bad), "{name} has {bad}");
        }
    }
}
