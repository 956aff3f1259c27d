//! Recurring charges: what each unit pays and from when, and the runs that raise it (spec D04, SM10). A run is previewed,
//! started, done, and may be reversed; each of its charges is an invoice on the unit for a period, made once.
//!
//! The customer charged is the owner on the charge date. Attorneys see none of it.

pub mod actions;
mod bulk;
pub mod entity;
mod jobs;
mod plan;
mod queries;
mod routes;
mod run_actions;
mod run_queries;
mod run_routes;
mod run_sheet;

pub use queries::schedules_of;

use crate::kernel::JobKind;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    routes::routes(cfg);
    run_routes::routes(cfg);
}

pub fn jobs() -> Vec<JobKind> {
    vec![JobKind::of::<jobs::RunLevies>(), JobKind::of::<jobs::ReverseLevies>()]
}
