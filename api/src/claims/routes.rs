//! Claims and products over HTTP. Resolving stands beside the other postings: it may need a second pair of eyes.

use super::{actions, products, queries};
use crate::accounts;
use crate::kernel::{
    Access, Body, Created, Done, FlawsExt, IfMatch, Path, Problems, Query, Resource, Revised, Seen, Show, Stop, Tx,
    may, page,
};
use crate::ledger::{account_facts, claim};
use actix_web::{get, post, put};
use kept_shared::claims::*;
use kept_shared::event::Event;
use kept_shared::ids::{AccountId, ClaimId, ProductId};
use kept_shared::page::Page;
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for Claim {
    fn path(&self) -> String {
        format!("/api/v1/claims/{}", self.line.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// List an account's claims
///
/// The latest due first, each with its totals.
#[utoipa::path(tag = "claims", operation_id = "list_claims", params(("account_id" = AccountId, Path), ClaimFilter),
    responses((status = 200, body = Page<ClaimLine>), Problems<404>), security(("bearer" = ["ledger:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/claims")]
async fn list_claims(
    access: Access<may::ViewLedger>,
    id: Path<AccountId>,
    filter: Query<ClaimFilter>,
) -> Result<Done<Page<ClaimLine>>, Stop> {
    let read = access.read().await?;
    let account = account_facts(&read, *id).await?;
    Ok(Done::ok(queries::list(&read, &account, &filter).await?))
}

/// Sum an account's claims
///
/// Principal, fees, interest, paid and open over all claims of a filter.
#[utoipa::path(tag = "claims", operation_id = "sum_claims", params(("account_id" = AccountId, Path), ClaimFilter),
    responses((status = 200, body = ClaimsSummary), Problems<400, 404>), security(("bearer" = ["ledger:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/claims/summary")]
async fn sum_claims(
    access: Access<may::ViewLedger>,
    id: Path<AccountId>,
    filter: Query<ClaimFilter>,
) -> Result<Done<ClaimsSummary>, Stop> {
    let read = access.read().await?;
    let account = account_facts(&read, *id).await?;
    page::only_whole(filter.limit, filter.cursor.as_deref())?;
    Ok(Done::ok(queries::summary(&read, &account, &filter).await?))
}

/// Get a claim
#[utoipa::path(tag = "claims", operation_id = "get_claim", params(("claim_id" = ClaimId, Path)),
    responses((status = 200, body = Claim), Problems<404>), security(("bearer" = ["ledger:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/claims/{claim_id}")]
async fn get_claim(access: Access<may::ViewLedger>, id: Path<ClaimId>) -> Result<Show<Claim>, Stop> {
    let read = access.read().await?;
    Ok(Show(queries::detail(&read, *id).await?))
}

/// The claim at the version the client saw, and its reply once the ledger has followed.
async fn at_version(tx: &Tx, id: ClaimId, expected: IfMatch) -> Result<Seen<claim::Model>, Stop> {
    let claim = tx.get::<claim::Entity>(id).await?;
    expected.check(claim.version)?;
    Ok(claim)
}

/// Re-open a claim
///
/// One that was closed by hand: the credit that closed it is reversed today.
#[utoipa::path(tag = "claims", operation_id = "reopen_claim", params(("claim_id" = ClaimId, Path), ("If-Match" = String, Header)),
    request_body = ClaimReason, responses((status = 200, body = Claim), Problems<404, 412, 422, 428>),
    security(("bearer" = ["claims:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/claims/{claim_id}/reopen")]
async fn reopen_claim(
    access: Access<may::EditClaims>,
    id: Path<ClaimId>,
    expected: IfMatch,
    why: Body<ClaimReason>,
) -> Result<Revised<Claim>, Stop> {
    why.value.flaws().check()?;
    let tx = access.write(&why.request).await?;
    let claim = at_version(&tx, *id, expected).await?;
    actions::reopen(&tx, claim, &why.value.reason).await?;
    let reply = Revised::new(queries::detail(&tx, *id).await?);
    tx.finish_recorded(reply).await
}

/// Delete a claim
///
/// Its debits are reversed today; nothing is lost. Only while nothing was allocated to it.
#[utoipa::path(tag = "claims", operation_id = "delete_claim", params(("claim_id" = ClaimId, Path), ("If-Match" = String, Header)),
    request_body = ClaimReason, responses((status = 200, body = Claim), Problems<404, 412, 422, 428>),
    security(("bearer" = ["claims:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/claims/{claim_id}/delete")]
async fn delete_claim(
    access: Access<may::EditClaims>,
    id: Path<ClaimId>,
    expected: IfMatch,
    why: Body<ClaimReason>,
) -> Result<Revised<Claim>, Stop> {
    why.value.flaws().check()?;
    let tx = access.write(&why.request).await?;
    let claim = at_version(&tx, *id, expected).await?;
    actions::delete(&tx, claim, &why.value.reason).await?;
    let reply = Revised::new(queries::detail(&tx, *id).await?);
    tx.finish_recorded(reply).await
}

/// Recreate a deleted claim
///
/// The same debt is invoiced again today, due when it was.
#[utoipa::path(tag = "claims", operation_id = "recreate_claim", params(("claim_id" = ClaimId, Path), ("If-Match" = String, Header)),
    request_body = ClaimReason, responses((status = 200, body = Claim), Problems<404, 412, 422, 428>),
    security(("bearer" = ["claims:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/claims/{claim_id}/recreate")]
async fn recreate_claim(
    access: Access<may::EditClaims>,
    id: Path<ClaimId>,
    expected: IfMatch,
    why: Body<ClaimReason>,
) -> Result<Revised<Claim>, Stop> {
    why.value.flaws().check()?;
    let tx = access.write(&why.request).await?;
    let claim = at_version(&tx, *id, expected).await?;
    actions::recreate(&tx, claim, &why.value.reason).await?;
    let reply = Revised::new(queries::detail(&tx, *id).await?);
    tx.finish_recorded(reply).await
}

/// Relate a claim to another
///
/// Both of one account; this claim replaces, splits from, reinstates, refinances, restructures or defers the other.
#[utoipa::path(tag = "claims", operation_id = "relate_claims",
    params(("claim_id" = ClaimId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = RelateClaim,
    responses((status = 200, body = Claim), Problems<404, 409, 422>), security(("bearer" = ["claims:edit"])),
    extensions(("x-access" = json!("scoped"))))]
#[post("/claims/{claim_id}/relations")]
async fn relate_claims(
    access: Access<may::EditClaims>,
    id: Path<ClaimId>,
    new: Body<RelateClaim>,
) -> Result<Revised<Claim>, Stop> {
    let tx = access.write(&new.request).await?;
    let claim = tx.get::<claim::Entity>(*id).await?;
    actions::relate(&tx, &claim, &new.value).await?;
    let account = claim.account_id;
    let event = Event::ClaimsRelated {
        claim: *id,
        related: new.value.related_id,
        relation: new.value.kind.as_str().to_owned(),
    };
    tx.also(account, event).await?;
    let reply = Revised::new(queries::detail(&tx, *id).await?);
    tx.finish_recorded(reply).await
}

/// List an account's products
#[utoipa::path(tag = "claims", operation_id = "list_products", params(("account_id" = AccountId, Path)),
    responses((status = 200, body = Vec<Product>), Problems<404>), security(("bearer" = ["ledger:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/products")]
async fn list_products(access: Access<may::ViewLedger>, id: Path<AccountId>) -> Result<Done<Vec<Product>>, Stop> {
    let read = access.read().await?;
    let account = account_facts(&read, *id).await?;
    Ok(Done::ok(products::list(&read, account.id).await?))
}

/// Add a product
///
/// What is owed for; its reference is unique in the account.
#[utoipa::path(tag = "claims", operation_id = "create_product",
    params(("account_id" = AccountId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = NewProduct,
    responses((status = 201, body = Product), Problems<404, 422>), security(("bearer" = ["claims:edit"])),
    extensions(("x-access" = json!("scoped"))))]
#[post("/accounts/{account_id}/products")]
async fn create_product(
    access: Access<may::EditClaims>,
    id: Path<AccountId>,
    new: Body<NewProduct>,
) -> Result<Created<Product>, Stop> {
    let tx = access.write(&new.request).await?;
    let account = tx.get::<accounts::Entity>(*id).await?;
    let product = products::create(&tx, &account, new.value).await?;
    let event = Event::ProductCreated { product: product.id };
    tx.finish(account.id, event, Created::new(product)).await
}

/// Change a product
#[utoipa::path(tag = "claims", operation_id = "change_product", params(("product_id" = ProductId, Path), ("If-Match" = String, Header)),
    request_body = NewProduct, responses((status = 200, body = Product), Problems<404, 412, 422, 428>),
    security(("bearer" = ["claims:edit"])), extensions(("x-access" = json!("scoped"))))]
#[put("/products/{product_id}")]
async fn change_product(
    access: Access<may::EditClaims>,
    id: Path<ProductId>,
    expected: IfMatch,
    new: Body<NewProduct>,
) -> Result<Revised<Product>, Stop> {
    let tx = access.write(&new.request).await?;
    let row = tx.get::<super::product::Entity>(*id).await?;
    let account = row.account_id;
    let (product, fields) = products::edit(&tx, row, expected, new.value).await?;
    let event = Event::ProductChanged { product: *id, fields };
    tx.finish(account, event, Revised::new(product)).await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_claims)
        .service(sum_claims)
        .service(get_claim)
        .service(reopen_claim)
        .service(delete_claim)
        .service(recreate_claim)
        .service(relate_claims)
        .service(list_products)
        .service(create_product)
        .service(change_product);
}
