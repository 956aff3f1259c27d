//! A cell as the reader found it, before anybody decided what it means.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One cell. Numbers keep their shortest decimal text: money never passes through a float.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    #[default]
    Empty,
    Text(String),
    /// Typed by the spreadsheet as a number; plain decimal text.
    Number(String),
    /// Typed by the spreadsheet as a date.
    Date(NaiveDate),
    Bool(bool),
    /// An error value such as `#REF!`.
    Error(String),
}

impl Cell {
    /// As a person reads it.
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Number(text) | Self::Error(text) => text.clone(),
            Self::Date(date) => date.to_string(),
            Self::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        }
    }

    /// Nothing but blanks.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::Number(_) | Self::Date(_) | Self::Bool(_) | Self::Error(_) => false,
        }
    }
}

/// The text of a spreadsheet's binary number, cut to the 15 significant digits a spreadsheet itself shows, so that
/// `8832530.619999999` is the `8832530.62` that was typed. `None` for NaN and infinities.
pub fn number_text(value: f64) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    // `{:.14e}` gives 15 significant digits, correctly rounded, as d.dddde±x: moved to plain notation without arithmetic.
    let scientific = format!("{value:.14e}");
    let (mantissa, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return Some("0".to_owned());
    }
    let count = i32::try_from(digits.len()).ok()?;
    let point = exponent + 1;
    // Far outside anything that is money, a date or a number of an invoice.
    if !(-20..=40).contains(&point) {
        return Some(format!(
            "{sign}{scientific}",
            sign = "",
            scientific = scientific.as_str()
        ));
    }
    let plain = if point <= 0 {
        format!("0.{}{digits}", "0".repeat(usize::try_from(-point).ok()?))
    } else if point >= count {
        format!("{digits}{}", "0".repeat(usize::try_from(point - count).ok()?))
    } else {
        let (whole, fraction) = digits.split_at(usize::try_from(point).ok()?);
        format!("{whole}.{fraction}")
    };
    Some(format!("{sign}{plain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_noise_is_cut_to_what_was_typed() {
        for (value, text) in [
            (8_832_530.619_999_999, "8832530.62"),
            (5_219.060_000_000_000_4, "5219.06"),
            (84_076.070_000_000_01, "84076.07"),
            (0.0, "0"),
            (-0.0, "0"),
            (-12.5, "-12.5"),
            (43_732.0, "43732"),
            (200_769_623.0, "200769623"),
            (0.005, "0.005"),
            (1e15, "1000000000000000"),
            (100.0, "100"),
        ] {
            assert_eq!(number_text(value).as_deref(), Some(text), "{value}");
        }
        assert_eq!(number_text(f64::NAN), None);
        assert_eq!(number_text(f64::INFINITY), None);
    }
}
