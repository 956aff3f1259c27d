//! Which layout somebody sees, and the layouts of permission groups.

use super::PAGE;
use super::entity::{Column, Entity, Model};
use crate::kernel::{Limit, Read, Seen, Stop};
use kept_shared::ids::PermissionGroupId;
use kept_shared::layouts::{GroupLayout, Layout, LayoutGroup, LayoutLevel, shipped};
use kept_shared::permission::{Permission, UserType};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};

#[derive(FromQueryResult)]
struct GroupOf {
    permission_group_id: PermissionGroupId,
}

#[derive(FromQueryResult)]
struct GroupRow {
    id: PermissionGroupId,
    name: String,
    has_layout: bool,
}

#[derive(FromQueryResult)]
struct BaseType {
    base_type: UserType,
}

/// The caller's own layout, if there is one.
pub(super) async fn own(read: &Read) -> Result<Option<Seen<Model>>, Stop> {
    let mine = Condition::all()
        .add(Column::UserId.eq(read.caller().user()?))
        .add(Column::Page.eq(PAGE));
    read.find::<Entity>().filter(mine).one().await
}

/// The layout of a permission group, if somebody made one.
pub(super) async fn of_group(read: &Read, group: PermissionGroupId) -> Result<Option<Seen<Model>>, Stop> {
    let theirs = Condition::all()
        .add(Column::PermissionGroupId.eq(group))
        .add(Column::Page.eq(PAGE));
    read.find::<Entity>().filter(theirs).one().await
}

/// The one the caller sees: one's own, else the group's, else the one that comes with Kept.
pub(super) async fn resolved(read: &Read) -> Result<Layout, Stop> {
    let caller = read.caller();
    let group: Option<GroupOf> = read
        .report_one(
            Limit::Unscoped("the caller's own permission group"),
            "SELECT permission_group_id FROM app_user WHERE id = $1",
            vec![caller.user()?.into()],
        )
        .await?;
    let (level, row) = match (own(read).await?, group) {
        (Some(row), _) => (LayoutLevel::User, Some(row)),
        (None, Some(group)) => (LayoutLevel::Group, of_group(read, group.permission_group_id).await?),
        (None, None) => (LayoutLevel::Shipped, None),
    };
    let groups = if caller.may(Permission::EditLayouts) {
        groups(read).await?
    } else {
        vec![]
    };
    Ok(match row {
        Some(row) => Layout {
            level,
            widgets: row.widgets()?,
            groups,
        },
        None => Layout {
            level: LayoutLevel::Shipped,
            widgets: shipped(caller.user_type),
            groups,
        },
    })
}

/// All permission groups by name.
async fn groups(read: &Read) -> Result<Vec<LayoutGroup>, Stop> {
    let rows: Vec<GroupRow> = read
        .report(
            Limit::Unscoped("permission groups of the caller's own organisation"),
            "SELECT g.id AS id, g.name AS name, l.id IS NOT NULL AS has_layout FROM permission_group g \
             LEFT JOIN layout l ON l.permission_group_id = g.id AND l.page = $2 WHERE g.organisation_id = $1 ORDER BY g.name, g.id",
            vec![read.organisation()?.into(), PAGE.into()],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| LayoutGroup {
            id: row.id,
            name: row.name,
            has_layout: row.has_layout,
        })
        .collect())
}

/// The user type a permission group of the caller's organisation is for. Errors: 404.
async fn base_type(read: &Read, group: PermissionGroupId) -> Result<UserType, Stop> {
    let row: Option<BaseType> = read
        .report_one(
            Limit::Unscoped("a permission group of the caller's own organisation"),
            "SELECT base_type FROM permission_group WHERE id = $1 AND organisation_id = $2",
            vec![group.into(), read.organisation()?.into()],
        )
        .await?;
    row.map(|row| row.base_type).ok_or_else(Stop::not_found)
}

/// The layout the users of a group get who have none of their own. Errors: 404.
pub(super) async fn group_layout(read: &Read, group: PermissionGroupId) -> Result<GroupLayout, Stop> {
    let user_type = base_type(read, group).await?;
    Ok(match of_group(read, group).await? {
        Some(row) => GroupLayout {
            group_id: group,
            is_shipped: false,
            widgets: row.widgets()?,
            version: row.version,
        },
        None => GroupLayout {
            group_id: group,
            is_shipped: true,
            widgets: shipped(user_type),
            version: 0,
        },
    })
}
