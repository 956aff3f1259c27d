//! What the columns of a bank's table mean.

use crate::flaws::Flaws;
use crate::imports::{ColumnKind, DateOrder, DecimalStyle, Delimiter, MAX_COLUMNS, RawRow, TextEncoding};
use crate::money::Currency;
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// What a column of a bank's table can be mapped to.
    pub enum BankField {
        Date = "date",
        ValueDate = "value_date",
        /// Positive: money came in.
        Amount = "amount",
        /// What went out, in a column of its own.
        Debit = "debit",
        /// What came in, in a column of its own.
        Credit = "credit",
        /// A word for in or out beside an amount without a sign.
        Direction = "direction",
        Balance = "balance",
        Text = "text",
        Reference = "reference",
        Name = "name",
        CounterpartyAccount = "counterparty_account",
        EndToEndId = "end_to_end_id",
        /// The bank's own id of the movement.
        BankId = "bank_id",
        Code = "code",
        /// Number of the account the statement is of.
        Account = "account",
    }
}

impl BankField {
    /// Whether several columns may carry it: their texts are joined.
    pub const fn repeats(self) -> bool {
        matches!(self, Self::Text)
    }
    pub const fn is_amount(self) -> bool {
        matches!(self, Self::Amount | Self::Debit | Self::Credit | Self::Balance)
    }
    pub const fn is_date(self) -> bool {
        matches!(self, Self::Date | Self::ValueDate)
    }
}

/// One mapped column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BankColumn {
    /// Zero-based column.
    pub column: u32,
    pub field: BankField,
}

/// How a bank's table is read and what its columns mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BankMapping {
    /// Row of the header, from 1; 0 when there is none.
    pub header_row: u32,
    #[serde(default)]
    pub delimiter: Option<Delimiter>,
    #[serde(default)]
    pub encoding: Option<TextEncoding>,
    /// Needed when dates can be read in two ways.
    #[serde(default)]
    pub date_order: Option<DateOrder>,
    /// Needed when amounts can be read in two ways.
    #[serde(default)]
    pub decimal_style: Option<DecimalStyle>,
    /// The file writes what came in as negative.
    #[serde(default)]
    pub signs_turned: bool,
    /// Number of the bank account, unless a column says it.
    #[serde(default)]
    pub account: Option<String>,
    /// Absent: the currency of the community.
    #[serde(default)]
    pub currency: Option<Currency>,
    pub columns: Vec<BankColumn>,
}

impl BankMapping {
    /// The first column mapped to a field.
    pub fn column_of(&self, field: BankField) -> Option<usize> {
        let found = self.columns.iter().find(|c| c.field == field)?;
        usize::try_from(found.column).ok()
    }
    pub fn has(&self, field: BankField) -> bool {
        self.column_of(field).is_some()
    }
    /// What is missing or contradictory, as the browser shows it and the server refuses it.
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.when(self.columns.len() > MAX_COLUMNS as usize, "/columns", "too_many");
        flaws.when(!self.has(BankField::Date), "/columns", "date_needed");
        let one = self.has(BankField::Amount);
        let two = self.has(BankField::Debit) || self.has(BankField::Credit);
        flaws.when(!one && !two, "/columns", "amount_needed");
        flaws.when(one && two, "/columns", "amount_twice");
        flaws.when(
            self.has(BankField::Direction) && !one,
            "/columns",
            "direction_without_amount",
        );
        for (at, used) in self.columns.iter().enumerate() {
            let before = self.columns.get(..at).unwrap_or_default();
            let again = before.iter().any(|c| c.field == used.field && !used.field.repeats());
            flaws.when(again, &format!("/columns/{at}/field"), "field_twice");
            let same = before.iter().any(|c| c.column == used.column);
            flaws.when(same, &format!("/columns/{at}/column"), "column_twice");
            flaws.when(
                used.column >= MAX_COLUMNS,
                &format!("/columns/{at}/column"),
                "no_such_column",
            );
        }
        let long = self.account.as_deref().is_some_and(|a| a.chars().count() > 60);
        flaws.when(long, "/account", "too_long");
        flaws
    }
}

/// A column of a bank's table as it was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BankTableColumn {
    /// Zero-based.
    pub column: u32,
    pub header: String,
    pub kind: ColumnKind,
    pub samples: Vec<String>,
    #[serde(default)]
    pub suggested: Option<BankField>,
}

/// What was found out about a bank's table without being told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BankTable {
    #[serde(default)]
    pub delimiter: Option<Delimiter>,
    #[serde(default)]
    pub encoding: Option<TextEncoding>,
    /// Row of the header, from 1; 0 when there is none.
    pub header_row: u32,
    /// Data rows.
    pub rows: u32,
    #[serde(default)]
    pub date_order: Option<DateOrder>,
    /// Dates that can be read in two ways, and none that decides.
    pub dates_ambiguous: bool,
    #[serde(default)]
    pub decimal_style: Option<DecimalStyle>,
    pub decimals_ambiguous: bool,
    pub columns: Vec<BankTableColumn>,
    /// Fingerprint of the header: files of the same bank share it.
    pub signature: String,
    /// The first rows as read.
    pub sample: Vec<RawRow>,
}

impl BankTable {
    /// The mapping that suggests itself.
    pub fn suggestion(&self) -> BankMapping {
        BankMapping {
            header_row: self.header_row,
            delimiter: self.delimiter,
            encoding: self.encoding,
            date_order: self.date_order,
            decimal_style: self.decimal_style,
            signs_turned: false,
            account: None,
            currency: None,
            columns: self
                .columns
                .iter()
                .filter_map(|c| {
                    let field = c.suggested?;
                    Some(BankColumn {
                        column: c.column,
                        field,
                    })
                })
                .collect(),
        }
    }
}
