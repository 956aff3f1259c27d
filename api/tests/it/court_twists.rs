//! What a ledger must not be talked into: claims that say paid where nobody paid, limits gone round, money for one unit
//! that pays another.

use crate::both;
use crate::court::{book, limit, post, rand, resolve, strategy};
use crate::kit::Actor;
use crate::kit_ledger::entry;
use actix_web::http::Method;
use chrono::TimeDelta;
use kept_shared::ids::*;
use kept_shared::ledger::{ClaimLink, EntryType};
use serde_json::{Value, json};

async fn claim(who: &Actor<'_>, account: AccountId, reference: &str) -> Value {
    let all = who.get(format!("/accounts/{account}/claims")).await.ok();
    let found = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["reference"] == reference);
    let id = found.unwrap()["id"].as_str().unwrap();
    who.get(format!("/claims/{id}")).await.ok()
}

/// Principal, paid, credited, open.
fn totals(claim: &Value) -> [&str; 4] {
    ["principal", "paid", "credited", "open"].map(|name| claim["totals"][name]["amount"].as_str().unwrap())
}

async fn reopen(who: &Actor<'_>, claim: &Value) -> crate::kit::Reply {
    let path = format!("/claims/{}", claim["id"].as_str().unwrap());
    let version = who.get(path.clone()).await.version();
    who.act(format!("{path}/reopen"), version, json!({ "reason": "It was not so" }))
        .await
}

both! {
    async fn a_claim_closed_and_opened_again_is_what_it_was(app: TestApp) {
        let (c, a, _) = book(&app).await;
        let boss = app.manager(&[c]).await;
        for how in ["claim_invalidated", "claim_discarded", "fraudulent", "written_off", "claim_discharged", "prescribed", "claim_sold"] {
            let before = claim(&boss, a, "LV-08").await;
            assert_eq!(totals(&before), ["1000.00", "0.00", "0.00", "1000.00"], "before {how}");
            let id = before["id"].as_str().unwrap();
            resolve(&boss, id, json!({ "resolution": how, "date": "2026-11-20", "reason": "So it is" })).await.created();
            let closed = claim(&boss, a, "LV-08").await;
            // Nobody paid anything.
            assert_eq!(totals(&closed), ["1000.00", "0.00", "1000.00", "0.00"], "{how}");
            assert_eq!(closed["resolution"], how);
            let again = reopen(&boss, &closed).await.ok();
            assert_eq!((totals(&again), &again["state"]), (["1000.00", "0.00", "0.00", "1000.00"], &json!("active")), "{how}");
        }
        assert!(app.faults().await.is_empty());
    }

    async fn what_is_written_off_is_not_paid(app: TestApp) {
        let (c, a, _) = book(&app).await;
        let boss = app.manager(&[c]).await;
        let off = json!({ "type": "write_off", "amount": rand("400.00"), "date": "2026-11-20", "description": "Given up", "reason": "As agreed" });
        post(&boss, format!("/accounts/{a}/entries"), off).await.created();
        // It names no claim; the community's order sets it against the oldest.
        assert_eq!(totals(&claim(&boss, a, "LV-08").await), ["1000.00", "0.00", "400.00", "600.00"]);
        let all = boss.get(format!("/accounts/{a}/claims/summary")).await.ok();
        assert_eq!(totals(&all)[1..3], ["0.00", "400.00"], "{all}");
        // The rest is paid: it was settled for less, not paid.
        let body = json!({ "amount": rand("600.00"), "received_on": "2026-11-20", "method": "eft" });
        let paid = post(&boss, format!("/accounts/{a}/payments"), body).await.created();
        let part = claim(&boss, a, "LV-08").await;
        assert_eq!((&part["state"], &part["resolution"]), (&json!("resolved"), &json!("settled")));
        // The payment comes back and the rest is given up too: nothing was paid.
        post(&boss, format!("/entries/{}/reversal", paid["entry_id"].as_str().unwrap()), json!({ "date": "2026-11-20", "reason": "Returned" })).await.created();
        assert_eq!(claim(&boss, a, "LV-08").await["state"], "active");
        let rest = json!({ "type": "write_off", "amount": rand("600.00"), "date": "2026-11-20", "description": "Given up", "reason": "As agreed" });
        post(&boss, format!("/accounts/{a}/entries"), rest).await.created();
        let gone = claim(&boss, a, "LV-08").await;
        assert_eq!((&gone["state"], &gone["resolution"]), (&json!("resolved"), &json!("written_off")));
        assert!(app.faults().await.is_empty());
    }

    async fn a_claim_opened_again_is_paid_when_money_waited_for_it(app: TestApp) {
        let (c, a, _) = book(&app).await;
        let boss = app.manager(&[c]).await;
        let before = claim(&boss, a, "LV-08").await;
        resolve(&boss, before["id"].as_str().unwrap(), json!({ "resolution": "written_off", "date": "2026-11-10", "reason": "Gone" })).await.created();
        let body = json!({ "amount": rand("1000.00"), "received_on": "2026-11-15", "method": "eft", "allocation": { "to": "leave" } });
        let free = post(&boss, format!("/accounts/{a}/payments"), body).await.created();
        let left = claim(&boss, a, "LV-08").await;
        assert_eq!((&left["state"], &left["resolution"]), (&json!("resolved"), &json!("written_off")));
        let again = reopen(&boss, &left).await.ok();
        assert_eq!((&again["state"], &again["resolution"]), (&json!("resolved"), &json!("claim_paid")), "{again}");
        assert_eq!(totals(&again), ["1000.00", "1000.00", "0.00", "0.00"]);
        // The money comes back: open once more, and by hand no more.
        let entry = free["entry_id"].as_str().unwrap();
        post(&boss, format!("/entries/{entry}/reversal"), json!({ "date": "2026-11-20", "reason": "Returned" })).await.created();
        let open = claim(&boss, a, "LV-08").await;
        assert_eq!((totals(&open), &open["state"]), (["1000.00", "0.00", "0.00", "1000.00"], &json!("active")));
        assert!(app.faults().await.is_empty());
    }

    async fn a_credit_taken_back_in_the_journal_opens_its_claim(app: TestApp) {
        let (c, a, _) = book(&app).await;
        let boss = app.manager(&[c]).await;
        let before = claim(&boss, a, "LV-08").await;
        let done = resolve(&boss, before["id"].as_str().unwrap(), json!({ "resolution": "written_off", "date": "2026-11-10", "reason": "Gone" })).await.created();
        let credit = done["entries"][0].as_str().unwrap().to_owned();
        post(&boss, format!("/entries/{credit}/reversal"), json!({ "date": "2026-11-20", "reason": "Found" })).await.created();
        let open = claim(&boss, a, "LV-08").await;
        assert_eq!((&open["state"], &open["resolution"], totals(&open)), (&json!("active"), &Value::Null, ["1000.00", "0.00", "0.00", "1000.00"]));
        assert!(app.faults().await.is_empty());
    }

    async fn a_claim_whose_invoice_was_wrong_was_never_paid(app: TestApp) {
        let (c, a, ids) = book(&app).await;
        let boss = app.manager(&[c]).await;
        let of_claim = claim(&boss, a, "LV-08").await["id"].as_str().unwrap().parse().unwrap();
        let mut paid = entry(a, EntryType::Payment, "2026-11-02", -1_000_00);
        paid.claim = ClaimLink::Of(of_claim);
        paid.allocation = kept_shared::allocation::AllocationChoice::ToClaim(of_claim);
        let id = paid.id;
        app.post(vec![paid], vec![]).await.unwrap();
        assert_eq!(claim(&boss, a, "LV-08").await["resolution"], "claim_paid");
        post(&boss, format!("/entries/{id}/reversal"), json!({ "date": "2026-11-05", "reason": "Returned by the bank" })).await.created();
        post(&boss, format!("/entries/{}/reversal", ids[0]), json!({ "date": "2026-11-06", "reason": "Wrong customer" })).await.created();
        let gone = claim(&boss, a, "LV-08").await;
        assert_ne!(gone["resolution"], "claim_paid", "{gone}");
        assert!(app.faults().await.is_empty());
    }

    async fn no_way_leads_round_the_second_pair_of_eyes(app: TestApp) {
        let (c, a, _) = book(&app).await;
        let (one, two) = (app.manager(&[c]).await, app.manager(&[c]).await);
        let small = json!({ "amount": rand("10.00"), "received_on": "2026-11-02", "method": "eft", "allocation": { "to": "leave" } });
        let paid = post(&one, format!("/accounts/{a}/payments"), small).await.created();
        let before = claim(&one, a, "LV-08").await;
        let id = before["id"].as_str().unwrap();
        resolve(&one, id, json!({ "resolution": "written_off", "date": "2026-11-10", "reason": "Gone" })).await.created();
        limit(&app, c, 500_00).await;
        // A large fee with a small payment that came back waits like any large fee.
        let asked = json!({ "date": "2026-11-20", "reason": "Returned", "fee": rand("900.00") });
        let back = post(&one, format!("/entries/{}/reversal", paid["entry_id"].as_str().unwrap()), asked).await.created();
        let request = back["waiting"].as_str().unwrap().to_owned();
        let seen = two.get(format!("/posting-requests/{request}")).await.ok();
        assert_eq!(seen["amount"]["amount"], "910.00", "what the balance would move by: {seen}");
        two.act(format!("/posting-requests/{request}/approve"), 1, json!({})).await.ok();
        // Undoing a large write-off is as large as the write-off.
        let refused = reopen(&one, &before).await.problem(422, "not-acceptable");
        assert_eq!(refused.errors[0].code, "above_limit");
        assert!(app.faults().await.is_empty());
    }

    async fn a_charge_raised_ahead_can_be_taken_back(app: TestApp) {
        let (c, a, _) = book(&app).await;
        let boss = app.manager(&[c]).await;
        let ahead = entry(a, EntryType::Invoice, "2026-12-01", 500_00);
        let id = ahead.id;
        app.post(vec![ahead], vec![]).await.unwrap();
        let on = async |day: &str| post(&boss, format!("/entries/{id}/reversal"), json!({ "date": day, "reason": "Not due" })).await;
        assert_eq!(on("2026-11-22").await.problem(422, "not-acceptable").errors[0].code, "before_the_entry");
        assert_eq!(on("2026-12-02").await.problem(422, "not-acceptable").errors[0].code, "in_future");
        on("2026-12-01").await.created();
        app.advance(TimeDelta::days(20));
        assert!(app.faults().await.is_empty());
    }

    async fn money_for_a_unit_pays_that_unit(app: TestApp) {
        let c = app.community("ACACIA").await;
        let boss = app.superuser().await;
        let account = app.account(c, "A1", "Naledi Botha").await;
        let (sold, kept) = (app.unit(c, "U-1").await, app.unit(c, "U-2").await);
        for (unit, from) in [(sold, "2020-01-01"), (kept, "2020-01-01")] {
            boss.act(format!("/units/{unit}/owners"), 1, json!({ "account_id": account, "from_on": from })).await.ok();
        }
        let buyer = app.account(c, "A2", "Pieter Smit").await;
        let version = boss.get(format!("/units/{sold}")).await.version();
        boss.act(format!("/units/{sold}/owners"), version, json!({ "account_id": buyer, "from_on": "2026-10-01" })).await.ok();
        let of = |unit: Option<UnitId>, day: &str| {
            let mut e = entry(account, EntryType::Invoice, day, 500_00);
            e.unit_id = unit;
            e
        };
        // The last names no unit; on its day the customer owned only the one that is kept.
        let all = [of(Some(sold), "2026-06-01"), of(Some(kept), "2026-08-01"), of(None, "2026-11-01")];
        let ids: Vec<String> = all.iter().map(|e| e.id.to_string()).collect();
        app.post(all.to_vec(), vec![]).await.unwrap();
        for word in ["oldest_first", "debtor_directed"] {
            strategy(&app, c, word).await;
            let body = json!({ "amount": rand("800.00"), "received_on": "2026-11-20", "method": "eft", "allocation": { "to": "unit", "unit_id": kept } });
            let plan = boss.ask(Method::POST, format!("/accounts/{account}/payments/preview")).json(body).send().await.ok();
            let paid: Vec<(&str, &str)> = plan["parts"].as_array().unwrap().iter()
                .map(|p| (p["debit"]["id"].as_str().unwrap(), p["amount"]["amount"].as_str().unwrap())).collect();
            assert_eq!(paid, [(ids[1].as_str(), "500.00"), (ids[2].as_str(), "300.00")], "{word}: {plan}");
        }
    }
}
