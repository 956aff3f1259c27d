//! Aggregates for the first page.

use crate::kernel::{Limit, Read, Stop};
use crate::reach::{matter_reach_sql, reach_sql};
use crate::{ageing, handovers};
use chrono::{DateTime, Utc};
use kept_shared::{
    dashboard::{AgeTotals, Dashboard, News},
    handovers::{HandoverFilter, HandoverState},
    ids::*,
    money::{Currency, Money},
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

#[derive(FromQueryResult)]
struct NewsRow {
    handover_id: HandoverId,
    account_id: AccountId,
    account_reference: String,
    account_name: String,
    at: DateTime<Utc>,
    first_name: String,
    surname: String,
}

/// Matters on which the attorney did something the caller has not looked at.
const ANSWERED: &str = "FROM handover h JOIN account a ON a.id = h.account_id JOIN app_user u ON u.id = h.attorney_id \
     LEFT JOIN account_seen s ON s.account_id = h.account_id AND s.user_id = $1 \
     WHERE {reach h} AND h.last_answer_at > h.handed_at AND (s.seen_at IS NULL OR s.seen_at < h.last_answer_at)";

/// The attorney's open matters on which the agency did something he has not looked at.
const TOLD: &str = "FROM handover h JOIN account a ON a.id = h.account_id JOIN app_user u ON u.id = h.attorney_id \
     LEFT JOIN account_seen s ON s.account_id = h.account_id AND s.user_id = $1 \
     WHERE {reach h} AND h.state = 'active' AND a.last_shared_at > COALESCE(s.seen_at, h.handed_at)";

async fn news(read: &Read) -> Result<Vec<News>, Stop> {
    let attorney = read.caller().is_attorney();
    let (from, at) = if attorney {
        (TOLD, "a.last_shared_at")
    } else {
        (ANSWERED, "h.last_answer_at")
    };
    let sql = format!(
        "SELECT h.id AS handover_id, h.account_id, a.reference AS account_reference, a.name AS account_name, {at} AS at, u.first_name, u.surname \
         {from} ORDER BY {at} DESC, h.id DESC LIMIT 5"
    );
    let rows: Vec<NewsRow> = read
        .report(Limit::Reach(matter_reach_sql), &sql, vec![read.caller().user_id.into()])
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| News {
            handover_id: r.handover_id,
            account_id: r.account_id,
            account_reference: r.account_reference,
            account_name: r.account_name,
            at: r.at,
            by: (!attorney).then(|| format!("{} {}", r.first_name, r.surname)),
        })
        .collect())
}

#[derive(FromQueryResult)]
struct SignedIn {
    created_at: DateTime<Utc>,
}

async fn fresh(read: &Read) -> Result<u64, Stop> {
    let user = read.caller().user_id;
    if !read.caller().is_attorney() {
        let sql = format!("SELECT COUNT(*) AS n {ANSWERED}");
        return count(read, Limit::Reach(matter_reach_sql), &sql, vec![user.into()]).await;
    }
    let before: Option<SignedIn> = read
        .report_one(
            Limit::Unscoped("the caller's own sign-ins"),
            "SELECT created_at FROM session WHERE user_id = $1 ORDER BY created_at DESC LIMIT 1 OFFSET 1",
            vec![user.into()],
        )
        .await?;
    let since = before.map_or(DateTime::<Utc>::UNIX_EPOCH, |b| b.created_at);
    let sql = "SELECT COUNT(*) AS n FROM handover h WHERE {reach h} AND h.closed_at IS NULL AND h.handed_at > $1";
    count(read, Limit::Reach(matter_reach_sql), sql, vec![since.into()]).await
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
        news: news(read).await?,
    })
}
