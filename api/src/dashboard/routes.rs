//! HTTP of the first page.

use super::queries;
use crate::kernel::{Access, Done, Stop, may};
use actix_web::get;
use kept_shared::{dashboard::Dashboard, permission::Permission};
use utoipa_actix_web::service_config::ServiceConfig;

/// Get the first page
///
/// The book by age, customers in arrears, matters with attorneys and unread news, over everything the caller reaches.
/// For an attorney: over the customers handed over to them whose matter is open; closed ones that may still be read are
/// counted no more.
#[utoipa::path(tag = "dashboard", operation_id = "get_dashboard", responses((status = 200, body = Dashboard)),
    security(("bearer" = ["dashboard:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/dashboard")]
async fn get_dashboard(access: Access<may::ViewDashboard>) -> Result<Done<Dashboard>, Stop> {
    let read = access.read().await?;
    let mut first = queries::dashboard(&read).await?;
    if !access.caller.may(Permission::ViewHandovers) {
        // Names and balances of matters are not for everybody who may see the book's totals.
        first.recent.clear();
        first.news.clear();
    }
    Ok(Done::ok(first))
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_dashboard);
}
