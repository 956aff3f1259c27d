//! Ageing against whole books whose figures other programs worked out: the golden ledger of 1,000 customers, twenty
//! hand-worked ones, and two published receivables books. The data is not part of the project: it is read from the
//! folder named by `KEPT_SHARED_DATA`, or `../shared/data` beside the repository, and skipped loudly when absent.
//!
//! Rounding: an amount with more decimals than its currency is rounded half away from zero, per line, when it is
//! posted; sums are of the rounded lines.

#![expect(clippy::unwrap_used, reason = "a fault in a test is a failed test")]
#![expect(clippy::print_stderr, reason = "a skipped check says so")]

use chrono::NaiveDate;
use kept_shared::ageing::*;
use kept_shared::ids::EntryId;
use kept_shared::money::{Currency, Money};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

fn data(part: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let base = std::env::var_os("KEPT_SHARED_DATA").map_or_else(|| root.join("../shared/data"), PathBuf::from);
    assert!(
        base.is_dir() || std::env::var_os("KEPT_SHARED_DATA").is_none(),
        "KEPT_SHARED_DATA names {}, which is no folder",
        base.display()
    );
    let path = base.join(part);
    if path.exists() {
        return Some(path);
    }
    eprintln!(
        "SKIPPED: {part} is not in {}; set KEPT_SHARED_DATA to run this check",
        base.display()
    );
    None
}

type Row = HashMap<String, String>;

fn csv(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn cents(text: &str) -> i64 {
    Money::from_decimal(text.parse().unwrap(), Currency::Usd).unwrap().minor
}
/// By due date in calendar months, oldest first.
fn plain() -> AgeingRules {
    AgeingRules {
        mode: AgeingMode::Calendar,
        basis: AgeingBasis::DueDate,
        edges: AgeingRules::USUAL_EDGES,
        credit_policy: CreditPolicy::OldestFirst,
    }
}
fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
fn entry(n: &str) -> EntryId {
    EntryId(uuid::Uuid::from_u128(n.parse().unwrap()))
}

/// A folder with customers.csv, entries.csv and allocations.csv against a folder with age.csv.
fn check_ledger(data: &Path, expected: &Path, as_at: &str) {
    let mut items: HashMap<String, Vec<Item>> = HashMap::new();
    let mut owner: HashMap<EntryId, String> = HashMap::new();
    for r in csv(&data.join("entries.csv")) {
        owner.insert(entry(&r["entry_id"]), r["account_no"].clone());
        items.entry(r["account_no"].clone()).or_default().push(Item {
            id: entry(&r["entry_id"]),
            effective_on: date(&r["date"]),
            due_on: (!r["due_date"].is_empty()).then(|| date(&r["due_date"])),
            minor: cents(&r["amount"]),
        });
    }
    let mut settlements: HashMap<String, Vec<Settlement>> = HashMap::new();
    for r in csv(&data.join("allocations.csv")) {
        let credit = entry(&r["credit_entry_id"]);
        settlements.entry(owner[&credit].clone()).or_default().push(Settlement {
            credit,
            debit: entry(&r["debit_entry_id"]),
            effective_on: date(&r["date"]),
            minor: cents(&r["amount"]),
        });
    }
    let settings = AgeingRules {
        mode: AgeingMode::Days,
        edges: AgeingRules::THIRTIES,
        ..plain()
    };
    let rows = csv(expected);
    assert_eq!(rows.len(), csv(&data.join("customers.csv")).len());
    let none = (vec![], vec![]);
    for r in rows {
        let account = &r["account_no"];
        let aged = age(
            items.get(account).unwrap_or(&none.0),
            settlements.get(account).unwrap_or(&none.1),
            &settings,
            date(as_at),
        );
        let want = ["current", "d30", "d60", "d90", "d120", "unallocated", "total"].map(|c| cents(&r[c]));
        let [current, d30, d60, d90, d120] = aged.buckets();
        assert_eq!(
            [current, d30, d60, d90, d120, aged.unallocated, aged.total],
            want,
            "{account} as at {as_at}"
        );
    }
}

#[test]
fn the_golden_book_agrees_on_both_dates() {
    let Some(archive) = data("golden/fixture.tar.xz") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let unpacked = std::process::Command::new("tar")
        .arg("xJf")
        .arg(archive)
        .arg("-C")
        .arg(dir.path())
        .status();
    assert!(unpacked.unwrap().success());
    let fixture = dir.path().join("fixture");
    check_ledger(&fixture.join("data"), &fixture.join("expected/age.csv"), "2026-02-28");
    check_ledger(
        &fixture.join("data"),
        &fixture.join("expected/agepast.csv"),
        "2024-02-29",
    );
}

#[test]
fn twenty_hand_worked_customers_agree() {
    let Some(edges) = data("../bench/edges") else { return };
    check_ledger(&edges.join("data"), &edges.join("expected/age.csv"), "2026-02-28");
}

/// `m/d/yyyy`.
fn us(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, "%m/%d/%Y").unwrap()
}

#[test]
fn the_primary_book_agrees_on_every_date_given() {
    let Some(book) = data("primary/ibm-accounts-receivable.csv") else {
        return;
    };
    let mut accounts: BTreeMap<String, (Vec<Item>, Vec<Settlement>)> = BTreeMap::new();
    for (n, r) in csv(&book).into_iter().enumerate() {
        let (invoice, payment) = (entry(&(2 * n + 1).to_string()), entry(&(2 * n + 2).to_string()));
        let minor = cents(&r["InvoiceAmount"]);
        let (items, settlements) = accounts.entry(r["customerID"].clone()).or_default();
        let item = |id, on, due_on, minor| Item {
            id,
            effective_on: on,
            due_on,
            minor,
        };
        items.push(item(invoice, us(&r["InvoiceDate"]), Some(us(&r["DueDate"])), minor));
        let settled = us(&r["SettledDate"]);
        items.push(item(payment, settled, None, -minor));
        settlements.push(Settlement {
            credit: payment,
            debit: invoice,
            effective_on: settled,
            minor,
        });
    }
    assert_eq!(accounts.len(), 100);
    for (as_at, total) in [("2012-06-30", 550_409), ("2013-06-30", 511_985)] {
        let Some(expected) = data(&format!("expected/ibm-age-analysis-{as_at}.csv")) else {
            return;
        };
        let expected: HashMap<String, Row> = csv(&expected).into_iter().map(|r| (r["customer"].clone(), r)).collect();
        let (by_due, by_invoice) = (
            AgeingRules {
                mode: AgeingMode::Days,
                ..plain()
            },
            AgeingRules {
                mode: AgeingMode::Days,
                basis: AgeingBasis::TransactionDate,
                edges: AgeingRules::THIRTIES,
                ..plain()
            },
        );
        let mut sum = 0;
        for (customer, (items, settlements)) in &accounts {
            let want = |columns: [&str; 5]| columns.map(|c| expected.get(customer).map_or(0, |r| cents(&r[c])));
            let due = age(items, settlements, &by_due, date(as_at));
            let mut got = due.buckets();
            // Five columns: what the source splits at 120 days is one column here.
            let mut six = want(["due_current", "due_1-30", "due_31-60", "due_61-90", "due_91-120"]);
            six[4] += want(["due_120+"; 5])[0];
            assert_eq!(got, six, "{customer} by due date as at {as_at}");
            got = age(items, settlements, &by_invoice, date(as_at)).buckets();
            assert_eq!(
                got,
                want(["age_current", "age_30", "age_60", "age_90", "age_120+"]),
                "{customer} by invoice date"
            );
            assert_eq!(due.unallocated, 0);
            sum += due.total;
        }
        assert_eq!(sum, total, "{as_at}");
    }
}

#[test]
fn three_decimals_are_rounded_per_line_half_away_from_zero() {
    let (Some(book), Some(expected)) = (
        data("large/highradius-open-invoices.csv"),
        data("expected/highradius-per-customer.csv"),
    ) else {
        return;
    };
    let eu = |text: &str| NaiveDate::parse_from_str(text, "%d-%m-%Y").unwrap();
    let mut accounts: BTreeMap<String, Vec<Item>> = BTreeMap::new();
    let mut exact: BTreeMap<usize, Decimal> = BTreeMap::new();
    let as_at = date("2020-06-30");
    let settings = AgeingRules {
        mode: AgeingMode::Days,
        ..plain()
    };
    for (n, r) in csv(&book).into_iter().enumerate() {
        let value: Decimal = r["converted_usd"].parse().unwrap();
        let item = Item {
            id: entry(&n.to_string()),
            effective_on: eu(&r["posting_date"]),
            due_on: Some(eu(&r["due_in_date"])),
            minor: Money::rounded(value, Currency::Usd).unwrap().minor,
        };
        *exact.entry(settings.bucket(eu(&r["due_in_date"]), as_at)).or_default() += value;
        accounts.entry(r["cust_number"].clone()).or_default().push(item);
    }
    let want = [
        "235790.57",
        "1317433.94",
        "86563679.070",
        "147655853.081",
        "74655102.313",
    ];
    assert_eq!(
        exact.values().copied().collect::<Vec<_>>(),
        want.map(|s| s.parse::<Decimal>().unwrap())
    );
    let mut sum = Aged::default();
    for items in accounts.values() {
        sum = sum.plus(&age(items, &[], &settings, as_at));
    }
    assert_eq!(
        sum.total, 31_042_785_934,
        "310,427,859.34: the sum of lines rounded half away from zero"
    );
    assert_eq!(
        (sum.current, sum.d30),
        (23_579_057, 131_743_394),
        "no three-decimal line in these"
    );
    for (bucket, minor) in sum.buckets().into_iter().enumerate() {
        let off = (Decimal::new(minor, 2) - exact[&bucket]).abs();
        assert!(
            off < Decimal::new(3, 0),
            "bucket {bucket} is off by {off}: more than 576 half-cents"
        );
    }
    for r in csv(&expected) {
        let total: i64 = accounts[&r["cust_number"]].iter().map(|i| i.minor).sum();
        let off = (Decimal::new(total, 2) - r["exact_total"].parse::<Decimal>().unwrap()).abs();
        let most = Decimal::new(5, 3) * r["invoices"].parse::<Decimal>().unwrap();
        assert!(off <= most, "{}: off by {off}", r["cust_number"]);
    }
}
