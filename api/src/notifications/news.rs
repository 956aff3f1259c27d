//! News of the other side: matters on which it did something the caller has not looked at (spec B03).

use crate::kernel::{Limit, Read, Stop, binds::Binds};
use crate::reach::matter_reach_sql;
use chrono::{DateTime, Duration, Utc};
use kept_shared::dashboard::{News, NewsStep};
use kept_shared::ids::*;
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
    kind: Option<String>,
}

/// How many days after its attorney last did something an ended matter still has news.
const DAYS_OF_ENDED: i64 = 30;

/// That a matter `h` of an account `a` has news the caller has not looked at: to the agency what the attorney did, to the
/// attorney what the agency did while the matter is at work. What was never looked at stays news while the matter is open,
/// and for 30 days once it has ended.
pub fn unseen_sql(read: &Read, binds: &mut Binds) -> String {
    let user = binds.one(read.caller().user_id);
    let seen =
        format!("(SELECT s.seen_at FROM account_seen s WHERE s.account_id = h.account_id AND s.user_id = {user})");
    if read.caller().is_attorney() {
        format!("h.state = 'active' AND a.last_shared_at > COALESCE({seen}, h.handed_at)")
    } else {
        let since = binds.one(read.now() - Duration::days(DAYS_OF_ENDED));
        format!(
            "h.last_answer_at > COALESCE({seen}, h.handed_at) AND h.last_answer_at > h.handed_at \
             AND (h.closed_at IS NULL OR h.last_answer_at > {since})"
        )
    }
}

/// Where the caller's news are found, and when each came.
fn of_caller(read: &Read, binds: &mut Binds) -> (String, &'static str) {
    let at = if read.caller().is_attorney() {
        "a.last_shared_at"
    } else {
        "h.last_answer_at"
    };
    let unseen = unseen_sql(read, binds);
    let from = format!(
        "FROM handover h JOIN account a ON a.id = h.account_id JOIN app_user u ON u.id = h.attorney_id WHERE {{reach h}} AND {unseen}"
    );
    (from, at)
}

/// Which of the steps of one moment is told.
fn rank() -> String {
    let order = NewsStep::ALL
        .iter()
        .enumerate()
        .map(|(at, step)| format!("WHEN '{}' THEN {at} ", step.kind()));
    format!("CASE e.kind {}ELSE 99 END", order.collect::<String>())
}

/// The newest first.
pub async fn news(read: &Read, most: u32) -> Result<Vec<News>, Stop> {
    let attorney = read.caller().is_attorney();
    let mut binds = Binds::new();
    let (from, at) = of_caller(read, &mut binds);
    // The step bears the moment that is told; only for the few that are shown is it looked up.
    let (others, rank) = (if attorney { "<>" } else { "=" }, rank());
    let sql = format!(
        "SELECT f.*, (SELECT e.kind FROM event e WHERE e.account_id = f.account_id AND e.at = f.at AND e.actor_id {others} f.attorney_id \
           AND e.kind IN ({kinds}) ORDER BY {rank} LIMIT 1) AS kind FROM (\
         SELECT h.id AS handover_id, h.account_id, h.attorney_id, a.reference AS account_reference, a.name AS account_name, {at} AS at, u.first_name, u.surname \
         {from} ORDER BY {at} DESC, h.id DESC LIMIT {most}) f ORDER BY f.at DESC, f.handover_id DESC",
        kinds = NewsStep::ALL.map(|step| format!("'{}'", step.kind())).join(", ")
    );
    let rows: Vec<NewsRow> = read
        .report(Limit::Reach(matter_reach_sql), &sql, binds.values())
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| News {
            handover_id: r.handover_id,
            account_id: r.account_id,
            account_reference: r.account_reference,
            account_name: r.account_name,
            at: r.at,
            what: NewsStep::ALL
                .into_iter()
                .find(|step| r.kind.as_deref() == Some(step.kind())),
            by: (!attorney).then(|| format!("{} {}", r.first_name, r.surname)),
        })
        .collect())
}

#[derive(FromQueryResult)]
struct Count {
    n: i64,
}

/// How many there are; `most` stops counting there.
pub async fn news_count(read: &Read, most: Option<u32>) -> Result<u64, Stop> {
    let mut binds = Binds::new();
    let (from, _) = of_caller(read, &mut binds);
    let most = most.map_or(String::new(), |most| format!(" LIMIT {most}"));
    let row: Option<Count> = read
        .report_one(
            Limit::Reach(matter_reach_sql),
            &format!("SELECT COUNT(*) AS n FROM (SELECT h.id {from}{most}) found"),
            binds.values(),
        )
        .await?;
    Ok(row.map_or(0, |row| u64::try_from(row.n).unwrap_or_default()))
}
