//! HTTP of what was sent.

use crate::accounts;
use crate::kernel::{Access, Done, Path, Problems, Query, Stop, may};
use crate::mail;
use actix_web::get;
use kept_shared::ids::AccountId;
use kept_shared::mail::{Sent, SentFilter};
use kept_shared::page::Page;
use utoipa_actix_web::service_config::ServiceConfig;

/// List what was sent about a customer
///
/// Newest first: when, what, to whom, by whom and how it stands.
#[utoipa::path(tag = "communication", operation_id = "list_communication", params(("account_id" = AccountId, Path), SentFilter),
    responses((status = 200, body = Page<Sent>), Problems<400, 404>),
    security(("bearer" = ["accounts:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/communication")]
async fn list_communication(
    access: Access<may::ViewAccounts>,
    id: Path<AccountId>,
    filter: Query<SentFilter>,
) -> Result<Done<Page<Sent>>, Stop> {
    let read = access.read().await?;
    let account = read.get::<accounts::Entity>(*id).await?;
    Ok(Done::ok(mail::about(&read, account.id, &filter).await?))
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_communication);
}
