//! The diary: what happened, to whom it shows, and how it is filtered.

use crate::court::{book, post, rand, resolve};
use crate::{both, kit_debt::PDF};
use actix_web::http::Method;
use chrono::TimeDelta;
use kept_api::kernel::{NoContent, Subject};
use kept_shared::event::Event;
use kept_shared::money::{Currency, Money};
use serde_json::{Value, json};

fn kinds(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|i| i["event"]["what"].as_str().unwrap()).collect()
}

both! {
    async fn every_event_of_a_customer_is_told_with_the_names_of_what_it_is_about(app: TestApp) {
        let (c, a, _) = book(&app).await;
        let agent = app.agent(&[c]).await;
        app.advance(TimeDelta::minutes(1));
        agent.post(format!("/accounts/{a}/notes"), json!({ "body": "Rang twice" })).await.created();
        app.advance(TimeDelta::minutes(1));
        post(&agent, format!("/accounts/{a}/payments"), json!({ "amount": rand("60.00"), "received_on": "2026-11-20", "method": "eft" })).await.created();
        app.advance(TimeDelta::minutes(1));
        agent.ask(Method::POST, format!("/accounts/{a}/files")).upload(&[], ("file", "a.pdf", "application/pdf", PDF)).send().await.created();
        let diary = agent.get(format!("/accounts/{a}/diary")).await.ok();
        assert_eq!(kinds(&diary), ["file_uploaded", "entries_posted", "note_added", "entries_posted"], "{diary}");
        let items = diary["items"].as_array().unwrap();
        assert_eq!(items[0]["about"]["file"]["document_name"], "a.pdf");
        assert_eq!(items[1]["about"]["entries"][0]["no"], 5);
        assert_eq!(items[1]["about"]["entries"][0]["amount"], rand("-60.00"));
        assert_eq!(items[2]["about"]["note"]["body"], "Rang twice");
        assert_eq!((items[2]["by"].as_str().unwrap().is_empty(), &items[2]["by_system"]), (false, &json!(false)));
        let posted = items[3]["about"]["entries"].as_array().unwrap();
        assert_eq!((posted.len(), &posted[0]["claim"]["reference"]), (4, &json!("LV-08")));
    }

    async fn it_is_filtered_by_day_event_person_and_claim_and_pages_without_gaps(app: TestApp) {
        let (c, a, _) = book(&app).await;
        let (agent, other) = (app.agent(&[c]).await, app.manager(&[c]).await);
        let path = format!("/accounts/{a}");
        for n in 0..3 {
            app.advance(TimeDelta::hours(20));
            agent.post(format!("{path}/notes"), json!({ "body": format!("Note {n}") })).await.created();
        }
        app.advance(TimeDelta::minutes(1));
        let claims = agent.get(format!("{path}/claims")).await.ok();
        let claim = |reference: &str| {
            let all = claims["items"].as_array().unwrap();
            all.iter().find(|c| c["reference"] == reference).unwrap()["id"].as_str().unwrap().to_owned()
        };
        let (august, november) = (claim("LV-08"), claim("LV-11"));
        let directed = json!({ "amount": rand("60.00"), "received_on": "2026-11-20", "method": "eft", "allocation": { "to": "claim", "claim_id": november } });
        post(&other, format!("{path}/payments"), directed).await.created();
        resolve(&other, &august, json!({ "resolution": "claim_sold", "date": "2026-11-20", "reason": "Sold with the book" })).await.created();
        let ask = async |query: &str| agent.get(format!("{path}/diary?{query}")).await.ok();
        // A claim: what was posted to it, what was paid to it, and its own events; not another claim's.
        assert_eq!(kinds(&ask(&format!("claim={november}&order=oldest")).await), ["entries_posted", "entries_posted"]);
        let of_august = ask(&format!("claim={august}")).await;
        assert!(kinds(&of_august).contains(&"claim_resolved"), "{of_august}");
        assert_eq!(of_august["items"].as_array().unwrap().iter().filter(|i| i["event"]["what"] == "claim_resolved").count(), 1);
        let named = of_august["items"].as_array().unwrap().iter().find(|i| i["event"]["what"] == "claim_resolved").unwrap();
        assert_eq!(named["about"]["claims"][0]["reference"], "LV-08");
        // Kind and person, combined.
        assert_eq!(kinds(&ask("event=note_added").await).len(), 3);
        assert_eq!(kinds(&ask(&format!("event=note_added&user={}", other.id())).await).len(), 0);
        assert_eq!(kinds(&ask(&format!("event=note_added&event=entries_posted&user={}", other.id())).await), ["entries_posted", "entries_posted"]);
        // By instants: the first note is a day older than the last.
        let notes = ask("event=note_added&order=oldest").await;
        let at = |n: usize| notes["items"][n]["at"].as_str().unwrap().to_owned();
        assert_eq!(kinds(&ask(&format!("event=note_added&from={}&until={}", at(1), at(2))).await).len(), 1);
        // Page by page the same as at once.
        let whole = ask("limit=200").await;
        let (mut paged, mut cursor) = (vec![], String::new());
        loop {
            let page = ask(&format!("limit=2{cursor}")).await;
            paged.extend(page["items"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(&paged, whole["items"].as_array().unwrap());
        let mut turned = ask("limit=200&order=oldest").await["items"].as_array().unwrap().clone();
        turned.reverse();
        assert_eq!(turned, paged);
        agent.get(format!("{path}/diary?limit=2&order=oldest{cursor}")).await.problem(400, "cursor-invalid");
        // What it can be filtered by counts what it shows.
        let choices = agent.get(format!("{path}/diary/choices")).await.ok();
        let counted: u64 = choices["events"].as_array().unwrap().iter().map(|c| c["count"].as_u64().unwrap()).sum();
        assert_eq!(usize::try_from(counted).unwrap(), paged.len());
        let by: u64 = choices["users"].as_array().unwrap().iter().map(|c| c["count"].as_u64().unwrap()).sum();
        assert_eq!(counted, by);
        assert_eq!(choices["claims"].as_array().unwrap().len(), claims["items"].as_array().unwrap().len());
        agent.get(format!("{path}/diary?user=nobody")).await.problem(400, "query-malformed");
    }

    async fn a_status_tells_where_it_came_from_and_what_was_written_with_it(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let account = app.debtor(c, "A1", 100_00).await;
        let mut wish = app.wish(&[account], "LOD", None).await;
        wish["note"] = json!("Letter sent by courier");
        agent.ask(Method::POST, "/statuses/apply").key("s").json(wish).send().await.ok();
        let diary = agent.get(format!("/accounts/{account}/diary?event=status_applied")).await.ok();
        let about = &diary["items"][0]["about"];
        assert_eq!((&about["status"]["code"], about.get("from"), &about["note"]["body"]), (&json!("LOD"), None, &json!("Letter sent by courier")));
    }

    async fn an_attorney_reads_what_is_shared_and_only_the_own_matter(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let (first, second) = (app.attorney(&[c]).await, app.attorney(&[c]).await);
        let account = app.debtor(c, "A1", 100_00).await;
        agent.post(format!("/accounts/{account}/notes"), json!({ "body": "For us", "visibility": "internal" })).await.created();
        agent.ask(Method::POST, format!("/accounts/{account}/files")).upload(&[("visibility", "internal")], ("file", "a.pdf", "application/pdf", PDF)).send().await.created();
        let earlier = app.put_with(account, c, first.id()).await;
        app.take_back(earlier, None).await;
        app.apply(&agent, &[account], "HO", Some(second.id())).await;
        agent.post(format!("/accounts/{account}/notes"), json!({ "body": "For both" })).await.created();
        let path = format!("/accounts/{account}/diary");
        // Handed over in spite of how the first matter ended: which one it was is the agency's to know.
        let (matter, _) = app.matter(&second, account).await;
        let again = Event::HandedOver {
            handover: matter.parse().unwrap(),
            attorney: second.id(),
            balance: Money::new(100_00, Currency::Zar),
            despite: Some(earlier),
        };
        let tx = app.write().await;
        tx.finish(Subject::from(account).in_organisation(app.organisation), again, NoContent).await.unwrap();
        assert!(agent.get(&*path).await.ok().to_string().contains(&earlier.to_string()));
        first.get(&*path).await.problem(404, "not-found");
        let his = second.get(&*path).await.ok();
        let notes: Vec<&str> = his["items"].as_array().unwrap().iter().filter_map(|i| i["about"]["note"]["body"].as_str()).collect();
        assert_eq!(notes, ["For both"], "{his}");
        let shown = kinds(&his);
        assert!(!shown.contains(&"file_uploaded") && shown.contains(&"handed_over"), "{shown:?}");
        assert!(!his.to_string().contains("For us"));
        assert!(!his.to_string().contains(&earlier.to_string()));
        let agents = kinds(&agent.get(&*path).await.ok()).len();
        assert_eq!(agents, shown.len() + 2);
        let choices = second.get(format!("{path}/choices")).await.ok();
        assert!(choices["events"].as_array().unwrap().iter().all(|c| c["value"] != "file_uploaded"));
        app.trustee(&[c]).await.get(&*path).await.problem(403, "permission-missing");
    }
}
