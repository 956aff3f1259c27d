//! Charge runs: preview, running, done, reversed (spec SM10).

use super::{LevyKind, Period};
use crate::dates::{add_months, calendar_months_between, month_start};
use crate::flaws::Flaws;
use crate::ids::{AccountId, CommunityId, EntryId, LevyId, LevyRunId, UnitId};
use crate::money::Money;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// How many months ahead of today a run may be.
pub const MAX_MONTHS_AHEAD: i32 = 3;
/// Longest reason of a reversal, in characters.
pub const MAX_REASON: usize = 500;

crate::text_enum! {
    /// `preview` → `running` → `done` → `reversing` → `reversed`. `failed`: it stopped and may be started again.
    pub enum RunState {
        Preview = "preview", Running = "running", Done = "done", Reversing = "reversing", Reversed = "reversed",
        Failed = "failed",
    }
}

impl RunState {
    pub const fn may_start(self) -> bool {
        matches!(self, Self::Preview | Self::Failed)
    }
    pub const fn may_reverse(self) -> bool {
        matches!(self, Self::Done)
    }
    /// A job is at work on it.
    pub const fn is_working(self) -> bool {
        matches!(self, Self::Running | Self::Reversing)
    }
    /// Whether a run of the same community and month may be made beside it.
    pub const fn blocks_another(self) -> bool {
        !matches!(self, Self::Done | Self::Reversed)
    }
}

crate::text_enum! {
    /// Why a charge of a preview is not raised.
    pub enum LevyWarning {
        /// Nobody owned the unit on the charge date.
        NoOwner = "no_owner",
        /// The unit's period was charged by another run.
        AlreadyCharged = "already_charged",
        /// The schedule ended before the period.
        Ended = "ended",
        /// The unit is no longer in use.
        UnitInactive = "unit_inactive",
        /// The customer's account is closed.
        AccountInactive = "account_inactive",
    }
}

/// One run over the units of a community.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LevyRun {
    pub id: LevyRunId,
    pub version: i64,
    pub community_id: CommunityId,
    pub community_name: String,
    /// First day of the month whose periods are charged.
    pub month: NaiveDate,
    pub state: RunState,
    /// Charges to be raised or raised, and their sum: a preview's as at now.
    pub charges: u64,
    pub total: Money,
    /// Charges raised (or reversed) so far.
    pub done: u64,
    pub created_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversed_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversed_by: Option<String>,
    /// Why it was reversed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why it stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// What a preview leaves out, by reason; absent once it runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    /// Units in use without any charge in force, of a preview.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units_without: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeftOut {
    pub warning: LevyWarning,
    pub charges: u64,
}

/// One charge of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LevyRunLine {
    pub levy_id: LevyId,
    pub unit_id: UnitId,
    pub unit_code: String,
    /// The owner on the charge date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub kind: LevyKind,
    pub description: String,
    pub period: Period,
    pub charge_on: NaiveDate,
    pub due_on: NaiveDate,
    pub amount: Money,
    /// Why it is not raised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<LevyWarning>,
    /// The entry it was raised with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_id: Option<EntryId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_reversed: bool,
}

/// Asks for a preview.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewLevyRun {
    /// Any day of the month whose periods are to be charged.
    pub month: NaiveDate,
}

impl NewLevyRun {
    pub fn month_start(self) -> NaiveDate {
        month_start(self.month)
    }
    pub fn flaws(self, today: NaiveDate) -> Flaws {
        let mut flaws = Flaws::default();
        let ahead = calendar_months_between(today, self.month);
        flaws.when(ahead > MAX_MONTHS_AHEAD, "/month", "too_far_ahead");
        let earliest = add_months(today, -24);
        flaws.when(
            earliest.is_none_or(|e| self.month < month_start(e)),
            "/month",
            "too_early",
        );
        flaws
    }
}

/// Starts a run. What the person saw is said again; the charges that make it up are kept with the run and raised as they
/// are, so that nothing set while its job waits is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StartLevyRun {
    pub charges: u64,
    pub total: Money,
}

/// Reverses a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReverseLevyRun {
    pub reason: String,
}

impl ReverseLevyRun {
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.text("/reason", &self.reason, MAX_REASON);
        flaws
    }
}

/// Filter of the list of runs, latest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct LevyRunFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub community_id: Option<CommunityId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Charge runs of one currency: what they raised, and what was taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LevyRunSum {
    pub runs: u64,
    pub charges: u64,
    /// Raised and still standing.
    pub total: Money,
    pub reversed_runs: u64,
    pub reversed: Money,
}

/// Sums over all runs of a filter, one for each currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LevyRunSummary {
    pub sums: Vec<LevyRunSum>,
}

/// Filter of a run's charges, in the order people count units in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct LevyLineFilter {
    /// Only those of a preview that are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// The description a charge is posted with: what for, and its period.
pub fn describe(what_for: &str, period: Period) -> String {
    let is_whole_month = period.from == month_start(period.from)
        && add_months(period.from, 1).and_then(|d| d.pred_opt()) == Some(period.to);
    if is_whole_month {
        format!("{what_for} {}", period.from.format("%B %Y"))
    } else {
        format!("{what_for} {} to {}", period.from, period.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_neither_far_ahead_nor_long_ago() {
        let d = |s: &str| s.parse::<NaiveDate>().unwrap();
        let flaw = |month: &str| {
            NewLevyRun { month: d(month) }
                .flaws(d("2026-11-22"))
                .0
                .first()
                .map(|f| f.code.clone())
        };
        assert_eq!(flaw("2026-12-01"), None);
        assert_eq!(flaw("2027-02-28"), None);
        assert_eq!(flaw("2027-03-01").as_deref(), Some("too_far_ahead"));
        assert_eq!(flaw("2024-11-01"), None);
        assert_eq!(flaw("2024-10-31").as_deref(), Some("too_early"));
    }

    #[test]
    fn a_whole_month_is_named_and_anything_else_spelled_out() {
        let p = |from: &str, to: &str| Period {
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
        };
        assert_eq!(describe("Levy", p("2026-02-01", "2026-02-28")), "Levy February 2026");
        assert_eq!(
            describe("Rent", p("2026-02-15", "2026-03-14")),
            "Rent 2026-02-15 to 2026-03-14"
        );
    }
}
