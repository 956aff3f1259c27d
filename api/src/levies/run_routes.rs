//! HTTP of charge runs.

use super::entity::run;
use super::{run_actions, run_queries, run_sheet};
use crate::communities;
use crate::kernel::{
    Access, Body, Created, IfMatch, NoContent, Path, Problems, Query, Request, Resource, Revised, Show, Stop, Subject,
    export, may, page,
};
use actix_web::{HttpResponse, delete, get, post, web::Json};
use kept_shared::event::Event;
use kept_shared::ids::{CommunityId, LevyRunId};
use kept_shared::levies::*;
use kept_shared::page::Page;
use kept_shared::permission::Permission;
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for LevyRun {
    fn path(&self) -> String {
        format!("/api/v1/levy-runs/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// List charge runs, latest first
#[utoipa::path(tag = "levies", operation_id = "list_levy_runs", params(LevyRunFilter),
    responses((status = 200, body = Page<LevyRun>)),
    security(("bearer" = ["levies:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/levy-runs")]
async fn list_levy_runs(
    access: Access<may::ViewLevies>,
    filter: Query<LevyRunFilter>,
) -> Result<Json<Page<LevyRun>>, Stop> {
    let read = access.read().await?;
    Ok(Json(run_queries::list(&read, &filter).await?))
}

/// Sum charge runs
///
/// What the runs of a filter raised and what was taken back, one sum for each currency.
#[utoipa::path(tag = "levies", operation_id = "sum_levy_runs", params(LevyRunFilter),
    responses((status = 200, body = LevyRunSummary), Problems<400>),
    security(("bearer" = ["levies:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/levy-runs/summary")]
async fn sum_levy_runs(
    access: Access<may::ViewLevies>,
    filter: Query<LevyRunFilter>,
) -> Result<Json<LevyRunSummary>, Stop> {
    page::only_whole(filter.limit, filter.cursor.as_deref())?;
    let read = access.read().await?;
    Ok(Json(run_queries::summary(&read, &filter).await?))
}

/// Download a charge run as Excel
///
/// Every charge of the run, or what a preview would charge and leave out, with the sum as a formula.
#[utoipa::path(tag = "levies", operation_id = "download_levy_run", params(("levy_run_id" = LevyRunId, Path)),
    responses((status = 200, content_type = export::XLSX, body = Vec<u8>), Problems<401, 403, 404>),
    security(("bearer" = ["levies:view", "exports:create"])), extensions(("x-access" = json!("scoped"))))]
#[get("/levy-runs/{levy_run_id}/workbook.xlsx")]
async fn download_levy_run(access: Access<may::ViewLevies>, id: Path<LevyRunId>) -> Result<HttpResponse, Stop> {
    access.caller.require(Permission::Export)?;
    let read = access.read().await?;
    let row = read.get::<run::Entity>(*id).await?;
    let run = run_queries::one(&read, &row).await?;
    let lines = run_queries::all_lines(&read, &row).await?;
    drop(read);
    let rows = u32::try_from(lines.len()).unwrap_or(u32::MAX);
    let tx = access.write(&Request::none()).await?;
    let made = Event::ExportMade {
        report: "levy-run".into(),
        rows,
    };
    tx.finish(Subject::ours(), made, NoContent).await?;
    let (by, at) = (access.caller.name.clone(), access.now());
    let name = format!("charge-run-{}.xlsx", run.month.format("%Y-%m"));
    export::stream(&name, export::XLSX, move |out| {
        run_sheet::write(&run, &lines, &by, &at, out)
    })
    .await
}

/// Read a charge run
///
/// A preview is worked out anew each time: what it would charge now, and what it leaves out and why.
#[utoipa::path(tag = "levies", operation_id = "get_levy_run", params(("levy_run_id" = LevyRunId, Path)),
    responses((status = 200, body = LevyRun), Problems<404>),
    security(("bearer" = ["levies:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/levy-runs/{levy_run_id}")]
async fn get_levy_run(access: Access<may::ViewLevies>, id: Path<LevyRunId>) -> Result<Show<LevyRun>, Stop> {
    let read = access.read().await?;
    let row = read.get::<run::Entity>(*id).await?;
    Ok(Show(run_queries::one(&read, &row).await?))
}

/// List the charges of a run
///
/// By unit in the order people count in. Of a preview those left out too, with the reason.
#[utoipa::path(tag = "levies", operation_id = "list_levy_run_lines", params(("levy_run_id" = LevyRunId, Path), LevyLineFilter),
    responses((status = 200, body = Page<LevyRunLine>), Problems<404>),
    security(("bearer" = ["levies:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/levy-runs/{levy_run_id}/lines")]
async fn list_levy_run_lines(
    access: Access<may::ViewLevies>,
    id: Path<LevyRunId>,
    filter: Query<LevyLineFilter>,
) -> Result<Json<Page<LevyRunLine>>, Stop> {
    let read = access.read().await?;
    let row = read.get::<run::Entity>(*id).await?;
    Ok(Json(run_queries::lines(&read, &row, &filter).await?))
}

/// Preview the charge run of a month
///
/// Charges nothing. One unfinished run for a community and month at a time; after a reversal the month can be run again.
#[utoipa::path(tag = "levies", operation_id = "create_levy_run",
    params(("community_id" = CommunityId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = NewLevyRun, example = json!({"month": "2026-12-01"})),
    responses((status = 201, body = LevyRun), Problems<404, 409, 422>),
    security(("bearer" = ["charge-runs:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/communities/{community_id}/levy-runs")]
async fn create_levy_run(
    access: Access<may::RunLevies>,
    id: Path<CommunityId>,
    new: Body<NewLevyRun>,
) -> Result<Created<LevyRun>, Stop> {
    let tx = access.write(&new.request).await?;
    let community = tx.get::<communities::Entity>(*id).await?;
    let row = run_actions::create(&tx, &community, new.value).await?;
    let reply = Created::new(run_queries::one(&tx, &row).await?);
    let event = Event::LevyRunPreviewed {
        run: row.id,
        month: row.month,
    };
    tx.finish(community.id, event, reply).await
}

/// Start a charge run
///
/// Takes the number and sum of charges the person saw; 412 when the plan has changed since. A job raises them in the
/// background: one invoice for each unit, thing and period, once.
#[utoipa::path(tag = "levies", operation_id = "start_levy_run",
    params(("levy_run_id" = LevyRunId, Path), ("If-Match" = String, Header, example = "\"1\""), ("Idempotency-Key" = String, Header)),
    request_body = StartLevyRun,
    responses((status = 200, body = LevyRun), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["charge-runs:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/levy-runs/{levy_run_id}/start")]
async fn start_levy_run(
    access: Access<may::RunLevies>,
    id: Path<LevyRunId>,
    expected: IfMatch,
    wish: Body<StartLevyRun>,
) -> Result<Revised<LevyRun>, Stop> {
    let tx = access.write(wish.request.required()?).await?;
    let row = tx.get::<run::Entity>(*id).await?;
    let row = run_actions::start(&tx, row, expected, wish.value).await?;
    let reply = Revised::new(run_queries::one(&tx, &row).await?);
    let event = Event::LevyRunStarted {
        run: row.id,
        charges: u32::try_from(wish.value.charges).unwrap_or(u32::MAX),
        total: wish.value.total,
    };
    tx.finish(row.community_id, event, reply).await
}

/// Reverse a charge run
///
/// Every charge is taken back by an entry of its own; what was paid on it becomes credit of the customer. The month can be
/// run again afterwards. An unfinished run of the same month stands in the way (409 `run_open`, naming it).
#[utoipa::path(tag = "levies", operation_id = "reverse_levy_run",
    params(("levy_run_id" = LevyRunId, Path), ("If-Match" = String, Header, example = "\"1\""), ("Idempotency-Key" = String, Header)),
    request_body = ReverseLevyRun,
    responses((status = 200, body = LevyRun), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["charge-runs:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/levy-runs/{levy_run_id}/reverse")]
async fn reverse_levy_run(
    access: Access<may::RunLevies>,
    id: Path<LevyRunId>,
    expected: IfMatch,
    wish: Body<ReverseLevyRun>,
) -> Result<Revised<LevyRun>, Stop> {
    let tx = access.write(wish.request.required()?).await?;
    let row = tx.get::<run::Entity>(*id).await?;
    let row = run_actions::reverse(&tx, row, expected, wish.value).await?;
    let reply = Revised::new(run_queries::one(&tx, &row).await?);
    let event = Event::LevyRunReversalOrdered { run: row.id };
    tx.finish(row.community_id, event, reply).await
}

/// Discard the preview of a charge run
#[utoipa::path(tag = "levies", operation_id = "delete_levy_run",
    params(("levy_run_id" = LevyRunId, Path), ("If-Match" = String, Header, example = "\"1\"")),
    responses((status = 204), Problems<404, 409, 412, 428>),
    security(("bearer" = ["charge-runs:create"])), extensions(("x-access" = json!("scoped"))))]
#[delete("/levy-runs/{levy_run_id}")]
async fn delete_levy_run(
    access: Access<may::RunLevies>,
    id: Path<LevyRunId>,
    expected: IfMatch,
    request: Request,
) -> Result<NoContent, Stop> {
    let tx = access.write(&request).await?;
    let row = tx.get::<run::Entity>(*id).await?;
    let community = row.community_id;
    run_actions::discard(&tx, row, expected).await?;
    tx.finish(community, Event::LevyRunDiscarded { run: *id }, NoContent)
        .await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_levy_runs)
        .service(sum_levy_runs)
        .service(download_levy_run)
        .service(get_levy_run)
        .service(list_levy_run_lines)
        .service(create_levy_run)
        .service(start_levy_run)
        .service(reverse_levy_run)
        .service(delete_levy_run);
}
