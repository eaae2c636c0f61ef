//! Cardinal analysis at its edges, from files through the case to the picks.

use crate::common::{case_of, deals_of, model_of, pick};
use paraph_analysis::{Deals, Model, Rule};
use paraph_exchange::{AsRead, Options, import};

/// A NegoLog profile: weights and values per issue.
fn profile(reservation: &str, issues: &[(&str, &[(&str, &str)])]) -> String {
    let weights: Vec<String> = issues.iter().map(|(name, _)| format!("\"{}\": {}", name, 1)).collect();
    let values: Vec<String> = issues
        .iter()
        .map(|(name, values)| {
            let values: Vec<String> =
                values.iter().map(|(option, value)| format!("\"{option}\": {value}")).collect();
            format!("\"{name}\": {{{}}}", values.join(", "))
        })
        .collect();
    format!(
        "{{\"reservationValue\": {reservation}, \"issueWeights\": {{{}}}, \"issues\": {{{}}}}}",
        weights.join(", "),
        values.join(", ")
    )
}

fn worked_out(profiles: &[String]) -> (Model, Deals, AsRead) {
    let names: Vec<String> = (1..=profiles.len()).map(|at| format!("p{at}.json")).collect();
    let files: Vec<(&str, &[u8])> =
        names.iter().zip(profiles).map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let imported = import(&files, &Options::default()).unwrap();
    let model = model_of(&case_of(&imported));
    let deals = deals_of(&model);
    (model, deals, imported.as_read)
}

#[test]
fn an_indifferent_party_is_left_out_and_named() {
    let ab = |a: &'static str, b: &'static str| -> [(&'static str, &'static str); 2] { [("x", a), ("y", b)] };
    let north = profile("0", &[("a", &ab("1", "0")), ("b", &ab("0", "2"))]);
    let south = profile("1", &[("a", &ab("0", "3")), ("b", &ab("1", "0"))]);
    let idle = profile("0.5", &[("a", &ab("0.25", "0.25")), ("b", &ab("0.25", "0.25"))]);
    let (model, deals, report) = worked_out(&[north, south, idle]);
    assert_eq!(model.distinct_ranks(2), 1);
    // Whatever happens is worth exactly its walk-away to it: it accepts all, gains in none.
    assert_eq!(report.parties[2].acceptable, Some(4));
    let nash = deals.picks.iter().find(|pick| pick.rule == Rule::Nash).unwrap();
    assert_eq!(nash.left_out, [2]);
    // Gains (2, 2) at y/y; (0, 3) at y/x; (1, 0) at x/x.
    assert_eq!(model.list(&nash.outcomes, 9), [model.cell("y/y").unwrap()]);
    assert_eq!(pick(&deals, Rule::Egalitarian).1, 1);
}

#[test]
fn twelve_parties_each_with_an_option_of_their_own() {
    // One issue per party, worth something to it and costing its neighbour.
    let profiles: Vec<String> = (0..12)
        .map(|party| {
            let names: Vec<String> = (0..12).map(|issue| format!("i{issue}")).collect();
            let values: Vec<[(&str, &str); 2]> = (0..12)
                .map(|issue| {
                    let yes = if issue == party {
                        "3"
                    } else if issue == (party + 1) % 12 {
                        "-1"
                    } else {
                        "0"
                    };
                    [("no", "0"), ("yes", yes)]
                })
                .collect();
            let issues: Vec<(&str, &[(&str, &str)])> =
                names.iter().zip(&values).map(|(name, values)| (name.as_str(), values.as_slice())).collect();
            profile("0", &issues)
        })
        .collect();
    let (model, deals, report) = worked_out(&profiles);
    assert_eq!((report.outcomes, deals.disagreements.len()), (Some(4096), 12));
    // Everybody has 2 at "all yes", which every rule that adds or balances gains picks.
    let all = model.cell("YYYYYYYYYYYY").unwrap();
    for rule in [Rule::Nash, Rule::KalaiSmorodinsky, Rule::Egalitarian, Rule::Utilitarian] {
        let found = deals.picks.iter().find(|pick| pick.rule == rule).unwrap();
        assert_eq!(model.list(&found.outcomes, 9), [all], "{rule:?}");
    }
    // A "no" costs its party three and spares its neighbour one, so only "all no" is dominated.
    assert_eq!((deals.efficient.count(), deals.efficient_points), (4095, 4095));
    assert!(!deals.efficient.contains(model.cell("NNNNNNNNNNNN").unwrap()));
    // Whoever goes without its own option while paying for its neighbour's does not accept, and so on
    // around the circle: one deal is left.
    assert_eq!(model.list(&deals.deals, 9), [all]);
    assert_eq!((deals.efficient_deals.count(), deals.efficient_deal_points), (1, 1));
}

#[test]
fn a_thousand_equivalent_packages_are_one_point() {
    let digits: Vec<String> = (0..10).map(|digit| format!("d{digit}")).collect();
    let same: Vec<(&str, &str)> = digits.iter().map(|digit| (digit.as_str(), "0.1")).collect();
    let choice = [("good", "0.7"), ("bad", "0.1")];
    let issues: Vec<(&str, &[(&str, &str)])> =
        vec![("choice", &choice), ("x", &same), ("y", &same), ("z", &same)];
    let (model, deals, report) = worked_out(&[profile("0.4", &issues), profile("0.4", &issues)]);
    assert_eq!(report.outcomes, Some(2000));
    assert_eq!((model.count(&deals.efficient), deals.efficient_points), (1000, 1));
    // 0.1 + 3 × 0.1 is exactly 0.4: acceptable, but nobody gains, so it is no deal.
    assert_eq!((model.count(&deals.acceptable), model.count(&deals.deals)), (2000, 1000));
    assert_eq!(pick(&deals, Rule::Nash).1, 1000);
}

#[test]
fn one_unit_in_the_last_place_decides() {
    // As binary fractions the two options of the second issue would round to the same sum.
    let tiny = [("less", "0.300000000000"), ("more", "0.300000000001")];
    let big = [("low", "0"), ("high", "4000")];
    let back = [("less", "1"), ("more", "1")];
    let (model, deals, _) = worked_out(&[
        profile("0", &[("a", &big), ("b", &tiny)]),
        profile("0", &[("a", &[("low", "1"), ("high", "0")]), ("b", &back)]),
    ]);
    assert_eq!(model.distinct_ranks(0), 4);
    let efficient: Vec<String> = deals.efficient.iter().map(|cell| model.code(cell)).collect();
    assert_eq!(efficient, ["low/more", "high/more"]);
    // Ten tenths, in either order, are one: no package is better for how it was added up.
    let tenths = [("a", "0.1"), ("b", "0.3"), ("c", "0.2")];
    let swapped = [("a", "0.2"), ("b", "0"), ("c", "0.1")];
    let (model, deals, _) = worked_out(&[
        profile("0", &[("a", &tenths), ("b", &swapped)]),
        profile(
            "0",
            &[("a", &[("a", "0"), ("b", "0"), ("c", "0")]), ("b", &[("a", "0"), ("b", "0"), ("c", "0")])],
        ),
    ]);
    let top: Vec<String> = deals.efficient.iter().map(|cell| model.code(cell)).collect();
    assert_eq!(top, ["b/a"]);
    let rank = |code: &str| model.rank(0, model.cell(code).unwrap());
    assert_eq!(rank("b/b"), rank("a/a"));
    assert_eq!(rank("c/c"), rank("a/a"));
}

#[test]
fn nothing_may_be_acceptable() {
    let one = [("x", "1"), ("y", "0")];
    let two = [("x", "0"), ("y", "1")];
    let (model, deals, report) =
        worked_out(&[profile("0.5", &[("a", &one)]), profile("0.5", &[("a", &two)])]);
    assert_eq!(report.parties.iter().map(|party| party.acceptable).collect::<Vec<_>>(), [Some(1), Some(1)]);
    assert_eq!((deals.acceptable.count(), deals.picks.len()), (0, 0));
    assert_eq!(model.count(&deals.efficient), 2);
    // A walk-away beyond reach, or one that nobody can be held to.
    let (_, deals, report) = worked_out(&[profile("2", &[("a", &one)]), profile("-1", &[("a", &two)])]);
    assert_eq!(report.parties.iter().map(|party| party.acceptable).collect::<Vec<_>>(), [Some(0), Some(2)]);
    assert_eq!(deals.acceptable.count(), 0);
}

#[test]
fn long_decimals_are_rounded_and_said_to_be() {
    let digits =
        |seed: u64| format!("0.{:017}", seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 100_000_000_000_000_000);
    let xml = |seed: u64| {
        let weights: String =
            (1..=4).map(|at| format!("<weight index=\"{at}\" value=\"{}\"/>", digits(seed + at))).collect();
        let issues: String = (1..=4)
            .map(|at| {
                let items: String = (1..=5)
                    .map(|item| {
                        format!("<item value=\"v{item}\" evaluation=\"{}\"/>", (item * (at + seed)) % 7 + at)
                    })
                    .collect();
                format!("<issue index=\"{at}\" name=\"n{at}\">{items}</issue>")
            })
            .collect();
        format!(
            "<utility_space><objective name=\"o\">{weights}{issues}</objective><reservation value=\"0.3\"/></utility_space>"
        )
    };
    let (a, b) = (xml(11), xml(23));
    let files: [(&str, &[u8]); 2] = [("a.xml", a.as_bytes()), ("b.xml", b.as_bytes())];
    let imported = import(&files, &Options::default()).unwrap();
    assert!(
        imported.as_read.approximated.iter().any(|what| what.contains("weights are rounded to")),
        "{}",
        imported.as_read
    );
    // On a scale of whole numbers; the best option of every issue is worth its whole weight.
    let (_, high) = imported.as_read.parties[0].range.unwrap();
    assert!((high.to_f64() - 1.0).abs() < 1e-11);
    let model = model_of(&case_of(&imported));
    assert!(deals_of(&model).efficient_points > 0);
}
