//! What the head of the customer card shows beside the book: exclusions, and the enquiry a customer began as.

use crate::both;
use crate::kit::Actor;
use actix_web::http::Method;
use kept_shared::accounts::{Account, CustomerType};
use kept_shared::exclusions::ExclusionLevel;
use kept_shared::ids::AccountId;
use kept_shared::leads::LeadState;
use serde_json::{Value, json};

async fn card(actor: &Actor<'_>, id: impl std::fmt::Display) -> Account {
    actor.get(format!("/accounts/{id}")).await.expect(200)
}

/// A customer with two numbers and an address.
fn reachable(reference: &str) -> Value {
    json!({ "reference": reference, "debtors": [{ "kind": "natural", "first_name": "Thandi", "last_name": "Mokoena", "contacts": [
        { "kind": "phone", "value": "082 123 4567" }, { "kind": "phone", "value": "011 555 0199" }, { "kind": "email", "value": "t@example.org" } ] }] })
}

fn contact<'a>(account: &'a Account, value: &str) -> &'a kept_shared::contacts::Contact {
    account
        .debtors
        .iter()
        .flat_map(|d| &d.contacts)
        .find(|c| c.value == value)
        .unwrap()
}

both! {
    async fn exclusions_are_set_and_lifted_by_number_and_their_history_stays(app: TestApp) {
        let c = app.community("ACACIA").await;
        let (agent, elsewhere) = (app.agent(&[c]).await, app.community("ELSE").await);
        let made = agent.post(format!("/communities/{c}/accounts"), reachable("A1")).await.created();
        let id = made["id"].as_str().unwrap().to_owned();
        let before = card(&agent, &id).await;
        assert_eq!((before.exclusion, before.exclusions.len()), (ExclusionLevel::None, 0));
        let path = format!("/accounts/{id}/exclusions");
        let mobile = contact(&before, "+27821234567").id;
        let set = |contact: Option<kept_shared::ids::ContactId>, kind: &str, note: &str| json!({ "kind": kind, "contact_id": contact, "note": note });

        let one = agent.post(&path, set(Some(mobile), "customer_request", " Asked on the phone ")).await.created();
        assert_eq!((&one["number"], &one["note"]), (&json!("+27821234567"), &json!("Asked on the phone")));
        assert_eq!(card(&agent, &id).await.exclusion, ExclusionLevel::Partial);
        agent.post(&path, set(Some(mobile), "customer_request", "Again")).await.problem(409, "already-exists");
        let landline = contact(&before, "+27115550199").id;
        let two = agent.post(&path, set(Some(landline), "manual_only", "Shared line")).await.created();
        assert_eq!(card(&agent, &id).await.exclusion, ExclusionLevel::Full);

        let lift = format!("/exclusions/{}/lift", two["id"].as_str().unwrap());
        agent.post(&lift, json!({ "note": "" })).await.problem(422, "not-acceptable");
        agent.post(&lift, json!({ "note": "Line is his own now" })).await.ok();
        agent.post(&lift, json!({ "note": "Twice" })).await.problem(409, "state-forbids");
        let whole = agent.post(&path, set(None, "bankruptcy", "Sequestrated 1 November")).await.created();
        assert!(whole.get("number").is_none());
        let all = agent.get(&path).await.ok();
        assert_eq!((&all["level"], all["in_force"].as_array().unwrap().len(), all["lifted"].as_array().unwrap().len()), (&json!("full"), 2, 1));
        assert_eq!(all["lifted"][0]["lifted"]["note"], "Line is his own now");
        let told = agent.get(format!("/accounts/{id}/diary")).await.ok();
        let kinds: Vec<&str> = told["items"].as_array().unwrap().iter().map(|i| i["event"]["what"].as_str().unwrap()).collect();
        assert_eq!(kinds.iter().filter(|k| k.starts_with("exclusion_")).count(), 4, "{kinds:?}");

        // Bad input, and others' things.
        let flaws = agent.post(&path, set(Some(mobile), "bankruptcy", "x")).await.problem(422, "not-acceptable");
        assert_eq!(flaws.errors[0].pointer, "/contact_id");
        let email = contact(&before, "t@example.org").id;
        let flaws = agent.post(&path, set(Some(email), "manual_only", "x")).await.problem(422, "not-acceptable");
        assert_eq!((flaws.errors[0].pointer.as_str(), flaws.errors[0].code.as_str()), ("/contact_id", "unknown"));
        app.agent(&[elsewhere]).await.post(&lift, json!({ "note": "x" })).await.problem(404, "not-found");
    }

    async fn an_attorney_excludes_on_his_matter_and_on_no_other(app: TestApp) {
        let c = app.community("ACACIA").await;
        let (ours, other) = (app.attorney(&[c]).await, app.attorney(&[c]).await);
        let account = app.account(c, "A1", "Naledi Botha").await;
        app.put_with(account, c, ours.id()).await;
        let path = format!("/accounts/{account}/exclusions");
        let new = json!({ "kind": "manual_only", "note": "Represented by us" });
        other.post(&path, new.clone()).await.problem(404, "not-found");
        ours.post(&path, new).await.created();
        assert_eq!(card(&ours, account).await.exclusion, ExclusionLevel::Full);
        app.trustee(&[c]).await.get(&path).await.problem(403, "permission-missing");
    }

    async fn a_lead_becomes_a_customer_by_taking_a_unit(app: TestApp) {
        let (c, near, far) = (app.community("ACACIA").await, app.community("NEAR").await, app.community("FAR").await);
        let agent = app.agent(&[c, near]).await;
        let mut body = reachable("L1");
        body["lead"] = json!({ "enquired_on": "2026-11-02", "channel": "Telephone", "taken_by": "Sipho",
            "answers": [{ "question": "When?", "answer": "January" }, { "question": "How large?", "answer": "6 m²" }] });
        let account: Account = agent.post(format!("/communities/{c}/accounts"), body.clone()).await.expect(201);
        assert_eq!((account.customer_type, account.lead), (CustomerType::Lead, Some(LeadState::Active)));
        let id = account.id;
        let origin = agent.get(format!("/accounts/{id}/origin")).await.ok();
        assert_eq!((&origin["lead"]["answers"][1]["answer"], &origin["lead"]["state"]), (&json!("6 m²"), &json!("active")));
        assert!(!origin["created_by"].as_str().unwrap().is_empty());

        let path = format!("/accounts/{id}/lead");
        let related = agent.put(&path, 1, json!({ "is_canceled": false, "related": [near] })).await.ok();
        assert_eq!(related["related"][0]["id"], json!(near));
        agent.put(&path, 1, json!({ "is_canceled": true })).await.problem(412, "changed-meanwhile");
        let flaw = agent.put(&path, 2, json!({ "is_canceled": false, "related": [far] })).await.problem(422, "not-acceptable");
        assert_eq!(flaw.errors[0].pointer, "/related/0");
        // Who reaches less takes nothing away that was not offered.
        let narrow = app.agent(&[c]).await;
        let seen = narrow.put(&path, 2, json!({ "is_canceled": true, "related": [] })).await.ok();
        assert_eq!((&seen["related"], &seen["state"]), (&json!([]), &json!("canceled")));
        assert_eq!(card(&agent, id).await.lead, Some(LeadState::Canceled));
        let kept = agent.get(format!("/accounts/{id}/origin")).await.ok();
        assert_eq!(kept["lead"]["related"][0]["id"], json!(near));

        let unit = app.unit(c, "A-1").await;
        agent.act(format!("/units/{unit}/owners"), 1, json!({ "account_id": id, "from_on": "2026-11-20" })).await.ok();
        let now = card(&agent, id).await;
        assert_eq!((now.customer_type, now.lead), (CustomerType::Customer, Some(LeadState::Rented)));
        agent.put(&path, 3, json!({ "is_canceled": true })).await.problem(409, "state-forbids");
        let origin = agent.get(format!("/accounts/{id}/origin")).await.ok();
        assert_eq!((&origin["lead"]["related"], &origin["lead"]["answers"][0]["question"]), (&json!([]), &json!("When?")));

        // What was answered on the telephone is the agency's.
        let smith = app.attorney(&[c]).await;
        app.put_with(id, c, smith.id()).await;
        let told = smith.get(format!("/accounts/{id}/origin")).await.ok();
        assert_eq!((&told["lead"]["state"], &told["lead"]["answers"], &told["lead"]["taken_by"]), (&json!("rented"), &json!([]), &Value::Null));

        // Not one of them is a lead who opened an account otherwise.
        let plain: AccountId = app.account(c, "P1", "Piet Nel").await;
        agent.put(format!("/accounts/{plain}/lead"), 1, json!({ "is_canceled": true })).await.problem(404, "not-found");
        assert!(agent.get(format!("/accounts/{plain}/origin")).await.ok().get("lead").is_none());
        body["reference"] = json!("L2");
        body["lead"]["enquired_on"] = json!("2030-01-01");
        let flaw = agent.post(format!("/communities/{c}/accounts"), body).await.problem(422, "not-acceptable");
        assert_eq!(flaw.errors[0].pointer, "/lead/enquired_on");
    }
}

both! {
    async fn each_user_has_the_screens_as_chosen_on_every_device(app: TestApp) {
        let c = app.community("ACACIA").await;
        let agent = app.agent(&[c]).await;
        let me = agent.get("/me").await.ok();
        assert_eq!(me["settings"], json!({}));
        let version = me["version"].as_i64().unwrap();
        let chosen = json!({ "theme": "dark", "density": "comfortable", "time_zone": "Europe/Lisbon", "is_news_muted": true });
        let changed = agent.put("/me/settings", version, chosen.clone()).await.ok();
        assert_eq!(changed["settings"], chosen);
        assert_eq!(agent.get("/me").await.ok()["settings"], chosen);
        agent.put("/me/settings", version, json!({})).await.problem(412, "changed-meanwhile");
        let flaw = agent.put("/me/settings", version + 1, json!({ "time_zone": "Mars/Olympus" })).await.problem(422, "not-acceptable");
        assert_eq!(flaw.errors[0].pointer, "/time_zone");
        assert_eq!(app.manager(&[c]).await.get("/me").await.ok()["settings"], json!({}));
    }

    async fn the_bell_counts_what_the_other_side_did_until_one_looks(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let (agent, smith) = (app.agent(&[c]).await, app.attorney(&[c]).await);
        let a = app.debtor(c, "A1", 100_00).await;
        app.apply(&agent, &[a], "HO", Some(smith.id())).await;
        let count = async |who: &Actor<'_>| who.get("/notifications/summary").await.ok()["news"].clone();
        app.advance(chrono::TimeDelta::hours(1));
        smith.post(format!("/accounts/{a}/notes"), json!({ "body": "Letter sent" })).await.created();
        assert_eq!(count(&agent).await, json!(1));
        let news = agent.get("/notifications/news").await.ok();
        assert_eq!(news[0]["account_reference"], "A1");
        app.advance(chrono::TimeDelta::minutes(1));
        assert!(agent.post(format!("/accounts/{a}/seen"), json!({})).await.is_success());
        assert_eq!(count(&agent).await, json!(0));
        app.advance(chrono::TimeDelta::hours(1));
        agent.post(format!("/accounts/{a}/notes"), json!({ "body": "Thank you", "visibility": "shared" })).await.created();
        assert_eq!(count(&smith).await, json!(1));
        assert!(smith.get("/notifications/news").await.ok()[0].get("by").is_none());
        assert_eq!(smith.get("/notifications/summary?news=false").await.ok()["news"], 0);
        // Of a matter that has ended it is news for a month, and the list says the same.
        app.advance(chrono::TimeDelta::hours(1));
        smith.post(format!("/accounts/{a}/notes"), json!({ "body": "He has moved" })).await.created();
        let matter = agent.get(format!("/handovers?account_id={a}")).await.ok()["items"][0].clone();
        let (id, version) = (matter["id"].as_str().unwrap(), matter["version"].as_i64().unwrap());
        agent.ask(Method::POST, format!("/handovers/{id}/recall")).if_match(version).json(json!({ "reason": "hardship" })).send().await.ok();
        let listed = async || agent.get("/handovers?unseen=true").await.ok()["items"].as_array().unwrap().len();
        assert_eq!((count(&agent).await, listed().await), (json!(1), 1));
        app.advance(chrono::TimeDelta::days(31));
        assert_eq!((count(&agent).await, listed().await), (json!(0), 0));
        app.trustee(&[c]).await.get("/notifications/news").await.problem(403, "permission-missing");
        assert_eq!(count(&app.trustee(&[c]).await).await, json!(0));
    }
}
