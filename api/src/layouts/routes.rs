//! HTTP of layouts.

use super::{PAGE, actions, queries};
use crate::kernel::{
    Access, Body, Done, IfMatch, Path, Problems, Request, Resource, Revised, Show, Stop, Subject, may,
};
use actix_web::{delete, get, put};
use kept_shared::event::Event;
use kept_shared::ids::PermissionGroupId;
use kept_shared::layouts::{GroupLayout, Layout, NewLayout};
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for GroupLayout {
    fn path(&self) -> String {
        format!("/api/v1/layouts/account/groups/{}", self.group_id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

fn saved(group: Option<PermissionGroupId>) -> Event {
    Event::LayoutSaved {
        page: PAGE.into(),
        group,
    }
}

fn reverted(group: Option<PermissionGroupId>) -> Event {
    Event::LayoutReverted {
        page: PAGE.into(),
        group,
    }
}

/// Get the layout of the customer page
///
/// The caller's own, else that of the permission group, else the one that comes with Kept for the user type; and which of
/// them it is.
#[utoipa::path(tag = "layouts", operation_id = "get_layout",
    responses((status = 200, body = Layout)),
    security(("bearer" = ["accounts:view"])), extensions(("x-access" = json!("own"))))]
#[get("/layouts/account")]
async fn get_layout(access: Access<may::ViewAccounts>) -> Result<Done<Layout>, Stop> {
    let read = access.read().await?;
    Ok(Done::ok(queries::resolved(&read).await?))
}

/// Save one's own layout of the customer page
#[utoipa::path(tag = "layouts", operation_id = "save_layout",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body(content = NewLayout, example = json!({"widgets": [{"widget": "contacts", "width": "two_thirds"},
        {"widget": "facts", "width": "third"}]})),
    responses((status = 200, body = Layout), Problems<422>),
    security(("bearer" = ["accounts:view"])), extensions(("x-access" = json!("own"))))]
#[put("/layouts/account")]
async fn save_layout(access: Access<may::ViewAccounts>, new: Body<NewLayout>) -> Result<Done<Layout>, Stop> {
    let tx = access.write(&new.request).await?;
    actions::save_own(&tx, new.value).await?;
    let reply = Done::ok(queries::resolved(&tx).await?);
    let me = tx.caller().user()?;
    tx.finish(Subject::from(me), saved(None), reply).await
}

/// Revert to the layout one would see without one's own
///
/// Answers with that layout, also when there was none to give up.
#[utoipa::path(tag = "layouts", operation_id = "revert_layout", params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = Layout)),
    security(("bearer" = ["accounts:view"])), extensions(("x-access" = json!("own"))))]
#[delete("/layouts/account")]
async fn revert_layout(access: Access<may::ViewAccounts>, request: Request) -> Result<Done<Layout>, Stop> {
    let tx = access.write(&request).await?;
    let was_there = actions::revert_own(&tx).await?;
    let reply = Done::ok(queries::resolved(&tx).await?);
    if !was_there {
        tx.abandon().await?;
        return Ok(reply);
    }
    let me = tx.caller().user()?;
    tx.finish(Subject::from(me), reverted(None), reply).await
}

/// Get the layout of a permission group
///
/// What its users see who have no layout of their own.
#[utoipa::path(tag = "layouts", operation_id = "get_group_layout",
    params(("permission_group_id" = PermissionGroupId, Path)),
    responses((status = 200, body = GroupLayout), Problems<404>),
    security(("bearer" = ["layouts:edit"])), extensions(("x-access" = json!("tenant"))))]
#[get("/layouts/account/groups/{permission_group_id}")]
async fn get_group_layout(
    access: Access<may::EditLayouts>,
    id: Path<PermissionGroupId>,
) -> Result<Show<GroupLayout>, Stop> {
    let read = access.read().await?;
    Ok(Show(queries::group_layout(&read, *id).await?))
}

/// Save the layout of a permission group
///
/// For all its users who have none of their own. The version is 0 while nobody made one.
#[utoipa::path(tag = "layouts", operation_id = "save_group_layout",
    params(("permission_group_id" = PermissionGroupId, Path), ("If-Match" = String, Header, example = "\"0\"")),
    request_body = NewLayout, responses((status = 200, body = GroupLayout), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["layouts:edit"])), extensions(("x-access" = json!("tenant"))))]
#[put("/layouts/account/groups/{permission_group_id}")]
async fn save_group_layout(
    access: Access<may::EditLayouts>,
    id: Path<PermissionGroupId>,
    expected: IfMatch,
    new: Body<NewLayout>,
) -> Result<Revised<GroupLayout>, Stop> {
    let tx = access.write(&new.request).await?;
    actions::save_of_group(&tx, *id, expected, new.value).await?;
    let reply = Revised::new(queries::group_layout(&tx, *id).await?);
    tx.finish(Subject::ours(), saved(Some(*id)), reply).await
}

/// Give a permission group the layout that comes with Kept
#[utoipa::path(tag = "layouts", operation_id = "revert_group_layout",
    params(("permission_group_id" = PermissionGroupId, Path), ("If-Match" = String, Header, example = "\"1\"")),
    responses((status = 200, body = GroupLayout), Problems<404, 412, 428>),
    security(("bearer" = ["layouts:edit"])), extensions(("x-access" = json!("tenant"))))]
#[delete("/layouts/account/groups/{permission_group_id}")]
async fn revert_group_layout(
    access: Access<may::EditLayouts>,
    id: Path<PermissionGroupId>,
    expected: IfMatch,
    request: Request,
) -> Result<Revised<GroupLayout>, Stop> {
    let tx = access.write(&request).await?;
    let was_there = actions::revert_of_group(&tx, *id, expected).await?;
    let reply = Revised::new(queries::group_layout(&tx, *id).await?);
    if !was_there {
        tx.abandon().await?;
        return Ok(reply);
    }
    tx.finish(Subject::ours(), reverted(Some(*id)), reply).await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_layout)
        .service(save_layout)
        .service(revert_layout)
        .service(get_group_layout)
        .service(save_group_layout)
        .service(revert_group_layout);
}
