//! Accounts: all dealings of one debtor, or several liable together, with one organisation in one community. Called
//! "customer" on screen. Which accounts somebody reaches is the permission model (see `reach`); everything that hangs
//! under an account asks there.

pub mod actions;
mod contact_actions;
mod contact_routes;
mod entity;
mod exclusions;
mod leads;
mod lines;
mod queries;
mod routes;

pub use crate::reach::{account_within_reach, community_within_reach, reach_sql, within_reach};
pub use contact_actions::{add_contact, add_debtor, edit_contact, edit_debtor, make_primary, remove_contact};
pub use entity::{ActiveModel, Column, Entity, Model, contact, debtor};
pub use lines::search_condition;
pub(crate) use lines::{BEHIND_SINCE, standing};

/// Operations of accounts, debtors and contacts.
pub fn routes(cfg: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    routes::routes(cfg);
    contact_routes::routes(cfg);
    exclusions::routes(cfg);
    leads::routes(cfg);
}
