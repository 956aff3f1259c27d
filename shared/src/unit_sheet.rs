//! The units of a community as a workbook that is downloaded, edited and uploaded again (spec D16): its columns, what a
//! person is shown before anything is written, and the rule that compares a sheet with the book.

mod judge;
#[cfg(test)]
mod tests;

pub use judge::{Deed, Judged, Known, KnownContact, KnownCustomer, KnownUnit, Rights, judge, sheet};

use crate::imports::Verdict;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Rows of one sheet: all of them are written in one transaction.
pub const MAX_SHEET_ROWS: usize = 5_000;
/// Lines a preview shows; the counts are of all.
pub const MAX_PREVIEW_LINES: usize = 1_000;

crate::text_enum! {
    /// Columns of the sheet, in its order.
    pub enum SheetColumn {
        Unit = "unit",
        Block = "block",
        Section = "section",
        Type = "unit_type",
        Size = "size",
        Quota = "participation_quota",
        Description = "description",
        Active = "is_active",
        /// Customer code of the present owner.
        Reference = "owner_reference",
        /// For reading: whoever renames a customer does so on the customer's page.
        Owner = "owner_name",
        /// Of the owner's primary debtor, several in a cell.
        Emails = "emails",
        Phones = "phones",
    }
}

impl SheetColumn {
    /// What stands at the head of the column in the workbook.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Unit => "Unit",
            Self::Block => "Block",
            Self::Section => "Section",
            Self::Type => "Type",
            Self::Size => "Size",
            Self::Quota => "Quota %",
            Self::Description => "Description",
            Self::Active => "Active",
            Self::Reference => "Customer code",
            Self::Owner => "Owner",
            Self::Emails => "E-mails",
            Self::Phones => "Telephones",
        }
    }

    /// The column a heading means, however it is spaced or cased.
    pub fn of_heading(text: &str) -> Option<Self> {
        let plain = |text: &str| -> String {
            let folded = crate::text::fold(text);
            folded.chars().filter(|c| c.is_alphanumeric()).collect()
        };
        let wanted = plain(text);
        Self::ALL
            .iter()
            .copied()
            .find(|column| plain(column.heading()) == wanted)
    }
}

/// A row as read: the columns the sheet has, with their text.
#[derive(Clone, Debug, PartialEq)]
pub struct SheetRow {
    /// As the spreadsheet counts.
    pub number: u32,
    pub cells: BTreeMap<SheetColumn, String>,
    /// Cells that hold something no column is made for, with the code of the fault: a day, an error value.
    pub odd: BTreeMap<SheetColumn, String>,
}

/// One cell that differs from the book.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SheetChange {
    pub column: SheetColumn,
    pub before: String,
    pub after: String,
}

/// One cell that cannot be taken over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SheetFault {
    pub column: SheetColumn,
    pub value: String,
    /// Stable code, as flaws of fields have it.
    pub code: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

/// What becomes of one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SheetLine {
    pub number: u32,
    /// The unit's code.
    pub unit: String,
    pub verdict: Verdict,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<SheetChange>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<SheetFault>,
}

/// Rows by what becomes of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SheetCounts {
    pub new: u32,
    pub changed: u32,
    pub unchanged: u32,
    pub faulty: u32,
    /// Units of the community that the sheet does not name; nothing happens to them.
    pub absent: u32,
}

/// What an upload would do. Nothing is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SheetPreview {
    pub counts: SheetCounts,
    /// New, changed and faulty rows in the order of the sheet, at most 1 000.
    pub lines: Vec<SheetLine>,
    pub has_more: bool,
    /// Headings no column has; what stands below them is not read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored_headings: Vec<String>,
    /// Names exactly these changes: the upload that writes them sends it along.
    pub digest: String,
}

/// What an upload has written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SheetWritten {
    pub units_created: u32,
    pub units_changed: u32,
    pub owners_assigned: u32,
    pub contacts_added: u32,
    pub contacts_changed: u32,
    pub contacts_removed: u32,
    /// Faulty rows that were left out.
    pub left_out: u32,
}
