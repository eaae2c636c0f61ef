//! The grammar of negotiating text, counts, and choices.

use paraph_drafts::{Choice, Draft, MarkKind, Take, burn_down, clean, read};

fn marks(text: &str) -> Vec<(MarkKind, String, Vec<String>)> {
    let draft = read("draft", text).unwrap();
    draft
        .brackets()
        .marks
        .iter()
        .map(|mark| (mark.kind, draft.slice(mark.words).to_owned(), mark.parties.clone()))
        .collect()
}

fn one(kind: MarkKind, words: &str, parties: &[&str]) -> (MarkKind, String, Vec<String>) {
    (kind, words.to_owned(), parties.iter().map(|party| (*party).to_owned()).collect())
}

#[test]
fn each_form_of_the_grammar_is_read() {
    use MarkKind::{Alternatives, Attributed, Option, Options, Placeholder, Plain, Struck};
    for (text, expected) in [
        ("1. It [shall not] pass.", vec![one(Plain, "shall not", &[])]),
        ("1. [Party A: It passes.]", vec![one(Attributed, "It passes.", &["Party A"])]),
        ("1. [It passes – Party A]", vec![one(Attributed, "It passes", &["Party A"])]),
        ("1. [It passes — North and South]", vec![one(Attributed, "It passes", &["North", "South"])]),
        ("1. [Norland, Eastfold: at once]", vec![one(Attributed, "at once", &["Norland", "Eastfold"])]),
        ("1. [union: at once]", vec![one(Attributed, "at once", &["union"])]),
        ("1. It [shall/should] pass.", vec![one(Alternatives, "shall/should", &[])]),
        ("1. In [30/60] days.", vec![one(Alternatives, "30/60", &[])]),
        (
            "1. It [opens in May / opens in June].",
            vec![one(Alternatives, "opens in May / opens in June", &[])],
        ),
        ("1. It [may and/or must] pass.", vec![one(Plain, "may and/or must", &[])]),
        ("1. By [12/2025 at the latest].", vec![one(Plain, "12/2025 at the latest", &[])]),
        (
            "1. Within [X] days, on [date], [placeholder], […], [__].",
            vec![
                one(Placeholder, "X", &[]),
                one(Placeholder, "date", &[]),
                one(Placeholder, "placeholder", &[]),
                one(Placeholder, "…", &[]),
                one(Placeholder, "__", &[]),
            ],
        ),
        (
            "1. [a [b [c]] d]",
            vec![one(Plain, "a [b [c]] d", &[]), one(Plain, "b [c]", &[]), one(Plain, "c", &[])],
        ),
        (
            "1. Option 1: It opens.\nOption 2: It stays shut.",
            vec![one(Option, "It opens.", &[]), one(Option, "It stays shut.", &[])],
        ),
        (
            "1. [Alt. 1: open; Alt. 2: shut]",
            vec![
                one(Options, "Alt. 1: open; Alt. 2: shut", &[]),
                one(Option, "open", &[]),
                one(Option, "shut", &[]),
            ],
        ),
        ("1. It ~~never~~ opens.", vec![one(Struck, "never", &[])]),
        (r"1. Plain \[marks\] and [words](https://example.org).", vec![]),
        ("1. Note [the rule: it holds].", vec![one(Plain, "the rule: it holds", &[])]),
    ] {
        assert_eq!(marks(text), expected, "{text}");
    }
}

#[test]
fn unbalanced_brackets_are_reported_and_the_rest_is_read() {
    let draft =
        read("draft", "1. It [shall open.\n2. It [may] close].\n3. [A: b] ~~c.\n4. Fine [d].\n").unwrap();
    let found: Vec<(&str, usize)> =
        draft.diagnostics().iter().map(|remark| (remark.id.as_str(), remark.span.start)).collect();
    let text = draft.text();
    let at = |needle: &str| text.find(needle).unwrap();
    assert_eq!(
        found,
        [("open-bracket", at("[shall")), ("stray-bracket", at("close]") + 5), ("open-struck", at("~~c"))]
    );
    assert!(draft.diagnostics().iter().all(|remark| remark.hint.is_some()));
    let words: Vec<&str> = draft.brackets().marks.iter().map(|mark| draft.slice(mark.words)).collect();
    assert_eq!(words, ["may", "b", "d"]);
}

#[test]
fn a_bracket_may_hold_whole_points() {
    let draft = read("draft", "1. One.\n[2. Two.\n3. Three.]\n4. Four [of:\n(a) a;\n(b) b].\n").unwrap();
    assert!(draft.diagnostics().is_empty(), "{:?}", draft.diagnostics());
    assert_eq!(draft.brackets().marks.len(), 2);
    assert_eq!(draft.points()[1].whole.start, draft.text().find("[2.").unwrap());
}

#[test]
fn counts_by_point_party_and_draft() {
    let text = "1. It [shall] open[^1].\n2. [North: at once] [South: in [X] days].\n3. Done.\n\n\
                [^1]: North reserves its position.\n";
    let draft = read("draft", text).unwrap();
    let counts = draft.bracket_counts();
    assert_eq!((counts.total.brackets, counts.total.placeholders, counts.total.reservations), (4, 1, 1));
    assert_eq!(counts.total.deepest, 2);
    let points: Vec<(&str, usize)> =
        counts.by_point.iter().map(|(point, count)| (point.as_str(), count.brackets)).collect();
    assert_eq!(points, [("1", 1), ("2", 3)]);
    let parties: Vec<(&str, usize, usize)> = counts
        .by_party
        .iter()
        .map(|(party, count)| (party.as_str(), count.brackets, count.reservations))
        .collect();
    assert_eq!(parties, [("North", 1, 1), ("South", 1, 0)]);
    let later = read("later", "1. It opens.\n2. At once.\n3. Done.\n").unwrap();
    let table = burn_down(&[draft, later]);
    assert_eq!((table[0].points, table[0].clean_points), (3, 1));
    assert_eq!((table[1].points, table[1].clean_points), (3, 3));
    assert!(table[1].counts.total.is_clean());
}

fn cleaned(text: &str, choices: &[&str]) -> (String, Vec<usize>) {
    let draft: Draft = read("draft", text).unwrap();
    let choices: Vec<Choice> = choices.iter().map(|choice| Choice::parse(choice).unwrap()).collect();
    let result = clean(&draft, &choices).unwrap();
    (result.draft.text().to_owned(), result.settled)
}

#[test]
fn choices_resolve_brackets() {
    for (text, choices, expected) in [
        ("7. [Option 1: It opens; Option 2: It stays shut].", vec!["Option 2 in 7"], "7. It stays shut."),
        ("7. [Option 1: a] [Option 2: b].", vec!["option 1 in 7"], "7. a."),
        ("1. In [30/60] days.", vec!["alternative 2 in 1"], "1. In 60 days."),
        (
            "1. The board has [12][16][24] members.",
            vec!["alternative 2 in 1"],
            "1. The board has 16 members.",
        ),
        ("1. [Requests] [Invites] it.", vec!["alternative 1 in 1"], "1. Requests it."),
        (
            "1. A [[half][third] of it] goes.",
            vec!["alternative 2 in 1", "keep in 1"],
            "1. A third of it goes.",
        ),
        ("1. [North: now] [South: later].", vec!["South in 1"], "1. later."),
        ("1. It [certainly] opens [soon].", vec!["keep 2 in 1", "drop in 1"], "1. It opens soon."),
        ("1. Limit: [X] men.", vec!["800,000 for X in 1"], "1. Limit: 800,000 men."),
        ("1. It ~~never~~ opens.", vec!["drop struck"], "1. It opens."),
        ("1. It ~~never~~ opens.", vec!["keep struck in 1"], "1. It never opens."),
        ("1. [a [b]].\n2. [c].", vec!["keep in 1"], "1. a b.\n2. [c]."),
        ("1. Option 1: a\nOption 2: b\n\n2. c", vec!["Option 1"], "1. a\n\n\n2. c"),
    ] {
        let (found, settled) = cleaned(text, &choices);
        assert_eq!(found, expected, "{text} {choices:?}");
        assert!(settled.iter().all(|count| *count > 0), "{text}");
    }
}

#[test]
fn a_choice_that_finds_nothing_says_so() {
    assert_eq!(cleaned("1. [a].", &["Option 3 in 1"]), ("1. [a].".to_owned(), vec![0]));
    assert_eq!(cleaned("1. [a] and [b].", &["alternative 2 in 1"]).1, [0], "these do not stand side by side");
    let draft = read("draft", "1. [a].").unwrap();
    let error = clean(&draft, &[Choice::parse("keep in 9").unwrap()]).unwrap_err();
    assert!(error.is_unknown_place());
    assert!(Choice::parse("").unwrap_err().is_choice());
    assert!(Choice::parse("keep x in 3").unwrap_err().is_choice());
    assert_eq!(Choice::parse("Party A in 4").unwrap().take, Take::Party("Party A".to_owned()));
}
