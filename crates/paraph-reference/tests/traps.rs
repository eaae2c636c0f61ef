//! Small worlds, worked out by hand, on which tools are known to go wrong; and the choices about deals.

use paraph_case::formula::Formula;
use paraph_case::model::{
    Basis, Case, Constraint, Direction, Explicit, Grounds, Preferences, Ranked, Ranking, RedLine, Same,
    WalkAway, Weights,
};
use paraph_case::rational::Rational;
use paraph_case::span::Span;
use paraph_reference::{Concept, Disagreement, Reference, Rule, Tables, generate};

fn grounds() -> Grounds {
    Grounds { basis: Basis::Assumed, because: Vec::new(), note: None, span: Span::default() }
}

fn ranking(groups: Vec<Vec<Ranked>>) -> Preferences {
    Preferences::Ranking(Ranking { groups, grounds: grounds() })
}

/// A party's moves and its groups of ties, best first.
type MovesAndGroups<'a> = (&'a [(usize, usize)], &'a [&'a [usize]]);

/// States 0, 1, … of an explicit graph.
fn explicit(states: usize, parties: &[MovesAndGroups]) -> Case {
    let mut case = generate::ranked_case(&[], &[]);
    for (index, (_, groups)) in parties.iter().enumerate() {
        let mut party = generate::party(&format!("party-{index}"));
        party.preferences =
            ranking(groups.iter().map(|g| g.iter().map(|&s| Ranked::State(s)).collect()).collect());
        case.parties.push(party);
    }
    case.explicit = Some(Explicit {
        states: (0..states).map(|state| format!("s{state}")).collect(),
        status_quo: Some(0),
        moves: parties.iter().map(|(moves, _)| moves.to_vec()).collect(),
        codes: None,
    });
    case
}

fn is(issue: usize, option: usize) -> Formula {
    Formula::Is { issue, option }
}

fn tables(case: &Case) -> Tables {
    Reference::new(case).expect("a valid case").stability()
}

fn stable(case: &Case, concept: Concept, party: usize, state: &str) -> bool {
    let tables = tables(case);
    let state = tables.states.iter().position(|code| code == state).expect("a known state");
    tables.of(concept).expect("a computed concept")[party][state]
}

#[test]
fn an_opponent_may_move_again_after_another_has_moved() {
    // From s1 the sanction s4 takes party 1, then party 2, then party 1 again.
    let case = explicit(
        5,
        &[
            (&[(0, 1)], &[&[2], &[3], &[1], &[0], &[4]]),
            (&[(1, 2), (3, 4)], &[&[4], &[3], &[2], &[1], &[0]]),
            (&[(2, 3)], &[&[3], &[2], &[1], &[0], &[4]]),
        ],
    );
    for concept in [Concept::Gmr, Concept::Smr, Concept::Seq, Concept::SymmetricSeq] {
        assert!(stable(&case, concept, 0, "s0"), "{concept:?}");
    }
    assert!(!stable(&case, Concept::Nash, 0, "s0"));
    let reference = Reference::new(&case).expect("valid");
    assert!(reference.world.is_legal_sequence(&[1, 2], 1, &[(1, 2), (2, 3), (1, 4)], true));
}

#[test]
fn an_opponent_does_not_move_twice_running() {
    // The same walk, but party 1 would have to make all three moves.
    let case = explicit(
        5,
        &[
            (&[(0, 1)], &[&[2], &[3], &[1], &[0], &[4]]),
            (&[(1, 2), (2, 3), (3, 4)], &[&[4], &[3], &[2], &[1], &[0]]),
        ],
    );
    for concept in [Concept::Gmr, Concept::Smr, Concept::Seq, Concept::SymmetricSeq] {
        assert!(!stable(&case, concept, 0, "s0"), "{concept:?}");
    }
    let reference = Reference::new(&case).expect("valid");
    assert!(!reference.world.is_legal_sequence(&[1], 1, &[(1, 2), (1, 3), (1, 4)], true));
    assert_eq!(reference.world.unsanctioned(Concept::Gmr, 0, 0), Some(vec![1]));
}

#[test]
fn a_state_of_equal_rank_sanctions() {
    let case = explicit(3, &[(&[(0, 1)], &[&[1], &[0, 2]]), (&[(1, 2)], &[&[2], &[0, 1]])]);
    for concept in [Concept::Gmr, Concept::Smr, Concept::Seq, Concept::SymmetricSeq] {
        assert!(stable(&case, concept, 0, "s0"), "{concept:?}");
    }
}

#[test]
fn a_return_to_the_state_that_was_left_sanctions() {
    let case = explicit(2, &[(&[(0, 1)], &[&[1], &[0]]), (&[(1, 0)], &[&[0], &[1]])]);
    assert!(stable(&case, Concept::Gmr, 0, "s0"));
    assert!(stable(&case, Concept::Seq, 0, "s0"));
    // Back in s0 the party can leave again, so the sanction does not last.
    assert!(!stable(&case, Concept::Smr, 0, "s0"));
    assert!(!stable(&case, Concept::SymmetricSeq, 0, "s0"));
}

#[test]
fn a_sanction_has_to_be_an_improvement_where_its_mover_moves() {
    // The opponent ends better off than in s1, but its first step loses.
    let case = explicit(
        4,
        &[
            (&[(0, 1)], &[&[1], &[2], &[0], &[3]]),
            (&[(1, 2)], &[&[3], &[1], &[2], &[0]]),
            (&[(2, 3)], &[&[3], &[0, 1, 2]]),
        ],
    );
    assert!(stable(&case, Concept::Gmr, 0, "s0"));
    assert!(!stable(&case, Concept::Seq, 0, "s0"));
}

#[test]
fn every_improvement_needs_a_sanction() {
    // Only the first of two improvements is answered.
    let case =
        explicit(4, &[(&[(0, 1), (0, 2)], &[&[1], &[2], &[0], &[3]]), (&[(1, 3)], &[&[3], &[0, 1, 2]])]);
    assert!(!stable(&case, Concept::Gmr, 0, "s0"));
    let reference = Reference::new(&case).expect("valid");
    assert_eq!(reference.world.unsanctioned(Concept::Seq, 0, 0), Some(vec![2]));
}

#[test]
fn simultaneous_answers_choose_among_several_improvements() {
    // Party 1 moves issues 1 and 2 and has two improvements from NNN; only one of them, YNN made YNY,
    // hurts party 0. Ranks ascend NNN, YNN, NYN, YYN, NNY, YNY, NYY, YYY.
    let mover = vec![2, 3, 4, 5, 6, 1, 7, 8];
    let answer = vec![0, 0, 1, 0, 2, 0, 0, 0];
    let case = generate::ranked_case(&[0, 1, 1], &[mover, answer]);
    assert!(stable(&case, Concept::Sim, 0, "NNN"));
    let reference = Reference::new(&case).expect("valid");
    let state = |code| reference.world.state(code).expect("a feasible state");
    let together = reference.world.simultaneous(0, state("NNN"), state("YNN")).expect("computed");
    assert_eq!(
        together.iter().map(|s| reference.world.codes[s].as_str()).collect::<Vec<&str>>(),
        ["YNN", "YYN", "YNY"]
    );
}

#[test]
fn infeasible_combinations_do_not_sanction_simultaneously() {
    let mover = vec![1, 2, 3, 0];
    let answer = vec![0, 0, 1, 1];
    let mut case = generate::ranked_case(&[0, 1], &[mover, answer]);
    assert!(stable(&case, Concept::Sim, 0, "NN"));
    case.constraints.push(Constraint {
        always: Formula::Not(Box::new(Formula::And(vec![is(0, 1), is(1, 1)]))),
        text: String::new(),
        because: None,
        span: Span::default(),
    });
    for party in &mut case.parties {
        let Preferences::Ranking(ranking) = &mut party.preferences else { panic!("a ranking") };
        ranking
            .groups
            .iter_mut()
            .for_each(|group| group.retain(|entry| *entry != Ranked::Outcome(vec![1, 1])));
        ranking.groups.retain(|group| !group.is_empty());
    }
    assert!(!stable(&case, Concept::Sim, 0, "NN"));
}

#[test]
fn conflicting_settings_of_a_shared_issue_do_not_sanction_simultaneously() {
    // Both move the one issue with three options; from "o0" the first wants "o1", the second "o2".
    let mut case = generate::ranked_case(&[], &[]);
    case.issues.push(generate::issue("shared", 3, &[0, 1]));
    for order in [[1, 0, 2], [2, 0, 1]] {
        let mut party = generate::party(&format!("party-{}", case.parties.len()));
        party.preferences = ranking(order.iter().map(|&o| vec![Ranked::Outcome(vec![o])]).collect());
        case.parties.push(party);
    }
    assert!(!stable(&case, Concept::Sim, 0, "o0"));
    // One after the other, the second does answer.
    assert!(stable(&case, Concept::Seq, 0, "o0"));
    let reference = Reference::new(&case).expect("valid");
    assert_eq!(reference.world.simultaneous(0, 0, 1).expect("computed").iter().collect::<Vec<_>>(), [1]);
}

#[test]
fn simultaneous_stability_says_why_it_is_not_computed() {
    let mut case = explicit(2, &[(&[(0, 1)], &[&[1], &[0]]), (&[], &[&[0, 1]])]);
    assert!(tables(&case).sim_reason.is_some_and(|reason| reason.contains("no option codes")));
    case.issues.push(generate::issue("issue-0", 2, &[]));
    let mut with_codes = |codes: [Option<usize>; 2]| {
        case.explicit.as_mut().expect("explicit").codes = Some(codes.map(|option| vec![option]).to_vec());
        tables(&case)
    };
    assert!(with_codes([Some(0), None]).sim_reason.is_some_and(|reason| reason.contains("open")));
    assert!(
        with_codes([Some(1), Some(1)]).sim_reason.is_some_and(|reason| reason.contains("same option code"))
    );
    let tables = with_codes([Some(0), Some(1)]);
    assert_eq!(tables.sim_reason, None);
    assert_eq!(tables.of(Concept::Sim), Some(&vec![vec![false, true], vec![true, true]]));
}

fn same(name: &str, that: Formula) -> Same {
    Same { name: name.into(), that, text: String::new(), span: Span::default() }
}

#[test]
fn a_merged_class_counts_once_and_moves_where_any_member_moves() {
    // Two issues; NN and YY are merged. Party 0 moves the first issue, party 1 the second.
    let mut case = generate::ranked_case(&[0, 1], &[vec![0; 4], vec![0; 4]]);
    case.same.push(same("alike", Formula::Iff(Box::new(is(0, 1)), Box::new(is(1, 1)))));
    let reference = Reference::new(&case).expect("valid");
    assert_eq!(reference.world.codes, ["alike", "YN", "NY"]);
    let to = |party: usize, from: usize| reference.world.moves[party][from].iter().collect::<Vec<usize>>();
    assert_eq!(to(0, 0), [1, 2]);
    assert_eq!(to(1, 0), [1, 2]);
    assert_eq!(to(0, 1), [0]);
    // No arc leads from YN to NY, and one party alone does not walk through the class.
    assert_eq!(reference.world.reach(&[0], 1, false).iter().collect::<Vec<_>>(), [0]);
    assert_eq!(reference.world.reach(&[0, 1], 1, false).iter().collect::<Vec<_>>(), [0, 1, 2]);
    assert!(reference.stability().sim_reason.is_some_and(|reason| reason.contains("merged")));
}

#[test]
fn merging_errors_name_what_is_wrong() {
    let mut case = generate::ranked_case(&[0, 1], &[vec![0; 4], vec![0, 1, 0, 0]]);
    case.same.push(same("alike", Formula::Iff(Box::new(is(0, 1)), Box::new(is(1, 1)))));
    assert!(Reference::new(&case).is_ok(), "YN is no member");
    case.same.push(same("yes", is(0, 1)));
    let error = Reference::new(&case).expect_err("YY is in both");
    assert!(error.is_merging() && error.to_string() == "YY belongs to both alike and yes", "{error}");
    case.same.remove(0);
    let error = Reference::new(&case).expect_err("party-1 prefers YN to YY");
    assert!(error.is_merging() && error.to_string().contains("YN and YY"), "{error}");
}

#[test]
fn rankings_with_gaps_or_repetitions_are_errors() {
    let mut case = generate::ranked_case(&[0], &[vec![0, 1]]);
    let entry = |option| vec![Ranked::Outcome(vec![option])];
    for groups in [vec![entry(0)], vec![entry(0), entry(1), entry(0)]] {
        case.parties[0].preferences = ranking(groups);
        assert!(Reference::new(&case).expect_err("not a ranking").is_preference());
    }
}

/// Two parties with weights over one issue of several options, the first being the status quo.
fn bargain(utilities: &[&[&str]]) -> Case {
    let mut case = generate::ranked_case(&[], &[]);
    let mut issue = generate::issue("split", utilities[0].len(), &[]);
    issue.status_quo = Some(0);
    case.issues.push(issue);
    for (index, weights) in utilities.iter().enumerate() {
        let mut party = generate::party(&format!("party-{index}"));
        let options = weights.iter().map(|text| Rational::parse(text).expect("a number")).collect();
        party.preferences = Preferences::Weights(Weights {
            options: vec![options],
            formulas: Vec::new(),
            grounds: grounds(),
        });
        case.parties.push(party);
    }
    case
}

fn picked(case: &Case, rule: Rule) -> Vec<usize> {
    let deals = Reference::new(case).expect("valid").deals().expect("a disagreement point");
    deals.pick(rule).map(|pick| pick.outcomes.clone()).unwrap_or_default()
}

#[test]
fn the_rules_pick_different_deals() {
    // Gains over the status quo: (1, 0), (8, 1), (5, 3), (4, 3.5), (3, 4), (9, -1).
    let case = bargain(&[&["0", "1", "8", "5", "4", "3", "9"], &["0", "0", "1", "3", "3.5", "4", "-1"]]);
    let deals = Reference::new(&case).expect("valid").deals().expect("deals");
    assert_eq!(deals.deals, [false, true, true, true, true, true, false]);
    assert_eq!(deals.acceptable, [true, true, true, true, true, true, false]);
    assert_eq!(deals.efficient, [false, false, true, true, true, true, true]);
    // Products 8, 15, 14, 12.
    assert_eq!(picked(&case, Rule::Nash), [3]);
    // Ratios to 8 and 4: (1, 1/4), (5/8, 3/4), (1/2, 7/8), (3/8, 1).
    assert_eq!(picked(&case, Rule::KalaiSmorodinsky), [3]);
    // Least gains 1, 3, 3.5, 3.
    assert_eq!(picked(&case, Rule::Egalitarian), [4]);
    // Sums 9, 8, 7.5, 7.
    assert_eq!(picked(&case, Rule::Utilitarian), [2]);
    // Depths worst first: (4, 2), (3, 3), (4, 2), (5, 1).
    assert_eq!(picked(&case, Rule::Fallback), [3]);
}

#[test]
fn exact_arithmetic_keeps_ties_that_floats_lose() {
    // 0.1 + 0.2 against 0.3 for both parties.
    let mut case = bargain(&[&["0", "0.3", "0.1"], &["0", "0.3", "0.1"]]);
    for party in &mut case.parties {
        let Preferences::Weights(weights) = &mut party.preferences else { panic!("weights") };
        weights.formulas.push(paraph_case::model::Weighted {
            that: is(0, 2),
            text: String::new(),
            weight: Rational::parse("0.2").expect("a number"),
            grounds: grounds(),
        });
    }
    for rule in [Rule::Fallback, Rule::Nash, Rule::KalaiSmorodinsky, Rule::Egalitarian, Rule::Utilitarian] {
        assert_eq!(picked(&case, rule), [1, 2], "{rule:?}");
    }
}

#[test]
fn a_party_that_never_gains_leaves_the_product() {
    let case = bargain(&[&["0", "1", "2"], &["0", "0", "0"]]);
    let deals = Reference::new(&case).expect("valid").deals().expect("deals");
    let pick = deals.pick(Rule::Nash).expect("a pick");
    assert_eq!((&pick.outcomes, &pick.left_out), (&vec![2], &vec![1]));
    assert_eq!(deals.pick(Rule::KalaiSmorodinsky).expect("a pick").left_out, [1]);
    assert!(deals.pick(Rule::Egalitarian).expect("a pick").left_out.is_empty());
}

#[test]
fn a_product_that_is_zero_everywhere_goes_to_the_most_gainers() {
    // No deal lets all three gain; the last two let two of them, with products 2 and 6.
    let case = bargain(&[&["0", "9", "1", "0"], &["0", "0", "2", "2"], &["0", "0", "0", "3"]]);
    assert_eq!(picked(&case, Rule::Nash), [3]);
}

#[test]
fn red_lines_directions_and_walk_aways_limit_what_is_acceptable() {
    let mut case = bargain(&[&["0", "1", "2", "3"], &["0", "3", "2", "1"]]);
    let acceptable = |case: &Case| Reference::new(case).expect("valid").deals().expect("deals").acceptable;
    assert_eq!(acceptable(&case), [true; 4]);
    case.parties[1].walk_away = Some(WalkAway::Utility(Rational::parse("1.5").expect("a number")));
    assert_eq!(acceptable(&case), [false, true, true, false]);
    // The best outcome for party 0 in which the issue is at option 1 or 2 is option 2.
    let that = Formula::Or(vec![is(0, 1), is(0, 2)]);
    case.parties[0].walk_away = Some(WalkAway::Formula { that, text: String::new() });
    assert_eq!(acceptable(&case), [false, false, true, false]);
    let deals = Reference::new(&case).expect("valid").deals().expect("deals");
    assert_eq!(deals.disagreement[0], Disagreement::States(vec![2]));
    assert_eq!(deals.deals, [false, false, true, false]);
    case.parties[0].walk_away = None;
    case.parties[1].walk_away = None;
    case.parties[0].red_lines.push(RedLine {
        that: Formula::Not(Box::new(is(0, 1))),
        text: String::new(),
        grounds: grounds(),
    });
    assert_eq!(acceptable(&case), [true, false, true, true]);
    case.issues[0].status_quo = Some(2);
    case.issues[0].changes = Direction::Up;
    case.parties[1].consents = false;
    assert_eq!(acceptable(&case), [false, false, true, true]);
    // Option 0 is worse for party 0 and out of reach; efficiency looks at party 0 alone now.
    let deals = Reference::new(&case).expect("valid").deals().expect("deals");
    assert_eq!(deals.efficient, [false, false, false, true]);
    assert_eq!(deals.depths, [[3, 3, 2, 1]]);
    // Now the only improvement is out of reach: it is efficient, but no package and no deal.
    case.issues[0].changes = Direction::Down;
    let deals = Reference::new(&case).expect("valid").deals().expect("deals");
    assert_eq!(deals.packages, [true, true, true, false]);
    assert_eq!(deals.acceptable, [false, false, true, false]);
    assert_eq!((deals.deals, deals.picks), (vec![false; 4], Vec::new()));
    assert_eq!(deals.efficient, [false, false, false, true]);
    assert_eq!(deals.depths, [[3, 2, 1, 1]]);
}

#[test]
fn without_a_disagreement_point_there_is_an_error() {
    let mut case = bargain(&[&["0", "1"], &["0", "1"]]);
    case.issues[0].status_quo = None;
    assert!(Reference::new(&case).expect("valid").deals().expect_err("no status quo").is_disagreement());
    for party in &mut case.parties {
        party.walk_away = Some(WalkAway::Outcome(vec![0]));
    }
    let deals = Reference::new(&case).expect("valid").deals().expect("walk-aways");
    assert_eq!((deals.status_quo, deals.deals), (None, vec![false, true]));
}

#[test]
fn a_refusal_names_the_first_preference_that_is_lost() {
    use paraph_case::model::Priority;
    let mut case = bargain(&[&["0", "0", "0"]]);
    let priority = |that: Formula| Priority { that, text: String::new(), grounds: grounds() };
    case.parties[0].preferences =
        Preferences::Priorities(vec![priority(is(0, 1)), priority(Formula::Not(Box::new(is(0, 2))))]);
    let deals = Reference::new(&case).expect("valid").deals().expect("deals");
    assert_eq!(deals.acceptable, [true, true, false]);
    assert_eq!(deals.refusals[2][0].preference, Some(1));
    assert!(deals.refusals[2][0].ranks_lower && deals.refusals[1].is_empty());
}
