//! HTTP of the history.

use super::queries::history;
use crate::kernel::{Access, Done, Path, Problems, Query, Stop, may};
use crate::statuses;
use actix_web::get;
use kept_shared::{
    ids::AccountId,
    notes::{HistoryFilter, HistoryItem},
    page::Page,
};
use utoipa_actix_web::service_config::ServiceConfig;

/// Read a customer's history
///
/// Notes, status changes, handover steps and documents, newest first. A mark or a unit asks for notes only. A deleted note
/// keeps its place; its text is shown to nobody but those who see the audit trail.
#[utoipa::path(tag = "notes", operation_id = "list_history", params(("account_id" = AccountId, Path), HistoryFilter),
    responses((status = 200, body = Page<HistoryItem>), Problems<404>), security(("bearer" = ["notes:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/history")]
async fn list_history(
    access: Access<may::ViewNotes>,
    id: Path<AccountId>,
    filter: Query<HistoryFilter>,
) -> Result<Done<Page<HistoryItem>>, Stop> {
    let read = access.read().await?;
    let account = statuses::account(&read, *id).await?;
    let page = history(&read, account.id, &filter).await?;
    Ok(Done::ok(page))
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_history);
}
