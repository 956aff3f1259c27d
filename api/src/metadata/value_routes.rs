//! HTTP of values: one pair of operations for each kind of thing, under the permissions of that thing.

use super::rows::{self, Row};
use super::{more_info, values};
use crate::kernel::{Access, Body, Done, IfMatch, Path, Problems, Resource, Revised, Show, Stop, Tx, may};
use actix_web::{get, put};
use kept_shared::event::Event;
use kept_shared::ids::{AccountId, ClaimId, DebtorId, ProductId, UnitId};
use kept_shared::metadata::{Metadata, MetadataChange, MetadataEntity, MoreInfo};
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for Metadata {
    fn path(&self) -> String {
        let of = match self.entity {
            MetadataEntity::Account => "accounts",
            MetadataEntity::Claim => "claims",
            MetadataEntity::Debtor => "debtors",
            MetadataEntity::Product => "products",
            MetadataEntity::Unit => "units",
        };
        format!("/api/v1/{of}/{}/metadata", self.row_id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

async fn put_values(tx: Tx, row: Row, expected: IfMatch, change: &MetadataChange) -> Result<Revised<Metadata>, Stop> {
    let fields = values::change(&tx, &row, expected, change).await?;
    let (subject, unchanged) = (row.subject, fields.is_empty());
    let event = Event::MetadataChanged {
        entity: row.entity,
        row: row.id,
        fields,
    };
    let reply = Revised::new(values::of_row(&tx, row).await?);
    if unchanged {
        tx.abandon().await?;
        return Ok(reply);
    }
    tx.finish(subject, event, reply).await
}

/// All that is known further of an account
///
/// Of itself, its debtors, its present units and, to who reads the ledger, its products: what the source told and what
/// stands in their fields.
#[utoipa::path(tag = "metadata", operation_id = "get_more_info", params(("account_id" = AccountId, Path)),
    responses((status = 200, body = MoreInfo), Problems<404>),
    security(("bearer" = ["accounts:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/more-info")]
async fn get_more_info(access: Access<may::ViewAccounts>, id: Path<AccountId>) -> Result<Done<MoreInfo>, Stop> {
    let read = access.read().await?;
    Ok(Done::ok(more_info::of_account(&read, *id).await?))
}

/// Read the fields of an account
#[utoipa::path(tag = "metadata", operation_id = "get_account_metadata", params(("account_id" = AccountId, Path)),
    responses((status = 200, body = Metadata), Problems<404>),
    security(("bearer" = ["accounts:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/metadata")]
async fn get_account_metadata(access: Access<may::ViewAccounts>, id: Path<AccountId>) -> Result<Show<Metadata>, Stop> {
    let read = access.read().await?;
    let row = rows::account(&read, *id).await?;
    Ok(Show(values::of_row(&read, row).await?))
}

/// Change the fields of an account
///
/// What is left out stays as it is; `null` empties. The version is that of the fields, 0 before the first value.
#[utoipa::path(tag = "metadata", operation_id = "change_account_metadata",
    params(("account_id" = AccountId, Path), ("If-Match" = String, Header, example = "\"0\"")), request_body = MetadataChange,
    responses((status = 200, body = Metadata), Problems<404, 412, 422, 428>),
    security(("bearer" = ["accounts:edit"])), extensions(("x-access" = json!("scoped"))))]
#[put("/accounts/{account_id}/metadata")]
async fn change_account_metadata(
    access: Access<may::EditAccounts>,
    id: Path<AccountId>,
    expected: IfMatch,
    change: Body<MetadataChange>,
) -> Result<Revised<Metadata>, Stop> {
    let tx = access.write(&change.request).await?;
    let row = rows::account(&tx, *id).await?;
    put_values(tx, row, expected, &change.value).await
}

/// Read the fields of a debtor
#[utoipa::path(tag = "metadata", operation_id = "get_debtor_metadata", params(("debtor_id" = DebtorId, Path)),
    responses((status = 200, body = Metadata), Problems<404>),
    security(("bearer" = ["accounts:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/debtors/{debtor_id}/metadata")]
async fn get_debtor_metadata(access: Access<may::ViewAccounts>, id: Path<DebtorId>) -> Result<Show<Metadata>, Stop> {
    let read = access.read().await?;
    let row = rows::debtor_row(&read, *id).await?;
    Ok(Show(values::of_row(&read, row).await?))
}

/// Change the fields of a debtor
///
/// What is left out stays as it is; `null` empties. The version is that of the fields, 0 before the first value.
#[utoipa::path(tag = "metadata", operation_id = "change_debtor_metadata",
    params(("debtor_id" = DebtorId, Path), ("If-Match" = String, Header, example = "\"0\"")), request_body = MetadataChange,
    responses((status = 200, body = Metadata), Problems<404, 412, 422, 428>),
    security(("bearer" = ["accounts:edit"])), extensions(("x-access" = json!("scoped"))))]
#[put("/debtors/{debtor_id}/metadata")]
async fn change_debtor_metadata(
    access: Access<may::EditAccounts>,
    id: Path<DebtorId>,
    expected: IfMatch,
    change: Body<MetadataChange>,
) -> Result<Revised<Metadata>, Stop> {
    let tx = access.write(&change.request).await?;
    let row = rows::debtor_row(&tx, *id).await?;
    put_values(tx, row, expected, &change.value).await
}

/// Read the fields of a claim
#[utoipa::path(tag = "metadata", operation_id = "get_claim_metadata", params(("claim_id" = ClaimId, Path)),
    responses((status = 200, body = Metadata), Problems<404>),
    security(("bearer" = ["ledger:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/claims/{claim_id}/metadata")]
async fn get_claim_metadata(access: Access<may::ViewLedger>, id: Path<ClaimId>) -> Result<Show<Metadata>, Stop> {
    let read = access.read().await?;
    let row = rows::claim_row(&read, *id).await?;
    Ok(Show(values::of_row(&read, row).await?))
}

/// Change the fields of a claim
///
/// What is left out stays as it is; `null` empties. The version is that of the fields, 0 before the first value.
#[utoipa::path(tag = "metadata", operation_id = "change_claim_metadata",
    params(("claim_id" = ClaimId, Path), ("If-Match" = String, Header, example = "\"0\"")), request_body = MetadataChange,
    responses((status = 200, body = Metadata), Problems<404, 412, 422, 428>),
    security(("bearer" = ["claims:edit"])), extensions(("x-access" = json!("scoped"))))]
#[put("/claims/{claim_id}/metadata")]
async fn change_claim_metadata(
    access: Access<may::EditClaims>,
    id: Path<ClaimId>,
    expected: IfMatch,
    change: Body<MetadataChange>,
) -> Result<Revised<Metadata>, Stop> {
    let tx = access.write(&change.request).await?;
    let row = rows::claim_row(&tx, *id).await?;
    put_values(tx, row, expected, &change.value).await
}

/// Read the fields of a product
#[utoipa::path(tag = "metadata", operation_id = "get_product_metadata", params(("product_id" = ProductId, Path)),
    responses((status = 200, body = Metadata), Problems<404>),
    security(("bearer" = ["ledger:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/products/{product_id}/metadata")]
async fn get_product_metadata(access: Access<may::ViewLedger>, id: Path<ProductId>) -> Result<Show<Metadata>, Stop> {
    let read = access.read().await?;
    let row = rows::product_row(&read, *id).await?;
    Ok(Show(values::of_row(&read, row).await?))
}

/// Change the fields of a product
///
/// What is left out stays as it is; `null` empties. The version is that of the fields, 0 before the first value.
#[utoipa::path(tag = "metadata", operation_id = "change_product_metadata",
    params(("product_id" = ProductId, Path), ("If-Match" = String, Header, example = "\"0\"")), request_body = MetadataChange,
    responses((status = 200, body = Metadata), Problems<404, 412, 422, 428>),
    security(("bearer" = ["claims:edit"])), extensions(("x-access" = json!("scoped"))))]
#[put("/products/{product_id}/metadata")]
async fn change_product_metadata(
    access: Access<may::EditClaims>,
    id: Path<ProductId>,
    expected: IfMatch,
    change: Body<MetadataChange>,
) -> Result<Revised<Metadata>, Stop> {
    let tx = access.write(&change.request).await?;
    let row = rows::product_row(&tx, *id).await?;
    put_values(tx, row, expected, &change.value).await
}

/// Read the fields of a unit
#[utoipa::path(tag = "metadata", operation_id = "get_unit_metadata", params(("unit_id" = UnitId, Path)),
    responses((status = 200, body = Metadata), Problems<404>),
    security(("bearer" = ["units:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/units/{unit_id}/metadata")]
async fn get_unit_metadata(access: Access<may::ViewUnits>, id: Path<UnitId>) -> Result<Show<Metadata>, Stop> {
    let read = access.read().await?;
    let row = rows::unit(&read, *id).await?;
    Ok(Show(values::of_row(&read, row).await?))
}

/// Change the fields of a unit
///
/// What is left out stays as it is; `null` empties. The version is that of the fields, 0 before the first value.
#[utoipa::path(tag = "metadata", operation_id = "change_unit_metadata",
    params(("unit_id" = UnitId, Path), ("If-Match" = String, Header, example = "\"0\"")), request_body = MetadataChange,
    responses((status = 200, body = Metadata), Problems<404, 412, 422, 428>),
    security(("bearer" = ["units:edit"])), extensions(("x-access" = json!("scoped"))))]
#[put("/units/{unit_id}/metadata")]
async fn change_unit_metadata(
    access: Access<may::EditUnits>,
    id: Path<UnitId>,
    expected: IfMatch,
    change: Body<MetadataChange>,
) -> Result<Revised<Metadata>, Stop> {
    let tx = access.write(&change.request).await?;
    let row = rows::unit(&tx, *id).await?;
    put_values(tx, row, expected, &change.value).await
}

pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_more_info)
        .service(get_account_metadata)
        .service(change_account_metadata)
        .service(get_debtor_metadata)
        .service(change_debtor_metadata)
        .service(get_claim_metadata)
        .service(change_claim_metadata)
        .service(get_product_metadata)
        .service(change_product_metadata)
        .service(get_unit_metadata)
        .service(change_unit_metadata);
}
