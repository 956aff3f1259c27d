//! XLSX through calamine's streaming cell reader only: its whole-sheet call asks for rows × columns of memory and one
//! far cell ends the process.

use super::{EachRow, ReadAs, Refusal, guard, place};
use crate::imports::rules::cell::{Cell, number_text};
use crate::imports::rules::date;
use crate::imports::rules::detect::Container;
use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx};
use kept_shared::imports::FileFormat;
use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

pub fn scan(path: &Path, how: ReadAs, each: &mut EachRow<'_>) -> Result<Container, Refusal> {
    guard::check(&mut guard::open(path)?)?;
    // The guard bounds memory; a panic of the parser is one more way to say that the file is damaged.
    catch_unwind(AssertUnwindSafe(|| stream(path, how, each))).unwrap_or(Err(Refusal::of("damaged")))
}

fn stream(path: &Path, how: ReadAs, each: &mut EachRow<'_>) -> Result<Container, Refusal> {
    let file = BufReader::new(File::open(path).map_err(|_| Refusal::of("unreadable"))?);
    let mut book: Xlsx<_> = Xlsx::new(file).map_err(|_| Refusal::of("damaged"))?;
    let sheets = book.sheet_names();
    let name = sheets
        .get(how.sheet as usize)
        .cloned()
        .ok_or(Refusal::of("no_such_sheet"))?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(|_| Refusal::of("damaged"))?;
    let mut row: Vec<Cell> = Vec::new();
    let mut current = 0_u32;
    while let Some(cell) = cells.next_cell().map_err(|_| Refusal::at("damaged", current))? {
        let (index, column) = cell.get_position();
        let number = index.saturating_add(1);
        if number != current {
            if current > 0 {
                each(current, &row)?;
            }
            if number < current {
                return Err(Refusal::at("rows_out_of_order", number));
            }
            row.clear();
            current = number;
        }
        place(&mut row, column, read(cell.get_value()), number)?;
    }
    if current > 0 {
        each(current, &row)?;
    }
    Ok(Container {
        format: FileFormat::Xlsx,
        sheets,
        sheet: how.sheet,
        delimiter: None,
        encoding: None,
    })
}

fn read(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(number) => Cell::Number(number.to_string()),
        DataRef::Float(number) => number_text(*number).map_or(Cell::Error("#NUM!".to_owned()), Cell::Number),
        DataRef::String(text) => super::text_cell(text),
        DataRef::SharedString(text) => super::text_cell(text),
        DataRef::Bool(yes) => Cell::Bool(*yes),
        DataRef::DateTime(instant) => moment(instant),
        DataRef::DateTimeIso(text) => match date::parse(&Cell::Text(text.clone()), None) {
            Ok(Some(date)) => Cell::Date(date),
            Ok(None) | Err(_) => Cell::Text(text.clone()),
        },
        DataRef::DurationIso(text) => Cell::Text(text.clone()),
        DataRef::Error(error) => Cell::Error(error.to_string()),
    }
}

/// A date cell. Durations, and days before March 1900 on which spreadsheets disagree, stay numbers.
fn moment(instant: &ExcelDateTime) -> Cell {
    let value = instant.as_f64();
    if instant.is_datetime() && (61.0..2_958_466.0).contains(&value) {
        if let Some(at) = instant.as_datetime() {
            return Cell::Date(at.date());
        }
    }
    number_text(value).map_or(Cell::Error("#NUM!".to_owned()), Cell::Number)
}
