//! Chance that falls the same way every time: a small generator of our own, since a library's may change with a release.

/// SplitMix64. Good enough for names and payment days, never for secrets.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A whole number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high.saturating_sub(low).saturating_add(1))
            .unwrap_or(1)
            .max(1);
        low.saturating_add(i64::try_from(self.next() % span).unwrap_or(0))
    }

    /// True in `per_mille` of a thousand throws.
    pub(super) fn chance(&mut self, per_mille: i64) -> bool {
        self.between(0, 999) < per_mille
    }

    pub(super) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        let last = i64::try_from(from.len()).unwrap_or(1).saturating_sub(1);
        let at = usize::try_from(self.between(0, last)).unwrap_or(0);
        from[at]
    }

    /// One of the values, each as likely as its weight.
    pub(super) fn weighted<T: Copy>(&mut self, from: &[(i64, T)]) -> T {
        let total: i64 = from.iter().map(|(weight, _)| weight).sum();
        let mut throw = self.between(0, total.saturating_sub(1));
        for (weight, value) in from {
            if throw < *weight {
                return *value;
            }
            throw -= weight;
        }
        from[from.len() - 1].1
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn the_same_seed_falls_the_same_way() {
        let throws = |seed| {
            let mut dice = Dice::new(seed);
            (0..50).map(|_| dice.between(1, 6)).collect::<Vec<_>>()
        };
        assert_eq!(throws(7), throws(7));
        assert_ne!(throws(7), throws(8));
        assert!(throws(7).iter().all(|t| (1..=6).contains(t)));
    }

    #[test]
    fn weights_are_kept() {
        let mut dice = Dice::new(1);
        let heads = (0..10_000).filter(|_| dice.weighted(&[(9, true), (1, false)])).count();
        assert!((8_700..9_300).contains(&heads), "{heads}");
    }
}
