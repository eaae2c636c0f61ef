//! Works on corpora of marked texts.
//!
//! ```text
//! cargo run --release -p paraph-training --example corpus -- check corpus/train [corpus/test]
//! cargo run --release -p paraph-training --example corpus -- train CORPUS… -o WEIGHTS
//! cargo run --release -p paraph-training --example corpus -- folds CORPUS…      cross-validation
//! cargo run --release -p paraph-training --example corpus -- background CORPUS… > crates/paraph-reading/data/background.txt
//! cargo run --release -p paraph-training --example corpus -- score WEIGHTS CORPUS… [--each] [--named]
//! ```
//! `--each` switches off one part at a time; `--named` tells the reader the names of the parties.
//! In place of WEIGHTS, `built-in` stands for those of paraph-reading and `rules` for none at all.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use paraph_reading::about::content_stems;
use paraph_reading::tagger::Model;
use paraph_reading::{Names, Party, Reader, Source, Switches};
use paraph_training::{Document, Options, Score, corpus, read_all, score, train};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.split_first() {
        Some((command, rest)) if command == "check" => check(rest),
        Some((command, rest)) if command == "train" => learn(rest),
        Some((command, rest)) if command == "folds" => folds(rest),
        Some((command, rest)) if command == "score" => rate(rest),
        Some((command, rest)) if command == "background" => background(rest),
        _ => Err("say check, train, folds, background or score".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn paths(arguments: &[String]) -> Vec<PathBuf> {
    arguments.iter().map(PathBuf::from).collect()
}

fn check(arguments: &[String]) -> Outcome {
    let mut counts = Vec::new();
    let mut all = Vec::new();
    for path in paths(arguments) {
        let documents = read_all(&[path])?;
        counts.push(corpus::count(&documents));
        all.extend(documents);
    }
    for (path, counts) in arguments.iter().zip(&counts) {
        println!(
            "{path}: {} documents ({} without a statement), {} words, {} statements, {} distinct cues, {} linked denials",
            counts.documents,
            counts.empty,
            counts.words,
            counts.statements,
            counts.cues.len(),
            counts.contests
        );
        for (act, count) in &counts.acts {
            println!("  {count:5} {}", serde_json::to_string(act)?);
        }
    }
    if let [training, test] = &counts[..] {
        println!(
            "cues of the second unseen in the first: {:.1} %",
            100.0 * corpus::unseen_share(training, test)
        );
    }
    let texts: Vec<&str> = all.iter().map(|document| document.text.as_str()).collect();
    let shared = corpus::shared_sequences(&texts);
    for run in &shared {
        println!("{} and {} share “{}”", all[run.documents.0].id, all[run.documents.1].id, run.words);
    }
    if shared.is_empty() { Ok(()) } else { Err(format!("{} shared runs of words", shared.len()).into()) }
}

fn learn(arguments: &[String]) -> Outcome {
    let Some(at) = arguments.iter().position(|argument| argument == "-o") else {
        return Err("say where the weights go: -o WEIGHTS".into());
    };
    let out = arguments.get(at + 1).ok_or("-o needs a file")?;
    let mut rest = arguments.to_vec();
    rest.drain(at..at + 2);
    let start = Instant::now();
    let documents = read_all(&paths(&rest))?;
    let bytes = train(&documents, &Options::default())?.write();
    std::fs::write(out, &bytes)?;
    println!("{} documents, {} bytes of weights, {:.1?}", documents.len(), bytes.len(), start.elapsed());
    Ok(())
}

/// In how many documents each content word's stem stands, those in at least three.
fn background(arguments: &[String]) -> Outcome {
    let documents = read_all(&paths(arguments))?;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for document in &documents {
        for stem in content_stems(&document.text) {
            *counts.entry(stem).or_default() += 1;
        }
    }
    println!(
        "# Stems and in how many documents of corpus/train each stands, from three on; “=” is how many there are."
    );
    println!("# Made by `corpus background`, see docs/reading.md.");
    println!("= {}", documents.len());
    for (stem, count) in counts
        .into_iter()
        .filter(|(stem, count)| *count >= 3 && !stem.starts_with(|letter: char| letter.is_ascii_digit()))
    {
        println!("{stem} {count}");
    }
    Ok(())
}

/// With `named`, the reader knows the names of the parties, as a case would tell it: the words of their
/// identifiers and nothing else.
fn evaluate(reader: &Reader, documents: &[&Document], named: bool) -> Score {
    let mut total = Score::default();
    for document in documents {
        let reading = if named {
            let ids: BTreeSet<&String> =
                document.attributions.iter().filter_map(|row| row.party.as_ref()).collect();
            let party =
                |id: &String| Party { id: id.clone(), names: vec![id.replace('-', " ")], people: Vec::new() };
            let names = Names { parties: ids.into_iter().map(party).collect(), issues: Vec::new() };
            reader.clone().with_names(&names).read(&Source::new(&document.text))
        } else {
            reader.read(&Source::new(&document.text))
        };
        let proposed: Vec<_> = reading.statements.iter().map(Into::into).collect();
        total += score(document, &proposed);
    }
    total
}

fn show(name: &str, score: &Score) {
    let (precision, recall, f1) = score.rates(score.attribution);
    let (_, _, cue) = score.rates(score.cue);
    let (_, _, content) = score.rates(score.content);
    println!(
        "{name:24} P {precision:.3} R {recall:.3} F1 {f1:.4}  cue {cue:.3} content {content:.3}  gold {} predicted {}  party {}/{}/{} act {}/{} links {:?}",
        score.gold,
        score.predicted,
        score.party.right,
        score.party.wrong,
        score.party.blank,
        score.act.right,
        score.act.right + score.act.wrong + score.act.blank,
        score.links
    );
}

fn rate(arguments: &[String]) -> Outcome {
    let flag = |name: &str| arguments.iter().any(|argument| argument == name);
    let (each, named) = (flag("--each"), flag("--named"));
    let arguments: Vec<String> =
        arguments.iter().filter(|argument| !argument.starts_with("--")).cloned().collect();
    let (weights, rest) = arguments.split_first().ok_or("say which weights and which corpus")?;
    let documents = read_all(&paths(rest))?;
    let all: Vec<&Document> = documents.iter().collect();
    let reader = Reader::new(&Names::default());
    let reader = match weights.as_str() {
        "built-in" => reader,
        "rules" => reader.with_switches(Switches { tagger: false, ..Switches::default() }),
        file => reader.with_model(Arc::new(Model::read(&std::fs::read(file)?)?)),
    };
    let start = Instant::now();
    let total = evaluate(&reader, &all, named);
    show(weights, &total);
    let took = start.elapsed();
    if each {
        for (name, switches) in variants() {
            show(name, &evaluate(&reader.clone().with_switches(switches), &all, named));
        }
    }
    let letters: usize = documents.iter().map(|document| document.text.len()).sum();
    println!("{:.2?} for {} documents, {letters} bytes, scoring included", took, documents.len());
    Ok(())
}

const FOLDS: usize = 5;

fn folds(arguments: &[String]) -> Outcome {
    let documents = read_all(&paths(arguments))?;
    let mut totals: Vec<(String, Score)> = Vec::new();
    for fold in 0..FOLDS {
        let (mut training, mut held) = (Vec::new(), Vec::new());
        for (index, document) in documents.iter().enumerate() {
            if index % FOLDS == fold {
                held.push(document);
            } else {
                training.push(document.clone());
            }
        }
        let model = Arc::new(train(&training, &Options::default())?);
        let reader = Reader::new(&Names::default()).with_model(model);
        for (place, (name, switches)) in variants().into_iter().enumerate() {
            let score = evaluate(&reader.clone().with_switches(switches), &held, false);
            if totals.len() <= place {
                totals.push((name.to_owned(), Score::default()));
            }
            totals[place].1 += score;
        }
    }
    for (name, score) in &totals {
        show(name, score);
    }
    Ok(())
}

/// The reader with one part switched off at a time.
fn variants() -> Vec<(&'static str, Switches)> {
    let all = Switches::default();
    vec![
        ("everything", all),
        ("without the tagger", Switches { tagger: false, ..all }),
        ("without rules", Switches { rules: false, ..all }),
        ("without stage two", Switches { stage_two: false, ..all }),
        ("without gazetteer", Switches { gazetteer: false, ..all }),
        ("without inheritance", Switches { inheritance: false, ..all }),
        ("without asides", Switches { asides: false, ..all }),
        ("without passives", Switches { passives: false, ..all }),
        ("without nominal cues", Switches { nominal_cues: false, ..all }),
        ("without continued quotes", Switches { continued_quotes: false, ..all }),
        ("without acts", Switches { acts: false, ..all }),
        ("without learnt acts", Switches { learnt_acts: false, ..all }),
        ("without contested", Switches { contested: false, ..all }),
        ("without pronouns", Switches { pronouns: false, ..all }),
        ("without name clusters", Switches { name_clusters: false, ..all }),
    ]
}
