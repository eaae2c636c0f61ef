//! Exports, and imports of them.

use crate::common::{FIXTURES, case_of, deals_of, fixture, import_fixtures, model_of, shared};
use paraph_analysis::{Concept, Monitor, stability};
use paraph_case::Case;
use paraph_exchange::{Options, export, import};
use std::path::PathBuf;

fn read(name: &str, text: &str) -> paraph_exchange::Imported {
    import(&[(name, text.as_bytes())], &Options::default()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The case without what says where it came from.
fn model_part(case_toml: &str) -> String {
    let lines = case_toml.lines().filter(|line| {
        !line.starts_with('#') && !line.starts_with("note = \"read from") && !line.contains("-rests-on")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn titled(text: &str, title: &str) -> String {
    text.replacen('{', &format!("{{\"title\": \"{title}\","), 1)
}

#[test]
fn graph_models_come_back_the_same() {
    for name in ["lock.gmcr", "lock-ranked.gmcr"] {
        let original = titled(&String::from_utf8(fixture(name)).unwrap(), "Lock");
        let first = read(name, &original);
        let exported = export::graph_model(&case_of(&first)).unwrap();
        let second = read(name, &exported.text);
        assert_eq!(model_part(&second.case_toml), model_part(&first.case_toml));
        // And what was written once is written again, byte for byte.
        assert_eq!(export::graph_model(&case_of(&second)).unwrap(), exported);
        assert_eq!(exported.not_held.len(), 4, "{:?}", exported.not_held);
    }
}

#[test]
fn states_and_arcs_come_back_the_same() {
    let first = import_fixtures(FIXTURES[7]);
    let model = model_of(&case_of(&first));
    let exported = export::states_and_arcs(&model).unwrap();
    let second = read("bridge.json", &exported.text);
    let ignoring_notes = |text: &str| {
        model_part(text)
            .lines()
            .filter(|line| !line.starts_with("note = "))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(ignoring_notes(&second.case_toml), ignoring_notes(&first.case_toml));
    assert_eq!(export::states_and_arcs(&model_of(&case_of(&second))).unwrap().text, exported.text);
    assert!(exported.not_held.iter().any(|what| what.contains("notes of issues")), "{:?}", exported.not_held);
}

/// Seeded cases of yes-or-no issues with constraints, directions and priorities.
fn seeded(seed: u64) -> Case {
    let mut state = seed.wrapping_mul(0x2545_f491_4f6c_dd1d) | 1;
    let mut below = |bound: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % bound
    };
    let issues = 2 + below(4) as usize;
    let parties = 2 + below(2) as usize;
    let mut text = format!("[case]\ntitle = \"Seed {seed}\"\n");
    let formula = |below: &mut dyn FnMut(u64) -> u64| -> String {
        let mut atom =
            || format!("{}issue-{}", if below(2) == 0 { "not " } else { "" }, below(issues as u64));
        let (a, b, c) = (atom(), atom(), atom());
        match below(6) {
            0 => a,
            1 => format!("{a} and {b}"),
            2 => format!("{a} or {b} and {c}"),
            3 => format!("{a} if {b}"),
            4 => format!("({a}) iff ({b} or {c})"),
            _ => format!("not ({a} and ({b} or {c}))"),
        }
    };
    for party in 0..parties {
        text.push_str(&format!("[party.party-{party}]\nconsents = false\n"));
        for _ in 0..below(4) {
            let that = formula(&mut below);
            text.push_str(&format!(
                "[[party.party-{party}.prefers]]\nthat = \"{that}\"\nbasis = \"assumed\"\n"
            ));
        }
    }
    for issue in 0..issues {
        let mover = below(parties as u64);
        let changes = ["any", "any", "up", "down"][below(4) as usize];
        text.push_str(&format!(
            "[issue.issue-{issue}]\nmoved-by = [\"party-{mover}\"]\nchanges = \"{changes}\"\n"
        ));
    }
    if below(2) == 0 {
        let never = formula(&mut below);
        text.push_str(&format!("[[constraint]]\nnever = \"{never}\"\n"));
    }
    let parsed = paraph_case::parse(&text, "case.toml");
    assert!(!parsed.has_errors(), "{text}\n{:?}", parsed.diagnostics);
    parsed.case.unwrap()
}

#[test]
fn seeded_cases_keep_ranks_moves_and_equilibria() {
    let mut compared = 0;
    for seed in 1..=120 {
        let case = seeded(seed);
        let model = model_of(&case);
        if model.feasible_count() == 0 {
            continue;
        }
        let equilibria = |model: &paraph_analysis::Model| -> Vec<Vec<String>> {
            let results = stability(model, &Concept::ALL, &Monitor::new()).unwrap();
            let states = model.list(&model.feasible_set(), usize::MAX);
            results
                .iter()
                .map(|result| {
                    let sets = result.sets.as_ref().unwrap();
                    let stable =
                        states.iter().enumerate().filter(|(_, cell)| sets.equilibria.contains(**cell));
                    stable.map(|(at, _)| at.to_string()).collect()
                })
                .collect()
        };
        let wanted = equilibria(&model);
        let graph = read("a.gmcr", &export::graph_model(&case).unwrap().text);
        assert_eq!(equilibria(&model_of(&case_of(&graph))), wanted, "seed {seed} as graph model");
        let states = read("a.json", &export::states_and_arcs(&model).unwrap().text);
        let again = model_of(&case_of(&states));
        assert_eq!(equilibria(&again), wanted, "seed {seed} as states and arcs");
        for (at, cell) in model.list(&model.feasible_set(), usize::MAX).into_iter().enumerate() {
            for party in 0..case.parties.len() {
                assert_eq!(again.rank(party, at), model.rank(party, cell), "seed {seed}");
            }
        }
        compared += 1;
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn graphs_have_a_node_per_outcome_and_an_arc_per_move() {
    let model = model_of(&case_of(&import_fixtures(FIXTURES[4])));
    let results = stability(&model, &[Concept::Nash, Concept::Sim], &Monitor::new()).unwrap();
    let graph = export::state_graph(&model, &results).unwrap().text;
    assert_eq!(graph.matches("<node ").count(), 6);
    let moves: usize = (0..model.space().size())
        .filter(|&cell| model.is_feasible(cell))
        .map(|cell| model.moves(0, cell).len() + model.moves(1, cell).len())
        .sum();
    assert_eq!(graph.matches("<edge ").count(), moves);
    let improvements: usize = (0..model.space().size())
        .filter(|&cell| model.is_feasible(cell))
        .map(|cell| model.improvements(0, cell).len() + model.improvements(1, cell).len())
        .sum();
    assert_eq!(graph.matches("\"improvement\">true").count(), improvements);
    let nash = results[0].sets.as_ref().unwrap().equilibria.count();
    assert_eq!(graph.matches("key=\"equilibrium-nash\">true").count() as u64, nash);
    // It is XML that another reader accepts.
    assert!(import(&[("g.xml", graph.as_bytes())], &Options::default()).unwrap_err().is_unknown_format());
}

#[test]
fn strategic_games_have_a_payoff_for_every_combination() {
    let text = "[case]\ntitle = \"The \\\"game\\\"\"\n[party.row]\nname = \"Row\"\n[party.column]\nname = \"Column\"\n\
        [issue.a]\nmoved-by = [\"row\"]\nstatus-quo = \"no\"\n[issue.b]\noptions = [\"low\", \"mid\", \"high\"]\nstatus-quo = \"low\"\nmoved-by = [\"column\"]\n\
        [party.row.weights]\na = 1\nb = { high = \"1/3\" }\n[[party.column.prefers]]\nthat = \"a\"\nbasis = \"assumed\"\n";
    let case = paraph_case::parse(text, "case.toml").case.unwrap();
    let game = export::strategic_game(&model_of(&case)).unwrap();
    assert_eq!(
        game.text,
        "NFG 1 R \"The \\\"game\\\"\" { \"Row\" \"Column\" }\n\n{ { \"N\" \"Y\" } { \"low\" \"mid\" \"high\" } }\n\"\"\n\n{\n\
         { \"no/low\" 0, 1 }\n{ \"yes/low\" 1, 2 }\n{ \"no/mid\" 0, 1 }\n{ \"yes/mid\" 1, 2 }\n{ \"no/high\" 1/3, 1 }\n{ \"yes/high\" 4/3, 2 }\n}\n1 2 3 4 5 6\n"
    );
    assert_eq!(game.not_held.len(), 2);
    let infeasible = format!("{text}[[constraint]]\nnever = \"a and b = high\"\n");
    let case = paraph_case::parse(&infeasible, "case.toml").case.unwrap();
    assert!(export::strategic_game(&model_of(&case)).unwrap_err().is_unsupported());
}

#[test]
fn tables_have_a_line_per_outcome() {
    let model = model_of(&case_of(&import_fixtures(FIXTURES[2])));
    let mut bytes = Vec::new();
    export::outcomes_csv(&model, &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some(
            "outcome,release,survey,rank water-upstream,utility water-upstream,rank water-downstream,utility water-downstream"
        )
    );
    assert_eq!(lines.next(), Some("low/joint,low,joint,4,0.72,2,0.2"));
    assert_eq!(lines.count(), 5);
    let model = model_of(&case_of(&import_fixtures(FIXTURES[7])));
    let mut bytes = Vec::new();
    export::outcomes_csv(&model, &mut bytes).unwrap();
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        "outcome,open,strike,rank city,rank guild\n1,no,no,1,3\n2,yes,no,2,1\n3,-,yes,1,2\n"
    );
    assert!(deals_of(&model).picks.len() < 5);
}

#[test]
fn what_a_format_cannot_hold_is_refused_or_listed() {
    let wide = case_of(&import_fixtures(FIXTURES[2]));
    assert!(export::graph_model(&wide).unwrap_err().is_unsupported());
    let exported = export::states_and_arcs(&model_of(&wide)).unwrap();
    assert!(exported.not_held.iter().any(|what| what.starts_with("weights")), "{:?}", exported.not_held);
    // The order of utilities is kept all the same.
    let again = model_of(&case_of(&read("w.json", &exported.text)));
    let first = model_of(&wide);
    assert!((0..6).all(|cell| again.rank(1, cell) == first.rank(1, cell)));
    let large = "[case]\ntitle = \"Large\"\n".to_owned()
        + &(0..13).map(|at| format!("[issue.i{at}]\n")).collect::<String>();
    let case = paraph_case::parse(&large, "case.toml").case.unwrap();
    assert!(export::states_and_arcs(&model_of(&case)).unwrap_err().is_too_large());
}

#[test]
fn published_disputes_come_back_the_same() {
    let Some(shared) = shared() else { return };
    for name in ["elmira_12state", "cuban_12", "chicken", "elmira_9state"] {
        let path: PathBuf = shared.join("cases").join(format!("{name}.json"));
        let case = case_of(&crate::common::import_paths(&[path]));
        let model = model_of(&case);
        let exported = export::states_and_arcs(&model).unwrap();
        let again = model_of(&case_of(&read("a.json", &exported.text)));
        assert_eq!(export::states_and_arcs(&again).unwrap().text, exported.text, "{name}");
    }
}
