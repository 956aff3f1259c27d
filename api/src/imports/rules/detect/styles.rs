//! How dates and amounts of a file are written, judged over whole columns.

use super::column::Column;
use kept_shared::imports::{DateOrder, DecimalStyle, ImportField};

/// So many cells of one voice outweigh one that contradicts them: it is a slip, and its row becomes faulty. Where more
/// contradict, two ways of writing are mixed, and a person has to say which is meant.
const OUTWEIGH_ONE: u32 = 100;
/// However long the file, more than this are no slips but a second source: its other dates would be read wrong unseen.
const SLIPS: u32 = 3;

fn is_slip(contradicting: u32, agreeing: u32) -> bool {
    contradicting <= SLIPS && contradicting.saturating_mul(OUTWEIGH_ONE) <= agreeing
}

/// Over all dates of all date columns; what is no date has no voice. The flag says that a person has to choose.
pub(super) fn date_order(columns: &[Column]) -> (Option<DateOrder>, bool) {
    let sum = |count: fn(&Column) -> u32| columns.iter().filter(|c| c.is_dates()).map(count).sum::<u32>();
    let (day, month) = (sum(|c| c.day_first), sum(|c| c.month_first));
    let (year, swappable) = (sum(|c| c.year_first), sum(|c| c.swappable));
    let by_year = (year > 0).then_some(DateOrder::YearMonthDay);
    match (day > 0, month > 0) {
        (true, true) if is_slip(month, day) => (Some(DateOrder::DayMonthYear), false),
        (true, true) if is_slip(day, month) => (Some(DateOrder::MonthDayYear), false),
        (true, true) => (None, true),
        (true, false) => (Some(DateOrder::DayMonthYear), false),
        (false, true) => (Some(DateOrder::MonthDayYear), false),
        (false, false) if swappable == 0 => (by_year, false),
        // All others need no order: typed dates, named months, a year of four figures in front. Without an order the odd
        // one is a faulty row; with the year in front `05/04/26` would be a day of 2005.
        (false, false) if is_slip(swappable, sum(|c| c.dates).saturating_sub(swappable)) => (None, false),
        (false, false) => (None, true),
    }
}

/// Over all amount columns, those that look like amounts and those named like amounts.
pub(super) fn decimal_style(columns: &[Column], fields: &[Option<ImportField>]) -> (Option<DecimalStyle>, bool) {
    let named = |i: usize| fields.get(i).copied().flatten().is_some_and(ImportField::is_amount);
    let amounts = || {
        columns
            .iter()
            .enumerate()
            .filter(|(i, c)| named(*i) || c.is_amounts())
            .map(|(_, c)| c)
    };
    let (point, comma) = (
        amounts().map(|c| c.point).sum::<u32>(),
        amounts().map(|c| c.comma).sum::<u32>(),
    );
    let either = amounts().map(|c| c.either).sum::<u32>();
    match (point > 0, comma > 0) {
        (true, true) => (None, true),
        (true, false) => (Some(DecimalStyle::Point), false),
        (false, true) => (Some(DecimalStyle::Comma), false),
        (false, false) => (None, either > 0),
    }
}
