//! Bank statements: what was read, how sure a match is and why, what people decide (spec R01, R07, E10, E11). Wire
//! types, limits and the pure rules of matching.

mod csv;
mod matching;
mod text;
mod wire;

pub use csv::*;
pub use matching::*;
pub use text::{Haystack, key_of, same_account};
pub use wire::*;

/// Largest file accepted.
pub const MAX_BANK_FILE_BYTES: u64 = 25 * 1024 * 1024;
/// Most statements of one file.
pub const MAX_STATEMENTS: usize = 2_000;
/// Most lines of one file.
pub const MAX_LINES: usize = 50_000;
/// Most lines named in one request.
pub const MAX_TICKED: usize = 500;
/// Most customers a line is split over.
pub const MAX_PARTS: usize = 50;
/// Most saved mappings of an organisation.
pub const MAX_BANK_MAPPINGS: u64 = 200;
/// Longest reason or note, in characters.
pub const MAX_REASON: usize = 200;

crate::text_enum! {
    /// How a bank writes a statement.
    pub enum BankFormat {
        /// SWIFT MT940.
        Mt940 = "mt940",
        /// ISO 20022 CAMT.052, 053 or 054.
        Camt = "camt",
        /// OFX 1 or 2.
        Ofx = "ofx",
        /// A table: CSV, XLSX, XLS or ODS, read under a mapping.
        Csv = "csv",
    }
}

crate::text_enum! {
    /// How far a line of a statement is.
    pub enum LineState {
        /// Nobody found a customer for it.
        Unmatched = "unmatched",
        /// A customer is proposed; nothing is posted.
        Suggested = "suggested",
        /// Posted.
        Confirmed = "confirmed",
        /// Of no concern to the customers' accounts, with the reason.
        Ignored = "ignored",
        /// Its statement was undone: whatever it had posted was reversed.
        Undone = "undone",
    }
}

crate::text_enum! {
    /// How sure a proposal is.
    pub enum Confidence {
        /// A reference that only this customer has.
        Certain = "certain",
        /// Several signs agree.
        Likely = "likely",
        /// One sign, or several customers with the same.
        Possible = "possible",
    }
}

crate::text_enum! {
    /// What a proposal rests on.
    pub enum MatchReason {
        /// The customer's payment reference stands in the line.
        AccountReference = "account_reference",
        /// The reference of one of the customer's open claims stands in the line.
        ClaimReference = "claim_reference",
        /// The code of the customer's unit stands in the line.
        UnitCode = "unit_code",
        /// The customer's name stands in the line.
        Name = "name",
        /// Exactly what the customer owes, or one open item of it.
        Amount = "amount",
        /// An earlier line from the same bank account was confirmed for this customer.
        Learned = "learned",
        /// The payment that this line takes back.
        Returned = "returned",
    }
}

crate::text_enum! {
    /// Why a line is left out.
    pub enum IgnoreReason {
        BankFee = "bank_fee",
        /// A payment the community made.
        Outgoing = "outgoing",
        /// Between the community's own accounts.
        Transfer = "transfer",
        Interest = "interest",
        /// Posted from another source already, by hand or by import.
        PostedElsewhere = "posted_elsewhere",
        /// The same line came with an earlier statement.
        Duplicate = "duplicate",
        /// Announced by the bank, not booked.
        Pending = "pending",
        /// An amount of zero.
        Zero = "zero",
        /// In another currency than the account.
        OtherCurrency = "other_currency",
        Other = "other",
    }
}

crate::text_enum! {
    /// How far a statement is.
    pub enum StatementState {
        /// Its lines are being matched.
        Matching = "matching",
        /// Lines wait for a decision.
        Open = "open",
        /// Every line is decided.
        Done = "done",
        /// Everything it posted was reversed.
        Undone = "undone",
    }
}
