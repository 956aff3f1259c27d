//! HTTP of recurring charges.

use super::entity::levy;
use super::{actions, bulk, queries};
use crate::communities;
use crate::kernel::{
    Access, Body, Created, Done, IfMatch, NoContent, Path, Problems, Query, Request, Resource, Revised, Show, Stop, may,
};
use crate::units;
use actix_web::{delete, get, post, put, web::Json};
use kept_shared::event::Event;
use kept_shared::ids::{CommunityId, LevyId, UnitId};
use kept_shared::levies::*;
use kept_shared::page::Page;
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for Levy {
    fn path(&self) -> String {
        format!("/api/v1/levies/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// List recurring charges
///
/// By unit in the order people count in. Charges that ended are added with `include_ended=true`.
#[utoipa::path(tag = "levies", operation_id = "list_levies", params(LevyFilter),
    responses((status = 200, body = Page<Levy>)),
    security(("bearer" = ["levies:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/levies")]
async fn list_levies(access: Access<may::ViewLevies>, filter: Query<LevyFilter>) -> Result<Json<Page<Levy>>, Stop> {
    let read = access.read().await?;
    Ok(Json(queries::list(&read, &filter).await?))
}

/// Sums of a community's recurring charges in force today
#[utoipa::path(tag = "levies", operation_id = "get_levy_summary", params(("community_id" = CommunityId, Path)),
    responses((status = 200, body = LevySummary), Problems<404>),
    security(("bearer" = ["levies:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/communities/{community_id}/levies/summary")]
async fn get_levy_summary(access: Access<may::ViewLevies>, id: Path<CommunityId>) -> Result<Json<LevySummary>, Stop> {
    let read = access.read().await?;
    let community = read.get::<communities::Entity>(*id).await?;
    let today = read.today(&community.time_zone);
    Ok(Json(
        queries::summary(&read, community.id, community.currency, today).await?,
    ))
}

/// Read a recurring charge with the history of its amounts
#[utoipa::path(tag = "levies", operation_id = "get_levy", params(("levy_id" = LevyId, Path)),
    responses((status = 200, body = Levy), Problems<404>),
    security(("bearer" = ["levies:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/levies/{levy_id}")]
async fn get_levy(access: Access<may::ViewLevies>, id: Path<LevyId>) -> Result<Show<Levy>, Stop> {
    let read = access.read().await?;
    Ok(Show(queries::view(&read, *id).await?))
}

/// Set up a recurring charge for a unit
///
/// A unit has at most one of a kind at a time (of the kind `other`: one of the same words).
#[utoipa::path(tag = "levies", operation_id = "create_levy",
    params(("unit_id" = UnitId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = NewLevy, example = json!({"kind": "levy", "what_for": "Levy", "frequency": "monthly", "first_on": "2026-12-01",
        "charge_day": 1, "due": {"on_day": 7}, "amount": {"amount": "1850.00", "currency": "ZAR"}})),
    responses((status = 201, body = Levy), Problems<404, 409, 422>),
    security(("bearer" = ["levies:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/units/{unit_id}/levies")]
async fn create_levy(
    access: Access<may::EditLevies>,
    id: Path<UnitId>,
    new: Body<NewLevy>,
) -> Result<Created<Levy>, Stop> {
    let tx = access.write(&new.request).await?;
    let unit = tx.get::<units::Entity>(*id).await?;
    let levy = actions::create(&tx, &unit, new.value).await?;
    let reply = Created::new(queries::view(&tx, levy).await?);
    let event = Event::LevyCreated { levy, unit: unit.id };
    tx.finish(unit.community_id, event, reply).await
}

/// Change the terms of a recurring charge
///
/// Takes them whole. Once charged, its kind, frequency and first period are fixed and its end not before what was charged.
#[utoipa::path(tag = "levies", operation_id = "edit_levy",
    params(("levy_id" = LevyId, Path), ("If-Match" = String, Header, example = "\"1\"")), request_body = LevyTerms,
    responses((status = 200, body = Levy), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["levies:edit"])), extensions(("x-access" = json!("scoped"))))]
#[put("/levies/{levy_id}")]
async fn edit_levy(
    access: Access<may::EditLevies>,
    id: Path<LevyId>,
    expected: IfMatch,
    terms: Body<LevyTerms>,
) -> Result<Revised<Levy>, Stop> {
    let tx = access.write(&terms.request).await?;
    let row = tx.get::<levy::Entity>(*id).await?;
    let community = row.community_id;
    let fields = actions::edit(&tx, row, expected, terms.value).await?;
    let reply = Revised::new(queries::view(&tx, *id).await?);
    tx.finish(community, Event::LevyChanged { levy: *id, fields }, reply)
        .await
}

/// Change the amount of a recurring charge from a day on
///
/// Earlier amounts stay as its history. What was charged cannot be changed: reverse its run first.
#[utoipa::path(tag = "levies", operation_id = "change_levy_amount",
    params(("levy_id" = LevyId, Path), ("If-Match" = String, Header, example = "\"1\""), ("Idempotency-Key" = Option<String>, Header)),
    request_body = LevyAmount,
    responses((status = 200, body = Levy), Problems<404, 412, 422, 428>),
    security(("bearer" = ["levies:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/levies/{levy_id}/amounts")]
async fn change_levy_amount(
    access: Access<may::EditLevies>,
    id: Path<LevyId>,
    expected: IfMatch,
    change: Body<LevyAmount>,
) -> Result<Revised<Levy>, Stop> {
    let tx = access.write(&change.request).await?;
    let row = tx.get::<levy::Entity>(*id).await?;
    let community = row.community_id;
    let LevyAmount { from_on, amount } = change.value;
    actions::change_amount(&tx, row, expected, change.value).await?;
    let reply = Revised::new(queries::view(&tx, *id).await?);
    let event = Event::LevyAmountChanged {
        levy: *id,
        from_on,
        amount,
    };
    tx.finish(community, event, reply).await
}

/// Remove a recurring charge that never raised anything
///
/// One that did is ended instead.
#[utoipa::path(tag = "levies", operation_id = "delete_levy",
    params(("levy_id" = LevyId, Path), ("If-Match" = String, Header, example = "\"1\"")),
    responses((status = 204), Problems<404, 409, 412, 428>),
    security(("bearer" = ["levies:edit"])), extensions(("x-access" = json!("scoped"))))]
#[delete("/levies/{levy_id}")]
async fn delete_levy(
    access: Access<may::EditLevies>,
    id: Path<LevyId>,
    expected: IfMatch,
    request: Request,
) -> Result<NoContent, Stop> {
    let tx = access.write(&request).await?;
    let row = tx.get::<levy::Entity>(*id).await?;
    let (community, unit) = (row.community_id, row.unit_id);
    actions::remove(&tx, row, expected).await?;
    tx.finish(community, Event::LevyDeleted { levy: *id, unit }, NoContent)
        .await
}

/// See what setting a charge for all units of a community would do
///
/// The amount of each unit; a budget shared by participation quota adds up to the cent. Changes nothing.
#[utoipa::path(tag = "levies", operation_id = "preview_set_levies", params(("community_id" = CommunityId, Path)),
    request_body = SetLevies, responses((status = 200, body = LeviesSet), Problems<404, 422>),
    security(("bearer" = ["levies:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/communities/{community_id}/levies/set/preview")]
async fn preview_set_levies(
    access: Access<may::EditLevies>,
    id: Path<CommunityId>,
    set: Body<SetLevies>,
) -> Result<Done<LeviesSet>, Stop> {
    let read = access.read().await?;
    let community = read.get::<communities::Entity>(*id).await?;
    let parts = bulk::plan(&read, &community, &set.value).await?;
    Ok(Done::ok(bulk::outcome(&parts, &community)))
}

/// Set a charge for all units in use of a community
///
/// Where a unit has one of the kind in force, its amount changes from `first_on`; else it gets one. A unit where several
/// follow each other in that time is refused by name (`several_charges`): set each time by itself.
#[utoipa::path(tag = "levies", operation_id = "set_levies",
    params(("community_id" = CommunityId, Path), ("Idempotency-Key" = String, Header)),
    request_body(content = SetLevies, example = json!({"kind": "levy", "what_for": "Levy", "frequency": "monthly", "first_on": "2027-01-01",
        "charge_day": 1, "due": {"on_day": 7}, "spread": {"by_quota": {"amount": "250000.00", "currency": "ZAR"}}})),
    responses((status = 200, body = LeviesSet), Problems<404, 422>),
    security(("bearer" = ["levies:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/communities/{community_id}/levies/set")]
async fn set_levies(
    access: Access<may::EditLevies>,
    id: Path<CommunityId>,
    set: Body<SetLevies>,
) -> Result<Done<LeviesSet>, Stop> {
    let tx = access.write(&set.request).await?;
    let community = tx.get::<communities::Entity>(*id).await?;
    set.request.required()?;
    actions::hold(&tx, community.id).await?;
    let set = SetLevies {
        terms: set.value.terms.tidied(),
        ..set.value
    };
    let parts = bulk::plan(&tx, &community, &set).await?;
    bulk::set(&tx, &parts, &set.terms).await?;
    let outcome = bulk::outcome(&parts, &community);
    let event = Event::LeviesSet {
        kind: set.terms.kind.as_str().to_owned(),
        created: u32::try_from(outcome.created).unwrap_or(u32::MAX),
        changed: u32::try_from(outcome.changed).unwrap_or(u32::MAX),
    };
    tx.finish(community.id, event, Done::ok(outcome)).await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_levies)
        .service(get_levy_summary)
        .service(get_levy)
        .service(create_levy)
        .service(edit_levy)
        .service(change_levy_amount)
        .service(delete_levy)
        .service(preview_set_levies)
        .service(set_levies);
}
