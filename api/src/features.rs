//! The list of features: what they serve and what they do in the background.

use crate::kernel::{Authenticate, Caller, JobKind, Kernel, Stop, jobs::Housekeeping};
use crate::{batches, dashboard, files, handovers, history, notes, statuses};
use crate::{accounts, ageing, communities, customer_groups, ledger, units};
use futures_util::future::BoxFuture;
use kept_shared::problem::Code;
use std::sync::Arc;
use utoipa_actix_web::service_config::ServiceConfig;

/// Operations below /api/v1.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    accounts::routes(cfg);
    ageing::routes(cfg);
    communities::routes(cfg);
    customer_groups::routes(cfg);
    batches::routes(cfg);
    dashboard::routes(cfg);
    files::routes(cfg);
    handovers::routes(cfg);
    history::routes(cfg);
    notes::routes(cfg);
    statuses::routes(cfg);
    ledger::routes(cfg);
    units::routes(cfg);
}

/// Operations at the root, outside /api/v1.
pub fn root(_cfg: &mut ServiceConfig<'_>) {}

/// Background jobs.
pub fn jobs() -> Vec<JobKind> {
    let mut all = vec![JobKind::of::<Housekeeping>()];
    all.extend(statuses::jobs());
    all.extend(files::jobs());
    all.extend(ageing::jobs());
    all
}

/// Who turns bearer tokens into callers.
pub fn authenticator() -> Arc<dyn Authenticate> {
    Arc::new(Nobody)
}

/// Until sign-in is wired: everybody is refused.
struct Nobody;
impl Authenticate for Nobody {
    fn authenticate<'a>(&'a self, _: &'a Arc<Kernel>, _: &'a str) -> BoxFuture<'a, Result<Arc<Caller>, Stop>> {
        Box::pin(async { Err(Code::Unauthenticated.into()) })
    }
}
