//! NegMAS YAML or JSON: an outcome space and one linear additive utility function per party, in files
//! of their own or in one.
//!
//! A package is worth the sum over issues of weight times value, plus the bias, as written. A party
//! without a finite reserved value accepts every package: its walk-away is its worst one.

use super::{name, real_range, whole_range};
use crate::additive::{self, Additive};
use crate::draft::{Draft, Issue};
use crate::error::{Error, shown};
use crate::import::{Content, Format, Opened, Options};
use crate::number;
use crate::tree::{Node, Tree};
use paraph_case::Rational;
use std::collections::BTreeMap;

pub(crate) fn is_one(tree: &Tree) -> bool {
    is_space(tree) || is_function(tree) || is_information(tree)
}

fn is_space(tree: &Tree) -> bool {
    let holds_issues = |tree: &Tree| {
        tree.get("issues").is_some_and(|issues| matches!(&issues.node, Node::List(_) | Node::Map(_)))
    };
    holds_issues(tree) || tree.get("outcome_space").is_some_and(holds_issues)
}

/// Whether a file holds a utility function: by its class, or, where it names none, by what it gives.
fn is_function(tree: &Tree) -> bool {
    const CLASSES: [&str; 5] = ["Linear", "LinearAdditive", "Affine", "Const", "Mapping"];
    match kind(tree) {
        Some(kind) => {
            kind.ends_with("UtilityFunction")
                || kind.ends_with("AggregationFunction")
                || CLASSES.contains(&class(kind))
        }
        None => {
            let says = |keys: &[&str]| keys.iter().any(|key| tree.has(key));
            says(&["weights", "reserved_value", "ufun"]) && says(&["values", "mapping", "weights", "ufun"])
        }
    }
}

/// What the tool writes about a scenario beside it.
fn is_information(tree: &Tree) -> bool {
    tree.has("opposition") || tree.has("pareto_utils") || tree.has("n_pareto")
}

/// The last part of the name of the class.
fn kind(tree: &Tree) -> Option<&str> {
    let named = tree.get("type").or(tree.get("__python_class__"))?;
    match &named.node {
        Node::Text(text) => text.rsplit('.').next(),
        _ => None,
    }
}

/// What a class is called without the words for what it is: `LinearAdditive` for
/// `LinearAdditiveUtilityFunction`, `Affine` for `AffineFun`.
fn class(kind: &str) -> &str {
    let mut class = kind;
    for suffix in ["Function", "Fun", "fun", "Aggregation", "Utility", "U"] {
        class = class.strip_suffix(suffix).unwrap_or(class);
    }
    class
}

/// An issue and its values; for numbers what each is.
struct Declared {
    name: String,
    names: Vec<String>,
    numbers: Vec<Option<Rational>>,
}

pub(crate) fn read(files: &[Opened], options: &Options) -> Result<Draft, Error> {
    let mut draft = Draft::new(Format::NegMas, "");
    let mut space: Option<(&Opened, &Tree)> = None;
    let mut functions: Vec<(&Opened, &Tree)> = Vec::new();
    for file in files {
        let Content::Tree(root) = &file.content else { continue };
        if is_space(root) {
            let here = root.get("outcome_space").unwrap_or(root);
            if space.replace((file, here)).is_some() {
                return Err(Error::malformed("a second outcome space; a case has one").in_file(&file.name));
            }
            if let Some(several) = root.get("ufuns") {
                let several = file.named(several.list("`ufuns`"))?;
                functions.extend(several.iter().map(|function| (file, function)));
            }
        } else if is_function(root) {
            functions.push((file, root));
        } else {
            draft.note(format!("{} describes the scenario and is passed over", file.name));
        }
    }
    let Some((source, root)) = space else {
        return Err(
            Error::malformed("no outcome space, that is no file with `issues`").in_file(&files[0].name)
        );
    };
    if functions.is_empty() {
        return Err(Error::malformed("no utility function: nobody's preferences are given")
            .in_file(&source.name)
            .hint("name the files of the utility functions too, one per party"));
    }
    draft.title = match root.get("name") {
        Some(name) => source.named(name.word("`name`"))?,
        None => source.stem().to_owned(),
    };
    let mut declared = Vec::new();
    let issues = source.named(root.need("issues"))?;
    match &issues.node {
        // A table of names.
        Node::Map(_) => {
            for (name, issue) in source.named(issues.map("`issues`"))? {
                declared.push(source.named(declare(issue, name.clone(), options, &mut draft))?);
            }
        }
        _ => {
            for issue in source.named(issues.list("`issues`"))? {
                let called = match issue.get("name") {
                    Some(name) => source.named(name.word("an issue's name"))?,
                    None => format!("issue {}", declared.len() + 1),
                };
                declared.push(source.named(declare(issue, called, options, &mut draft))?);
            }
        }
    }
    for issue in &declared {
        draft.issues.push(Issue::new(issue.name.clone(), issue.names.clone()));
    }
    draft.check_limits()?;
    let alone = functions.len() > 1 && functions.iter().all(|(file, _)| file.name == functions[0].0.name);
    let parties = functions
        .iter()
        .enumerate()
        .map(|(at, (file, function))| {
            let named = function.get("name").and_then(|name| name.word("`name`").ok());
            let fallback = if alone { format!("party {}", at + 1) } else { file.stem().to_owned() };
            file.named(party(file, function, named.unwrap_or(fallback), &declared, &mut draft))
        })
        .collect::<Result<Vec<_>, Error>>()?;
    additive::settle(&mut draft, parties)?;
    Ok(draft)
}

fn declare(issue: &Tree, called: String, options: &Options, draft: &mut Draft) -> Result<Declared, Error> {
    // An issue may be its values alone.
    let values = if matches!(&issue.node, Node::Map(_)) { issue.need("values")? } else { issue };
    let class = kind(issue).unwrap_or_default();
    let discrete = |numbers: Vec<Rational>| Declared {
        name: called.clone(),
        names: numbers.iter().map(|&number| name(number)).collect(),
        numbers: numbers.into_iter().map(Some).collect(),
    };
    let whole = |low: Rational, high: Rational, draft: &mut Draft| -> Result<Vec<Rational>, Error> {
        let faulty = || values.fault("a range of whole numbers is lowest, highest");
        if low.denominator() != 1 || high.denominator() != 1 {
            return Err(faulty());
        }
        let (kept, step) = whole_range(low.numerator(), high.numerator()).ok_or_else(faulty)?;
        if let Some(step) = step {
            draft.approximate(format!(
                "\"{called}\" has the whole numbers from {low} to {high}; every {step}th is kept, and the last"
            ));
        }
        Ok(kept)
    };
    if !matches!(&values.node, Node::List(_)) {
        // A number alone counts from zero.
        let count = values.index("`values`", 1 << 40)?;
        if count == 0 {
            return Err(values.fault("an issue has at least one value"));
        }
        let last = number::whole(count as i128 - 1);
        return Ok(discrete(whole(Rational::ZERO, last, draft)?));
    }
    let items = values.list("`values`")?;
    match (class, items) {
        ("ContiguousIssue", [low, high]) => {
            let (low, high) =
                (low.number("the lowest value")?.value, high.number("the highest value")?.value);
            Ok(discrete(whole(low, high, draft)?))
        }
        ("ContinuousIssue", [low, high]) => {
            let (low, high) =
                (low.number("the lowest value")?.value, high.number("the highest value")?.value);
            let kept = real_range(low, high, options.levels)
                .ok_or_else(|| values.fault("a range is lowest, highest"))?;
            draft.approximate(format!(
                "\"{called}\" has the real numbers from {low} to {high}; {} values are kept, at equal distance",
                kept.len()
            ));
            Ok(discrete(kept))
        }
        ("ContiguousIssue" | "ContinuousIssue", _) => Err(values.fault("a range is lowest, highest")),
        _ => {
            if items.is_empty() {
                return Err(values.fault(format!("the issue `{}` has no values", shown(&called))));
            }
            let mut declared = Declared { name: called, names: Vec::new(), numbers: Vec::new() };
            let mut seen = std::collections::BTreeSet::new();
            for item in items {
                let word = item.word("each value")?;
                if !seen.insert(word.clone()) {
                    return Err(item.fault(format!("the value `{}` is listed twice", shown(&word))));
                }
                declared.numbers.push(number::read(&word).map(|read| read.value));
                declared.names.push(word);
            }
            Ok(declared)
        }
    }
}

fn party(
    file: &Opened,
    function: &Tree,
    party: String,
    declared: &[Declared],
    draft: &mut Draft,
) -> Result<Additive, Error> {
    let kind = kind(function).unwrap_or(if function.has("mapping") { "Mapping" } else { "LinearAdditive" });
    let class = class(kind);
    if class.contains("Discounted") {
        draft.drop(format!("the discounting of \"{party}\""), "a case has no time");
        let inner = function.need("ufun")?;
        return self::party(file, inner, party, declared, draft);
    }
    let bias = match function.get("bias") {
        Some(bias) => bias.number("`bias`")?.value,
        None => Rational::ZERO,
    };
    let (mut weights, mut values) = (Vec::new(), Vec::new());
    let mut constant = bias;
    match class {
        // Without values of their own, whole and real numbers are weighed as they are.
        "LinearAdditive" | "Linear" | "Affine" if function.has("values") => {
            let given = function.need("values")?;
            for (at, issue) in declared.iter().enumerate() {
                let value = part(given, at, &issue.name).ok_or_else(|| {
                    given.fault(format!("the values of `{}` are missing", shown(&issue.name)))
                })?;
                values.push(worth(value, issue, &party, draft)?);
            }
        }
        "LinearAdditive" | "Linear" | "Affine" => {
            for issue in declared {
                let numbers = issue.numbers.iter().copied().collect::<Option<Vec<_>>>();
                values.push(numbers.ok_or_else(|| {
                    function.fault(format!(
                        "`{}` has values that are no numbers to be weighed",
                        shown(&issue.name)
                    ))
                })?);
            }
        }
        "Mapping" => {
            let (sums, rest) = mapping(function, declared)?;
            values = sums;
            constant = number::add(constant, rest)
                .ok_or_else(|| function.fault("the numbers have too many digits"))?;
        }
        "Const" => {
            constant = number::add(constant, function.need("value")?.number("`value`")?.value)
                .ok_or_else(|| function.fault("the numbers have too many digits"))?;
            values = declared.iter().map(|issue| vec![Rational::ZERO; issue.names.len()]).collect();
        }
        other => {
            return Err(function.unsupported(format!(
                "utility functions of class `{}` are not read, only linear additive ones and tables of outcomes that are such a sum",
                shown(if other.is_empty() { kind } else { other })
            )));
        }
    }
    for (at, issue) in declared.iter().enumerate() {
        let weight = match function.get("weights") {
            Some(given) => {
                part(given, at, &issue.name)
                    .ok_or_else(|| given.fault(format!("the weight of `{}` is missing", shown(&issue.name))))?
                    .number("a weight")?
                    .value
            }
            None => number::one(),
        };
        weights.push(weight);
    }
    let reserved = function.get("reserved_value").or(function.get("reserved"));
    let walk_away = match reserved.map(|value| (value, value.word("`reserved_value`"))) {
        Some((_, Err(error))) => return Err(error),
        Some((value, Ok(word))) if !unbounded(&word) => value.number("`reserved_value`")?.value,
        _ => {
            draft.note(format!(
                "\"{party}\" has no reserved value: it accepts any package, so its walk-away is its worst"
            ));
            worst(&weights, &values, constant)
                .ok_or_else(|| function.fault("the numbers have too many digits"))?
        }
    };
    Ok(Additive {
        note: format!("read from {}", file.name),
        name: party,
        weights,
        values,
        constant,
        walk_away: Some(walk_away),
        normalise: false,
    })
}

fn unbounded(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    word.contains("inf") || word.contains("nan")
}

fn worst(weights: &[Rational], values: &[Vec<Rational>], constant: Rational) -> Option<Rational> {
    let mut sum = constant;
    for (&weight, values) in weights.iter().zip(values) {
        let products =
            values.iter().map(|&value| number::multiply(weight, value)).collect::<Option<Vec<_>>>()?;
        sum = number::add(sum, products.into_iter().min()?)?;
    }
    Some(sum)
}

/// A utility for each outcome, as a sum over issues: what each option adds to the outcome of first
/// options, and that outcome's utility. An error where the table is no such sum, and where it leaves an
/// outcome out.
fn mapping(function: &Tree, declared: &[Declared]) -> Result<(Vec<Vec<Rational>>, Rational), Error> {
    let given = function.need("mapping")?;
    let too_long = || given.fault("the numbers have too many digits");
    let mut utilities: BTreeMap<Vec<usize>, Rational> = BTreeMap::new();
    for pair in given.list("`mapping`, a list of pairs of an outcome and its utility,")? {
        let [outcome, utility] = pair.list("each entry")? else {
            return Err(pair.fault("each entry is an outcome and its utility"));
        };
        let options = outcome.list("an outcome")?;
        if options.len() != declared.len() {
            return Err(outcome.fault(format!("an outcome has {} values", declared.len())));
        }
        let options = options
            .iter()
            .zip(declared)
            .map(|(option, issue)| {
                let word = option.word("a value")?;
                let found = issue.names.iter().position(|name| *name == word);
                let number = number::read(&word).map(|read| read.value);
                let found = found
                    .or_else(|| issue.numbers.iter().position(|known| known.is_some() && *known == number));
                found.ok_or_else(|| {
                    option.fault(format!("`{}` has no value `{}`", shown(&issue.name), shown(&word)))
                })
            })
            .collect::<Result<Vec<usize>, Error>>()?;
        utilities.insert(options, utility.number("a utility")?.value);
    }
    let missing = || given.fault("the table leaves outcomes out, so that it cannot be read as a sum");
    let all = declared.iter().try_fold(1usize, |product, issue| product.checked_mul(issue.names.len()));
    if all != Some(utilities.len()) {
        return Err(missing());
    }
    let mut outcome = vec![0usize; declared.len()];
    let first = *utilities.get(&outcome).ok_or_else(missing)?;
    let mut sums = Vec::with_capacity(declared.len());
    for (at, issue) in declared.iter().enumerate() {
        let mut adds = Vec::with_capacity(issue.names.len());
        for option in 0..issue.names.len() {
            outcome[at] = option;
            let there = *utilities.get(&outcome).ok_or_else(missing)?;
            adds.push(number::subtract(there, first).ok_or_else(too_long)?);
        }
        outcome[at] = 0;
        sums.push(adds);
    }
    for (outcome, utility) in &utilities {
        let adds = outcome.iter().zip(&sums).map(|(&option, adds): (&usize, &Vec<Rational>)| adds[option]);
        if number::sum(adds.chain([first])).ok_or_else(too_long)? != *utility {
            return Err(given.unsupported(
                "this table of outcomes is no sum over issues; only such utility functions are read",
            ));
        }
    }
    Ok((sums, first))
}

/// What a list or a table says about an issue.
fn part<'a>(given: &'a Tree, at: usize, name: &str) -> Option<&'a Tree> {
    match &given.node {
        Node::List(items) => items.get(at),
        _ => given.get(name),
    }
}

fn worth(value: &Tree, issue: &Declared, party: &str, draft: &mut Draft) -> Result<Vec<Rational>, Error> {
    if let Node::List(items) = &value.node {
        if items.len() != issue.names.len() {
            return Err(value.fault(format!(
                "`{}` has {} values, but {} utilities",
                shown(&issue.name),
                issue.names.len(),
                items.len()
            )));
        }
        return items.iter().map(|item| item.number("a utility").map(|read| read.value)).collect();
    }
    let class = class(kind(value).unwrap_or("TableFun"));
    if class == "Table" {
        let table = value.get("mapping").or(value.get("d")).unwrap_or(value);
        return self::table(table, issue, party, draft);
    }
    let number_of = |key: &str| -> Result<Option<Rational>, Error> {
        value.get(key).map(|given| given.number(&format!("`{key}`")).map(|read| read.value)).transpose()
    };
    let bias = number_of("bias")?.unwrap_or(Rational::ZERO);
    let need = |key: &str| number_of(key)?.ok_or_else(|| value.fault(format!("`{key}` is missing here")));
    let (square, slope) = match class {
        "Const" => (Rational::ZERO, Rational::ZERO),
        "Identity" => (Rational::ZERO, number::one()),
        "Linear" | "Affine" => (Rational::ZERO, need("slope")?),
        "Quadratic" => (need("a2")?, need("a1")?),
        other => {
            return Err(
                value.unsupported(format!("value functions of class `{}` are not read", shown(other)))
            );
        }
    };
    let at = |number: Option<Rational>| -> Result<Rational, Error> {
        if slope == Rational::ZERO && square == Rational::ZERO {
            return Ok(bias);
        }
        let number = number.ok_or_else(|| {
            value.fault(format!(
                "`{}` has values that are no numbers, so `{class}` cannot value them",
                shown(&issue.name)
            ))
        })?;
        number::multiply(square, number)
            .and_then(|curve| number::add(curve, slope))
            .and_then(|curve| number::multiply(curve, number))
            .and_then(|curve| number::add(curve, bias))
            .ok_or_else(|| value.fault("the numbers have too many digits"))
    };
    issue.numbers.iter().map(|&number| at(number)).collect()
}

fn table(table: &Tree, issue: &Declared, party: &str, draft: &mut Draft) -> Result<Vec<Rational>, Error> {
    let mut worth: Vec<Option<Rational>> = vec![None; issue.names.len()];
    for (key, value) in table.map("`mapping`")? {
        let number = number::read(key).map(|read| read.value);
        let option = issue
            .names
            .iter()
            .position(|name| name == key)
            .or_else(|| issue.numbers.iter().position(|known| known.is_some() && *known == number));
        match option {
            Some(option) => worth[option] = Some(value.number("a utility")?.value),
            None => draft.drop(
                format!("the value \"{}\" of \"{}\" in the table of \"{party}\"", shown(key), issue.name),
                "the issue does not have it, or not after being thinned",
            ),
        }
    }
    let filled = worth.into_iter().zip(&issue.names).map(|(value, name)| {
        value.unwrap_or_else(|| {
            draft.approximate(format!("\"{party}\" does not value \"{name}\" in \"{}\": zero", issue.name));
            Rational::ZERO
        })
    });
    Ok(filled.collect())
}
