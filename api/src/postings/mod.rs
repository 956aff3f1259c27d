//! Entries made by hand and their reversals, and the second pair of eyes above a community's limit (spec E02, E11).

mod actions;
mod entity;
mod queries;
mod routes;

pub use routes::routes;
