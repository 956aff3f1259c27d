//! Quick responses as managers and writers of notes get them.

use super::entity::{Column, Entity, Model};
use crate::communities;
use crate::kernel::{Read, Seen, Stop};
use kept_shared::ids::CommunityId;
use kept_shared::notes::QuickText;
use kept_shared::quick_responses::{MAX_RESPONSES, QuickResponse};
use sea_orm::{ColumnTrait, Condition, QueryOrder, Select};

fn in_order(select: Select<Entity>) -> Select<Entity> {
    select.order_by_asc(Column::Position).order_by_asc(Column::Id)
}

/// All that the caller reaches, in order: they are few.
pub(super) async fn list(read: &Read, archived: bool) -> Result<Vec<QuickResponse>, Stop> {
    let mut found = read.find::<Entity>();
    if !archived {
        found = found.filter(Column::IsActive.eq(true));
    }
    let rows = found.shape(in_order).limit(MAX_RESPONSES as u64).all().await?;
    let names = communities::by_ids(read, rows.iter().filter_map(|row| row.community_id)).await?;
    let name = |id: CommunityId| names.get(&id).map(|c| c.name.clone());
    Ok(rows
        .iter()
        .map(|row| row.view(row.community_id.and_then(name)))
        .collect())
}

/// One with the name of its community.
pub(super) async fn view(read: &Read, row: &Seen<Model>) -> Result<QuickResponse, Stop> {
    let names = communities::by_ids(read, row.community_id).await?;
    let name = row.community_id.and_then(|id| names.get(&id).map(|c| c.name.clone()));
    Ok(row.view(name))
}

/// What somebody who writes a note on a customer of this community may pick from. The community was loaded within reach.
pub async fn offered(read: &Read, community: CommunityId) -> Result<Vec<QuickText>, Stop> {
    let rows = read
        .find::<Entity>()
        .filter(Column::IsActive.eq(true))
        .filter(
            Condition::any()
                .add(Column::CommunityId.is_null())
                .add(Column::CommunityId.eq(community)),
        )
        .shape(in_order)
        .limit(MAX_RESPONSES as u64)
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(Seen::into_inner)
        .map(|row| QuickText {
            id: row.id,
            title: row.title,
            body: row.body,
        })
        .collect())
}
