//! HTTP of accounts.

use super::{actions, entity, lines, queries};
use crate::communities;
use crate::kernel::{Access, Body, Created, IfMatch, Path, Problems, Query, Resource, Revised, Show, Stop, may};
use actix_web::{get, post, put, web::Json};
use kept_shared::accounts::{Account, AccountEdit, AccountFilter, AccountLine, NewAccount};
use kept_shared::event::Event;
use kept_shared::ids::{AccountId, CommunityId};
use kept_shared::page::Page;
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for Account {
    fn path(&self) -> String {
        format!("/api/v1/accounts/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// List accounts
///
/// By name. `q` finds words of the name, reference, unit or e-mail address, and phone numbers in any spelling.
#[utoipa::path(tag = "accounts", operation_id = "list_accounts", params(AccountFilter),
    responses((status = 200, body = Page<AccountLine>)),
    security(("bearer" = ["accounts:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/accounts")]
async fn list_accounts(
    access: Access<may::ViewAccounts>,
    filter: Query<AccountFilter>,
) -> Result<Json<Page<AccountLine>>, Stop> {
    let read = access.read().await?;
    Ok(Json(lines::list(&read, &filter).await?))
}

/// Read an account
///
/// Everything the customer page shows: debtors with contacts, units, community, balance, statuses and open handover.
#[utoipa::path(tag = "accounts", operation_id = "get_account", params(("account_id" = AccountId, Path)),
    responses((status = 200, body = Account), Problems<404>),
    security(("bearer" = ["accounts:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}")]
async fn get_account(access: Access<may::ViewAccounts>, id: Path<AccountId>) -> Result<Show<Account>, Stop> {
    let read = access.read().await?;
    let account = read.get::<entity::Entity>(*id).await?;
    Ok(Show(queries::view(&read, &account).await?))
}

/// Open an account
///
/// With its debtors (the first is the primary one), their first contacts and, when given, the unit it owns.
#[utoipa::path(tag = "accounts", operation_id = "create_account",
    params(("community_id" = CommunityId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = NewAccount, example = json!({"reference": "ACA0101", "debtors": [{"kind": "natural",
        "first_name": "Thandi", "last_name": "Mokoena", "contacts": [{"kind": "phone", "value": "082 123 4567", "label": "mobile"},
        {"kind": "email", "value": "thandi@example.org"}]}]})),
    responses((status = 201, body = Account), Problems<404, 409, 422>),
    security(("bearer" = ["accounts:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/communities/{community_id}/accounts")]
async fn create_account(
    access: Access<may::CreateAccounts>,
    id: Path<CommunityId>,
    new: Body<NewAccount>,
) -> Result<Created<Account>, Stop> {
    let tx = access.write(&new.request).await?;
    let community = tx.get::<communities::Entity>(*id).await?;
    let account = actions::create(&tx, &community, new.value).await?;
    let event = Event::AccountCreated { account: account.id };
    let reply = Created::new(queries::view(&tx, &account).await?);
    tx.finish(account.id, event, reply).await
}

/// Change an account
///
/// Takes all fields that change by hand. Debtors and contacts have operations of their own.
#[utoipa::path(tag = "accounts", operation_id = "edit_account",
    params(("account_id" = AccountId, Path), ("If-Match" = String, Header, example = "\"1\"")),
    request_body(content = AccountEdit, example = json!({"reference": "ACA0101", "is_active": true})),
    responses((status = 200, body = Account), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["accounts:edit"])), extensions(("x-access" = json!("scoped"))))]
#[put("/accounts/{account_id}")]
async fn edit_account(
    access: Access<may::EditAccounts>,
    id: Path<AccountId>,
    expected: IfMatch,
    new: Body<AccountEdit>,
) -> Result<Revised<Account>, Stop> {
    let tx = access.write(&new.request).await?;
    let account = tx.get::<entity::Entity>(*id).await?;
    let (account, fields) = actions::edit(&tx, account, expected, new.value).await?;
    let event = Event::AccountChanged {
        account: account.id,
        fields,
    };
    let reply = Revised::new(queries::view(&tx, &account).await?);
    tx.finish(account.id, event, reply).await
}

pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_accounts)
        .service(get_account)
        .service(create_account)
        .service(edit_account);
}
