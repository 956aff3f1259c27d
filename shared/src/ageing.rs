//! Who owes what and for how long (spec F, (d) 1). Pure and exact, in minor units.
//!
//! Entries and allocations dated after the as-at date do not exist for it. Explicit allocations come off first; then,
//! under the FIFO policy, what is left of the credits goes to the oldest debits. Always: Σ buckets + unallocated =
//! total = Σ amounts.

use crate::dates::{calendar_months_between, month_start};
use crate::ids::EntryId;
use crate::money::{Currency, Money};
use chrono::{Months, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

mod effects;

pub use crate::communities::{AgeingBasis, AgeingMode, AgeingRules, CreditPolicy};
pub use effects::{Edges, Effect, Effects, age_effects, last_payment};

impl AgeingRules {
    /// Thirty days past due begin the 30-day bucket.
    pub const THIRTIES: [i32; 4] = [29, 59, 89, 119];
    /// Bucket 0 (current) to 4 (120+) of a debit aged from `age_from`.
    pub fn bucket(&self, age_from: NaiveDate, as_at: NaiveDate) -> usize {
        match self.mode {
            AgeingMode::Calendar => usize::try_from(calendar_months_between(age_from, as_at).clamp(0, 4)).unwrap_or(0),
            AgeingMode::Days => {
                let days = (as_at - age_from).num_days();
                self.edges.iter().filter(|edge| days > i64::from(**edge)).count()
            }
        }
    }
    /// The first date after `as_at` on which an amount aged from `age_from` is shown elsewhere: in the next bucket,
    /// or no longer as not yet due. `None`: never again.
    pub fn next_change(&self, age_from: NaiveDate, as_at: NaiveDate) -> Option<NaiveDate> {
        if age_from > as_at {
            return Some(age_from);
        }
        match self.mode {
            AgeingMode::Calendar if self.bucket(age_from, as_at) == 4 => None,
            AgeingMode::Calendar => month_start(as_at).checked_add_months(Months::new(1)),
            AgeingMode::Days => {
                let last = self.edges.get(self.bucket(age_from, as_at))?;
                age_from.checked_add_signed(TimeDelta::days(i64::from(*last) + 1))
            }
        }
    }
    /// The date an entry is aged from.
    pub fn age_from(&self, effective_on: NaiveDate, due_on: Option<NaiveDate>) -> NaiveDate {
        match self.basis {
            // Items without due date use the transaction date.
            AgeingBasis::DueDate => due_on.unwrap_or(effective_on),
            AgeingBasis::TransactionDate => effective_on,
        }
    }
    /// The oldest date bucket `n` holds as at a date, and the youngest; `None` where the bucket is open-ended.
    /// For labels and for finding the items behind a figure.
    pub fn range(&self, bucket: usize, as_at: NaiveDate) -> (Option<NaiveDate>, Option<NaiveDate>) {
        match self.mode {
            AgeingMode::Calendar => {
                let start = |back: u32| month_start(as_at).checked_sub_months(Months::new(back));
                let n = u32::try_from(bucket).unwrap_or(4);
                let first = if bucket >= 4 { None } else { start(n) };
                let last = if bucket == 0 {
                    None
                } else {
                    start(n - 1).and_then(|d| d.pred_opt())
                };
                (first, last)
            }
            AgeingMode::Days => {
                let last_day = |i: usize| self.edges.get(i).map(|e| i64::from(*e));
                let back = |days: i64| as_at.checked_sub_signed(TimeDelta::days(days));
                let first = last_day(bucket).and_then(back);
                let last = bucket.checked_sub(1).and_then(last_day).and_then(|e| back(e + 1));
                (first, last)
            }
        }
    }
}

/// The days past due one column holds, first and last; `None` is open-ended.
pub type DaysHeld = (Option<i32>, Option<i32>);

/// What the five columns hold, where all these communities count the same days and not the usual thirties: their
/// headings. `None`: the usual words fit, or no one heading fits all.
pub fn days_held<'r>(mut rules: impl Iterator<Item = &'r AgeingRules>) -> Option<[DaysHeld; 5]> {
    let first = rules.next()?;
    let usual = [AgeingRules::USUAL_EDGES, AgeingRules::THIRTIES].contains(&first.edges);
    let alike = rules.all(|r| (r.mode, r.edges) == (first.mode, first.edges));
    if first.mode == AgeingMode::Calendar || usual || !alike {
        return None;
    }
    Some(first.day_ranges())
}

/// An entry as far as ageing is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    pub id: EntryId,
    pub effective_on: NaiveDate,
    pub due_on: Option<NaiveDate>,
    /// Positive: a debit. Negative: a credit.
    pub minor: i64,
}

/// An allocation as far as ageing is concerned. A negative amount takes back an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
    pub credit: EntryId,
    pub debit: EntryId,
    pub effective_on: NaiveDate,
    pub minor: i64,
}

/// What is open of an entry as at a date: positive for a debit, negative for a credit, never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenItem {
    pub id: EntryId,
    pub age_from: NaiveDate,
    pub minor: i64,
}

/// An account's age analysis in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Aged {
    pub current: i64,
    pub d30: i64,
    pub d60: i64,
    pub d90: i64,
    pub d120: i64,
    /// Credit that stands against no debit; zero or negative.
    pub unallocated: i64,
    /// The part of `current` whose date lies after the as-at date. Not part of the sum.
    pub not_due: i64,
    /// Buckets plus unallocated: the balance.
    pub total: i64,
    /// The oldest due date of a debit still open, whatever it is aged from; one without is due on its own date. Days past
    /// due are counted from it (spec (d) 3).
    pub oldest_due: Option<NaiveDate>,
    /// The last date on which the same history gives the same figures; `None`: for good.
    pub valid_until: Option<NaiveDate>,
    /// First entry or allocation dated after the as-at date.
    pub next_movement: Option<NaiveDate>,
}

impl Aged {
    pub const fn buckets(&self) -> [i64; 5] {
        [self.current, self.d30, self.d60, self.d90, self.d120]
    }
    fn from_buckets(buckets: [i64; 5], unallocated: i64) -> Self {
        let [current, d30, d60, d90, d120] = buckets;
        let total = buckets.iter().sum::<i64>() + unallocated;
        Self {
            current,
            d30,
            d60,
            d90,
            d120,
            unallocated,
            total,
            ..Self::default()
        }
    }
    /// Six columns: not due yet, the rest of current, 30, 60, 90, 120 (spec (d) 1). Σ with unallocated = total as well.
    pub const fn six(&self) -> [i64; 6] {
        let due = self.current - self.not_due;
        [self.not_due, due, self.d30, self.d60, self.d90, self.d120]
    }
    /// Whether the sum holds: Σ buckets + unallocated = total.
    pub fn adds_up(&self) -> bool {
        self.buckets().iter().sum::<i64>() + self.unallocated == self.total
    }
    /// Field-wise sum of figures; dates are left out.
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            current: self.current + other.current,
            d30: self.d30 + other.d30,
            d60: self.d60 + other.d60,
            d90: self.d90 + other.d90,
            d120: self.d120 + other.d120,
            unallocated: self.unallocated + other.unallocated,
            not_due: self.not_due + other.not_due,
            total: self.total + other.total,
            oldest_due: None,
            valid_until: None,
            next_movement: None,
        }
    }
}

/// [`Aged`] as it travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgedMoney {
    pub current: Money,
    pub d30: Money,
    pub d60: Money,
    pub d90: Money,
    pub d120: Money,
    pub unallocated: Money,
    /// Of which not yet due; part of `current`.
    pub not_due: Money,
    pub total: Money,
}

impl AgedMoney {
    pub fn of(aged: &Aged, currency: Currency) -> Self {
        let money = |minor| Money::new(minor, currency);
        Self {
            current: money(aged.current),
            d30: money(aged.d30),
            d60: money(aged.d60),
            d90: money(aged.d90),
            d120: money(aged.d120),
            unallocated: money(aged.unallocated),
            not_due: money(aged.not_due),
            total: money(aged.total),
        }
    }
    /// Current without what is not due yet: the second of six ages.
    pub const fn due_part(&self) -> Money {
        Money::new(self.current.minor - self.not_due.minor, self.current.currency)
    }
}

/// Ages one account from its whole history.
///
/// Oldest first means by (basis date, effective date, entry id). Allocations naming an entry that is not in `items`
/// are ignored: the posting function lets none in.
pub fn age(items: &[Item], settlements: &[Settlement], settings: &AgeingRules, as_at: NaiveDate) -> Aged {
    age_with_items(items, settlements, settings, as_at).0
}

/// As [`age`], with what is open of each entry, oldest first.
pub fn age_with_items(
    items: &[Item],
    settlements: &[Settlement],
    settings: &AgeingRules,
    as_at: NaiveDate,
) -> (Aged, Vec<OpenItem>) {
    struct Open {
        age_from: NaiveDate,
        due: NaiveDate,
        effective_on: NaiveDate,
        id: EntryId,
        minor: i64,
    }
    let mut next_movement: Option<NaiveDate> = None;
    let mut later = |date: NaiveDate| next_movement = Some(next_movement.map_or(date, |n| n.min(date)));
    let mut open: Vec<Open> = Vec::with_capacity(items.len());
    for item in items {
        if item.effective_on > as_at {
            later(item.effective_on);
        } else if item.minor != 0 {
            // A credit has no due date of its own: it is as old as it is.
            let due_on = if item.minor > 0 { item.due_on } else { None };
            open.push(Open {
                age_from: settings.age_from(item.effective_on, due_on),
                due: due_on.unwrap_or(item.effective_on),
                effective_on: item.effective_on,
                id: item.id,
                minor: item.minor,
            });
        }
    }
    if !settlements.is_empty() {
        let place: HashMap<EntryId, usize> = open.iter().enumerate().map(|(i, o)| (o.id, i)).collect();
        for s in settlements {
            if s.effective_on > as_at {
                later(s.effective_on);
            } else if let (Some(credit), Some(debit)) = (place.get(&s.credit), place.get(&s.debit)) {
                open[*credit].minor += s.minor;
                open[*debit].minor -= s.minor;
            }
        }
    }
    open.retain(|o| o.minor != 0);
    open.sort_unstable_by_key(|o| (o.age_from, o.effective_on, o.id));
    if settings.credit_policy == CreditPolicy::OldestFirst {
        let mut pool: i64 = open.iter().map(|o| o.minor.min(0)).sum();
        let credit = pool;
        for o in open.iter_mut().filter(|o| o.minor > 0) {
            let taken = o.minor.min(-pool);
            o.minor -= taken;
            pool += taken;
        }
        // The credits are used up in the same order.
        let mut used = pool - credit;
        for o in open.iter_mut().filter(|o| o.minor < 0) {
            let taken = used.min(-o.minor);
            o.minor += taken;
            used -= taken;
        }
    }
    let oldest_due = open.iter().filter(|o| o.minor > 0).map(|o| o.due).min();
    let open: Vec<OpenItem> = open
        .into_iter()
        .filter(|o| o.minor != 0)
        .map(|o| OpenItem {
            id: o.id,
            age_from: o.age_from,
            minor: o.minor,
        })
        .collect();
    let mut aged = age_open(&open, settings, as_at);
    aged.oldest_due = oldest_due;
    aged.next_movement = next_movement;
    let day_before = next_movement.and_then(|d| d.pred_opt());
    aged.valid_until = match (aged.valid_until, day_before) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    (aged, open)
}

/// Ages what is open. Enough on a new day, as long as no entry or allocation became effective since; the oldest due date,
/// which then stays what it was, is not known from here.
pub fn age_open(open: &[OpenItem], settings: &AgeingRules, as_at: NaiveDate) -> Aged {
    let (mut buckets, mut unallocated, mut not_due) = ([0_i64; 5], 0, 0);
    let mut next: Option<NaiveDate> = None;
    for item in open {
        let in_bucket = item.minor > 0 || settings.credit_policy == CreditPolicy::OwnDate;
        if !in_bucket {
            unallocated += item.minor;
            continue;
        }
        buckets[settings.bucket(item.age_from, as_at)] += item.minor;
        if item.age_from > as_at {
            not_due += item.minor;
        }
        if let Some(change) = settings.next_change(item.age_from, as_at) {
            next = Some(next.map_or(change, |n| n.min(change)));
        }
    }
    Aged {
        not_due,
        valid_until: next.and_then(|d| d.pred_opt()),
        ..Aged::from_buckets(buckets, unallocated)
    }
}
