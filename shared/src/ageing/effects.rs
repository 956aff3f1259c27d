//! Ageing a whole book as at any date from memory: what each entry and allocation does to its account's figures.

use super::{Aged, AgeingRules, CreditPolicy};
use chrono::{Datelike, NaiveDate};
use std::ops::Range;

/// One effect of an entry or allocation. An allocation is two of them: it takes from its debit's age and gives back to
/// its credit's. Days are chrono's day numbers, amounts minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The day it counts from.
    pub on: i32,
    pub age_from: i32,
    kind: Kind,
    pub minor: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Debit = 0,
    Credit = 1,
    Payment = 2,
}

impl Effect {
    pub const fn debit(on: i32, age_from: i32, minor: i64) -> Self {
        Self::of(on, age_from, Kind::Debit, minor)
    }
    pub const fn credit(on: i32, age_from: i32, minor: i64) -> Self {
        Self::of(on, age_from, Kind::Credit, minor)
    }
    /// A credit that came in as a payment and was not undone.
    pub const fn payment(on: i32, age_from: i32, minor: i64) -> Self {
        Self::of(on, age_from, Kind::Payment, minor)
    }
    const fn of(on: i32, age_from: i32, kind: Kind, minor: i64) -> Self {
        Self {
            on,
            age_from,
            kind,
            minor,
        }
    }
    pub fn is_credit(self) -> bool {
        self.kind != Kind::Debit
    }
    pub fn is_payment(self) -> bool {
        self.kind == Kind::Payment
    }
    /// Effects alike in this are one effect of their sum, on every day.
    fn key(&self) -> (i32, i32, Kind) {
        (self.on, self.age_from, self.kind)
    }
}

/// Effects of many accounts, held in 8 bytes each: 16 bits for each of the days, 2 for the kind, 29 for the amount. What
/// does not fit (before 1900, after June 2079, beyond 2.6 million in a currency of hundredths) is held beside them.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    small: Vec<u64>,
    large: Vec<Effect>,
}

/// 1 January 1900.
const FIRST_DAY: i32 = 693_596;
/// Half of what 29 bits hold.
const ZERO: i64 = 1 << 28;
const LARGE: u64 = 1 << 63;

fn packed(e: &Effect) -> Option<u64> {
    let day = |day: i32| u16::try_from(day.checked_sub(FIRST_DAY)?).ok().map(u64::from);
    let amount = u64::try_from(e.minor.checked_add(ZERO)?)
        .ok()
        .filter(|a| a >> 29 == 0)?;
    Some(day(e.on)? << 47 | day(e.age_from)? << 31 | (e.kind as u64) << 29 | amount)
}

fn unpacked(small: u64) -> Effect {
    let day = |bits: u64| FIRST_DAY + i32::from((bits & 0xFFFF) as u16);
    let kind = match small >> 29 & 3 {
        0 => Kind::Debit,
        1 => Kind::Credit,
        _ => Kind::Payment,
    };
    let amount = (small & ((1 << 29) - 1)).cast_signed() - ZERO;
    Effect::of(day(small >> 47), day(small >> 31), kind, amount)
}

impl Effects {
    /// Adds those of one account, what is alike as one; says where they are.
    pub fn add(&mut self, account: &mut [Effect]) -> Range<usize> {
        let start = self.small.len();
        account.sort_unstable_by_key(Effect::key);
        for alike in account.chunk_by(|a, b| a.key() == b.key()) {
            let Some(first) = alike.first() else { continue };
            let minor = alike.iter().map(|e| e.minor).sum();
            let sum = Effect { minor, ..*first };
            // A payment is known by its day, whatever is left of it.
            if minor == 0 && !sum.is_payment() {
                continue;
            }
            let small = packed(&sum).unwrap_or_else(|| {
                self.large.push(sum);
                LARGE | (self.large.len() as u64 - 1)
            });
            self.small.push(small);
        }
        start..self.small.len()
    }
    /// Those of one account, in the order of the days they count from.
    pub fn of(&self, place: Range<usize>) -> impl Iterator<Item = Effect> + Clone + '_ {
        let small = self.small.get(place).unwrap_or_default();
        small.iter().filter_map(|small| match small & LARGE {
            0 => Some(unpacked(*small)),
            _ => self.large.get(usize::try_from(small & !LARGE).ok()?).copied(),
        })
    }
    /// Memory it takes.
    pub fn bytes(&self) -> usize {
        size_of_val(self.small.as_slice()) + size_of_val(self.large.as_slice())
    }
    /// Gives back what was reserved and not used.
    pub fn shrink(&mut self) {
        self.small.shrink_to_fit();
        self.large.shrink_to_fit();
    }
    pub fn len(&self) -> usize {
        self.small.len()
    }
    pub fn is_empty(&self) -> bool {
        self.small.is_empty()
    }
}

/// The latest payment on or before a day and what came in on it, positive. `undone_later` are payments that were
/// undone, but only after that day: (on, amount).
pub fn last_payment(
    effects: impl Iterator<Item = Effect>,
    as_at: i32,
    undone_later: impl Iterator<Item = (i32, i64)>,
) -> Option<(i32, i64)> {
    let payments = effects
        .filter(|e| e.is_payment() && e.on <= as_at)
        .map(|e| (e.on, -e.minor));
    payments.chain(undone_later).fold(None, |last, (on, minor)| match last {
        Some((day, sum)) if day == on => Some((day, sum + minor)),
        Some((day, _)) if day > on => last,
        Some(_) | None => Some((on, minor)),
    })
}

/// Where the buckets begin as at one date, in day numbers: the same for every account, so worked out once.
#[derive(Clone, Copy, Debug)]
pub struct Edges {
    as_at: i32,
    /// The youngest day number that is already in bucket 1, 2, 3, 4.
    upto: [i32; 4],
    credit_policy: CreditPolicy,
}

impl Edges {
    pub fn new(settings: &AgeingRules, as_at: NaiveDate) -> Self {
        let upto = [1, 2, 3, 4].map(|b| settings.range(b, as_at).1.map_or(i32::MIN, |d| d.num_days_from_ce()));
        Self {
            as_at: as_at.num_days_from_ce(),
            upto,
            credit_policy: settings.credit_policy,
        }
    }
    fn bucket(&self, age_from: i32) -> usize {
        self.upto.iter().filter(|last| age_from <= **last).count()
    }
}

/// Ages one account from its effects. Gives the same figures as [`super::age`] (not its dates): buckets are ordered by
/// age, so setting credit off against bucket sums equals setting it off item by item.
pub fn age_effects(effects: impl Iterator<Item = Effect>, edges: &Edges) -> Aged {
    // Index 5 holds what is not yet due: it is set off last.
    let (mut sums, mut pool) = ([0_i64; 6], 0_i64);
    for e in effects.filter(|e| e.on <= edges.as_at) {
        if e.is_credit() && edges.credit_policy != CreditPolicy::OwnDate {
            pool += e.minor;
        } else if e.age_from > edges.as_at {
            sums[5] += e.minor;
        } else {
            sums[edges.bucket(e.age_from)] += e.minor;
        }
    }
    if edges.credit_policy == CreditPolicy::OldestFirst {
        for i in [4, 3, 2, 1, 0, 5] {
            let taken = sums[i].min(-pool);
            sums[i] -= taken;
            pool += taken;
        }
    }
    let [current, d30, d60, d90, d120, not_due] = sums;
    Aged {
        not_due,
        ..Aged::from_buckets([current + not_due, d30, d60, d90, d120], pool)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_effect() -> impl Strategy<Value = Effect> {
        let day = prop_oneof![8 => 730_000..740_000, 1 => 600_000..800_000];
        let minor = prop_oneof![6 => -500_000_i64..500_000, 1 => -ZERO - 2..-ZERO + 2, 1 => ZERO - 2..ZERO + 2, 1 => -9_000_000_000_000_i64..9_000_000_000_000];
        (day.clone(), day, 0..3, minor).prop_map(|(on, from, kind, minor)| match kind {
            0 => Effect::debit(on, from, minor),
            1 => Effect::credit(on, from, minor),
            _ => Effect::payment(on, from, -minor.abs() - 1),
        })
    }

    proptest! {
        #[test]
        fn whatever_is_held_comes_back(accounts in prop::collection::vec(prop::collection::vec(any_effect(), 0..12), 1..4)) {
            let mut held = Effects::default();
            let places: Vec<Range<usize>> = accounts.iter().map(|a| held.add(&mut a.clone())).collect();
            for (effects, place) in accounts.iter().zip(places) {
                let mut wanted: std::collections::BTreeMap<(i32, i32, Kind), i64> = std::collections::BTreeMap::new();
                for e in effects {
                    *wanted.entry(e.key()).or_default() += e.minor;
                }
                wanted.retain(|_, minor| *minor != 0);
                let got: Vec<((i32, i32, Kind), i64)> = held.of(place).map(|e| (e.key(), e.minor)).collect();
                prop_assert_eq!(got, wanted.into_iter().collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn an_effect_takes_eight_bytes() {
        let mut held = Effects::default();
        held.add(&mut [
            Effect::debit(739_000, 739_030, 120_050),
            Effect::payment(739_010, 739_010, -120_050),
        ]);
        assert_eq!((held.len(), held.bytes()), (2, 16));
    }
}
