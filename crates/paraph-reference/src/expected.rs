//! What must come out of a published dispute: the files `NAME.expected.toml`.

use crate::stability::{Concept, Tables};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The expected tables of one dispute. States are named by their codes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expected {
    /// Where the model is published, and which tables are.
    pub source: String,
    /// The number of states.
    pub feasible: usize,
    /// Concepts that cannot be computed for this dispute, by their names.
    #[serde(default)]
    pub not_computed: Vec<String>,
    /// Nash stability.
    pub nash: Option<ExpectedTable>,
    /// General metarationality.
    pub gmr: Option<ExpectedTable>,
    /// Symmetric metarationality.
    pub smr: Option<ExpectedTable>,
    /// Sequential stability.
    pub seq: Option<ExpectedTable>,
    /// Symmetric sequential stability.
    pub symmetric_seq: Option<ExpectedTable>,
    /// Simultaneous stability.
    pub sim: Option<ExpectedTable>,
}

/// The expected stable states under one concept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedTable {
    /// Stable for every party.
    pub equilibria: Vec<String>,
    /// For each party, by its identifier, what is stable for it.
    pub stable: BTreeMap<String, Vec<String>>,
}

impl Expected {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// What is wrong with it, in words: no TOML, an unknown key, a missing one, no table at all, or a name
    /// in `not-computed` that is no concept or has a table as well.
    pub fn parse(text: &str) -> Result<Expected, String> {
        let expected: Expected = toml::from_str(text).map_err(|error| error.to_string())?;
        for word in &expected.not_computed {
            let concept = Concept::ALL.into_iter().find(|concept| concept.word() == word);
            let concept = concept.ok_or_else(|| format!("not-computed: `{word}` is no concept"))?;
            if expected.table(concept).is_some() {
                return Err(format!("`{word}` has a table and is listed in not-computed"));
            }
        }
        if Concept::ALL.into_iter().all(|concept| expected.table(concept).is_none()) {
            return Err("there is no table to compare with".into());
        }
        Ok(expected)
    }

    /// The table of a concept.
    pub fn table(&self, concept: Concept) -> Option<&ExpectedTable> {
        match concept {
            Concept::Nash => self.nash.as_ref(),
            Concept::Gmr => self.gmr.as_ref(),
            Concept::Smr => self.smr.as_ref(),
            Concept::Seq => self.seq.as_ref(),
            Concept::SymmetricSeq => self.symmetric_seq.as_ref(),
            Concept::Sim => self.sim.as_ref(),
        }
    }

    /// Everything in which the tables differ from what is expected, a sentence each; empty when nothing does.
    pub fn differences(&self, tables: &Tables) -> Vec<String> {
        let mut differences = Vec::new();
        if tables.states.len() != self.feasible {
            differences.push(format!("{} states instead of {}", tables.states.len(), self.feasible));
        }
        for concept in Concept::ALL {
            let word = concept.word();
            let declined = self.not_computed.iter().any(|other| other == word);
            let (Some(stable), Some(equilibria)) = (tables.of(concept), tables.equilibria(concept)) else {
                if self.table(concept).is_some() {
                    let reason = tables.sim_reason.as_deref().unwrap_or("no reason given");
                    differences.push(format!("{word} was not computed: {reason}"));
                }
                continue;
            };
            if declined {
                differences.push(format!("{word} was computed, though it is listed in not-computed"));
            }
            let Some(expected) = self.table(concept) else { continue };
            differences.extend(difference(
                &format!("{word}, equilibria"),
                &expected.equilibria,
                &tables.codes(&equilibria),
            ));
            for party in expected.stable.keys().filter(|party| !tables.parties.contains(party)) {
                differences.push(format!("{word}: there is no party `{party}`"));
            }
            for (party, stable) in tables.parties.iter().zip(stable) {
                match expected.stable.get(party) {
                    Some(codes) => differences.extend(difference(
                        &format!("{word}, stable for {party}"),
                        codes,
                        &tables.codes(stable),
                    )),
                    None => differences.push(format!("{word}: nothing is expected for `{party}`")),
                }
            }
        }
        differences
    }
}

fn difference(what: &str, expected: &[String], found: &[String]) -> Option<String> {
    let without = |codes: &[String], others: &[String]| -> String {
        let mut left: Vec<&str> =
            codes.iter().filter(|code| !others.contains(code)).map(String::as_str).collect();
        left.sort_unstable();
        left.join(" ")
    };
    let (missing, extra) = (without(expected, found), without(found, expected));
    match (missing.is_empty(), extra.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("{what}: missing {missing}")),
        (true, false) => Some(format!("{what}: unexpected {extra}")),
        (false, false) => Some(format!("{what}: missing {missing}; unexpected {extra}")),
    }
}

#[cfg(test)]
mod tests {
    use super::Expected;
    use crate::{Reference, generate};

    #[test]
    fn a_wrong_table_is_told_apart_from_the_right_one() {
        let text = |equilibria: &str, party: &str| {
            format!(
                "source = 's'\nfeasible = 4\n[nash]\nequilibria = {equilibria}\n[nash.stable]\nparty-0 = {party}\nparty-1 = ['NN', 'YN']"
            )
        };
        let case = generate::ranked_case(&[0, 1], &[vec![1, 0, 3, 2], vec![1, 3, 0, 2]]);
        let tables = Reference::new(&case).expect("a valid case").stability();
        let differences = |equilibria, party| {
            Expected::parse(&text(equilibria, party)).expect("a valid file").differences(&tables)
        };
        assert!(differences("['NN']", "['NY', 'NN']").is_empty());
        assert_eq!(
            differences("['YY']", "['NN']"),
            ["nash, equilibria: missing YY; unexpected NN", "nash, stable for party-0: unexpected NY"]
        );
    }

    #[test]
    fn files_that_check_nothing_are_errors() {
        for text in [
            "source = 's'\nfeasible = 4",
            "source = 's'\nfeasible = 4\n[nahs]\nequilibria = []\n[nahs.stable]",
            "source = 's'\nfeasible = 4\nnot-computed = ['simm']\n[nash]\nequilibria = []\n[nash.stable]",
            "source = 's'\nfeasible = 4\nnot-computed = ['nash']\n[nash]\nequilibria = []\n[nash.stable]",
        ] {
            assert!(Expected::parse(text).is_err(), "{text}");
        }
    }
}
