//! HTTP of the history.

use super::queries::history;
use crate::kernel::{Access, Done, Path, Problems, Query, Stop, may};
use crate::statuses;
use actix_web::get;
use kept_shared::{ids::AccountId, notes::HistoryItem, page::Page};
use utoipa_actix_web::service_config::ServiceConfig;

/// Which page of the history.
#[derive(Clone, Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct HistoryPage {
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Read a customer's history
///
/// Notes, status changes, handover steps and documents, newest first.
#[utoipa::path(tag = "notes", operation_id = "list_history", params(("account_id" = AccountId, Path), HistoryPage),
    responses((status = 200, body = Page<HistoryItem>), Problems<404>), security(("bearer" = ["notes:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/history")]
async fn list_history(
    access: Access<may::ViewNotes>,
    id: Path<AccountId>,
    query: Query<HistoryPage>,
) -> Result<Done<Page<HistoryItem>>, Stop> {
    let read = access.read().await?;
    let account = statuses::account(&read, *id).await?;
    let page = history(&read, account.id, query.limit, query.cursor.as_deref()).await?;
    Ok(Done::ok(page))
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_history);
}
