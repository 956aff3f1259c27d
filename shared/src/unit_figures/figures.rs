//! The figures themselves, from one account's history.

use super::{Ownership, UnitStatus, tie};
use crate::ageing::{AgeingRules, Item, Settlement, age_with_items};
use crate::dates::days_past_due;
use crate::ids::{ClaimId, EntryId, UnitId};
use crate::ledger::EntryType;
use crate::levies::{Frequency, Period, Schedule, recurring};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// An entry as far as figures of units need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitEntry {
    pub item: Item,
    pub kind: EntryType,
    pub unit: Option<UnitId>,
    pub claim: Option<ClaimId>,
    /// The period its claim is for: then it is a recurring charge.
    pub period: Option<Period>,
    pub reverses: Option<EntryId>,
}

/// A customer's whole history with its units.
#[derive(Clone, Debug, Default)]
pub struct UnitHistory {
    pub entries: Vec<UnitEntry>,
    pub settlements: Vec<Settlement>,
    pub owned: Vec<Ownership>,
    pub schedules: Vec<(UnitId, Schedule)>,
}

/// Figures in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub recurring: Option<(i64, Frequency)>,
    pub next_due_on: Option<NaiveDate>,
    pub last_payment_on: Option<NaiveDate>,
    pub paid_to: Option<NaiveDate>,
    pub days_past_due: Option<i64>,
    pub amount_due: i64,
    pub not_due: i64,
    pub credit: i64,
}

impl Figures {
    pub const fn balance(&self) -> i64 {
        self.amount_due + self.not_due + self.credit
    }
    /// Behind by a day or more (spec (d) 3).
    pub const fn status(&self) -> UnitStatus {
        match self.days_past_due {
            Some(_) => UnitStatus::Delinquent,
            None => UnitStatus::Current,
        }
    }
    /// Adds what is open of an entry as at a day. A debit without due date is due on its own.
    pub fn add(&mut self, open: OpenPart, as_at: NaiveDate, tolerance: i64) {
        if open.minor < 0 {
            self.credit += open.minor;
            return;
        }
        if open.due_on > as_at {
            self.not_due += open.minor;
        } else {
            self.amount_due += open.minor;
        }
        self.next_due_on = earliest(self.next_due_on, Some(open.due_on));
        if open.minor > tolerance {
            let days = days_past_due(open.due_on, as_at);
            self.days_past_due = self.days_past_due.max((days >= 1).then_some(days));
        }
    }
    /// Sums of several; the account is as far behind as the worst of them. What recurs adds up where it recurs alike.
    pub fn total<'f>(all: impl IntoIterator<Item = &'f Self>) -> Self {
        let mut total = Self::default();
        let mut mixed = false;
        for f in all {
            total.amount_due += f.amount_due;
            total.not_due += f.not_due;
            total.credit += f.credit;
            total.next_due_on = earliest(total.next_due_on, f.next_due_on);
            total.last_payment_on = total.last_payment_on.max(f.last_payment_on);
            total.days_past_due = total.days_past_due.max(f.days_past_due);
            match (total.recurring, f.recurring) {
                (Some((a, x)), Some((b, y))) if x == y => total.recurring = Some((a + b, x)),
                (Some(_), Some(_)) => mixed = true,
                (None, more) => total.recurring = more,
                (Some(_), None) => {}
            }
        }
        if mixed {
            total.recurring = None;
        }
        total
    }
}

/// What is open of one entry: positive for a debit, negative for a credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenPart {
    pub due_on: NaiveDate,
    pub minor: i64,
}

fn earliest(a: Option<NaiveDate>, b: Option<NaiveDate>) -> Option<NaiveDate> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// Every unit of a customer that is owned, has a schedule or carries money, and under `None` what is not tied to one.
/// The balances add up to the account's as at that day.
///
/// `tolerance`: open amounts up to so many minor units do not make a unit delinquent.
pub fn unit_figures(
    history: &UnitHistory,
    rules: &AgeingRules,
    as_at: NaiveDate,
    tolerance: i64,
) -> BTreeMap<Option<UnitId>, Figures> {
    let items: Vec<Item> = history.entries.iter().map(|e| e.item).collect();
    let (_, open) = age_with_items(&items, &history.settlements, rules, as_at);
    let open: HashMap<EntryId, i64> = open.iter().map(|o| (o.id, o.minor)).collect();
    let known: Vec<&UnitEntry> = history
        .entries
        .iter()
        .filter(|e| e.item.effective_on <= as_at)
        .collect();
    let unit_of: HashMap<EntryId, Option<UnitId>> = known
        .iter()
        .map(|e| (e.item.id, tie(&history.owned, e.unit, e.item.effective_on)))
        .collect();
    let undone: HashSet<EntryId> = known.iter().filter_map(|e| e.reverses).collect();

    let mut all: BTreeMap<Option<UnitId>, Figures> = BTreeMap::new();
    for unit in history.owned.iter().map(|o| o.unit) {
        all.entry(Some(unit)).or_default();
    }
    for e in &known {
        if let Some(minor) = open.get(&e.item.id) {
            let part = OpenPart {
                due_on: e.item.due_on.unwrap_or(e.item.effective_on),
                minor: *minor,
            };
            let unit = unit_of.get(&e.item.id).copied().flatten();
            all.entry(unit).or_default().add(part, as_at, tolerance);
        }
    }
    for (unit, on) in payments(history, &known, &unit_of, &undone, as_at) {
        let figures = all.entry(unit).or_default();
        figures.last_payment_on = figures.last_payment_on.max(Some(on));
    }
    let mut charged: HashMap<UnitId, HashSet<NaiveDate>> = HashMap::new();
    for (unit, periods) in periods(&known, &unit_of, &undone, &open) {
        all.entry(unit).or_default().paid_to = paid_to(&periods);
        if let Some(unit) = unit {
            charged.entry(unit).or_default().extend(periods.keys().map(|p| p.from));
        }
    }
    let owned_now = |unit| history.owned.iter().any(|o| o.unit == unit && o.holds_on(as_at));
    for (unit, figures) in &mut all {
        let Some(unit) = unit.filter(|u| owned_now(*u)) else {
            continue;
        };
        let of_unit = || history.schedules.iter().filter(|(u, _)| *u == unit).map(|(_, s)| s);
        figures.recurring = recurring(of_unit(), as_at);
        if figures.next_due_on.is_none() {
            let none = HashSet::new();
            let charged = charged.get(&unit).unwrap_or(&none);
            let next = of_unit().filter_map(|s| s.next(as_at, |from| charged.contains(&from)));
            figures.next_due_on = next.map(|due| due.due_on).min();
        }
    }
    all
}

/// (unit, paid on) of payments not undone: a payment is on the unit it is tied to, and on every unit whose debits it was
/// allocated to.
fn payments(
    history: &UnitHistory,
    known: &[&UnitEntry],
    unit_of: &HashMap<EntryId, Option<UnitId>>,
    undone: &HashSet<EntryId>,
    as_at: NaiveDate,
) -> Vec<(Option<UnitId>, NaiveDate)> {
    let mut allocated: HashMap<EntryId, BTreeMap<EntryId, i64>> = HashMap::new();
    for s in history.settlements.iter().filter(|s| s.effective_on <= as_at) {
        *allocated.entry(s.credit).or_default().entry(s.debit).or_default() += s.minor;
    }
    let mut found = vec![];
    let paid = known
        .iter()
        .filter(|e| e.kind == EntryType::Payment && e.item.minor < 0 && !undone.contains(&e.item.id));
    for e in paid {
        let on = e.item.effective_on;
        let own = unit_of.get(&e.item.id).copied().flatten();
        let debits = allocated
            .get(&e.item.id)
            .into_iter()
            .flatten()
            .filter(|(_, minor)| **minor > 0);
        let mut units: BTreeSet<UnitId> = debits
            .filter_map(|(debit, _)| unit_of.get(debit).copied().flatten())
            .collect();
        units.extend(own);
        if units.is_empty() {
            found.push((None, on));
        }
        found.extend(units.into_iter().map(|unit| (Some(unit), on)));
    }
    found
}

/// What is open of each period charged and not undone, by unit.
fn periods(
    known: &[&UnitEntry],
    unit_of: &HashMap<EntryId, Option<UnitId>>,
    undone: &HashSet<EntryId>,
    open: &HashMap<EntryId, i64>,
) -> BTreeMap<Option<UnitId>, BTreeMap<Period, i64>> {
    let mut all: BTreeMap<Option<UnitId>, BTreeMap<Period, i64>> = BTreeMap::new();
    for e in known
        .iter()
        .filter(|e| e.kind == EntryType::Invoice && !undone.contains(&e.item.id))
    {
        if let Some(period) = e.period {
            let unit = unit_of.get(&e.item.id).copied().flatten();
            let left = all.entry(unit).or_default().entry(period).or_default();
            *left += open.get(&e.item.id).copied().unwrap_or_default();
        }
    }
    all
}

/// The last day of the last period that is paid with all before it; else the day before the first (spec (d) 4). Never a
/// day of a period that is open, where periods of different lengths lie beside each other.
pub fn paid_to(periods: &BTreeMap<Period, i64>) -> Option<NaiveDate> {
    let paid = periods
        .iter()
        .take_while(|(_, open)| **open == 0)
        .map(|(p, _)| p.to)
        .max();
    let first_open = periods.iter().find(|(_, open)| **open != 0);
    match (paid, first_open.and_then(|(p, _)| p.from.pred_opt())) {
        (Some(paid), Some(before_open)) => Some(paid.min(before_open)),
        (paid, before_open) => paid.or(before_open),
    }
}
