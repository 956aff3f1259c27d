//! Deleting notes.

use super::history;
use crate::both;
use crate::kit::ok;
use crate::kit_debt::PDF;
use actix_web::http::Method;
use kept_api::check;
use kept_shared::ids::AccountId;
use serde_json::{Value, json};

fn delete(account: AccountId, note: &Value) -> String {
    format!(
        "/accounts/{account}/notes/{}/delete",
        note["id"].as_str().expect("an id")
    )
}

both! {
    async fn a_deleted_note_leaves_a_tombstone_and_its_text_is_for_the_audit_trail(app: TestApp) {
        let c = app.debt_community("A").await;
        let (agent, manager) = (app.agent(&[c]).await, app.manager(&[c]).await);
        let account = app.debtor(c, "A1", 0).await;
        let note = agent.post(format!("/accounts/{account}/notes"), json!({ "body": "Wrong customer", "is_collection": true, "visibility": "shared" })).await.created();
        let id = note["id"].as_str().unwrap();
        agent.ask(Method::POST, format!("/accounts/{account}/files")).upload(&[("note_id", id)], ("file", "a.pdf", "application/pdf", PDF)).send().await.created();
        assert_eq!(app.count("account WHERE note_count = 1 AND shared_note_count = 1").await, 1);
        for reason in ["  ".to_owned(), "x".repeat(501)] {
            agent.post(delete(account, &note), json!({ "reason": reason })).await.problem(422, "not-acceptable").flaw("/reason").unwrap();
        }
        let left = agent.post(delete(account, &note), json!({ "reason": " Another person " })).await.ok();
        assert_eq!((&left["body"], &left["deleted"]["reason"], left["deleted"].get("body")), (&json!(""), &json!("Another person"), None));
        assert_eq!(app.count("account WHERE note_count = 0 AND shared_note_count = 0").await, 1);
        let line = history(&agent, account, "").await.remove(0);
        assert_eq!((&line["kind"], &line["body"], &line["may_delete"]), (&json!("note"), &json!(""), &json!(false)));
        assert_eq!(line["deleted"]["at"], "2026-11-22T08:00:00Z");
        assert!(line["deleted"]["by"].as_str().unwrap().starts_with("Thandi Agent"), "{line}");
        assert_eq!(line["files"][0]["file_name"], "a.pdf", "documents stay");
        assert!(!line.to_string().contains("Wrong customer"));
        // Whoever sees the audit trail sees what it said; nothing is lost.
        let seen = history(&manager, account, "").await.remove(0);
        assert_eq!(seen["deleted"]["body"], "Wrong customer");
        assert_eq!(app.count("note WHERE body = '' AND deleted_body = 'Wrong customer'").await, 1);
        assert_eq!(app.count("event WHERE kind = 'note_deleted' AND body LIKE '%Another person%' AND body NOT LIKE '%Wrong customer%'").await, 1);
        // Twice is once, whoever asks again.
        let again = manager.post(delete(account, &note), json!({ "reason": "Me too" })).await.ok();
        assert_eq!(again["deleted"]["reason"], "Another person");
        assert_eq!(app.count("event WHERE kind = 'note_deleted'").await, 1);
        assert_eq!(app.count("account WHERE note_count = 0").await, 1);
        let findings = ok(check::findings(&app.kernel).await);
        let counted = findings.rules.iter().find(|rule| rule.name == "notes").unwrap();
        assert_eq!(counted.faults, 0, "{counted:?}");
    }

    async fn authors_delete_their_own_for_a_week_editors_any_and_attorneys_none(app: TestApp) {
        app.seed_statuses().await;
        let (c, elsewhere) = (app.debt_community("A").await, app.debt_community("B").await);
        let (agent, other, far) = (app.agent(&[c]).await, app.agent(&[c]).await, app.agent(&[elsewhere]).await);
        let (manager, smith, trustee) = (app.manager(&[c]).await, app.attorney(&[c]).await, app.trustee(&[c]).await);
        let account = app.debtor(c, "A1", 100_00).await;
        let path = format!("/accounts/{account}/notes");
        let internal = agent.post(&*path, json!({ "body": "Between us", "visibility": "internal" })).await.created();
        app.apply(&agent, &[account], "HO", Some(smith.id())).await;
        let shared = agent.post(&*path, json!({ "body": "For both" })).await.created();
        let his = smith.post(&*path, json!({ "body": "Traced" })).await.created();
        let why = json!({ "reason": "A mistake" });
        // What an attorney does not see does not exist, what is seen is the agency's, and the own word stands.
        smith.post(delete(account, &internal), why.clone()).await.problem(404, "not-found");
        for note in [&shared, &his] {
            smith.post(delete(account, note), why.clone()).await.problem(403, "permission-missing");
        }
        other.post(delete(account, &shared), why.clone()).await.problem(403, "permission-missing");
        far.post(delete(account, &shared), why.clone()).await.problem(404, "not-found");
        trustee.post(delete(account, &shared), why.clone()).await.problem(403, "permission-missing");
        trustee.get(format!("/accounts/{account}/history")).await.problem(403, "permission-missing");
        trustee.get(format!("/accounts/{account}/note-choices")).await.problem(403, "permission-missing");
        let stray = app.debtor(c, "A2", 0).await;
        manager.post(delete(stray, &shared), why.clone()).await.problem(404, "not-found");
        let may = async |who: &crate::kit::Actor<'_>| -> Vec<bool> {
            history(who, account, "?only=notes").await.iter().map(|i| i["may_delete"] == true).collect()
        };
        assert_eq!(may(&agent).await, [false, true, true]);
        assert_eq!(may(&smith).await, [false, false]);
        assert_eq!(may(&manager).await, [true, true, true]);
        app.advance(chrono::TimeDelta::days(8));
        assert_eq!(may(&agent).await, [false, false, false]);
        agent.post(delete(account, &shared), why.clone()).await.problem(403, "permission-missing");
        manager.post(delete(account, &his), why.clone()).await.ok();
        manager.post(delete(account, &internal), why).await.ok();
        assert_eq!(app.count("account WHERE reference = 'A1' AND note_count = 1 AND shared_note_count = 1").await, 1);
        // Nor does the diary tell: neither what was deleted, nor that there was something between us.
        let diary = smith.get(format!("/accounts/{account}/diary?limit=200")).await.ok().to_string();
        assert!(!diary.contains("Traced") && !diary.contains("Between us"), "{diary}");
        assert_eq!(diary.matches("note_deleted").count(), 1, "{diary}");
        let lines = history(&smith, account, "?only=notes").await;
        assert_eq!((lines.len(), &lines[0]["deleted"]["reason"], lines[0]["deleted"].get("body")), (2, &json!("A mistake"), None));
    }

    async fn a_note_given_with_a_status_is_a_part_of_that_and_stays(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let (boss, manager) = (app.superuser().await, app.manager(&[c]).await);
        let account = app.debtor(c, "A1", 100_00).await;
        let mut wish = app.wish(&[account], "LOD", None).await;
        wish["note"] = json!("Sent by the sheriff");
        boss.ask(Method::POST, "/statuses/apply").key("x").json(wish).send().await.ok();
        #[derive(sea_orm::FromQueryResult)]
        struct Row {
            id: kept_shared::ids::NoteId,
        }
        let read = app.kernel.read_everything("test").await.unwrap();
        let row: Option<Row> = read.report_one(kept_api::kernel::Limit::Unscoped("test"), "SELECT id FROM note", vec![]).await.unwrap();
        drop(read);
        let note = json!({ "id": row.unwrap().id });
        manager.post(delete(account, &note), json!({ "reason": "Not needed" })).await.problem(409, "state-forbids");
        assert_eq!(history(&manager, account, "").await[0]["note"], "Sent by the sheriff");
    }
}
