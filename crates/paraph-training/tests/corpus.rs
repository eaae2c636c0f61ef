//! The committed corpus is sound, and the weights that are shipped are made from it.

use std::path::PathBuf;

use paraph_reading::tagger::built_in_weights;
use paraph_training::{Document, Options, corpus, read_all, train};

fn folder(part: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../corpus").join(part)
}

fn part(name: &str) -> Vec<Document> {
    read_all(&[folder(name)]).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_markup_is_sound_and_nothing_is_shared() {
    let (training, test) = (part("train"), part("test"));
    let all: Vec<&Document> = training.iter().chain(&test).collect();
    let texts: Vec<&str> = all.iter().map(|document| document.text.as_str()).collect();
    let shared: Vec<String> = corpus::shared_sequences(&texts)
        .into_iter()
        .map(|run| {
            format!("{} and {} share “{}”", all[run.documents.0].id, all[run.documents.1].id, run.words)
        })
        .collect();
    assert!(shared.is_empty(), "{shared:#?}");
    let mut ids: Vec<&str> = all.iter().map(|document| document.id.as_str()).collect();
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "two documents bear one id");
}

#[test]
fn the_corpus_has_the_size_it_says() {
    let (training, test) = (corpus::count(&part("train")), corpus::count(&part("test")));
    let both = training.cues.union(&test.cues).count();
    let unseen = corpus::unseen_share(&training, &test);
    println!(
        "train: {} documents, {} words, {} statements, {} cues; test: {} documents, {} words, {} statements, \
         {} cues; {both} cues in all; {:.1} % of the test part's cues unseen",
        training.documents,
        training.words,
        training.statements,
        training.cues.len(),
        test.documents,
        test.words,
        test.statements,
        test.cues.len(),
        100.0 * unseen
    );
    assert!(training.words + test.words >= 100_000);
    assert!(training.statements + test.statements >= 3_000);
    assert!(both >= 800);
    assert!(unseen >= 0.3);
    assert!(training.empty > 0 && test.empty > 0, "both parts have documents without a statement");
}

/// `cargo run --release -p paraph-training --example corpus -- train corpus/train -o
/// crates/paraph-reading/data/tagger.weights` makes them anew.
#[test]
fn the_shipped_weights_are_rebuilt_bit_for_bit() {
    let documents = part("train");
    let model = train(&documents, &Options::default()).unwrap();
    let bytes = model.write();
    assert!(bytes.len() <= 4 << 20, "{} bytes", bytes.len());
    assert!(
        bytes == built_in_weights(),
        "the weights are not those of the corpus; train them again with the command above this test"
    );
}
