//! Several drafts in a row, links made by hand, `.docx`, and drafts as packages.

use std::io::Write;

use paraph_drafts::{
    Draft, IssueWords, Link, OptionWords, PartyWords, RelationKind, Stance, align, changes, compare, package,
    propose_links, read, read_docx, read_links, write_links,
};

fn draft(name: &str, text: &str) -> Draft {
    read(name, text).unwrap()
}

#[test]
fn a_point_that_comes_back_stays_in_its_row() {
    let drafts = [
        draft(
            "one",
            "1. Ships may anchor in the bay.\n2. Pilots are paid by the port.\n3. Nets are marked with tags.\n",
        ),
        draft("two", "1. Ships may anchor in the bay.\n2. Nets are marked with tags.\n"),
        draft(
            "three",
            "1. Ships may anchor in the bay.\n2. Pilots are paid by the port.\n3. Nets are marked with tags.\n4. Gulls are counted each spring.\n",
        ),
    ];
    let table = compare(&drafts, &[], &[]).unwrap();
    let shown: Vec<Vec<(&str, &str)>> = table
        .rows
        .iter()
        .map(|row| {
            row.cells
                .iter()
                .map(|cell| {
                    (cell.addresses.first().map_or("", String::as_str), cell.became.as_deref().unwrap_or(""))
                })
                .collect()
        })
        .collect();
    assert_eq!(
        shown,
        [
            [("1", ""), ("1", "kept"), ("1", "kept")],
            [("2", ""), ("", "deleted"), ("2", "restored")],
            [("3", ""), ("2", "renumbered"), ("3", "renumbered")],
            [("", ""), ("", ""), ("4", "added")],
        ]
    );
}

#[test]
fn a_draft_is_told_against_the_one_it_is_based_on() {
    let drafts = [
        draft("base", "1. Fees are 5 crowns.\n2. Gates close at dusk.\n"),
        draft("north", "---\nbased-on: base\n---\n1. Fees are 7 crowns.\n2. Gates close at dusk.\n"),
        draft("south", "---\nbased-on: base\n---\n1. Fees are 3 crowns.\n2. Gates close at dusk.\n"),
    ];
    let table = compare(&drafts, &[], &[]).unwrap();
    assert_eq!(table.columns[2].base, Some(0));
    assert_eq!(table.rows[0].cells[2].changes[0].sentence, "number: 5 crowns → 3 crowns");
    assert_eq!(table.rows.len(), 2);
}

#[test]
fn the_word_diff_holds_both_versions() {
    let (old, new) = (
        draft("old", "1. Fees (5 crowns) are due at once.\n"),
        draft("new", "1. Fees are due within 9 days.\n"),
    );
    let alignment = align(&old, &new, &[]).unwrap();
    let diff = &changes(&old, &new, &alignment, &[])[0].diff;
    let side = |without: paraph_drafts::DiffKind| -> String {
        let words: Vec<&str> =
            diff.iter().filter(|part| part.kind != without).map(|part| part.words.as_str()).collect();
        words.join(" ").chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect()
    };
    assert_eq!(side(paraph_drafts::DiffKind::New), "Fees 5 crowns are due at once");
    assert_eq!(side(paraph_drafts::DiffKind::Old), "Fees are due within 9 days");
}

/// The typed changes between two drafts, as sentences in their order.
fn typed(old: &str, new: &str) -> Vec<String> {
    let (old, new) = (draft("old", old), draft("new", new));
    let alignment = align(&old, &new, &[]).unwrap();
    let points = changes(&old, &new, &alignment, &[]);
    points.into_iter().flat_map(|point| point.changes).map(|change| change.sentence).collect()
}

#[test]
fn brackets_that_go_and_come_are_changes() {
    for (old, new, expected) in [
        (
            "1. Ships anchor [by day only].\n2. Nets are marked.\n",
            "1. Ships anchor by day only.\n2. Nets are [marked].\n",
            vec!["bracket lifted: by day only", "bracket put around: marked"],
        ),
        (
            "OP1. [Requests][Invites] the office to report by [2032][2033];\n",
            "OP1. Requests the office to report by 2032;\n",
            vec![
                "bracket lifted: Requests",
                "wording lost: Invites",
                "bracket lifted: 2032",
                "number lost: 2033",
            ],
        ),
        (
            "1. The board has [[nine] members].\n",
            "1. The board has [nine members].\n",
            vec!["bracket lifted: nine"],
        ),
        (
            "1. Ships anchor [by day only – North].\n",
            "1. Ships anchor [by day only – North, South].\n",
            vec!["bracket: wanted by North → North, South (by day only)"],
        ),
    ] {
        assert_eq!(typed(old, new), expected, "{old}");
    }
}

#[test]
fn other_marks_alone_are_shown_where_they_are() {
    let found = typed("1. Ships, nets and fees are free.\n", "1. Ships; nets and fees are free.\n");
    assert_eq!(found, ["wording: Ships, → Ships;"]);
}

#[test]
fn rates_times_of_day_and_spans_of_time_are_whole() {
    let found = typed(
        "1. Wages rise by 2.5 % and night work begins at 22:00.\n2. Crews have a right to 28 days of leave.\n",
        "1. Wages rise by 6 % and night work begins at 21:00.\n2. Crews have a right to 30 days of leave.\n",
    );
    assert_eq!(
        found,
        ["number: 2.5 % → 6 %", "date or period: at 22:00 → at 21:00", "date or period: 28 days → 30 days",]
    );
    let cells = typed("| 1 | Fees fall by 10 % | June |\n", "| 1 | Fees fall by 5 % | June |\n");
    assert_eq!(cells, ["number: 10 % → 5 %"]);
}

#[test]
fn a_replaced_point_has_typed_changes_where_clauses_correspond() {
    let frame = |middle: &str| {
        format!(
            "1. The port opens to all ships.\n2. {middle}\n3. Nets are marked with the colours of the owner.\n"
        )
    };
    let old = frame(
        "Lighthouse keepers receive new uniforms and boots; the quay, the crane and the storehouse go to \
         the harbour company; archives move to the capital. The commission shall report within 30 days.",
    );
    let new = frame(
        "Fishing grounds west of the reef are closed in spring; divers map the wrecks; schools teach \
         swimming to every child. The commission may report within 60 days.",
    );
    let (one, other) = (draft("old", &old), draft("new", &new));
    let relation = align(&one, &other, &[]).unwrap().relations[1].clone();
    assert_eq!(relation.kind, RelationKind::Replaced, "{relation:?}");
    assert_eq!(
        typed(&old, &new),
        ["modal strength: shall → may", "date or period: within 30 days → within 60 days"]
    );
    // Nothing in common: nothing typed.
    assert_eq!(typed(&old, &frame("Tolls of 5 crowns end in May.")), Vec::<String>::new());
}

#[test]
fn links_go_before_words_and_survive_the_file() {
    let old = draft("old", "1. Ships may anchor in the bay.\n2. Pilots are paid.\n");
    let new = draft("new", "1. Ships may anchor in the bay.\n2. Towers are painted.\n3. Pilots are paid.\n");
    let links = vec![
        Link {
            from: "old".into(),
            points: vec!["2".into()],
            to: "new".into(),
            becomes: vec!["2".into(), "3".into()],
            because: "said \"so\" at the table".into(),
            ..Link::default()
        },
        Link {
            from: "new".into(),
            points: vec![],
            to: "old".into(),
            becomes: vec!["1".into()],
            ..Link::default()
        },
    ];
    let file = write_links(&links).unwrap();
    assert_eq!(read_links(&file).unwrap(), links);
    let alignment = align(&old, &new, &links).unwrap();
    let kinds: Vec<RelationKind> = alignment.relations.iter().map(|relation| relation.kind).collect();
    assert_eq!(kinds, [RelationKind::Deleted, RelationKind::Added, RelationKind::Split]);
    assert!(alignment.relations[2].manual && alignment.relations[2].reason.contains("at the table"));
    let wrong = [Link { from: "old".into(), points: vec!["9".into()], to: "new".into(), ..Link::default() }];
    assert!(align(&old, &new, &wrong).unwrap_err().is_unknown_place());
    for broken in [
        "[[link]]\nfrom = \"a\"\n",
        "[[link]]\nfrom = \"a\"\nto = \"b\"\n",
        "[[link]]\nfrom = \"a\"\nto = \"b\"\npoints = [\"1\"]\nreplaced = true\n",
        "nonsense",
    ] {
        assert!(read_links(broken).unwrap_err().is_links(), "{broken}");
    }
}

#[test]
fn parties_come_in_as_words() {
    let old = draft("old", "1. The yards are run by the harbour firm.\n");
    let new = draft("new", "1. The yards are run by the dock cooperative.\n");
    let parties = [
        PartyWords { name: "Company".into(), words: vec!["the harbour firm".into()] },
        PartyWords { name: "Cooperative".into(), words: vec!["the dock cooperative".into()] },
    ];
    let alignment = align(&old, &new, &[]).unwrap();
    let change = &changes(&old, &new, &alignment, &parties)[0].changes[0];
    assert_eq!(change.sentence, "party: the harbour firm → the dock cooperative");
    assert_eq!(change.new.as_ref().unwrap().party.as_deref(), Some("Cooperative"));
}

fn issue(name: &str, words: &[&str], options: &[(&str, &[&str])]) -> IssueWords {
    let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    IssueWords {
        name: name.to_owned(),
        title: String::new(),
        words: list(words),
        options: options
            .iter()
            .map(|(name, words)| OptionWords { name: (*name).to_owned(), words: list(words) })
            .collect(),
    }
}

#[test]
fn a_draft_becomes_a_package() {
    let text = "1. Joint patrols shall guard the strait.\n\
                2. The lighthouse shall not be sold.\n\
                3. Tolls are [lowered/abolished].\n\
                4. If the survey is finished, the wreck shall be lifted.\n\
                5. Quotas are cut in stages.\n\
                6. The archive is a matter for historians.\n";
    let draft = draft("text", text);
    let issues = [
        issue(
            "patrols",
            &["patrol", "coast guard"],
            &[("none", &["no patrols"]), ("joint", &["joint patrols"])],
        ),
        issue("sale", &["lighthouse", "sold"], &[("no", &[]), ("yes", &[])]),
        issue(
            "tolls",
            &["toll"],
            &[("kept", &["unchanged"]), ("lowered", &["lowered"]), ("abolished", &["abolished"])],
        ),
        issue("wreck", &["wreck"], &[("left", &["left"]), ("lifted", &["lifted"])]),
        issue("quotas", &["quota"], &[("kept", &["kept"]), ("cut", &["cut"])]),
        issue("archive", &["archive"], &[("closed", &["closed"]), ("open", &["opened"])]),
        issue("airspace", &["airspace"], &[("no", &[]), ("yes", &[])]),
    ];
    let links = propose_links(&draft, &issues);
    let proposed: Vec<(&str, &str)> =
        links.iter().map(|link| (link.address.as_str(), link.issue.as_str())).collect();
    assert_eq!(
        proposed,
        [("1", "patrols"), ("2", "sale"), ("3", "tolls"), ("4", "wreck"), ("5", "quotas"), ("6", "archive")]
    );
    assert_eq!(links[0].matches[0].words, "patrols");
    let confirmed: Vec<(String, String)> =
        links.iter().map(|link| (link.issue.clone(), link.address.clone())).collect();
    let found = package(&draft, &issues, &confirmed);
    let choices: Vec<(Stance, Vec<&str>)> = found
        .choices
        .iter()
        .map(|choice| (choice.stance, choice.options.iter().map(String::as_str).collect()))
        .collect();
    assert_eq!(
        choices,
        [
            (Stance::Chooses, vec!["joint"]),
            (Stance::Chooses, vec!["no"]),
            (Stance::Open, vec!["lowered", "abolished"]),
            (Stance::Conditionally, vec!["lifted"]),
            (Stance::Partly, vec!["cut"]),
            (Stance::Unclear, vec!["closed", "open"]),
            (Stance::Silent, vec!["no", "yes"]),
        ]
    );
    assert_eq!(found.count(), 8);
    let packages = found.packages(3);
    assert_eq!(packages.len(), 3);
    assert_eq!(packages[1], ["joint", "no", "abolished", "lifted", "cut", "closed", "no"]);
}

fn docx(document: &str, numbering: &str, notes: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, part) in
        [("word/document.xml", document), ("word/numbering.xml", numbering), ("word/footnotes.xml", notes)]
    {
        archive.start_file(path, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(part.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn word_processor_files_give_paragraphs_numbers_tables_and_notes() {
    let listed = |level: usize, text: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr>\
             <w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>"
        )
    };
    let document = format!(
        "<w:document><w:body><w:p><w:pPr><w:pStyle w:val=\"Title\"/></w:pPr><w:r><w:t>A plan</w:t></w:r></w:p>\
         {}{}{}<w:p><w:r><w:t>3. It </w:t></w:r><w:del><w:r><w:delText>never </w:delText></w:r></w:del>\
         <w:r><w:t>opens</w:t><w:footnoteReference w:id=\"2\"/><w:t>.</w:t></w:r></w:p>\
         <w:tbl><w:tr><w:tc><w:p><w:r><w:t>4.</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>From a &lt;table&gt;.</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
         </w:body></w:document>",
        listed(0, "First:"),
        listed(1, "inner."),
        listed(0, "Second.")
    );
    let numbering = "<w:numbering><w:abstractNum w:abstractNumId=\"0\">\
        <w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"%1.\"/></w:lvl>\
        <w:lvl w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt w:val=\"lowerLetter\"/><w:lvlText w:val=\"(%2)\"/></w:lvl>\
        </w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>";
    let notes = "<w:footnotes><w:footnote w:type=\"separator\" w:id=\"0\"><w:p/></w:footnote>\
        <w:footnote w:id=\"2\"><w:p><w:r><w:t>North reserves its position.</w:t></w:r></w:p></w:footnote></w:footnotes>";
    let draft = read_docx("plan", &docx(&document, numbering, notes)).unwrap();
    assert_eq!(draft.title(), "A plan");
    let points: Vec<(&str, &str)> = draft
        .points()
        .iter()
        .filter(|point| point.label.is_some())
        .map(|point| (point.address.as_str(), draft.slice(point.body)))
        .collect();
    assert_eq!(
        points,
        [
            ("1", "First:"),
            ("1(a)", "inner."),
            ("2", "Second."),
            ("3", "It ~~never ~~opens[^2]."),
            ("4", "From a <table>.")
        ]
    );
    let note = &draft.brackets().footnotes[0];
    assert!(note.reservation);
    assert_eq!(note.parties, ["North"]);
    assert!(read_docx("plan", b"PK nothing").unwrap_err().is_container());
}
