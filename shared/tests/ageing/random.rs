//! Random histories, and the definition of the specification written the naive way.

use crate::{d, id};
use chrono::{Datelike, Days, NaiveDate};
use kept_shared::ageing::*;
use kept_shared::ids::EntryId;
use proptest::prelude::*;

/// The definition of the specification, one unit of money at a time: no bucket sums, no sorting tricks.
pub(crate) fn naive(
    items: &[Item],
    settlements: &[Settlement],
    settings: &AgeingRules,
    as_at: NaiveDate,
) -> ([i64; 5], i64, i64) {
    let known: Vec<&Item> = items.iter().filter(|i| i.effective_on <= as_at).collect();
    let mut left: Vec<(NaiveDate, NaiveDate, EntryId, i64)> = known
        .iter()
        .map(|i| {
            let due = if settings.basis == AgeingBasis::DueDate && i.minor > 0 {
                i.due_on
            } else {
                None
            };
            (due.unwrap_or(i.effective_on), i.effective_on, i.id, i.minor)
        })
        .collect();
    for s in settlements.iter().filter(|s| s.effective_on <= as_at) {
        for l in &mut left {
            if l.2 == s.credit {
                l.3 += s.minor;
            }
            if l.2 == s.debit {
                l.3 -= s.minor;
            }
        }
    }
    if settings.credit_policy == CreditPolicy::OldestFirst {
        loop {
            let credit = (0..left.len()).filter(|i| left[*i].3 < 0).min_by_key(|i| left[*i]);
            let debit = (0..left.len()).filter(|i| left[*i].3 > 0).min_by_key(|i| left[*i]);
            let (Some(c), Some(b)) = (credit, debit) else { break };
            left[c].3 += 1;
            left[b].3 -= 1;
        }
    }
    let (mut buckets, mut unallocated, mut not_due) = ([0; 5], 0, 0);
    for (age_from, _, _, minor) in left {
        if minor < 0 && settings.credit_policy != CreditPolicy::OwnDate {
            unallocated += minor;
            continue;
        }
        let bucket = match settings.mode {
            AgeingMode::Calendar => {
                let months = 12 * (as_at.year() - age_from.year()) + as_at.month() as i32 - age_from.month() as i32;
                months.clamp(0, 4) as usize
            }
            AgeingMode::Days => {
                let n = (as_at - age_from).num_days();
                settings
                    .edges
                    .iter()
                    .rposition(|e| n > i64::from(*e))
                    .map_or(0, |i| i + 1)
            }
        };
        buckets[bucket] += minor;
        if age_from > as_at {
            not_due += minor;
        }
    }
    (buckets, unallocated, not_due)
}

pub(crate) fn settings() -> impl Strategy<Value = AgeingRules> {
    let pick = |n: usize| 0..n;
    (pick(2), pick(2), pick(3), pick(3)).prop_map(|(mode, basis, edges, credits)| AgeingRules {
        mode: AgeingMode::ALL[mode],
        basis: AgeingBasis::ALL[basis],
        edges: [AgeingRules::USUAL_EDGES, AgeingRules::THIRTIES, [6, 13, 44, 99]][edges],
        credit_policy: CreditPolicy::ALL[credits],
    })
}

/// Entries over half a year, and allocations that never exceed what they name, at any date.
pub(crate) fn history() -> impl Strategy<Value = (Vec<Item>, Vec<Settlement>)> {
    let entry = (0_u64..200, prop::option::of(-40_i64..60), -60_i64..60);
    let settle = (
        0_usize..12,
        0_usize..12,
        0_u64..60,
        1_i64..80,
        prop::option::of(0_u64..60),
    );
    let undo = prop::collection::vec((0_usize..12, 0_u64..60), 0..3);
    (
        prop::collection::vec(entry, 0..12),
        prop::collection::vec(settle, 0..8),
        undo,
    )
        .prop_map(|(entries, wishes, undo)| {
            let start = d("2025-06-15");
            let mut items: Vec<Item> = entries
                .iter()
                .enumerate()
                .map(|(n, (after, due, minor))| {
                    let on = start + Days::new(*after);
                    Item {
                        id: id(n as u128 + 1),
                        effective_on: on,
                        due_on: due.map(|n| on + chrono::TimeDelta::days(n)),
                        minor: *minor,
                    }
                })
                .collect();
            let mut left: Vec<i64> = items.iter().map(|i| i.minor).collect();
            let mut settlements = vec![];
            for (c, b, after, wish, back) in wishes {
                if c < left.len() && b < left.len() && left[c] < 0 && left[b] > 0 {
                    let minor = wish.min(-left[c]).min(left[b]);
                    let effective_on = items[c].effective_on.max(items[b].effective_on) + Days::new(after);
                    let row = |effective_on, minor| Settlement {
                        credit: items[c].id,
                        debit: items[b].id,
                        effective_on,
                        minor,
                    };
                    settlements.push(row(effective_on, minor));
                    // Re-allocation: taken back later, and kept free, so that nothing is ever set against too much.
                    if let Some(days) = back {
                        settlements.push(row(effective_on + Days::new(days), -minor));
                    }
                    left[c] += minor;
                    left[b] -= minor;
                }
            }
            // Corrections: the exact negative, settled with what it undoes; only of what nothing is set against.
            for (n, after) in undo {
                if n < left.len() && left[n] != 0 && left[n] == items[n].minor {
                    let (undone, on) = (items[n], items[n].effective_on + Days::new(after));
                    let back = Item {
                        id: id(items.len() as u128 + 1),
                        effective_on: on,
                        due_on: None,
                        minor: -undone.minor,
                    };
                    let (credit, debit) = if undone.minor < 0 {
                        (undone.id, back.id)
                    } else {
                        (back.id, undone.id)
                    };
                    let last = settlements
                        .iter()
                        .filter(|s: &&Settlement| s.credit == undone.id || s.debit == undone.id)
                        .map(|s| s.effective_on)
                        .max();
                    settlements.push(Settlement {
                        credit,
                        debit,
                        effective_on: last.map_or(on, |last| last.max(on)),
                        minor: undone.minor.abs(),
                    });
                    left[n] = 0;
                    left.push(0);
                    items.push(back);
                }
            }
            (items, settlements)
        })
}

pub(crate) fn effects(items: &[Item], settlements: &[Settlement], settings: &AgeingRules) -> Vec<Effect> {
    let day = |date: NaiveDate| date.num_days_from_ce();
    let from = |i: &Item| day(settings.age_from(i.effective_on, if i.minor > 0 { i.due_on } else { None }));
    let mut all: Vec<Effect> = items
        .iter()
        .map(|i| match i.minor > 0 {
            true => Effect::debit(day(i.effective_on), from(i), i.minor),
            false => Effect::credit(day(i.effective_on), from(i), i.minor),
        })
        .collect();
    for s in settlements {
        let find = |id| items.iter().find(|i| i.id == id).unwrap();
        all.push(Effect::debit(day(s.effective_on), from(find(s.debit)), -s.minor));
        all.push(Effect::credit(day(s.effective_on), from(find(s.credit)), s.minor));
    }
    all
}
