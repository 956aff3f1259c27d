//! Ageing: vectors of the specification, hand-worked cases, and a naive reference over random histories.

#![expect(clippy::unwrap_used, reason = "a fault in a test is a failed test")]
#![expect(
    clippy::inconsistent_digit_grouping,
    reason = "cents stand apart: 1_000_00 is 1,000.00"
)]

use chrono::{Days, NaiveDate};
use kept_shared::ageing::*;
use kept_shared::ids::EntryId;

mod explained;
mod properties;
mod random;

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
    // Six columns, exactly as the source has them.
    let six = age(&items, &[], &days(wide), d("2017-12-31")).six();
    assert_eq!(six, [500_00, 1_000_00, 2_000_00, 4_000_00, 8_000_00, 160_000_00]);
    let held = days_held([days(wide), days(wide)].iter()).unwrap();
    assert_eq!(held[0], (None, Some(30)));
    assert_eq!(held[3..], [(Some(91), Some(120)), (Some(121), None)]);
    assert_eq!(
        days_held([days(AgeingRules::USUAL_EDGES)].iter()),
        None,
        "the usual words fit"
    );
    assert_eq!(
        days_held([days(wide), plain()].iter()),
        None,
        "no one heading fits both"
    );
    assert_eq!(days_held([].iter()), None);
}

#[test]
fn what_is_paid_in_instalments_ages_by_each_instalment() {
    // ERPNext 13007: one invoice of 1,000 payable in four parts. An instalment is an entry of the claim with its own
    // due date; a part paid later comes off the oldest.
    let parts: Vec<Item> = (0..4)
        .map(|n| {
            let due = ["2018-01-31", "2018-02-28", "2018-03-31", "2018-04-30"][n];
            item(n as u128 + 1, "2018-01-15", Some(due), 250_00)
        })
        .collect();
    let at = |items: &[Item], as_at: &str| age(items, &[], &days(AgeingRules::USUAL_EDGES), d(as_at));
    let march = at(&parts, "2018-03-15");
    assert_eq!(
        march.buckets(),
        [500_00, 250_00, 250_00, 0, 0],
        "not all of it by the first or last date"
    );
    assert_eq!((march.not_due, march.oldest_due), (500_00, Some(d("2018-01-31"))));
    let mut paid = parts.clone();
    paid.push(item(9, "2018-03-10", None, -300_00));
    let march = at(&paid, "2018-03-15");
    assert_eq!(
        (march.buckets(), march.oldest_due),
        ([500_00, 200_00, 0, 0, 0], Some(d("2018-02-28")))
    );
    assert_eq!(at(&paid, "2018-08-01").buckets(), [0, 0, 0, 0, 700_00]);
    let by_transaction = AgeingRules {
        basis: AgeingBasis::TransactionDate,
        ..days(AgeingRules::USUAL_EDGES)
    };
    assert_eq!(
        age(&parts, &[], &by_transaction, d("2018-03-15")).buckets(),
        [0, 0, 1_000_00, 0, 0],
        "by transaction date they are one age"
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
