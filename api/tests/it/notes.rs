//! Notes and the one line of time.

mod marks;
mod quick;
mod tombstones;
mod upgrade;

use crate::kit::{Actor, TestApp};
use crate::{both, kit_debt::PDF};
use actix_web::http::Method;
use kept_shared::ids::{AccountId, CommunityId, UnitId};
use kept_shared::permission::UserType;
use serde_json::{Value, json};

impl TestApp {
    /// Somebody who answers the telephone for these communities.
    async fn caller(&self, communities: &[CommunityId]) -> Actor<'_> {
        self.user_in(self.organisation, UserType::CallCentre, "Call centre", communities)
            .await
    }
    /// A unit of the account, owned since a day, until another or still.
    async fn owned(&self, account: AccountId, community: CommunityId, code: &str, to_on: Option<&str>) -> UnitId {
        let unit = self.unit(community, code).await;
        let day = |text: &str| text.parse::<chrono::NaiveDate>().expect("a day");
        self.sql(
            "INSERT INTO unit_owner (id, unit_id, account_id, from_on, to_on, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
            vec![
                uuid::Uuid::now_v7().into(),
                unit.into(),
                account.into(),
                day("2024-01-01").into(),
                to_on.map(day).into(),
                chrono::Utc::now().into(),
            ],
        )
        .await;
        unit
    }
}

/// The notes of a history that fit a filter, newest first.
async fn history(who: &Actor<'_>, account: AccountId, filter: &str) -> Vec<Value> {
    let page = who.get(format!("/accounts/{account}/history{filter}")).await.ok();
    page["items"].as_array().expect("items").clone()
}

fn bodies(items: &[Value]) -> Vec<&str> {
    items.iter().map(|i| i["body"].as_str().unwrap_or_default()).collect()
}

both! {
    async fn everything_stands_in_one_line_newest_first_and_pages_without_gaps(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let (agent, smith) = (app.agent(&[c]).await, app.attorney(&[c]).await);
        let account = app.debtor(c, "A1", 100_00).await;
        for n in 0..5 {
            agent.post(format!("/accounts/{account}/notes"), json!({ "body": format!("Note {n}") })).await.created();
            app.advance(chrono::TimeDelta::minutes(1));
        }
        let mut handover = app.wish(&[account], "HO", Some(smith.id())).await;
        handover["note"] = json!("Please act");
        agent.ask(Method::POST, "/statuses/apply").key("h").json(handover).send().await.ok();
        agent.ask(Method::POST, format!("/accounts/{account}/files")).upload(&[], ("file", "a.pdf", "application/pdf", PDF)).send().await.created();
        let whole = agent.get(format!("/accounts/{account}/history?limit=200")).await.ok();
        let kinds: Vec<&str> = whole["items"].as_array().unwrap().iter().map(|i| i["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["handover", "status", "file", "note", "note", "note", "note", "note"]);
        assert_eq!(whole["items"][1]["note"], "Please act");
        assert_eq!((&whole["items"][1]["to"]["code"], whole["items"][1].get("from")), (&json!("HO"), None));
        let mut paged = vec![];
        let mut cursor = String::new();
        loop {
            let page = agent.get(format!("/accounts/{account}/history?limit=1{cursor}")).await.ok();
            paged.extend(page["items"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(&paged, whole["items"].as_array().unwrap());
        assert_eq!(app.count("account WHERE note_count = 6 AND shared_note_count = 1").await, 1);
    }

    async fn a_note_is_internal_until_the_customer_is_handed_over(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let (agent, smith) = (app.agent(&[c]).await, app.attorney(&[c]).await);
        let account = app.debtor(c, "A1", 100_00).await;
        let path = format!("/accounts/{account}/notes");
        assert_eq!(agent.post(&*path, json!({ "body": "a" })).await.created()["visibility"], "internal");
        app.apply(&agent, &[account], "HO", Some(smith.id())).await;
        assert_eq!(agent.post(&*path, json!({ "body": "b" })).await.created()["visibility"], "shared");
        let long = "x".repeat(4_001);
        assert_eq!(agent.post(&*path, json!({ "body": long })).await.problem(422, "not-acceptable").flaw("/body").unwrap().code, "too_long");
        agent.post(&*path, json!({ "body": " " })).await.problem(422, "not-acceptable");
        agent.post(&*path, json!({ "text": "x" })).await.problem(400, "body-malformed");
    }

    async fn news_of_others_is_unread_until_looked_at_and_ones_own_never(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let (agent, smith) = (app.agent(&[c]).await, app.attorney(&[c]).await);
        let account = app.debtor(c, "A1", 100_00).await;
        app.apply(&agent, &[account], "HO", Some(smith.id())).await;
        app.advance(chrono::TimeDelta::minutes(1));
        smith.post(format!("/accounts/{account}/notes"), json!({ "body": "Traced" })).await.created();
        let unread = |v: serde_json::Value| v["items"].as_array().unwrap().iter().filter(|i| i["is_unread"] == true).count();
        let path = format!("/accounts/{account}/history");
        assert_eq!(unread(agent.get(&*path).await.ok()), 1);
        assert_eq!(agent.get("/dashboard").await.ok()["news"][0]["account_reference"], "A1");
        app.advance(chrono::TimeDelta::minutes(1));
        assert_eq!(agent.post(format!("/accounts/{account}/seen"), json!({})).await.status, 204);
        assert_eq!(unread(agent.get(&*path).await.ok()), 0);
        let his: Vec<_> = smith.get(&*path).await.ok()["items"].as_array().unwrap().iter().filter(|i| i["by_attorney"] == true && i["is_unread"] == true).cloned().collect();
        assert!(his.is_empty(), "{his:?}");
    }
}
