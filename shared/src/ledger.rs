//! The journal's words and the limits of one posting (spec E01, E02, E06, E07). Pure: the server posts, the browser
//! shows.

use crate::allocation::AllocationChoice;
use crate::ids::{AccountId, ClaimId, DebtorId, EntryId, ProductId, UnitId};
use crate::money::Money;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Largest amount of one entry in minor units. A hundred thousand entries of this size still fit 64 bits.
pub const MAX_ENTRY_MINOR: i64 = 10_000_000_000_000;
/// Longest entry description, in characters.
pub const MAX_DESCRIPTION: usize = 500;
/// Longest reference of an entry or claim, in characters.
pub const MAX_REFERENCE: usize = 100;
/// First and last year an entry may be dated in: what is outside is a typing mistake.
pub const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

crate::text_enum! {
    /// What an entry does to the balance (spec E02). A correction is an adjustment or chargeback that names the entry
    /// it reverses.
    pub enum EntryType {
        Invoice = "invoice", Fee = "fee", Payment = "payment", Adjustment = "adjustment", Chargeback = "chargeback",
        Discount = "discount", Interest = "interest", WriteOff = "write_off",
    }
}

/// Which signs an entry type allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Adds to what is owed: amount >= 0.
    Debit,
    /// Takes off what is owed: amount <= 0.
    Credit,
    Either,
}

impl EntryType {
    pub const fn side(self) -> Side {
        match self {
            Self::Invoice | Self::Fee | Self::Interest | Self::Chargeback => Side::Debit,
            Self::Payment | Self::Discount | Self::WriteOff => Side::Credit,
            Self::Adjustment => Side::Either,
        }
    }
    /// Whether an amount has a sign this type allows. Zero is allowed: real books hold zero lines.
    pub const fn allows(self, minor: i64) -> bool {
        match self.side() {
            Side::Debit => minor >= 0,
            Side::Credit => minor <= 0,
            Side::Either => true,
        }
    }
    /// The type of the entry that undoes one of this type: a returned payment is a chargeback (spec E11), anything
    /// else an adjustment.
    pub const fn reversed_by(self) -> Self {
        match self {
            Self::Payment => Self::Chargeback,
            Self::Invoice
            | Self::Fee
            | Self::Adjustment
            | Self::Chargeback
            | Self::Discount
            | Self::Interest
            | Self::WriteOff => Self::Adjustment,
        }
    }
}

crate::text_enum! {
    /// What an entry is about (spec E06).
    pub enum EntryContext {
        Invoice = "invoice", Payment = "payment", Fee = "fee", Interest = "interest", Prolongation = "prolongation",
        Restructure = "restructure", Promise = "promise", PlanInstalment = "plan_instalment", Charge = "charge",
        Agency = "agency", HandoverCharge = "handover_charge", LegalCost = "legal_cost", Adjustment = "adjustment",
        Chargeback = "chargeback", WriteOff = "write_off", Import = "import", OpeningBalance = "opening_balance",
    }
}

crate::text_enum! {
    /// Life of a claim (spec SM9, stored part).
    pub enum ClaimState { Active = "active", Resolved = "resolved", Deleted = "deleted" }
}

crate::text_enum! {
    /// Why a claim is resolved (spec E07).
    pub enum ClaimResolution {
        Paid = "claim_paid", Sold = "claim_sold", Fraudulent = "fraudulent", Discarded = "claim_discarded",
        Discharged = "claim_discharged", Invalidated = "claim_invalidated", WrittenOff = "written_off",
        Prescribed = "prescribed", Settled = "settled",
    }
}

/// One line of an account's movements (spec G02, E03).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Movement {
    pub id: EntryId,
    /// Effective date.
    pub date: NaiveDate,
    pub due_on: Option<NaiveDate>,
    #[serde(rename = "type")]
    pub kind: EntryType,
    pub context: EntryContext,
    pub reference: Option<String>,
    pub description: String,
    pub claim_id: Option<ClaimId>,
    /// Reference of the claim, for people.
    pub claim: Option<String>,
    pub payment_method: Option<String>,
    /// Positive: the customer owes it. Negative: a credit.
    pub amount: Money,
    /// Balance after this line.
    pub balance: Money,
    /// The entry this one undoes.
    pub reverses_id: Option<EntryId>,
    /// Who posted it, if a person did.
    pub by: Option<String>,
}

/// The head of a movements report: everything but the lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MovementsHead {
    pub account_id: AccountId,
    pub reference: String,
    pub name: String,
    pub unit_label: Option<String>,
    pub community: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// Balance at the end of the day before `from`.
    pub opening: Money,
    /// Balance at the end of `to`.
    pub closing: Money,
    /// Sum of the lines that add to the balance, and of those that take off (negative).
    pub debits: Money,
    pub credits: Money,
    /// Lines in the range, all pages together.
    pub count: u64,
    /// Payments in the range that were not reversed within it (spec G01).
    pub payments: u64,
    /// The latest payment up to `to`, also one before `from`, that no entry had undone by then.
    pub last_payment_on: Option<NaiveDate>,
    /// Ageing as at `to`, in the community's mode and basis.
    pub ageing: crate::ageing::AgedMoney,
    pub settings: crate::ageing::AgeingRules,
}

/// A page of an account's movements, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Movements {
    #[serde(flatten)]
    pub head: MovementsHead,
    pub items: Vec<Movement>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// One entry to be posted, as the posting function takes it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEntry {
    /// Made by the caller, so that allocations of the same call can name it.
    pub id: EntryId,
    pub account_id: AccountId,
    pub unit_id: Option<UnitId>,
    pub kind: EntryType,
    pub context: EntryContext,
    pub reference: Option<String>,
    pub description: String,
    pub effective_on: NaiveDate,
    pub due_on: Option<NaiveDate>,
    /// Positive: the customer owes it.
    pub amount: Money,
    pub claim: ClaimLink,
    /// The entry this one undoes, exactly and once.
    pub reverses_id: Option<EntryId>,
    pub payment_method: Option<String>,
    /// Where it came from and its key there: the pair is unique per account, so a second import finds it.
    pub source: Option<String>,
    pub source_key: Option<String>,
    pub product_id: Option<ProductId>,
    /// Whom it concerns, where the account has several debtors.
    pub debtor_id: Option<DebtorId>,
    /// Why it was made, in the words of who made it.
    pub reason: Option<String>,
    /// First and last day a recurring charge is for; kept with the claim the invoice makes.
    pub period: Option<(NaiveDate, NaiveDate)>,
    /// What a credit is set against when it is posted.
    pub allocation: AllocationChoice,
}

/// Which claim an entry belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimLink {
    /// An invoice gets a claim of its own, anything else none.
    Default,
    /// A claim of its own, marked as disputed.
    Disputed,
    /// An existing claim of the same account.
    Of(ClaimId),
}

/// Money of a credit entry set against a debit entry of the same account. A negative amount takes back an earlier
/// allocation of the same pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewAllocation {
    pub account_id: AccountId,
    pub credit_entry_id: EntryId,
    pub debit_entry_id: EntryId,
    pub effective_on: NaiveDate,
    pub minor: i64,
}

/// Why a posting was refused. Nothing of the call is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum PostingFlaw {
    #[error("the entry names an account that is not part of the posting")]
    UnknownAccount,
    #[error("the entry is in another currency than its community")]
    WrongCurrency,
    #[error("the amount has the wrong sign for its type")]
    WrongSign,
    #[error("the amount is too large")]
    TooLarge,
    #[error("the date is out of range")]
    DateOutOfRange,
    #[error("a text is too long")]
    TextTooLong,
    #[error("the entry to reverse is not an entry of this account")]
    NothingToReverse,
    #[error("the entry has been reversed already")]
    ReversedAlready,
    #[error("a reversal must be the exact negative of what it reverses and not earlier")]
    NotTheExactNegative,
    #[error("the claim is not a claim of this account")]
    UnknownClaim,
    #[error("the entry has been posted before")]
    PostedAlready,
    #[error("an allocation names entries that are not a credit and a debit of one account")]
    AllocationMismatch,
    #[error("an allocation is earlier than its entries")]
    AllocationTooEarly,
    #[error("an allocation exceeds what is left of its entries")]
    AllocationExceeds,
    #[error("an entry of that account already has this reference")]
    ReferenceTaken,
}

impl PostingFlaw {
    /// Stable code for problems and import verdicts.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownAccount => "unknown_account",
            Self::WrongCurrency => "wrong_currency",
            Self::WrongSign => "wrong_sign",
            Self::TooLarge => "too_large",
            Self::DateOutOfRange => "date_out_of_range",
            Self::TextTooLong => "too_long",
            Self::NothingToReverse => "nothing_to_reverse",
            Self::ReversedAlready => "reversed_already",
            Self::NotTheExactNegative => "not_the_exact_negative",
            Self::UnknownClaim => "unknown_claim",
            Self::PostedAlready => "posted_already",
            Self::AllocationMismatch => "allocation_mismatch",
            Self::AllocationTooEarly => "allocation_too_early",
            Self::AllocationExceeds => "allocation_exceeds",
            Self::ReferenceTaken => "taken",
        }
    }
}

impl NewEntry {
    /// A plain entry; the fields that are rarely set stay empty.
    pub fn new(
        id: EntryId,
        account_id: AccountId,
        kind: EntryType,
        effective_on: NaiveDate,
        amount: Money,
        description: &str,
    ) -> Self {
        Self {
            id,
            account_id,
            unit_id: None,
            kind,
            context: kind.usual_context(),
            reference: None,
            description: description.into(),
            effective_on,
            due_on: None,
            amount,
            claim: ClaimLink::Default,
            reverses_id: None,
            payment_method: None,
            source: None,
            source_key: None,
            product_id: None,
            debtor_id: None,
            reason: None,
            period: None,
            allocation: AllocationChoice::Leave,
        }
    }
    /// What can be said against this entry without looking at the book.
    pub fn flaw(&self) -> Option<PostingFlaw> {
        use chrono::Datelike;
        let in_range = |d: NaiveDate| YEARS.contains(&d.year());
        if !self.kind.allows(self.amount.minor) {
            Some(PostingFlaw::WrongSign)
        } else if self.amount.minor.unsigned_abs() > MAX_ENTRY_MINOR.unsigned_abs() {
            Some(PostingFlaw::TooLarge)
        } else if !in_range(self.effective_on)
            || !self.due_on.is_none_or(in_range)
            || !self
                .period
                .is_none_or(|(from, to)| in_range(from) && in_range(to) && from <= to)
        {
            Some(PostingFlaw::DateOutOfRange)
        } else if self.description.chars().count() > MAX_DESCRIPTION
            || self
                .reason
                .as_ref()
                .is_some_and(|r| r.chars().count() > MAX_DESCRIPTION)
            || [&self.reference, &self.payment_method, &self.source, &self.source_key]
                .into_iter()
                .flatten()
                .any(|t| t.chars().count() > MAX_REFERENCE)
        {
            Some(PostingFlaw::TextTooLong)
        } else {
            None
        }
    }
}

impl EntryType {
    /// The context an entry of this type has unless something else caused it.
    pub const fn usual_context(self) -> EntryContext {
        match self {
            Self::Invoice => EntryContext::Invoice,
            Self::Fee => EntryContext::Fee,
            Self::Payment => EntryContext::Payment,
            Self::Adjustment | Self::Discount => EntryContext::Adjustment,
            Self::Chargeback => EntryContext::Chargeback,
            Self::Interest => EntryContext::Interest,
            Self::WriteOff => EntryContext::WriteOff,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    #[test]
    fn every_type_can_be_undone_by_an_entry_of_the_opposite_sign() {
        for kind in EntryType::ALL {
            for minor in [-1, 0, 1] {
                if kind.allows(minor) {
                    assert!(kind.reversed_by().allows(-minor), "{kind} {minor}");
                }
            }
        }
    }

    #[test]
    fn an_entry_is_refused_for_sign_size_date_and_length() {
        let of = |kind, minor| {
            NewEntry::new(
                EntryId(uuid::Uuid::nil()),
                AccountId(uuid::Uuid::nil()),
                kind,
                "2026-01-01".parse().unwrap(),
                Money::new(minor, Currency::Zar),
                "x",
            )
        };
        assert_eq!(of(EntryType::Invoice, 1).flaw(), None);
        assert_eq!(of(EntryType::Invoice, -1).flaw(), Some(PostingFlaw::WrongSign));
        assert_eq!(of(EntryType::Payment, 1).flaw(), Some(PostingFlaw::WrongSign));
        assert_eq!(
            of(EntryType::Fee, MAX_ENTRY_MINOR + 1).flaw(),
            Some(PostingFlaw::TooLarge)
        );
        assert_eq!(of(EntryType::Adjustment, i64::MIN).flaw(), Some(PostingFlaw::TooLarge));
        let mut e = of(EntryType::Invoice, 1);
        e.due_on = "3026-01-01".parse().ok();
        assert_eq!(e.flaw(), Some(PostingFlaw::DateOutOfRange));
        let mut e = of(EntryType::Invoice, 1);
        e.reference = Some("é".repeat(MAX_REFERENCE));
        assert_eq!(e.flaw(), None);
        e.reference = Some("é".repeat(MAX_REFERENCE + 1));
        assert_eq!(e.flaw(), Some(PostingFlaw::TextTooLong));
    }
}
