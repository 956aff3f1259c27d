//! Reading requests.

use crate::kernel::{Limit, Read, Stop, binds::Binds, page};
use crate::reach::reach_sql;
use chrono::{DateTime, Utc};
use kept_shared::ids::*;
use kept_shared::money::{Currency, Money};
use kept_shared::page::Page;
use kept_shared::permission::Permission;
use kept_shared::postings::{PostingRequest, RequestFilter, RequestKind, RequestState};
use sea_orm::FromQueryResult;

#[derive(FromQueryResult)]
struct Row {
    id: PostingRequestId,
    version: i64,
    account_id: AccountId,
    account: String,
    name: String,
    community_id: CommunityId,
    community: String,
    currency: Currency,
    kind: RequestKind,
    body: String,
    amount_minor: i64,
    description: String,
    state: RequestState,
    requested_by: UserId,
    requested_name: String,
    requested_at: DateTime<Utc>,
    decided_name: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    decision_reason: Option<String>,
}

fn view(read: &Read, r: Row) -> Result<PostingRequest, Stop> {
    let caller = read.caller();
    let own = caller.user_id == Some(r.requested_by);
    let pending = r.state == RequestState::Pending;
    Ok(PostingRequest {
        id: r.id,
        version: r.version,
        account_id: r.account_id,
        account: r.account,
        name: r.name,
        community_id: r.community_id,
        community: r.community,
        kind: r.kind,
        asked: serde_json::from_str(&r.body)?,
        amount: Money::new(r.amount_minor, r.currency),
        description: r.description,
        state: r.state,
        requested_by: r.requested_by,
        requested_name: r.requested_name,
        requested_at: r.requested_at,
        decided_name: r.decided_name,
        decided_at: r.decided_at,
        decision_reason: r.decision_reason,
        may_decide: pending && !own && caller.may(Permission::ApproveLedger),
        may_withdraw: pending && own,
    })
}

const COLUMNS: &str = "SELECT r.id, r.version, r.account_id, a.reference AS account, a.name, r.community_id, c.name AS community, \
    c.currency, r.kind, r.body, r.amount_minor, r.description, r.state, r.requested_by, r.requested_name, r.requested_at, \
    r.decided_name, r.decided_at, r.decision_reason \
    FROM posting_request r JOIN account a ON a.id = r.account_id JOIN community c ON c.id = r.community_id \
    WHERE {reach r.account_id, r.community_id}";

/// A page of requests, the latest first.
pub(super) async fn list(read: &Read, filter: &RequestFilter) -> Result<Page<PostingRequest>, Stop> {
    let limit = page::limit(filter.limit)?;
    let unpaged = RequestFilter {
        limit: None,
        cursor: None,
        ..filter.clone()
    };
    let mark = page::fingerprint("posting-requests", &unpaged)?;
    let after: Option<(DateTime<Utc>, PostingRequestId)> = page::decode(filter.cursor.as_deref(), &mark)?;
    let mut binds = Binds::new();
    let mut sql = COLUMNS.to_owned();
    if let Some(state) = filter.state {
        sql.push_str(&format!(" AND r.state = {}", binds.one(state.as_str())));
    }
    if let Some(account) = filter.account_id {
        sql.push_str(&format!(" AND r.account_id = {}", binds.one(account)));
    }
    if let Some(community) = filter.community_id {
        sql.push_str(&format!(" AND r.community_id = {}", binds.one(community)));
    }
    if let Some((at, id)) = after {
        let (at, id) = (binds.one(at), binds.one(id));
        sql.push_str(&format!(" AND (r.requested_at, r.id) < ({at}, {id})"));
    }
    let count = binds.one(i64::try_from(limit + 1).unwrap_or(i64::MAX));
    sql.push_str(&format!(" ORDER BY r.requested_at DESC, r.id DESC LIMIT {count}"));
    let rows: Vec<Row> = read.report(Limit::Reach(reach_sql), &sql, binds.values()).await?;
    let page = page::page(rows, limit, &mark, |r| (r.requested_at, r.id))?;
    let items = page
        .items
        .into_iter()
        .map(|r| view(read, r))
        .collect::<Result<Vec<_>, Stop>>()?;
    Ok(Page {
        items,
        next_cursor: page.next_cursor,
    })
}

/// One request. Errors: 404.
pub(super) async fn one(read: &Read, id: PostingRequestId) -> Result<PostingRequest, Stop> {
    let sql = format!("{COLUMNS} AND r.id = $1");
    let row: Option<Row> = read.report_one(Limit::Reach(reach_sql), &sql, vec![id.into()]).await?;
    view(read, row.ok_or_else(Stop::not_found)?)
}
