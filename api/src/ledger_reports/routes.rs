//! HTTP of detailed ledgers.

use super::entity::{Column, Entity, Model};
use super::jobs::{Feed, sent};
use super::workbook::{Book, Head};
use super::{actions, queries, sums};
use crate::kernel::files::Bytes;
use crate::kernel::{
    Access, Body, Created, Done, NoContent, Path, Problems, Query, Read, Request, Resource, Seen, Show, Stop, Subject,
    export, may, page,
};
use crate::users::organisation;
use actix_web::{HttpResponse, delete, get, http::header, post};
use kept_shared::event::Event;
use kept_shared::ids::*;
use kept_shared::ledger_reports::*;
use kept_shared::page::Page;
use kept_shared::permission::Permission;
use kept_shared::problem::{Code, Problem};
use sea_orm::{ColumnTrait, QueryOrder};
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for LedgerReport {
    fn path(&self) -> String {
        format!("/api/v1/ledger-reports/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// Which page.
#[derive(Clone, Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ReportPage {
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Customers of one page of the screen at most.
const MOST_ON_SCREEN: u64 = 50;

/// One report as the caller may see it.
async fn shown(read: &Read, report: Seen<Model>) -> Result<LedgerReport, Stop> {
    let mut views = queries::views(read, &[report]).await?;
    views.pop().ok_or_else(Stop::not_found)
}

/// Run a detailed ledger
///
/// Of chosen customers or all within reach, at most 20,000 customers and 1,000,000 lines. Up to 200 customers and 20,000
/// lines its workbook is made when it is downloaded; anything larger is made in the background and the caller is notified.
/// The report is the caller's own and kept for seven days; one person has at most 50 at a time.
#[utoipa::path(tag = "ledger-reports", operation_id = "run_ledger_report", params(("Idempotency-Key" = Option<String>, Header)),
    request_body(content = NewLedgerReport, example = json!({"selection": {"by": "all"}, "period": "12m", "layout": "grouped"})),
    responses((status = 201, body = LedgerReport), Problems<422>), security(("bearer" = ["reports:create", "ledger:view"])),
    extensions(("x-access" = json!("own"))))]
#[post("/ledger-reports")]
async fn run_ledger_report(
    access: Access<may::RunReports>,
    new: Body<NewLedgerReport>,
) -> Result<Created<LedgerReport>, Stop> {
    access.caller.require(Permission::ViewLedger)?;
    let read = access.read().await?;
    let ours = read.get::<organisation::Entity>(read.organisation()?).await?;
    let ready = actions::prepare(&read, &new.value, access.today(&ours.time_zone)).await?;
    drop(read);
    let tx = access.write(&new.request).await?;
    let report = actions::order(&tx, &new.value, ready).await?;
    let view = report.view()?;
    let event = Event::LedgerReportOrdered {
        report: view.id,
        customers: view.customers,
        lines: view.lines,
    };
    tx.finish(Subject::ours(), event, Created::new(view)).await
}

/// List one's detailed ledgers
///
/// Newest first, as long as they are kept. Sums are left out where a customer is no longer within reach.
#[utoipa::path(tag = "ledger-reports", operation_id = "list_ledger_reports", params(ReportPage),
    responses((status = 200, body = Page<LedgerReport>), Problems<400>), security(("bearer" = ["reports:create"])),
    extensions(("x-access" = json!("own"))))]
#[get("/ledger-reports")]
async fn list_ledger_reports(
    access: Access<may::RunReports>,
    query: Query<ReportPage>,
) -> Result<Done<Page<LedgerReport>>, Stop> {
    let user = access.caller.user()?;
    let limit = page::limit(query.limit)?;
    let mark = page::fingerprint("ledger-reports", &user)?;
    let after: Option<LedgerReportId> = page::decode(query.cursor.as_deref(), &mark)?;
    let read = access.read().await?;
    let mut found = read.find::<Entity>().filter(Column::OrderedBy.eq(user));
    if let Some(after) = after {
        found = found.filter(Column::Id.lt(after));
    }
    let rows = found
        .shape(|s| s.order_by_desc(Column::Id))
        .limit(limit + 1)
        .all()
        .await?;
    let page = page::page(rows, limit, &mark, |row| row.id)?;
    let items = queries::views(&read, &page.items).await?;
    Ok(Done::ok(Page {
        items,
        next_cursor: page.next_cursor,
    }))
}

/// Read a detailed ledger's state
///
/// Sums are left out once a customer of it is no longer within reach.
#[utoipa::path(tag = "ledger-reports", operation_id = "get_ledger_report", params(("report_id" = LedgerReportId, Path)),
    responses((status = 200, body = LedgerReport), Problems<404>), security(("bearer" = ["reports:create"])),
    extensions(("x-access" = json!("own"))))]
#[get("/ledger-reports/{report_id}")]
async fn get_ledger_report(
    access: Access<may::RunReports>,
    id: Path<LedgerReportId>,
) -> Result<Show<LedgerReport>, Stop> {
    let read = access.read().await?;
    let report = queries::own(&read, *id).await?;
    Ok(Show(shown(&read, report).await?))
}

/// List the customers of a detailed ledger
///
/// Grouped: each customer with opening balance, movements, what they were set against, and closing balance. At most 50 a
/// page, and 500 movements of each: the statement has them all.
#[utoipa::path(tag = "ledger-reports", operation_id = "list_ledger_report_customers",
    params(("report_id" = LedgerReportId, Path), ReportPage),
    responses((status = 200, body = Page<LedgerCustomer>), Problems<400, 404, 409>),
    security(("bearer" = ["reports:create", "ledger:view"])), extensions(("x-access" = json!("own"))))]
#[get("/ledger-reports/{report_id}/customers")]
async fn list_ledger_report_customers(
    access: Access<may::RunReports>,
    id: Path<LedgerReportId>,
    query: Query<ReportPage>,
) -> Result<Done<Page<LedgerCustomer>>, Stop> {
    access.caller.require(Permission::ViewLedger)?;
    let limit = page::limit(query.limit)?;
    if limit > MOST_ON_SCREEN {
        return Err(Problem::of(Code::QueryMalformed).at("?limit", "out_of_range").into());
    }
    let mark = page::fingerprint("ledger-report", &*id)?;
    let after: Option<(String, AccountId)> = page::decode(query.cursor.as_deref(), &mark)?;
    let read = access.read().await?;
    let report = queries::own(&read, *id).await?;
    queries::check_reach(&read, &report).await?;
    let chosen = queries::chosen(&read, report.id, after.as_ref(), limit + 1).await?;
    let page = page::page(chosen, limit, &mark, |c| (c.name.clone(), c.id))?;
    let ids: Vec<AccountId> = page.items.iter().map(|c| c.id).collect();
    let days = (report.from_on, report.to_on);
    Ok(Done::ok(Page {
        items: queries::customers(&read, &ids, days, LINES_ON_SCREEN).await?,
        next_cursor: page.next_cursor,
    }))
}

/// Call off a detailed ledger
///
/// Its workbook, while it waits or is being made.
#[utoipa::path(tag = "ledger-reports", operation_id = "cancel_ledger_report",
    params(("report_id" = LedgerReportId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = LedgerReport), Problems<404, 409>), security(("bearer" = ["reports:create"])),
    extensions(("x-access" = json!("own"))))]
#[post("/ledger-reports/{report_id}/cancel")]
async fn cancel_ledger_report(
    access: Access<may::RunReports>,
    id: Path<LedgerReportId>,
    request: Request,
) -> Result<Done<LedgerReport>, Stop> {
    let tx = access.write(&request).await?;
    let report = queries::own(&tx, *id).await?;
    let report = actions::cancel(&tx, report).await?;
    let event = Event::LedgerReportCancelled { report: report.id };
    let reply = Done::ok(shown(&tx, report).await?);
    tx.finish(Subject::ours(), event, reply).await
}

/// Delete a detailed ledger
///
/// With its workbook, before its seven days are over; by who ordered it. One that is being made is called off first.
#[utoipa::path(tag = "ledger-reports", operation_id = "delete_ledger_report", params(("report_id" = LedgerReportId, Path)),
    responses((status = 204), Problems<404, 409>), security(("bearer" = ["reports:create"])),
    extensions(("x-access" = json!("own"))))]
#[delete("/ledger-reports/{report_id}")]
async fn delete_ledger_report(
    access: Access<may::RunReports>,
    id: Path<LedgerReportId>,
    request: Request,
) -> Result<NoContent, Stop> {
    let tx = access.write(&request).await?;
    let report = queries::own(&tx, *id).await?;
    let event = Event::LedgerReportDeleted { report: report.id };
    let blob = actions::forget(&tx, report).await?;
    let reply = tx.finish(Subject::ours(), event, NoContent).await?;
    if let Some(key) = blob {
        access.kernel().files.discard(&key).await;
    }
    Ok(reply)
}

/// What stands at the top of the workbook.
pub(super) async fn head(read: &Read, report: &Model) -> Result<Head, Stop> {
    let ours = read.get::<organisation::Entity>(read.organisation()?).await?;
    let (totals, _lines) = sums::totals(read, report.id, (report.from_on, report.to_on)).await?;
    Ok(Head {
        organisation: ours.name.clone(),
        from: report.from_on,
        to: report.to_on,
        layout: report.layout,
        totals,
        customers: u32::try_from(report.customers).unwrap_or_default(),
        by: read.caller().name.clone(),
        at: read.now(),
    })
}

fn file_name(report: &Model) -> String {
    format!("detailed-ledger-{}-{}.xlsx", report.from_on, report.to_on)
}

/// Download a detailed ledger as Excel
///
/// Only for who ordered it, and only as long as every customer in it is within that person's reach.
#[utoipa::path(tag = "ledger-reports", operation_id = "download_ledger_report", params(("report_id" = LedgerReportId, Path)),
    responses((status = 200, content_type = export::XLSX, body = Vec<u8>), Problems<404, 409>),
    security(("bearer" = ["reports:create", "ledger:view", "exports:create"])), extensions(("x-access" = json!("own"))))]
#[get("/ledger-reports/{report_id}/workbook.xlsx")]
async fn download_ledger_report(
    access: Access<may::RunReports>,
    id: Path<LedgerReportId>,
) -> Result<HttpResponse, Stop> {
    access.caller.require(Permission::ViewLedger)?;
    access.caller.require(Permission::Export)?;
    let read = access.read().await?;
    let report = queries::own(&read, *id).await?;
    queries::check_reach(&read, &report).await?;
    if !report.state.is_downloadable() {
        return Err(Problem::of(Code::StateForbids)
            .at("/state", report.state.as_str())
            .into());
    }
    let head = head(&read, &report).await?;
    let tx = access.write(&Request::none()).await?;
    let made = Event::ExportMade {
        report: "ledger-report".into(),
        rows: u32::try_from(report.lines).unwrap_or(u32::MAX),
    };
    tx.finish(Subject::ours(), made, NoContent).await?;
    if let Some(key) = &report.blob_key {
        drop(read);
        let bytes = access.kernel().files.stream(key).await?;
        return kept_file(&report, bytes);
    }
    let (to, mut from) = tokio::sync::mpsc::channel::<Result<Vec<LedgerCustomer>, Stop>>(2);
    let name = file_name(&report);
    actix_web::rt::spawn(async move {
        let mut feed = Feed::default();
        loop {
            match feed.next(&read, &report).await {
                Ok(Some(part)) => {
                    if !sent(&to, part).await {
                        return;
                    }
                }
                Ok(None) => return,
                Err(stop) => {
                    let _nobody_listens = to.send(Err(stop)).await;
                    return;
                }
            }
        }
    });
    export::stream(&name, export::XLSX, move |out| {
        let mut book = Book::begin(head)?;
        while let Some(part) = from.blocking_recv() {
            for customer in part.map_err(|stop: Stop| anyhow::anyhow!("{stop}"))? {
                book.customer(&customer)?;
            }
        }
        book.end(out)
    })
    .await
}

fn kept_file(report: &Model, bytes: Bytes) -> Result<HttpResponse, Stop> {
    let size = u64::try_from(report.size_bytes.unwrap_or_default()).map_err(Stop::internal)?;
    Ok(HttpResponse::Ok()
        .content_type(export::XLSX)
        .no_chunking(size)
        .insert_header((header::CONTENT_DISPOSITION, export::attachment(&file_name(report))))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(bytes))
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(run_ledger_report)
        .service(list_ledger_reports)
        .service(get_ledger_report)
        .service(list_ledger_report_customers)
        .service(cancel_ledger_report)
        .service(delete_ledger_report)
        .service(download_ledger_report);
}
