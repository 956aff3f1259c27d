use super::*;
use ColumnKind::{Amount, Date, Email, Number, Text};
use kept_shared::imports::{ColumnKind, ImportField as F, ImportKind};

fn suggested(headers: &[(&str, ColumnKind)]) -> (ImportKind, Vec<Option<F>>) {
    let columns: Vec<(String, ColumnKind)> = headers.iter().map(|(h, k)| ((*h).to_owned(), *k)).collect();
    suggest(&columns)
}

#[test]
fn ageing_layouts_of_four_programs() {
    for (headers, expected) in [
        (
            vec!["Current", "< 1 Month", "1 Month", "2 Months", "3 Months", "Older"],
            vec![
                F::BucketCurrent,
                F::Bucket30,
                F::Bucket60,
                F::Bucket90,
                F::Bucket120,
                F::Bucket150,
            ],
        ),
        (
            vec!["Current", "1 - 30", "31 - 60", "61 - 90", "91 and over"],
            vec![F::BucketCurrent, F::Bucket30, F::Bucket60, F::Bucket90, F::Bucket120],
        ),
        (
            vec!["120+ Days", "90 Days", "60 Days", "30 Days", "Current"],
            vec![F::Bucket120, F::Bucket90, F::Bucket60, F::Bucket30, F::BucketCurrent],
        ),
        (
            vec!["30", "60", "120", "150 Days", "180 Days"],
            vec![F::Bucket30, F::Bucket60, F::Bucket120, F::Bucket150, F::Bucket180],
        ),
    ] {
        assert_eq!(
            headers.iter().map(|h| bucket(h)).collect::<Vec<_>>(),
            expected.into_iter().map(Some).collect::<Vec<_>>(),
            "{headers:?}"
        );
    }
    for header in [
        "2020",
        "Balance",
        "PAY_0",
        "BILL_AMT1",
        "Invoice 30",
        "30 June 2020",
        "1",
        "",
    ] {
        assert_eq!(bucket(header), None, "{header}");
    }
}

#[test]
fn invoice_files_with_other_words() {
    let (kind, fields) = suggested(&[
        ("", Number),
        ("business_code", Text),
        ("cust_number", Number),
        ("name_customer", Text),
        ("clear_date", ColumnKind::Empty),
        ("buisness_year", Number),
        ("doc_id", Number),
        ("posting_date", Date),
        ("due_in_date", Date),
        ("baseline_create_date", Date),
        ("cust_payment_terms", Text),
        ("converted_usd", Amount),
    ]);
    assert_eq!(kind, ImportKind::Invoices);
    assert_eq!(
        fields,
        [
            None,
            Some(F::CustomerGroup),
            Some(F::AccountReference),
            Some(F::AccountName),
            Some(F::SettledDate),
            None,
            Some(F::InvoiceNumber),
            Some(F::InvoiceDate),
            Some(F::DueDate),
            None,
            None,
            Some(F::Amount)
        ]
    );
    let (kind, fields) = suggested(&[
        ("Transaction Date", Date),
        ("Customer", Text),
        ("Invoice #", Text),
        ("Amount", Amount),
    ]);
    assert_eq!(
        (kind, fields),
        (
            ImportKind::Invoices,
            vec![
                Some(F::InvoiceDate),
                Some(F::Customer),
                Some(F::InvoiceNumber),
                Some(F::Amount)
            ]
        )
    );
}

#[test]
fn balances_and_customers() {
    let (kind, fields) = suggested(&[
        ("Unit", Text),
        ("Owner", Text),
        ("Email", Email),
        ("Phone", Text),
        ("Balance", Amount),
    ]);
    assert_eq!(
        (kind, fields),
        (
            ImportKind::Balances,
            vec![
                Some(F::Unit),
                Some(F::AccountName),
                Some(F::Email),
                Some(F::Phone),
                Some(F::Balance)
            ]
        )
    );
    let (kind, fields) = suggested(&[
        ("_id", Number),
        ("pin", Text),
        ("number", Number),
        ("total_amount", Amount),
    ]);
    assert_eq!(
        (kind, fields),
        (
            ImportKind::Balances,
            vec![None, Some(F::AccountReference), None, Some(F::Balance)]
        )
    );
    let (kind, fields) = suggested(&[("Account No.", Text), ("Name", Text), ("E-mail", Email), ("Cell", Text)]);
    assert_eq!(
        (kind, fields),
        (
            ImportKind::Customers,
            vec![
                Some(F::AccountReference),
                Some(F::AccountName),
                Some(F::Email),
                Some(F::Phone)
            ]
        )
    );
    let (kind, fields) = suggested(&[
        ("", Text),
        ("Current", Amount),
        ("1 - 30", Amount),
        ("31 - 60", Amount),
        ("Total", Amount),
    ]);
    assert_eq!(
        (kind, fields),
        (
            ImportKind::Balances,
            vec![
                Some(F::Customer),
                Some(F::BucketCurrent),
                Some(F::Bucket30),
                Some(F::Bucket60),
                Some(F::Total)
            ]
        )
    );
}

#[test]
fn totals_are_exact_words() {
    for yes in [
        "TOTAL",
        " Total: ",
        "Percentage of total",
        "Grand Total",
        "Total for Block A",
    ] {
        assert!(is_total(yes), "{yes}");
    }
    for no in ["Total Energies", "Subtotal Holdings", "", "Totally"] {
        assert!(!is_total(no), "{no}");
    }
}
