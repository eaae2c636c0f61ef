//! What an analysis will take, said before it starts.

use crate::additive;
use crate::error::Error;
use crate::stability::Concept;
use crate::standing;
use crate::sums;
use paraph_case::model::{Case, Preferences};

/// Memory and work of an analysis, worked out from the case alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// Outcomes before constraints.
    pub outcomes: u64,
    /// The most bytes that the tables will take at once.
    pub bytes: u64,
    /// Work in units of one outcome and party looked at once; divide by a measured rate for a time.
    pub work: u64,
}

/// What sequential stability takes for a party and an opponent, in passes over the table, on the large side of
/// what was measured; most of its own passes look at a byte for each outcome, and only where something changed.
const PASSES: u64 = 3;

/// What `Model::new`, the concepts asked for and, if wanted, the deals take together.
///
/// # Errors
/// [`Error::is_too_large`] when there are more outcomes than tables hold, however much memory there is.
pub fn estimate(
    case: &Case,
    held: &[(usize, usize)],
    concepts: &[Concept],
    deals: bool,
) -> Result<Estimate, Error> {
    let outcomes = match &case.explicit {
        Some(explicit) => explicit.states.len() as u64,
        None => case
            .issues
            .iter()
            .enumerate()
            .filter(|(issue, _)| held.iter().all(|(fixed, _)| fixed != issue))
            .try_fold(1u64, |n, (_, issue)| n.checked_mul(issue.options.len() as u64))
            .filter(|&n| n < crate::space::MOST_CELLS)
            .ok_or_else(|| {
                Error::too_large(format!(
                    "{} issues have more than {} outcomes, the most that tables hold; hold some issues constant",
                    case.issues.len(),
                    crate::space::MOST_CELLS - 1
                ))
            })?,
    };
    let parties = case.parties.len() as u64;
    let bitmap = outcomes.div_ceil(8);
    // Deals of additive preferences take no tables of ranks.
    let untabled = concepts.is_empty() && deals && additive::fits(case);
    let tabled = match untabled {
        true => case.parties.iter().filter(|party| !sums::is_additive(party)).count() as u64,
        false => parties,
    };
    let mut bytes = tabled * 4 * outcomes + 4 * bitmap;
    let mut work = tabled * outcomes * 3;
    if !case.same.is_empty() {
        bytes += outcomes;
    }
    let wants = |concept: Concept| concepts.contains(&concept);
    if wants(Concept::Seq) || wants(Concept::SymmetricSeq) {
        // Where outcomes stand among each party's moves, and the same once more slab by slab; the values that
        // the passes work on, and these put back in order.
        for party in 0..case.parties.len() {
            let fibre = case
                .issues
                .iter()
                .filter(|issue| issue.moved_by.contains(&party))
                .fold(1u64, |n, issue| n.saturating_mul(issue.options.len() as u64));
            bytes += 2 * outcomes * standing::width(fibre);
        }
        let both = if wants(Concept::Seq) && wants(Concept::SymmetricSeq) { 2 } else { 1 };
        bytes += 2 * 4 * outcomes;
        work += parties * parties.saturating_sub(1) * outcomes * PASSES * both;
    }
    if wants(Concept::Smr) || wants(Concept::SymmetricSeq) {
        bytes += 4 * outcomes;
        work += parties * outcomes * 3;
    }
    if (wants(Concept::Gmr) || wants(Concept::Smr)) && (!case.constraints.is_empty() || !case.same.is_empty())
    {
        bytes += 4 * outcomes;
    }
    if !case.same.is_empty() {
        // By moves, what follows is kept apart by the first mover: a table for each opponent.
        bytes += 4 * outcomes * parties.max(1);
        work *= 2;
    }
    bytes += (concepts.len() as u64) * (parties + 1) * bitmap;
    if untabled {
        // Sets and picks, and a pass that compares eight outcomes at once. The frontier is not known yet.
        bytes += 12 * bitmap;
        work += parties * outcomes / 8;
    } else if deals {
        // The depth of every rank for every party, besides a few bitmaps.
        let ordinal = case.parties.iter().filter(|party| party.consents).count() as u64;
        let weighted = case.parties.iter().any(|party| matches!(party.preferences, Preferences::Weights(_)));
        bytes += ordinal * 4 * outcomes / 4 + 6 * bitmap + if weighted { 4 * outcomes } else { 0 };
        work += parties * outcomes * 4;
    }
    Ok(Estimate { outcomes, bytes, work })
}
