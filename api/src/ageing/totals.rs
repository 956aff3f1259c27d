//! Sums over the age analysis.

use super::filter::{Lead, Values, asks_account, of_account, of_figures};
use crate::communities;
use crate::kernel::{Limit, Read, Stop};
use crate::reach::reach_sql;
use kept_shared::age_analysis::{AgeFilter, AgeTotals};
use kept_shared::ageing::{Aged, AgedMoney};
use kept_shared::money::Currency;
use sea_orm::FromQueryResult;

#[derive(FromQueryResult)]
struct SumRow {
    accounts: i64,
    in_arrears: i64,
    in_credit: i64,
    handed_over: i64,
    with_current: i64,
    with_d30: i64,
    with_d60: i64,
    with_d90: i64,
    with_d120: i64,
    with_unallocated: i64,
    current_sum: i64,
    d30_sum: i64,
    d60_sum: i64,
    d90_sum: i64,
    d120_sum: i64,
    unallocated_sum: i64,
    not_due_sum: i64,
    total_sum: i64,
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}

const COLUMNS: [&str; 8] = [
    "current",
    "d30",
    "d60",
    "d90",
    "d120",
    "unallocated",
    "not_due",
    "total",
];

/// Sums over stored figures, one for each currency that has accounts. Currencies are few, so each is summed by itself:
/// a plain pass over the figures instead of grouping all of them.
pub(super) async fn totals(read: &Read, filter: &AgeFilter) -> Result<Vec<AgeTotals>, Stop> {
    let currencies = communities::currencies(read, &filter.community_id).await?;
    let mut all = vec![];
    for currency in &currencies {
        let only = (currencies.len() > 1).then_some(*currency);
        all.extend(of_currency(read, filter, *currency, only).await?);
    }
    Ok(all)
}

async fn of_currency(
    read: &Read,
    filter: &AgeFilter,
    currency: Currency,
    only: Option<Currency>,
) -> Result<Option<AgeTotals>, Stop> {
    let mut values = Values::default();
    let conditions = |lead: Lead, values: &mut Values| {
        let mut all = of_account(read, filter, lead, values);
        all.extend(of_figures(filter));
        if let Some(currency) = only {
            let mark = values.push(currency);
            all.push(format!(
                "g.community_id IN (SELECT id FROM community WHERE currency = {mark})"
            ));
        }
        all.join(" AND ")
    };
    let mut parts = vec![];
    for c in COLUMNS {
        parts.push(format!("CAST(COALESCE(SUM(g.{c}_minor), 0) AS BIGINT) AS {c}_sum"));
        parts.push(format!("COUNT(*) FILTER (WHERE g.{c}_minor <> 0) AS with_{c}"));
    }
    let both = "account a CROSS JOIN aged g WHERE a.id = g.account_id";
    let (handed_over, from) = if asks_account(filter) {
        let handed_over = "COUNT(*) FILTER (WHERE a.open_handover_id IS NOT NULL)".to_owned();
        (
            handed_over,
            format!("{both} AND {}", conditions(Lead::Few, &mut values)),
        )
    } else {
        let open = conditions(Lead::Few, &mut values);
        let handed_over = format!("(SELECT COUNT(*) FROM {both} AND a.open_handover_id IS NOT NULL AND {open})");
        (
            handed_over,
            format!("aged g WHERE {}", conditions(Lead::EveryFigure, &mut values)),
        )
    };
    let sql = format!(
        "SELECT COUNT(*) AS accounts, COUNT(*) FILTER (WHERE g.total_minor > 0) AS in_arrears, \
         COUNT(*) FILTER (WHERE g.total_minor < 0) AS in_credit, {handed_over} AS handed_over, {} FROM {from}",
        parts.join(", ")
    );
    let row: Option<SumRow> = read.report_one(Limit::Reach(reach_sql), &sql, values.0).await?;
    Ok(row.filter(|r| r.accounts > 0).map(|r| AgeTotals {
        currency,
        accounts: count(r.accounts),
        in_arrears: count(r.in_arrears),
        in_credit: count(r.in_credit),
        handed_over: count(r.handed_over),
        with: [
            r.with_current,
            r.with_d30,
            r.with_d60,
            r.with_d90,
            r.with_d120,
            r.with_unallocated,
        ]
        .map(count),
        amounts: AgedMoney::of(
            &Aged {
                current: r.current_sum,
                d30: r.d30_sum,
                d60: r.d60_sum,
                d90: r.d90_sum,
                d120: r.d120_sum,
                unallocated: r.unallocated_sum,
                not_due: r.not_due_sum,
                total: r.total_sum,
                ..Aged::default()
            },
            currency,
        ),
    }))
}
