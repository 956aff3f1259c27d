//! What each unit of a customer owes: status, recurring amount, next due date, last payment, paid-to date, days past due
//! and amount due (spec D01 to D09, (d) 3 and 4). Pure and exact, in minor units.
//!
//! A debit belongs to the unit it names. One that names none belongs to the only unit its customer owned on its date, or
//! ever; else to the account, shown as not tied to a unit. Open amounts are those of ageing, after allocation and set-off,
//! so the units of an account and what is not tied to any add up to its balance.

mod figures;
mod tie;

pub use figures::*;
pub use tie::*;

use crate::ids::{AccountId, UnitId};
use crate::levies::Frequency;
use crate::money::{Currency, Money};
use crate::units::Unit;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// Whether a unit is behind (spec D03).
    pub enum UnitStatus { Current = "current", Delinquent = "delinquent" }
}

/// What recurs of a unit, without taxes and fees (spec D04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Recurring {
    pub amount: Money,
    pub frequency: Frequency,
}

/// The figures of one customer on one unit as at a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitFigures {
    pub status: UnitStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurring: Option<Recurring>,
    /// Due date of the first open charge, else of the next scheduled one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due_on: Option<NaiveDate>,
    /// The latest payment on the unit that was not reversed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_payment_on: Option<NaiveDate>,
    /// The last day that is paid for, of recurring charges. It may lie before the first period: then nothing of it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_to: Option<NaiveDate>,
    /// Absent when current; the due date is day 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_past_due: Option<i64>,
    /// Open and due, with fees and interest, less what was credited to it.
    pub amount_due: Money,
    /// Open and not yet due.
    pub not_due: Money,
    /// Credit that stands against no debit; zero or negative.
    pub credit: Money,
    /// `amount_due` + `not_due` + `credit`.
    pub balance: Money,
}

impl UnitFigures {
    pub fn of(figures: &Figures, currency: Currency) -> Self {
        let money = |minor| Money::new(minor, currency);
        Self {
            status: figures.status(),
            recurring: figures.recurring.map(|(minor, frequency)| Recurring {
                amount: money(minor),
                frequency,
            }),
            next_due_on: figures.next_due_on,
            last_payment_on: figures.last_payment_on,
            paid_to: figures.paid_to,
            days_past_due: figures.days_past_due,
            amount_due: money(figures.amount_due),
            not_due: money(figures.not_due),
            credit: money(figures.credit),
            balance: money(figures.balance()),
        }
    }
}

/// One unit of a customer with its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountUnitFigures {
    pub unit_id: UnitId,
    pub code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// First day of ownership; absent where entries name a unit the customer never owned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_on: Option<NaiveDate>,
    /// Last day of ownership; absent for a present one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_on: Option<NaiveDate>,
    pub figures: UnitFigures,
}

/// All units of a customer. The rows, with `untied`, add up to `total`, and its balance is the account's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountUnits {
    pub account_id: AccountId,
    pub as_at: NaiveDate,
    /// Present units first. Former ones are listed while they carry money, or with `include_previous=true`.
    pub units: Vec<AccountUnitFigures>,
    /// What is not tied to a unit, where there is anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untied: Option<UnitFigures>,
    /// Sums; the earliest next due date, the latest payment, the largest number of days past due.
    pub total: UnitFigures,
}

/// One owner of a unit with the figures on it. Balances follow the customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnerFigures {
    pub account_id: AccountId,
    pub reference: String,
    pub name: String,
    pub from_on: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_on: Option<NaiveDate>,
    pub figures: UnitFigures,
}

/// A unit's figures, of its owner as at the day and, when asked for, of those before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitOwners {
    pub unit_id: UnitId,
    pub as_at: NaiveDate,
    /// Latest first.
    pub owners: Vec<OwnerFigures>,
}

/// Which day, and whether former times are shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct FiguresFilter {
    /// Default today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_at: Option<NaiveDate>,
    /// Add units owned in former times, or the owners before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_previous: Option<bool>,
}

/// What is too little to call a unit of a community delinquent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArrearsTolerance {
    pub community_id: crate::ids::CommunityId,
    pub version: i64,
    /// An open amount of so much or less does not count.
    pub tolerance: Money,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewArrearsTolerance {
    pub tolerance: Money,
}

impl NewArrearsTolerance {
    pub fn flaws(&self, currency: Currency) -> crate::flaws::Flaws {
        let mut flaws = crate::flaws::Flaws::default();
        flaws.when(self.tolerance.minor < 0, "/tolerance", "negative");
        flaws.when(
            self.tolerance.minor > crate::ledger::MAX_ENTRY_MINOR,
            "/tolerance",
            "too_large",
        );
        flaws.when(self.tolerance.currency != currency, "/tolerance", "wrong_currency");
        flaws
    }
}

/// A unit of the list with what its present owner owes on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitLine {
    #[serde(flatten)]
    pub unit: Unit,
    /// Absent where nobody owns it, or nobody the caller may see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
}

/// The figures of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Standing {
    pub status: UnitStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_past_due: Option<i64>,
    pub amount_due: Money,
    pub balance: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurring: Option<Recurring>,
}

/// Filter of the list of units with figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct UnitFigureFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub community_id: Option<crate::ids::CommunityId>,
    /// Part of the code, block, section, or of the owner's name or reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Exactly this block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<String>,
    /// Only units with, or only units without an owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owned: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// Add the owners of former times; the search then finds them too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_previous: Option<bool>,
    /// Only units whose present owner is behind on them, or only the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<UnitStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// How the units of a filter stand today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitFigureSummary {
    pub units: u64,
    /// With a present owner within reach.
    pub owned: u64,
    /// Of those: whose owner is behind on them, and the others.
    pub delinquent: u64,
    pub current: u64,
}

impl UnitFigureFilter {
    /// The part that is about units alone.
    pub fn units(&self) -> crate::units::UnitFilter {
        crate::units::UnitFilter {
            community_id: self.community_id,
            q: self.q.clone(),
            block: self.block.clone(),
            owned: self.owned,
            active: self.active,
            include_previous: self.include_previous,
            limit: self.limit,
            cursor: self.cursor.clone(),
        }
    }
}
