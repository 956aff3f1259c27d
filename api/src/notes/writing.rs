//! Adding one note, with its units, marks and mail.

use super::actions::{Touch, plain, touch};
use super::entity::{ActiveModel, Entity};
use super::switches::switches;
use super::{drafts, letter, units, views};
use crate::kernel::{FlawsExt, Limit, Stop, Tx};
use crate::notifications;
use crate::statuses::Account;
use kept_shared::ids::{HandoverId, UserId};
use kept_shared::notes::{NewNote, Note, Visibility};
use kept_shared::notifications::Notice;
use sea_orm::{ActiveValue::Set, FromQueryResult};

/// Writes a note on an account that was locked. The mail, if there is one, is queued with it, and the writer's draft is
/// done with.
pub(super) async fn add(tx: &Tx, account: &Account, wish: NewNote) -> Result<Note, Stop> {
    let writer = tx.caller().user_type;
    wish.flaws(writer, switches(tx).await?).check()?;
    let about = units::chosen(tx, account.id, &wish).await?;
    let visibility = Visibility::or_default(wish.visibility, writer, account.open_handover_id.is_some());
    let mail = letter::send(tx, account, &wish, &about).await?;
    let row = ActiveModel {
        account_id: Set(account.id),
        is_all_units: Set(wish.all_units),
        is_urgent: Set(wish.is_urgent),
        is_collection: Set(wish.is_collection),
        mailed: Set(mail),
        ..plain(tx, &wish.body, visibility)?
    };
    let id = *row.id.as_ref();
    tx.insert_bulk(vec![row], "on an account loaded through the scope")
        .await?;
    units::link(tx, id, &about).await?;
    let shared = visibility != Visibility::Internal;
    touch(tx, &[account.id], Touch { notes: 1, shared }).await?;
    drafts::remove(tx, account.id).await?;
    if let (true, true, Some(matter)) = (wish.is_urgent, tx.caller().is_attorney(), account.open_handover_id) {
        tell_agency(tx, account, matter).await?;
    }
    let note = tx.get::<Entity>(id).await?.into_inner();
    let named = if note.is_all_units { vec![] } else { about };
    Ok(views::view(tx, note, named, vec![]))
}

#[derive(FromQueryResult)]
struct Agent {
    handed_by: UserId,
}

/// An attorney's urgent note is not mailed: who handed the customer over is told in the top bar.
async fn tell_agency(tx: &Tx, account: &Account, matter: HandoverId) -> Result<(), Stop> {
    let agent: Option<Agent> = tx
        .report_one(
            Limit::Unscoped("who handed over an account loaded through the scope"),
            "SELECT handed_by FROM handover WHERE id = $1",
            vec![matter.into()],
        )
        .await?;
    if let Some(agent) = agent {
        let notice = Notice::UrgentNote {
            account: account.id,
            reference: account.reference.clone(),
            by: tx.caller().name.clone(),
        };
        notifications::tell(tx, agent.handed_by, &notice).await?;
    }
    Ok(())
}
