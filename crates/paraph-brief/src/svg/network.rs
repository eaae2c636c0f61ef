//! Who talks to whom, as a picture.

use super::{Picture, escape, number, short};
use crate::sentences::party_name;
use crate::view::Network;
use std::f64::consts::TAU;
use std::fmt::Write;

/// The parties on a circle, in their order, with their ties.
///
/// Talks are thick lines without direction; who speaks about whom is a thin
/// arrow. What an anonymous source says, and talks that are only claimed,
/// denied or expected, are dashed; every tie tells on pointing what it is and
/// what it rests on. Parties without any tie are shown: silence is a finding.
#[must_use]
pub fn network(title: &str, network: &Network) -> String {
    const WIDE: f64 = 620.0;
    const HIGH: f64 = 460.0;
    let count = network.parties.len().max(1) as f64;
    let (centre, middle_height) = (WIDE / 2.0, HIGH / 2.0 - 10.0);
    let radius = HIGH / 2.0 - 60.0;
    let place = |at: usize| {
        // The first party stands at the top.
        let angle = TAU * at as f64 / count - TAU / 4.0;
        (centre + radius * libm::cos(angle), middle_height + radius * libm::sin(angle))
    };
    let at_of = |id: &str| network.parties.iter().position(|party| party.id == id);
    let parties = &network.parties;
    let told: Vec<String> = network
        .ties
        .iter()
        .map(|tie| {
            format!("{} – {} – {}", party_name(parties, &tie.from), tie.words(), party_name(parties, &tie.to))
        })
        .collect();
    let description =
        if told.is_empty() { "No ties are on record.".to_owned() } else { format!("{}.", told.join(". ")) };
    let mut picture = Picture::new(WIDE, HIGH, title, &description);
    picture.body.push_str(
        "<defs><marker id=\"tie-head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
         orient=\"auto-start-reverse\"><path class=\"tie-head\" d=\"M0 0 8 4 0 8z\"/></marker></defs>\
         <style>.picture .tie{fill:none;stroke:var(--rule-strong,#9aa2aa);stroke-width:1.3}\
         .picture .talks{stroke:var(--accent,#1c4e6e);stroke-width:3}\
         .picture .unsure{stroke-dasharray:5 4}.picture .tie-head{fill:var(--rule-strong,#9aa2aa)}</style>",
    );
    for (number_of_tie, (tie, words)) in network.ties.iter().zip(&told).enumerate() {
        let (Some(from), Some(to)) = (at_of(&tie.from), at_of(&tie.to)) else { continue };
        let (start, end) = (place(from), place(to));
        let (across, down) = (end.0 - start.0, end.1 - start.1);
        let length = libm::sqrt(across * across + down * down).max(1.0);
        // Ties of one pair bend apart, by kind; both ends stay clear of the nodes.
        let before = network.ties[..number_of_tie]
            .iter()
            .filter(|other| {
                (&other.from, &other.to) == (&tie.from, &tie.to)
                    || (&other.from, &other.to) == (&tie.to, &tie.from)
            })
            .count() as f64;
        let talks = tie.kind == "talks";
        let bend = (before + if talks { 0.0 } else { 1.0 }) * 22.0;
        let (aside, up) = (-down / length * bend, across / length * bend);
        let middle = ((start.0 + end.0) / 2.0 + aside, (start.1 + end.1) / 2.0 + up);
        let clear = |from: (f64, f64), by: f64| {
            let (x, y) = (middle.0 - from.0, middle.1 - from.1);
            let far = libm::sqrt(x * x + y * y).max(1.0);
            (from.0 + x / far * by, from.1 + y / far * by)
        };
        let (start, end) = (clear(start, 12.0), clear(end, 12.0));
        let mut class = String::from(if talks { "tie talks" } else { "tie" });
        if tie.anonymous || tie.standing.as_deref().is_some_and(|standing| standing != "happened") {
            class.push_str(" unsure");
        }
        let head = if talks { "" } else { " marker-end=\"url(#tie-head)\"" };
        let _ = write!(
            picture.body,
            "<path class=\"{class}\" d=\"M{} {} Q{} {} {} {}\"{head}><title>{} [{}]</title></path>",
            number(start.0),
            number(start.1),
            number(middle.0),
            number(middle.1),
            number(end.0),
            number(end.1),
            escape(words),
            escape(&tie.evidence.join(" ")),
        );
    }
    for (at, party) in network.parties.iter().enumerate() {
        let (x, y) = place(at);
        let tied = network.ties.iter().any(|tie| tie.from == party.id || tie.to == party.id);
        picture.circle(if tied { "full" } else { "mark" }, (x, y), 7.0, &party.name);
        // Labels stand outside the circle, turned to where there is room.
        let (anchor, dx) = if x > centre + 20.0 {
            ("start", 12.0)
        } else if x < centre - 20.0 {
            ("end", -12.0)
        } else {
            ("middle", 0.0)
        };
        let dy = if dx != 0.0 {
            4.0
        } else if y < middle_height {
            -14.0
        } else {
            24.0
        };
        let limit = if dx == 0.0 { 60 } else { 22 };
        picture.text("strong", (x + dx, y + dy), anchor, &short(&party.name, limit));
    }
    picture.text(
        "small",
        (centre, HIGH - 8.0),
        "middle",
        "thick: talks; thin arrow: speaks about; dashed: anonymous, claimed, denied or to come",
    );
    picture.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Party, Tie};

    #[test]
    fn ties_show_their_kind_and_their_sourcing() {
        let party = |id: &str| Party { id: id.into(), name: format!("{id} & <co>"), consents: true };
        let tie = |kind: &str, standing: Option<&str>, anonymous: bool| Tie {
            from: "a".into(),
            to: "b".into(),
            kind: kind.into(),
            anonymous,
            standing: standing.map(String::from),
            evidence: vec!["e1".into()],
        };
        let all = Network {
            parties: vec![party("a"), party("b"), party("silent")],
            ties: vec![
                tie("talks", Some("happened"), false),
                tie("talks", Some("claimed"), false),
                tie("relays", None, true),
            ],
            ..Network::default()
        };
        let picture = network("who & whom", &all);
        assert_eq!(picture.matches("class=\"tie talks\"").count(), 1);
        assert_eq!(picture.matches("class=\"tie talks unsure\"").count(), 1);
        assert_eq!(picture.matches("class=\"tie unsure\" ").count(), 1, "{picture}");
        assert_eq!(
            (picture.matches("class=\"full\"").count(), picture.matches("class=\"mark\"").count()),
            (2, 1)
        );
        assert!(picture.contains("relays the words of, anonymous source") && !picture.contains("<co>"));
        let empty = network("t", &Network::default());
        assert!(empty.contains("No ties are on record.") && !empty.contains("NaN"));
    }
}
