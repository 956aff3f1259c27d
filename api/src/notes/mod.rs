//! Notes on customers. Agents and attorneys write them; `internal` ones never reach an attorney. Writing keeps the
//! customer's note counts and the marks of who has seen what.

mod actions;
mod entity;
mod routes;

pub use actions::{Touch, add_many, mark_seen, seen_at, touch};
pub use entity::{ActiveModel, Column, Entity, Model};
pub use routes::routes;
