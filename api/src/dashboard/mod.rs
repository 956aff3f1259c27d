//! The first page: figures over everything the caller reaches, in one round and in aggregates only.

mod queries;
mod routes;

pub use routes::routes;
