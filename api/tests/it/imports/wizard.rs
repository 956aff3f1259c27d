//! Before the dry run: who sees an import, how it is read and mapped, and files nobody should trust.

use super::{INVOICES, XLSX, checked, commit, community, map, rows, show, suggested, upload};
use crate::both;
use kept_shared::ids::CommunityId;
use kept_shared::imports::{
    ColumnUse, DateOrder, Import, ImportField as F, ImportLine, Mapping, Preview, SavedMapping,
};
use kept_shared::page::Page;
use serde_json::json;

both! {
    async fn imports_are_seen_by_those_who_reach_their_community(app: TestApp) {
        let boss = app.superuser().await;
        let (one, two) = (community(&boss, "ONE", "ZAR", "due_date").await, community(&boss, "TWO", "ZAR", "due_date").await);
        let import: Import = upload(&boss, Some(one), "a.csv", INVOICES.as_bytes()).await.expect(201);
        let (mine, other, attorney, stranger) = (app.agent(&[one]).await, app.agent(&[two]).await, app.attorney(&[one]).await, app.stranger().await);
        assert_eq!(mine.get("/imports").await.expect::<Page<ImportLine>>(200).items.len(), 1);
        for who in [&other, &stranger] {
            assert_eq!(who.get("/imports").await.expect::<Page<ImportLine>>(200).items.len(), 0);
            for path in ["", "/preview", "/rows", "/errors.xlsx"] {
                who.get(format!("/imports/{}{path}", import.id)).await.problem(404, "not-found");
            }
            map(who, &import, &suggested(&import.detection, one)).await.problem(404, "not-found");
            commit(who, &import, false).await.problem(404, "not-found");
            who.ask(actix_web::http::Method::POST, format!("/imports/{}/cancel", import.id)).send().await.problem(404, "not-found");
        }
        attorney.get("/imports").await.problem(403, "permission-missing");
        upload(&attorney, Some(one), "a.csv", INVOICES.as_bytes()).await.problem(403, "permission-missing");
        app.anonymous().get("/imports").await.problem(401, "unauthenticated");
    }

    async fn a_mapping_is_checked_and_a_stale_one_refused(app: TestApp) {
        let boss = app.superuser().await;
        let to = community(&boss, "LIMOSA", "ZAR", "due_date").await;
        let file = "Account No,Invoice No,Date,Amount\nC1,1,01/02/2026,\"1,234\"\nC2,2,03/04/2026,\"5,678\"\n";
        let import: Import = upload(&boss, Some(to), "ambiguous.csv", file.as_bytes()).await.expect(201);
        assert!(import.detection.dates_ambiguous && import.detection.decimals_ambiguous);
        let good = suggested(&import.detection, to);
        let flaws = map(&boss, &import, &good).await.problem(422, "not-acceptable");
        assert!(flaws.flaw("/date_order").is_some() && flaws.flaw("/decimal_style").is_some());
        let bad = Mapping { columns: vec![ColumnUse { column: 0, field: F::Amount }, ColumnUse { column: 0, field: F::Bucket30 }, ColumnUse { column: 77, field: F::Email }], ..good.clone() };
        let flaws = map(&boss, &import, &bad).await.problem(422, "not-acceptable");
        let codes: Vec<&str> = flaws.errors.iter().map(|e| e.code.as_str()).collect();
        for code in ["not_for_this_kind", "mapped_twice", "account_reference_needed", "invoice_number_needed", "date_needed", "no_such_column"] {
            assert!(codes.contains(&code), "{code} {codes:?}");
        }
        let elsewhere = Mapping { community_id: Some(CommunityId(uuid::Uuid::now_v7())), date_order: Some(kept_shared::imports::DateOrder::DayMonthYear), decimal_style: Some(kept_shared::imports::DecimalStyle::Point), ..good.clone() };
        assert!(map(&boss, &import, &elsewhere).await.problem(422, "not-acceptable").flaw("/community_id").is_some());
        let chosen = Mapping { community_id: Some(to), ..elsewhere };
        let mapped: Import = map(&boss, &import, &chosen).await.expect(200);
        map(&boss, &import, &chosen).await.problem(412, "changed-meanwhile");
        let bare = boss.ask(actix_web::http::Method::PUT, format!("/imports/{}/mapping", import.id)).json(json!(chosen)).send().await;
        bare.problem(428, "if-match-missing");
        commit(&boss, &mapped, false).await.problem(409, "state-forbids");
        app.run_jobs().await;
        let summary = show(&boss, &import).await.summary.unwrap();
        assert_eq!((summary.new, summary.amounts[0].to_plain().as_str()), (2, "6912.00"));
    }

    async fn a_mapping_is_remembered_for_the_next_file_with_the_same_header(app: TestApp) {
        let boss = app.superuser().await;
        let to = community(&boss, "LIMOSA", "ZAR", "due_date").await;
        let import: Import = upload(&boss, Some(to), "a.csv", INVOICES.as_bytes()).await.expect(201);
        let body = json!({"name": "Our ledger program", "signature": import.detection.signature, "mapping": suggested(&import.detection, to)});
        let saved: SavedMapping = boss.post("/import-mappings", body.clone()).await.expect(201);
        let replaced: SavedMapping = boss.post("/import-mappings", body).await.expect(201);
        assert_ne!(saved.id, replaced.id);
        let next: Import = upload(&boss, Some(to), "b.csv", INVOICES.to_uppercase().as_bytes()).await.expect(201);
        assert_eq!(next.fitting_mappings, [replaced.clone()]);
        assert_eq!(boss.get("/import-mappings").await.expect::<Vec<SavedMapping>>(200).len(), 1);
        let gone = boss.ask(actix_web::http::Method::DELETE, format!("/import-mappings/{}", replaced.id)).send().await;
        assert_eq!(gone.status, 204);
        boss.post("/import-mappings", json!({"name": " ", "signature": "zz", "mapping": suggested(&import.detection, to)})).await.problem(422, "not-acceptable");
    }

    async fn the_preview_reads_the_file_as_asked(app: TestApp) {
        let boss = app.superuser().await;
        let to = community(&boss, "LIMOSA", "ZAR", "due_date").await;
        let import: Import = upload(&boss, Some(to), "a.csv", INVOICES.as_bytes()).await.expect(201);
        let seen: Preview = boss.get(format!("/imports/{}/preview", import.id)).await.expect(200);
        assert_eq!((seen.rows[0].cells[0].as_str(), seen.rows.len()), ("Statement of open invoices", 8));
        let other: Preview = boss.get(format!("/imports/{}/preview?header_row=4&delimiter=semicolon", import.id)).await.expect(200);
        assert_eq!((other.detection.header_row, other.detection.columns.len() < seen.detection.columns.len()), (4, true));
        boss.get(format!("/imports/{}/preview?sheet=7", import.id)).await.expect::<Preview>(200);
        boss.get(format!("/imports/{}/preview?delimter=tab", import.id)).await.problem(400, "query-malformed");
    }

    async fn templates_are_workbooks_that_can_be_filled_and_read(app: TestApp) {
        let boss = app.superuser().await;
        for kind in ["invoices", "customers", "balances"] {
            let reply = boss.get(format!("/imports/template?kind={kind}")).await;
            assert_eq!((reply.status, reply.header("content-type")), (200, Some(XLSX)));
            assert_eq!(&reply.bytes[..2], b"PK");
        }
        boss.get("/imports/template?kind=spaceships").await.problem(400, "query-malformed");
    }

    async fn what_cannot_be_read_is_refused_with_the_reason_and_leaves_nothing(app: TestApp) {
        let boss = app.superuser().await;
        let to = community(&boss, "LIMOSA", "ZAR", "due_date").await;
        for (bytes, code) in [
            (&b""[..], "empty"),
            (b"%PDF-1.4", "not_a_table"),
            (b"PK\x03\x04 garbage", "damaged"),
            (b"Unit,Owner,Owner,Balance\nA1,x,y,1.00\n", "repeated_header"),
            (b"Unit,Owner\nA1,\"never closed\nx,y\n", "open_quote"),
        ] {
            let problem = upload(&boss, Some(to), "x", bytes).await.problem(422, "file-unreadable");
            assert_eq!(problem.flaw("/file").unwrap().code, code);
        }
        let large = vec![b'a'; 25 * 1024 * 1024 + 1];
        upload(&boss, Some(to), "large.csv", &large).await.problem(413, "body-too-large");
        assert_eq!(boss.get("/imports").await.expect::<Page<ImportLine>>(200).items.len(), 0);
        let left = walk(&app.kernel.config.data_dir.join("blobs"));
        assert_eq!(left, Vec::<String>::new());
    }

    async fn one_odd_date_is_a_faulty_row_and_no_question(app: TestApp) {
        let boss = app.superuser().await;
        let to = community(&boss, "LIMOSA", "ZAR", "due_date").await;
        let mut file = "Account No,Invoice No,Date,Amount\n".to_owned();
        for n in 1..=150 {
            file += &format!("C1,{n},31/01/2026,1.00\n");
        }
        file += "C1,151,32/13/2026,1.00\nC1,152,n/a,1.00\nC1,153,01/31/2026,1.00\n";
        let import = checked(&app, &boss, to, "odd.csv", file.as_bytes(), |_| {}).await;
        assert_eq!((import.detection.date_order, import.detection.dates_ambiguous), (Some(DateOrder::DayMonthYear), false));
        let faults: Vec<(u32, Option<u32>, String, String)> = rows(&boss, &import, "faulty")
            .await
            .into_iter()
            .flat_map(|r| r.faults.into_iter().map(move |f| (r.number, f.column, f.value, f.code)))
            .collect();
        let fault = |row, value: &str, code: &str| (row, Some(2), value.to_owned(), code.to_owned());
        assert_eq!(faults, [fault(152, "32/13/2026", "no_such_day"), fault(153, "n/a", "not_a_date"), fault(154, "01/31/2026", "no_such_day")]);
        commit(&boss, &import, true).await.expect::<Import>(202);
        app.run_jobs().await;
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM claim", vec![]).await, 150);
    }
}

fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut found = vec![];
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            found.extend(walk(&entry.path()));
        } else {
            found.push(entry.path().display().to_string());
        }
    }
    found
}
