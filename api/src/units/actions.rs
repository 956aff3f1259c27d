//! What people do with units.

use super::entity::{self, ActiveModel, Column, Entity, Model};
use super::{owner, relabel};
use crate::communities;
use crate::kernel::{FlawsExt, IfMatch, Seen, Stop, Tx};
use kept_shared::event::{Event, field_changes};
use kept_shared::flaws::Flaws;
use kept_shared::ids::{CommunityId, UnitId};
use kept_shared::problem::{Code, Problem};
use kept_shared::units::NewUnit;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, QueryOrder};
use std::collections::HashSet;

fn taken(pointer: &str) -> Stop {
    Problem::of(Code::AlreadyExists).at(pointer, "taken").into()
}

async fn code_is_taken(tx: &Tx, community: CommunityId, code: &str, mine: Option<UnitId>) -> Result<bool, Stop> {
    let mut condition = Condition::all()
        .add(Column::CommunityId.eq(community))
        .add(Column::Code.eq(code));
    if let Some(mine) = mine {
        condition = condition.add(Column::Id.ne(mine));
    }
    tx.find::<Entity>().filter(condition).exists().await
}

fn row(tx: &Tx, new: NewUnit) -> ActiveModel {
    let mut row = ActiveModel {
        id: Set(UnitId(uuid::Uuid::now_v7())),
        created_at: Set(tx.now()),
        version: Set(1),
        ..Default::default()
    };
    entity::fill(&mut row, new);
    row
}

pub async fn create(tx: &Tx, community: &Seen<communities::Model>, new: NewUnit) -> Result<Seen<Model>, Stop> {
    let new = new.tidied();
    new.flaws().check()?;
    if code_is_taken(tx, community.id, &new.code, None).await? {
        return Err(taken("/code"));
    }
    tx.insert(community, row(tx, new)).await
}

/// Creates many units of one community and records an event each; for imports and the demo book. Returns the ids in
/// order. Errors: 422 and 409 name the unit by its position (`/3/code`); nothing is written then.
pub async fn create_many(
    tx: &Tx,
    community: &Seen<communities::Model>,
    new: Vec<NewUnit>,
) -> Result<Vec<UnitId>, Stop> {
    let new: Vec<NewUnit> = new.into_iter().map(NewUnit::tidied).collect();
    let mut flaws = Flaws::default();
    let mut codes = HashSet::new();
    for (at, unit) in new.iter().enumerate() {
        for mut flaw in unit.flaws().0 {
            flaw.pointer = format!("/{at}{}", flaw.pointer);
            flaws.0.push(flaw);
        }
        flaws.when(!codes.insert(unit.code.clone()), &format!("/{at}/code"), "repeated");
    }
    flaws.check()?;
    for (chunk_at, chunk) in new.chunks(500).enumerate() {
        let here = Column::CommunityId
            .eq(community.id)
            .and(Column::Code.is_in(chunk.iter().map(|u| u.code.clone())));
        if let Some(there) = tx
            .find::<Entity>()
            .filter(here)
            .shape(|s| s.order_by_asc(Column::SortKey))
            .one()
            .await?
        {
            let at = chunk.iter().position(|u| u.code == there.code).unwrap_or_default();
            return Err(taken(&format!("/{}/code", chunk_at * 500 + at)));
        }
    }
    let rows: Vec<ActiveModel> = new.into_iter().map(|unit| row(tx, unit)).collect();
    let ids: Vec<UnitId> = rows.iter().filter_map(|row| row.id.clone().take()).collect();
    tx.insert_many(community, rows).await?;
    let events = ids
        .iter()
        .map(|id| (community.id.into(), Event::UnitCreated { unit: *id }))
        .collect();
    tx.also_many(events).await?;
    Ok(ids)
}

/// Changes a unit; returns it and what to record of it.
pub async fn edit(tx: &Tx, unit: Seen<Model>, expected: IfMatch, new: NewUnit) -> Result<(Seen<Model>, Event), Stop> {
    let new = new.tidied();
    new.flaws().check()?;
    let before = unit.details();
    let recoded = before.code != new.code;
    if recoded && code_is_taken(tx, unit.community_id, &new.code, Some(unit.id)).await? {
        return Err(taken("/code"));
    }
    let values = field_changes(&before, &new);
    let unit = tx
        .update(unit, expected, |row: &mut ActiveModel| entity::fill(row, new))
        .await?;
    if recoded && let Some(owner) = current_owner(tx, unit.id).await? {
        relabel(tx, &[owner.account_id]).await?;
    }
    let event = Event::UnitChanged {
        unit: unit.id,
        fields: values.iter().map(|change| change.field.clone()).collect(),
        values,
    };
    Ok((unit, event))
}

async fn current_owner(tx: &Tx, unit: UnitId) -> Result<Option<Seen<owner::Model>>, Stop> {
    tx.find::<owner::Entity>()
        .filter(owner::Column::UnitId.eq(unit).and(owner::Column::ToOn.is_null()))
        .one()
        .await
}
