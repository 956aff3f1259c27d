//! HTTP of matters.

use super::actions::{Ending, accept, end};
use super::entity::Entity;
use super::queries;
use crate::kernel::{
    Access, Body, Done, FlawsExt, IfMatch, Path, Problems, Query, Request, Resource, Revised, Seen, Show, Stop, Tx,
    may, tx::refuse,
};
use actix_web::{get, post};
use kept_shared::{event::Event, handovers::*, ids::HandoverId, page::Page, problem::Code};
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for HandoverDetail {
    fn path(&self) -> String {
        format!("/api/v1/handovers/{}", self.handover.id)
    }
    fn version(&self) -> i64 {
        self.handover.version
    }
}

/// List matters
///
/// Newest first. An attorney sees their own: pending, active, and returned ones while they may still be read.
#[utoipa::path(tag = "handovers", operation_id = "list_handovers", params(HandoverFilter),
    responses((status = 200, body = Page<Handover>)), security(("bearer" = ["handovers:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/handovers")]
async fn list_handovers(
    access: Access<may::ViewHandovers>,
    filter: Query<HandoverFilter>,
) -> Result<Done<Page<Handover>>, Stop> {
    let read = access.read().await?;
    Ok(Done::ok(queries::list(&read, &filter).await?))
}

/// Figures over matters
#[utoipa::path(tag = "handovers", operation_id = "summarise_handovers", params(HandoverFilter),
    responses((status = 200, body = HandoverSummary)), security(("bearer" = ["handovers:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/handovers/summary")]
async fn summarise_handovers(
    access: Access<may::ViewHandovers>,
    filter: Query<HandoverFilter>,
) -> Result<Done<HandoverSummary>, Stop> {
    let read = access.read().await?;
    Ok(Done::ok(queries::summary(&read, &filter).await?))
}

/// List the attorneys a customer may be handed to
///
/// Active attorneys with access to every community named.
#[utoipa::path(tag = "handovers", operation_id = "list_attorneys", params(AttorneyFilter),
    responses((status = 200, body = Vec<Attorney>)), security(("bearer" = ["handovers:create"])),
    extensions(("x-access" = json!("tenant"))))]
#[get("/attorneys")]
async fn list_attorneys(
    access: Access<may::CreateHandovers>,
    filter: Query<AttorneyFilter>,
) -> Result<Done<Vec<Attorney>>, Stop> {
    if filter.community_id.len() > 200 {
        return Err(refuse("?community_id", "too_many"));
    }
    let read = access.read().await?;
    Ok(Done::ok(queries::attorneys(&read, &filter).await?))
}

/// Get a matter
#[utoipa::path(tag = "handovers", operation_id = "get_handover", params(("handover_id" = HandoverId, Path)),
    responses((status = 200, body = HandoverDetail), Problems<404>), security(("bearer" = ["handovers:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/handovers/{handover_id}")]
async fn get_handover(access: Access<may::ViewHandovers>, id: Path<HandoverId>) -> Result<Show<HandoverDetail>, Stop> {
    let read = access.read().await?;
    Ok(Show(queries::detail(&read, *id).await?))
}

/// The matter at the version the client saw. Errors: 404, 412.
async fn at_version(tx: &Tx, id: HandoverId, expected: IfMatch) -> Result<Seen<super::Model>, Stop> {
    let matter = tx.get::<Entity>(id).await?;
    if matter.version == expected.0 {
        Ok(matter)
    } else {
        Err(Code::ChangedMeanwhile.into())
    }
}

/// Accept a matter
///
/// Only its attorney; from now on the customer can be opened.
#[utoipa::path(tag = "handovers", operation_id = "accept_handover",
    params(("handover_id" = HandoverId, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = HandoverDetail), Problems<404, 409, 412, 428>),
    security(("bearer" = ["handovers:answer"])), extensions(("x-access" = json!("own"))))]
#[post("/handovers/{handover_id}/accept")]
async fn accept_handover(
    access: Access<may::AnswerHandovers>,
    id: Path<HandoverId>,
    expected: IfMatch,
    request: Request,
) -> Result<Revised<HandoverDetail>, Stop> {
    let tx = access.write(&request).await?;
    let matter = at_version(&tx, *id, expected).await?;
    only_its_attorney(&tx, &matter)?;
    let matter = accept(&tx, matter).await?;
    let reply = Revised::new(queries::detail(&tx, *id).await?);
    tx.finish(matter.account_id, Event::HandoverAccepted { handover: *id }, reply)
        .await
}

fn only_its_attorney(tx: &Tx, matter: &super::Model) -> Result<(), Stop> {
    if tx.caller().user_id == Some(matter.attorney_id) {
        Ok(())
    } else {
        Err(Code::PermissionMissing.into())
    }
}

/// Decline a matter
#[utoipa::path(tag = "handovers", operation_id = "decline_handover",
    params(("handover_id" = HandoverId, Path), ("If-Match" = String, Header)), request_body = DeclineHandover,
    responses((status = 200, body = Handover), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["handovers:answer"])), extensions(("x-access" = json!("own"))))]
#[post("/handovers/{handover_id}/decline")]
async fn decline_handover(
    access: Access<may::AnswerHandovers>,
    id: Path<HandoverId>,
    expected: IfMatch,
    body: Body<DeclineHandover>,
) -> Result<Done<Handover>, Stop> {
    let tx = access.write(&body.request).await?;
    body.value.flaws().check()?;
    let matter = at_version(&tx, *id, expected).await?;
    only_its_attorney(&tx, &matter)?;
    let before = queries::detail(&tx, *id).await?.handover;
    let ending = Ending {
        step: Step::Decline,
        code: CloseCode::Other,
        reason: Some(body.value.reason.as_str()),
        note: body.value.note.as_deref(),
    };
    let matter = end(&tx, matter, ending).await?;
    let event = Event::HandoverDeclined {
        handover: *id,
        reason: body.value.reason.to_string(),
    };
    let reply = Done::ok(ended(before, &matter));
    tx.finish(matter.account_id, event, reply).await
}

/// The matter after its end: out of its attorney's reach now, so it is not read again.
fn ended(before: Handover, matter: &super::Model) -> Handover {
    Handover {
        state: matter.state,
        closed_at: matter.closed_at,
        close_code: matter.close_code,
        is_silent: false,
        version: matter.version,
        ..before
    }
}

/// Recall a matter
///
/// The attorney loses access in the same moment, reading included.
#[utoipa::path(tag = "handovers", operation_id = "recall_handover",
    params(("handover_id" = HandoverId, Path), ("If-Match" = String, Header)), request_body = RecallHandover,
    responses((status = 200, body = HandoverDetail), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["handovers:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/handovers/{handover_id}/recall")]
async fn recall_handover(
    access: Access<may::EditHandovers>,
    id: Path<HandoverId>,
    expected: IfMatch,
    body: Body<RecallHandover>,
) -> Result<Revised<HandoverDetail>, Stop> {
    let tx = access.write(&body.request).await?;
    if tx.caller().is_attorney() {
        return Err(Code::PermissionMissing.into());
    }
    body.value.flaws().check()?;
    let matter = at_version(&tx, *id, expected).await?;
    let code = match body.value.reason {
        RecallReason::Paid => CloseCode::Paid,
        RecallReason::Dispute => CloseCode::Dispute,
        RecallReason::Hardship | RecallReason::Wrong | RecallReason::Strategy | RecallReason::Compliance => {
            CloseCode::Withdrawn
        }
    };
    let ending = Ending {
        step: Step::Recall,
        code,
        reason: Some(body.value.reason.as_str()),
        note: body.value.note.as_deref(),
    };
    let matter = end(&tx, matter, ending).await?;
    let event = Event::HandoverRecalled {
        handover: *id,
        reason: body.value.reason.to_string(),
    };
    let reply = Revised::new(queries::detail(&tx, *id).await?);
    tx.finish(matter.account_id, event, reply).await
}

/// Return a matter
///
/// Only its attorney, who may still read it for the number of days the organisation allows.
#[utoipa::path(tag = "handovers", operation_id = "return_handover",
    params(("handover_id" = HandoverId, Path), ("If-Match" = String, Header)), request_body = ReturnHandover,
    responses((status = 200, body = Handover), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["handovers:answer"])), extensions(("x-access" = json!("own"))))]
#[post("/handovers/{handover_id}/return")]
async fn return_handover(
    access: Access<may::AnswerHandovers>,
    id: Path<HandoverId>,
    expected: IfMatch,
    body: Body<ReturnHandover>,
) -> Result<Done<Handover>, Stop> {
    let tx = access.write(&body.request).await?;
    body.value.flaws().check()?;
    let matter = at_version(&tx, *id, expected).await?;
    only_its_attorney(&tx, &matter)?;
    let before = queries::detail(&tx, *id).await?.handover;
    let ending = Ending {
        step: Step::Return,
        code: body.value.close_code,
        reason: None,
        note: body.value.note.as_deref(),
    };
    let matter = end(&tx, matter, ending).await?;
    let event = Event::HandoverReturned {
        handover: *id,
        reason: body.value.close_code.to_string(),
    };
    let reply = Done::ok(ended(before, &matter));
    tx.finish(matter.account_id, event, reply).await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_handovers)
        .service(summarise_handovers)
        .service(list_attorneys)
        .service(get_handover)
        .service(accept_handover)
        .service(decline_handover)
        .service(recall_handover)
        .service(return_handover);
}
