//! Handing over, and what the attorney sees before, during and after.

use crate::{both, kit::Actor, kit_debt::PDF};
use actix_web::http::Method;
use kept_shared::ids::*;
use serde_json::json;

/// Every door to a customer that is built here: 404 behind each of them.
async fn sees_nothing(attorney: &Actor<'_>, account: AccountId, file: Option<&str>) {
    for path in ["history", "files"] {
        attorney
            .get(format!("/accounts/{account}/{path}"))
            .await
            .problem(404, "not-found");
    }
    attorney
        .post(format!("/accounts/{account}/notes"), json!({ "body": "x" }))
        .await
        .problem(404, "not-found");
    attorney
        .post(format!("/accounts/{account}/seen"), json!({}))
        .await
        .problem(404, "not-found");
    let upload = attorney
        .ask(Method::POST, format!("/accounts/{account}/files"))
        .upload(&[], ("file", "a.pdf", "application/pdf", PDF));
    upload.send().await.problem(404, "not-found");
    if let Some(file) = file {
        attorney.get(format!("/files/{file}")).await.problem(404, "not-found");
        attorney
            .get(format!("/files/{file}/content"))
            .await
            .problem(404, "not-found");
    }
    assert_eq!(attorney.get("/handovers").await.ok()["items"], json!([]));
    let first = attorney.get("/dashboard").await.ok();
    assert_eq!(
        (&first["book"], &first["handed_over"], &first["communities"]),
        (&json!([]), &json!(0), &json!(0))
    );
}

async fn upload(agent: &Actor<'_>, account: AccountId, visibility: &str) -> String {
    let ask = agent.ask(Method::POST, format!("/accounts/{account}/files")).upload(
        &[("visibility", visibility)],
        ("file", "levy.pdf", "application/pdf", PDF),
    );
    ask.send().await.created()["id"].as_str().unwrap().to_owned()
}

both! {
    async fn an_attorney_sees_nothing_before_all_while_and_nothing_after(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let (smith, jones) = (app.attorney(&[c]).await, app.attorney(&[c]).await);
        let (account, other) = (app.debtor(c, "A1", 2_500_00).await, app.debtor(c, "A2", 900_00).await);
        let notes = format!("/accounts/{account}/notes");
        agent.post(&*notes, json!({ "body": "Only for us" })).await.created();
        agent.post(&*notes, json!({ "body": "For the file", "visibility": "shared" })).await.created();
        let file = upload(&agent, account, "shared").await;
        let inside = upload(&agent, account, "internal").await;
        sees_nothing(&smith, account, Some(&file)).await;

        let done = app.apply(&agent, &[account], "HO", Some(smith.id())).await;
        assert_eq!(done["items"][0]["handover_reference"], "HO-2026-000001");

        let history = smith.get(format!("/accounts/{account}/history")).await.ok();
        let text = history.to_string();
        assert!(text.contains("For the file") && !text.contains("Only for us"), "{text}");
        assert!(!text.contains(&inside), "an internal document in an attorney's history");
        smith.get(format!("/files/{file}")).await.ok();
        smith.get(format!("/files/{inside}")).await.problem(404, "not-found");
        let first = smith.get("/dashboard").await.ok();
        assert_eq!(first["book"][0]["total"]["amount"], "2500.00");
        assert_eq!((&first["handed_over"], &first["fresh"]), (&json!(1), &json!(1)));
        assert_eq!(smith.get("/handovers?fresh=true").await.ok()["items"].as_array().unwrap().len(), 1);
        let written = smith.post(&*notes, json!({ "body": "Letter sent" })).await.created();
        assert_eq!((&written["visibility"], &written["by_attorney"]), (&json!("shared"), &json!(true)));
        smith.post(&*notes, json!({ "body": "x", "visibility": "internal" })).await.problem(422, "not-acceptable");
        sees_nothing(&jones, account, Some(&file)).await;
        smith.get(format!("/accounts/{other}/history")).await.problem(404, "not-found");

        let (matter, version) = app.matter(&agent, account).await;
        let recall = agent.ask(Method::POST, format!("/handovers/{matter}/recall")).if_match(version)
            .json(json!({ "reason": "hardship", "note": "Pension only" })).send().await.ok();
        assert_eq!((&recall["state"], &recall["reason"]), (&json!("closed"), &json!("hardship")));
        sees_nothing(&smith, account, Some(&file)).await;
        smith.get(format!("/handovers/{matter}")).await.problem(404, "not-found");
        assert_eq!(app.count("account WHERE debt_status_id IS NULL AND open_handover_id IS NULL").await, 2);
    }

    async fn one_open_matter_per_customer_and_what_was_owed_is_frozen(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let (smith, jones) = (app.attorney(&[c]).await, app.attorney(&[c]).await);
        let account = app.debtor(c, "A1", 2_500_00).await;
        let missing = agent.ask(Method::POST, "/statuses/apply").key("x").json(app.wish(&[account], "HO", None).await).send().await;
        assert_eq!(missing.problem(422, "not-acceptable").flaw("/attorney_id").unwrap().code, "required");
        let needless = agent.ask(Method::POST, "/statuses/apply").key("y").json(app.wish(&[account], "N1", Some(smith.id())).await).send().await;
        assert_eq!(needless.problem(422, "not-acceptable").flaw("/attorney_id").unwrap().code, "only_with_handover");
        let nobody = agent.ask(Method::POST, "/statuses/apply").key("z").json(app.wish(&[account], "HO", Some(agent.id())).await).send().await;
        assert_eq!(nobody.problem(422, "not-acceptable").flaw("/attorney_id").unwrap().code, "not_found");
        assert_eq!(app.apply(&agent, &[account], "HO", Some(smith.id())).await["applied"], 1);
        let again = app.apply(&agent, &[account], "HO", Some(jones.id())).await;
        assert_eq!(again["items"][0]["skipped"], "already_handed_over");
        app.sql("UPDATE aged SET d120_minor = 100, total_minor = 100", vec![]).await;
        let (matter, _) = app.matter(&agent, account).await;
        let detail = agent.get(format!("/handovers/{matter}")).await.ok();
        assert_eq!(detail["breakdown"]["d120"]["amount"], "2500.00");
        assert_eq!((&detail["handed_balance"]["amount"], &detail["balance"]["amount"]), (&json!("2500.00"), &json!("1.00")));
        assert_eq!(detail["attorney"]["firm"], "Naidoo & Partners");
        let clear = json!({ "selection": { "by": "accounts", "account_ids": [account] }, "end_slot": "debt" });
        let kept = agent.ask(Method::POST, "/statuses/apply").key("c").json(clear).send().await.ok();
        assert_eq!(kept["items"][0]["skipped"], "ends_by_recall");
    }

    async fn how_an_earlier_matter_ended_is_said_before_the_next_and_to_the_next_attorney(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let (smith, jones) = (app.attorney(&[c]).await, app.attorney(&[c]).await);
        let (stopped, fresh) = (app.debtor(c, "A1", 2_500_00).await, app.debtor(c, "A2", 900_00).await);
        let mut matters = vec![];
        for (n, reason) in ["compliance", "strategy"].into_iter().enumerate() {
            let mut wish = app.wish(&[stopped], "HO", Some(smith.id())).await;
            wish["confirmed"] = json!([stopped]);
            agent.ask(Method::POST, "/statuses/apply").key(&format!("h{n}")).json(wish).send().await.ok();
            let (matter, version) = app.matter(&agent, stopped).await;
            agent.ask(Method::POST, format!("/handovers/{matter}/recall")).if_match(version)
                .json(json!({ "reason": reason, "note": format!("Told so: {reason}") })).send().await.ok();
            matters.push(matter);
            app.advance(chrono::TimeDelta::minutes(1));
        }
        let wish = app.wish(&[stopped, fresh], "HO", Some(jones.id())).await;
        let look = agent.post("/statuses/apply/preview", wish.clone()).await.ok();
        assert_eq!((&look["applies"], &look["skips"], &look["unconfirmed"]), (&json!(1), &json!(1), &json!(1)));
        // The gravest of several endings, not the last, with all that was said.
        let told = &look["remarks"][0];
        assert_eq!((&told["warnings"], &told["skipped"]), (&json!(["ended_not_permitted"]), &json!("needs_confirming")));
        assert_eq!((&told["reference"], &told["balance"]["amount"]), (&json!("A1"), &json!("2500.00")));
        assert_eq!((&told["earlier"]["id"], &told["earlier"]["reason"]), (&json!(matters[0].to_string()), &json!("compliance")));
        assert_eq!(told["earlier"]["close_note"], "Told so: compliance");
        assert!(told["earlier"]["attorney"].as_str().unwrap().ends_with("Naidoo & Partners"), "{told}");
        assert_eq!((&look["first"][0]["reference"], &look["first"][0]["balance"]["amount"]), (&json!("A2"), &json!("900.00")));
        let mut sure = wish.clone();
        sure["confirmed"] = json!([stopped]);
        let look = agent.post("/statuses/apply/preview", sure.clone()).await.ok();
        assert_eq!((&look["applies"], &look["unconfirmed"], &look["remarks"][0]["skipped"]), (&json!(2), &json!(0), &json!(null)));
        // Nobody confirmed: that customer stays, whoever asks and however.
        let done = agent.ask(Method::POST, "/statuses/apply").key("unsure").json(wish).send().await.ok();
        assert_eq!((&done["items"][0]["skipped"], &done["items"][1]["applied"]), (&json!("needs_confirming"), &json!(true)));
        // A letter is a step against the debtor, too; that no notices are sent is none.
        let other = async |code| {
            let wish = app.wish(&[stopped], code, None).await;
            agent.post("/statuses/apply/preview", wish).await.ok()["remarks"].clone()
        };
        assert_eq!(other("LOD").await[0]["warnings"], json!(["ended_not_permitted"]));
        assert_eq!(other("SUMISS").await[0]["earlier"]["close_note"], "Told so: compliance");
        for code in ["NEX", "DREV", "WOFF"] {
            assert_eq!(other(code).await, json!([]), "{code}");
        }

        agent.ask(Method::POST, "/statuses/apply").key("sure").json(sure).send().await.ok();
        let (matter, _) = app.matter(&jones, stopped).await;
        let detail = jones.get(format!("/handovers/{matter}")).await.ok();
        assert_eq!(detail["before"]["reason"], "strategy");
        assert!(!detail.to_string().contains(&smith.id().to_string()), "who held it before is not said");
        let (matter, _) = app.matter(&jones, fresh).await;
        assert_eq!(jones.get(format!("/handovers/{matter}")).await.ok()["before"], json!(null));
    }

    async fn an_attorney_applies_only_what_is_flagged_to_his_own_matters(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let smith = app.attorney(&[c]).await;
        let (his, other) = (app.debtor(c, "A1", 100_00).await, app.debtor(c, "A2", 100_00).await);
        app.apply(&agent, &[his], "HO", Some(smith.id())).await;
        app.advance(chrono::TimeDelta::minutes(1));
        let done = app.apply(&smith, &[his, other], "SUMISS", None).await;
        assert_eq!((&done["items"][0]["applied"], &done["items"][1]["skipped"]), (&json!(true), &json!("not_found")));
        for (code, attorney) in [("WOFF", None), ("HO", Some(smith.id()))] {
            let refused = smith.ask(Method::POST, "/statuses/apply").key(code).json(app.wish(&[his], code, attorney).await).send().await;
            assert_eq!(refused.problem(422, "not-acceptable").flaw("/status_id").unwrap().code, "not_allowed", "{code}");
        }
        let unseen = async || agent.get("/handovers?unseen=true").await.ok()["items"].as_array().unwrap().len();
        assert_eq!(agent.get("/dashboard").await.ok()["fresh"], 1, "the agent hears of it");
        assert_eq!(unseen().await, 1, "and the list behind the figure holds it");
        app.advance(chrono::TimeDelta::minutes(1));
        agent.post(format!("/accounts/{his}/seen"), json!({})).await;
        assert_eq!(agent.get("/dashboard").await.ok()["fresh"], 0);
        assert_eq!(unseen().await, 0);
        // Bars of the first page count what the list behind them holds: of an attorney's own, open matters only.
        let bars = async || {
            let mut pairs = vec![];
            for bar in smith.get("/dashboard").await.ok()["by_status"].as_array().unwrap() {
                let list = smith.get(format!("/age-analysis?status={}", bar["status_id"].as_str().unwrap())).await.ok();
                pairs.push((bar["accounts"].as_u64().unwrap() as usize, list["items"].as_array().unwrap().len()));
            }
            pairs
        };
        assert_eq!(bars().await, [(1, 1)]);
        let back = app.apply(&smith, &[his], "RTA", None).await;
        assert_eq!(back["applied"], 1);
        let (matter, _) = app.matter(&agent, his).await;
        assert_eq!(agent.get(format!("/handovers/{matter}")).await.ok()["close_code"], "withdrawn");
        assert!(bars().await.iter().all(|(bar, list)| bar == list));
        assert!(smith.get(format!("/accounts/{his}")).await.status == 200, "still readable, and counted no more");
        assert_eq!(app.count("account WHERE open_handover_id IS NOT NULL").await, 0);
        let after = app.apply(&smith, &[his], "SUMSRV", None).await;
        assert_eq!(after["items"][0]["skipped"], "not_found", "a closed matter is not written to");
    }

    async fn a_returned_matter_is_readable_for_thirty_days_and_never_written(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let (agent, smith) = (app.agent(&[c]).await, app.attorney(&[c]).await);
        let account = app.debtor(c, "A1", 100_00).await;
        app.apply(&agent, &[account], "HO", Some(smith.id())).await;
        let (matter, version) = app.matter(&smith, account).await;
        let path = format!("/handovers/{matter}/return");
        let ask = |version| smith.ask(Method::POST, &*path).if_match(version).json(json!({ "close_code": "untraceable" }));
        ask(version + 7).send().await.problem(412, "changed-meanwhile");
        let figures = async || {
            let (first, ages) = (smith.get("/dashboard").await.ok(), smith.get("/age-analysis/summary").await.ok());
            let past = smith.get("/age-analysis/summary?as_at=2026-10-15").await.ok();
            let counted = first["book"].as_array().unwrap().iter().map(|b| b["accounts"].as_u64().unwrap()).sum::<u64>();
            (counted, first["handed_over"].as_u64().unwrap(), ages["accounts"].as_u64().unwrap(), past["accounts"].as_u64().unwrap())
        };
        assert_eq!(figures().await, (1, 1, 1, 1));
        assert_eq!(ask(version).send().await.ok()["state"], "closed");
        smith.get(format!("/accounts/{account}/history")).await.ok();
        // To be read, not to be counted: dashboard and age analysis are of open matters.
        assert_eq!(figures().await, (0, 0, 0, 0));
        assert_eq!(smith.get("/handovers/summary").await.ok()["closed"], 1);
        smith.post(format!("/accounts/{account}/notes"), json!({ "body": "x" })).await.problem(404, "not-found");
        ask(version + 1).send().await.problem(404, "not-found");
        app.advance(chrono::TimeDelta::days(31));
        let later = app.register(app.organisation, smith.id(), kept_shared::permission::UserType::Attorney, "Smith",
            &kept_shared::permission::shipped_groups().into_iter().find(|g| g.0 == "Attorney").unwrap().2, &[c]);
        later.get(format!("/accounts/{account}/history")).await.problem(404, "not-found");
        later.get(format!("/handovers/{matter}")).await.problem(404, "not-found");
        assert_eq!(app.apply(&agent, &[account], "HO", Some(smith.id())).await["items"][0]["handover_reference"], "HO-2026-000002");
    }

    async fn without_auto_accept_a_matter_shows_its_summary_only_until_accepted(app: TestApp) {
        app.seed_statuses().await;
        app.sql("UPDATE organisation SET settings = '{\"handover_auto_accept\":false}'", vec![]).await;
        let c = app.debt_community("A").await;
        let (agent, smith) = (app.agent(&[c]).await, app.attorney(&[c]).await);
        let (a, b) = (app.debtor(c, "A1", 100_00).await, app.debtor(c, "A2", 200_00).await);
        app.apply(&agent, &[a, b], "HO", Some(smith.id())).await;
        assert_eq!(smith.get("/handovers/summary").await.ok()["pending"], 2);
        smith.get(format!("/accounts/{a}/history")).await.problem(404, "not-found");
        assert_eq!(app.apply(&smith, &[a], "LOD", None).await["items"][0]["skipped"], "not_found");
        let (matter, version) = app.matter(&smith, a).await;
        let accept = smith.ask(Method::POST, format!("/handovers/{matter}/accept")).if_match(version).send().await;
        assert_eq!(accept.ok()["state"], "active");
        smith.get(format!("/accounts/{a}/history")).await.ok();
        let (second, version) = app.matter(&smith, b).await;
        agent.ask(Method::POST, format!("/handovers/{second}/accept")).if_match(version).send().await.problem(403, "permission-missing");
        let decline = smith.ask(Method::POST, format!("/handovers/{second}/decline")).if_match(version)
            .json(json!({ "reason": "conflict" })).send().await.ok();
        assert_eq!(decline["state"], "declined");
        smith.get(format!("/handovers/{second}")).await.problem(404, "not-found");
        assert_eq!(app.count("account WHERE open_handover_id IS NOT NULL").await, 1);
        assert_eq!(agent.get("/handovers?state=declined").await.ok()["items"].as_array().unwrap().len(), 1);
    }

    async fn matters_are_filtered_paged_and_counted(app: TestApp) {
        app.seed_statuses().await;
        let (c, d) = (app.debt_community("A").await, app.debt_community("B").await);
        let (agent, one, two) = (app.agent(&[c, d]).await, app.attorney(&[c]).await, app.attorney(&[c, d]).await);
        let mut firsts = vec![];
        for n in 0..3 {
            firsts.push(app.debtor(c, &format!("A{n}"), 100_00).await);
        }
        let last = app.debtor(d, "B1", 100_00).await;
        app.apply(&agent, &firsts, "HO", Some(one.id())).await;
        app.advance(chrono::TimeDelta::days(31));
        app.apply(&agent, &[last], "HO", Some(two.id())).await;
        let n = |v: serde_json::Value| v["items"].as_array().unwrap().len();
        assert_eq!(n(agent.get(format!("/handovers?attorney_id={}", one.id())).await.ok()), 3);
        assert_eq!(n(agent.get(format!("/handovers?community_id={d}")).await.ok()), 1);
        assert_eq!(n(agent.get("/handovers?silent=true").await.ok()), 3);
        assert_eq!(n(agent.get("/handovers?q=debtor%20a1").await.ok()), 1);
        agent.get("/handovers?stat=open").await.problem(400, "query-malformed");
        let page = agent.get("/handovers?limit=3").await.ok();
        let cursor = page["next_cursor"].as_str().unwrap();
        assert_eq!(n(agent.get(format!("/handovers?limit=3&cursor={cursor}")).await.ok()), 1);
        agent.get(format!("/handovers?silent=true&cursor={cursor}")).await.problem(400, "cursor-invalid");
        let tiles = agent.get("/handovers/summary").await.ok();
        assert_eq!((&tiles["active"], &tiles["silent"]), (&json!(4), &json!(3)));
        assert_eq!(tiles["open_balances"], json!([{ "amount": "400.00", "currency": "ZAR" }]));
        let names = agent.get(format!("/attorneys?community_id={c}&community_id={d}")).await.ok();
        assert_eq!(names.as_array().unwrap().len(), 1, "only who reaches every community");
        one.get("/attorneys").await.problem(403, "permission-missing");
        assert_eq!(n(two.get("/handovers").await.ok()), 1);
    }
}
