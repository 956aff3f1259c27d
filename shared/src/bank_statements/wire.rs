//! What travels.

use super::{
    BankFormat, BankMapping, BankTable, Confidence, IgnoreReason, LineState, MAX_PARTS, MAX_REASON, MAX_TICKED,
    MatchReason, StatementState,
};
use crate::flaws::Flaws;
use crate::ids::*;
use crate::money::Money;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Lines of a statement by what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    pub unmatched: u32,
    /// Of the suggested ones, how many are of each confidence.
    pub certain: u32,
    pub likely: u32,
    pub possible: u32,
    pub confirmed: u32,
    pub ignored: u32,
    pub undone: u32,
}

impl Progress {
    pub const fn suggested(&self) -> u32 {
        self.certain + self.likely + self.possible
    }
    /// Lines that wait for a person.
    pub const fn waiting(&self) -> u32 {
        self.suggested() + self.unmatched
    }
}

crate::text_enum! {
    /// Whether opening + lines = closing.
    pub enum BalanceCheck {
        Balances = "balances",
        Off = "off",
        /// One of the two balances is not in the file.
        Unknown = "unknown",
        /// The balances or lines are in several currencies.
        Currencies = "currencies",
    }
}

/// A bank account of a community: where its statements go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BankAccount {
    pub id: BankAccountId,
    /// IBAN or number, without blanks.
    pub number: String,
    pub community_id: CommunityId,
    pub community_name: String,
}

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BankFile {
    pub id: BankFileId,
    pub file_name: String,
    pub size_bytes: u64,
    pub format: BankFormat,
    pub community_id: CommunityId,
    /// The columns must be mapped before it can be read.
    pub needs_mapping: bool,
    /// Of a table: what was found out about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<BankTable>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<BankMapping>,
    /// Saved mappings for tables with this header.
    #[serde(default)]
    pub fitting_mappings: Vec<SavedBankMapping>,
    /// The statements it held.
    pub statements: Vec<BankStatementId>,
    /// Statements left out because they are in the book already.
    pub known_statements: u32,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

/// How to read a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReadBankFile {
    pub mapping: BankMapping,
    /// Keep the mapping under this name.
    #[serde(default)]
    pub save_as: Option<String>,
}

/// What a table says under a mapping, before it is taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BankPreview {
    pub lines: u32,
    pub credits: Money,
    pub debits: Money,
    pub check: BalanceCheck,
    pub remarks: BTreeMap<String, u32>,
    /// The first lines.
    pub sample: Vec<PreviewLine>,
}

/// One line of a preview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewLine {
    pub booked_on: NaiveDate,
    pub text: String,
    pub name: Option<String>,
    pub reference: Option<String>,
    pub amount: Money,
}

/// A saved mapping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedBankMapping {
    pub id: BankMappingId,
    pub name: String,
    pub signature: String,
    pub mapping: BankMapping,
    pub created_at: DateTime<Utc>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BankStatement {
    pub id: BankStatementId,
    pub state: StatementState,
    pub community_id: CommunityId,
    pub community_name: String,
    /// Number of the bank account.
    pub account: String,
    /// The bank's number of the statement.
    pub number: Option<String>,
    pub file_name: String,
    pub format: BankFormat,
    pub opening: Option<Money>,
    pub opening_on: Option<NaiveDate>,
    pub closing: Option<Money>,
    pub closing_on: Option<NaiveDate>,
    /// First and last day of its lines.
    pub first_on: Option<NaiveDate>,
    pub last_on: Option<NaiveDate>,
    pub lines: u32,
    pub credits: Money,
    /// Negative.
    pub debits: Money,
    pub check: BalanceCheck,
    /// Closing − (opening + lines), when it is off.
    pub off: Option<Money>,
    /// What the reader noticed: code and how often.
    pub remarks: BTreeMap<String, u32>,
    pub progress: Progress,
    /// Sum of what was posted to customers.
    pub confirmed: Money,
    /// Sum of what came in and is neither posted nor left out.
    pub waiting: Money,
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub undone_reason: Option<String>,
    pub undone_by: Option<String>,
    pub undone_at: Option<DateTime<Utc>>,
    pub version: i64,
}

/// A customer proposed for a line, or the one it was posted to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Candidate {
    pub account_id: AccountId,
    pub reference: String,
    pub name: String,
    pub unit_label: Option<String>,
    /// What the customer owes today.
    pub owed: Money,
    pub confidence: Confidence,
    pub reasons: Vec<MatchReason>,
    /// The payment taken back, for money that went out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverses: Option<EntryId>,
    /// The open claim that the line names: the payment is for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<NamedClaim>,
}

/// A claim named in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamedClaim {
    pub id: ClaimId,
    pub reference: String,
}

/// What a line posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinePosting {
    pub account_id: AccountId,
    pub reference: String,
    pub name: String,
    pub amount: Money,
    /// The payment made, or absent where an earlier one was taken back.
    pub entry_id: Option<EntryId>,
    /// The payment taken back.
    pub returned_entry_id: Option<EntryId>,
}

/// One line of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BankLine {
    pub id: BankLineId,
    /// From 1, in the order of the bank.
    pub position: u32,
    pub booked_on: NaiveDate,
    pub value_on: Option<NaiveDate>,
    /// Positive: money came in.
    pub amount: Money,
    pub reference: Option<String>,
    pub end_to_end_id: Option<String>,
    pub counterparty_name: Option<String>,
    pub counterparty_account: Option<String>,
    pub text: String,
    pub code: Option<String>,
    pub bank_id: Option<String>,
    pub state: LineState,
    pub confidence: Option<Confidence>,
    /// The customer proposed.
    pub account_id: Option<AccountId>,
    pub candidates: Vec<Candidate>,
    pub postings: Vec<LinePosting>,
    /// What a line without a customer most likely is.
    pub hint: Option<IgnoreReason>,
    pub ignore_reason: Option<IgnoreReason>,
    pub note: Option<String>,
    /// An earlier line that is the same.
    pub duplicate_of: Option<BankLineId>,
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
}

/// Which statements.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields, default)]
pub struct BankStatementFilter {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub state: Vec<StatementState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub community_id: Option<CommunityId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Which lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields, default)]
pub struct BankLineFilter {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub state: Vec<LineState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Which proposals are posted: the lines named, or all of a confidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmLines {
    #[serde(default)]
    pub lines: Vec<BankLineId>,
    #[serde(default)]
    pub confidence: Option<Confidence>,
}

impl ConfirmLines {
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        let both = self.lines.is_empty() != self.confidence.is_some();
        flaws.when(both, "/lines", "lines_or_confidence");
        flaws.when(self.lines.len() > MAX_TICKED, "/lines", "too_many");
        // Which of several customers a weak sign means is for a person to say, line by line.
        let weak = self.confidence == Some(Confidence::Possible);
        flaws.when(weak, "/confidence", "not_in_bulk");
        flaws
    }
}

/// What was posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinesConfirmed {
    pub lines: u32,
    pub total: Money,
    /// Lines of the same confidence that are left for another request.
    pub left: u32,
}

/// A customer and their part of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LinePart {
    pub account_id: AccountId,
    /// Positive.
    pub amount: Money,
    /// The open claim it is for; what is over stays unallocated. Absent: by the rules of the community.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim_id: Option<ClaimId>,
}

/// Customers chosen by a person: the parts make up the whole line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AssignLine {
    /// Money that came in: whose it is.
    #[serde(default)]
    pub parts: Vec<LinePart>,
    /// Money that went out: the payment it takes back.
    #[serde(default)]
    pub returns: Option<EntryId>,
}

impl AssignLine {
    /// What is wrong for a line of this amount.
    pub fn flaws(&self, whole: Money) -> Flaws {
        let mut flaws = Flaws::default();
        if whole.minor < 0 {
            flaws.when(!self.parts.is_empty(), "/parts", "money_out");
            flaws.when(self.returns.is_none(), "/returns", "required");
            return flaws;
        }
        flaws.when(self.returns.is_some(), "/returns", "money_in");
        flaws.when(self.parts.is_empty(), "/parts", "required");
        flaws.when(self.parts.len() > MAX_PARTS, "/parts", "too_many");
        let mut sum = Some(0_i64);
        for (at, part) in self.parts.iter().enumerate() {
            let place = format!("/parts/{at}");
            flaws.when(part.amount.minor <= 0, &format!("{place}/amount"), "not_positive");
            let other = part.amount.currency != whole.currency;
            flaws.when(other, &format!("{place}/amount"), "currency_differs");
            let before = self.parts.get(..at).unwrap_or_default();
            let twice = before.iter().any(|p| p.account_id == part.account_id);
            flaws.when(twice, &format!("{place}/account_id"), "twice");
            sum = sum.and_then(|s| s.checked_add(part.amount.minor));
        }
        flaws.when(
            !self.parts.is_empty() && sum != Some(whole.minor),
            "/parts",
            "does_not_add_up",
        );
        flaws
    }
}

/// Lines left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IgnoreLines {
    pub lines: Vec<BankLineId>,
    pub reason: IgnoreReason,
    #[serde(default)]
    pub note: Option<String>,
}

impl IgnoreLines {
    pub fn flaws(&self) -> Flaws {
        let mut flaws = some_lines(&self.lines);
        flaws.optional_text("/note", self.note.as_deref().unwrap_or_default(), MAX_REASON);
        flaws
    }
}

/// Lines taken up again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RestoreLines {
    pub lines: Vec<BankLineId>,
}

impl RestoreLines {
    pub fn flaws(&self) -> Flaws {
        some_lines(&self.lines)
    }
}

fn some_lines(lines: &[BankLineId]) -> Flaws {
    let mut flaws = Flaws::default();
    flaws.when(lines.is_empty(), "/lines", "required");
    flaws.when(lines.len() > MAX_TICKED, "/lines", "too_many");
    flaws
}

/// Why what one line posted is reversed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UndoLine {
    pub reason: String,
}

impl UndoLine {
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.text("/reason", &self.reason, MAX_REASON);
        flaws
    }
}

/// Why a whole statement is undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UndoStatement {
    pub reason: String,
}

impl UndoStatement {
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.text("/reason", &self.reason, MAX_REASON);
        flaws
    }
}
