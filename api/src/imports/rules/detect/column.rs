//! What the cells of one column look like.

use super::super::cell::Cell;
use super::super::{amount, date};
use super::SAMPLE_CHARS;
use kept_shared::imports::{ColumnKind, DateOrder, DecimalStyle};

const SAMPLES: usize = 4;

#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    filled: u32,
    amounts: u32,
    fractions: u32,
    emails: u32,
    whole_numbers: u32,
    /// Amounts that say what the decimal mark is, and those that read two ways.
    pub(super) point: u32,
    pub(super) comma: u32,
    pub(super) either: u32,
    /// Cells that are dates; of these, texts that say their order, and texts whose day and month could be swapped.
    pub(super) dates: u32,
    pub(super) day_first: u32,
    pub(super) month_first: u32,
    pub(super) year_first: u32,
    pub(super) swappable: u32,
    pub(super) samples: Vec<String>,
}

impl Column {
    pub(super) fn see(&mut self, cell: &Cell) {
        if cell.is_blank() {
            return;
        }
        self.filled += 1;
        match cell {
            Cell::Empty => {}
            Cell::Number(text) => {
                self.amounts += 1;
                if text.contains('.') {
                    self.fractions += 1
                } else {
                    self.whole_numbers += 1
                }
            }
            Cell::Date(_) => self.dates += 1,
            Cell::Bool(_) | Cell::Error(_) => {}
            Cell::Text(text) => self.see_text(text.trim()),
        }
        if self.samples.len() < SAMPLES {
            let sample: String = cell.shown().trim().chars().take(SAMPLE_CHARS).collect();
            if !self.samples.contains(&sample) {
                self.samples.push(sample);
            }
        }
    }

    fn see_text(&mut self, text: &str) {
        use date::Evidence as D;
        // Most cells of most columns are plain words or plain digits; both are settled without parsing.
        let digits = text.bytes().any(|b| b.is_ascii_digit());
        if text.contains('@') && text.contains('.') {
            self.emails += 1;
            return;
        }
        if !digits {
            return;
        }
        if text.len() != 8 && text.bytes().all(|b| b.is_ascii_digit()) {
            self.amounts += 1;
            self.whole_numbers += 1;
            return;
        }
        match date::evidence(text) {
            D::Neutral => self.dates += 1,
            D::Only(order) => {
                self.dates += 1;
                match order {
                    DateOrder::DayMonthYear => self.day_first += 1,
                    DateOrder::MonthDayYear => self.month_first += 1,
                    DateOrder::YearMonthDay | DateOrder::Serial => self.year_first += 1,
                }
            }
            D::DayOrMonthFirst => {
                self.dates += 1;
                self.swappable += 1;
            }
            D::No => {}
        }
        use amount::Evidence as A;
        let says = amount::evidence(text);
        if says != A::No {
            self.amounts += 1;
        }
        match says {
            A::Only(DecimalStyle::Point) => self.point += 1,
            A::Only(DecimalStyle::Comma) => self.comma += 1,
            A::Either => self.either += 1,
            A::Neutral if text.bytes().all(|b| b.is_ascii_digit()) => self.whole_numbers += 1,
            A::Neutral => self.fractions += 1,
            A::No => {}
        }
    }

    pub(super) fn is_dates(&self) -> bool {
        self.filled > 0 && self.dates * 2 > self.filled
    }
    pub(super) fn is_amounts(&self) -> bool {
        self.filled > 0 && self.amounts * 2 >= self.filled && !self.is_dates()
    }
    pub(super) fn kind(&self) -> ColumnKind {
        if self.filled == 0 {
            ColumnKind::Empty
        } else if self.is_dates() && self.year_first + self.whole_numbers < self.filled * 2 {
            ColumnKind::Date
        } else if self.is_amounts() {
            if self.fractions + self.point + self.comma + self.either > 0 {
                ColumnKind::Amount
            } else {
                ColumnKind::Number
            }
        } else if self.emails * 2 > self.filled {
            ColumnKind::Email
        } else {
            ColumnKind::Text
        }
    }
}
