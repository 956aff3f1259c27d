//! Views kept of a list: whose they are, who shares them, what they may hold, what a list begins with.

use crate::both;
use crate::kit::Actor;
use serde_json::{Value, json};

fn view(name: &str, shared: bool) -> Value {
    json!({ "list": "age-analysis", "name": name, "query": { "hide_zero": true, "columns": ["total", "d120"], "sort": "d120", "cursor": "x" },
        "is_shared": shared })
}

async fn names(by: &Actor<'_>) -> Vec<String> {
    let all = by.get("/saved-views?list=age-analysis").await.ok();
    all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v["name"].as_str().unwrap().to_owned())
        .collect()
}

fn path(view: &Value) -> String {
    format!("/saved-views/{}", view["id"].as_str().unwrap())
}

fn changed(name: &str, shared: bool) -> Value {
    json!({ "name": name, "query": { "sort": "name", "layout": "six" }, "is_shared": shared })
}

both! {
    async fn a_view_is_kept_renamed_overwritten_and_deleted_by_whose_it_is(app: TestApp) {
        let c = app.community("A").await;
        let (one, two, stranger) = (app.agent(&[c]).await, app.agent(&[c]).await, app.stranger().await);
        let made = one.post("/saved-views", view("  Over   120 ", false)).await.created();
        assert_eq!(made["name"], "Over 120", "tidied");
        assert_eq!(made["query"], json!({ "hide_zero": true, "columns": ["total", "d120"], "sort": "d120" }), "without the page");
        assert_eq!((&made["is_own"], &made["is_default"], &made["is_shared"]), (&json!(true), &json!(false), &json!(false)));
        one.post("/saved-views", view("Over 120", false)).await.problem(409, "already-exists");
        two.post("/saved-views", view("Over 120", false)).await.created();
        assert_eq!((names(&one).await, names(&stranger).await), (vec!["Over 120".to_owned()], vec![]));
        // Nobody else's business.
        for other in [&two, &stranger] {
            other.put(path(&made), 1, changed("Mine", false)).await.problem(404, "not-found");
            other.delete(path(&made), 1).await.problem(404, "not-found");
            other.post("/saved-views/default", json!({ "list": "age-analysis", "view_id": made["id"] })).await.problem(404, "not-found");
        }
        let after = one.put(path(&made), 1, changed("By name", false)).await.ok();
        assert_eq!((&after["name"], &after["version"]), (&json!("By name"), &json!(2)));
        assert_eq!(after["query"], json!({ "sort": "name", "layout": "six" }));
        one.put(path(&made), 1, changed("Late", false)).await.problem(412, "changed-meanwhile");
        one.delete(path(&made), 1).await.problem(412, "changed-meanwhile");
        assert_eq!(one.delete(path(&made), 2).await.status, 204);
        one.delete(path(&made), 2).await.problem(404, "not-found");
        assert_eq!((names(&one).await, names(&two).await.len()), (vec![], 1));
    }

    async fn a_view_is_shared_by_managers_and_seen_within_the_house(app: TestApp) {
        let c = app.community("A").await;
        let (agent, boss, attorney, trustee) =
            (app.agent(&[c]).await, app.manager(&[c]).await, app.attorney(&[c]).await, app.trustee(&[c]).await);
        agent.post("/saved-views", view("Ours", true)).await.problem(403, "permission-missing");
        let own = agent.post("/saved-views", view("Mine", false)).await.created();
        agent.put(path(&own), 1, changed("Mine", true)).await.problem(403, "permission-missing");
        let ours = boss.post("/saved-views", view("Ours", true)).await.created();
        assert_eq!(names(&agent).await, ["Mine", "Ours"]);
        assert_eq!(names(&boss).await, ["Ours"], "what one does not share is one's own");
        for outside in [&attorney, &trustee, &app.stranger().await] {
            assert_eq!(names(outside).await, Vec::<String>::new());
            outside.put(path(&ours), 1, changed("Theirs", true)).await.problem(404, "not-found");
        }
        // An attorney keeps his own.
        attorney.post("/saved-views", view("Matters", false)).await.created();
        assert_eq!(names(&attorney).await, ["Matters"]);
        agent.put(path(&ours), 1, changed("Theirs", true)).await.problem(403, "permission-missing");
        agent.delete(path(&ours), 1).await.problem(403, "permission-missing");
        // Another manager tidies up what all use.
        let other = app.manager(&[c]).await;
        let after = other.put(path(&ours), 1, changed("All of ours", false)).await.ok();
        assert_eq!((&after["is_own"], &after["is_shared"]), (&json!(false), &json!(false)));
        assert_eq!((names(&agent).await, names(&other).await, names(&boss).await), (vec!["Mine".into()], vec![], vec!["All of ours".into()]));
    }

    async fn a_list_begins_with_the_view_one_chose(app: TestApp) {
        let c = app.community("A").await;
        let (agent, boss) = (app.agent(&[c]).await, app.manager(&[c]).await);
        let own = agent.post("/saved-views", view("Mine", false)).await.created();
        let ours = boss.post("/saved-views", view("Ours", true)).await.created();
        let begins = async |by: &Actor<'_>| {
            let all = by.get("/saved-views?list=age-analysis").await.ok();
            let chosen: Vec<String> = all["items"].as_array().unwrap().iter().filter(|v| v["is_default"] == true)
                .map(|v| v["name"].as_str().unwrap().to_owned()).collect();
            chosen.join(", ")
        };
        let choose = async |by: &Actor<'_>, view: &Value| by.post("/saved-views/default", json!({ "list": "age-analysis", "view_id": view })).await;
        choose(&agent, &own["id"]).await.ok();
        assert_eq!((begins(&agent).await, begins(&boss).await), ("Mine".to_owned(), String::new()));
        choose(&agent, &ours["id"]).await.ok();
        assert_eq!(begins(&agent).await, "Ours", "one at a time");
        agent.post("/saved-views/default", json!({ "list": "age-analysis" })).await.ok();
        assert_eq!(begins(&agent).await, "");
        choose(&agent, &ours["id"]).await.ok();
        assert_eq!(boss.delete(path(&ours), 1).await.status, 204);
        assert_eq!(begins(&agent).await, "", "a view that is gone begins nothing");
        choose(&agent, &json!(uuid::Uuid::now_v7())).await.problem(404, "not-found");
    }

    async fn what_no_list_can_read_is_refused_and_pages_join(app: TestApp) {
        let c = app.community("A").await;
        let agent = app.agent(&[c]).await;
        for (body, status, code) in [
            (json!({ "list": "age-analysis", "name": "x", "query": { "sort": "colour" } }), 422, "not-acceptable"),
            (json!({ "list": "age-analysis", "name": " ", "query": {} }), 422, "not-acceptable"),
            (json!({ "list": "age-analysis", "name": "x".repeat(81), "query": {} }), 422, "not-acceptable"),
            (json!({ "list": "weather", "name": "x", "query": {} }), 400, "body-malformed"),
            (json!({ "list": "age-analysis", "name": "x", "query": [] }), 400, "body-malformed"),
        ] {
            agent.post("/saved-views", body).await.problem(status, code);
        }
        agent.get("/saved-views").await.problem(400, "query-malformed");
        agent.get("/saved-views?list=weather").await.problem(400, "query-malformed");
        app.anonymous().get("/saved-views?list=age-analysis").await.problem(401, "unauthenticated");
        for n in 0..100 {
            agent.post("/saved-views", view(&format!("View {n:03}"), false)).await.created();
        }
        let full = agent.post("/saved-views", view("One more", false)).await.problem(422, "not-acceptable");
        assert_eq!(full.errors[0].code, "too_many");
        let (mut got, mut cursor) = (vec![], String::new());
        loop {
            let page = agent.get(format!("/saved-views?list=age-analysis&limit=30{cursor}")).await.ok();
            got.extend(page["items"].as_array().unwrap().iter().map(|v| v["name"].as_str().unwrap().to_owned()));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(got, (0..100).map(|n| format!("View {n:03}")).collect::<Vec<_>>());
        let events = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM event WHERE kind = 'saved_view_created'";
        assert_eq!(app.number(events, vec![]).await, 100);
    }
}
