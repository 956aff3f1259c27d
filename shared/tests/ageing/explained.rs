//! A figure explained is the figure, down to the cent.

use crate::random::{history, settings};
use crate::{d, id, item, plain};
use chrono::Days;
use kept_shared::ageing::*;
use kept_shared::explain::{Part, belongs, explain};
use kept_shared::journal::{Figure, PartBy};
use proptest::prelude::*;

#[test]
fn what_stands_against_a_debit_is_named_with_its_day_and_how_it_came() {
    let items = [
        item(1, "2026-08-01", None, 1_000),
        item(2, "2026-08-15", None, -300),
        item(3, "2026-10-01", None, 500),
        item(4, "2026-11-05", None, -750),
    ];
    let settlements = [Settlement {
        credit: id(4),
        debit: id(3),
        effective_on: d("2026-11-05"),
        minor: 400,
    }];
    let all = explain(&items, &settlements, &plain(), d("2026-11-22"));
    let part = |other, minor, on, by| Part {
        other: id(other),
        minor,
        on: d(on),
        by,
    };
    let of = |n| all.iter().find(|e| e.id == id(n)).unwrap();
    assert_eq!(
        of(1).parts,
        [
            part(2, 300, "2026-08-15", PartBy::SetOff),
            part(4, 350, "2026-11-05", PartBy::SetOff)
        ]
    );
    assert_eq!((of(1).open, of(1).figure), (350, Figure::D90));
    assert_eq!(of(3).parts, [part(4, 400, "2026-11-05", PartBy::Allocation)]);
    assert_eq!((of(3).open, of(3).figure), (100, Figure::D30));
    assert_eq!((of(2).open, of(4).open), (0, 0));
    let before = explain(&items, &settlements, &plain(), d("2026-11-04"));
    assert_eq!(before.len(), 3, "what comes later does not exist yet");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn every_column_is_the_sum_of_what_is_open_in_it((items, settlements) in history(), settings in settings(), after in 0_u64..420) {
        let as_at = d("2025-06-15") + Days::new(after);
        let (aged, open) = age_with_items(&items, &settlements, &settings, as_at);
        let all = explain(&items, &settlements, &settings, as_at);
        let sum = |figure| all.iter().filter(|e| belongs(e, figure)).map(|e| e.open).sum::<i64>();
        let columns = [Figure::Current, Figure::D30, Figure::D60, Figure::D90, Figure::D120].map(sum);
        prop_assert_eq!(columns, aged.buckets());
        prop_assert_eq!((sum(Figure::Unallocated), sum(Figure::NotDue), sum(Figure::Balance)), (aged.unallocated, aged.not_due, aged.total));
        for e in &all {
            let parts: i64 = e.parts.iter().map(|p| p.minor).sum();
            prop_assert_eq!(e.minor - e.minor.signum() * parts, e.open, "amount less parts is what is open");
            prop_assert!(e.parts.iter().all(|p| p.minor > 0 && p.on <= as_at));
            prop_assert_eq!(open.iter().find(|o| o.id == e.id).map_or(0, |o| o.minor), e.open);
            // Seen from the other side it is the same.
            for p in &e.parts {
                let other = all.iter().find(|o| o.id == p.other).unwrap();
                prop_assert!(other.parts.iter().any(|o| o.other == e.id && o.minor == p.minor && o.on == p.on && o.by == p.by));
            }
        }
    }
}
