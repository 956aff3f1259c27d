//! The columns of the workbook: those of the screen, in its order (spec F05, F11).

use kept_shared::age_analysis::{AgeColumn, AgeFilter, AgeLayout, AgeRow};
use kept_shared::ageing::{AgedMoney, DaysHeld};
use kept_shared::money::Money;
use std::borrow::Cow;

/// One column of the sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    Name,
    Reference,
    Unit,
    Community,
    Group,
    Status,
    HandedTo,
    HandedOn,
    Currency,
    Amount(Amount),
    LastPaidOn,
    LastPaid,
    Notes,
}

/// A figure of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Amount {
    Total,
    Current,
    /// Current without what is not due yet.
    Due,
    D30,
    D60,
    D90,
    D120,
    Unallocated,
    NotDue,
}

/// The columns of a sheet: those chosen, else all. Beside the customer stands the reference, beside the status to whom and
/// when the customer was handed over, before amounts the currency, beside the last payment's day what came in on it.
pub(super) fn cells(filter: &AgeFilter) -> Vec<Cell> {
    let six = filter.layout() == AgeLayout::Six;
    let chosen = filter.columns();
    let has = |c: AgeColumn| chosen.as_ref().is_none_or(|all| all.contains(&c));
    let mut all = vec![Cell::Name, Cell::Reference];
    let mut add = |column: AgeColumn, cells: &[Cell]| {
        if has(column) {
            all.extend(cells);
        }
    };
    add(AgeColumn::Unit, &[Cell::Unit]);
    add(AgeColumn::Community, &[Cell::Community]);
    add(AgeColumn::Group, &[Cell::Group]);
    add(AgeColumn::Status, &[Cell::Status, Cell::HandedTo, Cell::HandedOn]);
    let amounts = [
        (AgeColumn::Total, Amount::Total),
        (AgeColumn::Current, if six { Amount::Due } else { Amount::Current }),
        (AgeColumn::D30, Amount::D30),
        (AgeColumn::D60, Amount::D60),
        (AgeColumn::D90, Amount::D90),
        (AgeColumn::D120, Amount::D120),
        (AgeColumn::Unallocated, Amount::Unallocated),
    ];
    if amounts.iter().any(|(c, _)| has(*c)) || has(AgeColumn::NotDue) || has(AgeColumn::LastPayment) {
        all.push(Cell::Currency);
    }
    for (column, amount) in amounts {
        // Six ages stand in the order of time.
        if six && column == AgeColumn::Current && has(AgeColumn::NotDue) {
            all.push(Cell::Amount(Amount::NotDue));
        }
        if has(column) {
            all.push(Cell::Amount(amount));
        }
    }
    if !six && has(AgeColumn::NotDue) {
        all.push(Cell::Amount(Amount::NotDue));
    }
    if has(AgeColumn::LastPayment) {
        all.extend([Cell::LastPaidOn, Cell::LastPaid]);
    }
    if has(AgeColumn::Notes) {
        all.push(Cell::Notes);
    }
    all
}

/// Heading and width in characters. `held`: the days the columns hold where they are not the usual ones.
pub(super) fn heading_of(cell: Cell, held: Option<&[DaysHeld; 5]>) -> (String, u16) {
    let days = |n: usize, usual: &str| {
        let text = match held.and_then(|all| all.get(n)) {
            None => usual.to_owned(),
            Some((None, None)) => usual.to_owned(),
            Some((None, Some(to))) => format!("To {to} days"),
            Some((Some(from), Some(to))) => format!("{from}–{to} days"),
            Some((Some(from), None)) => format!("Over {} days", from - 1),
        };
        (text, 16)
    };
    let plain = |text: &str, width| (text.to_owned(), width);
    match cell {
        Cell::Name => plain("Customer", 32),
        Cell::Reference => plain("Reference", 16),
        Cell::Unit => plain("Unit", 14),
        Cell::Community => plain("Community", 12),
        Cell::Group => plain("Group", 16),
        Cell::Status => plain("Status", 26),
        Cell::HandedTo => plain("Handed over to", 34),
        Cell::HandedOn => plain("Handed over on", 13),
        Cell::Currency => plain("Currency", 9),
        Cell::Amount(Amount::Total) => plain("Total", 16),
        Cell::Amount(Amount::Current | Amount::Due) => days(0, "Current"),
        Cell::Amount(Amount::D30) => days(1, "30 days"),
        Cell::Amount(Amount::D60) => days(2, "60 days"),
        Cell::Amount(Amount::D90) => days(3, "90 days"),
        Cell::Amount(Amount::D120) => days(4, "120+ days"),
        Cell::Amount(Amount::Unallocated) => plain("Unallocated", 16),
        Cell::Amount(Amount::NotDue) => plain("Of which not due", 16),
        Cell::LastPaidOn => plain("Last payment on", 13),
        Cell::LastPaid => plain("Last payment", 16),
        Cell::Notes => plain("Notes", 8),
    }
}

impl Amount {
    /// As decimal text.
    pub(super) fn of_row(self, row: &AgeRow) -> anyhow::Result<Cow<'_, str>> {
        let text = match self {
            Self::Due => return Ok(row.due_part()?.to_plain().into()),
            Self::Total => &row.total,
            Self::Current => &row.current,
            Self::D30 => &row.d30,
            Self::D60 => &row.d60,
            Self::D90 => &row.d90,
            Self::D120 => &row.d120,
            Self::Unallocated => &row.unallocated,
            Self::NotDue => &row.not_due,
        };
        Ok(text.as_str().into())
    }
    pub(super) fn of_sums(self, a: &AgedMoney) -> Money {
        match self {
            Self::Total => a.total,
            Self::Current => a.current,
            Self::Due => a.due_part(),
            Self::D30 => a.d30,
            Self::D60 => a.d60,
            Self::D90 => a.d90,
            Self::D120 => a.d120,
            Self::Unallocated => a.unallocated,
            Self::NotDue => a.not_due,
        }
    }
}
