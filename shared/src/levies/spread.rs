//! How a bulk setting finds each unit's amount.

use crate::money::{Money, MoneyError};
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

/// Where the amounts of a bulk setting come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Spread {
    /// Every unit the same.
    Each(Money),
    /// A budget, shared by participation quota: the parts add up to it to the cent.
    ByQuota(Money),
    /// What each unit pays now and a percentage more (or less), a decimal text with at most four decimals.
    Raise(String),
}

/// Largest rise, in percent.
pub const MAX_RAISE: i64 = 1_000;

/// A participation quota as a whole number of millionths of a percent. `None` where it is no quota.
pub fn quota_weight(quota: &str) -> Option<u32> {
    let scaled = quota.parse::<Decimal>().ok()?.checked_mul(Decimal::from(1_000_000))?;
    if scaled.fract().is_zero() {
        scaled.to_u32()
    } else {
        None
    }
}

/// Shares a budget by quota, largest remainder first, equal remainders in the order given. Empty when no quota is
/// above zero.
pub fn by_quota(total: Money, weights: &[u32]) -> Vec<Money> {
    total.allocate(weights)
}

/// A percentage as a person types it, `6.5` or `-2`.
pub fn percentage(text: &str) -> Option<Decimal> {
    let plain = text.trim();
    let digits = plain.strip_prefix('-').unwrap_or(plain);
    let ok = !digits.is_empty() && digits.len() <= 12 && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let value = plain.parse::<Decimal>().ok().filter(|_| ok)?;
    let most = Decimal::from(MAX_RAISE);
    (value.scale() <= 4 && value <= most && value > -Decimal::ONE_HUNDRED).then_some(value)
}

/// An amount and a percentage more, half a minor unit away from zero. Errors: too large.
pub fn raised(amount: Money, percent: Decimal) -> Result<Money, MoneyError> {
    let factor = Decimal::ONE + percent / Decimal::ONE_HUNDRED;
    let minor = Decimal::from(amount.minor)
        .checked_mul(factor)
        .ok_or(MoneyError::TooLarge)?
        .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    Ok(Money::new(minor.to_i64().ok_or(MoneyError::TooLarge)?, amount.currency))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use proptest::prelude::*;

    fn zar(minor: i64) -> Money {
        Money::new(minor, Currency::Zar)
    }

    #[test]
    fn a_budget_is_shared_to_the_cent() {
        let weights: Vec<u32> = ["33.333333", "33.333333", "33.333334"]
            .iter()
            .filter_map(|q| quota_weight(q))
            .collect();
        let parts: Vec<i64> = by_quota(zar(100_00), &weights).iter().map(|p| p.minor).collect();
        assert_eq!(parts, [33_33, 33_33, 33_34]);
        assert_eq!(quota_weight("100"), Some(100_000_000));
        assert_eq!(quota_weight("1.2345678"), None);
        assert_eq!(quota_weight("x"), None);
        assert!(by_quota(zar(1), &[0, 0]).is_empty());
    }

    #[test]
    fn a_rise_rounds_half_away_from_zero() {
        let rise = |minor, percent: &str| raised(zar(minor), percentage(percent).unwrap()).unwrap().minor;
        assert_eq!(rise(1_250_00, "6.5"), 1_331_25);
        assert_eq!(rise(1, "50"), 2);
        assert_eq!(rise(333, "-10"), 300);
        for bad in ["", "-", "x", "1e2", "1.23456", "-100", "1000.1", "1,5"] {
            assert_eq!(percentage(bad), None, "{bad}");
        }
    }

    proptest! {
        /// Against the naive way: exact fractions, and no share further than one minor unit from its own.
        #[test]
        fn shares_add_up_and_are_fair(total in 0_i64..1_000_000_000_000, weights in prop::collection::vec(0_u32..100_000_000, 1..80)) {
            let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
            let parts = by_quota(zar(total), &weights);
            if sum == 0 {
                prop_assert!(parts.is_empty());
            } else {
                prop_assert_eq!(parts.iter().map(|p| p.minor).sum::<i64>(), total);
                for (part, weight) in parts.iter().zip(&weights) {
                    let exact = i128::from(total) * i128::from(*weight);
                    let off = i128::from(part.minor) * sum - exact;
                    prop_assert!(off.abs() < sum);
                }
            }
        }
    }
}
