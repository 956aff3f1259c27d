//! Real books of the shared data folder, imported through the API and its jobs, aged and compared to the cent with what
//! other programs worked out. Without the folder each test says loudly that it was skipped; the rules themselves are
//! tested with small files of our own in `imports` and `ageing`.

use crate::both;
use crate::imports::{ageing, book, community, community_with_edges, imported};
use crate::kit::{Actor, shared_data};
use chrono::NaiveDate;
use kept_shared::ids::CommunityId;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;
use std::collections::BTreeMap;

const BUCKETS: [&str; 5] = ["current", "d30", "d60", "d90", "d120"];

/// Total and buckets by account.
type Aged = BTreeMap<String, Vec<Decimal>>;

async fn per_account(by: &Actor<'_>, to: CommunityId, as_at: &str) -> Aged {
    let query = format!("community_id={to}&as_at={as_at}&hide_zero=true&sort=reference&order=asc");
    let rows: Vec<Value> = by.get(format!("/age-analysis/rows?{query}")).await.expect(200);
    rows.iter()
        .map(|row| {
            let amount = |name: &&str| row[*name].as_str().unwrap().parse().unwrap();
            (
                row["reference"].as_str().unwrap().to_owned(),
                ["total"].iter().chain(&BUCKETS).map(amount).collect(),
            )
        })
        .collect()
}

/// A CSV of the folder, by the names of its header.
fn records(path: &str) -> Option<Vec<BTreeMap<String, String>>> {
    let mut reader = csv::Reader::from_path(shared_data(path)?).unwrap();
    Some(reader.deserialize().collect::<Result<_, _>>().unwrap())
}

/// What the reference says for each account: its total and the columns of one way to age. The last two are our last.
fn reference(path: &str, columns: [&str; 5], last: Option<&str>) -> Aged {
    let amount = |record: &BTreeMap<String, String>, name: &str| -> Decimal { record[name].parse().unwrap() };
    records(path)
        .unwrap()
        .iter()
        .map(|r| {
            let mut row = vec![amount(r, "total")];
            row.extend(columns.iter().map(|c| amount(r, c)));
            if let (Some(last), Some(sum)) = (last, row.last_mut()) {
                *sum += amount(r, last);
            }
            (r["customer"].clone(), row)
        })
        .collect()
}

/// An open book aged by its due dates, each line rounded to the cent, half away from zero: what an import does.
fn aged_here(lines: &[(String, NaiveDate, NaiveDate, Decimal)], as_at: NaiveDate) -> Aged {
    let mut aged = Aged::new();
    for (account, issued, due, amount) in lines.iter().filter(|l| l.1 <= as_at) {
        assert!(issued <= &as_at);
        let amount = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        let bucket = match (as_at - *due).num_days() {
            ..=0 => 1,
            1..=30 => 2,
            31..=60 => 3,
            61..=90 => 4,
            91.. => 5,
        };
        let row = aged.entry(account.clone()).or_insert_with(|| vec![Decimal::ZERO; 6]);
        row[0] += amount;
        row[bucket] += amount;
    }
    aged
}

fn sums(aged: &Aged) -> Vec<Decimal> {
    (0..6).map(|i| aged.values().map(|row| row[i]).sum()).collect()
}

both! {
    async fn the_real_invoice_book_ages_to_the_cent(app: TestApp) {
        let Some(file) = shared_data("primary/ibm-accounts-receivable.csv") else { return };
        let bytes = std::fs::read(file).unwrap();
        let boss = app.superuser().await;
        let due = community(&boss, "IBM", "USD", "due_date").await;
        // By the age of the invoice the reference's months begin at day 30, 60, 90 and 120.
        let issued = community_with_edges(&boss, "IBM2", "USD", "transaction_date", [29, 59, 89, 119]).await;
        let import = imported(&app, &boss, due, "ibm.csv", &bytes, |_| {}).await;
        let summary = import.summary.unwrap();
        assert_eq!((summary.new, summary.new_accounts, summary.rounded), (2466, 100, 0));
        assert_eq!((summary.written_accounts, summary.written_claims, summary.written_payments), (100, 2466, 2466));
        assert_eq!(summary.amounts[0].to_plain(), "147703.18");
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM claim WHERE is_disputed = $1", vec![true.into()]).await, 561);
        assert_eq!(app.number("SELECT CAST(SUM(amount_minor) AS BIGINT) AS n FROM claim WHERE is_disputed = $1", vec![true.into()]).await, 3_674_612);
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM claim WHERE reference LIKE '0%'", vec![]).await, 266);
        imported(&app, &boss, issued, "ibm.csv", &bytes, |_| {}).await;
        let wanted: Value = serde_json::from_slice(&std::fs::read(shared_data("expected/books.json").unwrap()).unwrap()).unwrap();
        let dates = wanted["primary_ibm"]["as_of"].as_object().unwrap();
        assert_eq!(dates.len(), 4);
        for (as_at, want) in dates {
            let amount = |way: &str, name: &str| want[way][name].as_str().unwrap().parse::<Decimal>().unwrap();
            let total: Decimal = want["total"].as_str().unwrap().parse().unwrap();
            let by_due = sums(&per_account(&boss, due, as_at).await);
            let over = amount("by_days_past_due", "91-120") + amount("by_days_past_due", "120+");
            let [current, d30, d60, d90] = ["current", "1-30", "31-60", "61-90"].map(|c| amount("by_days_past_due", c));
            assert_eq!(by_due, [total, current, d30, d60, d90, over], "{as_at}");
            let by_age = sums(&per_account(&boss, issued, as_at).await);
            let [current, d30, d60, d90, d120] = ["current", "30", "60", "90", "120+"].map(|c| amount("by_age_from_invoice_date", c));
            assert_eq!(by_age, [total, current, d30, d60, d90, d120], "{as_at}");
            let (accounts, total, _) = ageing(&boss, due, as_at).await;
            assert_eq!((accounts, total.as_str()), (want["open_customers"].as_u64().unwrap(), want["total"].as_str().unwrap()), "{as_at}");
        }
        for as_at in ["2012-06-30", "2013-06-30"] {
            let path = format!("expected/ibm-age-analysis-{as_at}.csv");
            let past_due = reference(&path, ["due_current", "due_1-30", "due_31-60", "due_61-90", "due_91-120"], Some("due_120+"));
            assert_eq!(per_account(&boss, due, as_at).await, past_due, "{as_at}");
            let old = reference(&path, ["age_current", "age_30", "age_60", "age_90", "age_120+"], None);
            assert_eq!(per_account(&boss, issued, as_at).await, old, "{as_at}");
        }
        let before = book(&app).await;
        let again = imported(&app, &boss, due, "ibm.csv", &bytes, |_| {}).await.summary.unwrap();
        assert_eq!((again.new, again.changed, again.unchanged), (0, 0, 2466));
        assert_eq!(book(&app).await, before);
        assert_eq!(app.faults().await, Vec::<&str>::new());
    }

    async fn the_large_open_book_imports_with_its_rounding_stated(app: TestApp) {
        let Some(file) = shared_data("large/highradius-open-invoices.csv") else { return };
        let bytes = std::fs::read(file).unwrap();
        let boss = app.superuser().await;
        let to = community(&boss, "HIGHRADIUS", "USD", "due_date").await;
        let import = imported(&app, &boss, to, "highradius.csv", &bytes, |_| {}).await;
        let summary = import.summary.unwrap();
        assert_eq!((summary.new, summary.new_accounts, summary.amounts[0].to_plain().as_str()), (9681, 553, "310427859.34"));
        assert_eq!(summary.rounded, 576);
        let day = |text: &str| NaiveDate::parse_from_str(text, "%d-%m-%Y").unwrap();
        let lines: Vec<(String, NaiveDate, NaiveDate, Decimal)> = records("large/highradius-open-invoices.csv")
            .unwrap()
            .iter()
            .map(|r| (r["cust_number"].clone(), day(&r["posting_date"]), day(&r["due_in_date"]), r["converted_usd"].parse().unwrap()))
            .collect();
        let wanted: Value = serde_json::from_slice(&std::fs::read(shared_data("expected/books.json").unwrap()).unwrap()).unwrap();
        let dates = wanted["large_highradius"]["as_of"].as_object().unwrap();
        assert_eq!(dates.len(), 4);
        for (as_at, want) in dates {
            let ours = per_account(&boss, to, as_at).await;
            assert_eq!(ours, aged_here(&lines, as_at.parse().unwrap()), "{as_at}");
            // The reference adds the lines up with their three decimals: half a cent a line is the most we may be off.
            let exact = |name: &str| -> (Decimal, Decimal) {
                let bucket = &want["buckets"][name];
                (bucket[1].as_str().unwrap().parse().unwrap(), Decimal::from(bucket[0].as_u64().unwrap()))
            };
            let [current, d30, d60, d90, d91, d121] = ["current", "1-30", "31-60", "61-90", "91-120", "120+"].map(exact);
            for (ours, (exact, n)) in sums(&ours)[1..].iter().zip([current, d30, d60, d90, (d91.0 + d121.0, d91.1 + d121.1)]) {
                assert!((ours - exact).abs() <= n * Decimal::new(5, 3), "{as_at}: {ours} for {exact} of {n} lines");
            }
        }
        let ours = per_account(&boss, to, "2020-12-31").await;
        let each = records("expected/highradius-per-customer.csv").unwrap();
        assert_eq!((ours.len(), each.len()), (553, 553));
        for r in each {
            let (exact, n): (Decimal, Decimal) = (r["exact_total"].parse().unwrap(), r["invoices"].parse().unwrap());
            let total = ours[&r["cust_number"]][0];
            assert!((total - exact).abs() <= n * Decimal::new(5, 3), "{}: {total} for {exact}", r["cust_number"]);
        }
        let before = book(&app).await;
        let again = imported(&app, &boss, to, "highradius.csv", &bytes, |_| {}).await.summary.unwrap();
        assert_eq!((again.new, again.changed, again.unchanged), (0, 0, 9681));
        assert_eq!(book(&app).await, before);
        assert_eq!(app.faults().await, Vec::<&str>::new());
    }

    async fn messy_sheets_give_the_totals_expected_of_them(app: TestApp) {
        let Some(file) = shared_data("expected/sheets.json") else { return };
        let wanted: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let boss = app.superuser().await;
        for (code, name, keys) in [
            ("XERO", "layout-xero-aged-receivables-summary.xlsx", ["cur", "1", "31", "61", "91"]),
            ("QB", "layout-quickbooks-ar-aging-summary.csv", ["cur", "1", "31", "61", "91"]),
            ("ZA", "layout-za-age-analysis.xlsx", ["cur", "30", "60", "90", "120"]),
        ] {
            let bytes = std::fs::read(shared_data(&format!("sheets/{name}")).unwrap()).unwrap();
            let to = community(&boss, code, "ZAR", "due_date").await;
            // Credits stand in the bucket of their own date here, as the files have them.
            let own_date = "UPDATE community SET credit_policy = 'own_date' WHERE id = $1";
            app.sql(own_date, vec![to.into()]).await;
            let want = &wanted[name];
            let import = imported(&app, &boss, to, name, &bytes, |_| {}).await;
            assert_eq!(u64::from(import.detection.header_row), want["header_row"].as_u64().unwrap(), "{name}");
            assert_eq!(u64::from(import.detection.rows), want["debtors"].as_u64().unwrap(), "{name}");
            assert_eq!(import.detection.as_at, "2020-06-30".parse().ok());
            let summary = import.summary.unwrap();
            assert_eq!(summary.new_accounts, 60);
            assert_eq!(summary.amounts[0].to_plain(), want["total"].as_str().unwrap(), "{name}");
            let (_, total, buckets) = ageing(&boss, to, "2020-06-30").await;
            assert_eq!(total, want["total"].as_str().unwrap(), "{name}");
            let totals: Vec<&str> = keys.iter().map(|k| want["totals"][k].as_str().unwrap()).collect();
            assert_eq!(buckets, totals, "{name}");
            let before = book(&app).await;
            imported(&app, &boss, to, name, &bytes, |_| {}).await;
            assert_eq!(book(&app).await, before, "{name}");
        }
        for (code, name, as_at) in [("DAYS180", "layout-za-debtors-180-days.csv", "2020-06-30"), ("ROW5", "header-on-row-5.xlsx", "")] {
            let bytes = std::fs::read(shared_data(&format!("sheets/{name}")).unwrap()).unwrap();
            let to = community(&boss, code, "ZAR", "due_date").await;
            let import = imported(&app, &boss, to, name, &bytes, |m| m.as_at = as_at.parse().ok()).await;
            assert_eq!(import.summary.unwrap().amounts[0].to_plain(), wanted[name]["total"].as_str().unwrap(), "{name}");
        }
    }
}
