//! An import on its way: dry run, verdicts, commit.

use super::{Detection, ImportField, ImportKind, Mapping, SavedMapping};
use crate::ids::{CommunityId, ImportId, UserId};
use crate::money::Money;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// What a person is told about a row that is acceptable, but comes to something else than its kind usually does.
    pub enum RemarkCode {
        /// A negative invoice: posted as a credit on its date; it makes no claim.
        PostedAsCredit = "posted_as_credit",
        /// A negative balance or bucket: posted as an opening credit.
        OpeningCredit = "opening_credit",
        /// A settled date of an amount that is not above zero: there is nothing to pay, no payment is posted.
        SettledDateUnused = "settled_date_unused",
        /// A credit is marked as disputed: only claims are, the mark is left out.
        DisputeUnused = "dispute_unused",
        /// The book calls the customer otherwise (the value): the row is posted, its contacts are left out.
        NameDiffers = "name_differs",
    }
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
    /// Rows with a remark, see [`CheckedRow::remarks`].
    pub remarked: u32,
    /// Negative amounts that are posted as credits.
    pub credits: u32,
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

/// What a person should know of a cell although its row is acceptable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Remark {
    /// Zero-based column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    pub field: ImportField,
    /// The value as it is understood: an amount in the community's currency, a date, yes; for a name that of the book.
    pub value: String,
    pub code: RemarkCode,
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
    /// What the import does with the row that its kind does not say.
    #[serde(default)]
    pub remarks: Vec<Remark>,
    /// Written by the commit.
    pub done: bool,
}

/// Which imports to list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields, default)]
pub struct ImportFilter {
    /// Only imports in one of these states.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub state: Vec<ImportState>,
    /// Rows of the page, 1 to 200; 50 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Which checked rows to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields, default)]
pub struct RowFilter {
    pub verdict: Option<Verdict>,
    /// Only rows with a remark, or only those without.
    pub remarked: Option<bool>,
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
