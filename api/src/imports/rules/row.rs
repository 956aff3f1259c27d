//! What one row means under a mapping, before the book is looked at.

mod items;
mod reader;

use super::cell::Cell;
use chrono::NaiveDate;
use items::{balance, buckets, invoice};
use kept_shared::imports::{Fault, ImportField as F, ImportKind, Mapping};
use reader::Row;
use rust_decimal::Decimal;

/// Longest account reference, unit or group; longest invoice number (its keys in the journal add a little).
const MAX_NUMBER: usize = 60;
const MAX_NAME: usize = 200;

/// A row in typed form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Code of the community, when a column says it.
    pub community: Option<String>,
    pub reference: String,
    pub name: Option<String>,
    pub group: Option<String>,
    pub unit: Option<String>,
    pub emails: Vec<String>,
    pub phones: Vec<String>,
    pub items: Vec<DraftItem>,
}

/// One amount to be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftItem {
    /// What it is found by in the account, import after import.
    pub key: String,
    /// The invoice number, or words for an opening balance.
    pub label: String,
    /// Exact, as written.
    pub amount: Decimal,
    pub date: ItemDate,
    pub disputed: Option<bool>,
    pub settled_on: Option<NaiveDate>,
    pub column: u32,
    pub field: F,
}

/// When an item was issued and due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemDate {
    Known {
        issued_on: NaiveDate,
        due_on: Option<NaiveDate>,
    },
    /// Somewhere in a bucket of an age analysis; the community's ageing rules say where.
    InBucket { bucket: u8, as_at: NaiveDate },
}

/// Reads a row. Errors: everything that is wrong with it, cell by cell.
pub fn draft(mapping: &Mapping, cells: &[Cell]) -> Result<Draft, Vec<Fault>> {
    let mut row = Row::new(mapping, cells);
    let mut draft = Draft {
        community: row.text(F::Community, MAX_NUMBER),
        ..Draft::default()
    };
    draft.unit = row.text(F::Unit, MAX_NUMBER);
    draft.name = row.text(F::AccountName, MAX_NAME);
    draft.group = row.text(F::CustomerGroup, 120);
    match row.text(F::AccountReference, MAX_NUMBER) {
        Some(reference) => draft.reference = reference,
        None if mapping.has(F::Customer) => {
            if let Some(text) = row.required(F::Customer, MAX_NAME) {
                let (reference, name) = split_customer(&text);
                if reference.chars().count() > MAX_NUMBER {
                    row.fault(F::Customer, "too_long");
                }
                (draft.reference, draft.name) = (reference, Some(name));
            }
        }
        None if mapping.has(F::AccountReference) => row.fault(F::AccountReference, "required"),
        // The unit is the customer's number where there is no other.
        None => match &draft.unit {
            Some(unit) => draft.reference.clone_from(unit),
            None => row.fault(F::Unit, "required"),
        },
    }
    if mapping.has(F::Community) && draft.community.is_none() && mapping.community_id.is_none() {
        row.fault(F::Community, "required");
    }
    draft.emails = row.contacts(F::Email);
    draft.phones = row.contacts(F::Phone);
    match mapping.kind {
        ImportKind::Invoices => draft.items.extend(invoice(&mut row)),
        ImportKind::Customers => {}
        ImportKind::Balances if mapping.has_buckets() => draft.items = buckets(&mut row),
        ImportKind::Balances => draft.items.extend(balance(&mut row)),
    }
    if row.faults.is_empty() {
        Ok(draft)
    } else {
        Err(row.faults)
    }
}

/// The amount a row of totals states, in the column that is imported.
pub fn stated_total(mapping: &Mapping, cells: &[Cell]) -> Option<Decimal> {
    let mut row = Row::new(mapping, cells);
    let read = |row: &mut Row<'_>, field| row.amount(field).filter(|_| row.faults.is_empty());
    match mapping.kind {
        ImportKind::Invoices => read(&mut row, F::Amount),
        ImportKind::Customers => None,
        ImportKind::Balances => read(&mut row, F::Total).or_else(|| read(&mut row, F::Balance)),
    }
}

/// `ALBER in (200750051)` and `200750051 ALBER in` hold a number and a name; anything else is both at once.
fn split_customer(text: &str) -> (String, String) {
    let looks_like_number = |word: &str| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let all = word.chars().count();
        all >= 3 && digits * 2 >= all && !word.contains(char::is_whitespace)
    };
    let behind = text
        .strip_suffix(')')
        .and_then(|t| t.rsplit_once('('))
        .map(|(name, number)| (number.trim(), name.trim()));
    let before = text
        .split_once(char::is_whitespace)
        .map(|(number, name)| (number.trim(), name.trim()));
    match (behind, before) {
        (Some((number, name)), _) if looks_like_number(number) && !name.is_empty() => (number.into(), name.into()),
        (_, Some((number, name))) if looks_like_number(number) && !name.is_empty() => (number.into(), name.into()),
        _ => (text.into(), text.into()),
    }
}

#[cfg(test)]
mod tests;
