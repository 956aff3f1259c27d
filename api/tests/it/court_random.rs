//! Random histories through the product itself: back-dated payments by every strategy, reversals, re-allocations,
//! write-offs. After each the books must be whole (spec (d) 1, 2, 5).

use crate::both;
use crate::kit::{Actor, TestApp};
use crate::kit_ledger::{d, entry};
use actix_web::http::Method;
use chrono::Days;
use kept_shared::ageing::{AgeingRules, CreditPolicy};
use kept_shared::allocation::AllocationStrategy;
use kept_shared::ids::*;
use kept_shared::ledger::EntryType;
use serde_json::{Value, json};

/// A small generator: the same history on both engines, and again when it fails.
struct Dice(u64);
impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
    fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let n = u64::try_from(all.len()).unwrap_or(0);
        (n > 0).then(|| &all[usize::try_from(self.roll(n)).unwrap_or(0)])
    }
}

fn rand(minor: u64) -> Value {
    json!({ "amount": format!("{}.{:02}", minor / 100, minor % 100), "currency": "ZAR" })
}

async fn send(who: &Actor<'_>, path: String, body: Value) -> u16 {
    let key = uuid::Uuid::now_v7().to_string();
    who.ask(Method::POST, path).key(&key).json(body).send().await.status
}

/// What was tried and went through: a history of refusals would prove nothing.
#[derive(Default)]
struct Done {
    reversals: u32,
    reallocations: u32,
    resolutions: u32,
}

async fn lines(who: &Actor<'_>, account: AccountId) -> Vec<Value> {
    let all = who.get(format!("/accounts/{account}/journal?limit=200")).await.ok();
    all["items"].as_array().cloned().unwrap_or_default()
}

/// One step; what the product refuses is refused for good reason and changes nothing.
async fn step(app: &TestApp, boss: &Actor<'_>, account: AccountId, dice: &mut Dice, done: &mut Done) {
    let day = d("2026-05-01") + Days::new(dice.roll(200));
    let known = lines(boss, account).await;
    let id = |line: &Value| line["id"].as_str().unwrap_or_default().to_owned();
    match dice.roll(7) {
        0 | 1 => {
            let kinds = [EntryType::Invoice, EntryType::Fee, EntryType::Interest];
            let kind = *dice.pick(&kinds).unwrap();
            let minor = i64::try_from(dice.roll(90_000) + 1).unwrap();
            let mut new = entry(account, kind, &day.to_string(), minor);
            new.due_on = Some(day + Days::new(dice.roll(40)));
            app.post(vec![new], vec![]).await.unwrap();
        }
        2 | 3 => {
            let strategies = [
                AllocationStrategy::OldestFirst,
                AllocationStrategy::FeesFirst,
                AllocationStrategy::InterestFeesPrincipal,
                AllocationStrategy::PrincipalFirst,
                AllocationStrategy::DebtorDirected,
            ];
            let by = dice.pick(&strategies).unwrap().as_str();
            let body = json!({ "amount": rand(dice.roll(120_000) + 1), "received_on": day, "method": "eft",
                "allocation": { "to": "strategy", "strategy": by } });
            assert_eq!(send(boss, format!("/accounts/{account}/payments"), body).await, 201);
        }
        4 => {
            if let Some(line) = dice.pick(&known) {
                let from = d(line["date"].as_str().unwrap());
                let late = u64::try_from((d("2026-11-22") - from).num_days().max(0)).unwrap();
                let body = json!({ "date": from + Days::new(dice.roll(late + 1)), "reason": "A mistake" });
                let status = send(boss, format!("/entries/{}/reversal", id(line)), body).await;
                assert!(status == 201 || status == 422, "{status}: {line}");
                done.reversals += u32::from(status == 201);
            }
        }
        5 => {
            let credits: Vec<&Value> = known.iter().filter(|l| l["type"] == "payment").collect();
            if let Some(credit) = dice.pick(&credits) {
                let path = format!("/entries/{}/allocations", id(credit));
                let now = boss.get(path.clone()).await.ok();
                let candidates = now["candidates"].as_array().cloned().unwrap_or_default();
                let parts: Vec<Value> = dice
                    .pick(&candidates)
                    .map(|c| json!({ "entry_id": c["debit"]["id"], "amount": rand(dice.roll(2_000) + 1) }))
                    .into_iter()
                    .collect();
                let version = now["version"].as_i64().unwrap();
                let body = json!({ "parts": parts, "reason": "As told" });
                let status = boss
                    .ask(Method::PUT, path)
                    .if_match(version)
                    .json(body)
                    .send()
                    .await
                    .status;
                assert!(status == 200 || status == 422, "{status}");
                done.reallocations += u32::from(status == 200);
            }
        }
        6 => {
            let claims = boss.get(format!("/accounts/{account}/claims?limit=200")).await.ok();
            let claims = claims["items"].as_array().cloned().unwrap_or_default();
            let by_people =
                |c: &Value| c["totals"]["open"]["amount"] != "0.00" || c["totals"]["credited"]["amount"] != "0.00";
            let claims: Vec<Value> = claims.into_iter().filter(by_people).collect();
            if let Some(claim) = dice.pick(&claims) {
                let path = format!("/claims/{}", id(claim));
                let version = boss.get(path.clone()).await.version();
                let (path, body) = if claim["state"] == "resolved" {
                    (format!("{path}/reopen"), json!({ "reason": "Not so" }))
                } else {
                    let ways = [
                        "fraudulent",
                        "claim_discarded",
                        "written_off",
                        "claim_invalidated",
                        "claim_discharged",
                    ];
                    let how = dice.pick(&ways).unwrap();
                    let body = json!({ "resolution": how, "date": "2026-11-22", "reason": "So it is" });
                    (format!("{path}/resolve"), body)
                };
                let key = uuid::Uuid::now_v7().to_string();
                let ask = boss.ask(Method::POST, path).key(&key).if_match(version);
                let status = ask.json(body).send().await.status;
                assert!([200, 201, 422].contains(&status), "{status}: {claim}");
                done.resolutions += u32::from(status != 422);
            }
        }
        _ => unreachable!("a die of seven sides"),
    }
}

/// What the claims say is what the journal says: no debit is left out or counted twice, whatever was undone.
async fn claims_are_those_of_the_journal(who: &Actor<'_>, account: AccountId, all: &[Value]) {
    let minor = |money: &Value| {
        let amount: rust_decimal::Decimal = money["amount"].as_str().unwrap_or("0").parse().unwrap();
        i64::try_from(amount * rust_decimal::Decimal::from(100)).unwrap()
    };
    let claims = who.get(format!("/accounts/{account}/claims?limit=200")).await.ok();
    for claim in claims["items"].as_array().unwrap() {
        // By hand: every charge of the claim that nothing took back.
        let charged: i64 = all
            .iter()
            .filter(|l| l["claim_id"] == claim["id"] && l["reverses_id"].is_null() && l["reversed_by_id"].is_null())
            .map(|l| minor(&l["amount"]).max(0))
            .sum();
        let totals = &claim["totals"];
        assert_eq!(minor(&totals["total"]), charged, "{claim}");
        let [open, paid, credited] = ["open", "paid", "credited"].map(|name| minor(&totals[name]));
        assert!(open >= 0 && paid >= 0 && credited >= 0, "{claim}");
        assert_eq!(open + paid + credited, charged, "{claim}");
        if claim["state"] == "resolved" {
            assert_eq!(open, 0, "{claim}");
        }
    }
}

both! {
    async fn the_books_are_whole_after_every_history(app: TestApp) {
        let (mut dice, mut done) = (Dice(20_261_122), Done::default());
        for (n, policy) in CreditPolicy::ALL.iter().cycle().take(6).enumerate() {
            let rules = AgeingRules { credit_policy: *policy, ..AgeingRules::default() };
            let community = app.community_ageing(&format!("C{n}"), rules).await;
            let account = app.accounts(community, &[("A1", "Naledi Botha")]).await[0];
            let boss = app.manager(&[community]).await;
            for _ in 0..25 {
                step(&app, &boss, account, &mut dice, &mut done).await;
            }
            assert!(app.faults().await.is_empty(), "history {n}: {:?}", app.faults().await);
            let all = lines(&boss, account).await;
            claims_are_those_of_the_journal(&boss, account, &all).await;
            let numbers: Vec<i64> = { let mut all: Vec<i64> = all.iter().map(|l| l["no"].as_i64().unwrap()).collect(); all.sort_unstable(); all };
            assert_eq!(numbers, (1..=i64::try_from(all.len()).unwrap()).collect::<Vec<_>>(), "numbers have no gap");
            for day in ["2026-06-30", "2026-09-15", "2026-11-22"] {
                let row = boss.get(format!("/age-analysis?community_id={community}&as_at={day}")).await.ok()["items"][0].clone();
                for figure in ["current", "d30", "d60", "d90", "d120", "unallocated", "balance"] {
                    let made = boss.get(format!("/accounts/{account}/explanation?figure={figure}&as_at={day}")).await.ok();
                    let shown = if figure == "balance" { &row["total"] } else { &row[figure] };
                    assert_eq!(&made["figure"]["amount"], shown, "{figure} on {day} of history {n}");
                }
                let statement = boss.get(format!("/accounts/{account}/movements?from=2026-01-01&to={day}")).await.ok();
                assert_eq!(statement["closing"]["amount"], row["total"], "the statement closes on the balance");
            }
        }
        let Done { reversals, reallocations, resolutions } = done;
        assert!(reversals > 5 && reallocations > 2 && resolutions > 5, "{reversals}, {reallocations}, {resolutions}");
    }
}
