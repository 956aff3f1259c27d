//! Imports of accounts, invoices and balances from spreadsheets: wire types, limits and field lists (spec X09, D16).

use crate::ids::{CommunityId, ImportId, ImportMappingId, UserId};
use crate::money::Money;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Largest file accepted.
pub const MAX_FILE_BYTES: u64 = 25 * 1024 * 1024;
/// Most data rows of one import.
pub const MAX_ROWS: u32 = 100_000;
/// Most columns of a sheet.
pub const MAX_COLUMNS: u32 = 200;
/// Longest cell, in characters.
pub const MAX_CELL_CHARS: usize = 4_000;
/// Rows shown before anything is mapped.
pub const PREVIEW_ROWS: u32 = 50;
/// Up to this many rows an import is written in one transaction: all of it or nothing.
pub const ALL_OR_NOTHING_ROWS: u32 = 20_000;

crate::text_enum! {
    /// What a file holds.
    pub enum ImportKind {
        /// One invoice a row: open or historical, settled ones with their payment.
        Invoices = "invoices",
        /// One customer a row: account, unit, contacts; no money.
        Customers = "customers",
        /// One customer a row with one balance, or with the columns of an age analysis.
        Balances = "balances",
    }
}

crate::text_enum! {
    /// Where an import stands.
    pub enum ImportState {
        /// Read and detected; columns are not mapped yet.
        Uploaded = "uploaded",
        /// The dry run is going on.
        Checking = "checking",
        /// Every row has a verdict; nothing is written.
        Checked = "checked",
        Committing = "committing",
        Done = "done",
        Cancelled = "cancelled",
        Failed = "failed",
    }
}

crate::text_enum! {
    /// What the dry run found about one row.
    pub enum Verdict { New = "new", Unchanged = "unchanged", Changed = "changed", Faulty = "faulty" }
}

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

crate::text_enum! {
    /// What a column can be mapped to.
    pub enum ImportField {
        AccountReference = "account_reference",
        AccountName = "account_name",
        /// Reference and name in one cell: `Name (REF)` or `REF Name`.
        Customer = "customer",
        /// Code of the community, when one file serves several.
        Community = "community",
        CustomerGroup = "customer_group",
        Unit = "unit",
        Email = "email",
        Phone = "phone",
        InvoiceNumber = "invoice_number",
        InvoiceDate = "invoice_date",
        DueDate = "due_date",
        Amount = "amount",
        Disputed = "disputed",
        SettledDate = "settled_date",
        Balance = "balance",
        /// Columns of an age analysis. The number is the first day past due of the bucket, roughly.
        BucketCurrent = "bucket_current",
        Bucket30 = "bucket_30",
        Bucket60 = "bucket_60",
        Bucket90 = "bucket_90",
        Bucket120 = "bucket_120",
        Bucket150 = "bucket_150",
        Bucket180 = "bucket_180",
        /// Total of the row, compared with the sum of its buckets; never imported itself.
        Total = "total",
    }
}

impl ImportField {
    /// Whether the field means something for a kind of import.
    pub const fn serves(self, kind: ImportKind) -> bool {
        match self {
            Self::AccountReference
            | Self::AccountName
            | Self::Customer
            | Self::Community
            | Self::CustomerGroup
            | Self::Unit
            | Self::Email
            | Self::Phone => true,
            Self::InvoiceNumber
            | Self::InvoiceDate
            | Self::DueDate
            | Self::Amount
            | Self::Disputed
            | Self::SettledDate => matches!(kind, ImportKind::Invoices),
            Self::Balance
            | Self::BucketCurrent
            | Self::Bucket30
            | Self::Bucket60
            | Self::Bucket90
            | Self::Bucket120
            | Self::Bucket150
            | Self::Bucket180
            | Self::Total => matches!(kind, ImportKind::Balances),
        }
    }

    /// Position of a bucket, 0 = current … 6 = 180 days and more; `None` for other fields.
    pub const fn bucket(self) -> Option<u8> {
        match self {
            Self::BucketCurrent => Some(0),
            Self::Bucket30 => Some(1),
            Self::Bucket60 => Some(2),
            Self::Bucket90 => Some(3),
            Self::Bucket120 => Some(4),
            Self::Bucket150 => Some(5),
            Self::Bucket180 => Some(6),
            Self::AccountReference
            | Self::AccountName
            | Self::Customer
            | Self::Community
            | Self::CustomerGroup
            | Self::Unit
            | Self::Email
            | Self::Phone
            | Self::InvoiceNumber
            | Self::InvoiceDate
            | Self::DueDate
            | Self::Amount
            | Self::Disputed
            | Self::SettledDate
            | Self::Balance
            | Self::Total => None,
        }
    }

    pub const fn is_amount(self) -> bool {
        matches!(self, Self::Amount | Self::Balance | Self::Total) || self.bucket().is_some()
    }

    pub const fn is_date(self) -> bool {
        matches!(self, Self::InvoiceDate | Self::DueDate | Self::SettledDate)
    }

    /// Whether several columns may carry it (e-mails, phones, buckets).
    pub const fn repeats(self) -> bool {
        // Several columns of one bucket add up ("3 Months" and "Older" may both be 120+).
        matches!(self, Self::Email | Self::Phone) || self.bucket().is_some()
    }
}

/// One mapped column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ColumnUse {
    /// Zero-based column of the sheet.
    pub column: u32,
    pub field: ImportField,
}

/// How a file is to be read and what its columns mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    pub kind: ImportKind,
    /// Zero-based sheet; ignored for CSV.
    #[serde(default)]
    pub sheet: u32,
    /// Row of the header, counted from 1 as spreadsheets do; 0 when there is none.
    pub header_row: u32,
    /// CSV only.
    #[serde(default)]
    pub delimiter: Option<Delimiter>,
    /// CSV only.
    #[serde(default)]
    pub encoding: Option<TextEncoding>,
    /// Needed when a mapped date column holds text.
    #[serde(default)]
    pub date_order: Option<DateOrder>,
    /// Needed when a mapped amount column holds text with a mark.
    #[serde(default)]
    pub decimal_style: Option<DecimalStyle>,
    pub columns: Vec<ColumnUse>,
    /// Where everything goes, unless a column says it.
    #[serde(default)]
    pub community_id: Option<CommunityId>,
    /// Balances: the day the balances are of.
    #[serde(default)]
    pub as_at: Option<NaiveDate>,
    /// Balances with one amount: when it was due. Absent: on `as_at`.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
}

impl Mapping {
    /// The first column mapped to a field.
    pub fn column_of(&self, field: ImportField) -> Option<u32> {
        self.columns.iter().find(|c| c.field == field).map(|c| c.column)
    }
    pub fn has(&self, field: ImportField) -> bool {
        self.column_of(field).is_some()
    }
    pub fn has_buckets(&self) -> bool {
        self.columns.iter().any(|c| c.field.bucket().is_some())
    }

    /// What is missing or contradictory, as the browser shows it and the server refuses it. Whether dates and decimals
    /// need a choice depends on the file and is checked by the server.
    pub fn flaws(&self) -> crate::flaws::Flaws {
        use ImportField as F;
        let mut flaws = crate::flaws::Flaws::default();
        flaws.when(self.columns.len() > MAX_COLUMNS as usize, "/columns", "too_many");
        for (i, used) in self.columns.iter().enumerate() {
            let at = format!("/columns/{i}");
            flaws.when(used.column >= MAX_COLUMNS, &format!("{at}/column"), "out_of_range");
            flaws.when(
                !used.field.serves(self.kind),
                &format!("{at}/field"),
                "not_for_this_kind",
            );
            let earlier = self.columns.get(..i).unwrap_or_default();
            flaws.when(
                earlier.iter().any(|c| c.column == used.column),
                &format!("{at}/column"),
                "mapped_twice",
            );
            flaws.when(
                !used.field.repeats() && earlier.iter().any(|c| c.field == used.field),
                &format!("{at}/field"),
                "mapped_twice",
            );
        }
        flaws.when(
            !self.has(F::AccountReference) && !self.has(F::Customer) && !self.has(F::Unit),
            "/columns",
            "account_reference_needed",
        );
        flaws.when(
            self.has(F::Customer) && self.has(F::AccountReference),
            "/columns",
            "customer_and_reference",
        );
        flaws.when(
            self.community_id.is_none() && !self.has(F::Community),
            "/community_id",
            "required",
        );
        match self.kind {
            ImportKind::Invoices => {
                flaws.when(!self.has(F::InvoiceNumber), "/columns", "invoice_number_needed");
                flaws.when(!self.has(F::Amount), "/columns", "amount_needed");
                flaws.when(
                    !self.has(F::InvoiceDate) && !self.has(F::DueDate),
                    "/columns",
                    "date_needed",
                );
            }
            ImportKind::Customers => {}
            ImportKind::Balances => {
                flaws.when(
                    !self.has(F::Balance) && !self.has_buckets(),
                    "/columns",
                    "amount_needed",
                );
                flaws.when(
                    self.has(F::Balance) && self.has_buckets(),
                    "/columns",
                    "balance_and_buckets",
                );
                flaws.when(self.as_at.is_none(), "/as_at", "required");
                flaws.when(
                    matches!((self.due_on, self.as_at), (Some(due), Some(at)) if due > at),
                    "/due_on",
                    "after_as_at",
                );
            }
        }
        flaws
    }
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

/// Counts and sums of a dry run, and of what was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct ImportSummary {
    pub new: u32,
    pub unchanged: u32,
    pub changed: u32,
    pub faulty: u32,
    /// Total rows, footers and blank rows passed over.
    pub passed_over: u32,
    /// Customers that the import creates or created.
    pub new_accounts: u32,
    /// Sum of the amounts of all acceptable rows, one per currency.
    pub amounts: Vec<Money>,
    /// Amounts with more decimals than the currency, rounded half away from zero, each line by itself.
    pub rounded: u32,
    /// Total that the file itself states in its last row, when it does.
    pub stated_total: Option<Money>,
    /// Written so far, by the commit.
    pub written_accounts: u32,
    pub written_claims: u32,
    pub written_payments: u32,
    pub written_rows: u32,
}

/// How far a running step is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    pub done: u32,
    pub total: u32,
}

/// One import.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Import {
    pub id: ImportId,
    pub file_name: String,
    pub size_bytes: u64,
    pub kind: ImportKind,
    pub state: ImportState,
    #[serde(default)]
    pub community_id: Option<CommunityId>,
    pub detection: Detection,
    #[serde(default)]
    pub mapping: Option<Mapping>,
    /// Saved mappings whose header fits this file, newest first.
    #[serde(default)]
    pub fitting_mappings: Vec<SavedMapping>,
    #[serde(default)]
    pub summary: Option<ImportSummary>,
    pub progress: Progress,
    pub skip_faulty: bool,
    pub cancel_asked: bool,
    /// Why it failed, a stable code such as `interrupted`.
    #[serde(default)]
    pub failure: Option<String>,
    pub created_by: UserId,
    pub created_at: DateTime<Utc>,
    #[serde(default)]
    pub finished_at: Option<DateTime<Utc>>,
    pub version: i64,
}

/// One line of the list of imports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportLine {
    pub id: ImportId,
    pub file_name: String,
    pub size_bytes: u64,
    pub kind: ImportKind,
    pub state: ImportState,
    pub rows: u32,
    #[serde(default)]
    pub summary: Option<ImportSummary>,
    pub progress: Progress,
    pub created_by: UserId,
    pub created_by_name: String,
    pub created_at: DateTime<Utc>,
    #[serde(default)]
    pub finished_at: Option<DateTime<Utc>>,
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

/// What is wrong with one cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fault {
    /// Zero-based column; absent when the row as a whole is at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<ImportField>,
    /// The cell as read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// Stable code, for example `not_a_date`.
    pub code: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

/// One value that the import would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Difference {
    pub field: ImportField,
    /// In the book now; empty when there is nothing.
    pub before: String,
    pub after: String,
}

/// A row with its verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckedRow {
    /// Row of the sheet, from 1.
    pub number: u32,
    pub verdict: Verdict,
    /// What it was matched by, for example `200769623 · 0000611365`.
    pub key: String,
    pub cells: Vec<String>,
    pub faults: Vec<Fault>,
    pub differences: Vec<Difference>,
    /// Written by the commit.
    pub done: bool,
}

/// Which checked rows to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields, default)]
pub struct RowFilter {
    pub verdict: Option<Verdict>,
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

/// Order to write what the dry run found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CommitImport {
    /// Write the acceptable rows although others are faulty.
    #[serde(default)]
    pub skip_faulty: bool,
}

/// A mapping kept for the next file with the same header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedMapping {
    pub id: ImportMappingId,
    pub name: String,
    pub kind: ImportKind,
    pub signature: String,
    pub mapping: Mapping,
    pub created_at: DateTime<Utc>,
}

/// Keeps a mapping under a name; a mapping of the same name is replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSavedMapping {
    pub name: String,
    /// Signature of the header it was made for.
    pub signature: String,
    pub mapping: Mapping,
}
