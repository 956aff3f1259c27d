//! Money in minor units of one currency. Never a float; a [`rust_decimal::Decimal`] only at the edge.

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// ISO 4217 code of the currencies Kept keeps books in.
    pub enum Currency {
        Zar = "ZAR", Usd = "USD", Eur = "EUR", Gbp = "GBP", Aud = "AUD", Nzd = "NZD", Cad = "CAD", Chf = "CHF",
        Nad = "NAD", Bwp = "BWP", Kes = "KES", Jpy = "JPY",
    }
}

impl Currency {
    /// Number of decimals of the minor unit (ISO 4217).
    pub const fn decimals(self) -> u32 {
        match self {
            Self::Jpy => 0,
            Self::Zar
            | Self::Usd
            | Self::Eur
            | Self::Gbp
            | Self::Aud
            | Self::Nzd
            | Self::Cad
            | Self::Chf
            | Self::Nad
            | Self::Bwp
            | Self::Kes => 2,
        }
    }
    /// What people write in front of an amount.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Zar => "R",
            Self::Usd => "$",
            Self::Eur => "€",
            Self::Gbp => "£",
            Self::Aud => "A$",
            Self::Nzd => "NZ$",
            Self::Cad => "C$",
            Self::Chf => "CHF",
            Self::Nad => "N$",
            Self::Bwp => "P",
            Self::Kes => "KSh",
            Self::Jpy => "¥",
        }
    }
}

/// An amount in the currency's smallest unit. On the wire: `{"amount":"1250.00","currency":"ZAR"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "MoneyWire", into = "MoneyWire")]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

/// Why an amount was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("the amount is not a decimal number")]
    NotANumber,
    #[error("the amount has more decimals than the currency")]
    TooManyDecimals,
    #[error("the amount is too large")]
    TooLarge,
    #[error("the amounts are in different currencies")]
    CurrencyMismatch,
}

impl Money {
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }
    /// Sum. Errors: currencies differ, or the sum leaves the range of `i64`.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch);
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }
    /// Difference. Errors as [`Money::checked_add`].
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch);
        }
        let minor = self.minor.checked_sub(other.minor).ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }
    /// The exact decimal value.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.decimals())
    }
    /// From an exact decimal. Errors: more decimals than the currency has, or too large.
    pub fn from_decimal(value: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let scaled = scale_up(value, currency)?;
        if !scaled.fract().is_zero() {
            return Err(MoneyError::TooManyDecimals);
        }
        Ok(Self {
            minor: scaled.to_i64().ok_or(MoneyError::TooLarge)?,
            currency,
        })
    }
    /// From a decimal with more decimals than the currency, half away from zero to the minor unit ("half-up" for
    /// amounts owed, spec (d): round half-up to the cent only when posting).
    pub fn rounded(value: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let scaled = scale_up(value, currency)?.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        Ok(Self {
            minor: scaled.to_i64().ok_or(MoneyError::TooLarge)?,
            currency,
        })
    }
    /// Splits into parts that add up to the whole, proportional to `weights`, largest remainder first.
    /// Returns an empty vector when the weights are all zero.
    pub fn allocate(self, weights: &[u32]) -> Vec<Self> {
        let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
        if total == 0 {
            return vec![];
        }
        let whole = i128::from(self.minor);
        let mut parts: Vec<(usize, i128, i128)> = weights
            .iter()
            .enumerate()
            .map(|(i, w)| {
                let exact = whole * i128::from(*w);
                (i, exact.div_euclid(total), exact.rem_euclid(total))
            })
            .collect();
        let mut left = whole - parts.iter().map(|p| p.1).sum::<i128>();
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|i| (-parts[*i].2, *i));
        for i in order {
            if left == 0 {
                break;
            }
            parts[i].1 += 1;
            left -= 1;
        }
        parts
            .iter()
            .map(|p| Self {
                minor: i64::try_from(p.1).unwrap_or(i64::MAX),
                ..self
            })
            .collect()
    }
    /// As people read it, `−1 250.00`: no-break spaces between thousands and a real minus sign; no currency.
    pub fn grouped(self) -> String {
        let plain = self.to_plain();
        let (sign, digits) = plain
            .strip_prefix('-')
            .map_or(("", plain.as_str()), |d| ("\u{2212}", d));
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
        let mut out = String::from(sign);
        for (i, c) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                out.push('\u{a0}');
            }
            out.push(c);
        }
        if let Some(fraction) = fraction {
            out.push('.');
            out.push_str(fraction);
        }
        out
    }
    /// Plain decimal text, `-1250.00`.
    pub fn to_plain(self) -> String {
        // By hand, since a page of figures is made of nothing else.
        let decimals = self.currency.decimals() as usize;
        let (mut rest, mut reversed) = (self.minor.unsigned_abs(), Vec::with_capacity(24));
        while rest > 0 || reversed.len() < decimals + 1 {
            reversed.push(b'0' + u8::try_from(rest % 10).unwrap_or_default());
            rest /= 10;
        }
        let mut text = String::with_capacity(reversed.len() + 2);
        if self.minor < 0 {
            text.push('-');
        }
        for (left, digit) in reversed.iter().enumerate().rev() {
            text.push(char::from(*digit));
            if left == decimals && decimals > 0 {
                text.push('.');
            }
        }
        text
    }
}

fn scale_up(value: Decimal, currency: Currency) -> Result<Decimal, MoneyError> {
    value
        .checked_mul(Decimal::from(10_i64.pow(currency.decimals())))
        .ok_or(MoneyError::TooLarge)
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.currency, self.to_plain())
    }
}

/// How [`Money`] travels.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Money))]
#[serde(deny_unknown_fields)]
pub struct MoneyWire {
    /// Decimal text with the currency's number of decimals, for example `1250.00`.
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = r"^-?\d{1,15}(\.\d{1,2})?$", example = "1250.00")
    )]
    pub amount: String,
    pub currency: Currency,
}

impl From<Money> for MoneyWire {
    fn from(m: Money) -> Self {
        Self {
            amount: m.to_plain(),
            currency: m.currency,
        }
    }
}
impl TryFrom<MoneyWire> for Money {
    type Error = MoneyError;
    fn try_from(w: MoneyWire) -> Result<Self, MoneyError> {
        // Decimal's own parser accepts `1_000` and `1e3`; the contract does not.
        let plain = w.amount.strip_prefix('-').unwrap_or(&w.amount);
        if plain.is_empty() || plain.len() > 20 || !plain.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            return Err(MoneyError::NotANumber);
        }
        let value: Decimal = w.amount.parse().map_err(|_| MoneyError::NotANumber)?;
        Self::from_decimal(value, w.currency)
    }
}
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Money {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        MoneyWire::schema()
    }
}
#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Money {
    fn schemas(out: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>) {
        MoneyWire::schemas(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn zar(minor: i64) -> Money {
        Money::new(minor, Currency::Zar)
    }

    #[test]
    fn travels_as_a_decimal_string() {
        assert_eq!(
            serde_json::to_string(&zar(-5)).unwrap(),
            r#"{"amount":"-0.05","currency":"ZAR"}"#
        );
        for bad in [
            "1.001",
            "1e3",
            "1_000",
            "",
            "-",
            ".",
            "9999999999999999999",
            "abc",
            "1,5",
        ] {
            let text = format!(r#"{{"amount":"{bad}","currency":"ZAR"}}"#);
            assert!(serde_json::from_str::<Money>(&text).is_err(), "{bad}");
        }
        assert!(serde_json::from_str::<Money>(r#"{"amount":12.5,"currency":"ZAR"}"#).is_err());
        assert_eq!(Money::new(1250, Currency::Jpy).to_plain(), "1250");
    }

    #[test]
    fn three_decimals_round_half_away_from_zero() {
        let r = |s: &str| Money::rounded(s.parse().unwrap(), Currency::Usd).unwrap().minor;
        assert_eq!((r("0.005"), r("0.0049"), r("-0.005"), r("1.2345")), (1, 0, -1, 123));
    }

    proptest! {
        #[test]
        fn text_and_back(minor: i64) {
            let m = zar(minor);
            let back: Money = serde_json::from_str(&serde_json::to_string(&m).unwrap()).unwrap();
            prop_assert_eq!(m, back);
        }
        #[test]
        fn parts_add_up_and_differ_by_at_most_one(minor in -1_000_000_000_i64..1_000_000_000, n in 1_usize..60) {
            let parts = zar(minor).allocate(&vec![1; n]);
            prop_assert_eq!(parts.iter().map(|p| p.minor).sum::<i64>(), minor);
            let (lo, hi) = (parts.iter().map(|p| p.minor).min().unwrap(), parts.iter().map(|p| p.minor).max().unwrap());
            prop_assert!(hi - lo <= 1);
        }
    }
}
