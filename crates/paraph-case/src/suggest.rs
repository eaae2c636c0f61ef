//! "Did you mean …?"

/// Names longer than this are not compared: the comparison is quadratic.
const LONGEST: usize = 64;

/// The candidate that `name` was probably meant to be, if one is close; the first of equals.
pub(crate) fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.is_empty() || name.len() > LONGEST {
        return None;
    }
    let folded = name.to_lowercase().replace(['_', ' '], "-");
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates.into_iter().filter(|candidate| candidate.len() <= LONGEST) {
        let other = candidate.to_lowercase().replace(['_', ' '], "-");
        let score = if folded == other { 1.0 } else { strsim::damerau_levenshtein(&folded, &other) as f64 };
        let score = if folded == other {
            score
        } else {
            1.0 - score / folded.chars().count().max(other.chars().count()) as f64
        };
        // A third of the letters may differ; shorter words need more in common.
        if score >= 0.66 && best.is_none_or(|(previous, _)| score > previous) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// "did you mean `x`?", or the list of what there is when that is short.
pub(crate) fn hint<'a>(
    name: &str,
    what: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<String> {
    if let Some(found) = closest(name, candidates.clone()) {
        return Some(format!("did you mean `{found}`?"));
    }
    let all: Vec<&str> = candidates.into_iter().take(21).collect();
    match all.len() {
        0 => None,
        1..=20 => Some(format!("{what}: {}", list(&all))),
        _ => None,
    }
}

/// `a`, `b` and `c`.
pub(crate) fn list<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["patrols", "ceasefire", "armed-forces"];
        assert_eq!(closest("patrol", names), Some("patrols"));
        assert_eq!(closest("Armed_Forces", names), Some("armed-forces"));
        assert_eq!(closest("caesefire", names), Some("ceasefire"));
        assert_eq!(closest("territory", names), None);
        assert_eq!(closest("", names), None);
        assert_eq!(closest(&"x".repeat(100_000), names), None);
    }
}
