//! Imports end to end: upload, detection, mapping, dry run, commit, second import, and files nobody should trust.

use crate::both;
use crate::kit::{Actor, Reply, TestApp};
use kept_shared::ids::CommunityId;
use kept_shared::imports::{
    CheckedRow, ColumnUse, Detection, Import, ImportField as F, ImportKind, ImportLine, ImportState, Mapping, Preview,
    SavedMapping,
};
use kept_shared::page::Page;
use serde_json::{Value, json};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A community in the currency and with the day buckets of a test.
pub async fn community(by: &Actor<'_>, code: &str, currency: &str, basis: &str) -> CommunityId {
    community_with_edges(by, code, currency, basis, [0, 30, 60, 90]).await
}

pub async fn community_with_edges(
    by: &Actor<'_>,
    code: &str,
    currency: &str,
    basis: &str,
    edges: [u16; 4],
) -> CommunityId {
    let body = json!({"code": code, "name": format!("Community {code}"), "kind": "debt_book", "currency": currency, "time_zone": "Africa/Johannesburg",
        "ageing": {"mode": "days", "basis": basis, "edges": edges, "credit_policy": "oldest_first"}, "is_active": true});
    let made = by.post("/communities", body).await.created();
    made["id"].as_str().unwrap().parse().unwrap()
}

pub async fn upload(by: &Actor<'_>, to: Option<CommunityId>, name: &str, bytes: &[u8]) -> Reply {
    let id = to.map(|id| id.to_string()).unwrap_or_default();
    by.ask(actix_web::http::Method::POST, "/imports")
        .upload(
            &[("community_id", &id)],
            ("file", name, "application/octet-stream", bytes),
        )
        .send()
        .await
}

/// The mapping a person would confirm: what was suggested.
pub fn suggested(found: &Detection, to: CommunityId) -> Mapping {
    Mapping {
        kind: found.suggested_kind,
        sheet: found.sheet,
        header_row: found.header_row,
        delimiter: found.delimiter,
        encoding: found.encoding,
        date_order: found.date_order,
        decimal_style: found.decimal_style,
        columns: found
            .columns
            .iter()
            .filter_map(|c| {
                c.suggested.map(|field| ColumnUse {
                    column: c.column,
                    field,
                })
            })
            .collect(),
        community_id: Some(to),
        as_at: found.as_at,
        due_on: None,
    }
}

pub async fn map(by: &Actor<'_>, import: &Import, mapping: &Mapping) -> Reply {
    by.ask(actix_web::http::Method::PUT, format!("/imports/{}/mapping", import.id))
        .if_match(import.version)
        .json(json!(mapping))
        .send()
        .await
}

pub async fn show(by: &Actor<'_>, import: &Import) -> Import {
    by.get(format!("/imports/{}", import.id)).await.expect(200)
}

pub async fn commit(by: &Actor<'_>, import: &Import, skip_faulty: bool) -> Reply {
    by.ask(actix_web::http::Method::POST, format!("/imports/{}/commit", import.id))
        .if_match(import.version)
        .key(&uuid::Uuid::now_v7().to_string())
        .json(json!({ "skip_faulty": skip_faulty }))
        .send()
        .await
}

pub async fn rows(by: &Actor<'_>, import: &Import, verdict: &str) -> Vec<CheckedRow> {
    let page: Page<CheckedRow> = by
        .get(format!("/imports/{}/rows?verdict={verdict}&limit=200", import.id))
        .await
        .expect(200);
    page.items
}

/// Upload, the suggested mapping with changes, dry run.
pub async fn checked(
    app: &TestApp,
    by: &Actor<'_>,
    to: CommunityId,
    name: &str,
    bytes: &[u8],
    change: impl FnOnce(&mut Mapping),
) -> Import {
    let import: Import = upload(by, Some(to), name, bytes).await.expect(201);
    let mut mapping = suggested(&import.detection, to);
    change(&mut mapping);
    let mapped: Import = map(by, &import, &mapping).await.expect(200);
    assert_eq!(mapped.state, ImportState::Checking);
    app.run_jobs().await;
    let import = show(by, &import).await;
    assert_eq!(import.state, ImportState::Checked, "{:?}", import.failure);
    import
}

pub async fn imported(
    app: &TestApp,
    by: &Actor<'_>,
    to: CommunityId,
    name: &str,
    bytes: &[u8],
    change: impl FnOnce(&mut Mapping),
) -> Import {
    let import = checked(app, by, to, name, bytes, change).await;
    let faulty = rows(by, &import, "faulty").await;
    assert!(faulty.is_empty(), "{:?}", faulty.first());
    commit(by, &import, false).await.expect::<Import>(202);
    app.run_jobs().await;
    let import = show(by, &import).await;
    assert_eq!(import.state, ImportState::Done, "{:?}", import.failure);
    import
}

/// Accounts, total and the five buckets as at a day.
pub async fn ageing(by: &Actor<'_>, to: CommunityId, as_at: &str) -> (u64, String, Vec<String>) {
    let found = by
        .get(format!(
            "/age-analysis/summary?community_id={to}&as_at={as_at}&hide_zero=true"
        ))
        .await
        .ok();
    let Some(totals) = found["totals"].get(0) else {
        return (found["accounts"].as_u64().unwrap(), String::new(), vec![]);
    };
    let amount = |v: &Value| v["amount"].as_str().unwrap().to_owned();
    let aged = &totals["amounts"];
    let buckets = ["current", "d30", "d60", "d90", "d120"]
        .map(|name| amount(&aged[name]))
        .to_vec();
    (found["accounts"].as_u64().unwrap(), amount(&aged["total"]), buckets)
}

/// What a second import must not change.
pub async fn book(app: &TestApp) -> Vec<i64> {
    let mut counts = vec![];
    for table in [
        "account",
        "debtor",
        "contact",
        "unit",
        "unit_owner",
        "customer_group",
        "claim",
        "entry",
        "allocation",
    ] {
        counts.push(app.number(&format!("SELECT COUNT(*) AS n FROM {table}"), vec![]).await);
    }
    counts.push(
        app.number(
            "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) AS n FROM entry",
            vec![],
        )
        .await,
    );
    counts
}

const INVOICES: &str = "Statement of open invoices\n\n\
    Account No,Name,Invoice No,Invoice Date,Due Date,Amount,Disputed,Settled Date,E-mail,Cell,Group\n\
    C001,Thandi Mokoena,0001,01/03/2026,31/03/2026,\"1,250.00\",no,,thandi@example.org; t2@example.org,082 123 4567,Owners\n\
    C001,Thandi Mokoena,0002,01/04/2026,30/04/2026,99.995,yes,,,,Owners\n\
    C002,Blue Trading (Pty) Ltd,0001,13/02/2026,28/02/2026,R 500.00,no,15/03/2026,,,Business\n\
    C002,Blue Trading (Pty) Ltd,CN7,01/05/2026,,(40.00),,,,,Business\n\
    TOTAL,,,,,\"1,810.00\",,,,,\n";

both! {
    async fn invoices_are_imported_and_a_second_import_changes_nothing(app: TestApp) {
        let boss = app.superuser().await;
        let to = community(&boss, "LIMOSA", "ZAR", "due_date").await;
        let agent = app.agent(&[to]).await;
        let import = imported(&app, &agent, to, "open.csv", INVOICES.as_bytes(), |m| assert_eq!(m.kind, ImportKind::Invoices)).await;
        let found = &import.detection;
        assert_eq!((found.header_row, found.rows, found.footer_rows), (3, 4, 1));
        let summary = import.summary.clone().unwrap();
        assert_eq!((summary.new, summary.new_accounts, summary.rounded, summary.passed_over), (4, 2, 1, 1));
        assert_eq!((summary.written_accounts, summary.written_claims, summary.written_payments, summary.written_rows), (2, 4, 1, 4));
        assert_eq!(summary.amounts[0].to_plain(), "1810.00");
        assert_eq!(summary.stated_total.unwrap().to_plain(), "1810.00");
        // 1,250.00 due 31 March, 100.00 due 30 April, 40.00 credit of the second customer.
        assert_eq!(ageing(&agent, to, "2026-05-31").await.1, "1310.00");
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM claim WHERE is_disputed = $1", vec![true.into()]).await, 1);
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM claim WHERE reference = $1", vec!["0001".into()]).await, 2);
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM allocation WHERE amount_minor = $1", vec![50_000_i64.into()]).await, 1);
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM contact WHERE normalised = $1", vec!["+27821234567".into()]).await, 1);

        let before = book(&app).await;
        let again = imported(&app, &agent, to, "open again.csv", INVOICES.as_bytes(), |_| {}).await;
        let summary = again.summary.unwrap();
        assert_eq!((summary.new, summary.changed, summary.unchanged, summary.written_rows), (0, 0, 4, 0));
        assert_eq!(book(&app).await, before);
    }

    async fn a_changed_file_shows_what_it_would_change_and_changes_only_that(app: TestApp) {
        let boss = app.superuser().await;
        let to = community(&boss, "LIMOSA", "ZAR", "due_date").await;
        imported(&app, &boss, to, "a.csv", INVOICES.as_bytes(), |_| {}).await;
        let changed = INVOICES
            .replace("\"1,250.00\",no,,", "900.00,no,,")
            .replace("99.995,yes,,", "99.995,no,20/06/2026,")
            .replace(",(40.00),,,,", ",(40.00),,,new@example.org,");
        let import = checked(&app, &boss, to, "b.csv", changed.as_bytes(), |_| {}).await;
        let found = rows(&boss, &import, "changed").await;
        let differences: Vec<(u32, Vec<(F, &str, &str)>)> =
            found.iter().map(|r| (r.number, r.differences.iter().map(|d| (d.field, d.before.as_str(), d.after.as_str())).collect())).collect();
        assert_eq!(differences, [
            (4, vec![(F::Amount, "1250.00", "900.00")]),
            (5, vec![(F::Disputed, "yes", "no"), (F::SettledDate, "", "2026-06-20")]),
            (7, vec![(F::Email, "", "new@example.org")]),
        ]);
        commit(&boss, &import, false).await.expect::<Import>(202);
        app.run_jobs().await;
        assert_eq!(show(&boss, &import).await.state, ImportState::Done);
        // 900.00 is left of the first; the second is paid; the credit stands.
        assert_eq!(ageing(&boss, to, "2026-11-22").await.1, "860.00");
        // The past is what it was: the correction is of today.
        assert_eq!(ageing(&boss, to, "2026-05-31").await.1, "1310.00");
        let before = book(&app).await;
        let again = imported(&app, &boss, to, "c.csv", changed.as_bytes(), |_| {}).await;
        assert_eq!(again.summary.unwrap().unchanged, 4);
        assert_eq!(book(&app).await, before);
    }

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

    async fn an_age_analysis_becomes_opening_balances_in_the_same_buckets(app: TestApp) {
        let boss = app.superuser().await;
        for (code, basis) in [("DUE", "due_date"), ("TXN", "transaction_date")] {
            let to = community(&boss, code, "ZAR", basis).await;
            let file = "Age analysis as at 30 June 2026\nUnit;Account No;Owner;90 Days;60 Days;30 Days;Current;Total\n\
                01;A1;Zo\u{eb} M\u{fc}ller;R 1 234,56;0,00;10,00;(5,00);R 1 239,56\n02;A2;Blue Trust;;;;;0,00\n";
            let western: Vec<u8> = file.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
            let import = imported(&app, &boss, to, "age.csv", &western, |_| {}).await;
            assert_eq!(import.detection.as_at, "2026-06-30".parse().ok());
            assert_eq!(import.summary.unwrap().new_accounts, 2);
            let (accounts, total, buckets) = ageing(&boss, to, "2026-06-30").await;
            // The credit of 5.00 is set off against the oldest debit by the community's rule.
            assert_eq!((accounts, total.as_str()), (1, "1239.56"));
            assert_eq!(buckets, ["0.00", "10.00", "0.00", "1229.56", "0.00"]);
            let before = book(&app).await;
            imported(&app, &boss, to, "age.csv", &western, |_| {}).await;
            assert_eq!(book(&app).await, before);
        }
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM account WHERE name = $1", vec!["Zoë Müller".into()]).await, 2);
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM unit_owner", vec![]).await, 4);
    }

    async fn customers_are_matched_by_reference_and_only_differences_are_written(app: TestApp) {
        let boss = app.superuser().await;
        let to = community(&boss, "LIMOSA", "ZAR", "due_date").await;
        let file = "Account No,Name,Unit,Group,Email,Cell\nC1,Thandi Mokoena,A-1,Owners,a@example.org,082 123 4567\nC2,Blue Trust,A-2,,,\n";
        let import = imported(&app, &boss, to, "c.csv", file.as_bytes(), |m| assert_eq!(m.kind, ImportKind::Customers)).await;
        assert_eq!(import.summary.unwrap().written_accounts, 2);
        let before = book(&app).await;
        imported(&app, &boss, to, "c.csv", file.as_bytes(), |_| {}).await;
        assert_eq!(book(&app).await, before);
        // Rows in another order, one name changed, one number added, one customer more.
        let next = "Account No,Name,Unit,Group,Email,Cell\nC3,New Person,A-3,Owners,,\nC2,Blue Family Trust,A-2,Tenants,,0821234568\nC1,Thandi Mokoena,A-1,Owners,A@example.org,+27 82 123 4567\n";
        let import = checked(&app, &boss, to, "c2.csv", next.as_bytes(), |_| {}).await;
        let found = rows(&boss, &import, "changed").await;
        assert_eq!(found.len(), 1);
        let fields: Vec<F> = found[0].differences.iter().map(|d| d.field).collect();
        assert_eq!((found[0].number, fields), (3, vec![F::Phone, F::AccountName, F::CustomerGroup]));
        commit(&boss, &import, false).await.expect::<Import>(202);
        app.run_jobs().await;
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM account WHERE name = $1", vec!["Blue Family Trust".into()]).await, 1);
        let again = checked(&app, &boss, to, "c2.csv", next.as_bytes(), |_| {}).await;
        assert_eq!(again.summary.unwrap().unchanged, 3);
    }

    async fn rows_go_to_the_community_they_name_within_reach(app: TestApp) {
        let boss = app.superuser().await;
        let (one, two) = (community(&boss, "ONE", "ZAR", "due_date").await, community(&boss, "TWO", "ZAR", "due_date").await);
        let file = "Scheme,Account No,Invoice No,Date,Amount\none,C1,1,31/01/2026,1.00\nTWO,C1,1,31/01/2026,2.00\nNINE,C1,1,31/01/2026,4.00\n";
        let import: Import = upload(&boss, None, "both.csv", file.as_bytes()).await.expect(201);
        let mapping = Mapping { community_id: None, ..suggested(&import.detection, one) };
        map(&boss, &import, &mapping).await.expect::<Import>(200);
        app.run_jobs().await;
        let faulty = rows(&boss, &import, "faulty").await;
        assert_eq!((faulty.len(), faulty[0].faults[0].code.as_str(), faulty[0].faults[0].value.as_str()), (1, "unknown_community", "NINE"));
        commit(&boss, &show(&boss, &import).await, true).await.expect::<Import>(202);
        app.run_jobs().await;
        assert_eq!((ageing(&boss, one, "2026-11-22").await.1.as_str(), ageing(&boss, two, "2026-11-22").await.1.as_str()), ("1.00", "2.00"));

        // Somebody of one community names it at the upload and cannot write into another by a column.
        let agent = app.agent(&[one]).await;
        upload(&agent, None, "x.csv", file.as_bytes()).await.problem(422, "not-acceptable");
        upload(&agent, Some(two), "x.csv", file.as_bytes()).await.problem(422, "not-acceptable");
        let import: Import = upload(&agent, Some(one), "x.csv", file.replace(",1,31", ",2,31").as_bytes()).await.expect(201);
        map(&agent, &import, &mapping).await.expect::<Import>(200);
        app.run_jobs().await;
        let import = show(&agent, &import).await;
        assert_eq!((import.summary.as_ref().unwrap().new, import.summary.as_ref().unwrap().faulty), (1, 2));
    }

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
