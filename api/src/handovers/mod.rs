//! Handovers to attorneys: one open matter per customer, with what was owed frozen on the day. Agents hand over (by a
//! status, see `batches`) and recall; attorneys accept, decline and return. An attorney reaches a customer exactly
//! while a matter of theirs is open and accepted; after a return for some days more, reading only.

mod actions;
mod ended;
mod entity;
mod queries;
mod routes;
mod settings;

pub use actions::{Opened, Opening, close_by_status, open_many};
pub use ended::endings;
pub use entity::{Column, Entity, Model};
pub use queries::{MATTER, MatterRow, attorney_communities, fresh_sql, list, matter_view, summary};
pub use routes::routes;
pub use settings::{Settings, settings};
