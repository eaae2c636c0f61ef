//! Says what an analysis will take before it starts, and refuses what cannot fit.

use crate::failure::{Failure, Outcome};
use paraph_analysis::{Concept, Estimate, estimate};
use paraph_case::Case;

/// Seconds that one unit of the estimate's work takes on one core of an ordinary laptop.
const UNIT_SECONDS: f64 = 2e-9;

/// Work that takes less is not announced.
const WORTH_SAYING: f64 = 3.0;

/// An amount of memory, as `--memory` takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory(pub u64);

impl std::str::FromStr for Memory {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no amount of memory; write it as 8GiB, 500MiB or in bytes");
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim_end();
        let unit = match text[digits.len()..].trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1u64,
            "k" | "kib" | "kb" => 1 << 10,
            "m" | "mib" | "mb" => 1 << 20,
            "g" | "gib" | "gb" => 1 << 30,
            "t" | "tib" | "tb" => 1 << 40,
            _ => return Err(wrong()),
        };
        let number: f64 = digits.parse().map_err(|_| wrong())?;
        if !number.is_finite() || number <= 0.0 {
            return Err(wrong());
        }
        Ok(Memory((number * unit as f64) as u64))
    }
}

/// Checks that an analysis fits into the memory allowed, or, where nobody said, into what is free; gives a sentence on
/// what it will take where that is worth saying.
///
/// # Errors
/// What cannot fit, with what would.
pub fn admit(
    case: &Case,
    held: &[(usize, usize)],
    concepts: &[Concept],
    deals: bool,
    allowed: Option<Memory>,
) -> Outcome<Option<String>> {
    let needed = estimate(case, held, concepts, deals)?;
    let (limit, word) = match (allowed, free_memory()) {
        (Some(Memory(limit)), _) => (limit, "allowed"),
        (None, Some(free)) => (free, "free"),
        (None, None) => (u64::MAX, "free"),
    };
    if needed.bytes > limit {
        return Err(refusal(case, held, concepts, deals, needed, limit, word));
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as f64;
    let seconds = needed.work as f64 * UNIT_SECONDS / threads;
    Ok((seconds > WORTH_SAYING).then(|| {
        format!(
            "{} outcomes: about {} of memory and, at a guess, {}",
            grouped(needed.outcomes),
            size(needed.bytes),
            duration(seconds)
        )
    }))
}

fn refusal(
    case: &Case,
    held: &[(usize, usize)],
    concepts: &[Concept],
    deals: bool,
    needed: Estimate,
    limit: u64,
    word: &str,
) -> Failure {
    let failure = Failure::new(format!(
        "{} issues with {} parties need {}; {} {} {word}",
        case.issues.len() - held.len(),
        case.parties.len(),
        size(needed.bytes),
        size(limit),
        if word == "free" { "are" } else { "is" },
    ));
    // How many issues would have to be held for the rest to fit, the widest first.
    let mut open: Vec<usize> =
        (0..case.issues.len()).filter(|issue| held.iter().all(|(fixed, _)| fixed != issue)).collect();
    open.sort_by_key(|&issue| std::cmp::Reverse(case.issues[issue].options.len()));
    let mut more = held.to_vec();
    for (count, issue) in open.into_iter().enumerate() {
        more.push((issue, 0));
        if estimate(case, &more, concepts, deals).is_ok_and(|fits| fits.bytes <= limit) {
            return failure
                .hint(format!(
                    "hold {} at one option with `--fix issue=option`, or take {} out of the case",
                    if count == 0 { "one issue".to_owned() } else { format!("{} issues", count + 1) },
                    if count == 0 { "it" } else { "them" },
                ))
                .hint("fewer concepts take less: `--concepts nash,gmr`");
        }
    }
    failure.hint("allow more with `--memory`")
}

/// What the system says could be given to a new program, where it says so.
fn free_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("MemAvailable:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

fn size(bytes: u64) -> String {
    match bytes {
        b if b >= 10 << 30 => format!("{} GiB", b >> 30),
        b if b >= 1 << 30 => format!("{:.1} GiB", b as f64 / f64::from(1 << 30)),
        b if b >= 1 << 20 => format!("{} MiB", b >> 20),
        b => format!("{} KiB", b.div_ceil(1024)),
    }
}

fn duration(seconds: f64) -> String {
    if seconds < 90.0 { format!("{seconds:.0} seconds") } else { format!("{:.0} minutes", seconds / 60.0) }
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use paraph_analysis::synthetic::{self, Recipe};

    #[test]
    fn amounts_of_memory_are_read() {
        for (text, bytes) in [("8GiB", 8 << 30), ("500 MiB", 500 << 20), ("1.5g", 3 << 29), ("4096", 4096)] {
            assert_eq!(text.parse(), Ok(Memory(bytes)), "{text}");
        }
        for text in ["", "GiB", "8 parsecs", "-1", "inf"] {
            assert!(text.parse::<Memory>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_cannot_fit_is_refused_with_what_would() {
        let case = synthetic::case(&Recipe::even(28, 6, 1));
        let refused =
            admit(&case, &[], &Concept::ALL, true, Some(Memory(1 << 30))).expect_err("does not fit");
        let text = refused.to_string();
        assert!(
            text.starts_with("28 issues with 6 parties need ") && text.ends_with("1.0 GiB is allowed"),
            "{text}"
        );
        assert!(admit(&case, &[], &Concept::ALL, true, Some(Memory(1 << 40))).is_ok());
        let held: Vec<(usize, usize)> = (0..12).map(|issue| (issue, 0)).collect();
        assert!(admit(&case, &held, &Concept::ALL, true, Some(Memory(1 << 30))).is_ok());
    }
}
