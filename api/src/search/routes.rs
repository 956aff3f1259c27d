//! HTTP of the search.

use super::queries;
use crate::kernel::{Access, Done, Query, Stop, may};
use actix_web::get;
use kept_shared::search::{SearchAnswer, SearchFilter};
use utoipa_actix_web::service_config::ServiceConfig;

/// Find customers
///
/// By whatever is known of them, best first: what is typed whole, then what begins with it, then what holds it. At most
/// 20 hits. Units are found with `units:view`, claims with `ledger:view`.
#[utoipa::path(tag = "search", operation_id = "search", params(SearchFilter),
    responses((status = 200, body = SearchAnswer)),
    security(("bearer" = ["accounts:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/search")]
async fn search(access: Access<may::ViewAccounts>, filter: Query<SearchFilter>) -> Result<Done<SearchAnswer>, Stop> {
    let read = access.read().await?;
    Ok(Done::ok(queries::search(&read, &filter.q).await?))
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(search);
}
