//! Quick responses.

use crate::both;
use crate::kit::Actor;
use actix_web::http::Method;
use kept_shared::ids::AccountId;
use serde_json::{Value, json};

async fn offered(who: &Actor<'_>, account: AccountId) -> Vec<String> {
    let choices = who.get(format!("/accounts/{account}/note-choices")).await.ok();
    titles(&choices["quick_responses"])
}

fn titles(list: &Value) -> Vec<String> {
    let all = list.as_array().expect("a list").iter();
    all.map(|r| r["title"].as_str().expect("a title").to_owned()).collect()
}

both! {
    async fn managers_keep_them_in_order_and_agents_are_offered_those_of_the_community(app: TestApp) {
        app.seed_statuses().await;
        let (a, b) = (app.debt_community("A").await, app.debt_community("B").await);
        let (manager, agent, smith) = (app.manager(&[a, b]).await, app.agent(&[a, b]).await, app.attorney(&[a, b]).await);
        let (here, there) = (app.debtor(a, "A1", 100_00).await, app.debtor(b, "B1", 0).await);
        let make = async |title: &str, community: Value| {
            manager.post("/quick-responses", json!({ "title": title, "body": format!("{title}."), "community_id": community })).await.created()
        };
        let left = make(" Left  a message ", Value::Null).await;
        assert_eq!(left["title"], "Left a message");
        let gate = make("Gate", json!(a)).await;
        let trustees = make("Trustees", json!(b)).await;
        let promise = make("Promise", Value::Null).await;
        assert_eq!((&gate["community_name"], left.get("community_name")), (&json!("Community A"), None));
        assert_eq!(offered(&agent, here).await, ["Left a message", "Gate", "Promise"]);
        assert_eq!(offered(&agent, there).await, ["Left a message", "Trustees", "Promise"]);
        app.apply(&agent, &[here], "HO", Some(smith.id())).await;
        assert!(offered(&smith, here).await.is_empty(), "how the agency words its notes is its own");
        // Before another one, and to the end.
        let path = |r: &Value| format!("/quick-responses/{}", r["id"].as_str().unwrap());
        let moved = manager.post(path(&promise) + "/move", json!({ "before": left["id"] })).await.ok();
        assert_eq!(titles(&moved), ["Promise", "Left a message", "Gate", "Trustees"]);
        let moved = manager.post(path(&left) + "/move", json!({})).await.ok();
        assert_eq!(titles(&moved), ["Promise", "Gate", "Trustees", "Left a message"]);
        assert_eq!(offered(&agent, here).await, ["Promise", "Gate", "Left a message"]);
        // Archived ones are kept and offered to nobody.
        let archived = json!({ "title": "Promise", "body": "Promise.", "is_active": false });
        manager.put(path(&promise), 1, archived.clone()).await.ok();
        manager.put(path(&promise), 1, archived).await.problem(412, "changed-meanwhile");
        assert_eq!(offered(&agent, here).await, ["Gate", "Left a message"]);
        assert_eq!(titles(&manager.get("/quick-responses").await.ok()), ["Gate", "Trustees", "Left a message"]);
        assert_eq!(titles(&manager.get("/quick-responses?archived=true").await.ok()).len(), 4);
        assert_eq!(manager.delete(path(&trustees), 1).await.status, 204);
        manager.get(path(&trustees)).await.problem(404, "not-found");
        let kinds = app.count("event WHERE kind LIKE 'quick_response_%'").await;
        assert_eq!(kinds, 4 + 2 + 1 + 1);
    }

    async fn others_cannot_touch_them_and_a_manager_only_those_within_reach(app: TestApp) {
        let (a, b) = (app.debt_community("A").await, app.debt_community("B").await);
        let (boss, here, agent) = (app.superuser().await, app.manager(&[a]).await, app.agent(&[a]).await);
        let stranger = app.stranger().await;
        let whole = boss.post("/quick-responses", json!({ "title": "For all", "body": "x" })).await.created();
        let far = boss.post("/quick-responses", json!({ "title": "Far", "body": "x", "community_id": b })).await.created();
        let path = |r: &Value| format!("/quick-responses/{}", r["id"].as_str().unwrap());
        assert_eq!(titles(&here.get("/quick-responses").await.ok()), ["For all"]);
        let (far, whole) = (path(&far), path(&whole));
        for who in [&here, &stranger] {
            who.get(&*far).await.problem(404, "not-found");
            who.put(&*far, 1, json!({ "title": "x", "body": "x" })).await.problem(404, "not-found");
            who.post(format!("{far}/move"), json!({})).await.problem(404, "not-found");
            who.delete(&*far, 1).await.problem(404, "not-found");
        }
        let far_id = far.rsplit('/').next().unwrap();
        let refused = here.post(format!("{whole}/move"), json!({ "before": far_id })).await.problem(422, "not-acceptable");
        assert_eq!(refused.flaw("/before").unwrap().code, "unknown");
        let refused = here.post("/quick-responses", json!({ "title": "x", "body": "x", "community_id": b })).await.problem(422, "not-acceptable");
        assert_eq!(refused.flaw("/community_id").unwrap().code, "unknown");
        for (method, path) in [(Method::GET, "/quick-responses".to_owned()), (Method::GET, whole.clone())] {
            agent.ask(method, path).send().await.problem(403, "permission-missing");
        }
        agent.post("/quick-responses", json!({ "title": "x", "body": "x" })).await.problem(403, "permission-missing");
        agent.delete(&*whole, 1).await.problem(403, "permission-missing");
        for (body, pointer) in [(json!({ "title": " ", "body": "x" }), "/title"), (json!({ "title": "x", "body": "y".repeat(4_001) }), "/body")] {
            here.post("/quick-responses", body).await.problem(422, "not-acceptable").flaw(pointer).unwrap();
        }
        // Two hundred are enough for anybody.
        for n in 0..198 {
            let row = vec![uuid::Uuid::now_v7().into(), app.organisation.into(), format!("R{n}").into(), i64::from(n + 10).into(), true.into(), chrono::Utc::now().into()];
            app.sql("INSERT INTO quick_response (id, organisation_id, title, body, position, is_active, created_at, version) VALUES ($1, $2, $3, 'x', $4, $5, $6, 1)", row).await;
        }
        let refused = boss.post("/quick-responses", json!({ "title": "One more", "body": "x" })).await.problem(422, "not-acceptable");
        assert_eq!(refused.flaw("/title").unwrap().code, "too_many");
    }
}
