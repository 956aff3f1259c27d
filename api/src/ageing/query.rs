//! The list as SQL. A page is chosen first, from indexes and figures alone, and dressed after: names, statuses and
//! attorneys are looked up for the rows that are shown.

use super::filter::{Lead, Values, asks_account, asks_few, asks_figures, is_masked, of_account, of_figures};
use super::lean::{self, Beside};
use super::row::{Raw, columns_for};
use crate::kernel::{Limit, Read, Stop};
use crate::reach::reach_sql;
use chrono::NaiveDate;
use futures_util::{Stream, StreamExt, TryStreamExt};
use kept_shared::age_analysis::{AgeFilter, AgeSort, SortOrder};
use kept_shared::ids::*;
use kept_shared::problem::{Code, Problem};
use sea_orm::{DbErr, FromQueryResult, Value};
use serde::{Deserialize, Serialize};

/// What a row is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Key {
    Minor(i64),
    Date(Option<NaiveDate>),
    Text(String),
}

/// Where a page ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) key: Key,
    pub(super) id: AccountId,
}

pub(super) const fn by_figures(sort: AgeSort) -> bool {
    match sort {
        AgeSort::Name | AgeSort::Reference | AgeSort::Unit | AgeSort::Status => false,
        AgeSort::Total
        | AgeSort::Current
        | AgeSort::CurrentDue
        | AgeSort::NotDue
        | AgeSort::D30
        | AgeSort::D60
        | AgeSort::D90
        | AgeSort::D120
        | AgeSort::Unallocated
        | AgeSort::LastPayment => true,
    }
}

/// Sort of a list: those who may not see names may not learn their order either.
pub(super) fn sort(read: &Read, filter: &AgeFilter) -> AgeSort {
    match filter.sort() {
        AgeSort::Name if is_masked(read) => AgeSort::Reference,
        sort => sort,
    }
}

fn expression(sort: AgeSort) -> &'static str {
    match sort {
        AgeSort::Name => "a.name",
        AgeSort::Reference => "a.reference",
        AgeSort::Unit => "COALESCE(a.unit_label, '')",
        AgeSort::Status => "COALESCE(ds.title, '')",
        AgeSort::Total => "g.total_minor",
        AgeSort::Current => "g.current_minor",
        AgeSort::CurrentDue => "(g.current_minor - g.not_due_minor)",
        AgeSort::NotDue => "g.not_due_minor",
        AgeSort::D30 => "g.d30_minor",
        AgeSort::D60 => "g.d60_minor",
        AgeSort::D90 => "g.d90_minor",
        AgeSort::D120 => "g.d120_minor",
        AgeSort::Unallocated => "g.unallocated_minor",
        // Exactly as the index has it.
        AgeSort::LastPayment => "COALESCE(g.last_payment_on, '1000-01-01')",
    }
}

/// Before any payment: sorts accounts that never paid together.
fn never() -> NaiveDate {
    NaiveDate::from_ymd_opt(1000, 1, 1).unwrap_or_default()
}

/// Fewer accounts than this are sorted quicker than an index of figures is walked in search of them.
const FEW: i64 = 1_000;

#[derive(FromQueryResult)]
struct Count {
    n: i64,
}

/// Which table leads. Every order of figures has an index; but where only few accounts pass the filter, that walk would
/// look at the whole book before the page is full. So what may be rare is counted first, as far as [`FEW`]. No index
/// knows what is inside a name: a rare word costs two plain passes over the accounts.
async fn lead(read: &Read, filter: &AgeFilter) -> Result<Lead, Stop> {
    let usual = if by_figures(sort(read, filter)) {
        Lead::Figures
    } else {
        Lead::Accounts
    };
    if !asks_few(filter) {
        return Ok(usual);
    }
    let mut values = Values::default();
    let conditions = of_account(read, filter, Lead::Few, &mut values).join(" AND ");
    let sql = format!("SELECT COUNT(*) AS n FROM (SELECT a.id FROM account a WHERE {conditions} LIMIT {FEW}) few");
    let found: Option<Count> = read.report_one(Limit::Reach(reach_sql), &sql, values.0).await?;
    Ok(if found.is_some_and(|c| c.n < FEW) {
        Lead::Few
    } else {
        usual
    })
}

/// CROSS JOIN keeps SQLite from turning tables around: the first one's index gives the order.
const fn tables(lead: Lead) -> &'static str {
    match lead {
        Lead::Figures | Lead::EveryFigure => "aged g CROSS JOIN account a",
        Lead::Accounts | Lead::Few => "account a CROSS JOIN aged g",
    }
}

/// What is shown beside an account `a`; its community is `c`.
fn dress(read: &Read, values: &mut Values) -> String {
    let user = values.push(read.caller().user_id.unwrap_or(UserId(uuid::Uuid::nil())));
    format!(
        "CROSS JOIN community c LEFT JOIN customer_group cg ON cg.id = a.customer_group_id \
         LEFT JOIN status ds ON ds.id = a.debt_status_id \
         LEFT JOIN status ns ON ns.id = a.notice_status_id \
         LEFT JOIN status ist ON ist.id = a.interest_status_id \
         LEFT JOIN handover h ON h.id = a.open_handover_id \
         LEFT JOIN app_user u ON u.id = h.attorney_id \
         LEFT JOIN account_seen seen ON seen.account_id = a.id AND seen.user_id = {user}"
    )
}

const fn direction(order: SortOrder) -> &'static str {
    match order {
        SortOrder::Ascending => "ASC",
        SortOrder::Descending => "DESC",
    }
}

/// The accounts of a page in order, as `id` and `key`.
fn chosen(
    read: &Read,
    filter: &AgeFilter,
    lead: Lead,
    after: Option<&Place>,
    limit: usize,
    values: &mut Values,
) -> String {
    let sort = sort(read, filter);
    let by_figures = by_figures(sort);
    let key = expression(sort);
    let mut all = of_account(read, filter, lead, values);
    all.extend(of_figures(filter));
    let (from, id) = if lead == Lead::Figures && !asks_account(filter) {
        ("aged g", "g.account_id")
    } else if lead != Lead::Figures && !by_figures && !asks_figures(filter) {
        ("account a", "a.id")
    } else {
        all.push("a.id = g.account_id".into());
        (tables(lead), if by_figures { "g.account_id" } else { "a.id" })
    };
    let status = if sort == AgeSort::Status {
        " LEFT JOIN status ds ON ds.id = a.debt_status_id"
    } else {
        ""
    };
    let (direction, compare) = match filter.order() {
        SortOrder::Ascending => ("ASC", ">"),
        SortOrder::Descending => ("DESC", "<"),
    };
    if let Some(place) = after {
        let at: Value = match &place.key {
            Key::Minor(n) => (*n).into(),
            Key::Date(d) => d.unwrap_or_else(never).into(),
            Key::Text(t) => t.clone().into(),
        };
        all.push(format!(
            "({key}, {id}) {compare} ({}, {})",
            values.push(at),
            values.push(place.id)
        ));
    }
    format!(
        "SELECT {id} AS id, {key} AS key FROM {from}{status} WHERE {} ORDER BY {key} {direction}, {id} {direction} LIMIT {limit}",
        all.join(" AND ")
    )
}

/// The rows after a place, at most `limit`, in order.
pub(super) async fn page(
    read: &Read,
    filter: &AgeFilter,
    after: Option<&Place>,
    limit: usize,
) -> Result<Vec<Raw>, Stop> {
    let mut values = Values::default();
    let chosen = chosen(read, filter, lead(read, filter).await?, after, limit, &mut values);
    let direction = direction(filter.order());
    let sql = format!(
        "SELECT {} FROM ({chosen}) p CROSS JOIN account a CROSS JOIN aged g {} \
         WHERE a.id = p.id AND g.account_id = p.id AND c.id = a.community_id ORDER BY p.key {direction}, p.id {direction}",
        columns_for(read),
        dress(read, &mut values)
    );
    let rows = read.stream(Limit::Reach(reach_sql), &sql, values.0).await?;
    Ok(rows.and_then(|q| async move { Raw::of(&q) }).try_collect().await?)
}

#[derive(FromQueryResult)]
struct IdRow {
    id: AccountId,
}

/// The first accounts of the list, in order.
pub(super) async fn ids(read: &Read, filter: &AgeFilter, most: usize) -> Result<Vec<AccountId>, Stop> {
    let mut values = Values::default();
    let sql = chosen(read, filter, lead(read, filter).await?, None, most, &mut values);
    let rows: Vec<IdRow> = read.report(Limit::Reach(reach_sql), &sql, values.0).await?;
    Ok(rows.into_iter().map(|r| r.id).collect())
}

/// All rows, one at a time, in order.
pub(super) async fn stream<'r>(
    read: &'r Read,
    filter: &AgeFilter,
) -> Result<impl Stream<Item = Result<Raw, DbErr>> + use<'r>, Stop> {
    let mut values = Values::default();
    let beside = Beside::load(read).await?;
    let (lead, sort) = (lead(read, filter).await?, sort(read, filter));
    let mut all = of_account(read, filter, lead, &mut values);
    all.extend(of_figures(filter));
    let (key, direction) = (expression(sort), direction(filter.order()));
    let id = if by_figures(sort) { "g.account_id" } else { "a.id" };
    let sql = format!(
        "SELECT {} FROM {} {} WHERE a.id = g.account_id AND {} ORDER BY {key} {direction}, {id} {direction}",
        lean::columns(read),
        tables(lead),
        lean::dress(sort == AgeSort::Status),
        all.join(" AND ")
    );
    let rows = read.stream(Limit::Reach(reach_sql), &sql, values.0).await?;
    Ok(rows.map(move |q| q.and_then(|q| beside.row(&q))))
}

/// Rows of some hundred named accounts that the caller reaches, in no order, with what was looked up for all of them.
pub(super) async fn named_beside(read: &Read, ids: &[AccountId], beside: &Beside) -> Result<Vec<Raw>, Stop> {
    let mut values = Values::default();
    let marks = values.list(ids.iter().copied());
    let sql = format!(
        "SELECT {} FROM account a CROSS JOIN aged g {} WHERE a.id = g.account_id AND a.id IN ({marks}) \
         AND {{reach a.id, +a.community_id}}",
        lean::columns(read),
        lean::dress(false),
    );
    let rows = read.stream(Limit::Reach(reach_sql), &sql, values.0).await?;
    Ok(rows.and_then(|q| async move { beside.row(&q) }).try_collect().await?)
}

/// Rows of named accounts that the caller reaches, in no order.
pub(super) async fn named(read: &Read, ids: &[AccountId]) -> Result<Vec<Raw>, Stop> {
    let mut values = Values::default();
    let dress = dress(read, &mut values);
    let marks = values.list(ids.iter().copied());
    let sql = format!(
        "SELECT {} FROM account a CROSS JOIN aged g {dress} WHERE a.id = g.account_id AND c.id = a.community_id \
         AND a.id IN ({}) AND {{reach a.id, +a.community_id}}",
        columns_for(read),
        marks
    );
    let rows = read.stream(Limit::Reach(reach_sql), &sql, values.0).await?;
    Ok(rows.and_then(|q| async move { Raw::of(&q) }).try_collect().await?)
}

/// The place a cursor names. Errors: 400 when it is not one of this list and sort.
pub(super) fn place(cursor: Option<Place>, sort: AgeSort) -> Result<Option<Place>, Stop> {
    let fits = |key: &Key| match key {
        Key::Text(_) => !by_figures(sort),
        Key::Date(_) => sort == AgeSort::LastPayment,
        Key::Minor(_) => by_figures(sort) && sort != AgeSort::LastPayment,
    };
    match cursor {
        Some(place) if !fits(&place.key) => Err(Problem::of(Code::CursorInvalid).at("?cursor", "invalid").into()),
        place => Ok(place),
    }
}
