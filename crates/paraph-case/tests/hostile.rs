//! Any bytes at all give a result, soon.

use paraph_case::render::{Style, concise, human, json};
use paraph_case::{
    Overlay, Parsed, Preferences, Ranked, Severity, load, parse, parse_with_scenario, scenarios,
};
use std::path::Path;
use std::time::{Duration, Instant};

/// Everything that is done with a case before it is analysed.
fn use_it(parsed: &Parsed) {
    let all = parsed.check();
    human(&all, &parsed.files, Style::Plain);
    concise(&all, &parsed.files);
    json(&all, &parsed.files);
    for diagnostic in &all {
        for label in &diagnostic.labels {
            assert!(label.span.start <= label.span.end, "{diagnostic:?}");
            assert!(parsed.files.text(label.span).is_some(), "{diagnostic:?}");
        }
    }
    let Some(case) = &parsed.case else { return };
    // Every index is in range: formulas can be shown and evaluated, outcomes written and read again.
    let first = vec![0; case.issues.len()];
    let formulas = case
        .constraints
        .iter()
        .map(|c| &c.always)
        .chain(case.same.iter().map(|s| &s.that))
        .chain(case.parties.iter().flat_map(|p| p.red_lines.iter().map(|r| &r.that)));
    for formula in formulas {
        let _ = formula.holds(&first);
        let shown = formula.display(case);
        let again = case.parse_formula(&shown).unwrap_or_else(|error| unreachable!("{shown}: {error}"));
        assert_eq!(again.holds(&first), formula.holds(&first));
    }
    for package in &case.packages {
        assert_eq!(case.parse_code(&case.code(&package.outcome)).unwrap(), package.outcome);
    }
    for issue in &case.issues {
        assert!(
            issue.options.len() >= 2 && issue.status_quo.is_none_or(|option| option < issue.options.len())
        );
        assert!(issue.moved_by.iter().all(|&party| party < case.parties.len()));
    }
    for party in &case.parties {
        match &party.preferences {
            Preferences::Weights(weights) => {
                assert_eq!(weights.options.len(), case.issues.len());
                for (weights, issue) in weights.options.iter().zip(&case.issues) {
                    assert_eq!(weights.len(), issue.options.len());
                }
            }
            Preferences::Ranking(ranking) => {
                for entry in ranking.groups.iter().flatten() {
                    match entry {
                        Ranked::Outcome(outcome) => assert_eq!(outcome.len(), case.issues.len()),
                        Ranked::Class(class) => assert!(*class < case.same.len()),
                        Ranked::State(state) => {
                            assert!(*state < case.explicit.as_ref().unwrap().states.len())
                        }
                    }
                }
            }
            Preferences::None | Preferences::Priorities(_) => {}
        }
    }
    if let Some(explicit) = &case.explicit {
        assert!(explicit.moves.len() <= case.parties.len());
        assert!(explicit.moves.iter().flatten().all(|&(a, b)| a.max(b) < explicit.states.len()));
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

/// The texts of the diagnostics' cases, which use every key.
fn seeds() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| {
        path.extension().is_some_and(|extension| extension == "toml" || extension == "scenario")
    });
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

fn mutated(text: &str, random: &mut Random) -> String {
    const PIECES: [&str; 24] = [
        "\"",
        "'",
        "[",
        "]",
        "[[",
        "]]",
        "=",
        "\n",
        "{",
        "}",
        "-",
        "(",
        ")",
        " not ",
        " if ",
        "é",
        "\u{0}",
        "\\",
        "/",
        ",",
        "999999999999999999999999999999999999999999",
        "'''",
        "\r\n",
        "\u{feff}",
    ];
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..1 + random.below(6) {
        let at = random.below(bytes.len());
        match random.below(5) {
            0 => bytes[at] = random.below(256) as u8,
            1 => {
                bytes.remove(at);
            }
            2 => {
                let piece = PIECES[random.below(PIECES.len())];
                bytes.splice(at..at, piece.bytes());
            }
            3 => {
                let end = (at + random.below(40)).min(bytes.len());
                let copied = bytes[at..end].to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, copied);
            }
            _ => {
                let end = (at + random.below(40)).min(bytes.len());
                bytes.drain(at..end);
            }
        }
        if bytes.is_empty() {
            bytes.push(b'\n');
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn mutations_never_panic() {
    let seeds = seeds();
    for seed in 0..2000u64 {
        let mut random = Random(seed);
        let text = &seeds[random.below(seeds.len())];
        let text = mutated(text, &mut random);
        if seed % 4 == 0 {
            let over = &seeds[random.below(seeds.len())];
            let over = mutated(over, &mut random);
            let overlay = Overlay { name: "x", file_name: "scenarios/x.toml", text: &over };
            use_it(&parse_with_scenario(&text, "case.toml", overlay));
        } else {
            use_it(&parse(&text, "case.toml"));
        }
    }
}

/// The head of a file with a few issues, and one long thing behind it.
fn with(rest: &str) -> String {
    format!("[case]\ntitle = 'x'\n[issue.a]\n[issue.b]\n[party.p]\nconsents = false\n{rest}")
}

#[test]
fn large_and_deep_inputs_end_soon() {
    let many = 100_000;
    let formula = |text: String| with(&format!("red-line = [{{ that = '{text}', basis = 'assumed' }}]\n"));
    let inputs = [
        ("parentheses", formula("(".repeat(many))),
        ("closed parentheses", formula(format!("{}a{}", "(".repeat(many), ")".repeat(many)))),
        ("negations", formula(format!("{}a", "not ".repeat(many)))),
        ("hyphens", formula(format!("{}a", "-".repeat(many)))),
        ("conditionals", formula(format!("a{}", " if a".repeat(many)))),
        ("equivalences", formula(format!("a{}", " iff a".repeat(many)))),
        ("conjunction", formula(format!("a{}", " and b".repeat(many)))),
        ("unknown issues", formula(format!("a{}", " and x".repeat(many)))),
        ("juxtaposition", formula("a ".repeat(many))),
        ("arrays", format!("x = {}", "[".repeat(many))),
        ("keys", format!("{}x = 1", "x.".repeat(many))),
        ("tables", "[x]\n".repeat(many)),
        ("errors", "=\n".repeat(many)),
        ("unknown keys", (0..many).map(|n| format!("k{n} = 1\n")).collect()),
        ("issues", (0..many).map(|n| format!("[issue.i{n}]\n")).collect()),
        ("parties", (0..many).map(|n| format!("[party.p{n}]\n")).collect()),
        ("long line", format!("title = '{}'\nx = 1", "x".repeat(many * 10))),
        ("ranking", with(&format!("ranking = [{}]", "'NY', ".repeat(many)))),
        ("constraints", with(&"[[constraint]]\nnever = 'a and b'\n".repeat(many / 20))),
        (
            "classes",
            with(&(0..2000).map(|n| format!("[[same]]\nname = 'c{n}'\nthat = 'a'\n")).collect::<String>()),
        ),
        (
            "wide case",
            (0..20).map(|n| format!("[issue.i{n}]\n")).collect::<String>()
                + "[party.p]\nwalk-away = 'i0'\n"
                + &(0..300)
                    .map(|n| {
                        let all: Vec<String> = (0..20).map(|i| format!("i{}", (i + n) % 20)).collect();
                        format!("[[party.p.prefers]]\nbasis = 'assumed'\nthat = '{}'\n", all.join(" or "))
                    })
                    .collect::<String>(),
        ),
    ];
    for (name, text) in inputs {
        let start = Instant::now();
        use_it(&parse(&text, "case.toml"));
        let taken = start.elapsed();
        // Generous: tests run beside others, and unoptimised. Quadratic behaviour would take minutes.
        assert!(taken < Duration::from_secs(20), "{name} took {taken:?}");
        eprintln!("{name}: {taken:?}");
    }
}

#[test]
fn too_much_is_an_error_and_not_cut_silently() {
    let large = format!("# {}", "x".repeat(16 << 20));
    let issues: String = (0..1025).map(|n| format!("[issue.i{n}]\n")).collect();
    let options: Vec<String> = (0..257).map(|n| format!("'o{n}'")).collect();
    let options = format!("[issue.i]\noptions = [{}]\n", options.join(","));
    let wide: Vec<String> = (0..200).map(|n| format!("'o{n}'")).collect();
    let wide: String = (0..30).map(|n| format!("[issue.i{n}]\noptions = [{}]\n", wide.join(","))).collect();
    let parties: String = (0..257).map(|n| format!("[party.p{n}]\n")).collect();
    for text in [large, issues, options, wide, parties] {
        let parsed = parse(&text, "case.toml");
        assert!(parsed.diagnostics.iter().any(|d| d.id == "too-large" && d.severity == Severity::Error));
        use_it(&parsed);
    }
    let deep = parse(&with(&format!("red-line = [{{ that = '{}a' }}]", "(".repeat(200))), "case.toml");
    assert!(deep.diagnostics.iter().any(|d| d.id == "formula-too-deep"));
    let many = parse(&"=\n".repeat(1000), "case.toml");
    assert!(many.diagnostics.last().unwrap().id == "too-many" && many.diagnostics.len() == 501);
}

#[test]
fn folders_and_bytes() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("paraph-case-folder");
    let _ = std::fs::remove_dir_all(&folder);
    assert_eq!(load(&folder, None).diagnostics[0].id, "missing-file");
    std::fs::create_dir_all(folder.join("scenarios")).unwrap();
    std::fs::write(folder.join("case.toml"), b"[case]\ntitle = \"\xffx\"\n[issue.a]\nstatus-quo = 'no'\n")
        .unwrap();
    std::fs::write(folder.join("scenarios/later.toml"), "title = 'Later'\n[issue.a]\nstatus-quo = 'yes'\n")
        .unwrap();
    std::fs::write(folder.join("scenarios/notes.txt"), "").unwrap();
    assert_eq!(scenarios(&folder), ["later"]);

    let parsed = load(&folder, None);
    assert_eq!(
        concise(&parsed.diagnostics, &parsed.files).lines().next().unwrap(),
        "case.toml:2:10: error[not-utf8]: byte 16 of `case.toml` is 0xff, which is no UTF-8 here (save the file as UTF-8)"
    );
    assert_eq!(parsed.case.unwrap().issues[0].status_quo, Some(0));

    std::fs::write(folder.join("case.toml"), "[case]\ntitle = \"x\"\n[issue.a]\nstatus-quo = 'no'\n")
        .unwrap();
    let parsed = load(&folder, Some("later"));
    let case = parsed.complete().unwrap();
    assert_eq!(case.issues[0].status_quo, Some(1));
    assert_eq!(case.scenario.as_ref().unwrap().title, "Later");

    for name in ["latter", "../case", ""] {
        let parsed = load(&folder, Some(name));
        assert_eq!(parsed.diagnostics[0].id, "unknown-scenario");
        assert!(parsed.complete().is_none());
    }
    std::fs::create_dir_all(folder.join("scenarios/folder.toml")).unwrap();
    assert_eq!(load(&folder, Some("folder")).diagnostics[0].id, "unreadable-file");
}
