//! Notes on customers. Agents and attorneys write them; `internal` ones never reach an attorney. A note is about units of
//! the customer or the customer as a whole, may be urgent or a collection note, and what a call-centre agent writes goes
//! to the community by mail. Nothing is changed afterwards; a deleted note leaves a tombstone. Writing keeps the
//! customer's note counts and the marks of who has seen what.

mod actions;
mod deletion;
mod drafts;
mod entity;
mod letter;
mod routes;
mod switches;
mod units;
mod views;
mod writing;

pub use actions::{Touch, add_many, mark_seen, seen_at, touch};
pub use entity::{ActiveModel, Column, Entity, Model};
pub use routes::routes;
pub use switches::Switches;
pub use units::{about, of_notes};
pub use views::happening;
