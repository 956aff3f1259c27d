//! Further fields of accounts, claims, debtors, products and units (spec W04): the schema managers keep, and the values,
//! which are read and changed by who reads and changes the thing itself. Sensitive values are masked for who lacks
//! `sensitive:view`, and always for attorneys and trustees.

mod entity;
mod fields;
mod jobs;
mod more_info;
mod routes;
mod rows;
mod unmapped;
mod value_routes;
mod values;

pub use fields::of_organisation;
pub use jobs::jobs;

/// Operations of the schema and of values.
pub fn routes(cfg: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    routes::routes(cfg);
    value_routes::routes(cfg);
}
