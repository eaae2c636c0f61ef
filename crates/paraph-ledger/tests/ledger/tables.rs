//! Parquet: what is written is read again, value by value.

use std::collections::BTreeMap;

use jiff::civil::date;
use paraph_ledger::{Audience, Handling, Ledger, NewSource, SourceMeta, StatementFilter, View};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

use crate::support::{DISPATCH, dispatch_statements, roster, stamp};

/// The rows of a table by column, and what its metadata say.
fn read(bytes: Vec<u8>) -> (Vec<BTreeMap<String, Field>>, BTreeMap<String, String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    std::fs::write(&path, bytes).unwrap();
    let reader = SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap();
    let about = reader.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
    let about = about.into_iter().map(|pair| (pair.key, pair.value.unwrap_or_default())).collect();
    let rows = reader.get_row_iter(None).unwrap();
    (rows.map(|row| row.unwrap().into_columns().into_iter().collect()).collect(), about)
}

fn ledger() -> Ledger {
    let mut ledger = Ledger::in_memory().unwrap();
    let meta = SourceMeta { published: Some(date(2025, 11, 3)), ..SourceMeta::default() };
    let source = ledger.add_source(&stamp(0), &NewSource::plain_text(DISPATCH.as_bytes(), meta)).unwrap().id;
    let mut records = dispatch_statements();
    records[1].confidence = Some(0.25);
    ledger.propose(&stamp(1), &source, &records).unwrap();
    ledger.confirm(&stamp(2), &["d01", "d02", "d03"]).unwrap();
    let hand = serde_json::json!({
        "party": "north", "issue": "pier", "stance": "accepts if", "options": ["kept", "ceded"],
        "condition": "the port stays open", "draft": "2", "reason": "=letter", "date": "2025-11-05",
    });
    ledger.set_position(&stamp(3), &serde_json::from_value(hand).unwrap()).unwrap();
    let secret = SourceMeta { handling: Handling::Restricted, ..SourceMeta::default() };
    let hidden = NewSource::plain_text(b"South says no.", secret);
    let hidden = ledger.add_source(&stamp(4), &hidden).unwrap().id;
    let record = crate::support::statement("South says no.", "z1", "South", "says", "no");
    ledger.propose(&stamp(4), &hidden, &[record]).unwrap();
    ledger
}

#[test]
fn statements_are_read_again_as_they_are() {
    let ledger = ledger();
    for audience in [Audience::Team, Audience::Restricted] {
        let filter = StatementFilter { audience, ..StatementFilter::default() };
        let bytes = ledger.export_statements_parquet(&filter).unwrap();
        assert_eq!(bytes, ledger.export_statements_parquet(&filter).unwrap(), "the same bytes");
        let (rows, _) = read(bytes);
        let statements = ledger.statements(&filter).unwrap();
        assert_eq!(statements.iter().any(|known| known.record.id == "z1"), audience == Audience::Restricted);
        assert_eq!(rows.len(), statements.len());
        let text = |text: String| Field::Str(text);
        let maybe = |text: String| if text.is_empty() { Field::Null } else { Field::Str(text) };
        for (row, statement) in rows.iter().zip(&statements) {
            let record = &statement.record;
            assert_eq!(row.len(), 21);
            assert_eq!(row["id"], text(record.id.clone()));
            assert_eq!(row["source"], text(statement.source_id.clone()));
            assert_eq!(row["status"], text(statement.status.to_string()));
            assert_eq!(row["anchor"], text("exact".to_owned()));
            assert_eq!(row["time"], text(statement.time.to_string()));
            assert_eq!(row["party"], maybe(record.party.clone().unwrap_or_default()));
            let act = record.act.map(|act| serde_json::to_value(act).unwrap());
            assert_eq!(row["act"], maybe(act.map_or(String::new(), |act| act.as_str().unwrap().to_owned())));
            assert_eq!(row["about"], maybe(record.about.join("; ")));
            assert_eq!(row["content"], maybe(statement.words.content_line()));
            let span = record.content[0];
            let Field::Str(spans) = &row["content_spans"] else { panic!("the content has a place") };
            assert!(spans.starts_with(&format!("{}-{}", span.start, span.end)), "{spans}");
            let confidence = record.confidence.map(f64::from);
            assert_eq!(row["confidence"], confidence.map_or(Field::Null, Field::Double));
        }
    }
}

#[test]
fn positions_are_read_again_as_they_are() {
    let ledger = ledger();
    let view = View { as_of: Some(date(2025, 11, 20)), ..View::default() };
    let matrix = ledger.positions(&roster(), &view).unwrap();
    let (rows, about) = read(matrix.to_parquet().unwrap());
    assert_eq!(about["audience"], "team");
    assert_eq!(about["as_of"], "2025-11-20");
    assert_eq!(about["sources"], matrix.sources.to_string());
    assert!(!about.contains_key("known_at"));
    assert_eq!(rows.len(), matrix.cells.len());
    assert!(matrix.cells.iter().filter(|cell| cell.is_filled()).count() > 1, "the cells say something");
    for (row, cell) in rows.iter().zip(&matrix.cells) {
        assert_eq!(row.len(), 16);
        for (column, value) in [
            ("issue", &cell.issue),
            ("party", &cell.party),
            ("setting", &cell.setting.to_string()),
            ("position", &cell.stance.to_string()),
        ] {
            assert_eq!(row[column], Field::Str(value.clone()));
        }
        let statements = cell.statements.join(" ");
        let statements = if statements.is_empty() { Field::Null } else { Field::Str(statements) };
        assert_eq!(row["statements"], statements);
        assert_eq!(row["contradiction"], Field::Bool(cell.contradiction));
        assert_eq!(row["contested"], Field::Bool(cell.contested));
        assert_eq!(row["changed"], Field::Bool(cell.changed));
        assert_eq!(row["awaiting"], Field::Long(cell.awaiting as i64));
        assert_eq!(row["beside"], Field::Long((cell.beside.len() + cell.beside_more) as i64));
    }
    let by_hand = rows.iter().find(|row| row["status"] == Field::Str("set by hand".to_owned())).unwrap();
    assert_eq!(by_hand["options"], Field::Str("kept; ceded".to_owned()));
    assert_eq!(by_hand["condition"], Field::Str("the port stays open".to_owned()));
    assert_eq!(by_hand["draft"], Field::Str("2".to_owned()));
    assert_eq!(by_hand["reason"], Field::Str("=letter".to_owned()));
    assert_eq!(by_hand["date"], Field::Str("2025-11-05".to_owned()));
    let silent = rows.iter().find(|row| row["status"] == Field::Str("no record".to_owned())).unwrap();
    assert_eq!((&silent["options"], &silent["reason"]), (&Field::Null, &Field::Null));
}
