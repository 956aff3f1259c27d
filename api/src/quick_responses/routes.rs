//! HTTP of quick responses.

use super::{actions, entity, queries};
use crate::kernel::{
    Access, Body, Created, Done, IfMatch, NoContent, Path, Problems, Query, Request, Resource, Revised, Show, Stop,
    Subject, may,
};
use actix_web::{delete, get, post, put};
use kept_shared::event::{Event, changed_fields};
use kept_shared::ids::QuickResponseId;
use kept_shared::quick_responses::{NewQuickResponse, QuickResponse, QuickResponseFilter, QuickResponsePlace};
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for QuickResponse {
    fn path(&self) -> String {
        format!("/api/v1/quick-responses/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// List quick responses
///
/// In the order people pick from; an organisation has few.
#[utoipa::path(tag = "quick responses", operation_id = "list_quick_responses", params(QuickResponseFilter),
    responses((status = 200, body = Vec<QuickResponse>), Problems<400>),
    security(("bearer" = ["quick-responses:edit"])), extensions(("x-access" = json!("scoped"))))]
#[get("/quick-responses")]
async fn list_quick_responses(
    access: Access<may::EditQuickResponses>,
    filter: Query<QuickResponseFilter>,
) -> Result<Done<Vec<QuickResponse>>, Stop> {
    let read = access.read().await?;
    let all = queries::list(&read, filter.archived.unwrap_or_default()).await?;
    Ok(Done::ok(all))
}

/// Get a quick response
#[utoipa::path(tag = "quick responses", operation_id = "get_quick_response", params(("response_id" = QuickResponseId, Path)),
    responses((status = 200, body = QuickResponse), Problems<404>),
    security(("bearer" = ["quick-responses:edit"])), extensions(("x-access" = json!("scoped"))))]
#[get("/quick-responses/{response_id}")]
async fn get_quick_response(
    access: Access<may::EditQuickResponses>,
    id: Path<QuickResponseId>,
) -> Result<Show<QuickResponse>, Stop> {
    let read = access.read().await?;
    let row = read.get::<entity::Entity>(*id).await?;
    Ok(Show(queries::view(&read, &row).await?))
}

/// Create a quick response
///
/// It comes last. An organisation has at most 200.
#[utoipa::path(tag = "quick responses", operation_id = "create_quick_response",
    params(("Idempotency-Key" = Option<String>, Header)), request_body = NewQuickResponse,
    responses((status = 201, body = QuickResponse), Problems<422>),
    security(("bearer" = ["quick-responses:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/quick-responses")]
async fn create_quick_response(
    access: Access<may::EditQuickResponses>,
    new: Body<NewQuickResponse>,
) -> Result<Created<QuickResponse>, Stop> {
    let tx = access.write(&new.request).await?;
    let row = actions::create(&tx, new.value).await?;
    let reply = Created::new(queries::view(&tx, &row).await?);
    let event = Event::QuickResponseCreated { response: row.id };
    tx.finish(Subject::ours(), event, reply).await
}

/// Change a quick response
///
/// Its words, its community, and whether it is offered: an archived one is kept and offered to nobody.
#[utoipa::path(tag = "quick responses", operation_id = "change_quick_response",
    params(("response_id" = QuickResponseId, Path), ("If-Match" = String, Header, example = "\"1\"")),
    request_body = NewQuickResponse,
    responses((status = 200, body = QuickResponse), Problems<404, 412, 422, 428>),
    security(("bearer" = ["quick-responses:edit"])), extensions(("x-access" = json!("scoped"))))]
#[put("/quick-responses/{response_id}")]
async fn change_quick_response(
    access: Access<may::EditQuickResponses>,
    id: Path<QuickResponseId>,
    expected: IfMatch,
    new: Body<NewQuickResponse>,
) -> Result<Revised<QuickResponse>, Stop> {
    let tx = access.write(&new.request).await?;
    let row = tx.get::<entity::Entity>(*id).await?;
    let before = row.view(None);
    let row = actions::change(&tx, row, expected, new.value).await?;
    let mut after = row.view(None);
    after.version = before.version;
    let event = Event::QuickResponseChanged {
        response: row.id,
        fields: changed_fields(&before, &after),
    };
    let reply = Revised::new(queries::view(&tx, &row).await?);
    tx.finish(Subject::ours(), event, reply).await
}

/// Move a quick response
///
/// Before another one, or to the end. Returns the whole list in its new order.
#[utoipa::path(tag = "quick responses", operation_id = "move_quick_response",
    params(("response_id" = QuickResponseId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = QuickResponsePlace,
    responses((status = 200, body = Vec<QuickResponse>), Problems<404, 422>),
    security(("bearer" = ["quick-responses:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/quick-responses/{response_id}/move")]
async fn move_quick_response(
    access: Access<may::EditQuickResponses>,
    id: Path<QuickResponseId>,
    place: Body<QuickResponsePlace>,
) -> Result<Done<Vec<QuickResponse>>, Stop> {
    let tx = access.write(&place.request).await?;
    let row = tx.get::<entity::Entity>(*id).await?;
    actions::place(&tx, &row, place.value).await?;
    let reply = Done::ok(queries::list(&tx, true).await?);
    let event = Event::QuickResponseChanged {
        response: row.id,
        fields: vec!["position".into()],
    };
    tx.finish(Subject::ours(), event, reply).await
}

/// Delete a quick response
///
/// Notes written with it keep their text.
#[utoipa::path(tag = "quick responses", operation_id = "delete_quick_response",
    params(("response_id" = QuickResponseId, Path), ("If-Match" = String, Header, example = "\"1\"")),
    responses((status = 204), Problems<404, 412, 428>),
    security(("bearer" = ["quick-responses:edit"])), extensions(("x-access" = json!("scoped"))))]
#[delete("/quick-responses/{response_id}")]
async fn delete_quick_response(
    access: Access<may::EditQuickResponses>,
    id: Path<QuickResponseId>,
    expected: IfMatch,
    request: Request,
) -> Result<NoContent, Stop> {
    let tx = access.write(&request).await?;
    let row = tx.get::<entity::Entity>(*id).await?;
    actions::delete(&tx, row, expected).await?;
    tx.finish(
        Subject::ours(),
        Event::QuickResponseDeleted { response: *id },
        NoContent,
    )
    .await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_quick_responses)
        .service(get_quick_response)
        .service(create_quick_response)
        .service(change_quick_response)
        .service(move_quick_response)
        .service(delete_quick_response);
}
