//! What could be agreed.

use crate::explanation::add;
use crate::lens::{self, Lens};
use crate::names;
use paraph_analysis::{
    self as analysis, Bitmap, Concept, Deals, Disagreement, Model, Pick, Reason, Refusal, Rule, StableSets,
};
use paraph_brief::view;
use paraph_case::{Case, Party, Preferences, Rational, WalkAway, lint};
use std::collections::{BTreeMap, BTreeSet};

/// What is put together.
pub struct Parts<'a> {
    /// The deals under the case's terms.
    pub deals: &'a Deals,
    /// What is efficient over everybody's wishes, and at how many points, where that was asked for.
    pub efficient: Option<&'a (Bitmap, u64)>,
    /// What is known about which deals hold.
    pub held: Held<'a>,
    /// How many outcomes a list has at most.
    pub most: usize,
}

/// What is known about which deals are equilibria.
#[derive(Debug, Clone, Copy)]
pub enum Held<'a> {
    /// The concepts that were worked out.
    Sets(&'a [(Concept, &'a StableSets)]),
    /// Nobody can change an issue alone, so every outcome is stable for everybody under every concept.
    Everything,
    /// It was not worked out; why, in a sentence.
    NotDetermined(&'a str),
}

impl Held<'_> {
    /// Whether nobody can leave any outcome alone, so that nothing need be worked out.
    pub fn is_everything(case: &Case) -> bool {
        case.explicit.is_none()
            && case.same.is_empty()
            && case.issues.iter().all(|issue| issue.moved_by.is_empty())
    }

    /// The concepts under which an outcome is an equilibrium.
    fn under(&self, lens: &Lens<'_>, cell: usize) -> Vec<String> {
        match self {
            Held::Sets(sets) => lens.equilibrium_under(cell, sets),
            Held::Everything => Concept::ALL.iter().map(|concept| concept.name().to_owned()).collect(),
            Held::NotDetermined(_) => Vec::new(),
        }
    }

    /// For each concept how many deals are equilibria.
    fn counts(&self, model: &Model, deals: &Bitmap) -> BTreeMap<String, u128> {
        match self {
            Held::Sets(sets) => sets
                .iter()
                .map(|(concept, sets)| {
                    let mut both = sets.equilibria.clone();
                    both.intersect(deals);
                    (concept.name().to_owned(), model.count(&both).into())
                })
                .collect(),
            Held::Everything => {
                let count = u128::from(model.count(deals));
                Concept::ALL.iter().map(|concept| (concept.name().to_owned(), count)).collect()
            }
            Held::NotDetermined(_) => BTreeMap::new(),
        }
    }

    /// What is to be said about it.
    fn note(&self) -> Option<String> {
        match self {
            Held::Sets(_) => None,
            Held::Everything => {
                Some("Nobody can change an issue alone, so every deal holds under every concept.".to_owned())
            }
            Held::NotDetermined(why) => Some((*why).to_owned()),
        }
    }
}

/// A rule's identifier in the interface.
pub fn rule_id(rule: Rule) -> &'static str {
    match rule {
        // "nash" alone is the stability concept.
        Rule::Nash => "nash-product",
        other => other.name(),
    }
}

/// The view of the deals.
pub fn view(lens: &Lens<'_>, parts: &Parts<'_>) -> view::Deals {
    let case = lens.case();
    let model = lens.model;
    let deals = parts.deals;
    let silent = not_on_record(case);
    let everybody: Vec<usize> = (0..case.parties.len()).collect();
    let (efficient, points) = match parts.efficient {
        Some((widened, points)) => (widened, *points),
        None => (&deals.efficient, deals.efficient_points),
    };
    let mut efficient_deals = efficient.clone();
    efficient_deals.intersect(&deals.deals);
    let deal_points = match parts.efficient {
        Some(_) => analysis::points(model, &everybody, &efficient_deals),
        None => deals.efficient_deal_points,
    };
    let mut listed: BTreeSet<usize> = BTreeSet::new();
    let mut list = |set: &Bitmap| {
        listed.extend(model.list(set, parts.most));
        lens.list(set, parts.most)
    };
    let acceptable = list(&deals.acceptable);
    let gains = list(&deals.deals);
    let efficient = list(efficient).at_points(points);
    let efficient_deals = list(&efficient_deals).at_points(deal_points);
    let mut told: BTreeSet<usize> = BTreeSet::new();
    let picks = deals
        .picks
        .iter()
        .map(|pick| {
            let cells = model.list(&pick.outcomes, parts.most);
            told.extend(&cells);
            pick_view(lens, deals, pick, &cells)
        })
        .collect();
    let packages = case
        .packages
        .iter()
        .map(|package| {
            let cell = lens.cell(&package.outcome);
            if let Some(cell) = cell.filter(|&cell| model.is_feasible(cell)) {
                told.insert(cell);
            }
            package_view(lens, deals, package, cell)
        })
        .collect();
    listed.extend(&told);
    let details = listed
        .into_iter()
        .map(|cell| (lens.code(cell), detail(lens, parts, &silent, cell, told.contains(&cell))))
        .collect();
    view::Deals {
        frontier: None,
        status_quo: deals.status_quo.map(|cell| lens.code(cell)),
        acceptable,
        efficient,
        efficient_deals,
        picks,
        holding: parts.held.counts(model, &deals.deals),
        holding_note: parts.held.note(),
        packages,
        deal_exists: gains.count > 0,
        gains,
        method: None,
        scenario: case.scenario.as_ref().map(|scenario| scenario.name.clone()),
        outcomes: lens.counts(),
        parties: names::parties(case),
        disagreement: deals.disagreements.iter().map(|known| disagreement_view(lens, known)).collect(),
        not_on_record: silent,
        details,
        rests_on: lens::consent_rests_on(case),
    }
}

/// The consenting parties and the issues that none of their preferences touches, in the case's order.
pub fn not_on_record(case: &Case) -> Vec<view::NotOnRecord> {
    case.parties
        .iter()
        .filter(|party| party.consents)
        .flat_map(|party| {
            let known = lint::on_record(case, party);
            case.issues
                .iter()
                .zip(known)
                .filter(|(_, known)| !known)
                .map(|(issue, _)| view::NotOnRecord { party: party.id.clone(), issue: issue.id.clone() })
        })
        .collect()
}

fn detail(
    lens: &Lens<'_>,
    parts: &Parts<'_>,
    silent: &[view::NotOnRecord],
    cell: usize,
    told: bool,
) -> view::OutcomeDetail {
    let differs = lens.differences(cell);
    let deals = parts.deals;
    let changed: BTreeSet<&str> = differs.iter().map(|change| change.issue.as_str()).collect();
    let untested = if deals.acceptable.contains(cell) {
        silent.iter().filter(|pair| changed.contains(pair.issue.as_str())).cloned().collect()
    } else {
        Vec::new()
    };
    view::OutcomeDetail {
        equilibrium_under: parts.held.under(lens, cell),
        untested,
        asks: if told { asks(lens, deals, cell) } else { Vec::new() },
        needs: needs(lens, deals, cell),
        ranks: lens.places(cell),
        differs,
    }
}

/// What an outcome asks of the parties that must agree: the changes that only they can make, and what
/// they have without a deal and would give up.
fn asks(lens: &Lens<'_>, deals: &Deals, cell: usize) -> Vec<view::Ask> {
    let case = lens.case();
    deals
        .disagreements
        .iter()
        .filter_map(|known| {
            let party = &case.parties[known.party];
            let mut what: Vec<String> = lens
                .differences(cell)
                .iter()
                .filter(|change| change.from.is_some())
                .filter(|change| {
                    case.issues
                        .iter()
                        .any(|issue| issue.id == change.issue && issue.moved_by == [known.party])
                })
                .map(view::Difference::words)
                .collect();
            if let (Preferences::Priorities(list), Some(fallback)) = (&party.preferences, known.cell) {
                let (before, after) = (lens.options(fallback), lens.options(cell));
                let holds = |formula: &paraph_case::Formula, options: &[Option<usize>]| {
                    let named = formula.issues();
                    named.iter().all(|&issue| options[issue].is_some())
                        && formula
                            .holds(&options.iter().map(|option| option.unwrap_or(0)).collect::<Vec<_>>())
                };
                what.extend(
                    list.iter()
                        .filter(|priority| holds(&priority.that, &before) && !holds(&priority.that, &after))
                        .map(|priority| format!("gives up “{}”, which it has without a deal", priority.text)),
                );
            }
            (!what.is_empty()).then(|| view::Ask { party: party.id.clone(), what })
        })
        .collect()
}

fn needs(lens: &Lens<'_>, deals: &Deals, cell: usize) -> Vec<view::Need> {
    let case = lens.case();
    let movers: BTreeSet<usize> =
        deals.needs(lens.model, cell).into_iter().flat_map(|need| need.movers).collect();
    movers
        .into_iter()
        .map(|party| view::Need {
            party: case.parties[party].id.clone(),
            likes: deals
                .status_quo
                .filter(|_| case.parties[party].preferences != Preferences::None)
                .map(|now| lens.model.compare(party, cell, now).is_ge()),
        })
        .collect()
}

fn disagreement_view(lens: &Lens<'_>, known: &Disagreement) -> view::Disagreement {
    let party = &lens.case().parties[known.party];
    let code = || known.cell.map(|cell| lens.code(cell)).unwrap_or_default();
    let is = match &party.walk_away {
        None if known.cell == lens.model.status_quo() => format!("the status quo, {}", code()),
        None => code(),
        Some(WalkAway::Formula { text, .. }) => format!("{} (its best with “{text}”)", code()),
        Some(WalkAway::Outcome(_)) => code(),
        Some(WalkAway::Utility(utility)) => format!("a utility of {utility}"),
    };
    view::Disagreement { party: party.id.clone(), is, rank: lens.place_of(known) }
}

fn pick_view(lens: &Lens<'_>, deals: &Deals, pick: &Pick, cells: &[usize]) -> view::Pick {
    let case = lens.case();
    let id = |party: usize| case.parties[party].id.clone();
    let by_party = || deals.disagreements.iter().map(|known| id(known.party));
    let worth: Vec<(String, Rational)> = deals
        .disagreements
        .iter()
        .filter_map(|known| Some((id(known.party), lens.model.utility(known.party, pick.first)?)))
        .collect();
    view::Pick {
        rule: rule_id(pick.rule).to_owned(),
        outcomes: cells.iter().map(|&cell| lens.code(cell)).collect(),
        ties: lens.model.count(&pick.outcomes),
        depths: by_party().zip(pick.depths.iter().copied()).collect(),
        utilities: worth
            .iter()
            .filter_map(|(party, utility)| Some((party.clone(), view::Number::from_f64(utility.to_f64())?)))
            .collect(),
        exact: worth.into_iter().map(|(party, utility)| (party, utility.to_string())).collect(),
        formula: pick.rule.formula().to_owned(),
        sentence: sentence(pick.rule).to_owned(),
        left_out: pick.left_out.iter().map(|&party| id(party)).collect(),
    }
}

/// What a rule does, in a sentence.
fn sentence(rule: Rule) -> &'static str {
    match rule {
        Rule::Fallback => {
            "Every party goes down its own list of packages, all at the same pace, until a deal is reached that all have passed."
        }
        Rule::Nash => "The gains over what each has without a deal, multiplied, come to the most.",
        Rule::KalaiSmorodinsky => {
            "The party that gets the smallest share of the most it could gain gets as large a share as possible."
        }
        Rule::Egalitarian => "The party that gains least gains as much as possible.",
        Rule::Utilitarian => "The utilities of all, added up, come to the most.",
    }
}

/// A package, who does not accept it, and why.
pub fn package_view(
    lens: &Lens<'_>,
    deals: &Deals,
    package: &paraph_case::Package,
    cell: Option<usize>,
) -> view::Package {
    let case = lens.case();
    let mut shown = view::Package {
        package: cell.map_or_else(|| case.code(&package.outcome), |cell| lens.code(cell)),
        name: package.name.clone(),
        title: package.title.clone(),
        ..view::Package::default()
    };
    let Some(cell) = cell else {
        shown.infeasible = Some("it lies outside the part of the outcomes that is looked at".to_owned());
        return shown;
    };
    if !lens.model.is_feasible(cell) {
        let broken: Vec<&str> = case
            .constraints
            .iter()
            .filter(|constraint| !constraint.always.holds(&package.outcome))
            .map(|constraint| constraint.text.as_str())
            .collect();
        shown.infeasible = Some(format!("a constraint forbids it: {}", broken.join("; ")));
        return shown;
    }
    let refusals = deals.refusals(lens.model, cell);
    if refusals.is_empty() && !deals.packages.contains(cell) {
        shown.infeasible = Some("an issue would have to change back, which it cannot".to_owned());
        return shown;
    }
    if refusals.is_empty() {
        shown.rests_on = lens::consent_rests_on(case);
    }
    shown.not_accepted_by = refusals
        .iter()
        .map(|refusal| {
            let known = deals.disagreements.iter().find(|known| known.party == refusal.party);
            let wanted = known.and_then(|known| known.utility);
            let utilities = lens.model.utility(refusal.party, cell).zip(wanted);
            refusal_view(case, refusal, utilities, &mut shown.rests_on)
        })
        .collect();
    shown
}

/// Why a party does not accept a package. Where it has a number without a deal, `utilities` are the package's and that
/// number.
pub(crate) fn refusal_view(
    case: &Case,
    refusal: &Refusal,
    utilities: Option<(Rational, Rational)>,
    rests_on: &mut view::RestsOn,
) -> view::NotAccepted {
    let party: &Party = &case.parties[refusal.party];
    let mut because: Vec<String> = Vec::new();
    let mut cite = |ids: &[String]| {
        for id in ids {
            if !because.contains(id) {
                because.push(id.clone());
            }
        }
    };
    let mut red_lines_broken = Vec::new();
    for &at in &refusal.red_lines {
        let line = &party.red_lines[at];
        lens::count(rests_on, &line.grounds);
        cite(&line.grounds.because);
        red_lines_broken.push(view::RedLineBroken {
            index: at as u64,
            that: line.text.clone(),
            basis: lens::basis(line.grounds.basis),
            note: line.grounds.note.clone(),
        });
    }
    let mut preference = None;
    let mut weights = None;
    match (&refusal.reason, &party.preferences) {
        (Some(Reason::Priority(at)), Preferences::Priorities(list)) => {
            let priority = &list[*at];
            lens::count(rests_on, &priority.grounds);
            cite(&priority.grounds.because);
            preference = Some(view::PreferenceBroken {
                index: *at as u64,
                that: priority.text.clone(),
                basis: lens::basis(priority.grounds.basis),
            });
        }
        (Some(Reason::Weights { issues, formulas }), Preferences::Weights(list)) => {
            if !issues.is_empty() {
                lens::count(rests_on, &list.grounds);
                cite(&list.grounds.because);
            }
            for (at, _) in formulas {
                lens::count(rests_on, &list.formulas[*at].grounds);
                cite(&list.formulas[*at].grounds.because);
            }
            weights = Some(fall(case, issues, formulas, list));
        }
        (Some(Reason::Ranking), Preferences::Ranking(ranking)) => {
            lens::count(rests_on, &ranking.grounds);
            cite(&ranking.grounds.because);
            weights = Some("its ranking puts it below what it has without a deal".to_owned());
        }
        (None, Preferences::Weights(list)) if refusal.ranks_lower => {
            lens::count(rests_on, &list.grounds);
            cite(&list.grounds.because);
            if let Some((utility, wanted)) = utilities {
                weights =
                    Some(format!("its utility is {utility}, less than the {wanted} it has without a deal"));
            }
        }
        _ => {}
    }
    view::NotAccepted {
        party: party.id.clone(),
        red_lines: refusal.red_lines.iter().map(|&at| at as u64).collect(),
        preference,
        because,
        red_lines_broken,
        weights,
    }
}

/// By how much the utility falls, and through what.
fn fall(
    case: &Case,
    issues: &[(usize, Rational)],
    formulas: &[(usize, Rational)],
    weights: &paraph_case::Weights,
) -> String {
    let sum = issues.iter().chain(formulas).try_fold(Rational::ZERO, |sum, (_, part)| add(sum, *part));
    let lost = |part: &Rational| part.numerator() > 0;
    let mut through: Vec<String> = issues
        .iter()
        .filter(|(_, part)| lost(part))
        .map(|(at, part)| format!("{} {part}", case.issues[*at].title))
        .collect();
    through.extend(
        formulas
            .iter()
            .filter(|(_, part)| lost(part))
            .map(|(at, part)| format!("“{}” {part}", weights.formulas[*at].text)),
    );
    match sum {
        Some(sum) => format!("its utility falls by {sum} (lost: {})", through.join(", ")),
        None => format!("its utility falls (lost: {})", through.join(", ")),
    }
}

/// The details of packages and picks by code, for whoever explains them.
pub fn worth_explaining(lens: &Lens<'_>, deals: &Deals, most: usize) -> Vec<(usize, Option<String>)> {
    let case = lens.case();
    let mut chosen: Vec<(usize, Option<String>)> = Vec::new();
    let mut add = |cell: usize, title: Option<String>| {
        if !chosen.iter().any(|(known, _)| *known == cell) {
            chosen.push((cell, title));
        }
    };
    if let Some(cell) = deals.status_quo {
        add(lens.model.representative(cell), Some("the status quo".to_owned()));
    }
    for package in &case.packages {
        if let Some(cell) = lens.cell(&package.outcome).filter(|&cell| lens.model.is_feasible(cell)) {
            add(lens.model.representative(cell), Some(package.title.clone()));
        }
    }
    let mut by_first: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for pick in &deals.picks {
        by_first.entry(pick.first).or_default().push(paraph_brief::sentences::rule_name(rule_id(pick.rule)));
    }
    for (cell, rules) in by_first {
        add(cell, Some(format!("picked by: {}", rules.join(", "))));
    }
    chosen.truncate(most);
    chosen
}
