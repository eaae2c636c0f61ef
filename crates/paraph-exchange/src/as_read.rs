//! The report that every import gives: what was read, and how.

use crate::draft::{Draft, Keys, Preferences};
use crate::import::{Dropped, Format};
use crate::number;
use paraph_case::Rational;
use std::fmt;

/// Half of the outcomes that are counted by their sums, at most.
const MOST_SUMS: u64 = 1 << 20;
/// Outcomes times patterns that are gone through one by one, at most.
const MOST_TESTS: u64 = 1 << 24;

/// How a case was read.
#[derive(Debug, Clone, PartialEq)]
pub struct AsRead {
    /// The format that was recognised.
    pub format: Format,
    /// Names of the files.
    pub files: Vec<String>,
    /// The case's title.
    pub title: String,
    /// The parties, in order.
    pub parties: Vec<PartyAsRead>,
    /// The issues, in order.
    pub issues: Vec<IssueAsRead>,
    /// The product of the numbers of options, or the number of states; `None` above 2⁶⁴ − 1.
    pub outcomes: Option<u64>,
    /// How many of them the constraints leave; `None` when there are too many to be gone through.
    pub feasible: Option<u64>,
    /// What the file means otherwise, or more finely.
    pub approximated: Vec<String>,
    /// What the case does not hold, and why.
    pub dropped: Vec<Dropped>,
    /// Readings that somebody else might have made otherwise.
    pub notes: Vec<String>,
    /// How many remarks there were beyond those listed.
    pub more_remarks: usize,
}

/// How a party was read.
#[derive(Debug, Clone, PartialEq)]
pub struct PartyAsRead {
    /// Its key in `case.toml`.
    pub id: String,
    /// Its name in the file.
    pub name: String,
    /// How its preferences are scaled, in words.
    pub scale: String,
    /// With weights, the utilities of its worst and its best outcome, before constraints.
    pub range: Option<(Rational, Rational)>,
    /// What it can have without a deal, where the file says so.
    pub walk_away: Option<Rational>,
    /// How many outcomes are worth at least as much as its walk-away; `None` without one, and when
    /// there are too many to be counted.
    pub acceptable: Option<u64>,
    /// The same as a share of all outcomes.
    pub acceptable_share: Option<f64>,
    /// Whether any deal needs its consent.
    pub consents: bool,
}

/// How an issue was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueAsRead {
    /// Its key in `case.toml`.
    pub id: String,
    /// Its name in the file.
    pub name: String,
    /// Its options, as `case.toml` names them.
    pub options: Vec<String>,
}

impl AsRead {
    pub(crate) fn of(draft: &Draft, keys: &Keys) -> AsRead {
        let outcomes = match &draft.explicit {
            Some(explicit) => Some(explicit.states.len() as u64),
            None => draft
                .issues
                .iter()
                .try_fold(1u64, |product, issue| product.checked_mul(issue.options.len() as u64)),
        };
        AsRead {
            format: draft.format,
            files: draft.files.clone(),
            title: draft.title.clone(),
            parties: draft
                .parties
                .iter()
                .zip(&keys.parties)
                .map(|(party, id)| {
                    let weights = match &party.preferences {
                        Preferences::Weights { options, constant } => Some((options, *constant)),
                        _ => None,
                    };
                    let acceptable = weights
                        .zip(party.walk_away)
                        .and_then(|((options, constant), walk_away)| count(options, constant, walk_away));
                    PartyAsRead {
                        id: id.clone(),
                        name: party.name.clone(),
                        scale: party.scale.clone(),
                        range: weights.and_then(|(options, constant)| range(options, constant)),
                        walk_away: party.walk_away,
                        acceptable,
                        acceptable_share: acceptable
                            .zip(outcomes)
                            .map(|(count, all)| count as f64 / all as f64),
                        consents: party.consents,
                    }
                })
                .collect(),
            issues: draft
                .issues
                .iter()
                .zip(&keys.issues)
                .zip(&keys.options)
                .map(|((issue, id), options)| IssueAsRead {
                    id: id.clone(),
                    name: issue.name.clone(),
                    options: options.clone(),
                })
                .collect(),
            outcomes,
            feasible: feasible(draft, outcomes),
            approximated: draft.approximated.clone(),
            dropped: draft.dropped.clone(),
            notes: draft.notes.clone(),
            more_remarks: draft.more,
        }
    }
}

/// The least and the greatest sum.
fn range(options: &[Vec<Rational>], constant: Rational) -> Option<(Rational, Rational)> {
    options.iter().try_fold((constant, constant), |(low, high), weights| {
        let least = weights.iter().copied().min()?;
        let most = weights.iter().copied().max()?;
        Some((number::add(low, least)?, number::add(high, most)?))
    })
}

/// How many outcomes are worth at least as much as the walk-away: the sums of either half of the
/// issues are sorted, and the pairs counted in one pass. Time and memory go with the square root of
/// the number of outcomes.
fn count(options: &[Vec<Rational>], constant: Rational, walk_away: Rational) -> Option<u64> {
    options.iter().try_fold(1u64, |product, weights| product.checked_mul(weights.len() as u64))?;
    let mut scale = number::common(constant.denominator(), walk_away.denominator(), 62)?;
    for weight in options.iter().flatten() {
        scale = number::common(scale, weight.denominator(), 62)?;
    }
    let units = |number: Rational| -> Option<i128> {
        number
            .numerator()
            .checked_mul(scale / number.denominator())
            .filter(|units| units.unsigned_abs() < 1 << 62)
    };
    // Largest first, each to the half that is smaller so far.
    let mut order: Vec<&Vec<Rational>> = options.iter().collect();
    order.sort_by_key(|weights| std::cmp::Reverse(weights.len()));
    let mut halves = [vec![0i128], vec![0i128]];
    for weights in order {
        let smaller = usize::from(halves[1].len() < halves[0].len());
        let half = &mut halves[smaller];
        if half.len() as u64 * weights.len() as u64 > MOST_SUMS {
            return None;
        }
        let worth = weights.iter().map(|&weight| units(weight)).collect::<Option<Vec<_>>>()?;
        *half = half.iter().flat_map(|sum| worth.iter().map(move |worth| sum + worth)).collect();
    }
    let [mut left, mut right] = halves;
    left.sort_unstable();
    right.sort_unstable();
    let wanted = units(walk_away)? - units(constant)?;
    // As the left sum grows, ever more of the right half reaches far enough.
    let (mut from, mut found) = (right.len(), 0u64);
    for sum in left {
        while from > 0 && sum + right[from - 1] >= wanted {
            from -= 1;
        }
        found += (right.len() - from) as u64;
    }
    Some(found)
}

/// How many outcomes the patterns leave, merged ones counted once.
fn feasible(draft: &Draft, outcomes: Option<u64>) -> Option<u64> {
    let all = outcomes?;
    if draft.explicit.is_some()
        || (draft.never.is_empty() && draft.always.is_empty() && draft.same.is_empty())
    {
        return Some(all);
    }
    let patterns = draft.never.len()
        + draft.same.len()
        + draft.always.iter().map(|rule| rule.one_of.len()).sum::<usize>();
    if all.checked_mul(patterns as u64).is_none_or(|tests| tests > MOST_TESTS) {
        return None;
    }
    let fits = |outcome: &[usize], pattern: &[Option<usize>]| {
        outcome.iter().zip(pattern).all(|(option, wanted)| wanted.is_none_or(|wanted| wanted == *option))
    };
    let mut outcome = vec![0usize; draft.issues.len()];
    let (mut found, mut merged) = (0u64, vec![false; draft.same.len()]);
    for _ in 0..all {
        let kept = !draft.never.iter().any(|pattern| fits(&outcome, pattern))
            && draft.always.iter().all(|rule| rule.one_of.iter().any(|pattern| fits(&outcome, pattern)));
        if kept {
            match draft.same.iter().position(|(_, pattern)| fits(&outcome, pattern)) {
                Some(class) => found += u64::from(!std::mem::replace(&mut merged[class], true)),
                None => found += 1,
            }
        }
        for (option, issue) in outcome.iter_mut().zip(&draft.issues) {
            *option += 1;
            if *option < issue.options.len() {
                break;
            }
            *option = 0;
        }
    }
    Some(found)
}

impl AsRead {
    /// The report for programs. Utilities are exact, as texts: a decimal, or a fraction.
    pub fn json(&self) -> serde_json::Value {
        let text = |number: Option<Rational>| number.map(|number| number.to_string());
        let parties: Vec<_> = self
            .parties
            .iter()
            .map(|party| {
                serde_json::json!({
                    "id": party.id,
                    "name": party.name,
                    "scale": party.scale,
                    "lowest": text(party.range.map(|range| range.0)),
                    "highest": text(party.range.map(|range| range.1)),
                    "walk_away": text(party.walk_away),
                    "acceptable": party.acceptable,
                    "acceptable_share": party.acceptable_share,
                    "consents": party.consents,
                })
            })
            .collect();
        let issues: Vec<_> = self
            .issues
            .iter()
            .map(|issue| serde_json::json!({ "id": issue.id, "name": issue.name, "options": issue.options }))
            .collect();
        let dropped: Vec<_> = self
            .dropped
            .iter()
            .map(|dropped| serde_json::json!({ "what": dropped.what, "why": dropped.why }))
            .collect();
        serde_json::json!({
            "format": self.format.name(),
            "files": self.files,
            "title": self.title,
            "outcomes": { "all": self.outcomes, "feasible": self.feasible },
            "parties": parties,
            "issues": issues,
            "read_as": self.notes,
            "approximated": self.approximated,
            "dropped": dropped,
            "more_remarks": self.more_remarks,
        })
    }
}

impl fmt::Display for AsRead {
    /// The report in plain text, for a terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "As read: \"{}\", {} ({})", self.title, self.format.name(), self.files.join(", "))?;
        let outcomes = self.outcomes.map_or("more than 2^64".to_owned(), |count| count.to_string());
        write!(f, "{} parties, {} issues, {outcomes} outcomes", self.parties.len(), self.issues.len())?;
        match self.feasible {
            Some(feasible) if Some(feasible) != self.outcomes => {
                writeln!(f, ", {feasible} of them feasible")?
            }
            None => writeln!(f, "; too many to say how many are feasible")?,
            _ => writeln!(f)?,
        }
        writeln!(f, "\nParties")?;
        for party in &self.parties {
            write!(f, "  {} \"{}\": {}", party.id, party.name, party.scale)?;
            if let Some((low, high)) = party.range {
                write!(f, "; from {} to {}", shown(low), shown(high))?;
            }
            match (party.walk_away, party.acceptable, party.acceptable_share) {
                (Some(walk_away), Some(count), Some(share)) => write!(
                    f,
                    "; walk-away {}, so {count} packages are acceptable to it ({:.4} %)",
                    shown(walk_away),
                    share * 100.0
                )?,
                (Some(walk_away), ..) => {
                    write!(
                        f,
                        "; walk-away {}; too many packages to count the acceptable ones",
                        shown(walk_away)
                    )?;
                }
                _ => write!(f, "; no walk-away in the file")?,
            }
            writeln!(f, "{}", if party.consents { "" } else { "; its consent is not asked" })?;
        }
        writeln!(f, "\nIssues")?;
        for issue in &self.issues {
            let shown: Vec<&str> = issue.options.iter().take(8).map(String::as_str).collect();
            let more = match issue.options.len().saturating_sub(8) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            writeln!(f, "  {} \"{}\": {}{more}", issue.id, issue.name, shown.join(", "))?;
        }
        let mut section = |heading: &str, lines: Vec<String>| -> fmt::Result {
            if lines.is_empty() {
                return Ok(());
            }
            writeln!(f, "\n{heading}")?;
            lines.iter().try_for_each(|line| writeln!(f, "  {line}"))
        };
        section("Read as follows", self.notes.clone())?;
        section("Approximated", self.approximated.clone())?;
        section(
            "Dropped",
            self.dropped.iter().map(|dropped| format!("{}: {}", dropped.what, dropped.why)).collect(),
        )?;
        if self.more_remarks > 0 {
            writeln!(f, "and {} more remarks of these kinds", self.more_remarks)?;
        }
        Ok(())
    }
}

/// A utility for people: the decimal, to six places with a mark when that is not all.
fn shown(number: Rational) -> String {
    let text = number.to_string();
    if text.len() <= 9 && !text.contains('/') {
        return text;
    }
    format!("≈{:.6}", number.to_f64())
}
