//! Drafts in every form that a person looks at, with hostile words in every field.

use std::io::{Cursor, Read as _};

use paraph_brief::terminal::{self, Style};
use paraph_brief::view::{
    Agreement, Brief, DiffRun, DraftAlignment, DraftAlignments, DraftAssessment, DraftAssessments,
    DraftBrackets, DraftCell, DraftChoice, DraftColumn, DraftColumns, DraftDiff, DraftEffects, DraftList,
    DraftNotRead, DraftOpen, DraftPackage, DraftPiece, DraftRegister, DraftRemark, DraftRow, DraftSummary,
    DraftText, Drafts, Effect, EffectDirection, IssueEffect, LinkBasis, NotAccepted, OpenCount, OpenOf,
    Package, Party, PartyOrder, PointDiff, PointIssue, PointRelation, PreferenceBroken, RankedTogether,
    RegisterConcern, RegisterContribution, RegisterInitials, RegisterPlace, RegisterPoint, RunKind,
    SaidOfDraft, TypedChange,
};
use paraph_brief::{csv, docx, html};
use unicode_width::UnicodeWidthStr;

const HOSTILE: &str = "<script>alert(1)</script>&\"']]>{{ 7*7 }}\u{1}\u{202e}\u{1b}[31m =cmd";

fn relation(became: &str, old: &[&str], new: &[&str]) -> PointRelation {
    PointRelation {
        became: became.into(),
        old: old.iter().map(|one| (*one).into()).collect(),
        new: new.iter().map(|one| (*one).into()).collect(),
        score: 70,
        moved: became == "moved",
        by_hand: became == "split",
        reason: HOSTILE.into(),
        ..PointRelation::default()
    }
}

fn run(kind: RunKind, words: &str) -> DiffRun {
    DiffRun { kind, words: words.into() }
}

fn piece(address: &str, label: &str, words: &str) -> DraftPiece {
    DraftPiece {
        address: address.into(),
        label: label.into(),
        words: words.into(),
        depth: u64::from(label.starts_with('(')),
        issues: vec![PointIssue {
            point: address.into(),
            issue: "access".into(),
            basis: LinkBasis::Proposed,
            reason: HOSTILE.into(),
        }],
        ..DraftPiece::default()
    }
}

fn drafts(word: &str) -> Drafts {
    let open = OpenCount {
        brackets: 2,
        placeholders: 1,
        options: 2,
        struck: 1,
        reservations: 1,
        ..OpenCount::default()
    };
    let remark = DraftRemark {
        severity: "error".into(),
        id: "open-bracket".into(),
        message: word.into(),
        line: 3,
        hint: Some(word.into()),
    };
    let summary = |name: &str| DraftSummary {
        name: name.into(),
        title: format!("{name} {word}"),
        by: Some(word.into()),
        date: Some("2031-05-14".into()),
        based_on: Some("first".into()),
        points: 4,
        open,
        remarks: vec![remark.clone()],
    };
    let said = SaidOfDraft {
        statement: "m2c7".into(),
        draft: "first".into(),
        point: Some("1".into()),
        reason: word.into(),
        speaker: Some(word.into()),
        words: word.into(),
        ..SaidOfDraft::default()
    };
    let diff = vec![
        run(RunKind::Same, "Ships"),
        run(RunKind::Old, "shall"),
        run(RunKind::New, "may"),
        run(RunKind::Same, word),
    ];
    let change = TypedChange {
        kind: "modal".into(),
        direction: "changed".into(),
        old: Some("shall".into()),
        new: Some("may".into()),
        sentence: format!("modal: shall → may {word}"),
    };
    let point = |became: &str, old: &[&str], new: &[&str]| PointDiff {
        relation: relation(became, old, new),
        old: old.iter().map(|one| piece(one, &format!("{one}."), &format!("Ships shall {word}"))).collect(),
        new: new.iter().map(|one| piece(one, &format!("{one}."), &format!("Ships may {word}"))).collect(),
        changes: if became == "changed" { vec![change.clone()] } else { Vec::new() },
        diff: if matches!(became, "changed" | "replaced" | "split") { diff.clone() } else { Vec::new() },
        coarse: became == "split",
    };
    let points = vec![
        point("kept", &["1"], &["1"]),
        point("changed", &["2"], &["3"]),
        point("deleted", &["3"], &[]),
        point("added", &[], &["2"]),
        point("replaced", &["4"], &["4"]),
        point("split", &["5"], &["5", "6"]),
        point("moved", &["6"], &["7"]),
    ];
    let relations: Vec<PointRelation> = points.iter().map(|point| point.relation.clone()).collect();
    let cell = |became: Option<&str>| DraftCell {
        points: vec!["1".into()],
        words: vec![format!("Ships may {word}")],
        became: became.map(str::to_owned),
        changes: vec![change.clone()],
        diff: if became == Some("changed") { diff.clone() } else { Vec::new() },
        open,
    };
    let row = |became: &str, agreement| DraftRow {
        cells: vec![cell(None), cell(Some(became)), DraftCell::default()],
        compromise: word.into(),
        compromise_from: "recorded".into(),
        agreement,
        status: "agreed-by-negotiators".into(),
        unnumbered: false,
    };
    let column = |draft: &str, base: Option<&str>| DraftColumn {
        draft: draft.into(),
        title: word.into(),
        by: Some(word.into()),
        date: Some("2031-05-14".into()),
        base: base.map(str::to_owned),
    };
    let party = |id: &str| Party { id: id.into(), name: format!("{id} {word}"), consents: true };
    let parties = vec![party("north"), party("south")];
    let package = DraftPackage {
        package: Package {
            package: "by-day/none".into(),
            not_accepted_by: vec![NotAccepted {
                party: "north".into(),
                preference: Some(PreferenceBroken { that: word.into(), ..PreferenceBroken::default() }),
                because: vec!["m2c7".into()],
                ..NotAccepted::default()
            }],
            ..Package::default()
        },
        ..DraftPackage::default()
    };
    Drafts {
        title: word.into(),
        version: "0".into(),
        list: Some(DraftList {
            drafts: vec![summary("first"), summary("second")],
            not_read: vec![DraftNotRead { file: word.into(), reason: word.into() }],
        }),
        text: Some(DraftText {
            draft: summary("first"),
            pieces: vec![piece("1", "1.", word), piece("1(a)", "(a)", "by day")],
            said: vec![said.clone()],
        }),
        columns: Some(DraftColumns {
            title: word.into(),
            columns: vec![
                column("first", None),
                column("second", Some("first")),
                column("third", Some("second")),
            ],
            rows: vec![
                row("changed", Agreement::Agreed),
                row("deleted", Agreement::ObjectiveAgreed),
                row("added", Agreement::Open),
                row("replaced", Agreement::Open),
            ],
        }),
        alignments: Some(DraftAlignments {
            alignments: vec![DraftAlignment {
                old: "first".into(),
                new: "second".into(),
                counts: [("kept".to_owned(), 1)].into(),
                relations,
            }],
        }),
        diff: Some(DraftDiff {
            old: summary("first"),
            new: summary("second"),
            counts: [("changed".to_owned(), 1)].into(),
            points,
        }),
        brackets: Some(DraftBrackets {
            drafts: ["first", "second"]
                .into_iter()
                .map(|draft| DraftOpen {
                    draft: draft.into(),
                    points: 4,
                    clean_points: 2,
                    total: open,
                    by_point: vec![OpenOf { of: "1".into(), open }],
                    by_party: vec![OpenOf { of: word.into(), open }],
                    errors: vec![remark.clone()],
                    ..DraftOpen::default()
                })
                .collect(),
        }),
        assessments: Some(DraftAssessments {
            parties: parties.clone(),
            drafts: vec![DraftAssessment {
                draft: "first".into(),
                title: word.into(),
                choices: vec![DraftChoice {
                    issue: "access".into(),
                    title: word.into(),
                    points: vec![PointIssue {
                        point: "1".into(),
                        issue: "access".into(),
                        ..PointIssue::default()
                    }],
                    words_say: Some(word.into()),
                    ..DraftChoice::default()
                }],
                packages: Some(9),
                looked_at: 9,
                listed: vec![package],
                verdict: word.into(),
                ..DraftAssessment::default()
            }],
            orders: vec![PartyOrder {
                party: "north".into(),
                order: vec![RankedTogether { place: 3, what: vec!["status quo".into(), "first".into()] }],
                note: Some(word.into()),
            }],
            effects: vec![DraftEffects {
                old: "first".into(),
                new: "second".into(),
                issues: vec![IssueEffect {
                    issue: "access".into(),
                    title: word.into(),
                    by_party: [(
                        "north".to_owned(),
                        Effect { direction: EffectDirection::Lower, before: Some(3), after: Some(9) },
                    )]
                    .into(),
                    ..IssueEffect::default()
                }],
                unlinked: vec!["9".into()],
                same_option: vec!["8".into()],
            }],
            said: vec![said],
            said_of_no_draft: vec!["m2c7".into()],
            not_determined: vec![word.into()],
            ..DraftAssessments::default()
        }),
        register: Some(DraftRegister {
            parties,
            latest: Some("second".into()),
            points: vec![RegisterPoint {
                places: vec![RegisterPlace { draft: "first".into(), points: vec!["1".into()] }],
                words: word.into(),
                status: "agreed".into(),
                words_changed_since: true,
                owner: word.into(),
                next_action: word.into(),
                compromise: word.into(),
                concerns: vec![RegisterConcern {
                    party: "gone".into(),
                    text: word.into(),
                    ..RegisterConcern::default()
                }],
                initials: vec![RegisterInitials {
                    party: "north".into(),
                    reason: word.into(),
                    ..RegisterInitials::default()
                }],
                ..RegisterPoint::default()
            }],
            contributions: vec![RegisterContribution {
                party: "north".into(),
                kind: "ask".into(),
                text: word.into(),
                fate: "put-in".into(),
                ..RegisterContribution::default()
            }],
            lost: vec![word.into()],
        }),
    }
}

/// Every element is closed where it should be; attributes hold no angle bracket.
fn well_formed(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    let body = page.split_once("</style>").map_or(page, |(_, body)| body);
    for part in body.split('<').skip(1) {
        let tag = part.split('>').next().unwrap_or("");
        let name = tag.split_whitespace().next().unwrap_or("");
        if name.starts_with('!') || tag.ends_with('/') || matches!(name, "meta" | "br") {
            continue;
        }
        match name.strip_prefix('/') {
            Some("head") => assert!(open.is_empty() || open.pop() == Some("head")),
            Some(name) => assert_eq!(open.pop().map_or("html", |open| open), name, "closed out of order"),
            None => open.push(name),
        }
    }
}

#[test]
fn the_page_is_well_formed_and_no_words_leave_their_element() {
    let page = html::drafts(&drafts(HOSTILE)).expect("the template is sound");
    well_formed(&page);
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"), "words became elements");
    assert!(page.contains("{{ 7*7 }}"), "words were taken for a template");
    assert!(!page.contains(" src=") && !page.contains("url("), "the page loads something");
    assert_eq!(page, html::drafts(&drafts(HOSTILE)).expect("again"), "the same drafts gave other bytes");
    for sign in ["+</span>", "−</span>", "~</span> changed", "−</span> deleted", "±</span> replaced"] {
        assert!(page.contains(sign), "no sign {sign}: colour must not be the only one");
    }
    for word in ["✓ agreed", "◐ objective agreed", "○ open", "▼ ranks it lower (3 → 9)", "never netted"]
    {
        assert!(page.contains(word), "{word}");
    }
}

#[test]
fn a_page_of_nothing_is_a_page() {
    well_formed(&html::drafts(&Drafts::default()).expect("the template is sound"));
    let empty = Drafts {
        list: Some(DraftList::default()),
        columns: Some(DraftColumns::default()),
        diff: Some(DraftDiff::default()),
        brackets: Some(DraftBrackets::default()),
        assessments: Some(DraftAssessments::default()),
        register: Some(DraftRegister::default()),
        ..Drafts::default()
    };
    well_formed(&html::drafts(&empty).expect("the template is sound"));
}

#[test]
fn the_brief_has_a_section_of_drafts_only_where_there_are_some() {
    let without = html::render(&Brief::default()).expect("the template is sound");
    assert!(!without.contains("id=\"drafts\"") && !without.contains("#drafts"));
    let brief = Brief { drafts: Some(drafts("Kettle Bay")), ..Brief::default() };
    let page = html::render(&brief).expect("the template is sound");
    assert!(page.contains("<section id=\"drafts\"") && page.contains("href=\"#drafts\""));
    well_formed(&page);
}

#[test]
fn terminal_tables_fit_and_steer_nothing() {
    let all = drafts(HOSTILE);
    for width in [40, 80, 133] {
        let style = Style { width, color: false };
        let texts = [
            all.list.as_ref().map(|view| terminal::draft_list(view, style)),
            all.text.as_ref().map(|view| terminal::draft_text(view, style)),
            all.columns.as_ref().map(|view| terminal::draft_columns(view, style)),
            all.alignments.as_ref().map(|view| terminal::draft_alignments(view, style)),
            all.diff.as_ref().map(|view| terminal::draft_diff(view, style)),
            all.brackets.as_ref().map(|view| terminal::draft_brackets(view, style)),
            all.assessments.as_ref().map(|view| terminal::draft_assessments(view, style)),
            all.register.as_ref().map(|view| terminal::draft_register(view, style)),
        ];
        for text in texts.into_iter().flatten() {
            assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{1}']), "{text}");
            for line in text.lines() {
                assert!(line.width() <= width, "{} columns in {width}: {line}", line.width());
            }
        }
    }
}

#[test]
fn sheets_are_safe_and_rectangular() {
    let all = drafts(HOSTILE);
    let sheets = [
        all.list.as_ref().map(csv::draft_list),
        all.columns.as_ref().map(csv::draft_columns),
        all.alignments.as_ref().map(csv::draft_alignments),
        all.diff.as_ref().map(csv::draft_diff),
        all.brackets.as_ref().map(csv::draft_brackets),
        all.assessments.as_ref().map(csv::draft_assessments),
        all.register.as_ref().map(csv::draft_register),
    ];
    for sheet in sheets.into_iter().flatten() {
        let mut widths = std::collections::BTreeSet::new();
        for record in sheet.split("\r\n").filter(|record| !record.is_empty()) {
            let mut quoted = false;
            let cells = 1 + record
                .chars()
                .filter(|&letter| {
                    quoted ^= letter == '"';
                    letter == ',' && !quoted
                })
                .count();
            widths.insert(cells);
        }
        assert_eq!(widths.len(), 1, "records of different lengths: {widths:?}\n{sheet}");
    }
    assert!(csv::draft_list(&all.list.expect("a list")).starts_with("draft,title,by,date"));
    let formula = DraftList {
        drafts: vec![DraftSummary { name: "=1+1".into(), ..DraftSummary::default() }],
        ..DraftList::default()
    };
    assert!(csv::draft_list(&formula).contains("'=1+1"), "a sheet would calculate it");
}

/// Reads every part of a document as XML to its end; gives the text of the main one.
fn parts(document: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(document)).expect("an archive");
    let mut main = String::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).expect("a part");
        let name = part.name().expect("a name in UTF-8").into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).expect("text");
        let mut reader = quick_xml::Reader::from_str(&text);
        reader.config_mut().check_end_names = true;
        let mut depth = 0_i64;
        loop {
            match reader.read_event().unwrap_or_else(|error| panic!("{name}: {error}")) {
                quick_xml::events::Event::Start(_) => depth += 1,
                quick_xml::events::Event::End(_) => depth -= 1,
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0, "{name} is not closed");
        if name == "word/document.xml" {
            main = text;
        }
    }
    main
}

#[test]
fn documents_are_well_formed_and_the_same_every_time() {
    for word in [HOSTILE, "Kettle Bay", ""] {
        let all = drafts(word);
        let columns = all.columns.expect("columns");
        let side = docx::columns(&columns).expect("it is packed");
        assert_eq!(side, docx::columns(&columns).expect("again"), "the same drafts gave other bytes");
        let main = parts(&side);
        assert!(!main.contains("<script"));
        assert_eq!(main.matches("<w:tr>").count(), columns.rows.len() + 1);
        assert_eq!(main.matches("<w:tc>").count(), (columns.rows.len() + 1) * (columns.columns.len() + 2));
        let diff = all.diff.expect("a diff");
        let main = parts(&docx::redline(&diff).expect("it is packed"));
        assert!(main.contains("<w:ins ") && main.contains("<w:del "));
        // Every tracked change has a number of its own.
        let numbers: Vec<&str> = main
            .match_indices("w:id=\"")
            .map(|(at, _)| main[at + 6..].split('"').next().expect("a number"))
            .collect();
        let different: std::collections::BTreeSet<&&str> = numbers.iter().collect();
        assert_eq!(numbers.len(), different.len());
        // Deleted words stand in an element of their own kind, and only there.
        for part in main.split("<w:del ").skip(1) {
            let tag = part.split_once('>').expect("a tag");
            if !tag.0.ends_with('/') {
                let inside = tag.1.split("</w:del>").next().expect("closed");
                assert!(!inside.contains("<w:t ") && inside.contains("<w:delText "), "{inside}");
            }
        }
    }
    assert!(!parts(&docx::columns(&DraftColumns::default()).expect("packed")).is_empty());
    assert!(!parts(&docx::redline(&DraftDiff::default()).expect("packed")).is_empty());
}
