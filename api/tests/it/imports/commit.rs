//! From the dry run to the book: faulty rows, orders, cancelling, and who was faster.

use super::{INVOICES, XLSX, book, checked, commit, community, imported, map, rows, show, upload};
use crate::both;
use kept_shared::imports::{Import, ImportField as F, ImportState};
use serde_json::json;

both! {
    async fn nothing_is_written_while_a_row_is_faulty_unless_they_are_skipped(app: TestApp) {
        let boss = app.superuser().await;
        let to = community(&boss, "LIMOSA", "ZAR", "due_date").await;
        let file = "Account No,Invoice No,Date,Amount\nC1,1,31/01/2026,10.00\nC1,2,30/02/2026,10.00\n,3,01/02/2026,10.00\nC1,4,02/02/2026,ten\nC1,1,31/01/2026,10.00\n";
        let empty = book(&app).await;
        let import = checked(&app, &boss, to, "faulty.csv", file.as_bytes(), |_| {}).await;
        let faults: Vec<(u32, Vec<(Option<u32>, String)>)> = rows(&boss, &import, "faulty")
            .await
            .into_iter()
            .map(|r| (r.number, r.faults.into_iter().map(|f| (f.column, f.code)).collect()))
            .collect();
        assert_eq!(faults, [
            (3, vec![(Some(2), "no_such_day".to_owned())]),
            (4, vec![(Some(0), "required".to_owned())]),
            (5, vec![(Some(3), "not_an_amount".to_owned())]),
            (6, vec![(Some(1), "repeated_in_file".to_owned())]),
        ]);
        assert_eq!(book(&app).await, empty);
        let refused = commit(&boss, &import, false).await.problem(422, "not-acceptable");
        assert_eq!(refused.flaw("/skip_faulty").unwrap().params["faulty"], "4");

        let errors = boss.get(format!("/imports/{}/errors.xlsx", import.id)).await;
        assert_eq!((errors.status, errors.header("content-type")), (200, Some(XLSX)));
        let fixed: Import = upload(&boss, Some(to), "faulty rows.xlsx", &errors.bytes).await.expect(201);
        assert_eq!(fixed.detection.rows, 4);
        assert_eq!(fixed.detection.columns.last().unwrap().header, "Reason");

        commit(&boss, &import, true).await.expect::<Import>(202);
        app.run_jobs().await;
        let done = show(&boss, &import).await;
        assert_eq!((done.state, done.summary.unwrap().written_rows), (ImportState::Done, 1));
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM entry", vec![]).await, 1);
    }

    async fn a_step_can_be_cancelled_and_begun_anew(app: TestApp) {
        let boss = app.superuser().await;
        let to = community(&boss, "LIMOSA", "ZAR", "due_date").await;
        let import = checked(&app, &boss, to, "a.csv", INVOICES.as_bytes(), |_| {}).await;
        let empty = book(&app).await;
        commit(&boss, &import, false).await.expect::<Import>(202);
        let cancel = || boss.ask(actix_web::http::Method::POST, format!("/imports/{}/cancel", import.id)).send();
        cancel().await.expect::<Import>(200);
        app.run_jobs().await;
        let cancelled = show(&boss, &import).await;
        assert_eq!((cancelled.state, cancelled.summary.as_ref().unwrap().written_rows), (ImportState::Cancelled, 0));
        assert_eq!(book(&app).await, empty);
        cancel().await.problem(409, "state-forbids");
        map(&boss, &cancelled, cancelled.mapping.as_ref().unwrap()).await.expect::<Import>(200);
        app.run_jobs().await;
        assert_eq!(show(&boss, &import).await.state, ImportState::Checked);
    }

    async fn a_repeated_commit_order_is_one_commit(app: TestApp) {
        let boss = app.superuser().await;
        let to = community(&boss, "LIMOSA", "ZAR", "due_date").await;
        let import = checked(&app, &boss, to, "a.csv", INVOICES.as_bytes(), |_| {}).await;
        let order = || {
            boss.ask(actix_web::http::Method::POST, format!("/imports/{}/commit", import.id)).if_match(import.version).key("one order").json(json!({ "skip_faulty": false })).send()
        };
        let (first, second) = (order().await, order().await);
        assert_eq!((first.status, &first.bytes), (202, &second.bytes));
        let keyless = boss.ask(actix_web::http::Method::POST, format!("/imports/{}/commit", import.id)).if_match(import.version);
        keyless.json(json!({ "skip_faulty": false })).send().await.problem(400, "idempotency-key-missing");
        app.run_jobs().await;
        assert_eq!(order().await.bytes, first.bytes);
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM entry", vec![]).await, 5);
    }

    async fn only_the_dry_run_that_was_looked_at_is_committed(app: TestApp) {
        let boss = app.superuser().await;
        let to = community(&boss, "LIMOSA", "ZAR", "due_date").await;
        let agent = app.agent(&[to]).await;
        let seen = checked(&app, &agent, to, "a.csv", INVOICES.as_bytes(), |_| {}).await;
        let empty = book(&app).await;
        // Meanwhile somebody else leaves the settled dates out and checks again: 500.00 more would stay open.
        let mut other = seen.mapping.clone().unwrap();
        other.columns.retain(|c| c.field != F::SettledDate);
        map(&boss, &seen, &other).await.expect::<Import>(200);
        commit(&agent, &seen, false).await.problem(412, "changed-meanwhile");
        app.run_jobs().await;
        commit(&agent, &seen, false).await.problem(412, "changed-meanwhile");
        let bare = agent.ask(actix_web::http::Method::POST, format!("/imports/{}/commit", seen.id)).key("k");
        bare.json(json!({ "skip_faulty": false })).send().await.problem(428, "if-match-missing");
        app.run_jobs().await;
        let now = show(&agent, &seen).await;
        assert_eq!((now.state, now.summary.as_ref().unwrap().written_rows), (ImportState::Checked, 0));
        assert_eq!(book(&app).await, empty);
        commit(&agent, &now, false).await.expect::<Import>(202);
        app.run_jobs().await;
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM allocation", vec![]).await, 0);
    }

    async fn a_commit_whose_book_changed_writes_nothing(app: TestApp) {
        let boss = app.superuser().await;
        let to = community(&boss, "LIMOSA", "ZAR", "due_date").await;
        let import = checked(&app, &boss, to, "a.csv", INVOICES.as_bytes(), |_| {}).await;
        // Meanwhile another import brings invoice 0001 with another date.
        imported(&app, &boss, to, "b.csv", b"Account No,Invoice No,Date,Amount\nC001,0001,28/02/2026,1250.00\n", |_| {}).await;
        let before = book(&app).await;
        commit(&boss, &import, false).await.expect::<Import>(202);
        app.run_jobs().await;
        let failed = show(&boss, &import).await;
        assert_eq!((failed.state, failed.failure.as_deref()), (ImportState::Failed, Some("book_changed")));
        assert_eq!(book(&app).await, before);
    }
}
