//! What people do with views.

use super::entity::{ActiveModel, Column, Entity, Model};
use crate::kernel::{FlawsExt, IfMatch, Limit, Seen, Stop, Tx, tx::refuse};
use kept_shared::ids::{SavedViewId, UserId};
use kept_shared::problem::{Code, Problem};
use kept_shared::saved_views::{
    ChangedSavedView, DefaultView, MAX_VIEWS, MAY_SHARE, NewSavedView, ViewedList, flaws, tidy_name,
};
use sea_orm::{ActiveValue::Set, ColumnTrait};
use serde_json::{Map, Value};

/// A view the caller sees. Errors: 404.
async fn seen(tx: &Tx, id: SavedViewId) -> Result<Seen<Model>, Stop> {
    let view = tx.get::<Entity>(id).await?;
    if view.is_seen_by(tx.caller()) {
        Ok(view)
    } else {
        Err(Code::NotFound.into())
    }
}

/// A view the caller may change. Errors: 404; 403 for a shared one of somebody else without the right to share.
async fn changeable(tx: &Tx, id: SavedViewId) -> Result<Seen<Model>, Stop> {
    let view = seen(tx, id).await?;
    if !view.is_changed_by(tx.caller()) {
        tx.caller().require(MAY_SHARE)?;
    }
    Ok(view)
}

async fn check_name(tx: &Tx, of: UserId, list: ViewedList, name: &str, but: Option<SavedViewId>) -> Result<(), Stop> {
    let other = tx
        .find::<Entity>()
        .filter(Column::UserId.eq(of))
        .filter(Column::List.eq(list))
        .filter(Column::Name.eq(name))
        .one()
        .await?;
    if other.is_some_and(|other| Some(other.id) != but) {
        return Err(Problem::of(Code::AlreadyExists).at("/name", "taken").into());
    }
    Ok(())
}

fn text(list: ViewedList, query: &Map<String, Value>) -> Result<String, Stop> {
    Ok(serde_json::to_string(&list.tidied(query).unwrap_or_default())?)
}

/// Errors: 403 for sharing without the right to; 409 a name taken; 422 too many, a query the list cannot read.
pub(super) async fn create(tx: &Tx, new: NewSavedView) -> Result<Seen<Model>, Stop> {
    tx.caller().require(new.list.permission())?;
    if new.is_shared {
        tx.caller().require(MAY_SHARE)?;
    }
    let (user, name) = (tx.caller().user()?, tidy_name(&new.name));
    flaws(new.list, &name, &new.query).check()?;
    check_name(tx, user, new.list, &name, None).await?;
    let has = tx
        .find::<Entity>()
        .filter(Column::UserId.eq(user))
        .filter(Column::List.eq(new.list))
        .count()
        .await?;
    if has >= MAX_VIEWS as u64 {
        return Err(refuse("/name", "too_many"));
    }
    tx.create(ActiveModel {
        id: Set(SavedViewId(uuid::Uuid::now_v7())),
        user_id: Set(user),
        list: Set(new.list),
        query: Set(text(new.list, &new.query)?),
        name: Set(name),
        is_shared: Set(new.is_shared),
        created_at: Set(tx.now()),
        version: Set(1),
        ..Default::default()
    })
    .await
}

/// Renames, overwrites, shares. Whether one shares or no longer does, one needs the right to.
pub(super) async fn change(
    tx: &Tx,
    id: SavedViewId,
    expected: IfMatch,
    new: ChangedSavedView,
) -> Result<Seen<Model>, Stop> {
    let view = changeable(tx, id).await?;
    if new.is_shared && !view.is_shared {
        tx.caller().require(MAY_SHARE)?;
    }
    let name = tidy_name(&new.name);
    flaws(view.list, &name, &new.query).check()?;
    check_name(tx, view.user_id, view.list, &name, Some(view.id)).await?;
    let query = text(view.list, &new.query)?;
    tx.update(view, expected, |row: &mut ActiveModel| {
        row.name = Set(name);
        row.query = Set(query);
        row.is_shared = Set(new.is_shared);
    })
    .await
}

/// Deletes a view; lists that began with it begin as they come. Returns whether it was shared.
pub(super) async fn delete(tx: &Tx, id: SavedViewId, expected: IfMatch) -> Result<bool, Stop> {
    let view = changeable(tx, id).await?;
    if view.version != expected.0 {
        return Err(Code::ChangedMeanwhile.into());
    }
    let shared = view.is_shared;
    tx.remove::<Model, ActiveModel>(view).await?;
    Ok(shared)
}

const OWN: Limit = Limit::Unscoped("what the caller's own list begins with");

/// Chooses what the caller's list begins with. Errors: 404 for a view that is not seen or not of the list.
pub(super) async fn choose(tx: &Tx, choice: &DefaultView) -> Result<(), Stop> {
    tx.caller().require(choice.list.permission())?;
    let user = tx.caller().user()?;
    let mut values = vec![user.into(), choice.list.into()];
    let sql = match choice.view_id {
        None => "DELETE FROM saved_view_default WHERE user_id = $1 AND list = $2",
        Some(id) => {
            if seen(tx, id).await?.list != choice.list {
                return Err(Code::NotFound.into());
            }
            values.push(id.into());
            "INSERT INTO saved_view_default (user_id, list, view_id) VALUES ($1, $2, $3) \
             ON CONFLICT (user_id, list) DO UPDATE SET view_id = excluded.view_id"
        }
    };
    tx.execute(OWN, sql, values).await.map(|_rows| ())
}
