//! HTTP of saved views.

use super::{actions, queries};
use crate::kernel::{
    Access, Body, Created, Done, IfMatch, NoContent, Path, Problems, Query, Request, Resource, Revised, Stop, Subject,
    may,
};
use actix_web::{delete, get, post, put, web::Json};
use kept_shared::event::Event;
use kept_shared::ids::SavedViewId;
use kept_shared::page::Page;
use kept_shared::saved_views::{ChangedSavedView, DefaultView, NewSavedView, SavedView, SavedViewFilter};
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for SavedView {
    fn path(&self) -> String {
        format!("/api/v1/saved-views/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// List the views of a list
///
/// One's own and those shared with the organisation, by name.
#[utoipa::path(tag = "saved views", operation_id = "list_saved_views", params(SavedViewFilter),
    responses((status = 200, body = Page<SavedView>), Problems<400, 401, 403>), security(("bearer" = [])),
    extensions(("x-access" = json!("own"))))]
#[get("/saved-views")]
async fn list_saved_views(
    access: Access<may::SignedIn>,
    filter: Query<SavedViewFilter>,
) -> Result<Json<Page<SavedView>>, Stop> {
    access.caller.require(filter.list.permission())?;
    let read = access.read().await?;
    Ok(Json(queries::list(&read, &filter).await?))
}

/// Keep a view
///
/// Sharing it needs `communities:edit`.
#[utoipa::path(tag = "saved views", operation_id = "create_saved_view",
    params(("Idempotency-Key" = Option<String>, Header)), request_body = NewSavedView,
    responses((status = 201, body = SavedView), Problems<401, 403, 409, 422>), security(("bearer" = [])),
    extensions(("x-access" = json!("own"))))]
#[post("/saved-views")]
async fn create_saved_view(access: Access<may::SignedIn>, new: Body<NewSavedView>) -> Result<Created<SavedView>, Stop> {
    let tx = access.write(&new.request).await?;
    let view = actions::create(&tx, new.value).await?;
    let reply = queries::changed(&tx, &view).await?;
    let event = Event::SavedViewCreated {
        view: view.id,
        shared: view.is_shared,
    };
    tx.finish(Subject::ours(), event, Created::new(reply)).await
}

/// Change a view
///
/// Its name, what it holds, and whether the organisation sees it. A shared one of somebody else needs `communities:edit`,
/// as sharing does.
#[utoipa::path(tag = "saved views", operation_id = "change_saved_view",
    params(("view_id" = SavedViewId, Path), ("If-Match" = String, Header, example = "\"1\"")),
    request_body = ChangedSavedView,
    responses((status = 200, body = SavedView), Problems<403, 404, 409, 412, 422>, Problems<428>), security(("bearer" = [])),
    extensions(("x-access" = json!("own"))))]
#[put("/saved-views/{view_id}")]
async fn change_saved_view(
    access: Access<may::SignedIn>,
    id: Path<SavedViewId>,
    expected: IfMatch,
    new: Body<ChangedSavedView>,
) -> Result<Revised<SavedView>, Stop> {
    let tx = access.write(&new.request).await?;
    let view = actions::change(&tx, *id, expected, new.value).await?;
    let event = Event::SavedViewChanged {
        view: view.id,
        shared: view.is_shared,
    };
    let reply = Revised::new(queries::changed(&tx, &view).await?);
    tx.finish(Subject::ours(), event, reply).await
}

/// Delete a view
#[utoipa::path(tag = "saved views", operation_id = "delete_saved_view",
    params(("view_id" = SavedViewId, Path), ("If-Match" = String, Header, example = "\"1\"")),
    responses((status = 204), Problems<401, 403, 404, 412, 428>), security(("bearer" = [])),
    extensions(("x-access" = json!("own"))))]
#[delete("/saved-views/{view_id}")]
async fn delete_saved_view(
    access: Access<may::SignedIn>,
    id: Path<SavedViewId>,
    expected: IfMatch,
    request: Request,
) -> Result<NoContent, Stop> {
    let tx = access.write(&request).await?;
    let shared = actions::delete(&tx, *id, expected).await?;
    tx.finish(
        Subject::ours(),
        Event::SavedViewDeleted { view: *id, shared },
        NoContent,
    )
    .await
}

/// Choose what one's list begins with
///
/// A view of one's own or a shared one; none: the list as it comes.
#[utoipa::path(tag = "saved views", operation_id = "choose_default_view",
    params(("Idempotency-Key" = Option<String>, Header)), request_body = DefaultView,
    responses((status = 200, body = DefaultView), Problems<401, 403, 404>), security(("bearer" = [])),
    extensions(("x-access" = json!("own"))))]
#[post("/saved-views/default")]
async fn choose_default_view(
    access: Access<may::SignedIn>,
    choice: Body<DefaultView>,
) -> Result<Done<DefaultView>, Stop> {
    let tx = access.write(&choice.request).await?;
    actions::choose(&tx, &choice.value).await?;
    tx.finish_unrecorded("what the caller's own list begins with", Done::ok(choice.value))
        .await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_saved_views)
        .service(create_saved_view)
        .service(choose_default_view)
        .service(change_saved_view)
        .service(delete_saved_view);
}
