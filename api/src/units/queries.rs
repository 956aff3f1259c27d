//! Reading units.

use super::entity::{Column, Entity, Model};
use super::owner;
use crate::communities;
use crate::kernel::{Limit, Read, Seen, Stop, page};
use crate::reach::{account_within_reach, reach_sql};
use chrono::NaiveDate;
use kept_shared::accounts::MAX_QUERY;
use kept_shared::ids::{AccountId, CommunityId, UnitId};
use kept_shared::money::{Currency, Money};
use kept_shared::page::Page;
use kept_shared::permission::UserType;
use kept_shared::problem::{Code, Problem};
use kept_shared::text::{fold, initials};
use kept_shared::units::{Block, Unit, UnitFilter, UnitOwner, natural_key};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, JoinType, LikeExpr, Query};
use sea_orm::{ColumnTrait, Condition, FromQueryResult, QueryOrder, QuerySelect};
use std::collections::HashMap;

#[derive(FromQueryResult)]
struct OwnerRow {
    unit_id: UnitId,
    account_id: AccountId,
    reference: String,
    name: String,
    from_on: NaiveDate,
    to_on: Option<NaiveDate>,
    currency: Currency,
    total_minor: Option<i64>,
    debt_status: Option<String>,
}

/// Owners of these units, latest first, of the accounts the caller reaches. A trustee learns that somebody owes, not
/// who: names and references are masked.
async fn owners(read: &Read, units: &[UnitId], previous: bool) -> Result<HashMap<UnitId, Vec<UnitOwner>>, Stop> {
    if units.is_empty() {
        return Ok(HashMap::new());
    }
    let marks: Vec<String> = (1..=units.len()).map(|n| format!("${n}")).collect();
    let current = if previous { "" } else { "AND o.to_on IS NULL " };
    let sql = format!(
        "SELECT o.unit_id AS unit_id, o.account_id AS account_id, a.reference AS reference, a.name AS name, \
         o.from_on AS from_on, o.to_on AS to_on, c.currency AS currency, x.total_minor AS total_minor, s.title AS debt_status \
         FROM unit_owner o JOIN account a ON a.id = o.account_id JOIN community c ON c.id = a.community_id \
         LEFT JOIN aged x ON x.account_id = a.id LEFT JOIN status s ON s.id = a.debt_status_id \
         WHERE {{reach a.id, +a.community_id}} AND o.unit_id IN ({}) {current}ORDER BY o.from_on DESC, o.id DESC",
        marks.join(", ")
    );
    let values = units.iter().map(|id| (*id).into()).collect();
    let rows: Vec<OwnerRow> = read.report(Limit::Reach(reach_sql), &sql, values).await?;
    let masked = read.caller().user_type == UserType::Trustee;
    let mut by_unit: HashMap<UnitId, Vec<UnitOwner>> = HashMap::new();
    for row in rows {
        by_unit.entry(row.unit_id).or_default().push(UnitOwner {
            account_id: row.account_id,
            reference: if masked { "—".into() } else { row.reference },
            name: if masked { initials(&row.name) } else { row.name },
            from_on: row.from_on,
            to_on: row.to_on,
            balance: row.total_minor.map(|minor| Money::new(minor, row.currency)),
            debt_status: row.debt_status,
        });
    }
    Ok(by_unit)
}

fn assemble(row: &Model, community_name: String, owners: Vec<UnitOwner>) -> Unit {
    let (mut current, previous): (Vec<_>, Vec<_>) = owners.into_iter().partition(|o| o.to_on.is_none());
    let m = row.clone();
    Unit {
        id: m.id,
        community_id: m.community_id,
        community_name,
        version: m.version,
        code: m.code,
        block: m.block,
        section: m.section,
        description: m.description,
        unit_type: m.unit_type,
        size: m.size,
        participation_quota: m.participation_quota,
        is_active: m.is_active,
        owner: current.pop(),
        previous_owners: previous,
    }
}

/// One unit with the whole history of its owners.
pub async fn view(read: &Read, unit: &Seen<Model>) -> Result<Unit, Stop> {
    let mut names = communities::by_ids(read, [unit.community_id]).await?;
    let name = names
        .remove(&unit.community_id)
        .map(|c| c.name.clone())
        .unwrap_or_default();
    let owners = owners(read, &[unit.id], true)
        .await?
        .remove(&unit.id)
        .unwrap_or_default();
    Ok(assemble(unit, name, owners))
}

/// Units owned by accounts in reach: all of them, or those whose account's search text holds a word.
fn owned(read: &Read, word: Option<&str>, previous: bool) -> sea_orm::sea_query::SelectStatement {
    let mut select = Query::select();
    select
        .column((owner::Entity, owner::Column::UnitId))
        .from(owner::Entity)
        .cond_where(account_within_reach(read.scope(), owner::Column::AccountId));
    if !previous {
        select.and_where(owner::Column::ToOn.is_null());
    }
    if let Some(word) = word {
        let account = Alias::new("searched");
        select
            .join_as(
                JoinType::InnerJoin,
                Alias::new("account"),
                account.clone(),
                Expr::col((account.clone(), Alias::new("id"))).equals((owner::Entity, owner::Column::AccountId)),
            )
            .and_where(Expr::col((account, Alias::new("search"))).like(like(word)));
    }
    select
}

fn like(word: &str) -> LikeExpr {
    LikeExpr::new(format!("%{}%", page::like_escape(word))).escape('\\')
}

pub(super) async fn list(read: &Read, filter: &UnitFilter) -> Result<Page<Unit>, Stop> {
    list_where(read, filter, Condition::all(), "units").await
}

/// The block somebody typed as people call it: "block B". Blocks of more words than one are found by their words.
fn block_asked(q: &str) -> Option<&str> {
    let (word, name) = q.split_once(' ')?;
    (matches!(word, "block" | "blok") && !name.contains(' ')).then_some(name)
}

/// What a filter asks of units, beside another condition. Errors: 400 for a search that is too long.
fn wanted(read: &Read, filter: &UnitFilter, condition: Condition) -> Result<Condition, Stop> {
    let previous = filter.include_previous.unwrap_or_default();
    let q = filter.q.as_deref().unwrap_or_default();
    if q.chars().count() > MAX_QUERY {
        return Err(Problem::of(Code::QueryMalformed).at("?q", "too_long").into());
    }
    let mut condition = Condition::all().add(condition);
    if let Some(community) = filter.community_id {
        condition = condition.add(Column::CommunityId.eq(community));
    }
    if let Some(block) = &filter.block {
        condition = condition.add(Column::Block.eq(block));
    }
    if let Some(active) = filter.active {
        condition = condition.add(Column::IsActive.eq(active));
    }
    match filter.owned {
        Some(true) => condition = condition.add(Column::Id.in_subquery(owned(read, None, false))),
        Some(false) => condition = condition.add(Column::Id.not_in_subquery(owned(read, None, false))),
        None => {}
    }
    // Whoever sees names masked cannot find out by searching either.
    let may_search_names = read.caller().user_type != UserType::Trustee;
    let q = fold(q);
    if let Some(block) = block_asked(&q) {
        let named = Expr::expr(Func::lower(Expr::col(Column::Block)));
        return Ok(condition.add(named.is_in([block, q.as_str()])));
    }
    for word in q.split(' ').filter(|word| !word.is_empty()) {
        let mut any = Condition::any().add(Column::Search.like(like(word)));
        if may_search_names {
            any = any.add(Column::Id.in_subquery(owned(read, Some(word), previous)));
        }
        condition = condition.add(any);
    }
    Ok(condition)
}

/// How many units a filter and a further condition leave, whatever the page.
pub async fn count_where(read: &Read, filter: &UnitFilter, condition: Condition) -> Result<u64, Stop> {
    let wanted = wanted(read, filter, condition)?;
    read.find::<Entity>().filter(wanted).count().await
}

/// A page of the units that also meet a condition over the `unit` table; `name` tells its cursors from those of others.
pub async fn list_where(
    read: &Read,
    filter: &UnitFilter,
    condition: Condition,
    name: &str,
) -> Result<Page<Unit>, Stop> {
    let limit = page::limit(filter.limit)?;
    let mark = page::fingerprint(
        name,
        &UnitFilter {
            limit: None,
            cursor: None,
            ..filter.clone()
        },
    )?;
    let after: Option<(bool, String, UnitId)> = page::decode(filter.cursor.as_deref(), &mark)?;
    let mut condition = wanted(read, filter, condition)?;
    // Those whose number begins with what is searched come first, those found by something else after them.
    let typed = fold(filter.q.as_deref().unwrap_or_default());
    let begins = (!typed.is_empty())
        .then(|| Column::Search.like(LikeExpr::new(format!("{}%", page::like_escape(&typed))).escape('\\')));
    if let Some((later, key, id)) = after {
        let beyond = Condition::any()
            .add(Column::SortKey.gt(key.clone()))
            .add(Condition::all().add(Column::SortKey.eq(key)).add(Column::Id.gt(id)));
        condition = condition.add(match &begins {
            None => beyond,
            Some(begins) if later => Condition::all().add(begins.clone().not()).add(beyond),
            Some(begins) => Condition::any()
                .add(begins.clone().not())
                .add(Condition::all().add(begins.clone()).add(beyond)),
        });
    }
    let rows = read
        .find::<Entity>()
        .filter(condition)
        .shape(|s| {
            let ordered = match &begins {
                Some(begins) => s.order_by_asc(Expr::Case(Box::new(Expr::case(begins.clone(), 0).finally(1)))),
                None => s,
            };
            ordered
                .order_by_asc(Column::SortKey)
                .order_by_asc(Column::Id)
                .limit(limit + 1)
        })
        .all()
        .await?;
    let page = page::page(rows, limit, &mark, |row| {
        let later = !typed.is_empty() && !row.search.starts_with(&typed);
        (later, row.sort_key.clone(), row.id)
    })?;
    let ids: Vec<UnitId> = page.items.iter().map(|row| row.id).collect();
    let previous = filter.include_previous.unwrap_or_default();
    let mut owners = owners(read, &ids, previous).await?;
    let names = communities::by_ids(read, page.items.iter().map(|row| row.community_id)).await?;
    Ok(page.map(|row| {
        let name = names.get(&row.community_id).map(|c| c.name.clone()).unwrap_or_default();
        assemble(&row, name, owners.remove(&row.id).unwrap_or_default())
    }))
}

#[derive(FromQueryResult)]
struct BlockRow {
    name: String,
    units: i64,
}

/// The blocks of a community's units in reach, in the order people count in.
pub(super) async fn blocks(read: &Read, community: CommunityId) -> Result<Vec<Block>, Stop> {
    let rows: Vec<BlockRow> = read
        .find::<Entity>()
        .filter(Column::CommunityId.eq(community))
        .filter(Column::Block.is_not_null())
        .shape(|s| {
            s.select_only()
                .column_as(Column::Block, "name")
                .column_as(Column::Id.count(), "units")
                .group_by(Column::Block)
        })
        .all_as()
        .await?;
    let mut blocks: Vec<Block> = rows
        .into_iter()
        .map(|row| Block {
            name: row.name,
            units: row.units,
        })
        .collect();
    blocks.sort_by_cached_key(|block| (natural_key(&block.name), block.name.clone()));
    Ok(blocks)
}
