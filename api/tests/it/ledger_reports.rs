//! Detailed ledgers: figures, workbooks, background, whose they are.

use crate::kit::{Actor, TestApp};
use crate::kit_ledger::{d, entry};
use crate::{both, golden};
use actix_web::http::Method;
use calamine::{Data, Reader};
use kept_shared::ageing::AgeingRules;
use kept_shared::ids::*;
use kept_shared::ledger::{EntryType, NewAllocation};
use serde_json::{Value, json};

fn amount(value: &Value) -> &str {
    value["amount"]
        .as_str()
        .unwrap_or_else(|| value.as_str().unwrap_or_default())
}

fn cents(value: &Value) -> i64 {
    amount(value).replace('.', "").parse().unwrap()
}

async fn run(by: &Actor<'_>, body: Value) -> Value {
    by.post("/ledger-reports", body).await.created()
}

fn id(report: &Value) -> &str {
    report["id"].as_str().unwrap()
}

/// Every customer of a report, page by page.
async fn all(by: &Actor<'_>, report: &Value, limit: u32) -> Vec<Value> {
    let (mut found, mut cursor) = (vec![], String::new());
    loop {
        let path = format!("/ledger-reports/{}/customers?limit={limit}{cursor}", id(report));
        let page = by.get(path).await.ok();
        found.extend(page["items"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

type Book = calamine::Xlsx<std::io::Cursor<Vec<u8>>>;

async fn workbook(by: &Actor<'_>, report: &Value) -> Book {
    let reply = by.get(format!("/ledger-reports/{}/workbook.xlsx", id(report))).await;
    assert!(reply.is_success(), "{}", reply.text());
    calamine::open_workbook_from_rs(std::io::Cursor::new(reply.bytes)).unwrap()
}

/// Two customers with movements, one of them paid by allocation.
async fn two(app: &TestApp) -> (CommunityId, AccountId, AccountId) {
    let c = app.community_ageing("A", AgeingRules::default()).await;
    let ids = app
        .accounts(c, &[("A1", "Botha, Naledi"), ("A/2?", "Adams, Zoë")])
        .await;
    let (a, b) = (ids[0], ids[1]);
    let mut levy = entry(a, EntryType::Invoice, "2026-02-01", 500_00);
    levy.reference = Some("LV1".into());
    let mut paid = entry(a, EntryType::Payment, "2026-02-20", -300_00);
    paid.reference = Some("PY1".into());
    let old = entry(a, EntryType::Invoice, "2025-01-01", 40_00);
    let other = entry(b, EntryType::Fee, "2026-03-01", 75_50);
    let pair = NewAllocation {
        account_id: a,
        credit_entry_id: paid.id,
        debit_entry_id: levy.id,
        effective_on: d("2026-02-20"),
        minor: 250_00,
    };
    app.post(vec![levy, paid, old, other], vec![pair]).await.unwrap();
    (c, a, b)
}

both! {
    async fn a_report_groups_movements_says_what_they_were_set_against_and_adds_up(app: TestApp) {
        let (c, a, b) = two(&app).await;
        let agent = app.agent(&[c]).await;
        let wish = json!({ "selection": { "by": "accounts", "account_ids": [a, b] }, "from": "2026-01-01", "to": "2026-03-31" });
        let report = run(&agent, wish).await;
        assert_eq!((&report["state"], &report["customers"], &report["lines"]), (&json!("ready"), &json!(2), &json!(3)));
        let total = &report["totals"][0];
        assert_eq!([cents(&total["opening"]), cents(&total["debits"]), cents(&total["credits"]), cents(&total["closing"])], [40_00, 575_50, -300_00, 315_50]);
        for limit in [1, 50] {
            let customers = all(&agent, &report, limit).await;
            let names: Vec<&str> = customers.iter().map(|c| c["name"].as_str().unwrap()).collect();
            assert_eq!(names, ["Adams, Zoë", "Botha, Naledi"]);
            let botha = &customers[1];
            assert_eq!((amount(&botha["opening"]), amount(&botha["closing"])), ("40.00", "240.00"));
            let lines = botha["lines"].as_array().unwrap();
            assert_eq!((lines[0]["document"].as_str(), amount(&lines[0]["debit"]), amount(&lines[0]["balance"])), (Some("LV1"), "500.00", "540.00"));
            assert_eq!((lines[0]["against"][0]["document"].as_str(), amount(&lines[0]["against"][0]["amount"])), (Some("PY1"), "250.00"));
            assert_eq!(amount(&lines[0]["unallocated"]), "250.00");
            assert_eq!((amount(&lines[1]["credit"]), amount(&lines[1]["unallocated"])), ("300.00", "50.00"));
            assert_eq!(lines[1]["against"][0]["document"], "LV1");
        }
        // Before the day of the payment nothing was set against anything.
        let early = json!({ "selection": { "by": "all", "community_ids": [c] }, "period": "all", "to": "2026-02-10" });
        let early = run(&agent, early).await;
        assert_eq!(early["from"], "2025-01-01");
        let customers = all(&agent, &early, 20).await;
        assert_eq!(customers[1]["lines"][1]["against"], json!([]));
    }

    async fn both_workbooks_hold_the_same_figures_as_the_screen(app: TestApp) {
        let (c, a, b) = two(&app).await;
        let agent = app.agent(&[c]).await;
        let wish = |layout: &str| json!({ "selection": { "by": "accounts", "account_ids": [b, a] }, "from": "2026-01-01", "to": "2026-03-31", "layout": layout });
        let grouped = run(&agent, wish("grouped")).await;
        let mut book = workbook(&agent, &grouped).await;
        assert_eq!(book.sheet_names(), ["Detailed ledger"]);
        let cells = book.worksheet_range("Detailed ledger").unwrap();
        let closing: Vec<f64> = cells.rows()
            .filter(|r| r.get(7) == Some(&Data::String("Closing balance".into())))
            .filter_map(|r| match &r[10] { Data::Float(f) => Some(*f), _ => None })
            .collect();
        assert_eq!(closing, [75.5, 240.0, 315.5]);
        let formulas = book.worksheet_formula("Detailed ledger").unwrap();
        let text: Vec<&String> = formulas.rows().flatten().filter(|f| !f.is_empty()).collect();
        assert!(text.iter().any(|f| f.contains("SUBTOTAL(109")) && text.iter().any(|f| f.contains("SUMIF(")), "{text:?}");
        let sheets = run(&agent, wish("sheets")).await;
        let mut book = workbook(&agent, &sheets).await;
        assert_eq!(book.sheet_names(), ["A-2-", "A1", "Detailed ledger"]);
        let own = book.worksheet_range("A1").unwrap();
        let row = own.rows().next_back().unwrap();
        assert_eq!(row[6], Data::Float(240.0));
        assert_eq!(app.count("event WHERE kind = 'export_made'").await, 2);
    }

    async fn a_report_is_its_makers_and_opens_only_while_all_of_it_is_within_reach(app: TestApp) {
        app.seed_statuses().await;
        let (c, other) = (app.debt_community("A").await, app.debt_community("B").await);
        let (mine, not_mine, foreign) = (app.debtor(c, "A1", 100_00).await, app.debtor(c, "A2", 100_00).await, app.debtor(other, "B1", 100_00).await);
        let (agent, smith) = (app.agent(&[c]).await, app.attorney(&[c]).await);
        app.apply(&agent, &[mine], "HO", Some(smith.id())).await;
        let of = |ids: &[AccountId]| json!({ "selection": { "by": "accounts", "account_ids": ids } });
        for unreachable in [not_mine, foreign, AccountId(uuid::Uuid::now_v7())] {
            let refused = smith.post("/ledger-reports", of(&[mine, unreachable])).await.problem(422, "not-acceptable");
            assert_eq!(refused.flaw("/selection/account_ids").unwrap().code, "not_found");
        }
        let everything = run(&smith, json!({ "selection": { "by": "all" } })).await;
        assert_eq!(everything["customers"], 1, "an attorney's all is what was handed over");
        assert_eq!(run(&agent, json!({ "selection": { "by": "all" } })).await["customers"], 2);
        let path = format!("/ledger-reports/{}", id(&everything));
        for form in ["", "/customers", "/workbook.xlsx"] {
            assert!(smith.get(format!("{path}{form}")).await.is_success(), "{form}");
            agent.get(format!("{path}{form}")).await.problem(404, "not-found");
        }
        agent.ask(Method::POST, format!("{path}/cancel")).send().await.problem(404, "not-found");
        assert_eq!(smith.get(&*path).await.ok()["totals"][0]["customers"], 1);
        // The matter is taken back: what was run before no longer opens.
        app.sql("UPDATE handover SET state = 'recalled', closed_at = $1, readable_until = NULL", vec![chrono::Utc::now().into()]).await;
        for form in ["/customers", "/workbook.xlsx"] {
            let shut = smith.get(format!("{path}{form}")).await.problem(409, "state-forbids");
            assert_eq!(shut.flaw("/customers").unwrap().code, "out_of_reach");
        }
        assert_eq!(smith.get(&*path).await.ok()["totals"], json!([]), "nor are its sums shown");
        assert_eq!(smith.get("/ledger-reports").await.ok()["items"][0]["totals"], json!([]));
        assert_eq!(agent.get("/ledger-reports").await.ok()["items"][0]["totals"][0]["customers"], 2);
        let nobody = smith.post("/ledger-reports", json!({ "selection": { "by": "all" } })).await.problem(422, "not-acceptable");
        assert_eq!(nobody.flaw("/selection").unwrap().code, "nobody");
    }

    async fn what_is_large_is_made_in_the_background_and_told_of(app: TestApp) {
        let c = app.community_ageing("A", AgeingRules::default()).await;
        let names: Vec<(String, String)> = (0..230).map(|n| (format!("A{n:03}"), format!("Customer {n:03}"))).collect();
        let who: Vec<(&str, &str)> = names.iter().map(|(r, n)| (r.as_str(), n.as_str())).collect();
        let ids = app.accounts(c, &who).await;
        let lines = ids.iter().enumerate().map(|(n, a)| entry(*a, EntryType::Invoice, "2026-02-01", 100 + i64::try_from(n).unwrap())).collect();
        app.post(lines, vec![]).await.unwrap();
        let agent = app.agent(&[c]).await;
        let wish = json!({ "selection": { "by": "all" }, "from": "2026-01-01", "to": "2026-03-31" });
        let too_many = json!({ "selection": { "by": "all" }, "layout": "sheets" });
        assert_eq!(agent.post("/ledger-reports", too_many).await.problem(422, "not-acceptable").flaw("/layout").unwrap().code, "too_many_sheets");
        let report = run(&agent, wish.clone()).await;
        assert_eq!((&report["state"], &report["customers"]), (&json!("waiting"), &json!(230)));
        let path = format!("/ledger-reports/{}", id(&report));
        agent.get(format!("{path}/workbook.xlsx")).await.problem(409, "state-forbids");
        assert_eq!(all(&agent, &report, 50).await.len(), 230, "the screen need not wait");
        app.run_jobs().await;
        let done = agent.get(&*path).await.ok();
        assert_eq!((&done["state"], &done["done"]), (&json!("done"), &json!(230)));
        let told = agent.get("/notifications").await.ok();
        assert_eq!((&told["items"][0]["notice"]["what"], &told["items"][0]["notice"]["report"]), (&json!("ledger_report_ready"), &report["id"]));
        let mut book = workbook(&agent, &report).await;
        let cells = book.worksheet_range("Detailed ledger").unwrap();
        let last = cells.rows().next_back().unwrap();
        assert_eq!(last[10], Data::Float(493.35), "230 amounts from 1.00 to 3.29");
        agent.ask(Method::POST, format!("{path}/cancel")).send().await.problem(409, "state-forbids");
        // Called off before it is begun, it is never made.
        let second = run(&agent, wish.clone()).await;
        let called = agent.ask(Method::POST, format!("/ledger-reports/{}/cancel", id(&second))).send().await.ok();
        assert_eq!(called["state"], "cancelled");
        app.run_jobs().await;
        assert_eq!(agent.get(format!("/ledger-reports/{}", id(&second))).await.ok()["state"], "cancelled");
        // Who lost a community while waiting gets nothing, and is told so.
        let third = run(&agent, wish).await;
        app.sql("DELETE FROM user_community WHERE user_id = $1", vec![agent.id().into()]).await;
        app.run_jobs().await;
        let kept = app.count("ledger_report WHERE failure = 'out_of_reach' AND blob_key IS NULL").await;
        assert_eq!(kept, 1, "{third}");
        // After a week nothing of them is left.
        app.advance(chrono::TimeDelta::days(8));
        app.run_jobs().await;
        assert_eq!(app.count("ledger_report").await + app.count("ledger_report_account").await, 0);
    }

    async fn one_person_has_at_most_fifty_at_a_time(app: TestApp) {
        let (c, a, _) = two(&app).await;
        let (agent, other) = (app.agent(&[c]).await, app.agent(&[c]).await);
        let wish = json!({ "selection": { "by": "accounts", "account_ids": [a] } });
        let first = run(&agent, wish.clone()).await;
        for _ in 1..50 {
            run(&agent, wish.clone()).await;
        }
        let full = agent.post("/ledger-reports", wish.clone()).await.problem(422, "not-acceptable");
        let flaw = full.flaw("/selection").unwrap();
        assert_eq!((flaw.code.as_str(), flaw.params["most"].as_str()), ("too_many_reports", "50"));
        assert_eq!(flaw.params["until"][..16], first["expires_at"].as_str().unwrap()[..16]);
        assert_eq!(app.count("ledger_report").await, 50);
        run(&other, wish.clone()).await;
        // Those whose time is up count no longer, swept or not.
        app.advance(chrono::TimeDelta::days(8));
        run(&agent, wish).await;
    }

    async fn a_report_is_deleted_by_its_maker_with_its_file(app: TestApp) {
        let (c, a, _) = two(&app).await;
        let (agent, other) = (app.agent(&[c]).await, app.agent(&[c]).await);
        let report = run(&agent, json!({ "selection": { "by": "accounts", "account_ids": [a] } })).await;
        let path = format!("/ledger-reports/{}", id(&report));
        other.ask(Method::DELETE, &path).send().await.problem(404, "not-found");
        app.sql("UPDATE ledger_report SET state = 'running'", vec![]).await;
        agent.ask(Method::DELETE, &path).send().await.problem(409, "state-forbids");
        app.sql("UPDATE ledger_report SET state = 'done'", vec![]).await;
        let gone = agent.ask(Method::DELETE, &path).send().await;
        assert_eq!(gone.status, 204, "{}", gone.text());
        agent.get(&*path).await.problem(404, "not-found");
        agent.ask(Method::DELETE, &path).send().await.problem(404, "not-found");
        assert_eq!(app.count("ledger_report").await + app.count("ledger_report_account").await, 0);
        assert_eq!(app.count("event WHERE kind = 'ledger_report_deleted'").await, 1);
        // Its time comes for nothing.
        app.advance(chrono::TimeDelta::days(8));
        app.run_jobs().await;
        assert_eq!(app.count("event WHERE kind = 'ledger_report_expired'").await, 0);
    }

    async fn a_report_is_refused_for_what_it_asks(app: TestApp) {
        let (c, a, _) = two(&app).await;
        let agent = app.agent(&[c]).await;
        for (body, at, code) in [
            (json!({ "selection": { "by": "accounts", "account_ids": [] } }), "/selection/account_ids", "required"),
            (json!({ "selection": { "by": "accounts", "account_ids": vec![a; 501] } }), "/selection/account_ids", "too_many"),
            (json!({ "selection": { "by": "all" }, "from": "2026-02-02", "to": "2026-02-01" }), "/from", "after_the_end"),
            (json!({ "selection": { "by": "all" }, "from": "2026-02-02", "period": "3m" }), "/from", "not_with_a_period"),
        ] {
            assert_eq!(agent.post("/ledger-reports", body).await.problem(422, "not-acceptable").flaw(at).unwrap().code, code);
        }
        agent.post("/ledger-reports", json!({ "selection": { "by": "everybody" } })).await.problem(400, "body-malformed");
        let report = run(&agent, json!({ "selection": { "by": "all" } })).await;
        agent.get(format!("/ledger-reports/{}/customers?limit=51", id(&report))).await.problem(400, "query-malformed");
        let clerk = app.user_in(app.organisation, kept_shared::permission::UserType::CallCentre, "Call centre", &[c]).await;
        clerk.post("/ledger-reports", json!({ "selection": { "by": "all" } })).await.problem(403, "permission-missing");
    }

    async fn the_golden_ledger_agrees_line_by_line(app: TestApp) {
        let wanted: Vec<String> = (1..=40).map(|n| format!("A{n:07}")).collect();
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let Some(book) = golden::post(&app, &wanted).await else { return };
        let agent = app.agent(&[book.community]).await;
        let wish = json!({ "selection": { "by": "all" }, "from": "2024-03-01", "to": "2026-02-28" });
        let report = run(&agent, wish).await;
        let customers = all(&agent, &report, 25).await;
        assert_eq!(customers.len(), 40);
        let expected = book.expected("ledger.csv");
        let (mut lines, mut closing) = (0, 0);
        for customer in &customers {
            let own: Vec<_> = expected.iter().filter(|r| r["account_no"] == customer["reference"].as_str().unwrap()).collect();
            assert_eq!(amount(&customer["opening"]), own[0]["balance"]);
            assert_eq!(amount(&customer["closing"]), own.last().unwrap()["balance"]);
            closing += cents(&customer["closing"]);
            let theirs: Vec<_> = own.iter().filter(|r| r["kind"] == "line").collect();
            let ours = customer["lines"].as_array().unwrap();
            assert_eq!(ours.len(), theirs.len());
            for (line, row) in ours.iter().zip(theirs) {
                let said = [&line["date"], &line["document"], &line["description"]].map(|v| v.as_str().unwrap_or_default().to_owned());
                assert_eq!(said, [row["date"].clone(), row["reference"].clone(), row["description"].clone()]);
                let signed = if line["credit"].is_null() { amount(&line["debit"]).to_owned() } else { format!("-{}", amount(&line["credit"])) };
                assert_eq!((signed.as_str(), amount(&line["balance"])), (row["amount"].as_str(), row["balance"].as_str()));
                lines += 1;
            }
        }
        assert_eq!((report["lines"].as_i64(), cents(&report["totals"][0]["closing"])), (Some(lines), closing));
    }
}
