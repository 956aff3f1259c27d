//! What a file is and how it is read.

use super::{ImportField, ImportKind};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

crate::text_enum! {
    pub enum FileFormat { Csv = "csv", Xlsx = "xlsx", Xls = "xls", Ods = "ods" }
}

crate::text_enum! {
    pub enum Delimiter { Comma = "comma", Semicolon = "semicolon", Tab = "tab", Pipe = "pipe" }
}

impl Delimiter {
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }
}

crate::text_enum! {
    pub enum TextEncoding { Utf8 = "utf-8", Utf16Le = "utf-16le", Utf16Be = "utf-16be", Windows1252 = "windows-1252" }
}

crate::text_enum! {
    /// How dates are written as text. Cells that the spreadsheet itself types as dates need none of it.
    pub enum DateOrder {
        DayMonthYear = "day_month_year",
        MonthDayYear = "month_day_year",
        YearMonthDay = "year_month_day",
        /// Days since 1899-12-30, as spreadsheets count.
        Serial = "serial",
    }
}

crate::text_enum! {
    /// The decimal mark; blanks and apostrophes always group, the other mark groups by threes.
    pub enum DecimalStyle { Point = "point", Comma = "comma" }
}

crate::text_enum! {
    /// What the cells of a column look like.
    pub enum ColumnKind { Empty = "empty", Text = "text", Amount = "amount", Date = "date", Number = "number", Email = "email" }
}

/// A column as it was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DetectedColumn {
    /// Zero-based column of the sheet.
    pub column: u32,
    /// Text of the header cell, empty when blank.
    pub header: String,
    pub kind: ColumnKind,
    /// A few of its values, as read.
    pub samples: Vec<String>,
    #[serde(default)]
    pub suggested: Option<ImportField>,
}

/// What was found out about a file without being told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Detection {
    pub format: FileFormat,
    /// Names of the sheets; empty for CSV.
    pub sheets: Vec<String>,
    pub sheet: u32,
    #[serde(default)]
    pub delimiter: Option<Delimiter>,
    #[serde(default)]
    pub encoding: Option<TextEncoding>,
    /// Row of the header, from 1; 0 when there is none.
    pub header_row: u32,
    /// Last row that is neither total nor footer, from 1.
    pub last_row: u32,
    /// Data rows between them, without blank and total rows.
    pub rows: u32,
    /// Total and footer rows left out.
    pub footer_rows: u32,
    /// Order of text dates over the whole column; absent when nothing decides it or the file contradicts itself.
    #[serde(default)]
    pub date_order: Option<DateOrder>,
    /// Text dates that could be read both ways, so a person has to choose.
    pub dates_ambiguous: bool,
    #[serde(default)]
    pub decimal_style: Option<DecimalStyle>,
    /// Amounts such as `1,234` that could be read both ways and none that decides.
    pub decimals_ambiguous: bool,
    /// "As at" date found above the header.
    #[serde(default)]
    pub as_at: Option<NaiveDate>,
    pub suggested_kind: ImportKind,
    pub columns: Vec<DetectedColumn>,
    /// Fingerprint of the header names: files of the same source share it.
    pub signature: String,
}

/// A row exactly as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RawRow {
    /// Row of the sheet, from 1.
    pub number: u32,
    pub cells: Vec<String>,
}

/// The beginning of a file as read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Preview {
    pub detection: Detection,
    pub rows: Vec<RawRow>,
}
