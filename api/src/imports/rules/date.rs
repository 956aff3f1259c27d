//! Dates written by people and by programs. The order is decided over the whole column, never per cell.

use super::cell::Cell;
use chrono::{Datelike, Days, NaiveDate};
use kept_shared::imports::DateOrder;

/// Why a date was refused; the text is the fault code.
pub type DateFault = &'static str;

/// What one text says about the order of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Reads the same in every order (`30 June 2020`).
    Neutral,
    Only(DateOrder),
    /// Day and month could be swapped.
    DayOrMonthFirst,
    No,
}

const MONTHS: [(&str, u32); 24] = [
    ("january", 1),
    ("february", 2),
    ("march", 3),
    ("april", 4),
    ("may", 5),
    ("june", 6),
    ("july", 7),
    ("august", 8),
    ("september", 9),
    ("october", 10),
    ("november", 11),
    ("december", 12),
    ("januarie", 1),
    ("februarie", 2),
    ("maart", 3),
    ("mei", 5),
    ("junie", 6),
    ("julie", 7),
    ("augustus", 8),
    ("oktober", 10),
    ("desember", 12),
    ("sept", 9),
    ("mrt", 3),
    ("okt", 10),
];

/// Parts of a date text: numbers and month names, in their order.
#[derive(Clone, Copy)]
enum Part {
    Number { value: u32, digits: usize },
    Month(u32),
}

/// Takes off a time, a weekday and the separators. `None` when anything else is in it.
fn parts(text: &str) -> Option<Vec<Part>> {
    let text = text.trim();
    if text.len() > 60 {
        return None;
    }
    // 2026-03-29T02:30:00, 29/03/2026 02:30, … : the time says nothing about the day.
    let text = match text.split_once('T') {
        Some((day, time))
            if time.starts_with(|c: char| c.is_ascii_digit()) && day.ends_with(|c: char| c.is_ascii_digit()) =>
        {
            day
        }
        Some(_) | None => text,
    };
    let mut found = Vec::new();
    for word in text
        .split(|c: char| matches!(c, '/' | '-' | '.' | ',' | '\u{2013}') || c.is_whitespace())
        .filter(|w| !w.is_empty())
    {
        if word.contains(':') && found.len() == 3 {
            break;
        }
        if word.bytes().all(|b| b.is_ascii_digit()) {
            if word.len() > 8 {
                return None;
            }
            found.push(Part::Number {
                value: word.parse().ok()?,
                digits: word.len(),
            });
            continue;
        }
        let lower = word.to_lowercase();
        let month = MONTHS
            .iter()
            .find(|(name, _)| *name == lower || (lower.len() == 3 && name.starts_with(&lower)));
        if let Some((_, number)) = month {
            found.push(Part::Month(*number));
            continue;
        }
        let ordinal = ["st", "nd", "rd", "th"].iter().find_map(|end| lower.strip_suffix(end));
        if let Some(day) = ordinal.and_then(|d| d.parse::<u32>().ok()) {
            found.push(Part::Number { value: day, digits: 2 });
            continue;
        }
        let weekday = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        if found.is_empty()
            && weekday.iter().any(|d| lower.starts_with(d))
            && (lower.len() == 3 || lower.ends_with("day"))
        {
            continue;
        }
        return None;
    }
    Some(found)
}

fn year(value: u32, digits: usize) -> Option<i32> {
    match digits {
        // Two digits: 1970 to 2069, as spreadsheets and POSIX read them.
        2 => i32::try_from(if value >= 70 { 1900 + value } else { 2000 + value }).ok(),
        4 if (1900..=2199).contains(&value) => i32::try_from(value).ok(),
        _ => None,
    }
}

fn day(y: Option<i32>, m: u32, d: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(y?, m, d)
}

/// What one text tells about the order of its column.
pub fn evidence(text: &str) -> Evidence {
    use Part::{Month, Number};
    let Some(parts) = parts(text) else { return Evidence::No };
    match parts.as_slice() {
        [Number { digits: 4, .. }, Number { .. }, Number { .. }] => Evidence::Only(DateOrder::YearMonthDay),
        [
            Number {
                value: a,
                digits: 1 | 2,
            },
            Number {
                value: b,
                digits: 1 | 2,
            },
            Number { digits: 2 | 4, .. },
        ] => match (*a, *b) {
            (0, _) | (_, 0) => Evidence::No,
            (13..=31, 1..=12) => Evidence::Only(DateOrder::DayMonthYear),
            (1..=12, 13..=31) => Evidence::Only(DateOrder::MonthDayYear),
            (1..=12, 1..=12) if a == b => Evidence::Neutral,
            (1..=12, 1..=12) => Evidence::DayOrMonthFirst,
            _ => Evidence::No,
        },
        [Number { value, digits: 8 }] if compact(*value).is_some() => Evidence::Only(DateOrder::YearMonthDay),
        [Number { .. }, Month(_), Number { .. }]
        | [Month(_), Number { .. }, Number { .. }]
        | [Number { .. }, Number { .. }, Month(_)] => Evidence::Neutral,
        _ => Evidence::No,
    }
}

fn compact(value: u32) -> Option<NaiveDate> {
    day(year(value / 10_000, 4), value / 100 % 100, value % 100)
}

/// Days since 1899-12-30. Sixty and less are refused: spreadsheets disagree about 29 February 1900.
fn serial(text: &str) -> Option<NaiveDate> {
    let whole = text.split(['.', ',']).next()?;
    let days: u64 = whole.parse().ok()?;
    if !(61..=109_574).contains(&days) {
        return None;
    }
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))
}

/// Reads a cell as a date. Blank is `None`.
///
/// Faults: `not_a_date`, `no_such_day`, `date_order_needed`, `error_value`, `date_out_of_range`.
pub fn parse(cell: &Cell, order: Option<DateOrder>) -> Result<Option<NaiveDate>, DateFault> {
    let date = match cell {
        Cell::Empty => return Ok(None),
        Cell::Date(date) => *date,
        Cell::Number(text) => {
            let eight = (text.len() == 8).then(|| text.parse().ok().and_then(compact)).flatten();
            eight.or_else(|| serial(text)).ok_or("not_a_date")?
        }
        Cell::Text(text) if text.trim().is_empty() => return Ok(None),
        Cell::Text(text) => parse_text(text, order)?,
        Cell::Bool(_) => return Err("not_a_date"),
        Cell::Error(_) => return Err("error_value"),
    };
    if !(1900..=2199).contains(&date.year()) {
        return Err("date_out_of_range");
    }
    Ok(Some(date))
}

fn parse_text(text: &str, order: Option<DateOrder>) -> Result<NaiveDate, DateFault> {
    use Part::{Month, Number};
    if order == Some(DateOrder::Serial) {
        return serial(text.trim()).ok_or("not_a_date");
    }
    let parts = parts(text).ok_or("not_a_date")?;
    let found = match parts.as_slice() {
        [
            Number { value: y, digits: 4 },
            Number {
                value: m,
                digits: 1 | 2,
            },
            Number {
                value: d,
                digits: 1 | 2,
            },
        ] => day(year(*y, 4), *m, *d),
        [
            Number {
                value: a,
                digits: 1 | 2,
            },
            Number {
                value: b,
                digits: 1 | 2,
            },
            Number {
                value: y,
                digits: digits @ (2 | 4),
            },
        ] => match order {
            Some(DateOrder::DayMonthYear) => day(year(*y, *digits), *b, *a),
            Some(DateOrder::MonthDayYear) => day(year(*y, *digits), *a, *b),
            Some(DateOrder::YearMonthDay) if *digits == 2 => day(year(*a, 2), *b, *y),
            Some(DateOrder::YearMonthDay | DateOrder::Serial) => return Err("date_order_differs"),
            None if a == b || *a > 12 || *b > 12 => {
                let (m, d) = if *a > 12 { (*b, *a) } else { (*a, *b) };
                day(year(*y, *digits), m, d)
            }
            None => return Err("date_order_needed"),
        },
        [Number { value, digits: 8 }] => compact(*value),
        [
            Number {
                value: d,
                digits: 1 | 2,
            },
            Month(m),
            Number { value: y, digits },
        ]
        | [
            Month(m),
            Number {
                value: d,
                digits: 1 | 2,
            },
            Number { value: y, digits },
        ] => day(year(*y, *digits), *m, *d),
        [Number { value: y, digits: 4 }, Month(m), Number { value: d, .. }] => day(year(*y, 4), *m, *d),
        _ => return Err("not_a_date"),
    };
    found.ok_or("no_such_day")
}

/// The date in a title such as `Customer Age Analysis as at 2020/06/30` or `As of June 30, 2020`.
pub fn in_title(text: &str) -> Option<NaiveDate> {
    let lower = text.to_lowercase();
    let after = ["as at ", "as of ", "soos op ", "per "]
        .iter()
        .find_map(|mark| lower.find(mark).and_then(|at| text.get(at + mark.len()..)))?;
    let words: Vec<&str> = after.split_whitespace().collect();
    (1..=words.len().min(4)).rev().find_map(|n| {
        let text = words.get(..n)?.join(" ");
        parse_text(text.trim_matches(|c: char| !c.is_alphanumeric()), None).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use DateOrder::{DayMonthYear as Dmy, MonthDayYear as Mdy, Serial, YearMonthDay as Ymd};
    use proptest::prelude::*;

    fn read(text: &str, order: Option<DateOrder>) -> Result<String, DateFault> {
        parse(&Cell::Text(text.into()), order).map(|d| d.map_or_else(String::new, |d| d.to_string()))
    }

    #[test]
    fn dates_as_people_write_them() {
        for (text, order, date) in [
            ("30-03-2020", Dmy, "2020-03-30"),
            ("4/6/2013", Mdy, "2013-04-06"),
            ("4/6/2013", Dmy, "2013-06-04"),
            ("2020/06/30", Dmy, "2020-06-30"),
            ("2020-06-30", Mdy, "2020-06-30"),
            ("20200630", Ymd, "2020-06-30"),
            ("30 June 2020", Mdy, "2020-06-30"),
            ("June 30, 2020", Dmy, "2020-06-30"),
            ("30-Jun-20", Dmy, "2020-06-30"),
            ("Tuesday, June 30, 2020", Dmy, "2020-06-30"),
            ("1st March 2024", Dmy, "2024-03-01"),
            ("30 Junie 2020", Dmy, "2020-06-30"),
            ("2026-03-29T02:30:00", Ymd, "2026-03-29"),
            ("29/03/2026 02:30", Dmy, "2026-03-29"),
            ("01.02.26", Dmy, "2026-02-01"),
            ("43732", Serial, "2019-09-24"),
            ("", Dmy, ""),
        ] {
            assert_eq!(read(text, Some(order)).as_deref(), Ok(date), "{text}");
        }
        assert_eq!(
            parse(&Cell::Number("43525".into()), None).unwrap().unwrap().to_string(),
            "2019-03-01"
        );
        assert_eq!(
            parse(&Cell::Number("20200131".into()), None)
                .unwrap()
                .unwrap()
                .to_string(),
            "2020-01-31"
        );
    }

    #[test]
    fn impossible_and_undecided_days_are_refused_not_moved() {
        assert_eq!(read("2026-02-30", Some(Ymd)), Err("no_such_day"));
        assert_eq!(read("29/02/2026", Some(Dmy)), Err("no_such_day"));
        assert_eq!(read("12/31/2026", Some(Dmy)), Err("no_such_day"));
        assert_eq!(read("1900-02-29", Some(Ymd)), Err("no_such_day"));
        assert_eq!(read("03/04/2026", None), Err("date_order_needed"));
        assert_eq!(read("31/12/2026", None).as_deref(), Ok("2026-12-31"));
        for text in ["60", "0", "-1", "2958466"] {
            assert!(read(text, Some(Serial)).is_err(), "{text}");
            assert!(read(text, Some(Dmy)).is_err(), "{text}");
        }
        for text in ["1/2", "1/2/3/4", "abc", "2020-06-30x", "32/13/20200"] {
            assert!(read(text, Some(Dmy)).is_err(), "{text}");
        }
    }

    #[test]
    fn each_text_says_what_it_can_about_the_order() {
        assert_eq!(evidence("13/12/2020"), Evidence::Only(Dmy));
        assert_eq!(evidence("12/13/2020"), Evidence::Only(Mdy));
        assert_eq!(evidence("12/11/2020"), Evidence::DayOrMonthFirst);
        assert_eq!(evidence("2020-11-12"), Evidence::Only(Ymd));
        assert_eq!(evidence("5/5/2020"), Evidence::Neutral);
        assert_eq!(evidence("5 May 2020"), Evidence::Neutral);
        assert_eq!(evidence("1,234.56"), Evidence::No);
        assert_eq!(evidence("200769623"), Evidence::No);
    }

    #[test]
    fn titles_tell_the_day_of_a_report() {
        for (text, date) in [
            ("As at 30 June 2020", "2020-06-30"),
            ("As of June 30, 2020", "2020-06-30"),
            ("Customer Age Analysis as at 2020/06/30", "2020-06-30"),
            ("Debtors as at 30/06/2020 (draft)", "2020-06-30"),
        ] {
            assert_eq!(in_title(text).map(|d| d.to_string()).as_deref(), Some(date), "{text}");
        }
        assert_eq!(in_title("Ridgeview Estates"), None);
        assert_eq!(in_title("As at 03/04/2020"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,30}") {
            let _ = read(&text, Some(Dmy));
            let _ = in_title(&text);
            let _ = evidence(&text);
        }
        #[test]
        fn written_dates_read_back(days in 0_u64..70_000) {
            let date = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap().checked_add_days(Days::new(days)).unwrap();
            for (pattern, order) in [("%d/%m/%Y", Dmy), ("%m/%d/%Y", Mdy), ("%Y-%m-%d", Ymd), ("%d %B %Y", Mdy), ("%-d.%-m.%Y", Dmy)] {
                let text = date.format(pattern).to_string();
                prop_assert_eq!(parse(&Cell::Text(text), Some(order)), Ok(Some(date)));
            }
        }
    }
}
