//! Recurring charges of units and the runs that raise them (spec D04, build part 8 of the ledger; states SM10). Pure: the
//! server posts, the browser shows the same dates and amounts while a person types.

mod change;
mod run;
mod schedule;
mod spread;

pub use change::*;
pub use run::*;
pub use schedule::*;
pub use spread::*;

use crate::ids::{CommunityId, LevyId, UnitId};
use crate::money::Money;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Longest "what for" of a recurring charge, in characters. With the period behind it, it still fits an entry.
pub const MAX_WHAT_FOR: usize = 200;
/// Most schedules of one unit.
pub const MAX_PER_UNIT: usize = 20;

crate::text_enum! {
    /// What a recurring charge is for. A unit has at most one of a kind at a time, so no period is charged twice.
    pub enum LevyKind {
        Levy = "levy", Reserve = "reserve", Special = "special", Rent = "rent", Parking = "parking",
        Insurance = "insurance", Utility = "utility", Other = "other",
    }
}

/// What one unit pays, from when until when. The amounts are its history: a change counts from its day on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Levy {
    pub id: LevyId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_code: String,
    pub community_id: CommunityId,
    pub kind: LevyKind,
    pub what_for: String,
    pub frequency: Frequency,
    /// First day of the first period.
    pub first_on: NaiveDate,
    /// Periods that begin after this day are not charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
    /// Day of the month the charge is dated, in the month its period begins; a short month has its last day.
    pub charge_day: u8,
    pub due: DueRule,
    /// The amount as at today (the first one, where it begins later).
    pub amount: Money,
    /// Every amount, earliest first.
    pub amounts: Vec<LevyAmount>,
    /// First day of the last period that was charged and not reversed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charged_until: Option<NaiveDate>,
    /// What comes next, absent after the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<LevyCharge>,
    /// The present owner's name, where the caller may see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// An amount from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LevyAmount {
    /// Periods that begin on or after this day cost this much.
    pub from_on: NaiveDate,
    pub amount: Money,
}

/// One charge as it will be or was raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LevyCharge {
    pub period: Period,
    pub charge_on: NaiveDate,
    pub due_on: NaiveDate,
    pub amount: Money,
}

/// Filter of the list of recurring charges.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct LevyFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub community_id: Option<CommunityId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<UnitId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<LevyKind>,
    /// Part of the unit's code or of what the charge is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Add those that ended before today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_ended: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// What a community raises, of the charges in force today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LevySummary {
    pub schedules: u64,
    pub units: u64,
    /// Units in use that have no charge in force.
    pub units_without: u64,
    /// Σ of the amounts by frequency, those without any left out.
    pub totals: Vec<FrequencyTotal>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FrequencyTotal {
    pub frequency: Frequency,
    pub schedules: u64,
    pub amount: Money,
}
