//! What must hold of every history.

use crate::d;
use crate::random::{effects, history, naive, settings};
use chrono::Days;
use kept_shared::ageing::*;
use proptest::prelude::*;

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
        let mut held = Effects::default();
        let place = held.add(&mut effects(&items, &settlements, &settings));
        let quick = age_effects(held.of(place), &Edges::new(&settings, as_at));
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
