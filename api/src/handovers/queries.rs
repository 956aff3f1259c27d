//! Reading matters.

use super::ended::before;
use crate::kernel::{Caller, Limit, Reach, Read, Stop, binds::Binds, page};
use crate::notifications;
use crate::reach::matter_reach_sql;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kept_shared::{
    handovers::*,
    ids::*,
    money::{Currency, Money},
    page::Page,
    permission::Permission,
};
use sea_orm::FromQueryResult;
use std::collections::{BTreeMap, BTreeSet};

/// A matter with the names around it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct MatterRow {
    pub id: HandoverId,
    pub reference: String,
    pub state: HandoverState,
    pub account_id: AccountId,
    pub account_reference: String,
    pub account_name: String,
    pub unit_label: Option<String>,
    pub community_id: CommunityId,
    pub community_name: String,
    pub currency: Currency,
    pub attorney_id: UserId,
    pub first_name: String,
    pub surname: String,
    pub firm: Option<String>,
    pub handed_at: DateTime<Utc>,
    pub handed_by: UserId,
    pub handed_by_name: String,
    pub balance_minor: i64,
    pub total_minor: Option<i64>,
    pub last_answer_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    pub close_code: Option<CloseCode>,
    pub breakdown: String,
    pub note: Option<String>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub accepted_by_name: Option<String>,
    pub closed_by: Option<UserId>,
    pub closed_by_name: Option<String>,
    pub reason: Option<String>,
    pub close_note: Option<String>,
    pub readable_until: Option<NaiveDate>,
    pub version: i64,
}

/// Matters with their names, to be limited by `WHERE {reach h} …`.
pub const MATTER: &str = "SELECT h.id, h.reference, h.state, h.account_id, a.reference AS account_reference, \
     a.name AS account_name, a.unit_label, h.community_id, c.name AS community_name, c.currency, h.attorney_id, \
     u.first_name, u.surname, u.firm, h.handed_at, h.handed_by, h.handed_by_name, h.balance_minor, g.total_minor, h.last_answer_at, \
     h.closed_at, h.close_code, h.breakdown, h.note, h.accepted_at, h.accepted_by_name, h.closed_by, h.closed_by_name, h.reason, \
     h.close_note, h.readable_until, h.version \
     FROM handover h JOIN account a ON a.id = h.account_id JOIN community c ON c.id = h.community_id \
     JOIN app_user u ON u.id = h.attorney_id LEFT JOIN aged g ON g.account_id = h.account_id ";

pub fn matter_view(row: MatterRow, now: DateTime<Utc>) -> Handover {
    Handover {
        is_silent: is_silent(row.state, row.last_answer_at, now),
        id: row.id,
        reference: row.reference,
        state: row.state,
        account_id: row.account_id,
        account_reference: row.account_reference,
        account_name: row.account_name,
        unit_label: row.unit_label,
        community_id: row.community_id,
        community_name: row.community_name,
        attorney: Person {
            id: row.attorney_id,
            name: format!("{} {}", row.first_name, row.surname),
            firm: row.firm,
        },
        handed_at: row.handed_at,
        handed_by: row.handed_by_name,
        handed_balance: Money::new(row.balance_minor, row.currency),
        balance: Money::new(row.total_minor.unwrap_or_default(), row.currency),
        last_answer_at: row.last_answer_at,
        closed_at: row.closed_at,
        close_code: row.close_code,
        reason: row.reason,
        version: row.version,
    }
}

fn verbs(caller: &Caller, row: &MatterRow) -> HandoverVerbs {
    let answers = caller.may(Permission::AnswerHandovers) && caller.user_id == Some(row.attorney_id);
    let can = |step| after(row.state, step).is_some();
    HandoverVerbs {
        accept: answers && can(Step::Accept),
        decline: answers && can(Step::Decline),
        give_back: answers && can(Step::Return),
        recall: caller.may(Permission::EditHandovers) && !caller.is_attorney() && can(Step::Recall),
    }
}

/// One matter with all that was recorded. Errors: 404 when absent or out of reach.
pub(super) async fn detail(read: &Read, id: HandoverId) -> Result<HandoverDetail, Stop> {
    let sql = format!("{MATTER} WHERE h.id = $1 AND {{reach h}}");
    let row: MatterRow = read
        .report_one(Limit::Reach(matter_reach_sql), &sql, vec![id.into()])
        .await?
        .ok_or_else(Stop::not_found)?;
    Ok(HandoverDetail {
        before: before(read, &row).await?,
        breakdown: serde_json::from_str(&row.breakdown)?,
        note: row.note.clone(),
        accepted_at: row.accepted_at,
        accepted_by: row.accepted_by_name.clone(),
        closed_by: row.closed_by_name.clone(),
        close_note: row.close_note.clone(),
        readable_until: row.readable_until,
        may: verbs(read.caller(), &row),
        handover: matter_view(row, read.now()),
    })
}

/// Instant before which the last answer makes an open matter silent.
pub fn silent_before(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(SILENT_DAYS)
}

#[derive(FromQueryResult)]
struct SignedIn {
    created_at: DateTime<Utc>,
}

/// That a matter `h` is open and came since the caller's sign-in before this one; whoever signed in once has seen none.
pub async fn fresh_sql(read: &Read, binds: &mut Binds) -> Result<String, Stop> {
    let before: Option<SignedIn> = read
        .report_one(
            Limit::Unscoped("the caller's own sign-ins"),
            "SELECT created_at FROM session WHERE user_id = $1 ORDER BY created_at DESC LIMIT 1 OFFSET 1",
            vec![read.caller().user_id.into()],
        )
        .await?;
    let since = before.map_or(DateTime::<Utc>::UNIX_EPOCH, |b| b.created_at);
    Ok(format!("h.closed_at IS NULL AND h.handed_at > {}", binds.one(since)))
}

async fn conditions(read: &Read, filter: &HandoverFilter, binds: &mut Binds) -> Result<String, Stop> {
    let mut all = vec!["{reach h}".to_owned()];
    if !filter.state.is_empty() {
        all.push(format!("h.state IN ({})", binds.list(filter.state.iter().copied())));
    }
    if let Some(id) = filter.attorney_id {
        all.push(format!("h.attorney_id = {}", binds.one(id)));
    }
    if let Some(id) = filter.community_id {
        all.push(format!("h.community_id = {}", binds.one(id)));
    }
    if let Some(id) = filter.account_id {
        all.push(format!("h.account_id = {}", binds.one(id)));
    }
    if filter.silent {
        all.push(format!(
            "h.closed_at IS NULL AND h.last_answer_at <= {}",
            binds.one(silent_before(read.now()))
        ));
    }
    if filter.unseen {
        all.push(notifications::unseen_sql(read, binds));
    }
    if filter.fresh {
        all.push(fresh_sql(read, binds).await?);
    }
    if let Some(pattern) = page::search_pattern(filter.q.as_deref())? {
        let like = binds.one(pattern);
        all.push(format!(
            "(LOWER(a.name) LIKE {like} ESCAPE '\\' OR LOWER(a.reference) LIKE {like} ESCAPE '\\' \
              OR LOWER(h.reference) LIKE {like} ESCAPE '\\')"
        ));
    }
    Ok(all.join(" AND "))
}

/// Newest first.
pub async fn list(read: &Read, filter: &HandoverFilter) -> Result<Page<Handover>, Stop> {
    let limit = page::limit(filter.limit)?;
    let bare = HandoverFilter {
        limit: None,
        cursor: None,
        ..filter.clone()
    };
    let fingerprint = page::fingerprint("handovers", &bare)?;
    let after: Option<(DateTime<Utc>, HandoverId)> = page::decode(filter.cursor.as_deref(), &fingerprint)?;
    let mut binds = Binds::new();
    let mut sql = format!("{MATTER} WHERE {}", conditions(read, filter, &mut binds).await?);
    if let Some((at, id)) = after {
        sql.push_str(&format!(
            " AND (h.handed_at, h.id) < ({}, {})",
            binds.one(at),
            binds.one(id)
        ));
    }
    sql.push_str(&format!(
        " ORDER BY h.handed_at DESC, h.id DESC LIMIT {}",
        binds.one(i64::try_from(limit + 1).map_err(Stop::internal)?)
    ));
    let rows: Vec<MatterRow> = read
        .report(Limit::Reach(matter_reach_sql), &sql, binds.values())
        .await?;
    let page = page::page(rows, limit, &fingerprint, |r| (r.handed_at, r.id))?;
    Ok(page.map(|r| matter_view(r, read.now())))
}

#[derive(FromQueryResult)]
struct Tile {
    state: HandoverState,
    currency: Currency,
    n: i64,
    silent: i64,
    total: i64,
}

/// Figures for the tiles; the filter's state, silence and news do not narrow them.
pub async fn summary(read: &Read, filter: &HandoverFilter) -> Result<HandoverSummary, Stop> {
    let mut binds = Binds::new();
    let before = binds.one(silent_before(read.now()));
    let filter = HandoverFilter {
        state: vec![],
        silent: false,
        unseen: false,
        fresh: false,
        ..filter.clone()
    };
    let sql = format!(
        "SELECT h.state, c.currency, COUNT(*) AS n, \
           CAST(SUM(CASE WHEN h.closed_at IS NULL AND h.last_answer_at <= {before} THEN 1 ELSE 0 END) AS BIGINT) AS silent, \
           CAST(COALESCE(SUM(g.total_minor), 0) AS BIGINT) AS total \
         FROM handover h JOIN account a ON a.id = h.account_id JOIN community c ON c.id = h.community_id \
         LEFT JOIN aged g ON g.account_id = h.account_id WHERE {} GROUP BY h.state, c.currency",
        conditions(read, &filter, &mut binds).await?
    );
    let tiles: Vec<Tile> = read
        .report(Limit::Reach(matter_reach_sql), &sql, binds.values())
        .await?;
    let count = |wanted: &[HandoverState]| {
        let n: i64 = tiles.iter().filter(|t| wanted.contains(&t.state)).map(|t| t.n).sum();
        u64::try_from(n).unwrap_or_default()
    };
    let mut open: BTreeMap<Currency, i64> = BTreeMap::new();
    for tile in tiles.iter().filter(|t| t.state.is_open()) {
        *open.entry(tile.currency).or_default() += tile.total;
    }
    Ok(HandoverSummary {
        pending: count(&[HandoverState::Pending]),
        active: count(&[HandoverState::Active]),
        closed: count(&[HandoverState::Closed, HandoverState::Declined]),
        silent: u64::try_from(tiles.iter().map(|t| t.silent).sum::<i64>()).unwrap_or_default(),
        open_balances: open.into_iter().map(|(c, minor)| Money::new(minor, c)).collect(),
    })
}

#[derive(FromQueryResult)]
struct AttorneyRow {
    id: UserId,
    first_name: String,
    surname: String,
    firm: Option<String>,
    open_matters: i64,
}

/// Active attorneys of the organisation with access to every community named (spec A06), by name.
pub(super) async fn attorneys(read: &Read, filter: &AttorneyFilter) -> Result<Vec<Attorney>, Stop> {
    let mut binds = Binds::new();
    let organisation = binds.one(read.organisation()?);
    let mut sql = format!(
        "SELECT u.id, u.first_name, u.surname, u.firm, \
           (SELECT COUNT(*) FROM handover h WHERE h.attorney_id = u.id AND h.closed_at IS NULL) AS open_matters \
         FROM app_user u WHERE u.organisation_id = {organisation} AND u.user_type = 'attorney' AND u.state = 'active'"
    );
    let wanted: BTreeSet<CommunityId> = filter.community_id.iter().copied().collect();
    // Who works for a community out of reach is nobody's business.
    if let Reach::Communities { communities, .. } = read.scope().reach()
        && !wanted.iter().all(|w| communities.contains(w))
    {
        return Ok(vec![]);
    }
    for community in wanted {
        sql.push_str(&format!(
            " AND EXISTS (SELECT 1 FROM user_community uc WHERE uc.user_id = u.id AND uc.community_id = {})",
            binds.one(community)
        ));
    }
    sql.push_str(" ORDER BY u.surname, u.first_name, u.id LIMIT 500");
    let rows: Vec<AttorneyRow> = read
        .report(
            Limit::Unscoped("names of the organisation's own attorneys, for those who hand over"),
            &sql,
            binds.values(),
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| Attorney {
            id: r.id,
            name: format!("{} {}", r.first_name, r.surname),
            firm: r.firm,
            open_matters: u64::try_from(r.open_matters).unwrap_or_default(),
        })
        .collect())
}

#[derive(FromQueryResult)]
struct CommunityOf {
    community_id: CommunityId,
}

/// The communities an active attorney of this organisation may work in; `None` when there is no such attorney.
pub async fn attorney_communities(read: &Read, attorney: UserId) -> Result<Option<BTreeSet<CommunityId>>, Stop> {
    #[derive(FromQueryResult)]
    struct There {
        #[expect(dead_code, reason = "only whether there is a row counts")]
        id: UserId,
    }
    let there: Option<There> = read
        .report_one(
            Limit::Unscoped("an attorney of the caller's organisation"),
            "SELECT id FROM app_user WHERE id = $1 AND organisation_id = $2 AND user_type = 'attorney' AND state = 'active'",
            vec![attorney.into(), read.organisation()?.into()],
        )
        .await?;
    if there.is_none() {
        return Ok(None);
    }
    let rows: Vec<CommunityOf> = read
        .report(
            Limit::Unscoped("an attorney of the caller's organisation"),
            "SELECT community_id FROM user_community WHERE user_id = $1",
            vec![attorney.into()],
        )
        .await?;
    Ok(Some(rows.into_iter().map(|r| r.community_id).collect()))
}
