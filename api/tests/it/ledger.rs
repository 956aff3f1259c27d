//! Posting, and an account's movements.

use crate::both;
use crate::kit_ledger::{d, entry};
use kept_api::ledger::PostError;
use kept_shared::ageing::AgeingRules;
use kept_shared::ids::*;
use kept_shared::ledger::{ClaimLink, EntryType, NewAllocation, NewEntry, PostingFlaw};
use kept_shared::money::{Currency, Money};
use serde_json::{Value, json};

fn flaw(result: Result<kept_api::ledger::Posted, PostError>) -> PostingFlaw {
    match result {
        Err(PostError::Refused { flaw, .. }) => flaw,
        other => panic!("{other:?}"),
    }
}

fn allocate(account: AccountId, credit: &NewEntry, debit: &NewEntry, on: &str, minor: i64) -> NewAllocation {
    NewAllocation {
        account_id: account,
        credit_entry_id: credit.id,
        debit_entry_id: debit.id,
        effective_on: d(on),
        minor,
    }
}

fn amounts(row: &Value) -> Vec<&str> {
    ["total", "current", "d30", "d60", "d90", "d120", "unallocated"]
        .map(|c| row[c].as_str().unwrap())
        .to_vec()
}

both! {
    async fn an_invoice_makes_a_claim_and_a_payment_resolves_it(app: TestApp) {
        let c = app.community_ageing("A", AgeingRules::default()).await;
        let a = app.accounts(c, &[("A1", "Naledi Botha")]).await[0];
        let mut invoice = entry(a, EntryType::Invoice, "2026-09-01", 500_00);
        invoice.reference = Some("LV1".into());
        let posted = app.post(vec![invoice.clone()], vec![]).await.unwrap();
        assert_eq!((posted.entries, posted.claims, posted.accounts), (1, 1, 1));
        let open = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM claim WHERE state = 'active'";
        assert_eq!(app.number(open, vec![]).await, 1);
        let payment = entry(a, EntryType::Payment, "2026-10-01", -500_00);
        app.post(vec![payment.clone()], vec![]).await.unwrap();
        assert_eq!(app.number(open, vec![]).await, 0, "oldest first paid it");
        // The payment comes back: the claim is open again, the levy as old as it is.
        let mut back = entry(a, EntryType::Chargeback, "2026-11-05", 500_00);
        back.reverses_id = Some(payment.id);
        app.post(vec![back.clone()], vec![]).await.unwrap();
        assert_eq!(app.number(open, vec![]).await, 1);
        let agent = app.agent(&[c]).await;
        let row = agent.get("/age-analysis").await.ok()["items"][0].clone();
        assert_eq!(amounts(&row), ["500.00", "0.00", "0.00", "500.00", "0.00", "0.00", "0.00"]);
        assert_eq!(row["last_payment_on"], Value::Null, "a returned payment is none");
        let before = agent.get("/age-analysis?as_at=2026-11-04").await.ok()["items"][0].clone();
        assert_eq!((before["total"].as_str(), before["last_payment_on"].as_str()), (Some("0.00"), Some("2026-10-01")));
        assert_eq!(app.faults().await, Vec::<&str>::new());
        let mut again = back.clone();
        again.id = EntryId(uuid::Uuid::now_v7());
        assert_eq!(flaw(app.post(vec![again], vec![]).await), PostingFlaw::ReversedAlready);
    }

    async fn a_refused_posting_leaves_nothing_behind(app: TestApp) {
        let c = app.community_ageing("A", AgeingRules::default()).await;
        let ids = app.accounts(c, &[("A1", "One"), ("A2", "Two")]).await;
        let (a, b) = (ids[0], ids[1]);
        let invoice = entry(a, EntryType::Invoice, "2026-09-01", 100_00);
        let payment = entry(a, EntryType::Payment, "2026-10-01", -60_00);
        let both = || vec![invoice.clone(), payment.clone()];
        let cases: Vec<(Vec<NewEntry>, Vec<NewAllocation>, PostingFlaw)> = vec![
            (both(), vec![allocate(a, &payment, &invoice, "2026-10-01", 60_01)], PostingFlaw::AllocationExceeds),
            (both(), vec![allocate(a, &payment, &invoice, "2026-09-30", 10_00)], PostingFlaw::AllocationTooEarly),
            (both(), vec![allocate(a, &invoice, &payment, "2026-10-01", 10_00)], PostingFlaw::AllocationMismatch),
            (both(), vec![allocate(a, &payment, &invoice, "2026-10-01", -1)], PostingFlaw::AllocationExceeds),
            (vec![entry(a, EntryType::Invoice, "2026-09-01", -1)], vec![], PostingFlaw::WrongSign),
            (vec![entry(a, EntryType::Invoice, "0206-09-01", 1)], vec![], PostingFlaw::DateOutOfRange),
            (vec![entry(AccountId(uuid::Uuid::now_v7()), EntryType::Invoice, "2026-09-01", 1)], vec![], PostingFlaw::UnknownAccount),
            (vec![NewEntry { amount: Money::new(1, Currency::Usd), ..invoice.clone() }], vec![], PostingFlaw::WrongCurrency),
            (vec![NewEntry { claim: ClaimLink::Of(ClaimId(uuid::Uuid::now_v7())), ..invoice.clone() }], vec![], PostingFlaw::UnknownClaim),
            (vec![NewEntry { reverses_id: Some(payment.id), ..entry(b, EntryType::Chargeback, "2026-10-02", 60_00) }], vec![], PostingFlaw::NothingToReverse),
            (vec![invoice.clone(), payment.clone(), NewEntry { reverses_id: Some(payment.id), ..entry(a, EntryType::Chargeback, "2026-10-02", 59_99) }], vec![], PostingFlaw::NotTheExactNegative),
            (vec![invoice.clone(), invoice.clone()], vec![], PostingFlaw::PostedAlready),
        ];
        for (entries, allocations, expected) in cases {
            assert_eq!(flaw(app.post(entries, allocations).await), expected);
        }
        for table in ["entry", "claim", "allocation", "open_item"] {
            assert_eq!(app.number(&format!("SELECT CAST(COUNT(*) AS BIGINT) AS n FROM {table}"), vec![]).await, 0, "{table}");
        }
    }

    async fn an_allocation_is_taken_back_when_its_payment_is_reversed(app: TestApp) {
        let c = app.community_ageing("A", AgeingRules::default()).await;
        let a = app.accounts(c, &[("A1", "One")]).await[0];
        let old = entry(a, EntryType::Invoice, "2026-07-01", 100_00);
        let young = entry(a, EntryType::Invoice, "2026-11-01", 100_00);
        let payment = entry(a, EntryType::Payment, "2026-11-03", -100_00);
        let to_the_young = allocate(a, &payment, &young, "2026-11-03", 100_00);
        app.post(vec![old, young, payment.clone()], vec![to_the_young]).await.unwrap();
        let agent = app.agent(&[c]).await;
        let figures = |row: Value| amounts(&row["items"][0]).join(" ");
        assert_eq!(figures(agent.get("/age-analysis").await.ok()), "100.00 0.00 0.00 0.00 0.00 100.00 0.00");
        let back = NewEntry { reverses_id: Some(payment.id), ..entry(a, EntryType::Chargeback, "2026-11-10", 100_00) };
        app.post(vec![back], vec![]).await.unwrap();
        assert_eq!(figures(agent.get("/age-analysis").await.ok()), "200.00 100.00 0.00 0.00 0.00 100.00 0.00");
        assert_eq!(figures(agent.get("/age-analysis?as_at=2026-11-09").await.ok()), "100.00 0.00 0.00 0.00 0.00 100.00 0.00");
        assert_eq!(app.faults().await, Vec::<&str>::new());
    }

    async fn movements_run_from_the_opening_to_the_closing_balance(app: TestApp) {
        let c = app.community_ageing("A", AgeingRules::default()).await;
        let a = app.accounts(c, &[("A1", "Naledi Botha")]).await[0];
        let mut entries = vec![];
        for month in 1..=11 {
            entries.push(entry(a, EntryType::Invoice, &format!("2026-{month:02}-01"), 100_00 + i64::from(month)));
            if month % 2 == 0 {
                entries.push(entry(a, EntryType::Payment, &format!("2026-{month:02}-01"), -150_00));
            }
        }
        app.post(entries, vec![]).await.unwrap();
        let agent = app.agent(&[c]).await;
        let path = format!("/accounts/{a}/movements");
        let whole = agent.get(format!("{path}?from=2026-03-01&to=2026-10-31")).await.ok();
        assert_eq!(whole["opening"]["amount"], "50.03");
        assert_eq!(whole["count"], 12);
        assert_eq!((&whole["payments"], &whole["last_payment_on"]), (&json!(4), &json!("2026-10-01")));
        let mut pages = vec![];
        let mut cursor = String::new();
        loop {
            let page = agent.get(format!("{path}?from=2026-03-01&to=2026-10-31&limit=5{cursor}")).await.ok();
            pages.extend(page["items"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(json!(pages), whole["items"], "pages join to the whole, balances too");
        let cents = |v: &Value| v["amount"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
        let mut balance = cents(&whole["opening"]);
        for line in &pages {
            balance += cents(&line["amount"]);
            assert_eq!(cents(&line["balance"]), balance);
        }
        assert_eq!(cents(&whole["closing"]), balance);
        assert_eq!(cents(&whole["ageing"]["total"]), balance, "ageing as at the end");
        assert_eq!(cents(&whole["debits"]) + cents(&whole["credits"]) + cents(&whole["opening"]), balance);
        // Default: the last twelve months.
        let usual = agent.get(&*path).await.ok();
        assert_eq!((&usual["from"], &usual["to"], &usual["count"]), (&json!("2025-11-23"), &json!("2026-11-22"), &json!(16)));
        for bad in ["from=2026-05-02&to=2026-05-01", "form=2026-01-01", "limit=0", "cursor=x", "from=0001-01-01", "to=tomorrow"] {
            let reply = agent.get(format!("{path}?{bad}")).await;
            assert_eq!(reply.status, 400, "{bad}: {}", reply.text());
        }
        let book = agent.get(format!("{path}.xlsx?from=2026-03-01&to=2026-10-31")).await;
        assert_eq!(book.status, 200, "{}", book.text());
        assert_eq!(&book.bytes[..2], b"PK");
        app.agent(&[]).await.get(&*path).await.problem(404, "not-found");
        app.attorney(&[c]).await.get(&*path).await.problem(404, "not-found");
        app.trustee(&[c]).await.get(&*path).await.problem(403, "permission-missing");
        app.anonymous().get(&*path).await.problem(401, "unauthenticated");
    }
}
