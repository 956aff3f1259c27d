//! What one row means under a mapping, before the book is looked at.

use super::cell::Cell;
use super::{amount, date};
use chrono::NaiveDate;
use kept_shared::contacts::split_list;
use kept_shared::imports::{ColumnUse, Fault, ImportField as F, ImportKind, Mapping};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Longest account reference, unit or group; longest invoice number (its keys in the journal add a little).
const MAX_NUMBER: usize = 60;
const MAX_NAME: usize = 200;
/// A row's total may differ from its buckets by what rounding each of them can do.
const ROUNDING: Decimal = Decimal::from_parts(5, 0, 0, false, 2);

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
    let mut row = Row {
        mapping,
        cells,
        faults: vec![],
    };
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
    let mut row = Row {
        mapping,
        cells,
        faults: vec![],
    };
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

fn invoice(row: &mut Row<'_>) -> Option<DraftItem> {
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

fn balance(row: &mut Row<'_>) -> Option<DraftItem> {
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

fn buckets(row: &mut Row<'_>) -> Vec<DraftItem> {
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

struct Row<'a> {
    mapping: &'a Mapping,
    cells: &'a [Cell],
    faults: Vec<Fault>,
}

impl Row<'_> {
    fn cell(&self, column: u32) -> &Cell {
        self.cells.get(column as usize).unwrap_or(&Cell::Empty)
    }

    fn fault_in(&mut self, used: ColumnUse, code: &str) {
        let value = self.cell(used.column).shown().chars().take(200).collect();
        self.faults.push(Fault {
            column: Some(used.column),
            field: Some(used.field),
            value,
            code: code.to_owned(),
            params: BTreeMap::new(),
        });
    }

    fn fault(&mut self, field: F, code: &str) {
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
    fn text(&mut self, field: F, max: usize) -> Option<String> {
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

    fn required(&mut self, field: F, max: usize) -> Option<String> {
        let before = self.faults.len();
        let text = self.text(field, max);
        if text.is_none() && self.faults.len() == before {
            self.fault(field, "required");
        }
        text
    }

    fn date(&mut self, field: F) -> Option<NaiveDate> {
        let used = self.used(field)?;
        match date::parse(self.cell(used.column), self.mapping.date_order) {
            Ok(date) => date,
            Err(code) => {
                self.fault_in(used, code);
                None
            }
        }
    }

    fn amount(&mut self, field: F) -> Option<Decimal> {
        let used = self.used(field)?;
        self.amount_in(used)
    }

    fn amount_in(&mut self, used: ColumnUse) -> Option<Decimal> {
        match amount::parse(self.cell(used.column), self.mapping.decimal_style) {
            Ok(amount) => amount,
            Err(code) => {
                self.fault_in(used, code);
                None
            }
        }
    }

    fn required_amount(&mut self, field: F) -> Option<Decimal> {
        let before = self.faults.len();
        let amount = self.amount(field);
        if amount.is_none() && self.faults.len() == before {
            self.fault(field, "required");
        }
        amount
    }

    fn yes_or_no(&mut self, field: F) -> Option<bool> {
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
    fn contacts(&mut self, field: F) -> Vec<String> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use kept_shared::imports::{DateOrder, DecimalStyle};

    fn mapping(kind: ImportKind, fields: &[F]) -> Mapping {
        Mapping {
            kind,
            sheet: 0,
            header_row: 1,
            delimiter: None,
            encoding: None,
            date_order: Some(DateOrder::DayMonthYear),
            decimal_style: Some(DecimalStyle::Point),
            columns: (0_u32..)
                .zip(fields)
                .map(|(column, field)| ColumnUse { column, field: *field })
                .collect(),
            community_id: None,
            as_at: "2026-06-30".parse().ok(),
            due_on: None,
        }
    }
    fn text(cells: &[&str]) -> Vec<Cell> {
        cells.iter().map(|c| Cell::Text((*c).to_owned())).collect()
    }
    fn codes(result: Result<Draft, Vec<Fault>>) -> Vec<(Option<u32>, String)> {
        result.unwrap_err().into_iter().map(|f| (f.column, f.code)).collect()
    }

    #[test]
    fn an_invoice_keeps_its_number_as_text() {
        let m = mapping(
            ImportKind::Invoices,
            &[
                F::AccountReference,
                F::InvoiceNumber,
                F::InvoiceDate,
                F::DueDate,
                F::Amount,
                F::Disputed,
                F::SettledDate,
            ],
        );
        let d = draft(
            &m,
            &text(&[
                "0379-NEVHP",
                "0000611365",
                "2/1/2013",
                "1/2/2013",
                "55.94",
                "Yes",
                "15/1/2013",
            ]),
        )
        .unwrap();
        assert_eq!(
            (d.reference.as_str(), d.items[0].key.as_str()),
            ("0379-NEVHP", "0000611365")
        );
        assert_eq!(
            d.items[0].date,
            ItemDate::Known {
                issued_on: "2013-01-02".parse().unwrap(),
                due_on: "2013-02-01".parse().ok()
            }
        );
        assert_eq!(
            (d.items[0].disputed, d.items[0].settled_on),
            (Some(true), "2013-01-15".parse().ok())
        );
    }

    #[test]
    fn every_fault_of_a_row_is_named_with_its_cell() {
        let m = mapping(
            ImportKind::Invoices,
            &[
                F::AccountReference,
                F::InvoiceNumber,
                F::InvoiceDate,
                F::Amount,
                F::Disputed,
                F::Email,
            ],
        );
        assert_eq!(
            codes(draft(&m, &text(&["", "7", "30/02/2026", "12x", "perhaps", "a@b"]))),
            [
                (Some(0), "required"),
                (Some(5), "not_an_email"),
                (Some(2), "no_such_day"),
                (Some(4), "not_yes_or_no"),
                (Some(3), "not_an_amount")
            ]
            .map(|(c, t)| (c, t.to_owned()))
        );
        let missing = codes(draft(&m, &text(&["A", "7", "", "", "", ""])));
        assert_eq!(missing, [(Some(3), "required".to_owned())]);
    }

    #[test]
    fn buckets_become_items_and_must_add_up() {
        let m = mapping(
            ImportKind::Balances,
            &[
                F::Customer,
                F::BucketCurrent,
                F::Bucket30,
                F::Bucket120,
                F::Bucket120,
                F::Total,
            ],
        );
        let d = draft(
            &m,
            &text(&["Blue Co (10293)", "(5.00)", "", "1,000.50", "0.50", "996.00"]),
        )
        .unwrap();
        assert_eq!((d.reference.as_str(), d.name.as_deref()), ("10293", Some("Blue Co")));
        let items: Vec<(&str, String)> = d
            .items
            .iter()
            .map(|i| (i.key.as_str(), i.amount.normalize().to_string()))
            .collect();
        assert_eq!(
            items,
            [
                ("opening:2026-06-30:current", "-5".to_owned()),
                ("opening:2026-06-30:120", "1001".to_owned())
            ]
        );
        assert_eq!(
            codes(draft(&m, &text(&["Blue Co", "5.00", "", "", "", "7.00"]))),
            [(Some(5), "does_not_add_up".to_owned())]
        );
    }

    #[test]
    fn numbers_in_front_of_or_behind_a_name() {
        let split = |t: &str| split_customer(t);
        assert_eq!(split("200750051 ALBER in"), ("200750051".into(), "ALBER in".into()));
        assert_eq!(split("ALBER in (200750051)"), ("200750051".into(), "ALBER in".into()));
        for both in ["A", "3 Blind Mice", "Trust (Pty)", "Protea Trading (Pty) Ltd"] {
            assert_eq!(split(both), (both.into(), both.into()));
        }
    }

    #[test]
    fn a_unit_serves_as_reference_where_there_is_no_other() {
        let m = mapping(ImportKind::Balances, &[F::Unit, F::AccountName, F::Balance, F::Phone]);
        let d = draft(
            &m,
            &text(&["A101", "Jane\nDoe", "1,250.00", "082 123 4567; 083 765 4321"]),
        )
        .unwrap();
        assert_eq!(
            (d.reference.as_str(), d.name.as_deref(), d.phones.len()),
            ("A101", Some("Jane Doe"), 2)
        );
        assert_eq!(
            d.items[0].date,
            ItemDate::Known {
                issued_on: "2026-06-30".parse().unwrap(),
                due_on: "2026-06-30".parse().ok()
            }
        );
        assert!(draft(&m, &text(&["A101", "x", "0.00", ""])).unwrap().items.is_empty());
    }
}
