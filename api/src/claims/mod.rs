//! Claims and products: what one invoice made the customer owe, what was added, what was paid, how it ended (spec E07,
//! E08, E12, SM9), and what the debt is for (E01, C21).

pub mod actions;
mod entity;
mod products;
mod queries;
mod routes;

pub use entity::{claim_relation, product};
pub use queries::open_of;
pub use routes::routes;
