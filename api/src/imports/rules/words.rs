//! What column headers usually mean: the words of the programs that managing agents export from.

mod lists;

use kept_shared::imports::{ColumnKind, ImportField as F, ImportKind};
use lists::{AMOUNTS, BALANCES, NAMES, TOTALS, WORDS};

/// Letters and digits only, lower case: `Account No.` and `account_no` are one word.
pub fn plain(header: &str) -> String {
    header
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Which bucket of an age analysis a header names; a later bucket takes everything older.
pub fn bucket(header: &str) -> Option<F> {
    let word = plain(header);
    // The signs decide between "< 1 Month" and "1 Month".
    let less = header.contains('<');
    let named = match word.as_str() {
        "current" | "notdue" | "notyetdue" | "currentdue" | "lopend" | "huidig" => Some(F::BucketCurrent),
        "1month" | "1mth" if less => Some(F::Bucket30),
        "1month" | "1mth" => Some(F::Bucket60),
        "2months" | "2mths" => Some(F::Bucket90),
        "3months" | "3mths" => Some(F::Bucket120),
        "older" | "over120" => Some(F::Bucket150),
        // National Treasury's return: 0-30 days … over a year.
        "l30" => Some(F::BucketCurrent),
        "l60" => Some(F::Bucket30),
        "l90" => Some(F::Bucket60),
        "l120" => Some(F::Bucket90),
        "l150" => Some(F::Bucket120),
        "l180" => Some(F::Bucket150),
        "l1" | "g1" => Some(F::Bucket180),
        _ => None,
    };
    named.or_else(|| range(header))
}

/// `1 - 30`, `31-60 days`, `91 and over`, `120+ Days`, `30 Days`.
fn range(header: &str) -> Option<F> {
    let lower = header.to_lowercase();
    let numbers: Vec<u32> = lower
        .split(|c: char| !c.is_ascii_digit())
        .filter(|n| !n.is_empty() && n.len() <= 3)
        .filter_map(|n| n.parse().ok())
        .collect();
    let known = [
        "days", "day", "dae", "dys", "and", "over", "older", "plus", "to", "past", "due", "overdue", "d", "more",
        "than",
    ];
    if !lower
        .split(|c: char| !c.is_alphabetic())
        .filter(|w| !w.is_empty())
        .all(|w| known.contains(&w))
    {
        return None;
    }
    // A bare number is a column called "30", which age analyses do have; "2020" is not one.
    let (first, last) = match numbers.as_slice() {
        [one] => (*one, None),
        [one, two] if one < two => (*one, Some(*two)),
        _ => return None,
    };
    match (first, last) {
        (0 | 1, Some(28..=31)) => Some(F::Bucket30),
        (28..=32, Some(_)) => Some(F::Bucket60),
        (59..=62, Some(_)) => Some(F::Bucket90),
        (89..=92, Some(_)) => Some(F::Bucket120),
        (119..=122, Some(_)) => Some(F::Bucket150),
        (149..=152, Some(_)) => Some(F::Bucket180),
        (30, None) => Some(F::Bucket30),
        (60, None) => Some(F::Bucket60),
        (90, None) if lower.contains("over") || lower.contains('>') => Some(F::Bucket120),
        (90, None) => Some(F::Bucket90),
        (91 | 120, None) => Some(F::Bucket120),
        (121 | 150, None) => Some(F::Bucket150),
        (151 | 180, None) => Some(F::Bucket180),
        _ => None,
    }
}

/// Whether a header cell is a word this importer knows: that makes a row look like a header.
pub fn is_known(header: &str) -> bool {
    let word = plain(header);
    !word.is_empty()
        && (bucket(header).is_some()
            || WORDS.iter().any(|(_, words)| words.contains(&word.as_str()))
            || [NAMES, AMOUNTS, BALANCES, TOTALS]
                .iter()
                .any(|words| words.contains(&word.as_str())))
}

/// Whether the text of a cell marks a row of totals. Exact: a customer may be called Total Energies.
pub fn is_total(text: &str) -> bool {
    let lower = text.trim().trim_end_matches(':').to_lowercase();
    matches!(
        lower.as_str(),
        "total"
            | "totals"
            | "grand total"
            | "grand totals"
            | "subtotal"
            | "sub total"
            | "sub-total"
            | "report total"
            | "percentage of total"
            | "% of total"
            | "totaal"
            | "groot totaal"
            | "sum"
    ) || lower.starts_with("total for ")
}

/// Suggests the kind of import and a field for each column.
pub fn suggest(columns: &[(String, ColumnKind)]) -> (ImportKind, Vec<Option<F>>) {
    let mut fields: Vec<Option<F>> = vec![None; columns.len()];
    let buckets: Vec<Option<F>> = columns
        .iter()
        .map(|(header, kind)| {
            if matches!(kind, ColumnKind::Date | ColumnKind::Email) {
                None
            } else {
                bucket(header)
            }
        })
        .collect();
    let ageing = buckets.iter().flatten().filter(|b| **b != F::BucketCurrent).count() >= 2;
    if ageing {
        fields = buckets;
    }
    for (field, words) in WORDS {
        if ageing && !field.serves(ImportKind::Balances) {
            continue;
        }
        take(columns, &mut fields, *field, words);
    }
    let has = |fields: &[Option<F>], field: F| fields.contains(&Some(field));
    let kind = if ageing {
        take(columns, &mut fields, F::Total, TOTALS);
        ImportKind::Balances
    } else if has(&fields, F::InvoiceNumber) && (has(&fields, F::InvoiceDate) || has(&fields, F::DueDate)) {
        take(columns, &mut fields, F::Amount, AMOUNTS);
        if !has(&fields, F::Amount) {
            by_currency(columns, &mut fields);
        }
        ImportKind::Invoices
    } else {
        take(columns, &mut fields, F::Balance, BALANCES);
        if has(&fields, F::Balance) {
            ImportKind::Balances
        } else {
            ImportKind::Customers
        }
    };
    for field in &mut fields {
        if field.is_some_and(|f| !f.serves(kind)) {
            *field = None;
        }
    }
    let referenced = has(&fields, F::AccountReference) || has(&fields, F::Unit);
    take(
        columns,
        &mut fields,
        if referenced { F::AccountName } else { F::Customer },
        NAMES,
    );
    // Some programs leave the header of the first column blank above the names.
    if !referenced && !has(&fields, F::Customer) {
        if let (Some((header, ColumnKind::Text)), Some(slot @ None)) = (columns.first(), fields.first_mut()) {
            if header.trim().is_empty() {
                *slot = Some(F::Customer);
            }
        }
    }
    (kind, fields)
}

fn fits(field: F, kind: ColumnKind) -> bool {
    if kind == ColumnKind::Empty {
        true
    } else if field.is_date() {
        matches!(kind, ColumnKind::Date | ColumnKind::Number)
    } else if field.is_amount() {
        matches!(kind, ColumnKind::Amount | ColumnKind::Number)
    } else {
        !matches!(kind, ColumnKind::Date)
    }
}

/// Gives `field` to the first free column with the best of `words`; repeating fields to all such columns.
fn take(columns: &[(String, ColumnKind)], fields: &mut [Option<F>], field: F, words: &[&str]) {
    for word in words {
        for ((header, kind), slot) in columns.iter().zip(fields.iter_mut()) {
            if slot.is_none() && plain(header) == *word && fits(field, *kind) {
                *slot = Some(field);
                if !field.repeats() {
                    return;
                }
            }
        }
    }
}

/// `converted_usd`, `Amount (ZAR)`: the last amount column whose header names a currency.
fn by_currency(columns: &[(String, ColumnKind)], fields: &mut [Option<F>]) {
    let found = columns.iter().zip(fields.iter_mut()).filter(|((header, kind), slot)| {
        let word = plain(header);
        slot.is_none()
            && *kind == ColumnKind::Amount
            && ["usd", "zar", "eur", "gbp", "amount"]
                .iter()
                .any(|end| word.ends_with(end))
    });
    if let Some((_, slot)) = found.last() {
        *slot = Some(F::Amount);
    }
}

#[cfg(test)]
mod tests;
