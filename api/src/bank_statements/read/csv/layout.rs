//! Finds the header, the meaning of the columns, the order of the dates and the decimal mark.

use super::super::{Fault, clean};
use super::{read_as, words};
use crate::imports::read::{Refusal, scan};
use crate::imports::rules::{Cell, amount, date, detect};
use kept_shared::bank_statements::{BankField, BankMapping, BankTable, BankTableColumn};
use kept_shared::imports::{ColumnKind, DateOrder, DecimalStyle, MAX_COLUMNS, RawRow};
use std::path::Path;

/// How far down a header may be.
const HEADER_WITHIN: usize = 40;
/// Rows shown.
const SAMPLE: usize = 20;

/// What the cells of one column say.
#[derive(Default)]
struct Seen {
    cells: u32,
    dates: u32,
    amounts: u32,
    day_first: u32,
    month_first: u32,
    year_first: u32,
    either_day: u32,
    point: u32,
    comma: u32,
    either_mark: u32,
    samples: Vec<String>,
}

impl Seen {
    fn take(&mut self, cell: &Cell) {
        if cell.is_blank() {
            return;
        }
        self.cells += 1;
        let shown = cell.shown();
        if self.samples.len() < 3 {
            self.samples.push(clean(&shown, 60));
        }
        match cell {
            Cell::Date(_) => self.dates += 1,
            Cell::Number(text) => {
                let day = text.len() == 8 && date::evidence(text) != date::Evidence::No;
                self.dates += u32::from(day);
                self.amounts += u32::from(!day);
            }
            Cell::Text(text) => {
                let day = date::evidence(text);
                self.dates += u32::from(day != date::Evidence::No);
                match day {
                    date::Evidence::Only(DateOrder::DayMonthYear) => self.day_first += 1,
                    date::Evidence::Only(DateOrder::MonthDayYear) => self.month_first += 1,
                    date::Evidence::Only(DateOrder::YearMonthDay | DateOrder::Serial) => self.year_first += 1,
                    date::Evidence::DayOrMonthFirst => self.either_day += 1,
                    date::Evidence::Neutral | date::Evidence::No => {}
                }
                let mark = amount::evidence(text);
                self.amounts += u32::from(mark != amount::Evidence::No);
                match mark {
                    amount::Evidence::Only(DecimalStyle::Point) => self.point += 1,
                    amount::Evidence::Only(DecimalStyle::Comma) => self.comma += 1,
                    amount::Evidence::Either => self.either_mark += 1,
                    amount::Evidence::Neutral | amount::Evidence::No => {}
                }
            }
            Cell::Empty | Cell::Bool(_) | Cell::Error(_) => {}
        }
    }
    fn kind(&self) -> ColumnKind {
        match self {
            Self { cells: 0, .. } => ColumnKind::Empty,
            Self { cells, dates, .. } if dates == cells => ColumnKind::Date,
            Self { cells, amounts, .. } if amounts == cells => ColumnKind::Amount,
            _ => ColumnKind::Text,
        }
    }
}

/// Looks a table through; `header_row` is one chosen by a person, 0 for none.
/// Errors: what the reader refuses, `empty`, `not_a_table` when no row looks like a movement.
pub fn find(path: &Path, header_row: Option<u32>) -> Result<BankTable, Fault> {
    let as_found = read_as(&BankMapping {
        header_row: 0,
        delimiter: None,
        encoding: None,
        date_order: None,
        decimal_style: None,
        signs_turned: false,
        account: None,
        currency: None,
        columns: vec![],
    });
    let mut early: Vec<(u32, Vec<Cell>)> = vec![];
    let mut sample: Vec<RawRow> = vec![];
    let container = scan(path, as_found, &mut |number, cells| {
        if early.len() < HEADER_WITHIN {
            early.push((number, cells.to_vec()));
        }
        if sample.len() < SAMPLE {
            sample.push(RawRow {
                number,
                cells: cells.iter().map(|c| clean(&c.shown(), 120)).collect(),
            });
        }
        Ok(())
    })?;
    let header = header_row.unwrap_or_else(|| header_of(&early));
    let names: Vec<String> = early
        .iter()
        .find(|(number, _)| *number == header)
        .map(|(_, cells)| cells.iter().map(|c| clean(&c.shown(), 80)).collect())
        .unwrap_or_default();
    let (mut rows, mut seen) = (0_u32, Vec::<Seen>::new());
    scan(path, as_found, &mut |number, cells| {
        if number <= header || cells.iter().all(Cell::is_blank) || words::is_total(cells) {
            return Ok(());
        }
        if cells.len() > MAX_COLUMNS as usize {
            return Err(Refusal::at("too_many_columns", number));
        }
        rows += 1;
        while seen.len() < cells.len() {
            seen.push(Seen::default());
        }
        seen.iter_mut().zip(cells).for_each(|(column, cell)| column.take(cell));
        Ok(())
    })?;
    if rows == 0 {
        return Err(Fault::of("empty"));
    }
    let kinds: Vec<ColumnKind> = seen.iter().map(Seen::kind).collect();
    let has = |kind: ColumnKind| kinds.contains(&kind);
    if !has(ColumnKind::Date) && !names.iter().any(|n| words::meaning(n) == Some(BankField::Date)) {
        return Err(Fault::of("not_a_statement"));
    }
    let suggested = suggest(&names, &kinds);
    let total = |of: fn(&Seen) -> u32, wanted: fn(BankField) -> bool| -> u32 {
        let used = seen.iter().zip(&suggested).filter(|(_, s)| s.is_some_and(wanted));
        used.map(|(column, _)| of(column)).sum()
    };
    let (day, month, year) = (
        total(|s| s.day_first, BankField::is_date),
        total(|s| s.month_first, BankField::is_date),
        total(|s| s.year_first, BankField::is_date),
    );
    let date_order = match (day, month, year) {
        (1.., 0, _) => Some(DateOrder::DayMonthYear),
        (0, 1.., _) => Some(DateOrder::MonthDayYear),
        (0, 0, 1..) => Some(DateOrder::YearMonthDay),
        _ => None,
    };
    let (point, comma) = (
        total(|s| s.point, BankField::is_amount),
        total(|s| s.comma, BankField::is_amount),
    );
    let decimal_style = match (point, comma) {
        (1.., 0) => Some(DecimalStyle::Point),
        (0, 1..) => Some(DecimalStyle::Comma),
        _ => None,
    };
    let days = day + month + total(|s| s.either_day, BankField::is_date);
    let marks = point + comma + total(|s| s.either_mark, BankField::is_amount);
    let columns = (0_u32..)
        .zip(seen)
        .zip(kinds.iter().zip(&suggested))
        .map(|((column, seen), (kind, suggested))| BankTableColumn {
            column,
            header: names.get(column as usize).cloned().unwrap_or_default(),
            kind: *kind,
            suggested: *suggested,
            samples: seen.samples,
        })
        .collect();
    Ok(BankTable {
        delimiter: container.delimiter,
        encoding: container.encoding,
        header_row: header,
        rows,
        date_order,
        dates_ambiguous: date_order.is_none() && days > 0,
        decimal_style,
        decimals_ambiguous: decimal_style.is_none() && marks > 0,
        signature: detect::signature(&names),
        columns,
        sample,
    })
}

/// The row that names the columns: the one with most known words, at least two of them; else, of a bank that has words of
/// its own, the first of nothing but words right above a date and an amount; 0 when there is none.
fn header_of(rows: &[(u32, Vec<Cell>)]) -> u32 {
    let known = |cells: &[Cell]| {
        cells
            .iter()
            .filter(|c| matches!(c, Cell::Text(text) if words::meaning(text).is_some()))
            .count()
    };
    let mut best = (1, 0);
    for (number, cells) in rows {
        if known(cells) > best.0 {
            best = (known(cells), *number);
        }
    }
    if best.1 > 0 {
        return best.1;
    }
    let kinds = |cells: &[Cell]| -> Vec<ColumnKind> {
        let kind = |cell: &Cell| {
            let mut seen = Seen::default();
            seen.take(cell);
            seen.kind()
        };
        cells.iter().map(kind).filter(|k| *k != ColumnKind::Empty).collect()
    };
    let pairs = rows.iter().zip(rows.iter().skip(1));
    let words_above_values = |above: &[Cell], below: &[Cell]| {
        let (above, below) = (kinds(above), kinds(below));
        above.len() > 1
            && above.iter().all(|k| *k == ColumnKind::Text)
            && below.contains(&ColumnKind::Date)
            && below.contains(&ColumnKind::Amount)
    };
    pairs
        .into_iter()
        .find(|((_, above), (_, below))| words_above_values(above, below))
        .map_or(0, |((number, _), _)| *number)
}

fn suggest(names: &[String], kinds: &[ColumnKind]) -> Vec<Option<BankField>> {
    let mut found: Vec<Option<BankField>> = vec![];
    for (at, kind) in kinds.iter().enumerate() {
        let named = names.get(at).and_then(|n| words::meaning(n));
        let fits = |field: BankField| match kind {
            ColumnKind::Date => field.is_date() || !field.is_amount(),
            ColumnKind::Amount => !field.is_date(),
            ColumnKind::Empty => true,
            ColumnKind::Text | ColumnKind::Number | ColumnKind::Email => true,
        };
        let free = |field: BankField| field.repeats() || !found.contains(&Some(field));
        let used = match named.filter(|f| fits(*f)) {
            Some(field) if free(field) => Some(field),
            // Two dates: the second is the day it was done.
            Some(BankField::Date) if free(BankField::ValueDate) => Some(BankField::ValueDate),
            Some(_) | None => None,
        };
        found.push(used);
    }
    let split = found.contains(&Some(BankField::Debit)) || found.contains(&Some(BankField::Credit));
    for slot in &mut found {
        if split && matches!(slot, Some(BankField::Amount | BankField::Direction)) {
            *slot = None;
        }
    }
    let mut first_of = |kind: ColumnKind, field: BankField| {
        let at = kinds.iter().zip(&found).position(|(k, f)| *k == kind && f.is_none());
        if let Some(slot) = at.and_then(|at| found.get_mut(at)) {
            *slot = Some(field);
        }
    };
    let has = |found: &[Option<BankField>], field: BankField| found.contains(&Some(field));
    let (date, amount) = (
        names.iter().any(|n| words::meaning(n) == Some(BankField::Date)),
        split || names.iter().any(|n| words::meaning(n) == Some(BankField::Amount)),
    );
    if !date {
        first_of(ColumnKind::Date, BankField::Date);
    }
    if !amount {
        first_of(ColumnKind::Amount, BankField::Amount);
    }
    if !has(&found, BankField::Text) {
        let at = kinds
            .iter()
            .zip(&found)
            .position(|(k, f)| *k == ColumnKind::Text && f.is_none());
        if let Some(slot) = at.and_then(|at| found.get_mut(at)) {
            *slot = Some(BankField::Text);
        }
    }
    found
}
