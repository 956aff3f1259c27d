//! Movements over HTTP.

use super::movements::{self, MovementsFilter, account, head, lines, range};
use super::workbook;
use crate::kernel::{Access, NoContent, Path, Problems, Query, Request, Stop, export, may, page};
use actix_web::{HttpResponse, get, web::Json};
use kept_shared::event::Event;
use kept_shared::ids::AccountId;
use kept_shared::ledger::Movements;
use utoipa_actix_web::service_config::ServiceConfig;

/// List an account's movements
///
/// Opening balance, lines oldest first with the running balance, closing balance and the ageing as at `to`.
#[utoipa::path(tag = "ledger", operation_id = "list_movements",
    params(("account_id" = AccountId, Path), MovementsFilter),
    responses((status = 200, body = Movements), Problems<400, 401, 403, 404>), security(("bearer" = ["ledger:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/movements")]
async fn list_movements(
    access: Access<may::ViewLedger>,
    id: Path<AccountId>,
    filter: Query<MovementsFilter>,
) -> Result<Json<Movements>, Stop> {
    let read = access.read().await?;
    Ok(Json(movements::movements(&read, *id, &filter).await?))
}

/// Most lines of one workbook: the sheet's own limit less the head.
const MAX_LINES: u64 = 1_000_000;

/// Download an account's movements as Excel
#[utoipa::path(tag = "ledger", operation_id = "download_movements",
    params(("account_id" = AccountId, Path), MovementsFilter),
    responses((status = 200, content_type = export::XLSX, body = Vec<u8>), Problems<400, 401, 403, 404>),
    security(("bearer" = ["ledger:view", "exports:create"])), extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/movements.xlsx")]
async fn download_movements(
    access: Access<may::ViewLedger>,
    id: Path<AccountId>,
    filter: Query<MovementsFilter>,
) -> Result<HttpResponse, Stop> {
    access.caller.require(kept_shared::permission::Permission::Export)?;
    page::only_whole(filter.limit, filter.cursor.as_deref())?;
    let read = access.read().await?;
    let account = account(&read, *id).await?;
    let (from, to) = range(&read, &account, &filter).await?;
    let head = head(&read, &account, (from, to)).await?;
    let rows = lines(&read, &account, (from, to), None, head.opening.minor, MAX_LINES).await?;
    drop(read);
    let tx = access.write(&Request::none()).await?;
    let made = Event::ExportMade {
        report: "movements".into(),
        rows: u32::try_from(rows.len()).unwrap_or(u32::MAX),
    };
    let (by, at) = (access.caller.name.clone(), access.now());
    tx.finish(*id, made, NoContent).await?;
    let name = format!("movements-{}-{to}.xlsx", head.reference);
    export::stream(&name, export::XLSX, move |out| {
        workbook::write(out, &head, rows.into_iter().map(|r| r.0), &by, at)
    })
    .await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_movements).service(download_movements);
}
