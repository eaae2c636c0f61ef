//! What drafts mean: links between points and issues, and drafts as packages.

use crate::desk::{Answer, Desk, How, party_words, unit_of};
use crate::failure::{Failure, Outcome};
use crate::lens::{self, Lens};
use crate::{deals, names};
use paraph_analysis::{self as analysis, Deals, Model, Monitor, Options, Terms};
use paraph_brief::view::{self, DraftStance, EffectDirection, LinkBasis, PointIssue};
use paraph_case::{Case, Issue, Package, Preferences, Span};
use paraph_drafts::{
    Comparison, Draft, IssueWords, OptionWords, RelationKind, Stance, package, propose_links,
};
use std::collections::{BTreeMap, BTreeSet};

/// Packages of one draft beyond this number are counted, not looked at.
const MOST_PACKAGES: u64 = 4_096;
/// Packages of the old draft in which a change is tried.
const MOST_TRIED: usize = 256;

/// The issues as drafts speak of them.
fn issue_words(case: &Case, desk: &Desk) -> Vec<IssueWords> {
    case.issues
        .iter()
        .map(|issue| IssueWords {
            name: issue.id.clone(),
            title: issue.title.clone(),
            words: issue.words.clone(),
            options: issue
                .options
                .iter()
                .map(|option| OptionWords {
                    name: option.clone(),
                    words: desk
                        .answers
                        .words
                        .iter()
                        .filter(|said| said.issue == issue.id && said.option == *option)
                        .flat_map(|said| said.words.iter().cloned())
                        .collect(),
                })
                .collect(),
        })
        .collect()
}

/// Checks that `drafts/issues.toml` names what there is.
///
/// # Errors
/// A sentence about the first name that is not there.
pub fn check(case: &Case, desk: &Desk) -> Outcome<()> {
    let wrong = |what: &str, name: &str, known: Vec<&str>| {
        Err(Failure::new(format!("drafts/issues.toml: there is no {what} `{name}`"))
            .hint(format!("there is: {}", known.join(", "))))
    };
    let issue = |id: &str| case.issues.iter().find(|issue| issue.id == id);
    let ids = || case.issues.iter().map(|issue| issue.id.as_str()).collect::<Vec<_>>();
    let option = |issue: &Issue, option: &str| issue.options.iter().any(|known| known == option);
    for answer in &desk.answers.choice {
        let Some(found) = issue(&answer.issue) else { return wrong("issue", &answer.issue, ids()) };
        let Some(draft) = desk.drafts.iter().find(|draft| draft.name() == answer.draft) else {
            return wrong("draft", &answer.draft, desk.drafts.iter().map(Draft::name).collect());
        };
        for name in answer.options.iter().flatten() {
            if !option(found, name) {
                let known = found.options.iter().map(String::as_str).collect();
                return wrong(&format!("option of {}", found.id), name, known);
            }
        }
        for address in answer.points.iter().flatten() {
            if draft.find(address).is_none() {
                let units = draft.units();
                let known = units.iter().map(|unit| draft.points()[*unit].address.as_str()).collect();
                return wrong(&format!("point of {}", draft.name()), address, known);
            }
        }
    }
    for said in &desk.answers.words {
        let Some(found) = issue(&said.issue) else { return wrong("issue", &said.issue, ids()) };
        if !option(found, &said.option) {
            let known = found.options.iter().map(String::as_str).collect();
            return wrong(&format!("option of {}", found.id), &said.option, known);
        }
    }
    Ok(())
}

fn answer<'a>(desk: &'a Desk, draft: &str, issue: &str) -> Option<&'a Answer> {
    desk.answers.choice.iter().find(|answer| answer.draft == draft && answer.issue == issue)
}

/// For each draft, which points are about which issues.
///
/// A number in an issue's `points` counts in the first draft, `draft/number` in that draft, and
/// `drafts/issues.toml` goes before both. Other drafts have them through the alignment. Where nothing
/// reaches a draft, points are proposed by their words.
pub fn links(case: &Case, desk: &Desk, side: &Comparison) -> Vec<Vec<PointIssue>> {
    let words = issue_words(case, desk);
    let mut all: Vec<Vec<PointIssue>> = vec![Vec::new(); desk.drafts.len()];
    // Points that people wrote down, by issue: draft and index.
    let written: Vec<Vec<(usize, usize)>> = case
        .issues
        .iter()
        .map(|issue| {
            issue
                .points
                .iter()
                .filter_map(|entry| {
                    let (draft, address) = match entry.split_once('/') {
                        Some((name, address)) => {
                            (desk.drafts.iter().position(|draft| draft.name() == name)?, address)
                        }
                        None => (0, entry.as_str()),
                    };
                    Some((draft, desk.drafts.get(draft)?.find(address)?))
                })
                .collect()
        })
        .collect();
    for (at, draft) in desk.drafts.iter().enumerate() {
        let mut proposed: BTreeMap<String, Vec<PointIssue>> = BTreeMap::new();
        for link in propose_links(draft, &words) {
            proposed.entry(link.issue.clone()).or_default().push(PointIssue {
                point: link.address,
                issue: link.issue,
                basis: LinkBasis::Proposed,
                reason: link.reason,
            });
        }
        for (issue, written) in case.issues.iter().zip(&written) {
            let link = |point: usize, basis, reason: String| PointIssue {
                point: draft.points()[point].address.clone(),
                issue: issue.id.clone(),
                basis,
                reason,
            };
            if let Some(points) =
                answer(desk, draft.name(), &issue.id).and_then(|answer| answer.points.as_ref())
            {
                all[at].extend(points.iter().filter_map(|address| {
                    Some(link(
                        draft.find(address)?,
                        LinkBasis::Confirmed,
                        "drafts/issues.toml says so".to_owned(),
                    ))
                }));
                continue;
            }
            let mut found: Vec<PointIssue> = Vec::new();
            for &(_, point) in written.iter().filter(|(draft, _)| *draft == at) {
                found.push(link(point, LinkBasis::Confirmed, "case.toml says so".to_owned()));
            }
            if found.is_empty() {
                let mut seen = BTreeSet::new();
                for &(other, point) in written {
                    let Some(row) = super::row_of(side, desk, other, point) else { continue };
                    let from = &desk.drafts[other];
                    for &unit in side.rows[row].cells[at].points.iter().filter(|unit| seen.insert(**unit)) {
                        let reason =
                            format!("aligned with point {} of {}", from.points()[point].address, from.name());
                        found.push(link(unit, LinkBasis::Carried, reason));
                    }
                }
            }
            if found.is_empty() {
                found = proposed.remove(&issue.id).unwrap_or_default();
            }
            all[at].extend(found);
        }
        all[at].sort_by_key(|link| (draft.find(&link.point), case.issue(&link.issue)));
    }
    all
}

/// What a draft says on every issue.
fn choices(case: &Case, desk: &Desk, at: usize, links: &[PointIssue]) -> Vec<view::DraftChoice> {
    let draft = &desk.drafts[at];
    let pairs: Vec<(String, String)> =
        links.iter().map(|link| (link.issue.clone(), link.point.clone())).collect();
    let read = package(draft, &issue_words(case, desk), &pairs);
    let on_the_table = case.packages.iter().find(|package| package.name == draft.name());
    case.issues
        .iter()
        .enumerate()
        .zip(read.choices)
        .map(|((index, issue), read)| {
            let (stance, mut options) = match read.stance {
                Stance::Chooses => (DraftStance::Chooses, read.options),
                Stance::Partly => (DraftStance::Partly, read.options),
                Stance::Conditionally => (DraftStance::Conditionally, read.options),
                Stance::Open => (DraftStance::Open, read.options),
                Stance::Unclear => (DraftStance::Unclear, Vec::new()),
                Stance::Silent => (DraftStance::Silent, Vec::new()),
            };
            let mut choice = view::DraftChoice {
                issue: issue.id.clone(),
                title: issue.title.clone(),
                points: links.iter().filter(|link| link.issue == issue.id).cloned().collect(),
                reason: read.reason,
                evidence: read.evidence.iter().map(|found| found.words.clone()).collect(),
                ..view::DraftChoice::default()
            };
            let by_words = (stance, options.clone());
            let by_person = answer(desk, draft.name(), &issue.id)
                .and_then(|answer| {
                    let options = answer.options.clone()?;
                    let stance = match (options.len(), answer.how) {
                        (0, _) => DraftStance::Silent,
                        (1, How::Chooses) => DraftStance::Chooses,
                        (1, How::Partly) => DraftStance::Partly,
                        (1, How::Conditionally) => DraftStance::Conditionally,
                        _ => DraftStance::Open,
                    };
                    let because = if answer.because.is_empty() {
                        String::new()
                    } else {
                        format!(": {}", answer.because)
                    };
                    Some((stance, options, format!("drafts/issues.toml says so{because}")))
                })
                .or_else(|| {
                    let package = on_the_table?;
                    let says = format!("the package {} in case.toml says so", package.name);
                    Some(if package.named.contains(&index) {
                        let option = issue.options[package.outcome[index]].clone();
                        (DraftStance::Chooses, vec![option], says)
                    } else {
                        (DraftStance::Silent, Vec::new(), format!("{says}, by not naming the issue"))
                    })
                });
            choice.stance = stance;
            if let Some((stance, said, reason)) = by_person {
                choice.confirmed = true;
                choice.stance = stance;
                choice.reason = reason;
                let differs = !by_words.1.is_empty() && (by_words.0, &by_words.1) != (stance, &said);
                choice.words_say =
                    differs.then(|| format!("{}: {}", by_words.0.word(), by_words.1.join(" / ")));
                options = said;
            }
            let now = issue.status_quo.map(|now| issue.options[now].clone());
            let possible = |name: &String| match choice.stance {
                DraftStance::Chooses | DraftStance::Open => options.contains(name),
                DraftStance::Partly | DraftStance::Conditionally => {
                    options.contains(name) || now.as_ref().is_none_or(|now| now == name)
                }
                DraftStance::Unclear => true,
                DraftStance::Silent => now.as_ref().is_none_or(|now| now == name),
            };
            choice.possible = issue.options.iter().filter(|name| possible(name)).cloned().collect();
            choice.options = options;
            choice
        })
        .collect()
}

/// The first packages that choices leave, the first issue changing fastest.
fn packages(case: &Case, choices: &[view::DraftChoice], most: u64) -> (Option<u64>, Vec<Vec<usize>>) {
    let digits: Vec<Vec<usize>> = case
        .issues
        .iter()
        .zip(choices)
        .map(|(issue, choice)| {
            let place = |name: &String| issue.options.iter().position(|option| option == name);
            choice.possible.iter().filter_map(place).collect()
        })
        .collect();
    let count = digits.iter().try_fold(1_u64, |count, options| count.checked_mul(options.len() as u64));
    let listed = (0..count.unwrap_or(u64::MAX).min(most))
        .map(|mut code| {
            digits
                .iter()
                .map(|options| {
                    let size = options.len() as u64;
                    let option = options[(code % size) as usize];
                    code /= size;
                    option
                })
                .collect()
        })
        .collect();
    (count, listed)
}

/// What is needed to tell packages apart.
pub struct Table<'a> {
    /// The outcomes.
    pub lens: &'a Lens<'a>,
    /// Under which terms they would be deals.
    pub deals: &'a Deals,
    /// How many packages of a draft are listed.
    pub most: usize,
}

/// What the drafts mean for each party.
///
/// `table` is absent where the outcomes could not be worked out; `why` then says why.
pub fn view(
    case: &Case,
    desk: &Desk,
    side: &Comparison,
    links: &[Vec<PointIssue>],
    table: Result<&Table<'_>, String>,
) -> view::DraftAssessments {
    let mut all = view::DraftAssessments {
        parties: names::parties(case),
        issues: names::issues(case),
        scenario: case.scenario.as_ref().map(|scenario| scenario.name.clone()),
        rests_on: lens::consent_rests_on(case),
        ..view::DraftAssessments::default()
    };
    if let Err(why) = &table {
        all.not_determined.push(why.clone());
    }
    if case.issues.iter().any(|issue| issue.status_quo.is_none()) {
        all.not_determined.push(
            "The case has no status quo, so an issue on which a draft is silent keeps all its options."
                .to_owned(),
        );
    }
    let mut found: Vec<Vec<Vec<usize>>> = Vec::new();
    for (at, draft) in desk.drafts.iter().enumerate() {
        let choices = choices(case, desk, at, &links[at]);
        let (count, outcomes) = packages(case, &choices, MOST_PACKAGES);
        let mut told = view::DraftAssessment {
            draft: draft.name().to_owned(),
            title: draft.title().to_owned(),
            packages: count,
            looked_at: outcomes.len() as u64,
            choices,
            ..view::DraftAssessment::default()
        };
        match &table {
            Ok(table) => tell(table, draft, &outcomes, &mut told),
            Err(_) => told.verdict = "Not determined whether it is a deal.".to_owned(),
        }
        all.drafts.push(told);
        found.push(outcomes);
    }
    if let Ok(table) = &table {
        all.status_quo = table.lens.base.map(|cell| table.lens.code(cell));
        all.orders = orders(table, desk, &found, &all.drafts);
    }
    for (at, column) in side.columns.iter().enumerate() {
        let Some(base) = column.base else { continue };
        let alignment = &side.alignments[at - 1];
        all.effects.push(effects(
            case,
            table.as_ref().ok().copied(),
            &all.drafts,
            &found,
            (base, at),
            alignment,
            desk,
            links,
        ));
    }
    all
}

fn tell(table: &Table<'_>, draft: &Draft, outcomes: &[Vec<usize>], told: &mut view::DraftAssessment) {
    let (lens, model) = (table.lens, table.lens.model);
    for outcome in outcomes {
        let cell =
            lens.cell(outcome).filter(|&cell| model.is_feasible(cell)).map(|cell| model.representative(cell));
        let acceptable = cell.is_some_and(|cell| table.deals.acceptable.contains(cell));
        let deal = cell.is_some_and(|cell| table.deals.deals.contains(cell));
        told.feasible += u64::from(cell.is_some());
        told.acceptable += u64::from(acceptable);
        told.deals += u64::from(deal);
        if told.listed.len() >= table.most {
            continue;
        }
        let package = Package {
            name: draft.name().to_owned(),
            title: draft.title().to_owned(),
            outcome: outcome.clone(),
            named: (0..outcome.len()).collect(),
            span: Span::default(),
        };
        let place = lens.cell(outcome);
        told.listed.push(view::DraftPackage {
            package: deals::package_view(lens, table.deals, &package, place),
            acceptable,
            deal,
            differs: cell.map(|cell| lens.differences(cell)).unwrap_or_default(),
            places: cell.map(|cell| lens.places(cell)).unwrap_or_default(),
        });
    }
    told.verdict = verdict(told);
    if told.acceptable > 0 {
        let changed: BTreeSet<&str> = told
            .listed
            .iter()
            .filter(|package| package.acceptable)
            .flat_map(|package| package.differs.iter().map(|change| change.issue.as_str()))
            .collect();
        let silent = deals::not_on_record(lens.case());
        let untested = silent.iter().filter(|pair| changed.contains(pair.issue.as_str())).count();
        if untested > 0 {
            let pairs = if untested == 1 { "1 pair".to_owned() } else { format!("{untested} pairs") };
            told.verdict.push_str(&format!(
                " Untested: nothing is on record on {pairs} of a consenting party and an issue that it changes."
            ));
        }
    }
}

fn verdict(told: &view::DraftAssessment) -> String {
    let proposed = told
        .choices
        .iter()
        .filter(|choice| !choice.confirmed && choice.stance != DraftStance::Silent)
        .count();
    let mut sentence = match (told.packages, told.looked_at) {
        (Some(1), _) => match told.listed.first() {
            Some(only) if only.package.infeasible.is_some() => {
                "One package, which is no outcome of the case.".to_owned()
            }
            _ if told.deals == 1 => "One package, and a deal given what is written down.".to_owned(),
            _ if told.acceptable == 1 => {
                "One package, which every consenting party accepts given what is written down, and by which none gains."
                    .to_owned()
            }
            _ => "One package, which is not accepted given what is written down.".to_owned(),
        },
        (count, looked) => {
            let all = count.map_or_else(|| "More than 2⁶⁴ packages".to_owned(), |count| format!("{count} packages"));
            let among = if count == Some(looked) { String::new() } else { format!(", of the first {looked}") };
            format!(
                "{all}{among}: {} that the constraints allow, {} accepted by every consenting party, {} deals.",
                told.feasible, told.acceptable, told.deals
            )
        }
    };
    if proposed > 0 {
        let issues = if proposed == 1 { "1 issue".to_owned() } else { format!("{proposed} issues") };
        sentence.push_str(&format!(" On {issues} it rests on words that nobody has confirmed."));
    }
    sentence
}

/// How each party orders the drafts and the status quo.
fn orders(
    table: &Table<'_>,
    desk: &Desk,
    found: &[Vec<Vec<usize>>],
    told: &[view::DraftAssessment],
) -> Vec<view::PartyOrder> {
    let (lens, model) = (table.lens, table.lens.model);
    let cells: Vec<Vec<usize>> = found
        .iter()
        .map(|outcomes| {
            let cells = outcomes.iter().filter_map(|outcome| lens.cell(outcome));
            cells.filter(|&cell| model.is_feasible(cell)).map(|cell| model.representative(cell)).collect()
        })
        .collect();
    lens.case()
        .parties
        .iter()
        .enumerate()
        .map(|(index, party)| {
            let mut order = view::PartyOrder { party: party.id.clone(), ..view::PartyOrder::default() };
            if party.preferences == Preferences::None {
                order.note = Some("no preference on record: not determined".to_owned());
                return order;
            }
            let mut places: BTreeMap<u64, Vec<String>> = BTreeMap::new();
            if let Some(now) = lens.base {
                places.entry(lens.place(index, now)).or_default().push("status quo".to_owned());
            }
            let mut left_out = Vec::new();
            for ((draft, cells), told) in desk.drafts.iter().zip(&cells).zip(told) {
                let ranks: BTreeSet<u64> = cells.iter().map(|&cell| lens.place(index, cell)).collect();
                let name = draft.name();
                match (ranks.first(), ranks.last()) {
                    (Some(&only), Some(&last)) if only == last => {
                        places.entry(only).or_default().push(name.to_owned());
                    }
                    (Some(&first), Some(&last)) => {
                        places.entry(first).or_default().push(format!("{name} at best"));
                        places.entry(last).or_default().push(format!("{name} at worst"));
                    }
                    _ => left_out.push(format!("{name} is no outcome of the case")),
                }
                if told.packages != Some(told.looked_at) {
                    left_out
                        .push(format!("only the first {} packages of {name} were looked at", told.looked_at));
                }
            }
            order.order =
                places.into_iter().map(|(place, what)| view::RankedTogether { place, what }).collect();
            order.note = (!left_out.is_empty()).then(|| left_out.join("; "));
            order
        })
        .collect()
}

#[expect(clippy::too_many_arguments, reason = "one pair of drafts with all that is known of both")]
fn effects(
    case: &Case,
    table: Option<&Table<'_>>,
    told: &[view::DraftAssessment],
    found: &[Vec<Vec<usize>>],
    (old, new): (usize, usize),
    alignment: &paraph_drafts::Alignment,
    desk: &Desk,
    links: &[Vec<PointIssue>],
) -> view::DraftEffects {
    let mut effects = view::DraftEffects {
        old: desk.drafts[old].name().to_owned(),
        new: desk.drafts[new].name().to_owned(),
        ..view::DraftEffects::default()
    };
    let mut differing: BTreeSet<&str> = BTreeSet::new();
    for (index, issue) in case.issues.iter().enumerate() {
        let (before, after) = (&told[old].choices[index], &told[new].choices[index]);
        if before.possible == after.possible {
            continue;
        }
        differing.insert(&issue.id);
        let points =
            |choice: &view::DraftChoice| choice.points.iter().map(|link| link.point.clone()).collect();
        let mut effect = view::IssueEffect {
            issue: issue.id.clone(),
            title: issue.title.clone(),
            from: before.possible.clone(),
            to: after.possible.clone(),
            old_points: points(before),
            new_points: points(after),
            ..view::IssueEffect::default()
        };
        if let Some(table) = table {
            let options: Vec<usize> = after
                .possible
                .iter()
                .filter_map(|name| issue.options.iter().position(|option| option == name))
                .collect();
            change_alone(table, index, &found[old], &options, &mut effect);
            if found[old].len() > MOST_TRIED {
                effect.note.get_or_insert_with(|| {
                    format!("tried in the first {MOST_TRIED} packages of {} only", desk.drafts[old].name())
                });
            }
        }
        effects.issues.push(effect);
    }
    let mut unlinked = Vec::new();
    let mut same = Vec::new();
    for relation in &alignment.relations {
        if relation.kind == RelationKind::Kept {
            continue;
        }
        let mut of_issues: BTreeSet<&str> = BTreeSet::new();
        for (draft, points) in [(old, &relation.old), (new, &relation.new)] {
            let text = &desk.drafts[draft];
            for link in &links[draft] {
                let unit = text.find(&link.point).and_then(|point| unit_of(text, point));
                if unit.is_some_and(|unit| points.contains(&unit)) {
                    of_issues.insert(&link.issue);
                }
            }
        }
        let addresses =
            if relation.new.is_empty() { &relation.old_addresses } else { &relation.new_addresses };
        if of_issues.is_empty() {
            unlinked.extend(addresses.iter().cloned());
        } else if of_issues.is_disjoint(&differing) {
            same.extend(addresses.iter().cloned());
        }
    }
    effects.unlinked = unlinked;
    effects.same_option = same;
    effects
}

/// Puts one issue of the old packages to the new options, and nothing else.
fn change_alone(
    table: &Table<'_>,
    index: usize,
    outcomes: &[Vec<usize>],
    options: &[usize],
    effect: &mut view::IssueEffect,
) {
    let (lens, model): (&Lens<'_>, &Model) = (table.lens, table.lens.model);
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for outcome in outcomes.iter().take(MOST_TRIED) {
        let cell = |outcome: &[usize]| lens.cell(outcome).filter(|&cell| model.is_feasible(cell));
        let Some(before) = cell(outcome) else { continue };
        for &option in options.iter().filter(|&&option| option != outcome[index]) {
            let mut changed = outcome.clone();
            changed[index] = option;
            pairs.extend(cell(&changed).map(|after| (before, after)));
        }
    }
    if pairs.is_empty() {
        effect.note = Some("changed alone, it makes no outcome that the constraints allow".to_owned());
    }
    for (party, known) in lens.case().parties.iter().enumerate() {
        let mut told = view::Effect::default();
        if known.preferences != Preferences::None && !pairs.is_empty() {
            let directions: BTreeSet<EffectDirection> = pairs
                .iter()
                .map(|&(before, after)| match model.rank(party, after).cmp(&model.rank(party, before)) {
                    std::cmp::Ordering::Greater => EffectDirection::Higher,
                    std::cmp::Ordering::Less => EffectDirection::Lower,
                    std::cmp::Ordering::Equal => EffectDirection::Same,
                })
                .collect();
            told.direction = match directions.first() {
                Some(&only) if directions.len() == 1 => only,
                _ => EffectDirection::Depends,
            };
            if let [(before, after)] = pairs[..] {
                told.before = Some(lens.place(party, before));
                told.after = Some(lens.place(party, after));
            }
        }
        effect.by_party.insert(known.id.clone(), told);
    }
}

/// What the drafts of a case mean, as far as it can be worked out.
///
/// # Errors
/// Answers that name what is not there, or work that was stopped.
pub fn assessment(
    case: &Case,
    desk: &Desk,
    most: usize,
    monitor: &Monitor,
) -> Outcome<view::DraftAssessments> {
    check(case, desk)?;
    let side = desk.compare(&party_words(Some(case)))?;
    let links = links(case, desk, &side);
    let without = |why: String| Ok(view(case, desk, &side, &links, Err(why)));
    if case.explicit.is_some() || case.issues.is_empty() {
        return without("The case has no issues whose options a draft could choose.".to_owned());
    }
    let model = match Model::new(case, &Options::default(), monitor) {
        Ok(model) => model,
        Err(error) if error.is_interrupted() => return Err(error.into()),
        Err(error) => return without(format!("Nothing could be worked out: {error}.")),
    };
    let found = match analysis::deals(&model, &Terms::default(), monitor) {
        Ok(found) => found,
        Err(error) if error.is_interrupted() => return Err(error.into()),
        Err(error) => return without(format!("What could be agreed is not determined: {error}.")),
    };
    let lens = Lens::new(&model, model.status_quo(), monitor)?;
    let table = Table { lens: &lens, deals: &found, most };
    Ok(view(case, desk, &side, &links, Ok(&table)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk(texts: &[(&str, &str)]) -> Desk {
        Desk {
            drafts: texts
                .iter()
                .map(|(name, text)| paraph_drafts::read(name, text).expect("a draft"))
                .collect(),
            not_read: Vec::new(),
            links: Vec::new(),
            answers: crate::desk::Answers::default(),
        }
    }

    fn harbour() -> Case {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/harbour");
        paraph_case::load(std::path::Path::new(folder), None).case.expect("the example can be read")
    }

    #[test]
    fn points_follow_their_issue_through_renumbering() {
        let case = harbour();
        let desk = desk(&[
            ("one", "1. Ships may enter Kettle Bay by day.\n2. Observers patrol the strait.\n"),
            (
                "two",
                "1. Masters speak the common tongue.\n2. Ships may enter Kettle Bay by day.\n3. Observers patrol the strait.\n",
            ),
        ]);
        let side = desk.compare(&[]).expect("they can be compared");
        let links = links(&case, &desk, &side);
        let of = |draft: usize, issue: &str| {
            let found = links[draft].iter().filter(|link| link.issue == issue);
            found.map(|link| (link.point.as_str(), link.basis)).collect::<Vec<_>>()
        };
        assert_eq!(of(0, "access"), [("1", LinkBasis::Confirmed)]);
        assert_eq!(of(1, "access"), [("2", LinkBasis::Carried)]);
        assert_eq!(of(1, "patrols"), [("3", LinkBasis::Carried)]);
        assert_eq!(of(1, "dredging"), []);
    }

    #[test]
    fn silence_keeps_the_status_quo_and_brackets_make_sets() {
        let case = harbour();
        let desk = desk(&[(
            "one",
            "1. Ships may enter Kettle Bay [by day/any hour].\n2. Observers patrol the strait.\n",
        )]);
        let side = desk.compare(&[]).expect("one draft is fine");
        let links = links(&case, &desk, &side);
        let choices = choices(&case, &desk, 0, &links[0]);
        let choice = |issue: &str| choices.iter().find(|choice| choice.issue == issue).expect("an issue");
        assert_eq!(choice("access").possible, ["by-day", "any-hour"]);
        assert_eq!(choice("access").stance, DraftStance::Open);
        assert_eq!(choice("patrols").possible, ["observers"]);
        assert_eq!(choice("dredging").stance, DraftStance::Silent);
        assert_eq!(choice("dredging").possible, ["no"]);
        assert_eq!(choice("inspections").possible, ["yes"], "the status quo stands, not the first option");
        let (count, listed) = packages(&case, &choices, 10);
        assert_eq!((count, listed.len()), (Some(2), 2));
        assert_ne!(listed[0], listed[1]);
    }
}
