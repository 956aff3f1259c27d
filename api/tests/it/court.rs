//! The ledger by hand: journal, payments, re-allocation, postings, the second pair of eyes, claims, explanations.

use crate::both;
use crate::kit::{Actor, Reply, TestApp};
use crate::kit_ledger::{d, entry};
use actix_web::http::Method;
use kept_shared::ageing::{AgeingRules, CreditPolicy};
use kept_shared::ids::*;
use kept_shared::ledger::EntryType;
use serde_json::{Value, json};

pub fn rand(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "ZAR" })
}

/// Posts with a key of its own.
pub async fn post(who: &Actor<'_>, path: String, body: Value) -> Reply {
    let key = uuid::Uuid::now_v7().to_string();
    who.ask(Method::POST, path).key(&key).json(body).send().await
}

pub async fn resolve(who: &Actor<'_>, claim: &str, body: Value) -> Reply {
    let version = who.get(format!("/claims/{claim}")).await.version();
    let key = uuid::Uuid::now_v7().to_string();
    let ask = who
        .ask(Method::POST, format!("/claims/{claim}/resolve"))
        .if_match(version);
    ask.key(&key).json(body).send().await
}

/// Two levies, a fee and interest: 1 000.00, 50.00, 25.00, 1 000.00; the clock stands on 2026-11-22.
pub async fn book(app: &TestApp) -> (CommunityId, AccountId, Vec<EntryId>) {
    let c = app.community_ageing("A", AgeingRules::default()).await;
    let a = app.accounts(c, &[("A1", "Naledi Botha")]).await[0];
    let mut lines = vec![
        entry(a, EntryType::Invoice, "2026-08-01", 1_000_00),
        entry(a, EntryType::Fee, "2026-09-10", 50_00),
        entry(a, EntryType::Interest, "2026-10-01", 25_00),
        entry(a, EntryType::Invoice, "2026-11-01", 1_000_00),
    ];
    lines[0].reference = Some("LV-08".into());
    lines[3].reference = Some("LV-11".into());
    let ids = lines.iter().map(|l| l.id).collect();
    app.post(lines, vec![]).await.unwrap();
    (c, a, ids)
}

pub async fn strategy(app: &TestApp, community: CommunityId, word: &str) {
    let sql = "UPDATE community SET allocation_strategy = $1 WHERE id = $2";
    app.sql(sql, vec![word.into(), community.into()]).await;
}

pub async fn limit(app: &TestApp, community: CommunityId, minor: i64) {
    let sql = "UPDATE community SET approval_above_minor = $1 WHERE id = $2";
    app.sql(sql, vec![minor.into(), community.into()]).await;
}

fn parts(plan: &Value) -> Vec<(i64, String)> {
    let part = |p: &Value| {
        let no = p["debit"]["no"].as_i64().unwrap();
        (no, p["amount"]["amount"].as_str().unwrap().to_owned())
    };
    plan["parts"].as_array().unwrap().iter().map(part).collect()
}

fn amounts(line: &Value) -> (i64, &str, &str) {
    let text = |field: &str| line[field]["amount"].as_str().unwrap();
    (line["no"].as_i64().unwrap(), text("amount"), text("balance"))
}

both! {
    async fn a_payment_does_what_its_preview_said_by_every_strategy(app: TestApp) {
        let (c, a, ids) = book(&app).await;
        let agent = app.agent(&[c]).await;
        let body = |allocation: Value| json!({ "amount": rand("1060.00"), "received_on": "2026-11-20", "method": "eft", "allocation": allocation });
        let preview = async |allocation: Value| post(&agent, format!("/accounts/{a}/payments/preview"), body(allocation)).await.ok();
        let by = async |word: &str| parts(&preview(json!({ "to": "strategy", "strategy": word })).await);
        let s = |all: &[(i64, &str)]| all.iter().map(|(n, t)| (*n, (*t).to_owned())).collect::<Vec<_>>();
        assert_eq!(by("oldest_first").await, s(&[(1, "1000.00"), (2, "50.00"), (3, "10.00")]));
        assert_eq!(by("fees_first_then_oldest").await, s(&[(2, "50.00"), (1, "1000.00"), (3, "10.00")]));
        assert_eq!(by("interest_fees_principal").await, s(&[(3, "25.00"), (2, "50.00"), (1, "985.00")]));
        assert_eq!(by("principal_first").await, s(&[(1, "1000.00"), (4, "60.00")]));
        assert_eq!(by("debtor_directed").await, s(&[]));
        let directed = json!({ "to": "debits", "parts": [{ "entry_id": ids[3], "amount": rand("700.00") }] });
        let plan = preview(directed.clone()).await;
        assert_eq!((parts(&plan), &plan["left_over"]["amount"]), (s(&[(4, "700.00")]), &json!("360.00")));
        // By the community's own strategy, then for real.
        strategy(&app, c, "interest_fees_principal").await;
        let plan = preview(json!({ "to": "default" })).await;
        let made = post(&agent, format!("/accounts/{a}/payments"), body(json!({ "to": "default" }))).await.created();
        assert_eq!((&made["plan"], &made["no"]), (&plan, &json!(5)));
        let stands = agent.get(format!("/entries/{}/allocations", made["entry_id"].as_str().unwrap())).await.ok();
        let got: Vec<(i64, &str, &str)> = stands["parts"].as_array().unwrap().iter()
            .map(|p| (p["entry"]["no"].as_i64().unwrap(), p["amount"]["amount"].as_str().unwrap(), p["by"].as_str().unwrap())).collect();
        assert_eq!(got.len(), 3, "{stands}");
        assert!(got.contains(&(3, "25.00", "allocation")) && got.contains(&(1, "985.00", "allocation")));
        let after = agent.get(format!("/age-analysis?community_id={c}")).await.ok();
        assert_eq!(after["items"][0]["total"], "1015.00", "{after}");
        assert!(app.faults().await.is_empty());
    }

    async fn the_same_key_records_a_payment_once(app: TestApp) {
        let (c, a, _) = book(&app).await;
        let agent = app.agent(&[c]).await;
        let body = json!({ "amount": rand("10.00"), "received_on": "2026-11-20", "method": "cash" });
        let ask = || agent.ask(Method::POST, format!("/accounts/{a}/payments")).key("once").json(body.clone());
        let (first, second) = (ask().send().await, ask().send().await);
        assert_eq!(first.created(), second.created());
        assert_eq!(app.number("SELECT CAST(COUNT(*) AS BIGINT) AS n FROM entry WHERE type = 'payment'", vec![]).await, 1);
        let none = agent.ask(Method::POST, format!("/accounts/{a}/payments")).json(body).send().await;
        none.problem(400, "idempotency-key-missing");
    }

    async fn a_bad_payment_says_which_field_and_posts_nothing(app: TestApp) {
        let (c, a, ids) = book(&app).await;
        let agent = app.agent(&[c]).await;
        let try_it = async |body: Value| {
            let problem = post(&agent, format!("/accounts/{a}/payments"), body).await.problem(422, "not-acceptable");
            problem.errors.into_iter().map(|e| (e.pointer, e.code)).collect::<Vec<_>>()
        };
        let at = |p: &str, c: &str| (p.to_owned(), c.to_owned());
        let body = |amount: &str, on: &str, to: Value| json!({ "amount": rand(amount), "received_on": on, "method": "eft", "allocation": to });
        let got = try_it(body("0.00", "2027-01-01", json!({ "to": "leave" }))).await;
        assert_eq!(got, [at("/amount", "not_positive"), at("/received_on", "in_future")]);
        let usd = json!({ "amount": { "amount": "5.00", "currency": "USD" }, "received_on": "2026-11-01", "method": "eft" });
        assert_eq!(try_it(usd).await, [at("/amount", "wrong_currency")]);
        let to = |n: usize, amount: &str| json!({ "to": "debits", "parts": [{ "entry_id": ids[n], "amount": rand(amount) }] });
        assert_eq!(try_it(body("60.00", "2026-11-01", to(1, "50.01"))).await, [at("/allocation/parts/0/amount", "more_than_open")]);
        assert_eq!(try_it(body("60.00", "2026-11-01", to(0, "60.01"))).await, [at("/allocation/parts", "more_than_the_payment")]);
        let strange = json!({ "to": "debits", "parts": [{ "entry_id": EntryId(uuid::Uuid::now_v7()), "amount": rand("1.00") }] });
        assert_eq!(try_it(body("60.00", "2026-11-01", strange)).await, [at("/allocation/parts/0/entry_id", "unknown")]);
        let claim = json!({ "to": "claim", "claim_id": ClaimId(uuid::Uuid::now_v7()) });
        assert_eq!(try_it(body("60.00", "2026-11-01", claim)).await, [at("/allocation/claim_id", "unknown")]);
        assert_eq!(app.number("SELECT CAST(COUNT(*) AS BIGINT) AS n FROM entry WHERE type = 'payment'", vec![]).await, 0);
    }

    async fn the_journal_filters_sorts_and_pages_with_the_balance_of_the_ledger(app: TestApp) {
        let (c, a, _) = book(&app).await;
        let agent = app.agent(&[c]).await;
        let all = agent.get(format!("/accounts/{a}/journal")).await.ok();
        let lines: Vec<_> = all["items"].as_array().unwrap().iter().map(amounts).collect();
        assert_eq!(lines, [(1, "1000.00", "1000.00"), (2, "50.00", "1050.00"), (3, "25.00", "1075.00"), (4, "1000.00", "2075.00")]);
        let down = agent.get(format!("/accounts/{a}/journal?type=invoice&type=fee&sort=-date")).await.ok();
        let lines: Vec<_> = down["items"].as_array().unwrap().iter().map(amounts).collect();
        assert_eq!(lines, [(4, "1000.00", "2075.00"), (2, "50.00", "1050.00"), (1, "1000.00", "1000.00")], "the balance is the account's");
        // Every sort pages through everything exactly once.
        for sort in ["date", "-date", "claim", "-claim", "context", "-context", "product", "-product"] {
            let (mut seen, mut cursor) = (vec![], String::new());
            loop {
                let page = agent.get(format!("/accounts/{a}/journal?sort={sort}&limit=1{cursor}")).await.ok();
                seen.extend(page["items"].as_array().unwrap().iter().map(|l| l["no"].as_i64().unwrap()));
                match page["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            let mut sorted = seen.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, [1, 2, 3, 4], "{sort}");
        }
        let sums = agent.get(format!("/accounts/{a}/journal/summary?context=fee&context=interest")).await.ok();
        assert_eq!((&sums["count"], &sums["net"]["amount"], &sums["balance"]["amount"]), (&json!(2), &json!("75.00"), &json!("2075.00")));
        let choices = agent.get(format!("/accounts/{a}/journal/choices")).await.ok();
        let claims: Vec<&str> = choices["claims"].as_array().unwrap().iter().map(|c| c["label"].as_str().unwrap()).collect();
        assert!(claims.contains(&"LV-08") && claims.contains(&""), "{choices}");
        let none = agent.get(format!("/accounts/{a}/journal?claim=none")).await.ok();
        assert_eq!(none["items"].as_array().unwrap().len(), 2);
        agent.get(format!("/accounts/{a}/journal?claim=x")).await.problem(400, "query-malformed");
        agent.get(format!("/accounts/{a}/journal?from=2026-11-02&to=2026-11-01")).await.problem(400, "query-malformed");
        let found = agent.get(format!("/accounts/{a}/journal?q=lv-11")).await.ok();
        assert_eq!(found["items"][0]["no"], 4);
        let csv = agent.get(format!("/accounts/{a}/journal.csv?type=fee")).await;
        let text = csv.text();
        assert!(text.starts_with("\u{feff}date,entry_no,type,"), "{text}");
        assert_eq!(text.matches("\r\n").count(), 2, "a heading and one line: {text}");
        assert!(text.contains("2026-09-10,2,fee,,,,fee,Test entry,,,50.00,,1050.00,ZAR,"), "{text}");
    }

    async fn a_payment_comes_back_with_a_fee_and_the_claim_is_open_again(app: TestApp) {
        let (c, a, _) = book(&app).await;
        let boss = app.manager(&[c]).await;
        let body = json!({ "amount": rand("1000.00"), "received_on": "2026-11-10", "method": "debit_order" });
        let paid = post(&boss, format!("/accounts/{a}/payments"), body).await.created();
        let entry = paid["entry_id"].as_str().unwrap();
        let claims = boss.get(format!("/accounts/{a}/claims?state=resolved")).await.ok();
        assert_eq!(claims["items"][0]["reference"], "LV-08");
        let back = json!({ "date": "2026-11-15", "reason": "Returned by the bank: not provided for", "fee": rand("85.00") });
        let made = post(&boss, format!("/entries/{entry}/reversal"), back.clone()).await.created();
        assert_eq!(made["entries"].as_array().unwrap().len(), 2);
        let line = boss.get(format!("/accounts/{a}/journal?type=chargeback")).await.ok();
        let line = &line["items"][0];
        assert_eq!((&line["reverses_no"], &line["amount"]["amount"], &line["reason"]), (&json!(5), &json!("1000.00"), &back["reason"]));
        let open = boss.get(format!("/accounts/{a}/claims?state=active&open=true")).await.ok();
        let open: Vec<&str> = open["items"].as_array().unwrap().iter().map(|c| c["reference"].as_str().unwrap()).collect();
        assert_eq!(open, ["LV-11", "LV-08"]);
        let again = post(&boss, format!("/entries/{entry}/reversal"), back).await.problem(422, "not-acceptable");
        assert_eq!(again.errors[0].code, "reversed_already");
        let early = json!({ "date": "2026-11-14", "reason": "x" });
        let first = made["entries"][1].as_str().unwrap();
        post(&boss, format!("/entries/{first}/reversal"), early).await.problem(422, "not-acceptable");
        assert!(app.faults().await.is_empty());
    }

    async fn re_allocation_writes_new_rows_and_leaves_the_past_as_it_was(app: TestApp) {
        let (c, a, ids) = book(&app).await;
        let agent = app.agent(&[c]).await;
        let body = json!({ "amount": rand("1000.00"), "received_on": "2026-11-10", "method": "eft" });
        let paid = post(&agent, format!("/accounts/{a}/payments"), body).await.created();
        let path = format!("/entries/{}/allocations", paid["entry_id"].as_str().unwrap());
        let on = async |day: &str| {
            let all = agent.get(format!("/age-analysis?community_id={c}&as_at={day}")).await.ok();
            let row = &all["items"][0];
            ["current", "d30", "d60", "d90", "total"].map(|column| row[column].as_str().unwrap().to_owned())
        };
        let (before, today) = (on("2026-11-15").await, on("2026-11-22").await);
        let wanted = json!({ "parts": [{ "entry_id": ids[3], "amount": rand("900.00") }], "reason": "The debtor paid November" });
        let put = async |body: Value| {
            let key = uuid::Uuid::now_v7().to_string();
            let version = agent.get(path.clone()).await.version();
            agent.ask(Method::PUT, path.clone()).key(&key).if_match(version).json(body).send().await
        };
        // Somebody moved it since: nobody overwrites that unseen.
        agent.ask(Method::PUT, path.clone()).json(wanted.clone()).send().await.problem(428, "if-match-missing");
        agent.ask(Method::PUT, path.clone()).if_match(0).json(wanted.clone()).send().await.problem(412, "changed-meanwhile");
        let moved = put(wanted.clone()).await.ok();
        assert_eq!(moved["history"].as_array().unwrap().len(), 3, "the first row, taken back, and the new one: {moved}");
        assert_eq!(moved["history"][2]["reason"], "The debtor paid November");
        assert_eq!(on("2026-11-15").await, before);
        assert_ne!(on("2026-11-22").await, today);
        assert_eq!(on("2026-11-22").await[4], today[4], "the balance stays");
        assert_eq!(put(wanted).await.problem(422, "not-acceptable").errors[0].code, "no_change");
        let more = json!({ "parts": [{ "entry_id": ids[1], "amount": rand("50.01") }], "reason": "x" });
        assert_eq!(put(more).await.problem(422, "not-acceptable").errors[0].pointer, "/parts/0/amount");
        assert!(app.faults().await.is_empty());
    }

    async fn a_large_posting_waits_for_somebody_else(app: TestApp) {
        let (c, a, _) = book(&app).await;
        limit(&app, c, 500_00).await;
        let (one, two) = (app.manager(&[c]).await, app.manager(&[c]).await);
        // Who posts is told the limit with the account, whether or not he may see the community; nobody else is.
        let told = async |who: &Actor<'_>| who.get(format!("/accounts/{a}")).await.ok().get("approval_above").cloned();
        assert_eq!(told(&one).await, Some(rand("500.00")));
        assert_eq!(told(&app.user_in(app.organisation, kept_shared::permission::UserType::Location, "Location", &[c]).await).await, None);
        let body = |amount: &str| json!({ "type": "adjustment", "side": "credit", "amount": rand(amount), "date": "2026-11-20",
            "description": "Levy raised twice", "reason": "Minutes of the trustees, 12 November" });
        let small = post(&one, format!("/accounts/{a}/entries"), body("500.00")).await.created();
        assert_eq!((small["entries"].as_array().unwrap().len(), &small["waiting"]), (1, &Value::Null));
        let large = post(&one, format!("/accounts/{a}/entries"), body("500.01")).await.created();
        let request = large["waiting"].as_str().unwrap().to_owned();
        let path = format!("/posting-requests/{request}");
        let balance = async || one.get(format!("/accounts/{a}/journal/summary")).await.ok()["balance"]["amount"].as_str().unwrap().to_owned();
        assert_eq!(balance().await, "1575.00", "only the small one is posted");
        let seen = one.get(&path).await.ok();
        assert_eq!((&seen["may_decide"], &seen["may_withdraw"]), (&json!(false), &json!(true)));
        one.act(format!("{path}/approve"), 1, json!({})).await.problem(403, "permission-missing");
        assert_eq!(two.get(&path).await.ok()["may_decide"], true);
        let no = two.act(format!("{path}/decline"), 1, json!({})).await.problem(422, "not-acceptable");
        assert_eq!(no.errors[0].pointer, "/reason");
        let done = two.act(format!("{path}/approve"), 1, json!({})).await.ok();
        assert_eq!(done["state"], "approved");
        assert_eq!(balance().await, "1074.99");
        let line = one.get(format!("/accounts/{a}/journal?type=adjustment&sort=-date")).await.ok();
        assert!(line["items"][0]["approved_by"].is_string() && line["items"][0]["by"].is_string(), "{line}");
        two.act(format!("{path}/approve"), 2, json!({})).await.problem(409, "state-forbids");
        assert_eq!(balance().await, "1074.99");
        let list = one.get("/posting-requests?state=pending").await.ok();
        assert_eq!(list["items"].as_array().unwrap().len(), 0);
        assert!(app.faults().await.is_empty());
    }

    async fn a_claim_is_written_off_and_opened_again(app: TestApp) {
        let (c, a, _) = book(&app).await;
        let boss = app.manager(&[c]).await;
        let claims = boss.get(format!("/accounts/{a}/claims")).await.ok();
        let old = claims["items"].as_array().unwrap().iter().find(|c| c["reference"] == "LV-08").unwrap().clone();
        assert_eq!((&old["totals"]["open"]["amount"], &old["standing"]), (&json!("1000.00"), &json!("overdue")));
        let id = old["id"].as_str().unwrap().to_owned();
        let body = json!({ "resolution": "written_off", "date": "2026-11-20", "reason": "Deceased estate, no assets" });
        resolve(&boss, &id, json!({ "resolution": "claim_paid", "date": "2026-11-20", "reason": "x" })).await.problem(422, "not-acceptable");
        resolve(&boss, &id, body).await.created();
        let claim = boss.get(format!("/claims/{id}")).await.ok();
        assert_eq!((&claim["state"], &claim["resolution"], &claim["totals"]["open"]["amount"]), (&json!("resolved"), &json!("written_off"), &json!("0.00")));
        let sums = boss.get(format!("/accounts/{a}/journal/summary")).await.ok();
        assert_eq!(sums["balance"]["amount"], "1075.00");
        let version = boss.get(format!("/claims/{id}")).await.version();
        let open = boss.act(format!("/claims/{id}/reopen"), version, json!({ "reason": "Assets were found" })).await.ok();
        assert_eq!((&open["state"], &open["totals"]["open"]["amount"]), (&json!("active"), &json!("1000.00")));
        assert_eq!(open["history"].as_array().unwrap().len(), 2, "{open}");
        let version = boss.get(format!("/claims/{id}")).await.version();
        let gone = boss.act(format!("/claims/{id}/delete"), version, json!({ "reason": "Wrong customer" })).await.ok();
        assert_eq!((&gone["state"], &gone["totals"]["total"]["amount"]), (&json!("deleted"), &json!("0.00")));
        let version = boss.get(format!("/claims/{id}")).await.version();
        let back = boss.act(format!("/claims/{id}/recreate"), version, json!({ "reason": "It was the right one" })).await.ok();
        assert_eq!((&back["state"], &back["totals"]["open"]["amount"]), (&json!("active"), &json!("1000.00")));
        let other = claims["items"].as_array().unwrap().iter().find(|c| c["reference"] == "LV-11").unwrap()["id"].clone();
        let related = post(&boss, format!("/claims/{id}/relations"), json!({ "related_id": other, "kind": "replaces" })).await.ok();
        assert_eq!(related["relations"][0]["reference"], "LV-11");
        let circle = json!({ "related_id": id, "kind": "replaces" });
        let circle = post(&boss, format!("/claims/{}/relations", other.as_str().unwrap()), circle).await.problem(422, "not-acceptable");
        assert_eq!(circle.errors[0].code, "taken");
        assert!(app.faults().await.is_empty());
    }

    async fn every_figure_is_explained_to_the_cent(app: TestApp) {
        let rules = AgeingRules { credit_policy: CreditPolicy::OldestFirst, ..AgeingRules::default() };
        let c = app.community_ageing("A", rules).await;
        let a = app.accounts(c, &[("A1", "Naledi Botha")]).await[0];
        let lines = vec![
            entry(a, EntryType::Invoice, "2026-08-01", 1_000_00),
            entry(a, EntryType::Payment, "2026-08-15", -300_00),
            entry(a, EntryType::Invoice, "2026-10-01", 500_00),
            entry(a, EntryType::Invoice, "2026-11-01", 200_00),
            entry(a, EntryType::Payment, "2026-11-05", -750_00),
        ];
        app.post(lines, vec![]).await.unwrap();
        let agent = app.agent(&[c]).await;
        let explain = async |figure: &str, day: &str| agent.get(format!("/accounts/{a}/explanation?figure={figure}&as_at={day}")).await.ok();
        for day in ["2026-11-22", "2026-11-04", "2026-08-31"] {
            let row = agent.get(format!("/age-analysis?community_id={c}&as_at={day}")).await.ok()["items"][0].clone();
            for figure in ["current", "d30", "d60", "d90", "d120", "unallocated", "balance"] {
                let shown = if figure == "balance" { &row["total"] } else { &row[figure] };
                let made = explain(figure, day).await;
                assert_eq!(&made["figure"]["amount"], shown, "{figure} on {day}: {made}");
                for e in made["entries"].as_array().unwrap() {
                    let cents = |v: &Value| (v["amount"].as_str().unwrap().parse::<rust_decimal::Decimal>().unwrap() * rust_decimal::Decimal::from(100)).to_string();
                    let cents = |v: &Value| cents(v).split('.').next().unwrap().parse::<i64>().unwrap();
                    let parts: i64 = e["parts"].as_array().unwrap().iter().map(|p| cents(&p["amount"])).sum();
                    let amount = cents(&e["entry"]["amount"]);
                    assert_eq!(amount - amount.signum() * parts, cents(&e["open"]), "{e}");
                }
            }
        }
        let d30 = explain("d30", "2026-11-22").await;
        assert_eq!(d30["entries"][0]["parts"][0]["by"], "set_off", "{d30}");
    }

    async fn suggestions_are_accepted_in_one_call_each_for_itself(app: TestApp) {
        let rules = AgeingRules { credit_policy: CreditPolicy::Separate, ..AgeingRules::default() };
        let c = app.community_ageing("A", rules).await;
        let ids = app.accounts(c, &[("A1", "Naledi Botha"), ("A2", "Zoë Naidoo")]).await;
        let owed: Vec<_> = ids.iter().map(|a| entry(*a, EntryType::Invoice, "2026-09-01", 400_00)).collect();
        let paid: Vec<_> = ids.iter().map(|a| entry(*a, EntryType::Payment, "2026-10-20", -300_00)).collect();
        app.post(owed.iter().chain(&paid).cloned().collect(), vec![]).await.unwrap();
        let agent = app.agent(&[c]).await;
        let line = |n: usize, amount: &str| json!({ "entry_id": paid[n].id, "reason": "Suggestion accepted",
            "parts": [{ "entry_id": owed[n].id, "amount": { "amount": amount, "currency": "ZAR" } }] });
        let nobody = json!({ "entry_id": uuid::Uuid::now_v7(), "reason": "x", "parts": line(0, "1.00")["parts"] });
        let accept = async |key: &str, lines: Value| agent.ask(Method::POST, "/unallocated/accept").key(key).json(json!({ "lines": lines })).send().await;
        let done = accept("a", json!([line(0, "100.00"), line(1, "400.01"), nobody])).await.ok();
        assert_eq!(done["accepted"], 1);
        assert_eq!(done["verdicts"][0].get("problem"), None);
        assert_eq!(done["verdicts"][1]["problem"]["status"], 422, "{done}");
        assert_eq!(done["verdicts"][2]["problem"]["status"], 404);
        assert_eq!(accept("a", json!([line(0, "100.00"), line(1, "400.01"), nobody])).await.ok(), done, "the same call has no second effect");
        // Beside what it stands against already.
        assert_eq!(accept("b", json!([line(0, "50.00"), line(1, "300.00")])).await.ok()["accepted"], 2);
        let list = agent.get("/unallocated").await.ok();
        assert_eq!((list["items"].as_array().unwrap().len(), &list["items"][0]["open"]["amount"]), (1, &json!("150.00")));
        let none = accept("c", json!([line(0, "400.01")])).await.ok();
        assert_eq!((&none["accepted"], none["verdicts"].as_array().unwrap().len()), (&json!(0), 1));
        accept("d", json!([])).await.problem(422, "not-acceptable");
        accept("e", json!([line(0, "1.00"), line(0, "2.00")])).await.problem(422, "not-acceptable");
        agent.ask(Method::POST, "/unallocated/accept").json(json!({ "lines": [line(0, "1.00")] })).send().await.problem(400, "idempotency-key-missing");
        let elsewhere = app.community("B").await;
        let other = app.agent(&[elsewhere]).await;
        let told = other.ask(Method::POST, "/unallocated/accept").key("z").json(json!({ "lines": [line(0, "1.00")] })).send().await.ok();
        assert_eq!(told["verdicts"][0]["problem"]["status"], 404);
        app.attorney(&[c]).await.ask(Method::POST, "/unallocated/accept").key("y").json(json!({ "lines": [line(0, "1.00")] })).send().await.problem(403, "permission-missing");
    }

    async fn credits_that_can_be_placed_come_before_those_that_cannot(app: TestApp) {
        let rules = AgeingRules { credit_policy: CreditPolicy::Separate, ..AgeingRules::default() };
        let c = app.community_ageing("A", rules).await;
        let ids = app.accounts(c, &[("A1", "Aaron Able"), ("A2", "Bella Beck"), ("A3", "Zoë Zulu"), ("A4", "Yara York")]).await;
        let paid = ids.iter().map(|a| entry(*a, EntryType::Payment, "2026-10-20", -300_00));
        let owed = ids[2..].iter().map(|a| entry(*a, EntryType::Invoice, "2026-09-01", 400_00));
        app.post(owed.chain(paid).collect(), vec![]).await.unwrap();
        let agent = app.agent(&[c]).await;
        let (mut names, mut cursor) = (vec![], String::new());
        loop {
            let page = agent.get(format!("/unallocated?limit=1{cursor}")).await.ok();
            names.extend(page["items"].as_array().unwrap().iter().map(|l| {
                (l["account"].as_str().unwrap().to_owned(), l["suggestions"].as_array().unwrap().is_empty())
            }));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let of = |reference: &str, nothing: bool| (reference.to_owned(), nothing);
        assert_eq!(names, [of("A4", false), of("A3", false), of("A1", true), of("A2", true)]);
    }

    async fn money_without_a_debt_is_listed_with_what_it_may_be_for(app: TestApp) {
        let rules = AgeingRules { credit_policy: CreditPolicy::Separate, ..AgeingRules::default() };
        let c = app.community_ageing("A", rules).await;
        let a = app.accounts(c, &[("A1", "Naledi Botha")]).await[0];
        let mut one = entry(a, EntryType::Invoice, "2026-09-01", 400_00);
        one.reference = Some("LV-09".into());
        let mut two = entry(a, EntryType::Invoice, "2026-10-01", 300_00);
        two.reference = Some("LV-10".into());
        let mut paid = entry(a, EntryType::Payment, "2026-10-20", -300_00);
        paid.reference = Some("ref LV-09 thanks".into());
        app.post(vec![one, two, paid.clone()], vec![]).await.unwrap();
        let agent = app.agent(&[c]).await;
        let list = agent.get("/unallocated").await.ok();
        let line = &list["items"][0];
        assert_eq!((&line["open"]["amount"], &line["balance"]["amount"]), (&json!("300.00"), &json!("400.00")));
        let why: Vec<(&str, &str)> = line["suggestions"].as_array().unwrap().iter()
            .map(|s| (s["by"].as_str().unwrap(), s["debit"]["reference"].as_str().unwrap())).collect();
        assert_eq!(why, [("reference", "LV-09"), ("amount", "LV-10")]);
        let sums = agent.get("/unallocated/summary").await.ok();
        assert_eq!(sums["sums"], json!([{ "customers": 1, "credits": 1, "open": { "amount": "300.00", "currency": "ZAR" } }]));
        agent.get("/unallocated/summary?limit=5").await.problem(400, "query-malformed");
        let claims = agent.get(format!("/accounts/{a}/claims/summary")).await.ok();
        let each = agent.get(format!("/accounts/{a}/claims")).await.ok();
        assert_eq!((&claims["claims"], &claims["open"]), (&json!(2), &json!(2)));
        for part in ["principal", "fees", "interest", "total", "paid", "open"] {
            let cents = |v: &Value| v["totals"][part]["amount"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
            assert_eq!(cents(&claims), each["items"].as_array().unwrap().iter().map(cents).sum::<i64>(), "{part}");
        }
        assert_eq!(agent.get(format!("/accounts/{a}/claims/summary?q=nothing")).await.ok()["claims"], 0);
        let to = &line["suggestions"][0];
        let body = json!({ "parts": [{ "entry_id": to["debit"]["id"], "amount": to["amount"] }], "reason": "As suggested" });
        agent.ask(Method::PUT, format!("/entries/{}/allocations", paid.id)).key("k").if_match(0).json(body).send().await.ok();
        assert_eq!(agent.get("/unallocated").await.ok()["items"].as_array().unwrap().len(), 0);
        let elsewhere = app.community("B").await;
        assert_eq!(app.agent(&[elsewhere]).await.get("/unallocated").await.ok()["items"].as_array().unwrap().len(), 0);
        assert!(d("2026-10-20") < d("2026-11-22"));
    }
}
