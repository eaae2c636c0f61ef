//! Which crate may know which: the arrows of `ARCHITECTURE.md`.

use std::collections::BTreeMap;
use std::path::Path;

/// Every crate and the paraph crates it may depend on.
const ALLOWED: [(&str, &[&str]); 13] = [
    ("paraph-case", &[]),
    ("paraph-reading", &[]),
    ("paraph-drafts", &[]),
    ("paraph-brief", &[]),
    ("paraph-training", &["paraph-reading"]),
    ("paraph-ledger", &["paraph-reading"]),
    ("paraph-analysis", &["paraph-case"]),
    ("paraph-reference", &["paraph-case"]),
    ("paraph-symbolic", &["paraph-case"]),
    ("paraph-exchange", &["paraph-analysis", "paraph-case"]),
    (
        "paraph-workbench",
        &[
            "paraph-analysis",
            "paraph-brief",
            "paraph-case",
            "paraph-drafts",
            "paraph-exchange",
            "paraph-ledger",
            "paraph-reading",
            "paraph-symbolic",
            "paraph-training",
        ],
    ),
    (
        "paraph-page",
        &[
            "paraph-analysis",
            "paraph-brief",
            "paraph-case",
            "paraph-ledger",
            "paraph-reading",
            "paraph-workbench",
        ],
    ),
    (
        "paraph",
        &[
            "paraph-analysis",
            "paraph-brief",
            "paraph-case",
            "paraph-drafts",
            "paraph-exchange",
            "paraph-ledger",
            "paraph-page",
            "paraph-reading",
            "paraph-training",
            "paraph-workbench",
        ],
    ),
];

/// The paraph crates in the `[dependencies]` table of a manifest; tests may look around more freely.
fn arrows(manifest: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line == "[dependencies]" || line == "[build-dependencies]";
        } else if inside && line.starts_with("paraph-") {
            let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(line.len());
            found.push(line[..end].to_owned());
        }
    }
    found
}

#[test]
fn arrows_point_one_way() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates lie in one folder");
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.into_iter().collect();
    let mut seen = 0;
    for entry in std::fs::read_dir(crates).expect("the folder of crates can be read") {
        let folder = entry.expect("its entries too").path();
        let Ok(manifest) = std::fs::read_to_string(folder.join("Cargo.toml")) else { continue };
        let name = folder.file_name().and_then(|name| name.to_str()).expect("a crate's folder is its name");
        let may = allowed.get(name).unwrap_or_else(|| panic!("{name} is not in the table of arrows"));
        for arrow in arrows(&manifest) {
            assert!(may.contains(&arrow.as_str()), "{name} may not depend on {arrow}");
        }
        seen += 1;
    }
    assert!(seen >= 8, "only {seen} crates were found");
}

#[test]
fn arrows_are_found_in_a_manifest() {
    let manifest = "[package]\nname = \"x\"\n[dependencies]\nparaph-case.workspace = true\nserde = \"1\"\n\
                    paraph-brief = { path = \"..\" }\n[dev-dependencies]\nparaph-reference = { path = \"..\" }\n";
    assert_eq!(arrows(manifest), ["paraph-case", "paraph-brief"]);
}
