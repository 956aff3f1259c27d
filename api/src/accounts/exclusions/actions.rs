//! Setting, lifting and reading exclusions.

use super::entity::{ActiveModel, Column, Entity, Model};
use crate::accounts::{self, contact};
use crate::kernel::{FlawsExt, Read, Seen, Stop, Tx, tx::refuse};
use kept_shared::contacts::ContactKind;
use kept_shared::exclusions::*;
use kept_shared::ids::*;
use kept_shared::problem::{Code, Problem};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryOrder};

/// Most lifted exclusions a customer's history shows.
const SHOWN: u64 = 200;

async fn open(read: &Read, account: AccountId) -> Result<Vec<Seen<Model>>, Stop> {
    read.find::<Entity>()
        .filter(Column::AccountId.eq(account))
        .filter(Column::LiftedAt.is_null())
        .shape(|s| s.order_by_desc(Column::Id))
        .all()
        .await
}

/// What is in force on an account loaded within reach.
pub async fn in_force(read: &Read, account: AccountId) -> Result<Vec<InForce>, Stop> {
    Ok(open(read, account).await?.iter().map(|row| row.in_force()).collect())
}

/// In force and lifted, the latest first.
pub(super) async fn all(read: &Read, account: AccountId) -> Result<Exclusions, Stop> {
    let open = open(read, account).await?;
    let lifted = read
        .find::<Entity>()
        .filter(Column::AccountId.eq(account))
        .filter(Column::LiftedAt.is_not_null())
        .shape(|s| s.order_by_desc(Column::LiftedAt).order_by_desc(Column::Id))
        .limit(SHOWN)
        .all()
        .await?;
    let numbers = read
        .find::<contact::Entity>()
        .filter(contact::Column::AccountId.eq(account))
        .filter(contact::Column::Kind.eq(ContactKind::Phone))
        .all()
        .await?;
    let in_force: Vec<InForce> = open.iter().map(|row| row.in_force()).collect();
    Ok(Exclusions {
        level: level(&in_force, numbers.iter().map(|c| c.normalised.as_str())),
        in_force: open.iter().map(|row| row.view()).collect(),
        lifted: lifted.iter().map(|row| row.view()).collect(),
    })
}

/// The number an exclusion is of. Errors: 422 at `/contact_id` for what is not a number of this customer.
async fn number(tx: &Tx, account: &Seen<accounts::Model>, id: Option<ContactId>) -> Result<Option<String>, Stop> {
    let Some(id) = id else { return Ok(None) };
    let found = tx
        .find::<contact::Entity>()
        .filter(contact::Column::Id.eq(id))
        .filter(contact::Column::AccountId.eq(account.id))
        .filter(contact::Column::Kind.eq(ContactKind::Phone))
        .one()
        .await?
        .ok_or_else(|| refuse("/contact_id", "unknown"))?;
    Ok(Some(found.normalised.clone()))
}

/// Sets one. Errors: 409 `already-exists` for one that is in force.
pub(super) async fn set(tx: &Tx, account: &Seen<accounts::Model>, new: NewExclusion) -> Result<Exclusion, Stop> {
    new.flaws().check()?;
    let number = number(tx, account, new.contact_id).await?;
    let open = open(tx, account.id).await?;
    if open.iter().any(|row| row.kind == new.kind && row.number == number) {
        return Err(Problem::of(Code::AlreadyExists).at("/kind", "taken").into());
    }
    if open.len() >= MAX_OPEN {
        return Err(refuse("/kind", "too_many"));
    }
    let row = tx
        .insert(
            account,
            ActiveModel {
                id: Set(ExclusionId(uuid::Uuid::now_v7())),
                kind: Set(new.kind),
                number: Set(number),
                note: Set(new.note.trim().to_owned()),
                set_at: Set(tx.now()),
                set_by: Set(tx.caller().user()?),
                set_by_name: Set(tx.caller().name.clone()),
                lifted_at: Set(None),
                lifted_by: Set(None),
                lifted_by_name: Set(None),
                lifted_note: Set(None),
                version: Set(1),
                ..Default::default()
            },
        )
        .await?;
    Ok(row.view())
}

/// Lifts one. Errors: 409 for one that was lifted before.
pub(super) async fn lift(tx: &Tx, row: Seen<Model>, why: &LiftExclusion) -> Result<Exclusion, Stop> {
    why.flaws().check()?;
    if row.lifted_at.is_some() {
        return Err(Problem::of(Code::StateForbids).at("", "lifted_already").into());
    }
    let (now, user, name) = (tx.now(), tx.caller().user()?, tx.caller().name.clone());
    let row = tx
        .amend(row, |row: &mut ActiveModel| {
            row.lifted_at = Set(Some(now));
            row.lifted_by = Set(Some(user));
            row.lifted_by_name = Set(Some(name));
            row.lifted_note = Set(Some(why.note.trim().to_owned()));
        })
        .await?;
    Ok(row.view())
}
