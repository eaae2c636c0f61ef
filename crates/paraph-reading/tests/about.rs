//! What statements are about, on marked contents: `tests/about/choose-*.txt` were looked at while the threshold was
//! chosen, `measure-*.txt` were not.

use paraph_reading::about::{Topics, content_stems};
use paraph_reading::{Issue, Names, Party};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A case's issues, and contents with what a person says they are about.
struct Marked {
    names: Names,
    contents: Vec<(BTreeSet<String>, String)>,
}

fn read(path: &Path) -> Marked {
    let text = std::fs::read_to_string(path).expect("the file is there");
    let list = |field: &str, by: char| -> Vec<String> {
        field.split(by).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    };
    let mut marked = Marked { names: Names::default(), contents: Vec::new() };
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (kind, rest) = line.split_once(' ').expect("a kind and the rest");
        let fields: Vec<&str> = rest.split('|').map(str::trim).collect();
        match (kind, &fields[..]) {
            ("issue", [id, title, words, options @ ..]) => marked.names.issues.push(Issue {
                id: (*id).to_owned(),
                title: (*title).to_owned(),
                words: list(words, ';'),
                options: options.iter().flat_map(|options| list(options, ',')).collect(),
                points: Vec::new(),
            }),
            ("point", [id, text]) => {
                let issue = marked.names.issues.iter_mut().find(|issue| issue.id == *id);
                issue.expect("the issue stands above").points.push((*text).to_owned());
            }
            ("say", [about, content]) => {
                marked.contents.push((list(about, ';').into_iter().collect(), (*content).to_owned()));
            }
            _ => panic!("{}: `{line}`", path.display()),
        }
    }
    marked
}

/// Issues proposed and right, proposed, and there to be found; options are compared where a person marked one.
#[derive(Default, Debug)]
struct Counts {
    right: usize,
    proposed: usize,
    there: usize,
    /// Contents about no issue with nothing proposed.
    left_alone: usize,
    of_none: usize,
}

fn rate(kind: &str, change: impl Fn(&mut Names)) -> Counts {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/about");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut counts = Counts::default();
    for path in paths.iter().filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(kind)) {
        let mut marked = read(path);
        change(&mut marked.names);
        let topics = Topics::new(&marked.names);
        let none = |about: &str| matches!(about, "process" | "plan" | "unmapped");
        for (gold, content) in &marked.contents {
            let found = topics.of(content);
            let bare = |about: &str| about.split(" = ").next().unwrap().to_owned();
            let gold: BTreeSet<String> =
                gold.iter().filter(|about| !none(about)).map(|about| bare(about)).collect();
            let own: BTreeSet<String> =
                found.iter().filter(|found| !none(&found.about)).map(|found| bare(&found.about)).collect();
            counts.right += gold.intersection(&own).count();
            counts.proposed += own.len();
            counts.there += gold.len();
            if gold.is_empty() {
                counts.of_none += 1;
                counts.left_alone += usize::from(own.is_empty());
            }
        }
    }
    counts
}

fn only_words(names: &mut Names) {
    for issue in &mut names.issues {
        issue.points.clear();
        issue.title.clear();
    }
}

#[test]
fn titles_and_drafts_find_more_than_words_alone() {
    // Of 50 issues 40 by words alone, 44 with titles and drafts; 56 contents are about no issue.
    let counts = rate("choose", |_| ());
    assert!(counts.right >= 44 && counts.proposed == counts.right, "{counts:?}");
    assert!(rate("choose", only_words).right <= 40);
    // Not looked at while choosing: of 35 issues 26 by words alone, 30 with titles and drafts.
    let counts = rate("measure", |_| ());
    assert!(counts.right >= 30 && counts.proposed - counts.right <= 1, "{counts:?}");
    assert_eq!(counts.left_alone, counts.of_none, "{counts:?}");
    assert!(rate("measure", only_words).right <= 26);
}

fn issue(id: &str, title: &str, words: &[&str], options: &[&str], points: &[&str]) -> Issue {
    let owned = |list: &[&str]| list.iter().map(ToString::to_string).collect();
    Issue {
        id: id.to_owned(),
        title: title.to_owned(),
        words: owned(words),
        options: owned(options),
        points: owned(points),
    }
}

fn strait() -> Names {
    Names {
        parties: vec![Party {
            id: "north".to_owned(),
            names: vec!["North Marrow".to_owned()],
            people: Vec::new(),
        }],
        issues: vec![
            issue("patrols", "Patrols in the strait", &["coast guard", "patrol"], &["none", "joint"], &[]),
            issue(
                "forces",
                "Size of the fleet",
                &["armed forces", "all for all"],
                &["no-cap", "cap-600000"],
                &[],
            ),
            issue(
                "dredging",
                "Dredging of the channel",
                &[],
                &["no", "yes"],
                &[
                    "The League shall pay for the dredging of the channel. Work shall begin within thirty days.",
                ],
            ),
            issue(
                "fishing",
                "Licences for fishing",
                &["licence", "patrol"],
                &[],
                &[
                    "Licences to fish in waters of North Marrow shall be issued to trawlers with a transponder.",
                ],
            ),
        ],
    }
}

fn about(names: &Names, content: &str) -> Vec<String> {
    Topics::new(names).of(content).into_iter().map(|matched| matched.about).collect()
}

#[test]
fn words_match_in_their_forms_and_phrases_whole() {
    let names = strait();
    for (content, expected) in [
        ("both coast guards were late", &["patrols"][..]),
        ("the coast-guard was late", &["patrols"]),
        ("the Coast Guard was late", &["patrols"]),
        ("the guard on the coast was late", &["unmapped"]),
        ("the patroness was late", &["unmapped"]),
        ("a limit on its armed and its forces", &["forces"]),
        ("prisoners, all for all", &["forces"]),
        ("all of it, for them", &["unmapped"]),
        ("its armed forces are capped at 600,000", &["forces = cap-600000"]),
        ("its armed forces are capped at 800,000", &["forces"]),
        ("no joint patrols", &["patrols = joint", "fishing"]),
        ("joint exercises", &["unmapped"]),
        ("that the channel be dredged", &["dredging"]),
        // One word of a draft is not enough, two are.
        ("no trawlers are welcome", &["unmapped"]),
        ("every trawler bears a transponder", &["fishing"]),
        // Names of parties and what any text has say nothing.
        ("North Marrow shall begin within days", &["unmapped"]),
        ("the talks go on", &["process"]),
        ("the proposal is good", &["plan"]),
        ("the talks on patrols go on", &["patrols", "fishing"]),
        ("", &["unmapped"]),
        ("— … “”", &["unmapped"]),
    ] {
        assert_eq!(about(&names, content), expected, "{content}");
    }
}

#[test]
fn what_spoke_for_an_issue_is_told() {
    let topics = Topics::new(&strait());
    let found =
        topics.of("that trawlers with a transponder get licences, and coast guards keep to the coast");
    let told: Vec<_> =
        found.iter().map(|matched| (matched.about.as_str(), matched.words.join(" | "))).collect();
    assert_eq!(
        told,
        [
            ("patrols", "coast guards | coast".to_owned()),
            ("fishing", "trawlers | transponder | licences".to_owned())
        ]
    );
    assert!(found.iter().all(|matched| matched.score > 0.0));
    assert_eq!(topics.of("the talks go on")[0].words, ["talks"]);
    assert!(topics.of("the ferries were late")[0].words.is_empty());
}

#[test]
fn a_word_of_many_issues_says_less() {
    let score = |names: &Names, id: &str, content: &str| {
        Topics::new(names)
            .of(content)
            .into_iter()
            .find(|matched| matched.about == id)
            .map(|matched| matched.score)
    };
    let mut names = strait();
    let alone = score(&names, "dredging", "the dredging of the channel").unwrap();
    let licence = score(&names, "fishing", "every licence").unwrap();
    let patrol = score(&names, "fishing", "every patrol").unwrap();
    assert!(patrol < licence, "{patrol} {licence}");
    for at in 0..6 {
        names.issues.push(issue(&format!("other-{at}"), "A channel", &[], &[], &[]));
    }
    assert!(score(&names, "dredging", "the dredging of the channel").unwrap() < alone);
}

#[test]
fn the_order_of_issues_and_of_their_words_changes_nothing() {
    let contents =
        ["joint patrols", "trawlers bear a transponder in the channel", "the dredging of coast and channel"];
    let mut turned = strait();
    turned.issues.reverse();
    for issue in &mut turned.issues {
        issue.words.reverse();
    }
    for content in contents {
        let sorted = |names: &Names| {
            let mut found = Topics::new(names).of(content);
            found.sort_by(|one, other| one.about.cmp(&other.about));
            found
        };
        assert_eq!(sorted(&strait()), sorted(&turned), "{content}");
    }
}

proptest! {
    #[test]
    fn any_text_is_about_something(content in "\\PC{0,80}", title in "\\PC{0,40}", words in "\\PC{0,20}", point in "\\PC{0,60}") {
        let names = Names { issues: vec![issue("one", &title, &[&words], &[&words], &[&point])], ..Names::default() };
        let found = Topics::new(&names).of(&content);
        prop_assert!(!found.is_empty());
        for matched in found {
            prop_assert!(matched.score.is_finite());
            for words in matched.words {
                prop_assert!(words.split(' ').all(|word| content.contains(word)), "{words}");
            }
        }
    }
}

/// The background was made from the training part of the corpus, which may have been changed a little since.
#[test]
fn the_background_is_that_of_the_corpus() {
    let background = include_str!("../data/background.txt");
    let recorded: BTreeMap<&str, f64> = background
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once(' ').expect("a stem and a number"))
        .map(|(stem, count)| (stem, count.parse().expect("a number")))
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/train");
    let Ok(entries) = std::fs::read_dir(folder) else {
        println!("skipped: the corpus is not here");
        return;
    };
    let (mut counts, mut texts): (BTreeMap<String, f64>, f64) = Default::default();
    for entry in entries {
        let marked = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let mut text = String::new();
        let body = marked.splitn(3, "---").nth(2).unwrap_or_default();
        for piece in body.split('<') {
            text.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
        }
        texts += 1.0;
        for stem in content_stems(&text) {
            *counts.entry(stem).or_default() += 1.0;
        }
    }
    assert!((recorded["="] - texts).abs() <= 0.1 * texts, "{} of {texts}", recorded["="]);
    let frequent = counts
        .iter()
        .filter(|(stem, count)| **count >= 10.0 && !stem.starts_with(|c: char| c.is_ascii_digit()));
    let (mut all, mut off) = (0, 0);
    for (stem, count) in frequent {
        all += 1;
        off += usize::from((recorded.get(stem.as_str()).copied().unwrap_or(0.0) - count).abs() > 0.2 * count);
    }
    assert!(all > 300 && off * 20 <= all, "{off} of {all}: make data/background.txt again");
}
