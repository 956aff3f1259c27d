//! XLS (Excel 97 to 2003, BIFF8), read by our own bounded reader: general ones follow cyclic sector chains and reserve
//! memory for the dimensions a sheet claims to have.

mod biff;
mod container;

use super::{EachRow, ReadAs, Refusal, place};
use crate::imports::rules::detect::Container;
use biff::{Found, Globals};
use kept_shared::imports::{FileFormat, MAX_FILE_BYTES};
use std::io::Read as _;
use std::path::Path;

pub fn scan(path: &Path, how: ReadAs, each: &mut EachRow<'_>) -> Result<Container, Refusal> {
    let file = std::fs::File::open(path).map_err(|_| Refusal::of("unreadable"))?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| Refusal::of("unreadable"))?;
    let stream = container::workbook_stream(&bytes)?;
    drop(bytes);
    let globals = Globals::read(&stream)?;
    let (_, start) = globals
        .sheets
        .get(how.sheet as usize)
        .ok_or(Refusal::of("no_such_sheet"))?;
    let mut found: Vec<Found> = biff::cells(&stream, *start)?;
    // Files are free in the order of cells; rows are not.
    found.sort_by_key(|cell| (cell.row, cell.column));
    let mut row = Vec::new();
    let mut current = None;
    for cell in &found {
        if current.is_some_and(|number| number != cell.row) {
            each(u32::from(current.unwrap_or_default()) + 1, &row)?;
            row.clear();
        }
        current = Some(cell.row);
        let number = u32::from(cell.row) + 1;
        place(&mut row, u32::from(cell.column), globals.cell(cell), number)?;
    }
    if let Some(number) = current {
        each(u32::from(number) + 1, &row)?;
    }
    let sheets = globals.sheets.iter().map(|(name, _)| name.clone()).collect();
    Ok(Container {
        format: FileFormat::Xls,
        sheets,
        sheet: how.sheet,
        delimiter: None,
        encoding: None,
    })
}
