//! HTTP of the schema.

use super::{entity, fields, unmapped};
use crate::kernel::{
    Access, Body, Created, Done, IfMatch, Path, Problems, Query, Resource, Revised, Show, Stop, Subject, may,
};
use actix_web::{get, post, put};
use kept_shared::event::{Event, changed_fields};
use kept_shared::ids::MetadataFieldId;
use kept_shared::metadata::{MetadataField, MetadataFieldFilter, MetadataFieldPlace, NewMetadataField, UnmappedKey};
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for MetadataField {
    fn path(&self) -> String {
        format!("/api/v1/metadata-fields/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// List metadata fields
///
/// By entity, each entity's in their order. Everybody who sees customers reads which fields there are.
#[utoipa::path(tag = "metadata", operation_id = "list_metadata_fields", params(MetadataFieldFilter),
    responses((status = 200, body = Vec<MetadataField>), Problems<400>),
    security(("bearer" = ["accounts:view"])), extensions(("x-access" = json!("tenant"))))]
#[get("/metadata-fields")]
async fn list_metadata_fields(
    access: Access<may::ViewAccounts>,
    filter: Query<MetadataFieldFilter>,
) -> Result<Done<Vec<MetadataField>>, Stop> {
    let read = access.read().await?;
    Ok(Done::ok(fields::list(&read, *filter).await?))
}

/// List keys no field has
///
/// What programs sent under keys of their own, the most frequent first, at most a hundred.
#[utoipa::path(tag = "metadata", operation_id = "list_unmapped_metadata",
    responses((status = 200, body = Vec<UnmappedKey>)),
    security(("bearer" = ["metadata:edit"])), extensions(("x-access" = json!("tenant"))))]
#[get("/metadata-fields/unmapped")]
async fn list_unmapped_metadata(access: Access<may::EditMetadata>) -> Result<Done<Vec<UnmappedKey>>, Stop> {
    let read = access.read().await?;
    Ok(Done::ok(unmapped::list(&read).await?))
}

/// Get a metadata field
#[utoipa::path(tag = "metadata", operation_id = "get_metadata_field", params(("field_id" = MetadataFieldId, Path)),
    responses((status = 200, body = MetadataField), Problems<404>),
    security(("bearer" = ["accounts:view"])), extensions(("x-access" = json!("tenant"))))]
#[get("/metadata-fields/{field_id}")]
async fn get_metadata_field(
    access: Access<may::ViewAccounts>,
    id: Path<MetadataFieldId>,
) -> Result<Show<MetadataField>, Stop> {
    let read = access.read().await?;
    let row = read.get::<entity::Entity>(*id).await?;
    Ok(Show(fields::view(&read, &row).await?))
}

/// Create a metadata field
///
/// It comes last. Values that programs sent under its key become its own: all of them must be of its type. An entity has at
/// most a hundred fields.
#[utoipa::path(tag = "metadata", operation_id = "create_metadata_field",
    params(("Idempotency-Key" = Option<String>, Header)), request_body = NewMetadataField,
    responses((status = 201, body = MetadataField), Problems<409, 422>),
    security(("bearer" = ["metadata:edit"])), extensions(("x-access" = json!("tenant"))))]
#[post("/metadata-fields")]
async fn create_metadata_field(
    access: Access<may::EditMetadata>,
    new: Body<NewMetadataField>,
) -> Result<Created<MetadataField>, Stop> {
    let tx = access.write(&new.request).await?;
    let row = fields::create(&tx, new.value).await?;
    let event = Event::MetadataFieldCreated {
        field: row.id,
        entity: row.entity,
        key: row.key.clone(),
    };
    let reply = Created::new(fields::view(&tx, &row).await?);
    tx.finish(Subject::ours(), event, reply).await
}

/// Change a metadata field
///
/// Key and type are fixed while there are values. An archived field is offered no more and keeps its values; a choice that
/// is taken out stays where it was chosen.
#[utoipa::path(tag = "metadata", operation_id = "change_metadata_field",
    params(("field_id" = MetadataFieldId, Path), ("If-Match" = String, Header, example = "\"1\"")),
    request_body = NewMetadataField,
    responses((status = 200, body = MetadataField), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["metadata:edit"])), extensions(("x-access" = json!("tenant"))))]
#[put("/metadata-fields/{field_id}")]
async fn change_metadata_field(
    access: Access<may::EditMetadata>,
    id: Path<MetadataFieldId>,
    expected: IfMatch,
    new: Body<NewMetadataField>,
) -> Result<Revised<MetadataField>, Stop> {
    let tx = access.write(&new.request).await?;
    let row = tx.get::<entity::Entity>(*id).await?;
    let before = row.view()?.edit();
    let row = fields::change(&tx, row, expected, new.value).await?;
    let event = Event::MetadataFieldChanged {
        field: row.id,
        fields: changed_fields(&before, &row.view()?.edit()),
    };
    let reply = Revised::new(fields::view(&tx, &row).await?);
    tx.finish(Subject::ours(), event, reply).await
}

/// Move a metadata field
///
/// Before another one of its entity, or to the end. Returns all fields of the entity in their new order, archived ones too.
#[utoipa::path(tag = "metadata", operation_id = "move_metadata_field",
    params(("field_id" = MetadataFieldId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = MetadataFieldPlace,
    responses((status = 200, body = Vec<MetadataField>), Problems<404, 422>),
    security(("bearer" = ["metadata:edit"])), extensions(("x-access" = json!("tenant"))))]
#[post("/metadata-fields/{field_id}/move")]
async fn move_metadata_field(
    access: Access<may::EditMetadata>,
    id: Path<MetadataFieldId>,
    place: Body<MetadataFieldPlace>,
) -> Result<Done<Vec<MetadataField>>, Stop> {
    let tx = access.write(&place.request).await?;
    let row = tx.get::<entity::Entity>(*id).await?;
    fields::place(&tx, &row, place.value).await?;
    let filter = MetadataFieldFilter {
        entity: Some(row.entity),
        archived: Some(true),
    };
    let reply = Done::ok(fields::list(&tx, filter).await?);
    let event = Event::MetadataFieldChanged {
        field: row.id,
        fields: vec!["position".into()],
    };
    tx.finish(Subject::ours(), event, reply).await
}

pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_metadata_fields)
        .service(list_unmapped_metadata)
        .service(get_metadata_field)
        .service(create_metadata_field)
        .service(change_metadata_field)
        .service(move_metadata_field);
}
