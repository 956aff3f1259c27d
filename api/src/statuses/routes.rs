//! HTTP of the catalogue.

use super::entity::{ActiveModel, Column, Entity, Model};
use super::queries::{catalogue, view};
use crate::kernel::{
    Access, Body, Created, Done, FlawsExt, IfMatch, Path, Problems, Query, Resource, Revised, Show, Stop, Subject, Tx,
    may, tx::refuse,
};
use actix_web::{get, patch, post};
use kept_shared::{event::Event, ids::StatusId, statuses::*};
use sea_orm::{ActiveValue::Set, ColumnTrait};
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for Status {
    fn path(&self) -> String {
        format!("/api/v1/statuses/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// List the status catalogue
///
/// Grouped under the headings notice, debt, interest and legal. `applicable=true` leaves only what the caller may apply.
#[utoipa::path(tag = "statuses", operation_id = "list_statuses", params(StatusFilter),
    responses((status = 200, body = StatusCatalogue)), security(("bearer" = ["statuses:view"])),
    extensions(("x-access" = json!("tenant"))))]
#[get("/statuses")]
async fn list_statuses(
    access: Access<may::ViewStatuses>,
    filter: Query<StatusFilter>,
) -> Result<Done<StatusCatalogue>, Stop> {
    let read = access.read().await?;
    Ok(Done::ok(catalogue(&read, &filter).await?))
}

/// Get a status
#[utoipa::path(tag = "statuses", operation_id = "get_status", params(("status_id" = StatusId, Path)),
    responses((status = 200, body = Status), Problems<404>), security(("bearer" = ["statuses:view"])),
    extensions(("x-access" = json!("tenant"))))]
#[get("/statuses/{status_id}")]
async fn get_status(access: Access<may::ViewStatuses>, id: Path<StatusId>) -> Result<Show<Status>, Stop> {
    let read = access.read().await?;
    let status = read.get::<Entity>(*id).await?;
    Ok(Show(view(read.caller(), &status)))
}

/// Add a status
#[utoipa::path(tag = "statuses", operation_id = "create_status",
    params(("Idempotency-Key" = Option<String>, Header)), request_body = NewStatus,
    responses((status = 201, body = Status), Problems<409, 422>), security(("bearer" = ["statuses:edit"])),
    extensions(("x-access" = json!("tenant"))))]
#[post("/statuses")]
async fn create_status(access: Access<may::EditStatuses>, new: Body<NewStatus>) -> Result<Created<Status>, Stop> {
    let tx = access.write(&new.request).await?;
    let wish = new.value;
    wish.flaws().check()?;
    code_is_free(&tx, &wish.code, None).await?;
    let row = ActiveModel {
        id: Set(StatusId(uuid::Uuid::now_v7())),
        organisation_id: Set(tx.organisation()?),
        kind: Set(wish.kind),
        code: Set(wish.code.trim().to_owned()),
        title: Set(wish.title.trim().to_owned()),
        tone: Set(wish.tone),
        is_handover: Set(wish.is_handover),
        attorney_allowed: Set(wish.attorney_allowed),
        is_terminal: Set(wish.is_terminal),
        notice_exempt: Set(wish.notice_exempt),
        interest_exempt: Set(wish.interest_exempt),
        contact_hold: Set(wish.contact_hold),
        collection_fee: Set(wish.collection_fee),
        closes_handover: Set(wish.closes_handover),
        position: Set(wish.position),
        is_active: Set(true),
        created_at: Set(tx.now()),
        version: Set(1),
    };
    let status = view(tx.caller(), &*tx.create(row).await?);
    let event = Event::StatusCreated { status: status.id };
    tx.finish(Subject::ours(), event, Created::new(status)).await
}

/// Change a status
///
/// Kind and the handover mark stay as they are, because history rests on them; deactivate a status that is no longer
/// wanted.
#[utoipa::path(tag = "statuses", operation_id = "update_status",
    params(("status_id" = StatusId, Path), ("If-Match" = String, Header)), request_body = StatusPatch,
    responses((status = 200, body = Status), Problems<404, 409, 412, 422, 428>), security(("bearer" = ["statuses:edit"])),
    extensions(("x-access" = json!("tenant"))))]
#[patch("/statuses/{status_id}")]
async fn update_status(
    access: Access<may::EditStatuses>,
    id: Path<StatusId>,
    expected: IfMatch,
    patch: Body<StatusPatch>,
) -> Result<Revised<Status>, Stop> {
    let tx = access.write(&patch.request).await?;
    let row = tx.get::<Entity>(*id).await?;
    let (patch, before) = (patch.value, as_new(&row));
    let wish = patch.onto(&before);
    wish.flaws().check()?;
    code_is_free(&tx, &wish.code, Some(*id)).await?;
    let is_active = patch.is_active.unwrap_or(row.is_active);
    let fields = changed(&before, &wish, row.is_active != is_active);
    let row = tx
        .update(row, expected, |a: &mut ActiveModel| {
            a.code = Set(wish.code.trim().to_owned());
            a.title = Set(wish.title.trim().to_owned());
            a.tone = Set(wish.tone);
            a.attorney_allowed = Set(wish.attorney_allowed);
            a.is_terminal = Set(wish.is_terminal);
            a.notice_exempt = Set(wish.notice_exempt);
            a.interest_exempt = Set(wish.interest_exempt);
            a.contact_hold = Set(wish.contact_hold);
            a.collection_fee = Set(wish.collection_fee);
            a.position = Set(wish.position);
            a.is_active = Set(is_active);
        })
        .await?;
    let event = Event::StatusChanged { status: row.id, fields };
    let status = view(tx.caller(), &row);
    tx.finish(Subject::ours(), event, Revised::new(status)).await
}

fn as_new(row: &Model) -> NewStatus {
    NewStatus {
        kind: row.kind,
        code: row.code.clone(),
        title: row.title.clone(),
        tone: row.tone,
        is_handover: row.is_handover,
        attorney_allowed: row.attorney_allowed,
        is_terminal: row.is_terminal,
        notice_exempt: row.notice_exempt,
        interest_exempt: row.interest_exempt,
        contact_hold: row.contact_hold,
        collection_fee: row.collection_fee,
        closes_handover: row.closes_handover,
        position: row.position,
    }
}

/// Names of the fields that differ, for the event.
fn changed(before: &NewStatus, after: &NewStatus, activity: bool) -> Vec<String> {
    let mut fields: Vec<String> = match (serde_json::to_value(before), serde_json::to_value(after)) {
        (Ok(serde_json::Value::Object(b)), Ok(serde_json::Value::Object(a))) => a
            .into_iter()
            .filter(|(k, v)| b.get(k) != Some(v))
            .map(|(k, _)| k)
            .collect(),
        (Ok(_) | Err(_), _) => vec![],
    };
    if activity {
        fields.push("is_active".into());
    }
    fields
}

async fn code_is_free(tx: &Tx, code: &str, but: Option<StatusId>) -> Result<(), Stop> {
    let mut taken = tx.find::<Entity>().filter(Column::Code.eq(code.trim()));
    if let Some(id) = but {
        taken = taken.filter(Column::Id.ne(id));
    }
    if taken.exists().await? {
        return Err(refuse("/code", "taken"));
    }
    Ok(())
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_statuses)
        .service(get_status)
        .service(create_status)
        .service(update_status);
}
