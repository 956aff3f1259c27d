//! Bank accounts and debit orders of customers (spec D12). Whoever sees the customer sees them, the number masked. The
//! number in full needs `banking:view`, and each look is an event on the account; changing needs `banking:edit`. Events
//! never hold a number. Nothing is collected here: a debit order says what was agreed.

mod actions;
mod entity;
mod routes;

pub use routes::routes;
