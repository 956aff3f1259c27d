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
    user_id: UserId,
    rank: i32,
}

/// Those who may be told of a matter, who handed it over first, then its managers, then superusers; nobody who is gone or
/// no longer works for its community.
const WHO_IS_TOLD: &str = "SELECT u.id AS user_id, \
     CASE WHEN u.id = h.handed_by THEN 0 WHEN u.user_type = 'business' THEN 1 ELSE 2 END AS rank \
     FROM handover h JOIN app_user u ON u.organisation_id = h.organisation_id \
     WHERE h.id = $1 AND u.state = 'active' AND (u.id = h.handed_by OR u.user_type IN ('business', 'superuser')) \
       AND (EXISTS (SELECT 1 FROM user_community c WHERE c.user_id = u.id AND c.community_id = h.community_id) \
         OR (u.user_type = 'superuser' AND NOT EXISTS (SELECT 1 FROM user_community c WHERE c.user_id = u.id))) \
     ORDER BY rank, u.id";

/// An attorney's urgent note is not mailed: who handed the customer over is told in the top bar, or who takes that place.
async fn tell_agency(tx: &Tx, account: &Account, matter: HandoverId) -> Result<(), Stop> {
    let agents: Vec<Agent> = tx
        .report(
            Limit::Unscoped("the agency of an account loaded through the scope"),
            WHO_IS_TOLD,
            vec![matter.into()],
        )
        .await?;
    let first = agents.first().map(|agent| agent.rank);
    for agent in agents.iter().filter(|agent| Some(agent.rank) == first) {
        let notice = Notice::UrgentNote {
            account: account.id,
            reference: account.reference.clone(),
            by: tx.caller().name.clone(),
        };
        notifications::tell(tx, agent.user_id, &notice).await?;
    }
    Ok(())
}
