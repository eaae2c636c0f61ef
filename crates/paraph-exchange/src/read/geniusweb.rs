//! GeniusWeb JSON: a domain (`issuesValues`) and linear additive profiles.
//!
//! Utilities of values are taken as they stand, between zero and one, and weights sum to one. The
//! reservation bid, where there is one, is what a party can have without a deal.

use super::{name, whole_range};
use crate::additive::{self, Additive};
use crate::draft::{Draft, Issue, MOST_OPTIONS};
use crate::error::{Error, shown};
use crate::import::{Content, Format, Opened};
use crate::number;
use crate::tree::Tree;
use paraph_case::Rational;

/// Kinds of profile the tool writes.
const PROFILES: [&str; 4] =
    ["LinearAdditiveUtilitySpace", "SumOfGroupsUtilitySpace", "DefaultPartialOrdering", "PartialOrdering"];

pub(crate) fn is_one(tree: &Tree) -> bool {
    tree.has("issuesValues") || PROFILES.iter().any(|kind| tree.has(kind)) || is_results(tree)
}

/// Results that the authors of some domains publish beside them.
fn is_results(tree: &Tree) -> bool {
    tree.has("pareto_front") && tree.has("nash")
}

fn tree(file: &Opened) -> Result<&Tree, Error> {
    match &file.content {
        Content::Tree(tree) => Ok(tree),
        _ => Err(Error::malformed("not JSON")),
    }
}

/// An issue and its values; for a range of numbers what each value is.
struct Declared {
    name: String,
    names: Vec<String>,
    numbers: Option<Vec<Rational>>,
}

pub(crate) fn read(files: &[Opened]) -> Result<Draft, Error> {
    let mut draft = Draft::new(Format::GeniusWeb, "");
    let (mut domain, mut profiles): (Option<(&Opened, &Tree)>, Vec<&Opened>) = (None, Vec::new());
    for file in files {
        let root = file.named(tree(file))?;
        if is_results(root) {
            draft.note(format!("{} holds published results; paraph works out its own", file.name));
        } else if root.has("issuesValues") {
            if domain.replace((file, root)).is_some() {
                return Err(Error::malformed("a second domain; a case has one").in_file(&file.name));
            }
        } else {
            profiles.push(file);
        }
    }
    let Some(first) = profiles.first().copied() else {
        return Err(Error::malformed("no profile: nobody's preferences are given")
            .in_file(&files[0].name)
            .hint("name the profiles too, one file per party"));
    };
    let (source, root) = match domain {
        Some(found) => found,
        None => (first, first.named(space(first).and_then(|space| space.need("domain")))?),
    };
    let declared = source.named(declare(root, &mut draft))?;
    draft.title = match root.get("name") {
        Some(name) => source.named(name.word("the domain's name"))?,
        None => source.stem().to_owned(),
    };
    for issue in &declared {
        draft.issues.push(Issue::new(issue.name.clone(), issue.names.clone()));
    }
    draft.check_limits()?;
    let parties = profiles
        .iter()
        .map(|file| file.named(profile(file, &declared, &mut draft)))
        .collect::<Result<Vec<_>, Error>>()?;
    additive::settle(&mut draft, parties)?;
    Ok(draft)
}

fn space(file: &Opened) -> Result<&Tree, Error> {
    let root = tree(file)?;
    root.get("LinearAdditiveUtilitySpace").ok_or_else(|| {
        let kind = PROFILES.iter().find(|kind| root.has(kind)).copied().unwrap_or("unknown");
        root.unsupported(format!("profiles of kind `{kind}` are not read, only LinearAdditiveUtilitySpace"))
    })
}

fn declare(domain: &Tree, draft: &mut Draft) -> Result<Vec<Declared>, Error> {
    let mut declared = Vec::new();
    for (issue, set) in domain.need("issuesValues")?.map("`issuesValues`")? {
        // Some versions wrap the set in its kind.
        let set = set.get("DiscreteValueSet").or(set.get("NumberValueSet")).unwrap_or(set);
        if let Some(values) = set.get("values") {
            let mut names: Vec<String> = Vec::new();
            let mut seen = std::collections::BTreeSet::new();
            for value in values.list("`values`")? {
                let word = value.word("each value")?;
                if !seen.insert(word.clone()) {
                    return Err(value.fault(format!("the value `{}` is listed twice", shown(&word))));
                }
                names.push(word);
            }
            if names.is_empty() {
                return Err(values.fault(format!("the issue `{}` has no values", shown(issue))));
            }
            declared.push(Declared { name: issue.clone(), names, numbers: None });
        } else {
            let range = set.need("range")?;
            let [low, high, step] = range.list("`range`")? else {
                return Err(range.fault("a range is lowest, highest, step"));
            };
            let number = |tree: &Tree| tree.number("each end of a range").map(|read| read.value);
            let (low, high, step) = (number(low)?, number(high)?, number(step)?);
            let numbers = values_in(low, high, step, issue, draft).ok_or_else(|| {
                range.fault("a range needs a positive step and a highest value that is not below the lowest")
            })?;
            let names = numbers.iter().map(|&value| name(value)).collect();
            declared.push(Declared { name: issue.clone(), names, numbers: Some(numbers) });
        }
    }
    Ok(declared)
}

/// The values of a range, thinned to what an issue can have.
fn values_in(
    low: Rational,
    high: Rational,
    step: Rational,
    issue: &str,
    draft: &mut Draft,
) -> Option<Vec<Rational>> {
    if step <= Rational::ZERO || high < low {
        return None;
    }
    let span = number::divide(number::subtract(high, low)?, step)?;
    let last = span.numerator() / span.denominator();
    let (kept, every) = whole_range(0, last)?;
    if let Some(every) = every {
        draft.approximate(format!(
            "\"{issue}\" has {} values from {low} in steps of {step}; every {every}th is kept, and the last, as an issue has at most {MOST_OPTIONS} options",
            last + 1
        ));
    }
    kept.into_iter().map(|at| number::add(low, number::multiply(at, step)?)).collect()
}

fn profile(file: &Opened, declared: &[Declared], draft: &mut Draft) -> Result<Additive, Error> {
    let space = space(file)?;
    let party = file.stem().to_owned();
    let (utilities, weights_of) = (space.need("issueUtilities")?, space.need("issueWeights")?);
    utilities.map("`issueUtilities`")?;
    let (mut weights, mut values) = (Vec::new(), Vec::new());
    for issue in declared {
        let weight = match weights_of.get(&issue.name) {
            Some(weight) => weight.number("a weight")?.value,
            None => {
                draft.approximate(format!("\"{party}\" gives \"{}\" no weight: zero", issue.name));
                Rational::ZERO
            }
        };
        weights.push(weight);
        values.push(match utilities.get(&issue.name) {
            Some(given) => worth(given, issue, &party, draft)?,
            None => {
                draft.approximate(format!("\"{party}\" says nothing about \"{}\": zero", issue.name));
                vec![Rational::ZERO; issue.names.len()]
            }
        });
    }
    for (name, _) in utilities.map("`issueUtilities`")? {
        if !declared.iter().any(|issue| issue.name == *name) {
            draft.drop(
                format!("the issue \"{}\" in the profile of \"{party}\"", shown(name)),
                "the domain does not have it",
            );
        }
    }
    let walk_away = match space.get("reservationBid") {
        Some(bid) => reservation(bid, declared, &weights, &values, &party, draft)?,
        None => {
            draft.note(format!("\"{party}\" has no reservation bid: it accepts any package"));
            Rational::ZERO
        }
    };
    Ok(Additive {
        note: format!("read from {}", file.name),
        name: party,
        weights,
        values,
        constant: Rational::ZERO,
        walk_away: Some(walk_away),
        normalise: false,
    })
}

fn worth(given: &Tree, issue: &Declared, party: &str, draft: &mut Draft) -> Result<Vec<Rational>, Error> {
    if let Some(set) = given.get("NumberValueSetUtilities").or(given.get("numberutils")) {
        let Some(numbers) = &issue.numbers else {
            return Err(set.fault(format!("`{}` has named values, not numbers", shown(&issue.name))));
        };
        let number = |key: &str| set.need(key)?.number(&format!("`{key}`")).map(|read| read.value);
        let (low, high) = (number("lowValue")?, number("highValue")?);
        let (low_worth, high_worth) = (number("lowUtility")?, number("highUtility")?);
        let line = |value: Rational| -> Option<Rational> {
            if low == high {
                return Some(low_worth);
            }
            let share = number::divide(number::subtract(value, low)?, number::subtract(high, low)?)?;
            number::add(low_worth, number::multiply(share, number::subtract(high_worth, low_worth)?)?)
        };
        let worth = numbers.iter().map(|&value| line(value)).collect::<Option<Vec<_>>>();
        return worth.ok_or_else(|| set.fault("the numbers have too many digits"));
    }
    let Some(set) = given.get("DiscreteValueSetUtilities").or(given.get("discreteutils")) else {
        return Err(given.unsupported("only DiscreteValueSetUtilities and NumberValueSetUtilities are read"));
    };
    let table = set.get("valueUtilities").unwrap_or(set);
    let entries = table.map("`valueUtilities`")?;
    for (name, _) in entries {
        if !issue.names.contains(name) {
            draft.drop(
                format!("the value \"{}\" of \"{}\" in the profile of \"{party}\"", shown(name), issue.name),
                "the domain does not have it",
            );
        }
    }
    issue
        .names
        .iter()
        .map(|name| match table.get(name) {
            Some(value) => value.number("a utility").map(|read| read.value),
            None => {
                draft.approximate(format!(
                    "\"{party}\" does not value \"{name}\" in \"{}\": zero",
                    issue.name
                ));
                Ok(Rational::ZERO)
            }
        })
        .collect()
}

/// The utility of the reservation bid; issues that it leaves open add nothing, as in the tool.
fn reservation(
    bid: &Tree,
    declared: &[Declared],
    weights: &[Rational],
    values: &[Vec<Rational>],
    party: &str,
    draft: &mut Draft,
) -> Result<Rational, Error> {
    let chosen = bid.get("issuevalues").unwrap_or(bid);
    let mut utility = Rational::ZERO;
    let mut words = Vec::new();
    for (issue, value) in chosen.map("the reservation bid")? {
        let at = declared.iter().position(|known| known.name == *issue).ok_or_else(|| {
            value.fault(format!("the reservation bid names `{}`, which is no issue", shown(issue)))
        })?;
        let word = value.word("each value of the bid")?;
        let option = declared[at].names.iter().position(|name| *name == word).or_else(|| {
            let wanted = number::read(&word)?.value;
            declared[at].numbers.as_ref()?.iter().position(|&number| number == wanted)
        });
        let option = option
            .ok_or_else(|| value.fault(format!("`{}` is no value of `{}`", shown(&word), shown(issue))))?;
        utility = number::multiply(weights[at], values[at][option])
            .and_then(|worth| number::add(utility, worth))
            .ok_or_else(|| value.fault("the numbers have too many digits"))?;
        words.push(format!("{issue} = {word}"));
    }
    let open = declared.len() - words.len().min(declared.len());
    if open > 0 {
        draft
            .note(format!("the reservation bid of \"{party}\" leaves {open} issues open, which add nothing"));
    }
    draft.note(format!(
        "the reservation bid of \"{party}\" ({}) is worth {} to it, which is its walk-away",
        words.join(", "),
        name(utility)
    ));
    Ok(utility)
}
