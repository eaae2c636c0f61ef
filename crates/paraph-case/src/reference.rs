//! The reference pages of `case.toml` and of the diagnostics, as Markdown made from the same tables
//! that the reader uses.

use crate::diagnostic::ALL;
use crate::keys::{Kind, SHAPES};

/// Every table and key of `case.toml` and of scenarios.
pub fn case_file() -> String {
    let mut text = String::from("# Keys of `case.toml` and `scenarios/NAME.toml`\n");
    for shape in SHAPES {
        let heading = match (shape.heading, shape.name) {
            ("", "case-file") => "Top level".to_owned(),
            ("", _) => "Top level of a scenario, besides the tables of the case".to_owned(),
            (heading, _) => {
                heading.split(", ").map(|part| format!("`{part}`")).collect::<Vec<_>>().join(", ")
            }
        };
        text.push_str(&format!(
            "\n## {heading}\n\n{}\n\n| key | value | meaning |\n|---|---|---|\n",
            shape.text
        ));
        for key in shape.keys {
            let value = match key.kind {
                Kind::Word(words) => {
                    words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", ")
                }
                kind => kind.expected().to_owned(),
            };
            let needed = if key.required { " (required)" } else { "" };
            text.push_str(&format!(
                "| `{}`{needed} | {value} | {} |\n",
                key.name,
                key.text.replace('|', "\\|")
            ));
        }
    }
    text
}

/// Every diagnostic with its severity and explanation.
pub fn diagnostics() -> String {
    let mut text = String::from("# Diagnostics\n\n| identifier | severity | meaning |\n|---|---|---|\n");
    for known in ALL {
        text.push_str(&format!(
            "| `{}` | {} | {} |\n",
            known.id,
            known.severity.word(),
            known.text.replace('|', "\\|")
        ));
    }
    text
}
