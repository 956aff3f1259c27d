//! Tables of banks: CSV above all, but also the spreadsheets some banks offer. The rows come from the reader that
//! imports use; here it is found out what the columns are, and rows become lines under a mapping.

mod layout;
mod words;

pub use layout::find;

use super::{Balance, Fault, Line, MAX_TEXT, Statement, account_number, clean, word};
use crate::imports::read::{ReadAs, Refusal, scan};
use crate::imports::rules::{Cell, amount, date};
use kept_shared::bank_statements::{BankField, BankMapping, MAX_LINES};
use rust_decimal::Decimal;
use std::path::Path;

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: refusal.code,
            line: refusal.row,
            found: None,
        }
    }
}

pub(super) const fn read_as(mapping: &BankMapping) -> ReadAs {
    ReadAs {
        sheet: 0,
        delimiter: mapping.delimiter,
        encoding: mapping.encoding,
    }
}

/// Reads a table as one statement, or one for each account where a column names it. Errors: the fault with its row.
pub fn read(path: &Path, mapping: &BankMapping) -> Result<Vec<Statement>, Fault> {
    let mut statements: Vec<Statement> = vec![];
    let mut count = 0_usize;
    let mut fault: Option<Fault> = None;
    let outcome = scan(path, read_as(mapping), &mut |number, cells| {
        if number <= mapping.header_row || cells.iter().all(Cell::is_blank) || words::is_total(cells) {
            return Ok(());
        }
        match line(mapping, number, cells) {
            Ok(None) => Ok(()),
            Ok(Some((account, line, remark))) => {
                count += 1;
                if count > MAX_LINES {
                    return Err(Refusal::at("too_many_lines", number));
                }
                let statement = match statements.iter_mut().position(|s| s.account == account) {
                    Some(at) => statements.get_mut(at),
                    None => {
                        statements.push(Statement {
                            account,
                            currency: mapping.currency.map(|c| c.as_str().to_owned()),
                            ..Statement::default()
                        });
                        statements.last_mut()
                    }
                };
                if let Some(statement) = statement {
                    if let Some(code) = remark {
                        statement.remark(code);
                    }
                    statement.lines.push(line);
                }
                Ok(())
            }
            Err(found) => {
                let refusal = Refusal::at(found.code, number);
                fault = Some(found);
                Err(refusal)
            }
        }
    });
    if let Some(fault) = fault {
        return Err(fault);
    }
    outcome?;
    statements.iter_mut().for_each(balances);
    super::bounded(&statements)?;
    Ok(statements)
}

fn text(cells: &[Cell], at: Option<usize>) -> Option<&Cell> {
    at.and_then(|i| cells.get(i)).filter(|c| !c.is_blank())
}

type Found = (Option<String>, Line, Option<&'static str>);

/// One row. `None`: it has neither date nor amount, as footers and notes have not.
fn line(mapping: &BankMapping, number: u32, cells: &[Cell]) -> Result<Option<Found>, Fault> {
    let cell = |field: BankField| text(cells, mapping.column_of(field));
    let shown = |field: BankField| cell(field).map(Cell::shown);
    let fault = |code: &'static str, field: BankField| Fault::at(code, number).found(&shown(field).unwrap_or_default());
    let day = |field: BankField| match cell(field) {
        None => Ok(None),
        Some(found) => date::parse(found, mapping.date_order).map_err(|code| fault(code, field)),
    };
    let money = |field: BankField| match cell(field) {
        None => Ok(None),
        Some(found) => amount::parse(found, mapping.decimal_style).map_err(|code| fault(code, field)),
    };
    let booked_on = day(BankField::Date);
    let (amount, remark) = signed(mapping, &money, shown(BankField::Direction))?;
    let Some(amount) = amount else {
        // A note below the table has no amount; a movement without one is no movement.
        return match booked_on {
            Ok(None) | Err(_) => Ok(None),
            Ok(Some(_)) => Err(Fault::at("amount_missing", number)),
        };
    };
    let booked_on = booked_on?.ok_or(Fault::at("date_missing", number))?;
    let texts: Vec<String> = mapping
        .columns
        .iter()
        .filter(|c| c.field == BankField::Text)
        .filter_map(|c| text(cells, usize::try_from(c.column).ok()))
        .map(Cell::shown)
        .collect();
    let account = shown(BankField::Account)
        .or_else(|| mapping.account.clone())
        .and_then(|a| account_number(&a));
    let plain = |field: BankField| shown(field).and_then(|v| word(&v));
    let line = Line {
        at: number,
        booked_on,
        value_on: day(BankField::ValueDate)?,
        amount: if mapping.signs_turned { -amount } else { amount },
        reference: plain(BankField::Reference),
        end_to_end_id: plain(BankField::EndToEndId),
        counterparty_name: plain(BankField::Name),
        counterparty_account: shown(BankField::CounterpartyAccount).and_then(|a| account_number(&a)),
        text: clean(&texts.join(" "), MAX_TEXT),
        code: plain(BankField::Code),
        bank_id: plain(BankField::BankId),
        balance: money(BankField::Balance)?,
        ..Line::default()
    };
    Ok(Some((account, line, remark)))
}

/// The amount with its sign. A direction that contradicts a sign that is written loses, and is remarked.
fn signed(
    mapping: &BankMapping,
    money: &dyn Fn(BankField) -> Result<Option<Decimal>, Fault>,
    direction: Option<String>,
) -> Result<(Option<Decimal>, Option<&'static str>), Fault> {
    if !mapping.has(BankField::Amount) {
        let (debit, credit) = (money(BankField::Debit)?, money(BankField::Credit)?);
        // A debit is written with or without its sign; either way it went out.
        let out = debit.map(|d| -d.abs());
        return Ok((
            match (out, credit) {
                (None, None) => None,
                (out, credit) => Some(out.unwrap_or_default() + credit.unwrap_or_default()),
            },
            None,
        ));
    }
    let Some(amount) = money(BankField::Amount)? else {
        return Ok((None, None));
    };
    Ok(match direction.as_deref().and_then(words::direction) {
        None => (Some(amount), None),
        Some(_) if amount.is_sign_negative() && !amount.is_zero() => {
            let contradicts = direction.as_deref().and_then(words::direction) == Some(Decimal::ONE);
            (Some(amount), contradicts.then_some("signs_contradict"))
        }
        Some(sign) => (Some(amount * sign), None),
    })
}

/// Opening and closing balance from the balance column, and whether each line leads to the next.
fn balances(statement: &mut Statement) {
    let mut seen = std::collections::HashSet::new();
    let repeated = statement
        .lines
        .iter()
        .filter(|l| l.bank_id.as_ref().is_some_and(|id| !seen.insert(id)))
        .count();
    if repeated > 0 {
        let repeated = u32::try_from(repeated).unwrap_or(u32::MAX);
        statement.remarks.insert("repeated_bank_id", repeated);
    }
    if statement.lines.iter().any(|l| l.balance.is_none()) {
        return;
    }
    let breaks = |oldest_first: bool| {
        let step = |pair: &[Line]| match pair {
            [a, b] if oldest_first => a.balance.zip(b.balance).is_some_and(|(x, y)| x + b.amount != y),
            [a, b] => a.balance.zip(b.balance).is_some_and(|(x, y)| y + a.amount != x),
            _ => false,
        };
        statement.lines.windows(2).filter(|pair| step(pair)).count()
    };
    let (forward, backward) = (breaks(true), breaks(false));
    if backward < forward {
        statement.lines.reverse();
    }
    let broken = forward.min(backward);
    if broken > 0 {
        let broken = u32::try_from(broken).unwrap_or(u32::MAX);
        statement.remarks.insert("balance_chain_breaks", broken);
    }
    let (Some(first), Some(last)) = (statement.lines.first(), statement.lines.last()) else {
        return;
    };
    let balance = |amount: Decimal, on| Balance {
        amount,
        on: Some(on),
        currency: statement.currency.clone(),
    };
    let (opening, closing) = (
        first.balance.map(|b| balance(b - first.amount, first.booked_on)),
        last.balance.map(|b| balance(b, last.booked_on)),
    );
    (statement.opening, statement.closing) = (opening, closing);
}
