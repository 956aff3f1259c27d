//! What people set: one unit's charge, a change of amount, or all units of a community at once.

use super::{DueRule, Frequency, LevyAmount, LevyKind, MAX_DUE_DAYS, MAX_WHAT_FOR, Spread, percentage};
use crate::flaws::Flaws;
use crate::ids::UnitId;
use crate::ledger::{MAX_ENTRY_MINOR, YEARS};
use crate::money::{Currency, Money};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// Everything a person enters of a recurring charge but its amount; sent whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LevyTerms {
    pub kind: LevyKind,
    /// Stands on the customer's statement, with the period.
    #[cfg_attr(feature = "openapi", schema(example = "Levy"))]
    pub what_for: String,
    pub frequency: Frequency,
    /// First day of the first period.
    pub first_on: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
    /// 1 to 31; a short month has its last day.
    pub charge_day: u8,
    pub due: DueRule,
}

/// A recurring charge for one unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewLevy {
    #[serde(flatten)]
    pub terms: LevyTerms,
    /// What a period costs from the first on.
    pub amount: Money,
}

/// The same charge for every unit in use of a community. Where a unit has one of the kind in force, its amount changes
/// from `first_on`; else it gets one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetLevies {
    #[serde(flatten)]
    pub terms: LevyTerms,
    pub spread: Spread,
}

/// What a bulk setting does to one unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetLevy {
    pub unit_id: UnitId,
    pub unit_code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participation_quota: Option<String>,
    /// What the unit pays for this until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Money>,
    pub amount: Money,
}

/// What a bulk setting did or would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeviesSet {
    /// Units that had none of the kind.
    pub created: u64,
    /// Units whose amount changes.
    pub changed: u64,
    pub unchanged: u64,
    /// Σ of the new amounts: a budget by quota to the cent.
    pub total: Money,
    pub items: Vec<SetLevy>,
}

fn within_years(day: NaiveDate) -> bool {
    YEARS.contains(&day.year())
}

/// What can be said against an amount: it must be above zero, fit an entry and be in the community's currency.
pub fn amount_flaws(flaws: &mut Flaws, pointer: &str, amount: Money, currency: Currency) {
    flaws.when(amount.minor <= 0, pointer, "not_positive");
    flaws.when(amount.minor > MAX_ENTRY_MINOR, pointer, "too_large");
    flaws.when(amount.currency != currency, pointer, "wrong_currency");
}

impl LevyTerms {
    pub fn tidied(mut self) -> Self {
        self.what_for = self.what_for.trim().to_owned();
        self
    }
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.text("/what_for", &self.what_for, MAX_WHAT_FOR);
        flaws.when(!within_years(self.first_on), "/first_on", "out_of_range");
        if let Some(end) = self.ends_on {
            flaws.when(!within_years(end), "/ends_on", "out_of_range");
            flaws.when(end < self.first_on, "/ends_on", "before_the_first");
        }
        flaws.when(!(1..=31).contains(&self.charge_day), "/charge_day", "out_of_range");
        let due_is_fine = match self.due {
            DueRule::AfterDays(days) => days <= MAX_DUE_DAYS,
            DueRule::OnDay(day) => (1..=31).contains(&day),
        };
        flaws.when(!due_is_fine, "/due", "out_of_range");
        flaws
    }
}

impl NewLevy {
    pub fn flaws(&self, currency: Currency) -> Flaws {
        let mut flaws = self.terms.flaws();
        amount_flaws(&mut flaws, "/amount", self.amount, currency);
        flaws
    }
}

impl SetLevies {
    pub fn flaws(&self, currency: Currency) -> Flaws {
        let mut flaws = self.terms.flaws();
        match &self.spread {
            Spread::Each(amount) | Spread::ByQuota(amount) => {
                amount_flaws(&mut flaws, "/spread", *amount, currency);
            }
            Spread::Raise(text) => {
                flaws.when(percentage(text).is_none(), "/spread", "not_a_percentage");
            }
        }
        flaws
    }
}

impl LevyAmount {
    /// A change may only touch periods that were not charged yet. `charged_until`: first day of the last charged one.
    pub fn flaws(&self, currency: Currency, first_on: NaiveDate, charged_until: Option<NaiveDate>) -> Flaws {
        let mut flaws = Flaws::default();
        amount_flaws(&mut flaws, "/amount", self.amount, currency);
        flaws.when(!within_years(self.from_on), "/from_on", "out_of_range");
        flaws.when(self.from_on < first_on, "/from_on", "before_the_first");
        flaws.when(
            charged_until.is_some_and(|c| self.from_on <= c),
            "/from_on",
            "already_charged",
        );
        flaws
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> LevyTerms {
        LevyTerms {
            kind: LevyKind::Levy,
            what_for: "Levy".into(),
            frequency: Frequency::Monthly,
            first_on: "2026-01-01".parse().unwrap(),
            ends_on: None,
            charge_day: 1,
            due: DueRule::OnDay(7),
        }
    }

    #[test]
    fn terms_are_refused_for_text_dates_and_days() {
        assert!(terms().flaws().is_empty());
        let bad = |change: fn(&mut LevyTerms)| {
            let mut t = terms();
            change(&mut t);
            t.flaws()
                .0
                .first()
                .map(|f| format!("{} {}", f.pointer, f.code))
                .unwrap_or_default()
        };
        assert_eq!(bad(|t| t.what_for = " ".into()), "/what_for required");
        assert_eq!(
            bad(|t| t.ends_on = "2025-12-31".parse().ok()),
            "/ends_on before_the_first"
        );
        assert_eq!(bad(|t| t.charge_day = 32), "/charge_day out_of_range");
        assert_eq!(bad(|t| t.due = DueRule::OnDay(0)), "/due out_of_range");
        assert_eq!(bad(|t| t.due = DueRule::AfterDays(366)), "/due out_of_range");
    }

    #[test]
    fn an_amount_is_changed_ahead_of_what_was_charged() {
        let d = |s: &str| s.parse::<NaiveDate>().unwrap();
        let change = |from: &str, minor| LevyAmount {
            from_on: d(from),
            amount: Money::new(minor, Currency::Zar),
        };
        let code = |c: LevyAmount| {
            c.flaws(Currency::Zar, d("2026-01-01"), Some(d("2026-03-01")))
                .0
                .first()
                .map(|f| f.code.clone())
        };
        assert_eq!(code(change("2026-03-02", 1)), None);
        assert_eq!(code(change("2026-03-01", 1)).as_deref(), Some("already_charged"));
        assert_eq!(code(change("2026-04-01", 0)).as_deref(), Some("not_positive"));
        assert_eq!(code(change("2025-12-31", 1)).as_deref(), Some("before_the_first"));
    }

    #[test]
    fn unknown_fields_of_flattened_bodies_are_refused_by_their_parts() {
        let text = r#"{"kind":"levy","what_for":"x","frequency":"monthly","first_on":"2026-01-01","charge_day":1,
            "due":{"on_day":1},"amount":{"amount":"1.00","currency":"ZAR"},"amuont":1}"#;
        assert!(serde_json::from_str::<NewLevy>(text).is_err());
    }
}
