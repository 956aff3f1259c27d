//! The journal over HTTP.

use super::{csv, explain, queries};
use crate::kernel::{Access, Done, NoContent, Path, Problems, Query, Request, Stop, export, may, page};
use crate::ledger::account_facts;
use actix_web::{HttpResponse, get};
use kept_shared::event::Event;
use kept_shared::ids::AccountId;
use kept_shared::journal::*;
use kept_shared::page::Page;
use utoipa_actix_web::service_config::ServiceConfig;

/// List an account's journal
///
/// Every entry, filtered and sorted; the running balance is the account's in the order of the ledger, whatever the
/// filter.
#[utoipa::path(tag = "journal", operation_id = "list_journal", params(("account_id" = AccountId, Path), JournalFilter),
    responses((status = 200, body = Page<JournalLine>), Problems<404>), security(("bearer" = ["ledger:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/journal")]
async fn list_journal(
    access: Access<may::ViewLedger>,
    id: Path<AccountId>,
    filter: Query<JournalFilter>,
) -> Result<Done<Page<JournalLine>>, Stop> {
    let read = access.read().await?;
    let account = account_facts(&read, *id).await?;
    Ok(Done::ok(queries::journal(&read, &account, &filter).await?))
}

/// Sum an account's journal
#[utoipa::path(tag = "journal", operation_id = "summarise_journal", params(("account_id" = AccountId, Path), JournalFilter),
    responses((status = 200, body = JournalSummary), Problems<404>), security(("bearer" = ["ledger:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/journal/summary")]
async fn summarise_journal(
    access: Access<may::ViewLedger>,
    id: Path<AccountId>,
    filter: Query<JournalFilter>,
) -> Result<Done<JournalSummary>, Stop> {
    page::only_whole(filter.limit, filter.cursor.as_deref())?;
    let read = access.read().await?;
    let account = account_facts(&read, *id).await?;
    Ok(Done::ok(queries::summary(&read, &account, &filter).await?))
}

/// List what an account's journal can be filtered by
#[utoipa::path(tag = "journal", operation_id = "list_journal_choices", params(("account_id" = AccountId, Path)),
    responses((status = 200, body = JournalChoices), Problems<404>), security(("bearer" = ["ledger:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/journal/choices")]
async fn list_journal_choices(
    access: Access<may::ViewLedger>,
    id: Path<AccountId>,
) -> Result<Done<JournalChoices>, Stop> {
    let read = access.read().await?;
    let account = account_facts(&read, *id).await?;
    Ok(Done::ok(queries::choices(&read, account.id).await?))
}

/// Download an account's journal as CSV
///
/// The entries of the filter, or all without one: UTF-8 with a byte order mark, RFC 4180, ISO dates, decimal points.
#[utoipa::path(tag = "journal", operation_id = "download_journal", params(("account_id" = AccountId, Path), JournalFilter),
    responses((status = 200, content_type = "text/csv", body = Vec<u8>), Problems<404>),
    security(("bearer" = ["ledger:view", "exports:create"])), extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/journal.csv")]
async fn download_journal(
    access: Access<may::ViewLedger>,
    id: Path<AccountId>,
    filter: Query<JournalFilter>,
) -> Result<HttpResponse, Stop> {
    access.caller.require(kept_shared::permission::Permission::Export)?;
    page::only_whole(filter.limit, filter.cursor.as_deref())?;
    let read = access.read().await?;
    let account = account_facts(&read, *id).await?;
    let lines = queries::whole(&read, &account, &filter).await?;
    let name = format!("journal-{}-{}.csv", account.reference, read.today(&account.time_zone));
    drop(read);
    let tx = access.write(&Request::none()).await?;
    let made = Event::ExportMade {
        report: "journal".into(),
        rows: u32::try_from(lines.len()).unwrap_or(u32::MAX),
    };
    tx.finish(*id, made, NoContent).await?;
    export::stream(&name, "text/csv; charset=utf-8", move |out| csv::write(out, &lines)).await
}

/// Explain a figure
///
/// A balance or a column of the ageing as at a day, down to the entries it is made of and what stands against each of
/// them. Σ `open` is the figure.
#[utoipa::path(tag = "journal", operation_id = "explain_figure", params(("account_id" = AccountId, Path), ExplainFilter),
    responses((status = 200, body = Explanation), Problems<404>), security(("bearer" = ["ledger:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/explanation")]
async fn explain_figure(
    access: Access<may::ViewLedger>,
    id: Path<AccountId>,
    filter: Query<ExplainFilter>,
) -> Result<Done<Explanation>, Stop> {
    let read = access.read().await?;
    let account = account_facts(&read, *id).await?;
    Ok(Done::ok(explain::explanation(&read, &account, &filter).await?))
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_journal)
        .service(summarise_journal)
        .service(list_journal_choices)
        .service(download_journal)
        .service(explain_figure);
}
