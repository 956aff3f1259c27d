//! Communities: whose book is kept. A community has a currency, a time zone that decides what day it is, and its own
//! way of ageing. Agents see the communities given to them, attorneys those where something is handed over to them.

pub mod actions;
mod entity;
mod queries;
mod routes;

pub use actions::{AgeingRulesChanged, on_ageing_rules_changed};
pub use entity::{ActiveModel, Column, Entity, Model, edges_from, order_from};
pub use queries::{by_ids, currencies};
pub use routes::routes;
