//! The workbook: written for people to edit, and read again from strangers.

use crate::imports::read::{ReadAs, Refusal, scan};
use crate::imports::rules::Cell;
use crate::kernel::export::{ChunkWriter, Sheet};
use kept_shared::unit_sheet::{MAX_SHEET_ROWS, SheetColumn, SheetRow};
use std::collections::BTreeMap;
use std::path::Path;

/// Rows above which the header must stand.
const HEAD_ROWS: u32 = 20;

const fn width(column: SheetColumn) -> u16 {
    match column {
        SheetColumn::Unit | SheetColumn::Block | SheetColumn::Section | SheetColumn::Size => 12,
        SheetColumn::Active | SheetColumn::Quota => 10,
        SheetColumn::Type | SheetColumn::Reference => 16,
        SheetColumn::Description | SheetColumn::Owner | SheetColumn::Phones => 28,
        SheetColumn::Emails => 34,
    }
}

pub(super) fn write(community: &str, by: &str, rows: &[SheetRow], out: &mut ChunkWriter) -> anyhow::Result<()> {
    let columns: Vec<(&str, u16)> = SheetColumn::ALL.iter().map(|c| (c.heading(), width(*c))).collect();
    let mut sheet = Sheet::new("Units", &columns)?;
    sheet.title(community)?;
    sheet.fact("Report", "Units for editing")?;
    sheet.fact(
        "To edit",
        "Change cells or add rows below the headings, keep the headings, and upload the workbook again.",
    )?;
    sheet.fact(
        "Not here",
        "Another owner, a name or an amount: those have pages of their own. Rows left out stay as they are.",
    )?;
    sheet.fact("Printed", by)?;
    sheet.header(&[])?;
    for row in rows {
        for (n, column) in (0_u16..).zip(SheetColumn::ALL) {
            // Text as it is, so that a spreadsheet makes no date of unit 1-2 and no number of unit 007.
            sheet.text(n, row.cells.get(column).map_or("", String::as_str))?;
        }
        sheet.next();
    }
    sheet.save(out)
}

/// What a sheet says: its rows and the headings no column has. Blocking. Errors: what cannot be read at all; a sheet
/// without a column of units, with a heading twice, or with too many rows.
pub(super) fn read(path: &Path) -> Result<(Vec<SheetRow>, Vec<String>), Refusal> {
    let (mut columns, mut rows, mut ignored) = (None::<Vec<Option<SheetColumn>>>, vec![], vec![]);
    scan(path, ReadAs::default(), &mut |number, cells| {
        let Some(columns) = &columns else {
            let found: Vec<Option<SheetColumn>> = cells.iter().map(|c| SheetColumn::of_heading(&c.shown())).collect();
            if found.contains(&Some(SheetColumn::Unit)) && found.iter().flatten().count() > 1 {
                for column in SheetColumn::ALL {
                    if found.iter().filter(|f| **f == Some(*column)).count() > 1 {
                        return Err(Refusal::at("repeated_header", number));
                    }
                }
                let strange = cells
                    .iter()
                    .zip(&found)
                    .filter(|(cell, found)| found.is_none() && !cell.is_blank());
                ignored = strange
                    .map(|(cell, _)| cell.shown().chars().take(60).collect())
                    .collect();
                columns = Some(found);
            } else if number > HEAD_ROWS {
                return Err(Refusal::of("no_unit_column"));
            }
            return Ok(());
        };
        if cells.iter().all(Cell::is_blank) {
            return Ok(());
        }
        if rows.len() == MAX_SHEET_ROWS {
            return Err(Refusal::at("too_many_rows", number));
        }
        rows.push(row(number, columns, cells));
        Ok(())
    })?;
    match (columns, rows.is_empty()) {
        (None, _) => Err(Refusal::of("no_unit_column")),
        (Some(_), true) => Err(Refusal::of("empty")),
        (Some(_), false) => Ok((rows, ignored)),
    }
}

fn row(number: u32, columns: &[Option<SheetColumn>], cells: &[Cell]) -> SheetRow {
    let (mut texts, mut odd) = (BTreeMap::new(), BTreeMap::new());
    for (at, column) in columns.iter().enumerate() {
        let (Some(column), cell) = (*column, cells.get(at).unwrap_or(&Cell::Empty)) else {
            continue;
        };
        match cell {
            // No column is a day: the spreadsheet took a code such as 1-2 for one.
            Cell::Date(_) => odd.insert(column, "is_a_date".to_owned()),
            Cell::Error(_) => odd.insert(column, "is_an_error".to_owned()),
            Cell::Empty | Cell::Text(_) | Cell::Number(_) | Cell::Bool(_) => None,
        };
        texts.insert(column, cell.shown());
    }
    SheetRow {
        number,
        cells: texts,
        odd,
    }
}
