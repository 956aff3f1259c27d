//! Finds out how a sheet is laid out: header, footer, date order, decimal mark, kinds of its columns. One pass over
//! all rows, a bounded buffer at the beginning.

use super::cell::Cell;
use super::{amount, date, words};
use kept_shared::imports::{
    ColumnKind, DateOrder, DecimalStyle, Delimiter, DetectedColumn, Detection, FileFormat, ImportField, MAX_COLUMNS,
    TextEncoding,
};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// How far down a header may be.
const HEADER_WITHIN: usize = 60;
const SAMPLES: usize = 4;
/// Longest sample shown.
const SAMPLE_CHARS: usize = 80;

#[derive(Clone, Debug, Default)]
struct Column {
    filled: u32,
    amounts: u32,
    fractions: u32,
    dates: u32,
    emails: u32,
    whole_numbers: u32,
    point: u32,
    comma: u32,
    either: u32,
    day_first: u32,
    month_first: u32,
    year_first: u32,
    swappable: u32,
    samples: Vec<String>,
}

impl Column {
    fn see(&mut self, cell: &Cell) {
        if cell.is_blank() {
            return;
        }
        self.filled += 1;
        match cell {
            Cell::Empty => {}
            Cell::Number(text) => {
                self.amounts += 1;
                if text.contains('.') {
                    self.fractions += 1
                } else {
                    self.whole_numbers += 1
                }
            }
            Cell::Date(_) => self.dates += 1,
            Cell::Bool(_) | Cell::Error(_) => {}
            Cell::Text(text) => self.see_text(text.trim()),
        }
        if self.samples.len() < SAMPLES {
            let sample: String = cell.shown().trim().chars().take(SAMPLE_CHARS).collect();
            if !self.samples.contains(&sample) {
                self.samples.push(sample);
            }
        }
    }

    fn see_text(&mut self, text: &str) {
        use date::Evidence as D;
        // Most cells of most columns are plain words or plain digits; both are settled without parsing.
        let digits = text.bytes().any(|b| b.is_ascii_digit());
        if text.contains('@') && text.contains('.') {
            self.emails += 1;
            return;
        }
        if !digits {
            return;
        }
        if text.len() != 8 && text.bytes().all(|b| b.is_ascii_digit()) {
            self.amounts += 1;
            self.whole_numbers += 1;
            return;
        }
        match date::evidence(text) {
            D::Neutral => self.dates += 1,
            D::Only(order) => {
                self.dates += 1;
                match order {
                    DateOrder::DayMonthYear => self.day_first += 1,
                    DateOrder::MonthDayYear => self.month_first += 1,
                    DateOrder::YearMonthDay | DateOrder::Serial => self.year_first += 1,
                }
            }
            D::DayOrMonthFirst => {
                self.dates += 1;
                self.swappable += 1;
            }
            D::No => {}
        }
        use amount::Evidence as A;
        let says = amount::evidence(text);
        if says != A::No {
            self.amounts += 1;
        }
        match says {
            A::Only(DecimalStyle::Point) => self.point += 1,
            A::Only(DecimalStyle::Comma) => self.comma += 1,
            A::Either => self.either += 1,
            A::Neutral if text.bytes().all(|b| b.is_ascii_digit()) => self.whole_numbers += 1,
            A::Neutral => self.fractions += 1,
            A::No => {}
        }
    }

    fn is_dates(&self) -> bool {
        self.filled > 0 && self.dates * 2 > self.filled
    }
    fn is_amounts(&self) -> bool {
        self.filled > 0 && self.amounts * 2 >= self.filled && !self.is_dates()
    }
    fn kind(&self) -> ColumnKind {
        if self.filled == 0 {
            ColumnKind::Empty
        } else if self.is_dates() && self.year_first + self.whole_numbers < self.filled * 2 {
            ColumnKind::Date
        } else if self.is_amounts() {
            if self.fractions + self.point + self.comma + self.either > 0 {
                ColumnKind::Amount
            } else {
                ColumnKind::Number
            }
        } else if self.emails * 2 > self.filled {
            ColumnKind::Email
        } else {
            ColumnKind::Text
        }
    }
}

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
            None => header_row(&early),
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
        let (date_order, dates_ambiguous) = date_order(&self.columns);
        let (decimal_style, decimals_ambiguous) = decimal_style(&self.columns, &fields);
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

/// Two columns of one known name: nobody can tell which is meant. Repeating fields (e-mail, phone) may repeat.
pub fn repeated_header(detection: &Detection) -> bool {
    let names: Vec<String> = detection.columns.iter().map(|c| words::plain(&c.header)).collect();
    detection.columns.iter().zip(&names).any(|(column, name)| {
        let repeats = column.suggested.is_some_and(ImportField::repeats);
        words::is_known(&column.header) && !repeats && names.iter().filter(|other| *other == name).count() > 1
    })
}

/// A row of totals: one of its texts is the word, whichever column it stands in.
pub fn is_total_row(cells: &[Cell]) -> bool {
    cells
        .iter()
        .any(|cell| matches!(cell, Cell::Text(text) if words::is_total(text)))
}

/// Files of the same source have the same header, whatever their capitals and blanks.
pub fn signature(names: &[String]) -> String {
    let joined = names.iter().map(|n| words::plain(n)).collect::<Vec<_>>().join("|");
    let digest = Sha256::digest(joined.as_bytes());
    digest.iter().take(12).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The row that names the columns: the one with most known words, then most texts, with data below it. 0 when none.
fn header_row(rows: &[(u32, Vec<Cell>)]) -> u32 {
    let mut best = (0_usize, 0_u32);
    for (i, (number, cells)) in rows.iter().enumerate() {
        let texts: Vec<&str> = cells
            .iter()
            .filter_map(|c| if let Cell::Text(t) = c { Some(t.trim()) } else { None })
            .filter(|t| !t.is_empty())
            .collect();
        let typed = cells
            .iter()
            .filter(|c| matches!(c, Cell::Number(_) | Cell::Date(_) | Cell::Bool(_) | Cell::Error(_)))
            .count();
        let known = texts.iter().filter(|t| words::is_known(t)).count();
        let values = texts
            .iter()
            .filter(|t| {
                !words::is_known(t)
                    && (amount::evidence(t) != amount::Evidence::No
                        || date::evidence(t) != date::Evidence::No
                        || t.contains('@'))
            })
            .count();
        if texts.is_empty() || typed > 0 || values > known {
            continue;
        }
        let below = rows
            .get(i + 1..)
            .unwrap_or_default()
            .iter()
            .take(3)
            .map(|(_, c)| c.iter().filter(|c| !c.is_blank()).count())
            .max()
            .unwrap_or(0);
        // A title stands alone; a header is about as wide as what follows. A one-column file has a one-cell header.
        if below == 0 || (texts.len() == 1 && below > 1) || below * 4 < texts.len() {
            continue;
        }
        let score = known * 10 + texts.len() * 2 + usize::from(below + 1 >= texts.len());
        if score > best.0 {
            best = (score, *number);
        }
    }
    best.1
}

/// Over all text dates of all date columns. The flag says that a person has to choose.
fn date_order(columns: &[Column]) -> (Option<DateOrder>, bool) {
    let dates = || columns.iter().filter(|c| c.is_dates());
    let (day, month) = (
        dates().map(|c| c.day_first).sum::<u32>(),
        dates().map(|c| c.month_first).sum::<u32>(),
    );
    let (year, swappable) = (
        dates().map(|c| c.year_first).sum::<u32>(),
        dates().map(|c| c.swappable).sum::<u32>(),
    );
    match (day > 0, month > 0) {
        (true, true) => (None, true),
        (true, false) => (Some(DateOrder::DayMonthYear), false),
        (false, true) => (Some(DateOrder::MonthDayYear), false),
        (false, false) if swappable > 0 => (None, true),
        (false, false) => ((year > 0).then_some(DateOrder::YearMonthDay), false),
    }
}

/// Over all amount columns, those that look like amounts and those named like amounts.
fn decimal_style(columns: &[Column], fields: &[Option<ImportField>]) -> (Option<DecimalStyle>, bool) {
    let named = |i: usize| fields.get(i).copied().flatten().is_some_and(ImportField::is_amount);
    let amounts = || {
        columns
            .iter()
            .enumerate()
            .filter(|(i, c)| named(*i) || c.is_amounts())
            .map(|(_, c)| c)
    };
    let (point, comma) = (
        amounts().map(|c| c.point).sum::<u32>(),
        amounts().map(|c| c.comma).sum::<u32>(),
    );
    let either = amounts().map(|c| c.either).sum::<u32>();
    match (point > 0, comma > 0) {
        (true, true) => (None, true),
        (true, false) => (Some(DecimalStyle::Point), false),
        (false, true) => (Some(DecimalStyle::Comma), false),
        (false, false) => (None, either > 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kept_shared::imports::{ImportField as F, ImportKind};

    fn text(cells: &[&str]) -> Vec<Cell> {
        cells
            .iter()
            .map(|c| {
                if c.is_empty() {
                    Cell::Empty
                } else {
                    Cell::Text((*c).to_owned())
                }
            })
            .collect()
    }
    fn detect(rows: &[Vec<Cell>]) -> Detection {
        let mut detector = Detector::new(None);
        for (number, row) in (1..).zip(rows) {
            detector.row(number, row);
        }
        detector.finish(Container {
            format: FileFormat::Csv,
            sheets: vec![],
            sheet: 0,
            delimiter: None,
            encoding: None,
        })
    }

    #[test]
    fn titles_above_and_totals_below_are_passed_over() {
        let found = detect(&[
            text(&["A/R Aging Summary"]),
            text(&["As of June 30, 2020"]),
            text(&[]),
            text(&["", "Current", "1 - 30", "31 - 60", "Total"]),
            text(&["Total Energies", "", "1,000.50", "2.00", "$1,002.50"]),
            text(&["Blue Co", "5.00", "", "", "$5.00"]),
            text(&["TOTAL", "$5.00", "$1,000.50", "$2.00", "$1,007.50"]),
            text(&[]),
            text(&["Tuesday, June 30, 2020 11:59 PM GMT+02:00"]),
        ]);
        assert_eq!(
            (found.header_row, found.last_row, found.rows, found.footer_rows),
            (4, 6, 2, 2)
        );
        assert_eq!(found.as_at.map(|d| d.to_string()).as_deref(), Some("2020-06-30"));
        assert_eq!(found.suggested_kind, ImportKind::Balances);
        assert_eq!(found.decimal_style, Some(DecimalStyle::Point));
        assert_eq!(
            found.columns.iter().map(|c| c.suggested).collect::<Vec<_>>(),
            [
                Some(F::Customer),
                Some(F::BucketCurrent),
                Some(F::Bucket30),
                Some(F::Bucket60),
                Some(F::Total)
            ]
        );
    }

    #[test]
    fn a_parameter_block_above_is_not_the_header() {
        let found = detect(&[
            text(&["Parameter", "Value"]),
            vec![Cell::Text("Today's Date".into()), Cell::Number("43525".into())],
            text(&[]),
            text(&["Transaction Date", "Customer", "Invoice #", "Amount"]),
            vec![
                Cell::Date("2019-09-24".parse().unwrap()),
                Cell::Text("D".into()),
                Cell::Text("100045".into()),
                Cell::Number("6800.46".into()),
            ],
        ]);
        assert_eq!(
            (found.header_row, found.rows, found.suggested_kind),
            (4, 1, ImportKind::Invoices)
        );
    }

    #[test]
    fn the_whole_column_decides_the_order_of_dates() {
        let with = |dates: &[&str]| {
            let mut rows = vec![text(&["Account", "Invoice No", "Date", "Amount"])];
            rows.extend(dates.iter().map(|d| text(&["A1", "7", d, "1.00"])));
            let found = detect(&rows);
            (found.date_order, found.dates_ambiguous)
        };
        assert_eq!(
            with(&["01/02/2026", "31/01/2026"]),
            (Some(DateOrder::DayMonthYear), false)
        );
        assert_eq!(
            with(&["01/02/2026", "01/31/2026"]),
            (Some(DateOrder::MonthDayYear), false)
        );
        assert_eq!(with(&["01/02/2026", "03/04/2026"]), (None, true));
        assert_eq!(with(&["31/01/2026", "01/31/2026"]), (None, true));
        assert_eq!(
            with(&["2026-01-02", "2026/01/03"]),
            (Some(DateOrder::YearMonthDay), false)
        );
        assert_eq!(with(&["2 January 2026"]), (None, false));
    }

    #[test]
    fn undecided_amounts_ask() {
        let with = |amounts: &[&str]| {
            let mut rows = vec![text(&["Account", "Balance"])];
            rows.extend(amounts.iter().map(|a| text(&["A1", a])));
            let found = detect(&rows);
            (found.decimal_style, found.decimals_ambiguous)
        };
        assert_eq!(with(&["1,234", "5,678"]), (None, true));
        assert_eq!(with(&["1,234", "5.50"]), (Some(DecimalStyle::Point), false));
        assert_eq!(with(&["1.234", "5,50"]), (Some(DecimalStyle::Comma), false));
        assert_eq!(with(&["5.50", "5,50"]), (None, true));
        assert_eq!(with(&["100", "200"]), (None, false));
    }

    #[test]
    fn a_file_without_header_says_so() {
        let found = detect(&[text(&["A1", "12.50"]), text(&["A2", "13.50"])]);
        assert_eq!((found.header_row, found.rows), (0, 2));
    }

    #[test]
    fn the_same_source_has_the_same_signature() {
        let a = signature(&["Account No.".into(), "Balance".into()]);
        assert_eq!(a, signature(&["account_no".into(), " BALANCE ".into()]));
        assert_ne!(a, signature(&["Balance".into(), "Account No.".into()]));
    }
}
