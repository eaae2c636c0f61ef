//! Deals from the weights of the options alone, without tables of ranks.
//!
//! This is where a case qualifies: it is in product form, without constraints and merged outcomes, so that
//! every outcome is feasible and counts for itself; every party that must consent has weights for single
//! options, none for formulas, or no preferences at all; and what red lines rule out is ruled out issue by
//! issue: each is a condition on one issue, or several such joined by "and". Directions always are. Walk-aways
//! may be anything, and so may the preferences of parties that need not consent. Everything else goes by the
//! tables, with the same answer.

use crate::bitmap::Bitmap;
use crate::deals::{Deals, unbroken};
use crate::disagreement::{Asks, Disagreement};
use crate::error::Error;
use crate::layers::Frontier;
use crate::model::Model;
use crate::monitor::Monitor;
use crate::picks;
use crate::sums::{self, Bar, Sums};
use paraph_case::model::Case;

/// What is needed to work out deals from the weights of the options alone.
pub(crate) struct Additive {
    /// All packages.
    all: Sums,
    /// What the directions allow, where they rule anything out.
    directed: Option<Sums>,
    /// What red lines and directions leave, where they rule anything out.
    agreeable: Option<Sums>,
}

/// Whether deals between a case's own consenting parties need no tables of ranks.
pub(crate) fn fits(case: &Case) -> bool {
    let consenting = || case.parties.iter().filter(|party| party.consents);
    let red_lines = consenting().flat_map(|party| &party.red_lines);
    case.explicit.is_none()
        && case.constraints.is_empty()
        && case.same.is_empty()
        && consenting().next().is_some()
        && consenting().all(sums::is_additive)
        && sums::by_issue(case, red_lines.map(|line| &line.that)).is_some()
}

impl Additive {
    /// `None` where tables are needed.
    pub(crate) fn of(model: &Model, consenting: &[usize], status_quo: Option<usize>) -> Option<Additive> {
        let all = Sums::of(model, consenting)?;
        let mut directed = sums::by_issue(model.case(), std::iter::empty())?;
        let red_lines = consenting.iter().flat_map(|&party| &model.case().parties[party].red_lines);
        let mut agreeable = sums::by_issue(model.case(), red_lines.map(|line| &line.that))?;
        if let Some(status_quo) = status_quo {
            sums::keep_to_directions(model, status_quo, &mut directed);
            sums::keep_to_directions(model, status_quo, &mut agreeable);
        }
        let part = |allowed: Vec<Vec<bool>>| {
            allowed.iter().flatten().any(|allowed| !allowed).then(|| all.within(model, &allowed))
        };
        let (directed, agreeable) = (part(directed), part(agreeable));
        Some(Additive { all, directed, agreeable })
    }

    pub(crate) fn deals(
        &self,
        model: &Model,
        status_quo: Option<usize>,
        disagreements: Vec<Disagreement>,
        packages: Bitmap,
        monitor: &Monitor,
    ) -> Result<Deals, Error> {
        let bars: Vec<Bar> = disagreements
            .iter()
            .filter_map(|known| match known.asks {
                Asks::Units(bar) => Some(bar),
                Asks::Ranks { .. } => None,
            })
            .collect();
        let (mut acceptable, mut deals) = self.all.reaching(&bars, monitor)?;
        if self.agreeable.is_some() {
            let inside = unbroken(model, &disagreements, &packages, monitor)?;
            acceptable.intersect(&inside);
            deals.intersect(&inside);
        }
        monitor.advance(1);
        let frontier = Frontier::of(&self.all, monitor)?;
        let mut efficient = Bitmap::new(model.space().size());
        let mut efficient_deal_points = 0;
        for point in 0..frontier.points() {
            let mut agreed = false;
            frontier.each_cell(point, &mut |cell| {
                efficient.insert(cell);
                agreed |= deals.contains(cell);
            });
            efficient_deal_points += u64::from(agreed);
        }
        monitor.advance(1);
        let mut efficient_deals = efficient.clone();
        efficient_deals.intersect(&deals);
        let efficient_points = frontier.points() as u64;
        let frontier = match &self.agreeable {
            Some(agreeable) => Frontier::of(agreeable, monitor)?,
            None => frontier,
        };
        let counted = self.directed.as_ref().unwrap_or(&self.all);
        let picks = picks::picks_on_frontier(model, &disagreements, &bars, counted, &frontier, monitor)?;
        Ok(Deals {
            status_quo,
            disagreements,
            packages,
            acceptable,
            deals,
            efficient,
            efficient_points,
            efficient_deals,
            efficient_deal_points,
            picks,
        })
    }
}
