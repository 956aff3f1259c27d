//! All that is known further of a customer, in one answer and a fixed number of statements.

use super::rows::Row;
use super::values::of_rows;
use crate::accounts::{self, debtor};
use crate::claims::product;
use crate::kernel::{Read, Seen, Stop};
use crate::units;
use kept_shared::ids::AccountId;
use kept_shared::metadata::{MoreInfo, MoreInfoGroup, SourceFact};
use kept_shared::permission::Permission;
use sea_orm::{ColumnTrait, QueryOrder};

/// Most units and products told of; a customer has few.
const MOST: u64 = 200;

fn facts<const N: usize>(all: [(&str, Option<&str>); N]) -> Vec<SourceFact> {
    all.into_iter()
        .filter_map(|(name, value)| {
            let value = value.map(str::trim).filter(|v| !v.is_empty())?;
            Some(SourceFact {
                name: name.into(),
                value: value.into(),
            })
        })
        .collect()
}

pub(super) async fn of_account(read: &Read, id: AccountId) -> Result<MoreInfo, Stop> {
    let account = read.get::<accounts::Entity>(id).await?;
    let a = &*account;
    let mut heads = vec![(
        a.reference.clone(),
        facts([("source", a.source.as_deref()), ("source_id", a.source_id.as_deref())]),
    )];
    let mut rows = vec![Row::of_account(&account)];
    for d in debtors(read, id).await? {
        let more = facts([("title", d.title.as_deref()), ("language", d.language.as_deref())]);
        heads.push((d.full_name.clone(), more));
        rows.push(Row::of_debtor(d.id, &account));
    }
    if read.caller().may(Permission::ViewUnits) {
        for unit in units_of(read, id).await? {
            let more = facts([
                ("block", unit.block.as_deref()),
                ("section", unit.section.as_deref()),
                ("unit_type", unit.unit_type.as_deref()),
                ("size", unit.size.as_deref()),
                ("participation_quota", unit.participation_quota.as_deref()),
                ("description", unit.description.as_deref()),
            ]);
            heads.push((unit.code.clone(), more));
            rows.push(Row::of_unit(&unit));
        }
    }
    if read.caller().may(Permission::ViewLedger) {
        for product in products(read, id).await? {
            heads.push((product.name.clone(), facts([("reference", Some(&product.reference))])));
            rows.push(Row::of_product(product.id, &account));
        }
    }
    let groups = heads
        .into_iter()
        .zip(of_rows(read, &rows).await?)
        .map(|((name, source), metadata)| MoreInfoGroup { name, source, metadata })
        .collect();
    Ok(MoreInfo { groups })
}

/// The primary one first.
async fn debtors(read: &Read, account: AccountId) -> Result<Vec<Seen<debtor::Model>>, Stop> {
    let mut debtors = read
        .find::<debtor::Entity>()
        .filter(debtor::Column::AccountId.eq(account))
        .all()
        .await?;
    debtors.sort_by_key(|d| (d.role, d.id));
    Ok(debtors)
}

/// Those owned now.
async fn units_of(read: &Read, account: AccountId) -> Result<Vec<Seen<units::Model>>, Stop> {
    let owners = read
        .find::<units::owner::Entity>()
        .filter(units::owner::Column::AccountId.eq(account))
        .filter(units::owner::Column::ToOn.is_null())
        .limit(MOST)
        .all()
        .await?;
    if owners.is_empty() {
        return Ok(vec![]);
    }
    read.among::<units::Entity>(units::Column::Id.is_in(owners.iter().map(|o| o.unit_id)))
        .shape(|s| s.order_by_asc(units::Column::SortKey))
        .all()
        .await
}

async fn products(read: &Read, account: AccountId) -> Result<Vec<Seen<product::Model>>, Stop> {
    read.find::<product::Entity>()
        .filter(product::Column::AccountId.eq(account))
        .shape(|s| s.order_by_asc(product::Column::Name).order_by_asc(product::Column::Id))
        .limit(MOST)
        .all()
        .await
}
