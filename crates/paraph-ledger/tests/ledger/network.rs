//! Who is on record as talking to whom, and as speaking about whom.

use paraph_ledger::{EdgeKind, Ledger, Network, RosterParty, SourceMeta, View, to_graphml};
use paraph_reading::record::{Event, EventStatus};

use crate::support::{DISPATCH, dispatch_statements, roster, span, stamp, with_source};

fn ties(network: &Network) -> Vec<(&str, &str, EdgeKind, String)> {
    network
        .edges
        .iter()
        .map(|edge| {
            let evidence: Vec<&str> =
                edge.statements.iter().chain(&edge.events).map(String::as_str).collect();
            (edge.from.as_str(), edge.to.as_str(), edge.kind, evidence.join(" "))
        })
        .collect()
}

#[test]
fn who_speaks_about_whom() {
    let (mut ledger, source) = with_source(DISPATCH, SourceMeta::default());
    ledger.propose(&stamp(1), &source, &dispatch_statements()).unwrap();
    let parties = roster().parties;
    let network =
        |ledger: &Ledger, parties: &[RosterParty]| ledger.network(parties, &View::default()).unwrap();
    assert!(network(&ledger, &parties).edges.is_empty(), "what nobody confirmed ties nobody");
    ledger.confirm(&stamp(2), &["d05", "d06", "d10", "d11"]).unwrap();
    let found = network(&ledger, &parties);
    assert_eq!(
        ties(&found),
        [
            ("north", "south", EdgeKind::Relays, "d05".to_owned()),
            ("south", "north", EdgeKind::Relays, "d11".to_owned()),
            ("south", "north", EdgeKind::Denies, "d10".to_owned()),
        ]
    );
    let graph = to_graphml(&found);
    assert_eq!((graph.matches("<edge ").count(), graph.matches("<node ").count()), (3, 5));
    assert!(graph.contains("<data key=\"kind\">denies</data><data key=\"sourcing\">named</data>"));
    // A party that the case does not know is named, and its ties are left out.
    let south = network(&ledger, &parties[1..]);
    assert!(south.edges.is_empty());
    assert_eq!(south.outside, ["north"]);
    let odd = to_graphml(&Network {
        parties: vec!["a<&\u{1}".to_owned(), "\"b\"".to_owned()],
        ..Network::default()
    });
    assert!(odd.contains("a&lt;&amp;\u{fffd}") && odd.contains("&quot;b&quot;"), "{odd}");
}

#[test]
fn talks_tie_the_parties_that_the_words_name() {
    const TEXT: &str = "Envoys of North and the South met on the pier. Southerners and North spoke by telephone. \
                        Sources said North saw the League. South will meet the League.";
    let (mut ledger, source) = with_source(TEXT, SourceMeta::default());
    let event = |id: &str, kind: &str, trigger: &str, participants: &[&str], status: &str| -> Event {
        let spans: Vec<_> = participants.iter().map(|words| span(TEXT, words)).collect();
        let record = serde_json::json!({
            "id": id, "kind": kind, "trigger": [span(TEXT, trigger)], "participants": spans, "status": status,
            "reader": "test",
        });
        serde_json::from_value(record).unwrap()
    };
    let events = [
        event("e1", "meeting", "met", &["Envoys of North and the South"], "happened"),
        event("e2", "call", "spoke by telephone", &["Southerners and North"], "happened"),
        event("e3", "talks", "saw", &["North", "the League"], "claimed"),
        event("e4", "meeting", "will meet", &["South will meet the League"], "expected"),
        event("e5", "attack", "met on", &["Envoys of North and the South"], "happened"),
    ];
    ledger.propose_events(&stamp(1), &source, &events).unwrap();
    ledger.confirm_events(&stamp(2), &["e1", "e2", "e3", "e5"]).unwrap();
    let party = |id: &str, name: &str| RosterParty { names: vec![name.to_owned()], ..RosterParty::new(id) };
    let parties = [party("n", "North"), party("s", "South"), party("l", "League")];
    let network = ledger.network(&parties, &View::default()).unwrap();
    assert_eq!(
        ties(&network),
        [("l", "n", EdgeKind::Talks, "e3".to_owned()), ("n", "s", EdgeKind::Talks, "e1".to_owned()),],
        "`Southerners` is not `South`, an attack is no talk, and nobody confirmed e4"
    );
    assert_eq!(network.edges[0].standing, Some(EventStatus::Claimed));
    assert_eq!(network.events_left_out, ["e2"]);
    assert!(to_graphml(&network).contains("directed=\"false\"><data key=\"kind\">talks</data>"));
}
