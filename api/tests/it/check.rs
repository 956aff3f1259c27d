//! `kept check` is quiet on a sound book and names each thing that is broken.

use crate::{
    both,
    kit::{TestApp, ok},
};
use chrono::{DateTime, NaiveDate, Utc};
use kept_api::check;
use sea_orm::Value;
use uuid::Uuid;

/// A book of one account with an invoice of 500.00 and a payment of 200.00 that pays part of it.
struct Book {
    community: Uuid,
    account: Uuid,
    invoice: Uuid,
    payment: Uuid,
}

fn now() -> DateTime<Utc> {
    "2026-11-22T08:00:00Z".parse().unwrap()
}
fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn entry(app: &TestApp, book: &Book, id: Uuid, kind: &str, minor: i64, reverses: Option<Uuid>) {
    let values: Vec<Value> = vec![
        id.into(),
        book.account.into(),
        book.community.into(),
        kind.into(),
        day("2026-10-01").into(),
        minor.into(),
        reverses.into(),
        now().into(),
    ];
    app.sql(
        "INSERT INTO entry (id, account_id, community_id, type, context, description, effective_on, amount_minor, reverses_id, posted_at) \
         VALUES ($1, $2, $3, $4, 'invoice', 'a line', $5, $6, $7, $8)",
        values,
    )
    .await;
}

async fn book(app: &TestApp) -> Book {
    let book = Book {
        community: Uuid::now_v7(),
        account: Uuid::now_v7(),
        invoice: Uuid::now_v7(),
        payment: Uuid::now_v7(),
    };
    let organisation: Uuid = app.organisation.into();
    app.sql(
        "INSERT INTO community (id, organisation_id, code, name, kind, currency, time_zone, ageing_mode, ageing_basis, ageing_edges, \
         credit_policy, is_active, created_at, version) \
         VALUES ($1, $2, 'JAC', 'Jacaranda', 'sectional_title', 'ZAR', 'Africa/Johannesburg', 'days', 'due', '30,60,90,120', 'unallocated', $3, $4, 1)",
        vec![book.community.into(), organisation.into(), true.into(), now().into()],
    )
    .await;
    app.sql(
        "INSERT INTO account (id, organisation_id, community_id, reference, name, search, note_count, is_active, created_at, version) \
         VALUES ($1, $2, $3, 'JAC0001', 'Naledi Botha', 'naledi botha', 0, $4, $5, 1)",
        vec![book.account.into(), organisation.into(), book.community.into(), true.into(), now().into()],
    )
    .await;
    app.sql(
        "INSERT INTO debtor (id, account_id, role, kind, full_name, created_at, version) VALUES ($1, $2, 'primary', 'natural', 'Naledi Botha', $3, 1)",
        vec![Uuid::now_v7().into(), book.account.into(), now().into()],
    )
    .await;
    entry(app, &book, book.invoice, "invoice", 50_000, None).await;
    entry(app, &book, book.payment, "payment", -20_000, None).await;
    app.sql(
        "INSERT INTO open_item (account_id, entry_id, community_id, age_from, open_minor) VALUES ($1, $2, $3, $4, 30000)",
        vec![book.account.into(), book.invoice.into(), book.community.into(), day("2026-10-01").into()],
    )
    .await;
    app.sql(
        "UPDATE aged SET valid_on = $2, valid_until = $2, d30_minor = 30000, total_minor = 30000 WHERE account_id = $1",
        vec![book.account.into(), day("2026-11-22").into()],
    )
    .await;
    book
}

async fn broken(app: &TestApp) -> Vec<&'static str> {
    let findings = ok(check::findings(&app.kernel).await);
    let broken: Vec<_> = findings
        .rules
        .iter()
        .filter(|rule| rule.faults > 0)
        .map(|rule| rule.name)
        .collect();
    assert_eq!(findings.ok, broken.is_empty());
    broken
}

async fn allocate(app: &TestApp, book: &Book, minor: i64) {
    app.sql(
        "INSERT INTO allocation (id, account_id, community_id, credit_entry_id, debit_entry_id, amount_minor, effective_on, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        vec![
            Uuid::now_v7().into(),
            book.account.into(),
            book.community.into(),
            book.payment.into(),
            book.invoice.into(),
            minor.into(),
            day("2026-10-02").into(),
            now().into(),
        ],
    )
    .await;
}

both! {
    async fn a_sound_book_is_whole(app: TestApp) {
        let book = book(&app).await;
        allocate(&app, &book, 20_000).await;
        assert_eq!(broken(&app).await, Vec::<&str>::new());
        let findings = ok(check::findings(&app.kernel).await);
        assert_eq!(findings.entries_minor.len(), 1);
        assert_eq!((findings.entries_minor[0].currency.as_str(), findings.entries_minor[0].minor), ("ZAR", 30_000));
        assert!(findings.to_text().ends_with("The books are whole."));
    }

    async fn an_entry_that_the_aged_row_does_not_know_is_named(app: TestApp) {
        let book = book(&app).await;
        entry(&app, &book, Uuid::now_v7(), "invoice", 1, None).await;
        assert_eq!(broken(&app).await, ["balance"]);
        assert!(ok(check::findings(&app.kernel).await).to_text().contains("NOT whole"));
    }

    async fn an_open_item_of_another_size_is_named(app: TestApp) {
        let book = book(&app).await;
        app.sql("UPDATE open_item SET open_minor = 50001 WHERE account_id = $1", vec![book.account.into()]).await;
        assert_eq!(broken(&app).await, ["open-items", "open-item-size"]);
    }

    async fn a_credit_set_against_more_than_it_is_is_named(app: TestApp) {
        let book = book(&app).await;
        allocate(&app, &book, 20_001).await;
        assert_eq!(broken(&app).await, ["allocation-credit"]);
        allocate(&app, &book, 30_000).await;
        assert_eq!(broken(&app).await, ["allocation-credit", "allocation-debit"]);
    }

    async fn a_reversal_of_another_amount_is_named(app: TestApp) {
        let book = book(&app).await;
        entry(&app, &book, Uuid::now_v7(), "chargeback", 19_999, Some(book.payment)).await;
        assert_eq!(broken(&app).await, ["balance", "reversals"]);
    }

    async fn a_status_without_its_history_and_a_wrong_number_of_notes_are_named(app: TestApp) {
        let book = book(&app).await;
        app.sql("UPDATE account SET debt_status_id = $1, note_count = 3 WHERE id = $2", vec![Uuid::now_v7().into(), book.account.into()]).await;
        assert_eq!(broken(&app).await, ["statuses", "notes"]);
    }

    async fn a_handover_that_is_not_there_is_named(app: TestApp) {
        let book = book(&app).await;
        app.sql("UPDATE account SET open_handover_id = $1 WHERE id = $2", vec![Uuid::now_v7().into(), book.account.into()]).await;
        assert_eq!(broken(&app).await, ["handovers"]);
    }

    async fn a_batch_applied_by_half_is_named(app: TestApp) {
        book(&app).await;
        let organisation: Uuid = app.organisation.into();
        app.sql(
            "INSERT INTO status_batch (id, organisation_id, status_id, asked, applied, skipped, applied_by, applied_at) VALUES ($1, $2, $1, 5, 4, 1, $1, $3)",
            vec![Uuid::now_v7().into(), organisation.into(), now().into()],
        )
        .await;
        assert_eq!(broken(&app).await, ["batches"]);
    }

    async fn an_account_without_a_debtor_is_named(app: TestApp) {
        let book = book(&app).await;
        app.sql("DELETE FROM debtor WHERE account_id = $1", vec![book.account.into()]).await;
        assert_eq!(broken(&app).await, ["accounts"]);
    }

    async fn an_import_nobody_works_on_is_named(app: TestApp) {
        let organisation: Uuid = app.organisation.into();
        app.sql(
            "INSERT INTO import (id, organisation_id, file_name, size_bytes, sha256, blob_key, kind, state, detected, run, done, total, skip_faulty, \
             cancel_asked, created_by, created_at, version) VALUES ($1, $2, 'a.csv', 1, '', '', 'book', 'committing', '{}', 1, 0, 1, $3, $3, $1, $4, 1)",
            vec![Uuid::now_v7().into(), organisation.into(), false.into(), now().into()],
        )
        .await;
        assert_eq!(broken(&app).await, ["imports"]);
    }
}
