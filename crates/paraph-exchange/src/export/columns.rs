//! Outcomes as columns, in Parquet.

use super::table::each_outcome;
use crate::error::{Error, Kind};
use paraph_analysis::{Model, OPEN};
use paraph_case::Preferences;
use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;
use std::io::Write;
use std::sync::Arc;

/// Outcomes in a group of rows, which are in memory at once.
const GROUP: usize = 1 << 16;

/// Writes every feasible outcome as a row of Parquet: `outcome`, its code; a column of text for each issue
/// with the option, null where a state of the explicit form leaves it open; for each party `rank ID`
/// (64-bit, one for its worst) and, with weights, `utility ID` (double). Rows ascend with the first issue
/// fastest; merged outcomes are one row. Not compressed, text by dictionary; the same bytes for the same
/// case.
///
/// # Errors
/// When writing fails.
pub fn outcomes_parquet(model: &Model, to: impl Write + Send) -> Result<(), Error> {
    let case = model.case();
    let mut columns = vec![Column::Code];
    columns.extend((0..case.issues.len()).map(Column::Option));
    for (party, declared) in case.parties.iter().enumerate() {
        columns.push(Column::Rank(party));
        if matches!(declared.preferences, Preferences::Weights(_)) {
            columns.push(Column::Utility(party));
        }
    }
    let fields = columns.iter().map(|column| column.field(model)).collect::<Result<Vec<_>, _>>();
    let schema = fields
        .and_then(|fields| Type::group_type_builder("outcomes").with_fields(fields).build())
        .map_err(failed)?;
    let properties = WriterProperties::builder().set_created_by("paraph".to_owned()).build();
    let mut writer = SerializedFileWriter::new(to, Arc::new(schema), Arc::new(properties)).map_err(failed)?;
    let mut cells: Vec<usize> = Vec::with_capacity(GROUP);
    let mut flush = |cells: &mut Vec<usize>| -> Result<(), Error> {
        let mut group = writer.next_row_group().map_err(failed)?;
        for column in &columns {
            column.write(model, cells, &mut group).map_err(failed)?;
        }
        group.close().map_err(failed)?;
        cells.clear();
        Ok(())
    };
    each_outcome(model, &mut |cell| {
        cells.push(cell);
        if cells.len() == GROUP { flush(&mut cells) } else { Ok(()) }
    })?;
    if !cells.is_empty() {
        flush(&mut cells)?;
    }
    writer.close().map_err(failed)?;
    Ok(())
}

fn failed(error: ParquetError) -> Error {
    Error::new(Kind::Write, format!("the table could not be written: {error}"))
}

#[derive(Debug, Clone, Copy)]
enum Column {
    Code,
    Option(usize),
    Rank(usize),
    Utility(usize),
}

impl Column {
    fn field(self, model: &Model) -> Result<Arc<Type>, ParquetError> {
        let case = model.case();
        let (name, physical, logical, repetition) = match self {
            Column::Code => {
                ("outcome".to_owned(), Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::REQUIRED)
            }
            Column::Option(issue) => (
                case.issues[issue].id.clone(),
                Physical::BYTE_ARRAY,
                Some(LogicalType::String),
                Repetition::OPTIONAL,
            ),
            Column::Rank(party) => {
                (format!("rank {}", case.parties[party].id), Physical::INT64, None, Repetition::REQUIRED)
            }
            Column::Utility(party) => {
                (format!("utility {}", case.parties[party].id), Physical::DOUBLE, None, Repetition::REQUIRED)
            }
        };
        let field = Type::primitive_type_builder(&name, physical)
            .with_logical_type(logical)
            .with_repetition(repetition)
            .build()?;
        Ok(Arc::new(field))
    }

    fn write<W: Write + Send>(
        self,
        model: &Model,
        cells: &[usize],
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<(), ParquetError> {
        match self {
            Column::Code => {
                let codes = cells.iter().map(|&cell| ByteArray::from(model.code(cell).as_str()));
                put::<ByteArrayType, W>(group, &codes.collect::<Vec<_>>(), None)
            }
            Column::Option(issue) => {
                let options = cells.iter().map(|&cell| model.options(cell)[issue]);
                let levels: Vec<i16> = options.clone().map(|option| i16::from(option != OPEN)).collect();
                let names = &model.case().issues[issue].options;
                let known = options.filter(|&option| option != OPEN);
                let values: Vec<ByteArray> =
                    known.map(|option| ByteArray::from(names[option].as_str())).collect();
                put::<ByteArrayType, W>(group, &values, Some(&levels))
            }
            Column::Rank(party) => {
                let ranks: Vec<i64> = cells.iter().map(|&cell| i64::from(model.rank(party, cell))).collect();
                put::<Int64Type, W>(group, &ranks, None)
            }
            Column::Utility(party) => {
                let utility =
                    |&cell: &usize| model.utility(party, cell).map_or(0.0, |utility| utility.to_f64());
                put::<DoubleType, W>(group, &cells.iter().map(utility).collect::<Vec<f64>>(), None)
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use paraph_analysis::{Monitor, Options};
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    fn model(text: &str) -> Model {
        let parsed = paraph_case::parse(text, "case.toml");
        let case = parsed.complete().expect("the case has no errors");
        Model::new(case, &Options::default(), &Monitor::new()).expect("it is sound")
    }

    fn rows(model: &Model) -> Vec<Vec<(String, Field)>> {
        let mut bytes = Vec::new();
        outcomes_parquet(model, &mut bytes).expect("memory takes everything");
        let mut again = Vec::new();
        outcomes_parquet(model, &mut again).expect("memory takes everything");
        assert_eq!(bytes, again, "the same case gives the same bytes");
        let place = tempfile::tempdir().expect("a folder");
        let file = place.path().join("outcomes.parquet");
        std::fs::write(&file, bytes).expect("it can be written");
        let reader = SerializedFileReader::new(std::fs::File::open(file).expect("it is there"))
            .expect("it is Parquet");
        let rows = reader.get_row_iter(None).expect("it has rows");
        rows.map(|row| row.expect("it can be read").into_columns()).collect()
    }

    /// Every value of the file is that of the model, more rows than one group holds included.
    #[test]
    fn what_is_written_is_read_again() {
        let issues: String =
            (0..17).map(|at| format!("[issue.i{at}]\nmoved-by = [\"{}\"]\n", ["a", "b"][at % 2])).collect();
        let model = model(&format!(
            "[case]\ntitle = \"Large\"\n[party.a]\nwalk-away = 0\n[party.a.weights]\ni3 = {{ no = 0.25, yes = 1 }}\n[party.b]\nconsents = false\n\
             [[party.b.prefers]]\nthat = \"i0\"\n{issues}"
        ));
        let rows = rows(&model);
        assert_eq!(rows.len(), 1 << 17);
        for (at, row) in rows.iter().enumerate() {
            let cell = model.cell(&code(at)).expect("an outcome");
            assert_eq!(row[0], ("outcome".to_owned(), Field::Str(model.code(cell))));
            let option = if at >> 3 & 1 == 1 { "yes" } else { "no" };
            assert_eq!(row[4], ("i3".to_owned(), Field::Str(option.to_owned())));
            assert_eq!(row[18], ("rank a".to_owned(), Field::Long(i64::from(model.rank(0, cell)))));
            let utility = if at >> 3 & 1 == 1 { 1.0 } else { 0.25 };
            assert_eq!(row[19], ("utility a".to_owned(), Field::Double(utility)));
            assert_eq!(row[20], ("rank b".to_owned(), Field::Long(i64::from(model.rank(1, cell)))));
        }
    }

    fn code(index: usize) -> String {
        (0..17).map(|issue| if index >> issue & 1 == 1 { 'Y' } else { 'N' }).collect()
    }

    #[test]
    fn open_options_are_null() {
        let model = model(
            "[case]\ntitle = \"States\"\n[party.a]\nconsents = false\nranking = [\"s2\", \"s1\"]\n[issue.x]\n[explicit]\nstates = [\"s1\", \"s2\"]\n\
             [explicit.moves]\na = [[\"s1\", \"s2\"]]\n[explicit.codes]\ns1 = \"Y\"\ns2 = \"-\"\n",
        );
        let rows = rows(&model);
        assert_eq!(rows[0][1].1, Field::Str("yes".to_owned()));
        assert_eq!(rows[1][1].1, Field::Null);
        assert_eq!(rows[1][2].1, Field::Long(2));
    }
}
