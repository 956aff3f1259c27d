//! Reads the cells of one row as what they are mapped to.

use super::super::cell::Cell;
use super::super::{amount, date};
use chrono::NaiveDate;
use kept_shared::contacts::split_list;
use kept_shared::imports::{ColumnUse, Fault, ImportField as F, Mapping};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The cells of one row under a mapping, and what was found wrong with them so far.
pub(super) struct Row<'a> {
    pub(super) mapping: &'a Mapping,
    cells: &'a [Cell],
    pub(super) faults: Vec<Fault>,
}

impl<'a> Row<'a> {
    pub(super) const fn new(mapping: &'a Mapping, cells: &'a [Cell]) -> Self {
        Self {
            mapping,
            cells,
            faults: vec![],
        }
    }

    fn cell(&self, column: u32) -> &Cell {
        self.cells.get(column as usize).unwrap_or(&Cell::Empty)
    }

    pub(super) fn fault_in(&mut self, used: ColumnUse, code: &str) {
        let value = self.cell(used.column).shown().chars().take(200).collect();
        self.faults.push(Fault {
            column: Some(used.column),
            field: Some(used.field),
            value,
            code: code.to_owned(),
            params: BTreeMap::new(),
        });
    }

    pub(super) fn fault(&mut self, field: F, code: &str) {
        match self.used(field) {
            Some(used) => self.fault_in(used, code),
            None => self.faults.push(Fault {
                column: None,
                field: Some(field),
                value: String::new(),
                code: code.to_owned(),
                params: BTreeMap::new(),
            }),
        }
    }

    fn used(&self, field: F) -> Option<ColumnUse> {
        self.mapping.columns.iter().find(|c| c.field == field).copied()
    }

    /// Text of a field, blanks tidied. Blank is absent.
    pub(super) fn text(&mut self, field: F, max: usize) -> Option<String> {
        let used = self.used(field)?;
        if matches!(self.cell(used.column), Cell::Error(_)) {
            self.fault_in(used, "error_value");
            return None;
        }
        let text = self
            .cell(used.column)
            .shown()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        if text.chars().any(char::is_control) {
            self.fault_in(used, "control_character");
        } else if text.chars().count() > max {
            self.fault_in(used, "too_long");
        }
        (!text.is_empty()).then_some(text)
    }

    pub(super) fn required(&mut self, field: F, max: usize) -> Option<String> {
        let before = self.faults.len();
        let text = self.text(field, max);
        if text.is_none() && self.faults.len() == before {
            self.fault(field, "required");
        }
        text
    }

    pub(super) fn date(&mut self, field: F) -> Option<NaiveDate> {
        let used = self.used(field)?;
        match date::parse(self.cell(used.column), self.mapping.date_order) {
            Ok(date) => date,
            Err(code) => {
                self.fault_in(used, code);
                None
            }
        }
    }

    pub(super) fn amount(&mut self, field: F) -> Option<Decimal> {
        let used = self.used(field)?;
        self.amount_in(used)
    }

    pub(super) fn amount_in(&mut self, used: ColumnUse) -> Option<Decimal> {
        match amount::parse(self.cell(used.column), self.mapping.decimal_style) {
            Ok(amount) => amount,
            Err(code) => {
                self.fault_in(used, code);
                None
            }
        }
    }

    pub(super) fn required_amount(&mut self, field: F) -> Option<Decimal> {
        let before = self.faults.len();
        let amount = self.amount(field);
        if amount.is_none() && self.faults.len() == before {
            self.fault(field, "required");
        }
        amount
    }

    pub(super) fn yes_or_no(&mut self, field: F) -> Option<bool> {
        let used = self.used(field)?;
        let word = self.cell(used.column).shown().trim().to_lowercase();
        match word.as_str() {
            "yes" | "y" | "true" | "1" | "x" | "disputed" | "ja" => Some(true),
            "no" | "n" | "false" | "0" | "nee" | "" => Some(false),
            _ => {
                self.fault_in(used, "not_yes_or_no");
                None
            }
        }
    }

    /// All addresses or numbers of all columns of a field, several to a cell.
    pub(super) fn contacts(&mut self, field: F) -> Vec<String> {
        let columns: Vec<ColumnUse> = self
            .mapping
            .columns
            .iter()
            .filter(|c| c.field == field)
            .copied()
            .collect();
        let mut all: Vec<String> = Vec::new();
        for used in columns {
            for value in split_list(&self.cell(used.column).shown()) {
                let mut flaws = kept_shared::flaws::Flaws::default();
                if field == F::Email {
                    flaws.email("", &value);
                }
                if !flaws.is_empty() {
                    self.fault_in(used, "not_an_email");
                } else if !all.iter().any(|known| known.eq_ignore_ascii_case(&value)) {
                    all.push(value);
                }
            }
        }
        all
    }
}
