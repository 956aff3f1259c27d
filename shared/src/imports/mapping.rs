//! What its columns mean.

use super::{DateOrder, DecimalStyle, Delimiter, MAX_COLUMNS, TextEncoding};
use crate::ids::{CommunityId, ImportMappingId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

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
