//! What managers do with quick responses.

use super::entity::{ActiveModel, Column, Entity, Model};
use crate::communities;
use crate::kernel::{FlawsExt, IfMatch, Limit, Seen, Stop, Tx, binds::Binds, tx::refuse};
use kept_shared::ids::{CommunityId, QuickResponseId};
use kept_shared::problem::Code;
use kept_shared::quick_responses::{MAX_RESPONSES, NewQuickResponse, QuickResponsePlace, reordered};
use kept_shared::text::fold;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveValue::Set, ColumnTrait, DbBackend, FromQueryResult};

const ORDER: Limit = Limit::Unscoped("the order of the caller's own organisation's quick responses");

#[derive(FromQueryResult)]
struct Placed {
    id: QuickResponseId,
    position: i64,
}

/// The whole organisation's order, also of what the caller does not reach; held until the transaction ends, so that two
/// changes of it follow one another.
async fn order(tx: &Tx) -> Result<Vec<Placed>, Stop> {
    let lock = match tx.backend() {
        DbBackend::Postgres => " FOR UPDATE",
        _ => "",
    };
    tx.report(
        ORDER,
        &format!("SELECT id, position FROM quick_response WHERE organisation_id = $1 ORDER BY position, id{lock}"),
        vec![tx.organisation()?.into()],
    )
    .await
}

/// Errors: 422 at `/community_id` for a community out of reach.
async fn check_community(tx: &Tx, community: Option<CommunityId>) -> Result<(), Stop> {
    if let Some(id) = community
        && communities::by_ids(tx, [id]).await?.is_empty()
    {
        return Err(refuse("/community_id", "unknown"));
    }
    Ok(())
}

/// Two of one name could not be told apart where people pick. Errors: 422 at `/title`.
async fn check_title(tx: &Tx, new: &NewQuickResponse, own: Option<QuickResponseId>) -> Result<(), Stop> {
    let of = match new.community_id {
        Some(id) => Column::CommunityId.eq(id),
        None => Column::CommunityId.is_null(),
    };
    let title = fold(&new.title);
    let others = tx
        .find::<Entity>()
        .filter(of.and(Column::IsActive.eq(true)))
        .all()
        .await?;
    if new.is_active
        && others
            .iter()
            .any(|other| Some(other.id) != own && fold(&other.title) == title)
    {
        return Err(refuse("/title", "taken"));
    }
    Ok(())
}

/// Adds one at the end. Errors: 422 when there are too many, or one of its name.
pub(super) async fn create(tx: &Tx, new: NewQuickResponse) -> Result<Seen<Model>, Stop> {
    let new = new.tidied();
    new.flaws().check()?;
    check_community(tx, new.community_id).await?;
    check_title(tx, &new, None).await?;
    let before = order(tx).await?;
    if before.len() >= MAX_RESPONSES {
        return Err(refuse("/title", "too_many"));
    }
    tx.create(ActiveModel {
        id: Set(QuickResponseId(uuid::Uuid::now_v7())),
        community_id: Set(new.community_id),
        title: Set(new.title),
        body: Set(new.body),
        position: Set(before.last().map_or(1, |last| last.position + 1)),
        is_active: Set(new.is_active),
        created_at: Set(tx.now()),
        version: Set(1),
        ..Default::default()
    })
    .await
}

/// Changes its words, its community, or whether it is offered.
pub(super) async fn change(
    tx: &Tx,
    row: Seen<Model>,
    expected: IfMatch,
    new: NewQuickResponse,
) -> Result<Seen<Model>, Stop> {
    let new = new.tidied();
    new.flaws().check()?;
    check_community(tx, new.community_id).await?;
    check_title(tx, &new, Some(row.id)).await?;
    tx.update(row, expected, |row: &mut ActiveModel| {
        row.community_id = Set(new.community_id);
        row.title = Set(new.title);
        row.body = Set(new.body);
        row.is_active = Set(new.is_active);
    })
    .await
}

/// Puts one before another, or last. Errors: 422 at `/before` for one out of reach.
pub(super) async fn place(tx: &Tx, row: &Seen<Model>, place: QuickResponsePlace) -> Result<(), Stop> {
    if let Some(before) = place.before
        && !tx.find::<Entity>().filter(Column::Id.eq(before)).exists().await?
    {
        return Err(refuse("/before", "unknown"));
    }
    let now = order(tx).await?;
    let ids: Vec<QuickResponseId> = now.iter().map(|p| p.id).collect();
    let mut binds = Binds::new();
    let moved: Vec<String> = reordered(&ids, row.id, place.before)
        .into_iter()
        .zip(1_i64..)
        .filter(|(id, position)| now.iter().any(|p| p.id == *id && p.position != *position))
        .map(|(id, position)| format!("({}, {})", binds.one(id), binds.one(position)))
        .collect();
    if moved.is_empty() {
        return Ok(());
    }
    // Both engines call the columns of VALUES so.
    let sql = format!(
        "UPDATE quick_response SET position = made.column2 FROM (VALUES {}) AS made WHERE quick_response.id = made.column1",
        moved.join(", ")
    );
    tx.execute(ORDER, &sql, binds.values()).await.map(|_rows| ())
}

/// Deletes one. Notes written with it keep their text.
pub(super) async fn delete(tx: &Tx, row: Seen<Model>, expected: IfMatch) -> Result<(), Stop> {
    if row.version != expected.0 {
        return Err(Code::ChangedMeanwhile.into());
    }
    tx.remove::<Model, ActiveModel>(row).await
}
