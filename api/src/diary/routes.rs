//! HTTP of the diary.

use super::queries;
use crate::kernel::{Access, Done, Path, Problems, Query, Stop, may};
use crate::ledger::account_facts;
use actix_web::get;
use kept_shared::diary::*;
use kept_shared::ids::AccountId;
use kept_shared::page::Page;
use utoipa_actix_web::service_config::ServiceConfig;

/// Read a customer's diary
///
/// Everything that happened on the account, by people and by the machine, newest first unless asked otherwise. What
/// the caller may not see elsewhere is not in it: documents without `files:view`, the ledger without `ledger:view`,
/// internal notes and other attorneys' matters for an attorney.
#[utoipa::path(tag = "diary", operation_id = "list_diary", params(("account_id" = AccountId, Path), DiaryFilter),
    responses((status = 200, body = Page<DiaryItem>), Problems<404>), security(("bearer" = ["notes:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/diary")]
async fn list_diary(
    access: Access<may::ViewNotes>,
    id: Path<AccountId>,
    filter: Query<DiaryFilter>,
) -> Result<Done<Page<DiaryItem>>, Stop> {
    let read = access.read().await?;
    let account = account_facts(&read, *id).await?;
    Ok(Done::ok(queries::diary(&read, &account, &filter).await?))
}

/// List what a customer's diary can be filtered by
#[utoipa::path(tag = "diary", operation_id = "list_diary_choices", params(("account_id" = AccountId, Path)),
    responses((status = 200, body = DiaryChoices), Problems<404>), security(("bearer" = ["notes:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/diary/choices")]
async fn list_diary_choices(access: Access<may::ViewNotes>, id: Path<AccountId>) -> Result<Done<DiaryChoices>, Stop> {
    let read = access.read().await?;
    let account = account_facts(&read, *id).await?;
    Ok(Done::ok(queries::choices(&read, &account).await?))
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_diary).service(list_diary_choices);
}
