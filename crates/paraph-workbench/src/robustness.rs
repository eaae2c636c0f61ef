//! Which conclusions survive swapping neighbouring priorities.

use crate::lens;
use paraph_analysis::{Conclusion, Model, Robustness};
use paraph_brief::{sentences, view};
use paraph_case::{Case, Preferences};

/// The view of what the swaps showed: each conclusion as it stands, and what overturns it. `asked` names
/// the outcomes that were asked about, and says of each whether it is a deal.
pub fn view(
    model: &Model,
    found: &Robustness,
    asked: &[(String, bool)],
    deals: &view::Deals,
    stability: &view::Stability,
) -> view::Robustness {
    let case = model.case();
    let conclusions = found
        .tested
        .iter()
        .map(|tested| view::Conclusion {
            text: text(tested.conclusion, asked, deals, stability),
            survives: tested.changed_by.is_empty(),
            overturned_by: tested.changed_by.iter().map(|swap| swapped(case, *swap)).collect(),
            rests_on: match tested.conclusion {
                Conclusion::Equilibria(_) => lens::moves_rest_on(case),
                _ => lens::consent_rests_on(case),
            },
        })
        .collect();
    view::Robustness {
        swaps: found.swaps.len() as u64,
        left_out: left_out(case),
        conclusions,
        unknowns: unknowns(case, deals),
        questions: Vec::new(),
    }
}

fn swapped(case: &Case, swap: paraph_analysis::Swap) -> view::Swap {
    let party = &case.parties[swap.party];
    let text = |at: usize| match &party.preferences {
        Preferences::Priorities(list) => {
            list.get(at).map(|priority| priority.text.clone()).unwrap_or_default()
        }
        _ => String::new(),
    };
    view::Swap {
        party: party.id.clone(),
        index: swap.upper as u64,
        first: text(swap.upper),
        second: text(swap.upper + 1),
    }
}

fn text(
    conclusion: Conclusion,
    asked: &[(String, bool)],
    deals: &view::Deals,
    stability: &view::Stability,
) -> String {
    let are_these = |what: &str, list: &view::OutcomeList| match list.count {
        0 => format!("No outcome is {what}."),
        1 => format!("{} alone is {what}.", list.listed.first().map_or("One outcome", String::as_str)),
        count => format!("Exactly these {count} outcomes are {what}."),
    };
    match conclusion {
        Conclusion::DealExists if deals.deal_exists => "There is a deal.".to_owned(),
        Conclusion::DealExists => "There is no deal.".to_owned(),
        Conclusion::Deals => are_these("a deal", &deals.gains),
        Conclusion::EfficientDeals => are_these("an efficient deal", &deals.efficient_deals),
        Conclusion::IsDeal(at) => match asked.get(at) {
            Some((name, true)) => format!("{name} is a deal."),
            Some((name, false)) => format!("{name} is no deal."),
            None => "Not determined.".to_owned(),
        },
        Conclusion::Pick(rule) => {
            let id = super::deals::rule_id(rule);
            let picked = deals.picks.iter().find(|pick| pick.rule == id);
            let name = sentences::rule_name(id);
            match picked.map(|pick| (pick.ties, &pick.outcomes[..])) {
                Some((1, [only])) => format!("{name} picks {only}."),
                Some((count, _)) => format!("{name} picks exactly these {count} outcomes."),
                None => format!("{name} picks nothing."),
            }
        }
        Conclusion::Equilibria(concept) => {
            let what = format!("an equilibrium under {}", view::concept_name(concept.name()));
            stability
                .concepts
                .iter()
                .find(|known| known.concept == concept.name())
                .and_then(|known| known.equilibria.as_ref())
                .map_or_else(|| "Not determined.".to_owned(), |list| are_these(&what, list))
        }
    }
}

/// Parties whose preferences have no order to swap.
fn left_out(case: &Case) -> Option<String> {
    let without: Vec<&str> = case
        .parties
        .iter()
        .filter(|party| matches!(party.preferences, Preferences::Weights(_) | Preferences::Ranking(_)))
        .map(|party| party.name.as_str())
        .collect();
    (!without.is_empty()).then(|| {
        format!(
            "weights and rankings have no neighbouring priorities, so nothing was swapped for {}",
            without.join(", ")
        )
    })
}

/// Who is not on record about what, party by party.
fn unknowns(case: &Case, deals: &view::Deals) -> Vec<String> {
    case.parties
        .iter()
        .filter_map(|party| {
            let silent: Vec<String> = case
                .issues
                .iter()
                .filter(|issue| {
                    deals.not_on_record.iter().any(|pair| pair.party == party.id && pair.issue == issue.id)
                })
                .map(|issue| format!("“{}”", issue.title))
                .collect();
            let all = silent.len() == case.issues.len();
            match &silent[..] {
                [] => None,
                _ if all => {
                    Some(format!("What {} would rather have is not on record for any issue.", party.name))
                }
                _ => Some(format!(
                    "What {} would rather have is not on record for {}.",
                    party.name,
                    silent.join(", ")
                )),
            }
        })
        .collect()
}
