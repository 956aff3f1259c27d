//! HTTP of leads.

use super::actions;
use crate::accounts;
use crate::kernel::{Access, Body, IfMatch, Path, Problems, Resource, Revised, Stop, may};
use actix_web::{get, put, web::Json};
use kept_shared::event::Event;
use kept_shared::ids::AccountId;
use kept_shared::leads::{Lead, LeadEdit, Origin};
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for Lead {
    /// Leads are read with the customer's origin.
    fn path(&self) -> String {
        format!("/api/v1/accounts/{}/origin", self.account_id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// Read where a customer came from
///
/// The system it was taken from and, for one who began as an enquiry, the lead with the answers of the script.
#[utoipa::path(tag = "accounts", operation_id = "get_origin", params(("account_id" = AccountId, Path)),
    responses((status = 200, body = Origin), Problems<404>),
    security(("bearer" = ["accounts:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/origin")]
async fn get_origin(access: Access<may::ViewAccounts>, id: Path<AccountId>) -> Result<Json<Origin>, Stop> {
    let read = access.read().await?;
    let account = read.get::<accounts::Entity>(*id).await?;
    Ok(Json(actions::origin(&read, &account).await?))
}

/// Change a lead
///
/// Cancels it or takes it up again, and relates it to other communities it may take a unit in. Refused with 409 once the
/// lead has taken a unit.
#[utoipa::path(tag = "accounts", operation_id = "edit_lead",
    params(("account_id" = AccountId, Path), ("If-Match" = String, Header, example = "\"1\"")), request_body = LeadEdit,
    responses((status = 200, body = Lead), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["accounts:edit"])), extensions(("x-access" = json!("scoped"))))]
#[put("/accounts/{account_id}/lead")]
async fn edit_lead(
    access: Access<may::EditAccounts>,
    id: Path<AccountId>,
    expected: IfMatch,
    edit: Body<LeadEdit>,
) -> Result<Revised<Lead>, Stop> {
    let tx = access.write(&edit.request).await?;
    let account = tx.get::<accounts::Entity>(*id).await?;
    let (lead, fields) = actions::change(&tx, &account, expected, edit.value).await?;
    if fields.is_empty() {
        tx.abandon().await?;
        return Ok(Revised::new(lead));
    }
    let event = Event::LeadChanged {
        account: account.id,
        fields,
    };
    tx.finish(account.id, event, Revised::new(lead)).await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_origin).service(edit_lead);
}
