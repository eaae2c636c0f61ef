//! Reads reports and prints one JSON object a line: `{"id", "attributions", "events"}`.
//!
//! ```text
//! cargo run -p paraph-reading --example read_jsonl -- report.txt …
//! cargo run -p paraph-reading --example read_jsonl -- --documents articles.jsonl
//! ```
//! With `--documents`, each input line is `{"id", "text"}` and becomes one output line.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use paraph_reading::{Names, Reader, Source, decode};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let documents = arguments.first().is_some_and(|first| first == "--documents");
    if documents {
        arguments.remove(0);
    }
    let reader = Reader::new(&Names::default());
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in arguments {
        let text = decode(&std::fs::read(&path).map_err(|error| format!("{path}: {error}"))?)?;
        let stem = Path::new(&path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut inputs = vec![(stem, text)];
        if documents {
            inputs = inputs[0]
                .1
                .lines()
                .filter(|line| !line.trim().is_empty())
                .map(|line| {
                    let row: serde_json::Value = serde_json::from_str(line)?;
                    let field = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
                    Ok((field("id"), field("text")))
                })
                .collect::<Result<_, serde_json::Error>>()?;
        }
        for (id, text) in inputs {
            let reading = reader.read(&Source::new(&text));
            let row = serde_json::json!({
                "id": id,
                "attributions": reading.statements,
                "events": reading.events,
                "narration": reading.narration,
                "unmapped": reading.unmapped,
            });
            writeln!(out, "{row}")?;
        }
    }
    Ok(())
}
