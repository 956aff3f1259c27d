//! Claims: what one invoice made the customer owe, what was added, what was paid, and how it ended (spec E07, E08, E12,
//! SM9); and products, what the debt is for (spec E01, C21).

use crate::flaws::Flaws;
use crate::ids::*;
use crate::ledger::{ClaimResolution, ClaimState, MAX_DESCRIPTION, MAX_REFERENCE};
use crate::money::Money;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// Where an active claim stands today (spec SM9, derived part).
    pub enum ClaimStanding { NotDue = "not_due", DueToday = "due_today", Overdue = "overdue", Closed = "closed" }
}

impl ClaimStanding {
    /// By state, due date (or date of issue) and today.
    pub fn of(state: ClaimState, due_on: NaiveDate, today: NaiveDate) -> Self {
        match state {
            ClaimState::Resolved | ClaimState::Deleted => Self::Closed,
            ClaimState::Active if due_on > today => Self::NotDue,
            ClaimState::Active if due_on == today => Self::DueToday,
            ClaimState::Active => Self::Overdue,
        }
    }
}

crate::text_enum! {
    /// How one claim stands to another (spec E12).
    pub enum ClaimRelationKind {
        Replaces = "replaces", SplitFrom = "split_from", Reinstates = "reinstates", Refinances = "refinances",
        Restructures = "restructures", Defers = "defers",
    }
}

/// What a claim is made of. `open` is what the ageing shows: after allocations and set-off.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimTotals {
    /// Capital: invoices and adjustments.
    pub principal: Money,
    pub fees: Money,
    pub interest: Money,
    /// All of them together.
    pub total: Money,
    /// What money was set against it, set-off by the community's policy included; positive.
    pub paid: Money,
    /// What was given up of it: discounts, write-offs and other credits set against it; positive.
    pub credited: Money,
    pub open: Money,
}

/// Sums over all claims of a filter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimsSummary {
    pub claims: u64,
    /// Of them with something open.
    pub open: u64,
    pub totals: ClaimTotals,
}

/// A claim in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimLine {
    pub id: ClaimId,
    pub reference: String,
    pub issued_on: NaiveDate,
    pub due_on: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_from: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_to: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    pub state: ClaimState,
    pub standing: ClaimStanding,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<ClaimResolution>,
    pub is_disputed: bool,
    pub totals: ClaimTotals,
    /// Days since the due date while something is open; blank when not past due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_past_due: Option<i64>,
}

/// A claim as on its own page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Claim {
    #[serde(flatten)]
    pub line: ClaimLine,
    pub version: i64,
    pub account_id: AccountId,
    pub account: String,
    pub name: String,
    pub community: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<UnitId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<ProductId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_on: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_reason: Option<String>,
    pub relations: Vec<ClaimRelation>,
    /// What happened to it, latest first; its entries are in the journal under `claim`.
    pub history: Vec<ClaimStep>,
}

/// A step of a claim's life.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimStep {
    pub at: DateTime<Utc>,
    pub by: String,
    /// `claim_resolved`, `claim_reopened`, `claim_deleted`, `claim_recreated`, `claim_changed`, `claims_related`.
    pub what: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Another claim and how it is related.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimRelation {
    pub claim_id: ClaimId,
    pub reference: String,
    pub kind: ClaimRelationKind,
    /// `true`: this claim is the newer one ("this replaces that").
    pub outward: bool,
}

/// Filter of the claims of an account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ClaimFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<ClaimState>,
    /// Only those with something open (`true`) or nothing (`false`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<bool>,
    /// Part of the reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Closes a claim with something open: a credit of the reason's kind brings it to nothing. Paid is not among the
/// reasons: the ledger sees that itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResolveClaim {
    pub resolution: ClaimResolution,
    /// Not in the future, not before the claim.
    pub date: NaiveDate,
    pub reason: String,
}

impl ResolveClaim {
    pub fn flaws(&self, today: NaiveDate) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.when(self.resolution == ClaimResolution::Paid, "/resolution", "by_the_ledger");
        flaws.when(self.date > today, "/date", "in_future");
        flaws.text("/reason", &self.reason, MAX_DESCRIPTION);
        flaws
    }
}

/// Re-opens, deletes or recreates a claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ClaimReason {
    pub reason: String,
}

impl ClaimReason {
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.text("/reason", &self.reason, MAX_DESCRIPTION);
        flaws
    }
}

/// Relates a claim to another of the same account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RelateClaim {
    pub related_id: ClaimId,
    pub kind: ClaimRelationKind,
}

crate::text_enum! {
    /// What a product is.
    pub enum ProductKind {
        Levy = "levy", Rent = "rent", Storage = "storage", Contract = "contract", Loan = "loan", Service = "service", Other = "other",
    }
}

/// What is owed for: a levy stream, a contract, a loan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Product {
    pub id: ProductId,
    pub version: i64,
    pub account_id: AccountId,
    pub kind: ProductKind,
    /// The source system's key, unique in the account (spec C21).
    pub reference: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<UnitId>,
    pub is_active: bool,
}

/// A product as entered; sent whole when creating and when changing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewProduct {
    pub kind: ProductKind,
    pub reference: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<UnitId>,
    #[serde(default = "yes")]
    pub is_active: bool,
}

fn yes() -> bool {
    true
}

impl NewProduct {
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.text("/reference", &self.reference, MAX_REFERENCE);
        flaws.text("/name", &self.name, 200);
        flaws
    }
}
