//! Figures and dates as people read them.

use super::i18n::t;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use kept_shared::money::Money;

/// `1 234 567.50` with no-break spaces and a real minus sign; no currency.
pub fn amount(money: Money) -> String {
    let plain = money.to_plain();
    let (sign, digits) = plain
        .strip_prefix('-')
        .map_or(("", plain.as_str()), |d| ("\u{2212}", d));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let mut out = String::from(sign);
    out.push_str(&group_digits(whole));
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// `R 1 234.50`.
pub fn money(m: Money) -> String {
    format!("{}\u{a0}{}", m.currency.symbol(), amount(m))
}

/// For tiles and axes: exact as long as it is short, then `R 12.35 m`, rounded half away from zero. The exact figure
/// belongs beside it.
pub fn money_short(m: Money) -> String {
    let unit = 10_u128.pow(m.currency.decimals());
    let minor = u128::from(m.minor.unsigned_abs());
    let (size, suffix) = match minor / unit {
        0..10_000_000 => return money(m),
        10_000_000..1_000_000_000 => (1_000_000, "m"),
        _ => (1_000_000_000, "bn"),
    };
    let hundredths = (minor * 200 / (unit * size) + 1) / 2;
    let sign = if m.minor < 0 { "\u{2212}" } else { "" };
    format!(
        "{}\u{a0}{sign}{}.{:02}\u{a0}{suffix}",
        m.currency.symbol(),
        hundredths / 100,
        hundredths % 100
    )
}

/// `12 345`.
pub fn count(n: usize) -> String {
    group_digits(&n.to_string())
}

fn group_digits(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + 4);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(c);
    }
    out
}

/// `22 Nov 2026`.
pub fn date(d: NaiveDate) -> String {
    format!("{}\u{a0}{}\u{a0}{}", d.day(), month_short(d.month()), d.year())
}

/// `Sunday 22 November 2026`.
pub fn date_long(d: NaiveDate) -> String {
    let weekday = match d.weekday() {
        chrono::Weekday::Mon => t::common::monday(),
        chrono::Weekday::Tue => t::common::tuesday(),
        chrono::Weekday::Wed => t::common::wednesday(),
        chrono::Weekday::Thu => t::common::thursday(),
        chrono::Weekday::Fri => t::common::friday(),
        chrono::Weekday::Sat => t::common::saturday(),
        chrono::Weekday::Sun => t::common::sunday(),
    };
    format!("{weekday} {} {} {}", d.day(), month_long(d.month()), d.year())
}

/// `22 Nov 2026, 10:15` in the reader's time zone.
pub fn instant(at: DateTime<Utc>) -> String {
    let local = super::zone::local(at);
    format!("{}, {}", date(local.date_naive()), local.format("%H:%M"))
}

/// The day it was where the reader is.
pub fn day(at: DateTime<Utc>) -> String {
    date(super::zone::local(at).date_naive())
}

/// `just now`, `5 minutes ago`, `3 hours ago`, then the date.
pub fn ago(at: DateTime<Utc>) -> String {
    let minutes = (Utc::now() - at).num_minutes();
    match minutes {
        ..1 => t::common::just_now().into(),
        1..60 => t::common::minutes_ago(usize::try_from(minutes).unwrap_or_default()),
        60..1440 => t::common::hours_ago(usize::try_from(minutes / 60).unwrap_or_default()),
        _ => instant(at),
    }
}

/// The same without the time of day once it is a date, for narrow columns.
pub fn ago_short(at: DateTime<Utc>) -> String {
    if (Utc::now() - at).num_minutes() < 1440 {
        ago(at)
    } else {
        date(super::zone::local(at).date_naive())
    }
}

/// `1.4 MB`.
pub fn bytes(n: u64) -> String {
    match n {
        0..1024 => format!("{n}\u{a0}B"),
        1024..1_048_576 => format!("{}\u{a0}kB", n.div_ceil(1024)),
        _ => format!("{}.{}\u{a0}MB", n / 1_048_576, n % 1_048_576 * 10 / 1_048_576),
    }
}

fn month_short(month: u32) -> &'static str {
    [
        t::common::jan(),
        t::common::feb(),
        t::common::mar(),
        t::common::apr(),
        t::common::may(),
        t::common::jun(),
        t::common::jul(),
        t::common::aug(),
        t::common::sep(),
        t::common::oct(),
        t::common::nov(),
        t::common::dec(),
    ][(month as usize).clamp(1, 12) - 1]
}

fn month_long(month: u32) -> &'static str {
    [
        t::common::january(),
        t::common::february(),
        t::common::march(),
        t::common::april(),
        t::common::may_long(),
        t::common::june(),
        t::common::july(),
        t::common::august(),
        t::common::september(),
        t::common::october(),
        t::common::november(),
        t::common::december(),
    ][(month as usize).clamp(1, 12) - 1]
}
