//! What was sent about a customer (spec D14): letters that named the account when they were queued. Whoever sees the
//! customer reads the list; an attorney finds only what was sent to the attorney's own address.

mod routes;

pub use routes::routes;
