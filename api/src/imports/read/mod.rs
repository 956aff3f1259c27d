//! Reads CSV, XLSX, XLS and ODS row by row. The files are strangers: everything is bounded before memory is asked for,
//! and whatever cannot be read is refused with a code, never with a panic.

mod csv;
mod encoding;
mod guard;
mod ods;
mod xls;
mod xlsx;

use super::rules::cell::Cell;
use super::rules::detect::{Container, Detector, repeated_header};
use kept_shared::imports::{
    Delimiter, Detection, FileFormat, MAX_CELL_CHARS, MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS, RawRow, TextEncoding,
};
use std::io::Read as _;
use std::path::Path;

/// Why a file, or a row of it, cannot be read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}")]
pub struct Refusal {
    /// Stable code, for example `zip_bomb`.
    pub code: &'static str,
    /// Row of the sheet, from 1, where that is known.
    pub row: Option<u32>,
}

impl Refusal {
    pub const fn of(code: &'static str) -> Self {
        Self { code, row: None }
    }
    pub const fn at(code: &'static str, row: u32) -> Self {
        Self { code, row: Some(row) }
    }
}

/// How to read a file; what is absent is found out.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadAs {
    pub sheet: u32,
    pub delimiter: Option<Delimiter>,
    pub encoding: Option<TextEncoding>,
}

/// Receives rows in order; returning an error ends the reading.
pub type EachRow<'a> = dyn FnMut(u32, &[Cell]) -> Result<(), Refusal> + 'a;

/// The kind of file by its first bytes, never by its name.
pub fn sniff(path: &Path) -> Result<FileFormat, Refusal> {
    let mut head = Vec::with_capacity(1024);
    let file = std::fs::File::open(path).map_err(|_| Refusal::of("unreadable"))?;
    let size = file.metadata().map_err(|_| Refusal::of("unreadable"))?.len();
    if size > MAX_FILE_BYTES {
        return Err(Refusal::of("too_large"));
    }
    file.take(1024)
        .read_to_end(&mut head)
        .map_err(|_| Refusal::of("unreadable"))?;
    match head.as_slice() {
        [] => Err(Refusal::of("empty")),
        [b'P', b'K', 3, 4, ..] => guard::zip_format(path),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Ok(FileFormat::Xls),
        bytes => {
            let text = String::from_utf8_lossy(bytes)
                .trim_start_matches('\u{feff}')
                .trim_start()
                .to_lowercase();
            if ["<html", "<!doctype", "<table", "<?xml", "{\\rtf", "%pdf", "mz\u{fffd}"]
                .iter()
                .any(|start| text.starts_with(start))
            {
                return Err(Refusal::of("not_a_table"));
            }
            Ok(FileFormat::Csv)
        }
    }
}

/// Reads every row of one sheet. Blocking: call it on a blocking thread.
pub fn scan(path: &Path, how: ReadAs, each: &mut EachRow<'_>) -> Result<Container, Refusal> {
    let format = sniff(path)?;
    let mut limits = Limits::default();
    let mut checked = |number: u32, cells: &[Cell]| {
        limits.check(number, cells)?;
        each(number, cells)
    };
    match format {
        FileFormat::Csv => csv::scan(path, how, &mut checked),
        FileFormat::Xlsx => xlsx::scan(path, how, &mut checked),
        FileFormat::Xls => xls::scan(path, how, &mut checked),
        FileFormat::Ods => ods::scan(path, how, &mut checked),
    }
}

/// Detects the layout and keeps the first `keep` rows as read.
pub fn detect(
    path: &Path,
    how: ReadAs,
    header_row: Option<u32>,
    keep: u32,
) -> Result<(Detection, Vec<RawRow>), Refusal> {
    let mut detector = Detector::new(header_row);
    let mut rows = Vec::new();
    let container = scan(path, how, &mut |number, cells| {
        if rows.len() < keep as usize {
            rows.push(RawRow {
                number,
                cells: cells.iter().map(Cell::shown).collect(),
            });
        }
        detector.row(number, cells);
        Ok(())
    })?;
    let detection = detector.finish(container);
    if detection.rows == 0 {
        return Err(Refusal::of("empty"));
    }
    if repeated_header(&detection) {
        return Err(Refusal::at("repeated_header", detection.header_row));
    }
    Ok((detection, rows))
}

/// The same limits for every kind of file.
#[derive(Default)]
struct Limits {
    rows: u32,
    last: u32,
}

impl Limits {
    fn check(&mut self, number: u32, cells: &[Cell]) -> Result<(), Refusal> {
        if number <= self.last {
            return Err(Refusal::at("rows_out_of_order", number));
        }
        self.last = number;
        if cells.len() > MAX_COLUMNS as usize {
            return Err(Refusal::at("too_many_columns", number));
        }
        if cells.iter().all(Cell::is_blank) {
            return Ok(());
        }
        self.rows += 1;
        // A header, titles and totals come on top of the data rows.
        if self.rows > MAX_ROWS + 100 {
            return Err(Refusal::at("too_many_rows", number));
        }
        for cell in cells {
            if let Cell::Text(text) = cell {
                if text.len() > MAX_CELL_CHARS && text.chars().count() > MAX_CELL_CHARS {
                    return Err(Refusal::at("cell_too_long", number));
                }
                if text.contains('\0') {
                    return Err(Refusal::at("nul_character", number));
                }
            }
        }
        Ok(())
    }
}

/// A text as a cell; nothing at all is empty.
fn text_cell(text: &str) -> Cell {
    if text.is_empty() {
        Cell::Empty
    } else {
        Cell::Text(text.to_owned())
    }
}

/// Puts a cell at its column, refusing columns beyond the limit before memory is taken for them.
fn place(row: &mut Vec<Cell>, column: u32, cell: Cell, number: u32) -> Result<(), Refusal> {
    if cell == Cell::Empty {
        return Ok(());
    }
    if column >= MAX_COLUMNS {
        return Err(Refusal::at("too_many_columns", number));
    }
    let index = column as usize;
    if row.len() <= index {
        row.resize(index + 1, Cell::Empty);
    }
    if let Some(slot) = row.get_mut(index) {
        *slot = cell;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
