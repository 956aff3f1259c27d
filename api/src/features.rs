//! The list of features: what they serve and what they do in the background.

use crate::kernel::{Authenticate, JobKind, jobs::Housekeeping};
use crate::{accounts, communities, customer_groups, mail, sign_in, units, users};
use std::sync::Arc;
use utoipa_actix_web::service_config::ServiceConfig;

/// Operations below /api/v1.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    accounts::routes(cfg);
    mail::routes(cfg);
    sign_in::routes(cfg);
    users::routes(cfg);
    communities::routes(cfg);
    customer_groups::routes(cfg);
    units::routes(cfg);
}

/// Operations at the root, outside /api/v1.
pub fn root(cfg: &mut ServiceConfig<'_>) {
    sign_in::root(cfg);
}

/// Background jobs.
pub fn jobs() -> Vec<JobKind> {
    vec![JobKind::of::<Housekeeping>(), JobKind::of::<mail::SendMail>()]
}

/// Who turns bearer tokens into callers.
pub fn authenticator() -> Arc<dyn Authenticate> {
    Arc::new(sign_in::AccessTokens)
}
