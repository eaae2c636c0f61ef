//! Which conclusions survive small changes of what is assumed.
//!
//! The order of two neighbouring priorities is the least that an analyst can
//! have got wrong. Every swap of two neighbours of any party is tried, one at
//! a time, and the conclusions are worked out anew.

use crate::bitmap::Bitmap;
use crate::deals::{Terms, deals};
use crate::error::Error;
use crate::model::Model;
use crate::monitor::Monitor;
use crate::picks::Rule;
use crate::stability::{Concept, stability};
use paraph_case::model::Preferences;

/// Two neighbouring priorities of one party, exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Swap {
    /// The party.
    pub party: usize,
    /// Index of the upper one; it changes places with the next.
    pub upper: usize,
}

/// Something that an analysis says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conclusion {
    /// Whether there is a deal at all.
    DealExists,
    /// Which outcomes are deals.
    Deals,
    /// Which deals are efficient.
    EfficientDeals,
    /// Whether an outcome asked about, by its place in the list given, is a deal.
    IsDeal(usize),
    /// What a rule picks.
    Pick(Rule),
    /// Which outcomes are equilibria.
    Equilibria(Concept),
}

/// A conclusion and the swaps that change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// The conclusion.
    pub conclusion: Conclusion,
    /// The swaps under which it comes out otherwise; empty: it survives every one.
    pub changed_by: Vec<Swap>,
}

/// What the swaps showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Robustness {
    /// Every swap of neighbours there is, tried or found to change nobody's ranking.
    pub swaps: Vec<Swap>,
    /// Conclusion by conclusion.
    pub tested: Vec<Tested>,
}

/// Tries every swap of neighbouring priorities of every party, one at a time. `asked` are outcomes whose
/// being a deal is a conclusion of its own. Costs one ranking, one analysis of deals, and one of each of
/// the concepts a swap; swaps that leave the party's ranking as it is cost the ranking alone.
///
/// # Errors
/// As [`deals`] and [`stability`].
pub fn adjacent_swaps(
    model: &Model,
    terms: &Terms,
    asked: &[usize],
    concepts: &[Concept],
    monitor: &Monitor,
) -> Result<Robustness, Error> {
    let before = conclusions(model, terms, asked, concepts, monitor)?;
    let mut tested: Vec<Tested> = before
        .iter()
        .map(|(conclusion, _)| Tested { conclusion: *conclusion, changed_by: Vec::new() })
        .collect();
    let mut swaps = Vec::new();
    for party in 0..model.case.parties.len() {
        let Preferences::Priorities(list) = &model.case.parties[party].preferences else { continue };
        for upper in 0..list.len().saturating_sub(1) {
            let swap = Swap { party, upper };
            swaps.push(swap);
            let Some(swapped) = model.with_swap(swap, monitor)? else { continue };
            let after = conclusions(&swapped, terms, asked, concepts, monitor)?;
            for (tested, (_, answer)) in tested.iter_mut().zip(&before) {
                // A rule without a pick is not among the conclusions; then the answers differ.
                let now = after.iter().find(|(conclusion, _)| *conclusion == tested.conclusion);
                if now.is_none_or(|(_, now)| now != answer) {
                    tested.changed_by.push(swap);
                }
            }
        }
    }
    Ok(Robustness { swaps, tested })
}

#[derive(PartialEq, Eq)]
enum Answer {
    Whether(bool),
    Which(Bitmap),
}

fn conclusions(
    model: &Model,
    terms: &Terms,
    asked: &[usize],
    concepts: &[Concept],
    monitor: &Monitor,
) -> Result<Vec<(Conclusion, Answer)>, Error> {
    let found = deals(model, terms, monitor)?;
    let mut answers = vec![
        (Conclusion::DealExists, Answer::Whether(found.deals.count() > 0)),
        (Conclusion::Deals, Answer::Which(found.deals.clone())),
        (Conclusion::EfficientDeals, Answer::Which(found.efficient_deals)),
    ];
    for (at, &cell) in asked.iter().enumerate() {
        answers.push((Conclusion::IsDeal(at), Answer::Whether(found.deals.contains(cell))));
    }
    for pick in found.picks {
        answers.push((Conclusion::Pick(pick.rule), Answer::Which(pick.outcomes)));
    }
    for result in stability(model, concepts, monitor)? {
        if let Ok(sets) = result.sets {
            answers.push((Conclusion::Equilibria(result.concept), Answer::Which(sets.equilibria)));
        }
    }
    Ok(answers)
}

impl Model {
    /// The model with two neighbouring priorities exchanged; `None` when the party ranks as before.
    fn with_swap(&self, swap: Swap, monitor: &Monitor) -> Result<Option<Model>, Error> {
        let mut case = self.case.clone();
        if let Preferences::Priorities(list) = &mut case.parties[swap.party].preferences {
            list.swap(swap.upper, swap.upper + 1);
        }
        let mut swapped = Model { case, ..self.clone() };
        let (ranks, utility) = swapped.rank_outcomes(swap.party, monitor)?;
        if ranks == *self.ranks[swap.party] {
            return Ok(None);
        }
        swapped.ranks[swap.party] = ranks.into();
        swapped.utilities[swap.party] = utility;
        swapped.check_classes()?;
        Ok(Some(swapped))
    }
}
