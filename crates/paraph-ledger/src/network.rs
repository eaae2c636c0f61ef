//! Who is on record as talking to whom, and as speaking about whom.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use paraph_reading::record::{Act, EventKind, EventStatus, SpeakerKind};
use serde::Serialize;

use crate::error::Result;
use crate::ledger::Ledger;
use crate::model::{Relation, RosterParty, SourceMeta, Status, View};
use crate::position::DateRange;
use crate::query::StatementFilter;
use crate::text::mentions;
use crate::timeline::{TimelineFilter, TimelineKind};

/// Who is on record as talking to whom and as speaking about whom.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Network {
    /// The parties that were asked about, in the roster's order.
    pub parties: Vec<String>,
    /// The ties between them.
    pub edges: Vec<Edge>,
    /// Parties named by statements that are not in the roster: their ties are left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outside: Vec<String>,
    /// Confirmed events of talks in whose words fewer than two parties are named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events_left_out: Vec<String>,
}

/// One tie: two parties that talked, or one party on record as speaking about another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Edge {
    /// Who speaks; of two that talked, the first by id.
    pub from: String,
    /// About whom, or with whom.
    pub to: String,
    /// How.
    pub kind: EdgeKind,
    /// Whether somebody anonymous stands in between.
    pub anonymous: bool,
    /// Who vouches for the talks: the report itself (happened), a speaker (claimed, denied), or they are to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<EventStatus>,
    /// The statements it rests on, by id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<String>,
    /// The events it rests on, by id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
}

/// How two parties are tied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EdgeKind {
    /// They talk to each other: talks, a meeting, a visit, a call.
    Talks,
    /// Reports the other's words or claims.
    Relays,
    /// Denies a claim of the other.
    Denies,
    /// Says what the other will accept.
    Forecasts,
    /// Says something about the other, as a person linked it.
    SpeaksAbout,
}

impl EdgeKind {
    /// The word for it, as in the JSON.
    pub fn word(self) -> &'static str {
        match self {
            EdgeKind::Talks => "talks",
            EdgeKind::Relays => "relays",
            EdgeKind::Denies => "denies",
            EdgeKind::Forecasts => "forecasts",
            EdgeKind::SpeaksAbout => "speaks-about",
        }
    }
}

impl Ledger {
    /// Who is on record as talking to whom, and as speaking about whom: parties only, each tie marked by its sourcing.
    ///
    /// A tie of *talks* comes from a confirmed event (talks, a meeting, a visit,
    /// a call) among whose participants the words name two parties or more; a
    /// participant is a party when the words hold one of its names as whole
    /// words. Nobody else becomes a node: people are behind the parties they
    /// speak for, and whoever is no party of the roster is left out and counted.
    /// The other ties come from confirmed statements: words relayed, claims
    /// denied, forecasts. Ties come in order; each lists what it rests on.
    ///
    /// # Errors
    /// As for [`Ledger::timeline`].
    pub fn network(&self, parties: &[RosterParty], view: &View) -> Result<Network> {
        if let Some(known_at) = view.known_at {
            return self.as_known_at(known_at)?.network(parties, &View { known_at: None, ..*view });
        }
        let mut edges = self.spoken_about(view)?;
        let outside: Vec<String> = edges
            .iter()
            .flat_map(|edge| [&edge.from, &edge.to])
            .filter(|id| !parties.iter().any(|party| party.id == **id))
            .cloned()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        edges.retain(|edge| !outside.contains(&edge.from) && !outside.contains(&edge.to));
        let (talks, events_left_out) = self.talked(parties, view)?;
        edges.extend(talks);
        edges.sort();
        let parties = parties.iter().map(|party| party.id.clone()).collect();
        Ok(Network { parties, edges, outside, events_left_out })
    }

    /// Ties of talks, and the events of talks of which fewer than two parties are named.
    fn talked(&self, parties: &[RosterParty], view: &View) -> Result<(Vec<Edge>, Vec<String>)> {
        const TALKS: [EventKind; 4] =
            [EventKind::Talks, EventKind::Meeting, EventKind::Visit, EventKind::Call];
        let shown: BTreeSet<String> = self
            .timeline(
                view,
                &TimelineFilter { kinds: vec![TimelineKind::Event], ..TimelineFilter::default() },
            )?
            .into_iter()
            .map(|item| item.id)
            .collect();
        let mut ties: BTreeMap<(String, String, bool, EventStatus), Vec<String>> = BTreeMap::new();
        let mut left_out = Vec::new();
        for event in self.events(&[Status::Confirmed, Status::Corrected], view.audience)? {
            if !TALKS.contains(&event.record.kind) || !shown.contains(&event.record.id) {
                continue;
            }
            let present: Vec<&str> = parties
                .iter()
                .filter(|party| {
                    event.words.participants.iter().any(|participant| {
                        party.names.iter().chain([&party.id]).any(|name| mentions(participant, name))
                    })
                })
                .map(|party| party.id.as_str())
                .collect();
            if present.len() < 2 {
                left_out.push(event.record.id.clone());
                continue;
            }
            let anonymous = match &event.record.statement {
                Some(id) => self
                    .statement(id)
                    .is_ok_and(|told| told.record.chain.iter().any(|hop| hop.kind == SpeakerKind::Anonymous)),
                None => false,
            };
            for (at, one) in present.iter().enumerate() {
                for other in &present[at + 1..] {
                    let (one, other) = (one.min(other), one.max(other));
                    let key = ((*one).to_owned(), (*other).to_owned(), anonymous, event.record.status);
                    ties.entry(key).or_default().push(event.record.id.clone());
                }
            }
        }
        left_out.sort();
        let edges = ties.into_iter().map(|((from, to, anonymous, standing), mut events)| {
            events.sort();
            Edge {
                from,
                to,
                kind: EdgeKind::Talks,
                anonymous,
                standing: Some(standing),
                statements: Vec::new(),
                events,
            }
        });
        Ok((edges.collect(), left_out))
    }

    /// Who is on record as speaking about whom: words relayed, claims denied, forecasts.
    fn spoken_about(&self, view: &View) -> Result<Vec<Edge>> {
        let metas: BTreeMap<String, SourceMeta> =
            self.sources(view.audience)?.into_iter().map(|source| (source.id, source.meta)).collect();
        let statements = self.statements(&StatementFilter {
            status: vec![Status::Confirmed, Status::Corrected],
            audience: view.audience,
            ..StatementFilter::default()
        })?;
        let statements: Vec<_> = statements
            .into_iter()
            .filter(|statement| {
                metas.get(&statement.source_id).is_some_and(|meta| {
                    DateRange::of(statement.record.when.as_ref(), meta.published, meta.retrieved)
                        .by(view.as_of)
                })
            })
            .collect();
        let party_of: BTreeMap<&str, &str> = statements
            .iter()
            .filter_map(|statement| Some((statement.id(), statement.record.party.as_deref()?)))
            .collect();
        let links = self.links()?;
        let mut edges: BTreeMap<(String, String, EdgeKind, bool), Vec<String>> = BTreeMap::new();
        for statement in &statements {
            let record = &statement.record;
            let Some(party) = record.party.as_deref() else { continue };
            let anonymous = record.chain.iter().any(|hop| hop.kind == SpeakerKind::Anonymous);
            let mut add = |from: &str, to: &str, kind: EdgeKind| {
                if from != to {
                    let key = (from.to_owned(), to.to_owned(), kind, anonymous);
                    edges.entry(key).or_default().push(record.id.clone());
                }
            };
            for hop in &record.chain {
                if let Some(from) = hop.party.as_deref() {
                    add(from, party, EdgeKind::Relays);
                }
            }
            let own_links = links.get(&record.id).map(Vec::as_slice).unwrap_or_default();
            let linked = |wanted: Relation| {
                own_links
                    .iter()
                    .filter(move |(relation, _)| *relation == wanted)
                    .map(|(_, target)| target.as_str())
            };
            let denied: BTreeSet<&str> =
                record.contests.as_deref().into_iter().chain(linked(Relation::Contests)).collect();
            for claim in denied {
                if let Some(claimant) = party_of.get(claim) {
                    add(party, claimant, EdgeKind::Denies);
                }
            }
            for about in linked(Relation::AboutParty) {
                let kind = if record.act == Some(Act::PredictAcceptance) {
                    EdgeKind::Forecasts
                } else {
                    EdgeKind::SpeaksAbout
                };
                add(party, about, kind);
            }
        }
        Ok(edges
            .into_iter()
            .map(|((from, to, kind, anonymous), mut statements)| {
                statements.sort();
                statements.dedup();
                Edge { from, to, kind, anonymous, standing: None, statements, events: Vec::new() }
            })
            .collect())
    }
}

/// Escapes text for XML; characters that XML 1.0 cannot hold become U+FFFD.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(character),
            other if other < ' ' || matches!(other, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

/// The network as GraphML (<http://graphml.graphdrawing.org>): parties as nodes, ties as edges.
///
/// Ties of talks have no direction, all others run from the speaker. `sourcing`
/// is *named* or *anonymous*, `standing` says who vouches for talks.
pub fn to_graphml(network: &Network) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
    );
    for (key, kind) in [
        ("kind", "string"),
        ("sourcing", "string"),
        ("standing", "string"),
        ("count", "int"),
        ("evidence", "string"),
    ] {
        let _ = writeln!(out, "  <key id=\"{key}\" for=\"edge\" attr.name=\"{key}\" attr.type=\"{kind}\"/>");
    }
    out.push_str("  <graph id=\"parties\" edgedefault=\"directed\">\n");
    for party in &network.parties {
        let _ = writeln!(out, "    <node id=\"{}\"/>", xml(party));
    }
    for edge in &network.edges {
        let evidence: Vec<&str> = edge.statements.iter().chain(&edge.events).map(String::as_str).collect();
        let undirected = if edge.kind == EdgeKind::Talks { " directed=\"false\"" } else { "" };
        let standing = edge
            .standing
            .map(status_word)
            .map_or_else(String::new, |standing| format!("<data key=\"standing\">{standing}</data>"));
        let _ = writeln!(
            out,
            "    <edge source=\"{}\" target=\"{}\"{undirected}><data key=\"kind\">{}</data>\
             <data key=\"sourcing\">{}</data>{standing}<data key=\"count\">{}</data>\
             <data key=\"evidence\">{}</data></edge>",
            xml(&edge.from),
            xml(&edge.to),
            edge.kind.word(),
            if edge.anonymous { "anonymous" } else { "named" },
            evidence.len(),
            xml(&evidence.join(" ")),
        );
    }
    out.push_str("  </graph>\n</graphml>\n");
    out
}

/// The word for who vouches for an event.
fn status_word(status: EventStatus) -> &'static str {
    match status {
        EventStatus::Happened => "happened",
        EventStatus::Claimed => "claimed",
        EventStatus::Denied => "denied",
        EventStatus::Expected => "expected",
    }
}
