//! Why an outcome is or is not stable.

use crate::lens::{self, Lens};
use crate::names;
use paraph_analysis::{Concept, Model, Reason, Verdict};
use paraph_brief::view;
use paraph_case::{Preferences, Rational};
use std::collections::{BTreeMap, BTreeSet};

/// The view of an explanation, and for each concept that could not be worked out the reason.
pub fn view(
    lens: &Lens<'_>,
    cell: usize,
    title: Option<String>,
    verdicts: &[Verdict],
) -> (view::Explanation, Vec<String>) {
    let case = lens.case();
    let model = lens.model;
    let id = |party: usize| case.parties[party].id.clone();
    let mut named: BTreeSet<usize> = BTreeSet::from([cell]);
    let mut left_out: BTreeSet<String> = BTreeSet::new();
    let mut rows = Vec::new();
    for verdict in verdicts {
        let stable = match &verdict.stable {
            Ok(stable) => *stable,
            Err(reason) => {
                let concept = view::concept_name(verdict.concept.name());
                left_out.insert(format!("{concept} is not determined: {reason}"));
                continue;
            }
        };
        named.extend(verdict.improvement);
        named.extend(verdict.sanction.iter().map(|&(_, to)| to));
        let last = verdict.sanction.last().map(|&(_, to)| to).or(verdict.improvement);
        rows.push(view::ExplanationRow {
            party: id(verdict.party),
            concept: verdict.concept.name().to_owned(),
            stable,
            improvement: verdict.improvement.map(|to| lens.code(to)),
            sanction: verdict
                .sanction
                .iter()
                .map(|&(mover, to)| view::Sanction { mover: id(mover), to: lens.code(to) })
                .collect(),
            changes: verdict.improvement.map(|to| lens.changes(cell, to)).unwrap_or_default(),
            prefers_because: verdict
                .improvement
                .and_then(|to| model.reason(verdict.party, to, cell))
                .map(|reason| because(model, verdict.party, &reason)),
            // Under SIM all move at once, so that the last step says nothing about where it ends.
            sanction_ties: verdict.concept != Concept::Sim
                && last.is_some_and(|to| model.rank(verdict.party, to) == model.rank(verdict.party, cell)),
            escape: None,
        });
    }
    let details: BTreeMap<String, view::OutcomeDetail> = named
        .into_iter()
        .map(|cell| {
            let detail = view::OutcomeDetail {
                differs: lens.differences(cell),
                ranks: lens.places(cell),
                ..view::OutcomeDetail::default()
            };
            (lens.code(cell), detail)
        })
        .collect();
    let explanation = view::Explanation {
        outcome: lens.code(cell),
        rows,
        scenario: case.scenario.as_ref().map(|scenario| scenario.name.clone()),
        title,
        parties: names::parties(case),
        details,
        rests_on: lens::moves_rest_on(case),
    };
    (explanation, left_out.into_iter().collect())
}

/// What makes an improvement one, in words that follow "because there".
fn because(model: &Model, party: usize, reason: &Reason) -> String {
    match (reason, &model.case().parties[party].preferences) {
        (Reason::Priority(at), Preferences::Priorities(list)) => format!("“{}” holds", list[*at].text),
        (Reason::Weights { issues, formulas }, _) => {
            let sum =
                issues.iter().chain(formulas).try_fold(Rational::ZERO, |sum, (_, part)| add(sum, *part));
            match sum {
                Some(sum) => format!("its weights come to {sum} more"),
                None => "its weights come to more".to_owned(),
            }
        }
        _ => "it stands higher in its ranking".to_owned(),
    }
}

/// The sum, unless it needs too many digits.
pub fn add(one: Rational, other: Rational) -> Option<Rational> {
    let numerator = one
        .numerator()
        .checked_mul(other.denominator())?
        .checked_add(other.numerator().checked_mul(one.denominator())?)?;
    Rational::new(numerator, one.denominator().checked_mul(other.denominator())?)
}
