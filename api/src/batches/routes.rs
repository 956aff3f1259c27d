//! HTTP of batches.

use super::actions;
use crate::ageing;
use crate::kernel::{Access, Body, Done, Problems, Read, Stop, may, tx::refuse};
use actix_web::post;
use kept_shared::{age_analysis::AgeFilter, ids::AccountId, statuses::*};
use std::collections::HashSet;
use utoipa_actix_web::service_config::ServiceConfig;

/// What is asked; "everything the filter shows" is the filter of the age analysis.
pub(super) type Wish = ApplyStatuses<AgeFilter>;

/// The customers meant, in the order of the request or of the grid.
async fn selected(read: &Read, wish: &Wish) -> Result<Vec<AccountId>, Stop> {
    match &wish.selection {
        Selection::Accounts { account_ids } => Ok(account_ids.clone()),
        Selection::Filter { filter, except } => {
            let except: HashSet<AccountId> = except.iter().copied().collect();
            let mut ids = ageing::matching(read, filter, MAX_BATCH + except.len()).await?;
            ids.retain(|id| !except.contains(id));
            if ids.len() > MAX_BATCH {
                return Err(refuse("/selection/filter", "too_many"));
            }
            Ok(ids)
        }
    }
}

/// See what applying a status would do
///
/// Which rows would change, which would be skipped and why, what to know before confirming. Changes nothing.
#[utoipa::path(tag = "statuses", operation_id = "preview_apply_statuses", request_body = Wish,
    responses((status = 200, body = ApplyPreview), Problems<422>), security(("bearer" = ["statuses:apply"])),
    extensions(("x-access" = json!("scoped"))))]
#[post("/statuses/apply/preview")]
async fn preview_apply_statuses(
    access: Access<may::ApplyStatuses>,
    wish: Body<Wish>,
) -> Result<Done<ApplyPreview>, Stop> {
    let read = access.read().await?;
    let ids = selected(&read, &wish.value).await?;
    Ok(Done::ok(actions::preview(&read, &wish.value, &ids).await?))
}

/// Apply a status to customers
///
/// One transaction for the whole batch: each row is applied or skipped with a reason, in the order asked. The same
/// Idempotency-Key gives the same answer and does nothing twice. A status that hands over needs the attorney.
#[utoipa::path(tag = "statuses", operation_id = "apply_statuses",
    params(("Idempotency-Key" = String, Header)), request_body = Wish,
    responses((status = 200, body = ApplyOutcome), Problems<409, 422>), security(("bearer" = ["statuses:apply"])),
    extensions(("x-access" = json!("scoped"))))]
#[post("/statuses/apply")]
async fn apply_statuses(access: Access<may::ApplyStatuses>, wish: Body<Wish>) -> Result<Done<ApplyOutcome>, Stop> {
    let tx = access.write(wish.request.required()?).await?;
    let ids = selected(&tx, &wish.value).await?;
    actions::apply(tx, &wish.value, &ids).await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(preview_apply_statuses).service(apply_statuses);
}
