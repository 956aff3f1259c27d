//! The schema: what fields there are, and what managers do with them.

use super::entity::{ActiveModel, Column, Entity, Model, fill};
use super::jobs::SearchAgain;
use super::unmapped;
use crate::kernel::{FlawsExt, IfMatch, Limit, Read, Seen, Stop, Tx, When, binds::Binds, tx::refuse};
use kept_shared::ids::MetadataFieldId;
use kept_shared::metadata::*;
use kept_shared::problem::{Code, Problem};
use kept_shared::quick_responses::reordered;
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbBackend, FromQueryResult, QueryOrder};
use std::collections::HashSet;

const OURS: Limit = Limit::Unscoped("the schema of the caller's own organisation");

/// The fields of the caller's organisation in their order, archived ones too; of one entity or of all.
pub async fn of_organisation(read: &Read, entity: Option<MetadataEntity>) -> Result<Vec<MetadataField>, Stop> {
    let mut found = read.find::<Entity>();
    if let Some(entity) = entity {
        found = found.filter(Column::Entity.eq(entity));
    }
    let rows = found
        .shape(|s| {
            s.order_by_asc(Column::Entity)
                .order_by_asc(Column::Position)
                .order_by_asc(Column::Id)
        })
        .limit((MAX_FIELDS * MetadataEntity::ALL.len()) as u64)
        .all()
        .await?;
    rows.iter().map(|row| row.view()).collect()
}

#[derive(FromQueryResult)]
struct Used {
    id: MetadataFieldId,
}

/// Of all fields, those with values.
async fn used(read: &Read) -> Result<HashSet<MetadataFieldId>, Stop> {
    let rows: Vec<Used> = read
        .report(
            OURS,
            "SELECT f.id AS id FROM metadata_field f WHERE f.organisation_id = $1 AND EXISTS (SELECT 1 FROM metadata_value v \
             WHERE v.organisation_id = f.organisation_id AND v.entity = f.entity AND v.key = f.key)",
            vec![read.organisation()?.into()],
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The schema as managers see it.
pub(super) async fn list(read: &Read, filter: MetadataFieldFilter) -> Result<Vec<MetadataField>, Stop> {
    let used = used(read).await?;
    let all = of_organisation(read, filter.entity).await?.into_iter();
    Ok(all
        .filter(|f| f.is_active || filter.archived.unwrap_or_default())
        .map(|f| MetadataField {
            is_used: Some(used.contains(&f.id)),
            ..f
        })
        .collect())
}

/// One field as managers see it.
pub(super) async fn view(read: &Read, row: &Seen<Model>) -> Result<MetadataField, Stop> {
    Ok(MetadataField {
        is_used: Some(used(read).await?.contains(&row.id)),
        ..row.view()?
    })
}

#[derive(FromQueryResult)]
struct Placed {
    id: MetadataFieldId,
    position: i64,
}

/// The order of an entity's fields; held until the transaction ends, so that two changes of it follow one another.
async fn order(tx: &Tx, entity: MetadataEntity) -> Result<Vec<Placed>, Stop> {
    let lock = match tx.backend() {
        DbBackend::Postgres => " FOR UPDATE",
        _ => "",
    };
    tx.report(
        OURS,
        &format!(
            "SELECT id, position FROM metadata_field WHERE organisation_id = $1 AND entity = $2 ORDER BY position, id{lock}"
        ),
        vec![tx.organisation()?.into(), entity.into()],
    )
    .await
}

async fn check_key(tx: &Tx, new: &NewMetadataField, mine: Option<MetadataFieldId>) -> Result<(), Stop> {
    // Keys that differ in nothing but capitals would be taken for one another.
    let same = tx
        .find::<Entity>()
        .filter(Column::Entity.eq(new.entity))
        .filter(Expr::expr(Func::lower(Expr::col(Column::Key))).eq(new.key.to_ascii_lowercase()))
        .one()
        .await?;
    match same {
        Some(row) if Some(row.id) != mine => Err(Problem::of(Code::AlreadyExists).at("/key", "taken").into()),
        Some(_) | None => Ok(()),
    }
}

/// Makes a field, the last of its entity. Values that came under its key before are its own from now on. Errors: 422 when
/// there are too many fields, and at `/type` when one of those values is not of the type.
pub(super) async fn create(tx: &Tx, new: NewMetadataField) -> Result<Seen<Model>, Stop> {
    let new = new.tidied();
    new.flaws().check()?;
    let before = order(tx, new.entity).await?;
    if before.len() >= MAX_FIELDS {
        return Err(refuse("/key", "too_many"));
    }
    check_key(tx, &new, None).await?;
    unmapped::adopt(tx, &new).await?;
    search_again(tx, &new, false).await?;
    let mut row = ActiveModel {
        id: Set(MetadataFieldId(uuid::Uuid::now_v7())),
        position: Set(before.last().map_or(1, |last| last.position + 1)),
        created_at: Set(tx.now()),
        version: Set(1),
        ..Default::default()
    };
    fill(&mut row, new)?;
    tx.create(row).await
}

/// Changes a field. Errors: 422 for another entity, and for another key or type while there are values.
pub(super) async fn change(
    tx: &Tx,
    row: Seen<Model>,
    expected: IfMatch,
    new: NewMetadataField,
) -> Result<Seen<Model>, Stop> {
    let new = new.tidied();
    new.flaws().check()?;
    let before = view(tx, &row).await?;
    let used = before.is_used.unwrap_or_default();
    let mut flaws = kept_shared::flaws::Flaws::default();
    flaws
        .when(new.entity != before.entity, "/entity", "fixed")
        .when(used && new.key != before.key, "/key", "in_use")
        .when(used && new.kind != before.kind, "/type", "in_use");
    flaws.check()?;
    check_key(tx, &new, Some(row.id)).await?;
    if new.key != before.key {
        // Under the new key values may have come before.
        unmapped::adopt(tx, &new).await?;
    }
    // Under another key customers have other values.
    let was = before.is_searchable && before.is_active && new.key == before.key;
    search_again(tx, &new, was).await?;
    let mut filled = ActiveModel::default();
    fill(&mut filled, new)?;
    tx.update(row, expected, |row: &mut ActiveModel| {
        row.key = filled.key;
        row.label_en = filled.label_en;
        row.label_af = filled.label_af;
        row.kind = filled.kind;
        row.choices = filled.choices;
        row.is_required = filled.is_required;
        row.is_searchable = filled.is_searchable;
        row.is_sensitive = filled.is_sensitive;
        row.is_active = filled.is_active;
    })
    .await
}

/// Orders that the search texts of customers with values follow, when it changes whether they are found by them.
async fn search_again(tx: &Tx, new: &NewMetadataField, was: bool) -> Result<(), Stop> {
    let is = new.is_searchable && new.is_active;
    if is == was {
        return Ok(());
    }
    let job = SearchAgain {
        organisation: tx.organisation()?,
        entity: new.entity,
        key: new.key.clone(),
    };
    tx.enqueue(&job, When::Now).await.map(|_job| ())
}

/// Puts a field before another one of its entity, or last. Errors: 422 at `/before` for one that is not among them.
pub(super) async fn place(tx: &Tx, row: &Seen<Model>, place: MetadataFieldPlace) -> Result<(), Stop> {
    let now = order(tx, row.entity).await?;
    let ids: Vec<MetadataFieldId> = now.iter().map(|p| p.id).collect();
    if place.before.is_some_and(|before| !ids.contains(&before)) {
        return Err(refuse("/before", "unknown"));
    }
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
        "UPDATE metadata_field SET position = made.column2 FROM (VALUES {}) AS made WHERE metadata_field.id = made.column1",
        moved.join(", ")
    );
    tx.execute(OURS, &sql, binds.values()).await.map(|_rows| ())
}
