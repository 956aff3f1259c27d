//! Imports end to end: upload, detection, mapping, dry run, commit, second import, and files nobody should trust.

mod books;
mod commit;
mod wizard;

use crate::kit::{Actor, Reply, TestApp};
use kept_shared::ids::CommunityId;
use kept_shared::imports::{CheckedRow, ColumnUse, Detection, Import, ImportState, Mapping};
use kept_shared::page::Page;
use serde_json::{Value, json};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A community in the currency and with the day buckets of a test.
pub async fn community(by: &Actor<'_>, code: &str, currency: &str, basis: &str) -> CommunityId {
    community_with_edges(by, code, currency, basis, [0, 30, 60, 90]).await
}

pub async fn community_with_edges(
    by: &Actor<'_>,
    code: &str,
    currency: &str,
    basis: &str,
    edges: [u16; 4],
) -> CommunityId {
    let body = json!({"code": code, "name": format!("Community {code}"), "kind": "debt_book", "currency": currency, "time_zone": "Africa/Johannesburg",
        "ageing": {"mode": "days", "basis": basis, "edges": edges, "credit_policy": "oldest_first"}, "is_active": true});
    let made = by.post("/communities", body).await.created();
    made["id"].as_str().unwrap().parse().unwrap()
}

pub async fn upload(by: &Actor<'_>, to: Option<CommunityId>, name: &str, bytes: &[u8]) -> Reply {
    let id = to.map(|id| id.to_string()).unwrap_or_default();
    by.ask(actix_web::http::Method::POST, "/imports")
        .upload(
            &[("community_id", &id)],
            ("file", name, "application/octet-stream", bytes),
        )
        .send()
        .await
}

/// The mapping a person would confirm: what was suggested.
pub fn suggested(found: &Detection, to: CommunityId) -> Mapping {
    Mapping {
        kind: found.suggested_kind,
        sheet: found.sheet,
        header_row: found.header_row,
        delimiter: found.delimiter,
        encoding: found.encoding,
        date_order: found.date_order,
        decimal_style: found.decimal_style,
        columns: found
            .columns
            .iter()
            .filter_map(|c| {
                c.suggested.map(|field| ColumnUse {
                    column: c.column,
                    field,
                })
            })
            .collect(),
        community_id: Some(to),
        as_at: found.as_at,
        due_on: None,
    }
}

pub async fn map(by: &Actor<'_>, import: &Import, mapping: &Mapping) -> Reply {
    by.ask(actix_web::http::Method::PUT, format!("/imports/{}/mapping", import.id))
        .if_match(import.version)
        .json(json!(mapping))
        .send()
        .await
}

pub async fn show(by: &Actor<'_>, import: &Import) -> Import {
    by.get(format!("/imports/{}", import.id)).await.expect(200)
}

pub async fn commit(by: &Actor<'_>, import: &Import, skip_faulty: bool) -> Reply {
    by.ask(actix_web::http::Method::POST, format!("/imports/{}/commit", import.id))
        .if_match(import.version)
        .key(&uuid::Uuid::now_v7().to_string())
        .json(json!({ "skip_faulty": skip_faulty }))
        .send()
        .await
}

pub async fn rows(by: &Actor<'_>, import: &Import, verdict: &str) -> Vec<CheckedRow> {
    let page: Page<CheckedRow> = by
        .get(format!("/imports/{}/rows?verdict={verdict}&limit=200", import.id))
        .await
        .expect(200);
    page.items
}

/// Upload, the suggested mapping with changes, dry run.
pub async fn checked(
    app: &TestApp,
    by: &Actor<'_>,
    to: CommunityId,
    name: &str,
    bytes: &[u8],
    change: impl FnOnce(&mut Mapping),
) -> Import {
    let import: Import = upload(by, Some(to), name, bytes).await.expect(201);
    let mut mapping = suggested(&import.detection, to);
    change(&mut mapping);
    let mapped: Import = map(by, &import, &mapping).await.expect(200);
    assert_eq!(mapped.state, ImportState::Checking);
    app.run_jobs().await;
    let import = show(by, &import).await;
    assert_eq!(import.state, ImportState::Checked, "{:?}", import.failure);
    import
}

pub async fn imported(
    app: &TestApp,
    by: &Actor<'_>,
    to: CommunityId,
    name: &str,
    bytes: &[u8],
    change: impl FnOnce(&mut Mapping),
) -> Import {
    let import = checked(app, by, to, name, bytes, change).await;
    let faulty = rows(by, &import, "faulty").await;
    assert!(faulty.is_empty(), "{:?}", faulty.first());
    commit(by, &import, false).await.expect::<Import>(202);
    app.run_jobs().await;
    let import = show(by, &import).await;
    assert_eq!(import.state, ImportState::Done, "{:?}", import.failure);
    import
}

/// Accounts, total and the five buckets as at a day.
pub async fn ageing(by: &Actor<'_>, to: CommunityId, as_at: &str) -> (u64, String, Vec<String>) {
    let found = by
        .get(format!(
            "/age-analysis/summary?community_id={to}&as_at={as_at}&hide_zero=true"
        ))
        .await
        .ok();
    let Some(totals) = found["totals"].get(0) else {
        return (found["accounts"].as_u64().unwrap(), String::new(), vec![]);
    };
    let amount = |v: &Value| v["amount"].as_str().unwrap().to_owned();
    let aged = &totals["amounts"];
    let buckets = ["current", "d30", "d60", "d90", "d120"]
        .map(|name| amount(&aged[name]))
        .to_vec();
    (found["accounts"].as_u64().unwrap(), amount(&aged["total"]), buckets)
}

/// What a second import must not change.
pub async fn book(app: &TestApp) -> Vec<i64> {
    let mut counts = vec![];
    for table in [
        "account",
        "debtor",
        "contact",
        "unit",
        "unit_owner",
        "customer_group",
        "claim",
        "entry",
        "allocation",
    ] {
        counts.push(app.number(&format!("SELECT COUNT(*) AS n FROM {table}"), vec![]).await);
    }
    counts.push(
        app.number(
            "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) AS n FROM entry",
            vec![],
        )
        .await,
    );
    counts
}

const INVOICES: &str = "Statement of open invoices\n\n\
    Account No,Name,Invoice No,Invoice Date,Due Date,Amount,Disputed,Settled Date,E-mail,Cell,Group\n\
    C001,Thandi Mokoena,0001,01/03/2026,31/03/2026,\"1,250.00\",no,,thandi@example.org; t2@example.org,082 123 4567,Owners\n\
    C001,Thandi Mokoena,0002,01/04/2026,30/04/2026,99.995,yes,,,,Owners\n\
    C002,Blue Trading (Pty) Ltd,0001,13/02/2026,28/02/2026,R 500.00,no,15/03/2026,,,Business\n\
    C002,Blue Trading (Pty) Ltd,CN7,01/05/2026,,(40.00),,,,,Business\n\
    TOTAL,,,,,\"1,810.00\",,,,,\n";
