//! Periods, charge dates, due dates and amounts of a recurring charge.

use crate::dates::{add_months, calendar_months_between, month_start};
use crate::money::Currency;
use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    pub enum Frequency { Monthly = "monthly", Quarterly = "quarterly", Yearly = "yearly" }
}

impl Frequency {
    /// Calendar months of one period.
    pub const fn months(self) -> i32 {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::Yearly => 12,
        }
    }
}

/// The days a charge is for, first and last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Period {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// When a charge falls due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DueRule {
    /// So many days after the charge date; 0 is the charge date.
    AfterDays(u16),
    /// The first such day of a month on or after the charge date; a short month has its last day.
    OnDay(u8),
}

/// Most days between charge and due date.
pub const MAX_DUE_DAYS: u16 = 365;

impl DueRule {
    /// The due date of a charge. `None` beyond the calendar.
    pub fn due_on(self, charge_on: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::AfterDays(days) => charge_on.checked_add_days(Days::new(u64::from(days))),
            Self::OnDay(day) => {
                let here = day_of_month(charge_on, day);
                if here >= charge_on {
                    Some(here)
                } else {
                    add_months(month_start(charge_on), 1).map(|next| day_of_month(next, day))
                }
            }
        }
    }
}

/// A day of the month of `date`, clamped to its last: 31 in February is the 28th or 29th.
pub fn day_of_month(date: NaiveDate, day: u8) -> NaiveDate {
    (0..4)
        .find_map(|back| date.with_day(u32::from(day).clamp(1, 31) - back))
        .unwrap_or(date)
}

/// A recurring charge as far as its dates and amounts go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub frequency: Frequency,
    pub first_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    pub charge_day: u8,
    pub due: DueRule,
    pub currency: Currency,
    /// (from, minor units), earliest first; the first counts from `first_on`, whatever its day.
    pub amounts: Vec<(NaiveDate, i64)>,
}

/// One charge of a schedule in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    pub period: Period,
    pub charge_on: NaiveDate,
    pub due_on: NaiveDate,
    pub minor: i64,
}

impl Schedule {
    /// The n-th period, counted from the first so that month ends do not drift. `None` beyond the calendar.
    pub fn period(&self, n: i32) -> Option<Period> {
        let step = self.frequency.months();
        let from = add_months(self.first_on, n.checked_mul(step)?)?;
        let next = add_months(self.first_on, n.checked_add(1)?.checked_mul(step)?)?;
        Some(Period {
            from,
            to: next.pred_opt()?,
        })
    }
    /// The period that begins in the month of a date, whether or not the schedule has ended by then.
    pub fn beginning_in(&self, month: NaiveDate) -> Option<Period> {
        let months = calendar_months_between(self.first_on, month);
        let step = self.frequency.months();
        if months < 0 || months % step != 0 {
            return None;
        }
        self.period(months / step)
    }
    /// Whether a period that begins on a day is still charged.
    pub fn covers(&self, from: NaiveDate) -> bool {
        from >= self.first_on && self.ends_on.is_none_or(|end| from <= end)
    }
    /// What a period that begins on a day costs.
    pub fn minor_on(&self, from: NaiveDate) -> i64 {
        let later = self.amounts.iter().rev().find(|(day, _)| *day <= from);
        later.or(self.amounts.first()).map_or(0, |(_, minor)| *minor)
    }
    /// The charge of a period, whether or not the schedule has ended by then.
    pub fn charge(&self, period: Period) -> Option<Due> {
        let charge_on = day_of_month(period.from, self.charge_day);
        Some(Due {
            period,
            charge_on,
            due_on: self.due.due_on(charge_on)?,
            minor: self.minor_on(period.from),
        })
    }
    /// The charges of periods not yet charged that fall due on or after a day, the earliest of them.
    pub fn next(&self, day: NaiveDate, is_charged: impl Fn(NaiveDate) -> bool) -> Option<Due> {
        // A charge falls due at most a year after its period begins: no need to look further back.
        let back = calendar_months_between(self.first_on, day) / self.frequency.months() - 14;
        (back.max(0)..)
            .map_while(|n| self.period(n).filter(|p| self.covers(p.from)))
            .filter(|p| !is_charged(p.from))
            .filter_map(|p| self.charge(p))
            .find(|due| due.due_on >= day)
    }
    /// Whether it is in force on a day: it has begun and not ended.
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.covers(day)
    }
}

/// What recurs, of all schedules of a unit in force: of one frequency its sum, of several the sum of monthly shares, to
/// the nearest minor unit.
pub fn recurring<'s>(schedules: impl Iterator<Item = &'s Schedule>, day: NaiveDate) -> Option<(i64, Frequency)> {
    let all: Vec<(Frequency, i64)> = schedules
        .filter(|s| s.in_force(day))
        .map(|s| (s.frequency, s.minor_on(day)))
        .collect();
    let first = all.first()?.0;
    if all.iter().all(|(f, _)| *f == first) {
        return Some((all.iter().map(|(_, minor)| minor).sum(), first));
    }
    // Twelfths are exact; half a minor unit goes up.
    let yearly: i64 = all.iter().map(|(f, minor)| minor * i64::from(12 / f.months())).sum();
    Some(((yearly + 6).div_euclid(12), Frequency::Monthly))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(s: &str) -> NaiveDate {
        s.parse().unwrap()
    }
    fn monthly(first: &str, charge_day: u8, due: DueRule) -> Schedule {
        Schedule {
            frequency: Frequency::Monthly,
            first_on: d(first),
            ends_on: None,
            charge_day,
            due,
            currency: Currency::Zar,
            amounts: vec![(d(first), 100_00)],
        }
    }

    #[test]
    fn charge_and_due_dates_keep_to_the_end_of_short_months() {
        // first period | month asked | charge day | due rule | period | charged | due
        let after = DueRule::AfterDays;
        let on = DueRule::OnDay;
        for (first, month, day, due, from, to, charged, falls_due) in [
            (
                "2026-01-01",
                "2026-02-01",
                1,
                after(0),
                "2026-02-01",
                "2026-02-28",
                "2026-02-01",
                "2026-02-01",
            ),
            (
                "2026-01-01",
                "2026-02-14",
                31,
                after(0),
                "2026-02-01",
                "2026-02-28",
                "2026-02-28",
                "2026-02-28",
            ),
            (
                "2024-01-01",
                "2024-02-01",
                30,
                on(30),
                "2024-02-01",
                "2024-02-29",
                "2024-02-29",
                "2024-02-29",
            ),
            (
                "2026-01-01",
                "2026-04-01",
                1,
                on(31),
                "2026-04-01",
                "2026-04-30",
                "2026-04-01",
                "2026-04-30",
            ),
            (
                "2026-01-01",
                "2026-01-01",
                25,
                on(7),
                "2026-01-01",
                "2026-01-31",
                "2026-01-25",
                "2026-02-07",
            ),
            (
                "2026-01-01",
                "2026-12-01",
                25,
                on(7),
                "2026-12-01",
                "2026-12-31",
                "2026-12-25",
                "2027-01-07",
            ),
            (
                "2026-01-01",
                "2026-01-01",
                31,
                on(30),
                "2026-01-01",
                "2026-01-31",
                "2026-01-31",
                "2026-02-28",
            ),
            (
                "2026-01-31",
                "2026-02-01",
                1,
                after(7),
                "2026-02-28",
                "2026-03-30",
                "2026-02-01",
                "2026-02-08",
            ),
            (
                "2026-01-15",
                "2026-03-01",
                15,
                after(30),
                "2026-03-15",
                "2026-04-14",
                "2026-03-15",
                "2026-04-14",
            ),
        ] {
            let s = monthly(first, day, due);
            let period = s.beginning_in(d(month)).unwrap();
            assert_eq!((period.from, period.to), (d(from), d(to)), "{first} {month}");
            let charge = s.charge(period).unwrap();
            assert_eq!(
                (charge.charge_on, charge.due_on),
                (d(charged), d(falls_due)),
                "{first} {month}"
            );
        }
    }

    #[test]
    fn quarters_and_years_begin_in_their_own_months_only() {
        let mut s = monthly("2025-11-01", 1, DueRule::AfterDays(0));
        s.frequency = Frequency::Quarterly;
        assert_eq!(s.beginning_in(d("2026-02-01")).unwrap().to, d("2026-04-30"));
        assert_eq!(s.beginning_in(d("2026-01-31")), None);
        assert_eq!(s.beginning_in(d("2025-08-01")), None, "before the first");
        s.frequency = Frequency::Yearly;
        assert_eq!(s.beginning_in(d("2027-11-30")).unwrap().to, d("2028-10-31"));
        assert_eq!(s.beginning_in(d("2027-10-01")), None);
    }

    #[test]
    fn a_period_costs_what_is_in_force_on_its_first_day() {
        let mut s = monthly("2026-01-01", 1, DueRule::AfterDays(0));
        s.amounts = vec![
            (d("2026-01-01"), 100_00),
            (d("2026-03-01"), 106_00),
            (d("2026-05-15"), 110_00),
        ];
        let of = |month: &str| s.charge(s.beginning_in(d(month)).unwrap()).unwrap().minor;
        assert_eq!(
            ["2026-01-01", "2026-02-01", "2026-03-01", "2026-05-01", "2026-06-01"].map(of),
            [100_00, 100_00, 106_00, 106_00, 110_00]
        );
    }

    #[test]
    fn the_next_charge_is_the_first_not_yet_raised_that_is_not_past() {
        let mut s = monthly("2026-01-01", 1, DueRule::OnDay(7));
        let next = |s: &Schedule, day: &str, charged: &[&str]| {
            s.next(d(day), |from| charged.contains(&from.to_string().as_str()))
                .map(|n| n.due_on.to_string())
        };
        assert_eq!(next(&s, "2025-06-01", &[]).as_deref(), Some("2026-01-07"));
        assert_eq!(next(&s, "2026-03-07", &[]).as_deref(), Some("2026-03-07"));
        assert_eq!(next(&s, "2026-03-08", &[]).as_deref(), Some("2026-04-07"));
        assert_eq!(
            next(&s, "2026-03-05", &["2026-03-01", "2026-04-01"]).as_deref(),
            Some("2026-05-07")
        );
        s.ends_on = Some(d("2026-03-31"));
        assert_eq!(next(&s, "2026-03-08", &[]), None);
        s.ends_on = None;
        s.due = DueRule::AfterDays(365);
        assert_eq!(next(&s, "2027-06-01", &[]).as_deref(), Some("2027-06-01"));
    }

    #[test]
    fn what_recurs_of_mixed_frequencies_is_shown_by_the_month() {
        let mut year = monthly("2026-01-01", 1, DueRule::AfterDays(0));
        year.frequency = Frequency::Yearly;
        year.amounts = vec![(d("2026-01-01"), 100_00)];
        let month = monthly("2026-01-01", 1, DueRule::AfterDays(0));
        let day = d("2026-06-01");
        assert_eq!(recurring([&year].into_iter(), day), Some((100_00, Frequency::Yearly)));
        assert_eq!(
            recurring([&month, &month].into_iter(), day),
            Some((200_00, Frequency::Monthly))
        );
        assert_eq!(
            recurring([&month, &year].into_iter(), day),
            Some((108_33, Frequency::Monthly))
        );
        assert_eq!(recurring([&month].into_iter(), d("2025-12-31")), None);
    }

    proptest! {
        /// Periods follow each other without gap or overlap, and each month holds the beginning of at most one.
        #[test]
        fn periods_are_without_gap_and_found_again_by_month(
            offset in 0_u64..2_000, step in 0_usize..3, n in 0_i32..60, day in 1_u8..=31,
        ) {
            let mut s = monthly("2020-01-01", day, DueRule::OnDay(day));
            s.first_on = d("2020-01-01") + Days::new(offset);
            s.frequency = Frequency::ALL[step];
            let (this, next) = (s.period(n).unwrap(), s.period(n + 1).unwrap());
            prop_assert_eq!(this.to.succ_opt(), Some(next.from));
            prop_assert!(this.from <= this.to);
            prop_assert_eq!(s.beginning_in(this.from), Some(this));
            let charge = s.charge(this).unwrap();
            prop_assert!(charge.due_on >= charge.charge_on);
            prop_assert_eq!(month_start(charge.charge_on), month_start(this.from));
            // The naive way: walk day by day until the day of the month fits.
            let last = |on: NaiveDate| (on + Days::new(1)).day() == 1;
            let fits = |on: NaiveDate| on.day() == u32::from(day) || (last(on) && on.day() < u32::from(day));
            let naive = charge.charge_on.iter_days().find(|on| fits(*on)).unwrap();
            prop_assert_eq!(charge.due_on, naive);
        }
    }
}
