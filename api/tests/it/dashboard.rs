//! The first page.

use crate::both;
use serde_json::json;

both! {
    async fn figures_are_of_what_one_reaches_and_no_more(app: TestApp) {
        app.seed_statuses().await;
        let (c, d) = (app.debt_community("A").await, app.debt_community("B").await);
        let (agent, smith) = (app.agent(&[c]).await, app.attorney(&[c]).await);
        let a = app.debtor(c, "A1", 100_00).await;
        app.debtor(c, "A2", 0).await;
        app.debtor(d, "B1", 999_00).await;
        app.apply(&agent, &[a], "HO", Some(smith.id())).await;
        let first = agent.get("/dashboard").await.ok();
        let book = &first["book"][0];
        assert_eq!((&book["accounts"], &book["in_arrears"], &book["total"]["amount"]), (&json!(2), &json!(1), &json!("100.00")));
        assert_eq!((&first["handed_over"], &first["communities"]), (&json!(1), &json!(1)));
        assert_eq!(first["recent"][0]["account_reference"], "A1");
        let everything = app.superuser().await.get("/dashboard").await.ok();
        assert_eq!(everything["book"][0]["total"]["amount"], "1099.00");
        let trustee = app.trustee(&[c]).await.get("/dashboard").await.ok();
        assert_eq!((&trustee["recent"], &trustee["news"]), (&json!([]), &json!([])));
        assert_eq!(app.stranger().await.get("/dashboard").await.ok()["book"], json!([]));
        app.anonymous().get("/dashboard").await.problem(401, "unauthenticated");
    }

    async fn news_names_the_matter_it_is_about(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let (agent, smith) = (app.agent(&[c]).await, app.attorney(&[c]).await);
        let a = app.debtor(c, "A1", 100_00).await;
        app.apply(&agent, &[a], "HO", Some(smith.id())).await;
        let (matter, _) = app.matter(&agent, a).await;
        let before = agent.get(format!("/handovers/{matter}")).await.ok();
        assert_eq!(before["last_answer_at"], before["handed_at"], "no answer yet");
        app.advance(chrono::TimeDelta::hours(1));
        smith.post(format!("/accounts/{a}/notes"), json!({ "body": "Letter sent" })).await.created();
        let after = agent.get(format!("/handovers/{matter}")).await.ok();
        assert!(after["last_answer_at"].as_str() > after["handed_at"].as_str(), "{after}");
        let news = agent.get("/dashboard").await.ok()["news"].clone();
        assert_eq!((&news[0]["handover_id"], &news[0]["account_reference"]), (&json!(matter.to_string()), &json!("A1")));
        assert_eq!(news[0]["what"], "note_added");
        app.advance(chrono::TimeDelta::hours(1));
        agent.post(format!("/accounts/{a}/notes"), json!({ "body": "Thank you", "visibility": "shared" })).await.created();
        assert_eq!(smith.get("/dashboard").await.ok()["news"][0]["what"], "note_added");
        app.advance(chrono::TimeDelta::hours(1));
        let (_, version) = app.matter(&smith, a).await;
        smith.act(format!("/handovers/{matter}/return"), version, json!({ "close_code": "untraceable" })).await.ok();
        assert_eq!(agent.get("/dashboard").await.ok()["news"][0]["what"], "handover_returned");
        agent.get(format!("/handovers/{}", news[0]["handover_id"].as_str().unwrap())).await.ok();
    }
}
