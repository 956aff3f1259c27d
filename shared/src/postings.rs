//! Entries made by hand, their reversals, and the second pair of eyes (spec E02, E11).

use crate::flaws::Flaws;
use crate::ids::*;
use crate::ledger::{
    ClaimResolution, EntryContext, EntryType, MAX_DESCRIPTION, MAX_ENTRY_MINOR, MAX_REFERENCE, Side, YEARS,
};
use crate::money::{Currency, Money};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// Which way an adjustment goes.
    pub enum EntrySide { Debit = "debit", Credit = "credit" }
}

/// What may be posted by hand. Payments are recorded as payments, chargebacks by reversing one.
pub const BY_HAND: [EntryType; 6] = [
    EntryType::Invoice,
    EntryType::Fee,
    EntryType::Interest,
    EntryType::Adjustment,
    EntryType::Discount,
    EntryType::WriteOff,
];

/// The contexts an entry by hand may have (spec E06); the others are made by what they are named after.
pub const CONTEXTS_BY_HAND: [EntryContext; 8] = [
    EntryContext::Invoice,
    EntryContext::Fee,
    EntryContext::Interest,
    EntryContext::LegalCost,
    EntryContext::HandoverCharge,
    EntryContext::Agency,
    EntryContext::Adjustment,
    EntryContext::WriteOff,
];

/// What is due later than this, by hand, has a wrong year: five years.
const DUE_AHEAD_DAYS: i64 = 5 * 366;

/// An entry to be posted by hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPosting {
    #[serde(rename = "type")]
    pub kind: EntryType,
    /// More than nothing; the type says which way it goes.
    pub amount: Money,
    /// For adjustments alone: which way; default debit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<EntrySide>,
    /// Effective date, not in the future.
    pub date: NaiveDate,
    /// For debits; default the effective date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// Default what the type usually is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<EntryContext>,
    pub description: String,
    /// Of an invoice also the claim's reference, which no other claim of the account may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Why; required for adjustments, discounts and write-offs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The claim it is about; a credit then pays that claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim_id: Option<ClaimId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<ProductId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<UnitId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debtor_id: Option<DebtorId>,
    /// First and last day an invoice is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_from: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_to: Option<NaiveDate>,
}

impl NewPosting {
    /// Whether it takes off what is owed.
    pub fn is_credit(&self) -> bool {
        match self.kind.side() {
            Side::Debit => false,
            Side::Credit => true,
            Side::Either => self.side == Some(EntrySide::Credit),
        }
    }
    /// The amount as the ledger has it.
    pub fn signed(&self) -> Money {
        let minor = if self.is_credit() {
            -self.amount.minor
        } else {
            self.amount.minor
        };
        Money::new(minor, self.amount.currency)
    }
    /// What can be said without the book.
    pub fn flaws(&self, currency: Currency, today: NaiveDate) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.when(!BY_HAND.contains(&self.kind), "/type", "not_by_hand");
        flaws.when(self.amount.minor <= 0, "/amount", "not_positive");
        flaws.when(self.amount.minor > MAX_ENTRY_MINOR, "/amount", "too_large");
        flaws.when(self.amount.currency != currency, "/amount", "wrong_currency");
        let sided = self.side.is_some() && self.kind.side() != Side::Either;
        flaws.when(sided, "/side", "fixed_by_type");
        flaws.when(self.date > today, "/date", "in_future");
        flaws.when(!YEARS.contains(&self.date.year()), "/date", "out_of_range");
        if let Some(due) = self.due_on {
            flaws.when(self.is_credit(), "/due_on", "credit_has_none");
            flaws.when(!YEARS.contains(&due.year()), "/due_on", "out_of_range");
            let far = due.signed_duration_since(today).num_days() > DUE_AHEAD_DAYS;
            flaws.when(far, "/due_on", "too_far");
        }
        let strange = self.context.is_some_and(|c| !CONTEXTS_BY_HAND.contains(&c));
        flaws.when(strange, "/context", "not_by_hand");
        flaws.text("/description", &self.description, MAX_DESCRIPTION);
        if let Some(reference) = &self.reference {
            flaws.optional_text("/reference", reference, MAX_REFERENCE);
        }
        let needs_reason = matches!(
            self.kind,
            EntryType::Adjustment | EntryType::Discount | EntryType::WriteOff
        );
        match &self.reason {
            Some(reason) if !reason.trim().is_empty() => {
                flaws.optional_text("/reason", reason, MAX_DESCRIPTION);
            }
            Some(_) | None => {
                flaws.when(needs_reason, "/reason", "required");
            }
        }
        match (self.period_from, self.period_to) {
            (None, None) => {}
            (Some(from), Some(to)) => {
                flaws.when(self.kind != EntryType::Invoice, "/period_from", "only_for_invoices");
                flaws.when(from > to, "/period_to", "before_the_start");
                flaws.when(!YEARS.contains(&from.year()), "/period_from", "out_of_range");
                flaws.when(!YEARS.contains(&to.year()), "/period_to", "out_of_range");
            }
            (Some(_), None) => {
                flaws.add("/period_to", "required");
            }
            (None, Some(_)) => {
                flaws.add("/period_from", "required");
            }
        }
        flaws
    }
}

/// An entry to be undone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReverseEntry {
    /// The day it counts from: not before the entry, and not after today unless the entry is.
    pub date: NaiveDate,
    pub reason: String,
    /// A fee for a returned payment (spec E11).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<Money>,
}

impl ReverseEntry {
    /// What can be said without the book; `latest` is today, or the day of an entry raised ahead.
    pub fn flaws(&self, currency: Currency, latest: NaiveDate) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.when(self.date > latest, "/date", "in_future");
        flaws.text("/reason", &self.reason, MAX_DESCRIPTION);
        if let Some(fee) = self.fee {
            flaws.when(fee.minor <= 0, "/fee", "not_positive");
            flaws.when(fee.minor > MAX_ENTRY_MINOR, "/fee", "too_large");
            flaws.when(fee.currency != currency, "/fee", "wrong_currency");
        }
        flaws
    }
}

crate::text_enum! {
    /// What waits for a second pair of eyes.
    pub enum RequestKind { Posting = "posting", Reversal = "reversal", Resolution = "resolution" }
}

crate::text_enum! {
    pub enum RequestState { Pending = "pending", Approved = "approved", Declined = "declined", Withdrawn = "withdrawn" }
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Asked {
    Posting {
        posting: NewPosting,
    },
    Reversal {
        entry_id: EntryId,
        reversal: ReverseEntry,
    },
    Resolution {
        claim_id: ClaimId,
        resolution: ClaimResolution,
        date: NaiveDate,
        reason: String,
    },
}

/// A posting that waits, or what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PostingRequest {
    pub id: PostingRequestId,
    pub version: i64,
    pub account_id: AccountId,
    pub account: String,
    pub name: String,
    pub community_id: CommunityId,
    pub community: String,
    pub kind: RequestKind,
    pub asked: Asked,
    /// Signed as the ledger would have it.
    pub amount: Money,
    pub description: String,
    pub state: RequestState,
    pub requested_by: UserId,
    pub requested_name: String,
    pub requested_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_reason: Option<String>,
    /// Whether the caller may approve or decline it: not one's own.
    pub may_decide: bool,
    pub may_withdraw: bool,
}

/// What became of a posting by hand: in the ledger, or waiting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PostingOutcome {
    /// The entries made, in order; empty while it waits.
    pub entries: Vec<EntryId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<PostingRequestId>,
}

/// A word on a decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecideRequest {
    /// Required to decline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Filter of the list of requests.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct RequestFilter {
    /// Default all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<RequestState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub community_id: Option<CommunityId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[cfg(test)]
mod due_dates {
    use super::*;

    #[test]
    fn a_year_mistyped_by_hand_is_seen() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let flaw = |due: &str| {
            let invoice = NewPosting {
                kind: EntryType::Invoice,
                amount: Money::new(100_00, Currency::Zar),
                side: None,
                date: day("2026-11-01"),
                due_on: Some(day(due)),
                context: None,
                description: "Levy".into(),
                reference: None,
                reason: None,
                claim_id: None,
                product_id: None,
                unit_id: None,
                debtor_id: None,
                period_from: None,
                period_to: None,
            };
            let flaws = invoice.flaws(Currency::Zar, day("2026-11-22"));
            flaws.0.first().map(|f| (f.pointer.clone(), f.code.clone()))
        };
        assert_eq!(flaw("2026-12-01"), None);
        assert_eq!(flaw("2031-11-01"), None);
        assert_eq!(flaw("2062-12-01"), Some(("/due_on".into(), "too_far".into())));
    }
}
