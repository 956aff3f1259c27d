//! News of the other side: matters on which it did something the caller has not looked at (spec B03).

use crate::kernel::{Limit, Read, Stop};
use crate::reach::matter_reach_sql;
use chrono::{DateTime, Utc};
use kept_shared::{dashboard::News, ids::*};
use sea_orm::FromQueryResult;

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

/// The part of a query that finds the caller's news, and when each came.
fn of_caller(read: &Read) -> (&'static str, &'static str) {
    if read.caller().is_attorney() {
        (TOLD, "a.last_shared_at")
    } else {
        (ANSWERED, "h.last_answer_at")
    }
}

/// The newest first.
pub async fn news(read: &Read, most: u32) -> Result<Vec<News>, Stop> {
    let attorney = read.caller().is_attorney();
    let (from, at) = of_caller(read);
    let sql = format!(
        "SELECT h.id AS handover_id, h.account_id, a.reference AS account_reference, a.name AS account_name, {at} AS at, u.first_name, u.surname \
         {from} ORDER BY {at} DESC, h.id DESC LIMIT {most}"
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
struct Count {
    n: i64,
}

/// How many there are.
pub async fn news_count(read: &Read) -> Result<u64, Stop> {
    let (from, _) = of_caller(read);
    let row: Option<Count> = read
        .report_one(
            Limit::Reach(matter_reach_sql),
            &format!("SELECT COUNT(*) AS n {from}"),
            vec![read.caller().user_id.into()],
        )
        .await?;
    Ok(row.map_or(0, |row| u64::try_from(row.n).unwrap_or_default()))
}
