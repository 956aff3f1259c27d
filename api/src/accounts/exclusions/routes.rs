//! HTTP of exclusions.

use super::{actions, entity};
use crate::accounts;
use crate::kernel::{Access, Body, Done, Path, Problems, Stop, may};
use actix_web::{get, post, web::Json};
use kept_shared::event::Event;
use kept_shared::exclusions::{Exclusion, Exclusions, LiftExclusion, NewExclusion};
use kept_shared::ids::{AccountId, ExclusionId};
use utoipa_actix_web::service_config::ServiceConfig;

/// Read a customer's exclusions
///
/// What is in force and what was lifted, with who, when and why; and how far the customer is excluded, by numbers.
#[utoipa::path(tag = "accounts", operation_id = "get_exclusions", params(("account_id" = AccountId, Path)),
    responses((status = 200, body = Exclusions), Problems<404>),
    security(("bearer" = ["accounts:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/exclusions")]
async fn get_exclusions(access: Access<may::ViewAccounts>, id: Path<AccountId>) -> Result<Json<Exclusions>, Stop> {
    let read = access.read().await?;
    let account = read.get::<accounts::Entity>(*id).await?;
    Ok(Json(actions::all(&read, account.id).await?))
}

/// Exclude a customer, or one of the numbers
///
/// Each kind is a switch of its own. Refused with 409 where the same one is in force.
#[utoipa::path(tag = "accounts", operation_id = "set_exclusion",
    params(("account_id" = AccountId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = NewExclusion,
    responses((status = 201, body = Exclusion), Problems<404, 409, 422>),
    security(("bearer" = ["exclusions:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/accounts/{account_id}/exclusions")]
async fn set_exclusion(
    access: Access<may::EditExclusions>,
    id: Path<AccountId>,
    new: Body<NewExclusion>,
) -> Result<Done<Exclusion>, Stop> {
    let tx = access.write(&new.request).await?;
    let account = tx.get::<accounts::Entity>(*id).await?;
    let set = actions::set(&tx, &account, new.value).await?;
    let event = Event::ExclusionSet {
        exclusion: set.id,
        kind: set.kind.as_str().into(),
        number: set.number.clone(),
        note: set.note.clone(),
    };
    tx.finish(account.id, event, Done::created(set)).await
}

/// Lift an exclusion
///
/// It stays in the customer's history with who lifted it and why.
#[utoipa::path(tag = "accounts", operation_id = "lift_exclusion",
    params(("exclusion_id" = ExclusionId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = LiftExclusion,
    responses((status = 200, body = Exclusion), Problems<404, 409, 422>),
    security(("bearer" = ["exclusions:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/exclusions/{exclusion_id}/lift")]
async fn lift_exclusion(
    access: Access<may::EditExclusions>,
    id: Path<ExclusionId>,
    why: Body<LiftExclusion>,
) -> Result<Done<Exclusion>, Stop> {
    let tx = access.write(&why.request).await?;
    let row = tx.get::<entity::Entity>(*id).await?;
    let account = row.account_id;
    let lifted = actions::lift(&tx, row, &why.value).await?;
    let event = Event::ExclusionLifted {
        exclusion: lifted.id,
        kind: lifted.kind.as_str().into(),
        number: lifted.number.clone(),
        note: why.value.note.trim().to_owned(),
    };
    tx.finish(account, event, Done::ok(lifted)).await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_exclusions)
        .service(set_exclusion)
        .service(lift_exclusion);
}
