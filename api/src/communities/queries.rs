//! Reading communities.

use super::entity::{Column, Entity, Model};
use crate::kernel::{Limit, Read, Seen, Stop, binds::Binds, page};
use crate::reach::reach_sql;
use kept_shared::communities::{Community, CommunityCounts, CommunityFilter, CommunityLine};
use kept_shared::ids::CommunityId;
use kept_shared::money::{Currency, Money};
use kept_shared::page::Page;
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{ColumnTrait, Condition, FromQueryResult, QueryOrder, QuerySelect};
use std::collections::HashMap;

#[derive(FromQueryResult)]
struct Flag {
    n: i64,
}

/// Whether anything was ever posted in the community: its currency is fixed then.
pub(super) async fn has_entries(read: &Read, id: CommunityId) -> Result<bool, Stop> {
    let row: Option<Flag> = read
        .report_one(
            Limit::Unscoped("the community was loaded through the scope"),
            "SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM entry WHERE community_id = $1) THEN 1 ELSE 0 END AS BIGINT) AS n",
            vec![id.into()],
        )
        .await?;
    Ok(row.is_some_and(|row| row.n == 1))
}

pub(super) async fn view(read: &Read, community: &Seen<Model>) -> Result<Community, Stop> {
    Ok(community.view(has_entries(read, community.id).await?))
}

/// Communities by id, of those the caller reaches.
pub async fn by_ids(
    read: &Read,
    ids: impl IntoIterator<Item = CommunityId>,
) -> Result<HashMap<CommunityId, Seen<Model>>, Stop> {
    let mut ids: Vec<CommunityId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = read.find::<Entity>().filter(Column::Id.is_in(ids)).all().await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

#[derive(FromQueryResult)]
struct CurrencyRow {
    currency: Currency,
}

/// The currencies that communities of the caller's organisation keep their books in; `only` some of them, or all.
pub async fn currencies(read: &Read, only: &[CommunityId]) -> Result<Vec<Currency>, Stop> {
    let mut binds = Binds::new();
    let mut sql = format!(
        "SELECT DISTINCT currency FROM community WHERE organisation_id = {}",
        binds.one(read.organisation()?)
    );
    if !only.is_empty() {
        sql.push_str(&format!(" AND id IN ({})", binds.list(only.iter().copied())));
    }
    sql.push_str(" ORDER BY currency");
    let why = Limit::Unscoped("names of currencies; the figures in them are read within reach");
    let rows: Vec<CurrencyRow> = read.report(why, &sql, binds.values()).await?;
    Ok(rows.into_iter().map(|r| r.currency).collect())
}

pub(super) async fn list(read: &Read, filter: &CommunityFilter) -> Result<Page<CommunityLine>, Stop> {
    let limit = page::limit(filter.limit)?;
    let mark = page::fingerprint(
        "communities",
        &CommunityFilter {
            limit: None,
            cursor: None,
            ..filter.clone()
        },
    )?;
    let after: Option<(String, CommunityId)> = page::decode(filter.cursor.as_deref(), &mark)?;
    let mut condition = Condition::all();
    if let Some(pattern) = page::search_pattern(filter.q.as_deref())? {
        let like = || LikeExpr::new(pattern.clone()).escape('\\');
        condition = condition.add(
            Condition::any()
                .add(Expr::from(Func::lower(Expr::col(Column::Name))).like(like()))
                .add(Expr::from(Func::lower(Expr::col(Column::Code))).like(like())),
        );
    }
    if let Some(active) = filter.active {
        condition = condition.add(Column::IsActive.eq(active));
    }
    if let Some((name, id)) = after {
        condition = condition.add(
            Condition::any()
                .add(Column::Name.gt(name.clone()))
                .add(Condition::all().add(Column::Name.eq(name)).add(Column::Id.gt(id))),
        );
    }
    let rows = read
        .find::<Entity>()
        .filter(condition)
        .shape(|s| s.order_by_asc(Column::Name).order_by_asc(Column::Id).limit(limit + 1))
        .all()
        .await?;
    let page = page::page(rows, limit, &mark, |row| (row.name.clone(), row.id))?;
    let mut counted = match filter.counts {
        Some(true) => counts(read, &page.items).await?,
        Some(false) | None => HashMap::new(),
    };
    Ok(page.map(|row| CommunityLine {
        id: row.id,
        code: row.code.clone(),
        name: row.name.clone(),
        kind: row.kind,
        currency: row.currency,
        time_zone: row.time_zone.clone(),
        is_active: row.is_active,
        ageing: row.ageing(),
        counts: counted.remove(&row.id),
    }))
}

#[derive(FromQueryResult)]
struct AccountSums {
    community_id: CommunityId,
    accounts: i64,
    owing: i64,
    handed_over: i64,
    balance: i64,
}
#[derive(FromQueryResult)]
struct UnitCount {
    community_id: CommunityId,
    units: i64,
}

/// Counts of one page of communities, of the rows the caller reaches: two statements, whatever the page's size.
async fn counts(read: &Read, rows: &[Seen<Model>]) -> Result<HashMap<CommunityId, CommunityCounts>, Stop> {
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let marks: Vec<String> = (1..=rows.len()).map(|n| format!("${n}")).collect();
    let marks = marks.join(", ");
    let ids = || rows.iter().map(|row| row.id.into()).collect();
    let accounts: Vec<AccountSums> = read
        .report(
            Limit::Reach(reach_sql),
            &format!(
                "SELECT a.community_id AS community_id, COUNT(*) AS accounts, \
                 CAST(COALESCE(SUM(CASE WHEN x.total_minor > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS owing, \
                 CAST(COALESCE(SUM(CASE WHEN a.open_handover_id IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS handed_over, \
                 CAST(COALESCE(SUM(x.total_minor), 0) AS BIGINT) AS balance \
                 FROM account a LEFT JOIN aged x ON x.account_id = a.id \
                 WHERE {{reach a.id, a.community_id}} AND a.community_id IN ({marks}) GROUP BY a.community_id"
            ),
            ids(),
        )
        .await?;
    // An attorney's units are those of the accounts handed over; everybody else's are all of the community.
    let units_sql = if read.caller().is_attorney() {
        "SELECT u.community_id AS community_id, COUNT(DISTINCT u.id) AS units FROM unit u \
         JOIN unit_owner o ON o.unit_id = u.id AND o.to_on IS NULL \
         WHERE {reach o.account_id, u.community_id} AND u.community_id IN (MARKS) GROUP BY u.community_id"
    } else {
        "SELECT u.community_id AS community_id, COUNT(*) AS units FROM unit u \
         WHERE {reach u.id, u.community_id} AND u.community_id IN (MARKS) GROUP BY u.community_id"
    };
    let units: Vec<UnitCount> = read
        .report(Limit::Reach(reach_sql), &units_sql.replace("MARKS", &marks), ids())
        .await?;
    let units: HashMap<CommunityId, i64> = units.into_iter().map(|u| (u.community_id, u.units)).collect();
    let sums: HashMap<CommunityId, AccountSums> = accounts.into_iter().map(|a| (a.community_id, a)).collect();
    let whole = |n: i64| u64::try_from(n).unwrap_or_default();
    Ok(rows
        .iter()
        .map(|row| {
            let sums = sums.get(&row.id);
            let counts = CommunityCounts {
                units: whole(units.get(&row.id).copied().unwrap_or_default()),
                accounts: whole(sums.map_or(0, |s| s.accounts)),
                owing: whole(sums.map_or(0, |s| s.owing)),
                handed_over: whole(sums.map_or(0, |s| s.handed_over)),
                balance: Money::new(sums.map_or(0, |s| s.balance), row.currency),
            };
            (row.id, counts)
        })
        .collect())
}
