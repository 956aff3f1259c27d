//! The list as SQL: one statement for a page, for the whole set and for what a batch of statuses covers.

use super::filter::{Values, is_masked, of_account, of_figures};
use crate::kernel::{Limit, Read, Stop};
use crate::reach::reach_sql;
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::{Stream, StreamExt, TryStreamExt};
use kept_shared::age_analysis::{AgeFilter, AgeRow, AgeSort, AgeTotals, HandoverFlag, SortOrder, StatusBadge};
use kept_shared::ageing::{Aged, AgedMoney};
use kept_shared::ids::*;
use kept_shared::money::{Currency, Money};
use kept_shared::problem::{Code, Problem};
use kept_shared::text::initials;
use sea_orm::{DbErr, FromQueryResult, QueryResult, Value};
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

fn expression(sort: AgeSort, values: &mut Values) -> String {
    match sort {
        AgeSort::Name => "a.name".into(),
        AgeSort::Reference => "a.reference".into(),
        AgeSort::Unit => "COALESCE(a.unit_label, '')".into(),
        AgeSort::Status => "COALESCE(ds.title, '')".into(),
        AgeSort::Total => "g.total_minor".into(),
        AgeSort::Current => "g.current_minor".into(),
        AgeSort::D30 => "g.d30_minor".into(),
        AgeSort::D60 => "g.d60_minor".into(),
        AgeSort::D90 => "g.d90_minor".into(),
        AgeSort::D120 => "g.d120_minor".into(),
        AgeSort::Unallocated => "g.unallocated_minor".into(),
        AgeSort::LastPayment => format!("COALESCE(g.last_payment_on, {})", values.push(never())),
    }
}

/// Before any payment: sorts accounts that never paid together.
fn never() -> NaiveDate {
    NaiveDate::from_ymd_opt(1000, 1, 1).unwrap_or_default()
}

/// Columns of a row, in the order [`Raw::of`] reads them.
const COLUMNS: &str = "a.id, a.reference, a.name, a.unit_label, a.community_id, c.code, c.currency, c.time_zone, cg.name, \
    ds.id, ds.code, ds.title, ds.tone, ns.id, ns.code, ns.title, ns.tone, ist.id, ist.code, ist.title, ist.tone, \
    h.id, h.handed_at, u.first_name, u.surname, u.firm, \
    g.current_minor, g.d30_minor, g.d60_minor, g.d90_minor, g.d120_minor, g.unallocated_minor, g.not_due_minor, g.total_minor, \
    g.last_payment_on, g.last_payment_minor, {notes}, seen.seen_at";

/// Notes an attorney may not read are not counted for him either.
fn columns_for(read: &Read) -> String {
    let notes = if read.caller().is_attorney() {
        "a.shared_note_count, a.last_shared_at"
    } else {
        "a.note_count, a.last_note_at"
    };
    COLUMNS.replace("{notes}", notes)
}

fn joins(by_figures: bool, read: &Read, values: &mut Values) -> String {
    // CROSS JOIN keeps SQLite from turning the two around: the first one's index gives the order.
    let first = if by_figures {
        "aged g CROSS JOIN account a"
    } else {
        "account a CROSS JOIN aged g"
    };
    let user = values.push(read.caller().user_id.unwrap_or(UserId(uuid::Uuid::nil())));
    format!(
        "FROM {first} JOIN community c ON c.id = a.community_id \
         LEFT JOIN customer_group cg ON cg.id = a.customer_group_id \
         LEFT JOIN status ds ON ds.id = a.debt_status_id \
         LEFT JOIN status ns ON ns.id = a.notice_status_id \
         LEFT JOIN status ist ON ist.id = a.interest_status_id \
         LEFT JOIN handover h ON h.id = a.open_handover_id \
         LEFT JOIN app_user u ON u.id = h.attorney_id \
         LEFT JOIN account_seen seen ON seen.account_id = a.id AND seen.user_id = {user}"
    )
}

/// The list over stored figures: filtered, sorted, after a place, at most `limit` rows.
pub(super) fn select(
    read: &Read,
    filter: &AgeFilter,
    columns: &str,
    after: Option<&Place>,
    limit: Option<usize>,
    values: &mut Values,
) -> String {
    let sort = sort(read, filter);
    let by_figures = by_figures(sort);
    let from = joins(by_figures, read, values);
    let mut all = vec!["a.id = g.account_id".to_owned()];
    all.extend(of_account(read, filter, by_figures, values));
    all.extend(of_figures(filter));
    let key = expression(sort, values);
    let id = if by_figures { "g.account_id" } else { "a.id" };
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
    let mut sql = format!(
        "SELECT {columns} {from} WHERE {} ORDER BY {key} {direction}, {id} {direction}",
        all.join(" AND ")
    );
    if let Some(limit) = limit {
        sql.push_str(&format!(" LIMIT {limit}"));
    }
    sql
}

/// A row as read, before it is made fit for the caller.
pub(super) struct Raw {
    row: AgeRow,
    full_name: String,
    pub(super) figures: Aged,
    pub(super) last_payment: Option<(NaiveDate, i64)>,
}

fn badge(q: &QueryResult, at: usize) -> Result<Option<StatusBadge>, DbErr> {
    let Some(id) = q.try_get_by_index::<Option<StatusId>>(at)? else {
        return Ok(None);
    };
    Ok(Some(StatusBadge {
        id,
        code: q.try_get_by_index(at + 1)?,
        title: q.try_get_by_index(at + 2)?,
        tone: q.try_get_by_index(at + 3)?,
    }))
}

fn flag(q: &QueryResult, at: usize, time_zone: &str) -> Result<Option<HandoverFlag>, DbErr> {
    let Some(id) = q.try_get_by_index::<Option<HandoverId>>(at)? else {
        return Ok(None);
    };
    let handed: DateTime<Utc> = q.try_get_by_index(at + 1)?;
    let zone: chrono_tz::Tz = time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    let part = |n| q.try_get_by_index::<Option<String>>(n);
    let name: Vec<String> = [part(at + 2)?, part(at + 3)?].into_iter().flatten().collect();
    Ok(Some(HandoverFlag {
        id,
        attorney: name.join(" "),
        firm: part(at + 4)?,
        on: handed.with_timezone(&zone).date_naive(),
    }))
}

impl Raw {
    pub(super) fn of(q: &QueryResult) -> Result<Self, DbErr> {
        let time_zone: String = q.try_get_by_index(7)?;
        let statuses = [badge(q, 9)?, badge(q, 13)?, badge(q, 17)?]
            .into_iter()
            .flatten()
            .collect();
        let n = |at| q.try_get_by_index::<i64>(at);
        let figures = Aged {
            current: n(26)?,
            d30: n(27)?,
            d60: n(28)?,
            d90: n(29)?,
            d120: n(30)?,
            unallocated: n(31)?,
            not_due: n(32)?,
            total: n(33)?,
            ..Aged::default()
        };
        let paid: Option<NaiveDate> = q.try_get_by_index(34)?;
        let last_note: Option<DateTime<Utc>> = q.try_get_by_index(37)?;
        let seen: Option<DateTime<Utc>> = q.try_get_by_index(38)?;
        let empty = String::new;
        let row = AgeRow {
            id: q.try_get_by_index(0)?,
            reference: q.try_get_by_index(1)?,
            name: empty(),
            unit: q.try_get_by_index(3)?,
            community_id: q.try_get_by_index(4)?,
            community: q.try_get_by_index(5)?,
            group: q.try_get_by_index(8)?,
            statuses,
            handover: flag(q, 21, &time_zone)?,
            currency: q.try_get_by_index(6)?,
            total: empty(),
            current: empty(),
            d30: empty(),
            d60: empty(),
            d90: empty(),
            d120: empty(),
            unallocated: empty(),
            not_due: empty(),
            last_payment_on: None,
            last_payment: None,
            notes: u32::try_from(n(36)?).unwrap_or_default(),
            unread: last_note.is_some_and(|at| seen.is_none_or(|seen| at > seen)),
        };
        Ok(Self {
            row,
            full_name: q.try_get_by_index(2)?,
            figures,
            last_payment: paid.zip(q.try_get_by_index::<Option<i64>>(35)?),
        })
    }
    pub(super) fn id(&self) -> AccountId {
        self.row.id
    }
    pub(super) fn place(&self, sort: AgeSort) -> Place {
        let f = &self.figures;
        let key = match sort {
            AgeSort::Name => Key::Text(self.full_name.clone()),
            AgeSort::Reference => Key::Text(self.row.reference.clone()),
            AgeSort::Unit => Key::Text(self.row.unit.clone().unwrap_or_default()),
            AgeSort::Status => Key::Text(self.debt_title()),
            AgeSort::Total => Key::Minor(f.total),
            AgeSort::Current => Key::Minor(f.current),
            AgeSort::D30 => Key::Minor(f.d30),
            AgeSort::D60 => Key::Minor(f.d60),
            AgeSort::D90 => Key::Minor(f.d90),
            AgeSort::D120 => Key::Minor(f.d120),
            AgeSort::Unallocated => Key::Minor(f.unallocated),
            AgeSort::LastPayment => Key::Date(self.last_payment.map(|p| p.0)),
        };
        Place { key, id: self.row.id }
    }
    fn debt_title(&self) -> String {
        self.row.statuses.first().map(|s| s.title.clone()).unwrap_or_default()
    }
    /// The row as the caller may see it.
    pub(super) fn view(self, masked: bool) -> AgeRow {
        let (f, currency) = (self.figures, self.row.currency);
        let plain = |minor| Money::new(minor, currency).to_plain();
        AgeRow {
            name: if masked {
                initials(&self.full_name)
            } else {
                self.full_name
            },
            total: plain(f.total),
            current: plain(f.current),
            d30: plain(f.d30),
            d60: plain(f.d60),
            d90: plain(f.d90),
            d120: plain(f.d120),
            unallocated: plain(f.unallocated),
            not_due: plain(f.not_due),
            last_payment_on: self.last_payment.map(|p| p.0),
            last_payment: self.last_payment.map(|p| plain(p.1)),
            notes: if masked { 0 } else { self.row.notes },
            unread: !masked && self.row.unread,
            ..self.row
        }
    }
}

/// Rows over stored figures, one at a time.
pub(super) async fn stream<'r>(
    read: &'r Read,
    filter: &AgeFilter,
    after: Option<&Place>,
    limit: Option<usize>,
) -> Result<impl Stream<Item = Result<Raw, DbErr>> + use<'r>, Stop> {
    let mut values = Values::default();
    let sql = select(read, filter, &columns_for(read), after, limit, &mut values);
    let rows = read.stream(Limit::Reach(reach_sql), &sql, values.0).await?;
    Ok(rows.map(|q| q.and_then(|q| Raw::of(&q))))
}

/// Rows of named accounts that the caller reaches, in no order.
pub(super) async fn named(read: &Read, ids: &[AccountId]) -> Result<Vec<Raw>, Stop> {
    let mut values = Values::default();
    let from = joins(false, read, &mut values);
    let marks: Vec<String> = ids.iter().map(|id| values.push(*id)).collect();
    let sql = format!(
        "SELECT {} {from} WHERE a.id = g.account_id AND a.id IN ({}) AND {{reach a.id, a.community_id}}",
        columns_for(read),
        marks.join(", ")
    );
    let rows = read.stream(Limit::Reach(reach_sql), &sql, values.0).await?;
    Ok(rows.and_then(|q| async move { Raw::of(&q) }).try_collect().await?)
}

#[derive(FromQueryResult)]
struct SumRow {
    currency: Currency,
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

/// Sums over stored figures: one statement.
pub(super) async fn totals(read: &Read, filter: &AgeFilter) -> Result<Vec<AgeTotals>, Stop> {
    let mut values = Values::default();
    let mut all = vec!["a.id = g.account_id".to_owned()];
    all.extend(of_account(read, filter, true, &mut values));
    all.extend(of_figures(filter));
    let columns = [
        "current",
        "d30",
        "d60",
        "d90",
        "d120",
        "unallocated",
        "not_due",
        "total",
    ];
    let mut parts = vec![];
    for c in columns {
        parts.push(format!("CAST(SUM(g.{c}_minor) AS BIGINT) AS {c}_sum"));
        parts.push(format!(
            "CAST(SUM(CASE WHEN g.{c}_minor <> 0 THEN 1 ELSE 0 END) AS BIGINT) AS with_{c}"
        ));
    }
    let sql = format!(
        "SELECT c.currency, COUNT(*) AS accounts, \
         CAST(SUM(CASE WHEN g.total_minor > 0 THEN 1 ELSE 0 END) AS BIGINT) AS in_arrears, \
         CAST(SUM(CASE WHEN g.total_minor < 0 THEN 1 ELSE 0 END) AS BIGINT) AS in_credit, \
         CAST(SUM(CASE WHEN a.open_handover_id IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS handed_over, {} \
         FROM aged g JOIN account a ON a.id = g.account_id JOIN community c ON c.id = g.community_id \
         WHERE {} GROUP BY c.currency ORDER BY c.currency",
        parts.join(", "),
        all.join(" AND ")
    );
    let rows: Vec<SumRow> = read.report(Limit::Reach(reach_sql), &sql, values.0).await?;
    Ok(rows
        .into_iter()
        .map(|r| AgeTotals {
            currency: r.currency,
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
                r.currency,
            ),
        })
        .collect())
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
