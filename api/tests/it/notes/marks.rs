//! Units, marks, the mail to the community, and drafts.

use super::{bodies, history};
use crate::both;
use crate::kit::TestApp;
use actix_web::http::Method;
use kept_shared::ids::CommunityId;
use serde_json::json;

async fn with_address(app: &TestApp, community: CommunityId) {
    let values = vec!["office@umhlanga.example".into(), community.into()];
    app.sql("UPDATE community SET email = $1 WHERE id = $2", values).await;
}

both! {
    async fn a_note_names_units_of_the_account_now_or_earlier_and_no_others(app: TestApp) {
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let (account, neighbour) = (app.debtor(c, "A1", 0).await, app.debtor(c, "A2", 0).await);
        let path = format!("/accounts/{account}/notes");
        let first = app.owned(account, c, "U1", None).await;
        // With one unit nobody is asked.
        let note = agent.post(&*path, json!({ "body": "one" })).await.created();
        assert_eq!(note["units"], json!([{ "id": first, "code": "U1" }]));
        let second = app.owned(account, c, "U2", None).await;
        let sold = app.owned(account, c, "U3", Some("2025-06-30")).await;
        let theirs = app.owned(neighbour, c, "U4", None).await;
        let choices = agent.get(format!("/accounts/{account}/note-choices")).await.ok();
        let units: Vec<_> = choices["units"].as_array().unwrap().iter().map(|u| (u["code"].as_str().unwrap(), u["is_current"].as_bool().unwrap())).collect();
        assert_eq!(units, [("U1", true), ("U2", true), ("U3", false)]);
        // With several the customer as a whole is meant where none is named.
        assert_eq!(agent.post(&*path, json!({ "body": "whole" })).await.created()["units"], json!([]));
        let two = agent.post(&*path, json!({ "body": "two", "unit_ids": [sold, second] })).await.created();
        assert_eq!(two["units"], json!([{ "id": second, "code": "U2" }, { "id": sold, "code": "U3" }]));
        let all = agent.post(&*path, json!({ "body": "all", "all_units": true })).await.created();
        assert_eq!((&all["is_all_units"], &all["units"]), (&json!(true), &json!([])));
        let refused = agent.post(&*path, json!({ "body": "x", "unit_ids": [second, theirs] })).await.problem(422, "not-acceptable");
        assert_eq!((refused.errors[0].pointer.as_str(), refused.errors[0].code.as_str()), ("/unit_ids/1", "unknown"));
        let refused = agent.post(&*path, json!({ "body": "x", "unit_ids": [second], "all_units": true })).await.problem(422, "not-acceptable");
        assert_eq!(refused.errors[0].code, "not_beside_all_units");
        let none = app.debtor(c, "A3", 0).await;
        let refused = agent.post(format!("/accounts/{none}/notes"), json!({ "body": "x", "all_units": true })).await.problem(422, "not-acceptable");
        assert_eq!(refused.flaw("/all_units").unwrap().code, "no_units");
        // "All" means those owned then: the sold one is not among them.
        for (unit, found) in [(first, vec!["all", "one"]), (second, vec!["all", "two"]), (sold, vec!["two"]), (theirs, vec![])] {
            assert_eq!(bodies(&history(&agent, account, &format!("?unit={unit}")).await), found);
        }
        assert_eq!(app.count("account WHERE reference = 'A1' AND note_count = 4").await, 1);
    }

    async fn marks_are_shown_and_the_history_is_filtered_and_paged_by_them(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let (agent, smith) = (app.agent(&[c]).await, app.attorney(&[c]).await);
        let account = app.debtor(c, "A1", 100_00).await;
        app.apply(&agent, &[account], "HO", Some(smith.id())).await;
        let path = format!("/accounts/{account}/notes");
        for (body, marks) in [
            ("plain", json!({})), ("pays", json!({ "is_collection": true })), ("hurry", json!({ "is_urgent": true })),
            ("both", json!({ "is_urgent": true, "is_collection": true })),
        ] {
            app.advance(chrono::TimeDelta::minutes(1));
            let mut note = marks;
            note["body"] = json!(body);
            agent.post(&*path, note).await.created();
        }
        for (filter, found) in [
            ("?only=notes", vec!["both", "hurry", "pays", "plain"]), ("?collection=true", vec!["both", "pays"]),
            ("?urgent=true", vec!["both", "hurry"]), ("?urgent=true&collection=false", vec!["hurry"]),
        ] {
            assert_eq!(bodies(&history(&agent, account, filter).await), found, "{filter}");
            assert_eq!(bodies(&history(&smith, account, filter).await), found, "{filter} of the attorney");
        }
        let page = agent.get(format!("/accounts/{account}/history?collection=true&limit=1")).await.ok();
        let cursor = page["next_cursor"].as_str().unwrap();
        let rest = agent.get(format!("/accounts/{account}/history?collection=true&limit=1&cursor={cursor}")).await.ok();
        assert_eq!((bodies(rest["items"].as_array().unwrap()), rest.get("next_cursor")), (vec!["pays"], None));
        agent.get(format!("/accounts/{account}/history?urgent=true&limit=1&cursor={cursor}")).await.problem(400, "cursor-invalid");
        agent.get(format!("/accounts/{account}/history?only=files")).await.problem(400, "query-malformed");
    }

    async fn a_call_centre_note_is_mailed_once_with_urgent_first_in_the_subject(app: TestApp) {
        let c = app.debt_community("A").await;
        let caller = app.caller(&[c]).await;
        let account = app.debtor(c, "A1", 0).await;
        let path = format!("/accounts/{account}/notes");
        let wish = json!({ "body": "Water pours out of the door.", "is_urgent": true });
        // Nobody can be reached yet: the note is kept, and its writer is told.
        assert_eq!(caller.post(&*path, wish.clone()).await.created()["mail"], "no_address");
        assert_eq!(caller.get(format!("/accounts/{account}/note-choices")).await.ok()["mail"], "no_address");
        assert_eq!(app.count("mail").await, 0);
        with_address(&app, c).await;
        let send = async || caller.ask(Method::POST, &*path).key("once").json(wish.clone()).send().await;
        let (sent, again) = (send().await, send().await);
        assert_eq!(sent.created()["mail"], "queued");
        assert_eq!(sent.bytes, again.bytes);
        assert_eq!(app.count("mail").await, 1);
        assert_eq!(app.count("mail WHERE to_address = 'office@umhlanga.example' AND subject LIKE 'URGENT: Note on A1 %' AND body_text LIKE '%Water pours out of the door.%'").await, 1);
        caller.post(&*path, json!({ "body": "Thanks", "is_collection": true })).await.created();
        assert_eq!(app.count("mail WHERE subject LIKE 'Note on A1 %' AND body_text LIKE '%collection note%'").await, 1);
        let marks: Vec<_> = history(&caller, account, "").await.iter().map(|i| i["mail"].clone()).collect();
        assert_eq!(marks, [json!("queued"), json!("queued"), json!("no_address")]);
    }

    async fn nobody_else_is_mailed_for_and_an_attorney_s_urgent_note_is_told_in_the_top_bar(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        with_address(&app, c).await;
        let (agent, smith) = (app.agent(&[c]).await, app.attorney(&[c]).await);
        let account = app.debtor(c, "A1", 100_00).await;
        app.apply(&agent, &[account], "HO", Some(smith.id())).await;
        let before = app.count("mail").await;
        let path = format!("/accounts/{account}/notes");
        let urgent = json!({ "body": "The sheriff asks for the key", "is_urgent": true });
        assert_eq!(agent.post(&*path, urgent.clone()).await.created().get("mail"), None);
        assert_eq!(smith.post(&*path, urgent).await.created().get("mail"), None);
        assert_eq!(app.count("mail").await, before);
        let told = agent.get("/notifications").await.ok();
        let notice = &told["items"][0]["notice"];
        assert_eq!((&notice["what"], &notice["reference"]), (&json!("urgent_note"), &json!("A1")), "{told}");
        assert_eq!(smith.get("/notifications").await.ok()["items"], json!([]));
        // Who handed it over is gone: those who manage the community are told, and nobody else.
        let (manager, elsewhere) = (app.manager(&[c]).await, app.manager(&[app.debt_community("B").await]).await);
        app.sql("UPDATE app_user SET state = 'suspended' WHERE id = $1", vec![agent.id().into()]).await;
        let hurry = json!({ "body": "He packs his things", "is_urgent": true });
        assert_eq!(smith.post(&*path, hurry).await.created().get("mail"), None);
        assert_eq!(manager.get("/notifications").await.ok()["items"][0]["notice"]["what"], "urgent_note");
        assert_eq!(elsewhere.get("/notifications").await.ok()["items"], json!([]));
        assert_eq!(app.count("notification").await, 2);
    }

    async fn marks_the_organisation_does_not_use_are_refused(app: TestApp) {
        let c = app.debt_community("A").await;
        let (boss, agent) = (app.superuser().await, app.agent(&[c]).await);
        let account = app.debtor(c, "A1", 0).await;
        app.owned(account, c, "U1", None).await;
        let version = boss.get("/settings").await.version();
        let off = json!({ "note_urgent": false, "note_all_units": false, "note_collection": false, "handover_readable_days": 60 });
        let settings = boss.patch("/settings", version, off).await.ok();
        assert_eq!((&settings["note_urgent"], &settings["handover_readable_days"]), (&json!(false), &json!(60)));
        let choices = agent.get(format!("/accounts/{account}/note-choices")).await.ok();
        assert_eq!(choices["switches"], json!({ "urgent": false, "all_units": false, "collection": false }));
        for (field, pointer) in [("is_urgent", "/is_urgent"), ("all_units", "/all_units"), ("is_collection", "/is_collection")] {
            let mut note = json!({ "body": "x" });
            note[field] = json!(true);
            let refused = agent.post(format!("/accounts/{account}/notes"), note).await.problem(422, "not-acceptable");
            assert_eq!((refused.errors[0].pointer.as_str(), refused.errors[0].code.as_str()), (pointer, "switched_off"));
        }
        agent.post(format!("/accounts/{account}/notes"), json!({ "body": "plain" })).await.created();
        boss.patch("/settings", version + 1, json!({ "note_urgent": true })).await.ok();
        agent.post(format!("/accounts/{account}/notes"), json!({ "body": "hurry", "is_urgent": true })).await.created();
    }

    async fn a_draft_is_its_writer_s_own_and_gone_once_the_note_is_added(app: TestApp) {
        let c = app.debt_community("A").await;
        let (thandi, sipho, smith) = (app.agent(&[c]).await, app.agent(&[c]).await, app.attorney(&[c]).await);
        let (account, other) = (app.debtor(c, "A1", 0).await, app.debtor(c, "A2", 0).await);
        let (path, events) = (format!("/accounts/{account}/note-draft"), app.count("event").await);
        let keep = async |body: &str| thandi.ask(Method::PUT, &*path).json(json!({ "body": body })).send().await;
        assert_eq!(thandi.get(&*path).await.ok(), json!({ "body": "" }));
        keep("She will").await.ok();
        app.advance(chrono::TimeDelta::minutes(1));
        let kept = keep("She will pay on").await.ok();
        assert_eq!(thandi.get(&*path).await.ok(), kept);
        assert_eq!((&kept["body"], &kept["saved_at"]), (&json!("She will pay on"), &json!("2026-11-22T08:01:00Z")));
        // Who may read it is kept with it: it must not go out to more people later.
        let marked = json!({ "body": "She will pay on", "marks": { "visibility": "internal", "is_urgent": true } });
        thandi.ask(Method::PUT, &*path).json(marked.clone()).send().await.ok();
        assert_eq!(thandi.get(&*path).await.ok()["marks"], marked["marks"]);
        assert_eq!(sipho.get(&*path).await.ok(), json!({ "body": "" }));
        assert_eq!(thandi.get(format!("/accounts/{other}/note-draft")).await.ok(), json!({ "body": "" }));
        smith.get(&*path).await.problem(404, "not-found");
        smith.ask(Method::PUT, &*path).json(json!({ "body": "x" })).send().await.problem(404, "not-found");
        assert_eq!(keep(&"x".repeat(4_001)).await.problem(422, "not-acceptable").flaw("/body").unwrap().code, "too_long");
        assert_eq!(app.count("event").await, events, "typing is nobody's business");
        sipho.post(format!("/accounts/{account}/notes"), json!({ "body": "Called" })).await.created();
        assert_eq!(thandi.get(&*path).await.ok()["body"], "She will pay on");
        thandi.post(format!("/accounts/{account}/notes"), json!({ "body": "She will pay on Friday" })).await.created();
        assert_eq!(thandi.get(&*path).await.ok(), json!({ "body": "" }));
        keep("Another").await.ok();
        assert_eq!(keep(" \n ").await.ok(), json!({ "body": "" }));
        keep("Another").await.ok();
        assert_eq!(thandi.ask(Method::DELETE, &*path).send().await.status, 204);
        assert_eq!(app.count("note_draft").await, 0);
    }
}
