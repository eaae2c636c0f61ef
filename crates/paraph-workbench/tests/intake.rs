//! Many reports: a broken one keeps no other out, nothing comes in twice, and one wire story is one.

use paraph_analysis::Monitor;
use paraph_ledger::{Audience, Ledger, Stamp, StatementFilter};
use paraph_reading::{Names, Party, Reader};
use paraph_workbench::folder::not_read;
use paraph_workbench::reading::{Defaults, Engine, Report, Summary, read_folder};
use paraph_workbench::statements::Shelf;
use std::fs;
use std::io::Write;
use std::path::Path;

fn names() -> Names {
    let party = |id: &str, names: &[&str], people: &[&str]| Party {
        id: id.to_owned(),
        names: names.iter().map(ToString::to_string).collect(),
        people: people.iter().map(ToString::to_string).collect(),
    };
    Names {
        parties: vec![
            party("norland", &["Norland"], &["Ana Brandt", "Ode Lind"]),
            party("sudria", &["Sudria"], &["Kofi Reyes"]),
        ],
        issues: Vec::new(),
    }
}

fn read(place: &Path, ledger: &mut Ledger) -> Summary {
    let stamp = Stamp::new("Ana", "2031-03-04T10:00:00Z".parse().unwrap());
    let reader = Reader::new(&names());
    let engine = Engine::BuiltIn(&reader);
    read_folder(place, ledger, &stamp, engine, Defaults::default(), &Monitor::new()).unwrap()
}

fn case(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("reports")).unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join("reports").join(name), bytes).unwrap();
    }
    folder
}

#[test]
fn a_broken_report_keeps_no_other_out_and_nothing_comes_in_twice() {
    let folder = case(&[
        ("a.txt", b"Norland said that the strait stays open."),
        ("b.txt", b"Sudria said \xFF\xFE."),
        ("c.docx", b"no archive"),
        ("d.html", b"<nav>Menu</nav><script>alert(1)</script>"),
        ("e.pdf", b"%PDF-1.7"),
        ("f.md", b"Sudria said that the pier is closed."),
        ("g.txt", b"Norland said that the strait stays open."),
    ]);
    let mut ledger = Ledger::in_memory().unwrap();
    let summary = read(folder.path(), &mut ledger);
    let names: Vec<&str> = summary.stored.iter().map(|one| one.report.as_str()).collect();
    assert_eq!(names, ["a.txt", "f.md", "g.txt"]);
    assert_eq!(summary.stored[2].source, summary.stored[0].source, "the same bytes are one source");
    let refused: Vec<&str> = summary.refused.iter().map(|one| one.report.as_str()).collect();
    assert_eq!(refused, ["b.txt", "c.docx", "d.html", "e.pdf"]);
    assert!(summary.refused[0].why.contains("line 1, column 13"), "{}", summary.refused[0].why);
    assert!(summary.refused[3].why.contains("pdftotext"), "{}", summary.refused[3].why);
    let before = ledger.counts().unwrap();
    let again = read(folder.path(), &mut ledger);
    assert!(again.stored.iter().all(|one| !one.new && one.proposed == 0));
    assert_eq!((ledger.counts().unwrap(), again.linked), (before, 0));
}

#[test]
fn texts_of_other_encodings_are_read_or_refused_with_a_hint() {
    let words = "Norland said that the “strait” stays open.";
    let wide = |mark: [u8; 2], unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        mark.into_iter().chain(words.encode_utf16().flat_map(unit)).collect()
    };
    for bytes in [wide([0xFF, 0xFE], u16::to_le_bytes), wide([0xFE, 0xFF], u16::to_be_bytes)] {
        let report = Report::open("a.txt", &bytes, &Defaults::default()).unwrap();
        assert_eq!((report.text.as_str(), report.extractor.name.as_str()), (words, "utf-16"));
        assert_eq!(report.read(&Reader::new(&names())).statements.len(), 1);
    }
    let marked = [b"\xEF\xBB\xBF", words.as_bytes()].concat();
    assert_eq!(Report::open("a.txt", &marked, &Defaults::default()).unwrap().text, words);
    for (bytes, why, hint) in [
        (&b"Norland said \xABno\xBB."[..], "line 1, column 14", "iconv"),
        (b"N\0o\0r\0t\0h\0", "zero bytes", "UTF-16"),
        (b"\xFF\xFEN\0o", "begins like UTF-16", "UTF-8"),
        (b"\xFF\xFE\x00\xD8N\0", "begins like UTF-16", "UTF-8"),
        (b"", "holds no text", ""),
        (b" \r\n\t", "holds no text", ""),
        (b"---\ndate: 2031-03-04\n---\n\n", "holds no text", ""),
    ] {
        let failure = Report::open("a.txt", bytes, &Defaults::default()).unwrap_err();
        assert!(failure.to_string().contains(why), "{failure}");
        assert!(failure.hints().concat().contains(hint), "{:?}", failure.hints());
    }
}

#[test]
fn what_is_not_read_is_told_by_the_bytes() {
    let folder = case(&[("a.txt", b"Norland said no."), ("b.txt", b"Sudria said no.")]);
    let path = |name: &str| folder.path().join("reports").join(name);
    let mut ledger = Ledger::in_memory().unwrap();
    assert_eq!(not_read(folder.path(), &ledger).unwrap(), ["a.txt", "b.txt"]);
    read(folder.path(), &mut ledger);
    assert!(not_read(folder.path(), &ledger).unwrap().is_empty());
    // The same length and time of change, other words; a copy under another name; one that cannot be read.
    let time = fs::metadata(path("a.txt")).unwrap().modified().unwrap();
    fs::write(path("a.txt"), b"Norland said so.").unwrap();
    fs::File::options().write(true).open(path("a.txt")).unwrap().set_modified(time).unwrap();
    fs::write(path("c.txt"), b"Sudria said no.").unwrap();
    fs::File::create(path("d.txt")).unwrap().set_len(65 << 20).unwrap();
    assert_eq!(not_read(folder.path(), &ledger).unwrap(), ["a.txt", "d.txt"]);
}

#[test]
fn rewrites_of_one_story_are_one_statement_with_several_sources() {
    let report = |date: &str, text: &str| format!("---\ndate: {date}\n---\n{text}\n").into_bytes();
    let first = report(
        "2031-03-04",
        "Ana Brandt said that the ferries would sail again on Monday if both ports agreed.",
    );
    let rewrite =
        report("2031-03-05", "The ferries will sail again on Monday if both ports agree, Ana Brandt said.");
    let later = report(
        "2031-04-05",
        "Ana Brandt said that the ferries would sail again on Monday if both ports agreed.",
    );
    let other = report(
        "2031-03-05",
        "Kofi Reyes said that the ferries would sail again on Monday if both ports agreed.",
    );
    let against = report(
        "2031-03-05",
        "Ana Brandt said that the ferries would not sail again on Monday if both ports agreed.",
    );
    let folder = case(&[
        ("1-rewrite.txt", &rewrite),
        ("2-first.txt", &first),
        ("3-later.txt", &later),
        ("4-other.txt", &other),
        ("5-against.txt", &against),
    ]);
    let mut ledger = Ledger::in_memory().unwrap();
    let summary = read(folder.path(), &mut ledger);
    assert_eq!(summary.stored.iter().map(|one| one.proposed).sum::<usize>(), 5, "{summary:?}");
    assert_eq!(summary.linked, 1, "{summary:?}");
    assert_eq!(ledger.same_groups().unwrap().len(), 2);
    let filter = StatementFilter { audience: Audience::Restricted, ..StatementFilter::default() };
    let shelf = Shelf::take(&ledger, &filter).unwrap();
    let shown = shelf.statements(None);
    let same: Vec<_> = shown.iter().filter(|one| !one.same.is_empty()).collect();
    let [rewrite, first] = &same[..] else { panic!("{same:?}") };
    assert_eq!(
        (rewrite.same[0].first, first.same[0].first),
        (true, false),
        "the first report is found by its day"
    );
    assert_eq!(rewrite.same[0].id, first.id);
    assert!(
        first.same[0].words.as_deref().is_some_and(|words| words.contains("will sail")),
        "the wording differs"
    );
    // A further report of the same story joins them.
    fs::write(
        folder.path().join("reports/6-wire.txt"),
        [
            &b"---\ndate: 2031-03-06\n---\n"[..],
            b"Ferries would sail again on Monday if both ports agreed, said Ana Brandt of Norland.\n",
        ]
        .concat(),
    )
    .unwrap();
    assert_eq!(read(folder.path(), &mut ledger).linked, 1);
    assert_eq!(ledger.same_groups().unwrap().len(), 3);
    // One undo parts what one reading linked.
    let stamp = Stamp::new("Ana", "2031-03-07T10:00:00Z".parse().unwrap());
    ledger.undo(&stamp, None).unwrap();
    assert_eq!(ledger.same_groups().unwrap().len(), 2);
}

#[test]
fn a_word_document_and_a_page_are_read_with_what_they_say_of_themselves() {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut archive = zip::ZipWriter::new(&mut bytes);
    archive.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    archive
        .write_all(
            b"<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>Norland said that the strait stays open.</w:t></w:r></w:p>\
              </w:body></w:document>",
        )
        .unwrap();
    archive.finish().unwrap();
    let report = Report::open("note.docx", bytes.get_ref(), &Defaults::default()).unwrap();
    assert_eq!(
        (report.text.trim(), report.extractor.name.as_str()),
        ("Norland said that the strait stays open.", "docx")
    );
    assert_eq!(report.read(&Reader::new(&names())).statements.len(), 1);
    let page = b"<html lang=en><title>Strait</title><meta property='article:published_time' content='2031-03-04'>\
                 <article><p>Norland said that the strait stays open for ships of every flag that pay.</article>";
    let report = Report::open("page.HTML", page, &Defaults::default()).unwrap();
    assert_eq!(report.meta.title.as_deref(), Some("Strait"));
    assert_eq!(report.meta.published.map(|day| day.to_string()).as_deref(), Some("2031-03-04"));
    assert_eq!(report.meta.media_type, "text/html");
    let reading = report.read(&Reader::new(&names()));
    assert_eq!(reading.statements.len(), 1);
    assert!(Report::open("page.xyz", page, &Defaults::default()).is_err());
}
