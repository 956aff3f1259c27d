//! Keys no field has: what programs sent before anybody said what it is.

use crate::kernel::{FlawsExt, Limit, Read, Stop, Tx, binds::Binds};
use kept_shared::flaws::Flaws;
use kept_shared::ids::OrganisationId;
use kept_shared::metadata::*;
use sea_orm::FromQueryResult;
use serde_json::Value;
use std::collections::HashMap;

const OURS: Limit = Limit::Unscoped("values of the caller's own organisation, for who keeps its schema");

/// Most keys listed, the most frequent first.
const MOST: usize = 100;
/// Values of a key that are shown.
const SAMPLES: usize = 3;
/// Different values a field takes over at once; more than anybody types.
const MOST_VALUES: usize = 200_000;
/// Values rewritten with one statement.
const CHUNK: usize = 400;

#[derive(FromQueryResult)]
struct KeyRow {
    entity: MetadataEntity,
    key: String,
    count: i64,
}

#[derive(FromQueryResult)]
struct ValueRow {
    value: String,
}

/// The keys no field has, each with how many rows have it and a few values.
pub(super) async fn list(read: &Read) -> Result<Vec<UnmappedKey>, Stop> {
    let organisation = read.organisation()?;
    let keys: Vec<KeyRow> = read
        .report(
            OURS,
            &format!(
                "SELECT v.entity AS entity, v.key AS key, CAST(COUNT(*) AS BIGINT) AS count FROM metadata_value v \
                 WHERE v.organisation_id = $1 AND NOT EXISTS (SELECT 1 FROM metadata_field f \
                 WHERE f.organisation_id = v.organisation_id AND f.entity = v.entity AND f.key = v.key) \
                 GROUP BY v.entity, v.key ORDER BY COUNT(*) DESC, v.entity, v.key LIMIT {MOST}"
            ),
            vec![organisation.into()],
        )
        .await?;
    let mut samples = samples(read, organisation, &keys).await?;
    keys.into_iter()
        .enumerate()
        .map(|(n, row)| {
            let samples: Vec<Value> = samples
                .remove(&n)
                .unwrap_or_default()
                .iter()
                .map(|text| serde_json::from_str(text))
                .collect::<Result<_, _>>()?;
            Ok(UnmappedKey {
                entity: row.entity,
                key: row.key,
                rows: row.count,
                kind: fitting(&samples),
                samples,
            })
        })
        .collect()
}

#[derive(FromQueryResult)]
struct SampleRow {
    n: i32,
    value: String,
}

/// A few values of each key, by its place, with one statement.
async fn samples(
    read: &Read,
    organisation: OrganisationId,
    keys: &[KeyRow],
) -> Result<HashMap<usize, Vec<String>>, Stop> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let mut binds = Binds::new();
    let parts: Vec<String> = keys
        .iter()
        .enumerate()
        .map(|(n, row)| {
            let (of, entity, key) = (binds.one(organisation), binds.one(row.entity), binds.one(row.key.clone()));
            format!(
                "SELECT * FROM (SELECT DISTINCT {n} AS n, value FROM (SELECT value FROM metadata_value WHERE \
                 organisation_id = {of} AND entity = {entity} AND key = {key} LIMIT 200) few ORDER BY value LIMIT {SAMPLES}) s{n}"
            )
        })
        .collect();
    let rows: Vec<SampleRow> = read.report(OURS, &parts.join(" UNION ALL "), binds.values()).await?;
    let mut all: HashMap<usize, Vec<String>> = HashMap::new();
    for row in rows {
        all.entry(usize::try_from(row.n).unwrap_or_default())
            .or_default()
            .push(row.value);
    }
    for values in all.values_mut() {
        values.sort_unstable();
    }
    Ok(all)
}

/// Makes the values that came under a field's key its own, in their one spelling. Errors: 422 at `/type`, with one that is
/// not of the type.
pub(super) async fn adopt(tx: &Tx, field: &NewMetadataField) -> Result<(), Stop> {
    let organisation = tx.organisation()?;
    let rows: Vec<ValueRow> = tx
        .report(
            OURS,
            &format!(
                "SELECT DISTINCT value FROM metadata_value WHERE organisation_id = $1 AND entity = $2 AND key = $3 LIMIT {}",
                MOST_VALUES + 1
            ),
            vec![organisation.into(), field.entity.into(), field.key.clone().into()],
        )
        .await?;
    let mut flaws = Flaws::default();
    flaws.when(rows.len() > MOST_VALUES, "/key", "too_many");
    let mut respelt: Vec<(String, String, String)> = vec![];
    for row in &rows {
        let value: Value = serde_json::from_str(&row.value)?;
        match accepted(field.kind, &field.choices, &value) {
            Ok(spelt) => {
                let text = serde_json::to_string(&spelt)?;
                if text != row.value {
                    respelt.push((row.value.clone(), text, folded(&spelt)));
                }
            }
            Err(_code) => {
                flaws.add("/type", "values_do_not_fit");
                break;
            }
        }
    }
    flaws.check()?;
    for chunk in respelt.chunks(CHUNK) {
        let mut binds = Binds::new();
        let (organisation, entity) = (binds.one(organisation), binds.one(field.entity));
        let key = binds.one(field.key.clone());
        let rows: Vec<String> = chunk
            .iter()
            .map(|(old, new, folded)| {
                let (old, new) = (binds.one(old.clone()), binds.one(new.clone()));
                format!("({old}, {new}, {})", binds.one(folded.clone()))
            })
            .collect();
        // Both engines call the columns of VALUES so.
        let sql = format!(
            "UPDATE metadata_value SET value = made.column2, folded = made.column3 FROM (VALUES {}) AS made \
             WHERE organisation_id = {organisation} AND entity = {entity} AND key = {key} AND metadata_value.value = made.column1",
            rows.join(", ")
        );
        tx.execute(OURS, &sql, binds.values()).await?;
    }
    Ok(())
}
