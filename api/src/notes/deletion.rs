//! Deleting a note: a tombstone takes its place, the text moves aside, for the audit trail (spec I13).

use super::entity::{Column, Entity, Model};
use super::views::has_right_to_delete;
use crate::kernel::{FlawsExt, Limit, Seen, Stop, Tx};
use kept_shared::ids::{AccountId, NoteId};
use kept_shared::notes::{NoteDeletion, Visibility};
use kept_shared::permission::Permission;
use kept_shared::problem::Code;
use sea_orm::ColumnTrait;

/// Deletes a note on an account that was locked, and counts it no longer. `false`: it was deleted before, and nothing
/// happened. Errors: 403 without the right; 409 for a note given with a status, which is a part of that.
pub(super) async fn delete(
    tx: &Tx,
    account: AccountId,
    id: NoteId,
    why: &NoteDeletion,
) -> Result<(Seen<Model>, bool), Stop> {
    why.flaws().check()?;
    let note = tx
        .find::<Entity>()
        .filter(Column::Id.eq(id))
        .filter(Column::AccountId.eq(account))
        .one()
        .await?
        .ok_or_else(Stop::not_found)?;
    if !has_right_to_delete(tx, &note) {
        tx.caller().require(Permission::EditNotes)?;
        return Err(Code::PermissionMissing.into());
    }
    if note.batch_id.is_some() {
        return Err(Code::StateForbids.into());
    }
    if note.deleted_at.is_some() {
        return Ok((note, false));
    }
    tx.execute(
        Limit::Unscoped("a note loaded through the scope"),
        "UPDATE note SET deleted_body = body, body = '', deleted_at = $1, deleted_by = $2, deleted_by_name = $3, \
         deleted_reason = $4 WHERE id = $5",
        vec![
            tx.now().into(),
            tx.caller().user()?.into(),
            tx.caller().name.clone().into(),
            why.reason.trim().to_owned().into(),
            id.into(),
        ],
    )
    .await?;
    let shared = match note.visibility {
        Visibility::Internal => "",
        Visibility::Shared | Visibility::Portal => ", shared_note_count = shared_note_count - 1",
    };
    tx.execute(
        Limit::Unscoped("an account loaded through the scope"),
        &format!("UPDATE account SET note_count = note_count - 1{shared} WHERE id = $1"),
        vec![account.into()],
    )
    .await?;
    Ok((tx.get::<Entity>(id).await?, true))
}
