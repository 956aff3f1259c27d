//! Saving and reverting.

use super::PAGE;
use super::entity::{ActiveModel, Model};
use super::queries::{group_layout, of_group, own};
use crate::kernel::{FlawsExt, IfMatch, Stop, Tx, tx::refuse};
use crate::metadata;
use kept_shared::ids::{PermissionGroupId, UserId};
use kept_shared::layouts::NewLayout;
use kept_shared::metadata::MetadataEntity;
use kept_shared::problem::Code;
use sea_orm::ActiveValue::Set;

/// Errors: 422 naming the place of what is wrong; a custom widget shows fields of the organisation, of anything but claims,
/// of which a customer has many.
async fn check(tx: &Tx, new: &NewLayout) -> Result<(), Stop> {
    new.flaws().check()?;
    if new.widgets.iter().all(|w| w.fields.is_empty()) {
        return Ok(());
    }
    let fields = metadata::of_organisation(tx, None).await?;
    for (n, widget) in new.widgets.iter().enumerate() {
        for (m, id) in widget.fields.iter().enumerate() {
            if !fields.iter().any(|f| f.id == *id && f.entity != MetadataEntity::Claim) {
                return Err(refuse(&format!("/widgets/{n}/fields/{m}"), "unknown"));
            }
        }
    }
    Ok(())
}

fn row(tx: &Tx, user: Option<UserId>, group: Option<PermissionGroupId>, widgets: String) -> ActiveModel {
    ActiveModel {
        id: Set(uuid::Uuid::now_v7()),
        page: Set(PAGE.into()),
        user_id: Set(user),
        permission_group_id: Set(group),
        widgets: Set(widgets),
        saved_at: Set(tx.now()),
        // Not 1: what was read of a layout reverted since must not fit the one saved now.
        version: Set(tx.now().timestamp_millis()),
        ..Default::default()
    }
}

/// Saves the caller's own layout.
pub(super) async fn save_own(tx: &Tx, new: NewLayout) -> Result<(), Stop> {
    let new = new.tidied();
    check(tx, &new).await?;
    let widgets = serde_json::to_string(&new.widgets)?;
    match own(tx).await? {
        None => drop(tx.create(row(tx, Some(tx.caller().user()?), None, widgets)).await?),
        Some(before) => {
            let now = tx.now();
            tx.amend(before, |row: &mut ActiveModel| {
                row.widgets = Set(widgets);
                row.saved_at = Set(now);
            })
            .await?;
        }
    }
    Ok(())
}

/// Reverts to what the caller's group has. `false`: there was no layout of one's own.
pub(super) async fn revert_own(tx: &Tx) -> Result<bool, Stop> {
    match own(tx).await? {
        Some(row) => tx.remove::<Model, ActiveModel>(row).await.map(|()| true),
        None => Ok(false),
    }
}

/// Saves the layout of a permission group. Errors: 404, 412, 422.
pub(super) async fn save_of_group(
    tx: &Tx,
    group: PermissionGroupId,
    expected: IfMatch,
    new: NewLayout,
) -> Result<(), Stop> {
    expected.check(group_layout(tx, group).await?.version)?;
    let new = new.tidied();
    check(tx, &new).await?;
    let widgets = serde_json::to_string(&new.widgets)?;
    match of_group(tx, group).await? {
        None => drop(tx.create(row(tx, None, Some(group), widgets)).await?),
        Some(before) => {
            let now = tx.now();
            tx.update(before, expected, |row: &mut ActiveModel| {
                row.widgets = Set(widgets);
                row.saved_at = Set(now);
            })
            .await?;
        }
    }
    Ok(())
}

/// Gives a permission group the layout that comes with Kept. `false`: it had that already. Errors: 404, 412.
pub(super) async fn revert_of_group(tx: &Tx, group: PermissionGroupId, expected: IfMatch) -> Result<bool, Stop> {
    let now = group_layout(tx, group).await?;
    if now.version != expected.0 {
        return Err(Code::ChangedMeanwhile.into());
    }
    match of_group(tx, group).await? {
        Some(row) => tx.remove::<Model, ActiveModel>(row).await.map(|()| true),
        None => Ok(false),
    }
}
