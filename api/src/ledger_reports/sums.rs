//! What a report adds up to, of a selection before it is made and of its customers after.

use super::queries::{OF_THE_REPORT, selected};
use crate::kernel::{Limit, Read, Stop, binds::Binds};
use crate::reach::reach_sql;
use chrono::NaiveDate;
use kept_shared::ids::LedgerReportId;
use kept_shared::ledger_reports::{ReportSelection, ReportTotals};
use kept_shared::money::{Currency, Money};
use sea_orm::FromQueryResult;

/// Day of the first entry of any customer of a selection.
pub(super) async fn first_entry_on(read: &Read, selection: &ReportSelection) -> Result<Option<NaiveDate>, Stop> {
    #[derive(FromQueryResult)]
    struct First {
        first: Option<NaiveDate>,
    }
    let mut binds = Binds::new();
    let selected = selected(read, selection, &mut binds)?;
    let sql = format!(
        "SELECT MIN(e.effective_on) AS first FROM account a JOIN entry e ON e.account_id = a.id WHERE {selected}"
    );
    let row: Option<First> = read.report_one(Limit::Reach(reach_sql), &sql, binds.values()).await?;
    Ok(row.and_then(|r| r.first))
}

#[derive(FromQueryResult)]
struct TotalRow {
    currency: Currency,
    customers: i64,
    lines: i64,
    opening: i64,
    debits: i64,
    credits: i64,
}

/// Sums by currency of the customers `a`.
const TOTALS: &str = "SELECT c.currency, CAST(COUNT(DISTINCT a.id) AS BIGINT) AS customers, \
    CAST(COALESCE(SUM(CASE WHEN e.effective_on >= {from} THEN 1 ELSE 0 END), 0) AS BIGINT) AS lines, \
    CAST(COALESCE(SUM(CASE WHEN e.effective_on < {from} THEN e.amount_minor ELSE 0 END), 0) AS BIGINT) AS opening, \
    CAST(COALESCE(SUM(CASE WHEN e.effective_on >= {from} AND e.amount_minor > 0 THEN e.amount_minor ELSE 0 END), 0) AS BIGINT) AS debits, \
    CAST(COALESCE(SUM(CASE WHEN e.effective_on >= {from} AND e.amount_minor < 0 THEN e.amount_minor ELSE 0 END), 0) AS BIGINT) AS credits \
    FROM account a JOIN community c ON c.id = a.community_id \
    LEFT JOIN entry e ON e.account_id = a.id AND e.effective_on <= {to} WHERE {who} GROUP BY c.currency ORDER BY c.currency";

async fn summed(
    read: &Read,
    limit: Limit,
    who: &str,
    (from, to): (NaiveDate, NaiveDate),
    mut binds: Binds,
) -> Result<(Vec<ReportTotals>, i64), Stop> {
    let sql = TOTALS
        .replace("{from}", &binds.one(from))
        .replace("{to}", &binds.one(to))
        .replace("{who}", who);
    let rows: Vec<TotalRow> = read.report(limit, &sql, binds.values()).await?;
    let lines = rows.iter().map(|r| r.lines).sum();
    let totals = rows
        .into_iter()
        .map(|r| {
            let money = |minor| Money::new(minor, r.currency);
            ReportTotals {
                currency: r.currency,
                customers: u32::try_from(r.customers).unwrap_or(u32::MAX),
                opening: money(r.opening),
                debits: money(r.debits),
                credits: money(r.credits),
                closing: money(r.opening + r.debits + r.credits),
            }
        })
        .collect();
    Ok((totals, lines))
}

/// Sums of a whole report by currency, and how many lines it has.
pub(super) async fn totals(
    read: &Read,
    report: LedgerReportId,
    days: (NaiveDate, NaiveDate),
) -> Result<(Vec<ReportTotals>, i64), Stop> {
    let mut binds = Binds::new();
    let report = binds.one(report);
    let who = format!("a.id IN (SELECT account_id FROM ledger_report_account WHERE report_id = {report})");
    summed(read, OF_THE_REPORT, &who, days, binds).await
}

/// The same of a selection, before there is a report.
pub(super) async fn totals_of(
    read: &Read,
    selection: &ReportSelection,
    days: (NaiveDate, NaiveDate),
) -> Result<(Vec<ReportTotals>, i64), Stop> {
    let mut binds = Binds::new();
    let who = selected(read, selection, &mut binds)?;
    summed(read, Limit::Reach(reach_sql), &who, days, binds).await
}
