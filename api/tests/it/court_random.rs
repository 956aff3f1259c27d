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

async fn send(who: &Actor<'_>, method: Method, path: String, body: Value) -> u16 {
    let key = uuid::Uuid::now_v7().to_string();
    who.ask(method, path).key(&key).json(body).send().await.status
}

async fn lines(who: &Actor<'_>, account: AccountId) -> Vec<Value> {
    let all = who.get(format!("/accounts/{account}/journal?limit=200")).await.ok();
    all["items"].as_array().cloned().unwrap_or_default()
}

/// One step; what the product refuses is refused for good reason and changes nothing.
async fn step(app: &TestApp, boss: &Actor<'_>, account: AccountId, dice: &mut Dice) {
    let day = d("2026-05-01") + Days::new(dice.roll(200));
    let known = lines(boss, account).await;
    let id = |line: &Value| line["id"].as_str().unwrap_or_default().to_owned();
    match dice.roll(6) {
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
            assert_eq!(
                send(boss, Method::POST, format!("/accounts/{account}/payments"), body).await,
                201
            );
        }
        4 => {
            if let Some(line) = dice.pick(&known) {
                let body = json!({ "date": "2026-11-22", "reason": "A mistake" });
                let status = send(boss, Method::POST, format!("/entries/{}/reversal", id(line)), body).await;
                assert!(status == 201 || status == 422, "{status}: {line}");
            }
        }
        _ => {
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
                let status = send(boss, Method::PUT, path, json!({ "parts": parts, "reason": "As told" })).await;
                assert!(status == 200 || status == 422, "{status}");
            }
        }
    }
}

both! {
    async fn the_books_are_whole_after_every_history(app: TestApp) {
        let mut dice = Dice(20_261_122);
        for (n, policy) in CreditPolicy::ALL.iter().cycle().take(6).enumerate() {
            let rules = AgeingRules { credit_policy: *policy, ..AgeingRules::default() };
            let community = app.community_ageing(&format!("C{n}"), rules).await;
            let account = app.accounts(community, &[("A1", "Naledi Botha")]).await[0];
            let boss = app.manager(&[community]).await;
            for _ in 0..25 {
                step(&app, &boss, account, &mut dice).await;
            }
            assert!(app.faults().await.is_empty(), "history {n}: {:?}", app.faults().await);
            let all = lines(&boss, account).await;
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
    }
}
