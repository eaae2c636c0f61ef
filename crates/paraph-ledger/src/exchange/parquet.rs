//! Statements and positions as Parquet, for programs that compute with tables.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use super::{COLUMNS, row};
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::matrix::{Cell, CellStatus, Matrix};
use crate::query::StatementFilter;

/// Rows of one group, which a reader has in memory at once.
const GROUP: usize = 1 << 16;

/// Columns of the statements that are never empty.
const ALWAYS: [&str; 7] = ["id", "source", "status", "anchor", "reader", "author", "time"];

/// A column: its name, and what it holds of a row.
struct Column<Row> {
    name: &'static str,
    value: Value<Row>,
}

/// What a column takes from a row.
type Taken<Row, Value> = Box<dyn Fn(&Row) -> Value>;

enum Value<Row> {
    Text(Taken<Row, String>),
    /// Null where there is none.
    Maybe(Taken<Row, Option<String>>),
    Number(fn(&Row) -> Option<f64>),
    Count(fn(&Row) -> i64),
    Flag(fn(&Row) -> bool),
}

impl Ledger {
    /// Statements as a table in Parquet, one row each, in the order of [`Ledger::statements`].
    ///
    /// The columns are those of [`Ledger::export_statements_csv`], as text: `id`, `source`, `status`, `anchor`,
    /// `reader`, `author` and `time` always, the others null where there is nothing; and `confidence`, the
    /// reader's, as a double. Not compressed, text by dictionary; the same statements give the same bytes.
    /// Memory and time are linear in the statements.
    ///
    /// # Errors
    /// `is_corrupt`, `is_busy`, `is_storage`.
    pub fn export_statements_parquet(&self, filter: &StatementFilter) -> Result<Vec<u8>> {
        type Row = ([String; COLUMNS.len()], Option<f64>);
        let statements = self.statements(filter)?;
        let rows: Vec<Row> = statements
            .iter()
            .map(|statement| (row(statement), statement.record.confidence.map(f64::from)))
            .collect();
        let text = |(at, (name, _, _)): (usize, &(&'static str, _, _))| Column {
            name,
            value: if ALWAYS.contains(name) {
                Value::Text(Box::new(move |row: &Row| row.0[at].clone()))
            } else {
                Value::Maybe(Box::new(move |row: &Row| {
                    Some(row.0[at].clone()).filter(|text| !text.is_empty())
                }))
            },
        };
        let mut columns: Vec<Column<Row>> = COLUMNS.iter().enumerate().map(text).collect();
        columns.push(Column { name: "confidence", value: Value::Number(|row| row.1) });
        table("statements", &columns, &rows, Vec::new())
    }
}

impl Matrix {
    /// The cells as a table in Parquet, one row each, in the matrix's order.
    ///
    /// Columns: `issue`, `party`, `setting`, `position`, `options` (with semicolons between, null when none is
    /// stated), `condition`, `draft`, `status`, `date` (of the latest statement shown, or from which a position set
    /// by hand holds; ISO 8601, null when none is known), `statements` (ids, with spaces between), `contradiction`,
    /// `contested`, `changed`, `reason` (of a position set by hand), `beside` (how many statements stand beside
    /// it) and `awaiting` (how many about it nobody has looked at). The file's key-value metadata say `audience`,
    /// `sources`, and `as_of` and `known_at` where the matrix has them. The same matrix gives the same bytes.
    ///
    /// # Errors
    /// `is_storage`.
    pub fn to_parquet(&self) -> Result<Vec<u8>> {
        let text = |name, value: fn(&Cell) -> String| Column { name, value: Value::Text(Box::new(value)) };
        let maybe =
            |name, value: fn(&Cell) -> Option<String>| Column { name, value: Value::Maybe(Box::new(value)) };
        let joined =
            |parts: &[String], between: &str| Some(parts.join(between)).filter(|text| !text.is_empty());
        let columns = [
            text("issue", |cell| cell.issue.clone()),
            text("party", |cell| cell.party.clone()),
            text("setting", |cell| cell.setting.to_string()),
            text("position", |cell| cell.stance.to_string()),
            Column {
                name: "options",
                value: Value::Maybe(Box::new(move |cell: &Cell| joined(&cell.options, "; "))),
            },
            maybe("condition", |cell| cell.condition.clone()),
            maybe("draft", |cell| cell.draft.clone()),
            text("status", |cell| {
                let word = match cell.status {
                    CellStatus::SetByHand => "set by hand",
                    CellStatus::Confirmed => "confirmed",
                    CellStatus::NoRecord => "no record",
                };
                word.to_owned()
            }),
            maybe("date", |cell| {
                let shown = cell.readings.iter().find_map(|reading| reading.date);
                cell.set_by_hand.as_ref().map(|hand| hand.date).or(shown).map(|date| date.to_string())
            }),
            Column {
                name: "statements",
                value: Value::Maybe(Box::new(move |cell: &Cell| joined(&cell.statements, " "))),
            },
            Column { name: "contradiction", value: Value::Flag(|cell| cell.contradiction) },
            Column { name: "contested", value: Value::Flag(|cell| cell.contested) },
            Column { name: "changed", value: Value::Flag(|cell| cell.changed) },
            maybe("reason", |cell| cell.set_by_hand.as_ref().map(|hand| hand.reason.clone())),
            Column {
                name: "beside",
                value: Value::Count(|cell| whole(cell.beside.len() + cell.beside_more)),
            },
            Column { name: "awaiting", value: Value::Count(|cell| whole(cell.awaiting)) },
        ];
        let mut about = vec![
            KeyValue::new("audience".to_owned(), self.audience.to_string()),
            KeyValue::new("sources".to_owned(), self.sources.to_string()),
        ];
        about.extend(self.as_of.map(|day| KeyValue::new("as_of".to_owned(), day.to_string())));
        about.extend(self.known_at.map(|time| KeyValue::new("known_at".to_owned(), time.to_string())));
        table("positions", &columns, &self.cells, about)
    }
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Writes rows in groups.
fn table<Row>(name: &str, columns: &[Column<Row>], rows: &[Row], about: Vec<KeyValue>) -> Result<Vec<u8>> {
    let written = || -> Result<Vec<u8>, ParquetError> {
        let fields = columns.iter().map(Column::field).collect::<Result<Vec<_>, _>>()?;
        let schema = Type::group_type_builder(name).with_fields(fields).build()?;
        let properties = WriterProperties::builder()
            .set_created_by("paraph".to_owned())
            .set_key_value_metadata((!about.is_empty()).then_some(about));
        let mut writer =
            SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties.build()))?;
        for rows in rows.chunks(GROUP) {
            let mut group = writer.next_row_group()?;
            for column in columns {
                column.write(rows, &mut group)?;
            }
            group.close()?;
        }
        writer.into_inner()
    };
    written().map_err(|error| Error::storage("the table cannot be written").because(error))
}

impl<Row> Column<Row> {
    fn field(&self) -> Result<Arc<Type>, ParquetError> {
        let (physical, logical, repetition) = match self.value {
            Value::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::REQUIRED),
            Value::Maybe(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::OPTIONAL),
            Value::Number(_) => (Physical::DOUBLE, None, Repetition::OPTIONAL),
            Value::Count(_) => (Physical::INT64, None, Repetition::REQUIRED),
            Value::Flag(_) => (Physical::BOOLEAN, None, Repetition::REQUIRED),
        };
        let field = Type::primitive_type_builder(self.name, physical)
            .with_logical_type(logical)
            .with_repetition(repetition)
            .build()?;
        Ok(Arc::new(field))
    }

    fn write<W: Write + Send>(
        &self,
        rows: &[Row],
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<(), ParquetError> {
        match &self.value {
            Value::Text(value) => {
                let values: Vec<ByteArray> =
                    rows.iter().map(|row| ByteArray::from(value(row).into_bytes())).collect();
                put::<ByteArrayType, W>(group, &values, None)
            }
            Value::Maybe(value) => {
                let values = rows.iter().map(|row| value(row).map(|text| ByteArray::from(text.into_bytes())));
                put_some::<ByteArrayType, W>(group, values)
            }
            Value::Number(value) => put_some::<DoubleType, W>(group, rows.iter().map(value)),
            Value::Count(value) => {
                put::<Int64Type, W>(group, &rows.iter().map(value).collect::<Vec<_>>(), None)
            }
            Value::Flag(value) => {
                put::<BoolType, W>(group, &rows.iter().map(value).collect::<Vec<_>>(), None)
            }
        }
    }
}

/// The next column of a group, with nulls.
fn put_some<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: impl Iterator<Item = Option<T::T>>,
) -> Result<(), ParquetError> {
    let values: Vec<Option<T::T>> = values.collect();
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    put::<T, W>(group, &values.into_iter().flatten().collect::<Vec<_>>(), Some(&levels))
}

/// The next column of a group.
fn put<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("more columns than the schema has".to_owned()));
    };
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()
}
