//! Postings by hand over HTTP.

use super::{actions, queries};
use crate::kernel::{Access, Body, Created, Done, IfMatch, Path, Problems, Query, Resource, Revised, Show, Stop, may};
use crate::ledger::{account_facts, claim, entry};
use actix_web::{get, post};
use kept_shared::claims::ResolveClaim;
use kept_shared::ids::{AccountId, ClaimId, EntryId, PostingRequestId};
use kept_shared::page::Page;
use kept_shared::permission::Permission;
use kept_shared::postings::*;
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for PostingOutcome {
    fn path(&self) -> String {
        match (self.waiting, self.entries.first()) {
            (Some(request), _) => format!("/api/v1/posting-requests/{request}"),
            (None, Some(entry)) => format!("/api/v1/entries/{entry}/allocations"),
            (None, None) => "/api/v1/posting-requests".to_owned(),
        }
    }
    fn version(&self) -> i64 {
        1
    }
}
impl Resource for PostingRequest {
    fn path(&self) -> String {
        format!("/api/v1/posting-requests/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// Post an entry by hand
///
/// An invoice, a fee, interest, an adjustment, a discount or a write-off. Above the community's limit it waits for a
/// second pair of eyes.
#[utoipa::path(tag = "postings", operation_id = "post_entry",
    params(("account_id" = AccountId, Path), ("Idempotency-Key" = String, Header)), request_body = NewPosting,
    responses((status = 201, body = PostingOutcome), Problems<404, 409, 422>), security(("bearer" = ["ledger:create"])),
    extensions(("x-access" = json!("scoped"))))]
#[post("/accounts/{account_id}/entries")]
async fn post_entry(
    access: Access<may::PostLedger>,
    id: Path<AccountId>,
    new: Body<NewPosting>,
) -> Result<Created<PostingOutcome>, Stop> {
    let tx = access.write(&new.request).await?;
    account_facts(&tx, *id).await?;
    new.request.required()?;
    let outcome = actions::post(&tx, *id, new.value).await?;
    tx.finish_recorded(Created::new(outcome)).await
}

/// Reverse an entry
///
/// An entry is never changed: another one undoes it exactly. A payment is undone by a chargeback, with a fee if asked.
#[utoipa::path(tag = "postings", operation_id = "reverse_entry",
    params(("entry_id" = EntryId, Path), ("Idempotency-Key" = String, Header)), request_body = ReverseEntry,
    responses((status = 201, body = PostingOutcome), Problems<404, 409, 422>), security(("bearer" = ["ledger:create"])),
    extensions(("x-access" = json!("scoped"))))]
#[post("/entries/{entry_id}/reversal")]
async fn reverse_entry(
    access: Access<may::PostLedger>,
    id: Path<EntryId>,
    asked: Body<ReverseEntry>,
) -> Result<Created<PostingOutcome>, Stop> {
    let tx = access.write(&asked.request).await?;
    tx.get::<entry::Entity>(*id).await?;
    asked.request.required()?;
    let outcome = actions::reverse(&tx, *id, asked.value).await?;
    tx.finish_recorded(Created::new(outcome)).await
}

/// Resolve a claim
///
/// Closes an active claim with what is open of it, for a reason; above the community's limit it waits for a second pair
/// of eyes.
#[utoipa::path(tag = "claims", operation_id = "resolve_claim",
    params(("claim_id" = ClaimId, Path), ("If-Match" = String, Header), ("Idempotency-Key" = String, Header)),
    request_body = ResolveClaim,
    responses((status = 201, body = PostingOutcome), Problems<404, 409, 412, 422, 428>), security(("bearer" = ["claims:edit"])),
    extensions(("x-access" = json!("scoped"))))]
#[post("/claims/{claim_id}/resolve")]
async fn resolve_claim(
    access: Access<may::EditClaims>,
    id: Path<ClaimId>,
    expected: IfMatch,
    asked: Body<ResolveClaim>,
) -> Result<Created<PostingOutcome>, Stop> {
    let tx = access.write(&asked.request).await?;
    let row = tx.get::<claim::Entity>(*id).await?;
    asked.request.required()?;
    expected.check(row.version)?;
    let outcome = actions::resolve(&tx, row, asked.value).await?;
    tx.finish_recorded(Created::new(outcome)).await
}

/// Whoever may ask for a posting or decide on one may look at what waits. Errors: 403.
fn may_look(access: &Access<may::ViewLedger>) -> Result<(), Stop> {
    let asks = [
        Permission::PostLedger,
        Permission::EditClaims,
        Permission::ApproveLedger,
    ];
    if asks.into_iter().any(|p| access.caller.may(p)) {
        return Ok(());
    }
    access.caller.require(Permission::PostLedger)
}

/// List postings that wait or were decided
///
/// The latest first. For whoever posts, edits claims or approves.
#[utoipa::path(tag = "postings", operation_id = "list_posting_requests", params(RequestFilter),
    responses((status = 200, body = Page<PostingRequest>)), security(("bearer" = ["ledger:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/posting-requests")]
async fn list_posting_requests(
    access: Access<may::ViewLedger>,
    filter: Query<RequestFilter>,
) -> Result<Done<Page<PostingRequest>>, Stop> {
    may_look(&access)?;
    let read = access.read().await?;
    Ok(Done::ok(queries::list(&read, &filter).await?))
}

/// Get a posting that waits or was decided
#[utoipa::path(tag = "postings", operation_id = "get_posting_request", params(("request_id" = PostingRequestId, Path)),
    responses((status = 200, body = PostingRequest), Problems<404>), security(("bearer" = ["ledger:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/posting-requests/{request_id}")]
async fn get_posting_request(
    access: Access<may::ViewLedger>,
    id: Path<PostingRequestId>,
) -> Result<Show<PostingRequest>, Stop> {
    may_look(&access)?;
    let read = access.read().await?;
    Ok(Show(queries::one(&read, *id).await?))
}

/// Approve a posting
///
/// Somebody else's; it is posted in the name of who asked, with who approved it.
#[utoipa::path(tag = "postings", operation_id = "approve_posting", params(("request_id" = PostingRequestId, Path), ("If-Match" = String, Header)),
    request_body = DecideRequest, responses((status = 200, body = PostingRequest), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["approvals:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/posting-requests/{request_id}/approve")]
async fn approve_posting(
    access: Access<may::ApproveLedger>,
    id: Path<PostingRequestId>,
    expected: IfMatch,
    word: Body<DecideRequest>,
) -> Result<Revised<PostingRequest>, Stop> {
    let tx = access.write(&word.request).await?;
    actions::approve(&tx, *id, expected, word.value).await?;
    let reply = Revised::new(queries::one(&tx, *id).await?);
    tx.finish_recorded(reply).await
}

/// Decline a posting
#[utoipa::path(tag = "postings", operation_id = "decline_posting", params(("request_id" = PostingRequestId, Path), ("If-Match" = String, Header)),
    request_body = DecideRequest, responses((status = 200, body = PostingRequest), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["approvals:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/posting-requests/{request_id}/decline")]
async fn decline_posting(
    access: Access<may::ApproveLedger>,
    id: Path<PostingRequestId>,
    expected: IfMatch,
    word: Body<DecideRequest>,
) -> Result<Revised<PostingRequest>, Stop> {
    let tx = access.write(&word.request).await?;
    actions::decline(&tx, *id, expected, word.value).await?;
    let reply = Revised::new(queries::one(&tx, *id).await?);
    tx.finish_recorded(reply).await
}

/// Withdraw a posting
///
/// One's own, while nobody has decided it.
#[utoipa::path(tag = "postings", operation_id = "withdraw_posting", params(("request_id" = PostingRequestId, Path), ("If-Match" = String, Header)),
    request_body = DecideRequest, responses((status = 200, body = PostingRequest), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["ledger:view"])), extensions(("x-access" = json!("own"))))]
#[post("/posting-requests/{request_id}/withdraw")]
async fn withdraw_posting(
    access: Access<may::ViewLedger>,
    id: Path<PostingRequestId>,
    expected: IfMatch,
    word: Body<DecideRequest>,
) -> Result<Revised<PostingRequest>, Stop> {
    may_look(&access)?;
    let tx = access.write(&word.request).await?;
    actions::withdraw(&tx, *id, expected, word.value).await?;
    let reply = Revised::new(queries::one(&tx, *id).await?);
    tx.finish_recorded(reply).await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(post_entry)
        .service(reverse_entry)
        .service(resolve_claim)
        .service(list_posting_requests)
        .service(get_posting_request)
        .service(approve_posting)
        .service(decline_posting)
        .service(withdraw_posting);
}
