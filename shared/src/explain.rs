//! What a figure is made of: every entry open as at a day and what stands against each, by the same rules as
//! [`crate::ageing::age`]. Pure.

use crate::ageing::{AgeingRules, CreditPolicy, Item, Settlement};
use crate::ids::EntryId;
use crate::journal::{Figure, PartBy};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

/// Credit that stands against a debit, seen from one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The entry on the other side.
    pub other: EntryId,
    /// Positive.
    pub minor: i64,
    /// Since when: the last allocation of the pair, or the later of the two entries.
    pub on: NaiveDate,
    pub by: PartBy,
}

/// An entry with what stands against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    pub id: EntryId,
    pub age_from: NaiveDate,
    /// The column its open amount stands in.
    pub figure: Figure,
    /// Aged from a day after the as-at date: also part of what is not yet due.
    pub is_not_due: bool,
    /// Positive: a debit.
    pub minor: i64,
    pub parts: Vec<Part>,
    /// Amount less parts, with the entry's sign.
    pub open: i64,
}

const COLUMNS: [Figure; 5] = [Figure::Current, Figure::D30, Figure::D60, Figure::D90, Figure::D120];

/// Every entry that exists as at a day, oldest first. Σ `open` of a column is the column's figure in
/// [`crate::ageing::age`]; Σ of all is the balance.
pub fn explain(items: &[Item], settlements: &[Settlement], rules: &AgeingRules, as_at: NaiveDate) -> Vec<Explained> {
    let mut all: Vec<(NaiveDate, Explained)> = items
        .iter()
        .filter(|item| item.effective_on <= as_at && item.minor != 0)
        .map(|item| {
            let due_on = if item.minor > 0 { item.due_on } else { None };
            let age_from = rules.age_from(item.effective_on, due_on);
            let entry = Explained {
                id: item.id,
                age_from,
                figure: Figure::Unallocated,
                is_not_due: false,
                minor: item.minor,
                parts: vec![],
                open: item.minor,
            };
            (item.effective_on, entry)
        })
        .collect();
    all.sort_unstable_by_key(|(on, e)| (e.age_from, *on, e.id));
    let place: HashMap<EntryId, usize> = all.iter().enumerate().map(|(n, (_, e))| (e.id, n)).collect();
    let mut pairs: BTreeMap<(usize, usize), (i64, NaiveDate)> = BTreeMap::new();
    for s in settlements.iter().filter(|s| s.effective_on <= as_at) {
        if let (Some(credit), Some(debit)) = (place.get(&s.credit), place.get(&s.debit)) {
            let pair = pairs.entry((*credit, *debit)).or_insert((0, s.effective_on));
            pair.0 += s.minor;
            pair.1 = pair.1.max(s.effective_on);
        }
    }
    for ((credit, debit), (minor, on)) in pairs {
        if minor != 0 {
            join(&mut all, (credit, debit), minor, on, PartBy::Allocation);
        }
    }
    if rules.credit_policy == CreditPolicy::OldestFirst {
        set_off(&mut all);
    }
    all.into_iter()
        .map(|(_, mut e)| {
            let in_column = e.minor > 0 || rules.credit_policy == CreditPolicy::OwnDate;
            if in_column {
                e.figure = COLUMNS[rules.bucket(e.age_from, as_at)];
                e.is_not_due = e.age_from > as_at;
            }
            e
        })
        .collect()
}

fn join(all: &mut [(NaiveDate, Explained)], (credit, debit): (usize, usize), minor: i64, on: NaiveDate, by: PartBy) {
    let (credit_id, debit_id) = (all[credit].1.id, all[debit].1.id);
    let part = |other| Part { other, minor, on, by };
    all[credit].1.open += minor;
    all[credit].1.parts.push(part(debit_id));
    all[debit].1.open -= minor;
    all[debit].1.parts.push(part(credit_id));
}

/// The oldest credit goes to the oldest debit until one side is used up.
fn set_off(all: &mut [(NaiveDate, Explained)]) {
    let (mut credit, mut debit) = (0, 0);
    while credit < all.len() && debit < all.len() {
        if all[credit].1.open >= 0 {
            credit += 1;
        } else if all[debit].1.open <= 0 {
            debit += 1;
        } else {
            let minor = all[debit].1.open.min(-all[credit].1.open);
            let on = all[credit].0.max(all[debit].0);
            join(all, (credit, debit), minor, on, PartBy::SetOff);
        }
    }
}

/// Whether an entry belongs to a figure.
pub fn belongs(e: &Explained, figure: Figure) -> bool {
    match figure {
        Figure::Balance => true,
        Figure::NotDue => e.is_not_due,
        Figure::Current | Figure::D30 | Figure::D60 | Figure::D90 | Figure::D120 | Figure::Unallocated => {
            e.figure == figure
        }
    }
}
