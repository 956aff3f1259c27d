//! Statements: figures, paper, workbook, who may see them, logos on them.

use crate::kit_ledger::{d, entry};
use crate::paper::{PNG, read_back, shown};
use crate::{both, golden};
use actix_web::http::Method;
use kept_shared::ageing::AgeingRules;
use kept_shared::ids::*;
use kept_shared::ledger::EntryType;
use serde_json::{Value, json};

/// A customer with a year of levies, two payments of which one came back, and a fee.
async fn customer(app: &crate::kit::TestApp, community: CommunityId, reference: &str) -> AccountId {
    let a = app
        .accounts(community, &[(reference, "Žofia van der Merwe-Ndlovu")])
        .await[0];
    let mut lines = vec![];
    for (n, on) in ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"]
        .into_iter()
        .enumerate()
    {
        let mut levy = entry(a, EntryType::Invoice, on, 1_234_56);
        levy.reference = Some(format!("LV{n:03}"));
        levy.description = format!("Levy {on}");
        lines.push(levy);
    }
    let paid = entry(a, EntryType::Payment, "2026-02-10", -1_000_00);
    let mut returned = entry(a, EntryType::Payment, "2026-03-10", -1_234_56);
    returned.description = "Debit order".into();
    let mut back = entry(a, EntryType::Chargeback, "2026-03-12", 1_234_56);
    back.reverses_id = Some(returned.id);
    let fee = entry(a, EntryType::Fee, "2026-03-12", 75_00);
    lines.extend([paid, returned]);
    app.post(lines, vec![]).await.unwrap();
    app.post(vec![back, fee], vec![]).await.unwrap();
    a
}

fn amount(value: &Value) -> &str {
    value["amount"].as_str().unwrap_or_else(|| value.as_str().unwrap())
}

both! {
    async fn a_statement_opens_runs_and_closes_and_tells_how_often_it_is_paid(app: TestApp) {
        let c = app.community_ageing("A", AgeingRules::default()).await;
        let a = customer(&app, c, "A1").await;
        let agent = app.agent(&[c]).await;
        let s = agent.get(format!("/accounts/{a}/statement?from=2026-02-01&to=2026-04-30")).await.ok();
        assert_eq!((amount(&s["opening"]), amount(&s["closing"])), ("1234.56", "4013.24"));
        assert_eq!((amount(&s["debits"]), amount(&s["credits"])), ("5013.24", "-2234.56"));
        assert_eq!((&s["count"], &s["payments"], &s["last_payment_on"]), (&json!(7), &json!(1), &json!("2026-02-10")));
        let f = &s["frequency"];
        assert_eq!((&f["payments"], amount(&f["paid"]), &f["median_gap_days"]), (&json!(1), "1000.00", &Value::Null));
        assert_eq!((&f["returned"], amount(&f["returned_amount"])), (&json!(1), "1234.56"));
        assert_eq!((amount(&f["monthly_charge"]), &f["months_charged"], &f["months"]), ("1234.56", &json!(3), &json!(3)));
        assert_eq!((&s["payment_reference"], &s["first_entry_on"]), (&json!("A1"), &json!("2026-01-01")));
        let sums: Vec<i64> = ["current", "d30", "d60", "d90", "d120", "unallocated", "total"]
            .map(|b| amount(&s["ageing"][b]).replace('.', "").parse().unwrap()).to_vec();
        assert_eq!(sums[..6].iter().sum::<i64>(), 4013_24);
        assert_eq!(sums[6], 4013_24);
        // The lines of the same days end where the head says.
        let lines = agent.get(format!("/accounts/{a}/movements?from=2026-02-01&to=2026-04-30")).await.ok();
        assert_eq!(lines["items"].as_array().unwrap().len(), 7);
        assert_eq!(lines["items"][6]["balance"], s["closing"]);
        assert_eq!(lines["opening"], s["opening"]);
    }

    async fn todays_figures_come_from_the_stored_row_and_are_those_of_the_whole_history(app: TestApp) {
        let c = app.community_ageing("A", AgeingRules::default()).await;
        let a = customer(&app, c, "A1").await;
        let agent = app.agent(&[c]).await;
        let today = app.clock.today("Africa/Johannesburg");
        let stored = agent.get(format!("/accounts/{a}/statement?period=all&to={today}")).await.ok();
        // A row that holds for no day near: now the history is asked.
        app.sql("UPDATE aged SET valid_on = '1900-01-01', valid_until = '1900-01-02' WHERE account_id = $1", vec![a.into()]).await;
        let past = today.pred_opt().unwrap();
        let history = agent.get(format!("/accounts/{a}/statement?period=all&to={past}")).await.ok();
        for part in ["opening", "closing", "debits", "credits", "count", "payments", "last_payment_on", "frequency", "ageing"] {
            if part != "frequency" { assert_eq!(stored[part], history[part], "{part}"); }
        }
        assert_eq!(stored["frequency"]["payments"], history["frequency"]["payments"]);
        assert_eq!(stored["from"], "2026-01-01");
    }

    async fn a_period_is_named_or_its_first_day_but_not_both(app: TestApp) {
        let c = app.community_ageing("A", AgeingRules::default()).await;
        let a = customer(&app, c, "A1").await;
        let agent = app.agent(&[c]).await;
        for (query, from) in [("period=3m&to=2026-05-31", "2026-03-01"), ("period=12m&to=2026-11-22", "2025-11-23"), ("period=all&to=2026-11-22", "2026-01-01"), ("to=2026-11-22", "2025-11-23")] {
            let s = agent.get(format!("/accounts/{a}/statement?{query}")).await.ok();
            assert_eq!(s["from"], from, "{query}");
        }
        for query in ["period=3m&from=2026-01-01", "period=4m", "from=2026-02-02&to=2026-02-01", "from=0206-01-01", "to=9999-01-01", "limit=3"] {
            agent.get(format!("/accounts/{a}/statement?{query}")).await.problem(400, "query-malformed");
            agent.get(format!("/accounts/{a}/statement.pdf?{query}")).await.problem(400, "query-malformed");
        }
    }

    async fn every_figure_of_the_statement_stands_on_the_paper(app: TestApp) {
        let c = app.community("A").await;
        let boss = app.superuser().await;
        let before = boss.get(format!("/communities/{c}")).await;
        let mut details = before.ok();
        let version = before.version();
        for gone in ["id", "version", "currency_is_fixed"] { details.as_object_mut().unwrap().remove(gone); }
        details["bank_name"] = json!("First Reef Bank");
        details["bank_account"] = json!("62 000 111 222");
        details["bank_branch"] = json!("250655");
        details["address"] = json!("12 Protea Road\nGardens");
        boss.put(format!("/communities/{c}"), version, details).await.ok();
        let a = app.account(c, "A1", "Žofia van der Merwe-Ndlovu").await;
        let mut lines = vec![];
        for n in 0..90 {
            let on = d("2025-12-01") + chrono::Days::new(n);
            let kind = if n % 3 == 2 { EntryType::Payment } else { EntryType::Invoice };
            let minor = if n % 3 == 2 { -(1_000_00 + i64::try_from(n).unwrap()) } else { 1_234_567 + i64::try_from(n).unwrap() };
            let mut line = entry(a, kind, "2025-12-01", minor);
            line.effective_on = on;
            line.reference = Some(format!("DOC{n:04}"));
            lines.push(line);
        }
        app.post(lines, vec![]).await.unwrap();
        let agent = app.agent(&[c]).await;
        let days = "from=2025-12-10&to=2026-02-28";
        let reply = agent.get(format!("/accounts/{a}/statement.pdf?{days}")).await;
        let shows = reply.header("content-disposition").unwrap();
        assert!(shows.starts_with("inline;") && shows.contains("statement-A1-2026-02-28.pdf"), "{shows}");
        let kept = agent.get(format!("/accounts/{a}/statement.pdf?{days}&keep=true")).await;
        assert!(kept.header("content-disposition").unwrap().starts_with("attachment;"));
        assert_eq!(app.count("event WHERE kind = 'export_made'").await, 2);
        let Some(text) = read_back(&reply) else { return };
        let s = agent.get(format!("/accounts/{a}/statement?{days}")).await.ok();
        for part in ["opening", "closing", "debits", "credits"] {
            let figure = shown(amount(&s[part]).trim_start_matches('-'));
            assert!(text.contains(&figure), "{part} {figure}\n{text}");
        }
        for bucket in ["current", "d30", "d60", "d90", "d120", "total"] {
            let figure = shown(amount(&s["ageing"][bucket]));
            assert!(text.contains(&figure), "{bucket} {figure}");
        }
        let page = agent.get(format!("/accounts/{a}/movements?{days}&limit=200")).await.ok();
        let lines = page["items"].as_array().unwrap();
        assert_eq!(lines.len(), 81);
        for line in lines {
            let row = format!("{} {}", shown(amount(&line["amount"]).trim_start_matches('-')), shown(amount(&line["balance"])));
            assert!(text.contains(&row), "{row}");
            assert!(text.contains(line["reference"].as_str().unwrap()));
        }
        for said in ["Statement of account", "Žofia van der Merwe-Ndlovu", "Community A", "12 Protea Road", "First Reef Bank", "62 000 111 222", "250655",
            "Payment reference A1", "10 Dec 2025", "28 Feb 2026", "Opening balance", "Closing balance", "Page 1 of", "Aged by calendar months"] {
            assert!(text.contains(said), "{said}\n{text}");
        }
    }

    async fn a_statement_is_for_those_who_reach_the_customer_and_may_export(app: TestApp) {
        app.seed_statuses().await;
        let (c, other) = (app.debt_community("A").await, app.debt_community("B").await);
        let (mine, not_mine, foreign) = (app.debtor(c, "A1", 100_00).await, app.debtor(c, "A2", 100_00).await, app.debtor(other, "B1", 100_00).await);
        let (agent, smith) = (app.agent(&[c]).await, app.attorney(&[c]).await);
        app.apply(&agent, &[mine], "HO", Some(smith.id())).await;
        for form in ["statement", "statement.pdf", "movements"] {
            smith.get(format!("/accounts/{mine}/{form}")).await.is_success().then_some(()).expect(form);
            smith.get(format!("/accounts/{not_mine}/{form}")).await.problem(404, "not-found");
            agent.get(format!("/accounts/{foreign}/{form}")).await.problem(404, "not-found");
        }
        let clerk = app.user_in(app.organisation, kept_shared::permission::UserType::CallCentre, "Call centre", &[c]).await;
        clerk.get(format!("/accounts/{mine}/statement")).await.ok();
        clerk.get(format!("/accounts/{mine}/statement.pdf")).await.problem(403, "permission-missing");
    }

    async fn a_logo_is_taken_by_its_bytes_and_a_communitys_own_comes_first(app: TestApp) {
        let c = app.community_ageing("A", AgeingRules::default()).await;
        let a = customer(&app, c, "A1").await;
        let (boss, agent) = (app.superuser().await, app.agent(&[c]).await);
        boss.get("/logo").await.problem(404, "not-found");
        let up = |name: &'static str, media: &'static str, bytes: &'static [u8]| boss.ask(Method::POST, "/logo").upload(&[], ("file", name, media, bytes));
        for (bytes, code) in [(&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], "not_a_picture"), (&PNG[..40], "damaged"), (b"", "not_a_picture")] {
            assert_eq!(up("logo.png", "image/png", bytes).send().await.problem(422, "file-refused").flaw("/file").unwrap().code, code);
        }
        let large: &'static [u8] = vec![0x89; 600 * 1024].leak();
        up("logo.png", "image/png", large).send().await.problem(413, "body-too-large");
        let set = up("logo.txt", "text/plain", PNG).send().await.ok();
        assert_eq!((&set["media_type"], &set["width"]), (&json!("image/png"), &json!(1)));
        assert_eq!(agent.get("/logo").await.bytes, PNG);
        agent.ask(Method::POST, "/logo").upload(&[], ("file", "a.png", "image/png", PNG)).send().await.problem(403, "permission-missing");
        agent.get(format!("/communities/{c}/logo")).await.problem(404, "not-found");
        boss.ask(Method::POST, format!("/communities/{c}/logo")).upload(&[], ("file", "a.png", "image/png", PNG)).send().await.ok();
        boss.ask(Method::POST, format!("/communities/{c}/logo")).upload(&[], ("file", "b.png", "image/png", PNG)).send().await.ok();
        assert_eq!(app.count("logo").await, 2, "one replaces the other");
        // Sent again under its key it is the same request; another under that key is refused.
        let keyed = |path: String| boss.ask(Method::POST, path).key("logo-1").upload(&[], ("file", "a.png", "image/png", PNG));
        let once = keyed("/logo".into()).send().await.ok();
        app.advance(chrono::TimeDelta::minutes(1));
        assert_eq!(keyed("/logo".into()).send().await.ok(), once);
        keyed(format!("/communities/{c}/logo")).send().await.problem(422, "idempotency-key-reused");
        let own = |path: String| boss.ask(Method::POST, path).key("logo-2").upload(&[], ("file", "a.png", "image/png", PNG));
        let once = own(format!("/communities/{c}/logo")).send().await.ok();
        app.advance(chrono::TimeDelta::minutes(1));
        assert_eq!(own(format!("/communities/{c}/logo")).send().await.ok(), once);
        let pdf = agent.get(format!("/accounts/{a}/statement.pdf")).await;
        assert!(String::from_utf8_lossy(&pdf.bytes).contains("/Subtype/Image"), "the picture is in the file");
        boss.ask(Method::DELETE, format!("/communities/{c}/logo")).send().await.is_success().then_some(()).unwrap();
        boss.ask(Method::DELETE, "/logo").send().await.is_success().then_some(()).unwrap();
        boss.ask(Method::DELETE, "/logo").send().await.problem(404, "not-found");
        let plain = agent.get(format!("/accounts/{a}/statement.pdf")).await;
        assert!(!String::from_utf8_lossy(&plain.bytes).contains("/Subtype/Image"));
    }

    async fn the_golden_statement_agrees_line_by_line(app: TestApp) {
        let Some(book) = golden::post(&app, &["A0000501"]).await else { return };
        let agent = app.agent(&[book.community]).await;
        let a = book.accounts["A0000501"];
        let expected = book.expected("statement.csv");
        let days = "from=2025-03-01&to=2026-02-28";
        let page = agent.get(format!("/accounts/{a}/movements?{days}&limit=200")).await.ok();
        let s = agent.get(format!("/accounts/{a}/statement?{days}")).await.ok();
        assert_eq!(amount(&s["opening"]), expected[0]["balance"]);
        let lines: Vec<_> = expected.iter().filter(|r| r["kind"] == "line").collect();
        let ours = page["items"].as_array().unwrap();
        assert_eq!(ours.len(), lines.len());
        for (line, row) in ours.iter().zip(&lines) {
            let said = [&line["date"], &line["reference"], &line["description"]].map(|v| v.as_str().unwrap_or_default().to_owned());
            assert_eq!(said, [row["date"].clone(), row["reference"].clone(), row["description"].clone()]);
            assert_eq!((amount(&line["amount"]), amount(&line["balance"])), (row["amount"].as_str(), row["balance"].as_str()));
        }
        assert_eq!(amount(&s["closing"]), expected.last().unwrap()["balance"]);
        let Some(text) = read_back(&agent.get(format!("/accounts/{a}/statement.pdf?{days}")).await) else { return };
        for row in &lines {
            let row = format!("{} {}", shown(row["amount"].trim_start_matches('-')), shown(&row["balance"]));
            assert!(text.contains(&row), "{row}");
        }
    }
}
