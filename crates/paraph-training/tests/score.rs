//! The measure, on cases counted by hand.

use paraph_reading::{Act, TextSpan};
use paraph_training::{Attribution, Document, score};

fn row(id: &str, source: Option<(u32, u32)>, cue: (u32, u32), content: &[(u32, u32)]) -> Attribution {
    Attribution {
        id: Some(id.to_owned()),
        source: source.map(TextSpan::from).into_iter().collect(),
        cue: vec![cue.into()],
        content: content.iter().map(|&span| TextSpan::from(span)).collect(),
        ..Attribution::default()
    }
}

#[test]
fn counts_agree_with_counting_by_hand() {
    let text = "abcdefghij klmnopqrst uvwxyz".to_owned();
    let gold = vec![
        Attribution {
            act: Some(Act::Deny),
            party: Some("north".to_owned()),
            contests: Some("2".to_owned()),
            ..row("1", Some((0, 2)), (2, 4), &[(4, 10)])
        },
        Attribution { act: Some(Act::State), ..row("2", None, (11, 13), &[(13, 21)]) },
        // Without content: does not count.
        row("3", None, (22, 23), &[]),
    ];
    let document = Document { id: "a".to_owned(), text, attributions: gold };
    let said = vec![
        Attribution {
            act: Some(Act::Deny),
            party: Some("south".to_owned()),
            contests: Some("b".to_owned()),
            ..row("a", Some((1, 2)), (3, 4), &[(4, 7)])
        },
        // A speaker where there is none; the content has 3 of 8 characters.
        row("b", Some((0, 1)), (12, 13), &[(13, 16)]),
        // A second guess at a cue that is matched already.
        row("c", Some((0, 2)), (2, 3), &[(8, 10)]),
    ];
    let result = score(&document, &said);
    assert_eq!((result.gold, result.predicted), (2, 3));
    // "a" has 3 of the 6 characters, which is one half.
    assert_eq!((result.cue, result.content, result.attribution), (2, 1, 1));
    assert_eq!((result.party.right, result.party.wrong, result.party.blank), (0, 1, 0));
    assert_eq!((result.act.right, result.act.wrong, result.act.blank), (1, 0, 1));
    assert_eq!(result.links, (1, 1, 1));
    let (precision, recall, f1) = result.rates(result.attribution);
    assert!(
        (precision - 1.0 / 3.0).abs() < 1e-12 && (recall - 0.5).abs() < 1e-12 && (f1 - 0.4).abs() < 1e-12
    );
    assert_eq!(score(&document, &[]).f1(), 0.0);
}
