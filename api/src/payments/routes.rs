//! Payments over HTTP.

use super::{allocations, plan, record, unallocated};
use crate::kernel::{
    Access, Body, Created, Done, IfMatch, Path, Problems, Query, Resource, Revised, Show, Stop, may, page,
};
use crate::ledger::{account_facts, entry};
use actix_web::{get, post, put};
use kept_shared::ids::{AccountId, EntryId};
use kept_shared::page::Page;
use kept_shared::payments::*;
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for PaymentRecorded {
    fn path(&self) -> String {
        format!("/api/v1/entries/{}/allocations", self.entry_id)
    }
    fn version(&self) -> i64 {
        // An entry never changes.
        1
    }
}

/// Preview a payment
///
/// What recording it would pay and how the ageing would stand after it. Changes nothing.
#[utoipa::path(tag = "payments", operation_id = "preview_payment", params(("account_id" = AccountId, Path)),
    request_body = RecordPayment, responses((status = 200, body = PaymentPlan), Problems<404, 422>),
    security(("bearer" = ["payments:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/accounts/{account_id}/payments/preview")]
async fn preview_payment(
    access: Access<may::RecordPayments>,
    id: Path<AccountId>,
    asked: Body<RecordPayment>,
) -> Result<Done<PaymentPlan>, Stop> {
    let read = access.read().await?;
    let account = account_facts(&read, *id).await?;
    let payment = plan::payment(&read, &account, &asked.value).await?;
    Ok(Done::ok(plan::plan(&read, &account, &payment).await?))
}

/// Record a payment
///
/// Money that came in, set against what is open as asked. What is left over stays unallocated.
#[utoipa::path(tag = "payments", operation_id = "record_payment",
    params(("account_id" = AccountId, Path), ("Idempotency-Key" = String, Header)), request_body = RecordPayment,
    responses((status = 201, body = PaymentRecorded), Problems<404, 409, 422>), security(("bearer" = ["payments:create"])),
    extensions(("x-access" = json!("scoped"))))]
#[post("/accounts/{account_id}/payments")]
async fn record_payment(
    access: Access<may::RecordPayments>,
    id: Path<AccountId>,
    asked: Body<RecordPayment>,
) -> Result<Created<PaymentRecorded>, Stop> {
    let tx = access.write(&asked.request).await?;
    let account = account_facts(&tx, *id).await?;
    asked.request.required()?;
    crate::ledger::hold_accounts(&tx, &[account.id]).await?;
    let payment = plan::payment(&tx, &account, &asked.value).await?;
    let plan = plan::plan(&tx, &account, &payment).await?;
    let ids = record(&tx, vec![payment], None).await?;
    let entry_id = ids
        .first()
        .copied()
        .ok_or_else(|| Stop::internal("a payment without an entry"))?;
    let no = tx.get::<entry::Entity>(entry_id).await?.no;
    tx.finish_recorded(Created::new(PaymentRecorded { entry_id, no, plan }))
        .await
}

/// Get what stands against an entry
///
/// With every allocation row it ever had, and of a credit the debits it could be set against.
#[utoipa::path(tag = "payments", operation_id = "get_allocations", params(("entry_id" = EntryId, Path)),
    responses((status = 200, body = EntryAllocations), Problems<404>), security(("bearer" = ["ledger:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/entries/{entry_id}/allocations")]
async fn get_allocations(access: Access<may::ViewLedger>, id: Path<EntryId>) -> Result<Show<EntryAllocations>, Stop> {
    let read = access.read().await?;
    Ok(Show(allocations::allocations(&read, *id).await?))
}

/// Set a credit against other debits
///
/// The parts given are what it stands against from today on. Earlier rows stay; new ones say what changed, who did it
/// and why.
#[utoipa::path(tag = "payments", operation_id = "reallocate",
    params(("entry_id" = EntryId, Path), ("If-Match" = String, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Reallocate, responses((status = 200, body = EntryAllocations), Problems<404, 409, 412, 422, 428>), security(("bearer" = ["allocations:create"])),
    extensions(("x-access" = json!("scoped"))))]
#[put("/entries/{entry_id}/allocations")]
async fn reallocate(
    access: Access<may::Allocate>,
    id: Path<EntryId>,
    expected: IfMatch,
    asked: Body<Reallocate>,
) -> Result<Revised<EntryAllocations>, Stop> {
    let tx = access.write(&asked.request).await?;
    allocations::reallocate(&tx, *id, Some(expected), &asked.value).await?;
    let reply = Revised::new(allocations::allocations(&tx, *id).await?);
    tx.finish_recorded(reply).await
}

/// List unallocated money
///
/// Credits with something left that stands against nothing, each with what it may be meant for. Those of customers who have
/// something open come first, then by customer.
#[utoipa::path(tag = "payments", operation_id = "list_unallocated", params(UnallocatedFilter),
    responses((status = 200, body = Page<UnallocatedLine>)), security(("bearer" = ["allocations:create"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/unallocated")]
async fn list_unallocated(
    access: Access<may::Allocate>,
    filter: Query<UnallocatedFilter>,
) -> Result<Done<Page<UnallocatedLine>>, Stop> {
    let read = access.read().await?;
    Ok(Done::ok(unallocated::worklist(&read, &filter).await?))
}

/// Sum unallocated money
///
/// Over all lines of the worklist's filter, one sum for each currency.
#[utoipa::path(tag = "payments", operation_id = "sum_unallocated", params(UnallocatedFilter),
    responses((status = 200, body = UnallocatedSummary), Problems<400>), security(("bearer" = ["allocations:create"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/unallocated/summary")]
async fn sum_unallocated(
    access: Access<may::Allocate>,
    filter: Query<UnallocatedFilter>,
) -> Result<Done<UnallocatedSummary>, Stop> {
    page::only_whole(filter.limit, filter.cursor.as_deref())?;
    let read = access.read().await?;
    Ok(Done::ok(unallocated::summary(&read, &filter).await?))
}

/// Accept suggestions for unallocated money
///
/// Up to 200 credits in one transaction with a verdict for each: what is wrong with one undoes nothing of another. The
/// parts are set beside what a credit stands against already.
#[utoipa::path(tag = "payments", operation_id = "accept_suggestions", params(("Idempotency-Key" = String, Header)),
    request_body = AcceptSuggestions, responses((status = 200, body = SuggestionsAccepted), Problems<422>),
    security(("bearer" = ["allocations:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/unallocated/accept")]
async fn accept_suggestions(
    access: Access<may::Allocate>,
    asked: Body<AcceptSuggestions>,
) -> Result<Done<SuggestionsAccepted>, Stop> {
    let tx = access.write(&asked.request).await?;
    asked.request.required()?;
    let done = allocations::accept(&tx, &asked.value).await?;
    if done.accepted == 0 {
        tx.abandon().await?;
        return Ok(Done::ok(done));
    }
    tx.finish_recorded(Done::ok(done)).await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(preview_payment)
        .service(record_payment)
        .service(get_allocations)
        .service(reallocate)
        .service(list_unallocated)
        .service(sum_unallocated)
        .service(accept_suggestions);
}
