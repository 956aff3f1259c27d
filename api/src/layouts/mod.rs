//! Layouts of the customer page (spec W01 to W03). Everybody who sees customers may keep one of their own; `layouts:edit`
//! keeps those of permission groups.

mod actions;
mod entity;
mod queries;
mod routes;

pub use routes::routes;

/// The one page that has layouts.
const PAGE: &str = "account";
