//! What several tests share.

use paraph_analysis::{Deals, Model, Monitor, Rule, Terms, deals};
use paraph_case::Case;
use paraph_exchange::{Imported, Options, import};
use std::path::PathBuf;

/// The folder of shared material beside the project, where there is one.
pub(crate) fn shared() -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    if path.is_dir() {
        Some(path)
    } else {
        println!("skipped: there is no folder `shared` beside the project");
        None
    }
}

/// Reads files from disk into a case.
pub(crate) fn import_paths(paths: &[PathBuf]) -> Imported {
    let files: Vec<(String, Vec<u8>)> = paths
        .iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    import(&files, &Options::default()).unwrap_or_else(|error| panic!("{paths:?}: {error}"))
}

/// The case that an import wrote, which has to be without faults.
pub(crate) fn case_of(imported: &Imported) -> Case {
    let parsed = paraph_case::parse(&imported.case_toml, "case.toml");
    let shown =
        paraph_case::render::human(&parsed.diagnostics, &parsed.files, paraph_case::render::Style::Plain);
    assert!(parsed.diagnostics.is_empty(), "{shown}\n{}", imported.case_toml);
    parsed.complete().unwrap().clone()
}

pub(crate) fn model_of(case: &Case) -> Model {
    Model::new(case, &paraph_analysis::Options::default(), &Monitor::new()).unwrap()
}

pub(crate) fn deals_of(model: &Model) -> Deals {
    deals(model, &Terms::default(), &Monitor::new()).unwrap()
}

/// The utilities and the number of packages that a rule picks.
pub(crate) fn pick(deals: &Deals, rule: Rule) -> (Vec<f64>, u64) {
    let pick = deals.picks.iter().find(|pick| pick.rule == rule).unwrap();
    (pick.utilities.iter().map(|utility| utility.to_f64()).collect(), pick.outcomes.count())
}

/// A file of the crate's own, all of them invented.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/exchange/files").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Files of one invented case.
pub(crate) const FIXTURES: [&[&str]; 9] = [
    &["fishing-domain.xml", "fishing-east.xml", "fishing-west.xml"],
    &["lease-domain.json", "lease-owner.json", "lease-tenant.json"],
    &["water-upstream.json", "water-downstream.json"],
    &["trade.yml", "trade-buyer.yml", "trade-seller.yml"],
    &["lock.gmcr"],
    &["lock-ranked.gmcr"],
    &["quotas.csv"],
    &["bridge.json"],
    &["bridge-product.json"],
];

pub(crate) fn import_fixtures(names: &[&str]) -> Imported {
    let contents: Vec<Vec<u8>> = names.iter().map(|name| fixture(name)).collect();
    let files: Vec<(&str, &[u8])> =
        names.iter().zip(&contents).map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    import(&files, &Options::default()).unwrap_or_else(|error| panic!("{names:?}: {error}"))
}

/// A utility of a party at the outcome with the given options, by the names of `case.toml`.
pub(crate) fn utility(model: &Model, party: &str, code: &str) -> String {
    let cell = model.cell(code).unwrap_or_else(|| panic!("no outcome {code}"));
    model.utility(model.case().party(party).unwrap(), cell).unwrap().to_string()
}
