//! Permission groups: everybody who manages users may see them, superusers change them.

use super::{entity::group, principals, queries, rules};
use crate::kernel::{
    Access, Body, Created, Done, FlawsExt, IfMatch, NoContent, Path, Problems, Resource, Revised, Show, Stop, Subject,
    may,
};
use actix_web::{delete, get, patch, post};
use kept_shared::{
    event::Event,
    ids::PermissionGroupId,
    problem::{Code, Problem},
    users::{NewPermissionGroup, PermissionGroup, PermissionGroupPatch, PermissionSection, catalogue},
};
use sea_orm::{ColumnTrait, QueryOrder, Set};

impl Resource for PermissionGroup {
    fn path(&self) -> String {
        format!("/api/v1/permission-groups/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// Groups of one organisation; more would be a mistake, not a need.
const MOST: usize = 200;

fn view(row: &group::Model, user_count: i64) -> PermissionGroup {
    PermissionGroup {
        id: row.id,
        name: row.name.clone(),
        base_type: row.base_type,
        permissions: row.permissions(),
        is_shipped: row.is_shipped,
        user_count,
        created_at: row.created_at,
        version: row.version,
    }
}

/// All permissions there are, by section
#[utoipa::path(tag = "users", operation_id = "list_permissions",
    responses((status = 200, body = Vec<PermissionSection>)), security(("bearer" = ["users:view"])),
    extensions(("x-access" = json!("tenant"))))]
#[get("/permissions")]
pub async fn list_permissions(_access: Access<may::ViewUsers>) -> Result<Done<Vec<PermissionSection>>, Stop> {
    Ok(Done::ok(catalogue()))
}

/// Permission groups with the number of their users
#[utoipa::path(tag = "users", operation_id = "list_permission_groups",
    responses((status = 200, body = Vec<PermissionGroup>)), security(("bearer" = ["users:view"])),
    extensions(("x-access" = json!("tenant"))))]
#[get("/permission-groups")]
pub async fn list_permission_groups(access: Access<may::ViewUsers>) -> Result<Done<Vec<PermissionGroup>>, Stop> {
    let read = access.read().await?;
    let rows = read
        .find::<group::Entity>()
        .shape(|s| {
            s.order_by_asc(group::Column::BaseType)
                .order_by_asc(group::Column::Name)
        })
        .all()
        .await?;
    let counts = queries::users_by_group(&read).await?;
    Ok(Done::ok(
        rows.iter()
            .map(|g| view(g, counts.get(&g.id).copied().unwrap_or(0)))
            .collect(),
    ))
}

/// One permission group
#[utoipa::path(tag = "users", operation_id = "get_permission_group", params(("id" = PermissionGroupId, Path)),
    responses((status = 200, body = PermissionGroup), Problems<404>), security(("bearer" = ["users:view"])),
    extensions(("x-access" = json!("tenant"))))]
#[get("/permission-groups/{id}")]
pub async fn get_permission_group(
    access: Access<may::ViewUsers>,
    id: Path<PermissionGroupId>,
) -> Result<Show<PermissionGroup>, Stop> {
    let read = access.read().await?;
    let row = read.get::<group::Entity>(*id).await?;
    let counts = queries::users_by_group(&read).await?;
    Ok(Show(view(&row, counts.get(&row.id).copied().unwrap_or(0))))
}

/// Make a permission group
#[utoipa::path(tag = "users", operation_id = "create_permission_group", request_body = NewPermissionGroup,
    responses((status = 201, body = PermissionGroup), Problems<409, 422>), security(("bearer" = ["users:edit"])),
    extensions(("x-access" = json!("tenant"))))]
#[post("/permission-groups")]
pub async fn create_permission_group(
    access: Access<may::EditUsers>,
    new: Body<NewPermissionGroup>,
) -> Result<Created<PermissionGroup>, Stop> {
    rules::superusers_only(&access.caller)?;
    new.value.flaws().check()?;
    let tx = access.write(&new.request).await?;
    let name = new.value.name.trim();
    if tx
        .find::<group::Entity>()
        .filter(group::Column::Name.eq(name))
        .exists()
        .await?
    {
        return Err(name_taken());
    }
    if tx.find::<group::Entity>().count().await? >= MOST as u64 {
        return Err(Problem::of(Code::StateForbids).detail("too_many_groups").into());
    }
    let row = tx
        .create(group::ActiveModel {
            id: Set(PermissionGroupId(uuid::Uuid::now_v7())),
            name: Set(name.to_owned()),
            base_type: Set(new.value.base_type),
            permissions: Set(group::text(&new.value.permissions)?),
            is_shipped: Set(false),
            created_at: Set(tx.now()),
            version: Set(1),
            ..Default::default()
        })
        .await?;
    let made = view(&row, 0);
    tx.finish(
        Subject::ours(),
        Event::PermissionGroupCreated { group: made.id },
        Created::new(made),
    )
    .await
}

fn name_taken() -> Stop {
    Problem::of(Code::AlreadyExists).at("/name", "taken").into()
}

/// Rename a permission group or change its ticks; its users feel it at once
#[utoipa::path(tag = "users", operation_id = "change_permission_group",
    params(("id" = PermissionGroupId, Path), ("If-Match" = String, Header)), request_body = PermissionGroupPatch,
    responses((status = 200, body = PermissionGroup), Problems<404, 409, 412, 422, 428>), security(("bearer" = ["users:edit"])),
    extensions(("x-access" = json!("tenant"))))]
#[patch("/permission-groups/{id}")]
pub async fn change_permission_group(
    access: Access<may::EditUsers>,
    id: Path<PermissionGroupId>,
    version: IfMatch,
    patch: Body<PermissionGroupPatch>,
) -> Result<Revised<PermissionGroup>, Stop> {
    rules::superusers_only(&access.caller)?;
    let tx = access.write(&patch.request).await?;
    let row = tx.get::<group::Entity>(*id).await?;
    patch.value.flaws(row.base_type).check()?;
    // Superusers would lock themselves out of managing groups for ever.
    let manages = |ticks: &[kept_shared::permission::Permission]| {
        use kept_shared::permission::Permission as P;
        [P::ViewUsers, P::CreateUsers, P::EditUsers]
            .iter()
            .all(|p| ticks.contains(p))
    };
    if row.base_type == kept_shared::permission::UserType::Superuser
        && manages(&row.permissions())
        && !manages(&patch.value.permissions)
    {
        return Err(crate::kernel::tx::refuse("/permissions", "superusers_manage_users"));
    }
    let name = patch.value.name.trim();
    let twin = tx
        .find::<group::Entity>()
        .filter(group::Column::Name.eq(name))
        .filter(group::Column::Id.ne(*id));
    if twin.exists().await? {
        return Err(name_taken());
    }
    let ticks = group::text(&patch.value.permissions)?;
    let row = tx
        .update(row, version, |g: &mut group::ActiveModel| {
            g.name = Set(name.to_owned());
            g.permissions = Set(ticks);
        })
        .await?;
    principals::forget_everybody(&tx);
    let counts = queries::users_by_group(&tx).await?;
    let changed = view(&row, counts.get(&row.id).copied().unwrap_or(0));
    tx.finish(
        Subject::ours(),
        Event::PermissionGroupChanged { group: changed.id },
        Revised::new(changed),
    )
    .await
}

/// Delete a permission group nobody has
#[utoipa::path(tag = "users", operation_id = "delete_permission_group",
    params(("id" = PermissionGroupId, Path), ("If-Match" = String, Header)),
    responses((status = 204), Problems<404, 409, 412, 428>), security(("bearer" = ["users:edit"])),
    extensions(("x-access" = json!("tenant"))))]
#[delete("/permission-groups/{id}")]
pub async fn delete_permission_group(
    access: Access<may::EditUsers>,
    id: Path<PermissionGroupId>,
    version: IfMatch,
    request: crate::kernel::Request,
) -> Result<NoContent, Stop> {
    rules::superusers_only(&access.caller)?;
    let tx = access.write(&request).await?;
    let row = tx.get::<group::Entity>(*id).await?;
    if row.version != version.0 {
        return Err(Code::ChangedMeanwhile.into());
    }
    let counts = queries::users_by_group(&tx).await?;
    if counts.get(&row.id).copied().unwrap_or(0) > 0 {
        return Err(Code::InUse.into());
    }
    tx.remove(row).await?;
    tx.finish(Subject::ours(), Event::PermissionGroupDeleted { group: *id }, NoContent)
        .await
}
