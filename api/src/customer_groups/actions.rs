//! What people do with customer groups.

use super::entity::{ActiveModel, Column, Entity, Model};
use crate::kernel::{FlawsExt, IfMatch, Limit, Seen, Stop, Tx};
use kept_shared::customer_groups::NewCustomerGroup;
use kept_shared::event::Event;
use kept_shared::ids::CustomerGroupId;
use kept_shared::problem::{Code, Problem};
use sea_orm::{ActiveValue::Set, ColumnTrait, FromQueryResult};

async fn named(tx: &Tx, name: &str) -> Result<Option<Seen<Model>>, Stop> {
    tx.find::<Entity>().filter(Column::Name.eq(name)).one().await
}

fn taken() -> Stop {
    Problem::of(Code::AlreadyExists).at("/name", "taken").into()
}

pub async fn create(tx: &Tx, new: NewCustomerGroup) -> Result<Seen<Model>, Stop> {
    let new = new.tidied();
    new.flaws().check()?;
    if named(tx, &new.name).await?.is_some() {
        return Err(taken());
    }
    tx.create(ActiveModel {
        id: Set(CustomerGroupId(uuid::Uuid::now_v7())),
        name: Set(new.name),
        created_at: Set(tx.now()),
        version: Set(1),
        ..Default::default()
    })
    .await
}

/// The group of this name, made when there is none yet; records its own event then. For imports.
pub async fn find_or_create(tx: &Tx, name: &str) -> Result<Seen<Model>, Stop> {
    let new = NewCustomerGroup { name: name.into() }.tidied();
    if let Some(group) = named(tx, &new.name).await? {
        return Ok(group);
    }
    let group = create(tx, new).await?;
    tx.also(
        crate::kernel::Subject::ours(),
        Event::CustomerGroupCreated { group: group.id },
    )
    .await?;
    Ok(group)
}

pub async fn rename(
    tx: &Tx,
    group: Seen<Model>,
    expected: IfMatch,
    new: NewCustomerGroup,
) -> Result<Seen<Model>, Stop> {
    let new = new.tidied();
    new.flaws().check()?;
    if named(tx, &new.name).await?.is_some_and(|other| other.id != group.id) {
        return Err(taken());
    }
    tx.update(group, expected, |row: &mut ActiveModel| row.name = Set(new.name))
        .await
}

#[derive(FromQueryResult)]
struct Count {
    n: i64,
}

/// Deletes a group nobody is in. Errors: 409 `in-use`, counting also accounts the caller does not reach.
pub async fn delete(tx: &Tx, group: Seen<Model>, expected: IfMatch) -> Result<(), Stop> {
    if group.version != expected.0 {
        return Err(Code::ChangedMeanwhile.into());
    }
    let used: Option<Count> = tx
        .report_one(
            Limit::Unscoped("a group is in use whoever may see its accounts"),
            "SELECT COUNT(*) AS n FROM account WHERE customer_group_id = $1",
            vec![group.id.into()],
        )
        .await?;
    if used.is_some_and(|used| used.n > 0) {
        return Err(Code::InUse.into());
    }
    tx.remove::<Model, ActiveModel>(group).await
}
