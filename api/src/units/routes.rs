//! HTTP of units.

use super::{actions, changes, entity, owners, queries};
use crate::communities;
use crate::kernel::{
    Access, Body, Created, IfMatch, Path, Problems, Query, Resource, Revised, Show, Stop, Subject, may,
};
use actix_web::{get, post, put, web::Json};
use kept_shared::event::Event;
use kept_shared::ids::{CommunityId, UnitId};
use kept_shared::page::Page;
use kept_shared::units::{Block, NewOwner, NewUnit, Unit, UnitChange, UnitFilter};
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for Unit {
    fn path(&self) -> String {
        format!("/api/v1/units/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// List units with their owners
///
/// In the order people count in (`A-2` before `A-10`). Earlier owners with `include_previous=true`.
#[utoipa::path(tag = "units", operation_id = "list_units", params(UnitFilter),
    responses((status = 200, body = Page<Unit>)),
    security(("bearer" = ["units:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/units")]
async fn list_units(access: Access<may::ViewUnits>, filter: Query<UnitFilter>) -> Result<Json<Page<Unit>>, Stop> {
    let read = access.read().await?;
    Ok(Json(queries::list(&read, &filter).await?))
}

/// List the blocks of a community's units
#[utoipa::path(tag = "units", operation_id = "list_blocks", params(("community_id" = CommunityId, Path)),
    responses((status = 200, body = Vec<Block>), Problems<404>),
    security(("bearer" = ["units:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/communities/{community_id}/blocks")]
async fn list_blocks(access: Access<may::ViewUnits>, id: Path<CommunityId>) -> Result<Json<Vec<Block>>, Stop> {
    let read = access.read().await?;
    let community = read.get::<communities::Entity>(*id).await?;
    Ok(Json(queries::blocks(&read, community.id).await?))
}

/// Read a unit with the history of its owners
#[utoipa::path(tag = "units", operation_id = "get_unit", params(("unit_id" = UnitId, Path)),
    responses((status = 200, body = Unit), Problems<404>),
    security(("bearer" = ["units:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/units/{unit_id}")]
async fn get_unit(access: Access<may::ViewUnits>, id: Path<UnitId>) -> Result<Show<Unit>, Stop> {
    let read = access.read().await?;
    let unit = read.get::<entity::Entity>(*id).await?;
    Ok(Show(queries::view(&read, &unit).await?))
}

#[derive(Debug, Default, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct Paging {
    limit: Option<u32>,
    cursor: Option<String>,
}

/// List what was changed about a unit
///
/// Newest first: that it was created and each change of its fields, with what they held. Owners are part of the unit.
#[utoipa::path(tag = "units", operation_id = "list_unit_changes", params(("unit_id" = UnitId, Path), Paging),
    responses((status = 200, body = Page<UnitChange>), Problems<400, 404>),
    security(("bearer" = ["units:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/units/{unit_id}/changes")]
async fn list_unit_changes(
    access: Access<may::ViewUnits>,
    id: Path<UnitId>,
    paging: Query<Paging>,
) -> Result<Json<Page<UnitChange>>, Stop> {
    let read = access.read().await?;
    let unit = read.get::<entity::Entity>(*id).await?;
    let page = changes::changes(&read, &unit, paging.limit, paging.cursor.as_deref()).await?;
    Ok(Json(page))
}

/// Create a unit
#[utoipa::path(tag = "units", operation_id = "create_unit",
    params(("community_id" = CommunityId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = NewUnit, example = json!({"code": "A-101", "block": "A", "unit_type": "2 bedroom", "participation_quota": "1.2345"})),
    responses((status = 201, body = Unit), Problems<404, 409, 422>),
    security(("bearer" = ["units:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/communities/{community_id}/units")]
async fn create_unit(
    access: Access<may::CreateUnits>,
    id: Path<CommunityId>,
    new: Body<NewUnit>,
) -> Result<Created<Unit>, Stop> {
    let tx = access.write(&new.request).await?;
    let community = tx.get::<communities::Entity>(*id).await?;
    let unit = actions::create(&tx, &community, new.value).await?;
    let reply = Created::new(queries::view(&tx, &unit).await?);
    tx.finish(community.id, Event::UnitCreated { unit: unit.id }, reply)
        .await
}

/// Change a unit
///
/// Takes the whole unit; owners have an operation of their own.
#[utoipa::path(tag = "units", operation_id = "edit_unit",
    params(("unit_id" = UnitId, Path), ("If-Match" = String, Header, example = "\"1\"")), request_body = NewUnit,
    responses((status = 200, body = Unit), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["units:edit"])), extensions(("x-access" = json!("scoped"))))]
#[put("/units/{unit_id}")]
async fn edit_unit(
    access: Access<may::EditUnits>,
    id: Path<UnitId>,
    expected: IfMatch,
    new: Body<NewUnit>,
) -> Result<Revised<Unit>, Stop> {
    let tx = access.write(&new.request).await?;
    let unit = tx.get::<entity::Entity>(*id).await?;
    let (unit, event) = actions::edit(&tx, unit, expected, new.value).await?;
    let reply = Revised::new(queries::view(&tx, &unit).await?);
    tx.finish(unit.community_id, event, reply).await
}

/// Give a unit its owner from a day on
///
/// The owner before ends the day before. The first day of the present owner given again replaces that owner.
#[utoipa::path(tag = "units", operation_id = "assign_unit_owner",
    params(("unit_id" = UnitId, Path), ("If-Match" = String, Header, example = "\"1\""), ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewOwner,
    responses((status = 200, body = Unit), Problems<404, 412, 422, 428>),
    security(("bearer" = ["units:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/units/{unit_id}/owners")]
async fn assign_unit_owner(
    access: Access<may::EditUnits>,
    id: Path<UnitId>,
    expected: IfMatch,
    new: Body<NewOwner>,
) -> Result<Revised<Unit>, Stop> {
    let tx = access.write(&new.request).await?;
    let unit = tx.get::<entity::Entity>(*id).await?;
    let unit = tx.update(unit, expected, |_: &mut entity::ActiveModel| {}).await?;
    let (account, from_on) = (new.value.account_id, new.value.from_on);
    owners::assign_owner(&tx, &unit, account, from_on).await?;
    let reply = Revised::new(queries::view(&tx, &unit).await?);
    let on = Subject {
        account: Some(account),
        ..unit.community_id.into()
    };
    tx.finish(
        on,
        Event::OwnerChanged {
            unit: unit.id,
            account,
            from_on,
        },
        reply,
    )
    .await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_units)
        .service(list_blocks)
        .service(get_unit)
        .service(list_unit_changes)
        .service(create_unit)
        .service(edit_unit)
        .service(assign_unit_owner);
}
