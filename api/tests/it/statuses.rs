//! The catalogue, and applying statuses to many customers.

use crate::both;
use actix_web::http::Method;
use serde_json::{Value, json};

fn codes(catalogue: &Value) -> Vec<String> {
    let groups = catalogue["groups"].as_array().unwrap();
    groups
        .iter()
        .flat_map(|g| g["items"].as_array().unwrap())
        .map(|s| s["code"].as_str().unwrap().to_owned())
        .collect()
}

both! {
    async fn the_catalogue_stands_under_its_headings_and_offers_what_one_may_apply(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let (agent, attorney) = (app.agent(&[c]).await, app.attorney(&[c]).await);
        let all = agent.get("/statuses").await.ok();
        let kinds: Vec<&str> = all["groups"].as_array().unwrap().iter().map(|g| g["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["notice", "debt", "interest", "legal"]);
        assert!(codes(&all).contains(&"HO".to_owned()));
        let his = codes(&attorney.get("/statuses?applicable=true").await.ok());
        assert!(his.contains(&"SUMISS".to_owned()) && his.contains(&"RTA".to_owned()), "{his:?}");
        assert!(!his.contains(&"HO".to_owned()) && !his.contains(&"WOFF".to_owned()), "{his:?}");
        agent.get("/statuses?aplicable=true").await.problem(400, "query-malformed");
        app.stranger().await.get(format!("/statuses/{}", app.status("HO").await)).await.problem(404, "not-found");
    }

    async fn a_status_is_created_edited_and_put_away(app: TestApp) {
        app.seed_statuses().await;
        let manager = app.manager(&[]).await;
        let new = json!({ "kind": "legal", "code": "EAO", "title": "Emolument attachment", "tone": "ink", "attorney_allowed": true });
        let made = manager.post("/statuses", new.clone()).await;
        let id = made.created()["id"].as_str().unwrap().to_owned();
        assert_eq!(made.version(), 1);
        let twice = manager.post("/statuses", new).await.problem(422, "not-acceptable");
        assert_eq!(twice.flaw("/code").unwrap().code, "taken");
        let changed = manager.patch(format!("/statuses/{id}"), 1, json!({ "title": "EAO granted", "is_active": false })).await;
        assert_eq!(changed.ok()["title"], "EAO granted");
        manager.patch(format!("/statuses/{id}"), 1, json!({ "title": "Late" })).await.problem(412, "changed-meanwhile");
        manager.ask(Method::PATCH, format!("/statuses/{id}")).json(json!({})).send().await.problem(428, "if-match-missing");
        assert!(!codes(&manager.get("/statuses").await.ok()).contains(&"EAO".to_owned()));
        assert!(codes(&manager.get("/statuses?inactive=true").await.ok()).contains(&"EAO".to_owned()));
        let agent = app.agent(&[]).await;
        agent.post("/statuses", json!({ "kind": "debt", "code": "X", "title": "X", "tone": "info" })).await.problem(403, "permission-missing");
        let long = json!({ "kind": "debt", "code": "TOOLONG", "title": "", "tone": "info" });
        let flaws = manager.post("/statuses", long).await.problem(422, "not-acceptable");
        assert_eq!((flaws.flaw("/code").is_some(), flaws.flaw("/title").is_some()), (true, true));
    }

    async fn a_batch_changes_each_customer_once_however_often_it_is_sent(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let (a, b) = (app.debtor(c, "A1", 500_00).await, app.debtor(c, "A2", 0).await);
        let mut body = app.wish(&[a, b], "LOD", None).await;
        body["note"] = json!("Posted today");
        let ask = || agent.ask(Method::POST, "/statuses/apply").key("k1").json(body.clone());
        agent.ask(Method::POST, "/statuses/apply").json(body.clone()).send().await.problem(400, "idempotency-key-missing");
        let (first, second) = (ask().send().await, ask().send().await);
        assert_eq!(first.ok()["applied"], 2);
        assert_eq!(first.bytes, second.bytes);
        for (table, n) in [("status_change", 2), ("note", 2), ("status_batch", 1), ("event WHERE kind = 'status_applied'", 2)] {
            assert_eq!(app.count(table).await, n, "{table}");
        }
        assert_eq!(app.count("account WHERE note_count = 1 AND shared_note_count = 1 AND debt_status_id IS NOT NULL").await, 2);
        let other = agent.ask(Method::POST, "/statuses/apply").key("k1").json(app.wish(&[a], "N1", None).await).send().await;
        other.problem(422, "idempotency-key-reused");
        let again = app.apply(&agent, &[a, b], "LOD", None).await;
        assert_eq!((&again["applied"], &again["items"][0]["skipped"]), (&json!(0), &json!("already_that_status")));
    }

    async fn each_slot_holds_one_status_and_ends_when_asked(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let a = app.debtor(c, "A1", 500_00).await;
        for code in ["N1", "NEX", "IEX", "JUDGM"] {
            assert_eq!(app.apply(&agent, &[a], code, None).await["applied"], 1, "{code}");
        }
        let judgment = app.status("JUDGM").await;
        let n = app.number(
            "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM account WHERE debt_status_id = $1 AND notice_status_id IS NOT NULL AND interest_status_id IS NOT NULL",
            vec![judgment.into()],
        ).await;
        assert_eq!(n, 1, "legal and debt share a slot, notice and interest have their own");
        let end = json!({ "selection": { "by": "accounts", "account_ids": [a] }, "end_slot": "debt" });
        let done = agent.ask(Method::POST, "/statuses/apply").key("e").json(end.clone()).send().await.ok();
        assert_eq!(done["applied"], 1);
        assert_eq!(app.count("account WHERE debt_status_id IS NULL AND debt_status_on IS NULL").await, 1);
        let twice = agent.ask(Method::POST, "/statuses/apply").key("e2").json(end).send().await.ok();
        assert_eq!(twice["items"][0]["skipped"], "nothing_to_end");
    }

    async fn a_status_with_a_last_day_ends_by_itself_on_the_day_after(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let a = app.debtor(c, "A1", 500_00).await;
        let mut body = app.wish(&[a], "MORAT", None).await;
        body["until"] = json!("2026-11-24");
        agent.ask(Method::POST, "/statuses/apply").key("u").json(body).send().await.ok();
        app.advance(chrono::TimeDelta::hours(24 + 15));
        app.run_jobs().await;
        assert_eq!(app.count("account WHERE debt_status_id IS NULL").await, 0, "the last day is not over");
        app.advance(chrono::TimeDelta::hours(24));
        app.run_jobs().await;
        assert_eq!(app.count("account WHERE debt_status_id IS NULL").await, 1);
        assert_eq!(app.count("event WHERE kind = 'status_ended'").await, 1);
        app.run_jobs().await;
        assert_eq!(app.count("status_change").await, 2, "ended once");
        let mut past = app.wish(&[a], "MORAT", None).await;
        past["until"] = json!("2026-11-01");
        let flaw = agent.ask(Method::POST, "/statuses/apply").key("p").json(past).send().await.problem(422, "not-acceptable");
        assert_eq!(flaw.flaw("/until").unwrap().code, "in_past");
    }

    async fn foreign_and_repeated_ids_in_a_batch_change_nothing_and_betray_nothing(app: TestApp) {
        app.seed_statuses().await;
        let (mine, theirs) = (app.debt_community("A").await, app.debt_community("B").await);
        let agent = app.agent(&[mine]).await;
        let (a, foreign) = (app.debtor(mine, "A1", 100_00).await, app.debtor(theirs, "B1", 100_00).await);
        let missing = kept_shared::ids::AccountId(uuid::Uuid::now_v7());
        let done = app.apply(&agent, &[foreign, a, missing, a], "N1", None).await;
        assert_eq!((&done["applied"], &done["skipped"]), (&json!(1), &json!(3)));
        let items = done["items"].as_array().unwrap();
        assert_eq!(items[0], json!({ "account_id": foreign, "applied": false, "skipped": "not_found" }));
        assert_eq!(items[2], json!({ "account_id": missing, "applied": false, "skipped": "not_found" }));
        assert_eq!(items[1]["applied"], true);
        assert_eq!(items[3]["skipped"], "repeated");
        assert_eq!(app.count("status_change").await, 1);
        assert_eq!(app.count("account WHERE debt_status_id IS NOT NULL").await, 1);
        app.trustee(&[mine]).await.post("/statuses/apply", json!({})).await.problem(403, "permission-missing");
    }

    async fn the_look_before_says_what_would_happen_and_changes_nothing(app: TestApp) {
        app.seed_statuses().await;
        let (c, d) = (app.debt_community("A").await, app.debt_community("B").await);
        let agent = app.agent(&[c, d]).await;
        let attorney = app.attorney(&[c]).await;
        let ids = [
            app.debtor(c, "A1", 100_00).await,
            app.debtor(c, "A2", 0).await,
            app.debtor(c, "A3", -5_00).await,
            app.debtor(d, "B1", 70_00).await,
        ];
        let body = app.wish(&ids, "HO", Some(attorney.id())).await;
        let look = agent.post("/statuses/apply/preview", body).await.ok();
        assert_eq!((&look["asked"], &look["applies"], &look["skips"]), (&json!(4), &json!(3), &json!(1)));
        assert_eq!(look["balances"], json!([{ "amount": "95.00", "currency": "ZAR" }]));
        assert_eq!(look["remarks"][0]["skipped"], "attorney_lacks_community");
        assert_eq!(look["remarks"][1]["warnings"], json!(["zero_balance"]));
        assert_eq!(look["remarks"][2]["warnings"], json!(["credit_balance"]));
        assert_eq!((app.count("status_change").await, app.count("handover").await), (0, 0));
    }

    async fn a_batch_of_ten_thousand_is_the_limit(app: TestApp) {
        app.seed_statuses().await;
        let agent = app.agent(&[]).await;
        let ids: Vec<_> = (0..10_001).map(|_| kept_shared::ids::AccountId(uuid::Uuid::now_v7())).collect();
        let flaw = agent.post("/statuses/apply/preview", app.wish(&ids, "N1", None).await).await.problem(422, "not-acceptable");
        assert_eq!(flaw.flaw("/selection/account_ids").unwrap().code, "too_many");
        let done = app.apply(&agent, &ids[..10_000], "N1", None).await;
        assert_eq!(done["skipped"], 10_000);
    }
}
