//! Amounts as people type them.

use crate::money::{Currency, Money, MoneyError};
use rust_decimal::Decimal;

/// An amount a person typed in a field of one currency: blanks and apostrophes group, the last point or comma is the
/// decimal mark unless exactly three digits follow it and it is used to group elsewhere or stands alone with a comma;
/// the currency's own sign may stand in front. `1 234,56`, `1,234.56`, `R 1 234.5`, `-20` are all understood.
///
/// Errors: not a number, more decimals than the currency has, too large. `None`: nothing was typed.
pub fn typed(text: &str, currency: Currency) -> Result<Option<Money>, MoneyError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let minus = text.starts_with(['-', '\u{2212}']);
    let text = text.strip_prefix(['-', '\u{2212}']).unwrap_or(text).trim_start();
    let text = text
        .strip_prefix(currency.symbol())
        .or_else(|| text.strip_prefix(currency.as_str()))
        .unwrap_or(text)
        .trim();
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\'' && *c != '\u{2019}')
        .collect();
    let digits_only = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let mark = plain.rfind(['.', ',']);
    let number = match mark {
        None => plain.clone(),
        Some(at) => {
            let (whole, rest) = plain.split_at(at);
            let (sign, decimals) = rest.split_at(1);
            let other = if sign == "." { ',' } else { '.' };
            // `1,234` and `1.234.567` group; `12,34` and `1.234,5` do not. A point alone is always the decimal mark.
            let groups = decimals.len() == 3 && !whole.contains(other) && (sign == "," || whole.contains('.'));
            if groups {
                let parts: Vec<&str> = plain.split(['.', ',']).collect();
                if !grouped(&parts) {
                    return Err(MoneyError::NotANumber);
                }
                parts.concat()
            } else {
                let parts: Vec<&str> = whole.split(other).collect();
                if whole.contains(sign) || (parts.len() > 1 && !grouped(&parts)) {
                    return Err(MoneyError::NotANumber);
                }
                format!("{}.{decimals}", parts.concat())
            }
        }
    };
    let (whole, decimals) = number.split_once('.').unwrap_or((&number, "0"));
    if !digits_only(whole) || !digits_only(decimals) {
        return Err(MoneyError::NotANumber);
    }
    let value: Decimal = number.parse().map_err(|_| MoneyError::TooLarge)?;
    Money::from_decimal(if minus { -value } else { value }, currency).map(Some)
}

/// One to three digits, then threes.
fn grouped(parts: &[&str]) -> bool {
    parts.first().is_some_and(|p| (1..=3).contains(&p.len())) && parts.iter().skip(1).all(|p| p.len() == 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_people_type_them() {
        let zar = |text: &str| typed(text, Currency::Zar).map(|m| m.map(|m| m.minor));
        for (text, minor) in [
            ("1250", 1250_00),
            ("1 250,5", 1250_50),
            ("1,250.50", 1250_50),
            ("1.250,50", 1250_50),
            ("R 1\u{a0}250.50", 1250_50),
            ("ZAR 12", 12_00),
            ("-20", -20_00),
            ("\u{2212}R20.00", -20_00),
            ("1,250", 1250_00),
            ("1,250,000", 1_250_000_00),
            ("1.250.000", 1_250_000_00),
            ("0.07", 7),
            ("12,34", 12_34),
        ] {
            assert_eq!(zar(text), Ok(Some(minor)), "{text}");
        }
        assert_eq!(zar("  "), Ok(None));
        for bad in [
            "x", "1.2.3", "1,2,3", "12.345", ".5", "5.", "1,25,000", "1e3", "--1", "1 2x", "12 34 .", "$5",
        ] {
            assert!(zar(bad).is_err(), "{bad}");
        }
        assert_eq!(typed("1234", Currency::Jpy).map(|m| m.map(|m| m.minor)), Ok(Some(1234)));
        assert!(typed("12.5", Currency::Jpy).is_err());
        assert!(zar("99999999999999999999999999999999").is_err());
    }

    proptest::proptest! {
        #[test]
        fn what_is_shown_reads_back(minor in -1_000_000_000_000_i64..1_000_000_000_000) {
            let money = Money::new(minor, Currency::Zar);
            proptest::prop_assert_eq!(typed(&money.to_plain(), Currency::Zar), Ok(Some(money)));
        }
        #[test]
        fn anything_at_all_is_answered(text in ".{0,40}") {
            let _answered = typed(&text, Currency::Zar);
        }
    }
}
