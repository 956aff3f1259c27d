//! What column headers usually mean: the words of the programs that managing agents export from.

mod heading;
mod lists;

pub use heading::plain;
use heading::{currency, spelled, without_units};
use kept_shared::imports::{ColumnKind, ImportField as F, ImportKind};
use std::collections::HashSet;
use std::sync::LazyLock;

/// A heading in the two forms it is compared in: as it stands and spelt out.
#[derive(Debug, PartialEq, Eq)]
struct Heading {
    plain: String,
    spelled: String,
}

impl Heading {
    fn of(text: &str) -> Self {
        Self {
            plain: plain(text),
            spelled: spelled(text),
        }
    }
    fn is(&self, other: &Self) -> bool {
        let ours = [&self.plain, &self.spelled];
        ours.contains(&&other.plain) || ours.contains(&&other.spelled)
    }
}

/// The lists, taken apart once.
struct Lists {
    words: Vec<(F, Vec<Heading>)>,
    names: Vec<Heading>,
    amounts: Vec<Heading>,
    balances: Vec<Heading>,
    totals: Vec<Heading>,
    known: HashSet<String>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let headings = |list: &str| list.split(',').map(Heading::of).collect::<Vec<_>>();
    let mut lists = Lists {
        words: lists::WORDS
            .iter()
            .map(|(field, list)| (*field, headings(list)))
            .collect(),
        names: headings(lists::NAMES),
        amounts: headings(lists::AMOUNTS),
        balances: headings(lists::BALANCES),
        totals: headings(lists::TOTALS),
        known: HashSet::new(),
    };
    let all = lists.words.iter().map(|(_, list)| list);
    let all = all.chain([&lists.names, &lists.amounts, &lists.balances, &lists.totals]);
    lists.known = all
        .flatten()
        .flat_map(|h| [h.plain.clone(), h.spelled.clone()])
        .collect();
    lists
});

/// Which bucket of an age analysis a header names; a later bucket takes everything older.
pub fn bucket(header: &str) -> Option<F> {
    let header = &without_units(header);
    let word = plain(header);
    // The signs decide between "< 1 Month" and "1 Month".
    let less = header.contains('<');
    let named = match word.as_str() {
        "current" | "currentmonth" | "notdue" | "notyetdue" | "currentdue" | "lopend" | "lopende" | "huidig"
        | "huidige" | "nieverval" => Some(F::BucketCurrent),
        "1month" | "1mth" | "1maand" if less => Some(F::Bucket30),
        "1month" | "1mth" | "1maand" => Some(F::Bucket60),
        "2months" | "2mths" | "2maande" => Some(F::Bucket90),
        "3months" | "3mths" | "3maande" => Some(F::Bucket120),
        "older" | "over120" | "oor120" | "ouer" => Some(F::Bucket150),
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
        "days",
        "day",
        "dae",
        "dys",
        "and",
        "over",
        "older",
        "plus",
        "to",
        "past",
        "due",
        "overdue",
        "d",
        "more",
        "than",
        "en",
        "meer",
        "ouer",
        "oor",
        "tot",
        "as",
        "agterstallig",
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
        && (bucket(header).is_some() || LISTS.known.contains(&word) || LISTS.known.contains(&spelled(header)))
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
    // Ages in two currencies are never added together: the person says which are meant.
    let of_buckets = columns.iter().zip(&buckets).filter(|(_, bucket)| bucket.is_some());
    let currencies: HashSet<String> = of_buckets.filter_map(|((header, _), _)| currency(header)).collect();
    if ageing && currencies.len() <= 1 {
        fields = buckets;
    }
    let headings: Vec<Column> = columns.iter().map(|(h, kind)| (Heading::of(h), *kind)).collect();
    for (field, words) in &LISTS.words {
        if ageing && !field.serves(ImportKind::Balances) {
            continue;
        }
        take(&headings, &mut fields, *field, words);
    }
    let has = |fields: &[Option<F>], field: F| fields.contains(&Some(field));
    let kind = if ageing {
        take(&headings, &mut fields, F::Total, &LISTS.totals);
        ImportKind::Balances
    } else if has(&fields, F::InvoiceNumber) && (has(&fields, F::InvoiceDate) || has(&fields, F::DueDate)) {
        if !take(&headings, &mut fields, F::Amount, &LISTS.amounts) {
            by_currency(columns, &mut fields);
        }
        ImportKind::Invoices
    } else {
        if take(&headings, &mut fields, F::Balance, &LISTS.balances) {
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
        &headings,
        &mut fields,
        if referenced { F::AccountName } else { F::Customer },
        &LISTS.names,
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

type Column = (Heading, ColumnKind);

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

/// Gives `field` to the first free column with the best of `words`; repeating fields to all such columns. Of two amounts
/// that are called alike but for their currency or spelling, only the person knows which is meant. Whether any column was
/// for it.
fn take(columns: &[Column], fields: &mut [Option<F>], field: F, words: &[Heading]) -> bool {
    let mut found = false;
    for word in words {
        let mut free = columns
            .iter()
            .zip(fields.iter_mut())
            .filter(|((heading, kind), slot)| slot.is_none() && heading.is(word) && fits(field, *kind));
        while let Some(((heading, _), slot)) = free.next() {
            found = true;
            if field.repeats() {
                *slot = Some(field);
                continue;
            }
            let is_other = |((other, _), _): (&Column, &mut Option<F>)| other.plain != heading.plain;
            if !(field.is_amount() && free.any(is_other)) {
                *slot = Some(field);
            }
            return true;
        }
    }
    found
}

/// `converted_usd`, `Net (ZAR)`: the one amount column whose header names a currency.
fn by_currency(columns: &[(String, ColumnKind)], fields: &mut [Option<F>]) {
    let mut found = columns.iter().zip(fields.iter_mut()).filter(|((header, kind), slot)| {
        let word = plain(header);
        slot.is_none()
            && *kind == ColumnKind::Amount
            && ["usd", "zar", "eur", "gbp", "amount"]
                .iter()
                .any(|end| word.ends_with(end))
    });
    if let (Some((_, slot)), None) = (found.next(), found.next()) {
        *slot = Some(F::Amount);
    }
}

#[cfg(test)]
mod tests;
