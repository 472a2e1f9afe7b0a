//! A result as Parquet: the rows of the CSV file, with what they were made from as key-value metadata.

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};
use rogatio_simulate::Row;
use std::sync::Arc;

/// Rows of a group: what a reader holds at a time.
const GROUP: usize = 1 << 18;

/// The bytes of a file: rows with what stands before them in the columns of a sweep.
///
/// # Errors
/// What the library refuses, in its words.
pub(super) fn bytes(
    axes: &[String],
    rows: &[(&[String], &Row)],
    about: Vec<(String, String)>,
) -> Result<Vec<u8>, String> {
    written(axes, rows, about).map_err(|e| e.to_string())
}

fn written(
    axes: &[String],
    rows: &[(&[String], &Row)],
    about: Vec<(String, String)>,
) -> Result<Vec<u8>, ParquetError> {
    let own = ["measure", "statistic", "at", "value"];
    let texts = axes.iter().map(String::as_str).chain(own);
    let text = |name: &str| {
        Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
            .with_repetition(Repetition::REQUIRED)
            .with_logical_type(Some(LogicalType::String))
            .build()
            .map(Arc::new)
    };
    let mut fields: Vec<TypePtr> = texts.map(text).collect::<Result<_, _>>()?;
    // The value once more where it is a number, so that nobody has to read texts.
    let number = Type::primitive_type_builder("number", Physical::DOUBLE)
        .with_repetition(Repetition::OPTIONAL)
        .build()?;
    fields.push(Arc::new(number));
    let schema = Type::group_type_builder("result")
        .with_fields(fields)
        .build()?;
    let about = about
        .into_iter()
        .map(|(key, value)| KeyValue::new(key, value));
    let properties = WriterProperties::builder()
        .set_created_by(format!("rogatio {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(about.collect()))
        .build();
    let mut out = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut out, Arc::new(schema), Arc::new(properties))?;
    for rows in rows.chunks(GROUP) {
        let mut group = writer.next_row_group()?;
        for column in 0..axes.len() + own.len() {
            let cell = |(before, row): &(&[String], &Row)| {
                ByteArray::from(match column.checked_sub(axes.len()) {
                    None => before[column].as_str(),
                    Some(0) => &row.measure,
                    Some(1) => row.statistic,
                    Some(2) => &row.at,
                    Some(_) => &row.value,
                })
            };
            let cells: Vec<ByteArray> = rows.iter().map(cell).collect();
            if let Some(mut column) = group.next_column()? {
                column
                    .typed::<ByteArrayType>()
                    .write_batch(&cells, None, None)?;
                column.close()?;
            }
        }
        let numbers = rows.iter().map(|(_, row)| row.value.parse::<f64>().ok());
        let numbers: Vec<Option<f64>> = numbers.map(|n| n.filter(|n| n.is_finite())).collect();
        let there: Vec<i16> = numbers.iter().map(|n| i16::from(n.is_some())).collect();
        let numbers: Vec<f64> = numbers.into_iter().flatten().collect();
        if let Some(mut column) = group.next_column()? {
            column
                .typed::<DoubleType>()
                .write_batch(&numbers, Some(&there), None)?;
            column.close()?;
        }
        group.close()?;
    }
    writer.close()?;
    Ok(out)
}
