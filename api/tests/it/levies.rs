//! Recurring charges and the runs that raise them.

use crate::both;
use crate::kit::{Actor, TestApp};
use crate::kit_ledger::{d, entry};
use actix_web::http::Method;
use calamine::Reader;
use kept_shared::ids::*;
use kept_shared::ledger::EntryType;
use kept_shared::permission::UserType;
use serde_json::{Value, json};

fn zar(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "ZAR" })
}
/// A monthly levy from November 2026, charged on the first and due on the seventh.
pub fn levy(amount: &str) -> Value {
    json!({ "kind": "levy", "what_for": "Levy", "frequency": "monthly", "first_on": "2026-11-01", "charge_day": 1,
        "due": { "on_day": 7 }, "amount": zar(amount) })
}
fn set(kind: &str, spread: Value) -> Value {
    json!({ "kind": kind, "what_for": "Levy", "frequency": "monthly", "first_on": "2026-11-01", "charge_day": 1,
        "due": { "on_day": 7 }, "spread": spread })
}
fn flaw(reply: &crate::kit::Reply) -> String {
    let errors = reply.problem(422, "not-acceptable").errors;
    format!("{} {}", errors[0].pointer, errors[0].code)
}

/// A community with an owned unit for each account of the letters given; `(unit, account)` in order.
pub async fn owned_units(app: &TestApp, community: CommunityId, who: &str) -> Vec<(UnitId, AccountId)> {
    let boss = app.superuser().await;
    let mut all = vec![];
    for name in who.chars() {
        let unit = app.unit(community, &format!("U-{name}")).await;
        let account = app
            .account(community, &format!("R{name}"), &format!("{name}andi Mokoena"))
            .await;
        let body = json!({ "account_id": account, "from_on": "2020-01-01" });
        boss.act(format!("/units/{unit}/owners"), 1, body).await.ok();
        all.push((unit, account));
    }
    all
}

/// Starts the run a preview shows and does its work.
pub async fn run_month(app: &TestApp, who: &Actor<'_>, community: CommunityId, month: &str) -> Value {
    let preview = who
        .post(format!("/communities/{community}/levy-runs"), json!({ "month": month }))
        .await
        .created();
    start(app, who, &preview).await
}
async fn start(app: &TestApp, who: &Actor<'_>, preview: &Value) -> Value {
    let path = order(who, preview).await;
    app.run_jobs().await;
    who.get(path).await.ok()
}
/// Starts the run and leaves its job waiting.
async fn order(who: &Actor<'_>, preview: &Value) -> String {
    let path = format!("/levy-runs/{}", preview["id"].as_str().unwrap());
    let body = json!({ "charges": preview["charges"], "total": preview["total"] });
    let key = uuid::Uuid::now_v7().to_string();
    let started = who
        .ask(Method::POST, format!("{path}/start"))
        .key(&key)
        .if_match(preview["version"].as_i64().unwrap());
    assert_eq!(started.json(body).send().await.ok()["state"], "running");
    path
}
pub async fn reverse(app: &TestApp, who: &Actor<'_>, run: &Value) -> Value {
    let path = format!("/levy-runs/{}", run["id"].as_str().unwrap());
    let reply = who
        .ask(Method::POST, format!("{path}/reverse"))
        .key(&uuid::Uuid::now_v7().to_string())
        .if_match(run["version"].as_i64().unwrap())
        .json(json!({ "reason": "Wrong month" }))
        .send()
        .await
        .ok();
    assert_eq!(reply["state"], "reversing");
    app.run_jobs().await;
    who.get(path).await.ok()
}
async fn balance(who: &Actor<'_>, account: AccountId) -> String {
    let figures = who.get(format!("/accounts/{account}/unit-figures")).await.ok();
    figures["total"]["balance"]["amount"].as_str().unwrap().to_owned()
}

both! {
    async fn a_charge_is_set_up_and_keeps_the_history_of_its_amounts(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let unit = app.unit(acacia, "A-1").await;
        let manager = app.manager(&[acacia]).await;
        let path = format!("/units/{unit}/levies");
        let made = manager.post(&path, levy("1850.00")).await.created();
        let id = made["id"].as_str().unwrap().to_owned();
        assert_eq!((&made["amount"]["amount"], &made["next"]["due_on"]), (&json!("1850.00"), &json!("2026-12-07")));
        // One of a kind at a time.
        assert_eq!(manager.post(&path, levy("1.00")).await.problem(409, "already-exists").errors[0].code, "overlaps");
        let mut bad = levy("0.00");
        bad["charge_day"] = json!(32);
        assert_eq!(manager.post(&path, bad).await.problem(422, "not-acceptable").errors.len(), 2);
        manager.post(&path, json!({ "kind": "levy", "amuont": 1 })).await.problem(400, "body-malformed");

        let rise = json!({ "from_on": "2027-01-01", "amount": zar("1970.25") });
        let after = manager.act(format!("/levies/{id}/amounts"), 1, rise.clone()).await.ok();
        assert_eq!((after["amounts"].as_array().unwrap().len(), &after["amount"]["amount"], &after["version"]), (2, &json!("1850.00"), &json!(2)));
        manager.act(format!("/levies/{id}/amounts"), 1, rise).await.problem(412, "changed-meanwhile");
        // The same day again replaces.
        let again = json!({ "from_on": "2027-01-01", "amount": zar("1970.00") });
        let after = manager.act(format!("/levies/{id}/amounts"), 2, again).await.ok();
        assert_eq!(after["amounts"][1], json!({ "from_on": "2027-01-01", "amount": zar("1970.00") }));
        app.advance(chrono::TimeDelta::days(45));
        let later = manager.get(format!("/levies/{id}")).await.ok();
        assert_eq!(later["amount"]["amount"], "1970.00");
        assert_eq!(manager.get(format!("/communities/{acacia}/levies/summary")).await.ok()["totals"][0]["amount"]["amount"], "1970.00");

        let mut terms = levy("1.00");
        terms.as_object_mut().unwrap().remove("amount");
        terms["ends_on"] = json!("2027-06-30");
        let ended = manager.put(format!("/levies/{id}"), 3, terms).await.ok();
        assert_eq!(ended["ends_on"], "2027-06-30");
        assert_eq!(manager.delete(format!("/levies/{id}"), 4).await.status, 204);
        manager.get(format!("/levies/{id}")).await.problem(404, "not-found");
        // An agent reads, another community's does not find it, and nobody edits what is elsewhere.
        let agent = app.agent(&[acacia]).await;
        assert_eq!(agent.get("/levies").await.ok()["items"], json!([]));
        agent.post(&path, levy("1.00")).await.problem(403, "permission-missing");
        let baobab = app.community("BAOBAB").await;
        app.manager(&[baobab]).await.post(&path, levy("1.00")).await.problem(404, "not-found");
    }

    async fn a_budget_is_shared_by_quota_to_the_cent(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let manager = app.manager(&[acacia]).await;
        let mut units = vec![];
        for (code, quota) in [("A-1", "33.333333"), ("A-2", "33.333333"), ("A-10", "33.333334")] {
            let unit = manager.post(format!("/communities/{acacia}/units"), json!({ "code": code, "participation_quota": quota })).await.created();
            units.push(unit["id"].as_str().unwrap().to_owned());
        }
        let path = format!("/communities/{acacia}/levies/set");
        let by_quota = set("levy", json!({ "by_quota": zar("10000.00") }));
        let preview = manager.post(format!("{path}/preview"), by_quota.clone()).await.ok();
        let amounts = |v: &Value| -> Vec<String> { v["items"].as_array().unwrap().iter().map(|i| i["amount"]["amount"].as_str().unwrap().to_owned()).collect() };
        assert_eq!(amounts(&preview), ["3333.33", "3333.33", "3333.34"]);
        assert_eq!((&preview["total"]["amount"], &preview["created"]), (&json!("10000.00"), &json!(3)));
        assert_eq!(manager.get("/levies").await.ok()["items"], json!([]), "a preview writes nothing");
        manager.post(&path, by_quota.clone()).await.problem(400, "idempotency-key-missing");
        let ask = || manager.ask(Method::POST, &path).key("q").json(by_quota.clone());
        assert_eq!(ask().send().await.ok()["created"], 3);
        assert_eq!(ask().send().await.ok()["created"], 3, "the stored answer");
        assert_eq!(manager.get("/levies").await.ok()["items"].as_array().unwrap().len(), 3);
        // Six and a half percent more from January, each to the cent.
        let mut rise = set("levy", json!({ "raise": "6.5" }));
        rise["first_on"] = json!("2027-01-01");
        let raised = manager.ask(Method::POST, &path).key("r").json(rise).send().await.ok();
        assert_eq!((amounts(&raised), &raised["changed"], &raised["items"][0]["before"]["amount"]),
            (vec!["3550.00".to_owned(), "3550.00".into(), "3550.01".into()], &json!(3), &json!("3333.33")));
        let mut other = set("levy", json!({ "each": zar("1.00") }));
        other["frequency"] = json!("yearly");
        assert_eq!(flaw(&manager.post(format!("{path}/preview"), other).await), "/frequency other_frequency");
        // A unit without a quota stops a budget and is named.
        app.unit(acacia, "A-11").await;
        let problem = manager.post(format!("{path}/preview"), set("reserve", json!({ "by_quota": zar("1.00") }))).await.problem(422, "not-acceptable");
        assert_eq!((problem.errors[0].code.as_str(), problem.errors[0].params["unit"].as_str()), ("quota_missing", "A-11"));
        assert_eq!(flaw(&manager.post(format!("{path}/preview"), set("special", json!({ "raise": "5" }))).await), "/spread no_units");
    }

    async fn of_the_same_charge_set_up_at_once_a_unit_gets_one(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let manager = app.manager(&[acacia]).await;
        for n in 0..5 {
            let path = format!("/units/{}/levies", app.unit(acacia, &format!("A-{n}")).await);
            let made = futures_util::future::join_all((0..5).map(|_| manager.post(&path, levy("100.00")))).await;
            let won = made.iter().filter(|r| r.status == 201).count();
            assert_eq!((won, app.count("levy").await), (1, n + 1));
            for lost in made.iter().filter(|r| r.status != 201) {
                assert_eq!(lost.problem(409, "already-exists").errors[0].code, "overlaps");
            }
        }
        // Nor do two settings for all units, and one of them beside a unit's own.
        let path = format!("/communities/{acacia}/levies/set");
        let all = async |key: &'static str| manager.ask(Method::POST, &path).key(key).json(set("reserve", json!({ "each": zar("50.00") }))).send().await;
        let replies = futures_util::future::join_all(["a", "b", "c", "d"].map(all)).await;
        assert!(replies.iter().all(crate::kit::Reply::is_success));
        assert_eq!(app.count("levy WHERE kind = 'reserve'").await, 5);
    }

    async fn an_amount_set_until_a_day_leaves_what_comes_after(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let manager = app.manager(&[acacia]).await;
        let unit = app.unit(acacia, "A-1").await;
        manager.post(format!("/units/{unit}/levies"), levy("100.00")).await.created();
        let mut winter = set("levy", json!({ "each": zar("180.00") }));
        winter["first_on"] = json!("2027-05-01");
        winter["ends_on"] = json!("2027-07-31");
        let path = format!("/communities/{acacia}/levies/set");
        let done = manager.ask(Method::POST, &path).key("winter").json(winter).send().await.ok();
        assert_eq!((&done["changed"], &done["items"][0]["before"]["amount"]), (&json!(1), &json!("100.00")));
        let all = manager.get(format!("/levies?unit_id={unit}")).await.ok();
        let charge = &all["items"][0];
        let amounts: Vec<(&str, &str)> = charge["amounts"].as_array().unwrap().iter()
            .map(|a| (a["from_on"].as_str().unwrap(), a["amount"]["amount"].as_str().unwrap())).collect();
        assert_eq!(amounts[1..], [("2027-05-01", "180.00"), ("2027-08-01", "100.00")], "{charge}");
        assert_eq!(charge["ends_on"], Value::Null);
    }

    async fn charges_that_follow_each_other_are_not_set_as_one(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let manager = app.manager(&[acacia]).await;
        let unit = app.unit(acacia, "A-1").await;
        let mut first = levy("100.00");
        first["ends_on"] = json!("2026-12-31");
        let mut second = levy("110.00");
        second["first_on"] = json!("2027-01-01");
        for body in [first, second] {
            manager.post(format!("/units/{unit}/levies"), body).await.created();
        }
        let path = format!("/communities/{acacia}/levies/set");
        let post = async |body: Value| manager.ask(Method::POST, &path).key(&uuid::Uuid::now_v7().to_string()).json(body).send().await;
        let whole = set("levy", json!({ "each": zar("200.00") }));
        for reply in [post(whole.clone()).await, manager.post(format!("{path}/preview"), whole.clone()).await] {
            let problem = reply.problem(422, "not-acceptable");
            assert_eq!((problem.errors[0].code.as_str(), problem.errors[0].params["unit"].as_str()), ("several_charges", "A-1"));
        }
        // Each time by itself.
        let mut this_year = whole.clone();
        this_year["ends_on"] = json!("2026-12-31");
        let mut next_year = whole;
        next_year["first_on"] = json!("2027-01-01");
        for (body, before, amounts) in [(this_year, "100.00", ["200.00", "110.00"]), (next_year, "110.00", ["200.00", "200.00"])] {
            let done = post(body).await.ok();
            assert_eq!((&done["changed"], &done["items"][0]["before"]["amount"]), (&json!(1), &json!(before)));
            let all = manager.get(format!("/levies?unit_id={unit}&include_ended=true")).await.ok();
            let mut now: Vec<(String, String)> = all["items"].as_array().unwrap().iter().map(|l| {
                let last = l["amounts"].as_array().unwrap().last().unwrap()["amount"]["amount"].as_str().unwrap();
                (l["first_on"].as_str().unwrap().to_owned(), last.to_owned())
            }).collect();
            now.sort();
            assert_eq!(now.iter().map(|l| l.1.as_str()).collect::<Vec<_>>(), amounts);
        }
    }

    async fn a_run_charges_what_was_approved_whatever_is_set_while_it_waits(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let manager = app.manager(&[acacia]).await;
        let units = owned_units(&app, acacia, "TSB").await;
        for (unit, _) in &units[..2] {
            manager.post(format!("/units/{unit}/levies"), levy("100.00")).await.created();
        }
        let preview = manager.post(format!("/communities/{acacia}/levy-runs"), json!({ "month": "2026-11-01" })).await.created();
        let levy_id = manager.get("/levies").await.ok()["items"][0]["id"].as_str().unwrap().to_owned();
        let path = order(&manager, &preview).await;
        assert_eq!(app.count("levy_run_line").await, 2);
        // What is about to be charged counts as charged, and stays even when somebody gets at the table.
        let rise = json!({ "from_on": "2026-11-01", "amount": zar("110.00") });
        assert_eq!(flaw(&manager.act(format!("/levies/{levy_id}/amounts"), 1, rise).await), "/from_on already_charged");
        manager.delete(format!("/levies/{levy_id}"), 1).await.problem(409, "state-forbids");
        app.sql("UPDATE levy_amount SET amount_minor = 11000", vec![]).await;
        manager.post(format!("/units/{}/levies", units[2].0), levy("70.00")).await.created();
        app.run_jobs().await;
        let run = manager.get(&*path).await.ok();
        assert_eq!((&run["state"], &run["charges"], &run["done"], &run["total"]["amount"]), (&json!("done"), &json!(2), &json!(2), &json!("200.00")));
        let mut owed = vec![];
        for (_, account) in &units {
            owed.push(balance(&manager, *account).await);
        }
        assert_eq!(owed, ["100.00", "100.00", "0.00"]);
        assert_eq!(app.count("levy_run_line").await, 0);
        // Reversing it while a preview of the month is open says which.
        let open = manager.post(format!("/communities/{acacia}/levy-runs"), json!({ "month": "2026-11-01" })).await.created();
        let back = || manager.ask(Method::POST, format!("{path}/reverse")).key("back").if_match(run["version"].as_i64().unwrap()).json(json!({ "reason": "x" }));
        let stop = back().send().await.problem(409, "already-exists");
        let flaw = stop.flaw("/month").unwrap();
        assert_eq!((flaw.code.as_str(), flaw.params["run"].as_str(), flaw.params["state"].as_str()), ("run_open", open["id"].as_str().unwrap(), "preview"));
        assert_eq!(manager.delete(format!("/levy-runs/{}", open["id"].as_str().unwrap()), 1).await.status, 204);
        assert_eq!(back().send().await.ok()["state"], "reversing");
        assert!(app.faults().await.is_empty());
    }

    async fn a_run_charges_each_owner_once_and_says_what_it_leaves_out(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let manager = app.manager(&[acacia]).await;
        let units = owned_units(&app, acacia, "TSB").await;
        let empty = app.unit(acacia, "U-Z").await;
        let bare = app.unit(acacia, "V").await;
        for unit in units.iter().map(|u| u.0).chain([empty]) {
            manager.post(format!("/units/{unit}/levies"), levy("100.00")).await.created();
        }
        // The third ended before the month.
        let all = manager.get(format!("/levies?unit_id={}", units[2].0)).await.ok();
        let mut terms = levy("1.00");
        terms.as_object_mut().unwrap().remove("amount");
        terms["ends_on"] = json!("2026-11-30");
        manager.put(format!("/levies/{}", all["items"][0]["id"].as_str().unwrap()), 1, terms).await.ok();
        // The second was sold on the charge date: its buyer pays.
        let buyer = app.account(acacia, "BUY", "Lerato Khumalo").await;
        app.advance(chrono::TimeDelta::days(9));
        manager.act(format!("/units/{}/owners", units[1].0), 2, json!({ "account_id": buyer, "from_on": "2026-12-01" })).await.ok();

        let path = format!("/communities/{acacia}/levy-runs");
        assert_eq!(flaw(&manager.post(&path, json!({ "month": "2027-04-01" })).await), "/month too_far_ahead");
        app.agent(&[acacia]).await.post(&path, json!({ "month": "2026-12-01" })).await.problem(403, "permission-missing");
        let preview = manager.post(&path, json!({ "month": "2026-12-15" })).await.created();
        assert_eq!((&preview["state"], &preview["charges"], &preview["total"]["amount"], &preview["units_without"]), (&json!("preview"), &json!(2), &json!("200.00"), &json!(2)));
        assert_eq!(preview["left_out"], json!([{ "warning": "no_owner", "charges": 1 }, { "warning": "ended", "charges": 1 }]));
        let id = preview["id"].as_str().unwrap().to_owned();
        let lines = manager.get(format!("/levy-runs/{id}/lines")).await.ok();
        let seen: Vec<(&str, Option<&str>, Option<&str>)> = lines["items"].as_array().unwrap().iter()
            .map(|l| (l["unit_code"].as_str().unwrap(), l["reference"].as_str(), l["warning"].as_str())).collect();
        assert_eq!(seen, [("U-B", Some("RB"), Some("ended")), ("U-S", Some("BUY"), None), ("U-T", Some("RT"), None), ("U-Z", None, Some("no_owner"))]);
        let out = manager.get(format!("/levy-runs/{id}/lines?left_out=true&limit=1")).await.ok();
        let rest = manager.get(format!("/levy-runs/{id}/lines?left_out=true&limit=1&cursor={}", out["next_cursor"].as_str().unwrap())).await.ok();
        assert_eq!((&out["items"][0]["unit_code"], &rest["items"][0]["unit_code"], rest.get("next_cursor")), (&json!("U-B"), &json!("U-Z"), None));
        assert_eq!(manager.post(&path, json!({ "month": "2026-12-01" })).await.problem(409, "already-exists").errors[0].params["run"], id);
        // Nothing but what was seen is charged.
        let begin = |charges: i64, total: &str| manager.ask(Method::POST, format!("/levy-runs/{id}/start")).key(&format!("s{charges}{total}")).if_match(1).json(json!({ "charges": charges, "total": zar(total) }));
        begin(2, "200.01").send().await.problem(412, "changed-meanwhile");
        begin(3, "200.00").send().await.problem(412, "changed-meanwhile");
        assert_eq!(balance(&manager, units[0].1).await, "0.00");
        let run = start(&app, &manager, &preview).await;
        assert_eq!((&run["state"], &run["done"], &run["total"]["amount"]), (&json!("done"), &json!(2), &json!("200.00")));
        assert_eq!((balance(&manager, units[0].1).await, balance(&manager, buyer).await, balance(&manager, units[1].1).await), ("100.00".into(), "100.00".into(), "0.00".into()));
        let entry = &manager.get(format!("/accounts/{}/movements", units[0].1)).await.ok()["items"][0];
        assert_eq!((&entry["description"], &entry["date"], &entry["due_on"]), (&json!("Levy December 2026"), &json!("2026-12-01"), &json!("2026-12-07")));
        assert!(entry["by"].as_str().is_some_and(|by| by.starts_with("Thandi")), "posted by who ordered it: {entry}");

        // The same month again has nothing to charge.
        let again = manager.post(&path, json!({ "month": "2026-12-01" })).await.created();
        assert_eq!((&again["charges"], &again["left_out"][1]), (&json!(0), &json!({ "warning": "already_charged", "charges": 2 })));
        let nothing = manager.ask(Method::POST, format!("/levy-runs/{}/start", again["id"].as_str().unwrap())).key("n").if_match(1).json(json!({ "charges": 0, "total": zar("0.00") })).send().await;
        assert_eq!(flaw(&nothing), "/charges nothing_to_charge");
        assert_eq!(manager.delete(format!("/levy-runs/{}", again["id"].as_str().unwrap()), 1).await.status, 204);
        manager.delete(format!("/levy-runs/{id}"), 3).await.problem(409, "state-forbids");
        // What was charged is fixed.
        let levy_id = lines["items"][2]["levy_id"].as_str().unwrap();
        manager.delete(format!("/levies/{levy_id}"), 1).await.problem(409, "state-forbids");
        assert_eq!(flaw(&manager.act(format!("/levies/{levy_id}/amounts"), 1, json!({ "from_on": "2026-12-01", "amount": zar("2.00") })).await), "/from_on already_charged");
        let mut terms = levy("1.00");
        terms.as_object_mut().unwrap().remove("amount");
        terms["first_on"] = json!("2026-12-02");
        assert_eq!(flaw(&manager.put(format!("/levies/{levy_id}"), 1, terms).await), "/first_on already_charged");
        assert!(app.faults().await.is_empty());
        let _unit_without_a_charge = bare;
    }

    async fn a_run_reversed_leaves_credit_and_can_be_run_again(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let manager = app.manager(&[acacia]).await;
        let units = owned_units(&app, acacia, "TS").await;
        for (unit, _) in &units {
            manager.post(format!("/units/{unit}/levies"), levy("100.00")).await.created();
        }
        let run = run_month(&app, &manager, acacia, "2026-11-01").await;
        let (unit, account) = units[0];
        let mut paid = entry(account, EntryType::Payment, "2026-11-10", -100_00);
        paid.unit_id = Some(unit);
        app.post(vec![paid], vec![]).await.unwrap();
        let figures = manager.get(format!("/units/{unit}/figures")).await.ok();
        assert_eq!((&figures["owners"][0]["figures"]["paid_to"], &figures["owners"][0]["figures"]["status"]), (&json!("2026-11-30"), &json!("current")));
        let other = manager.get(format!("/units/{}/figures", units[1].0)).await.ok();
        assert_eq!((&other["owners"][0]["figures"]["paid_to"], &other["owners"][0]["figures"]["days_past_due"]), (&json!("2026-10-31"), &json!(15)));

        let reversed = reverse(&app, &manager, &run).await;
        assert_eq!((&reversed["state"], &reversed["done"], &reversed["reason"]), (&json!("reversed"), &json!(2), &json!("Wrong month")));
        assert_eq!((balance(&manager, account).await, balance(&manager, units[1].1).await), ("-100.00".into(), "0.00".into()));
        let figures = manager.get(format!("/units/{unit}/figures")).await.ok();
        let of = &figures["owners"][0]["figures"];
        assert_eq!((&of["credit"]["amount"], of.get("paid_to"), &of["next_due_on"]), (&json!("-100.00"), None, &json!("2026-12-07")));
        let lines = manager.get(format!("/levy-runs/{}/lines", run["id"].as_str().unwrap())).await.ok();
        assert!(lines["items"].as_array().unwrap().iter().all(|l| l["is_reversed"] == true), "{lines}");
        manager.ask(Method::POST, format!("/levy-runs/{}/reverse", run["id"].as_str().unwrap())).key("again").if_match(reversed["version"].as_i64().unwrap())
            .json(json!({ "reason": "x" })).send().await.problem(409, "state-forbids");

        // Run again, the credit pays.
        let second = run_month(&app, &manager, acacia, "2026-11-01").await;
        assert_eq!((&second["state"], &second["done"]), (&json!("done"), &json!(2)));
        assert_eq!((balance(&manager, account).await, balance(&manager, units[1].1).await), ("0.00".into(), "100.00".into()));
        assert_eq!(manager.get(format!("/units/{unit}/figures")).await.ok()["owners"][0]["figures"]["paid_to"], "2026-11-30");
        assert_eq!(app.count("claim WHERE period_from = '2026-11-01'").await, 4);
        let runs = manager.get(format!("/levy-runs?community_id={acacia}")).await.ok();
        assert_eq!(runs["items"].as_array().unwrap().iter().map(|r| r["state"].as_str().unwrap()).collect::<Vec<_>>(), ["done", "reversed"]);
        let sums = manager.get(format!("/levy-runs/summary?community_id={acacia}")).await.ok();
        assert_eq!(sums["sums"], json!([{ "runs": 1, "charges": 2, "total": zar("200.00"), "reversed_runs": 1, "reversed": zar("200.00") }]));
        let elsewhere = app.community("ELSE").await;
        assert_eq!(app.agent(&[elsewhere]).await.get("/levy-runs/summary").await.ok()["sums"], json!([]));
        // On paper: what stands and what was taken back, in two columns with their sums.
        for (id, stands, back) in [(&second["id"], 200.0, 0.0), (&run["id"], 0.0, 200.0)] {
            let reply = manager.get(format!("/levy-runs/{}/workbook.xlsx", id.as_str().unwrap())).await;
            let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(reply.bytes)).unwrap();
            let formulas = book.worksheet_formula("Charge run").unwrap();
            assert_eq!(formulas.cells().filter(|c| !c.2.is_empty()).count(), 2);
            let sheet = book.worksheet_range("Charge run").unwrap();
            let last = sheet.rows().next_back().unwrap();
            assert_eq!((last[0].to_string().as_str(), last[9].to_string().parse(), last[11].to_string().parse()), ("Total", Ok(stands), Ok(back)));
            assert_eq!(sheet.rows().filter(|r| r[9].to_string() == "100" || r[11].to_string() == "100").count(), 2);
        }
        assert!(app.faults().await.is_empty());
    }

    async fn a_job_that_runs_twice_charges_once(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let manager = app.manager(&[acacia]).await;
        for (unit, _) in owned_units(&app, acacia, "TSB").await {
            manager.post(format!("/units/{unit}/levies"), levy("100.00")).await.created();
        }
        let run = run_month(&app, &manager, acacia, "2026-11-01").await;
        let again = async |from: &str, state: &str| {
            app.sql("UPDATE levy_run SET state = $1 WHERE state = $2", vec![state.into(), from.into()]).await;
            app.sql("UPDATE job SET state = 'ready', attempts = 0, finished_at = NULL WHERE kind LIKE 'levies.%'", vec![]).await;
            app.run_jobs().await;
        };
        again("done", "running").await;
        assert_eq!((app.count("entry").await, app.count("levy_charge").await), (3, 3));
        let done = manager.get(format!("/levy-runs/{}", run["id"].as_str().unwrap())).await.ok();
        assert_eq!((&done["state"], &done["done"]), (&json!("done"), &json!(3)));
        // One was taken back by hand: the run's reversal leaves it alone, and another run charges it.
        let one = manager.get(format!("/levy-runs/{}/lines?limit=1", run["id"].as_str().unwrap())).await.ok();
        let by_hand: EntryId = one["items"][0]["entry_id"].as_str().unwrap().parse().unwrap();
        let tx = app.write().await;
        kept_api::ledger::reverse(&tx, &[by_hand], d("2026-11-22"), "By hand").await.unwrap();
        let event = kept_shared::event::Event::JobDone { kind: "test".into() };
        tx.finish(kept_api::kernel::Subject::organisation(app.organisation), event, kept_api::kernel::NoContent).await.unwrap();
        let second = run_month(&app, &manager, acacia, "2026-11-01").await;
        assert_eq!((&second["state"], &second["done"]), (&json!("done"), &json!(1)));
        let reversed = reverse(&app, &manager, &done).await;
        assert_eq!(reversed["state"], "reversed");
        again("reversed", "reversing").await;
        assert_eq!(app.count("entry WHERE reverses_id IS NOT NULL").await, 3, "one by hand and the two that were left");
        assert!(app.faults().await.is_empty());
    }

    async fn attorneys_reach_none_of_it_whatever_their_group_says(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let manager = app.manager(&[acacia]).await;
        let units = owned_units(&app, acacia, "T").await;
        let made = manager.post(format!("/units/{}/levies", units[0].0), levy("100.00")).await.created();
        let run = run_month(&app, &manager, acacia, "2026-11-01").await;
        let over = app.user_in(app.organisation, UserType::Attorney, "Manager", &[acacia]).await;
        app.put_with(units[0].1, acacia, over.user_id.unwrap()).await;
        assert_eq!(over.get("/levies").await.ok()["items"], json!([]));
        assert_eq!(over.get("/levy-runs").await.ok()["items"], json!([]));
        over.get(format!("/levies/{}", made["id"].as_str().unwrap())).await.problem(404, "not-found");
        over.get(format!("/levy-runs/{}", run["id"].as_str().unwrap())).await.problem(404, "not-found");
        over.get(format!("/levy-runs/{}/lines", run["id"].as_str().unwrap())).await.problem(404, "not-found");
        app.attorney(&[acacia]).await.get("/levies").await.problem(403, "permission-missing");
        app.trustee(&[acacia]).await.get("/levy-runs").await.problem(403, "permission-missing");
        assert_eq!(app.stranger().await.get("/levies").await.ok()["items"], json!([]));
    }
}
