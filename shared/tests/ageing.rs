//! Ageing: vectors of the specification, hand-worked cases, and a naive reference over random histories.

#![expect(clippy::unwrap_used, reason = "a fault in a test is a failed test")]
#![expect(
    clippy::inconsistent_digit_grouping,
    reason = "cents stand apart: 1_000_00 is 1,000.00"
)]

use chrono::{Datelike, Days, NaiveDate};
use kept_shared::ageing::*;
use kept_shared::ids::EntryId;
use proptest::prelude::*;

/// By due date in calendar months, oldest first.
fn plain() -> AgeingRules {
    AgeingRules {
        mode: AgeingMode::Calendar,
        basis: AgeingBasis::DueDate,
        edges: AgeingRules::USUAL_EDGES,
        credit_policy: CreditPolicy::OldestFirst,
    }
}
fn d(s: &str) -> NaiveDate {
    s.parse().unwrap()
}
fn id(n: u128) -> EntryId {
    EntryId(uuid::Uuid::from_u128(n))
}
fn item(n: u128, on: &str, due: Option<&str>, minor: i64) -> Item {
    Item {
        id: id(n),
        effective_on: d(on),
        due_on: due.map(d),
        minor,
    }
}
fn days(edges: [i32; 4]) -> AgeingRules {
    AgeingRules {
        mode: AgeingMode::Days,
        edges,
        ..plain()
    }
}

#[test]
fn calendar_mode_ages_by_the_change_of_month() {
    // WeconnectU: an invoice of 29 November.
    let settings = plain();
    let at = |as_at: &str| age(&[item(1, "2025-11-29", None, 100)], &[], &settings, d(as_at)).buckets();
    assert_eq!(at("2025-11-30"), [100, 0, 0, 0, 0]);
    assert_eq!(at("2025-12-01"), [0, 100, 0, 0, 0]);
    assert_eq!(at("2026-01-01"), [0, 0, 100, 0, 0]);
    assert_eq!(at("2026-02-01"), [0, 0, 0, 100, 0]);
    assert_eq!(at("2026-03-01"), [0, 0, 0, 0, 100]);
    assert_eq!(at("2025-11-28"), [0, 0, 0, 0, 0], "not posted yet");
}

#[test]
fn days_past_due_are_counted_from_the_due_date_whatever_ages_the_debt() {
    let by_transaction = AgeingRules {
        basis: AgeingBasis::TransactionDate,
        ..plain()
    };
    let items = [
        item(1, "2026-09-01", Some("2026-09-07"), 100),
        item(2, "2026-10-20", None, 50),
        item(3, "2026-11-01", Some("2026-11-07"), 70),
        item(4, "2026-11-02", None, -100),
    ];
    let settled = |minor| Settlement {
        credit: id(4),
        debit: id(1),
        effective_on: d("2026-11-02"),
        minor,
    };
    let oldest =
        |items: &[Item], settled: &[Settlement]| age(items, settled, &by_transaction, d("2026-11-22")).oldest_due;
    assert_eq!(oldest(&items[..1], &[]), Some(d("2026-09-07")));
    // Paid in full it does not count any more; one without a due date is due on its own.
    assert_eq!(oldest(&items, &[settled(100)]), Some(d("2026-10-20")));
    assert_eq!(
        oldest(&items, &[]),
        Some(d("2026-10-20")),
        "the credit stands against the oldest"
    );
    assert_eq!(oldest(&items[2..3], &[]), Some(d("2026-11-07")));
    assert_eq!(oldest(&items[3..], &[]), None);
}

#[test]
fn days_mode_ages_by_the_due_date() {
    // OCA 2017, six columns there: its "120" and "older" are both 120+ in five columns.
    let items = [
        item(1, "2017-12-15", Some("2018-01-15"), 500_00),
        item(2, "2017-11-15", Some("2017-12-15"), 1_000_00),
        item(3, "2017-10-15", Some("2017-11-15"), 2_000_00),
        item(4, "2017-09-15", Some("2017-10-15"), 4_000_00),
        item(5, "2017-08-15", Some("2017-09-15"), 8_000_00),
        item(6, "2017-07-15", Some("2017-08-15"), 160_000_00),
    ];
    let aged = age(&items, &[], &days(AgeingRules::USUAL_EDGES), d("2017-12-31"));
    assert_eq!(aged.buckets(), [500_00, 1_000_00, 2_000_00, 4_000_00, 168_000_00]);
    assert_eq!(aged.not_due, 500_00);
    assert_eq!(aged.total, 175_500_00);
    assert_eq!(aged.oldest_due, Some(d("2017-08-15")));
    // With edges one bucket apart the older columns separate as in the source.
    let wide = [30, 60, 90, 120];
    assert_eq!(
        age(&items, &[], &days(wide), d("2017-12-31")).buckets(),
        [1_500_00, 2_000_00, 4_000_00, 8_000_00, 160_000_00]
    );
}

#[test]
fn a_later_payment_does_not_change_an_earlier_month() {
    // OCA 2019, A = 30 April: 1,000 credit in February, 5 x 10,000 in March, 100,000 in April, 49,000 paid in May.
    let mut items = vec![
        item(1, "2019-02-10", None, -1_000_00),
        item(7, "2019-04-05", None, 100_000_00),
        item(8, "2019-05-03", None, -49_000_00),
    ];
    items.extend((2..7).map(|n| item(n, "2019-03-05", None, 10_000_00)));
    let at = |credits, as_at: &str| {
        let settings = AgeingRules {
            credit_policy: credits,
            ..plain()
        };
        age(&items, &[], &settings, d(as_at))
    };
    let own = at(CreditPolicy::OwnDate, "2019-04-30");
    assert_eq!(
        (own.buckets(), own.total),
        ([100_000_00, 50_000_00, -1_000_00, 0, 0], 149_000_00)
    );
    let fifo = at(CreditPolicy::OldestFirst, "2019-04-30");
    assert_eq!(
        (fifo.buckets(), fifo.total),
        ([100_000_00, 49_000_00, 0, 0, 0], 149_000_00)
    );
    let apart = at(CreditPolicy::Separate, "2019-04-30");
    assert_eq!(
        (apart.buckets(), apart.unallocated, apart.total),
        ([100_000_00, 50_000_00, 0, 0, 0], -1_000_00, 149_000_00)
    );
    let may = at(CreditPolicy::OldestFirst, "2019-05-31");
    assert_eq!((may.buckets(), may.total), ([0, 100_000_00, 0, 0, 0], 100_000_00));
}

#[test]
fn an_item_without_due_date_uses_its_own_date() {
    let items = [item(1, "2021-01-01", None, 100)];
    for basis in [AgeingBasis::DueDate, AgeingBasis::TransactionDate] {
        let settings = AgeingRules {
            basis,
            ..days(AgeingRules::USUAL_EDGES)
        };
        assert_eq!(
            age(&items, &[], &settings, d("2021-02-15")).buckets(),
            [0, 0, 100, 0, 0]
        );
    }
}

#[test]
fn the_basis_decides_which_date_counts() {
    let items = [item(1, "2025-01-01", Some("2025-03-01"), 100)];
    let at = |basis| {
        let settings = AgeingRules {
            basis,
            ..days(AgeingRules::USUAL_EDGES)
        };
        age(&items, &[], &settings, d("2025-02-15"))
    };
    assert_eq!(
        (at(AgeingBasis::DueDate).buckets(), at(AgeingBasis::DueDate).not_due),
        ([100, 0, 0, 0, 0], 100)
    );
    let by_transaction = at(AgeingBasis::TransactionDate);
    assert_eq!(
        (by_transaction.buckets(), by_transaction.not_due),
        ([0, 0, 100, 0, 0], 0)
    );
}

#[test]
fn a_reversal_counts_from_its_own_date() {
    let items = [
        item(1, "2025-01-10", None, 100),
        item(2, "2025-01-20", None, -100),
        item(3, "2025-02-05", None, 100),
    ];
    // The payment settled the levy, the returned payment took that back and is settled with the payment.
    let settle = |credit, debit, on: &str, minor| Settlement {
        credit: id(credit),
        debit: id(debit),
        effective_on: d(on),
        minor,
    };
    let settlements = [
        settle(2, 1, "2025-01-20", 100),
        settle(2, 1, "2025-02-05", -100),
        settle(2, 3, "2025-02-05", 100),
    ];
    let at = |as_at: &str| age_with_items(&items, &settlements, &plain(), d(as_at));
    assert_eq!(at("2025-01-15").0.current, 100);
    assert_eq!(at("2025-01-31").0.total, 0);
    let (aged, open) = at("2025-02-28");
    assert_eq!(
        aged.buckets(),
        [0, 100, 0, 0, 0],
        "the levy is open again, as old as it is"
    );
    assert_eq!(
        open,
        [OpenItem {
            id: id(1),
            age_from: d("2025-01-10"),
            minor: 100
        }]
    );
}

#[test]
fn explicit_allocations_come_before_oldest_first() {
    let items = [
        item(1, "2025-10-01", None, 100),
        item(2, "2026-02-01", Some("2026-02-07"), 100),
        item(3, "2026-02-10", None, -150),
    ];
    let to_the_younger = [Settlement {
        credit: id(3),
        debit: id(2),
        effective_on: d("2026-02-10"),
        minor: 100,
    }];
    let settings = days(AgeingRules::THIRTIES);
    assert_eq!(age(&items, &[], &settings, d("2026-02-28")).buckets(), [50, 0, 0, 0, 0]);
    assert_eq!(
        age(&items, &to_the_younger, &settings, d("2026-02-28")).buckets(),
        [0, 0, 0, 0, 50]
    );
}

#[test]
fn exact_edges_in_days() {
    for (edges, past_due, bucket) in [
        (AgeingRules::USUAL_EDGES, 0, 0),
        (AgeingRules::USUAL_EDGES, 1, 1),
        (AgeingRules::USUAL_EDGES, 30, 1),
        (AgeingRules::USUAL_EDGES, 31, 2),
        (AgeingRules::USUAL_EDGES, 60, 2),
        (AgeingRules::USUAL_EDGES, 61, 3),
        (AgeingRules::USUAL_EDGES, 90, 3),
        (AgeingRules::USUAL_EDGES, 91, 4),
        (AgeingRules::THIRTIES, 29, 0),
        (AgeingRules::THIRTIES, 30, 1),
        (AgeingRules::THIRTIES, 119, 3),
        (AgeingRules::THIRTIES, 120, 4),
    ] {
        let as_at = d("2026-02-28");
        let due = as_at - Days::new(past_due);
        assert_eq!(days(edges).bucket(due, as_at), bucket, "{edges:?} {past_due}");
    }
}

// ---- random histories ------------------------------------------------------------------------------------------

/// The definition of the specification, one unit of money at a time: no bucket sums, no sorting tricks.
fn naive(items: &[Item], settlements: &[Settlement], settings: &AgeingRules, as_at: NaiveDate) -> ([i64; 5], i64, i64) {
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

fn settings() -> impl Strategy<Value = AgeingRules> {
    let pick = |n: usize| 0..n;
    (pick(2), pick(2), pick(3), pick(3)).prop_map(|(mode, basis, edges, credits)| AgeingRules {
        mode: AgeingMode::ALL[mode],
        basis: AgeingBasis::ALL[basis],
        edges: [AgeingRules::USUAL_EDGES, AgeingRules::THIRTIES, [6, 13, 44, 99]][edges],
        credit_policy: CreditPolicy::ALL[credits],
    })
}

/// Entries over half a year, and allocations that never exceed what they name, at any date.
fn history() -> impl Strategy<Value = (Vec<Item>, Vec<Settlement>)> {
    let entry = (0_u64..200, prop::option::of(-40_i64..60), -60_i64..60);
    let settle = (0_usize..12, 0_usize..12, 0_u64..60, 1_i64..80);
    (prop::collection::vec(entry, 0..12), prop::collection::vec(settle, 0..8)).prop_map(|(entries, wishes)| {
        let start = d("2025-06-15");
        let items: Vec<Item> = entries
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
        for (c, b, after, wish) in wishes {
            if c < left.len() && b < left.len() && left[c] < 0 && left[b] > 0 {
                let minor = wish.min(-left[c]).min(left[b]);
                left[c] += minor;
                left[b] -= minor;
                settlements.push(Settlement {
                    credit: items[c].id,
                    debit: items[b].id,
                    effective_on: items[c].effective_on.max(items[b].effective_on) + Days::new(after),
                    minor,
                });
            }
        }
        (items, settlements)
    })
}

fn effects(items: &[Item], settlements: &[Settlement], settings: &AgeingRules) -> Vec<Effect> {
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn agrees_with_the_definition((items, settlements) in history(), settings in settings(), after in 0_u64..420) {
        let as_at = d("2025-06-15") + Days::new(after);
        let (aged, open) = age_with_items(&items, &settlements, &settings, as_at);
        let (buckets, unallocated, not_due) = naive(&items, &settlements, &settings, as_at);
        prop_assert_eq!(aged.buckets(), buckets);
        prop_assert_eq!((aged.unallocated, aged.not_due), (unallocated, not_due));
        prop_assert!(aged.adds_up());
        let balance: i64 = items.iter().filter(|i| i.effective_on <= as_at).map(|i| i.minor).sum();
        prop_assert_eq!(aged.total, balance, "the report equals the ledger");
        prop_assert_eq!(open.iter().map(|o| o.minor).sum::<i64>(), balance, "so do the open items");
        prop_assert!(open.iter().all(|o| o.minor != 0));
        let quick = age_effects(&effects(&items, &settlements, &settings), &Edges::new(&settings, as_at));
        prop_assert_eq!((quick.buckets(), quick.unallocated, quick.not_due, quick.total),
                        (buckets, unallocated, not_due, balance));
    }

    #[test]
    fn figures_hold_until_the_day_named_and_change_is_never_missed(
        (items, settlements) in history(), settings in settings(), after in 0_u64..300, ahead in 1_u64..200,
    ) {
        let as_at = d("2025-06-15") + Days::new(after);
        let later = as_at + Days::new(ahead);
        let (now, open) = age_with_items(&items, &settlements, &settings, as_at);
        let then = age(&items, &settlements, &settings, later);
        if now.valid_until.is_none_or(|until| later <= until) {
            prop_assert_eq!((now.buckets(), now.unallocated, now.not_due), (then.buckets(), then.unallocated, then.not_due));
        }
        if now.next_movement.is_none_or(|m| m > later) {
            let from_open = age_open(&open, &settings, later);
            prop_assert_eq!((from_open.buckets(), from_open.unallocated, from_open.not_due, now.oldest_due),
                            (then.buckets(), then.unallocated, then.not_due, then.oldest_due));
        }
    }

    #[test]
    fn the_range_of_a_bucket_is_what_falls_into_it(settings in settings(), after in 0_u64..800, back in -200_i64..400) {
        let as_at = d("2024-01-01") + Days::new(after);
        let date = as_at - chrono::TimeDelta::days(back);
        let bucket = settings.bucket(date, as_at);
        let (first, last) = settings.range(bucket, as_at);
        prop_assert!(first.is_none_or(|f| f <= date) && last.is_none_or(|l| date <= l));
    }
}
