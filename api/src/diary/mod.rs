//! The diary of a customer: every event of the account in the order of time, filtered, each with the names of what it is
//! about (spec M08 to M11). It reads what every write recorded and keeps nothing of its own.

mod filter;
mod names;
mod queries;
mod routes;

pub use routes::routes;
