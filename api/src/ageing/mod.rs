//! The age analysis: who owes what and for how long, today from stored rows, on any other day from the journal
//! (spec F01 to F11). Attorneys see accounts handed over to them only; trustees see initials.

mod filter;
mod fresh;
mod lean;
mod past;
mod query;
mod routes;
mod row;
mod sheet;
mod sums;
mod totals;
mod workbook;

pub use filter::matching;
pub use fresh::{NewDay, bring_up_to_date};
pub use sums::Sums;
pub use totals::{book, by_community};

use crate::communities::on_ageing_rules_changed;
use crate::kernel::{JobKind, Stop, Tx, before_use};
use kept_shared::ids::CommunityId;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    on_ageing_rules_changed(|tx, community| {
        Box::pin(async move { reage_community(tx, community.id).await.map(|_accounts| ()) })
    });
    before_use(|kernel, organisation| Box::pin(fresh::before_use(kernel, organisation)));
    routes::routes(cfg);
}

/// Rewrites a community's open items and aged rows after its ageing rules changed.
pub async fn reage_community(tx: &Tx, community: CommunityId) -> Result<usize, Stop> {
    crate::ledger::recompute_all(tx, community).await
}

pub fn jobs() -> Vec<JobKind> {
    vec![JobKind::of::<NewDay>()]
}
