//! Exclusions of a customer (spec C16, U01): switches that say which ways of reaching somebody are closed. Setting and
//! lifting one needs `exclusions:edit`; whoever sees the customer sees them.

mod actions;
mod entity;
mod routes;

pub use actions::in_force;
pub use routes::routes;
