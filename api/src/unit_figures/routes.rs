//! HTTP of the figures of units.

use super::{history, list, tolerance, workbook};
use crate::communities;
use crate::kernel::{
    Access, Body, IfMatch, NoContent, Path, Problems, Query, Request, Resource, Revised, Show, Stop, Subject, export,
    may, page,
};
use crate::units;
use actix_web::{HttpResponse, get, put, web::Json};
use kept_shared::event::Event;
use kept_shared::ids::{AccountId, CommunityId, UnitId};
use kept_shared::page::Page;
use kept_shared::permission::Permission;
use kept_shared::unit_figures::*;
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for ArrearsTolerance {
    fn path(&self) -> String {
        format!("/api/v1/communities/{}/arrears-tolerance", self.community_id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// List units with what their owners owe on them
///
/// Status, days past due, amount due and balance as at today. `status=delinquent` shows those that are behind.
#[utoipa::path(tag = "units", operation_id = "list_unit_figures", params(UnitFigureFilter),
    responses((status = 200, body = Page<UnitLine>)),
    security(("bearer" = ["units:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/unit-figures")]
async fn list_unit_figures(
    access: Access<may::ViewUnits>,
    filter: Query<UnitFigureFilter>,
) -> Result<Json<Page<UnitLine>>, Stop> {
    let read = access.read().await?;
    Ok(Json(list::list(&read, &filter).await?))
}

/// Count units by how they stand
///
/// Of the whole filter: how many there are, how many somebody owns, and how many of those are behind today.
#[utoipa::path(tag = "units", operation_id = "sum_unit_figures", params(UnitFigureFilter),
    responses((status = 200, body = UnitFigureSummary), Problems<400>),
    security(("bearer" = ["units:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/unit-figures/summary")]
async fn sum_unit_figures(
    access: Access<may::ViewUnits>,
    filter: Query<UnitFigureFilter>,
) -> Result<Json<UnitFigureSummary>, Stop> {
    page::only_whole(filter.limit, filter.cursor.as_deref())?;
    let read = access.read().await?;
    Ok(Json(list::summary(&read, &filter).await?))
}

/// Download the list of units as Excel
///
/// Exactly the units of the filter; with `include_previous=true` a line for each owner of former times.
#[utoipa::path(tag = "units", operation_id = "download_units", params(UnitFigureFilter),
    responses((status = 200, content_type = export::XLSX, body = Vec<u8>), Problems<400, 401, 403>),
    security(("bearer" = ["units:view", "exports:create"])), extensions(("x-access" = json!("scoped"))))]
#[get("/unit-figures.xlsx")]
async fn download_units(access: Access<may::ViewUnits>, filter: Query<UnitFigureFilter>) -> Result<HttpResponse, Stop> {
    access.caller.require(Permission::Export)?;
    page::only_whole(filter.limit, filter.cursor.as_deref())?;
    let read = access.read().await?;
    let lines = workbook::all(&read, &filter).await?;
    let head = workbook::Head::of(&read, &filter, access.caller.name.clone(), access.now()).await?;
    drop(read);
    let tx = access.write(&Request::none()).await?;
    let made = Event::ExportMade {
        report: "units".into(),
        rows: u32::try_from(lines.len()).unwrap_or(u32::MAX),
    };
    tx.finish(Subject::ours(), made, NoContent).await?;
    let name = format!("units-{}.xlsx", head.today);
    export::stream(&name, export::XLSX, move |out| workbook::write(&head, &lines, out)).await
}

/// Read the figures of a unit
///
/// Of its owner as at a day; with `include_previous=true` also of those before. Balances follow the customer.
#[utoipa::path(tag = "units", operation_id = "get_unit_figures", params(("unit_id" = UnitId, Path), FiguresFilter),
    responses((status = 200, body = UnitOwners), Problems<404>),
    security(("bearer" = ["units:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/units/{unit_id}/figures")]
async fn get_unit_figures(
    access: Access<may::ViewUnits>,
    id: Path<UnitId>,
    filter: Query<FiguresFilter>,
) -> Result<Json<UnitOwners>, Stop> {
    let read = access.read().await?;
    let unit = read.get::<units::Entity>(*id).await?;
    let communities = communities::by_ids(&read, [unit.community_id]).await?;
    let zone = communities.get(&unit.community_id).map(|c| c.time_zone.clone());
    Ok(Json(
        history::of_unit(&read, unit.id, &zone.unwrap_or_default(), &filter).await?,
    ))
}

/// Read the figures of a customer's units
///
/// Status, recurring amount, next due date, last payment, paid-to date, days past due and amount due of each, what is not
/// tied to a unit, and the total, which is the account's balance.
#[utoipa::path(tag = "accounts", operation_id = "get_account_units", params(("account_id" = AccountId, Path), FiguresFilter),
    responses((status = 200, body = AccountUnits), Problems<404>),
    security(("bearer" = ["accounts:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/unit-figures")]
async fn get_account_units(
    access: Access<may::ViewAccounts>,
    id: Path<AccountId>,
    filter: Query<FiguresFilter>,
) -> Result<Json<AccountUnits>, Stop> {
    let read = access.read().await?;
    Ok(Json(history::of_account(&read, *id, &filter).await?))
}

/// Read what is too little to call a unit delinquent
#[utoipa::path(tag = "communities", operation_id = "get_arrears_tolerance", params(("community_id" = CommunityId, Path)),
    responses((status = 200, body = ArrearsTolerance), Problems<404>),
    security(("bearer" = ["communities:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/communities/{community_id}/arrears-tolerance")]
async fn get_arrears_tolerance(
    access: Access<may::ViewCommunities>,
    id: Path<CommunityId>,
) -> Result<Show<ArrearsTolerance>, Stop> {
    let read = access.read().await?;
    let community = read.get::<communities::Entity>(*id).await?;
    Ok(Show(tolerance::view(&read, &community).await?))
}

/// Set what is too little to call a unit delinquent
#[utoipa::path(tag = "communities", operation_id = "set_arrears_tolerance",
    params(("community_id" = CommunityId, Path), ("If-Match" = String, Header, example = "\"0\"")),
    request_body(content = NewArrearsTolerance, example = json!({"tolerance": {"amount": "5.00", "currency": "ZAR"}})),
    responses((status = 200, body = ArrearsTolerance), Problems<404, 412, 422, 428>),
    security(("bearer" = ["communities:edit"])), extensions(("x-access" = json!("scoped"))))]
#[put("/communities/{community_id}/arrears-tolerance")]
async fn set_arrears_tolerance(
    access: Access<may::EditCommunities>,
    id: Path<CommunityId>,
    expected: IfMatch,
    new: Body<NewArrearsTolerance>,
) -> Result<Revised<ArrearsTolerance>, Stop> {
    let tx = access.write(&new.request).await?;
    let community = tx.get::<communities::Entity>(*id).await?;
    let set = tolerance::set(&tx, &community, expected, new.value).await?;
    let event = Event::ArrearsToleranceChanged {
        community: community.id,
        tolerance: set.tolerance,
    };
    tx.finish(community.id, event, Revised::new(set)).await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_unit_figures)
        .service(sum_unit_figures)
        .service(download_units)
        .service(get_unit_figures)
        .service(get_account_units)
        .service(get_arrears_tolerance)
        .service(set_arrears_tolerance);
}
