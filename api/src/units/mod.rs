//! Units: what the recurring charge is for, and the history of their owners. Balances follow the account, not the
//! unit. An attorney sees the units of the accounts handed over, nobody else's.

pub mod actions;
mod changes;
mod entity;
mod labels;
pub mod owner;
pub mod owners;
mod queries;
mod routes;

pub use entity::{ActiveModel, Column, Entity, Model};
pub use labels::{Labels, relabel};
pub use owners::owned_by;
pub use queries::{count_where, list_where, view};
pub use routes::routes;
