//! Where outcomes lie in the eyes of several parties.

use crate::deals::rule_id;
use crate::lens::Lens;
use paraph_analysis::{Deals, Error, Monitor, distinct, efficient};
use paraph_brief::sentences;
use paraph_brief::view::{Frontier, FrontierAxis, FrontierKind, FrontierMark, FrontierScale, Number};
use std::collections::BTreeSet;

/// The frontier of some parties with the status quo, the picks and the packages on the table; at most
/// `most` points of the frontier, and of what else is efficient for all who must consent, thinned evenly.
///
/// # Errors
/// When the work was stopped.
pub fn view(
    lens: &Lens<'_>,
    deals: &Deals,
    parties: &[usize],
    most: usize,
    monitor: &Monitor,
) -> Result<Frontier, Error> {
    let model = lens.model;
    let consenting: BTreeSet<usize> = deals.disagreements.iter().map(|known| known.party).collect();
    let everybody = parties.iter().copied().collect::<BTreeSet<usize>>() == consenting;
    // What is efficient for all who must consent is known already.
    let own = if everybody { None } else { Some(efficient(model, parties, monitor)?.0) };
    let set = own.as_ref().unwrap_or(&deals.efficient);
    let frontier = distinct(model, parties, set);
    let beside = match &own {
        None => Vec::new(),
        Some(own) => {
            let mut beside = deals.efficient.clone();
            beside.subtract(own);
            distinct(model, parties, &beside)
        }
    };
    let mark = |kind: FrontierKind, name: &str, cell: usize| FrontierMark {
        kind,
        name: name.to_owned(),
        outcome: lens.code(cell),
        deal: deals.deals.contains(cell),
        values: parties.iter().map(|&party| value(lens, party, cell)).collect(),
    };
    let mut marks: Vec<FrontierMark> = Vec::new();
    marks.extend(thinned(&frontier, most).map(|cell| mark(FrontierKind::Frontier, "", cell)));
    marks.extend(thinned(&beside, most).map(|cell| mark(FrontierKind::Efficient, "", cell)));
    marks.extend(deals.status_quo.map(|cell| mark(FrontierKind::StatusQuo, "", cell)));
    for package in &lens.case().packages {
        if let Some(cell) = lens.cell(&package.outcome).filter(|&cell| model.is_feasible(cell)) {
            marks.push(mark(FrontierKind::Package, &package.title, model.representative(cell)));
        }
    }
    for pick in &deals.picks {
        marks.push(mark(FrontierKind::Pick, sentences::rule_name(rule_id(pick.rule)), pick.first));
    }
    let axes = parties.iter().filter_map(|&party| axis(lens, deals, party)).collect();
    Ok(Frontier { axes, marks, frontier: frontier.len() as u64, efficient: beside.len() as u64 })
}

fn axis(lens: &Lens<'_>, deals: &Deals, party: usize) -> Option<FrontierAxis> {
    let (worst, best) = lens.ends(party)?;
    let declared = &lens.case().parties[party];
    let known = deals.disagreements.iter().find(|known| known.party == party);
    let without_deal = known.and_then(|known| match (known.cell, known.utility) {
        (Some(cell), _) => Some(value(lens, party, cell)),
        (None, Some(utility)) => Number::from_f64(utility.to_f64()),
        (None, None) => None,
    });
    Some(FrontierAxis {
        party: declared.id.clone(),
        name: declared.name.clone(),
        scale: match lens.model.utility(party, best) {
            Some(_) => FrontierScale::Utility,
            None => FrontierScale::Place,
        },
        worst: value(lens, party, worst),
        best: value(lens, party, best),
        without_deal,
    })
}

/// A utility where the party has weights, else its place.
fn value(lens: &Lens<'_>, party: usize, cell: usize) -> Number {
    let utility = lens.model.utility(party, cell).and_then(|utility| Number::from_f64(utility.to_f64()));
    utility.unwrap_or_else(|| lens.place(party, cell).into())
}

/// At most so many of the cells, evenly, both ends included.
fn thinned(cells: &[usize], most: usize) -> impl Iterator<Item = usize> {
    let kept = cells.len().min(most);
    let last = cells.len().saturating_sub(1);
    (0..kept).map(move |at| cells[if kept > 1 { at * last / (kept - 1) } else { 0 }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use paraph_analysis::{Model, Options, Terms, deals};
    use paraph_brief::{csv, svg, terminal};

    fn drawn(text: &str, parties: &[usize], most: usize) -> Frontier {
        let parsed = paraph_case::parse(text, "case.toml");
        let case = parsed.complete().expect("the case has no errors");
        let monitor = Monitor::new();
        let model = Model::new(case, &Options::default(), &monitor).expect("it is sound");
        let found = deals(&model, &Terms::default(), &monitor).expect("nobody stops it");
        let lens = Lens::new(&model, found.status_quo, &monitor).expect("nobody stops it");
        view(&lens, &found, parties, most, &monitor).expect("nobody stops it")
    }

    fn values(frontier: &Frontier, kind: FrontierKind) -> Vec<Vec<f64>> {
        let marks = frontier.marks.iter().filter(|mark| mark.kind == kind);
        marks.map(|mark| mark.values.iter().map(|value| value.as_f64().expect("finite")).collect()).collect()
    }

    const WEIGHTS: &str = r#"
        [case]
        title = "A port"
        [party.north]
        walk-away = 0.2
        [party.north.weights]
        port = { x = 1, y = 0.6, z = 0.1 }
        [party.south]
        walk-away = 0.1
        [party.south.weights]
        port = { x = 0, y = 0.5, z = 1 }
        [party.east]
        consents = false
        ranking = ["z", ["x", "y"]]
        [issue.port]
        options = ["x", "y", "z"]
        [[package]]
        name = "first"
        title = "The first text"
        sets = { port = "y" }
    "#;

    #[test]
    fn a_plane_has_its_frontier_picks_and_walk_aways() {
        let frontier = drawn(&WEIGHTS.replace("[[package]]", "status-quo = \"x\"\n[[package]]"), &[0, 1], 50);
        assert_eq!(values(&frontier, FrontierKind::Frontier), [[0.1, 1.0], [0.6, 0.5], [1.0, 0.0]]);
        assert_eq!(values(&frontier, FrontierKind::StatusQuo), [[1.0, 0.0]]);
        assert_eq!(values(&frontier, FrontierKind::Package), [[0.6, 0.5]]);
        assert!(values(&frontier, FrontierKind::Pick).iter().all(|point| *point == [0.6, 0.5]));
        let ends: Vec<_> = frontier.axes.iter().map(|axis| (&axis.worst, &axis.best)).collect();
        assert_eq!(format!("{ends:?}"), "[(Number(0.1), Number(1.0)), (Number(0.0), Number(1.0))]");
        assert_eq!(frontier.axes[0].without_deal, Number::from_f64(0.2));
        let table = csv::frontier(&frontier);
        assert!(
            table.starts_with("kind,name,outcome,deal,north,south\r\nfrontier,,z,no,0.1,1.0\r\n"),
            "{table}"
        );
        assert!(table.contains("pick,Nash product,y,yes,0.6,0.5\r\n"), "{table}");
        // One letter for the package and all picks, as they are one outcome.
        let key = frontier.key();
        assert_eq!((key.len(), key[0].letter.as_str(), key[0].outcome.as_str()), (1, "A", "y"));
        assert!(
            key[0].name.starts_with("The first text; Fallback bargaining; Nash product"),
            "{}",
            key[0].name
        );
        let picture = svg::frontier("t", &frontier, &key, true);
        assert!(picture.contains("without a deal 0.2") && picture.contains("A, The first text"), "{picture}");
        let text = terminal::frontier(&frontier, terminal::Style::default());
        assert!(text.contains("The frontier has 3 points."), "{text}");
        assert!(text.lines().any(|line| line.contains('A') && line.contains('│')), "{text}");
    }

    #[test]
    fn rankings_have_places_and_more_parties_rows() {
        let frontier = drawn(WEIGHTS, &[2, 0, 1], 50);
        assert_eq!(frontier.axes[0].scale, FrontierScale::Place);
        // East likes z most; the others share the second place.
        assert_eq!((&frontier.axes[0].worst, &frontier.axes[0].best), (&2.into(), &1.into()));
        assert_eq!(frontier.axes[0].without_deal, None);
        assert_eq!(frontier.frontier, 3);
        let text = terminal::frontier(&frontier, terminal::Style::default());
        assert!(text.contains("2 to 1"), "{text}");
        assert!(svg::frontier("t", &frontier, &[], false).matches("<polyline").count() >= 3);
    }

    #[test]
    fn what_is_thinned_is_counted() {
        let frontier = drawn(WEIGHTS, &[0, 1], 2);
        assert_eq!(values(&frontier, FrontierKind::Frontier), [[0.1, 1.0], [1.0, 0.0]]);
        assert_eq!(frontier.frontier, 3);
        // Alone, each party's frontier is its best; the rest is efficient for all.
        let frontier = drawn(WEIGHTS, &[0], 50);
        assert_eq!((frontier.frontier, frontier.efficient), (1, 2));
        let empty = terminal::frontier(&frontier, terminal::Style { width: 40, color: false });
        assert!(empty.lines().all(|line| line.chars().count() <= 40), "{empty}");
    }
}
