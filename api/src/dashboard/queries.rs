//! Aggregates for the first page.

use crate::kernel::{Limit, Read, Stop, binds::Binds};
use crate::reach::{at_work_sql, matter_reach_sql, reach_sql};
use crate::{ageing, communities, handovers, notifications};
use kept_shared::{
    dashboard::{AgeTotals, CommunityArrears, Dashboard, StatusCount},
    handovers::{HandoverFilter, HandoverState},
    ids::*,
    money::{Currency, Money},
    permission::Permission,
};
use sea_orm::FromQueryResult;

/// The book by age, one line for each currency that has accounts, the one with most accounts first.
async fn book(read: &Read) -> Result<Vec<AgeTotals>, Stop> {
    let n = |n: i64| u64::try_from(n).unwrap_or_default();
    let line = |(currency, sums): (Currency, ageing::Sums)| {
        let money = |minor| Money::new(minor, currency);
        AgeTotals {
            currency,
            accounts: n(sums.accounts),
            in_arrears: n(sums.overdue),
            current: money(sums.current_sum),
            d30: money(sums.d30_sum),
            d60: money(sums.d60_sum),
            d90: money(sums.d90_sum),
            d120: money(sums.d120_sum),
            unallocated: money(sums.unallocated_sum),
            total: money(sums.total_sum),
        }
    };
    Ok(ageing::book(read).await?.into_iter().map(line).collect())
}

#[derive(FromQueryResult)]
struct Count {
    n: i64,
}

async fn count(read: &Read, limit: Limit, sql: &str, values: Vec<sea_orm::Value>) -> Result<u64, Stop> {
    let row: Option<Count> = read.report_one(limit, sql, values).await?;
    Ok(row.map_or(0, |r| u64::try_from(r.n).unwrap_or_default()))
}

async fn fresh(read: &Read) -> Result<u64, Stop> {
    if !read.caller().is_attorney() {
        return notifications::news_count(read, None).await;
    }
    let mut binds = Binds::new();
    let sql = format!(
        "SELECT COUNT(*) AS n FROM handover h WHERE {{reach h}} AND {}",
        handovers::fresh_sql(read, &mut binds).await?
    );
    count(read, Limit::Reach(matter_reach_sql), &sql, binds.values()).await
}

/// News on the first page.
const NEWS: u32 = 5;
/// Bars of a chart.
const STATUSES: i64 = 12;
const COMMUNITIES: usize = 8;

#[derive(FromQueryResult)]
struct StatusRow {
    status_id: StatusId,
    title: String,
    tone: String,
    accounts: i64,
}

async fn by_status(read: &Read) -> Result<Vec<StatusCount>, Stop> {
    if !read.caller().may(Permission::ViewStatuses) {
        return Ok(vec![]);
    }
    // As in the list behind each bar: an attorney's closed matters are not counted.
    let at_work =
        at_work_sql(read.scope(), read.backend(), "a.id").map_or_else(String::new, |open| format!(" AND {open}"));
    let sql = format!(
        "SELECT s.id AS status_id, s.title, s.tone, CAST(COUNT(*) AS BIGINT) AS accounts FROM status s JOIN account a ON a.debt_status_id = s.id \
         WHERE {{reach a.id, a.community_id}}{at_work} GROUP BY s.id, s.title, s.tone ORDER BY 4 DESC, s.title LIMIT {STATUSES}"
    );
    let rows: Vec<StatusRow> = read.report(Limit::Reach(reach_sql), &sql, vec![]).await?;
    let bar = |row: StatusRow| StatusCount {
        status_id: row.status_id,
        title: row.title,
        tone: row.tone,
        accounts: u64::try_from(row.accounts).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(bar).collect())
}

/// By what is overdue, in the order of amounts: currencies are not compared, so the one with most communities comes first.
async fn by_community(read: &Read) -> Result<Vec<CommunityArrears>, Stop> {
    let all = ageing::by_community(read).await?;
    if all.len() < 2 {
        return Ok(vec![]);
    }
    let overdue = |s: &ageing::Sums| s.d30_sum + s.d60_sum + s.d90_sum + s.d120_sum;
    let of_currency = |currency: Currency| all.iter().filter(|(_, c, _)| *c == currency).count();
    let mut behind: Vec<_> = all.iter().filter(|(_, _, sums)| overdue(sums) > 0).collect();
    behind.sort_by_key(|(id, currency, sums)| {
        let rank = (of_currency(*currency), overdue(sums));
        (std::cmp::Reverse(rank), currency.as_str(), *id)
    });
    behind.truncate(COMMUNITIES);
    let names = communities::by_ids(read, behind.iter().map(|(id, _, _)| *id)).await?;
    let bar = |(id, currency, sums): &(CommunityId, Currency, ageing::Sums)| CommunityArrears {
        community_id: *id,
        name: names.get(id).map(|c| c.name.clone()).unwrap_or_default(),
        accounts: u64::try_from(sums.overdue).unwrap_or_default(),
        overdue: Money::new(overdue(sums), *currency),
    };
    Ok(behind.into_iter().map(bar).collect())
}

async fn approvals(read: &Read) -> Result<Option<u64>, Stop> {
    if !read.caller().may(Permission::ApproveLedger) {
        return Ok(None);
    }
    let sql = "SELECT COUNT(*) AS n FROM posting_request p WHERE {reach p.account_id, p.community_id} AND p.state = 'pending'";
    count(read, Limit::Reach(reach_sql), sql, vec![]).await.map(Some)
}

async fn unallocated(read: &Read) -> Result<Option<u64>, Stop> {
    if !read.caller().may(Permission::Allocate) {
        return Ok(None);
    }
    let all = ageing::book(read).await?;
    let n: i64 = all.iter().map(|(_, sums)| sums.with_unallocated).sum();
    Ok(u64::try_from(n).ok())
}

/// All of the first page from one snapshot.
pub(super) async fn dashboard(read: &Read) -> Result<Dashboard, Stop> {
    let matters = handovers::summary(read, &HandoverFilter::default()).await?;
    let open = HandoverFilter {
        state: vec![HandoverState::Pending, HandoverState::Active],
        limit: Some(5),
        ..HandoverFilter::default()
    };
    let communities = "SELECT COUNT(*) AS n FROM community c WHERE EXISTS \
         (SELECT 1 FROM account a WHERE a.community_id = c.id AND {reach a.id, a.community_id})";
    Ok(Dashboard {
        book: book(read).await?,
        communities: count(read, Limit::Reach(reach_sql), communities, vec![]).await?,
        handed_over: matters.active + matters.pending,
        handed_over_balances: matters.open_balances,
        pending: matters.pending,
        silent: matters.silent,
        fresh: fresh(read).await?,
        recent: handovers::list(read, &open).await?.items,
        news: notifications::news(read, NEWS).await?,
        by_status: by_status(read).await?,
        by_community: by_community(read).await?,
        approvals: approvals(read).await?,
        unallocated: unallocated(read).await?,
    })
}
