//! A customer's statement: its period and what the payments of it tell (spec G01, G02, (d) 5).

use crate::dates::{add_months, calendar_months_between};
use crate::ledger::{EntryType, MovementsHead};
use crate::money::{Currency, Money};
use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

crate::text_enum! {
    /// A usual period, ending on the day asked for.
    pub enum Period { Months3 = "3m", Months6 = "6m", Months12 = "12m", Months24 = "24m", All = "all" }
}

impl Period {
    /// First day of the period that ends on `to`; everything from `first`, the day of the first entry.
    pub fn from(self, to: NaiveDate, first: Option<NaiveDate>) -> NaiveDate {
        let months = match self {
            Self::Months3 => 3,
            Self::Months6 => 6,
            Self::Months12 => 12,
            Self::Months24 => 24,
            Self::All => return first.unwrap_or(to).min(to),
        };
        to.checked_sub_months(Months::new(months))
            .and_then(|d| d.succ_opt())
            .unwrap_or(to)
    }
}

/// What somebody who decides about collection reads first: whether it is paid, how often, and whether charges are
/// raised at all (spec G01). Within the statement's period; what was reversed within it does not count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaymentFrequency {
    /// Payments that were not reversed.
    pub payments: u32,
    /// Their sum, positive.
    pub paid: Money,
    /// Median of the days between one day of payment and the next; absent with fewer than two.
    pub median_gap_days: Option<u32>,
    pub last_payment_on: Option<NaiveDate>,
    /// What came in on that day.
    pub last_payment: Option<Money>,
    /// Payments that came back: chargebacks, returned debit orders.
    pub returned: u32,
    /// Their sum, positive.
    pub returned_amount: Money,
    /// Median of what was invoiced in a calendar month, over the months with an invoice.
    pub monthly_charge: Option<Money>,
    /// Months of the period with an invoice, of all of them: months as they follow from its first day, the last one perhaps
    /// not whole. A period of twelve months has twelve.
    pub months_charged: u32,
    pub months: u32,
}

/// A line as far as [`PaymentFrequency`] needs it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrequencyLine {
    pub on: NaiveDate,
    pub kind: EntryType,
    pub minor: i64,
    /// An entry within the period undoes it.
    pub undone: bool,
}

/// The middle of the values, the mean of the two in the middle rounded half up when they are even in number.
fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    let upper = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *values.get(values.len() / 2 - 1)?;
    Some((lower + upper + 1).div_euclid(2))
}

fn month(d: NaiveDate) -> (i32, u32) {
    (d.year(), d.month())
}

/// Which month of a period that begins `from` a day of it lies in; the first is 0.
fn month_of(from: NaiveDate, day: NaiveDate) -> u32 {
    let between = calendar_months_between(from, day).max(0);
    let begun = add_months(from, between).is_some_and(|begins| begins <= day);
    u32::try_from(if begun { between } else { between - 1 }).unwrap_or_default()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl PaymentFrequency {
    /// From the lines of the period, in any order.
    pub fn of(lines: &[FrequencyLine], (from, to): (NaiveDate, NaiveDate), currency: Currency) -> Self {
        let money = |minor| Money::new(minor, currency);
        let mut days: BTreeMap<NaiveDate, i64> = BTreeMap::new();
        let mut charged: BTreeMap<(i32, u32), i64> = BTreeMap::new();
        let mut months_charged: BTreeSet<u32> = BTreeSet::new();
        let (mut payments, mut paid, mut returned, mut returned_minor) = (0, 0, 0, 0);
        for line in lines {
            match line.kind {
                EntryType::Payment if !line.undone && line.minor < 0 => {
                    payments += 1;
                    paid -= line.minor;
                    *days.entry(line.on).or_default() -= line.minor;
                }
                EntryType::Invoice if !line.undone && line.minor > 0 => {
                    *charged.entry(month(line.on)).or_default() += line.minor;
                    months_charged.insert(month_of(from, line.on));
                }
                EntryType::Chargeback if line.minor > 0 => {
                    returned += 1;
                    returned_minor += line.minor;
                }
                EntryType::Payment
                | EntryType::Invoice
                | EntryType::Chargeback
                | EntryType::Fee
                | EntryType::Adjustment
                | EntryType::Discount
                | EntryType::Interest
                | EntryType::WriteOff => {}
            }
        }
        let gaps = days
            .keys()
            .zip(days.keys().skip(1))
            .map(|(a, b)| (*b - *a).num_days())
            .collect();
        let last = days.iter().next_back();
        Self {
            payments,
            paid: money(paid),
            median_gap_days: median(gaps).and_then(|d| u32::try_from(d).ok()),
            last_payment_on: last.map(|l| *l.0),
            last_payment: last.map(|l| money(*l.1)),
            returned,
            returned_amount: money(returned_minor),
            months_charged: count(months_charged.len()),
            monthly_charge: median(charged.into_values().collect()).map(money),
            months: month_of(from, to) + 1,
        }
    }
}

/// Where to pay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BankDetails {
    pub bank: String,
    pub branch: Option<String>,
    pub account: String,
}

/// Everything of a statement but its lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Statement {
    #[serde(flatten)]
    pub head: MovementsHead,
    /// The day in the community's time zone.
    pub today: NaiveDate,
    /// Day of the account's first entry: where "all" begins.
    pub first_entry_on: Option<NaiveDate>,
    pub frequency: PaymentFrequency,
    /// What a payment should name so that it is recognised.
    pub payment_reference: String,
    /// Of the community, when both bank and account number are known.
    pub bank: Option<BankDetails>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(s: &str) -> NaiveDate {
        s.parse().unwrap()
    }
    fn line(on: &str, kind: EntryType, minor: i64) -> FrequencyLine {
        FrequencyLine {
            on: d(on),
            kind,
            minor,
            undone: false,
        }
    }

    #[test]
    fn a_period_ends_on_the_day_asked_for_and_begins_the_day_after_the_same_day_of_its_first_month() {
        let to = d("2026-11-22");
        assert_eq!(Period::Months3.from(to, None), d("2026-08-23"));
        assert_eq!(Period::Months12.from(to, None), d("2025-11-23"));
        assert_eq!(Period::Months3.from(d("2026-05-31"), None), d("2026-03-01"));
        assert_eq!(Period::All.from(to, Some(d("2019-02-03"))), d("2019-02-03"));
        assert_eq!(Period::All.from(to, None), to);
        assert_eq!(Period::All.from(to, Some(d("2027-01-01"))), to);
    }

    #[test]
    fn frequency_counts_days_of_payment_and_months_of_charges() {
        let mut reversed = line("2026-03-20", EntryType::Payment, -50_00);
        reversed.undone = true;
        let lines = [
            line("2026-01-01", EntryType::Invoice, 1_000_00),
            line("2026-01-15", EntryType::Invoice, 20_00),
            line("2026-02-01", EntryType::Invoice, 1_000_00),
            line("2026-04-01", EntryType::Invoice, 1_100_00),
            line("2026-01-10", EntryType::Payment, -500_00),
            line("2026-01-10", EntryType::Payment, -100_00),
            line("2026-02-10", EntryType::Payment, -300_00),
            line("2026-03-11", EntryType::Payment, -200_00),
            reversed,
            line("2026-03-25", EntryType::Chargeback, 50_00),
            line("2026-03-26", EntryType::Fee, 5_00),
        ];
        let f = PaymentFrequency::of(&lines, (d("2026-01-01"), d("2026-04-30")), Currency::Zar);
        assert_eq!((f.payments, f.paid.minor), (4, 1_100_00));
        assert_eq!(f.median_gap_days, Some(30), "31 and 29 days");
        assert_eq!(f.last_payment_on, Some(d("2026-03-11")));
        assert_eq!(f.last_payment.unwrap().minor, 200_00);
        assert_eq!((f.returned, f.returned_amount.minor), (1, 50_00));
        assert_eq!((f.months_charged, f.months), (3, 4));
        assert_eq!(f.monthly_charge.unwrap().minor, 1_020_00, "of 1,000, 1,020 and 1,100");
    }

    #[test]
    fn twelve_months_are_twelve_whichever_day_they_begin_on() {
        let (from, to) = (d("2025-11-23"), d("2026-11-22"));
        let lines: Vec<_> = (0..12)
            .map(|n| FrequencyLine {
                on: add_months(d("2025-12-01"), n).unwrap(),
                ..line("2025-12-01", EntryType::Invoice, 100)
            })
            .collect();
        let f = PaymentFrequency::of(&lines, (from, to), Currency::Zar);
        assert_eq!((f.months_charged, f.months), (12, 12));
        let f = PaymentFrequency::of(&lines[3..], (from, to), Currency::Zar);
        assert_eq!((f.months_charged, f.months), (9, 12));
        // The month of the 31st begins on the last day of a shorter one.
        let one = [line("2026-02-28", EntryType::Invoice, 100)];
        let f = PaymentFrequency::of(&one, (d("2026-01-31"), d("2026-03-30")), Currency::Zar);
        assert_eq!((f.months_charged, f.months), (1, 2));
    }

    #[test]
    fn nothing_paid_and_nothing_charged_is_nothing_and_no_zero_of_a_gap() {
        let f = PaymentFrequency::of(&[], (d("2026-01-31"), d("2026-02-01")), Currency::Zar);
        assert_eq!(
            (f.payments, f.median_gap_days, f.monthly_charge, f.months),
            (0, None, None, 1)
        );
        assert_eq!(median(vec![1, 2]), Some(2));
        assert_eq!(median(vec![3, 1, 2]), Some(2));
    }
}
