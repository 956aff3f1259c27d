//! What people are told in the top bar. A feature says it with [`tell`] inside the transaction it is about.

mod entity;
mod news;
mod routes;

pub use news::{news, news_count, unseen_sql};
pub use routes::routes;

use crate::kernel::{Stop, Tx};
use entity::ActiveModel;
use kept_shared::ids::{NotificationId, UserId};
use kept_shared::notifications::Notice;
use sea_orm::ActiveValue::Set;

/// Tells a user of the transaction's organisation.
pub async fn tell(tx: &Tx, user: UserId, notice: &Notice) -> Result<(), Stop> {
    let row = ActiveModel {
        id: Set(NotificationId(uuid::Uuid::now_v7())),
        user_id: Set(user),
        body: Set(serde_json::to_string(notice)?),
        created_at: Set(tx.now()),
        read_at: Set(None),
        ..Default::default()
    };
    tx.create(row).await?;
    Ok(())
}
