//! Products: what is owed for.

use super::entity::product::{ActiveModel, Column, Entity, Model};
use crate::accounts;
use crate::kernel::{FlawsExt, IfMatch, Read, Resource, Seen, Stop, Tx, tx::refuse};
use kept_shared::claims::{NewProduct, Product};
use kept_shared::event::changed_fields;
use kept_shared::ids::*;
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryOrder};

impl Resource for Product {
    fn path(&self) -> String {
        format!("/api/v1/products/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

pub(super) fn view(m: &Model) -> Product {
    Product {
        id: m.id,
        version: m.version,
        account_id: m.account_id,
        kind: m.kind,
        reference: m.reference.clone(),
        name: m.name.clone(),
        unit_id: m.unit_id,
        is_active: m.is_active,
    }
}

fn details(m: &Model) -> NewProduct {
    NewProduct {
        kind: m.kind,
        reference: m.reference.clone(),
        name: m.name.clone(),
        unit_id: m.unit_id,
        is_active: m.is_active,
    }
}

/// Products of an account, by name; few in a lifetime.
pub(super) async fn list(read: &Read, account: AccountId) -> Result<Vec<Product>, Stop> {
    let rows = read
        .find::<Entity>()
        .filter(Column::AccountId.eq(account))
        .shape(|s| s.order_by_asc(Column::Name).order_by_asc(Column::Id))
        .limit(1_000)
        .all()
        .await?;
    Ok(rows.iter().map(|row| view(row)).collect())
}

async fn check(tx: &Tx, account: AccountId, new: &NewProduct, mine: Option<ProductId>) -> Result<(), Stop> {
    new.flaws().check()?;
    let same = tx
        .find::<Entity>()
        .filter(Column::AccountId.eq(account))
        .filter(Column::Reference.eq(new.reference.trim()))
        .one()
        .await?;
    if same.is_some_and(|row| Some(row.id) != mine) {
        return Err(refuse("/reference", "taken"));
    }
    if let Some(unit) = new.unit_id
        && !crate::units::owned_by(tx, account).await?.contains(&unit)
    {
        return Err(refuse("/unit_id", "unknown"));
    }
    Ok(())
}

pub(super) async fn create(tx: &Tx, account: &Seen<accounts::Model>, new: NewProduct) -> Result<Product, Stop> {
    check(tx, account.id, &new, None).await?;
    let row = ActiveModel {
        id: Set(ProductId(uuid::Uuid::now_v7())),
        kind: Set(new.kind),
        reference: Set(new.reference.trim().to_owned()),
        name: Set(new.name.trim().to_owned()),
        unit_id: Set(new.unit_id),
        is_active: Set(new.is_active),
        created_at: Set(tx.now()),
        version: Set(1),
        ..Default::default()
    };
    Ok(view(&*tx.insert(account, row).await?))
}

/// Changes a product; returns it and the names of the fields that changed.
pub(super) async fn edit(
    tx: &Tx,
    row: Seen<Model>,
    expected: IfMatch,
    new: NewProduct,
) -> Result<(Product, Vec<String>), Stop> {
    check(tx, row.account_id, &new, Some(row.id)).await?;
    let fields = changed_fields(&details(&row), &new);
    let row = tx
        .update(row, expected, |row: &mut ActiveModel| {
            row.kind = Set(new.kind);
            row.reference = Set(new.reference.trim().to_owned());
            row.name = Set(new.name.trim().to_owned());
            row.unit_id = Set(new.unit_id);
            row.is_active = Set(new.is_active);
        })
        .await?;
    Ok((view(&row), fields))
}
