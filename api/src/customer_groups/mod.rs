//! Customer groups: how an organisation sorts its accounts. Everybody of the organisation may use them; an attorney
//! sees the groups of the accounts handed over. A group with accounts in it cannot be deleted.

pub mod actions;
mod entity;
mod routes;

pub use entity::{ActiveModel, Column, Entity, Model};
pub use routes::routes;
