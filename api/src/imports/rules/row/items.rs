//! The amounts of a row: an invoice, one balance, or the buckets of an age analysis.

use super::reader::Row;
use super::{DraftItem, ItemDate, MAX_NUMBER};
use kept_shared::imports::{ColumnUse, ImportField as F};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A row's total may differ from its buckets by what rounding each of them can do.
const ROUNDING: Decimal = Decimal::from_parts(5, 0, 0, false, 2);

pub(super) fn invoice(row: &mut Row<'_>) -> Option<DraftItem> {
    let number = row.required(F::InvoiceNumber, MAX_NUMBER);
    let (issued, due) = (row.date(F::InvoiceDate), row.date(F::DueDate));
    let settled_on = row.date(F::SettledDate);
    let disputed = row.yes_or_no(F::Disputed);
    let amount = row.required_amount(F::Amount);
    // One of the two dates is enough; the other falls on the same day.
    let issued_on = issued.or(due);
    if issued_on.is_none() && row.faults.is_empty() {
        row.fault(
            if row.mapping.has(F::InvoiceDate) {
                F::InvoiceDate
            } else {
                F::DueDate
            },
            "required",
        );
    }
    let number = number?;
    Some(DraftItem {
        key: number.clone(),
        label: number,
        amount: amount?,
        date: ItemDate::Known {
            issued_on: issued_on?,
            due_on: due,
        },
        disputed,
        settled_on,
        column: row.mapping.column_of(F::Amount)?,
        field: F::Amount,
    })
}

pub(super) fn balance(row: &mut Row<'_>) -> Option<DraftItem> {
    let amount = row.required_amount(F::Balance)?;
    let as_at = row.mapping.as_at?;
    let due_on = row.mapping.due_on.unwrap_or(as_at);
    (!amount.is_zero()).then(|| DraftItem {
        key: format!("opening:{as_at}"),
        label: format!("Opening balance {as_at}"),
        amount,
        // An opening balance is as old as its due date, whichever date the community ages by.
        date: ItemDate::Known {
            issued_on: due_on,
            due_on: Some(due_on),
        },
        disputed: None,
        settled_on: None,
        column: row.mapping.column_of(F::Balance).unwrap_or_default(),
        field: F::Balance,
    })
}

pub(super) fn buckets(row: &mut Row<'_>) -> Vec<DraftItem> {
    let Some(as_at) = row.mapping.as_at else { return vec![] };
    let mut sums: BTreeMap<u8, (Decimal, ColumnUse)> = BTreeMap::new();
    let mut whole = Decimal::ZERO;
    for used in &row.mapping.columns {
        let Some(bucket) = used.field.bucket() else { continue };
        let Some(amount) = row.amount_in(*used) else { continue };
        let slot = sums.entry(bucket).or_insert((Decimal::ZERO, *used));
        match (slot.0.checked_add(amount), whole.checked_add(amount)) {
            (Some(sum), Some(total)) => (slot.0, whole) = (sum, total),
            (Some(_) | None, _) => row.fault_in(*used, "amount_too_large"),
        }
    }
    if let Some(total) = row.amount(F::Total) {
        if row.faults.is_empty() && (total - whole).abs() > ROUNDING {
            let sum = whole.to_string();
            row.fault(F::Total, "does_not_add_up");
            if let Some(fault) = row.faults.last_mut() {
                fault.params.insert("sum".into(), sum);
            }
        }
    }
    let named = ["current", "30", "60", "90", "120", "150", "180"];
    sums.into_iter()
        .filter(|(_, (amount, _))| !amount.is_zero())
        .map(|(bucket, (amount, used))| {
            let name = named.get(usize::from(bucket)).copied().unwrap_or("180");
            DraftItem {
                key: format!("opening:{as_at}:{name}"),
                label: format!("Opening balance {as_at} ({name})"),
                amount,
                date: ItemDate::InBucket { bucket, as_at },
                disputed: None,
                settled_on: None,
                column: used.column,
                field: used.field,
            }
        })
        .collect()
}
