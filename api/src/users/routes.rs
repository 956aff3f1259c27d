use super::{actions, entity::user, groups, queries};
use crate::kernel::{
    Access, Body, Created, Done, IfMatch, NoContent, Path, Problems, Query, Request, Resource, Revised, Show, Stop, may,
};
use actix_web::{delete, get, patch, post};
use kept_shared::{
    event::Event,
    ids::UserId,
    page::Page,
    users::{NewUser, SignInRecord, User, UserFilter, UserPatch},
};
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for User {
    fn path(&self) -> String {
        format!("/api/v1/users/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// Users, by name
#[utoipa::path(tag = "users", operation_id = "list_users", params(UserFilter),
    responses((status = 200, body = Page<User>), Problems<400>), security(("bearer" = ["users:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/users")]
async fn list_users(access: Access<may::ViewUsers>, filter: Query<UserFilter>) -> Result<Done<Page<User>>, Stop> {
    let read = access.read().await?;
    Ok(Done::ok(queries::list(&read, &filter).await?))
}

/// One user
#[utoipa::path(tag = "users", operation_id = "get_user", params(("id" = UserId, Path)),
    responses((status = 200, body = User), Problems<404>), security(("bearer" = ["users:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/users/{id}")]
async fn get_user(access: Access<may::ViewUsers>, id: Path<UserId>) -> Result<Show<User>, Stop> {
    let read = access.read().await?;
    let row = read.get::<user::Entity>(*id).await?;
    Ok(Show(queries::view(&read, row).await?))
}

/// Add a user and send the invitation
#[utoipa::path(tag = "users", operation_id = "invite_user", request_body = NewUser,
    responses((status = 201, body = User), Problems<409, 422>), security(("bearer" = ["users:create"])),
    extensions(("x-access" = json!("scoped"))))]
#[post("/users")]
async fn invite_user(access: Access<may::CreateUsers>, new: Body<NewUser>) -> Result<Created<User>, Stop> {
    let tx = access.write(&new.request).await?;
    let row = actions::invite(&tx, &new.value).await?;
    let made = queries::view(&tx, row).await?;
    tx.finish(made.id, Event::UserInvited { user: made.id }, Created::new(made))
        .await
}

/// Change a user; what he may do changes at once
#[utoipa::path(tag = "users", operation_id = "change_user", params(("id" = UserId, Path), ("If-Match" = String, Header)),
    request_body = UserPatch,
    responses((status = 200, body = User), Problems<404, 409, 412, 422, 428>), security(("bearer" = ["users:edit"])),
    extensions(("x-access" = json!("scoped"))))]
#[patch("/users/{id}")]
async fn change_user(
    access: Access<may::EditUsers>,
    id: Path<UserId>,
    version: IfMatch,
    patch: Body<UserPatch>,
) -> Result<Revised<User>, Stop> {
    let tx = access.write(&patch.request).await?;
    let (row, fields) = actions::change(&tx, *id, version, &patch.value).await?;
    let changed = queries::view(&tx, row).await?;
    tx.finish(*id, Event::UserChanged { user: *id, fields }, Revised::new(changed))
        .await
}

/// Suspend a user: every session ends at once
#[utoipa::path(tag = "users", operation_id = "suspend_user", params(("id" = UserId, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = User), Problems<404, 409, 412, 428>), security(("bearer" = ["users:edit"])),
    extensions(("x-access" = json!("scoped"))))]
#[post("/users/{id}/suspend")]
async fn suspend_user(
    access: Access<may::EditUsers>,
    id: Path<UserId>,
    version: IfMatch,
    request: Request,
) -> Result<Revised<User>, Stop> {
    let tx = access.write(&request).await?;
    let row = actions::suspend(&tx, *id, version).await?;
    let changed = queries::view(&tx, row).await?;
    tx.finish(*id, Event::UserSuspended { user: *id }, Revised::new(changed))
        .await
}

/// Let a suspended or locked-out user back in
#[utoipa::path(tag = "users", operation_id = "activate_user", params(("id" = UserId, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = User), Problems<404, 409, 412, 428>), security(("bearer" = ["users:edit"])),
    extensions(("x-access" = json!("scoped"))))]
#[post("/users/{id}/activate")]
async fn activate_user(
    access: Access<may::EditUsers>,
    id: Path<UserId>,
    version: IfMatch,
    request: Request,
) -> Result<Revised<User>, Stop> {
    let tx = access.write(&request).await?;
    let row = actions::activate(&tx, *id, version).await?;
    let changed = queries::view(&tx, row).await?;
    tx.finish(*id, Event::UserActivated { user: *id }, Revised::new(changed))
        .await
}

/// Send the invitation again, or a link for a new password
#[utoipa::path(tag = "users", operation_id = "invite_user_again", params(("id" = UserId, Path)),
    responses((status = 204), Problems<404, 409>), security(("bearer" = ["users:edit"])),
    extensions(("x-access" = json!("scoped"))))]
#[post("/users/{id}/invite")]
async fn invite_user_again(
    access: Access<may::EditUsers>,
    id: Path<UserId>,
    request: Request,
) -> Result<NoContent, Stop> {
    let tx = access.write(&request).await?;
    let row = actions::invite_again(&tx, *id).await?;
    let event = if row.password_hash.is_some() {
        Event::PasswordLinkSent { user: *id }
    } else {
        Event::UserInvited { user: *id }
    };
    tx.finish(*id, event, NoContent).await
}

/// Take the second factor off a user who lost it
#[utoipa::path(tag = "users", operation_id = "remove_user_totp", params(("id" = UserId, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = User), Problems<404, 409, 412, 428>), security(("bearer" = ["users:edit"])),
    extensions(("x-access" = json!("scoped"))))]
#[delete("/users/{id}/totp")]
async fn remove_user_totp(
    access: Access<may::EditUsers>,
    id: Path<UserId>,
    version: IfMatch,
    request: Request,
) -> Result<Revised<User>, Stop> {
    let tx = access.write(&request).await?;
    let row = actions::remove_totp(&tx, *id, version).await?;
    let changed = queries::view(&tx, row).await?;
    tx.finish(*id, Event::TotpDisabled { user: *id }, Revised::new(changed))
        .await
}

#[derive(Debug, Default, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct Paging {
    limit: Option<u32>,
    cursor: Option<String>,
}

/// A user's sign-ins, refusals and what else happened to them
#[utoipa::path(tag = "users", operation_id = "list_user_sign_ins", params(("id" = UserId, Path), Paging),
    responses((status = 200, body = Page<SignInRecord>), Problems<400, 404>), security(("bearer" = ["users:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/users/{id}/sign-ins")]
async fn list_user_sign_ins(
    access: Access<may::ViewUsers>,
    id: Path<UserId>,
    paging: Query<Paging>,
) -> Result<Done<Page<SignInRecord>>, Stop> {
    let read = access.read().await?;
    let row = read.get::<user::Entity>(*id).await?;
    Ok(Done::ok(
        queries::sign_ins(&read, &row, paging.limit, paging.cursor.as_deref()).await?,
    ))
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_users)
        .service(invite_user)
        .service(get_user)
        .service(change_user)
        .service(suspend_user)
        .service(activate_user)
        .service(invite_user_again)
        .service(remove_user_totp)
        .service(list_user_sign_ins)
        .service(groups::list_permissions)
        .service(groups::list_permission_groups)
        .service(groups::create_permission_group)
        .service(groups::get_permission_group)
        .service(groups::change_permission_group)
        .service(groups::delete_permission_group);
}
