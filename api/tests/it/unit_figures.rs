//! Figures of units: over HTTP, and against the account's own balance over random histories.

use crate::both;
use crate::kit_ledger::{d, entry};
use crate::levies::{levy, owned_units, reverse, run_month};
use chrono::Days;
use kept_shared::ids::*;
use kept_shared::ledger::{EntryType, NewAllocation, NewEntry};
use kept_shared::unit_figures::*;
use serde_json::{Value, json};

fn on_unit(mut e: NewEntry, unit: UnitId) -> NewEntry {
    e.unit_id = Some(unit);
    e
}
fn codes(page: &Value) -> Vec<&str> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["code"].as_str().unwrap())
        .collect()
}

both! {
    async fn a_customers_units_add_up_and_stand_for_themselves(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let agent = app.agent(&[acacia]).await;
        let units = owned_units(&app, acacia, "TS").await;
        let (mine, account) = units[0];
        // T owns a second unit, a parking bay.
        let bay = app.unit(acacia, "P-1").await;
        agent.act(format!("/units/{bay}/owners"), 1, json!({ "account_id": account, "from_on": "2024-01-01" })).await.ok();
        let mut late = on_unit(entry(account, EntryType::Invoice, "2026-10-01", 100_00), mine);
        late.due_on = Some(d("2026-10-07"));
        late.period = Some((d("2026-10-01"), d("2026-10-31")));
        let mut next = on_unit(entry(account, EntryType::Invoice, "2026-11-20", 40_00), bay);
        next.due_on = Some(d("2026-12-07"));
        let fee = on_unit(entry(account, EntryType::Fee, "2026-10-15", 15_00), mine);
        let loose = entry(account, EntryType::Fee, "2026-11-22", 5_00);
        app.post(vec![late, next, fee, loose], vec![]).await.unwrap();

        let all: AccountUnits = agent.get(format!("/accounts/{account}/unit-figures")).await.expect(200);
        let show = |f: &UnitFigures| (f.status, f.days_past_due, f.amount_due.minor, f.not_due.minor, f.balance.minor);
        assert_eq!(all.units.iter().map(|u| u.code.as_str()).collect::<Vec<_>>(), ["P-1", "U-T"]);
        assert_eq!(show(&all.units[0].figures), (UnitStatus::Current, None, 0, 40_00, 40_00));
        assert_eq!(show(&all.units[1].figures), (UnitStatus::Delinquent, Some(46), 115_00, 0, 115_00));
        assert_eq!(show(all.untied.as_ref().unwrap()), (UnitStatus::Current, None, 5_00, 0, 5_00));
        assert_eq!(show(&all.total), (UnitStatus::Delinquent, Some(46), 120_00, 40_00, 160_00));
        assert_eq!((all.units[1].figures.paid_to, all.units[0].figures.next_due_on), (Some(d("2026-09-30")), Some(d("2026-12-07"))));
        let moved = agent.get(format!("/accounts/{account}/movements")).await.ok();
        assert_eq!(moved["closing"]["amount"], "160.00");

        // As at an earlier day: as it was.
        let then: AccountUnits = agent.get(format!("/accounts/{account}/unit-figures?as_at=2026-10-07")).await.expect(200);
        assert_eq!(show(&then.units[1].figures), (UnitStatus::Current, None, 100_00, 0, 100_00));
        assert_eq!((then.units[0].figures.balance.minor, then.untied), (0, None));
        agent.get(format!("/accounts/{account}/unit-figures?as_at=1066-10-14")).await.problem(400, "query-malformed");

        // The list says the same of each, and finds who is behind.
        let list = agent.get("/unit-figures").await.ok();
        assert_eq!(codes(&list), ["P-1", "U-S", "U-T"]);
        assert_eq!((&list["items"][2]["standing"]["days_past_due"], &list["items"][2]["standing"]["amount_due"]["amount"]), (&json!(46), &json!("115.00")));
        assert_eq!(codes(&agent.get("/unit-figures?status=delinquent").await.ok()), ["U-T"]);
        let current = agent.get("/unit-figures?status=current&limit=1").await.ok();
        let cursor = current["next_cursor"].as_str().unwrap();
        assert_eq!((codes(&current), codes(&agent.get(format!("/unit-figures?status=current&limit=1&cursor={cursor}")).await.ok())), (vec!["P-1"], vec!["U-S"]));
        agent.get(format!("/unit-figures?status=delinquent&cursor={cursor}")).await.problem(400, "cursor-invalid");
        agent.get("/unit-figures?stauts=delinquent").await.problem(400, "query-malformed");
        let sums = agent.get("/unit-figures/summary").await.ok();
        let count = |name: &str| sums[name].as_u64().unwrap();
        assert_eq!((count("delinquent"), count("current"), count("owned"), count("units") >= 3), (1, 2, 3, true), "{sums}");
        let behind = agent.get("/unit-figures/summary?status=delinquent").await.ok();
        assert_eq!((&behind["units"], &behind["current"]), (&json!(1), &json!(0)));
        agent.get("/unit-figures/summary?limit=1").await.problem(400, "query-malformed");

        // What is too little to count.
        let manager = app.manager(&[acacia]).await;
        let path = format!("/communities/{acacia}/arrears-tolerance");
        assert_eq!(manager.get(&path).await.ok()["version"], 0);
        manager.put(&path, 1, json!({ "tolerance": { "amount": "100.00", "currency": "ZAR" } })).await.problem(412, "changed-meanwhile");
        manager.put(&path, 0, json!({ "tolerance": { "amount": "-1.00", "currency": "ZAR" } })).await.problem(422, "not-acceptable");
        manager.put(&path, 0, json!({ "tolerance": { "amount": "100.00", "currency": "ZAR" } })).await.ok();
        manager.put(&path, 0, json!({ "tolerance": { "amount": "1.00", "currency": "ZAR" } })).await.problem(412, "changed-meanwhile");
        assert_eq!(codes(&agent.get("/unit-figures?status=delinquent").await.ok()), Vec::<&str>::new());
        let all: AccountUnits = agent.get(format!("/accounts/{account}/unit-figures")).await.expect(200);
        assert_eq!((all.total.days_past_due, all.total.amount_due.minor), (None, 120_00));
        // The customer is judged by the same rule, on their page and in the list.
        let standing = async || {
            let page = agent.get(format!("/accounts/{account}")).await.ok();
            let list = agent.get("/accounts").await.ok();
            let line = list["items"].as_array().unwrap().iter().find(|a| a["id"] == json!(account)).cloned().unwrap();
            assert_eq!((&line["standing"], &line["days_past_due"]), (&page["standing"], &page["balance"]["days_past_due"]));
            (page["standing"].clone(), page["balance"]["days_past_due"].clone())
        };
        assert_eq!(standing().await, (json!("current"), json!(null)));
        manager.put(&path, 1, json!({ "tolerance": { "amount": "0.00", "currency": "ZAR" } })).await.ok();
        let all: AccountUnits = agent.get(format!("/accounts/{account}/unit-figures")).await.expect(200);
        assert_eq!(standing().await, (json!("delinquent"), json!(all.total.days_past_due.unwrap())));
    }

    async fn balances_follow_the_customer_and_former_owners_are_shown_on_request(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let agent = app.agent(&[acacia]).await;
        let units = owned_units(&app, acacia, "TS").await;
        let (unit, before) = units[0];
        let after = app.account(acacia, "NEW", "Lerato Khumalo").await;
        app.post(vec![on_unit(entry(before, EntryType::Invoice, "2026-10-01", 100_00), unit)], vec![]).await.unwrap();
        agent.act(format!("/units/{unit}/owners"), 2, json!({ "account_id": after, "from_on": "2026-11-01" })).await.ok();
        app.post(vec![entry(after, EntryType::Invoice, "2026-11-01", 30_00)], vec![]).await.unwrap();
        let of = |v: &Value| -> Vec<(String, String)> {
            v["owners"].as_array().unwrap().iter().map(|o| (o["reference"].as_str().unwrap().to_owned(), o["figures"]["balance"]["amount"].as_str().unwrap().to_owned())).collect()
        };
        let path = format!("/units/{unit}/figures");
        assert_eq!(of(&agent.get(&path).await.ok()), [("NEW".to_owned(), "30.00".to_owned())]);
        let both = agent.get(format!("{path}?include_previous=true")).await.ok();
        assert_eq!(of(&both), [("NEW".to_owned(), "30.00".to_owned()), ("RT".to_owned(), "100.00".to_owned())]);
        assert_eq!(both["owners"][1]["to_on"], "2026-10-31");
        assert_eq!(of(&agent.get(format!("{path}?as_at=2026-10-15")).await.ok()), [("RT".to_owned(), "100.00".to_owned())]);
        // The seller still owes it: the unit stays on the card while it carries money.
        let sold: AccountUnits = agent.get(format!("/accounts/{before}/unit-figures")).await.expect(200);
        assert_eq!((sold.units.len(), sold.units[0].to_on, sold.units[0].figures.balance.minor), (1, Some(d("2026-10-31")), 100_00));
        app.post(vec![entry(before, EntryType::Payment, "2026-11-05", -100_00)], vec![]).await.unwrap();
        let sold: AccountUnits = agent.get(format!("/accounts/{before}/unit-figures")).await.expect(200);
        assert!(sold.units.is_empty());
        let sold: AccountUnits = agent.get(format!("/accounts/{before}/unit-figures?include_previous=true")).await.expect(200);
        assert_eq!(sold.units[0].figures.last_payment_on, Some(d("2026-11-05")));
    }

    async fn an_attorney_sees_the_figures_of_what_was_handed_over_and_a_trustee_no_names(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let units = owned_units(&app, acacia, "TS").await;
        for (unit, account) in &units {
            app.post(vec![on_unit(entry(*account, EntryType::Invoice, "2026-10-01", 100_00), *unit)], vec![]).await.unwrap();
        }
        let attorney = app.attorney(&[acacia]).await;
        let (mine, theirs) = (units[0], units[1]);
        let account = |a: AccountId| format!("/accounts/{a}/unit-figures");
        attorney.get(account(mine.1)).await.problem(404, "not-found");
        assert!(codes(&attorney.get("/unit-figures").await.ok()).is_empty());
        app.put_with(mine.1, acacia, attorney.id()).await;
        let seen: AccountUnits = attorney.get(account(mine.1)).await.expect(200);
        assert_eq!(seen.total.balance.minor, 100_00);
        assert_eq!(codes(&attorney.get("/unit-figures?status=delinquent").await.ok()), ["U-T"]);
        assert_eq!(attorney.get(format!("/units/{}/figures", mine.0)).await.ok()["owners"][0]["reference"], "RT");
        attorney.get(account(theirs.1)).await.problem(404, "not-found");
        attorney.get(format!("/units/{}/figures", theirs.0)).await.problem(404, "not-found");
        // The unit was sold to somebody who is not the attorney's business: neither figures nor a hint of them.
        let buyer = app.account(acacia, "BUY", "Lerato Khumalo").await;
        let boss = app.superuser().await;
        boss.act(format!("/units/{}/owners", mine.0), 2, json!({ "account_id": buyer, "from_on": "2026-11-01" })).await.ok();
        app.post(vec![on_unit(entry(buyer, EntryType::Invoice, "2026-11-01", 1_00), mine.0)], vec![]).await.unwrap();
        let list = attorney.get("/unit-figures").await.ok();
        assert_eq!((codes(&list), list["items"][0].get("standing")), (vec!["U-T"], None));
        for status in ["delinquent", "current"] {
            assert!(codes(&attorney.get(format!("/unit-figures?status={status}")).await.ok()).is_empty());
        }
        assert_eq!(attorney.get(format!("/units/{}/figures", mine.0)).await.ok()["owners"], json!([]));

        let trustee = app.trustee(&[acacia]).await;
        let seen = trustee.get(format!("/units/{}/figures", theirs.0)).await.ok();
        assert_eq!((&seen["owners"][0]["name"], &seen["owners"][0]["reference"], &seen["owners"][0]["figures"]["amount_due"]["amount"]), (&json!("S. M."), &json!("—"), &json!("100.00")));
        trustee.get(account(theirs.1)).await.problem(403, "permission-missing");
    }

    async fn units_add_up_to_the_balance_through_random_histories(app: TestApp) {
        let mut seed = 20_261_122_u64;
        let mut dice = move |below: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed % below
        };
        for policy in ["oldest_first", "own_date", "separate"] {
            let community = app.community(&policy[..3].to_uppercase()).await;
            app.sql("UPDATE community SET credit_policy = $1 WHERE id = $2", vec![policy.into(), community.into()]).await;
            let manager = app.manager(&[community]).await;
            let units = owned_units(&app, community, "TSB").await;
            let account = units[0].1;
            // T comes to own the unit of S as well; the third unit stays another's.
            manager.act(format!("/units/{}/owners", units[1].0), 2, json!({ "account_id": account, "from_on": "2026-05-01" })).await.ok();
            for (unit, _) in &units {
                manager.post(format!("/units/{unit}/levies"), levy("123.45")).await.created();
            }
            let (mut debits, mut credits, mut free): (Vec<(EntryId, i64)>, Vec<(EntryId, i64)>, Vec<EntryId>) = (vec![], vec![], vec![]);
            let mut runs: Vec<Value> = vec![];
            for step in 0..40_u64 {
                let on = d("2026-03-01").checked_add_days(Days::new(dice(266))).unwrap().to_string();
                let unit = [None, Some(units[0].0), Some(units[1].0)][dice(3) as usize];
                let minor = 1 + dice(300_00) as i64;
                match dice(10) {
                    0..=3 => {
                        let kind = [EntryType::Invoice, EntryType::Fee, EntryType::Interest][dice(3) as usize];
                        let mut e = entry(account, kind, &on, minor);
                        (e.unit_id, e.due_on) = (unit, d(&on).checked_add_days(Days::new(dice(40))));
                        debits.push((e.id, minor));
                        app.post(vec![e], vec![]).await.unwrap();
                    }
                    4..=6 => {
                        let mut e = entry(account, EntryType::Payment, &on, -minor);
                        e.unit_id = unit;
                        credits.push((e.id, minor));
                        free.push(e.id);
                        app.post(vec![e], vec![]).await.unwrap();
                    }
                    7 if !debits.is_empty() && !credits.is_empty() => {
                        // Set off, and half of it taken back: a re-allocation.
                        let (debit, credit) = (dice(debits.len() as u64) as usize, dice(credits.len() as u64) as usize);
                        let ((debit_id, owed), (credit_id, paid)) = (debits.swap_remove(debit), credits.swap_remove(credit));
                        let minor = owed.min(paid);
                        let row = |minor: i64| NewAllocation {
                            account_id: account, credit_entry_id: credit_id, debit_entry_id: debit_id, effective_on: d("2026-11-22"), minor,
                        };
                        app.post(vec![], vec![row(minor)]).await.unwrap();
                        if minor > 1 {
                            app.post(vec![], vec![row(-(minor / 2))]).await.unwrap();
                        }
                    }
                    8 if !free.is_empty() => {
                        let id = free.swap_remove(dice(free.len() as u64) as usize);
                        credits.retain(|c| c.0 != id);
                        let tx = app.write().await;
                        kept_api::ledger::reverse(&tx, &[id], d(&on), "Returned").await.unwrap();
                        let event = kept_shared::event::Event::JobDone { kind: "test".into() };
                        tx.finish(kept_api::kernel::Subject::organisation(app.organisation), event, kept_api::kernel::NoContent).await.unwrap();
                    }
                    _ => match runs.pop() {
                        Some(run) => { reverse(&app, &manager, &run).await; }
                        None => runs.push(run_month(&app, &manager, community, "2026-11-01").await),
                    },
                }
                if step % 4 != 3 {
                    continue;
                }
                for as_at in ["2026-11-22", "2026-07-15"] {
                    let all: AccountUnits = manager.get(format!("/accounts/{account}/unit-figures?as_at={as_at}&include_previous=true")).await.expect(200);
                    let sum: i64 = all.units.iter().map(|u| u.figures.balance.minor).chain(all.untied.map(|f| f.balance.minor)).sum();
                    let moved = manager.get(format!("/accounts/{account}/movements?to={as_at}&limit=1")).await.ok();
                    let balance = kept_shared::money::Money::new(sum, kept_shared::money::Currency::Zar).to_plain();
                    assert_eq!(moved["closing"]["amount"], balance, "{policy} step {step} as at {as_at}");
                    assert_eq!(all.total.balance.minor, sum);
                    let worst = all.units.iter().map(|u| u.figures.days_past_due).chain(all.untied.map(|f| f.days_past_due)).max().flatten();
                    assert_eq!(all.total.days_past_due, worst);
                }
                // The list, made from open items by other statements, says the same of every unit.
                let all: AccountUnits = manager.get(format!("/accounts/{account}/unit-figures")).await.expect(200);
                let list = manager.get(format!("/unit-figures?community_id={community}&active=true")).await.ok();
                let behind = manager.get(format!("/unit-figures?community_id={community}&status=delinquent")).await.ok();
                for unit in &all.units {
                    let line = list["items"].as_array().unwrap().iter().find(|l| l["id"] == json!(unit.unit_id)).unwrap();
                    assert_eq!(line["standing"]["balance"], json!(unit.figures.balance), "{policy} step {step}");
                    assert_eq!(line["standing"]["amount_due"], json!(unit.figures.amount_due));
                    assert_eq!(line["standing"].get("days_past_due").and_then(Value::as_i64), unit.figures.days_past_due);
                    let is_listed = codes(&behind).contains(&unit.code.as_str());
                    assert_eq!(is_listed, unit.figures.status == UnitStatus::Delinquent, "{policy} step {step} {}", unit.code);
                }
            }
            assert!(app.faults().await.is_empty());
        }
    }
}
