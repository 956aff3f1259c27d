//! Ordering and calling off a report.

use super::entity::{ActiveModel, Model, chosen};
use super::jobs::{ExpireLedgerReport, MakeLedgerReport};
use super::queries::{self, Chosen};
use super::sums;
use crate::kernel::{FlawsExt, Limit, Read, Seen, Stop, Tx, When, tx::refuse};
use crate::ledger;
use chrono::{NaiveDate, TimeDelta};
use kept_shared::ids::LedgerReportId;
use kept_shared::ledger_reports::*;
use kept_shared::problem::{Code, FieldProblem, Problem};
use kept_shared::statements::Period;
use sea_orm::ActiveValue::Set;

fn too_many(at: &str, code: &str, most: u32) -> Stop {
    let flaw = FieldProblem::new(at, code).with("most", most);
    Problem::of(Code::NotAcceptable).with_errors(vec![flaw]).into()
}

/// What was asked for can be reported on at all.
fn check(new: &NewLedgerReport, chosen: &[Chosen]) -> Result<(), Stop> {
    new.flaws().check()?;
    let count = u32::try_from(chosen.len()).unwrap_or(u32::MAX);
    match &new.selection {
        // Absent and out of reach are told alike, without which.
        ReportSelection::Accounts { account_ids } => {
            let wished: std::collections::BTreeSet<_> = account_ids.iter().collect();
            if wished.len() != chosen.len() {
                return Err(refuse("/selection/account_ids", "not_found"));
            }
        }
        ReportSelection::All { .. } if chosen.is_empty() => return Err(refuse("/selection", "nobody")),
        ReportSelection::All { .. } => {}
    }
    if count > MAX_CUSTOMERS {
        return Err(too_many("/selection", "too_many_customers", MAX_CUSTOMERS));
    }
    if new.layout == ReportLayout::Sheets && count > MAX_SHEETS {
        return Err(too_many("/layout", "too_many_sheets", MAX_SHEETS));
    }
    Ok(())
}

/// What a report will say, worked out before anything is written.
pub(super) struct Ready {
    days: (NaiveDate, NaiveDate),
    totals: String,
    lines: i64,
    chosen: Vec<Chosen>,
}

/// Counts and sums a report on a snapshot, so that no writer waits for it. Errors: 422 for what cannot be reported on or
/// is too much.
pub(super) async fn prepare(read: &Read, new: &NewLedgerReport, today: NaiveDate) -> Result<Ready, Stop> {
    let chosen = queries::choose(read, &new.selection).await?;
    check(new, &chosen)?;
    queries::check_room(read).await?;
    let first = match new.period {
        Some(Period::All) => sums::first_entry_on(read, &new.selection).await?,
        Some(Period::Months3 | Period::Months6 | Period::Months12 | Period::Months24) | None => None,
    };
    let days = ledger::days((new.from, new.to, new.period), first, today).map_err(in_the_body)?;
    let (totals, lines) = sums::totals_of(read, &new.selection, days).await?;
    if lines > i64::from(MAX_LINES) {
        return Err(too_many("/from", "too_many_lines", MAX_LINES));
    }
    Ok(Ready {
        days,
        totals: serde_json::to_string(&totals)?,
        lines,
        chosen,
    })
}

/// Records the report with its customers and sums, and hands what is large to the worker.
pub(super) async fn order(tx: &Tx, new: &NewLedgerReport, ready: Ready) -> Result<Seen<Model>, Stop> {
    let id = LedgerReportId(uuid::Uuid::now_v7());
    let expires_at = tx.now() + TimeDelta::days(KEPT_DAYS);
    let customers = i64::try_from(ready.chosen.len()).map_err(Stop::internal)?;
    let large = customers > i64::from(AT_ONCE_CUSTOMERS) || ready.lines > i64::from(AT_ONCE_LINES);
    let state = if large {
        ReportState::Waiting
    } else {
        ReportState::Ready
    };
    let report = tx
        .create(ActiveModel {
            id: Set(id),
            ordered_by: Set(tx.caller().user()?),
            selection: Set(serde_json::to_string(&new.selection)?),
            from_on: Set(ready.days.0),
            to_on: Set(ready.days.1),
            layout: Set(new.layout),
            state: Set(state),
            customers: Set(customers),
            lines: Set(ready.lines),
            done: Set(0),
            totals: Set(ready.totals),
            blob_key: Set(None),
            size_bytes: Set(None),
            failure: Set(None),
            ordered_at: Set(tx.now()),
            finished_at: Set(None),
            expires_at: Set(expires_at),
            version: Set(1),
            ..Default::default()
        })
        .await?;
    let rows = ready
        .chosen
        .into_iter()
        .map(|c| chosen::ActiveModel {
            report_id: Set(id),
            name: Set(c.name),
            account_id: Set(c.id),
        })
        .collect();
    tx.insert_bulk(rows, "customers chosen within the caller's reach")
        .await?;
    if large {
        tx.enqueue(&MakeLedgerReport { report: id }, When::Now).await?;
    }
    tx.enqueue(&ExpireLedgerReport { report: id }, When::At(expires_at))
        .await?;
    Ok(report)
}

/// The same flaw where the dates stand in a body.
fn in_the_body(stop: Stop) -> Stop {
    match stop {
        Stop::Problem(problem) => {
            let errors = problem
                .errors
                .into_iter()
                .map(|e| FieldProblem::new(&e.pointer.replace('?', "/"), &e.code))
                .collect();
            Problem::of(Code::NotAcceptable).with_errors(errors).into()
        }
        other => other,
    }
}

/// Forgets a report; its file, where it has one, is for the caller to remove once this is committed. Errors: 409 while it
/// is being made.
pub(super) async fn forget(tx: &Tx, report: Seen<Model>) -> Result<Option<String>, Stop> {
    if report.state.is_under_way() {
        return Err(Problem::of(Code::StateForbids)
            .at("/state", report.state.as_str())
            .into());
    }
    forget_whatever_it_is(tx, report).await
}

/// The same of a report whose time is up.
pub(super) async fn forget_whatever_it_is(tx: &Tx, report: Seen<Model>) -> Result<Option<String>, Stop> {
    let blob = report.blob_key.clone();
    tx.execute(
        Limit::Unscoped("customers of a report that was loaded within reach"),
        "DELETE FROM ledger_report_account WHERE report_id = $1",
        vec![report.id.into()],
    )
    .await?;
    tx.remove(report).await?;
    Ok(blob)
}

/// Calls off what is under way. Errors: 409 when nothing is.
pub(super) async fn cancel(tx: &Tx, report: Seen<Model>) -> Result<Seen<Model>, Stop> {
    if !report.state.is_under_way() {
        return Err(Problem::of(Code::StateForbids)
            .at("/state", report.state.as_str())
            .into());
    }
    let now = tx.now();
    tx.amend(report, |row: &mut ActiveModel| {
        row.state = Set(ReportState::Cancelled);
        row.finished_at = Set(Some(now));
    })
    .await
}
