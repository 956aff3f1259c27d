//! Figures of units: hand-worked cases of the specification ((d) 3 and 4), and a naive reference over random histories.

#![expect(clippy::unwrap_used, reason = "a fault in a test is a failed test")]
#![expect(
    clippy::inconsistent_digit_grouping,
    reason = "cents stand apart: 1_000_00 is 1,000.00"
)]

use chrono::{Days, NaiveDate};
use kept_shared::ageing::*;
use kept_shared::ids::{EntryId, UnitId};
use kept_shared::ledger::EntryType;
use kept_shared::levies::{DueRule, Frequency, Period, Schedule};
use kept_shared::money::Currency;
use kept_shared::unit_figures::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn d(s: &str) -> NaiveDate {
    s.parse().unwrap()
}
fn id(n: u128) -> EntryId {
    EntryId(uuid::Uuid::from_u128(n))
}
fn unit(n: u128) -> UnitId {
    UnitId(uuid::Uuid::from_u128(n))
}
fn rules(credit_policy: CreditPolicy) -> AgeingRules {
    AgeingRules {
        mode: AgeingMode::Calendar,
        basis: AgeingBasis::DueDate,
        edges: AgeingRules::USUAL_EDGES,
        credit_policy,
    }
}
fn entry(n: u128, kind: EntryType, on: &str, due: Option<&str>, minor: i64, of: Option<u128>) -> UnitEntry {
    UnitEntry {
        item: Item {
            id: id(n),
            effective_on: d(on),
            due_on: due.map(d),
            minor,
        },
        kind,
        unit: of.map(unit),
        claim: None,
        period: None,
        reverses: None,
    }
}
/// A monthly levy of 100.00 for a month, due on the seventh.
fn levy(n: u128, month: &str, of: u128) -> UnitEntry {
    let from = d(&format!("{month}-01"));
    let to = from.checked_add_months(chrono::Months::new(1)).unwrap() - Days::new(1);
    let mut e = entry(
        n,
        EntryType::Invoice,
        &from.to_string(),
        Some(&format!("{month}-07")),
        100_00,
        Some(of),
    );
    e.period = Some(Period { from, to });
    e
}
fn owner(of: u128) -> Ownership {
    Ownership {
        unit: unit(of),
        from_on: d("2020-01-01"),
        to_on: None,
    }
}
fn schedule() -> Schedule {
    Schedule {
        frequency: Frequency::Monthly,
        first_on: d("2026-01-01"),
        ends_on: None,
        charge_day: 1,
        due: DueRule::OnDay(7),
        currency: Currency::Zar,
        amounts: vec![(d("2026-01-01"), 100_00)],
    }
}
fn of(history: &UnitHistory, n: u128, as_at: &str) -> Figures {
    unit_figures(history, &rules(CreditPolicy::OldestFirst), d(as_at), 0)[&Some(unit(n))]
}

#[test]
fn days_past_due_count_from_the_due_date_and_are_blank_when_current() {
    let mut history = UnitHistory {
        entries: vec![entry(
            1,
            EntryType::Invoice,
            "2026-03-01",
            Some("2026-03-15"),
            100_00,
            Some(1),
        )],
        owned: vec![owner(1)],
        ..UnitHistory::default()
    };
    let at = |h: &UnitHistory, day: &str| of(h, 1, day).days_past_due;
    // Spec (d) 3: due 15 March, as at 1 April: 17. The due date is day 0 and shows nothing.
    assert_eq!(at(&history, "2026-04-01"), Some(17));
    assert_eq!(at(&history, "2026-03-16"), Some(1));
    assert_eq!(at(&history, "2026-03-15"), None);
    assert_eq!(of(&history, 1, "2026-03-15").amount_due, 100_00);
    assert_eq!(
        (
            of(&history, 1, "2026-03-14").amount_due,
            of(&history, 1, "2026-03-14").not_due
        ),
        (0, 100_00)
    );
    // A back-dated payment changes what was so then.
    history
        .entries
        .push(entry(2, EntryType::Payment, "2026-03-20", None, -100_00, Some(1)));
    assert_eq!(at(&history, "2026-03-19"), Some(4));
    assert_eq!(at(&history, "2026-04-01"), None);
    assert_eq!(of(&history, 1, "2026-04-01").status(), UnitStatus::Current);
}

#[test]
fn little_amounts_do_not_make_a_unit_delinquent() {
    let history = UnitHistory {
        entries: vec![
            entry(1, EntryType::Invoice, "2026-01-01", None, 50, Some(1)),
            entry(2, EntryType::Invoice, "2026-03-01", None, 51, Some(1)),
        ],
        owned: vec![owner(1)],
        ..UnitHistory::default()
    };
    let at = |tolerance| {
        unit_figures(&history, &rules(CreditPolicy::OldestFirst), d("2026-03-11"), tolerance)[&Some(unit(1))]
    };
    assert_eq!(at(0).days_past_due, Some(69));
    assert_eq!(at(50).days_past_due, Some(10));
    assert_eq!(at(51).days_past_due, None);
    assert_eq!(at(51).amount_due, 101, "what is owed is owed");
}

#[test]
fn one_unit_may_be_current_and_another_delinquent() {
    let pay = entry(9, EntryType::Payment, "2026-02-01", None, -100_00, None);
    let mut history = UnitHistory {
        entries: vec![levy(1, "2026-01", 1), levy(2, "2026-01", 2), pay],
        settlements: vec![Settlement {
            credit: id(9),
            debit: id(2),
            effective_on: d("2026-02-01"),
            minor: 100_00,
        }],
        owned: vec![owner(1), owner(2)],
        ..UnitHistory::default()
    };
    let (one, two) = (of(&history, 1, "2026-02-10"), of(&history, 2, "2026-02-10"));
    assert_eq!(
        (one.status(), one.days_past_due, one.balance()),
        (UnitStatus::Delinquent, Some(34), 100_00)
    );
    assert_eq!(
        (two.status(), two.days_past_due, two.balance()),
        (UnitStatus::Current, None, 0)
    );
    // The payment names no unit, but it paid the second.
    assert_eq!(
        (one.last_payment_on, two.last_payment_on),
        (None, Some(d("2026-02-01")))
    );
    // Returned by the bank, it is no payment any more.
    let mut back = entry(10, EntryType::Chargeback, "2026-02-05", None, 100_00, None);
    back.reverses = Some(id(9));
    history.entries.push(back);
    history.settlements.push(Settlement {
        minor: -100_00,
        ..history.settlements[0]
    });
    history.settlements.push(Settlement {
        credit: id(9),
        debit: id(10),
        effective_on: d("2026-02-05"),
        minor: 100_00,
    });
    let two = of(&history, 2, "2026-02-10");
    assert_eq!(
        (two.days_past_due, two.last_payment_on, two.paid_to),
        (Some(34), None, Some(d("2025-12-31")))
    );
    assert_eq!(
        of(&history, 2, "2026-02-04").last_payment_on,
        None,
        "taken back on its own date already"
    );
}

#[test]
fn paid_to_is_the_end_of_the_last_period_paid_with_all_before_it() {
    let base = UnitHistory {
        entries: vec![levy(1, "2026-01", 1), levy(2, "2026-02", 1), levy(3, "2026-03", 1)],
        owned: vec![owner(1)],
        ..UnitHistory::default()
    };
    let paid = |minor: i64, to: &[(u128, i64)]| {
        let mut h = base.clone();
        if minor != 0 {
            h.entries
                .push(entry(9, EntryType::Payment, "2026-03-10", None, -minor, Some(1)));
        }
        h.settlements = to
            .iter()
            .map(|(debit, minor)| Settlement {
                credit: id(9),
                debit: id(*debit),
                effective_on: d("2026-03-10"),
                minor: *minor,
            })
            .collect();
        of(&h, 1, "2026-03-20").paid_to.unwrap().to_string()
    };
    assert_eq!(paid(0, &[]), "2025-12-31", "none: the day before the first open one");
    assert_eq!(paid(99_99, &[]), "2025-12-31");
    assert_eq!(paid(100_00, &[]), "2026-01-31");
    assert_eq!(paid(250_00, &[]), "2026-02-28");
    assert_eq!(paid(300_00, &[]), "2026-03-31");
    assert_eq!(
        paid(200_00, &[(2, 100_00), (3, 100_00)]),
        "2025-12-31",
        "a gap stops it"
    );
    assert_eq!(paid(200_00, &[(1, 100_00), (3, 100_00)]), "2026-01-31");
    // Fees and interest do not move it.
    let mut h = base.clone();
    h.entries
        .push(entry(4, EntryType::Fee, "2026-01-02", None, 50_00, Some(1)));
    h.entries
        .push(entry(5, EntryType::Interest, "2026-01-03", None, 5_00, Some(1)));
    h.entries
        .push(entry(9, EntryType::Payment, "2026-03-10", None, -300_00, Some(1)));
    h.settlements = [1, 2, 3]
        .map(|debit| Settlement {
            credit: id(9),
            debit: id(debit),
            effective_on: d("2026-03-10"),
            minor: 100_00,
        })
        .to_vec();
    let f = of(&h, 1, "2026-03-20");
    assert_eq!((f.paid_to, f.amount_due), (Some(d("2026-03-31")), 55_00));
    assert_eq!(f.next_due_on, Some(d("2026-01-02")));
    // A charge that was reversed is no period that was paid.
    let mut back = entry(6, EntryType::Adjustment, "2026-03-12", None, -100_00, Some(1));
    back.reverses = Some(id(3));
    h.entries.push(back);
    assert_eq!(of(&h, 1, "2026-03-20").paid_to, Some(d("2026-02-28")));
    assert_eq!(of(&h, 1, "2026-03-11").paid_to, Some(d("2026-03-31")));
}

#[test]
fn periods_of_several_lengths_promise_no_day_that_is_open() {
    let p = |from: &str, to: &str| Period {
        from: d(from),
        to: d(to),
    };
    let at = |periods: &[(Period, i64)]| {
        paid_to(&periods.iter().copied().collect::<BTreeMap<_, _>>()).map(|d| d.to_string())
    };
    let (jan, feb, quarter) = (
        p("2026-01-01", "2026-01-31"),
        p("2026-02-01", "2026-02-28"),
        p("2026-01-01", "2026-03-31"),
    );
    assert_eq!(at(&[]), None);
    assert_eq!(at(&[(jan, 0), (feb, 1), (quarter, 0)]).as_deref(), Some("2026-01-31"));
    assert_eq!(at(&[(jan, 0), (feb, 0), (quarter, 1)]).as_deref(), Some("2025-12-31"));
    assert_eq!(at(&[(jan, 0), (feb, 0), (quarter, 0)]).as_deref(), Some("2026-03-31"));
}

#[test]
fn the_next_due_date_is_of_what_is_open_else_of_what_is_scheduled() {
    let mut history = UnitHistory {
        entries: vec![levy(1, "2026-01", 1)],
        owned: vec![owner(1)],
        schedules: vec![(unit(1), schedule())],
        ..UnitHistory::default()
    };
    let at = |h: &UnitHistory, day: &str| {
        (
            of(h, 1, day).next_due_on.map(|d| d.to_string()),
            of(h, 1, day).recurring,
        )
    };
    let hundred = Some((100_00, Frequency::Monthly));
    assert_eq!(at(&history, "2026-01-20"), (Some("2026-01-07".into()), hundred));
    history
        .entries
        .push(entry(2, EntryType::Payment, "2026-01-05", None, -100_00, Some(1)));
    assert_eq!(
        at(&history, "2026-01-05"),
        (Some("2026-02-07".into()), hundred),
        "January is charged and paid"
    );
    assert_eq!(at(&history, "2025-12-31"), (Some("2026-01-07".into()), None));
    // A former owner owes what is open, but nothing more will fall due.
    history.owned[0].to_on = Some(d("2026-01-31"));
    assert_eq!(at(&history, "2026-02-01"), (None, None));
}

#[test]
fn what_names_no_unit_belongs_to_the_only_one_or_to_none() {
    let mut history = UnitHistory {
        entries: vec![
            entry(1, EntryType::Invoice, "2026-01-01", None, 70_00, None),
            entry(2, EntryType::Invoice, "2026-01-01", None, 30_00, Some(1)),
        ],
        owned: vec![owner(1)],
        ..UnitHistory::default()
    };
    assert_eq!(of(&history, 1, "2026-02-01").balance(), 100_00);
    history.owned.push(owner(2));
    let all = unit_figures(&history, &rules(CreditPolicy::OldestFirst), d("2026-02-01"), 0);
    assert_eq!(all[&None].balance(), 70_00);
    assert_eq!(all[&Some(unit(1))].balance(), 30_00);
    assert_eq!(all[&Some(unit(2))], Figures::default());
    let total = Figures::total(all.values());
    assert_eq!((total.balance(), total.days_past_due), (100_00, Some(31)));
}

/// The naive way: one pass over the days and units for each question, on what is open according to `age_with_items`.
fn naive(
    history: &UnitHistory,
    rules: &AgeingRules,
    as_at: NaiveDate,
    of: Option<UnitId>,
) -> (i64, i64, Option<i64>, Option<NaiveDate>) {
    let items: Vec<Item> = history.entries.iter().map(|e| e.item).collect();
    let (_, open) = age_with_items(&items, &history.settlements, rules, as_at);
    let open_of = |e: &UnitEntry| open.iter().find(|o| o.id == e.item.id).map_or(0, |o| o.minor);
    let mine: Vec<&UnitEntry> = history
        .entries
        .iter()
        .filter(|e| e.item.effective_on <= as_at && tie(&history.owned, e.unit, e.item.effective_on) == of)
        .collect();
    let due = |e: &UnitEntry| e.item.due_on.unwrap_or(e.item.effective_on);
    let balance = mine.iter().map(|e| open_of(e)).sum();
    let amount_due = mine
        .iter()
        .filter(|e| open_of(e) > 0 && due(e) <= as_at)
        .map(|e| open_of(e))
        .sum();
    let oldest = mine.iter().filter(|e| open_of(e) > 0).map(|e| due(e)).min();
    let past_due = oldest.map(|o| (as_at - o).num_days()).filter(|days| *days >= 1);
    let mut charged: Vec<(Period, i64)> = mine
        .iter()
        .filter(|e| {
            !history
                .entries
                .iter()
                .any(|r| r.reverses == Some(e.item.id) && r.item.effective_on <= as_at)
        })
        .filter_map(|e| Some((e.period?, open_of(e))))
        .collect();
    charged.sort();
    // The day before the first period is always paid; each period paid in turn moves it on.
    let mut paid_to = charged.first().and_then(|(p, _)| p.from.pred_opt());
    for (p, _) in &charged {
        if charged.iter().any(|(q, left)| q <= p && *left != 0) {
            break;
        }
        paid_to = Some(p.to);
    }
    (balance, amount_due, past_due, paid_to)
}

/// A random history of two or three units with monthly charges, fees, payments, allocations and reversals.
fn histories() -> impl Strategy<Value = UnitHistory> {
    let line = (
        0_u8..10,
        0_i64..400,
        prop::option::of(1_u128..=3),
        1_i64..400_00,
        0_i64..40,
        any::<u16>(),
    );
    (prop::collection::vec(line, 1..40), 1_usize..=3, any::<bool>()).prop_map(|(lines, units, sold)| {
        let start = d("2025-01-01");
        let mut history = UnitHistory {
            owned: (1..=units as u128).map(owner).collect(),
            ..UnitHistory::default()
        };
        if sold {
            history.owned[0].to_on = Some(d("2025-07-15"));
        }
        // At most one charge for a unit and month, as the runs see to it.
        let mut months: std::collections::HashSet<(Option<u128>, i64)> = std::collections::HashSet::new();
        for (n, (what, day, of, minor, due, pick)) in lines.into_iter().enumerate() {
            let n = n as u128 + 1;
            let on = (start + Days::new(day as u64)).to_string();
            let due_on = (start + Days::new((day + due) as u64)).to_string();
            match what {
                0..=3 => {
                    let month = day / 31;
                    let Some(of) = of.filter(|of| months.insert((Some(*of), month))) else {
                        continue;
                    };
                    let mut e = levy(
                        n,
                        &d(&format!("2025-{:02}-01", month % 12 + 1)).format("%Y-%m").to_string(),
                        of,
                    );
                    if month >= 12 {
                        continue;
                    }
                    e.item.minor = minor;
                    history.entries.push(e);
                }
                4 => history
                    .entries
                    .push(entry(n, EntryType::Fee, &on, Some(&due_on), minor, of)),
                5..=7 => history
                    .entries
                    .push(entry(n, EntryType::Payment, &on, None, -minor, of)),
                8 => {
                    // Set a credit against a debit as far as both reach.
                    let left = |e: &UnitEntry, h: &UnitHistory| {
                        e.item.minor.abs()
                            - h.settlements
                                .iter()
                                .filter(|s| s.credit == e.item.id || s.debit == e.item.id)
                                .map(|s| s.minor)
                                .sum::<i64>()
                    };
                    let pick = pick as usize;
                    let credits: Vec<&UnitEntry> = history
                        .entries
                        .iter()
                        .filter(|e| e.item.minor < 0 && left(e, &history) > 0)
                        .collect();
                    let debits: Vec<&UnitEntry> = history
                        .entries
                        .iter()
                        .filter(|e| e.item.minor > 0 && left(e, &history) > 0)
                        .collect();
                    if credits.is_empty() || debits.is_empty() {
                        continue;
                    }
                    let (credit, debit) = (credits[pick % credits.len()], debits[pick / 7 % debits.len()]);
                    let settled = Settlement {
                        credit: credit.item.id,
                        debit: debit.item.id,
                        effective_on: credit.item.effective_on.max(debit.item.effective_on) + Days::new(due as u64),
                        minor: minor.min(left(credit, &history)).min(left(debit, &history)),
                    };
                    history.settlements.push(settled);
                }
                _ => {
                    // Undo an entry that nothing is allocated to or from.
                    let free: Vec<UnitEntry> = history
                        .entries
                        .iter()
                        .filter(|e| {
                            e.reverses.is_none()
                                && !history
                                    .settlements
                                    .iter()
                                    .any(|s| s.credit == e.item.id || s.debit == e.item.id)
                        })
                        .copied()
                        .collect();
                    let Some(undone) = free.get(pick as usize % free.len().max(1)) else {
                        continue;
                    };
                    let later = (undone.item.effective_on + Days::new(due as u64)).to_string();
                    let mut back = entry(n, undone.kind.reversed_by(), &later, None, -undone.item.minor, None);
                    back.unit = undone.unit;
                    back.reverses = Some(undone.item.id);
                    let (credit, debit) = if undone.item.minor < 0 {
                        (undone.item.id, back.item.id)
                    } else {
                        (back.item.id, undone.item.id)
                    };
                    history.settlements.push(Settlement {
                        credit,
                        debit,
                        effective_on: d(&later),
                        minor: undone.item.minor.abs(),
                    });
                    history.entries.push(back);
                }
            }
        }
        history
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn units_and_what_is_tied_to_none_add_up_on_every_day(history in histories(), day in 0_u64..480, policy in 0_usize..3) {
        let rules = rules([CreditPolicy::OldestFirst, CreditPolicy::OwnDate, CreditPolicy::Separate][policy]);
        let as_at = d("2025-01-01") + Days::new(day);
        let all = unit_figures(&history, &rules, as_at, 0);
        let balance: i64 = history.entries.iter().filter(|e| e.item.effective_on <= as_at).map(|e| e.item.minor).sum();
        prop_assert_eq!(Figures::total(all.values()).balance(), balance);
        let items: Vec<Item> = history.entries.iter().map(|e| e.item).collect();
        let aged = age(&items, &history.settlements, &rules, as_at);
        let worst = aged.oldest_due.map(|o| (as_at - o).num_days()).filter(|days| *days >= 1);
        prop_assert_eq!(Figures::total(all.values()).days_past_due, worst, "the account is as late as its worst unit");
        for (unit, f) in &all {
            let (balance, due, past_due, paid) = naive(&history, &rules, as_at, *unit);
            prop_assert_eq!(f.balance(), balance);
            prop_assert_eq!(f.amount_due, due);
            prop_assert_eq!(f.days_past_due, past_due);
            prop_assert_eq!(f.paid_to, paid);
            prop_assert_eq!(f.status() == UnitStatus::Delinquent, past_due.is_some());
        }
    }
}
