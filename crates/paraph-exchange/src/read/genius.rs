//! GENIUS XML: a domain (`negotiation_template`) and a profile per party (`utility_space`).
//!
//! The semantics are those of the tool itself: an option's evaluation is divided by the greatest of
//! its issue in the same profile; a whole or real number is evaluated by a linear function, clipped to
//! [0, 1]; weights are read as shares of their sum; the reservation value is on that scale and is not
//! discounted.

use super::{name, real_range, whole_range};
use crate::additive::{self, Additive};
use crate::draft::{Draft, Issue};
use crate::error::{Error, shown};
use crate::import::{Content, Format, Opened, Options};
use crate::number;
use crate::xml::Element;
use paraph_case::Rational;
use std::collections::BTreeMap;

/// An issue as the domain declares it.
struct Declared {
    index: String,
    name: String,
    kind: Kind,
}

enum Kind {
    /// Named options.
    Discrete(Vec<String>),
    /// Values of a numeric range; for whole numbers with the lower bound.
    Numeric { values: Vec<Rational>, low: Rational, whole: bool },
}

impl Kind {
    fn options(&self) -> Vec<String> {
        match self {
            Kind::Discrete(names) => names.clone(),
            Kind::Numeric { values, .. } => values.iter().map(|&value| name(value)).collect(),
        }
    }
}

pub(crate) fn read(files: &[Opened], options: &Options) -> Result<Draft, Error> {
    let domains: Vec<&Opened> = files.iter().filter(|file| is_domain(file)).collect();
    let profiles: Vec<&Opened> = files.iter().filter(|file| !is_domain(file)).collect();
    if let [_, second, ..] = domains[..] {
        return Err(Error::malformed("a second domain; a case has one").in_file(&second.name));
    }
    let Some(source) = domains.first().copied().or(profiles.first().copied()) else {
        return Err(Error::malformed("no domain and no profile"));
    };
    if profiles.is_empty() {
        return Err(Error::malformed("a domain without profiles: nobody's preferences are given")
            .in_file(&source.name)
            .hint("name the profiles too, one file per party"));
    }
    let mut draft = Draft::new(Format::Genius, "");
    let objectives = source.named(objectives(source))?;
    draft.title = objectives
        .first()
        .and_then(|root| root.attribute("name"))
        .filter(|name| !name.trim().is_empty() && *name != "root" && *name != "any")
        .unwrap_or_else(|| source.stem())
        .to_owned();
    let mut declared = Vec::new();
    for root in &objectives {
        source.named(declare(source, root, &[], options, &mut draft, &mut declared))?;
    }
    crossed_indexes(source, &declared)?;
    for issue in &declared {
        draft.issues.push(Issue::new(issue.name.clone(), issue.kind.options()));
    }
    draft.check_limits()?;
    let parties = profiles
        .iter()
        .map(|file| file.named(profile(file, &declared, &mut draft)))
        .collect::<Result<Vec<_>, Error>>()?;
    additive::settle(&mut draft, parties)?;
    Ok(draft)
}

fn is_domain(file: &Opened) -> bool {
    matches!(&file.content, Content::Xml { root, .. } if root.name == "negotiation_template")
}

/// An error at an element.
fn fault(file: &Opened, element: &Element, message: impl Into<String>) -> Error {
    let error = Error::malformed(message);
    match &file.content {
        Content::Xml { text, .. } => error.at_offset(text, element.offset),
        _ => error,
    }
}

/// The utility space of a file, whichever its root is.
fn space(file: &Opened) -> Result<&Element, Error> {
    let Content::Xml { root, .. } = &file.content else { return Err(Error::malformed("not XML")) };
    if root.name == "utility_space" {
        return Ok(root);
    }
    root.named("utility_space").next().ok_or_else(|| fault(file, root, "`utility_space` is missing here"))
}

fn objectives(file: &Opened) -> Result<Vec<&Element>, Error> {
    let space = space(file)?;
    let found: Vec<&Element> = space.named("objective").collect();
    if found.is_empty() { Err(fault(file, space, "`objective` is missing here")) } else { Ok(found) }
}

fn need<'a>(file: &Opened, element: &'a Element, attribute: &str) -> Result<&'a str, Error> {
    element.attribute(attribute).ok_or_else(|| {
        fault(file, element, format!("`<{}>` needs the attribute `{attribute}`", shown(&element.name)))
    })
}

fn decimal(file: &Opened, element: &Element, attribute: &str, draft: &mut Draft) -> Result<Rational, Error> {
    let text = need(file, element, attribute)?;
    let read = number::read(text).ok_or_else(|| {
        fault(file, element, format!("`{attribute}` is no number that can be kept: `{}`", shown(text)))
    })?;
    if read.simplified {
        draft.note(format!(
            "decimals that print a simple fraction, such as {text}, are read as that fraction, here {}/{}",
            read.value.numerator(),
            read.value.denominator()
        ));
    }
    Ok(read.value)
}

/// Collects the issues of an objective and of those under it, in the order of the file.
fn declare(
    file: &Opened,
    objective: &Element,
    path: &[&str],
    options: &Options,
    draft: &mut Draft,
    declared: &mut Vec<Declared>,
) -> Result<(), Error> {
    for child in &objective.children {
        match child.name.as_str() {
            "issue" => {
                let own = need(file, child, "name")?;
                let name =
                    if path.is_empty() { own.to_owned() } else { format!("{}: {own}", path.join(": ")) };
                let kind = kind(file, child, &name, options, draft)?;
                declared.push(Declared { index: need(file, child, "index")?.trim().to_owned(), name, kind });
            }
            "objective" => {
                let inner = child.attribute("name").unwrap_or("objective");
                draft.note("nested objectives are flattened: an issue's name begins with those of its objectives, and its weight is multiplied by theirs");
                let path: Vec<&str> = path.iter().copied().chain([inner]).collect();
                declare(file, child, &path, options, draft, declared)?;
            }
            "weight" | "evaluator" => {}
            other => draft.note(format!(
                "elements `{}` say nothing about preferences and are passed over",
                shown(other)
            )),
        }
    }
    Ok(())
}

fn crossed_indexes(file: &Opened, declared: &[Declared]) -> Result<(), Error> {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for issue in declared {
        if let Some(other) = seen.insert(&issue.index, &issue.name) {
            let message = format!(
                "`{}` and `{}` have the same index, {}",
                shown(other),
                shown(&issue.name),
                shown(&issue.index)
            );
            return file.named(Err(Error::malformed(message)));
        }
    }
    Ok(())
}

/// What kind of issue the attributes name; the tools that write the format disagree on which of three
/// attributes says it.
fn type_of(issue: &Element) -> &str {
    // In some files `type` says only that this is an issue.
    let says = |name: &&str| issue.attribute(name).filter(|value| *value != "issue");
    ["vtype", "etype", "type"].iter().find_map(says).unwrap_or("discrete")
}

fn kind(
    file: &Opened,
    issue: &Element,
    name: &str,
    options: &Options,
    draft: &mut Draft,
) -> Result<Kind, Error> {
    let items: Vec<&Element> = issue.named("item").collect();
    if !items.is_empty() {
        let mut names = Vec::with_capacity(items.len());
        let mut seen: BTreeMap<&str, ()> = BTreeMap::new();
        for item in items {
            let value = need(file, item, "value")?;
            if seen.insert(value, ()).is_some() {
                return Err(fault(file, item, format!("the option `{}` is listed twice", shown(value))));
            }
            names.push(value.to_owned());
        }
        return Ok(Kind::Discrete(names));
    }
    let whole = match type_of(issue) {
        "integer" => true,
        "real" => false,
        "discrete" => return Err(fault(file, issue, format!("the issue `{}` has no options", shown(name)))),
        other => {
            return Err(Error::unsupported(format!("issues of type `{}` are not read", shown(other))))
                .map_err(|error| match &file.content {
                    Content::Xml { text, .. } => error.at_offset(text, issue.offset),
                    _ => error,
                });
        }
    };
    // Older files hold the bounds in a `range` of their own.
    let bounds = issue.named("range").next().unwrap_or(issue);
    let (low, high) =
        (decimal(file, bounds, "lowerbound", draft)?, decimal(file, bounds, "upperbound", draft)?);
    if high < low {
        return Err(fault(file, bounds, format!("the upper bound of `{}` is below the lower", shown(name))));
    }
    if whole {
        if low.denominator() != 1 || high.denominator() != 1 {
            return Err(fault(file, bounds, "the bounds of whole numbers should be whole"));
        }
        let (values, step) = whole_range(low.numerator(), high.numerator())
            .ok_or_else(|| fault(file, bounds, "the range is too large"))?;
        if let Some(step) = step {
            draft.approximate(format!(
                "\"{name}\" has the whole numbers from {low} to {high}; every {step}th is kept, and the last"
            ));
        }
        return Ok(Kind::Numeric { values, low, whole: true });
    }
    let values = real_range(low, high, options.levels)
        .ok_or_else(|| fault(file, bounds, "the bounds have too many digits"))?;
    if let [first, second, ..] = values[..] {
        let step = number::subtract(second, first).map_or_else(|| "equal steps".to_owned(), super::name);
        draft.approximate(format!(
            "\"{name}\" has the real numbers from {low} to {high}; {} values are kept, in steps of {step}",
            values.len()
        ));
    }
    Ok(Kind::Numeric { values, low, whole: false })
}

/// An issue of a profile, its weight being the product along its objectives.
struct Weighed<'a> {
    element: &'a Element,
    weight: Option<Rational>,
}

fn profile(file: &Opened, declared: &[Declared], draft: &mut Draft) -> Result<Additive, Error> {
    let space = space(file)?;
    let mut issues: BTreeMap<String, Weighed<'_>> = BTreeMap::new();
    for objective in objectives(file)? {
        weigh(file, objective, number::one(), draft, &mut issues)?;
    }
    let name = party_name(file);
    let unweighted = issues.values().all(|issue| issue.weight.is_none());
    if unweighted {
        draft.approximate(format!("\"{name}\" gives no weights: its issues weigh the same"));
    }
    let (mut weights, mut values) = (Vec::new(), Vec::new());
    for issue in declared {
        let Some(given) = issues.remove(&issue.index) else {
            draft.approximate(format!(
                "\"{name}\" says nothing about \"{}\": it weighs nothing there",
                issue.name
            ));
            weights.push(Rational::ZERO);
            values.push(vec![Rational::ZERO; issue.kind.options().len()]);
            continue;
        };
        let weight = match given.weight {
            Some(weight) => weight,
            None if unweighted => number::one(),
            None => {
                draft.approximate(format!("\"{name}\" gives \"{}\" no weight: zero", issue.name));
                Rational::ZERO
            }
        };
        if weight < Rational::ZERO {
            return Err(fault(
                file,
                given.element,
                format!("the weight of `{}` is negative", shown(&issue.name)),
            ));
        }
        weights.push(weight);
        values.push(evaluations(file, given.element, issue, &name, draft)?);
    }
    for (index, extra) in issues {
        let called = extra.element.attribute("name").unwrap_or(&index);
        draft.drop(
            format!("the issue \"{}\" in the profile of \"{name}\"", shown(called)),
            "the domain has no issue with its index",
        );
    }
    let mut walk_away = None;
    for child in &space.children {
        match child.name.as_str() {
            "reservation" => walk_away = Some(decimal(file, child, "value", draft)?),
            "discount_factor" => {
                let factor = decimal(file, child, "value", draft)?;
                // Zero means none to the tool, as one does.
                if factor != number::one() && factor != Rational::ZERO {
                    draft.drop(
                        format!("the discount factor {factor} of \"{name}\""),
                        "a case has no time; the reservation value is taken as it stands",
                    );
                }
            }
            "objective" => {}
            other => draft.note(format!(
                "elements `{}` say nothing about preferences and are passed over",
                shown(other)
            )),
        }
    }
    let walk_away = walk_away.unwrap_or_else(|| {
        draft.note(format!("\"{name}\" has no reservation value: zero, as the tool takes it"));
        Rational::ZERO
    });
    Ok(Additive {
        note: format!("read from {}", file.name),
        name,
        weights,
        values,
        constant: Rational::ZERO,
        walk_away: Some(walk_away),
        normalise: true,
    })
}

/// The party is named by its file: the format names the domain, not the party.
fn party_name(file: &Opened) -> String {
    file.stem().to_owned()
}

fn weigh<'a>(
    file: &Opened,
    objective: &'a Element,
    factor: Rational,
    draft: &mut Draft,
    issues: &mut BTreeMap<String, Weighed<'a>>,
) -> Result<(), Error> {
    let mut weights: BTreeMap<&str, Rational> = BTreeMap::new();
    for weight in objective.named("weight") {
        let index = need(file, weight, "index")?.trim();
        weights.insert(index, decimal(file, weight, "value", draft)?);
    }
    for child in &objective.children {
        let index = child.attribute("index").unwrap_or_default().trim();
        let own = weights.get(index).copied();
        let too_long = || fault(file, child, "the weight has too many digits");
        match child.name.as_str() {
            "issue" => {
                let index = need(file, child, "index")?.trim().to_owned();
                let weight = match own {
                    Some(own) => Some(
                        number::multiply(own, factor)
                            .or_else(|| number::multiply(number::round(own, 17)?, number::round(factor, 17)?))
                            .ok_or_else(too_long)?,
                    ),
                    None => None,
                };
                if issues.insert(index, Weighed { element: child, weight }).is_some() {
                    return Err(fault(file, child, "a second issue with this index"));
                }
            }
            "objective" => {
                let factor = match own {
                    Some(own) => number::multiply(own, factor).ok_or_else(too_long)?,
                    None => factor,
                };
                weigh(file, child, factor, draft, issues)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// What each option is worth, from zero to one.
fn evaluations(
    file: &Opened,
    issue: &Element,
    declared: &Declared,
    party: &str,
    draft: &mut Draft,
) -> Result<Vec<Rational>, Error> {
    match &declared.kind {
        Kind::Discrete(names) => discrete(file, issue, names, &declared.name, party, draft),
        Kind::Numeric { values, low, whole } => {
            if issue.named("item").next().is_some() {
                let names: Vec<String> = values.iter().map(|&value| name(value)).collect();
                return discrete(file, issue, &names, &declared.name, party, draft);
            }
            let Some(evaluator) = issue.named("evaluator").next() else {
                return Err(fault(
                    file,
                    issue,
                    format!("the issue `{}` has no evaluator", shown(&declared.name)),
                ));
            };
            let curve = Curve::read(file, evaluator, *low, *whole, draft)?;
            let worth = values.iter().map(|&value| curve.at(value)).collect::<Option<Vec<Rational>>>();
            worth.ok_or_else(|| fault(file, evaluator, "the numbers have too many digits"))
        }
    }
}

fn discrete(
    file: &Opened,
    issue: &Element,
    names: &[String],
    called: &str,
    party: &str,
    draft: &mut Draft,
) -> Result<Vec<Rational>, Error> {
    let mut given: BTreeMap<&str, Rational> = BTreeMap::new();
    for item in issue.named("item") {
        let value = need(file, item, "value")?;
        if item.attribute("evaluation").is_none() {
            continue;
        }
        if given.insert(value, decimal(file, item, "evaluation", draft)?).is_some() {
            return Err(fault(file, item, format!("the option `{}` is listed twice", shown(value))));
        }
        let cost = item.attribute("cost").and_then(number::read).map_or(Rational::ZERO, |read| read.value);
        if cost != Rational::ZERO {
            draft.drop(
                format!("the cost {cost} of \"{value}\" in \"{called}\" for \"{party}\""),
                "costs do not enter utilities in the tool either",
            );
        }
    }
    let most = given.values().copied().max().unwrap_or(Rational::ZERO);
    let mut worth = Vec::with_capacity(names.len());
    for option in names {
        let value = given.remove(option.as_str()).unwrap_or_else(|| {
            draft.approximate(format!("\"{party}\" does not evaluate \"{option}\" in \"{called}\": zero"));
            Rational::ZERO
        });
        worth.push(value);
    }
    for (option, _) in given {
        draft.drop(
            format!("the option \"{}\" of \"{called}\" in the profile of \"{party}\"", shown(option)),
            "the domain does not have it",
        );
    }
    if most <= Rational::ZERO {
        if worth.iter().any(|value| *value != Rational::ZERO) {
            draft.note(format!("no evaluation of \"{called}\" by \"{party}\" is positive: none is divided"));
        }
        return Ok(worth);
    }
    worth
        .into_iter()
        .map(|value| number::divide(value, most))
        .collect::<Option<_>>()
        .ok_or_else(|| fault(file, issue, "the evaluations have too many digits"))
}

/// How a number is evaluated.
enum Curve {
    /// `offset + slope × (value − from)`, clipped to [0, 1].
    Linear {
        offset: Rational,
        slope: Rational,
        from: Rational,
    },
    Constant(Rational),
    /// Zero outside `low` to `high`, `peak` at `top`, linear between.
    Triangle {
        low: Rational,
        high: Rational,
        top: Rational,
        peak: Rational,
    },
}

impl Curve {
    fn read(
        file: &Opened,
        element: &Element,
        low: Rational,
        whole: bool,
        draft: &mut Draft,
    ) -> Result<Curve, Error> {
        let mut parameter = |name: &str| -> Result<Option<Rational>, Error> {
            match element.attribute(name) {
                Some(_) => decimal(file, element, name, draft).map(Some),
                None => Ok(None),
            }
        };
        let (slope, offset) = (parameter("slope")?, parameter("offset")?);
        let numbered = [
            parameter("parameter0")?,
            parameter("parameter1")?,
            parameter("parameter2")?,
            parameter("parameter3")?,
        ];
        let missing = |what: &str| fault(file, element, format!("the evaluator needs `{what}`"));
        let linear = |slope: Option<Rational>| -> Result<Curve, Error> {
            Ok(Curve::Linear {
                slope: slope.or(numbered[1]).ok_or_else(|| missing("slope"))?,
                offset: offset.or(numbered[0]).unwrap_or(Rational::ZERO),
                // With slope and offset, whole numbers count from the lower bound; with numbered
                // parameters, and for real numbers, the value itself is taken.
                from: if whole && slope.is_some() { low } else { Rational::ZERO },
            })
        };
        match element.attribute("ftype").unwrap_or("linear").to_ascii_lowercase().as_str() {
            "linear" => linear(slope),
            "constant" => Ok(Curve::Constant(offset.or(numbered[0]).ok_or_else(|| missing("parameter0"))?)),
            form @ ("triangular" | "triangular_variable_top") => {
                let [Some(low), Some(high), Some(top), peak] = numbered else {
                    return Err(missing("parameter0 to parameter2"));
                };
                if !(low <= top && top <= high) {
                    return Err(fault(file, element, "the top of a triangle lies between its ends"));
                }
                let peak = if form == "triangular" {
                    number::one()
                } else {
                    peak.ok_or_else(|| missing("parameter3"))?
                };
                Ok(Curve::Triangle { low, high, top, peak })
            }
            other => Err(fault(file, element, format!("evaluators of type `{}` are not read", shown(other)))),
        }
    }

    fn at(&self, value: Rational) -> Option<Rational> {
        match *self {
            Curve::Linear { offset, slope, from } => {
                let raw = number::add(offset, number::multiply(slope, number::subtract(value, from)?)?)?;
                Some(raw.clamp(Rational::ZERO, number::one()))
            }
            Curve::Constant(worth) => Some(worth),
            Curve::Triangle { low, high, top, peak } => {
                if value < low || value > high || (value == high && top < high) {
                    return Some(Rational::ZERO);
                }
                let (from, to) = if value < top { (low, top) } else { (high, top) };
                if from == to {
                    return Some(peak);
                }
                let share = number::divide(number::subtract(value, from)?, number::subtract(to, from)?)?;
                number::multiply(peak, share)
            }
        }
    }
}
