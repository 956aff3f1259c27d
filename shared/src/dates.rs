//! Calendar rules shared by server and browser. Nothing here reads a clock.

use chrono::{Datelike, Months, NaiveDate};

/// The same day of a later (or earlier) month, clamped to its last day: 31 Jan + 1 = 28 or 29 Feb, always counted
/// from the date given, so repeated use does not drift.
pub fn add_months(date: NaiveDate, months: i32) -> Option<NaiveDate> {
    let n = Months::new(months.unsigned_abs());
    if months >= 0 {
        date.checked_add_months(n)
    } else {
        date.checked_sub_months(n)
    }
}

/// Calendar months between the months of two dates; negative when `later` is earlier. 29 Nov to 1 Dec is 1.
pub fn calendar_months_between(earlier: NaiveDate, later: NaiveDate) -> i32 {
    12 * (later.year() - earlier.year()) + later.month() as i32 - earlier.month() as i32
}

/// Days past due; the due date itself is day 0 (article 002).
pub fn days_past_due(due_on: NaiveDate, today: NaiveDate) -> i64 {
    (today - due_on).num_days()
}

/// First day of the date's month.
pub fn month_start(date: NaiveDate) -> NaiveDate {
    date.with_day(1).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    fn d(s: &str) -> NaiveDate {
        s.parse().unwrap()
    }
    #[test]
    fn months_clamp_and_do_not_drift() {
        assert_eq!(add_months(d("2026-01-31"), 1), Some(d("2026-02-28")));
        assert_eq!(add_months(d("2026-01-31"), 2), Some(d("2026-03-31")));
        assert_eq!(add_months(d("2024-03-31"), -1), Some(d("2024-02-29")));
    }
    #[test]
    fn months_between_count_calendar_months() {
        assert_eq!(calendar_months_between(d("2025-11-29"), d("2025-12-01")), 1);
        assert_eq!(calendar_months_between(d("2025-11-29"), d("2026-03-01")), 4);
        assert_eq!(calendar_months_between(d("2026-02-01"), d("2026-01-31")), -1);
    }
}
