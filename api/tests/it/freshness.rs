//! Every figure is of the community's today, whichever page is the first to be opened on a new day.

use crate::both;
use crate::imports::imported;
use crate::kit::{Actor, TestApp};
use crate::kit_ledger::entry;
use chrono::TimeDelta;
use kept_shared::ids::{AccountId, CommunityId};
use kept_shared::ledger::EntryType;
use serde_json::{Value, json};

/// A community in a time zone with one customer, who owes one invoice that is due on a day.
async fn owing(app: &TestApp, boss: &Actor<'_>, code: &str, zone: &str, due_on: &str) -> (CommunityId, AccountId) {
    let body = json!({"code": code, "name": format!("Community {code}"), "kind": "rental", "currency": "ZAR", "time_zone": zone,
        "ageing": {"mode": "days", "basis": "due_date", "edges": [0, 30, 60, 90], "credit_policy": "oldest_first"}});
    let community = boss.post("/communities", body).await.created();
    let community: CommunityId = community["id"].as_str().unwrap().parse().unwrap();
    let book = format!("Account,Invoice,Invoice date,Due date,Amount\n{code}1,INV-1,2026-11-01,{due_on},250.00\n");
    imported(app, boss, community, "book.csv", book.as_bytes(), |m| {
        m.date_order = Some(kept_shared::imports::DateOrder::YearMonthDay)
    })
    .await;
    let found = boss.get(format!("/accounts?community_id={community}")).await.ok();
    (community, found["items"][0]["id"].as_str().unwrap().parse().unwrap())
}

fn balance(account: &Value) -> (String, String, String) {
    let part = |name: &str| {
        account["balance"][name]["amount"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    (
        account["balance"]["as_at"].as_str().unwrap_or_default().to_owned(),
        part("current"),
        part("d30"),
    )
}

/// The sums of the page are those of its rows, whatever was asked before.
async fn sums_are_those_of_the_rows(who: &Actor<'_>, communities: &[CommunityId], after: &str) {
    let mut asked: Vec<String> = [
        "",
        "hide_zero=true",
        "hide_credit=true",
        "hide_zero=true&hide_credit=true",
    ]
    .map(str::to_owned)
    .to_vec();
    asked.extend(communities.iter().map(|c| format!("hide_zero=true&community_id={c}")));
    asked.extend(communities.iter().map(|c| format!("community_id={c}")));
    for query in asked {
        let rows = who.get(format!("/age-analysis/rows?{query}")).await.ok();
        let rows = rows.as_array().unwrap();
        let all = who.get(format!("/age-analysis/summary?{query}")).await.ok();
        let of = |row: &Value, name: &str| row[name].as_str().unwrap().parse::<rust_decimal::Decimal>().unwrap();
        let found = &all["totals"][0];
        assert_eq!(all["accounts"], rows.len(), "{query} after {after}: {all}");
        for name in ["current", "d30", "d60", "d90", "d120", "unallocated", "total"] {
            let sum: rust_decimal::Decimal = rows.iter().map(|r| of(r, name)).sum();
            let total = found["amounts"][name]["amount"]
                .as_str()
                .unwrap_or("0")
                .parse()
                .unwrap();
            assert_eq!(sum, total, "{name} of {query} after {after}: {all}");
        }
        let above = rows
            .iter()
            .filter(|r| of(r, "total").is_sign_positive() && r["total"] != "0.00")
            .count();
        assert_eq!(
            found["in_arrears"].as_u64().unwrap_or_default(),
            u64::try_from(above).unwrap(),
            "{query} after {after}"
        );
    }
    let first = who.get("/dashboard").await.ok();
    let rows = who.get("/age-analysis/rows").await.ok();
    assert_eq!(
        first["book"][0]["accounts"],
        rows.as_array().unwrap().len(),
        "after {after}: {first}"
    );
}

both! {
    async fn kept_sums_follow_every_change(app: TestApp) {
        let boss = app.superuser().await;
        let (first, account) = owing(&app, &boss, "A", "Africa/Johannesburg", "2026-12-15").await;
        let (second, other) = owing(&app, &boss, "B", "Africa/Johannesburg", "2026-11-01").await;
        let agent = app.agent(&[second]).await;
        let both = [first, second];
        sums_are_those_of_the_rows(&boss, &both, "an import").await;
        sums_are_those_of_the_rows(&agent, &both[1..], "an import").await;
        app.account(first, "A2", "Thandi Nkosi").await;
        sums_are_those_of_the_rows(&boss, &both, "a new customer").await;
        app.post(vec![entry(account, EntryType::Invoice, "2026-11-10", 12_345)], vec![]).await.unwrap();
        sums_are_those_of_the_rows(&boss, &both, "an invoice").await;
        app.post(vec![entry(other, EntryType::Payment, "2026-11-20", -40_000)], vec![]).await.unwrap();
        sums_are_those_of_the_rows(&boss, &both, "a payment of too much").await;
        sums_are_those_of_the_rows(&agent, &both[1..], "a payment of too much").await;
        // What is refused leaves nothing behind, neither in the book nor in what is kept of it.
        let twice = entry(account, EntryType::Invoice, "2026-11-11", 100);
        assert!(app.post(vec![twice.clone(), twice], vec![]).await.is_err());
        sums_are_those_of_the_rows(&boss, &both, "a refused posting").await;
        for days in [30, 35] {
            app.advance(TimeDelta::days(days));
            sums_are_those_of_the_rows(&boss, &both, "a month").await;
            sums_are_those_of_the_rows(&agent, &both[1..], "a month").await;
        }
        let mut other_rules = crate::kit::book::community("A");
        other_rules["ageing"]["edges"] = json!([0, 10, 20, 40]);
        boss.put(format!("/communities/{first}"), 1, other_rules).await.ok();
        sums_are_those_of_the_rows(&boss, &both, "other buckets").await;
    }

    async fn whoever_comes_first_on_a_new_day_sees_its_figures(app: TestApp) {
        let boss = app.superuser().await;
        let (_, account) = owing(&app, &boss, "A", "Africa/Johannesburg", "2026-12-15").await;
        let today = balance(&boss.get(format!("/accounts/{account}")).await.ok());
        assert_eq!(today, ("2026-11-22".into(), "250.00".into(), "0.00".into()));
        // Nothing moves for a while: the figures hold, and are of today all the same.
        app.advance(TimeDelta::days(20));
        let later = balance(&boss.get(format!("/accounts/{account}")).await.ok());
        assert_eq!(later, ("2026-12-12".into(), "250.00".into(), "0.00".into()));
        // Overdue, first seen on the customer's page …
        app.advance(TimeDelta::days(8));
        let moved = balance(&boss.get(format!("/accounts/{account}")).await.ok());
        assert_eq!(moved, ("2026-12-20".into(), "0.00".into(), "250.00".into()));
        // … and for more than 30 days on the first page, without the customer or the age analysis having been opened.
        app.advance(TimeDelta::days(30));
        let book = boss.get("/dashboard").await.ok()["book"][0].clone();
        assert_eq!((&book["d60"]["amount"], &book["d30"]["amount"]), (&json!("250.00"), &json!("0.00")), "{book}");
    }

    async fn a_handover_freezes_what_is_owed_on_the_day(app: TestApp) {
        let boss = app.superuser().await;
        let (community, account) = owing(&app, &boss, "A", "Africa/Johannesburg", "2026-11-20").await;
        app.seed_statuses().await;
        let attorney = app.attorney(&[community]).await;
        app.advance(TimeDelta::days(45));
        app.apply(&boss, &[account], "HO", Some(attorney.id())).await;
        let id = boss.get("/handovers").await.ok()["items"][0]["id"].as_str().unwrap().to_owned();
        let matter = boss.get(format!("/handovers/{id}")).await.ok();
        let text = matter.to_string();
        assert!(text.contains("2027-01-06"), "{text}");
        let frozen = matter["breakdown"].as_object().or(matter["at_handover"].as_object()).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((&frozen["as_at"], &frozen["d60"]["amount"]), (&json!("2027-01-06"), &json!("250.00")), "{text}");
    }

    async fn today_is_the_communitys_own(app: TestApp) {
        let boss = app.superuser().await;
        app.clock.set("2026-12-18T09:00:00Z".parse().unwrap());
        let (_, east) = owing(&app, &boss, "NZ", "Pacific/Auckland", "2026-12-19").await;
        let (_, west) = owing(&app, &boss, "US", "America/Los_Angeles", "2026-12-19").await;
        // 12:00 UTC on the 19th: it is overdue in the east, not yet in the west.
        app.clock.set("2026-12-19T12:00:00Z".parse().unwrap());
        let (east, west) = (boss.get(format!("/accounts/{east}")).await.ok(), boss.get(format!("/accounts/{west}")).await.ok());
        assert_eq!(balance(&east), ("2026-12-20".into(), "0.00".into(), "250.00".into()));
        assert_eq!(balance(&west), ("2026-12-19".into(), "250.00".into(), "0.00".into()));
        // The whole book is as at the organisation's day, for everybody in it.
        let all = boss.get("/age-analysis/summary").await.ok();
        assert_eq!(all["as_at"], "2026-12-19");
        assert_eq!(all["totals"][0]["amounts"]["current"]["amount"], "500.00", "{all}");
        for (zone, day, current) in [("NZ", "2026-12-20", "0.00"), ("US", "2026-12-19", "250.00")] {
            let community = boss.get(format!("/communities?q={zone}")).await.ok()["items"][0]["id"].as_str().unwrap().to_owned();
            let one = boss.get(format!("/age-analysis/summary?community_id={community}")).await.ok();
            assert_eq!((&one["as_at"], &one["totals"][0]["amounts"]["current"]["amount"]), (&json!(day), &json!(current)), "{one}");
        }
    }
}
