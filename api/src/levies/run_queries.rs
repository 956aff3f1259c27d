//! Reading charge runs and their lines.

use super::entity::{levy_reach_sql, run};
use super::plan::{self, PlanLine};
use super::queries;
use crate::communities;
use crate::kernel::binds::Binds;
use crate::kernel::{Limit, Read, Seen, Stop, page};
use chrono::{DateTime, NaiveDate, Utc};
use kept_shared::ids::*;
use kept_shared::levies::*;
use kept_shared::money::{Currency, Money};
use kept_shared::page::Page;
use sea_orm::{ColumnTrait, Condition, FromQueryResult, QueryOrder};
use std::collections::HashSet;

/// Of the lines of a plan: how many charges would be raised and their sum, what is left out.
fn with_plan(mut view: LevyRun, lines: &[PlanLine]) -> LevyRun {
    let (charges, minor) = plan::totals(lines);
    view.charges = charges;
    view.total = Money::new(minor, view.total.currency);
    view.left_out = plan::left_out(lines);
    view
}

fn view(row: &run::Model, community: &communities::Model) -> LevyRun {
    let r = row.clone();
    LevyRun {
        id: r.id,
        version: r.version,
        community_id: r.community_id,
        community_name: community.name.clone(),
        month: r.month,
        state: r.state,
        charges: u64::try_from(r.charges).unwrap_or_default(),
        total: Money::new(r.total_minor, community.currency),
        done: u64::try_from(r.done).unwrap_or_default(),
        created_at: r.created_at,
        created_by: r.created_by,
        started_at: r.started_at,
        started_by: r.started_by,
        finished_at: r.finished_at,
        reversed_at: r.reversed_at,
        reversed_by: r.reversed_by,
        reason: r.reason,
        failure: r.failure,
        left_out: vec![],
        units_without: None,
    }
}

/// One run; a preview as at now.
pub(super) async fn one(read: &Read, row: &Seen<run::Model>) -> Result<LevyRun, Stop> {
    let community = read.get::<communities::Entity>(row.community_id).await?;
    let view = view(row, &community);
    if !row.state.may_start() {
        return Ok(view);
    }
    let lines = plan::plan(read, row.community_id, row.month).await?;
    let units: HashSet<UnitId> = queries::of_community(read, row.community_id)
        .await?
        .iter()
        .filter(|(r, s)| r.unit_active && s.ends_on.is_none_or(|end| end >= row.month))
        .map(|(r, _)| r.unit_id)
        .collect();
    let mut view = with_plan(view, &lines);
    view.units_without = Some(queries::units_without(read, row.community_id, units.len()).await?);
    Ok(view)
}

/// Runs, latest first.
pub(super) async fn list(read: &Read, filter: &LevyRunFilter) -> Result<Page<LevyRun>, Stop> {
    let limit = page::limit(filter.limit)?;
    let bare = LevyRunFilter {
        limit: None,
        cursor: None,
        ..filter.clone()
    };
    let mark = page::fingerprint("levy-runs", &bare)?;
    let after: Option<(DateTime<Utc>, LevyRunId)> = page::decode(filter.cursor.as_deref(), &mark)?;
    let mut condition = Condition::all();
    if let Some(community) = filter.community_id {
        condition = condition.add(run::Column::CommunityId.eq(community));
    }
    if let Some((at, id)) = after {
        condition = condition.add(
            Condition::any().add(run::Column::CreatedAt.lt(at)).add(
                Condition::all()
                    .add(run::Column::CreatedAt.eq(at))
                    .add(run::Column::Id.lt(id)),
            ),
        );
    }
    let rows = read
        .find::<run::Entity>()
        .filter(condition)
        .shape(|s| s.order_by_desc(run::Column::CreatedAt).order_by_desc(run::Column::Id))
        .limit(limit + 1)
        .all()
        .await?;
    let page = page::page(rows, limit, &mark, |r| (r.created_at, r.id))?;
    let communities = communities::by_ids(read, page.items.iter().map(|r| r.community_id)).await?;
    Ok(Page {
        items: page
            .items
            .iter()
            .filter_map(|r| Some(view(r, communities.get(&r.community_id)?)))
            .collect(),
        next_cursor: page.next_cursor,
    })
}

#[derive(FromQueryResult)]
struct SumRow {
    currency: Currency,
    runs: i64,
    charges: i64,
    total: i64,
    reversed_runs: i64,
    reversed: i64,
}

/// All runs of a filter that raised charges, in one statement; one line for each currency.
pub(super) async fn summary(read: &Read, filter: &LevyRunFilter) -> Result<LevyRunSummary, Stop> {
    let mut binds = Binds::new();
    let (done, reversed) = (binds.one(RunState::Done), binds.one(RunState::Reversed));
    let mut wanted = vec!["{reach r.community_id}".to_owned()];
    if let Some(community) = filter.community_id {
        wanted.push(format!("r.community_id = {}", binds.one(community)));
    }
    let sql = format!(
        "SELECT c.currency, COUNT(*) FILTER (WHERE r.state = {done}) AS runs, \
         CAST(COALESCE(SUM(r.charges) FILTER (WHERE r.state = {done}), 0) AS BIGINT) AS charges, \
         CAST(COALESCE(SUM(r.total_minor) FILTER (WHERE r.state = {done}), 0) AS BIGINT) AS total, \
         COUNT(*) FILTER (WHERE r.state = {reversed}) AS reversed_runs, \
         CAST(COALESCE(SUM(r.total_minor) FILTER (WHERE r.state = {reversed}), 0) AS BIGINT) AS reversed \
         FROM levy_run r JOIN community c ON c.id = r.community_id WHERE {} GROUP BY c.currency ORDER BY c.currency",
        wanted.join(" AND ")
    );
    let rows: Vec<SumRow> = read.report(Limit::Reach(levy_reach_sql), &sql, binds.values()).await?;
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    let sums = rows.into_iter().map(|r| LevyRunSum {
        runs: count(r.runs),
        charges: count(r.charges),
        total: Money::new(r.total, r.currency),
        reversed_runs: count(r.reversed_runs),
        reversed: Money::new(r.reversed, r.currency),
    });
    Ok(LevyRunSummary { sums: sums.collect() })
}

/// Where a page of lines ended.
type Place = (String, LevyId);

/// The charges of a run: a preview's as at now, else those it raised.
pub(super) async fn lines(
    read: &Read,
    row: &Seen<run::Model>,
    filter: &LevyLineFilter,
) -> Result<Page<LevyRunLine>, Stop> {
    let limit = page::limit(filter.limit)?;
    let mark = page::fingerprint("levy-run-lines", &(row.id, row.state.may_start(), filter.left_out))?;
    let after: Option<Place> = page::decode(filter.cursor.as_deref(), &mark)?;
    let rows = if row.state.may_start() {
        let wanted = |l: &PlanLine| filter.left_out.is_none_or(|out| out == l.line.warning.is_some());
        let beyond = |l: &PlanLine| {
            after
                .as_ref()
                .is_none_or(|(key, id)| (&l.sort_key, l.line.levy_id) > (key, *id))
        };
        plan::plan(read, row.community_id, row.month)
            .await?
            .into_iter()
            .filter(|l| wanted(l) && beyond(l))
            .take(usize::try_from(limit + 1).unwrap_or(usize::MAX))
            .collect()
    } else {
        raised(read, row.id, after, limit + 1).await?
    };
    let page = page::page(rows, limit, &mark, |l| (l.sort_key.clone(), l.line.levy_id))?;
    Ok(page.map(|l| l.line))
}

/// Every charge of a run, at most as many as a community has.
pub(super) async fn all_lines(read: &Read, row: &Seen<run::Model>) -> Result<Vec<LevyRunLine>, Stop> {
    let lines = if row.state.may_start() {
        plan::plan(read, row.community_id, row.month).await?
    } else {
        raised(read, row.id, None, MOST_LINES).await?
    };
    Ok(lines.into_iter().map(|l| l.line).collect())
}

/// Lines of one workbook: more than any community has units.
const MOST_LINES: u64 = 200_000;

#[derive(FromQueryResult)]
struct RaisedRow {
    levy_id: LevyId,
    unit_id: UnitId,
    unit_code: String,
    sort_key: String,
    account_id: AccountId,
    reference: String,
    name: String,
    kind: LevyKind,
    description: String,
    period_from: NaiveDate,
    period_to: NaiveDate,
    charge_on: NaiveDate,
    due_on: NaiveDate,
    amount_minor: i64,
    entry_id: EntryId,
    is_reversed: i64,
    currency: Currency,
}

async fn raised(read: &Read, run: LevyRunId, after: Option<Place>, limit: u64) -> Result<Vec<PlanLine>, Stop> {
    let mut binds = Binds::new();
    let run = binds.one(run);
    let beyond = after.map_or_else(String::new, |(key, id)| {
        let (key, id) = (binds.one(key), binds.one(id));
        format!("AND (u.sort_key, x.levy_id) > ({key}, {id})")
    });
    let most = binds.one(i64::try_from(limit).unwrap_or(i64::MAX));
    let sql = format!(
        "SELECT x.levy_id, x.unit_id, u.code AS unit_code, u.sort_key, x.account_id, a.reference, a.name, x.kind, \
         x.description, x.period_from, x.period_to, x.charge_on, x.due_on, x.amount_minor, x.entry_id, c.currency, \
         CAST(CASE WHEN x.reversed_at IS NOT NULL OR EXISTS (SELECT 1 FROM entry r WHERE r.reverses_id = x.entry_id) \
         THEN 1 ELSE 0 END AS BIGINT) AS is_reversed \
         FROM levy_charge x JOIN unit u ON u.id = x.unit_id JOIN account a ON a.id = x.account_id \
         JOIN community c ON c.id = x.community_id \
         WHERE x.run_id = {run} AND {{reach x.community_id}} {beyond} ORDER BY u.sort_key, x.levy_id LIMIT {most}"
    );
    let rows: Vec<RaisedRow> = read.report(Limit::Reach(levy_reach_sql), &sql, binds.values()).await?;
    Ok(rows
        .into_iter()
        .map(|r| PlanLine {
            sort_key: r.sort_key,
            line: LevyRunLine {
                levy_id: r.levy_id,
                unit_id: r.unit_id,
                unit_code: r.unit_code,
                account_id: Some(r.account_id),
                reference: Some(r.reference),
                name: Some(r.name),
                kind: r.kind,
                description: r.description,
                period: Period {
                    from: r.period_from,
                    to: r.period_to,
                },
                charge_on: r.charge_on,
                due_on: r.due_on,
                amount: Money::new(r.amount_minor, r.currency),
                warning: None,
                entry_id: Some(r.entry_id),
                is_reversed: r.is_reversed != 0,
            },
        })
        .collect())
}
