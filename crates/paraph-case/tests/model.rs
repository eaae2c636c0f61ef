//! Formulas, codes, scenarios and contradictions, each against a slow or separate reading.

use paraph_case::*;

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// Every outcome, the first issue fastest.
fn outcomes(case: &Case) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for issue in &case.issues {
        all = (0..issue.options.len())
            .flat_map(|option| {
                all.iter().map(move |outcome| [&outcome[..], &[option]].concat()).collect::<Vec<_>>()
            })
            .collect();
    }
    all
}

fn formula(case: &Case, random: &mut Random, depth: usize) -> Formula {
    let parts =
        |random: &mut Random, count: usize| (0..count).map(|_| formula(case, random, depth - 1)).collect();
    match if depth == 0 { random.below(2) } else { random.below(9) } {
        0 if random.below(4) == 0 => Formula::Constant(random.below(2) == 0),
        0 | 1 => {
            let issue = random.below(case.issues.len());
            Formula::Is { issue, option: random.below(case.issues[issue].options.len()) }
        }
        2 | 3 => Formula::Not(Box::new(formula(case, random, depth - 1))),
        4 => {
            let count = random.below(4);
            Formula::And(parts(random, count))
        }
        5 => {
            let count = random.below(4);
            Formula::Or(parts(random, count))
        }
        6 | 7 => Formula::If {
            then: Box::new(formula(case, random, depth - 1)),
            when: Box::new(formula(case, random, depth - 1)),
        },
        _ => Formula::Iff(
            Box::new(formula(case, random, depth - 1)),
            Box::new(formula(case, random, depth - 1)),
        ),
    }
}

const ISSUES: &str = "
[case]
title = 'x'
[issue.a]
[issue.armed-forces]
[issue.iffy]
options = ['no', 'if', \"it's so\", 'two words', 'a=b', 'x->y', '-5', 'über', 'no-one']
";

#[test]
fn shown_formulas_mean_the_same_when_read_again() {
    let case = parse(ISSUES, "case.toml").case.unwrap();
    let all = outcomes(&case);
    for seed in 0..3000 {
        let mut random = Random(seed);
        let formula = formula(&case, &mut random, 4);
        let shown = formula.display(&case);
        let again = case.parse_formula(&shown).unwrap_or_else(|error| unreachable!("{shown}: {error}"));
        for outcome in &all {
            assert_eq!(formula.holds(outcome), again.holds(outcome), "{shown} in {outcome:?}");
        }
        // What is shown has settled.
        assert_eq!(again.display(&case), shown);
    }
}

#[test]
fn operators_bind_as_documented() {
    let case =
        parse("[issue.a]\n[issue.b]\n[issue.c]\n[issue.d]\noptions=['x','y']", "case.toml").case.unwrap();
    for (text, full) in [
        ("not a and b or c", "((not a) and b) or c"),
        ("a or b if c and a", "(a or b) if (c and a)"),
        ("a if b iff c", "(a if b) iff c"),
        ("a iff b if c", "a iff (b if c)"),
        ("a -> b", "b if a"),
        ("a <-> b", "a iff b"),
        ("-a & !b | - - c", "((not a) and (not b)) or c"),
        ("not d = x or c", "(not (d = x)) or c"),
        ("d != x", "d = y"),
        ("a = no", "not a"),
        ("NOT a AND b", "(not a) and b"),
        ("a&&b||c", "(a and b) or c"),
        ("'d'==x", "d = x"),
        ("not (a)", "not a"),
    ] {
        let (one, other) = (case.parse_formula(text).unwrap(), case.parse_formula(full).unwrap());
        for outcome in outcomes(&case) {
            assert_eq!(one.holds(&outcome), other.holds(&outcome), "{text} against {full}");
        }
    }
    assert_eq!(case.parse_formula("(a or b) and (a and c)").unwrap().display(&case), "(a or b) and a and c");
    assert_eq!(case.parse_formula("not (a if b)").unwrap().display(&case), "not (a if b)");
}

#[test]
fn codes_are_read_as_they_are_written() {
    let binary = parse("[issue.a]\n[issue.b]\n[issue.c]", "case.toml").case.unwrap();
    let mixed = parse(ISSUES, "case.toml").case.unwrap();
    for case in [&binary, &mixed] {
        for outcome in outcomes(case) {
            assert_eq!(case.parse_code(&case.code(&outcome)).unwrap(), outcome);
        }
    }
    assert_eq!(binary.parse_pattern("N-Y").unwrap(), [Some(0), None, Some(1)]);
    assert_eq!(mixed.parse_pattern("yes/-/no-one").unwrap(), [Some(1), None, Some(8)]);
    assert!(binary.parse_code("NN").unwrap_err().is_wrong_length());
    assert!(mixed.parse_code("no/no/maybe").unwrap_err().is_unknown_option());
    assert!(binary.parse_formula("a b").unwrap_err().is_formula());
    assert_eq!(binary.parse_code("NNy").unwrap_err().hint(), Some("codes are written in capitals"));
}

#[test]
fn weights_are_exact() {
    let case = parse(
        "[case]\ntitle='x'\n[issue.a]\n[issue.b]\noptions=['low','high']\n[party.p]\nweights-rest-on={basis='assumed'}\n\
         weights = { a = '1/3', b = { low = 0.1, high = -2.5e-1 } }\n",
        "case.toml",
    );
    let Preferences::Weights(weights) = &case.case.as_ref().unwrap().parties[0].preferences else {
        unreachable!()
    };
    let shown: Vec<Vec<String>> =
        weights.options.iter().map(|options| options.iter().map(ToString::to_string).collect()).collect();
    assert_eq!(shown, [["0", "1/3"], ["0.1", "-0.25"]]);
}

const BASE: &str = "
[case]
title = 'Base'
as-of = 2025-01-01
[party.p]
walk-away = 'a'
[[party.p.prefers]]
that = 'a'
basis = 'assumed'
[[party.p.red-line]]
that = 'b'
basis = 'assumed'
[party.q]
weights = { a = 1 }
weights-rest-on = { basis = 'inferred', because = ['s1'] }
[[party.q.weighs]]
that = 'b'
weight = 2
basis = 'assumed'
[issue.a]
status-quo = 'no'
moved-by = ['p']
[issue.b]
status-quo = 'no'
[[constraint]]
never = 'b and not b'
[[package]]
name = 'one'
sets = { a = 'yes' }
[[package]]
name = 'two'
sets = { b = 'yes' }
";

fn overlaid(text: &str) -> Case {
    let overlay = Overlay { name: "other", file_name: "scenarios/other.toml", text };
    let parsed = parse_with_scenario(BASE, "case.toml", overlay);
    assert!(!parsed.has_errors(), "{:#?}", parsed.diagnostics);
    parsed.case.unwrap()
}

#[test]
fn an_empty_scenario_changes_nothing_but_its_name() {
    let mut case = overlaid("title = 'Other'\nnote = 'nothing'");
    assert_eq!(
        case.scenario.take(),
        Some(Scenario { name: "other".into(), title: "Other".into(), note: Some("nothing".into()) })
    );
    assert_eq!(case, parse(BASE, "case.toml").case.unwrap());
}

#[test]
fn scenarios_follow_the_documented_rules() {
    // Any kind of preference replaces all of them, red lines only red lines.
    let case = overlaid("[party.q]\nprefers = [{ that = 'b', basis = 'assumed' }]\n[party.p]\nred-line = []");
    assert!(matches!(&case.parties[1].preferences, Preferences::Priorities(list) if list.len() == 1));
    assert!(case.parties[0].red_lines.is_empty());
    assert!(matches!(&case.parties[0].preferences, Preferences::Priorities(list) if list.len() == 1));
    let case = overlaid("[party.q]\nweights = { b = 1 }\nweights-rest-on = { basis = 'assumed' }");
    let Preferences::Weights(weights) = &case.parties[1].preferences else { unreachable!() };
    assert!(weights.formulas.is_empty() && weights.grounds.because.is_empty());
    assert_eq!(weights.options[0][1], Rational::ZERO);
    let case = overlaid("[party.p]\nprefers = []\nconsents = false");
    assert_eq!(case.parties[0].preferences, Preferences::None);
    assert!(!case.parties[0].consents && case.parties[0].walk_away.is_some());
    // Keys replace keys; lists of rules grow; packages of one name replace each other.
    let case = overlaid(
        "[case]\nas-of = 2025-02-02\n[issue.a]\nstatus-quo = 'yes'\nmoved-by = ['r']\n[party.r]\n[issue.c]\nstatus-quo = 'no'",
    );
    assert_eq!((case.title.as_str(), case.as_of.unwrap().to_string().as_str()), ("Base", "2025-02-02"));
    assert_eq!((case.issues[0].status_quo, case.issues[0].moved_by.as_slice()), (Some(1), &[2][..]));
    assert_eq!((case.parties[2].id.as_str(), case.issues[2].id.as_str()), ("r", "c"));
    let case =
        overlaid("[[constraint]]\nalways = 'a or not a'\n[[package]]\nname = 'one'\nsets = { b = 'yes' }");
    assert_eq!(case.constraints.len(), 2);
    let packages: Vec<(&str, String)> =
        case.packages.iter().map(|package| (package.name.as_str(), case.code(&package.outcome))).collect();
    assert_eq!(packages, [("two", "NY".to_owned()), ("one", "NY".to_owned())]);
    assert_eq!(case.packages[1].span.file, 1);
}

#[test]
fn moves_of_the_explicit_form_are_replaced_party_by_party() {
    let base = "[case]\ntitle='x'\n[explicit]\nstates=['s','t']\nstatus-quo='s'\nmoves = { p = [['s','t']], q = [['t','s']] }\n[party.p]\n[party.q]";
    let overlay = Overlay { name: "o", file_name: "o", text: "[explicit]\nmoves = { q = [] }" };
    let parsed = parse_with_scenario(base, "case.toml", overlay);
    let case = parsed.complete().unwrap();
    assert_eq!(case.explicit.as_ref().unwrap().moves, [vec![(0, 1)], vec![]]);
}

/// What [`lint::check`] finds by sets of bits and connected issues, found by going through all
/// outcomes of the whole case instead.
#[test]
fn contradictions_agree_with_going_through_all_outcomes() {
    let mut seen = [0usize; 6];
    for seed in 0..1500 {
        let mut random = Random(seed);
        let mut text = String::from("[case]\ntitle = 'x'\n");
        for issue in 0..3 + random.below(3) {
            let options: Vec<String> = (0..2 + random.below(2)).map(|n| format!("'o{n}'")).collect();
            text.push_str(&format!("[issue.i{issue}]\noptions = [{}]\n", options.join(", ")));
        }
        let blank = parse(&text, "case.toml").case.unwrap();
        for _ in 0..random.below(4) {
            let rule = formula(&blank, &mut random, 2).display(&blank);
            text.push_str(&format!("[[constraint]]\nalways = \"{rule}\"\n"));
        }
        text.push_str("[party.p]\nwalk-away = 'true'\n");
        for _ in 0..1 + random.below(4) {
            let wish = formula(&blank, &mut random, 2).display(&blank);
            text.push_str(&format!("[[party.p.prefers]]\nbasis = 'assumed'\nthat = \"{wish}\"\n"));
        }
        for _ in 0..random.below(3) {
            let line = formula(&blank, &mut random, 2).display(&blank);
            text.push_str(&format!("[[party.p.red-line]]\nbasis = 'assumed'\nthat = \"{line}\"\n"));
        }
        let parsed = parse(&text, "case.toml");
        assert!(!parsed.has_errors(), "{text}\n{:#?}", parsed.diagnostics);
        let case = parsed.case.unwrap();
        let found = lint::check(&case);
        let has = |id: &str, span: Option<Span>| {
            found.iter().any(|d| d.id == id && span.is_none_or(|span| d.span() == Some(span)))
        };
        let feasible: Vec<Vec<usize>> = outcomes(&case)
            .into_iter()
            .filter(|outcome| case.constraints.iter().all(|constraint| constraint.always.holds(outcome)))
            .collect();
        assert_eq!(has("no-feasible-outcome", None), feasible.is_empty(), "{text}");
        if feasible.is_empty() {
            seen[0] += 1;
            continue;
        }
        let party = &case.parties[0];
        let kept: Vec<&Vec<usize>> = feasible
            .iter()
            .filter(|outcome| party.red_lines.iter().all(|line| line.that.holds(outcome)))
            .collect();
        // Red lines without issues are constants, and reported as such.
        if party.red_lines.iter().all(|line| !line.that.issues().is_empty()) {
            assert_eq!(has("red-lines-exclude-all", None), kept.is_empty(), "{text}");
            seen[1] += usize::from(kept.is_empty());
            for (index, issue) in case.issues.iter().enumerate() {
                let stuck = !kept.is_empty() && kept.iter().all(|outcome| outcome[index] == kept[0][index]);
                if !kept.is_empty() {
                    assert_eq!(has("stuck-issue", Some(issue.span)), stuck, "{} in {text}", issue.id);
                    seen[2] += usize::from(stuck);
                }
            }
        }
        let Preferences::Priorities(priorities) = &party.preferences else { unreachable!() };
        for (index, priority) in priorities.iter().enumerate() {
            let span = Some(priority.grounds.span);
            let constant = feasible
                .iter()
                .all(|outcome| priority.that.holds(outcome) == priority.that.holds(&feasible[0]));
            assert_eq!(has("constant-preference", span), constant, "{} in {text}", priority.text);
            let before = |outcome: &Vec<usize>| -> Vec<bool> {
                priorities[..index].iter().map(|earlier| earlier.that.holds(outcome)).collect()
            };
            let decides = feasible.iter().any(|one| {
                feasible.iter().any(|two| {
                    before(one) == before(two) && priority.that.holds(one) != priority.that.holds(two)
                })
            });
            assert_eq!(has("idle-preference", span), !decides && !constant, "{} in {text}", priority.text);
            seen[3] += usize::from(constant);
            seen[4] += usize::from(!decides && !constant);
        }
        for (index, constraint) in case.constraints.iter().enumerate() {
            if constraint.always.issues().is_empty() {
                continue;
            }
            let without = outcomes(&case).into_iter().filter(|outcome| {
                case.constraints
                    .iter()
                    .enumerate()
                    .all(|(other, rule)| other == index || rule.always.holds(outcome))
            });
            // Of two that imply each other only one is idle, so this is one way only.
            if has("idle-constraint", Some(constraint.span)) {
                seen[5] += 1;
                assert_eq!(without.count(), feasible.len(), "{} in {text}", constraint.text);
            }
        }
    }
    assert!(seen.iter().all(|&count| count > 20), "too few of a kind were met: {seen:?}");
}

#[test]
fn wide_cases_are_decided_issue_by_issue() {
    // 40 issues: far too many outcomes to go through, but constraints connect few of them.
    let issues: String =
        (0..40).map(|n| format!("[issue.i{n}]\nstatus-quo = 'no'\nmoved-by = ['p']\n")).collect();
    let text = format!(
        "[case]\ntitle='x'\n{issues}[[constraint]]\nnever='i1 and i2'\n[[constraint]]\nalways='i3 or not i3'\n[party.p]\n\
         [[party.p.prefers]]\nbasis='assumed'\nthat='i1 and i2'\n[[party.p.prefers]]\nbasis='assumed'\nthat='i7'\n\
         [[party.p.prefers]]\nbasis='assumed'\nthat='not i7'\n"
    );
    let parsed = parse(&text, "case.toml");
    let ids: Vec<&str> = parsed.check().iter().map(|diagnostic| diagnostic.id).collect();
    assert_eq!(ids, ["idle-constraint", "not-on-record", "constant-preference", "idle-preference"]);
}
