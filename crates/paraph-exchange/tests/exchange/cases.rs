//! Published disputes given as states and arcs, read and compared with their expected equilibria.
//! Skipped where the shared folder is not there.

use crate::common::{case_of, import_paths, model_of, shared};
use paraph_analysis::{Concept, Monitor, stability};
use serde_json::Value;

#[test]
fn published_disputes_keep_their_equilibria() {
    let Some(shared) = shared() else { return };
    let mut paths: Vec<_> =
        std::fs::read_dir(shared.join("cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        let file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let case = case_of(&import_paths(std::slice::from_ref(&path)));
        let model = model_of(&case);
        let results = stability(&model, &Concept::ALL, &Monitor::new()).unwrap();
        let states = model.list(&model.feasible_set(), usize::MAX);
        for (key, concept) in [
            ("R", Concept::Nash),
            ("GMR", Concept::Gmr),
            ("SMR", Concept::Smr),
            ("SEQ", Concept::Seq),
            ("SSEQ", Concept::SymmetricSeq),
            ("SIM", Concept::Sim),
        ] {
            let Some(expected) = file["expected"].get(key) else { continue };
            let result = results.iter().find(|result| result.concept == concept).unwrap();
            let sets = result.sets.as_ref().unwrap_or_else(|reason| panic!("{path:?} {key}: {reason}"));
            let numbers = |set: &paraph_analysis::Bitmap| -> Vec<u64> {
                let named = states.iter().enumerate().filter(|(_, cell)| set.contains(**cell));
                named.map(|(at, _)| at as u64 + 1).collect()
            };
            let wanted = |name: &str| -> Vec<u64> {
                expected[name].as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).collect()
            };
            assert_eq!(numbers(&sets.equilibria), wanted("Eq"), "{path:?} {key}");
            for (party, set) in case.parties.iter().zip(&sets.by_party) {
                assert_eq!(numbers(set), wanted(&party.name), "{path:?} {key} {}", party.name);
            }
        }
    }
}
