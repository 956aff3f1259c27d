//! Logos on documents: the organisation's, and a community's own. A picture is taken by its bytes, decoded once when it
//! is set, and kept in the database: it is small and goes with the book.

mod entity;
mod routes;

pub use entity::{Column, Entity};
pub use routes::routes;

use crate::kernel::paper::Picture;
use crate::kernel::{Read, Stop};
use kept_shared::ids::CommunityId;
use kept_shared::logos::MAX_LOGO_SIDE;
use sea_orm::{ColumnTrait, Condition};

/// The logo for documents of a community: its own, else the organisation's. `None` too when it can no longer be decoded:
/// a document without a logo is better than none.
pub async fn for_community(read: &Read, community: CommunityId) -> Result<Option<Picture>, Stop> {
    let own = Column::CommunityId.eq(community);
    let mut found = read
        .find::<Entity>()
        .filter(Condition::any().add(own).add(Column::CommunityId.is_null()))
        .limit(2)
        .all()
        .await?;
    found.sort_by_key(|logo| logo.community_id.is_none());
    let Some(logo) = found.into_iter().next() else {
        return Ok(None);
    };
    let bytes = logo.into_inner().bytes;
    let read = tokio::task::spawn_blocking(move || Picture::read(bytes, MAX_LOGO_SIDE));
    match read.await.map_err(Stop::internal)? {
        Ok(picture) => Ok(Some(picture)),
        Err(why) => {
            tracing::warn!(error.cause = %why, "a stored logo cannot be used");
            Ok(None)
        }
    }
}
