//! Finds out how a sheet is laid out: header, footer, date order, decimal mark, kinds of its columns. One pass over
//! all rows, a bounded buffer at the beginning.

mod column;
mod header;
mod styles;

use super::cell::Cell;
use super::{date, words};
use column::Column;
pub use header::{is_total_row, repeated_header, signature};
use kept_shared::imports::{ColumnKind, Delimiter, DetectedColumn, Detection, FileFormat, MAX_COLUMNS, TextEncoding};

/// How far down a header may be.
const HEADER_WITHIN: usize = 60;
/// Longest sample shown.
const SAMPLE_CHARS: usize = 80;

/// What the reader knows about the container.
#[derive(Clone, Debug)]
pub struct Container {
    pub format: FileFormat,
    pub sheets: Vec<String>,
    pub sheet: u32,
    pub delimiter: Option<Delimiter>,
    pub encoding: Option<TextEncoding>,
}

/// Gathers a [`Detection`] row by row.
#[derive(Debug)]
pub struct Detector {
    forced_header: Option<u32>,
    early: Vec<(u32, Vec<Cell>)>,
    header: Option<(u32, Vec<String>)>,
    columns: Vec<Column>,
    as_at: Option<chrono::NaiveDate>,
    rows: u32,
    last_row: u32,
    /// Rows with a single cell, not known yet to be data or footer.
    pending: u32,
    footer: u32,
}

impl Detector {
    /// `forced_header` is a header row chosen by a person; 0 means that there is none.
    pub fn new(forced_header: Option<u32>) -> Self {
        Self {
            forced_header,
            early: vec![],
            header: None,
            columns: vec![],
            as_at: None,
            rows: 0,
            last_row: 0,
            pending: 0,
            footer: 0,
        }
    }

    /// Takes the next row; `number` counts from 1.
    pub fn row(&mut self, number: u32, cells: &[Cell]) {
        if self.header.is_some() {
            return self.data(number, cells);
        }
        self.early.push((number, cells.to_vec()));
        if self.early.len() >= HEADER_WITHIN {
            self.settle();
        }
    }

    /// Decides the header from the buffered rows and hands the rest of them on.
    fn settle(&mut self) {
        let early = std::mem::take(&mut self.early);
        let chosen = match self.forced_header {
            Some(number) => number,
            None => header::header_row(&early),
        };
        for (_, cells) in early.iter().filter(|(number, _)| *number < chosen) {
            let found = cells.iter().find_map(|cell| match cell {
                Cell::Text(text) => date::in_title(text),
                Cell::Empty | Cell::Number(_) | Cell::Date(_) | Cell::Bool(_) | Cell::Error(_) => None,
            });
            self.as_at = self.as_at.or(found);
        }
        let names = early
            .iter()
            .find(|(number, _)| *number == chosen)
            .map(|(_, cells)| {
                cells
                    .iter()
                    .map(|c| c.shown().trim().chars().take(SAMPLE_CHARS).collect())
                    .collect()
            })
            .unwrap_or_default();
        self.header = Some((chosen, names));
        for (number, cells) in early.iter().filter(|(number, _)| *number > chosen) {
            self.data(*number, cells);
        }
    }

    fn data(&mut self, number: u32, cells: &[Cell]) {
        let filled = cells.iter().filter(|c| !c.is_blank()).count();
        if filled == 0 {
            return;
        }
        if is_total_row(cells) {
            self.footer += 1;
            return;
        }
        let wide = self
            .header
            .as_ref()
            .is_some_and(|(_, names)| names.iter().filter(|n| !n.is_empty()).count() > 2);
        if filled == 1 && wide {
            self.pending += 1;
        } else {
            self.rows += self.pending + 1;
            self.pending = 0;
            self.last_row = number;
        }
        for (index, cell) in cells.iter().enumerate().take(MAX_COLUMNS as usize) {
            if index >= self.columns.len() {
                self.columns.push(Column::default());
            }
            if let Some(column) = self.columns.get_mut(index) {
                // A lone cell is more likely a footer than a value; it must not sway the column.
                if filled > 1 || !wide {
                    column.see(cell);
                }
            }
        }
    }

    /// Ends the pass.
    pub fn finish(mut self, container: Container) -> Detection {
        if self.header.is_none() {
            self.settle();
        }
        let (header_row, names) = self.header.take().unwrap_or_default();
        let width = self.columns.len().max(names.len());
        self.columns.resize(width, Column::default());
        let described: Vec<(String, ColumnKind)> = self
            .columns
            .iter()
            .enumerate()
            .map(|(i, column)| (names.get(i).cloned().unwrap_or_default(), column.kind()))
            .collect();
        let (suggested_kind, fields) = words::suggest(&described);
        let (date_order, dates_ambiguous) = styles::date_order(&self.columns);
        let (decimal_style, decimals_ambiguous) = styles::decimal_style(&self.columns, &fields);
        let signature = signature(&names);
        let columns = described
            .into_iter()
            .zip(self.columns)
            .zip(fields)
            .zip(0_u32..)
            .map(|((((header, kind), column), suggested), index)| DetectedColumn {
                column: index,
                header,
                kind,
                samples: column.samples,
                suggested,
            })
            .collect();
        Detection {
            format: container.format,
            sheets: container.sheets,
            sheet: container.sheet,
            delimiter: container.delimiter,
            encoding: container.encoding,
            header_row,
            last_row: self.last_row,
            rows: self.rows,
            footer_rows: self.footer + self.pending,
            date_order,
            dates_ambiguous,
            decimal_style,
            decimals_ambiguous,
            as_at: self.as_at,
            suggested_kind,
            columns,
            signature,
        }
    }
}

#[cfg(test)]
mod tests;
