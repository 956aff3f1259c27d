//! HTTP of bank details and debit orders.

use super::actions;
use crate::accounts;
use crate::kernel::{
    Access, Body, Done, IfMatch, NoContent, Path, Problems, Request, Resource, Revised, Show, Stop, may,
};
use actix_web::{delete, get, post, put};
use kept_shared::banking::*;
use kept_shared::event::Event;
use kept_shared::ids::AccountId;
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for BankDetails {
    fn path(&self) -> String {
        format!("/api/v1/accounts/{}/bank-details", self.account_id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}
impl Resource for DebitOrderOnFile {
    fn path(&self) -> String {
        format!("/api/v1/accounts/{}/debit-order", self.account_id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// Read a customer's bank details
///
/// The account number is masked. Version 0 while nothing is on file.
#[utoipa::path(tag = "banking", operation_id = "get_bank_details", params(("account_id" = AccountId, Path)),
    responses((status = 200, body = BankDetails), Problems<404>),
    security(("bearer" = ["accounts:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/bank-details")]
async fn get_bank_details(access: Access<may::ViewAccounts>, id: Path<AccountId>) -> Result<Show<BankDetails>, Stop> {
    let read = access.read().await?;
    let account = read.get::<accounts::Entity>(*id).await?;
    Ok(Show(actions::bank_details(&read, &account).await?))
}

/// Enter or change a customer's bank details
///
/// Takes them whole; without `number` the one on file stays. `If-Match: "0"` enters the first ones.
#[utoipa::path(tag = "banking", operation_id = "edit_bank_details",
    params(("account_id" = AccountId, Path), ("If-Match" = String, Header, example = "\"0\"")), request_body = BankDetailsEdit,
    responses((status = 200, body = BankDetails), Problems<404, 412, 422, 428>),
    security(("bearer" = ["banking:edit"])), extensions(("x-access" = json!("scoped"))))]
#[put("/accounts/{account_id}/bank-details")]
async fn edit_bank_details(
    access: Access<may::EditBanking>,
    id: Path<AccountId>,
    expected: IfMatch,
    edit: Body<BankDetailsEdit>,
) -> Result<Revised<BankDetails>, Stop> {
    let tx = access.write(&edit.request).await?;
    let account = tx.get::<accounts::Entity>(*id).await?;
    let (details, changed) = actions::edit_bank_details(&tx, &account, expected, edit.value).await?;
    if !changed.is_anything() {
        tx.abandon().await?;
        return Ok(Revised::new(details));
    }
    let event = Event::BankDetailsChanged {
        account: account.id,
        fields: changed.fields,
        before: changed.before,
    };
    tx.finish(account.id, event, Revised::new(details)).await
}

/// Remove a customer's bank details
///
/// Refused while a debit order that is not cancelled collects from them.
#[utoipa::path(tag = "banking", operation_id = "remove_bank_details",
    params(("account_id" = AccountId, Path), ("If-Match" = String, Header, example = "\"1\"")),
    responses((status = 204), Problems<404, 409, 412, 428>),
    security(("bearer" = ["banking:edit"])), extensions(("x-access" = json!("scoped"))))]
#[delete("/accounts/{account_id}/bank-details")]
async fn remove_bank_details(
    access: Access<may::EditBanking>,
    id: Path<AccountId>,
    expected: IfMatch,
    request: Request,
) -> Result<NoContent, Stop> {
    let tx = access.write(&request).await?;
    let account = tx.get::<accounts::Entity>(*id).await?;
    let before = actions::remove_bank_details(&tx, &account, expected).await?;
    let event = Event::BankDetailsRemoved {
        account: account.id,
        before: before.map(Box::new),
    };
    tx.finish(account.id, event, NoContent).await
}

/// Show a customer's bank account number in full
///
/// Each look is an event on the account. Takes no `Idempotency-Key`: the number is kept in no stored answer.
#[utoipa::path(tag = "banking", operation_id = "show_bank_number", params(("account_id" = AccountId, Path)),
    responses((status = 200, body = BankNumber), Problems<404, 409>),
    security(("bearer" = ["banking:view"])), extensions(("x-access" = json!("scoped"))))]
#[post("/accounts/{account_id}/bank-details/show-number")]
async fn show_bank_number(access: Access<may::ViewBanking>, id: Path<AccountId>) -> Result<Done<BankNumber>, Stop> {
    let tx = access.write(&Request::none()).await?;
    let account = tx.get::<accounts::Entity>(*id).await?;
    let number = actions::number(&tx, &account).await?;
    tx.finish(
        account.id,
        Event::BankNumberSeen { account: account.id },
        Done::ok(number),
    )
    .await
}

/// Read a customer's debit order
///
/// Version 0 while there is none.
#[utoipa::path(tag = "banking", operation_id = "get_debit_order", params(("account_id" = AccountId, Path)),
    responses((status = 200, body = DebitOrderOnFile), Problems<404>),
    security(("bearer" = ["accounts:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/debit-order")]
async fn get_debit_order(
    access: Access<may::ViewAccounts>,
    id: Path<AccountId>,
) -> Result<Show<DebitOrderOnFile>, Stop> {
    let read = access.read().await?;
    let account = read.get::<accounts::Entity>(*id).await?;
    Ok(Show(actions::debit_order(&read, &account).await?))
}

/// Enter or change a customer's debit order
///
/// What was agreed and where the mandate stands; nothing is collected by it. `If-Match: "0"` enters the first one.
#[utoipa::path(tag = "banking", operation_id = "edit_debit_order",
    params(("account_id" = AccountId, Path), ("If-Match" = String, Header, example = "\"0\"")),
    request_body(content = DebitOrder, example = json!({"payment_type": "authenticated", "contract_no": "DO-000418", "retries": 2,
        "collection_day": 1, "collection_type": "monthly", "state": "active"})),
    responses((status = 200, body = DebitOrderOnFile), Problems<404, 412, 422, 428>),
    security(("bearer" = ["banking:edit"])), extensions(("x-access" = json!("scoped"))))]
#[put("/accounts/{account_id}/debit-order")]
async fn edit_debit_order(
    access: Access<may::EditBanking>,
    id: Path<AccountId>,
    expected: IfMatch,
    edit: Body<DebitOrder>,
) -> Result<Revised<DebitOrderOnFile>, Stop> {
    let tx = access.write(&edit.request).await?;
    let account = tx.get::<accounts::Entity>(*id).await?;
    let (order, changed) = actions::edit_debit_order(&tx, &account, expected, edit.value).await?;
    if !changed.is_anything() {
        tx.abandon().await?;
        return Ok(Revised::new(order));
    }
    let event = Event::DebitOrderChanged {
        account: account.id,
        fields: changed.fields,
        before: changed.before,
    };
    tx.finish(account.id, event, Revised::new(order)).await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_bank_details)
        .service(edit_bank_details)
        .service(remove_bank_details)
        .service(show_bank_number)
        .service(get_debit_order)
        .service(edit_debit_order);
}
