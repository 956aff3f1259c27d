//! Values: read for one or several rows at once, and changed under the version of the whole of a row's values.

use super::fields::of_organisation;
use super::rows::Row;
use crate::kernel::{Caller, FlawsExt, IfMatch, Limit, Read, Stop, Tx, binds::Binds};
use crate::units::{owner, relabel};
use kept_shared::ids::AccountId;
use kept_shared::metadata::*;
use kept_shared::permission::Permission;
use kept_shared::problem::Code;
use sea_orm::{ColumnTrait, FromQueryResult};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

const LOADED: Limit = Limit::Unscoped("values of rows loaded within reach");

pub(super) fn unmasked(caller: &Caller) -> bool {
    reads_sensitive(caller.user_type, caller.may(Permission::ViewSensitive))
}

#[derive(FromQueryResult)]
struct ValueRow {
    row_id: Uuid,
    key: String,
    value: String,
}

#[derive(FromQueryResult)]
struct VersionRow {
    row_id: Uuid,
    version: i64,
}

/// What stands in the fields of these rows, in their order, as the caller may read it.
pub(super) async fn of_rows(read: &Read, rows: &[Row]) -> Result<Vec<Metadata>, Stop> {
    let entities: Vec<MetadataEntity> = rows.iter().map(|row| row.entity).collect();
    let one = entities
        .first()
        .copied()
        .filter(|first| entities.iter().all(|e| e == first));
    let fields = of_organisation(read, one).await?;
    let mut stored = stored(read, rows).await?;
    let mut binds = Binds::new();
    let sql = format!(
        "SELECT row_id, version FROM metadata_record WHERE row_id IN ({})",
        binds.list(rows.iter().map(|row| row.id))
    );
    let versions: Vec<VersionRow> = read.report(LOADED, &sql, binds.values()).await?;
    let versions: HashMap<Uuid, i64> = versions.into_iter().map(|v| (v.row_id, v.version)).collect();
    let (reads, agency) = (unmasked(read.caller()), is_agency(read.caller().user_type));
    let view = |row: &Row| {
        let mut values = stored.remove(&row.id).unwrap_or_default();
        let items = fields
            .iter()
            .filter(|f| f.entity == row.entity)
            .map(|f| MetadataItem::of(f.clone(), values.remove(&f.key), reads))
            .filter(|item| item.field.is_active || item.value.is_some() || item.is_masked)
            .collect();
        Metadata {
            entity: row.entity,
            row_id: row.id,
            version: versions.get(&row.id).copied().unwrap_or_default(),
            items,
            unmapped: values
                .into_iter()
                .filter(|_| agency)
                .map(|(key, value)| UnmappedValue { key, value })
                .collect(),
        }
    };
    Ok(rows.iter().map(view).collect())
}

/// What stands in the fields of one row.
pub(super) async fn of_row(read: &Read, row: Row) -> Result<Metadata, Stop> {
    of_rows(read, &[row]).await?.pop().ok_or_else(Stop::not_found)
}

async fn stored(read: &Read, rows: &[Row]) -> Result<HashMap<Uuid, BTreeMap<String, Value>>, Stop> {
    let mut binds = Binds::new();
    let sql = format!(
        "SELECT row_id, key, value FROM metadata_value WHERE row_id IN ({})",
        binds.list(rows.iter().map(|row| row.id))
    );
    let values: Vec<ValueRow> = read.report(LOADED, &sql, binds.values()).await?;
    let mut all: HashMap<Uuid, BTreeMap<String, Value>> = HashMap::new();
    for row in values {
        let value = serde_json::from_str(&row.value)?;
        all.entry(row.row_id).or_default().insert(row.key, value);
    }
    Ok(all)
}

/// Changes values; returns the keys of those that changed, none when all of it was there already. Errors: 412 when somebody was faster, 422 at `/values/<key>`.
pub(super) async fn change(
    tx: &Tx,
    row: &Row,
    expected: IfMatch,
    change: &MetadataChange,
) -> Result<Vec<String>, Stop> {
    expected.check(version(tx, row).await?)?;
    let fields = of_organisation(tx, Some(row.entity)).await?;
    let stored = stored(tx, std::slice::from_ref(row))
        .await?
        .remove(&row.id)
        .unwrap_or_default();
    let changed = match change.judged(&fields, &stored, unmasked(tx.caller())) {
        Ok(changed) => changed,
        Err(flaws) => return Err(flaws.check().err().unwrap_or_else(Stop::not_found)),
    };
    if changed.is_empty() {
        return Ok(vec![]);
    }
    next_version(tx, row, expected).await?;
    write(tx, row, &changed).await?;
    let searched = |key: &String| fields.iter().any(|f| f.key == *key && f.is_searchable);
    if changed.keys().any(searched) {
        relabel(tx, &found_by(tx, row).await?).await?;
    }
    Ok(changed.into_keys().collect())
}

async fn version(tx: &Tx, row: &Row) -> Result<i64, Stop> {
    let sql = "SELECT row_id, version FROM metadata_record WHERE row_id = $1";
    let found: Option<VersionRow> = tx.report_one(LOADED, sql, vec![row.id.into()]).await?;
    Ok(found.map_or(0, |row| row.version))
}

/// Errors: 412 when somebody was faster.
async fn next_version(tx: &Tx, row: &Row, expected: IfMatch) -> Result<(), Stop> {
    let taken = if expected.0 == 0 {
        // A first writer elsewhere is waited for here, and then this one was not the first.
        let sql = "INSERT INTO metadata_record (row_id, version) VALUES ($1, 1) ON CONFLICT DO NOTHING";
        tx.execute(LOADED, sql, vec![row.id.into()]).await?
    } else {
        let sql = "UPDATE metadata_record SET version = version + 1 WHERE row_id = $1 AND version = $2";
        tx.execute(LOADED, sql, vec![row.id.into(), expected.0.into()]).await?
    };
    if taken == 0 {
        return Err(Code::ChangedMeanwhile.into());
    }
    Ok(())
}

async fn write(tx: &Tx, row: &Row, changed: &BTreeMap<String, Option<Value>>) -> Result<(), Stop> {
    let mut binds = Binds::new();
    let sql = format!(
        "DELETE FROM metadata_value WHERE row_id = {} AND key IN ({})",
        binds.one(row.id),
        binds.list(changed.keys().cloned())
    );
    tx.execute(LOADED, &sql, binds.values()).await?;
    let mut binds = Binds::new();
    let (id, organisation) = (binds.one(row.id), binds.one(tx.organisation()?));
    let (entity, account) = (binds.one(row.entity), binds.one(row.account));
    let mut kept = vec![];
    for (key, value) in changed {
        let Some(value) = value else { continue };
        let (key, text) = (binds.one(key.clone()), binds.one(serde_json::to_string(value)?));
        let folded = binds.one(folded(value));
        kept.push(format!(
            "({id}, {key}, {organisation}, {entity}, {account}, {text}, {folded})"
        ));
    }
    if kept.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO metadata_value (row_id, key, organisation_id, entity, account_id, value, folded) VALUES {}",
        kept.join(", ")
    );
    tx.execute(LOADED, &sql, binds.values()).await.map(|_rows| ())
}

/// The customers whose search text holds a row's values.
async fn found_by(tx: &Tx, row: &Row) -> Result<Vec<AccountId>, Stop> {
    if let Some(account) = row.account {
        return Ok(vec![account]);
    }
    let owners = tx
        .find::<owner::Entity>()
        .filter(owner::Column::UnitId.eq(row.id))
        .filter(owner::Column::ToOn.is_null())
        .all()
        .await?;
    Ok(owners.iter().map(|owner| owner.account_id).collect())
}
