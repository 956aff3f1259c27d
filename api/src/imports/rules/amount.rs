//! Amounts written by people and by programs. Read exactly or refused; never guessed, never through a float.

use super::cell::Cell;
use kept_shared::imports::DecimalStyle;
use kept_shared::money::{Currency, Money};
use rust_decimal::Decimal;

/// What the digits of one amount say about the decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Reads the same either way (`100`, `1 000`).
    Neutral,
    Only(DecimalStyle),
    /// `1,234` is a thousand and more or one and a bit.
    Either,
    /// Not an amount in any style.
    No,
}

/// Why an amount was refused; the text is the fault code.
pub type AmountFault = &'static str;

struct Bare<'a> {
    negative: bool,
    /// Digits, marks, blanks and apostrophes only.
    digits: &'a str,
}

const WORDS: [&str; 34] = [
    "ZAR", "USD", "EUR", "GBP", "AUD", "NZD", "CAD", "CHF", "NAD", "BWP", "KES", "JPY", "US$", "A$", "NZ$", "C$", "N$",
    "CA$", "AU$", "R", "$", "€", "£", "¥", "P", "KSh", "Fr.", "Rs", "kr", "R$", "zł", "Ksh", "USD$", "Fr",
];

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}')
}
fn is_minus(c: char) -> bool {
    matches!(c, '-' | '\u{2212}')
}

/// Takes off blanks, currency words, signs, brackets and Cr/Dr. Each at most once, so `--5` and `R R 5` are refused.
fn bare(text: &str) -> Option<Bare<'_>> {
    let mut rest = text.trim_matches(is_blank);
    let (mut negative, mut signs, mut words) = (false, 0, 0);
    loop {
        let before = rest.len();
        rest = rest.trim_matches(is_blank);
        if let Some(inner) = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
            (rest, negative, signs) = (inner, true, signs + 1);
        } else if let Some(r) = rest.strip_prefix(is_minus).or_else(|| rest.strip_suffix(is_minus)) {
            (rest, negative, signs) = (r, true, signs + 1);
        } else if let Some(r) = rest.strip_prefix('+') {
            (rest, signs) = (r, signs + 1);
        } else if let Some(r) = strip_end_word(rest, &["CR", "Cr", "cr"]) {
            (rest, negative, signs) = (r, true, signs + 1);
        } else if let Some(r) = strip_end_word(rest, &["DR", "Dr", "dr"]) {
            (rest, signs) = (r, signs + 1);
        } else if let Some(r) = strip_currency(rest) {
            (rest, words) = (r, words + 1);
        }
        if rest.len() == before {
            break;
        }
    }
    if signs > 1 || words > 1 || rest.is_empty() {
        return None;
    }
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’') || is_blank(c);
    let edges = rest.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',')
        && rest.ends_with(|c: char| c.is_ascii_digit());
    (edges && rest.chars().all(plain)).then_some(Bare { negative, digits: rest })
}

fn strip_end_word<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    words.iter().find_map(|w| text.strip_suffix(w))
}

/// Takes off one currency word, the longest that fits; `Rent 5` is not five rand.
fn strip_currency(text: &str) -> Option<&str> {
    let front = WORDS.iter().filter_map(|w| {
        text.strip_prefix(w)
            .filter(|rest| !rest.starts_with(char::is_alphabetic))
    });
    let back = WORDS
        .iter()
        .filter_map(|w| text.strip_suffix(w).filter(|rest| !rest.ends_with(char::is_alphabetic)));
    front
        .chain(back)
        .filter(|rest| !rest.is_empty())
        .min_by_key(|rest| rest.len())
}

/// Whole digits and fraction digits when `text` is well formed in `style`.
fn split(text: &str, style: DecimalStyle) -> Option<(String, String)> {
    let (mark, other) = match style {
        DecimalStyle::Point => ('.', ','),
        DecimalStyle::Comma => (',', '.'),
    };
    let (whole, fraction) = match text.split_once(mark) {
        Some((w, f)) => (w, f),
        None => (text, ""),
    };
    if !fraction.chars().all(|c| c.is_ascii_digit()) || (text.contains(mark) && fraction.is_empty()) {
        return None;
    }
    let groups: Vec<&str> = whole
        .split(|c| c == other || c == '\'' || c == '’' || is_blank(c))
        .collect();
    let first = groups.first()?;
    if groups.len() > 1 {
        // One kind of grouping mark, the first group of one to three digits, every other of exactly three.
        let mut marks: Vec<char> = whole
            .chars()
            .filter(|c| !c.is_ascii_digit())
            .map(|c| {
                if is_blank(c) {
                    ' '
                } else if c == '’' {
                    '\''
                } else {
                    c
                }
            })
            .collect();
        marks.dedup();
        if marks.len() != 1 || !(1..=3).contains(&first.len()) || groups.iter().skip(1).any(|g| g.len() != 3) {
            return None;
        }
    }
    if !groups.iter().all(|g| g.chars().all(|c| c.is_ascii_digit())) {
        return None;
    }
    let whole = groups.concat();
    // ".50" is fifty cents; "." is nothing.
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    Some((whole, fraction.to_owned()))
}

/// What one text tells about the decimal mark of its column.
pub fn evidence(text: &str) -> Evidence {
    let Some(bare) = bare(text) else { return Evidence::No };
    let point = split(bare.digits, DecimalStyle::Point);
    let comma = split(bare.digits, DecimalStyle::Comma);
    match (point, comma) {
        (None, None) => Evidence::No,
        (Some(_), None) => Evidence::Only(DecimalStyle::Point),
        (None, Some(_)) => Evidence::Only(DecimalStyle::Comma),
        (Some(p), Some(c)) if p == c => Evidence::Neutral,
        (Some(_), Some(_)) => Evidence::Either,
    }
}

/// Reads a cell as an exact decimal. Blank is `None`; a lone dash is how accountants write nothing.
///
/// Faults: `not_an_amount`, `decimal_style_differs`, `decimal_style_needed`, `amount_too_large`, `error_value`.
pub fn parse(cell: &Cell, style: Option<DecimalStyle>) -> Result<Option<Decimal>, AmountFault> {
    match cell {
        Cell::Empty => Ok(None),
        Cell::Number(text) => exact(text).map(Some),
        Cell::Text(text) => {
            let trimmed = text.trim_matches(is_blank).trim();
            let dash = trimmed.trim_start_matches(['R', '$', '€', '£']).trim_matches(is_blank);
            if trimmed.is_empty() || matches!(dash, "-" | "–" | "—") {
                return Ok(None);
            }
            parse_text(trimmed, style).map(Some)
        }
        Cell::Date(_) | Cell::Bool(_) => Err("not_an_amount"),
        Cell::Error(_) => Err("error_value"),
    }
}

fn parse_text(text: &str, style: Option<DecimalStyle>) -> Result<Decimal, AmountFault> {
    let bare = bare(text).ok_or("not_an_amount")?;
    let style = match (evidence(text), style) {
        (Evidence::No, _) => return Err("not_an_amount"),
        (Evidence::Either, None) => return Err("decimal_style_needed"),
        (Evidence::Only(only), None) => only,
        (Evidence::Neutral, None) => DecimalStyle::Point,
        (_, Some(chosen)) => chosen,
    };
    let (whole, fraction) = split(bare.digits, style).ok_or("decimal_style_differs")?;
    let sign = if bare.negative { "-" } else { "" };
    exact(&format!(
        "{sign}{}.{}",
        if whole.is_empty() { "0" } else { &whole },
        if fraction.is_empty() { "0" } else { &fraction }
    ))
}

fn exact(text: &str) -> Result<Decimal, AmountFault> {
    let digits = text.trim_start_matches('-');
    let whole = digits.split('.').next().unwrap_or_default().trim_start_matches('0');
    if !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return Err("not_an_amount");
    }
    // Fifteen digits before the point is what the contract's Money allows; twelve behind it is noise.
    if whole.len() > 15 || digits.len() > 40 {
        return Err("amount_too_large");
    }
    let cut = match text.split_once('.') {
        Some((w, f)) if f.len() > 12 => format!("{w}.{}", f.get(..12).unwrap_or_default()),
        Some(_) | None => text.to_owned(),
    };
    cut.parse().map_err(|_| "not_an_amount")
}

/// To money, half away from zero to the minor unit, and whether anything was rounded away.
pub fn to_money(value: Decimal, currency: Currency) -> Result<(Money, bool), AmountFault> {
    let money = Money::rounded(value, currency).map_err(|_| "amount_too_large")?;
    Ok((money, money.to_decimal() != value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use DecimalStyle::{Comma, Point};
    use proptest::prelude::*;

    fn read(text: &str, style: Option<DecimalStyle>) -> Result<String, AmountFault> {
        parse(&Cell::Text(text.into()), style).map(|v| v.map_or_else(String::new, |d| d.normalize().to_string()))
    }

    #[test]
    fn amounts_as_people_write_them() {
        for (text, style, value) in [
            ("1,234.56", Point, "1234.56"),
            ("1.234,56", Comma, "1234.56"),
            ("1 234,56", Comma, "1234.56"),
            ("R 1 234,56", Comma, "1234.56"),
            ("R\u{a0}1\u{202f}235\u{202f}315,98", Comma, "1235315.98"),
            ("(R 1 250,00)", Comma, "-1250"),
            ("R (1 250,00)", Comma, "-1250"),
            ("(123.45)", Point, "-123.45"),
            ("123-", Point, "-123"),
            ("123.40 CR", Point, "-123.4"),
            ("123.40 Dr", Point, "123.4"),
            ("$2,420,914.65", Point, "2420914.65"),
            ("-$5.00", Point, "-5"),
            ("$-5.00", Point, "-5"),
            ("1'250.50", Point, "1250.5"),
            ("12.50 ZAR", Point, "12.5"),
            ("EUR 12,50", Comma, "12.5"),
            (".00", Point, "0"),
            ("-0", Point, "0"),
            ("1250.005", Point, "1250.005"),
            ("-", Point, ""),
            ("R -", Point, ""),
            ("", Point, ""),
            ("\u{2212}7", Point, "-7"),
        ] {
            assert_eq!(read(text, Some(style)).as_deref(), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_amount_is_refused() {
        for text in [
            "1e400",
            "NaN",
            "=1+1",
            "0x10",
            "'12",
            "٣٤",
            "--5",
            "R R 5",
            "1.2.3",
            "12 34",
            "1,23,45.00",
            "5%",
            "abc",
            "1 2",
            "12a",
            "((5))",
            "5 6.00",
            "1,234 567.00",
            "+-3",
            "$",
        ] {
            assert!(read(text, Some(Point)).is_err(), "{text} {:?}", read(text, Some(Point)));
        }
        assert_eq!(read("1 234,56", Some(Point)), Err("decimal_style_differs"));
        assert_eq!(read("1.234.567,89", Some(Point)), Err("decimal_style_differs"));
        assert_eq!(read("1,234", None), Err("decimal_style_needed"));
        assert_eq!(read("99999999999999999999.99", Some(Point)), Err("amount_too_large"));
    }

    #[test]
    fn each_text_says_what_it_can_about_the_mark() {
        for (text, says) in [
            ("1,234.56", Evidence::Only(Point)),
            ("1.234,56", Evidence::Only(Comma)),
            ("12.50", Evidence::Only(Point)),
            ("12,5", Evidence::Only(Comma)),
            ("1,234", Evidence::Either),
            ("1.234", Evidence::Either),
            ("1,234,567", Evidence::Only(Point)),
            ("1 000", Evidence::Neutral),
            ("100", Evidence::Neutral),
            ("R 7 233 584,97", Evidence::Only(Comma)),
            ("tea", Evidence::No),
        ] {
            assert_eq!(evidence(text), says, "{text}");
        }
    }

    #[test]
    fn three_decimals_round_half_away_from_zero_and_say_so() {
        let money = |s: &str| to_money(s.parse().unwrap(), Currency::Usd).unwrap();
        assert_eq!(money("1250.005"), (Money::new(125_001, Currency::Usd), true));
        assert_eq!(money("-1250.005"), (Money::new(-125_001, Currency::Usd), true));
        assert_eq!(money("1250.00"), (Money::new(125_000, Currency::Usd), false));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,24}") {
            let _ = read(&text, Some(Point));
            let _ = read(&text, None);
        }
        #[test]
        fn grouped_amounts_read_back(minor in -99_999_999_999_i64..99_999_999_999) {
            let money = Money::new(minor, Currency::Zar);
            let plain = money.to_plain();
            let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |p| ("-", p));
            let (whole, cents) = plain.split_once('.').unwrap();
            let grouped: Vec<String> = whole.as_bytes().rchunks(3).rev().map(|c| String::from_utf8_lossy(c).into_owned()).collect();
            for (group, mark, style) in [(",", ".", Point), (".", ",", Comma), (" ", ",", Comma), ("", ".", Point)] {
                let text = format!("{sign}R{}{mark}{cents}", grouped.join(group));
                let value = parse(&Cell::Text(text), Some(style)).unwrap().unwrap();
                prop_assert_eq!(to_money(value, Currency::Zar).unwrap(), (money, false));
            }
        }
    }
}
