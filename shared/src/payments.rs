//! Payments recorded by hand, what they pay, and money that stands against nothing (spec R01, E09, E10).

use crate::ageing::AgedMoney;
use crate::allocation::{AllocationClass, AllocationStrategy};
use crate::flaws::Flaws;
use crate::ids::*;
use crate::journal::{EntryBrief, PartBy};
use crate::ledger::{MAX_DESCRIPTION, MAX_ENTRY_MINOR, MAX_REFERENCE};
use crate::money::Money;
use crate::problem::Problem;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// How money came in.
    pub enum PaymentMethod {
        Eft = "eft", DebitOrder = "debit_order", Card = "card", Cash = "cash", BankDeposit = "bank_deposit", Cheque = "cheque",
        MobileMoney = "mobile_money", Other = "other",
    }
}

/// A part for one debit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DebitPart {
    pub entry_id: EntryId,
    pub amount: Money,
}

/// What a payment is set against.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "to", rename_all = "snake_case", deny_unknown_fields)]
pub enum AllocationAsked {
    /// By the community's strategy.
    #[default]
    Default,
    /// By another strategy.
    Strategy {
        strategy: AllocationStrategy,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        order: Vec<AllocationClass>,
    },
    /// What is open on one unit.
    Unit { unit_id: UnitId },
    /// What is open of one claim.
    Claim { claim_id: ClaimId },
    /// As the debtor directed.
    Debits { parts: Vec<DebitPart> },
    /// Nothing yet.
    Leave,
}

/// A payment to be recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecordPayment {
    /// More than nothing, in the book's currency.
    pub amount: Money,
    /// Not in the future.
    pub received_on: NaiveDate,
    pub method: PaymentMethod,
    /// The bank's or the payer's reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Default: the method in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The unit it is for, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<UnitId>,
    #[serde(default)]
    pub allocation: AllocationAsked,
}

impl RecordPayment {
    /// What can be said without the book.
    pub fn flaws(&self, today: NaiveDate) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.when(self.amount.minor <= 0, "/amount", "not_positive");
        flaws.when(self.amount.minor > MAX_ENTRY_MINOR, "/amount", "too_large");
        flaws.when(self.received_on > today, "/received_on", "in_future");
        let year = chrono::Datelike::year(&self.received_on);
        flaws.when(!crate::ledger::YEARS.contains(&year), "/received_on", "out_of_range");
        if let Some(reference) = &self.reference {
            flaws.optional_text("/reference", reference, MAX_REFERENCE);
        }
        if let Some(description) = &self.description {
            flaws.optional_text("/description", description, MAX_DESCRIPTION);
        }
        if let AllocationAsked::Debits { parts } = &self.allocation {
            part_flaws(&mut flaws, "/allocation/parts", parts, self.amount);
        }
        flaws
    }
}

/// Most debits one payment is set against by hand.
pub const MAX_PARTS: usize = 500;

/// Parts are positive, in the payment's currency, each debit once, and together not more than the payment.
pub fn part_flaws(flaws: &mut Flaws, at: &str, parts: &[DebitPart], whole: Money) {
    flaws.when(parts.len() > MAX_PARTS, at, "too_many");
    let mut sum = 0_i64;
    for (n, part) in parts.iter().enumerate() {
        let pointer = format!("{at}/{n}/amount");
        flaws.when(part.amount.minor <= 0, &pointer, "not_positive");
        flaws.when(part.amount.currency != whole.currency, &pointer, "wrong_currency");
        let twice = parts[..n].iter().any(|p| p.entry_id == part.entry_id);
        flaws.when(twice, &format!("{at}/{n}/entry_id"), "twice");
        sum = sum.saturating_add(part.amount.minor);
    }
    flaws.when(sum > whole.minor, at, "more_than_the_payment");
}

/// What a debit would be paid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlannedPart {
    pub debit: EntryBrief,
    pub open_before: Money,
    pub amount: Money,
    pub open_after: Money,
}

/// What recording a payment would do, or did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaymentPlan {
    pub parts: Vec<PlannedPart>,
    /// What stays unallocated.
    pub left_over: Money,
    /// The account's ageing today, before and after.
    pub before: AgedMoney,
    pub after: AgedMoney,
}

impl PaymentPlan {
    /// What of [`Self::left_over`] reduces a debt all the same: by the community's rule of set-off, or in the month of
    /// its own date. Without a named entry.
    pub fn counted(&self) -> Money {
        let waits = self
            .before
            .unallocated
            .minor
            .saturating_sub(self.after.unallocated.minor);
        let counted = self.left_over.minor.saturating_sub(waits.max(0));
        Money::new(counted.clamp(0, self.left_over.minor.max(0)), self.left_over.currency)
    }
    /// What of [`Self::left_over`] stands against nothing.
    pub fn waits(&self) -> Money {
        Money::new(self.left_over.minor - self.counted().minor, self.left_over.currency)
    }
}

/// A recorded payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaymentRecorded {
    pub entry_id: EntryId,
    /// Number of the entry within the account.
    pub no: i64,
    pub plan: PaymentPlan,
}

/// One row of what was ever set against what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AllocationRow {
    pub id: AllocationId,
    pub credit: EntryBrief,
    pub debit: EntryBrief,
    /// Negative: takes back.
    pub amount: Money,
    pub on: NaiveDate,
    pub made_at: DateTime<Utc>,
    pub by: Option<String>,
    pub reason: Option<String>,
}

/// What stands against an entry now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StandingPart {
    pub entry: EntryBrief,
    pub amount: Money,
    pub by: PartBy,
}

/// An entry, what stands against it, and how that came to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntryAllocations {
    pub entry: EntryBrief,
    /// How many allocation rows it has: rows are only ever added. What a change of them is conditional on.
    pub version: i64,
    pub parts: Vec<StandingPart>,
    /// What is left of the entry once allocations and set-off are taken off; with its sign.
    pub open: Money,
    /// Of a credit: the debits it can be set against, with what of them no allocation covers yet (its own left out).
    pub candidates: Vec<Candidate>,
    /// Every allocation row of the entry, oldest first.
    pub history: Vec<AllocationRow>,
}

/// A debit a credit can be set against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Candidate {
    pub debit: EntryBrief,
    pub open: Money,
}

/// What a credit shall be set against from now on. New rows are written, earlier ones stay (spec E09).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Reallocate {
    pub parts: Vec<DebitPart>,
    pub reason: String,
}

impl Reallocate {
    pub fn flaws(&self, whole: Money) -> Flaws {
        let mut flaws = Flaws::default();
        part_flaws(&mut flaws, "/parts", &self.parts, whole);
        flaws.text("/reason", &self.reason, MAX_DESCRIPTION);
        flaws
    }
}

/// Most credits accepted at once.
pub const MAX_ACCEPT: usize = 200;

/// A credit and what of it is set against which debits, beside what it stands against already.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AcceptLine {
    pub entry_id: EntryId,
    pub parts: Vec<DebitPart>,
    /// Why; stands in the history of the allocation.
    pub reason: String,
}

/// Suggestions accepted in one go (spec E10). Each credit stands for itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AcceptSuggestions {
    /// One to 200, each credit once.
    pub lines: Vec<AcceptLine>,
}

impl AcceptSuggestions {
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.when(self.lines.is_empty(), "/lines", "required");
        flaws.when(self.lines.len() > MAX_ACCEPT, "/lines", "too_many");
        for (n, line) in self.lines.iter().take(MAX_ACCEPT).enumerate() {
            let twice = self.lines[..n].iter().any(|l| l.entry_id == line.entry_id);
            flaws.when(twice, &format!("/lines/{n}/entry_id"), "twice");
            flaws.when(line.parts.is_empty(), &format!("/lines/{n}/parts"), "required");
            flaws.when(line.parts.len() > MAX_PARTS, &format!("/lines/{n}/parts"), "too_many");
            flaws.text(&format!("/lines/{n}/reason"), &line.reason, MAX_DESCRIPTION);
        }
        flaws
    }
}

/// What became of one credit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AcceptVerdict {
    pub entry_id: EntryId,
    /// Absent: it is set. Else nothing of this credit was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// A verdict for each line, in their order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SuggestionsAccepted {
    pub accepted: u32,
    pub verdicts: Vec<AcceptVerdict>,
}

/// Unallocated money of one currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnallocatedSum {
    pub customers: u64,
    pub credits: u64,
    /// What stands against nothing; positive.
    pub open: Money,
}

/// Sums over all lines of the worklist's filter, one for each currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnallocatedSummary {
    pub sums: Vec<UnallocatedSum>,
}

crate::text_enum! {
    /// Why a debit is suggested for unallocated money.
    pub enum SuggestedBy {
        /// The payment names the claim or its reference.
        Reference = "reference",
        /// Exactly this amount is open.
        Amount = "amount",
        /// By the community's strategy.
        Strategy = "strategy",
    }
}

/// A way to allocate a credit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Suggestion {
    pub by: SuggestedBy,
    pub debit: EntryBrief,
    pub open: Money,
    /// How much of the credit it would take.
    pub amount: Money,
}

/// A credit with money that stands against nothing (spec E10).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnallocatedLine {
    pub account_id: AccountId,
    pub account: String,
    pub name: String,
    pub community_id: CommunityId,
    pub community: String,
    pub credit: EntryBrief,
    /// What stands against nothing; positive.
    pub open: Money,
    /// The account's balance.
    pub balance: Money,
    /// Best first; empty where nothing is owed.
    pub suggestions: Vec<Suggestion>,
}

/// Filter of the worklist.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct UnallocatedFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub community_id: Option<CommunityId>,
    /// Part of the customer's name or reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ageing::Aged;
    use crate::money::Currency;

    /// A plan that leaves `left` over, of an account whose unallocated money goes from `before` to `after`.
    fn plan(left: i64, before: i64, after: i64) -> PaymentPlan {
        let aged = |unallocated| {
            let aged = Aged {
                unallocated,
                ..Aged::default()
            };
            AgedMoney::of(&aged, Currency::Zar)
        };
        PaymentPlan {
            parts: vec![],
            left_over: Money::new(left, Currency::Zar),
            before: aged(before),
            after: aged(after),
        }
    }

    #[test]
    fn what_is_left_over_counts_or_waits() {
        for (left, before, after, counted) in [
            // Kept apart: nothing of it counts.
            (500, 0, -500, 0),
            // Set off against the oldest as far as something is open.
            (500, 0, 0, 500),
            (500, 0, -200, 300),
            (500, -100, -600, 0),
            (0, 0, 0, 0),
            // A payment by name that makes room for earlier credit: none of its own is left over.
            (0, -100, -300, 0),
        ] {
            let plan = plan(left, before, after);
            assert_eq!((plan.counted().minor, plan.waits().minor), (counted, left - counted));
        }
    }
}
