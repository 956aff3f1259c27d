//! The enquiry a customer began as, and where an account came from (spec C03, C11, C14). Whoever sees the customer reads
//! it; an attorney does not learn who at the agency opened the account. Cancelling it, and relating it to other
//! communities, needs `accounts:edit`.

mod actions;
mod entity;
mod routes;

pub(super) use actions::{open, state_of};
pub use routes::routes;
