//! Bank details, debit orders, and what was sent about a customer.

use crate::both;
use crate::kit::Actor;
use actix_web::http::Method;
use kept_shared::ids::AccountId;
use kept_shared::permission::{Permission, UserType};
use serde_json::{Value, json};

fn details(number: Option<&str>) -> Value {
    json!({ "bank": " First Example Bank", "branch_code": "250-655", "holder": "T Mokoena", "account_type": "savings", "number": number })
}

fn order(state: &str) -> Value {
    json!({ "payment_type": "authenticated", "contract_no": "DO-1", "retries": 2, "collection_day": 31,
        "collection_type": "monthly_plus_fixed", "amount": { "amount": "500.00", "currency": "ZAR" }, "state": state })
}

async fn diary(actor: &Actor<'_>, account: AccountId) -> Vec<Value> {
    let told = actor.get(format!("/accounts/{account}/diary")).await.ok();
    told["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["event"].clone())
        .collect()
}

both! {
    async fn a_number_is_masked_and_each_look_at_it_is_written_down(app: TestApp) {
        let c = app.community("ACACIA").await;
        let (manager, agent) = (app.manager(&[c]).await, app.agent(&[c]).await);
        let account = app.account(c, "A1", "Thandi Mokoena").await;
        let path = format!("/accounts/{account}/bank-details");
        let none = agent.get(&path).await;
        assert_eq!((none.version(), none.ok().get("on_file").is_none()), (0, true));
        manager.post(format!("{path}/show-number"), json!({})).await.problem(409, "state-forbids");

        let flaw = agent.put(&path, 0, details(None)).await.problem(422, "not-acceptable");
        assert_eq!((flaw.errors[0].pointer.as_str(), flaw.errors[0].code.as_str()), ("/number", "required"));
        let flaw = agent.put(&path, 0, details(Some("GB83WEST12345698765432"))).await.problem(422, "not-acceptable");
        assert_eq!((flaw.errors[0].pointer.as_str(), flaw.errors[0].code.as_str()), ("/number", "not_an_iban"));
        let first = agent.put(&path, 0, details(Some("6200 481 4821"))).await.ok();
        assert_eq!((&first["on_file"]["number"], &first["on_file"]["bank"], &first["on_file"]["branch_code"]),
            (&json!("•••• 4821"), &json!("First Example Bank"), &json!("250655")));
        let version = first["version"].as_i64().unwrap();
        agent.put(&path, 0, details(Some("62004814822"))).await.problem(412, "changed-meanwhile");
        agent.ask(Method::PUT, &*path).json(details(None)).send().await.problem(428, "if-match-missing");

        // The number stays when none is sent, and only who may sees it.
        let mut edit = details(None);
        edit["holder"] = json!("Thandi Mokoena");
        assert_eq!(agent.put(&path, version, edit).await.ok()["on_file"]["number"], "•••• 4821");
        let show = format!("{path}/show-number");
        agent.post(&*show, json!({})).await.problem(403, "permission-missing");
        assert_eq!(manager.post(&*show, json!({})).await.ok()["number"], "62004814821");
        let events = diary(&manager, account).await;
        let kinds: Vec<&str> = events.iter().filter_map(|e| e["what"].as_str()).filter(|k| k.starts_with("bank")).collect();
        assert_eq!(kinds, ["bank_number_seen", "bank_details_changed", "bank_details_changed"]);
        assert_eq!(events[1]["fields"], json!(["holder"]));
        // Neither an event nor a stored answer knows the number.
        assert_eq!(app.count("event WHERE body LIKE '%4814821%'").await, 0);
        let key = manager.ask(Method::POST, &*show).key("look").send().await;
        assert_eq!(key.ok()["number"], "62004814821");
        assert_eq!(app.count("idempotency WHERE body LIKE '%4814821%'").await, 0);
        assert_eq!(diary(&manager, account).await[0]["what"], "bank_number_seen");
    }

    async fn an_attorney_sees_the_mask_of_his_matter_and_the_number_only_when_granted(app: TestApp) {
        let c = app.community("ACACIA").await;
        let (manager, ours, other) = (app.manager(&[c]).await, app.attorney(&[c]).await, app.attorney(&[c]).await);
        let account = app.account(c, "A1", "Thandi Mokoena").await;
        app.put_with(account, c, ours.id()).await;
        let path = format!("/accounts/{account}/bank-details");
        manager.put(&path, 0, details(Some("62004814821"))).await.ok();
        manager.put(format!("/accounts/{account}/debit-order"), 0, order("active")).await.ok();
        assert_eq!(ours.get(&path).await.ok()["on_file"]["number"], "•••• 4821");
        assert_eq!(ours.get(format!("/accounts/{account}/debit-order")).await.ok()["order"]["contract_no"], "DO-1");
        ours.put(&path, 1, details(None)).await.problem(403, "permission-missing");
        ours.post(format!("{path}/show-number"), json!({})).await.problem(403, "permission-missing");
        for what in [path.clone(), format!("/accounts/{account}/debit-order"), format!("/accounts/{account}/communication")] {
            other.get(&what).await.problem(404, "not-found");
            app.trustee(&[c]).await.get(&what).await.problem(403, "permission-missing");
        }
        // The agency's own looks are not told to the attorney.
        manager.post(format!("{path}/show-number"), json!({})).await.ok();
        assert!(diary(&ours, account).await.iter().all(|e| !e["what"].as_str().unwrap().starts_with("bank")));
        let may = kept_shared::users::grantable;
        assert!(may(UserType::Attorney, Permission::ViewBanking) && !may(UserType::Attorney, Permission::EditBanking));
        assert!(!may(UserType::Trustee, Permission::ViewBanking));
    }

    async fn bank_details_go_when_nothing_collects_from_them(app: TestApp) {
        let c = app.community("ACACIA").await;
        let agent = app.agent(&[c]).await;
        let account = app.account(c, "A1", "Thandi Mokoena").await;
        let (path, debit) = (format!("/accounts/{account}/bank-details"), format!("/accounts/{account}/debit-order"));
        let remove = |version: i64| agent.ask(Method::DELETE, &*path).if_match(version).send();
        let why = remove(0).await.problem(409, "state-forbids");
        assert_eq!(why.errors[0].code, "nothing_on_file");
        let version = agent.put(&path, 0, details(Some("62004814821"))).await.version();
        agent.put(&debit, 0, order("active")).await.ok();
        assert_eq!(remove(version).await.problem(409, "state-forbids").errors[0].code, "debit_order_open");
        // A card is charged whatever account is on file.
        let mut card = order("active");
        card["payment_type"] = json!("card_on_file");
        agent.put(&debit, 1, card).await.ok();
        remove(7).await.problem(412, "changed-meanwhile");
        assert_eq!(remove(version).await.status, 204);
        assert!(agent.get(&path).await.ok().get("on_file").is_none());
        let gone = diary(&agent, account).await[0].clone();
        assert_eq!((&gone["what"], &gone["before"]["number"]), (&json!("bank_details_removed"), &json!("•••• 4821")));
        app.advance(chrono::TimeDelta::seconds(1));
        let again = agent.put(&path, 0, details(Some("62004814821"))).await.version();
        remove(version).await.problem(412, "changed-meanwhile");
        assert_eq!(remove(again).await.status, 204);
        app.attorney(&[c]).await.ask(Method::DELETE, &*path).if_match(1).send().await.problem(403, "permission-missing");
    }

    async fn a_debit_order_says_what_was_agreed(app: TestApp) {
        let c = app.community("ACACIA").await;
        let agent = app.agent(&[c]).await;
        let account = app.account(c, "A1", "Thandi Mokoena").await;
        let path = format!("/accounts/{account}/debit-order");
        let none = agent.get(&path).await.ok();
        assert_eq!((&none["version"], &none["currency"], none.get("order")), (&json!(0), &json!("ZAR"), None));
        let refused = async |body: Value, pointer: &str, code: &str| {
            let flaw = agent.put(&path, 0, body).await.problem(422, "not-acceptable");
            assert_eq!((flaw.errors[0].pointer.as_str(), flaw.errors[0].code.as_str()), (pointer, code));
        };
        let changed = |field: &str, value: Value| {
            let mut body = order("active");
            body[field] = value;
            body
        };
        refused(changed("collection_day", json!(32)), "/collection_day", "not_a_day_of_a_month").await;
        refused(changed("amount", Value::Null), "/amount", "required").await;
        refused(changed("amount", json!({ "amount": "5.00", "currency": "USD" })), "/amount", "wrong_currency").await;
        refused(changed("collection_type", json!("balance")), "/amount", "not_with_this").await;
        refused(order("failed"), "/reason", "required").await;

        let kept = agent.put(&path, 0, order("active")).await.ok();
        assert_eq!((&kept["order"]["amount"]["amount"], &kept["order"]["collection_day"]), (&json!("500.00"), &json!(31)));
        let mut failed = order("failed");
        failed["reason"] = json!("Insufficient funds");
        assert_eq!(agent.put(&path, 1, failed).await.ok()["order"]["reason"], "Insufficient funds");
        agent.put(&path, 1, order("cancelled")).await.problem(412, "changed-meanwhile");
        let told = diary(&agent, account).await[0].clone();
        assert_eq!(told["fields"], json!(["reason", "state"]));
        assert_eq!((&told["before"]["state"], &told["before"]["amount"]["amount"]), (&json!("active"), &json!("500.00")));
        // Saved as it was, nothing happened.
        let mut same = order("failed");
        same["reason"] = json!("Insufficient funds");
        assert_eq!(agent.put(&path, 2, same).await.ok()["version"], 2);
        assert_eq!(app.count("event WHERE kind = 'debit_order_changed'").await, 2);
    }

    async fn what_was_sent_about_a_customer_is_found_and_an_attorney_finds_his_own(app: TestApp) {
        let c = app.debt_community("A").await;
        app.sql("UPDATE community SET email = 'office@umhlanga.example' WHERE id = $1", vec![c.into()]).await;
        let caller = app.user_in(app.organisation, UserType::CallCentre, "Call centre", &[c]).await;
        let (agent, ours) = (app.agent(&[c]).await, app.attorney(&[c]).await);
        let (account, other) = (app.debtor(c, "A1", 0).await, app.debtor(c, "A2", 0).await);
        app.put_with(account, c, ours.id()).await;
        let note = |n: u8| json!({ "body": format!("Note {n}"), "visibility": "shared" });
        for n in [1, 2, 3] {
            caller.post(format!("/accounts/{account}/notes"), note(n)).await.created();
        }
        let path = format!("/accounts/{account}/communication");
        let first = agent.get(format!("{path}?limit=2")).await.ok();
        let (items, next) = (first["items"].as_array().unwrap(), first["next_cursor"].as_str().unwrap());
        assert_eq!((items.len(), &items[0]["kind"], &items[0]["to_address"]), (2, &json!("email"), &json!("office@umhlanga.example")));
        assert!(items[0]["sent_by"].as_str().unwrap().starts_with("Thandi Call centre"));
        let rest = agent.get(format!("{path}?limit=2&cursor={next}")).await.ok();
        assert_eq!((rest["items"].as_array().unwrap().len(), rest.get("next_cursor")), (1, None));
        assert_eq!(agent.get(format!("/accounts/{other}/communication")).await.ok()["items"], json!([]));
        // A cursor of one customer opens no other's list.
        agent.get(format!("/accounts/{other}/communication?cursor={next}")).await.problem(400, "cursor-invalid");

        assert_eq!(ours.get(&path).await.ok()["items"], json!([]));
        app.sql("UPDATE mail SET to_address = $1 WHERE id = (SELECT id FROM mail ORDER BY id LIMIT 1)",
            vec![format!("{}@EXAMPLE.org", ours.id()).into()]).await;
        assert_eq!(ours.get(&path).await.ok()["items"].as_array().unwrap().len(), 1);
    }
}
