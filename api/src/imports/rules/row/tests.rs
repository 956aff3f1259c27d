use super::*;
use kept_shared::imports::{ColumnUse, DateOrder, DecimalStyle};

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
