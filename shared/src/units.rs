//! Units: what the recurring charge is for, and who has owned them (spec D01, D02, D11, D15).

use crate::communities::code_flaws;
use crate::event::FieldChange;
use crate::flaws::Flaws;
use crate::ids::{AccountId, CommunityId, EventId, UnitId};
use crate::money::Money;
use crate::text::tidy;
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A unit with its present owner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unit {
    pub id: UnitId,
    pub community_id: CommunityId,
    pub community_name: String,
    pub version: i64,
    pub code: String,
    pub block: Option<String>,
    pub section: Option<String>,
    pub description: Option<String>,
    pub unit_type: Option<String>,
    pub size: Option<String>,
    pub participation_quota: Option<String>,
    pub is_active: bool,
    /// Nobody, or nobody the caller may see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UnitOwner>,
    /// Earlier owners, latest first; only when asked for with `include_previous=true`, and on a single unit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub previous_owners: Vec<UnitOwner>,
}

impl Unit {
    /// What a form starts from.
    pub fn details(&self) -> NewUnit {
        let u = self.clone();
        NewUnit {
            code: u.code,
            block: u.block,
            section: u.section,
            description: u.description,
            unit_type: u.unit_type,
            size: u.size,
            participation_quota: u.participation_quota,
            is_active: u.is_active,
        }
    }
}

/// One owner of a unit, from a day to a day. Balances follow the account, not the unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitOwner {
    pub account_id: AccountId,
    pub reference: String,
    pub name: String,
    pub from_on: NaiveDate,
    /// Last day; absent for the present owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_on: Option<NaiveDate>,
    /// The account's balance, absent before anything was posted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<Money>,
    /// Title of the account's debt status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debt_status: Option<String>,
}

/// What was done to a unit, by whom and when. Owners have a history of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitChange {
    pub id: EventId,
    pub at: DateTime<Utc>,
    /// Who did it; empty where it was the system.
    pub by: String,
    pub by_system: bool,
    /// The unit came into being; otherwise its fields were changed.
    pub created: bool,
    /// Names of the fields that changed, as [`NewUnit`] names them.
    pub fields: Vec<String>,
    /// What these fields held before and after, where it was kept.
    pub values: Vec<FieldChange>,
}

/// Everything a person enters of a unit; sent whole when creating and when changing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewUnit {
    /// Door or unit number, unique in the community.
    #[cfg_attr(feature = "openapi", schema(example = "A-101"))]
    pub code: String,
    #[serde(default)]
    pub block: Option<String>,
    /// Section number of the sectional plan.
    #[serde(default)]
    pub section: Option<String>,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub unit_type: Option<String>,
    #[serde(default)]
    pub size: Option<String>,
    /// Percentage of the scheme, a decimal text between 0 and 100 with at most six decimals.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "1.2345"))]
    pub participation_quota: Option<String>,
    #[serde(default = "yes")]
    pub is_active: bool,
}

fn yes() -> bool {
    true
}

impl NewUnit {
    pub fn coded(code: &str) -> Self {
        Self {
            code: code.into(),
            is_active: true,
            ..Self::default()
        }
    }

    pub fn tidied(mut self) -> Self {
        self.code = self.code.trim().to_owned();
        for field in [
            &mut self.block,
            &mut self.section,
            &mut self.description,
            &mut self.unit_type,
            &mut self.size,
            &mut self.participation_quota,
        ] {
            *field = tidy(field.take());
        }
        self
    }

    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        code_flaws(&mut flaws, "/code", &self.code);
        for (pointer, value, max) in [
            ("/block", &self.block, 60),
            ("/section", &self.section, 60),
            ("/description", &self.description, 500),
            ("/unit_type", &self.unit_type, 60),
            ("/size", &self.size, 60),
        ] {
            if let Some(value) = value {
                flaws.optional_text(pointer, value, max);
            }
        }
        if let Some(quota) = &self.participation_quota {
            let ok = quota.len() <= 12
                && quota.bytes().all(|b| b.is_ascii_digit() || b == b'.')
                && quota
                    .parse::<Decimal>()
                    .is_ok_and(|q| q >= Decimal::ZERO && q <= Decimal::ONE_HUNDRED && q.scale() <= 6);
            flaws.when(!ok, "/participation_quota", "not_a_percentage");
        }
        flaws
    }
}

/// Gives a unit its owner from a day on; the owner before ends the day before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOwner {
    pub account_id: AccountId,
    pub from_on: NaiveDate,
}

/// Owners are assigned neither in times before books were kept nor ahead of time: who owns a unit is what is so today.
pub fn owner_date_flaws(from_on: NaiveDate, today: NaiveDate, pointer: &str) -> Flaws {
    let mut flaws = Flaws::default();
    let earliest = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or(today);
    flaws.when(from_on < earliest, pointer, "too_early");
    flaws.when(from_on > today, pointer, "in_future");
    flaws
}

/// Filter of the unit list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct UnitFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub community_id: Option<CommunityId>,
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
    /// Add the owners of former times; the search then finds them too (spec D15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_previous: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A block with the number of its units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Block {
    pub name: String,
    pub units: i64,
}

/// How codes sort for people: `A-2` before `A-10`. Runs of digits compare as numbers, so each is written with its
/// length in front; used as the order of stored units.
pub fn natural_key(code: &str) -> String {
    let mut key = String::with_capacity(code.len() + 8);
    let mut digits = String::new();
    for c in crate::text::fold(code).chars().chain(std::iter::once('\0')) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            let number = digits.trim_start_matches('0');
            // Two-digit length: codes hold at most 60 characters.
            key.push_str(&format!("{:02}{number}", number.len()));
            digits.clear();
        }
        if c != '\0' {
            key.push(c);
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quotas_are_percentages() {
        let with = |q: &str| {
            NewUnit {
                participation_quota: Some(q.into()),
                ..NewUnit::coded("1")
            }
            .flaws()
            .0
            .len()
        };
        for ok in ["0", "100", "1.234567", "12.5"] {
            assert_eq!(with(ok), 0, "{ok}");
        }
        for bad in ["-1", "100.1", "1,5", "1.2345678", "many", "1e2"] {
            assert_eq!(with(bad), 1, "{bad}");
        }
    }

    #[test]
    fn codes_sort_as_people_count() {
        let mut codes = ["B-1", "A-10", "a-2", "A-1", "10", "9", "A-01B"];
        codes.sort_by_key(|c| natural_key(c));
        assert_eq!(codes, ["9", "10", "A-1", "A-01B", "a-2", "A-10", "B-1"]);
    }

    #[test]
    fn an_owner_begins_neither_in_the_dark_ages_nor_ahead() {
        let d = |s: &str| s.parse::<NaiveDate>().unwrap();
        assert!(owner_date_flaws(d("2026-11-22"), d("2026-11-22"), "/from_on").is_empty());
        assert_eq!(
            owner_date_flaws(d("1066-10-14"), d("2026-11-22"), "/from_on").0[0].code,
            "too_early"
        );
        assert_eq!(
            owner_date_flaws(d("2026-11-23"), d("2026-11-22"), "/from_on").0[0].code,
            "in_future"
        );
    }

    proptest! {
        #[test]
        fn numbers_sort_by_value(a in 0u32..5_000_000, b in 0u32..5_000_000) {
            prop_assert_eq!(natural_key(&format!("U{a}")).cmp(&natural_key(&format!("U{b}"))), a.cmp(&b));
        }
    }
}
