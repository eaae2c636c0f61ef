//! NegoLog JSON: one profile per party, with weights, values and a reservation value.
//!
//! A package is worth the sum over issues of weight times value, as written; no domain file is needed.

use crate::additive::{self, Additive};
use crate::draft::{Draft, Issue};
use crate::error::{Error, shown};
use crate::import::{Content, Format, Opened};
use crate::number;
use crate::tree::Tree;
use paraph_case::Rational;

pub(crate) fn is_one(tree: &Tree) -> bool {
    (tree.has("issueWeights") && tree.has("issues")) || is_results(tree)
}

/// The characteristics that the tool writes beside its profiles.
fn is_results(tree: &Tree) -> bool {
    tree.has("NumberOfBids") && tree.has("IssueValues")
}

pub(crate) fn read(files: &[Opened]) -> Result<Draft, Error> {
    let mut draft = Draft::new(Format::NegoLog, "");
    let mut profiles: Vec<(&Opened, &Tree)> = Vec::new();
    for file in files {
        let Content::Tree(root) = &file.content else { continue };
        if is_results(root) {
            if let Some(name) = root.get("Name") {
                draft.title = file.named(name.word("`Name`"))?;
            }
            draft.note(format!("{} holds published results; paraph works out its own", file.name));
        } else {
            profiles.push((file, root));
        }
    }
    let Some(&(source, first)) = profiles.first() else {
        return Err(Error::malformed("no profile: nobody's preferences are given").in_file(&files[0].name));
    };
    if draft.title.is_empty() {
        draft.title = profiles.iter().map(|(file, _)| file.stem()).collect::<Vec<_>>().join(" and ");
    }
    let issues = source.named(first.need("issues").and_then(|issues| issues.map("`issues`")))?;
    for (name, values) in issues {
        let options = source.named(values.map("the values of an issue"))?;
        if options.is_empty() {
            return source.named(Err(values.fault(format!("the issue `{}` has no values", shown(name)))));
        }
        draft
            .issues
            .push(Issue::new(name.clone(), options.iter().map(|(option, _)| option.clone()).collect()));
    }
    draft.check_limits()?;
    let parties = profiles
        .iter()
        .map(|(file, root)| file.named(profile(file, root, &mut draft)))
        .collect::<Result<Vec<_>, Error>>()?;
    additive::settle(&mut draft, parties)?;
    Ok(draft)
}

fn profile(file: &Opened, root: &Tree, draft: &mut Draft) -> Result<Additive, Error> {
    let party = file.stem().to_owned();
    let (issues, weights_of) = (root.need("issues")?, root.need("issueWeights")?);
    issues.map("`issues`")?;
    let (mut weights, mut values) = (Vec::new(), Vec::new());
    for issue in draft.issues.clone() {
        let given = issues.get(&issue.name).ok_or_else(|| {
            issues.fault(format!("the issue `{}` of the first profile is missing", shown(&issue.name)))
        })?;
        let weight = weights_of
            .get(&issue.name)
            .ok_or_else(|| weights_of.fault(format!("the weight of `{}` is missing", shown(&issue.name))))?;
        weights.push(weight.number("a weight")?.value);
        let mut worth = Vec::with_capacity(issue.options.len());
        for option in &issue.options {
            let value = given
                .get(option)
                .ok_or_else(|| given.fault(format!("the value of `{}` is missing", shown(option))))?;
            worth.push(value.number("a value")?.value);
        }
        for (option, _) in given.map("the values of an issue")? {
            if !issue.options.contains(option) {
                return Err(given.fault(format!(
                    "the first profile has no `{}` in `{}`",
                    shown(option),
                    shown(&issue.name)
                )));
            }
        }
        values.push(worth);
    }
    for (name, value) in issues.map("`issues`")? {
        if !draft.issues.iter().any(|issue| issue.name == *name) {
            return Err(value.fault(format!("the first profile has no issue `{}`", shown(name))));
        }
    }
    let walk_away = match root.get("reservationValue") {
        Some(value) => value.number("`reservationValue`")?.value,
        None => {
            draft.note(format!("\"{party}\" has no reservation value: zero, as the tool takes it"));
            Rational::ZERO
        }
    };
    for key in ["discountFactor", "discount_factor", "discount"] {
        if let Some(factor) = root.get(key) {
            let factor = factor.number(&format!("`{key}`"))?.value;
            // Zero means none, as one does.
            if factor != number::one() && factor != Rational::ZERO {
                draft.drop(
                    format!("the discount factor {factor} of \"{party}\""),
                    "a case has no time; the reservation value is taken as it stands",
                );
            }
        }
    }
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
