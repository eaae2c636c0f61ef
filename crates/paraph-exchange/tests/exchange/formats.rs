//! Every format on invented files: what is read, what is said about it.

use crate::common::{FIXTURES, case_of, deals_of, fixture, import_fixtures, model_of, utility};
use paraph_case::model::{Direction, Preferences};
use paraph_exchange::{Format, Options, import};

#[test]
fn genius_evaluates_as_the_tool_does() {
    let imported = import_fixtures(FIXTURES[0]);
    let report = &imported.as_read;
    assert_eq!((report.format, report.title.as_str()), (Format::Genius, "Fishing grounds"));
    // Three options, four boats, eleven fees, yes or no; the language is no issue.
    assert_eq!(report.outcomes, Some(3 * 4 * 11 * 2));
    let names: Vec<(&str, &str)> =
        report.issues.iter().map(|issue| (issue.id.as_str(), issue.name.as_str())).collect();
    assert_eq!(
        names,
        [
            ("zone", "Zone"),
            ("boats-crews", "Boats & crews"),
            ("payment-fee", "Payment: Fee"),
            ("payment-if", "Payment: If")
        ]
    );
    assert_eq!(report.issues[0].options, ["closed", "shared-leased", "open"]);
    let case = case_of(&imported);
    let model = model_of(&case);
    // East: 0.4 × 8/8 + 0.2 × (4 − 2)/3 + 0.15 × 0.7 + 0.15 × 1 + 0.1.
    assert_eq!(utility(&model, "fishing-east", "shared-leased/4/7/yes"), "533/600");
    // A slope printed as 0.3333333333333333 is a third: three steps make one, not 0.9999999999999999.
    assert_eq!(utility(&model, "fishing-east", "shared-leased/5/10/yes"), "1");
    // West: weights 1, 2, 0.75, 0.25 of 4; boats 1.2 − 0.4 × 0 clipped to one; the fee's top is at 4.
    assert_eq!(utility(&model, "fishing-west", "closed/2/4/no"), "1");
    assert_eq!(utility(&model, "fishing-west", "open/5/7/yes"), "0.14375");
    assert_eq!(report.parties[0].walk_away.unwrap().to_string(), "0.45");
    assert!(report.dropped.iter().any(|dropped| dropped.what.contains("discount factor 0.9")), "{report}");
    assert!(
        report.approximated.iter().any(|what| what.contains("Fee") && what.contains("steps of 1")),
        "{report}"
    );
    assert!(
        imported
            .case_toml
            .contains("# the option \"shared/leased\" of the file is written \"shared-leased\"")
    );
    assert!(
        imported.case_toml.starts_with("# Imported from GENIUS XML: fishing-domain.xml, fishing-east.xml")
    );
    // What the report counts is what the analysis finds.
    let deals = deals_of(&model);
    for (at, party) in report.parties.iter().enumerate() {
        let count =
            (0..model.space().size()).filter(|&cell| deals.disagreements[at].is_met_by(&model, cell)).count();
        assert_eq!(party.acceptable, Some(count as u64), "{}", party.id);
    }
}

#[test]
fn real_numbers_are_cut_as_finely_as_asked() {
    let contents: Vec<Vec<u8>> = FIXTURES[0].iter().map(|name| fixture(name)).collect();
    let files: Vec<(&str, &[u8])> =
        FIXTURES[0].iter().zip(&contents).map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let imported = import(&files, &Options { levels: 5, ..Options::default() }).unwrap();
    assert_eq!(imported.as_read.issues[2].options, ["0", "2.5", "5", "7.5", "10"]);
    let strict = import(&files, &Options { strict: true, ..Options::default() }).unwrap_err();
    assert!(strict.is_strict() && strict.to_string().contains("discount factor"), "{strict}");
}

#[test]
fn geniusweb_values_ranges_and_reservation_bids() {
    let imported = import_fixtures(FIXTURES[1]);
    let model = model_of(&case_of(&imported));
    assert_eq!(imported.as_read.outcomes, Some(2 * 9));
    assert_eq!(utility(&model, "lease-owner", "long/13.5"), "0.925");
    assert_eq!(utility(&model, "lease-tenant", "long/13.5"), "0.36");
    // Short at 12: 0.4 × 0.25 + 0.6 × 0.5.
    assert_eq!(imported.as_read.parties[0].walk_away.unwrap().to_string(), "0.4");
    assert_eq!(imported.as_read.parties[1].acceptable, Some(18));
    assert!(imported.as_read.dropped.is_empty());
    // Without the domain's file the profile's own domain counts.
    let contents = fixture("lease-owner.json");
    let alone = import(&[("lease-owner.json", &contents)], &Options::default()).unwrap();
    assert_eq!(alone.as_read.issues, imported.as_read.issues);
}

#[test]
fn negolog_takes_values_as_written() {
    let imported = import_fixtures(FIXTURES[2]);
    let model = model_of(&case_of(&imported));
    assert_eq!(imported.as_read.title, "water-upstream and water-downstream");
    assert_eq!(utility(&model, "water-upstream", "medium/joint"), "0.48");
    assert_eq!(utility(&model, "water-downstream", "medium/joint"), "0.6");
    assert_eq!(imported.as_read.parties[1].acceptable, Some(3));
}

#[test]
fn negmas_reads_functions_and_tables() {
    let imported = import_fixtures(FIXTURES[3]);
    let model = model_of(&case_of(&imported));
    assert_eq!(imported.as_read.outcomes, Some(4 * 3 * 2));
    // 0.05 + 0.5 × 0.75 + 0.25 × 0.8 + 0.2 × 0.5.
    assert_eq!(utility(&model, "buyer", "3/110/blue"), "0.725");
    assert_eq!(utility(&model, "seller", "3/110/blue"), "0.338");
    // A reserved value of minus infinity: everything is acceptable.
    assert_eq!(imported.as_read.parties[1].acceptable, Some(24));
    // One file may hold it all, as JSON.
    let together = r#"{"outcome_space": {"name": "T", "issues": [{"name": "a", "values": 3}]},
        "ufuns": [{"type": "LinearUtilityFunction", "weights": [0.5], "reserved_value": -Infinity},
                  {"type": "ConstUtilityFunction", "value": 2, "reserved_value": 1}]}"#;
    let imported = import(&[("t.json", together.as_bytes())], &Options::default()).unwrap();
    let ids: Vec<&str> = imported.as_read.parties.iter().map(|party| party.id.as_str()).collect();
    assert_eq!(ids, ["party-1", "party-2"]);
    assert_eq!(imported.as_read.issues[0].options, ["0", "1", "2"]);
    assert_eq!(utility(&model_of(&case_of(&imported)), "party-2", "1"), "2");
}

#[test]
fn graph_models_have_directions_priorities_and_infeasible_states() {
    let imported = import_fixtures(FIXTURES[4]);
    let case = case_of(&imported);
    assert_eq!(imported.as_read.feasible, Some(6));
    let changes: Vec<Direction> = case.issues.iter().map(|issue| issue.changes).collect();
    assert_eq!(changes, [Direction::Up, Direction::Any, Direction::Down]);
    assert_eq!(case.issues[2].moved_by, [1]);
    let model = model_of(&case);
    assert_eq!(model.feasible_count(), 6);
    // Shippers: lock, then no toll, then no suit.
    let rank = |code: &str| model.rank(1, model.cell(code).unwrap());
    assert!(rank("YNN") > rank("YNY") && rank("YNY") > rank("YYN") && rank("YYN") > rank("NNN"));
    // The compound statement holds in YYN and not in YYY.
    assert!(model.rank(0, model.cell("YYN").unwrap()) > model.rank(0, model.cell("YYY").unwrap()));
    assert_eq!(imported.as_read.dropped.len(), 1);
    assert!(imported.as_read.dropped[0].what.contains("1 misperceptions of \"Port\""));
    let ranked = case_of(&import_fixtures(FIXTURES[5]));
    let model = model_of(&ranked);
    // Feasible states: 1 is NN, 2 is YN, 3 is YY.
    let ranks: Vec<u32> =
        ["NN", "YN", "YY"].iter().map(|code| model.rank(0, model.cell(code).unwrap())).collect();
    assert_eq!(ranks, [1, 1, 2]);
    let ranks: Vec<u32> =
        ["NN", "YN", "YY"].iter().map(|code| model.rank(1, model.cell(code).unwrap())).collect();
    assert_eq!(ranks, [1, 3, 2]);
}

#[test]
fn actors_on_scales_value_closeness() {
    let imported = import_fixtures(FIXTURES[6]);
    let case = case_of(&imported);
    assert_eq!(imported.as_read.outcomes, Some(121));
    assert_eq!(case.issues[0].id, "cod");
    let model = model_of(&case);
    // North: 0.6 × (1 − 0.05) + 0.4 × 1.
    assert_eq!(utility(&model, "north-fleet", "80/20"), "0.97");
    assert_eq!(utility(&model, "inspectors", "80/20"), "0.2");
    assert!(case.parties.iter().all(|party| !party.consents));
    assert_eq!(imported.as_read.dropped.len(), 3);
}

#[test]
fn states_and_arcs_are_read_in_both_forms() {
    let imported = import_fixtures(FIXTURES[7]);
    let case = case_of(&imported);
    let explicit = case.explicit.as_ref().unwrap();
    assert_eq!(explicit.states, ["1", "2", "3"]);
    assert_eq!(explicit.moves, [vec![(0, 1)], vec![(0, 2), (1, 2), (2, 0)]]);
    assert_eq!((explicit.status_quo, case.issues[0].changes), (Some(0), Direction::Up));
    let model = model_of(&case);
    let ranks = |party: usize| -> Vec<u32> { (0..3).map(|state| model.rank(party, state)).collect() };
    // A ranking goes before payoffs.
    assert_eq!((ranks(0), ranks(1)), (vec![1, 2, 1], vec![3, 1, 2]));
    assert_eq!(imported.as_read.dropped[0].what, "`weather`");
    let product = import_fixtures(FIXTURES[8]);
    let case = case_of(&product);
    assert!(case.explicit.is_none() && matches!(case.parties[0].preferences, Preferences::Ranking(_)));
    assert_eq!((product.as_read.feasible, model_of(&case).feasible_count()), (Some(6), 6));
    // The pattern in the file says the same as the list of states, in fewer words.
    assert!(product.case_toml.contains("never = \"not strike and march\""), "{}", product.case_toml);
}

#[test]
fn files_of_one_case_have_one_format() {
    let (xml, json) = (fixture("fishing-east.xml"), fixture("water-upstream.json"));
    let error = import(&[("a.xml", &xml), ("b.json", &json)], &Options::default()).unwrap_err();
    assert_eq!(error.file(), Some("b.json"));
    let error =
        import(&[("note.txt", b"Dear colleague,\nthe talks went on.\n")], &Options::default()).unwrap_err();
    assert!(error.is_unknown_format(), "{error}");
    assert!(import(&[], &Options::default()).unwrap_err().is_unknown_format());
    let error = import(&[("x.json", b"{\"some\": \"thing\"}")], &Options::default()).unwrap_err();
    assert!(error.is_unknown_format(), "{error}");
}

#[test]
fn faults_name_file_line_and_column() {
    let east = String::from_utf8(fixture("fishing-east.xml")).unwrap();
    let broken = east.replace("evaluation=\"8\"", "evaluation=\"eight\"");
    let error = import(&[("east.xml", broken.as_bytes())], &Options::default()).unwrap_err();
    assert_eq!(error.to_string(), "east.xml:10:7: `evaluation` is no number that can be kept: `eight`");
    let broken = east.replace("</utility_space>", "");
    let error = import(&[("east.xml", broken.as_bytes())], &Options::default()).unwrap_err();
    assert!(error.place().is_some(), "{error}");
    let water = String::from_utf8(fixture("water-upstream.json")).unwrap();
    let error =
        import(&[("w.json", water.replace("0.6, \"high\"", "{}, \"high\"").as_bytes())], &Options::default());
    assert_eq!(error.unwrap_err().to_string(), "w.json:3:50: a value should be a number, but is a table");
    let quotas = String::from_utf8(fixture("quotas.csv")).unwrap();
    let error =
        import(&[("q.csv", quotas.replace("40, 30,", "40, thirty,").as_bytes())], &Options::default());
    assert_eq!(error.unwrap_err().to_string(), "q.csv:4:1: a position is no number, in field 4: `thirty`");
    let lock = String::from_utf8(fixture("lock-ranked.gmcr")).unwrap();
    let error =
        import(&[("l.gmcr", lock.replace("[3, [1, 2]]", "[3, [1, 4]]").as_bytes())], &Options::default());
    assert_eq!(error.unwrap_err().place(), Some((4, 94)));
    let error =
        import(&[("t.yml", b"issues:\n- name: a\n  values: [x, y\n")], &Options::default()).unwrap_err();
    assert!(error.is_malformed() && error.place().is_some(), "{error}");
    let error =
        import(&[("t.xml", b"<utility_space>\xff</utility_space>")], &Options::default()).unwrap_err();
    assert_eq!(error.place(), Some((1, 16)), "{error}");
}

#[test]
fn the_report_reads_well() {
    let report = import_fixtures(FIXTURES[2]).as_read.to_string();
    assert_eq!(
        report,
        "As read: \"water-upstream and water-downstream\", NegoLog JSON (water-upstream.json, water-downstream.json)
2 parties, 2 issues, 6 outcomes

Parties
  water-upstream \"water-upstream\": weights as written, exact; from 0.18 to 1; walk-away 0.35, so 5 packages are acceptable to it (83.3333 %)
  water-downstream \"water-downstream\": weights as written, exact; from 0.05 to 1; walk-away 0.5, so 3 packages are acceptable to it (50.0000 %)

Issues
  release \"release\": low, medium, high
  survey \"survey\": joint, separate
"
    );
}

#[test]
fn programs_get_the_report_too() {
    let report = import_fixtures(FIXTURES[0]).as_read.json();
    assert_eq!(report["outcomes"]["all"], 264);
    assert_eq!(report["parties"][1]["lowest"], "0.05");
    assert_eq!(report["parties"][0]["walk_away"], "0.45");
    assert_eq!(report["issues"][3]["options"], serde_json::json!(["no", "yes"]));
    assert_eq!(report["dropped"][0]["what"], "the discount factor 0.9 of \"fishing-east\"");
}

/// A NegMAS scenario in one text, imported.
fn negmas(text: &str) -> Result<paraph_exchange::Imported, paraph_exchange::Error> {
    import(&[("scenario.yml", text.as_bytes())], &Options::default())
}

#[test]
fn negmas_is_read_in_the_forms_people_write() {
    // Issues as a table, classes by their short names, tags of Python, values by issue.
    let imported = negmas(
        "issues:\n  price: [1, 2, 3]\n  colour: [red, blue]\nufuns:\n\
         - !!python/object:negmas.preferences.LinearAdditiveUtilityFunction\n  type: LinearAdditive\n  name: buyer\n  \
         weights: !!python/tuple [2, 1]\n  values:\n    price: {type: Linear, slope: -0.5, bias: 1.5}\n    \
         colour: {mapping: {red: 1, blue: 0}}\n  reserved_value: 0.5\n\
         - weights: {price: 1, colour: 0}\n  values:\n  - {type: Identity}\n  - {red: 3, blue: 4}\n  reserved_value: -.inf\n",
    )
    .unwrap();
    let model = model_of(&case_of(&imported));
    assert_eq!(imported.as_read.issues[0].options, ["1", "2", "3"]);
    // 2 × (1.5 − 0.5 × 1) + 1; and 2 × (1.5 − 0.5 × 3).
    assert_eq!(utility(&model, "buyer", "1/red"), "3");
    assert_eq!(utility(&model, "buyer", "3/blue"), "0");
    assert_eq!(imported.as_read.parties[0].walk_away.unwrap().to_string(), "0.5");
    assert_eq!(utility(&model, "party-2", "2/red"), "2");
    assert_eq!(imported.as_read.parties[1].acceptable, Some(6));
}

#[test]
fn a_table_of_outcomes_is_read_where_it_is_a_sum() {
    let table = |last: &str| {
        format!(
            "issues:\n- {{name: a, values: [x, y]}}\n- {{name: b, values: [u, v]}}\nufuns:\n\
             - {{type: MappingUtilityFunction, name: m, reserved_value: 0.3, mapping: [[[x, u], 0.1], [[x, v], 0.4], [[y, u], 0.3], [[y, v], {last}]]}}\n"
        )
    };
    let imported = negmas(&table("0.6")).unwrap();
    let model = model_of(&case_of(&imported));
    assert_eq!(utility(&model, "m", "x/v"), "0.4");
    assert_eq!(utility(&model, "m", "y/v"), "0.6");
    assert_eq!(imported.as_read.parties[0].acceptable, Some(3));
    let error = negmas(&table("0.7")).unwrap_err();
    assert!(error.to_string().contains("no sum over issues"), "{error}");
    let error = negmas(&table("0.6").replace("[[y, u], 0.3], ", "")).unwrap_err();
    assert!(error.to_string().contains("leaves outcomes out"), "{error}");
    let error = negmas(&table("0.6").replace("[y, u]", "[y, w]")).unwrap_err();
    assert!(error.to_string().contains("no value `w`"), "{error}");
}

#[test]
fn a_genius_issue_may_call_itself_an_issue() {
    let profile = "<utility_space><objective name=\"o\"><weight value=\"1\" index=\"1\"/>\
        <issue type=\"issue\" name=\"price\" index=\"1\" etype=\"integer\" upperbound=\"4\" lowerbound=\"2\">\
        <evaluator offset=\"0\" slope=\"0.5\" ftype=\"linear\"/></issue></objective><reservation value=\"0.5\"/></utility_space>";
    let imported = import(&[("p.xml", profile.as_bytes())], &Options::default()).unwrap();
    // Whole numbers count from the lower bound.
    let model = model_of(&case_of(&imported));
    assert_eq!(utility(&model, "p", "3"), "0.5");
    assert_eq!(imported.as_read.parties[0].acceptable, Some(2));
}

#[test]
fn a_table_of_actors_may_begin_with_its_headings() {
    let pairs = "Actor,Influence,Position tax,Salience tax,Position border,Salience border\n\
                 A,10,0,50,100,50\nB,20,100,30,0,20\n";
    let apart = "name,power,tax pos,border pos,tax sal,border sal,description\n\
                 A,10,0,100,50,50,first\nB,20,100,0,30,20,second\n";
    let read = |text: &str| import(&[("actors.csv", text.as_bytes())], &Options::default()).unwrap();
    let (one, other) = (read(pairs), read(apart));
    let (first, second) = (model_of(&case_of(&one)), model_of(&case_of(&other)));
    assert_eq!(
        one.as_read.issues.iter().map(|issue| issue.name.as_str()).collect::<Vec<_>>(),
        ["tax", "border"]
    );
    for code in ["0/100", "50/50", "100/0"] {
        for party in ["a", "b"] {
            assert_eq!(utility(&first, party, code), utility(&second, party, code));
        }
    }
    // All of A's salience at its own positions; B is three fifths for tax.
    assert_eq!(
        (utility(&first, "a", "0/100").as_str(), utility(&first, "b", "100/100").as_str()),
        ("1", "0.6")
    );
    let odd = import(
        &[("actors.csv", "Actor,Influence,Position,Salience,Position\nA,1,2,3,4\n".as_bytes())],
        &Options::default(),
    );
    assert!(odd.unwrap_err().to_string().contains("the headings are"));
}

#[test]
fn a_discount_of_negolog_is_dropped_and_said() {
    let profile = r#"{ "reservationValue": 0.1, "discountFactor": 0.9, "issueWeights": { "a": 1 },
        "issues": { "a": { "x": 1, "y": 0 } } }"#;
    let files = [("p.json", profile.as_bytes())];
    let imported = import(&files, &Options::default()).unwrap();
    assert_eq!(imported.dropped()[0].what, "the discount factor 0.9 of \"p\"");
    let strict = import(&files, &Options { strict: true, ..Options::default() }).unwrap_err();
    assert!(strict.to_string().contains("would be dropped"), "{strict}");
}

#[test]
fn graph_models_may_nest_their_conditions_more_or_less() {
    let model = |preferences: &str| {
        let text = format!(
            r#"{{"options": [{{"name": "a"}}, {{"name": "b"}}, {{"name": "c"}}],
                "decisionMakers": [{{"name": "P", "options": [0, 1, 2], "preferences": {preferences}}}]}}"#
        );
        model_of(&case_of(&import(&[("m.gmcr", text.as_bytes())], &Options::default()).unwrap()))
    };
    // Either a without b, or b and c; then c.
    let tables =
        model(r#"[{"compound": true, "members": [[[0, "Y"], [1, "N"]], [[1, "Y"], [2, "Y"]]]}, [[2, "Y"]]]"#);
    let lists = model(r#"[[[[0, "Y"], [1, "N"]], [[1, "Y"], [2, "Y"]]], [2, "Y"]]"#);
    for cell in 0..8 {
        assert_eq!(tables.rank(0, cell), lists.rank(0, cell), "{}", tables.code(cell));
    }
    assert_eq!(tables.distinct_ranks(0), 4);
}
